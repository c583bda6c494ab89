/* Section 6: Gaussian averages, gains, fixed points and critical pairs, against closed forms and brute force.
   @build no-vectors */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include "inside.h"
#include <fenv.h>

static const double PI = 3.14159265358979323846;

static double phi(double z) { return exp(-0.5 * z * z) / sqrt(2.0 * PI); }
static double Phi(double z) { return 0.5 * erfc(-z / sqrt(2.0)); }

static double custom_erf(double z, double p) { (void)p; return erf(z); }
static double custom_erf_slope(double z, double p) { (void)p; return 2.0 / sqrt(PI) * exp(-z * z); }
static double custom_sine(double z, double p) { return sin(p * z); }
static double custom_sine_slope(double z, double p) { return p * cos(p * z); }
static double custom_kink(double z, double p) { return fabs(z - p); }
static double custom_kink_slope(double z, double p) { return z < p ? -1.0 : 1.0; }
static double custom_line(double z, double p) { return p * z; }
static double custom_line_slope(double z, double p) { return p + 0.0 * z; }
static double leaning;
static double custom_leaning_slope(double z, double p) { return p * (1.0 + leaning) + 0.0 * z; }
static double custom_step_slope(double z, double p) { (void)z; (void)p; return 0.5; }
static double custom_cube(double z, double p) { (void)p; return z * z * z; }
static double custom_cube_slope(double z, double p) { (void)p; return 3.0 * z * z; }
static double custom_wall(double z, double p) { return z > p + 1e-7 ? HUGE_VAL : z * z * z; }
static double custom_until(double z, double p) { return z / p > 1.0 ? HUGE_VAL : z; }
static double custom_until_slope(double z, double p) { return z / p > 1.0 ? HUGE_VAL : 1.0; }
static double custom_spike(double z, double p) { return z > p + 1e-6 && z < p + 1.1e-5 ? HUGE_VAL : 0; }
static double custom_noise(double z, double p) { (void)p; return fmod(1e9 * fabs(z), 1.0); }
/* One number in each average, another in the next: each begins at -6. */
static double custom_restless(double z, double p)
{
    static int turn;
    if (z <= -6 && z >= -6) turn = (turn + 1) % 3;
    return 1 + 1e-3 * turn + p;
}
static double custom_no_slope(double z, double p) { return 0 * z * p; }
static double custom_nan(double z, double p) { (void)z; (void)p; return sqrt(-1.0); }
static double custom_noisy_tanh_slope(double z, double p) { double t = tanh(z); (void)p; return 1.0 - t * t; }
static double custom_tanh(double z, double p) { (void)p; return tanh(z); }

static wi_signal at_q(double q, double c)
{
    wi_signal s;
    memset(&s, 0, sizeof s);
    s.q = q;
    s.correlation = c;
    return s;
}

/* Is no number of a signal one? */
static int is_none(wi_signal s)
{
    double all[sizeof s / sizeof(double)];
    size_t none = 0;
    memcpy(all, &s, sizeof s);
    for (size_t i = 0; i < WI_COUNT(all); i++) none += isnan(all[i]) ? 1u : 0u;
    return none == WI_COUNT(all);
}

/* The trapezoidal rule between kinks with 50,000 steps: slow, plain, and independent of the header's
   quadrature. */
static wi_moments brute(wi_act act, double mean, double std)
{
    double cut[5] = {-12.0, 0.0, 0.0, 0.0, 12.0}, sum[4] = {0, 0, 0, 0};
    const double kink[3] = {-3.0, 0.0, 3.0};
    for (int k = 0; k < 3; k++) cut[k + 1] = fmax(-12.0, fmin(12.0, (kink[k] - mean) / std));
    for (int piece = 0; piece < 4; piece++) {
        int n = 12500;
        double h = (cut[piece + 1] - cut[piece]) / n;
        if (h <= 0.0) continue;
        for (int i = 0; i < n; i++) {   /* Simpson with the ends kept just inside the piece */
            for (int j = 0; j < 3; j++) {
                double z = cut[piece] + h * (i + 0.5 * j), x = mean + std * z;
                if (i == 0 && j == 0) x += 1e-13 * std;
                if (i == n - 1 && j == 2) x -= 1e-13 * std;
                double w = phi(z) * h * (j == 1 ? 4.0 : 1.0) / 6.0, f = wi_act_value(act, x),
                       d = wi_act_slope(act, x);
                sum[0] += w * f; sum[1] += w * f * f; sum[2] += w * d; sum[3] += w * d * d;
            }
        }
    }
    wi_moments m;
    m.mean = sum[0]; m.second = sum[1]; m.slope_mean = sum[2]; m.slope_second = sum[3];
    return m;
}

