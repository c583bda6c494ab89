/* 10_width.c
   title:    Width
   question: With weights of N(0,1), what does a layer's width do to its units?
   level:    1
   claims:   C8
   figure:   10_width.svg
   shows:    the standard deviation of the pre-activation for 4 to 4096 inputs, with weights of N(0,1),
             against sqrt(n); and with weights of N(0, 1/n), which takes the growth away

   A unit sums n products of independent numbers. Variances add, so the sum has the standard deviation
   sqrt(n): a line of slope 1/2 where both axes are logarithmic.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { WIDTHS = 11, UNITS = 256, SAMPLES = 32, GREATEST = 4096 };

int main(int argc, char **argv)
{
    static const term_column columns[] = { { "inputs", 6 },
                                           { "std with N(0,1)", 15 },
                                           { "sqrt(n)", 8 },
                                           { "with N(0,1/n)", 13 },
                                           { "|pre| > 3", 9 } };
    static const char *const names[] = { "N(0,1)", "N(0,1/n)" };
    const fig_desc desc = {
        .title = "The spread of a sum grows with the root of its length",
        .width = 560,
        .key = names,
        .key_count = 2,
        .caption =
            "Standard deviation of the pre-activations of 256 units, for inputs of N(0,1). Dots: measured. "
            "Lines: theory."
    };
    static wi_real x[SAMPLES * GREATEST], w[UNITS * GREATEST], pre[SAMPLES * UNITS];
    double width[WIDTHS], spread[2][WIDTHS], theory[2][WIDTHS], sx = 0.0, sy = 0.0, sxx = 0.0, sxy = 0.0;
    fig f;

    term_header(columns, WI_COUNT(columns));
    for (int i = 0; i < WIDTHS; i++) {
        size_t n = (size_t)4 << i, far = 0;
        wi_rng rng = wi_rng_make(10);

        width[i] = (double)n;
        (void)wi_fill(x, wi_dense(n, SAMPLES), wi_normal(0.0, 1.0), &rng);
        for (int r = 0; r < 2; r++) {
            /* [width] */
            (void)wi_fill(w, wi_dense(n, UNITS), r == 0 ? wi_normal(0.0, 1.0) : wi_lecun_normal(),
                          &rng);
            (void)wi_mat_mul(wi_mat_view(pre, SAMPLES, UNITS), wi_mat_view(x, SAMPLES, n),
                             wi_mat_transpose(wi_mat_view(w, UNITS, n)));
            spread[r][i] = wi_stats_of(pre, SAMPLES * UNITS).std;
            /* [width] */
            theory[r][i] = r == 0 ? sqrt((double)n) : 1.0;
            if (r == 0) for (size_t k = 0; k < SAMPLES * UNITS; k++) far += fabs((double)pre[k]) > 3.0;
        }
        sx += log(width[i]);
        sy += log(spread[0][i]);
        sxx += log(width[i]) * log(width[i]);
        sxy += log(width[i]) * log(spread[0][i]);
        term_cell(columns + 0, TERM_PLAIN, "%zu", n);
        term_cell(columns + 1, TERM_PLAIN, "%.2f", spread[0][i]);
        term_cell(columns + 2, TERM_DIM, "%.2f", theory[0][i]);
        term_cell(columns + 3, TERM_GOOD, "%.3f", spread[1][i]);
        term_cell(columns + 4, far > SAMPLES * UNITS / 2 ? TERM_BAD : TERM_PLAIN, "%.0f %%",
                  100.0 * (double)far / (SAMPLES * UNITS));
        term_end_row();
    }
    double slope = (WIDTHS * sxy - sx * sy) / (WIDTHS * sxx - sx * sx);
    printf("slope of log(std) against log(n): %.3f, theory: 0.500\n", slope);

    fig_open(&f, argc > 1 ? argv[1] : NULL, "10_width", &desc);
    fig_panel(&f, 0, 0, NULL);
    fig_y_axis(&f, 0.5, 100.0, FIG_LOG, "standard deviation of the pre-activation");
    fig_x_axis(&f, 3.0, 5000.0, FIG_LOG, "inputs n");
    for (int r = 0; r < 2; r++) {
        fig_curve(&f, width, theory[r], WIDTHS, r);
        fig_dots(&f, width, spread[r], WIDTHS, r, 4.0);
    }
    return term_claim(fig_close(&f) && fabs(slope - 0.5) < 0.03,
                      "the spread grows with the square root of the width");
}
