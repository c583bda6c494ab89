/* act_all.c - the error of every activation over the floats, in units in the last place. Takes minutes.

   The reference is wi_act_value() and wi_act_slope(), in double by libm. One ulp is the distance between
   floats at the exact value's size; results beyond the largest float must be infinite, NaN must give NaN.
   Values are held to 4 ulp, slopes to 11. The slopes of GELU, SiLU, Mish and of the sine cross zero, where an
   error relative to the result says nothing: they are held to ulps of a tenth of their size there.

   act_all [STRIDE [NAME ...]]: tests every 31st float, of all magnitudes, or every STRIDE-th; 1 means all
   2^32, and takes minutes for each function and hours for all of them. With names ("elu gelu"), only these
   functions' values. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"

#define BLOCK 4096

static double ulps(float got, double want, double floor_at)
{
    double size = fabs(want) < floor_at ? floor_at : fabs(want), unit;
    int exponent;
    if (want != want) return got != got ? 0 : HUGE_VAL;
    if (got != got) return HUGE_VAL;
    if ((float)want == got) return 0;
    if (fabs((double)got) > (double)FLT_MAX || fabs(want) > 1.001 * (double)FLT_MAX) {
        if (fabs((double)got) > (double)FLT_MAX && fabs(want) > 0.9999998 * (double)FLT_MAX) return 0;
        return HUGE_VAL;
    }
    frexp(size, &exponent);
    unit = ldexp(1, (exponent < -125 ? -125 : exponent) - 24);
    return fabs((double)got - want) / unit;
}

static void measure(wi_act act, int slope, uint64_t stride)
{
    static float z[BLOCK], y[BLOCK], one[BLOCK];
    int crosses = slope && (act.kind == WI_ACT_GELU || act.kind == WI_ACT_SILU || act.kind == WI_ACT_MISH
                            || act.kind == WI_ACT_HARD_SWISH || act.kind == WI_ACT_SINE);
    double worst = 0, limit = slope ? 11 : 4;
    double near_zero = act.kind == WI_ACT_SINE ? 0.1 * act.param : 0.1;
    float where = 0;
    uint64_t bits = 0;
    while (bits < 4294967296u) {
        size_t n = 0;
        for (; n < BLOCK && bits < 4294967296u; n++, bits += stride) {
            uint32_t word = (uint32_t)bits;
            memcpy(&z[n], &word, sizeof word);
            one[n] = 1;
        }
        if (slope) wi_act_backward(act, y, one, z, n);
        else wi_act_forward(act, y, z, n);
        for (size_t i = 0; i < n; i++) {
            double x = (double)z[i];
            double want = slope ? wi_act_slope(act, x) : wi_act_value(act, x);
            double e = ulps(y[i], want, crosses ? near_zero : 0);
            if (e > worst) worst = e, where = z[i];
        }
    }
    printf("%-11s %-6s %6.2f ulp  at %.9g\n", wi_act_name(act), slope ? "slope" : "value", worst, (double)where);
    fflush(stdout);
    CHECK_BELOW(worst, limit);
}

int main(int argc, char **argv)
{
    uint64_t stride = argc > 1 ? (uint64_t)strtoul(argv[1], NULL, 10) : 31;
    const wi_act acts[] = {wi_relu(), wi_leaky_relu(0.25), wi_sigmoid(), wi_tanh(), wi_elu(1), wi_selu(),
                           wi_gelu(), wi_silu(), wi_mish(), wi_softplus(), wi_softsign(), wi_hard_swish(),
                           wi_sine(30)};
    if (stride == 0) stride = 1;
    printf("%.0f floats each, ", ceil(4294967296.0 / (double)stride));
    if (wi_impl_simd_bits()) printf("vectors of %d bits\n", wi_impl_simd_bits());
    else printf("no vectors\n");
    for (size_t i = 0; i < WI_COUNT(acts); i++) {
        int named = argc <= 2;
        for (int k = 2; k < argc; k++) named |= strcmp(argv[k], wi_act_name(acts[i])) == 0;
        for (int slope = 0; named && slope < (argc > 2 ? 1 : 2); slope++) measure(acts[i], slope, stride);
    }
    return check_done();
}
