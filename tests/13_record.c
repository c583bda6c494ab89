/* Section 13 on record: what it measures, judges, says, advises and mends of some hundred networks and plans
   drawn by chance, with faults planted in many of them. What a probe measures is done again by plain loops.
   Of all else tests/golden/diagnosis.txt has a line for each: a hash of all words and counts, and the
   numbers, to as many digits as hold.

   As many as hold: where a line is written, the same case is measured several times more, its data and
   weights moved by a few roundings of a float. A number keeps the digits that this does not change, at most
   five; "~" is one that keeps none. Left out, "-", is a case whose words change, and one with a norm of what
   hardly differs. So the lines are the same for every compiler and vector width, and a tie that one of them
   breaks another way is in none of them. In double some numbers do not vanish that are 0 in float: there the
   record does not hold.

   A change that is meant changes the record: `./t show "plan 17"` prints all of a case, and
       cc -I. -Itests tests/13_record.c -o t -lm && ./t print > tests/golden/diagnosis.txt
   writes the lines anew.
   @build no-vectors no-cxx no-san no-double */
#include "guard.h"
#include <ctype.h>
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include "inside.h"

enum { LAYERS = 9, SAMPLES = 160, INPUTS = 50, OUTPUTS = 8, NUMBERS = 600, VARIANTS = 7, TEXT = 60000 };

static wi_rng rng;
static int variant, aloud; /* 0: the data as they are; are all words and numbers printed? */
static wi_real x_data[SAMPLES * INPUTS], y_data[SAMPLES * OUTPUTS], x_seen[SAMPLES * INPUTS],
    y_seen[SAMPLES * OUTPUTS];
static wi_layer_desc layers[LAYERS];
static wi_probe probes[LAYERS];
static char text[TEXT];

static size_t below(size_t n) { return (size_t)wi_rng_below(&rng, n); }
static int one_in(size_t n) { return below(n) == 0; }
static double between(double lo, double hi) { return lo + (hi - lo) * wi_rng_uniform(&rng); }
static double spread(double lo, double hi) { return exp(between(log(lo), log(hi))); }
static double near_to(double line) { return one_in(4) ? line : line * between(0.97, 1.03); }

/* A number of the data: a float, and in another variant a few roundings from it. What is equal stays so. */
static wi_real moved(double value)
{
    float f = (float)value;
    uint32_t bits;
    memcpy(&bits, &f, sizeof bits);
    if (variant == 0 || !(value < 1e30 && value > -1e30)) return (wi_real)f;
    bits = (bits ^ (uint32_t)variant * 0x9E3779B9u) * 0x85EBCA6Bu;
    bits = (bits ^ bits >> 15) * 0xC2B2AE35u;
    return (wi_real)((double)f * (1 + ((double)(bits >> 16) / 32768 - 1) / 2097152));
}

/* ---- what is on record of a case ------------------------------------------------ */

typedef struct record {
    uint32_t words;
    int shaky;
    size_t count;
    struct {
        const char *name;
        double value, size; /* of what it was subtracted from, and whose rounding it has therefore */
        int digits;         /* at most */
    } number[NUMBERS];
} record;

static record records[VARIANTS], *on = records;

static void hash(const void *bytes, size_t n) /* FNV-1a */
{
    for (size_t i = 0; i < n; i++) on->words = (on->words ^ ((const unsigned char *)bytes)[i]) * 16777619u;
}

static void words(const char *said)
{
    hash(said, strlen(said) + 1);
    if (aloud) printf("%s\n", said);
}

static void whole(const char *name, size_t n)
{
    char digits[80];
    snprintf(digits, sizeof digits, "%s %ju", name, (uintmax_t)n);
    words(digits);
}

static void number_of(const char *name, double value, double size, int digits)
{
    if (!CHECK(on->count < NUMBERS)) return;
    on->number[on->count].name = name;
    on->number[on->count].size = size;
    on->number[on->count].digits = digits;
    on->number[on->count++].value = value;
    if (aloud) printf("%s: %.9g\n", name, value);
}
static void number(const char *name, double value) { number_of(name, value, 1e-9, 5); }

/* A sentence: its words, and apart from them its numbers, which were rounded to two digits or are whole. */
static void sentence(const char *said)
{
    char rest[2] = {0, 0};
    if (aloud) printf("%s\n", said);
    for (const char *at = said; *at;) {
        int digit = *at >= '0' && *at <= '9', inside_word = at > said && (isalpha(at[-1]) || at[-1] == '_');
        char *end = NULL;
        double value = digit && !inside_word ? strtod(at, &end) : 0;
        if (end) {
            number_of("in a sentence", value, 1e-7, end - at > 3 ? 5 : 2);
            at = end;
        } else {
            rest[0] = *at++;
            if (rest[0] != ' ' && rest[0] != '\n') hash(rest, 1);
        }
    }
}

/* A number by its digits as a whole number and a power of ten: as many as every variant agrees on. */
static void print_number(FILE *out, size_t k)
{
    double value = records[0].number[k].value, wobble = 1e-6 * fmax(fabs(value), records[0].number[k].size);
    for (int v = 1; v < VARIANTS; v++) {
        double other = records[v].number[k].value;
        if (isnan(value) ? isnan(other) : value == other) continue;
        wobble = isfinite(value) && isfinite(other) ? fmax(wobble, 16 * fabs(other - value)) : HUGE_VAL;
    }
    if (wobble == HUGE_VAL) fputs(" ~", out);
    else if (!isfinite(value)) fputs(isnan(value) ? " nan" : value > 0 ? " inf" : " -inf", out);
    else if (value == 0) fputs(wobble > 1e-6 * records[0].number[k].size ? " ~" : " 0", out);
    else {
        int digits = records[0].number[k].digits, size = (int)floor(log10(fabs(value)));
        while (digits > 0 && wobble > 0.5 * pow(10, size + 1 - digits)) digits--;
        double shown = value / pow(10, size + 1 - digits);
        if (digits == 0) fputs(" ~", out);
        else if (size + 1 == digits) fprintf(out, " %.0f", shown);
        else fprintf(out, " %.0fe%d", shown, size + 1 - digits);
    }
}

static int print_case(FILE *out)
{
    int same = !records[0].shaky;
    for (int v = 1; v < VARIANTS; v++)
        same &= records[v].words == records[0].words && records[v].count == records[0].count;
    if (!same) fputs(" -", out);
    else fprintf(out, " %08lx", (unsigned long)records[0].words);
    for (size_t k = 0; same && k < records[0].count; k++) print_number(out, k);
    fputc('\n', out);
    return same;
}

/* A case against its line, which may be off by one in a number's last digit. */
static int check_case(const char *line)
{
    char *at;
    uint32_t said = (uint32_t)strtoul(line, &at, 16);
    int good = CHECK_EQ(on->words, said);
    for (size_t k = 0; good && k < on->count; k++) {
        double value = on->number[k].value, unit = 1;
        while (*at == ' ') at++;
        if (!(good = CHECK(*at != '\n' && *at != 0))) break;
        if (*at == '~') {
            at++;
            continue;
        }
        const char *power = at + strcspn(at, "e \n");
        double want = strtod(at, &at);
        if (*power == 'e') unit = pow(10, atoi(power + 1));
        good = CHECK_NEAR(value, want, want == 0 ? 1e-6 * on->number[k].size : unit);
        if (!good) printf("  %s, number %zu\n", on->number[k].name, k);
    }
    return good;
}

/* ---- networks and data by chance --------------------------------------------------- */

