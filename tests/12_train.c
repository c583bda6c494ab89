/* Section 12: training finds what it should, in the order it should, resumes to the bit, and fails with a
   sentence.
   @build openmp */
#include <float.h>
#include <time.h>
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include "inside.h"
#ifdef _OPENMP
#include <omp.h>
#endif

/* What a limit allows includes the limit. */
static void greatest_allowed(wi_net *net, const wi_data *data, const wi_train_desc *good)
{
    const double most = sizeof(wi_real) == 8 ? DBL_MAX : (double)FLT_MAX;
    const double weights[4] = {DBL_MAX, 1, DBL_MIN, -1};   /* of three classes */
    for (int k = 0; k < 8; k++) {
        wi_train_desc desc = *good;
        wi_trainer trainer;
        if (k == 0) desc.class_weights = weights;
        if (k == 1) desc.clip_norm = DBL_MAX;
        if (k == 2) desc.clip_value = DBL_MAX;
        if (k == 3) desc.weight_decay = most;
        if (k == 4) desc.weight_noise = most;
        if (k == 5) desc.input_noise = most;
        if (k == 6) desc.rate_decay = 1;
        if (k == 7) desc.label_smoothing = 1 - DBL_EPSILON;
        CHECK_OK(wi_trainer_create(&trainer, net, data, &desc, NULL));
        CHECK_EQ((uintptr_t)trainer.x % 64, 0);   /* where a cache line begins */
        wi_trainer_destroy(&trainer);
    }
}

/* A value that no enumerator has, hidden from compilers that warn of it. */
static volatile int beyond_9 = 9;

enum { SAMPLES = 203 };

static wi_train_desc run_desc(wi_loss loss, wi_opt_desc opt, size_t epochs, size_t batch)
{
    wi_train_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.loss = loss;
    desc.opt = opt;
    desc.epochs = epochs;
    desc.batch = batch;
    desc.seed = 3;
    return desc;
}

/* A network of these layers on what make_data() makes. */
static wi_net_desc shape_of(const wi_layer_desc *layers, size_t count)
{
    wi_net_desc shape;
    memset(&shape, 0, sizeof shape);
    shape.inputs = 5;
    shape.layers = layers;
    shape.layer_count = count;
    return shape;
}

static void make_net(wi_net *net, size_t inputs, size_t outputs, uint64_t seed)
{
    const wi_layer_desc layers[4] = { wi_layer_dense(16, wi_tanh()), wi_layer_batch_norm(),
                                      wi_layer_dropout(0.1), wi_layer_dense(outputs, wi_linear()) };
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.inputs = inputs;
    desc.layers = layers;
    desc.layer_count = WI_COUNT(layers);
    desc.max_batch = 32;
    desc.seed = seed;
    CHECK_OK(wi_net_create(net, &desc, NULL));
}

static void make_data(wi_data *data)
{
    wi_rng rng = wi_rng_make(4);
    CHECK_OK(wi_data_blobs(data, SAMPLES, 5, 3, 0.6, &rng));
}

static void test_learns(void)
{
    const wi_opt_desc opts[6] = { wi_sgd(0.2),      wi_momentum(0.05, 0.9), wi_nesterov(0.05, 0.9),
                                  wi_rmsprop(0.01), wi_adam(0.01),          wi_adamw(0.01, 0.01) };
    const wi_loss losses[] = { WI_LOSS_HALF_SQUARED, WI_LOSS_BINARY_CROSS_ENTROPY,
                               WI_LOSS_SOFTMAX_CROSS_ENTROPY };
    wi_data data;
    make_data(&data);
    for (size_t o = 0; o < WI_COUNT(opts); o++)
        for (size_t k = 0; k < WI_COUNT(losses); k++) {
            wi_net net;
            wi_score before, after;
            wi_progress last;
            make_net(&net, 5, 3, 1);
            wi_train_desc desc = run_desc(losses[k], opts[o], 30, 16);
            CHECK_OK(wi_evaluate(&net, &data, losses[k], &before));
            CHECK_OK(wi_train(&net, &data, &desc, &last, NULL));
            CHECK_OK(wi_evaluate(&net, &data, losses[k], &after));
            CHECK_BELOW(after.loss, before.loss / 2);
            CHECK(after.accuracy > 0.95);
            CHECK_EQ(last.step, 30 * 13);
            CHECK_EQ(last.epochs, 30);
            CHECK_EQ(last.epoch, 29);
            wi_net_destroy(&net);
        }
    wi_data_destroy(&data);
    CHECK_EQ(fail_alloc.live, 0);
}

/* XOR, from ten seeds, every time: with a sane initialisation it is not a matter of luck. */
static void test_xor(void)
{
    wi_data data;
    CHECK_OK(wi_data_xor(&data));
    for (uint64_t seed = 0; seed < 10; seed++) {
        const wi_layer_desc layers[2] = { wi_layer_dense(8, wi_tanh()),
                                          wi_layer_dense(data.y.cols, wi_linear()) };
        wi_net_desc desc;
        wi_net net;
        wi_score score;
        memset(&desc, 0, sizeof desc);
        desc.inputs = 2;
        desc.layers = layers;
        desc.layer_count = 2;
        desc.max_batch = 4;
        desc.seed = seed;
        CHECK_OK(wi_net_create(&net, &desc, NULL));
        wi_loss loss = data.y.cols == 1 ? WI_LOSS_BINARY_CROSS_ENTROPY : WI_LOSS_SOFTMAX_CROSS_ENTROPY;
        wi_train_desc run = run_desc(loss, wi_adam(0.05), 300, 4);
        CHECK_OK(wi_train(&net, &data, &run, NULL, NULL));
        CHECK_OK(wi_evaluate(&net, &data, loss, &score));
        CHECK_NEAR(score.accuracy, 1, 0);
        wi_net_destroy(&net);
    }
    wi_data_destroy(&data);
}

static wi_train_desc everything(const wi_data *valid, const double *weights)
{
    wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_adam(0.02), 4, 10);
    desc.clip_norm = 0.5;
    desc.clip_value = 0.3;
    desc.weight_decay = 1e-3;
    desc.weight_noise = 0.05;
    desc.input_noise = 0.1;
    desc.rate_decay = 0.7;
    desc.label_smoothing = 0.1;
    desc.class_weights = weights;
    desc.warmup_steps = 5;
    desc.every = 7;
    desc.valid = valid;
    desc.patience = 1000;
    return desc;
}

/* A run cut into pieces at odd places gives the same bytes as one that was not. */
static void test_resumes_to_the_bit(void)
{
    const double weights[3] = {1, 2, 0.5};
    wi_data data;
    wi_net whole, pieces;
    wi_trainer trainer;
    make_data(&data);
    make_net(&whole, 5, 3, 1);
    make_net(&pieces, 5, 3, 1);
    wi_train_desc desc = everything(&data, weights);
    CHECK_OK(wi_train(&whole, &data, &desc, NULL, NULL));
    CHECK_OK(wi_trainer_create(&trainer, &pieces, &data, &desc, NULL));
    for (size_t k = 1; trainer.progress.step < trainer.progress.steps; k += 2)
        CHECK_OK(wi_trainer_run(&trainer, k, NULL));
    CHECK_OK(wi_trainer_run(&trainer, 0, NULL));
    CHECK_EQ(trainer.progress.step, 4 * 21);
    CHECK_BYTES(pieces.params, whole.params, whole.param_count * sizeof(wi_real));
    CHECK_BYTES(pieces.state, whole.state, whole.state_count * sizeof(wi_real));
    wi_trainer_destroy(&trainer);
    wi_trainer_destroy(&trainer);

    /* Another seed visits the samples in another order. */
    wi_net other;
    make_net(&other, 5, 3, 1);
    desc.seed = 4;
    CHECK_OK(wi_train(&other, &data, &desc, NULL, NULL));
    CHECK(memcmp(other.params, whole.params, whole.param_count * sizeof(wi_real)) != 0);
    wi_net_destroy(&whole);
    wi_net_destroy(&pieces);
    wi_net_destroy(&other);
    wi_data_destroy(&data);
}

/* Plain descent moves weights without storing their gradient, but for steps somebody may look at. That
   changes no bit, however often reports come, however the run is cut, and whichever layers are frozen or have
   rates of their own. */
static void test_looking_changes_nothing(void)
{
    const size_t every[] = {1, 5, 1000};
    wi_data data;
    wi_net nets[3];
    make_data(&data);
    for (size_t k = 0; k < 3; k++) {
        wi_layer_desc layers[4] = { wi_layer_dense(33, wi_tanh()), wi_layer_dense(17, wi_relu()),
                                    wi_layer_dense(9, wi_sigmoid()), wi_layer_dense(3, wi_linear()) };
        layers[1].frozen = 1;
        layers[2].step_scale = 0.3;
        wi_net_desc shape;
        memset(&shape, 0, sizeof shape);
        shape.inputs = 5;
        shape.layers = layers;
        shape.layer_count = 4;
        shape.max_batch = 10;
        CHECK_OK(wi_net_create(&nets[k], &shape, NULL));
        wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_sgd(0.2), 3, 10);
        wi_trainer trainer;
        desc.every = every[k];
        CHECK_OK(wi_trainer_create(&trainer, &nets[k], &data, &desc, NULL));
        for (size_t steps = 1; trainer.progress.step < trainer.progress.steps; steps += 3 + k) {
            CHECK_OK(wi_trainer_run(&trainer, steps, NULL));

            /* After a run the gradients of its last step are there to be read. */
            double norm = 0;
            for (size_t i = 0; i < nets[k].param_count; i++)
                norm += (double)nets[k].grads[i] * (double)nets[k].grads[i];
            CHECK_NEAR(sqrt(norm), trainer.progress.grad_norm, 1e-12);
        }
        wi_trainer_destroy(&trainer);
        CHECK_BYTES(nets[k].params, nets[0].params, nets[0].param_count * sizeof(wi_real));
    }
    for (size_t k = 0; k < 3; k++) wi_net_destroy(&nets[k]);
    wi_data_destroy(&data);
}

/* ---- the pieces of a step, one at a time ---- */

typedef struct seen { double rate[200], grad_norm[200], loss[200]; size_t count, stop_at, starts; } seen;

static int see(const wi_progress *progress, void *user)
{
    seen *s = (seen *)user;
    CHECK(progress->net && progress->trainer && progress->trainer->net == progress->net);
    if (progress->step == 0) {   /* before the first step nothing is known, and nothing is invented */
        CHECK_NEAR(progress->loss, NAN, 0);
        CHECK_NEAR(progress->grad_norm, NAN, 0);
        s->starts++;
        return 0;
    }
    if (s->count < 200) {
        s->rate[s->count] = progress->rate;
        s->grad_norm[s->count] = progress->grad_norm;
        s->loss[s->count] = progress->loss;
    }
    s->count++;
    return s->stop_at != 0 && s->count >= s->stop_at;
}

static void test_schedules_and_reports(void)
{
    wi_data data;
    wi_net net;
    static seen s;
    make_data(&data);
    make_net(&net, 5, 3, 1);
    /* 13 steps an epoch */
    wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_sgd(0.1), 4, 16);
    desc.every = 1;
    desc.on_report = see;
    desc.user = &s;
    desc.rate_decay = 0.5;
    desc.decay_every = 2;
    desc.warmup_steps = 4;
    CHECK_OK(wi_train(&net, &data, &desc, NULL, NULL));
    CHECK_EQ(s.count, 52);
    CHECK_EQ(s.starts, 1);
    for (size_t i = 0; i < 52; i++) {   /* the schedule of a loop of one's own is the same */
        CHECK_NEAR(wi_train_rate(&desc, i, 52, 13), s.rate[i], 0);
    }
    CHECK_CLOSE(s.rate[0], 0.025, 1e-12);
    CHECK_CLOSE(s.rate[3], 0.1, 1e-12);
    CHECK_CLOSE(s.rate[25], 0.1, 1e-12);
    CHECK_CLOSE(s.rate[26], 0.05, 1e-12);
    for (size_t i = 0; i < s.count; i++) CHECK(s.grad_norm[i] > 0 && s.loss[i] > 0);

    memset(&s, 0, sizeof s);
    desc.schedule = WI_SCHEDULE_COSINE;
    desc.warmup_steps = 0;
    CHECK_OK(wi_train(&net, &data, &desc, NULL, NULL));
    CHECK_CLOSE(s.rate[0], 0.1, 1e-12);
    CHECK_CLOSE(s.rate[26], 0.05, 1e-9);
    CHECK_BELOW(s.rate[51], 0.001);

    memset(&s, 0, sizeof s);
    s.stop_at = 9;
    wi_error error;
    wi_progress last;
    CHECK_STATUS(wi_train(&net, &data, &desc, &last, &error), WI_ERR_STOPPED);
    CHECK_EQ(last.step, 9);
    CHECK(last.trainer == NULL && last.net == &net);
    CHECK_TEXT(error.text, "stopped after step 9 (epoch 1): on_report returned 1, not 0");

    memset(&s, 0, sizeof s);
    desc.every = 0;   /* once an epoch */
    CHECK_OK(wi_train(&net, &data, &desc, NULL, NULL));
    CHECK_EQ(s.count, 4);
    memset(&s, 0, sizeof s);
    desc.every = 20;   /* the last step is reported whatever happens */
    desc.steps = 45;
    CHECK_OK(wi_train(&net, &data, &desc, &last, NULL));
    CHECK_EQ(s.count, 3);
    CHECK_EQ(last.step, 45);
    wi_net_destroy(&net);
    wi_data_destroy(&data);
}

