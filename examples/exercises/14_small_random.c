/* 14_small_random.c
   title:   How deep until nothing is left?
   level:   1
   chapter: 11
   task:    Weights N(0, sigma^2), layers of n units, no activation to speak of. By which factor does one
            layer change the signal's size (its root mean square)? And in which layer, counted from 1, has a
            signal of size 1 fallen below `tiny` for the first time? 0 if it never does.
   marks:   4 the factor of a layer; 4 the depth; 2 it may grow
   check:   make check-14

   SPDX-License-Identifier: MIT OR Unlicense
*/
#include "winit.h"
#include "mark.h"

/* ---- your part ---- */
static double factor(size_t n, double sigma)
{
    (void)n;
    return sigma;
}

static size_t depth_until(size_t n, double sigma, double tiny)
{
    (void)n;
    (void)sigma;
    (void)tiny;
    return 1;
}
/* ---- end of your part ---- */

enum { MOST = 256, SAMPLES = 40 };

/* Measured: the size after one layer, over that before it, averaged over ten layers. */
static double measured(size_t n, double sigma)
{
    static wi_real x[SAMPLES * MOST], z[SAMPLES * MOST], w[MOST * MOST];
    wi_rng rng = wi_rng_make(14 + mark_hidden());
    double product = 1;
    (void)wi_fill(x, wi_dense(n, SAMPLES), wi_normal(0, 1), &rng);
    for (int l = 0; l < 10; l++) {
        (void)wi_fill(w, wi_dense(n, n), wi_normal(0, sigma), &rng);
        (void)wi_mat_mul(wi_mat_view(z, SAMPLES, n), wi_mat_view(x, SAMPLES, n),
                         wi_mat_transpose(wi_mat_view(w, n, n)));
        double grown = wi_stats_of(z, SAMPLES * n).rms / wi_stats_of(x, SAMPLES * n).rms;
        for (size_t i = 0; i < SAMPLES * n; i++) x[i] = (wi_real)((double)z[i] / grown);
        product *= grown;
    }
    return pow(product, 0.1);
}

int main(void)
{
    const size_t n[] = {100, 64 + mark_hidden() % 100, 256};
    const double sigma[] = {0.02, 0.05, 0.02}, tiny = mark_hidden() ? 2e-5 : 2e-6;
    double *by = (double *)mark_shared(sizeof *by);
    size_t *depth = (size_t *)mark_shared(sizeof *depth);
    for (size_t k = 0; k < WI_COUNT(n); k++) {
        mark_part("the factor of a layer");
        if (MARK_CALL(*by = factor(n[k], sigma[k]))) return mark_end();
        double real = measured(n[k], sigma[k]), one = sqrt((double)n[k]) * sigma[k];
        printf("n = %zu, sigma = %g: your factor %.4f, measured %.4f\n", n[k], sigma[k], *by, real);
        if (mark(fabs(*by / (one * one) - 1) > 0.01,
                 "%.4f is what happens to the mean square; the size is its root", *by))
            return mark_end();
        if (mark(fabs(*by / real - 1) < 0.1,
                 "%.4f, measured %.4f: the n terms of a sum add their variances, sigma^2 each", *by, real))
            return mark_end();
        if (mark(fabs(*by / one - 1) < 1e-6,
                 "%.6f is near %.4f, which was measured, but not the formula: it holds for any n and sigma",
                 *by, real))
            return mark_end();
        mark_part("the depth");
        if (MARK_CALL(*depth = depth_until(n[k], sigma[k], tiny))) return mark_end();
        size_t want = 0;
        for (double size = 1; size >= tiny && one < 1; want++) size *= one;
        if (mark(*depth + 1 != want && *depth != want + 1,
                 "layer %zu: off by one; the first layer already multiplies once", *depth))
            return mark_end();
        if (mark(*depth == want,
                 "n = %zu, sigma = %g: layer %zu, should be %zu: solve factor^L < %g for the first L", n[k],
                 sigma[k], *depth, want, tiny))
            return mark_end();
    }
    mark_part("it may grow");
    if (MARK_CALL(*depth = depth_until(400, 0.1, tiny))) return mark_end();
    mark(*depth == 0,
         "n = 400, sigma = 0.1: layer %zu, but there the factor is 2: the signal never falls below %g",
         *depth, tiny);
    return mark_end();
}
