/* 42_myths.c
   title:    Myths
   question: What of all that is said about weight initialisation is true?
   level:    2
   claims:   C1 C2 C3 C4 C5 C6 C7 C8 C9 C10 C11 C12 C13 C14 C15 C16 C17 C18 C19 C20 C21 C22 C23 C24 C25 C26
             C27 C28 C29 C30
   figure:   none
   shows:    thirty statements from four articles on the subject; for each one a small experiment, what it
             measured, and a verdict

   Longer than the other programs, for it has thirty experiments in it; each is a few lines and stands alone.
   The other tutorials look at the same questions one by one, with figures. What is trained is trained with
   five seeds, and printed as their mean and, in brackets, the least and the greatest. It ends with success
   only if every experiment still gives the verdict stated here.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "digits.h"
#include "terminal.h"
#include <math.h>

enum { N = 64, LAYERS = 10, SAMPLES = 100, SEEDS = 5 };

/* digits: 1,500, 297, and 100 of the 1,500; four clouds in the plane */
static wi_data train, test, few, blobs;
static char evidence[200];                      /* the sentence of the latest experiment */

/* ---- Tools: results of several seeds, a deep random network, a training run --- */

typedef struct { size_t count; double value[3 * SEEDS], mean, std, low, high; } runs;

static void add(runs *r, double value)
{
    double sum = 0.0, squares = 0.0;

    r->value[r->count++] = value;
    for (size_t i = 0; i < r->count; i++) sum += r->value[i];
    r->mean = sum / (double)r->count;
    for (size_t i = 0; i < r->count; i++) squares += pow(r->value[i] - r->mean, 2.0);
    r->std = r->count > 1 ? sqrt(squares / (double)(r->count - 1)) : 0.0;
    r->low = r->count > 1 ? fmin(r->low, value) : value;
    r->high = r->count > 1 ? fmax(r->high, value) : value;
}

/* "94.9 (93.6-95.6)", to so many digits. The texts of the latest eight stay. */
static const char *shown(runs r, int digits)
{
    static char text[8][40];
    static int next;
    char *here = text[next++ % 8], low[12], high[12];

    sprintf(low, "%.*f", digits, r.low);
    sprintf(high, "%.*f", digits, r.high);
    if (strcmp(low, high) == 0) sprintf(here, "%s", low);
    else sprintf(here, "%.*f (%s-%s)", digits, r.mean, low, high);
    return here;
}

/* Is the difference of the means less than what another seed makes? */
static int alike(runs a, runs b) { return fabs(a.mean - b.mean) < fmax(a.std, b.std); }

/* Is the difference, seed by seed, more than twice its standard error? */
static int beats(runs a, runs b)
{
    runs gain = { 0 };

    for (size_t i = 0; i < a.count; i++) add(&gain, a.value[i] - b.value[i]);
    return gain.mean > 2.0 * gain.std / sqrt((double)gain.count);
}

/* Root mean square of the last of `depth` layers' outputs for N(0,1) inputs; *gradient: first layer's against
   the last. */
static double deep_signal(wi_act act, wi_recipe recipe, size_t depth, double *gradient)
{
    static wi_real x[SAMPLES * N], dy[SAMPLES * N];
    wi_layer_desc layers[32];
    wi_net_desc shape = { .inputs = N, .layers = layers, .layer_count = depth, .max_batch = SAMPLES };
    wi_rng rng = wi_rng_make(1);
    double size;
    wi_net net;

    for (size_t l = 0; l < depth; l++) layers[l] = wi_layer_dense(N, act);
    if (wi_net_create(&net, &shape, NULL) != WI_OK) return HUGE_VAL;
    (void)wi_net_init_all(&net, recipe, wi_zeros(), 3);
    (void)wi_fill(x, wi_dense(N, SAMPLES), wi_normal(0.0, 1.0), &rng);
    (void)wi_fill(dy, wi_dense(N, SAMPLES), wi_normal(0.0, 1.0), &rng);
    (void)wi_net_forward(&net, wi_mat_view(x, SAMPLES, N), WI_EVAL, NULL);
    (void)wi_net_backward(&net, wi_mat_view(x, SAMPLES, N), wi_mat_view(dy, SAMPLES, N));
    size = wi_stats_of(net.layers[depth - 1].post.data, SAMPLES * N).rms;
    if (gradient != NULL)
        *gradient = wi_stats_of(net.layers[0].dpre.data, SAMPLES * N).rms /
            wi_stats_of(net.layers[depth - 1].dpre.data, SAMPLES * N).rms;
    wi_net_destroy(&net);
    return size;
}

/* Create a network for some data. */
static int create(wi_net *net, const wi_layer_desc *layers, size_t count, const wi_data *data, uint64_t seed)
{
    wi_net_desc shape = { .layers = layers, .layer_count = count, .max_batch = 500, .seed = seed };

    if (data->x.cols == 64) shape.channels = 1, shape.height = shape.width = 8;
    else shape.inputs = data->x.cols;
    return wi_net_create(net, &shape, NULL) == WI_OK;
}

/* Train for some steps. */
static wi_score learn(wi_net *net, const wi_data *data, const wi_data *judge, wi_opt_desc opt, size_t steps,
                      uint64_t seed)
{
    wi_train_desc how = {
        .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY, .opt = opt, .steps = steps, .batch = 25, .seed = seed
    };
    wi_score score = { 0 };

    (void)wi_train(net, data, &how, NULL, NULL);
    (void)wi_evaluate(net, judge, how.loss, &score);
    return score;
}

