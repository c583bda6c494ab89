/* 12_edge.c
   title:   Find the edge of chaos
   level:   3
   chapter: 24
   task:    For tanh layers with biases of variance 0.05, find the weight variance (fan_in Var(w)) at which
            two nearby inputs neither merge nor part: chi = 1 at the fixed point. wi_signal_fixed_point()
            computes chi for a variance that you give it; bisect. (wi_critical() would be the one-line answer:
            do without.)
   marks:   1 a variance; 5 chi is 1; 4 for any bias
   calls:   wi_signal_* wi_tanh wi_act_*; bisect with wi_signal_fixed_point()
   check:   make check-12

   SPDX-License-Identifier: MIT OR Unlicense
*/
#include "winit.h"
#include "mark.h"

/* ---- your part ---- */
static double critical_weight_variance(double bias_variance)
{
    (void)bias_variance;
    return 1;
}
/* ---- end of your part ---- */

int main(void)
{
    const double bias[] = {0.05, 0.01 + 0.001 * (mark_hidden() % 13), 0.2};
    double *answer = (double *)mark_shared(sizeof *answer);
    for (size_t k = 0; k < WI_COUNT(bias); k++) {
        mark_part("a variance");
        if (MARK_CALL(*answer = critical_weight_variance(bias[k]))) break;
        double got = *answer, want = 0, q = 0;
        if (mark(got > 0 && got < 100, "a weight variance of %g?", got)) break;
        wi_signal at = wi_signal_fixed_point(wi_tanh(), got, bias[k]);
        (void)wi_critical(wi_tanh(), bias[k], &want, &q);
        double layers = fabs(6 / log(at.chi));
        printf("bias variance %.2f: weight variance %.4f, chi %.4f: ", bias[k], got, at.chi);
        if (layers < 1e6) printf("signals pass about %.0f layers\n", layers);
        else printf("signals pass as many layers as you like\n");
        mark_part(k == 0 ? "chi is 1" : "for any bias");
        if (mark(fabs(at.chi - 1) < 1e-3,
                 "bias variance %.2f: chi is %.4f: the network is in the %s phase, so the weights are too %s",
                 bias[k], at.chi, at.chi < 1 ? "ordered" : "chaotic", at.chi < 1 ? "small" : "large"))
            break;
        if (mark(fabs(got - want) < 1e-2, "%.4f, should be %.4f", got, want)) break;
    }
    return mark_end();
}
