/* 05_act.c - activations: formulas, slopes, limits, names, and the vector code against the formulas.
   @build portable */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include "inside.h"

enum { IS_DOUBLE = sizeof(wi_real) == 8 };

static double cube(double z, double p) { return p * z * z * z; }
static double cube_slope(double z, double p) { return 3 * p * z * z; }

/* One of each kind, with a parameter that is not the default. */
static size_t all_acts(wi_act acts[WI_ACT_COUNT])
{
    size_t n = 0;
    acts[n++] = wi_linear();       acts[n++] = wi_relu();     acts[n++] = wi_leaky_relu(0.2);
    acts[n++] = wi_sigmoid();      acts[n++] = wi_tanh();     acts[n++] = wi_elu(1.5);
    acts[n++] = wi_selu();         acts[n++] = wi_gelu();     acts[n++] = wi_silu();
    acts[n++] = wi_mish();         acts[n++] = wi_softplus(); acts[n++] = wi_softsign();
    acts[n++] = wi_hard_swish();
    acts[n++] = wi_sine(3);
    acts[n++] = wi_custom("cube", cube, cube_slope, 0.5);
    CHECK_EQ(n, WI_ACT_COUNT);
    return n;
}

static void test_values(void)
{
    const double e = 2.718281828459045235;
    wi_act zero;
    memset(&zero, 0, sizeof zero);
    CHECK(wi_act_value(zero, 3.5) == 3.5 && wi_act_slope(zero, 3.5) == 1);
    CHECK(wi_act_value(wi_relu(), -2) == 0 && wi_act_value(wi_relu(), 2) == 2);
    CHECK(wi_act_slope(wi_relu(), 0) == 0 && wi_act_slope(wi_relu(), 1e-300) == 1);
    CHECK_NEAR(wi_act_value(wi_leaky_relu(0.2), -2), -0.4, 1e-16);
    CHECK_NEAR(wi_act_value(wi_sigmoid(), 1), e / (1 + e), 1e-15);
    CHECK_NEAR(wi_act_value(wi_tanh(), 1), (e * e - 1) / (e * e + 1), 1e-15);
    CHECK_NEAR(wi_act_value(wi_elu(2), -1), 2 / e - 2, 1e-15);
    CHECK_NEAR(wi_act_value(wi_gelu(), 1), 0.84134474606854294859, 1e-15);          /* Phi(1) */
    CHECK_CLOSE(wi_act_value(wi_gelu(), -10), -7.619853024160526e-23, 1e-12);       /* -10 Phi(-10) */
    CHECK_NEAR(wi_act_value(wi_silu(), 1), e / (1 + e), 1e-15);
    CHECK_NEAR(wi_act_value(wi_mish(), 1), 0.86509838826731034, 1e-15);
    CHECK_NEAR(wi_act_value(wi_softplus(), 0), 0.69314718055994530942, 1e-15);
    CHECK_NEAR(wi_act_value(wi_softsign(), -3), -0.75, 1e-15);
    CHECK_NEAR(wi_act_value(wi_hard_swish(), 1), 4.0 / 6, 1e-15);
    CHECK_NEAR(wi_act_value(wi_sine(30), 0.1), sin(3.0), 1e-15);
    CHECK_NEAR(wi_act_value(wi_custom("c", cube, cube_slope, 2), 2), 16, 0);

    /* SELU's promise: z ~ N(0, 1) keeps mean 0 and second moment 1 (midpoint sums). */
    double mean = 0, second = 0, h = 1e-3;
    for (double z = -12 + h / 2; z < 12; z += h) {
        double f = wi_act_value(wi_selu(), z), density = 0.39894228040143267794 * exp(-0.5 * z * z);
        mean += f * density * h;
        second += f * f * density * h;
    }
    CHECK_NEAR(mean, 0, 1e-6);
    CHECK_NEAR(second, 1, 1e-6);
}

