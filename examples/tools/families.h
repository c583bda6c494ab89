/* families.h - networks and the plans to train them, drawn at random from some ninety families

   A family is what people would recognise: LeNet, a deep ReLU network, an autoencoder, a table with raw
   columns. Within it everything varies: widths, depth, start, data, loss, optimiser, budget. plan_draw(&plan,
   number) gives the same plan for a number for ever, so that results can be kept by number alone. About half
   of the plans are sound.

   SPDX-License-Identifier: MIT OR Unlicense */
#ifndef FAMILIES_H
#define FAMILIES_H

#include "../digits.h"

enum { PLAN_LAYERS = 160, PLAN_LOOK = 128 };

typedef enum plan_start { START_RECIPES, START_LSUV, START_ZERO, START_SQRT, START_FIXUP } plan_start;

/* A network, its data and how it shall be trained. */
typedef struct plan {
    size_t number, family;
    const char *name;                        /* of the family */
    wi_rng rng;
    wi_layer_desc layers[PLAN_LAYERS];
    wi_net_desc net;                         /* .layers points above */
    plan_start start;
    wi_data data;                            /* owned */
    wi_train_desc train;                     /* rate 0: to be chosen */
} plan;

/* ==== Chance ================================================================================= */

static size_t pick(plan *p, size_t n) { return (size_t)wi_rng_below(&p->rng, n); }
static int chance(plan *p, double share) { return wi_rng_uniform(&p->rng) < share; }
static size_t between(plan *p, size_t lo, size_t hi) { return lo + pick(p, hi - lo + 1); }
static double log_between(plan *p, double lo, double hi)
{
    return lo * pow(hi / lo, wi_rng_uniform(&p->rng));
}

static wi_act pick_act(plan *p)
{
    const wi_act acts[16] = { wi_relu(),     wi_relu(),     wi_relu(),       wi_leaky_relu(0.1),
                              wi_sigmoid(),  wi_tanh(),     wi_tanh(),       wi_elu(1.0),
                              wi_selu(),     wi_gelu(),     wi_silu(),       wi_mish(),
                              wi_softplus(), wi_softsign(), wi_hard_swish(), wi_sine(2.0) };
    return acts[pick(p, 16)];
}

static wi_act pick_usual_act(plan *p)
{
    const wi_act acts[6] = { wi_relu(), wi_relu(), wi_tanh(), wi_gelu(), wi_leaky_relu(0.1), wi_silu() };
    return acts[pick(p, 6)];
}

static double square_relu(double z, double unused) { (void)unused; return z > 0.0 ? z * z : 0.0; }
static double square_relu_slope(double z, double unused) { (void)unused; return z > 0.0 ? 2.0 * z : 0.0; }
static double bump(double z, double unused) { (void)unused; return exp(-z * z); }
static double bump_slope(double z, double unused) { (void)unused; return -2.0 * z * exp(-z * z); }
static double steep(double z, double k) { return tanh(k * z); }
static double steep_slope(double z, double k) { double t = tanh(k * z); return k * (1.0 - t * t); }
static double soft_cubic(double z, double unused) { (void)unused; return z / cbrt(1.0 + z * z); }
static double soft_cubic_slope(double z, double unused)
{
    (void)unused;
    return (1.0 + z * z / 3.0) / pow(1.0 + z * z, 4.0 / 3.0);
}

static wi_act pick_custom_act(plan *p)
{
    switch (pick(p, 5)) {
    case 0: return wi_custom("square_relu", square_relu, square_relu_slope, 0.0);
    case 1: return wi_custom("bump", bump, bump_slope, 0.0);
    case 2: return wi_custom("steep", steep, steep_slope, 20.0);
    case 3: return wi_custom("steep", steep, steep_slope, 0.05);
    default: return wi_custom("soft_cubic", soft_cubic, soft_cubic_slope, 0.0);
    }
}

/* ==== Layers ================================================================================= */

static wi_layer_desc *add(plan *p, wi_layer_desc layer)
{
    if (p->net.layer_count == PLAN_LAYERS) abort();
    p->layers[p->net.layer_count] = layer;
    return &p->layers[p->net.layer_count++];
}

static wi_layer_desc *dense(plan *p, size_t units, wi_act act) { return add(p, wi_layer_dense(units, act)); }

static wi_layer_desc *conv(plan *p, size_t filters, size_t kernel, size_t padding, wi_act act)
{
    wi_layer_desc layer = wi_layer_conv2d(filters, kernel, act);
    layer.padding = padding;
    return add(p, layer);
}

static void hidden(plan *p, size_t depth, size_t width, wi_act act)
{
    for (size_t l = 0; l < depth; l++) dense(p, width, act);
}

/* Layers of one width; numbers of both are drawn. What is drawn stands in statements here, since in arguments
   each compiler would draw in an order of its own. */
static void some_hidden(plan *p, size_t least, size_t most, size_t narrow, size_t wide, wi_act act)
{
    size_t width = between(p, narrow, wide);
    hidden(p, between(p, least, most), width, act);
}

static int has_weights(const wi_layer_desc *l)
{
    return l->kind == WI_LAYER_DENSE || l->kind == WI_LAYER_CONV2D;
}

static void recipe_everywhere(plan *p, wi_recipe weights, wi_recipe bias)
{
    for (size_t l = 0; l < p->net.layer_count; l++)
        if (has_weights(&p->layers[l])) {
            p->layers[l].weights = weights;
            p->layers[l].bias = bias;
        }
}

