/* 07_edges.c: where something begins to be said. Weights are spoiled by degrees, in two dozen ways, and
   halving finds the degree from which wi_check_fill() or wi_identify() says something else; the same for the
   least and the greatest number that is taken. What is found is kept as a record: tests/golden/edges.txt,
   made anew by

       cc -I. -Itests tests/07_edges.c -o t -lm && ./t print > a
       cc -DWINIT_REAL=double -I. -Itests tests/07_edges.c -o t -lm && ./t print | sort - a >
   tests/golden/edges.txt

   @build once */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include "record.h"
#include <float.h>

enum { MOST = 20000 };
static wi_real base[MOST], w[MOST];   /* as drawn, and spoiled */
static wi_shape shape;
static size_t count, cols;
static wi_recipe recipe;
static wi_error error;

static double grown(double x, double power) { return x < 0 ? -pow(-x, power) : pow(x, power); }

static int draw(const char *name, wi_shape s, size_t seed)
{
    shape = s;
    count = wi_shape_count(s);
    cols = count / s.out;
    wi_rng rng = wi_rng_split(wi_rng_make(seed), 3);
    return CHECK_OK(wi_recipe_named(name, &recipe)) && CHECK(count <= MOST)
           && CHECK_OK(wi_fill(base, s, recipe, &rng));
}

/* Bring n weights to a mean and a deviation; or to a length. */
static void bring_to(wi_real *x, size_t n, double mean, double std)
{
    wi_stats is = wi_stats_of(x, n);
    for (size_t i = 0; i < n; i++) x[i] = (wi_real)(mean + ((double)x[i] - is.mean) * std / is.std);
}

static void bring_to_length(wi_real *x, size_t n, double length)
{
    double squares = 0;
    for (size_t i = 0; i < n; i++) squares += (double)x[i] * (double)x[i];
    for (size_t i = 0; i < n; i++) x[i] = (wi_real)((double)x[i] * length / sqrt(squares));
}

/* ---- Ways to spoil: w from base, by t from 0 to 1 ----------------------------- */

static void shift(double t)
{
    double std = wi_stats_of(base, count).std;
    for (size_t i = 0; i < count; i++) w[i] = (wi_real)((double)base[i] + t * std);
}

static void widen(double t)
{
    for (size_t i = 0; i < count; i++) w[i] = (wi_real)((double)base[i] * (1 + t));
}

static void shrink(double t)
{
    for (size_t i = 0; i < count; i++) w[i] = (wi_real)((double)base[i] * (1 - 0.9 * t));
}

static void off_by_little(double t)
{
    w[count / 3] = (wi_real)((double)base[count / 3] * (1 + 1e-3 * t * t * t));
}
static void widen_little(double t) { widen(1e-3 * t * t * t); }
static void off_by_much(double t) { w[count / 2] = (wi_real)((double)base[count / 2] + 4 * t); }
static void beyond(double t)   /* the greatest, a little more or much */
{
    size_t at = 0;
    for (size_t i = 1; i < count; i++)
        if (w[i] > w[at]) at = i;
    w[at] = (wi_real)((double)w[at] + t * t * t * t * (fabs((double)w[at]) + 1));
}

static void cut(double t)   /* none further out, without repeats */
{
    wi_stats is = wi_stats_of(base, count);
    double end = (4 - 3.5 * t) * is.std;
    for (size_t i = 0; i < count; i++) {
        double x = (double)base[i] - is.mean;
        if (fabs(x) > end) w[i] = (wi_real)(is.mean + end * end / x);
    }
}

static void bend(double power)
{
    wi_stats is = wi_stats_of(base, count);
    for (size_t i = 0; i < count; i++)
        w[i] = (wi_real)(is.mean + is.std * grown(((double)base[i] - is.mean) / is.std, power));
    bring_to(w, count, is.mean, is.std);
}
static void thin(double t) { bend(1 + 2 * t); }
static void thick(double t) { bend(1 - 0.9 * t); }

