/* mpi/scaling.c - how far will more machines carry?
 *
 *     mpicc -O2 -I. examples/mpi/scaling.c -o scaling -lm
 *     mpirun -n 4 ./scaling [passes]
 *
 * Measures a data-parallel step on 1, 2 and 4 ranks, fits a model of three numbers to parts of it, and asks
 the model * for machines that are not here. All times are the least of eight tries in each of some passes
 (3). * *     step(R) = c n / R  +  2 (R - 1) a  +  2 (R - 1)/R  4 P / B * *     c   seconds for a row of the
 batch, forward and backward: from one rank alone *     a   seconds until a message arrives, B bytes a second:
 from MPI_Allreduce between two ranks *     n   rows of the whole batch, P parameters, R ranks; a ring's
 Allreduce sends 2 (R - 1) messages * * Ranks beyond the cores of a machine take turns, so c n / R cannot fall
 below c n / cores.
 */
#define WINIT_IMPLEMENTATION
#define WINIT_NO_PROBE
#define WINIT_NO_SAVE
#include "winit.h"
#include <mpi.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { ROWS = 256, INPUTS = 64, SIZES = 9, REPEATS = 8, TEAMS = 3, WIDTHS = 3 };
static const int teams[TEAMS] = { 1, 2, 4 };
static const size_t widths[WIDTHS] = { 64, 256, 1024 };

typedef struct measured {
    double step[TEAMS][WIDTHS], sums[SIZES];    /* least times, seconds */
    double parameters[WIDTHS];
    double latency, bandwidth;                  /* a and B */
} measured;

/* Wait for the others without taking a core from them. */
static void rest(MPI_Comm world)
{
    MPI_Request request;
    const struct timespec pause = { 0, 2000000 };
    int done = 0;
    MPI_Ibarrier(world, &request);
    while (MPI_Test(&request, &done, MPI_STATUS_IGNORE) == MPI_SUCCESS && !done) nanosleep(&pause, NULL);
}

static int make(wi_net *net, size_t width, size_t rows)
{
    wi_layer_desc layers[3];
    wi_net_desc desc;
    layers[0] = layers[1] = wi_layer_dense(width, wi_relu());
    layers[2] = wi_layer_dense(10, wi_linear());
    memset(&desc, 0, sizeof desc);
    desc.inputs = INPUTS;
    desc.layers = layers;
    desc.layer_count = 3;
    desc.max_batch = rows;
    desc.seed = 1;
    return wi_net_create(net, &desc, NULL) == WI_OK;
}

/* A step's least time: this rank's rows forward and backward, then the sum of all gradients. */
static double time_step(wi_net *net, wi_mat x, wi_mat dy, MPI_Comm team, int exchange)
{
    double least = 1e9;
    int steps = net->param_count < 10000 ? 10 : 1;
    for (int k = 0; k < REPEATS; k++) {
        MPI_Barrier(team);
        double start = MPI_Wtime();
        for (int s = 0; s < steps; s++) {
            wi_net_zero_grads(net);
            if (wi_net_forward(net, x, WI_TRAIN, NULL) != WI_OK || wi_net_backward(net, x, dy) != WI_OK)
                return -1;
            if (exchange)
                MPI_Allreduce(MPI_IN_PLACE, net->grads, (int)net->param_count, MPI_FLOAT, MPI_SUM, team);
        }
        least = fmin(least, (MPI_Wtime() - start) / steps);
    }
    MPI_Allreduce(MPI_IN_PLACE, &least, 1, MPI_DOUBLE, MPI_MAX, team);
    return least;
}

/* Sums of several sizes between two ranks; least[] keeps the least times of all passes. a and B are the line
   through them, each weighted by 1 / time^2. */
static void fit_network(MPI_Comm team, double least[SIZES], double *latency, double *bandwidth)
{
    static float sums[1 << 20];
    double w = 0, wx = 0, wy = 0, wxx = 0, wxy = 0;
    for (int i = 0, n = 16; i < SIZES; i++, n *= 4) {
        double bytes = 4.0 * n, now = 1e9;              /* 2 (R - 1) / R = 1 for two ranks */
        for (int k = 0; k < 4 * REPEATS; k++) {
            MPI_Barrier(team);
            double start = MPI_Wtime();
            MPI_Allreduce(MPI_IN_PLACE, sums, n, MPI_FLOAT, MPI_SUM, team);
            now = fmin(now, MPI_Wtime() - start);
        }
        MPI_Allreduce(MPI_IN_PLACE, &now, 1, MPI_DOUBLE, MPI_MAX, team);
        least[i] = fmin(least[i], now);
        double weight = 1 / (least[i] * least[i]);
        w += weight;
        wx += weight * bytes;
        wy += weight * least[i];
        wxx += weight * bytes * bytes;
        wxy += weight * bytes * least[i];
    }
    double slope = (w * wxy - wx * wy) / (w * wxx - wx * wx);
    *latency = (wy - slope * wx) / w / 2;               /* two messages */
    *bandwidth = 1 / slope;
}

