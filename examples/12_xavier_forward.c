/* 12_xavier_forward.c
   title:    Xavier, forward
   question: Which variance of the weights keeps the signal's size?
   level:    2
   claims:   C10
   figure:   12_xavier_forward.svg
   shows:    the signal's standard deviation through twelve linear and twelve tanh layers, for n Var(w) of
             1/2, 1 and 2

   pre_j = sum over i of w_ji x_i has the variance n Var(w) E x^2. To keep it, n Var(w) must be 1: Var(w) =
   1/n, the choice of Xavier (Glorot and Bengio 2010) and, before, of LeCun (1998). Any other factor is raised
   to the power of the depth. tanh is nearly linear near zero, so the choice is right there; but it flattens
   what is large, so the signal shrinks slowly even at 1.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { WIDTH = 256, LAYERS = 12, SAMPLES = 100, FACTORS = 3 };

int main(int argc, char **argv)
{
    static const double factors[FACTORS] = { 0.5, 1.0, 2.0 };
    static const char *const names[FACTORS] = { "n Var(w) = 1/2", "1", "2" };
    static const term_column columns[] = { { "function", -8 }, { "n Var(w)", 8 }, { "layer 1", 8 },
                                           { "4", 8 },         { "8", 8 },        { "12", 8 },
                                           { "theory", 8 } };
    const wi_act acts[2] = { wi_linear(), wi_tanh() };
    const fig_desc desc = {
        .title = "One factor, raised to the power of the depth",
        .columns = 2,
        .key = names,
        .key_count = FACTORS,
        .caption =
            "Standard deviation of the outputs of twelve layers of 256 units. Dots: measured. Lines: theory."
    };
    static wi_real input[SAMPLES * WIDTH];
    double layer[LAYERS], measured[LAYERS], theory[LAYERS];
    wi_rng rng = wi_rng_make(12);
    int held = 1;
    fig f;

    (void)wi_fill(input, wi_dense(WIDTH, SAMPLES), wi_normal(0.0, 1.0), &rng);
    fig_open(&f, argc > 1 ? argv[1] : NULL, "12_xavier_forward", &desc);
    term_header(columns, WI_COUNT(columns));
    for (int a = 0; a < 2; a++) {
        fig_panel(&f, a, 0, wi_act_name(acts[a]));
        fig_y_axis(&f, 0.01, 100.0, FIG_LOG, "standard deviation");
        fig_x_axis(&f, 0.5, LAYERS + 0.5, FIG_LINEAR, "layer");
        for (int k = 0; k < FACTORS; k++) {
            wi_layer_desc layers[LAYERS];
            wi_net_desc shape = {
                .inputs = WIDTH, .layers = layers, .layer_count = LAYERS, .max_batch = SAMPLES, .seed = 2
            };
            double size = 1.0;
            wi_net net;

            for (int l = 0; l < LAYERS; l++) {
                /* [recipe] */
                layers[l] = wi_layer_dense(WIDTH, acts[a]);
                layers[l].weights = wi_variance_scaling(factors[k], WI_FAN_IN, WI_SCHEME_NORMAL);
                /* [recipe] */
            }
            if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;
            (void)wi_net_forward(&net, wi_mat_view(input, SAMPLES, WIDTH), WI_EVAL, NULL);
            for (int l = 0; l < LAYERS; l++) {
                /* [theory] */
                size = sqrt(wi_act_moments(acts[a], 0.0, sqrt(factors[k]) * size).second);
                layer[l] = l + 1;
                theory[l] = size;
                measured[l] = wi_stats_of(net.layers[l].post.data, SAMPLES * WIDTH).std;
                /* [theory] */
                held = held && fabs(measured[l] / theory[l] - 1.0) < 0.25;
            }
            wi_net_destroy(&net);

            term_cell(columns + 0, TERM_PLAIN, "%s", wi_act_name(acts[a]));
            term_cell(columns + 1, TERM_PLAIN, "%g", factors[k]);
            for (int c = 0; c < 4; c++)
                term_cell(columns + 2 + c, TERM_PLAIN, "%.4f", measured[c == 0 ? 0 : 4 * c - 1]);
            term_cell(columns + 6, TERM_DIM, "%.4f", theory[LAYERS - 1]);
            term_end_row();
            fig_curve(&f, layer, theory, LAYERS, k);
            fig_dots(&f, layer, measured, LAYERS, k, 3.5);
        }
    }
    return term_claim(fig_close(&f) && held,
                      "n Var(w) = 1 keeps a linear signal; any other factor compounds");
}