/* The same for a network of two hidden layers that is made for the purpose. */
static wi_score try_out(wi_act act, wi_recipe weights, wi_recipe bias, const wi_data *data,
                        const wi_data *judge, size_t steps, uint64_t seed)
{
    const wi_layer_desc layers[] = { wi_layer_dense(32, act), wi_layer_dense(32, act),
                                     wi_layer_dense(data->y.cols, wi_linear()) };
    wi_score score = { .loss = HUGE_VAL };
    wi_net net;

    if (!create(&net, layers, 3, data, seed)) return score;
    (void)wi_net_init_all(&net, weights, bias, seed);
    score = learn(&net, data, judge, wi_sgd(0.1), steps, seed);
    wi_net_destroy(&net);
    return score;
}

/* Its accuracy for five seeds, in per cent. */
static runs try_five(wi_act act, wi_recipe weights, const wi_data *data, const wi_data *judge, size_t steps)
{
    runs accuracy = { 0 };

    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        add(&accuracy, 100.0 * try_out(act, weights, wi_zeros(), data, judge, steps, seed).accuracy);
    return accuracy;
}

/* ---- The experiments: each returns whether it came out as expected ---------------- */

static runs distinct_after_training(wi_recipe weights)
{
    const wi_layer_desc layers[] = { wi_layer_dense(8, wi_tanh()), wi_layer_dense(4, wi_linear()) };
    runs distinct = { 0 };

    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        wi_probe probes[2];
        wi_net net;

        if (!create(&net, layers, 2, &blobs, seed)) break;
        (void)wi_net_init_all(&net, weights, wi_zeros(), seed);
        learn(&net, &blobs, &blobs, wi_sgd(0.3), 200, seed);
        (void)wi_net_probe(&net, blobs.x, blobs.y, WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes);
        add(&distinct, (double)probes[0].distinct_units);
        wi_net_destroy(&net);
    }
    return distinct;
}

static int c1(void)
{
    runs zero = distinct_after_training(wi_zeros()), same = distinct_after_training(wi_constant(0.5));
    runs drawn = distinct_after_training(wi_xavier_normal());

    sprintf(evidence, "distinct hidden units of 8 after training: zero %s, constant %s, random %s",
            shown(zero, 0), shown(same, 0), shown(drawn, 0));
    return zero.high < 1.5 && same.high < 1.5 && drawn.low > 7.5;
}

static int c2(void)
{
    runs zero = try_five(wi_relu(), wi_zeros(), &train, &test, 200),
         he = try_five(wi_relu(), wi_he_normal(), &train, &test, 200);

    sprintf(evidence, "digits after 200 steps: zero %s %%, He %s %%; not one parameter fewer", shown(zero, 0),
            shown(he, 0));
    return zero.high < 20.0 && he.low > 80.0;
}

static int c3(void)
{
    runs with = { 0 }, without = { 0 };

    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        add(&without, try_out(wi_relu(), wi_he_normal(), wi_zeros(), &blobs, &blobs, 60, seed).loss);
        add(&with, try_out(wi_relu(), wi_he_normal(), wi_constant(0.01), &blobs, &blobs, 60, seed).loss);
    }
    sprintf(evidence, "loss without a bias %s, with one of 0.01 %s", shown(without, 3), shown(with, 3));
    return alike(with, without);
}

static double sigmoid_loss(double scale, double bias, uint64_t seed)
{
    static wi_real x[24], y[8];
    const wi_layer_desc layers[] = { wi_layer_dense(4, wi_sigmoid()), wi_layer_dense(1, wi_linear()) };
    wi_train_desc how = {
        .loss = WI_LOSS_BINARY_CROSS_ENTROPY, .opt = wi_sgd(0.3), .steps = 120, .batch = 8, .seed = seed
    };
    wi_data bits;
    wi_score score;
    wi_net net;

    /* the majority of three bits */
    for (size_t i = 0; i < 24; i++) x[i] = (i / 3 >> i % 3 & 1) ? 1 : -1;
    for (size_t i = 0; i < 8; i++) y[i] = x[3 * i] + x[3 * i + 1] + x[3 * i + 2] > 0;
    memset(&bits, 0, sizeof bits);
    bits.x = wi_mat_view(x, 8, 3);
    bits.y = wi_mat_view(y, 8, 1);
    if (!create(&net, layers, 2, &bits, 1)) return HUGE_VAL;
    (void)wi_net_init_all(&net, wi_gained(wi_xavier_normal(), scale), wi_constant(bias), seed);
    (void)wi_train(&net, &bits, &how, NULL, NULL);
    (void)wi_evaluate(&net, &bits, how.loss, &score);
    wi_net_destroy(&net);
    return score.loss;
}

static int c4(void)
{
    runs tiny = { 0 }, biased = { 0 }, scaled = { 0 };

    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        add(&tiny, sigmoid_loss(0.02, 0.0, seed));
        add(&biased, sigmoid_loss(0.02, 0.01, seed));
        add(&scaled, sigmoid_loss(1.0, 0.0, seed));
    }
    sprintf(evidence, "loss after 120 steps: tiny weights %s, with a bias %s, with Xavier's scale %s",
            shown(tiny, 2), shown(biased, 2), shown(scaled, 2));
    return fabs(tiny.mean - biased.mean) < 0.05 && scaled.high < 0.7 * tiny.low;
}

