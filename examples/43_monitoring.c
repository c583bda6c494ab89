/* 43_monitoring.c
   title:    Watching a training
   question: What should one plot while a network trains, besides the loss?
   level:    3
   figure:   43_monitoring.svg
   shows:    one sound network and three broken ones (weights too small, weights too large, a rate too high):
             the loss, the change of the weights by a step relative to their size, the units that are dead,
             and the sizes of the gradients, layer by layer and step by step

   The loss says that something is wrong, hours later. The ratio of update to weight says in which layer,
   within a few steps. SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "digits.h"
#include "figure.h"
#include "terminal.h"

enum {
    HIDDEN = 6,
    LAYERS = HIDDEN + 1,
    UNITS = 64,
    STEPS = 300,
    EVERY = 10,
    POINTS = STEPS / EVERY + 1,
    RUNS = 4,
    SHOWN = 3
};

/* of the hidden layers: the first, the third, the last */
static const size_t shown[SHOWN] = { 0, 2, 5 };

/* What a monitor keeps of one run. */
typedef struct watch {
    double loss[POINTS], ratio[LAYERS][POINTS], dead[HIDDEN][POINTS];
    wi_histogram gradients[LAYERS];                        /* of log10 |dw|, before the first step */
} watch;

/* [look] */
/* One look at a network in training: the change that a step makes, as a fraction of the
   weights, and who is dead. */
static void look(wi_net *net, wi_mat x, wi_mat y, double rate, watch *w, size_t point)
{
    wi_probe probes[LAYERS];
    if (wi_net_probe(net, x, y, WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes) != WI_OK) return;
    w->loss[point] = probes[0].first_loss;
    for (int l = 0; l < LAYERS; l++) w->ratio[l][point] = rate * probes[l].update_ratio;
    for (int l = 0; l < HIDDEN; l++) w->dead[l][point] = 100.0 * probes[l].dead;
}
/* [look] */

/* How the gradients of a layer's weights are spread, over powers of ten. */
static wi_histogram spread(wi_net *net, size_t l, wi_mat x, wi_mat y)
{
    static wi_real size[UNITS * UNITS], dout[300 * 10];
    const wi_layer *layer = &net->layers[l];
    size_t n = layer->w.rows * layer->w.cols;
    wi_mat out = net->layers[LAYERS - 1].post, dy = wi_mat_view(dout, x.rows, 10);
    wi_net_zero_grads(net);
    (void)wi_net_forward(net, x, WI_EVAL, NULL);
    (void)wi_loss_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_mat_rows(out, 0, x.rows), y, &dy, NULL);
    (void)wi_net_backward(net, x, dy);
    for (size_t i = 0; i < n; i++) size[i] = (wi_real)log10(fabs((double)layer->dw.data[i]) + 1e-30);
    wi_net_zero_grads(net);
    return wi_histogram_of(size, n, -12.0, 3.0);
}

