/* compare.c
   title:    The comparison
   question: Does it matter how a network's weights start?
   level:    1
   claims:   C1 C9 C10 C13 C24
   figure:   ten_layers.svg signal_tanh.svg signal_relu.svg gradient_tanh.svg gradient_relu.svg training.svg
   shows:    first what ten layers do to a signal and to a gradient, for five ways to draw the weights, beside
             theory; then what eight ways mean for training on real handwritten digits: a diagnosis before,
             the result after

   `make run` builds and runs this. It reads examples/data, and writes build/figures/...svg and
   build/results/compare.tsv. Everything is determined by the seeds below.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "digits.h"
#include "figure.h"
#include "terminal.h"

/* ==== Part 1. Ten layers: the input and nine layers of random weights ==================== */

enum { SAMPLES = 2000, FEATURES = 800, LAYERS = 9, STARTS = 5 };

static const char *const start_names[STARTS] = { "zero", "0.01 N(0,1)", "N(0,1)", "Xavier", "He" };
static const char *const start_texts[STARTS] = { "W = 0", "std 0.01", "std 1", "std 1/sqrt(n)",
                                                 "std sqrt(2/n)" };

/* What is measured for one activation: root mean squares by layer, with what theory says, and histograms. */
typedef struct ten_layers {
    double signal[STARTS][LAYERS], signal_theory[STARTS][LAYERS];
    double gradient[STARTS][LAYERS], gradient_theory[STARTS][LAYERS];
    wi_histogram signals[STARTS][LAYERS], gradients[STARTS][LAYERS];
} ten_layers;

/* Send 2,000 samples of N(0,1) through nine layers of 800, 750, ... 400 units, and gradients of N(0,1)
   back. */
static int measure_ten_layers(ten_layers *t, wi_act act)
{
    static wi_real input[SAMPLES * FEATURES], slope[SAMPLES * FEATURES];
    const wi_recipe starts[STARTS] = {
        wi_zeros(), wi_normal(0.0, 0.01), wi_normal(0.0, 1.0), wi_lecun_normal(), wi_he_normal()
    };
    wi_layer_desc layers[LAYERS];
    wi_net_desc shape = { .inputs = FEATURES, .layers = layers, .layer_count = LAYERS, .max_batch = SAMPLES };
    wi_rng rng = wi_rng_make(2001);
    wi_error error;
    wi_net net;

    for (size_t l = 0; l < LAYERS; l++) layers[l] = wi_layer_dense(FEATURES - 50 * l, act);
    if (wi_net_create(&net, &shape, &error) != WI_OK) {
        fprintf(stderr, "compare: %s\n", error.text);
        return 0;
    }
    /* [SAMPLES][FEATURES] */
    (void)wi_fill(input, wi_dense(FEATURES, SAMPLES), wi_normal(0.0, 1.0), &rng);
    /* [SAMPLES][outputs] */
    (void)wi_fill(slope, wi_dense(net.outputs, SAMPLES), wi_normal(0.0, 1.0), &rng);

    for (size_t s = 0; s < STARTS; s++) {
        wi_mat x = wi_mat_view(input, SAMPLES, FEATURES), dy = wi_mat_view(slope, SAMPLES, net.outputs);
        wi_signal theory[LAYERS];
        double sent;
        wi_status status;

        term_progress(s, STARTS, start_names[s]);
        status = wi_net_init_all(&net, starts[s], wi_zeros(), 1);
        if (status == WI_OK) status = wi_net_theory(&net, 1.0, theory);
        if (status == WI_OK) status = wi_net_forward(&net, x, WI_EVAL, NULL);
        if (status == WI_OK) status = wi_net_backward(&net, x, dy);
        if (status != WI_OK) {
            fprintf(stderr, "compare: %s: %s\n", start_names[s], net.error.text);
            wi_net_destroy(&net);
            return 0;
        }
        sent = wi_stats_of(net.layers[LAYERS - 1].dpre.data, SAMPLES * net.outputs).rms;
        for (size_t l = 0; l < LAYERS; l++) {
            wi_layer *layer = net.layers + l;
            size_t n = SAMPLES * layer->outputs;

            t->signal[s][l] = wi_stats_of(layer->post.data, n).rms;
            t->signal_theory[s][l] = sqrt(theory[l].act_second);
            t->signals[s][l] = wi_histogram_of(layer->post.data, n, -1.0, 1.0);
            t->gradient[s][l] = sent > 0.0 ? wi_stats_of(layer->dpre.data, n).rms / sent : 0.0;
            t->gradient_theory[s][l] = sqrt(theory[l].backward);
            t->gradients[s][l] =
                wi_histogram_of(layer->dpre.data, n, -3.0 * sent - 1e-30, 3.0 * sent + 1e-30);
        }
    }
    term_progress(STARTS, STARTS, "");
    wi_net_destroy(&net);
    return 1;
}

