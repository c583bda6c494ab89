/* lenet.c
   title:    A convolutional network on MNIST
   question: How far does a small convolutional network get in a few minutes?
   level:    3
   claims:   C22
   figure:   -
   shows:    a network of LeNet's size (two convolutions, two max poolings, two dense layers) trained on the
             60,000 MNIST digits: loss, accuracy on the 10,000 test images and time after each epoch, and what
             it still gets wrong

   `make mnist` fetches the data; `make run-lenet` runs this. The number of epochs may be given as the first
   argument.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "terminal.h"

enum { EPOCHS = 12, BATCH = 64, CLASSES = 10 };

static const term_column columns[] = {
    { "epoch", 5 }, { "loss", 8 }, { "rate", 9 }, { "test", 8 }, { "seconds", 8 }
};

/* One line an epoch. */
static int report(const wi_progress *p, void *user)
{
    (void)user;
    if (p->step == 0) return 0;   /* before the first step there is no loss to show */
    term_cell(columns + 0, TERM_PLAIN, "%zu", p->epoch + 1);
    term_cell(columns + 1, TERM_PLAIN, "%.4f", p->loss);
    term_cell(columns + 2, TERM_PLAIN, "%.2e", p->rate);
    term_cell(columns + 3, p->valid.accuracy >= 0.99 ? TERM_GOOD : TERM_PLAIN, "%.2f %%",
              100 * p->valid.accuracy);
    term_cell(columns + 4, TERM_DIM, "%.0f", p->seconds);
    term_end_row();
    return 0;
}

/* Load one part of MNIST from the folder of MNIST_DIR. */
static int load(wi_data *data, const char *images, const char *labels)
{
    const char *folder = getenv("MNIST_DIR");
    char image_path[512], label_path[512];
    wi_error error;

    snprintf(image_path, sizeof image_path, "%s/%s", folder ? folder : "build/mnist", images);
    snprintf(label_path, sizeof label_path, "%s/%s", folder ? folder : "build/mnist", labels);
    if (wi_data_load_idx(data, image_path, label_path, &error) == WI_OK) return 1;
    fprintf(stderr, "%s\n`make mnist` fetches MNIST; or set MNIST_DIR to the folder that has it\n",
            error.text);
    return 0;
}

/* Count which digits are taken for which. */
static void print_confusions(wi_net *net, const wi_data *test)
{
    static size_t taken[CLASSES][CLASSES];                    /* [is][taken for] */

    for (size_t first = 0; first < test->x.rows; first += net->max_batch) {
        wi_mat y, target = wi_mat_rows(test->y, first, net->max_batch);

        (void)wi_net_forward(net, wi_mat_rows(test->x, first, net->max_batch), WI_EVAL, &y);
        for (size_t i = 0; i < y.rows; i++) {
            size_t is = 0, seen = 0;
            for (size_t k = 1; k < CLASSES; k++) {
                if (target.data[i * target.row_step + k] > target.data[i * target.row_step + is]) is = k;
                if (y.data[i * y.row_step + k] > y.data[i * y.row_step + seen]) seen = k;
            }
            taken[is][seen]++;
        }
    }
    term_heading("What it still takes for something else");
    for (size_t i = 0; i < CLASSES; i++)
        for (size_t k = 0; k < CLASSES; k++)
            if (i != k && taken[i][k] >= 5) printf("%2zu digits %zu for a %zu\n", taken[i][k], i, k);
}

int main(int argc, char **argv)
{
    wi_data train, test;
    wi_progress last;
    wi_error error;
    wi_net net;

    if (!load(&train, "train-images-idx3-ubyte", "train-labels-idx1-ubyte")) return 1;
    if (!load(&test, "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")) return 1;
    wi_layer_desc layers[] = {
        wi_layer_conv2d(8, 5, wi_relu()),                     /* 1x28x28 -> 8x28x28 */
        wi_layer_max_pool(2),                                 /*         -> 8x14x14 */
        wi_layer_conv2d(24, 5, wi_relu()),                    /*         -> 24x10x10 */
        wi_layer_max_pool(2),                                 /*         -> 24x5x5 */
        wi_layer_dense(120, wi_relu()),
        wi_layer_dropout(0.3),
        wi_layer_dense(CLASSES, wi_linear())
    };
    wi_net_desc shape = { .channels = 1,
                          .height = 28,
                          .width = 28,
                          .layers = layers,
                          .layer_count = WI_COUNT(layers),
                          .max_batch = BATCH,
                          .seed = 1 };

    layers[0].padding = 2;
    if (wi_net_create(&net, &shape, &error) != WI_OK) return fprintf(stderr, "%s\n", error.text), 1;
    for (size_t l = 0; l < net.layer_count; l++)
        if (net.layers[l].param_count > 0)
            printf("layer %zu, %s: %zu weights by %s, std %.3f\n", l,
                   wi_layer_kind_name(net.layers[l].desc.kind), net.layers[l].w.rows * net.layers[l].w.cols,
                   net.layers[l].desc.weights.name,
                   wi_stats_of(net.layers[l].w.data, net.layers[l].w.rows * net.layers[l].w.cols).std);
    printf("%zu parameters, %.1f MB in all\n\n", net.param_count, (double)net.memory / 1e6);

    wi_train_desc desc = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                           .opt = wi_adam(0.001),
                           .epochs = argc > 1 ? (size_t)atoi(argv[1]) : EPOCHS,
                           .batch = BATCH,
                           .seed = 1,
                           .schedule = WI_SCHEDULE_COSINE,
                           .valid = &test,
                           .on_report = report };
    term_header(columns, WI_COUNT(columns));
    if (wi_train(&net, &train, &desc, &last, &error) != WI_OK) return fprintf(stderr, "%s\n", error.text), 1;
    print_confusions(&net, &test);
    wi_net_destroy(&net);
    wi_data_destroy(&train);
    wi_data_destroy(&test);
    return term_claim(last.valid.accuracy >= 0.99, "99 % of the test images are read right");
}
