/* sweep.c
   title:    The sweep
   question: Can a diagnosis before the first step be trusted?
   level:    4
   claims:   C24
   figure:   sweep.svg
   shows:    networks of some ninety families (tools/families.h), each with a plan to train it: what
             wi_train_check() says by looking and after a trial, against what training then did; how many of
             the failures wi_train_mend() repairs; then a map of depth x weight variance with theory's line
             drawn over it

       sweep [-n plans] [-s first] [-o folder] [--trial steps] [--tune] [--no-map] [--part i/n | --merge n]

   A plan trains if the mean loss of 25 steps falls under half of what the best constant prediction pays, at
   the rate that the check names or at one of three usual ones; it fails if that mean stays above three
   quarters; what lies between is left out. Results are kept by number in sweep.tsv and not measured again.
   --tune fits the weights of the odds: on one half of the families, reported on the other, then on all, and
   prints the rows for section 13 (the trial's hold for the look's that it ran with, so tune the look first).
   Takes a second a plan. From plan 1000000 on the families are others, which no weight was fitted to
   (tools/strangers.h). --part 2/8 measures every eighth plan only, into a file of its own, for one of eight
   jobs; --merge 8 takes what they found.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "families.h"
#include "../figure.h"
#include "../terminal.h"

enum { FEATURES = 48, WINDOW = 25 };

/* One plan, and what became of it. */
typedef struct result {
    size_t number, family;
    int adaptive, look_says, trial_says, trained, trial_trained, said_done, mended, tried_mending, any;
    double look_p, trial_p, look_seconds, train_seconds;
    double look[FEATURES], tried[FEATURES];
} result;

/* ==== Training =============================================================================== */

typedef struct watch { double ring[WINDOW], best, trivial; size_t count; } watch;

static int see(const wi_progress *p, void *user)
{
    watch *w = (watch *)user;
    double sum = 0.0;
    if (p->step == 0) return 0;
    w->ring[w->count++ % WINDOW] = p->loss;
    if (w->count < WINDOW) return 0;
    for (int k = 0; k < WINDOW; k++) sum += w->ring[k] / WINDOW;
    if (sum < w->best) w->best = sum;
    return w->best < 0.5 * w->trivial;
}

/* 1: trains, 0: fails, -1: between. From the weights that the network has now; they are put back. */
static int train(wi_net *net, const wi_data *data, wi_train_desc desc, double rate, double trivial)
{
    watch w = { {0}, HUGE_VAL, trivial, 0 };
    wi_real *kept = (wi_real *)malloc((net->param_count + net->state_count) * sizeof *kept);
    wi_rng noise = net->noise;
    if (!kept) exit(1);
    memcpy(kept, net->params, net->param_count * sizeof *kept);
    if (net->state_count) memcpy(kept + net->param_count, net->state, net->state_count * sizeof *kept);
    desc.every = 1;
    desc.on_report = see;
    desc.user = &w;
    desc.opt.rate = rate;
    (void)wi_train(net, data, &desc, NULL, NULL);   /* a loss of NaN ends a run, and is a result */
    memcpy(net->params, kept, net->param_count * sizeof *kept);
    if (net->state_count) memcpy(net->state, kept + net->param_count, net->state_count * sizeof *kept);
    net->noise = noise;
    free(kept);
    return w.best < 0.5 * trivial ? 1 : w.best > 0.75 * trivial ? 0 : -1;
}

static int train_at_usual_rates(wi_net *net, const wi_data *data, const wi_train_desc *desc, double trivial)
{
    int adaptive = desc->opt.kind >= WI_OPT_RMSPROP, best = 0;
    const double rates[3] = { adaptive ? 1e-3 : 0.01, adaptive ? 1e-2 : 0.1, adaptive ? 1e-4 : 0.001 };
    for (int k = 0; k < 3 && best != 1; k++) {
        int now = train(net, data, *desc, rates[k], trivial);
        if (now != 0) best = now;
    }
    return best;
}

static int with_rate(int usual, wi_net *net, const plan *p, const wi_check *c)
{
    int now = usual == 1 || c->rate <= 0.0 ? 0 : train(net, &p->data, p->train, c->rate, c->trivial_loss);
    return usual == 1 || now == 1 ? 1 : now != 0 ? now : usual;
}

