/* 07_record.c: what becomes of recipes and their texts, of shapes, fills and near misses: thousands of texts
   with a byte changed, the theory and the bytes of small fills of every recipe and shape, what
   wi_check_fill() and wi_identify() say of them and of the same with something wrong. 07_init, 07_identify
   and 07_proof judge whether that is right; this, whether it has changed: tests/golden/fills.txt, made anew
   by

       cc -I. -Itests tests/07_record.c -o t -lm && ./t print > a
       cc -DWINIT_REAL=double -I. -Itests tests/07_record.c -o t -lm && ./t print | sort - a >
   tests/golden/fills.txt

   @build once */
#include "guard.h"
#include <float.h>
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include "inside.h"
#include "record.h"

enum { MOST = 4096 };
static wi_real w[MOST + 8], other[MOST + 8];
static wi_rng rng;
static size_t below(size_t n) { return (size_t)wi_rng_below(&rng, n); }
static int one_in(size_t n) { return below(n) == 0; }
static double between(double lo, double hi) { return lo + (hi - lo) * wi_rng_uniform(&rng); }
static double near_to(double line) { return line * between(0.97, 1.03); }
static double either(double a, double b) { return one_in(2) ? a : b; }

static const char *const texts[] = {"default",
                                    "zeros",
                                    "ones",
                                    "constant:0.1",
                                    "constant:0",
                                    "poison",
                                    "uniform:-0.5,0.25",
                                    "uniform:1,1",
                                    "normal:0,0.1",
                                    "normal:1e-3,0.30000000000000004",
                                    "normal:2,0",
                                    "truncated:0,1,-2,2",
                                    "truncated:0.5,0.02,-inf,1",
                                    "truncated_corrected:0,1,-1,2",
                                    "lecun_normal",
                                    "lecun_uniform",
                                    "xavier_normal",
                                    "xavier_uniform:1.6667",
                                    "he_normal",
                                    "he_uniform:0.5",
                                    "lecun_truncated",
                                    "xavier_truncated",
                                    "he_truncated:2",
                                    "glorot_normal",
                                    "kaiming_uniform",
                                    "kaiming:0.2,fan_out,uniform",
                                    "kaiming:0,fan_in,normal",
                                    "kaiming:1,fan_out,truncated",
                                    "orthogonal:1.4",
                                    "orthogonal",
                                    "identity",
                                    "identity:-2",
                                    "dirac",
                                    "dirac:0.5",
                                    "delta_orthogonal:1",
                                    "sparse:3,0.5",
                                    "sparse:1,0",
                                    "hadamard",
                                    "hadamard:2",
                                    "siren:30,1",
                                    "siren:30",
                                    "siren:1.5,0",
                                    "bilinear",
                                    "pytorch_default",
                                    "pytorch_transposed",
                                    "nguyen_widrow",
                                    "nguyen_widrow:0.5",
                                    "mup:output,64",
                                    "mup:input,64",
                                    "mup:hidden,7",
                                    "variance_scaling:2,fan_mean,truncated",
                                    "variance_scaling:0.333,fan_in,uniform",
                                    "variance_scaling:1,fan_out,normal"};

/* ---- Texts ---- */

static double so_far(double x) { return isnan(x) ? -77 : fabs(x) < 1e-300 ? 0 : x; }
static double but_for_rounding(double x) { return fabs(x) < 1e-6 ? 0 : so_far(x); }

static void read_text(const char *text)
{
    wi_recipe r, back;
    char out[WI_RECIPE_TEXT + 8];
    size_t length = strlen(text);
    memset(&r, 0x5A, sizeof r);
    const wi_recipe kept = r;
    wi_status status = wi_recipe_named((const char *)guard_copy(0, text, length + 1), &r);
    if (status != WI_OK) {
        CHECK_BYTES(&r, &kept, sizeof r);
        record("%s %s", text, wi_status_name(status));
        return;
    }
    record("%s %d %d %.17g %.17g %.17g %.17g %.17g %.17g %s", r.name ? r.name : "-", (int)r.scheme,
           (int)r.fan, so_far(r.scale), so_far(r.power), so_far(r.a), so_far(r.b), so_far(r.lo), so_far(r.hi),
           wi_recipe_text(r, out, sizeof out));
    if (CHECK_OK(wi_recipe_named(out, &back))) {
        char again[WI_RECIPE_TEXT];
        CHECK_TEXT(wi_recipe_text(back, again, sizeof again), out);
    }
    size_t full = strlen(out);
    for (size_t room = 1; room <= full + 1;
         room += room < full ? full / 2 + 1 : 1) { /* whole, or not at all */
        char *small = (char *)guard_room(1, room);
        CHECK_TEXT(wi_recipe_text(r, small, room), room > full ? out : "");
    }
}

