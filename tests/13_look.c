/* Section 13: what a look at a plan sees. Networks of dense layers are small enough to do it again by plain
   loops, in double and from the formulas of the chapter: samples, gradients, the kernel, the features; then
   runs, whose losses and marks are made up. */
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include "inside.h"

enum { SAMPLES = 400, INPUTS = 3, MOST = 4, PARAMS = 200, LOOK = 128, WIDE = 8 };

static wi_real x_data[SAMPLES * INPUTS], y_data[SAMPLES * 2], x_seen[LOOK * INPUTS], y_seen[LOOK * 2];
static wi_layer_desc layers[8];

static int make(wi_net *net, size_t count)
{
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.inputs = INPUTS;
    desc.layers = layers;
    desc.layer_count = count;
    desc.seed = 2;
    desc.max_batch = LOOK;
    return CHECK_OK(wi_net_create(net, &desc, NULL));
}

static wi_data make_data(size_t n, size_t outputs)
{
    wi_data d;
    wi_rng rng = wi_rng_make(3);
    memset(&d, 0, sizeof d);
    for (size_t i = 0; i < n * INPUTS; i++) x_data[i] = (wi_real)(0.3 + wi_rng_normal(&rng));
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < outputs; j++)
            y_data[i * outputs + j] = (wi_real)((x_data[i * INPUTS] > x_data[i * INPUTS + 1]) == (j == 0));
    d.x = wi_mat_view(x_data, n, INPUTS);
    d.y = wi_mat_view(y_data, n, outputs);
    return d;
}

static wi_status see(wi_net *net, const wi_data *d, const wi_train_desc *plan, inside_look *seen)
{
    return inside_see(net, d, plan, wi_mat_view(x_seen, LOOK, INPUTS), wi_mat_view(y_seen, LOOK, d->y.cols),
                      seen);
}

/* ---- the same by plain loops ------------------------------------------------- */

/* A network of dense layers, its numbers in the order of its gradients. */
static double theta[PARAMS], sum[PARAMS], square[PARAMS], grads[PARAMS];

static size_t param_at(const wi_net *net, size_t l, size_t unit, size_t from) /* from == inputs: the bias */
{
    const wi_layer *layer = &net->layers[l];
    size_t n = layer->w.cols;
    return layer->param_first + (from == n ? layer->w.rows * n + unit : unit * n + from);
}

static double act_of(const wi_net *net, size_t l, double z)
{
    return net->layers[l].desc.act.kind == WI_ACT_TANH ? tanh(z) : z;
}

/* Outputs of one sample; with dy, the gradients of dy . y are added to g. */
static void plain(const wi_net *net, const wi_real *x, double *y, const double *dy, double *g)
{
    double at[MOST + 1][WIDE], d[WIDE], before[WIDE];
    for (size_t k = 0; k < net->inputs; k++) at[0][k] = (double)x[k];
    for (size_t l = 0; l < net->layer_count; l++)
        for (size_t u = 0; u < net->layers[l].w.rows; u++) {
            size_t n = net->layers[l].w.cols;
            double z = theta[param_at(net, l, u, n)];
            for (size_t k = 0; k < n; k++) z += theta[param_at(net, l, u, k)] * at[l][k];
            at[l + 1][u] = act_of(net, l, z);
        }
    for (size_t j = 0; y && j < net->outputs; j++) y[j] = at[net->layer_count][j];
    for (size_t j = 0; dy && j < net->outputs; j++) d[j] = dy[j];
    for (size_t l = net->layer_count; dy && l-- > 0;) {
        size_t n = net->layers[l].w.cols;
        memset(before, 0, sizeof before);
        for (size_t u = 0; u < net->layers[l].w.rows; u++) {
            double f = at[l + 1][u],
                   dz = d[u] * (net->layers[l].desc.act.kind == WI_ACT_TANH ? 1 - f * f : 1);
            g[param_at(net, l, u, n)] += dz;
            for (size_t k = 0; k < n; k++) {
                g[param_at(net, l, u, k)] += dz * at[l][k];
                before[k] += dz * theta[param_at(net, l, u, k)];
            }
        }
        memcpy(d, before, sizeof d);
    }
}

/* Layers that are frozen, or go at a pace of their own. */
static void own_pace(const wi_net *net, double *g)
{
    for (size_t l = 0; l < net->layer_count; l++) {
        const wi_layer *layer = &net->layers[l];
        double scale = layer->desc.frozen ? 0 : layer->desc.step_scale > 0 ? layer->desc.step_scale : 1;
        for (size_t i = 0; i < layer->param_count; i++) g[layer->param_first + i] *= scale;
    }
}

static double clip(double x, double lo, double hi) { return fmax(lo, fmin(hi, x)); }
static double ln(double x, double lo, double hi) { return x > 0 ? clip(log(x), lo, hi) : lo; }
static double above(double x, double line) { return x > line ? x - line : 0; }