static void lean(double t)   /* to one side, between the same ends */
{
    wi_stats is = wi_stats_of(base, count);
    double range = is.max - is.min;
    for (size_t i = 0; i < count; i++)
        w[i] = (wi_real)(is.min + range * pow(((double)base[i] - is.min) / range, 1 + t));
}

static void one_end(double t)
{
    for (size_t i = 0; i < count; i++)
        if (base[i] > 0) w[i] = (wi_real)((double)base[i] * (1 - 0.9 * t));
}

static void repeat(double t)
{
    for (size_t i = 0; i < (size_t)(0.5 * t * (double)count); i++) w[i] = base[count - 1 - i];
}

static void drop(double t)
{
    for (size_t i = 0; i < (size_t)(t * (double)count); i++) w[(i * 7) % count] = 0;
}

static int ascending(const void *a, const void *b)
{
    const wi_real x = *(const wi_real *)a, y = *(const wi_real *)b;
    return (x > y) - (x < y);
}

static void order(double t) { qsort(w, (size_t)(t * (double)count), sizeof *w, ascending); }

static void step(double t)
{
    double size = t * t * t * wi_stats_of(base, count).std;
    for (size_t i = 0; i < count && size > 0; i++)
        w[i] = (wi_real)(floor((double)base[i] / size + 0.5) * size);
}

/* Structures: units' signs by their diagonal, or their sums; from the identity to a mixture; directions. */
static void turn(double t, int by_sum)
{
    for (size_t o = 0; o < (size_t)(t * (double)shape.out); o++) {
        double mine = by_sum ? 0 : (double)base[o * cols + o % cols];
        for (size_t j = 0; j < cols && by_sum; j++) mine += (double)base[o * cols + j];
        for (size_t j = 0; j < cols && mine < 0; j++) w[o * cols + j] = -base[o * cols + j];
    }
}
static void turn_diagonal(double t) { turn(t, 0); }
static void turn_sums(double t) { turn(t, 1); }

static void mix(double t)
{
    for (size_t i = 0; i < count; i++) w[i] = (wi_real)(i / cols == i % cols ? (i / cols % 2 ? -1 : 1) : 0);
    for (size_t k = 0; k < 6 * cols; k++) {
        size_t a = k % cols, b = (k * 5 + 1 + k / cols) % cols;
        double c = cos(t * (1 + (double)(k % 5))), s = sin(t * (1 + (double)(k % 5)));
        for (size_t o = 0; o < shape.out && a != b; o++) {
            double x = (double)w[o * cols + a], y = (double)w[o * cols + b];
            w[o * cols + a] = (wi_real)(c * x + s * y);
            w[o * cols + b] = (wi_real)(c * y - s * x);
        }
    }
}

static void directions(double power, double more)
{
    double length = wi_nguyen_widrow_beta(shape) * recipe.a;
    for (size_t o = 0; o < shape.out; o++) {
        for (size_t j = 0; j < cols; j++)
            w[o * cols + j] = (wi_real)(grown((double)base[o * cols + j], power) + more * length);
        bring_to_length(w + o * cols, cols, length);
    }
}
static void to_axes(double t) { directions(1 + 3 * t, 0); }
static void to_corners(double t) { directions(1 - 0.9 * t, 0); }
static void to_one_side(double t) { directions(1, t); }

/* Weights that are not 0: moved to the first input that is, one by one. */
static void gather(double t)
{
    for (size_t o = 0; o < (size_t)(t * (double)shape.out); o++)
        for (size_t j = cols - 1; j > 0; j--)
            if (w[o * cols + j] != 0 && w[o * cols] == 0) {
                w[o * cols] = w[o * cols + j];
                w[o * cols + j] = 0;
            }
}

