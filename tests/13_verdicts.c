/* Section 13: what is found in layers that were measured so, and in which words. The measurements are made
   up: each number where a rule begins to hold, a little less and a little more. */
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include "inside.h"

enum { MOST = 12, UNITS = 80, SAMPLES = 64 };

static wi_probe probes[MOST];

/* A layer of 80 units that reads 80 numbers of size 1: a step of it counts 1^2 x 80. */
static void sound_layer(wi_probe *p)
{
    memset(p, 0, sizeof *p);
    p->kind = WI_LAYER_DENSE;
    p->act = wi_tanh();
    p->recipe = wi_xavier_normal();
    p->has_weights = 1;
    p->in.rms = p->in.std = p->pre.rms = p->post.rms = 1.0;
    p->in.min = -3.0;
    p->in.max = 3.0;
    p->w.rms = p->w.std = 0.5;
    p->w.count = UNITS * UNITS;
    p->in.count = p->pre.count = p->post.count = p->dpre.count = SAMPLES * UNITS;
    p->dpre.rms = 0.01;
    p->update_ratio = p->predicted_std = p->predicted_slope = 1.0;
    p->units = p->distinct_units = UNITS;
    p->samples = SAMPLES;
    p->first_loss = p->trivial_loss = 2.0;
}

static void sound(size_t count)
{
    for (size_t l = 0; l < count; l++) sound_layer(&probes[l]);
}

static void kind_of(size_t l, wi_layer_kind kind)
{
    probes[l].kind = kind;
    probes[l].act = wi_linear();
    probes[l].has_weights = 0;
}

/* Make a layer's steps count so much: little by inputs that are alike, much by larger gradients. */
static void pace(size_t l, double speed)
{
    probes[l].in_correlation = speed < 80 ? 1.0 - speed / 80.0 : 0.0;
    probes[l].dpre.rms = 0.01 * (speed < 80 ? 1.0 : sqrt(speed / 80.0));
}

static void zeros(size_t l) { probes[l].w.rms = probes[l].w.std = 0.0; }

static double slope_at_ends(double z, double p) { return z < -20 ? p : z > 20 ? 4.0 : 4.0 + 0 * p; }
static double slope_at_top(double z, double p) { return z > 20 ? -p : 4.0 + 0 * p; }
static double slope_nowhere(double z, double p) { return z > 20 || z < -20 ? p : -4.0; }
static double itself(double z, double p) { return z + 0 * p; }

/* ---- rules, and where they begin to hold -------------------------------- */