/* Everything that is said of the samples drawn, by the formulas. */
static void check_seen(wi_net *net, const wi_data *d, const wi_train_desc *plan, const inside_look *seen)
{
    size_t rows = seen->rows, out = net->outputs, n = net->param_count;
    size_t b = seen->batch < rows ? seen->batch : rows;
    if (seen->batch < d->x.rows && 2 * b > rows) b = (rows + 1) / 2;
    size_t m = rows / b < 16 ? rows / b : 16;
    int adaptive = plan->opt.kind >= WI_OPT_RMSPROP;
    double mean[2] = {0, 0}, smooth = plan->label_smoothing, near = sizeof(wi_real) == 8 ? 1e-9 : 2e-5;
    for (size_t i = 0; i < n; i++) theta[i] = (double)net->params[i];
    for (size_t i = 0; i < d->y.rows; i++)
        for (size_t j = 0; j < out; j++)
            mean[j] += ((1 - smooth) * (double)y_data[i * out + j] + smooth / (double)(out > 1 ? out : 2)) /
                       (double)d->y.rows;

    /* How predictions follow the targets, and the loss. */
    double loss = 0, p_of[LOOK][2], p_mean[2] = {0, 0}, t_mean[2] = {0, 0}, pt = 0, pp = 0, tt = 0;
    for (size_t i = 0; i < rows; i++) {
        double *z = p_of[i];
        plain(net, x_seen + i * INPUTS, z, NULL, NULL);
        for (size_t j = 0; j < out; j++) {
            double t = (double)y_seen[i * out + j], both = exp(z[0]) + exp(out > 1 ? z[1] : 0);
            if (plan->loss == WI_LOSS_HALF_SQUARED) loss += pow(z[j] - t, 2) / 2;
            else if (out == 1) loss += t * log1p(exp(-z[0])) + (1 - t) * log1p(exp(z[0]));
            else loss -= t * (z[j] - log(both));
            t_mean[j] += t / (double)rows;
        }
        double top = exp(z[0]), other = exp(out > 1 ? z[1] : 0);
        if (plan->loss != WI_LOSS_HALF_SQUARED) z[0] = top / (top + other), z[1] = 1 - z[0];
        for (size_t j = 0; j < out; j++) p_mean[j] += z[j] / (double)rows;
    }
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < out; j++) {
            double pd = p_of[i][j] - p_mean[j], td = (double)y_seen[i * out + j] - t_mean[j];
            pt += pd * td;
            pp += pd * pd;
            tt += td * td;
        }
    inside_aim aim = inside_aim_of(d->y, net, plan->loss, smooth, plan->class_weights);
    CHECK_NEAR(seen->follows, pp > 1e-10 * tt ? pt / sqrt(pp * tt) : 0,
               100 * near); /* rounding follows nothing */
    CHECK_CLOSE(seen->loss, loss / (double)rows / aim.trivial, 10 * near);

    /* Gradients of m batches. */
    memset(sum, 0, sizeof sum);
    memset(square, 0, sizeof square);
    for (size_t c = 0; c < m; c++) {
        memset(grads, 0, sizeof grads);
        for (size_t i = c * b; i < c * b + b; i++) {
            double dy[2];
            for (size_t j = 0; j < out; j++) dy[j] = (mean[j] - (double)y_seen[i * out + j]) / (double)b;
            plain(net, x_seen + i * INPUTS, NULL, dy, grads);
        }
        own_pace(net, grads);
        for (size_t i = 0; i < n; i++) {
            sum[i] += grads[i];
            square[i] += grads[i] * grads[i];
        }
    }
    double speed = 0, l1 = 0, pull = 0, snr = 1, layers_with = 0;
    for (size_t l = 0; l < net->layer_count; l++) {
        const wi_layer *layer = &net->layers[l];
        double together = 0, alone = 0, w = 0, count = (double)(layer->w.rows * layer->w.cols);
        for (size_t i = layer->param_first; i < layer->param_first + layer->param_count; i++) {
            together += pow(sum[i] / (double)m, 2);
            alone += square[i] / (double)m;
            l1 += pow(sum[i] / (double)m, 2) / (sqrt(square[i] / (double)m) + 1e-8);
        }
        for (size_t i = 0; i < layer->w.rows * layer->w.cols; i++)
            w += pow((double)layer->w.data[i], 2) / count;
        speed += together;
        if (layer->desc.frozen) continue;
        pull = fmax(pull, sqrt(together / count) / sqrt(w));
        if (layers_with == 0 && m > 1) snr = ((double)m * together / alone - 1) / ((double)m - 1);
        layers_with++;
    }
    CHECK_CLOSE(seen->speed, speed, 10 * near);
    CHECK_CLOSE(seen->l1, l1, 10 * near);
    CHECK_CLOSE(seen->pull, pull, 10 * near);
    CHECK_NEAR(seen->snr_first, snr, 30 * near);
    CHECK_NEAR(seen->trained_layers, layers_with, 0);

    /* All outputs together, up and down in turn. */
    double mean_mode = 0;
    memset(grads, 0, sizeof grads);
    for (size_t i = 0; i < b; i++) {
        double unit = 1 / sqrt((double)(b * out)), dy[2];
        dy[0] = unit;
        dy[1] = -unit;
        plain(net, x_seen + i * INPUTS, NULL, dy, grads);
    }
    own_pace(net, grads);
    for (size_t i = 0; i < n; i++) mean_mode += grads[i] * grads[i];
    mean_mode *= (double)rows / (double)b;
    CHECK_CLOSE(seen->mean_mode, mean_mode, 30 * near);

    /* K r: how outputs move along D J^T r, by a step of a thousandth of the weights' size. */
    double length = 0, size = 0, along = 0, moved = 0, error = 0, v[PARAMS];
    for (size_t i = 0; i < n; i++) {
        v[i] = sum[i] / (adaptive ? sqrt(square[i] / (double)m) + 1e-8 : 1);
        length += v[i] * v[i];
        size += theta[i] * theta[i];
    }
    double step = 1e-3 * (sqrt(size) + 1e-3) / sqrt(length), rough = sizeof(wi_real) == 8 ? 1e-6 : 1e-3;
    for (size_t i = 0; i < m * b; i++) {
        double side[2][2];
        for (int k = 0; k < 2; k++) {
            for (size_t p = 0; p < n; p++) theta[p] = (double)net->params[p] + (k ? step : 0) * v[p];
            plain(net, x_seen + i * INPUTS, side[k], NULL, NULL);
        }
        for (size_t j = 0; j < out; j++) {
            double r = mean[j] - (double)y_seen[i * out + j];
            double kr = (double)b * (side[1][j] - side[0][j]) / step;
            along += r * kr;
            moved += kr * kr;
            error += r * r;
        }
    }
    double bend = plan->loss == WI_LOSS_HALF_SQUARED ? 1 : 0.25,
           way = fmax(along, 0) * (double)b * sqrt(length) / (bend * moved);
    CHECK_CLOSE(seen->aligned, along > 0 ? along * along / moved / error : 0, rough);
    CHECK_CLOSE(seen->top, sqrt(moved / error), rough);
    CHECK_CLOSE(seen->way, way, rough);
    CHECK_NEAR(seen->blur, 0, 0);

    /* The rate: of Adam's kin always the same, of others by the largest movement, to two digits. */
    double most = clip(log((double)rows / (bend * fmax(seen->top, seen->mean_mode))), -30, 10), named = 0.003;
    if (!adaptive)
        named = fmin(plan->opt.kind == WI_OPT_SGD ? exp(0.35 * most - 1.1) : exp(0.42 * most - 2.5), 10);
    CHECK_CLOSE(seen->named, named, adaptive ? 0 : 0.05);
    double digits = seen->named / pow(10, floor(log10(seen->named) + 1e-9) - 1);
    CHECK_NEAR(digits, floor(digits + 0.5), 1e-6);
    double asked = plan->opt.rate;
    CHECK_NEAR(seen->started, asked > seen->named / 30 && asked < 30 * seen->named ? asked : seen->named, 0);

    /* Columns: the means' squares beside the variances. */
    double means = 0, variances = 0;
    for (size_t k = 0; k < INPUTS; k++) {
        double first = 0, second = 0;
        for (size_t i = 0; i < rows; i++) {
            first += (double)x_seen[i * INPUTS + k] / (double)rows;
            second += pow((double)x_seen[i * INPUTS + k], 2) / (double)rows;
        }
        means += first * first;
        variances += second - first * first;
    }
    CHECK_CLOSE(seen->shift, means / variances, 1e-6);

    /* The features. */
    wi_probe p[MOST];
    size_t probed = rows < 32 ? rows : 32;
    CHECK_OK(wi_net_probe(net, wi_mat_view(x_seen, probed, INPUTS), wi_mat_view(y_seen, probed, out),
                          plan->loss, p));
    double decay = plan->weight_decay + (adaptive ? 0 : plan->opt.decay), copies = 0;
    double in = ln(p[0].in.rms / sqrt(1 - p[0].in.zeros), -10, 12), change = ln(p[0].update_ratio, -14, 8);
    for (size_t l = 0; l + 1 < net->layer_count; l++)
        if (2 * p[l].distinct_units <= p[l].units)
            copies = fmax(copies, 1 - (double)p[l].distinct_units / (double)p[l].units);
    const double want[22] = {above(ln(p[0].first_loss / aim.trivial, -1, 10), 1.5),
                             ln(seen->aligned, -9, 0),
                             log((double)plan->steps) - 6.5,
                             ln(seen->snr_first, -5.5, 0),
                             0,
                             above(ln((adaptive ? l1 : speed) / aim.trivial, -14, 30), 4),
                             above(-change, 3),
                             net->layer_count == 1 ? 1.0 : 0.0,
                             copies,
                             above(in, 0.7),
                             above(-in, 0.7),
                             plan->loss == WI_LOSS_HALF_SQUARED ? fabs(ln(2 * aim.trivial, -9, 25)) : 0,
                             log((double)n) - 8,
                             ln(seen->shift, 0, 12),
                             8 + ln(decay / pull, -8, 3),
                             seen->knew,
                             seen->heads,
                             fmin(seen->last, 0),
                             fmax(seen->last, 0),
                             above(seen->ends, -0.7),
                             log(1 + seen->left / seen->steps),
                             1};
    for (size_t k = 0; k < 22; k++)
        if (!CHECK_NEAR(seen->features[k], want[k], 1e-4)) printf("  feature %zu\n", k);
}

