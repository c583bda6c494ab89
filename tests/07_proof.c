/* The distributions, proved as far as a sample can: moments, Kolmogorov and Smirnov, chi-square on 2^16
   cells, tails, pairs, independence of streams, seeds and layers, and collisions of stream names; and how
   often wi_check_fill() and wi_identify() err. Bounds are about five standard errors, or a probability of
   1e-6. `make proof` runs the same with n = 10^7 and prints what it saw.
   @build once */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include "inside.h"

#ifndef PROOF
#define PROOF 200000
#endif
#define CELLS 65536
#define SAY(...) do { if (PROOF >= 10000000) printf(__VA_ARGS__); } while (0)

static wi_real *w;

/* A chi-square value in standard errors (Wilson and Hilferty). */
static double chi_z(double chi, double freedom)
{
    return (cbrt(chi / freedom) - (1 - 2 / (9 * freedom))) / sqrt(2 / (9 * freedom));
}

static double cell_chi(const unsigned *count, size_t cells, double expected)
{
    double chi = 0;
    size_t i;
    for (i = 0; i < cells; i++)
        chi += ((double)count[i] - expected) * ((double)count[i] - expected) / expected;
    return chi;
}

/* One law: everything about single values and neighbours. Where the values are few enough apart that floats
   are coarser than 2^-16 of the law (around 3 or 5, not around 0), there are fewer cells. */
static void law(const char *name, wi_recipe recipe, size_t cells, uint64_t seed)
{
    static unsigned cell[CELLS], pair[2][CELLS], where[PROOF];
    const size_t n = PROOF;
    wi_rng rng = wi_rng_split(wi_rng_make(seed), 1);
    wi_fit fit;
    wi_stats s;
    double z[3];
    size_t i;
    unsigned before = 0, third = 0;

    CHECK_OK(wi_fill(w, wi_dense(n, 1), recipe, &rng));
    s = wi_stats_of(w, n);
    inside_law truth = inside_law_of(recipe, w, n, CELLS, where);

    /* Cells of equal probability: single values, pairs of neighbours, pairs four apart (words of two
       blocks). */
    memset(cell, 0, sizeof cell);
    memset(pair, 0, sizeof pair);
    for (i = 0; i < n; i++) {
        unsigned c = where[i];
        cell[c / (CELLS / cells)]++;
        if (i % 2) pair[0][(before >> 8) << 8 | c >> 8]++;
        if (i % 8 == 0) third = c;
        if (i % 8 == 4) pair[1][(third >> 8) << 8 | c >> 8]++;
        before = c;
    }
    z[0] = chi_z(cell_chi(cell, cells, (double)n / (double)cells), (double)cells - 1);
    z[1] = chi_z(cell_chi(pair[0], CELLS, (double)n / 2 / CELLS), CELLS - 1);
    z[2] = chi_z(cell_chi(pair[1], CELLS, (double)n / 8 / CELLS), CELLS - 1);
    for (i = 0; i < 3; i++) if (n / 8 >= 5 * CELLS || i == 0) CHECK_BELOW(fabs(z[i]), 5);

    /* Mean and deviation; skewness and kurtosis with the normal law's errors, which are larger than the
       others'. */
    memset(&fit, 0, sizeof fit);
    CHECK_OK(wi_check_fill(w, wi_dense(n, 1), recipe, &fit, NULL));
    CHECK_BELOW(fabs(fit.mean_z), 5);
    CHECK_BELOW(fabs(fit.std_z), 5);
    CHECK_BELOW(1e-6, fit.ks_p);
    CHECK_NEAR(s.kurtosis, truth.kurtosis,
               5 * sqrt(24.0 / (double)n) * (truth.kurtosis > 3 ? truth.kurtosis : 1));
    if (truth.lo == -truth.hi) /* symmetric */
        CHECK_NEAR(s.skewness, 0, 5 * sqrt(6.0 / (double)n));
    SAY("%-28s mean %+.2f  std %+.2f  skewness %+.5f  kurtosis %.4f (%.4f)  KS p %.3f  chi-square %+.2f  "
        "pairs %+.2f %+.2f\n",
        name, fit.mean_z, fit.std_z, s.skewness, s.kurtosis, truth.kurtosis, fit.ks_p, z[0], z[1], z[2]);
}