static int c5(void)
{
    static wi_real x[400], y[200];
    wi_layer_desc layer = wi_layer_dense(1, wi_linear());
    wi_rng rng = wi_rng_make(5);
    runs accuracy[2] = { { 0 }, { 0 } };
    wi_data clouds;

    for (size_t i = 0; i < 400; i++) x[i] = (wi_real)(1.0 + (double)(i / 2 % 2) + 0.25 * wi_rng_normal(&rng));
    for (size_t i = 0; i < 200; i++) y[i] = (wi_real)(i % 2);
    memset(&clouds, 0, sizeof clouds);
    clouds.x = wi_mat_view(x, 200, 2);
    clouds.y = wi_mat_view(y, 200, 1);
    for (uint64_t run = 0; run < 2 * SEEDS; run++) {
        wi_train_desc how = { .loss = WI_LOSS_BINARY_CROSS_ENTROPY,
                              .opt = wi_sgd(0.1),
                              .steps = 1000,
                              .batch = 20,
                              .seed = 1 + run / 2 };
        int biased = (int)(run % 2);
        wi_trainer trainer;
        wi_score score;
        wi_net net;

        if (!create(&net, &layer, 1, &clouds, how.seed) ||
            wi_trainer_create(&trainer, &net, &clouds, &how, NULL) != WI_OK)
            return 0;
        for (int step = 0; step < 1000; step++) {
            (void)wi_trainer_run(&trainer, 1, NULL);
            if (!biased) net.layers[0].b.data[0] = 0;
        }
        (void)wi_evaluate(&net, &clouds, how.loss, &score);
        add(&accuracy[biased], 100.0 * score.accuracy);
        wi_trainer_destroy(&trainer);
        wi_net_destroy(&net);
    }
    sprintf(evidence, "clouds parted by x + y = 3: without a bias %s %%, with one %s %%",
            shown(accuracy[0], 0), shown(accuracy[1], 0));
    return accuracy[0].high < 90.0 && accuracy[1].low > 97.0;
}

static int c6(void)
{
    double small, large, relu, size = deep_signal(wi_tanh(), wi_normal(0.0, 1.0), LAYERS, &large);

    deep_signal(wi_tanh(), wi_normal(0.0, 0.01), LAYERS, &small);
    deep_signal(wi_relu(), wi_normal(0.0, 1.0), LAYERS, &relu);
    sprintf(evidence, "tanh, N(0,1): outputs %.2f (saturated), but the gradient grows %.0e-fold; ReLU %.0e",
            size, large, relu);
    return size > 0.9 && large > 10.0 && relu > 1e3 && small < 1e-3;
}

static int c7(void)
{
    static wi_real raw[400 * 2];
    wi_data data = blobs;

    for (size_t i = 0; i < 400 * 2; i++) raw[i] = (i % 2 ? 100 : 1) * blobs.x.data[i] + (i % 2 ? 500 : 0);
    data.x = wi_mat_view(raw, 400, 2);
    runs bad = try_five(wi_tanh(), wi_xavier_normal(), &data, &data, 150),
         good = try_five(wi_tanh(), wi_xavier_normal(), &blobs, &blobs, 150);
    sprintf(evidence, "the same clouds, one feature times 100 and moved by 500: %s %% against %s %%",
            shown(bad, 0), shown(good, 0));
    return bad.high < 80.0 && good.low > 90.0;
}

static int c8(void)
{
    static wi_real x[32 * 1024], w[64 * 1024], pre[32 * 64];
    double spread[2];

    for (int wide = 0; wide < 2; wide++) {
        size_t n = wide ? 1024 : 16;
        wi_rng rng = wi_rng_make(8);
        (void)wi_fill(x, wi_dense(n, 32), wi_normal(0.0, 1.0), &rng);
        (void)wi_fill(w, wi_dense(n, 64), wi_normal(0.0, 1.0), &rng);
        (void)wi_mat_mul(wi_mat_view(pre, 32, 64), wi_mat_view(x, 32, n),
                         wi_mat_transpose(wi_mat_view(w, 64, n)));
        spread[wide] = wi_stats_of(pre, 32 * 64).std;
    }
    sprintf(evidence, "16 inputs: std %.1f; 1024 inputs: %.1f, %.1f times as much; sqrt(64) = 8", spread[0],
            spread[1], spread[1] / spread[0]);
    return fabs(spread[1] / spread[0] / 8.0 - 1.0) < 0.15;
}

static int c9(void)
{
    double small = deep_signal(wi_tanh(), wi_normal(0.0, 0.01), LAYERS, NULL);

    sprintf(evidence, "signal after ten tanh layers: %.0e", small);
    return small < 1e-6;
}

static int c10(void)
{
    double a = deep_signal(wi_linear(), wi_xavier_normal(), LAYERS, NULL),
           b = deep_signal(wi_linear(), wi_xavier_uniform(), LAYERS, NULL);
    double c = deep_signal(wi_linear(), wi_lecun_normal(), LAYERS, NULL), back;

    deep_signal(wi_linear(), wi_xavier_normal(), LAYERS, &back);
    sprintf(evidence, "ten linear layers: normal %.2f, uniform %.2f, 1/fan_in %.2f; gradient %.2f", a, b, c,
            back);
    return a > 0.5 && a < 2.0 && b > 0.5 && b < 2.0 && c > 0.5 && c < 2.0 && back > 0.5 && back < 2.0;
}