static void test_texts(void)
{
    static const char bytes[] = ":,.-+e05 xi_\n\xFF";
    char text[200];
    for (size_t k = 0; k < WI_COUNT(texts); k++) {
        size_t length = strlen(texts[k]);
        read_text(texts[k]);
        for (size_t at = 0; at <= length; at++)
            for (size_t b = 0; b < sizeof bytes; b++) /* the last one is 0: cut */
                for (size_t gone = 0; gone < 2 && at + gone <= length; gone++) {
                    memcpy(text, texts[k], at);
                    text[at] = bytes[b];
                    memcpy(text + at + 1, texts[k] + at + gone, length - at - gone + 1);
                    if ((at + b) % 2 == gone) read_text(text);
                }
        for (size_t at = 0; at <= length; at++) { /* a field gone, or there twice */
            if (at < length && !strchr(":,", texts[k][at])) continue;
            for (size_t more = 0; more < 6; more++) {
                static const char *const put[] = {"", ",1", ":0.5", ",nan", ",1e999", ",fan_in"};
                snprintf(text, sizeof text, "%.*s%s%s", (int)at, texts[k], put[more], texts[k] + at);
                read_text(text);
                snprintf(text, sizeof text, "%.*s%s", (int)at, texts[k], put[more]);
                read_text(text);
            }
        }
    }
    record_group("texts");
}

/* Numbers at the end of what there is, or of what is taken. */
static void test_extremes(void)
{
#define MOST_OF "1.7976931348623157e308"
    static const char *const extremes[] = {"truncated:0,1," MOST_OF ",inf",
                                           "truncated:0,1,-inf,-" MOST_OF,
                                           "truncated:0,1,inf,inf",
                                           "truncated:0,1,-inf,-inf",
                                           "truncated:0,1,2,2",
                                           "truncated_corrected:0,1,2,2",
                                           "uniform:-" MOST_OF "," MOST_OF,
                                           "uniform:0," MOST_OF,
                                           "constant:" MOST_OF,
                                           "normal:-" MOST_OF "," MOST_OF,
                                           "normal:0,-0",
                                           "variance_scaling:1,fan_in,normal,8",
                                           "variance_scaling:1,fan_in,normal,8.0000001",
                                           "variance_scaling:1,fan_in,normal,-1e-300",
                                           "variance_scaling:0,fan_in,truncated,1,1,1",
                                           "variance_scaling:" MOST_OF ",fan_out,uniform,0",
                                           "sparse:0,1",
                                           "sparse:0.5,1",
                                           "sparse:9007199254740993,0",
                                           "siren:1e-160",
                                           "siren:1e160",
                                           "mup:output,5e-324",
                                           "kaiming:1e200,fan_in,normal",
                                           "orthogonal:-" MOST_OF};
    for (size_t k = 0; k < WI_COUNT(extremes); k++) read_text(extremes[k]);
    record_group("extremes");
}

/* Recipes as structures, sound or not: their text, their theory, and what a fill says. */
static void test_structs(void)
{
    const double numbers[] = {
        0, 1, -1, 0.5, 2, 1e-3, (double)INFINITY, -(double)INFINITY, fabs((double)NAN), 1e300, 30, 3};
    static const char *const names[] = {NULL, "", "mine", "he_normal", "normal", "orthogonal"};
    const wi_shape shapes[3] = {wi_dense(6, 5), wi_conv2d(4, 4, 3, 3), wi_dense(3, 7)};
    for (size_t k = 0; k < 6000; k++) {
        char out[WI_RECIPE_TEXT];
        wi_recipe r;
        memset(&r, 0, sizeof r);
        rng = wi_rng_split(wi_rng_make(7), k);
        r.name = names[below(WI_COUNT(names))];
        r.scheme = (wi_scheme)below(WI_SCHEME_COUNT + 1);
        r.fan = one_in(2) ? WI_FAN_NONE : (wi_fan)below(5);
        double *all[] = {&r.scale, &r.power, &r.a, &r.b, &r.lo, &r.hi};
        for (size_t i = 0; i < 6; i++) *all[i] = numbers[one_in(2) ? below(6) : below(WI_COUNT(numbers))];
        wi_shape shape = shapes[below(WI_COUNT(shapes))];
        wi_rng draw = wi_rng_make(k);
        wi_status status = wi_fill(w, shape, r, &draw);
        record("%s %.9g %s %ju", wi_recipe_text(r, out, sizeof out), so_far(wi_recipe_std(r, shape)),
               wi_status_name(status), (uintmax_t)draw.index);
    }
    record_group("structures");
}

/* ---- Shapes and fills ---- */

