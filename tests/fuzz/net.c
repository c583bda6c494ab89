/* Fuzz networks: a description in which every field may be anything is refused with a sentence, and then the network is
   untouched, or it is built, and then all that takes a network works on it. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "take.h"

enum { MOST_LAYERS = 7, MOST_WIDTH = 1024, ROWS = 3 };

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

/* A run of some steps, put where its checkpoint was taken, writes the same checkpoint. */
static void train(wi_net *net, const wi_data *data, take *t)
{
    wi_trainer trainer;
    wi_train_desc desc;
    size_t length = 0;
    memset(&desc, 0, sizeof desc);
    desc.loss = (wi_loss)take_size(t, 4, 0);
    desc.opt.kind = (int)take_size(t, 6, 0);
    desc.steps = take_size(t, 4, 1);
    desc.batch = take_size(t, ROWS + 2, 1);
    unsigned odd = take_byte(t);
    if (odd & 1) desc.opt.rate = take_number(t);
    if (odd & 2) desc.clip_norm = take_number(t);
    if (odd & 4) desc.weight_noise = take_number(t);
    if (odd & 8) desc.label_smoothing = take_number(t);
    if (odd & 16) desc.valid = data;
    if (odd & 32) desc.patience = take_size(t, 3, 1);
    if (odd & 64) desc.schedule = (wi_schedule)take_size(t, 5, 0);
    if (odd & 128) desc.warmup_steps = take_size(t, 3, 1);
    if (wi_trainer_create(&trainer, net, data, &desc, NULL) != WI_OK) return;
    (void)wi_trainer_run(&trainer, 3, NULL);
    if (wi_trainer_write(&trainer, NULL, 0, &length) == WI_OK && length < 1 << 20) {
        char *file = (char *)malloc(2 * length);
        if (file && wi_trainer_write(&trainer, file, length, &length) == WI_OK) {
            if (wi_trainer_read(&trainer, file, length, NULL) == WI_OK &&
                (wi_trainer_write(&trainer, file + length, length, &length) != WI_OK || memcmp(file, file + length, length) != 0)) __builtin_trap();
        }
        free(file);
    }
    wi_trainer_destroy(&trainer);
}

/* All that a network can be asked to do; statuses are whatever they are. */
static void use(wi_net *net, take *t)
{
    static wi_real numbers[ROWS * MOST_WIDTH], x[ROWS * MOST_WIDTH], y[ROWS * MOST_WIDTH];
    wi_signal signals[MOST_LAYERS];
    wi_probe probes[MOST_LAYERS];
    wi_data data;
    wi_mat out;
    double jacobian[32];
    if (net->inputs > MOST_WIDTH || net->outputs > MOST_WIDTH) return;
    wi_rng rng = wi_rng_make(2);
    for (size_t i = 0; numbers[0] == 0 && i < ROWS * MOST_WIDTH; i++) numbers[i] = (wi_real)(wi_rng_uniform(&rng) - 0.5);
    memcpy(x, numbers, ROWS * net->inputs * sizeof *x);
    for (size_t i = 0; i < ROWS * net->outputs; i++) y[i] = (wi_real)(i % 3 == 0);
    memset(&data, 0, sizeof data);
    memset(probes, 0, sizeof probes);
    wi_mat in = data.x = wi_mat_view(x, ROWS, net->inputs), target = data.y = wi_mat_view(y, ROWS, net->outputs);

    if (wi_net_forward(net, in, WI_TRAIN, &out) == WI_OK) (void)wi_net_backward(net, in, target);
    (void)wi_net_predict(net, in, (wi_loss)take_size(t, 4, 0), wi_mat_view(y, ROWS, net->outputs));
    for (size_t i = 0; i < ROWS * net->outputs; i++) y[i] = (wi_real)(i % 3 == 0);
    switch (take_byte(t) % 16) {
    case 0: (void)wi_net_init_residual(net, (wi_residual)take_size(t, 4, 0), 1); break;
    case 1: (void)wi_net_init_lsuv(net, in, 0.1, 3); break;
    case 2: (void)wi_net_init_batch(net, in); break;
    case 3: (void)wi_net_init_all(net, take_recipe(t), take_recipe(t), 3); break;
    case 4: (void)wi_net_init(net, 5); break;
    case 5: (void)wi_net_theory(net, 1, signals); break;
    case 6: (void)wi_net_probe(net, in, target, (wi_loss)take_size(t, 4, 0), probes); break;
    case 7: if (net->inputs < 32) (void)wi_net_spectra(net, in, probes, jacobian); break;
    case 8: case 9: case 10: train(net, &data, t); break;
    default: break;
    }
    size_t length = 0;
    if (wi_net_write(net, NULL, 0, &length) == WI_OK && length < 1 << 20) {
        void *file = malloc(length ? length : 1);
        if (file && wi_net_write(net, file, length, &length) == WI_OK && wi_net_read(net, file, length, NULL) != WI_OK) __builtin_trap();
        free(file);
    }
}

static void fuzz(const uint8_t *bytes, size_t size)
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
    if (status == WI_OK && memory > 1u << 20) return;
    if (status != WI_OK && (error.status != status || error.text[0] == 0)) __builtin_trap();
    if ((status = wi_net_create(&net, &desc, &error)) != WI_OK) {
        if (error.text[0] == 0 || memcmp(&before, &net, sizeof net) != 0) __builtin_trap();
        return;
    }
    use(&net, &t);
    wi_net_destroy(&net);
}