static double hump(double z, double p) { return exp(-p * z * z); }
static double hump_slope(double z, double p) { return -2 * p * z * exp(-p * z * z); }

static wi_act any_act(void)
{
    const wi_act acts[18] = {wi_relu(),          wi_tanh(),     wi_relu(),
                             wi_tanh(),          wi_linear(),   wi_sigmoid(),
                             wi_selu(),          wi_gelu(),     wi_silu(),
                             wi_leaky_relu(0.1), wi_elu(1),     wi_mish(),
                             wi_softplus(),      wi_softsign(), wi_hard_swish(),
                             wi_sine(2),         wi_sine(30),   wi_custom("hump", hump, hump_slope, 0.5)};
    return acts[below(18)];
}

static wi_layer_desc any_layer(int image)
{
    static const double gains[8] = {0, 1e-4, 0.05, 0.3, 1, 3, 30, 1e4};
    wi_act act = any_act();
    wi_layer_desc l = wi_layer_dense(1 + below(12), act);
    size_t kind = below(20);
    if (image && kind < 8) {
        size_t kernel = 1 + below(3);
        l = wi_layer_conv2d(1 + below(4), kernel, act);
        l.padding = below(2);
    }
    if (image && kind == 8) l = wi_layer_max_pool(2);
    if (image && kind == 9) l = wi_layer_avg_pool(below(3));
    if (kind == 10) l = wi_layer_batch_norm();
    if (kind == 11) l = wi_layer_layer_norm();
    if (kind == 12) l = wi_layer_dropout(between(0.1, 0.95));
    if (kind == 13) l = wi_layer_act(act);
    if (kind == 14) l = wi_layer_scale(between(-1, 2));
    if (kind == 15) l = wi_layer_shift(between(-1, 1));
    if (kind == 16) l = wi_layer_skip(2 + below(3));
    double gain = gains[below(8)];
    if (one_in(4)) l.weights = wi_gained(one_in(2) ? wi_he_normal() : wi_xavier_uniform(), gain);
    if (one_in(16)) l.weights = one_in(2) ? wi_zeros() : wi_constant(between(-0.5, 0.5));
    if (one_in(8)) l.bias = wi_constant(gain * between(-1, 1));
    l.no_bias = one_in(8);
    l.frozen = one_in(16);
    if (one_in(16)) l.step_scale = spread(0.1, 10);
    if (one_in(16)) l.from = 1 + below(3);
    return l;
}

/* Blocks of equal width, one activation and one gain, as people build them, often deep. */
static size_t blocks(int image, size_t outputs)
{
    wi_act act = any_act();
    size_t width = 2 + below(12), depth = 2 + below(LAYERS - 2), norm = below(6), skip = below(3) == 0, n = 0;
    double gain = one_in(2) ? 1 : spread(0.02, 8);
    int drawn = one_in(2);
    while (n + 1 < depth) {
        layers[n] = image && n < 2 ? wi_layer_conv2d(width / 2, 3, act) : wi_layer_dense(width, act);
        if (drawn) layers[n].weights = wi_gained(wi_he_normal(), gain);
        layers[n].padding = image && n < 2;
        n++;
        if (norm < 2 && n + 1 < depth) layers[n++] = norm ? wi_layer_batch_norm() : wi_layer_layer_norm();
        if (skip && n > 3 && n + 1 < depth) layers[n++] = wi_layer_skip(2 + below(2));
    }
    layers[n++] = wi_layer_dense(outputs, one_in(8) ? any_act() : wi_linear());
    return n;
}

/* A network that can be built, of at most so many parameters. */
static void draw_net(uint64_t seed, size_t max_batch, size_t most, wi_net *net)
{
    rng = wi_rng_make(seed);
    for (;;) {
        wi_net_desc desc;
        int image = one_in(4);
        size_t outputs = 1 + below(3);
        memset(&desc, 0, sizeof desc);
        memset(layers, 0, sizeof layers);
        desc.inputs = 1 + below(8);
        if (image) {
            desc.channels = 1 + below(2);
            desc.height = 3 + below(3);
            desc.width = 3 + below(2);
            desc.inputs = 0;
        }
        if (one_in(2)) {
            desc.layer_count = blocks(image, outputs);
        } else {
            desc.layer_count = 1 + below(LAYERS - 2);
            for (size_t l = 0; l < desc.layer_count; l++) layers[l] = any_layer(image);
            if (!one_in(6))
                layers[desc.layer_count++] = wi_layer_dense(outputs, one_in(4) ? any_act() : wi_linear());
        }
        desc.layers = layers;
        desc.max_batch = max_batch;
        desc.seed = seed;
        if (wi_net_create(net, &desc, NULL) != WI_OK) continue;
        if (net->outputs <= OUTPUTS && net->inputs <= INPUTS && net->param_count <= most) break;
        wi_net_destroy(net);
    }
    if (one_in(2)) (void)wi_net_init_residual(net, (wi_residual)below(3), seed); /* where there are skips */
    for (size_t l = 0; l < net->layer_count; l++) { /* units that are copies, or that nothing switches on */
        wi_layer *layer = &net->layers[l];
        if (layer->shape.out < 2 || !one_in(16)) continue;
        size_t unit = 1 + below(layer->w.rows - 1);
        memcpy(layer->w.data + unit * layer->w.cols, layer->w.data, layer->w.cols * sizeof(wi_real));
        if (one_in(3)) layer->w.data[unit * layer->w.cols + (one_in(2) ? 0 : layer->w.cols - 1)] += 1;
        if (layer->b.cols && one_in(2)) layer->b.data[unit] = -100;
    }
}

/* Widths that fall and rise again, by the same weights, with a gain. */
static void draw_mirror(uint64_t seed, size_t max_batch, wi_net *net)
{
    static const double gains[4] = {1, 1e-3, 0.3, 8};
    wi_net_desc desc;
    rng = wi_rng_make(seed);
    memset(&desc, 0, sizeof desc);
    memset(layers, 0, sizeof layers);
    wi_act act = any_act();
    double gain = gains[below(4)];
    size_t width = 2 + below(6), waist = 1 + below(4);
    desc.inputs = 2 + below(6);
    layers[0] = wi_layer_dense(width, act);
    layers[1] = wi_layer_dense(waist, one_in(2) ? act : wi_linear());
    layers[2] = wi_layer_dense(width, act);
    layers[3] = wi_layer_dense(desc.inputs, wi_linear());
    layers[2].tied = 2;
    layers[3].tied = 1;
    for (size_t l = 0; l < 2; l++) layers[l].weights = wi_gained(wi_lecun_normal(), gain);
    if (one_in(4)) layers[one_in(2) ? 0 : 2].frozen = 1;
    if (one_in(4)) layers[3].no_bias = 1;
    desc.layers = layers;
    desc.layer_count = 4;
    desc.max_batch = max_batch;
    desc.seed = seed;
    CHECK_OK(wi_net_create(net, &desc, NULL));
}

