/* 12_loop.c: wi_train() beside a plain loop, written from the documentation alone in double, over hundreds of
   random networks, data and options: rates, the order of samples, noise, smoothing, weights of classes,
   losses, clipping, penalties, each rule, what is reported when, what ends a run and with which weights; and
   likewise wi_evaluate() and wi_pretrain(). The passes through the network are the library's, which 08_net
   judges.
   @build once */
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include <float.h>

enum { MOST = 6, ROWS = 48, WIDE = 24, PARAMS = 4000, CLASSES = 4 };

static wi_rng rng;
static size_t below(size_t n) { return (size_t)wi_rng_below(&rng, n); }
static int one_in(size_t n) { return below(n) == 0; }
static int is_double(void) { return sizeof(wi_real) == sizeof(double); }

/* A number that is near enough to what a plain sum gives. */
static double tolerance(double want, double times)
{
    return (is_double() ? 1e-9 : 2e-5) * times * (1 + fabs(want));
}

/* ---- What is drawn --------------------------------------------------------- */

static wi_layer_desc layers[MOST];
static wi_net_desc net_desc;
static wi_real numbers[4][ROWS * WIDE];
static double weights[CLASSES];
static wi_data data, valid;

static void draw_net(size_t inputs, size_t outputs)
{
    size_t n = 0;
    memset(&net_desc, 0, sizeof net_desc);
    net_desc.inputs = inputs;
    if (inputs == 16 && one_in(2)) {
        net_desc.inputs = 0;
        net_desc.channels = 1;
        net_desc.height = net_desc.width = 4;
        layers[n++] = wi_layer_conv2d(1 + below(3), 3, wi_tanh());
    }
    const wi_act acts[5] = {wi_tanh(), wi_relu(), wi_sigmoid(), wi_gelu(), wi_linear()};
    for (size_t more = below(4); more > 0; more--) {
        size_t kind = below(6), units = 1 + below(9), act = below(5);
        layers[n] = kind == 0   ? wi_layer_batch_norm()
                    : kind == 1 ? wi_layer_layer_norm()
                    : kind == 2 ? wi_layer_dropout(0.25)
                    : kind == 3 ? wi_layer_act(wi_tanh())
                                : wi_layer_dense(units, acts[act]);
        n++;
    }
    layers[n++] = wi_layer_dense(outputs, wi_linear());
    for (size_t l = 0; l < n; l++) {
        layers[l].frozen = one_in(8);
        if (one_in(4)) layers[l].step_scale = (double)(1 + below(3)) / 2;
        if (layers[l].kind == WI_LAYER_DENSE) layers[l].no_bias = one_in(6);
        if (one_in(3)) layers[l].bias = wi_normal(0, 0.5);
    }
    if (n > 2 && one_in(4) && n < MOST) { /* rebuilt by transposed weights: gradients are added there */
        layers[n - 1].no_bias = 0;
        n++;
        layers[n - 2] = wi_layer_dense(outputs, wi_tanh());
        layers[n - 1] = wi_layer_dense(outputs, wi_linear());
    }
    net_desc.layers = layers;
    net_desc.layer_count = n;
    net_desc.max_batch = 2 + below(12);
    net_desc.seed = 1 + below(1000);
}

static void draw_data(wi_data *to, size_t which, size_t inputs, size_t outputs, int kind)
{
    size_t n = 2 + below(ROWS - 2);
    memset(to, 0, sizeof *to);
    to->x = wi_mat_view(numbers[which], n, inputs);
    to->y = wi_mat_view(numbers[which + 1], n, outputs);
    for (size_t i = 0; i < n * inputs; i++) numbers[which][i] = (wi_real)wi_rng_normal(&rng);
    for (size_t i = 0; i < n; i++) {
        size_t class_of = below(outputs == 1 ? 2 : outputs);
        for (size_t j = 0; j < outputs; j++) {
            wi_real *t = &numbers[which + 1][i * outputs + j];
            *t = (wi_real)(outputs == 1 ? class_of == 1 : class_of == j);
            if (kind == 1) *t = 2 * *t - 1;
            if (kind == 2) *t = (wi_real)wi_rng_normal(&rng);
            if (kind == 3) *t = (wi_real)j; /* columns that never change */
        }
    }
    if (one_in(3) && to->x.rows > 4) { /* every other row: a view with steps */
        to->x.rows = to->y.rows = n / 2;
        to->x.row_step = 2 * inputs;
        to->y.row_step = 2 * outputs;
    }
}