static void dead(double x)
{
    sound(3);
    probes[1].act = wi_relu();
    probes[1].dead = x;
}
static void dead_below(double x)
{
    dead(0.9);
    probes[1].act = wi_custom("below", itself, slope_at_ends, 0.04 * x);
}
static void dead_above(double x)
{
    dead(0.9);
    probes[1].act = wi_custom("above", itself, slope_at_top, 0.04 * x);
}
static void dead_trained(double x)
{
    dead(x);
    probes[0].trained = 1;
}
static void saturated(double x)
{
    sound(3);
    probes[1].saturated = x;
    probes[1].dead = 1.0;
}
static void saturated_both(double x)
{
    saturated(0.7);
    probes[1].act = wi_custom("both", itself, slope_nowhere, 0.04 * x);
    probes[1].dead = 0;
}
static void loud_targets(double x)
{
    sound(3);
    for (int l = 0; l < 3; l++) probes[l].target_rms = x;
}
static void stiff(double x)
{
    sound(3);
    probes[0].update_ratio = x;
    probes[1].update_ratio = 0.0;
}
static void slow_sum(double x)
{
    sound(3);
    for (size_t l = 0; l < 3; l++) pace(l, (1.0 + (double)l) / 6.0 * x);
}
static void slowest(double x)
{
    sound(3);
    pace(1, x);
}
static void slowest_skipped(double x)
{
    sound(4);
    slowest(x);
    sound_layer(&probes[3]);
    kind_of(3, WI_LAYER_SKIP);
}
static void loudest(double x)
{
    sound(3);
    pace(1, x - 160.0);
}
static void loud_layer(double x)
{
    sound(3);
    pace(0, 3e5);
    pace(1, x);
}
static void loud_last(double x)
{
    sound(3);
    probes[2].in.rms = sqrt((x - 160.0) / 80.0);
}
static void many_norms(double x)
{
    sound(11);
    for (size_t l = 1; l < 10; l++) kind_of(l, WI_LAYER_BATCH_NORM);
    probes[0].dpre.rms = 0.01 * x;
}
static void faint(double x)
{
    sound(3);
    probes[0].in.rms = x;
    probes[0].pre.rms = 0.24 * x;
}
static void faint_zeros(double x) /* of the numbers that are not 0 */
{
    faint(x / 2);
    probes[0].in.zeros = 0.75;
}
static void faint_passed(double x)
{
    sound(3);
    probes[0].in.rms = 0.01;
    probes[0].pre.rms = 0.01 * x;
}
static void loud(double x)
{
    sound(3);
    probes[0].in.rms = probes[0].pre.rms = x;
}
static void loud_passed(double x)
{
    loud(30);
    probes[0].pre.rms = 30 * x;
}
static void cured(double x)
{
    loud(5);
    pace(1, x - 2000.0 - 80.0);
}
static void cured_in(double x)
{
    loud(x);
    pace(1, 1e6);
}
static void offset(double x) /* of what all samples have in common behind a layer */
{
    sound(3);
    probes[1].pre.rms = 30;
    probes[2].in.rms = x;
    probes[2].in_correlation = 0.999;
}
static void offset_of_loud(double x)
{
    offset(x);
    probes[0].in.rms = 2;
}
static void offset_alike(double x)
{
    offset(30);
    probes[2].in_correlation = x;
}
static void copies(double x)
{
    sound(3);
    probes[1].distinct_units = (size_t)(40.5 + x);
}
static void alike(double x)
{
    slow_sum(5e-4);
    for (size_t l = 0; l < 3; l++) probes[l].correlation = 1.0 - 0.0025 / x;
}
static void alike_layer(double x)
{
    alike(2);
    probes[1].correlation = x;
}
static void alike_signal(double x)
{
    alike(4);
    probes[2].pre.rms = probes[2].in.rms = 0.025 * x;
}
static void alike_slope(double x)
{
    alike(4);
    for (size_t l = 0; l < 3; l++) probes[l].in_correlation = 1 - 1e-6;
    probes[0].dpre.rms = 0.01 * 0.025 * x;
}
static void faint_slope(double x)
{
    slow_sum(5e-4);
    probes[1].dpre.rms = 0.01 * x;
    probes[1].in_correlation = 0;
    pace(0, 1e-5);
}
static void faint_signal(double x)
{
    slow_sum(5e-4);
    probes[1].pre.rms = probes[1].in.rms = x;
}

/* Speeds without rounding: of one weight a unit, by how many values there are in proportion. */
static void exact(size_t l, size_t values)
{
    probes[l].w.count = probes[l].units;
    probes[l].in_correlation = 0;
    probes[l].post.count = values;
}
static void exact_sum(double x) /* of thousandths */
{
    sound(4);
    for (size_t l = 0; l < 3; l++) probes[l].in_correlation = 1;
    exact(0, (size_t)x);
    probes[2].post.count = 1000;
    kind_of(3, WI_LAYER_SKIP);
}
static void exact_slowest(double x) /* of ten thousandths */
{
    sound(3);
    exact(1, (size_t)x);
    probes[0].post.count = probes[2].post.count = 10000;
}
static void exact_loudest(double x)
{
    sound(3);
    for (size_t l = 0; l < 3; l += 2) exact(l, 1);
    exact(1, (size_t)x - 2);
}
static void exact_layer(double x)
{
    sound(3);
    exact(0, 300000);
    exact(1, (size_t)x);
    exact(2, 1);
}
static void exact_slope(double x) /* of hundredths */
{
    slow_sum(5e-4);
    probes[1].in_correlation = 1;
    probes[1].dpre.rms = x;
    probes[2].dpre.rms = 100;
    probes[0].dpre.rms = 1;
    probes[0].in_correlation = 1;
}
static void exact_cure(double x)
{
    loud(5);
    exact(0, 1);
    exact(1, (size_t)x - 26);
    exact(2, 1);
}

#define HEALTHY WI_VERDICT_HEALTHY
#define VANISHING WI_VERDICT_VANISHING
#define EXPLODING WI_VERDICT_EXPLODING
#define UNSCALED WI_VERDICT_UNSCALED_INPUT
#define CORRELATED WI_VERDICT_CORRELATED

