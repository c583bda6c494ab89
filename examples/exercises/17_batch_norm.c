/* 17_batch_norm.c
   title:   Batch normalisation, and back
   level:   3
   chapter: 23
   task:    For one unit and a batch of m numbers: y_k = (x_k - mean) / sqrt(variance + epsilon), with the
            batch's own mean and variance (divided by m). Write it, and its backward pass: mean and variance
            depend on every x_k, so dx has three terms.
   marks:   2 centred; 2 size 1; 4 backward; 2 epsilon and small batches
   check:   make check-17

   SPDX-License-Identifier: MIT OR Unlicense
*/
#include "winit.h"
#include "mark.h"

/* ---- your part ---- */
static void forward(const double *x, size_t m, double epsilon, double *y)
{
    (void)epsilon;
    for (size_t k = 0; k < m; k++) y[k] = x[k];
}

/* dy is the gradient in y; overwrite dx with the gradient in x. */
static void backward(const double *x, const double *dy, size_t m, double epsilon, double *dx)
{
    (void)x;
    (void)epsilon;
    for (size_t k = 0; k < m; k++) dx[k] = dy[k];
}
/* ---- end of your part ---- */

enum { MOST = 32 };

/* The definition. */
static void normalise(const double *x, size_t m, double epsilon, double *y)
{
    double mean = 0, variance = 0;
    for (size_t k = 0; k < m; k++) mean += x[k] / (double)m;
    for (size_t k = 0; k < m; k++) variance += (x[k] - mean) * (x[k] - mean) / (double)m;
    for (size_t k = 0; k < m; k++) y[k] = (x[k] - mean) / sqrt(variance + epsilon);
}

static double loss(const double *x, const double *dy, size_t m, double epsilon)
{
    double y[MOST], sum = 0;
    normalise(x, m, epsilon, y);
    for (size_t k = 0; k < m; k++) sum += dy[k] * y[k];
    return sum;
}

int main(void)
{
    double *given = (double *)mark_shared(4 * MOST * sizeof *given), *gy = given + MOST, *y = gy + MOST,
           *dx = y + MOST;
    double x[MOST], dy[MOST], want[MOST];
    wi_rng rng = wi_rng_make(17 + mark_hidden());
    const struct {
        size_t m;
        double epsilon;
    } cases[] = { { 16 + mark_hidden() % 16, 1e-5 }, { 2 + mark_hidden() % 3, 0.5 } };
    for (size_t c = 0; c < WI_COUNT(cases); c++) {
        size_t m = cases[c].m;
        double e = cases[c].epsilon, mean = 0, square = 0, off = 0, off_y = 0, sum = 0;
        for (size_t k = 0; k < m; k++)
            given[k] = x[k] = 3 + 2 * wi_rng_normal(&rng), gy[k] = dy[k] = wi_rng_normal(&rng);
        mark_part(c == 0 ? "centred" : "epsilon and small batches");
        if (MARK_CALL(forward(given, m, e, y))) break;
        normalise(x, m, e, want);
        for (size_t k = 0; k < m; k++) mean += y[k] / (double)m, off_y = fmax(off_y, fabs(y[k] - want[k]));
        for (size_t k = 0; k < m; k++) square += (y[k] - mean) * (y[k] - mean) / (double)m;
        if (mark(fabs(mean) < 1e-9, "the mean of y is %.4f: subtract the batch's mean first", mean)) break;
        if (c == 0) mark_part("size 1");
        if (mark(fabs(square - (double)(m - 1) / (double)m) > 1e-4 || c > 0,
                 "you divided the variance by m - 1; here it is m"))
            break;
        if (mark(off_y < 1e-9,
                 "y is off by %.2e and has a variance of %.4f: divide by the root of variance + epsilon",
                 off_y, square))
            break;
        if (c == 0) mark_part("backward");
        if (MARK_CALL(backward(given, gy, m, e, dx))) break;
        for (size_t k = 0; k < m; k++) {
            double kept = x[k], h = 1e-5;
            x[k] = kept + h;
            double up = loss(x, dy, m, e);
            x[k] = kept - h;
            off = fmax(off, fabs(dx[k] - (up - loss(x, dy, m, e)) / (2 * h)));
            x[k] = kept;
            sum += dx[k];
        }
        printf("%zu numbers: worst error of dx %.1e, sum of dx %.1e\n", m, off, sum);
        if (mark(off < 1e-7 || fabs(sum) < 1e-6,
                 "dx adds up to %.3f, but a shift of all x changes nothing: the term of the mean is missing",
                 sum))
            break;
        if (mark(
                off < 1e-7,
                "dx is off by %.1e: the variance moves with x_k too; dx_k = (dy_k - mean(dy) - y_k mean(dy "
                "y)) / root",
                off))
            break;
    }
    return mark_end();
}
