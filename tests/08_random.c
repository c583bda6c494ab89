/* Section 8: random networks, each against plain sums in double: what every layer makes of the numbers that
   it reads, forward and back. And within its memory: a network is one block, in which no sanitizer sees a
   fence. So each call finds NaN where nothing has been promised to it, and may change nothing but its own
   results.
   @build portable */
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"

enum { DEPTH = 8, MOST = 300, BATCH = 18, FENCE = 64, KINDS = WI_LAYER_SHIFT + 1 };
#define EPSILON (sizeof(wi_real) == 8 ? 1e-13 : 1.2e-7)

static wi_rng rng;

static size_t below(size_t n) { return (size_t)wi_rng_below(&rng, n); }
static int one_in(size_t n) { return below(n) == 0; }
static wi_real drawn(void) { return (wi_real)(3.46 * wi_rng_uniform(&rng) - 1.73); }   /* std 1 */

/* ---- Drawing a network ---- */

static wi_layer_desc layers[DEPTH];
static wi_image shapes[DEPTH + 1];   /* shapes[l + 1] is that of layer l's output */

static size_t count_of(wi_image image) { return image.channels * image.height * image.width; }

static size_t places(size_t length, const wi_layer_desc *desc, size_t stride)
{
    size_t padded = length + 2 * desc->padding;
    return padded < desc->kernel ? 0 : (padded - desc->kernel) / stride + 1;
}

static wi_act draw_act(void)
{
    wi_act act = wi_linear();
    act.kind = (int)below(WI_ACT_CUSTOM);
    act.param = 0.7;
    return one_in(4) ? wi_linear() : act;
}

/* A window, and what it makes of an image. */
static wi_image draw_window(wi_layer_desc *layer, wi_image in, size_t channels)
{
    size_t most = layer->kind == WI_LAYER_CONV2D ? 3 : layer->kernel / 2;
    if (one_in(2)) layer->stride = 1 + below(4);
    if (one_in(2)) layer->padding = below(most + 1);
    size_t stride = layer->stride ? layer->stride : layer->kind == WI_LAYER_CONV2D ? 1 : layer->kernel;
    wi_image out = {channels, places(in.height, layer, stride), places(in.width, layer, stride)};
    return out;
}

/* Tie a dense layer to an earlier one, if one fits the other way round. */
static void draw_tied(wi_layer_desc *layer, size_t index, size_t inputs)
{
    for (size_t l = 0; l < index && !layer->tied; l++) {
        size_t from = layers[l].from, reads = count_of(shapes[from > 1 ? l + 1 - from : l]);
        if (layers[l].kind != WI_LAYER_DENSE || layers[l].tied || layers[l].units != inputs) continue;
        if (reads > MOST / 4) continue;
        layer->tied = l + 1;
        layer->units = reads;
    }
}

/* Draw layer `index`; its output has no numbers where it does not fit. */
static wi_image draw_layer(wi_layer_desc *layer, size_t index)
{
    const size_t from = one_in(5) ? below(index + 2) : 0;
    const wi_image in = shapes[from > 1 ? index + 1 - from : index], none = {0, 0, 0};
    wi_image out = in;
    const wi_layer_kind kind = (wi_layer_kind)below(KINDS);
    memset(layer, 0, sizeof *layer);
    layer->kind = kind;
    if (kind == WI_LAYER_DENSE) {
        layer->units = 1 + below(one_in(2) ? 8 : 30);
        if (one_in(2)) draw_tied(layer, index, count_of(in));
        out.channels = layer->units;
        out.height = out.width = 1;
    } else if (kind == WI_LAYER_CONV2D) {
        layer->groups = in.channels % 2 ? 1 : below(3);
        layer->units = (layer->groups ? layer->groups : 1) * (1 + below(4));
        layer->kernel = 1 + below(4);
        out = draw_window(layer, in, layer->units);
    } else if (kind == WI_LAYER_AVG_POOL && one_in(3)) {
        out.height = out.width = 1;
    } else if (kind == WI_LAYER_MAX_POOL || kind == WI_LAYER_AVG_POOL) {
        layer->kernel = 1 + below(3);
        out = draw_window(layer, in, in.channels);
    } else if (kind == WI_LAYER_SKIP) {
        const wi_image other = shapes[layer->span = below(index + 1)];   /* a signal, for the moment */
        layer->span = index + 1 - layer->span;
        if (layer->span < 2 || memcmp(&other, &in, sizeof in) != 0) return none;
    } else if (kind == WI_LAYER_DROPOUT) {
        layer->rate = 0.4;
    }
    layer->from = from;
    layer->act = draw_act();
    layer->no_bias = one_in(3);
    return out;
}

