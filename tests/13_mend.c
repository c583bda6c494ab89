/* Section 13: a plan is mended within its last activation's range and by whichever start serves; and what a
   probe and its verdicts say at the edges. */
#include <float.h>
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include "inside.h"

enum { SAMPLES = 120, INPUTS = 6, OUTPUTS = 2, MOST = 96 };

static wi_real x_data[SAMPLES * INPUTS], y_data[SAMPLES * OUTPUTS];
static wi_probe probes[MOST];
static wi_layer_desc layers[MOST];

static double value(double z, double p) { return z + 0 * p; }
static double slope(double z, double p) { return 1 + 0 * (z + p); }

static wi_data make_data(void)
{
    wi_data data;
    wi_rng rng = wi_rng_make(5);
    memset(&data, 0, sizeof data);
    for (size_t i = 0; i < SAMPLES * INPUTS; i++) x_data[i] = (wi_real)wi_rng_normal(&rng);
    for (size_t i = 0; i < SAMPLES; i++) {
        int right = x_data[i * INPUTS] + x_data[i * INPUTS + 1] > 0;
        y_data[i * OUTPUTS] = (wi_real)right;
        y_data[i * OUTPUTS + 1] = (wi_real)!right;
    }
    data.x = wi_mat_view(x_data, SAMPLES, INPUTS);
    data.y = wi_mat_view(y_data, SAMPLES, OUTPUTS);
    return data;
}

static int make_wide(wi_net *net, size_t count, size_t inputs)
{
    wi_net_desc desc;
    wi_error error;
    memset(&desc, 0, sizeof desc);
    desc.inputs = inputs;
    desc.layers = layers;
    desc.layer_count = count;
    desc.seed = 7;
    error.text[0] = 0;
    if (CHECK_OK(wi_net_create(net, &desc, &error))) return 1;
    printf("%s\n", error.text);
    return 0;
}

static int make_net(wi_net *net, size_t count)
{
    return make_wide(net, count, INPUTS);
}

static wi_train_desc plan_of(wi_loss loss)
{
    wi_train_desc plan;
    memset(&plan, 0, sizeof plan);
    plan.loss = loss;
    plan.opt = wi_momentum(0, 0.9);
    plan.steps = 400;
    plan.batch = 32;
    return plan;
}

static double below(double z, double p) { return z > 0 ? -z : 0 * p; }
static double below_slope(double z, double p) { return z > 0 ? -1 : 0 * p; }
static double flat(double z, double p) { return 0 * (z + p); }

/* Targets far off are brought to the middle four fifths of what the last activation can say, or, where that
   has one end only, of a stretch of 4 beside it; and the scaler leads back. */
static void test_ranges(void)
{
    const struct { wi_act act; double least, most;
    } lasts[5] = { { wi_sigmoid(), 0.1, 0.9 },
                   { wi_tanh(), -0.8, 0.8 },
                   { wi_relu(), 0.4, 3.6 },
                   { wi_softplus(), 0.4, 3.6 },
                   { wi_custom("below", below, below_slope, 0), -3.6, -0.4 } };
    for (size_t k = 0; k < WI_COUNT(lasts); k += CHECK_SLOW_PART(3)) {
        wi_data data = make_data();
        wi_train_desc plan = plan_of(WI_LOSS_HALF_SQUARED);
        wi_net net;
        wi_check check;
        wi_mended mended;
        double first = 0;
        for (size_t i = 0; i < SAMPLES; i++) {
            y_data[i * OUTPUTS] = (wi_real)(-150 + 20 * (double)x_data[i * INPUTS]);
            y_data[i * OUTPUTS + 1] = 77;   /* says nothing: it stays one value */
        }
        first = (double)y_data[0];
        layers[0] = wi_layer_dense(12, wi_tanh());
        layers[1] = wi_layer_dense(OUTPUTS, lasts[k].act);
        if (!make_net(&net, 2)) return;
        CHECK_OK(wi_train_check(&net, &data, &plan, 0, &check, NULL));
        CHECK(!check.trains);
        CHECK_OK(wi_train_mend(&net, &data, &plan, &check, &mended, NULL));
        CHECK_CONTAINS(mended.done, "targets scaled");
        if (CHECK_EQ(mended.y.count, OUTPUTS)) {
            double least = HUGE_VAL, most = -HUGE_VAL;
            for (size_t i = 0; i < SAMPLES; i++) {
                least = fmin(least, (double)y_data[i * OUTPUTS]);
                most = fmax(most, (double)y_data[i * OUTPUTS]);
                CHECK(y_data[i * OUTPUTS + 1] == y_data[1]);
            }
            CHECK_NEAR(least, lasts[k].least, 1e-4);
            CHECK_NEAR(most, lasts[k].most, 1e-4);
            CHECK_NEAR((double)y_data[0] * (double)mended.y.std[0] + (double)mended.y.mean[0], first, 1e-3);
        }
        wi_mended_destroy(&mended);
        wi_net_destroy(&net);
    }
}

/* Targets that are the inputs again are scaled once, and tried so: as copies of them would be. Numbers that
   are part of several samples, or probabilities in x, cannot be scaled in place: nothing is touched. */
static void test_shared_numbers(void)
{
    wi_real t[SAMPLES * INPUTS], kept[SAMPLES * INPUTS], copy[SAMPLES * INPUTS];
    wi_mended mended[2];
    for (int k = 0; k < 5; k++) {
        wi_data data = make_data();
        wi_train_desc plan = plan_of(k == 4 ? WI_LOSS_BINARY_CROSS_ENTROPY : WI_LOSS_HALF_SQUARED);
        wi_net net;
        wi_check check;
        for (size_t i = 0; i < SAMPLES * INPUTS; i++)
            t[i] = copy[i] = kept[i] = k == 4 ? (wi_real)(i % 13 == 0 ? 1 : 1e-4)
                                              : (wi_real)(50 + 9 * (double)x_data[i]);
        data.x = data.y = wi_mat_view(t, SAMPLES, INPUTS);
        if (k == 1) data.y = wi_mat_view(copy, SAMPLES, INPUTS);
        if (k == 2) data.x.cols = data.y.cols = INPUTS - 1;
        if (k == 2) data.y.data++;                       /* one step ahead */
        if (k == 3) data.x.row_step = data.y.row_step = 1;   /* windows over a series */
        layers[0] = wi_layer_dense(9, wi_tanh());
        layers[1] = wi_layer_dense(data.y.cols, wi_linear());
        if (!make_wide(&net, 2, data.x.cols)) return;
        memset(&check, 0, sizeof check);
        CHECK_OK(wi_train_check(&net, &data, &plan, 0, &check, NULL));
        check.trains = 0;
        wi_error e;
        if (k > 1) {
            CHECK_STATUS(wi_train_mend(&net, &data, &plan, &check, &mended[0], &e), WI_ERR_ARG);
            CHECK_CONTAINS(e.text, "wi_train_mend: numbers of the set");
            CHECK_BYTES(t, kept, sizeof t);
        } else {
            CHECK_OK(wi_train_mend(&net, &data, &plan, &check, &mended[k], &e));
            CHECK_EQ(mended[k].y.count, INPUTS);
            CHECK_NEAR(wi_stats_of(t, SAMPLES * INPUTS).std, 1, 1e-4);
            CHECK_TEXT(mended[k].done, mended[0].done);
        }
        wi_net_destroy(&net);
    }
    CHECK_BYTES(mended[0].x.mean, mended[0].y.mean, INPUTS * sizeof(wi_real));
    wi_mended_destroy(&mended[0]);
    wi_mended_destroy(&mended[1]);
}

/* The layers of a network that somebody could have built: deep, of branches, with a last layer of its own. */
static size_t lay_out(int which)
{
    size_t n = 0;
    wi_act act = which == 1 || which == 4 ? wi_sigmoid() : which == 2 ? wi_tanh() : wi_relu();
    wi_recipe recipe = which == 3 ? wi_normal(0, 2) : which == 0 ? wi_normal(0, 1e-3) : wi_normal(0, 0.05);
    size_t depth = which == 4 ? 40 : which == 2 ? 24 : 6;
    layers[n++] = wi_layer_dense(16, act);
    for (size_t l = 1; l < depth; l++) {
        layers[n++] = wi_layer_dense(16, act);
        if (which != 3) continue;
        layers[n++] = wi_layer_dense(16, wi_linear());
        layers[n++] = wi_layer_skip(3);
    }
    layers[n++] = wi_layer_dense(OUTPUTS, wi_linear());
    for (size_t l = 0; l < n; l++) layers[l].weights = recipe;
    return n;
}

/* Draw a copy by the start that a mend names, as its words say. */
static wi_status draw_as_told(wi_net *net, const char *done, wi_mat x)
{
    wi_recipe none;
    memset(&none, 0, sizeof none);
    if (strstr(done, "wi_recipe_for()") && !strstr(done, "batch"))
        return wi_net_init_all(net, none, none, net->seed);
    if (strstr(done, "lsuv")) return wi_net_init_lsuv(net, x, 0.05, 10);
    if (!strstr(done, "residual") && !strstr(done, "batch")) return WI_OK;
    CHECK_OK(wi_net_init_all(net, none, none, net->seed));
    if (strstr(done, "batch")) return wi_net_init_batch(net, x);
    return wi_net_init_residual(net, strstr(done, "ZERO") ? WI_RESIDUAL_ZERO : WI_RESIDUAL_FIXUP, net->seed);
}

/* Whatever start is chosen: its words say how to draw the same weights, and the odds do not go down. A
   network that is hard for all of them (40 sigmoids) sees them all. */
static void test_starts(void)
{
#ifdef __TINYC__
    const int most = 4;   /* the fifth takes seven seconds there */
#else
    const int most = 5;
#endif
    wi_data data = make_data();
    for (int which = 0; which < most; which += CHECK_SLOW_PART(4)) {
        wi_net net, told;
        wi_check before, after;
        wi_mended mended;
        wi_train_desc plan = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY);
        size_t count = lay_out(which);
        if (!make_net(&net, count) || !make_net(&told, count)) return;
        CHECK_OK(wi_train_check(&net, &data, &plan, 0, &before, NULL));
        CHECK_OK(wi_train_mend(&net, &data, &plan, &before, &mended, NULL));
        CHECK_OK(wi_train_check(&net, &data, &plan, 0, &after, NULL));
        if (!CHECK(after.probability >= before.probability - 0.02))
            printf("  network %d: %s\n", which, mended.done);
        if (strstr(mended.done, "critical") == NULL) {
            CHECK_OK(draw_as_told(&told, mended.done, data.x));
            CHECK_BYTES(net.params, told.params, net.param_count * sizeof *net.params);
        }
        wi_mended_destroy(&mended);
        wi_net_destroy(&net);
        wi_net_destroy(&told);
    }
}

/* Each start by itself: none fails on a network with branches, and each leaves finite weights of its own. */
static void test_each_start(void)
{
    wi_data data = make_data();
    double rms[16];
    CHECK(inside_starts() > 1 && inside_starts() <= 16);
    for (int start = 0; start < inside_starts(); start++) {
        wi_net net;
        size_t count = lay_out(3);
        if (!make_net(&net, count)) return;
        CHECK_OK(inside_draw_start(&net, start, data.x));
        wi_stats w = wi_stats_of(net.params, net.param_count);
        CHECK_EQ(w.nonfinite, 0);
        rms[start] = w.rms;
        for (int other = 0; other < start; other++) CHECK(rms[start] != rms[other]);
        wi_net_destroy(&net);
    }
}

