/* 11_residual.c
   title:   Keep a residual network's signal
   level:   3
   chapter: 26
   task:    Each block computes x + alpha * branch(x), and a He-initialised branch gives back as much as it
            gets. With alpha = 1 the mean square doubles in every block. Which alpha keeps it within a factor
            of e for any number of blocks, without switching the branches off?
   marks:   2 a number; 3 it stays bounded; 2 the branches count; 3 for any depth
   check:   make check-11

   SPDX-License-Identifier: MIT OR Unlicense
*/
#include "winit.h"
#include "mark.h"

/* ---- your part ---- */
static double alpha(size_t blocks)
{
    (void)blocks;
    return 1;
}
/* ---- end of your part ---- */

enum { WIDTH = 128, SAMPLES = 32, MOST = 64 };

/* The mean square at the end of `blocks` blocks, over that at the start. */
static double growth(size_t blocks, double a)
{
    static wi_layer_desc layers[4 * MOST];
    static wi_real x[SAMPLES * WIDTH];
    wi_net_desc shape;
    wi_rng rng = wi_rng_make(11 + mark_hidden());
    wi_net net;
    size_t count = 0;
    for (size_t k = 0; k < blocks; k++) {
        layers[count] = wi_layer_act(wi_relu());
        count++;
        layers[count] = wi_layer_dense(WIDTH, wi_linear());
        layers[count++].weights = wi_he_normal();
        layers[count++] = wi_layer_scale(a);
        layers[count++] = wi_layer_skip(4);
    }
    memset(&shape, 0, sizeof shape);
    shape.inputs = WIDTH;
    shape.layers = layers;
    shape.layer_count = count;
    shape.max_batch = SAMPLES;
    (void)wi_fill(x, wi_dense(WIDTH, SAMPLES), wi_normal(0, 1), &rng);
    if (wi_net_create(&net, &shape, NULL) != WI_OK) return NAN;
    (void)wi_net_forward(&net, wi_mat_view(x, SAMPLES, WIDTH), WI_EVAL, NULL);
    double before = wi_stats_of(x, SAMPLES * WIDTH).rms,
           after = wi_stats_of(net.layers[count - 1].post.data, SAMPLES * WIDTH).rms;
    wi_net_destroy(&net);
    return after * after / (before * before);
}

int main(void)
{
    const size_t depths[] = {1, 4 + mark_hidden() % 5, 16 + mark_hidden() % 7, MOST};
    double grown[4], *answer = (double *)mark_shared(sizeof *answer);
    for (size_t k = 0; k < 4; k++) {
        mark_part("a number");
        if (MARK_CALL(*answer = alpha(depths[k]))) return mark_end();
        double a = *answer;
        if (mark(isfinite(a), "alpha(%zu) is not a number", depths[k])) return mark_end();
        grown[k] = growth(depths[k], a);
        printf("%2zu blocks: alpha %.4f, the mean square grows %.4g times\n", depths[k], a, grown[k]);
    }
    mark_part("it stays bounded");
    if (mark(grown[3] < 1e6, "with %d blocks it grows %.1e times: each block multiplies by 1 + alpha^2", MOST,
             grown[3]))
        return mark_end();
    mark_part("the branches count");
    if (mark(
            grown[3] > 1.5,
            "with %d blocks the branches add next to nothing: (1 + alpha^2)^blocks should come near e, not 1",
            MOST))
        return mark_end();
    if (mark(grown[3] < 5, "with %d blocks it grows %.2f times: solve (1 + alpha^2)^blocks = e", MOST,
             grown[3]))
        return mark_end();
    mark_part("for any depth");
    for (size_t k = 0; k < 4; k++)
        if (mark(grown[k] > 1.4 && grown[k] < 5,
                 "with %zu blocks it grows %.2f times: alpha must depend on the number of blocks", depths[k],
                 grown[k]))
            break;
    return mark_end();
}
