/* 17_gain.c
   title:    The gain of any activation
   question: He's factor is 2 for ReLU. What is it for the others?
   level:    2
   claims:   C14
   figure:   17_gain.svg
   shows:    for each activation the factor k in Var(w) = k / n, by integration over a Gaussian, and the size
             of the signal after one and after ten layers of 400 units with weights drawn so

   The signal keeps its mean square if Var(w) = k / n with k = 1 / E f(z)^2, z ~ N(0,1). That is an integral,
   and wi_gain() computes its root for any function. The backward factor 1 / E f'(z)^2 is the same for ReLU
   and linear only. Not every activation stays at size 1: with some the slightest deviation grows with depth.
   See 25_gelu_trap.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { WIDTH = 400, LAYERS = 10, SAMPLES = 100, ACTS = 13 };

int main(int argc, char **argv)
{
    static const term_column columns[] = { { "activation", -11 }, { "k forward", 9 },
                                           { "k backward", 10 },  { "gain", 7 },
                                           { "PyTorch's", 9 },    { "E pre^2, layer 2", 16 },
                                           { "layer 10", 8 } };
    const wi_act acts[ACTS] = { wi_linear(),   wi_relu(),     wi_leaky_relu(0.1), wi_sigmoid(), wi_tanh(),
                                wi_elu(1.0),   wi_selu(),     wi_gelu(),          wi_silu(),    wi_mish(),
                                wi_softplus(), wi_softsign(), wi_hard_swish() };
    const fig_desc desc = {
        .title = "A factor for each activation", .columns = 1, .width = 820,
        .caption = "k in Var(w) = k / n that keeps the signal's mean square, 1 / E f(z)^2 for z ~ N(0,1)."
    };
    static wi_real input[SAMPLES * WIDTH];
    wi_rng rng = wi_rng_make(17);
    char text[16];
    int held = 1;
    fig f;

    (void)wi_fill(input, wi_dense(WIDTH, SAMPLES), wi_normal(0.0, 1.0), &rng);
    fig_open(&f, argc > 1 ? argv[1] : NULL, "17_gain", &desc);
    fig_panel(&f, 0, 0, NULL);
    fig_y_axis(&f, 0.0, 7.0, FIG_LINEAR, "k");
    term_header(columns, WI_COUNT(columns));
    for (size_t a = 0; a < ACTS; a++) {
        /* [gain] */
        double gain = wi_gain(acts[a]), k = gain * gain,
               back = pow(wi_gain_backward(acts[a]), 2.0);
        wi_recipe recipe = wi_variance_scaling(k, WI_FAN_IN, WI_SCHEME_NORMAL);
        /* [gain] */
        wi_layer_desc layers[LAYERS];
        wi_net_desc shape = {
            .inputs = WIDTH, .layers = layers, .layer_count = LAYERS, .max_batch = SAMPLES, .seed = 7
        };
        wi_net net;

        /* The first layer sees the input itself, which no activation has touched: for it k is 1. */
        /* [layers] */
        for (int l = 0; l < LAYERS; l++) {
            layers[l] = wi_layer_dense(WIDTH, acts[a]);
            layers[l].weights = l == 0 ? wi_lecun_normal() : recipe;
        }
        /* [layers] */
        if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;
        (void)wi_net_forward(&net, wi_mat_view(input, SAMPLES, WIDTH), WI_EVAL, NULL);
        double second = pow(wi_stats_of(net.layers[1].pre.data, SAMPLES * WIDTH).rms, 2.0);
        double tenth = pow(wi_stats_of(net.layers[LAYERS - 1].pre.data, SAMPLES * WIDTH).rms, 2.0);
        wi_net_destroy(&net);

        held = held && fabs(second - 1.0) < 0.15;
        term_cell(columns + 0, TERM_PLAIN, "%s", wi_act_name(acts[a]));
        term_cell(columns + 1, TERM_PLAIN, "%.4f", k);
        term_cell(columns + 2, TERM_PLAIN, "%.4f", back);
        term_cell(columns + 3, TERM_PLAIN, "%.4f", gain);
        if (wi_gain_pytorch(acts[a]) > 0.0)
            term_cell(columns + 4, TERM_DIM, "%.4f", wi_gain_pytorch(acts[a]));
        else term_cell(columns + 4, TERM_DIM, "-");
        term_cell(columns + 5, fabs(second - 1.0) < 0.15 ? TERM_GOOD : TERM_BAD, "%.3f", second);
        term_cell(columns + 6, TERM_PLAIN, "%.3f", tenth);
        term_end_row();
        snprintf(text, sizeof text, "%.2f", k);
        fig_bar(&f, a, ACTS, k, FIG_BLUE, wi_act_name(acts[a]), text);
    }
    return term_claim(fig_close(&f) && held,
                      "the computed factor keeps the mean square at 1, for every activation");
}