/* One step on one linear layer, worked out by hand: w' = w - r * clip(g + decay w). */
static void test_one_step(void)
{
    wi_real x[4] = {1, 2, -1, 3}, y[2] = {(wi_real)0.5, -1};
    wi_data data;
    wi_net net;
    memset(&data, 0, sizeof data);
    data.x = wi_mat_view(x, 2, 2);
    data.y = wi_mat_view(y, 2, 1);
    wi_layer_desc layer = wi_layer_dense(1, wi_linear());
    wi_net_desc shape;
    memset(&shape, 0, sizeof shape);
    shape.inputs = 2;
    shape.layers = &layer;
    shape.layer_count = 1;
    shape.max_batch = 2;
    CHECK_OK(wi_net_create(&net, &shape, NULL));
    for (int variant = 0; variant < 10; variant++) {
        double w[3] = {0.3, -0.2, 0.1}, g[3] = {0, 0, 0}, norm = 0, scale = 1, most = variant < 5 ? 0.18 : 1;
        y[0] = (wi_real)(variant < 5 ? 0.5 : -7);   /* gradients of -0.35, -0.2, -0.15; of 3.4, 7.3, 3.6 */
        for (size_t i = 0; i < 3; i++) net.params[i] = (wi_real)w[i];
        wi_train_desc desc = run_desc(WI_LOSS_HALF_SQUARED, wi_sgd(0.1), 1, 2);
        if (variant % 5 == 1 || variant % 5 == 4) desc.weight_decay = variant < 5 ? 0.4 : 1;
        if (variant % 5 == 2 || variant % 5 == 4) desc.clip_norm = variant < 5 ? 0.25 : 1;
        if (variant % 5 == 3 || variant % 5 == 4) desc.clip_value = most;
        for (size_t i = 0; i < 2; i++) {
            double a = (double)x[2 * i], b = (double)x[2 * i + 1],
                   d = w[0] * a + w[1] * b + w[2] - (double)y[i];
            g[0] += d * a / 2;
            g[1] += d * b / 2;
            g[2] += d / 2;
        }
        for (size_t i = 0; i < 3 && desc.clip_value > 0; i++) g[i] = fmax(-most, fmin(most, g[i]));
        for (size_t i = 0; i < 3; i++) norm += g[i] * g[i];
        if (desc.clip_norm > 0 && sqrt(norm) > desc.clip_norm) scale = desc.clip_norm / sqrt(norm);
        for (size_t i = 0; i < 3; i++) g[i] *= scale;
        /* after clipping; the bias is spared */
        for (size_t i = 0; i < 2; i++) g[i] += desc.weight_decay * w[i];
        CHECK_OK(wi_train(&net, &data, &desc, NULL, NULL));
        for (size_t i = 0; i < 3; i++)
            CHECK_NEAR(net.params[i], w[i] - 0.1 * g[i], sizeof(wi_real) == 8 ? 1e-14 : 1e-6);
    }
    wi_net_destroy(&net);
}

static int looks_on(wi_net *net, const wi_progress *progress, void *user)
{
    (void)progress;
    ++*(size_t *)user;
    return net->grads == NULL;
}

/* Whatever is asked for at 1, where a way of its own could take it for off: a run in which somebody looks at
   the gradients, and leaves them, comes out the same. */
static void test_options_of_one(void)
{
    wi_data data;
    make_data(&data);
    for (int option = 0; option < 7; option++) {
        wi_net net[2];
        for (int looked = 0; looked < 2; looked++) {
            const wi_layer_desc layers[2] = {wi_layer_dense(6, wi_tanh()), wi_layer_dense(3, wi_linear())};
            wi_net_desc shape;
            memset(&shape, 0, sizeof shape);
            shape.inputs = 5;
            shape.layers = layers;
            shape.layer_count = 2;
            shape.max_batch = 8;
            wi_train_desc desc = run_desc(WI_LOSS_HALF_SQUARED, wi_sgd(0.01), 1, 4);
            if (option == 1) desc.clip_norm = 1;
            if (option == 2) desc.clip_value = 1;
            if (option == 3) desc.weight_decay = 1;
            if (option == 4) desc.weight_noise = 1;
            if (option == 5) desc.opt.decay = 1;
            if (option == 6) desc.input_noise = 1;
            size_t looks = 0;
            desc.user = &looks;
            if (looked) desc.on_gradient = looks_on;
            desc.steps = 5;
            for (size_t i = 0; i < 20; i++) data.x.data[i] = (wi_real)((double)(i % 7) - 3);
            CHECK_OK(wi_net_create(&net[looked], &shape, NULL));
            CHECK_OK(wi_train(&net[looked], &data, &desc, NULL, NULL));
        }
        for (size_t i = 0; i < net[0].param_count; i++)
            if (!CHECK_NEAR(net[0].params[i], net[1].params[i], 1e-6)) printf("  option %d\n", option);
        wi_net_destroy(&net[0]);
        wi_net_destroy(&net[1]);
    }
    wi_data_destroy(&data);
}

/* Decay spares a norm's scale and shift, and a layer of one scale: with weights frozen nothing changes. */
static void test_decay_spares(void)
{
    wi_data data;
    wi_net net[2];
    make_data(&data);
    for (int decayed = 0; decayed < 2; decayed++) {
        wi_layer_desc layers[5] = {wi_layer_dense(6, wi_tanh()), wi_layer_batch_norm(), wi_layer_scale(0.5),
                                   wi_layer_layer_norm(), wi_layer_dense(3, wi_linear())};
        wi_net_desc shape;
        layers[0].frozen = layers[4].frozen = 1;
        memset(&shape, 0, sizeof shape);
        shape.inputs = 5;
        shape.layers = layers;
        shape.layer_count = 5;
        wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_momentum(0.1, 0.9), 2, 16);
        desc.weight_decay = decayed ? 0.5 : 0;
        CHECK_OK(wi_net_create(&net[decayed], &shape, NULL));
        CHECK_OK(wi_train(&net[decayed], &data, &desc, NULL, NULL));
    }
    CHECK_BYTES(net[0].params, net[1].params, net[0].param_count * sizeof(wi_real));
    CHECK(*net[0].layers[2].w.data != (wi_real)0.5);   /* and it did move */
    wi_net_destroy(&net[0]);
    wi_net_destroy(&net[1]);
    wi_data_destroy(&data);
}

/* Each step's gradient begins at 0, that of a single parameter too: three steps of y = s x by hand. What no
   gradient reaches stays as it was, to the bit. */
static void test_gradients_begin_at_zero(void)
{
    wi_real x[2] = {1, 2}, y[2] = {2, 1};
    double s = 0.5;
    wi_net net;
    wi_data data;
    wi_layer_desc layers[3] = {wi_layer_scale(0.5)};
    wi_net_desc shape;
    memset(&data, 0, sizeof data);
    memset(&shape, 0, sizeof shape);
    data.x = wi_mat_view(x, 2, 1);
    data.y = wi_mat_view(y, 2, 1);
    shape.inputs = 1;
    shape.layers = layers;
    shape.layer_count = 1;
    wi_train_desc desc = run_desc(WI_LOSS_HALF_SQUARED, wi_sgd(0.1), 3, 2);
    CHECK_OK(wi_net_create(&net, &shape, NULL));
    CHECK_OK(wi_train(&net, &data, &desc, NULL, NULL));
    for (int step = 0; step < 3; step++) s -= 0.1 * ((s * 1 - 2) * 1 + (s * 2 - 1) * 2) / 2;
    CHECK_NEAR(net.params[0], s, 1e-6);
    wi_net_destroy(&net);

    layers[0] = wi_layer_batch_norm();
    layers[1] = wi_layer_dense(1, wi_linear());
    layers[1].weights = wi_zeros();
    layers[1].frozen = 1;
    shape.layer_count = 2;
    CHECK_OK(wi_net_create(&net, &shape, NULL));
    CHECK_OK(wi_train(&net, &data, &desc, NULL, NULL));
    CHECK(net.params[0] == 1 && net.params[1] == 0);
    wi_net_destroy(&net);
}

/* A network that answers y, whatever it is asked, on one sample. */
static wi_score score_of(const wi_real *y, wi_real *target, size_t units, wi_loss loss)
{
    const wi_layer_desc layer = wi_layer_dense(units, wi_linear());
    wi_real x = 0;
    wi_net_desc shape;
    wi_net net;
    wi_data data;
    wi_score score;
    memset(&shape, 0, sizeof shape);
    memset(&data, 0, sizeof data);
    memset(&score, 0, sizeof score);
    shape.inputs = 1;
    shape.layers = &layer;
    shape.layer_count = 1;
    data.x = wi_mat_view(&x, 1, 1);
    data.y = wi_mat_view(target, 1, units);
    if (!CHECK_OK(wi_net_create(&net, &shape, NULL))) return score;
    memcpy(net.layers[0].b.data, y, units * sizeof *y);
    CHECK_OK(wi_evaluate(&net, &data, loss, &score));
    wi_net_destroy(&net);
    return score;
}

/* Right is what is on the same side: of a half for targets and values, of 0 for logits. */
static void test_sides(void)
{
    static const struct { wi_loss loss; double y, target; int right; } rows[] = {
        {WI_LOSS_HALF_SQUARED, 0.6, 1, 1}, {WI_LOSS_HALF_SQUARED, 0.6, 0, 0},
        {WI_LOSS_HALF_SQUARED, 0.4, 0, 1}, {WI_LOSS_HALF_SQUARED, 0.4, 1, 0},
        {WI_LOSS_HALF_SQUARED, 0.5, 0, 1}, {WI_LOSS_HALF_SQUARED, 0.5, 1, 0},
        {WI_LOSS_BINARY_CROSS_ENTROPY, 0.1, 0.6, 1}, {WI_LOSS_BINARY_CROSS_ENTROPY, -0.1, 0.6, 0},
        {WI_LOSS_BINARY_CROSS_ENTROPY, -0.1, 0.5, 1}, {WI_LOSS_BINARY_CROSS_ENTROPY, 0, 0.4, 1},
        {WI_LOSS_BINARY_CROSS_ENTROPY, -0.1, (double)NAN, 0}};   /* no target: nothing meets it */
    for (size_t r = 0; r < WI_COUNT(rows); r++) {
        wi_real y = (wi_real)rows[r].y, target = (wi_real)rows[r].target;
        CHECK_NEAR(score_of(&y, &target, 1, rows[r].loss).accuracy, rows[r].right, 0);
    }
}

/* To targets without a number no answer is right. */
static void test_lost_targets(void)
{
    wi_real target[2] = {(wi_real)NAN, (wi_real)NAN};
    for (size_t k = 0; k < 2; k++) {
        const wi_real y[2] = {(wi_real)(k == 0), (wi_real)(k == 1)};
        wi_score score = score_of(y, target, 2, WI_LOSS_SOFTMAX_CROSS_ENTROPY);
        CHECK_NEAR(score.accuracy, 0, 0);
        CHECK(isnan(score.loss));
    }
}

/* Evaluated in whole batches and in one, the same comes out. */
static void test_whole_batches(void)
{
    wi_data data;
    make_data(&data);
    data.x.rows = data.y.rows = 48;
    wi_score score[3];
    for (size_t k = 0; k < 3; k++) {
        static const size_t most[3] = {48, 16, 64};
        const wi_layer_desc layers[2] = {wi_layer_dense(6, wi_tanh()), wi_layer_dense(3, wi_linear())};
        wi_net_desc shape;
        wi_net net;
        memset(&shape, 0, sizeof shape);
        shape.inputs = 5;
        shape.layers = layers;
        shape.layer_count = 2;
        shape.max_batch = most[k];
        CHECK_OK(wi_net_create(&net, &shape, NULL));
        CHECK_OK(wi_evaluate(&net, &data, WI_LOSS_HALF_SQUARED, &score[k]));
        CHECK_CLOSE(score[k].loss, score[0].loss, 1e-6);
        CHECK_CLOSE(score[k].mae, score[0].mae, 1e-6);
        CHECK(score[k].accuracy == score[0].accuracy);
        CHECK_TEXT(net.error.text, "");
        wi_net_destroy(&net);
    }
    data.x.rows = data.y.rows = SAMPLES;
    wi_data_destroy(&data);
}

static void test_frozen_and_own_rates(void)
{
    wi_data data;
    wi_net net;
    make_data(&data);
    make_net(&net, 5, 3, 1);
    net.layers[0].desc.frozen = 1;
    net.layers[1].desc.step_scale = 1e-9;
    wi_real first = net.layers[0].w.data[0], last = net.layers[3].w.data[0];
    wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_momentum(0.1, 0.9), 2, 16);
    CHECK_OK(wi_train(&net, &data, &desc, NULL, NULL));
    CHECK_NEAR(net.layers[0].w.data[0], first, 0);
    CHECK_NEAR(net.layers[1].w.data[0], 1, 1e-6);
    CHECK(net.layers[3].w.data[0] != last);
    wi_net_destroy(&net);
    wi_data_destroy(&data);
}

/* With a rate that only does harm, the best weights are those of the first report. */
static void test_early_stopping(void)
{
    wi_data data;
    wi_net net;
    wi_score score;
    wi_progress last;
    make_data(&data);
    make_net(&net, 5, 3, 1);
    wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_sgd(0.1), 400, 16);
    desc.valid = &data;
    desc.patience = 3;
    CHECK_OK(wi_train(&net, &data, &desc, &last, NULL));
    CHECK(last.epoch < 399);
    CHECK_OK(wi_evaluate(&net, &data, desc.loss, &score));
    CHECK(score.loss <= last.valid.loss);
    wi_net_destroy(&net);
    wi_data_destroy(&data);
}

/* Of several targets one that is not a number asks nothing of its row. */
static void test_no_targets(void)
{
    wi_data data;
    wi_net net;
    wi_score score[2];
    make_data(&data);
    make_net(&net, 5, 3, 1);
    CHECK_OK(wi_evaluate(&net, &data, WI_LOSS_SOFTMAX_CROSS_ENTROPY, &score[0]));
    for (size_t i = 0; i < SAMPLES; i += 2) *wi_mat_at(data.y, i, i % 3) = (wi_real)NAN;
    CHECK_OK(wi_evaluate(&net, &data, WI_LOSS_SOFTMAX_CROSS_ENTROPY, &score[1]));
    double right = 0;
    for (size_t i = 1; i < SAMPLES; i += 2) {
        wi_mat y;
        CHECK_OK(wi_net_forward(&net, wi_mat_rows(data.x, i, 1), WI_EVAL, &y));
        right += wi_argmax(y.data, 3) == i % 3;
    }
    CHECK(right > 0 && score[1].accuracy < score[0].accuracy);
    CHECK_NEAR(score[1].accuracy, right / SAMPLES, 1e-12);
    wi_net_destroy(&net);
    wi_data_destroy(&data);
}

/* A step that on_gradient has stopped is taken again with the masks it had. */
static int stops_once(wi_net *net, const wi_progress *progress, void *user)
{
    size_t *at = (size_t *)user;
    (void)net;
    if (progress->step != *at) return 0;
    *at = SIZE_MAX;
    return 1;
}

