/* elements.c - what is done number by number, and what one waits for once: activations, draws, files, singular values,
   looking at weights. `make bench` builds it twice: in float, and with WINIT_REAL=double for the group "double".

   Peers come from the environment: PEER_LOOPS (plain loops, cc -O3), PEER_PYTHON. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "bench.h"

#define TYPE (sizeof(wi_real) == 8 ? "double" : "float")

static bench_peer loops, torch, numpy;

/* Seconds of one repetition: the median of turns with the peers, theirs in `them`. */
static double in_turns(bench_function *ours, const char *request, bench_peer **peers, int count, double *them)
{
    double us[BENCH_ROUNDS], theirs[2][BENCH_ROUNDS];
    for (int r = -1; r < BENCH_ROUNDS; r++) {   /* round -1 warms up */
        double t = ours(request);
        if (r >= 0) us[r] = t;
        for (int p = 0; p < count; p++) {
            t = bench_ask(peers[p], request);
            if (r >= 0) theirs[p][r] = t;
        }
    }
    for (int p = 0; p < count; p++) them[p] = bench_median(theirs[p], BENCH_ROUNDS);
    return bench_median(us, BENCH_ROUNDS);
}

/* ---- activations ---- */

static double ours_act(const char *request)
{
    static wi_real *z, *dy, *y;
    static size_t room;
    char type[16], way[16], name[16];
    unsigned n, reps;
    wi_act act;
    sscanf(request, "act %15s %15s %15s %u %u", type, way, name, &n, &reps);
    if (wi_act_named(name, &act) != WI_OK) exit(2);
    if (room < n) {
        room = n;
        z = (wi_real *)get(n, sizeof *z);
        y = (wi_real *)get(n, sizeof *y);
        dy = (wi_real *)get(n, sizeof *dy);
    }
    for (size_t i = 0; i < n; i++) z[i] = (wi_real)i * 16 / (wi_real)n - 8, dy[i] = 1;
    double start = 0;
    for (unsigned i = 0; i <= reps; i++) {
        if (i == 1) start = bench_now();
        if (way[0] == 'f') wi_act_forward(act, y, z, n);
        else wi_act_backward(act, y, dy, z, n);
    }
    return (bench_now() - start) / reps;
}

/* A line for each activation: our millions of numbers a second, and how many times that is the better peer's. */
static void activations(const unsigned *sizes, int count)
{
#define BENCH_NAME(id, name, preset) #name,
    static const char *names[] = {WI_ACT_LIST(BENCH_NAME)};
#undef BENCH_NAME
    static const char *ways[] = {"forward", "backward"};
    bench_peer *peers[] = {&loops, &torch};
    double log_sum = 0;
    int log_count = 0;
    printf("  millions a second, and the ratio to the better of PyTorch (P) and a loop (L)\n  %-12s", "");
    for (int w = 0; w < 2; w++) for (int s = 0; s < count; s++) printf(" %9s %8u", ways[w], sizes[s]);
    printf("\n");
    for (size_t k = 0; k < WI_COUNT(names); k++) {
        printf("  %-12s", names[k]);
        for (int w = 0; w < 2; w++) for (int s = 0; s < count; s++) {
            char request[120], label[120], theirs[40] = "-", ratio[40] = "-";
            double them[2], best = 0, mine;
            const char *who = "-";
            snprintf(request, sizeof request, "act %s %s %s %u %u", TYPE, ways[w], names[k], sizes[s], sizes[s] > 100000 ? 1 : 200);
            mine = in_turns(ours_act, request, peers, 2, them);
            for (int p = 0; p < 2; p++)
                if (them[p] > 0 && (best <= 0 || them[p] < best)) best = them[p], who = peers[p]->name;
            if (best > 0) {
                snprintf(ratio, sizeof ratio, "%.2f", best / mine);
                snprintf(theirs, sizeof theirs, "%.4g", sizes[s] * 1e-6 / best);
                log_sum += log(best / mine);
                log_count++;
            }
            printf(" %9.0f %6s %c", sizes[s] * 1e-6 / mine, ratio, who[0] == 'l' ? 'L' : who[0]);
            fflush(stdout);
            snprintf(label, sizeof label, "%s %s %s %u", TYPE, names[k], ways[w], sizes[s]);
            if (bench_file) fprintf(bench_file, "%s\t%.4g\tM/s\t%s\t%s\t%s\n", label, sizes[s] * 1e-6 / mine, who, theirs, ratio);
        }
        printf("\n");
    }
    if (log_count) printf("  %s, geometric mean of the ratios: %.3f\n", TYPE, exp(log_sum / log_count));
}

