/* mnist.c
   title:    The MNIST table
   question: Does a published comparison of initializers hold up?
   level:    3
   claims:   C16 C25
   figure:   mnist.svg
   shows:    a sigmoid network of four hidden layers on the MNIST digits, trained from zero, small random and
             Xavier weights, and from small random ones with batch normalisation; five seeds each, beside the
             published numbers

   `make mnist` fetches the data; `make run-mnist` runs this. The setup is the published one: widths
   784-390-156-62-25-10, sigmoid everywhere, biases N(0,1), half the squared error, plain gradient descent at
   rate 3 with batches of 10, 20,000 steps, accuracy on the 10,000 test images before the first step and after
   each 1,000. Published, batch normalisation used the statistics of the test images themselves; `mnist.tsv`
   has that, and the last table also shows what the running averages give.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum {
    STEPS = 20000,
    EVERY = 1000,
    LOGS = STEPS / EVERY + 1,
    BATCH = 10,
    TEST_BATCH = 1000,
    RECIPES = 4,
    SEEDS = 5
};

static const char *const recipe_names[RECIPES] = { "zero", "small_normal", "xavier",
                                                   "small_normal_batch_norm" };

/* As published: the first log at 80 % or more, and the last, at 19,000 steps. */
static const char *const published_steps[RECIPES] = { "never", "never", "6000", "1000" };
static const double published_final[RECIPES] = { 0.11, 0.11, 0.95, 0.95 };
static const double published_xavier[LOGS - 1] = {
    10.28, 11.35, 11.35, 38.83, 64.02, 78.11, 87.25, 89.36, 91.34, 92.41,
    92.16, 93.45, 94.45, 93.70, 93.48, 94.70, 94.88, 94.26, 95.65, 95.35
};

typedef struct run {
    double accuracy[LOGS];      /* of the 10,000 test images, after each 1,000 steps */
    double running;             /* at the end, with batch norm's running averages */
    int ok;
} run;

/* Measure the accuracy on the test set. In WI_TRAIN mode batch norm uses the test images' own statistics,
   1,000 at a time; what it learned of the training images is put back afterwards. */
static double test_accuracy(wi_net *net, const wi_data *test, wi_mode mode)
{
    wi_real kept[2048];
    size_t right = 0;

    if (net->state_count > WI_COUNT(kept)) return 0.0;
    for (size_t i = 0; i < net->state_count; i++) kept[i] = net->state[i];
    for (size_t first = 0; first + TEST_BATCH <= test->x.rows; first += TEST_BATCH) {
        wi_mat y;
        (void)wi_net_forward(net, wi_mat_rows(test->x, first, TEST_BATCH), mode, &y);
        for (size_t i = 0; i < TEST_BATCH; i++) {
            const wi_real *out = y.data + i * y.row_step,
                          *target = test->y.data + (first + i) * test->y.row_step;
            size_t best = 0;
            for (size_t k = 1; k < 10; k++) if (out[k] > out[best]) best = k;
            right += target[best] > 0;
        }
    }
    for (size_t i = 0; i < net->state_count; i++) net->state[i] = kept[i];
    return (double)right / (double)test->x.rows;
}

/* Describe the published network; with batch norm it stands between each affine map and its sigmoid. */
static size_t describe(wi_layer_desc *layers, size_t recipe)
{
    static const size_t widths[] = { 390, 156, 62, 25, 10 };
    const wi_recipe weights[RECIPES] = { wi_zeros(), wi_normal(0.0, 0.01), wi_lecun_normal(),
                                         wi_normal(0.0, 0.01) };
    int batch_norm = recipe == RECIPES - 1;
    size_t count = 0;

    for (size_t l = 0; l < WI_COUNT(widths); l++) {
        wi_layer_desc dense = wi_layer_dense(widths[l], batch_norm ? wi_linear() : wi_sigmoid());

        dense.weights = weights[recipe];
        dense.bias = wi_normal(0.0, 1.0);
        layers[count++] = dense;
        if (batch_norm) {
            layers[count++] = wi_layer_batch_norm();
            layers[count++] = wi_layer_act(wi_sigmoid());
        }
    }
    return count;
}

