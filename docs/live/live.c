/* live.c - what the figures of the pages ask of winit.h

   Compiled for WebAssembly by docs/live/live.mk, and for this machine by the tests, which compare the two. A
   page calls one function for each thing that it shows. Numbers are its arguments; a text (a network, an
   activation, a recipe) stands in live_text() before the call. Afterwards the results are doubles at
   live_results(), and sentences stand at live_said(), one a line. A function returns how many results there
   are, or minus a wi_status, and then live_said() is the reason. So all that a figure shows is computed here,
   by the library that the pages teach; JavaScript draws it.

   A network is a text of a line for each layer, its words apart by blanks; weights and bias may be left out:

       inputs 2                              or: image 1 8 8
       dense 16 tanh xavier_normal zeros
       batch_norm                            layer_norm, act relu, dropout 0.1, skip 3, scale 0, max_pool 2
       conv 8 3 relu he_normal

   "inputs data" and "image data" take the features of live_data()'s samples, "dense classes" has a
   unit for each of their classes.
*/
#ifndef LIVE_LINKED
#define WINIT_IMPLEMENTATION
#endif
#include "winit.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

#ifdef __wasm__
#define EXPORT(name) __attribute__((export_name(#name))) int name
#define VECTORISE _Pragma("clang loop vectorize(assume_safety)")   /* which -Oz leaves out */
#else
#define EXPORT(name) int name
#define VECTORISE
#endif

enum { TEXT_ROOM = 1 << 16, RESULT_ROOM = 1 << 16, SAID_ROOM = 4096, MOST_LAYERS = 168 };

static char   text[TEXT_ROOM], said[SAID_ROOM];
static double results[RESULT_ROOM];
static int    result_count;

/* A network with what is done to it. Two that are compared run in threads of their own. */
typedef struct machine {
    wi_net     net;
    wi_real   *drawn;    /* [param_count] the parameters as they were drawn, before any gain */
    wi_real   *before;   /* [param_count] the parameters some training steps ago */
    wi_real   *x, *y;    /* [max_batch][inputs] of N(0,1), [max_batch][outputs] one-hot: a batch to look at */
    double     gain;     /* what the weights are times those that were drawn */
    wi_trainer trainer;
    wi_train_desc plan;
    int        running;
} machine;

static machine  the_machine, *m = &the_machine;
static wi_data  data, test;    /* views of `all`: what to learn from, and what to try it on */
static wi_data  all;
static wi_real *bytes;         /* room for a file that the page hands over, or takes */
static size_t   byte_count;

/* ---- Texts and results ------------------------------------------------- */

static int begin(void)
{
    result_count = 0;
    said[0] = '\0';
    return 0;
}

static void put(double x)
{
    if (result_count < RESULT_ROOM) results[result_count++] = x;
}

static void say(const char *sentence)
{
    size_t used = strlen(said), length = strlen(sentence);
    if (used + length + 2 > SAID_ROOM) return;
    if (used) said[used++] = '\n';
    memcpy(said + used, sentence, length + 1);
}

static int failed(wi_status status, const char *why)
{
    said[0] = '\0';
    say(why && *why ? why : wi_status_text(status));
    return -(int)status;
}

/* Cut a line into at most `most` words, in place; returns how many there are. */
static int words(char *line, char **word, int most)
{
    int n = 0;
    for (char *p = line; *p && n < most;) {
        while (*p == ' ') *p++ = '\0';
        if (*p) word[n++] = p;
        while (*p && *p != ' ') p++;
    }
    return n;
}

/* Take the next line of a text, which is cut there; NULL behind the last. */
static char *next_line(char **rest)
{
    char *line = *rest, *end;
    if (!line || !*line) return NULL;
    end = strchr(line, '\n');
    if (end) *end = '\0';
    *rest = end ? end + 1 : NULL;
    return line;
}

static size_t size_of(const char *word)
{
    size_t n = 0;
    while (*word >= '0' && *word <= '9' && n < 1000000) n = 10 * n + (size_t)(*word++ - '0');
    return *word ? 0 : n;
}

/* A number as the header reads one, whatever the locale: the value of a constant recipe. NaN if it is
   none. */
static double number_of(const char *word)
{
    char recipe_text[48] = "constant:";
    wi_recipe recipe;
    if (strlen(word) > 32) return NAN;
    return wi_recipe_named(strcat(recipe_text, word), &recipe) == WI_OK ? recipe.a : NAN;
}

EXPORT(live_text)(void) { return (int)(intptr_t)text; }
EXPORT(live_results)(void) { return (int)(intptr_t)results; }
EXPORT(live_said)(void) { return (int)(intptr_t)said; }

/* Room for `size` bytes that the page writes next: a CSV or IDX file. One block at a time. */
EXPORT(live_room)(int size)
{
    free(bytes);
    byte_count = size > 0 ? (size_t)size : 0;
    bytes = (wi_real *)malloc(byte_count ? byte_count : 1);
    if (!bytes) byte_count = 0;
    return (int)(intptr_t)bytes;
}

/* ---- A formula of one's own -------------------------------------------- */

/* An activation typed as text, "=z * tanh(log(1 + exp(z)))", becomes steps for a stack of pairs (value, slope
   by z). The slope of every step is the chain rule's, so that f' needs no second formula. One formula is kept
   at a time.

       sum     = product { (+ | -) product }
       product = signed { (* | /) signed }
       signed  = - signed | power
       power   = atom [ ^ signed ]
       atom    = number | z | pi | ( sum ) | name ( sum [ , sum ] ) */
enum { MOST_STEPS = 96, LONGEST_FORMULA = 200 };
typedef enum operation {
    NUMBER, VARIABLE,
    ADD, SUBTRACT, MULTIPLY, DIVIDE, POWER, GREATER, LESSER,                      /* of two */
    NEGATE, EXP, LOG, SQRT, TANH, SIN, COS, ABS, ERF, SIGMOID, SOFTPLUS           /* of one */
} operation;
typedef struct pair { double value, slope; } pair;

static struct { operation what; double number; } steps[MOST_STEPS];
static int step_count;
static const char *place;    /* where the parser is */

static const struct { const char *name; operation what; int arguments; } formula_names[] = {
    {"max", GREATER, 2}, {"min", LESSER, 2}, {"exp", EXP, 1},         {"log", LOG, 1},
    {"sqrt", SQRT, 1},   {"tanh", TANH, 1},  {"sin", SIN, 1},         {"cos", COS, 1},
    {"abs", ABS, 1},     {"erf", ERF, 1},    {"sigmoid", SIGMOID, 1}, {"softplus", SOFTPLUS, 1}
};

static int step(operation what, double number)
{
    if (step_count == MOST_STEPS) return 0;
    steps[step_count].what = what;
    steps[step_count++].number = number;
    return 1;
}

/* The next character that is no blank is c: take it. */
static int take(char c)
{
    while (*place == ' ') place++;
    if (*place != c) return 0;
    place++;
    return 1;
}

static int read_sum(void);

static int read_number(void)
{
    char digits[24];
    int n = 0;
    while (n < 23 && ((*place >= '0' && *place <= '9') || *place == '.'
                      || (*place == 'e' && n > 0) || (*place == '-' && n > 0 && digits[n - 1] == 'e')))
        digits[n++] = *place++;
    digits[n] = '\0';
    double number = number_of(digits);
    return n > 0 && number == number && step(NUMBER, number);
}