/* ---- What a layer computes ----
   All but norms are sums: output j of a sample is a bias and terms, each a factor times a number of a signal.
   So the gradient in that number is the factor times that in the output; where the factor is a weight, the
   gradient in it is the number times that. */

typedef struct term {
    size_t signal, number;   /* what is multiplied */
    double factor;
    ptrdiff_t weight;        /* the factor's place in net.params; -1: it is none */
} term;

static size_t reads_of(const wi_net *net, size_t l)
{
    size_t from = net->layers[l].desc.from;
    return from > 1 ? l + 1 - from : l;
}

static double number_of(const wi_net *net, size_t signal, size_t row, size_t i)
{
    wi_mat m = signal ? net->layers[signal - 1].post : net->x;
    return (double)m.data[row * m.row_step + i];
}

/* The pixel under tap k of window j: its number, or SIZE_MAX beside the image. */
static size_t pixel(const wi_layer *layer, size_t channel, size_t j, size_t k, size_t high, size_t wide)
{
    size_t stride = layer->desc.stride ? layer->desc.stride
                                       : layer->desc.kind == WI_LAYER_CONV2D ? 1 : high;
    size_t row = j / layer->out.width % layer->out.height * stride + k / wide % high - layer->desc.padding;
    size_t col = j % layer->out.width * stride + k % wide - layer->desc.padding;
    if (row >= layer->in.height || col >= layer->in.width) return SIZE_MAX;   /* below 0 as well */
    return (channel * layer->in.height + row) * layer->in.width + col;
}

/* The terms of output j of sample `row`; returns how many. */
static size_t terms_of(const wi_net *net, size_t l, size_t row, size_t j, term *terms)
{
    const wi_layer *layer = &net->layers[l];
    const size_t area = layer->out.height * layer->out.width, c = j / area;
    const size_t side = layer->desc.kernel, signal = reads_of(net, l);
    const size_t high = side ? side : layer->in.height, wide = side ? side : layer->in.width;
    const term plain = {signal, j, 1, -1};
    size_t n = 0;
    if (layer->desc.kind == WI_LAYER_DENSE || layer->desc.kind == WI_LAYER_CONV2D) {
        const int conv = layer->desc.kind == WI_LAYER_CONV2D;
        for (size_t k = 0; k < layer->w.cols; k++) {
            const wi_real *w = wi_mat_at(layer->w, conv ? c : j, k);
            const term t = {signal, k, (double)*w, w - net->params};
            const size_t first = conv ? c / (layer->desc.units / layer->desc.groups)
                                        * (layer->in.channels / layer->desc.groups) : 0;
            terms[n] = t;
            if (conv) terms[n].number = pixel(layer, first + k / (side * side), j, k, high, wide);
            n += terms[n].number != SIZE_MAX;
        }
        return n;
    }
    terms[0] = plain;
    if (layer->desc.kind == WI_LAYER_AVG_POOL || layer->desc.kind == WI_LAYER_MAX_POOL) {
        size_t best = SIZE_MAX;
        for (size_t k = 0; k < high * wide; k++) {
            const term t = {signal, pixel(layer, c, j, k, high, wide), 1 / (double)(high * wide), -1};
            if (t.number == SIZE_MAX) continue;
            terms[n++] = t;
            if (best == SIZE_MAX || number_of(net, signal, row, t.number) > number_of(net, signal, row, best))
                best = t.number;
        }
        if (layer->desc.kind == WI_LAYER_AVG_POOL) return n;
        terms[0].number = best;
        terms[0].factor = 1;
    } else if (layer->desc.kind == WI_LAYER_SKIP) {
        terms[1] = plain;
        terms[1].signal = l + 1 - layer->desc.span;
        return 2;
    } else if (layer->desc.kind == WI_LAYER_SCALE) {
        terms[0].factor = (double)layer->w.data[0];
        terms[0].weight = layer->w.data - net->params;
    } else if (layer->desc.kind == WI_LAYER_DROPOUT && net->mode == WI_TRAIN) {
        terms[0].factor = (double)layer->saved[row * layer->outputs + j];
    }
    return 1;
}

