/* 34_diagnosis.c
   title:    Reading a diagnosis
   question: How can one judge a start before training?
   level:    3
   claims:   C24
   figure:   34_diagnosis.svg
   shows:    42 networks (three activations, two depths, seven recipes), five seeds each: the verdict of one
             batch before training, and the accuracy after it; how often the verdict was right; then one bad
             network in words, and cured

   wi_net_probe() sends one batch forward and its gradient back, looks at every layer, and says what is wrong;
   wi_diagnose() puts it into a sentence, and wi_remedy() names the recipes to use instead. A diagnosis is a
   prediction, and can be held against what happens.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "digits.h"
#include "figure.h"
#include "terminal.h"

enum { ACTS = 3, DEPTHS = 2, RECIPES = 7, SEEDS = 5, MAX = 8, UNITS = 32, STEPS = 300 };

/* Train for a while. Returns the accuracy on the test set; a loss that is not finite is a result too. */
static double accuracy_after(wi_net *net, const wi_data *train, const wi_data *test, uint64_t seed)
{
    wi_train_desc how = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                          .opt = wi_momentum(0.02, 0.9),
                          .steps = STEPS,
                          .batch = 30,
                          .seed = seed };
    wi_score score = { 0 };

    (void)wi_train(net, train, &how, NULL, NULL);
    (void)wi_evaluate(net, test, how.loss, &score);
    return score.accuracy;
}

int main(int argc, char **argv)
{
    static const size_t depths[DEPTHS] = { 2, MAX };
    static const char *const names[RECIPES] = { "zero", "constant 0.05", "0.01 N(0,1)", "N(0,1)", "Xavier",
                                                "He",   "orthogonal" };
    static const char *const key[] = { "said to be healthy", "said to be ill" };
    static const term_column columns[] = { { "network", -17 },
                                           { "weights", -16 },
                                           { "verdict", -12 },
                                           { "accuracy, five seeds", 21 },
                                           { "", -10 } };
    const wi_act acts[ACTS] = { wi_tanh(), wi_relu(), wi_sigmoid() };
    const wi_recipe recipes[RECIPES] = { wi_zeros(),          wi_constant(0.05),  wi_normal(0.0, 0.01),
                                         wi_normal(0.0, 1.0), wi_xavier_normal(), wi_he_normal(),
                                         wi_orthogonal(1.0) };
    const fig_desc desc = {
        .title = "The verdict, and what happened",
        .width = 640,
        .key = key,
        .key_count = 2,
        .caption =
            "Each dot is a training: test accuracy after 300 steps, in order, with the colour of the verdict "
            "before the first step."
    };
    double dot[2][42 * SEEDS], place[2][42 * SEEDS];
    size_t count[2] = { 0, 0 }, right = 0, healthy_failed = 0, ill_trained = 0;
    wi_probe probes[MAX + 1];
    wi_data all, train, test;
    fig f;

    if (!digits_load(&all, &train, &test)) return 1;
    wi_mat x = wi_mat_rows(train.x, 0, 300), y = wi_mat_rows(train.y, 0, 300);
    term_header(columns, WI_COUNT(columns) - 1);
    for (int a = 0; a < ACTS; a++)
        for (int d = 0; d < DEPTHS; d++)
            for (int r = 0; r < RECIPES; r++) {
                wi_layer_desc layers[MAX + 1];
                wi_net_desc shape = {
                    .inputs = 64, .layers = layers, .layer_count = depths[d] + 1, .max_batch = 300
                };
                wi_net net;

                for (size_t l = 0; l < depths[d]; l++) layers[l] = wi_layer_dense(UNITS, acts[a]);
                layers[depths[d]] = wi_layer_dense(10, wi_linear());
                if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;
                double lowest = 1.0, highest = 0.0;
                size_t wrong = 0;
                wi_diagnosis first;
                for (uint64_t seed = 1; seed <= SEEDS; seed++) {
                    /* [probe] */
                    (void)wi_net_init_all(&net, recipes[r], wi_zeros(), seed);
                    (void)wi_net_probe(&net, x, y, WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes);
                    wi_diagnosis said = wi_diagnose(probes, net.layer_count);
                    /* [probe] */
                    double accuracy = accuracy_after(&net, &train, &test, seed);
                    int ill = said.verdict != WI_VERDICT_HEALTHY, trained = accuracy > 0.8;

                    if (seed == 1) first = said;
                    wrong += ill == trained;
                    healthy_failed += !ill && !trained;
                    ill_trained += ill && trained;
                    lowest = fmin(lowest, accuracy);
                    highest = fmax(highest, accuracy);
                    place[ill][count[ill]] = accuracy;
                    dot[ill][count[ill]++] = 100.0 * accuracy;
                }
                right += SEEDS - wrong;
                term_cell(columns + 0, TERM_PLAIN, "%s, %zu layers", wi_act_name(acts[a]), depths[d]);
                term_cell(columns + 1, TERM_PLAIN, "%s", names[r]);
                term_cell(columns + 2, first.verdict != WI_VERDICT_HEALTHY ? TERM_BAD : TERM_GOOD, "%s",
                          wi_verdict_name(first.verdict));
                term_cell(columns + 3, lowest > 0.8 ? TERM_GOOD : TERM_BAD, "%.1f to %.1f %%", 100.0 * lowest,
                          100.0 * highest);
                if (wrong) term_cell(columns + 4, TERM_WARN, "wrong: %zu", wrong);
                term_end_row();
                if (a == 1 && d == 1 && r == 2) {           /* keep the words about one of them for later */
                    wi_recipe weights[MAX + 1], bias[MAX + 1];
                    (void)wi_net_init_all(&net, recipes[r], wi_zeros(), 1);
                    (void)wi_net_probe(&net, x, y, WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes);
                    printf("\n");
                    (void)wi_report(stdout, probes, net.layer_count, 0);
                    (void)wi_remedy(&net, probes, weights, bias);
                    for (size_t l = 0; l < net.layer_count; l++)
                        net.layers[l].desc.weights = weights[l], net.layers[l].desc.bias = bias[l];
                    (void)wi_net_init(&net, 1);
                    printf("    with wi_remedy() it reaches %.1f %%\n",
                           100.0 * accuracy_after(&net, &train, &test, 1));
                }
                wi_net_destroy(&net);
            }
    printf("right in %zu of 210; healthy and failed: %zu; ill and trained all the same: %zu\n", right,
           healthy_failed, ill_trained);

    /* Draw the trainings in the order of their accuracy. */
    for (int ill = 0; ill < 2; ill++)
        for (size_t i = 0; i < count[ill]; i++) {
            double before = 0.0, mine = dot[ill][i];
            for (int other = 0; other < 2; other++)
                for (size_t k = 0; k < count[other]; k++)
                    before += dot[other][k] < mine ||
                        (dot[other][k] == mine && (other < ill || (other == ill && k < i)));
            place[ill][i] = before + 1.0;
        }
    fig_open(&f, argc > 1 ? argv[1] : NULL, "34_diagnosis", &desc);
    fig_panel(&f, 0, 0, NULL);
    fig_y_axis(&f, 0.0, 100.0, FIG_LINEAR, "test accuracy, %");
    fig_x_axis(&f, 0.0, ACTS * DEPTHS * RECIPES * SEEDS + 1, FIG_LINEAR, "training");
    for (int ill = 0; ill < 2; ill++) fig_dots(&f, place[ill], dot[ill], count[ill], ill, 3.0);
    wi_data_destroy(&all);
    return term_claim(fig_close(&f) && right >= 189,
                      "the verdict before training says what happens, nine times in ten");
}