/* Train once, looking at the test images each 1,000 steps. */
static void train_one(run *r, size_t recipe, uint64_t seed, const wi_data *train, const wi_data *test)
{
    wi_layer_desc layers[16];
    wi_net_desc shape = { .inputs = 784, .layers = layers, .max_batch = TEST_BATCH, .seed = seed };
    wi_train_desc desc = {
        .loss = WI_LOSS_HALF_SQUARED, .opt = wi_sgd(3.0), .steps = STEPS, .batch = BATCH, .seed = seed
    };
    wi_mode mode = recipe == RECIPES - 1 ? WI_TRAIN : WI_EVAL;
    wi_trainer trainer;
    wi_net net;

    r->ok = 0;
    shape.layer_count = describe(layers, recipe);
    if (wi_net_create(&net, &shape, NULL) != WI_OK) return;
    if (wi_trainer_create(&trainer, &net, train, &desc, NULL) == WI_OK) {
        r->ok = 1;
        r->accuracy[0] = test_accuracy(&net, test, mode);
        for (size_t log = 1; log < LOGS && r->ok; log++) {
            r->ok = wi_trainer_run(&trainer, EVERY, NULL) == WI_OK;
            r->accuracy[log] = test_accuracy(&net, test, mode);
        }
        r->running = test_accuracy(&net, test, WI_EVAL);
        wi_trainer_destroy(&trainer);
    }
    wi_net_destroy(&net);
}

/* Steps until the first log at 80 % or more; 0: never. */
static size_t steps_to_80(const run *r)
{
    for (size_t log = 0; log < LOGS; log++) if (r->accuracy[log] >= 0.8) return log * EVERY;
    return 0;
}

