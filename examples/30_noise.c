/* 30_noise.c
   title:    Noise in training
   question: Does noise on the weights make a network more robust?
   level:    3
   claims:   C20
   figure:   30_noise.svg
   shows:    three networks trained on 200 digits: without noise, with noise on the weights at each step, and
             with noise on the inputs; their accuracy on test digits with more and more noise on the pixels,
             and with noise on the trained weights; means of five seeds

   Training with noise asks the network to be right in a neighbourhood: of its weights, or of its inputs. It
   then helps against the kind of noise it was trained with. Does noise on the weights also help against noise
   on the inputs?

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "digits.h"
#include "figure.h"
#include "terminal.h"

enum { WAYS = 3, SEEDS = 5, LEVELS = 6, TEST = 297, FEATURES = 64 };

int main(int argc, char **argv)
{
    static const double pixels[LEVELS] = { 0.0, 0.5, 1.0, 1.5, 2.0, 2.5 },
                        weights[LEVELS] = { 0.0, 0.05, 0.1, 0.15, 0.2, 0.25 };
    static const char *const names[WAYS] = { "no noise", "noise on weights, 0.1", "noise on inputs, 1" };
    static const term_column columns[] = { { "trained with", -22 }, { "clean test", 10 },
                                           { "pixels + 1", 10 },    { "pixels + 2", 10 },
                                           { "weights + 0.1", 13 }, { "weights + 0.2", 13 } };
    const fig_desc desc = {
        .title = "Noise helps against its own kind",
        .columns = 2,
        .key = names,
        .key_count = WAYS,
        .caption =
            "Test accuracy of a 64-48-48-10 network trained on 200 digits. Left: noise on the test pixels. "
            "Right: noise on the trained weights."
    };
    static wi_real noisy[TEST * FEATURES], noise[TEST * FEATURES];
    double on_pixels[WAYS][LEVELS] = { { 0.0 } }, on_weights[WAYS][LEVELS] = { { 0.0 } };
    const wi_layer_desc layers[] = { wi_layer_dense(48, wi_relu()), wi_layer_dense(48, wi_relu()),
                                     wi_layer_dense(10, wi_linear()) };
    const wi_net_desc shape = { .inputs = FEATURES, .layers = layers, .layer_count = 3, .max_batch = 300 };
    wi_data all, train, test, few, view;
    wi_rng rng = wi_rng_make(30);
    wi_net net, copy;
    wi_score score;
    double strong[2][WAYS][SEEDS], gained[2][WAYS];
    fig f;

    if (!digits_load(&all, &train, &test) || wi_data_split(&train, 200.0 / 1500.0, &few, &view) != WI_OK)
        return 1;
    if (wi_net_create(&net, &shape, NULL) != WI_OK || wi_net_create(&copy, &shape, NULL) != WI_OK) return 1;
    view = test;
    view.x = wi_mat_view(noisy, TEST, FEATURES);
    term_header(columns, WI_COUNT(columns));
    for (int way = 0; way < WAYS; way++) {
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            /* [noise] */
            wi_train_desc how = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                                  .opt = wi_adam(0.003),
                                  .steps = 120,
                                  .batch = 20,
                                  .seed = seed,
                                  .weight_noise = way == 1 ? 0.1 : 0.0,
                                  .input_noise = way == 2 ? 1.0 : 0.0 };
            /* [noise] */
            (void)wi_net_init(&net, seed);
            if (wi_train(&net, &few, &how, NULL, NULL) != WI_OK) return 1;
            for (int level = 0; level < LEVELS; level++) {
                (void)wi_fill(noise, wi_dense(FEATURES, TEST), wi_normal(0.0, pixels[level]), &rng);
                for (size_t i = 0; i < TEST * FEATURES; i++) noisy[i] = test.x.data[i] + noise[i];
                (void)wi_evaluate(&net, &view, how.loss, &score);
                on_pixels[way][level] += 100.0 * score.accuracy / SEEDS;
                if (level == 4) strong[1][way][seed - 1] = 100.0 * score.accuracy;
                /* fewer than there are pixels */
                (void)wi_fill(noise, wi_dense(net.param_count, 1), wi_normal(0.0, weights[level]), &rng);
                for (size_t i = 0; i < net.param_count; i++) copy.params[i] = net.params[i] + noise[i];
                (void)wi_evaluate(&copy, &test, how.loss, &score);
                on_weights[way][level] += 100.0 * score.accuracy / SEEDS;
                if (level == 4) strong[0][way][seed - 1] = 100.0 * score.accuracy;
            }
        }
        term_cell(columns + 0, TERM_PLAIN, "%s", names[way]);
        term_cell(columns + 1, TERM_PLAIN, "%.1f %%", on_pixels[way][0]);
        term_cell(columns + 2, TERM_PLAIN, "%.1f %%", on_pixels[way][2]);
        term_cell(columns + 3, TERM_PLAIN, "%.1f %%", on_pixels[way][4]);
        term_cell(columns + 4, TERM_PLAIN, "%.1f %%", on_weights[way][2]);
        term_cell(columns + 5, TERM_PLAIN, "%.1f %%", on_weights[way][4]);
        term_end_row();
    }
    fig_open(&f, argc > 1 ? argv[1] : NULL, "30_noise", &desc);
    for (int panel = 0; panel < 2; panel++) {
        fig_panel(&f, panel, 0, panel == 0 ? "Noise on the pixels" : "Noise on the weights");
        fig_y_axis(&f, 0.0, 100.0, FIG_LINEAR, "test accuracy, %");
        fig_x_axis(&f, 0.0, panel == 0 ? 2.5 : 0.25, FIG_LINEAR, "standard deviation of the noise");
        for (int way = 0; way < WAYS; way++)
            fig_curve(&f, panel == 0 ? pixels : weights, panel == 0 ? on_pixels[way] : on_weights[way],
                      LEVELS, way);
    }
    for (int way = 1; way < WAYS; way++)
        /* against no noise in training, at weights + 0.2 and at pixels + 2 */
        for (int kind = 0; kind < 2; kind++) {
            double mean = 0.0, least = INFINITY, most = -INFINITY;
            for (int s = 0; s < SEEDS; s++) {
                double gain = strong[kind][way][s] - strong[kind][0][s];
                mean += gain / SEEDS;
                least = fmin(least, gain);
                most = fmax(most, gain);
            }
            gained[kind][way] = mean;
            printf("%s, against %s: %+.1f points; by seed %+.1f to %+.1f\n", names[way],
                   kind == 0 ? "weights + 0.2" : "pixels + 2", mean, least, most);
        }
    wi_net_destroy(&net);
    wi_net_destroy(&copy);
    wi_data_destroy(&all);
    int held = gained[0][1] > 2.0 && gained[1][2] > 2.0;
    return term_claim(fig_close(&f) && held, "noise in training helps against the same noise in use");
}
