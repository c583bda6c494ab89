/* 11_small_random.c
   title:    Small random weights
   question: 0.01 N(0,1) breaks the symmetry. Why is it not enough?
   level:    1
   claims:   C9
   figure:   11_small_random.svg
   shows:    the outputs of ten tanh layers of 500 units with weights of 0.01 N(0,1): their size by layer,
             beside theory, and how far the outputs for two different inputs are apart

   Each layer multiplies the signal's standard deviation by 0.01 sqrt(500) = 0.22. After ten layers all
   outputs are nearly zero, and all inputs look the same from there: the network is a constant.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { WIDTH = 500, LAYERS = 10, SAMPLES = 200 };

int main(int argc, char **argv)
{
    static const term_column columns[] = { { "layer", 5 },
                                           { "std", 9 },
                                           { "theory", 9 },
                                           { "two inputs apart", 16 },
                                           { "outputs, -1 .. 1", -WI_BINS } };
    const fig_desc desc = {
        .title = "0.01 N(0,1): everything collapses to a point", .columns = LAYERS, .tiles = 1,
        .caption = "Outputs of ten tanh layers of 500 units, by layer. Below: their standard deviation."
    };
    static wi_real input[SAMPLES * WIDTH];
    wi_layer_desc layers[LAYERS];
    wi_net_desc shape = {
        .inputs = WIDTH, .layers = layers, .layer_count = LAYERS, .max_batch = SAMPLES, .seed = 11
    };
    double size = 1.0, last = 0.0, theory = 1.0;
    wi_rng rng = wi_rng_make(11);
    char note[32];
    wi_net net;
    fig f;

    (void)wi_fill(input, wi_dense(WIDTH, SAMPLES), wi_normal(0.0, 1.0), &rng);
    for (int l = 0; l < LAYERS; l++) {
        /* [layers] */
        layers[l] = wi_layer_dense(WIDTH, wi_tanh());
        layers[l].weights = wi_normal(0.0, 0.01);
        /* [layers] */
    }
    if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;
    (void)wi_net_forward(&net, wi_mat_view(input, SAMPLES, WIDTH), WI_EVAL, NULL);

    fig_open(&f, argc > 1 ? argv[1] : NULL, "11_small_random", &desc);
    term_header(columns, WI_COUNT(columns));
    for (int l = 0; l < LAYERS; l++) {
        wi_mat out = net.layers[l].post;                            /* [SAMPLES][WIDTH] */
        wi_histogram h = wi_histogram_of(out.data, SAMPLES * WIDTH, -1.0, 1.0);
        double apart = 0.0;

        /* Theory: the pre-activation is N(0, n Var(w) E x^2), and tanh of it is averaged. */
        /* [theory] */
        size = sqrt(wi_act_moments(wi_tanh(), 0.0, 0.01 * sqrt((double)WIDTH) * size).second);
        /* [theory] */
        /* [apart] */
        for (size_t j = 0; j < WIDTH; j++)
            apart += pow((double)out.data[j] - (double)out.data[out.row_step + j], 2.0);
        /* [apart] */
        last = wi_stats_of(out.data, SAMPLES * WIDTH).std;
        theory = size;
        term_cell(columns + 0, TERM_PLAIN, "%d", l + 1);
        term_cell(columns + 1, last < 0.01 ? TERM_BAD : TERM_PLAIN, "%.2e", last);
        term_cell(columns + 2, TERM_DIM, "%.2e", theory);
        term_cell(columns + 3, TERM_PLAIN, "%.2e", sqrt(apart));
        term_spark(h.bin, WI_BINS, last < 0.01 ? TERM_BAD : TERM_GOOD);
        term_end_row();

        snprintf(note, sizeof note, "layer %d", l + 1);
        fig_panel(&f, l, 0, note);
        fig_x_axis(&f, -1.0, 1.0, FIG_LINEAR, NULL);
        fig_histogram(&f, h.bin, WI_BINS, -1.0, 1.0, last < 0.01 ? FIG_ORANGE : FIG_BLUE);
        snprintf(note, sizeof note, last > 0.001 ? "%.3f" : "%.0e", last);
        fig_note(&f, note);
    }
    wi_net_destroy(&net);
    return term_claim(fig_close(&f) && last < 1e-5 && fabs(last / theory - 1.0) < 0.2,
                      "after ten layers the outputs are one point");
}
