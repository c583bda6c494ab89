/* small.h: the group `small` of bench.c. What the header costs where there is little room: tests/bench/small.c is built
   without vectors, without stdio, with -Os, and what is not called left out by the linker, for this machine and for a
   32-bit ARM; and what speed the vectors would have given. Code is what size(1) calls text, RAM is data and zeros; the C library's
   own functions (memcpy, exp, ...) are shared here, and not counted. */
#ifndef BENCH_SMALL_H
#define BENCH_SMALL_H

#define SMALL_FLAGS "-Os -DWINIT_NO_SIMD -DWINIT_NO_STDIO -ffunction-sections -fdata-sections -Wl,--gc-sections"

typedef struct small_size {
    double code, ram;   /* bytes; negative: it could not be built */
} small_size;

/* Build small.c; returns whether that worked. */
static int small_build(const char *cc, const char *flags, const char *program)
{
    char command[800];
    snprintf(command, sizeof command, "%.100s %.350s -I. tests/bench/small.c -o %.280s -lm 2>/dev/null", cc, flags, program);
    return system(command) == 0;
}

static small_size small_measure(const char *cc, const char *size, const char *flags, const char *program)
{
    small_size s = {-1, -1};
    char command[800];
    FILE *answer;
    if (!small_build(cc, flags, program)) return s;
    snprintf(command, sizeof command, "%s %s | awk 'NR == 2 { print $1, $2 + $3 }'", size, program);
    answer = popen(command, "r");
    if (answer && fscanf(answer, "%lf %lf", &s.code, &s.ram) != 2) s.code = s.ram = -1;
    if (answer) pclose(answer);
    return s;
}

/* Seconds of a forward pass of a program built with SMALL_SPEED, and the bytes of its wi_net; negative if it does not run. */
static double small_seconds(const char *program, double *bytes)
{
    double seconds = -1;
    FILE *answer = popen(program, "r");
    if (answer && fscanf(answer, "%lf %lf", bytes, &seconds) != 2) seconds = -1;
    if (answer) pclose(answer);
    return seconds;
}

static void small_kilobytes(double bytes, char *text, size_t size)
{
    if (bytes < 0) snprintf(text, size, "-");
    else snprintf(text, size, "%.1f", bytes / 1024);
}

static void small_sizes(FILE *table, const char *cc, const char *arm, const char *dir, double net_bytes)
{
    static const char *const what[] = {"wi_fill of 784 x 30", "784-30-10, wi_fill and wi_mat_mul", "784-30-10, a wi_net with gradients"};
    bench_say(table, "%-36s %10s %10s %12s %10s\n", "KB; -Os, no SIMD, no stdio", "code here", "RAM here", "code ARM", "RAM ARM");
    for (int i = 0; i < 3; i++) {
        char flags[300], program[300], text[4][40];
        small_size here, there;
        snprintf(flags, sizeof flags, SMALL_FLAGS " -DSMALL=%d -DSMALL_BYTES=%.0f", i + 1, net_bytes);
        snprintf(program, sizeof program, "%.250s/small%d", dir, i + 1);
        here = small_measure(cc, "size", flags, program);
        snprintf(flags, sizeof flags, SMALL_FLAGS " -mthumb -DSMALL=%d -DSMALL_BYTES=%.0f", i + 1, net_bytes);
        snprintf(program, sizeof program, "%.250s/small%d.arm", dir, i + 1);
        there = small_measure(arm, "arm-linux-gnueabihf-size", flags, program);
        small_kilobytes(here.code, text[0], sizeof text[0]);
        small_kilobytes(here.ram, text[1], sizeof text[1]);
        small_kilobytes(there.code, text[2], sizeof text[2]);
        small_kilobytes(there.ram, text[3], sizeof text[3]);
        bench_say(table, "%-36s %10s %10s %12s %10s\n", what[i], text[0], text[1], text[2], text[3]);
        if (i == 2 && there.code < 0) bench_say(table, "(no compiler for ARM: apt install gcc-arm-linux-gnueabihf)\n");
    }
}

static void small_speeds(FILE *table, const char *cc, const char *dir, double *net_bytes)
{
    static const char *const how[] = {"-O2", "-O2 -DWINIT_NO_SIMD", "-Os -DWINIT_NO_SIMD -DWINIT_NO_STDIO"};
    double seconds[3][BENCH_ROUNDS], median[3];
    char program[3][300], flags[300];
    for (int i = 0; i < 3; i++) {
        snprintf(program[i], sizeof program[i], "%.250s/small-speed%d", dir, i);
        snprintf(flags, sizeof flags, "%s -DSMALL=3 -DSMALL_SPEED", how[i]);
        if (!small_build(cc, flags, program[i])) return;
    }
    for (int r = 0; r < BENCH_ROUNDS; r++)
        for (int i = 0; i < 3; i++) seconds[i][r] = small_seconds(program[i], net_bytes);
    bench_say(table, "%-36s %12s %12s\n", "784-30-10, one sample at a time", "samples/s", "of the first");
    for (int i = 0; i < 3; i++) {
        median[i] = bench_median(seconds[i], BENCH_ROUNDS);
        bench_say(table, "%-36s %12.0f %12.3f\n", how[i], 1 / median[i], median[0] / median[i]);
    }
    bench_say(table, "wi_net_memory() here: %.0f bytes\n\n", *net_bytes);
}

static void small(void)
{
    const char *cc = getenv("BENCH_CC") ? getenv("BENCH_CC") : "cc", *dir = getenv("BENCH_DIR") ? getenv("BENCH_DIR") : "/tmp";
    const char *arm = getenv("BENCH_ARM") ? getenv("BENCH_ARM") : "arm-linux-gnueabihf-gcc";
    FILE *table = bench_table("small");
    double net_bytes = 200000;
    small_speeds(table, cc, dir, &net_bytes);
    small_sizes(table, cc, arm, dir, net_bytes);
    if (table) fclose(table);
}

#endif /* BENCH_SMALL_H */