static wi_train_desc draw_run(size_t outputs)
{
    wi_train_desc d;
    memset(&d, 0, sizeof d);
    d.loss = (wi_loss)below(outputs > 1 ? 3 : 2); /* a row of one output sums to no 1 */
    const wi_opt_desc rules[7] = {wi_sgd(0.05),           wi_sgd(0),        wi_momentum(0.02, 0.8),
                                  wi_nesterov(0.02, 0.7), wi_rmsprop(0.01), wi_adam(0.01),
                                  wi_adamw(0.01, 0.1)};
    d.opt = rules[below(7)];
    if (d.opt.epsilon > 0) d.opt.epsilon = 0.01; /* so that rounding is not taken for a direction */
    if (one_in(5)) d.opt.decay = 0.3;
    d.epochs = below(5);
    d.steps = one_in(2) ? below(15) : 0;
    d.batch = one_in(4) ? 0 : 1 + below(net_desc.max_batch);
    d.seed = below(1000);
    if (one_in(3)) d.clip_norm = 0.05 + (double)below(4) / 4;
    if (one_in(3)) d.clip_value = 0.01 + (double)below(4) / 20;
    if (one_in(3)) d.weight_decay = (double)below(3) / 20;
    if (one_in(4)) d.weight_noise = 0.1;
    if (one_in(3)) d.input_noise = 0.3;
    if (one_in(3)) d.label_smoothing = (double)below(3) / 8;
    if (outputs > 1 && one_in(3)) d.class_weights = weights;
    for (size_t j = 0; j < CLASSES; j++) weights[j] = 0.25 + (double)below(8) / 4;
    d.schedule = (wi_schedule)below(2);
    if (one_in(2)) d.rate_decay = 0.5 + (double)below(3) / 4;
    d.decay_every = below(3);
    if (one_in(2)) d.warmup_steps = below(9);
    d.every = one_in(2) ? 1 + below(7) : 0;
    if (one_in(2)) d.valid = &valid;
    if (d.valid && one_in(2)) d.patience = 1 + below(3);
    return d;
}

/* ---- A plain loop ---------------------------------------------------------- */

typedef struct plain_run {
    wi_net net;
    wi_train_desc desc; /* with defaults filled in */
    size_t samples, per_epoch, steps, epochs, step, epoch, since, reports;
    double loss_sum, rate, norm;
    double m[PARAMS], v[PARAMS];
    double best_loss;
    size_t waited;
    int stopped, has_best;
    wi_real best[PARAMS], best_state[PARAMS];
} plain_run;

static double cell(wi_mat m, size_t i, size_t j) { return (double)m.data[i * m.row_step + j * m.col_step]; }

static size_t class_at(wi_mat m, size_t i)
{
    size_t best = 0;
    for (size_t j = 1; j < m.cols; j++)
        if (cell(m, i, j) > cell(m, i, best)) best = j;
    return best;
}

/* The mean loss, each row weighing as its class does; and in dy its gradient. */
static double plain_loss(wi_loss loss, wi_mat y, wi_mat t, wi_real *dy, const double *w)
{
    double sum = 0, all = 0;
    for (size_t i = 0; i < y.rows; i++) all += w ? w[class_at(t, i)] : 1;
    for (size_t i = 0; i < y.rows; i++) {
        double share = (w ? w[class_at(t, i)] : 1) / all, top = cell(y, i, 0), total = 0, mass = 0;
        for (size_t j = 0; j < y.cols; j++) top = fmax(top, cell(y, i, j));
        for (size_t j = 0; j < y.cols; j++) {
            total += exp(cell(y, i, j) - top);
            mass += cell(t, i, j) * (w ? w[j] : 1);
        }
        for (size_t j = 0; j < y.cols; j++) {
            double a = cell(y, i, j), b = cell(t, i, j), g;
            if (loss == WI_LOSS_HALF_SQUARED) {
                sum += share * (a - b) * (a - b) / 2;
                g = share * (a - b);
            } else if (loss == WI_LOSS_BINARY_CROSS_ENTROPY) {
                double p = 1 / (1 + exp(-a));
                sum -= share * (b * log(p) + (1 - b) * log(1 - p));
                g = share * (p - b);
            } else {
                double p = exp(a - top) / total, of_class = w ? w[j] : 1;
                sum -= b * of_class * log(p) / all;
                g = (p * mass - b * of_class) / all;
            }
            if (dy) dy[i * y.cols + j] = (wi_real)g;
        }
    }
    return sum;
}

