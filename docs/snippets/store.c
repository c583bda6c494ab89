/* Train on a desktop the network that docs/snippets/flash.c carries, and print its weights as C. Shown by
   use-embedded.md; built and run by tests/device.sh, which compares what small machines compute with what
   `store outputs` prints. */
#define WINIT_IMPLEMENTATION
#include "winit.h"

//! [store]
/* Print the weights as C; nine digits give each float back. */
static void store(const wi_net *net)
{
    printf("const float weights[%d] = {\n", (int)net->param_count);
    for (size_t i = 0; i < net->param_count; i++)
        printf("%.9g%s", (double)net->params[i], i % 6 == 5 ? ",\n" : ", ");
    printf("};\n");
}
//! [store]

int main(int argc, char **argv)
{
    enum { N = 256 };
    static wi_real x[N], y[N];
    wi_layer_desc layers[3];
    wi_net_desc desc;
    wi_train_desc plan;
    wi_net net;
    wi_error error;
    wi_progress last;
    wi_mat out;
    wi_data data;
    for (size_t i = 0; i < N; i++) {
        x[i] = (wi_real)((double)i / (N / 2) - 1);
        y[i] = (wi_real)sin(4 * (double)x[i]);
    }
    layers[0] = layers[1] = wi_layer_dense(16, wi_tanh());
    layers[2] = wi_layer_dense(1, wi_linear());
    memset(&data, 0, sizeof data);
    data.x = wi_mat_view(x, N, 1);
    data.y = wi_mat_view(y, N, 1);
    memset(&desc, 0, sizeof desc);
    desc.inputs = 1;
    desc.layers = layers;
    desc.layer_count = 3;
    desc.max_batch = 32;
    desc.seed = 1;
    memset(&plan, 0, sizeof plan);
    plan.loss = WI_LOSS_HALF_SQUARED;
    plan.opt = wi_adam(0.01);
    plan.epochs = 300;
    plan.schedule = WI_SCHEDULE_COSINE;
    if (wi_net_create(&net, &desc, &error) != WI_OK || wi_train(&net, &data, &plan, &last, &error) != WI_OK) {
        fprintf(stderr, "%s\n", error.text);
        return 1;
    }
    int outputs = argc > 1 && strcmp(argv[1], "outputs") == 0;
    if (!outputs) store(&net);
    for (size_t i = 0; outputs && i < N; i += 8) {
        if (wi_net_forward(&net, wi_mat_view(x + i, 1, 1), WI_EVAL, &out) != WI_OK) return 1;
        printf("%.9g %.9g %.9g\n", (double)x[i], (double)out.data[0], (double)y[i]);
    }
    wi_net_destroy(&net);
    return 0;
}