/* ---- Comparing ---- */

static double worst;   /* the largest error, in what rounding may do to a sum of `scale` in absolute values */
static double *want[DEPTH + 1], *scale[DEPTH + 1];   /* the gradient in each signal, and that scale */
static double *want_grads, *scale_grads;

static void compare(wi_real got, double wanted, double size)
{
    double off = fabs((double)got - wanted) / (50 * EPSILON * size + 1e-30);
    if (!(off <= worst)) worst = off == off ? off : HUGE_VAL;
}

static void add_to(double *sum, double *size, double value)
{
    *sum += value;
    *size += fabs(value);
}

/* A norm works on sets: a channel of all samples, or a sample. */
typedef struct norm_set {
    const wi_net *net;
    const wi_layer *layer;
    size_t signal, number, plane, size;   /* which set; numbers of a channel in a sample; of the set */
    double mean, var;
} norm_set;

static size_t set_row(const norm_set *set, size_t i) { return set->plane ? i / set->plane : set->number; }
static size_t set_place(const norm_set *set, size_t i)
{
    return set->plane ? set->number * set->plane + i % set->plane : i;
}

/* x - mean; and the number of gamma and beta that go with it. */
static double set_from_mean(const norm_set *set, size_t i)
{
    return number_of(set->net, set->signal, set_row(set, i), set_place(set, i)) - set->mean;
}
static size_t set_unit(const norm_set *set, size_t i) { return set->plane ? set->number : i; }

/* Set k of layer l, if there is one. */
static int set_of(const wi_net *net, size_t l, size_t k, norm_set *set)
{
    const wi_layer *layer = &net->layers[l];
    const size_t channels = layer->in.channels;
    memset(set, 0, sizeof *set);
    set->net = net;
    set->layer = layer;
    set->signal = reads_of(net, l);
    set->number = k;
    set->plane = layer->state ? layer->in.height * layer->in.width : 0;
    set->size = layer->state ? net->batch * set->plane : layer->inputs;
    if (k == (layer->state ? channels : net->batch)) return 0;
    double sum = 0, squares = 0;
    for (size_t i = 0; i < set->size; i++) sum += set_from_mean(set, i);
    set->mean = sum / (double)set->size;
    for (size_t i = 0; i < set->size; i++) squares += pow(set_from_mean(set, i), 2);
    set->var = squares / (double)set->size;
    return 1;
}

/* `state` is what the running statistics were before. */
static void compare_norm(const wi_net *net, size_t l, const wi_real *state)
{
    norm_set set;
    for (size_t k = 0; set_of(net, l, k, &set); k++) {
        const wi_layer *layer = set.layer;
        if (set.plane) {
            const size_t mean = (size_t)(layer->state - net->state) + k, var = mean + layer->in.channels;
            const double n = (double)set.size, unbiased = set.var * n / (n - 1);
            if (net->mode == WI_TRAIN) {
                compare(net->state[mean], 0.9 * (double)state[mean] + 0.1 * set.mean, 1 + fabs(set.mean));
                compare(net->state[var], 0.9 * (double)state[var] + 0.1 * unbiased, 1 + unbiased);
            } else {
                set.mean = (double)state[mean];
                set.var = (double)state[var];
            }
        }
        for (size_t i = 0; i < set.size; i++) {
            const size_t unit = set_unit(&set, i);
            const size_t at = set_row(&set, i) * layer->outputs + set_place(&set, i);
            const double gain = (double)layer->w.data[unit] / sqrt(set.var + 1e-5);
            const double product = gain * set_from_mean(&set, i);
            compare(layer->pre.data[at], product + (double)layer->b.data[unit], 1 + fabs(product));
        }
    }
}

