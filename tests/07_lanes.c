/* 07_lanes.c: numbers of a law, computed many at once: however many, the bits are those of one at a time.
   @build portable */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include "inside.h"

static size_t count_other_bits(const wi_real *a, const wi_real *b, size_t n)
{
    size_t differ = 0;
    for (size_t i = 0; i < n; i++) differ += memcmp(&a[i], &b[i], sizeof *a) != 0;
    return differ;
}

/* However many elements are computed at once, the bits are those of one at a time. */
static void lanes(void)
{
    enum { LONG = 20011 };
    static wi_real w[LONG], want[LONG];
    static uint32_t word[LONG];
    const wi_recipe laws[4] = {wi_uniform(-0.1, 0.3), wi_normal(0.01, 2), wi_truncated_normal(0, 1, -2, 1),
                               wi_truncated_normal(3, 0.5, 4, HUGE_VAL)};
    for (size_t l = 0; l < 4; l++) {
        wi_rng rng = wi_rng_split(wi_rng_make(5), l);
        rng.index = ((uint64_t)1 << 34) - 9999 + l; /* block numbers cross 2^32 on the way */
        inside_draw(w, LONG, rng, laws[l]);
        for (size_t i = 0; i < LONG; i++) word[i] = wi_rng_next(&rng);
        inside_values(NULL, want, word, LONG, laws[l]);
        CHECK_EQ(count_other_bits(w, want, LONG), 0);
    }
}

/* The same for chosen words: a third of them near 0, 1/2 and 1, in steps of all sizes. */
static void lanes_of_words(void)
{
    enum { MOST = 4096 };
    static uint32_t word[MOST];
    static wi_real w[MOST], want[MOST];
    const wi_recipe laws[8] = {
        wi_uniform(-0.1, 0.3), wi_normal(0, 1), wi_truncated_normal(0, 1, -2, 1),
        wi_truncated_normal(0, 1, -9, 0), wi_truncated_normal(0, 1, -1e-3, 8),
        wi_truncated_normal(0.3, 1, 0.2, HUGE_VAL), wi_truncated_normal(0, 1, -0.01, 0.02),
        wi_truncated_normal(0, 1, -HUGE_VAL, -3)};
    wi_rng rng = wi_rng_make(6);
    size_t differ[8] = {0}, batches = sizeof(wi_real) == 8 ? 60 : 600, batch = inside_batch();
    if (!CHECK(batch >= 256 && batch <= MOST)) return;
    CHECK_EQ(batch % inside_span(), 0);   /* or the last words would be others' memory */
    for (size_t b = 0; b < batches; b++) {
        size_t n = batch - (b < 256 ? b : 0);
        for (size_t i = 0; i < batch; i++) {
            uint32_t bits = wi_rng_next(&rng), small = bits >> bits % 32;
            word[i] = i % 12 == 0 ? small : i % 12 == 1 ? ~small : i % 12 == 2 ? 0x80000000u + small
                    : i % 12 == 3 ? 0x7FFFFFFFu - small : bits;
        }
        for (size_t l = 0; l < WI_COUNT(laws); l++) {
            inside_values(w, want, word, n, laws[l]);
            differ[l] += count_other_bits(w, want, n);
        }
    }
    for (size_t l = 0; l < WI_COUNT(laws); l++) CHECK_EQ(differ[l], 0);
}

/* Every short length, from any place in a block, across the last index of all; nothing is written beyond the
   end. */
static void short_draws(void)
{
    wi_real w[401], want[400];
    uint32_t word[400];
    const wi_recipe laws[3] = {wi_uniform(-0.1, 0.3), wi_normal(0.01, 2), wi_truncated_normal(0, 1, -2, 1)};
    size_t differ = 0;
    for (size_t n = 0; n <= 400; n++) {
        wi_rng rng = wi_rng_make(n);
        rng.index = n / 3 % 9 - (uint64_t)200;
        w[n] = 42;
        inside_draw(w, n, rng, laws[n % 3]);
        for (size_t i = 0; i < n; i++) word[i] = wi_rng_next(&rng);
        inside_values(NULL, want, word, n, laws[n % 3]);
        differ += count_other_bits(w, want, n) + (w[n] != 42);
    }
    CHECK_EQ(differ, 0);
}

