/* pytorch.c: the C half of the test that networks go to PyTorch and back; tests/pytorch.py is the other half.

       pytorch save NET FOLDER    write net.safetensors (before) and after.safetensors, x.npy and y.npy
       pytorch load NET FOLDER    read torch.safetensors and xy.csv, and print by how much the outputs differ
       pytorch tensors FILE       print the tensors of anybody's file, a line each: dtype, shape, numbers,
       name

   NET counts the networks below; pytorch.py has the same list. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS 6

/* Describe network number `index` in layers; returns how many, or 0 behind the last network. */
static size_t describe(int index, wi_layer_desc *layers, wi_net_desc *desc)
{
    size_t n = 0;
    memset(desc, 0, sizeof *desc);
    switch (index) {
    case 0:   /* plain */
        desc->inputs = 5;
        layers[n++] = wi_layer_dense(7, wi_relu());
        layers[n++] = wi_layer_dense(3, wi_linear());
        break;
    case 1:   /* many activations, alone and within layers */
        desc->inputs = 4;
        layers[n++] = wi_layer_dense(9, wi_tanh());
        layers[n++] = wi_layer_dense(8, wi_sigmoid());
        layers[n++] = wi_layer_dense(8, wi_leaky_relu(0.1));
        layers[n++] = wi_layer_dense(8, wi_linear());
        layers[n++] = wi_layer_act(wi_elu(1));
        layers[n++] = wi_layer_dense(8, wi_gelu());
        layers[n++] = wi_layer_dense(8, wi_silu());
        layers[n++] = wi_layer_dense(2, wi_softplus());
        break;
    case 2:   /* a convolutional network */
        desc->channels = 1;
        desc->height = desc->width = 12;
        layers[n] = wi_layer_conv2d(4, 3, wi_linear());
        layers[n++].padding = 1;
        layers[n++] = wi_layer_batch_norm();
        layers[n++] = wi_layer_act(wi_relu());
        layers[n++] = wi_layer_max_pool(2);
        layers[n++] = wi_layer_dropout(0.3);
        layers[n] = wi_layer_conv2d(6, 3, wi_tanh());
        layers[n].groups = 2;
        layers[n++].stride = 2;
        layers[n++] = wi_layer_dense(5, wi_linear());
        break;
    case 3:   /* batch norm of features */
        desc->inputs = 10;
        layers[n++] = wi_layer_dense(12, wi_linear());
        layers[n++] = wi_layer_batch_norm();
        layers[n++] = wi_layer_act(wi_relu());
        layers[n++] = wi_layer_dropout(0.5);
        layers[n++] = wi_layer_dense(4, wi_linear());
        break;
    case 4:   /* average pooling, layer norm of images, a global average */
        desc->channels = 3;
        desc->height = 8;
        desc->width = 10;
        layers[n++] = wi_layer_conv2d(5, 3, wi_relu());
        layers[n++] = wi_layer_avg_pool(2);
        layers[n++] = wi_layer_layer_norm();
        layers[n++] = wi_layer_conv2d(6, 1, wi_sigmoid());
        layers[n++] = wi_layer_avg_pool(0);
        layers[n++] = wi_layer_dense(3, wi_linear());
        layers[n++] = wi_layer_layer_norm();
        break;
    case 5:   /* an image straight into a dense layer; batch norm of images alone */
        desc->channels = 2;
        desc->height = desc->width = 3;
        layers[n++] = wi_layer_batch_norm();
        layers[n++] = wi_layer_dense(4, wi_mish());
        layers[n++] = wi_layer_dense(2, wi_softsign());
        break;
    case 6: {   /* a block that downsamples, its shortcut a convolution; then a block of Fixup */
        wi_layer_desc conv = wi_layer_conv2d(8, 3, wi_linear()),
                      shortcut = wi_layer_conv2d(8, 1, wi_linear()), down;
        conv.padding = conv.no_bias = shortcut.no_bias = 1;
        shortcut.stride = 2;
        down = conv;
        down.stride = 2;
        down.from = 3;
        desc->channels = 3;
        desc->height = desc->width = 8;
        layers[n] = conv;
        layers[n++].units = 4;
        layers[n++] = wi_layer_batch_norm();
        layers[n++] = wi_layer_act(wi_relu());
        layers[n++] = shortcut;                     /* 3 */
        layers[n++] = wi_layer_batch_norm();
        layers[n++] = down;                         /* 5 reads 2 */
        layers[n++] = wi_layer_batch_norm();
        layers[n++] = wi_layer_act(wi_relu());
        layers[n++] = conv;
        layers[n++] = wi_layer_batch_norm();
        layers[n++] = wi_layer_skip(6);             /* 10 adds 4 */
        layers[n++] = wi_layer_act(wi_relu());
        layers[n++] = wi_layer_shift(0);            /* 12 */
        layers[n++] = conv;
        layers[n++] = wi_layer_shift(0);
        layers[n++] = wi_layer_act(wi_relu());
        layers[n++] = wi_layer_shift(0);
        layers[n++] = conv;
        layers[n++] = wi_layer_scale(0.7);
        layers[n++] = wi_layer_shift(0);
        layers[n++] = wi_layer_skip(9);             /* 20 adds 11 */
        layers[n++] = wi_layer_act(wi_relu());
        layers[n++] = wi_layer_avg_pool(0);
        layers[n++] = wi_layer_dense(3, wi_linear());
        break;
    }
    default:
        return 0;
    }
    for (size_t l = 0; l < n; l++) layers[l].bias = wi_normal(0, 0.5);
    desc->layers = layers;
    desc->layer_count = n;
    desc->max_batch = ROWS;
    desc->seed = 100 + (uint64_t)index;
    return n;
}

