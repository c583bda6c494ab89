/* 28_cnn.c
   title:    A convolutional network
   question: Does the start matter for convolutions, too?
   level:    2
   claims:   C22
   figure:   28_cnn.svg
   shows:    a network of convolutions, pooling and dense layers on the handwritten digits, from zero, 0.01
             N(0,1), Xavier, and He weights: the diagnosis before training, steps to 80 %, and the test
             accuracy; five seeds, with their scatter

   The whole list of the textbook, input, convolution, activation, pooling, fully connected, softmax: the same
   rules hold, with the right fans.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "digits.h"
#include "figure.h"
#include "terminal.h"

enum { STARTS = 4, SEEDS = 5, STEPS = 200, EVERY = 10, POINTS = STEPS / EVERY };

int main(int argc, char **argv)
{
    static const char *const names[STARTS] = { "zero", "0.01 N(0,1)", "Xavier", "He" };
    static const term_column columns[] = { { "weights", -12 },
                                           { "diagnosis", -12 },
                                           { "steps to 80 %, five seeds", -26 },
                                           { "last test loss", 16 },
                                           { "test accuracy", 16 } };
    const wi_recipe recipes[STARTS] = { wi_zeros(), wi_normal(0.0, 0.01), wi_xavier_normal(),
                                        wi_he_normal() };
    const fig_desc desc = {
        .title = "Four starts of a convolutional network",
        .width = 600,
        .key = names,
        .key_count = STARTS,
        .caption =
            "Test accuracy on handwritten digits: two convolutions of 3 x 3, pooling, two dense layers; "
            "plain gradient descent at 0.05; five seeds each."
    };
    double step[POINTS + 1], accuracy[STARTS][SEEDS][POINTS + 1];
    int arrived[STARTS];
    wi_data all, train, test;
    wi_net net;
    fig f;

    if (!digits_load(&all, &train, &test)) return 1;
    /* [network] */
    wi_layer_desc layers[] = {
        wi_layer_conv2d(8, 3, wi_relu()),    /* 8 x 8 pixels to 8 channels of 8 x 8 */
        wi_layer_max_pool(2),                /* 8 of 4 x 4 */
        wi_layer_conv2d(16, 3, wi_relu()),   /* 16 of 4 x 4 */
        wi_layer_max_pool(2),                /* 16 of 2 x 2 */
        wi_layer_dense(32, wi_relu()),
        wi_layer_dense(10, wi_linear())      /* the loss applies the softmax */
    };
    layers[0].padding = layers[2].padding = 1;
    const wi_net_desc shape = { .channels = 1,
                                .height = 8,
                                .width = 8,
                                .layers = layers,
                                .layer_count = WI_COUNT(layers),
                                .max_batch = 300 };
    /* [network] */
    if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;
    term_header(columns, WI_COUNT(columns));
    for (int s = 0; s < STARTS; s++) {
        double least_loss = INFINITY, most_loss = 0.0, lowest = 1.0, highest = 0.0;
        char steps[64] = "";
        wi_verdict verdict = WI_VERDICT_HEALTHY;

        arrived[s] = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            wi_train_desc how = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                                  .opt = wi_sgd(0.05),
                                  .steps = STEPS,
                                  .batch = 32,
                                  .seed = (uint64_t)seed + 1 };
            wi_probe probes[WI_COUNT(layers)];
            wi_trainer trainer;
            wi_score score;
            int quick = 0;

            /* [diagnose] */
            (void)wi_net_init_all(&net, recipes[s], wi_zeros(), how.seed);
            (void)wi_net_probe(&net, wi_mat_rows(train.x, 0, 200), wi_mat_rows(train.y, 0, 200),
                               how.loss, probes);
            wi_verdict said = wi_probe_verdict(probes, WI_COUNT(layers));
            /* [diagnose] */
            if (seed > 0 && said != verdict)
                printf("another verdict for seed %d: %s\n", seed + 1, wi_verdict_name(said));
            verdict = said;
            if (wi_trainer_create(&trainer, &net, &train, &how, NULL) != WI_OK) return 1;
            for (int p = 0; p <= POINTS; p++) {
                (void)wi_evaluate(&net, &test, how.loss, &score);
                step[p] = p * EVERY;
                accuracy[s][seed][p] = 100.0 * score.accuracy;
                if (quick == 0 && score.accuracy >= 0.8) quick = p * EVERY;
                (void)wi_trainer_run(&trainer, EVERY, NULL);
            }
            wi_trainer_destroy(&trainer);
            arrived[s] += quick > 0;
            size_t used = strlen(steps);
            if (quick > 0) snprintf(steps + used, sizeof steps - used, "%d  ", quick);
            else snprintf(steps + used, sizeof steps - used, "never  ");
            least_loss = fmin(least_loss, score.loss);
            most_loss = fmax(most_loss, score.loss);
            lowest = fmin(lowest, score.accuracy);
            highest = fmax(highest, score.accuracy);
        }
        if (arrived[s] == 0) snprintf(steps, sizeof steps, "never");
        term_cell(columns + 0, TERM_PLAIN, "%s", names[s]);
        term_cell(columns + 1, verdict == WI_VERDICT_HEALTHY ? TERM_GOOD : TERM_BAD, "%s",
                  wi_verdict_name(verdict));
        term_cell(columns + 2, TERM_PLAIN, "%s", steps);
        term_cell(columns + 3, TERM_PLAIN, "%.3f to %.3f", least_loss, most_loss);
        term_cell(columns + 4, lowest > 0.8 ? TERM_GOOD : TERM_BAD, "%.1f to %.1f %%", 100.0 * lowest,
                  100.0 * highest);
        term_end_row();
    }
    fig_open(&f, argc > 1 ? argv[1] : NULL, "28_cnn", &desc);
    fig_panel(&f, 0, 0, NULL);
    fig_y_axis(&f, 0.0, 100.0, FIG_LINEAR, "test accuracy, %");
    fig_x_axis(&f, 0.0, STEPS, FIG_LINEAR, "step");
    for (int s = 0; s < STARTS; s++)
        for (int seed = 0; seed < SEEDS; seed++) fig_curve(&f, step, accuracy[s][seed], POINTS + 1, s);
    wi_net_destroy(&net);
    wi_data_destroy(&all);
    int held = arrived[0] == 0 && arrived[1] == 0 && arrived[2] == SEEDS && arrived[3] == SEEDS;
    return term_claim(fig_close(&f) && held,
                      "zero and small weights do not train here, Xavier and He do, with every seed");
}
