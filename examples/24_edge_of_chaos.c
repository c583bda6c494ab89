/* 24_edge_of_chaos.c
   title:    The edge of chaos
   question: What happens to two inputs that differ a little, in a very deep network?
   level:    4
   claims:   C14
   figure:   24_edge_of_chaos.svg
   shows:    the correlation of two inputs through forty tanh layers of 400 units, for three sizes of the
             weights, measured and by theory; and chi, the growth of a gradient per layer, over the plane of
             weight and bias variance

   Below a critical size of the weights all inputs end up alike, and gradients vanish: order. Above it inputs
   that were nearly equal part, and gradients explode: chaos. Only on the line between, chi = 1, does a very
   deep network both hear and answer (Poole et al. 2016, Schoenholz et al. 2017).

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { WIDTH = 400, LAYERS = 40, CASES = 3, GRID = 20, LINE = 25 };

/* Measure the correlation about zero of two rows. */
static double correlation(wi_mat m)
{
    double ab = 0.0, aa = 0.0, bb = 0.0;

    for (size_t j = 0; j < m.cols; j++) {
        double a = (double)m.data[j], b = (double)m.data[m.row_step + j];
        ab += a * b, aa += a * a, bb += b * b;
    }
    return ab / sqrt(aa * bb);
}

int main(int argc, char **argv)
{
    static const double weight_std[CASES] = { 0.9, 1.0, 2.0 };
    static const char *const names[CASES] = { "ordered: sigma_w 0.9", "critical", "chaotic: sigma_w 2" };
    static const term_column columns[] = { { "weights", -22 }, { "sigma_w", 7 },
                                           { "chi", 6 },       { "layer 1", 8 },
                                           { "10", 8 },        { "40", 8 },
                                           { "limit", 7 },     { "trainable depth", 15 } };
    const fig_desc desc = {
        .title = "Order, chaos, and the line between",
        .columns = 2,
        .width = 350,
        .height = 280,
        .key = names,
        .key_count = CASES,
        .caption =
            "tanh. Left: correlation of two inputs by layer; dots measured in 400 units, lines by theory; it "
            "begins at 0.6. Right: chi, from orange (gradients vanish) to blue (they explode); on the line "
            "it is 1."
    };
    static wi_real input[2 * WIDTH];
    static double chi_map[GRID * GRID];
    double layer[LAYERS], measured[CASES][LAYERS], theory[CASES][LAYERS], line_w[LINE], line_b[LINE],
        bias_var = 0.05;
    wi_signal limit[CASES];
    wi_rng rng = wi_rng_make(24);
    int held = 1;
    fig f;

    for (size_t j = 0; j < WIDTH; j++) {                    /* two inputs of correlation 0.6 */
        double a = wi_rng_normal(&rng), b = wi_rng_normal(&rng);
        input[j] = (wi_real)a;
        input[WIDTH + j] = (wi_real)(0.6 * a + 0.8 * b);
    }
    term_header(columns, WI_COUNT(columns));
    for (int c = 0; c < CASES; c++) {
        wi_layer_desc layers[LAYERS];
        wi_net_desc shape = { .inputs = WIDTH, .layers = layers, .layer_count = LAYERS, .max_batch = 2 };
        double weight_var = weight_std[c] * weight_std[c], q;
        wi_signal at;
        wi_net net;

        /* [critical] */
        if (c == 1 && wi_critical(wi_tanh(), bias_var, &weight_var, &q) != WI_OK) return 1;
        limit[c] = wi_signal_fixed_point(wi_tanh(), weight_var, bias_var);
        /* [critical] */
        for (int l = 0; l < LAYERS; l++) layers[l] = wi_layer_dense(WIDTH, wi_tanh());
        if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;
        (void)wi_net_init_all(&net, wi_normal(0.0, sqrt(weight_var / WIDTH)), wi_normal(0.0, sqrt(bias_var)),
                              1);
        (void)wi_net_forward(&net, wi_mat_view(input, 2, WIDTH), WI_EVAL, NULL);
        /* [theory] */
        memset(&at, 0, sizeof at);
        at.q = weight_var + bias_var;
        at.correlation = (0.6 * weight_var + bias_var) / at.q;
        for (int l = 0; l < LAYERS; l++) {
            layer[l] = l + 1;
            measured[c][l] = correlation(net.layers[l].pre);
            theory[c][l] = at.correlation;
            at = wi_signal_step(wi_tanh(), weight_var, bias_var, at);
        }
        /* [theory] */
        wi_net_destroy(&net);
        held = held && fabs(measured[c][LAYERS - 1] - limit[c].correlation) < 0.15;
        term_cell(columns + 0, TERM_PLAIN, "%s", names[c]);
        term_cell(columns + 1, TERM_PLAIN, "%.3f", sqrt(weight_var));
        term_cell(columns + 2, c == 1 ? TERM_GOOD : TERM_BAD, "%.3f", limit[c].chi);
        term_cell(columns + 3, TERM_PLAIN, "%.4f", measured[c][0]);
        term_cell(columns + 4, TERM_PLAIN, "%.4f", measured[c][9]);
        term_cell(columns + 5, TERM_PLAIN, "%.4f", measured[c][LAYERS - 1]);
        term_cell(columns + 6, TERM_DIM, "%.4f", limit[c].correlation);
        term_cell(columns + 7, TERM_PLAIN, wi_trainable_depth(limit[c]) > 1e4 ? "any" : "%.0f layers",
                  wi_trainable_depth(limit[c]));
        term_end_row();
    }
    /* [plane] */
    /* chi at the fixed point, over the plane */
    for (int i = 0; i < GRID * GRID; i++) {
        double w = 0.5 + 2.5 * (i % GRID + 0.5) / GRID, b = 1.0 - (i / GRID + 0.5) / GRID,
               q = 1.0;
        for (int k = 0; k < 30; k++)
            q = w * w * wi_act_moments(wi_tanh(), 0.0, sqrt(q)).second + b * b;
        chi_map[i] = log(w * w * wi_act_moments(wi_tanh(), 0.0, sqrt(q)).slope_second);
    }
    /* [plane] */
    for (int i = 0; i < LINE; i++) {
        double q, b = line_b[i] = i / (LINE - 1.0);
        if (wi_critical(wi_tanh(), b * b, line_w + i, &q) != WI_OK) return 1;
        line_w[i] = sqrt(line_w[i]);
    }
    fig_open(&f, argc > 1 ? argv[1] : NULL, "24_edge_of_chaos", &desc);
    fig_panel(&f, 0, 0, "Two inputs");
    fig_y_axis(&f, 0.0, 1.05, FIG_LINEAR, "correlation");
    fig_x_axis(&f, 0.0, LAYERS + 1.0, FIG_LINEAR, "layer");
    for (int c = 0; c < CASES; c++) {
        fig_curve(&f, layer, theory[c], LAYERS, c);
        fig_dots(&f, layer, measured[c], LAYERS, c, 2.6);
    }
    fig_panel(&f, 1, 0, "The plane");
    fig_y_axis(&f, 0.0, 1.0, FIG_LINEAR, "sigma_b");
    fig_x_axis(&f, 0.5, 3.0, FIG_LINEAR, "sigma_w");
    fig_heatmap(&f, chi_map, GRID, GRID, 1.2);
    fig_shades(&f, "chi 0.3", "3.3"); /* exp(-1.2) and exp(1.2) */
    fig_curve(&f, line_w, line_b, LINE, FIG_GREEN);
    held = held && fabs(limit[1].chi - 1.0) < 1e-3 && limit[0].chi < 1.0 && limit[2].chi > 1.0;
    return term_claim(fig_close(&f) && held, "below the line inputs become alike, above it they part");
}
