/* Shown by the how-to pages; compiled and run by `make check-docs`. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <stdio.h>

enum { SAMPLES = 512, BATCH = 32, EPOCHS = 5 };

//! [sum]
static int sum_over_machines(wi_net *net, const wi_progress *progress, void *user)
{
    (void)progress;
    (void)user;
    /* MPI_Allreduce(MPI_IN_PLACE, net->grads, (int)net->param_count, MPI_FLOAT, MPI_SUM, MPI_COMM_WORLD) */
    return wi_net_grad_norm(net) < 1e6 ? 0 : 1;   /* anything but 0 stops the run */
}
//! [sum]

int main(void)
{
    wi_data data;
    wi_net net;
    wi_error error;
    wi_rng rng = wi_rng_make(1);
    const wi_layer_desc layers[] = {wi_layer_dense(16, wi_relu()), wi_layer_dense(4, wi_linear())};
    wi_net_desc shape;
    memset(&shape, 0, sizeof shape);
    shape.inputs = 2;
    shape.layers = layers;
    shape.layer_count = WI_COUNT(layers);
    shape.max_batch = BATCH;
    if (wi_data_blobs(&data, SAMPLES, 2, 4, 0.3, &rng) != WI_OK) return 1;
    if (wi_net_create(&net, &shape, &error) != WI_OK) return 1;

    //! [loop]
    wi_opt opt;
    wi_train_desc plan;                  /* of which wi_train_rate() reads the schedule */
    memset(&plan, 0, sizeof plan);
    plan.opt = wi_adam(0.01);
    plan.schedule = WI_SCHEDULE_COSINE;
    plan.warmup_steps = 10;
    if (wi_opt_create(&opt, plan.opt, net.param_count) != WI_OK) return 1;

    wi_real x[BATCH * 2], y[BATCH * 4], dy[BATCH * 4];
    wi_mat xs = wi_mat_view(x, BATCH, 2), ys = wi_mat_view(y, BATCH, 4), dys = wi_mat_view(dy, BATCH, 4), out;
    size_t order[SAMPLES], step = 0, per_epoch = SAMPLES / BATCH;
    double loss = 0;
    for (size_t i = 0; i < SAMPLES; i++) order[i] = i;
    for (size_t epoch = 0; epoch < EPOCHS; epoch++) {
        wi_rng_shuffle(&rng, order, SAMPLES);
        for (size_t first = 0; first < SAMPLES; first += BATCH, step++) {
            if (wi_data_gather(&data, order + first, BATCH, xs, ys) != WI_OK) return 1;
            if (wi_net_forward(&net, xs, WI_TRAIN, &out) != WI_OK) return 1;
            if (wi_loss_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, out, ys, &dys, &loss) != WI_OK) return 1;
            wi_net_zero_grads(&net);         /* leave this out, and gradients add up over batches */
            if (wi_net_backward(&net, xs, dys) != WI_OK) return 1;
            double norm = wi_net_clip_grads(&net, 1);
            if (!(norm < DBL_MAX)) return 1;    /* a gradient that is not finite: no update */
            opt.desc.rate = wi_train_rate(&plan, step, EPOCHS * per_epoch, per_epoch);
            if (wi_opt_step(&opt, net.params, net.grads) != WI_OK) return 1;
        }
    }
    //! [loop]
    printf("loss %.3f\n", loss);

    //! [optimiser]
    if (wi_net_save(&net, "net.safetensors", &error) != WI_OK) return 1;
    if (wi_opt_save(&opt, "opt.safetensors", &error) != WI_OK) return 1;
    //! [optimiser]

    //! [hook]
    wi_train_desc run;
    memset(&run, 0, sizeof run);
    run.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    run.opt = wi_adam(0.001);
    run.epochs = 2;
    run.clip_norm = 1;                       /* acts on what the hook leaves in net->grads */
    run.on_gradient = sum_over_machines;
    wi_status status = wi_train(&net, &data, &run, NULL, &error);
    //! [hook]
    wi_opt_destroy(&opt);
    wi_net_destroy(&net);
    wi_data_destroy(&data);
    remove("net.safetensors");
    remove("opt.safetensors");
    return status == WI_OK && loss < 0.5 ? 0 : 1;
}
