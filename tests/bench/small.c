/* small.c - the least that a device would run; bench.c builds it in several ways and asks for its size and speed.

   SMALL = 1: draws the weights of a layer. 2: 784-30-10 by hand, weights and signals in static memory. 3: 784-30-10 as a
   wi_net in a static buffer, ready to be trained. With SMALL_SPEED it also prints the seconds of a forward pass and the
   bytes of a wi_net. Ends with success if it drew and computed something. */
#ifdef SMALL_SPEED
#include <stdio.h>
#include <time.h>
#else
#define WINIT_MALLOC(size)  NULL   /* wi_net_memory() alone would allocate: ask it on the desktop */
#define WINIT_FREE(pointer) ((void)(pointer))
#endif
#define WINIT_ASSERT(ok)    ((void)0)
#define WINIT_STATIC
#define WINIT_IMPLEMENTATION
#include "winit.h"

static float image[784], digit[10];

#if SMALL == 1
static float weights[30 * 784];
static int draw(void)
{
    wi_rng rng = wi_rng_make(42);
    return wi_fill(weights, wi_dense(784, 30), wi_he_normal(), &rng) == WI_OK && weights[0] != 0;
}
static void see(void) { digit[0] = weights[0]; }

#elif SMALL == 2
static float w1[30 * 784], hidden[30], w2[10 * 30];
static int draw(void)
{
    wi_rng rng = wi_rng_make(42);
    return wi_fill(w1, wi_dense(784, 30), wi_xavier_normal(), &rng) == WI_OK && wi_fill(w2, wi_dense(30, 10), wi_xavier_normal(), &rng) == WI_OK;
}
static void see(void)
{
    wi_mat_mul(wi_mat_view(hidden, 1, 30), wi_mat_view(image, 1, 784), wi_mat_transpose(wi_mat_view(w1, 30, 784)));
    wi_act_forward(wi_sigmoid(), hidden, hidden, 30);
    wi_mat_mul(wi_mat_view(digit, 1, 10), wi_mat_view(hidden, 1, 30), wi_mat_transpose(wi_mat_view(w2, 10, 30)));
    wi_act_forward(wi_sigmoid(), digit, digit, 10);
}

#else
#ifndef SMALL_BYTES
#define SMALL_BYTES 400000
#endif
static unsigned char memory[SMALL_BYTES];
static wi_net net;
static wi_net_desc describe(const wi_layer_desc *layers)
{
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.inputs = 784;
    desc.layers = layers;
    desc.layer_count = 2;
    desc.seed = 42;
    desc.buffer = memory;
    desc.buffer_size = sizeof memory;
    return desc;
}
static int draw(void)
{
    const wi_layer_desc layers[] = {wi_layer_dense(30, wi_sigmoid()), wi_layer_dense(10, wi_sigmoid())};
    wi_net_desc desc = describe(layers);
#ifdef SMALL_SPEED
    size_t bytes = 0;
    wi_net_memory(&desc, &bytes, NULL);
    printf("%zu ", bytes);
#endif
    return wi_net_create(&net, &desc, NULL) == WI_OK;
}
static void see(void)
{
    wi_mat y;
    if (wi_net_forward(&net, wi_mat_view(image, 1, 784), WI_EVAL, &y) == WI_OK) memcpy(digit, y.data, sizeof digit);
}
#endif

int main(void)
{
    if (!draw()) return 1;
    for (int i = 0; i < 784; i++) image[i] = (float)(i % 5) / 5;
    see();
#ifdef SMALL_SPEED
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (int i = 0; i < 4000; i++) {
        image[i % 784] = digit[i % 10];   /* each pass waits for the one before */
        see();
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    printf("%.9g\n", ((double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec)) / 4000);
#endif
    return digit[0] != 0 ? 0 : 1;
}