static void test_same_chance(void)
{
    wi_layer_desc layers[3];
    wi_net_desc shape;
    wi_net nets[2];
    wi_data data;
    wi_trainer trainer;
    make_data(&data);
    layers[0] = wi_layer_dense(16, wi_tanh());
    layers[1] = wi_layer_dropout(0.3);
    layers[2] = wi_layer_dense(3, wi_linear());
    memset(&shape, 0, sizeof shape);
    shape.inputs = 5;
    shape.layers = layers;
    shape.layer_count = WI_COUNT(layers);
    shape.max_batch = 32;
    for (size_t k = 0; k < 2; k++) {
        size_t at = k ? 5 : SIZE_MAX;
        wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_adam(0.01), 2, 16);
        desc.on_gradient = stops_once;
        desc.user = &at;
        desc.input_noise = desc.weight_noise = 0.1;
        CHECK_OK(wi_net_create(&nets[k], &shape, NULL));
        CHECK_OK(wi_trainer_create(&trainer, &nets[k], &data, &desc, NULL));
        if (k) CHECK_STATUS(wi_trainer_run(&trainer, 0, NULL), WI_ERR_STOPPED);
        CHECK_OK(wi_trainer_run(&trainer, 0, NULL));
        CHECK(at == SIZE_MAX);
        wi_trainer_destroy(&trainer);
    }
    CHECK_BYTES(nets[0].params, nets[1].params, nets[0].param_count * sizeof(wi_real));
    for (size_t k = 0; k < 2; k++) wi_net_destroy(&nets[k]);
    wi_data_destroy(&data);
}

static int never(wi_net *net, const wi_progress *progress, void *user)
{
    (void)net;
    (void)progress;
    (void)user;
    CHECK_EQ(0, 1);   /* nobody calls this */
    return 1;
}

static void draw_all(wi_net *net)
{
    wi_rng rng = wi_rng_make(77);
    CHECK_OK(wi_fill(net->params, wi_dense(1, net->param_count), wi_normal(0, 0.5), &rng));
}

static void test_pretraining(void)
{
    wi_data data;
    wi_rng rng = wi_rng_make(1);
    CHECK_OK(wi_data_blobs(&data, SAMPLES, 8, 4, 0.3, &rng));
    const wi_layer_desc layers[3] = { wi_layer_dense(6, wi_sigmoid()), wi_layer_dense(5, wi_sigmoid()),
                                      wi_layer_dense(4, wi_linear()) };
    wi_net_desc shape;
    wi_net net;
    memset(&shape, 0, sizeof shape);
    shape.inputs = 8;
    shape.layers = layers;
    shape.layer_count = 3;
    shape.max_batch = 32;
    CHECK_OK(wi_net_create(&net, &shape, NULL));
    wi_real before = net.layers[0].w.data[0], head = net.layers[2].w.data[0];
    wi_train_desc desc = run_desc(WI_LOSS_HALF_SQUARED, wi_adam(0.02), 40, 16);
    desc.input_noise = 0.05;
    CHECK_OK(wi_pretrain(&net, &data, &desc, NULL));

    /* It begins with the layer's own weights: where a step moves nothing, they are left. */
    wi_net still;
    wi_train_desc idle = desc;
    idle.opt = wi_sgd(DBL_MIN);
    idle.epochs = 1;
    CHECK_OK(wi_net_create(&still, &shape, NULL));
    draw_all(&still);
    wi_real *drawn = (wi_real *)malloc(still.param_count * sizeof(wi_real));
    memcpy(drawn, still.params, still.param_count * sizeof(wi_real));
    CHECK_OK(wi_pretrain(&still, &data, &idle, NULL));
    CHECK_BYTES(still.params, drawn, still.param_count * sizeof(wi_real));
    free(drawn);
    wi_net_destroy(&still);

    /* A lone column has no neighbour: its step is nobody's business. */
    wi_data column = data;
    wi_net narrow;
    wi_net_desc one = shape;
    one.inputs = column.x.cols = 1;
    column.x.col_step = 3;
    CHECK_OK(wi_net_create(&narrow, &one, NULL));
    CHECK_OK(wi_pretrain(&narrow, &column, &idle, NULL));
    wi_net_destroy(&narrow);

    /* Of a single sample too; of whole batches; no error is left behind, nor a pass to go back from. */
    for (size_t rows = 1; rows <= 64; rows += 63) {
        wi_data some = data;
        wi_real dy[32 * 4] = {0};
        some.x.rows = some.y.rows = rows;
        CHECK_OK(wi_net_create(&still, &shape, NULL));
        CHECK_OK(wi_pretrain(&still, &some, &idle, NULL));
        CHECK_EQ(still.error.status, WI_OK);
        wi_mat from = wi_mat_view(dy, rows < 32 ? rows : 32, 4), x = wi_mat_rows(data.x, 0, from.rows);
        CHECK_STATUS(wi_net_backward(&still, x, from), WI_ERR_ARG);
        wi_net_destroy(&still);
    }

    /* In batches as large as the network takes. */
    wi_net_desc roomy = shape;
    wi_train_desc large = idle;
    roomy.max_batch = large.batch = 128;
    CHECK_OK(wi_net_create(&still, &roomy, NULL));
    CHECK_OK(wi_pretrain(&still, &data, &large, NULL));
    wi_net_destroy(&still);

    /* What does not belong to it changes nothing. */
    const double weights[4] = {1, 2, 3, 4};
    wi_net other;
    wi_train_desc more = desc;
    more.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    more.label_smoothing = 0.5;
    more.class_weights = weights;
    more.valid = &data;
    more.patience = 1;
    more.on_gradient = never;
    CHECK_OK(wi_net_create(&other, &shape, NULL));
    wi_data inputs = data;
    memset(&inputs.y, 0, sizeof inputs.y);
    CHECK_OK(wi_pretrain(&other, &inputs, &more, NULL));
    CHECK_BYTES(other.params, net.params, net.param_count * sizeof(wi_real));

    /* The first layer is trained in a network of its own, whose second layer is its transpose. */
    wi_layer_desc tied[2] = {layers[0], wi_layer_dense(8, wi_linear())};
    wi_net_desc pair_shape = shape;
    wi_net pair;
    wi_data itself = data;
    itself.y = itself.x;
    tied[1].tied = 1;
    pair_shape.layers = tied;
    pair_shape.layer_count = 2;
    CHECK_OK(wi_net_create(&pair, &pair_shape, NULL));
    CHECK_OK(wi_net_init(&other, 0));
    memcpy(pair.layers[0].w.data, other.layers[0].w.data, pair.layers[0].param_count * sizeof(wi_real));
    CHECK_OK(wi_train(&pair, &itself, &desc, NULL, NULL));
    CHECK_BYTES(pair.layers[0].w.data, net.layers[0].w.data, pair.layers[0].param_count * sizeof(wi_real));
    wi_net_destroy(&pair);
    wi_net_destroy(&other);
    CHECK(net.layers[0].w.data[0] != before);
    CHECK_NEAR(net.layers[2].w.data[0], head, 0);

    /* One that reads the network's input, past the layer before it, as well. */
    wi_layer_desc beside[3] = {layers[0], layers[1], layers[2]};
    beside[1].from = 2;
    shape.layers = beside;
    CHECK_OK(wi_net_create(&other, &shape, NULL));
    CHECK_OK(wi_pretrain(&other, &data, &desc, NULL));
    CHECK_BYTES(other.layers[0].w.data, net.layers[0].w.data, other.layers[0].param_count * sizeof(wi_real));
    wi_net_destroy(&other);

    /* Layers between that have no weights, and weights that are another's, are passed over. */
    wi_layer_desc mixed[4] = {layers[0], wi_layer_act(wi_tanh()), wi_layer_dense(8, wi_sigmoid()), layers[2]};
    mixed[2].tied = 1;
    shape.layers = mixed;
    shape.layer_count = 4;
    CHECK_OK(wi_net_create(&other, &shape, NULL));
    CHECK_OK(wi_pretrain(&other, &data, &desc, NULL));
    CHECK_BYTES(other.layers[0].w.data, net.layers[0].w.data, other.layers[0].w.rows * 8 * sizeof(wi_real));
    wi_net_destroy(&other);

    /* A frozen layer stays as it is; those before it learn as ever, those behind it do too. */
    wi_layer_desc some[4] = {layers[0], layers[1], layers[1], layers[2]};
    some[1].frozen = 1;
    shape.layers = some;
    CHECK_OK(wi_net_create(&other, &shape, NULL));
    CHECK_OK(wi_net_create(&still, &shape, NULL));
    CHECK_OK(wi_pretrain(&other, &data, &desc, NULL));
    CHECK_BYTES(other.layers[0].w.data, net.layers[0].w.data, other.layers[0].param_count * sizeof(wi_real));
    CHECK_BYTES(other.layers[1].w.data, still.layers[1].w.data, still.layers[1].w.cols * sizeof(wi_real));
    CHECK(other.layers[2].w.data[0] != still.layers[2].w.data[0]);
    wi_net_destroy(&other);
    wi_net_destroy(&still);

    /* The last dense layer is left to the training, whatever comes behind it. */
    wi_layer_desc behind[4] = {layers[0], layers[1], layers[2], wi_layer_act(wi_tanh())};
    shape.layers = behind;
    CHECK_OK(wi_net_create(&other, &shape, NULL));
    CHECK_OK(wi_pretrain(&other, &data, &desc, NULL));
    CHECK_BYTES(other.params, net.params, net.param_count * sizeof(wi_real));
    wi_net_destroy(&other);

    /* So is the only one. */
    shape.layers = behind + 2;
    shape.layer_count = 2;
    CHECK_OK(wi_net_create(&other, &shape, NULL));
    CHECK_OK(wi_net_create(&still, &shape, NULL));
    CHECK_OK(wi_pretrain(&other, &data, &desc, NULL));
    CHECK_BYTES(other.params, still.params, still.param_count * sizeof(wi_real));
    wi_net_destroy(&other);
    wi_net_destroy(&still);

    /* The first layer's code now rebuilds its input far better than the mean of the data would. */
    wi_mat x = wi_mat_rows(data.x, 0, 32), code = wi_mat_rows(net.layers[0].post, 0, 32);
    CHECK_OK(wi_net_forward(&net, x, WI_EVAL, NULL));
    double lo = 1, hi = 0;
    for (size_t j = 0; j < 6; j++)
        for (size_t i = 0; i < 32; i++) {
            lo = fmin(lo, (double)code.data[i * 6 + j]);
            hi = fmax(hi, (double)code.data[i * 6 + j]);
        }
    CHECK(hi - lo > 0.5);

    wi_error error;
    CHECK_STATUS(wi_pretrain(NULL, &data, &desc, &error), WI_ERR_ARG);
    data.x.cols = 7;
    CHECK_STATUS(wi_pretrain(&net, &data, &desc, &error), WI_ERR_SHAPE);
    data.x.cols = 8;
    for (size_t k = 0;; k++) {
        desc.epochs = 1;
        fail_alloc_start(k);
        wi_status status = wi_pretrain(&net, &data, &desc, &error);
        if (!fail_alloc_stop()) { CHECK_OK(status); break; }
        CHECK_STATUS(status, WI_ERR_MEMORY);
    }
    wi_net_destroy(&net);
    wi_data_destroy(&data);
    CHECK_EQ(fail_alloc.live, 0);
}

static void test_numeric(void)
{
    wi_data data;
    wi_net net;
    wi_error error;
    make_data(&data);
    make_net(&net, 5, 3, 1);
    wi_train_desc desc = run_desc(WI_LOSS_HALF_SQUARED, wi_sgd(1e30), 3, 16);
    CHECK_STATUS(wi_train(&net, &data, &desc, NULL, &error), WI_ERR_NUMERIC);
    CHECK_CONTAINS(error.text, "step ");
    CHECK_CONTAINS(error.text, "layer");
    (void)wi_net_init(&net, 1);
    net.layers[3].w.data[4] = (wi_real)NAN;
    desc.opt.rate = 0.1;
    CHECK_STATUS(wi_train(&net, &data, &desc, NULL, &error), WI_ERR_NUMERIC);
    CHECK_CONTAINS(error.text,
                   "step 1 (epoch 1): the loss is nan; layer 4 (dense) is the first with a value");

    /* A cell of the data that is not finite is named, before what it spoils. */
    (void)wi_net_init(&net, 1);
    desc.batch = 7;
    *wi_mat_at(data.y, 9, 1) = (wi_real)NAN;
    CHECK_STATUS(wi_train(&net, &data, &desc, NULL, &error), WI_ERR_NUMERIC);
    CHECK_CONTAINS(error.text, "the loss is nan; row 10, column 2 of the targets is nan");
    (void)wi_net_init(&net, 1);
    *wi_mat_at(data.x, 30, 2) = (wi_real)-HUGE_VAL;
    *wi_mat_at(data.y, 9, 1) = 0;
    CHECK_STATUS(wi_train(&net, &data, &desc, NULL, &error), WI_ERR_NUMERIC);
    CHECK_CONTAINS(error.text, "row 31, column 3 of the inputs is -inf");

    /* Columns are those of the view, whose rows may be longer. */
    static wi_real wide[SAMPLES][9];
    wi_data apart = data;
    (void)wi_net_init(&net, 1);
    for (size_t i = 0; i < SAMPLES; i++) memcpy(wide[i], wi_mat_at(data.x, i, 0), 5 * sizeof(wi_real));
    apart.x.data = wide[0];
    apart.x.row_step = 9;
    CHECK_STATUS(wi_train(&net, &apart, &desc, NULL, &error), WI_ERR_NUMERIC);
    CHECK_CONTAINS(error.text, "row 31, column 3 of the inputs is -inf");
    wi_net_destroy(&net);
    wi_data_destroy(&data);

    /* Targets without a number have a class weight all the same, and are named. */
    const double weights[3] = {1, 2, 3};
    make_data(&data);
    make_net(&net, 5, 3, 1);
    for (size_t j = 0; j < 3; j++) *wi_mat_at(data.y, 9, j) = (wi_real)NAN;
    desc.class_weights = weights;
    CHECK_STATUS(wi_train(&net, &data, &desc, NULL, &error), WI_ERR_NUMERIC);
    CHECK_CONTAINS(error.text, "the loss is nan; row 10, column 1 of the targets is nan");
    wi_net_destroy(&net);
    wi_data_destroy(&data);
}

/* One sample of a batch is enough, whichever it is: its value is found in the layer where it overflows. */
static void test_one_sample_overflows(void)
{
    const wi_layer_desc layers[3] = { wi_layer_dense(2, wi_linear()), wi_layer_dense(2, wi_linear()),
                                      wi_layer_dense(1, wi_linear()) };
    const wi_train_desc desc = run_desc(WI_LOSS_HALF_SQUARED, wi_sgd(0.1), 1, 4);
    const wi_real large = (wi_real)(sizeof(wi_real) == 8 ? 1e200 : 1e30);
    wi_net_desc shape;
    memset(&shape, 0, sizeof shape);
    shape.inputs = 1;
    shape.layers = layers;
    shape.layer_count = 3;
    for (size_t row = 0; row < 4; row++)
        for (size_t from = 0; from < 3; from++) {
            wi_real x[4] = {1, 1, 1, 1}, y[4] = {0};
            wi_data data;
            wi_net net;
            wi_error error;
            char says[80];
            memset(&data, 0, sizeof data);
            data.x = wi_mat_view(x, 4, 1);
            data.y = wi_mat_view(y, 4, 1);
            CHECK_OK(wi_net_create(&net, &shape, NULL));
            for (size_t i = 0; i < net.param_count; i++) net.params[i] = 0;
            for (size_t l = 0; l < 3; l++) net.layers[l].w.data[0] = l == from ? large : 1;
            x[row] = large;
            CHECK_STATUS(wi_train(&net, &data, &desc, NULL, &error), WI_ERR_NUMERIC);
            snprintf(says, sizeof says, "layer %zu (dense) is the first with a value", from + 1);
            CHECK_CONTAINS(error.text, says);
            wi_net_destroy(&net);
        }
}

