/* peer_blas.c - OpenBLAS as a peer of bench.c; with -DPEER_DNNL oneDNN, with -DPEER_EIGEN (as C++) Eigen, with -DPEER_PLAIN
   three loops. Answers "gemm NN|NT|TN M K N repetitions" and "forward|step r|s 784-256-10 rows repetitions". */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* c [m][n] = alpha a [m][k] b [k][n], or c += that; a lies transposed if ta, b if tb. */
#if defined(PEER_EIGEN)
#include <Eigen/Dense>
typedef Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor> matrix;
static void multiply(int ta, int tb, int m, int k, int n, float alpha, const float *a, const float *b, float *c, int add)
{
    Eigen::Map<matrix> out(c, m, n);
    Eigen::Map<const matrix> x(a, ta ? k : m, ta ? m : k), y(b, tb ? n : k, tb ? k : n);
    if (!add) out.setZero();
    if (ta) out.noalias() += alpha * x.transpose() * y;
    else if (tb) out.noalias() += alpha * x * y.transpose();
    else out.noalias() += alpha * x * y;
}
#elif defined(PEER_DNNL)
#include <dnnl.h>
static void multiply(int ta, int tb, int m, int k, int n, float alpha, const float *a, const float *b, float *c, int add)
{
    if (dnnl_sgemm(ta ? 'T' : 'N', tb ? 'T' : 'N', m, n, k, alpha, a, ta ? m : k, b, tb ? k : n, add ? 1 : 0, c, n) != dnnl_success)
        exit(1);
}
#elif defined(PEER_PLAIN)
static void multiply(int ta, int tb, int m, int k, int n, float alpha, const float *a, const float *b, float *c, int add)
{
    for (int i = 0; i < m; i++) {
        for (int j = 0; j < n; j++) {
            float sum = 0;
            for (int t = 0; t < k; t++) sum += (ta ? a[t * m + i] : a[i * k + t]) * (tb ? b[j * k + t] : b[t * n + j]);
            c[i * n + j] = alpha * sum + (add ? c[i * n + j] : 0);
        }
    }
}
#else
#include <cblas.h>
static void multiply(int ta, int tb, int m, int k, int n, float alpha, const float *a, const float *b, float *c, int add)
{
    if (m == 1 && tb) cblas_sgemv(CblasRowMajor, CblasNoTrans, n, k, alpha, b, k, a, 1, (float)add, c, 1);
    else if (m == 1) cblas_sgemv(CblasRowMajor, CblasTrans, k, n, alpha, b, n, a, 1, (float)add, c, 1);
    else cblas_sgemm(CblasRowMajor, ta ? CblasTrans : CblasNoTrans, tb ? CblasTrans : CblasNoTrans,
                     m, n, k, alpha, a, ta ? m : k, b, tb ? k : n, (float)add, c, n);
}
#endif