/* Inputs of any size, and targets that follow from them; or what somebody might take for data. */
static void draw_data(const wi_net *net, size_t rows, int odd, wi_loss loss, wi_mat *x, wi_mat *y)
{
    static const double sizes[10] = {1, 1, 1, 1, 0.3, 3, 1e-3, 30, 1e4, 1e-7},
                        shifts[6] = {0, 0, 0, 0, 2, 100};
    size_t in = net->inputs, out = net->outputs, step = in;
    if (one_in(3) && (in + 2) * rows <= SAMPLES * INPUTS) step += 2;
    double size = odd ? sizes[below(10)] : 1, shift = odd ? size * shifts[below(6)] : 0,
           zeros = odd && one_in(6) ? 0.7 : 0;
    double target = odd ? sizes[below(10)] : 1, chance = one_in(4) ? 1 : 0.1;
    for (size_t k = 0; k < SAMPLES * INPUTS; k++) x_data[k] = (wi_real)1e30; /* what is none of the data */
    for (size_t k = 0; k < SAMPLES * OUTPUTS; k++) y_data[k] = (wi_real)1e30;
    double column[INPUTS + OUTPUTS]; /* columns may be of sizes of their own */
    int wrong = odd && one_in(10), alike = odd && one_in(14), equal = odd && one_in(14),
        uneven = odd && one_in(4);
    for (size_t k = 0; k < in + out; k++) column[k] = uneven ? spread(1e-3, 1e5) : 1;
    for (size_t i = 0; i < rows; i++) {
        double last = 0;
        size_t class_of = 0;
        for (size_t k = 0; k < in; k++) {
            double value = wi_rng_normal(&rng),
                   given = column[k] * (wi_rng_uniform(&rng) < zeros ? 0 : shift + size * value);
            if (equal) given = shift + size;
            x_data[i * step + k] = alike && i > 0 ? x_data[k] : moved(given);
            if (k < 2) last += value, class_of += value > 0;
        }
        if (wi_rng_uniform(&rng) < chance) class_of = below(out + 1);
        for (size_t j = 0; j < out; j++) {
            double t = (class_of % (out > 1 ? out : 2)) == (out > 1 ? j : 1);
            if (wrong) t = 2 * t - 1;
            y_data[i * out + j] = (wi_real)t;
            if (loss == WI_LOSS_HALF_SQUARED)
                y_data[i * out + j] = moved(target * column[in + j] * (last + 0.3 * t + shift));
        }
    }
    size_t where = below(rows);
    double what = one_in(2) ? (double)NAN : 1e12;
    if (odd && one_in(16)) x_data[where * step + below(in)] = (wi_real)what;
    if (odd && one_in(40)) y_data[where * out] = (wi_real)what;
    *x = wi_mat_view(x_data, rows, in);
    x->row_step = step;
    *y = wi_mat_view(y_data, rows, out);
}

/* Targets that the network says already: it was drawn so, or one number in it is another since then. Other
   networks may be moved as the data are. */
static void know_targets(wi_net *net, wi_mat x, wi_loss loss, int known)
{
    wi_mat y;
    for (size_t i = 0; variant && !known && i < net->param_count; i++)
        net->params[i] = moved((double)net->params[i]);
    if (!known) return;
    if (net->param_count > 0 && one_in(2)) net->params[below(net->param_count)] += (wi_real)0.125;
    for (size_t i = 0; i < x.rows; i += net->max_batch) {
        wi_mat part = wi_mat_rows(x, i, net->max_batch);
        if (wi_net_forward(net, part, WI_TRAIN, &y) != WI_OK) return;
        for (size_t k = 0; k < part.rows * y.cols; k++) {
            size_t at = i * y.cols + k;
            double given = (double)y.data[k];
            if (loss == WI_LOSS_HALF_SQUARED)
                y_data[at] = moved((double)(float)given + (at % 2 ? 1e-2 : -1e-2));
            else if (loss == WI_LOSS_BINARY_CROSS_ENTROPY) y_data[at] = given > 0;
            else y_data[at] = wi_argmax(y.data + k / y.cols * y.cols, y.cols) == k % y.cols;
        }
    }
}

/* ---- the same by plain loops ---------------------------------------------------------- */

/* Moments of n numbers, and their histogram from the least to the greatest. */
static void check_stats(const wi_stats *got, const wi_histogram *bins, const wi_real *x, size_t n,
                        size_t parts)
{
    wi_stats want;
    wi_histogram counts;
    memset(&counts, 0, sizeof counts);
    want = wi_stats_of(x, n);
    CHECK_BYTES(got, &want, sizeof want);
    double margin = want.max > want.min ? 0 : fmax(fabs(want.max) * 1e-3, 1e-30);
    if (parts & WI_PROBE_HISTOGRAMS && n > 0)
        counts = wi_histogram_of(x, n, want.min - margin, want.max + margin);
    if (bins) CHECK_BYTES(bins, &counts, sizeof counts);
}

static double cosine(const wi_real *a, const wi_real *b, size_t n)
{
    double ab = 0, aa = 0, bb = 0;
    for (size_t k = 0; k < n; k++) {
        ab += (double)a[k] * (double)b[k];
        aa += (double)a[k] * (double)a[k];
        bb += (double)b[k] * (double)b[k];
    }
    return aa > 0 && bb > 0 ? ab / sqrt(aa) / sqrt(bb) : 2;
}

/* The mean over all pairs of rows that have a direction. */
static void check_alike(double got, const wi_real *x, size_t rows, size_t cols)
{
    double sum = 0, pairs = 0;
    size_t some = 0;
    for (size_t i = 0; i < rows; i++) {
        some += cosine(x + i * cols, x + i * cols, cols) < 2;
        for (size_t j = 0; j < i; j++) {
            double c = cosine(x + i * cols, x + j * cols, cols);
            if (c < 2) sum += c, pairs++;
        }
    }
    CHECK_NEAR(got, rows < 2 ? 0 : some < 2 ? 1 : sum / pairs, 1e-9);
}

/* Do two units agree within 1e-5 of the size of what they have? Columns of [rows][units * width]. */
static int agree(const wi_real *x, size_t rows, size_t cols, size_t a, size_t b, size_t width, double size)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t k = 0; k < width; k++)
            if (!(fabs((double)x[i * cols + a * width + k] - (double)x[i * cols + b * width + k]) <=
                  1e-5 * (size > 0 ? size : 1)))
                return 0;
    return 1;
}

static void check_units(const wi_layer *l, const wi_probe *p, size_t rows, int backward, size_t parts)
{
    size_t units = l->out.channels, width = l->outputs / units, flat = 0, dead = 0, distinct = 0;
    double top = 0;
    for (int k = -40; k <= 40; k++) top = fmax(top, fabs(wi_act_slope(l->desc.act, 0.15 * k)));
    for (size_t u = 0; u < units; u++) {
        int alive = 0, copy = 0;
        for (size_t i = 0; i < rows; i++)
            for (size_t k = u * width; k < (u + 1) * width; k++) {
                wi_real one = 1, slope;
                wi_act_backward(l->desc.act, &slope, &one, l->pre.data + i * l->outputs + k, 1);
                flat += fabs((double)slope) < 0.05 * top;
                alive |= !(fabs((double)slope) < 0.01 * top);
            }
        dead += !alive;
        for (size_t v = 0; v < u && !copy; v++) {
            copy = !backward || agree(l->dpre.data, rows, l->outputs, u, v, width, p->dpre.rms);
            if (!p->has_weights) copy &= agree(l->pre.data, rows, l->outputs, u, v, width, p->pre.rms);
            else if (l->b.cols) copy &= agree(l->b.data, 1, units, u, v, 1, p->w.rms);
            for (size_t k = 0; p->has_weights && copy && k < l->w.cols; k++) {
                wi_real two[2];
                two[0] = l->w.data[u * l->w.row_step + k * l->w.col_step];
                two[1] = l->w.data[v * l->w.row_step + k * l->w.col_step];
                copy = agree(two, 1, 2, 0, 1, 1, p->w.rms);
            }
        }
        distinct += !copy;
    }
    int linear = l->desc.act.kind == WI_ACT_LINEAR;
    double seen = parts & WI_PROBE_FLAT ? 1 : (double)NAN;
    CHECK_NEAR(p->saturated, linear ? 0 * seen : seen * (double)flat / (double)(rows * l->outputs), 1e-12);
    CHECK_NEAR(p->dead, linear ? 0 * seen : seen * (double)dead / (double)units, 1e-12);
    CHECK_EQ(p->distinct_units, parts & WI_PROBE_COPIES ? distinct : units);
}

