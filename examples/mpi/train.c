/* mpi/train.c - one network, trained by several machines
 *
 *     mpicc -O2 -I. -Iexamples examples/mpi/train.c -o train -lm
 *     mpirun -n 4 ./train [--fast] [--epochs 20] [--checkpoint run.safetensors] [--resume] [--width 128]
 *
 * Every rank holds the whole network and works on its share of each batch; what they exchange is the
 gradient. * *     samples   cut into PARTS parts once, part b holding samples b, b + PARTS, ...; rank r works
 on parts r, r + ranks, ... *     a step    takes the same places of each part; g_b = gradient of part b;  g =
 (g_0 + g_1 + ...) / PARTS *     update    every rank does it itself, from the same g: the weights stay equal
 without being sent * * The order in which the parts are added is fixed, so a run ends with the same bits on
 1, 2, 3 or 4 ranks. --fast lets * MPI_Allreduce add the ranks' sums instead: less to send, but how the bits
 round then depends on the number of ranks.
 */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "digits.h"
#include <math.h>
#include <mpi.h>
#include <signal.h>

enum { PARTS = 4, ROWS = 16, CLASSES = 10 };   /* a batch is PARTS x ROWS samples */

typedef struct ranks {
    int rank, ranks;
    int fast;                   /* MPI_Allreduce in place of a sum in fixed order */
    wi_data part[PARTS];        /* [n / PARTS] samples each */
    wi_trainer *trainer;        /* works on part[rank] and calls share() */
    wi_real *grads;             /* [PARTS][param_count] */
    wi_real *states;            /* [PARTS][state_count]: what norms averaged over each part */
    wi_real *state;             /* [state_count] as it was before the step */
    wi_real x[ROWS * 64], y[ROWS * CLASSES], dy[ROWS * CLASSES];
    const char *checkpoint;     /* NULL: none */
    double waited;              /* seconds spent on exchanging */
    /* --die N: the last rank is killed in step N, to see what becomes of the run */
    size_t die;
} ranks;

/* Dropout's noise of a part in a step: the same whoever works on it, and after a resume. */
static void set_noise(wi_net *net, size_t step, size_t part)
{
    net->noise = wi_rng_split(wi_rng_split(wi_rng_make(net->seed), step), part);
}

/* The gradient of a part that is not the trainer's own: the same places of another part. */
static wi_status other_part(ranks *all, wi_net *net, const wi_progress *progress, size_t b)
{
    const wi_trainer *trainer = all->trainer;
    size_t batch = trainer->desc.batch, at = progress->step % trainer->steps_per_epoch * batch;
    if (at + batch > trainer->data->x.rows) batch = trainer->data->x.rows - at;   /* an epoch's last */
    wi_mat x = wi_mat_view(all->x, batch, net->inputs), y = wi_mat_view(all->y, batch, CLASSES),
           dy = wi_mat_view(all->dy, batch, CLASSES), out;
    memcpy(net->state, all->state, net->state_count * sizeof *net->state);
    set_noise(net, progress->step, b);
    wi_net_zero_grads(net);
    wi_status status = wi_data_gather(&all->part[b], trainer->order + at, batch, x, y);
    if (status == WI_OK) status = wi_net_forward(net, x, WI_TRAIN, &out);
    if (status == WI_OK) status = wi_loss_of(trainer->desc.loss, out, y, &dy, NULL);
    if (status == WI_OK) status = wi_net_backward(net, x, dy);
    if (status != WI_OK) fprintf(stderr, "rank %d, part %zu: %s\n", all->rank, b, net->error.text);
    return status;
}

/* values[b][n], each row held by the rank that owns part b, becomes `mean` on every rank, added in the order
   of b. */
