/* sweep.c
   title:    The sweep
   question: Can a diagnosis before the first step be trusted?
   level:    4
   claims:   C24
   figure:   sweep.svg
   shows:    some thousand small networks on real digits, drawn at random from activation x recipe x depth x width x input
             scale x bias x seed: what wi_net_probe() forecast against what training then did, and how many of the
             failures wi_remedy() repairs; then a map of depth x weight variance with theory's line drawn over it

       sweep [-n networks] [-s seed] [-o folder] [--tune] [--no-map]

   A network trains if its loss falls below half of ln 10, which is the loss of guessing, within 400 steps of 32 digits
   by gradient descent with momentum 0.9, at a rate of 0.03 or in a second attempt of 0.003. The thresholds of section 13 were
   chosen with --tune, which draws other seeds, widths and depths than the report is made of. Takes some minutes; with
   OpenMP all processors share the networks. The results do not depend on their number.
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "digits.h"
#include "figure.h"
#include "terminal.h"

enum { DEEPEST = 42, BATCH = 32, STEPS = 400, EVERY = 20, LOOK = 128, CLASSES = 10 };

/* One network of the sweep, and what became of it. */
typedef struct trial {
    wi_act act;
    wi_recipe weights, bias;
    size_t depth, width;           /* layers with weights; units of the hidden ones */
    double input_scale;            /* times standardised inputs */
    uint64_t seed;
    wi_diagnosis diagnosis;
    int trained, tried_remedy, repaired;
    size_t steps;                  /* until it counted as trained */
    double loss;                   /* the lowest of both attempts */
    double in_rms, speed, slowest, update_ratio;   /* what the forecast rests on */
} trial;

/* ==== Drawing trials ========================================================================= */

static size_t pick(wi_rng *rng, size_t n)
{
    return (size_t)wi_rng_below(rng, n);
}

static wi_act pick_act(wi_rng *rng)
{
    const wi_act acts[14] = {
        wi_linear(), wi_relu(), wi_relu(), wi_leaky_relu(0.1), wi_sigmoid(), wi_tanh(), wi_tanh(), wi_elu(1.0), wi_selu(),
        wi_gelu(), wi_silu(), wi_softplus(), wi_softsign(), wi_hard_swish()
    };
    return acts[pick(rng, 14)];
}

/* Half of the recipes are the well-known ones, the others weights of a scale between a fifth and five times LeCun's. */
static wi_recipe pick_recipe(wi_rng *rng, wi_act act)
{
    const wi_recipe known[14] = {
        wi_zeros(), wi_constant(0.05), wi_normal(0.0, 0.01), wi_normal(0.0, 0.1), wi_normal(0.0, 1.0), wi_uniform(-0.5, 0.5),
        wi_lecun_normal(), wi_xavier_normal(), wi_xavier_uniform(), wi_he_normal(), wi_pytorch_default(),
        wi_orthogonal(1.0), wi_orthogonal(wi_gain(act)), wi_recipe_for(act)
    };
    double gain = exp(log(5.0) * (2.0 * wi_rng_uniform(rng) - 1.0));
    size_t k = pick(rng, 28);
    return k < 14 ? known[k] : k < 24 ? wi_gained(wi_lecun_normal(), gain) : wi_orthogonal(gain);
}

static trial pick_trial(wi_rng *rng, int tune)
{
    static const size_t tune_depths[8] = {2, 3, 5, 8, 12, 18, 27, 40}, test_depths[8] = {2, 4, 6, 10, 15, 20, 30, 36};
    static const size_t tune_widths[3] = {20, 40, 64}, test_widths[3] = {16, 32, 56};
    static const double scales[8] = {1e-4, 1e-2, 1.0, 1.0, 1.0, 1.0, 10.0, 100.0};
    trial t;

    memset(&t, 0, sizeof t);
    t.act = pick_act(rng);
    t.weights = pick_recipe(rng, t.act);
    t.bias = pick(rng, 3) > 0 ? wi_zeros() : pick(rng, 3) > 0 ? wi_normal(0.0, 0.1) : wi_constant(pick(rng, 2) ? 0.1 : -1.0);
    t.depth = (tune ? tune_depths : test_depths)[pick(rng, 8)];
    t.width = (tune ? tune_widths : test_widths)[pick(rng, 3)];
    t.input_scale = scales[pick(rng, 8)];
    t.seed = wi_rng_next(rng);
    return t;
}

/* ==== Running one trial ====================================================================== */

