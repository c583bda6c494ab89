/* 15_he.c
   title:    He's factor of two
   question: Why do ReLU networks need twice the variance?
   level:    1
   claims:   C13
   figure:   15_he.svg
   shows:    signal and gradient through ten and thirty ReLU layers of 200 units, with Var(w) = 1/n and 2/n,
             beside theory

   ReLU sets half of its inputs to zero, and so halves the mean square: E relu(z)^2 = Var(z) / 2. With Var(w)
   = 1/n each layer halves the signal's variance: 2^-30 after thirty layers. Var(w) = 2/n makes up for it (He
   et al. 2015).

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { WIDTH = 200, LAYERS = 30, SAMPLES = 100 };

int main(int argc, char **argv)
{
    static const char *const names[2] = { "Xavier, 1/n", "He, 2/n" };
    static const term_column columns[] = { { "Var(w)", -11 },
                                           { "layer 1", 9 },
                                           { "10", 9 },
                                           { "theory", 9 },
                                           { "30", 9 },
                                           { "theory", 9 },
                                           { "gradient, first : last", 22 } };
    const fig_desc desc = {
        .title = "Thirty ReLU layers",
        .columns = 2,
        .key = names,
        .key_count = 2,
        .caption =
            "Root mean square of the signal, and of the gradient against the last layer's. Dots: measured. "
            "Lines: theory."
    };
    static wi_real input[SAMPLES * WIDTH], dy[SAMPLES * WIDTH];
    double layer[LAYERS], signal[2][LAYERS], gradient[2][LAYERS], theory[2][LAYERS], back[2][LAYERS];
    wi_layer_desc layers[LAYERS];
    wi_net_desc shape = { .inputs = WIDTH, .layers = layers, .layer_count = LAYERS, .max_batch = SAMPLES };
    wi_rng rng = wi_rng_make(15);
    wi_net net;
    fig f;

    (void)wi_fill(input, wi_dense(WIDTH, SAMPLES), wi_normal(0.0, 1.0), &rng);
    (void)wi_fill(dy, wi_dense(WIDTH, SAMPLES), wi_normal(0.0, 1.0), &rng);
    for (int l = 0; l < LAYERS; l++) layers[l] = wi_layer_dense(WIDTH, wi_relu());
    if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;
    term_header(columns, WI_COUNT(columns));
    for (int he = 0; he < 2; he++) {
        /* [init] */
        (void)wi_net_init_all(&net, he ? wi_he_normal() : wi_xavier_normal(), wi_zeros(), 3);
        (void)wi_net_forward(&net, wi_mat_view(input, SAMPLES, WIDTH), WI_EVAL, NULL);
        (void)wi_net_backward(&net, wi_mat_view(input, SAMPLES, WIDTH),
                              wi_mat_view(dy, SAMPLES, WIDTH));
        /* [init] */
        double sent = wi_stats_of(net.layers[LAYERS - 1].dpre.data, SAMPLES * WIDTH).rms;
        for (int l = 0; l < LAYERS; l++) {
            layer[l] = l + 1;
            signal[he][l] = wi_stats_of(net.layers[l].post.data, SAMPLES * WIDTH).rms;
            gradient[he][l] = wi_stats_of(net.layers[l].dpre.data, SAMPLES * WIDTH).rms / sent;
            /* [theory] */
            theory[he][l] = he ? 1.0 : pow(2.0, -(l + 1) / 2.0);
            back[he][l] = he ? 1.0 : pow(2.0, -(LAYERS - 1 - l) / 2.0);
            /* [theory] */
        }
        term_cell(columns + 0, TERM_PLAIN, "%s", names[he]);
        term_cell(columns + 1, TERM_PLAIN, "%.2e", signal[he][0]);
        term_cell(columns + 2, TERM_PLAIN, "%.2e", signal[he][9]);
        term_cell(columns + 3, TERM_DIM, "%.2e", theory[he][9]);
        term_cell(columns + 4, he ? TERM_GOOD : TERM_BAD, "%.2e", signal[he][29]);
        term_cell(columns + 5, TERM_DIM, "%.2e", theory[he][29]);
        term_cell(columns + 6, he ? TERM_GOOD : TERM_BAD, "%.2e", gradient[he][0]);
        term_end_row();
    }
    fig_open(&f, argc > 1 ? argv[1] : NULL, "15_he", &desc);
    for (int panel = 0; panel < 2; panel++) {
        fig_panel(&f, panel, 0, panel == 0 ? "Forward" : "Backward");
        fig_y_axis(&f, 1e-5, 10.0, FIG_LOG, panel == 0 ? "signal" : "gradient");
        fig_x_axis(&f, 0.0, LAYERS + 1.0, FIG_LINEAR, "layer");
        for (int he = 0; he < 2; he++) {
            fig_curve(&f, layer, panel == 0 ? theory[he] : back[he], LAYERS, he);
            fig_dots(&f, layer, panel == 0 ? signal[he] : gradient[he], LAYERS, he, 3.0);
        }
    }
    wi_net_destroy(&net);
    int held = signal[0][29] < 1e-3 && signal[1][29] > 0.2 && signal[1][29] < 5.0;
    return term_claim(fig_close(&f) && held,
                      "with 2/n thirty ReLU layers keep the signal, with 1/n they lose it");
}
