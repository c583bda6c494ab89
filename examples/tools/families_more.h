/* families_more.h - what other people do: families of plans in which nearly everything is random

   families.h takes them in beside its own. A family there varies around a sound plan; one here has a story
   (a form, a ledger, a window of a series, a net from a first course) and leaves the rest to chance: any
   start, scale, bias, column, target, optimiser, rate, decay and budget. Half of the plans have an adaptive
   optimiser.

   SPDX-License-Identifier: MIT OR Unlicense */

/* ==== Chance, wider ========================================================================== */

static double around(plan *p, double lo, double hi) { return lo + (hi - lo) * wi_rng_uniform(&p->rng); }
static size_t log_count(plan *p, double lo, double hi) { return (size_t)log_between(p, lo, hi + 0.99); }

static wi_act wild_act(plan *p)
{
    switch (pick(p, 8)) {
    case 0: return wi_leaky_relu(around(p, -0.2, 0.9));
    case 1: return wi_elu(log_between(p, 0.1, 5.0));
    case 2: return wi_sine(log_between(p, 0.3, 10.0));
    case 3: return wi_custom("steep", steep, steep_slope, log_between(p, 0.1, 10.0));
    case 4: return pick_custom_act(p);
    case 5: return wi_linear();
    default: return pick_act(p);
    }
}

static wi_act mostly_usual_act(plan *p) { return chance(p, 0.6) ? pick_usual_act(p) : wild_act(p); }

/* The fewest inputs of a unit: a sparse recipe needs as many. */
static size_t least_fan(const plan *p)
{
    size_t least = p->net.inputs ? p->net.inputs : 1;
    for (size_t l = 0; l < p->net.layer_count; l++)
        if (p->layers[l].kind == WI_LAYER_CONV2D) least = 1;
        else if (has_weights(&p->layers[l]) && p->layers[l].units < least) least = p->layers[l].units;
    return least;
}

static wi_recipe wild_recipe(plan *p)
{
    double size = log_between(p, 0.003, 2.0);
    switch (pick(p, 13)) {
    case 0: return wi_gained(wi_he_normal(), log_between(p, 0.2, 5.0));
    case 1: return wi_gained(wi_xavier_uniform(), log_between(p, 0.1, 10.0));
    case 2: return wi_gained(wi_pytorch_default(), log_between(p, 0.3, 4.0));
    case 3: return wi_orthogonal(log_between(p, 0.3, 3.0));
    case 4: return wi_normal(0.0, size);
    case 5: return wi_uniform(-size, size);
    case 6: return wi_uniform(0.0, size);
    case 7: return wi_normal(around(p, -0.3, 0.3), size);
    case 8: return wi_truncated_normal(0.0, size, -2.0, 2.0);
    case 9: return wi_sparse(between(p, 1, least_fan(p) < 12 ? least_fan(p) : 12), 3.0 * size);
    case 10: return wi_kaiming(0.0, WI_FAN_OUT, WI_SCHEME_NORMAL);
    case 11: return chance(p, 0.5) ? wi_uniform(-1.0, 1.0) : wi_uniform(0.0, 1.0);
    default: return wi_constant(chance(p, 0.3) ? 0.0 : 0.3 * size);
    }
}

static wi_recipe wild_bias(plan *p)
{
    switch (pick(p, 5)) {
    case 0: return wi_constant(around(p, -1.0, 1.0));
    case 1: return wi_uniform(0.0, 1.0);
    case 2: return wi_normal(0.0, log_between(p, 0.01, 3.0));
    case 3: return wi_pytorch_default();
    default: return wi_zeros();
    }
}

/* A share of the starts, `sound`, are known ones; the others are anything: in all layers, one, or each. */
static void wild_start(plan *p, double sound)
{
    size_t off = pick(p, p->net.layer_count);
    if (chance(p, sound)) { any_start(p, 1.0); return; }
    if (chance(p, 0.5)) {
        wi_recipe bias = chance(p, 0.6) ? wi_zeros() : wild_bias(p);
        recipe_everywhere(p, wild_recipe(p), bias);
    } else
        for (size_t l = 0, each = pick(p, 2); l < p->net.layer_count; l++)
            if (has_weights(&p->layers[l]) && (each ? chance(p, 0.7) : l == off)) {
                p->layers[l].weights = wild_recipe(p);
                p->layers[l].bias = wild_bias(p);
            }
}

static void wild_optimiser(plan *p)
{
    switch (pick(p, 14)) {
    case 0: case 1: p->train.opt = wi_sgd(1.0); break;
    case 2: case 3: p->train.opt = wi_momentum(1.0, around(p, 0.3, 0.99)); break;
    case 4: p->train.opt = wi_nesterov(1.0, around(p, 0.5, 0.98)); break;
    case 5: case 6: p->train.opt = wi_momentum(1.0, 0.9); break;
    case 7: case 8: p->train.opt = wi_rmsprop(1.0); break;
    case 9: p->train.opt = wi_adamw(1.0, log_between(p, 1e-3, 3.0)); break;
    default: p->train.opt = wi_adam(1.0);
    }
    int adaptive = p->train.opt.kind >= WI_OPT_RMSPROP;
    if (adaptive && chance(p, 0.3)) p->train.opt.beta2 = 1.0 - log_between(p, 1e-4, 0.1);
    if (p->train.opt.kind == WI_OPT_ADAM && chance(p, 0.2)) p->train.opt.momentum = around(p, 0.0, 0.97);
    p->train.opt.rate = chance(p, 0.65) ? 0.0 : log_between(p, 0.02, 50.0) * (adaptive ? 1e-3 : 0.02);
}

