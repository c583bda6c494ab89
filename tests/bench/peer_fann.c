/* peer_fann.c - FANN as a peer of bench.c: answers "epoch relu|sigmoid samples batch" with the seconds of an incremental
   epoch (its fastest way to learn), scaled up from a twentieth of the samples because it takes so long. */
#include <floatfann.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

int main(void)
{
    char kind[16], name[16];
    unsigned n, batch;
    while (scanf(" %15s %15s %u %u", name, kind, &n, &batch) == 4) {
        int relu = strcmp(kind, "relu") == 0;
        if (strcmp(name, "epoch") != 0 || strcmp(kind, "cnn") == 0) {
            printf("missing\n");
            fflush(stdout);
            continue;
        }
        struct fann *net = relu ? fann_create_standard(4, 784, 256, 128, 10) : fann_create_standard(6, 784, 390, 156, 62, 25, 10);
        unsigned some = n / 20;
        fann_type *x = (fann_type *)calloc((size_t)some * 784, sizeof *x), y[10] = {0};
        for (size_t i = 0; i < (size_t)some * 784; i++) x[i] = (fann_type)(i * 2654435761u % 100 < 20 ? (i % 17) / 17.0 : 0);
        fann_set_activation_function_hidden(net, relu ? FANN_LINEAR_PIECE : FANN_SIGMOID);   /* FANN 2.2 has no ReLU */
        fann_set_activation_function_output(net, FANN_SIGMOID);
        fann_set_learning_rate(net, 0.1f);
        struct timespec start, end;
        clock_gettime(CLOCK_MONOTONIC, &start);
        for (unsigned i = 0; i < some; i++) {
            y[i % 10] = 1;
            fann_train(net, x + (size_t)i * 784, y);
            y[i % 10] = 0;
        }
        clock_gettime(CLOCK_MONOTONIC, &end);
        printf("%.9g\n", ((double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec)) * n / some);
        fflush(stdout);
        fann_destroy(net);
        free(x);
    }
    return 0;
}
