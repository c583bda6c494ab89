/* Shown by the how-to pages; compiled and run by `make check-docs`. */
//! [embedded]
#define WINIT_NO_STDIO
#define WINIT_NO_SIMD
#define WINIT_ASSERT(ok) ((void)0)
#define WINIT_MALLOC(size)  NULL
#define WINIT_FREE(pointer) ((void)(pointer))
#define WINIT_IMPLEMENTATION
#include "winit.h"

static unsigned char memory[8192];   /* ask wi_net_memory() on a PC */

int start(wi_net *net)
{
    const wi_layer_desc layers[] = { wi_layer_dense(12, wi_relu()), wi_layer_dense(2, wi_linear()) };
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.inputs = 9;
    desc.layers = layers;
    desc.layer_count = 2;
    desc.seed = 42;
    desc.max_batch = 1;   /* one sample at a time */
    desc.buffer = memory;
    desc.buffer_size = sizeof memory;
    return wi_net_create(net, &desc, NULL) == WI_OK;
}
//! [embedded]

int main(void)
{
    wi_net net;
    return start(&net) ? 0 : 1;
}
