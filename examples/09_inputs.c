/* 09_inputs.c
   title:    Unscaled inputs
   question: Why should inputs have mean 0 and standard deviation 1?
   level:    1
   claims:   C7
   figure:   09_inputs.svg
   shows:    four features in units from a hundredth to a hundred, with offsets; the share of saturated tanh
             units in the first layer, and the loss in training, with the raw, the standardised and the
             whitened features

   Every initializer assumes inputs of unit size: Var(pre) = sum of Var(w) E x^2. A feature in the hundreds
   saturates all units that it reaches, and one in hundredths is not heard at all. Whitening goes one step
   further and takes the correlations away as well.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { SEEDS = 5, SAMPLES = 400, FEATURES = 4, STEPS = 400, EVERY = 8, POINTS = STEPS / EVERY };

/* The covariance of the features. Returns its condition number, the greatest eigenvalue over the least. */
static double covariance(wi_mat x, wi_real c[FEATURES * FEATURES])
{
    double value[FEATURES], mean[FEATURES] = { 0.0 };

    for (size_t s = 0; s < x.rows; s++)
        for (size_t i = 0; i < FEATURES; i++) mean[i] += (double)*wi_mat_at(x, s, i) / (double)x.rows;
    for (size_t i = 0; i < FEATURES; i++)
        for (size_t j = 0; j < FEATURES; j++) {
            double sum = 0.0;
            for (size_t s = 0; s < x.rows; s++)
                sum += ((double)*wi_mat_at(x, s, i) - mean[i]) * ((double)*wi_mat_at(x, s, j) - mean[j]);
            c[i * FEATURES + j] = (wi_real)(sum / (double)x.rows);
        }
    (void)wi_mat_svd_values(wi_mat_view(c, FEATURES, FEATURES), value);
    return value[0] / value[FEATURES - 1];
}

/* [whiten] */
/* Centred features in, features with the covariance 1 out: C = L L^T (Cholesky), and
   each sample becomes L^-1 x. */
static void whiten(wi_mat x, const wi_real c[FEATURES * FEATURES])
{
    double l[FEATURES][FEATURES];

    for (size_t i = 0; i < FEATURES; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = (double)c[i * FEATURES + j];
            for (size_t k = 0; k < j; k++) sum -= l[i][k] * l[j][k];
            l[i][j] = i == j ? sqrt(sum) : sum / l[j][j];
        }
    for (size_t s = 0; s < x.rows; s++)
        for (size_t i = 0; i < FEATURES; i++) {
            double sum = (double)*wi_mat_at(x, s, i);
            for (size_t k = 0; k < i; k++) sum -= l[i][k] * (double)*wi_mat_at(x, s, k);
            *wi_mat_at(x, s, i) = (wi_real)(sum / l[i][i]);
        }
}
/* [whiten] */