static void test_moments(void)
{
    /* ReLU anywhere. */
    for (int i = 0; i < 7; i++) {
        double mu = -3.0 + i, s = 0.3 + 0.5 * i, t = mu / s;
        wi_moments m = wi_act_moments(wi_relu(), mu, s);
        CHECK_CLOSE(m.mean, mu * Phi(t) + s * phi(t), 1e-10);
        CHECK_CLOSE(m.second, (mu * mu + s * s) * Phi(t) + mu * s * phi(t), 1e-10);
        CHECK_CLOSE(m.slope_mean, Phi(t), 1e-10);
        CHECK_CLOSE(m.slope_second, Phi(t), 1e-10);
    }

    /* Every activation against brute force; sine against its custom twin as well. */
    wi_act acts[WI_ACT_CUSTOM];
    for (int kind = 0; kind < WI_ACT_CUSTOM; kind++) {
        acts[kind] = wi_linear();
        acts[kind].kind = kind;
        CHECK_OK(wi_act_named(wi_act_name(acts[kind]), &acts[kind]));
        if (acts[kind].param > 0) acts[kind].param = kind == WI_ACT_SINE ? 3.0 : 0.1 + 1.2 * acts[kind].param;
    }
    const double means[3] = {0.0, 0.7, -2.5}, stds[3] = {0.25, 1.0, 6.0};
    for (size_t a = 0; a < WI_COUNT(acts); a++)
        for (int k = 0; k < 3; k++) {
            wi_moments got = wi_act_moments(acts[a], means[k], stds[k]),
                       want = brute(acts[a], means[k], stds[k]);
            CHECK_NEAR(got.mean, want.mean, 1e-10 * (1.0 + fabs(want.mean)));
            CHECK_NEAR(got.second, want.second, 1e-10 * (1.0 + want.second));
            CHECK_NEAR(got.slope_mean, want.slope_mean, 1e-10 * (1.0 + fabs(want.slope_mean)));
            CHECK_NEAR(got.slope_second, want.slope_second, 1e-10 * (1.0 + want.slope_second));
        }

    /* erf has closed forms at any scale, the widest of which is a step to the quadrature. */
    wi_act e = wi_custom("erf", custom_erf, custom_erf_slope, 0.0);
    for (double s = 1e-6; s < 1e7; s *= 10.0) {
        wi_moments m = wi_act_moments(e, 0.0, s);
        CHECK_NEAR(m.mean, 0.0, 1e-10);
        CHECK_CLOSE(m.second, 2.0 / PI * asin(2.0 * s * s / (1.0 + 2.0 * s * s)), 1e-9);
        CHECK_CLOSE(m.slope_mean, 2.0 / sqrt(PI * (1.0 + 2.0 * s * s)), 1e-9);
        CHECK_CLOSE(m.slope_second, 4.0 / PI / sqrt(1.0 + 4.0 * s * s), 1e-9);
    }

    /* Sine: closed forms at a large omega, quadrature at a moderate one, a point mass at std 0. */
    wi_moments fast = wi_act_moments(wi_sine(1e6), 0.3, 1.0),
               slow = wi_act_moments(wi_custom("s", custom_sine, custom_sine_slope, 30.0), 0.3, 0.4);
    wi_moments same = wi_act_moments(wi_sine(30.0), 0.3, 0.4);
    CHECK_NEAR(fast.mean, 0.0, 1e-15);
    CHECK_NEAR(fast.second, 0.5, 1e-15);
    CHECK_NEAR(slow.second, same.second, 1e-10);
    CHECK_NEAR(slow.slope_second, same.slope_second, 900 * 1e-10);
    CHECK_NEAR(slow.mean, same.mean, 1e-10);
    CHECK_CLOSE(wi_act_moments(wi_sine(1.0), 0.0, 1e-9).second, 1e-18, 1e-12);

    /* A kink where nobody expects one; a polynomial; noise, which must end and not be trusted. */
    double p = 1.2345, t = p;
    wi_moments m = wi_act_moments(wi_custom("v", custom_kink, custom_kink_slope, p), 0.0, 1.0);
    CHECK_NEAR(m.mean, 2.0 * phi(t) + p * (2.0 * Phi(t) - 1.0), 1e-10);
    CHECK_NEAR(m.second, 1.0 + p * p, 1e-10);
    CHECK_NEAR(m.slope_mean, 1.0 - 2.0 * Phi(p), 1e-10);
    for (double s = 2.6; s < 2.66; s += 0.005) {   /* at some of these it hides behind a cut */
        m = wi_act_moments(wi_custom("v", custom_kink, custom_kink_slope, 0.37), 0.0, s);
        CHECK_NEAR(m.mean, 2.0 * s * phi(0.37 / s) + 0.37 * (2.0 * Phi(0.37 / s) - 1.0), 1e-10);
        CHECK_NEAR(m.slope_mean, 1.0 - 2.0 * Phi(0.37 / s), 1e-10);
    }
    m = wi_act_moments(wi_custom("cube", custom_cube, custom_cube_slope, 0.0), 0.0, 2.0);
    CHECK_CLOSE(m.second, 15.0 * 64.0, 1e-10);
    CHECK_CLOSE(m.slope_second, 27.0 * 16.0, 1e-10);
    m = wi_act_moments(wi_custom("noise", custom_noise, custom_step_slope, 0.0), 0.0, 1.0);
    CHECK(m.second > 0.2 && m.second < 0.5);

    /* Point masses and bad arguments. */
    m = wi_act_moments(wi_tanh(), 0.5, 0.0);
    CHECK_NEAR(m.mean, tanh(0.5), 1e-15);
    CHECK_NEAR(m.second, tanh(0.5) * tanh(0.5), 1e-15);
    CHECK_NEAR(m.slope_mean, 1.0 - m.second, 1e-15);
    double six[INSIDE_MOMENTS];
    inside_averages(wi_tanh(), 0.5, 0.0, six);
    CHECK_NEAR(six[INSIDE_F4], m.second * m.second, 1e-15);
    CHECK_NEAR(six[INSIDE_ZFD], 0.0, 0.0);   /* a place without a width deviates from nothing */
    CHECK_NEAR(wi_act_moments(wi_sine(2.0), 0.5, 0.0).second, sin(1.0) * sin(1.0), 1e-15);
    CHECK_NEAR(wi_act_moments(wi_relu(), 1e30, 1.0).mean, 1e30, 1e20);
    CHECK(isnan(wi_act_moments(wi_relu(), 0.0, -1.0).mean));
    CHECK(isnan(wi_act_moments(wi_relu(), (double)NAN, 1.0).second));
    CHECK(isnan(wi_act_moments(wi_relu(), HUGE_VAL, 1.0).second));
    CHECK(isnan(wi_act_moments(wi_relu(), (double)NAN, 1.0).slope_mean));
    CHECK(isnan(wi_act_moments(wi_relu(), 0.0, HUGE_VAL).slope_mean));
    CHECK(isnan(wi_act_moments(wi_custom("nan", custom_nan, custom_nan, 0.0), 0.0, 1.0).second));
    CHECK(isnan(wi_act_moments(wi_custom("null", NULL, NULL, 0.0), 0.0, 1.0).second));
}

/* Pairs over all scales: ReLU and its slope in closed form, and the slope of a clamp, whose kinks meet. */
static double custom_clamp(double z, double p) { return fmax(-p, fmin(p, z)); }
static double custom_clamp_slope(double z, double p) { return fabs(z) < p; }

static void test_pairs(void)
{
    const double stds[4] = {1e-2, 0.5, 2.0, 1e3}, cs[4] = {-0.7, 0.2, 0.9, 1.0 - 1e-6};
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 4; k++) {
            double product[2], angle = acos(cs[k]), var = stds[i] * stds[i];
            inside_pair(wi_relu(), stds[i], cs[k], 0, product);
            CHECK_CLOSE(product[0], var * (sin(angle) + (PI - angle) * cs[k]) / (2.0 * PI), 1e-9);
            CHECK_CLOSE(product[1], 0.5 - angle / (2.0 * PI), 1e-9);

            /* E_s P(-1 < s + t < 1)^2, or with -s in one of the two, which is the same */
            double p = 1.0 / stds[i], a = sqrt(fabs(cs[k])), b = sqrt(1.0 - fabs(cs[k])), both = 0.0;
            const double step = 1e-4;
            for (double s = -9.0; i > 0 && i < 3 && k < 3 && s < 9.0; s += step) {
                double inside = Phi((p - a * s) / b) - Phi((-p - a * s) / b);
                both += inside * inside * phi(s) * step;
            }
            if (both == 0.0) continue;
            wi_act clamp = wi_custom("clamp", custom_clamp, custom_clamp_slope, 1.0);
            inside_pair(clamp, stds[i], cs[k], 0, product);
            CHECK_NEAR(product[1], both, 1e-9);
        }
}