/* Only squares are too large: those of what the loss measures, or those of the gradients. */
static void test_squares_too_large(void)
{
    const struct { double x, w, t; const char *says; } cases[2] = {
        {1, 1e200, 0, "step 1 (epoch 1): the loss is inf, though all layers' values are finite"},
        {1e10, 1e140, 0, "step 1 (epoch 1): the loss is 5e+299, and the norm of the gradients is too large"}};
    for (size_t k = 0; sizeof(wi_real) == 8 && k < 2; k++) {
        wi_real x = (wi_real)cases[k].x, t = (wi_real)cases[k].t;
        wi_layer_desc layer = wi_layer_dense(1, wi_linear());
        wi_net_desc shape;
        wi_data data;
        wi_net net;
        wi_error error;
        memset(&shape, 0, sizeof shape);
        memset(&data, 0, sizeof data);
        shape.inputs = shape.layer_count = 1;
        shape.layers = &layer;
        CHECK_OK(wi_net_create(&net, &shape, NULL));
        net.params[0] = (wi_real)cases[k].w;
        data.x = wi_mat_view(&x, 1, 1);
        data.y = wi_mat_view(&t, 1, 1);
        const wi_train_desc desc = run_desc(WI_LOSS_HALF_SQUARED, wi_sgd(0.1), 1, 1);
        CHECK_STATUS(wi_train(&net, &data, &desc, NULL, &error), WI_ERR_NUMERIC);
        CHECK_TEXT(error.text, cases[k].says);
        for (double most = 1e-3; most < 1e4; most *= 1e3) {   /* who limits the norm sees it in any step */
            wi_train_desc clipped = run_desc(WI_LOSS_HALF_SQUARED, wi_sgd(0.1), 9, 1);
            clipped.clip_norm = most;
            clipped.every = 9;
            CHECK_STATUS(wi_train(&net, &data, &clipped, NULL, &error), WI_ERR_NUMERIC);
            CHECK_TEXT(error.text, cases[k].says);
        }
        wi_net_destroy(&net);
    }
}

/* A batch norm takes numbers of any size, but not a variance that no wi_real holds: the loss stays finite,
   and the network would answer NaN later. */
static void test_running_variance(void)
{
    const wi_layer_desc layers[2] = {wi_layer_batch_norm(), wi_layer_dense(3, wi_linear())};
    const double scales[2] = {1, sizeof(wi_real) == 8 ? 1e160 : 1e25};
    for (size_t k = 0; k < 2; k++) {
        const wi_net_desc shape = shape_of(layers, 2);
        wi_data data;
        wi_net net;
        wi_error error;
        wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_adam(0.01), 0, 32);
        make_data(&data);
        for (size_t i = 0; i < SAMPLES * 5; i++) data.x.data[i] *= (wi_real)scales[k];
        CHECK_OK(wi_net_create(&net, &shape, NULL));
        desc.steps = 2;
        CHECK_STATUS(wi_train(&net, &data, &desc, NULL, &error), k ? WI_ERR_NUMERIC : WI_OK);
        if (sizeof(wi_real) < 8) CHECK_TEXT(error.text, k ? "step 2: a running variance overflows" : "");
        wi_net_destroy(&net);
        wi_data_destroy(&data);
    }
}

/* A step that fails over a cell that is no number leaves the running statistics numbers: with the cell
   mended the same network goes on. */
static void test_running_numbers(void)
{
    const wi_layer_desc layers[4] = {wi_layer_batch_norm(), wi_layer_dense(4, wi_tanh()),
                                     wi_layer_batch_norm(), wi_layer_dense(3, wi_linear())};
    const double cells[2] = {(double)NAN, (double)INFINITY};
    for (size_t k = 0; k < 3; k++) {   /* behind tanh an infinity stays unseen for a step */
        const wi_net_desc shape = shape_of(layers + k / 2, 4 - k / 2);
        wi_data data;
        wi_net net;
        wi_score score;
        wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_adam(0.01), 2, 8);
        make_data(&data);
        CHECK_OK(wi_net_create(&net, &shape, NULL));
        wi_real kept = data.x.data[11];
        data.x.data[11] = (wi_real)cells[k % 2];
        CHECK_STATUS(wi_train(&net, &data, &desc, NULL, NULL), WI_ERR_NUMERIC);
        CHECK_EQ(wi_stats_of(net.state, net.state_count).nonfinite, 0);
        CHECK_EQ(wi_stats_of(net.params, net.param_count).nonfinite, 0);
        data.x.data[11] = kept;
        CHECK_OK(wi_train(&net, &data, &desc, NULL, NULL));
        CHECK_OK(wi_evaluate(&net, &data, desc.loss, &score));
        CHECK(score.loss < 2);
        wi_net_destroy(&net);
        wi_data_destroy(&data);
    }
}

/* A step that fails leaves the progress as it was, at the end of an epoch too. */
static void test_failed_progress(void)
{
    for (size_t steps = 1; steps <= 30; steps++) {
        wi_data data;
        wi_net net;
        wi_trainer trainer;
        wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_adam(0.01), 9, 32);
        desc.schedule = WI_SCHEDULE_COSINE;
        make_data(&data);
        make_net(&net, 5, 3, 1);
        CHECK_OK(wi_trainer_create(&trainer, &net, &data, &desc, NULL));
        CHECK_OK(wi_trainer_run(&trainer, steps, NULL));
        const wi_progress before = trainer.progress;
        for (size_t i = 0; i < SAMPLES; i++) *wi_mat_at(data.x, i, 2) = (wi_real)NAN;
        CHECK_STATUS(wi_trainer_run(&trainer, 1, NULL), WI_ERR_NUMERIC);
        CHECK_EQ(trainer.progress.step, before.step);
        CHECK_EQ(trainer.progress.epoch, before.epoch);
        CHECK_NEAR(trainer.progress.loss, before.loss, 0);
        CHECK_NEAR(trainer.progress.rate, before.rate, 0);
        CHECK_NEAR(trainer.progress.grad_norm, before.grad_norm, 0);
        wi_trainer_destroy(&trainer);
        wi_net_destroy(&net);
        wi_data_destroy(&data);
    }
}

/* What stands behind the last sample is nobody's. */
static void test_nothing_behind(void)
{
    const wi_loss losses[2] = {WI_LOSS_HALF_SQUARED, WI_LOSS_SOFTMAX_CROSS_ENTROPY};
    const wi_train_desc desc = run_desc(WI_LOSS_HALF_SQUARED, wi_sgd(1e30), 3, 16);
    wi_data data;
    wi_net net;
    wi_score scores[2][2];
    wi_error error;
    make_data(&data);
    data.x.rows = data.y.rows = 64;   /* two of the network's batches */
    make_net(&net, 5, 3, 1);
    for (int k = 0; k < 2; k++) {
        for (int l = 0; l < 2; l++) CHECK_OK(wi_evaluate(&net, &data, losses[l], &scores[k][l]));
        for (size_t i = 64 * 5; i < SAMPLES * 5; i++) data.x.data[i] = (wi_real)NAN;
        for (size_t i = 64 * 3; i < SAMPLES * 3; i++) data.y.data[i] = (wi_real)NAN;
    }
    for (int l = 0; l < 2; l++) {
        CHECK_NEAR(scores[1][l].loss, scores[0][l].loss, 0);
        CHECK_NEAR(scores[1][l].accuracy, scores[0][l].accuracy, 0);
        CHECK_NEAR(scores[1][l].r2, scores[0][l].r2, 0);
    }
    CHECK_STATUS(wi_train(&net, &data, &desc, NULL, &error), WI_ERR_NUMERIC);
    CHECK(!strstr(error.text, "row "));
    wi_net_destroy(&net);
    wi_data_destroy(&data);
}

static void test_errors(void)
{
    wi_data data, bad;
    wi_net net;
    wi_error error;
    wi_score score = {7, 7, 7, 7};
    make_data(&data);
    make_net(&net, 5, 3, 1);
    wi_train_desc good = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_sgd(0.1), 1, 8), desc = good;
    const double weights[3][3] = {{0, 1, 1}, {1, (double)NAN, 1}, {1, 1, HUGE_VAL}};
#define REFUSED(change, status, sentence)                                        \
    do {                                                                         \
        desc = good;                                                             \
        change;                                                                  \
        CHECK_STATUS(wi_train(&net, &data, &desc, NULL, &error), status);        \
        CHECK_CONTAINS(error.text, sentence);                                    \
    } while (0)
    REFUSED(desc.batch = 33, WI_ERR_SHAPE, "batch 33 is more than the network's max_batch 32");
    REFUSED(desc.loss = (wi_loss)beyond_9, WI_ERR_ARG, "9 is not a wi_loss");
    REFUSED(desc.clip_norm = -1, WI_ERR_ARG, "clip_norm is -1");
    REFUSED(desc.input_noise = (double)NAN, WI_ERR_ARG, "input_noise is nan");
    REFUSED(desc.rate_decay = 1.5, WI_ERR_ARG, "rate_decay is 1.5");
    REFUSED(desc.patience = 2, WI_ERR_ARG, "patience needs validation data");
    REFUSED(desc.class_weights = weights[0], WI_ERR_ARG, "class weight 1 is 0");
    REFUSED(desc.class_weights = weights[1], WI_ERR_ARG, "class weight 2 is nan");
    REFUSED(desc.class_weights = weights[2], WI_ERR_ARG, "class weight 3 is inf");
    REFUSED(desc.opt.rate = -1, WI_ERR_ARG, "the optimiser's rate is -1, which is out of range");
    REFUSED(desc.weight_decay = sizeof(wi_real) == 8 ? (double)INFINITY : 1e39, WI_ERR_ARG,
            "weight_decay is ");
    REFUSED(desc.weight_noise = sizeof(wi_real) == 8 ? (double)INFINITY : 1e39, WI_ERR_ARG,
            "weight_noise is ");
    REFUSED(desc.input_noise = sizeof(wi_real) == 8 ? (double)INFINITY : 1e39, WI_ERR_ARG,
            "input_noise is ");
    REFUSED(desc.opt.kind = 9, WI_ERR_ARG, "9 is not a wi_opt_kind");
    REFUSED(desc.label_smoothing = 1, WI_ERR_ARG, "label_smoothing is 1");
    REFUSED(desc.schedule = (wi_schedule)beyond_9, WI_ERR_ARG, "9 is not a wi_schedule");
