/* bench.h: time our code and a peer's in turn, and report medians as ratios.

   A peer is a program that reads a case on a line of its input ("gemm NN 64 784 256 20"), runs it, and answers with the
   seconds that one repetition took, with "missing" if it cannot do that case, or with "missing REASON" if it is not
   installed. A slow peer may do fewer samples and scale its seconds up: rates are compared. It is started once and asked again and again, so that warming
   up is paid once. Peers and we take turns within a case: a busy machine then slows both. */
#ifndef BENCH_H
#define BENCH_H

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BENCH_ROUNDS 7

typedef struct bench_peer {
    const char *name, *command;
    const char *package; /* where it comes from, by Debian's names */
    FILE *to, *from;
    char missing[160];   /* why it does not answer; empty if it does */
} bench_peer;

static double bench_now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Start a peer through the shell. */
static void bench_start(bench_peer *peer)
{
    int in[2], out[2];
    if (peer->to || peer->missing[0] || pipe(in) || pipe(out)) return;
    if (fork() == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        close(in[1]);
        close(out[0]);
        execl("/bin/sh", "sh", "-c", peer->command, (char *)NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    peer->to = fdopen(in[1], "w");
    peer->from = fdopen(out[0], "r");
}

/* Ask a peer for one measurement: seconds, or a negative number if it cannot. */
static double bench_ask(bench_peer *peer, const char *request)
{
    char line[160] = "";
    bench_start(peer);
    if (!peer->to) return -1;
    fprintf(peer->to, "%s\n", request);
    fflush(peer->to);
    if (!fgets(line, sizeof line, peer->from)) {
        snprintf(peer->missing, sizeof peer->missing, "does not run here");
        fclose(peer->to);
        fclose(peer->from);
        peer->to = peer->from = NULL;
        return -1;
    }
    if (strncmp(line, "missing", 7) != 0) return atof(line);
    if (line[7] == ' ') snprintf(peer->missing, sizeof peer->missing, "not found (apt install %s)", peer->package);
    return -1;
}

static int bench_compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double bench_median(double *x, int n)
{
    qsort(x, (size_t)n, sizeof *x, bench_compare);
    return n % 2 ? x[n / 2] : 0.5 * (x[n / 2 - 1] + x[n / 2]);
}

/* Rows go to a table on stdout and to a file of tab-separated values. A ratio above 1: we are faster or smaller. */
static FILE *bench_file;
static double bench_log_sum;
static int bench_log_count;

static const char *bench_number(double x, char *text, size_t size)
{
    snprintf(text, size, fabs(x) >= 1000 ? "%.0f" : "%.4g", x);
    return text;
}

static void bench_row(const char *name, double ours, const char *unit, const char *peer, double theirs, double ratio)
{
    char mine[40], other[40] = "-", quotient[40] = "-";
    bench_number(ours, mine, sizeof mine);
    if (theirs >= 0) bench_number(theirs, other, sizeof other);
    if (theirs >= 0) snprintf(quotient, sizeof quotient, "%.3f", ratio);
    printf("  %-33s %7s %8s %8s %-10s %s\n", name, quotient, mine, other, unit, peer);
    fflush(stdout);
    if (bench_file) fprintf(bench_file, "%s\t%s\t%s\t%s\t%s\t%s\n", name, mine, unit, peer, other, quotient);
    if (bench_file) fflush(bench_file);
    if (theirs >= 0) bench_log_sum += log(ratio), bench_log_count++;
}

/* A table of another form goes to stdout and, where the environment's BENCH_RESULTS names a folder, to NAME.txt there. */
static FILE *bench_table(const char *name)
{
    char path[400];
    const char *folder = getenv("BENCH_RESULTS");
    snprintf(path, sizeof path, "%.300s/%.80s.txt", folder ? folder : "", name);
    return folder ? fopen(path, "w") : NULL;
}

static void bench_say(FILE *table, const char *format, ...)
{
    char text[400];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    fputs(text, stdout);
    fflush(stdout);
    if (table) fputs(text, table);
}

/* Measure a case in turns; `amount` is what one repetition does, in units (flops, samples, numbers), so that rates result. */
typedef double bench_function(const char *request);   /* seconds of one repetition of ours */
static void bench_case(const char *name, bench_function *ours, const char *request, double amount, const char *unit,
                       bench_peer **peers, int peer_count)
{
    double us[BENCH_ROUNDS], them[8][BENCH_ROUNDS];
    for (int r = -1; r < BENCH_ROUNDS; r++) {   /* round -1 warms up */
        double t = ours(request);
        if (r >= 0) us[r] = t;
        for (int p = 0; p < peer_count; p++) {
            t = bench_ask(peers[p], request);
            if (r >= 0) them[p][r] = t;
        }
    }
    double mine = bench_median(us, BENCH_ROUNDS);
    for (int p = 0; p < peer_count; p++) {
        double theirs = bench_median(them[p], BENCH_ROUNDS);
        char label[260];
        if (theirs > 0) bench_row(name, amount / mine, unit, peers[p]->name, amount / theirs, theirs / mine);
        else {
            snprintf(label, sizeof label, "%.60s: %.180s", peers[p]->name, peers[p]->missing[0] ? peers[p]->missing : "cannot do this");
            bench_row(name, amount / mine, unit, label, -1, 0);
        }
    }
    if (peer_count == 0) bench_row(name, amount / mine, unit, "-", -1, 0);
}

/* ---- what our programs have in common; they have included the implementation of winit.h ---- */

static char **only;   /* the groups asked for, ended by NULL */

static void *get(size_t count, size_t size)
{
    void *p;
    if (posix_memalign(&p, 64, count * size + 64) != 0) exit(2);
    memset(p, 0, count * size);
    return p;
}

/* "fill [double] uniform|normal|truncated N REPETITIONS", in the numbers' own type. */
static inline double ours_fill(const char *request)
{
    static wi_real *w;
    static size_t room;
    char kind[16];
    unsigned n, reps;
    if (sscanf(request, "fill double %15s %u %u", kind, &n, &reps) != 3) sscanf(request, "fill %15s %u %u", kind, &n, &reps);
    if (room < n) w = (wi_real *)get(room = n, sizeof *w);
    wi_recipe recipe = kind[0] == 'u' ? wi_uniform(-1, 1) : kind[0] == 'n' ? wi_normal(0, 1) : wi_truncated_normal(0, 1, -2, 2);
    wi_rng rng = wi_rng_make(7);
    double start = bench_now();
    for (unsigned i = 0; i < reps; i++) (void)wi_fill(w, wi_dense(n, 1), recipe, &rng);
    return (bench_now() - start) / reps;
}

/* How many programs wanted to run in the last minute; this one is among them. */
static double load_average(void)
{
    double load = 0;
    FILE *file = fopen("/proc/loadavg", "r");
    if (file && fscanf(file, "%lf", &load) != 1) load = 0;
    if (file) fclose(file);
    return load;
}

/* What the figures below were measured with, and how busy the machine was. Once. */
static void say_machine(void)
{
    static int said;
    char line[200], model[100] = "unknown";
    if (said++) return;
    FILE *file = fopen("/proc/cpuinfo", "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "model name : %99[^\n]", model) == 1) break;
    if (file) fclose(file);
#ifdef __clang__
    const char *maker = "";
#else
    const char *maker = "gcc ";
#endif
    printf("%s, %ld cores (load %.1f), %s%s, vectors of %d bits\n", model, sysconf(_SC_NPROCESSORS_ONLN), load_average(), maker, __VERSION__, wi_impl_simd_bits());
}

static int asked(const char *group)
{
    int found = !only[0];
    for (char **o = only; *o; o++) found |= strncmp(group, *o, strlen(*o)) == 0;
    if (found) {
        say_machine();
        printf("\n%s\n", group);
    }
    return found;
}

/* The same for a group whose rows compare us with peers. */
static int wanted(const char *group)
{
    int found = asked(group);
    bench_log_sum = bench_log_count = 0;
    if (found) printf("  %-33s %7s %8s %8s %-10s %s\n", "case", "ratio", "ours", "theirs", "unit", "peer");
    return found;
}

static void geometric_mean(const char *name)
{
    char line[80];
    if (bench_log_count == 0) return;
    double mean = exp(bench_log_sum / bench_log_count);
    snprintf(line, sizeof line, "%s, geometric mean", name);
    bench_row(line, mean, "x", "all of these peers", 1, mean);
}

/* PROGRAM RESULTS.tsv [GROUP ...]: a group is named by its first letters; without any, all run. */
static void bench_begin(int argc, char **argv)
{
    only = argv + (argc > 2 ? 2 : argc);
    bench_file = argc > 1 ? fopen(argv[1], "a") : NULL;
    if (bench_file && ftell(bench_file) == 0) fprintf(bench_file, "case\tours\tunit\tpeer\ttheirs\tratio\n");
}

static void set_peer(bench_peer *peer, const char *name, const char *package, const char *variable, const char *suffix)
{
    static char commands[8][400];
    static int used;
    const char *command = getenv(variable);
    peer->name = name;
    peer->package = package;
    if (!command || !command[0]) {
        snprintf(peer->missing, sizeof peer->missing, "not found (apt install %s)", package);
        return;
    }
    snprintf(commands[used], sizeof commands[used], "exec env OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 %s%s", command, suffix);
    peer->command = commands[used++];
}

#endif /* BENCH_H */