static int c11(void)
{
    runs normal = try_five(wi_tanh(), wi_xavier_normal(), &train, &test, 200);
    runs uniform = try_five(wi_tanh(), wi_xavier_uniform(), &train, &test, 200);

    sprintf(evidence, "digits: normal %s %%, uniform %s %%", shown(normal, 1), shown(uniform, 1));
    return alike(normal, uniform);
}

static int c12(void)
{
    static wi_real a[N * N], b[N * N];
    wi_rng one = wi_rng_make(12), two = wi_rng_make(12);

    (void)wi_fill(a, wi_dense(N, N), wi_xavier_normal(), &one);
    (void)wi_fill(b, wi_dense(N, N), wi_xavier_normal(), &two);
    sprintf(evidence, "drawn twice from one seed: %s",
            memcmp(a, b, sizeof a) == 0 ? "the same bytes" : "other bytes");
    return memcmp(a, b, sizeof a) == 0;
}

static int c13(void)
{
    const wi_layer_desc layers[] = { wi_layer_dense(64, wi_relu()), wi_layer_dense(10, wi_linear()) };
    double xavier = deep_signal(wi_relu(), wi_xavier_normal(), 30, NULL),
           he = deep_signal(wi_relu(), wi_he_normal(), 30, NULL);
    wi_probe probes[2];
    wi_net net;

    if (!create(&net, layers, 2, &test, 1)) return 0;
    (void)wi_net_probe(&net, test.x, test.y, WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes);
    wi_net_destroy(&net);
    sprintf(evidence, "thirty layers: 1/n %.0e, 2/n %.2f; outputs zero: %.0f %%, units dead: %.0f %%", xavier,
            he, 100.0 * probes[0].post.zeros, 100.0 * probes[0].dead);
    return xavier < 1e-3 && he > 0.1 && fabs(probes[0].post.zeros - 0.5) < 0.1 && probes[0].dead < 0.05;
}

static int c14(void)
{
    const wi_act acts[] = { wi_relu(), wi_leaky_relu(0.2), wi_sigmoid(), wi_tanh(),    wi_elu(1.0),
                            wi_selu(), wi_gelu(),          wi_silu(),    wi_softplus() };
    double worst = 0.0;
    wi_rng rng = wi_rng_make(14);

    for (size_t a = 0; a < WI_COUNT(acts); a++) {
        double second = 0.0, gain = wi_gain(acts[a]);
        for (int i = 0; i < 20000; i++)
            second += pow(gain * wi_act_value(acts[a], wi_rng_normal(&rng)), 2.0) / 20000.0;
        worst = fmax(worst, fabs(second - 1.0));
    }
    sprintf(evidence, "nine activations: k = 1 / E f(z)^2 keeps the mean square to within %.0f %%",
            100.0 * worst);
    return worst < 0.05;
}

static int c15(void)
{
    runs dense = try_five(wi_tanh(), wi_lecun_normal(), &train, &test, 200);
    runs sparse = try_five(wi_tanh(), wi_sparse(10, sqrt(0.1)), &train, &test, 200);

    sprintf(evidence, "digits: ten inputs a unit %s %%, all %s %%", shown(sparse, 1), shown(dense, 1));
    return alike(dense, sparse);
}

static int c16(void)
{
    runs accuracy[2] = { { 0 }, { 0 } };

    for (uint64_t run = 0; run < 2 * SEEDS; run++) {
        uint64_t seed = 1 + run / 2;
        int norm = (int)(run % 2);
        wi_layer_desc layers[16];
        size_t count = 0;
        wi_net net;

        for (int l = 0; l < 5; l++) {
            layers[count] = wi_layer_dense(l < 4 ? 32 : 10, wi_linear());
            layers[count++].weights = wi_normal(0.0, 0.01);
            if (l < 4 && norm) layers[count++] = wi_layer_batch_norm();
            if (l < 4) layers[count++] = wi_layer_act(wi_tanh());
        }
        if (!create(&net, layers, count, &train, seed)) return 0;
        add(&accuracy[norm], 100.0 * learn(&net, &train, &test, wi_sgd(0.1), 200, seed).accuracy);
        wi_net_destroy(&net);
    }
    sprintf(evidence, "0.01 N(0,1) in five layers: %s %%, with batch norm %s %% (it needs whole batches)",
            shown(accuracy[0], 0), shown(accuracy[1], 0));
    return accuracy[0].high < 30.0 && accuracy[1].low > 80.0;
}

static int c17(void)
{
    wi_layer_desc layers[] = { wi_layer_dense(48, wi_sigmoid()), wi_layer_dense(48, wi_sigmoid()),
                               wi_layer_dense(48, wi_sigmoid()), wi_layer_dense(10, wi_linear()) };
    runs accuracy[3] = { { 0 }, { 0 }, { 0 } };

    for (uint64_t run = 0; run < 3 * SEEDS; run++) {
        uint64_t seed = 1 + run / 3, way = run % 3;
        wi_train_desc each = { .opt = wi_adam(0.003), .steps = 150, .batch = 25, .seed = seed };
        wi_net net;

        if (!create(&net, layers, 4, &train, seed)) return 0;
        (void)wi_net_init_all(&net,
                              way < 2 ? wi_normal(0.0, 0.1) : wi_orthogonal(wi_gain_backward(wi_sigmoid())),
                              wi_zeros(), seed);
        if (way == 1 && wi_pretrain(&net, &train, &each, NULL) != WI_OK) return 0;
        add(&accuracy[way], 100.0 * learn(&net, &train, &test, wi_momentum(0.1, 0.9), 150, seed).accuracy);
        wi_net_destroy(&net);
    }
    sprintf(evidence, "deep sigmoid network: small weights %s %%, pre-trained %s %%, the right gain %s %%",
            shown(accuracy[0], 0), shown(accuracy[1], 0), shown(accuracy[2], 0));
    return accuracy[1].low > accuracy[0].high + 10.0 && !beats(accuracy[1], accuracy[2]);
}