#undef REFUSED
    greatest_allowed(&net, &data, &good);
    CHECK_STATUS(wi_train(&net, &data, NULL, NULL, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_train(NULL, &data, &good, NULL, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_train(&net, NULL, &good, NULL, &error), WI_ERR_ARG);
    wi_net blank;
    memset(&blank, 0, sizeof blank);
    CHECK_STATUS(wi_train(&blank, &data, &good, NULL, &error), WI_ERR_ARG);
    CHECK_CONTAINS(error.text, "the network is NULL or not created");
    bad = data;
    bad.x.col_step = 2;
    CHECK_STATUS(wi_train(&net, &bad, &good, NULL, &error), WI_ERR_SHAPE);
    CHECK_CONTAINS(error.text, "the columns of x must be neighbours");
    bad = data;
    bad.x.cols = 4;
    CHECK_STATUS(wi_train(&net, &bad, &good, NULL, &error), WI_ERR_SHAPE);
    CHECK_CONTAINS(error.text, "203 samples x 4");
    bad = data;
    bad.y.cols = 2;
    CHECK_STATUS(wi_train(&net, &bad, &good, NULL, &error), WI_ERR_SHAPE);
    CHECK_CONTAINS(error.text, "targets x 2");
    bad = data;
    bad.x.cols = 4;
    good.valid = &bad;
    CHECK_STATUS(wi_train(&net, &data, &good, NULL, &error), WI_ERR_SHAPE);
    good.valid = NULL;
    bad = data;
    bad.y.rows = 4;
    CHECK_STATUS(wi_evaluate(&net, &bad, WI_LOSS_SOFTMAX_CROSS_ENTROPY, &score), WI_ERR_SHAPE);
    CHECK_STATUS(wi_evaluate(&net, &data, (wi_loss)beyond_9, &score), WI_ERR_ARG);
    CHECK_STATUS(wi_evaluate(&net, &data, WI_LOSS_SOFTMAX_CROSS_ENTROPY, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_evaluate(NULL, &data, WI_LOSS_SOFTMAX_CROSS_ENTROPY, &score), WI_ERR_ARG);
    CHECK_NEAR(score.loss, 7, 0);
    CHECK(isnan(wi_net_grad_norm(NULL)) && isnan(wi_net_grad_norm(&blank)));
    CHECK(isnan(wi_train_rate(&good, 0, 0, 1)) && isnan(wi_train_rate(&good, 0, 1, 0)));
    CHECK(isnan(wi_train_rate(NULL, 0, 1, 1)));

    /* What pre-training refuses. */
    CHECK_STATUS(wi_pretrain(NULL, &data, &good, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_pretrain(&blank, &data, &good, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_pretrain(&net, NULL, &good, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_pretrain(&net, &data, NULL, &error), WI_ERR_ARG);
    bad = data;
    bad.x.data = NULL;
    CHECK_STATUS(wi_pretrain(&net, &bad, &good, &error), WI_ERR_ARG);
    bad = data;
    bad.x.rows = 0;
    CHECK_STATUS(wi_pretrain(&net, &bad, &good, &error), WI_ERR_SHAPE);
    bad = data;
    bad.x.col_step = 2;
    CHECK_STATUS(wi_pretrain(&net, &bad, &good, &error), WI_ERR_SHAPE);
    CHECK(strstr(error.text, "neighbours"));
    bad = data;
    bad.x.cols = 4;
    CHECK_STATUS(wi_pretrain(&net, &bad, &good, &error), WI_ERR_SHAPE);

    CHECK_NEAR(score.loss, 7, 0);

    size_t live = fail_alloc.live;
    for (size_t k = 0;; k++) {
        wi_train_desc all = everything(&data, NULL);
        fail_alloc_start(k);
        wi_status status = wi_train(&net, &data, &all, NULL, &error);
        if (!fail_alloc_stop()) { CHECK_OK(status); break; }
        CHECK_STATUS(status, WI_ERR_MEMORY);
        CHECK_EQ(fail_alloc.live, live);
    }

    /* All that a run needs is allocated before its first step. */
    wi_trainer trainer;
    wi_train_desc all = everything(&data, NULL);
    CHECK_OK(wi_trainer_create(&trainer, &net, &data, &all, NULL));
    fail_alloc_start(0);
    CHECK_OK(wi_trainer_run(&trainer, 0, NULL));
    CHECK_EQ(fail_alloc.calls, 0);
    fail_alloc_stop();
    wi_trainer_destroy(&trainer);
    CHECK_STATUS(wi_trainer_run(NULL, 1, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_trainer_run(&trainer, 1, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_trainer_create(NULL, &net, &data, &good, &error), WI_ERR_ARG);
    CHECK_CONTAINS(error.text, "trainer is NULL");
    wi_trainer_destroy(NULL);
    wi_net_destroy(&net);
    wi_data_destroy(&data);
    CHECK_EQ(fail_alloc.live, 0);
}

/* Nothing to train: parameters that are somebody else's, and none at all. */
static void test_nothing_to_train(void)
{
    wi_data data;
    wi_net net, reader;
    wi_error error;
    wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_sgd(0.1), 1, 8);
    wi_layer_desc dense = wi_layer_dense(3, wi_linear()), act = wi_layer_act(wi_tanh());
    wi_net_desc shape;
    make_data(&data);
    memset(&shape, 0, sizeof shape);
    shape.inputs = 5;
    shape.layers = &dense;
    shape.layer_count = 1;
    CHECK_OK(wi_net_create(&net, &shape, NULL));
    shape.params = net.params;
    CHECK_OK(wi_net_create(&reader, &shape, NULL));
    CHECK_STATUS(wi_train(&reader, &data, &desc, NULL, &error), WI_ERR_ARG);
    CHECK_CONTAINS(error.text, "elsewhere");
    wi_net_destroy(&reader);
    wi_net_destroy(&net);

    shape.params = NULL;
    shape.layers = &act;
    CHECK_OK(wi_net_create(&net, &shape, NULL));
    wi_data same = data;
    same.y = data.x;
    desc.loss = WI_LOSS_HALF_SQUARED;
    CHECK_STATUS(wi_train(&net, &same, &desc, NULL, &error), WI_ERR_SHAPE);
    CHECK_TEXT(error.text, "the network has no parameters to train");
    wi_net_destroy(&net);
    wi_data_destroy(&data);
    CHECK_EQ(fail_alloc.live, 0);
}

/* ---- against loops by hand ---- */

static void dense_net(wi_net *net, size_t max_batch, int frozen)
{
    wi_layer_desc layers[3] = { wi_layer_dense(33, wi_tanh()), wi_layer_dense(17, wi_relu()),
                                wi_layer_dense(3, wi_linear()) };
    wi_net_desc shape;
    memset(&shape, 0, sizeof shape);
    layers[0].frozen = frozen;
    shape.inputs = 5;
    shape.layers = layers;
    shape.layer_count = 3;
    shape.max_batch = max_batch;
    shape.seed = 11;
    CHECK_OK(wi_net_create(net, &shape, NULL));
}

/* a b + c rounded once, by any library: a float product is exact in double; of its sum with c the last bit
   says whether anything was lost (it is rounded to odd), so that rounding to float goes the right way. */
static wi_real fused(wi_real a, wi_real b, wi_real c)
{
    double product = (double)a * (double)b, sum = product + (double)c, back = sum - product;
    double lost = (product - (sum - back)) + ((double)c - back);
    uint64_t bits;
    if (sizeof(wi_real) == 8) return (wi_real)fma((double)a, (double)b, (double)c);
    memcpy(&bits, &sum, sizeof bits);
    if (lost > 0 || lost < 0) bits = (bits - ((lost > 0) != (sum > 0))) | 1;
    memcpy(&sum, &bits, sizeof bits);
    return (wi_real)sum;
}

/* The reference: all that a run of plain gradient descent does. */
static void train_plainly(wi_net *net, const wi_data *data, size_t epochs, size_t batch, double rate,
                          uint64_t seed)
{
    wi_real x[64 * 5], y[64 * 3], dy[64 * 3];
    size_t order[SAMPLES], n = data->x.rows;
    for (size_t epoch = 0; epoch < epochs; epoch++) {
        wi_rng rng = wi_rng_split(wi_rng_split(wi_rng_make(seed), 1), epoch);
        for (size_t i = 0; i < n; i++) order[i] = i;
        wi_rng_shuffle(&rng, order, n);
        for (size_t first = 0; first < n; first += batch) {
            size_t rows = n - first < batch ? n - first : batch;
            wi_mat xs = wi_mat_view(x, rows, 5), ys = wi_mat_view(y, rows, 3), dys = wi_mat_view(dy, rows, 3),
                   out;
            CHECK_OK(wi_data_gather(data, order + first, rows, xs, ys));
            CHECK_OK(wi_net_forward(net, xs, WI_TRAIN, &out));
            CHECK_OK(wi_loss_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, out, ys, &dys, NULL));
            wi_net_zero_grads(net);
            CHECK_OK(wi_net_backward(net, xs, dys));
            for (size_t i = 0; i < net->param_count; i++)
                net->params[i] = fused(-(wi_real)rate, net->grads[i], net->params[i]);
        }
    }
}

static void test_against_plain_loop(void)
{
    wi_data data;
    wi_net plain, trained;
    make_data(&data);
    /* Where the update is one fused operation, every bit is the same after any number of steps. Elsewhere the
       two round differently, which training makes larger with every step: there a few steps have to do. */
    int exact = sizeof(wi_real) == 8 || inside_simd_bits() >= 256;
    for (size_t batch = exact ? 1 : 13; batch <= 64; batch = batch * 3 + 1) {
        size_t epochs = exact ? 3 : 1;
        dense_net(&plain, 64, 0);
        dense_net(&trained, 64, 0);
        wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_sgd(0.2), epochs, batch);
        train_plainly(&plain, &data, epochs, batch, 0.2, desc.seed);
        CHECK_OK(wi_train(&trained, &data, &desc, NULL, NULL));
        const double near_enough = sizeof(wi_real) == 8 ? 1e-12 : exact ? 0 : 1e-4;
        for (size_t i = 0; i < plain.param_count; i++)
            CHECK_NEAR(trained.params[i], plain.params[i], near_enough);
        wi_net_destroy(&plain);
        wi_net_destroy(&trained);
    }
    wi_data_destroy(&data);
}

/* A loop of one's own clips as wi_train() does: the same weights after any number of steps. */
static void test_plain_loop_clips(void)
{
    wi_data data;
    wi_net plain, trained;
    wi_trainer trainer;
    wi_opt opt;
    wi_real x[32 * 5], y[32 * 3], dy[32 * 3];
    make_data(&data);
    dense_net(&plain, 64, 0);
    dense_net(&trained, 64, 0);
    wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_momentum(0.2, 0.9), 100, 32);
    desc.clip_norm = 0.1;
    CHECK_OK(wi_opt_create(&opt, desc.opt, plain.param_count));
    CHECK_OK(wi_trainer_create(&trainer, &trained, &data, &desc, NULL));
    for (size_t step = 0; step < 12; step++) {
        size_t first = step % trainer.steps_per_epoch * 32, left = data.x.rows - first;
        size_t rows = left < 32 ? left : 32;
        wi_mat xs = wi_mat_view(x, rows, 5), ys = wi_mat_view(y, rows, 3), dys = wi_mat_view(dy, rows, 3);
        wi_mat out;
        CHECK_OK(wi_trainer_run(&trainer, 1, NULL));
        CHECK_OK(wi_data_gather(&data, trainer.order + first, rows, xs, ys));
        CHECK_OK(wi_net_forward(&plain, xs, WI_TRAIN, &out));
        CHECK_OK(wi_loss_of(desc.loss, out, ys, &dys, NULL));
        wi_net_zero_grads(&plain);
        CHECK_OK(wi_net_backward(&plain, xs, dys));
        CHECK(wi_net_clip_grads(&plain, desc.clip_norm) > desc.clip_norm);
        CHECK_OK(wi_opt_step(&opt, plain.params, plain.grads));
    }
    CHECK_BYTES(plain.params, trained.params, plain.param_count * sizeof(wi_real));
    wi_trainer_destroy(&trainer);
    wi_opt_destroy(&opt);
    wi_net_destroy(&plain);
    wi_net_destroy(&trained);
    wi_data_destroy(&data);
}

/* Gradients are shortened, and nothing beside them: not the running means, which may stand behind. */
static void test_clips_gradients_only(void)
{
    for (size_t features = 1; features <= 32; features++) {
        const wi_layer_desc layer = wi_layer_batch_norm();
        wi_net_desc shape = shape_of(&layer, 1);
        wi_net net;
        shape.inputs = features;
        CHECK_OK(wi_net_create(&net, &shape, NULL));
        for (size_t i = 0; i < net.param_count; i++) net.grads[i] = 5;
        for (size_t i = 0; i < net.state_count; i++) net.state[i] = 3;
        CHECK_NEAR(wi_net_clip_grads(&net, 0.1), 5 * sqrt((double)net.param_count), 1e-9);
        CHECK_NEAR(wi_net_grad_norm(&net), 0.1, 1e-7);
        for (size_t i = 0; i < net.state_count; i++) CHECK_EQ(net.state[i], 3);
        wi_net_destroy(&net);
    }
}

/* Four times sixteen samples, added up, are sixty-four: to the bit, at every step of a run. */
static int accumulate(wi_net *net, const wi_progress *progress, void *user)
{
    wi_net *other = (wi_net *)user;
    wi_trainer *trainer = progress->trainer;
    wi_real dy[16 * 3];
    /* a smaller batch */
    if (progress->step % trainer->steps_per_epoch == trainer->steps_per_epoch - 1) return 0;
    memcpy(other->params, net->params, net->param_count * sizeof(wi_real));
    wi_net_zero_grads(other);
    for (size_t first = 0; first < 64; first += 16) {
        wi_mat x = wi_mat_view(trainer->x + first * 5, 16, 5), y = wi_mat_view(trainer->y + first * 3, 16, 3);
        wi_mat to = wi_mat_view(dy, 16, 3), out;
        CHECK_OK(wi_net_forward(other, x, WI_TRAIN, &out));
        CHECK_OK(wi_loss_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, out, y, &to, NULL));
        for (size_t i = 0; i < 48; i++) dy[i] /= 4;
        CHECK_OK(wi_net_backward(other, x, to));
    }
    CHECK_BYTES(other->grads, net->grads, net->param_count * sizeof(wi_real));
    return 0;
}

static void test_accumulated_gradients(void)
{
    wi_data data;
    wi_net net, other;
    make_data(&data);
    dense_net(&net, 64, 0);
    dense_net(&other, 16, 0);
    wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_sgd(0.2), 5, 64);
    desc.on_gradient = accumulate;
    desc.user = &other;
    CHECK_OK(wi_train(&net, &data, &desc, NULL, NULL));
    wi_net_destroy(&net);
    wi_net_destroy(&other);
    wi_data_destroy(&data);
}

/* ---- on_gradient ---- */

typedef struct gradient_user { size_t calls, stop_at, poison_at; double norm; } gradient_user;

static int halve(wi_net *net, const wi_progress *progress, void *user)
{
    gradient_user *u = (gradient_user *)user;
    CHECK(progress->net == net && progress->trainer->net == net);
    CHECK_EQ(progress->step, u->calls);
    CHECK(progress->loss > 0 && progress->rate > 0);
    for (size_t i = 0; i < net->layers[0].param_count; i++) CHECK_NEAR(net->grads[i], 0, 0);   /* frozen */
    u->norm = wi_net_grad_norm(net) / 2;
    for (size_t i = 0; i < net->param_count; i++) net->grads[i] /= 2;
    if (u->calls == u->poison_at) net->grads[net->param_count - 1] = (wi_real)NAN;
    return u->calls++ == u->stop_at ? 7 : 0;
}


/* Whether a step moves the weights while it goes backward or after it: what does not bite changes nothing.
   And decay is for gradient descent what a penalty is. */
static void test_ways_of_a_step(void)
{
    wi_data data;
    wi_net plain, decayed, other;
    size_t calls = 0;
    make_data(&data);
    dense_net(&plain, 16, 0);
    dense_net(&decayed, 16, 0);
    const wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_sgd(0.1), 2, 16);
    wi_train_desc how = desc;
    wi_real start = plain.params[0];
    CHECK_OK(wi_train(&plain, &data, &how, NULL, NULL));
    how.opt.decay = 0.5;
    how.steps = 1;   /* then biases are 0, which a penalty spares */
    CHECK_OK(wi_train(&decayed, &data, &how, NULL, NULL));
    for (int way = 0; way < 5; way++) {
        double worst = 0;
        how = desc;
        if (way == 0) how.clip_norm = 1e9;
        if (way == 1) how.clip_value = 1e9;
        if (way == 2) how.weight_noise = 1e-12;
        if (way == 3) how.on_gradient = looks_on;
        if (way == 4) how.weight_decay = 0.5, how.steps = 1;
        how.user = &calls;
        dense_net(&other, 16, 0);
        CHECK_OK(wi_train(&other, &data, &how, NULL, NULL));
        const wi_real *want = (way == 4 ? &decayed : &plain)->params;
        for (size_t i = 0; i < other.param_count; i++)
            worst = fmax(worst, fabs((double)other.params[i] - (double)want[i]));
        CHECK_BELOW(worst, 2e-6);
        wi_net_destroy(&other);
    }
    CHECK_EQ(calls, 2 * 13);
    dense_net(&other, 16, 0);   /* and it does something */
    how.weight_decay = 0;
    CHECK_OK(wi_train(&other, &data, &how, NULL, NULL));
    CHECK_CLOSE(decayed.params[0], (double)other.params[0] - 0.05 * (double)start, 1e-5);
    wi_net_destroy(&other);
    wi_net_destroy(&plain);
    wi_net_destroy(&decayed);

    /* In steps that nobody hears of as well: with somebody who looks on, weights move after the pass. */
    for (int way = 0; way < 4; way++) {
        double worst = 0;
        how = desc;
        how.steps = 3;
        how.every = 100;
        how.user = &calls;
        if (way == 1) how.opt.decay = 0.5;
        if (way == 2) how.weight_decay = 0.5;
        if (way == 3) how.batch = 150;
        dense_net(&plain, 150, 0);
        dense_net(&other, 150, 0);
        CHECK_OK(wi_train(&plain, &data, &how, NULL, NULL));
        how.on_gradient = looks_on;
        CHECK_OK(wi_train(&other, &data, &how, NULL, NULL));
        for (size_t i = 0; i < other.param_count; i++)
            worst = fmax(worst, fabs((double)other.params[i] - (double)plain.params[i]));
        CHECK_BELOW(worst, 2e-6);
        wi_net_destroy(&other);
        wi_net_destroy(&plain);
    }
    wi_data_destroy(&data);
}