/* How to train for the loss that the task has set. */
static void wild_train(plan *p)
{
    const size_t batches[4] = { 32, 32, 64, PLAN_LOOK };
    wild_optimiser(p);
    p->train.steps = log_count(p, 200.0, 2500.0);
    p->train.batch = chance(p, 0.6) ? batches[pick(p, 4)] : log_count(p, 1.0, (double)PLAN_LOOK);
    if (chance(p, 0.15)) p->train.weight_decay = log_between(p, 1e-5, 0.3);
    if (chance(p, 0.15)) p->train.clip_norm = log_between(p, 0.01, 10.0);
    if (chance(p, 0.05)) p->train.clip_value = log_between(p, 1e-3, 1.0);
    if (chance(p, 0.1)) p->train.schedule = WI_SCHEDULE_COSINE;
    if (chance(p, 0.1)) p->train.warmup_steps = p->train.steps / between(p, 2, 20);
}

/* ==== Data =================================================================================== */

static void latent(plan *p, size_t samples, size_t inputs, size_t outputs)
{
    make(p, samples, inputs, outputs);
    fill_normal(p, p->data.x);
}

static void any_latent(plan *p, double few, double many, size_t least, size_t most, size_t outputs)
{
    size_t inputs = between(p, least, most);
    latent(p, log_count(p, few, many), inputs, outputs);
}

static void any_hidden(plan *p, size_t least, size_t most, double narrow, double wide, wi_act act)
{
    size_t width = log_count(p, narrow, wide);
    hidden(p, between(p, least, most), width, act);
}

/* One column as tables have them, made of standard normal numbers so that order, and mostly size, stay. */
static void column_as(plan *p, size_t j, size_t kind)
{
    double scale = log_between(p, 0.01, 1000.0), shift = scale * around(p, -20.0, 20.0);
    for (size_t i = 0; i < p->data.x.rows; i++) {
        double z = (double)*at(p->data.x, i, j), v = z;
        switch (kind) {
        case 0: v = scale * z; break;
        case 1: v = shift + scale * z; break;
        case 2: v = scale * exp(1.3 * z); break;              /* money */
        case 3: v = z > 0.3; break;                           /* a flag */
        case 4: v = floor(exp(1.0 + z)); break;               /* a count */
        case 5: v = fmin(fmax(128.0 + 60.0 * z, 0.0), 255.0); break;
        case 6: v = floor(1985.0 + 14.0 * z); break;          /* a year */
        case 7: v = z > 1.6 ? scale * z : 0.0; break;         /* mostly nothing */
        case 8: v = shift; break;                             /* the same for all */
        case 9: v = 1013.0 + 8.0 * z; break;                  /* air pressure */
        default: v = 2.0 / (1.0 + exp(-z)) - 1.0;
        }
        *at(p->data.x, i, j) = (wi_real)v;
    }
}

/* Some columns, all, or none become raw. */
static void messy(plan *p, double share)
{
    for (size_t j = 0; j < p->data.x.cols; j++)
        if (chance(p, share)) column_as(p, j, pick(p, 11));
    if (chance(p, 0.2)) standardise(p->data.x);
}

static void affine(wi_mat m, double shift, double scale)
{
    for (size_t i = 0; i < m.rows * m.cols; i++) m.data[i] = (wi_real)(shift + scale * (double)m.data[i]);
}

static void any_affine(plan *p, wi_mat m, double lo, double hi, double least, double most)
{
    double scale = log_between(p, least, most);
    affine(m, around(p, lo, hi), scale);
}

/* Each row gets, with this probability, the answer of another. */
static void confuse(plan *p, double share)
{
    wi_mat y = p->data.y;
    for (size_t i = 0; i < y.rows; i++)
        if (chance(p, share)) memcpy(at(y, i, 0), at(y, pick(p, y.rows), 0), y.cols * sizeof(wi_real));
}

/* The outputs become yes or no: above a threshold, so that `yes` says about how rare a yes is. */
static void flags(plan *p, double lo, double hi)
{
    for (size_t j = 0; j < p->data.y.cols; j++) {
        double above = around(p, lo, hi);
        for (size_t i = 0; i < p->data.y.rows; i++)
            *at(p->data.y, i, j) = (wi_real)((double)*at(p->data.y, i, j) > above);
    }
}

/* The outputs become classes; some are wanted more than others. */
static void classes_of(plan *p, double uneven)
{
    wi_mat y = p->data.y;
    for (size_t i = 0; i < y.rows; i++) {
        size_t best = 0;
        double most = -HUGE_VAL;
        for (size_t j = 0; j < y.cols; j++) {
            double v = (double)*at(y, i, j) - uneven * (double)j;
            if (v > most) { most = v; best = j; }
        }
        for (size_t j = 0; j < y.cols; j++) *at(y, i, j) = (wi_real)(j == best);
    }
}

/* Targets that nobody has scaled. */
static void bend_targets(plan *p)
{
    wi_mat y = p->data.y;
    double k = around(p, 0.3, 2.0), scale = log_between(p, 1e-3, 1e4), shift = scale * around(p, -10.0, 10.0);
    size_t kind = pick(p, 7);
    for (size_t i = 0; i < y.rows * y.cols; i++) {
        double v = (double)y.data[i];
        switch (kind) {
        case 0: v *= scale; break;
        case 1: v = shift + scale * v; break;
        case 2: v = exp(k * v); break;
        case 3: v = scale * exp(k * v); break;
        case 4: v += 0.2 * tan(1.5 * around(p, -1.0, 1.0)); break;
        case 5: v = floor(exp(1.0 + 0.7 * v)); break;
        default: v = 1.0 / (1.0 + exp(-2.0 * v));
        }
        y.data[i] = (wi_real)v;
    }
}