static int read_atom(void)
{
    if (take('(')) return read_sum() && take(')');
    for (size_t k = 0; k < WI_COUNT(formula_names); k++) {
        size_t length = strlen(formula_names[k].name);
        if (strncmp(place, formula_names[k].name, length)) continue;
        place += length;
        if (!take('(') || !read_sum()) return 0;
        if (formula_names[k].arguments == 2 && !(take(',') && read_sum())) return 0;
        return take(')') && step(formula_names[k].what, 0);
    }
    if (!strncmp(place, "pi", 2)) {
        place += 2;
        return step(NUMBER, 3.14159265358979323846);
    }
    return take('z') ? step(VARIABLE, 0) : read_number();
}

static int read_signed(void)
{
    if (take('-')) return read_signed() && step(NEGATE, 0);
    if (!read_atom()) return 0;
    return take('^') ? read_signed() && step(POWER, 0) : 1;
}

static int read_product(void)
{
    if (!read_signed()) return 0;
    for (;;) {
        operation what = take('*') ? MULTIPLY : take('/') ? DIVIDE : NUMBER;
        if (what == NUMBER) return 1;
        if (!read_signed() || !step(what, 0)) return 0;
    }
}

static int read_sum(void)
{
    if (!read_product()) return 0;
    for (;;) {
        operation what = take('+') ? ADD : take('-') ? SUBTRACT : NUMBER;
        if (what == NUMBER) return 1;
        if (!read_product() || !step(what, 0)) return 0;
    }
}

/* f(a) and f'(a) a'. */
static pair of_one(operation what, pair a)
{
    pair r = {0, 0};
    double x = a.value;
    switch (what) {
    case NEGATE:   r.value = -x, r.slope = -1; break;
    case EXP:      r.value = r.slope = exp(x); break;
    case LOG:      r.value = log(x), r.slope = 1 / x; break;
    case SQRT:     r.value = sqrt(x), r.slope = 0.5 / r.value; break;
    case TANH:     r.value = tanh(x), r.slope = 1 - r.value * r.value; break;
    case SIN:      r.value = sin(x), r.slope = cos(x); break;
    case COS:      r.value = cos(x), r.slope = -sin(x); break;
    case ABS:      r.value = fabs(x), r.slope = x > 0 ? 1 : x < 0 ? -1 : 0; break;
    case ERF:      r.value = erf(x), r.slope = 1.12837916709551257390 * exp(-x * x); break;
    case SIGMOID:  r.value = 1 / (1 + exp(-x)), r.slope = r.value * (1 - r.value); break;
    default:       r.value = x > 30 ? x : log1p(exp(x)), r.slope = 1 / (1 + exp(-x)); break;
    }
    r.slope *= a.slope;
    return r;
}

static pair of_two(operation what, pair a, pair b)
{
    pair r = {0, 0};
    switch (what) {
    case ADD:      r.value = a.value + b.value, r.slope = a.slope + b.slope; break;
    case SUBTRACT: r.value = a.value - b.value, r.slope = a.slope - b.slope; break;
    case MULTIPLY: r.value = a.value * b.value, r.slope = a.slope * b.value + a.value * b.slope; break;
    case DIVIDE:   r.value = a.value / b.value, r.slope = (a.slope - r.value * b.slope) / b.value; break;
    case GREATER:  r = a.value > b.value ? a : b; break;
    case LESSER:   r = a.value < b.value ? a : b; break;
    default:
        r.value = pow(a.value, b.value);
        if (a.slope != 0) r.slope = b.value * pow(a.value, b.value - 1) * a.slope;
        if (b.slope != 0) r.slope += r.value * log(a.value) * b.slope;
        break;
    }
    return r;
}

static pair formula_at(double z)
{
    pair stack[MOST_STEPS];
    int top = 0;
    for (int k = 0; k < step_count; k++) {
        operation what = steps[k].what;
        if (what == NUMBER) stack[top].slope = 0, stack[top++].value = steps[k].number;
        else if (what == VARIABLE) stack[top].slope = 1, stack[top++].value = z;
        else if (what <= LESSER) top--, stack[top - 1] = of_two(what, stack[top - 1], stack[top]);
        else stack[top - 1] = of_one(what, stack[top - 1]);
    }
    return stack[0];
}

static double formula_value(double z, double param) { return (void)param, formula_at(z).value; }
static double formula_slope(double z, double param) { return (void)param, formula_at(z).slope; }

/* An activation by its name, or a formula behind an equals sign. */
static wi_status act_of(const char *name, wi_act *act)
{
    if (*name != '=') return wi_act_named(name, act);
    place = name + 1;
    step_count = 0;
    if (strlen(name) > LONGEST_FORMULA || !read_sum() || (take(' '), *place)) {
        step_count = 0;
        return WI_ERR_FORMAT;
    }
    *act = wi_linear();
    act->kind = WI_ACT_CUSTOM;
    act->name = "f(z)";
    act->f = formula_value;
    act->df = formula_slope;
    return WI_OK;
}

/* ---- A network from text ----------------------------------------------- */

static wi_status read_layer(char *line, wi_layer_desc *d)
{
    char *word[6];
    int n = words(line, word, 6);
    wi_status status = WI_OK;

    if (n >= 2 && !strcmp(word[0], "dense")) {
        *d = wi_layer_dense(strcmp(word[1], "classes") ? size_of(word[1]) : data.y.cols, wi_linear());
        if (n > 2) status = wi_act_named(word[2], &d->act);
        if (n > 3 && status == WI_OK) status = wi_recipe_named(word[3], &d->weights);
        if (n > 4 && status == WI_OK) status = wi_recipe_named(word[4], &d->bias);
    } else if (n >= 3 && !strcmp(word[0], "conv")) {
        *d = wi_layer_conv2d(size_of(word[1]), size_of(word[2]), wi_linear());
        if (n > 3) status = wi_act_named(word[3], &d->act);
        if (n > 4 && status == WI_OK) status = wi_recipe_named(word[4], &d->weights);
    } else if (n == 2 && !strcmp(word[0], "act")) {
        *d = wi_layer_act(wi_linear());
        status = wi_act_named(word[1], &d->act);
    } else if (n == 1 && !strcmp(word[0], "batch_norm")) {
        *d = wi_layer_batch_norm();
    } else if (n == 1 && !strcmp(word[0], "layer_norm")) {
        *d = wi_layer_layer_norm();
    } else if (n == 2 && !strcmp(word[0], "dropout")) {
        *d = wi_layer_dropout(number_of(word[1]));
    } else if (n == 2 && !strcmp(word[0], "skip")) {
        *d = wi_layer_skip(size_of(word[1]));
    } else if (n == 2 && !strcmp(word[0], "scale")) {
        *d = wi_layer_scale(number_of(word[1]));
    } else if (n == 2 && !strcmp(word[0], "max_pool")) {
        *d = wi_layer_max_pool(size_of(word[1]));
    } else {
        return WI_ERR_FORMAT;
    }
    return status;
}

static void forget(machine *a)
{
    if (a->running) wi_trainer_destroy(&a->trainer);
    if (a->net.layers) wi_net_destroy(&a->net);
    free(a->drawn);
    free(a->before);
    free(a->x);
    free(a->y);
    memset(a, 0, sizeof *a);
}

static wi_real *reals(size_t n)
{
    return (wi_real *)malloc((n ? n : 1) * sizeof(wi_real));
}