/* Print how large the signal is after each second layer, and how large the gradient that arrives at the
   first. */
static void print_ten_layers(const ten_layers *t, const char *name)
{
    static const term_column columns[] = {
        { "weights", -12 }, { "layer 1", 9 }, { "3", 9 }, { "5", 9 }, { "7", 9 }, { "9", 9 }, { "theory", 9 },
        { "gradient", 9 }, { "theory", 9 }, { "outputs of layer 9", -WI_BINS }
    };
    char heading[120];

    snprintf(heading, sizeof heading,
             "%s: size (rms) of the signal by layer, and of the gradient at layer 1 against layer 9", name);
    term_heading(heading);
    term_header(columns, WI_COUNT(columns));
    for (size_t s = 0; s < STARTS; s++) {
        double last = t->signal[s][LAYERS - 1], arrives = t->gradient[s][0];
        term_style forward = last > 0.1 && last < 10.0 ? TERM_GOOD : TERM_BAD;
        term_style backward = arrives > 0.1 && arrives < 10.0 ? TERM_GOOD : TERM_BAD;

        term_cell(columns + 0, TERM_PLAIN, "%s", start_names[s]);
        for (size_t l = 0; l < LAYERS; l += 2)
            term_cell(columns + 1 + l / 2, l == 8 ? forward : TERM_PLAIN, "%.3g", t->signal[s][l]);
        term_cell(columns + 6, TERM_DIM, "%.3g", t->signal_theory[s][LAYERS - 1]);
        term_cell(columns + 7, backward, "%.3g", arrives);
        term_cell(columns + 8, TERM_DIM, "%.3g", t->gradient_theory[s][0]);
        term_spark(t->signals[s][LAYERS - 1].bin, WI_BINS, forward);
        term_end_row();
    }
}

/* Draw one row of histograms a start, one column a layer. */
static int draw_histograms(const ten_layers *t, const char *name, const char *folder, int backward)
{
    char title[80], file[40], note[40];
    fig_desc desc = { .title = title, .columns = LAYERS, .rows = STARTS, .tiles = 1, .left = 104 };
    fig f;

    snprintf(title, sizeof title,
             backward ? "Nine %s layers: the gradient on its way back" : "Nine %s layers: the signal", name);
    snprintf(file, sizeof file, "%s_%s", backward ? "gradient" : "signal",
             strcmp(name, "tanh") == 0 ? "tanh" : "relu");
    desc.caption = backward
        ? "The loss's slope in the pre-activations, in units of its size at layer 9; it travels from right "
          "to left. One row for each way "
          "to draw the weights. Heights are square roots of shares, so that rare values show. Below: size "
          "against layer 9."
        : "What the units put out for inputs of N(0,1). One row for each way to draw the weights, one "
          "column for each layer. Heights are "
          "square roots of shares, so that rare values show. Below: root mean square.";
    fig_open(&f, folder, file, &desc);
    for (int s = 0; s < STARTS; s++) {
        fig_row_label(&f, s, start_names[s], start_texts[s]);
        for (int l = 0; l < LAYERS; l++) {
            const wi_histogram *h = backward ? &t->gradients[s][l] : &t->signals[s][l];
            double size = backward ? t->gradient[s][l] : t->signal[s][l], end = backward ? 3.0 : 1.0;
            size_t ends = h->bin[0] + h->bin[WI_BINS - 1], rest = 0;
            int healthy = size > 0.1 && size < 10.0;

            /* tanh at its limits: the size looks fine, but nothing can be learned there. */
            for (int b = 1; b < WI_BINS - 1; b++) rest += h->bin[b];
            if (!backward && ends > rest) healthy = 0;

            snprintf(note, sizeof note, "layer %d", l + 1);
            fig_panel(&f, l, s, s == 0 ? note : NULL);
            fig_y_range(&f, 0.0, 1.0, FIG_SQRT);
            fig_x_axis(&f, -end, end, FIG_LINEAR, NULL);
            fig_histogram(&f, h->bin, WI_BINS, -end, end, healthy ? FIG_BLUE : FIG_ORANGE);
            snprintf(note, sizeof note, size == 0.0 || (size > 0.001 && size < 1000.0) ? "%.3g" : "%.0e",
                     size);
            fig_note(&f, note);
        }
    }
    return fig_close(&f);
}