static wi_score plain_score(wi_net *net, const wi_data *on, wi_loss loss)
{
    wi_score s;
    double right = 0, squared = 0, absolute = 0, spread = 0, n = (double)on->x.rows;
    int classes = 1;
    memset(&s, 0, sizeof s);
    for (size_t i = 0; i < on->x.rows; i++) {
        wi_mat y, t = wi_mat_rows(on->y, i, 1);
        CHECK_OK(wi_net_forward(net, wi_mat_rows(on->x, i, 1), WI_EVAL, &y));
        s.loss += plain_loss(loss, y, t, NULL, NULL) / n;
        if (y.cols > 1) right += class_at(y, 0) == class_at(t, 0);
        else right += (cell(y, 0, 0) > (loss == WI_LOSS_HALF_SQUARED ? 0.5 : 0)) == (cell(t, 0, 0) > 0.5);
        for (size_t j = 0; j < y.cols; j++) {
            double off = cell(y, 0, j) - cell(t, 0, j), value = cell(t, 0, j);
            squared += off * off;
            absolute += fabs(off);
            if (!(value == 0 || value == 1 || value == -1)) classes = 0;
        }
    }
    for (size_t j = 0; j < on->y.cols; j++) {
        double mean = 0;
        for (size_t i = 0; i < on->x.rows; i++) mean += cell(on->y, i, j) / n;
        for (size_t i = 0; i < on->x.rows; i++) spread += pow(cell(on->y, i, j) - mean, 2);
    }
    int values = loss == WI_LOSS_HALF_SQUARED;
    s.accuracy = values && !classes ? (double)NAN : right / n;
    s.r2 = values && spread > 1e-20 ? 1 - squared / spread : (double)NAN;
    s.mae = values ? absolute / n / (double)on->y.cols : (double)NAN;
    return s;
}

static void same_score(const wi_score *got, const wi_score *want)
{
    CHECK_NEAR(got->loss, want->loss, tolerance(want->loss, 1));
    CHECK_NEAR(got->accuracy, want->accuracy, 1e-12);
    CHECK_NEAR(got->r2, want->r2, tolerance(want->r2, 10));
    CHECK_NEAR(got->mae, want->mae, tolerance(want->mae, 1));
}

static double plain_rate(const wi_train_desc *d, size_t step, size_t steps, size_t per_epoch)
{
    double rate = d->opt.rate;
    if (d->schedule == WI_SCHEDULE_COSINE)
        rate = rate * (1 + cos(3.14159265358979323846 * (double)step / (double)steps)) / 2;
    else if (d->rate_decay > 0) {
        size_t times = step / per_epoch / (d->decay_every > 1 ? d->decay_every : 1);
        for (size_t i = 0; i < times; i++) rate *= d->rate_decay;
    }
    if (step < d->warmup_steps) rate *= (double)(step + 1) / (double)d->warmup_steps;
    return rate;
}

/* The samples of a step, as the trainer takes them: in an order of its epoch, smoothed, with noise. */
static size_t plain_samples(plain_run *p, wi_real *x, wi_real *y)
{
    size_t order[ROWS], n = data.x.rows, inputs = data.x.cols, outputs = data.y.cols;
    wi_rng shuffle = wi_rng_split(wi_rng_split(wi_rng_make(p->desc.seed), 1), p->epoch);
    wi_rng noise = wi_rng_split(wi_rng_split(wi_rng_make(p->desc.seed), 2), p->step);
    for (size_t i = 0; i < n; i++) order[i] = i;
    wi_rng_shuffle(&shuffle, order, n);
    size_t first = (p->step - p->epoch * p->per_epoch) * p->desc.batch;
    size_t rows = n - first < p->desc.batch ? n - first : p->desc.batch;
    double s = p->desc.label_smoothing;
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < inputs; j++) {
            x[i * inputs + j] = (wi_real)cell(data.x, order[first + i], j);
            if (p->desc.input_noise > 0)
                x[i * inputs + j] =
                    (wi_real)((double)x[i * inputs + j] + p->desc.input_noise * wi_rng_normal(&noise));
        }
        for (size_t j = 0; j < outputs; j++)
            y[i * outputs + j] = (wi_real)((1 - s) * cell(data.y, order[first + i], j) +
                                           s / (outputs == 1 ? 2 : (double)outputs));
    }
    return rows;
}

static double plain_norm(const wi_net *net)
{
    double sum = 0;
    for (size_t l = 0; l < net->layer_count; l++)
        for (size_t i = 0; i < net->layers[l].param_count && !net->layers[l].desc.frozen; i++)
            sum += pow((double)net->grads[net->layers[l].param_first + i], 2);
    return sqrt(sum);
}

