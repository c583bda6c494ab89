/* 07_slow_sigmoid.c
   title:    A slow sigmoid network
   question: A 3-4-1 sigmoid network with tiny weights learns slowly. Is a bias the cure?
   level:    2
   claims:   C4
   figure:   07_slow_sigmoid.svg
   shows:    the loss of a 3-4-1 sigmoid network while it learns whether most of three bits are set, with
             weights of N(0, 0.01^2) and biases 0, 0.01 and 1, and with Xavier weights; means of ten seeds

   With tiny weights all hidden units say 1/2 whatever the input, and are almost copies of each other: a
   saddle that takes long to leave. A bias moves them all by the same amount, so it cannot help; the scale of
   the weights can.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { STARTS = 4, SEEDS = 10, POINTS = 100, EVERY = 20 };

int main(int argc, char **argv)
{
    static const char *const names[STARTS] = { "0.01 N(0,1), bias 0", "0.01 N(0,1), bias 0.01",
                                               "0.01 N(0,1), bias 1", "Xavier, bias 0" };
    static const term_column columns[] = { { "start", -24 },
                                           { "steps until loss < 0.3", 22 },
                                           { "loss after 2000 steps", 21 } };
    const fig_desc desc = {
        .title = "The scale is the cure, not the bias",
        .width = 560,
        .key = names,
        .key_count = STARTS,
        .caption =
            "Loss of a 3-4-1 sigmoid network that learns the majority of three bits; means of ten seeds. "
            "Dotted: guessing."
    };
    /* [starts] */
    const wi_recipe weights[STARTS] = { wi_normal(0.0, 0.01), wi_normal(0.0, 0.01),
                                        wi_normal(0.0, 0.01), wi_xavier_normal() };
    const double bias[STARTS] = { 0.0, 0.01, 1.0, 0.0 };
    const wi_layer_desc layers[] = { wi_layer_dense(4, wi_sigmoid()),
                                     wi_layer_dense(1, wi_linear()) };
    /* [starts] */
    const wi_net_desc shape = { .inputs = 3, .layers = layers, .layer_count = 2, .max_batch = 8 };
    double step[POINTS + 1], loss[STARTS][POINTS + 1];
    int quick[STARTS];
    wi_data data;
    wi_net net;
    fig f;

    /* All eight triples of bits, as -1 and +1; the target is the majority. */
    /* [data] */
    static const char table[] = "a,b,c,majority\n"
                                "-1,-1,-1,0\n"
                                " 1,-1,-1,0\n"
                                "-1, 1,-1,0\n"
                                " 1, 1,-1,1\n"
                                "-1,-1, 1,0\n"
                                " 1,-1, 1,1\n"
                                "-1, 1, 1,1\n"
                                " 1, 1, 1,1\n";
    if (wi_data_parse_csv(&data, table, sizeof table - 1, 1, NULL) != WI_OK) return 1;
    /* [data] */
    if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;

    memset(loss, 0, sizeof loss);
    term_header(columns, WI_COUNT(columns));
    for (int s = 0; s < STARTS; s++) {
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            wi_train_desc train = { .loss = WI_LOSS_BINARY_CROSS_ENTROPY,
                                    .opt = wi_sgd(0.3),
                                    .steps = POINTS * EVERY,
                                    .batch = 8,
                                    .seed = seed };
            wi_trainer trainer;

            /* [init] */
            (void)wi_net_init_all(&net, weights[s], wi_constant(bias[s]), seed);
            /* [init] */
            if (wi_trainer_create(&trainer, &net, &data, &train, NULL) != WI_OK) return 1;
            for (int p = 0; p <= POINTS; p++) {
                wi_score score;
                (void)wi_evaluate(&net, &data, train.loss, &score);
                step[p] = p * EVERY;
                loss[s][p] += score.loss / SEEDS;
                (void)wi_trainer_run(&trainer, EVERY, NULL);
            }
            wi_trainer_destroy(&trainer);
        }
        for (quick[s] = 0; quick[s] < POINTS && loss[s][quick[s]] >= 0.3; quick[s]++) {}
        term_cell(columns + 0, TERM_PLAIN, "%s", names[s]);
        term_cell(columns + 1, TERM_PLAIN, "%d", quick[s] * EVERY);
        term_cell(columns + 2, TERM_PLAIN, "%.4f", loss[s][POINTS]);
        term_end_row();
    }
    fig_open(&f, argc > 1 ? argv[1] : NULL, "07_slow_sigmoid", &desc);
    fig_panel(&f, 0, 0, NULL);
    fig_y_axis(&f, 0.0, 0.8, FIG_LINEAR, "loss");
    fig_x_axis(&f, 0.0, POINTS * EVERY, FIG_LINEAR, "step");
    fig_level(&f, log(2.0), NULL);
    for (int s = 0; s < STARTS; s++) fig_curve(&f, step, loss[s], POINTS + 1, s);
    wi_net_destroy(&net);
    wi_data_destroy(&data);

    int held = quick[3] * 2 < quick[0] && abs(quick[1] - quick[0]) <= 2;
    return term_claim(fig_close(&f) && held,
                      "a bias of 0.01 does not speed it up; weights of the right size do");
}
