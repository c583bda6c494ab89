/* Attempts at examples/exercises/01_xavier.c: one that is right, and wrong ones with a part of the hint each should get. */
/*@ right */
static void my_xavier(wi_real *w, size_t fan_in, size_t fan_out, wi_rng *rng)
{
    double b = sqrt(6.0 / (double)(fan_in + fan_out));
    for (size_t i = 0; i < fan_in * fan_out; i++) w[i] = (wi_real)(b * (2 * wi_rng_uniform(rng) - 1));
}
/*@ wrong: the mean is */
static void my_xavier(wi_real *w, size_t fan_in, size_t fan_out, wi_rng *rng)
{
    double n = (double)(fan_in + fan_out), in = (double)fan_in;
    (void)n;
    (void)in;
    for (size_t i = 0; i < fan_in * fan_out; i++) w[i] = (wi_real)(sqrt(6 / n) * wi_rng_uniform(rng));
}
/*@ wrong: fan_out belongs under the root too */
static void my_xavier(wi_real *w, size_t fan_in, size_t fan_out, wi_rng *rng)
{
    double n = (double)(fan_in + fan_out), in = (double)fan_in;
    (void)n;
    (void)in;
    for (size_t i = 0; i < fan_in * fan_out; i++) w[i] = (wi_real)(sqrt(3 / in) * (2 * wi_rng_uniform(rng) - 1));
}
/*@ wrong: misses its square root */
static void my_xavier(wi_real *w, size_t fan_in, size_t fan_out, wi_rng *rng)
{
    double n = (double)(fan_in + fan_out), in = (double)fan_in;
    (void)n;
    (void)in;
    for (size_t i = 0; i < fan_in * fan_out; i++) w[i] = (wi_real)(6 / n * (2 * wi_rng_uniform(rng) - 1));
}
/*@ wrong: the 6 is 3 */
static void my_xavier(wi_real *w, size_t fan_in, size_t fan_out, wi_rng *rng)
{
    double n = (double)(fan_in + fan_out), in = (double)fan_in;
    (void)n;
    (void)in;
    for (size_t i = 0; i < fan_in * fan_out; i++) w[i] = (wi_real)(sqrt(2 / n) * (2 * wi_rng_uniform(rng) - 1));
}
/*@ wrong: b is the largest value */
static void my_xavier(wi_real *w, size_t fan_in, size_t fan_out, wi_rng *rng)
{
    double n = (double)(fan_in + fan_out), in = (double)fan_in;
    (void)n;
    (void)in;
    for (size_t i = 0; i < fan_in * fan_out; i++) w[i] = (wi_real)(sqrt(6 / n) * wi_rng_normal(rng));
}
/*@ wrong: is the distribution uniform */
static void my_xavier(wi_real *w, size_t fan_in, size_t fan_out, wi_rng *rng)
{
    double n = (double)(fan_in + fan_out), in = (double)fan_in;
    (void)n;
    (void)in;
    for (size_t i = 0; i < fan_in * fan_out; i++) w[i] = (wi_real)(sqrt(2 / n) * wi_rng_normal(rng));
}
/*@ wrong: are not filled */
static void my_xavier(wi_real *w, size_t fan_in, size_t fan_out, wi_rng *rng)
{
    double n = (double)(fan_in + fan_out), in = (double)fan_in;
    (void)n;
    (void)in;
    for (size_t i = 0; i < fan_in; i++) w[i] = (wi_real)(sqrt(6 / n) * (2 * wi_rng_uniform(rng) - 1));
}
/*@ wrong: write 6.0 */
static void my_xavier(wi_real *w, size_t fan_in, size_t fan_out, wi_rng *rng)
{
    double b = sqrt((double)(6 / (fan_in + fan_out)));
    for (size_t i = 0; i < fan_in * fan_out; i++) w[i] = (wi_real)(b * (2 * wi_rng_uniform(rng) - 1));
}