/* All that a probe of x has, measured again; net->noise has to be what it was before. */
static void check_measures(wi_net *net, wi_mat x, wi_mat y, wi_loss loss, size_t parts)
{
    static wi_real inputs[SAMPLES * INPUTS];
    size_t rows = x.rows < net->max_batch ? x.rows : net->max_batch, count = net->layer_count;
    wi_mat dense = wi_mat_view(inputs, rows, x.cols), out,
           dy = wi_mat_rows(net->layers[count - 1].dpost, 0, rows);
    double first = (double)NAN;
    int backward = y.data != NULL;
    for (size_t i = 0; i < rows; i++)
        memcpy(inputs + i * x.cols, x.data + i * x.row_step, x.cols * sizeof(wi_real));
    CHECK_OK(wi_net_forward(net, dense, WI_TRAIN, &out));
    wi_net_zero_grads(net);
    if (backward) {
        CHECK_OK(wi_loss_of(loss, out, wi_mat_rows(y, 0, rows), &dy, &first));
        CHECK_OK(wi_net_backward(net, dense, dy));
    }
    for (size_t l = 0; l < count; l++) {
        const wi_layer *layer = &net->layers[l];
        const wi_probe *p = &probes[l];
        size_t back = layer->desc.from > 1 ? layer->desc.from : 1, n = rows * layer->outputs;
        const wi_real *in = back > l ? inputs : net->layers[l - back].post.data;
        size_t cols = back > l ? x.cols : net->layers[l - back].outputs, w = layer->w.rows * layer->w.cols;
        int branch = 0, weights = layer->desc.kind == WI_LAYER_DENSE || layer->desc.kind == WI_LAYER_CONV2D;
        for (size_t s = l + 1; s < count; s++)
            branch |= net->layers[s].desc.kind == WI_LAYER_SKIP && s < l + net->layers[s].desc.span;
        CHECK(p->kind == layer->desc.kind && p->branch == branch && p->has_weights == weights &&
              p->samples == rows);
        CHECK(p->units == layer->out.channels && p->recipe.scheme == layer->desc.weights.scheme);
        CHECK_NEAR(p->first_loss, first, 0);
        check_stats(&p->in, NULL, in, rows * cols, parts);
        check_stats(&p->pre, &p->pre_bins, layer->pre.data, n, parts);
        check_stats(&p->post, &p->post_bins, layer->post.data, n, parts);
        check_stats(&p->dpre, &p->dpre_bins, layer->dpre.data, backward ? n : 0, parts);
        check_stats(&p->dpost, NULL, layer->dpost.data, backward ? n : 0, parts);
        check_stats(&p->w, &p->w_bins, layer->w.data, w, parts);
        check_stats(&p->dw, &p->dw_bins, layer->dw.data, backward ? w : 0, parts);
        CHECK_NEAR(p->update_ratio, p->dw.rms > 0 ? p->dw.rms / p->w.rms : 0, 1e-12 * p->update_ratio);
        if (parts & WI_PROBE_ALIKE && p->pre.nonfinite == 0)
            check_alike(p->correlation, layer->pre.data, rows, layer->outputs);
        if (parts & WI_PROBE_ALIKE && p->in.nonfinite == 0) check_alike(p->in_correlation, in, rows, cols);
        check_units(layer, p, rows, backward, parts);
    }
}

/* Does a norm enlarge roundings, since the numbers that it brings to deviation 1 hardly differ beside their
   size? Then nothing behind it is on record. */
static int shaky(wi_net *net, wi_mat x)
{
    int found = 0;
    wi_rng noise = net->noise;
    wi_mat first = wi_mat_rows(x, 0, net->max_batch);
    if (wi_net_forward(net, first, WI_TRAIN, NULL) != WI_OK) return 0;
    net->noise = noise;
    for (size_t l = 1; l < net->layer_count; l++) {
        size_t cols = net->layers[l].inputs,
               back = net->layers[l].desc.from > 1 ? net->layers[l].desc.from : 1;
        int rows_first = net->layers[l].desc.kind == WI_LAYER_LAYER_NORM;
        if (back > l || (!rows_first && net->layers[l].desc.kind != WI_LAYER_BATCH_NORM)) continue;
        const wi_real *in = net->layers[l - back].post.data;
        for (size_t a = 0; a < (rows_first ? first.rows : cols); a++) {
            double n = (double)(rows_first ? cols : first.rows), sum = 0, square = 0;
            for (size_t b = 0; b < (rows_first ? cols : first.rows); b++) {
                double value = (double)in[rows_first ? a * cols + b : b * cols + a];
                sum += value / n;
                square += value * value / n;
            }
            found |= square > 0 && square - sum * sum < 1e-4 * square;
        }
    }
    return found;
}

/* ---- what is said of them ----------------------------------------------------------- */

static const char *read_back(FILE *file)
{
    long size = ftell(file);
    rewind(file);
    text[fread(text, 1, size < TEXT - 1 ? (size_t)size : TEXT - 1, file)] = 0;
    rewind(file);
    return text;
}
static FILE *paper;

static void diagnosis_of(const wi_diagnosis *d)
{
    words(wi_verdict_name(d->verdict));
    whole("trains, trained, layer", (size_t)(d->trains * 2 + d->trained) * 100 + d->layer);
    sentence(d->evidence);
    sentence(d->remedy);
}

/* All that a probe has of a layer, but for moments and histograms, which are measured again. */
static void probe_of(const wi_probe *p)
{
    char flags[160];
    snprintf(flags, sizeof flags, "%s %s %s %s weights %d branch %d trained %d", wi_layer_kind_name(p->kind),
             wi_act_name(p->act), p->recipe.name ? p->recipe.name : "", wi_verdict_name(p->verdict),
             p->has_weights, p->branch, p->trained);
    words(flags);
    whole("samples", p->samples);
    whole("units", p->units);
    whole("distinct", p->distinct_units);
    number("predicted_std", p->predicted_std);
    number("predicted_slope", p->predicted_slope);
    number("saturated", p->saturated);
    number("dead", p->dead);
    number_of("correlation", p->correlation, 1, 5);
    number_of("in_correlation", p->in_correlation, 1, 5);
    number("update_ratio", p->update_ratio);
    number_of("speed", p->speed, fmax(p->speed / fmax(1 - p->in_correlation, 1e-6), 1e-6), 5);
}

/* Critical points of other activations than these take long to find: one case in sixteen has them. */
static int is_cheap(const wi_net *net, uint64_t seed)
{
    int cheap = 1;
    for (size_t l = 0; l < net->layer_count; l++)
        cheap &= net->layers[l].shape.out == 0 || net->layers[l].desc.act.kind <= WI_ACT_TANH;
    return cheap || seed % 16 == 0;
}

static void remedy_of(const wi_net *net, const wi_probe *seen)
{
    wi_recipe weights[LAYERS], bias[LAYERS];
    CHECK_OK(wi_remedy(net, seen, weights, bias));
    for (size_t l = 0; l < net->layer_count; l++)
        for (int k = 0; k < 2; k++) {
            const wi_recipe *r = k ? &bias[l] : &weights[l];
            words(r->name ? r->name : "");
            if (r->scheme == WI_SCHEME_ORTHOGONAL || r->scheme == WI_SCHEME_NORMAL)
                number("recipe", r->fan ? r->scale : k ? r->b : r->a);
        }
}