#if WI_IMPL_DOUBLE

/* ---- numbers by law ---- */

static void in_double(void)
{
    static const unsigned sizes[] = {4096};
    bench_peer *both[] = {&torch, &numpy}, *one[] = {&torch};
    activations(sizes, 1);
    (void)wanted("double fills");
    bench_case("double uniform 10^6", ours_fill, "fill double uniform 1000000 3", 1, "Mdouble/s", both, 2);
    bench_case("double normal 10^6", ours_fill, "fill double normal 1000000 1", 1, "Mdouble/s", both, 2);
    bench_case("double truncated normal 10^6", ours_fill, "fill double truncated 1000000 1", 1, "Mdouble/s", one, 1);
}
#else

/* ---- numbers one at a time, in ns, beside what we aim at: a generator keeps nothing but its place ---- */

static double ours_draw(const char *request)
{
    volatile double keep = 0;
    double sum = 0, start;
    wi_rng rng = wi_rng_make(7);
    int n = 2000, kind = request[0];
    start = bench_now();
    if (kind == 'n') for (int i = 0; i < n; i++) sum += wi_rng_next(&rng);
    else if (kind == 'u') for (int i = 0; i < n; i++) sum += wi_rng_uniform(&rng);
    else for (int i = 0; i < n; i++) sum += wi_rng_normal(&rng);
    start = bench_now() - start;
    keep = sum;
    (void)keep;
    return start / n;
}

static double ours_shuffle(const char *request)
{
    unsigned n;
    sscanf(request, "shuffle %u", &n);
    size_t *order = (size_t *)get(n, sizeof *order);
    wi_rng rng = wi_rng_make(7);
    for (size_t i = 0; i < n; i++) order[i] = i;
    double start = bench_now();
    wi_rng_shuffle(&rng, order, n);
    start = bench_now() - start;
    free(order);
    return start;
}

/* Nanoseconds or the like, against a limit of ours. */
static void limit_row(const char *name, bench_function *ours, const char *request, double scale, const char *unit, double limit)
{
    double t = scale * in_turns(ours, request, NULL, 0, NULL);
    bench_row(name, t, unit, "the limit we set", limit, limit / t);
}

static void draws(void)
{
    bench_peer *both[] = {&torch, &numpy};
    limit_row("wi_rng_next", ours_draw, "next", 1e9, "ns", 2);
    limit_row("wi_rng_uniform", ours_draw, "uniform", 1e9, "ns", 4);
    limit_row("wi_rng_normal", ours_draw, "zero and one", 1e9, "ns", 40);
    bench_case("shuffle 60,000", ours_shuffle, "shuffle 60000", 0.06, "M/s", both, 2);
}

/* ---- files, warm: written and read again and again ---- */

#define IDX_SAMPLES 60000
#define CSV_ROWS    20000
static char files_path[5][340];
static wi_net files_net;
static double idx_bytes, csv_bytes, net_bytes;

static void put_big(unsigned char *to, unsigned x)
{
    for (int i = 0; i < 4; i++) to[i] = (unsigned char)(x >> (24 - 8 * i));
}

static void write_bytes(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, size, file) != size || fclose(file) != 0) {
        perror(path);
        exit(2);
    }
}

static void make_files(void)
{
    static const char *names[] = {"images.idx", "labels.idx", "table.csv", "net.safetensors", "net.npy"};
    const char *dir = getenv("BENCH_DIR") ? getenv("BENCH_DIR") : "/tmp";
    for (int i = 0; i < 5; i++) snprintf(files_path[i], sizeof files_path[i], "%.300s/%s", dir, names[i]);
    wi_rng rng = wi_rng_make(1);
    size_t n = IDX_SAMPLES, count = 16 + n * 784;
    unsigned char *bytes = (unsigned char *)get(count, 1);
    put_big(bytes, 0x803), put_big(bytes + 4, (unsigned)n), put_big(bytes + 8, 28), put_big(bytes + 12, 28);
    for (size_t i = 16; i < count; i++) bytes[i] = (unsigned char)wi_rng_next(&rng);
    write_bytes(files_path[0], bytes, count);
    put_big(bytes, 0x801);
    for (size_t i = 0; i < n; i++) bytes[8 + i] = (unsigned char)(i % 10);
    write_bytes(files_path[1], bytes, 8 + n);
    free(bytes);
    idx_bytes = (double)(count + n + 8);

    float *x = (float *)get(CSV_ROWS * 51, 4);
    (void)wi_fill(x, wi_dense(51, CSV_ROWS), wi_normal(0, 1), &rng);
    (void)wi_mat_save_csv(wi_mat_view(x, CSV_ROWS, 51), NULL, files_path[2], NULL);
    free(x);
    FILE *file = fopen(files_path[2], "rb");
    if (file && fseek(file, 0, SEEK_END) == 0) csv_bytes = (double)ftell(file);
    if (file) fclose(file);

    wi_layer_desc layers[] = {wi_layer_dense(2048, wi_relu()), wi_layer_dense(2048, wi_relu()), wi_layer_dense(10, wi_linear())};
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.inputs = 784;
    desc.layers = layers;
    desc.layer_count = 3;
    if (wi_net_create(&files_net, &desc, NULL) != WI_OK) exit(2);
    net_bytes = 4.0 * (double)files_net.param_count;
}