typedef struct way { const char *name; void (*spoil)(double t); } way;
static const way of_laws[] = {{"shift", shift}, {"widen", widen}, {"shrink", shrink}, {"off", off_by_much},
                              {"beyond", beyond}, {"cut", cut}, {"thin", thin}, {"thick", thick},
                              {"lean", lean}, {"one end", one_end}, {"repeat", repeat}, {"drop", drop},
                              {"order", order}, {"step", step}};
static const way of_structures[] = {{"off by little", off_by_little}, {"widen", widen_little}, {"drop", drop},
                                    {"turn by the diagonal", turn_diagonal}, {"turn by sums", turn_sums}};
static const way of_directions[] = {{"to axes", to_axes}, {"to corners", to_corners},
                                    {"to one side", to_one_side}, {"turn by sums", turn_sums}};

/* ---- Halving ------------------------------------------------------------------ */

/* A number that stands for what is said. */
static int checked(void)
{
    wi_fit fit;
    CHECK_OK(wi_check_fill(w, shape, recipe, &fit, &error));
    return fit.passed;
}

static char first_text[WI_RECIPE_TEXT];
static int identified(void)
{
    wi_guess guess;
    size_t room = 1;
    char text[WI_RECIPE_TEXT];
    CHECK_OK(wi_identify(w, shape, &guess, &room, &error));
    (void)wi_recipe_text(guess.recipe, text, sizeof text);
    if (!first_text[0]) snprintf(first_text, sizeof first_text, "%s", text);
    return guess.fits && guess.gates == 1 && strcmp(text, first_text) == 0;
}

/* The mistake that a wrong deviation comes of. */
static int named(void)
{
    wi_fit fit;
    CHECK_OK(wi_check_fill(w, shape, recipe, &fit, &error));
    const char *words = strstr(error.text, ": that");
    if (!first_text[0]) snprintf(first_text, sizeof first_text, "%.60s", words ? words : "none");
    return strncmp(words ? words : "none", first_text, 60) == 0;
}

static int said(void (*spoil)(double t), double t, int (*ask)(void))
{
    memcpy(w, base, count * sizeof *w);
    spoil(t);
    return ask();
}

static void edge(const way *of, int (*ask)(void), int halvings)
{
    double lo = 0, hi = 1;
    first_text[0] = 0;
    int before = said(of->spoil, lo, ask);
    if (said(of->spoil, hi, ask) == before) {
        record("%s %d: %s", of->name, before, error.text);
        return;
    }
    wi_error then = error;
    for (int i = 0; i < halvings; i++) {
        double t = 0.5 * (lo + hi);
        if (said(of->spoil, t, ask) == before) lo = t;
        else {
            hi = t;
            then = error;
        }
    }
    record("%s %d until %.4g, then: %s", of->name, before, lo, then.text);
}

static const char *const laws[] = {
    "normal:0,0.1", "normal:3,0.2", "uniform:-0.5,0.5", "uniform:1,3", "truncated:0,1,-2,2",
    "truncated:0,1,2,4", "truncated:0.5,1,-4,-2", "truncated:0,1,0,0.3", "truncated:1,2,-1,inf",
    "he_normal", "pytorch_default", "xavier_truncated"};

static void test_laws(void)
{
    const wi_shape shapes[5] = {wi_dense(20, 4), wi_dense(9, 7), wi_dense(14, 21), wi_dense(13, 1),
                               wi_dense(20, 15)};
    for (size_t l = 0; l < WI_COUNT(laws); l++) {
        for (size_t k = 0; k < WI_COUNT(of_laws); k++)
            if (draw(laws[l], shapes[(k + l) % 5], k)) edge(&of_laws[k], checked, 14);
        record_group(laws[l]);
    }
    for (size_t n = 4; n < 60; n++)   /* of few weights one more or less tells */
        for (size_t k = 0; k < WI_COUNT(of_laws); k++)
            if (draw(laws[n % 2 ? 0 : 2], wi_dense(n, 1), n + k)) edge(&of_laws[k], checked, 10);
    record_group("few weights");
}