static int go_on(const wi_progress *progress, void *user)
{
    (void)progress;
    (void)user;
    return 0;
}

/* What validation keeps: never the weights before the first step, though they be better and reported; and
   where no loss is a number, the last ones. Data that were changed since the start are looked at anew. */
static void test_validation(void)
{
    wi_data data, valid;
    wi_net nets[3];
    wi_error error;
    make_data(&data);
    make_data(&valid);
    for (size_t k = 0; k < 3; k++) dense_net(&nets[k], 32, 0);
    wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_sgd(0.5), 2, 16);
    desc.every = 1000;   /* the last step reports, and the one before the first where somebody listens */
    CHECK_OK(wi_train(&nets[0], &data, &desc, NULL, NULL));
    for (size_t i = 0; i < valid.y.rows; i++)   /* the wrong answers: each report is worse */
        for (size_t j = 0; j < 3; j++) *wi_mat_at(valid.y, i, j) = 1 - *wi_mat_at(data.y, i, j);
    desc.valid = &valid;
    desc.patience = 1;
    desc.steps = 1;
    for (size_t k = 1; k < 3; k++) {
        wi_real before = nets[k].params[0];
        desc.on_report = k == 2 ? go_on : NULL;
        CHECK_OK(wi_train(&nets[k], &data, &desc, NULL, NULL));
        CHECK(nets[k].params[0] != before);
    }
    CHECK_BYTES(nets[1].params, nets[2].params, nets[1].param_count * sizeof(wi_real));
    desc.steps = 0;
    desc.on_report = NULL;
    *wi_mat_at(valid.x, 0, 0) = (wi_real)NAN;
    CHECK_OK(wi_net_init(&nets[1], 11));
    CHECK_OK(wi_train(&nets[1], &data, &desc, NULL, NULL));
    CHECK_BYTES(nets[1].params, nets[0].params, nets[1].param_count * sizeof(wi_real));

    wi_trainer trainer;
    CHECK_OK(wi_trainer_create(&trainer, &nets[1], &data, &desc, NULL));
    valid.x.cols--;
    CHECK_STATUS(wi_trainer_run(&trainer, 0, &error), WI_ERR_SHAPE);
    CHECK_TEXT(error.text, "wi_evaluate: 203 samples x 4, 203 targets x 3; the network wants 5 and 3");
    wi_trainer_destroy(&trainer);
    for (size_t k = 0; k < 3; k++) wi_net_destroy(&nets[k]);
    wi_data_destroy(&data);
    wi_data_destroy(&valid);
}

static double first_losses[40];
static size_t first_loss_count;
static int keep_loss(const wi_progress *progress, void *user)
{
    (void)user;
    if (first_loss_count < WI_COUNT(first_losses)) first_losses[first_loss_count++] = progress->loss;
    return 0;
}

/* A report's loss is the mean over the steps since the last report. */
static void test_reported_mean(void)
{
    wi_data data;
    double single[40];
    make_data(&data);
    for (size_t every = 1; every <= 4; every += 3) {
        wi_net net;
        wi_progress last;
        dense_net(&net, 16, 0);
        wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_sgd(0.1), 0, 16);
        desc.steps = 12;
        desc.every = every;
        desc.on_report = keep_loss;
        first_loss_count = 0;
        CHECK_OK(wi_train(&net, &data, &desc, &last, NULL));
        CHECK_EQ(first_loss_count, 12 / every + 1);   /* and one before the first step */
        for (size_t r = 1; every == 4 && r < first_loss_count; r++)
            CHECK_CLOSE(first_losses[r], 0.25 * (single[4 * r - 3] + single[4 * r - 2] + single[4 * r - 1]
                                                 + single[4 * r]), 1e-9);
        memcpy(single, first_losses, sizeof single);
        wi_net_destroy(&net);
    }
    wi_data_destroy(&data);
}

/* The loss of a step is that of the network before it, to the last digits of a double. */
static void test_loss_of_a_step(void)
{
    wi_data data;
    make_data(&data);
    for (int loss = 0; loss < 3; loss++) {
        wi_net net;
        wi_mat y;
        wi_progress last;
        double want = 0;
        dense_net(&net, SAMPLES, 0);
        CHECK_OK(wi_net_forward(&net, data.x, WI_EVAL, &y));
        CHECK_OK(wi_loss_of((wi_loss)loss, y, data.y, NULL, &want));
        const wi_train_desc desc = run_desc((wi_loss)loss, wi_sgd(0.1), 1, SAMPLES);
        CHECK_OK(wi_train(&net, &data, &desc, &last, NULL));
        CHECK_CLOSE(last.loss, want, 1e-12);
        wi_net_destroy(&net);
    }
    wi_data_destroy(&data);
}

static int set_all(wi_net *net, const wi_progress *progress, void *user)
{
    (void)progress;
    (void)user;
    for (size_t i = 0; i < net->param_count; i++) net->grads[i] = 1;
    return 0;
}

/* Frozen weights stay to the bit, whatever pulls at the others. */
static void test_frozen_stays(void)
{
    wi_data data;
    wi_net net;
    make_data(&data);
    dense_net(&net, 16, 1);
    wi_real before[33 * 6], moves = net.layers[1].w.data[0];
    CHECK_EQ(net.layers[0].param_count, 33 * 6);
    memcpy(before, net.params, sizeof before);
    wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_adamw(0.01, 0.1), 1, 16);
    desc.weight_decay = 0.1;
    CHECK_OK(wi_train(&net, &data, &desc, NULL, NULL));
    CHECK_BYTES(net.params, before, sizeof before);
    CHECK(net.layers[1].w.data[0] != moves);

    /* Nor are gradients averaged that somebody puts there: who lets it go later begins with nothing. */
    wi_trainer trainer;
    desc.on_gradient = set_all;
    CHECK_OK(wi_trainer_create(&trainer, &net, &data, &desc, NULL));
    CHECK_OK(wi_trainer_run(&trainer, 2, NULL));
    CHECK_BYTES(net.params, before, sizeof before);
    for (size_t i = 0; i < net.param_count; i++) CHECK((trainer.opt.m[i] != 0) == (i >= 33 * 6));
    wi_trainer_destroy(&trainer);
    wi_net_destroy(&net);
    wi_data_destroy(&data);
}

/* A frozen layer's gradient is 0, the others' is not. */
static int frozen_is_zero(wi_net *net, const wi_progress *progress, void *user)
{
    (void)progress;
    (void)user;
    for (size_t l = 0; l < net->layer_count; l++) {
        const wi_layer *layer = &net->layers[l];
        size_t moves = 0;
        for (size_t i = 0; i < layer->param_count; i++) moves += net->grads[layer->param_first + i] != 0;
        CHECK((moves > 0) == (layer->param_count > 0 && !layer->desc.frozen));
    }
    return 0;
}

/* Whichever layers are frozen, whatever stands behind them. */
static void test_frozen_gradients(void)
{
    wi_data data;
    make_data(&data);
    for (unsigned which = 0; which < 8; which++) {
        wi_layer_desc layers[5] = { wi_layer_dense(6, wi_tanh()), wi_layer_dropout(0.1),
                                    wi_layer_dense(5, wi_tanh()), wi_layer_dense(3, wi_linear()),
                                    wi_layer_act(wi_tanh()) };
        wi_net_desc shape;
        wi_net net;
        layers[0].frozen = which & 1;
        layers[2].frozen = which >> 1 & 1;
        layers[3].frozen = which >> 2 & 1;
        memset(&shape, 0, sizeof shape);
        shape.inputs = shape.layer_count = 5;
        shape.layers = layers;
        CHECK_OK(wi_net_create(&net, &shape, NULL));
        wi_train_desc desc = run_desc(WI_LOSS_HALF_SQUARED, wi_sgd(0.1), 1, 32);
        desc.on_gradient = frozen_is_zero;
        CHECK_OK(wi_train(&net, &data, &desc, NULL, NULL));
        wi_net_destroy(&net);
    }
    wi_data_destroy(&data);
}

/* What was best after the first step of all is come back to. */
static void test_best_is_first(void)
{
    wi_data data, valid;
    wi_net net, once;
    wi_progress last;
    make_data(&data);
    make_data(&valid);
    for (size_t i = 0; i < valid.y.rows; i++)   /* of other classes: to learn is to do worse */
        for (size_t j = 0; j < 3; j++) valid.y.data[i * 3 + j] = data.y.data[i * 3 + (j + 1) % 3];
    wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_sgd(0.05), 0, 16);
    desc.steps = 1;
    dense_net(&once, 16, 0);
    CHECK_OK(wi_train(&once, &data, &desc, NULL, NULL));
    desc.steps = 20;
    desc.every = 1;
    desc.patience = 3;
    desc.valid = &valid;
    dense_net(&net, 16, 0);
    CHECK_OK(wi_train(&net, &data, &desc, &last, NULL));
    CHECK_EQ(last.step, 4);
    CHECK_BYTES(net.params, once.params, net.param_count * sizeof *net.params);
    wi_net_destroy(&net);
    wi_net_destroy(&once);
    wi_data_destroy(&data);
    wi_data_destroy(&valid);
}

/* Of one output right is what lies on the target's side: of one half if a value, of 0 if a logit. */
static void test_one_half(void)
{
    const wi_layer_desc layer = wi_layer_dense(1, wi_linear());
    wi_real x[1], y[1];
    wi_net_desc shape;
    wi_net net;
    wi_data data;
    memset(&shape, 0, sizeof shape);
    memset(&data, 0, sizeof data);
    shape.inputs = 1;
    shape.layers = &layer;
    shape.layer_count = 1;
    CHECK_OK(wi_net_create(&net, &shape, NULL));
    net.params[0] = 1;
    net.params[1] = 0;
    data.x = wi_mat_view(x, 1, 1);
    data.y = wi_mat_view(y, 1, 1);
    for (int k = 0; k < 4; k++) {
        wi_score score;
        x[0] = (wi_real)(k < 2 ? 0.505 : 0.495);
        y[0] = (wi_real)(k % 2);
        CHECK_OK(wi_evaluate(&net, &data, WI_LOSS_HALF_SQUARED, &score));
        CHECK_NEAR(score.accuracy, k == 1 || k == 2, 0);
        x[0] = (wi_real)(k < 2 ? 0.01 : -0.01);   /* a logit, and a target that is no whole number */
        y[0] = (wi_real)(k % 2 ? 0.505 : 0.495);
        CHECK_OK(wi_evaluate(&net, &data, WI_LOSS_BINARY_CROSS_ENTROPY, &score));
        CHECK_NEAR(score.accuracy, k == 1 || k == 2, 0);
    }
    wi_net_destroy(&net);
}

/* What a description leaves open: ten epochs of batches of 32, or of the largest that fits; a rate that
   decays with every epoch. A frozen layer may have nothing to keep. */
static void test_left_open(void)
{
    wi_data data;
    wi_net net;
    wi_progress last;
    wi_layer_desc layers[3] = {wi_layer_dense(6, wi_tanh()), wi_layer_dropout(0.1),
                               wi_layer_dense(3, wi_linear())};
    wi_net_desc shape;
    make_data(&data);
    memset(&shape, 0, sizeof shape);
    shape.inputs = 5;
    shape.layers = layers;
    shape.layer_count = 3;
    shape.max_batch = 40;
    layers[1].frozen = 1;
    CHECK_OK(wi_net_create(&net, &shape, NULL));
    wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_sgd(0.1), 0, 0);
    desc.rate_decay = 0.5;
    CHECK_OK(wi_train(&net, &data, &desc, &last, NULL));
    CHECK(last.epochs == 10 && last.step == 10 * ((SAMPLES + 31) / 32) && last.step == last.steps);
    CHECK_CLOSE(wi_train_rate(&desc, 7 * 3 + 2, 70, 7), 0.1 / 8, 1e-12);
    net.params[0] = (wi_real)NAN;   /* who fails says nothing of how far it came */
    last.step = 4321;
    CHECK_STATUS(wi_train(&net, &data, &desc, &last, NULL), WI_ERR_NUMERIC);
    CHECK_EQ(last.step, 4321);
    wi_net_destroy(&net);
    wi_data_destroy(&data);
}

static void test_on_gradient(void)
{
    wi_data data;
    wi_net halved, slow;
    wi_error error;
    wi_progress last;
    gradient_user user = {0, 1000, 1000, 0};
    make_data(&data);
    dense_net(&halved, 64, 1);
    dense_net(&slow, 64, 1);
    wi_real first = halved.params[0];
    wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_sgd(0.25), 2, 16);
    desc.on_gradient = halve;
    desc.user = &user;
    CHECK_OK(wi_train(&halved, &data, &desc, &last, NULL));
    CHECK_EQ(user.calls, 26);
    CHECK_CLOSE(last.grad_norm, user.norm, 1e-6);   /* measured after the call */
    CHECK_NEAR(halved.params[0], first, 0);
    desc.on_gradient = NULL;
    desc.opt.rate = 0.125;   /* half the gradient is half the rate */
    CHECK_OK(wi_train(&slow, &data, &desc, NULL, NULL));
    for (size_t i = 0; i < slow.param_count; i++) CHECK_NEAR(halved.params[i], slow.params[i], 1e-6);

    /* It stops the run with the parameters as they were; the run can go on from there. */
    wi_trainer trainer;
    memset(&user, 0, sizeof user);
    user.stop_at = 3;
    user.poison_at = 1000;
    desc.on_gradient = halve;
    CHECK_OK(wi_trainer_create(&trainer, &halved, &data, &desc, NULL));
    CHECK_OK(wi_trainer_run(&trainer, 3, NULL));
    wi_real *kept = (wi_real *)malloc(halved.param_count * sizeof *kept);
    memcpy(kept, halved.params, halved.param_count * sizeof *kept);
    CHECK_STATUS(wi_trainer_run(&trainer, 0, &error), WI_ERR_STOPPED);
    CHECK_TEXT(error.text, "stopped in step 4 (epoch 1), before its update: on_gradient returned 7, not 0");
    CHECK_BYTES(halved.params, kept, halved.param_count * sizeof *kept);
    CHECK_EQ(trainer.progress.step, 3);
    user.calls = 3;
    user.stop_at = 1000;
    CHECK_OK(wi_trainer_run(&trainer, 2, &error));
    CHECK_TEXT(error.text, "");
    CHECK_EQ(trainer.progress.step, 5);

    /* A gradient that is not finite is seen where it is measured, and moves nothing. */
    user.poison_at = 5;
    memcpy(kept, halved.params, halved.param_count * sizeof *kept);
    CHECK_STATUS(wi_trainer_run(&trainer, 1, &error), WI_ERR_NUMERIC);
    CHECK_CONTAINS(error.text, "step 6 (epoch 1): the loss is ");
    CHECK_CONTAINS(error.text, "layer 3 (dense) is the first with a gradient that is not finite");
    CHECK_BYTES(halved.params, kept, halved.param_count * sizeof *kept);
    free(kept);
    wi_trainer_destroy(&trainer);
    wi_net_destroy(&halved);
    wi_net_destroy(&slow);
    wi_data_destroy(&data);
}