/* A start as people choose it: mostly a known one, now and then one of the wrong size. */
static void any_start(plan *p, double sound)
{
    const wi_recipe good[6] = { wi_he_normal(),    wi_xavier_normal(), wi_xavier_uniform(),
                                wi_lecun_normal(), wi_orthogonal(1.0), wi_pytorch_default() };
    const wi_recipe bad[7] = {
        wi_normal(0.0, 0.01), wi_normal(0.0, 0.05), wi_normal(0.0, 1.0), wi_uniform(-0.5, 0.5), wi_zeros(),
        wi_uniform(0.0, 0.1), wi_normal(0.0, 0.001)
    };
    if (chance(p, sound)) {
        if (chance(p, 0.4)) return;   /* the default of each layer */
        recipe_everywhere(p, good[pick(p, 6)], wi_zeros());
    } else if (chance(p, 0.5)) {
        recipe_everywhere(p, bad[pick(p, 7)], wi_zeros());
    } else {
        recipe_everywhere(p, wi_gained(wi_lecun_normal(), log_between(p, 0.1, 10.0)), wi_zeros());
    }
    if (chance(p, 0.1)) recipe_everywhere(p, p->layers[0].weights, wi_normal(0.0, 0.1));
}

/* ==== Data =================================================================================== */

static void make(plan *p, size_t samples, size_t inputs, size_t outputs)
{
    p->data.owned = calloc(samples * (inputs + outputs), sizeof(wi_real));
    if (!p->data.owned) abort();
    p->data.x = wi_mat_view((wi_real *)p->data.owned, samples, inputs);
    p->data.y = wi_mat_view((wi_real *)p->data.owned + samples * inputs, samples, outputs);
    p->net.inputs = inputs;
}

static void standardise(wi_mat m)
{
    wi_scaler scaler;
    if (wi_scaler_fit(&scaler, m) != WI_OK) return;
    (void)wi_scaler_apply(&scaler, m);
    wi_scaler_destroy(&scaler);
}

static wi_real *at(wi_mat m, size_t i, size_t j) { return &m.data[i * m.row_step + j]; }

static void fill_normal(plan *p, wi_mat m)
{
    for (size_t i = 0; i < m.rows * m.cols; i++) m.data[i] = (wi_real)wi_rng_normal(&p->rng);
}

/* Handwritten digits, 8 x 8. */
static void digits(plan *p, int image, int raw)
{
    wi_data all, train, test;
    if (!digits_load(&all, &train, &test)) exit(1);
    make(p, 1000, 64, 10);
    size_t first = pick(p, 500);
    for (size_t i = 0; i < 1000; i++) {
        memcpy(at(p->data.x, i, 0), at(train.x, first + i, 0), 64 * sizeof(wi_real));
        memcpy(at(p->data.y, i, 0), at(train.y, first + i, 0), 10 * sizeof(wi_real));
    }
    wi_data_destroy(&all);
    for (size_t i = 0; raw && i < 64000; i++)
        p->data.x.data[i] = (wi_real)(0.25 + 0.25 * (double)p->data.x.data[i]);
    if (image) { p->net.inputs = 0; p->net.channels = 1; p->net.height = p->net.width = 8; }
}

/* Gratings of several directions under noise: small pictures with structure. */
static void gratings(plan *p, size_t classes, size_t channels, size_t side)
{
    double noise = log_between(p, 0.1, 1.0);
    make(p, 600, channels * side * side, classes);
    for (size_t i = 0; i < 600; i++) {
        size_t c = i % classes;
        double angle = 3.14159265 * (double)c / (double)classes, phase = 6.2831853 * wi_rng_uniform(&p->rng);
        for (size_t k = 0; k < p->data.x.cols; k++) {
            double x = (double)(k % side), y = (double)(k / side % side);
            *at(p->data.x, i, k) = (wi_real)(sin(1.2 * (x * cos(angle) + y * sin(angle)) + phase) +
                                             noise * wi_rng_normal(&p->rng));
        }
        *at(p->data.y, i, c) = 1;
    }
    p->net.inputs = 0; p->net.channels = channels; p->net.height = p->net.width = side;
}

/* Clouds around random centres. */
static void clouds(plan *p, size_t samples, size_t inputs, size_t classes, double distance)
{
    wi_real centres[64 * 16];
    make(p, samples, inputs, classes);
    for (size_t k = 0; k < classes * inputs; k++) centres[k] = (wi_real)(distance * wi_rng_normal(&p->rng));
    fill_normal(p, p->data.x);
    for (size_t i = 0; i < samples; i++) {
        size_t c = pick(p, classes);
        for (size_t j = 0; j < inputs; j++) *at(p->data.x, i, j) += centres[c * inputs + j];
        *at(p->data.y, i, c) = 1;
    }
    standardise(p->data.x);
}

/* A smooth random function of standardised inputs: y = sum of tanh features, standardised, and noise. */
static void smooth_target(plan *p, double noise)
{
    wi_real w[8 * 64], a[8];
    wi_mat x = p->data.x, y = p->data.y;
    for (size_t o = 0; o < y.cols; o++) {
        for (size_t k = 0; k < 8; k++) a[k] = (wi_real)wi_rng_normal(&p->rng);
        for (size_t k = 0; k < 8 * x.cols; k++)
            w[k] = (wi_real)(wi_rng_normal(&p->rng) / sqrt((double)x.cols));
        for (size_t i = 0; i < x.rows; i++) {
            double sum = 0.0;
            for (size_t k = 0; k < 8; k++) {
                double z = 0.0;
                for (size_t j = 0; j < x.cols; j++) z += (double)w[k * x.cols + j] * (double)*at(x, i, j);
                sum += (double)a[k] * tanh(1.5 * z);
            }
            *at(y, i, o) = (wi_real)sum;
        }
    }
    standardise(y);
    for (size_t i = 0; i < y.rows * y.cols; i++)
        y.data[i] = (wi_real)((double)y.data[i] + noise * wi_rng_normal(&p->rng));
}

static void table(plan *p, size_t inputs, size_t outputs)
{
    make(p, between(p, 300, 1000), inputs, outputs);
    fill_normal(p, p->data.x);
    smooth_target(p, 0.2);
}