/* What a plan is like: one, two or three layers, several sizes of batches, losses and optimisers; and what
   moves one feature: large weights, large or tiny inputs, inputs far from 0, copies, decay, large targets.
   Where all samples are seen their residuals sum to 0, and Adam's kin would divide rounding by rounding:
   those get more samples. */
static void test_seen(void)
{
    for (int k = 0; k < 24; k++) {
        wi_net net;
        wi_train_desc plan;
        inside_look seen;
        size_t out = k % 3 == 2 ? 2 : 1, depth = k == 0 ? 1 : 1 + (size_t)k / 2 % 3,
               n = k % 4 == 1   ? 30
                   : k % 4 == 0 ? 120
                                : 200;
        wi_data d = make_data(n, out);
        memset(&plan, 0, sizeof plan);
        plan.loss = k % 3 == 0   ? WI_LOSS_HALF_SQUARED
                    : k % 3 == 1 ? WI_LOSS_BINARY_CROSS_ENTROPY
                                 : WI_LOSS_SOFTMAX_CROSS_ENTROPY;
        plan.opt = k % 4 == 0   ? wi_sgd(0)
                   : k % 4 == 1 ? wi_momentum(0, 0.9)
                   : k % 4 == 2 ? wi_adam(0)
                                : wi_rmsprop(0);
        plan.batch = k % 5 == 0 ? n : k % 5 == 1 ? 16 : k % 5 == 2 ? 50 : k % 5 == 3 ? 70 : 5;
        if (plan.batch > n) plan.batch = n;
        plan.steps = 30 + 40 * (size_t)k;
        if (k % 6 == 4) plan.label_smoothing = 0.1;
        for (size_t l = 0; l < depth; l++)
            layers[l] = wi_layer_dense(l + 1 < depth ? 6 : out, l + 1 < depth ? wi_tanh() : wi_linear());
        if (k == 4 || k == 20 || k == 23) layers[depth - 1].step_scale = k == 20 ? 0.5 : 2;
        layers[0].frozen = k == 23;
        if (!make(&net, depth)) return;
        if (k == 6) plan.weight_decay = 0.25;
        if (k == 8) plan.opt.decay = 0.5, plan.weight_decay = 0.25;
        if (k == 10) plan.opt.decay = 0.5, plan.weight_decay = 1e-3;
        for (size_t i = 0; i < n * INPUTS; i++) {
            double by = k == 11 ? 40 : k == 13 ? 0.01 : 1, off = k == 14 ? 9 : 0;
            x_data[i] = (wi_real)(by * (double)x_data[i] + off);
            if (k == 15 && i % 2) x_data[i] = 0;
        }
        for (size_t i = 0; i < n && plan.loss == WI_LOSS_HALF_SQUARED; i++)
            y_data[i] *= (wi_real)(k == 9 ? 20 : k == 12 ? 0.03 : 1);
        for (size_t i = 0; i < net.param_count; i++)
            net.params[i] *= (wi_real)(k == 16 ? 1e-4 : k == 17 ? 20 : 1);
        if (k == 19 || k == 22)
            for (size_t u = 1; u < (k == 19 ? 6 : 4); u++) {
                for (size_t i = 0; i < INPUTS; i++) net.params[u * INPUTS + i] = net.params[i];
                for (size_t i = 0; i < net.layers[1].w.rows; i++)
                    net.layers[1].w.data[i * 6 + u] = net.layers[1].w.data[i * 6];
            }
        if (CHECK_OK(see(&net, &d, &plan, &seen))) {
            size_t before = check_failed;
            CHECK_EQ(seen.rows, n < LOOK ? n : (size_t)LOOK);
            CHECK_EQ(seen.batch, plan.batch);
            check_seen(&net, &d, &plan, &seen);
            if (check_failed > before) printf("  plan %d\n", k);
        }
        wi_net_destroy(&net);
    }
}

/* What is far off counts as so far and no further. */
static void test_limits(void)
{
    static const struct {
        double inputs, offset, targets, weights, decay;
        size_t at;
        double feature;
    } rows[] = {{1e6, 0, 1, 1, 0, 9, 12 - 0.7}, {1e-6, 0, 1, 1, 0, 10, 10 - 0.7},
                {1, 0, 1e6, 1, 0, 11, 25},      {1, 0, 1e-4, 1, 0, 11, 9},
                {1, 1e4, 1, 1, 0, 13, 12},      {1, 0, 1, 1e4, 0, 0, 10 - 1.5},
                {1, 0, 1, 1e8, 0, 5, 30 - 4.0}, {1, 0, 1, 1, 1e6, 14, 8 + 3.0},
                {1, 0, 1, 1, 0, 14, 0},         {1, 0, 1e-12, 1, 0, 6, 14 - 3.0}};
    size_t against = 0;
    for (size_t r = 0; r < WI_COUNT(rows) + 6; r++) {
        wi_net net;
        wi_train_desc plan;
        wi_rng rng = wi_rng_make(r);
        inside_look seen;
        int thrown = r >= WI_COUNT(rows);
        wi_data d = make_data(120, 1);
        memset(&plan, 0, sizeof plan);
        plan.opt = wi_sgd(0);
        plan.batch = 8;
        plan.steps = 1600;
        layers[0] = wi_layer_dense(4, wi_linear());
        layers[1] = wi_layer_dense(1, wi_linear());
        layers[0].frozen = 0;
        if (!make(&net, 2)) return;
        for (size_t i = 0; i < 120 * INPUTS && !thrown; i++)
            x_data[i] = (wi_real)(rows[r].inputs * (double)x_data[i] + rows[r].offset);
        for (size_t i = 0; i < net.param_count && !thrown; i++) net.params[i] *= (wi_real)rows[r].weights;
        for (size_t i = 0; i < 120; i++)
            y_data[i] =
                (wi_real)(thrown ? (double)wi_rng_below(&rng, 2) : rows[r].targets * (double)y_data[i]);
        if (!thrown) plan.weight_decay = rows[r].decay;
        if (!thrown && rows[r].targets == 1e-12)
            for (size_t i = 0; i < net.param_count; i++) net.params[i] = (wi_real)(i < 12 ? 1 : 1e-9);
        CHECK_OK(see(&net, &d, &plan, &seen));
        if (thrown) {
            against += seen.snr_first <= 0;
            CHECK_NEAR(seen.features[3], ln(seen.snr_first, -5.5, 0), 1e-9);
        } else if (!CHECK_NEAR(seen.features[rows[r].at], rows[r].feature, 1e-6)) printf("  row %zu\n", r);
        wi_net_destroy(&net);
    }
    CHECK(against > 0);
}

/* A rate that is asked for is tried first where it is less than 30 times another than the one that suits. */
static void test_asked(void)
{
    for (size_t k = 0; k < 4; k++) {
        wi_net net;
        wi_train_desc plan;
        inside_look seen;
        wi_data d = make_data(60, 1);
        memset(&plan, 0, sizeof plan);
        plan.opt = k % 2 ? wi_adam(0) : wi_sgd(0);
        plan.batch = 8 + k;
        plan.steps = 40;
        layers[0] = wi_layer_dense(3 + k, wi_tanh());
        layers[1] = wi_layer_dense(1, wi_linear());
        if (!make(&net, 2)) return;
        CHECK_OK(see(&net, &d, &plan, &seen));
        const double named = seen.named, least = named / 30, most = named * 30;
        const double asked[6] = {0,    least, nextafter(least, 1), nextafter(most, 0),
                                 most, nextafter(most, 1e9)};
        for (size_t a = 0; a < 6; a++) {
            plan.opt.rate = asked[a];
            CHECK_OK(see(&net, &d, &plan, &seen));
            CHECK_NEAR(seen.named, named, 0);
            CHECK_NEAR(seen.started, a == 2 || a == 3 ? asked[a] : named, 0);
        }
        wi_net_destroy(&net);
    }
}

