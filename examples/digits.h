/* digits.h - the handwritten digits that come with the examples

   examples/data holds 1,797 digits of 8 x 8 pixels, each written by a person (see the README there).

   SPDX-License-Identifier: MIT OR Unlicense */
#ifndef DIGITS_H
#define DIGITS_H

#include <stdio.h>
#include <string.h>

/* The path of a file of examples/data, from the folder that holds winit.h or beside this header, wherever the
   program runs. */
static inline const char *digits_path(const char *name, char *path, size_t size)
{
    const char *here = __FILE__, *end = here + strlen(here);
    while (end > here && end[-1] != '/' && end[-1] != '\\') end--;
    for (int k = 0; k < 2; k++) {
        snprintf(path, size, "%.*s%s/%s", k ? (int)(end - here) : 0, here, k ? "data" : "examples/data",
                 name);
        FILE *file = fopen(path, "rb");
        if (file && fclose(file) == 0) return path;
    }
    return path;
}

/* Load the digits in an order drawn from a seed, bring every pixel to mean 0 and standard deviation 1 on the
   training part, and cut them into 1,500 to learn from and 297 to test on: views, of which only `all` is
   destroyed. Returns 1, or 0 after saying why. */
static inline int digits_load(wi_data *all, wi_data *train, wi_data *test)
{
    wi_rng rng = wi_rng_make(8);
    wi_scaler scaler;
    wi_error error;
    char images[512], labels[512];

    if (wi_data_load_idx(all, digits_path("digits-images.idx3-ubyte", images, sizeof images),
                         digits_path("digits-labels.idx1-ubyte", labels, sizeof labels), &error) != WI_OK) {
        fprintf(stderr, "%s\n(run this from the folder that holds winit.h)\n", error.text);
        return 0;
    }
    if (wi_data_shuffle(all, &rng) != WI_OK || wi_data_split(all, 1500.0 / 1797.0, train, test) != WI_OK)
        return 0;
    if (wi_scaler_fit(&scaler, train->x) != WI_OK) return 0;
    (void)wi_scaler_apply(&scaler, all->x);
    wi_scaler_destroy(&scaler);
    return 1;
}

#endif /* DIGITS_H */