static void test_gains(void)
{
    CHECK_NEAR(wi_gain(wi_linear()), 1.0, 1e-10);
    CHECK_NEAR(wi_gain(wi_relu()), sqrt(2.0), 1e-10);
    CHECK_NEAR(wi_gain(wi_leaky_relu(0.2)), sqrt(2.0 / 1.04), 1e-10);
    CHECK_NEAR(wi_gain(wi_tanh()), 1.5925374197, 1e-10);
    CHECK_NEAR(wi_gain(wi_selu()), 1.0, 1e-9);
    CHECK_NEAR(wi_gain(wi_gelu()), 1.5335304412, 1e-10);
    CHECK_NEAR(wi_gain_backward(wi_relu()), sqrt(2.0), 1e-10);
    CHECK_NEAR(wi_gain_backward(wi_linear()), 1.0, 1e-10);
    CHECK_NEAR(wi_gain_backward(wi_softplus()), wi_gain(wi_sigmoid()), 1e-9);   /* softplus' = sigmoid */

    CHECK_NEAR(wi_gain_pytorch(wi_linear()), 1.0, 0.0);
    CHECK_NEAR(wi_gain_pytorch(wi_sigmoid()), 1.0, 0.0);
    CHECK_NEAR(wi_gain_pytorch(wi_tanh()), 5.0 / 3.0, 0.0);
    CHECK_NEAR(wi_gain_pytorch(wi_relu()), sqrt(2.0), 0.0);
    CHECK_NEAR(wi_gain_pytorch(wi_leaky_relu(0.5)), sqrt(2.0 / 1.25), 0.0);
    CHECK_NEAR(wi_gain_pytorch(wi_selu()), 0.75, 0.0);
    CHECK(isnan(wi_gain_pytorch(wi_gelu())));

    /* Of the usual gains those of GELU, SiLU and Mish hold q = 1 without attracting it; tanh, ELU and SELU
       attract. */
    wi_act unstable[4] = { wi_gelu(), wi_silu(), wi_mish(), wi_hard_swish() },
           stable[3] = { wi_tanh(), wi_elu(1.0), wi_selu() };
    for (size_t i = 0; i < WI_COUNT(unstable); i++) {
        double g = wi_gain(unstable[i]);
        wi_signal s = wi_signal_fixed_point(unstable[i], g * g, 0.0);
        CHECK_NEAR(s.q, 1.0, 1e-9);
        CHECK(s.slope > 1.05);
    }
    for (size_t i = 0; i < WI_COUNT(stable); i++) {
        double g = wi_gain(stable[i]);
        CHECK_BELOW(wi_signal_fixed_point(stable[i], g * g, 0.0).slope, 0.95);
    }
}