/* Slopes are derivatives: against central differences, away from kinks. */
static void test_slopes(void)
{
    wi_act acts[WI_ACT_COUNT];
    size_t count = all_acts(acts);
    for (size_t a = 0; a < count; a++) {
        for (double z = -9.973; z < 10; z += 0.217) {
            double h = 1e-5, d = (wi_act_value(acts[a], z + h) - wi_act_value(acts[a], z - h)) / (2 * h);
            if (!CHECK_NEAR(wi_act_slope(acts[a], z), d, 3e-9 * (1 + fabs(d))))
                printf("  %s at %g\n", wi_act_name(acts[a]), z);
        }
    }
}

/* Limits, and no trap between them. */
static void test_extremes(void)
{
    const double far[] = {30, 100, 700, 710, 745, 1e4, 1e8, 1e150, 1e300, 1.7e308, HUGE_VAL};
    wi_act acts[WI_ACT_COUNT];
    size_t count = all_acts(acts);
    for (size_t a = 0; a < count; a++) {
        const wi_act act = acts[a];
        CHECK(wi_act_value(act, (double)NAN) != wi_act_value(act, (double)NAN));
        CHECK(wi_act_slope(act, (double)NAN) != wi_act_slope(act, (double)NAN));
        if (act.kind == WI_ACT_SINE || act.kind == WI_ACT_CUSTOM) continue;
        for (size_t i = 0; i < WI_COUNT(far); i++) {
            double up = wi_act_value(act, far[i]), down = wi_act_value(act, -far[i]);
            CHECK(up == up && down == down);
            double slope_up = wi_act_slope(act, far[i]), slope_down = wi_act_slope(act, -far[i]);
            CHECK(fabs(slope_up) < 1.1 && fabs(slope_down) < 1.8);

            /* Above, all but the saturating ones are z (SELU: scaled). Below, all but two are bounded. */
            int bounded =
                act.kind == WI_ACT_SIGMOID || act.kind == WI_ACT_TANH || act.kind == WI_ACT_SOFTSIGN;
            double scale = act.kind == WI_ACT_SELU ? 1.0507009873554804934 : 1;
            CHECK_CLOSE(up, bounded ? 1 : scale * far[i], bounded ? 0.04 : 1e-12);
            if (act.kind == WI_ACT_LINEAR || act.kind == WI_ACT_LEAKY_RELU) continue;
            CHECK(fabs(down) < 2);
        }
        volatile double at_0 = wi_act_value(act, 0), log_2 = log(2.0);   /* stored: an x87 has more digits */
        CHECK(at_0 == (act.kind == WI_ACT_SIGMOID ? 0.5 : act.kind == WI_ACT_SOFTPLUS ? log_2 : 0));
    }
    CHECK(wi_act_value(wi_gelu(), -HUGE_VAL) == 0 && wi_act_value(wi_silu(), -HUGE_VAL) == 0);
    CHECK(wi_act_value(wi_mish(), -HUGE_VAL) == 0 && wi_act_value(wi_hard_swish(), -HUGE_VAL) == 0);
    CHECK_NEAR(wi_act_value(wi_elu(1.5), -HUGE_VAL), -1.5, 0);

    /* What is none of the list has no values; a function that was not given neither. */
    wi_act none[3] = {wi_relu(), wi_relu(), wi_relu()};
    memset(&none[0].kind, 255, sizeof none[0].kind);   /* -1 */
    memset(&none[1].kind, 1, sizeof none[1].kind);     /* 16843009 */
    none[2].kind = WI_ACT_CUSTOM;
    for (size_t i = 0; i < 3; i++) {
        wi_real z[20], out[20];
        for (size_t k = 0; k < 20; k++) z[k] = (wi_real)k;
        CHECK(isnan(wi_act_value(none[i], 1)) && isnan(wi_act_slope(none[i], 1)));
        wi_act_forward(none[i], out, z, 20);
        for (size_t k = 0; k < 20; k++) CHECK(isnan(out[k]));
        wi_act_backward(none[i], out, z, z, 20);
        for (size_t k = 0; k < 20; k++) CHECK(isnan(out[k]));
        if (i < 2) CHECK_TEXT(wi_act_name(none[i]), "unknown");
    }

    const wi_real below = -(wi_real)0, zero = 0;
    wi_real y = 1;
    wi_act_forward(wi_relu(), &y, &below, 1);
    CHECK_BYTES(&y, &zero, sizeof y);   /* no sign is left */
}