/* Counts beyond k sigma against Poisson's law. */
static void tails(void)
{
    const double beyond[4] = { 2.6997960632601866e-3, 6.3342483666239957e-5, 5.7330314375838798e-7,
                               1.9731752900753961e-9 };
    const size_t n = PROOF >= 10000000 ? 10000000 : PROOF, rounds = PROOF >= 10000000 ? 100 : 5;
    double count[4] = {0, 0, 0, 0}, above = 0, largest = 0;
    wi_rng rng = wi_rng_make(12);
    size_t r, i;
    int k;
    for (r = 0; r < rounds; r++) {
        CHECK_OK(wi_fill(w, wi_dense(n, 1), wi_normal(0, 1), &rng));
        for (i = 0; i < n; i++) {
            double x = fabs((double)w[i]);
            if (x < 3) continue;
            for (k = 0; k < 4 && x > 3 + k; k++) count[k]++;
            if (w[i] > 0) above++;
            if (x > largest) largest = x;
        }
    }
    for (k = 0; k < 4; k++) {
        double expected = beyond[k] * (double)n * (double)rounds;
        CHECK_NEAR(count[k], expected, 5 * sqrt(expected) + 5);
        SAY("beyond %d sigma of %.0e: %.0f, expected %.1f\n", 3 + k, (double)n * (double)rounds, count[k],
            expected);
    }
    CHECK_NEAR(above / count[0], 0.5, 5 * 0.5 / sqrt(count[0]));
    CHECK_BELOW(largest, 6.4);
}

/* Correlations among 100 generators: by seed, by split, by split of split, by neighbouring stretches of one
   stream. */
static void independence(void)
{
    enum { M = 100 };
    const size_t n = PROOF >= 10000000 ? 100000 : 2000;
    static const char *const kinds[4] = { "seeds 0, 1, 2, ...", "layers of a seed", "children of children",
                                          "stretches of a stream" };
    int kind;
    for (kind = 0; kind < 4; kind++) {
        double worst = 0, sum = 0, expected = M * (M - 1) / 2;
        size_t a, b, i;
        for (a = 0; a < M; a++) {
            wi_rng rng = wi_rng_make(kind == 0 ? a : 7);
            if (kind == 1) rng = wi_rng_split(rng, a);
            if (kind == 2) rng = wi_rng_split(wi_rng_split(rng, a / 10), a % 10);
            if (kind == 3) rng.index = a * n;
            CHECK_OK(wi_fill(w + a * n, wi_dense(n, 1), wi_normal(0, 1), &rng));
        }
        for (a = 0; a < M; a++)
            for (b = 0; b < a; b++) {
                double r = 0;
                for (i = 0; i < n; i++) r += (double)w[a * n + i] * (double)w[b * n + i];
                r /= sqrt((double)n);
                sum += r * r;
                if (fabs(r) > worst) worst = fabs(r);
            }
        CHECK_BELOW(worst, 5.8); /* of 4,950 standard normals */
        CHECK_NEAR(sum, expected, 5 * sqrt(2 * expected) + 5 * expected * 6 / (double)n);
        SAY("%-22s 4,950 correlations: largest %.2f standard errors, sum of squares %.0f of %.0f\n",
            kinds[kind], worst, sum, expected);
    }
}

