/* Initializers: moments with bounds derived from n, structure, bad input, pieces, names, and the check of
   fills.
   @build portable openmp no-x87 */
#include "fail_alloc.h"
#include <fenv.h>
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include "inside.h"
#include <float.h>

#define MAX 300000
#define REAL_MAX (sizeof(wi_real) == sizeof(float) ? (double)FLT_MAX : DBL_MAX)
static wi_real buffer[MAX], other[MAX];

static int passes(wi_recipe recipe, wi_shape shape)
{
    wi_fit fit;
    memset(&fit, 0, sizeof fit);
    CHECK_OK(wi_check_fill(buffer, shape, recipe, &fit, NULL));
    return fit.passed;
}

static wi_rng seeded(uint64_t seed)
{
    return wi_rng_split(wi_rng_make(seed), 0);
}

static void shapes(void)
{
    double in, out;
    wi_shape s = wi_conv2d(6, 8, 3, 5);
    CHECK_EQ(wi_shape_count(wi_dense(784, 256)), 784 * 256);
    wi_shape_fans(wi_dense(784, 256), &in, &out);
    CHECK_NEAR(in, 784, 0);
    CHECK_NEAR(out, 256, 0);
    CHECK_EQ(wi_shape_count(s), 6 * 8 * 15);
    wi_shape_fans(s, &in, &out);
    CHECK_NEAR(in, 90, 0);
    CHECK_NEAR(out, 120, 0);
    wi_shape_fans(wi_in_major(s), &in, NULL);
    CHECK_NEAR(in, 90, 0);

    /* Depthwise, 4 channels, 3 x 3: both fans are 9. */
    s = wi_grouped(wi_conv2d(4, 4, 3, 3), 4);
    CHECK_EQ(wi_shape_count(s), 36);
    wi_shape_fans(s, &in, &out);
    CHECK_NEAR(in, 9, 0);
    CHECK_NEAR(out, 9, 0);
    wi_shape_fans(wi_conv2d_transposed(16, 4, 2, 2), &in, &out);
    CHECK_NEAR(in, 64, 0);
    CHECK_NEAR(out, 16, 0);

    CHECK_EQ(wi_shape_count(wi_dense(0, 5)), 0);
    CHECK_EQ(wi_shape_count(wi_dense(5, 0)), 0);
    CHECK_EQ(wi_shape_count(wi_conv2d(5, 5, 0, 1)), 0);
    CHECK_EQ(wi_shape_count(wi_dense(SIZE_MAX, 2)), 0);
    CHECK_EQ(wi_shape_count(wi_dense((size_t)1 << (sizeof(size_t) * 4), (size_t)1 << (sizeof(size_t) * 4))),
             0);
    CHECK_EQ(wi_shape_count(wi_grouped(wi_dense(6, 8), 4)), 0);
    CHECK_EQ(wi_shape_count(wi_grouped(wi_dense(6, 8), 3)), 0);
    CHECK_EQ(wi_shape_count(wi_grouped(wi_dense(6, 8), 0)), 0);
    wi_shape_fans(wi_dense(0, 5), &in, &out);
    CHECK_NEAR(in + out, 0, 0);
    wi_shape_fans(wi_dense(3, 5), NULL, &out);
    CHECK_NEAR(out, 5, 0);
}

/* std of the recipe, and mean and std of a fill within five standard errors of it. */
static void expect(wi_recipe recipe, wi_shape shape, double mean, double std)
{
    size_t n = wi_shape_count(shape);
    wi_rng rng = seeded(n);
    wi_stats s;
    if (!CHECK(n > 0 && n <= MAX)) return;
    CHECK_OK(wi_fill(buffer, shape, recipe, &rng));
    CHECK_EQ(rng.index, n);
    s = wi_stats_of(buffer, n);
    CHECK_CLOSE(wi_recipe_std(recipe, shape), std, 1e-9);
    {
        double theory, deviation;
        CHECK_OK(inside_recipe_moments(recipe, shape, &theory, &deviation));
        CHECK_NEAR(theory, mean, 1e-9);
    }
    CHECK_NEAR(s.mean, mean, 5 * std / sqrt((double)n));
    CHECK_NEAR(s.std, std, 5 * std / sqrt((double)n));
    CHECK_EQ(s.nonfinite, 0);
}

static void moments(void)
{
    const wi_shape dense = wi_dense(300, 200), conv = wi_conv2d(16, 32, 3, 3), odd = wi_dense(301, 77);
    const wi_shape grouped = wi_grouped(wi_conv2d(64, 32, 5, 3), 8);
    double cut = 0.87962566103423975; /* std of a normal cut at two sigma */

    expect(wi_uniform(-0.3, 0.5), dense, 0.1, 0.8 / sqrt(12.0));
    expect(wi_normal(0.25, 0.02), odd, 0.25, 0.02);
    expect(wi_lecun_normal(), odd, 0, sqrt(1.0 / 301));
    expect(wi_lecun_uniform(), conv, 0, sqrt(1.0 / 144));
    expect(wi_xavier_normal(), dense, 0, sqrt(2.0 / 500));
    expect(wi_xavier_uniform(), conv, 0, sqrt(2.0 / (144 + 288)));
    expect(wi_he_normal(), conv, 0, sqrt(2.0 / 144));
    expect(wi_he_uniform(), wi_in_major(conv), 0, sqrt(2.0 / 144));
    expect(wi_he_normal(), grouped, 0, sqrt(2.0 / (8 * 15)));
    expect(wi_variance_scaling(2, WI_FAN_OUT, WI_SCHEME_NORMAL), grouped, 0, sqrt(2.0 / (4 * 15)));
    expect(wi_variance_scaling(1.5, WI_FAN_MEAN, WI_SCHEME_TRUNCATED), dense, 0, sqrt(1.5 / 250));
    expect(wi_pytorch_default(), dense, 0, 1 / sqrt(3.0 * 300));
    expect(wi_truncated_normal(0, 0.02, -2, 2), dense, 0, 0.02 * cut);
    expect(wi_truncated_normal(0, 0.05, 0, HUGE_VAL), dense, 0.05 * sqrt(2 / 3.14159265358979323846),
           0.05 * sqrt(1 - 2 / 3.14159265358979323846));
    expect(wi_truncated_normal_corrected(1, 0.02, -2, 2), dense, 1, 0.02);
    expect(wi_truncated_normal_corrected(1, 0.02, -0.5, 3), dense, 1, 0.02);
    expect(wi_gained(wi_xavier_uniform(), 5.0 / 3), dense, 0, 5.0 / 3 * sqrt(2.0 / 500));
    expect(wi_gained(wi_uniform(1, 2), -2), dense, -3, 2 / sqrt(12.0));
    expect(wi_gained(wi_normal(1, 0.5), -2), dense, -2, 1);
    wi_recipe skew = wi_he_truncated();   /* a law that a negative gain turns around, by its fan or not */
    skew.lo = -1;
    skew.hi = 3;
    CHECK(wi_gained(skew, -2).lo == -3 && wi_gained(skew, -2).hi == 1 && wi_gained(skew, 2).hi == 3);
    expect(wi_gained(skew, -2), dense, 0, 2 * wi_recipe_std(skew, dense));
    expect(wi_siren(30, 1), dense, 0, 1 / (300 * sqrt(3.0)));
    expect(wi_siren(30, 0), dense, 0, sqrt(2.0 / 300) / 30);
    expect(wi_sparse(15, 0.5), dense, 0, 0.5 * sqrt(15.0 / 300));
    const double huge = sizeof(wi_real) == 4 ? 1e37 : 1e300;   /* its square is no double */
    CHECK_CLOSE(wi_recipe_std(wi_sparse(15, huge), dense) / huge, sqrt(15.0 / 300), 1e-9);
    CHECK_NEAR(wi_recipe_std(wi_sparse(0, huge), dense), 0, 0);
    CHECK_CLOSE(wi_recipe_std(wi_orthogonal(-huge), dense) / huge, 1 / sqrt(300.0), 1e-9);
    CHECK_CLOSE(wi_recipe_std(wi_delta_orthogonal(huge), conv) / huge, sqrt(1.0 / (32 * 9)), 1e-9);
    CHECK_CLOSE(wi_recipe_std(wi_identity(huge), wi_dense(100, 100)) / huge, sqrt(0.01 - 0.0001), 1e-9);
    expect(wi_orthogonal(2), dense, 0, 2 / sqrt(300.0));
    expect(wi_orthogonal(1), conv, 0, 1 / sqrt(144.0));
    expect(wi_delta_orthogonal(1), conv, 0, sqrt(1.0 / (32 * 9)));
    /* rows of length gain * 0.7 outputs^(1 / inputs), in 1990's words */
    CHECK_CLOSE(wi_recipe_std(wi_gained(wi_nguyen_widrow(), 3), wi_dense(4, 80)),
                3 * 0.7 * pow(80, 0.25) / sqrt(4.0), 1e-9);
}

