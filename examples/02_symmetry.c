/* 02_symmetry.c
   title:    Symmetry
   question: Why must the weights of a layer differ?
   level:    1
   claims:   C1 C2
   figure:   02_symmetry.svg
   shows:    how many different hidden units a 2-8-4 network has before and after training, and what it
             learns, when all weights start at zero, at one constant, at one constant with different biases,
             or at random

   Two hidden units with the same weights compute the same output, receive the same gradient, and take the
   same step: they are one unit for ever. With zero weights it is worse. The signal that goes back to a hidden
   unit is multiplied by its outgoing weight, and what reaches an outgoing weight by the unit's output: both
   are zero, so only the output's biases learn.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <math.h>
#include <stdio.h>

enum { UNITS = 8, SAMPLES = 400 };

/* Count the hidden units that differ from all before them, in a weight in or a weight out. */
static int distinct_units(const wi_net *net)
{
    /* [UNITS][2] [1][UNITS] [4][UNITS] */
    wi_mat in = net->layers[0].w, bias = net->layers[0].b, out = net->layers[1].w;
    /* [distinct] */
    int distinct = 0;

    for (size_t i = 0; i < in.rows; i++) {
        int is_new = 1;
        for (size_t j = 0; j < i && is_new; j++) {
            double apart = fabs((double)bias.data[i] - (double)bias.data[j]);
            for (size_t k = 0; k < in.cols; k++)
                apart += fabs((double)in.data[i * in.row_step + k] -
                              (double)in.data[j * in.row_step + k]);
            for (size_t k = 0; k < out.rows; k++)
                apart += fabs((double)out.data[k * out.row_step + i] -
                              (double)out.data[k * out.row_step + j]);
            is_new = apart > 1e-6;
        }
        distinct += is_new;
    }
    return distinct;
    /* [distinct] */
}

int main(void)
{
    static const char *const names[] = { "all zero", "constant 0.5", "constant, biases differ",
                                         "random (Xavier)" };
    /* [starts] */
    const wi_recipe weights[] = { wi_zeros(), wi_constant(0.5), wi_constant(0.5),
                                  wi_xavier_normal() };
    const wi_recipe biases[] = { wi_zeros(), wi_zeros(), wi_normal(0.0, 0.5), wi_zeros() };
    /* [starts] */
    const wi_layer_desc layers[] = { wi_layer_dense(UNITS, wi_tanh()), wi_layer_dense(4, wi_linear()) };
    const wi_net_desc shape = { .inputs = 2, .layers = layers, .layer_count = 2, .max_batch = SAMPLES };
    wi_rng  rng = wi_rng_make(3);
    wi_data data;
    wi_net  net;
    int     after[4];

    if (wi_data_blobs(&data, SAMPLES, 2, 4, 0.25, &rng) != WI_OK ||
        wi_net_create(&net, &shape, NULL) != WI_OK)
        return 1;
    printf("start                    distinct at first  after training  gradient at first  accuracy\n");
    /* [train] */
    for (size_t start = 0; start < 4; start++) {
        wi_train_desc train = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                                .opt = wi_sgd(0.5),
                                .epochs = 40,
                                .batch = 20 };
        wi_probe  probe[2];
        wi_score  score;

        (void)wi_net_init_all(&net, weights[start], biases[start], 1);
        int before = distinct_units(&net);
        (void)wi_net_probe(&net, data.x, data.y, train.loss, probe);
        if (wi_train(&net, &data, &train, NULL, NULL) != WI_OK) return 1;
        (void)wi_evaluate(&net, &data, train.loss, &score);
        after[start] = distinct_units(&net);
        printf("%-23s  %12d of 8  %9d of 8  %17.1e  %6.1f %%\n",
               names[start], before, after[start], probe[0].dw.rms, 100.0 * score.accuracy);
    }
    /* [train] */
    wi_net_destroy(&net);
    wi_data_destroy(&data);

    int held = after[0] == 1 && after[1] == 1 && after[2] == 8 && after[3] == 8;
    printf("claim: equal units stay equal; different weights or biases break the symmetry: %s\n",
           held ? "held" : "DID NOT HOLD");
    return held ? 0 : 1;
}
