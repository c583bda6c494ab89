/* Distinct objects in distinct threads: four threads fill, build, train, probe, save and load at the same
   time, and get what one thread alone gets; a fifth kind of network, whose weights live elsewhere, is shared.
   Run under ThreadSanitizer by `make test-long`. */
#include <pthread.h>
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"

enum { THREADS = 4, WIDTH = 32, SAMPLES = 64, CLASSES = 3 };

typedef struct job {
    uint64_t seed;
    const wi_real *shared;        /* parameters that all threads read */
    char path[512];               /* a file of this thread's own */
    double fill, loss, first, loaded, borrowed;
    wi_status status;
} job;

static wi_net_desc describe(wi_layer_desc layers[2])
{
    wi_net_desc desc;
    layers[0] = wi_layer_dense(WIDTH, wi_relu());
    layers[1] = wi_layer_dense(CLASSES, wi_linear());
    memset(&desc, 0, sizeof desc);
    desc.inputs = 2;
    desc.layers = layers;
    desc.layer_count = 2;
    desc.max_batch = SAMPLES;
    return desc;
}

static void *work(void *user)
{
    job *j = (job *)user;
    wi_real w[WIDTH * WIDTH];
    wi_rng rng = wi_rng_make(j->seed), draw = wi_rng_make(7);
    wi_layer_desc layers[2];
    wi_net_desc desc = describe(layers);
    wi_probe probes[2];
    wi_train_desc train;
    wi_progress last;
    wi_data data;
    wi_net net, other;
    wi_mat y;

    memset(&train, 0, sizeof train);
    train.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    train.opt = wi_adam(0.01);
    train.epochs = 3;
    train.batch = 16;
    if ((j->status = wi_fill(w, wi_dense(WIDTH, WIDTH), wi_orthogonal(1), &rng)) != WI_OK) return NULL;
    j->fill = wi_stats_of(w, WIDTH * WIDTH).kurtosis;
    if ((j->status = wi_data_blobs(&data, SAMPLES, 2, CLASSES, 0.3, &draw)) != WI_OK) return NULL;
    desc.seed = j->seed;
    if ((j->status = wi_net_create(&net, &desc, NULL)) != WI_OK) return NULL;
    if ((j->status = wi_net_probe(&net, data.x, data.y, train.loss, probes)) != WI_OK) return NULL;
    j->first = probes[0].pre.rms;
    if ((j->status = wi_train(&net, &data, &train, &last, NULL)) != WI_OK) return NULL;
    j->loss = last.loss;

    if ((j->status = wi_net_save(&net, j->path, NULL)) != WI_OK) return NULL;
    if ((j->status = wi_net_create(&other, &desc, NULL)) != WI_OK) return NULL;
    if ((j->status = wi_net_load(&other, j->path, NULL)) != WI_OK) return NULL;
    j->loaded = wi_stats_of(other.params, other.param_count).rms;
    wi_net_destroy(&other);
    remove(j->path);

    desc.params = j->shared;
    if ((j->status = wi_net_create(&other, &desc, NULL)) != WI_OK) return NULL;
    if ((j->status = wi_net_forward(&other, data.x, WI_EVAL, &y)) != WI_OK) return NULL;
    j->borrowed = wi_stats_of(y.data, SAMPLES * CLASSES).rms;
    wi_net_destroy(&other);
    wi_net_destroy(&net);
    wi_data_destroy(&data);
    return NULL;
}

int main(void)
{
    job alone[THREADS], together[THREADS];
    pthread_t threads[THREADS];
    wi_layer_desc layers[2];
    wi_net_desc desc = describe(layers);
    wi_net master;

    desc.seed = 99;
    if (!CHECK_OK(wi_net_create(&master, &desc, NULL))) return check_done();
    memset(alone, 0, sizeof alone);
    for (size_t t = 0; t < THREADS; t++) {
        alone[t].seed = t;
        alone[t].shared = master.params;
        snprintf(alone[t].path, sizeof alone[t].path, "%s-%d", check_path("threads.safetensors"), (int)t);
        together[t] = alone[t];
        work(&alone[t]);
    }
    for (size_t t = 0; t < THREADS; t++) CHECK_EQ(pthread_create(&threads[t], NULL, work, &together[t]), 0);
    for (size_t t = 0; t < THREADS; t++) {
        CHECK_EQ(pthread_join(threads[t], NULL), 0);
        CHECK_OK(alone[t].status);
        CHECK_OK(together[t].status);
        CHECK_NEAR(together[t].fill, alone[t].fill, 0);
        CHECK_NEAR(together[t].first, alone[t].first, 0);
        CHECK_NEAR(together[t].loss, alone[t].loss, 0);
        CHECK_NEAR(together[t].loaded, alone[t].loaded, 0);
        CHECK_NEAR(together[t].borrowed, alone[t].borrowed, 0);
        CHECK(alone[t].borrowed > 0);
    }
    wi_net_destroy(&master);
    return check_done();
}