/* Any task on a table, its loss set; `hard` 0 to 1: how much of it is noise. */
static void wild_task(plan *p, double hard)
{
    size_t samples = log_count(p, 30.0, 1000.0), inputs = log_count(p, 2.0, 30.0);
    double noise = chance(p, 0.5) ? 0.0 : around(p, 0.0, 2.0 * hard), apart;
    p->train.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    switch (pick(p, 6)) {
    case 0:
        apart = log_between(p, 0.3, 3.0);
        clouds(p, samples, inputs < 16 ? inputs : 16, between(p, 2, 6), apart);
        break;
    case 1:
        digits(p, 0, chance(p, 0.5));
        break;
    case 2: case 3:
        latent(p, samples, inputs, between(p, 2, 6));
        smooth_target(p, noise);
        classes_of(p, chance(p, 0.5) ? 0.0 : around(p, 0.0, 1.0));
        break;
    case 4:
        latent(p, samples, inputs, chance(p, 0.6) ? 1 : between(p, 2, 6));
        smooth_target(p, noise);
        flags(p, -0.5, 1.5);
        p->train.loss = WI_LOSS_BINARY_CROSS_ENTROPY;
        break;
    default:
        latent(p, samples, inputs, chance(p, 0.7) ? 1 : between(p, 2, 4));
        smooth_target(p, noise);
        if (chance(p, 0.4)) bend_targets(p);
        p->train.loss = WI_LOSS_HALF_SQUARED;
    }
    if (chance(p, hard)) confuse(p, wi_rng_uniform(&p->rng));
    if (chance(p, 0.3)) messy(p, wi_rng_uniform(&p->rng));
    else if (chance(p, 0.2)) any_affine(p, p->data.x, -3.0, 3.0, 0.01, 100.0);
}

/* Small pictures, raw or not. */
static void pictures(plan *p)
{
    if (chance(p, 0.5)) digits(p, 1, chance(p, 0.5)); else some_gratings(p, 2, 8);
    if (chance(p, 0.3)) confuse(p, wi_rng_uniform(&p->rng));
    if (chance(p, 0.25)) affine(p->data.x, chance(p, 0.5) ? 0.0 : 128.0, 60.0);
    else if (chance(p, 0.2)) any_affine(p, p->data.x, -5.0, 5.0, 0.003, 10.0);
    p->train.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
}

/* The last layer, and all that is still open. */
static void wild_end(plan *p, double sound)
{
    dense(p, p->data.y.cols, wi_linear());
    wild_train(p);
    wild_start(p, sound);
}

/* ==== Tables ================================================================================= */

static void more_form(plan *p)   /* boxes ticked, ages, fares: who comes back? */
{
    size_t fields = between(p, 2, 5), numbers = between(p, 1, 4), samples = log_count(p, 80.0, 900.0), j = 0;
    latent(p, samples, numbers + 4 * fields, 1);
    for (size_t i = 0; i < samples; i++)
        for (size_t f = 0; f < fields; f++) {
            size_t ticked = pick(p, 4) * pick(p, 4) / 3;
            for (size_t k = 0; k < 4; k++) *at(p->data.x, i, numbers + 4 * f + k) = (wi_real)(k == ticked);
        }
    smooth_target(p, around(p, 0.0, 1.5));
    flags(p, -0.5, 1.5);
    for (int raw = chance(p, 0.7); raw && j < numbers; j++) column_as(p, j, pick(p, 11));
    any_hidden(p, 0, 3, 4.0, 64.0, mostly_usual_act(p));
    p->train.loss = WI_LOSS_BINARY_CROSS_ENTROPY;
    wild_end(p, 0.7);
}

static void more_ledger(plan *p)   /* sums of money from whatever the books hold */
{
    any_latent(p, 40.0, 1000.0, 2, 16, 1);
    smooth_target(p, around(p, 0.0, 1.0));
    bend_targets(p);
    messy(p, around(p, 0.2, 1.0));
    any_hidden(p, 1, 4, 8.0, 96.0, mostly_usual_act(p));
    wild_end(p, 0.75);
}

static void more_grades(plan *p)   /* marks 3 to 8, most of them in the middle: numbers or classes */
{
    size_t marks = between(p, 3, 6);
    int numbers = chance(p, 0.4);
    any_latent(p, 100.0, 1000.0, 4, 12, numbers ? 1 : marks);
    if (numbers) {
        smooth_target(p, around(p, 0.0, 1.5));
        for (size_t i = 0; i < p->data.y.rows; i++)
            p->data.y.data[i] = (wi_real)floor(5.5 + (double)p->data.y.data[i]);
    } else {
        wi_real w[12];
        for (size_t j = 0; j < 12; j++) w[j] = (wi_real)wi_rng_normal(&p->rng);
        double noise = around(p, 0.0, 1.5), wide = around(p, 0.3, 1.5);
        for (size_t i = 0; i < p->data.y.rows; i++) {
            double sum = noise * wi_rng_normal(&p->rng);
            for (size_t j = 0; j < p->data.x.cols; j++)
                sum += (double)w[j] * (double)*at(p->data.x, i, j) / sqrt((double)p->data.x.cols);
            double mark = fmin(fmax(floor(0.5 * (double)marks + wide * sum), 0.0), (double)marks - 1.0);
            *at(p->data.y, i, (size_t)mark) = 1;
        }
        p->train.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    }
    if (chance(p, 0.6)) messy(p, around(p, 0.3, 1.0));
    any_hidden(p, 1, 3, 6.0, 64.0, mostly_usual_act(p));
    wild_end(p, 0.75);
}

static void more_fraud(plan *p)   /* few are wanted, an amount is log-normal, a clock runs */
{
    size_t samples = between(p, 400, 1000), columns = between(p, 3, 12);
    latent(p, samples, columns, 1);
    smooth_target(p, around(p, 0.0, 0.6));
    flags(p, 0.8, 2.2);
    if (chance(p, 0.15)) confuse(p, wi_rng_uniform(&p->rng));
    int raw = chance(p, 0.6);
    double clock = log_between(p, 0.1, 200.0);
    if (raw) column_as(p, 0, 2);
    for (size_t i = 0; raw && i < samples; i++) *at(p->data.x, i, 1) = (wi_real)(clock * (double)i);
    any_hidden(p, 1, 4, 4.0, 64.0, mostly_usual_act(p));
    p->train.loss = WI_LOSS_BINARY_CROSS_ENTROPY;
    wild_end(p, 0.7);
}

