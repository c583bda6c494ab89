/* strangers.h - families that no weight of section 13 was fitted to

   families.h takes them in behind its own. What is found with them must not be used to fit anything, or they
   are strangers no longer.

   SPDX-License-Identifier: MIT OR Unlicense */

static wi_act any_act(plan *p)
{
    const wi_act a[9] = { wi_relu(),     wi_tanh(),          wi_sigmoid(), wi_gelu(),  wi_elu(1.0),
                          wi_softsign(), wi_leaky_relu(0.3), wi_silu(),    wi_linear() };
    return a[pick(p, 9)];
}

static wi_recipe any_recipe(plan *p)
{
    const wi_recipe r[10] = { wi_he_normal(),       wi_xavier_normal(),  wi_xavier_uniform(),
                              wi_lecun_normal(),    wi_orthogonal(1.0),  wi_pytorch_default(),
                              wi_normal(0.0, 0.02), wi_normal(0.0, 0.1), wi_normal(0.0, 0.5),
                              wi_uniform(-1.0, 1.0) };
    return r[pick(p, 10)];
}

static void strange_start(plan *p, double as_is)
{
    if (chance(p, as_is)) return;
    wi_recipe r = any_recipe(p);
    recipe_everywhere(p, r, chance(p, 0.8) ? wi_zeros() : wi_normal(0.0, 0.5));
}

static void regress_on(plan *p, double (*f)(plan *p, const wi_real *x, size_t n), double noise)
{
    for (size_t i = 0; i < p->data.x.rows; i++)
        p->data.y.data[i * p->data.y.cols] =
            (wi_real)(f(p, at(p->data.x, i, 0), p->data.x.cols) + noise * wi_rng_normal(&p->rng));
}

static double f_product(plan *p, const wi_real *x, size_t n)
{
    (void)p;
    return (double)x[0] * (double)x[n - 1];
}

static double f_sum(plan *p, const wi_real *x, size_t n)
{
    (void)p;
    double s = 0;
    for (size_t i = 0; i < n; i++) s += (double)x[i];
    return s;
}

static double f_norm(plan *p, const wi_real *x, size_t n)
{
    (void)p;
    double s = 0;
    for (size_t i = 0; i < n; i++) s += (double)x[i] * (double)x[i];
    return sqrt(s);
}

/* Sampled waves; the class is the frequency. */
static void waves(plan *p, size_t classes, size_t length, double scale, double offset)
{
    double noise = log_between(p, 0.05, 1.0);
    make(p, 500, length, classes);
    for (size_t i = 0; i < 500; i++) {
        size_t c = pick(p, classes);
        double w = 0.2 + 0.25 * (double)c, ph = 6.28 * wi_rng_uniform(&p->rng);
        for (size_t j = 0; j < length; j++)
            *at(p->data.x, i, j) =
                (wi_real)(offset + scale * (sin(w * (double)j + ph) + noise * wi_rng_normal(&p->rng)));
        *at(p->data.y, i, c) = 1;
    }
}

static void stranger_mixer(plan *p)   /* blocks of norm, wide layer and narrow layer, each beside a skip */
{
    size_t blocks = between(p, 1, 10), w = between(p, 12, 40);
    wi_act act = chance(p, 0.5) ? wi_gelu() : wi_silu();
    any_classes(p);
    dense(p, w, wi_linear());
    for (size_t b = 0; b < blocks; b++) {
        add(p, wi_layer_layer_norm());
        dense(p, 2 * w, act);
        dense(p, w, wi_linear());
        add(p, wi_layer_skip(4));
    }
    if (chance(p, 0.7)) add(p, wi_layer_layer_norm());
    classify(p);
    strange_start(p, 0.4);
}

static void stranger_denoise(plan *p)   /* give back the digits without the noise */
{
    wi_data all, train, test;
    if (!digits_load(&all, &train, &test)) exit(1);
    make(p, 500, 64, 64);
    double noise = log_between(p, 0.1, 3.0);
    for (size_t i = 0; i < 500; i++)
        for (size_t j = 0; j < 64; j++) {
            *at(p->data.y, i, j) = *at(train.x, i, j);
            *at(p->data.x, i, j) = (wi_real)((double)*at(train.x, i, j) + noise * wi_rng_normal(&p->rng));
        }
    wi_data_destroy(&all);
    some_hidden(p, 1, 5, 8, 64, pick_act(p));
    regress(p);
    strange_start(p, 0.6);
}