static void test_names(void)
{
    wi_act acts[WI_ACT_COUNT], read;
    size_t count = all_acts(acts);
    for (size_t a = 0; a + 1 < count; a++) {
        CHECK_OK(wi_act_named(wi_act_name(acts[a]), &read));
        CHECK(read.kind == acts[a].kind);
        if (a != 2 && a != 5 && a < 13) CHECK(acts[a].param == 0);   /* but leaky_relu, elu, sine, custom */
    }
    CHECK_TEXT(wi_act_name(wi_leaky_relu(0.2)), "leaky_relu");
    CHECK_TEXT(wi_act_name(acts[count - 1]), "cube");
    CHECK_TEXT(wi_act_name(wi_custom(NULL, cube, cube_slope, 0)), "custom");
    acts[0].kind = 99;
    CHECK_TEXT(wi_act_name(acts[0]), "unknown");
    CHECK(wi_act_value(acts[0], 1) != wi_act_value(acts[0], 1));

    CHECK_OK(wi_act_named("swish", &read));
    CHECK_EQ(read.kind, WI_ACT_SILU);
    CHECK_OK(wi_act_named("leaky_relu:0.2", &read));
    CHECK(read.kind == WI_ACT_LEAKY_RELU);
    CHECK_NEAR(read.param, 0.2, 1e-16);
    CHECK_OK(wi_act_named("leaky_relu", &read));
    CHECK_NEAR(read.param, 0.01, 1e-17);
    CHECK_OK(wi_act_named("elu:-1.5e-1", &read));
    CHECK_NEAR(read.param, -0.15, 1e-16);
    CHECK_OK(wi_act_named("sine", &read));
    CHECK(read.param == 30);
    CHECK_OK(wi_act_named("sine:1e2", &read));
    CHECK(read.param == 100);
    static const char *bad[] = { "",       "rel",    "relux", "relu:1",  "elu:",      "elu:x",
                                 "elu:1x", "elu:1e", "elu:.", "elu:1,5", "elu:1e999", "elu:nan",
                                 "custom", "RELU",   ":1",    "elu: 1" };
    read.param = 7;
    for (size_t i = 0; i < WI_COUNT(bad); i++)
        if (!CHECK_STATUS(wi_act_named(bad[i], &read), WI_ERR_FORMAT)) printf("  \"%s\"\n", bad[i]);
    CHECK(wi_act_named("leaky_relu:1e39", &read) == (IS_DOUBLE ? WI_OK : WI_ERR_FORMAT));
    CHECK(read.param == (IS_DOUBLE ? 1e39 : 7));
    /* The largest number that there is fits. */
    CHECK_OK(wi_act_named(IS_DOUBLE ? "elu:1.7976931348623157e308" : "elu:3.4028234663852886e38", &read));
    CHECK_STATUS(wi_act_named("leaky_relu:-1.8e308", &read), WI_ERR_FORMAT);
    CHECK_STATUS(wi_act_named(NULL, &read), WI_ERR_ARG);
    CHECK_STATUS(wi_act_named("relu", NULL), WI_ERR_ARG);

    CHECK(wi_act_value(wi_custom("f", NULL, NULL, 0), 1) != 1);
    CHECK(wi_act_slope(wi_custom("f", NULL, NULL, 0), 1) != 1);
}

/* ---- Arrays ---- */
#define N 3001

static int same_bits(wi_real x, wi_real y)
{
    return memcmp(&x, &y, sizeof x) == 0 || (x != x && y != y);
}

/* A grid of ordinary values, and some that are not: denormal, huge, infinite, NaN. */
static void fill_inputs(wi_real *z)
{
    const double odd[] = { 0,      -0.0, 1e-45, -1e-45, 1e-38, -1e-38, 1e-30, 88.7,  88.8,     -87.4,
                           -103.9, -104, -150,  -200,   1e10,  -1e10,  3e38,  -3e38, HUGE_VAL, -HUGE_VAL };
    for (size_t i = 0; i < N; i++) z[i] = (wi_real)(((double)i - N / 2) / 100.0);
    for (size_t i = 0; i < WI_COUNT(odd); i++) z[7 + 13 * i] = (wi_real)odd[i];
    z[5] = (wi_real)NAN;
}

