/* 31_regularise.c
   title:    Batch norm, dropout, weight decay
   question: Which of them helps a network that learned its samples by heart?
   level:    3
   claims:   C21
   figure:   31_regularise.svg
   shows:    a network with many more weights than samples (100 digits), alone and with each of batch norm,
             dropout, weight decay, and all three: training and test accuracy, means of eight seeds with the
             scatter between them

   All reach 100 % on their 100 samples. What counts is how many of the 297 unseen digits they get right, and
   whether the difference is larger than the scatter between seeds explains. Advice that is good for large
   networks need not hold for a small one.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "digits.h"
#include "figure.h"
#include "terminal.h"

enum { WAYS = 5, SEEDS = 8, WIDTH = 64, STEPS = 200, HIDDEN = 2 };

int main(int argc, char **argv)
{
    static const char *const names[WAYS] = { "nothing", "batch norm", "dropout 0.5", "weight decay",
                                             "all three" };
    static const term_column columns[] = { { "added", -14 },        { "train accuracy", 14 },
                                           { "test accuracy", 13 }, { "seeds scatter", 13 },
                                           { "test loss", 9 },      { "gain", 12 } };
    const fig_desc desc = {
        .title = "What helps with 100 samples",
        .width = 520,
        .caption =
            "Test accuracy of a 64-64-64-10 ReLU network trained on 100 handwritten digits; means of eight "
            "seeds, give or take their standard deviation."
    };
    double right[WAYS], scatter[WAYS], loss[WAYS], learned[WAYS];
    wi_data all, train, test, few, rest;
    int best = 0;
    fig f;

    if (!digits_load(&all, &train, &test) || wi_data_split(&train, 100.0 / 1500.0, &few, &rest) != WI_OK)
        return 1;
    fig_open(&f, argc > 1 ? argv[1] : NULL, "31_regularise", &desc);
    fig_panel(&f, 0, 0, NULL);
    fig_y_axis(&f, 0.0, 100.0, FIG_LINEAR, "test accuracy, %");
    term_header(columns, WI_COUNT(columns));
    for (int way = 0; way < WAYS; way++) {
        int batch_norm = way == 1 || way == 4, dropout = way == 2 || way == 4, decay = way == 3 || way == 4;
        wi_layer_desc layers[4 * HIDDEN + 1];
        wi_net_desc shape = { .inputs = 64, .layers = layers, .max_batch = 300 };
        double squares = 0.0;
        char text[16];
        wi_net net;

        /* [layers] */
        for (int l = 0; l < HIDDEN; l++) {
            layers[shape.layer_count++] = wi_layer_dense(WIDTH, wi_linear());
            layers[shape.layer_count - 1].weights = wi_he_normal();
            if (batch_norm) layers[shape.layer_count++] = wi_layer_batch_norm();
            layers[shape.layer_count++] = wi_layer_act(wi_relu());
            if (dropout) layers[shape.layer_count++] = wi_layer_dropout(0.5);
        }
        layers[shape.layer_count++] = wi_layer_dense(10, wi_linear());
        /* [layers] */
        if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;
        right[way] = loss[way] = learned[way] = 0.0;
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            wi_train_desc how = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                                  .opt = wi_adam(0.003),
                                  .steps = STEPS,
                                  .batch = 25,
                                  .seed = seed,
                                  .weight_decay = decay ? 0.01 : 0.0 };
            wi_score score;

            (void)wi_net_init(&net, seed);
            if (wi_train(&net, &few, &how, NULL, NULL) != WI_OK) return 1;
            (void)wi_evaluate(&net, &few, how.loss, &score);
            learned[way] += 100.0 * score.accuracy / SEEDS;
            (void)wi_evaluate(&net, &test, how.loss, &score);
            right[way] += 100.0 * score.accuracy / SEEDS;
            squares += pow(100.0 * score.accuracy, 2.0) / SEEDS;
            loss[way] += score.loss / SEEDS;
        }
        wi_net_destroy(&net);
        scatter[way] = sqrt(fmax(0.0, squares - right[way] * right[way]));
        if (right[way] > right[best]) best = way;
        /* The mean of eight seeds is uncertain by scatter / sqrt(8): say "none" within twice that, for both
           rows. */
        double gain = right[way] - right[0],
               doubt = 2.0 * sqrt((pow(scatter[way], 2.0) + pow(scatter[0], 2.0)) / SEEDS);
        term_cell(columns + 0, TERM_PLAIN, "%s", names[way]);
        term_cell(columns + 1, TERM_PLAIN, "%.1f %%", learned[way]);
        term_cell(columns + 2,
                  gain > doubt        ? TERM_GOOD
                      : gain < -doubt ? TERM_BAD
                                      : TERM_PLAIN,
                  "%.1f %%", right[way]);
        term_cell(columns + 3, TERM_DIM, "%.1f", scatter[way]);
        term_cell(columns + 4, TERM_PLAIN, "%.3f", loss[way]);
        if (fabs(gain) <= doubt) term_cell(columns + 5, TERM_DIM, way == 0 ? "-" : "not certain");
        else term_cell(columns + 5, TERM_PLAIN, "%+.1f", gain);
        term_end_row();
        snprintf(text, sizeof text, "%.1f", right[way]);
        double middle = (way + 0.5) / WAYS;
        fig_bar(&f, (size_t)way, WAYS, right[way], FIG_BLUE, names[way], NULL);
        fig_spread(&f, &middle, &right[way], &scatter[way], 1, FIG_ORANGE);
        fig_label(&f, middle, right[way] + scatter[way], 0.0, -5.0, 'm', text);
    }
    wi_data_destroy(&all);
    printf("best on unseen digits: %s\n", names[best]);
    int held = learned[0] > 99.0 &&
        right[3] - right[0] > 2.0 * sqrt((pow(scatter[3], 2.0) + pow(scatter[0], 2.0)) / SEEDS);
    return term_claim(fig_close(&f) && held,
                      "weight decay helps here; not everything that is recommended does");
}
