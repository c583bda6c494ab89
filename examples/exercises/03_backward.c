/* 03_backward.c
   title:   Find the bugs in this backward pass
   level:   2
   chapter: 13
   task:    A dense tanh layer computes z = x W^T + b and y = tanh(z). Its backward pass has three mistakes.
            Find them: the marking compares each result with central differences and says which one is off,
            and by how much.
   marks:   4 dw; 3 db; 3 dx
   check:   make check-03

   SPDX-License-Identifier: MIT OR Unlicense
*/
#include "winit.h"
#include "mark.h"

enum { BATCH = 5, INPUTS = 4, UNITS = 3 };

/* ---- your part ---- */
/* x [BATCH][INPUTS], w [UNITS][INPUTS], y = tanh(z) [BATCH][UNITS], dy = the loss's gradient in y
   [BATCH][UNITS]. Add to dw [UNITS][INPUTS] and db [UNITS]; overwrite dx [BATCH][INPUTS]. */
static void backward(double *dw, double *db, double *dx, const double *x, const double *w, const double *y,
                     const double *dy)
{
    for (int s = 0; s < BATCH; s++) {
        for (int i = 0; i < INPUTS; i++) dx[s * INPUTS + i] = 0;
        for (int u = 0; u < UNITS; u++) {
            double dz = dy[s * UNITS + u] * (1 - y[s * UNITS + u]);
            db[u] = dz;
            for (int i = 0; i < INPUTS; i++) {
                dw[u * INPUTS + i] += dz * x[s * INPUTS + i];
                dx[s * INPUTS + i] += dy[s * UNITS + u] * w[u * INPUTS + i];
            }
        }
    }
}
/* ---- end of your part ---- */

static double x[BATCH * INPUTS], w[UNITS * INPUTS], b[UNITS], y[BATCH * UNITS], dy[BATCH * UNITS];

/* The loss is sum of dy * y, so that its gradient in y is dy. */
static double forward(void)
{
    double loss = 0;
    for (int s = 0; s < BATCH; s++)
        for (int u = 0; u < UNITS; u++) {
            double z = b[u];
            for (int i = 0; i < INPUTS; i++) z += x[s * INPUTS + i] * w[u * INPUTS + i];
            y[s * UNITS + u] = tanh(z);
            loss += dy[s * UNITS + u] * tanh(z);
        }
    return loss;
}

/* The worst difference between a gradient and central differences. */
static double worst(double *numbers, const double *gradient, int n, double start)
{
    double off = 0;
    for (int i = 0; i < n; i++) {
        double kept = numbers[i], h = 1e-5;
        numbers[i] = kept + h;
        double up = forward();
        numbers[i] = kept - h;
        double down = forward();
        numbers[i] = kept;
        off = fmax(off, fabs(gradient[i] - start - (up - down) / (2 * h)));
    }
    forward();
    return off;
}

static void draw(double *numbers, int n, wi_rng *rng)
{
    for (int i = 0; i < n; i++) numbers[i] = 0.7 * wi_rng_normal(rng);
}

int main(void)
{
    double *dw = (double *)mark_shared((UNITS * INPUTS + UNITS + BATCH * INPUTS) * sizeof *dw);
    double *db = dw + UNITS * INPUTS, *dx = db + UNITS;
    wi_rng rng = wi_rng_make(3 + mark_hidden());
    draw(x, BATCH * INPUTS, &rng);
    draw(w, UNITS * INPUTS, &rng);
    draw(b, UNITS, &rng);
    draw(dy, BATCH * UNITS, &rng);
    for (int i = 0; i < UNITS * INPUTS; i++) dw[i] = 0.25;   /* gradients add: what was there must stay */
    for (int u = 0; u < UNITS; u++) db[u] = 0.25;
    for (int i = 0; i < BATCH * INPUTS; i++) dx[i] = 99;
    forward();
    mark_part("dw");
    if (MARK_CALL(backward(dw, db, dx, x, w, y, dy))) return mark_end();

    double off_w = worst(w, dw, UNITS * INPUTS, 0.25), off_b = worst(b, db, UNITS, 0.25),
           off_x = worst(x, dx, BATCH * INPUTS, 0);
    printf("largest error of dw: %.1e, of db: %.1e, of dx: %.1e\n", off_w, off_b, off_x);
    if (mark(
            off_w < 1e-7,
            "dw is off by %.2e. It is sum of dz x, so either dz is wrong (tanh' = 1 - tanh^2) or it does "
            "not add up",
            off_w))
        return mark_end();
    mark_part("db");
    if (mark(off_b < 1e-7, "db is off by %.2e: every sample of the batch adds to it", off_b))
        return mark_end();
    mark_part("dx");
    mark(off_x < 1e-7, "dx is off by %.2e: which gradient flows through W, that of y or that of z?", off_x);
    return mark_end();
}