/* A rule by the number that it asks for: what a layer is said to be below it and above it. */
static void test_edges(void)
{
    static const struct {
        void (*set)(double);
        double at;
        size_t count, layer;
        wi_verdict less, more;
    } rows[] = {
        {dead, 0.8, 3, 1, HEALTHY, WI_VERDICT_DEAD},
        {dead_trained, 0.8, 3, 1, HEALTHY, WI_VERDICT_DEAD},
        {dead_below, 1, 3, 1, WI_VERDICT_DEAD, HEALTHY},
        {dead_above, 1, 3, 1, WI_VERDICT_DEAD, HEALTHY},
        {saturated, 0.6, 3, 1, HEALTHY, WI_VERDICT_SATURATED},
        {saturated_both, 1, 3, 1, WI_VERDICT_SATURATED, HEALTHY},
        {loud_targets, 30, 3, 2, HEALTHY, WI_VERDICT_TARGETS},
        {loud_targets, 30, 3, 0, HEALTHY, HEALTHY},
        {stiff, 2e-3, 3, 0, VANISHING, HEALTHY},
        {stiff, 2e-3, 3, 1, HEALTHY, HEALTHY},
        {slow_sum, 1e-3, 3, 0, VANISHING, HEALTHY},
        {slow_sum, 1e-3, 3, 1, HEALTHY, HEALTHY},
        {slowest, 1e-4, 3, 0, VANISHING, HEALTHY},
        {slowest_skipped, 1e-4, 4, 0, HEALTHY, HEALTHY},
        {loudest, 2e5, 3, 0, HEALTHY, EXPLODING},
        {loudest, 2e5, 3, 1, HEALTHY, EXPLODING},
        {loudest, 2e5, 3, 2, HEALTHY, HEALTHY},
        {loud_layer, 2e4, 3, 1, HEALTHY, EXPLODING},
        {loud_last, 2e5, 3, 2, HEALTHY, EXPLODING},
        {many_norms, 150, 11, 0, HEALTHY, EXPLODING},
        {faint, 0.02, 3, 0, VANISHING, HEALTHY},
        {faint_zeros, 0.02, 3, 0, VANISHING, HEALTHY},
        {faint_passed, 0.25, 3, 0, VANISHING, UNSCALED},
        {loud, 20, 3, 0, HEALTHY, UNSCALED},
        {loud, 20, 3, 1, HEALTHY, HEALTHY},
        {loud_passed, 4, 3, 0, UNSCALED, HEALTHY},
        {cured, 5e6, 3, 0, UNSCALED, EXPLODING},
        {cured, 5e6, 3, 1, HEALTHY, EXPLODING},
        {cured_in, 4, 3, 0, EXPLODING, UNSCALED},
        {offset, 20, 3, 1, HEALTHY, EXPLODING},
        {offset, 20, 3, 2, HEALTHY, HEALTHY},
        {offset_of_loud, 40, 3, 1, HEALTHY, EXPLODING},
        {offset_alike, 0.9975, 3, 1, HEALTHY, EXPLODING},
        {copies, 0.5, 3, 1, WI_VERDICT_SYMMETRIC, HEALTHY},
        {alike, 1, 3, 2, HEALTHY, CORRELATED},
        {alike, 1, 3, 0, VANISHING, CORRELATED},
        {alike_layer, 0.9975, 3, 1, HEALTHY, CORRELATED},
        {alike_signal, 1, 3, 0, VANISHING, CORRELATED},
        {alike_signal, 1, 3, 2, VANISHING, CORRELATED},
        {alike_slope, 1, 3, 0, VANISHING, CORRELATED},
        {faint_slope, 0.05, 3, 1, VANISHING, HEALTHY},
        {faint_signal, 0.05, 3, 1, VANISHING, HEALTHY},
    };
    for (size_t r = 0; r < WI_COUNT(rows); r++)
        for (int more = 0; more < 2; more++) {
            rows[r].set(rows[r].at * (more ? 1 + 1e-6 : 1 - 1e-6));
            inside_judge(probes, rows[r].count);
            int good = CHECK(probes[rows[r].layer].verdict == (more ? rows[r].more : rows[r].less));
            if (!good) printf("  row %zu, %s\n", r, more ? "more" : "less");
        }
    /* Exactly there each rule has nothing to say yet. */
    static const struct {
        void (*set)(double);
        double at;
        size_t count, layer;
        wi_verdict verdict;
    } there[] = {{dead, 0.8, 3, 1, HEALTHY},
                 {saturated, 0.6, 3, 1, HEALTHY},
                 {loud_targets, 30, 3, 2, HEALTHY},
                 {stiff, 2e-3, 3, 0, HEALTHY},
                 {loud, 20, 3, 0, HEALTHY},
                 {faint, 0.02, 3, 0, HEALTHY},
                 {loud_passed, 4, 3, 0, HEALTHY},
                 {faint_passed, 0.25, 3, 0, UNSCALED},
                 {cured_in, 4, 3, 0, EXPLODING},
                 {alike_layer, 0.9975, 3, 1, HEALTHY},
                 {faint_signal, 0.05, 3, 1, HEALTHY},
                 {many_norms, 150, 11, 0, HEALTHY},
                 {offset, 20, 3, 1, HEALTHY},
                 {offset_alike, 0.9975, 3, 1, HEALTHY},
                 {exact_sum, 1.0, 4, 0, HEALTHY},
                 {exact_slowest, 1.0, 3, 0, HEALTHY},
                 {exact_loudest, 200000.0, 3, 0, HEALTHY},
                 {exact_layer, 20000.0, 3, 1, HEALTHY},
                 {exact_slope, 5.0, 3, 1, HEALTHY},
                 {exact_cure, 5000000.0, 3, 0, EXPLODING}};
    for (size_t r = 0; r < WI_COUNT(there); r++) {
        there[r].set(there[r].at);
        inside_judge(probes, there[r].count);
        if (!CHECK(probes[there[r].layer].verdict == there[r].verdict)) printf("  there %zu\n", r);
    }
}

