/* 21_sparse.c
   title:    Sparse weights
   question: Is it better to connect each unit to ten inputs only?
   level:    2
   claims:   C15
   figure:   21_sparse.svg
   shows:    dense weights against ten non-zero ones a unit, at equal variance of the sum, for tanh and ReLU:
             signal through ten layers, and training with the scatter between ten seeds

   Sparse initialisation (Martens 2010) gives each unit ten non-zero weights of larger size. The variance of
   the sum is what counts, and it can be made the same: std = sqrt(k / 10). What differs is that few units
   share inputs, and that the sum of ten terms is less Gaussian.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { WIDTH = 200, LAYERS = 10, SAMPLES = 100, SEEDS = 10, POINTS = 30, EVERY = 5, WAYS = 4 };

int main(int argc, char **argv)
{
    static const char *const names[WAYS] = { "tanh, dense", "tanh, ten inputs", "ReLU, dense",
                                             "ReLU, ten inputs" };
    static const term_column columns[] = { { "network", -17 },         { "zeros", 6 },
                                           { "signal, layer 10", 16 }, { "loss, step 50", 13 },
                                           { "loss at the end", 15 },  { "seeds scatter", 13 } };
    const fig_desc desc = {
        .title = "Ten inputs a unit, or all",
        .columns = 2,
        .key = names,
        .key_count = WAYS,
        .caption =
            "Weights of equal variance of the sum. Left: the signal in ten layers of 200 units. Right: loss "
            "of a 20-50-50-5 network, ten seeds."
    };
    static wi_real input[SAMPLES * WIDTH];
    double layer[LAYERS], signal[WAYS][LAYERS], step[POINTS + 1], loss[WAYS][POINTS + 1], scatter[WAYS];
    wi_rng rng = wi_rng_make(21);
    wi_data data;
    fig f;

    (void)wi_fill(input, wi_dense(WIDTH, SAMPLES), wi_normal(0.0, 1.0), &rng);
    if (wi_data_blobs(&data, 400, 20, 5, 1.0, &rng) != WI_OK) return 1;
    memset(loss, 0, sizeof loss);
    term_header(columns, WI_COUNT(columns));
    for (int way = 0; way < WAYS; way++) {
        /* [recipe] */
        double k = way < 2 ? 1.0 : 2.0, squares = 0.0;
        wi_act act = way < 2 ? wi_tanh() : wi_relu();
        wi_recipe recipe = way % 2 == 0 ? wi_variance_scaling(k, WI_FAN_IN, WI_SCHEME_NORMAL)
                                        : wi_sparse(10, sqrt(k / 10.0));
        /* [recipe] */
        wi_layer_desc deep[LAYERS],
            small[] = { wi_layer_dense(50, act), wi_layer_dense(50, act), wi_layer_dense(5, wi_linear()) };
        wi_net_desc shape = {
            .inputs = WIDTH, .layers = deep, .layer_count = LAYERS, .max_batch = SAMPLES, .seed = 1
        };
        wi_net net;

        for (int l = 0; l < LAYERS; l++) {
            deep[l] = wi_layer_dense(WIDTH, act);
            deep[l].weights = recipe;
        }
        if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;
        (void)wi_net_forward(&net, wi_mat_view(input, SAMPLES, WIDTH), WI_EVAL, NULL);
        double zeros = wi_stats_of(net.layers[1].w.data, WIDTH * WIDTH).zeros;
        for (int l = 0; l < LAYERS; l++) {
            layer[l] = l + 1;
            signal[way][l] = wi_stats_of(net.layers[l].post.data, SAMPLES * WIDTH).rms;
        }
        wi_net_destroy(&net);

        shape.inputs = 20;
        shape.layers = small;
        shape.layer_count = 3;
        shape.max_batch = 400;
        if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            wi_train_desc train = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                                    .opt = wi_sgd(0.02),
                                    .steps = POINTS * EVERY,
                                    .batch = 25,
                                    .seed = seed };
            wi_trainer trainer;
            wi_score score;

            (void)wi_net_init_all(&net, recipe, wi_zeros(), seed);
            if (wi_trainer_create(&trainer, &net, &data, &train, NULL) != WI_OK) return 1;
            for (int p = 0; p <= POINTS; p++) {
                (void)wi_evaluate(&net, &data, train.loss, &score);
                step[p] = p * EVERY;
                loss[way][p] += score.loss / SEEDS;
                (void)wi_trainer_run(&trainer, EVERY, NULL);
            }
            wi_trainer_destroy(&trainer);
            squares += score.loss * score.loss;
        }
        wi_net_destroy(&net);
        scatter[way] = sqrt(fmax(0.0, squares / SEEDS - pow(loss[way][POINTS], 2.0)));
        term_cell(columns + 0, TERM_PLAIN, "%s", names[way]);
        term_cell(columns + 1, TERM_PLAIN, "%.0f %%", 100.0 * zeros);
        term_cell(columns + 2, TERM_PLAIN, "%.3f", signal[way][LAYERS - 1]);
        term_cell(columns + 3, TERM_PLAIN, "%.3f", loss[way][10]);
        term_cell(columns + 4, TERM_PLAIN, "%.3f", loss[way][POINTS]);
        term_cell(columns + 5, TERM_DIM, "%.3f", scatter[way]);
        term_end_row();
    }
    fig_open(&f, argc > 1 ? argv[1] : NULL, "21_sparse", &desc);
    fig_panel(&f, 0, 0, "Signal");
    fig_y_axis(&f, 0.0, 1.5, FIG_LINEAR, "root mean square");
    fig_x_axis(&f, 0.5, LAYERS + 0.5, FIG_LINEAR, "layer");
    for (int way = 0; way < WAYS; way++) fig_curve(&f, layer, signal[way], LAYERS, way);
    fig_panel(&f, 1, 0, "Training");
    fig_y_axis(&f, 0.0, 2.0, FIG_LINEAR, "loss");
    fig_x_axis(&f, 0.0, POINTS * EVERY, FIG_LINEAR, "step");
    for (int way = 0; way < WAYS; way++) fig_curve(&f, step, loss[way], POINTS + 1, way);
    wi_data_destroy(&data);
    int held = fabs(signal[1][9] / signal[0][9] - 1.0) < 0.3 &&
        fabs(signal[3][9] / signal[2][9] - 1.0) < 0.6 &&
        fabs(loss[1][POINTS] - loss[0][POINTS]) < 3.0 * scatter[0] &&
        fabs(loss[3][POINTS] - loss[2][POINTS]) < 3.0 * scatter[2];
    return term_claim(fig_close(&f) && held,
                      "at equal variance, sparse weights do about as well as dense ones");
}
