/* Measuring: moments and histograms of samples whose answers are known. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include <float.h>
#include <fenv.h>

static void small_samples(void)
{
    const wi_real x[5] = {1, 2, 3, 4, 10};
    const wi_real zeros[4] = {0, 0, 1, 0};
    wi_stats s = wi_stats_of(x, 5);

    /* mean 4; deviations -3 -2 -1 0 6: squares add to 50, cubes to 180, fourth powers to 1394. */
    CHECK_EQ(s.count, 5);
    CHECK_EQ(s.nonfinite, 0);
    CHECK_NEAR(s.mean, 4, 0);
    CHECK_NEAR(s.std, sqrt(10.0), 1e-14);
    CHECK_NEAR(s.rms, sqrt(26.0), 1e-14);
    CHECK_NEAR(s.min, 1, 0);
    CHECK_NEAR(s.max, 10, 0);
    CHECK_NEAR(s.skewness, 36 / (10 * sqrt(10.0)), 1e-13);
    CHECK_NEAR(s.kurtosis, 278.8 / 100, 1e-13);
    CHECK_NEAR(s.zeros, 0, 0);
    CHECK_NEAR(wi_stats_of(zeros, 4).zeros, 0.75, 0);

    /* The shape does not depend on the unit. */
    const int most = sizeof(wi_real) == 8 ? 1000 : 60;
    for (int power = -most; power <= most; power += 20) {
        wi_real scaled[5];
        for (size_t i = 0; i < 5; i++) scaled[i] = (wi_real)ldexp((double)x[i], power);
        wi_stats t = wi_stats_of(scaled, 5);
        CHECK_CLOSE(t.mean, ldexp(s.mean, power), 1e-14);
        CHECK_CLOSE(t.std, ldexp(s.std, power), 1e-14);
        CHECK_CLOSE(t.rms, ldexp(s.rms, power), 1e-14);
        CHECK_CLOSE(t.skewness, s.skewness, 1e-13);
        CHECK_CLOSE(t.kurtosis, s.kurtosis, 1e-13);
    }
    wi_real least[5];   /* not even on the least number that there is */
    const int lowest = sizeof(wi_real) == 8 ? -1074 : -149;
    for (size_t i = 0; i < 5; i++) least[i] = (wi_real)ldexp((double)x[i], lowest);
    wi_stats t = wi_stats_of(least, 5);
    CHECK_NEAR(t.mean, 4 * (double)least[0], 0);
    CHECK_CLOSE(t.skewness, s.skewness, 1e-13);
    CHECK_CLOSE(t.kurtosis, s.kurtosis, 1e-13);
}

static void edges(void)
{
    wi_real x[6], big[1000];
    wi_stats s = wi_stats_of(NULL, 0);
    size_t i;
    CHECK_EQ(s.count, 0);
    CHECK_NEAR(s.mean, 0, 0);
    CHECK_NEAR(s.std, 0, 0);

    /* NaN and infinity are counted, not averaged. */
    x[0] = (wi_real)NAN; x[1] = (wi_real)INFINITY; x[2] = -3; x[3] = (wi_real)-INFINITY; x[4] = 5; x[5] = 1;
    s = wi_stats_of(x, 6);
    CHECK_EQ(s.count, 6);
    CHECK_EQ(s.nonfinite, 3);
    CHECK_NEAR(s.mean, 1, 1e-14);
    CHECK_NEAR(s.min, -3, 0);
    CHECK_NEAR(s.max, 5, 0);
    CHECK_EQ(wi_stats_of(x, 2).nonfinite, 2);
    CHECK_NEAR(wi_stats_of(x, 2).std, 0, 0);
    feclearexcept(FE_ALL_EXCEPT);
    CHECK_EQ(wi_stats_of(x, 6).nonfinite, 3);
    CHECK(!fetestexcept(FE_INVALID));

    /* A small spread on a large mean survives; a constant has none. */
    for (i = 0; i < 1000; i++) big[i] = (wi_real)(1048576.0 + (i % 2 ? 1 : -1));
    s = wi_stats_of(big, 1000);
    CHECK_NEAR(s.mean, 1048576, 1e-9);
    CHECK_NEAR(s.std, 1, 1e-9);
    CHECK_NEAR(s.kurtosis, 1, 1e-6);
    for (i = 0; i < 1000; i++) big[i] = (wi_real)0.1;
    s = wi_stats_of(big, 1000);
    CHECK_NEAR(s.std, 0, 0);
    CHECK_NEAR(s.skewness, 0, 0);
    CHECK_NEAR(s.kurtosis, 0, 0);
}

/* Long arrays of every length modulo a lap, with numbers that are not finite here and there: the same as sums
   of one number at a time. */