static int c18(void)
{
    static wi_real odd[1500], odd_test[297];
    wi_layer_desc layers[] = { wi_layer_dense(48, wi_relu()), wi_layer_dense(48, wi_relu()),
                               wi_layer_dense(10, wi_linear()) };
    runs fresh = { 0 }, moved = { 0 };
    wi_data little = train, judge = test;
    wi_net base, net;

    /* Learn the ten digits; then tell odd from even by 30 samples. */
    for (size_t i = 0; i < 15000; i++) if (train.y.data[i] > 0) odd[i / 10] = (wi_real)(i % 2);
    for (size_t i = 0; i < 2970; i++) if (test.y.data[i] > 0) odd_test[i / 10] = (wi_real)(i % 2);
    little.y = wi_mat_view(odd, 30, 1);
    little.x = wi_mat_rows(train.x, 0, 30);
    judge.y = wi_mat_view(odd_test, 297, 1);
    if (wi_data_one_hot(&little, NULL) != WI_OK || wi_data_one_hot(&judge, NULL) != WI_OK) return 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        layers[2].units = 10;
        if (!create(&base, layers, 3, &train, seed)) return 0;
        layers[2].units = 2;
        if (!create(&net, layers, 3, &train, seed)) return 0;
        learn(&base, &train, &test, wi_adam(0.003), 200, seed);
        add(&fresh, 100.0 * learn(&net, &little, &judge, wi_adam(0.003), 40, seed).accuracy);
        (void)wi_net_init(&net, seed);
        for (size_t l = 0; l < 2; l++) (void)wi_layer_copy(&net.layers[l], &base.layers[l]);
        add(&moved, 100.0 * learn(&net, &little, &judge, wi_adam(0.003), 40, seed).accuracy);
        wi_net_destroy(&base);
        wi_net_destroy(&net);
    }
    wi_data_destroy(&little);
    wi_data_destroy(&judge);
    sprintf(evidence, "odd or even from 30 samples: random weights %s %%, layers that know the digits %s %%",
            shown(fresh, 0), shown(moved, 0));
    return beats(moved, fresh);
}

static int c19(void)
{
    runs accuracy[4] = { { 0 }, { 0 }, { 0 }, { 0 } };

    for (uint64_t run = 0; run < 4 * SEEDS; run++) {
        uint64_t seed = 1 + run / 4, way = run % 4;
        wi_act act = way % 2 ? wi_leaky_relu(0.1) : wi_relu();
        const wi_layer_desc layers[] = { wi_layer_conv2d(6, 3, act), wi_layer_max_pool(2),
                                         wi_layer_dense(32, act), wi_layer_dense(10, wi_linear()) };
        wi_train_desc how = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                              .opt = wi_sgd(1.0),
                              .steps = 80,
                              .batch = 20,
                              .seed = seed,
                              .clip_norm = way < 2 ? 0.0 : 1.0 };
        wi_score score;
        wi_net net;

        if (!create(&net, layers, 4, &train, seed)) return 0;
        (void)wi_train(&net, &train, &how, NULL, NULL);
        (void)wi_evaluate(&net, &test, how.loss, &score);
        add(&accuracy[way], 100.0 * score.accuracy);
        wi_net_destroy(&net);
    }
    sprintf(evidence, "rate 1: ReLU %s %%, leaky %s %%; clipped: ReLU %s %%, leaky %s %%",
            shown(accuracy[0], 0), shown(accuracy[1], 0), shown(accuracy[2], 0), shown(accuracy[3], 0));
    return beats(accuracy[2], accuracy[0]) && beats(accuracy[3], accuracy[1]) &&
        !beats(accuracy[1], accuracy[0]);
}

static int c20(void)
{
    static wi_real noise[8192];
    const wi_layer_desc layers[] = { wi_layer_dense(48, wi_relu()), wi_layer_dense(48, wi_relu()),
                                     wi_layer_dense(10, wi_linear()) };
    runs accuracy[2] = { { 0 }, { 0 } };

    for (int noisy = 0; noisy < 2; noisy++)
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            wi_train_desc how = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                                  .opt = wi_adam(0.003),
                                  .steps = 150,
                                  .batch = 20,
                                  .seed = seed,
                                  .weight_noise = noisy ? 0.1 : 0.0 };
            wi_rng rng = wi_rng_make(seed);
            wi_score score;
            wi_net net;

            if (!create(&net, layers, 3, &few, seed)) return 0;
            (void)wi_train(&net, &few, &how, NULL, NULL);
            (void)wi_fill(noise, wi_dense(net.param_count, 1), wi_normal(0.0, 0.2), &rng);
            for (size_t i = 0; i < net.param_count; i++) net.params[i] += noise[i];
            (void)wi_evaluate(&net, &test, how.loss, &score);
            add(&accuracy[noisy], 100.0 * score.accuracy);
            wi_net_destroy(&net);
        }
    sprintf(evidence, "weights disturbed by 0.2 in use: trained without noise %s %%, with noise %s %%",
            shown(accuracy[0], 0), shown(accuracy[1], 0));
    return beats(accuracy[1], accuracy[0]);
}