static void supports(void)
{
    const double bounds[15][2] = { { -2, 2 },  { 0, 1 },     { -0.1, 3 },      { 5, 6 },       { 20, 21 },
                                   { -9, -8 }, { 3, 3.001 }, { -HUGE_VAL, 0 }, { 40, 41 },     { 1, 3 },
                                   { -3, -1 }, { 1.4, 40 },  { 0.01, 0.8 },    { 0.3, HUGE_VAL },
                                   { -HUGE_VAL, -1.2 } };
    size_t n = 100000, i, b;
    wi_rng rng = seeded(1);

    CHECK_OK(wi_fill(buffer, wi_dense(n, 1), wi_uniform(-0.1, 0.2), &rng));
    for (i = 0; i < n; i++)
        if ((double)buffer[i] < -0.1 || (double)buffer[i] > 0.2) CHECK(0 && "uniform support");
    CHECK_BELOW(wi_stats_of(buffer, n).min, -0.0999);
    CHECK_BELOW(0.1999, wi_stats_of(buffer, n).max);

    /* Truncated at any bounds: inside them, and distributed as it should be by its own distribution
       function. */
    for (b = 0; b < WI_COUNT(bounds); b++) {
        wi_recipe r = wi_truncated_normal(0, 1, bounds[b][0], bounds[b][1]);
        wi_fit fit;
        wi_stats s;
        double std = wi_recipe_std(r, wi_dense(n, 1));
        CHECK_OK(wi_fill(buffer, wi_dense(n, 1), r, &rng));
        s = wi_stats_of(buffer, n);
        CHECK(s.min >= bounds[b][0] && s.max <= bounds[b][1]);
        CHECK_NEAR(s.std, std, 5 * std / sqrt((double)n) * 2);
        /* too few floats for a KS test */
        if (bounds[b][1] - bounds[b][0] < 0.01 && sizeof(wi_real) == 4) continue;
        CHECK_OK(wi_check_fill(buffer, wi_dense(n, 1), r, &fit, NULL));
        if (!CHECK(fit.passed))
            printf("  bounds %g %g: mean_z %g std_z %g ks_p %g\n", bounds[b][0], bounds[b][1], fit.mean_z,
                   fit.std_z, fit.ks_p);
    }
    /* Mills' ratio gives the mean beyond 20: 20.0498... */
    CHECK_OK(wi_fill(buffer, wi_dense(n, 1), wi_truncated_normal(0, 1, 20, HUGE_VAL), &rng));
    CHECK_NEAR(wi_stats_of(buffer, n).mean, 20.049753069, 5 * 0.0498 / sqrt((double)n));
}

/* Largest deviation of the matrix's shorter side from orthonormal. */
static double off(const wi_real *w, size_t rows, size_t cols)
{
    size_t i, j, k, m = rows < cols ? rows : cols, n = rows < cols ? cols : rows;
    double worst = 0;
    for (i = 0; i < m; i++)
        for (j = 0; j <= i; j++) {
            double sum = 0;
            for (k = 0; k < n; k++)
                sum += rows < cols ? (double)w[i * cols + k] * (double)w[j * cols + k]
                                   : (double)w[k * cols + i] * (double)w[k * cols + j];
            sum = fabs(sum - (i == j ? 1 : 0));
            if (sum > worst) worst = sum;
        }
    return worst;
}

static void orthogonal(void)
{
    static const size_t sizes[9][2] = { { 1, 1 },   { 1, 7 },    { 7, 1 },    { 5, 5 },    { 31, 33 },
                                        { 64, 64 }, { 100, 37 }, { 37, 100 }, { 200, 130 } };
    wi_rng rng = seeded(3);
    double trace = 0, trace2 = 0, fourth = 0, cross = 0, sign = 0;
    size_t i, t, trials = 4000;

    for (i = 0; i < 9; i++) {
        CHECK_OK(wi_fill(buffer, wi_dense(sizes[i][1], sizes[i][0]), wi_orthogonal(1), &rng));
        CHECK_BELOW(off(buffer, sizes[i][0], sizes[i][1]), 1e-6);
        CHECK_OK(wi_fill(buffer, wi_in_major(wi_dense(sizes[i][1], sizes[i][0])), wi_orthogonal(1), &rng));
        CHECK_BELOW(off(buffer, sizes[i][1], sizes[i][0]), 1e-6);
    }

    /* Haar moments at 8 x 8: E trace = 0, E trace^2 = 1, E q^4 = 3 / (n (n + 2)), E q11^2 q12^2 = 1 / (n (n +
       2)), signs even. */
    for (t = 0; t < trials; t++) {
        double tr = 0;
        CHECK_OK(wi_fill(buffer, wi_dense(8, 8), wi_orthogonal(1), &rng));
        for (i = 0; i < 8; i++) tr += (double)buffer[9 * i];
        trace += tr;
        trace2 += tr * tr;
        fourth += pow((double)buffer[63], 4);
        cross += (double)buffer[0] * (double)buffer[0] * (double)buffer[1] * (double)buffer[1];
        sign += buffer[63] > 0 ? 1 : -1;
    }
    CHECK_NEAR(trace / (double)trials, 0, 5 / sqrt((double)trials));
    CHECK_NEAR(trace2 / (double)trials, 1, 5 * sqrt(2.0 / (double)trials));
    CHECK_NEAR(fourth / (double)trials, 3.0 / 80, 5 * 0.07 / sqrt((double)trials));
    CHECK_NEAR(cross / (double)trials, 1.0 / 80, 5 * 0.02 / sqrt((double)trials));
    CHECK_NEAR(sign / (double)trials, 0, 5 / sqrt((double)trials));
}

static size_t at(wi_shape s, size_t o, size_t i, size_t y, size_t x)
{
    size_t ins = s.in / s.groups;
    if (s.in_major) return ((y * s.kernel_w + x) * ins + i) * s.out + o;
    return ((o * ins + i) * s.kernel_h + y) * s.kernel_w + x;
}

static void fixed(void)
{
    wi_rng rng = seeded(4);
    wi_shape s = wi_dense(3, 5);
    size_t o, i, y, x, n, turn;

    CHECK_OK(wi_fill(buffer, s, wi_identity(2), &rng));
    for (o = 0; o < 5; o++) for (i = 0; i < 3; i++) CHECK_NEAR(buffer[o * 3 + i], o == i ? 2 : 0, 0);
    CHECK_STATUS(wi_fill(buffer, wi_conv2d(3, 3, 3, 3), wi_identity(1), &rng), WI_ERR_SHAPE);

    /* Dirac, in groups, both layouts, even and odd kernels. */
    for (turn = 0; turn < 2; turn++) {
        s = wi_grouped(wi_conv2d(4, 6, 3, 4), 2);
        if (turn) s = wi_in_major(s);
        CHECK_OK(wi_fill(buffer, s, wi_dirac(), &rng));
        for (o = 0; o < 6; o++) for (i = 0; i < 2; i++) for (y = 0; y < 3; y++) for (x = 0; x < 4; x++)
            CHECK_NEAR(buffer[at(s, o, i, y, x)], o % 3 == i && y == 1 && x == 2 ? 1 : 0, 0);
        s = wi_conv2d(3, 5, 4, 3);
        if (turn) s = wi_in_major(s);
        CHECK_OK(wi_fill(buffer, s, wi_delta_orthogonal(1), &rng));
        for (n = 0, o = 0; o < 5; o++)
            for (i = 0; i < 3; i++)
                for (y = 0; y < 4; y++)
                    for (x = 0; x < 3; x++) {
                        if (y == 1 && x == 1) other[n++] = buffer[at(s, o, i, y, x)];
                        else CHECK_NEAR(buffer[at(s, o, i, y, x)], 0, 0);
                    }
        CHECK_BELOW(off(other, 5, 3), 1e-6);
    }
    CHECK_STATUS(wi_fill(buffer, wi_conv2d(5, 3, 3, 3), wi_delta_orthogonal(1), &rng), WI_ERR_SHAPE);
    CHECK_STATUS(wi_fill(buffer, wi_conv2d(5, 4, 3, 3), wi_delta_orthogonal(1), &rng), WI_ERR_SHAPE);
    CHECK_STATUS(wi_fill(buffer, wi_conv2d(4, 4, 3, 3), wi_delta_orthogonal(1), &rng), WI_OK);
    s = wi_grouped(wi_conv2d(4, 8, 3, 3), 2);
    CHECK_STATUS(wi_fill(buffer, s, wi_delta_orthogonal(1), &rng), WI_ERR_SHAPE);

    /* Hadamard: identity when narrowing, orthonormal columns when widening to a power of two, +-1/sqrt(p)
       always. */
    CHECK_OK(wi_fill(buffer, wi_dense(8, 3), wi_hadamard(), &rng));
    for (o = 0; o < 3; o++) for (i = 0; i < 8; i++) CHECK_NEAR(buffer[o * 8 + i], o == i ? 1 : 0, 0);
    CHECK_OK(wi_fill(buffer, wi_dense(5, 16), wi_hadamard(), &rng));
    CHECK_BELOW(off(buffer, 16, 5), 1e-6);
    CHECK_OK(wi_fill(buffer, wi_dense(3, 10), wi_hadamard(), &rng));
    for (i = 0; i < 30; i++) CHECK_NEAR(fabs((double)buffer[i]), 0.25, 0);

    /* Bilinear, k = 4: 0.25 0.75 0.75 0.25; k = 3: 0.5 1 0.5. Between equal channels only. */
    CHECK_OK(wi_fill(buffer, wi_conv2d(2, 2, 4, 3), wi_bilinear(), &rng));
    CHECK_NEAR(buffer[0], 0.125, 1e-7);
    CHECK_NEAR(buffer[4], 0.75, 1e-7);
    CHECK_NEAR(buffer[12], 0, 0);
    CHECK_NEAR(buffer[36 + 4], 0.75, 1e-7);

    CHECK_OK(wi_fill(buffer, wi_dense(4, 4), wi_constant(0.1), &rng));
    CHECK_NEAR(buffer[15], (wi_real)0.1, 0);
    CHECK_OK(wi_fill(buffer, wi_dense(4, 4), wi_poison(), &rng));
    CHECK_EQ(wi_stats_of(buffer, 16).nonfinite, 16);
    CHECK_OK(wi_fill(buffer, wi_dense(4, 4), wi_ones(), &rng));
    CHECK_NEAR(wi_stats_of(buffer, 16).mean, 1, 0);
}

