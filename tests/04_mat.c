/* 04_mat.c - views, products and singular values.
   @build portable openmp no-x87 */
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include "inside.h"

static const int IS_DOUBLE = sizeof(wi_real) == 8;

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

static void test_views(void)
{
    wi_real data[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
    wi_mat m = wi_mat_view(data, 3, 4), t = wi_mat_transpose(m), r = wi_mat_rows(m, 1, 1);
    CHECK(m.rows == 3 && m.cols == 4 && m.row_step == 4 && m.col_step == 1);
    CHECK(t.rows == 4 && t.cols == 3 && *wi_mat_at(t, 3, 2) == 11 && *wi_mat_at(t, 1, 0) == 1);
    CHECK(r.rows == 1 && r.cols == 4 && *wi_mat_at(r, 0, 2) == 6);
    CHECK(wi_mat_rows(m, 2, 9).rows == 1);
    CHECK(wi_mat_rows(m, 3, 1).rows == 0);
    CHECK(wi_mat_rows(m, 99, SIZE_MAX).rows == 0);
    CHECK(*wi_mat_at(wi_mat_rows(t, 2, 2), 1, 1) == 7);
}

/* Numbers that are const go in without a cast. */
static void test_const(void)
{
    static const wi_real w[6] = {1, 2, 3, 4, 5, 6}, x[3] = {1, 0, -1};
    wi_real y[2];
    wi_mat m = wi_mat_view_const(w, 2, 3);
    CHECK(m.rows == 2 && m.cols == 3 && m.row_step == 3 && m.col_step == 1 && m.data == w);
    CHECK_OK(wi_mat_mul(wi_mat_view(y, 1, 2), wi_mat_view_const(x, 1, 3), wi_mat_transpose(m)));
    CHECK(y[0] == -2 && y[1] == -2 && *wi_mat_at(wi_mat_transpose(m), 2, 1) == 6);
    CHECK(wi_mat_view_const(NULL, 2, 3).data == NULL);
}

static void test_statuses(void)
{
    wi_real data[64] = {0};
    wi_mat a = wi_mat_view(data, 2, 3), b = wi_mat_view(data + 8, 3, 4), out = wi_mat_view(data + 24, 2, 4),
           bad;
    CHECK_STATUS(wi_mat_mul(out, a, b), WI_OK);
    CHECK_STATUS(wi_mat_mul(out, b, a), WI_ERR_SHAPE);
    CHECK_STATUS(wi_mat_mul(wi_mat_transpose(out), a, b), WI_ERR_SHAPE);
    CHECK_STATUS(wi_mat_mul(out, wi_mat_rows(a, 0, 1), b), WI_ERR_SHAPE);
    CHECK_STATUS(wi_mat_mul(wi_mat_view(NULL, 2, 4), a, b), WI_ERR_ARG);
    CHECK_STATUS(wi_mat_mul(out, wi_mat_view(NULL, 2, 3), b), WI_ERR_ARG);
    CHECK_STATUS(wi_mat_mul_add(out, a, wi_mat_view(NULL, 3, 4)), WI_ERR_ARG);
    CHECK_STATUS(wi_mat_mul(wi_mat_rows(out, 2, 0), wi_mat_rows(a, 2, 0), b), WI_ERR_SHAPE);
    CHECK_STATUS(wi_mat_mul(wi_mat_view(out.data, 1, 1), wi_mat_view(a.data, 1, SIZE_MAX),
                            wi_mat_view(b.data, SIZE_MAX, 1)),
                 WI_ERR_SHAPE);

    /* Nothing in one direction; inner sizes that differ alone; a view that reaches past all memory. */
    CHECK_STATUS(wi_mat_mul(wi_mat_view(data + 24, 2, 0), a, wi_mat_view(data + 8, 3, 0)), WI_ERR_SHAPE);
    CHECK_STATUS(wi_mat_mul(out, wi_mat_view(data, 2, 0), wi_mat_view(data + 8, 0, 4)), WI_ERR_SHAPE);
    CHECK_STATUS(wi_mat_mul(out, wi_mat_view(data, 2, 2), b), WI_ERR_SHAPE);
    bad = b;
    bad.row_step = SIZE_MAX / 2;
    CHECK_STATUS(wi_mat_mul(out, a, bad), WI_ERR_SHAPE);
    bad = a;
    bad.row_step = SIZE_MAX / 2;
    CHECK_STATUS(wi_mat_mul(out, bad, b), WI_ERR_SHAPE);
    bad = out;
    bad.row_step = SIZE_MAX / 2;
    CHECK_STATUS(wi_mat_mul(bad, a, b), WI_ERR_SHAPE);

    /* A step that leads from the only row or column to none may be any number. */
    data[0] = 2;
    data[8] = 3;
    for (size_t wild = 1; wild <= SIZE_MAX / 2; wild = 2 * wild + 1) {
        data[24] = 0;
        CHECK_STATUS(wi_mat_mul_add(strided(data + 24, 1, 1, wild, wild), strided(data, 1, 3, wild, 1),
                                    strided(data + 8, 3, 1, 1, wild)),
                     WI_OK);
        CHECK_NEAR(data[24], 6, 0);
    }

    /* Outputs that overlap an input or themselves. */
    CHECK_STATUS(wi_mat_mul(wi_mat_view(data + 15, 2, 4), a, b), WI_ERR_ARG);
    CHECK_STATUS(wi_mat_mul(wi_mat_view(data, 2, 4), a, b), WI_ERR_ARG);
    bad = strided(data + 24, 2, 4, 0, 1);
    CHECK_STATUS(wi_mat_mul(bad, a, b), WI_ERR_ARG);

    /* Elements that coincide though no step is 0: every view of a few elements, against a list of
       addresses. */
    size_t wrong = 0;
    for (size_t rows = 1; rows <= 4; rows++)
        for (size_t cols = 1; cols <= 4; cols++)
            for (size_t row_step = 0; row_step <= 7; row_step++)
                for (size_t col_step = 0; col_step <= 7; col_step++) {
                    int taken[64] = {0}, twice = 0;
                    for (size_t i = 0; i < rows * cols; i++)
                        twice |= taken[i / cols * row_step + i % cols * col_step]++;
                    bad = strided(data + 24, rows, cols, row_step, col_step);
                    wi_mat x = wi_mat_view(data, rows, 1), y = wi_mat_view(data + 8, 1, cols);
                    wrong += wi_mat_mul(bad, x, y) != (twice ? WI_ERR_ARG : WI_OK);
                }
    CHECK_EQ(wrong, 0);

    /* Inputs may repeat elements, or be one another. */
    bad = strided(data, 2, 3, 0, 1);
    CHECK_STATUS(wi_mat_mul(out, bad, b), WI_OK);
    CHECK_STATUS(wi_mat_mul(wi_mat_view(data + 24, 3, 3), wi_mat_transpose(a), a), WI_OK);
}

/* ---- Products of every shape, against sums made one term at a time ---- */

static wi_real left[TOP * TOP], right[TOP * TOP];
static wi_real room_a[9 * TOP * TOP], room_b[9 * TOP * TOP], room_out[9 * TOP * TOP];

/* One element, its terms dealt to so many sums in turn, the first of which begins with start. */
static wi_real sum_of(int is_fused, size_t sums, wi_real start, wi_mat a, size_t i, wi_mat b, size_t j)
{
    wi_real s[8] = {0, 0, 0, 0, 0, 0, 0, 0};
    const wi_real *x = a.data + i * a.row_step, *y = b.data + j * b.col_step;
    s[0] = start;
    for (size_t k = 0, t = 0; k < a.cols; k++, x += a.col_step, y += b.row_step, t = t + 1 < sums ? t + 1 : 0)
        if (!is_fused) {
            volatile wi_real product = *x * *y;
            s[t] += product;
        } else if (IS_DOUBLE) s[t] = (wi_real)fma((double)*x, (double)*y, (double)s[t]);
        else s[t] = (wi_real)fmaf((float)*x, (float)*y, (float)s[t]);
    if (sums == 1) return s[0];
    return ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
}

/* right + left right, of the first k columns of left and rows of right: what every kernel is compared with,
   however its matrices are laid out. Made once for each k and order. */
static const wi_real *sums_to(size_t k, int is_fused, size_t sums)
{
    static wi_real known[2][2][TOP + 1][TOP * TOP];
    static int is_known[2][2][TOP + 1];
    wi_real *want = known[is_fused][sums > 1][k];
    wi_mat a = strided(left, TOP, k, TOP, 1), b = strided(right, k, TOP, TOP, 1);
    for (size_t i = 0; i < TOP * TOP && !is_known[is_fused][sums > 1][k]; i++)
        want[i] = sum_of(is_fused, sums, right[i], a, i / TOP, b, i % TOP);
    is_known[is_fused][sums > 1][k] = 1;
    return want;
}

/* Lay out an m x n view in a way: 0 rows, 1 columns, 2 padded rows, 3 columns two or three apart. */
static wi_mat lay_out(wi_real *room, size_t m, size_t n, int way)
{
    if (way == 1) return strided(room, m, n, 1, m);
    if (way == 2) return strided(room, m, n, n + 5, 1);
    if (way == 3) return strided(room, m, n, 3 * n + 1, 2 + n % 2);
    return wi_mat_view(room, m, n);
}

/* Between rows that are dense and apart lies what would be noticed in any sum. */
static void copy_in(wi_mat to, const wi_real *from)
{
    for (size_t i = 0; i < to.rows; i++) {
        for (size_t j = 0; j < to.cols; j++) *wi_mat_at(to, i, j) = from[i * TOP + j];
        for (size_t j = to.cols; j < to.row_step && to.col_step == 1 && i + 1 < to.rows; j++)
            to.data[i * to.row_step + j] = (wi_real)NAN;
    }
}

typedef void product(wi_mat out, wi_mat a, wi_mat b);

/* What does not have the bits of sums that begin with what out holds, or lies outside out and is written. */
static void check_product(product *mul_add, int is_fused, size_t sums, wi_mat out, wi_mat a, wi_mat b,
                          size_t *wrong, size_t *stray)
{
    size_t last = 64 + (out.rows - 1) * out.row_step + (out.cols - 1) * out.col_step;
    if (sums == 0) sums = a.cols > 1 && a.col_step == 1 && b.row_step == 1 ? 8 : 1;   /* as the layout says */
    const wi_real *want = sums_to(a.cols, is_fused, sums);
    for (size_t i = 0; i < 64; i++) room_out[i] = room_out[last + 1 + i] = 7;
    copy_in(out, right);
    mul_add(out, a, b);
    for (size_t i = 0; i < out.rows; i++)
        for (size_t j = 0; j < out.cols; j++)
            *wrong += !same_bits(*wi_mat_at(out, i, j), want[i * TOP + j]);
    for (size_t i = 0; i < 64; i++) *stray += room_out[i] != 7 || room_out[last + 1 + i] != 7;
}

/* All shapes, in changing layouts; sums 0: as many as the layout says. */
static void check_shapes(const char *name, product *mul_add, int is_fused, size_t sums)
{
    size_t wrong = 0, stray = 0;
    for (size_t m = 1; m <= TOP; m += 3 * CHECK_SLOW_PART(3)) {
        for (size_t n = 1; n <= TOP; n++) {
            /* every k beside every remainder of m and n */
            for (size_t k = 1 + (m + n) % 11; k <= TOP; k += 11) {
                int way = (int)((m + n) % 4), way_a = (int)((m / 4 + n) % 4), way_b = (int)((m + n / 4) % 4);
                wi_mat a = lay_out(room_a, m, k, way_a), b = lay_out(room_b, k, n, way_b);
                if (k % 2) a = lay_out(room_a, m, k, way_a & 2), b = lay_out(room_b, k, n, 1);   /* x W^T */
                if (sums == 8 && (a.col_step != 1 || b.row_step != 1)) continue;
                copy_in(a, left);
                copy_in(b, right);
                check_product(mul_add, is_fused, sums, lay_out(room_out + 64, m, n, way), a, b, &wrong,
                              &stray);
            }
        }
    }
    printf("  %s\n", name);
    CHECK_EQ(wrong, 0);
    CHECK_EQ(stray, 0);
}

static inside_order order_in_test;
static void in_order(wi_mat out, wi_mat a, wi_mat b)
{
    inside_gemm_in(INSIDE_BEST, order_in_test, out, a, b);
}
static void plain(wi_mat out, wi_mat a, wi_mat b) { inside_gemm_in(INSIDE_PLAIN, order_in_test, out, a, b); }
static void in_tiles(wi_mat out, wi_mat a, wi_mat b)
{
    inside_gemm_in(INSIDE_TILES, order_in_test, out, a, b);
}

static void as_large(wi_mat out, wi_mat a, wi_mat b)
{
    inside_gemm_in(INSIDE_LARGE, order_in_test, out, a, b);
}

/* Every kernel that this processor can run, in both orders, whichever of them it would choose. */
static void test_products(void)
{
    const int widest = inside_simd_bits(), fuses = inside_order_of(1).fused;
    for (size_t sums = 1; sums <= 8; sums += 7) {
        order_in_test = inside_order_of(sums);
        order_in_test.fused = 0;
        check_shapes("three loops", plain, 0, sums);
        check_shapes("tiles, rounded twice", in_tiles, 0, sums);
        for (int bits = 512; fuses && bits >= 128; bits /= 2) {
            if (bits > widest || (bits == 128 && inside_x86())) continue;
            order_in_test.bits = bits;
            order_in_test.fused = 1;
            printf("  %d bits:\n", bits);
            check_shapes("tiles, fused", in_tiles, 1, sums);
            check_shapes("small ones and all", in_order, 1, sums);
            check_shapes("as if they were large", as_large, 1, sums);
        }
    }
    check_shapes("exact", inside_gemm_exact, 0, 1);
    check_shapes("usual", inside_gemm, fuses, 0);
    check_shapes("over a batch", inside_gemm_batch, fuses, 1);
}

/* Long sums cross blocks of k, wide ones strips, tall ones panels; some threads may share the work. */
static void test_large(void)
{
    static const size_t shape[][3] = {
        { 3, 2000, 5 },  { 130, 801, 67 }, { 10, 784, 391 }, { 300, 9, 300 },
        { 1, 1000, 1 },  { 97, 399, 33 },  { 64, 10, 128 },  { 33, 3, 1000 },
        { 40, 5003, 9 }, { 70, 1024, 96 }, { 96, 300, 1024 },
        { 13, 1100, 261 }, { 180, 1100, 9 }, { 8, 300, 33 },
        { 11, 5003, 9 },   /* too narrow to be shared out */
        { 130, 1100, 9 }, { 2, 5, 50000 }
    }; /* rows a multiple of 4 KB apart; no columns a multiple of 13, or some would never be compared */
    const int fuses = inside_order_of(1).fused;
    /* without vectors there are no blocks, and all are the same three loops */
    const size_t step = inside_simd_bits() ? 1 : 4;
    for (size_t s = 0; s < WI_COUNT(shape); s += step) {
        size_t m = shape[s][0], k = shape[s][1], n = shape[s][2];
        wi_real *data = (wi_real *)malloc((m * k + k * n + 4 * m * n + n) * sizeof(wi_real));
        wi_mat want = wi_mat_view(data + m * k + k * n + m * n, m, n),
               row = wi_mat_view(want.data + m * n, 1, n);
        /* every 13th element of the usual product, of 1 sum and of 8 */
        wi_real *usual[2] = { row.data + n, row.data + n + m * n };
        int is_known[2] = { 0, 0 };
        for (int way = 0; way < 8; way += CHECK_SLOW_PART(3)) {
            wi_mat a = wi_mat_view(data, m, k), b = wi_mat_view(data + m * k, k, n);
            wi_mat out = wi_mat_view(data + m * k + k * n, m, n);
            uint32_t state = (uint32_t)s + 7;
            size_t wrong = 0;
            if (way & 1) a = strided(a.data, m, k, 1, m);
            if (way & 2) b = strided(b.data, k, n, 1, k);
            if (way & 4) out = strided(out.data, m, n, 1, m);
            for (size_t i = 0; i < m * k; i++) *wi_mat_at(a, i / k, i % k) = noise(&state);
            for (size_t i = 0; i < k * n; i++) *wi_mat_at(b, i / n, i % n) = noise(&state);
            for (size_t i = 0; i < m * n; i++) {
                wi_real start = noise(&state);
                *wi_mat_at(out, i / n, i % n) = start;
                if (way == 0) want.data[i] = start;
            }

            order_in_test = inside_order_of(1);
            if (way == 0) plain(want, a, b);   /* the same for every layout of the same numbers */
            inside_gemm_exact(out, a, b);
            for (size_t i = 0; i < m * n; i++)
                wrong += !same_bits(*wi_mat_at(out, i / n, i % n), want.data[i]);
            CHECK_EQ(wrong, 0);

            /* The usual product, element by element; and each row of the batch by itself gives the bits that
               all together give. */
            size_t sums = k > 1 && a.col_step == 1 && b.row_step == 1 ? 8 : 1;
            CHECK_OK(wi_mat_mul(out, a, b));
            for (size_t i = 0; i < m * n && !is_known[sums > 1]; i += 13)
                usual[sums > 1][i] = sum_of(fuses, sums, 0, a, i / n, b, i % n);
            is_known[sums > 1] = 1;
            for (size_t i = 0; i < m * n; i += 13)
                wrong += !same_bits(*wi_mat_at(out, i / n, i % n), usual[sums > 1][i]);
            CHECK_EQ(wrong, 0);
            for (size_t i = 0; i < m; i += 29) {
                CHECK_OK(wi_mat_mul(row, wi_mat_rows(a, i, 1), b));
                for (size_t j = 0; j < n; j++) wrong += !same_bits(*wi_mat_at(out, i, j), row.data[j]);
            }
            CHECK_EQ(wrong, 0);

            /* As a large one, whatever it counts, copied into panels. */
            for (size_t i = 0; i < m * n; i++) *wi_mat_at(out, i / n, i % n) = 0;
            order_in_test = inside_order_of(sums);
            as_large(out, a, b);
            for (size_t i = 0; i < m * n; i += 13)
                wrong += !same_bits(*wi_mat_at(out, i / n, i % n), usual[sums > 1][i]);
            CHECK_EQ(wrong, 0);
        }
        free(data);
    }
}

/* Room for copies is borrowed by wi_mat_mul() alone, and for a large product alone: training allocates
   nothing, nor do three loops. */
static void test_borrowing(void)
{
    const size_t side[2] = {460, 470};   /* 0.97e8 and 1.04e8 multiply-adds */
    if (CHECK_SLOW_PART(2) == 2 || inside_simd_bits() == 0) return;
    wi_real *data = (wi_real *)calloc(3 * side[1] * side[1], sizeof *data);
    for (size_t s = 0; s < 2; s++) {
        size_t n = side[s];
        wi_mat a = wi_mat_view(data, n, n), b = wi_mat_view(data + n * n, n, n);
        wi_mat out = wi_mat_view(data + 2 * n * n, n, n);
        fail_alloc_start(SIZE_MAX);
        inside_gemm_batch(out, a, b);
        CHECK_EQ(fail_alloc.calls, 0);
        CHECK_OK(wi_mat_mul(out, a, b));
        CHECK_EQ(fail_alloc.calls, s);
        CHECK_OK(wi_mat_mul(out, a, wi_mat_transpose(b)));
        CHECK_EQ(fail_alloc.calls, 2 * s);
        (void)fail_alloc_stop();
    }

    /* Without memory for copies a product is the same, and what stays in the second cache needs none. */
    size_t n = side[1];
    wi_mat a = wi_mat_view(data, n, n), b = wi_mat_view(data + n * n, n, n);
    uint32_t state = 4;
    for (size_t i = 0; i < 2 * n * n; i++) data[i] = noise(&state);
    wi_real *want = (wi_real *)malloc(n * n * sizeof *want);
    CHECK_OK(wi_mat_mul(wi_mat_view(want, n, n), a, b));
    fail_alloc_start(0);
    CHECK_OK(wi_mat_mul(wi_mat_view(data + 2 * n * n, n, n), a, b));
    CHECK_EQ(fail_alloc_stop(), 1);
    CHECK_BYTES(data + 2 * n * n, want, n * n * sizeof *want);
    free(want);
    fail_alloc_start(SIZE_MAX);
    CHECK_OK(wi_mat_mul(wi_mat_view(data + 2 * n * n, 20, 2600), wi_mat_view(data, 20, 2000),
                        wi_mat_transpose(strided(data, 2600, 2000, 100, 1))));
    CHECK_EQ(fail_alloc.calls, 0);
    (void)fail_alloc_stop();
    free(data);
}

/* Products are shared out among threads, but not in a task that is final: the same bits. */
static void test_final_task(void)
{
    static wi_real x[100 * 100], y[2][100 * 100];
    wi_mat a = wi_mat_view(x, 100, 100);
    uint32_t state = 2;
    for (size_t i = 0; i < WI_COUNT(x); i++) x[i] = noise(&state);
    CHECK_OK(wi_mat_mul(wi_mat_view(y[0], 100, 100), a, a));
#ifdef _OPENMP
#pragma omp parallel
#pragma omp master
#pragma omp task final(1)
#endif
    CHECK_OK(wi_mat_mul(wi_mat_view(y[1], 100, 100), a, a));
    CHECK_BYTES(y[1], y[0], sizeof y[0]);
}

/* One input and one unit: a dense layer's bias, which is one number for the whole batch, is a column of which
   every row is the same, and with the roles of rows and columns exchanged it is not dense. */
static void test_bias_turned(void)
{
    enum { ROWS = 3000 };
    static wi_real x[ROWS], y[ROWS];
    const int fuses = inside_order_of(1).fused;
    wi_layer_desc layer = wi_layer_dense(1, wi_linear());
    wi_net_desc desc;
    wi_net net;
    wi_mat out;
    uint32_t state = 9;
    size_t wrong = 0;
    memset(&desc, 0, sizeof desc);
    desc.inputs = 1;
    desc.layers = &layer;
    desc.layer_count = 1;
    desc.max_batch = ROWS;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    net.params[0] = noise(&state);
    net.params[1] = noise(&state);
    for (size_t i = 0; i < ROWS; i++) x[i] = noise(&state);
    CHECK_OK(wi_net_forward(&net, wi_mat_view(x, ROWS, 1), WI_EVAL, &out));
    memcpy(y, out.data, sizeof y);
    for (size_t i = 0; i < ROWS; i++)
        wrong += !same_bits(y[i], sum_of(fuses, 1, net.params[1], wi_mat_view(x + i, 1, 1), 0,
                                         wi_mat_view(net.params, 1, 1), 0));
    CHECK_EQ(wrong, 0);
    wi_net_destroy(&net);
}

/* However a batch is cut, its outputs are the same bits, and so is the sum over it of products that k goes
   through, even where layer and batch are so thin that all neighbours lie side by side. */
static void test_cuts(void)
{
    static wi_real x[64 * 9], w[7 * 9], y[64 * 7], parts[64 * 7], dw[2][7 * 9];
    uint32_t state = 11;
    for (size_t i = 0; i < WI_COUNT(x); i++) x[i] = noise(&state);
    for (size_t i = 0; i < WI_COUNT(w); i++) w[i] = noise(&state);
    for (size_t in = 1; in <= 9; in += 2) {
        for (size_t out = 1; out <= 7; out += 3) {
            wi_mat all = wi_mat_view(x, 64, in), wt = wi_mat_transpose(wi_mat_view(w, out, in));
            CHECK_OK(wi_mat_mul(wi_mat_view(y, 64, out), all, wt));
            memset(dw, 0, sizeof dw);
            inside_gemm_batch(wi_mat_view(dw[0], out, in), wi_mat_transpose(wi_mat_view(y, 64, out)), all);
            for (size_t i = 0; i < 64; i += 16) {
                wi_mat some = wi_mat_rows(wi_mat_view(parts, 64, out), i, 16), from = wi_mat_rows(all, i, 16);
                CHECK_OK(wi_mat_mul(some, from, wt));
                inside_gemm_batch(wi_mat_view(dw[1], out, in), wi_mat_transpose(some), from);
            }
            CHECK_EQ(memcmp(y, parts, 64 * out * sizeof *y), 0);
            CHECK_EQ(memcmp(dw[0], dw[1], out * in * sizeof *w), 0);
        }
    }
}

/* A step in one go, out += scale (a b), has the bits of the product followed by the optimiser's step. */
static void test_step(void)
{
    static wi_real at_once[160 * 1024], in_two[160 * 1024], grad[160 * 1024];
    const size_t most = inside_step_k();
    wi_real *x = (wi_real *)malloc(most * (1024 + 160) * sizeof *x), *y = x + most * 1024;
    const size_t shape[][3] = {{1, 1, 1}, {3, 5, 7}, {25, 10, 62}, {62, 10, 156}, {33, 64, 50},
                                      {70, most, 2}, {20, most, 5}, {160, most, 1024}};
    uint32_t state = 3;
    for (size_t s = 0; s < WI_COUNT(shape); s++) {
        size_t m = shape[s][0], k = shape[s][1], n = shape[s][2];
        wi_opt opt;
        for (size_t i = 0; i < m * n; i++) at_once[i] = in_two[i] = noise(&state);
        for (size_t i = 0; i < k * n; i++) x[i] = noise(&state);
        for (size_t i = 0; i < k * m; i++) y[i] = noise(&state);
        wi_mat a = wi_mat_transpose(wi_mat_view(y, k, m)), b = wi_mat_view(x, k, n);
        inside_gemm_step(wi_mat_view(at_once, m, n), a, b, -(wi_real)0.1);
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
    free(x);
}

/* Not-a-number and infinity spoil the elements that they enter, and no others. */
static void test_nonfinite(void)
{
    wi_real nan = (wi_real)NAN, inf = (wi_real)HUGE_VAL;
    for (size_t m = 1; m <= 33; m += 4) {
        wi_mat a = wi_mat_view(room_a, m, 20), b = wi_mat_view(room_b, 20, 35),
               out = wi_mat_view(room_out, m, 35);
        size_t wrong = 0;
        for (size_t i = 0; i < m * 20; i++) a.data[i] = 1;
        for (size_t i = 0; i < 20 * 35; i++) b.data[i] = 2;
        *wi_mat_at(a, m / 2, 3) = nan;
        *wi_mat_at(b, 7, 34) = inf;
        CHECK_OK(wi_mat_mul(out, a, b));
        for (size_t i = 0; i < m; i++)
            for (size_t j = 0; j < 35; j++)
                wrong += !same_bits(*wi_mat_at(out, i, j), i == m / 2 ? nan : j == 34 ? inf : 40);
        *wi_mat_at(a, 0, 7) = 0;
        if (m > 1) *wi_mat_at(a, m / 2, 3) = 1;
        CHECK_OK(wi_mat_mul(out, a, b));
        CHECK(*wi_mat_at(out, 0, 34) != *wi_mat_at(out, 0, 34));  /* 0 * inf */
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
    double values[60], sum = 0, squares = 0, eps = IS_DOUBLE ? 1e-13 : 3e-6;
    uint32_t state = 5;

    /* A diagonal with shuffled signs and places, wide and tall. */
    memset(m, 0, sizeof m);
    m[0 * 5 + 3] = -2; m[1 * 5 + 0] = 5; m[2 * 5 + 4] = 1;
    for (int tall = 0; tall < 2; tall++) {
        const wi_mat wide = wi_mat_view(m, 3, 5);
        values[3] = -7;
        CHECK_OK(wi_mat_svd_values(tall ? wi_mat_transpose(wide) : wide, values));
        CHECK_NEAR(values[0], 5, 1e-14); CHECK_NEAR(values[1], 2, 1e-14); CHECK_NEAR(values[2], 1, 1e-14);
        CHECK(values[3] == -7);   /* no more than the shorter side has */
    }

    /* [[1 1] [0 1]]: the golden ratio and its inverse. */
    m[0] = 1; m[1] = 1; m[2] = 0; m[3] = 1;
    CHECK_OK(wi_mat_svd_values(wi_mat_view(m, 2, 2), values));
    CHECK_NEAR(values[0], 0.5 * (1 + sqrt(5.0)), 1e-14);
    CHECK_NEAR(values[1], 0.5 * (sqrt(5.0) - 1), 1e-14);

    /* A small value keeps its digits: the determinant of [[1 1] [e -e/2]] is -1.5 e, and the other value
       sqrt(2). */
    m[0] = 1; m[1] = 1; m[2] = (wi_real)ldexp(1, -60); m[3] = -m[2] / 2;
    CHECK_OK(wi_mat_svd_values(wi_mat_view(m, 2, 2), values));
    CHECK_CLOSE(values[1], 1.5 * ldexp(1, -60) / sqrt(2.0), 1e-14);

    /* Rows of which the last are tiny: each keeps its own digits, however long they are. */
    for (size_t i = 0; i < 3 * 57; i++) m[i] = noise(&state);
    CHECK_OK(wi_mat_svd_values(wi_mat_view(m, 3, 57), values));
    double whole = values[0] * values[1] * values[2];
    for (size_t i = 57; i < 3 * 57; i++) m[i] = (wi_real)ldexp((double)m[i], i < 2 * 57 ? -30 : -50);
    CHECK_OK(wi_mat_svd_values(wi_mat_view(m, 3, 57), values));
    CHECK_CLOSE(values[0] * ldexp(values[1], 30) * ldexp(values[2], 50), whole, 1e-12);

    /* A reflection I - 2 v v^T is orthogonal: all ones, whatever its size. */
    for (size_t i = 0; i < 60; i++) values[i] = (double)noise(&state), squares += values[i] * values[i];
    for (size_t i = 0; i < 60; i++)
        for (size_t j = 0; j < 60; j++)
            q[i * 60 + j] = (wi_real)((i == j) - 2 * values[i] * values[j] / squares);
    CHECK_OK(wi_mat_svd_values(wi_mat_view(q, 60, 60), values));
    for (size_t i = 0; i < 60; i++) CHECK_NEAR(values[i], 1, eps);

    /* Close ones are told apart: with a Hadamard matrix H of 16 rows, [[I a H] [a H I]] has 1 + 4 a and
       1 - 4 a, 16 of each. */
    double a = (double)(wi_real)1e-11;
    for (size_t i = 0; i < 32; i++)
        for (size_t j = 0; j < 32; j++) {
            size_t odd = i & j & 15;
            odd ^= odd >> 2;
            odd ^= odd >> 1;
            m[i * 32 + j] = (wi_real)(i == j) + (i / 16 == j / 16 ? 0 : (wi_real)(odd & 1 ? -a : a));
        }
    CHECK_OK(wi_mat_svd_values(wi_mat_view(m, 32, 32), values));
    for (size_t i = 0; i < 32; i++) CHECK_NEAR(values[i], 1 + (i < 16 ? 4 : -4) * a, 1e-14);

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
    m[0] = IS_DOUBLE ? (wi_real)1e300 : (wi_real)1e38; m[3] = m[0];
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

/* Every operand of a product may be the one that does not fit. */
static void test_misfits(void)
{
    static wi_real m[4][12];
    for (int k = 0; k < 7; k++) {
        size_t size[6] = {3, 2, 3, 4, 4, 2};   /* of out, a and b */
        if (k < 6) size[k]++;
        wi_mat out = wi_mat_view(m[0], size[0], size[1]), a = wi_mat_view(m[1], size[2], size[3]);
        CHECK_STATUS(wi_mat_mul(out, a, wi_mat_view(m[2], size[4], size[5])), k < 6 ? WI_ERR_SHAPE : WI_OK);
    }
}

int main(void)
{
    test_views();
    test_const();
    test_statuses();
    for (uint32_t i = 0, state = 1; i < TOP * TOP; i++) left[i] = noise(&state), right[i] = noise(&state);
    test_products();
    test_large();
    test_borrowing();
    test_final_task();
    test_bias_turned();
    test_cuts();
    test_step();
    test_nonfinite();
    test_svd();
    test_svd_errors();
    test_misfits();
    return check_done();
}