/* A batch norm that sees one value at a time has nothing to divide by. */
static void test_batches_of_one(void)
{
    wi_data data = make_data();
    wi_train_desc plan = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY);
    wi_net net;
    wi_check check;
    layers[0] = wi_layer_dense(8, wi_linear());
    layers[1] = wi_layer_batch_norm();
    layers[2] = wi_layer_act(wi_relu());
    layers[3] = wi_layer_dense(OUTPUTS, wi_linear());
    if (!make_net(&net, 4)) return;
    plan.batch = 1;
    CHECK_OK(wi_train_check(&net, &data, &plan, 0, &check, NULL));
    CHECK(!check.trains && check.diagnosis.verdict == WI_VERDICT_NOISY);
    CHECK_CONTAINS(check.diagnosis.evidence, "a batch norm sees one value at a time");

    /* Nor can it take a last sample that is alone; the first loss is then that of fewer samples. */
    wi_real y[2 * (128 + 1)], x[2 * (128 + 1)];
    for (size_t i = 0; i < 129; i++) {
        x[i] = x_data[i];
        y[2 * i] = (wi_real)(x[i] > 0);
        y[2 * i + 1] = 1 - y[2 * i];
    }
    data.x = wi_mat_view(x, 129, 1);
    data.y = wi_mat_view(y, 129, 2);
    plan.batch = 32;
    plan.steps = 4000;
    wi_net_destroy(&net);
    if (!make_wide(&net, 4, 1)) return;
    for (double rows = 0, whole = 0; data.x.rows >= 128; data.x.rows--, data.y.rows--, rows++) {
        CHECK_OK(wi_train_check(&net, &data, &plan, 0, &check, NULL));
        if (rows == 0) whole = check.first_loss;
        CHECK_CLOSE(check.first_loss, whole, 0.5);
    }
    wi_net_destroy(&net);
}

/* A plan or a trial without end is a long one. */
static void test_without_end(void)
{
    wi_data data = make_data();
    wi_train_desc plan = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY);
    wi_net net;
    wi_check far, without;
    layers[0] = wi_layer_dense(8, wi_tanh());
    layers[1] = wi_layer_dense(OUTPUTS, wi_linear());
    if (!make_net(&net, 2)) return;
    plan.steps = SIZE_MAX / 4;
    CHECK_OK(wi_train_check(&net, &data, &plan, 0, &far, NULL));
    plan.steps = SIZE_MAX;
    CHECK_OK(wi_train_check(&net, &data, &plan, 0, &without, NULL));
    CHECK(far.trains && without.trains && without.probability >= far.probability);
    plan.steps = 0;
    plan.epochs = SIZE_MAX / 3;
    CHECK_OK(wi_train_check(&net, &data, &plan, 0, &without, NULL));
    CHECK(without.trains && without.diagnosis.verdict == WI_VERDICT_HEALTHY);
    plan = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY);
    CHECK_OK(wi_train_check(&net, &data, &plan, SIZE_MAX / 4, &far, NULL));
    CHECK_OK(wi_train_check(&net, &data, &plan, SIZE_MAX / 2 + 1, &without, NULL));
    CHECK(far.trains && without.trains);
    CHECK_CLOSE(without.probability, far.probability, 0.05);
    wi_net_destroy(&net);

    /* A finding that its layer's numbers do not bear out has no evidence. */
    wi_probe own;
    memset(&own, 0, sizeof own);
    own.verdict = WI_VERDICT_NONFINITE;
    CHECK(wi_diagnose(&own, 1).verdict == WI_VERDICT_NONFINITE);
    CHECK_TEXT(wi_diagnose(&own, 1).evidence, "layer 1 of 1: ");

    /* Nor has theory an answer behind inputs without one. */
    layers[0] = wi_layer_dense(7, wi_elu(1));
    layers[0].weights = wi_zeros();
    layers[0].bias = wi_normal(0, 1);
    if (!make_net(&net, 2)) return;
    data.x.data[0] = (wi_real)HUGE_VAL;
    CHECK_OK(wi_net_probe(&net, wi_mat_rows(data.x, 0, 3), wi_mat_rows(data.y, 0, 3), WI_LOSS_HALF_SQUARED,
                          probes));
    CHECK(probes[0].predicted_slope != probes[0].predicted_slope);
    wi_net_destroy(&net);
}

/* Weights that are there already need no more training to be under half of the trivial loss. */
static void test_there_already(void)
{
    wi_data data = make_data();
    wi_train_desc plan = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY);
    wi_net net;
    wi_check check;
    layers[0] = wi_layer_dense(16, wi_relu());
    layers[1] = wi_layer_dense(OUTPUTS, wi_linear());
    if (!make_net(&net, 2)) return;
    plan.opt.rate = 0.05;
    CHECK_OK(wi_train(&net, &data, &plan, NULL, NULL));
    CHECK_OK(wi_train_check(&net, &data, &plan, 0, &check, NULL));
    CHECK(check.first_loss < 0.5 * check.trivial_loss);
    CHECK(check.trains && check.probability > 0.97);
    wi_net_destroy(&net);
}

/* Nothing to train; targets that make infinite gradients of finite outputs; a recipe that has no name. */
static void test_edges(void)
{
    wi_net net;
    wi_mat x = wi_mat_rows(make_data().x, 0, 40), none = wi_mat_view(NULL, 0, 0);
    layers[0] = wi_layer_act(wi_tanh());
    if (!make_net(&net, 1)) return;
    CHECK_OK(wi_net_probe(&net, x, x, WI_LOSS_HALF_SQUARED, probes));
    wi_diagnosis d = wi_diagnose(probes, 1);
    CHECK(d.evidence[0] && d.remedy[0] && d.layer == 0);
    wi_net_destroy(&net);

    layers[0] = wi_layer_dense(8, wi_tanh());
    layers[1] = wi_layer_dense(OUTPUTS, wi_linear());
    layers[1].weights = wi_constant(1e6);
    if (!make_net(&net, 2)) return;
    const double most = sizeof(wi_real) == 8 ? DBL_MAX : (double)FLT_MAX;
    for (size_t i = 0; i < SAMPLES * OUTPUTS; i++) y_data[i] = (wi_real)(-0.9 * most);
    CHECK_OK(wi_net_probe(&net, x, wi_mat_view(y_data, 40, OUTPUTS), WI_LOSS_HALF_SQUARED, probes));
    d = wi_diagnose(probes, 2);
    CHECK(d.verdict == WI_VERDICT_NONFINITE && !d.trains);
    CHECK_CONTAINS(d.remedy, "the outputs are finite, their gradients are not: look at the targets");
    wi_net_destroy(&net);

    for (size_t l = 0; l < 2; l++) layers[l] = wi_layer_dense(8, wi_softplus());
    layers[2] = wi_layer_dense(OUTPUTS, wi_linear());
    for (size_t l = 0; l < 3; l++) layers[l].weights = wi_constant(0.1);
    if (!make_net(&net, 3)) return;
    CHECK_OK(wi_net_probe(&net, x, none, WI_LOSS_HALF_SQUARED, probes));
    d = wi_diagnose(probes, 3);
    CHECK(d.verdict == WI_VERDICT_SYMMETRIC);
    CHECK_CONTAINS(d.remedy, "use wi_gained(wi_lecun_normal(), 1) for the weights of softplus");
    wi_net_destroy(&net);
}

/* What is said agrees with what is done: of labels that the loss does not take and of targets that never
   change there is nothing to mend; zero weights at the end are no fault; and no layer is told to take weights
   of the size that it has. */