static wi_shape draw_shape(void)
{
    wi_shape s;
    memset(&s, 0, sizeof s);
    s.in = 1 + below(one_in(3) ? 40 : 9);
    s.out = 1 + below(one_in(3) ? 40 : 9);
    s.kernel_h = s.kernel_w = 1;
    s.groups = 1;
    if (one_in(3)) {
        s.kernel_h = 1 + below(4);
        s.kernel_w = 1 + below(4);
    }
    if (one_in(4)) {
        s.groups = 1 + below(3);
        s.in = s.groups * (1 + below(4));
        s.out = s.groups * (1 + below(4));
    }
    s.in_major = one_in(4);
    s.transposed = one_in(5);
    if (one_in(30)) s.in = 0;
    if (one_in(30)) s.groups = 7;
    if (one_in(40)) s.out = SIZE_MAX / 3;
    return s;
}

static uint64_t hash_of(const wi_real *x, size_t n)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < n; i++) {
        uint64_t bits = 0;
        uint32_t half;
        if (sizeof *x == 8) memcpy(&bits, (const void *)&x[i], 8);
        else {
            memcpy(&half, (const void *)&x[i], 4);
            bits = half;
        }
        if (isnan((double)x[i])) bits = 7;
        for (size_t byte = 0; byte < sizeof *x; byte++) h = (h ^ (bits >> (8 * byte) & 255)) * 1099511628211u;
    }
    return h;
}

static void test_fills(void)
{
    for (size_t k = 0; k < 3000; k++) {
        char fans[120], small[24];
        double in, out;
        wi_recipe r;
        rng = wi_rng_split(wi_rng_make(8), k);
        wi_shape s = draw_shape();
        CHECK_OK(wi_recipe_named(texts[below(WI_COUNT(texts))], &r));
        if (one_in(4)) r = wi_gained(r, (double)below(5) / 2);
        size_t count = wi_shape_count(s);
        wi_shape_fans(s, &in, &out);
        record("%zu %.9g %.9g %.9g %s %s", count, in, out, so_far(wi_recipe_std(r, s)),
               wi_fans_text(s, fans, sizeof fans), wi_fans_text(s, small, 1 + below(sizeof small)));
        if (count > MOST) continue;
        wi_rng draw = wi_rng_split(wi_rng_make(k), 1), parts, gates;
        draw.index = below(9);
        parts = gates = draw;
        for (size_t i = 0; i < WI_COUNT(w); i++) w[i] = other[i] = 77;
        wi_status status = wi_fill(w, s, r, &draw);
        record("%s %016jx %ju", wi_status_name(status), (uintmax_t)hash_of(w, count + 8),
               (uintmax_t)draw.index);
        size_t first = below(count + 1), length = below(count + 2 - first);
        wi_status part = wi_fill_part(other, first, length, s, r, &parts);
        record("part %s", wi_status_name(part));
        if (part == WI_OK && status == WI_OK) CHECK_BYTES(other, w + first, length * sizeof *w);
        for (size_t i = part == WI_OK ? length : 0; i < WI_COUNT(other); i++)
            if (other[i] < 77 || other[i] > 77) CHECK_NEAR(other[i], 77, 0);
        wi_status gated = wi_fill_gates(other, s, 1 + below(5), r, &gates);
        record("gates %s %016jx %ju", wi_status_name(gated), (uintmax_t)hash_of(other, count + 8),
               (uintmax_t)gates.index);
    }
    record_group("fills");
}

/* ---- Numbers that no fill shows, biases, rules ---- */

static double hump(double z, double p) { return exp(-p * z * z); }
static double hump_slope(double z, double p) { return -2 * p * z * exp(-p * z * z); }

static void record_recipe(wi_recipe r)
{
    char out[WI_RECIPE_TEXT];
    record("%s %.9g %.9g %.9g %.9g", wi_recipe_text(r, out, sizeof out), so_far(r.scale), so_far(r.power),
           so_far(wi_recipe_std(r, wi_dense(6, 10))), so_far(wi_recipe_std(r, wi_conv2d(4, 4, 3, 2))));
}