static void sparse(void)
{
    wi_rng rng = seeded(9);
    size_t o, i, turn, counts[100] = {0};
    double chi = 0;
    for (turn = 0; turn < 2; turn++) {
        wi_shape s = turn ? wi_in_major(wi_dense(100, 400)) : wi_dense(100, 400);
        CHECK_OK(wi_fill(buffer, s, wi_sparse(15, 1), &rng));
        for (o = 0; o < 400; o++) {
            size_t mine = 0;
            for (i = 0; i < 100; i++) if (buffer[at(s, o, i, 0, 0)] != 0) { mine++; counts[i]++; }
            CHECK_EQ(mine, 15);
        }
    }
    for (i = 0; i < 100; i++) chi += ((double)counts[i] - 120) * ((double)counts[i] - 120) / (120 * 0.85);
    CHECK_NEAR(chi, 99, 5 * sqrt(2 * 99.0));
    CHECK_OK(wi_fill(buffer, wi_dense(10, 3), wi_sparse(10, 1), &rng));
    CHECK_NEAR(wi_stats_of(buffer, 30).zeros, 0, 0);
    CHECK_OK(wi_fill(buffer, wi_dense(10, 3), wi_sparse(0, 1), &rng));
    CHECK_NEAR(wi_stats_of(buffer, 30).zeros, 1, 0);
    CHECK_STATUS(wi_fill(buffer, wi_dense(10, 3), wi_sparse(11, 1), &rng), WI_ERR_SHAPE);
}

/* Pieces have the bytes of the whole; layers do not depend on each other. */
static void pieces(void)
{
    const wi_recipe recipes[4] = { wi_he_normal(), wi_xavier_uniform(), wi_truncated_normal(0, 1, -2, 2),
                                   wi_truncated_normal(0, 1, 7, 8) };
    wi_shape s = wi_dense(257, 31);
    size_t n = wi_shape_count(s), r, first, length;
    for (r = 0; r < 4; r++) {
        wi_rng rng = seeded(21), start;
        rng.index = 3 + r;
        start = rng;
        CHECK_OK(wi_fill(buffer, s, recipes[r], &rng));
        for (first = 0, length = 1; first < n; first += length, length = length * 2 + 3) {
            if (length > n - first) length = n - first;
            CHECK_OK(wi_fill_part(other + first, first, length, s, recipes[r], &start));
        }
        CHECK_BYTES(other, buffer, n * sizeof *buffer);
        CHECK_EQ(start.index, 3 + r);
    }
    {
        wi_rng rng = seeded(1);
        CHECK_STATUS(wi_fill_part(buffer, 0, n + 1, s, wi_he_normal(), &rng), WI_ERR_SHAPE);
        CHECK_STATUS(wi_fill_part(buffer, SIZE_MAX, 2, s, wi_he_normal(), &rng), WI_ERR_SHAPE);
        CHECK_STATUS(wi_fill_part(buffer, 0, 1, s, wi_orthogonal(1), &rng), WI_ERR_ARG);
        CHECK_STATUS(wi_fill_part(buffer, 0, 1, s, wi_he_normal(), NULL), WI_ERR_ARG);
        CHECK_OK(wi_fill_part(buffer, n, 0, s, wi_he_normal(), &rng));
    }
}

static void refuse(wi_real *w, wi_shape shape, wi_recipe recipe, wi_rng *rng, wi_status want)
{
    static wi_real before[64];
    wi_rng was = wi_rng_make(0);
    if (rng) was = *rng;
    memcpy(before, buffer, sizeof before);
    CHECK_STATUS(wi_fill(w, shape, recipe, rng), want);
    CHECK_BYTES(buffer, before, sizeof before);
    if (rng) CHECK_BYTES(rng, &was, sizeof was);
    if (w && rng) CHECK(isnan(wi_recipe_std(recipe, shape)));
}

static void bad_input(void)
{
    wi_rng rng = seeded(2);
    wi_shape s = wi_dense(4, 4);
    wi_recipe zeroed, r;

    memset(&zeroed, 0, sizeof zeroed);
    refuse(NULL, s, wi_he_normal(), &rng, WI_ERR_ARG);
    refuse(buffer, s, wi_he_normal(), NULL, WI_ERR_ARG);
    refuse(buffer, s, zeroed, &rng, WI_ERR_ARG);
    zeroed.scheme = WI_SCHEME_COUNT;
    refuse(buffer, s, zeroed, &rng, WI_ERR_ARG);
    refuse(buffer, wi_dense(0, 4), wi_he_normal(), &rng, WI_ERR_SHAPE);
    refuse(buffer, wi_dense(SIZE_MAX, SIZE_MAX), wi_he_normal(), &rng, WI_ERR_SHAPE);
    refuse(buffer, wi_grouped(wi_dense(4, 4), 3), wi_he_normal(), &rng, WI_ERR_SHAPE);
    refuse(buffer, s, wi_normal(0, -1), &rng, WI_ERR_ARG);
    refuse(buffer, s, wi_normal((double)NAN, 1), &rng, WI_ERR_ARG);
    refuse(buffer, s, wi_normal(0, (double)INFINITY), &rng, WI_ERR_ARG);
    refuse(buffer, s, wi_uniform(2, 1), &rng, WI_ERR_ARG);
    refuse(buffer, s, wi_uniform(-1e308, 1e308), &rng, WI_ERR_ARG);
    refuse(buffer, s, wi_constant((double)NAN), &rng, WI_ERR_ARG);
    refuse(buffer, s, wi_truncated_normal(0, 1, (double)INFINITY, (double)INFINITY), &rng, WI_ERR_ARG);
    refuse(buffer, s, wi_truncated_normal_corrected(0, 1, 2, 2), &rng, WI_ERR_ARG);
    refuse(buffer, s, wi_truncated_normal(0, 1, (double)NAN, 2), &rng, WI_ERR_ARG);
    refuse(buffer, s, wi_truncated_normal_corrected(0, 1, 3, 2), &rng, WI_ERR_ARG);
    refuse(buffer, s, wi_variance_scaling(-1, WI_FAN_IN, WI_SCHEME_NORMAL), &rng, WI_ERR_ARG);
    refuse(buffer, s, wi_variance_scaling((double)NAN, WI_FAN_IN, WI_SCHEME_NORMAL), &rng, WI_ERR_ARG);
    refuse(buffer, s, wi_orthogonal((double)NAN), &rng, WI_ERR_ARG);
    refuse(buffer, s, wi_sparse(5, 1), &rng, WI_ERR_SHAPE);
    refuse(buffer, s, wi_sparse(2, -1), &rng, WI_ERR_ARG);
    refuse(buffer, s, wi_siren((double)NAN, 0), &rng, WI_ERR_ARG);
    for (int first = 0; first < 2; first++) {
        refuse(buffer, s, wi_siren(0, first), &rng, WI_ERR_ARG);
        refuse(buffer, s, wi_siren(-30, first), &rng, WI_ERR_ARG);
        refuse(buffer, s, wi_siren((double)INFINITY, first), &rng, WI_ERR_ARG);
    }
    CHECK_OK(wi_fill(buffer, s, wi_recipe_for(wi_sine(-30)), &rng));   /* the sine of -z is -sin z */
    memset(&zeroed, 0, sizeof zeroed);
    refuse(buffer, s, wi_gained(zeroed, 2), &rng, WI_ERR_ARG);   /* twice what, only a layer knows */
    r = wi_he_normal();
    memset(&r.fan, 9, 1);
    refuse(buffer, s, r, &rng, WI_ERR_ARG);

    /* std 0 and gain 0 are legal. */
    CHECK_OK(wi_fill(buffer, s, wi_normal(3, 0), &rng));
    CHECK_NEAR(buffer[7], 3, 0);
    CHECK_OK(wi_fill(buffer, s, wi_orthogonal(0), &rng));
    CHECK_NEAR(buffer[7], 0, 0);
}

/* A variance that is to be divided by no fan, or by a width of 0, is a mistake, not zeros. */
static void no_fan(void)
{
    const wi_mup_role hidden = WI_MUP_HIDDEN;
    wi_mup_role none[2];
    memset(&none[0], 255, sizeof none[0]);   /* -1 */
    memset(&none[1], 1, sizeof none[1]);
    const wi_recipe wrong[10] = { wi_mup(hidden, 0), wi_mup(WI_MUP_INPUT, (double)NAN), wi_mup(none[0], 1),
                                 wi_mup(none[1], 1),
                                 wi_variance_scaling(1, WI_FAN_NONE, WI_SCHEME_NORMAL),
                                 wi_variance_scaling(1, WI_FAN_NONE, WI_SCHEME_UNIFORM),
                                 wi_variance_scaling(1, WI_FAN_NONE, WI_SCHEME_TRUNCATED),
                                 wi_kaiming(0, WI_FAN_NONE, WI_SCHEME_NORMAL),
                                 wi_mup(WI_MUP_OUTPUT, 0),
                                 wi_mup(WI_MUP_OUTPUT, -1) };
    wi_rng rng = seeded(2);
    for (size_t i = 0; i < 10; i++)
        CHECK_STATUS(wi_fill(buffer, wi_dense(4, 4), wrong[i], &rng), WI_ERR_ARG);
    CHECK_NEAR(wi_mup_rate(hidden, 128, 64), 0.5, 0);
    CHECK(isnan(wi_mup_rate(none[0], 64, 64)) && isnan(wi_mup_rate(none[1], 64, 64)));
    CHECK(isnan(wi_mup_rate(hidden, 0, 64)) && isnan(wi_mup_rate(hidden, 64, -1)));
    CHECK(isnan(wi_mup_rate(WI_MUP_INPUT, (double)NAN, 64)));
}

