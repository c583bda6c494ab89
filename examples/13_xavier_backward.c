/* 13_xavier_backward.c
   title:    Xavier, backward
   question: Why does Xavier's formula hold both fan_in and fan_out?
   level:    2
   claims:   C10
   figure:   13_xavier_backward.svg
   shows:    the variance of the signal and of the gradient through a linear network that narrows from 1024 to
             64 units, for Var(w) = 1/fan_in, 1/fan_out, 2/(fan_in + fan_out), and their geometric mean

   Forward a unit sums fan_in terms, so 1/fan_in keeps the signal. Backward an input collects from the fan_out
   units it feeds, so 1/fan_out keeps the gradient. Where the two differ no choice keeps both; Xavier takes
   the mean. The gradient of a weight is a product of both, and there the choice matters less than it seems:
   see the last column.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { LAYERS = 8, SAMPLES = 64, FEATURES = 1024, OUTPUTS = 64, WAYS = 4 };

int main(int argc, char **argv)
{
    static const size_t widths[LAYERS] = { 1024, 512, 512, 256, 256, 128, 128, 64 };
    static const char *const names[WAYS] = { "1/fan_in", "1/fan_out", "2/(fan_in + fan_out)",
                                             "1/sqrt(fan_in fan_out)" };
    static const term_column columns[] = { { "Var(w)", -22 },
                                           { "signal, last : first", 20 },
                                           { "gradient, first : last", 22 },
                                           { "dW, first : last", 16 } };
    /* [recipes] */
    const wi_recipe recipes[3] = {
        wi_variance_scaling(1.0, WI_FAN_IN, WI_SCHEME_NORMAL),
        wi_variance_scaling(1.0, WI_FAN_OUT, WI_SCHEME_NORMAL), wi_xavier_normal()
        /* [recipes] */
    };
    const fig_desc desc = {
        .title = "Forward or backward, not both",
        .columns = 2,
        .key = names,
        .key_count = WAYS,
        .caption =
            "Variance by layer in a linear network that narrows from 1024 units to 64, in units of where it "
            "starts. The gradient travels from right to left."
    };
    static wi_real input[SAMPLES * FEATURES], dy[SAMPLES * OUTPUTS];
    double layer[LAYERS], signal[WAYS][LAYERS], gradient[WAYS][LAYERS], dw[WAYS];
    wi_rng rng = wi_rng_make(13);
    fig f;

    (void)wi_fill(input, wi_dense(FEATURES, SAMPLES), wi_normal(0.0, 1.0), &rng);
    (void)wi_fill(dy, wi_dense(OUTPUTS, SAMPLES), wi_normal(0.0, 1.0), &rng);
    term_header(columns, WI_COUNT(columns));
    for (int way = 0; way < WAYS; way++) {
        wi_layer_desc layers[LAYERS];
        wi_net_desc shape = {
            .inputs = FEATURES, .layers = layers, .layer_count = LAYERS, .max_batch = SAMPLES, .seed = 1
        };
        wi_net net;

        for (int l = 0; l < LAYERS; l++) {
            /* [fans] */
            double fan_in = (double)(l == 0 ? FEATURES : widths[l - 1]),
                   fan_out = (double)widths[l];
            layers[l] = wi_layer_dense(widths[l], wi_linear());
            layers[l].weights =
                way < 3 ? recipes[way] : wi_normal(0.0, pow(fan_in * fan_out, -0.25));
            /* [fans] */
        }
        if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;
        (void)wi_net_forward(&net, wi_mat_view(input, SAMPLES, FEATURES), WI_EVAL, NULL);
        (void)wi_net_backward(&net, wi_mat_view(input, SAMPLES, FEATURES), wi_mat_view(dy, SAMPLES, OUTPUTS));
        /* [measure] */
        for (int l = 0; l < LAYERS; l++) {
            wi_layer *at = net.layers + l;
            layer[l] = l + 1;
            signal[way][l] = pow(wi_stats_of(at->post.data, SAMPLES * at->outputs).rms, 2.0);
            gradient[way][l] = pow(wi_stats_of(at->dpre.data, SAMPLES * at->outputs).rms, 2.0);
        }
        wi_mat first = net.layers[0].dw, last = net.layers[LAYERS - 1].dw;
        double first_dw = wi_stats_of(first.data, first.rows * first.cols).rms;
        double last_dw = wi_stats_of(last.data, last.rows * last.cols).rms;
        dw[way] = pow(first_dw / last_dw, 2.0);
        /* [measure] */
        wi_net_destroy(&net);
        term_cell(columns + 0, TERM_PLAIN, "%s", names[way]);
        term_cell(columns + 1, TERM_PLAIN, "%.3f", signal[way][LAYERS - 1]);
        term_cell(columns + 2, TERM_PLAIN, "%.3f", gradient[way][0]);
        term_cell(columns + 3, TERM_PLAIN, "%.3f", dw[way]);
        term_end_row();
    }
    fig_open(&f, argc > 1 ? argv[1] : NULL, "13_xavier_backward", &desc);
    for (int panel = 0; panel < 2; panel++) {
        fig_panel(&f, panel, 0, panel == 0 ? "Forward" : "Backward");
        fig_y_axis(&f, 0.01, 100.0, FIG_LOG,
                   panel == 0 ? "variance of the signal" : "variance of the gradient");
        fig_x_axis(&f, 0.5, LAYERS + 0.5, FIG_LINEAR, "layer");
        for (int way = 0; way < WAYS; way++)
            fig_curve(&f, layer, panel == 0 ? signal[way] : gradient[way], LAYERS, way);
    }
    int held = fabs(signal[0][LAYERS - 1] - 1.0) < 0.3 && fabs(gradient[1][0] - 1.0) < 0.3
            && signal[2][LAYERS - 1] > signal[0][LAYERS - 1] && gradient[2][0] < gradient[1][0];
    return term_claim(fig_close(&f) && held,
                      "1/fan_in keeps the signal, 1/fan_out the gradient, Xavier stands between");
}
