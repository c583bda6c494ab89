/* Print fills as raw float32: oracle RECIPE IN OUT KH KW GROUPS TRANSPOSED REPEATS, one child stream for each
   repeat. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <stdlib.h>

int main(int argc, char **argv)
{
    size_t n[7], i, count;
    wi_recipe recipe;
    wi_shape shape;
    float *w;
    if (argc != 9 || wi_recipe_named(argv[1], &recipe) != WI_OK) return 2;
    for (i = 0; i < 7; i++) n[i] = (size_t)strtoul(argv[2 + i], NULL, 10);
    shape = n[5] ? wi_conv2d_transposed(n[0], n[1], n[2], n[3]) : wi_conv2d(n[0], n[1], n[2], n[3]);
    shape.groups = n[4];
    count = wi_shape_count(shape);
    w = (float *)malloc((count + 1) * sizeof *w);
    if (!w || count == 0) return 3;
    for (i = 0; i < n[6]; i++) {
        wi_rng rng = wi_rng_split(wi_rng_make(99), i);
        if (wi_fill(w, shape, recipe, &rng) != WI_OK || fwrite(w, sizeof *w, count, stdout) != count)
            return 4;
    }
    free(w);
    return 0;
}