/* The same with classes: the largest of several smooth functions. */
static void table_classes(plan *p, size_t inputs, size_t classes)
{
    table(p, inputs, classes);
    for (size_t i = 0; i < p->data.y.rows; i++) {
        size_t best = 0;
        for (size_t j = 1; j < classes; j++) if (*at(p->data.y, i, j) > *at(p->data.y, i, best)) best = j;
        for (size_t j = 0; j < classes; j++) *at(p->data.y, i, j) = (wi_real)(j == best);
    }
}

/* Columns as tables have them: years, prices, shares, counts. */
static void raw_columns(plan *p)
{
    wi_mat x = p->data.x;
    for (size_t j = 0; j < x.cols; j++) {
        double scale = log_between(p, 0.01, 1e4),
               shift = chance(p, 0.5) ? scale * log_between(p, 1.0, 100.0) : 0.0;
        for (size_t i = 0; i < x.rows; i++) *at(x, i, j) = (wi_real)(shift + scale * (double)*at(x, i, j));
    }
}

/* A bag of words: each class prefers some words of a long list; nearly all counts are zero. */
static void words(plan *p, size_t vocabulary, size_t classes, size_t each)
{
    make(p, 800, vocabulary, classes);
    for (size_t i = 0; i < 800; i++) {
        size_t c = pick(p, classes);
        for (size_t k = 0; k < each; k++) {
            size_t word = pick(p, vocabulary);
            if (chance(p, 0.4)) word = (word % (vocabulary / 40) * classes + c) % vocabulary;
            *at(p->data.x, i, word) += 1;
        }
        *at(p->data.y, i, c) = 1;
    }
}

/* ==== How to train =========================================================================== */

static void budget(plan *p, wi_loss loss)
{
    const size_t steps[6] = { 200, 300, 400, 800, 1500, 3000 }, batches[5] = { 16, 32, 32, 32, 64 };
    p->train.loss = loss;
    p->train.steps = steps[pick(p, 6)];
    p->train.batch = batches[pick(p, 5)];
    switch (pick(p, 8)) {
    case 0: case 1: p->train.opt = wi_sgd(1.0); break;
    case 2: p->train.opt = wi_nesterov(1.0, 0.9); break;
    case 3: case 4: p->train.opt = wi_momentum(1.0, 0.9); break;
    default: p->train.opt = wi_adam(1.0); break;
    }
    p->train.opt.rate = 0.0;
}

static void classify(plan *p)
{
    dense(p, p->data.y.cols, wi_linear());
    budget(p, WI_LOSS_SOFTMAX_CROSS_ENTROPY);
}
static void regress(plan *p) { dense(p, p->data.y.cols, wi_linear()); budget(p, WI_LOSS_HALF_SQUARED); }
static void decide(plan *p)
{
    dense(p, p->data.y.cols, wi_linear());
    budget(p, WI_LOSS_BINARY_CROSS_ENTROPY);
}

static void some_table(plan *p)
{
    size_t classes = between(p, 2, 6);
    table_classes(p, between(p, 4, 20), classes);
}

static void some_clouds(plan *p, size_t samples, size_t inputs, size_t most)
{
    size_t classes = between(p, 2, most);
    clouds(p, samples, between(p, inputs, 30), classes, 1.0);
}

/* Gratings on pictures of up to three channels. */
static void some_gratings(plan *p, size_t least, size_t side)
{
    size_t channels = between(p, 1, 3);
    gratings(p, between(p, least, 6), channels, side);
}

/* Data for a classifier of dense layers. */
static void any_classes(plan *p)
{
    switch (pick(p, 4)) {
    case 0: case 1: digits(p, 0, 0); break;
    case 2: some_clouds(p, 800, 4, 8); break;
    default: some_table(p); break;
    }
}

/* ==== The families =========================================================================== */

static void family_shallow(plan *p)
{
    any_classes(p);
    some_hidden(p, 1, 3, 16, 64, pick_act(p));
    classify(p);
    any_start(p, 0.5);
}

static void family_deep(plan *p)
{
    any_classes(p);
    some_hidden(p, 6, 20, 16, 64, pick_act(p));
    classify(p);
    any_start(p, 0.7);
}

static void family_deep_he(plan *p)
{
    any_classes(p);
    some_hidden(p, 20, 40, 16, 56, wi_relu());
    classify(p);
    recipe_everywhere(p, wi_he_normal(), wi_zeros());
}

static void family_deep_orthogonal(plan *p)
{
    wi_act act = chance(p, 0.7) ? wi_tanh() : pick_usual_act(p);
    any_classes(p);
    some_hidden(p, 15, 40, 16, 56, act);
    classify(p);
    recipe_everywhere(p, wi_orthogonal(chance(p, 0.5) ? wi_gain(act) : log_between(p, 0.7, 2.0)), wi_zeros());
}

static void family_selu(plan *p)
{
    any_classes(p);
    some_hidden(p, 4, 30, 16, 64, wi_selu());
    classify(p);
    if (chance(p, 0.6)) recipe_everywhere(p, wi_lecun_normal(), wi_zeros());
    else any_start(p, 0.3);
}

static void family_pytorch(plan *p)
{
    any_classes(p);
    some_hidden(p, 1, 20, 16, 64, pick_usual_act(p));
    classify(p);
    recipe_everywhere(p, wi_pytorch_default(), wi_pytorch_default());
}

static void family_scale(plan *p)
{
    any_classes(p);
    some_hidden(p, 2, 6, 16, 64, pick_usual_act(p));
    classify(p);
    recipe_everywhere(p, wi_gained(wi_lecun_normal(), log_between(p, 0.02, 20.0)), wi_zeros());
}

static void family_one_layer_off(plan *p)   /* all sound but for one layer */
{
    any_classes(p);
    some_hidden(p, 2, 6, 16, 64, pick_usual_act(p));
    classify(p);
    double gain = chance(p, 0.5) ? log_between(p, 0.001, 0.1) : log_between(p, 8.0, 100.0);
    p->layers[pick(p, p->net.layer_count)].weights = wi_gained(wi_lecun_normal(), gain);
}

