/* 06_which_recipe.c
   title:   Which recipe made these weights?
   level:   2
   chapter: 14
   task:    Five layers of 200 inputs and 100 units were filled by five recipes of the list below. The program
            prints what can be measured of each. Say which is which.
   marks:   2 layer 1; 2 layer 2; 2 layer 3; 2 layer 4; 2 layer 5
   check:   make check-06

   SPDX-License-Identifier: MIT OR Unlicense
*/
#include "winit.h"
#include "mark.h"

enum answer {
    DONT_KNOW,
    HE_NORMAL,
    HE_UNIFORM,
    XAVIER_NORMAL,
    XAVIER_UNIFORM,
    LECUN_NORMAL,
    ORTHOGONAL,
    SPARSE,
    PYTORCH_DEFAULT,
    TRUNCATED
};

/* ---- your part ---- */
static const enum answer answers[5] = {DONT_KNOW, DONT_KNOW, DONT_KNOW, DONT_KNOW, DONT_KNOW};
/* ---- end of your part ---- */

enum { IN = 200, OUT = 100 };
static wi_real w[IN * OUT];

int main(void)
{
    const wi_recipe recipes[5] = { wi_pytorch_default(), wi_orthogonal(1), wi_he_uniform(),
                                   wi_sparse(15, 0.25), wi_xavier_normal() };
    static const enum answer truth[5] = {PYTORCH_DEFAULT, ORTHOGONAL, HE_UNIFORM, SPARSE, XAVIER_NORMAL};
    static const char *const hints[5] = {
        "a uniform law has kurtosis 1.8; its largest weight is sqrt(3) of its std. Now which formula of the "
        "fans gives this std?",
        "look at the singular values: what does it mean that all are the same?",
        "a uniform law has kurtosis 1.8; compare std^2 with 1 / fan_in and 2 / fan_in",
        "count the zeros",
        "kurtosis 3 says normal; compare std^2 with 1 / fan_in, 2 / fan_in and 2 / (fan_in + fan_out)",
    };
    char part[16];
    double values[OUT];
    int right = 0;
    enum answer *given = (enum answer *)mark_shared(5 * sizeof *given);

    if (MARK_CALL(memcpy(given, answers, 5 * sizeof *given))) return mark_end();

    printf("%-6s %8s %8s %9s %7s %16s\n", "layer", "std", "max", "kurtosis", "zeros", "singular values");
    for (size_t k = 0; k < 5; k++) {
        wi_rng rng = wi_rng_make(60 + k);
        (void)wi_fill(w, wi_dense(IN, OUT), recipes[k], &rng);
        wi_stats s = wi_stats_of(w, IN * OUT);
        (void)wi_mat_svd_values(wi_mat_view(w, OUT, IN), values);
        printf("%-6zu %8.4f %8.4f %9.3f %6.1f%% %7.3f to %5.3f\n", k + 1, s.std, s.max, s.kurtosis,
               100 * s.zeros, values[OUT - 1], values[0]);
        right += given[k] == truth[k];
    }
    printf("1/fan_in = %.5f, 2/fan_in = %.5f, 2/(fan_in + fan_out) = %.5f, 1/(3 fan_in) = %.5f\n", 1.0 / IN,
           2.0 / IN, 2.0 / (IN + OUT), 1.0 / (3 * IN));
    for (size_t k = 0; k < 5; k++) {
        snprintf(part, sizeof part, "layer %zu", k + 1);
        mark_part(part);
        mark(given[k] == truth[k], "%d of 5 are right. Layer %zu: %s", right, k + 1, hints[k]);
    }
    return mark_end();
}