/* How far from the formula: relative to the value, or for small values to what the type can hold there.
   Slopes cross 0 as differences of numbers about 1, in the formula too. */
static void check_array(wi_act act, const wi_real *z, const wi_real *got, const wi_real *dy, double tolerance)
{
    size_t wrong = 0;
    for (size_t i = 0; i < N; i++) {
        double x = (double)z[i],
               want = dy != NULL ? (double)dy[i] * wi_act_slope(act, x) : wi_act_value(act, x);
        double least = dy != NULL ? (IS_DOUBLE ? 2e-16 : 1e-7) : IS_DOUBLE ? 1e-300 : 1e-44;
        double bound = tolerance * fabs(want) + least;
        wi_real rounded = (wi_real)want;
        int ok = want != want ? got[i] != got[i]
                              : same_bits(got[i], rounded) || fabs((double)got[i] - want) <= bound;
        if (!ok && wrong++ < 5)
            printf("  %s(%.9g): %.9g, not %.9g\n", wi_act_name(act), x, (double)got[i], want);
    }
    CHECK_EQ(wrong, 0);
}

static void test_arrays(void)
{
    static wi_real z[N + 8], y[N + 8], dy[N + 8], dz[N + 8], other[N + 8];
    const double ulp = IS_DOUBLE ? 2.3e-16 : 1.2e-7;
    wi_act acts[WI_ACT_COUNT];
    size_t count = all_acts(acts);
    fill_inputs(z);
    for (size_t i = 0; i < N; i++) dy[i] = (wi_real)(1 + (double)(i % 5) / 4);
    for (size_t a = 0; a < count; a++) {
        const wi_act act = acts[a];
        size_t wrong = 0;
        y[N] = dz[N] = 77;
        wi_act_forward(act, y, z, N);
        wi_act_backward(act, dz, dy, z, N);
        check_array(act, z, y, NULL, 4 * ulp);
        check_array(act, z, dz, dy, 9 * ulp);
        CHECK(y[N] == 77 && dz[N] == 77);

        /* An element is the same wherever it stands, alone or in place. */
        for (size_t n = 0; n < 40; n++) {
            wi_act_forward(act, other, z + 3 * n, n);
            for (size_t i = 0; i < n; i++) wrong += !same_bits(other[i], y[3 * n + i]);
            wi_act_backward(act, other, dy + 3 * n, z + 3 * n, n);
            for (size_t i = 0; i < n; i++) wrong += !same_bits(other[i], dz[3 * n + i]);
        }
        memcpy(other, z, sizeof z);
        wi_act_forward(act, other, other, N);
        for (size_t i = 0; i < N; i++) wrong += !same_bits(other[i], y[i]);
        memcpy(other, dy, sizeof z);
        wi_act_backward(act, other, other, z, N);
        for (size_t i = 0; i < N; i++) wrong += !same_bits(other[i], dz[i]);
        memcpy(other, z, sizeof z);
        wi_act_backward(act, other, dy, other, N);
        for (size_t i = 0; i < N; i++) wrong += !same_bits(other[i], dz[i]);
        CHECK_EQ(wrong, 0);

        for (size_t i = 0; i < N; i++) other[i] = (wi_real)(((double)i - N / 2) * 0.08);   /* out to 120 */
        wi_act_forward(act, y, other, N);
        wi_act_backward(act, dz, dy, other, N);
        check_array(act, other, y, NULL, 4 * ulp);
        check_array(act, other, dz, dy, 9 * ulp);
    }
}

/* Sines far from 0, in whole blocks and in blocks with others. */
static void test_far_sines(void)
{
    wi_real z[64], y[64], dy[64], dz[64];
    const double distance[3] = {2e4, 2e7, 2e15};
    for (int way = 0; way < 6; way++) {
        for (size_t i = 0; i < 64; i++) {
            double far = distance[way / 2] * (1 + 0.02055 * (double)i);
            z[i] = (wi_real)(way % 2 && i % 16 < 9 ? 0.01 * (double)i : far);
            dy[i] = 1;
        }
        wi_act_forward(wi_sine(1), y, z, 64);
        wi_act_backward(wi_sine(1), dz, dy, z, 64);
        for (size_t i = 0; i < 64; i++) {
            CHECK_NEAR(y[i], sin((double)z[i]), IS_DOUBLE ? 1e-15 : 2e-7);
            CHECK_NEAR(dz[i], cos((double)z[i]), IS_DOUBLE ? 1e-15 : 2e-7);
        }
    }
}