static void test_numbers(void)
{
    const double numbers[] = {0,     1,   -1, 0.5, 2,  1e-3,  1e-310,           DBL_MIN,
                              1e300, 0.1, 30, 64,  -7, 0.999, (double)INFINITY, fabs((double)NAN)};
    enum { COUNT = sizeof numbers / sizeof *numbers };
    static const char *const names[] = {"",    "*",  "?",   "a*",  "*a",     "a*b*c",
                                        "a?c", "**", "*?*", "abc", "*.bias", "a*b"};
    static const char *const tensors[] = {"", "a", "abc", "abbc", "ab", "0.bias", "aXbXbYc", "ba", "acb"};
    for (size_t i = 0; i < COUNT; i++) {
        for (int role = 0; role < 4; role++) {
            for (size_t j = 0; j < COUNT; j++)
                record("%.9g", so_far(wi_mup_rate((wi_mup_role)role, numbers[i], numbers[j])));
            record_recipe(wi_mup((wi_mup_role)role, numbers[i]));
            record_recipe(wi_kaiming(numbers[i], (wi_fan)role, WI_SCHEME_UNIFORM));
            record_recipe(wi_siren(numbers[i], role));
        }
        record("%.9g", so_far(wi_prior_logit(numbers[i])));
        record_recipe(wi_recipe_for(wi_leaky_relu(numbers[i])));
        record_recipe(wi_recipe_for(wi_sine(numbers[i])));
        for (int scheme = 0; scheme <= WI_SCHEME_COUNT; scheme++) {
            wi_recipe r = {"mine", (wi_scheme)scheme, WI_FAN_NONE, 0, 0, 3, 0.5, -1, 2};
            r = wi_gained(r, numbers[i]);
            record("%d %.9g %.9g %.9g %.9g", (int)r.scheme, so_far(r.a), so_far(r.b), so_far(r.lo),
                   so_far(r.hi));
        }
    }
    for (int kind = 0; kind < WI_ACT_COUNT; kind++) {
        wi_act act = wi_custom("hump", hump, hump_slope, 0.5);
        act.kind = kind;
        record_recipe(wi_recipe_for(act));
    }
    for (size_t k = 0; k < 400; k++) {
        double prior[6];
        rng = wi_rng_split(wi_rng_make(11), k);
        size_t classes = below(7), gates = below(5), units = gates > 2 && one_in(9) ? SIZE_MAX / 2 : below(5);
        for (size_t j = 0; j < 6; j++) prior[j] = one_in(12) ? numbers[below(COUNT)] : between(0, 9);
        for (size_t i = 0; i < 32; i++) w[i] = 77;
        wi_status status = wi_fill_prior(w, prior, classes);
        record("%s %016jx", wi_status_name(status), (uintmax_t)hash_of(w, 8));
        double value = one_in(4) ? numbers[below(COUNT)] : between(-2, 2);
        status = wi_fill_gate_bias(w, gates, units, below(5), value);
        record("%s %016jx", wi_status_name(status), (uintmax_t)hash_of(w, 32));
        record("%.9g", wi_nguyen_widrow_beta(draw_shape()));
    }
    for (size_t i = 0; i < WI_COUNT(names); i++)
        for (size_t j = 0; j < WI_COUNT(tensors); j++) {
            const wi_rule rules[3] = {{NULL, wi_ones()}, {names[i], wi_zeros()}, {"a*", wi_ones()}};
            const wi_recipe *found = wi_rule_for(rules, 3, tensors[j]);
            record("%d", found ? (int)(found - &rules[0].recipe) : -1);
        }
    record_group("numbers");
}

/* ---- Laws: by words of chance, some of them the first and the last ---- */

static double any_bound(void)
{
    static const double lines[] = {0, 0.5, -0.5, 1.5, -1.5, 4, -4, 2, -2, 6.5, -6.5, 38};
    if (one_in(3)) return lines[below(WI_COUNT(lines))];
    if (one_in(8)) return one_in(2) ? (double)INFINITY : -(double)INFINITY;
    return one_in(2) ? between(-2.5, 2.5) : between(-9, 9);
}