static void test_structures(void)
{
    static const char *const names[] = {"orthogonal",   "orthogonal:-2", "nguyen_widrow", "sparse:3,0.5",
                                        "constant:0.5", "hadamard",      "identity:2",    "sparse:5,0"};
    const wi_shape shapes[6] = {wi_dense(8, 8), wi_dense(9, 9), wi_dense(24, 24), wi_dense(40, 16),
                               wi_dense(10, 40), wi_dense(7, 3)};
    for (size_t n = 0; n < WI_COUNT(names); n++) {
        for (size_t k = 0; k < WI_COUNT(of_structures); k++)
            for (size_t s = 0; s < WI_COUNT(shapes); s += 1 + k % 2)
                if ((n > 1 || k > 1 || sizeof(wi_real) == 8) && draw(names[n], shapes[s], k))
                    edge(&of_structures[k], checked, 14);   /* products of floats are rounded in many ways */
        record_group(names[n]);
    }
    for (size_t s = 0; s < WI_COUNT(shapes); s++) {
        const way mixing = {"mix", mix};
        if (draw("orthogonal", shapes[s], s)) edge(&mixing, checked, 14);
        for (size_t k = 0; k < WI_COUNT(of_directions); k++)
            if (draw("nguyen_widrow:0.5", shapes[s], s)) edge(&of_directions[k], checked, 14);
        const way gathering = {"gather", gather};
        if (draw("sparse:2,1", wi_dense(7 + s, 30 + 20 * s), s)) edge(&gathering, checked, 14);
        if (draw("sparse:3,1", wi_dense(8 + s, 90), s))
            for (size_t k = 1; k < 3; k++) edge(&of_laws[k], checked, 14);
    }
    record_group("directions and places");
}

static void test_mistakes(void)
{
    static const double ratios[] = {2,       0.5,     1.4142,  0.7071,  0.57735,
                                    1.73205, 0.87963, 1.13685, 1.66667, 0.6124};
    static const char *const names[] = {"he_normal", "xavier_uniform", "kaiming:0,fan_out,uniform",
                                        "normal:0,0.3"};
    const wi_shape shapes[4] = {wi_dense(32, 20), wi_dense(20, 32), wi_conv2d(4, 9, 3, 3),
                                wi_dense(1000, 20)};
    const way ways[2] = {{"widen", widen}, {"shrink", shrink}};
    for (size_t k = 0; k < WI_COUNT(ratios) * 4; k++) {
        size_t s = k == 9 ? 3 : (k + k / 4) % 3;   /* once so many that the ratio itself says less */
        if (!draw(names[k % 4], shapes[s], k)) return;
        bring_to(base, count, 0, ratios[k / 4] * wi_recipe_std(recipe, shape));
        for (size_t i = 0; i < 2; i++) edge(&ways[i], named, 12);
    }
    record_group("mistakes");
}

static void test_guesses(void)
{
    const wi_shape shapes[3] = {wi_dense(14, 12), wi_dense(20, 16), wi_dense(9, 8)};
    for (size_t l = 0; l < WI_COUNT(laws); l++)
        for (size_t k = l % 5; k < WI_COUNT(of_laws); k += 5)
            if (draw(laws[l], shapes[(k + l) % 3], k)) edge(&of_laws[k], identified, 7);
    record_group("guesses at laws");
    static const char *const names[] = {"orthogonal:1.5", "nguyen_widrow", "sparse:3,0.5", "constant:0.5",
                                        "hadamard"};
    for (size_t n = 0; n < WI_COUNT(names); n++)
        for (size_t k = n % 2; k < WI_COUNT(of_structures); k += 2)
            if ((n > 0 || k > 1 || sizeof(wi_real) == 8) && draw(names[n], shapes[(n + k) % 3], k))
                edge(&of_structures[k], identified, 9);
    for (size_t k = 0; k < WI_COUNT(of_directions); k++)
        if (draw("nguyen_widrow:0.5", shapes[k % 3], k)) edge(&of_directions[k], identified, 9);
    record_group("guesses at structures");
}