/* Sum up what a norm sends back. */
static void norm_back(const wi_net *net, size_t l)
{
    norm_set set;
    for (size_t k = 0; set_of(net, l, k, &set); k++) {
        const wi_layer *layer = set.layer;
        if (set.plane && net->mode == WI_EVAL) {
            set.mean = (double)layer->state[k];
            set.var = (double)layer->state[layer->in.channels + k];
        }
        const double inverse = 1 / sqrt(set.var + 1e-5), moves = !set.plane || net->mode == WI_TRAIN;
        double sum = 0, product = 0, sizes = 0, products = 0;
        for (int pass = 0; pass < 2; pass++)
            for (size_t i = 0; i < set.size; i++) {
                const size_t unit = set_unit(&set, i), w = layer->param_first + unit, b = w + layer->w.cols;
                const size_t at = set_row(&set, i) * layer->inputs + set_place(&set, i);
                const double d = (double)layer->dpre.data[at], g = d * (double)layer->w.data[unit];
                const double xhat = set_from_mean(&set, i) * inverse, n = (double)set.size;
                if (pass) {
                    want[set.signal][at] += inverse * (g - moves * (sum + xhat * product) / n);
                    scale[set.signal][at] += inverse * (fabs(g) + (sizes + fabs(xhat) * products) / n);
                    continue;
                }
                add_to(&want_grads[w], &scale_grads[w], d * xhat);
                add_to(&want_grads[b], &scale_grads[b], d);
                add_to(&sum, &sizes, g);
                add_to(&product, &products, g * xhat);
            }
    }
}

static int is_norm(const wi_layer *layer)
{
    return layer->desc.kind == WI_LAYER_BATCH_NORM || layer->desc.kind == WI_LAYER_LAYER_NORM;
}

/* The bias of output j: its place in net.params, or -1. */
static ptrdiff_t bias_of(const wi_net *net, const wi_layer *layer, size_t j)
{
    const size_t area = layer->out.height * layer->out.width;
    if (layer->b.cols == 0) return -1;
    return layer->b.data - net->params + (layer->desc.kind == WI_LAYER_SHIFT ? 0 : (ptrdiff_t)(j / area));
}

static term terms[MOST + 1];

static void compare_forward(const wi_net *net, const wi_real *state)
{
    for (size_t l = 0; l < net->layer_count; l++) {
        const wi_layer *layer = &net->layers[l];
        if (is_norm(layer)) compare_norm(net, l, state);
        for (size_t at = 0; at < net->batch * layer->outputs; at++) {
            const size_t row = at / layer->outputs, j = at % layer->outputs;
            const double z = (double)layer->pre.data[at], f = wi_act_value(layer->desc.act, z);
            const ptrdiff_t bias = bias_of(net, layer, j);
            double sum = 0, size = 0;
            compare(layer->post.data[at], f, fabs(f) + 1e-3);
            if (is_norm(layer)) continue;
            if (bias >= 0) add_to(&sum, &size, (double)net->params[bias]);
            for (size_t k = terms_of(net, l, row, j, terms); k-- > 0;)
                add_to(&sum, &size, terms[k].factor * number_of(net, terms[k].signal, row, terms[k].number));
            compare(layer->pre.data[at], sum, size);
        }
    }
}

/* From the last layer to the first: by then a signal has its gradient from all that read it. */
static void compare_backward(const wi_net *net)
{
    for (size_t l = net->layer_count; l-- > 0;) {
        const wi_layer *layer = &net->layers[l];
        for (size_t at = 0; at < net->batch * layer->outputs; at++) {
            const size_t row = at / layer->outputs, j = at % layer->outputs;
            const double dpost = (double)layer->dpost.data[at], dpre = (double)layer->dpre.data[at];
            const double slope = wi_act_slope(layer->desc.act, (double)layer->pre.data[at]);
            const ptrdiff_t bias = bias_of(net, layer, j);
            compare(layer->dpost.data[at], want[l + 1][at], scale[l + 1][at]);
            compare(layer->dpre.data[at], dpost * slope, fabs(dpost) * (fabs(slope) + 0.1));
            if (is_norm(layer)) continue;
            if (bias >= 0) add_to(&want_grads[bias], &scale_grads[bias], dpre);
            for (size_t k = terms_of(net, l, row, j, terms); k-- > 0;) {
                const term *t = &terms[k];
                const size_t to = row * count_of(shapes[t->signal]) + t->number;
                add_to(&want[t->signal][to], &scale[t->signal][to], dpre * t->factor);
                if (t->weight >= 0)
                    add_to(&want_grads[t->weight], &scale_grads[t->weight],
                           dpre * number_of(net, t->signal, row, t->number));
            }
        }
        if (is_norm(layer)) norm_back(net, l);
    }
    for (size_t i = 0; i < net->param_count; i++) compare(net->grads[i], want_grads[i], scale_grads[i]);
    for (size_t i = 0; net->dinput.data && i < net->batch * net->inputs; i++)
        compare(net->dinput.data[i], want[0][i], scale[0][i]);
}

/* ---- Watching the memory ---- */