static void test_laws(void)
{
    const uint32_t words[8] = {0, 1, 0x7FFFFFFF, 0x80000000u, 0xFFFFFFFFu, 0x7FFFFF, 0x2000000, 0xFFFFFF00u};
    for (size_t k = 0; k < 900; k++) {
        rng = wi_rng_split(wi_rng_make(12), k);
        double lo = any_bound(), hi = any_bound(), mean = one_in(2) ? 0 : between(-2, 2);
        double std = exp(between(-5, 2));
        if (one_in(3)) hi = lo + near_to(0.5); /* as wide as what is measured from a bound */
        if (one_in(8)) hi = lo + exp(between(-20, 0));
        if (one_in(8)) lo = near_to(1.5), hi = one_in(2) ? (double)INFINITY : lo + between(0.4, 4);
        if (one_in(8)) hi = lo + near_to(0.9 / fmax(fabs(lo), 1));
        wi_recipe r = wi_truncated_normal(mean, std, lo, hi);
        if (one_in(4)) r = wi_truncated_normal_corrected(mean, std, lo, hi);
        if (one_in(4)) {
            r = wi_variance_scaling(std, (wi_fan)below(4), WI_SCHEME_TRUNCATED);
            r.lo = lo, r.hi = hi, r.power = (double)below(10) / 2;
        }
        if (one_in(4)) r = wi_gained(r, one_in(2) ? -1 : between(-3, 3));
        if (one_in(12)) r.scheme = one_in(2) ? WI_SCHEME_UNIFORM : WI_SCHEME_NORMAL;
        if (one_in(30)) r = wi_gained(r, (sizeof(wi_real) == 8 ? 1e306 : 1e36) * exp(between(0, 5)));
        wi_shape s = wi_dense(7, 9);
        record_recipe(r);
        wi_rng draw = wi_rng_make(k);
        wi_status status = wi_fill(w, s, r, &draw);
        record("%s", wi_status_name(status));
        if (status != WI_OK) continue;
        record("%016jx", (uintmax_t)hash_of(w, 63));
        double exact, about, spread;
        for (size_t i = 0; i < 8 && r.fan == WI_FAN_NONE; i++) {
            wi_real value = (wi_real)inside_law_value(r, words[i], &exact);
            record("%016jx %.12g", (uintmax_t)hash_of(&value, 1), exact);
        }
        if (inside_recipe_moments(r, s, &about, &spread) == WI_OK) record("%.9g %.9g", about, spread);
        wi_fit fit;
        CHECK_OK(wi_check_fill(w, s, r, &fit, NULL));
        record("%.4g %.4g %.4g %.4g", so_far(fit.mean_z), so_far(fit.std_z), so_far(fit.ks_p),
               so_far(fit.p));
    }
    record_group("laws");
}

/* ---- Verdicts ---- */

/* Something is wrong with it, or nothing. */
static const char *spoil(size_t n)
{
    static const char *const what[] = {"nothing", "gain",    "number",  "sign",  "shift", "swap",
                                       "copy",    "zeros",   "nan",     "order", "far",   "lonely",
                                       "rounded", "nothing", "nothing", "gain"};
    size_t kind = below(WI_COUNT(what)), at = below(n), to = below(n);
    static const double gains[] = {1.02, 1.1, 0.9, 1.5, 2, 0.5};
    double gain = gains[below(WI_COUNT(gains))];
    for (size_t i = 0; i < n; i++) {
        double x = (double)w[i];
        if (what[kind][0] == 'g') w[i] = (wi_real)(x * gain);
        if (kind == 3) w[i] = (wi_real)fabs(x);
        if (kind == 4) w[i] = (wi_real)(x + (gain - 1) / 20);
        if (kind == 7 && i < n / 8) w[i] = 0;
        if (kind == 9 && i > 0 && w[i] < w[i - 1]) {
            wi_real t = w[i];
            w[i] = w[i - 1];
            w[i - 1] = t;
        }
        if (kind == 12) w[i] = (wi_real)(floor(x * 64) / 64);
    }
    if (kind == 2) w[at] += (wi_real)0.01;
    if (kind == 5) {
        wi_real t = w[at];
        w[at] = w[to];
        w[to] = t;
    }
    if (kind == 6) memcpy(w + n / 2, w, n / 2 * sizeof *w);
    if (kind == 8) w[at] = (wi_real)fabs((double)NAN);
    if (kind == 10) w[at] = 9;
    if (kind == 11) memset(w, 0, n / 2 * sizeof *w);
    return what[kind];
}

static void verdicts(size_t k, int identify)
{
    wi_recipe r, claimed;
    wi_fit fit;
    wi_error error;
    char out[WI_RECIPE_TEXT];
    rng = wi_rng_split(wi_rng_make(identify ? 10 : 9), k);
    wi_shape s = draw_shape();
    if (!identify && one_in(4)) s = wi_dense(20 + below(40), 40);
    if (identify && one_in(2)) {
        size_t units = 4 * (2 + below(10));
        s = wi_dense(8 + below(40), units);
    }
    const char *name = texts[(k + below(2)) % WI_COUNT(texts)];
    CHECK_OK(wi_recipe_named(name, &r));
    size_t count = wi_shape_count(s);
    wi_rng draw = wi_rng_split(wi_rng_make(k), 1);
    if (count == 0 || count > 2600) return;
    wi_status filled = one_in(6) ? wi_fill_gates(w, s, 3 + k % 2, r, &draw) : wi_fill(w, s, r, &draw);
    if (filled != WI_OK) return;
    const char *wrong = spoil(count);
    claimed = r;
    if (one_in(5)) CHECK_OK(wi_recipe_named(texts[below(WI_COUNT(texts))], &claimed));
    memset(&error, 0, sizeof error);
    if (!identify) {
        memset(&fit, 0, sizeof fit);
        wi_status status = wi_check_fill(w, s, claimed, &fit, &error);
        record("%s %s: %s %.4g %.4g %.4g %.3g %.4g %d: %s", name, wrong, wi_status_name(status),
               so_far(fit.mean_z), so_far(fit.std_z), so_far(fit.ks_p),
               fit.structure_error < 1e-5 ? 0 : so_far(fit.structure_error), so_far(fit.p), fit.passed,
               error.text);
        return;
    }
    wi_guess guesses[4];
    size_t room = 1 + below(4);
    wi_status status = wi_identify(w, s, guesses, &room, &error);
    record("%s %s: %s %zu: %s", name, wrong, wi_status_name(status), room, error.text);
    for (size_t g = 0; status == WI_OK && g < room; g++)
        record("%s %.5g %.4g %d %zu", wi_recipe_text(guesses[g].recipe, out, sizeof out),
               so_far(guesses[g].log_likelihood), so_far(guesses[g].p), guesses[g].fits, guesses[g].gates);
}