/* One step of a rule, for a parameter. */
static void plain_rule(plain_run *p, size_t i, double g, double rate)
{
    const wi_opt_desc *o = &p->desc.opt;
    double w = (double)p->net.params[i], *m = &p->m[i], *v = &p->v[i], t = (double)(p->step + 1);
    w -= rate * o->decay * w;
    if (o->kind == WI_OPT_SGD) w -= rate * g;
    if (o->kind == WI_OPT_MOMENTUM || o->kind == WI_OPT_NESTEROV) {
        *m = o->momentum * *m + g;
        w -= rate * (o->kind == WI_OPT_MOMENTUM ? *m : g + o->momentum * *m);
    }
    if (o->kind == WI_OPT_RMSPROP || o->kind == WI_OPT_ADAM) *v = o->beta2 * *v + (1 - o->beta2) * g * g;
    if (o->kind == WI_OPT_RMSPROP) w -= rate * g / (sqrt(*v) + o->epsilon);
    if (o->kind == WI_OPT_ADAM) {
        *m = o->momentum * *m + (1 - o->momentum) * g;
        w -= rate * *m / (1 - pow(o->momentum, t)) / (sqrt(*v / (1 - pow(o->beta2, t))) + o->epsilon);
    }
    p->net.params[i] = (wi_real)w;
}

static int halves; /* on_gradient halves what it sees */

static void plain_step(plain_run *p)
{
    static wi_real x[ROWS * WIDE], y[ROWS * WIDE], dy[ROWS * WIDE], kept[PARAMS];
    wi_net *net = &p->net;
    const wi_train_desc *d = &p->desc;
    p->epoch = p->step / p->per_epoch;
    p->rate = plain_rate(d, p->step, p->steps, p->per_epoch);
    size_t rows = plain_samples(p, x, y);
    memcpy(kept, net->params, net->param_count * sizeof *kept);
    wi_rng noise = wi_rng_split(wi_rng_split(wi_rng_make(d->seed), 3), p->step);
    for (size_t l = 0; l < net->layer_count && d->weight_noise > 0; l++) {
        const wi_layer *layer = &net->layers[l];
        wi_rng own = wi_rng_split(noise, l);
        if (layer->desc.kind != WI_LAYER_DENSE && layer->desc.kind != WI_LAYER_CONV2D) continue;
        if (layer->desc.tied) continue;
        for (size_t i = 0; i < layer->param_count - layer->b.cols; i++) {
            wi_real *w = net->params + layer->param_first + i;
            *w = (wi_real)((double)*w + d->weight_noise * wi_rng_normal(&own));
        }
    }
    wi_mat xs = wi_mat_view(x, rows, data.x.cols), out;
    CHECK_OK(wi_net_forward(net, xs, WI_TRAIN, &out));
    p->loss_sum += plain_loss(d->loss, out, wi_mat_view(y, rows, data.y.cols), dy, d->class_weights);
    p->since++;
    wi_net_zero_grads(net);
    CHECK_OK(wi_net_backward(net, xs, wi_mat_view(dy, rows, data.y.cols)));
    memcpy(net->params, kept, net->param_count * sizeof *kept);
    for (size_t i = 0; i < net->param_count && halves; i++) net->grads[i] /= 2;
    p->norm = plain_norm(net);
    double shrink = 1, most = d->clip_value;
    for (size_t i = 0; i < net->param_count && most > 0; i++)
        net->grads[i] = (wi_real)fmax(-most, fmin(most, (double)net->grads[i]));
    if (d->clip_norm > 0 && plain_norm(net) > d->clip_norm) shrink = d->clip_norm / plain_norm(net);
    for (size_t l = 0; l < net->layer_count; l++) {
        const wi_layer *layer = &net->layers[l];
        int weighs =
            (layer->desc.kind == WI_LAYER_DENSE || layer->desc.kind == WI_LAYER_CONV2D) && !layer->desc.tied;
        for (size_t k = 0; k < layer->param_count && !layer->desc.frozen; k++) {
            size_t i = layer->param_first + k;
            double g = shrink * (double)net->grads[i];
            if (weighs && k < layer->param_count - layer->b.cols)
                g += d->weight_decay * (double)net->params[i];
            plain_rule(p, i, g, p->rate * (layer->desc.step_scale > 0 ? layer->desc.step_scale : 1));
        }
    }
    p->step++;
}

/* ---- Side by side ---------------------------------------------------------- */

