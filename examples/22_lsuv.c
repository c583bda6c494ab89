/* 22_lsuv.c
   title:    LSUV
   question: What if no formula fits?
   level:    3
   claims:   -
   figure:   22_lsuv.svg
   shows:    the standard deviation of each layer's pre-activation for inputs that are far from N(0,1), with
             He weights and with layer-sequential unit variance, and the loss of both in training

   Formulas assume inputs of unit size, no biases, independent units. When the data are different, one can
   measure instead: draw orthogonal weights, send a batch through, and divide each layer's weights by the
   standard deviation that comes out, first layer first (Mishkin and Matas 2016). It works with any activation
   and any data. It need not train faster: here He's too large signals act like a larger learning rate, and
   this small problem forgives that.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { SEEDS = 5, SAMPLES = 400, LAYERS = 12, WIDTH = 64, POINTS = 40, EVERY = 10 };

int main(int argc, char **argv)
{
    static const char *const names[2] = { "He", "LSUV" };
    static const term_column columns[] = { { "weights", -8 },  { "pre, layer 1", 12 },
                                           { "4", 8 },         { "8", 8 },
                                           { "12", 8 },        { "first loss", 10 },
                                           { "last loss", 9 }, { "accuracy", 8 } };
    const fig_desc desc = {
        .title = "Measure instead of calculate",
        .columns = 2,
        .key = names,
        .key_count = 2,
        .caption =
            "Twelve ReLU layers of 64 units on inputs of mean 3 and standard deviation 5. Left: size of the "
            "pre-activations. Right: training."
    };
    double layer[LAYERS], spread[2][LAYERS], step[POINTS + 1], loss[2][POINTS + 1], accuracy[2], least[2],
        most[2];
    wi_layer_desc layers[LAYERS + 1];
    wi_net_desc shape = { .inputs = 10, .layers = layers, .layer_count = LAYERS + 1, .max_batch = SAMPLES };
    wi_rng rng = wi_rng_make(22);
    wi_data data;
    wi_net net;
    fig f;

    for (int l = 0; l < LAYERS; l++) layers[l] = wi_layer_dense(WIDTH, wi_relu());
    layers[LAYERS] = wi_layer_dense(4, wi_linear());
    if (wi_data_blobs(&data, SAMPLES, 10, 4, 0.5, &rng) != WI_OK ||
        wi_net_create(&net, &shape, NULL) != WI_OK)
        return 1;
    for (size_t i = 0; i < SAMPLES * 10; i++) data.x.data[i] = (wi_real)(3.0 + 5.0 * (double)data.x.data[i]);

    term_header(columns, WI_COUNT(columns));
    for (int lsuv = 0; lsuv < 2; lsuv++) {
        least[lsuv] = INFINITY; most[lsuv] = 0.0;
        /* the table and the figure show seed 1, the last */
        for (uint64_t seed = SEEDS; seed >= 1; seed--) {
            wi_train_desc train = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                                    .opt = wi_sgd(0.005),
                                    .steps = POINTS * EVERY,
                                    .batch = 40,
                                    .seed = seed };
            wi_trainer trainer;
            wi_score score;

            /* [start] */
            (void)wi_net_init(&net, seed);
            if (lsuv && wi_net_init_lsuv(&net, data.x, 0.02, 10) != WI_OK) return 1;
            /* [start] */
            (void)wi_net_forward(&net, data.x, WI_EVAL, NULL);
            for (int l = 0; l < LAYERS; l++) {
                layer[l] = l + 1;
                spread[lsuv][l] = wi_stats_of(net.layers[l].pre.data, SAMPLES * WIDTH).std;
            }
            if (wi_trainer_create(&trainer, &net, &data, &train, NULL) != WI_OK) return 1;
            for (int p = 0; p <= POINTS; p++) {
                (void)wi_evaluate(&net, &data, train.loss, &score);
                step[p] = p * EVERY;
                loss[lsuv][p] = score.loss;
                (void)wi_trainer_run(&trainer, EVERY, NULL);
            }
            wi_trainer_destroy(&trainer);
            accuracy[lsuv] = score.accuracy;
            least[lsuv] = fmin(least[lsuv], score.loss);
            most[lsuv] = fmax(most[lsuv], score.loss);
        }
        term_cell(columns + 0, TERM_PLAIN, "%s", names[lsuv]);
        for (int c = 0; c < 4; c++)
            term_cell(columns + 1 + c, TERM_PLAIN, "%.2f", spread[lsuv][c == 0 ? 0 : 4 * c - 1]);
        term_cell(columns + 5, TERM_PLAIN, "%.3f", loss[lsuv][0]);
        term_cell(columns + 6, TERM_PLAIN, "%.3f", loss[lsuv][POINTS]);
        term_cell(columns + 7, TERM_PLAIN, "%.1f %%", 100.0 * accuracy[lsuv]);
        term_end_row();
    }
    printf("last loss with %d seeds: He %.2g to %.2g, LSUV %.2g to %.2g\n", SEEDS, least[0], most[0],
           least[1], most[1]);
    fig_open(&f, argc > 1 ? argv[1] : NULL, "22_lsuv", &desc);
    fig_panel(&f, 0, 0, "Before training");
    fig_y_axis(&f, 0.3, 30.0, FIG_LOG, "standard deviation of pre");
    fig_x_axis(&f, 0.5, LAYERS + 0.5, FIG_LINEAR, "layer");
    for (int lsuv = 0; lsuv < 2; lsuv++) fig_curve(&f, layer, spread[lsuv], LAYERS, lsuv);
    fig_panel(&f, 1, 0, "Training");
    fig_y_axis(&f, 0.001, 10.0, FIG_LOG, "loss");
    fig_x_axis(&f, 0.0, POINTS * EVERY, FIG_LINEAR, "step");
    for (int lsuv = 0; lsuv < 2; lsuv++) fig_curve(&f, step, loss[lsuv], POINTS + 1, lsuv);
    wi_net_destroy(&net);
    wi_data_destroy(&data);
    int held = 1;
    for (int l = 0; l < LAYERS; l++) held = held && fabs(spread[1][l] - 1.0) < 0.03;
    return term_claim(fig_close(&f) && held && spread[0][0] > 2.0,
                      "LSUV gives every layer a standard deviation of 1, whatever the data");
}