static void measured(wi_net *drawn, uint64_t seed, size_t rows)
{
    wi_net net = *drawn;
    wi_mat x, y, none;
    size_t parts = WI_PROBE_ALL;
    wi_loss loss;
    memset(&none, 0, sizeof none);
    loss = (wi_loss)below(3);
    draw_data(&net, rows, 1, loss, &x, &y);
    know_targets(&net, x, loss, one_in(net.residual ? 2 : 5));
    if (one_in(3)) parts = below(32);
    on->shaky = shaky(&net, x);
    for (size_t i = 0; i < net.param_count; i++) net.grads[i] = (wi_real)i;
    if (one_in(20) && net.param_count) net.params[below(net.param_count)] = (wi_real)NAN;
    if (one_in(6)) y = none;
    wi_status status = wi_net_probe_parts(&net, x, y, loss, (unsigned)parts, probes);
    words(wi_status_name(status));
    for (size_t i = 0; i < net.param_count; i++) CHECK(net.grads[i] == (wi_real)i);
    if (status == WI_OK) {
        if (variant == 0) check_measures(&net, x, y, loss, parts);
        double slopes[INPUTS];
        wi_diagnosis d = wi_diagnose(probes, net.layer_count);
        number("first_loss", probes[0].first_loss);
        number("trivial_loss", probes[0].trivial_loss);
        number("target_rms", probes[0].target_rms);
        for (size_t l = 0; l < net.layer_count; l++) {
            probe_of(&probes[l]);
            on->shaky |= probes[l].dpre.rms > 0 && probes[l].dpre.rms < 1e-33; /* not all have such */
        }
        diagnosis_of(&d);
        if (is_cheap(&net, seed)) remedy_of(&net, probes);
        for (size_t i = 0; i < net.param_count; i++) net.grads[i] = (wi_real)i;
        status = wi_net_spectra(&net, x, probes, slopes);
        words(wi_status_name(status));
        for (size_t l = 0; status == WI_OK && l < net.layer_count; l++) { /* of a sum, rounding is small */
            number("singular_max", probes[l].singular_max);
            number("singular_max + min", probes[l].singular_max + probes[l].singular_min);
        }
        for (size_t k = 0; status == WI_OK && k < net.outputs && k < net.inputs; k++)
            number("the Jacobian's", slopes[0] + slopes[k]);
        for (size_t i = 0; i < net.param_count; i++) CHECK(net.grads[i] == (wi_real)i);
    }
    wi_net_destroy(&net);
}

static void net_case(uint64_t seed)
{
    wi_net net;
    draw_net(seed, 24, 3000, &net);
    size_t rows = one_in(6) ? 1 + below(8) : 8 + below(30);
    measured(&net, seed, rows);
}

/* Batches of one or two; layers that share weights; gradients that vanish, with units that are copies. */
static void few_case(uint64_t seed)
{
    wi_net net;
    if (seed % 3 == 0) draw_mirror(seed, 24, &net);
    else draw_net(seed, 24, 400, &net);
    if (seed % 3 == 1) {
        wi_layer *first = &net.layers[0], *last = &net.layers[net.layer_count - 1];
        if (first->w.rows > 1 && one_in(2))
            memcpy(first->w.data + first->w.cols, first->w.data, first->w.cols * sizeof(wi_real));
        for (size_t k = 0; k < last->w.rows * last->w.cols; k++) last->w.data[k] *= (wi_real)1e-12;
    }
    size_t rows = 1 + below(seed % 2 ? 2 : 9), normed = 0;
    for (size_t l = 0; l < net.layer_count; l++) normed += net.layers[l].desc.kind == WI_LAYER_BATCH_NORM;
    measured(&net, seed, rows);
    on->shaky |= normed > 0 && rows < 3; /* of two samples it makes 1 and -1, and gradients of rounding */
}

/* ---- measurements that are made up: any verdict, and any words -------------------------- */

static double any_size(void)
{
    static const double lines[8] = {0, 0, 0.02, 0.05, 1, 4, 20, 30}; /* exactly where rules begin to hold */
    return one_in(12)   ? lines[below(8)]
           : one_in(60) ? (double)NAN
           : one_in(3)  ? spread(1e-4, 1e4)
                        : spread(0.3, 3);
}

static wi_stats any_stats(size_t count)
{
    wi_stats s;
    memset(&s, 0, sizeof s);
    s.count = count;
    s.nonfinite = one_in(60) ? 1 + below(count + 1) : 0;
    s.rms = any_size();
    s.std = one_in(20) ? 0 : s.rms * between(0, 1);
    s.mean = s.rms - s.std;
    s.min = s.mean - s.std;
    s.max = s.mean + s.std * between(0, 3);
    s.zeros = one_in(3) ? between(0, 1) : 0;
    s.skewness = between(-1, 1);
    s.kurtosis = between(1, 9);
    return s;
}

static wi_histogram any_bins(const wi_stats *s)
{
    wi_histogram h;
    memset(&h, 0, sizeof h);
    h.lo = s->min;
    h.hi = s->max;
    for (size_t k = 0; k < WI_BINS; k++) h.bin[k] = one_in(3) ? 0 : below(400);
    return h;
}

static void make_up(const wi_net *net, wi_probe *p, size_t l, int backward, int calm)
{
    const wi_layer *layer = &net->layers[l];
    size_t n = 20;
    memset(p, 0, sizeof *p);
    p->kind = layer->desc.kind;
    p->act = layer->desc.act;
    p->recipe = layer->desc.weights;
    p->has_weights = layer->shape.out > 0;
    p->branch = one_in(calm ? 30 : 5);
    p->in = any_stats(n * layer->inputs);
    p->pre = any_stats(n * layer->outputs);
    p->post = any_stats(n * layer->outputs);
    if (p->has_weights) p->w = any_stats(layer->w.rows * layer->w.cols);
    if (backward) {
        p->dpre = any_stats(n * layer->outputs);
        p->dpost = any_stats(n * layer->outputs);
        if (p->has_weights) p->dw = any_stats(layer->w.rows * layer->w.cols);
    }
    p->w_bins = any_bins(&p->w);
    p->pre_bins = any_bins(&p->pre);
    p->post_bins = any_bins(&p->post);
    p->dpre_bins = any_bins(&p->dpre);
    p->dw_bins = any_bins(&p->dw);
    p->predicted_std = any_size();
    p->predicted_slope = any_size();
    p->saturated = calm ? 0.1 : between(0, 1);
    p->dead = calm ? 0.1 : between(0, 1);
    p->correlation = 1 - spread(calm ? 0.1 : 1e-5, 1);
    p->in_correlation = 1 - spread(calm ? 0.1 : 1e-5, 1);
    p->update_ratio = one_in(10) ? 0 : spread(calm ? 0.1 : 1e-4, 10);
    p->samples = n;
    p->units = layer->out.channels;
    p->distinct_units = one_in(calm ? 40 : 5) ? 1 + below(p->units) : p->units;
}