/* ==== One plan =============================================================================== */

static double seconds(void) { return (double)clock() / CLOCKS_PER_SEC; }

/* The features, for --tune: section 13 keeps them to itself. */
static void keep_features(result *r, wi_net *net, const plan *p, size_t steps)
{
    wi_impl_view look;
    wi_impl_tried tried;
    wi_verdict blame;
    wi_impl_aim aim = wi_impl_aim_of(&p->data.y, net, p->train.loss, p->train.label_smoothing,
                                     p->train.class_weights);
    if (wi_impl_look_begin(&look, net, &p->data, &p->train, &aim, NULL) != WI_OK) return;
    wi_mat x = wi_mat_rows(look.x, 0, WI_IMPL_PROBED), y = wi_mat_rows(look.y, 0, WI_IMPL_PROBED);
    const unsigned parts = WI_PROBE_FLAT | WI_PROBE_ALIKE | WI_PROBE_COPIES;   /* as the check has it */
    if (wi_impl_probe_layers(&look.net, &x, &y, p->train.loss, parts, look.probes) == WI_OK) {
        wi_impl_seen seen;
        if (wi_impl_see(&look, p->train.opt.rate, &seen) != WI_OK) exit(1);
        wi_impl_plan_features(&look, &seen, r->look);
        double odds = wi_impl_odds(&look, &seen, &blame);
        r->said_done = seen.done;
        if (!seen.done && wi_impl_try(&look, steps, odds, &tried) == WI_OK) {
            memcpy(r->tried, tried.z, sizeof tried.z);
            r->said_done = tried.done;
        }
    }
    wi_impl_look_end(&look);
}

/* Could any start of wi_train_mend(), at any usual rate, make it train? */
static int some_start(wi_net *net, const wi_data *data, const wi_train_desc *desc, double trivial)
{
    int best = 0;
    for (int start = 0; start < WI_IMPL_STARTS && best != 1; start++)
        if (wi_impl_draw_start(net, start, data->x) == WI_OK)
            best = train_at_usual_rates(net, data, desc, trivial);
    return best == 1;
}

static void mend(result *r, wi_net *net, plan *p, const wi_check *check)
{
    wi_mended m;
    r->tried_mending = 1;
    if (wi_train_mend(net, &p->data, &p->train, check, &m, NULL) != WI_OK) return;
    wi_check after;
    if (wi_train_check(net, &p->data, &p->train, 0, &after, NULL) == WI_OK && after.trivial_loss > 0.0) {
        r->mended = train(net, &p->data, p->train, p->train.opt.rate, after.trivial_loss) == 1
                 || train_at_usual_rates(net, &p->data, &p->train, after.trivial_loss) == 1;
        r->any = r->mended || some_start(net, &p->data, &p->train, after.trivial_loss);
    }
    wi_mended_destroy(&m);
}

static void run_plan(result *r, size_t number, size_t steps)
{
    static plan p;
    wi_net net;
    wi_check look, trial;
    memset(r, 0, sizeof *r);
    plan_draw(&p, &net, number);
    if (plan_begin(&p, &net) != WI_OK) exit(1);
    r->number = number;
    r->family = p.family;
    r->adaptive = p.train.opt.kind >= WI_OPT_RMSPROP;
    r->trained = r->trial_trained = -1;
    double start = seconds();
    if (wi_train_check(&net, &p.data, &p.train, 0, &look, NULL) == WI_OK) {
        r->look_seconds = seconds() - start;
        if (wi_train_check(&net, &p.data, &p.train, steps, &trial, NULL) != WI_OK) exit(1);
        keep_features(r, &net, &p, steps);
        start = seconds();
        int usual = train_at_usual_rates(&net, &p.data, &p.train, look.trivial_loss);
        r->train_seconds = seconds() - start;
        r->trained = with_rate(usual, &net, &p, &look);
        r->trial_trained = with_rate(usual, &net, &p, &trial);
        r->look_says = look.trains;
        r->trial_says = trial.trains;
        r->look_p = look.probability;
        r->trial_p = trial.probability;
        if (!r->trial_says || r->trial_trained == 0) mend(r, &net, &p, &trial);
    }
    plan_destroy(&p, &net);
}

/* ==== Results on disk ========================================================================= */

