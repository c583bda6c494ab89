/* 01_hello.c
   title:    Hello, weights
   question: How do I fill a buffer with well-chosen random weights?
   level:    1
   claims:   C10
   figure:   01_hello.svg
   shows:    six recipes drawn into a plain float array; for each, the standard deviation that theory
             promises beside the one that was measured, and the shape of the distribution

   A recipe is a small value that says how to draw weights. wi_fill() follows it into any buffer you
   own; wi_recipe_std() says beforehand what the spread will be.
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { INPUTS = 784, UNITS = 256, COUNT = INPUTS * UNITS };

static wi_real weights[COUNT];                  /* [UNITS][INPUTS]; any buffer will do */

int main(int argc, char **argv)
{
    const wi_recipe recipes[] = {
        wi_normal(0.0, 0.01), wi_lecun_normal(), wi_xavier_uniform(),
        wi_he_normal(), wi_truncated_normal(0.0, 0.05, -2.0, 2.0), wi_orthogonal(1.0)
    };
    static const term_column columns[] = {
        { "recipe", -18 }, { "theory", 8 }, { "measured", 8 }, { "least", 8 }, { "greatest", 8 }, { "-0.2 .. 0.2", -WI_BINS }
    };
    const fig_desc desc = {
        .title = "Six recipes for the same layer", .columns = 3, .rows = 2, .width = 240, .height = 130,
        .caption = "Weights of a layer with 784 inputs and 256 units. The height is the number of weights; "
                   "the tallest bin of each panel is 1."
    };
    fig f;
    int held = 1;

    term_header(columns, WI_COUNT(columns));
    fig_open(&f, argc > 1 ? argv[1] : NULL, "01_hello", &desc);
    /* [fill] */
    for (size_t i = 0; i < WI_COUNT(recipes); i++) {
        wi_shape shape = wi_dense(INPUTS, UNITS);
        wi_rng   rng   = wi_rng_make(42);

        if (wi_fill(weights, shape, recipes[i], &rng) != WI_OK) return 1;

        double   theory   = wi_recipe_std(recipes[i], shape);
        wi_stats measured = wi_stats_of(weights, COUNT);

        /* The std of n draws scatters about the truth by std / sqrt(2 n): five times that is beyond chance. */
        held = held && fabs(measured.std / theory - 1.0) < 5.0 / sqrt(2.0 * COUNT);
        wi_histogram h = wi_histogram_of(weights, COUNT, -0.2, 0.2);

        term_cell(columns + 0, TERM_PLAIN, "%s", recipes[i].name);
        term_cell(columns + 1, TERM_PLAIN, "%.5f", theory);
        term_cell(columns + 2, TERM_GOOD, "%.5f", measured.std);
        term_cell(columns + 3, TERM_PLAIN, "%.3f", measured.min);
        term_cell(columns + 4, TERM_PLAIN, "%.3f", measured.max);
        term_spark(h.bin, WI_BINS, TERM_GOOD);
        term_end_row();

        fig_panel(&f, (int)i % 3, (int)i / 3, recipes[i].name);
        fig_y_axis(&f, 0.0, 1.0, FIG_LINEAR, NULL);
        fig_x_axis(&f, -0.2, 0.2, FIG_LINEAR, NULL);
        fig_histogram(&f, h.bin, WI_BINS, -0.2, 0.2, (int)i);
    }
    /* [fill] */
    return term_claim(fig_close(&f) && held, "what is measured is what theory says");
}