static double g_bell(double z, double k) { return exp(-k * z * z); }

static double g_bell1(double z, double k) { return -2 * k * z * exp(-k * z * z); }

static double g_sqrt(double z, double k)
{
    (void)k;
    return z > 0 ? sqrt(1 + z) - 1 : z / 10;
}

static double g_sqrt1(double z, double k)
{
    (void)k;
    return z > 0 ? 0.5 / sqrt(1 + z) : 0.1;
}

static double g_square(double z, double k)
{
    (void)k;
    return z * z;
}

static double g_square1(double z, double k)
{
    (void)k;
    return 2 * z;
}

static double g_atan(double z, double k) { return atan(k * z); }

static double g_atan1(double z, double k) { return k / (1 + k * k * z * z); }

static double g_shift(double z, double k) { return z > k ? z - k : 0; }

static double g_shift1(double z, double k) { return z > k; }

static void stranger_custom(plan *p)   /* activations of one's own */
{
    wi_act a;
    switch (pick(p, 5)) {
    case 0: a = wi_custom("bell", g_bell, g_bell1, log_between(p, 0.1, 10.0)); break;
    case 1: a = wi_custom("root", g_sqrt, g_sqrt1, 0); break;
    case 2: a = wi_custom("square", g_square, g_square1, 0); break;
    case 3: a = wi_custom("atan", g_atan, g_atan1, log_between(p, 0.05, 30.0)); break;
    default: a = wi_custom("shift", g_shift, g_shift1, log_between(p, 0.3, 6.0)); break;
    }
    any_classes(p);
    some_hidden(p, 1, 7, 12, 64, a);
    classify(p);
    strange_start(p, 0.6);
}

static void stranger_copy(plan *p)   /* remember the first symbol */
{
    size_t symbols = between(p, 3, 6), length = between(p, 4, 12);
    make(p, 600, symbols * length, symbols);
    for (size_t i = 0; i < 600; i++)
        for (size_t k = 0; k < length; k++) {
            size_t s = pick(p, symbols);
            *at(p->data.x, i, k * symbols + s) = 1;
            if (k == 0) *at(p->data.y, i, s) = 1;
        }
    some_hidden(p, 1, 10, 8, 48, pick_usual_act(p));
    classify(p);
    strange_start(p, 0.6);
}

static void stranger_arithmetic(plan *p)   /* a product, a sum, a length of the inputs */
{
    double (*f[3])(plan *, const wi_real *, size_t) = { f_product, f_sum, f_norm };
    double scale = log_between(p, 0.1, 100.0);
    make(p, 500, between(p, 2, 10), 1);
    fill_normal(p, p->data.x);
    for (size_t i = 0; i < 500 * p->data.x.cols; i++) p->data.x.data[i] *= (wi_real)scale;
    regress_on(p, f[pick(p, 3)], 0.0);
    some_hidden(p, 1, 4, 8, 64, pick_usual_act(p));
    regress(p);
    strange_start(p, 0.7);
}

static void stranger_modular(plan *p)   /* i + j modulo n */
{
    size_t n = between(p, 5, 16);
    make(p, n * n, 2 * n, n);
    for (size_t i = 0; i < n * n; i++) {
        *at(p->data.x, i, i / n) = 1;
        *at(p->data.x, i, n + i % n) = 1;
        *at(p->data.y, i, (i / n + i % n) % n) = 1;
    }
    some_hidden(p, 1, 2, 16, 64, pick_usual_act(p));
    classify(p);
    strange_start(p, 0.8);
}

static void stranger_label_noise(plan *p)   /* any share of the labels is wrong */
{
    any_classes(p);
    double wrong = wi_rng_uniform(&p->rng);
    for (size_t i = 0; i < p->data.y.rows; i++)
        if (chance(p, wrong)) {
            for (size_t k = 0; k < p->data.y.cols; k++) *at(p->data.y, i, k) = 0;
            *at(p->data.y, i, pick(p, p->data.y.cols)) = 1;
        }
    some_hidden(p, 1, 4, 12, 64, pick_usual_act(p));
    classify(p);
}

