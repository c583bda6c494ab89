/* 09_orthogonal.c
   title:   Make an orthogonal matrix
   level:   3
   chapter: 19
   task:    Fill the n x n matrix w (row-major) with random numbers and make its rows orthonormal, so that
            every direction of a signal keeps its length. The result must favour no direction (Haar). Gram and
            Schmidt's method will do; once is not enough for the last digits.
   marks:   2 orthogonal; 2 rows of length 1; 2 to the last digits; 4 no direction favoured
   calls:   wi_rng_*; Gram and Schmidt's method is a dozen lines
   check:   make check-09

   SPDX-License-Identifier: MIT OR Unlicense
*/
#include "winit.h"
#include "mark.h"

/* ---- your part ---- */
static void my_orthogonal(wi_real *w, size_t n, wi_rng *rng)
{
    for (size_t i = 0; i < n * n; i++) w[i] = (wi_real)wi_rng_normal(rng);
}
/* ---- end of your part ---- */

enum { N = 96, DRAWS = 60 };

int main(void)
{
    double dot_worst = 0, norm_worst = 0, trace = 0, values[N];
    wi_rng rng = wi_rng_make(9 + mark_hidden());
    wi_real *w = (wi_real *)mark_shared(N * N * sizeof *w);
    wi_error error;
    wi_fit fit;

    for (int draw = 0; draw < DRAWS; draw++) {
        rng = wi_rng_split(rng, (uint64_t)draw);
        if (draw == 0) mark_part("orthogonal");
        if (MARK_CALL(my_orthogonal(w, N, &rng))) return mark_end();
        for (size_t i = 0; i < N; i++) trace += (double)w[i * N + i];
        if (draw > 0) continue;
        for (size_t i = 0; i < N; i++)
            for (size_t j = 0; j <= i; j++) {
                double dot = 0;
                for (size_t k = 0; k < N; k++) dot += (double)w[i * N + k] * (double)w[j * N + k];
                if (i == j) norm_worst = fmax(norm_worst, fabs(dot - 1));
                else dot_worst = fmax(dot_worst, fabs(dot));
            }
    }
    trace /= DRAWS;
    printf("worst |row|^2 - 1: %.1e, worst product of two rows: %.1e, mean trace of %d draws: %.2f\n",
           norm_worst, dot_worst, DRAWS, trace);
    if (mark(!(dot_worst > 0.5 && norm_worst > 0.5),
             "the rows are not orthogonal at all yet: take from each row its components along the "
             "rows before it, then bring it to length 1"))
        return mark_end();
    mark_part("rows of length 1");
    if (mark(norm_worst < 1e-5,
             "a row's squared length is off by %.1e: divide each row by its own length, at the very end",
             norm_worst))
        return mark_end();
    mark_part("to the last digits");
    if (mark(dot_worst < 2e-6,
             "two rows have a product of %.1e: rounding is left over; take the components away a second time",
             dot_worst))
        return mark_end();
    (void)wi_mat_svd_values(wi_mat_view(w, N, N), values);
    if (mark(fabs(values[0] - 1) < 1e-4 && fabs(values[N - 1] - 1) < 1e-4,
             "singular values from %.4f to %.4f", values[N - 1], values[0]))
        return mark_end();
    mark_part("no direction favoured");
    if (mark(
            fabs(trace) < 5 / sqrt((double)DRAWS),
            "the diagonal adds up to %.2f on average, not to 0: some direction is favoured. A start from "
            "uniform or "
            "positive numbers does that, and so does a fixed sign",
            trace))
        return mark_end();
    mark(wi_check_fill(w, wi_dense(N, N), wi_orthogonal(1), &fit, &error) == WI_OK && fit.passed,
         "it does not look Haar: %s", error.text);
    return mark_end();
}
