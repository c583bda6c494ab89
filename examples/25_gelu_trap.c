/* 25_gelu_trap.c
   title:    The GELU trap
   question: Is the right factor at size 1 enough?
   level:    4
   claims:   C14
   figure:   25_gelu_trap.svg
   shows:    the mean square of the pre-activation through sixty layers, started 5 % above and below 1, for
             tanh, SELU, ReLU, GELU and SiLU with the gain that makes 1 a fixed point; the slope of the map
             there; and what finite networks of 512 units do

   With Var(w) = gain^2 / n a mean square of 1 stays 1, for any activation. But does 1.05 come back to 1? For
   tanh and SELU it does: the map's slope is below 1. For GELU, SiLU and Mish the slope is above 1: the fixed
   point repels, and a small deviation, which every finite network has, grows with each layer. Deep GELU
   networks need normalisation or another gain.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { LAYERS = 60, WIDTH = 512, SAMPLES = 20, ACTS = 5 };

int main(int argc, char **argv)
{
    static const char *const names[ACTS] = { "tanh", "SELU", "ReLU", "GELU", "SiLU" };
    static const term_column columns[] = { { "activation", -10 },    { "gain", 7 },
                                           { "slope at q = 1", 14 }, { "q from 0.95", 11 },
                                           { "q from 1.05", 11 },    { "512 units", 9 } };
    const wi_act acts[ACTS] = { wi_tanh(), wi_selu(), wi_relu(), wi_gelu(), wi_silu() };
    const fig_desc desc = {
        .title = "A fixed point may attract or repel",
        .columns = 2,
        .key = names,
        .key_count = ACTS,
        .caption =
            "Mean square q of the pre-activation by layer, with the gain that makes q = 1 a fixed point. "
            "Left: theory, started at 0.95 and 1.05. Right: networks of 512 units."
    };
    static wi_real input[SAMPLES * WIDTH];
    double layer[LAYERS], q[ACTS][2][LAYERS], net_q[ACTS][LAYERS], slope[ACTS];
    wi_rng rng = wi_rng_make(25);
    fig f;

    (void)wi_fill(input, wi_dense(WIDTH, SAMPLES), wi_normal(0.0, 1.0), &rng);
    term_header(columns, WI_COUNT(columns));
    for (int a = 0; a < ACTS; a++) {
        double gain = wi_gain(acts[a]), k = gain * gain;
        wi_layer_desc layers[LAYERS];
        wi_net_desc shape = {
            .inputs = WIDTH, .layers = layers, .layer_count = LAYERS, .max_batch = SAMPLES, .seed = 3
        };
        wi_net net;

        /* [map] */
        for (int from = 0; from < 2; from++) {
            double at = from ? 1.05 : 0.95;
            for (int l = 0; l < LAYERS; l++) {
                layer[l] = l + 1;
                q[a][from][l] = at;
                if (at < 1e6) at = k * wi_act_moments(acts[a], 0.0, sqrt(at)).second;
            }
        }
        /* The slope of q -> k E f(sqrt(q) z)^2 at 1, by a central difference. */
        double above = wi_act_moments(acts[a], 0.0, sqrt(1.001)).second,
               below = wi_act_moments(acts[a], 0.0, sqrt(0.999)).second;
        slope[a] = k * (above - below) / 0.002;
        /* [map] */
        for (int l = 0; l < LAYERS; l++) {
            /* [draw] */
            layers[l] = wi_layer_dense(WIDTH, acts[a]);
            layers[l].weights = wi_variance_scaling(l == 0 ? 1.0 : k, WI_FAN_IN, WI_SCHEME_NORMAL);
            /* [draw] */
        }
        if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;
        (void)wi_net_forward(&net, wi_mat_view(input, SAMPLES, WIDTH), WI_EVAL, NULL);
        for (int l = 0; l < LAYERS; l++)
            net_q[a][l] = pow(wi_stats_of(net.layers[l].pre.data, SAMPLES * WIDTH).rms, 2.0);
        wi_net_destroy(&net);

        term_cell(columns + 0, TERM_PLAIN, "%s", names[a]);
        term_cell(columns + 1, TERM_PLAIN, "%.4f", gain);
        term_cell(columns + 2, slope[a] > 1.0005 ? TERM_BAD : TERM_GOOD, "%.4f", slope[a]);
        term_cell(columns + 3, TERM_PLAIN, "%.3g", q[a][0][LAYERS - 1]);
        term_cell(columns + 4, TERM_PLAIN, "%.3g", q[a][1][LAYERS - 1]);
        term_cell(columns + 5, TERM_PLAIN, "%.3g", net_q[a][LAYERS - 1]);
        term_end_row();
    }
    fig_open(&f, argc > 1 ? argv[1] : NULL, "25_gelu_trap", &desc);
    for (int panel = 0; panel < 2; panel++) {
        fig_panel(&f, panel, 0, panel == 0 ? "Theory" : "512 units");
        fig_y_axis(&f, 0.01, 100.0, FIG_LOG, "q");
        fig_x_axis(&f, 0.0, LAYERS, FIG_LINEAR, "layer");
        for (int a = 0; a < ACTS; a++) {
            if (panel == 1) fig_curve(&f, layer, net_q[a], LAYERS, a);
            else for (int from = 0; from < 2; from++) fig_curve(&f, layer, q[a][from], LAYERS, a);
        }
    }
    int held = slope[0] < 1.0 && slope[1] < 1.0 && fabs(slope[2] - 1.0) < 1e-6 && slope[3] > 1.0 &&
        slope[4] > 1.0 && fabs(q[0][1][LAYERS - 1] - 1.0) < 0.01 && q[3][1][LAYERS - 1] > 1.2 &&
        q[3][0][LAYERS - 1] < 0.8;
    return term_claim(fig_close(&f) && held,
                      "tanh and SELU come back to size 1, GELU and SiLU run away from it");
}
