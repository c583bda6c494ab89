/* 33_transfer.c
   title:    Transfer
   question: Is a trained network a better start than any recipe?
   level:    2
   claims:   C18
   figure:   33_transfer.svg
   shows:    a dense and a convolutional network trained on the digits 0 to 4; then the digits 5 to 9 learned
             from 10 to 80 labelled samples, from random weights and from those hidden layers; means of six
             draws

   Transfer pays if what was learned is of use for the new task. The convolutions have learned strokes and
   corners, which all digits are made of. The dense layers have learned to tell whole zeros from whole fours,
   and have to forget that first.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "digits.h"
#include "figure.h"
#include "terminal.h"

enum { WAYS = 4, SIZES = 4, SEEDS = 6, MAX = 1600 };

/* Gather the samples whose digit is first .. first + 4 into x [n][64] and y [n][5]. Returns how many. */
static size_t gather(const wi_data *from, size_t first, wi_real *x, wi_real *y)
{
    size_t n = 0;

    for (size_t i = 0; i < from->x.rows; i++)
        for (size_t k = 0; k < 5; k++) {
            if (!(from->y.data[i * from->y.row_step + first + k] > 0)) continue;
            memcpy(x + 64 * n, from->x.data + i * from->x.row_step, 64 * sizeof *x);
            for (size_t j = 0; j < 5; j++) y[5 * n + j] = j == k;
            n++;
        }
    return n;
}

int main(int argc, char **argv)
{
    static const size_t sizes[SIZES] = { 10, 20, 40, 80 };
    static const char *const names[WAYS] = { "dense, random", "dense, transferred", "convolutions, random",
                                             "convolutions, transferred" };
    static const term_column columns[] = {
        { "start", -26 }, { "10 samples", 10 }, { "20", 8 }, { "40", 8 }, { "80", 8 }
    };
    const fig_desc desc = {
        .title = "A trained network as a start",
        .width = 600,
        .key = names,
        .key_count = WAYS,
        .caption =
            "Test accuracy on the digits 5 to 9, by the number of labelled samples; the network that is "
            "transferred learned 0 to 4."
    };
    static wi_real x[3][MAX * 64], y[3][MAX * 5];
    const wi_layer_desc dense[] = { wi_layer_dense(48, wi_relu()), wi_layer_dense(48, wi_relu()),
                                    wi_layer_dense(5, wi_linear()) };
    const wi_layer_desc convs[] = { wi_layer_conv2d(8, 3, wi_relu()), wi_layer_conv2d(16, 3, wi_relu()),
                                    wi_layer_dense(5, wi_linear()) };
    double accuracy[WAYS][SIZES] = { { 0.0 } }, size[SIZES], gain[2] = { 0.0, 0.0 };
    wi_data all, train, test, old, few, new_test;
    fig f;

    if (!digits_load(&all, &train, &test)) return 1;
    memset(&old, 0, sizeof old);
    few = new_test = old;
    size_t n = gather(&train, 0, x[0], y[0]);
    old.x = wi_mat_view(x[0], n, 64);
    old.y = wi_mat_view(y[0], n, 5);
    gather(&train, 5, x[1], y[1]);
    n = gather(&test, 5, x[2], y[2]);
    new_test.x = wi_mat_view(x[2], n, 64);
    new_test.y = wi_mat_view(y[2], n, 5);

    term_header(columns, WI_COUNT(columns));
    for (int way = 0; way < WAYS; way++) {
        wi_net_desc shape = { .channels = 1,
                              .height = 8,
                              .width = 8,
                              .layers = way < 2 ? dense : convs,
                              .layer_count = 3,
                              .max_batch = 300 };
        wi_train_desc how = {
            .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY, .opt = wi_adam(0.003), .steps = 200, .batch = 32, .seed = 1
        };
        wi_net base, net;

        if (wi_net_create(&base, &shape, NULL) != WI_OK || wi_net_create(&net, &shape, NULL) != WI_OK)
            return 1;
        if (way % 2 == 1 && wi_train(&base, &old, &how, NULL, NULL) != WI_OK) return 1;
        how.steps = 80;
        term_cell(columns + 0, TERM_PLAIN, "%s", names[way]);
        for (int s = 0; s < SIZES; s++) {
            size[s] = (double)sizes[s];
            for (uint64_t seed = 1; seed <= SEEDS; seed++) {
                wi_score score;

                few.x = wi_mat_view(x[1] + 64 * 100 * (seed - 1), sizes[s], 64);
                few.y = wi_mat_view(y[1] + 5 * 100 * (seed - 1), sizes[s], 5);
                /* [transfer] */
                (void)wi_net_init(&net, seed);
                if (way % 2 == 1)
                    for (size_t l = 0; l < 2; l++) (void)wi_layer_copy(&net.layers[l], &base.layers[l]);
                /* [transfer] */
                if (wi_train(&net, &few, &how, NULL, NULL) != WI_OK) return 1;
                (void)wi_evaluate(&net, &new_test, how.loss, &score);
                accuracy[way][s] += 100.0 * score.accuracy / SEEDS;
            }
            if (way % 2 == 1) gain[way / 2] += (accuracy[way][s] - accuracy[way - 1][s]) / SIZES;
            term_cell(columns + 1 + s, TERM_PLAIN, "%.1f %%", accuracy[way][s]);
        }
        term_end_row();
        wi_net_destroy(&base);
        wi_net_destroy(&net);
    }
    printf("transfer: %+.1f points with dense layers, %+.1f with convolutions\n", gain[0], gain[1]);
    fig_open(&f, argc > 1 ? argv[1] : NULL, "33_transfer", &desc);
    fig_panel(&f, 0, 0, NULL);
    fig_y_axis(&f, 50.0, 100.0, FIG_LINEAR, "test accuracy on 5 to 9, %");
    fig_x_axis(&f, 8.0, 100.0, FIG_LOG, "labelled samples");
    for (int way = 0; way < WAYS; way++) fig_curve(&f, size, accuracy[way], SIZES, way);
    wi_data_destroy(&all);
    return term_claim(fig_close(&f) && gain[1] > 0.5 && gain[1] > gain[0],
                      "features that suit the new task, as strokes do, are a better start");
}
