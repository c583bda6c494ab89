/* bench.c - how fast winit.h is, beside its peers, as ratios measured in one run. `make bench` builds and runs it.

   bench RESULTS.tsv [GROUP ...]
   A group is named by its first letters; without any, all run. Peers come from the environment: PEER_BLAS, PEER_DNNL,
   PEER_EIGEN, PEER_PLAIN, PEER_FANN, PEER_TINY, PEER_PYTHON (commands); one that is missing is said in its row. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "bench.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

static bench_peer blas, dnnl, eigen, plain, torch, numpy, fann, tiny;

/* ---- ours ---- */

static wi_net bench_net(const wi_net_desc *desc)
{
    wi_net net;
    wi_error error;
    if (wi_net_create(&net, desc, &error) == WI_OK) return net;
    fprintf(stderr, "%s\n", error.text);
    exit(1);
}

#include "networks.h"

/* The three products of a dense layer with M samples, K inputs, N outputs: NT forward, NN gradient of the inputs, TN of the weights. */
static double ours_gemm(const char *request)
{
    char way[8];
    unsigned M, K, N, reps;
    sscanf(request, "gemm %7s %u %u %u %u", way, &M, &K, &N, &reps);
    size_t m = way[0] == 'T' ? N : M, k = way[0] == 'T' ? M : way[1] == 'T' ? K : N, n = way[1] == 'T' ? N : K;
    float *a = (float *)get(m * k, 4), *b = (float *)get(k * n, 4), *c = (float *)get(m * n, 4);
    for (size_t i = 0; i < m * k; i++) a[i] = (float)(i % 7) - 3;
    for (size_t i = 0; i < k * n; i++) b[i] = (float)(i % 5) - 2;
    wi_mat A = way[0] == 'T' ? wi_mat_transpose(wi_mat_view(a, k, m)) : wi_mat_view(a, m, k);
    wi_mat B = way[1] == 'T' ? wi_mat_transpose(wi_mat_view(b, n, k)) : wi_mat_view(b, k, n), C = wi_mat_view(c, m, n);
    double start = 0;
    for (unsigned i = 0; i <= reps; i++) {
        if (i == 1) start = bench_now();
        if (way[0] == 'T') (void)wi_mat_mul_add(C, A, B);
        else (void)wi_mat_mul(C, A, B);
    }
    start = (bench_now() - start) / reps;
    free(a);
    free(b);
    free(c);
    return start;
}

/* The networks of the rows: relu, sigmoid, cnn (a LeNet), vgg (pairs of 3x3 convolutions); all read 784 pixels. */
static wi_net image_net(char kind, size_t batch)
{
    wi_layer_desc relu[] = {wi_layer_dense(256, wi_relu()), wi_layer_dense(128, wi_relu()), wi_layer_dense(10, wi_linear())};
    wi_layer_desc sigmoid[] = {wi_layer_dense(390, wi_sigmoid()), wi_layer_dense(156, wi_sigmoid()), wi_layer_dense(62, wi_sigmoid()),
                               wi_layer_dense(25, wi_sigmoid()), wi_layer_dense(10, wi_sigmoid())};
    wi_layer_desc cnn[] = {wi_layer_conv2d(6, 5, wi_relu()), wi_layer_max_pool(2), wi_layer_conv2d(16, 5, wi_relu()), wi_layer_max_pool(2),
                           wi_layer_dense(120, wi_relu()), wi_layer_dense(84, wi_relu()), wi_layer_dense(10, wi_linear())};
    wi_layer_desc vgg[] = {wi_layer_conv2d(16, 3, wi_relu()), wi_layer_conv2d(16, 3, wi_relu()), wi_layer_max_pool(2),
                           wi_layer_conv2d(32, 3, wi_relu()), wi_layer_conv2d(32, 3, wi_relu()), wi_layer_max_pool(2),
                           wi_layer_dense(128, wi_relu()), wi_layer_dense(10, wi_linear())};
    cnn[0].padding = 2;
    for (int l = 0; l < 5; l++) vgg[l].padding = l == 2 ? 0 : 1;
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.max_batch = batch;
    desc.layers = kind == 'r' ? relu : kind == 's' ? sigmoid : kind == 'c' ? cnn : vgg;
    desc.layer_count = kind == 'r' ? WI_COUNT(relu) : kind == 's' ? WI_COUNT(sigmoid) : kind == 'c' ? WI_COUNT(cnn) : WI_COUNT(vgg);
    if (kind == 'r' || kind == 's') desc.inputs = 784;
    else desc.channels = 1, desc.height = desc.width = 28;
    return bench_net(&desc);
}

