/* peer_tinydnn.cpp - tiny-dnn as a peer of bench.c: answers "epoch relu|sigmoid|cnn samples batch" with the seconds of an
   epoch of SGD in one thread with its AVX kernels, scaled up from a tenth of the samples because it takes so long.

   Debian's package lacks the header of a quantised product, which is not used here: that option is taken back. */
#define CNN_NO_SERIALIZATION
#define CNN_SINGLE_THREAD
#define CNN_USE_AVX
#include <tiny_dnn/config.h>
#undef CNN_USE_GEMMLOWP
#include <tiny_dnn/tiny_dnn.h>

#include <chrono>
#include <cstdio>
#include <string>

using namespace tiny_dnn;

typedef network<sequential> net_type;

static void build(net_type &net, const std::string &kind)
{
    const core::backend_t avx = core::backend_t::avx;
    if (kind == "relu") {
        net << fully_connected_layer<relu>(784, 256, true, avx) << fully_connected_layer<relu>(256, 128, true, avx)
            << fully_connected_layer<softmax>(128, 10, true, avx);
    } else if (kind == "sigmoid") {
        const serial_size_t sizes[] = {784, 390, 156, 62, 25, 10};
        for (int i = 0; i < 5; i++) net << fully_connected_layer<sigmoid>(sizes[i], sizes[i + 1], true, avx);
    } else {
        net << convolutional_layer<relu>(28, 28, 5, 1, 6, padding::same, true, 1, 1, avx) << max_pooling_layer<identity>(28, 28, 6, 2)
            << convolutional_layer<relu>(14, 14, 5, 6, 16, padding::valid, true, 1, 1, avx) << max_pooling_layer<identity>(10, 10, 16, 2)
            << fully_connected_layer<relu>(400, 120, true, avx) << fully_connected_layer<relu>(120, 84, true, avx)
            << fully_connected_layer<softmax>(84, 10, true, avx);
    }
}

/* One epoch over these samples; the net is warm if it has seen some before. */
static void train(net_type &net, const std::string &kind, const std::vector<vec_t> &x, const std::vector<vec_t> &y, size_t batch)
{
    gradient_descent sgd;
    sgd.alpha = 0.1f;
    if (kind == "sigmoid") net.fit<mse>(sgd, x, y, batch, 1, nop, nop, false, 1);
    else net.fit<cross_entropy_multiclass>(sgd, x, y, batch, 1, nop, nop, false, 1);
}

int main()
{
    char name[16], kind[16];
    unsigned n, batch;
    while (std::scanf(" %15s %15s %u %u", name, kind, &n, &batch) == 4) {
        size_t some = std::max(n / 10 / batch * batch, batch);
        std::vector<vec_t> x(some, vec_t(784)), y(some, vec_t(10));
        for (size_t i = 0; i < some; i++) {
            for (size_t k = 0; k < 784; k++) x[i][k] = (i * 784 + k) * 2654435761u % 100 < 20 ? (float)(k % 17) / 17.0f : 0.0f;
            y[i][i % 10] = 1;
        }
        net_type net;
        build(net, kind);
        train(net, kind, std::vector<vec_t>(x.begin(), x.begin() + batch), std::vector<vec_t>(y.begin(), y.begin() + batch), batch);
        auto start = std::chrono::steady_clock::now();
        train(net, kind, x, y, batch);
        std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
        std::printf("%.9g\n", seconds.count() * n / (double)some);
        std::fflush(stdout);
    }
    return 0;
}
