/* 18_stable_size.c
   title:   Is the size stable?
   level:   3
   chapter: 25
   task:    With fan_in Var(w) = v, the mean square of the pre-activations goes from q to M(q) = v E f(sqrt(q)
            z)^2 in a layer, z from N(0, 1). Choose v so that q = 1 stays 1, and compute M'(1): a deviation
            from 1 is multiplied by it in every layer, so below 1 it heals, above 1 it grows. Sums over z from
            -10 to 10, weighted by exp(-z^2 / 2) / sqrt(2 pi), will do.
   marks:   3 the right v; 4 the slope of the map; 3 any activation
   calls:   ; work it out by a sum
   check:   make check-18

   SPDX-License-Identifier: MIT OR Unlicense
*/
#include "winit.h"
#include "mark.h"

/* ---- your part ---- */
static double map_slope(double (*f)(double z), double *v)
{
    *v = 1;
    return f(1);
}
/* ---- end of your part ---- */

static double relu(double z) { return wi_act_value(wi_relu(), z); }
static double hyperbolic(double z) { return wi_act_value(wi_tanh(), z); }
static double gelu(double z) { return wi_act_value(wi_gelu(), z); }
static double silu(double z) { return wi_act_value(wi_silu(), z); }
static double shifted(double z) { return 1.5 * wi_act_value(wi_tanh(), z + 0.2 + mark_hidden() % 5 / 10.0); }

/* E f(sqrt(q) z)^2. */
static double second_moment(double (*f)(double), double q)
{
    double sum = 0, h = 0.002;
    for (double z = -10; z <= 10; z += h)
        sum += h * f(sqrt(q) * z) * f(sqrt(q) * z) * exp(-z * z / 2) / sqrt(2 * 3.141592653589793);
    return sum;
}

int main(void)
{
    const struct { const char *part, *name; double (*f)(double);
    } cases[] = {
        { "the slope of the map", "tanh", hyperbolic },
        { "the slope of the map", "ReLU", relu },
        { "any activation", "GELU", gelu },
        { "any activation", "SiLU", silu },
        { "any activation", "a shifted tanh", shifted },
    };
    double *got = (double *)mark_shared(2 * sizeof *got);
    for (size_t k = 0; k < WI_COUNT(cases); k++) {
        double (*f)(double) = cases[k].f, v = 1 / second_moment(f, 1);
        double want = v * (second_moment(f, 1.001) - second_moment(f, 0.999)) / 0.002;
        mark_part("the right v");
        if (MARK_CALL(got[0] = map_slope(f, &got[1]))) break;
        printf("%-14s v %.4f, M'(1) = %.4f: a deviation %s\n", cases[k].name, got[1], got[0],
               got[0] < 0.999       ? "heals"
                   : got[0] > 1.001 ? "grows"
                                    : "stays");
        if (mark(fabs(got[1] / sqrt(v) - 1) > 1e-3 || fabs(v - 1) < 1e-2,
                 "%s: v = %.4f is the gain; v is its square", cases[k].name, got[1]))
            break;
        if (mark(fabs(got[1] / v - 1) < 1e-3, "%s: v = %.4f gives M(1) = %.4f, which should be 1",
                 cases[k].name, got[1], got[1] / v))
            break;
        mark_part(cases[k].part);
        if (mark(fabs(got[0] * v / want - 1) > 1e-3 || fabs(v - 1) < 1e-2,
                 "%s: %.4f is the slope of E f^2; M is v times that", cases[k].name, got[0]))
            break;
        if (mark(fabs(got[0] / want / 2 - 1) > 1e-3,
                 "%s: %.4f is twice too much: what is the derivative of sqrt(q) at 1?", cases[k].name,
                 got[0]))
            break;
        if (mark(fabs(got[0] - want) < 2e-3,
                 "%s: M'(1) = %.4f, should be %.4f: (M(1 + h) - M(1 - h)) / 2h with a small h", cases[k].name,
                 got[0], want))
            break;
    }
    return mark_end();
}