static float *numbers(int count)
{
    return (float *)calloc((size_t)count, sizeof(float));
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double gemm(const char *way, int M, int K, int N, int reps)
{
    int m = way[0] == 'T' ? N : M, k = way[0] == 'T' ? M : way[1] == 'T' ? K : N, n = way[1] == 'T' ? N : K;
    float *a = numbers(m * k), *b = numbers(k * n), *c = numbers(m * n);
    double start = 0;
    for (int i = 0; i < m * k; i++) a[i] = (float)(i % 7 - 3);
    for (int i = 0; i < k * n; i++) b[i] = (float)(i % 5 - 2);
    for (int i = -1; i < reps; i++) {
        if (i == 0) start = seconds();
        multiply(way[0] == 'T', way[1] == 'T', m, k, n, 1, a, b, c, way[0] == 'T');
    }
    start = (seconds() - start) / reps;
    free(a);
    free(b);
    free(c);
    return start;
}

/* A network: a[l] [rows][size[l]] are signals, a[0] the input; d[l] their gradients; w[l] [size[l]][size[l + 1]]. */
typedef struct network {
    int layers, rows, size[9];
    char act;
    float *w[8], *b[8], *a[9], *d[9];
} network;

/* z = 1 / (1 + exp(-z)): Eigen in lanes, plain C by a table, as small libraries do it. */
static void sigmoid(float *z, int n)
{
#if defined(PEER_EIGEN)
    Eigen::Map<Eigen::ArrayXf> y(z, n);
    y = (1 + (-y).exp()).inverse();
#elif defined(PEER_PLAIN)
    static float table[4096];
    if (table[0] == 0) for (int i = 0; i < 4096; i++) table[i] = 1 / (1 + expf(15 - (float)i * 30 / 4095));
    for (int i = 0; i < n; i++) z[i] = table[z[i] <= -15 ? 0 : z[i] >= 15 ? 4095 : (int)((z[i] + 15) * (4095 / 30.0f) + 0.5f)];
#else
    for (int i = 0; i < n; i++) z[i] = 1 / (1 + expf(-z[i]));
#endif
}

static void forward(network *net)
{
    for (int l = 0; l < net->layers; l++) {
        float *z = net->a[l + 1];
        int n = net->size[l + 1], all = net->rows * n;
        for (int i = 0; i < net->rows; i++) memcpy(z + i * n, net->b[l], (size_t)n * sizeof *z);
        multiply(0, 0, net->rows, net->size[l], n, 1, net->a[l], net->w[l], z, 1);
        if (net->act == 's') sigmoid(z, all);
        else if (l + 1 < net->layers) for (int i = 0; i < all; i++) z[i] = z[i] > 0 ? z[i] : 0;
    }
}

/* A step on half the squared distance to 0. The weights move in the product that has their gradient. */
static void step(network *net)
{
    const float rate = 0.01f / (float)net->rows;
    forward(net);
    memcpy(net->d[net->layers], net->a[net->layers], (size_t)(net->rows * net->size[net->layers]) * sizeof(float));
    for (int l = net->layers - 1; l >= 0; l--) {
        float *d = net->d[l + 1], *y = net->a[l + 1];
        int n = net->size[l + 1], all = net->rows * n;
        if (net->act == 's') for (int i = 0; i < all; i++) d[i] *= y[i] * (1 - y[i]);
        else if (l + 1 < net->layers) for (int i = 0; i < all; i++) d[i] = y[i] > 0 ? d[i] : 0;
        if (l > 0) multiply(0, 1, net->rows, n, net->size[l], 1, d, net->w[l], net->d[l], 0);
        multiply(1, 0, net->size[l], net->rows, n, -rate, net->a[l], d, net->w[l], 1);
        for (int i = 0; i < all; i++) net->b[l][i % n] -= rate * d[i];
    }
}

static double run(const char *what, char act, const char *sizes, int rows, int reps)
{
    network net = {0};
    double start = 0;
    net.act = act;
    net.rows = rows;
    for (const char *s = sizes; net.layers < 9 && s; net.layers++) {
        net.size[net.layers] = atoi(s);
        s = strchr(s, '-');
        if (s) s++;
    }
    net.layers--;
    for (int l = 0; l <= net.layers; l++) {
        net.a[l] = numbers(rows * net.size[l]);
        net.d[l] = numbers(rows * net.size[l]);
        if (l == net.layers) break;
        net.w[l] = numbers(net.size[l] * net.size[l + 1]);
        net.b[l] = numbers(net.size[l + 1]);
        for (int i = 0; i < net.size[l] * net.size[l + 1]; i++) net.w[l][i] = (float)(i * 7 % 11 - 5) / (float)(10 + net.size[l]);
    }
    for (int i = 0; i < rows * net.size[0]; i++) net.a[0][i] = (float)(i % 7) / 7;
    for (int i = -1; i < reps; i++) {
        if (i == 0) start = seconds();
        if (what[0] == 'f') forward(&net);
        else step(&net);
    }
    start = (seconds() - start) / reps;
    for (int l = 0; l <= net.layers; l++) {
        free(net.a[l]);
        free(net.d[l]);
        free(net.w[l]);
        free(net.b[l]);
    }
    return start;
}

int main(void)
{
    char line[200], word[16], sizes[60], act;
    int M, K, N, reps;
    while (fgets(line, sizeof line, stdin)) {
        if (sscanf(line, "gemm %15s %d %d %d %d", word, &M, &K, &N, &reps) == 5) printf("%.9g\n", gemm(word, M, K, N, reps));
        else if (sscanf(line, "%15s %c %59s %d %d", word, &act, sizes, &M, &reps) == 5) printf("%.9g\n", run(word, act, sizes, M, reps));
        else printf("missing\n");
        fflush(stdout);
    }
    return 0;
}