static void family_copies(plan *p)   /* constant weights */
{
    any_classes(p);
    some_hidden(p, 1, 4, 8, 40, pick_usual_act(p));
    classify(p);
    wi_recipe constant = wi_constant(log_between(p, 0.01, 0.5));
    if (chance(p, 0.6)) recipe_everywhere(p, constant, wi_zeros());
    else p->layers[pick(p, p->net.layer_count)].weights = chance(p, 0.5) ? constant : wi_zeros();
}

static void family_biases(plan *p)
{
    any_classes(p);
    some_hidden(p, 1, 6, 16, 64, chance(p, 0.7) ? wi_relu() : pick_act(p));
    classify(p);
    double size = log_between(p, 0.1, 20.0);
    for (size_t l = 0; l < p->net.layer_count; l++)
        if (chance(p, 0.7))
            p->layers[l].bias =
                chance(p, 0.3) ? wi_normal(0.0, size) : wi_constant(chance(p, 0.7) ? -size : size);
}

static void family_sigmoid_squared(plan *p)   /* Nielsen's book: sigmoid to the end, half squared error */
{
    digits(p, 0, chance(p, 0.5));
    some_hidden(p, 1, 4, 16, 60, wi_sigmoid());
    dense(p, 10, wi_sigmoid());
    budget(p, chance(p, 0.7) ? WI_LOSS_HALF_SQUARED : WI_LOSS_SOFTMAX_CROSS_ENTROPY);
    if (chance(p, 0.5)) recipe_everywhere(p, wi_normal(0.0, 1.0), wi_normal(0.0, 1.0));
    else any_start(p, 0.6);
}

static void family_custom(plan *p)
{
    any_classes(p);
    some_hidden(p, 1, 8, 16, 64, pick_custom_act(p));
    classify(p);
    any_start(p, 0.7);
}

static void family_lenet(plan *p)
{
    int small = chance(p, 0.5);
    wi_act act = chance(p, 0.3) ? wi_sigmoid() : pick_usual_act(p);
    if (small) digits(p, 1, 0); else gratings(p, between(p, 3, 6), 1, 12);
    conv(p, between(p, 4, 8), 3, (size_t)small, act);
    add(p, chance(p, 0.5) ? wi_layer_max_pool(2) : wi_layer_avg_pool(2));
    conv(p, between(p, 6, 12), 3, (size_t)small, act);
    if (small) add(p, wi_layer_max_pool(2));
    dense(p, between(p, 16, 48), act);
    classify(p);
    any_start(p, 0.6);
}

static void family_vgg(plan *p)
{
    wi_act act = pick_usual_act(p);
    size_t stages = between(p, 2, 3), each = between(p, 1, 3);
    if (chance(p, 0.5)) digits(p, 1, 0); else some_gratings(p, 3, 8);
    for (size_t s = 0; s < stages; s++) {
        for (size_t k = 0; k < each; k++) conv(p, 6 + 3 * s, 3, 1, act);
        add(p, wi_layer_max_pool(2));
    }
    dense(p, 24, act);
    classify(p);
    if (chance(p, 0.3)) recipe_everywhere(p, wi_pytorch_default(), wi_pytorch_default());
    else any_start(p, 0.6);
}

static void family_conv_norm(plan *p)
{
    wi_act act = pick_usual_act(p);
    size_t depth = between(p, 2, 7);
    if (chance(p, 0.5)) digits(p, 1, 0); else gratings(p, between(p, 3, 6), 1, 8);
    for (size_t l = 0; l < depth; l++) {
        conv(p, between(p, 4, 10), 3, 1, wi_linear());
        add(p, chance(p, 0.8) ? wi_layer_batch_norm() : wi_layer_layer_norm());
        add(p, wi_layer_act(act));
        if (l == 1) add(p, wi_layer_max_pool(2));
    }
    add(p, wi_layer_avg_pool(0));
    classify(p);
    any_start(p, 0.4);
}

static void family_conv_deep(plan *p)   /* all convolutions, then the mean of the picture */
{
    wi_act act = pick_usual_act(p);
    size_t depth = between(p, 3, 14);
    if (chance(p, 0.5)) digits(p, 1, 0); else gratings(p, between(p, 3, 6), 1, 8);
    for (size_t l = 0; l < depth; l++) {
        wi_layer_desc *layer = conv(p, 8, 3, 1, act);
        if (l == 1) layer->stride = 2;
    }
    if (chance(p, 0.7)) add(p, wi_layer_avg_pool(0));
    classify(p);
    any_start(p, 0.7);
}

static void family_depthwise(plan *p)
{
    wi_act act = pick_usual_act(p);
    size_t blocks = between(p, 1, 4), norm = pick(p, 2);
    if (chance(p, 0.5)) digits(p, 1, 0); else gratings(p, between(p, 3, 6), 1, 8);
    conv(p, 8, 3, 1, act);
    for (size_t b = 0; b < blocks; b++) {
        conv(p, 8, 3, 1, wi_linear())->groups = 8;
        if (norm) add(p, wi_layer_batch_norm());
        add(p, wi_layer_act(act));
        conv(p, 8, 1, 0, wi_linear());
        if (norm) add(p, wi_layer_batch_norm());
        add(p, wi_layer_act(act));
    }
    add(p, wi_layer_avg_pool(0));
    classify(p);
    any_start(p, 0.6);
}

/* Residual blocks of two dense layers. pre: norm and activation come first; alpha: a scale layer closes the
   branch. */
static void residual(plan *p, size_t most, wi_act act, int pre, int alpha)
{
    size_t width = between(p, 16, 40), blocks = between(p, 2, most);
    any_classes(p);
    dense(p, width, act);
    for (size_t b = 0; b < blocks; b++) {
        size_t before = p->net.layer_count;
        if (pre) {
            add(p, pre == 1 ? wi_layer_batch_norm() : wi_layer_layer_norm());
            add(p, wi_layer_act(act));
        }
        dense(p, width, act);
        dense(p, width, wi_linear());
        if (alpha) add(p, wi_layer_scale(chance(p, 0.8) ? 0.0 : 1.0));
        add(p, wi_layer_skip(p->net.layer_count - before + 1));
    }
    classify(p);
}