int main(int argc, char **argv)
{
    static const double unit[FEATURES] = { 1.0, 100.0, 0.01, 10.0 },
                        offset[FEATURES] = { 0.0, 500.0, 0.03, -20.0 };
    enum { RAW, STANDARDISED, WHITENED, WAYS };
    static const char *const names[WAYS] = { "raw", "standardised", "whitened" };
    static const term_column columns[] = { { "inputs", -12 },  { "condition", 9 },   { "size of pre", 11 },
                                           { "saturated", 9 }, { "first loss", 10 }, { "last loss", 9 },
                                           { "accuracy", 8 } };
    const fig_desc desc = {
        .title = "The same data in other units",
        .columns = 2,
        .width = 320,
        .key = names,
        .key_count = WAYS,
        .caption =
            "Three clouds in four features whose units differ by 10,000. Left: the first layer's outputs. "
            "Right: loss."
    };
    const wi_layer_desc layers[] = { wi_layer_dense(32, wi_tanh()), wi_layer_dense(32, wi_tanh()),
                                     wi_layer_dense(3, wi_linear()) };
    const wi_net_desc shape = {
        .inputs = FEATURES, .layers = layers, .layer_count = 3, .max_batch = SAMPLES, .seed = 1
    };
    double step[POINTS + 1], loss[WAYS][POINTS + 1], saturated[WAYS], condition[WAYS], accuracy[WAYS],
        least[WAYS], most[WAYS];
    wi_real c[FEATURES * FEATURES];
    wi_histogram outputs[WAYS];
    wi_rng rng = wi_rng_make(9);
    wi_scaler scaler;
    wi_data data;
    wi_net net;
    fig f;

    if (wi_data_blobs(&data, SAMPLES, FEATURES, 3, 0.5, &rng) != WI_OK ||
        wi_net_create(&net, &shape, NULL) != WI_OK)
        return 1;
    /* [units] */
    for (size_t i = 0; i < SAMPLES * FEATURES; i++)
        data.x.data[i] =
            (wi_real)(offset[i % FEATURES] + unit[i % FEATURES] * (double)data.x.data[i]);
    /* [units] */

    term_header(columns, WI_COUNT(columns));
    for (int scaled = 0; scaled < WAYS; scaled++) {
        wi_trainer trainer;
        wi_score score;

        /* [scale] */
        if (scaled == STANDARDISED) {
            if (wi_scaler_fit(&scaler, data.x) != WI_OK) return 1;
            (void)wi_scaler_apply(&scaler, data.x);
            wi_scaler_destroy(&scaler);
        }
        /* [scale] */
        condition[scaled] = covariance(data.x, c);
        if (scaled == WHITENED) {                          /* what the round before standardised */
            whiten(data.x, c);
            condition[scaled] = covariance(data.x, c);
        }
        /* [measure] */
        (void)wi_net_init(&net, 1);
        (void)wi_net_forward(&net, data.x, WI_EVAL, NULL);
        outputs[scaled] = wi_histogram_of(net.layers[0].post.data, SAMPLES * 32, -1.0, 1.0);
        size_t flat = 0;
        for (size_t i = 0; i < SAMPLES * 32; i++)
            flat += fabs((double)net.layers[0].post.data[i]) > 0.99;
        saturated[scaled] = (double)flat / (SAMPLES * 32);
        double size = wi_stats_of(net.layers[0].pre.data, SAMPLES * 32).rms;
        /* [measure] */

        least[scaled] = 1.0; most[scaled] = 0.0;
        /* the table and the figure show seed 1, the last */
        for (uint64_t seed = SEEDS; seed >= 1; seed--) {
            wi_train_desc train = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                                    .opt = wi_sgd(0.1),
                                    .steps = STEPS,
                                    .batch = 40,
                                    .seed = seed };
            (void)wi_net_init(&net, seed);
            if (wi_trainer_create(&trainer, &net, &data, &train, NULL) != WI_OK) return 1;
            for (int p = 0; p <= POINTS; p++) {
                (void)wi_evaluate(&net, &data, train.loss, &score);
                step[p] = p * EVERY;
                loss[scaled][p] = score.loss;
                (void)wi_trainer_run(&trainer, EVERY, NULL);
            }
            wi_trainer_destroy(&trainer);
            accuracy[scaled] = score.accuracy;
            least[scaled] = fmin(least[scaled], score.accuracy);
            most[scaled] = fmax(most[scaled], score.accuracy);
        }
        term_cell(columns + 0, TERM_PLAIN, "%s", names[scaled]);
        term_cell(columns + 1, TERM_PLAIN, "%.3g", condition[scaled]);
        term_cell(columns + 2, TERM_PLAIN, "%.3g", size);
        term_cell(columns + 3, saturated[scaled] > 0.2 ? TERM_BAD : TERM_GOOD, "%.1f %%",
                  100.0 * saturated[scaled]);
        term_cell(columns + 4, TERM_PLAIN, "%.3f", loss[scaled][0]);
        term_cell(columns + 5, TERM_PLAIN, "%.3f", loss[scaled][POINTS]);
        term_cell(columns + 6, accuracy[scaled] > 0.9 ? TERM_GOOD : TERM_BAD, "%.1f %%",
                  100.0 * accuracy[scaled]);
        term_end_row();
    }
    printf("accuracy with %d seeds:", SEEDS);
    for (int scaled = 0; scaled < WAYS; scaled++)
        printf("%s %s %.0f to %.0f %%", scaled == RAW ? "" : ",", names[scaled], 100.0 * least[scaled],
               100.0 * most[scaled]);
    printf("\n");
    fig_open(&f, argc > 1 ? argv[1] : NULL, "09_inputs", &desc);
    fig_panel(&f, 0, 0, "Outputs of the first layer");
    fig_y_axis(&f, 0.0, 1.0, FIG_SQRT, "share, square root (tallest bin: 1)");
    fig_x_axis(&f, -1.0, 1.0, FIG_LINEAR, "tanh(pre)");
    for (int scaled = 0; scaled < WAYS; scaled++)
        fig_histogram(&f, outputs[scaled].bin, WI_BINS, -1.0, 1.0, scaled);
    fig_panel(&f, 1, 0, "Training");
    fig_y_axis(&f, 0.0, 1.5, FIG_LINEAR, "loss");
    fig_x_axis(&f, 0.0, STEPS, FIG_LINEAR, "step");
    for (int scaled = 0; scaled < WAYS; scaled++) fig_curve(&f, step, loss[scaled], POINTS + 1, scaled);
    wi_net_destroy(&net);
    wi_data_destroy(&data);
    int held = saturated[RAW] > 0.9 && saturated[STANDARDISED] < 0.2 &&
        loss[STANDARDISED][POINTS] < 0.5 * loss[RAW][POINTS] && condition[WHITENED] < 1.01;
    return term_claim(
        fig_close(&f) && held,
        "raw features saturate the first layer, standardised ones train; whitened ones have the condition "
        "number 1");
}