/* A network of zeros has no size to take a step from: the step is still long enough for a float to show
   what it does to outputs of 1/2, K r = J J^T r with J = x / 4. */
static void test_from_nothing(void)
{
    wi_net net;
    wi_train_desc plan;
    inside_look seen;
    const size_t n = 60;
    double g[INPUTS] = {0, 0, 0}, mean = 0, moved = 0, error = 0;
    wi_data d = make_data(n, 1);
    memset(&plan, 0, sizeof plan);
    plan.opt = wi_sgd(0.1);
    plan.batch = n;
    plan.steps = 100;
    layers[0] = wi_layer_dense(1, wi_sigmoid());
    layers[0].weights = wi_zeros();
    if (!make(&net, 1)) return;
    for (size_t i = 0; i < n * INPUTS; i++) x_data[i] = (wi_real)(0.2 * ((double)x_data[i] - 0.3));
    for (size_t i = 0; i < n; i++) mean += (double)y_data[i] / (double)n;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < INPUTS; j++)
            g[j] += 0.25 * (mean - (double)y_data[i]) * (double)x_data[i * INPUTS + j];
    for (size_t i = 0; i < n; i++) {
        double k = 0;
        for (size_t j = 0; j < INPUTS; j++) k += 0.25 * g[j] * (double)x_data[i * INPUTS + j];
        moved += k * k;
        error += pow(mean - (double)y_data[i], 2);
    }
    CHECK_OK(see(&net, &d, &plan, &seen));
    CHECK_CLOSE(seen.top, sqrt(moved / error), 0.2);
    wi_net_destroy(&net);
}

/* One sample of each stretch of the data, in random order, inputs and targets of the same row; with the noise
   that training adds, and targets as smooth. */
static void test_sample(void)
{
    for (size_t n = 100; n <= 400; n += 300) {
        wi_net net;
        wi_train_desc plan;
        inside_look seen;
        wi_data d = make_data(n, 2);
        size_t rows = n < LOOK ? n : (size_t)LOOK, taken[SAMPLES], in_place = 0, at = 0;
        double noise = 0;
        memset(&plan, 0, sizeof plan);
        memset(taken, 0, sizeof taken);
        plan.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
        plan.steps = 100;
        plan.input_noise = 0.01;
        plan.label_smoothing = 0.2;
        for (size_t i = 0; i < n; i++) {
            x_data[i * INPUTS] = (wi_real)i;
            x_data[i * INPUTS + 1] = 0;
        }
        layers[0] = wi_layer_dense(2, wi_linear());
        if (!make(&net, 1) || !CHECK_OK(see(&net, &d, &plan, &seen))) return;
        for (size_t i = 0; i < rows; i++) {
            double got = (double)x_seen[i * INPUTS];
            size_t row = (size_t)(got + 0.5);
            CHECK_NEAR(got, (double)row, 0.06);
            CHECK_NEAR(y_seen[2 * i], 0.8 * (double)y_data[2 * row] + 0.1, 1e-6);
            CHECK_NEAR(y_seen[2 * i + 1], 0.8 * (double)y_data[2 * row + 1] + 0.1, 1e-6);
            if (CHECK(row < n)) taken[row]++;
            in_place += row == i * n / rows;
            noise += pow((double)x_seen[i * INPUTS + 1], 2) / (double)rows;
        }
        for (size_t row = 0; row < n; row++)
            for (; taken[row] > 0; taken[row]--, at++)
                CHECK(row >= at * n / rows && row * rows <= (at + 1) * n);
        CHECK_EQ(at, rows);
        CHECK(in_place < 12);
        CHECK_CLOSE(sqrt(noise), 0.01, 4 / sqrt(2.0 * (double)rows));
        wi_net_destroy(&net);
    }
}

/* What a sample's company does to it, beside how outputs differ: batches of neighbours, then every fourth. */
static void test_blur(void)
{
    for (size_t out = 1; out <= 2; out++) {
        wi_net net;
        wi_train_desc plan;
        inside_look seen;
        wi_mat y;
        wi_data d = make_data(64, out);
        double before[128], mean[2] = {0, 0}, spread = 0, moved = 0;
        memset(&plan, 0, sizeof plan);
        plan.loss = WI_LOSS_BINARY_CROSS_ENTROPY;
        plan.batch = 16;
        plan.steps = 100;
        layers[0] = wi_layer_dense(4, wi_linear());
        layers[1] = wi_layer_batch_norm();
        layers[2] = wi_layer_act(wi_tanh());
        layers[3] = wi_layer_dense(out, wi_linear());
        if (!make(&net, 4) || !CHECK_OK(see(&net, &d, &plan, &seen))) return;
        for (size_t c = 0; c < 4; c++) {
            CHECK_OK(wi_net_forward(&net, wi_mat_view(x_seen + 16 * c * INPUTS, 16, INPUTS), WI_TRAIN, &y));
            for (size_t i = 0; i < 16 * out; i++)
                mean[i % out] += (before[16 * c * out + i] = (double)y.data[i]) / 64;
        }
        for (size_t c = 0; c < 4; c++) {
            wi_mat apart = wi_mat_view(x_seen + c * INPUTS, 16, INPUTS);
            apart.row_step = 4 * INPUTS;
            CHECK_OK(wi_net_forward(&net, apart, WI_TRAIN, &y));
            for (size_t i = 0; i < 16; i++)
                for (size_t j = 0; j < out; j++)
                    moved += pow((double)y.data[i * out + j] - before[(4 * i + c) * out + j], 2) / 2;
        }
        for (size_t i = 0; i < 64 * out; i++) spread += pow(before[i] - mean[i % out], 2);
        CHECK(seen.blur > 0.001);
        CHECK_CLOSE(seen.blur, moved / spread, 1e-4);
        CHECK_NEAR(seen.features[4], seen.blur, 0);
        wi_net_destroy(&net);
        layers[4] = wi_layer_dropout(0.5);
        for (int drop = 0; drop < 3; drop++) { /* dropout has no company, but chance; behind all others too */
            layers[1] = drop == 1 ? wi_layer_dropout(0.5) : wi_layer_act(wi_linear());
            if (!make(&net, drop == 2 ? 5 : 4) || !CHECK_OK(see(&net, &d, &plan, &seen))) return;
            CHECK(drop ? seen.blur > 0.02 : seen.blur == 0);
            CHECK_NEAR(seen.features[4], fmin(seen.blur, 1.2), 0);
            wi_net_destroy(&net);
        }
    }
}

/* The first loss: of all samples where there are no more than are looked at, or where they are less than a
   hundredth of what the plan will see; else of those looked at. */