/* Beside their zeros, however far away, sines and cosines are right to the last digits of what is left. */
static void test_zeros_of_sines(void)
{
    const double pi = 3.14159265358979323846;
    for (size_t first = 0; first < 900000; first += 64 * 131) {
        wi_real z[64], y[64], dy[64], dz[64];
        for (int half = 0; half < 2; half++) {
            for (size_t i = 0; i < 64; i++) {
                z[i] = (wi_real)(((double)(first + 131 * i) + 0.5 * half) * pi);
                dy[i] = 1;
            }
            wi_act_forward(wi_sine(1), y, z, 64);
            wi_act_backward(wi_sine(1), dz, dy, z, 64);
            for (size_t i = 0; i < 64; i++)
                if (half) CHECK_CLOSE(dz[i], cos((double)z[i]), IS_DOUBLE ? 1e-15 : 2e-7);
                else CHECK_CLOSE(y[i], sin((double)z[i]), IS_DOUBLE ? 1e-15 : 2e-7);
        }
    }
}

/* AVX2 and AVX-512 compute the same bits. */
static void test_widths(void)
{
    static wi_real z[N], dy[N], wide[N], narrow[N];
    const size_t whole = N - N % 16;  /* they take whole blocks */
    if (inside_simd_bits() < 512) {
#ifndef WINIT_SIMD_BITS
        if (inside_x86() && inside_simd_bits() > 0) CHECK_SKIP("no AVX-512 here");
#endif
        return;
    }
    fill_inputs(z);
    for (size_t i = 0; i < N; i++) dy[i] = (wi_real)i - 1000;
    for (int kind = 0; kind < WI_ACT_CUSTOM; kind++) {
        size_t wrong = 0;
        for (int slope = 0; slope < 2; slope++) {
            inside_act_run(kind, 1, wide, slope ? dy : NULL, z, whole);
            inside_act_run(kind, 0, narrow, slope ? dy : NULL, z, whole);
            for (size_t i = 0; i < whole; i++) wrong += !same_bits(wide[i], narrow[i]);
        }
        CHECK_EQ(wrong, 0);
    }
}

/* With fused multiply-adds every machine computes the same bits: a checksum of all values and slopes. */
static void test_checksum(void)
{
    static wi_real z[N], dy[N], y[N];
    wi_act acts[WI_ACT_COUNT];
    size_t count = all_acts(acts);
    uint64_t hash = 14695981039346656037u;
    int fused = !IS_DOUBLE && inside_order_of(1).fused;
    if (!fused) {
        printf("  no fused multiply-add here: nothing to agree on\n");
        return;
    }
    fill_inputs(z);
    for (size_t i = 0; i < N; i++) dy[i] = (wi_real)i - 1000;
    for (size_t a = 0; a + 1 < count; a++) {
        for (int slope = 0; slope < 2; slope++) {
            if (slope) wi_act_backward(acts[a], y, dy, z, N);
            else wi_act_forward(acts[a], y, z, N);
            for (size_t i = 0; i < N; i++) {
                uint32_t bits = 0;
                if (acts[a].kind == WI_ACT_SINE && !(fabs((double)z[i]) < 1e5)) continue;  /* libm's */
                if (y[i] == y[i]) memcpy(&bits, &y[i], sizeof bits);
                hash = (hash ^ bits) * 1099511628211u;
            }
        }
    }
    CHECK_EQ(hash, 0x780abdf95d33e97du);
}

int main(void)
{
    test_checksum();
    test_values();
    test_slopes();
    test_extremes();
    test_names();
    test_arrays();
    test_far_sines();
    test_zeros_of_sines();
    test_widths();
    return check_done();
}