static void mean_of_parts(const ranks *all, wi_real *values, wi_real *mean, size_t n)
{
    const MPI_Datatype real = sizeof(wi_real) == sizeof(float) ? MPI_FLOAT : MPI_DOUBLE;
    if (all->fast) {
        memset(mean, 0, n * sizeof *mean);
        for (int b = all->rank; b < PARTS; b += all->ranks)
            for (size_t i = 0; i < n; i++) mean[i] += values[(size_t)b * n + i];
        MPI_Allreduce(MPI_IN_PLACE, mean, (int)n, real, MPI_SUM, MPI_COMM_WORLD);
    } else {
        for (int b = 0; b < PARTS; b++)
            MPI_Bcast(values + (size_t)b * n, (int)n, real, b % all->ranks, MPI_COMM_WORLD);
        memcpy(mean, values, n * sizeof *mean);
        for (size_t b = 1; b < PARTS; b++)
            for (size_t i = 0; i < n; i++) mean[i] += values[b * n + i];
    }
    for (size_t i = 0; i < n; i++) mean[i] /= PARTS;
}

/* [hook] */
/* Called when the gradient of the rank's first part is complete: compute its other parts, then exchange. */
static int share(wi_net *net, const wi_progress *progress, void *user)
{
    ranks *all = (ranks *)user;
    size_t n = net->param_count, s = net->state_count;
    if (all->die && progress->step + 1 == all->die && all->rank == all->ranks - 1) raise(SIGKILL);
    for (size_t b = (size_t)all->rank; b < PARTS; b += (size_t)all->ranks) {
        if (b != (size_t)all->rank && other_part(all, net, progress, b) != WI_OK) return 1;
        memcpy(all->grads + b * n, net->grads, n * sizeof *net->grads);
        if (s) memcpy(all->states + b * s, net->state, s * sizeof *net->state);
    }
    double start = MPI_Wtime();
    mean_of_parts(all, all->grads, net->grads, n);
    if (s) mean_of_parts(all, all->states, net->state, s);
    all->waited += MPI_Wtime() - start;
    if (s) memcpy(all->state, net->state, s * sizeof *net->state);
    set_noise(net, progress->step + 1, (size_t)all->rank);   /* of the trainer's next step */
    return 0;
}
/* [hook] */

/* Rank 0 keeps the run after every epoch: a file that is replaced whole, so that a rank that dies costs one
   epoch. */
static int keep(const wi_progress *progress, void *user)
{
    ranks *all = (ranks *)user;
    wi_error error;
    if (all->rank != 0 || !all->checkpoint || progress->step == 0) return 0;
    if (wi_trainer_save(progress->trainer, all->checkpoint, &error) == WI_OK) return 0;
    fprintf(stderr, "%s\n", error.text);
    return 1;
}

/* FNV-1a of the weights, to compare runs at a glance. */
static unsigned long digest(const wi_net *net)
{
    const unsigned char *byte = (const unsigned char *)net->params;
    unsigned long hash = 2166136261ul;
    for (size_t i = 0; i < net->param_count * sizeof *net->params; i++)
        hash = ((hash ^ byte[i]) * 16777619ul) & 0xFFFFFFFFul;
    return hash;
}