static unsigned char *block, *before, *may;
static size_t block_size;

static void may_change(const void *p, size_t size)
{
    if (p) memset(may + ((const unsigned char *)p - block), 1, size);
}

/* The first rows of a signal, to the end of the 64 bytes that are its own. */
static void may_change_rows(wi_mat signal, size_t rows)
{
    may_change(signal.data, (rows * signal.cols * sizeof(wi_real) + 63) / 64 * 64);
}

static void keep_block(const wi_net *net)
{
    memcpy(before, block, block_size);
    memset(may, 0, block_size);
    may_change(net->scratch, net->scratch_count * sizeof(wi_real));
}

static int nothing_else_changed(void)
{
    size_t at = 0;
    while (at < block_size && (may[at] || block[at] == before[at])) at++;
    return CHECK_EQ(at, block_size);
}

static void spoil(wi_real *x, size_t n)
{
    for (size_t i = 0; i < n; i++) x[i] = (wi_real)NAN;
}

static void spoil_rows(wi_mat signal)
{
    if (signal.data) spoil(signal.data, signal.rows * signal.cols);
}

/* What a pass does not promise to keep. */
static void spoil_pass(wi_net *net, int back)
{
    spoil(net->scratch, net->scratch_count);
    spoil_rows(net->dinput);
    for (size_t l = 0; l < net->layer_count; l++) {
        const wi_layer *layer = &net->layers[l];
        spoil_rows(layer->dpre);
        spoil_rows(layer->dpost);
        if (back) continue;
        spoil_rows(layer->pre);
        spoil_rows(layer->post);
        spoil(layer->saved, layer->saved_count);
    }
}

/* ---- A network ---- */

static void describe(wi_net_desc *desc)
{
    size_t most, numbers;
    memset(desc, 0, sizeof *desc);
    do {
        shapes[0].channels = 1 + below(one_in(3) ? 40 : 4);
        shapes[0].height = one_in(3) ? 1 : 1 + below(9);
        shapes[0].width = one_in(3) ? 1 : 1 + below(14);
    } while (count_of(shapes[0]) > MOST);
    desc->channels = shapes[0].channels;
    desc->height = shapes[0].height;
    desc->width = shapes[0].width;
    desc->layers = layers;
    most = 1 + below(one_in(2) ? 2 : DEPTH);
    while (desc->layer_count < most) {
        const size_t l = desc->layer_count;
        shapes[l + 1] = draw_layer(&layers[l], l);
        numbers = count_of(shapes[l + 1]);
        desc->layer_count += numbers > 0 && numbers <= MOST;
    }
    desc->max_batch = 2 + below(BATCH - 1);
    desc->input_gradient = one_in(2);
}

/* Weights that keep signals at a size of 1, gammas above 0, and gradients that are added to. */
static void draw_numbers(wi_net *net)
{
    for (size_t l = 0; l < net->layer_count; l++) {
        const wi_layer *layer = &net->layers[l];
        const size_t weights = layer->param_count - layer->b.cols;
        const wi_real size = is_norm(layer) ? 1 : (wi_real)(1 / sqrt((double)layer->w.cols + 1));
        for (size_t i = 0; i < layer->param_count; i++)
            net->params[layer->param_first + i] = i < weights ? size * drawn() : drawn();
    }
    for (size_t i = 0; i < net->param_count; i++) net->grads[i] = drawn();
    for (size_t i = 0; i < net->state_count; i++) net->state[i] = (wi_real)(0.5 + wi_rng_uniform(&rng));
}

static wi_real x_data[BATCH * (MOST + 3)], dy_data[BATCH * (MOST + 3)], state_before[2 * DEPTH * MOST];

/* Rows that lie a little apart, with NaN between them. */
static wi_mat draw_rows(wi_real *data, size_t rows, size_t cols)
{
    wi_mat m = wi_mat_view(data, rows, cols);
    m.row_step += below(4);
    spoil(data, rows * m.row_step);
    for (size_t i = 0; i < rows * cols; i++) *wi_mat_at(m, i / cols, i % cols) = drawn();
    return m;
}