static void long_samples(void)
{
    static wi_real x[2000];
    for (size_t n = 900; n < 1000; n++) {
        double m[5] = {0}, least = HUGE_VAL, most = -HUGE_VAL, zeros = 0;
        for (size_t i = 0; i < n; i++) {
            x[i] = (wi_real)(n % 3 ? sin((double)(i * n)) : (double)(i % 7) * (double)(i % 5 > 1));
            if (n % 4 && i % 301 == 300) x[i] = n % 4 == 1 ? (wi_real)NAN : (wi_real)HUGE_VAL;
            double value = (double)x[i];
            if (n % 4 && i % 301 == 300) continue;
            m[0]++;
            for (int k = 1; k < 5; k++) m[k] += pow(value, k);
            zeros += value == 0;
            least = fmin(least, value);
            most = fmax(most, value);
        }
        for (int k = 1; k < 5; k++) m[k] /= m[0];
        wi_stats s = wi_stats_of(x, n);
        double var = m[2] - m[1] * m[1], third = m[3] - 3 * m[1] * m[2] + 2 * pow(m[1], 3);
        double fourth = m[4] - 4 * m[1] * m[3] + 6 * m[1] * m[1] * m[2] - 3 * pow(m[1], 4);
        CHECK_EQ(s.nonfinite, n - (size_t)m[0]);
        CHECK_NEAR(s.min, least, 0);
        CHECK_NEAR(s.max, most, 0);
        CHECK_NEAR(s.zeros, zeros / m[0], 1e-15);
        CHECK_NEAR(s.mean, m[1], 1e-12);
        CHECK_CLOSE(s.std, sqrt(var), 1e-12);
        CHECK_CLOSE(s.rms, sqrt(m[2]), 1e-12);
        CHECK_NEAR(s.skewness, third / pow(var, 1.5), 1e-11);
        CHECK_CLOSE(s.kurtosis, fourth / (var * var), 1e-11);
    }
}

static void histogram(void)
{
    wi_real x[36];
    wi_histogram h;
    size_t i;
    /* the middle of each bin of [-1, 1] */
    for (i = 0; i < 30; i++) x[i] = (wi_real)(((double)i + 0.5) / 15 - 1);
    x[30] = -1; x[31] = 1; x[32] = (wi_real)-1.01; x[33] = 2; x[34] = (wi_real)NAN; x[35] = (wi_real)INFINITY;
    h = wi_histogram_of(x, 36, -1, 1);
    for (i = 0; i < WI_BINS; i++) CHECK_EQ(h.bin[i], i == 0 || i == WI_BINS - 1 ? 2 : 1);
    CHECK_EQ(h.below, 1);
    CHECK_EQ(h.above, 2);
    CHECK_NEAR(h.lo, -1, 0);
    CHECK_NEAR(h.hi, 1, 0);

    h = wi_histogram_of(x, 36, 1, 1);
    for (i = 0; i < WI_BINS; i++) CHECK_EQ(h.bin[i], 0);
    CHECK_EQ(h.below + h.above, 0);
    h = wi_histogram_of(x, 36, (double)NAN, 1);
    CHECK_EQ(h.below + h.above + h.bin[0], 0);
    h = wi_histogram_of(NULL, 0, 0, 1);
    CHECK_EQ(h.below + h.above + h.bin[0], 0);

    /* A bin begins with its lower end. */
    for (i = 0; i < WI_BINS; i++) x[i] = (wi_real)i;
    h = wi_histogram_of(x, WI_BINS, 0, WI_BINS);
    for (i = 0; i < WI_BINS; i++) CHECK_EQ(h.bin[i], 1);

    /* No range is too narrow or too wide; one without an end has no bins. */
    const int least = sizeof(wi_real) == 8 ? -1074 : -149;
    for (i = 0; i < WI_BINS; i++) x[i] = (wi_real)ldexp((double)i, least);
    h = wi_histogram_of(x, WI_BINS, 0, ldexp(WI_BINS, least));
    for (i = 0; i < WI_BINS; i++) CHECK_EQ(h.bin[i], 1);
    for (i = 0; i < 34; i++) x[i] = (wi_real)i;
    h = wi_histogram_of(x, 36, -DBL_MAX, DBL_MAX);
    CHECK_EQ(h.bin[WI_BINS / 2] + h.bin[WI_BINS / 2 - 1], 34);
    CHECK_EQ(h.above, 1);
    x[0] = (wi_real)(sizeof(wi_real) == 8 ? -DBL_MAX : -(double)FLT_MAX);
    x[1] = -x[0];
    h = wi_histogram_of(x, 2, (double)x[0], (double)x[1]);
    CHECK_EQ(h.bin[0], 1);
    CHECK_EQ(h.bin[WI_BINS - 1], 1);
    for (i = 0; i < 3; i++) {
        h = wi_histogram_of(x, 36, i == 1 ? 0.0 : -(double)INFINITY, i == 0 ? 0.0 : (double)INFINITY);
        for (size_t k = 0; k < WI_BINS; k++) CHECK_EQ(h.bin[k], 0);
        CHECK_EQ(h.below + h.above, 0);
    }
}

int main(void)
{
    small_samples();
    edges();
    long_samples();
    histogram();
    return check_done();
}