/* Inputs of N(0,1), and a class for each: every figure that needs a batch looks at this one. */
static void fill_batch(machine *a)
{
    size_t rows = a->net.max_batch, outputs = a->net.outputs;
    wi_rng rng = wi_rng_make(3);

    (void)wi_fill(a->x, wi_dense(a->net.inputs, rows), wi_normal(0.0, 1.0), &rng);
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < outputs; j++) a->y[i * outputs + j] = (wi_real)(i % outputs == j);
}

/* Make the network that the text describes, for batches of at most so many samples. */
EXPORT(live_net)(int batch, unsigned seed)
{
    wi_layer_desc layers[MOST_LAYERS];
    wi_net_desc desc;
    wi_error error;
    machine made;
    char *rest = text, *word[5], *line = next_line(&rest);
    int n = line ? words(line, word, 5) : 0;

    begin();
    memset(&desc, 0, sizeof desc);
    memset(&made, 0, sizeof made);
    if (n == 2 && !strcmp(word[0], "inputs")) {
        desc.inputs = strcmp(word[1], "data") ? size_of(word[1]) : data.x.cols;
    } else if (n == 2 && !strcmp(word[0], "image")) {
        desc.channels = 1;
        while (desc.width * desc.width < data.x.cols) desc.width++;
        desc.height = desc.width;
        if (desc.width < 2 || desc.width * desc.width != data.x.cols)
            return failed(WI_ERR_SHAPE, "convolutions want square images: choose the digits");
    } else if (n == 4 && !strcmp(word[0], "image")) {
        desc.channels = size_of(word[1]), desc.height = size_of(word[2]), desc.width = size_of(word[3]);
    } else {
        return failed(WI_ERR_FORMAT, "a network begins with a line like: inputs 2");
    }
    desc.layers = layers;
    desc.max_batch = batch > 0 ? (size_t)batch : 32;
    desc.seed = seed;
    while ((line = next_line(&rest)) != NULL) {
        if (desc.layer_count == MOST_LAYERS) return failed(WI_ERR_SHAPE, "too many layers");
        if (read_layer(line, layers + desc.layer_count++) != WI_OK) return failed(WI_ERR_FORMAT, line);
    }
    wi_status status = wi_net_create(&made.net, &desc, &error);
    if (status != WI_OK) return failed(status, error.text);
    made.drawn = reals(made.net.param_count);
    made.before = reals(made.net.param_count);
    made.x = reals(made.net.max_batch * made.net.inputs);
    made.y = reals(made.net.max_batch * made.net.outputs);
    if (!made.drawn || !made.before || !made.x || !made.y) {
        forget(&made);
        return failed(WI_ERR_MEMORY, NULL);
    }
    memcpy(made.drawn, made.net.params, made.net.param_count * sizeof *made.drawn);
    fill_batch(&made);
    forget(m);
    *m = made;
    put((double)m->net.param_count);
    put((double)m->net.memory);
    return result_count;
}

/* Draw the same network's weights from another seed. */
EXPORT(live_draw)(unsigned seed)
{
    begin();
    if (!m->net.layers) return failed(WI_ERR_ARG, "there is no network yet");
    wi_status status = wi_net_init(&m->net, seed);
    if (status != WI_OK) return failed(status, m->net.error.text);
    memcpy(m->drawn, m->net.params, m->net.param_count * sizeof *m->drawn);
    return 0;
}

static int weighs(const wi_layer *layer)
{
    return layer->desc.kind == WI_LAYER_DENSE || layer->desc.kind == WI_LAYER_CONV2D;
}

/* The last layer with weights: what the loss reads. */
static size_t last_weights(void)
{
    size_t last = 0;
    for (size_t l = 0; l < m->net.layer_count; l++) if (weighs(m->net.layers + l)) last = l;
    return last;
}

/* Multiply the weights of dense and convolution layers, as drawn, by a gain; the last of them keeps its own,
   since it is what the loss reads. Drawing ten layers anew takes longer than looking at them, and a dragged
   slider need not wait. */
static void scale_weights(double gain)
{
    size_t last = last_weights();
    m->gain = gain;
    for (size_t l = 0; l < m->net.layer_count; l++) {
        wi_layer *layer = m->net.layers + l;
        size_t count = layer->w.rows * layer->w.cols;
        const wi_real *drawn = m->drawn + layer->param_first;
        wi_real factor = (wi_real)(l == last ? 1.0 : gain), *w = layer->w.data;
        if (!weighs(layer)) continue;
        VECTORISE
        for (size_t i = 0; i < count; i++) w[i] = drawn[i] * factor;
    }
}

/* The hash (FNV-1a) of all parameters: equal in the page and in a terminal. */
EXPORT(live_hash)(void)
{
    const unsigned char *p = (const unsigned char *)m->net.params;
    uint32_t hash = 2166136261u;
    begin();
    for (size_t i = 0; i < m->net.param_count * sizeof(wi_real); i++) hash = (hash ^ p[i]) * 16777619u;
    put((double)hash);
    return result_count;
}

/* ---- Ten layers: forward, backward, theory ----------------------------- */

static void put_histogram(const wi_real *x, size_t n, double lo, double hi)
{
    wi_histogram h = wi_histogram_of(x, n, lo, hi);
    put(lo);
    put(hi);
    for (size_t k = 0; k < WI_BINS; k++) put((double)h.bin[k]);
}

/* Share of pre-activations where the slope is under a twentieth of 1, the greatest slope of most
   activations. */
static double flat_share(const wi_layer *layer, size_t values)
{
    wi_act act = layer->desc.act;
    size_t flat = 0;
    if (act.kind == WI_ACT_LINEAR) return 0.0;
    double greatest = act.kind == WI_ACT_SIGMOID ? 0.25 : 1.0;
    for (size_t i = 0; i < values; i += 7)
        flat += fabs(wi_act_slope(act, (double)layer->pre.data[i])) < 0.05 * greatest;
    return (double)flat / (double)((values + 6) / 7);
}

/* A dense layer whose weights have mean 0: its deviation; 0 for another. */
static double centred_std(const wi_layer *layer, double gain)
{
    wi_recipe recipe = wi_gained(layer->desc.weights, gain);
    int centred = recipe.fan != WI_FAN_NONE || recipe.scheme == WI_SCHEME_ORTHOGONAL
               || (recipe.scheme == WI_SCHEME_NORMAL && recipe.a == 0.0);
    if (layer->desc.kind != WI_LAYER_DENSE || layer->desc.bias.scheme != WI_SCHEME_CONSTANT) return 0.0;
    return centred ? wi_recipe_std(recipe, layer->shape) : 0.0;
}

/* Theory for dense layers with random weights of mean 0, scales and skips: q and the gradient alone, in a
   twentieth of the time that wi_net_theory() takes, which follows correlations as well. Returns 0 where there
   is more to it.

       dense   q = n Var(w) E x^2 + b^2      back: n' Var(w)
       scale   q = alpha^2 E x^2             back: alpha^2
       skip    q = E x^2 + E s^2 + 2 Ex Es   back: 1, to both */