/* ---- Near misses: weights that stand about where something begins to be said ---- */

/* The normal law's tail to such a probability, by halving. */
static double tail_at(double p)
{
    double lo = 0, hi = 40;
    for (int i = 0; i < 60; i++) {
        double z = 0.5 * (lo + hi);
        if (0.5 * erfc(z / sqrt(2.0)) > p) lo = z;
        else hi = z;
    }
    return lo;
}

/* Bring n weights to a mean and a deviation. */
static void bring_to(size_t n, double mean, double std)
{
    wi_stats is = wi_stats_of(w, n);
    for (size_t i = 0; i < n; i++) w[i] = (wi_real)(mean + ((double)w[i] - is.mean) * std / is.std);
}

/* The laws: mean, deviation, an end, a weight far out, the shape, repeats, order, a usual mistake. */
static void miss_of_law(wi_recipe r, wi_shape s, size_t n)
{
    static const double lines[] = {3.3, 4.2, 3.765, 3.6, 3.9, 3.0},
                        ratios[] = {2,             0.5,           1.41421356237, 0.70710678118,
                                    0.57735026919, 1.73205080757, 0.87962566103, 1.13684723384,
                                    1.66666666667, 1,             1.03,          1.1};
    double mean, std, sign = either(1, -1), z = sign * near_to(lines[below(6)]), deviation = z;
    if (inside_recipe_moments(r, s, &mean, &std) != WI_OK || !(std > 0)) return;
    size_t at = below(n), many = 1 + below(12);
    wi_stats is = wi_stats_of(w, n);
    double range = is.max - is.min, count = (double)n;
    int uniform = r.scheme == WI_SCHEME_UNIFORM;
    switch (below(14)) {
    case 0: bring_to(n, mean + z * std / sqrt(count), is.std); break;
    case 1: bring_to(n, is.mean, std * sqrt(pow(1 - 2 / (9 * count) + z * sqrt(2 / (9 * count)), 3))); break;
    case 2: /* both, of nearly the same oddity */
        if (one_in(2)) z /= near_to(0.7);
        bring_to(n, mean + z * std / sqrt(count), std * (1 + deviation / sqrt(2 * count)));
        break;
    case 3:
        deviation = std * ratios[below(12)];
        if (one_in(2)) deviation *= between(0.95, 1.05);
        bring_to(n, mean, deviation);
        break;
    case 4:
        if (one_in(2)) is.mean = mean;
        if (one_in(2)) is.std = sqrt(std) * between(0.95, 1.05);
        bring_to(n, is.mean, is.std);
        break;
    case 5: /* far out, or never */
        z = one_in(2) ? tail_at(near_to(6e-5) / (2 * count)) : pow(near_to(3 * count), 0.25);
        w[at] = (wi_real)(mean + sign * z * std);
        break;
    case 6:
        z = std * tail_at(near_to(10.5) / (2 * count));
        for (size_t i = 0; i < n; i++)
            if (fabs((double)w[i] - mean) > z) w[i] = (wi_real)(mean + z * between(-1, 1));
        break;
    case 7: /* beyond a bound by hardly more than rounding */
        if (r.fan != WI_FAN_NONE || r.scheme == WI_SCHEME_NORMAL) break;
        z = near_to(0.5e-6 * (double)many) * (uniform ? 0.5 * (r.b - r.a) : r.b);
        if (sign > 0) w[at] = (wi_real)((uniform ? r.b : r.a + r.hi * r.b) + z);
        else w[at] = (wi_real)((uniform ? r.a : r.a + r.lo * r.b) - z);
        break;
    case 8: /* an end too early, or beyond a bound by less than anything */
        z = 1 - sign * near_to(one_in(2) ? 8.7 : 1e-5) / count;
        for (size_t i = 0; i < n; i++) w[i] = (wi_real)(mean + ((double)w[i] - mean) * z);
        break;
    case 9:
        z = between(0.6, 1.6);
        for (size_t i = 0; i < n; i++) {
            double x = ((double)w[i] - mean) / std;
            w[i] = (wi_real)(mean + std * (x < 0 ? -pow(-x, z) : pow(x, z)));
        }
        if (one_in(2)) bring_to(n, mean, std);
        break;
    case 10: /* uneven, between the same ends */
        deviation = 1 / (0.5 + near_to(sign * 4.2 * 0.28867513 / sqrt(count))) - 1;
        if (!(deviation > 0)) break;
        for (size_t i = 0; i < n; i++)
            w[i] = (wi_real)(is.min + range * pow(((double)w[i] - is.min) / range, deviation));
        break;
    case 11:
        for (size_t i = 0; i < many; i++) {
            size_t to = below(n);
            w[to] = one_in(2) ? w[at] : 0;
        }
        break;
    case 12: /* in steps, or in bfloat16 */
        z = one_in(3) ? 0 : std * exp(between(-9, 0));
        for (size_t i = 0; i < n; i++) {
            int e;
            (void)frexp((double)w[i], &e);
            double step = z > 0 ? z : ldexp(1.0, e - 8);
            w[i] = (wi_real)(floor((double)w[i] / step + 0.5) * step);
        }
        break;
    default: /* neighbours in order, more or less often */
        z = between(0, 0.6);
        for (size_t i = 1; i < n; i++)
            if (w[i] < w[i - 1] && wi_rng_uniform(&rng) < z) {
                wi_real t = w[i];
                w[i] = w[i - 1];
                w[i - 1] = t;
            }
    }
}