static void stranger_imbalanced(plan *p)   /* each class is rarer than the one before */
{
    size_t classes = between(p, 3, 8);
    double base = 0.1 + 0.6 * wi_rng_uniform(&p->rng), d = log_between(p, 0.3, 3.0);
    make(p, 800, 8, classes);
    fill_normal(p, p->data.x);
    for (size_t i = 0; i < 800; i++) {
        size_t c = 0;
        while (c + 1 < classes && chance(p, base)) c++;
        *at(p->data.y, i, c) = 1;
        *at(p->data.x, i, c) += (wi_real)d;
    }
    some_hidden(p, 1, 4, 8, 64, pick_act(p));
    classify(p);
    strange_start(p, 0.7);
}

static void stranger_sensors(plan *p)   /* gravity in one axis */
{
    double scale = log_between(p, 0.05, 5.0);
    waves(p, between(p, 2, 4), 30, scale, 0.0);
    for (size_t i = 0; i < p->data.x.rows; i++)
        for (size_t j = 0; j < 10; j++) *at(p->data.x, i, j) += (wi_real)9.81;
    some_hidden(p, 1, 4, 8, 48, pick_usual_act(p));
    classify(p);
    strange_start(p, 0.7);
}

static void stranger_audio(plan *p)   /* small numbers */
{
    double scale = log_between(p, 1e-4, 0.3);
    waves(p, between(p, 2, 6), 128, scale, 0.0);
    some_hidden(p, 1, 4, 16, 48, pick_usual_act(p));
    classify(p);
    strange_start(p, 0.7);
}

static void stranger_houses(plan *p)   /* logarithms of prices */
{
    table(p, between(p, 5, 12), 1);
    for (size_t i = 0; i < p->data.y.rows; i++)
        p->data.y.data[i] = (wi_real)(12.0 + 0.4 * (double)p->data.y.data[i]);
    if (chance(p, 0.6)) raw_columns(p);
    some_hidden(p, 1, 3, 16, 64, pick_usual_act(p));
    regress(p);
    strange_start(p, 0.8);
}

static void stranger_powers(plan *p)   /* x, x^2, x^3 ... of one number */
{
    size_t n = between(p, 3, 10);
    double range = log_between(p, 0.7, 4.0);
    make(p, 400, n, 1);
    for (size_t i = 0; i < 400; i++) {
        double x = range * (2 * wi_rng_uniform(&p->rng) - 1), q = 1;
        for (size_t k = 0; k < n; k++) *at(p->data.x, i, k) = (wi_real)(q *= x);
        p->data.y.data[i] = (wi_real)sin(2 * x);
    }
    if (chance(p, 0.5)) standardise(p->data.x);
    some_hidden(p, 0, 2, 8, 48, pick_usual_act(p));
    regress(p);
}

static void stranger_sigmoid_norm(plan *p)   /* norms in front of sigmoids */
{
    any_classes(p);
    size_t depth = between(p, 2, 12), w = between(p, 12, 48), layer = pick(p, 2);
    wi_act act = chance(p, 0.5) ? wi_sigmoid() : wi_softplus();
    for (size_t l = 0; l < depth; l++) {
        dense(p, w, wi_linear());
        add(p, layer ? wi_layer_layer_norm() : wi_layer_batch_norm());
        add(p, wi_layer_act(act));
    }
    classify(p);
    strange_start(p, 0.6);
}

static void stranger_one_unit(plan *p)   /* a bottleneck of one or two units */
{
    any_classes(p);
    some_hidden(p, 1, 3, 12, 48, pick_usual_act(p));
    wi_act act = pick_act(p);
    dense(p, between(p, 1, 2), act);
    some_hidden(p, 1, 3, 12, 48, pick_usual_act(p));
    classify(p);
}

