/* Shown by chapter 26; compiled and run by `make check-docs`: two kinds of residual blocks, and that both train. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <stdio.h>

enum { ROWS = 64 };

/* A 3x3 convolution without a bias that keeps the image's size, or with stride 2 halves it. */
static wi_layer_desc conv(size_t channels, size_t stride)
{
    wi_layer_desc layer = wi_layer_conv2d(channels, 3, wi_linear());
    layer.padding = 1;
    layer.stride = stride;
    layer.no_bias = 1;
    return layer;
}

/* A block of ResNet that halves the image: its shortcut is a convolution, too. */
static size_t add_down(wi_layer_desc *layers, size_t n, size_t channels)
{
    //! [down]
    layers[n] = wi_layer_conv2d(channels, 1, wi_linear());   /* the shortcut */
    layers[n].no_bias = 1;
    layers[n++].stride = 2;
    layers[n++] = wi_layer_batch_norm();
    layers[n] = conv(channels, 2);          /* the branch ... */
    layers[n++].from = 3;                   /* ... reads what the shortcut has read */
    layers[n++] = wi_layer_batch_norm();
    layers[n++] = wi_layer_act(wi_relu());
    layers[n++] = conv(channels, 1);
    layers[n++] = wi_layer_batch_norm();
    layers[n++] = wi_layer_skip(6);         /* adds the shortcut's batch norm */
    layers[n++] = wi_layer_act(wi_relu());
    //! [down]
    return n;
}

static size_t add_fixup(wi_layer_desc *layers, size_t n, size_t channels)
{
    //! [fixup]
    layers[n++] = wi_layer_shift(0);
    layers[n++] = conv(channels, 1);
    layers[n++] = wi_layer_shift(0);
    layers[n++] = wi_layer_act(wi_relu());
    layers[n++] = wi_layer_shift(0);
    layers[n++] = conv(channels, 1);
    layers[n++] = wi_layer_scale(1);
    layers[n++] = wi_layer_shift(0);
    layers[n++] = wi_layer_skip(9);
    layers[n++] = wi_layer_act(wi_relu());
    //! [fixup]
    return n;
}

/* Images of noise with a bright half, left or right: train, and say how many it gets right. */
static double train(int fixup)
{
    static wi_real x[ROWS * 64], y[ROWS * 2];
    wi_layer_desc layers[32];
    wi_net_desc desc;
    wi_train_desc run;
    wi_data data;
    wi_score score;
    wi_error error;
    wi_net net;
    wi_rng rng = wi_rng_make(1);
    size_t n = 0;
    memset(&desc, 0, sizeof desc);
    memset(&run, 0, sizeof run);
    memset(&data, 0, sizeof data);
    for (size_t i = 0; i < ROWS * 64; i++)
        x[i] = (wi_real)(wi_rng_normal(&rng) + (i / 64 % 2 == i % 8 / 4 ? 0.7 : -0.7));
    for (size_t i = 0; i < ROWS * 2; i++) y[i] = (wi_real)(i / 2 % 2 == i % 2);
    data.x = wi_mat_view(x, ROWS, 64);
    data.y = wi_mat_view(y, ROWS, 2);

    layers[n++] = conv(8, 1);
    layers[n++] = wi_layer_act(wi_relu());
    n = fixup ? add_fixup(layers, n, 8) : add_down(layers, n, 16);
    layers[n++] = wi_layer_dense(2, wi_linear());
    desc.channels = 1;
    desc.height = desc.width = 8;
    desc.layers = layers;
    desc.layer_count = n;
    run.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    run.opt = wi_momentum(0.05, 0.9);
    if (wi_net_create(&net, &desc, &error) != WI_OK) return fprintf(stderr, "%s\n", error.text), 0;
    if (fixup && wi_net_init_residual(&net, WI_RESIDUAL_FIXUP, 1) != WI_OK) return 0;
    if (wi_train(&net, &data, &run, NULL, &error) != WI_OK) return fprintf(stderr, "%s\n", error.text), 0;
    wi_status measured = wi_evaluate(&net, &data, run.loss, &score);
    wi_net_destroy(&net);
    return measured == WI_OK ? score.accuracy : 0;
}

int main(void)
{
    double down = train(0), fixup = train(1);
    printf("a block that downsamples: %.2f; Fixup: %.2f\n", down, fixup);
    return down > 0.95 && fixup > 0.95 ? 0 : 1;
}