static void test_words(void)
{
    const double labels[3][2] = { { -1, 1 }, { 1, 2 }, { 1, 1 } };
    for (size_t k = 0; k < 3; k++) {
        wi_data data = make_data();
        wi_train_desc plan = plan_of(WI_LOSS_BINARY_CROSS_ENTROPY);
        wi_net net;
        wi_check check;
        wi_mended mended;
        layers[0] = wi_layer_dense(8, wi_tanh());
        layers[1] = wi_layer_dense(OUTPUTS, wi_linear());
        for (size_t i = 0; i < SAMPLES * OUTPUTS; i++) y_data[i] = (wi_real)labels[k][y_data[i] > 0];
        if (!make_net(&net, 2)) return;
        CHECK_OK(wi_train_check(&net, &data, &plan, 0, &check, NULL));
        CHECK(!check.trains && !strstr(check.diagnosis.evidence, "softmax"));
        CHECK(k == 2 ? check.trivial_loss == 0 : check.trivial_loss != check.trivial_loss);
        CHECK_OK(wi_train_mend(&net, &data, &plan, &check, &mended, NULL));
        CHECK(strncmp(mended.done, "nothing: ", 9) == 0 && strstr(mended.done, "targets"));
        CHECK(plan.clip_norm == 0 && mended.y.count == 0);
        wi_mended_destroy(&mended);
        wi_net_destroy(&net);
    }
    for (int zero = 0; zero < 2; zero++) {
        wi_data data = make_data();
        wi_net net;
        wi_recipe weights[10], bias[10];
        size_t count = zero ? 2 : 10;
        for (size_t l = 0; l < count; l++) layers[l] = wi_layer_dense(20, zero ? wi_relu() : wi_sigmoid());
        layers[count - 1] = wi_layer_dense(OUTPUTS, wi_linear());
        if (zero) layers[count - 1].weights = wi_zeros();
        if (!make_net(&net, count)) return;
        CHECK_OK(wi_net_probe(&net, data.x, data.y, WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
        wi_diagnosis d = wi_diagnose(probes, count);
        CHECK_OK(wi_remedy(&net, probes, weights, bias));
        CHECK(d.trains == zero);
        if (zero) CHECK(!strstr(d.evidence, " 0 of ") && !strstr(d.remedy, "size"));
        else CHECK(strstr(d.remedy, "orthogonal") && strcmp(weights[1].name, "orthogonal") == 0);
        wi_net_destroy(&net);
    }
}

/* A report's strings hold whatever a name holds, and are UTF-8; the one for a terminal holds no control
   characters. */
static void test_report_names(void)
{
    char text[20000];
    wi_net net;
    wi_mat x = wi_mat_rows(make_data().x, 0, 40);
    layers[0] = wi_layer_dense(4, wi_custom("a \"b\\c\n\xFF\xC3\xBC", value, slope, 0));
    layers[1] = wi_layer_dense(OUTPUTS, wi_linear());
    if (!make_net(&net, 2)) return;
    CHECK_OK(wi_net_probe(&net, x, wi_mat_view(NULL, 0, 0), WI_LOSS_HALF_SQUARED, probes));
    FILE *file = fopen(check_path("report.json"), "wb+");
    if (!CHECK(file != NULL)) return;
    CHECK_OK(wi_report_json(file, probes, 2));
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    CHECK_CONTAINS(text, "\"a \\\"b\\\\c\\u000a?\xC3\xBC\"");
    file = fopen(check_path("report.txt"), "wb+");
    if (!CHECK(file != NULL)) return;
    CHECK_OK(wi_report(file, probes, 2, 0));
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    CHECK_CONTAINS(text, "\n1 dense a \"b\\c??  ");
    wi_net_destroy(&net);
}

static const char *report_of(int json, size_t count, int unicode)
{
    static char text[20000];
    FILE *file = fopen(check_path("report"), "wb+");
    if (!CHECK(file != NULL)) return "";
    CHECK_OK(json ? wi_report_json(file, probes, count) : wi_report(file, probes, count, unicode));
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    return text;
}

/* Names are cut at a whole character and the columns behind them stay in line; of signals that are all NaN
   nothing is said; and one sample is one. */
static void test_report_columns(void)
{
#define U8 "\xC3\xBC"
    static const char *const names[3] = {"aaaaaaaaaaaa", U8 U8 U8 U8 U8 U8 U8 U8 U8,
                                         "aaaaaaa\xE2\x82\xAC\xE2\x82\xAC"};
    static const char *const lines[3] = {"\n1 dense aaaaaaaa       0",
                                         "\n1 dense " U8 U8 U8 U8 U8 U8 U8 U8 "       0",
                                         "\n1 dense aaaaaaa\xE2\x82\xAC       0"};
#undef U8
    for (size_t k = 0; k < 3; k++) {
        memset(probes, 0, sizeof *probes);
        probes->act = wi_custom(names[k], value, slope, 0);
        probes->samples = k + 1;
        CHECK_CONTAINS(report_of(0, 1, 0), lines[k]);
        CHECK_CONTAINS(report_of(0, 1, 0), k ? " samples" : "\nmeasured on 1 sample;");
    }
    probes->pre.count = probes->pre.nonfinite = 4;
    CHECK_CONTAINS(report_of(0, 1, 0), "     nan     nan    nan nan% nan% ");
    CHECK_CONTAINS(report_of(1, 1, 0), "\"saturated\": null, \"dead\": null, \"correlation\": null");
}

/* Lines break at blanks; a word that is longer than a line has one of its own. */
static void test_long_word(void)
{
    char name[101];
    wi_probe own;
    memset(name, 'w', 100);
    name[100] = 0;
    memset(&own, 0, sizeof own);
    own.act = wi_custom(name, value, slope, 0);
    own.verdict = WI_VERDICT_SATURATED;
    probes[0] = own;
    const char *text = report_of(0, 1, 0);
    const char *word = strstr(text, name);
    if (CHECK(word != NULL)) CHECK(word[-1] == '\n' && word[100] == '\n');
}

/* Measurements by hand, each number another, so that no two can be taken for each other. */
static void measure_by_hand(void)
{
    const wi_act acts[3] = {wi_relu(), wi_hard_swish(), wi_linear()};
    double next = 1.5;
    memset(probes, 0, 3 * sizeof *probes);
    for (size_t l = 0; l < 3; l++) {
        wi_probe *p = &probes[l];
        wi_stats *const stats[] = {&p->in, &p->w, &p->pre, &p->post, &p->dpre, &p->dpost, &p->dw};
        wi_histogram *const bins[] = {&p->w_bins, &p->pre_bins, &p->post_bins, &p->dpre_bins, &p->dw_bins};
        for (size_t k = 0; k < WI_COUNT(stats); k++) {
            wi_stats *s = stats[k];
            double *numbers[] = {&s->mean, &s->std,      &s->rms,      &s->min,
                                 &s->max,  &s->skewness, &s->kurtosis, &s->zeros};
            s->count = 100 * (l + 1) + k;
            for (size_t i = 0; i < WI_COUNT(numbers); i++) *numbers[i] = next += 0.25;
        }
        for (size_t k = 0; k < WI_COUNT(bins); k++) {   /* fullest at the right end, the left, or between */
            bins[k]->lo = next += 0.25;
            bins[k]->hi = next += 0.25;
            for (size_t i = 0; i < WI_BINS; i++)
                bins[k]->bin[l == 1 ? WI_BINS - 1 - i : i] = l == 2 ? i / 3 * 5 % 8 : i + k;
        }
        double *rest[] = {&p->predicted_std, &p->predicted_slope, &p->saturated,    &p->dead,
                          &p->correlation,   &p->in_correlation,  &p->update_ratio, &p->speed,
                          &p->singular_max,  &p->singular_min};
        for (size_t i = 0; i < WI_COUNT(rest); i++) *rest[i] = (double)(i + 11 * l + 1) / 64;
        p->pre.rms += 0.0625;   /* half-way between two roundings lies what processors see otherwise */
        p->trivial_loss = 1.1875;
        p->kind = l == 1 ? WI_LAYER_ACT : WI_LAYER_DENSE;
        p->act = acts[l];
        p->recipe = wi_he_normal();
        p->has_weights = l != 1;
        p->samples = 77;
        p->units = 20 + l;
        p->distinct_units = 10 + l;
        p->first_loss = 2.25;
        p->verdict = l == 2 ? WI_VERDICT_VANISHING : WI_VERDICT_HEALTHY;
    }
    probes[1].dpre.nonfinite = probes[1].dpre.count;   /* nothing stands behind those numbers */
}

static uint64_t hash_of(const char *text)
{
    uint64_t hash = 14695981039346656037u;
    for (; *text; text++) hash = (hash ^ (unsigned char)*text) * 1099511628211u;
    return hash;
}

/* Reports to the letter, but for the sentences, of which the diagnosis has tests of its own. */
static void test_report_text(void)
{
    static const char *const plain =
        "layer                rms  theory  alike flat dead gradient  pre-act.   verdict\n"
        "1 dense relu        6.31  0.0156 0.0781   5%   6%    10.2  .::-=++*#% healthy\n"
        "2 act hard_swish    22.8   0.188   0.25  22%  23%     nan  %#*++=-::. healthy\n"
        "3 dense             39.3   0.359  0.422  39%  41%    43.3   *-%+:#= * vanishing\n"
        "\nmeasured on 77 samples; first loss 2.25, the best constant pays 1.19\n\n"
        "vanishing, will not train: layer 3 of 3: ";
    static const char *const drawn =
        "43.3   \xE2\x96\x86\xE2\x96\x83\xE2\x96\x88\xE2\x96\x85\xE2\x96\x82\xE2\x96\x87\xE2\x96\x84 "
        "\xE2\x96\x86 vanishing\n";
    char start[800];
    measure_by_hand();
    snprintf(start, strlen(plain) + 1, "%s", report_of(0, 3, 0));
    CHECK_TEXT(start, plain);
    CHECK_CONTAINS(report_of(0, 3, 1), drawn);
    const char *json = strstr(report_of(1, 3, 0), "\"trains\": false, \"trained\": false, ");
    if (!CHECK(json != NULL)) return;
    CHECK_CONTAINS(json, "\"first_loss\": 2.25, \"trivial_loss\": 1.1875, \"layer\": 3,\n  \"layers\": [\n");
    CHECK_CONTAINS(json, "    {\"kind\": \"dense\", \"activation\": \"relu\", \"recipe\": \"he_normal\", ");
    CHECK_CONTAINS(json, "\"dpre\": {\"count\": 204, \"nonfinite\": 204, \"mean\": null, \"std\": null, ");
    CHECK_CONTAINS(json, "\"lo\": 33.75, \"hi\": 34, \"bins\": [32, 31, 30, ");
    CHECK_CONTAINS(json, "\"units\": 22, \"distinct_units\": 12, \"samples\": 77}]}\n");
    CHECK_EQ(hash_of(json), 0x7bea8afda9a3ae01u);
    probes[0].predicted_std = (double)NAN;
    probes[0].trivial_loss = (double)NAN;
    CHECK_CONTAINS(report_of(0, 3, 0), "\ntheory nan: ");
    CHECK(!strstr(report_of(0, 3, 0), "first loss"));
}

static double steep_above(double z, double p) { return z > 5.95 ? 100 : 1 + 0 * p; }
static double steep_below(double z, double p) { return z < -5.95 ? 100 : 1 + 0 * p; }

/* Small numbers count as well: two units, gradients of almost nothing, a slope that is steep far out. */
static void test_small(void)
{
    wi_net net;
    wi_data data = make_data();
    wi_mat x = wi_mat_rows(data.x, 0, 40), t = wi_mat_rows(data.y, 0, 40), y;
    double ratio[2];
    for (int side = 0; side < 2; side++) {
        (void)make_data();
        layers[0] = wi_layer_dense(2, wi_custom("steep", value, side ? steep_above : steep_below, 0));
        layers[1] = wi_layer_dense(OUTPUTS, wi_linear());
        if (!make_net(&net, 2)) return;
        for (int near = 0; near < 2; near++) {
            if (near) {
                CHECK_OK(wi_net_forward(&net, x, WI_TRAIN, &y));
                for (size_t i = 0; i < 40 * OUTPUTS; i++) {
                    wi_real off = (wi_real)(1e-4 * (double)(1 + i % 3));
                    t.data[i] = *wi_mat_at(y, i / OUTPUTS, i % OUTPUTS) + off;
                }
            }
            CHECK_OK(wi_net_probe(&net, x, t, WI_LOSS_HALF_SQUARED, probes));
            CHECK(probes[0].distinct_units == 2 && probes[1].distinct_units == 2);
            CHECK_NEAR(probes[0].saturated, 1, 0);
            CHECK(probes[1].dpre.rms > 0 && (probes[1].dpre.rms < 1e-3) == near);
            CHECK_CLOSE(probes[1].predicted_slope, probes[1].dpre.rms, 1e-12);
            ratio[near] = probes[0].predicted_slope / probes[1].predicted_slope;
        }
        CHECK_CLOSE(ratio[1], ratio[0], 1e-9);
        memcpy(net.layers[0].w.data + INPUTS, net.layers[0].w.data, INPUTS * sizeof(wi_real));
        CHECK_OK(wi_net_probe(&net, x, wi_mat_view(NULL, 0, 0), WI_LOSS_HALF_SQUARED, probes));
        CHECK_EQ(probes[0].distinct_units, 1);
        wi_net_destroy(&net);
    }
}

/* Where steps go too far, layers are named that take a tenth of what is too much, and the first. */
static void test_wild_layers(void)
{
    wi_net net;
    wi_data data = make_data();
    for (size_t l = 0; l < 7; l++) {
        layers[l] = wi_layer_dense(30, wi_relu());
        layers[l].weights = wi_gained(wi_he_normal(), l == 0 || l == 3 ? 60 : 1);
    }
    layers[7] = wi_layer_dense(OUTPUTS, wi_linear());
    if (!make_net(&net, 8)) return;
    wi_mat x = wi_mat_rows(data.x, 0, 60);
    for (size_t i = 0; i < 60 * INPUTS; i++) x_data[i] *= (wi_real)0.5;
    CHECK_OK(wi_net_probe(&net, x, wi_mat_rows(data.y, 0, 60), WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
    CHECK(probes[0].speed < 2e4 && probes[3].speed < 2e4 && probes[1].speed > 2e5);
    for (size_t l = 0; l < 8; l++) {
        int named = l == 0 || probes[l].speed > 2e4;
        CHECK_EQ(probes[l].verdict, named ? WI_VERDICT_EXPLODING : WI_VERDICT_HEALTHY);
    }
    wi_diagnosis d = wi_diagnose(probes, 8);
    CHECK(d.verdict == WI_VERDICT_EXPLODING && !d.trains);
    wi_net_destroy(&net);
}

/* Every row of the targets is looked at, and what each loss can reach. */
static void test_each_row(void)
{
    wi_net net;
    wi_data data = make_data();
    wi_check check;
    wi_train_desc plan = plan_of(WI_LOSS_BINARY_CROSS_ENTROPY);
    layers[0] = wi_layer_dense(16, wi_relu());
    layers[1] = wi_layer_dense(OUTPUTS, wi_linear());
    if (!make_net(&net, 2)) return;
    /* any number means a probability: 0 and 1 are both in reach */
    CHECK_OK(wi_train_check(&net, &data, &plan, 0, &check, NULL));
    CHECK(check.trains && check.diagnosis.verdict != WI_VERDICT_TARGETS);
    plan.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    for (size_t row = 0; row < SAMPLES; row += SAMPLES / 2 - 1) {
        y_data[row * OUTPUTS] = y_data[row * OUTPUTS + 1] = (wi_real)0.25;
        CHECK_OK(wi_train_check(&net, &data, &plan, 0, &check, NULL));
        CHECK(!check.trains && check.diagnosis.verdict == WI_VERDICT_TARGETS);
        data = make_data();
    }
    wi_net_destroy(&net);
}

/* Shapes and pointers that do not fit; a stream that takes nothing; one output for a loss of classes. */
static void test_refusals(void)
{
    wi_net net;
    wi_data data = make_data();
    wi_recipe weights[4], bias[4];
    wi_real numbers[OUTPUTS * INPUTS + 8];
    wi_mat x = wi_mat_rows(data.x, 0, 40), t = wi_mat_rows(data.y, 0, 40);
    layers[0] = wi_layer_dense(INPUTS, wi_tanh());
    layers[1] = wi_layer_dense(INPUTS, wi_tanh());
    layers[1].tied = 1;
    layers[2] = wi_layer_dense(OUTPUTS, wi_linear());
    for (size_t l = 0; l < 3; l++) layers[l].weights = wi_constant(0.1);
    layers[1].weights = wi_zeros();
    if (!make_net(&net, 3)) return;
    wi_mat narrow = wi_mat_view(y_data, 40, OUTPUTS - 1), few = wi_mat_view(y_data, 39, OUTPUTS);
    CHECK_STATUS(wi_net_probe(&net, x, narrow, WI_LOSS_HALF_SQUARED, probes), WI_ERR_SHAPE);
    CHECK_STATUS(wi_net_probe(&net, x, few, WI_LOSS_HALF_SQUARED, probes), WI_ERR_SHAPE);
    CHECK_OK(wi_net_probe(&net, x, t, WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
    CHECK_STATUS(wi_remedy(&net, NULL, weights, bias), WI_ERR_ARG);
    CHECK_STATUS(wi_remedy(&net, probes, NULL, bias), WI_ERR_ARG);
    CHECK_STATUS(wi_remedy(&net, probes, weights, NULL), WI_ERR_ARG);
    CHECK(wi_probe_verdict(probes, 3) == WI_VERDICT_SYMMETRIC);
    CHECK_OK(wi_remedy(&net, probes, weights, bias));
    CHECK(weights[1].scheme == layers[1].weights.scheme);   /* tied weights are drawn with their owner's */
    CHECK(weights[0].scheme != WI_SCHEME_CONSTANT);
    wi_mat one = wi_mat_rows(data.x, 0, 1);
    CHECK_STATUS(wi_net_jacobian(&net, one, wi_mat_view(numbers, OUTPUTS, INPUTS + 1)), WI_ERR_SHAPE);
    CHECK_STATUS(wi_net_jacobian(&net, one, wi_mat_view(numbers, OUTPUTS + 1, INPUTS)), WI_ERR_SHAPE);
    CHECK_OK(wi_net_jacobian(&net, one, wi_mat_view(numbers, OUTPUTS, INPUTS)));

    FILE *file = fopen(check_path("unwritable"), "wb+");
    if (!CHECK(file != NULL)) return;
    fclose(file);
    file = fopen(check_path("unwritable"), "rb");   /* cannot be written, which flushing does not say */
    if (!CHECK(file != NULL)) return;
    CHECK_STATUS(wi_report(file, probes, 3, 0), WI_ERR_IO);
    CHECK_STATUS(wi_report_json(file, probes, 3), WI_ERR_IO);
    fclose(file);
    wi_net_destroy(&net);

    wi_check check;
    wi_train_desc plan = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY);
    layers[1] = wi_layer_dense(1, wi_linear());
    if (!make_net(&net, 2)) return;
    data.y.cols = 1;
    CHECK_OK(wi_train_check(&net, &data, &plan, 0, &check, NULL));
    CHECK(!check.trains && check.diagnosis.verdict == WI_VERDICT_TARGETS);
    wi_net_destroy(&net);
}

/* A plan of which a part stands still or goes at a pace of its own is looked at as it would run. */
static void test_own_pace(void)
{
    wi_net net;
    wi_data data = make_data();
    wi_check free_run, held, none;
    wi_train_desc plan = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY);
    layers[0] = layers[1] = wi_layer_dense(16, wi_relu());
    layers[2] = wi_layer_dense(OUTPUTS, wi_linear());
    if (!make_net(&net, 3)) return;
    CHECK_OK(wi_train_check(&net, &data, &plan, 0, &free_run, NULL));
    net.layers[0].desc.frozen = 1;
    net.layers[1].desc.step_scale = 0.5;
    CHECK_OK(wi_train_check(&net, &data, &plan, 0, &held, NULL));
    CHECK(free_run.trains && held.trains && held.probability != free_run.probability);
    net.layers[0].desc.frozen = 0;
    for (size_t l = 0; l < 3; l++) net.layers[l].desc.step_scale = 1e-7;
    CHECK_OK(wi_train_check(&net, &data, &plan, 0, &none, NULL));
    CHECK(none.probability < free_run.probability);

    /* Whichever layer goes ten times as fast, the plan wants a smaller rate. */
    plan.opt = wi_sgd(0);
    for (size_t fast = 0; fast < 4; fast++) {
        for (size_t l = 0; l < 3; l++) net.layers[l].desc.step_scale = l + 1 == fast ? 10 : 0;
        CHECK_OK(wi_train_check(&net, &data, &plan, 0, fast ? &held : &free_run, NULL));
        CHECK(fast == 0 || held.rate < 0.9 * free_run.rate);
    }
    wi_net_destroy(&net);
}

/* Masks that leave next to nothing drown what there is to learn, and the words say so. */
static void test_chance(void)
{
    wi_net net;
    wi_data data = make_data();
    wi_check check;
    wi_train_desc plan = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY);
    for (size_t l = 0; l < 4; l += 2) {
        layers[l] = wi_layer_dense(100, wi_tanh());
        layers[l + 1] = wi_layer_dropout(0.95);
    }
    layers[4] = wi_layer_dense(OUTPUTS, wi_linear());
    if (!make_net(&net, 5)) return;
    CHECK_OK(wi_train_check(&net, &data, &plan, 0, &check, NULL));
    CHECK(!check.trains && check.diagnosis.verdict == WI_VERDICT_NOISY);
    CHECK_CONTAINS(check.diagnosis.evidence, "% of the outputs' variance is chance: dropout, or ");
    wi_net_destroy(&net);
}

/* A number that a layer measured, by a place in the list, becomes another. */
static void measure_otherwise(wi_probe *p, wi_rng *rng)
{
    static const double others[] = {0, 1, -1, 1e-30, 1e-9, 1e-3, 0.04, 0.3, 3, 7, 40, 1e3, 1e9, 1e30};
    double *field[] = {&p->in.rms,   &p->in.mean,    &p->in.std,   &p->in.min,        &p->in.max,
                       &p->w.rms,    &p->w.std,      &p->pre.rms,  &p->pre.std,       &p->post.rms,
                       &p->post.std, &p->dpre.rms,   &p->dw.rms,   &p->predicted_std, &p->predicted_slope,
                       &p->saturated, &p->dead,      &p->speed,    &p->correlation,   &p->in_correlation,
                       &p->update_ratio, &p->first_loss, &p->trivial_loss, &p->target_rms};
    size_t *lost[] = {&p->in.nonfinite,   &p->w.nonfinite,     &p->pre.nonfinite, &p->post.nonfinite,
                      &p->dpre.nonfinite, &p->dpost.nonfinite, &p->dw.nonfinite};
    const wi_act acts[6] = {wi_sigmoid(), wi_relu(), wi_softplus(), wi_linear(), wi_hard_swish(), wi_selu()};
    double other = others[wi_rng_below(rng, WI_COUNT(others))];
    uint64_t what = wi_rng_below(rng, 40);
    if (what < WI_COUNT(field)) *field[what] = wi_rng_below(rng, 8) ? other : (double)NAN;
    else if (what < WI_COUNT(field) + WI_COUNT(lost)) *lost[what - WI_COUNT(field)] = 1;
    else if (what == 31) p->distinct_units = (size_t)wi_rng_below(rng, p->units + 1);
    else if (what == 32) p->trained = 1;
    else if (what == 33) p->branch = !p->branch;
    else if (what == 34) p->has_weights = !p->has_weights;
    else if (what == 35) p->act = acts[wi_rng_below(rng, WI_COUNT(acts))];
    else if (what == 36) p->kind = (wi_layer_kind)wi_rng_below(rng, WI_LAYER_SCALE + 1);
    else if (what == 37) p->samples = p->in.count = 1;
    else p->in.min = p->in.max = other;
}

/* Whatever is measured, a diagnosis names a layer that is there, a reason and what to do; a finding is no
   forecast of success, and a report of it can be written. */
static void test_any_numbers(void)
{
    wi_data data = make_data();
    wi_rng rng = wi_rng_make(12);
    FILE *file = fopen(check_path("report"), "wb+");
    if (!CHECK(file != NULL)) return;
    for (int which = 0; which < 8; which++) {
        wi_net net;
        wi_probe sound[MOST], other[MOST];
        size_t n = lay_out(which / 2), seen[WI_VERDICT_COUNT] = {0};
        wi_mat targets = which % 2 ? wi_mat_rows(data.y, 0, 40) : wi_mat_view(NULL, 0, 0);
        for (size_t l = 0; l < n && which / 2 != 0; l++) layers[l].weights = wi_he_normal();
        if (which / 2 == 2) layers[1] = wi_layer_batch_norm();
        if (!make_net(&net, n)) break;
        CHECK_OK(wi_net_probe(&net, wi_mat_rows(data.x, 0, 40), targets, WI_LOSS_HALF_SQUARED, sound));
        for (int round = 0; round < 3000; round += CHECK_SLOW_PART(5)) {
            memcpy(other, sound, n * sizeof *other);
            for (uint64_t k = wi_rng_below(&rng, 4) + 1; k > 0; k--) {
                int all = wi_rng_below(&rng, 4) == 0;
                wi_rng kept = rng;
                for (size_t l = all ? 0 : (size_t)wi_rng_below(&rng, n); l < n; l = all ? l + 1 : n) {
                    if (all) rng = kept;
                    measure_otherwise(&other[l], &rng);
                }
            }
            inside_judge(other, n);
            wi_diagnosis d = wi_diagnose(other, n);
            CHECK(d.evidence[0] && d.remedy[0] && d.layer < n);
            CHECK(d.verdict == wi_probe_verdict(other, n) && (!d.trains || d.verdict == WI_VERDICT_HEALTHY));
            if ((unsigned)d.verdict < WI_VERDICT_COUNT) seen[d.verdict]++;
            if (round % 50) continue;
            rewind(file);
            CHECK_OK(wi_report(file, other, n, round % 100 == 0));
            CHECK_OK(wi_report_json(file, other, n));
        }
        size_t kinds = 0;
        for (size_t v = 0; v < WI_COUNT(seen); v++) kinds += seen[v] > 0;
        CHECK(kinds >= 6);
        wi_net_destroy(&net);
    }
    fclose(file);
    remove(check_path("report"));
}

/* What wi_net_jacobian() and wi_net_spectra() refuse, and memory that ends in them. */
static void test_jacobian_refused(void)
{
    wi_net net, zero;
    wi_real room[2 * OUTPUTS * INPUTS];
    double values[OUTPUTS];
    wi_mat x = wi_mat_rows(make_data().x, 0, 1), j = wi_mat_view(room, OUTPUTS, INPUTS), wide = j;
    memset(&zero, 0, sizeof zero);
    layers[0] = wi_layer_dense(4, wi_tanh());
    layers[1] = wi_layer_dense(OUTPUTS, wi_linear());
    if (!make_net(&net, 2)) return;
    wide.col_step = 2;
    wide.row_step = 2 * INPUTS;
    CHECK_STATUS(wi_net_jacobian(&net, x, wi_mat_view(NULL, OUTPUTS, INPUTS)), WI_ERR_ARG);
    CHECK_CONTAINS(net.error.text, "jacobian has no data");
    CHECK_STATUS(wi_net_jacobian(&net, x, wide), WI_ERR_SHAPE);
    CHECK_STATUS(wi_net_jacobian(&zero, x, j), WI_ERR_ARG);
    CHECK_STATUS(wi_net_spectra(&zero, x, probes, values), WI_ERR_ARG);
    CHECK_STATUS(wi_net_spectra(&net, wi_mat_view(x_data, 1, INPUTS - 1), probes, values), WI_ERR_SHAPE);
    CHECK_CONTAINS(net.error.text, "the batch has 5 columns, the network 6 inputs");
    CHECK_STATUS(wi_net_probe(&zero, x, wi_mat_view(NULL, 0, 0), WI_LOSS_HALF_SQUARED, probes), WI_ERR_ARG);
    for (int which = 0, failed = 1; which < 2; which++, failed = 1)
        for (size_t k = 0; failed; k++) {
            fail_alloc_start(k);
            wi_status status = which ? wi_net_spectra(&net, x, probes, values) : wi_net_jacobian(&net, x, j);
            failed = fail_alloc_stop() ? 1 : 0;
            CHECK_STATUS(status, failed ? WI_ERR_MEMORY : WI_OK);
        }
    wi_net_destroy(&net);

    /* Without parameters there are slopes all the same: here 1 or 0, where the input is above 0. */
    double alone[INPUTS];
    wi_real square[INPUTS * INPUTS];
    layers[0] = wi_layer_act(wi_relu());
    if (!make_net(&net, 1)) return;
    CHECK_OK(wi_net_jacobian(&net, x, wi_mat_view(square, INPUTS, INPUTS)));
    size_t above = 0;
    for (size_t i = 0; i < INPUTS * INPUTS; i++)
        CHECK_NEAR(square[i], i / INPUTS == i % INPUTS && x_data[i / INPUTS] > 0, 0);
    for (size_t i = 0; i < INPUTS; i++) above += x_data[i] > 0;
    memset(probes, 0, sizeof probes[0]);
    CHECK_OK(wi_net_spectra(&net, x, probes, alone));
    CHECK_NEAR(probes[0].singular_max, 0, 0);   /* no weights, no word of them */
    for (size_t i = 0; i < INPUTS; i++) CHECK_NEAR(alone[i], i < above, 1e-6);
    wi_net_destroy(&net);
}

/* What a network is told about layer `at`, probed with these targets. */
static wi_diagnosis diagnose(wi_net *net, wi_mat y, wi_loss loss)
{
    CHECK_OK(wi_net_probe(net, make_data().x, y, loss, probes));
    return wi_diagnose(probes, net->layer_count);
}

/* A verdict's words and remedy where these depend on more than the verdict. */
static void test_particular(void)
{
    wi_data data = make_data();
    wi_net net;
    wi_diagnosis d;
    wi_recipe weights[MOST], bias[MOST];

    /* Outputs that end above and not below; no weights are to blame. */
    static wi_real high[SAMPLES];
    wi_mat y = wi_mat_view(high, SAMPLES, 1);
    for (size_t i = 0; i < SAMPLES; i++) high[i] = (wi_real)(3 + 0.1 * (double)x_data[i * INPUTS]);
    layers[0] = wi_layer_dense(12, wi_tanh());
    layers[1] = wi_layer_dense(1, wi_custom("below", below, below_slope, 0));
    layers[1].weights = wi_he_normal();
    if (!make_net(&net, 2)) return;
    d = diagnose(&net, y, WI_LOSS_HALF_SQUARED);
    CHECK(d.verdict == WI_VERDICT_TARGETS && d.layer == 1);
    CHECK_CONTAINS(d.evidence, "below gives outputs from -inf to 0, which is not what");
    CHECK_OK(wi_remedy(&net, probes, weights, bias));
    for (size_t l = 0; l < 2; l++) CHECK_TEXT(weights[l].name, net.layers[l].desc.weights.name);
    wi_net_destroy(&net);

    /* Dead units of a layer without weights: none can be named for it. */
    layers[0] = wi_layer_dense(12, wi_linear());
    layers[0].bias = wi_constant(-50);
    layers[1] = wi_layer_act(wi_relu());
    layers[2] = wi_layer_dense(OUTPUTS, wi_linear());
    if (!make_net(&net, 3)) return;
    d = diagnose(&net, data.y, WI_LOSS_SOFTMAX_CROSS_ENTROPY);
    CHECK(d.verdict == WI_VERDICT_DEAD && d.layer == 1);
    CHECK_TEXT(d.remedy, wi_verdict_advice(WI_VERDICT_DEAD));
    wi_net_destroy(&net);

    /* Copies, though of the right size. */
    layers[0] = wi_layer_dense(12, wi_relu());
    layers[1] = wi_layer_dense(OUTPUTS, wi_linear());
    if (!make_net(&net, 2)) return;
    for (size_t u = 0; u < 12; u++)
        for (size_t i = 0; i < INPUTS; i++)
            net.params[u * INPUTS + i] = (wi_real)(sqrt(2.0 / INPUTS) * (i % 2 ? 1 : -1));
    for (size_t i = 0; i < 12 * OUTPUTS; i++) net.layers[1].w.data[i] = (wi_real)(i < 12 ? 0.3 : -0.3);
    d = diagnose(&net, data.y, WI_LOSS_SOFTMAX_CROSS_ENTROPY);
    CHECK(d.verdict == WI_VERDICT_SYMMETRIC && d.layer == 0);
    CHECK_CONTAINS(d.remedy, "use wi_he_normal() for the weights of relu");
    wi_net_destroy(&net);

    /* Of nothing that was measured, nothing is divided by. */
    memset(probes, 0, sizeof probes[0]);
    d = wi_diagnose(probes, 1);
    CHECK(d.verdict != WI_VERDICT_NONFINITE && d.layer == 0);
    FILE *file = fopen(check_path("nothing"), "w");
    if (CHECK(file != NULL)) {
        CHECK_OK(wi_report_json(file, probes, 1));
        fclose(file);
        remove(check_path("nothing"));
    }
}

/* Each activation has its own critical point, be it of the same kind; and one that is flat has none. */
static void test_critical_each(void)
{
    wi_act acts[6] = {wi_leaky_relu(0.1), wi_leaky_relu(0.5), wi_custom("value", value, slope, 0),
                      wi_custom("below", below, below_slope, 0), wi_custom("flat", flat, flat, 0),
                      wi_custom("flat", flat, flat, 0)};
    const double want[6] = {sqrt(2 / 1.01), sqrt(2 / 1.25), 1, sqrt(2.0), 1, 1};
    wi_recipe weights[7], bias[7];
    wi_net net;
    for (size_t l = 0; l < 7; l++) {
        layers[l] = wi_layer_dense(6, l < 6 ? acts[l] : wi_linear());
        layers[l].weights = wi_constant(0.1);
    }
    layers[6].units = OUTPUTS;
    if (!make_net(&net, 7)) return;
    CHECK(diagnose(&net, make_data().y, WI_LOSS_SOFTMAX_CROSS_ENTROPY).verdict == WI_VERDICT_SYMMETRIC);
    CHECK_OK(wi_remedy(&net, probes, weights, bias));
    for (size_t l = 0; l < 6; l++) {
        CHECK_TEXT(weights[l].name, "orthogonal");
        CHECK_CLOSE(weights[l].a, want[l], 1e-9);
        CHECK_TEXT(bias[l].name, "zeros");
    }
    wi_net_destroy(&net);
}

/* What is wild and is not cured by scaling the inputs: norms, which hide how gradients grow, and weights
   that are too large by far. */
static void test_wild(void)
{
    static wi_real far[SAMPLES * INPUTS];
    wi_data data = make_data();
    wi_net net;
    size_t count = 0;
    for (size_t l = 0; l < 47; l++) {
        layers[count++] = wi_layer_dense(24, wi_linear());
        layers[count] = wi_layer_batch_norm();
        layers[count++].act = wi_relu();
    }
    layers[count++] = wi_layer_dense(OUTPUTS, wi_linear());
    if (!make_net(&net, count)) return;
    CHECK(diagnose(&net, data.y, WI_LOSS_SOFTMAX_CROSS_ENTROPY).verdict == WI_VERDICT_EXPLODING);
    wi_net_destroy(&net);

    for (size_t i = 0; i < SAMPLES * INPUTS; i++) far[i] = 6 * x_data[i];
    for (size_t l = 0; l < 6; l++) {
        layers[l] = wi_layer_dense(l < 5 ? 24 : OUTPUTS, l < 5 ? wi_relu() : wi_linear());
        layers[l].weights = l == 0 ? wi_he_normal() : wi_normal(0, 1);
    }
    if (!make_net(&net, 6)) return;
    CHECK_OK(wi_net_probe(&net, wi_mat_view(far, SAMPLES, INPUTS), data.y, WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                          probes));
    CHECK(wi_diagnose(probes, 6).verdict == WI_VERDICT_EXPLODING);
    wi_net_destroy(&net);
}

/* Targets between 0 and 1: a last layer that ends at 1 cannot say 0.9 (a logit of 2.2), a linear one can. */
static void test_soft_targets(void)
{
    wi_data data = make_data();
    for (size_t i = 0; i < SAMPLES * OUTPUTS; i++) y_data[i] = (wi_real)(0.1 + 0.8 * (double)y_data[i]);
    for (int bounded = 0; bounded < 2; bounded++) {
        wi_net net;
        layers[0] = wi_layer_dense(OUTPUTS, bounded ? wi_tanh() : wi_linear());
        if (!make_net(&net, 1)) return;
        CHECK_OK(wi_net_probe(&net, data.x, data.y, WI_LOSS_BINARY_CROSS_ENTROPY, probes));
        CHECK((wi_diagnose(probes, 1).verdict == WI_VERDICT_TARGETS) == bounded);
        wi_net_destroy(&net);
    }
}

/* A network that knows the answers: whether it has learned them, or was drawn like that, takes memory. */
static void test_knowing(void)
{
    wi_data data = make_data();
    wi_net net;
    layers[0] = wi_layer_dense(OUTPUTS, wi_linear());
    layers[0].weights = wi_orthogonal(1);
    if (!make_net(&net, 1)) return;
    for (size_t i = 0; i < 2 * INPUTS; i++)
        net.params[i] = (wi_real)(i % INPUTS > 1 ? 0 : i < INPUTS ? 9 : -9);
    for (size_t k = 0;; k++) {
        fail_alloc_start(k);
        wi_status status = wi_net_probe(&net, data.x, data.y, WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes);
        if (!fail_alloc_stop()) { CHECK_OK(status); break; }
        CHECK_STATUS(status, WI_ERR_MEMORY);
        CHECK_TEXT(net.error.text, "no memory for a probe");
    }
    CHECK(probes[0].trained);
    wi_net_destroy(&net);
}

/* What a residual scheme has drawn, nobody has trained, however well it fits; a plan is looked at on a copy,
   which has to know that. */
static void test_drawn_residual(void)
{
    wi_data data = make_data();
    wi_train_desc plan = plan_of(WI_LOSS_HALF_SQUARED);
    wi_net net;
    wi_mat y;
    layers[0] = wi_layer_dense(INPUTS, wi_tanh());
    layers[1] = wi_layer_dense(INPUTS, wi_linear());
    layers[2] = wi_layer_skip(3);
    layers[3] = wi_layer_dense(OUTPUTS, wi_linear());
    if (!make_net(&net, 4)) return;
    for (int method = 0; method < 2; method++) {
        CHECK_OK(wi_net_init_residual(&net, method ? WI_RESIDUAL_SQRT : WI_RESIDUAL_ZERO, 3));
        for (int moved = 0; moved < 2; moved++) {
            wi_check c;
            if (moved) net.params[1] += (wi_real)1e-3;
            for (size_t i = 0; i < SAMPLES; i += 40) {
                CHECK_OK(wi_net_forward(&net, wi_mat_rows(data.x, i, 40), WI_EVAL, &y));
                memcpy(y_data + i * OUTPUTS, y.data, y.rows * OUTPUTS * sizeof *y_data);
            }
            CHECK_OK(wi_train_check(&net, &data, &plan, 0, &c, NULL));
            CHECK(c.diagnosis.trained == moved);
            CHECK(c.trains);
        }
    }
    wi_net_destroy(&net);
}

/* A check that says no, and nothing else. */
static wi_check refused_check(void)
{
    wi_check no;
    memset(&no, 0, sizeof no);
    no.diagnosis.verdict = WI_VERDICT_HARD;
    return no;
}

/* What is scaled: not what is of size 1 in each column, or mostly zeros; nor targets twice that are the
   inputs; nor those that the last layer reaches. */
static void test_what_is_scaled(void)
{
    const struct { double size, offset, zeros; int same; double t; wi_act last; int x, y; } rows[] = {
        {1, 0, 0, 0, 1, {WI_ACT_LINEAR, 0, NULL, NULL, NULL}, 0, 0},
        {0.1, 0, 0, 0, 1, {WI_ACT_LINEAR, 0, NULL, NULL, NULL}, 1, 0},
        {5, 0, 0, 0, 9, {WI_ACT_LINEAR, 0, NULL, NULL, NULL}, 1, 1},
        {0.3, 4.3, 0, 0, 1, {WI_ACT_LINEAR, 0, NULL, NULL, NULL}, 1, 0},
        {1, 0, 0.7, 0, 1, {WI_ACT_LINEAR, 0, NULL, NULL, NULL}, 0, 0},
        {3, 0, 0.7, 0, 1, {WI_ACT_LINEAR, 0, NULL, NULL, NULL}, 0, 0},
        {9, 0, 0.7, 0, 1, {WI_ACT_LINEAR, 0, NULL, NULL, NULL}, 1, 0},
        {0.05, 0, 0.7, 0, 1, {WI_ACT_LINEAR, 0, NULL, NULL, NULL}, 1, 0},
        {1, 0, 0, 0, 1, {WI_ACT_RELU, 0, NULL, NULL, NULL}, 0, 1},
        {5, 0, 0, 1, 1, {WI_ACT_LINEAR, 0, NULL, NULL, NULL}, 1, 1},
    };
    for (size_t r = 0; r < WI_COUNT(rows); r++) {
        wi_data data = make_data();
        wi_train_desc plan = plan_of(WI_LOSS_HALF_SQUARED);
        wi_check no = refused_check();
        wi_rng rng = wi_rng_make(2);
        wi_net net;
        wi_mended mended;
        wi_error error;
        for (size_t i = 0; i < SAMPLES * OUTPUTS; i++)
            y_data[i] = (wi_real)(rows[r].t * (double)x_data[i / OUTPUTS * INPUTS + i % OUTPUTS]);
        for (size_t i = 0; i < SAMPLES * INPUTS; i++) {
            double value = rows[r].size * (double)x_data[i] + (i % INPUTS == 0 ? rows[r].offset : 0);
            x_data[i] = (wi_real)(wi_rng_uniform(&rng) < rows[r].zeros ? 0 : value);
        }
        if (rows[r].same) data.y = data.x;
        layers[0] = wi_layer_dense(rows[r].same ? INPUTS : OUTPUTS, rows[r].last);
        if (!make_net(&net, 1)) return;
        if (!CHECK_OK(wi_train_mend(&net, &data, &plan, &no, &mended, &error))) printf("%s\n", error.text);
        CHECK_EQ(mended.x.count, rows[r].x ? INPUTS : 0);
        CHECK_EQ(mended.y.count, rows[r].y ? data.y.cols : 0);
        if (rows[r].x) {   /* and once */
            double sum = 0;
            for (size_t i = 0; i < SAMPLES; i++) sum += pow((double)x_data[i * INPUTS + 1], 2);
            CHECK_NEAR(sum / SAMPLES, 1, 0.3);
        }
        wi_mended_destroy(&mended);
        wi_net_destroy(&net);
    }
}

/* What a plan has already is left to it, and if that is all, the reason is given; no rate that serves is none
   to take; weights that are no numbers are drawn anew. */
static void test_left_alone(void)
{
    wi_data data = make_data();
    wi_train_desc plan = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY);
    wi_check no = refused_check(), yes = no;
    wi_net net;
    wi_mended mended;
    layers[0] = wi_layer_dense(OUTPUTS, wi_linear());
    if (!make_net(&net, 1)) return;
    for (int again = 0; again < 2; again++) {
        CHECK_OK(wi_train_mend(&net, &data, &plan, &no, &mended, NULL));
        if (again) CHECK(strncmp(mended.done, "nothing: ", 9) == 0 && mended.done[9]);
        else CHECK_CONTAINS(mended.done, "rate ");
        wi_mended_destroy(&mended);
    }
    double rate = plan.opt.rate;
    yes.trains = 1;
    CHECK_OK(wi_train_mend(&net, &data, &plan, &yes, &mended, NULL));
    CHECK_TEXT(mended.done, "");
    CHECK_NEAR(plan.opt.rate, rate, 0);
    wi_mended_destroy(&mended);

    plan.clip_norm = 5;
    for (size_t i = 0; i < net.param_count; i++) net.params[i] *= 100;
    CHECK_OK(wi_train_mend(&net, &data, &plan, &no, &mended, NULL));
    CHECK(mended.done[0] && !strstr(mended.done, "clipped"));
    CHECK_NEAR(plan.clip_norm, 5, 0);
    wi_mended_destroy(&mended);
    net.params[0] = (wi_real)NAN;
    CHECK_OK(wi_train_check(&net, &data, &plan, 0, &no, NULL));
    CHECK(no.diagnosis.verdict == WI_VERDICT_NONFINITE);
    CHECK_OK(wi_train_mend(&net, &data, &plan, &no, &mended, NULL));
    CHECK_CONTAINS(mended.done, "drawn by wi_recipe_for(), then by wi_net_init_batch()");
    CHECK_EQ(wi_stats_of(net.params, net.param_count).nonfinite, 0);
    wi_mended_destroy(&mended);
    wi_net_destroy(&net);
}

/* A network whose signal grows beyond all numbers is drawn anew like any other that is too loud. Its first
   layer, where it is frozen, keeps numbers from elsewhere, and its recipe, by whichever start. */
static void test_overflow(void)
{
    for (int frozen = 0; frozen < 3; frozen++) {   /* not; as it was drawn; with a number of its own */
        wi_data data = make_data();
        wi_train_desc plan = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY);
        wi_net net;
        wi_check check;
        wi_mended mended;
        wi_real kept[20 * INPUTS];
        for (size_t l = 0; l < 8; l++) {
            layers[l] = wi_layer_dense(l < 7 ? 20 : OUTPUTS, l < 7 ? wi_relu() : wi_linear());
            layers[l].weights = wi_normal(0, l == 0 ? 0.5 : sizeof(wi_real) == 8 ? 1e60 : 1e8);
        }
        layers[0].frozen = frozen > 0;
        if (!make_net(&net, 8)) return;
        if (frozen == 2) net.params[3] = (wi_real)0.25;
        memcpy(kept, net.params, sizeof kept);
        CHECK_OK(wi_train_check(&net, &data, &plan, 0, &check, NULL));
        CHECK(check.diagnosis.verdict == WI_VERDICT_NONFINITE);
        CHECK_OK(wi_train_mend(&net, &data, &plan, &check, &mended, NULL));
        CHECK_CONTAINS(mended.done, "drawn ");
        CHECK(plan.opt.rate > 0);
        CHECK_OK(wi_train_check(&net, &data, &plan, 200, &check, NULL));
        CHECK(check.trains);
        CHECK_EQ(memcmp(kept, net.params, sizeof kept) == 0, frozen == 2);
        CHECK_EQ(net.layers[0].desc.frozen, frozen > 0);
        for (int start = 1; frozen == 2 && start < inside_starts(); start++) {
            (void)inside_draw_start(&net, start, data.x);
            CHECK_BYTES(net.params, kept, sizeof kept);
            CHECK_NEAR(net.layers[0].desc.weights.b, 0.5, 0);
        }
        wi_mended_destroy(&mended);
        wi_net_destroy(&net);
    }
}

/* Without memory a draw by any start leaves everything as it was, also while it asks whether a frozen layer
   is as it was drawn. */
static void test_starts_without_memory(void)
{
    wi_data data = make_data();
    wi_net net;
    layers[0] = layers[1] = wi_layer_dense(8, wi_relu());
    layers[2] = wi_layer_dense(OUTPUTS, wi_linear());
    layers[1].weights = wi_orthogonal(1);
    layers[1].frozen = 1;
    if (!make_net(&net, 3)) return;
    wi_real kept[8 * (INPUTS + 1) + 8 * 9 + 9 * OUTPUTS];
    if (!CHECK(net.param_count <= WI_COUNT(kept))) return;
    size_t live = fail_alloc.live, failed = 0;
    for (int start = 1; start < inside_starts(); start++)
        for (size_t k = 0; ; k++, failed++) {
            memcpy(kept, net.params, net.param_count * sizeof *kept);
            fail_alloc_start(k);
            wi_status status = inside_draw_start(&net, start, data.x);
            if (!fail_alloc_stop()) break;   /* done, or it is not a start for these layers */
            if (status == WI_OK) continue;   /* done another way */
            CHECK_STATUS(status, WI_ERR_MEMORY);
            CHECK_BYTES(net.params, kept, net.param_count * sizeof *kept);
            CHECK_EQ(net.layers[1].desc.frozen, 1);
        }
    CHECK(failed > 10);
    CHECK_EQ(fail_alloc.live, live);
    wi_net_destroy(&net);
}

/* One layer whose weights are off is the one that is named, and its recipe is what helps; but not where a
   norm takes its size away again. */
static void test_one_layer(void)
{
    for (size_t at = 0; at < 6; at++)
        for (int large = 0; large < 2; large++) {
            wi_data data = make_data();
            wi_net net;
            wi_diagnosis d;
            for (size_t l = 0; l < 5; l++) layers[l] = wi_layer_dense(24, wi_relu());
            layers[5] = wi_layer_dense(OUTPUTS, wi_linear());
            if (!make_net(&net, 6)) return;
            wi_mat w = net.layers[at].w;
            for (size_t i = 0; i < w.rows * w.cols; i++) w.data[i] *= (wi_real)(large ? 300 : 1e-3);
            CHECK_OK(wi_net_probe(&net, data.x, data.y, WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
            d = wi_diagnose(probes, 6);
            CHECK(d.verdict == (large ? WI_VERDICT_EXPLODING : WI_VERDICT_VANISHING));
            CHECK_EQ(d.layer, at);
            CHECK(probes[at].verdict == d.verdict);
            CHECK_CONTAINS(d.evidence, "x in this layer alone, to ");
            CHECK_CONTAINS(d.remedy, at < 5 ? "use wi_he_normal()" : "use wi_xavier_normal()");
            wi_net_destroy(&net);
        }
    wi_data data = make_data();
    wi_net net;
    for (size_t l = 0; l < 10; l++) layers[l] = wi_layer_dense(l < 9 ? 24 : OUTPUTS, wi_linear());
    for (size_t l = 1; l < 10; l++) layers[l].weights = wi_normal(0, 1);
    layers[0].weights = wi_normal(0, 100);
    layers[1] = wi_layer_layer_norm();
    if (!make_net(&net, 10)) return;
    CHECK_OK(wi_net_probe(&net, data.x, data.y, WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
    CHECK(!strstr(wi_diagnose(probes, 10).evidence, "alone"));
    wi_net_destroy(&net);
}

/* Targets far below the outputs' size are as bad as those far above it, and say so; where the plan's odds
   speak against targets or the first loss, the numbers are the plan's. */
static void test_faint_targets(void)
{
    const double sizes[3] = {1e-6, 1e-2, 1};
    for (size_t k = 0; k < 3; k++)
        for (int adam = 0; adam < 2; adam++) {
            wi_data data = make_data();
            wi_train_desc plan = plan_of(WI_LOSS_HALF_SQUARED);
            wi_net net;
            wi_check check;
            if (adam) plan.opt = wi_adam(0);
            for (size_t i = 0; i < SAMPLES * OUTPUTS; i++)
                y_data[i] = (wi_real)(sizes[k] * (double)(x_data[i / OUTPUTS * INPUTS] + x_data[i % 7]));
            layers[0] = layers[1] = wi_layer_dense(24, wi_relu());
            layers[2] = wi_layer_dense(OUTPUTS, wi_linear());
            if (!make_net(&net, 3)) return;
            CHECK_OK(wi_train_check(&net, &data, &plan, 0, &check, NULL));
            CHECK_EQ(check.trains, k == 2);
            if (k == 2) CHECK(check.diagnosis.verdict == WI_VERDICT_HEALTHY);
            else CHECK(check.diagnosis.verdict == WI_VERDICT_TARGETS && check.diagnosis.layer == 2);
            CHECK(!strstr(check.diagnosis.evidence, "relu gives"));
            if (k < 2)
                CHECK_CONTAINS(check.diagnosis.evidence,
                               k ? "the targets differ from their means by 0.0" : "the targets have rms ");
            CHECK_OK(wi_net_probe(&net, data.x, data.y, WI_LOSS_HALF_SQUARED, probes));
            CHECK((wi_probe_verdict(probes, 3) == WI_VERDICT_TARGETS) == (k == 0));
            wi_net_destroy(&net);
        }
}

/* Inputs that a layer of dropout has made large are not unscaled; and a plan's finding about its targets is
   about the last layer. */
static void test_layers_in_front(void)
{
    wi_data data = make_data();
    wi_train_desc plan = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY);
    wi_net net;
    wi_check check;
    layers[0] = wi_layer_dropout(0.96);
    layers[1] = wi_layer_dense(24, wi_relu());
    layers[2] = wi_layer_dense(OUTPUTS, wi_sigmoid());
    if (!make_net(&net, 3)) return;
    CHECK_OK(wi_net_probe(&net, data.x, data.y, WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
    CHECK(probes[1].in.rms / sqrt(1 - probes[1].in.zeros) > 20);
    CHECK(wi_probe_verdict(probes, 3) != WI_VERDICT_UNSCALED_INPUT);
    for (size_t i = 0; i < SAMPLES * OUTPUTS; i++) y_data[i] = 2;
    CHECK_OK(wi_train_check(&net, &data, &plan, 0, &check, NULL));
    CHECK(check.diagnosis.verdict == WI_VERDICT_TARGETS && check.diagnosis.layer == 2);
    data = make_data();
    for (size_t i = 0; i < SAMPLES * INPUTS; i++) x_data[i] *= 1000;
    CHECK_OK(wi_net_probe(&net, data.x, data.y, WI_LOSS_HALF_SQUARED, probes));
    CHECK(probes[1].verdict == WI_VERDICT_UNSCALED_INPUT);
    CHECK_CONTAINS(wi_diagnose(probes, 3).evidence, "the inputs have mean -6.2 and rms 970");
    wi_net_destroy(&net);
}

/* Memory that ends anywhere in mending: data and plan stay as they were. */
static void test_mend_memory(void)
{
    wi_data data = make_data();
    wi_train_desc plan = plan_of(WI_LOSS_HALF_SQUARED);
    wi_check no = refused_check();
    wi_net net;
    wi_mended mended;
    wi_real kept[2] = {0, 0};
    size_t ended = 0;
    for (size_t i = 0; i < SAMPLES * INPUTS; i++) x_data[i] *= 50;
    for (size_t i = 0; i < SAMPLES * OUTPUTS; i++) y_data[i] *= 50;
    layers[0] = wi_layer_dense(8, wi_selu());
    layers[1] = wi_layer_dense(INPUTS, wi_linear());
    layers[1].tied = 1;
    layers[2] = wi_layer_dense(OUTPUTS, wi_tanh());
    for (size_t l = 0; l < 3; l += 2) layers[l].weights = wi_zeros();
    if (!make_net(&net, 3)) return;
    kept[0] = x_data[5];
    kept[1] = y_data[5];
    size_t live = fail_alloc.live;
    for (size_t k = 0;; k += 1 + k / 8) {
        fail_alloc_start(k);
        wi_status status = wi_train_mend(&net, &data, &plan, &no, &mended, NULL);
        if (!fail_alloc_stop()) {
            CHECK_OK(status);
            CHECK(mended.x.count == INPUTS && mended.y.count == OUTPUTS);
            wi_mended_destroy(&mended);
            break;
        }
        ended += status == WI_ERR_MEMORY;
        CHECK_STATUS(status, WI_ERR_MEMORY);
        if (status == WI_OK) { wi_mended_destroy(&mended); break; }
        CHECK(x_data[5] == kept[0] && y_data[5] == kept[1] && plan.opt.rate == 0);
        CHECK_EQ(fail_alloc.live, live);
    }
    CHECK(ended > 8);
    wi_net_destroy(&net);
}

/* A start that takes two drawings: where memory ends between them, the network is as it was. */
static void test_start_memory(void)
{
    wi_data data = make_data();
    wi_train_desc plan = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY);
    wi_check no = refused_check();
    wi_net net;
    wi_mended mended;
    wi_real kept[800];
    size_t live = fail_alloc.live, ended = 0;
    plan.opt = wi_adam(0.001);
    plan.steps = 80;
    plan.batch = 16;
    for (size_t k = 0;; k++) {
        for (size_t l = 0; l < 9; l++) {
            layers[l] = wi_layer_dense(l < 8 ? 8 : OUTPUTS, l < 8 ? wi_gelu() : wi_linear());
            layers[l].weights = wi_zeros();
        }
        if (!make_net(&net, 9) || !CHECK(net.param_count < 800)) return;
        memcpy(kept, net.params, net.param_count * sizeof *kept);
        fail_alloc_start(k);
        wi_status status = wi_train_mend(&net, &data, &plan, &no, &mended, NULL);
        if (!fail_alloc_stop()) break;
        ended++;
        CHECK_STATUS(status, WI_ERR_MEMORY);
        CHECK_BYTES(net.params, kept, net.param_count * sizeof *kept);
        for (size_t l = 0; l < 9; l++) CHECK_TEXT(net.layers[l].desc.weights.name, "zeros");
        CHECK(net.seed == 7 && net.residual == 0);
        wi_net_destroy(&net);
    }
    CHECK_CONTAINS(mended.done, "at the critical gain");
    CHECK(ended > 30);
    wi_mended_destroy(&mended);
    wi_net_destroy(&net);
    CHECK_EQ(fail_alloc.live, live);
}

/* Targets that hardly differ, or as much as numbers can: no scaler divides by 0, nor by infinity. */
static void test_scaler_range(void)
{
    const double least = sizeof(wi_real) == 8 ? 5e-324 : 1.5e-45;
    const double most = sizeof(wi_real) == 8 ? 1e150 : 3.4e38;
    const struct { double lo, hi, top; } ranges[] = {
        { 0, least, HUGE_VAL }, { -most, most, 1 }, { -most, -0.3 * most, 1 }
    };
    for (size_t k = 0; k < WI_COUNT(ranges); k++) {
        wi_real y[4];
        wi_scaler scaler;
        wi_mat m = wi_mat_view(y, 4, 1);
        for (size_t i = 0; i < 4; i++) y[i] = (wi_real)(i % 2 ? ranges[k].hi : ranges[k].lo);
        CHECK_OK(inside_fit_scaler(&scaler, &m, 0, ranges[k].top));
        CHECK(scaler.std[0] > 0 && (double)scaler.std[0] < HUGE_VAL);
        CHECK(fabs((double)scaler.mean[0]) < HUGE_VAL);
        wi_scaler_destroy(&scaler);
    }
}

/* Memory that ends in a check that tries: an easy plan, whose first rate leads somewhere at once. */
static void test_trial_memory(void)
{
    wi_data data = make_data();
    wi_train_desc plan = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY);
    wi_net net;
    wi_check c;
    wi_error error;
    size_t in_trial = 0;
    layers[0] = wi_layer_dense(12, wi_tanh());
    layers[1] = wi_layer_dense(OUTPUTS, wi_linear());
    if (!make_net(&net, 2)) return;
    plan.opt.rate = 0.02;
    size_t live = fail_alloc.live;
    for (size_t k = 0;; k++) {
        fail_alloc_start(k);
        wi_status status = wi_train_check(&net, &data, &plan, 100, &c, &error);
        if (!fail_alloc_stop()) { CHECK_OK(status); break; }
        CHECK_STATUS(status, WI_ERR_MEMORY);
        CHECK_CONTAINS(error.text, "memory");
        in_trial += strcmp(error.text, "no memory for a trial") == 0;
        CHECK_EQ(fail_alloc.live, live);
    }
    CHECK(c.trial_steps > 0);
    CHECK(in_trial > 0);
    wi_net_destroy(&net);
}

/* Where no start helps, for a layer lets nothing through or the answers are chance, all are tried: also those
   that cannot be drawn, and those that leave SELU and tied weights as they are. */
static void test_no_start_helps(void)
{
    for (int chance = 0; chance < 2; chance++) {
        wi_data data = make_data();
        wi_train_desc plan = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY);
        wi_check no = refused_check(), after;
        wi_rng rng = wi_rng_make(6);
        wi_net net;
        wi_mended mended;
        for (size_t i = 0; chance && i < SAMPLES; i++) {
            y_data[i * OUTPUTS] = (wi_real)wi_rng_below(&rng, 2);
            y_data[i * OUTPUTS + 1] = 1 - y_data[i * OUTPUTS];
        }
        plan.steps = 30;
        layers[0] = wi_layer_dense(8, wi_selu());
        layers[1] = wi_layer_dense(INPUTS, wi_linear());
        layers[1].tied = 1;
        layers[2] = wi_layer_dense(5, chance ? wi_tanh() : wi_custom("flat", flat, flat, 0));
        layers[3] = wi_layer_dense(OUTPUTS, wi_linear());
        layers[2].weights = layers[3].weights = wi_normal(0, 1);
        if (!make_net(&net, 4)) return;
        CHECK_OK(wi_train_mend(&net, &data, &plan, &no, &mended, NULL));
        CHECK(mended.done[0]);
        wi_mended_destroy(&mended);
        CHECK_OK(wi_train_check(&net, &data, &plan, 0, &after, NULL));
        CHECK(!after.trains);
        wi_net_destroy(&net);
    }
}

/* Any plan, drawn by chance: numbers from 1e-20 to 1e19, weights and biases that are too large, frozen or
   dead, batches of one sample or of all, rates that are no use. */
static void draw_plan(uint64_t seed, int patient, wi_net *net, wi_data *data, wi_train_desc *plan,
                      size_t *trial)
{
    const double scales[8] = {1, 1, 1, 0.01, 30, 1e10, 1e19, 1e-20};
    const double sizes[8] = {0, 1e-3, 0.3, 1, 1, 1, 3, 30}, rates[8] = {0, 0, 1e-6, 1e-3, 0.1, 1, 10, 1000};
    const wi_act acts[6] = {wi_relu(), wi_tanh(), wi_sigmoid(), wi_linear(), wi_gelu(), wi_selu()};
    wi_rng rng = wi_rng_make(seed);
    wi_net_desc desc;
    wi_opt_desc opts[3];
#define BELOW(n) ((size_t)wi_rng_below(&rng, n))
    size_t samples = 8 + BELOW(SAMPLES - 8), inputs = 1 + BELOW(INPUTS), outputs = 1 + BELOW(2);
    size_t depth = 1 + BELOW(7);
    double scale = scales[BELOW(8)], gain = sizes[BELOW(8)], rate = rates[BELOW(8)];
    memset(&desc, 0, sizeof desc);
    memset(data, 0, sizeof *data);
    memset(plan, 0, sizeof *plan);
    plan->loss = outputs == 1 ? WI_LOSS_BINARY_CROSS_ENTROPY : (wi_loss)BELOW(3);
    for (size_t i = 0; i < samples * inputs; i++)
        x_data[i] = (wi_real)(wi_rng_normal(&rng) * (2 * i < samples * inputs ? 1 : scale));
    for (size_t i = 0; i < samples; i++) {
        int yes = BELOW(4) == 0 ? (int)BELOW(2) : x_data[i * inputs] > 0;
        for (size_t j = 0; j < outputs; j++) y_data[i * outputs + j] = (wi_real)(j == 0 ? yes : !yes);
    }
    for (size_t l = 0; l < depth; l++) {
        int last = l + 1 == depth;
        layers[l] = wi_layer_dense(last ? outputs : 1 + BELOW(20), last ? wi_linear() : acts[BELOW(6)]);
        layers[l].weights = wi_gained(wi_he_normal(), gain);
        if (BELOW(3) == 0) layers[l].bias = wi_constant(sizes[BELOW(8)] * (BELOW(2) ? 1 : -1));
        layers[l].no_bias = BELOW(4) == 0;
        layers[l].frozen = BELOW(6) == 0;
    }
    opts[0] = wi_sgd(rate);
    opts[1] = wi_momentum(rate, 0.9);
    opts[2] = wi_adam(rate);
    plan->opt = opts[BELOW(3)];
    plan->steps = BELOW(8) == 0 ? 1500 : 25 + BELOW(400);
    plan->batch = BELOW(3) == 0 ? samples : 1 + BELOW(samples);
    if (BELOW(6) == 0) plan->weight_decay = sizes[BELOW(8)];
    if (BELOW(6) == 0) plan->clip_norm = sizes[BELOW(8)];
    *trial = BELOW(2) ? 0 : BELOW(6) == 0 ? 700 : 1 + BELOW(400);
    if (patient) {   /* so long a trial that no run may take more turns than there is room to note */
        plan->steps = 30000;
        *trial = 2700;
    }
#undef BELOW
    data->x = wi_mat_view(x_data, samples, inputs);
    data->y = wi_mat_view(y_data, samples, outputs);
    desc.inputs = inputs;
    desc.layers = layers;
    desc.layer_count = depth;
    desc.seed = seed;
    desc.max_batch = SAMPLES;
    CHECK_OK(wi_net_create(net, &desc, NULL));
}

/* Whatever the plan, a check says yes or no, how sure it is, at which rate, and why; it leaves no trace. */
static void test_any_plan(uint64_t first, uint64_t count, int patient)
{
    for (uint64_t seed = first; seed < first + count; seed++) {
        wi_net net;
        wi_data data;
        wi_train_desc plan;
        wi_check c;
        wi_error error;
        size_t trial, live;
        wi_real kept[256];
        draw_plan(seed, patient, &net, &data, &plan, &trial);
        live = fail_alloc.live;
        size_t some = net.param_count < 256 ? net.param_count : 256;
        memcpy(kept, net.params, some * sizeof *kept);
        if (CHECK_OK(wi_train_check(&net, &data, &plan, trial, &c, &error))) {
            CHECK(c.probability >= 0 && c.probability <= 1 && c.trains == (c.probability >= 0.5));
            CHECK(c.diagnosis.trains == c.trains && c.diagnosis.evidence[0] && c.diagnosis.remedy[0]);
            CHECK(c.rate >= 0 && c.rate < HUGE_VAL && c.trial_steps <= trial);
            CHECK(c.trains || c.diagnosis.verdict != WI_VERDICT_HEALTHY);
            CHECK(c.diagnosis.layer < net.layer_count);
        }
        CHECK_BYTES(net.params, kept, some * sizeof *kept);
        CHECK_EQ(fail_alloc.live, live);
        wi_net_destroy(&net);
    }
}

/* Which layer closes a branch: the last one with weights, be a norm behind it, but not where a scale is. */
static void test_closed_branches(void)
{
    const struct { wi_layer_desc behind; int closes; } rows[3] = {
        {wi_layer_batch_norm(), 1}, {wi_layer_scale(1), 0}, {wi_layer_act(wi_linear()), 1}};
    wi_recipe weights[5], bias[5];
    for (size_t r = 0; r < 3; r++) {
        wi_net net;
        layers[0] = wi_layer_dense(6, wi_relu());
        layers[1] = wi_layer_dense(6, wi_linear());
        layers[2] = rows[r].behind;
        layers[3] = wi_layer_skip(3);
        layers[4] = wi_layer_dense(OUTPUTS, wi_linear());
        for (size_t l = 0; l < 5; l++) layers[l].weights = l == 2 ? layers[l].weights : wi_constant(0.1);
        if (!make_net(&net, 5)) return;
        CHECK(diagnose(&net, make_data().y, WI_LOSS_SOFTMAX_CROSS_ENTROPY).verdict == WI_VERDICT_SYMMETRIC);
        CHECK_OK(wi_remedy(&net, probes, weights, bias));
        CHECK_TEXT(weights[0].name, "he_normal");
        CHECK((strcmp(weights[1].name, "zeros") == 0) == rows[r].closes);
        probes[4].branch = 1;   /* no probe says so: behind the last there is no layer */
        CHECK_OK(wi_remedy(&net, probes, weights, bias));
        CHECK(strcmp(weights[4].name, "zeros") != 0);
        wi_net_destroy(&net);
    }
}

int main(void)
{
    test_particular();
    test_critical_each();
    test_closed_branches();
    test_wild();
    test_soft_targets();
    test_knowing();
    test_drawn_residual();
    test_what_is_scaled();
    test_left_alone();
    test_overflow();
    test_starts_without_memory();
    test_one_layer();
    test_faint_targets();
    test_layers_in_front();
    test_mend_memory();
    test_trial_memory();
    test_no_start_helps();
    const uint64_t rare[4] = {201, 299, 651, 770};   /* decay, runs that are lost, or done, or done at once */
    test_any_plan(0, 24 / CHECK_SLOW_PART(6), 0);
    for (size_t i = 0; i < WI_COUNT(rare); i++) test_any_plan(rare[i], 1, 0);
    if (CHECK_SLOW_PART(2) == 1) test_any_plan(995, 1, 1);   /* a very long trial */
    test_ranges();
    test_shared_numbers();
    test_starts();
    test_each_start();
    test_batches_of_one();
    test_without_end();
    test_there_already();
    test_edges();
    test_any_numbers();
    test_words();
    test_report_names();
    test_report_text();
    test_report_columns();
    test_long_word();
    test_small();
    test_chance();
    test_each_row();
    test_refusals();
    test_own_pace();
    test_wild_layers();
    test_jacobian_refused();
    test_start_memory();
    test_scaler_range();
    CHECK_EQ(fail_alloc.live, 0);
    return check_done();
}