/* Train on digits; print what rank 0 sees. Returns 1, or 0 after saying why. */
static int run(ranks *all, size_t epochs, size_t width, int resume)
{
    wi_data data, train, test;
    wi_error error;
    if (!digits_load(&data, &train, &test)) return 0;
    size_t rows = train.x.rows / PARTS;
    for (size_t b = 0; b < PARTS; b++) {   /* every PARTS-th sample, without a copy */
        all->part[b] = train;
        all->part[b].x.data += b * train.x.row_step;
        all->part[b].y.data += b * train.y.row_step;
        all->part[b].x.rows = all->part[b].y.rows = rows;
        all->part[b].x.row_step *= PARTS;
        all->part[b].y.row_step *= PARTS;
    }

    wi_layer_desc layers[] = { wi_layer_dense(width, wi_linear()), wi_layer_batch_norm(),
                               wi_layer_act(wi_relu()), wi_layer_dropout(0.2),
                               wi_layer_dense(CLASSES, wi_linear()) };
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.inputs = 64;
    desc.layers = layers;
    desc.layer_count = WI_COUNT(layers);
    desc.max_batch = 300;
    desc.seed = 1;
    wi_train_desc plan;
    memset(&plan, 0, sizeof plan);
    plan.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    plan.opt = wi_momentum(0.05, 0.9);
    plan.epochs = epochs;
    plan.batch = ROWS;
    plan.seed = 1;
    plan.clip_norm = 1;
    plan.weight_decay = 1e-4;
    plan.schedule = WI_SCHEDULE_COSINE;
    plan.on_gradient = share;
    plan.on_report = keep;
    plan.user = all;

    wi_net net;
    wi_trainer trainer;
    wi_score score = { 0, 0, 0, 0 };
    int ok = 0;
    if (wi_net_create(&net, &desc, &error) != WI_OK) goto no_net;
    if (wi_trainer_create(&trainer, &net, &all->part[all->rank], &plan, &error) != WI_OK) goto no_trainer;
    all->trainer = &trainer;
    all->grads = (wi_real *)malloc(PARTS * net.param_count * sizeof *all->grads);
    all->states = (wi_real *)malloc(PARTS * (net.state_count + 1) * sizeof *all->states);
    all->state = (wi_real *)malloc((net.state_count + 1) * sizeof *all->state);
    ok = all->grads && all->states && all->state;
    if (!ok) snprintf(error.text, sizeof error.text, "no memory for %d gradients", PARTS);
    if (ok && resume) ok = wi_trainer_load(&trainer, all->checkpoint, &error) == WI_OK;
    if (ok) {
        memcpy(all->state, net.state, net.state_count * sizeof *net.state);
        set_noise(&net, trainer.progress.step, (size_t)all->rank);
        double start = MPI_Wtime();
        ok = wi_trainer_run(&trainer, 0, &error) == WI_OK;
        double seconds = MPI_Wtime() - start;
        if (ok) ok = wi_evaluate(&net, &test, plan.loss, &score) == WI_OK;
        if (ok && all->rank == 0)
            printf("ranks %d  epochs %zu  parameters %zu  test loss %.5f  accuracy %.3f  weights %08lx\n"
                   "seconds %.3f, of which exchanging %.3f\n",
                   all->ranks, epochs, net.param_count, score.loss, score.accuracy,
                   digest(&net), seconds, all->waited);
    }
    free(all->grads); free(all->states); free(all->state);
    wi_trainer_destroy(&trainer);
no_trainer:
    wi_net_destroy(&net);
no_net:
    wi_data_destroy(&data);
    if (!ok) fprintf(stderr, "rank %d: %s\n", all->rank, error.text);
    return ok;
}

int main(int argc, char **argv)
{
    static ranks all;
    size_t epochs = 20, width = 128;
    int resume = 0, ok = 1;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &all.rank);
    MPI_Comm_size(MPI_COMM_WORLD, &all.ranks);
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--fast") == 0) all.fast = 1;
        else if (strcmp(argv[i], "--resume") == 0) resume = 1;
        else if (strcmp(argv[i], "--epochs") == 0 && i + 1 < argc)
            epochs = (size_t)strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--width") == 0 && i + 1 < argc)
            width = (size_t)strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--die") == 0 && i + 1 < argc)
            all.die = (size_t)strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "--checkpoint") == 0 && i + 1 < argc) all.checkpoint = argv[++i];
        else ok = 0;
    }
    if (!ok || (resume && !all.checkpoint) || all.ranks > PARTS) {
        if (all.rank == 0)
            fprintf(
                stderr,
                "train [--fast] [--epochs 20] [--width 128] [--checkpoint FILE [--resume]], on 1 to %d "
                "ranks\n",
                PARTS);
        ok = 0;
    } else {
        ok = run(&all, epochs, width, resume);
    }
    /* A rank that fails takes the others with it: they would wait for its gradient for ever. */
    if (!ok) MPI_Abort(MPI_COMM_WORLD, 1);
    MPI_Finalize();
    return 0;
}
