/* Shown by the how-to pages; compiled and run by `make check-docs`. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <stdio.h>

static float hidden[256 * 784], output[256 * 10];

int main(void)
{
    //! [fill]
    /* float hidden[256 * 784] in the order [unit][input]; float output[256 * 10] in the order [input][unit] */
    wi_rng seed = wi_rng_make(42);
    wi_rng first = wi_rng_split(seed, 0), second = wi_rng_split(seed, 1);

    wi_status status = wi_fill(hidden, wi_dense(784, 256), wi_he_normal(), &first);
    if (status == WI_OK) status = wi_fill(output, wi_in_major(wi_dense(256, 10)), wi_xavier_uniform(), &second);
    if (status != WI_OK) puts(wi_status_text(status));
    //! [fill]
    return status == WI_OK ? 0 : 1;
}