static wi_verdict at(size_t l, size_t count)
{
    inside_judge(probes, count);
    return probes[l].verdict;
}

/* What takes a rule's ground away, or gives it. */
static void test_exceptions(void)
{
    /* Flat on one side, on both, on none: by dead units, by values, not at all. */
    dead(0.9);
    probes[1].saturated = 1;
    CHECK(at(1, 3) == WI_VERDICT_DEAD);
    probes[1].dead = 0;
    CHECK(at(1, 3) == HEALTHY);
    probes[1].act = wi_linear();
    probes[1].dead = 1;
    CHECK(at(1, 3) == HEALTHY);

    /* What samples have in common, a norm takes away. */
    offset(30);
    sound_layer(&probes[3]);
    CHECK(at(1, 4) == EXPLODING);
    kind_of(3, WI_LAYER_LAYER_NORM);
    CHECK(at(1, 4) == HEALTHY);

    /* Weights all alike, and at the end or in a branch, hold back for one step only. */
    for (int where = 0; where < 4; where++) {
        static const wi_verdict want[4] = {VANISHING, HEALTHY, HEALTHY, VANISHING};
        stiff(0);
        pace(1, 0);
        zeros(where == 1 ? 2 : 1);
        if (where == 2) probes[1].branch = 1;
        if (where == 3) probes[1].branch = 1, probes[1].w.rms = 0.5, probes[1].w.count = 1;
        CHECK(at(0, 3) == want[where]);
    }
    slow_sum(1e-4); /* but nothing moves at all */
    zeros(2);
    CHECK(at(0, 3) == VANISHING);

    /* Without gradients there is no update ratio, and theory's slopes stand for them. */
    stiff(0);
    for (int l = 0; l < 3; l++) probes[l].dpre.rms = 0;
    CHECK(at(0, 3) == HEALTHY);
    CHECK_CLOSE(probes[1].speed, 80, 1e-12);
    probes[0].predicted_slope = 3;
    probes[2].predicted_slope = 2;
    probes[1].predicted_slope = (double)NAN;
    probes[0].in.rms = 2;
    probes[0].in_correlation = 0.25;
    probes[0].w.count = 12 * UNITS;
    probes[0].post.count *= 2;
    inside_judge(probes, 3);
    CHECK_CLOSE(probes[0].speed, 4 * 12 * 0.75 * (9.0 / 4) * 2, 1e-12);
    CHECK_CLOSE(probes[1].speed, 80, 1e-12); /* unknown is harmless */
    probes[0].in_correlation = 1.5;
    inside_judge(probes, 3);
    CHECK_NEAR(probes[0].speed, 0, 0);

    /* With gradients it is these, against the last layer with weights. */
    sound(4);
    kind_of(3, WI_LAYER_ACT);
    probes[3].dpre.rms = 7;
    probes[2].dpre.rms = 0.02;
    probes[2].post.count *= 4;
    probes[1].dpre.rms = 0.05;
    probes[1].predicted_slope = 9;
    inside_judge(probes, 4);
    CHECK_CLOSE(probes[1].speed, 80 * 6.25 / 4, 1e-12);
    CHECK_NEAR(probes[3].speed, 0, 0);

    /* A norm right before or behind the first layer with weights makes the inputs' size irrelevant. */
    for (int where = 0; where < 6; where++) {
        const wi_layer_kind norm = where % 2 ? WI_LAYER_LAYER_NORM : WI_LAYER_BATCH_NORM;
        size_t l = where < 2 ? 0 : where < 4 ? 2 : 3, first = where < 2;
        sound(5);
        kind_of(l, norm);
        probes[first].in.rms = 0.01;
        CHECK(at(first, 5) ==
              (where < 4 && (where < 2 || l == first + 2) ? (where < 2 ? HEALTHY : UNSCALED) : UNSCALED));
    }
    sound(4);
    kind_of(1, WI_LAYER_LAYER_NORM);
    probes[0].in.rms = 100;
    CHECK(at(0, 4) == HEALTHY);

    /* A norm behind a layer takes its steps' size away; eight are not many, and only batch norms count. */
    for (int norm = 0; norm < 3; norm++) {
        sound(5);
        pace(2, 1e6);
        kind_of(3, norm == 0 ? WI_LAYER_ACT : norm == 1 ? WI_LAYER_BATCH_NORM : WI_LAYER_LAYER_NORM);
        CHECK(at(0, 5) == (norm == 0 ? EXPLODING : HEALTHY));
    }
    many_norms(200);
    kind_of(5, WI_LAYER_LAYER_NORM);
    CHECK(at(0, 11) == HEALTHY);

    /* Copies: not in the last layer, nor of one unit, nor without weights, nor zeros in a branch. */
    for (int where = 0; where < 6; where++) {
        static const wi_verdict want[6] = {WI_VERDICT_SYMMETRIC, HEALTHY, HEALTHY, HEALTHY, HEALTHY,
                                           WI_VERDICT_SYMMETRIC};
        size_t l = where == 1 ? 2 : 1;
        sound(3);
        probes[l].distinct_units = 1;
        if (where == 2) probes[l].units = 1;
        if (where == 3) probes[l].has_weights = 0;
        if (where == 4) zeros(l);
        if (where >= 4) probes[l].branch = 1;
        CHECK(at(l, 3) == want[where]);
    }

    /* What has learned already is only asked for what is not finite, copied or dead. */
    loud_targets(99);
    probes[1].saturated = 1;
    for (size_t l = 0; l < 3; l++) pace(l, 0);
    probes[0].trained = 1;
    probes[0].in.rms = 100;
    for (size_t l = 0; l < 3; l++) CHECK(at(l, 3) == HEALTHY);
    probes[1].distinct_units = 1;
    CHECK(at(1, 3) == WI_VERDICT_SYMMETRIC);

    /* Nothing to train is nothing wrong. */
    sound(2);
    kind_of(0, WI_LAYER_ACT);
    kind_of(1, WI_LAYER_ACT);
    CHECK(at(0, 2) == HEALTHY);
}