static int create(wi_net *net, const trial *t, size_t inputs)
{
    wi_layer_desc layers[DEEPEST];
    const wi_net_desc desc = { .inputs = inputs, .layers = layers, .layer_count = t->depth, .max_batch = LOOK, .seed = t->seed };

    for (size_t l = 0; l < t->depth; l++) {
        layers[l] = l + 1 < t->depth ? wi_layer_dense(t->width, t->act) : wi_layer_dense(CLASSES, wi_linear());
        layers[l].weights = t->weights;
        layers[l].bias = t->bias;
    }
    return wi_net_create(net, &desc, NULL) == WI_OK;
}

/* Stop as soon as the verdict of training is known. */
static int watch(const wi_progress *p, void *user)
{
    trial *t = (trial *)user;

    if (p->step == 0) return 0;   /* before the first step there is no loss */
    if (p->loss < t->loss) t->loss = p->loss;
    if (t->loss >= 0.5 * log(CLASSES)) return 0;
    t->steps = p->step;
    return 1;
}

/* Train from the weights that the layers' recipes draw, at two rates. */
static int trains(wi_net *net, trial *t, const wi_data *data)
{
    static const double rates[2] = {0.03, 0.003};

    t->loss = HUGE_VAL;
    for (int k = 0; k < 2; k++) {
        const wi_train_desc desc = {
            .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY, .opt = wi_momentum(rates[k], 0.9), .steps = STEPS, .batch = BATCH,
            .seed = t->seed, .every = EVERY, .on_report = watch, .user = t
        };
        (void)wi_net_init(net, t->seed);
        if (wi_train(net, data, &desc, NULL, NULL) == WI_ERR_STOPPED) return 1;
    }
    return 0;
}

/* Diagnose, train, and where failure was forecast and came, apply the remedy and train again. */
static void run_trial(trial *t, const wi_data *digits)
{
    wi_probe *probes = (wi_probe *)malloc(t->depth * sizeof *probes);
    wi_real *scaled = (wi_real *)malloc(digits->x.rows * digits->x.cols * sizeof *scaled);
    wi_recipe weights[DEEPEST], bias[DEEPEST];
    wi_data data = *digits;
    wi_net net;

    if (!probes || !scaled || !create(&net, t, digits->x.cols)) exit(1);
    for (size_t i = 0; i < digits->x.rows * digits->x.cols; i++) scaled[i] = (wi_real)(t->input_scale * (double)digits->x.data[i]);
    data.x.data = scaled;

    wi_mat look = wi_mat_rows(data.x, 0, LOOK), answers = wi_mat_rows(data.y, 0, LOOK);
    if (wi_net_probe(&net, look, answers, WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes) != WI_OK) exit(1);
    t->diagnosis = wi_diagnose(probes, t->depth);
    t->in_rms = probes[0].in.rms;
    t->update_ratio = probes[0].update_ratio;
    t->slowest = HUGE_VAL;
    for (size_t l = 0; l < t->depth; l++) {
        t->speed += probes[l].speed;
        t->slowest = fmin(t->slowest, probes[l].speed);
    }
    (void)wi_remedy(&net, probes, weights, bias);
    t->trained = trains(&net, t, &data);

    if (!t->trained && !t->diagnosis.trains) {
        double first_loss = t->loss;
        for (size_t l = 0; l < t->depth; l++) {
            net.layers[l].desc.weights = weights[l];
            net.layers[l].desc.bias = bias[l];
        }
        if (t->diagnosis.verdict == WI_VERDICT_UNSCALED_INPUT) data.x = digits->x;   /* as wi_scaler_apply() would make them */
        t->tried_remedy = 1;
        t->repaired = trains(&net, t, &data);
        t->loss = first_loss;
    }
    wi_net_destroy(&net);
    free(probes);
    free(scaled);
}

/* Run all trials, on all processors if compiled with OpenMP. */
static void run_trials(trial *trials, size_t count, const wi_data *digits)
{
    size_t done = 0;
#ifdef _OPENMP
#pragma omp parallel for schedule(dynamic, 1)
#endif
    for (size_t i = 0; i < count; i++) {
        run_trial(trials + i, digits);
#ifdef _OPENMP
#pragma omp critical
#endif
        if (++done % 25 == 0 || done == count) term_progress(done, count, "networks");
    }
}

/* ==== Reporting ================================================================================ */