/* One epoch over made-up digits: a fifth of the pixels set, ten classes. "infer" only goes forward through all of them. */
static double ours_epoch(const char *request)
{
    char what[16], kind[16];
    unsigned n, batch;
    sscanf(request, "%15s %15s %u %u", what, kind, &n, &batch);
    float *x = (float *)get((size_t)n * 784, 4), *y = (float *)get((size_t)n * 10, 4);
    wi_rng rng = wi_rng_make(1);
    for (size_t i = 0; i < (size_t)n * 784; i++) x[i] = wi_rng_next(&rng) % 5 == 0 ? (float)wi_rng_uniform(&rng) : 0;
    for (size_t i = 0; i < n; i++) y[i * 10 + i % 10] = 1;
    wi_data data;
    memset(&data, 0, sizeof data);
    data.x = wi_mat_view(x, n, 784);
    data.y = wi_mat_view(y, n, 10);

    wi_train_desc train;
    memset(&train, 0, sizeof train);
    train.loss = kind[0] == 's' ? WI_LOSS_HALF_SQUARED : WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    train.opt = wi_sgd(0.1);
    train.epochs = 1;
    train.batch = batch;
    wi_net net = image_net(kind[0], batch);
    wi_error error;
    double start = bench_now();
    if (what[0] == 'i') for (size_t i = 0; i < n; i += batch) (void)!wi_net_forward(&net, wi_mat_rows(data.x, i, batch), WI_EVAL, NULL);
    else if (wi_train(&net, &data, &train, NULL, &error) != WI_OK) fprintf(stderr, "%s\n", error.text);
    start = bench_now() - start;
    wi_net_destroy(&net);
    free(x);
    free(y);
    return start;
}

static double ours_orthogonal(const char *request)
{
    unsigned r, c;
    sscanf(request, "orthogonal %u %u", &r, &c);
    float *w = (float *)get((size_t)r * c, 4);
    wi_rng rng = wi_rng_make(7);
    double start = bench_now();
    (void)wi_fill(w, wi_dense(c, r), wi_orthogonal(1), &rng);
    start = bench_now() - start;
    free(w);
    return start;
}

static float *adam_w, *adam_g;
static wi_opt adam;
static double ours_adam(const char *request)
{
    unsigned n;
    sscanf(request, "adam %u", &n);
    if (!adam_w) {
        adam_w = (float *)get(n, 4);
        adam_g = (float *)get(n, 4);
        for (size_t i = 0; i < n; i++) adam_g[i] = 1;
        (void)wi_opt_create(&adam, wi_adam(1e-3), n);
        (void)wi_opt_step(&adam, adam_w, adam_g);
    }
    double start = bench_now();
    for (int i = 0; i < 3; i++) (void)wi_opt_step(&adam, adam_w, adam_g);
    return (bench_now() - start) / 3;
}

/* ---- groups of cases ---- */

static void products(void)
{
    static const int shapes[][3] = {{4, 4, 4}, {16, 16, 16}, {1, 64, 64}, {256, 64, 64}, {1, 784, 256}, {4, 784, 256},
                                    {10, 784, 390}, {64, 784, 256}, {128, 784, 512}, {64, 256, 128}, {64, 128, 10},
                                    {65, 65, 65}, {127, 127, 127}, {256, 256, 256}, {1024, 1024, 1024}, {2048, 2048, 2048}};
    static const char *ways[] = {"NN", "NT", "TN"};
    bench_peer *peers[] = {&blas, &dnnl, &eigen};   /* Eigen cannot be told at run time to do without AVX-512 */
    for (size_t s = 0; s < WI_COUNT(shapes); s++) {
        for (int w = 0; w < 3; w++) {
            char name[64], request[80];
            double flops = 2.0 * shapes[s][0] * shapes[s][1] * shapes[s][2];
            int reps = 1 + (int)(2e9 / flops);
            snprintf(name, sizeof name, "product %s %d,%d,%d", ways[w], shapes[s][0], shapes[s][1], shapes[s][2]);
            snprintf(request, sizeof request, "gemm %s %d %d %d %d", ways[w], shapes[s][0], shapes[s][1], shapes[s][2],
                     reps < 100000 ? reps : 100000);
            bench_case(name, ours_gemm, request, flops * 1e-9, "GFLOP/s", peers, WINIT_SIMD_BITS < 512 ? 2 : 3);
        }
    }
}