static void test_first_loss(void)
{
    static const struct {
        size_t n, steps;
        int all;
    } rows[] = {{128, 30, 1}, {129, 30, 0}, {200, 626, 1}, {200, 624, 0}, {300, 2000, 1}};
    for (size_t r = 0; r < WI_COUNT(rows); r++) {
        wi_net net;
        wi_train_desc plan;
        wi_check c;
        wi_data d = make_data(rows[r].n, 2);
        double whole = 0;
        memset(&plan, 0, sizeof plan);
        plan.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
        plan.batch = 32;
        plan.steps = rows[r].steps;
        layers[0] = wi_layer_dense(6, wi_tanh());
        layers[1] = wi_layer_dense(2, wi_linear());
        if (!make(&net, 2)) return;
        for (size_t i = 0; i < rows[r].n; i++) {
            wi_mat y;
            double one = 0;
            CHECK_OK(wi_net_forward(&net, wi_mat_rows(d.x, i, 1), WI_EVAL, &y));
            CHECK_OK(wi_loss_of(plan.loss, y, wi_mat_rows(d.y, i, 1), NULL, &one));
            whole += one / (double)rows[r].n;
        }
        CHECK_OK(wi_train_check(&net, &d, &plan, 0, &c, NULL));
        CHECK_CLOSE(c.first_loss, whole, rows[r].all ? 1e-5 : 0.3);
        CHECK((fabs(c.first_loss - whole) < 1e-5 * whole) == rows[r].all);
        wi_net_destroy(&net);
    }
}

/* A rate that serves is not spoken against, nor is one that was left to be chosen. */
static void test_advice(void)
{
    wi_net net;
    wi_train_desc plan;
    wi_check c;
    wi_data d = make_data(120, 1);
    memset(&plan, 0, sizeof plan);
    plan.loss = WI_LOSS_BINARY_CROSS_ENTROPY;
    plan.batch = 32;
    plan.steps = 400;
    layers[0] = wi_layer_dense(6, wi_tanh());
    layers[1] = wi_layer_dense(1, wi_linear());
    if (!make(&net, 2)) return;
    plan.opt = wi_adam(0);
    CHECK_OK(wi_train_check(&net, &d, &plan, 0, &c, NULL));
    CHECK(c.trains && c.rate > 0);
    CHECK_TEXT(c.diagnosis.remedy, wi_verdict_advice(WI_VERDICT_HEALTHY));
    plan.opt.rate = c.rate;
    CHECK_OK(wi_train_check(&net, &d, &plan, 0, &c, NULL));
    CHECK(c.trains && c.rate == plan.opt.rate);
    CHECK_TEXT(c.diagnosis.remedy, wi_verdict_advice(WI_VERDICT_HEALTHY));
    plan.opt.rate = 1e-9;
    CHECK_OK(wi_train_check(&net, &d, &plan, 0, &c, NULL));
    CHECK(c.trains && c.rate > 1e-4);
    CHECK_CONTAINS(c.diagnosis.remedy, "in place of 1e-09: it should train at that");
    wi_net_destroy(&net);
}

/* Why a sound network's plan is too much for it, in numbers of the look. Targets are thrown; then most of
   what comes out is. */
static void test_reasons(void)
{
    for (int chance = 0; chance < 2; chance++) {
        wi_net net;
        wi_train_desc plan;
        wi_check c;
        wi_rng rng = wi_rng_make(4);
        inside_look seen;
        char want[200];
        wi_data d = make_data(120, 1);
        memset(&plan, 0, sizeof plan);
        plan.loss = WI_LOSS_BINARY_CROSS_ENTROPY;
        plan.opt = wi_momentum(0, 0.9);
        plan.batch = 32;
        plan.steps = chance ? 400 : 60;
        for (size_t i = 0; i < 120 && !chance; i++) y_data[i] = (wi_real)wi_rng_below(&rng, 2);
        layers[0] = wi_layer_act(wi_linear());
        layers[1] = wi_layer_dense(chance ? 30 : 8, wi_tanh());
        layers[2] = wi_layer_dropout(chance ? 0.95 : 0);
        layers[3] = wi_layer_dense(chance ? 30 : 8, wi_tanh());
        layers[4] = wi_layer_dropout(chance ? 0.95 : 0);
        layers[5] = wi_layer_dense(1, wi_linear());
        if (!make(&net, 6)) return;
        CHECK_OK(see(&net, &d, &plan, &seen));
        CHECK_OK(wi_train_check(&net, &d, &plan, 0, &c, NULL));
        CHECK(!c.trains && c.diagnosis.verdict == (chance ? WI_VERDICT_NOISY : WI_VERDICT_HARD));
        double percent = 100 * (chance ? fmin(seen.blur, 1) : seen.aligned);
        char number[20];
        snprintf(number, sizeof number, percent < 99.5 ? "%.2g" : "%.0f", percent);
        snprintf(want, sizeof want,
                 chance ? "%s%% of the outputs' variance is chance: dropout, or the company in a batch of 32"
                        : "the best first step takes away %s%% of the error; the plan has 60 steps",
                 number);
        CHECK_TEXT(c.diagnosis.evidence, want);
        CHECK_EQ(c.diagnosis.layer, 1); /* the first with weights */
        CHECK_TEXT(c.diagnosis.remedy, wi_verdict_advice(c.diagnosis.verdict));
        wi_net_destroy(&net);
    }
}

/* ---- runs ---------------------------------------------------------------------- */

/* Where a run is going, from its marks: those of now and of the middle of its steps. */
static void test_heading(void)
{
    const double three[3][3] = {{2, 0.1, 4}, {1, 0.2, 8}, {0.5, 0.4, 16}},
                 two[2][3] = {{2, -0.5, 4}, {4, 0.3, 6}}, one[1][3] = {{1.2, -0.3, 4}},
                 none[1][3] = {{1.2, 0.3, 0}}, far[2][3] = {{1e9, 0.9, 4}, {1e-9, 0.1, 8}},
                 lost[1][3] = {{(double)NAN, 0.3, 8}}, falling[2][3] = {{1, 0.1, 8}, {0.9, 0.2, 16}};
    double to[6];
    inside_heading(three, 3, 0, 0.1, 100, to);
    CHECK_NEAR(to[0], log(0.5), 1e-12);
    CHECK_NEAR(to[1], log(0.5) - log(2.0) * 84 / 8, 1e-12);
    CHECK_NEAR(to[2], fmin(0.4 + 0.2 * log(1 + 84 / 16.0) / log(2.0), 1.5), 1e-12);
    CHECK_NEAR(to[3], 16, 0);
    CHECK_NEAR(to[4], 84, 0);
    CHECK_NEAR(to[5], log(0.5) - 0.5 * 0.4 - 0.01 * log(0.1), 1e-12);
    inside_heading(three, 3, 0, 0.1, 1000000, to);
    CHECK_NEAR(to[2], 1.5, 0);
    inside_heading(three, 3, 0, 0.1, 10, to); /* beyond its end there is nothing left */
    CHECK_NEAR(to[4], 0, 0);
    CHECK_NEAR(to[1], log(0.5), 1e-12);
    inside_heading(falling, 2, 0, 1, 48, to);
    CHECK_NEAR(to[1], log(0.9) * (1 + 32 / 8.0), 1e-12);
    CHECK_NEAR(to[2], 0.2 + 0.1 * log(3.0) / log(2.0), 1e-12);

    inside_heading(two, 2, 0, 10, 12,
                   to); /* a loss that rises is not taken further; nothing to follow is 0 */
    CHECK_NEAR(to[0], log(4.0), 1e-12);
    CHECK_NEAR(to[1], log(4.0), 1e-12);
    CHECK_NEAR(to[2], 0.3 + 0.3 * log(2.0) / log(1.5), 1e-12);
    CHECK_NEAR(to[5], 0.3 * log(4.0) - 0.15 - 0.01 * log(10.0), 1e-12);
    inside_heading(one, 1, 0, 1, 12, to);
    CHECK_NEAR(to[1], log(1.2), 1e-12);
    CHECK_NEAR(to[2], 0, 0);
    CHECK_NEAR(to[5], 0.3 * log(1.2) + 0.1, 1e-12); /* no worse than following by -0.2 */
    inside_heading(none, 1, 0, 1, 12, to);
    CHECK_NEAR(to[3], 1, 0);
    CHECK_NEAR(to[4], 11, 0);
    inside_heading(far, 2, 0, 1, 12, to);
    CHECK_NEAR(to[0], -3, 0);
    CHECK_NEAR(to[1], -3 - 4.5, 1e-12);
    CHECK_NEAR(to[2], 0.1, 1e-12);
    CHECK_NEAR(to[5], -7 - 0.05, 1e-12);
    inside_heading(far, 1, 0, 1, 12, to);
    CHECK_NEAR(to[0], 1.5, 0);
    CHECK_NEAR(to[5], 0.3 * 20 - 0.45, 1e-12);
    inside_heading(lost, 1, 0, 1, 12, to);
    CHECK_NEAR(to[0], 1.5, 0);
    inside_heading(three, 3, 1, 0.1, 100, to); /* lost: nowhere */
    CHECK(to[0] == 1.5 && to[1] == 1.5 && to[2] == 0 && to[3] == 16 && to[4] == 84 && to[5] == HUGE_VAL);
    inside_heading(one, 0, 0, 1, 12, to);
    CHECK(to[5] == HUGE_VAL);
}

