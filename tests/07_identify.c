/* Is a buffer what it claims to be, and which recipe made it: what must be caught, sentences.
   @build openmp */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"

#define MAX 300000

static wi_real buffer[MAX], other[MAX];

static wi_rng seeded(uint64_t seed) { return wi_rng_split(wi_rng_make(seed), 1); }

static int passes(wi_recipe recipe, wi_shape shape)
{
    wi_fit fit;
    memset(&fit, 0, sizeof fit);
    CHECK_OK(wi_check_fill(buffer, shape, recipe, &fit, NULL));
    return fit.passed;
}

static void checking(void)
{
    const wi_shape s = wi_dense(256, 256), wide = wi_dense(256, 128);
    const wi_recipe all[12] = {
        wi_he_normal(),     wi_xavier_uniform(), wi_variance_scaling(1, WI_FAN_IN, WI_SCHEME_TRUNCATED),
        wi_orthogonal(1.5), wi_sparse(15, 1),    wi_identity(1),
        wi_hadamard(),      wi_constant(0.3),    wi_zeros(),
        wi_poison(),        wi_siren(30, 0),     wi_dirac()
    };
    wi_rng rng = seeded(77);
    wi_fit fit;
    wi_error error;
    size_t i, t;
    int alarms = 0;

    for (i = 0; i < WI_COUNT(all); i++) {
        CHECK_OK(wi_fill(buffer, s, all[i], &rng));
        CHECK_OK(wi_check_fill(buffer, s, all[i], &fit, &error));
        if (!CHECK(fit.passed)) printf("  %s: %s\n", all[i].name, error.text);
    }
    /* Odd and small shapes: 600 fills, at most a false alarm or two. */
    for (t = 0; t < 600; t++) {
        wi_shape small = wi_dense(1 + t % 13, 1 + t % 7);
        CHECK_OK(wi_fill(buffer, small, all[t % 3], &rng));
        alarms += !passes(all[t % 3], small);
    }
    CHECK_BELOW(alarms, 5);

    /* What must be caught at 256 x 256. */
    CHECK_OK(wi_fill(buffer, s, wi_gained(wi_he_normal(), 1.05), &rng));
    CHECK(!passes(wi_he_normal(), s));
    CHECK_OK(wi_fill(buffer, s, wi_gained(wi_he_normal(), 0.95), &rng));
    CHECK(!passes(wi_he_normal(), s));
    CHECK_OK(wi_fill(buffer, s, wi_he_uniform(), &rng));
    CHECK(!passes(wi_he_normal(), s));
    CHECK_OK(wi_fill(buffer, wide, wi_variance_scaling(2, WI_FAN_OUT, WI_SCHEME_NORMAL), &rng));
    CHECK(!passes(wi_he_normal(), wide));
    CHECK_OK(wi_fill(buffer, s, wi_truncated_normal(0, 1.0 / 16, -2, 2), &rng));
    CHECK(!passes(wi_variance_scaling(1, WI_FAN_IN, WI_SCHEME_TRUNCATED), s));
    CHECK_OK(wi_fill(buffer, s, wi_lecun_normal(), &rng));
    CHECK(!passes(wi_orthogonal(1), s));
    CHECK_OK(wi_fill(buffer, s, wi_orthogonal(1), &rng));
    /* columns turned as plain QR does */
    for (i = 0; i < 256; i++) if (buffer[i * 257] > 0) for (t = 0; t < 256; t++) buffer[t * 256 + i] *= -1;
    CHECK(!passes(wi_orthogonal(1), s));
    CHECK_OK(wi_fill(buffer, s, wi_sparse(15, 1), &rng));
    buffer[0] = buffer[0] != 0 ? 0 : 1;
    CHECK(!passes(wi_sparse(15, 1), s));
    CHECK_OK(wi_fill(buffer, s, wi_he_normal(), &rng));
    buffer[1000] = (wi_real)NAN;
    CHECK_OK(wi_check_fill(buffer, s, wi_he_normal(), &fit, &error));
    CHECK(!fit.passed && error.text[0]);

    CHECK_STATUS(wi_check_fill(NULL, s, wi_he_normal(), &fit, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_check_fill(buffer, s, wi_he_normal(), NULL, &error), WI_ERR_ARG);
    CHECK(error.text[0] != 0);
    CHECK_STATUS(wi_check_fill(buffer, wi_dense(0, 1), wi_he_normal(), &fit, &error), WI_ERR_SHAPE);
    CHECK_STATUS(wi_check_fill(buffer, wi_dense(0, 1), wi_he_normal(), &fit, NULL), WI_ERR_SHAPE);
}

static const char *first(wi_shape shape, int *fits)
{
    static char text[80];
    wi_guess guess[3];
    size_t count = 3;
    CHECK_OK(wi_identify(buffer, shape, guess, &count, NULL));
    CHECK_EQ(count, 3);
    *fits = guess[0].fits;
    return wi_recipe_text(guess[0].recipe, text, sizeof text);
}

/* Rows of the right length, orthonormal even, that nobody drew: of equal numbers, of signs, all in one place,
   all positive; Hadamard's matrix, the cosine transform, a permutation. */
static void test_directions(void)
{
    enum { N = 64 };
    const wi_shape s = wi_dense(N, N);
    const double length = wi_nguyen_widrow_beta(s);
    wi_rng rng = seeded(56);
    wi_fit fit;
    int fits;
    for (int kind = 0; kind < 7; kind++) {
        CHECK_OK(wi_fill(buffer, s, wi_nguyen_widrow(), &rng));
        CHECK(wi_check_fill(buffer, s, wi_nguyen_widrow(), &fit, NULL) == WI_OK && fit.passed);
        for (size_t i = 0; i < N * N; i++) {
            size_t row = i / N, col = i % N, signs = 0;
            for (size_t both = row & col; both; both >>= 1) signs += both & 1;
            double w = (double)buffer[i], even = 1.0 / sqrt((double)N), place = row * 27 % N == col;
            if (kind == 0) w = even * length;
            if (kind == 1) w = (w < 0 ? -even : even) * length;
            if (kind == 2) w = place * length;
            if (kind == 3) w = fabs(w);
            if (kind == 4) w = signs % 2 ? -even : even;
            if (kind == 5)
                w = even * (row ? sqrt(2.0) : 1) * cos(acos(-1.0) * ((double)col + 0.5) * (double)row / N);
            if (kind == 6) w = row % 2 ? -place : place;
            buffer[i] = (wi_real)w;
        }
        wi_recipe claim = kind < 4 ? wi_nguyen_widrow() : wi_orthogonal(1);
        CHECK_OK(wi_check_fill(buffer, s, claim, &fit, NULL));
        CHECK(!fit.passed && fit.structure_error < 1e-5);
        const char *name = first(s, &fits);
        int odd = strcmp(name, kind < 4 ? "nguyen_widrow" : "orthogonal_not_uniform");
        if (!CHECK((odd != 0) == (kind < 4))) printf("  kind %d is %s\n", kind, name);
    }
}

static void identifying(void)
{
    /* What was filled, and what is to be reported: at a shape where two names mean the same, the first. */
    static const struct { const char *fill, *want;
    } cases[] = { { "xavier_uniform", "xavier_uniform" },
                  { "xavier_normal", "xavier_normal" },
                  { "he_uniform", "he_uniform" },
                  { "he_normal", "he_normal" },
                  { "lecun_uniform", "lecun_uniform" },
                  { "lecun_normal", "lecun_normal" },
                  { "pytorch_default", "pytorch_default" },
                  { "siren:30,0", "siren:30" },
                  { "orthogonal:1.4", "orthogonal:1.4" },
                  { "sparse:15,0.1", "sparse:15,0.1" },
                  { "zeros", "zeros" },
                  { "ones", "ones" },
                  { "constant:0.3", "constant:0.3" },
                  { "hadamard", "identity" },
                  { "nguyen_widrow", "nguyen_widrow" },
                  { "normal:0,0.02", "normal:0,0.02" },
                  { "truncated:0,0.02,-2,2", "truncated:0,0.02,-2,2" },
                  { "uniform:-0.05,0.05", "uniform:-0.05,0.05" },
                  { "normal:0,0.000001", "normal:0,1e-06" } };
    wi_shape s = wi_dense(300, 200);
    wi_rng rng = seeded(55);
    wi_recipe r;
    wi_guess guess[100];
    wi_error error;
    size_t i, count;
    int fits;

    for (i = 0; i < WI_COUNT(cases); i++) {
        CHECK_OK(wi_recipe_named(cases[i].fill, &r));
        CHECK_OK(wi_fill(buffer, s, r, &rng));
        if (!CHECK_TEXT(first(s, &fits), cases[i].want)) printf("  for %s\n", cases[i].fill);
        CHECK(fits);
    }

    /* QR without the correction of signs is orthogonal, but not Haar. */
    CHECK_OK(wi_fill(buffer, wi_dense(64, 64), wi_orthogonal(1), &rng));
    for (i = 0; i < 64; i++)
        if (buffer[i * 65] > 0)
            for (count = 0; count < 64; count++) buffer[count * 64 + i] *= -1;
    CHECK_TEXT(first(wi_dense(64, 64), &fits), "orthogonal_not_uniform");
    test_directions();

    /* None of these: weights that have learnt have left their recipe; so have mixtures and outliers. */
    CHECK_OK(wi_fill(buffer, s, wi_he_normal(), &rng));
    CHECK_OK(wi_fill(other, s, wi_normal(0, 0.3), &rng));
    for (i = 0; i < 60000; i += 20) buffer[i] += other[i];
    first(s, &fits);
    CHECK(!fits);
    count = 100;
    CHECK_OK(wi_identify(buffer, s, guess, &count, &error));
    CHECK_CONTAINS(error.text, "none of these");
    CHECK(count > 20 && count < 100);
    for (i = 1; i < count; i++) CHECK(guess[i - 1].fits >= guess[i].fits);
    buffer[7] = (wi_real)NAN;
    CHECK_OK(wi_identify(buffer, s, guess, &count, &error));
    CHECK_CONTAINS(error.text, "not finite");
    CHECK(!guess[0].fits);

    /* A single weight among zeros is no sparse recipe. */
    memset(buffer, 0, 1200 * sizeof *buffer);
    buffer[400] = 9;
    CHECK_OK(wi_identify(buffer, wi_dense(40, 30), guess, &count, &error));
    CHECK_CONTAINS(error.text, "none of these: 1199 of 1200 weights are exactly 0");

    CHECK_STATUS(wi_identify(NULL, s, guess, &count, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_identify(buffer, s, NULL, &count, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_identify(buffer, s, guess, NULL, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_identify(buffer, wi_dense(0, 2), guess, &count, &error), WI_ERR_SHAPE);
    count = 0;
    CHECK_STATUS(wi_identify(buffer, s, guess, &count, NULL), WI_ERR_ARG);
    count = 1;
    buffer[0] = 0;
    CHECK_OK(wi_identify(buffer, wi_dense(1, 1), guess, &count, NULL)); /* one zero */
    CHECK_TEXT(guess[0].recipe.name, "zeros");
}

static const char *finding(wi_recipe recipe, wi_shape shape)
{
    static wi_error error;
    wi_fit fit;
    CHECK_OK(wi_check_fill(buffer, shape, recipe, &fit, &error));
    CHECK_EQ(fit.passed, error.text[0] == 0);
    return error.text;
}

static void fill(wi_recipe recipe, wi_shape shape, uint64_t seed)
{
    wi_rng rng = seeded(seed);
    CHECK_OK(wi_fill(buffer, shape, recipe, &rng));
}

static void round_to_bfloat16(size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, buffer + i, 4);
        bits = (bits + 0x7FFF + (bits >> 16 & 1)) & 0xFFFF0000u;
        memcpy(buffer + i, &bits, 4);
    }
}

/* What no law allows, each at several sizes and layouts, and what the sentence says of it. */
static void impossible(void)
{
    const wi_recipe laws[4] = { wi_he_normal(), wi_xavier_uniform(), wi_pytorch_default(),
                                wi_variance_scaling(1, WI_FAN_IN, WI_SCHEME_TRUNCATED) };
    const wi_shape shapes[4] = { wi_dense(40, 30), wi_in_major(wi_dense(300, 100)), wi_conv2d(8, 12, 3, 3),
                                 wi_conv2d_transposed(12, 8, 3, 3) };
    for (size_t s = 0; s < WI_COUNT(shapes); s++)
        for (size_t r = 0; r < WI_COUNT(laws); r++) {
            size_t n = wi_shape_count(shapes[s]), i;
            fill(laws[r], shapes[s], 5 + s);
            if (!CHECK_TEXT(finding(laws[r], shapes[s]), "")) continue;
            buffer[n / 3] = (wi_real)(r == 0 ? 9 : 1.05 * (sqrt(3.0) + (r == 3))) *
                (wi_real)wi_recipe_std(laws[r], shapes[s]);
            CHECK_CONTAINS(finding(laws[r], shapes[s]),
                           r == 0 ? "standard deviations out" : "outside the bounds");
            fill(laws[r], shapes[s], 5 + s);
            memset(buffer + n / 2, 0, 20 * sizeof *buffer);
            CHECK_CONTAINS(finding(laws[r], shapes[s]), "exactly 0");
            fill(laws[r], shapes[s], 5 + s);
            memcpy(buffer + n / 2, buffer, (24 + n / 50) * sizeof *buffer);
            CHECK_CONTAINS(finding(laws[r], shapes[s]), "repeat");
            fill(laws[r], shapes[s], 5 + s);
            for (i = 1; i < n; i++)   /* insertion sort of each stretch of 30 */
                for (size_t j = i; j % 30 > 0 && buffer[j - 1] > buffer[j]; j--) {
                    wi_real kept = buffer[j];
                    buffer[j] = buffer[j - 1];
                    buffer[j - 1] = kept;
                }
            CHECK_CONTAINS(finding(laws[r], shapes[s]), "in order");
        }

    /* A unit that is a copy among so many weights that repeats are nothing special; an input's column too. */
    const wi_shape wide = wi_dense(600, 500);
    fill(wi_he_normal(), wide, 3);
    memcpy(buffer + 600 * 420, buffer + 600 * 17, 600 * sizeof *buffer);
    CHECK_CONTAINS(finding(wi_he_normal(), wide), "units 17 and 420");
    fill(wi_he_normal(), wide, 3);
    for (size_t o = 0; o < 500; o++) buffer[600 * o + 5] = buffer[600 * o + 590];
    CHECK_CONTAINS(finding(wi_he_normal(), wide), "inputs 5 and 590");
    fill(wi_he_normal(), wide, 3);
    memcpy(buffer + 600 * 499, buffer, 600 * sizeof *buffer);
    CHECK_CONTAINS(finding(wi_he_normal(), wide), "units 0 and 499");
    buffer[0] = 9;
    CHECK_CONTAINS(finding(wi_uniform(-1, 1), wide), "w[0] is 9");

    /* The trace of orthogonal weights, in standard errors, whatever their shape. */
    double squares = 0;
    for (uint64_t seed = 0; seed < 60; seed++) {
        wi_fit fit;
        fill(wi_orthogonal(1), wi_dense(36, 9), seed);
        CHECK_OK(wi_check_fill(buffer, wi_dense(36, 9), wi_orthogonal(1), &fit, NULL));
        squares += fit.mean_z * fit.mean_z / 60;
    }
    CHECK_NEAR(squares, 1, 5 * sqrt(2.0 / 60));

    /* Weights cut off at three deviations; numbers of bfloat16, which are coarse but right. */
    fill(wi_truncated_normal(0, 1, -3, 3), wide, 8);
    CHECK(!passes(wi_normal(0, wi_recipe_std(wi_truncated_normal(0, 1, -3, 3), wide)), wide));
    if (sizeof(wi_real) == 4) {
        fill(wi_he_normal(), wi_dense(100, 80), 4);
        round_to_bfloat16(8000);
        CHECK_TEXT(finding(wi_he_normal(), wi_dense(100, 80)), "");

        /* The ends of a law are where rounding puts them: at 0.15039 here, of 0.15076. */
        fill(wi_xavier_uniform(), wi_dense(200, 64), 4);
        round_to_bfloat16(12800);
        CHECK_TEXT(finding(wi_xavier_uniform(), wi_dense(200, 64)), "");
    }
}

/* Laws between bounds that are far out or close together: right fills pass, those of a neighbour do not. */
static void narrow(void)
{
    static const double bounds[][2] = { { 3, 3.01 }, { -0.2, 0.2 }, { 0, 1e-3 }, { 5, 6 }, { -6, -5 },
                                        { 20, (double)INFINITY } };
    const wi_shape s = wi_dense(80, 70);
    for (size_t i = 0; i < WI_COUNT(bounds); i++) {
        wi_recipe r = wi_truncated_normal(0, 1, bounds[i][0], bounds[i][1]);
        double mean = 0;
        for (uint64_t seed = 0; seed < 4; seed++) {
            wi_fit fit;
            fill(r, s, seed);
            CHECK_OK(wi_check_fill(buffer, s, r, &fit, NULL));
            CHECK(fit.passed && fit.ks_p > 0.001);
        }
        /* the same bounds, the law turned round */
        for (size_t k = 0; k < 80 * 70; k++) mean += (double)buffer[k] / (80 * 70);
        for (size_t k = 0; k < 80 * 70; k++) buffer[k] = (wi_real)(2 * mean - (double)buffer[k]);
        if (i > 2) CHECK(!passes(r, s));
    }

    /* Bounds so close that their distance has no fourth power, and then no square: the law is as good
       as even, here from 0 to 1. */
    for (int digits = 1; digits <= 17; digits++) {
        wi_recipe even = wi_truncated_normal(0, pow(10, 10.0 * digits), 0, pow(10, -10.0 * digits));
        wi_fit fit;
        CHECK_CLOSE(wi_recipe_std(even, s), sqrt(1.0 / 12), 1e-9);
        fill(even, s, 1);
        CHECK(passes(even, s) && passes(wi_uniform(0, 1), s));
        for (size_t k = 0; k < 80 * 70; k++) buffer[k] = (wi_real)(0.5 + 0.9 * ((double)buffer[k] - 0.5));
        CHECK_OK(wi_check_fill(buffer, s, even, &fit, NULL));
        CHECK(!fit.passed && fit.std_z < -10);
    }
}

/* No number is too small to be looked at: one weight, equal ones, a gain of 0. */
static void few(void)
{
    const wi_shape one = wi_dense(1, 1), pair = wi_dense(2, 1);
    wi_guess guess[20];
    wi_fit fit;
    for (uint64_t seed = 0; seed < 3; seed++) {
        const wi_recipe laws[3] = { wi_he_normal(), wi_he_uniform(), wi_he_truncated() };
        for (size_t r = 0; r < WI_COUNT(laws); r++) {
            size_t count = 20;
            fill(laws[r], one, seed);
            CHECK(passes(laws[r], one));
            CHECK_OK(wi_identify(buffer, one, guess, &count, NULL));
            fill(laws[r], pair, seed);
            CHECK(passes(laws[r], pair));
            CHECK_OK(wi_identify(buffer, pair, guess, &count, NULL));
        }
    }
    fill(wi_orthogonal(0), wi_dense(12, 12), 1);
    CHECK_OK(wi_check_fill(buffer, wi_dense(12, 12), wi_orthogonal(0), &fit, NULL));
    CHECK(fit.passed && fit.mean_z == 0);
    fill(wi_gained(wi_nguyen_widrow(), 0), wi_dense(12, 12), 1);
    CHECK(passes(wi_gained(wi_nguyen_widrow(), 0), wi_dense(12, 12)));
    buffer[5] = 1;
    CHECK_CONTAINS(finding(wi_gained(wi_nguyen_widrow(), 0), wi_dense(12, 12)), "should be 0");
    CHECK_CONTAINS(finding(wi_orthogonal(0), wi_dense(12, 12)), "not orthonormal");

    /* Sparse weights that all stand before the same inputs; none at all; all of them; of deviation 0. */
    fill(wi_sparse(5, 1), wi_dense(40, 200), 1);
    CHECK_TEXT(finding(wi_sparse(5, 1), wi_dense(40, 200)), "");
    for (size_t o = 0; o < 200; o++)
        for (size_t j = 0, at = 0; j < 40; j++) {
            wi_real value = buffer[40 * o + j];
            buffer[40 * o + j] = 0;
            if (value != 0) buffer[40 * o + at++] = value;
        }
    CHECK_CONTAINS(finding(wi_sparse(5, 1), wi_dense(40, 200)), "the places of the weights that are not 0");
    fill(wi_sparse(2, 1), wi_dense(8, 200), 1);   /* eight inputs are enough to tell */
    CHECK_TEXT(finding(wi_sparse(2, 1), wi_dense(8, 200)), "");
    for (size_t o = 0; o < 200; o++)
        for (size_t j = 0, at = 0; j < 8; j++) {
            wi_real value = buffer[8 * o + j];
            buffer[8 * o + j] = 0;
            if (value != 0) buffer[8 * o + at++] = value;
        }
    CHECK_CONTAINS(finding(wi_sparse(2, 1), wi_dense(8, 200)), "the places of the weights that are not 0");
    /* One input, the first or the last, that too many units have; what they give up for it is even. */
    for (size_t j = 0; j < 40; j += 39) {
        fill(wi_sparse(5, 1), wi_dense(40, 200), 1);
        for (size_t o = 0; o < 60; o++) {
            wi_real *w = buffer + 40 * o, value = w[j];
            for (size_t k = 0; k < 39 && value == 0; k++) {
                wi_real *taken = w + (j + 1 + (7 * o + k) % 39) % 40;
                value = *taken;
                *taken = 0;
            }
            w[j] = value;
        }
        CHECK_CONTAINS(finding(wi_sparse(5, 1), wi_dense(40, 200)), "the places of the weights");
    }
    const double counts[5][2] = { { 0, 1 }, { 40, 1 }, { 3, 0 }, { 8, 0 }, { 3, 1 } };
    for (size_t i = 0; i < WI_COUNT(counts); i++) {
        wi_recipe r = wi_sparse((size_t)counts[i][0], counts[i][1]);
        fill(r, wi_dense(40, 30), 2);
        CHECK_TEXT(finding(r, wi_dense(40, 30)), "");
    }

    /* Of deviation 0 no weight is another number. */
    fill(wi_sparse(3, 0), wi_dense(40, 30), 2);
    buffer[40 * 7 + 9] = 1;
    CHECK_CONTAINS(finding(wi_sparse(3, 0), wi_dense(40, 30)),
                   "unit 7 (from 0) has 1 weights that are not 0, should be 0");

    /* One weight a unit, as many before each of five inputs: that comes by chance. */
    fill(wi_sparse(1, 1), wi_dense(5, 25), 3);
    for (size_t o = 0; o < 25; o++) {
        wi_real value = 0;
        for (size_t j = 0; j < 5; j++) {
            value += buffer[5 * o + j];
            buffer[5 * o + j] = 0;
        }
        buffer[5 * o + o % 5] = value;
    }
    CHECK_TEXT(finding(wi_sparse(1, 1), wi_dense(5, 25)), "");

    /* Of one input a unit's weight is its length, with a sign. */
    fill(wi_nguyen_widrow(), wi_dense(1, 12), 4);
    CHECK_TEXT(finding(wi_nguyen_widrow(), wi_dense(1, 12)), "");
    for (size_t i = 0; i < 12; i++)
        CHECK_NEAR(fabs((double)buffer[i]), wi_nguyen_widrow_beta(wi_dense(1, 12)), 1e-6);
}

/* A number of a size that nobody chooses is what was measured, not the roundest nearby. */
static void odd_sizes(void)
{
    const double sizes[2] = { 1.234567e-14, 1.234567e14 };
    for (size_t i = 0; i < WI_COUNT(sizes); i++) {
        wi_guess guess[64];
        size_t count = 64, seen = 0;
        fill(wi_normal(0, sizes[i]), wi_dense(70, 60), 7 + i);
        double rms = wi_stats_of(buffer, 70 * 60).rms;
        CHECK_OK(wi_identify(buffer, wi_dense(70, 60), guess, &count, NULL));
        for (size_t g = 0; g < count; g++)
            if (guess[g].recipe.scheme == WI_SCHEME_NORMAL && guess[g].recipe.fan == WI_FAN_NONE) {
                CHECK_CLOSE(guess[g].recipe.b, rms, 1e-9);
                seen++;
            }
        CHECK_EQ(seen, 1);
    }
}

/* The logarithm of the density that a guessed law gives to a weight, in the mean, by the law's formula. */
static void likelihoods(void)
{
    static const char *const from[3] = { "normal:0.3,1", "uniform:-0.2,1", "he_normal" };
    const wi_shape s = wi_dense(50, 40);
    const double n = 50 * 40;
    for (size_t i = 0; i < WI_COUNT(from); i++) {
        wi_guess guess[64];
        size_t count = 64, compared = 0;
        wi_recipe r;
        CHECK_OK(wi_recipe_named(from[i], &r));
        fill(r, s, i);
        CHECK_OK(wi_identify(buffer, s, guess, &count, NULL));
        for (size_t g = 0; g < count; g++) {
            wi_recipe law = guess[g].recipe;
            if (guess[g].gates > 1 || !isfinite(guess[g].log_likelihood)) continue;
            double std = wi_recipe_std(law, s), mean = law.fan == WI_FAN_NONE ? law.a : 0, sum = 0;
            if (law.scheme == WI_SCHEME_NORMAL)
                for (size_t k = 0; k < 50 * 40; k++)
                    sum -= pow(((double)buffer[k] - mean) / std, 2) / 2 + log(std * sqrt(2 * acos(-1.0)));
            else if (law.scheme == WI_SCHEME_UNIFORM) sum = -n * log(std * sqrt(12.0));
            else continue;
            if (!CHECK_NEAR(guess[g].log_likelihood, sum / n, 1e-9)) printf("  of %s\n", law.name);
            compared++;
        }
        CHECK(compared > 3);
    }
}

/* What people get wrong, in words. */
static void sentences(void)
{
    const wi_shape s = wi_dense(784, 100), c = wi_conv2d(16, 40, 3, 3);
    fill(wi_kaiming(0, WI_FAN_OUT, WI_SCHEME_NORMAL), s, 1);
    CHECK_CONTAINS(
        finding(wi_he_normal(), s),
        "the deviation is 0.142, should be 0.0505: that is with fan_out = 100 in the place of fan_in = 784");
    fill(wi_lecun_normal(), s, 1);
    CHECK_CONTAINS(finding(wi_he_normal(), s), "without the gain for ReLU");
    fill(wi_normal(0, 2.0 / 784), s, 1);
    CHECK_CONTAINS(finding(wi_he_normal(), s), "the variance in the place of the deviation");
    fill(wi_uniform(-0.02, 0.02), s, 1);
    CHECK_CONTAINS(finding(wi_normal(0, 0.02), s), "a uniform law with the deviation as its bound");
    fill(wi_normal(0, 0.04), s, 1);
    CHECK_CONTAINS(finding(wi_normal(0, 0.02), s), "twice as much");
    fill(wi_normal(0, sqrt(2.0 / 16)), c, 1);
    CHECK_CONTAINS(finding(wi_he_normal(), c), "without the kernel's taps");
    fill(wi_truncated_normal(0, 0.05, -2, 2), s, 1);
    CHECK_CONTAINS(finding(wi_truncated_normal_corrected(0, 0.05, -2, 2), s), "not widened");
    fill(wi_gained(wi_he_uniform(), 1.23), s, 1);
    CHECK_CONTAINS(finding(wi_he_normal(), s), "the deviation is 0.0622, should be 0.0505");
    fill(wi_normal(0.01, 0.05), s, 1);
    CHECK_CONTAINS(finding(wi_normal(0, 0.05), s), "the mean is 0.01");
    fill(wi_he_uniform(), s, 1);
    CHECK_CONTAINS(finding(wi_he_normal(), s), "cut off");
    fill(wi_sparse(15, 1), wi_dense(50, 40), 1);
    for (size_t j = 0; j < 50; j++) buffer[50 * 7 + j] = 1;
    CHECK_CONTAINS(finding(wi_sparse(15, 1), wi_dense(50, 40)),
                   "unit 7 (from 0) has 50 weights that are not 0");
    fill(wi_identity(2), wi_dense(9, 9), 1);
    buffer[30] = 3;
    CHECK_CONTAINS(finding(wi_identity(2), wi_dense(9, 9)), "w[30] is 3, should be 2");
}

/* Gains of structures, PyTorch's other defaults, gates. */
static void families(void)
{
    static const struct { const char *fill; size_t in, out, kernel, gates; int transposed;
    } cases[] = { { "identity:0.7", 40, 40, 1, 1, 0 },         { "identity:-2", 30, 50, 1, 1, 0 },
                  { "orthogonal:1.3", 20, 80, 1, 4, 0 },       { "orthogonal", 32, 96, 1, 3, 0 },
                  { "xavier_uniform", 50, 400, 1, 4, 0 },      { "truncated:0,0.0317,-2,2", 90, 90, 1, 1, 0 },
                  { "delta_orthogonal:1.5", 20, 30, 3, 1, 0 }, { "truncated:0,0.1,-3,3", 200, 90, 1, 1, 0 },
                  { "uniform:0,1", 50, 60, 1, 1, 0 },          { "normal:1,0.02", 50, 60, 1, 1, 0 },
                  /* a single row or column, which is orthogonal whatever it is */
                  { "pytorch_default", 300, 1, 1, 1, 0 },      { "pytorch_default", 1, 300, 1, 1, 0 },
                  { "orthogonal", 64, 1, 1, 1, 0 },            { "nguyen_widrow", 64, 1, 1, 1, 0 } };
    char text[200];
    wi_guess guess[64];
    wi_recipe r, back;
    for (size_t i = 0; i < WI_COUNT(cases); i++) {
        wi_shape s = wi_conv2d(cases[i].in, cases[i].out, cases[i].kernel, cases[i].kernel);
        wi_rng rng = seeded(400 + i);
        size_t count = 64;
        CHECK_OK(wi_recipe_named(cases[i].fill, &r));
        CHECK_OK(cases[i].gates > 1 ? wi_fill_gates(buffer, s, cases[i].gates, r, &rng)
                                    : wi_fill(buffer, s, r, &rng));
        CHECK_OK(wi_identify(buffer, s, guess, &count, NULL));
        CHECK_TEXT(wi_recipe_text(guess[0].recipe, text, sizeof text), cases[i].fill);
        CHECK_EQ(guess[0].gates, cases[i].gates);
        for (size_t k = 0; k < count; k++) {
            double std;
            if (!(guess[k].recipe.a == guess[k].recipe.a) ||
                wi_recipe_text(guess[k].recipe, text, sizeof text)[0] == 0)
                continue;
            if (!CHECK_STATUS(wi_recipe_named(text, &back), WI_OK)) printf("  %s\n", text);
            else {
                std = wi_recipe_std(guess[k].recipe, s);
                if (std == std) CHECK_CLOSE(wi_recipe_std(back, s), std, 1e-14);
            }
        }
    }
    /* Three gates that are all orthogonal, and that nobody drew: permutations. */
    size_t three = 1;
    memset(buffer, 0, 3 * 32 * 32 * sizeof *buffer);
    for (size_t i = 0; i < 96; i++) buffer[32 * i + (5 * i + i / 32) % 32] = 1;
    wi_error error;
    CHECK_OK(wi_identify(buffer, wi_dense(32, 96), guess, &three, &error));
    CHECK_CONTAINS(error.text, "orthogonal_not_uniform in each of 3 gates");
    CHECK_TEXT(guess[0].recipe.name, "orthogonal_not_uniform");
    CHECK_EQ(guess[0].gates, 3);

    /* Weights quantised to 8 or 4 bits, zeros among them, lie on a grid. */
    for (int most = 127; most >= 7; most -= 120) {
        size_t n = 100 * 90, one = 1;
        wi_error why;
        fill(wi_he_normal(), wi_dense(100, 90), 2);
        wi_stats s = wi_stats_of(buffer, n);
        double step = fmax(s.max, -s.min) / most;
        for (size_t i = 0; i < n; i++) buffer[i] = (wi_real)(step * floor((double)buffer[i] / step + 0.5));
        CHECK_OK(wi_identify(buffer, wi_dense(100, 90), guess, &one, &why));
        CHECK(!guess[0].fits);
        CHECK_CONTAINS(why.text, "quantised");
    }
    /* dirac with a gain, ConvTranspose2d and an LSTM as PyTorch draws them. */
    size_t count = 64;
    fill(wi_gained(wi_dirac(), 2), wi_conv2d(6, 8, 3, 3), 1);
    CHECK_OK(wi_identify(buffer, wi_conv2d(6, 8, 3, 3), guess, &count, NULL));
    CHECK(guess[0].fits && guess[0].recipe.scheme == WI_SCHEME_DIRAC && guess[0].recipe.a == 2);
    fill(wi_uniform(-1 / sqrt(20 * 9.0), 1 / sqrt(20 * 9.0)), wi_conv2d_transposed(30, 20, 3, 3), 1);
    count = 64;
    CHECK_OK(wi_identify(buffer, wi_conv2d_transposed(30, 20, 3, 3), guess, &count, NULL));
    CHECK(guess[0].fits && guess[0].recipe.fan == WI_FAN_OUT && guess[0].recipe.scheme == WI_SCHEME_UNIFORM);
    fill(wi_uniform(-0.125, 0.125), wi_dense(40, 4 * 64), 1);
    count = 64;
    CHECK_OK(wi_identify(buffer, wi_dense(40, 4 * 64), guess, &count, NULL));
    CHECK(guess[0].fits && guess[0].recipe.fan == WI_FAN_OUT);
    CHECK_EQ(guess[0].gates, 4);
}

/* Fills that are as good as can be, or as small: values as even as a ruler, one number, no spread. */
static void best_and_least(void)
{
    static wi_real w[4096];
    wi_rng rng = wi_rng_make(8);
    size_t order[4096];
    wi_fit fit;
    for (size_t i = 0; i < 4096; i++) order[i] = i;
    wi_rng_shuffle(&rng, order, 4096);
    for (size_t i = 0; i < 4096; i++) w[i] = (wi_real)(((double)order[i] + 0.5) / 4096);
    CHECK_OK(wi_check_fill(w, wi_dense(64, 64), wi_uniform(0, 1), &fit, NULL));
    CHECK_NEAR(fit.ks_p, 1, 0);

    /* The same with a density that falls by a quarter from end to end: near in shape, but not in mean. */
    for (size_t i = 0; i < 4096; i++) {
        double u = ((double)order[i] + 0.5) / 4096, t = 0.116;   /* u = x + t x (1 - x) */
        w[i] = (wi_real)((1 + t - sqrt((1 + t) * (1 + t) - 4 * t * u)) / (2 * t));
    }
    wi_error why;
    CHECK_OK(wi_check_fill(w, wi_dense(64, 64), wi_uniform(0, 1), &fit, &why));
    CHECK(!fit.passed && fit.ks_p > 1e-3 && fit.mean_z < -4.2);
    CHECK_CONTAINS(why.text, "the mean is 0.481, should be 0.5 within");
    for (int sign = -1; sign < 3; sign += 2) {
        w[0] = (wi_real)sign;
        CHECK_OK(wi_check_fill(w, wi_dense(1, 1), wi_orthogonal(1), &fit, NULL));
        CHECK(fit.passed || sign == 3);
    }
    w[0] = (wi_real)0.5;
    CHECK_OK(wi_check_fill(w, wi_dense(1, 1), wi_orthogonal(1), &fit, NULL));
    CHECK(!fit.passed && fit.structure_error > 0.1);
    for (size_t i = 0; i < 64; i++) w[i] = (wi_real)0.5;
    CHECK_OK(wi_check_fill(w, wi_dense(8, 8), wi_normal(0.5, 0), &fit, NULL));
    CHECK(fit.passed);
    w[63] = (wi_real)0.75;
    CHECK_OK(wi_check_fill(w, wi_dense(8, 8), wi_normal(0.5, 0), &fit, NULL));
    CHECK(!fit.passed);
}

/* The threshold of uneven directions, from both sides: orthogonal matrices made of turns by one angle, half
   of them turned round, so that the trace is 0. Sum of the fourth powers of a row that is uniform on the
   sphere, by E u^4 = 3 / n(n + 2), E u^8 = 105 / n(n + 2)(n + 4)(n + 6), E u^4 v^4 = 9 / the same; its mean
   over the rows beside chi-square's cube root. */
static void uneven(void)
{
    enum { N = 8 };
    const double n = N, mean = 3 / (n + 2), eighth = 1 / ((n + 2) * (n + 4) * (n + 6));
    const double spread = 105 * eighth + 9 * eighth * (n - 1) - mean * mean;
    const double cubed = 2 / (9 * (2 * mean * mean * n / spread));
    for (int above = 0; above < 2; above++) {
        wi_real w[N * N] = {0};
        wi_fit fit;
        wi_error error;
        double ratio = pow(1 - cubed + (above ? 6.03 : 5.97) * sqrt(cubed), 3);
        /* cos^4 + sin^4 = 1 - sin^2(2 angle) / 2 */
        double angle = 0.5 * asin(sqrt(2 * (1 - ratio * mean)));
        for (size_t i = 0; i < N; i += 2) {
            double c = i % 4 ? -cos(angle) : cos(angle), s = i % 4 ? -sin(angle) : sin(angle);
            w[i * N + i] = w[(i + 1) * N + i + 1] = (wi_real)c;
            w[i * N + i + 1] = (wi_real)s;
            w[(i + 1) * N + i] = (wi_real)-s;
        }
        CHECK_OK(wi_check_fill(w, wi_dense(N, N), wi_orthogonal(1), &fit, &error));
        CHECK(fit.passed == !above);
        if (above) CHECK_CONTAINS(error.text, "the directions are not even: the weights' fourth powers");
    }
}

/* Rows that are orthonormal and each sum to 1: drawn, and reflected so that what they make of a vector of
   ones is that vector. 64 ones are 8 standard errors. */
static void one_way(void)
{
    enum { N = 64 };
    const wi_shape shape = wi_dense(N, N);
    double u[N], along, squares = 0;
    wi_rng rng = seeded(57);
    wi_fit fit;
    wi_error error;
    CHECK_OK(wi_fill(buffer, shape, wi_orthogonal(1), &rng));
    for (size_t i = 0; i < N; i++) {
        u[i] = -1;
        for (size_t j = 0; j < N; j++) u[i] += (double)buffer[i * N + j];
        squares += u[i] * u[i];
    }
    for (size_t j = 0; j < N; j++) {
        along = 0;
        for (size_t i = 0; i < N; i++) along += u[i] * (double)buffer[i * N + j];
        for (size_t i = 0; i < N; i++)
            buffer[i * N + j] = (wi_real)((double)buffer[i * N + j] - 2 * u[i] * along / squares);
    }
    CHECK_OK(wi_check_fill(buffer, shape, wi_orthogonal(1), &fit, &error));
    CHECK(!fit.passed && fit.structure_error < 1e-5);
    CHECK_CONTAINS(error.text, "the directions are not even: all weights sum to 8 standard errors");
}

/* Laws so narrow around a mean that rounding shows, or all weights are one number: right fills pass, and in
   what can still be told apart a deviation that is a twentieth too large does not. */
static wi_recipe around(size_t kind, double mean, double std)
{
    return kind == 0 ? wi_normal(mean, std)
         : kind == 1 ? wi_uniform(mean - std, mean + std) : wi_truncated_normal(mean, std, -2, 2);
}

static void rounded(void)
{
    static const double means[] = { 1, 1.999, -777.77, 1e-3 }, steps[] = { 0.02, 3, 100, 2000, 25000 };
    const wi_shape s = wi_dense(2000, 100);
    for (size_t i = 0; i < 60; i += CHECK_PART_OF(7)) {
        int exponent;
        double mean = means[i % 4], std = steps[i / 4 % 5];
        (void)frexp(mean, &exponent);
        std *= ldexp(1, exponent - (sizeof(wi_real) == 4 ? 24 : 53));
        fill(around(i / 20, mean, std), s, i);
        CHECK_TEXT(finding(around(i / 20, mean, std), s), "");
        if (i / 4 % 5 > 1) CHECK(!passes(around(i / 20, mean, 1.05 * std), s));
    }
    buffer[7] = (wi_real)1.01;
    CHECK(!passes(wi_normal(1e-3, 1e-30), s));
}

/* Every pair of rows is looked at, and every row's length, in blocks of 64 as well. */
static void every_pair(void)
{
    for (size_t n = 7; n < 80; n += 63)
        for (size_t k = 0; k < n * n; k += n < 64 ? 1 : 17) {
            memset(buffer, 0, n * n * sizeof *buffer);
            for (size_t i = 0; i < n; i++) buffer[i * n + i] = i % 2 ? -1 : 1;
            buffer[k] += (wi_real)0.01;
            CHECK_CONTAINS(finding(wi_orthogonal(1), wi_dense(n, n)), "not orthonormal");
        }
}

/* p stands for the oddest of three: distance, mean and deviation, each a probability by itself. */
static void test_p_of_three(void)
{
    const wi_shape s = wi_dense(30, 20);
    for (uint64_t seed = 1; seed <= 20; seed++) {
        wi_rng rng = seeded(seed);
        wi_fit fit;
        CHECK_OK(wi_fill(buffer, s, wi_normal(0.1, 0.5), &rng));
        for (size_t i = 0; i < 600 && seed > 15; i++)   /* as large, but of two values nearly */
            buffer[i] = (wi_real)(0.1 + 0.5 * (i % 2 ? 1 : -1) + 1e-3 * (double)buffer[i]);
        CHECK_OK(wi_check_fill(buffer, s, wi_normal(0.1, 0.5), &fit, NULL));
        double mean_p = erfc(fabs(fit.mean_z) / sqrt(2.0)), std_p = erfc(fabs(fit.std_z) / sqrt(2.0));
        double least = fmin(fit.ks_p, fmin(mean_p, std_p));
        CHECK_NEAR(fit.p, 1 - pow(1 - least, 3), 1e-9);
        CHECK_EQ(fit.passed, seed <= 15);
    }
}

/* The more a sample's ranks are bent, the less likely its distance; and a probability is at most 1. */
static void test_bent_ranks(void)
{
    enum { N = 100 };
    double before = 1;
    int between = 0;
    for (double bend = 0; bend < 0.075; bend += 0.00025) {
        wi_fit fit;
        for (int i = 0; i < N; i++) {
            double rank = (i + 0.5) / N, to = rank + bend * sin(4 * 3.14159265358979 * rank), lo = -9, hi = 9;
            while (hi - lo > 1e-9) {   /* the normal number of this rank */
                double middle = 0.5 * (lo + hi);
                if (0.5 * erfc(-middle / sqrt(2.0)) < to) lo = middle;
                else hi = middle;
            }
            buffer[i] = (wi_real)lo;
        }
        CHECK_OK(wi_check_fill(buffer, wi_dense(10, 10), wi_normal(0, 1), &fit, NULL));
        CHECK(fit.ks_p <= before + 1e-12 && fit.ks_p >= 0);
        CHECK_NEAR(fit.ks_p, before, 0.1);
        between += fit.ks_p > 0.975 && fit.ks_p < 1;
        before = fit.ks_p;
    }
    CHECK(between > 0 && before < 0.9);
}

/* Beside a gain of 0 nothing is relative: what should be 0 and is not is off by 1. */
static void test_gain_of_zero(void)
{
    wi_fit fit;
    memset(buffer, 0, 64 * sizeof *buffer);
    buffer[9] = (wi_real)0.25;
    CHECK_OK(wi_check_fill(buffer, wi_dense(8, 8), wi_identity(0), &fit, NULL));
    CHECK_NEAR(fit.structure_error, 1, 0);
    CHECK(!fit.passed);
}

/* Of many weights a part is looked at for repeats, whatever their number: a tenth that are copies are a tenth
   there; of what has none, nothing is said. */
static void test_repeats(void)
{
    static const size_t counts[] = {2000, 32768, 32769, 65537, 131073, MAX};
    for (size_t k = 0; k < WI_COUNT(counts); k++) {
        const wi_shape s = wi_dense(counts[k], 1);
        wi_rng rng = seeded(k);
        wi_guess guess[1];
        wi_error error;
        size_t one = 1, repeats = 0, looked = 0, part = 1, n = counts[k];
        CHECK_OK(wi_fill(buffer, s, wi_normal(0, 1), &rng));
        CHECK_OK(wi_identify(buffer, s, guess, &one, &error));
        CHECK(!strstr(error.text, "repeat"));
        memcpy(other, buffer, n * sizeof *buffer);
        for (size_t i = 0; i < n / 10; i++) buffer[wi_rng_below(&rng, n)] = other[wi_rng_below(&rng, n)];
        one = 1;
        CHECK_OK(wi_identify(buffer, s, guess, &one, &error));
        const char *says = strstr(error.text, ": ");
        CHECK_CONTAINS(error.text, "weights repeat others to the last digit");
        if (!CHECK(says && sscanf(says + 2, "%zu of %zu weights", &repeats, &looked) == 2)) continue;
        while (n / part > 32768) part *= 2;
        double share = (double)n / (double)part, copies = 0.1 * (double)looked;
        CHECK_NEAR((double)looked, share, part > 1 ? 6 * sqrt(share) : 0);
        CHECK(guess[0].fits == 0);
        CHECK_NEAR((double)repeats, 0.95 * copies, 8 * sqrt(copies));
    }
}

/* How dependent the buffer [out][in] is, in standard errors: by the Gram matrix of its shorter side, and by
   the sums along it, each by the cube root of a sum of squares; from the formula, element by element. */
static void dependence(size_t in, size_t out, double *gram, double *sums)
{
    const int tall = in < out;
    size_t p = tall ? in : out, n = tall ? out : in, to_row = tall ? 1 : in, to_next = tall ? in : 1;
    double count = (double)(p * n), mean = 0, square = 0, fourth = 0, of_squares = 0, of_sums = 0;
    double at[4096], dot;
    for (size_t i = 0; i < p * n; i++) mean += (double)buffer[i] / count;
    for (size_t i = 0; i < p * n; i++) at[i] = (double)buffer[i] - mean;
    for (size_t i = 0; i < p * n; i++) {
        square += at[i] * at[i] / count;
        fourth += at[i] * at[i] * at[i] * at[i] / count;
    }
    for (size_t j = 0; j < n; j++) {
        double sum = 0;
        for (size_t i = 0; i < p; i++) sum += at[i * to_row + j * to_next];
        of_sums += sum * sum / (count * square);
    }
    for (size_t i = 0; i < p; i++)
        for (size_t k = 0; k < p; k++) {
            dot = 0;
            for (size_t j = 0; j < n; j++) dot += at[i * to_row + j * to_next] * at[k * to_row + j * to_next];
            of_squares += dot * dot / (count * square * count * square);
        }
    double freedom = (double)p * (double)(p + 1) / 2 - 1;
    double excess = fourth / (square * square) - 3;
    double chi = (double)p / 2 * ((double)n * ((double)p * of_squares - 1) - excess);
    *gram = (cbrt(chi / freedom) - 1 + 2 / (9 * freedom)) / sqrt(2 / (9 * freedom));
    *sums = (cbrt(of_sums) - 1 + 2 / (9 * (double)n)) / sqrt(2 / (9 * (double)n));
}

/* Is what is said of the buffer's independence right, and how many times was something said? */
static void check_ties(wi_recipe claim, size_t in, size_t out, int *said)
{
    double gram, sums;
    dependence(in, out, &gram, &sums);
    const char *words = finding(claim, wi_dense(in, out));
    int orthogonal = (in < out ? in : out) >= 8 && gram < -4.5;
    double most = orthogonal ? -gram : fmax(gram, fabs(sums));
    const char *by = strstr(words, ", by ");
    if (most > 4.5) {
        ++*said;
        CHECK_CONTAINS(words, orthogonal ? "nearer to orthogonal" : "not independent of each other");
        if (CHECK(by != NULL)) CHECK_NEAR(atof(by + 5), most, 0.051 * most);
    } else CHECK_TEXT(words, "");
}

static void bring_to(size_t n, double std)
{
    wi_stats is = wi_stats_of(buffer, n);
    for (size_t i = 0; i < n; i++) buffer[i] = (wi_real)(((double)buffer[i] - is.mean) * std / is.std);
}

/* Normal weights that go together by degrees, each by itself still of that law: by a part that units have in
   common but for its sign, as a softmax leaves them, or as rounded orthogonal ones. */
static void test_ties(void)
{
    static const size_t sides[][2] = {{40, 30}, {30, 40}, {200, 5}, {5, 200}, {8, 64}, {64, 64}, {60, 7}};
    for (size_t k = 0; k < WI_COUNT(sides); k++) {
        size_t in = sides[k][0], out = sides[k][1];
        int said = 0;
        for (uint64_t seed = 1; seed <= 6; seed++) {
            fill(around(seed % 3, 0.3, 1), wi_dense(in, out), seed);
            check_ties(around(seed % 3, 0.3, 1), in, out, &said);
        }
        CHECK_EQ(said, 0);
        for (int degree = 1; degree < 9; degree++) {
            double shared = degree / 10.0, own = sqrt(1 - shared * shared);
            fill(wi_normal(0, 1), wi_dense(in, out + 1), 7);
            for (size_t i = 0; i < in * out; i++) {
                double sign = i / in * 7 % 5 < 2 ? -1 : 1, common = sign * (double)buffer[in * out + i % in];
                buffer[i] = (wi_real)(own * (double)buffer[i] + shared * common);
            }
            bring_to(in * out, 1);
            check_ties(wi_normal(0, 1), in, out, &said);
        }
        CHECK(said > 0 && said < 8);
        fill(wi_normal(0, 1), wi_dense(in, out), 8);
        for (size_t j = 0; j < in && out < in; j++) {   /* what units have in common goes */
            double sum = 0;
            for (size_t o = 0; o < out; o++) sum += (double)buffer[o * in + j] / (double)out;
            for (size_t o = 0; o < out; o++) buffer[o * in + j] -= (wi_real)sum;
        }
        bring_to(in * out, 1);
        said = 0;
        check_ties(wi_normal(0, 1), in, out, &said);
        CHECK_EQ(said, out < in);
        fill(wi_orthogonal(1), wi_dense(in, out), 9);
        bring_to(in * out, 1);
        check_ties(wi_normal(0, 1), in, out, &said);
        CHECK_EQ(said, (out < in) + ((in < out ? in : out) >= 8));
    }
}

int main(void)
{
    test_ties();
    test_repeats();
    test_p_of_three();
    test_bent_ranks();
    test_gain_of_zero();
    uneven();
    one_way();
    every_pair();
    rounded();
    checking();
    identifying();
    impossible();
    narrow();
    few();
    odd_sizes();
    likelihoods();
    sentences();
    families();
    best_and_least();
    return check_done();
}