static int write_tsv(const trial *trials, size_t count, const char *folder)
{
    char path[600];
    FILE *f;

    snprintf(path, sizeof path, "%s/sweep.tsv", folder);
    f = fopen(path, "w");
    if (!f) { fprintf(stderr, "sweep: cannot write %s: %s\n", path, strerror(errno)); return 0; }
    fprintf(f, "activation\trecipe\tscale\tgain\tbias\tbias_mean\tdepth\twidth\tinput_scale\tseed\tverdict\tforecast\ttrained\tsteps\tloss"
               "\ttried_remedy\trepaired\tin_rms\tspeed\tslowest\tupdate_ratio\n");
    for (size_t i = 0; i < count; i++) {
        const trial *t = trials + i;
        fprintf(f, "%s\t%s\t%g\t%g\t%s\t%g\t%zu\t%zu\t%g\t%lu\t%s\t%s\t%d\t%zu\t%g\t%d\t%d\t%g\t%g\t%g\t%g\n", wi_act_name(t->act),
                t->weights.name, t->weights.scale, t->weights.a, t->bias.name, t->bias.a, t->depth, t->width, t->input_scale,
                (unsigned long)t->seed, wi_verdict_name(t->diagnosis.verdict), t->diagnosis.trains ? "trains" : "fails", t->trained, t->steps,
                t->loss, t->tried_remedy, t->repaired, t->in_rms, t->speed, t->slowest, t->update_ratio);
    }
    return fclose(f) == 0;
}

/* Print the confusion matrix and what became of each verdict. Returns 1 if "will not train" had precision and recall of 95 %. */
static int print_report(const trial *trials, size_t count)
{
    static const term_column matrix[] = { { "", -22 }, { "did not train", 14 }, { "trained", 9 } };
    static const term_column table[] = { { "verdict", -16 }, { "networks", 9 }, { "trained", 9 }, { "remedy tried", 13 }, { "repaired", 10 } };
    size_t seen[2][2] = {{0, 0}, {0, 0}}, of[WI_VERDICT_COUNT][4];

    memset(of, 0, sizeof of);
    for (size_t i = 0; i < count; i++) {
        const trial *t = trials + i;
        size_t *row = of[t->diagnosis.verdict];
        seen[t->diagnosis.trains][t->trained]++;
        row[0]++;
        row[1] += (size_t)t->trained;
        row[2] += (size_t)t->tried_remedy;
        row[3] += (size_t)t->repaired;
    }
    term_heading("The forecast, and what training did");
    term_header(matrix, WI_COUNT(matrix));
    for (int k = 0; k < 2; k++) {
        term_cell(matrix + 0, TERM_PLAIN, k ? "forecast: trains" : "forecast: will not");
        term_cell(matrix + 1, k ? TERM_BAD : TERM_GOOD, "%zu", seen[k][0]);
        term_cell(matrix + 2, k ? TERM_GOOD : TERM_BAD, "%zu", seen[k][1]);
        term_end_row();
    }
    double precision = (double)seen[0][0] / (double)(seen[0][0] + seen[0][1]), recall = (double)seen[0][0] / (double)(seen[0][0] + seen[1][0]);
    printf("\n\"will not train\": precision %.1f %%, recall %.1f %%\n", 100.0 * precision, 100.0 * recall);

    size_t tried = 0, repaired = 0;
    term_heading("What was found, and what the remedy did");
    term_header(table, WI_COUNT(table));
    for (int v = 0; v < WI_VERDICT_COUNT; v++) {
        if (of[v][0] == 0) continue;
        term_cell(table + 0, TERM_PLAIN, "%s", wi_verdict_name((wi_verdict)v));
        for (int k = 0; k < 4; k++) term_cell(table + 1 + k, TERM_PLAIN, "%zu", of[v][k]);
        term_end_row();
        tried += of[v][2];
        repaired += of[v][3];
    }
    printf("\nwi_remedy() repaired %zu of %zu, %.1f %%\n", repaired, tried, 100.0 * (double)repaired / (double)(tried ? tried : 1));
    return precision >= 0.95 && recall >= 0.95;
}

/* ==== The map: depth x weight variance ======================================================== */

enum { DEPTHS = 10, VARIANCES = 17, MAP_STEPS = 300, MAP_WIDTH = 50 };

static double map_variance(int column)
{
    return 0.25 * pow(2.0, column / 4.0);   /* sw2 from 1/4 to 4 */
}

