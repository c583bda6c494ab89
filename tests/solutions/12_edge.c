/* Attempts at examples/exercises/12_edge.c: one that is right, and wrong ones with a part of the hint each should get. */
/*@ right */
static double critical_weight_variance(double bias_variance)
{
    double lo = 0.5, hi = 8;
    for (int k = 0; k < 40; k++) {
        double middle = (lo + hi) / 2;
        if (wi_signal_fixed_point(wi_tanh(), middle, bias_variance).chi < 1) lo = middle;
        else hi = middle;
    }
    return lo;
}
/*@ wrong: ordered phase */
static double critical_weight_variance(double bias_variance)
{
    return 1 + 0 * bias_variance;
}
/*@ wrong: chaotic phase */
static double critical_weight_variance(double bias_variance)
{
    return 3 + 0 * bias_variance;
}
/*@ wrong: a weight variance of */
static double critical_weight_variance(double bias_variance)
{
    return -bias_variance;
}