static void write_result(FILE *f, const result *r)
{
    fprintf(f, "%zu\t%zu\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%g\t%g\t%g\t%g", r->number, r->family,
            r->adaptive, r->look_says, r->trial_says, r->trained, r->trial_trained, r->said_done, r->mended,
            r->tried_mending, r->any, r->look_p, r->trial_p, r->look_seconds, r->train_seconds);
    for (int k = 0; k < FEATURES; k++) fprintf(f, "\t%g\t%g", r->look[k], r->tried[k]);
    fprintf(f, "\n");
    fflush(f);
}

static int read_result(FILE *f, result *r)
{
    if (fscanf(f, "%zu %zu %d %d %d %d %d %d %d %d %d %lf %lf %lf %lf", &r->number, &r->family, &r->adaptive,
               &r->look_says, &r->trial_says, &r->trained, &r->trial_trained, &r->said_done, &r->mended,
               &r->tried_mending, &r->any, &r->look_p, &r->trial_p, &r->look_seconds,
               &r->train_seconds) != 15)
        return 0;
    for (int k = 0; k < FEATURES; k++)
        if (fscanf(f, "%lf %lf", &r->look[k], &r->tried[k]) != 2) return 0;
    return 1;
}

/* ==== Reporting =============================================================================== */

typedef struct tally { size_t said, right, failed, plans; } tally;

static void count(tally *t, int says, int trained)
{
    t->plans++;
    t->said += !says;
    t->failed += trained == 0;
    t->right += !says && trained == 0;
}

static double share(size_t part, size_t whole) { return whole ? (double)part / (double)whole : 1.0; }

static int print_report(const result *r, size_t n)
{
    static const term_column table[] = { { "family", -20 }, { "plans", 6 },     { "failed", 7 },
                                         { "look: no", 9 }, { "right", 6 },     { "trial: no", 10 },
                                         { "right", 6 },    { "mended of", 10 } };
    tally look[2], trial[2], by[FAMILIES][2];
    size_t tenths[10][2] = {{0}}, mendable = 0, mended = 0, broken = 0, of[FAMILIES][2];
    double look_seconds = 0.0, train_seconds = 0.0;
    memset(look, 0, sizeof look);
    memset(trial, 0, sizeof trial);
    memset(by, 0, sizeof by);
    memset(of, 0, sizeof of);
    for (size_t i = 0; i < n; i++, r++) {
        look_seconds += r->look_seconds;
        train_seconds += r->train_seconds;
        if (r->trained >= 0) {
            count(&look[r->adaptive], r->look_says, r->trained);
            count(&by[r->family][0], r->look_says, r->trained);
        }
        if (r->trial_trained >= 0) {
            count(&trial[r->adaptive], r->trial_says, r->trial_trained);
            count(&by[r->family][1], r->trial_says, r->trial_trained);
        }
        if (r->trained >= 0) {
            size_t k = (size_t)fmin(9.0, 10.0 * r->look_p);
            tenths[k][0]++;
            tenths[k][1] += (size_t)r->trained;
        }
        if (r->tried_mending && r->trial_trained == 0 && r->any) {
            mendable++;
            mended += (size_t)r->mended;
            of[r->family][0]++;
            of[r->family][1] += (size_t)r->mended;
        }
        broken += r->tried_mending && r->trial_trained == 1 && !r->mended;
    }
    term_heading("What the check said, and what training did");
    term_header(table, WI_COUNT(table));
    for (size_t f = 0; f < FAMILIES; f++) {
        if (by[f][0].plans + by[f][1].plans == 0) continue;
        term_cell(table + 0, TERM_PLAIN, "%s", family_of(f).name);
        term_cell(table + 1, TERM_PLAIN, "%zu", by[f][0].plans);
        term_cell(table + 2, TERM_PLAIN, "%zu", by[f][0].failed);
        for (int k = 0; k < 2; k++) {
            term_cell(table + 3 + 2 * k, TERM_PLAIN, "%zu", by[f][k].said);
            term_cell(table + 4 + 2 * k, by[f][k].right < by[f][k].said ? TERM_BAD : TERM_GOOD, "%zu",
                      by[f][k].right);
        }
        term_cell(table + 7, TERM_PLAIN, "%zu of %zu", of[f][1], of[f][0]);
        term_end_row();
    }
    printf("\n\"will not train\"\n");
    for (int a = 0; a < 2; a++) {
        const char *name = a ? "adaptive" : "gradient descent";
        printf(
            "  %-17s looking: precision %.3f, recall %.3f; trial: precision %.3f, recall %.3f (%zu plans, "
            "%zu fail)\n",
            name, share(look[a].right, look[a].said), share(look[a].right, look[a].failed),
            share(trial[a].right, trial[a].said), share(trial[a].right, trial[a].failed), look[a].plans,
            look[a].failed);
    }
    printf("calibration of looking, probability said: share that trained\n ");
    for (int k = 0; k < 10; k++)
        if (tenths[k][0])
            printf(" %.2f: %.2f (%zu)", (k + 0.5) / 10.0, share(tenths[k][1], tenths[k][0]), tenths[k][0]);
    printf("\nmending repaired %zu of %zu that some start and rate can train; %zu that trained were broken\n",
           mended, mendable, broken);
    fprintf(stderr, "a look takes %.1f %% of the time of the training it judges\n",
            100.0 * look_seconds / train_seconds);
    return 1;
}