/* Draw the sizes as curves beside theory: four panels, forward and backward, tanh and ReLU. */
static int draw_sizes(const ten_layers t[2], const char *folder)
{
    const fig_desc desc = {
        .title = "Ten layers: what the weights' spread does",
        .columns = 2,
        .rows = 2,
        .key = start_names,
        .key_count = STARTS,
        .caption =
            "Root mean square of the signal (above) and of the gradient against layer 9 (below), through "
            "nine layers of 800 to 400 units. Lines: theory, before anything ran. Dots: measured. With zero "
            "weights there is nothing to draw."
    };
    double layer[LAYERS];
    fig f;

    for (int l = 0; l < LAYERS; l++) layer[l] = l + 1;
    fig_open(&f, folder, "ten_layers", &desc);
    for (int a = 0; a < 2; a++)
        for (int backward = 0; backward < 2; backward++) {
            fig_panel(&f, a, backward, a == 0 ? (backward ? "tanh, backward" : "tanh, forward")
                                              : (backward ? "ReLU, backward" : "ReLU, forward"));
            fig_y_axis(&f, 1e-10, 1e10, FIG_LOG, backward ? "gradient" : "signal");
            fig_x_axis(&f, 0.5, LAYERS + 0.5, FIG_LINEAR, "layer");
            for (int s = 1; s < STARTS; s++) {
                fig_curve(&f, layer, backward ? t[a].gradient_theory[s] : t[a].signal_theory[s], LAYERS, s);
                fig_dots(&f, layer, backward ? t[a].gradient[s] : t[a].signal[s], LAYERS, s, 3.2);
            }
        }
    return fig_close(&f);
}

/* ==== Part 2. Training on handwritten digits ============================================= */

enum {
    RECIPES = 8,
    HIDDEN = 5,
    UNITS = 64,
    CLASSES = 10,
    STEPS = 2000,
    EVERY = 10,
    REPORTS = STEPS / EVERY,
    BATCH = 32
};

static const char *const recipe_names[RECIPES] = {
    "zero", "constant", "small_normal", "standard_normal", "xavier", "he", "orthogonal", "lsuv"
};
static const char *const recipe_labels[RECIPES] = {
    "zero", "constant 0.02", "0.01 N(0,1)", "N(0,1)", "Xavier", "He", "orthogonal", "LSUV"
};

/* One training run, as it is watched. */
typedef struct run {
    wi_verdict verdict;
    size_t steps_to_80;                             /* 0: never */
    double accuracy;                                /* on the test set, at the end */
    double step[REPORTS + 1], loss[REPORTS + 1];
    size_t reports;
} run;

static int watch(const wi_progress *p, void *user)
{
    run *r = (run *)user;

    if (p->step == 0) return 0;   /* before the first step there is no loss to show */
    if (r->reports <= REPORTS) {
        r->step[r->reports] = (double)p->step;
        r->loss[r->reports++] = p->loss;
    }
    if (r->steps_to_80 == 0 && p->valid.accuracy >= 0.8) r->steps_to_80 = p->step;
    return 0;
}