static void stranger_pooled(plan *p)   /* average pooling */
{
    wi_act act = chance(p, 0.5) ? wi_tanh() : any_act(p);
    if (chance(p, 0.5)) digits(p, 1, 0);
    else some_gratings(p, 2, 8);
    size_t stages = between(p, 1, 3);
    for (size_t s = 0; s < stages; s++) {
        conv(p, between(p, 2, 8), 3, 1, act);
        add(p, wi_layer_avg_pool(2));
        if (chance(p, 0.3)) add(p, wi_layer_batch_norm());
    }
    dense(p, between(p, 8, 40), act);
    classify(p);
    strange_start(p, 0.5);
}

static void stranger_hashed(plan *p)   /* many columns, few of them 1 */
{
    size_t n = between(p, 30, 300);
    double on = 0.02 + 0.5 * wi_rng_uniform(&p->rng);
    make(p, 600, n, 2);
    for (size_t i = 0; i < 600; i++) {
        double s = 0;
        for (size_t j = 0; j < n; j++)
            if (chance(p, on)) {
                *at(p->data.x, i, j) = 1;
                s += j % 3 == 0 ? 1 : j % 3 == 1 ? -1 : 0;
            }
        *at(p->data.y, i, s > 0) = 1;
    }
    some_hidden(p, 0, 3, 8, 48, pick_usual_act(p));
    classify(p);
    strange_start(p, 0.6);
}

static void stranger_angles(plan *p)   /* twice the angle of a point */
{
    make(p, 400, 4, 2);
    for (size_t i = 0; i < 400; i++) {
        double a = 6.28 * wi_rng_uniform(&p->rng), r = 0.5 + wi_rng_uniform(&p->rng);
        *at(p->data.x, i, 0) = (wi_real)(r * cos(a));
        *at(p->data.x, i, 1) = (wi_real)(r * sin(a));
        *at(p->data.x, i, 2) = (wi_real)wi_rng_normal(&p->rng);
        *at(p->data.x, i, 3) = 1;
        *at(p->data.y, i, 0) = (wi_real)cos(2 * a);
        *at(p->data.y, i, 1) = (wi_real)sin(2 * a);
    }
    some_hidden(p, 1, 8, 6, 48, pick_act(p));
    dense(p, 2, chance(p, 0.5) ? wi_tanh() : chance(p, 0.3) ? wi_sigmoid() : wi_linear());
    budget(p, WI_LOSS_HALF_SQUARED);
    strange_start(p, 0.6);
}

static void stranger_counts(plan *p)   /* Poisson-like counts, softplus or ReLU at the end */
{
    table(p, between(p, 3, 10), 1);
    double level = log_between(p, 0.5, 200.0);
    for (size_t i = 0; i < p->data.y.rows; i++)
        p->data.y.data[i] = (wi_real)floor(level * exp(0.5 * (double)p->data.y.data[i]));
    some_hidden(p, 1, 3, 12, 48, pick_usual_act(p));
    dense(p, 1, chance(p, 0.4) ? wi_softplus() : chance(p, 0.4) ? wi_relu() : wi_linear());
    budget(p, WI_LOSS_HALF_SQUARED);
    strange_start(p, 0.8);
}

static void stranger_embedding(plan *p)   /* a word of many, a narrow linear layer first */
{
    size_t many = between(p, 50, 500), width = between(p, 2, 12), classes = between(p, 2, 5);
    make(p, 600, many, classes);
    for (size_t i = 0; i < 600; i++) {
        size_t k = pick(p, 40) % many;
        *at(p->data.x, i, k) = 1;
        *at(p->data.y, i, k % classes) = 1;
    }
    dense(p, width, wi_linear());
    p->layers[0].weights = wi_normal(0.0, log_between(p, 0.001, 1.0));
    some_hidden(p, 1, 4, 8, 40, pick_usual_act(p));
    classify(p);
}

static void stranger_mean(plan *p)   /* weights with a mean */
{
    any_classes(p);
    some_hidden(p, 1, 8, 12, 48, pick_usual_act(p));
    classify(p);
    if (chance(p, 0.5)) recipe_everywhere(p, wi_normal(log_between(p, 0.001, 0.3), 0.1), wi_zeros());
    else recipe_everywhere(p, wi_uniform(0.0, log_between(p, 0.01, 0.5)), wi_zeros());
}

