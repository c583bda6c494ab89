/* 23_batch_norm.c
   title:    Batch normalisation
   question: Does batch norm make the choice of weights unimportant? At what price?
   level:    2
   claims:   C16
   figure:   23_batch_norm.svg
   shows:    0.01 N(0,1) in eight tanh layers, with and without batch norm: signal and gradient by layer, and
             training; then what it costs: answers that depend on the rest of the batch, and gradients that
             grow with depth

   Batch norm divides each unit's pre-activation by its standard deviation over the batch, so the scale of the
   weights cancels. But it makes each sample's answer depend on the others (small batches are noisy), it must
   keep running averages for later, and in a deep network at the start it makes gradients grow layer by layer
   (Yang et al. 2019).

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { SEEDS = 5, SAMPLES = 400, DEPTH = 8, WIDTH = 64, POINTS = 40, EVERY = 5, MAX = 3 * 48 + 1 };

/* Describe `depth` hidden layers of 0.01 N(0,1), with or without batch norm. */
/* [describe] */
static size_t describe(wi_layer_desc *layers, size_t depth, int batch_norm)
{
    size_t count = 0;

    for (size_t l = 0; l < depth; l++) {
        layers[count] = wi_layer_dense(WIDTH, batch_norm ? wi_linear() : wi_tanh());
        layers[count++].weights = wi_normal(0.0, 0.01);
        if (!batch_norm) continue;
        layers[count++] = wi_layer_batch_norm();
        layers[count++] = wi_layer_act(wi_tanh());
    }
    layers[count] = wi_layer_dense(5, wi_linear());
    layers[count++].weights = wi_normal(0.0, 0.01);
    return count;
/* [describe] */
}

