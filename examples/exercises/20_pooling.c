/* 20_pooling.c
   title:   What max pooling does to a signal
   level:   3
   chapter: 28
   task:    Before a pooling window of k pixels, let the pre-activations be independent N(0, 1), then ReLU,
            then the largest of the k. By which factor does E y^2 exceed that of ReLU alone (1/2)? The largest
            of k has the distribution function Phi(z)^k, so its density is k Phi(z)^(k - 1) phi(z); Phi(z) =
            erfc(-z / sqrt 2) / 2.
   marks:   2 no pooling; 4 a 2 x 2 window; 4 any window
   check:   make check-20

   SPDX-License-Identifier: MIT OR Unlicense
*/
#include "winit.h"
#include "mark.h"

/* ---- your part ---- */
static double pooling_factor(size_t k)
{
    return (double)k;
}
/* ---- end of your part ---- */

/* By drawing: the mean of the largest squared, over 1/2, and its standard error. */
static double drawn(size_t k, double *error)
{
    enum { DRAWS = 200000 };
    wi_rng rng = wi_rng_make(20 + mark_hidden());
    double sum = 0, squares = 0;
    for (int d = 0; d < DRAWS; d++) {
        double most = 0;
        for (size_t i = 0; i < k; i++) most = fmax(most, wi_rng_normal(&rng));
        sum += 2 * most * most;
        squares += 4 * pow(most, 4);
    }
    *error = sqrt((squares / DRAWS - pow(sum / DRAWS, 2)) / DRAWS);
    return sum / DRAWS;
}

int main(void)
{
    const struct {
        const char *part;
        size_t k;
    } cases[] = { { "no pooling", 1 },
                  { "a 2 x 2 window", 4 },
                  { "any window", 9 },
                  { "any window", 2 + mark_hidden() % 11 } };
    double *answer = (double *)mark_shared(sizeof *answer);
    for (size_t c = 0; c < WI_COUNT(cases); c++) {
        size_t k = cases[c].k;
        double error, want = drawn(k, &error);
        mark_part(cases[c].part);
        if (MARK_CALL(*answer = pooling_factor(k))) break;
        printf("%2zu pixels: factor %.4f, drawn %.3f\n", k, *answer, want);
        if (mark(k == 1 || fabs(*answer - 1) > 1e-6,
                 "pooling does not leave the size alone: the largest of %zu is larger than one of them", k))
            break;
        if (mark(fabs(2 * *answer / want - 1) > 0.01, "%.4f is E y^2 itself; compare it with 1/2, ReLU's own",
                 *answer))
            break;
        if (mark(
                fabs(*answer - want) < 5 * error + 1e-6,
                "%zu pixels: %.4f, by drawing %.3f +- %.3f: integrate z^2 k Phi(z)^(k - 1) phi(z) over z > "
                "0, twice",
                k, *answer, want, error))
            break;
    }
    return mark_end();
}