/* Fields set by hand: what a scheme does not look at does no harm, what is no number is refused. */
static void by_hand(void)
{
    wi_rng rng = seeded(3), again = seeded(3);
    const wi_shape s = wi_dense(4, 4), wide = wi_dense(300, 200);
    const double infinite = (double)INFINITY, powers[4] = { -1, 8.5, infinite, (double)NAN };
    wi_recipe r = wi_he_normal(), back;
    char text[WI_RECIPE_TEXT];
    for (size_t i = 0; i < WI_COUNT(powers); i++) {
        r.power = powers[i];
        refuse(buffer, s, r, &rng, WI_ERR_ARG);
    }
    for (int i = 0; i <= 16; i++) {   /* Var(w) = scale / fan^power, and 0 means 1 */
        r.power = 0.5 * i;
        CHECK_CLOSE(wi_recipe_std(r, wide), sqrt(2.0 / pow(300.0, i ? 0.5 * i : 1.0)), 1e-12);
        if (CHECK_OK(wi_recipe_named(wi_recipe_text(r, text, sizeof text), &back)))
            CHECK_CLOSE(wi_recipe_std(back, wide), wi_recipe_std(r, wide), 1e-15);
    }
    r = wi_he_normal();
    r.scale = infinite;
    refuse(buffer, s, r, &rng, WI_ERR_ARG);
    r = wi_he_normal();
    memset(&r.fan, 255, sizeof r.fan);   /* -1 */
    refuse(buffer, s, r, &rng, WI_ERR_ARG);
    refuse(buffer, s, wi_variance_scaling(1, WI_FAN_IN, WI_SCHEME_ORTHOGONAL), &rng, WI_ERR_ARG);
    refuse(buffer, s, wi_truncated_normal(0, 1, -infinite, -infinite), &rng, WI_ERR_ARG);
    refuse(buffer, wi_conv2d(4, 4, 1, 3), wi_identity(1), &rng, WI_ERR_SHAPE);
    refuse(buffer, wi_grouped(wi_dense(4, 4), 2), wi_identity(1), &rng, WI_ERR_SHAPE);

    /* Both ends have to fit wi_real; a mean or a deviation need not, where all weights do. */
    if (sizeof(wi_real) == 4) {
        const wi_recipe fits[2] = { wi_truncated_normal(0, 1e39, -1e-3, 1e-3),
                                    wi_truncated_normal(2e39, 1e39, -2.1, -1.9) };
        const double most[2] = { 1e36, 1e38 };
        refuse(buffer, s, wi_uniform(-1e39, 1), &rng, WI_ERR_ARG);
        refuse(buffer, s, wi_uniform(0, 1e39), &rng, WI_ERR_ARG);
        refuse(buffer, s, wi_normal(-3e38, 1e38), &rng, WI_ERR_ARG);
        refuse(buffer, s, wi_normal(3e38, 1e38), &rng, WI_ERR_ARG);
        refuse(buffer, s, wi_truncated_normal(-2e38, 4e38, 0.1, 0.9), &rng, WI_ERR_ARG);
        refuse(buffer, s, wi_truncated_normal(0, 5e37, -infinite, -3), &rng, WI_ERR_ARG);
        refuse(buffer, s, wi_truncated_normal(0, 5e37, 3, infinite), &rng, WI_ERR_ARG);
        /* all numbers fit, but the mean that they are counted from does not */
        refuse(buffer, s, wi_truncated_normal(-4.2e38, 1e38, 1, 8), &rng, WI_ERR_ARG);
        for (size_t i = 0; i < 2; i++) {
            CHECK_OK(wi_fill(buffer, wide, fits[i], &rng));
            wi_stats all = wi_stats_of(buffer, wi_shape_count(wide));
            CHECK(all.min >= -1.000001 * most[i] && all.max <= 1.000001 * most[i]);
            CHECK_CLOSE(all.std, most[i] / sqrt(3.0), 0.02);   /* so short a piece of the law is even */
        }
    }

    r = wi_orthogonal(1);
    r.b = -1;
    rng = again;
    CHECK_OK(wi_fill(buffer, s, r, &rng));
    CHECK_OK(wi_fill(other, s, wi_orthogonal(1), &again));
    CHECK_BYTES(buffer, other, 16 * sizeof *buffer);
    CHECK_TEXT(wi_recipe_text(r, text, sizeof text), "orthogonal");

    /* A name that the fields have left is not written. */
    r = wi_he_normal();
    r.scheme = WI_SCHEME_UNIFORM;
    CHECK_TEXT(wi_recipe_text(r, text, sizeof text), "variance_scaling:2,fan_in,uniform");
    r = wi_he_normal();
    r.fan = WI_FAN_OUT;
    CHECK_TEXT(wi_recipe_text(r, text, sizeof text), "variance_scaling:2,fan_out,normal");
}

/* No spread is a constant; what does not fit the number type is refused before a byte is written. */
static void zero_and_too_large(void)
{
    wi_rng rng = seeded(2);
    wi_shape s = wi_dense(4, 4), conv = wi_conv2d(4, 4, 1, 1);
    const wi_recipe constant[4] = { wi_uniform(0.25, 0.25), wi_normal(0.25, 0),
                                    wi_truncated_normal(-0.25, 0.25, 2, 2),
                                    wi_truncated_normal(0.25, 0, -2, (double)INFINITY) };
    const wi_recipe zero[12] = { wi_uniform(-1, 1),
                                 wi_normal(2, 1),
                                 wi_truncated_normal(0, 1, -2, 2),
                                 wi_truncated_normal(1, 1, 0, (double)INFINITY),
                                 wi_he_normal(),
                                 wi_xavier_uniform(),
                                 wi_he_truncated(),
                                 wi_orthogonal(1),
                                 wi_sparse(2, 1),
                                 wi_hadamard(),
                                 wi_nguyen_widrow(),
                                 wi_dirac() };
    const wi_recipe large[9] = { wi_constant(4 * (double)REAL_MAX / 3.9),
                                 wi_normal(0, REAL_MAX / 4),
                                 wi_normal(REAL_MAX, REAL_MAX / 10),
                                 wi_truncated_normal(0, REAL_MAX / 4, 0, (double)INFINITY),
                                 wi_truncated_normal(0, 1e30, REAL_MAX / 1e29, (double)INFINITY),
                                 wi_orthogonal(2 * REAL_MAX),
                                 wi_sparse(2, REAL_MAX / 2),
                                 wi_gained(wi_nguyen_widrow(), 1.2 * REAL_MAX),
                                 wi_variance_scaling(DBL_MAX, WI_FAN_IN, WI_SCHEME_NORMAL) };
    for (size_t i = 0; i < WI_COUNT(constant); i++) {
        CHECK_OK(wi_fill(buffer, s, constant[i], &rng));
        for (size_t j = 0; j < 16; j++) CHECK_NEAR(buffer[j], 0.25, 0);
        CHECK_NEAR(wi_recipe_std(constant[i], s), 0, 0);
    }
    for (size_t i = 0; i < WI_COUNT(zero); i++) {
        CHECK_OK(wi_fill(buffer, s, wi_gained(zero[i], 0), &rng));
        for (size_t j = 0; j < 16; j++) CHECK_NEAR(buffer[j], 0, 0);
        CHECK_NEAR(wi_recipe_std(wi_gained(zero[i], 0), s), 0, 0);
    }
    for (size_t i = 0; i + (sizeof(wi_real) == 8 ? 1 : 0) < WI_COUNT(large); i++)
        refuse(buffer, i % 2 ? s : conv, large[i], &rng, WI_ERR_ARG);
    CHECK_STATUS(wi_fill_gate_bias(buffer, 2, 4, 1, 2 * REAL_MAX), WI_ERR_ARG);
    CHECK_OK(wi_fill(buffer, s, wi_uniform(-REAL_MAX / 2, REAL_MAX / 2), &rng));
    CHECK_EQ(wi_stats_of(buffer, 16).nonfinite, 0);
}

/* NaN is an answer here, not an accident: no exception, and no sign when printed. */
static void quiet_nan(void)
{
#if defined(FE_INVALID) && !defined(__TINYC__)   /* tcc compares by what raises it */
    const double inf = (double)INFINITY;
    const wi_recipe odd[14] = { wi_poison(),
                                wi_normal(0, -1),
                                wi_normal(0, inf),
                                wi_truncated_normal(0, 1, -inf, inf),
                                wi_truncated_normal(0, 1, 20, inf),
                                wi_truncated_normal(0, 1, -inf, -4),
                                wi_truncated_normal(0, 0, -inf, inf),
                                wi_truncated_normal(0, 1, 3, 3),
                                wi_uniform(1, 1),
                                wi_siren(0, 0),
                                wi_mup(WI_MUP_OUTPUT, 0),
                                wi_gained(wi_he_normal(), 0),
                                wi_truncated_normal_corrected(0, 1, 0, inf),
                                wi_variance_scaling(0, WI_FAN_IN, WI_SCHEME_TRUNCATED) };
    char text[WI_RECIPE_TEXT], line[40];
    wi_recipe back;
    wi_rng rng = seeded(4);
    feclearexcept(FE_ALL_EXCEPT);
    for (size_t i = 0; i < WI_COUNT(odd); i++) {
        double std = wi_recipe_std(odd[i], wi_dense(4, 4));
        (void)!wi_fill(buffer, wi_dense(4, 4), odd[i], &rng);
        (void)!wi_recipe_named(wi_recipe_text(odd[i], text, sizeof text), &back);
        snprintf(line, sizeof line, "%g", std);
        CHECK(line[0] != '-');
        if (!CHECK(!fetestexcept(FE_INVALID))) printf("  %s\n", text);
        feclearexcept(FE_ALL_EXCEPT);
    }
    CHECK(isnan(wi_prior_logit(2)) && !fetestexcept(FE_INVALID));
#endif
}

/* wi_recipe_std() without looking at the weights: at once for a shape of 2^40 and equal to what is filled. */
static void deviations(void)
{
    const wi_recipe recipes[6] = { wi_identity(2), wi_dirac(),     wi_hadamard(),
                                   wi_bilinear(),  wi_constant(3), wi_delta_orthogonal(1) };
    const wi_shape shapes[9] = { wi_dense(3, 10),
                                 wi_dense(10, 3),
                                 wi_dense(5, 16),
                                 wi_dense(7, 7),
                                 wi_conv2d(3, 5, 3, 4),
                                 wi_conv2d(6, 6, 5, 1),
                                 wi_grouped(wi_conv2d(4, 12, 2, 3), 2),
                                 wi_in_major(wi_conv2d(3, 11, 3, 3)),
                                 wi_conv2d_transposed(4, 6, 4, 4) };
    for (size_t r = 0; r < WI_COUNT(recipes); r++) {
        for (size_t i = 0; i < WI_COUNT(shapes); i++) {
            wi_rng rng = seeded(1);
            double mean, std;
            wi_stats s;
            if (wi_fill(buffer, shapes[i], recipes[r], &rng) != WI_OK) {
                CHECK(isnan(wi_recipe_std(recipes[r], shapes[i])));
                continue;
            }
            s = wi_stats_of(buffer, wi_shape_count(shapes[i]));
            CHECK_OK(inside_recipe_moments(recipes[r], shapes[i], &mean, &std));
            if (recipes[r].scheme != WI_SCHEME_DELTA_ORTHOGONAL) CHECK_NEAR(mean, s.mean, 1e-6);
            CHECK_NEAR(std, s.std, recipes[r].scheme == WI_SCHEME_DELTA_ORTHOGONAL ? 0.02 : 1e-6);
        }
        if (sizeof(size_t) > 4 && recipes[r].scheme != WI_SCHEME_IDENTITY)
            CHECK(wi_recipe_std(recipes[r], wi_conv2d((size_t)1 << 18, (size_t)1 << 19, 2, 2)) >= 0);
    }
}