static void family_residual_plain(plan *p)
{
    residual(p, 24, pick_usual_act(p), 0, 0);
    any_start(p, 0.8);
}

static void family_residual_norm(plan *p)
{
    int pre = 1 + chance(p, 0.4);
    residual(p, 16, pick_usual_act(p), pre, 0);
    any_start(p, 0.5);
}

static void family_residual_method(plan *p)
{
    residual(p, 24, wi_relu(), 0, 0);
    p->start = (plan_start)(START_ZERO + pick(p, 3));
}

static void family_rezero(plan *p)
{
    residual(p, 20, pick_usual_act(p), 0, 1);
    any_start(p, 0.7);
}

static void family_residual_post(plan *p)   /* an activation behind every sum, as in the first ResNet */
{
    size_t blocks = between(p, 2, 14), width = between(p, 16, 40), norm = pick(p, 2);
    any_classes(p);
    dense(p, width, wi_relu());
    for (size_t b = 0; b < blocks; b++) {
        size_t before = p->net.layer_count;
        dense(p, width, wi_linear());
        if (norm) add(p, wi_layer_batch_norm());
        add(p, wi_layer_act(wi_relu()));
        dense(p, width, wi_linear());
        if (norm) add(p, wi_layer_batch_norm());
        add(p, wi_layer_skip(p->net.layer_count - before + 1));
        add(p, wi_layer_act(wi_relu()));
    }
    classify(p);
    any_start(p, 0.7);
}

static void family_residual_conv(plan *p)
{
    size_t blocks = between(p, 2, 6), norm = pick(p, 2);
    if (chance(p, 0.5)) digits(p, 1, 0); else gratings(p, between(p, 3, 6), 1, 8);
    conv(p, 6, 3, 1, wi_relu());
    for (size_t b = 0; b < blocks; b++) {
        size_t before = p->net.layer_count;
        conv(p, 6, 3, 1, wi_linear());
        if (norm) add(p, wi_layer_batch_norm());
        add(p, wi_layer_act(wi_relu()));
        conv(p, 6, 3, 1, wi_linear());
        if (norm) add(p, wi_layer_batch_norm());
        add(p, wi_layer_skip(p->net.layer_count - before + 1));
    }
    add(p, wi_layer_avg_pool(0));
    classify(p);
    if (chance(p, 0.3)) p->start = (plan_start)(START_ZERO + pick(p, 3));
    else any_start(p, 0.7);
}

static void norm_net(plan *p, int batch)
{
    size_t depth = between(p, 1, 8) * between(p, 1, 5), width = between(p, 16, 56);
    wi_act act = pick_usual_act(p);
    any_classes(p);
    for (size_t l = 0; l < depth; l++) {
        dense(p, width, wi_linear());
        add(p, batch ? wi_layer_batch_norm() : wi_layer_layer_norm());
        add(p, wi_layer_act(act));
    }
    classify(p);
    any_start(p, 0.6);
}

static void family_batch_norm(plan *p) { norm_net(p, 1); }
static void family_layer_norm(plan *p) { norm_net(p, 0); }

static void family_small_batch(plan *p)   /* batch norm on few samples a step */
{
    norm_net(p, 1);
    p->train.batch = between(p, 1, 4);
}

static void family_norm_first(plan *p)   /* a norm takes care of raw inputs */
{
    some_table(p);
    raw_columns(p);
    add(p, chance(p, 0.8) ? wi_layer_batch_norm() : wi_layer_layer_norm());
    some_hidden(p, 1, 4, 16, 64, pick_usual_act(p));
    classify(p);
    any_start(p, 0.8);
}

static void family_dropout(plan *p)
{
    double rate = chance(p, 0.5) ? 0.1 + 0.4 * wi_rng_uniform(&p->rng) : 0.6 + 0.35 * wi_rng_uniform(&p->rng);
    size_t depth = between(p, 1, 5), width = between(p, 16, 64);
    any_classes(p);
    for (size_t l = 0; l < depth; l++) { dense(p, width, pick_usual_act(p)); add(p, wi_layer_dropout(rate)); }
    classify(p);
    any_start(p, 0.8);
}

static void family_bottleneck(plan *p)
{
    wi_act act = pick_usual_act(p);
    any_classes(p);
    some_hidden(p, 1, 2, 24, 64, act);
    dense(p, between(p, 1, 4), act);
    some_hidden(p, 1, 2, 24, 64, act);
    classify(p);
    any_start(p, 0.7);
}

static void family_hourglass(plan *p)
{
    wi_act act = pick_usual_act(p);
    size_t pairs = between(p, 2, 8), narrow = between(p, 4, 12);
    any_classes(p);
    for (size_t k = 0; k < pairs; k++) {
        dense(p, 64, act);
        dense(p, narrow, chance(p, 0.5) ? wi_linear() : act);
    }
    classify(p);
    any_start(p, 0.6);
}

static void family_autoencoder(plan *p)
{
    wi_act act = pick_usual_act(p);
    size_t code = between(p, 8, 32), tied = chance(p, 0.3), wide = between(p, 32, 56);
    digits(p, 0, chance(p, 0.4));
    memcpy(p->data.owned, p->data.x.data, 64000 * sizeof(wi_real));
    p->data.y = p->data.x;
    if (!tied && chance(p, 0.5)) dense(p, wide, act);
    dense(p, code, act);
    if (!tied && chance(p, 0.5)) dense(p, wide, act);
    regress(p);
    any_start(p, 0.7);
    if (tied) p->layers[1].tied = 1;
}

