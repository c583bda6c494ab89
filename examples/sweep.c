/* sweep.c
   title:    The sweep
   question: Can a diagnosis before the first step be trusted?
   level:    4
   claims:   C24
   figure:   sweep.svg
   shows:    some thousand small networks on real digits, drawn at random from activation x recipe x depth x width x input
             scale x bias x seed: what wi_net_probe() said before training against whether training then worked, and how
             many of the failures wi_remedy() repairs

       sweep [-n networks] [-s seed] [-o results.tsv] [--tune]

   A network "trains" if its loss falls below half of ln 10, the loss of guessing, within 400 steps of 32 digits, by
   gradient descent with momentum 0.9 at a rate of 0.03 or, in a second attempt, 0.003. The thresholds of section 13 were
   chosen with --tune: other seeds, other widths and depths than those that the report is made of.
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
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
    char features[600];            /* what the probe measured, for choosing thresholds */
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
        wi_net_init(net, t->seed);
        if (wi_train(net, data, &desc, NULL, NULL) == WI_ERR_STOPPED) return 1;
    }
    return 0;
}

static void describe(trial *t, const wi_probe *p, double loss)
{
    size_t n = t->depth;
    double most_pre = 0.0, most_saturated = 0.0, most_dead = 0.0, least_distinct = 1.0, slopes_up = 0.0, slopes_down = HUGE_VAL;
    for (size_t l = 0; l < n; l++) {
        most_pre = fmax(most_pre, p[l].pre.rms);
        if (l + 1 == n) break;
        most_saturated = fmax(most_saturated, p[l].saturated);
        most_dead = fmax(most_dead, p[l].dead);
        least_distinct = fmin(least_distinct, (double)p[l].distinct_units / (double)p[l].units);
        slopes_up = fmax(slopes_up, p[l].dpre.rms / p[n - 1].dpre.rms);
        slopes_down = fmin(slopes_down, p[l].dpre.rms / p[n - 1].dpre.rms);
    }
    double s = 0.0, k = 0.0, ks = 0.0, last = p[n - 1].dpre.rms * p[n - 1].dpre.rms * CLASSES, kmax = 0, ksmin = 1e300;
    for (size_t l = 0; l < n; l++) {
        double in = p[l].in.rms * p[l].in.rms * (double)p[l].in.count / LOOK, back = p[l].dpre.rms * p[l].dpre.rms * (double)p[l].units / last;
        s += p[l].dw.rms * p[l].dw.rms * (double)p[l].dw.count;
        k += (in + 1) * back;
        ks += in * back * (1.0 - p[l].in_correlation);
        kmax = fmax(kmax, in * back);
        ksmin = fmin(ksmin, in * back * (1.0 - p[l].in_correlation));
    }
    snprintf(t->features, sizeof t->features, "%g\t%g\t%g\t%g\t%g\t%g\t%g\t%g\t%g\t%g\t%g\t%g\t%g\t%g\t%g\t%g\t%g\t%g\t%g\t%g\t%g",
             s, k, ks, kmax, ksmin, p[0].in.rms, most_pre, p[n - 1].in.rms, p[n - 1].pre.rms, most_saturated, most_dead, least_distinct, slopes_up, slopes_down,
             p[0].dpre.rms / p[n - 1].dpre.rms, 1.0 - p[n - 1].correlation, loss, p[0].dw.rms, p[n - 1].dw.rms, p[0].update_ratio,
             p[n - 1].update_ratio);
}

/* Diagnose, train, and where that failed, apply the remedy and train again. */
static void run_trial(trial *t, const wi_data *digits)
{
    wi_probe *probes = (wi_probe *)malloc(t->depth * sizeof *probes);
    wi_real *scaled = (wi_real *)malloc(digits->x.rows * digits->x.cols * sizeof *scaled);
    wi_recipe weights[DEEPEST], bias[DEEPEST];
    wi_data data = *digits;
    wi_net net;
    wi_mat y;
    double loss = 0.0;

    if (!probes || !scaled || !create(&net, t, digits->x.cols)) exit(1);
    for (size_t i = 0; i < digits->x.rows * digits->x.cols; i++) scaled[i] = (wi_real)(t->input_scale * (double)digits->x.data[i]);
    data.x.data = scaled;

    wi_mat look = wi_mat_rows(data.x, 0, LOOK), answers = wi_mat_rows(data.y, 0, LOOK);
    if (wi_net_probe(&net, look, answers, WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes) != WI_OK) exit(1);
    t->diagnosis = wi_diagnose(probes, t->depth);
    wi_net_forward(&net, look, WI_EVAL, &y);
    wi_loss_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, y, answers, NULL, &loss);
    describe(t, probes, loss);
    wi_remedy(&net, probes, weights, bias);
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

