/* peer_blas.c - OpenBLAS as a peer of bench.c; with -DPEER_DNNL oneDNN, with -DPEER_EIGEN (as C++) Eigen. Answers
   "gemm NN|NT|TN M K N repetitions". */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* c [m][n] = a [m][k] b [k][n], or c += a b; a lies transposed if ta, b if tb. */
#if defined(PEER_EIGEN)
#include <Eigen/Dense>
typedef Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> matrix;
static void multiply(int ta, int tb, int m, int k, int n, const float *a, const float *b, float *c, int add)
{
    Eigen::Map<matrix> out(c, m, n);
    Eigen::Map<const matrix> x(a, ta ? k : m, ta ? m : k), y(b, tb ? n : k, tb ? k : n);
    if (!add) out.setZero();
    if (ta) out.noalias() += x.transpose() * y;
    else if (tb) out.noalias() += x * y.transpose();
    else out.noalias() += x * y;
}
#elif defined(PEER_DNNL)
#include <dnnl.h>
static void multiply(int ta, int tb, int m, int k, int n, const float *a, const float *b, float *c, int add)
{
    if (dnnl_sgemm(ta ? 'T' : 'N', tb ? 'T' : 'N', m, n, k, 1, a, ta ? m : k, b, tb ? k : n, add ? 1 : 0, c, n) != dnnl_success)
        exit(1);
}
#else
#include <cblas.h>
static void multiply(int ta, int tb, int m, int k, int n, const float *a, const float *b, float *c, int add)
{
    if (m == 1 && tb) cblas_sgemv(CblasRowMajor, CblasNoTrans, n, k, 1, b, k, a, 1, 0, c, 1);
    else cblas_sgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans,
                     m, n, k, 1, a, ta ? m : k, b, tb ? k : n, (float)add, c, n);
}
#endif

int main(void)
{
    char way[8];
    int M, K, N, reps;
    while (scanf(" gemm %7s %d %d %d %d", way, &M, &K, &N, &reps) == 5) {
        int m = way[0] == 'T' ? N : M, k = way[0] == 'T' ? M : way[1] == 'T' ? K : N, n = way[1] == 'T' ? N : K;
        float *a = (float *)calloc((size_t)m * (size_t)k, sizeof *a), *b = (float *)calloc((size_t)k * (size_t)n, sizeof *b);
        float *c = (float *)calloc((size_t)m * (size_t)n, sizeof *c);
        for (int i = 0; i < m * k; i++) a[i] = (float)(i % 7 - 3);
        for (int i = 0; i < k * n; i++) b[i] = (float)(i % 5 - 2);
        struct timespec start, end;
        for (int i = -1; i < reps; i++) {
            if (i == 0) clock_gettime(CLOCK_MONOTONIC, &start);
            multiply(way[0] == 'T', way[1] == 'T', m, k, n, a, b, c, way[0] == 'T');
        }
        clock_gettime(CLOCK_MONOTONIC, &end);
        printf("%.9g\n", ((double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec)) / reps);
        fflush(stdout);
        free(a);
        free(b);
        free(c);
    }
    return 0;
}