static double exchange_time(double ranks, double parameters, double latency, double bandwidth)
{
    return 2 * (ranks - 1) * latency + 2 * (ranks - 1) / ranks * 4 * parameters / bandwidth;
}

/* One pass: every team measures its steps, the second also its sums, while the other ranks rest. */
static int measure(measured *m, int rank)
{
    static wi_real x[ROWS * INPUTS], dy[ROWS * 10];
    wi_rng rng = wi_rng_make(1);
    if (wi_fill(x, wi_dense(INPUTS, ROWS), wi_normal(0, 1), &rng) != WI_OK) return 0;
    if (wi_fill(dy, wi_dense(10, ROWS), wi_normal(0, 1), &rng) != WI_OK) return 0;
    for (int t = 0; t < TEAMS; t++) {
        size_t rows = ROWS / (size_t)teams[t];
        MPI_Comm team;
        MPI_Comm_split(MPI_COMM_WORLD, rank < teams[t], rank, &team);
        if (rank < teams[t] && teams[t] == 2) fit_network(team, m->sums, &m->latency, &m->bandwidth);
        for (int k = 0; k < WIDTHS && rank < teams[t]; k++) {
            wi_net net;
            if (!make(&net, widths[k], rows)) return 0;
            wi_mat in = wi_mat_view(x, rows, INPUTS), out = wi_mat_view(dy, rows, 10);
            m->step[t][k] = fmin(m->step[t][k], time_step(&net, in, out, team, teams[t] > 1));
            m->parameters[k] = (double)net.param_count;
            wi_net_destroy(&net);
        }
        rest(MPI_COMM_WORLD);
        MPI_Comm_free(&team);
    }
    return 1;
}

static void report(const measured *m)
{
    const double cores = (double)sysconf(_SC_NPROCESSORS_ONLN), machines[] = { 2, 8, 32 };
    const struct { const char *name; double latency, bandwidth; } nets[] = {
        { " 10 G", 3e-5, 1.25e9 }, { "100 G", 3e-6, 1.25e10 }
    };
    printf(
        "%d rows a batch, %d-w-w-10, float; %.0f cores, ranks share memory: a message after %.1f us, then "
        "%.1f GB/s\n\n",
        ROWS, INPUTS, cores, 1e6 * m->latency, 1e-9 * m->bandwidth);
    printf("    w  parameters   us a row   ms a step on 1, 2, 4 ranks   the model's 2, 4\n");
    for (int k = 0; k < WIDTHS; k++) {
        printf("%5zu %11.0f %10.2f ", widths[k], m->parameters[k], 1e6 * m->step[0][k] / ROWS);
        for (int t = 0; t < TEAMS; t++) printf(" %8.2f", 1e3 * m->step[t][k]);
        printf("  ");
        for (int t = 1; t < TEAMS; t++) {
            double exchange = exchange_time(teams[t], m->parameters[k], m->latency, m->bandwidth);
            printf(" %8.2f", 1e3 * (m->step[0][k] / fmin(teams[t], cores) + exchange));
        }
        printf("\n");
    }
    /* Four fifths of a step are computing where that takes four times as long as exchanging. */
    printf("\nrows that each machine needs to compute four fifths of the time, by the model\n    w");
    for (size_t n = 0; n < WI_COUNT(nets); n++)
        for (size_t i = 0; i < WI_COUNT(machines); i++) printf("%4.0f, %s", machines[i], nets[n].name);
    for (int k = 0; k < WIDTHS; k++) {
        printf("\n%5zu", widths[k]);
        for (size_t n = 0; n < WI_COUNT(nets); n++)
            for (size_t i = 0; i < WI_COUNT(machines); i++) {
                double exchange =
                    exchange_time(machines[i], m->parameters[k], nets[n].latency, nets[n].bandwidth);
                printf("%11.0f", ceil(4 * exchange / (m->step[0][k] / ROWS)));
            }
    }
    printf("\n");
}

int main(int argc, char **argv)
{
    static measured m;
    int rank, ranks, passes = argc > 1 ? atoi(argv[1]) : 3;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    if (ranks != 4 || passes < 1) {
        if (rank == 0) fprintf(stderr, "scaling: mpirun -n 4 ./scaling [passes]\n");
        MPI_Abort(MPI_COMM_WORLD, 1);
    }
    for (int i = 0; i < SIZES; i++) m.sums[i] = 1e9;
    for (int t = 0; t < TEAMS; t++)
        for (int k = 0; k < WIDTHS; k++) m.step[t][k] = 1e9;
    while (passes-- > 0)
        if (!measure(&m, rank)) MPI_Abort(MPI_COMM_WORLD, 1);
    if (rank == 0) report(&m);
    MPI_Finalize();
    return 0;
}