static void more_flowers(plan *p)   /* a handful of samples, a tiny net, all of them at every step */
{
    size_t classes = between(p, 2, 4), columns = between(p, 2, 6), samples = between(p, 20, 120);
    clouds(p, samples, columns, classes, log_between(p, 0.3, 3.0));
    if (chance(p, 0.5)) any_affine(p, p->data.x, 0.0, 6.0, 0.1, 5.0);
    some_hidden(p, 1, 3, 2, 16, mostly_usual_act(p));
    p->train.loss = chance(p, 0.8) ? WI_LOSS_SOFTMAX_CROSS_ENTROPY : WI_LOSS_HALF_SQUARED;
    wild_end(p, 0.5);
    if (chance(p, 0.7)) p->train.batch = PLAN_LOOK;
}

static void more_tags(plan *p)   /* several yes or no at once, each as rare as it likes */
{
    size_t outputs = between(p, 3, 10);
    any_latent(p, 60.0, 800.0, 4, 20, outputs);
    smooth_target(p, around(p, 0.0, 1.5));
    flags(p, -1.0, 2.0);
    if (chance(p, 0.3)) confuse(p, wi_rng_uniform(&p->rng));
    if (chance(p, 0.3)) messy(p, wi_rng_uniform(&p->rng));
    any_hidden(p, 1, 4, 8.0, 64.0, mostly_usual_act(p));
    p->train.loss = chance(p, 0.8) ? WI_LOSS_BINARY_CROSS_ENTROPY : WI_LOSS_HALF_SQUARED;
    wild_end(p, 0.6);
}

static void more_heavy_tails(plan *p)   /* a few targets outweigh all the others */
{
    double tail = around(p, 0.5, 3.0);
    any_latent(p, 60.0, 900.0, 2, 12, 1);
    smooth_target(p, around(p, 0.0, 0.7));
    for (size_t i = 0; i < p->data.y.rows; i++)
        p->data.y.data[i] = (wi_real)(sinh(tail * (double)p->data.y.data[i]));
    if (chance(p, 0.5)) standardise(p->data.y);
    if (chance(p, 0.2)) messy(p, wi_rng_uniform(&p->rng));
    any_hidden(p, 1, 4, 8.0, 64.0, mostly_usual_act(p));
    wild_end(p, 0.7);
}

static void more_rewards(plan *p)   /* the value of an action, of which most is luck */
{
    double luck = log_between(p, 0.2, 3.0);
    size_t outputs = between(p, 1, 4);
    any_latent(p, 30.0, 1000.0, 2, 8, outputs);
    smooth_target(p, luck);
    if (chance(p, 0.4)) any_affine(p, p->data.y, -20.0, 20.0, 0.05, 50.0);
    any_hidden(p, 1, 3, 8.0, 128.0, mostly_usual_act(p));
    wild_end(p, 0.75);
}

static void more_by_heart(plan *p)   /* answers drawn by lot, to be learnt by heart if at all */
{
    size_t samples = log_count(p, 10.0, 600.0), inputs = log_count(p, 2.0, 40.0), classes = between(p, 2, 6);
    latent(p, samples, inputs, classes);
    for (size_t i = 0; i < samples; i++) *at(p->data.y, i, pick(p, classes)) = 1;
    any_hidden(p, 1, 4, 4.0, 128.0, mostly_usual_act(p));
    p->train.loss = chance(p, 0.8) ? WI_LOSS_SOFTMAX_CROSS_ENTROPY : WI_LOSS_HALF_SQUARED;
    wild_end(p, 0.8);
}

/* ==== Series, curves, states ================================================================= */

/* A series of one of four kinds at time t. */
static double series(plan *p, size_t kind, double t, double period, double noise, double *walk)
{
    *walk += 0.3 * wi_rng_normal(&p->rng);
    double wave = sin(6.2831853 * t / period) + noise * wi_rng_normal(&p->rng);
    return kind == 0 ? wave : kind == 1 ? wave + 0.01 * t : kind == 2 ? *walk : wave * (1.0 + 0.5 * *walk);
}

static void more_forecast(plan *p)   /* the next value of a series, or its next change, from the last ones */
{
    size_t window = between(p, 3, 24), samples = between(p, 100, 800), kind = pick(p, 4);
    double period = log_between(p, 3.0, 80.0), noise = log_between(p, 0.02, 2.0), walk = 0.0;
    double level = chance(p, 0.5) ? 0.0 : log_between(p, 1.0, 500.0), scale = log_between(p, 0.3, 30.0);
    int change = chance(p, 0.3), raw = chance(p, 0.6);
    wi_real values[24 + 801];
    for (size_t t = 0; t <= window + samples; t++)
        values[t] = (wi_real)series(p, kind, (double)t, period, noise, &walk);
    make(p, samples, window, 1);
    for (size_t i = 0; i < samples; i++) {
        memcpy(at(p->data.x, i, 0), values + i, window * sizeof(wi_real));
        p->data.y.data[i] = change ? values[i + window] - values[i + window - 1] : values[i + window];
    }
    if (raw) affine(p->data.x, level, scale);
    if (raw && chance(p, 0.7)) affine(p->data.y, change ? 0.0 : level, scale);
    any_hidden(p, 1, 4, 4.0, 96.0, mostly_usual_act(p));
    wild_end(p, 0.75);
}