/* The structures: one weight off by about what is allowed, rows turned until traces and sums are odd, units
   that are one too many, directions too even or too uneven. */
static void miss_of_structure(wi_recipe r, wi_shape s, size_t n)
{
    size_t at = below(n), cols = n / s.out;
    double gain = r.scheme == WI_SCHEME_SPARSE ? r.b : r.a, sum = 0, most = between(0, 9);
    switch (below(5)) {
    case 0: w[at] += (wi_real)(near_to(gain * 0.5e-5) * (double)(1 + at % 3)); break;
    case 1: w[at] = one_in(2) ? 0 : (wi_real)gain; break;
    case 2: /* signs of rows, by their sums or by the diagonal */
    case 3:
        for (size_t o = 0; o < s.out && o < cols; o++) {
            double mine = 0;
            for (size_t j = 0; j < cols; j++) mine += (double)w[o * cols + j];
            if (one_in(2)) mine = (double)w[o * cols + o] * sqrt((double)cols);
            if (mine < 0 && sum + fabs(mine) < most * sqrt((double)s.out))
                for (size_t j = 0; j < cols; j++) w[o * cols + j] = -w[o * cols + j];
            sum += fabs(mine);
        }
        break;
    default: /* half of them from another structure */
        for (size_t i = 0; i < n / 2; i++)
            w[i] = (wi_real)(one_in(8) ? -fabs((double)w[i]) : fabs((double)w[i]));
    }
}

static void miss(size_t k)
{
    static const size_t sides[][2] = {{8, 8},  {9, 7},  {5, 13},  {16, 16}, {12, 20},
                                      {1, 64}, {63, 1}, {32, 40}, {64, 64}, {3, 2}};
    wi_recipe r;
    wi_fit fit;
    wi_error error;
    rng = wi_rng_split(wi_rng_make(13), k);
    const size_t *side = sides[below(WI_COUNT(sides))];
    wi_shape s = one_in(6) ? draw_shape() : wi_dense(side[0], side[1]);
    CHECK_OK(wi_recipe_named(texts[below(WI_COUNT(texts))], &r));
    if (one_in(4) && s.kernel_h == 1) r = one_in(2) ? wi_orthogonal(1) : wi_gained(wi_nguyen_widrow(), 2);
    size_t n = wi_shape_count(s);
    wi_rng draw = wi_rng_split(wi_rng_make(k), 1);
    if (n > MOST || wi_fill(w, s, r, &draw) != WI_OK) return;
    if (r.scheme == WI_SCHEME_UNIFORM || r.scheme == WI_SCHEME_NORMAL || r.scheme == WI_SCHEME_TRUNCATED)
        miss_of_law(r, s, n);
    else miss_of_structure(r, s, n);
    memset(&error, 0, sizeof error);
    memset(&fit, 0, sizeof fit);
    wi_status status = wi_check_fill(w, s, r, &fit, &error);
    record("%s %.4g %.4g %.4g %.3g %.4g %d: %s", wi_status_name(status), but_for_rounding(fit.mean_z),
           but_for_rounding(fit.std_z), so_far(fit.ks_p),
           fit.structure_error < 1e-4 ? 0 : so_far(fit.structure_error), so_far(fit.p), fit.passed,
           error.text);
}

