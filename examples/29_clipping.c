/* 29_clipping.c
   title:    Clipping and leaking
   question: Do leaky ReLU and gradient clipping stabilise a convolutional network?
   level:    3
   claims:   C19
   figure:   29_clipping.svg
   shows:    a small convolutional network on the digits at a good and at a too high learning rate, with ReLU
             and leaky ReLU, with and without clipping the gradient's norm at 1: the test accuracy after 120
             steps, means of five seeds, and how many seeds failed

   The two are often named in one breath, but they do different things. Clipping bounds a step, so a rate that
   is too high does less harm. A leak keeps a gradient alive in units that are off; it does not bound
   anything.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "digits.h"
#include "figure.h"
#include "terminal.h"

enum { WAYS = 4, RATES = 4, SEEDS = 5, STEPS = 120 };

int main(int argc, char **argv)
{
    static const double rates[RATES] = { 0.1, 0.3, 0.6, 1.2 };
    static const char *const names[WAYS] = { "ReLU", "leaky ReLU", "ReLU + clipping",
                                             "leaky ReLU + clipping" };
    static const term_column columns[] = { { "network", -22 }, { "rate 0.1", 12 }, { "0.3", 12 },
                                           { "0.6", 12 },      { "1.2", 12 },      { "failed seeds", 12 } };
    const fig_desc desc = {
        .title = "What survives a high learning rate",
        .width = 600,
        .key = names,
        .key_count = WAYS,
        .caption =
            "Test accuracy of a small convolutional network after 120 steps, by learning rate: means of five "
            "seeds."
    };
    double accuracy[WAYS][RATES], log_rate[RATES];
    int failed[WAYS] = { 0 };
    wi_data all, train, test;
    fig f;

    if (!digits_load(&all, &train, &test)) return 1;
    term_header(columns, WI_COUNT(columns));
    for (int way = 0; way < WAYS; way++) {
        wi_act act = way % 2 == 0 ? wi_relu() : wi_leaky_relu(0.1);
        wi_layer_desc layers[] = { wi_layer_conv2d(8, 3, act), wi_layer_conv2d(8, 3, act),
                                   wi_layer_max_pool(2), wi_layer_dense(32, act),
                                   wi_layer_dense(10, wi_linear()) };
        wi_net_desc shape = { .channels = 1,
                              .height = 8,
                              .width = 8,
                              .layers = layers,
                              .layer_count = WI_COUNT(layers),
                              .max_batch = 300 };
        wi_net net;

        if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;
        term_cell(columns + 0, TERM_PLAIN, "%s", names[way]);
        for (int r = 0; r < RATES; r++) {
            accuracy[way][r] = 0.0;
            log_rate[r] = rates[r];
            for (uint64_t seed = 1; seed <= SEEDS; seed++) {
                /* [clip] */
                wi_train_desc how = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                                      .opt = wi_sgd(rates[r]),
                                      .steps = STEPS,
                                      .batch = 20,
                                      .seed = seed,
                                      .clip_norm = way >= 2 ? 1.0 : 0.0 };
                /* [clip] */
                wi_score score;
                (void)wi_net_init(&net, seed);
                /* WI_ERR_NUMERIC: the loss became infinite or NaN */
                wi_status status = wi_train(&net, &train, &how, NULL, NULL);
                (void)wi_evaluate(&net, &test, how.loss, &score);
                if (status != WI_OK || score.accuracy < 0.5) failed[way]++;
                accuracy[way][r] += 100.0 * score.accuracy / SEEDS;
            }
            term_cell(columns + 1 + r, accuracy[way][r] > 80.0 ? TERM_GOOD : TERM_BAD, "%.1f %%",
                      accuracy[way][r]);
        }
        term_cell(columns + 5, TERM_PLAIN, "%d of %d", failed[way], RATES * SEEDS);
        term_end_row();
        wi_net_destroy(&net);
    }
    fig_open(&f, argc > 1 ? argv[1] : NULL, "29_clipping", &desc);
    fig_panel(&f, 0, 0, NULL);
    fig_y_axis(&f, 0.0, 100.0, FIG_LINEAR, "test accuracy, %");
    fig_x_axis(&f, 0.08, 1.5, FIG_LOG, "learning rate");
    for (int way = 0; way < WAYS; way++) {
        fig_curve(&f, log_rate, accuracy[way], RATES, way);
        fig_dots(&f, log_rate, accuracy[way], RATES, way, 3.5);
    }
    wi_data_destroy(&all);
    printf("clipping saves %d of %d failed runs, leaking %d\n", failed[0] + failed[1] - failed[2] - failed[3],
           failed[0] + failed[1], failed[0] + failed[2] - failed[1] - failed[3]);
    int held = failed[0] > failed[2] && failed[1] > failed[3];
    return term_claim(fig_close(&f) && held, "clipping lets a network survive a rate that is too high");
}