/* Draw a network's weights by one of the eight recipes. */
static wi_status start_network(wi_net *net, size_t recipe, wi_act act, wi_mat batch)
{
    const wi_recipe recipes[RECIPES] = {
        wi_zeros(), wi_constant(0.02), wi_normal(0.0, 0.01), wi_normal(0.0, 1.0),
        wi_xavier_normal(), wi_he_normal(), wi_orthogonal(wi_gain(act)), wi_zeros()
    };

    if (recipe == RECIPES - 1) {
        (void)wi_net_init_all(net, wi_orthogonal(1.0), wi_zeros(), 1);
        return wi_net_init_lsuv(net, batch, 0.05, 10);
    }
    return wi_net_init_all(net, recipes[recipe], wi_zeros(), 1);
}

/* Diagnose, then train. The same data, network, batches and steps for all recipes. */
static int train_one(run *r, wi_net *net, size_t recipe, wi_act act, const wi_data *train,
                     const wi_data *test)
{
    wi_probe probes[HIDDEN + 1];
    wi_train_desc desc = {
        .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY, .opt = wi_sgd(0.03), .steps = STEPS, .batch = BATCH, .seed = 3,
        .every = EVERY, .valid = test, .on_report = watch, .user = r
    };
    wi_mat look = wi_mat_rows(train->x, 0, 300), answers = wi_mat_rows(train->y, 0, 300);
    wi_status status;
    wi_score score;

    memset(r, 0, sizeof *r);
    if (start_network(net, recipe, act, look) != WI_OK) return 0;
    if (wi_net_probe(net, look, answers, desc.loss, probes) != WI_OK) return 0;
    r->verdict = wi_probe_verdict(probes, HIDDEN + 1);
    status = wi_train(net, train, &desc, NULL, NULL);
    /* a loss of NaN ends a run, and is a result */
    if (status != WI_OK && status != WI_ERR_NUMERIC) return 0;
    (void)wi_evaluate(net, test, desc.loss, &score);
    r->accuracy = score.accuracy;
    return 1;
}

/* Run all recipes with one activation. */
static int train_all(run runs[RECIPES], wi_act act, const wi_data *train, const wi_data *test, size_t done)
{
    wi_layer_desc layers[HIDDEN + 1];
    wi_net_desc shape = {
        .inputs = train->x.cols, .layers = layers, .layer_count = HIDDEN + 1, .max_batch = 300
    };
    wi_net net;
    int ok = 1;

    for (size_t l = 0; l < HIDDEN; l++) layers[l] = wi_layer_dense(UNITS, act);
    layers[HIDDEN] = wi_layer_dense(CLASSES, wi_linear());
    if (wi_net_create(&net, &shape, NULL) != WI_OK) return 0;
    for (size_t i = 0; i < RECIPES && ok; i++) {
        char task[60];
        snprintf(task, sizeof task, "training %s, %s", wi_act_name(act), recipe_names[i]);
        term_progress(done + i, 2 * RECIPES, task);
        ok = train_one(runs + i, &net, i, act, train, test);
    }
    wi_net_destroy(&net);
    return ok;
}

/* Print the table of one activation, and write the same to a file. */
static void print_runs(const run runs[RECIPES], const char *name, FILE *tsv)
{
    static const term_column columns[] = { { "weights", -16 },
                                           { "diagnosis before", -16 },
                                           { "steps to 80 %", 13 },
                                           { "test accuracy", 13 },
                                           { "", -20 } };

    term_heading(name);
    term_header(columns, WI_COUNT(columns) - 1);
    for (size_t i = 0; i < RECIPES; i++) {
        const run *r = runs + i;
        char steps[24] = "never";

        if (r->steps_to_80 > 0) snprintf(steps, sizeof steps, "%zu", r->steps_to_80);
        term_cell(columns + 0, TERM_PLAIN, "%s", recipe_names[i]);
        term_cell(columns + 1, r->verdict == WI_VERDICT_HEALTHY ? TERM_GOOD : TERM_BAD, "%s",
                  wi_verdict_name(r->verdict));
        term_cell(columns + 2, r->steps_to_80 > 0 ? TERM_PLAIN : TERM_BAD, "%s", steps);
        term_cell(columns + 3, r->accuracy > 0.9 ? TERM_GOOD : TERM_BAD, "%.1f %%", 100.0 * r->accuracy);
        term_bar(r->accuracy, 1.0, 20, r->accuracy > 0.9 ? TERM_GOOD : TERM_BAD);
        term_end_row();
        fprintf(tsv, "%s\t%s\t%s\t%s\t%.4f\n", name, recipe_names[i], wi_verdict_name(r->verdict), steps,
                r->accuracy);
    }
}