static int short_theory(double gain, wi_signal *expected)
{
    static double mean[MOST_LAYERS + 1], second[MOST_LAYERS + 1];   /* of what enters a layer */
    size_t count = m->net.layer_count;

    mean[0] = 0.0;
    second[0] = 1.0;
    for (size_t l = 0; l < count; l++) {
        const wi_layer *layer = m->net.layers + l;
        size_t from = layer->desc.kind == WI_LAYER_SKIP ? l + 1 - layer->desc.span : l;
        double std = centred_std(layer, l + 1 < count ? gain : 1.0), alpha = layer->desc.weights.a, z = 0.0;
        double bias = std > 0.0 ? layer->desc.bias.a : 0.0;
        wi_signal *s = expected + l;
        s->chi = 1.0;
        if (std > 0.0) {
            s->q = (double)layer->inputs * std * std * second[l] + bias * bias;
            s->chi = (double)layer->outputs * std * std;
        } else if (layer->desc.kind == WI_LAYER_SCALE) {
            s->q = alpha * alpha * second[l];
            s->chi = alpha * alpha;
            z = alpha * mean[l];
        } else if (layer->desc.kind == WI_LAYER_SKIP) {
            s->q = second[l] + second[from] + 2.0 * mean[l] * mean[from];
            z = mean[l] + mean[from];
        } else {
            return 0;
        }
        wi_moments moments = wi_act_moments(layer->desc.act, bias, sqrt(fmax(s->q - bias * bias, 0.0)));
        mean[l + 1] = std > 0.0 ? moments.mean : z;
        second[l + 1] = s->act_second = moments.second;
        s->slope = moments.slope_second;
        s->backward = 0.0;
    }
    expected[count - 1].backward = 1.0;
    for (size_t l = count; l-- > 0;) {
        const wi_layer *layer = m->net.layers + l;
        if (l + 1 < count) expected[l].backward *= expected[l].slope;
        double back = expected[l].backward * expected[l].chi;
        if (l > 0) expected[l - 1].backward += back;
        if (layer->desc.kind == WI_LAYER_SKIP && layer->desc.span <= l)
            expected[l - layer->desc.span].backward += back;
    }
    return 1;
}

/* What theory says with every recipe but the last times the gain. Equal weights add up to sums so large that
   an activation is a step to them, and integrals over it take some 50 ms: without patience, NaN. */
static void theory(double gain, int patient, wi_signal *expected)
{
    wi_recipe kept[MOST_LAYERS];
    int equal = 0;
    if (short_theory(gain, expected)) return;
    for (size_t l = 0; l < m->net.layer_count; l++) {
        const wi_layer *layer = m->net.layers + l;
        const wi_recipe *recipe = &layer->desc.weights;
        equal |= weighs(layer) && recipe->scheme == WI_SCHEME_CONSTANT && recipe->a != 0;
        expected[l].act_second = expected[l].backward = NAN;
    }
    if (equal && !patient) return;
    size_t last = last_weights();
    for (size_t l = 0; l < m->net.layer_count; l++) {
        wi_layer *layer = m->net.layers + l;
        kept[l] = layer->desc.weights;
        if (weighs(layer) && l != last) layer->desc.weights = wi_gained(kept[l], gain);
    }
    (void)wi_net_theory(&m->net, 1.0, expected);
    for (size_t l = 0; l < m->net.layer_count; l++) m->net.layers[l].desc.weights = kept[l];
}

/* Where the signal of weight layer l ends: just before the next one, behind norms, activations and skips. */
static size_t block_end(size_t l)
{
    size_t end = l + 1;
    while (end < m->net.layer_count && !weighs(m->net.layers + end)) end++;
    return end - 1;
}

/* The branches' factor in a network with scale layers. */
static void scale_branches(double alpha)
{
    for (size_t l = 0; l < m->net.layer_count; l++) {
        wi_layer *layer = m->net.layers + l;
        if (layer->desc.kind != WI_LAYER_SCALE) continue;
        layer->desc.weights = wi_constant(alpha);
        layer->w.data[0] = m->drawn[layer->param_first] = (wi_real)alpha;
    }
}

/* Every hidden unit's bias, where the network's are all the same. */
static void set_biases(double bias)
{
    size_t last = last_weights();
    for (size_t l = 0; l < last; l++) {
        wi_layer *layer = m->net.layers + l;
        if (!weighs(layer) || layer->desc.bias.scheme != WI_SCHEME_CONSTANT) continue;
        layer->desc.bias = wi_constant(bias);
        for (size_t j = 0; j < layer->b.rows * layer->b.cols; j++) layer->b.data[j] = (wi_real)bias;
    }
}

/* How many samples a look takes: all, but of wide layers only as many as make 3,072 outputs, a hundred for
   each bar of a histogram. */
static size_t look_rows(void)
{
    size_t widest = 1, rows;
    for (size_t l = 0; l < m->net.layer_count; l++)
        if (m->net.layers[l].outputs > widest) widest = m->net.layers[l].outputs;
    rows = 3072 / widest;
    if (rows < 12) rows = 12;
    return rows < m->net.max_batch ? rows : m->net.max_batch;
}

/* Nothing but dense layers? */
static int plain_stack(void)
{
    size_t l = 0;
    while (l < m->net.layer_count && m->net.layers[l].desc.kind == WI_LAYER_DENSE) l++;
    return l == m->net.layer_count;
}

/* From dy, the gradient in the outputs, back through all layers; `dpre` of each is what a look shows. In a
   stack of dense layers that is half of what wi_net_backward() does: dpre = dpost f'(pre), dx = dpre W. Its
   other half are the gradients in the weights, which nobody sees here. */
static wi_status backward(wi_mat x, wi_mat dy)
{
    wi_net *net = &m->net;
    if (!plain_stack()) {
        wi_net_zero_grads(net);
        return wi_net_backward(net, x, dy);
    }
    for (size_t l = net->layer_count; l-- > 0;) {
        const wi_layer *layer = net->layers + l;
        wi_mat dpre = wi_mat_rows(layer->dpre, 0, x.rows);
        if (layer->desc.act.kind != WI_ACT_LINEAR)
            wi_act_backward(layer->desc.act, dpre.data, layer->dpost.data, layer->pre.data,
                            x.rows * layer->outputs);
        if (l > 0) (void)wi_mat_mul(wi_mat_rows(net->layers[l - 1].dpost, 0, x.rows), dpre, layer->w);
    }
    return WI_OK;
}

/* Run the batch through the network with its weights times a gain, its branches times alpha and the bias of
   hidden units, forward and backward from the cross-entropy of classes drawn at random. For each weight layer
   71 results: rms of the outputs and rms by theory; rms of the gradient and the same by theory, both as
   multiples of the last layer's; flat share, share of zeros, mean; then lo, hi and WI_BINS counts of the
   outputs, and the same of the gradients. Theory is NaN where it takes long and the page is not patient, as
   while a hand drags. */