static plain_run plain;
static size_t stop_report, stop_gradient, gradients, hooked; /* 0: never */
static size_t chunk_end;

static int on_gradient(wi_net *net, const wi_progress *progress, void *user)
{
    CHECK(user == &plain);
    CHECK(progress->net == net);
    CHECK_EQ(progress->step, gradients);
    CHECK(progress->seconds >= 0 && progress->seconds_left >= 0);
    gradients++;
    for (size_t i = 0; i < net->param_count && halves; i++) net->grads[i] /= 2;
    return stop_gradient && gradients == stop_gradient ? 5 : 0;
}

/* What a report says, beside what a plain loop has found since the last. */
static int on_report(const wi_progress *g, void *user)
{
    plain_run *p = (plain_run *)user;
    p->reports++;
    CHECK_EQ(g->steps, p->steps);
    CHECK_EQ(g->epochs, p->epochs);
    CHECK(g->trainer != NULL && g->net == g->trainer->net);
    CHECK(g->step == 0 || g->step % p->desc.every == 0 || g->step == p->steps);
    return stop_report && p->reports == stop_report ? -3 : 0;
}

static void setup(plain_run *p, const wi_train_desc *desc)
{
    size_t n = data.x.rows, rest;
    wi_train_desc *d = &p->desc;
    *d = *desc;
    if (d->batch == 0) d->batch = net_desc.max_batch < 32 ? net_desc.max_batch : 32;
    if (d->batch > n) d->batch = n;
    if (d->epochs == 0 && d->steps == 0) d->epochs = 10;
    if (d->opt.rate <= 0) d->opt.rate = 0.01;
    rest = n % d->batch;
    int norm = 0;
    for (size_t l = 0; l < net_desc.layer_count; l++)
        norm |= layers[l].kind == WI_LAYER_BATCH_NORM &&
                p->net.layers[l].in.height * p->net.layers[l].in.width == 1;
    p->per_epoch = n / d->batch + (rest > (size_t)norm ? 1 : 0);
    p->steps = d->epochs ? d->epochs * p->per_epoch : d->steps;
    if (d->steps && d->steps < p->steps) p->steps = d->steps;
    if (d->every == 0) d->every = p->per_epoch;
    p->epochs = (p->steps + p->per_epoch - 1) / p->per_epoch;
    p->step = p->epoch = p->since = p->reports = p->waited = 0;
    p->loss_sum = p->norm = 0;
    p->best_loss = DBL_MAX;
    p->stopped = p->has_best = 0;
    memset(p->m, 0, sizeof p->m);
    memset(p->v, 0, sizeof p->v);
}

/* After a report, of which the trainer's own numbers decide what is better. */
static void plain_report(plain_run *p, const wi_trainer *t)
{
    wi_net *net = &p->net;
    if (p->desc.valid) {
        wi_score score = plain_score(net, p->desc.valid, p->desc.loss);
        same_score(&t->progress.valid, &score);
    }
    p->since = 0;
    p->loss_sum = 0;
    if (!p->desc.patience || p->step == 0) return;
    if (t->progress.valid.loss < p->best_loss) {
        p->best_loss = t->progress.valid.loss;
        p->waited = 0;
        memcpy(p->best, net->params, net->param_count * sizeof *p->best);
        memcpy(p->best_state, net->state, net->state_count * sizeof *p->best);
        p->has_best = 1;
    } else p->stopped = ++p->waited >= p->desc.patience;
}