static int c21(void)
{
    runs accuracy[3] = { { 0 }, { 0 }, { 0 } };

    for (int way = 0; way < 3; way++)
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            const wi_layer_desc layers[] = { wi_layer_dense(64, wi_relu()),
                                             wi_layer_dropout(way == 1 ? 0.5 : 0.0),
                                             wi_layer_dense(64, wi_relu()), wi_layer_dense(10, wi_linear()) };
            wi_train_desc how = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                                  .opt = wi_adam(0.003),
                                  .steps = 150,
                                  .batch = 25,
                                  .seed = seed,
                                  .weight_decay = way == 2 ? 0.01 : 0.0 };
            wi_score score;
            wi_net net;

            if (!create(&net, layers, 4, &few, seed)) return 0;
            (void)wi_train(&net, &few, &how, NULL, NULL);
            (void)wi_evaluate(&net, &test, how.loss, &score);
            add(&accuracy[way], 100.0 * score.accuracy);
            wi_net_destroy(&net);
        }
    sprintf(evidence, "100 samples, unseen digits: alone %s %%, dropout %s %%, weight decay %s %%",
            shown(accuracy[0], 1), shown(accuracy[1], 1), shown(accuracy[2], 1));
    return beats(accuracy[2], accuracy[0]) && !beats(accuracy[1], accuracy[0]);
}

static int c22(void)
{
    const wi_recipe recipes[] = { wi_zeros(), wi_normal(0.0, 0.01), wi_xavier_normal(), wi_he_normal() };
    const wi_layer_desc layers[] = { wi_layer_conv2d(6, 3, wi_relu()), wi_layer_max_pool(2),
                                     wi_layer_dense(32, wi_relu()), wi_layer_dense(10, wi_linear()) };
    runs accuracy[4] = { { 0 }, { 0 }, { 0 }, { 0 } };

    for (uint64_t run = 0; run < 4 * SEEDS; run++) {
        uint64_t seed = 1 + run / 4, r = run % 4;
        wi_net net;

        if (!create(&net, layers, 4, &train, seed)) return 0;
        (void)wi_net_init_all(&net, recipes[r], wi_zeros(), seed);
        add(&accuracy[r], 100.0 * learn(&net, &train, &test, wi_sgd(0.1), 80, seed).accuracy);
        wi_net_destroy(&net);
    }
    sprintf(evidence, "convolutional network: zero %s %%, 0.01 N(0,1) %s %%, Xavier %s %%, He %s %%",
            shown(accuracy[0], 0), shown(accuracy[1], 0), shown(accuracy[2], 0), shown(accuracy[3], 0));
    return accuracy[0].high < 20.0 && accuracy[1].high < accuracy[2].low && accuracy[2].low > 70.0 &&
        accuracy[3].low > 70.0;
}

static int c23(void)
{
    const wi_layer_desc layer = wi_layer_dense(64, wi_relu());
    wi_net net;

    if (!create(&net, &layer, 1, &train, 1)) return 0;
    double before = wi_stats_of(net.layers[0].w.data, 4096).std;
    net.layers[0].desc.weights = wi_normal(0.0, 0.02);
    double assigned = wi_stats_of(net.layers[0].w.data, 4096).std;
    (void)wi_net_init(&net, 1);
    double drawn = wi_stats_of(net.layers[0].w.data, 4096).std;
    wi_net_destroy(&net);
    sprintf(evidence, "std before %.3f, after assigning another recipe %.3f, after drawing %.3f", before,
            assigned, drawn);
    return before == assigned && drawn < 0.03;
}

static int c24(void)
{
    const wi_recipe recipes[] = { wi_zeros(),         wi_normal(0.0, 0.01), wi_normal(0.0, 1.0),
                                  wi_xavier_normal(), wi_he_normal(),       wi_constant(0.05) };
    const wi_act acts[] = { wi_tanh(), wi_relu() };
    int right = 0;

    for (int a = 0; a < 2; a++)
        for (int run = 0; run < 6 * SEEDS; run++) {
            uint64_t seed = 1 + (uint64_t)run / 6;
            wi_layer_desc layers[7];
            wi_probe probes[7];
            wi_net net;

            for (int l = 0; l < 6; l++) layers[l] = wi_layer_dense(32, acts[a]);
            layers[6] = wi_layer_dense(10, wi_linear());
            if (!create(&net, layers, 7, &train, seed)) return 0;
            (void)wi_net_init_all(&net, recipes[run % 6], wi_zeros(), seed);
            (void)wi_net_probe(&net, test.x, test.y, WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes);
            int healthy = wi_probe_verdict(probes, 7) == WI_VERDICT_HEALTHY;
            right += healthy == (learn(&net, &train, &test, wi_sgd(0.1), 250, seed).accuracy > 0.8);
            wi_net_destroy(&net);
        }
    sprintf(evidence, "one batch before training foretells %d of %d networks", right, 12 * SEEDS);
    return right >= 11 * SEEDS;
}

