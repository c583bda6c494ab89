/* 03_saturation.c
   title:    Saturation
   question: What goes wrong when the weights are too large?
   level:    1
   claims:   C6
   figure:   03_saturation.svg
   shows:    for weight spreads from 0.01 to 10 in a six-layer network: the share of saturated outputs, the
             share of units that get almost no gradient, and how large the gradient is in the first layer

   Far from zero tanh and the sigmoid are flat, so a saturated unit passes no gradient on. It is often said
   that the gradient then vanishes. Watch the last column: most units do get almost nothing, but the few that
   sit near zero multiply what they get by large weights at each layer. On average the gradient of tanh
   explodes; it is the typical unit that learns nothing. ReLU does not saturate at all, and simply explodes.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <math.h>
#include <stdio.h>

enum { WIDTH = 100, LAYERS = 6, SAMPLES = 200, SPREADS = 7 };

/* Share of numbers whose distance from `centre` is at least, or at most, some bound. */
static double share(wi_mat m, size_t rows, double centre, double bound, int at_least)
{
    size_t count = 0;

    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < m.cols; j++) {
            double away = fabs((double)m.data[i * m.row_step + j] - centre);
            count += at_least ? away >= bound : away <= bound;
        }
    return (double)count / (double)(rows * m.cols);
}

int main(void)
{
    static const double spreads[SPREADS] = { 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0 };
    static const char *const names[] = { "tanh", "sigmoid", "ReLU" };
    const wi_act acts[] = { wi_tanh(), wi_sigmoid(), wi_relu() };
    static wi_real input[SAMPLES * WIDTH], sent_back[SAMPLES * WIDTH];
    double saturated[3][SPREADS], ratio[3][SPREADS], idle[3][SPREADS];
    wi_rng rng = wi_rng_make(7);

    (void)wi_fill(input, wi_dense(WIDTH, SAMPLES), wi_normal(0.0, 1.0), &rng);        /* [SAMPLES][WIDTH] */
    /* what the loss sends back */
    (void)wi_fill(sent_back, wi_dense(WIDTH, SAMPLES), wi_normal(0.0, 1.0), &rng);
    printf(
        "function  weight std  last output std  saturated  units without gradient  gradient first : last\n");
    for (int a = 0; a < 3; a++)
        for (int s = 0; s < SPREADS; s++) {
            wi_layer_desc layers[LAYERS];
            wi_net_desc shape = {
                .inputs = WIDTH, .layers = layers, .layer_count = LAYERS, .max_batch = SAMPLES
            };
            wi_mat x = wi_mat_view(input, SAMPLES, WIDTH), dy = wi_mat_view(sent_back, SAMPLES, WIDTH);
            wi_net net;

            /* [spread] */
            for (int l = 0; l < LAYERS; l++) {
                layers[l] = wi_layer_dense(WIDTH, acts[a]);
                layers[l].weights = wi_normal(0.0, spreads[s]);
            }
            if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;
            (void)wi_net_forward(&net, x, WI_EVAL, NULL);
            (void)wi_net_backward(&net, x, dy);
            /* [spread] */

            /* [measure] */
            wi_layer *first = net.layers, *last = net.layers + LAYERS - 1;
            wi_stats out = wi_stats_of(last->post.data, SAMPLES * WIDTH);
            double received = wi_stats_of(first->dpre.data, SAMPLES * WIDTH).rms;
            ratio[a][s] = received / wi_stats_of(last->dpre.data, SAMPLES * WIDTH).rms;
            idle[a][s] = share(first->dpre, SAMPLES, 0.0, 0.01 * received, 0);
            saturated[a][s] = a == 0 ? share(last->post, SAMPLES, 0.0, 0.99, 1)
                            : a == 1 ? share(last->post, SAMPLES, 0.5, 0.49, 1) : 0.0;
            /* [measure] */
            printf("%-8s  %10g  %15.2e  %7.1f %%  %20.1f %%  %21.1e\n",
                   names[a], spreads[s], out.std, 100.0 * saturated[a][s], 100.0 * idle[a][s], ratio[a][s]);
            wi_net_destroy(&net);
        }
    int held = saturated[0][6] > 0.9 && saturated[1][6] > 0.9 && idle[0][6] > 0.8 /* saturation: true */
        && ratio[0][0] < 1e-3 &&
        ratio[1][0] < 1e-3 /* too small: vanishes */
        /* too large: explodes on average */
        && ratio[0][6] > 10.0 && ratio[2][6] > 1e6;
    printf("claim: large weights saturate; most units get no gradient, a few get far too much: %s\n",
           held ? "held" : "DID NOT HOLD");
    return held ? 0 : 1;
}
