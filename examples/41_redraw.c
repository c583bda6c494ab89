/* 41_redraw.c
   title:    Drawing anew
   question: Why does changing a recipe not change the weights?
   level:    1
   claims:   C23
   figure:   none
   shows:    a network whose layers are given another recipe after it was created: the weights before, after,
             and after wi_net_init()

   A popular snippet builds a Keras model and then assigns layer.kernel_initializer. Nothing happens: a recipe
   is followed once, when weights are drawn, and that was before. It is the same here, and would be anywhere:
   a recipe is a description, not a wire to the weights. To follow another recipe, draw again.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "terminal.h"
#include <math.h>

static double weight_std(const wi_net *net)
{
    return wi_stats_of(net->layers[0].w.data, net->layers[0].w.rows * net->layers[0].w.cols).std;
}

int main(void)
{
    const wi_layer_desc layers[] = { wi_layer_dense(256, wi_relu()), wi_layer_dense(10, wi_linear()) };
    const wi_net_desc shape = {
        .inputs = 100, .layers = layers, .layer_count = 2, .max_batch = 1, .seed = 1
    };
    wi_net net;

    if (wi_net_create(&net, &shape, NULL) != WI_OK) return 1;
    double first = weight_std(&net);
    printf("created with %s:                     std %.4f\n", net.layers[0].desc.weights.name, first);

    /* [assign] */
    /* as layer.kernel_initializer = ... does */
    net.layers[0].desc.weights = wi_normal(0.0, 0.02);
    double assigned = weight_std(&net);
    printf("another recipe assigned, N(0, 0.02^2):     std %.4f, as before\n", assigned);

    /* now the recipes are followed again */
    (void)wi_net_init(&net, 1);
    double drawn = weight_std(&net);
    printf("after wi_net_init(), which draws anew:     std %.4f\n", drawn);
    /* [assign] */
    wi_net_destroy(&net);
    return term_claim(first == assigned && fabs(drawn / 0.02 - 1.0) < 0.03,
                      "assigning a recipe does nothing; drawing does");
}
