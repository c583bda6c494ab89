/* 39_mnist_table.c
   title:    The MNIST table, in small
   question: Can a published comparison be repeated in a second?
   level:    2
   claims:   C16 C25
   figure:   39_mnist_table.svg
   shows:    a sigmoid network of four hidden layers on the 8 x 8 digits, from zero, small random, and Xavier
             weights and from small random ones with batch norm: test accuracy while it trains, five seeds
             each

   The published experiment has MNIST, 784-390-156-62-25-10, sigmoid everywhere, biases of N(0,1), half the
   squared error, rate 3 and batches of 10 for 20,000 steps: `make run-mnist` repeats it. This is the same on
   small digits with 64-48-32-24-16-10 and 3,000 steps, and it has the same order of events: zero and small
   weights stay at chance, Xavier waits and then learns, batch norm learns at once.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "digits.h"
#include "figure.h"
#include "terminal.h"

enum { ROWS = 4, SEEDS = 5, STEPS = 3000, EVERY = 100, POINTS = STEPS / EVERY };

/* Describe the network of one row; batch norm stands between each affine map and its sigmoid. */
/* [describe] */
static size_t describe(wi_layer_desc *layers, int row)
{
    static const size_t widths[] = { 48, 32, 24, 16, 10 };
    const wi_recipe weights[ROWS] = { wi_zeros(), wi_normal(0.0, 0.01),
                                      wi_lecun_normal(), wi_normal(0.0, 0.01) };
    size_t count = 0;

    for (size_t l = 0; l < WI_COUNT(widths); l++) {
        layers[count] =
            wi_layer_dense(widths[l], row == 3 ? wi_linear() : wi_sigmoid());
        layers[count].weights = weights[row];
        layers[count++].bias = wi_normal(0.0, 1.0);
        if (row != 3) continue;
        layers[count++] = wi_layer_batch_norm();
        layers[count++] = wi_layer_act(wi_sigmoid());
    }
    return count;
}
/* [describe] */

int main(int argc, char **argv)
{
    static const char *const names[ROWS] = { "zero", "0.01 N(0,1)", "Xavier", "0.01 N(0,1) + batch norm" };
    static const char *const published[ROWS] = { "never, 11 %", "never, 11 %", "6000, 95 %", "1000, 95 %" };
    static const term_column columns[] = { { "weights", -26 },
                                           { "steps to 80 %, five seeds", -28 },
                                           { "final accuracy", 27 },
                                           { "published, on MNIST", 19 } };
    const fig_desc desc = {
        .title = "The MNIST table, in small",
        .width = 640,
        .key = names,
        .key_count = ROWS,
        .caption =
            "Test accuracy of a sigmoid network of four hidden layers on 8 x 8 digits; five seeds for each "
            "start."
    };
    double step[POINTS + 1], accuracy[ROWS][SEEDS][POINTS + 1], final[ROWS];
    wi_data all, train, test;
    fig f;

    if (!digits_load(&all, &train, &test)) return 1;
    term_header(columns, WI_COUNT(columns));
    for (int row = 0; row < ROWS; row++) {
        char quick[80] = "", ends[80] = "";

        final[row] = 0.0;
        for (int s = 0; s < SEEDS; s++) {
            wi_layer_desc layers[16];
            wi_net_desc shape = { .inputs = 64, .layers = layers, .max_batch = 300, .seed = (uint64_t)s + 1 };
            wi_train_desc how = { .loss = WI_LOSS_HALF_SQUARED,
                                  .opt = wi_sgd(3.0),
                                  .steps = STEPS,
                                  .batch = 10,
                                  .seed = (uint64_t)s + 1 };
            size_t n = strlen(quick), e = strlen(ends), reached = 0;
            wi_trainer trainer;
            wi_score score;
            wi_net net;

            shape.layer_count = describe(layers, row);
            if (wi_net_create(&net, &shape, NULL) != WI_OK ||
                wi_trainer_create(&trainer, &net, &train, &how, NULL) != WI_OK)
                return 1;
            for (int p = 0; p <= POINTS; p++) {
                (void)wi_evaluate(&net, &test, how.loss, &score);
                step[p] = p * EVERY;
                accuracy[row][s][p] = 100.0 * score.accuracy;
                if (reached == 0 && score.accuracy >= 0.8) reached = (size_t)p * EVERY;
                (void)wi_trainer_run(&trainer, EVERY, NULL);
            }
            wi_trainer_destroy(&trainer);
            wi_net_destroy(&net);
            final[row] += 100.0 * score.accuracy / SEEDS;
            if (reached > 0) snprintf(quick + n, sizeof quick - n, "%zu  ", reached);
            else snprintf(quick + n, sizeof quick - n, "never  ");
            snprintf(ends + e, sizeof ends - e, " %.1f", 100.0 * score.accuracy);
        }
        if (quick[0] == 'n') snprintf(quick, sizeof quick, "never");
        term_cell(columns + 0, TERM_PLAIN, "%s", names[row]);
        term_cell(columns + 1, quick[0] == 'n' ? TERM_BAD : TERM_GOOD, "%s", quick);
        term_cell(columns + 2, TERM_PLAIN, "%s %%", ends);
        term_cell(columns + 3, TERM_DIM, "%s", published[row]);
        term_end_row();
    }
    fig_open(&f, argc > 1 ? argv[1] : NULL, "39_mnist_table", &desc);
    fig_panel(&f, 0, 0, NULL);
    fig_y_axis(&f, 0.0, 100.0, FIG_LINEAR, "test accuracy, %");
    fig_x_axis(&f, 0.0, STEPS, FIG_LINEAR, "step");
    for (int row = 0; row < ROWS; row++)
        for (int s = 0; s < SEEDS; s++) fig_curve(&f, step, accuracy[row][s], POINTS + 1, row);
    wi_data_destroy(&all);
    return term_claim(fig_close(&f) && final[0] < 30.0 && final[1] < 30.0 && final[2] > 80.0 &&
                          final[3] > 80.0,
                      "zero and small weights stay, Xavier and batch norm learn");
}