static void more_windows(plan *p)   /* what a converter saw; in which state was the thing? */
{
    size_t window = between(p, 8, 32), states = between(p, 2, 4), samples = between(p, 80, 600);
    double noise = log_between(p, 0.05, 3.0), range = chance(p, 0.5) ? 1023.0 : 4095.0;
    size_t shown = pick(p, 3);
    make(p, samples, window, states);
    for (size_t i = 0; i < samples; i++) {
        size_t state = pick(p, states);
        double phase = around(p, 0.0, 6.28), drift = around(p, -0.5, 0.5);
        for (size_t j = 0; j < window; j++)
            *at(p->data.x, i, j) = (wi_real)((1.0 + 0.5 * (double)state) * sin(phase + 0.7 * (double)j) +
                                             drift + noise * wi_rng_normal(&p->rng));
        *at(p->data.y, i, state) = 1;
    }
    if (shown == 0) affine(p->data.x, 0.5 * range, 0.1 * range);
    if (shown == 1) affine(p->data.x, 0.5, 0.1);
    if (chance(p, 0.2)) confuse(p, wi_rng_uniform(&p->rng));
    any_hidden(p, 1, 5, 6.0, 64.0, mostly_usual_act(p));
    p->train.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    wild_end(p, 0.7);
}

static void more_axis(plan *p)   /* a curve over an axis in the units of the plot */
{
    size_t samples = log_count(p, 20.0, 500.0), kind = pick(p, 4);
    double from = chance(p, 0.5) ? 0.0 : around(p, -50.0, 50.0), length = log_between(p, 0.5, 300.0),
           waves = log_between(p, 0.3, 12.0), noise = chance(p, 0.5) ? 0.0 : log_between(p, 0.01, 1.0);
    make(p, samples, 1, 1);
    for (size_t i = 0; i < samples; i++) {
        double t = wi_rng_uniform(&p->rng), y = sin(6.2831853 * waves * t);
        if (kind == 1) y *= exp(-3.0 * t);
        if (kind == 2) y = t * t - (t > 0.6);
        if (kind == 3) y = fabs(y);
        p->data.x.data[i] = (wi_real)(from + length * t);
        p->data.y.data[i] = (wi_real)(y + noise * wi_rng_normal(&p->rng));
    }
    if (chance(p, 0.4)) standardise(p->data.x);
    if (chance(p, 0.2)) bend_targets(p);
    any_hidden(p, 1, 5, 4.0, 128.0, wild_act(p));
    wild_end(p, 0.7);
}

static void more_next_state(plan *p)   /* where a system is one tick later, or by how much it moved */
{
    size_t states = between(p, 2, 8);
    double tick = log_between(p, 0.01, 1.0), turn = around(p, 0.2, 3.0);
    int moved = chance(p, 0.5);
    latent(p, log_count(p, 60.0, 900.0), states, states);
    for (size_t i = 0; i < p->data.x.rows; i++)
        for (size_t j = 0; j < states; j++) {
            double a = (double)*at(p->data.x, i, j), b = (double)*at(p->data.x, i, (j + 1) % states);
            *at(p->data.y, i, j) = (wi_real)((moved ? 0.0 : a) + tick * (turn * sin(b) * a - b));
        }
    if (chance(p, 0.3)) any_affine(p, p->data.x, -5.0, 5.0, 0.05, 50.0);
    if (chance(p, 0.3)) affine(p->data.y, 0.0, log_between(p, 0.1, 1000.0));
    any_hidden(p, 1, 5, 8.0, 96.0, mostly_usual_act(p));
    wild_end(p, 0.7);
}

static void more_checkerboard(plan *p)   /* neighbours in the plane, or in space, are of different colour */
{
    size_t axes = between(p, 2, 3), samples = log_count(p, 60.0, 800.0);
    double squares = log_between(p, 0.8, 3.5);
    make(p, samples, axes, 1);
    for (size_t i = 0; i < samples; i++) {
        int colour = 0;
        for (size_t j = 0; j < axes; j++) {
            double v = around(p, -1.0, 1.0);
            *at(p->data.x, i, j) = (wi_real)v;
            colour += (int)floor(squares * (v + 1.0));
        }
        p->data.y.data[i] = (wi_real)(colour % 2);
    }
    if (chance(p, 0.3)) any_affine(p, p->data.x, -2.0, 2.0, 0.05, 20.0);
    any_hidden(p, 1, 6, 4.0, 96.0, wild_act(p));
    p->train.loss = chance(p, 0.8) ? WI_LOSS_BINARY_CROSS_ENTROPY : WI_LOSS_HALF_SQUARED;
    wild_end(p, 0.7);
}

static void more_waves(plan *p)   /* sines of any frequency, in the inputs or in the layers */
{
    size_t samples = log_count(p, 60.0, 600.0), features = pick(p, 2) ? between(p, 1, 8) : 0;
    double faster = log_between(p, 1.0, 20.0), detail = log_between(p, 1.0, 12.0),
           omega = log_between(p, 0.5, 60.0);
    make(p, samples, features ? 4 * features : 2, 1);
    for (size_t i = 0; i < samples; i++) {
        double u = around(p, -1.0, 1.0), v = around(p, -1.0, 1.0);
        *at(p->data.x, i, 0) = (wi_real)u;
        *at(p->data.x, i, 1) = (wi_real)v;
        for (size_t k = 0; k < features; k++) {
            double f = 1.0 + (double)k * faster / (double)features, *uv[2] = { &u, &v };
            for (size_t a = 0; a < 2; a++) {
                *at(p->data.x, i, 4 * k + 2 * a) = (wi_real)sin(f * *uv[a]);
                *at(p->data.x, i, 4 * k + 2 * a + 1) = (wi_real)cos(f * *uv[a]);
            }
        }
        p->data.y.data[i] = (wi_real)(sin(detail * u) * cos(detail * v));
    }
    any_hidden(p, 1, 5, 8.0, 64.0, features ? mostly_usual_act(p) : wi_sine(omega));
    wild_end(p, 0.6);
}

/* ==== Shapes of networks ===================================================================== */

