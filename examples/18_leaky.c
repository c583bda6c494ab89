/* 18_leaky.c
   title:    Leaky slopes
   question: How does the factor change when ReLU leaks?
   level:    2
   claims:   C14
   figure:   18_leaky.svg
   shows:    twenty leaky ReLU layers for slopes from 0 to 1: the signal with He's factor 2, and with 2 / (1 +
             slope^2)

   A leaky ReLU lets the negative half through, times a: E f(z)^2 = (1 + a^2) / 2. So k = 2 / (1 + a^2),
   between He's 2 for a = 0 and LeCun's 1 for a = 1, where it is linear. With k = 2 the signal grows by (1 +
   a^2) a layer. For a slope of 0.01 that is nothing; for 0.2, as it is common in generative networks, it is 4
   % a layer.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { WIDTH = 300, LAYERS = 20, SAMPLES = 60, SLOPES = 7 };

int main(int argc, char **argv)
{
    static const double slopes[SLOPES] = { 0.0, 0.01, 0.1, 0.2, 0.4, 0.7, 1.0 };
    static const char *const names[] = { "He, k = 2", "k = 2 / (1 + slope^2)" };
    static const term_column columns[] = { { "slope", 5 },           { "k", 6 },
                                           { "by integration", 14 }, { "E z^2 with k = 2", 16 },
                                           { "theory", 9 },          { "with its own k", 14 } };
    const fig_desc desc = {
        .title = "The factor depends on the slope",
        .width = 560,
        .key = names,
        .key_count = 2,
        .caption =
            "Mean square of the pre-activation after twenty leaky ReLU layers of 300 units. Dots: measured. "
            "Lines: theory."
    };
    static wi_real input[SAMPLES * WIDTH];
    double measured[2][SLOPES], theory[2][SLOPES];
    wi_rng rng = wi_rng_make(18);
    int held = 1;
    fig f;

    (void)wi_fill(input, wi_dense(WIDTH, SAMPLES), wi_normal(0.0, 1.0), &rng);
    term_header(columns, WI_COUNT(columns));
    for (int s = 0; s < SLOPES; s++) {
        /* [slope] */
        double own = 2.0 / (1.0 + slopes[s] * slopes[s]),
               integrated = pow(wi_gain(wi_leaky_relu(slopes[s])), 2.0);
        /* [slope] */

        for (int which = 0; which < 2; which++) {
            wi_layer_desc layers[LAYERS];
            wi_net_desc shape = {
                .inputs = WIDTH, .layers = layers, .layer_count = LAYERS, .max_batch = SAMPLES, .seed = 2
            };
            wi_net net;

            for (int l = 0; l < LAYERS; l++) {
                /* [layers] */
                layers[l] = wi_layer_dense(WIDTH, wi_leaky_relu(slopes[s]));
                double scale = l == 0 ? 1.0 : which == 0 ? 2.0 : own;
                layers[l].weights = wi_variance_scaling(scale, WI_FAN_IN, WI_SCHEME_NORMAL);
                /* [layers] */
            }
            if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;
            (void)wi_net_forward(&net, wi_mat_view(input, SAMPLES, WIDTH), WI_EVAL, NULL);
            measured[which][s] = pow(wi_stats_of(net.layers[LAYERS - 1].pre.data, SAMPLES * WIDTH).rms, 2.0);
            /* [theory] */
            theory[which][s] = which == 0 ? pow(1.0 + slopes[s] * slopes[s], LAYERS - 1.0) : 1.0;
            /* [theory] */
            wi_net_destroy(&net);
        }
        held = held && fabs(integrated - own) < 1e-6 && measured[1][s] > 0.4 && measured[1][s] < 2.5;
        term_cell(columns + 0, TERM_PLAIN, "%g", slopes[s]);
        term_cell(columns + 1, TERM_PLAIN, "%.4f", own);
        term_cell(columns + 2, TERM_DIM, "%.4f", integrated);
        term_cell(columns + 3, measured[0][s] > 3.0 ? TERM_BAD : TERM_PLAIN, "%.3g", measured[0][s]);
        term_cell(columns + 4, TERM_DIM, "%.3g", theory[0][s]);
        term_cell(columns + 5, TERM_GOOD, "%.3f", measured[1][s]);
        term_end_row();
    }
    fig_open(&f, argc > 1 ? argv[1] : NULL, "18_leaky", &desc);
    fig_panel(&f, 0, 0, NULL);
    fig_y_axis(&f, 0.1, 1e6, FIG_LOG, "mean square after twenty layers");
    fig_x_axis(&f, -0.02, 1.02, FIG_LINEAR, "slope for negative inputs");
    for (int which = 0; which < 2; which++) {
        fig_curve(&f, slopes, theory[which], SLOPES, which);
        fig_dots(&f, slopes, measured[which], SLOPES, which, 4.0);
    }
    return term_claim(fig_close(&f) && held, "k = 2 / (1 + slope^2) keeps the signal for every slope");
}
