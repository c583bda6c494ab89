/* 06_class_prior.c
   title:    Biases that know the classes
   question: When does a bias other than zero help?
   level:    2
   claims:   -
   figure:   06_class_prior.svg
   shows:    the loss before training and in its first steps on data where 90 % of the samples are of one
             class, with output biases of zero and with output biases of log(share of the class), five seeds
             each

   Before it has learned anything, a classifier should answer with the shares of the classes. Softmax gives
   class k the probability p_k when its logit is log p_k: so let the output's biases start there. The first
   loss is then the entropy of the classes, -sum p log p, rather than log(number of classes), and the first
   steps need not be spent on learning it.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { SAMPLES = 1000, CLASSES = 3, STEPS = 60, SEEDS = 5 };

/* The least and the greatest of the seeds' losses after some steps. */
static void span(const term_column *column, double loss[SEEDS][STEPS + 1], int step, double *low,
                 double *high)
{
    *low = *high = loss[0][step];
    for (int s = 1; s < SEEDS; s++) {
        *low = fmin(*low, loss[s][step]);
        *high = fmax(*high, loss[s][step]);
    }
    term_cell(column, TERM_PLAIN, "%.3f to %.3f", *low, *high);
}

int main(int argc, char **argv)
{
    static const double shares[CLASSES] = { 0.90, 0.08, 0.02 };
    static const char *const names[] = { "bias 0", "bias log(share)" };
    static const term_column columns[] = { { "output bias", -15 },
                                           { "expected", 8 },
                                           { "first loss", 14 },
                                           { "after 10 steps", 14 },
                                           { "after 60 steps", 14 } };
    static const int when[] = { 0, 10, STEPS };
    const fig_desc desc = {
        .title = "An output bias that knows the classes",
        .width = 560,
        .key = names,
        .key_count = 2,
        .caption =
            "Loss on three classes with shares of 90, 8 and 2 %, five seeds. Dotted: the entropy of the "
            "classes, which one reaches by knowing the shares and nothing else."
    };
    static wi_real x[SAMPLES * 2], y[SAMPLES * CLASSES];
    const wi_layer_desc layers[] = { wi_layer_dense(16, wi_tanh()), wi_layer_dense(CLASSES, wi_linear()) };
    const wi_net_desc shape = { .inputs = 2, .layers = layers, .layer_count = 2, .max_batch = SAMPLES };
    double entropy = 0.0, step[STEPS + 1], loss[2][SEEDS][STEPS + 1], low[2][3], high[2][3];
    wi_rng rng = wi_rng_make(6);
    wi_data data;
    wi_net net;
    fig f;

    /* Three overlapping clouds, of very unequal size. */
    for (size_t i = 0; i < SAMPLES; i++) {
        size_t k = i < 900 ? 0 : i < 980 ? 1 : 2;
        x[2 * i] = (wi_real)(wi_rng_normal(&rng) + (k == 1 ? 1.5 : 0.0));
        x[2 * i + 1] = (wi_real)(wi_rng_normal(&rng) + (k == 2 ? 1.5 : 0.0));
        y[CLASSES * i + k] = 1;
    }
    memset(&data, 0, sizeof data);
    data.x = wi_mat_view(x, SAMPLES, 2);
    data.y = wi_mat_view(y, SAMPLES, CLASSES);
    if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;

    term_header(columns, WI_COUNT(columns));
    for (int informed = 0; informed < 2; informed++) {
        for (int s = 0; s < SEEDS; s++) {
            wi_train_desc train = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                                    .opt = wi_sgd(0.1),
                                    .steps = STEPS,
                                    .batch = 100,
                                    .seed = (uint64_t)s + 1 };
            wi_trainer trainer;
            wi_score score;

            /* [prior] */
            (void)wi_net_init(&net, train.seed);
            /* b_k = log p_k, around their mean */
            if (informed) (void)wi_fill_prior(net.layers[1].b.data, shares, CLASSES);
            entropy = 0.0;
            for (size_t k = 0; k < CLASSES; k++) entropy -= shares[k] * log(shares[k]);
            /* [prior] */
            if (wi_trainer_create(&trainer, &net, &data, &train, NULL) != WI_OK) return 1;
            for (int i = 0; i <= STEPS; i++) {
                (void)wi_evaluate(&net, &data, train.loss, &score);
                step[i] = i;
                loss[informed][s][i] = score.loss;
                (void)wi_trainer_run(&trainer, 1, NULL);
            }
            wi_trainer_destroy(&trainer);
        }
        term_cell(columns + 0, TERM_PLAIN, "%s", names[informed]);
        term_cell(columns + 1, TERM_DIM, "%.3f", informed ? entropy : log((double)CLASSES));
        for (int c = 0; c < 3; c++)
            span(columns + 2 + c, loss[informed], when[c], &low[informed][c], &high[informed][c]);
        term_end_row();
    }
    fig_open(&f, argc > 1 ? argv[1] : NULL, "06_class_prior", &desc);
    fig_panel(&f, 0, 0, NULL);
    fig_y_axis(&f, 0.0, 1.5, FIG_LINEAR, "loss");
    fig_x_axis(&f, 0.0, STEPS, FIG_LINEAR, "step");
    fig_level(&f, entropy, "entropy of the classes");
    for (int run = 0; run < 2 * SEEDS; run++)
        fig_curve(&f, step, loss[run / SEEDS][run % SEEDS], STEPS + 1, run / SEEDS);
    wi_net_destroy(&net);
    int held = high[1][0] < 0.5 * low[0][0] && high[1][1] < 0.9 * low[0][1] && low[1][2] < high[0][2] &&
        low[0][2] < high[1][2];
    return term_claim(fig_close(&f) && held, "biases of log(share) save the first steps, and only those");
}