/* Any view gets the numbers of wi_fill(), and nothing beside them is touched. */
static void views(void)
{
    const wi_recipe recipes[14] = { wi_he_normal(),
                                    wi_xavier_uniform(),
                                    wi_truncated_normal(0, 1, 3, 4),
                                    wi_zeros(),
                                    wi_ones(),
                                    wi_constant(0.5),
                                    wi_orthogonal(1.4),
                                    wi_identity(2),
                                    wi_dirac(),
                                    wi_delta_orthogonal(1),
                                    wi_sparse(3, 1),
                                    wi_hadamard(),
                                    wi_bilinear(),
                                    wi_nguyen_widrow() };
    const wi_shape shapes[13] = { wi_dense(7, 9),
                                  wi_dense(9, 1),
                                  wi_dense(1, 9),
                                  wi_in_major(wi_dense(7, 9)),
                                  wi_conv2d(5, 8, 3, 2),
                                  wi_in_major(wi_conv2d(5, 8, 3, 2)),
                                  wi_grouped(wi_conv2d(6, 9, 2, 3), 3),
                                  wi_in_major(wi_grouped(wi_conv2d(6, 9, 2, 3), 3)),
                                  wi_conv2d_transposed(5, 8, 3, 2),
                                  wi_in_major(wi_conv2d_transposed(5, 8, 3, 2)),
                                  wi_grouped(wi_conv2d_transposed(6, 9, 2, 3), 3),
                                  wi_grouped(wi_conv2d_transposed(6, 9, 1, 1), 3),
                                  wi_dense(70, 40) };
    enum { N = 12000 };
    for (size_t r = 0; r < WI_COUNT(recipes); r++)
        for (size_t i = 0; i < WI_COUNT(shapes); i++)
            for (int view = 0; view < 4; view++) {
                size_t count = wi_shape_count(shapes[i]), cols = count / shapes[i].out, k, o, j,
                       untouched = 0;
                wi_rng rng = seeded(i), again = rng;
                wi_mat m = wi_mat_view(other, shapes[i].out, cols);
                wi_status status = wi_fill(buffer, shapes[i], recipes[r], &rng);
                if (view == 1) { m.data++; m.row_step = cols + 1; }   /* bias in front of each row */
                if (view == 2) { m.row_step = 2 * (m.col_step = 3) * cols; m.data += 5; } /* gaps */
                if (view == 3) { m.col_step = shapes[i].out + 2; m.row_step = 1; }   /* transposed, padded */
                for (k = 0; k < N; k++) other[k] = 77;
                CHECK_STATUS(wi_fill_mat(m, shapes[i], recipes[r], &again), status);
                CHECK_EQ(again.index, rng.index);
                for (o = 0; status == WI_OK && o < shapes[i].out; o++)
                    for (j = 0; j < cols; j++) {
                        wi_real *at = &m.data[o * m.row_step + j * m.col_step];
                        wi_real drawn = inside_weight(buffer, shapes[i], o, j);
                        if (CHECK(memcmp(at, &drawn, sizeof drawn) == 0)) *at = 77;
                        else j = cols, o = SIZE_MAX - 1;
                    }
                for (k = 0; k < N; k++) untouched += other[k] == 77;
                CHECK_EQ(untouched, N);
            }
    {
        wi_rng rng = seeded(3);
        wi_mat m = wi_mat_view(buffer, 9, 7);
        CHECK_STATUS(wi_fill_mat(m, wi_dense(9, 7), wi_he_normal(), &rng), WI_ERR_SHAPE);
        CHECK_STATUS(wi_fill_mat(m, wi_dense(7, 9), wi_he_normal(), NULL), WI_ERR_ARG);
        CHECK_STATUS(wi_fill_mat(m, wi_dense(7, 9), wi_normal(0, -1), &rng), WI_ERR_ARG);
        CHECK_STATUS(wi_fill_mat(m, wi_dense(0, 9), wi_he_normal(), &rng), WI_ERR_SHAPE);
        m.row_step = 6;
        CHECK_STATUS(wi_fill_mat(m, wi_dense(7, 9), wi_he_normal(), &rng), WI_ERR_ARG);
        /* Rows that lie between each other's elements, 0 2 4 and 3 5 7, have none in common. */
        wi_mat woven = {other, 2, 3, 3, 2};
        wi_rng again = rng, whole = rng;
        CHECK_OK(wi_fill_mat(woven, wi_dense(3, 2), wi_normal(0, 1), &again));
        CHECK_OK(wi_fill(buffer, wi_dense(3, 2), wi_normal(0, 1), &whole));
        for (size_t k = 0; k < 6; k++)
            CHECK(memcmp(wi_mat_at(woven, k / 3, k % 3), &buffer[k], sizeof *buffer) == 0);
        m.row_step = 0;
        CHECK_STATUS(wi_fill_mat(m, wi_dense(7, 9), wi_he_normal(), &rng), WI_ERR_ARG);
        m.data = NULL;
        CHECK_STATUS(wi_fill_mat(m, wi_dense(7, 9), wi_he_normal(), &rng), WI_ERR_ARG);
        CHECK_EQ(rng.index, 0);
    }
}

/* Laws measured from a bound, against the reference of the double code. */
static void far_and_narrow(void)
{
    const double bounds[][2] = { { 1.5, 2.1 },
                                 { 1.5, (double)INFINITY },
                                 { 2, 4 },
                                 { 5, 6 },
                                 { 20, (double)INFINITY },
                                 { 1e6, 2e6 },
                                 { 3, 3.01 },
                                 { -0.2, 0.2 },
                                 { 1, 1.4 },
                                 { 0, 1e-9 },
                                 { 20, 20.03 },
                                 { -(double)INFINITY, -4 },
                                 { -6, -5 },
                                 { 1e9, 1e9 + 1e-6 },
                                 { 1e30, (double)INFINITY } };
    for (size_t b = 0; b < WI_COUNT(bounds); b++) {
        double near = fabs(bounds[b][0]) < fabs(bounds[b][1]) ? bounds[b][0] : bounds[b][1];
        double size = fabs(near) > 1.5 ? 1 / fabs(near) : 1, width = bounds[b][1] - bounds[b][0];
        /* w: twice the distance from the bound */
        wi_recipe r = wi_truncated_normal(-2 * near, 2, bounds[b][0], bounds[b][1]);
        double worst = 0, last = -(double)INFINITY, mean, std;
        if (width < size) size = width;
        for (uint32_t k = 0; k < 4000; k += CHECK_SLOW_PART(4)) {
            uint32_t word = k < 1000 ? k : k < 2000 ? 0u - (k - 999) : (k - 2000) * 2147483u;
            double want, w = inside_law_value(r, word, &want);
            if (fabs(w - want) > worst) worst = fabs(w - want);
            if (k >= 2000 && !CHECK(w >= last)) break; /* a quantile grows */
            if (k >= 2000) last = w;
        }
        if (fabs(near) < 1e9 || width > 1) CHECK_BELOW(worst, 1e-5 * size);
        CHECK_OK(inside_recipe_moments(r, wi_dense(1, 1), &mean, &std));
        CHECK(std > 0 && std <= width && fabs(mean) <= 2 * width);
    }
}

/* Memory that runs out at any allocation: the status, the buffer as it was, nothing leaked. */
static void out_of_memory(void)
{
    const wi_recipe recipes[2] = {wi_orthogonal(1), wi_delta_orthogonal(1)};
    wi_shape s = wi_conv2d(4, 6, 3, 3);
    size_t r, k, n = wi_shape_count(s);
    for (r = 0; r < 2; r++)
        for (k = 0; k < 10; k++) {
            wi_rng rng = seeded(8), was = rng;
            wi_status status;
            wi_fit fit;
            int failed;
            for (size_t i = 0; i < n; i++) buffer[i] = other[i] = (wi_real)i;
            fail_alloc_start(k);
            status = wi_fill(buffer, s, recipes[r], &rng);
            failed = fail_alloc_stop() ? 1 : 0;
            CHECK_STATUS(status, failed ? WI_ERR_MEMORY : WI_OK);
            CHECK_EQ(fail_alloc.live, 0);
            if (failed) CHECK_BYTES(buffer, other, n * sizeof *buffer);
            if (failed) CHECK_BYTES(&rng, &was, sizeof rng);
            fit.passed = 7;
            fail_alloc_start(k);
            status = wi_check_fill(buffer, s, recipes[r], &fit, NULL);
            CHECK_STATUS(status, fail_alloc_stop() ? WI_ERR_MEMORY : WI_OK);
            CHECK_EQ(fail_alloc.live, 0);
            if (status != WI_OK) CHECK_EQ(fit.passed, 7);
        }
}