/* ---- words ---------------------------------------------------------------- */

/* Three layers that have this verdict, and what is said of them. */
static wi_diagnosis d;
static const char *said(wi_verdict verdict)
{
    for (size_t l = 0; l < 3; l++) probes[l].verdict = verdict;
    d = wi_diagnose(probes, 3);
    CHECK(d.verdict == verdict && d.trains == (verdict == HEALTHY));
    return d.evidence;
}

static void test_evidence(void)
{
    sound(3);
    probes[0].dpre.rms = 0.005;
    probes[2].pre.rms = 3;
    probes[0].in.rms = 0.5;
    CHECK_TEXT(said(HEALTHY),
               "gradients reach the first layer at 0.5 of the last layer's, the signal the last at 6 "
               "of the input's");
    CHECK_EQ(d.layer, 0);
    probes[2].dpre.rms = 0;
    probes[0].predicted_slope = 0.25;
    CHECK_CONTAINS(said(HEALTHY), "gradients reach the first layer at 0.25 of");
    probes[2].predicted_slope = (double)NAN;
    CHECK_TEXT(said(HEALTHY), "the signal ends at 6 of the input's; gradients are unknown without a target");
    zeros(2);
    CHECK_TEXT(said(HEALTHY),
               "weights that are all alike hold signals or gradients up, but only until their own "
               "first step");
    probes[0].trained = 1;
    probes[0].first_loss = 0.25;
    CHECK_TEXT(said(HEALTHY), "trained already: loss 0.25, where a constant pays 2");
    CHECK(d.trained);

    sound(3);
    probes[0].distinct_units = 3;
    CHECK_TEXT(said(WI_VERDICT_SYMMETRIC), "layer 1 of 3: only 3 of 80 units differ");
    probes[0].saturated = 0.75;
    probes[0].pre.rms = 7;
    CHECK_TEXT(said(WI_VERDICT_SATURATED),
               "layer 1 of 3: 75% of the values are where tanh is flat; pre-activations have "
               "rms 7");
    probes[0].dead = 0.85;
    CHECK_TEXT(said(WI_VERDICT_DEAD),
               "layer 1 of 3: 85% of the units pass no gradient for any of the samples");
    zeros(0);
    CHECK_CONTAINS(said(WI_VERDICT_DEAD), "samples: its weights are all zero");
    probes[0].has_weights = 0;
    CHECK(!strstr(said(WI_VERDICT_DEAD), "zero"));
    sound(3);
    probes[0].correlation = 1 - 0.0012;
    probes[2].correlation = 1 - 0.0009;
    CHECK_TEXT(said(CORRELATED),
               "layer 1 of 3: the samples come out alike, with a correlation of 1 - 0.0012, 0.0009 at "
               "the last layer");
    probes[0].in.mean = 5;
    probes[0].in.rms = 300;
    CHECK_TEXT(said(UNSCALED), "layer 1 of 3: the inputs have mean 5 and rms 300");

    sound(3);
    probes[0].target_rms = 31;
    probes[0].post.rms = 1.5;
    CHECK_TEXT(said(WI_VERDICT_TARGETS), "layer 1 of 3: the targets have rms 31, the outputs 1.5");
    probes[0].target_rms = 29;
    CHECK_TEXT(said(WI_VERDICT_TARGETS),
               "layer 1 of 3: tanh gives outputs from -1 to 1, which is not what loss and "
               "targets ask for");
    probes[0].act = wi_relu();
    CHECK_CONTAINS(said(WI_VERDICT_TARGETS), "relu gives outputs from 0 to inf, which");
    probes[0].act = wi_linear();
    CHECK_TEXT(said(WI_VERDICT_TARGETS),
               "layer 1 of 3: the targets are not what the loss takes: probabilities from 0 to 1, "
               "for softmax of two classes or more that sum to 1");
}

