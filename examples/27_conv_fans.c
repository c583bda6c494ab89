/* 27_conv_fans.c
   title:    The fans of a convolution
   question: What is fan_in of a 3 x 3 kernel?
   level:    2
   claims:   C14 C22
   figure:   27_conv_fans.svg
   shows:    six convolutions of 3 x 3 from 16 to 32 to 16 ... channels with He weights for four values of
             fan_in, three of them popular mistakes: the signal by layer; and the fans that wi_shape says for
             other layouts

   A unit of a convolution sums in x 3 x 3 products, so fan_in = 9 in. Forgetting the kernel makes the signal
   grow nine-fold in variance a layer. And frameworks disagree on the order of axes: [out][in][h][w] in
   PyTorch, [h][w][in][out] in Keras. Taking one for the other gives a fan without meaning, and no error.
   wi_shape names the sizes by role, so that they cannot be swapped.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { LAYERS = 6, SIDE = 12, SAMPLES = 20, WAYS = 4, PIXELS = 16 * SIDE * SIDE };

int main(int argc, char **argv)
{
    static const char *const names[WAYS] = { "in * 9, right", "in: kernel forgotten", "out * 9: fan_out",
                                             "Keras' axes read as PyTorch's" };
    static const term_column shapes[] = {
        { "shape", -36 }, { "fan_in", 7 }, { "fan_out", 7 }, { "He's std", 8 }
    };
    static const term_column columns[] = {
        { "fan_in taken as", -30 }, { "layer 1", 9 }, { "3", 9 }, { "6", 9 }
    };
    const char *const texts[] = {
        "dense, 784 to 256", "convolution 3x3, 16 to 32 channels", "the same, Keras' order",
        "depthwise 3x3, 16 channels", "transposed 3x3, 16 to 32"
    };
    /* [shapes] */
    const wi_shape list[] = { wi_dense(784, 256), wi_conv2d(16, 32, 3, 3),
                              wi_in_major(wi_conv2d(16, 32, 3, 3)),
                              wi_grouped(wi_conv2d(16, 16, 3, 3), 16),
                              wi_conv2d_transposed(16, 32, 3, 3) };
    /* [shapes] */
    const fig_desc desc = {
        .title = "A wrong fan compounds",
        .width = 600,
        .key = names,
        .key_count = WAYS,
        .caption =
            "Root mean square of the signal through six 3 x 3 convolutions between 16 and 32 channels, ReLU, "
            "Var(w) = 2 / fan_in."
    };
    static wi_real input[SAMPLES * PIXELS];
    double layer[LAYERS], signal[WAYS][LAYERS], fan_in, fan_out;
    char words[120];
    wi_rng rng = wi_rng_make(27);
    fig f;

    term_header(shapes, WI_COUNT(shapes));
    for (size_t i = 0; i < WI_COUNT(list); i++) {
        wi_shape_fans(list[i], &fan_in, &fan_out);
        term_cell(shapes + 0, TERM_PLAIN, "%s", texts[i]);
        term_cell(shapes + 1, TERM_PLAIN, "%g", fan_in);
        term_cell(shapes + 2, TERM_PLAIN, "%g", fan_out);
        term_cell(shapes + 3, TERM_PLAIN, "%.4f", wi_recipe_std(wi_he_normal(), list[i]));
        term_end_row();
    }
    printf("\n%s\n\n", wi_fans_text(list[1], words, sizeof words));
    /* [SAMPLES][16][SIDE][SIDE] */
    (void)wi_fill(input, wi_dense(PIXELS, SAMPLES), wi_normal(0.0, 1.0), &rng);
    term_header(columns, WI_COUNT(columns));
    for (int way = 0; way < WAYS; way++) {
        wi_layer_desc layers[LAYERS];
        wi_net_desc shape = { .channels = 16,
                              .height = SIDE,
                              .width = SIDE,
                              .layers = layers,
                              .layer_count = LAYERS,
                              .max_batch = SAMPLES,
                              .seed = 1 };
        wi_net net;

        for (int l = 0; l < LAYERS; l++) {
            /* [mistakes] */
            double in = l % 2 == 0 ? 16.0 : 32.0, out = 48.0 - in;
            double fan = way == 0 ? 9.0 * in : way == 1 ? in : way == 2 ? 9.0 * out
                                                             : 3.0 * in * out;

            layers[l] = wi_layer_conv2d((size_t)out, 3, wi_relu());
            layers[l].padding = 1;
            layers[l].weights = wi_normal(0.0, sqrt(2.0 / fan));
            /* [mistakes] */
        }
        if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;
        (void)wi_net_forward(&net, wi_mat_view(input, SAMPLES, PIXELS), WI_EVAL, NULL);
        for (int l = 0; l < LAYERS; l++) {
            layer[l] = l + 1;
            signal[way][l] = wi_stats_of(net.layers[l].post.data, SAMPLES * net.layers[l].outputs).rms;
        }
        wi_net_destroy(&net);
        term_cell(columns + 0, TERM_PLAIN, "%s", names[way]);
        for (int c = 0; c < 3; c++)
            term_cell(columns + 1 + c, way == 0 ? TERM_GOOD : TERM_PLAIN, "%.3g",
                      signal[way][c == 0 ? 0 : 3 * c - 1]);
        term_end_row();
    }
    fig_open(&f, argc > 1 ? argv[1] : NULL, "27_conv_fans", &desc);
    fig_panel(&f, 0, 0, NULL);
    fig_y_axis(&f, 1e-4, 1e4, FIG_LOG, "signal");
    fig_x_axis(&f, 0.5, LAYERS + 0.5, FIG_LINEAR, "layer");
    for (int way = 0; way < WAYS; way++) {
        fig_curve(&f, layer, signal[way], LAYERS, way);
        fig_dots(&f, layer, signal[way], LAYERS, way, 3.5);
    }
    int held = signal[0][LAYERS - 1] > 0.3 && signal[0][LAYERS - 1] < 3.0 && signal[1][LAYERS - 1] > 100.0 &&
        signal[3][LAYERS - 1] < 0.01;
    return term_claim(fig_close(&f) && held, "fan_in of a convolution is in x height x width");
}