static void more_thin(plan *p)   /* deep and narrow */
{
    wild_task(p, 0.3);
    wi_act act = mostly_usual_act(p);
    size_t width = between(p, 2, 10), depth = between(p, 3, 12);
    hidden(p, depth * between(p, 1, 3), width, act);
    wild_end(p, 0.7);
}

static void more_wide(plan *p)   /* one or two wide layers */
{
    wild_task(p, 0.3);
    any_hidden(p, 1, 2, 100.0, 300.0, wild_act(p));
    wild_end(p, 0.5);
}

static void more_pyramid(plan *p)   /* every layer of another width and another activation */
{
    size_t depth = between(p, 2, 12);
    int mixed = chance(p, 0.6);
    wi_act act = wild_act(p);
    wild_task(p, 0.3);
    for (size_t l = 0; l < depth; l++) {
        if (mixed) act = wild_act(p);
        dense(p, log_count(p, 2.0, 96.0), act);
    }
    wild_end(p, 0.7);
}

static void more_deep(plan *p)   /* deep for its own sake */
{
    wild_task(p, 0.2);
    any_hidden(p, 8, 40, 12.0, 40.0, wild_act(p));
    wild_end(p, 0.8);
}

static void more_from_scratch(plan *p)   /* a first net in arrays: rand or randn, sigmoid, squared error */
{
    double size = log_between(p, 0.005, 1.5);
    wild_task(p, 0.2);
    int squared = p->train.loss != WI_LOSS_HALF_SQUARED && chance(p, 0.6);
    wi_act act = chance(p, 0.6) ? wi_sigmoid() : chance(p, 0.5) ? wi_tanh() : wi_relu();
    any_hidden(p, 1, 4, 3.0, 48.0, act);
    dense(p, p->data.y.cols, squared ? wi_sigmoid() : wi_linear());
    if (squared) p->train.loss = WI_LOSS_HALF_SQUARED;
    wild_train(p);
    switch (pick(p, 4)) {
    case 0: recipe_everywhere(p, wi_normal(0.0, size), wi_zeros()); break;
    case 1: recipe_everywhere(p, wi_normal(0.0, 1.0), wi_normal(0.0, 1.0)); break;
    case 2: recipe_everywhere(p, wi_uniform(0.0, 1.0), wi_uniform(0.0, chance(p, 0.5))); break;
    default: recipe_everywhere(p, wi_uniform(-size, size), wi_zeros());
    }
}

static void more_all_positive(plan *p)   /* weights with a mean: every unit says nearly the same */
{
    double mean = log_between(p, 0.003, 0.5), std = mean * log_between(p, 0.01, 3.0);
    wild_task(p, 0.2);
    any_hidden(p, 1, 6, 4.0, 64.0, mostly_usual_act(p));
    wild_end(p, 1.0);
    wi_recipe bias = wild_bias(p);
    recipe_everywhere(p, wi_normal(chance(p, 0.8) ? mean : -mean, std), bias);
}

static void more_squashed_end(plan *p)   /* a last activation that can, or cannot, reach the targets */
{
    const wi_act ends[6] = { wi_sigmoid(), wi_tanh(), wi_relu(), wi_softplus(), wi_softsign(), wi_sine(1.0) };
    wild_task(p, 0.2);
    if (p->train.loss == WI_LOSS_HALF_SQUARED && chance(p, 0.5))
        any_affine(p, p->data.y, -2.0, 2.0, 0.1, 5.0);
    any_hidden(p, 1, 4, 6.0, 64.0, mostly_usual_act(p));
    dense(p, p->data.y.cols, ends[pick(p, 6)]);
    if (chance(p, 0.5)) p->train.loss = WI_LOSS_HALF_SQUARED;
    wild_train(p);
    wild_start(p, 0.7);
}

static void more_no_bias(plan *p)   /* no layer has a bias, whatever the inputs' means */
{
    wild_task(p, 0.2);
    if (chance(p, 0.4)) any_affine(p, p->data.x, -4.0, 4.0, 0.1, 3.0);
    any_hidden(p, 1, 8, 3.0, 64.0, mostly_usual_act(p));
    wild_end(p, 0.7);
    for (size_t l = 0; l < p->net.layer_count; l++) p->layers[l].no_bias = chance(p, 0.9);
}

static void more_frozen(plan *p)   /* some layers stay as they were drawn */
{
    double share = wi_rng_uniform(&p->rng);
    wild_task(p, 0.3);
    any_hidden(p, 1, 8, 6.0, 96.0, mostly_usual_act(p));
    wild_end(p, 0.6);
    size_t free_one = pick(p, p->net.layer_count);
    for (size_t l = 0; l < p->net.layer_count; l++) p->layers[l].frozen = l != free_one && chance(p, share);
}

static void more_own_rates(plan *p)   /* each layer walks at its own pace */
{
    wild_task(p, 0.2);
    any_hidden(p, 1, 8, 6.0, 64.0, mostly_usual_act(p));
    wild_end(p, 0.7);
    for (size_t l = 0; l < p->net.layer_count; l++)
        if (has_weights(&p->layers[l])) p->layers[l].step_scale = log_between(p, 0.001, 10.0);
}

/* ==== Residual stacks, norms, dropout ======================================================== */

static void any_norm(plan *p) { add(p, chance(p, 0.5) ? wi_layer_batch_norm() : wi_layer_layer_norm()); }