/* What is said of such measurements, and in which words. */
static void said_of(const wi_net *net, uint64_t seed)
{
    char room[400];
    size_t count = net->layer_count, size = count * sizeof *probes;
    const wi_probe *seen = (const wi_probe *)(void *)guard_copy(0, probes, size);
    for (size_t l = 0; l < count; l++) {
        snprintf(room, sizeof room, "%.7g", isnan(probes[l].speed) ? -1 : probes[l].speed);
        words(room);
        words(wi_verdict_name(probes[l].verdict));
    }
    for (size_t l = 0; l < count; l++) { /* each by itself */
        wi_probe *one = (wi_probe *)(void *)guard_copy(1, &probes[l], sizeof *probes);
        inside_judge(one, 1);
        words(wi_verdict_name(one->verdict));
    }
    wi_diagnosis d = wi_diagnose(seen, count);
    snprintf(room, sizeof room, "%d %d %d %zu", (int)d.verdict, d.trains, d.trained, d.layer);
    words(room);
    words(d.evidence);
    words(d.remedy);
    for (int way = 0; way < 3; way++) {
        CHECK_OK(way == 2 ? wi_report_json(paper, seen, count) : wi_report(paper, seen, count, way));
        words(read_back(paper));
    }
    if (is_cheap(net, seed)) remedy_of(net, seen);
}

/* Judged where memory ends behind the last layer. */
static void judge(size_t count)
{
    size_t size = count * sizeof *probes;
    wi_probe *seen = (wi_probe *)(void *)guard_copy(0, probes, size);
    inside_judge(seen, count);
    memcpy(probes, seen, size);
}

static void made_up_case(uint64_t seed)
{
    wi_net net;
    draw_net(seed, 24, 3000, &net);
    for (int round = 0; round < 3; round++) {
        size_t count = net.layer_count;
        int backward = !one_in(3), calm = one_in(2), trained = one_in(8);
        double first = spread(0.1, 100), trivial = one_in(6) ? (double)NAN : spread(0.1, 100),
               target = one_in(6) ? spread(1, 900) : 30.0 * one_in(8);
        for (size_t l = 0; l < count; l++) {
            make_up(&net, &probes[l], l, backward, calm);
            probes[l].first_loss = first;
            probes[l].trivial_loss = trivial;
            probes[l].target_rms = target;
            probes[l].trained = trained;
        }
        judge(count);
        size_t other = below(count);
        if (one_in(2)) probes[other].verdict = (wi_verdict)below(WI_VERDICT_COUNT);
        said_of(&net, seed);
    }
    wi_net_destroy(&net);
}

/* ---- the same, calm but for one thing or two, which stand about where a rule begins to hold ---- */

static void size_of(wi_stats *s, double size)
{
    s->rms = size;
    s->std = 0.8 * size;
    s->mean = 0.6 * size;
    s->min = -2 * size;
    s->max = 2 * size;
}

static void calm_down(const wi_net *net, size_t l, wi_probe *p)
{
    make_up(net, p, l, 1, 1);
    wi_stats *all[7] = {&p->in, &p->w, &p->pre, &p->post, &p->dpre, &p->dpost, &p->dw};
    for (size_t k = 0; k < 7; k++) {
        all[k]->nonfinite = 0;
        all[k]->zeros = 0;
        if (all[k]->count) size_of(all[k], 1);
    }
    p->branch = 0;
    p->predicted_std = p->predicted_slope = 1;
    p->correlation = p->in_correlation = 0.5;
    p->update_ratio = 0.1;
    p->distinct_units = p->units;
    for (size_t k = 0; k < WI_BINS && l % 2; k++) p->pre_bins.bin[k] = below(6) == 0; /* few values */
    p->first_loss = p->trivial_loss = p->target_rms = 1;
}

/* One of what the rules ask for, of layer l, the first with weights, or the last. */
static void bring_near(size_t l, size_t first, size_t last)
{
    wi_probe *p = &probes[l], *a = &probes[first], *z = &probes[last];
    double side = one_in(2) ? 1 : -1;
    switch (below(14)) {
    case 0: a->update_ratio = near_to(2e-3); break;
    case 1: size_of(&a->in, near_to(one_in(2) ? 0.02 : one_in(2) ? 20 : 4)); break;
    case 2: a->in.zeros = one_in(3) ? 1 : between(0, 1); break;
    case 3: p->target_rms = near_to(30); break;
    case 4: p->saturated = near_to(0.6); break;
    case 5: p->dead = near_to(0.8); break;
    case 6: p->distinct_units = p->units / 2 + below(2); break;
    case 7: z->correlation = 1 - near_to(0.0025); break;
    case 8: size_of(&p->dpre, near_to(one_in(2) ? 0.05 : 150)); break;
    case 9: size_of(&p->pre, near_to(0.05) * a->in.rms); break;
    case 10: size_of(&a->pre, near_to(one_in(2) ? 4 : 0.25) * a->in.rms); break;
    case 11: {
        double std = wi_recipe_std(wi_recipe_for(p->act),
                                   wi_dense(p->units ? p->w.count / p->units : 0, p->units));
        if (std > 0) size_of(&p->w, std * exp(side * near_to(0.2)));
        break;
    }
    case 12: p->branch = 1; break;
    default:
        p->w.std = 0;
        if (one_in(2)) p->w.rms = 0;
    }
}

static void near_case(uint64_t seed)
{
    static const double sums[4] = {1e-3, 1e-4, 2e5, 2e4};
    wi_net net;
    draw_net(seed, 24, 3000, &net);
    for (int round = 0; round < 4; round++) {
        size_t count = net.layer_count, first = count, last = 0, things = below(4);
        int trained = one_in(10);
        for (size_t l = 0; l < count; l++) {
            calm_down(&net, l, &probes[l]);
            probes[l].trained = trained;
            if (!probes[l].has_weights) continue;
            if (first == count) first = l;
            last = l;
        }
        if (first == count) first = 0;
        for (size_t k = 0; k < things; k++) {
            size_t at = one_in(2) ? first : below(count);
            bring_near(at, first, last);
        }
        judge(count);
        if (one_in(2)) { /* how fast all of them, or one, would move the outputs */
            size_t one = one_in(2) ? count : below(count);
            double sum = 0, want = sums[below(4)];
            if (one_in(4)) want *= probes[first].in.rms * probes[first].in.rms;
            for (size_t l = 0; l < count; l++)
                if (one == count || l == one) sum += probes[l].speed;
            want = near_to(want) / sum;
            for (size_t l = 0; l < count && sum > 0 && want < 1e30; l++)
                if (one == count || l == one)
                    probes[l].in_correlation = 1 - (1 - probes[l].in_correlation) * want;
            judge(count);
        }
        said_of(&net, seed);
    }
    wi_net_destroy(&net);
}

/* ---- what targets can be had for, and what wants scaling ----------------------------------- */

static void aim_case(uint64_t seed)
{
    wi_net net;
    wi_mat x, y;
    double by_class[OUTPUTS];
    draw_net(seed, 24, 3000, &net);
    for (int round = 0; round < 4; round++) {
        wi_loss loss = (wi_loss)below(3);
        draw_data(&net, 3 + below(30), 1, loss, &x, &y);
        for (size_t j = 0; j < OUTPUTS; j++) by_class[j] = spread(0.2, 5);
        net.layers[net.layer_count - 1].desc.act = any_act();
        double smooth = one_in(2) ? spread(0.001, 0.5) : 0;
        inside_aim aim = inside_aim_of(y, &net, loss, smooth, one_in(3) && y.cols > 1 ? by_class : NULL);
        whole("misfits", aim.misfits);
        number("lo", aim.lo);
        number("hi", aim.hi);
        number("trivial", aim.trivial);
        number("trivial + least", aim.trivial + aim.least);
        number("rms", aim.rms);
        whole("wants scaling", (size_t)inside_wants_scaling(x));
        whole("targets do", (size_t)inside_wants_scaling(y));
        whole("bad cell", inside_bad_cell(x) * 1000 + inside_bad_cell(y));
    }
    wi_net_destroy(&net);
}