/* How fast, by signals or by gradients, whichever changes more. */
static void test_pace_words(void)
{
    static const struct {
        int grow;
        double slope, signal, ratio;
        const char *words;
    } rows[] = {
        {1, 9, 4, 0, "gradients grow 3x a layer on the way back, to 9 of the last layer's at the first"},
        {1, 4, 9, 0, "the signal grows 3x a layer, to 9 times the input at the last"},
        {1, 4, 4, 0, "gradients grow 2x a layer on the way back, to 4 of the last layer's at the first"},
        {1, 0.1, 4, 0, "the signal grows 2x a layer, to 4 times the input at the last"},
        {1, 1.11, 0.01, 0,
         "gradients grow 1.1x a layer on the way back, to 1.1 of the last layer's at the first"},
        {1, 1.10, 1.10, 0.5,
         "signals and gradients keep their size, but a step moves the outputs too far: 210 per unit "
         "of rate; a rate of 1 would change the weights here by 0.5"},
        {1, 0.5, 1.11, 0, "the signal grows 1.1x a layer, to 1.1 times the input at the last"},
        {0, 0.25, 0.5, 0,
         "gradients shrink 0.5x a layer on the way back, to 0.25 of the last layer's at the first"},
        {0, 0.5, 0.25, 2,
         "the signal shrinks 0.5x a layer, to 0.25 times the input at the last; a rate of 1 would change "
         "the weights here by 2"},
        {0, 0.5, 4, 0,
         "gradients shrink 0.71x a layer on the way back, to 0.5 of the last layer's at the first"},
        {0, 0.95, 9, 0,
         "signals and gradients keep their size, but a step moves the outputs too little: 210 per unit "
         "of rate"},
    };
    for (size_t r = 0; r < WI_COUNT(rows); r++)
        for (int between = 0; between < 2; between++) { /* a layer without weights is no step */
            size_t count = between ? 4 : 3;
            char want[240];
            wi_verdict verdict = rows[r].grow ? EXPLODING : VANISHING;
            sound(count);
            if (between) kind_of(1, WI_LAYER_ACT);
            probes[0].dpre.rms = 0.01 * rows[r].slope;
            probes[count - 1].pre.rms = probes[count - 1].in.rms = rows[r].signal;
            for (size_t l = 0; l < count; l++) {
                probes[l].verdict = verdict;
                probes[l].update_ratio = rows[r].ratio;
                probes[l].speed = probes[l].has_weights ? 70 : 0;
            }
            d = wi_diagnose(probes, count);
            snprintf(want, sizeof want, "layer %zu of %zu: %s", d.layer + 1, count, rows[r].words);
            CHECK_TEXT(d.evidence, want);
        }
    /* Without gradients there is the signal alone. */
    sound(3);
    for (size_t l = 0; l < 3; l++) probes[l].dpre.rms = 0;
    probes[0].predicted_slope = 1e-6;
    probes[2].pre.rms = probes[2].in.rms = 0.25;
    CHECK_CONTAINS(said(VANISHING), "the signal shrinks 0.5x a layer, to 0.25");
    /* One layer is no way. */
    sound(1);
    probes[0].pre.rms = 0.25;
    probes[0].verdict = VANISHING;
    CHECK_CONTAINS(wi_diagnose(probes, 1).evidence, "the signal shrinks 0.25x a layer, to 0.25");
}

