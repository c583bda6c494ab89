/* first_figures.c
   Draws the figures of examples 01 to 03, which print only, so that they compile with nothing but winit.h.
   Usage: first_figures [folder]; the figures go there, or to build/figures.

   SPDX-License-Identifier: MIT OR Unlicense */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <math.h>
#include "figure.h"

/* ---- 01: six recipes for the same layer -------------------------------- */

static int draw_hello(const char *folder)
{
    enum { INPUTS = 784, UNITS = 256 };
    static wi_real weights[INPUTS * UNITS];
    const wi_recipe recipes[] = {
        wi_normal(0.0, 0.01), wi_lecun_normal(), wi_xavier_uniform(),
        wi_he_normal(), wi_truncated_normal(0.0, 0.05, -2.0, 2.0), wi_orthogonal(1.0)
    };
    const fig_desc desc = {
        .title = "Six recipes for the same layer", .columns = 3, .rows = 2, .width = 240, .height = 130,
        .caption = "Weights of a layer with 784 inputs and 256 units. The height is the number of weights; "
                   "the tallest bin of each panel is 1."
    };
    fig f;

    fig_open(&f, folder, "01_hello", &desc);
    for (int i = 0; i < (int)WI_COUNT(recipes); i++) {
        wi_rng rng = wi_rng_make(42);

        if (wi_fill(weights, wi_dense(INPUTS, UNITS), recipes[i], &rng) != WI_OK) return 0;
        wi_histogram h = wi_histogram_of(weights, WI_COUNT(weights), -0.2, 0.2);
        fig_panel(&f, i % 3, i / 3, recipes[i].name);
        fig_y_axis(&f, 0.0, 1.0, FIG_LINEAR, NULL);
        fig_x_axis(&f, -0.2, 0.2, FIG_LINEAR, NULL);
        fig_histogram(&f, h.bin, WI_BINS, -0.2, 0.2, i);
    }
    return fig_close(&f);
}

/* ---- 02: equal units stay equal ------------------------------------------- */

static int draw_symmetry(const char *folder)
{
    enum { UNITS = 8, EPOCHS = 40, SAMPLES = 400 };
    static const char *const names[] = { "all zero", "constant 0.5", "constant, biases differ",
                                         "random (Xavier)" };
    const wi_recipe weights[] = { wi_zeros(), wi_constant(0.5), wi_constant(0.5), wi_xavier_normal() };
    const wi_recipe biases[] = { wi_zeros(), wi_zeros(), wi_normal(0.0, 0.5), wi_zeros() };
    const fig_desc desc = {
        .title = "Equal units stay equal",
        .columns = 2,
        .key = names,
        .key_count = 4,
        .caption =
            "A 2-8-4 network on four clusters of points. Left: how many of its eight hidden units differ. "
            "Right: how many points it gets right. Lines that coincide are drawn a little apart."
    };
    const wi_layer_desc layers[] = { wi_layer_dense(UNITS, wi_tanh()), wi_layer_dense(4, wi_linear()) };
    const wi_net_desc shape = { .inputs = 2, .layers = layers, .layer_count = 2, .max_batch = SAMPLES };
    wi_rng  rng = wi_rng_make(3);
    wi_data data;
    wi_net  net;
    double  epoch_at[EPOCHS + 1], distinct[4][EPOCHS + 1], accuracy[4][EPOCHS + 1];
    fig     f;

    if (wi_data_blobs(&data, SAMPLES, 2, 4, 0.25, &rng) != WI_OK ||
        wi_net_create(&net, &shape, NULL) != WI_OK)
        return 0;
    for (size_t start = 0; start < 4; start++) {
        (void)wi_net_init_all(&net, weights[start], biases[start], 1);
        for (size_t epoch = 0; epoch <= EPOCHS; epoch++) {
            wi_train_desc train = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                                    .opt = wi_sgd(0.5),
                                    .epochs = 1,
                                    .batch = 20,
                                    .seed = epoch };
            wi_probe probe[2];
            wi_score score;

            if (epoch > 0 && wi_train(&net, &data, &train, NULL, NULL) != WI_OK) return 0;
            (void)wi_net_probe(&net, data.x, data.y, train.loss, probe);
            (void)wi_evaluate(&net, &data, train.loss, &score);
            epoch_at[epoch] = (double)epoch;
            distinct[start][epoch] = (double)probe[0].distinct_units + 0.06 * (double)start;
            accuracy[start][epoch] = 100.0 * score.accuracy;
        }
    }
    fig_open(&f, folder, "02_symmetry", &desc);
    for (int panel = 0; panel < 2; panel++) {
        fig_panel(&f, panel, 0, panel == 0 ? "Distinct hidden units" : "Accuracy");
        fig_y_axis(&f, 0.0, panel == 0 ? 9.0 : 105.0, FIG_LINEAR, panel == 0 ? "units" : "%");
        fig_x_axis(&f, 0.0, EPOCHS, FIG_LINEAR, "epoch");
        for (int start = 0; start < 4; start++)
            fig_curve(&f, epoch_at, panel == 0 ? distinct[start] : accuracy[start], EPOCHS + 1, start);
    }
    wi_net_destroy(&net);
    wi_data_destroy(&data);
    return fig_close(&f);
}

