/* peer_blas.c - OpenBLAS as a peer of bench.c: answers "gemm NN|NT|TN M K N repetitions". */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

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
            if (m == 1 && way[1] == 'T') cblas_sgemv(CblasRowMajor, CblasNoTrans, n, k, 1, b, k, a, 1, 0, c, 1);
            else cblas_sgemm(CblasRowMajor, way[0] == 'T' ? CblasTrans : CblasNoTrans, way[1] == 'T' ? CblasTrans : CblasNoTrans,
                        m, n, k, 1, a, way[0] == 'T' ? m : k, b, way[1] == 'T' ? k : n, way[0] == 'T', c, n);
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
