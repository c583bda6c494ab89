/* 16_dead_units.c
   title:    Dead, or merely zero
   question: Do half of all ReLU units die?
   level:    2
   claims:   C13
   figure:   16_dead_units.svg
   shows:    by layer, the share of zero outputs, and the share of units that are zero for every one of 500
             samples, at the start; then after training at learning rates from 0.03 to 1, with five seeds

   Half of the outputs of a fresh ReLU layer are zero: each unit is silent for about half of the inputs, which
   is what it is for. A dead unit is silent for all of them, and so gets no gradient that could bring it back.
   The first is not the second. Deep layers have more silent units, as all inputs look alike there; and what
   kills units in number is a learning rate too high.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { SAMPLES = 500, WIDTH = 64, LAYERS = 4, RATES = 6, SEEDS = 5 };

/* Share of zero outputs and of units that are zero for all samples, in one layer. */
static void count_zeros(const wi_layer *layer, double *zero, double *dead)
{
    size_t zeros = 0, dead_units = 0;

    /* [count] */
    for (size_t j = 0; j < layer->outputs; j++) {
        size_t silent = 0;
        for (size_t i = 0; i < SAMPLES; i++)
            silent += !(layer->post.data[i * layer->post.row_step + j] > 0);
        zeros += silent;
        dead_units += silent == SAMPLES;
    }
    /* [count] */
    *zero = (double)zeros / (double)(SAMPLES * layer->outputs);
    *dead = (double)dead_units / (double)layer->outputs;
}

int main(int argc, char **argv)
{
    static const double rates[RATES] = { 0.03, 0.1, 0.3, 0.5, 0.7, 1.0 };
    static const term_column at_start[] = { { "layer", 5 },
                                            { "outputs that are zero", 21 },
                                            { "units that are dead", 19 } };
    static const term_column trained[] = { { "rate", 5 }, { "dead after training", 19 }, { "accuracy", 14 } };
    static const char *const names[] = { "outputs that are zero", "units that are dead" };
    const fig_desc desc = {
        .title = "Zero is not dead",
        .columns = 2,
        .key = names,
        .key_count = 2,
        .caption =
            "Four ReLU layers of 64 units with He weights. Left: before training, by layer. Right: dead "
            "units after 300 steps, by rate, five seeds and their mean."
    };
    double layer[LAYERS], zero[LAYERS], dead[LAYERS], killed[RATES], after[SEEDS][RATES], deadly = 0.0;
    double unused;
    int tame = 1;
    wi_layer_desc layers[LAYERS + 1];
    wi_net_desc shape = {
        .inputs = 10, .layers = layers, .layer_count = LAYERS + 1, .max_batch = SAMPLES, .seed = 5
    };
    wi_rng rng = wi_rng_make(16);
    wi_data data;
    wi_net net;
    fig f;

    for (int l = 0; l < LAYERS; l++) layers[l] = wi_layer_dense(WIDTH, wi_relu());
    layers[LAYERS] = wi_layer_dense(5, wi_linear());
    if (wi_data_blobs(&data, SAMPLES, 10, 5, 0.7, &rng) != WI_OK ||
        wi_net_create(&net, &shape, NULL) != WI_OK)
        return 1;

    (void)wi_net_forward(&net, data.x, WI_EVAL, NULL);
    term_header(at_start, WI_COUNT(at_start));
    for (int l = 0; l < LAYERS; l++) {
        count_zeros(net.layers + l, zero + l, dead + l);
        layer[l] = l + 1;
        term_cell(at_start + 0, TERM_PLAIN, "%d", l + 1);
        term_cell(at_start + 1, TERM_PLAIN, "%.1f %%", 100.0 * zero[l]);
        term_cell(at_start + 2, TERM_PLAIN, "%.1f %%", 100.0 * dead[l]);
        term_end_row();
    }
    printf("\n");
    term_header(trained, WI_COUNT(trained));
    for (int r = 0; r < RATES; r++) {
        double least = 1.0, most = 0.0, worst = 1.0, best = 0.0;

        killed[r] = 0.0;
        for (int s = 0; s < SEEDS; s++) {
            wi_train_desc train = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                                    .opt = wi_sgd(rates[r]),
                                    .steps = 300,
                                    .batch = 25,
                                    .seed = (uint64_t)s + 1 };
            wi_score score = { 0 };

            /* [rate] */
            (void)wi_net_init(&net, train.seed);
            wi_status ended = wi_train(&net, &data, &train, NULL, NULL);
            /* a rate may be so high that the loss becomes NaN */
            if (ended != WI_OK && ended != WI_ERR_NUMERIC) return 1;
            (void)wi_evaluate(&net, &data, train.loss, &score);
            /* [rate] */
            after[s][r] = 0.0;
            for (int l = 0; l < LAYERS; l++) {
                double share;
                count_zeros(net.layers + l, &unused, &share);
                after[s][r] += share / LAYERS;
            }
            killed[r] += after[s][r] / SEEDS;
            least = fmin(least, after[s][r]);
            most = fmax(most, after[s][r]);
            worst = fmin(worst, score.accuracy);
            best = fmax(best, score.accuracy);
        }
        tame &= rates[r] > 0.3 || most < 0.05;
        deadly = least;
        term_cell(trained + 0, TERM_PLAIN, "%g", rates[r]);
        term_cell(trained + 1, killed[r] > 0.3 ? TERM_BAD : TERM_PLAIN, "%.1f to %.1f %%", 100.0 * least,
                  100.0 * most);
        term_cell(trained + 2, worst > 0.7 ? TERM_GOOD : TERM_BAD, "%.0f to %.0f %%", 100.0 * worst,
                  100.0 * best);
        term_end_row();
    }
    fig_open(&f, argc > 1 ? argv[1] : NULL, "16_dead_units", &desc);
    fig_panel(&f, 0, 0, "Before training");
    fig_y_axis(&f, 0.0, 1.0, FIG_LINEAR, "share");
    fig_x_axis(&f, 0.5, LAYERS + 0.5, FIG_LINEAR, "layer");
    fig_curve(&f, layer, zero, LAYERS, 0);
    fig_dots(&f, layer, zero, LAYERS, 0, 3.5);
    fig_curve(&f, layer, dead, LAYERS, 1);
    fig_dots(&f, layer, dead, LAYERS, 1, 3.5);
    fig_panel(&f, 1, 0, "After training");
    fig_y_axis(&f, 0.0, 0.6, FIG_LINEAR, "share of dead units");
    fig_x_axis(&f, 0.025, 1.2, FIG_LOG, "learning rate");
    fig_curve(&f, rates, killed, RATES, 1);
    for (int s = 0; s < SEEDS; s++) fig_dots(&f, rates, after[s], RATES, 1, 2.5);
    wi_net_destroy(&net);
    wi_data_destroy(&data);
    int held = fabs(zero[0] - 0.5) < 0.1 && dead[0] < 0.05 && tame && deadly > 0.15;
    return term_claim(fig_close(&f) && held,
                      "half the outputs are zero and few units are dead, until the rate kills them");
}