/* Deviations that are off by about what usual mistakes make of them. */
static void test_mistakes(void)
{
    static const double ratios[] = {2,       0.5,     1.4142,  0.7071, 0.57735, 1.73205,
                                    0.87963, 1.13685, 1.66667, 3,      0.3333,  0.8660};
    static const char *const recipes[] = {"xavier_normal", "he_uniform", "kaiming:0,fan_out,truncated",
                                          "normal:0,0.3"};
    const wi_shape shapes[3] = {wi_dense(64, 32), wi_dense(24, 72), wi_conv2d(15, 15, 3, 3)};
    for (size_t k = 0; k < WI_COUNT(ratios) * 13; k++) {
        wi_recipe r;
        wi_fit fit;
        wi_error error;
        wi_shape s = shapes[k % 3];
        double gain = ratios[k / 13] * (1 + 0.012 * ((double)(k % 13) - 6));
        wi_rng draw = wi_rng_split(wi_rng_make(k), 1);
        CHECK_OK(wi_recipe_named(recipes[k % 4], &r));
        CHECK_OK(wi_fill(w, s, r, &draw));
        bring_to(wi_shape_count(s), 0, gain * wi_recipe_std(r, s));
        CHECK_OK(wi_check_fill(w, s, r, &fit, &error));
        record("%.4g %d: %s", fit.std_z, fit.passed, error.text);
    }
    record_group("mistakes");
}

/* Who may have made them? All that were asked. */
static void all_guesses(size_t k)
{
    char out[WI_RECIPE_TEXT];
    wi_recipe r;
    wi_error error;
    wi_guess guesses[64];
    size_t room = 64;
    rng = wi_rng_split(wi_rng_make(14), k);
    size_t inputs = 1 + below(40), units = 1 + below(30);
    wi_shape s = one_in(3) ? draw_shape() : wi_dense(inputs, units > 15 ? 4 * (units - 15) : units);
    CHECK_OK(wi_recipe_named(texts[below(WI_COUNT(texts))], &r));
    if (one_in(2)) r = wi_gained(r, one_in(2) ? between(0.01, 3) : (double)(1 + below(20)) / 10);
    size_t n = wi_shape_count(s);
    wi_rng draw = wi_rng_split(wi_rng_make(k), 1);
    if (n == 0 || n > 1500 || wi_fill(w, s, r, &draw) != WI_OK) return;
    if (one_in(4)) (void)spoil(n);
    wi_stats is = wi_stats_of(w, n);
    switch (below(8)) {
    case 0: bring_to(n, near_to(3) * is.std / sqrt((double)n), is.std); break;
    case 1: bring_to(n, between(-1, 1), is.std); break;
    case 2: w[k % 3 ? 0 : n / 2] *= (wi_real)(1 + near_to(1e-6 * (double)below(3))); break;
    case 3: w[n / 3] *= (wi_real)(1 + near_to(1e-5 * (double)below(3))); break;
    case 4:
        for (size_t i = 0; i < n; i++) w[i] *= (wi_real)(one_in(2) ? 1 : -1);
        break;
    case 5:
        for (size_t i = 0; i < n; i++) w[i] = (wi_real)floor(4 * (double)w[i]);
        break;
    default: break;
    }
    wi_status status = wi_identify(w, s, guesses, &room, &error);
    record("%s %zu: %s", wi_status_name(status), room, error.text);
    for (size_t g = 0; status == WI_OK && g < room; g++)
        record("%s %.5g %.4g %d %zu", wi_recipe_text(guesses[g].recipe, out, sizeof out),
               so_far(guesses[g].log_likelihood), so_far(guesses[g].p), guesses[g].fits, guesses[g].gates);
}

int main(int argc, char **argv)
{
#if !(defined(__x86_64__) || defined(_M_X64)) || defined(__FMA__)
    CHECK_SKIP("numbers of a processor that rounds a product before it is added");
    return check_done();
#endif
    record_open("tests/golden/fills.txt", argc, argv);
    test_texts();
    test_extremes();
    test_structs();
    test_fills();
    test_numbers();
    test_laws();
    for (size_t k = 0; k < 3000; k++) verdicts(k, 0);
    record_group("checks");
    for (size_t k = 0; k < 500; k++) verdicts(k, 1);
    record_group("guesses");
    for (size_t k = 0; k < 3000; k++) miss(k);
    record_group("near misses");
    test_mistakes();
    for (size_t k = 0; k < 300; k++) all_guesses(k);
    record_group("all guesses");
    CHECK_EQ(fail_alloc.live, 0);
    return record_done();
}