static void family_autoencoder_binary(plan *p)   /* pictures of ink, black or white */
{
    wi_act act = pick_usual_act(p);
    digits(p, 0, 0);
    int grey = chance(p, 0.3);
    for (size_t i = 0; i < 64000; i++) {
        double x = (double)p->data.x.data[i];
        p->data.x.data[i] = (wi_real)(grey ? fmin(fmax(0.5 + 0.3 * x, 0.0), 1.0) : x > 0.3);
    }
    p->data.y = p->data.x;
    if (chance(p, 0.5)) dense(p, between(p, 32, 56), act);
    dense(p, between(p, 8, 32), act);
    if (chance(p, 0.5)) dense(p, between(p, 32, 56), act);
    decide(p);
    any_start(p, 0.7);
}

static void family_regression(plan *p)
{
    size_t outputs = between(p, 1, 3);
    table(p, between(p, 2, 16), outputs);
    some_hidden(p, 1, 6, 16, 64, pick_act(p));
    regress(p);
    any_start(p, 0.7);
}

static void family_regression_raw(plan *p)
{
    int what = (int)pick(p, 3);
    double scale = log_between(p, 10.0, 1e5),
           shift = chance(p, 0.5) ? scale * log_between(p, 0.5, 10.0) : 0.0;
    table(p, between(p, 2, 16), 1);
    if (what != 1) raw_columns(p);
    for (size_t i = 0; what != 0 && i < p->data.y.rows; i++)
        *at(p->data.y, i, 0) = (wi_real)(shift + scale * (double)*at(p->data.y, i, 0));
    some_hidden(p, 1, 3, 16, 64, pick_usual_act(p));
    regress(p);
    any_start(p, 0.9);
}

static void family_curve(plan *p)   /* y = sin(w x) */
{
    double frequency = log_between(p, 1.0, 12.0);
    make(p, 400, 1, 1);
    for (size_t i = 0; i < 400; i++) {
        double x = 2.0 * wi_rng_uniform(&p->rng) - 1.0;
        p->data.x.data[i] = (wi_real)(1.7 * x);
        p->data.y.data[i] = (wi_real)sin(frequency * x);
    }
    some_hidden(p, 1, 3, 8, 64, pick_act(p));
    regress(p);
    any_start(p, 0.8);
}

static void family_binary(plan *p)
{
    wi_data d;
    if (chance(p, 0.4)) {
        table_classes(p, between(p, 2, 20), 2);
    } else {
        if ((chance(p, 0.5) ? wi_data_moons(&d, 600, 0.1, &p->rng)
                            : wi_data_blobs(&d, 600, 2, 2, 0.7, &p->rng)) != WI_OK)
            abort();
        make(p, 600, 2, 2);
        memcpy(p->data.owned, d.owned, 600 * 4 * sizeof(wi_real));
        wi_data_destroy(&d);
    }
    p->data.y.cols = 1;   /* the first class or not */
    some_hidden(p, 1, 4, 4, 48, pick_act(p));
    decide(p);
    any_start(p, 0.7);
}

static void family_imbalanced(plan *p)
{
    double share = log_between(p, 0.02, 0.2);
    make(p, 1500, between(p, 4, 20), 1);
    fill_normal(p, p->data.x);
    for (size_t i = 0; i < 1500; i++) {
        int rare = chance(p, share);
        p->data.y.data[i] = (wi_real)rare;
        for (size_t j = 0; rare && j < 4; j++) *at(p->data.x, i, j) += 2;
    }
    standardise(p->data.x);
    some_hidden(p, 1, 4, 16, 48, pick_usual_act(p));
    decide(p);
    any_start(p, 0.8);
}

static void family_words(plan *p)
{
    size_t each = between(p, 10, 40), classes = between(p, 2, 5);
    words(p, 400 * between(p, 1, 4), classes, each);
    if (chance(p, 0.3)) standardise(p->data.x);
    some_hidden(p, 0, 2, 8, 24, pick_usual_act(p));
    classify(p);
    any_start(p, 0.8);
}

static void family_one_hot(plan *p)
{
    size_t categories = 50 * between(p, 1, 16), classes = between(p, 2, 5), known = between(p, 20, 50);
    make(p, 800, categories, classes);
    for (size_t i = 0; i < 800; i++) {
        size_t k = pick(p, known) * (categories / known);
        *at(p->data.x, i, k) = 1;
        *at(p->data.y, i, k / (categories / known) % classes) = 1;
    }
    some_hidden(p, 1, 2, 8, 32, pick_usual_act(p));
    classify(p);
    any_start(p, 0.8);
}

static void family_xor(plan *p)
{
    wi_act act = chance(p, 0.5) ? wi_sigmoid() : chance(p, 0.5) ? wi_tanh() : wi_relu();
    if (wi_data_xor(&p->data) != WI_OK) abort();
    p->net.inputs = 2;
    dense(p, between(p, 2, 8), act);
    if (chance(p, 0.5)) {
        decide(p);
    } else {
        dense(p, 1, chance(p, 0.5) ? wi_sigmoid() : wi_linear());
        budget(p, WI_LOSS_HALF_SQUARED);
    }
    if (p->train.steps < 1000) p->train.steps = 3000;
    p->train.batch = 4;
    any_start(p, 0.8);
}

static void family_parity(plan *p)   /* a late start is in its nature */
{
    size_t bits = between(p, 2, 5), all = (size_t)1 << bits;
    make(p, all, bits, 1);
    for (size_t i = 0; i < all; i++)
        for (size_t j = 0; j < bits; j++) {
            *at(p->data.x, i, j) = (wi_real)((i >> j & 1) ? 1 : -1);
            if (i >> j & 1) p->data.y.data[i] = 1 - p->data.y.data[i];
        }
    some_hidden(p, 1, 2, 4, 32, pick_act(p));
    decide(p);
    p->train.batch = all < 32 ? all : 32;
    any_start(p, 0.8);
}

static void family_spirals(plan *p)
{
    size_t classes = between(p, 2, 4);
    if (wi_data_spirals(&p->data, 600, classes, 0.1, &p->rng) != WI_OK) abort();
    p->net.inputs = 2;
    standardise(p->data.x);
    some_hidden(p, 1, 4, 8, 48, pick_act(p));
    classify(p);
    any_start(p, 0.8);
}

