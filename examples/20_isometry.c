/* 20_isometry.c
   title:    Dynamical isometry
   question: Do orthogonal weights still help when there is an activation in between?
   level:    4
   claims:   -
   figure:   20_isometry.svg
   shows:    the singular values of the whole network's Jacobian, output against input, for 2 to 32 tanh and
             ReLU layers with Gaussian and orthogonal weights of critical size

   Keeping a gradient's average size is not all: the Jacobian's singular values tell how each direction fares.
   With tanh just above the linear range and orthogonal weights they all stay near 1: dynamical isometry
   (Pennington et al. 2017). ReLU throws half of the directions away at each layer, and no weights bring them
   back.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { WIDTH = 64, DEPTHS = 5, WAYS = 4 };

int main(int argc, char **argv)
{
    static const char *const names[WAYS] = { "tanh, Gaussian", "tanh, orthogonal", "ReLU, Gaussian",
                                             "ReLU, orthogonal" };
    static const term_column columns[] = {
        { "network", -18 }, { "layers", 6 },   { "largest", 9 },
        { "median", 9 },    { "smallest", 9 }, { "largest / median", 16 }
    };
    const fig_desc desc = {
        .title = "What a deep network does to each direction",
        .columns = 2,
        .key = names,
        .key_count = WAYS,
        .caption =
            "Singular values of the Jacobian of networks of 64 units a layer, at a small input. Left: 32 "
            "layers, all values in order. Right: the largest against the median, by depth."
    };
    static wi_real input[WIDTH], jacobian[WIDTH * WIDTH];
    double values[WAYS][WIDTH], depth[DEPTHS], spread[WAYS][DEPTHS], index[WIDTH];
    wi_rng rng = wi_rng_make(20);
    fig f;

    (void)wi_fill(input, wi_dense(WIDTH, 1), wi_normal(0.0, 0.1), &rng);
    term_header(columns, WI_COUNT(columns));
    for (int way = 0; way < WAYS; way++)
        for (int d = 0; d < DEPTHS; d++) {
            wi_layer_desc layers[64];
            wi_net_desc shape = {
                .inputs = WIDTH, .layers = layers, .layer_count = (size_t)2 << d, .max_batch = 1, .seed = 4
            };
            wi_act act = way < 2 ? wi_tanh() : wi_relu();
            /* critical: chi = 1, for tanh at a small signal */
            double gain = way < 2 ? 1.0 : sqrt(2.0);
            wi_net net;

            for (size_t l = 0; l < shape.layer_count; l++) {
                /* [draw] */
                layers[l] = wi_layer_dense(WIDTH, act);
                layers[l].weights =
                    way % 2 == 0 ? wi_gained(wi_lecun_normal(), gain) : wi_orthogonal(gain);
                /* [draw] */
            }
            /* [jacobian] */
            if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;
            wi_mat j = wi_mat_view(jacobian, WIDTH, WIDTH);
            if (wi_net_jacobian(&net, wi_mat_view(input, 1, WIDTH), j) != WI_OK) return 1;
            if (wi_mat_svd_values(j, values[way]) != WI_OK) return 1;
            /* [jacobian] */
            wi_net_destroy(&net);
            depth[d] = (double)shape.layer_count;
            spread[way][d] = values[way][0] / fmax(values[way][WIDTH / 2], 1e-12);
            if (d % 2 == 1) continue;
            term_cell(columns + 0, TERM_PLAIN, "%s", names[way]);
            term_cell(columns + 1, TERM_PLAIN, "%zu", shape.layer_count);
            term_cell(columns + 2, TERM_PLAIN, "%.3f", values[way][0]);
            term_cell(columns + 3, TERM_PLAIN, "%.1e",
                      values[way][WIDTH / 2] > 1e-6 ? values[way][WIDTH / 2] : 0.0);
            term_cell(columns + 4, TERM_PLAIN, "%.1e",
                      values[way][WIDTH - 1] > 1e-6 ? values[way][WIDTH - 1] : 0.0);
            if (values[way][WIDTH / 2] > 1e-6)
                term_cell(columns + 5, spread[way][d] < 2.0 ? TERM_GOOD : TERM_PLAIN, "%.2g", spread[way][d]);
            else term_cell(columns + 5, TERM_BAD, "half is lost");
            term_end_row();
        }
    fig_open(&f, argc > 1 ? argv[1] : NULL, "20_isometry", &desc);
    for (int i = 0; i < WIDTH; i++) index[i] = i + 1;
    fig_panel(&f, 0, 0, "32 layers");
    fig_y_axis(&f, 1e-6, 100.0, FIG_LOG, "singular value");
    fig_x_axis(&f, 0.0, WIDTH, FIG_LINEAR, "number");
    for (int way = 0; way < WAYS; way++) fig_curve(&f, index, values[way], WIDTH, way);
    fig_panel(&f, 1, 0, "By depth");
    fig_y_axis(&f, 0.5, 1e8, FIG_LOG, "largest / median");
    fig_x_axis(&f, 1.8, 36.0, FIG_LOG, "layers");
    for (int way = 0; way < WAYS; way++) {
        fig_curve(&f, depth, spread[way], DEPTHS, way);
        fig_dots(&f, depth, spread[way], DEPTHS, way, 3.5);
    }
    int held = spread[1][DEPTHS - 1] < 1.5 && spread[0][DEPTHS - 1] > 20.0 && spread[3][DEPTHS - 1] > 20.0;
    return term_claim(fig_close(&f) && held,
                      "tanh with orthogonal weights is nearly an isometry; ReLU never is");
}