static void more_stack(plan *p)   /* blocks of one to three layers around a sum: any norm, scale and start */
{
    size_t blocks = between(p, 1, 20), width = log_count(p, 6.0, 40.0), each = between(p, 1, 3),
           norm = pick(p, 4);
    double alpha = chance(p, 0.3) ? log_between(p, 0.01, 2.0) : 0.0;
    wi_act act = mostly_usual_act(p);
    wild_task(p, 0.3);
    dense(p, width, chance(p, 0.5) ? act : wi_linear());
    for (size_t b = 0; b < blocks; b++) {
        size_t before = p->net.layer_count;
        if (norm == 1) any_norm(p);
        for (size_t k = 0; k < each; k++) dense(p, width, k + 1 < each || chance(p, 0.3) ? act : wi_linear());
        if (alpha > 0.0) add(p, wi_layer_scale(alpha));
        add(p, wi_layer_skip(p->net.layer_count - before + 1));
        if (norm == 2) any_norm(p);
    }
    wild_end(p, 0.6);
}

static void more_blocks(plan *p)   /* norm, wide, narrow, sum: the half of a transformer that is dense */
{
    size_t blocks = between(p, 1, 10), width = between(p, 8, 24), wider = between(p, 1, 4);
    double std = log_between(p, 0.002, 0.5);
    int last = chance(p, 0.5);
    wild_task(p, 0.3);
    dense(p, width, wi_linear());
    for (size_t b = 0; b < blocks; b++) {
        add(p, wi_layer_layer_norm());
        dense(p, wider * width, wi_gelu());
        dense(p, width, wi_linear());
        if (chance(p, 0.3)) add(p, wi_layer_dropout(around(p, 0.0, 0.6)));
        add(p, wi_layer_skip(p->layers[p->net.layer_count - 1].kind == WI_LAYER_DROPOUT ? 5 : 4));
    }
    if (last) add(p, wi_layer_layer_norm());
    wild_end(p, 0.5);
    if (chance(p, 0.5)) recipe_everywhere(p, wi_normal(0.0, std), wi_zeros());
}

static void more_odd_norms(plan *p)   /* a norm where none is expected: after activations, last, twice */
{
    size_t depth = between(p, 1, 8), width = log_count(p, 4.0, 64.0);
    double often = around(p, 0.1, 0.9);
    wi_act act = mostly_usual_act(p);
    wild_task(p, 0.3);
    if (chance(p, 0.3)) any_norm(p);
    for (size_t l = 0; l < depth; l++) {
        dense(p, width, act);
        if (chance(p, often)) any_norm(p);
        if (chance(p, 0.1)) any_norm(p);
        if (chance(p, 0.2)) add(p, wi_layer_act(wild_act(p)));
    }
    dense(p, p->data.y.cols, wi_linear());
    if (chance(p, 0.3)) any_norm(p);
    wild_train(p);
    wild_start(p, 0.5);
    if (p->train.batch < 2) p->train.batch = 2;
}

static void more_tiny_batch(plan *p)   /* a norm over very few samples */
{
    size_t depth = between(p, 1, 6), width = log_count(p, 6.0, 48.0);
    wi_act act = mostly_usual_act(p);
    wild_task(p, 0.2);
    for (size_t l = 0; l < depth; l++) {
        dense(p, width, wi_linear());
        add(p, chance(p, 0.8) ? wi_layer_batch_norm() : wi_layer_layer_norm());
        add(p, wi_layer_act(act));
    }
    wild_end(p, 0.6);
    p->train.batch = between(p, 2, 8);
}

static void more_dropout(plan *p)   /* dropout of any rate behind any layer, the inputs and logits too */
{
    size_t depth = between(p, 1, 6), width = log_count(p, 6.0, 96.0);
    double most = around(p, 0.1, 0.95), often = around(p, 0.3, 1.0);
    wild_task(p, 0.2);
    if (chance(p, 0.3)) add(p, wi_layer_dropout(around(p, 0.0, most)));
    for (size_t l = 0; l < depth; l++) {
        dense(p, width, mostly_usual_act(p));
        if (chance(p, 0.2)) any_norm(p);
        if (chance(p, often)) add(p, wi_layer_dropout(chance(p, 0.5) ? most : around(p, 0.0, most)));
    }
    dense(p, p->data.y.cols, wi_linear());
    if (chance(p, 0.1)) add(p, wi_layer_dropout(around(p, 0.0, most)));
    wild_train(p);
    wild_start(p, 0.8);
    if (p->train.batch < 2) p->train.batch = 2;
}

static void more_noise(plan *p)   /* noise on inputs and weights, smoothed labels: too much of a good thing */
{
    wild_task(p, 0.2);
    any_hidden(p, 1, 5, 8.0, 64.0, mostly_usual_act(p));
    wild_end(p, 0.8);
    if (chance(p, 0.5)) p->train.input_noise = log_between(p, 0.03, 5.0);
    if (chance(p, 0.5)) p->train.weight_noise = log_between(p, 0.003, 0.4);
    if (p->train.loss != WI_LOSS_HALF_SQUARED && chance(p, 0.3))
        p->train.label_smoothing = around(p, 0.0, 0.5);
}

static void more_held_back(plan *p)   /* decay, clipping and schedules that leave little of a step */
{
    wild_task(p, 0.1);
    any_hidden(p, 1, 5, 8.0, 64.0, mostly_usual_act(p));
    wild_end(p, 0.85);
    switch (pick(p, 4)) {
    case 0: p->train.weight_decay = log_between(p, 1e-3, 3.0); break;
    case 1: p->train.clip_norm = log_between(p, 1e-4, 0.3); break;
    case 2: p->train.rate_decay = around(p, 0.3, 0.99); break;
    default: p->train.opt = wi_adamw(1.0, log_between(p, 0.01, 30.0)); p->train.opt.rate = 0.0;
    }
    if (chance(p, 0.5) && p->train.opt.kind < WI_OPT_RMSPROP) p->train.opt = wi_adam(1e-3);
}

/* ==== Codes ================================================================================== */

