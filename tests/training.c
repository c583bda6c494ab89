/* training.c - the bits of three training runs, in a line. Processors that fuse multiply and add (AVX2,
   AVX-512, 64-bit Arm) must all print the hash in tests/golden/training.txt, which tests/bytes.sh compares;
   the portable body, which rounds twice, prints another one, and losses that agree to about six digits. */
#define WINIT_IMPLEMENTATION
#include "winit.h"

static uint64_t hash(uint64_t h, const void *bytes, size_t n)   /* FNV-1a */
{
    for (size_t i = 0; i < n; i++) h = (h ^ ((const unsigned char *)bytes)[i]) * 1099511628211u;
    return h;
}

static double run(const wi_layer_desc *layers, size_t count, wi_loss loss, wi_opt_desc opt, size_t batch,
                  uint64_t *h)
{
    wi_rng rng = wi_rng_make(5);
    wi_data data;
    wi_net net;
    wi_progress last;
    wi_error error;
    wi_net_desc shape;
    wi_train_desc desc;
    memset(&shape, 0, sizeof shape);
    memset(&desc, 0, sizeof desc);
    if (wi_data_blobs(&data, 400, 144, 10, 1.5, &rng) != WI_OK) return -1;
    shape.channels = 1;
    shape.height = shape.width = 12;
    shape.layers = layers;
    shape.layer_count = count;
    shape.max_batch = batch;
    desc.loss = loss;
    desc.opt = opt;
    desc.batch = batch;
    desc.epochs = 3;
    if (wi_net_create(&net, &shape, &error) != WI_OK ||
        wi_train(&net, &data, &desc, &last, &error) != WI_OK) {
        fprintf(stderr, "%s\n", error.text);
        return -1;
    }
    for (size_t i = 0; i < net.param_count; i++) {   /* by value, so that byte order does not count */
        uint32_t bits;
        unsigned char bytes[4];
        memcpy(&bits, &net.params[i], sizeof bits);
        for (int b = 0; b < 4; b++) bytes[b] = (unsigned char)(bits >> 8 * b);
        *h = hash(*h, bytes, sizeof bytes);
    }
    wi_net_destroy(&net);
    wi_data_destroy(&data);
    return last.loss;
}

int main(void)
{
    const wi_layer_desc deep[4] = { wi_layer_dense(49, wi_sigmoid()), wi_layer_dense(35, wi_tanh()),
                                    wi_layer_dense(27, wi_relu()), wi_layer_dense(10, wi_sigmoid()) };
    const wi_layer_desc images[4] = { wi_layer_conv2d(6, 3, wi_relu()), wi_layer_max_pool(2),
                                      wi_layer_dense(40, wi_gelu()), wi_layer_dense(10, wi_linear()) };
    const wi_layer_desc normed[6] = { wi_layer_dense(33, wi_silu()), wi_layer_batch_norm(),
                                      wi_layer_dropout(0.2),         wi_layer_dense(21, wi_elu(1)),
                                      wi_layer_layer_norm(),         wi_layer_dense(10, wi_linear()) };
    uint64_t h = 14695981039346656037u;
    double a = run(deep, WI_COUNT(deep), WI_LOSS_HALF_SQUARED, wi_sgd(0.5), 10, &h);
    double b = run(images, WI_COUNT(images), WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_adam(0.003), 64, &h);
    double c = run(normed, WI_COUNT(normed), WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_momentum(0.02, 0.9), 32, &h);
    const char *body = wi_impl_order_of(1).fused ? "fused" : "portable";
    printf("%-8s %08lx%08lx  losses %.6f %.6f %.6f\n", body, (unsigned long)(h >> 32),
           (unsigned long)(h & 0xFFFFFFFFu), a, b, c);
    return a < 0 || b < 0 || c < 0;
}