EXPORT(live_look)(double gain, double alpha, double bias, int patient)
{
    static wi_signal expected[MOST_LAYERS];
    begin();
    if (!m->net.layers) return failed(WI_ERR_ARG, "there is no network yet");
    wi_net *net = &m->net;
    size_t rows = look_rows();
    wi_mat x = wi_mat_view(m->x, rows, net->inputs), target = wi_mat_view(m->y, rows, net->outputs), y;
    wi_mat dy = wi_mat_rows(net->layers[net->layer_count - 1].dpost, 0, rows);
    double loss = 0;

    scale_branches(alpha);
    scale_weights(gain);
    set_biases(bias);
    theory(gain, patient, expected);
    wi_status status = wi_net_forward(net, x, WI_TRAIN, &y);
    if (status == WI_OK) status = wi_loss_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, y, target, &dy, &loss);
    if (status == WI_OK) status = backward(x, dy);
    if (status != WI_OK) return failed(status, net->error.text);
    size_t last = last_weights();
    double last_rms = wi_stats_of(net->layers[last].dpre.data, rows * net->layers[last].outputs).rms;
    for (size_t l = 0; l < net->layer_count; l++) {
        wi_layer *layer = net->layers + l, *end = net->layers + block_end(l);
        size_t values = rows * end->outputs, units = rows * layer->outputs;
        if (!weighs(layer)) continue;
        wi_stats s = wi_stats_of(end->post.data, values), g = wi_stats_of(layer->dpre.data, units);
        double reach = fmax(4.0 * s.rms, 1e-30), back = fmax(4.0 * g.rms, 1e-30);
        int bounded = end->desc.act.kind == WI_ACT_TANH || end->desc.act.kind == WI_ACT_SOFTSIGN;
        int positive = end->desc.act.kind == WI_ACT_RELU || end->desc.act.kind == WI_ACT_SOFTPLUS;
        put(s.rms);
        put(sqrt(expected[block_end(l)].act_second));
        put(last_rms > 0 ? g.rms / last_rms : 0.0);
        put(sqrt(expected[l].backward / expected[last].backward));
        put(flat_share(end, values));
        put(s.zeros);
        put(s.mean);
        if (bounded) put_histogram(end->post.data, values, -1.0, 1.0);
        else if (end->desc.act.kind == WI_ACT_SIGMOID) put_histogram(end->post.data, values, 0.0, 1.0);
        else put_histogram(end->post.data, values, positive ? 0.0 : -reach, reach);
        put_histogram(layer->dpre.data, units, -back, back);
    }
    return result_count;
}

/* Where the units of hidden layer `hidden` sit on their curve, after live_look(). Results: 61 triples z, f(z)
   and f'(z) over [-6, 6]; then lo, hi and WI_BINS counts of their pre-activations there. */
EXPORT(live_curve)(int hidden)
{
    enum { POINTS = 61 };
    size_t l = 0, last = last_weights();
    begin();
    for (; l < last; l++) if (weighs(m->net.layers + l) && --hidden <= 0) break;
    if (l == last) return failed(WI_ERR_ARG, "there is no such hidden layer");
    const wi_layer *end = m->net.layers + block_end(l);
    for (int i = 0; i < POINTS; i++) {
        double z = 12.0 * i / (POINTS - 1) - 6.0;
        put(z);
        put(wi_act_value(end->desc.act, z));
        put(wi_act_slope(end->desc.act, z));
    }
    put_histogram(end->pre.data, look_rows() * end->outputs, -6.0, 6.0);
    return result_count;
}

/* Do the layer's weights follow the recipe that its activation asks for? */
static int follows_own_recipe(const wi_layer *layer)
{
    char own[160], drawn[160];
    if (!weighs(layer) || m->gain != 1.0) return 0;
    wi_recipe_text(wi_recipe_for(layer->desc.act), own, sizeof own);
    return !strcmp(wi_recipe_text(layer->desc.weights, drawn, sizeof drawn), own);
}

/* The factor of the weights with which the first layer's activation keeps the size of a signal of N(0,1); NaN
   where more than that decides. */
static double keeping_gain(void)
{
    const wi_layer *first = m->net.layers;
    if (!plain_stack()) return NAN;
    double std = centred_std(first, 1.0) * sqrt((double)first->inputs);
    return std > 0 ? wi_gain(first->desc.act) / std : NAN;
}

/* The diagnosis of the network as it is, after live_look(): 1 if it should train, the verdict's number, the
   layer, the factor of the weights that keeps the signal's size; said: the verdict's name, the evidence, the
   remedy. */
EXPORT(live_judge)(void)
{
    static wi_probe probe[MOST_LAYERS];
    begin();
    if (!m->net.layers) return failed(WI_ERR_ARG, "there is no network yet");
    wi_net *net = &m->net;
    wi_mat x = wi_mat_view(m->x, net->max_batch, net->inputs);
    wi_mat target = wi_mat_view(m->y, net->max_batch, net->outputs);
    wi_status status = wi_net_probe_parts(net, x, target, WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                                          WI_PROBE_FLAT | WI_PROBE_ALIKE | WI_PROBE_COPIES, probe);
    if (status != WI_OK) return failed(status, net->error.text);
    wi_diagnosis d = wi_diagnose(probe, net->layer_count);
    put(d.trains);
    put(d.verdict);
    put((double)d.layer + 1);
    put(keeping_gain());
    say(wi_verdict_name(d.verdict));
    say(d.evidence);
    const char *at = d.remedy, *wanted = " for the weights of ";
    while (*at && strncmp(at, wanted, strlen(wanted))) at++;    /* strstr() takes 2 KB */
    say(*at && follows_own_recipe(net->layers + d.layer)
        ? "these weights are the activation's own: take fewer layers, a norm, skips, or another activation"
        : d.remedy);
    return result_count;
}

/* ---- The map q -> q' --------------------------------------------------- */

static int activation(wi_act *act)
{
    char where[64] = "your formula is not understood at its end";
    begin();
    if (act_of(text, act) == WI_OK) return 1;
    if (*text != '=')
        return failed(WI_ERR_FORMAT, "an activation is wanted: tanh, relu, leaky_relu:0.1, ...");
    if (*place) strncpy(strcpy(where, "your formula is not understood at: ") + 35, place, 20);
    return failed(WI_ERR_FORMAT, where);
}

/* The mean square of an activation's outputs from one layer to the next, q' = E f(sqrt(k q) z)^2, and the
   growth of the gradient beside it: k_back is fan-out times Var(w). Results: fixed q (infinite, 0), slope and
   chi there; then 121 points (q, q') over [0, reach]; then steps + 1 pairs (q_l, gradient's mean square of l
   layers back). */
EXPORT(live_map)(double k, double k_back, double q0, double reach, int steps)
{
    enum { POINTS = 121 };
    wi_act act;
    int ok = activation(&act);
    if (ok <= 0) return ok;
    wi_signal fixed = wi_signal_fixed_point(act, k, 0.0);
    put(fixed.act_second);
    put(fixed.slope);
    put(fixed.chi * (k > 0 ? k_back / k : 0.0));
    for (int i = 0; i < POINTS; i++) {
        double q = reach * i / (POINTS - 1);
        put(q);
        put(wi_act_moments(act, 0.0, sqrt(k * q)).second);
    }
    double q = q0, back = 1.0;
    for (int l = 0; l <= steps; l++) {
        put(q);
        put(back);
        wi_moments next = wi_act_moments(act, 0.0, sqrt(k * q));
        q = next.second;
        back *= k_back * next.slope_second;
    }
    return result_count;
}

/* What an activation's gains are: forward, backward, PyTorch's; critical Var(w) fan-in without bias, and its
   q. */
EXPORT(live_gains)(void)
{
    double critical = NAN, q = NAN;
    wi_act act;
    int ok = activation(&act);
    if (ok <= 0) return ok;
    if (wi_critical(act, 0.0, &critical, &q) != WI_OK) critical = q = NAN;
    put(wi_gain(act));
    put(wi_gain_backward(act));
    put(wi_gain_pytorch(act));
    put(critical);
    put(q);
    return result_count;
}

/* ---- The plane of sigma_w and sigma_b ---------------------------------- */

