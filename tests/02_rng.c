/* Random numbers: the published vectors, and uniformity, independence and tails with bounds derived from n.
   @build portable */
#define WINIT_IMPLEMENTATION
#include <float.h>
#include "winit.h"
#include "check.h"
#include "inside.h"

#define N 200000

static void philox_vectors(void)
{
    /* The three known answers that come with Random123 (kat_vectors, philox4x32 10). */
    static const struct { uint64_t block, stream, seed; uint32_t want[4];
    } kat[3] = { { 0, 0, 0, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
                 { UINT64_MAX, UINT64_MAX, UINT64_MAX, { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
                 { 0x85a308d3243f6a88,
                   0x0370734413198a2e,
                   0x299f31d0a4093822,
                   { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } } };
    uint32_t got[4];
    wi_rng rng;
    int i, j;
    for (i = 0; i < 3; i++) {
        inside_philox(got, kat[i].seed, kat[i].stream, kat[i].block);
        for (j = 0; j < 4; j++) CHECK_EQ(got[j], kat[i].want[j]);
    }

    /* The public generator is that function of (seed, stream, index). */
    rng = wi_rng_make(0);
    for (j = 0; j < 4; j++) CHECK_EQ(wi_rng_next(&rng), kat[0].want[j]);
    CHECK_EQ(rng.index, 4);
    rng.seed = kat[2].seed;
    rng.stream = kat[2].stream;
    rng.index = 4 * (kat[2].block & (UINT64_MAX >> 2)) + 2;
    if (kat[2].block <= UINT64_MAX / 4) CHECK_EQ(wi_rng_next(&rng), kat[2].want[2]);
    for (rng.index = 0; rng.index < 40;) {
        inside_philox(got, rng.seed, rng.stream, rng.index / 4);
        for (j = 0; j < 4; j++) CHECK_EQ(wi_rng_next(&rng), got[j]);
    }
    /* A child's stream is a block of the seed's complement. */
    inside_philox(got, ~rng.seed, rng.stream, 9);
    CHECK_EQ(wi_rng_split(rng, 9).stream, (uint64_t)got[1] << 32 | got[0]);
}

/* The generator whose next 64 bits are these: Philox's rounds backwards, from the block to its counter. */
static wi_rng rng_before(uint64_t bits)
{
    const uint32_t m0 = 0xD2511F53u, m1 = 0xCD9E8D57u;
    uint32_t inverse0 = m0, inverse1 = m1;
    for (int i = 0; i < 5; i++) {
        inverse0 *= 2 - m0 * inverse0;
        inverse1 *= 2 - m1 * inverse1;
    }
    wi_rng rng = wi_rng_make(UINT64_C(0x123456789ABCDEF));
    for (uint32_t tail = 0;; tail++) {   /* until the block's number has 62 bits */
        uint32_t c[4] = {(uint32_t)bits, (uint32_t)(bits >> 32), tail, 0};
        for (uint32_t round = 10; round-- > 0;) {
            uint32_t k0 = (uint32_t)rng.seed + round * 0x9E3779B9u;
            uint32_t k1 = (uint32_t)(rng.seed >> 32) + round * 0xBB67AE85u;
            uint32_t c0 = c[3] * inverse0, c2 = c[1] * inverse1;
            c[1] = (uint32_t)((uint64_t)m1 * c2 >> 32) ^ c[0] ^ k0;
            c[3] = (uint32_t)((uint64_t)m0 * c0 >> 32) ^ c[2] ^ k1;
            c[0] = c0;
            c[2] = c2;
        }
        rng.stream = (uint64_t)c[3] << 32 | c[2];
        rng.index = ((uint64_t)c[1] << 32 | c[0]) << 2;
        if (c[1] >> 30 == 0) return rng;
    }
}

/* What is drawn from words at every edge: the last that is kept, the first that is too many, the least number
   and the greatest, the two next to the middle. */
static void edges_of_words(void)
{
    const uint64_t counts[7] = {1, 3, 7, 10, UINT64_C(1) << 32, UINT64_C(3) << 62, (UINT64_C(1) << 63) + 1};
    const uint64_t middle = UINT64_C(1) << 52, steps[6] = {0, 1, middle - 1, middle, 2 * middle - 2,
                                                           2 * middle - 1};
    for (size_t i = 0; i < WI_COUNT(counts); i++) {
        uint64_t n = counts[i], excess = (UINT64_MAX % n + 1) % n;
        wi_rng kept = rng_before(UINT64_MAX - excess), begin = kept;
        CHECK_EQ(wi_rng_below(&kept, n), (UINT64_MAX - excess) % n);
        CHECK_EQ(kept.index - begin.index, 2);
        for (int last = 0; excess > 0 && last < 2; last++) {
            wi_rng refused = rng_before(last ? UINT64_MAX : UINT64_MAX - excess + 1);
            begin = refused;
            CHECK(wi_rng_below(&refused, n) < n);
            CHECK(refused.index - begin.index > 2);
        }
    }
    for (size_t i = 0; i < WI_COUNT(steps); i++) {
        uint64_t k = steps[i], end = k < middle ? k : 2 * middle - 1 - k;
        wi_rng rng = rng_before(k << 11 | 0x7FF);
        double t = ((double)end + 0.5) / (2 * (double)middle), z = inside_quantile(t, 1 - t);
        CHECK_NEAR(wi_rng_uniform(&rng), (double)k / (2 * (double)middle), 0);
        rng.index -= 2;
        CHECK_NEAR(wi_rng_normal(&rng), k < middle ? z : -z, 1e-13);
    }
}

static void a_value(void)
{
    wi_rng a = wi_rng_make(7), b = a, child, again;
    uint32_t first = wi_rng_next(&a);
    CHECK_EQ(wi_rng_next(&b), first);
    CHECK(memcmp(&a, &b, sizeof a) == 0);

    /* A child does not depend on how much was drawn, and differs from its parent and siblings. */
    child = wi_rng_split(wi_rng_make(7), 3);
    again = wi_rng_split(a, 3);
    CHECK(memcmp(&child, &again, sizeof child) == 0);
    CHECK(child.stream != wi_rng_split(a, 4).stream);
    CHECK(child.stream != wi_rng_split(child, 3).stream);
    CHECK(child.stream != wi_rng_split(wi_rng_make(8), 3).stream);
    CHECK_EQ(child.seed, 7);
    CHECK_EQ(child.index, 0);
}

static void moments(void)
{
    static double u[N], z[N];
    wi_rng rng = wi_rng_make(11);
    double mean = 0, var = 0, zm = 0, zv = 0, z4 = 0, lag = 0;
    int i, below[4] = {0, 0, 0, 0};

    for (i = 0; i < N; i++) u[i] = wi_rng_uniform(&rng);
    CHECK_EQ(rng.index, 2 * N);
    for (i = 0; i < N; i++) z[i] = wi_rng_normal(&rng);
    for (i = 0; i < N; i++) {
        if (u[i] < 0 || u[i] >= 1) CHECK(0);
        mean += u[i] / N;
        var += (u[i] - 0.5) * (u[i] - 0.5) / N;
        zm += z[i] / N;
        zv += z[i] * z[i] / N;
        z4 += z[i] * z[i] * z[i] * z[i] / N;
        if (i) lag += z[i] * z[i - 1] / N;
        below[0] += z[i] < -3;
        below[1] += z[i] < -1;
        below[2] += z[i] < 0;
        below[3] += z[i] < 2;
    }
    /* Five standard errors each. */
    CHECK_NEAR(mean, 0.5, 5 * sqrt(1.0 / 12 / N));
    CHECK_NEAR(var, 1.0 / 12, 5 * sqrt(1.0 / 180 / N));
    CHECK_NEAR(zm, 0, 5 * sqrt(1.0 / N));
    CHECK_NEAR(zv, 1, 5 * sqrt(2.0 / N));
    CHECK_NEAR(z4, 3, 5 * sqrt(96.0 / N));
    CHECK_NEAR(lag, 0, 5 * sqrt(1.0 / N));
    CHECK_NEAR(below[0], N * 0.0013498980316, 5 * sqrt(N * 0.00135));
    CHECK_NEAR(below[1], N * 0.1586552539315, 5 * sqrt(N * 0.1335));
    CHECK_NEAR(below[2], N * 0.5, 5 * sqrt(N * 0.25));
    CHECK_NEAR(below[3], N * 0.9772498680518, 5 * sqrt(N * 0.0223));
}

static void integers(void)
{
    wi_rng rng = wi_rng_make(5), big;
    size_t counts[7] = {0}, order[6], seen[720], i, j, code;
    double chi = 0;
    int rejected = 0;

    for (i = 0; i < 70000; i++) {
        uint64_t k = wi_rng_below(&rng, 7);
        if (k >= 7) { CHECK(0); break; }
        counts[k]++;
    }
    for (i = 0; i < 7; i++) chi += ((double)counts[i] - 10000) * ((double)counts[i] - 10000) / 10000;
    CHECK_BELOW(chi, 35.9); /* chi-square, 6 degrees of freedom, p = 3e-6 */
    CHECK_EQ(wi_rng_below(&rng, 1), 0);
    CHECK_EQ(wi_rng_below(&rng, 0), 0);

    /* With n = 2^63 + 1 nearly half of all words must be thrown away; all results stay below n. */
    big = wi_rng_make(6);
    for (i = 0; i < 1000; i++) CHECK(wi_rng_below(&big, ((uint64_t)1 << 63) + 1) <= (uint64_t)1 << 63);
    rejected = (int)(big.index / 2) - 1000;
    CHECK_NEAR(rejected, 1000, 5 * sqrt(2000.0));

    /* All 720 orders of six things come up evenly. */
    memset(seen, 0, sizeof seen);
    for (i = 0; i < 72000; i++) {
        for (j = 0; j < 6; j++) order[j] = j;
        wi_rng_shuffle(&rng, order, 6);
        for (code = 0, j = 0; j < 6; j++) {
            size_t k, smaller = 0;
            for (k = j + 1; k < 6; k++) smaller += order[k] < order[j];
            code = code * (6 - j) + smaller;
        }
        seen[code]++;
    }
    for (chi = 0, i = 0; i < 720; i++) chi += ((double)seen[i] - 100) * ((double)seen[i] - 100) / 100;
    CHECK_NEAR(chi, 719, 5 * sqrt(2 * 719.0));
    wi_rng_shuffle(&rng, NULL, 0);
    order[0] = 9;
    wi_rng_shuffle(&rng, order, 1);
    CHECK_EQ(order[0], 9);
}

/* Our own log, exp and erfc against libm; the quantile against its own inverse. */
static void elementary(void)
{
    double worst[4] = {0, 0, 0, 0}, x, e, p, q;
    for (x = 1e-300; x < 1e300; x *= 1.37) {
        e = fabs(inside_log(x) - log(x)) / fabs(log(x));
        if (e > worst[0]) worst[0] = e;
    }
    for (x = -700; x < 700; x += 0.137) {
        e = fabs(inside_exp(x) / exp(x) - 1);
        if (e > worst[1]) worst[1] = e;
    }
    for (x = -1; x < 1; x += 0.000137) {   /* at log(2) / 2 the series has to do most */
        e = fabs(inside_exp(x) / exp(x) - 1);
        if (e > worst[1]) worst[1] = e;
    }
    for (x = -5; x < 36; x += 0.01) {
        e = fabs(inside_normal_upper(x) / (0.5 * erfc(x * 0.70710678118654752440)) - 1) / (1 + x * x);
        if (e > worst[2]) worst[2] = e;
    }
    for (x = -8; x < 8; x += 0.01) {
        p = inside_normal_upper(-x);
        q = inside_normal_upper(x);
        e = fabs(inside_quantile(p, q) - x);
        if (e > worst[3]) worst[3] = e;
    }
    CHECK_BELOW(worst[0], 4e-16);
    CHECK_BELOW(worst[1], 5e-16);
    CHECK_BELOW(worst[2], 1e-15);
    CHECK_BELOW(worst[3], 4e-15);
    /* The far tail, relative to itself: z of 26 bits at most, whose square is exact, and what rounding took
       of z / sqrt(2) put back. */
    double tail = 0;
    for (int k = 5 * 64; k < 37 * 64; k += 3) {
        double z = k / 64.0 + (k % 2 ? ldexp(1, -18) : 0), y = z * 0.70710678118654752440;
        double want = 0.5 * erfc(y) * exp(fma(y, y, -0.5 * z * z));
        tail = fmax(tail, fabs(inside_normal_upper(z) / want - 1));
    }
    CHECK_BELOW(tail, 4e-15);
    for (double z = 39.5; z < 1e9; z *= 10)
        CHECK(inside_normal_upper(z) == 0 && inside_normal_upper(-z) == 1);
    CHECK_NEAR(inside_quantile(0.5, 0.5), 0, 1e-15);
    CHECK(inside_exp(-1e9) == 0 && inside_exp(1e9) > 1e308 && isnan(inside_exp((double)NAN)));
}

/* The float quantile against the double one, over a sweep of words that is dense in both tails. */
static void quantile(void)
{
    enum { MOST = 10000 };
    static uint32_t word[MOST], mirrored[MOST];
    static double z[MOST], other[MOST];
    static float f[MOST], odd[MOST];
    double worst = 0, last = -100, uneven = 0;
    size_t n = 0;
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD == 2 && !defined(__STRICT_ANSI__)
    uneven = 1e-6;   /* gcc leaves numbers in an x87's registers, where they have more bits, or does not */
#endif
    for (uint64_t k = 0; k < (uint64_t)1 << 31 && CHECK(n < MOST); k += 1 + k / 500) word[n++] = (uint32_t)k;
    for (size_t i = 0; i < n; i++) mirrored[i] = ~word[i];
    inside_normals(z, f, word, n);
    inside_normals(other, odd, mirrored, n);
    for (size_t i = 0; i < n; i++) {
        worst = fmax(worst, fabs((double)f[i] - z[i]));
        if (!(fabs((double)f[i] + (double)odd[i]) <= uneven)) CHECK(0 && "odd symmetry");
        if (word[i] > 4 && word[i] % 7 == 0) {
            if ((double)f[i] < last - 1e-6) CHECK(0 && "monotone");
            last = (double)f[i];
        }
    }
    CHECK_BELOW(worst, 1e-6);
    CHECK_NEAR(f[0], -6.33792, 1e-4); /* Phi^-1(2^-33) */
    CHECK_NEAR(z[0], inside_quantile(ldexp(1, -33), 1), 1e-12);
}

/* A shuffle is what drawing each place by wi_rng_below() gives, from any index and for any length. */
static void test_shuffle_draws(void)
{
    static const size_t lengths[] = { 0, 1, 2, 3, 5, 31, 33, 64, 127, 128, 129, 384, 385, 1000, 5000 };
    static size_t fast[5000], plain[5000];
    const uint64_t distant[6] = {(UINT64_C(1) << 33) - 90, (UINT64_C(1) << 34) - 90, UINT64_C(1) << 35,
                                 (UINT64_C(1) << 63) - 90, UINT64_C(3) << 62, UINT64_MAX - 90};
    for (size_t l = 0; l < WI_COUNT(lengths); l++)
        for (uint64_t k = 0, some = l < 4 ? 64 : 5; k < some + WI_COUNT(distant); k++) {
            uint64_t start = k < some ? k : distant[k - some];
            size_t n = lengths[l];
            wi_rng a = wi_rng_split(wi_rng_make(9), l), b;
            a.index = start;
            b = a;
            for (size_t i = 0; i < n; i++) fast[i] = plain[i] = i;
            wi_rng_shuffle(&a, fast, n);
            for (size_t i = n; i > 1; i--) {
                size_t j = (size_t)wi_rng_below(&b, i), kept = plain[i - 1];
                plain[i - 1] = plain[j];
                plain[j] = kept;
            }
            CHECK(n == 0 || memcmp(fast, plain, n * sizeof *fast) == 0);
            CHECK(a.index == b.index && a.index == start + (n > 1 ? 2 * (n - 1) : 0));
        }
    /* Where many values are too many, some are drawn again: 3 2^62 of 2^64 are not. */
    wi_rng rng = wi_rng_make(4);
    for (int i = 0; i < 1000; i++) CHECK(wi_rng_below(&rng, UINT64_C(3) << 62) < UINT64_C(3) << 62);
    CHECK(rng.index > 2000 + 2 * 250 && rng.index < 2000 + 2 * 450);
}

int main(void)
{
    philox_vectors();
    edges_of_words();
    a_value();
    moments();
    integers();
    elementary();
    quantile();
    test_shuffle_draws();
    return check_done();
}