static int c25(void)
{
    const wi_recipe weights[] = { wi_zeros(), wi_lecun_normal() };
    runs accuracy[2] = { { 0 }, { 0 } };

    for (uint64_t run = 0; run < 2 * SEEDS; run++) {
        const wi_layer_desc layers[] = { wi_layer_dense(48, wi_sigmoid()), wi_layer_dense(32, wi_sigmoid()),
                                         wi_layer_dense(24, wi_sigmoid()), wi_layer_dense(10, wi_sigmoid()) };
        wi_train_desc how = {
            .loss = WI_LOSS_HALF_SQUARED, .opt = wi_sgd(3.0), .steps = 2000, .batch = 10, .seed = 1 + run / 2
        };
        wi_score score;
        wi_net net;

        if (!create(&net, layers, 4, &train, how.seed)) return 0;
        (void)wi_net_init_all(&net, weights[run % 2], wi_normal(0.0, 1.0), how.seed);
        (void)wi_train(&net, &train, &how, NULL, NULL);
        (void)wi_evaluate(&net, &test, how.loss, &score);
        add(&accuracy[run % 2], 100.0 * score.accuracy);
        wi_net_destroy(&net);
    }
    sprintf(evidence, "in small: zero %s %%, Xavier %s %%; in full: make run-mnist", shown(accuracy[0], 0),
            shown(accuracy[1], 0));
    return accuracy[0].high < 30.0 && accuracy[1].low > 80.0;
}

/* Does a layer's Xavier depend on the depth of its network? */
static int c26(void)
{
    const size_t depths[] = { 2, 12 };
    double std[2], asked = wi_recipe_std(wi_xavier_normal(), wi_dense(64, 64));
    static wi_real first[64 * 64];
    int same = 1;

    for (int d = 0; d < 2; d++) {
        wi_layer_desc layers[12];
        wi_net net;

        for (size_t l = 0; l < depths[d]; l++) layers[l] = wi_layer_dense(64, wi_tanh());
        if (!create(&net, layers, depths[d], &train, 1)) return 0;
        (void)wi_net_init_all(&net, wi_xavier_normal(), wi_zeros(), 1);
        std[d] = wi_stats_of(net.layers[0].w.data, 64 * 64).std;
        if (d == 0) memcpy(first, net.layers[0].w.data, sizeof first);
        else same = memcmp(first, net.layers[0].w.data, sizeof first) == 0;
        wi_net_destroy(&net);
    }
    sprintf(evidence, "64 x 64 in 2 layers %.4f, in 12 layers %.4f, %s bytes; by the fans alone %.4f", std[0],
            std[1], same ? "the same" : "other", asked);
    return same && fabs(std[0] / asked - 1.0) < 0.05;
}

/* A thousand layers drawn at random: is one of them zero, or nearly? */
static int c27(void)
{
    static wi_real w[64 * 64];
    wi_rng rng = wi_rng_make(27);
    size_t zeros = 0;
    double least = HUGE_VAL, most = 0.0;

    for (int layer = 0; layer < 1000; layer++) {
        (void)wi_fill(w, wi_dense(64, 64), wi_normal(0.0, 1.0), &rng);
        double std = wi_stats_of(w, 64 * 64).std;
        least = fmin(least, std);
        most = fmax(most, std);
        for (size_t i = 0; i < 64 * 64; i++) zeros += w[i] == 0;
    }
    sprintf(
        evidence,
        "1000 layers of 64 x 64: %zu of 4,096,000 weights are 0; stds of %.2f to %.2f times what was asked",
        zeros, least, most);
    return least > 0.9;
}

/* A hundred samples learned by heart from a small, an ordinary and a large start. */
static int c28(void)
{
    const double scale[] = { 0.1, 1.0, 3.0 };
    runs unseen[3] = { { 0 }, { 0 }, { 0 } }, learned = { 0 };

    for (int s = 0; s < 3; s++)
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            const wi_layer_desc layers[] = { wi_layer_dense(32, wi_relu()), wi_layer_dense(32, wi_relu()),
                                             wi_layer_dense(10, wi_linear()) };
            wi_score score;
            wi_net net;

            if (!create(&net, layers, 3, &few, seed)) return 0;
            (void)wi_net_init_all(&net, wi_gained(wi_he_normal(), scale[s]), wi_zeros(), seed);
            add(&unseen[s], 100.0 * learn(&net, &few, &test, wi_adam(0.003), 300, seed).accuracy);
            (void)wi_evaluate(&net, &few, WI_LOSS_SOFTMAX_CROSS_ENTROPY, &score);
            add(&learned, 100.0 * score.accuracy);
            wi_net_destroy(&net);
        }
    sprintf(
        evidence,
        "100 samples, all learned to %s %%; unseen digits: a tenth of He's %s %%, He's %s %%, three times "
        "%s %%",
        shown(learned, 0), shown(unseen[0], 1), shown(unseen[1], 1), shown(unseen[2], 1));
    return learned.low > 99.0 && unseen[0].low > unseen[2].high && !beats(unseen[1], unseen[0]);
}

/* Half of ReLU's outputs are zero, none of leaky ReLU's. */
static int c29(void)
{
    runs zero[2] = { { 0 }, { 0 } }, right[2] = { { 0 }, { 0 } };

    for (int leaky = 0; leaky < 2; leaky++)
        for (uint64_t seed = 1; seed <= SEEDS; seed++) {
            wi_act act = leaky ? wi_leaky_relu(0.1) : wi_relu();
            const wi_layer_desc layers[] = { wi_layer_dense(32, act), wi_layer_dense(32, act),
                                             wi_layer_dense(10, wi_linear()) };
            wi_net net;

            if (!create(&net, layers, 3, &train, seed)) return 0;
            add(&right[leaky], 100.0 * learn(&net, &train, &test, wi_sgd(0.1), 200, seed).accuracy);
            (void)wi_net_forward(&net, test.x, WI_EVAL, NULL);
            add(&zero[leaky], 100.0 * wi_stats_of(net.layers[1].post.data, test.x.rows * 32).zeros);
            wi_net_destroy(&net);
        }
    sprintf(evidence, "outputs zero: ReLU %s %%, leaky %s %%; unseen digits %s %% and %s %%",
            shown(zero[0], 0), shown(zero[1], 0), shown(right[0], 1), shown(right[1], 1));
    return zero[0].low > 30.0 && zero[1].high < 1.0 && alike(right[0], right[1]);
}