/* ---- plans -------------------------------------------------------------------------------- */

static void draw_plan(const wi_net *net, size_t rows, wi_loss loss, wi_train_desc *plan)
{
    static double by_class[OUTPUTS];
    const double rates[8] = {0, 0, 0, 1e-5, 1e-3, 0.01, 0.1, 1};
    double rate = rates[below(8)];
    const wi_opt_desc opts[6] = {wi_sgd(rate),     wi_momentum(rate, 0.9), wi_nesterov(rate, 0.5),
                                 wi_rmsprop(rate), wi_adam(rate),          wi_adamw(rate, 0.01)};
    memset(plan, 0, sizeof *plan);
    plan->loss = loss;
    plan->opt = opts[below(6)];
    plan->steps = one_in(6) ? 5 + below(30) : one_in(4) ? 1500 : 30 + below(400);
    plan->batch = one_in(4)                                            ? 0
                  : one_in(3) && (rows <= net->max_batch || one_in(8)) ? rows
                                                                       : 2 + below(rows < 24 ? rows - 1 : 23);
    plan->seed = below(1000);
    if (one_in(6)) plan->weight_decay = spread(1e-4, 3);
    if (one_in(6)) plan->clip_norm = spread(1e-3, 3);
    if (one_in(8)) plan->clip_value = spread(1e-4, 1);
    if (one_in(8)) plan->input_noise = spread(0.01, 1);
    if (one_in(8)) plan->weight_noise = spread(0.001, 0.1);
    if (one_in(8)) plan->warmup_steps = 1 + below(20);
    if (one_in(5) && loss != WI_LOSS_HALF_SQUARED) plan->label_smoothing = between(0.01, 0.3);
    for (size_t j = 0; j < OUTPUTS; j++) by_class[j] = spread(0.3, 3);
    if (one_in(6) && net->outputs > 1 && loss != WI_LOSS_HALF_SQUARED) plan->class_weights = by_class;
}

static void check_of(const wi_check *c)
{
    whole("trains", (size_t)c->trains);
    whole("steps", c->trial_steps);
    number("probability", c->probability);
    number_of("odds", log(c->probability / (1 - c->probability)), 1, 5);
    number("rate", c->rate);
    number("first_loss", c->first_loss);
    number("trivial_loss", c->trivial_loss);
    number("reached_loss", c->reached_loss);
    diagnosis_of(&c->diagnosis);
}

static void look_of(wi_net *net, const wi_data *data, const wi_train_desc *plan)
{
    static const char *const names[] = {
        "follows", "loss",      "speed", "l1",   "snr_first",      "blur",  "aligned",
        "top",     "mean_mode", "way",   "pull", "trained_layers", "shift", "named",
        "rate",    "knew",      "last",  "ends", "heads",          "steps", "left"};
    static inside_look seen;
    words(wi_status_name(inside_see(net, data, plan, wi_mat_view(x_seen, 128, net->inputs),
                                    wi_mat_view(y_seen, 128, net->outputs), &seen)));
    const double of[21] = {
        seen.follows, seen.loss,      seen.speed, seen.l1,   seen.snr_first,      seen.blur,  seen.aligned,
        seen.top,     seen.mean_mode, seen.way,   seen.pull, seen.trained_layers, seen.shift, seen.named,
        seen.rate,    seen.knew,      seen.last,  seen.ends, seen.heads,          seen.steps, seen.left};
    whole("rows, batch, done", seen.rows * 10000 + seen.batch * 10 + (size_t)seen.done);
    for (size_t k = 0; k < WI_COUNT(of); k++) /* cosines and logarithms have the rounding of 1 */
        number_of(names[k], of[k], k == 0 || k == 4 || k == 6 || k >= 15 ? 1 : 1e-6, 5);
    for (size_t k = 0; k < 22; k++) number_of("a feature", seen.features[k], 1, 5);
}

/* What mending makes of it. */
static void mended_by(wi_net *net, wi_data *data, wi_train_desc *plan, const wi_check *c)
{
    wi_mended mended;
    memset(&mended, 0, sizeof mended);
    words(wi_status_name(wi_train_mend(net, data, plan, c, &mended, NULL)));
    sentence(mended.done);
    number("rate", plan->opt.rate);
    number("clip_norm", plan->clip_norm);
    for (size_t j = 0; j < mended.x.count; j++) number("scaler", (double)mended.x.std[j]);
    for (size_t j = 0; j < mended.y.count; j++) number("scaler", (double)mended.y.std[j]);
    number("x", wi_stats_of(data->x.data, data->x.cols).rms);
    number("y", wi_stats_of(data->y.data, data->y.cols).rms);
    for (size_t l = 0; l < net->layer_count; l++)
        number("parameters",
               wi_stats_of(net->params + net->layers[l].param_first, net->layers[l].param_count).rms);
    wi_mended_destroy(&mended);
}

static void plan_case(uint64_t seed)
{
    wi_net net;
    wi_data data;
    wi_train_desc plan;
    wi_check c;
    wi_error error;
    memset(&data, 0, sizeof data);
    draw_net(seed, seed % 3 ? SAMPLES : 24, 300, &net);
    wi_loss loss = (wi_loss)below(3);
    size_t rows = one_in(3) ? 8 + below(60) : 100 + below(SAMPLES - 100);
    draw_data(&net, rows, one_in(2), loss, &data.x, &data.y);
    know_targets(&net, data.x, loss, one_in(net.residual ? 2 : 6));
    draw_plan(&net, rows, loss, &plan);
    on->shaky = shaky(&net, data.x);
    wi_status status = wi_train_check(&net, &data, &plan, 0, &c, &error);
    words(wi_status_name(status));
    sentence(error.text);
    if (status == WI_OK) {
        int refused =
            c.diagnosis.verdict == WI_VERDICT_NONFINITE || isnan(c.trivial_loss) || isnan(c.first_loss);
        check_of(&c);
        if (!refused) look_of(&net, &data, &plan);
        if (!refused && one_in(2)) {
            words(wi_status_name(wi_train_check(&net, &data, &plan, 10 + below(120), &c, NULL)));
            check_of(&c);
        }
        c.trial_steps = one_in(6) ? 40 : 0;
        if (net.param_count <= 200 && is_cheap(&net, 1) && one_in(2)) mended_by(&net, &data, &plan, &c);
    }
    wi_net_destroy(&net);
}

