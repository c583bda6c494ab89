/* 01_hello.c
   title:    Hello, weights
   question: How do I fill a buffer with well-chosen random weights?
   level:    1
   claims:   C10
   figure:   01_hello.svg
   shows:    six recipes drawn into a plain float array; for each, the standard deviation that theory
             promises beside the one that was measured, and the shape of the distribution

   A recipe is a small value that says how to draw weights. wi_fill() follows it into any buffer you
   own; wi_recipe_std() says beforehand what the standard deviation will be.

   With winit.h beside it:  cc 01_hello.c -o hello -lm && ./hello

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <math.h>
#include <stdio.h>

enum { INPUTS = 784, UNITS = 256, COUNT = INPUTS * UNITS };

static wi_real weights[COUNT];                  /* [UNITS][INPUTS]; any buffer will do */

/* A histogram as one line: the fuller the bin, the heavier the character. */
static void print_shape(wi_histogram h)
{
    size_t most = 1;

    for (int i = 0; i < WI_BINS; i++) if (h.bin[i] > most) most = h.bin[i];
    for (int i = 0; i < WI_BINS; i++) putchar(" .:-=+*#%@"[(9 * h.bin[i] + most - 1) / most]);
}

int main(void)
{
    const wi_recipe recipes[] = {
        wi_normal(0.0, 0.01), wi_lecun_normal(), wi_xavier_uniform(),
        wi_he_normal(), wi_truncated_normal(0.0, 0.05, -2.0, 2.0), wi_orthogonal(1.0)
    };
    int held = 1;

    printf("recipe             theory  measured   least  greatest  -0.2 .. 0.2\n");
    /* [fill] */
    for (size_t i = 0; i < WI_COUNT(recipes); i++) {
        wi_shape shape = wi_dense(INPUTS, UNITS);
        wi_rng   rng   = wi_rng_make(42);

        if (wi_fill(weights, shape, recipes[i], &rng) != WI_OK) return 1;

        double   theory   = wi_recipe_std(recipes[i], shape);
        wi_stats measured = wi_stats_of(weights, COUNT);

        printf("%-16s  %7.5f  %8.5f  %6.3f  %8.3f  ", recipes[i].name, theory, measured.std,
               measured.min, measured.max);
        print_shape(wi_histogram_of(weights, COUNT, -0.2, 0.2));
        printf("\n");
        /* The std of n draws scatters about the truth by std / sqrt(2 n): five times that
           is beyond chance. */
        if (fabs(measured.std / theory - 1.0) > 5.0 / sqrt(2.0 * COUNT)) held = 0;
    }
    /* [fill] */
    printf("claim: what is measured is what theory says: %s\n", held ? "held" : "DID NOT HOLD");
    return held ? 0 : 1;
}