static double ours_file(const char *request)
{
    double start = bench_now();
    wi_error error;
    wi_data data;
    wi_status status = WI_ERR_ARG;
    if (strncmp(request, "file idx", 8) == 0) status = wi_data_load_idx(&data, files_path[0], files_path[1], &error);
    if (strncmp(request, "file csv", 8) == 0) status = wi_data_load_csv(&data, files_path[2], 1, &error);
    if (strncmp(request, "file save", 9) == 0) status = wi_net_save(&files_net, files_path[3], &error);
    if (strncmp(request, "file load", 9) == 0) status = wi_net_load(&files_net, files_path[3], &error);
    start = bench_now() - start;
    if (status != WI_OK) fprintf(stderr, "%s: %s\n", request, error.text);
    if (request[5] == 'i' || request[5] == 'c') wi_data_destroy(&data);
    return start;
}

static void files(void)
{
    bench_peer *one[] = {&numpy};
    char request[4][720];
    make_files();
    snprintf(request[0], sizeof request[0], "file idx %s %s", files_path[0], files_path[1]);
    snprintf(request[1], sizeof request[1], "file csv %s", files_path[2]);
    snprintf(request[2], sizeof request[2], "file save %s %.0f", files_path[4], net_bytes / 4);
    snprintf(request[3], sizeof request[3], "file load %s", files_path[4]);
    bench_case("read IDX, 60,000 x 784", ours_file, request[0], idx_bytes * 1e-9, "GB/s", one, 1);
    bench_case("read CSV, 20,000 x 51", ours_file, request[1], csv_bytes * 1e-9, "GB/s", one, 1);
    bench_case("write safetensors, 23 MB", ours_file, request[2], net_bytes * 1e-9, "GB/s", one, 1);
    bench_case("read safetensors, 23 MB", ours_file, request[3], net_bytes * 1e-9, "GB/s", one, 1);
    for (int i = 0; i < 5; i++) remove(files_path[i]);
    wi_net_destroy(&files_net);
}

/* ---- looking at weights and networks ---- */

static double ours_svd(const char *request)
{
    unsigned n;
    sscanf(request, "svd %u", &n);
    float *w = (float *)get((size_t)n * n, 4);
    double *values = (double *)get(n, 8);
    wi_rng rng = wi_rng_make(7);
    (void)wi_fill(w, wi_dense(n, n), wi_normal(0, 1), &rng);
    double start = bench_now();
    (void)wi_mat_svd_values(wi_mat_view(w, n, n), values);
    start = bench_now() - start;
    free(w);
    free(values);
    return start;
}

static double ours_look(const char *request)
{
    static float *w;
    const size_t n = 4096;
    wi_shape shape = wi_dense(n, n);
    wi_rng rng = wi_rng_make(7);
    wi_guess guesses[4];
    size_t count = 4;
    wi_fit fit;
    if (!w) {
        w = (float *)get(n * n, sizeof *w);
        (void)wi_fill(w, shape, wi_he_normal(), &rng);
    }
    double start = bench_now();
    if (request[0] == 'c') (void)wi_check_fill(w, shape, wi_he_normal(), &fit, NULL);
    else (void)wi_identify(w, shape, guesses, &count, NULL);
    return bench_now() - start;
}