static double between(wi_rng *rng, double lo, double hi) { return lo + (hi - lo) * wi_rng_uniform(rng); }

/* Laws by chance, of every kind and size: bounds that differ by next to nothing, that lie far out, that are
   none. */
static wi_recipe any_law(wi_rng *rng)
{
    double mean = wi_rng_below(rng, 2) ? 0 : between(rng, -3, 3), std = exp(between(rng, -30, 30));
    double lo = between(rng, -4, 2), hi = lo + exp(between(rng, -9, 2));
    switch (wi_rng_below(rng, 6)) {
    case 0:  return wi_uniform(mean - std, mean + std);
    case 1:  return wi_normal(mean, std);
    case 2:  return wi_truncated_normal(mean, std, lo, HUGE_VAL);
    case 3:  return wi_truncated_normal(mean, std, -HUGE_VAL, hi);
    case 4:  return wi_truncated_normal(mean, std, 4 * lo, 4 * lo + (hi - lo));
    default: return wi_truncated_normal(mean, std, lo, hi);
    }
}

static void lanes_of_laws(void)
{
    enum { MOST = 4096 };
    static uint32_t word[MOST];
    static wi_real w[MOST], want[MOST];
    wi_rng rng = wi_rng_make(7);
    size_t batch = inside_batch();
    for (int l = 0; l < 150 && CHECK(batch <= MOST); l++) {
        wi_recipe law = any_law(&rng);
        size_t n = batch - (size_t)wi_rng_below(&rng, 200);
        for (size_t i = 0; i < batch; i++) word[i] = wi_rng_next(&rng) >> (i % 4 ? 0 : i / 4 % 32);
        for (size_t i = 2; i < batch; i += 4) word[i] = ~word[i - 2];
        inside_values(w, want, word, n, law);
        if (!CHECK_EQ(count_other_bits(w, want, n), 0))
            printf("  %g %g %g %g\n", law.a, law.b, law.lo, law.hi);
    }
}

/* Bounds for which a word is the law's own middle, as near as they can be set: a number of next to nothing,
   on either side. */
static void lanes_of_middles(void)
{
    enum { MOST = 4096 };
    static uint32_t word[MOST];
    static wi_real w[MOST], want[MOST];
    wi_rng rng = wi_rng_make(8);
    size_t batch = inside_batch();
    for (int l = 0; l < 60 && CHECK(batch <= MOST); l++) {
        double lo = between(&rng, -3, -0.3), hi = between(&rng, 0.3, 3), below = inside_normal_upper(-lo);
        double at = (0.5 - below) / (inside_normal_upper(-hi) - below);
        uint32_t middle = (uint32_t)floor(at * 4294967296.0);
        double u = (middle + 0.5) / 4294967296.0, least = hi - 1e-6, most = hi + 1e-6;
        for (int k = 0; k < 60; k++) {
            hi = 0.5 * (least + most);
            if (below + (inside_normal_upper(-hi) - below) * u < 0.5) least = hi;
            else most = hi;
        }
        for (size_t i = 0; i < batch; i++) word[i] = middle + (uint32_t)(i % 8) - 4;
        wi_recipe law = wi_truncated_normal(0, 1, l % 2 ? -hi : lo, l % 2 ? -lo : hi);
        for (size_t i = 0; l % 2 && i < batch; i++) word[i] = ~word[i];
        inside_values(w, want, word, batch, law);
        CHECK_EQ(count_other_bits(w, want, batch), 0);
        CHECK_NEAR(want[4], 0, sizeof(wi_real) == 8 ? 1e-15 : 1e-6);
        /* a word's share, over the density in the middle */
        double step = (0.5 - below) / at / 4294967296.0 * 2.50662827463;
        CHECK_NEAR(fabs((double)want[5] - (double)want[3]), 2 * step, sizeof(wi_real) == 8 ? 1e-13 : 1e-6);
    }
}

int main(void)
{
    lanes();
    lanes_of_words();
    lanes_of_laws();
    lanes_of_middles();
    short_draws();
    return check_done();
}