static void stranger_long_skips(plan *p)   /* U-shaped: skips over many layers */
{
    any_classes(p);
    size_t w = between(p, 12, 40), depth = between(p, 3, 10);
    wi_act act = any_act(p);
    hidden(p, 2 * depth, w, act);
    add(p, wi_layer_skip(2 * depth));
    hidden(p, between(p, 1, 3), w, act);
    classify(p);
    strange_start(p, 0.5);
}

static void stranger_decay_noise(plan *p)   /* weight decay and noise on the inputs */
{
    any_classes(p);
    some_hidden(p, 1, 5, 12, 48, pick_act(p));
    classify(p);
    p->train.weight_decay = log_between(p, 1e-3, 1.0);
    p->train.input_noise = chance(p, 0.5) ? log_between(p, 0.1, 5.0) : 0;
    strange_start(p, 0.6);
}

static void stranger_weighted(plan *p)   /* rare classes, and weights for classes */
{
    static double w[64];
    stranger_imbalanced(p);
    for (size_t k = 0; k < 64; k++) w[k] = pow(log_between(p, 1.5, 6.0), (double)(k % 8));
    if (p->train.loss == WI_LOSS_SOFTMAX_CROSS_ENTROPY) p->train.class_weights = w;
}

static void stranger_frozen_last(plan *p)   /* the last layer stays as it is */
{
    any_classes(p);
    some_hidden(p, 1, 5, 12, 48, pick_act(p));
    classify(p);
    strange_start(p, 0.6);
    p->layers[p->net.layer_count - 1].frozen = 1;
    if (chance(p, 0.4)) p->layers[p->net.layer_count - 1].weights = wi_zeros();
}

static void stranger_conv_strided(plan *p)
{
    wi_act act = any_act(p);
    if (chance(p, 0.5)) digits(p, 1, chance(p, 0.5));
    else some_gratings(p, 2, 9);
    size_t depth = between(p, 1, 6);
    for (size_t l = 0; l < depth; l++) {
        wi_layer_desc *c = conv(p, between(p, 2, 10), 3, 1, act);
        if (l < 2) c->stride = 2;
        if (chance(p, 0.2)) add(p, wi_layer_dropout(0.3));
    }
    classify(p);
    strange_start(p, 0.5);
}

static void stranger_spam(plan *p)   
{
    table(p, 10, 1);
    for (size_t i = 0; i < p->data.x.rows; i++) {
        p->data.y.data[i] = (wi_real)((double)p->data.y.data[i] > 0.8);
        *at(p->data.x, i, 3) = (wi_real)exp(3 + 2 * (double)*at(p->data.x, i, 3));
        for (size_t j = 4; j < 8; j++)
            *at(p->data.x, i, j) = (wi_real)(0.01 * fabs((double)*at(p->data.x, i, j)));
    }
    if (chance(p, 0.4)) standardise(p->data.x);
    some_hidden(p, 1, 3, 8, 48, pick_usual_act(p));
    decide(p);
    strange_start(p, 0.8);
}

static const plan_family strangers[] = { { "mixer", stranger_mixer },
                                        { "denoise", stranger_denoise },
                                        { "activations", stranger_custom },
                                        { "copy", stranger_copy },
                                        { "arithmetic", stranger_arithmetic },
                                        { "modular", stranger_modular },
                                        { "label noise", stranger_label_noise },
                                        { "rarer and rarer", stranger_imbalanced },
                                        { "sensors", stranger_sensors },
                                        { "audio", stranger_audio },
                                        { "houses", stranger_houses },
                                        { "powers", stranger_powers },
                                        { "sigmoid norm", stranger_sigmoid_norm },
                                        { "one unit", stranger_one_unit },
                                        { "pooled", stranger_pooled },
                                        { "hashed", stranger_hashed },
                                        { "angles", stranger_angles },
                                        { "counts", stranger_counts },
                                        { "embedding", stranger_embedding },
                                        { "mean weights", stranger_mean },
                                        { "long skips", stranger_long_skips },
                                        { "decay noise", stranger_decay_noise },
                                        { "weighted", stranger_weighted },
                                        { "frozen last", stranger_frozen_last },
                                        { "conv strided", stranger_conv_strided },
                                        { "spam", stranger_spam } };