/* ==== Tuning ================================================================================== */

/* One plan among those to fit: its features, z with the constant last; does the optimiser adapt; what
   happened. */
typedef struct sample { double z[FEATURES]; int adaptive, half, known, trained; } sample;

/* Logistic regression with a ridge, by Newton's method on standardised features. Both kinds of optimisers
   share weights w and have half of d each on top, one added and one taken away, which the ridge keeps four
   times as small. Of `half` 0 or 1 only the samples of that half, of 2 all. Out: weights[adaptive][n] for the
   features as they are. */
static void fit(const sample *samples, size_t rows, int half, size_t n, double ridge,
                double weights[2][FEATURES])
{
    static double h[2 * FEATURES][2 * FEATURES + 1], w[2 * FEATURES], z[2 * FEATURES];
    double mean[FEATURES] = {0}, scale[FEATURES] = {0}, used = 0.0;
    for (size_t i = 0; i < rows; i++) {
        if (samples[i].known || (half < 2 && samples[i].half != half)) continue;
        used++;
        for (size_t j = 0; j + 1 < n; j++) mean[j] += samples[i].z[j];
    }
    for (size_t j = 0; j + 1 < n; j++) {
        mean[j] /= used;
        for (size_t i = 0; i < rows; i++)
            if (!samples[i].known && (half == 2 || samples[i].half == half))
                scale[j] += pow(samples[i].z[j] - mean[j], 2.0) / used;
        scale[j] = scale[j] > 1e-18 ? 1.0 / sqrt(scale[j]) : 0.0;
    }
    memset(w, 0, sizeof w);
    for (int round = 0; round < 30; round++) {
        memset(h, 0, sizeof h);
        for (size_t j = 0; j < 2 * n; j++) {
            int constant = j % n == n - 1;
            h[j][j] = constant ? 1e-3 : j < n ? ridge : 4.0 * ridge;
            h[j][2 * n] = -h[j][j] * w[j];
        }
        for (size_t i = 0; i < rows; i++) {
            double odds = 0.0;
            if (samples[i].known || (half < 2 && samples[i].half != half)) continue;
            for (size_t j = 0; j < n; j++) {
                z[j] = j + 1 < n ? (samples[i].z[j] - mean[j]) * scale[j] : 1.0;
                z[n + j] = samples[i].adaptive ? 0.5 * z[j] : -0.5 * z[j];
            }
            for (size_t j = 0; j < 2 * n; j++) odds += w[j] * z[j];
            double p = wi_act_value(wi_sigmoid(), odds), curve = p * (1.0 - p);
            for (size_t j = 0; j < 2 * n; j++) {
                h[j][2 * n] += (samples[i].trained - p) * z[j];
                for (size_t k = 0; k < 2 * n; k++) h[j][k] += curve * z[j] * z[k];
            }
        }
        for (size_t j = 0; j < 2 * n; j++)           /* Gauss and Jordan; the matrix is positive definite */
            for (size_t i = 0; i < 2 * n; i++) {
                double factor = i != j ? h[i][j] / h[j][j] : 0.0;
                for (size_t k = j; factor != 0.0 && k <= 2 * n; k++) h[i][k] -= factor * h[j][k];
            }
        for (size_t j = 0; j < 2 * n; j++) w[j] += h[j][2 * n] / h[j][j];
    }
    for (int a = 0; a < 2; a++) {
        double part = a ? 0.5 : -0.5;
        weights[a][n - 1] = w[n - 1] + part * w[2 * n - 1];
        for (size_t j = 0; j + 1 < n; j++) {
            weights[a][j] = (w[j] + part * w[n + j]) * scale[j];
            weights[a][n - 1] -= weights[a][j] * mean[j];
        }
    }
}