static void fills(void)
{
    bench_peer *both[] = {&torch, &numpy}, *one[] = {&torch};
    bench_case("fill uniform 10^7", ours_fill, "fill uniform 10000000 3", 10, "Mfloat/s", both, 2);
    bench_case("fill normal 10^7", ours_fill, "fill normal 10000000 3", 10, "Mfloat/s", both, 2);
    bench_case("fill truncated normal 10^7", ours_fill, "fill truncated 10000000 3", 10, "Mfloat/s", one, 1);
    bench_case("orthogonal 1024 x 1024", ours_orthogonal, "orthogonal 1024 1024", 1, "matrices/s", one, 1);
    bench_case("orthogonal 4096 x 512", ours_orthogonal, "orthogonal 4096 512", 1, "matrices/s", one, 1);

    /* Into memory never touched: what the pages cost, against touching them alone. */
    size_t n = 10000000;
    double ours[BENCH_ROUNDS], touch[BENCH_ROUNDS];
    volatile float keep = 0;   /* so that no compiler drops what nobody reads */
    for (int r = 0; r < BENCH_ROUNDS; r++) {
        wi_rng rng = wi_rng_make(7);
        float *w = (float *)malloc(n * sizeof *w), *v = (float *)malloc(n * sizeof *v);
        double t = bench_now();
        (void)wi_fill(w, wi_dense(n, 1), wi_normal(0, 1), &rng);
        ours[r] = bench_now() - t;
        t = bench_now();
        memset(v, 1, n * sizeof *v);
        touch[r] = bench_now() - t;
        keep += w[r] + v[r];
        free(w);
        free(v);
    }
    double mine = bench_median(ours, BENCH_ROUNDS), floor_time = bench_median(touch, BENCH_ROUNDS);
    bench_row("fill normal 10^7, fresh memory", 10 / mine, "Mfloat/s", "memset of fresh memory", 10 / floor_time, floor_time / mine);
}

static void training(void)
{
    bench_peer *peers[] = {&torch, &numpy, &fann, &tiny}, *two[] = {&torch, &tiny};
    bench_case("epoch 784-256-128-10 ReLU", ours_epoch, "epoch relu 6000 64", 6000, "samples/s", peers, 4);
    bench_case("epoch 784-390-156-62-25-10 sigmoid", ours_epoch, "epoch sigmoid 3000 10", 3000, "samples/s", peers, 4);
    bench_case("LeNet forward", ours_epoch, "infer cnn 1920 64", 1920, "samples/s", two, 1);
    bench_case("epoch VGG-like", ours_epoch, "epoch vgg 320 64", 320, "samples/s", two, 1);
    bench_case("epoch LeNet", ours_epoch, "epoch cnn 1920 64", 1920, "samples/s", two, 2);
}

/* Adam reads w, g, m, v and writes w, m, v: 7 numbers. A copy reads one and writes one. */
static void optimisers(void)
{
    bench_peer *one[] = {&torch};
    bench_case("Adam step, 10^7 parameters", ours_adam, "adam 10000000", 10, "Mparam/s", one, 1);
    double step[BENCH_ROUNDS], copy[BENCH_ROUNDS];
    for (int r = 0; r < BENCH_ROUNDS; r++) {
        step[r] = ours_adam("adam 10000000");
        double t = bench_now();
        for (int i = 0; i < 3; i++) memcpy(adam_g, adam_w, 4e7);
        copy[r] = (bench_now() - t) / 3;
    }
    double a = 7 * 4e-2 / bench_median(step, BENCH_ROUNDS), b = 2 * 4e-2 / bench_median(copy, BENCH_ROUNDS);
    bench_row("Adam step, bandwidth", a, "GB/s", "memcpy", b, a / b);
}