/* Up to where is a gain the round number next to it? */
static void test_gains(void)
{
    static const char *const names[] = {"orthogonal:1.5", "identity:2",           "hadamard:3",
                                        "constant:0.25",  "sparse:3,0.5",         "nguyen_widrow:2",
                                        "dirac:0.5",      "delta_orthogonal:1.5", "bilinear:2",
                                        "orthogonal:1.25"};
    const wi_shape shapes[3] = {wi_dense(8, 8), wi_conv2d(4, 6, 3, 3), wi_conv2d_transposed(5, 3, 1, 2)};
    const way ways[2] = {{"widen", widen_little}, {"off", off_by_little}};
    for (size_t n = 0; n < WI_COUNT(names); n++)
        for (size_t i = 0; i < 2; i++)
            if (draw(names[n], shapes[n < 6 ? 0 : n < 9 ? 1 : 2], n)) edge(&ways[i], identified, 9);
    record_group("gains");
}

/* Whoever is asked, by kernels and groups. */
static void test_suspects(void)
{
    static wi_guess guesses[64];
    for (size_t k = 0; k < 54; k++) {
        char text[WI_RECIPE_TEXT];
        size_t room = 64;
        wi_shape s = k % 2 ? wi_conv2d_transposed(6, 12, 1 + k / 2 % 3, 1 + k / 6 % 3)
                           : wi_conv2d(6, 12, 1 + k / 2 % 3, 1 + k / 6 % 3);
        if (!draw("normal:0,0.3", wi_grouped(s, 1 + k / 18), k)) continue;
        CHECK_OK(wi_identify(base, shape, guesses, &room, NULL));
        for (size_t g = 0; g < room; g++)
            record("%s %d", wi_recipe_text(guesses[g].recipe, text, sizeof text), (int)guesses[g].gates);
    }
    record_group("suspects");
}

/* Laws whose bounds are round numbers, where one way of drawing gives place to another. */
static void test_round_bounds(void)
{
    static const double bounds[] = {-4, -2, -1.5, -1, -0.5, -0.25, 0, 0.25, 0.5,
                                    1,  1.5, 2,   2.5, 3,  4,     6, 7,    8};
    for (size_t a = 0; a < WI_COUNT(bounds); a++)
        for (size_t b = 0; b <= WI_COUNT(bounds); b++) {
            double lo = bounds[a], hi = b < WI_COUNT(bounds) ? bounds[b] : HUGE_VAL;
            for (int side = 0; side < 2 && lo <= hi; side++) {
                wi_rng rng = wi_rng_make(a);
                wi_recipe r = wi_truncated_normal(0.5 * side, 1, side ? -hi : lo, side ? -lo : hi);
                if (!CHECK_OK(wi_fill(w, wi_dense(5, 1), r, &rng))) continue;
                for (size_t i = 0; i < 5; i++) record("%.17g", (double)w[i]);
            }
        }
    record_group("round bounds");
}

/* ---- Numbers that are taken --------------------------------------------------- */

static const char *pattern;
static int taken_text(double x)
{
    char text[200];
    wi_rng rng = wi_rng_make(1);
    wi_recipe r;
    snprintf(text, sizeof text, pattern, x);
    return wi_recipe_named(text, &r) == WI_OK ? 1 + (wi_fill(w, shape, r, &rng) == WI_OK) : 0;
}
static int taken_gain(double x)
{
    wi_rng rng = wi_rng_make(1);
    return wi_fill(w, shape, wi_gained(recipe, x), &rng) == WI_OK;
}
static int taken_prior(double x) { return wi_fill_prior(w, &x, 1) == WI_OK; }
static int taken_logit(double x) { return !isnan(wi_prior_logit(x)); }
static int taken_bias(double x) { return wi_fill_gate_bias(w, 2, 2, 1, x) == WI_OK; }
static int taken_base(double x) { return !isnan(wi_mup_rate(WI_MUP_HIDDEN, x, 3)); }
static int taken_few(double x)   /* is a law so narrow judged as a constant? */
{
    wi_fit fit;
    char text[80];
    snprintf(text, sizeof text, "normal:1,%.17g", x);
    if (!draw(text, wi_dense(30, 8), 1)) return 0;
    (void)wi_check_fill(base, shape, recipe, &fit, &error);
    return fit.std_z != 0;
}

