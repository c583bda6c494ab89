/* Fuzz what reads safetensors into something that is there already. The first byte says what the others are read into: a
   network with batch norm, directly or from among other tensors, an optimiser, a training run. What is refused leaves it
   as it was; what is accepted comes out again as it went in. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "take.h"

enum { ROOM = 8192 };

static wi_net net;
static wi_data xor_data;
static wi_trainer trainer;
static wi_opt opt;
static uint8_t first_net[ROOM], first_opt[ROOM], first_run[ROOM], file[ROOM], again[ROOM];
static size_t net_size, opt_size, run_size;

static void create(void)
{
    wi_layer_desc layers[3];
    wi_net_desc desc;
    wi_train_desc run;
    layers[0] = wi_layer_dense(2, wi_tanh());
    layers[1] = wi_layer_batch_norm();
    layers[2] = wi_layer_dense(1, wi_linear());
    memset(&desc, 0, sizeof desc);
    desc.inputs = 2;
    desc.layers = layers;
    desc.layer_count = 3;
    memset(&run, 0, sizeof run);
    run.steps = 5;
    run.batch = 4;
    run.opt = wi_adam(0.01);
    run.patience = 2;
    run.valid = &xor_data;
    if (wi_net_create(&net, &desc, NULL) != WI_OK || wi_data_xor(&xor_data) != WI_OK ||
        wi_trainer_create(&trainer, &net, &xor_data, &run, NULL) != WI_OK || wi_trainer_run(&trainer, 2, NULL) != WI_OK ||
        wi_opt_create(&opt, wi_adam(0.01), 3) != WI_OK) __builtin_trap();
    if (wi_net_write(&net, first_net, ROOM, &net_size) != WI_OK || wi_opt_write(&opt, first_opt, ROOM, &opt_size) != WI_OK ||
        wi_trainer_write(&trainer, first_run, ROOM, &run_size) != WI_OK) __builtin_trap();
}

typedef wi_status reads(const void *bytes, size_t size, wi_error *error);
typedef wi_status writes(void *bytes, size_t room, size_t *size);

static wi_status read_net(const void *b, size_t n, wi_error *e) { return wi_net_read(&net, b, n, e); }
static wi_status read_opt(const void *b, size_t n, wi_error *e) { return wi_opt_read(&opt, b, n, e); }
static wi_status read_run(const void *b, size_t n, wi_error *e) { return wi_trainer_read(&trainer, b, n, e); }
static wi_status write_net(void *b, size_t n, size_t *size) { return wi_net_write(&net, b, n, size); }
static wi_status write_opt(void *b, size_t n, size_t *size) { return wi_opt_write(&opt, b, n, size); }
static wi_status write_run(void *b, size_t n, size_t *size) { return wi_trainer_write(&trainer, b, n, size); }

static wi_status take_net(const void *b, size_t n, wi_error *e)
{
    wi_tensors tensors;
    wi_status status = wi_tensors_parse(&tensors, b, n, e);
    if (status != WI_OK) return status;
    status = wi_net_take(&net, &tensors, NULL, e);
    wi_tensors_destroy(&tensors);
    return status;
}

static void check(reads *get, writes *put, const uint8_t *first, size_t first_size, const uint8_t *bytes, size_t size)
{
    wi_error error;
    size_t length, length_again;
    memset(&error, 0, sizeof error);
    wi_status status = get(bytes, size, &error);
    if (put(file, ROOM, &length) != WI_OK) __builtin_trap();
    if (status != WI_OK) {
        if (error.status != status || error.text[0] == 0) __builtin_trap();
        if (length != first_size || memcmp(file, first, length) != 0) __builtin_trap();
        return;
    }
    if ((get == take_net ? read_net : get)(file, length, NULL) != WI_OK || put(again, ROOM, &length_again) != WI_OK) __builtin_trap();
    if (length_again != length || memcmp(file, again, length) != 0) __builtin_trap();
    if ((get == take_net ? read_net : get)(first, first_size, NULL) != WI_OK) __builtin_trap();   /* for the next input */
}

static void fuzz(const uint8_t *bytes, size_t size)
{
    if (!net.layers) create();
    if (size == 0) return;
    switch (bytes[0] % 4) {
    case 0: check(read_net, write_net, first_net, net_size, bytes + 1, size - 1); break;
    case 1: check(take_net, write_net, first_net, net_size, bytes + 1, size - 1); break;
    case 2: check(read_opt, write_opt, first_opt, opt_size, bytes + 1, size - 1); break;
    default: check(read_run, write_run, first_run, run_size, bytes + 1, size - 1); break;
    }
}
