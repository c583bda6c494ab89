/* Attempts at examples/exercises/09_orthogonal.c: one that is right, and wrong ones with a part of the hint each should get. */
/*@ right */
static void my_orthogonal(wi_real *w, size_t n, wi_rng *rng)
{
    for (size_t i = 0; i < n * n; i++) w[i] = (wi_real)(wi_rng_normal(rng));
    for (size_t i = 0; i < n; i++) {
        double length = 0;
        for (int pass = 0; pass < 2; pass++)
            for (size_t j = 0; j < i; j++) {
                double dot = 0;
                for (size_t k = 0; k < n; k++) dot += (double)w[i * n + k] * (double)w[j * n + k];
                for (size_t k = 0; k < n; k++) w[i * n + k] = (wi_real)((double)w[i * n + k] - dot * (double)w[j * n + k]);
            }
        for (size_t k = 0; k < n; k++) length += (double)w[i * n + k] * (double)w[i * n + k];
        for (size_t k = 0; k < n; k++) w[i * n + k] = (wi_real)((double)w[i * n + k] / sqrt(length) * (1));
    }
}
/*@ wrong: not orthogonal at all yet */
static void my_orthogonal(wi_real *w, size_t n, wi_rng *rng)
{
    for (size_t i = 0; i < n * n; i++) w[i] = (wi_real)wi_rng_normal(rng);
}
/*@ wrong: divide each row */
static void my_orthogonal(wi_real *w, size_t n, wi_rng *rng)
{
    for (size_t i = 0; i < n * n; i++) w[i] = (wi_real)(wi_rng_normal(rng));
    for (size_t i = 0; i < n; i++) {
        double length = 0;
        for (int pass = 0; pass < 2; pass++)
            for (size_t j = 0; j < i; j++) {
                double dot = 0;
                for (size_t k = 0; k < n; k++) dot += (double)w[i * n + k] * (double)w[j * n + k];
                for (size_t k = 0; k < n; k++) w[i * n + k] = (wi_real)((double)w[i * n + k] - dot * (double)w[j * n + k]);
            }
        for (size_t k = 0; k < n; k++) length += (double)w[i * n + k] * (double)w[i * n + k];
        for (size_t k = 0; k < n; k++) w[i * n + k] = (wi_real)((double)w[i * n + k] / sqrt(length) * (1.01));
    }
}
/*@ wrong: adds up to */
static void my_orthogonal(wi_real *w, size_t n, wi_rng *rng)
{
    for (size_t i = 0; i < n * n; i++) w[i] = (wi_real)(i / n == i % n ? 3 : wi_rng_normal(rng));
    for (size_t i = 0; i < n; i++) {
        double length = 0;
        for (int pass = 0; pass < 2; pass++)
            for (size_t j = 0; j < i; j++) {
                double dot = 0;
                for (size_t k = 0; k < n; k++) dot += (double)w[i * n + k] * (double)w[j * n + k];
                for (size_t k = 0; k < n; k++) w[i * n + k] = (wi_real)((double)w[i * n + k] - dot * (double)w[j * n + k]);
            }
        for (size_t k = 0; k < n; k++) length += (double)w[i * n + k] * (double)w[i * n + k];
        for (size_t k = 0; k < n; k++) w[i * n + k] = (wi_real)((double)w[i * n + k] / sqrt(length) * (1));
    }
}
