/* FANN's weights by winit.h: cc -O2 -I. -Iexamples docs/snippets/dropin/fann.c -lfloatfann -lm
   Trains networks of one and five hidden layers on the digits of the examples, from several starts and five seeds. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "digits.h"
#include <floatfann.h>

//! [fill]
/* FANN keeps a connection for each weight, unit by unit: its inputs in order, then its bias. */
static wi_status fann_fill(struct fann *ann, wi_recipe recipe, uint64_t seed)
{
    unsigned layers = fann_get_num_layers(ann), sizes[16], count = fann_get_total_connections(ann);
    struct fann_connection *links = (struct fann_connection *)malloc(count * sizeof *links);
    float *weights = (float *)calloc(count, sizeof *weights);   /* biases stay 0 */
    wi_status status = links && weights && layers <= 16 ? WI_OK : WI_ERR_MEMORY;
    fann_get_layer_array(ann, sizes);
    float *at = weights;
    for (unsigned l = 1; status == WI_OK && l < layers; l++) {
        size_t in = sizes[l - 1], out = sizes[l];
        wi_mat rows = { at, out, in, in + 1, 1 };
        wi_rng rng = wi_rng_split(wi_rng_make(seed), l);
        status = wi_fill_mat(rows, wi_dense(in, out), recipe, &rng);
        at += out * (in + 1);
    }
    if (status == WI_OK) {
        fann_get_connection_array(ann, links);
        for (unsigned i = 0; i < count; i++) links[i].weight = weights[i];
        fann_set_weight_array(ann, links, count);
    }
    free(links);
    free(weights);
    return status;
}
//! [fill]

/* A view of samples as FANN wants them. */
static struct fann_train_data *fann_of(wi_data data)
{
    struct fann_train_data *set = fann_create_train((unsigned)data.x.rows, 64, 10);
    for (size_t i = 0; i < data.x.rows; i++) {
        for (size_t j = 0; j < 64; j++) set->input[i][j] = *wi_mat_at(data.x, i, j);
        for (size_t j = 0; j < 10; j++) set->output[i][j] = *wi_mat_at(data.y, i, j);
    }
    return set;
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Mean squared error on unseen digits after 10 and 40 epochs of RPROP from one start and seed; 0 after a failure. */
static int train_one(const char *start, unsigned hidden, unsigned seed, struct fann_train_data *learn, struct fann_train_data *judge,
                     double after[2])
{
    unsigned sizes[7] = { 64, 32, 32, 32, 32, 32, 10 };
    sizes[hidden + 1] = 10;
    struct fann *ann = fann_create_standard_array(hidden + 2, sizes);
    fann_set_activation_function_hidden(ann, FANN_SIGMOID_SYMMETRIC);
    fann_set_activation_function_output(ann, FANN_SIGMOID);
    fann_set_training_algorithm(ann, FANN_TRAIN_RPROP);
    wi_recipe recipe;
    int ok = 1;
    srand(seed);
    if (strcmp(start, "fann_randomize_weights") == 0) fann_randomize_weights(ann, -0.1f, 0.1f);
    else if (strcmp(start, "fann_init_weights") == 0) fann_init_weights(ann, learn);
    else ok = wi_recipe_named(start, &recipe) == WI_OK && fann_fill(ann, recipe, seed) == WI_OK;
    for (unsigned epoch = 1; ok && epoch <= 40; epoch++) {
        fann_train_epoch(ann, learn);
        if (epoch == 10 || epoch == 40) after[epoch == 40] = (double)fann_test_data(ann, judge);
    }
    fann_destroy(ann);
    return ok;
}

/* With any argument the first table only. */
int main(int argc, char **argv)
{
    static const char *const starts[] = { "fann_randomize_weights", "fann_init_weights", "lecun_normal", "xavier_uniform", "he_normal",
                                          "orthogonal" };
    wi_data all, train, test;
    (void)argv;
    if (!digits_load(&all, &train, &test)) return 1;
    struct fann_train_data *learn = fann_of(train), *judge = fann_of(test);
    printf("mean squared error on 297 unseen digits after 10 and 40 epochs: median of five seeds (least .. most)\n");
    for (unsigned hidden = 1; hidden <= (argc > 1 ? 1 : 5); hidden += 4) {
        printf("\n%u hidden layer%s of 32\n", hidden, hidden > 1 ? "s" : "");
        for (size_t s = 0; s < WI_COUNT(starts); s++) {
            double after[2], errors[2][5];
            for (unsigned seed = 1; seed <= 5; seed++) {
                if (!train_one(starts[s], hidden, seed, learn, judge, after)) return 1;
                errors[0][seed - 1] = after[0];
                errors[1][seed - 1] = after[1];
            }
            printf("%-22s", starts[s]);
            for (int k = 0; k < 2; k++) {
                qsort(errors[k], 5, sizeof(double), by_value);
                printf("  %.4f (%.4f .. %.4f)", errors[k][2], errors[k][0], errors[k][4]);
            }
            printf("\n");
        }
    }
    fann_destroy_train(learn);
    fann_destroy_train(judge);
    wi_data_destroy(&all);
    return 0;
}