int main(int argc, char **argv)
{
    static const char *const names[2] = { "0.01 N(0,1)", "0.01 N(0,1) + batch norm" };
    static const term_column columns[] = { { "network", -26 },
                                           { "signal, layer 8", 15 },
                                           { "first loss", 10 },
                                           { "last loss", 9 },
                                           { "accuracy", 8 } };
    const fig_desc desc = {
        .title = "Batch norm sidesteps the scale", .columns = 2, .key = names, .key_count = 2,
        .caption = "Eight tanh layers of 64 units. Left: the signal before training. Right: training loss."
    };
    wi_layer_desc layers[MAX];
    wi_net_desc shape = { .inputs = 10, .layers = layers, .max_batch = SAMPLES, .seed = 2 };
    double layer[DEPTH], signal[2][DEPTH], step[POINTS + 1], loss[2][POINTS + 1], grows[2], least[2], most[2];
    wi_rng rng = wi_rng_make(23);
    wi_data data;
    wi_net net;
    wi_mat y;
    fig f;

    if (wi_data_blobs(&data, SAMPLES, 10, 5, 0.7, &rng) != WI_OK) return 1;
    term_header(columns, WI_COUNT(columns));
    for (int bn = 0; bn < 2; bn++) {
        wi_trainer trainer;
        wi_score score;

        least[bn] = INFINITY; most[bn] = 0.0;
        shape.layer_count = describe(layers, DEPTH, bn);
        if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;
        (void)wi_net_forward(&net, data.x, WI_TRAIN, NULL);
        for (size_t l = 0; l < DEPTH; l++) {
            layer[l] = (double)l + 1.0;
            signal[bn][l] = wi_stats_of(net.layers[bn ? 3 * l + 2 : l].post.data, SAMPLES * WIDTH).rms;
        }
        /* the table and the figure show seed 1, the last */
        for (uint64_t seed = SEEDS; seed >= 1; seed--) {
            wi_train_desc train = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                                    .opt = wi_sgd(0.3),
                                    .steps = POINTS * EVERY,
                                    .batch = 40,
                                    .seed = seed };
            (void)wi_net_init(&net, seed + 1);
            if (wi_trainer_create(&trainer, &net, &data, &train, NULL) != WI_OK) return 1;
            for (int p = 0; p <= POINTS; p++) {
                (void)wi_evaluate(&net, &data, train.loss, &score);
                step[p] = p * EVERY;
                loss[bn][p] = score.loss;
                (void)wi_trainer_run(&trainer, EVERY, NULL);
            }
            wi_trainer_destroy(&trainer);
            least[bn] = fmin(least[bn], score.loss);
            most[bn] = fmax(most[bn], score.loss);
        }
        term_cell(columns + 0, TERM_PLAIN, "%s", names[bn]);
        term_cell(columns + 1, bn ? TERM_GOOD : TERM_BAD, "%.2e", signal[bn][DEPTH - 1]);
        term_cell(columns + 2, TERM_PLAIN, "%.3f", loss[bn][0]);
        term_cell(columns + 3, TERM_PLAIN, "%.3f", loss[bn][POINTS]);
        term_cell(columns + 4, bn ? TERM_GOOD : TERM_BAD, "%.1f %%", 100.0 * score.accuracy);
        term_end_row();
        if (bn == 0) wi_net_destroy(&net);
    }
    printf("last loss with %d seeds: without batch norm %.3f to %.3f, with it %.3f to %.3f\n", SEEDS,
           least[0], most[0], least[1], most[1]);
    /* [price] */
    /* The price, 1: the first logit of twenty samples, in batches of 2 and in a batch of
       400. */
    double in_two[20], differs = 0.0;
    for (size_t i = 0; i < 20; i += 2) {
        (void)wi_net_forward(&net, wi_mat_rows(data.x, i, 2), WI_TRAIN, &y);
        for (size_t k = 0; k < 2; k++) in_two[i + k] = (double)y.data[k * y.row_step];
    }
    (void)wi_net_forward(&net, data.x, WI_TRAIN, &y);
    for (size_t i = 0; i < 20; i++)
        differs += pow(in_two[i] - (double)y.data[i * y.row_step], 2.0) / 20.0;
    printf("\nin a batch of 2 a sample's first logit differs by %.2f (rms) from that "
           "in a batch of 400\n", sqrt(differs));
    /* [price] */
    wi_net_destroy(&net);

    /* The price, 2: gradients in fresh networks of 16 and of 48 layers. */
    for (int deep = 0; deep < 2; deep++) {
        static wi_real dy[SAMPLES * 5];
        (void)wi_fill(dy, wi_dense(5, SAMPLES), wi_normal(0.0, 1.0), &rng);
        shape.layer_count = describe(layers, deep ? 48 : 16, 1);
        if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;
        (void)wi_net_forward(&net, data.x, WI_TRAIN, NULL);
        /* [grows] */
        (void)wi_net_backward(&net, data.x, wi_mat_view(dy, SAMPLES, 5));
        grows[deep] = wi_stats_of(net.layers[1].dpost.data, SAMPLES * WIDTH).rms /
            wi_stats_of(net.layers[net.layer_count - 3].dpost.data, SAMPLES * WIDTH).rms;
        /* [grows] */
        printf("gradient, first layer against last, in %d layers: %.2g\n", deep ? 48 : 16, grows[deep]);
        wi_net_destroy(&net);
    }
    fig_open(&f, argc > 1 ? argv[1] : NULL, "23_batch_norm", &desc);
    for (int panel = 0; panel < 2; panel++) {
        fig_panel(&f, panel, 0, panel == 0 ? "Before training" : "Training");
        fig_y_axis(&f, panel == 0 ? 1e-10 : 0.0, panel == 0 ? 10.0 : 2.0, panel == 0 ? FIG_LOG : FIG_LINEAR,
                   panel == 0 ? "signal" : "loss");
        fig_x_axis(&f, 0.0, panel == 0 ? DEPTH + 1.0 : POINTS * EVERY, FIG_LINEAR,
                   panel == 0 ? "layer" : "step");
        for (int bn = 0; bn < 2; bn++)
            fig_curve(&f, panel == 0 ? layer : step, panel == 0 ? signal[bn] : loss[bn],
                      panel == 0 ? DEPTH : POINTS + 1, bn);
    }
    wi_data_destroy(&data);
    int held = loss[0][POINTS] > 1.5 && loss[1][POINTS] < 0.8 && differs > 0.1 && grows[1] > 2.0 * grows[0];
    return term_claim(fig_close(&f) && held, "with batch norm small weights train; it has a price");
}