/* The two agree, and go on from the same numbers. */
static void compare(plain_run *p, wi_trainer *t, double times)
{
    wi_net *net = &p->net;
    int finished = p->stopped || p->step == p->steps;
    if (finished && p->has_best) {
        memcpy(net->params, p->best, net->param_count * sizeof *p->best);
        memcpy(net->state, p->best_state, net->state_count * sizeof *p->best);
    }
    CHECK_EQ(t->progress.step, p->step);
    CHECK_EQ(t->progress.epoch, p->epoch);
    CHECK_EQ(t->opt.step, p->step);
    CHECK_EQ(t->loss_count, p->since);
    CHECK_NEAR(t->loss_sum, p->loss_sum, tolerance(p->loss_sum, times));
    CHECK_EQ(t->waited, p->waited);
    CHECK_EQ(t->stopped, p->stopped);
    CHECK_NEAR(t->best_loss, p->best_loss, 0);
    if (p->step > 0) {
        CHECK_CLOSE(t->progress.rate, p->rate, 1e-12);
        CHECK_NEAR(t->progress.grad_norm, p->norm, tolerance(p->norm, 10 * times));
        CHECK_EQ(t->order_epoch, p->epoch + 1);
    }
    CHECK(t->progress.net == t->net && t->progress.trainer == t);
    CHECK(t->progress.seconds >= 0);
    double left = p->step ? t->progress.seconds / (double)p->step * (double)(p->steps - p->step) : 0;
    CHECK_NEAR(t->progress.seconds_left, left, 1e-9 * left);
    CHECK_EQ(t->net->noise.index, net->noise.index);
    for (size_t i = 0; i < net->param_count; i++) {
        CHECK_NEAR(t->net->params[i], net->params[i], tolerance((double)net->params[i], times));
        if (t->opt.m) CHECK_NEAR(t->opt.m[i], p->m[i], tolerance(p->m[i], 3 * times));
        if (t->opt.v) CHECK_NEAR(t->opt.v[i], p->v[i], tolerance(p->v[i], 3 * times));
        if (t->opt.m) p->m[i] = (double)t->opt.m[i];
        if (t->opt.v) p->v[i] = (double)t->opt.v[i];
    }
    for (size_t i = 0; i < net->state_count; i++)
        CHECK_NEAR(t->net->state[i], net->state[i], tolerance((double)net->state[i], times));
    memcpy(net->params, t->net->params, net->param_count * sizeof *net->params);
    memcpy(net->state, t->net->state, net->state_count * sizeof *net->state);
    p->loss_sum = t->loss_sum;
}

/* Some steps of both. */
static wi_status go(plain_run *p, wi_trainer *t, size_t steps, wi_error *error)
{
    double last_loss = (double)NAN;
    size_t begin = p->step, reports_before = p->reports;
    chunk_end = steps && begin + steps < p->steps ? begin + steps : p->steps;
    wi_status status = wi_trainer_run(t, steps, error);
    if (status != WI_OK) return status;
    if (begin == 0 && p->desc.on_report && p->desc.valid && chunk_end == 0) plain_report(p, t);
    while (p->step < chunk_end && !p->stopped) {
        plain_step(p);
        last_loss = p->loss_sum / (double)p->since;
        if (p->step % p->desc.every == 0 || p->step == p->steps) {
            plain_report(p, t);
            reports_before++;
        }
    }
    if (p->step > begin) CHECK_NEAR(t->progress.loss, last_loss, tolerance(last_loss, 3));
    if (p->desc.on_report) CHECK_EQ(p->reports, reports_before + (begin == 0 ? 1 : 0));
    return WI_OK;
}

/* Never more steps at once than to the next report: what was valid there is asked then. */
static size_t some_steps(const plain_run *p)
{
    size_t left = p->desc.every - p->step % p->desc.every;
    return 1 + below(left < 4 ? left : 4);
}

