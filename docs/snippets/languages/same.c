/* What the others must print. */
#define WINIT_STATIC
#include "winit.h"

int main(void)
{
    static float weights[300 * 784];
    wi_rng rng = wi_rng_make(1);
    if (wi_fill(weights, wi_dense(784, 300), wi_he_normal(), &rng) != WI_OK) return 1;
    return printf("%.9f\n", wi_stats_of(weights, 300 * 784).std) < 0;
}