/* The most memory this process ever had, in KB. */
static double peak_memory(void)
{
    char line[200];
    double kb = -1;
    FILE *status = fopen("/proc/self/status", "r");
    while (status && kb < 0 && fgets(line, sizeof line, status))
        if (strncmp(line, "VmHWM:", 6) == 0) kb = atof(line + 6);
    if (status) fclose(status);
    if (kb < 0) {
        struct rusage usage;
        getrusage(RUSAGE_SELF, &usage);
        kb = (double)usage.ru_maxrss;
    }
    return kb;
}

/* `bench --peak` only makes the data, `bench --peak train` also trains: each says its peak. */
static int say_peak(int train)
{
    if (train) ours_epoch("epoch relu 6000 64");
    else {
        volatile float *data = (volatile float *)get(6000 * 794, 4);
        for (size_t i = 0; i < 6000 * 794; i += 512) data[i] = 1;
    }
    printf("%.0f\n", peak_memory());
    return 0;
}

static double ask_peak(const char *program, const char *argument)
{
    char command[400];
    double kb = 0;
    snprintf(command, sizeof command, "exec %.300s --peak %s", program, argument);
    FILE *answer = popen(command, "r");
    if (answer && fscanf(answer, "%lf", &kb) != 1) kb = 0;
    if (answer) pclose(answer);
    return kb;
}

/* Peak memory of a process that trains, beyond one that only holds the data, against twice what it must hold. */
static void memory(const char *program)
{
    double kb = ask_peak(program, "train") - ask_peak(program, "");
    double params = 784 * 256 + 256 * 128 + 128 * 10 + 394, units = 256 + 128 + 10;
    double must = 2 * 4 * (2 * params + 64 * (784 + 4 * units)) / 1024;
    bench_row("memory of training beyond data", kb, "KB", "2 x (params + grads + acts)", must, must / (kb > 1 ? kb : 1));
}

static double run_seconds(const char *command)
{
    double t = bench_now();
    if (system(command) != 0) return -1;
    return bench_now() - t;
}

/* Bytes of machine code and constants in an object or program, as size(1) says; -1: no such tool. */
static double text_size(const char *object)
{
    char command[360];
    double bytes = -1;
    snprintf(command, sizeof command, "size %.300s 2>/dev/null | awk 'NR == 2 { print $1 }'", object);
    FILE *pipe_end = popen(command, "r");
    if (pipe_end && fscanf(pipe_end, "%lf", &bytes) != 1) bytes = -1;
    if (pipe_end) pclose(pipe_end);
    return bytes;
}

/* Compile time, sizes. */
static void building(void)
{
    const char *cc = getenv("BENCH_CC") ? getenv("BENCH_CC") : "cc", *dir = getenv("BENCH_DIR") ? getenv("BENCH_DIR") : "/tmp";
    char command[600], object[300];
    struct stat header, small, full;
    double seconds[5];
    snprintf(command, sizeof command, "printf '#define WINIT_IMPLEMENTATION\\n#include \"winit.h\"\\n' > %s/one.c", dir);
    run_seconds(command);
    snprintf(object, sizeof object, "%s/one.o", dir);
    snprintf(command, sizeof command, "%s -O2 -I. -c %s/one.c -o %s", cc, dir, object);
    for (int i = 0; i < 5; i++) {
        struct rusage a, b;
        getrusage(RUSAGE_CHILDREN, &a);
        run_seconds(command);
        getrusage(RUSAGE_CHILDREN, &b);
        seconds[i] = (double)(b.ru_utime.tv_sec - a.ru_utime.tv_sec) + 1e-6 * (double)(b.ru_utime.tv_usec - a.ru_utime.tv_usec);
    }
    double compile = bench_median(seconds, 5);
    bench_row("compile the implementation, -O2", compile, "s (user)", "the limit we set", 2.5, 2.5 / compile);
    if (stat(object, &full) == 0) bench_row("object file, -O2", (double)full.st_size / 1024, "KB", "the limit we set", 200, 200 * 1024 / (double)full.st_size);
    double text = text_size(object) / 1024;
    if (text > 0) bench_row("its code and constants (text)", text, "KB", "the limit we set", 200, 200 / text);
    snprintf(command, sizeof command, "%s -Os -DWINIT_NO_SIMD -DWINIT_NO_STDIO -ffunction-sections -I. -c %s/one.c -o %s", cc, dir, object);
    run_seconds(command);
    if (stat(object, &small) == 0) bench_row("object, -Os, no SIMD, no stdio", (double)small.st_size / 1024, "KB", "-", -1, 0);
    if (stat("winit.h", &header) == 0) bench_row("header", (double)header.st_size / 1024, "KB", "-", -1, 0);
}