/* A row of the plane: at sigma_b, `points` values of sigma_w over (0, reach]: chi and the depth that
   trains. */
EXPORT(live_plane)(double sigma_b, double reach, int points)
{
    wi_act act;
    int ok = activation(&act);
    if (ok <= 0) return ok;
    for (int i = 0; i < points; i++) {
        double sigma_w = reach * (i + 0.5) / points;
        wi_signal fixed = wi_signal_fixed_point(act, sigma_w * sigma_w, sigma_b * sigma_b);
        put(fixed.chi);
        put(wi_trainable_depth(fixed));
    }
    return result_count;
}

/* One point of the plane. Results: q*, c*, chi, depth scale of c, depth that trains, the critical sigma_w for
   this sigma_b, which takes ten times as long as all else and is NaN without patience; then for each of
   `depth` layers q and the correlation of two inputs that begin with correlation c. */
EXPORT(live_point)(double sigma_w, double sigma_b, double c, int depth, int patient)
{
    double critical = NAN, q;
    wi_act act;
    int ok = activation(&act);
    if (ok <= 0) return ok;
    wi_signal fixed = wi_signal_fixed_point(act, sigma_w * sigma_w, sigma_b * sigma_b), at;
    put(fixed.q);
    put(fixed.correlation);
    put(fixed.chi);
    put(fixed.depth_scale);
    put(wi_trainable_depth(fixed));
    if (patient && wi_critical(act, sigma_b * sigma_b, &critical, &q) != WI_OK) critical = NAN;
    put(sqrt(critical));
    memset(&at, 0, sizeof at);
    at.q = 1.0;
    at.correlation = c;
    for (int l = 0; l < depth; l++) {
        put(at.q);
        put(at.correlation);
        at = wi_signal_step(act, sigma_w * sigma_w, sigma_b * sigma_b, at);
    }
    return result_count;
}

/* ---- A circle through many matrices ------------------------------------ */

/* Lengths and angle of two vectors as the plane sees them: u on the first axis, v where its angle to u puts
   it. */
static void put_plane(const wi_real *u, const wi_real *v, size_t n)
{
    double uu = 0, uv = 0, vv = 0;
    for (size_t i = 0; i < n; i++) {
        uu += (double)u[i] * (double)u[i];
        uv += (double)u[i] * (double)v[i];
        vv += (double)v[i] * (double)v[i];
    }
    double length = sqrt(uu), along = length > 0 ? uv / length : 0.0;
    put(length);
    put(along);
    put(sqrt(fmax(vv - along * along, 0.0)));
}

/* Send a circle through `depth` square matrices of width n, each drawn by the recipe in the text times a
   gain. For each depth from 0: the images of the circle's two axes in a plane (3 results: u = (a, 0), v = (b,
   c)), and all n singular values of the product so far. */
EXPORT(live_circle)(int n, int depth, double gain, unsigned seed)
{
    enum { MOST = 48 };
    static wi_real w[MOST * MOST], product[2][MOST * MOST], axes[2][MOST], image[MOST];
    double values[MOST];
    wi_recipe recipe;
    size_t size = (size_t)n;

    begin();
    if (n < 2 || n > MOST) return failed(WI_ERR_SHAPE, "a width from 2 to 48 is wanted");
    if (wi_recipe_named(text, &recipe) != WI_OK)
        return failed(WI_ERR_FORMAT, "a recipe of the header is wanted");
    memset(axes, 0, sizeof axes);
    axes[0][0] = axes[1][1] = 1;
    for (size_t i = 0; i < size * size; i++) product[0][i] = (wi_real)(i % (size + 1) == 0);
    for (int l = 0; l <= depth; l++) {
        wi_mat before = wi_mat_view(product[l % 2], size, size);
        wi_mat after = wi_mat_view(product[1 - l % 2], size, size);
        wi_mat layer = wi_mat_view(w, size, size);
        wi_rng rng = wi_rng_split(wi_rng_make(seed), (uint64_t)l);

        put_plane(axes[0], axes[1], size);
        wi_status status = wi_mat_svd_values(before, values);
        if (status != WI_OK) return failed(status, NULL);
        for (size_t i = 0; i < size; i++) put(values[i]);
        status = wi_fill(w, wi_dense(size, size), wi_gained(recipe, gain), &rng);
        if (status != WI_OK) return failed(status, NULL);
        (void)wi_mat_mul(after, layer, before);
        for (int k = 0; k < 2; k++) {
            (void)wi_mat_mul(wi_mat_view(image, size, 1), layer, wi_mat_view(axes[k], size, 1));
            memcpy(axes[k], image, size * sizeof *image);
        }
    }
    return result_count;
}

/* ---- The law of a sum, the fans of a shape, a recipe in numbers -------- */

/* 2,000 sums of `terms` products w x, with w by the recipe in the text for that fan-in and x either N(0,1)
   (0), U[0,1) (1) or 0 and 1 by chance (2). Results: std, kurtosis, theory's std; lo, hi, counts; the normal
   law's counts. */
EXPORT(live_sum)(int terms, int inputs, unsigned seed)
{
    enum { SUMS = 2000, MOST = 512 };
    static wi_real w[MOST], sum[SUMS];
    wi_recipe recipe;
    wi_rng rng = wi_rng_make(seed);

    begin();
    if (terms < 1 || terms > MOST) return failed(WI_ERR_SHAPE, "1 to 512 terms are wanted");
    if (wi_recipe_named(text, &recipe) != WI_OK)
        return failed(WI_ERR_FORMAT, "a recipe of the header is wanted");
    for (size_t i = 0; i < SUMS; i++) {
        double s = 0;
        wi_status status = wi_fill(w, wi_dense((size_t)terms, 1), recipe, &rng);
        if (status != WI_OK) return failed(status, NULL);
        for (int k = 0; k < terms; k++) {
            double u = inputs == 0 ? wi_rng_normal(&rng) : wi_rng_uniform(&rng);
            s += (double)w[k] * (inputs == 2 ? (double)(u < 0.5) : u);
        }
        sum[i] = (wi_real)s;
    }
    wi_stats s = wi_stats_of(sum, SUMS);
    double second = inputs == 0 ? 1.0 : inputs == 1 ? 1.0 / 3.0 : 0.5;
    double std = wi_recipe_std(recipe, wi_dense((size_t)terms, 1)) * sqrt(terms * second), reach = 4.0 * std;
    put(s.std);
    put(s.kurtosis);
    put(std);
    put_histogram(sum, SUMS, -reach, reach);
    for (int k = 0; k < WI_BINS; k++) {
        double z = 8.0 * (k + 0.5) / WI_BINS - 4.0;
        put(SUMS * 8.0 / WI_BINS * exp(-z * z / 2.0) / sqrt(2.0 * 3.14159265358979323846));
    }
    return result_count;
}

/* A shape and what recipes make of it. Text: activation, recipe ("" for the activation's own) on two lines. A
   dense layer has kernel 1. Results: fan-in, fan-out, std of the recipe, bound of its uniform form, std of 1
   fill, gain of the activation, n Var(w), and q' of a signal of 1. Said: the recipe as a call, the fans in
   words. */