/* The last of the numbers from lo that are taken as it is. All numbers above 0 are in the order of their
   bits. */
static double last_like(double lo, double hi, int (*taken)(double x))
{
    int before = taken(lo);
    uint64_t a, b, between;
    if (taken(hi) == before) return -1;
    memcpy(&a, &lo, sizeof a);
    memcpy(&b, &hi, sizeof b);
    while (b - a > 1) {
        double x;
        between = a + (b - a) / 2;
        memcpy(&x, &between, sizeof x);
        if (taken(x) == before) a = between;
        else b = between;
    }
    memcpy(&lo, &a, sizeof lo);
    return lo;
}

static void test_taken(void)
{
    static const char *const patterns[] = {
        "normal:0,%.17g", "normal:%.17g,0", "normal:-%.17g,1", "uniform:-%.17g,0", "uniform:0,%.17g",
        "truncated:0,%.17g,-1,1", "truncated:0,%.17g,-1,0",
        "truncated:0,1,%.17g,inf", "truncated:0,1,-inf,-%.17g", "truncated:0,%.17g,2,3",
        "truncated:0,%.17g,0,0.1", "truncated:0,%.17g,0,inf", "truncated:0,%.17g,-inf,8",
        "truncated:0,1,-1,%.17g", "truncated:%.17g,1,1,2", "constant:%.17g", "siren:%.17g",
        "mup:output,%.17g", "mup:input,%.17g", "sparse:2,%.17g", "sparse:%.17g,1", "orthogonal:%.17g",
        "identity:%.17g", "variance_scaling:1,fan_in,normal,%.17g",
        "variance_scaling:%.17g,fan_out,uniform", "truncated_corrected:0,%.17g,-1,2",
        "kaiming:%.17g,fan_in,normal", "siren:%.17g,1"};
    static const char *const gained[] = {"ones", "hadamard", "nguyen_widrow", "he_normal", "xavier_uniform",
                                         "lecun_truncated", "bilinear", "sparse:1,1", "truncated:0,1,-2,1"};
    shape = wi_dense(6, 6);
    for (size_t k = 0; k < WI_COUNT(patterns); k++) {
        pattern = patterns[k];
        double most = last_like(1, DBL_MAX, taken_text), least = last_like(5e-324, 1, taken_text);
        record("%s %.17g %.17g", pattern, most, least);
    }
    for (size_t k = 0; k < WI_COUNT(gained); k++)
        if (draw(gained[k], k % 2 ? wi_dense(5, 7) : wi_dense(7, 7), k))
            record("%s %.17g", gained[k], last_like(1, DBL_MAX, taken_gain));
    record("%.17g %.17g", last_like(5e-324, 1, taken_prior), last_like(5e-324, 0.5, taken_logit));
    record("%.17g %.17g", last_like(0.5, 2, taken_logit), last_like(1, DBL_MAX, taken_bias));
    record("%.17g %.6g", last_like(1, DBL_MAX, taken_base), last_like(1e-9, 1e-3, taken_few));
    record_group("numbers that are taken");
}

int main(int argc, char **argv)
{
#if !(defined(__x86_64__) || defined(_M_X64)) || defined(__FMA__)
    CHECK_SKIP("numbers of a processor that rounds a product before it is added");
    return check_done();
#endif
    record_open("tests/golden/edges.txt", argc, argv);
    test_laws();
    test_structures();
    test_mistakes();
    test_guesses();
    test_gains();
    test_suspects();
    test_round_bounds();
    test_taken();
    return record_done();
}
