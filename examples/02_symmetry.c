/* 02_symmetry.c
   title:    Symmetry
   question: Why must the weights of a layer differ?
   level:    1
   claims:   C1 C2
   figure:   02_symmetry.svg
   shows:    how many different hidden units a 2-8-4 network has after each epoch, and what it learns, when
             all weights start at zero, at one constant, at one constant with different biases, or at random

   Two hidden units with the same weights compute the same output, receive the same gradient, and take the
   same step: they are one unit for ever. With zero weights it is worse. The signal that goes back to a hidden
   unit is multiplied by its outgoing weight, and what reaches an outgoing weight by the unit's output: both
   are zero, so only the output's biases learn.
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { UNITS = 8, EPOCHS = 40, SAMPLES = 400 };

/* Count the hidden units that differ from all before them, in a weight in or a weight out. */
static size_t distinct_units(const wi_net *net)
{
    wi_mat in = net->layers[0].w, bias = net->layers[0].b, out = net->layers[1].w;  /* [UNITS][2] [1][UNITS] [4][UNITS] */
    /* [distinct] */
    size_t distinct = 0;

    for (size_t i = 0; i < in.rows; i++) {
        int is_new = 1;
        for (size_t j = 0; j < i && is_new; j++) {
            double apart = fabs((double)bias.data[i] - (double)bias.data[j]);
            for (size_t k = 0; k < in.cols; k++)
                apart += fabs((double)in.data[i * in.row_step + k] - (double)in.data[j * in.row_step + k]);
            for (size_t k = 0; k < out.rows; k++)
                apart += fabs((double)out.data[k * out.row_step + i] - (double)out.data[k * out.row_step + j]);
            is_new = apart > 1e-6;
        }
        distinct += (size_t)is_new;
    }
    return distinct;
    /* [distinct] */
}

int main(int argc, char **argv)
{
    static const char *const names[] = { "all zero", "constant 0.5", "constant, biases differ", "random (Xavier)" };
    /* [starts] */
    const wi_recipe weights[] = { wi_zeros(), wi_constant(0.5), wi_constant(0.5), wi_xavier_normal() };
    const wi_recipe biases[] = { wi_zeros(), wi_zeros(), wi_normal(0.0, 0.5), wi_zeros() };
    /* [starts] */
    static const term_column columns[] = {
        { "start", -24 }, { "distinct at first", 17 }, { "after training", 14 }, { "gradient at first", 17 }, { "accuracy", 8 }
    };
    const fig_desc desc = {
        .title = "Equal units stay equal", .columns = 2, .key = names, .key_count = 4,
        .caption = "A 2-8-4 network on four clusters of points. Left: how many of its eight hidden units differ. "
                   "Right: how many points it gets right. Lines that coincide are drawn a little apart."
    };
    const wi_layer_desc layers[] = { wi_layer_dense(UNITS, wi_tanh()), wi_layer_dense(4, wi_linear()) };
    const wi_net_desc shape = { .inputs = 2, .layers = layers, .layer_count = 2, .max_batch = SAMPLES };
    wi_rng  rng = wi_rng_make(3);
    wi_data data;
    wi_net  net;
    double  epoch_at[EPOCHS + 1], distinct[4][EPOCHS + 1], drawn[4][EPOCHS + 1], accuracy[4][EPOCHS + 1];
    fig     f;

    if (wi_data_blobs(&data, SAMPLES, 2, 4, 0.25, &rng) != WI_OK || wi_net_create(&net, &shape, NULL) != WI_OK) return 1;
    term_header(columns, WI_COUNT(columns));
    /* [train] */
    for (size_t start = 0; start < 4; start++) {
        wi_probe  probe[2];
        wi_score  score;

        wi_net_init_all(&net, weights[start], biases[start], 1);
        wi_net_probe(&net, data.x, data.y, WI_LOSS_SOFTMAX_CROSS_ENTROPY, probe);
        for (size_t epoch = 0; epoch <= EPOCHS; epoch++) {
            wi_train_desc train = {
                .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY, .opt = wi_sgd(0.5), .epochs = 1, .batch = 20, .seed = epoch
            };
            if (epoch > 0 && wi_train(&net, &data, &train, NULL, NULL) != WI_OK) return 1;
            wi_evaluate(&net, &data, train.loss, &score);
            epoch_at[epoch] = (double)epoch;
            distinct[start][epoch] = (double)distinct_units(&net);
            drawn[start][epoch] = distinct[start][epoch] + 0.06 * (double)start;
            accuracy[start][epoch] = 100.0 * score.accuracy;
        }
        term_cell(columns + 0, TERM_PLAIN, "%s", names[start]);
        term_cell(columns + 1, TERM_PLAIN, "%.0f of 8", distinct[start][0]);
        term_cell(columns + 2, distinct[start][EPOCHS] < 8 ? TERM_BAD : TERM_GOOD, "%.0f of 8", distinct[start][EPOCHS]);
        term_cell(columns + 3, probe[0].dw.rms == 0.0 ? TERM_BAD : TERM_PLAIN, "%.1e", probe[0].dw.rms);
        term_cell(columns + 4, TERM_PLAIN, "%.1f %%", accuracy[start][EPOCHS]);
        term_end_row();
    }
    /* [train] */

    fig_open(&f, argc > 1 ? argv[1] : NULL, "02_symmetry", &desc);
    for (int panel = 0; panel < 2; panel++) {
        fig_panel(&f, panel, 0, panel == 0 ? "Distinct hidden units" : "Accuracy");
        fig_y_axis(&f, 0.0, panel == 0 ? 9.0 : 105.0, FIG_LINEAR, panel == 0 ? "units" : "%");
        fig_x_axis(&f, 0.0, EPOCHS, FIG_LINEAR, "epoch");
        for (int start = 0; start < 4; start++)
            fig_curve(&f, epoch_at, panel == 0 ? drawn[start] : accuracy[start], EPOCHS + 1, start);
    }
    wi_net_destroy(&net);
    wi_data_destroy(&data);

    int held = distinct[0][EPOCHS] == 1 && distinct[1][EPOCHS] == 1 && distinct[2][EPOCHS] == 8 && distinct[3][EPOCHS] == 8;
    return term_claim(fig_close(&f) && held, "equal units stay equal; different weights or biases break the symmetry");
}
