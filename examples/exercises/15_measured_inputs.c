/* 15_measured_inputs.c
   title:   Xavier for the inputs that you have
   level:   2
   chapter: 12
   task:    A unit computes z = w_1 x_1 + ... + w_n x_n with independent weights of mean 0. Which standard
            deviation of the weights gives z the mean square 1, over the weights and the samples? The inputs x
            [samples][n] are measured, not assumed: some have an offset, some are always 0.
   marks:   3 inputs of unit size; 3 of any scale; 4 with offsets and zeros
   check:   make check-15

   SPDX-License-Identifier: MIT OR Unlicense
*/
#include "winit.h"
#include "mark.h"

/* ---- your part ---- */
static double weight_std(const double *x, size_t samples, size_t n)
{
    (void)x;
    (void)samples;
    return 1 / sqrt((double)n);
}
/* ---- end of your part ---- */

enum { SAMPLES = 200, MOST = 128, DRAWS = 2000 };

/* The mean square of z over many draws of the weights and all samples. */
static double measured(const double *x, size_t n, double std, wi_rng *rng)
{
    double sum = 0;
    for (int draw = 0; draw < DRAWS; draw++) {
        const double *row = x + wi_rng_below(rng, SAMPLES) * n;
        double z = 0;
        for (size_t i = 0; i < n; i++) z += std * wi_rng_normal(rng) * row[i];
        sum += z * z;
    }
    return sum / DRAWS;
}

int main(void)
{
    static const char *const parts[] = {"inputs of unit size", "of any scale", "with offsets and zeros"};
    double *x = (double *)mark_shared(SAMPLES * MOST * sizeof *x),
           *answer = (double *)mark_shared(sizeof *answer),
           *own = (double *)malloc(SAMPLES * MOST * sizeof *own);
    wi_rng rng = wi_rng_make(15 + mark_hidden());
    size_t n = 60 + mark_hidden() % 60;
    for (int k = 0; own && k < 3; k++) {
        double total = 0, spread = 0, scale = k == 0 ? 1 : 0.3 + 3 * wi_rng_uniform(&rng);
        for (size_t i = 0; i < n; i++) {
            double offset = k == 2 && i % 3 == 0 ? 2 : 0, size = k == 2 && i % 3 == 1 ? 0 : scale, mean = 0,
                   square = 0;
            for (size_t s = 0; s < SAMPLES; s++) {
                double v = offset + size * wi_rng_normal(&rng);
                own[s * n + i] = v;
                mean += v / SAMPLES;
                square += v * v / SAMPLES;
            }
            total += square;
            spread += square - mean * mean;
        }
        memcpy(x, own, SAMPLES * n * sizeof *x);
        mark_part(parts[k]);
        if (MARK_CALL(*answer = weight_std(x, SAMPLES, n))) break;
        double got = *answer, want = 1 / sqrt(total), z = measured(own, n, got, &rng);
        printf("%s: std %.5f gives z a mean square of %.3f\n", parts[k], got, z);
        if (mark(got > 0 && got < 100, "a standard deviation of %g?", got)) break;
        if (mark(fabs(got / (want * want) - 1) > 1e-6,
                 "%.5f is the variance of the weights; its root is asked", got))
            break;
        if (mark(
                k < 2 || fabs(got * sqrt(spread) - 1) > 1e-6,
                "you used the variances of the inputs; an offset adds to z as well: it is E x_i^2 that "
                "counts"))
            break;
        if (mark(
                fabs(got / want - 1) < 1e-6,
                "z has a mean square of %.3f, not 1: E z^2 is Var(w) times the sum over i of E x_i^2, the "
                "mean over the samples",
                z))
            break;
    }
    free(own);
    return mark_end();
}
