/* 08_no_bias.c
   title:    Without biases
   question: What can a network without biases not learn?
   level:    1
   claims:   C5
   figure:   08_no_bias.svg
   shows:    a linear classifier with and without a bias, on two clouds that a line parts which does not pass
             through the origin; and the same clouds moved so that it does

   w x = 0 is a line through the origin, whatever w. If the classes are parted elsewhere, no training finds a
   w that parts them: it is not slow convergence, it is not there to be found. Centring the data, or a bias,
   cures it.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { SAMPLES = 300, GRID = 40 };

int main(int argc, char **argv)
{
    static const char *const titles[3] = { "Without bias", "With bias", "Without bias, data centred" };
    static const term_column columns[] = { { "classifier", -28 }, { "accuracy", 9 }, { "loss", 8 } };
    const fig_desc desc = {
        .title = "Through the origin, or not at all",
        .columns = 3,
        .width = 240,
        .height = 240,
        .caption =
            "A linear classifier of two clouds; the colour is its opinion. Without a bias its boundary "
            "passes through the origin."
    };
    static wi_real x[SAMPLES * 2], y[SAMPLES], grid[GRID * GRID * 2];
    static double opinion[GRID * GRID], px[2][SAMPLES], py[2][SAMPLES];
    double accuracy[3];
    wi_rng rng = wi_rng_make(8);
    fig f;

    fig_open(&f, argc > 1 ? argv[1] : NULL, "08_no_bias", &desc);
    term_header(columns, WI_COUNT(columns));
    for (size_t i = 0; i < GRID * GRID; i++) {
        grid[2 * i] = (wi_real)(-3.0 + 6.0 * ((double)(i % GRID) + 0.5) / GRID);
        grid[2 * i + 1] = (wi_real)(3.0 - 6.0 * ((double)(i / GRID) + 0.5) / GRID);
    }
    for (int way = 0; way < 3; way++) {
        wi_layer_desc layer = wi_layer_dense(1, wi_linear());
        wi_net_desc shape = {
            .inputs = 2, .layers = &layer, .layer_count = 1, .max_batch = GRID * GRID, .seed = 1
        };
        wi_train_desc train = {
            .loss = WI_LOSS_BINARY_CROSS_ENTROPY, .opt = wi_sgd(0.1), .epochs = 100, .batch = 30, .seed = 1
        };
        size_t count[2] = { 0, 0 };
        wi_score score;
        wi_data data;
        wi_net net;
        wi_mat out;

        /* Two clouds around (1, 1) and (2, 2), parted by x + y = 3; centred, by x + y = 0. */
        /* [data] */
        rng.index = 0;
        for (size_t i = 0; i < SAMPLES; i++) {
            size_t k = i % 2;
            double centre = (k == 0 ? 1.0 : 2.0) - (way == 2 ? 1.5 : 0.0);
            for (size_t j = 0; j < 2; j++)
                x[2 * i + j] = (wi_real)(centre + 0.25 * wi_rng_normal(&rng));
            y[i] = (wi_real)k;
        /* [data] */
            px[1 - k][count[1 - k]] = (double)x[2 * i];
            py[1 - k][count[1 - k]++] = (double)x[2 * i + 1];
        }
        memset(&data, 0, sizeof data);
        data.x = wi_mat_view(x, SAMPLES, 2);
        data.y = wi_mat_view(y, SAMPLES, 1);
        if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;

        /* A network has biases; one that stays zero is none. Train in short runs and put it back each
           time. */
        /* [train] */
        if (way == 1) (void)wi_train(&net, &data, &train, NULL, NULL);
        else {
            wi_trainer trainer;
            if (wi_trainer_create(&trainer, &net, &data, &train, NULL) != WI_OK) return 1;
            for (int step = 0; step < 100 * SAMPLES / 30; step++) {
                (void)wi_trainer_run(&trainer, 1, NULL);
                net.layers[0].b.data[0] = 0;
            }
            wi_trainer_destroy(&trainer);
        /* [train] */
        }
        (void)wi_evaluate(&net, &data, train.loss, &score);
        accuracy[way] = score.accuracy;
        term_cell(columns + 0, TERM_PLAIN, "%s", titles[way]);
        term_cell(columns + 1, score.accuracy > 0.95 ? TERM_GOOD : TERM_BAD, "%.1f %%",
                  100.0 * score.accuracy);
        term_cell(columns + 2, TERM_PLAIN, "%.4f", score.loss);
        term_end_row();

        (void)wi_net_forward(&net, wi_mat_view(grid, GRID * GRID, 2), WI_EVAL, &out);
        for (size_t i = 0; i < GRID * GRID; i++) opinion[i] = tanh((double)out.data[i * out.row_step]);
        fig_panel(&f, way, 0, titles[way]);
        fig_y_axis(&f, -3.0, 3.0, FIG_LINEAR, NULL);
        fig_x_axis(&f, -3.0, 3.0, FIG_LINEAR, NULL);
        fig_heatmap(&f, opinion, GRID, GRID, 2.0);
        for (int k = 0; k < 2; k++) fig_dots(&f, px[k], py[k], count[k], k, 2.0);
        wi_net_destroy(&net);
    }
    int held = accuracy[0] < 0.9 && accuracy[1] > 0.97 && accuracy[2] > 0.97;
    return term_claim(fig_close(&f) && held, "without a bias the boundary is forced through the origin");
}
