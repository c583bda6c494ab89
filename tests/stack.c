/* The stack that a forward pass takes: it runs in a thread whose stack was painted. Prints one line; fails
   above 8 KB. */
#define WINIT_NO_DATA   /* no more than what a pass needs: the rest only takes time to compile */
#define WINIT_NO_PROBE
#define WINIT_NO_SAVE
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <pthread.h>

static wi_net net;
static wi_real batch[16 * 3072];

static void *forward(void *go)
{
    wi_status status = WI_OK;
    if (go) status = wi_net_forward(&net, wi_mat_view(batch, net.max_batch, net.inputs), WI_EVAL, NULL);
    return status == WI_OK ? NULL : go;
}

/* Bytes that a thread touches, with a forward pass or without. */
static size_t touched(void *go)
{
    static unsigned char stack[1 << 20];
    size_t clean = 0;
    pthread_attr_t attr;
    pthread_t thread;
    memset(stack, 0xA5, sizeof stack);
    if (pthread_attr_init(&attr) || pthread_attr_setstack(&attr, stack, sizeof stack)) return sizeof stack;
    if (pthread_create(&thread, &attr, forward, go) || pthread_join(thread, NULL)) return sizeof stack;
    while (clean < sizeof stack && stack[clean] == 0xA5) clean++;
    return sizeof stack - clean;
}

static size_t stack_of(const wi_net_desc *desc)
{
    if (wi_net_create(&net, desc, NULL) != WI_OK || forward(&net)) return (size_t)-1;
    size_t bytes = touched(&net) - touched(NULL);
    wi_net_destroy(&net);
    return bytes;
}

int main(void)
{
    wi_layer_desc dense[3], image[6];
    wi_net_desc small, large;
    dense[0] = dense[1] = wi_layer_dense(16, wi_tanh());
    dense[2] = wi_layer_dense(1, wi_linear());
    memset(&small, 0, sizeof small);
    small.inputs = small.max_batch = 1;
    small.layers = dense;
    small.layer_count = 3;
    image[0] = wi_layer_conv2d(16, 3, wi_relu());
    image[1] = wi_layer_batch_norm();
    image[2] = wi_layer_max_pool(2);
    image[3] = wi_layer_layer_norm();
    image[4] = wi_layer_dense(1000, wi_gelu());
    image[5] = wi_layer_dense(10, wi_sine(30));
    memset(&large, 0, sizeof large);
    large.channels = 3;
    large.height = large.width = 32;
    large.max_batch = 16;
    large.layers = image;
    large.layer_count = 6;
    size_t a = stack_of(&small), b = stack_of(&large);
    printf("%14zu %23zu\n", a, b);
    return a <= 8192 && b <= 8192 ? 0 : 1;
}