EXPORT(live_calculate)(int in, int out, int kernel_h, int kernel_w, int groups, unsigned seed)
{
    char words_of[160], *rest = text, *act_name = next_line(&rest), *recipe_name = next_line(&rest);
    double fan_in, fan_out;
    wi_recipe recipe;
    wi_act act;

    begin();
    if (!act_name || wi_act_named(act_name, &act) != WI_OK)
        return failed(WI_ERR_FORMAT, "this is no activation of the header");
    recipe = wi_recipe_for(act);
    if (recipe_name && *recipe_name && wi_recipe_named(recipe_name, &recipe) != WI_OK)
        return failed(WI_ERR_FORMAT, "this is no recipe of the header");
    if (in < 1 || out < 1 || kernel_h < 1 || kernel_w < 1 || groups < 1)
        return failed(WI_ERR_SHAPE, "sizes are whole numbers from 1");
    wi_shape shape = wi_conv2d((size_t)in, (size_t)out, (size_t)kernel_h, (size_t)kernel_w);
    shape = wi_grouped(shape, (size_t)groups);
    size_t count = wi_shape_count(shape);
    if (count == 0) return failed(WI_ERR_SHAPE, "groups must divide both channels");
    if (count > 1u << 24) return failed(WI_ERR_SHAPE, "that many weights are too many for this page");
    wi_shape_fans(shape, &fan_in, &fan_out);
    wi_real *w = reals(count);
    wi_rng rng = wi_rng_make(seed);
    if (!w) return failed(WI_ERR_MEMORY, NULL);
    wi_status status = wi_fill(w, shape, recipe, &rng);
    wi_stats s = wi_stats_of(w, count);
    free(w);
    if (status != WI_OK) return failed(status, NULL);
    double std = wi_recipe_std(recipe, shape);
    put(fan_in);
    put(fan_out);
    put(std);
    put(std * sqrt(3.0));
    put(s.std);
    put(wi_gain(act));
    put(fan_in * std * std);
    put(wi_act_moments(act, 0.0, sqrt(fan_in * std * std)).second);
    put(s.min);
    put(s.max);
    say(wi_recipe_text(recipe, words_of, sizeof words_of));
    say(wi_fans_text(shape, words_of, sizeof words_of));
    return result_count;
}

/* ---- Data -------------------------------------------------------------- */

/* Cut `all` in two, and bring every feature to mean 0, std 1 on the part to learn from, if that is wanted. */
static wi_status cut(double part, int standardise)
{
    wi_scaler scaler;
    wi_status status = wi_data_split(&all, part, &data, &test);
    if (status != WI_OK || !standardise) return status;
    status = wi_scaler_fit(&scaler, data.x);
    if (status != WI_OK) return status;
    status = wi_scaler_apply(&scaler, all.x);
    wi_scaler_destroy(&scaler);
    return status;
}

/* The bytes of the IDX file with which the room begins: a head of 4, its last the number of dimensions,
   4 for each of these, then a byte for each place. */
static size_t idx_size(void)
{
    const unsigned char *p = (const unsigned char *)bytes;
    size_t head = byte_count >= 4 ? 4 + 4 * (size_t)p[3] : byte_count, places = 1;
    for (size_t i = 4; i < head && head < byte_count && places <= byte_count; i += 4)
        places *= (size_t)p[i] << 24 | (size_t)p[i + 1] << 16 | (size_t)p[i + 2] << 8 | p[i + 3];
    return head < byte_count && places < byte_count - head ? head + places : byte_count;
}

/* Take a set of n samples: 0 blobs (4 classes), 1 spirals (3), 2 moons (2), 3 blobs of two classes far apart;
   or what live_room() was filled with: 4 an IDX file with its labels behind it, 5 a CSV text whose last
   column is the class. Results: samples, features, classes. The names of the classes are said. */
EXPORT(live_data)(int kind, int n, double noise, unsigned seed, int standardise)
{
    wi_rng rng = wi_rng_make(seed);
    wi_data made;
    wi_error error;
    size_t count = n > 0 ? (size_t)n : 1, images = idx_size();
    wi_status status;

    begin();
    error.text[0] = '\0';
    if (m->running) wi_trainer_destroy(&m->trainer);
    m->running = 0;
    if (kind == 0) status = wi_data_blobs(&made, count, 2, 4, noise, &rng);
    else if (kind == 1) status = wi_data_spirals(&made, count, 3, noise, &rng);
    else if (kind == 2) status = wi_data_moons(&made, count, noise, &rng);
    else if (kind == 3) status = wi_data_blobs(&made, count, 2, 2, noise, &rng);
    else if (kind == 4)
        status = wi_data_parse_idx(&made, bytes, images, (char *)bytes + images, byte_count - images, &error);
    else status = wi_data_parse_csv(&made, (const char *)bytes, byte_count, 1, &error);
    if (status != WI_OK) return failed(status, error.text);
    if (made.y.cols == 1) status = wi_data_one_hot(&made, &error);
    if (status != WI_OK) {
        wi_data_destroy(&made);
        return failed(status, error.text);
    }
    wi_data_destroy(&all);
    all = made;
    (void)wi_data_shuffle(&all, &rng);
    status = cut(kind == 4 ? 1500.0 / 1797.0 : 0.75, standardise);
    if (status != WI_OK) return failed(status, all.error.text);
    put((double)all.x.rows);
    put((double)all.x.cols);
    put((double)all.y.cols);
    for (size_t k = 0; k < all.class_count; k++) say(all.classes[k]);
    return result_count;
}

/* The samples as points: the first two features, the class, 1 if it is learnt from; at most 1,000. */
EXPORT(live_points)(void)
{
    begin();
    for (size_t i = 0; i < all.x.rows && i < 1000; i++) {
        put((double)*wi_mat_at(all.x, i, 0));
        put(all.x.cols > 1 ? (double)*wi_mat_at(all.x, i, 1) : 0.0);
        put((double)wi_argmax(wi_mat_at(all.y, i, 0), all.y.cols));
        put(i < data.x.rows);
    }
    return result_count;
}

/* ---- Training ---------------------------------------------------------- */

/* Plan a run of the chosen network on the data: the optimiser by its number, 0 sgd, 1 momentum, 2 adam, 3
   rmsprop. */
EXPORT(live_plan)(int opt, double rate, int batch, double clip, int steps, unsigned seed)
{
    wi_error error;
    begin();
    if (!m->net.layers || !data.x.data) return failed(WI_ERR_ARG, "a network and data are wanted first");
    if (m->net.inputs != data.x.cols || m->net.outputs != data.y.cols)
        return failed(WI_ERR_SHAPE, "the network's inputs and outputs are not those of the data");
    if (m->running) wi_trainer_destroy(&m->trainer);
    m->running = 0;
    memset(&m->plan, 0, sizeof m->plan);
    m->plan.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    m->plan.opt = opt == 1 ? wi_momentum(rate, 0.9) : opt == 2 ? wi_adam(rate)
                : opt == 3 ? wi_rmsprop(rate) : wi_sgd(rate);
    m->plan.batch = batch > 0 ? (size_t)batch : 32;
    m->plan.steps = steps > 0 ? (size_t)steps : 1000;
    m->plan.clip_norm = clip > 0 ? clip : 0.0;
    m->plan.seed = seed;
    m->plan.every = m->plan.steps;
    wi_status status = wi_trainer_create(&m->trainer, &m->net, &data, &m->plan, &error);
    if (status != WI_OK) return failed(status, error.text);
    m->running = 1;
    return 0;
}