/* wi_net_probe() in steps of training: 784-256-128-10, batch 64. */
static double ours_probe(const char *request)
{
    static wi_net net;
    static wi_opt opt;
    static wi_mat x, y;
    wi_probe parts[3];
    int reps = 5;
    if (!net.layer_count) {
        wi_layer_desc layers[] = {wi_layer_dense(256, wi_relu()), wi_layer_dense(128, wi_relu()), wi_layer_dense(10, wi_linear())};
        wi_net_desc desc;
        wi_rng rng = wi_rng_make(3);
        memset(&desc, 0, sizeof desc);
        desc.inputs = 784;
        desc.layers = layers;
        desc.layer_count = 3;
        desc.max_batch = 64;
        x = wi_mat_view((float *)get(64 * 784, 4), 64, 784);
        y = wi_mat_view((float *)get(64 * 10, 4), 64, 10);
        (void)wi_fill(x.data, wi_dense(784, 64), wi_normal(0, 1), &rng);
        for (size_t i = 0; i < 64; i++) y.data[i * 10 + i % 10] = 1;
        if (wi_net_create(&net, &desc, NULL) != WI_OK || wi_opt_create(&opt, wi_sgd(1e-3), net.param_count) != WI_OK) exit(2);
    }
    double start = bench_now();
    for (int i = 0; i < reps; i++) {
        if (request[0] == 'p') {
            (void)wi_net_probe(&net, x, y, WI_LOSS_SOFTMAX_CROSS_ENTROPY, parts);
            continue;
        }
        wi_mat out, dy = net.layers[2].dpost;
        double loss;
        wi_net_zero_grads(&net);
        if (wi_net_forward(&net, x, WI_TRAIN, &out) != WI_OK
            || wi_loss_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, out, y, &dy, &loss) != WI_OK
            || wi_net_backward(&net, x, dy) != WI_OK || wi_opt_step(&opt, net.params, net.grads) != WI_OK) exit(2);
    }
    return (bench_now() - start) / reps;
}

static double ours_call(const char *request)
{
    float z[16], y[16];
    int reps = 100000;
    (void)request;
    for (int i = 0; i < 16; i++) z[i] = (float)i - 8;
    double start = bench_now();
    for (int i = 0; i < reps; i++) wi_act_forward(wi_relu(), y, z, 16);
    return (bench_now() - start) / reps;
}

static void looking(void)
{
    bench_peer *one[] = {&numpy};
    double probe[BENCH_ROUNDS], step[BENCH_ROUNDS];
    bench_case("singular values, 64 x 64", ours_svd, "svd 64", 1e-3, "1/ms", one, 1);
    bench_case("singular values, 256 x 256", ours_svd, "svd 256", 1e-3, "1/ms", one, 1);
    /* Once: the larger ones take seconds. */
    for (int n = 512; n <= 1024; n *= 2) {
        char name[40], request[40];
        snprintf(name, sizeof name, "singular values, %d x %d", n, n);
        snprintf(request, sizeof request, "svd %d", n);
        double them = bench_ask(&numpy, request), us = ours_svd(request);
        if (them > 0) bench_row(name, 1e-3 / us, "1/ms", numpy.name, 1e-3 / them, them / us);
        else bench_row(name, 1e-3 / us, "1/ms", "-", -1, 0);
    }
    limit_row("wi_check_fill, 4096 x 4096", ours_look, "check", 1, "s", 0.5);
    limit_row("wi_identify, 4096 x 4096", ours_look, "identify", 1, "s", 1.5);
    for (int r = 0; r < BENCH_ROUNDS; r++) {
        probe[r] = ours_probe("probe");
        step[r] = ours_probe("step");
    }
    double steps = bench_median(probe, BENCH_ROUNDS) / bench_median(step, BENCH_ROUNDS);
    bench_row("wi_net_probe, 784-256-128-10", steps, "steps", "the limit we set", 5, 5 / steps);
    limit_row("ReLU of 16 numbers", ours_call, "relu", 1e9, "ns", 15);
}
#endif

int main(int argc, char **argv)
{
    bench_begin(argc, argv);
    set_peer(&loops, "loop, cc -O3", "gcc", "PEER_LOOPS", "");
    set_peer(&torch, "PyTorch", "python3-torch", "PEER_PYTHON", " torch");
    set_peer(&numpy, "numpy", "python3-numpy", "PEER_PYTHON", " numpy");
#if WI_IMPL_DOUBLE
    if (asked("double: the judge of the float build")) in_double();
#else
    static const unsigned sizes[] = {4096, 10000000};
    if (asked("activations")) activations(sizes, 2);
    if (wanted("numbers one at a time")) draws();
    if (wanted("files")) files();
    if (wanted("looking at weights and networks")) looking();
#endif
    return 0;
}