/* ==== Reporting ================================================================================ */

static void write_tsv(const trial *trials, size_t count, const char *path)
{
    FILE *f = fopen(path, "w");

    if (!f) { fprintf(stderr, "sweep: cannot write %s\n", path); return; }
    fprintf(f, "activation\trecipe\tgain\tbias\tdepth\twidth\tinput_scale\tseed\tverdict\tforecast\ttrained\tsteps\tloss\ttried_remedy\trepaired"
               "\tS\tK\tKs\tkmax\tksmin\tin_rms\tmost_pre\tlast_in\tlast_pre\tsaturated\tdead\tdistinct\tslopes_up\tslopes_down\tslope_first\tapart\tloss0\tdw_first"
               "\tdw_last\tur_first\tur_last\n");
    for (size_t i = 0; i < count; i++) {
        const trial *t = trials + i;
        fprintf(f, "%s\t%s\t%g\t%s:%g\t%zu\t%zu\t%g\t%lu\t%s\t%d\t%d\t%zu\t%g\t%d\t%d\t%s\n", wi_act_name(t->act), t->weights.name, t->weights.scale,
                t->bias.name, t->bias.a, t->depth, t->width, t->input_scale, (unsigned long)t->seed, wi_verdict_name(t->diagnosis.verdict),
                t->diagnosis.trains, t->trained, t->steps, t->loss, t->tried_remedy, t->repaired, t->features);
    }
    fclose(f);
}

static int load_digits(wi_data *all)
{
    wi_rng rng = wi_rng_make(8);
    wi_scaler scaler;
    wi_error error;

    if (wi_data_load_idx(all, "examples/data/digits-images.idx3-ubyte", "examples/data/digits-labels.idx1-ubyte", &error) != WI_OK) {
        fprintf(stderr, "sweep: %s\n(run it from the folder that holds winit.h)\n", error.text);
        return 0;
    }
    if (wi_data_shuffle(all, &rng) != WI_OK || wi_scaler_fit(&scaler, all->x) != WI_OK) return 0;
    wi_scaler_apply(&scaler, all->x);
    wi_scaler_destroy(&scaler);
    return 1;
}

int main(int argc, char **argv)
{
    size_t count = 400, caught = 0, missed = 0, alarms = 0, passed = 0, tried = 0, repaired = 0, done = 0;
    unsigned long seed = 1;
    const char *path = "build/results/sweep.tsv";
    int tune = 0;
    wi_data digits;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--tune") == 0) tune = 1;
        else if (strcmp(argv[i], "-n") == 0 && i + 1 < argc) count = strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "-s") == 0 && i + 1 < argc) seed = strtoul(argv[++i], NULL, 10);
        else if (strcmp(argv[i], "-o") == 0 && i + 1 < argc) path = argv[++i];
        else { fprintf(stderr, "usage: sweep [-n networks] [-s seed] [-o results.tsv] [--tune]\n"); return 2; }
    }
    if (!load_digits(&digits)) return 1;
    trial *trials = (trial *)malloc(count * sizeof *trials);
    wi_rng rng = wi_rng_split(wi_rng_make(seed), (uint64_t)tune);
    for (size_t i = 0; i < count; i++) trials[i] = pick_trial(&rng, tune);

#ifdef _OPENMP
#pragma omp parallel for schedule(dynamic, 1)
#endif
    for (size_t i = 0; i < count; i++) {
        run_trial(trials + i, &digits);
#ifdef _OPENMP
#pragma omp critical
#endif
        if (++done % 20 == 0) term_progress(done, count, "networks");
    }
    for (size_t i = 0; i < count; i++) {
        int alarm = !trials[i].diagnosis.trains;
        if (alarm && !trials[i].trained) caught++;
        if (alarm && trials[i].trained) alarms++;
        if (!alarm && !trials[i].trained) missed++;
        if (!alarm && trials[i].trained) passed++;
        tried += (size_t)trials[i].tried_remedy;
        repaired += (size_t)trials[i].repaired;
    }
    write_tsv(trials, count, path);
    printf("caught %zu missed %zu false alarms %zu passed %zu: precision %.3f recall %.3f; repaired %zu of %zu\n", caught, missed, alarms, passed,
           (double)caught / (double)(caught + alarms), (double)caught / (double)(caught + missed), repaired, tried);
    free(trials);
    wi_data_destroy(&digits);
    return 0;
}