static int fail(const char *what)
{
    printf("%s\n", what);
    return 1;
}

static const char *in_folder(char *path, const char *folder, const char *name)
{
    snprintf(path, 1000, "%s/%s", folder, name);
    return path;
}

static int save(wi_net *net, const char *folder)
{
    static wi_real x[ROWS * 1000];
    char path[1000];
    wi_error error;
    wi_mat y, batch = wi_mat_view(x, ROWS, net->inputs);
    wi_rng rng = wi_rng_make(7);
    if (wi_fill(x, wi_dense(net->inputs, ROWS), wi_normal(0.3, 1), &rng) != WI_OK) return fail("fill");
    if (wi_net_save(net, in_folder(path, folder, "net.safetensors"), &error) != WI_OK)
        return fail(error.text);
    if (wi_mat_save_npy(batch, in_folder(path, folder, "x.npy"), &error) != WI_OK) return fail(error.text);

    /* Three passes in training move the running statistics. */
    for (int i = 0; i < 3; i++)
        if (wi_net_forward(net, batch, WI_TRAIN, NULL) != WI_OK) return fail("forward");
    if (wi_net_save(net, in_folder(path, folder, "after.safetensors"), &error) != WI_OK)
        return fail(error.text);
    if (wi_net_forward(net, batch, WI_EVAL, &y) != WI_OK) return fail("forward");
    if (wi_mat_save_npy(y, in_folder(path, folder, "y.npy"), &error) != WI_OK) return fail(error.text);
    return 0;
}

static int load(wi_net *net, const char *folder)
{
    char path[1000];
    wi_error error;
    wi_data data;
    wi_mat y;
    double worst = 0;
    if (wi_data_load_csv(&data, in_folder(path, folder, "xy.csv"), net->outputs, &error) != WI_OK)
        return fail(error.text);
    if (wi_net_load(net, in_folder(path, folder, "torch.safetensors"), &error) != WI_OK)
        return fail(error.text);
    if (wi_net_forward(net, data.x, WI_EVAL, &y) != WI_OK) return fail("forward");
    for (size_t i = 0; i < y.rows; i++)
        for (size_t j = 0; j < y.cols; j++) {
            double want = (double)data.y.data[i * data.y.row_step + j],
                   got = (double)y.data[i * y.row_step + j];
            double off = fabs(got - want) / fmax(1, fabs(want));
            if (!(off <= worst)) worst = off;
        }
    wi_data_destroy(&data);
    printf("%.3g\n", worst);
    return 0;
}

/* What wi_tensors_load() finds in a file. */
static int tensors(const char *path)
{
    static const char *const names[] = { "F64", "F32", "F16", "BF16", "I64",  "I32",
                                         "I16", "I8",  "U8",  "BOOL", "OTHER" };
    wi_tensors all;
    wi_error error;
    if (wi_tensors_load(&all, path, &error) != WI_OK) return fail(error.text);
    for (size_t i = 0; i < all.count; i++) {
        const wi_tensor *tensor = &all.items[i];
        wi_real *out = (wi_real *)calloc(tensor->count + 1, sizeof *out);
        printf("%s [", names[tensor->dtype]);
        for (size_t d = 0; d < tensor->dims; d++) printf("%s%zu", d ? ", " : "", tensor->shape[d]);
        printf("]");
        if (tensor->dtype != WI_DTYPE_OTHER && wi_tensor_get(tensor, out) != WI_OK)
            return fail("wi_tensor_get");
        for (size_t k = 0; k < tensor->count && tensor->dtype != WI_DTYPE_OTHER; k++)
            printf(" %.17g", (double)out[k]);
        printf(" '%s'\n", tensor->name);
        free(out);
    }
    wi_tensors_destroy(&all);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "tensors") == 0) return tensors(argv[2]);
    wi_layer_desc layers[32];
    wi_net_desc desc;
    wi_net net;
    wi_error error;
    if (argc != 4) return fail("usage: pytorch save|load NET FOLDER");
    if (describe(atoi(argv[2]), layers, &desc) == 0) return fail("no such network");
    if (wi_net_create(&net, &desc, &error) != WI_OK) return fail(error.text);
    int status = strcmp(argv[1], "save") == 0 ? save(&net, argv[3]) : load(&net, argv[3]);
    wi_net_destroy(&net);
    return status;
}
