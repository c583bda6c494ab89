/* 40_seeds.c
   title:    Seeds
   question: What does a seed fix, and what should it leave alone?
   level:    2
   claims:   C12
   figure:   none
   shows:    the same seed drawing the same bytes, twice and in pieces; one layer of a network changed while
             the others keep their weights; and how the usual way, one stream for all, fails at that

   It is said that Xavier stays random even with a fixed seed. A program is not random: the same seed gives
   the same bytes, here on every compiler and processor. To compare two starts fairly one needs more: that
   changing one layer changes nothing else. So each layer has a stream of its own, derived from the seed and
   the layer's number.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "terminal.h"
#include <math.h>

enum { IN = 50, OUT = 40 };

/* Digest bytes into one number (FNV-1a), to compare at a glance. */
static unsigned long digest(const void *data, size_t size)
{
    const unsigned char *byte = (const unsigned char *)data;
    unsigned long hash = 2166136261ul;

    for (size_t i = 0; i < size; i++) hash = ((hash ^ byte[i]) * 16777619ul) & 0xFFFFFFFFul;
    return hash;
}

int main(void)
{
    static wi_real a[IN * OUT], b[IN * OUT], whole[IN * OUT];
    wi_rng rng = wi_rng_make(40), again = wi_rng_make(40), other = wi_rng_make(41);
    int held = 1;

    /* [same] */
    (void)wi_fill(a, wi_dense(IN, OUT), wi_xavier_normal(), &rng);
    (void)wi_fill(b, wi_dense(IN, OUT), wi_xavier_normal(), &again);
    /* [same] */
    printf("seed 40:        %08lx\nseed 40 again:  %08lx\n", digest(a, sizeof a), digest(b, sizeof b));
    held = held && memcmp(a, b, sizeof a) == 0;
    (void)wi_fill(b, wi_dense(IN, OUT), wi_xavier_normal(), &other);
    printf("seed 41:        %08lx\n", digest(b, sizeof b));
    held = held && memcmp(a, b, sizeof a) != 0;

    /* In pieces, in any order: element i is a function of (seed, stream, i) alone. */
    again = wi_rng_make(40);
    for (size_t first = IN * OUT; first > 0; first -= 100)
        (void)wi_fill_part(whole + first - 100, first - 100, 100, wi_dense(IN, OUT), wi_xavier_normal(),
                           &again);
    printf("in 20 pieces, from the last to the first: %08lx\n\n", digest(whole, sizeof whole));
    held = held && memcmp(a, whole, sizeof a) == 0;

    /* A controlled experiment: the second layer gets other weights, or another width; does the third stay? */
    static const term_column columns[] = { { "second layer", -22 },
                                           { "layer 1", 9 },
                                           { "layer 2", 9 },
                                           { "layer 3, first row", 18 },
                                           { "one stream for all", 18 } };
    unsigned long third[3], stream[3];
    term_header(columns, WI_COUNT(columns));
    for (int way = 0; way < 3; way++) {
        static const char *const names[] = { "30 units, Xavier", "30 units, He", "31 units, Xavier" };
        wi_layer_desc layers[] = { wi_layer_dense(20, wi_tanh()),
                                   wi_layer_dense(way == 2 ? 31 : 30, wi_tanh()),
                                   wi_layer_dense(4, wi_linear()) };
        wi_net_desc shape = { .inputs = 10, .layers = layers, .layer_count = 3, .max_batch = 1, .seed = 7 };
        wi_rng one = wi_rng_make(7);
        wi_net net;

        if (way == 1) layers[1].weights = wi_he_normal();
        if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;

        /* Xavier depends on the width; compare what was drawn, by dividing it out. */
        double size = wi_recipe_std(net.layers[2].desc.weights, net.layers[2].shape);
        int drawn[30];
        for (int j = 0; j < 30; j++)
            drawn[j] = (int)floor(1e4 * (double)net.layers[2].w.data[j] / size + 0.5);
        third[way] = digest(drawn, sizeof drawn);

        /* The usual way: one generator walks through all layers. */
        for (int l = 0; l < 3; l++) (void)wi_fill(b, net.layers[l].shape, wi_normal(0.0, 1.0), &one);
        for (int j = 0; j < 30; j++) drawn[j] = (int)floor(1e4 * (double)b[j] + 0.5);
        stream[way] = digest(drawn, sizeof drawn);
        term_cell(columns + 0, TERM_PLAIN, "%s", names[way]);
        term_cell(columns + 1, TERM_PLAIN, "%08lx", digest(net.layers[0].w.data, 200 * sizeof(wi_real)));
        term_cell(columns + 2, TERM_PLAIN, "%08lx", digest(net.layers[1].w.data, 600 * sizeof(wi_real)));
        term_cell(columns + 3, third[way] == third[0] ? TERM_GOOD : TERM_BAD, "%08lx", third[way]);
        term_cell(columns + 4, stream[way] == stream[0] ? TERM_GOOD : TERM_BAD, "%08lx", stream[way]);
        term_end_row();
        wi_net_destroy(&net);
    }
    held = held && third[0] == third[1] && third[0] == third[2] && stream[0] != stream[2];
    return term_claim(held, "a seed fixes every byte, and a change to one layer stays there");
}