/* The least mean of the last 25 losses, after each step, and of the last 20, at every tenth; under half of
   the trivial loss the run is done. */
static void test_watch(void)
{
    double losses[80], low, best;
    wi_rng rng = wi_rng_make(8);
    for (int fall = 0; fall < 2; fall++)
        for (size_t n = 15; n <= 80; n++) {
            double want[2] = {HUGE_VAL, HUGE_VAL}, trivial = 1.5;
            size_t stop = n;
            for (size_t k = 0; k < 80; k++)
                losses[k] =
                    fall ? 3.0 / (double)(1 + k / 10) + wi_rng_uniform(&rng) : 1.5 + wi_rng_uniform(&rng);
            for (size_t k = 1; k <= stop; k++) {
                double twenty = 0, more = 0;
                for (size_t i = 0; i < 25 && i < k; i++) {
                    more += losses[k - 1 - i] / 25 / trivial;
                    if (i < 20) twenty += losses[k - 1 - i] / 20 / trivial;
                }
                if (k >= 20 && k % 10 == 0) want[0] = fmin(want[0], twenty);
                if (k >= 25) want[1] = fmin(want[1], more);
                if (want[1] < 0.5) stop = k;
            }
            CHECK_EQ(inside_watch(losses, n, trivial, &low, &best), stop);
            CHECK_NEAR(low, want[0], 1e-12);
            CHECK_NEAR(best, want[1], 1e-12);
        }
    for (size_t k = 0; k < 30; k++) losses[k] = 0.5; /* half is not under half */
    CHECK_EQ(inside_watch(losses, 30, 1, &low, &best), 30);
    CHECK_EQ(inside_watch(losses, 30, 1.001, &low, &best), 25);
}

/* A trial of a plan that cannot work, for its targets are thrown: as many rates as it has twenties of steps
   and one, at least those of the look; each gets a twentieth of the steps, and all are used. Nor do runs go
   beyond the plan. */
static void test_try(void)
{
    static const struct {
        size_t planned, steps, runs, used;
    } rows[] = {{2000, 10, 3, 10}, {2000, 40, 3, 40},   {2000, 59, 3, 59},
                {2000, 60, 4, 60}, {2000, 300, 4, 300}, {30, 400, 4, 120}};
    for (size_t r = 0; r < WI_COUNT(rows); r++) {
        wi_net net;
        wi_train_desc plan;
        wi_rng rng = wi_rng_make(4);
        wi_data d = make_data(120, 1);
        double rates[4], named[4];
        size_t steps[4], sum_of_steps = 0, looked, first = (rows[r].steps + 19) / 20, taken;
        memset(&plan, 0, sizeof plan);
        plan.loss = WI_LOSS_BINARY_CROSS_ENTROPY;
        plan.opt = wi_adam(0);
        plan.batch = 32;
        plan.steps = rows[r].planned;
        for (size_t i = 0; i < 120; i++) y_data[i] = (wi_real)wi_rng_below(&rng, 2);
        layers[0] = wi_layer_dense(2, wi_tanh());
        layers[1] = wi_layer_dense(1, wi_linear());
        if (!make(&net, 2)) return;
        CHECK_OK(inside_try(&net, &d, &plan, rows[r].steps, rates, steps, &looked, &taken));
        CHECK_EQ(inside_rates(1, 0.003, 9, named, 4), 4);
        for (size_t k = 0; k < rows[r].runs; k++) {
            CHECK_NEAR(rates[k], named[k], 0);
            CHECK(steps[k] >= (first < plan.steps ? first : plan.steps) && steps[k] <= plan.steps);
            sum_of_steps += steps[k];
        }
        CHECK(rows[r].runs == 4 || steps[3] == 0);
        CHECK_EQ(taken, sum_of_steps - looked);
        if (r == 5) CHECK_EQ(sum_of_steps, rows[r].used);
        else CHECK_EQ(taken, rows[r].used);
        wi_net_destroy(&net);
    }
}

/* What a trial shows: of the run that stands best, but for the least loss, which is that of all. Each number
   has a weight of its own, and a run more or less changes none. */
static void test_tried(void)
{
    inside_run runs[3] = {{{0.9, 0.1, 20}, {0.8, 0.2, 50}, 0.7, 0.75, 0.1, 0, 0},
                          {{1.1, 0.0, 20}, {1.2, 0.1, 50}, 0.6, 0.9, 0.01, 0, 0},
                          {{0.9, 0.1, 20}, {0.1, 0.9, 50}, 0.65, 0.8, 0.001, 0, 1}};
    static const double fitted[2][7] = {{0.467, -4.722, 4.149, 3.073, -0.952, 0.546, -2.959},
                                        {0.369, -4.457, 4.122, 4.528, -1.098, 0.613, -3.646}};
    double to[11], before[11] = {0};
    for (int adaptive = 0; adaptive < 2; adaptive++)
        for (size_t count = 1; count <= 3; count++) {
            double pace = log(0.8 / 0.9) / 30, left = 950;
            const double want[9] = {1.5,
                                    log(count > 1 ? 0.6 : 0.7),
                                    fmin(0.2 + 0.1 * log(1 + left / 50) / log(2.5), 1.5),
                                    0,
                                    above(log(0.8) + pace * left, -0.7),
                                    log(left + 30) - 5,
                                    1,
                                    0.1,
                                    0.75};
            inside_tried(runs, count, 1000, adaptive, 1.5, to);
            for (size_t k = 0; k < 9; k++)
                if (!CHECK_NEAR(to[k], want[k], 1e-12)) printf("  number %zu of %zu runs\n", k, count);
            CHECK(to[9] == 0);
            double sum_of_all = 0;
            for (size_t k = 0; k < 7; k++) sum_of_all += fitted[adaptive][k] * to[k];
            CHECK_NEAR(to[10], sum_of_all, 1e-9);
            if (count == 3) CHECK_NEAR(to[10], before[10], 1e-12);
            memcpy(before, to, sizeof before);
            inside_tried(runs, count, 1000, adaptive, 2.5, to);
            CHECK_NEAR(to[10] - before[10], adaptive ? 0.369 : 0.467,
                       1e-9); /* the weight of what the look said */
        }
    inside_tried(runs, 1, 1000, 0, 7, to); /* which has its limits */
    CHECK_NEAR(to[0], 6, 0);
    inside_tried(runs, 1, 1000, 0, -7, to);
    CHECK_NEAR(to[0], -6, 0);
    runs[0].low = 0.001;
    inside_tried(runs, 1, 1000, 0, 0, to);
    CHECK_NEAR(to[1], -3, 0);
    runs[0].low = HUGE_VAL; /* no 20 steps, no 25 */
    runs[0].best = HUGE_VAL;
    inside_tried(runs, 1, 1000, 0, 0, to);
    CHECK_NEAR(to[1], 1.1, 0);
    CHECK(to[8] == HUGE_VAL);
    runs[0].low = 0.7;
    inside_tried(runs, 1, 1000, 0, 0, to);
    CHECK_NEAR(to[8], 0.7, 0);
    for (int adaptive = 0; adaptive < 2; adaptive++) { /* a loss that rises, so that the others count */
        double sum_of_all = 0;
        inside_tried(runs + 1, 1, 60, adaptive, 0, to);
        for (size_t k = 0; k < 7; k++) sum_of_all += fitted[adaptive][k] * to[k];
        CHECK_NEAR(to[10], sum_of_all, 1e-9);
    }
    inside_tried(runs + 1, 1, 60, 0, 0, to);
    CHECK_NEAR(to[3], log(1.2), 1e-12);
    CHECK_NEAR(to[5], log(10 + 30.0) - 5, 1e-12);
    runs[1].done = 1; /* is best whatever else is said of it */
    inside_tried(runs, 2, 1000, 0, 0, to);
    CHECK(to[7] == 0.01 && to[8] == 0.9 && to[9] == 1);
}

