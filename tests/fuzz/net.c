/* Fuzz networks: a description in which every field may be anything is refused with a sentence, and then the network is
   untouched, or it is built, and then all that takes a network works on it. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "take.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { MOST_LAYERS = 7, ROWS = 3 };

static wi_layer_desc take_layer(take *t)
{
    wi_layer_desc d;
    memset(&d, 0, sizeof d);
    d.kind = (wi_layer_kind)take_size(t, 12, 0);
    d.units = take_size(t, 6, 1);
    unsigned odd = take_byte(t); /* which of the rarer fields are set */
    if (odd & 1) d.kernel = take_size(t, 4, 1);
    if (odd & 2) d.stride = take_size(t, 3, 1);
    if (odd & 4) d.padding = take_size(t, 3, 1);
    if (odd & 8) d.groups = take_size(t, 4, 1);
    if (odd & 16) d.span = take_size(t, 6, 1);
    if (odd & 32) d.tied = take_size(t, 5, 1);
    if (odd & 64) d.rate = take_number(t);
    if (odd & 128) d.step_scale = take_number(t);
    d.act = take_act(t);
    unsigned paths = take_byte(t);
    if (paths & 1) d.from = take_size(t, 8, 1);
    d.no_bias = (paths & 2) != 0;
    if (take_byte(t) & 1) d.weights = take_recipe(t);
    if (take_byte(t) & 1) d.bias = take_recipe(t);
    return d;
}

/* All that a network can be asked to do; statuses are whatever they are. */
static void use(wi_net *net, take *t)
{
    static wi_real x[ROWS * 4096], y[ROWS * 4096];
    wi_signal signals[MOST_LAYERS];
    wi_probe probes[MOST_LAYERS];
    wi_mat out;
    if (net->inputs > 4096 || net->outputs > 4096) return;
    wi_rng rng = wi_rng_make(2);
    for (size_t i = 0; i < ROWS * net->inputs; i++) x[i] = (wi_real)(wi_rng_uniform(&rng) - 0.5);
    for (size_t i = 0; i < ROWS * net->outputs; i++) y[i] = (wi_real)(i % 3 == 0);
    wi_mat in = wi_mat_view(x, ROWS, net->inputs), target = wi_mat_view(y, ROWS, net->outputs);

    (void)wi_net_theory(net, 1, signals);
    if (wi_net_forward(net, in, WI_TRAIN, &out) == WI_OK) (void)wi_net_backward(net, in, target);
    (void)wi_net_forward(net, in, WI_EVAL, &out);
    (void)wi_net_probe(net, in, target, (wi_loss)take_size(t, 3, 0), probes);
    switch (take_byte(t) % 6) {
    case 0: (void)wi_net_init_residual(net, (wi_residual)take_size(t, 4, 0), 1); break;
    case 1: (void)wi_net_init_lsuv(net, in, 0.1, 3); break;
    case 2: (void)wi_net_init_batch(net, in); break;
    case 3: (void)wi_net_init_all(net, take_recipe(t), take_recipe(t), 3); break;
    case 4: (void)wi_net_init(net, 5); break;
    default: break;
    }
    size_t length = 0;
    if (wi_net_write(net, NULL, 0, &length) == WI_OK && length < 1 << 20) {
        void *file = malloc(length ? length : 1);
        if (file && wi_net_write(net, file, length, &length) == WI_OK && wi_net_read(net, file, length, NULL) != WI_OK) __builtin_trap();
        free(file);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    wi_layer_desc layers[MOST_LAYERS];
    wi_net_desc desc;
    wi_net net;
    wi_error error;
    size_t memory = 0;
    take t;
    t.bytes = bytes;
    t.size = size;
    memset(&desc, 0, sizeof desc);
    memset(&net, 0x5A, sizeof net);
    memset(&error, 0, sizeof error);
    if (take_byte(&t) & 1) desc.inputs = take_size(&t, 9, 1);
    else {
        desc.channels = take_size(&t, 4, 1);
        desc.height = take_size(&t, 9, 1);
        desc.width = take_size(&t, 9, 1);
    }
    desc.layers = layers;
    desc.layer_count = take_size(&t, MOST_LAYERS + 1, 0);
    desc.max_batch = take_size(&t, ROWS + 2, 1);
    desc.input_gradient = (int)take_size(&t, 2, 0);
    for (size_t l = 0; l < desc.layer_count; l++) layers[l] = take_layer(&t);

    wi_net before = net;
    wi_status status = wi_net_memory(&desc, &memory, &error);
    if (status == WI_OK && memory > 16u << 20) return 0;
    if (status != WI_OK && (error.status != status || error.text[0] == 0)) __builtin_trap();
    if ((status = wi_net_create(&net, &desc, &error)) != WI_OK) {
        if (error.text[0] == 0 || memcmp(&before, &net, sizeof net) != 0) __builtin_trap();
        return 0;
    }
    use(&net, &t);
    wi_net_destroy(&net);
    return 0;
}
