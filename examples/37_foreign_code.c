/* 37_foreign_code.c
   title:    Weights for somebody else's code
   question: I have my own network code. How do I give it good weights?
   level:    1
   claims:   -
   figure:   none
   shows:    three layouts that are common in C, filled in place: rows of pointers, one block with the bias
             before each unit's weights, and Keras' order; each checked with wi_check_fill() and by what comes
             out of a layer; and what wi_identify() makes of one

   wi_fill() needs a float buffer and a shape; it allocates nothing and knows nothing of networks. Say by name
   how many inputs and units there are and in which order they lie, and the fans are right.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "terminal.h"
#include <math.h>

enum { IN = 120, OUT = 80, SAMPLES = 200 };

static wi_real x[SAMPLES * IN], pre[SAMPLES * OUT];

int main(void)
{
    static const term_column columns[] = {
        { "layout", -34 }, { "std", 8 }, { "theory", 8 }, { "check", -7 }, { "E pre^2 / E x^2", 15 }
    };
    static wi_real block[OUT * IN], *rows[OUT], genann[OUT * (IN + 1)], keras[IN * OUT], plain[OUT * IN];
    wi_rng rng = wi_rng_make(37);
    int held = 1;

    (void)wi_fill(x, wi_dense(IN, SAMPLES), wi_normal(0.0, 1.0), &rng);
    for (size_t j = 0; j < OUT; j++) rows[j] = block + j * IN;
    term_header(columns, WI_COUNT(columns));
    for (int layout = 0; layout < 3; layout++) {
        static const char *const names[] = { "float *rows[80], one a unit",
                                             "per unit: bias, then 120 weights",
                                             "Keras: [120 inputs][80 units]" };
        wi_shape shape = layout == 2 ? wi_in_major(wi_dense(IN, OUT)) : wi_dense(IN, OUT);
        const wi_real *weights = layout == 2 ? keras : plain;
        wi_fit fit;

        rng = wi_rng_make(5);
        if (layout == 0) {
            /* [rows] */
            /* One unit at a time: the shape says how many units the layer has, the part which of
               them this is. */
            for (size_t j = 0; j < OUT; j++)
                if (wi_fill_part(rows[j], j * IN, IN, wi_dense(IN, OUT), wi_he_normal(), &rng) !=
                    WI_OK)
                    return 1;
            /* [rows] */
            memcpy(plain, block, sizeof plain);
        } else if (layout == 1) {
            /* [genann] */
            for (size_t j = 0; j < OUT; j++) {
                genann[j * (IN + 1)] = 0;                                       /* the bias */
                if (wi_fill_part(genann + j * (IN + 1) + 1, j * IN, IN, wi_dense(IN, OUT),
                                 wi_he_normal(), &rng) != WI_OK)
                    return 1;
            }
            /* [genann] */
            for (size_t j = 0; j < OUT; j++)
                memcpy(plain + j * IN, genann + j * (IN + 1) + 1, IN * sizeof *plain);
        } else {
            /* [keras] */
            if (wi_fill(keras, wi_in_major(wi_dense(IN, OUT)), wi_he_normal(), &rng) != WI_OK)
                return 1;
            /* [keras] */
        }
        if (wi_check_fill(weights, shape, wi_he_normal(), &fit, NULL) != WI_OK) return 1;

        /* Compute the layer as the foreign code would. */
        for (size_t i = 0; i < SAMPLES; i++)
            for (size_t j = 0; j < OUT; j++) {
                double sum = 0.0;
                for (size_t k = 0; k < IN; k++)
                    sum += (double)x[i * IN + k] *
                        (double)(layout == 2 ? keras[k * OUT + j] : plain[j * IN + k]);
                pre[i * OUT + j] = (wi_real)sum;
            }
        double grows = pow(wi_stats_of(pre, SAMPLES * OUT).rms / wi_stats_of(x, SAMPLES * IN).rms, 2.0);
        held = held && fit.passed && fabs(grows - 2.0) < 0.2;
        term_cell(columns + 0, TERM_PLAIN, "%s", names[layout]);
        term_cell(columns + 1, TERM_PLAIN, "%.4f", wi_stats_of(weights, IN * OUT).std);
        term_cell(columns + 2, TERM_DIM, "%.4f", wi_recipe_std(wi_he_normal(), shape));
        term_cell(columns + 3, fit.passed ? TERM_GOOD : TERM_BAD, fit.passed ? "passed" : "failed");
        term_cell(columns + 4, TERM_PLAIN, "%.3f", grows);
        term_end_row();
    }
    /* [identify] */
    wi_guess guess;                              /* and back: which recipe gave these weights? */
    size_t count = 1;
    if (wi_identify(keras, wi_in_major(wi_dense(IN, OUT)), &guess, &count, NULL) != WI_OK)
        return 1;
    printf("the last one looks like %s\n", guess.fits ? guess.recipe.name : "no recipe");
    /* [identify] */
    held = held && strcmp(guess.recipe.name, "he_normal") == 0;
    return term_claim(held, "He weights double the variance, as ReLU needs, in every layout");
}
