/* Shown by the how-to pages; compiled and run by `make check-docs`, measured by tests/sizes.sh. */
//! [flash]
#define WINIT_FORWARD_ONLY                       /* no drawing, no gradients, no theory */
#define WINIT_LAYERS (1u << WI_LAYER_DENSE)      /* no other layers ... */
#define WINIT_ACTS   (1u << WI_ACT_TANH)         /* ... and activations */
#define WINIT_NO_DATA
#define WINIT_NO_STDIO
#define WINIT_NO_SIMD
#define WINIT_ASSERT(ok) ((void)0)
#define WINIT_MALLOC(size)  NULL
#define WINIT_FREE(pointer) ((void)(pointer))
#define WINIT_IMPLEMENTATION
#include "winit.h"

extern const wi_real weights[321];               /* net.params of the trained network: 1-16-16-1, in flash */
static unsigned char memory[3072];               /* signals and layers: wi_net_memory() says how much */

int start(wi_net *net)
{
    wi_layer_desc layers[3];
    wi_net_desc desc;
    layers[0] = layers[1] = wi_layer_dense(16, wi_tanh());
    layers[2] = wi_layer_dense(1, wi_linear());
    memset(&desc, 0, sizeof desc);
    desc.inputs = 1;
    desc.layers = layers;
    desc.layer_count = 3;
    desc.max_batch = 1;
    desc.params = weights;                       /* read where they lie, never written */
    desc.buffer = memory;
    desc.buffer_size = sizeof memory;
    return wi_net_create(net, &desc, NULL) == WI_OK;
}

wi_real answer(wi_net *net, wi_real input)
{
    wi_mat y;
    if (wi_net_forward(net, wi_mat_view(&input, 1, 1), WI_EVAL, &y) != WI_OK) return 0;
    return y.data[0];
}
//! [flash]

#ifndef TESTED_AS_PART         /* of tests/device.c, which brings trained weights */
const wi_real weights[321] = {0.5f, -0.25f, 0.125f};
volatile wi_real sensor = 0.5f, actor;

int main(void)
{
    static wi_net net;
    if (!start(&net)) return 1;
    actor = answer(&net, sensor);
    return 0;
}
#endif
