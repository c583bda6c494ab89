/* 08_leaky_std.c
   title:   Derive the right scale for a leaky ReLU
   level:   2
   chapter: 18
   task:    f(z) = z for z > 0 and a z otherwise. Which standard deviation of the weights keeps E f(z)^2 the
            same from layer to layer? (a = 0 is He's case, a = 1 a linear layer.)
   marks:   2 a deviation; 2 not a variance; 4 right for any slope; 2 twenty layers
   calls:   ; derive it
   check:   make check-08

   SPDX-License-Identifier: MIT OR Unlicense
*/
#include "winit.h"
#include "mark.h"

/* ---- your part ---- */
static double my_std(double fan_in, double a)
{
    (void)a;
    return 1 / fan_in;
}
/* ---- end of your part ---- */

enum { WIDTH = 300, SAMPLES = 20, LAYERS = 20 };

/* Send a signal through twenty layers: by which factor does its mean square change? */
static double through_layers(double std, double a)
{
    static wi_real x[SAMPLES * WIDTH], z[SAMPLES * WIDTH], w[WIDTH * WIDTH];
    wi_rng rng = wi_rng_make(8);
    (void)wi_fill(x, wi_dense(WIDTH, SAMPLES), wi_normal(0, 1), &rng);
    for (int l = 0; l < LAYERS; l++) {
        (void)wi_fill(w, wi_dense(WIDTH, WIDTH), wi_normal(0, std), &rng);
        (void)wi_mat_mul(wi_mat_view(z, SAMPLES, WIDTH), wi_mat_view(x, SAMPLES, WIDTH),
                         wi_mat_transpose(wi_mat_view(w, WIDTH, WIDTH)));
        wi_act_forward(wi_leaky_relu(a), x, z, SAMPLES * WIDTH);
    }
    double rms = wi_stats_of(x, SAMPLES * WIDTH).rms;
    return rms * rms * 2 / (1 + a * a);
}

int main(void)
{
    double slopes[] = { 0, 0.01, 0.3, 1, 0.05 * (mark_hidden() % 19) },
           *answer = (double *)mark_shared(sizeof *answer);
    for (size_t k = 0; k < WI_COUNT(slopes); k++) {
        double a = slopes[k];
        mark_part("a deviation");
        if (MARK_CALL(*answer = my_std(WIDTH, a))) break;
        double std = *answer, variance = WIDTH * std * std, want = 2 / (1 + a * a);
        if (mark(std > 0 && std < 10, "a standard deviation of %g?", std)) break;
        double factor = through_layers(std, a);
        printf(
            "a = %-5g fan_in Var(w) = %-7.4f after %d layers the mean square is %.3g of what it should be\n",
            a, variance, LAYERS, factor);
        mark_part("not a variance");
        if (mark(fabs(std * WIDTH / want - 1) > 1e-6,
                 "std %.5f: that is the variance; the std is its square root", std))
            break;
        mark_part("right for any slope");
        if (mark(
                fabs(variance / want - 1) < 1e-6,
                "fan_in Var(w) is %.4f for a = %g; work out E f(z)^2 = half of E z^2 from z > 0, plus a^2 "
                "of the "
                "other half",
                variance, a))
            break;
        mark_part("twenty layers");
        if (mark(factor > 0.3 && factor < 3, "the signal changes %.3g times", factor)) break;
    }
    return mark_end();
}