/* How far so many steps moved a layer's weights, as a part of their size and for one step. */
static double moved(const wi_layer *layer, size_t steps)
{
    size_t count = layer->w.rows * layer->w.cols;
    double change = 0, size = 0;
    for (size_t i = 0; i < count; i++) {
        double w = (double)layer->w.data[i], d = w - (double)m->before[layer->param_first + i];
        change += d * d;
        size += w * w;
    }
    return steps && size > 0 ? sqrt(change / size) / (double)steps : 0.0;
}

/* Train some steps more, at most; then look. Results: step, steps planned, loss and accuracy on what is
   learnt from, accuracy on the rest, norm of the gradient before clipping; then for each weight layer 39: rms
   of its pre-activations, rms of its gradient, flat share, dead share, distinct units, units, relative update
   a step, and of the outputs lo, hi and WI_BINS counts. Said: why it stopped, if it did. */
EXPORT(live_train)(int steps)
{
    static wi_probe probe[MOST_LAYERS];
    wi_score fit, trial;
    wi_error error;

    begin();
    if (!m->running) return failed(WI_ERR_ARG, "no run is planned");
    wi_net *net = &m->net;
    size_t from = m->trainer.progress.step;
    memcpy(m->before, net->params, net->param_count * sizeof *m->before);
    wi_status status = steps > 0 ? wi_trainer_run(&m->trainer, (size_t)steps, &error) : WI_OK;
    if (status != WI_OK) say(error.text);
    memset(&fit, 0, sizeof fit);
    memset(&trial, 0, sizeof trial);
    (void)wi_evaluate(net, &data, m->plan.loss, &fit);
    (void)wi_evaluate(net, &test, m->plan.loss, &trial);
    double step = (double)m->trainer.progress.step, norm = m->trainer.progress.grad_norm;
    size_t rows = data.x.rows < net->max_batch ? data.x.rows : net->max_batch;
    wi_mat x = wi_mat_rows(data.x, 0, rows), y = wi_mat_rows(data.y, 0, rows);
    if (wi_net_probe_parts(net, x, y, m->plan.loss, WI_PROBE_HISTOGRAMS | WI_PROBE_FLAT | WI_PROBE_COPIES,
                           probe) != WI_OK)
        return failed(WI_ERR_NUMERIC, "the network cannot be looked at");
    put(step);
    put((double)m->plan.steps);
    put(fit.loss);
    put(fit.accuracy);
    put(trial.accuracy);
    put(norm);
    for (size_t l = 0; l < net->layer_count; l++) {
        const wi_probe *p = probe + l, *end = probe + block_end(l);
        if (!p->has_weights) continue;
        put(p->pre.rms);
        put(p->dpre.rms);
        put(end->saturated);
        put(end->dead);
        put((double)p->distinct_units);
        put((double)p->units);
        put(moved(net->layers + l, m->trainer.progress.step - from));
        put(end->post_bins.lo);
        put(end->post_bins.hi);
        for (size_t k = 0; k < WI_BINS; k++) put((double)end->post_bins.bin[k]);
    }
    return result_count;
}

/* What the network answers over the plane from lo to hi, n x n places, the upper left one first: class and
   its probability. Nothing where it does not have two inputs. */
EXPORT(live_answers)(int n, double lo, double hi)
{
    begin();
    if (!m->net.layers || n < 1 || n > 160) return failed(WI_ERR_ARG, "there is no network yet");
    if (m->net.inputs != 2) return 0;
    size_t rows = m->net.max_batch, outputs = m->net.outputs, places = (size_t)n * (size_t)n;
    wi_real *out = reals(rows * outputs), *x = reals(rows * 2);
    for (size_t first = 0; out && x && first < places; first += rows) {
        size_t count = places - first < rows ? places - first : rows;
        for (size_t i = 0; i < count; i++) {
            x[2 * i] = (wi_real)(lo + (hi - lo) * ((double)((first + i) % (size_t)n) + 0.5) / n);
            x[2 * i + 1] = (wi_real)(hi - (hi - lo) * ((double)((first + i) / (size_t)n) + 0.5) / n);
        }
        (void)wi_net_predict(&m->net, wi_mat_view(x, count, 2), WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                             wi_mat_view(out, count, outputs));
        for (size_t i = 0; i < count; i++) {
            size_t best = wi_argmax(out + i * outputs, outputs);
            put((double)best);
            put(best < outputs ? (double)out[i * outputs + best] : 0.0);
        }
    }
    free(out);
    free(x);
    return result_count;
}

/* The first layer's units as lines on the plane: w0, w1, b of each; none where there are not two
   inputs. */
EXPORT(live_units)(void)
{
    begin();
    if (!m->net.layers) return failed(WI_ERR_ARG, "there is no network yet");
    if (m->net.inputs != 2) return 0;
    const wi_layer *layer = m->net.layers;
    for (size_t j = 0; j < layer->outputs; j++) {
        put((double)layer->w.data[2 * j]);
        put((double)layer->w.data[2 * j + 1]);
        put((double)layer->b.data[j]);
    }
    return result_count;
}

/* Would the planned run work? trial: steps that may be tried. Results: 1 if so, probability, rate, first
   loss, loss of a constant. Said: verdict, evidence, remedy. */
static wi_status check_plan(int trial, wi_check *check, wi_error *error)
{
    return wi_train_check(&m->net, &data, &m->plan, trial > 0 ? (size_t)trial : 0, check, error);
}

EXPORT(live_check)(int trial)
{
    wi_check check;
    wi_error error;
    begin();
    if (!m->running) return failed(WI_ERR_ARG, "no run is planned");
    wi_status status = check_plan(trial, &check, &error);
    if (status != WI_OK) return failed(status, error.text);
    put(check.trains);
    put(check.probability);
    put(check.rate);
    put(check.first_loss);
    put(check.trivial_loss);
    say(wi_verdict_name(check.diagnosis.verdict));
    say(check.diagnosis.evidence);
    say(check.diagnosis.remedy);
    return result_count;
}

/* Do what the check advises. Results: the rate and the clipping to plan with from now on. Said: what was
   done. */
EXPORT(live_mend)(int trial)
{
    wi_check check;
    wi_mended mended;
    wi_error error;
    begin();
    if (!m->running) return failed(WI_ERR_ARG, "no run is planned");
    wi_status status = check_plan(trial, &check, &error);
    if (status == WI_OK) status = wi_train_mend(&m->net, &data, &m->plan, &check, &mended, &error);
    if (status != WI_OK) return failed(status, error.text);
    if (mended.x.count) (void)wi_scaler_apply(&mended.x, test.x);
    put(m->plan.opt.rate);
    put(m->plan.clip_norm);
    say(mended.done[0] ? mended.done : "nothing needed to be done");
    wi_mended_destroy(&mended);
    memcpy(m->drawn, m->net.params, m->net.param_count * sizeof *m->drawn);
    return result_count;
}

/* The network as a safetensors file. Results: where its bytes are, and how many. */
EXPORT(live_file)(void)
{
    size_t size = 0;
    begin();
    if (!m->net.layers) return failed(WI_ERR_ARG, "there is no network yet");
    (void)wi_net_write(&m->net, NULL, 0, &size);
    if (!size || !live_room((int)size)) return failed(WI_ERR_MEMORY, NULL);
    wi_status status = wi_net_write(&m->net, bytes, size, &size);
    if (status != WI_OK) return failed(status, NULL);
    put((double)(intptr_t)bytes);
    put((double)size);
    return result_count;
}
