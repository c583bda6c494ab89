/* 26_residual.c
   title:    Residual networks
   question: How should the branches of a residual network start?
   level:    3
   claims:   -
   figure:   26_residual.svg
   shows:    forty ReLU layers, plain and as twenty residual blocks x + branch(x) whose branch starts with He
             weights, with its last layer at zero (Fixup), or with a factor of zero (ReZero): the signal by
             depth, and training; five seeds, with their scatter

   Each block adds its branch's variance to the signal. With He weights in both layers a branch gives back
   twice what it gets, so the variance triples in every block. A branch that starts at zero makes the whole
   network the identity at first, whatever its depth, and training opens the branches one by one. (Zhang et
   al. 2019, Bachlechner et al. 2020.)

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum {
    BLOCKS = 20,
    WIDTH = 32,
    SAMPLES = 300,
    WAYS = 4,
    SEEDS = 5,
    POINTS = 30,
    EVERY = 5,
    MAX = 4 * BLOCKS + 2
};

/* Describe a network; `ends` receives the index of each block's last layer. */
static size_t describe(wi_layer_desc *layers, size_t *ends, int way)
{
    size_t count = 0;

    layers[count++] = wi_layer_dense(WIDTH, wi_linear());
    for (size_t b = 0; b < BLOCKS; b++) {
        layers[count++] = wi_layer_dense(WIDTH, wi_relu());
        layers[count] = wi_layer_dense(WIDTH, way == 0 ? wi_relu() : wi_linear());
        layers[count++].weights = wi_he_normal();
        /* [block] */
        if (way == 3) layers[count++] = wi_layer_scale(0.0);
        /* adds what the block received */
        if (way > 0) layers[count++] = wi_layer_skip(way == 3 ? 4 : 3);
        /* [block] */
        ends[b] = count - 1;
    }
    layers[count++] = wi_layer_dense(4, wi_linear());
    return count;
}

int main(int argc, char **argv)
{
    static const char *const names[WAYS] = { "plain", "residual, He", "residual, last layer zero", "ReZero" };
    static const term_column columns[] = { { "network", -26 },
                                           { "signal, block 20", 16 },
                                           { "first loss", 10 },
                                           { "last loss, five seeds", 21 },
                                           { "accuracy", 14 } };
    const fig_desc desc = {
        .title = "Forty layers, four ways",
        .columns = 2,
        .key = names,
        .key_count = WAYS,
        .caption =
            "ReLU layers of 32 units. Left: the signal before training, by block of two layers. Right: loss "
            "on four clouds, Adam at 0.002, five seeds each."
    };
    double block[BLOCKS], signal[WAYS][BLOCKS], step[POINTS + 1], loss[WAYS][SEEDS][POINTS + 1], worst[WAYS],
        best[WAYS];
    wi_rng rng = wi_rng_make(26);
    wi_data data;
    fig f;

    if (wi_data_blobs(&data, SAMPLES, 8, 4, 0.6, &rng) != WI_OK) return 1;
    term_header(columns, WI_COUNT(columns));
    for (int way = 0; way < WAYS; way++) {
        double lowest = 1.0, highest = 0.0;

        best[way] = INFINITY; worst[way] = 0.0;
        for (int seed = 0; seed < SEEDS; seed++) {
            wi_layer_desc layers[MAX];
            wi_net_desc shape = {
                .inputs = 8, .layers = layers, .max_batch = SAMPLES, .seed = (uint64_t)seed + 1
            };
            wi_train_desc train = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                                    .opt = wi_adam(0.002),
                                    .steps = POINTS * EVERY,
                                    .batch = 30,
                                    .seed = shape.seed };
            size_t ends[BLOCKS];
            wi_trainer trainer;
            wi_score score;
            wi_error error;
            wi_net net;

            shape.layer_count = describe(layers, ends, way);
            if (wi_net_create(&net, &shape, &error) != WI_OK) return fprintf(stderr, "%s\n", error.text), 1;
            /* [weights] */
            if (way == 2 && wi_net_init_residual(&net, WI_RESIDUAL_ZERO, shape.seed) != WI_OK)
                return 1;
            /* [weights] */
            (void)wi_net_forward(&net, data.x, WI_EVAL, NULL);
            for (int b = 0; b < BLOCKS && seed == 0; b++) {
                block[b] = b + 1;
                signal[way][b] = wi_stats_of(net.layers[ends[b]].post.data, SAMPLES * WIDTH).rms;
            }
            if (wi_trainer_create(&trainer, &net, &data, &train, NULL) != WI_OK) return 1;
            for (int p = 0; p <= POINTS; p++) {
                (void)wi_evaluate(&net, &data, train.loss, &score);
                step[p] = p * EVERY;
                loss[way][seed][p] = score.loss;
                (void)wi_trainer_run(&trainer, EVERY, NULL);
            }
            wi_trainer_destroy(&trainer);
            wi_net_destroy(&net);
            best[way] = fmin(best[way], score.loss);
            worst[way] = fmax(worst[way], score.loss);
            lowest = fmin(lowest, score.accuracy);
            highest = fmax(highest, score.accuracy);
        }
        term_cell(columns + 0, TERM_PLAIN, "%s", names[way]);
        term_cell(columns + 1, signal[way][BLOCKS - 1] > 10.0 ? TERM_BAD : TERM_PLAIN, "%.3g",
                  signal[way][BLOCKS - 1]);
        term_cell(columns + 2, TERM_PLAIN, "%.3g", loss[way][0][0]);
        term_cell(columns + 3, TERM_PLAIN, "%.2g to %.2g", best[way], worst[way]);
        term_cell(columns + 4, lowest > 0.9 ? TERM_GOOD : TERM_BAD, "%.0f to %.0f %%", 100.0 * lowest,
                  100.0 * highest);
        term_end_row();
    }
    fig_open(&f, argc > 1 ? argv[1] : NULL, "26_residual", &desc);
    for (int panel = 0; panel < 2; panel++) {
        fig_panel(&f, panel, 0, panel == 0 ? "Before training" : "Training");
        fig_y_axis(&f, panel == 0 ? 0.01 : 1e-3, panel == 0 ? 1e4 : 1e3, FIG_LOG,
                   panel == 0 ? "signal" : "loss");
        fig_x_axis(&f, 0.0, panel == 0 ? BLOCKS + 1.0 : POINTS * EVERY, FIG_LINEAR,
                   panel == 0 ? "block" : "step");
        for (int way = 0; way < WAYS; way++)
            if (panel == 0) fig_curve(&f, block, signal[way], BLOCKS, way);
            else
                for (int seed = 0; seed < SEEDS; seed++)
                    fig_curve(&f, step, loss[way][seed], POINTS + 1, way);
    }
    wi_data_destroy(&data);
    int held = signal[1][BLOCKS - 1] > 100.0 && fabs(signal[3][BLOCKS - 1] / signal[3][0] - 1.0) < 1e-6
            && fmax(worst[2], worst[3]) < fmin(best[0], best[1]);
    return term_claim(fig_close(&f) && held,
                      "branches that start at zero keep the signal and train best, with every seed");
}