/* ---- 03: too large is not simply the opposite of too small ---------------- */

enum { WIDTH = 100, LAYERS = 6, ROWS = 200, SPREADS = 29 };

/* Saturated share of the last outputs, and the first layer's gradient as a multiple of the last layer's. */
static int measure(wi_act act, double std, const wi_real *input, const wi_real *sent_back, double *saturated,
                   double *ratio)
{
    wi_layer_desc layers[LAYERS];
    wi_net_desc shape = { .inputs = WIDTH, .layers = layers, .layer_count = LAYERS, .max_batch = ROWS };
    double centre = act.kind == WI_ACT_SIGMOID ? 0.5 : 0.0, bound = act.kind == WI_ACT_SIGMOID ? 0.49 : 0.99;
    size_t count = 0;
    wi_net net;

    for (int l = 0; l < LAYERS; l++) {
        layers[l] = wi_layer_dense(WIDTH, act);
        layers[l].weights = wi_normal(0.0, std);
    }
    if (wi_net_create(&net, &shape, NULL) != WI_OK) return 0;
    wi_mat x = wi_mat_view((wi_real *)input, ROWS, WIDTH),
           dy = wi_mat_view((wi_real *)sent_back, ROWS, WIDTH);
    (void)wi_net_forward(&net, x, WI_EVAL, NULL);
    (void)wi_net_backward(&net, x, dy);
    const wi_layer *first = net.layers, *last = net.layers + LAYERS - 1;
    for (size_t i = 0; i < ROWS * WIDTH; i++) count += fabs((double)last->post.data[i] - centre) >= bound;
    *saturated = act.kind == WI_ACT_RELU ? 0.0 : (double)count / (ROWS * WIDTH);
    *ratio = wi_stats_of(first->dpre.data, ROWS * WIDTH).rms / wi_stats_of(last->dpre.data, ROWS * WIDTH).rms;
    wi_net_destroy(&net);
    return 1;
}

static int draw_saturation(const char *folder)
{
    static const char *const names[] = { "tanh", "sigmoid", "ReLU" };
    const wi_act acts[] = { wi_tanh(), wi_sigmoid(), wi_relu() };
    const fig_desc desc = {
        .title = "Too large is not simply the opposite of too small",
        .columns = 2,
        .key = names,
        .key_count = 3,
        .caption =
            "Six layers of 100 units. Left: share of outputs within 0.01 of the function's limits. Right: "
            "root mean square of the gradient in the first layer, as a multiple of the last layer's."
    };
    static wi_real input[ROWS * WIDTH], sent_back[ROWS * WIDTH];
    double spreads[SPREADS], saturated[3][SPREADS], ratio[3][SPREADS];
    wi_rng rng = wi_rng_make(7);
    fig f;

    (void)wi_fill(input, wi_dense(WIDTH, ROWS), wi_normal(0.0, 1.0), &rng);
    (void)wi_fill(sent_back, wi_dense(WIDTH, ROWS), wi_normal(0.0, 1.0), &rng);
    for (int s = 0; s < SPREADS; s++) {
        spreads[s] = pow(10.0, -2.0 + 3.0 * s / (SPREADS - 1));
        for (int a = 0; a < 3; a++)
            if (!measure(acts[a], spreads[s], input, sent_back, &saturated[a][s], &ratio[a][s])) return 0;
    }
    fig_open(&f, folder, "03_saturation", &desc);
    for (int panel = 0; panel < 2; panel++) {
        fig_panel(&f, panel, 0, panel == 0 ? "Saturated outputs" : "Gradient, first layer against last");
        if (panel == 0) fig_y_axis(&f, 0.0, 1.0, FIG_LINEAR, "share");
        else fig_y_axis(&f, 1e-12, 1e12, FIG_LOG, "ratio");
        fig_x_axis(&f, 0.01, 10.0, FIG_LOG, "standard deviation of the weights");
        for (int a = 0; a < 3; a++) fig_curve(&f, spreads, panel == 0 ? saturated[a] : ratio[a], SPREADS, a);
    }
    return fig_close(&f);
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : NULL;

    return draw_hello(folder) && draw_symmetry(folder) && draw_saturation(folder) ? 0 : 1;
}