static int load(wi_data *train, wi_data *test)
{
    static const char *const names[] = { "train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                         "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte" };
    const char *folder = getenv("MNIST_DIR");
    char path[4][512];
    wi_error error;

    for (int i = 0; i < 4; i++)
        snprintf(path[i], sizeof path[i], "%s/%s", folder != NULL ? folder : "build/mnist", names[i]);
    if (wi_data_load_idx(train, path[0], path[1], &error) != WI_OK ||
        wi_data_load_idx(test, path[2], path[3], &error) != WI_OK) {
        fprintf(stderr,
                "mnist: %s\n(`make mnist` fetches the data; MNIST_DIR=folder says where you have it)\n",
                error.text);
        return 0;
    }
    if (train->x.cols == 784 && test->x.cols == 784 && train->y.cols == 10 && test->y.cols == 10 &&
        test->x.rows % TEST_BATCH == 0)
        return 1;
    fprintf(stderr, "mnist: these are not the MNIST files\n");
    return 0;
}

static int write_table(run runs[RECIPES][SEEDS])
{
    const char *path = "build/results/mnist.tsv";
    FILE *tsv = fopen(path, "w");

    if (tsv == NULL) return perror(path), 0;
    fprintf(tsv, "recipe\tseed\tsteps_to_80\tfinal_accuracy");
    for (int log = 0; log < LOGS; log++) fprintf(tsv, "\tat_%d", log * EVERY);
    for (int i = 0; i < RECIPES; i++)
        for (int s = 0; s < SEEDS; s++) {
            const run *r = &runs[i][s];
            size_t steps = steps_to_80(r);

            fprintf(tsv, "\n%s\t%d\t", recipe_names[i], s + 1);
            if (steps > 0) fprintf(tsv, "%zu", steps);
            else fprintf(tsv, "never");
            fprintf(tsv, "\t%.4f", r->accuracy[LOGS - 1]);
            for (int log = 0; log < LOGS; log++) fprintf(tsv, "\t%.4f", r->accuracy[log]);
        }
    fputc('\n', tsv);
    if (ferror(tsv) | fclose(tsv)) return perror(path), 0;
    printf("table:  %s\n", path);
    return 1;
}

/* Print each recipe's runs beside what was published. */
static void print_table(run runs[RECIPES][SEEDS])
{
    static const term_column columns[] = { { "weights", -24 },
                                           { "steps to 80 %, five seeds", -31 },
                                           { "published", 9 },
                                           { "final: median, range", 22 },
                                           { "published", 9 } };

    int left = 0;

    term_header(columns, WI_COUNT(columns));
    for (int i = 0; i < RECIPES; i++) {
        char steps[80] = "";
        double final[SEEDS];

        for (int s = 0; s < SEEDS; s++) {
            size_t n = strlen(steps), at = steps_to_80(&runs[i][s]);
            int k = s;

            if (at > 0) snprintf(steps + n, sizeof steps - n, "%s%zu", s > 0 ? " " : "", at);
            else snprintf(steps + n, sizeof steps - n, "%snever", s > 0 ? " " : "");
            /* in order */
            for (; k > 0 && final[k - 1] > runs[i][s].accuracy[LOGS - 1]; k--) final[k] = final[k - 1];
            final[k] = runs[i][s].accuracy[LOGS - 1];
        }
        term_cell(columns + 0, TERM_PLAIN, "%s", recipe_names[i]);
        term_cell(columns + 1, steps[0] == 'n' ? TERM_BAD : TERM_GOOD, "%s", steps);
        term_cell(columns + 2, TERM_DIM, "%s", published_steps[i]);
        term_cell(columns + 3, final[SEEDS / 2] < 0.5 ? TERM_BAD : TERM_GOOD, "%.1f (%.1f .. %.1f) %%",
                  100.0 * final[SEEDS / 2], 100.0 * final[0], 100.0 * final[SEEDS - 1]);
        if (published_final[i] < 0.2) for (int s = 0; s < SEEDS; s++) left += final[s] > 0.2;
        term_cell(columns + 4, TERM_DIM, "%.0f %%", 100.0 * published_final[i]);
        term_end_row();
    }
    if (left > 0)
        printf(
            "\nWhat differs: %d of the runs from zero or small weights leave the plateau at 11 %% late, "
            "which no published run did. The biases of\n"
            "N(0,1) differ from unit to unit, and so break the symmetry that the weights do not: the "
            "plateau is long, but not endless.\n",
            left);
    printf("\nThe batch-norm row with running averages in place of the test images' own statistics:");
    for (int s = 0; s < SEEDS; s++) printf(" %.1f", 100.0 * runs[RECIPES - 1][s].running);
    printf(" %%\n");
}

static int draw(run runs[RECIPES][SEEDS], const char *folder)
{
    static const char *const key[] = { "zero", "small", "Xavier", "small + batch norm",
                                       "Xavier, as published" };
    const fig_desc desc = {
        .title = "MNIST: four starts, five seeds each",
        .width = 720,
        .height = 300,
        .key = key,
        .key_count = 5,
        .caption =
            "Accuracy on the 10,000 test images of a sigmoid network with four hidden layers, while it "
            "trains."
    };
    double step[LOGS], accuracy[LOGS];
    fig f;

    fig_open(&f, folder, "mnist", &desc);
    fig_panel(&f, 0, 0, NULL);
    fig_y_axis(&f, 0.0, 100.0, FIG_LINEAR, "test accuracy, %");
    fig_x_axis(&f, 0.0, STEPS, FIG_LINEAR, "step");
    for (int log = 0; log < LOGS; log++) step[log] = log * EVERY;
    for (int i = 0; i < RECIPES; i++)
        for (int s = 0; s < SEEDS; s++) {
            for (int log = 0; log < LOGS; log++) accuracy[log] = 100.0 * runs[i][s].accuracy[log];
            fig_curve(&f, step, accuracy, LOGS, i);
        }
    fig_curve(&f, step, published_xavier, LOGS - 1, FIG_RED);
    return fig_close(&f);
}

int main(int argc, char **argv)
{
    static run runs[RECIPES][SEEDS];
    wi_data train, test;
    size_t done = 0;
    int ok = 1;

    if (!load(&train, &test)) return 1;
    term_heading("MNIST: 784-390-156-62-25-10, sigmoid, rate 3, batches of 10, 20,000 steps");

    /* Runs are independent; compiled with -fopenmp, they share the processor's cores. */
#ifdef _OPENMP
#pragma omp parallel for schedule(dynamic, 1)
#endif
    for (int job = 0; job < RECIPES * SEEDS; job++) {
        train_one(&runs[job / SEEDS][job % SEEDS], (size_t)(job / SEEDS), (uint64_t)(job % SEEDS + 1), &train,
                  &test);
#ifdef _OPENMP
#pragma omp critical
#endif
        term_progress(++done, RECIPES * SEEDS, recipe_names[job / SEEDS]);
    }
    for (int job = 0; job < RECIPES * SEEDS; job++) ok = ok && runs[job / SEEDS][job % SEEDS].ok;
    wi_data_destroy(&train);
    wi_data_destroy(&test);
    if (!ok) return fprintf(stderr, "mnist: a run failed\n"), 1;

    print_table(runs);
    ok = write_table(runs);
    return draw(runs, argc > 1 ? argv[1] : NULL) && ok ? 0 : 1;
}