/* The rates that are tried: the one that is named, and usual ones that are further from it than sqrt(e);
   below what the network does not bear, and where that leaves none, a tenth of the lowest. */
static void test_rates(void)
{
    static const struct {
        int adaptive;
        double named, bears;
        size_t n;
        double want[4];
    } rows[] = {{0, 0.013, 9, 3, {0.013, 0.1, 0.001}},
                {0, 0.5, 9, 4, {0.5, 0.01, 0.1, 0.001}},
                {0, 0.1, 9, 3, {0.1, 0.01, 0.001}},
                {1, 0.003, 9, 4, {0.003, 0.001, 0.01, 0.0001}},
                {1, 0.0012, 9, 3, {0.0012, 0.01, 0.0001}},
                {0, 0.5, 0.02, 4, {0.5, 0.01, 0.1, 0.001}},
                {0, 0.04, 0.02, 3, {0.04, 0.01, 0.001}},
                {0, 0.03, 0.003, 3, {0.03, 0.01, 0.001}},
                {0, 0.004, 0.00002, 4, {0.004, 0.001, 0.0001, 0.00001}},
                {0, 0.0001, 1e-9, 4, {1e-4, 1e-5, 1e-6, 1e-7}}};
    double rates[4];
    for (size_t r = 0; r < WI_COUNT(rows); r++) {
        const double bears = rows[r].bears;
        CHECK_EQ(inside_rates(rows[r].adaptive, rows[r].named, bears, rates, 4), rows[r].n);
        for (size_t k = 0; k < rows[r].n; k++)
            if (!CHECK_CLOSE(rates[k], rows[r].want[k], 1e-12)) printf("  row %zu, rate %zu\n", r, k);
        CHECK_EQ(inside_rates(rows[r].adaptive, rows[r].named, bears, rates, 2), 2);
        CHECK_EQ(inside_rates(rows[r].adaptive, rows[r].named, bears, rates, 1), 1);
    }
    CHECK_EQ(inside_rates(0, 0.01 * exp(0.499), 9, rates, 4), 3);
    CHECK_EQ(inside_rates(0, 0.01 * exp(0.501), 9, rates, 4), 4);
    CHECK_EQ(inside_rates(0, 0.01 * exp(-0.499), 9, rates, 4), 3);
    CHECK_EQ(inside_rates(0, 0.01 * exp(-0.501), 9, rates, 4), 4);
}

/* The rate that is taken is that of the run that stands best. What was asked for, the first one's where that
   is not the rate that suits, may stand a little worse, and gradient descent takes no higher one than these.
   Where all are lost, it is a lower one. */
static void test_rate_best(void)
{
    inside_run runs[3] = {{{1, 0, 2}, {0.9, 0.1, 4}, 1, 1, 0.02, 0, 0},
                          {{1, 0, 2}, {0.8, 0.1, 4}, 1, 1, 0.01, 0, 0},
                          {{1, 0, 2}, {0.5, 0.1, 4}, 1, 1, 0.1, 0, 0}};
    CHECK_NEAR(inside_rate_best(runs, 1, 0, 0.02), 0.02, 0);
    CHECK_NEAR(inside_rate_best(runs, 2, 0, 0.02), 0.01, 0);
    CHECK_NEAR(inside_rate_best(runs, 2, 0, 0.03), 0.02, 0); /* asked for */
    CHECK_NEAR(inside_rate_best(runs, 3, 0, 0.02), 0.01, 0);
    CHECK_NEAR(inside_rate_best(runs, 3, 0, 0.09), 0.02, 0);
    CHECK_NEAR(inside_rate_best(runs, 3, 0, 0.11), 0.1, 0);
    CHECK_NEAR(inside_rate_best(runs, 3, 1, 0.02), 0.1, 0);
    runs[0].rate = 0.2; /* asked for, so it may be more */
    CHECK_NEAR(inside_rate_best(runs, 3, 0, 0.02), 0.1, 0);
    runs[2].lost = 1;
    CHECK_NEAR(inside_rate_best(runs, 3, 0, 0.02), 0.2, 0);
    runs[1].now[0] = 0.73; /* ln 0.9 - ln 0.73 = 0.209, less a hundredth of ln 20 */
    CHECK_NEAR(inside_rate_best(runs, 3, 0, 0.02), 0.2, 0);
    runs[1].now[0] = 0.71;
    CHECK_NEAR(inside_rate_best(runs, 3, 0, 0.02), 0.01, 0);
    runs[0].lost = 1;
    CHECK_NEAR(inside_rate_best(runs, 3, 0, 0.02), 0.01, 0);
    runs[1].lost = 1;
    CHECK_NEAR(inside_rate_best(runs, 1, 0, 0.02), 0.01, 0); /* a usual one that was not tried */
    CHECK_NEAR(inside_rate_best(runs, 2, 0, 0.02), 0.001, 0);
    runs[2].rate = 0.001;
    CHECK_CLOSE(inside_rate_best(runs, 3, 0, 0.02), 0.0001, 1e-12);
}

/* What holds weights back: too few steps; steps that clipping makes too short for the best first one; a decay
   that takes more than the error gives. */