static void together(size_t k)
{
    static wi_net net;
    wi_trainer trainer;
    wi_error error;
    wi_train_desc desc;
    rng = wi_rng_split(wi_rng_make(12), k);
    size_t inputs = one_in(3) ? 16 : 1 + below(8), outputs = 1 + below(CLASSES);
    draw_net(inputs, outputs);
    int kind = one_in(4) ? (int)below(4) : 0;
    draw_data(&data, 0, inputs, outputs, kind);
    draw_data(&valid, 2, inputs, outputs, kind);
    desc = draw_run(outputs);
    if (kind && desc.loss != WI_LOSS_HALF_SQUARED) desc.loss = WI_LOSS_HALF_SQUARED;
    if (kind) desc.class_weights = NULL;
    hooked = below(4);
    halves = hooked == 1 && one_in(2);
    gradients = 0;
    desc.user = &plain;
    if (hooked == 1) desc.on_gradient = on_gradient;
    if (hooked >= 1) desc.on_report = on_report;
    stop_report = hooked && one_in(6) ? 1 + below(3) : 0;
    stop_gradient = hooked == 1 && one_in(6) ? 1 + below(5) : 0;
    if (!CHECK_OK(wi_net_create(&net, &net_desc, &error)) ||
        !CHECK_OK(wi_net_create(&plain.net, &net_desc, &error)))
        return;
    wi_status status = wi_trainer_create(&trainer, &net, &data, &desc, &error);
    if (status == WI_OK && net.param_count <= PARAMS) {
        setup(&plain, &desc);
        CHECK_EQ(trainer.steps_per_epoch, plain.per_epoch);
        CHECK_EQ(trainer.progress.steps, plain.steps);
        CHECK_EQ(trainer.progress.epochs, plain.epochs);
        CHECK_EQ(trainer.desc.every, plain.desc.every);
        CHECK_EQ(trainer.desc.batch, plain.desc.batch);
        CHECK(isnan(trainer.progress.loss) && isnan(trainer.progress.grad_norm));
        while (plain.step < plain.steps && !plain.stopped) {
            size_t before = plain.step;
            status = go(&plain, &trainer, some_steps(&plain), &error);
            if (status != WI_OK) break;
            compare(&plain, &trainer, (double)(plain.step - before));
        }
        if (status == WI_OK) CHECK_OK(wi_trainer_run(&trainer, 0, &error)); /* nothing is left to do */
        else CHECK_STATUS(status, WI_ERR_STOPPED);
        char want[200] = "";
        if (status != WI_OK && stop_gradient && gradients == stop_gradient)
            snprintf(want, sizeof want,
                     "stopped in step %zu (epoch %zu), before its update: on_gradient returned 5, not 0",
                     stop_gradient, (stop_gradient - 1) / plain.per_epoch + 1);
        else if (status != WI_OK)
            snprintf(want, sizeof want, "stopped after step %zu (epoch %zu): on_report returned -3, not 0",
                     trainer.progress.step, trainer.progress.epoch + 1);
        CHECK_TEXT(error.text, want);
        wi_trainer_destroy(&trainer);
    } else {
        CHECK_STATUS(status, WI_ERR_SHAPE); /* one sample a step, with a batch norm */
        CHECK_CONTAINS(error.text, "batch norm cannot be trained on one sample a step");
    }
    wi_net_destroy(&net);
    wi_net_destroy(&plain.net);

    /* In one go, the same to the last bit; and what wi_train() says last. */
    static wi_net whole;
    wi_progress last;
    if (!CHECK_OK(wi_net_create(&net, &net_desc, &error)) ||
        !CHECK_OK(wi_net_create(&whole, &net_desc, &error)))
        return;
    gradients = plain.reports = 0;
    wi_status first = wi_train(&whole, &data, &desc, &last, &error);
    CHECK_STATUS(first, status == WI_OK ? WI_OK : status);
    gradients = plain.reports = 0;
    if (wi_trainer_create(&trainer, &net, &data, &desc, &error) == WI_OK) {
        for (status = WI_OK;
             status == WI_OK && trainer.progress.step < trainer.progress.steps && !trainer.stopped;)
            status = wi_trainer_run(&trainer, 1 + below(9), &error);
        CHECK_STATUS(status, first);
        CHECK_BYTES(net.params, whole.params, net.param_count * sizeof *net.params);
        CHECK_BYTES(net.state, whole.state, net.state_count * sizeof *net.state);
        CHECK_EQ(last.step, trainer.progress.step);
        CHECK_EQ(last.epoch, trainer.progress.epoch);
        CHECK_NEAR(last.loss, trainer.progress.loss, 0);
        CHECK_NEAR(last.rate, trainer.progress.rate, 0);
        if (status == WI_OK) CHECK_NEAR(last.grad_norm, trainer.progress.grad_norm, 0);
        CHECK(last.net == &whole && last.trainer == NULL);
        same_score(&last.valid, &trainer.progress.valid);
        wi_trainer_destroy(&trainer);
    }
    wi_net_destroy(&net);
    wi_net_destroy(&whole);
    CHECK_EQ(fail_alloc.live, 0);
}

/* ---- Rates, scores, stacked autoencoders ----------------------------------- */

static void test_rates(void)
{
    for (size_t k = 0; k < 400; k++) {
        rng = wi_rng_split(wi_rng_make(13), k);
        net_desc.max_batch = 4;
        wi_train_desc d = draw_run(2);
        size_t steps = 1 + below(40), per_epoch = 1 + below(9);
        for (size_t step = 0; step <= steps; step++)
            CHECK_CLOSE(wi_train_rate(&d, step, steps, per_epoch), plain_rate(&d, step, steps, per_epoch),
                        1e-12);
    }
    /* Steps that no float counts. */
    wi_train_desc d;
    memset(&d, 0, sizeof d);
    d.opt = wi_sgd(0.1);
    d.warmup_steps = 123456789;
    for (size_t step = 77777776; step < 200000000; step += 33333333)
        for (int k = 0; k < 2; k++) {
            d.schedule = (wi_schedule)k;
            CHECK_CLOSE(wi_train_rate(&d, step, 987654321, 1), plain_rate(&d, step, 987654321, 1), 1e-12);
        }
}