/* Clipping to 1 leaves a gradient of norm 1 for what is trained, whatever a frozen layer's would be. */
static void test_frozen_does_not_count(void)
{
    wi_data data;
    wi_net net;
    wi_progress last;
    make_data(&data);
    dense_net(&net, 64, 1);
    for (size_t i = 0; i < data.x.rows * data.x.cols; i++) data.x.data[i] *= 50;
    for (size_t i = net.layers[1].param_first; i < net.param_count; i++) net.params[i] *= 8;
    size_t from = net.layers[1].param_first, count = net.param_count - from;
    wi_real *before = (wi_real *)malloc(count * sizeof *before);
    memcpy(before, net.params + from, count * sizeof *before);
    wi_train_desc desc = run_desc(WI_LOSS_HALF_SQUARED, wi_sgd(1), 1, 32);
    desc.steps = 1;
    desc.clip_norm = 1;
    CHECK_OK(wi_train(&net, &data, &desc, &last, NULL));
    CHECK(last.grad_norm > 1);
    double squares = 0;
    for (size_t i = 0; i < count; i++) squares += pow((double)net.params[from + i] - (double)before[i], 2);
    CHECK_CLOSE(sqrt(squares), 1, 1e-5);
    free(before);

    /* The same by hand. */
    for (size_t i = 0; i < net.param_count; i++) net.grads[i] = 2;
    double norm = 2 * sqrt((double)count);
    CHECK_CLOSE(wi_net_grad_norm(&net), norm, 1e-12);
    CHECK_CLOSE(wi_net_clip_grads(&net, 2 * norm), norm, 1e-12);
    CHECK_NEAR(net.grads[from], 2, 0);
    CHECK_CLOSE(wi_net_clip_grads(&net, 0.5), norm, 1e-12);
    CHECK_CLOSE(wi_net_grad_norm(&net), 0.5, 1e-6);
    net.grads[from] = (wi_real)INFINITY;
    CHECK(!(wi_net_clip_grads(&net, 0.5) < 1e300));
    CHECK(net.grads[from + 1] != 0);
    CHECK_NEAR(wi_net_grad_norm(NULL), NAN, 0);
    CHECK_NEAR(wi_train_rate(NULL, 0, 1, 1), NAN, 0);
    CHECK_NEAR(wi_train_rate(&desc, 0, 1, 0), NAN, 0);
    desc.schedule = WI_SCHEDULE_COSINE;   /* a loop that goes on past the end stays there */
    desc.warmup_steps = 0;
    CHECK_NEAR(wi_train_rate(&desc, 10, 10, 5), 0, 1e-16);
    CHECK_NEAR(wi_train_rate(&desc, 15, 10, 5), 0, 1e-16);
    wi_net_destroy(&net);
    wi_data_destroy(&data);
}

/* Class weights with smoothed labels, as PyTorch defines them: sum over classes of w_c t_c (-log p_c), t
   smoothed, divided by the sum of the weights of the true classes. */
static void test_class_weights(void)
{
    const double weights[3] = {1, 4, 0.5}, smooth = 0.2;
    wi_real x[8] = {1, 2, -1, 3, (wi_real)0.5, -2, 2, 2}, y[12] = {1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0};
    wi_data data;
    wi_net net;
    memset(&data, 0, sizeof data);
    data.x = wi_mat_view(x, 4, 2);
    data.y = wi_mat_view(y, 4, 3);
    wi_layer_desc layer = wi_layer_dense(3, wi_linear());
    wi_net_desc shape;
    memset(&shape, 0, sizeof shape);
    shape.inputs = 2;
    shape.layers = &layer;
    shape.layer_count = 1;
    shape.max_batch = 4;
    shape.seed = 5;
    CHECK_OK(wi_net_create(&net, &shape, NULL));
    double w[9], g[9] = {0}, total = 0, loss = 0;
    for (size_t i = 0; i < 9; i++) w[i] = (double)net.params[i];
    for (size_t i = 0; i < 4; i++)
        for (size_t j = 0; j < 3; j++) total += (double)y[3 * i + j] * weights[j];
    for (size_t i = 0; i < 4; i++) {
        double z[3], sum = 0, whole = 0, t[3];
        for (size_t j = 0; j < 3; j++) {
            z[j] = w[2 * j] * (double)x[2 * i] + w[2 * j + 1] * (double)x[2 * i + 1] + w[6 + j];
            sum += exp(z[j]);
            t[j] = weights[j] * ((1 - smooth) * (double)y[3 * i + j] + smooth / 3);
            whole += t[j];
        }
        for (size_t j = 0; j < 3; j++) {
            double p = exp(z[j]) / sum, d = (p * whole - t[j]) / total;
            loss -= t[j] * log(p) / total;
            g[2 * j] += d * (double)x[2 * i];
            g[2 * j + 1] += d * (double)x[2 * i + 1];
            g[6 + j] += d;
        }
    }
    wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_sgd(0.1), 1, 4);
    wi_progress last;
    desc.class_weights = weights;
    desc.label_smoothing = smooth;
    CHECK_OK(wi_train(&net, &data, &desc, &last, NULL));
    CHECK_CLOSE(last.loss, loss, 1e-6);
    for (size_t i = 0; i < 9; i++) CHECK_NEAR(net.params[i], w[i] - 0.1 * g[i], 1e-6);
    wi_net_destroy(&net);
}

/* A single output stands for two classes: smoothed, 0 and 1 come to s / 2 and 1 - s / 2. Class weights have
   nothing to weigh there. */
static void test_single_output(void)
{
    const wi_layer_desc layer = wi_layer_dense(1, wi_linear());
    const double weight = 2;
    wi_data data;
    wi_net_desc shape;
    wi_net net;
    wi_progress last;
    wi_error error;
    double loss = 0;
    memset(&shape, 0, sizeof shape);
    shape.inputs = 2;
    shape.layers = &layer;
    shape.layer_count = 1;
    CHECK_OK(wi_data_xor(&data));
    CHECK_OK(wi_net_create(&net, &shape, NULL));
    for (size_t i = 0; i < 4; i++) {
        const wi_real *x = wi_mat_at(data.x, i, 0);
        double z = (double)net.params[0] * (double)x[0] + (double)net.params[1] * (double)x[1];
        double t = (double)*wi_mat_at(data.y, i, 0) > 0.5 ? 0.9 : 0.1;
        loss += log(1 + exp(z)) / 4 - t * z / 4;
    }
    wi_train_desc desc = run_desc(WI_LOSS_BINARY_CROSS_ENTROPY, wi_sgd(0.1), 1, 4);
    desc.label_smoothing = 0.2;
    CHECK_OK(wi_train(&net, &data, &desc, &last, NULL));
    CHECK_CLOSE(last.loss, loss, 1e-6);
    desc.class_weights = &weight;
    CHECK_STATUS(wi_train(&net, &data, &desc, NULL, &error), WI_ERR_ARG);
    CHECK_CONTAINS(error.text, "class_weights: a single output is one class");
    wi_net_destroy(&net);
    wi_data_destroy(&data);
}

/* One value a channel has no variance: refused where every step would be so, left out where only the last
   would. */
static void test_lone_sample(void)
{
    wi_data data, part;
    wi_net net;
    wi_error error;
    wi_progress last;
    make_data(&data);
    make_net(&net, 5, 3, 1);
    wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_sgd(0.1), 2, 1);
    CHECK_STATUS(wi_train(&net, &data, &desc, NULL, &error), WI_ERR_SHAPE);
    CHECK_CONTAINS(error.text, "batch norm cannot be trained on one sample a step");
    part = data;
    part.x.rows = part.y.rows = 33;
    desc.batch = 16;
    CHECK_OK(wi_train(&net, &part, &desc, &last, &error));
    CHECK_EQ(last.steps, 4);
    part.x.rows = part.y.rows = 34;
    CHECK_OK(wi_train(&net, &part, &desc, &last, &error));
    CHECK_EQ(last.steps, 6);
    part.x.rows = part.y.rows = 1;
    CHECK_STATUS(wi_train(&net, &part, &desc, NULL, &error), WI_ERR_SHAPE);
    wi_net_destroy(&net);
    dense_net(&net, 64, 0);   /* without a norm, a lone sample is a sample */
    part.x.rows = part.y.rows = 33;
    CHECK_OK(wi_train(&net, &part, &desc, &last, &error));
    CHECK_EQ(last.steps, 6);
    wi_net_destroy(&net);
    wi_data_destroy(&data);
}

static void test_scores(void)
{
    wi_real x[4] = {0, 1, 2, 3}, y[4] = {(wi_real)1.5, 3, 5, 7}, yes[4] = {0, 0, 1, 1};
    wi_data data;
    wi_net net;
    wi_score score;
    memset(&data, 0, sizeof data);
    data.x = wi_mat_view(x, 4, 1);
    data.y = wi_mat_view(y, 4, 1);
    wi_layer_desc layer = wi_layer_dense(1, wi_linear());
    wi_net_desc shape;
    memset(&shape, 0, sizeof shape);
    shape.inputs = 1;
    shape.layers = &layer;
    shape.layer_count = 1;
    shape.max_batch = 3;
    CHECK_OK(wi_net_create(&net, &shape, NULL));
    net.params[0] = 2;
    net.params[1] = 1;
    CHECK_OK(wi_evaluate(&net, &data, WI_LOSS_HALF_SQUARED, &score));
    CHECK_NEAR(score.loss, 0.25 / 8, 1e-7);
    CHECK_NEAR(score.accuracy, NAN, 0);
    CHECK_NEAR(score.mae, 0.125, 1e-7);
    double mean = 16.5 / 4, spread = 0;
    for (size_t i = 0; i < 4; i++) spread += pow((double)y[i] - mean, 2);
    CHECK_NEAR(score.r2, 1 - 0.25 / spread, 1e-7);
    /* off by more than the root of the largest float */
    wi_real wide[4] = {(wi_real)1e25, (wi_real)-1e25, (wi_real)2e25, (wi_real)-2e25};
    data.y = wi_mat_view(wide, 4, 1);
    CHECK_OK(wi_evaluate(&net, &data, WI_LOSS_HALF_SQUARED, &score));
    CHECK_CLOSE(score.mae, 1.5e25, 1e-6);
    CHECK_NEAR(score.r2, 0, 1e-6);
    data.y = wi_mat_view(yes, 4, 1);
    net.params[0] = 1;
    net.params[1] = (wi_real)-1.2;
    CHECK_OK(wi_evaluate(&net, &data, WI_LOSS_HALF_SQUARED, &score));
    CHECK_NEAR(score.accuracy, 1, 0);
    CHECK_OK(wi_evaluate(&net, &data, WI_LOSS_BINARY_CROSS_ENTROPY, &score));
    CHECK_NEAR(score.accuracy, 1, 0);
    CHECK_NEAR(score.r2, NAN, 0);
    CHECK_NEAR(score.mae, NAN, 0);
    data.x.rows = 3;
    CHECK_STATUS(wi_evaluate(&net, &data, WI_LOSS_HALF_SQUARED, &score), WI_ERR_SHAPE);
    CHECK_TEXT(net.error.text, "wi_evaluate: x is 3 x 1, y has 4 rows");
    data.x.rows = 4;
    CHECK_OK(wi_evaluate(&net, &data, WI_LOSS_HALF_SQUARED, &score));
    CHECK_TEXT(net.error.text, "");
    wi_net_destroy(&net);

    /* A row of NaN is right in no class, the first one included. */
    wi_real classes[8] = {1, 0, 1, 0, 1, 0, 1, 0};
    for (size_t outputs = 1; outputs <= 2; outputs++) {
        layer.units = outputs;
        CHECK_OK(wi_net_create(&net, &shape, NULL));
        data.x.data[1] = (wi_real)NAN;
        data.y = outputs == 1 ? wi_mat_view(yes, 4, 1) : wi_mat_view(classes, 4, 2);
        for (size_t i = 0; i < net.param_count; i++) net.params[i] = 0;
        net.layers[0].b.data[0] = (wi_real)(outputs == 1 ? -1 : 1);
        CHECK_OK(wi_evaluate(&net, &data, outputs == 1 ? WI_LOSS_BINARY_CROSS_ENTROPY
                                                       : WI_LOSS_SOFTMAX_CROSS_ENTROPY, &score));
        CHECK_NEAR(score.accuracy, outputs == 1 ? 0.25 : 0.75, 0);   /* 0 NaN is NaN */
        CHECK_NEAR(score.loss, NAN, 0);
        wi_net_destroy(&net);
    }
}

/* A rate of 0 is the kind's default rate, whoever is asked. */
static void test_rate_0(void)
{
    const wi_opt_desc zero[4] = {wi_sgd(0), wi_momentum(0, 0.9), wi_rmsprop(0), wi_adam(0)};
    const wi_opt_desc same[4] = {wi_sgd(0.01), wi_momentum(0.01, 0.9), wi_rmsprop(0.001), wi_adam(0.001)};
    wi_data data;
    make_data(&data);
    for (size_t k = 0; k < WI_COUNT(zero); k++) {
        wi_net a, b;
        wi_progress last;
        make_net(&a, 5, 3, 1);
        make_net(&b, 5, 3, 1);
        wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, zero[k], 1, 16);
        CHECK_OK(wi_train(&a, &data, &desc, &last, NULL));
        CHECK_NEAR(last.rate, same[k].rate, 0);
        desc.opt = same[k];
        CHECK_OK(wi_train(&b, &data, &desc, NULL, NULL));
        CHECK_BYTES(a.params, b.params, a.param_count * sizeof(wi_real));
        wi_net_destroy(&a);
        wi_net_destroy(&b);
    }
    wi_data_destroy(&data);
}

static int far_away(const wi_progress *progress, void *user)
{
    (void)user;
    CHECK(progress->seconds_left >= 0);
    return progress->step > 0;
}

