/* Section 8 in a build that only goes forward: with parameters that live elsewhere it computes what any other
   build does; without them, and for layers and activations that were not compiled, it says so.
   @build no-vectors */
#define WINIT_FORWARD_ONLY
#define WINIT_LAYERS (1u << WI_LAYER_DENSE | 1u << WI_LAYER_DROPOUT)
#define WINIT_ACTS   (1u << WI_ACT_TANH | 1u << WI_ACT_RELU)
#define WINIT_STATIC
#include "winit.h"
#include "check.h"

static const wi_real params[3 * 2 + 3 + 3 + 1] = {
    (wi_real)0.5, (wi_real)-1, (wi_real)0.25, 2, (wi_real)-0.75, (wi_real)1.5,   /* [3][2] */
    (wi_real)0.1, (wi_real)-0.2, (wi_real)0.3, 1, -2, (wi_real)0.5, (wi_real)0.05
};

static wi_net_desc described(const wi_layer_desc *layers)
{
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.inputs = 2;
    desc.layers = layers;
    desc.layer_count = 3;
    desc.max_batch = 2;
    desc.params = params;
    return desc;
}

static void goes_forward(void)
{
    const wi_layer_desc layers[3] = { wi_layer_dense(3, wi_tanh()), wi_layer_dropout(0.5),
                                      wi_layer_dense(1, wi_relu()) };
    wi_net_desc desc = described(layers);
    wi_net net;
    wi_mat y = wi_mat_view(NULL, 0, 0);
    wi_real x[4] = {1, (wi_real)-0.5, (wi_real)0.25, -2};
    CHECK(wi_net_create(&net, &desc, NULL) == WI_OK);
    CHECK(wi_net_forward(&net, wi_mat_view(x, 2, 2), WI_EVAL, &y) == WI_OK);
    for (size_t i = 0; i < 2; i++) {
        double sum = (double)params[12];
        for (size_t u = 0; u < 3; u++)
            sum += (double)params[9 + u] *
                tanh((double)params[2 * u] * (double)x[2 * i] +
                     (double)params[2 * u + 1] * (double)x[2 * i + 1] + (double)params[6 + u]);
        CHECK_NEAR((double)y.data[i], sum > 0 ? sum : 0, 1e-6);
    }
    /* What needs more than that is refused. */
    wi_signal signals[3];
    CHECK(wi_net_forward(&net, wi_mat_view(x, 2, 2), WI_TRAIN, &y) == WI_ERR_ARG);
    CHECK(wi_net_backward(&net, wi_mat_view(x, 2, 2), y) == WI_ERR_ARG);
    CHECK(wi_net_init(&net, 1) == WI_ERR_ARG);
    CHECK(wi_net_theory(&net, 1, signals) == WI_ERR_ARG);
    wi_net_destroy(&net);
}

static void refuses(void)
{
    wi_layer_desc layers[3] = { wi_layer_dense(3, wi_tanh()), wi_layer_dropout(0.5),
                                wi_layer_dense(1, wi_relu()) };
    wi_net_desc desc = described(layers);
    wi_net net;
    wi_error error;
    memset(&net, 0, sizeof net);
    desc.params = NULL;
    CHECK(wi_net_create(&net, &desc, &error) == WI_ERR_ARG && strstr(error.text, "set desc.params"));
    desc.params = params;
    layers[1] = wi_layer_layer_norm();
    CHECK(wi_net_create(&net, &desc, &error) == WI_ERR_ARG && strstr(error.text, "layer 2 (layer_norm)"));
    CHECK(strstr(error.text, "WINIT_LAYERS") != NULL);
    layers[1] = wi_layer_dropout(0.5);
    layers[2].act = wi_gelu();
    CHECK(wi_net_create(&net, &desc, &error) == WI_ERR_ARG && strstr(error.text, "WINIT_ACTS) has no gelu"));
    CHECK(net.layers == NULL);
#if !WI_IMPL_DOUBLE
    wi_real y[1] = {0}, z[1] = {1};
    wi_act_forward(wi_gelu(), y, z, 1);
    /* Not a number, or where the reference works the right one; never another function's. */
    CHECK(y[0] != y[0] || fabs((double)y[0] - wi_act_value(wi_gelu(), 1.0)) < 1e-6);
#endif
}

int main(void)
{
    goes_forward();
    refuses();
    return check_done();
}