static void test_scores(void)
{
    for (size_t k = 0; k < 300; k++) {
        wi_net net;
        wi_score got;
        rng = wi_rng_split(wi_rng_make(14), k);
        size_t inputs = one_in(3) ? 16 : 1 + below(8), outputs = 1 + below(CLASSES);
        draw_net(inputs, outputs);
        int kind = (int)below(4);
        draw_data(&data, 0, inputs, outputs, kind);
        if (!CHECK_OK(wi_net_create(&net, &net_desc, NULL))) continue;
        wi_loss loss = kind ? WI_LOSS_HALF_SQUARED : (wi_loss)below(outputs > 1 ? 3 : 2);
        CHECK_OK(wi_evaluate(&net, &data, loss, &got));
        wi_score want = plain_score(&net, &data, loss);
        same_score(&got, &want);
        wi_net_destroy(&net);
    }
}

/* Each dense layer but the last, from the first on: what it reads, and a network of two layers that rebuilds
 * it. */
static void plain_pretrain(wi_net *net, const wi_train_desc *desc)
{
    size_t last = 0, n = data.x.rows;
    for (size_t l = 0; l < net->layer_count; l++)
        if (net->layers[l].desc.kind == WI_LAYER_DENSE) last = l;
    for (size_t l = 0; l < last; l++) {
        static wi_real seen[ROWS * 64];
        const wi_layer *layer = &net->layers[l];
        wi_layer_desc two[2] = {layer->desc, wi_layer_dense(layer->inputs, wi_linear())};
        wi_net_desc shape;
        wi_data rebuilt;
        wi_net pair;
        wi_train_desc run = *desc;
        if (layer->desc.kind != WI_LAYER_DENSE || layer->desc.tied || layer->desc.frozen) continue;
        for (size_t i = 0; i < n; i++) {
            CHECK_OK(wi_net_forward(net, wi_mat_rows(data.x, i, 1), WI_EVAL, NULL));
            for (size_t j = 0; j < layer->inputs; j++)
                seen[i * layer->inputs + j] =
                    (wi_real)(l ? (double)net->layers[l - 1].post.data[j] : cell(data.x, i, j));
        }
        two[0].from = 0;
        two[1].tied = 1;
        memset(&shape, 0, sizeof shape);
        shape.inputs = layer->inputs;
        shape.layers = two;
        shape.layer_count = 2;
        shape.max_batch = net->max_batch;
        if (!CHECK_OK(wi_net_create(&pair, &shape, NULL))) return;
        memcpy(pair.layers[0].w.data, layer->w.data, layer->param_count * sizeof(wi_real));
        memset(&rebuilt, 0, sizeof rebuilt);
        rebuilt.x = rebuilt.y = wi_mat_view(seen, n, layer->inputs);
        run.loss = WI_LOSS_HALF_SQUARED;
        run.valid = NULL;
        run.patience = 0;
        run.class_weights = NULL;
        run.label_smoothing = 0;
        run.on_gradient = NULL;
        CHECK_OK(wi_train(&pair, &rebuilt, &run, NULL, NULL));
        memcpy(layer->w.data, pair.layers[0].w.data, layer->param_count * sizeof(wi_real));
        wi_net_destroy(&pair);
    }
}

static void test_pretrain(void)
{
    for (size_t k = 0; k < 60; k++) {
        wi_net a, b;
        wi_error error;
        rng = wi_rng_split(wi_rng_make(15), k);
        size_t inputs = one_in(3) ? 16 : 1 + below(8), outputs = 1 + below(CLASSES);
        draw_net(inputs, outputs);
        draw_data(&data, 0, inputs, outputs, 0);
        wi_train_desc desc = draw_run(outputs);
        desc.batch = 2;
        desc.steps = 1 + below(4);
        desc.on_gradient = on_gradient; /* none of these belongs to it */
        if (!CHECK_OK(wi_net_create(&a, &net_desc, &error)) ||
            !CHECK_OK(wi_net_create(&b, &net_desc, &error)))
            return;
        if (CHECK_OK(wi_pretrain(&a, &data, &desc, &error))) {
            plain_pretrain(&b, &desc);
            for (size_t i = 0; i < a.param_count; i++)
                CHECK_NEAR(a.params[i], b.params[i], tolerance((double)b.params[i], 20));
        } else printf("  %s\n", error.text);
        wi_net_destroy(&a);
        wi_net_destroy(&b);
        CHECK_EQ(fail_alloc.live, 0);
    }
}

int main(void)
{
    for (size_t k = 0; k < 400; k++) together(k);
    test_rates();
    test_scores();
    test_pretrain();
    return check_done();
}
