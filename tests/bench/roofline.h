/* roofline.h: the group `roofline` of bench.c. What bounds a product: arithmetic, or bringing the numbers?

   A product of [M][K] with [K][N] takes 2 M K N operations (flops) and must bring its operands and its result at least
   once, 4 (M K + K N + M N) bytes. Their quotient is its intensity, in flop/byte. A processor that computes at most P
   flop/s and reads at most B byte/s cannot run it faster than min(P, intensity * B): a roof with a slope and a flat
   part. Williams, Waterman and Patterson 2009. P and B are measured here, by loops that do nothing else. A limit is
   what was reached at best, so that here the best of the rounds counts, for the products as well, and not the median. */
#ifndef BENCH_ROOFLINE_H
#define BENCH_ROOFLINE_H

#include "../../examples/figure.h"

enum { ROOF_ROUNDS = 9 };

#define ROOF_TWELVE(do) do(0) do(1) do(2) do(3) do(4) do(5) do(6) do(7) do(8) do(9) do(10) do(11)

/* NAME_peak(): flops of a loop of multiply-adds on twelve independent sums, enough to hide that each takes some cycles.
   NAME_read(): the sum of n numbers, by vectors as wide. n is a multiple of 12 vectors. */
#define ROOF_KERNELS(NAME, BYTES, TARGET)                                                                         \
    typedef float NAME##_lanes __attribute__((vector_size(BYTES), may_alias));                                    \
    TARGET static double NAME##_peak(size_t steps, volatile float *keep)                                          \
    {                                                                                                             \
        NAME##_lanes x = {0}, y = {0}, sum;                                                                       \
        x += *keep + 0.5f;                                                                                        \
        y += *keep + 1.0f;                                                                                        \
        ROOF_TWELVE(ROOF_DECLARE_##NAME)                                                                          \
        for (size_t i = 0; i < steps; i++) { ROOF_TWELVE(ROOF_MULTIPLY_ADD) }                                     \
        sum = a0;                                                                                                 \
        ROOF_TWELVE(ROOF_COLLECT)                                                                                 \
        *keep = sum[0] * 0;                                                                                       \
        return 2.0 * 12 * (BYTES / 4) * (double)steps;                                                            \
    }                                                                                                             \
    TARGET static void NAME##_read(const float *z, size_t n, volatile float *keep)                                \
    {                                                                                                             \
        const NAME##_lanes *v = (const NAME##_lanes *)z, *end = v + n / (BYTES / 4);                              \
        NAME##_lanes x = {0}, sum;                                                                                \
        ROOF_TWELVE(ROOF_DECLARE_##NAME)                                                                          \
        for (; v < end; v += 12) { ROOF_TWELVE(ROOF_ADD) }                                                        \
        sum = a0;                                                                                                 \
        ROOF_TWELVE(ROOF_COLLECT)                                                                                 \
        *keep = sum[0] * 0;                                                                                       \
    }
#define ROOF_MULTIPLY_ADD(i) a##i = a##i * x + y;
#define ROOF_ADD(i)          a##i += v[i];
#define ROOF_COLLECT(i)      sum += a##i;
#define ROOF_DECLARE_roof_narrow(i) roof_narrow_lanes a##i = x * i;
#define ROOF_DECLARE_roof_middle(i) roof_middle_lanes a##i = x * i;
#define ROOF_DECLARE_roof_wide(i) roof_wide_lanes a##i = x * i;

ROOF_KERNELS(roof_narrow, 16, )
#if WI_IMPL_X86
ROOF_KERNELS(roof_middle, 32, WI_IMPL_AVX2)
ROOF_KERNELS(roof_wide, 64, WI_IMPL_AVX512)
#endif

/* The best flop/s in vectors of the width that winit.h uses here. */
static double roof_peak(void)
{
    volatile float keep = 0;
    double best = 0, start, flops;
    for (int r = 0; r < ROOF_ROUNDS; r++) {
        start = bench_now();
#if WI_IMPL_X86
        if (wi_impl_simd_bits() == 512) flops = roof_wide_peak(10000000, &keep);
        else if (wi_impl_simd_bits() == 256) flops = roof_middle_peak(10000000, &keep);
        else
#endif
        flops = roof_narrow_peak(10000000, &keep);
        best = fmax(best, flops / (bench_now() - start));
    }
    return best;
}

/* The best byte/s of reading so many bytes again and again. */
static double roof_bandwidth(size_t bytes)
{
    volatile float keep = 0;
    size_t n = bytes / 4 / 192 * 192, passes = 1 + ((size_t)1 << 28) / bytes;
    float *z = (float *)get(n, 4);
    double best = 0;
    for (int r = 0; r < ROOF_ROUNDS; r++) {
        double start = bench_now();
        for (size_t i = 0; i < passes; i++) {
#if WI_IMPL_X86
            if (wi_impl_simd_bits() == 512) roof_wide_read(z, n, &keep);
            else if (wi_impl_simd_bits() == 256) roof_middle_read(z, n, &keep);
            else
#endif
            roof_narrow_read(z, n, &keep);
        }
        best = fmax(best, 4.0 * (double)(n * passes) / (bench_now() - start));
    }
    free(z);
    return best;
}

/* The definition, as everyone writes it first: out = x w^T, both rows contiguous. Answers "gemm NT M K N reps", reps ignored. */
static double roof_plain(const char *request)
{
    unsigned M, K, N;
    sscanf(request, "gemm NT %u %u %u", &M, &K, &N);
    float *x = (float *)get((size_t)M * K, 4), *w = (float *)get((size_t)N * K, 4), *out = (float *)get((size_t)M * N, 4);
    double start = bench_now();
    for (size_t i = 0; i < M; i++) {
        for (size_t j = 0; j < N; j++) {
            float sum = 0;
            for (size_t k = 0; k < K; k++) sum += x[i * K + k] * w[j * K + k];
            out[i * N + j] = sum;
        }
    }
    start = bench_now() - start;
    free(x);
    free(w);
    free(out);
    return start;
}

typedef struct roof_point {
    int M, K, N;
    double intensity;      /* flop/byte */
    double rate[3];        /* flop/s: winit.h, OpenBLAS (0: missing), three loops */
} roof_point;

/* Products that need their weights from memory (64 MB, the first ROOF_FAR of them), and those of training, whose
   operands stay in the caches. */
enum { ROOF_FAR = 5, ROOF_POINTS = 11 };
static roof_point roof_points[ROOF_POINTS] = {
    {1, 4096, 4096, 0, {0}}, {4, 4096, 4096, 0, {0}}, {16, 4096, 4096, 0, {0}}, {64, 4096, 4096, 0, {0}}, {256, 4096, 4096, 0, {0}},
    {10, 784, 256, 0, {0}}, {64, 256, 128, 0, {0}}, {64, 784, 256, 0, {0}}, {128, 784, 512, 0, {0}}, {256, 256, 256, 0, {0}},
    {1024, 1024, 1024, 0, {0}}};

static void roof_measure(roof_point *p, bench_peer *peer)
{
    char request[80];
    double m = p->M, k = p->K, n = p->N, flops = 2 * m * k * n, seconds[3];
    int reps = 1 + (int)(5e8 / flops);
    p->intensity = flops / (4 * (m * k + k * n + m * n));
    snprintf(request, sizeof request, "gemm NT %d %d %d %d", p->M, p->K, p->N, reps);
    for (int r = 0; r < ROOF_ROUNDS; r++) {
        seconds[0] = ours_gemm(request);
        seconds[1] = bench_ask(peer, request);
        seconds[2] = r > 0 && flops > 1e9 ? HUGE_VAL : roof_plain(request);   /* slow, and steady */
        for (int i = 0; i < 3; i++) p->rate[i] = fmax(p->rate[i], flops / seconds[i]);
    }
}

/* Both axes logarithmic, so that every bandwidth is a line of slope 1. */
static void roof_draw(const char *folder, double peak, double far, double near)
{
    static const char *const key[] = {"winit.h", "OpenBLAS", "three loops", "roof, numbers from memory", "roof, numbers from a cache"};
    const fig_desc desc = {
        .title = "What bounds a matrix product",
        .caption = "Joined dots: x W^T with 4096 x 4096 weights, which memory must deliver, for batches of 1, 4, 16, 64 and 256. Dots alone: the "
                   "products of training, whose numbers are in the caches. No dot can lie above its roof. One core.",
        .width = 560, .height = 340, .key = key, .key_count = 5};
    const double left = 0.25, right = 256;
    fig f;
    fig_open(&f, folder, "roofline", &desc);
    fig_panel(&f, 0, 0, NULL);
    fig_y_axis(&f, 1, 512, FIG_LOG, "GFLOP/s");
    fig_x_axis(&f, left, right, FIG_LOG, "intensity, flop/byte");
    for (int i = 0; i < 2; i++) {
        double b = i == 0 ? far : near, x[] = {left, peak / b > left ? peak / b : left, right};
        double y[] = {left * b < peak ? left * b * 1e-9 : peak * 1e-9, peak * 1e-9, peak * 1e-9};
        fig_curve(&f, x, y, 3, i == 0 ? FIG_PURPLE : FIG_RED);
    }
    for (int i = 2; i >= 0; i--) {
        double x[ROOF_POINTS], y[ROOF_POINTS];
        for (int p = 0; p < ROOF_POINTS; p++) {
            x[p] = roof_points[p].intensity;
            y[p] = roof_points[p].rate[i] > 0 ? roof_points[p].rate[i] * 1e-9 : HUGE_VAL;
        }
        fig_curve(&f, x, y, ROOF_FAR, i);
        fig_dots(&f, x, y, ROOF_POINTS, i, i == 0 ? 4.5 : 3.5);
        for (int p = 0; i == 2 && p < ROOF_FAR; p++) {
            char name[24];
            snprintf(name, sizeof name, p == 0 ? "batch %d" : "%d", roof_points[p].M);
            fig_label(&f, x[p], y[p], 0, 17, 'm', name);
        }
    }
    fig_close(&f);
}

static void roofline(bench_peer *peer)
{
    const char *folder = getenv("BENCH_FIGURES");
    FILE *table = bench_table("roofline");
    double peak = 0, far = 0, near = 0;
    for (int p = 0; p < ROOF_POINTS; p++) {   /* limits and products in turns: a busy moment hits both */
        peak = fmax(peak, roof_peak());
        far = fmax(far, roof_bandwidth((size_t)256 << 20));
        near = fmax(near, roof_bandwidth((size_t)512 << 10));
        roof_measure(&roof_points[p], peer);
    }
    bench_say(table, "%-36s %8.1f GFLOP/s\n", "multiply-adds", peak * 1e-9);
    bench_say(table, "%-36s %8.1f GB/s\n", "reading 256 MB, from memory", far * 1e-9);
    bench_say(table, "%-36s %8.1f GB/s\n\n", "reading 512 KB, from a cache", near * 1e-9);
    bench_say(table, "%-18s %10s %8s | %8s %8s %8s | %8s\n", "product x W^T", "flop/byte", "roof", "winit.h", peer->name, "3 loops", "of roof");
    for (int p = 0; p < ROOF_POINTS; p++) {
        roof_point *q = &roof_points[p];
        char name[40], theirs[40] = "-";
        double roof;
        roof = q->intensity * (p < ROOF_FAR ? far : near);
        if (roof > peak) roof = peak;
        snprintf(name, sizeof name, "%d,%d,%d", q->M, q->K, q->N);
        if (q->rate[1] > 0) snprintf(theirs, sizeof theirs, "%.1f", q->rate[1] * 1e-9);
        bench_say(table, "%-18s %10.2f %8.1f | %8.1f %8s %8.1f | %7.0f%%\n", name, q->intensity, roof * 1e-9, q->rate[0] * 1e-9, theirs,
                  q->rate[2] * 1e-9, 100 * q->rate[0] / roof);
    }
    if (peer->missing[0]) bench_say(table, "%s: %s\n", peer->name, peer->missing);
    if (table) fclose(table);
    if (folder) roof_draw(folder, peak, far, near);
}

#endif /* BENCH_ROOFLINE_H */