/* What a network does before it is trained, told by theory without data. */
static int c30(void)
{
    const wi_act acts[] = { wi_tanh(), wi_relu(), wi_sigmoid(), wi_gelu() };
    double worst = 1.0;

    for (int a = 0; a < 4; a++) {
        wi_layer_desc layers[6];
        wi_signal told[6];
        wi_net net;

        for (int l = 0; l < 6; l++) layers[l] = wi_layer_dense(128, acts[a]);
        if (!create(&net, layers, 6, &train, 1)) return 0;
        (void)wi_net_init_all(&net, wi_he_normal(), wi_zeros(), 1);
        (void)wi_net_forward(&net, test.x, WI_EVAL, NULL);
        (void)wi_net_theory(&net, pow(wi_stats_of(test.x.data, test.x.rows * 64).rms, 2.0), told);
        for (int l = 0; l < 6; l++) {
            double ratio = wi_stats_of(net.layers[l].pre.data, test.x.rows * 128).rms / sqrt(told[l].q);
            worst = fmax(worst, fmax(ratio, 1.0 / ratio));
        }
        wi_net_destroy(&net);
    }
    sprintf(evidence,
            "six layers, four activations: the signal's size is told to within %.0f %% without data",
            100.0 * (worst - 1.0));
    return worst < 1.3;
}

/* ---- The list ----------------------------------------------------------------------- */

int main(void)
{
    static const struct { int (*test)(void); const char *verdict, *claim; } claims[] = {
        { c1,  "true",      "equal weights: hidden units stay copies of each other" },
        { c2,  "false",     "zero weights converge faster, avoid dead gradients, and save parameters" },
        { c3,  "no effect", "a small positive bias keeps ReLU units alive and helps convergence" },
        { c4,  "half true", "a sigmoid network with tiny weights is slow, and a bias fixes that" },
        { c5,  "true",      "without biases a simple linear separator may not be found" },
        { c6,  "half true", "large weights saturate tanh and the gradient vanishes; with ReLU it explodes" },
        { c7,  "true",      "inputs should be standardised" },
        { c8,  "true",      "with N(0,1) weights the pre-activation grows with the layer's width" },
        { c9,  "true",      "0.01 N(0,1) suits only small networks: deep outputs collapse to a point" },
        { c10, "true",      "Xavier's variance, in any of its three forms, keeps the signal" },
        { c11, "false",     "Xavier works with the normal distribution only" },
        { c12, "false",     "Xavier stays random even with a fixed seed" },
        { c13, "half true", "ReLU needs twice the variance, for up to half of the units die" },
        { c14, "true",      "variance k / n, with k by the activation" },
        { c15, "no effect", "ten non-zero inputs for each unit are a better start" },
        { c16, "true",      "batch normalisation sidesteps the choice of weights" },
        { c17, "true",      "layer-wise pre-training gives a deep network a good start" },
        { c18, "true",      "a trained network is a good start for a new task" },
        { c19, "half true", "leaky ReLU and clipping stabilise a convolutional network" },
        { c20, "true",      "noise on the weights in training makes a network more robust" },
        { c21, "half true", "batch norm, dropout, and weight decay help" },
        { c22, "true",      "the start matters for convolutional networks" },
        { c23, "false",     "assigning kernel_initializer to a built model draws its weights anew" },
        { c24, "answered",  "open question: how can a start be judged?" },
        { c25, "true",      "MNIST: zero weights never learn, Xavier reaches 95 %" },
        { c26, "false",     "Xavier needs the number of layers, and extra parameters, in advance" },
        { c27, "false",     "random weights may leave a layer's weights at zero" },
        { c28, "false",     "weights near zero are avoided because they over-fit" },
        { c29, "no effect", "activations should be sparse" },
        { c30, "answered",  "open question: can a network's behaviour at the start be explained?" }
    };
    size_t held = 0;
    wi_rng rng = wi_rng_make(42);
    wi_data all, rest;

    if (!digits_load(&all, &train, &test) || wi_data_split(&train, 100.0 / 1500.0, &few, &rest) != WI_OK)
        return 1;
    if (wi_data_blobs(&blobs, 400, 2, 4, 0.25, &rng) != WI_OK) return 1;
    for (size_t i = 0; i < WI_COUNT(claims); i++) {
        int ok = claims[i].test();
        term_style style = claims[i].verdict[0] == 'f' ? TERM_BAD
            : claims[i].verdict[0] == 't'              ? TERM_GOOD
                                                       : TERM_WARN;

        held += (size_t)ok;
        printf("C%-3zu %s\n     %s\n     %s%s%s%s\n", i + 1, claims[i].claim, evidence, term_on(style),
               claims[i].verdict, term_off(style), ok ? "" : "  <- BUT THIS RUN SAYS OTHERWISE");
    }
    wi_data_destroy(&blobs);
    wi_data_destroy(&all);
    printf("\n%zu of %zu experiments came out as stated\n", held, WI_COUNT(claims));
    return term_claim(held == WI_COUNT(claims), "every verdict is what its experiment says");
}