static void test_check(void)
{
    wi_error error;
    wi_act all[16] = { wi_linear(),
                       wi_relu(),
                       wi_leaky_relu(0.1),
                       wi_sigmoid(),
                       wi_tanh(),
                       wi_elu(1.0),
                       wi_selu(),
                       wi_gelu(),
                       wi_silu(),
                       wi_mish(),
                       wi_softplus(),
                       wi_softsign(),
                       wi_hard_swish(),
                       wi_sine(30.0),
                       wi_custom("cube", custom_cube, custom_cube_slope, 0.0),
                       wi_custom("v", custom_kink, custom_kink_slope, 0.64) };
    for (size_t i = 0; i < WI_COUNT(all); i++) {
        memset(&error, 'x', sizeof error);
        CHECK_OK(wi_act_check(all[i], &error));
        CHECK(error.status == WI_OK && error.text[0] == 0);
    }
    wi_act none = wi_relu();
    none.kind = WI_ACT_COUNT;
    CHECK_STATUS(wi_act_check(none, &error), WI_ERR_ARG);
    CHECK_CONTAINS(error.text, "is not a wi_act_kind");
    none.kind = -1;
    CHECK_STATUS(wi_act_check(none, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_act_check(wi_custom("bad", custom_cube, custom_step_slope, 0.0), &error), WI_ERR_NUMERIC);
    CHECK_CONTAINS(error.text, "bad");
    CHECK_STATUS(wi_act_check(wi_custom("half", custom_cube, NULL, 0.0), &error), WI_ERR_ARG);
    CHECK_STATUS(wi_act_check(wi_custom("nan", custom_nan, custom_nan, 0.0), NULL), WI_ERR_NUMERIC);
    CHECK_STATUS(wi_act_check(wi_custom("half", NULL, custom_cube_slope, 0.0), &error), WI_ERR_ARG);
    const wi_act wall = wi_custom("wall", custom_wall, custom_cube_slope, 0.482);   /* infinite on one side */
    CHECK_STATUS(wi_act_check(wall, &error), WI_ERR_NUMERIC);
    for (int side = 0; side < 2; side++) {   /* nowhere but within a step of 1e-5 of a place that is asked */
        const wi_act spike = wi_custom("spike", custom_spike, custom_no_slope, 0.482 - 1.2e-5 * side);
        CHECK_STATUS(wi_act_check(spike, &error), WI_ERR_NUMERIC);
        CHECK_CONTAINS(error.text, "0.482");
    }
    CHECK_STATUS(wi_act_check(wi_custom("half", custom_cube, custom_nan, 0.0), &error), WI_ERR_NUMERIC);
    CHECK_CONTAINS(error.text, "not finite");
    /* What lies beyond [-8, 8] is not asked for; all within is, but for less than a step of the grid. */
    for (int side = -1; side < 2; side += 2) {
        CHECK_OK(wi_act_check(wi_custom("far", custom_until, custom_until_slope, 8.001 * side), &error));
        CHECK_STATUS(wi_act_check(wi_custom("far", custom_until, custom_until_slope, 7.83 * side), &error),
                     WI_ERR_NUMERIC);
    }
    /* A slope may be off by a part in ten thousand of 1 and of what f does on either side. */
    for (int k = 0; k < 8; k++) {
        leaning = (k & 1 ? 1 : -1) * (k & 2 ? 3.1e-4 : 2.9e-4);
        const wi_act lean = wi_custom("lean", custom_line, custom_leaning_slope, k & 4 ? -1 : 1);
        CHECK_STATUS(wi_act_check(lean, &error), k & 2 ? WI_ERR_NUMERIC : WI_OK);
    }
    /* a slope too large, and one too small */
    CHECK_STATUS(wi_act_check(wi_custom("large", custom_cube, custom_cube, 0.0), &error), WI_ERR_NUMERIC);
    CHECK_STATUS(wi_act_check(wi_custom("flat", custom_cube_slope, custom_cube_slope, 0.0), &error),
                 WI_ERR_NUMERIC);
}

/* Where correlations are weak, a series of five terms does for a product; for ReLU the last is right, too. */
static void test_rough(void)
{
    const wi_act acts[3] = {wi_relu(), wi_tanh(), wi_gelu()};
    const double cs[4] = {-0.199, -0.1, 0.15, 0.199};
    for (size_t a = 0; a < WI_COUNT(acts); a++) {
        double m[INSIDE_MOMENTS];
        inside_averages(acts[a], 0.0, 1.3, m);
        for (size_t k = 0; k < WI_COUNT(cs); k++) {
            double rough[2], exact[2];
            inside_pair(acts[a], 1.3, cs[k], 1, rough);
            inside_pair(acts[a], 1.3, cs[k], 0, exact);
            CHECK_NEAR(rough[0], exact[0], (a == 0 ? 2e-5 : 1e-4) * m[INSIDE_F2]);
            CHECK_NEAR(rough[1], exact[1], 1e-3 * m[INSIDE_D2]);
        }
    }
}

/* Of a power the series ends, or what is left of it goes with c^4: there a rough product is exact, by what
   Hermite's polynomials say of powers. */
static double power(double z, double p) { return pow(z, p); }
static double power_slope(double z, double p) { return p * pow(z, p - 1.0); }

static void test_series(void)
{
    for (double c = -0.19; c < 0.2; c += 0.095) {
        const double c2 = c * c, c3 = c * c2, std = 1.3, q = std * std;
        const double products[4][2] = {{c, 1.0}, {2.0 * c2 + 1.0, 4.0 * c},
                                       {6.0 * c3 + 9.0 * c, 9.0 * (2.0 * c2 + 1.0)},
                                       {24.0 * c2 * c2 + 72.0 * c2 + 9.0, 16.0 * (6.0 * c3 + 9.0 * c)}};
        for (int k = 0; k < 4; k++) {
            double product[2];
            inside_pair(wi_custom("power", power, power_slope, k + 1), std, c, 1, product);
            CHECK_NEAR(product[0], pow(q, k + 1) * products[k][0], 1e-9 * pow(q, k + 1));
            CHECK_NEAR(product[1], pow(q, k) * products[k][1], 1e-9 * pow(q, k));
        }
    }
}

/* Sums at even steps: what they are, E cos(k z) = exp(-k^2 / 2), and how many steps they take. Of 16, 32, 64
   and 128 intervals the first two sums that agree to 1e-8 of the scale, or of E |g|, end it. Over [-9, 9] a
   sum of n is off by 2 exp(-(n pi / 9 - k)^2 / 2), and over [0, 9] of n / 2 by half as much. */
static double even_wave, even_size;
static long even_calls;
static void even_integrand(const void *context, double x, double z, double *values)
{
    (void)context;
    even_calls++;
    values[0] = even_size * cos(even_wave * x);
    values[1] = even_size * z * z;
    values[2] = even_size * fabs(z - 0.1);
}

static void test_even_sum(void)
{
    static const struct { double wave, size, scale, from; size_t count; long calls; } rows[] = {
        {0, 1, 0, -9, 1, 65},       {0, 1, 0, 0, 1, 33},       {0, 1e-12, 0, -9, 1, 65},
        {0, 1, 30, -9, 1, 65},      {0, 1, 40, -9, 1, 33},     {0, 1e-12, 1e-10, -9, 1, 33},
        {4.9, 1, 0, 0, 1, 33},      {5.2, 1, 0, 0, 1, 65},     {3, 1, 0, -9, 1, 65},
        {9, 1, 0, -9, 1, 129},      {30, 1, 0, -9, 1, 129},    {4.9, 1, 0, 0, 2, 33},
        {4.9, 1e-150, 0, 0, 2, 33}, {0, 1, 0, -9, 3, -129},    {0, 1, 1e9, -9, 3, 33},
        {3, 1e100, 0, -9, 2, 65},   {100, 1, 0, -9, 1, 129}};
    for (size_t i = 0; i < WI_COUNT(rows); i++) {
        double result[6], part = rows[i].from == 0 ? 0.5 : 1.0;
        const double scale[3] = {rows[i].scale, rows[i].scale, rows[i].scale};
        even_wave = rows[i].wave;
        even_size = rows[i].size;
        even_calls = 0;
        int agree = inside_even_sum(even_integrand, rows[i].count, scale, rows[i].from, 9, result);
        CHECK(even_calls == labs(rows[i].calls) && agree == (rows[i].calls > 0));
        if (!agree || rows[i].scale > 0) continue;
        CHECK_NEAR(result[0] / even_size, part * exp(-0.5 * even_wave * even_wave), 1e-12);
        if (rows[i].count > 1) CHECK_NEAR(result[1] / even_size, part, 1e-12);
    }
}

/* One layer's correlation map against the arc-cosine kernel of ReLU (Cho and Saul 2009) and Williams' kernel
   of erf. */
static void test_step(void)
{
    wi_act e = wi_custom("erf", custom_erf, custom_erf_slope, 0.0);
    const double cs[] = {-1.0, -0.9, -0.5, 0.0, 0.1, 0.5, 0.9, 0.99, 0.9999, 0.999999, 1.0 - 1e-9, 1.0};
    for (size_t i = 0; i < WI_COUNT(cs); i++) {
        double c = cs[i], angle = acos(c), q = 1.7;
        wi_signal s = wi_signal_step(wi_relu(), 2.0, 0.3, at_q(q, c));
        CHECK_CLOSE(s.q, q + 0.3, 1e-10);
        CHECK_NEAR(s.correlation, (q * (sin(angle) + (PI - angle) * c) / PI + 0.3) / (q + 0.3), 1e-10);
        CHECK_CLOSE(s.act_second, (q + 0.3) / 2.0, 1e-10);
        CHECK_NEAR(s.chi, 1.0, 1e-10);
        /* E f'(u1) f'(u2) = 1/2 - angle / 2 pi, at the angle of the new c */
        CHECK_NEAR(s.depth_scale >= HUGE_VAL ? 1.0 : exp(-1.0 / s.depth_scale),
                   1.0 - acos(s.correlation) / PI, 1e-9);

        wi_signal t = wi_signal_step(e, 1.9, 0.2, at_q(q, c));
        double q1 = 1.9 * 2.0 / PI * asin(2.0 * q / (1.0 + 2.0 * q)) + 0.2;
        double c1 = (1.9 * 2.0 / PI * asin(2.0 * q * c / (1.0 + 2.0 * q)) + 0.2) / q1;
        double chi_c = 1.9 * 4.0 / PI / sqrt((1.0 + 2.0 * q1) * (1.0 + 2.0 * q1) - 4.0 * q1 * q1 * c1 * c1);
        CHECK_CLOSE(t.q, q1, 1e-10);
        CHECK_NEAR(t.correlation, c1, 1e-10);
        CHECK_CLOSE(t.chi, 1.9 * 4.0 / PI / sqrt(1.0 + 4.0 * q1), 1e-9);
        CHECK_CLOSE(t.depth_scale, -1.0 / log(chi_c), 1e-6);
        CHECK_CLOSE(t.slope, 1.9 * 4.0 / PI / ((1.0 + 2.0 * q1) * sqrt(1.0 + 4.0 * q1)), 1e-9);
    }

    /* The sine's closed form against its custom twin. */
    wi_signal a = wi_signal_step(wi_sine(3.0), 1.2, 0.1, at_q(0.8, 0.6));
    wi_signal b =
        wi_signal_step(wi_custom("s", custom_sine, custom_sine_slope, 3.0), 1.2, 0.1, at_q(0.8, 0.6));
    CHECK_NEAR(a.correlation, b.correlation, 1e-9);
    CHECK_NEAR(a.q, b.q, 1e-9);
    CHECK_NEAR(a.slope, b.slope, 1e-8);
    const double wide[4] = {0.8, 0.2, 0.05, 2.0};
    for (int i = 0; i < 24; i++) {   /* and the line's */
        double closed[INSIDE_MOMENTS], summed[INSIDE_MOMENTS], mean = 0.4 * (i / 4 % 3), std = wide[i % 4];
        inside_averages(i < 12 ? wi_sine(3.0) : wi_linear(), mean, std, closed);
        inside_averages(i < 12 ? wi_custom("s", custom_sine, custom_sine_slope, 3.0)
                               : wi_custom("l", custom_line, custom_line_slope, 1.0), mean, std, summed);
        for (int m = 0; m < INSIDE_MOMENTS; m++)
            CHECK_NEAR(closed[m], summed[m], 1e-8 * (1.0 + fabs(summed[m])));
    }

    /* Small angles: E sin^4(z) is 3 s^4 - 10 s^6 + ... */
    for (double std = 0.009; std > 1e-4; std /= 3) {
        double m[INSIDE_MOMENTS], s = 3.0 * std;
        inside_averages(wi_sine(3.0), 0.0, std, m);
        CHECK_CLOSE(m[INSIDE_F4], 3.0 * s * s * s * s - 10.0 * s * s * s * s * s * s, 10.0 * s * s * s * s);
    }

    /* Beyond the largest q that is integrated, and before it. */
    for (double q = 1e20; q < 1e80; q *= 1e20)
        CHECK_CLOSE(wi_signal_step(wi_relu(), 2.0, 0.0, at_q(q, 1.0)).q, q, 1e-9);

    /* A slope that loses digits far out must not cost minutes. */
    wi_signal n =
        wi_signal_step(wi_custom("t", custom_tanh, custom_noisy_tanh_slope, 0.0), 1.2, 0.1, at_q(1.0, 0.5));
    CHECK_NEAR(n.correlation, wi_signal_step(wi_tanh(), 1.2, 0.1, at_q(1.0, 0.5)).correlation, 1e-9);

    /* Edges. */
    CHECK_NEAR(wi_signal_step(wi_relu(), 2.0, 0.0, at_q(0.0, 0.3)).q, 0.0, 1e-15);
    CHECK_NEAR(wi_signal_step(wi_tanh(), 0.0, 0.4, at_q(1.0, 0.3)).q, 0.4, 1e-15);
    CHECK_NEAR(wi_signal_step(wi_tanh(), 0.0, 0.4, at_q(1.0, 0.3)).correlation, 1.0, 1e-15);
    CHECK_NEAR(wi_signal_step(wi_relu(), 0.0, 0.4, at_q(HUGE_VAL, 0.3)).q, 0.4, 1e-15);
    CHECK_CLOSE(wi_signal_step(wi_relu(), 2.0, 0.0, at_q(1e200, 0.3)).q, 1e200, 1e-9);
    CHECK(wi_signal_step(wi_relu(), 2.0, 0.0, at_q(HUGE_VAL, 1.0)).q >= HUGE_VAL);
    CHECK(is_none(wi_signal_step(wi_relu(), -1.0, 0.0, at_q(1.0, 0.0))));
    CHECK(is_none(wi_signal_step(wi_relu(), 1.0, (double)NAN, at_q(1.0, 0.0))));
    CHECK(is_none(wi_signal_step(wi_relu(), 1.0, 0.0, at_q(-1.0, 0.0))));
    CHECK(is_none(wi_signal_step(wi_relu(), 1.0, 0.0, at_q(1.0, 1.5))));
}

/* A jump anywhere: the correlation of two inputs after it is that of two normal numbers, and takes few
   evaluations. */
static long evaluations;
static double counted_jump(double z, double at) { evaluations++; return z > at; }

static void test_jump(void)
{
    const double at = 0.123;
    const double c[] = {0.3, -0.3, 0.9, 0.9999};
    wi_signal start;
    memset(&start, 0, sizeof start);
    for (size_t k = 0; k < WI_COUNT(c); k++) {
        /* E 1[u1 > at] 1[u2 > at] = E_s Q((at - a s) / b) Q((at -+ a s) / b), a^2 = |c|, b^2 = 1 - |c|:
           smooth, summed by steps */
        double a = sqrt(fabs(c[k])), b = sqrt(1.0 - fabs(c[k])), both = 0.0, step = 1e-3;
        for (double s = -9.0; s < 9.0; s += step) {
            double other = c[k] < 0 ? -s : s;
            both += 0.25 * erfc((at - a * s) / b / sqrt(2.0)) * erfc((at - a * other) / b / sqrt(2.0)) *
                exp(-0.5 * s * s) * step / sqrt(2.0 * PI);
        }
        start.q = 1.0;
        start.correlation = c[k];
        evaluations = 0;
        wi_signal next =
            wi_signal_step(wi_custom("jump", counted_jump, custom_step_slope, at), 1.0, 0.0, start);
        CHECK_NEAR(next.correlation * next.q, both, 1e-9);
        CHECK(evaluations < 3000000);
    }
}

/* As steep as one likes: erf(p (z - at)) is E sign(z + n - at) for noise n of variance 1 / (2 p^2), so its
   averages are those of signs, by a sum of steps over the angle whose sine is the correlation. */
static double steep_at;
static double steep(double z, double p) { return erf(p * (z - steep_at)); }
static double steep_slope(double z, double p)
{
    double u = p * (z - steep_at);
    return 2.0 * p / sqrt(PI) * exp(-u * u);
}

static void test_steep(void)
{
    const double ats[] = {0.0, 0.3123}, steepness[] = {30, 1000, 1e8}, stds[] = {1, 10};
    for (size_t i = 0; i < 12; i += CHECK_PART_OF(5)) {
        double p = steepness[i % 3], std = stds[i / 3 % 2], q = std * std, v = q + 0.5 / (p * p), c = 0.6;
        steep_at = ats[i / 6];
        double h = steep_at / sqrt(v), upper = 0.5 * erfc(h / sqrt(2.0)), angle = asin(c * q / v), sum = 0.0;
        const int n = 2000;
        for (int k = 0; k < n; k++) sum += exp(-h * h / (1.0 + sin(angle * (k + 0.5) / n))) * angle / n;
        wi_act act = wi_custom("steep", steep, steep_slope, p);
        wi_signal next = wi_signal_step(act, 1.0, 0.0, at_q(q, c));
        CHECK_NEAR(next.correlation * next.q, 1.0 - 4.0 * upper * (1.0 - upper) + 2.0 * sum / PI, 2e-7);
        wi_moments m = wi_act_moments(act, 0.0, std);
        CHECK_NEAR(m.mean, 2.0 * upper - 1.0, 2e-8);
        CHECK_CLOSE(m.slope_mean, 2.0 * exp(-0.5 * h * h) / sqrt(2.0 * PI * v), 1e-9);
        CHECK_CLOSE(m.slope_second, 4.0 * p * p / PI / sqrt(1 + 4 * p * p * q)
                                    * exp(-2 * p * p * steep_at * steep_at / (1 + 4 * p * p * q)), 1e-9);
    }
}

static void test_fixed_points(void)
{
    /* ReLU: q* = sb2 / (1 - sw2/2). */
    wi_signal s = wi_signal_fixed_point(wi_relu(), 1.5, 0.1);
    CHECK_CLOSE(s.q, 0.4, 1e-9);
    CHECK_NEAR(s.chi, 0.75, 1e-10);
    CHECK_NEAR(s.correlation, 1.0, 1e-12);
    CHECK_CLOSE(s.depth_scale, -1.0 / log(0.75), 1e-9);
    CHECK_CLOSE(wi_trainable_depth(s), -6.0 / log(0.75), 1e-9);
    CHECK(wi_signal_fixed_point(wi_relu(), 2.1, 0.0).q >= HUGE_VAL);
    CHECK(wi_signal_fixed_point(wi_relu(), 2.0, 0.1).q >= HUGE_VAL);
    CHECK_NEAR(wi_signal_fixed_point(wi_relu(), 1.9, 0.0).q, 0.0, 0.0);
    /* The least that is found: E softsign(z)^2 is q - 2 E |z|^3 + ..., and 1.5e-10 is left of q. */
    CHECK(wi_signal_fixed_point(wi_softsign(), 1.0 + 1.5e-10, 0.0).q < 1e-18);
    /* Half of 1e-10 is taken for rounding: tanh is held to die out. */
    CHECK_NEAR(wi_signal_fixed_point(wi_tanh(), 1.0 + 5e-11, 0.0).q, 0.0, 0.0);
    CHECK_NEAR(wi_signal_fixed_point(wi_relu(), 2.0, 0.0).q, 1.0, 1e-12);
    CHECK(wi_signal_fixed_point(wi_relu(), 2.0, 0.0).depth_scale >= HUGE_VAL);
    CHECK(wi_trainable_depth(wi_signal_fixed_point(wi_relu(), 2.0, 0.0)) >= HUGE_VAL);
    CHECK_CLOSE(wi_signal_fixed_point(wi_relu(), 1.999999, 1.0).q, 2e6, 1e-6);

    /* tanh without bias dies out up to sw2 = 1 and not beyond. */
    CHECK_NEAR(wi_signal_fixed_point(wi_tanh(), 0.9, 0.0).q, 0.0, 0.0);
    CHECK_CLOSE(wi_signal_fixed_point(wi_tanh(), 0.9, 0.0).depth_scale, -1.0 / log(0.9), 1e-9);
    CHECK_NEAR(wi_signal_fixed_point(wi_tanh(), 1.0, 0.0).q, 0.0, 0.0);
    CHECK(wi_signal_fixed_point(wi_tanh(), 1.01, 0.0).q > 1e-3);

    /* Every fixed point is one, in q and in c, ordered and chaotic; iterating the step ends at it. */
    wi_act acts[8] = { wi_tanh(), wi_sigmoid(),    wi_elu(1.0),   wi_selu(),
                       wi_gelu(), wi_hard_swish(), wi_softsign(), wi_sine(1.0) };
    const double sw2s[3] = {0.5, 1.3, 3.0};
    for (size_t i = 0; i < WI_COUNT(acts); i++)
        for (int k = 0; k < 3; k++) {
            wi_signal f = wi_signal_fixed_point(acts[i], sw2s[k], 0.05);
            if (!(f.q < HUGE_VAL)) continue;
            wi_signal next = wi_signal_step(acts[i], sw2s[k], 0.05, f);
            CHECK_CLOSE(next.q, f.q, 1e-9);
            CHECK_NEAR(next.correlation, f.correlation, 1e-8);
            CHECK_CLOSE(next.depth_scale, f.depth_scale, 1e-5);
            CHECK(f.chi > 1.0 ? f.correlation < 1.0 : f.correlation >= 1.0);
            CHECK_BELOW(f.slope, 1.0);
        }
    wi_signal walk = at_q(1.0, 0.1), end = wi_signal_fixed_point(wi_tanh(), 3.0, 0.05);
    for (int k = 0; k < 40; k++) walk = wi_signal_step(wi_tanh(), 3.0, 0.05, walk);
    CHECK_NEAR(walk.q, end.q, 1e-6);
    CHECK_NEAR(walk.correlation, end.correlation, 5e-3);

    /* Odd f without bias in the chaotic phase: two inputs end up orthogonal. With one that is hardly there
       they do so to 1e-12, or they do not. */
    size_t orthogonal = 0;
    for (double bias = 1e-14; bias < 1e-10; bias *= 1.7) {
        double c = wi_signal_fixed_point(wi_tanh(), 4.0, bias).correlation;
        CHECK(c == 0.0 || (c >= 1e-12 && c < 1e-8));
        orthogonal += c == 0.0;
    }
    CHECK(orthogonal > 3 && orthogonal < 15);
    CHECK_NEAR(wi_signal_fixed_point(wi_tanh(), 4.0, 0.0).correlation, 0.0, 1e-9);
    CHECK_NEAR(wi_signal_fixed_point(wi_tanh(), 0.0, 0.3).q, 0.3, 0.0);
    CHECK(is_none(wi_signal_fixed_point(wi_tanh(), -1.0, 0.0)));
    CHECK(is_none(wi_signal_fixed_point(wi_tanh(), HUGE_VAL, 0.0)));
    CHECK(is_none(wi_signal_fixed_point(wi_tanh(), 1.0, -1.0)));
    CHECK(is_none(wi_signal_fixed_point(wi_tanh(), 1.0, HUGE_VAL)));
    CHECK(is_none(wi_signal_fixed_point(wi_custom("nan", custom_nan, custom_nan, 0.0), 1.0, 0.0)));
}

/* A signal reaches as far as the nearer of two depths, six times: of correlations, and of gradients, that are
   multiplied by chi a layer; within 1e-9 of 1 that is for ever. */
static void test_depth(void)
{
    static const double chis[][2] = {{0, 0}, {-1, 0}, {0.5, 1.4426950408889634}, {2, 1.4426950408889634},
                                     {1 - 2e-9, 5e8}, {1 + 2e-9, 5e8}, {1 + 5e-10, 1e20}, {1 - 5e-10, 1e20},
                                     {1, 1e20}, {1e300, 0.0014476482730108395}};
    for (size_t i = 0; i < WI_COUNT(chis); i++)
        for (int side = -1; side < 2; side += 2) {
            wi_signal at = at_q(1.0, 1.0);
            at.chi = chis[i][0];
            at.depth_scale = side * 1e20;
            CHECK_CLOSE(wi_trainable_depth(at), 6.0 * chis[i][1], 1e-6);
            at.depth_scale = side * 1e-5;
            CHECK_CLOSE(wi_trainable_depth(at), 6.0 * fmin(chis[i][1], 1e-5), 1e-12);
        }
}

static void test_critical(void)
{
    double sw2 = 0.0, q = 0.0;
    CHECK_OK(wi_critical(wi_relu(), 0.0, &sw2, &q));
    CHECK_NEAR(sw2, 2.0, 1e-10);
    CHECK_NEAR(q, 1.0, 0.0);
    CHECK_OK(wi_critical(wi_leaky_relu(0.1), 0.0, &sw2, &q));
    CHECK_NEAR(sw2, 2.0 / 1.01, 1e-10);
    CHECK_OK(wi_critical(wi_tanh(), 0.0, &sw2, &q));
    CHECK_NEAR(sw2, 1.0, 1e-9);
    CHECK_NEAR(q, 0.0, 0.0);
    CHECK_OK(wi_critical(wi_sine(30.0), 0.0, &sw2, &q));
    CHECK_CLOSE(sw2, 1.0 / 900.0, 1e-9);

    /* Published: tanh (1.05, 2.01e-5) in Xiao et al. 2018; GELU (1.98305, 0.17292) in Roberts, Yaida and
       Hanin 2022. */
    CHECK_OK(wi_critical(wi_tanh(), 2.01e-5, &sw2, &q));
    CHECK_NEAR(sw2, 1.05, 1e-4);
    CHECK_OK(wi_critical(wi_gelu(), 0.17292, &sw2, &q));
    CHECK_NEAR(sw2, 1.98305, 1e-4);
    CHECK_NEAR(wi_signal_fixed_point(wi_gelu(), sw2, 0.17292).slope, 1.0, 1e-3);

    /* What it means: chi = 1 at a fixed point of q, for each activation that has one. */
    wi_act acts[10] = { wi_sigmoid(), wi_tanh(), wi_elu(1.0),   wi_selu(),       wi_gelu(),
                        wi_silu(),    wi_mish(), wi_softsign(), wi_hard_swish(), wi_sine(2.0) };
    const double biases[3] = {1e-4, 0.05, 0.6};
    for (size_t i = 0; i < WI_COUNT(acts); i++)
        for (int k = 0; k < 3; k++) {
            CHECK_OK(wi_critical(acts[i], biases[k], &sw2, &q));
            wi_signal s = wi_signal_step(acts[i], sw2, biases[k], at_q(q, 1.0));
            CHECK_CLOSE(s.q, q, 1e-8);
            CHECK_NEAR(s.chi, 1.0, 1e-8);
        }

    /* Every q is critical where all but 1e-9 of it goes from layer to layer; else 0 is. */
    for (int k = 0; k < 4; k++) {
        leaning = (k & 1 ? 1 : -1) * (k & 2 ? 6e-10 : 4e-10);
        CHECK_OK(wi_critical(wi_custom("lean", custom_line, custom_leaning_slope, 1.0), 0.0, &sw2, &q));
        CHECK_NEAR(q, k & 2 ? 0.0 : 1.0, 0.0);
    }

    sw2 = 7.0;
    CHECK_STATUS(wi_critical(wi_relu(), 0.1, &sw2, &q), WI_ERR_NUMERIC);
    CHECK_STATUS(wi_critical(wi_softplus(), 0.0, &sw2, &q), WI_ERR_NUMERIC);
    CHECK_STATUS(wi_critical(wi_tanh(), -1.0, &sw2, &q), WI_ERR_ARG);
    CHECK_STATUS(wi_critical(wi_tanh(), (double)NAN, &sw2, &q), WI_ERR_ARG);
    CHECK_STATUS(wi_critical(wi_tanh(), 0.0, NULL, &q), WI_ERR_ARG);
    CHECK_STATUS(wi_critical(wi_tanh(), 0.0, &sw2, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_critical(wi_custom("nan", custom_nan, custom_nan, 0.0), 0.0, &sw2, &q), WI_ERR_NUMERIC);
    CHECK_NEAR(sw2, 7.0, 0.0);
}

/* Integrals over a pole have no value, but they have to end. */
static long pole_calls;
static double pole(double z, double param) { (void)param; pole_calls++; return 1.0 / z; }
static double pole_slope(double z, double param) { (void)param; pole_calls++; return -1.0 / (z * z); }

static void test_pole(void)
{
    double weight_var = 0.0, q = 0.0;
    wi_act act = wi_custom("pole", pole, pole_slope, 0.0);
    pole_calls = 0;
    (void)wi_critical(act, 0.0, &weight_var, &q);
    (void)wi_signal_fixed_point(act, 2.0, 0.0);
    CHECK(pole_calls < 2000000);
}

static double square(double z, double p) { return p * z * z; }
static double square_slope(double z, double p) { return 2 * p * z; }
static double burst(double z, double p) { return p * exp(0.25 * z * z); }
static double burst_slope(double z, double p) { return 0.5 * p * z * exp(0.25 * z * z); }

/* Activations that have no critical point at 0, no second moment, or nothing to say at all. */
static void test_without_answer(void)
{
    double weight_var = 5, q = 6;
    wi_act flat = wi_custom("flat", square, square_slope, 0);
    CHECK_STATUS(wi_critical(flat, 0, &weight_var, &q), WI_ERR_NUMERIC);
    CHECK(weight_var == 5 && q == 6);
    CHECK_NEAR(wi_signal_fixed_point(flat, 1, 0).q, 0, 0);
    CHECK_NEAR(wi_signal_fixed_point(flat, 1, 0.25).q, 0.25, 1e-9);
    CHECK_NEAR(wi_signal_fixed_point(flat, 1, 0.25).act_correlation, 1, 0);
    wi_signal s = wi_signal_fixed_point(wi_custom("burst", burst, burst_slope, 1), 2, 0);
    CHECK(!(s.q < 1e30));   /* E exp(z^2 / 2) has no end at q = 1 */
    const double none = (double)NAN;
    CHECK(isnan(wi_act_moments(wi_relu(), none, 1).mean) && isnan(wi_act_moments(wi_relu(), 0, none).mean));
}

/* An activation in another unit of length, s f(z / s): its theory is the same in that unit, of whatever size.
   Moved up, or not. */
static double scaled_tanh(double z, double s) { return s * tanh(z / s); }
static double scaled_step_up(double z, double s) { return s * (0.5 + tanh(z / s)); }
static double scaled_slope(double z, double s) { return 1.0 / pow(cosh(z / s), 2.0); }

static void test_units(void)
{
    const double units[3] = {1e-9, 1e-3, 1e6};
    double sw2[2], q[2];
    wi_signal one = wi_signal_fixed_point(wi_tanh(), 3.0, 0.0);
    for (size_t i = 0; i < WI_COUNT(units); i++) {
        wi_act act = wi_custom("tanh", scaled_tanh, scaled_slope, units[i]);
        wi_signal s = wi_signal_fixed_point(act, 3.0, 0.0);
        CHECK_CLOSE(s.q / units[i] / units[i], one.q, 1e-8);
        CHECK_CLOSE(s.chi, one.chi, 1e-8);
    }

    /* Critical at q = 10 is not critical everywhere. */
    CHECK_OK(wi_critical(wi_custom("up", scaled_step_up, scaled_slope, 1.0), 0.0, &sw2[0], &q[0]));
    CHECK(q[0] > 0.1);
    for (size_t i = 0; i < 2; i++) {
        wi_act up = wi_custom("up", scaled_step_up, scaled_slope, sqrt((i ? 1.0 : 10.0) / q[0]));
        CHECK_OK(wi_critical(up, 0.0, &sw2[1], &q[1]));
        CHECK_CLOSE(q[1], i ? 1.0 : 10.0, 1e-9);
        CHECK_CLOSE(sw2[1], sw2[0], 1e-8);
    }
}

/* Seventeen jumps, of which sixteen are remembered: the last is closed in on again and again. */
static double stairs(double z, double p) { return floor(p * z); }
static double stairs_slope(double z, double p) { return 0.0 * z * p; }

static void test_stairs(void)
{
    const double c = 0.6, a = sqrt(c), b = sqrt(1.0 - c), step = 1e-2;
    double both = 0.0, product[2];
    for (double s = -9.0; s < 9.0; s += step) {   /* E_s (E f(a s + b z))^2, z another normal number */
        double mean = -13.0;
        for (int k = -12; k <= 12; k++) mean += 1.0 - Phi((k / 1.35 - a * s) / b);
        both += mean * mean * phi(s) * step;
    }
    inside_pair(wi_custom("stairs", stairs, stairs_slope, 1.35), 1.0, c, 0, product);
    CHECK_NEAR(product[0], both, 1e-9);
    CHECK_NEAR(product[1], 0, 0);
}

/* Functions that are not what they should be: no number is made up, and none is divided by 0. */
static double half(double z, double p) { return p * z; }
static double three(double z, double p) { return 3.0 + 0.0 * z * p; }

static void test_mistaken(void)
{
    wi_signal s = wi_signal_step(wi_custom("nan", custom_nan, custom_nan, 0.0), 1.0, 0.1, at_q(1.0, 0.5));
    CHECK(isnan(s.q) && isnan(s.act_second) && isnan(s.chi));
    s = wi_signal_fixed_point(wi_custom("half", half, three, 0.5), 1.0, 0.0);   /* f' is 0.5, not 3 */
    CHECK_NEAR(s.q, 0, 0);
    CHECK_CLOSE(s.chi, 9, 1e-9);
    CHECK_NEAR(s.correlation, 1, 0);
}

/* No variance is special: where signals stay, a step leaves them, whatever round numbers lead there. */
static void test_stays(void)
{
    static const double weights[] = {0, 0.01, 0.02, 0.5, 1.01}, biases[] = {0, 0.01, 0.3, 1, 1.02};
    for (int kind = 0; kind < WI_ACT_CUSTOM; kind++)
        for (size_t i = 0; i < WI_COUNT(weights) * WI_COUNT(biases); i++) {
            double weight = weights[i % WI_COUNT(weights)], bias = biases[i / WI_COUNT(weights)];
            wi_act act = wi_linear();
            act.kind = kind;
            CHECK_OK(wi_act_named(wi_act_name(act), &act));
            double q = wi_signal_fixed_point(act, weight, bias).q;
            if (!(q > 1e-9 && q < 1e9)) continue;
            CHECK_CLOSE(weight * wi_act_moments(act, 0, sqrt(q)).second + bias, q, 1e-8);
        }

    /* What is never twice the same stays nowhere, but the search ends. */
    double q = wi_signal_fixed_point(wi_custom("restless", custom_restless, custom_no_slope, 0), 0.5, 0.6).q;
    CHECK_NEAR(q, 1.1, 0.01);
}

/* A point mass is an answer, not an accident: nothing is divided by its width. */
static void test_point_mass(void)
{
#if defined(FE_INVALID) && !defined(__TINYC__)   /* tcc compares by what raises it */
    feclearexcept(FE_ALL_EXCEPT);
    for (int kind = 0; kind < WI_ACT_CUSTOM; kind++) {
        wi_act act = {kind, 1, NULL, NULL, NULL};
        CHECK_NEAR(wi_act_moments(act, 0, 0).mean, wi_act_value(act, 0), 0);
        CHECK_NEAR(wi_act_moments(act, 3, 0).slope_second, pow(wi_act_slope(act, 3), 2), 1e-15);
        if (!CHECK(!fetestexcept(FE_INVALID | FE_DIVBYZERO))) printf("  %s\n", wi_act_name(act));
        feclearexcept(FE_ALL_EXCEPT);
    }
#endif
}

int main(void)
{
    test_point_mass();
    test_stays();
    test_units();
    test_stairs();
    test_mistaken();
    test_moments();
    test_pairs();
    test_gains();
    test_check();
    test_rough();
    test_series();
    test_even_sum();
    test_step();
    test_jump();
    test_steep();
    test_fixed_points();
    test_depth();
    test_critical();
    test_pole();
    test_without_answer();
    return check_done();
}