int main(int argc, char **argv)
{
    static const char *const names[RUNS] = { "sound", "weights too small", "weights too large",
                                             "rate too high" };
    static const char *const key[SHOWN] = { "layer 1", "layer 3", "layer 6" };
    static const double gain[RUNS] = { 1.0, 0.25, 4.0, 1.0 }, rate[RUNS] = { 0.05, 0.05, 0.05, 1.0 };
    static const term_column columns[] = { { "network", -17 }, { "update/weight, first", 20 },
                                           { "layer 6", 9 },   { "dead at the end", 15 },
                                           { "loss", 8 },      { "accuracy", 8 } };
    const fig_desc desc = {
        .title = "Four networks, watched",
        .columns = RUNS,
        .rows = 4,
        .width = 190,
        .height = 130,
        .key = key,
        .key_count = SHOWN,
        .caption =
            "Six ReLU layers. From above: loss; change of the weights by a step, relative to their size; "
            "dead units; sizes of the gradients before the first step. A sound network keeps the second row "
            "near a thousandth in all layers, and the last row in one place."
    };
    static watch watches[RUNS];
    double step[POINTS], accuracy[RUNS];
    wi_layer_desc layers[LAYERS];
    wi_data all, train, test;
    fig f;

    if (!digits_load(&all, &train, &test)) return 1;
    wi_mat x = wi_mat_rows(train.x, 0, 300), y = wi_mat_rows(train.y, 0, 300);
    for (size_t p = 0; p < POINTS; p++) step[p] = (double)(p * EVERY);
    term_header(columns, WI_COUNT(columns));
    for (int r = 0; r < RUNS; r++) {
        wi_net_desc shape = {
            .inputs = 64, .layers = layers, .layer_count = LAYERS, .max_batch = 300, .seed = 1
        };
        wi_train_desc how = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                              .opt = wi_sgd(rate[r]),
                              .steps = STEPS,
                              .batch = 30,
                              .seed = 1 };
        watch *w = &watches[r];
        wi_trainer trainer;
        wi_score score;
        wi_net net;

        for (int l = 0; l < LAYERS; l++) {
            layers[l] = l < HIDDEN ? wi_layer_dense(UNITS, wi_relu()) : wi_layer_dense(10, wi_linear());
            layers[l].weights = wi_gained(wi_he_normal(), gain[r]);
        }
        if (wi_net_create(&net, &shape, NULL) != WI_OK ||
            wi_trainer_create(&trainer, &net, &train, &how, NULL) != WI_OK)
            return 1;
        for (size_t k = 0; k < SHOWN; k++) w->gradients[shown[k]] = spread(&net, shown[k], x, y);
        /* [watch] */
        for (size_t p = 0; p < POINTS; p++) {
            look(&net, x, y, rate[r], w, p);
            (void)wi_trainer_run(&trainer, EVERY, NULL);
        }
        /* [watch] */
        (void)wi_evaluate(&net, &test, how.loss, &score);
        accuracy[r] = score.accuracy;
        double dead = 0.0;
        for (int l = 0; l < HIDDEN; l++) dead += w->dead[l][POINTS - 1] / HIDDEN;
        term_cell(columns + 0, TERM_PLAIN, "%s", names[r]);
        term_cell(columns + 1, TERM_PLAIN, "%.1e", w->ratio[0][0]);
        term_cell(columns + 2, TERM_PLAIN, "%.1e", w->ratio[HIDDEN - 1][0]);
        double last = w->loss[POINTS - 1];
        int finite = last < 1e30;
        term_cell(columns + 3, dead > 20.0 || !finite ? TERM_BAD : TERM_GOOD,
                  finite ? "%.0f %%" : "none is left", dead);
        term_cell(columns + 4, TERM_PLAIN, finite ? "%.3g" : "none", last);
        term_cell(columns + 5, accuracy[r] > 0.9 ? TERM_GOOD : TERM_BAD, "%.1f %%", 100.0 * accuracy[r]);
        term_end_row();
        wi_trainer_destroy(&trainer);
        wi_net_destroy(&net);
    }

    fig_open(&f, argc > 1 ? argv[1] : NULL, "43_monitoring", &desc);
    for (int r = 0; r < RUNS; r++) {
        fig_panel(&f, r, 0, names[r]);
        fig_y_axis(&f, 0.001, 1000.0, FIG_LOG, r == 0 ? "loss" : "");
        fig_x_axis(&f, 0.0, STEPS, FIG_LINEAR, "step");
        fig_curve(&f, step, watches[r].loss, POINTS, FIG_GRAY);
        fig_panel(&f, r, 1, NULL);
        fig_y_axis(&f, 1e-10, 100.0, FIG_LOG, r == 0 ? "update / weight" : "");
        fig_x_axis(&f, 0.0, STEPS, FIG_LINEAR, "step");
        for (int k = 0; k < SHOWN; k++) fig_curve(&f, step, watches[r].ratio[shown[k]], POINTS, k);
        fig_level(&f, 1e-3, NULL);
        fig_panel(&f, r, 2, NULL);
        fig_y_axis(&f, 0.0, 100.0, FIG_LINEAR, r == 0 ? "dead units, %" : "");
        fig_x_axis(&f, 0.0, STEPS, FIG_LINEAR, "step");
        for (int k = 0; k < SHOWN; k++) fig_curve(&f, step, watches[r].dead[shown[k]], POINTS, k);
        fig_panel(&f, r, 3, NULL);
        fig_y_axis(&f, 0.0, 1.0, FIG_LINEAR, r == 0 ? "share (tallest bin: 1)" : "");
        fig_x_axis(&f, -12.0, 3.0, FIG_LINEAR, "log10 |gradient|");
        for (int k = 0; k < SHOWN; k++)
            fig_histogram(&f, watches[r].gradients[shown[k]].bin, WI_BINS, -12.0, 3.0, k);
    }
    wi_data_destroy(&all);

    /* Before the first step, the sound network's ratios are alike; what is too small or too large is off by
       orders of magnitude. */
    double sound = watches[0].ratio[0][0] / watches[0].ratio[HIDDEN - 1][0];
    double small = watches[1].ratio[0][0], large = watches[2].ratio[0][0], fast = watches[3].ratio[0][0];
    int held = sound > 0.1 && sound < 10.0 && small < 1e-5 && large > 1.0 && fast > 0.01 && accuracy[0] > 0.9
               && accuracy[1] < 0.5 && accuracy[2] < 0.5 && accuracy[3] < 0.5;
    return term_claim(
        fig_close(&f) && held,
        "the ratio of update to weight at the first step tells the sound network from the three broken ones");
}