/* Accuracy after training, of networks 4 to 40 layers deep with weights N(0, sw2 / fan_in). */
static void measure_map(double accuracy[DEPTHS][VARIANCES], wi_act act, const wi_data *digits)
{
    size_t done = 0;
#ifdef _OPENMP
#pragma omp parallel for schedule(dynamic, 1)
#endif
    for (int cell = 0; cell < DEPTHS * VARIANCES; cell++) {
        const wi_train_desc desc = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY, .opt = wi_momentum(0.005, 0.9), .steps = MAP_STEPS, .batch = BATCH };
        int row = cell / VARIANCES, column = cell % VARIANCES;
        wi_score score = { 0.0, 0.0 };
        trial t;
        wi_net net;

        memset(&t, 0, sizeof t);
        t.act = act;
        t.weights = wi_variance_scaling(map_variance(column), WI_FAN_IN, WI_SCHEME_NORMAL);
        t.depth = 4 * (size_t)(DEPTHS - row);
        t.width = MAP_WIDTH;
        t.seed = 77;
        if (!create(&net, &t, digits->x.cols)) exit(1);
        (void)wi_train(&net, digits, &desc, NULL, NULL);   /* a loss of NaN ends a run, and is a result */
        (void)wi_evaluate(&net, digits, desc.loss, &score);
        accuracy[row][column] = score.accuracy;
        wi_net_destroy(&net);
#ifdef _OPENMP
#pragma omp critical
#endif
        if (++done % 10 == 0) term_progress(done, DEPTHS * VARIANCES, wi_act_name(act));
    }
    term_progress(1, 1, "");
}

static int draw_map(const wi_data *digits, const char *folder)
{
    const fig_desc desc = {
        .title = "How deep a network trains, and what theory says", .columns = 2, .height = 260,
        .caption = "Shade: accuracy on the digits after 300 steps, for networks of 4 to 40 layers of 50 units whose weights are "
                   "N(0, s/fan_in). Line: six depth scales, 6 / |ln chi| or 6 xi, from wi_trainable_depth(), computed before anything ran."
    };
    static double accuracy[DEPTHS][VARIANCES], s[161], depth[161];
    fig f;

    fig_open(&f, folder, "sweep", &desc);
    for (int a = 0; a < 2; a++) {
        wi_act act = a == 0 ? wi_tanh() : wi_relu();
        measure_map(accuracy, act, digits);
        for (int k = 0; k <= 160; k++) {
            s[k] = -2.0 + k / 40.0;
            depth[k] = fmin(wi_trainable_depth(wi_signal_fixed_point(act, pow(2.0, s[k]), 0.0)), 1e3);
        }
        fig_panel(&f, a, 0, a == 0 ? "tanh" : "ReLU");
        fig_heatmap(&f, &accuracy[0][0], DEPTHS, VARIANCES, 1.0);
        fig_y_axis(&f, 2.0, 42.0, FIG_LINEAR, "layers");
        fig_x_axis(&f, -2.125, 2.125, FIG_LINEAR, "log2 of s = fan_in x Var(w)");
        fig_curve(&f, s, depth, 161, FIG_ORANGE);
    }
    return fig_close(&f);
}

typedef struct options {
    size_t count;
    unsigned long seed;
    const char *folder;
    int tune, map;
} options;

static int read_options(options *o, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        char *end = NULL;
        if (strcmp(argv[i], "--tune") == 0) o->tune = 1;
        else if (strcmp(argv[i], "--no-map") == 0) o->map = 0;
        else if (strcmp(argv[i], "-o") == 0 && i + 1 < argc) o->folder = argv[++i];
        else if (strcmp(argv[i], "-n") == 0 && i + 1 < argc) o->count = strtoul(argv[++i], &end, 10);
        else if (strcmp(argv[i], "-s") == 0 && i + 1 < argc) o->seed = strtoul(argv[++i], &end, 10);
        else return 0;
        if (end != NULL && *end != 0) return 0;
    }
    return o->count > 0 && o->count < 1000000;
}

int main(int argc, char **argv)
{
    options o = { 2400, 1, "build/results", 0, 1 };
    wi_data all, digits, unused;

    if (!read_options(&o, argc, argv)) {
        fprintf(stderr, "usage: sweep [-n networks] [-s seed] [-o folder for sweep.tsv] [--tune] [--no-map]\n");
        return 2;
    }
    if (!digits_load(&all, &digits, &unused)) return 1;
    trial *trials = (trial *)malloc(o.count * sizeof *trials);
    if (!trials) { fprintf(stderr, "sweep: no memory for %zu networks\n", o.count); return 1; }
    wi_rng rng = wi_rng_split(wi_rng_make(o.seed), (uint64_t)o.tune);
    for (size_t i = 0; i < o.count; i++) trials[i] = pick_trial(&rng, o.tune);

    run_trials(trials, o.count, &digits);
    int ok = print_report(trials, o.count) && write_tsv(trials, o.count, o.folder);
    if (o.map && !draw_map(&digits, NULL)) ok = 0;
    free(trials);
    wi_data_destroy(&all);
    return term_claim(ok, "a failure to train is forecast with a precision and a recall of 95 % or more");
}
