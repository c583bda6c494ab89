/* Fuzz the safetensors reader: a network with batch norm reads the bytes. A file that is refused must leave the
   network as it was; one that is accepted must come out again as it went in. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static wi_status create(wi_net *net)
{
    wi_layer_desc layers[3];
    wi_net_desc desc;
    layers[0] = wi_layer_dense(2, wi_tanh());
    layers[1] = wi_layer_batch_norm();
    layers[2] = wi_layer_dense(1, wi_linear());
    memset(&desc, 0, sizeof desc);
    desc.inputs = 2;
    desc.layers = layers;
    desc.layer_count = 3;
    return wi_net_create(net, &desc, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    wi_net net, again;
    wi_error error;
    wi_real before[32];
    uint8_t file[4096];
    size_t length;
    if (create(&net) != WI_OK || create(&again) != WI_OK) __builtin_trap();
    memcpy(before, net.params, net.param_count * sizeof *before);
    memset(&error, 0, sizeof error);
    wi_status status = wi_net_read(&net, bytes, size, &error);
    if (status != WI_OK) {
        if (error.status != status || error.text[0] == 0) __builtin_trap();
        if (memcmp(before, net.params, net.param_count * sizeof *before) != 0) __builtin_trap();
    } else {
        if (wi_net_write(&net, file, sizeof file, &length) != WI_OK) __builtin_trap();
        if (wi_net_read(&again, file, length, NULL) != WI_OK) __builtin_trap();
        if (memcmp(again.params, net.params, net.param_count * sizeof *before) != 0) __builtin_trap();
        if (memcmp(again.state, net.state, net.state_count * sizeof *before) != 0) __builtin_trap();
    }
    wi_net_destroy(&net);
    wi_net_destroy(&again);
    return 0;
}