/* A run until somebody stops it has time left. */
static void test_without_end(void)
{
    wi_data data;
    wi_net net;
    make_data(&data);
    dense_net(&net, 8, 0);
    wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_sgd(0.5), 0, 8);
    desc.steps = SIZE_MAX;
    desc.every = 300;
    desc.on_report = far_away;
    CHECK_STATUS(wi_train(&net, &data, &desc, NULL, NULL), WI_ERR_STOPPED);
    wi_net_destroy(&net);
    wi_data_destroy(&data);
}

/* Whoever looks in the middle sees the loss of the steps so far. */
typedef struct clock_user { double wait, seconds; size_t calls; time_t began; } clock_user;

/* Each call but the first finds that as much time has gone by as the one before it took at least; the second
   takes until the next full second has begun. */
static int waits(wi_net *net, const wi_progress *progress, void *user)
{
    clock_user *u = (clock_user *)user;
    (void)net;
    CHECK(progress->seconds_left >= 0);
    CHECK(progress->seconds <= difftime(time(NULL), u->began) + 2);
#ifdef TIME_UTC   /* without the clock of C11 time goes by whole seconds */
    struct timespec begin, now;
    if (u->calls > 0) CHECK(progress->seconds > u->seconds + u->wait);
    timespec_get(&begin, TIME_UTC);
    do timespec_get(&now, TIME_UTC);
    while ((double)(now.tv_sec - begin.tv_sec) + 1e-9 * (double)(now.tv_nsec - begin.tv_nsec) < 2 * u->wait
           || (u->calls == 1 && now.tv_sec == begin.tv_sec));
#endif
    u->seconds = progress->seconds;
    u->calls++;
    return 0;
}

/* Who looks at a gradient sees the time of now, not that of the last report. */
static void test_clock(void)
{
    wi_data data;
    wi_net net;
    clock_user user = {0.002, 0, 0, time(NULL)};
    make_data(&data);
    dense_net(&net, 64, 0);
    wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_sgd(0.1), 1, 16);
    desc.on_gradient = waits;
    desc.user = &user;
    CHECK_OK(wi_train(&net, &data, &desc, NULL, NULL));
    CHECK(user.calls > 3);
    wi_net_destroy(&net);
    wi_data_destroy(&data);
}

static void test_progress_is_live(void)
{
    wi_data data;
    wi_net net;
    wi_trainer trainer;
    make_data(&data);
    dense_net(&net, 64, 0);
    wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_sgd(0.1), 4, 16);
    CHECK_OK(wi_trainer_create(&trainer, &net, &data, &desc, NULL));
    CHECK_NEAR(trainer.progress.loss, NAN, 0);
    CHECK_OK(wi_trainer_run(&trainer, 1, NULL));
    double first = trainer.progress.loss;
    CHECK(first > 0 && trainer.progress.grad_norm > 0);
    CHECK_OK(wi_trainer_run(&trainer, 1, NULL));
    CHECK_NEAR(trainer.progress.loss, trainer.loss_sum / 2, 1e-15);
    CHECK(trainer.progress.loss != first);

    /* A run that took a minute so far goes on from there, and will take as long a step. */
    wi_progress *progress = &trainer.progress;
    progress->seconds = 60;
    CHECK_OK(wi_trainer_run(&trainer, 1, NULL));
    CHECK(progress->seconds >= 60 && progress->seconds < 90);
    CHECK_NEAR(progress->seconds_left, progress->seconds / 3 * (double)(progress->steps - 3), 1e-9);
    wi_trainer_destroy(&trainer);
    wi_net_destroy(&net);
    wi_data_destroy(&data);
}

#ifdef _OPENMP
static int see_thread(const wi_progress *progress, void *user)
{
    (void)progress;
    *(int *)user += omp_get_thread_num() == 0;
    return 0;
}

static int see_gradient(wi_net *net, const wi_progress *progress, void *user)
{
    (void)net;
    return see_thread(progress, user);
}

/* Products of 4 million multiply-adds, and 63,000 weights: shared out wherever there are threads. */
static void wide_net(wi_net *net)
{
    const wi_layer_desc layers[2] = { wi_layer_dense(300, wi_tanh()), wi_layer_dense(10, wi_linear()) };
    wi_net_desc shape;
    memset(&shape, 0, sizeof shape);
    shape.inputs = 200;
    shape.layers = layers;
    shape.layer_count = WI_COUNT(layers);
    shape.max_batch = 64;
    CHECK_OK(wi_net_create(net, &shape, NULL));
}

/* Two epochs; who called is called back. */
static void run_wide(wi_net *net, const wi_data *data, wi_score *score)
{
    wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_adam(0.01), 2, 64);
    int calls = 0;
    desc.clip_norm = 0.5;
    desc.on_gradient = see_gradient;
    desc.on_report = see_thread;
    desc.user = &calls;
    wide_net(net);
    CHECK_OK(wi_train(net, data, &desc, NULL, NULL));
    CHECK_EQ(calls, 10 + 3);
    CHECK_OK(wi_evaluate(net, data, desc.loss, score));
}

static int go_through(wi_net *net, const wi_data *data)
{
    size_t rows = data->x.rows < 64 ? data->x.rows : 64;
    wi_mat x = wi_mat_rows(data->x, 0, rows), y;
    if (wi_net_forward(net, x, WI_TRAIN, &y) != WI_OK) return 0;
    return wi_net_backward(net, x, wi_mat_rows(data->y, 0, rows)) == WI_OK;
}

/* Convolutions of 20 and 29 million, of which the last has groups and hands a gradient on, behind one of a
   single tap, which leaves threads without work; and a pool. */
static void image_net(wi_net *net)
{
    wi_layer_desc layers[5] = { wi_layer_conv2d(2, 1, wi_linear()), wi_layer_conv2d(32, 7, wi_tanh()),
                                wi_layer_conv2d(32, 3, wi_relu()), wi_layer_max_pool(2),
                                wi_layer_dense(10, wi_linear()) };
    wi_net_desc shape;
    memset(&shape, 0, sizeof shape);
    layers[1].padding = 3;
    layers[2].padding = 1;
    layers[2].groups = 2;
    shape.channels = 1;
    shape.height = shape.width = 10;
    shape.layers = layers;
    shape.layer_count = WI_COUNT(layers);
    shape.max_batch = 64;
    CHECK_OK(wi_net_create(net, &shape, NULL));
}

/* Forward and backward on one thread, on three, where their scratch finds no memory, and in a region. */
static void test_threads_convolve(void)
{
    wi_net net[4];
    wi_data data;
    wi_rng rng = wi_rng_make(5);
    int before = omp_get_max_threads();
    CHECK_OK(wi_data_blobs(&data, 64, 100, 10, 1, &rng));
    for (int i = 0; i < 4; i++) image_net(&net[i]);
    omp_set_num_threads(1);
    CHECK(go_through(&net[0], &data));
    omp_set_num_threads(3);
    CHECK(go_through(&net[1], &data));
    fail_alloc_start(0);
    CHECK(go_through(&net[2], &data));
    CHECK_EQ(fail_alloc_stop(), 2);   /* once a way: both are of one run */
#pragma omp parallel
#pragma omp master
    CHECK(go_through(&net[3], &data));
    for (int i = 1; i < 4; i++)
        CHECK_BYTES(net[i].grads, net[0].grads, net[0].param_count * sizeof(wi_real));
    for (int i = 0; i < 4; i++) wi_net_destroy(&net[i]);
    wi_data_destroy(&data);
    omp_set_num_threads(before);
}

/* Threads of the program's own, each with a network of its own: what one alone gets. */
static void test_own_threads(void)
{
    wi_net net[4];
    wi_data data;
    wi_rng rng = wi_rng_make(5);
    CHECK_OK(wi_data_blobs(&data, 64, 100, 10, 1, &rng));
    for (int i = 0; i < 4; i++) image_net(&net[i]);
    data.x.rows = data.y.rows = 4;   /* too few to be shared out again */
    CHECK(go_through(&net[0], &data));
    int ways[4] = {1, 0, 0, 0};
#pragma omp parallel for num_threads(3) schedule(static, 1)
    for (int i = 1; i < 4; i++) ways[i] = go_through(&net[i], &data);
    for (int i = 0; i < 4; i++) {
        CHECK(ways[i]);
        CHECK_BYTES(net[i].grads, net[0].grads, net[0].param_count * sizeof(wi_real));
        wi_net_destroy(&net[i]);
    }
    wi_data_destroy(&data);
}

/* One thread, three, one of three of the user's; then three that each have a network: the same bits. */
static void test_threads(void)
{
    wi_net net[8];
    wi_score score[4];
    wi_data data;
    wi_rng rng = wi_rng_make(4);
    int before = omp_get_max_threads(), went[7];
    CHECK_OK(wi_data_blobs(&data, 320, 200, 10, 1, &rng));
    omp_set_num_threads(1);
    run_wide(&net[0], &data, &score[0]);
    omp_set_num_threads(3);
    run_wide(&net[1], &data, &score[1]);
#pragma omp parallel
#pragma omp master
    run_wide(&net[2], &data, &score[2]);
#pragma omp parallel
#pragma omp master
#pragma omp task final(1) if(0)
    run_wide(&net[7], &data, &score[3]);   /* as the steps of a run are where threads do not pay */
    CHECK_BYTES(net[7].params, net[0].params, net[0].param_count * sizeof(wi_real));
    CHECK_BYTES(&score[3], &score[0], sizeof score[0]);
    for (int i = 1; i < 3; i++) {
        CHECK_BYTES(net[i].params, net[0].params, net[0].param_count * sizeof(wi_real));
        CHECK_BYTES(&score[i], &score[0], sizeof score[0]);
    }
    for (int i = 3; i < 7; i++) wide_net(&net[i]);
    went[3] = go_through(&net[3], &data);
#pragma omp parallel for schedule(static, 1)
    for (int i = 4; i < 7; i++) went[i] = go_through(&net[i], &data);
    for (int i = 3; i < 7; i++) {
        CHECK(went[i]);
        CHECK_BYTES(net[i].grads, net[3].grads, net[3].param_count * sizeof(wi_real));
    }
    for (int i = 0; i < 8; i++) wi_net_destroy(&net[i]);
    wi_data_destroy(&data);
    omp_set_num_threads(before);
}

/* What a plan is said to be, by one thread and by three, of which each run of the look is a region. */
static void test_threads_look(void)
{
    wi_train_desc desc = run_desc(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_adam(0.01), 60, 64);
    wi_check seen[3];
    wi_net net;
    wi_data data;
    wi_rng rng = wi_rng_make(4);
    int before = omp_get_max_threads();
    CHECK_OK(wi_data_blobs(&data, 320, 200, 10, 1, &rng));
    wide_net(&net);
    for (int i = 0; i < 2; i++) {
        omp_set_num_threads(i ? 3 : 1);
        CHECK_OK(wi_train_check(&net, &data, &desc, 60, &seen[i], NULL));
    }
#pragma omp parallel num_threads(2)
#pragma omp single
    CHECK_OK(wi_train_check(&net, &data, &desc, 60, &seen[2], NULL));   /* among threads of the caller's */
    for (int i = 1; i < 3; i++) {
        CHECK(seen[0].probability == seen[i].probability && seen[0].rate == seen[i].rate);
        CHECK(seen[0].reached_loss == seen[i].reached_loss && seen[0].trial_steps == seen[i].trial_steps);
        CHECK_CONTAINS(seen[i].diagnosis.evidence, seen[0].diagnosis.evidence);
    }
    wi_net_destroy(&net);
    wi_data_destroy(&data);
    omp_set_num_threads(before);
}

/* Rounds go alone where the process lacks a core and a round alone takes less, and for a while only. */
static void test_pace(void)
{
    double s[2] = {0, 0}, none[2] = {0, 0}, slow[2] = {0.05, 0}, quick[2] = {0.2, 0}, known[2] = {0.05, 0.08};
    CHECK_EQ(inside_pace(s, 0, 0, 0.001, 0), 0);   /* too short to judge */
    CHECK(s[0] == 0);
    CHECK_EQ(inside_pace(s, 0, 0, 1, 1), 0);       /* all of its one core */
    CHECK(s[0] > 0.0999 && s[0] < 0.11 && s[1] == 0);
    CHECK_EQ(inside_pace(none, 0, 0, 1, 0.5), 1);  /* not all: a trial */
    CHECK_EQ(inside_pace(none, 0, 62, 1, 1), 0);
    CHECK_EQ(inside_pace(none, 0, 63, 1, 1), 1);   /* one of 64 stretches is a trial in any case */
    CHECK_EQ(inside_pace(slow, 1, 0, 1, 0), 0);    /* alone a round takes twice as long */
    CHECK(slow[0] == 0.05 && slow[1] > 0.0999);
    CHECK_EQ(inside_pace(quick, 1, 0, 1, 0), 2);   /* half as long */
    CHECK_EQ(inside_pace(quick, 2, 0, 0.1, 0), 2);
    CHECK_EQ(inside_pace(quick, 2, 0, 0.3, 0), 0); /* back, to see */
    CHECK_EQ(inside_pace(known, 0, 0, 1, 1), 1);   /* slower now than one alone was: a trial */
    CHECK_EQ(inside_pace(known, 0, 0, 0.6, 0), 0); /* quicker: no matter who lacks what */
}
#endif

int main(void)
{
#ifdef _OPENMP
    test_threads();
    test_threads_convolve();
    test_own_threads();
    test_pace();
    test_threads_look();
#endif
    test_options_of_one();
    test_decay_spares();
    test_gradients_begin_at_zero();
    test_lost_targets();
    test_whole_batches();
    test_sides();
    test_against_plain_loop();
    test_plain_loop_clips();
    test_clips_gradients_only();
    test_accumulated_gradients();
    test_ways_of_a_step();
    test_reported_mean();
    test_loss_of_a_step();
    test_frozen_stays();
    test_frozen_gradients();
    test_best_is_first();
    test_one_half();
    test_left_open();
    test_on_gradient();
    test_frozen_does_not_count();
    test_class_weights();
    test_single_output();
    test_lone_sample();
    test_scores();
    test_rate_0();
    test_progress_is_live();
    test_clock();
    test_learns();
    test_xor();
    test_resumes_to_the_bit();
    test_looking_changes_nothing();
    test_schedules_and_reports();
    test_one_step();
    test_frozen_and_own_rates();
    test_early_stopping();
    test_no_targets();
    test_same_chance();
    test_pretraining();
    test_numeric();
    test_one_sample_overflows();
    test_squares_too_large();
    test_running_variance();
    test_running_numbers();
    test_failed_progress();
    test_nothing_behind();
    test_validation();
    test_without_end();
    test_errors();
    test_nothing_to_train();
    return check_done();
}