/* The same for what looks at weights, and for fills in parts: until nothing fails any more. */
static void out_of_memory_elsewhere(void)
{
    const wi_recipe laws[4] = { wi_he_normal(), wi_sparse(3, 1), wi_orthogonal(1), wi_dirac() };
    const wi_shape s = wi_dense(20, 24);
    size_t n = wi_shape_count(s);
    for (size_t r = 0; r < WI_COUNT(laws); r++) {
        wi_rng rng = seeded(9);
        CHECK_OK(wi_fill(buffer, s, laws[r], &rng));
        for (int which = 0, failed = 1; which < 2; which++, failed = 1)
            for (size_t k = 0; failed; k++) {
                wi_fit fit;
                wi_guess guesses[4];
                size_t count = 4;
                wi_error error;
                fit.passed = 7;
                fail_alloc_start(k);
                wi_status status = which ? wi_identify(buffer, s, guesses, &count, &error)
                                         : wi_check_fill(buffer, s, laws[r], &fit, &error);
                failed = fail_alloc_stop() ? 1 : 0;
                CHECK_STATUS(status, failed ? WI_ERR_MEMORY : WI_OK);
                if (failed) CHECK_CONTAINS(error.text, "out of memory");
                if (failed && which) CHECK_EQ(count, 4);
                if (failed && !which) CHECK_EQ(fit.passed, 7);
                CHECK_EQ(fail_alloc.live, 0);
            }
    }
    /* Four gates; every second row; an orthogonal matrix whose rows no two steps tell; kernels in gates. */
    for (int part = 0, failed = 1; part < 4; part++, failed = 1)
        for (size_t k = 0; failed; k++) {
            wi_rng rng = seeded(9), was = rng;
            wi_shape tall = wi_conv2d_transposed(5, 24, 2, 2);
            wi_mat rows = wi_mat_view(buffer, 24, 20);
            rows.row_step = 40;
            for (size_t i = 0; i < 2 * n; i++) buffer[i] = other[i] = (wi_real)i;
            fail_alloc_start(k);
            wi_status status =
                part == 3 ? wi_fill_gates(buffer, wi_conv2d(2, 12, 3, 1), 4, wi_delta_orthogonal(1), &rng)
                : part ? wi_fill_mat(rows, part == 2 ? tall : s, wi_orthogonal(1), &rng)
                       : wi_fill_gates(buffer, s, 4, wi_orthogonal(1), &rng);
            failed = fail_alloc_stop() ? 1 : 0;
            CHECK_STATUS(status, failed ? WI_ERR_MEMORY : WI_OK);
            if (failed) CHECK_BYTES(buffer, other, 2 * n * sizeof *buffer);
            if (failed) CHECK_BYTES(&rng, &was, sizeof rng);
            CHECK_EQ(fail_alloc.live, 0);
        }
}

