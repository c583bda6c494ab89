/* 32_pretraining.c
   title:    Pre-training
   question: Do stacked autoencoders give a deep network a better start?
   level:    3
   claims:   C17
   figure:   32_pretraining.svg
   shows:    a deep sigmoid network on the digits from small random weights, from the same after greedy
             layer-wise pre-training, and from orthogonal weights of the sigmoid's gain: the loss in training
             and the test accuracy

   Before 2010 deep networks were started by teaching each layer to rebuild its own input (Bengio et al.
   2007). It did rescue sigmoid networks from small random weights. The right variance costs nothing and does
   as well: that is why it took over.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "digits.h"
#include "figure.h"
#include "terminal.h"

enum { SEEDS = 5, WAYS = 3, LAYERS = 4, WIDTH = 48, POINTS = 40, EVERY = 10 };

int main(int argc, char **argv)
{
    static const char *const names[WAYS] = { "0.1 N(0,1)", "0.1 N(0,1), pre-trained", "gain of the sigmoid" };
    static const term_column columns[] = {
        { "start", -24 }, { "loss, step 100", 14 }, { "last loss", 9 }, { "test accuracy", 13 }
    };
    const fig_desc desc = {
        .title = "Greedy pre-training, and what replaced it", .width = 600, .key = names, .key_count = WAYS,
        .caption = "Loss of a sigmoid network of four hidden layers on handwritten digits. Dotted: guessing."
    };
    wi_layer_desc layers[LAYERS + 1];
    wi_net_desc shape = { .inputs = 64, .layers = layers, .layer_count = LAYERS + 1, .max_batch = 300 };
    double step[POINTS + 1], loss[WAYS][POINTS + 1], accuracy[WAYS], least[WAYS], most[WAYS];
    wi_data all, train, test;
    wi_net net;
    fig f;

    if (!digits_load(&all, &train, &test)) return 1;
    for (int l = 0; l < LAYERS; l++) layers[l] = wi_layer_dense(WIDTH, wi_sigmoid());
    layers[LAYERS] = wi_layer_dense(10, wi_linear());
    if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;
    term_header(columns, WI_COUNT(columns));
    for (int way = 0; way < WAYS; way++) {
        least[way] = 1.0; most[way] = 0.0;
        /* the table and the figure show seed 1, the last */
        for (uint64_t seed = SEEDS; seed >= 1; seed--) {
            wi_train_desc how = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                                  .opt = wi_momentum(0.1, 0.9),
                                  .steps = POINTS * EVERY,
                                  .batch = 50,
                                  .seed = seed };
            wi_trainer trainer;
            wi_score score;
            wi_error error;

            (void)wi_net_init_all(
                &net, way < 2 ? wi_normal(0.0, 0.1) : wi_orthogonal(wi_gain_backward(wi_sigmoid())),
                wi_zeros(), seed);
            /* [pretrain] */
            if (way == 1) {
                wi_train_desc each = { .opt = wi_adam(0.003), .epochs = 6, .batch = 50, .seed = 2 };
                if (wi_pretrain(&net, &train, &each, &error) != WI_OK)
                    return fprintf(stderr, "%s\n", error.text), 1;
            }
            /* [pretrain] */
            if (wi_trainer_create(&trainer, &net, &train, &how, NULL) != WI_OK) return 1;
            for (int p = 0; p <= POINTS; p++) {
                (void)wi_evaluate(&net, &train, how.loss, &score);
                step[p] = p * EVERY;
                loss[way][p] = score.loss;
                (void)wi_trainer_run(&trainer, EVERY, NULL);
            }
            wi_trainer_destroy(&trainer);
            (void)wi_evaluate(&net, &test, how.loss, &score);
            accuracy[way] = score.accuracy;
            least[way] = fmin(least[way], score.accuracy);
            most[way] = fmax(most[way], score.accuracy);
        }
        term_cell(columns + 0, TERM_PLAIN, "%s", names[way]);
        term_cell(columns + 1, TERM_PLAIN, "%.3f", loss[way][10]);
        term_cell(columns + 2, TERM_PLAIN, "%.3f", loss[way][POINTS]);
        term_cell(columns + 3, accuracy[way] > 0.85 ? TERM_GOOD : TERM_BAD, "%.1f %%", 100.0 * accuracy[way]);
        term_end_row();
    }
    printf("test accuracy with %d seeds: %.0f to %.0f %%, %.0f to %.0f %%, %.0f to %.0f %%\n", SEEDS,
           100.0 * least[0], 100.0 * most[0], 100.0 * least[1], 100.0 * most[1], 100.0 * least[2],
           100.0 * most[2]);
    fig_open(&f, argc > 1 ? argv[1] : NULL, "32_pretraining", &desc);
    fig_panel(&f, 0, 0, NULL);
    fig_y_axis(&f, 0.0, 2.6, FIG_LINEAR, "training loss");
    fig_x_axis(&f, 0.0, POINTS * EVERY, FIG_LINEAR, "step");
    fig_level(&f, log(10.0), NULL);
    for (int way = 0; way < WAYS; way++) fig_curve(&f, step, loss[way], POINTS + 1, way);
    wi_net_destroy(&net);
    wi_data_destroy(&all);
    int held = loss[1][POINTS] < 0.5 * loss[0][POINTS] && loss[2][POINTS] < 0.5 * loss[0][POINTS];
    return term_claim(fig_close(&f) && held,
                      "pre-training rescues the sigmoid network, and so does the right gain");
}
