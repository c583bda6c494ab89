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
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include "record.h"

enum { MOST = 4096 };
static wi_real w[MOST + 8], other[MOST + 8];
static wi_rng rng;
static size_t below(size_t n) { return (size_t)wi_rng_below(&rng, n); }
static int one_in(size_t n) { return below(n) == 0; }

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

int main(int argc, char **argv)
{
#if !(defined(__x86_64__) || defined(_M_X64)) || defined(__FMA__)
    CHECK_SKIP("numbers of a processor that rounds a product before it is added");
    return check_done();
#endif
    record_open("tests/golden/fills.txt", argc, argv);
    test_texts();
    test_structs();
    test_fills();
    for (size_t k = 0; k < 3000; k++) verdicts(k, 0);
    record_group("checks");
    for (size_t k = 0; k < 500; k++) verdicts(k, 1);
    record_group("guesses");
    CHECK_EQ(fail_alloc.live, 0);
    return record_done();
}