/* Nothing given, one thing at a time: a status, and nothing written. */
static void nothing_given(void)
{
    const wi_shape s = wi_dense(4, 6);
    const wi_recipe r = wi_he_normal();
    const double prior[2] = { 0.25, 0.75 }, none[2] = { 0.5, HUGE_VAL };
    const wi_rule rules[2] = { { NULL, wi_zeros() }, { "*", wi_ones() } };
    wi_mat m = wi_mat_view(buffer, 6, 4);
    wi_rng rng = seeded(1);
    for (size_t i = 0; i < 24; i++) buffer[i] = other[i] = (wi_real)i;
    CHECK_STATUS(wi_fill(NULL, s, r, &rng), WI_ERR_ARG);
    CHECK_STATUS(wi_fill(buffer, s, r, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_fill_mat(wi_mat_view(NULL, 6, 4), s, r, &rng), WI_ERR_ARG);
    CHECK_STATUS(wi_fill_mat(m, s, r, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_fill_mat(wi_mat_view(buffer, 6, 3), s, r, &rng), WI_ERR_SHAPE);
    CHECK_STATUS(wi_fill_mat(m, wi_dense(0, 6), r, &rng), WI_ERR_SHAPE);
    CHECK_STATUS(wi_fill_part(NULL, 0, 24, s, r, &rng), WI_ERR_ARG);
    CHECK_STATUS(wi_fill_part(buffer, 0, 24, s, r, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_fill_part(buffer, 0, 24, s, wi_normal(0, -1), &rng), WI_ERR_ARG);
    CHECK_STATUS(wi_fill_part(buffer, SIZE_MAX, 24, s, r, &rng), WI_ERR_SHAPE);
    CHECK_STATUS(wi_fill_gates(NULL, s, 3, r, &rng), WI_ERR_ARG);
    CHECK_STATUS(wi_fill_gates(buffer, s, 3, r, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_fill_gates(buffer, s, 0, r, &rng), WI_ERR_SHAPE);
    CHECK_STATUS(wi_fill_gates(buffer, s, 4, r, &rng), WI_ERR_SHAPE);
    CHECK_STATUS(wi_fill_gates(buffer, wi_dense(0, 6), 3, r, &rng), WI_ERR_SHAPE);
    CHECK_STATUS(wi_fill_gates(buffer, wi_grouped(wi_conv2d(4, 6, 1, 1), 2), 3, r, &rng), WI_ERR_SHAPE);
    CHECK_STATUS(wi_fill_gate_bias(NULL, 3, 2, 1, 1.0), WI_ERR_ARG);
    CHECK_STATUS(wi_fill_gate_bias(buffer, 3, 2, 3, 1.0), WI_ERR_ARG);
    CHECK_STATUS(wi_fill_gate_bias(buffer, 3, 2, 1, HUGE_VAL), WI_ERR_ARG);
    CHECK_STATUS(wi_fill_gate_bias(buffer, 3, 0, 1, 1.0), WI_ERR_SHAPE);
    CHECK_STATUS(wi_fill_gate_bias(buffer, 3, SIZE_MAX / 2, 1, 1.0), WI_ERR_SHAPE);
    CHECK_STATUS(wi_fill_prior(NULL, prior, 2), WI_ERR_ARG);
    CHECK_STATUS(wi_fill_prior(buffer, NULL, 2), WI_ERR_ARG);
    CHECK_STATUS(wi_fill_prior(buffer, prior, 0), WI_ERR_ARG);
    CHECK_STATUS(wi_fill_prior(buffer, none, 2), WI_ERR_ARG);
    CHECK_BYTES(buffer, other, 24 * sizeof *buffer);
    CHECK_EQ(rng.index, 0);
    CHECK(!wi_rule_for(NULL, 2, "a"));
    CHECK(!wi_rule_for(rules, 2, NULL));
    CHECK(!wi_rule_for(rules, 1, "a"));   /* a rule without a pattern is for nothing */
    CHECK(wi_rule_for(rules, 2, "a") == &rules[1].recipe);
    char text[WI_RECIPE_TEXT] = "x";
    CHECK(!wi_recipe_text(r, NULL, 9));
    CHECK(wi_recipe_text(r, text, 0) == text);
    CHECK(!wi_fans_text(s, NULL, 9));
    CHECK(wi_fans_text(s, text, 0) == text);
    CHECK_TEXT(text, "x");
}

static int same(wi_recipe a, wi_recipe b)
{
    return strcmp(a.name, b.name) == 0 && a.scheme == b.scheme && a.fan == b.fan && a.scale == b.scale &&
           a.power == b.power && a.a == b.a && a.b == b.b && a.lo == b.lo && a.hi == b.hi;
}

static void names(void)
{
    static const char *const bad[] = { "",
                                       "he",
                                       "he_normal:",
                                       "he_normal:x",
                                       "he_normal:1,2",
                                       "normal",
                                       "normal:0",
                                       "normal:0,1,2",
                                       "normal:0,0,01",
                                       "normal 0,1",
                                       "uniform:1;2",
                                       "orthogonal:1.5.2",
                                       "sparse:1.5,1",
                                       "sparse:-1,1",
                                       "truncated:0,1,-2",
                                       "normal:0,1 ",
                                       "normal:1e,2",
                                       ":1",
                                       "normal:,",
                                       "constant:1e400",
                                       "HE_NORMAL",
                                       "unnamed",
                                       "he_normal:nan",
                                       "he_normal:inf",
                                       "siren:0",
                                       "siren:-3",
                                       "siren:-3,1",
                                       "siren:30,0.5",
                                       "normal:0,-1",
                                       "uniform:2,1",
                                       "normal:0,inf",
                                       "truncated:0,1,2,-2",
                                       "truncated:0,1,inf,inf",
                                       "truncated:0,1,nan,2",
                                       "truncated_corrected:0,1,2,2",
                                       "sparse:3,-1",
                                       "mup:output,0",
                                       "mup:sideways,1",
                                       "kaiming:0,fan_in,orthogonal",
                                       "variance_scaling:-1,fan_in,normal",
                                       "variance_scaling:1,2,3",
                                       "normal:1:2",
                                       "zeros:,",
                                       "default:1" };
    wi_recipe r, was;
    size_t i;
    CHECK_OK(wi_recipe_named("he_normal", &r));
    CHECK(same(r, wi_he_normal()));
    CHECK_OK(wi_recipe_named("glorot_uniform:1.5", &r));
    CHECK(same(r, wi_gained(wi_xavier_uniform(), 1.5)));
    CHECK_OK(wi_recipe_named("orthogonal_not_uniform", &r));   /* a finding; what is drawn by it is uniform */
    CHECK_TEXT(r.name, "orthogonal");
    CHECK_OK(wi_recipe_named("normal:0,0.01", &r));
    CHECK(same(r, wi_normal(0, 0.01)));
    CHECK_OK(wi_recipe_named("uniform:-1e-3,+.5", &r));
    CHECK(same(r, wi_uniform(-1e-3, 0.5)));
    CHECK_OK(wi_recipe_named("truncated:0,0.02,-2,2", &r));
    CHECK(same(r, wi_truncated_normal(0, 0.02, -2, 2)));
    CHECK_OK(wi_recipe_named("truncated:0,1,0,inf", &r));
    CHECK(same(r, wi_truncated_normal(0, 1, 0, HUGE_VAL)));
    CHECK_OK(wi_recipe_named("orthogonal", &r));
    CHECK(same(r, wi_orthogonal(1)));
    CHECK_OK(wi_recipe_named("orthogonal:1.4", &r));
    CHECK(same(r, wi_orthogonal(1.4)));
    CHECK_OK(wi_recipe_named("sparse:15,0.1", &r));
    CHECK(same(r, wi_sparse(15, 0.1)));
    CHECK_OK(wi_recipe_named("siren:30,1", &r));
    CHECK(same(r, wi_siren(30, 1)));
    CHECK_OK(wi_recipe_named("zeros", &r));
    CHECK(same(r, wi_zeros()));
    was = r;
    for (i = 0; i < WI_COUNT(bad); i++) {
        if (!CHECK_STATUS(wi_recipe_named(bad[i], &r), WI_ERR_FORMAT)) printf("  \"%s\"\n", bad[i]);
        CHECK(same(r, was));
    }
    CHECK_STATUS(wi_recipe_named(NULL, &r), WI_ERR_ARG);
    CHECK_STATUS(wi_recipe_named("zeros", NULL), WI_ERR_ARG);
}

/* Every field, to the last bit. */
static int same_law(wi_recipe a, wi_recipe b)
{
    a.name = b.name = "";
    return same(a, b);
}

/* What is written is read as the same recipe; nothing is cut. */
static void there_and_back(void)
{
    wi_act own = wi_leaky_relu(0.123456789012345678);
    const wi_recipe recipes[51] = { wi_zeros(),
                                    wi_ones(),
                                    wi_poison(),
                                    wi_constant(0.1),
                                    wi_constant(-1.0 / 3),
                                    wi_constant(1e-300),
                                    wi_constant(4.9e-324),
                                    wi_constant(DBL_MAX),
                                    wi_constant(9007199254740993.0),
                                    wi_constant(6.02214076e23),
                                    wi_normal(0, 0.0123456789),
                                    wi_normal(-0.7, 1.0 / 7),
                                    wi_uniform(-0.1, 0.3),
                                    wi_truncated_normal(0, 0.02, -2, 2),
                                    wi_truncated_normal(1, 0.3, -(double)INFINITY, 1.0 / 3),
                                    wi_truncated_normal_corrected(0, 0.02, -2, 2),
                                    wi_truncated_normal_corrected(0.3, 0.7, -1, 2.5),
                                    wi_variance_scaling(2, WI_FAN_OUT, WI_SCHEME_TRUNCATED),
                                    wi_variance_scaling(1.0 / 7, WI_FAN_MEAN, WI_SCHEME_UNIFORM),
                                    wi_kaiming(0.2, WI_FAN_OUT, WI_SCHEME_UNIFORM),
                                    wi_kaiming(sqrt(5.0), WI_FAN_IN, WI_SCHEME_UNIFORM),
                                    wi_kaiming(0, WI_FAN_IN, WI_SCHEME_NORMAL),
                                    wi_lecun_normal(),
                                    wi_lecun_truncated(),
                                    wi_xavier_uniform(),
                                    wi_glorot_normal(),
                                    wi_he_truncated(),
                                    wi_kaiming_uniform(),
                                    wi_pytorch_default(),
                                    wi_pytorch_transposed(),
                                    wi_orthogonal(1.4),
                                    wi_orthogonal(sqrt(2.0)),
                                    wi_identity(2),
                                    wi_delta_orthogonal(-1),
                                    wi_dirac(),
                                    wi_hadamard(),
                                    wi_bilinear(),
                                    wi_sparse(15, 0.1),
                                    wi_nguyen_widrow(),
                                    wi_siren(30, 0),
                                    wi_siren(30, 1),
                                    wi_siren(7.3, 0),
                                    wi_mup(WI_MUP_OUTPUT, 64),
                                    wi_mup(WI_MUP_HIDDEN, 64),
                                    wi_mup(WI_MUP_OUTPUT, 0.1),
                                    wi_recipe_for(wi_gelu()),
                                    wi_recipe_for(wi_silu()),
                                    wi_recipe_for(wi_mish()),
                                    wi_recipe_for(own),
                                    wi_recipe_for(wi_sine(3)),
                                    wi_recipe_for(wi_softplus()) };
    const double gains[] = {1, 2, -1, 0.1, 5.0 / 3, -0.37, 1e-5};
    char text[WI_RECIPE_TEXT], part[WI_RECIPE_TEXT];
    wi_recipe back, zeroed, mine = wi_he_normal();
    for (size_t i = 0; i < WI_COUNT(recipes); i++)
        for (size_t g = 0; g < WI_COUNT(gains); g++) {
            wi_recipe r = gains[g] != 1 ? wi_gained(recipes[i], gains[g]) : recipes[i];
            if (!inside_recipe_sane(r)) continue; /* DBL_MAX, doubled */
            CHECK(wi_recipe_text(r, text, sizeof text) == text && *text);
            if (!CHECK(wi_recipe_named(text, &back) == WI_OK && same_law(r, back)))
                printf("  \"%s\"\n", text);
            CHECK(strlen(text) < WI_RECIPE_TEXT - 1);
            wi_recipe_text(back, part, sizeof part);
            CHECK_TEXT(part, text);
            wi_recipe_text(r, part, strlen(text));
            CHECK_TEXT(part, ""); /* one byte too small: not another recipe */
            wi_recipe_text(r, part, strlen(text) + 1);
            CHECK_TEXT(part, text);
        }

    CHECK_TEXT(wi_recipe_text(wi_gained(wi_he_normal(), 2), text, sizeof text), "he_normal:2");
    CHECK_TEXT(wi_recipe_text(wi_kaiming(0.2, WI_FAN_OUT, WI_SCHEME_UNIFORM), text, sizeof text),
               "kaiming:0.2,fan_out,uniform");
    CHECK_TEXT(wi_recipe_text(wi_truncated_normal_corrected(0, 0.02, -2, 2), text, sizeof text),
               "truncated_corrected:0,0.02,-2,2");
    CHECK_TEXT(wi_recipe_text(wi_mup(WI_MUP_OUTPUT, 64), text, sizeof text), "mup:output,64");
    CHECK_TEXT(wi_recipe_text(wi_siren(30, 1), text, sizeof text), "siren:30,1");
    CHECK_CONTAINS(wi_recipe_text(wi_gained(wi_siren(30, 1), 2), text, sizeof text),
                   "variance_scaling:1.333333333333333");

    /* A name of one's own is written as what it does; a zeroed recipe as the default that it is. */
    mine.name = "mine";
    CHECK_TEXT(wi_recipe_text(mine, text, sizeof text), "variance_scaling:2,fan_in,normal");
    mine = wi_normal(0, 0.5);
    mine.name = "he_normal";
    CHECK_TEXT(wi_recipe_text(mine, text, sizeof text), "normal:0,0.5");
    mine = wi_he_uniform(); /* what the law does not look at may be anything */
    mine.lo = mine.hi = (double)NAN;
    CHECK_TEXT(wi_recipe_text(mine, text, sizeof text), "he_uniform");
    mine.scale = 3;
    mine.a = -1;
    CHECK_OK(wi_recipe_named(wi_recipe_text(mine, text, sizeof text), &back));
    CHECK(back.scale == 3 && back.scheme == WI_SCHEME_UNIFORM && back.fan == WI_FAN_IN);
    CHECK_TEXT(wi_recipe_text(wi_gained(wi_zeros(), -1), text, sizeof text), "constant:-0");
    CHECK_TEXT(wi_recipe_text(wi_constant(1e-45), text, sizeof text), "constant:1e-45");
    memset(&zeroed, 0, sizeof zeroed);
    CHECK_TEXT(wi_recipe_text(zeroed, text, sizeof text), "default");
    CHECK_OK(wi_recipe_named("default", &back));
    CHECK(same_law(zeroed, back));
}

/* Numbers of 1 to 17 digits, of every size. */
static void numbers(void)
{
    wi_rng rng = seeded(77);
    char text[WI_RECIPE_TEXT];
    wi_recipe back;
    for (size_t i = 0; i < 3000; i++) {
        double x = ldexp(wi_rng_uniform(&rng) + 0.5, (int)wi_rng_below(&rng, 2000) - 1000);
        wi_recipe_text(wi_constant(x), text, sizeof text);
        CHECK_OK(wi_recipe_named(text, &back));
        if (!CHECK(back.a == x)) printf("  %.17g is written %s\n", x, text);
        CHECK_NEAR(strtod(text + 9, NULL), x, 0);
    }
}

static void defaults(void)
{
    CHECK(same(wi_recipe_for(wi_relu()), wi_he_normal()));
    CHECK(same(wi_recipe_for(wi_tanh()), wi_xavier_normal()));
    CHECK(same(wi_recipe_for(wi_selu()), wi_lecun_normal()));
    CHECK(same(wi_recipe_for(wi_sine(30)), wi_siren(30, 0)));
    CHECK_CLOSE(wi_recipe_for(wi_leaky_relu(0.1)).scale, 2 / 1.01, 1e-12);
    const struct { wi_act act; double scale; } exact[] = { /* the same bits from every compiler and libm */
        {wi_gelu(), 2.3517156140733739}, {wi_silu(), 2.8107611240744701}, {wi_mish(), 2.2107157299379891},
        {wi_softplus(), 1.0854865029883431}, {wi_hard_swish(), 3.0159782746540529},
    };
    for (size_t i = 0; i < WI_COUNT(exact); i++) {
        CHECK_CLOSE(exact[i].scale, wi_gain(exact[i].act) * wi_gain(exact[i].act), 1e-14);
        CHECK_NEAR(wi_recipe_for(exact[i].act).scale, exact[i].scale, 0);
    }
}

/* Nguyen and Widrow, muP, Kaiming: what their papers' formulas say. */
static void more_recipes(void)
{
    wi_rng rng = seeded(31);
    wi_shape s = wi_dense(3, 50);
    size_t o;
    double beta = 0.7 * pow(50, 1.0 / 3), r, a[2];
    CHECK_CLOSE(wi_nguyen_widrow_beta(s), beta, 1e-14);
    CHECK_NEAR(wi_nguyen_widrow_beta(wi_dense(0, 50)), 0, 0);
    CHECK_OK(wi_fill(buffer, s, wi_nguyen_widrow(), &rng));
    for (o = 0; o < 50; o++)
        CHECK_CLOSE(sqrt((double)buffer[3 * o] * (double)buffer[3 * o] +
                         (double)buffer[3 * o + 1] * (double)buffer[3 * o + 1] +
                         (double)buffer[3 * o + 2] * (double)buffer[3 * o + 2]),
                    beta, 1e-6);
    CHECK(passes(wi_nguyen_widrow(), s));
    expect(wi_kaiming(0.1, WI_FAN_OUT, WI_SCHEME_UNIFORM), wi_conv2d(16, 32, 3, 3), 0, sqrt(2 / 1.01 / 288));
    expect(wi_kaiming(sqrt(5.0), WI_FAN_IN, WI_SCHEME_UNIFORM), wi_dense(300, 200), 0, 1 / sqrt(900.0));

    /* muP: the deviation of the output layer falls like 1 / fan_in, and is LeCun's at the base width. */
    for (o = 0; o < 2; o++)
        a[o] = wi_recipe_std(wi_mup(WI_MUP_OUTPUT, 64), wi_dense((size_t)64 << (2 * o), 10));
    r = a[0] / a[1];
    CHECK_CLOSE(r, 4, 1e-12);
    CHECK_CLOSE(a[0], 1 / 8.0, 1e-12);
    CHECK_CLOSE(wi_recipe_std(wi_mup(WI_MUP_HIDDEN, 64), wi_dense(256, 10)), 1 / 16.0, 1e-12);
    CHECK_CLOSE(wi_mup_rate(WI_MUP_HIDDEN, 256, 64), 0.25, 0);
    CHECK_CLOSE(wi_mup_rate(WI_MUP_INPUT, 256, 64), 1, 0);
}

static void gates_and_biases(void)
{
    wi_rng rng = seeded(5), again = rng;
    const double prior[3] = {10, 30, 60};
    wi_shape s = wi_dense(12, 4 * 8), major = wi_in_major(s);
    size_t g, o, i;
    double sum = 0, p[3];

    /* Each gate is orthogonal by itself, in both layouts, with the same numbers. */
    CHECK_OK(wi_fill_gates(buffer, s, 4, wi_orthogonal(1), &rng));
    CHECK_EQ(rng.index - again.index, 12 * 32);
    for (g = 0; g < 4; g++) CHECK_BELOW(off(buffer + g * 96, 8, 12), 1e-6);
    CHECK(memcmp(buffer, buffer + 96, 96 * sizeof *buffer) != 0);
    CHECK_OK(wi_fill_gates(buffer, s, 4, wi_hadamard(), &again));
    CHECK_OK(wi_fill_gates(other, major, 4, wi_hadamard(), &again));
    for (o = 0; o < 32; o++) for (i = 0; i < 12; i++) CHECK_NEAR(other[i * 32 + o], buffer[o * 12 + i], 0);
    for (o = 0; o < 32; o++) for (i = 0; i < 12; i++) CHECK_NEAR(buffer[o * 12 + i], o % 8 == i ? 1 : 0, 0);
    CHECK_OK(wi_fill_gates(buffer, s, 4, wi_xavier_normal(), &again));
    /* not 2 / 44 */
    CHECK_NEAR(wi_stats_of(buffer, 384).std, sqrt(2.0 / 20), 5 * sqrt(2.0 / 20) / sqrt(2 * 384.0));
    CHECK_STATUS(wi_fill_gates(buffer, s, 5, wi_he_normal(), &again), WI_ERR_SHAPE);
    CHECK_STATUS(wi_fill_gates(buffer, s, 0, wi_he_normal(), &again), WI_ERR_SHAPE);
    CHECK_STATUS(wi_fill_gates(NULL, s, 4, wi_he_normal(), &again), WI_ERR_ARG);
    CHECK_STATUS(wi_fill_gates(buffer, s, 4, wi_normal(0, -1), &again), WI_ERR_ARG);

    CHECK_OK(wi_fill_gates(buffer, wi_dense(1, 1), 1, wi_constant(3), &again));
    CHECK_NEAR(buffer[0], 3, 0);

    CHECK_OK(wi_fill_gate_bias(buffer, 4, 8, 1, 1.0));
    for (i = 0; i < 32; i++) CHECK_NEAR(buffer[i], i / 8 == 1 ? 1 : 0, 0);
    CHECK_STATUS(wi_fill_gate_bias(buffer, 4, 8, 4, 1.0), WI_ERR_ARG);
    CHECK_STATUS(wi_fill_gate_bias(buffer, 4, 0, 1, 1.0), WI_ERR_SHAPE);

    /* softmax of the bias is the prior. */
    CHECK_OK(wi_fill_prior(buffer, prior, 3));
    for (i = 0; i < 3; i++) sum += p[i] = exp((double)buffer[i]);
    for (i = 0; i < 3; i++) CHECK_CLOSE(p[i] / sum, prior[i] / 100, 1e-6);
    CHECK_CLOSE(1 / (1 + exp(-wi_prior_logit(0.01))), 0.01, 1e-12);
    CHECK(isnan(wi_prior_logit(0)) && isnan(wi_prior_logit(1)) && isnan(wi_prior_logit((double)NAN)));
    p[0] = 1; p[1] = 0; p[2] = 1;
    CHECK_STATUS(wi_fill_prior(buffer, p, 3), WI_ERR_ARG);
    CHECK_STATUS(wi_fill_prior(buffer, p, 0), WI_ERR_ARG);
}

static void rules_and_words(void)
{
    const wi_rule rules[3] = {{"*.bias", wi_zeros()}, {"?.conv2d.weight", wi_dirac()}, {"*", wi_he_normal()}};
    char text[120];
    CHECK(wi_rule_for(rules, 3, "12.dense.bias") == &rules[0].recipe);
    CHECK(wi_rule_for(rules, 3, "3.conv2d.weight") == &rules[1].recipe);
    CHECK(wi_rule_for(rules, 3, "13.conv2d.weight") == &rules[2].recipe);
    CHECK(wi_rule_for(rules, 2, "bias") == NULL);
    CHECK(wi_rule_for(NULL, 2, "bias") == NULL);
    const wi_rule stars[2] = {{"a*b*c", wi_zeros()}, {"**", wi_ones()}};
    CHECK(wi_rule_for(stars, 1, "aXbXbXc") == &stars[0].recipe && wi_rule_for(stars, 1, "aXbXbX") == NULL);
    CHECK(wi_rule_for(stars, 2, "") == &stars[1].recipe);

    CHECK_TEXT(wi_fans_text(wi_dense(784, 256), text, sizeof text),
               "fan_in = 784 inputs, fan_out = 256 units");
    CHECK_TEXT(wi_fans_text(wi_conv2d(3, 64, 3, 3), text, sizeof text),
               "fan_in = 3 channels x 3x3 = 27, fan_out = 64 filters x 3x3 = 576");
    CHECK_TEXT(wi_fans_text(wi_grouped(wi_conv2d(32, 32, 3, 3), 32), text, sizeof text),
               "fan_in = 1 channel (of 32 in 32 groups) x 3x3 = 9, fan_out = 1 filter (of 32 in 32 groups) "
               "x 3x3 = 9");
    CHECK_CONTAINS(wi_fans_text(wi_dense(0, 1), text, sizeof text), "no weights");
    CHECK_EQ(strlen(wi_fans_text(wi_dense(784, 256), text, 10)), 9);
}

/* What nobody writes by hand, but a program may. */
static void odd_recipes(void)
{
    wi_real w[64], all[64];
    wi_rng rng = wi_rng_make(3), at = rng;
    char text[WI_RECIPE_TEXT];
    wi_shape grouped = wi_conv2d(8, 8, 1, 1);
    grouped.groups = 4;
    grouped.in = grouped.out = 8;
    CHECK_CONTAINS(wi_fans_text(grouped, text, sizeof text), "fan_in = 2 channels (of 8 in 4 groups), ");
    CHECK_CONTAINS(wi_fans_text(wi_dense(1, 2), text, sizeof text), "fan_in = 1 input, fan_out = 2 units");

    /* A truncated law scaled by the fans needs bounds that hold something. */
    wi_recipe r = wi_he_normal();
    r.scheme = WI_SCHEME_TRUNCATED;
    r.lo = r.hi = 1;
    CHECK_STATUS(wi_fill(w, wi_dense(8, 8), r, &at), WI_ERR_ARG);
    r.hi = 1.5;
    CHECK_OK(wi_fill(w, wi_dense(8, 8), r, &at));
    r.name = NULL;
    r.fan = WI_FAN_NONE;
    r.scheme = WI_SCHEME_COUNT;
    CHECK_TEXT(wi_recipe_text(r, text, sizeof text), "");

    /* A constant can be filled in parts as a law can; gates can be stacked kernels. */
    CHECK_OK(wi_fill_part(w, 60, 4, wi_dense(8, 8), wi_constant(0.25), &rng));
    for (size_t i = 0; i < 4; i++) CHECK_NEAR(w[i], 0.25, 0);
    CHECK_STATUS(wi_fill_part(w, 0, 4, wi_dense(8, 8), wi_orthogonal(1), &rng), WI_ERR_ARG);
    at = rng;
    CHECK_OK(wi_fill_gates(all, wi_conv2d(2, 6, 3, 1), 3, wi_delta_orthogonal(1), &at));
    CHECK(all[0] == 0 && all[1] != 0 && all[2] == 0);   /* all taps but the middle one are 0 */
    CHECK_OK(wi_fill(w, wi_conv2d(2, 2, 3, 1), wi_delta_orthogonal(1), &rng));
    CHECK_BYTES(all, w, 12 * sizeof *w);
}

int main(void)
{
    shapes();
    moments();
    supports();
    orthogonal();
    fixed();
    sparse();
    pieces();
    bad_input();
    out_of_memory();
    out_of_memory_elsewhere();
    nothing_given();
    names();
    there_and_back();
    numbers();
    no_fan();
    by_hand();
    zero_and_too_large();
    quiet_nan();
    deviations();
    views();
    far_and_narrow();
    defaults();
    more_recipes();
    gates_and_biases();
    rules_and_words();
    odd_recipes();
    return check_done();
}