static void test_held_back(void)
{
    wi_diagnosis d;
    wi_train_desc plan, plain_plan;
    memset(&d, 0, sizeof d);
    memset(&plain_plan, 0, sizeof plain_plan);
    plain_plan.opt = wi_sgd(0);
    plan = plain_plan;
    CHECK(inside_held_back(&plan, 0, 24, 9, 0.1, 1, 1, 2, &d));
    CHECK_TEXT(d.evidence, "the plan has 24 steps, and training is judged by the mean loss of 25");
    CHECK_TEXT(d.remedy, "take more steps");
    CHECK(inside_held_back(&plan, 0, 1, 9, 0.1, 1, 1, 2, &d));
    CHECK_TEXT(d.evidence, "the plan has 1 step, and training is judged by the mean loss of 25");
    CHECK(!inside_held_back(&plan, 0, 25, 9, 0.1, 1e9, 1, 2, &d));

    /* 100 steps at a rate of 0.1 at least, each of length 2: 20. */
    for (int k = 0; k < 7; k++)
        for (int more = 0; more < 2; more++) {
            static const double reach[7] = {20, 100, 200, 20, 10, 20, 20};
            plan = plain_plan;
            plan.clip_norm = k == 3 || k == 5 ? 0 : 2;
            if (k == 2) plan.opt = wi_momentum(0, 0.9);
            if (k >= 3) plan.clip_value = k == 3 || k == 5 ? 0.4 : k == 4 ? 0.2 : 9; /* of each of 25 */
            d.evidence[0] = 0;
            CHECK_EQ(inside_held_back(&plan, 0, 100, 25, k == 1 ? 0.5 : 0.05,
                                      reach[k] * (more ? 1.001 : 0.999), 1, 2, &d),
                     more);
            if (more && k == 0)
                CHECK_TEXT(d.evidence, "with gradients clipped to a norm of 2, 100 steps move the weights by "
                                       "20 at most; the best "
                                       "first step alone is 20 long");
            if (more) CHECK_CONTAINS(d.remedy, "clip_norm = 1 is usual");
            CHECK(!inside_held_back(&plan, 1, 100, 25, 0.05, 1e9, 1, 2, &d));
        }
    for (int more = 0; more < 2; more++) { /* however strong */
        plan = plain_plan;
        plan.clip_norm = 0.005;
        CHECK_EQ(inside_held_back(&plan, 0, 100, 25, 0.1, more ? 0.0501 : 0.0499, 1, 2, &d), more);
    }
    for (int k = 0; k < 4; k++)
        for (int more = 0; more < 2; more++) {
            double decay = more ? 0.5005 : 0.4995;
            plan = plain_plan;
            plan.weight_decay = k == 1 ? 0 : k == 2 ? 0.2 : decay;
            plan.opt.decay = k == 1 ? decay : k == 2 ? decay - 0.2 : 0;
            CHECK_EQ(inside_held_back(&plan, 0, 100, 25, 0.1, 1, 0.5, k == 3 ? 1 : 2, &d), more && k != 3);
            CHECK_EQ(inside_held_back(&plan, 1, 100, 25, 0.1, 1, 0.5, 2, &d), more && (k == 0 || k == 3));
        }
    plan = plain_plan;
    plan.weight_decay = 3;
    CHECK(inside_held_back(&plan, 0, 100, 25, 0.1, 1, 0.5, 2, &d));
    CHECK_TEXT(
        d.evidence,
        "a step takes 3 of the weights away, times the rate, and the error gives no layer more than 0.5: "
        "they can only shrink");
    CHECK_CONTAINS(d.remedy, "less weight decay: ");
}

/* Predictions that follow the targets by 0.5 in the first four steps are enough where the answer is clear;
   with less the best run goes on. How far they do is a matter of the noise in the targets. */
static void test_knows_enough(void)
{
    wi_net net;
    wi_train_desc plan;
    inside_look seen;
    const size_t n = 400;
    double lo = 0, hi = 4, last = 0;
    wi_data d = make_data(n, 1);
    memset(&plan, 0, sizeof plan);
    plan.opt = wi_sgd(0.1);
    plan.batch = 4;
    plan.steps = 20000;
    layers[0] = wi_layer_dense(1, wi_linear());
    if (!make(&net, 1)) return;
    for (int k = 0; k < 18; k++) {
        double noise = 0.5 * (lo + hi);
        wi_rng rng = wi_rng_make(9);
        for (size_t i = 0; i < n; i++)
            y_data[i] = (wi_real)((double)x_data[i * INPUTS] + noise * wi_rng_normal(&rng));
        CHECK_OK(see(&net, &d, &plan, &seen));
        if (seen.steps > 4) hi = noise;
        else {
            lo = noise;
            last = seen.knew;
        }
    }
    CHECK_NEAR(last, 0.5, 0.001);
    wi_net_destroy(&net);
}

/* A step of a trial ends at any one gradient without an end, wherever it stands, and at those whose norm has
   none; not at one of a layer that is frozen. */
static void test_gradient_ends(void)
{
    wi_net net;
    layers[0] = wi_layer_dense(4, wi_tanh());
    layers[1] = wi_layer_dense(1, wi_linear());
    if (!make(&net, 2)) return;
    const double bad[3] = {(double)NAN, HUGE_VAL, -HUGE_VAL};
    for (size_t i = 0; i < net.param_count; i++) net.grads[i] = (wi_real)(i % 2 ? 1e30 : -1);
    CHECK(!inside_gradient_ends(&net));
    for (size_t i = 0; i < net.param_count; i++)
        for (size_t k = 0; k < 3; k++) {
            wi_real kept = net.grads[i];
            net.grads[i] = (wi_real)bad[k];
            CHECK(inside_gradient_ends(&net));
            net.layers[0].desc.frozen = 1;
            CHECK_EQ(inside_gradient_ends(&net), i >= net.layers[0].param_count);
            net.layers[0].desc.frozen = 0;
            net.grads[i] = kept;
        }
    if (sizeof(wi_real) == 8) { /* 1e152^2 has an end, 1e155^2 has none */
        net.grads[3] = (wi_real)1e152;
        CHECK(!inside_gradient_ends(&net));
        net.grads[3] = (wi_real)-1e155;
        CHECK(inside_gradient_ends(&net));
    }
    wi_net_destroy(&net);
}

/* Where all other rates are lost at once, the one that is left goes the whole trial, after a look that took
   as many turns as it may. The inputs are large, the targets mostly noise. */
static void test_one_rate_is_left(void)
{
    enum { COUNT = 260 };
    static wi_real xs[COUNT * 3], ys[COUNT];
    wi_rng rng = wi_rng_make(184);
    wi_data d;
    wi_net net;
    wi_net_desc desc;
    wi_train_desc plan;
    wi_check c;
    memset(&d, 0, sizeof d);
    memset(&desc, 0, sizeof desc);
    memset(&plan, 0, sizeof plan);
    for (size_t i = 0; i < COUNT * 3; i++) xs[i] = (wi_real)wi_rng_normal(&rng);
    for (size_t i = 0; i < COUNT; i++) ys[i] = (wi_real)(0.3 * ((double)xs[3 * i] - (double)xs[3 * i + 1]));
    for (size_t i = 0; i < COUNT; i++) ys[i] = (wi_real)((double)ys[i] + 2.1 * wi_rng_normal(&rng));
    for (size_t i = 0; i < COUNT * 3; i++) xs[i] *= (wi_real)21.5443469;
    d.x = wi_mat_view(xs, COUNT, 3);
    d.y = wi_mat_view(ys, COUNT, 1);
    layers[0] = wi_layer_dense(8, wi_relu());
    layers[1] = wi_layer_dense(1, wi_linear());
    desc.inputs = 3;
    desc.layers = layers;
    desc.layer_count = 2;
    desc.max_batch = 16;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_OK(wi_net_init(&net, 184));
    plan.loss = WI_LOSS_HALF_SQUARED;
    plan.opt = wi_sgd(0.01);
    plan.batch = 8;
    plan.epochs = 80;
    CHECK_OK(wi_train_check(&net, &d, &plan, 2000, &c, NULL));
    CHECK_EQ(c.trial_steps, 2000);
    wi_net_destroy(&net);
}

int main(void)
{
    test_one_rate_is_left();
    test_seen();
    test_limits();
    test_asked();
    test_from_nothing();
    test_sample();
    test_blur();
    test_first_loss();
    test_heading();
    test_watch();
    test_rates();
    test_rate_best();
    test_gradient_ends();
    test_knows_enough();
    test_try();
    test_tried();
    test_advice();
    test_reasons();
    test_held_back();
    CHECK_EQ(fail_alloc.live, 0);
    return check_done();
}
