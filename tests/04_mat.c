/* 04_mat.c - views, products and singular values.
   @build portable openmp */
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"

#define TOP 40  /* every shape from 1 to TOP in each dimension */

static wi_real noise(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return (wi_real)((double)(*state >> 8) / 8388608.0 - 1.0);
}

static int same_bits(wi_real x, wi_real y)
{
    return memcmp(&x, &y, sizeof x) == 0 || (x != x && y != y);
}

static wi_mat strided(wi_real *data, size_t rows, size_t cols, size_t row_step, size_t col_step)
{
    wi_mat m = wi_mat_view(data, rows, cols);
    m.row_step = row_step;
    m.col_step = col_step;
    return m;
}

static wi_real *at(wi_mat m, size_t i, size_t j)
{
    return m.data + i * m.row_step + j * m.col_step;
}

static void test_views(void)
{
    wi_real data[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    wi_mat m = wi_mat_view(data, 3, 4), t = wi_mat_transpose(m), r = wi_mat_rows(m, 1, 1);
    CHECK(m.rows == 3 && m.cols == 4 && m.row_step == 4 && m.col_step == 1);
    CHECK(t.rows == 4 && t.cols == 3 && *at(t, 3, 2) == 11 && *at(t, 1, 0) == 1);
    CHECK(r.rows == 1 && r.cols == 4 && *at(r, 0, 2) == 6);
    CHECK(wi_mat_rows(m, 2, 9).rows == 1);
    CHECK(wi_mat_rows(m, 3, 1).rows == 0);
    CHECK(wi_mat_rows(m, 99, SIZE_MAX).rows == 0);
    CHECK(*at(wi_mat_rows(t, 2, 2), 1, 1) == 7);
}

static void test_statuses(void)
{
    wi_real data[64] = {0};
    wi_mat a = wi_mat_view(data, 2, 3), b = wi_mat_view(data + 8, 3, 4), out = wi_mat_view(data + 24, 2, 4), bad;
    CHECK_STATUS(wi_mat_mul(out, a, b), WI_OK);
    CHECK_STATUS(wi_mat_mul(out, b, a), WI_ERR_SHAPE);
    CHECK_STATUS(wi_mat_mul(wi_mat_transpose(out), a, b), WI_ERR_SHAPE);
    CHECK_STATUS(wi_mat_mul(out, wi_mat_rows(a, 0, 1), b), WI_ERR_SHAPE);
    CHECK_STATUS(wi_mat_mul(wi_mat_view(NULL, 2, 4), a, b), WI_ERR_ARG);
    CHECK_STATUS(wi_mat_mul(out, wi_mat_view(NULL, 2, 3), b), WI_ERR_ARG);
    CHECK_STATUS(wi_mat_mul_add(out, a, wi_mat_view(NULL, 3, 4)), WI_ERR_ARG);
    CHECK_STATUS(wi_mat_mul(wi_mat_rows(out, 2, 0), wi_mat_rows(a, 2, 0), b), WI_ERR_SHAPE);

    /* Outputs that overlap an input or themselves. */
    CHECK_STATUS(wi_mat_mul(wi_mat_view(data + 15, 2, 4), a, b), WI_ERR_ARG);
    CHECK_STATUS(wi_mat_mul(wi_mat_view(data, 2, 4), a, b), WI_ERR_ARG);
    bad = strided(data + 24, 2, 4, 0, 1);
    CHECK_STATUS(wi_mat_mul(bad, a, b), WI_ERR_ARG);

    /* Inputs may repeat elements, or be one another. */
    bad = strided(data, 2, 3, 0, 1);
    CHECK_STATUS(wi_mat_mul(out, bad, b), WI_OK);
    CHECK_STATUS(wi_mat_mul(wi_mat_view(data + 24, 3, 3), wi_mat_transpose(a), a), WI_OK);
}

/* ---- Products of every shape, against sums made one term at a time. ----
   Because the order over k is fixed, the value of an element for depth k + 1 is the value for depth k and one
   more term: one table of [k][i][j] holds what every shape must give, bit by bit. */
static wi_real left[TOP * TOP], right[TOP * TOP];
static wi_real fused[TOP + 1][TOP][TOP], rounded[TOP + 1][TOP][TOP];
static wi_real room_a[9 * TOP * TOP], room_b[9 * TOP * TOP], room_out[9 * TOP * TOP];

static void fill_tables(void)
{
    uint32_t state = 1;
    for (size_t i = 0; i < TOP * TOP; i++) left[i] = noise(&state);
    for (size_t i = 0; i < TOP * TOP; i++) right[i] = noise(&state);
    for (size_t i = 0; i < TOP; i++) {
        for (size_t j = 0; j < TOP; j++) {
            fused[0][i][j] = rounded[0][i][j] = 0;
            for (size_t k = 0; k < TOP; k++) {
                wi_real x = left[i * TOP + k], y = right[k * TOP + j];
                volatile wi_real product = x * y;
                rounded[k + 1][i][j] = rounded[k][i][j] + product;
#if WI_IMPL_DOUBLE
                fused[k + 1][i][j] = fma(x, y, fused[k][i][j]);
#else
                fused[k + 1][i][j] = fmaf(x, y, fused[k][i][j]);
#endif
            }
        }
    }
}

/* Lay out an m x n view in a way: 0 rows, 1 columns, 2 padded rows, 3 odd steps both ways. */
static wi_mat lay_out(wi_real *room, size_t m, size_t n, int way)
{
    if (way == 1) return strided(room, m, n, 1, m);
    if (way == 2) return strided(room, m, n, n + 5, 1);
    if (way == 3) return strided(room, m, n, 3 * n + 1, 3);
    return wi_mat_view(room, m, n);
}

static void copy_in(wi_mat to, const wi_real *from)
{
    for (size_t i = 0; i < to.rows; i++)
        for (size_t j = 0; j < to.cols; j++) *at(to, i, j) = from[i * TOP + j];
}

static size_t wrong_elements(wi_mat out, wi_real (*want)[TOP])
{
    size_t wrong = 0;
    for (size_t i = 0; i < out.rows; i++)
        for (size_t j = 0; j < out.cols; j++) wrong += !same_bits(*at(out, i, j), want[i][j]);
    return wrong;
}

typedef void product(wi_mat out, wi_mat a, wi_mat b);

/* The product of depth d, half of it accumulated onto the other half; nothing outside out is written. */
static void check_shapes(const char *name, product *mul_add, wi_real (*table)[TOP][TOP], size_t step)
{
    size_t wrong = 0, stray = 0;
    for (size_t m = 1; m <= TOP; m += step) {
        for (size_t n = 1; n <= TOP; n++) {
            int way = (int)((m + n) % 4), way_a = (int)((m / 4 + n) % 4), way_b = (int)((m + n / 4) % 4);
            wi_mat out = lay_out(room_out + 64, m, n, way), a, b;
            for (size_t k = 1; k <= TOP; k += step) {
                size_t half = k / 2, last = 64 + (m - 1) * out.row_step + (n - 1) * out.col_step;
                a = lay_out(room_a, m, k, way_a);
                b = lay_out(room_b, k, n, way_b);
                copy_in(a, left);
                copy_in(b, right);
                for (size_t i = 0; i < 64; i++) room_out[i] = room_out[last + 1 + i] = 7;
                for (size_t i = 0; i < m; i++)
                    for (size_t j = 0; j < n; j++) *at(out, i, j) = 0;
                if (half > 0) {
                    wi_mat front = a;
                    front.cols = half;
                    mul_add(out, front, wi_mat_rows(b, 0, half));
                    a.data += half * a.col_step;
                    a.cols -= half;
                    b = wi_mat_rows(b, half, k - half);
                }
                mul_add(out, a, b);
                wrong += wrong_elements(out, table[k]);
                for (size_t i = 0; i < 64; i++) stray += room_out[i] != 7 || room_out[last + 1 + i] != 7;
            }
        }
    }
    printf("  %s\n", name);
    CHECK_EQ(wrong, 0);
    CHECK_EQ(stray, 0);
}

static void plain(wi_mat out, wi_mat a, wi_mat b) { wi_impl_gemm_plain(out, a, b); }
static void exact(wi_mat out, wi_mat a, wi_mat b) { wi_impl_gemm_exact(out, a, b, 1); }
static void usual(wi_mat out, wi_mat a, wi_mat b) { wi_impl_gemm(out, a, b, 1); }
static int usual_is_fused;

#if WI_IMPL_SIMD
static wi_impl_kernel kernel_in_test;
static void with_kernel(wi_mat out, wi_mat a, wi_mat b) { wi_impl_gemm_tiled(out, a, b, kernel_in_test); }

static void check_kernel(const char *name, wi_impl_tile *tile, size_t rows, size_t bytes, int is_fused)
{
    kernel_in_test.tile = tile;
    kernel_in_test.rows = rows;
    kernel_in_test.mode = WI_IMPL_ADD;
    kernel_in_test.lanes = bytes / sizeof(wi_real);
#ifdef __OPTIMIZE__
    check_shapes(name, with_kernel, is_fused ? fused : rounded, 1);
#else
    check_shapes(name, with_kernel, is_fused ? fused : rounded, 3);   /* every shape would take half a minute */
#endif
}

/* Every kernel that this processor can run, whichever of them it would choose. */
static void test_kernels(void)
{
    wi_impl_tile *best = wi_impl_kernel_pick(0).tile;
    usual_is_fused = best != wi_impl_tile_exact_128;
    check_kernel("exact, 128 bits", wi_impl_tile_exact_128, 6, 16, 0);
#if WI_IMPL_X86
    if (best == wi_impl_tile_512 || best == wi_impl_tile_256) {
        check_kernel("fused, 256 bits", wi_impl_tile_256, 6, 32, 1);
    }
    if (best == wi_impl_tile_512) {
        check_kernel("fused, 512 bits", wi_impl_tile_512, 14, 64, 1);
        check_kernel("exact, 512 bits", wi_impl_tile_exact_512, 6, 64, 0);
    }
#endif
}
#else
static void test_kernels(void) { usual_is_fused = 0; }
#endif

/* Long sums cross blocks of k, wide ones strips, tall ones panels; some threads may share the work. */
static void test_large(void)
{
    static const size_t shape[][3] = {{3, 2000, 5}, {130, 801, 67}, {10, 784, 390}, {300, 9, 300}, {1, 1000, 1}, {97, 399, 33},
                                     {64, 10, 128}, {33, 3, 1000},        /* strips of many columns */
                                     {70, 1024, 96}, {96, 300, 1024}};   /* rows a multiple of 4 KB apart */
    for (size_t s = 0; s < WI_COUNT(shape); s++) {
        for (int way = 0; way < 8; way++) {
            size_t m = shape[s][0], k = shape[s][1], n = shape[s][2], wrong = 0;
            wi_real *data = (wi_real *)malloc((m * k + k * n + 2 * m * n) * sizeof(wi_real));
            wi_mat a = wi_mat_view(data, m, k), b = wi_mat_view(data + m * k, k, n);
            wi_mat out = wi_mat_view(data + m * k + k * n, m, n), want = wi_mat_view(out.data + m * n, m, n);
            uint32_t state = (uint32_t)s + 7;
            if (way & 1) a = strided(a.data, m, k, 1, m);
            if (way & 2) b = strided(b.data, k, n, 1, k);
            if (way & 4) out = strided(out.data, m, n, 1, m);
            for (size_t i = 0; i < m * k; i++) a.data[i] = noise(&state);
            for (size_t i = 0; i < k * n; i++) b.data[i] = noise(&state);
            for (size_t i = 0; i < m * n; i++) *at(out, i / n, i % n) = want.data[i] = noise(&state);

            wi_impl_gemm_exact(out, a, b, 1);
            wi_impl_gemm_plain(want, a, b);
            for (size_t i = 0; i < m * n; i++) wrong += !same_bits(*at(out, i / n, i % n), want.data[i]);
            CHECK_EQ(wrong, 0);

            /* The usual product: each row of the batch by itself gives the bits that all together give. */
            CHECK_OK(wi_mat_mul(out, a, b));
            for (size_t i = 0; i < m; i += 29) {
                wi_mat row = wi_mat_rows(want, i, 1);
                CHECK_OK(wi_mat_mul(row, wi_mat_rows(a, i, 1), b));
                for (size_t j = 0; j < n; j++) wrong += !same_bits(*at(out, i, j), row.data[j]);
            }
            CHECK_EQ(wrong, 0);
            free(data);
        }
    }
}

/* A step in one go, out += scale (a b), has the bits of the product followed by the optimiser's step. */
static void test_step(void)
{
    static wi_real at_once[160 * 1024], in_two[160 * 1024], grad[160 * 1024], x[WI_IMPL_STEP_K * 1024], y[WI_IMPL_STEP_K * 160];
    static const size_t shape[][3] = {{1, 1, 1}, {3, 5, 7}, {25, 10, 62}, {62, 10, 156}, {33, 64, 50}, {160, WI_IMPL_STEP_K, 1024}};
    uint32_t state = 3;
    for (size_t s = 0; s < WI_COUNT(shape); s++) {
        size_t m = shape[s][0], k = shape[s][1], n = shape[s][2];
        wi_opt opt;
        for (size_t i = 0; i < m * n; i++) at_once[i] = in_two[i] = noise(&state);
        for (size_t i = 0; i < k * n; i++) x[i] = noise(&state);
        for (size_t i = 0; i < k * m; i++) y[i] = noise(&state);
        wi_mat a = wi_mat_transpose(wi_mat_view(y, k, m)), b = wi_mat_view(x, k, n);
        wi_impl_gemm_step(wi_mat_view(at_once, m, n), a, b, -(wi_real)0.1);
        CHECK_OK(wi_mat_mul(wi_mat_view(grad, m, n), a, b));
        CHECK_OK(wi_opt_create(&opt, wi_sgd(0.1), m * n));
        CHECK_OK(wi_opt_step(&opt, in_two, grad));
        wi_opt_destroy(&opt);
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD != 0
        size_t apart = 0;   /* the x87 rounds only when it stores */
        for (size_t i = 0; i < m * n; i++) apart += !(fabs((double)at_once[i] - (double)in_two[i]) < 1e-5);
        CHECK_EQ(apart, 0);
#else
        CHECK_EQ(memcmp(at_once, in_two, m * n * sizeof *in_two), 0);
#endif
    }
}

/* Not-a-number and infinity spoil the elements that they enter, and no others. */
static void test_nonfinite(void)
{
    wi_real nan = (wi_real)NAN, inf = (wi_real)HUGE_VAL;
    for (size_t m = 1; m <= 33; m += 4) {
        wi_mat a = wi_mat_view(room_a, m, 20), b = wi_mat_view(room_b, 20, 35), out = wi_mat_view(room_out, m, 35);
        size_t wrong = 0;
        for (size_t i = 0; i < m * 20; i++) a.data[i] = 1;
        for (size_t i = 0; i < 20 * 35; i++) b.data[i] = 2;
        *at(a, m / 2, 3) = nan;
        *at(b, 7, 34) = inf;
        CHECK_OK(wi_mat_mul(out, a, b));
        for (size_t i = 0; i < m; i++)
            for (size_t j = 0; j < 35; j++)
                wrong += !same_bits(*at(out, i, j), i == m / 2 ? nan : j == 34 ? inf : 40);
        *at(a, 0, 7) = 0;
        if (m > 1) *at(a, m / 2, 3) = 1;
        CHECK_OK(wi_mat_mul(out, a, b));
        CHECK(*at(out, 0, 34) != *at(out, 0, 34));  /* 0 * inf */
        CHECK_EQ(wrong, 0);
    }

    /* What out held before, even NaN, is gone after mul and stays after mul_add. */
    {
        wi_real x = 2, y = 3, z = nan;
        CHECK_OK(wi_mat_mul(wi_mat_view(&z, 1, 1), wi_mat_view(&x, 1, 1), wi_mat_view(&y, 1, 1)));
        CHECK(z == 6);
        CHECK_OK(wi_mat_mul_add(wi_mat_view(&z, 1, 1), wi_mat_view(&x, 1, 1), wi_mat_view(&y, 1, 1)));
        CHECK(z == 12);
    }
}

/* ---- Singular values ---- */

static void test_svd(void)
{
    static wi_real m[60 * 60], q[60 * 60];
    double values[60], sum = 0, squares = 0, eps = WI_IMPL_DOUBLE ? 1e-13 : 3e-6;
    uint32_t state = 5;

    /* A diagonal with shuffled signs and places, wide and tall. */
    memset(m, 0, sizeof m);
    m[0 * 5 + 3] = -2; m[1 * 5 + 0] = 5; m[2 * 5 + 4] = 1;
    CHECK_OK(wi_mat_svd_values(wi_mat_view(m, 3, 5), values));
    CHECK_NEAR(values[0], 5, 1e-14); CHECK_NEAR(values[1], 2, 1e-14); CHECK_NEAR(values[2], 1, 1e-14);
    CHECK_OK(wi_mat_svd_values(wi_mat_transpose(wi_mat_view(m, 3, 5)), values));
    CHECK_NEAR(values[0], 5, 1e-14); CHECK_NEAR(values[1], 2, 1e-14); CHECK_NEAR(values[2], 1, 1e-14);

    /* [[1 1] [0 1]]: the golden ratio and its inverse. */
    m[0] = 1; m[1] = 1; m[2] = 0; m[3] = 1;
    CHECK_OK(wi_mat_svd_values(wi_mat_view(m, 2, 2), values));
    CHECK_NEAR(values[0], 0.5 * (1 + sqrt(5.0)), 1e-14);
    CHECK_NEAR(values[1], 0.5 * (sqrt(5.0) - 1), 1e-14);

    /* A reflection I - 2 v v^T is orthogonal: all ones, whatever its size. */
    for (size_t i = 0; i < 60; i++) values[i] = (double)noise(&state), squares += values[i] * values[i];
    for (size_t i = 0; i < 60; i++)
        for (size_t j = 0; j < 60; j++) q[i * 60 + j] = (wi_real)((i == j) - 2 * values[i] * values[j] / squares);
    CHECK_OK(wi_mat_svd_values(wi_mat_view(q, 60, 60), values));
    for (size_t i = 0; i < 60; i++) CHECK_NEAR(values[i], 1, eps);

    /* Random: the squares add up to the squares of the entries; a row repeated makes a zero. */
    squares = 0;
    for (size_t i = 0; i < 20 * 33; i++) m[i] = noise(&state);
    memcpy(m + 19 * 33, m + 4 * 33, 33 * sizeof *m);
    for (size_t i = 0; i < 20 * 33; i++) squares += (double)m[i] * (double)m[i];
    CHECK_OK(wi_mat_svd_values(wi_mat_view(m, 20, 33), values));
    for (size_t i = 0; i < 20; i++) sum += values[i] * values[i];
    CHECK_NEAR(sum, squares, 1e-12 * squares);
    for (size_t i = 0; i + 1 < 20; i++) CHECK(values[i] >= values[i + 1]);
    CHECK_BELOW(values[19], 1e-13 * values[0]);

    /* Rank one, zero, huge and tiny entries. */
    for (size_t i = 0; i < 100; i++) m[i] = (wi_real)((double)(i / 10 + 1) * (double)(i % 10 + 1));
    CHECK_OK(wi_mat_svd_values(wi_mat_view(m, 10, 10), values));
    CHECK_NEAR(values[0], 385, 1e-11);
    CHECK_BELOW(values[1], 1e-12);
    memset(m, 0, sizeof m);
    CHECK_OK(wi_mat_svd_values(wi_mat_view(m, 7, 4), values));
    for (size_t i = 0; i < 4; i++) CHECK(values[i] == 0);
    m[0] = WI_IMPL_DOUBLE ? (wi_real)1e300 : (wi_real)1e38; m[3] = m[0];
    CHECK_OK(wi_mat_svd_values(wi_mat_view(m, 2, 2), values));
    CHECK_NEAR(values[1], (double)m[0], 1e-10 * (double)m[0]);
    CHECK_OK(wi_mat_svd_values(strided(m, 3, 3, 0, 0), values));
    CHECK_NEAR(values[0], 3 * (double)m[0], 1e-10 * (double)m[0]);
}

static void test_svd_errors(void)
{
    wi_real m[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13};
    double values[4] = {-1, -1, -1, -1};
    CHECK_STATUS(wi_mat_svd_values(wi_mat_view(NULL, 3, 4), values), WI_ERR_ARG);
    CHECK_STATUS(wi_mat_svd_values(wi_mat_view(m, 3, 4), NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_mat_svd_values(wi_mat_view(m, 0, 4), values), WI_ERR_SHAPE);
    CHECK_STATUS(wi_mat_svd_values(wi_mat_view(m, 3, 0), values), WI_ERR_SHAPE);
    CHECK_STATUS(wi_mat_svd_values(wi_mat_view(m, SIZE_MAX / 2, 16), values), WI_ERR_MEMORY);
    m[5] = (wi_real)NAN;
    CHECK_STATUS(wi_mat_svd_values(wi_mat_view(m, 3, 4), values), WI_ERR_NUMERIC);
    m[5] = (wi_real)-HUGE_VAL;
    CHECK_STATUS(wi_mat_svd_values(wi_mat_view(m, 3, 4), values), WI_ERR_NUMERIC);
    m[5] = 6;
    CHECK(values[0] == -1 && values[3] == -1);
}

int main(void)
{
    test_views();
    test_statuses();
    fill_tables();
    check_shapes("three loops", plain, rounded, 3);
    test_kernels();
    check_shapes("exact", exact, rounded, 3);
    check_shapes("usual", usual, usual_is_fused ? fused : rounded, 3);
    test_large();
    test_step();
    test_nonfinite();
    test_svd();
    test_svd_errors();
    return check_done();
}