static void family_shifted_column(plan *p)
{
    any_classes(p);
    size_t columns = chance(p, 0.5) ? 1 : between(p, 1, p->data.x.cols),
           first = pick(p, p->data.x.cols - columns + 1);
    double shift = log_between(p, 3.0, 1e4),
           scale = chance(p, 0.3) ? 0.0
        : chance(p, 0.5)          ? 1.0
                                  : log_between(p, 0.01, 1e3);
    for (size_t i = 0; i < p->data.x.rows; i++)
        for (size_t j = first; j < first + columns; j++)
            *at(p->data.x, i, j) = (wi_real)(shift + scale * (double)*at(p->data.x, i, j));
    some_hidden(p, 1, 4, 16, 64, pick_usual_act(p));
    classify(p);
    any_start(p, 0.9);
}

static void family_scaled_inputs(plan *p)
{
    any_classes(p);
    double scale = log_between(p, 1e-4, 1e3);
    for (size_t i = 0; i < p->data.x.rows * p->data.x.cols; i++)
        p->data.x.data[i] = (wi_real)(scale * (double)p->data.x.data[i]);
    some_hidden(p, 1, 4, 16, 64, pick_act(p));
    classify(p);
    any_start(p, 0.9);
}

static void family_raw_table(plan *p)
{
    some_table(p);
    raw_columns(p);
    some_hidden(p, 1, 3, 16, 64, pick_act(p));
    classify(p);
    any_start(p, 0.9);
}

static void family_pixels(plan *p)   /* 0 to 255, as files have them */
{
    digits(p, 0, 1);
    for (size_t i = 0; i < 64000; i++)
        p->data.x.data[i] = (wi_real)(255.0 * fmin(fmax((double)p->data.x.data[i], 0.0), 1.0));
    some_hidden(p, 1, 3, 16, 48, pick_act(p));
    classify(p);
    any_start(p, 0.7);
}

static void family_wrong_output(
    plan *p) /* an activation before a loss that takes logits, targets that it cannot reach */
{
    const wi_act acts[4] = { wi_sigmoid(), wi_tanh(), wi_relu(), wi_softplus() };
    if (chance(p, 0.6)) any_classes(p);
    else {
        table(p, between(p, 2, 10), 1);
        if (chance(p, 0.5))
            for (size_t i = 0; i < p->data.y.rows; i++)
                p->data.y.data[i] = (wi_real)(5.0 + 3.0 * (double)p->data.y.data[i]);
    }
    int classes = p->data.y.cols > 1;
    some_hidden(p, 1, 3, 16, 48, pick_usual_act(p));
    dense(p, p->data.y.cols, acts[pick(p, 4)]);
    budget(p, classes ? WI_LOSS_SOFTMAX_CROSS_ENTROPY : WI_LOSS_HALF_SQUARED);
    any_start(p, 0.9);
}

static void family_random_labels(plan *p)   /* nothing to learn but by heart */
{
    some_clouds(p, 600, 8, 6);
    size_t classes = p->data.y.cols;
    memset(p->data.y.data, 0, p->data.y.rows * classes * sizeof(wi_real));
    for (size_t i = 0; i < p->data.y.rows; i++) *at(p->data.y, i, pick(p, classes)) = 1;
    some_hidden(p, 1, 3, 16, 48, pick_usual_act(p));
    classify(p);
}

static void family_lsuv(plan *p)
{
    any_classes(p);
    some_hidden(p, 2, 20, 16, 56, pick_act(p));
    classify(p);
    p->start = START_LSUV;
}

static void family_frozen(plan *p)   /* random features */
{
    any_classes(p);
    some_hidden(p, 2, 8, 24, 64, pick_usual_act(p));
    classify(p);
    any_start(p, 0.7);
    for (size_t l = 0; l + 1 < p->net.layer_count; l++) p->layers[l].frozen = 1;
}

static void family_linear(plan *p)
{
    any_classes(p);
    some_hidden(p, 0, 12, 16, 64, wi_linear());
    classify(p);
    any_start(p, 0.6);
}

static void family_siren(plan *p)
{
    double omega = chance(p, 0.5) ? 30.0 : log_between(p, 3.0, 30.0);
    make(p, 600, 2, 1);
    for (size_t i = 0; i < 600; i++) {
        double x = 2.0 * wi_rng_uniform(&p->rng) - 1.0, y = 2.0 * wi_rng_uniform(&p->rng) - 1.0;
        p->data.x.data[2 * i] = (wi_real)x;
        p->data.x.data[2 * i + 1] = (wi_real)y;
        p->data.y.data[i] = (wi_real)(sin(5.0 * x) * cos(4.0 * y));
    }
    size_t depth = between(p, 1, 4), width = between(p, 24, 64);
    hidden(p, depth, width, wi_sine(omega));
    regress(p);
    for (size_t l = 0; l < p->net.layer_count; l++) p->layers[l].weights = wi_siren(omega, l == 0);
    if (chance(p, 0.3)) any_start(p, 0.5);
}

#include "families_more.h"

typedef struct plan_family { const char *name; void (*draw)(plan *p); } plan_family;