static int compare(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static size_t collisions(uint64_t *x, size_t n)
{
    size_t i, same = 0;
    qsort(x, n, sizeof *x, compare);
    for (i = 1; i < n; i++) same += x[i] == x[i - 1];
    return same;
}

/* Names of children of children, and the first words that they draw: in 32 bits they collide as often as
   chance has it (the birthday problem), in 64 bits not at all. */
static void birthdays(void)
{
    enum { SIDE = 512, N = SIDE * SIDE };
    uint64_t *x = (uint64_t *)malloc(N * sizeof *x);
    double expected = (double)N * (N - 1) / 2 / 4294967296.0;
    int part;
    if (!CHECK(x != NULL)) return;
    for (part = 0; part < 5; part++) {
        size_t a, b, same;
        for (a = 0; a < SIDE; a++) {
            wi_rng child = wi_rng_split(wi_rng_make(1), a);
            for (b = 0; b < SIDE; b++) {
                wi_rng grandchild = wi_rng_split(child, b);
                uint64_t name = grandchild.stream, value = name;
                if (part == 1) value = name >> 32;
                if (part == 2) value = name & 0xFFFFFFFFu;
                if (part == 3) value = wi_rng_next(&grandchild);
                if (part == 4) { grandchild.index = 1000; value = wi_rng_next(&grandchild); }
                x[a * SIDE + b] = value;
            }
        }
        same = collisions(x, N);
        if (part == 0) CHECK_EQ(same, 0);
        else CHECK_NEAR(same, expected, 5 * sqrt(expected) + 2);
        SAY("nested birthdays, %d children of children, part %d: %zu collisions, expected %.1f\n", N, part,
            same, part ? expected : 0);
    }
    free(x);
}

static wi_rng seeded(uint64_t seed) { return wi_rng_split(wi_rng_make(seed), 1); }

/* p is uniform for true fills: counts in ten cells, whatever was estimated; and false alarms are rare. */
static void uniform_p(void)
{
    const wi_recipe laws[5] = { wi_normal(0.3, 2), wi_uniform(-1, 3), wi_truncated_normal(1, 0.5, -2, 2),
                                wi_he_normal(), wi_truncated_normal(0, 1, -1, 4) };
    const wi_shape shapes[4] = {wi_dense(2, 3), wi_dense(5, 3), wi_conv2d(2, 3, 3, 3), wi_dense(20, 13)};
    int alarms = 0, fills = 0;
    for (size_t s = 0; s < WI_COUNT(shapes); s++)
        for (size_t r = 0; r < WI_COUNT(laws); r++) {
            double cell[10] = {0}, chi = 0;
            const int n = sizeof(wi_real) == 8 ? 300 : 1000;   /* p is computed in double in either build */
            for (int t = 0; t < n; t++) {
                wi_rng rng = seeded(1000 * (uint64_t)t + 10 * s + r);
                wi_fit fit;
                CHECK_OK(wi_fill(w, shapes[s], laws[r], &rng));
                CHECK_OK(wi_check_fill(w, shapes[s], laws[r], &fit, NULL));
                cell[(int)fmin(fit.p * 10, 9)]++;
                alarms += !fit.passed;
                fills++;
            }
            for (int k = 0; k < 10; k++) chi += (cell[k] - n / 10.0) * (cell[k] - n / 10.0) / (n / 10.0);
            if (!CHECK_BELOW(chi, 35)) printf("  %s, %zu weights\n", laws[r].name, wi_shape_count(shapes[s]));
        }
    CHECK_BELOW(alarms, fills / 1000 + 20);

    /* With one and two parameters taken from the weights, by wi_identify(). */
    const wi_recipe own[4] = { wi_normal(0, 0.0317), wi_normal(5, 0.0317), wi_uniform(-0.0713, 0.0713),
                               wi_truncated_normal(0, 0.0441, -2, 2) };
    for (size_t r = 0; r < WI_COUNT(own); r++) {
        double cell[10] = {0}, chi = 0;
        int none = 0;
        const int n = 400;
        for (int t = 0; t < n; t++) {
            wi_rng rng = seeded(90000 + 10 * (uint64_t)t + r);
            wi_guess guess[64];
            size_t count = 64;
            CHECK_OK(wi_fill(w, wi_dense(40, 25), own[r], &rng));
            CHECK_OK(wi_identify(w, wi_dense(40, 25), guess, &count, NULL));
            none += !guess[0].fits;
            for (size_t i = 0; i < count; i++) {
                if (guess[i].recipe.scheme != own[r].scheme || guess[i].recipe.fan != WI_FAN_NONE) continue;
                cell[(int)fmin(guess[i].p * 10, 9)]++;
                break;
            }
        }
        for (int k = 0; k < 10; k++) chi += (cell[k] - n / 10.0) * (cell[k] - n / 10.0) / (n / 10.0);
        if (!CHECK_BELOW(chi, 35)) printf("  %s\n", own[r].name);
        CHECK_BELOW(none, 3);
    }
}

/* wi_identify() finds the true recipe, and puts it first, again and again; where it is not first, its rival
   must fit as well. */
static void true_names(void)
{
    static const char *const names[7] = { "xavier_uniform", "xavier_normal", "he_uniform", "he_normal",
                                          "lecun_uniform", "lecun_normal", "pytorch_default" };
    wi_rng rng = seeded(56);
    int wrong = 0, missed = 0;
    for (size_t i = 0; i < 300; i++) {
        wi_recipe r;
        wi_guess guess[3];
        char text[80];
        size_t count = WI_COUNT(guess);
        CHECK_OK(wi_recipe_named(names[i % 7], &r));
        CHECK_OK(wi_fill(w, wi_dense(100, 60), r, &rng));
        CHECK_OK(wi_identify(w, wi_dense(100, 60), guess, &count, NULL));
        wrong += strcmp(wi_recipe_text(guess[0].recipe, text, sizeof text), names[i % 7]) != 0;
        missed += !guess[0].fits;
    }
    CHECK_BELOW(wrong, 4);
    CHECK_BELOW(missed, 3);
}

int main(void)
{
    w = (wi_real *)malloc((PROOF > 200000 ? PROOF : 200000) * sizeof *w);
    if (!CHECK(w != NULL)) return check_done();
    law("uniform -1 .. 1", wi_uniform(-1, 1), CELLS, 1);
    law("normal", wi_normal(0, 1), CELLS, 2);
    law("normal 3, 0.01", wi_normal(3, 0.01), 256, 3);
    law("truncated -2 .. 2", wi_truncated_normal(0, 1, -2, 2), CELLS, 4);
    law("truncated -0.5 .. 3", wi_truncated_normal(0, 1, -0.5, 3), CELLS, 5);
    law("truncated 5 .. 6", wi_truncated_normal(0, 1, 5, 6), 1024, 6);
    law("truncated 20 .. inf", wi_truncated_normal(-20, 1, 20, HUGE_VAL), CELLS, 7);
    tails();
    independence();
    birthdays();
    uniform_p();
    true_names();
    free(w);
    return check_done();
}