/* What somebody gets wrong about a plan, on a small network: refused, mended, or taken as it is. */
static void fault_case(uint64_t seed)
{
    static const size_t counts[8] = {1, 2, 3, 31, 33, 60, 127, 128};
    wi_net net;
    wi_data data;
    wi_train_desc plan;
    wi_check c;
    wi_error error;
    memset(&data, 0, sizeof data);
    if (seed % 5 == 0) draw_mirror(seed, SAMPLES, &net);
    else draw_net(seed, seed % 4 ? SAMPLES : 16, 120, &net);
    wi_loss loss = seed % 5 == 0 ? WI_LOSS_HALF_SQUARED : (wi_loss)below(3);
    size_t rows = one_in(2) ? counts[below(8)] : 40 + below(60), kind = below(14);
    if (kind == 11) rows = 127 + below(3); /* as many as are looked at */
    size_t at = below(rows);
    draw_data(&net, rows, 0, loss, &data.x, &data.y);
    draw_plan(&net, rows, loss, &plan);
    plan.steps = 20 + below(200);
    double size = one_in(2) ? spread(1e-3, 0.1) : spread(8, 1e3), what = one_in(2) ? 1e9 : (double)NAN;
    switch (kind) {
    case 0:
        for (size_t l = 0; l < net.layer_count; l++)
            net.layers[l].desc.frozen = net.layers[l].param_count > 0;
        break;
    case 1: plan.batch = 1; break;
    case 2:
        for (size_t k = 0; k < rows * net.outputs; k++) y_data[k] = y_data[k % net.outputs];
        break;
    case 3: y_data[at * net.outputs] = (wi_real)(one_in(2) ? 2 : -0.5); break;
    case 4:
        for (size_t k = 0; k < rows * net.outputs; k++) y_data[k] = (wi_real)((double)y_data[k] * 30 + 40);
        break;
    case 5:
        for (size_t i = 1; i < rows; i++)
            memcpy(x_data + i * data.x.row_step, x_data, net.inputs * sizeof *x_data);
        break;
    case 6: x_data[at * data.x.row_step + below(net.inputs)] = (wi_real)what; break;
    case 7: y_data[at * net.outputs] = (wi_real)what; break;
    case 8: plan.clip_norm = spread(1e-6, 1e-2); break;
    case 9: plan.weight_decay = spread(0.01, 30); break;
    case 10: plan.steps = 23 + below(4); break;
    case 11:
        plan.input_noise = 0.3;
        plan.label_smoothing = loss == WI_LOSS_HALF_SQUARED ? 0 : 0.1;
        break;
    case 12:
        for (size_t k = 0; k < rows * data.x.row_step; k++) x_data[k] = (wi_real)((double)x_data[k] * size);
        break;
    default:
        for (size_t k = 0; k < net.param_count; k++) net.params[k] *= (wi_real)size;
    }
    for (size_t k = 0; k < rows * data.x.row_step; k++) x_data[k] = moved((double)x_data[k]);
    for (size_t i = 0; variant && i < net.param_count; i++) net.params[i] = moved((double)net.params[i]);
    on->shaky = shaky(&net, data.x);
    wi_status status = wi_train_check(&net, &data, &plan, one_in(4) ? 30 : 0, &c, &error);
    words(wi_status_name(status));
    sentence(error.text);
    if (status == WI_OK) {
        check_of(&c);
        if (c.trial_steps > 0 && one_in(2)) c.trial_steps = 0;
        if (is_cheap(&net, 1)) mended_by(&net, &data, &plan, &c);
    }
    wi_net_destroy(&net);
}

/* ---- memory that ends: all is as it was ---------------------------------------------------- */

static void test_memory(void)
{
    for (uint64_t seed = 0; seed < 6; seed++) {
        wi_net net;
        wi_data data;
        wi_train_desc plan;
        wi_check c;
        double slopes[INPUTS];
        size_t ended = 0;
        memset(&data, 0, sizeof data);
        draw_mirror(seed, 24, &net);
        for (size_t l = 0; l < 2; l++) net.layers[l].desc.weights = wi_orthogonal(1);
        CHECK_OK(wi_net_init(&net, seed));
        draw_data(&net, 20, 0, WI_LOSS_HALF_SQUARED, &data.x, &data.y);
        know_targets(&net, data.x, WI_LOSS_HALF_SQUARED, 1);
        draw_plan(&net, 20, WI_LOSS_HALF_SQUARED, &plan);
        wi_real *kept = (wi_real *)malloc((net.param_count + 1) * sizeof *kept);
        if (!CHECK(kept != NULL)) return;
        memcpy(kept, net.params, net.param_count * sizeof *kept);
        for (size_t i = 0; i < net.param_count; i++) net.grads[i] = (wi_real)i;
        size_t live = fail_alloc.live;
        for (int call = 0; call < 6; call++) /* three of them, in two ways */
            for (size_t k = 0;; k++) { /* first what is of one size; then all from a place on, or one alone */
                fail_alloc_start(k < 40 || call >= 3 ? SIZE_MAX : k - 40);
                fail_alloc.large = k < 40 ? (size_t)(16 * pow(1.5, (double)k)) : 0;
                fail_alloc.only = k >= 40 && call >= 3 ? k - 39 : 0;
                wi_status status =
                    call % 3 == 0 ? wi_net_probe(&net, data.x, data.y, WI_LOSS_HALF_SQUARED, probes)
                    : call % 3 == 1 ? wi_net_spectra(&net, data.x, probes, slopes)
                                    : wi_train_check(&net, &data, &plan, 0, &c, NULL);
                fail_alloc.large = 0;
                size_t failures = fail_alloc_stop();
                CHECK_STATUS(status, failures ? WI_ERR_MEMORY : WI_OK);
                CHECK_BYTES(net.params, kept, net.param_count * sizeof *kept);
                for (size_t i = 0; i < net.param_count; i++) CHECK(net.grads[i] == (wi_real)i);
                CHECK_EQ(fail_alloc.live, live);
                if (k >= 40 && (failures == 0 || status == WI_OK)) break;
                ended += failures > 0;
            }
        CHECK(ended > 10);
        free(kept);
        wi_net_destroy(&net);
    }
}

/* ---- together ----------------------------------------------------------------------------- */

static const struct {
    const char *name;
    void (*run)(uint64_t seed);
    size_t count;
} parts[] = {
    {"made-up", made_up_case, 250}, {"aim", aim_case, 60},  {"net", net_case, 250},
    {"plan", plan_case, 150},       {"near", near_case, 200}, {"few", few_case, 120},
    {"fault", fault_case, 130}};

static void run_case(size_t part, size_t k, int v)
{
    variant = v;
    on = &records[v];
    memset(on, 0, sizeof *on);
    on->words = 2166136261u;
    size_t live = fail_alloc.live;
    parts[part].run(part * 10000 + k);
    CHECK_EQ(fail_alloc.live, live);
}

int main(int argc, char **argv)
{
    static char line[16000];
    int printing = argc == 2 && strcmp(argv[1], "print") == 0;
    const char *shown = argc == 3 && strcmp(argv[1], "show") == 0 ? argv[2] : NULL;
    FILE *file = fopen("tests/golden/diagnosis.txt", "r");
    size_t kept = 0, all = 0;
    paper = fopen(check_path("report"), "wb+");
    if (!CHECK(printing || file != NULL) || !CHECK(paper != NULL)) return check_done();
    if (!shown) test_memory();
    for (size_t k = 0; k < 250; k++)
        for (size_t part = 0; part < WI_COUNT(parts); part++) {
            char title[40];
            if (k >= parts[part].count) continue;
            size_t length = (size_t)snprintf(title, sizeof title, "%s %zu", parts[part].name, k);
            all++;
            if (shown) {
                aloud = strcmp(shown, title) == 0;
                if (aloud) run_case(part, k, 0);
            } else if (printing) {
                for (int v = 0; v < VARIANTS; v++) run_case(part, k, v);
                fputs(title, stdout);
                kept += (size_t)print_case(stdout);
            } else {
                if (!CHECK(fgets(line, sizeof line, file) != NULL)) return check_done();
                if (!CHECK(strncmp(line, title, length) == 0 && line[length] == ' ')) return check_done();
                if (line[length + 1] == '-' || k % CHECK_SLOW_PART(4) != 0) continue;
                kept++;
                run_case(part, k, 0);
                if (!check_case(line + length)) printf("  of %s\n", title);
            }
        }
    fclose(paper);
    remove(check_path("report"));
    if (file) fclose(file);
    if (printing) fprintf(stderr, "%zu of %zu cases are on record\n", kept, all);
    else if (!shown) CHECK(kept > all / CHECK_SLOW_PART(4) / 10 * 9);
    return printing ? check_failed > 0 : check_done();
}