static int draw_training(const run runs[2][RECIPES], const char *folder)
{
    const fig_desc desc = {
        .title = "Eight starts, the same training",
        .columns = 2,
        .height = 260,
        .key = recipe_labels,
        .key_count = RECIPES,
        .caption =
            "Loss on handwritten digits: five hidden layers of 64 units, plain gradient descent, batches of "
            "32 in the same order. Only the first weights differ. Dotted: the loss of guessing."
    };
    fig f;

    fig_open(&f, folder, "training", &desc);
    for (int a = 0; a < 2; a++) {
        fig_panel(&f, a, 0, a == 0 ? "tanh" : "ReLU");
        fig_y_axis(&f, 1e-3, 10.0, FIG_LOG, "training loss");
        fig_x_axis(&f, 0.0, STEPS, FIG_LINEAR, "step");
        fig_level(&f, log(10.0), NULL);
        for (int i = 0; i < RECIPES; i++) {
            double step[REPORTS], loss[REPORTS];
            size_t n = 0;

            /* Average four reports each, so that the curves can be told apart. */
            for (size_t k = 0; k + 4 <= runs[a][i].reports; k += 4, n++) {
                const double *four = runs[a][i].loss + k;
                step[n] = runs[a][i].step[k + 1] + EVERY / 2.0;
                loss[n] = (four[0] + four[1] + four[2] + four[3]) / 4.0;
            }
            fig_curve(&f, step, loss, n, i);
        }
    }
    return fig_close(&f);
}

int main(int argc, char **argv)
{
    static ten_layers layers[2];
    static run runs[2][RECIPES];
    const wi_act acts[2] = { wi_tanh(), wi_relu() };
    static const char *const names[2] = { "tanh", "ReLU" };
    const char *folder = argc > 1 ? argv[1] : NULL;
    wi_data all, train, test;
    FILE *tsv;
    int ok = 1;

    term_heading("1. Ten layers, random weights, no training");
    for (int a = 0; a < 2; a++) {
        if (!measure_ten_layers(layers + a, acts[a])) return 1;
        print_ten_layers(layers + a, names[a]);
    }

    term_heading("2. Training on 1,500 handwritten digits; tested on 297 others");
    if (!digits_load(&all, &train, &test)) return 1;
    tsv = fopen("build/results/compare.tsv", "w");
    if (tsv == NULL) return perror("build/results/compare.tsv"), 1;
    fprintf(tsv, "activation\trecipe\tverdict\tsteps_to_80\ttest_accuracy\n");
    for (int a = 0; a < 2 && ok; a++) ok = train_all(runs[a], acts[a], &train, &test, (size_t)a * RECIPES);
    term_progress(1, 1, "");
    for (int a = 0; a < 2 && ok; a++) print_runs(runs[a], names[a], tsv);
    wi_data_destroy(&all);
    if (ferror(tsv) | fclose(tsv)) return perror("build/results/compare.tsv"), 1;

    term_heading("3. Results");
    printf("table:  build/results/compare.tsv\n");
    for (int a = 0; a < 2; a++)
        for (int backward = 0; backward < 2; backward++)
            ok = draw_histograms(layers + a, names[a], folder, backward) && ok;
    ok = draw_sizes(layers, folder) && draw_training((const run (*)[RECIPES])runs, folder) && ok;
    return ok ? 0 : 1;
}