static const plan_family families[] = { { "shallow", family_shallow },
                                        { "deep", family_deep },
                                        { "deep He", family_deep_he },
                                        { "deep orthogonal", family_deep_orthogonal },
                                        { "SELU", family_selu },
                                        { "PyTorch default", family_pytorch },
                                        { "scale of weights", family_scale },
                                        { "one layer off", family_one_layer_off },
                                        { "copies", family_copies },
                                        { "biases", family_biases },
                                        { "sigmoid, squared", family_sigmoid_squared },
                                        { "custom activation", family_custom },
                                        { "LeNet", family_lenet },
                                        { "VGG", family_vgg },
                                        { "conv + norm", family_conv_norm },
                                        { "conv, deep", family_conv_deep },
                                        { "depthwise", family_depthwise },
                                        { "residual, plain", family_residual_plain },
                                        { "residual, norm", family_residual_norm },
                                        { "residual, method", family_residual_method },
                                        { "ReZero", family_rezero },
                                        { "residual, post", family_residual_post },
                                        { "residual, conv", family_residual_conv },
                                        { "batch norm", family_batch_norm },
                                        { "layer norm", family_layer_norm },
                                        { "small batch", family_small_batch },
                                        { "norm first", family_norm_first },
                                        { "dropout", family_dropout },
                                        { "bottleneck", family_bottleneck },
                                        { "hourglass", family_hourglass },
                                        { "autoencoder", family_autoencoder },
                                        { "autoencoder, ink", family_autoencoder_binary },
                                        { "regression", family_regression },
                                        { "regression, raw", family_regression_raw },
                                        { "curve", family_curve },
                                        { "binary", family_binary },
                                        { "imbalanced", family_imbalanced },
                                        { "words", family_words },
                                        { "one-hot", family_one_hot },
                                        { "XOR", family_xor },
                                        { "parity", family_parity },
                                        { "spirals", family_spirals },
                                        { "shifted column", family_shifted_column },
                                        { "scaled inputs", family_scaled_inputs },
                                        { "raw table", family_raw_table },
                                        { "pixels", family_pixels },
                                        { "wrong output", family_wrong_output },
                                        { "random labels", family_random_labels },
                                        { "LSUV", family_lsuv },
                                        { "frozen", family_frozen },
                                        { "linear", family_linear },
                                        { "SIREN", family_siren },
                                        { "form", more_form },
                                        { "ledger", more_ledger },
                                        { "grades", more_grades },
                                        { "fraud", more_fraud },
                                        { "flowers", more_flowers },
                                        { "tags", more_tags },
                                        { "heavy tails", more_heavy_tails },
                                        { "rewards", more_rewards },
                                        { "by heart", more_by_heart },
                                        { "forecast", more_forecast },
                                        { "windows", more_windows },
                                        { "axis", more_axis },
                                        { "next state", more_next_state },
                                        { "checkerboard", more_checkerboard },
                                        { "waves", more_waves },
                                        { "thin", more_thin },
                                        { "wide", more_wide },
                                        { "pyramid", more_pyramid },
                                        { "deep, wild", more_deep },
                                        { "from scratch", more_from_scratch },
                                        { "all positive", more_all_positive },
                                        { "squashed end", more_squashed_end },
                                        { "no bias", more_no_bias },
                                        { "frozen, some", more_frozen },
                                        { "own rates", more_own_rates },
                                        { "stack", more_stack },
                                        { "blocks", more_blocks },
                                        { "odd norms", more_odd_norms },
                                        { "tiny batch", more_tiny_batch },
                                        { "dropout, wild", more_dropout },
                                        { "noise", more_noise },
                                        { "held back", more_held_back },
                                        { "code", more_code },
                                        { "tied", more_tied },
                                        { "pictures", more_pictures },
                                        { "depthwise, wild", more_depthwise },
                                        { "anything", more_anything } };

#include "strangers.h"

/* Plans from this number on are of the strangers' families, which count on from the others. */
enum { STRANGERS = 1000000, FAMILIES = WI_COUNT(families) + WI_COUNT(strangers) };

static plan_family family_of(size_t f)
{
    return f < WI_COUNT(families) ? families[f] : strangers[f - WI_COUNT(families)];
}

/* ==== A plan ================================================================================= */

/* Multiplications of one sample forward, so that budgets can be kept small. */
static double plan_work(const wi_net *net)
{
    double work = 0.0;
    for (size_t l = 0; l < net->layer_count; l++) {
        const wi_layer *layer = &net->layers[l];
        double pixels = (double)(layer->out.height * layer->out.width);
        work += (double)layer->outputs * 30.0;
        if (has_weights(&layer->desc))
            work += pixels * (double)(layer->w.rows * layer->w.cols) *
                (layer->desc.kind == WI_LAYER_CONV2D ? 3.0 : 1.0);
    }
    return work;
}

/* The weights as the plan has them at its start. */
static wi_status plan_begin(plan *p, wi_net *net)
{
    if (p->start == START_RECIPES) return wi_net_init(net, p->net.seed);
    if (p->start == START_LSUV) return wi_net_init_lsuv(net, p->data.x, 0.05, 10);
    return wi_net_init_residual(net, (wi_residual)(p->start - START_ZERO), p->net.seed);
}

/* Draw plan `number` and create its network. */
static void plan_draw(plan *p, wi_net *net, size_t number)
{
    wi_error error;
    memset(p, 0, sizeof *p);
    p->number = number;
    p->family = number < STRANGERS ? number % WI_COUNT(families)
                                   : WI_COUNT(families) + number % WI_COUNT(strangers);
    p->name = family_of(p->family).name;
    p->rng = wi_rng_split(wi_rng_make(2026), number);
    family_of(p->family).draw(p);
    p->net.layers = p->layers;
    p->net.max_batch = PLAN_LOOK;
    p->net.seed = p->train.seed = number;
    if (p->data.y.cols == 0 || p->train.steps == 0) abort();
    if (p->train.batch > p->data.x.rows) p->train.batch = p->data.x.rows;
    if (wi_net_create(net, &p->net, &error) != WI_OK) {
        fprintf(stderr, "plan %zu (%s): %s\n", number, p->name, error.text);
        exit(1);
    }
    double work = plan_work(net) * (double)p->train.batch;
    while (p->train.steps > 200 && work * (double)p->train.steps > 5e9)
        p->train.steps = p->train.steps * 2 / 3;
    if (p->start == START_LSUV && plan_begin(p, net) != WI_OK) p->start = START_RECIPES;
}

static void plan_destroy(plan *p, wi_net *net)
{
    wi_net_destroy(net);
    if (p->data.owned) free(p->data.owned);
}

#endif /* FAMILIES_H */
