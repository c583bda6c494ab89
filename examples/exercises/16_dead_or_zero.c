/* 16_dead_or_zero.c
   title:   Dead, or merely zero?
   level:   1
   chapter: 16
   task:    post [samples][units] is what a ReLU layer gave for a batch. Count the units that are dead (zero
            for every sample of the batch) and say which fraction of all outputs is zero. At He's start the
            second is a half, and the first should be none.
   marks:   3 the zeros; 4 the dead; 3 any shape
   check:   make check-16

   SPDX-License-Identifier: MIT OR Unlicense
*/
#include "winit.h"
#include "mark.h"

/* ---- your part ---- */
static void count(const wi_real *post, size_t samples, size_t units, size_t *dead, double *zero)
{
    (void)post;
    (void)samples;
    *dead = units / 2;
    *zero = 0;
}
/* ---- end of your part ---- */

enum { MOST = 100, INPUTS = 20 };
typedef struct { size_t dead; double zero; } answer;

/* A layer whose biases kill about a third of its units. Returns how many are dead. */
static size_t make_layer(wi_real *post, size_t samples, size_t units, double low, wi_rng *rng)
{
    size_t dead = 0;
    double w[INPUTS];
    static double x[MOST * INPUTS];
    for (size_t i = 0; i < samples * INPUTS; i++) x[i] = wi_rng_normal(rng);
    for (size_t u = 0; u < units; u++) {
        size_t alive = 0;
        double bias = u % 3 == 1 ? low : 0;
        for (int i = 0; i < INPUTS; i++) w[i] = sqrt(2.0 / INPUTS) * wi_rng_normal(rng);
        for (size_t s = 0; s < samples; s++) {
            double z = bias;
            for (int i = 0; i < INPUTS; i++) z += w[i] * x[s * INPUTS + i];
            post[s * units + u] = z > 0 ? (wi_real)z : 0;
            alive += z > 0;
        }
        dead += alive == 0;
    }
    return dead;
}

int main(void)
{
    static wi_real own[MOST * MOST];
    wi_real *post = (wi_real *)mark_shared(sizeof own);
    answer *got = (answer *)mark_shared(sizeof *got);
    wi_rng rng = wi_rng_make(16 + mark_hidden());
    size_t m = mark_hidden() % 9;
    const struct {
        size_t samples, units;
        double low;
    } cases[] = { { 60, 60, 0 }, { 60, 60, -9 }, { 1 + m, 90, -3 }, { 90, 7 + m, -9 } };
    for (size_t k = 0; k < WI_COUNT(cases); k++) {
        size_t samples = cases[k].samples, units = cases[k].units,
               want = make_layer(own, samples, units, cases[k].low, &rng), first = 0;
        double zero = wi_stats_of(own, samples * units).zeros;
        for (size_t u = 0; u < units; u++) first += own[u] == 0;
        memcpy(post, own, sizeof own);
        mark_part("the zeros");
        if (MARK_CALL(count(post, samples, units, &got->dead, &got->zero))) break;
        printf("%zu samples, %zu units: %zu dead, %.1f %% zero\n", samples, units, got->dead,
               100 * got->zero);
        if (mark(fabs(got->zero - zero) < 1e-9,
                 "%.4f of the outputs are zero, not %.4f: count all samples x units of them, as a fraction",
                 zero, got->zero))
            break;
        mark_part(k < 2 ? "the dead" : "any shape");
        if (mark(got->dead == want || samples == 1 || got->dead != first,
                 "%zu units are zero for the first sample; dead is who is zero for all", first))
            break;
        if (mark(got->dead == want || got->dead < units / 3 || want > 0,
                 "%zu of %zu dead at He's start? Zero now and then is not dead", got->dead, units))
            break;
        if (mark(got->dead == want,
                 "%zu dead of %zu units, should be %zu: sample s of unit u is post[s * units + u]", got->dead,
                 units, want))
            break;
    }
    return mark_end();
}