static void more_code(plan *p)   /* an autoencoder of any depth, with any code, on anything */
{
    size_t sides = between(p, 0, 3), code = log_count(p, 1.0, 24.0), width = log_count(p, 12.0, 56.0);
    wi_act act = mostly_usual_act(p);
    if (chance(p, 0.5)) digits(p, 0, chance(p, 0.5));
    else {
        size_t factors = between(p, 1, 6), columns = between(p, 4, 24);
        double noise = around(p, 0.0, 1.0);
        wi_real w[6 * 24];
        for (size_t k = 0; k < 6 * 24; k++) w[k] = (wi_real)wi_rng_normal(&p->rng);
        make(p, log_count(p, 60.0, 800.0), columns, columns);
        for (size_t i = 0; i < p->data.x.rows; i++) {
            double z[6];
            for (size_t k = 0; k < factors; k++) z[k] = wi_rng_normal(&p->rng);
            for (size_t j = 0; j < columns; j++) {
                double sum = noise * wi_rng_normal(&p->rng);
                for (size_t k = 0; k < factors; k++) sum += z[k] * (double)w[24 * k + j];
                *at(p->data.x, i, j) = (wi_real)sum;
            }
        }
        if (chance(p, 0.3)) messy(p, wi_rng_uniform(&p->rng));
    }
    p->data.y = p->data.x;
    if (chance(p, 0.3)) any_affine(p, p->data.x, -2.0, 2.0, 0.05, 30.0);
    for (size_t l = 0; l < sides; l++) dense(p, width, act);
    dense(p, code, chance(p, 0.5) ? act : wi_linear());
    for (size_t l = 0; l < sides; l++) dense(p, width, act);
    wild_end(p, 0.7);
    if (chance(p, 0.15)) p->train.input_noise = log_between(p, 0.03, 3.0);
}

static void more_tied(plan *p)   /* the way back is the way there, transposed */
{
    size_t sides = between(p, 1, 4), width = log_count(p, 3.0, 48.0);
    wi_act act = mostly_usual_act(p);
    digits(p, 0, chance(p, 0.5));
    if (chance(p, 0.3)) any_affine(p, p->data.x, -1.0, 1.0, 0.05, 20.0);
    p->data.y = p->data.x;
    for (size_t l = 0; l < sides; l++) dense(p, width, act);
    for (size_t l = 1; l < sides; l++) dense(p, width, act)->tied = sides + 1 - l;
    dense(p, 64, wi_linear())->tied = 1;
    p->train.loss = WI_LOSS_HALF_SQUARED;
    wild_train(p);
    wild_start(p, 0.6);
}

/* ==== Pictures =============================================================================== */

static void more_pictures(plan *p)   /* convolutions and pools in any order and of any size */
{
    size_t side = 8, stages = between(p, 1, 5), filters = between(p, 2, 12);
    double norms = chance(p, 0.5) ? 0.0 : wi_rng_uniform(&p->rng), drops = chance(p, 0.7) ? 0.0 : 0.5;
    wi_act act = mostly_usual_act(p);
    pictures(p);
    for (size_t s = 0; s < stages; s++) {
        size_t kernel = side > 4 && chance(p, 0.3) ? 5 : chance(p, 0.2) ? 1 : 3, padding = kernel / 2;
        if (side >= kernel + 2 && chance(p, 0.3)) padding = 0;
        wi_layer_desc *layer = conv(p, filters, kernel, padding, act);
        side = side + 2 * padding - kernel + 1;
        if (s > 0 && chance(p, 0.15)) layer->groups = filters;
        if (side >= 4 && chance(p, 0.2)) { layer->stride = 2; side = (side + 1) / 2; }
        if (chance(p, norms)) any_norm(p);
        if (chance(p, drops)) add(p, wi_layer_dropout(around(p, 0.05, 0.8)));
        if (side % 2 == 0 && side > 2 && chance(p, 0.4)) {
            add(p, chance(p, 0.5) ? wi_layer_max_pool(2) : wi_layer_avg_pool(2));
            side /= 2;
        }
    }
    if (chance(p, 0.5)) add(p, wi_layer_avg_pool(0));
    else if (chance(p, 0.6)) dense(p, log_count(p, 4.0, 48.0), act);
    wild_end(p, 0.6);
    if (p->train.batch < 2) p->train.batch = 2;
}

static void more_depthwise(plan *p)   /* depthwise and 1 x 1 in turn, with or without a sum, then the mean */
{
    size_t blocks = between(p, 1, 5), filters = between(p, 3, 10), norm = pick(p, 3);
    int sum = chance(p, 0.4), before = chance(p, 0.5);
    wi_act act = mostly_usual_act(p);
    pictures(p);
    conv(p, filters, 3, 1, act);
    for (size_t b = 0; b < blocks; b++) {
        size_t first = p->net.layer_count;
        conv(p, filters, 3, 1, before ? act : wi_linear())->groups = filters;
        if (norm == 1) any_norm(p);
        conv(p, filters, 1, 0, act);
        if (norm == 2) any_norm(p);
        if (sum) add(p, wi_layer_skip(p->net.layer_count - first + 1));
    }
    if (chance(p, 0.8)) add(p, wi_layer_avg_pool(0));
    wild_end(p, 0.6);
    if (p->train.batch < 2) p->train.batch = 2;
}

static void more_anything(plan *p)   /* all of the above at once */
{
    size_t depth = log_count(p, 1.0, 16.0);
    wild_task(p, 0.4);
    for (size_t l = 0; l < depth; l++) {
        size_t before = p->net.layer_count, width = log_count(p, 3.0, 64.0);
        wi_layer_desc *layer = dense(p, width, wild_act(p));
        layer->no_bias = chance(p, 0.1);
        if (chance(p, 0.15)) any_norm(p);
        if (chance(p, 0.1)) add(p, wi_layer_dropout(around(p, 0.0, 0.8)));
        if (chance(p, 0.15)) {
            dense(p, width, wild_act(p));
            add(p, wi_layer_skip(p->net.layer_count - before));
        }
    }
    wild_end(p, 0.5);
    if (p->train.batch < 2) p->train.batch = 2;
}