/* A value that is not finite, at each place: which is named, what is to be done, and where it starts. */
static void test_lost_numbers(void)
{
    static const char *const words[7] = {"inputs",
                                         "weights",
                                         "pre-activations",
                                         "outputs",
                                         "gradients",
                                         "gradients of the outputs",
                                         "gradients of the weights"};
    for (size_t k = 0; k < 7; k++) {
        char want[100];
        sound(3);
        for (size_t l = 0; l < 3; l++) {
            wi_probe *p = &probes[l];
            wi_stats *const places[7] = {&p->in, &p->w, &p->pre, &p->post, &p->dpre, &p->dpost, &p->dw};
            for (size_t after = k; after < 7; after++) places[after]->nonfinite = 9;
            places[k]->nonfinite = 3 + l;
            places[k]->count = 64;
            CHECK(at(l, 3) == WI_VERDICT_NONFINITE);
        }
        d = wi_diagnose(probes, 3);
        CHECK_EQ(d.layer, k < 4 ? 0 : 2); /* forward it starts at the first, backward at the last */
        snprintf(want, sizeof want, "layer %zu of 3: %zu of its 64 %s are NaN or infinite", d.layer + 1,
                 3 + d.layer, words[k]);
        CHECK_TEXT(d.evidence, want);
        CHECK_CONTAINS(
            d.remedy, k == 1  ? "look at the weights: draw them anew by wi_net_init(), or load them again"
                      : k == 0 ? wi_verdict_advice(WI_VERDICT_NONFINITE)
                      : k < 4  ? "what this layer reads and its weights are finite: look at its bias, then"
                              : "the outputs are finite, their gradients are not: look at the targets, then");
    }
    /* Gradients from the end to the front, and behind them a forward one. */
    sound(4);
    probes[1].dpre.nonfinite = probes[2].pre.nonfinite = probes[3].pre.nonfinite = 1;
    CHECK(at(3, 4) == WI_VERDICT_NONFINITE && at(0, 4) != WI_VERDICT_NONFINITE);
    CHECK_EQ(wi_diagnose(probes, 4).layer, 2);
}

/* Where it starts: signals at the first layer that shows it, gradients at the last but the output's. */
static void test_origin(void)
{
    static const struct {
        wi_verdict verdict;
        double slope, signal;
        unsigned shows;
        size_t layer;
    } rows[] = {
        {VANISHING, 0.1, 0.5, 14, 2},    {VANISHING, 0.5, 0.1, 14, 1}, {VANISHING, 0.1, 0.1, 6, 2},
        {VANISHING, 0.1, 0.5, 8, 3},     {VANISHING, 0.1, 5, 10, 1},   {VANISHING, 5, 0.1, 10, 1},
        {EXPLODING, 10, 5, 7, 2},        {EXPLODING, 5, 10, 7, 0},     {EXPLODING, 0.1, 5, 7, 2},
        {EXPLODING, 10, 0.5, 15, 2},     {CORRELATED, 10, 1, 14, 1},   {WI_VERDICT_SYMMETRIC, 10, 1, 6, 1},
        {WI_VERDICT_DEAD, 10, 1, 10, 1},
    };
    for (size_t r = 0; r < WI_COUNT(rows); r++) {
        sound(4);
        probes[0].dpre.rms = 0.01 * rows[r].slope;
        probes[3].pre.rms = probes[3].in.rms = rows[r].signal;
        for (size_t l = 0; l < 4; l++) probes[l].verdict = rows[r].shows >> l & 1 ? rows[r].verdict : HEALTHY;
        if (!CHECK_EQ(wi_diagnose(probes, 4).layer, rows[r].layer)) printf("  row %zu\n", r);
    }
    /* Without gradients it is signals. */
    sound(4);
    for (size_t l = 0; l < 4; l++) probes[l].dpre.rms = 0;
    for (size_t l = 1; l < 3; l++) probes[l].verdict = VANISHING;
    probes[0].predicted_slope = 1e-9;
    CHECK_EQ(wi_diagnose(probes, 4).layer, 1);
}

