/* 01_xavier.c
   title:   Write Xavier's initialisation
   level:   1
   chapter: 13
   task:    Fill w with Glorot and Bengio's uniform distribution, U[-b, b] with b = sqrt(6 / (fan_in +
            fan_out)). wi_rng_uniform() draws from [0, 1).
   marks:   1 filled; 1 symmetric about 0; 4 right for any fans; 2 uniform; 2 independent draws
   calls:   wi_rng_*; draw the numbers yourself
   check:   make check-01

   SPDX-License-Identifier: MIT OR Unlicense
*/
#include "winit.h"
#include "mark.h"

/* ---- your part ---- */
static void my_xavier(wi_real *w, size_t fan_in, size_t fan_out, wi_rng *rng)
{
    for (size_t i = 0; i < fan_in * fan_out; i++) {
        (void)rng;
        w[i] = 0;
    }
}
/* ---- end of your part ---- */

/* Say what the standard deviation looks like, if it is not the right one. */
static const char *guess(double std, double in, double out)
{
    if (fabs(std * sqrt(in) - 1) < 0.03)
        return "that is sqrt(1 / fan_in): fan_out belongs under the root too";
    if (fabs(std * sqrt(out) - 1) < 0.03)
        return "that is sqrt(1 / fan_out): fan_in belongs under the root too";
    if (fabs(std * sqrt((in + out) / 6) - 1) < 0.03)
        return "you drew with a standard deviation of b, but b is the largest value";
    if (fabs(std * sqrt(3 * (in + out) / 2) - 1) < 0.03)
        return "your b is sqrt(2 / (fan_in + fan_out)): the 6 is 3 (of a uniform law) times 2";
    if (fabs(std * (in + out) / 6 * sqrt(3.0) - 1) < 0.03) return "your b misses its square root";
    return "work out the variance of U[-b, b], which is b^2 / 3";
}

int main(void)
{
    static const size_t shapes[][2] = {{256, 256}, {784, 100}, {50, 900}};
    wi_real *w = (wi_real *)mark_shared(1000 * 256 * sizeof *w);
    for (size_t k = 0; k < WI_COUNT(shapes); k++) {
        size_t in = shapes[k][0] + mark_hidden() % 97, out = shapes[k][1] + mark_hidden() % 31, n = in * out;
        wi_shape shape = wi_dense(in, out);
        wi_rng rng = wi_rng_make(k + mark_hidden());
        wi_error error;
        wi_fit fit;

        for (size_t i = 0; i < n; i++) w[i] = (wi_real)NAN;
        mark_part("filled");
        if (MARK_CALL(my_xavier(w, in, out, &rng))) break;
        wi_stats s = wi_stats_of(w, n);
        double want = wi_recipe_std(wi_xavier_uniform(), shape);
        if (mark(s.nonfinite == 0, "%zu of %zu weights are not filled, or not finite", s.nonfinite, n)) break;
        if (mark(
                s.std > 0,
                "all weights are %g: nothing is random yet (in C, 6 / (fan_in + fan_out) of whole numbers "
                "is 0: write 6.0)",
                s.mean))
            break;
        mark_part("symmetric about 0");
        if (mark(fabs(s.mean) < 5 * s.std / sqrt((double)n),
                 "the mean is %.4f, but the range [-b, b] is symmetric about 0", s.mean))
            break;
        mark_part("right for any fans");
        if (mark(fabs(s.std / want - 1) < 0.02, "fan_in %zu, fan_out %zu: std %.4f, should be %.4f: %s", in,
                 out, s.std, want, guess(s.std, (double)in, (double)out)))
            break;
        mark_part("uniform");
        if (mark(s.max < 1.001 * sqrt(3.0) * want,
                 "the largest weight is %.4f, beyond b = %.4f: is the distribution uniform?", s.max,
                 sqrt(3.0) * want))
            break;
        mark_part("independent draws");
        if (mark(wi_check_fill(w, shape, wi_xavier_uniform(), &fit, &error) == WI_OK && fit.passed,
                 "the numbers are not independent draws of U[-b, b]: %s", error.text)) break;
    }
    return mark_end();
}
