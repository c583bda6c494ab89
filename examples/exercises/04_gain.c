/* 04_gain.c
   title:   Compute the gain of any activation
   level:   2
   chapter: 17
   task:    The gain of f is 1 / sqrt(E f(z)^2) for z drawn from N(0, 1): the factor that gives the signal
            back what f takes away. Compute the expectation by a sum over z from -10 to 10, weighted by
            exp(-z^2 / 2) / sqrt(2 pi).
   marks:   2 a line; 3 ReLU and leaky ReLU; 3 smooth ones; 2 an activation of another shape
   calls:   ; sum up the expectation yourself
   check:   make check-04

   SPDX-License-Identifier: MIT OR Unlicense
*/
#include "winit.h"
#include "mark.h"

/* ---- your part ---- */
static double my_gain(double (*f)(double z))
{
    return f(0) + 1;
}
/* ---- end of your part ---- */

static double relu(double z) { return wi_act_value(wi_relu(), z); }
static double leaky(double z) { return wi_act_value(wi_leaky_relu(0.3), z); }
static double hyperbolic(double z) { return wi_act_value(wi_tanh(), z); }
static double gelu(double z) { return wi_act_value(wi_gelu(), z); }
static double sigmoid(double z) { return wi_act_value(wi_sigmoid(), z); }
static double doubled(double z) { return 2 * z; }
static double bent(double z)
{
    return z > 0 ? z : -(0.1 + mark_hidden() % 7 / 8.0) * z;
} /* E f^2 = (1 + slope^2) / 2 */

int main(void)
{
    const struct { const char *part, *name; double (*f)(double); double gain;
    } cases[] = {
        { "a line", "f(z) = 2 z", doubled, 0.5 },
        { "ReLU and leaky ReLU", "ReLU", relu, wi_gain(wi_relu()) },
        { "ReLU and leaky ReLU", "leaky ReLU 0.3", leaky, wi_gain(wi_leaky_relu(0.3)) },
        { "smooth ones", "tanh", hyperbolic, wi_gain(wi_tanh()) },
        { "smooth ones", "GELU", gelu, wi_gain(wi_gelu()) },
        { "smooth ones", "sigmoid", sigmoid, wi_gain(wi_sigmoid()) },
        { "an activation of another shape", "a bent line", bent, sqrt(2 / (1 + pow(bent(-1), 2))) },
    };
    double *answer = (double *)mark_shared(sizeof *answer);
    for (size_t k = 0; k < WI_COUNT(cases); k++) {
        mark_part(cases[k].part);
        if (MARK_CALL(*answer = my_gain(cases[k].f))) break;
        double got = *answer, want = cases[k].gain;
        const char *why = fabs(sqrt(got) / want - 1) < 1e-3 ? "that is right but for the square root"
            : fabs(got * want - 1) < 1e-3                   ? "that is the rms of f: the gain is its inverse"
            : fabs(got * want * want - 1) < 1e-3            ? "that is E f^2: the gain is 1 over its root"
            : fabs(got / want / 0.6316 - 1) < 1e-2 || fabs(got / want / 1.5833 - 1) < 1e-2
            ? "is the weight divided by sqrt(2 pi)?"
            : "the sum is h times f(z)^2 times the weight, over many z that are h apart";
        printf("%-15s gain %.5f\n", cases[k].name, got);
        if (mark(fabs(got / want - 1) < 1e-4, "%s: %.5f, should be %.5f: %s", cases[k].name, got, want, why))
            break;
    }
    return mark_end();
}
