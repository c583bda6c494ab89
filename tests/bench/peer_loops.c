/* peer_loops.c - activations as anybody would write them, a loop and libm, as a peer of elements.c: a case a line in, seconds
   a repetition out. Where a number takes long, so that no memory holds it up, it does fewer and scales its seconds up. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tgmath.h>
#include <time.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* name, f(z), f'(z) in the type T */
#define ACTS(X, T)                                                                                                        \
    X(linear, T, z, 1)                                                                                                    \
    X(relu, T, z > 0 ? z : 0, z > 0 ? (T)1 : 0)                                                                           \
    X(leaky_relu, T, z > 0 ? z : (T)0.01 * z, z > 0 ? 1 : (T)0.01)                                                        \
    X(sigmoid, T, 1 / (1 + exp(-z)), (s = 1 / (1 + exp(-z)), s * (1 - s)))                                                \
    X(tanh, T, tanh(z), (s = tanh(z), 1 - s * s))                                                                         \
    X(elu, T, z > 0 ? z : expm1(z), z > 0 ? 1 : exp(z))                                                                   \
    X(selu, T, (T)1.0507009873554805 * (z > 0 ? z : (T)1.6732632423543772 * expm1(z)),                                    \
      (T)1.0507009873554805 * (z > 0 ? 1 : (T)1.6732632423543772 * exp(z)))                                               \
    X(gelu, T, (T)0.5 * z * (1 + erf(z * (T)0.7071067811865476)),                                                         \
      (T)0.5 * (1 + erf(z * (T)0.7071067811865476)) + z * (T)0.3989422804014327 * exp((T)-0.5 * z * z))                   \
    X(silu, T, z / (1 + exp(-z)), (s = 1 / (1 + exp(-z)), s * (1 + z * (1 - s))))                                         \
    X(mish, T, z * tanh(log1p(exp(z))), (s = tanh(log1p(exp(z))), s + z * (1 - s * s) / (1 + exp(-z))))                   \
    X(softplus, T, log1p(exp(z)), 1 / (1 + exp(-z)))                                                                      \
    X(softsign, T, z / (1 + fabs(z)), (s = 1 + fabs(z), 1 / (s * s)))                                                     \
    X(hard_swish, T, (s = z + 3, s = s < 0 ? 0 : s, s = s > 6 ? 6 : s, z * s * (T)(1.0 / 6)),                             \
      (s = (2 * z + 3) * (T)(1.0 / 6), s = z > -3 ? s : 0, z < 3 ? s : 1))                                                \
    X(sine, T, sin(30 * z), 30 * cos(30 * z))

#define LOOPS(name, T, f, df)                                                                                             \
    static void forward_##name##_##T(T *restrict y, const T *restrict dy, const T *restrict x, size_t n)                  \
    {                                                                                                                     \
        (void)dy;                                                                                                         \
        for (size_t i = 0; i < n; i++) { T z = x[i], s; (void)s; y[i] = (f); }                                            \
    }                                                                                                                     \
    static void backward_##name##_##T(T *restrict y, const T *restrict dy, const T *restrict x, size_t n)                 \
    {                                                                                                                     \
        for (size_t i = 0; i < n; i++) { T z = x[i], s; (void)s; (void)z; y[i] = dy[i] * (df); }                          \
    }
ACTS(LOOPS, float)
ACTS(LOOPS, double)

#define RUN(T)                                                                                                            \
    static double run_##T(const char *name, int forward, size_t n, unsigned reps)                                         \
    {                                                                                                                     \
        static const struct { const char *name; void (*way[2])(T *, const T *, const T *, size_t); } rows[] = {           \
            ACTS(ROWS, T)                                                                                                 \
        };                                                                                                                \
        size_t most = n;                                                                                                  \
        T *z = malloc(most * sizeof *z), *dy = malloc(most * sizeof *z), *y = calloc(most, sizeof *z);                    \
        double start = -1;                                                                                                \
        if (!z || !dy || !y) exit(2);                                                                                     \
        for (size_t i = 0; i < most; i++) z[i] = (T)i * 16 / (T)most - 8, dy[i] = 1;                                      \
        for (size_t k = 0; k < sizeof rows / sizeof *rows; k++) {                                                         \
            if (strcmp(rows[k].name, name) != 0) continue;                                                                \
            for (int i = 0; i < 2; i++) {   /* the first call meets fresh memory */                                       \
                start = now();                                                                                            \
                rows[k].way[!forward](y, dy, z, n < 4096 ? n : 4096);                                                     \
            }                                                                                                             \
            if (n > 200000 && now() - start > 4096 * 4e-9) most = 200000;                                                 \
            for (unsigned i = 0; i <= reps; i++) {                                                                        \
                if (i == 1) start = now();                                                                                \
                rows[k].way[!forward](y, dy, z, most);                                                                    \
            }                                                                                                             \
            start = (now() - start) / reps * ((double)n / (double)most);                                                  \
        }                                                                                                                 \
        free(z);                                                                                                          \
        free(dy);                                                                                                         \
        free(y);                                                                                                          \
        return start;                                                                                                     \
    }
#define ROWS(name, T, f, df) {#name, {forward_##name##_##T, backward_##name##_##T}},
RUN(float)
RUN(double)

int main(void)
{
    char line[160], type[16], way[16], name[16];
    unsigned n, reps;
    while (fgets(line, sizeof line, stdin)) {
        double seconds = -1;
        if (sscanf(line, "act %15s %15s %15s %u %u", type, way, name, &n, &reps) == 5)
            seconds = (type[0] == 'f' ? run_float : run_double)(name, way[0] == 'f', n, reps);
        if (seconds < 0) printf("missing\n");
        else printf("%.9g\n", seconds);
        fflush(stdout);
    }
    return 0;
}
