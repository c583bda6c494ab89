/* 04_network.c
   title:    A network of your own
   question: How do I build a network, train it, and see what it learned?
   level:    1
   claims:   -
   figure:   04_network.svg
   shows:    a network described, created, trained on two spirals, and asked what it thinks of every point of
             the plane, before and after

   A layer is a value; a network is a list of them. The weights are drawn when the network is created, each
   layer's by the recipe that suits its activation unless you set another one.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { SAMPLES = 600, GRID = 48 };

/* Print one line a report; a non-zero return would stop the training. */
static int report(const wi_progress *p, void *user)
{
    const term_column *columns = (const term_column *)user;

    if (p->step == 0) return 0;   /* before the first step there is no loss to show */
    term_cell(columns + 0, TERM_PLAIN, "%zu", p->epoch + 1);
    term_cell(columns + 1, TERM_PLAIN, "%.4f", p->loss);
    term_cell(columns + 2, p->valid.accuracy > 0.95 ? TERM_GOOD : TERM_PLAIN, "%.1f %%",
              100.0 * p->valid.accuracy);
    term_end_row();
    return 0;
}

/* Draw the network's opinion of each point of [-1.2, 1.2]^2, and the samples. */
static void draw_opinion(fig *f, int column, const char *title, wi_net *net, const wi_data *data)
{
    static wi_real points[GRID * GRID * 2];             /* [GRID * GRID][2] */
    static double opinion[GRID * GRID], x[2][SAMPLES], y[2][SAMPLES];
    size_t count[2] = { 0, 0 };
    wi_mat logits;

    for (size_t i = 0; i < GRID * GRID; i++) {
        points[2 * i] = (wi_real)(-1.2 + 2.4 * ((double)(i % GRID) + 0.5) / GRID);
        points[2 * i + 1] = (wi_real)(1.2 - 2.4 * ((double)(i / GRID) + 0.5) / GRID);
    }
    (void)wi_net_forward(net, wi_mat_view(points, GRID * GRID, 2), WI_EVAL, &logits);
    for (size_t i = 0; i < GRID * GRID; i++)
        opinion[i] =
            tanh((double)logits.data[i * logits.row_step] - (double)logits.data[i * logits.row_step + 1]);
    for (size_t i = 0; i < SAMPLES; i++) {
        int which = data->y.data[i * data->y.row_step] > 0 ? 0 : 1;
        x[which][count[which]] = (double)data->x.data[i * data->x.row_step];
        y[which][count[which]++] = (double)data->x.data[i * data->x.row_step + 1];
    }
    fig_panel(f, column, 0, title);
    fig_y_axis(f, -1.2, 1.2, FIG_LINEAR, NULL);
    fig_x_axis(f, -1.2, 1.2, FIG_LINEAR, NULL);
    fig_heatmap(f, opinion, GRID, GRID, 2.0);
    for (int which = 0; which < 2; which++) fig_dots(f, x[which], y[which], count[which], which, 2.0);
}

int main(int argc, char **argv)
{
    static term_column columns[] = { { "epoch", 5 }, { "loss", 8 }, { "accuracy", 9 } };
    const fig_desc desc = {
        .title = "What a network thinks of the plane",
        .columns = 2,
        .width = 320,
        .height = 320,
        .caption =
            "Two spirals, and the output of a 2-32-32-2 ReLU network at every point: the stronger the "
            "colour, the surer."
    };
    wi_rng rng = wi_rng_make(1);
    wi_score score;
    wi_error error;
    wi_data data;
    wi_net net;
    fig f;

    if (wi_data_spirals(&data, SAMPLES, 2, 0.15, &rng) != WI_OK) return 1;
    /* [network] */
    const wi_layer_desc layers[] = {
        wi_layer_dense(32, wi_relu()),
        wi_layer_dense(32, wi_relu()),
        wi_layer_dense(2, wi_linear())
    };
    const wi_net_desc shape = {
        .inputs = 2, .layers = layers, .layer_count = 3, .max_batch = GRID * GRID, .seed = 5
    };

    if (wi_net_create(&net, &shape, &error) != WI_OK)
        return fprintf(stderr, "%s\n", error.text), 1;
    /* [network] */
    for (size_t l = 0; l < net.layer_count; l++)
        printf("layer %zu: %4zu weights drawn by %s, std %.3f\n", l + 1,
               net.layers[l].w.rows * net.layers[l].w.cols, net.layers[l].desc.weights.name,
               wi_stats_of(net.layers[l].w.data, net.layers[l].w.rows * net.layers[l].w.cols).std);

    fig_open(&f, argc > 1 ? argv[1] : NULL, "04_network", &desc);
    draw_opinion(&f, 0, "Before training", &net, &data);
    term_header(columns, 3);
    /* [train] */
    wi_train_desc train = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                            .opt = wi_adam(0.01),
                            .epochs = 100,
                            .batch = 50,
                            .every = 10 * SAMPLES / 50,
                            .valid = &data,
                            .on_report = report,
                            .user = columns };
    if (wi_train(&net, &data, &train, NULL, &error) != WI_OK)
        return fprintf(stderr, "%s\n", error.text), 1;
    /* [train] */
    draw_opinion(&f, 1, "After 100 epochs", &net, &data);
    (void)wi_evaluate(&net, &data, train.loss, &score);
    wi_net_destroy(&net);
    wi_data_destroy(&data);

    int held = score.accuracy > 0.97;
    return term_claim(fig_close(&f) && held, "it tells the spirals apart");
}
