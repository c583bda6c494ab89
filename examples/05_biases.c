/* 05_biases.c
   title:    Biases
   question: Should biases start at zero, or a little above?
   level:    1
   claims:   C3
   figure:   05_biases.svg
   shows:    the share of dead ReLU units before and after training, and the loss along the way, for biases
             that start at -1, -0.1, 0, 0.01, 0.1 and 1: means of ten seeds, with the scatter between seeds

   A ReLU unit whose pre-activation is negative for every sample passes no gradient: it is dead. A small
   positive bias is often advised against that. Weights are random, so breaking the symmetry is not the bias's
   task; is there anything left for it to do? Compare the differences between rows with the scatter between
   seeds.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { SAMPLES = 300, SEEDS = 10, BIASES = 6, POINTS = 25, EVERY = 6 };

/* Share of the hidden units that are zero for every sample. */
static double dead_share(wi_net *net, const wi_data *data)
{
    size_t dead = 0, units = 0;

    (void)wi_net_forward(net, data->x, WI_EVAL, NULL);
    /* [dead] */
    for (size_t l = 0; l + 1 < net->layer_count; l++) {
        wi_mat post = net->layers[l].post;                          /* [SAMPLES][units] */
        for (size_t j = 0; j < post.cols; j++) {
            int alive = 0;
            for (size_t i = 0; i < data->x.rows; i++)
                alive = alive || post.data[i * post.row_step + j] > 0;
            dead += !alive;
            units++;
        }
    }
    return (double)dead / (double)units;
    /* [dead] */
}

int main(int argc, char **argv)
{
    static const double biases[BIASES] = { -1.0, -0.1, 0.0, 0.01, 0.1, 1.0 };
    static const char *const names[BIASES] = { "bias -1", "-0.1", "0", "0.01", "0.1", "1" };
    static const term_column columns[] = { { "bias", 6 },
                                           { "dead at first", 13 },
                                           { "dead at the end", 15 },
                                           { "final loss", 10 },
                                           { "scatter of seeds", 16 } };
    const fig_desc desc = {
        .title = "A small bias changes little",
        .columns = 2,
        .key = names,
        .key_count = BIASES,
        .caption =
            "A 4-32-32-3 ReLU network with He weights; means of ten seeds. Left: dead units before and after "
            "training. Right: loss."
    };
    const wi_layer_desc layers[] = { wi_layer_dense(32, wi_relu()), wi_layer_dense(32, wi_relu()),
                                     wi_layer_dense(3, wi_linear()) };
    const wi_net_desc shape = { .inputs = 4, .layers = layers, .layer_count = 3, .max_batch = SAMPLES };
    double dead[BIASES][2] = { { 0.0 } }, loss[BIASES][POINTS] = { { 0.0 } }, end[BIASES][SEEDS],
           scatter[BIASES], step[POINTS];
    wi_rng rng = wi_rng_make(4);
    wi_data data;
    wi_net net;
    fig f;

    if (wi_data_blobs(&data, SAMPLES, 4, 3, 0.5, &rng) != WI_OK || wi_net_create(&net, &shape, NULL) != WI_OK)
        return 1;
    for (int b = 0; b < BIASES; b++)
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            wi_train_desc train = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                                    .opt = wi_sgd(0.05),
                                    .steps = POINTS * EVERY,
                                    .batch = 30,
                                    .seed = seed };
            wi_trainer trainer;

            /* [bias] */
            (void)wi_net_init_all(&net, wi_he_normal(), wi_constant(biases[b]), seed);
            /* [bias] */
            dead[b][0] += dead_share(&net, &data) / SEEDS;
            if (wi_trainer_create(&trainer, &net, &data, &train, NULL) != WI_OK) return 1;
            for (int p = 0; p < POINTS; p++) {
                wi_score score;
                (void)wi_evaluate(&net, &data, train.loss, &score);
                step[p] = p * EVERY;
                loss[b][p] += score.loss / SEEDS;
                end[b][seed] = score.loss;
                (void)wi_trainer_run(&trainer, EVERY, NULL);
            }
            dead[b][1] += dead_share(&net, &data) / SEEDS;
            wi_trainer_destroy(&trainer);
        }
    term_header(columns, WI_COUNT(columns));
    for (int b = 0; b < BIASES; b++) {
        double sum = 0.0;
        for (int seed = 0; seed < SEEDS; seed++) sum += pow(end[b][seed] - loss[b][POINTS - 1], 2.0);
        scatter[b] = sqrt(sum / (SEEDS - 1));
        term_cell(columns + 0, TERM_PLAIN, "%g", biases[b]);
        term_cell(columns + 1, dead[b][0] > 0.1 ? TERM_BAD : TERM_PLAIN, "%.1f %%", 100.0 * dead[b][0]);
        term_cell(columns + 2, dead[b][1] > 0.1 ? TERM_BAD : TERM_PLAIN, "%.1f %%", 100.0 * dead[b][1]);
        term_cell(columns + 3, TERM_PLAIN, "%.4f", loss[b][POINTS - 1]);
        term_cell(columns + 4, TERM_DIM, "%.4f", scatter[b]);
        term_end_row();
    }
    fig_open(&f, argc > 1 ? argv[1] : NULL, "05_biases", &desc);
    fig_panel(&f, 0, 0, "Dead units");
    fig_y_axis(&f, 0.0, 30.0, FIG_LINEAR, "% (left bar: before, right bar: after training)");
    for (size_t b = 0; b < BIASES; b++)
        for (size_t after = 0; after < 2; after++)
            fig_bar(&f, 3 * b + after, 3 * BIASES, 100.0 * dead[b][after], (int)b, NULL, NULL);
    fig_panel(&f, 1, 0, "Training");
    fig_y_axis(&f, 0.03, 2.0, FIG_LOG, "loss");
    fig_x_axis(&f, 0.0, (POINTS - 1) * EVERY, FIG_LINEAR, "step");
    for (int b = 0; b < BIASES; b++) fig_curve(&f, step, loss[b], POINTS, b);

    double gain = loss[2][POINTS - 1] - loss[3][POINTS - 1];
    printf("0.01 instead of 0 lowers the final loss by %.5f; seeds scatter by %.4f\n", gain, scatter[2]);
    wi_net_destroy(&net);
    wi_data_destroy(&data);
    int held = fabs(gain) < scatter[2] && dead[2][0] < 0.1 && dead[0][0] > dead[2][0];
    return term_claim(fig_close(&f) && held,
                      "with He weights, a bias of 0.01 makes no difference that seeds would not");
}