/* Fit on one half of the families, report on the other, for both halves; then on all, and print the rows for
   section 13. The trials that ended with success need no odds. */
static void tune(const result *r, size_t count_of, int trial, size_t n, const char *const *names)
{
    sample *samples = (sample *)calloc(count_of, sizeof *samples);
    double weights[3][2][FEATURES];
    size_t rows = 0;
    if (!samples) exit(1);
    for (size_t i = 0; i < count_of; i++) {
        sample *s = &samples[rows];
        int truth = trial ? r[i].trial_trained : r[i].trained;
        if (truth < 0) continue;
        memcpy(s->z, trial ? r[i].tried : r[i].look, sizeof s->z);
        s->adaptive = r[i].adaptive;
        s->half = (int)(r[i].family % 2);
        s->known = trial && r[i].said_done;
        s->trained = truth;
        rows++;
    }
    for (int half = 0; half < 3; half++) fit(samples, rows, half, n, trial ? 1.0 : 15.0, weights[half]);
    for (int adaptive = 0; adaptive < 2; adaptive++) {
        size_t said = 0, right = 0, failed = 0;
        for (size_t i = 0; i < rows; i++) {
            const sample *s = &samples[i];
            double odds = s->known ? 9.0 : 0.0;
            if (s->adaptive != adaptive) continue;
            for (size_t j = 0; j < n && !s->known; j++) odds += weights[1 - s->half][adaptive][j] * s->z[j];
            said += odds < 0.0;
            failed += !s->trained;
            right += odds < 0.0 && !s->trained;
        }
        printf(
            "%s, %s, each half of the families by the weights of the other: precision %.3f, recall %.3f "
            "(%zu fail)\n",
            trial ? "trial" : "look", adaptive ? "adaptive" : "gradient descent", share(right, said),
            share(right, failed), failed);
    }
    for (size_t j = 0; j < n; j++)
        printf("    X(%s, %.3f, %.3f, ...)\n", names[j], weights[2][0][j], weights[2][1][j]);
    free(samples);
}

static void tune_all(const result *r, size_t n)
{
#define NAME(name, sgd, adaptive, verdict, value) #name,
    static const char *const look[] = { WI_IMPL_FEATURES(NAME) };
    static const char *const tried[] = { WI_IMPL_TRIED(NAME) };
#undef NAME
    tune(r, n, 0, WI_COUNT(look), look);
    tune(r, n, 1, WI_COUNT(tried), tried);
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
        const wi_train_desc desc = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                                     .opt = wi_momentum(0.005, 0.9),
                                     .steps = MAP_STEPS,
                                     .batch = 32 };
        int row = cell / VARIANCES, column = cell % VARIANCES;
        wi_score score;
        wi_layer_desc layers[4 * DEPTHS];
        size_t depth = 4 * (size_t)(DEPTHS - row);
        const wi_net_desc shape = {
            .inputs = digits->x.cols, .layers = layers, .layer_count = depth, .max_batch = 128, .seed = 77
        };
        wi_net net;

        for (size_t l = 0; l < depth; l++) {
            layers[l] = l + 1 < depth ? wi_layer_dense(MAP_WIDTH, act) : wi_layer_dense(10, wi_linear());
            layers[l].weights = wi_variance_scaling(map_variance(column), WI_FAN_IN, WI_SCHEME_NORMAL);
        }
        if (wi_net_create(&net, &shape, NULL) != WI_OK) exit(1);
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
        .title = "How deep a network trains, and what theory says",
        .columns = 2,
        .height = 260,
        .caption =
            "Shade: accuracy on the digits after 300 steps, for networks of 4 to 40 layers of 50 units whose "
            "weights are N(0, s/fan_in). Line: six depth scales, 6 / |ln chi| or 6 xi, from "
            "wi_trainable_depth(), computed before anything ran."
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