/* What is to be done: a recipe where weights are to blame and have not the size of that recipe already. */
static void test_remedies(void)
{
    const wi_verdict by_scale[3] = {VANISHING, EXPLODING, WI_VERDICT_SYMMETRIC};
    const struct {
        wi_act act;
        double rms;
        const char *call;
    } acts[4] = {{wi_tanh(), sqrt(2.0 / 100),
                  "use wi_xavier_normal() for the weights of tanh; wi_remedy() gives the recipes for "
                  "all layers"},
                 {wi_relu(), sqrt(2.0 / 20), "use wi_he_normal() for the weights of relu; "},
                 {wi_selu(), sqrt(1.0 / 20), "use wi_lecun_normal() for the weights of selu; "},
                 {wi_softplus(), 0, "use wi_gained(wi_lecun_normal(), 1) for the weights of softplus; "}};
    for (size_t a = 0; a < 4; a++)
        for (size_t v = 0; v < 3; v++)
            for (int side = -2; side <= 2; side++) { /* a fifth is enough of a difference */
                sound(3);
                for (size_t l = 0; l < 3; l++) {
                    probes[l].act = acts[a].act;
                    probes[l].w.count = 20 * UNITS;
                    probes[l].w.rms =
                        side ? acts[a].rms * exp((side > 0 ? 0.2 : -0.2) * (side % 2 ? 0.999 : 1.001)) : 1e-3;
                }
                if (side && acts[a].rms == 0) continue;
                (void)said(by_scale[v]);
                if (side % 2 == 0 || v == 2) CHECK_CONTAINS(d.remedy, acts[a].call);
                else
                    CHECK_CONTAINS(
                        d.remedy,
                        "have the size that suits it already: wi_remedy() gives orthogonal ones; or "
                        "fewer layers, wi_layer_batch_norm(), or wi_layer_skip()");
            }
    /* However small: of 40,000 inputs a weight has 0.007. */
    sound(3);
    for (size_t l = 0; l < 3; l++) {
        probes[l].act = wi_relu();
        probes[l].w.count = 40000 * UNITS;
        probes[l].w.rms = sqrt(2.0 / 40000);
    }
    (void)said(VANISHING);
    CHECK_CONTAINS(d.remedy, "have the size that suits it already");
    /* Not for other verdicts, nor where a layer has no weights; and skips have a way of their own. */
    const wi_verdict others[5] = {HEALTHY, UNSCALED, CORRELATED, WI_VERDICT_SATURATED, WI_VERDICT_TARGETS};
    for (size_t v = 0; v < 5; v++) {
        sound(3);
        (void)said(others[v]);
        CHECK_TEXT(d.remedy, wi_verdict_advice(others[v]));
    }
    sound(3);
    (void)said(WI_VERDICT_DEAD);
    CHECK_TEXT(d.remedy, wi_verdict_advice(WI_VERDICT_DEAD));
    zeros(0);
    (void)said(WI_VERDICT_DEAD);
    CHECK_CONTAINS(d.remedy, "use wi_xavier_normal() for");
    probes[0].has_weights = 0;
    (void)said(WI_VERDICT_DEAD);
    CHECK_TEXT(d.remedy, wi_verdict_advice(WI_VERDICT_DEAD));
    sound(3);
    probes[1].kind = WI_LAYER_SKIP;
    (void)said(VANISHING);
    CHECK_TEXT(
        d.remedy,
        "use wi_net_init_residual(&net, WI_RESIDUAL_ZERO, seed): branches that start at zero keep a deep "
        "residual network's signal");
    (void)said(WI_VERDICT_SATURATED);
    CHECK_TEXT(d.remedy, wi_verdict_advice(WI_VERDICT_SATURATED));

    /* One number for all inputs is somebody's mistake, but for a lone input, and where nothing is wrong. */
    for (int k = 0; k < 5; k++) {
        sound(3);
        probes[0].in.min = probes[0].in.max = 5;
        if (k == 1) probes[0].in.count = 1;
        if (k == 2) probes[0].in.max = 5.001;
        if (k == 3) probes[0].in.count = 2;
        (void)said(k == 4 ? HEALTHY : CORRELATED);
        CHECK((strstr(d.remedy, "all inputs of the batch are 5: look at how they were read") != NULL) ==
              (k == 0 || k == 3));
    }
}

int main(void)
{
    test_edges();
    test_exceptions();
    test_evidence();
    test_pace_words();
    test_lost_numbers();
    test_origin();
    test_remedies();
    return check_done();
}
