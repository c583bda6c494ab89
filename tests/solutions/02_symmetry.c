/* Attempts at examples/exercises/02_symmetry.c: one that is right, and wrong ones with a part of the hint each should get. */
/*@ right */
static void break_symmetry(wi_real *w, wi_rng *rng)
{
    for (int u = 1; u < HIDDEN; u++) w[u * INPUTS + u % INPUTS] = (wi_real)wi_rng_normal(rng);
}
/*@ wrong: all 8 hidden units are one unit */
static void break_symmetry(wi_real *w, wi_rng *rng)
{
    (void)w;
    (void)rng;
}
/*@ wrong: hidden units differ */
static void break_symmetry(wi_real *w, wi_rng *rng)
{
    for (int u = 1; u < HIDDEN; u++) w[u * INPUTS] = (wi_real)(u % 2);
    (void)rng;
}
/*@ wrong: are enough */
static void break_symmetry(wi_real *w, wi_rng *rng)
{
    for (int i = 0; i < HIDDEN * INPUTS; i++) w[i] = (wi_real)wi_rng_normal(rng);
}
/*@ wrong: saturate tanh */
static void break_symmetry(wi_real *w, wi_rng *rng)
{
    for (int u = 1; u < HIDDEN; u++) w[u * INPUTS] = (wi_real)(9 * wi_rng_normal(rng));
}