static void one_forward(wi_net *net, wi_mat x, wi_mode mode)
{
    if (net->state_count) memcpy(state_before, net->state, net->state_count * sizeof *net->state);
    spoil_pass(net, 0);
    keep_block(net);
    for (size_t l = 0; l < net->layer_count; l++) {
        may_change_rows(net->layers[l].pre, x.rows);
        may_change_rows(net->layers[l].post, x.rows);
        may_change(net->layers[l].saved, net->layers[l].saved_count * sizeof(wi_real));
    }
    if (mode == WI_TRAIN) may_change(net->state, net->state_count * sizeof(wi_real));
    if (!CHECK_OK(wi_net_forward(net, x, mode, NULL)) || !nothing_else_changed()) return;
    compare_forward(net, state_before);
}

static void one_backward(wi_net *net, wi_mat x)
{
    const wi_mat dy = draw_rows(dy_data, x.rows, net->outputs);
    spoil_pass(net, 1);
    for (size_t s = 0; s <= net->layer_count; s++)
        for (size_t i = 0; i < x.rows * count_of(shapes[s]); i++) want[s][i] = scale[s][i] = 0;
    for (size_t i = 0; i < x.rows * net->outputs; i++)
        want[net->layer_count][i] = (double)*wi_mat_at(dy, i / net->outputs, i % net->outputs);
    for (size_t i = 0; i < net->param_count; i++) {
        want_grads[i] = (double)net->grads[i];
        scale_grads[i] = fabs(want_grads[i]);
    }
    keep_block(net);
    for (size_t l = 0; l < net->layer_count; l++) {
        may_change_rows(net->layers[l].dpre, x.rows);
        may_change_rows(net->layers[l].dpost, x.rows);
    }
    may_change_rows(net->dinput, x.rows);
    may_change(net->grads, net->param_count * sizeof(wi_real));
    may_change(net->reached, net->layer_count + 1);
    if (!CHECK_OK(wi_net_backward(net, x, dy)) || !nothing_else_changed()) return;
    compare_backward(net);
}

/* Some passes, of more and fewer rows than before. */
static void try_network(const wi_net_desc *desc)
{
    wi_net net;
    if (!CHECK_OK(wi_net_create(&net, desc, NULL))) return;
    want_grads = (double *)calloc(2 * net.param_count + 1, sizeof *want_grads);
    scale_grads = want_grads + net.param_count;
    draw_numbers(&net);
    worst = 0;
    for (int pass = 0; pass < 3; pass++) {
        const wi_mode mode = one_in(3) ? WI_EVAL : WI_TRAIN;
        const size_t least = mode == WI_TRAIN ? net.train_rows : 1;
        wi_mat x = draw_rows(x_data, least + below(net.max_batch + 1 - least), net.inputs);
        one_forward(&net, x, mode);
        one_backward(&net, x);
    }
    for (size_t l = 0; l < net.layer_count; l++) CHECK_EQ(net.layers[l].outputs, count_of(shapes[l + 1]));
    free(want_grads);
    wi_net_destroy(&net);
}

static void test_random_networks(size_t networks)
{
    for (size_t k = 0; k < networks; k++) {
        wi_net_desc desc;
        size_t failed = check_failed;
        rng = wi_rng_make(k);
        describe(&desc);
        if (!CHECK_OK(wi_net_memory(&desc, &desc.buffer_size, NULL))) continue;
        block_size = desc.buffer_size + 3 * FENCE;
        block = (unsigned char *)malloc(3 * block_size);
        before = block + block_size;
        may = before + block_size;
        memset(block, 0x5A, block_size);
        desc.buffer = block + FENCE + below(64);
        try_network(&desc);
        CHECK_BELOW(worst, 1);
        for (size_t i = 0; i < FENCE; i++) CHECK(block[i] == 0x5A && block[block_size - 1 - i] == 0x5A);
        free(block);
        if (check_failed == failed) continue;
        printf("    network %zu:", k);
        for (size_t l = 0; l < desc.layer_count; l++) printf(" %s", wi_layer_kind_name(layers[l].kind));
        printf("\n");
    }
}

int main(void)
{
    double *sums = (double *)malloc(2 * (DEPTH + 1) * BATCH * MOST * sizeof *sums);
    for (size_t s = 0; s <= DEPTH; s++) {
        want[s] = sums + s * BATCH * MOST;
        scale[s] = sums + (DEPTH + 1 + s) * BATCH * MOST;
    }
    CHECK_TEXT(wi_layer_kind_name((wi_layer_kind)KINDS), "not a wi_layer_kind");   /* all are drawn */
    test_random_networks(600 / CHECK_PART_OF(2) / CHECK_SLOW_PART(4));
    free(sums);
    return check_done();
}