/* ==== The command line ========================================================================= */

typedef struct options {
    size_t count, first, steps, part, parts, merge;
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
        else if (strcmp(argv[i], "-s") == 0 && i + 1 < argc) o->first = strtoul(argv[++i], &end, 10);
        else if (strcmp(argv[i], "--merge") == 0 && i + 1 < argc) o->merge = strtoul(argv[++i], &end, 10);
        else if (strcmp(argv[i], "--part") == 0 && i + 1 < argc) {
            o->part = strtoul(argv[++i], &end, 10);
            if (*end != '/' || o->part == 0) return 0;
            o->parts = strtoul(end + 1, &end, 10);
            if (o->part > o->parts) return 0;
        }
        else if (strcmp(argv[i], "--trial") == 0 && i + 1 < argc) o->steps = strtoul(argv[++i], &end, 10);
        else return 0;
        if (end != NULL && *end != 0) return 0;
    }
    return o->count > 0 && o->count < 1000000 && o->steps > 0 && !(o->parts && o->merge);
}

/* sweep.tsv, or the file of one part of it. */
static const char *path_of(char *path, size_t size, const options *o, size_t part, size_t parts)
{
    if (parts) snprintf(path, size, "%s/sweep.%zu-of-%zu.tsv", o->folder, part, parts);
    else snprintf(path, size, "%s/sweep.tsv", o->folder);
    return path;
}

/* Take from a file the results that are asked for and not known yet. */
static void take_results(FILE *f, const options *o, result *results, unsigned char *known, size_t *n)
{
    for (result r; read_result(f, &r);)
        if (r.number >= o->first && r.number - o->first < o->count && !known[r.number - o->first]) {
            known[r.number - o->first] = 1;
            results[(*n)++] = r;
        }
}

static int by_number(const void *a, const void *b)
{
    size_t x = ((const result *)a)->number, y = ((const result *)b)->number;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    /* numbers that the weights were not fitted to */
    options o = { 445, 10000, 200, 0, 0, 0, "build/results", 0, 1 };
    char path[600];
    size_t n = 0;

    if (!read_options(&o, argc, argv)) {
        fprintf(
            stderr,
            "usage: sweep [-n plans] [-s first] [-o folder for sweep.tsv] [--trial steps] [--tune] "
            "[--no-map]\n"
            "             [--part i/n | --merge n]\n");
        return 2;
    }
    result *results = (result *)calloc(o.count, sizeof *results);
    unsigned char *known = (unsigned char *)calloc(o.count, 1);
    FILE *f = fopen(path_of(path, sizeof path, &o, o.part, o.parts), "a+");
    if (!f || !results || !known) { fprintf(stderr, "sweep: cannot write %s\n", path); return 1; }
    rewind(f);
    take_results(f, &o, results, known, &n);
    for (size_t part = 1; part <= o.merge; part++) {
        FILE *other = fopen(path_of(path, sizeof path, &o, part, o.merge), "r");
        if (!other) {
            fprintf(stderr, "sweep: there is no %s: run --part %zu/%zu\n", path, part, o.merge);
            return 1;
        }
        take_results(other, &o, results, known, &n);
        fclose(other);
    }
    fseek(f, 0, SEEK_END);
    for (size_t i = 0; i < o.count; i++) {
        if (known[i] || (o.parts && i % o.parts != o.part - 1)) continue;
        run_plan(&results[n], o.first + i, o.steps);
        write_result(f, &results[n++]);
        if (n % 10 == 0 || n == o.count) term_progress(n, o.count, "plans");
    }
    fclose(f);
    if (o.parts) {
        printf("part %zu of %zu: %zu plans are known\n", o.part, o.parts, n);
        free(results);
        free(known);
        return 0;
    }
    qsort(results, n, sizeof *results, by_number);
    int ok = print_report(results, n);
    if (o.tune) tune_all(results, n);
    if (o.map) {
        wi_data all, digits, unused;
        if (!digits_load(&all, &digits, &unused) || !draw_map(&digits, NULL)) ok = 0;
        wi_data_destroy(&all);
    }
    free(results);
    free(known);
    return ok ? 0 : 1;
}