#if !defined(_OPENMP) && WINIT_SIMD_BITS == 512
#include "roofline.h"
#include "cost.h"
#include "small.h"
#endif

#ifdef _OPENMP
static double one_thread(const char *request)
{
    omp_set_num_threads(1);
    return request[0] == 'g' ? ours_gemm(request) : ours_epoch(request);
}
static double two_threads(const char *request)
{
    omp_set_num_threads(2);
    return request[0] == 'g' ? ours_gemm(request) : ours_epoch(request);
}
static void two_beside_one(const char *request, const char *name)
{
    double one[BENCH_ROUNDS], two[BENCH_ROUNDS];
    for (int r = 0; r < BENCH_ROUNDS; r++) {
        one[r] = one_thread(request);
        two[r] = two_threads(request);
    }
    double a = bench_median(two, BENCH_ROUNDS), b = bench_median(one, BENCH_ROUNDS);
    bench_row(name, 1 / a, "1/s", "ourselves, 1 thread", 1 / b, b / a);
}
/* Then once more beside a program that never waits. Where there are others already, all this says little. */
static void threads(void)
{
    double load = load_average();
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (load < (double)cores - 0.5) {
        two_beside_one("gemm NN 1024 1024 1024 2", "2 threads, product NN 1024,1024,1024");
        two_beside_one("gemm NT 1024 1024 1024 2", "2 threads, product NT 1024,1024,1024");
        two_beside_one("epoch relu 6000 64", "2 threads, epoch ReLU");
        two_beside_one("epoch sigmoid 3000 10", "2 threads, epoch sigmoid");
        two_beside_one("epoch cnn 1920 64", "2 threads, epoch LeNet");
        two_beside_one("epoch vgg 320 64", "2 threads, epoch VGG-like");
        pid_t other = fork();
        for (volatile int spin = 1; other == 0 && spin;) continue;
        if (other > 0) {
            two_beside_one("epoch relu 6000 64", "2 threads, epoch ReLU, a core taken");
            two_beside_one("epoch cnn 1920 64", "2 threads, epoch LeNet, a core taken");
            kill(other, SIGKILL);
            (void)waitpid(other, NULL, 0);
        }
    }
    printf("  %ld cores, load at the start %.1f%s\n", cores, load, load < (double)cores - 0.5 ? "" : ": too busy to measure two threads");
}
#endif

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--peak") == 0) return say_peak(argc > 2);
    bench_begin(argc, argv);
    set_peer(&blas, "OpenBLAS", "libopenblas-dev", "PEER_BLAS", "");
    set_peer(&dnnl, "oneDNN", "libdnnl-dev", "PEER_DNNL", "");
    set_peer(&eigen, "Eigen", "libeigen3-dev", "PEER_EIGEN", "");
    set_peer(&plain, "plain C", "cc", "PEER_PLAIN", "");
    set_peer(&fann, "FANN", "libfann-dev", "PEER_FANN", "");
    set_peer(&tiny, "tiny-dnn", "tiny-dnn libcereal-dev libstb-dev", "PEER_TINY", "");
    set_peer(&torch, "PyTorch", "python3-torch", "PEER_PYTHON", " torch");
    set_peer(&numpy, "numpy", "python3-numpy", "PEER_PYTHON", " numpy");
#ifdef _OPENMP
    if (wanted("threads")) threads();
#else
#if WINIT_SIMD_BITS < 512
    if (wanted("AVX2 products (512-bit vectors not used, OpenBLAS's Haswell kernels)")) { products(); geometric_mean("AVX2 products"); }
#else
    if (wanted("products")) { products(); geometric_mean("products"); }
    if (wanted("training")) training();
    if (wanted("networks")) networks();
    if (wanted("fills")) fills();
    if (wanted("optimisers")) optimisers();
    if (wanted("memory")) memory(argv[0]);
    if (wanted("building")) building();
    if (asked("roofline: what bounds a product")) roofline(&blas);
    if (asked("cost: how the time of a training step grows")) cost();
    if (asked("small: what a device without vectors pays")) small();
#endif
#endif
    return 0;
}
