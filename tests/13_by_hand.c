/* Section 13: what a probe measures, what targets can be had for, what of the data is a mistake and what a
   mend does, in numbers that were worked out by hand. */
#include "guard.h"
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include "inside.h"

enum { MOST = 8 };

static wi_layer_desc layers[MOST];
static wi_probe probes[MOST];
static wi_mat nothing;
static const double TINY = sizeof(wi_real) == 8 ? 1e-12 : 1e-6;

static int make(wi_net *net, size_t count, size_t inputs)
{
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.inputs = inputs;
    desc.layers = layers;
    desc.layer_count = count;
    desc.seed = 3;
    return CHECK_OK(wi_net_create(net, &desc, NULL));
}

/* A network of two channels of two pixels each. */
static int make_image(wi_net *net, size_t count)
{
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.channels = desc.width = 2;
    desc.height = 1;
    desc.layers = layers;
    desc.layer_count = count;
    return CHECK_OK(wi_net_create(net, &desc, NULL));
}

static double itself(double z, double p) { return z + 0 * p; }
static double to_four(double z, double p) { return z * z / 2 + 0 * p; }
static double to_four_slope(double z, double p) { return z > 4 ? 4 : z < -4 ? -4 : z + 0 * p; }

/* Flat is a slope of less than a twentieth of the greatest, here 4; dead, less than a hundredth for all. */
static void test_flat(void)
{
    wi_real x[12] = {(wi_real)0.039,
                     (wi_real)0.039,
                     (wi_real)0.199,
                     (wi_real)-0.201,
                     (wi_real)-0.039,
                     (wi_real)0.041,
                     (wi_real)-0.199,
                     5,
                     0,
                     0,
                     (wi_real)0.201,
                     -5};
    wi_net net;
    layers[0] = wi_layer_act(wi_custom("to four", to_four, to_four_slope, 0));
    if (!make(&net, 1, 4)) return;
    CHECK_OK(wi_net_probe(&net, wi_mat_view(x, 3, 4), nothing, WI_LOSS_HALF_SQUARED, probes));
    CHECK_NEAR(probes[0].saturated, 8.0 / 12, 1e-15);
    CHECK_NEAR(probes[0].dead, 0.25, 0);
    CHECK_EQ(probes[0].units, 4);
    wi_net_destroy(&net);
    /* A unit of several pixels lives where one does. */
    if (!make_image(&net, 1)) return;
    CHECK_OK(wi_net_probe(&net, wi_mat_view(x, 3, 4), nothing, WI_LOSS_HALF_SQUARED, probes));
    CHECK_EQ(probes[0].units, 2);
    CHECK_NEAR(probes[0].dead, 0, 0);
    x[5] = 0;
    CHECK_OK(wi_net_probe(&net, wi_mat_view(x, 3, 4), nothing, WI_LOSS_HALF_SQUARED, probes));
    CHECK_NEAR(probes[0].dead, 0.5, 0);
    x[0] = 5;
    x[11] = x[7] = x[3] = x[2] = x[6] = x[10] = 0;
    CHECK_OK(wi_net_probe(&net, wi_mat_view(x, 3, 4), nothing, WI_LOSS_HALF_SQUARED, probes));
    CHECK_NEAR(probes[0].dead, 0.5, 0);
    CHECK_NEAR(probes[0].saturated, 11.0 / 12, 1e-15);
    wi_net_destroy(&net);
}

static double far_off(double z, double p) { return z > 6.05 || z < -6.05 ? p : 1; }

/* How steep an activation is, is looked up from -6 to 6. */
static void test_steepest(void)
{
    wi_real x[2] = {1, -1};
    wi_net net;
    layers[0] = wi_layer_act(wi_custom("far off", itself, far_off, 1000));
    if (!make(&net, 1, 1)) return;
    CHECK_OK(wi_net_probe(&net, wi_mat_view(x, 2, 1), nothing, WI_LOSS_HALF_SQUARED, probes));
    CHECK(probes[0].saturated == 0 && probes[0].dead == 0);
    wi_net_destroy(&net);
}

/* The mean cosine, of samples that have a direction: 0, 1/sqrt(2) and 1/sqrt(2) here. */
static void test_alike(void)
{
    wi_real x[8] = {1, 0, 0, 2, 3, 3, 0, 0};
    wi_net net;
    layers[0] = wi_layer_act(wi_linear());
    if (!make(&net, 1, 2)) return;
    for (size_t rows = 1; rows <= 4; rows++) {
        const double want[4] = {0, 0, sqrt(2.0) / 3, sqrt(2.0) / 3};
        CHECK_OK(wi_net_probe(&net, wi_mat_view(x, rows, 2), nothing, WI_LOSS_HALF_SQUARED, probes));
        CHECK_NEAR(probes[0].correlation, want[rows - 1], 1e-15);
        CHECK_NEAR(probes[0].in_correlation, want[rows - 1], 1e-15);
        CHECK_EQ(probes[0].samples, rows);
        CHECK_EQ(probes[0].in.count, 2 * rows);
        CHECK_EQ(probes[0].pre.count, 2 * rows);
        CHECK_EQ(probes[0].post.count, 2 * rows);
        CHECK_EQ(probes[0].w.count + probes[0].dpre.count + probes[0].dw.count, 0);
    }
    CHECK_OK(wi_net_probe(&net, wi_mat_view(x + 4, 2, 2), nothing, WI_LOSS_HALF_SQUARED, probes));
    CHECK_NEAR(probes[0].correlation, 1, 0); /* one direction is like itself */
    wi_net_destroy(&net);
}

/* Copies: units whose weights, bias and gradients differ by less than 1e-5 of their size. */
static void test_copies(void)
{
    wi_real x[16], t[2];
    wi_net net;
    wi_mat y;
    for (size_t i = 0; i < 16; i++) x[i] = (wi_real)(i * 5 % 7) - 3;
    for (int what = 0; what < 4; what++)
        for (int more = 0; more < 2; more++) {
            wi_real by = (wi_real)((what == 2 ? 1 : 4) * (more ? 1.2e-5 : 0.8e-5)); /* their size is 4 */
            layers[0] = wi_layer_dense(2, wi_linear());
            layers[1] = wi_layer_dense(1, wi_linear());
            layers[0].no_bias = what == 3;
            if (!make(&net, 2, 8)) return;
            for (size_t i = 0; i < 16; i++) net.layers[0].w.data[i] = (wi_real)(i % 8 % 3 ? 4 : -4);
            net.layers[1].w.data[0] = net.layers[1].w.data[1] = 1;
            if (what == 0 || what == 3) net.layers[0].w.data[12] += by;
            if (what == 1) net.layers[0].b.data[1] = by;
            if (what == 2) net.layers[1].w.data[1] += by;
            CHECK_OK(wi_net_forward(&net, wi_mat_view(x, 2, 8), WI_TRAIN, &y));
            for (size_t i = 0; i < 2; i++) t[i] = y.data[i] + (wi_real)(i ? 4 : -4);
            for (int back = 0; back < 2; back++) {
                CHECK_OK(wi_net_probe(&net, wi_mat_view(x, 2, 8), back ? wi_mat_view(t, 2, 1) : nothing,
                                      WI_LOSS_HALF_SQUARED, probes));
                CHECK_EQ(probes[0].distinct_units, more && (back || what != 2) ? 2 : 1);
            }
            wi_net_destroy(&net);
        }

    /* Several groups of them, in any order; without weights it is what comes out, of all pixels. */
    wi_real of[4] = {0, 1, 2, 3}, rows[8] = {1, 2, 1, 2, 5, 6, 5, 6};
    const size_t group[6] = {0, 1, 0, 2, 1, 0};
    layers[0] = wi_layer_dense(6, wi_linear());
    if (!make(&net, 1, 8)) return;
    for (size_t u = 0; u < 6; u++)
        for (size_t i = 0; i < 8; i++) net.layers[0].w.data[u * 8 + i] = of[(i * (group[u] + 1) + i / 3) % 4];
    CHECK_OK(wi_net_probe(&net, wi_mat_view(x, 2, 8), nothing, WI_LOSS_HALF_SQUARED, probes));
    CHECK_EQ(probes[0].distinct_units, 3);
    CHECK(probes[0].verdict == WI_VERDICT_HEALTHY); /* it is the last */
    wi_net_destroy(&net);
    layers[0] = wi_layer_act(wi_tanh());
    if (!make_image(&net, 1)) return;
    for (size_t i = 0; i < 9; i++) {
        wi_real kept = rows[i % 8];
        if (i < 8) rows[i] += 1;
        CHECK_OK(wi_net_probe(&net, wi_mat_view(rows, 2, 4), nothing, WI_LOSS_HALF_SQUARED, probes));
        CHECK_EQ(probes[0].distinct_units, i < 8 ? 2 : 1);
        rows[i % 8] = kept;
    }
    wi_net_destroy(&net);
}

/* Sizes, shapes, the ends of a histogram of one value, which layers stand in a branch, and how large theory
   says that signals and gradients are. */
static void test_measures(void)
{
    wi_real x[12], t[4] = {1, 0, 0, 1};
    wi_net net;
    for (size_t i = 0; i < 12; i++) x[i] = (wi_real)(i % 2 ? 2 : -2);
    for (size_t l = 0; l < 5; l++) layers[l] = wi_layer_dense(6, wi_linear());
    layers[1].weights = wi_constant(0.5);
    layers[2].weights = wi_constant(-0.25);
    layers[3].weights = wi_zeros();
    layers[4] = wi_layer_skip(3);
    layers[5] = wi_layer_dense(2, wi_linear());
    if (!make(&net, 6, 6)) return;
    for (size_t i = 0; i < net.param_count; i++) net.grads[i] = (wi_real)i;
    CHECK_OK(wi_net_probe(&net, wi_mat_view(x, 2, 6), wi_mat_view(t, 2, 2), WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                          probes));
    for (size_t i = 0; i < net.param_count; i++) CHECK_NEAR(net.grads[i], (double)i, 0); /* whose they are */
    for (size_t l = 0; l < 6; l++) {
        size_t outputs = l < 5 ? 12 : 4, weights = l == 4 ? 0 : 6 * (l < 5 ? 6 : 2);
        const wi_probe *p = &probes[l];
        CHECK_EQ(p->branch, l == 2 || l == 3);
        CHECK(p->in.count == 12 && p->pre.count == outputs && p->post.count == outputs);
        CHECK(p->dpre.count == outputs && p->dpost.count == outputs);
        CHECK(p->w.count == weights && p->dw.count == weights);
        CHECK(p->has_weights == (l != 4) && p->kind == layers[l].kind && p->samples == 2);
        CHECK_NEAR(p->update_ratio, p->dw.rms > 0 ? p->dw.rms / p->w.rms : 0, 1e-12 * p->update_ratio);
        CHECK_NEAR(p->trivial_loss, log(2.0), 1e-7);
        CHECK_NEAR(p->target_rms, 0, 0);
        if (l > 0) CHECK_BYTES(&p->in, &probes[l - 1].post, sizeof p->in);
    }
    CHECK_NEAR(probes[1].w_bins.lo, 0.5 * (1 - 1e-3), 1e-12);
    CHECK_NEAR(probes[1].w_bins.hi, 0.5 * (1 + 1e-3), 1e-12);
    CHECK_NEAR(probes[2].w_bins.lo, -0.25 * (1 + 1e-3), 1e-12);
    CHECK_NEAR(probes[2].w_bins.hi, -0.25 * (1 - 1e-3), 1e-12);
    CHECK_NEAR(probes[3].w_bins.hi, 1e-30, 1e-36);
    CHECK_NEAR(probes[3].w_bins.lo, -1e-30, 1e-36);
    CHECK_NEAR(probes[0].w_bins.lo, probes[0].w.min, 0);
    CHECK_NEAR(probes[0].w_bins.hi, probes[0].w.max, 0);
    CHECK_CLOSE(probes[0].predicted_std, 2 * sqrt(6.0) * probes[0].w.std, 0.05);
    CHECK_CLOSE(probes[5].predicted_slope, probes[5].dpre.rms, 1e-9);
    wi_net_destroy(&net);

    /* Half the square: the variance's half is what a constant pays. */
    layers[0] = wi_layer_dense(2, wi_linear());
    if (!make(&net, 1, 6)) return;
    t[0] = 5;
    t[2] = -1; /* 5 and -1; 0 and 1 */
    CHECK_OK(wi_net_probe(&net, wi_mat_view(x, 2, 6), wi_mat_view(t, 2, 2), WI_LOSS_HALF_SQUARED, probes));
    CHECK_NEAR(probes[0].trivial_loss, 9 / 2.0 + 0.25 / 2.0, 1e-12);
    CHECK_NEAR(probes[0].target_rms, sqrt((25 + 1 + 0 + 1) / 4.0), 1e-12);
    wi_net_destroy(&net);
}

/* One weight, one value; rows that are apart; a skip that lies behind the last layer, and is none of its. */
static void test_odd_shapes(void)
{
    wi_real x[20], t[4] = {1, 0, 0, 1};
    wi_net net;
    for (size_t i = 0; i < 20; i++) x[i] = (wi_real)i - 7;
    layers[0] = wi_layer_dense(1, wi_linear());
    if (!make(&net, 1, 1)) return;
    CHECK_OK(wi_net_probe(&net, wi_mat_view(x, 1, 1), wi_mat_view(t, 1, 1), WI_LOSS_HALF_SQUARED, probes));
    CHECK(probes[0].w.count == 1 && probes[0].dw.count == 1 && probes[0].pre.count == 1);
    CHECK_CLOSE(probes[0].w.rms, fabs((double)net.params[0]), 1e-12);
    CHECK_CLOSE(probes[0].dw.mean, -7 * (-7 * (double)net.params[0] - 1), 1e-5);
    wi_net_destroy(&net);

    layers[1] = wi_layer_dense(40, wi_tanh()); /* wider than all before it */
    if (!make(&net, 2, 1)) return;
    CHECK_OK(wi_net_probe(&net, wi_mat_view(x, 4, 1), nothing, WI_LOSS_HALF_SQUARED, probes));
    CHECK(probes[1].units == 40 && probes[1].distinct_units == 40);
    wi_net_destroy(&net);

    wi_mat apart = wi_mat_view(x, 4, 3);
    apart.row_step = 5;
    layers[0] = wi_layer_dense(3, wi_linear());
    layers[1] = wi_layer_dense(3, wi_linear());
    layers[2] = wi_layer_skip(2);
    if (!make(&net, 3, 3)) return;
    CHECK_OK(wi_net_probe(&net, apart, nothing, WI_LOSS_HALF_SQUARED, probes));
    CHECK_EQ(probes[0].in.count, 12);
    CHECK_NEAR(probes[0].in.mean, (-6 - 1 + 4 + 9) / 4.0, 1e-12);
    CHECK(probes[0].in.min == -7 && probes[0].in.max == 10);
    CHECK(net.x.data == x && net.x.row_step == 5);   /* not the copy that was looked at */
    CHECK(probes[0].trivial_loss != probes[0].trivial_loss);   /* nobody has said what is wanted */
    CHECK(probes[0].first_loss != probes[0].first_loss && probes[0].target_rms == 0);
    CHECK(probes[1].branch && !probes[0].branch);
    net.layer_count = 2;
    CHECK_OK(wi_net_probe(&net, apart, nothing, WI_LOSS_HALF_SQUARED, probes));
    CHECK(!probes[1].branch && !probes[0].branch);
    net.layer_count = 3;
    wi_net_destroy(&net);
}

/* Networks that know the answers of eight samples have learned them; of seven it may be luck. */
static void test_learned(void)
{
    wi_real x[9], t[9];
    wi_net net;
    layers[0] = wi_layer_dense(1, wi_linear());
    if (!make(&net, 1, 1)) return;
    net.params[0] = 2;
    for (size_t i = 0; i < 9; i++) {
        x[i] = (wi_real)i - 4;
        t[i] = 2 * x[i];
    }
    for (size_t rows = 7; rows <= 9; rows++) {
        CHECK_OK(wi_net_probe(&net, wi_mat_view(x, rows, 1), wi_mat_view(t, rows, 1), WI_LOSS_HALF_SQUARED,
                              probes));
        CHECK_EQ(probes[0].trained, rows >= 8);
    }
    /* Whatever has moved: here the bias alone, then the second of two layers. */
    for (size_t at = 1; at <= 2; at++) {
        wi_net other;
        layers[1] = wi_layer_dense(1, wi_linear());
        if (!make(&other, at, 1)) return;
        other.params[at == 1 ? 1 : 3] = 5;
        wi_mat y;
        CHECK_OK(wi_net_forward(&other, wi_mat_view(x, 9, 1), WI_EVAL, &y));
        for (size_t i = 0; i < 9; i++) t[i] = y.data[i] + (wi_real)(i % 2 ? 1e-3 : -1e-3);
        CHECK_OK(
            wi_net_probe(&other, wi_mat_view(x, 9, 1), wi_mat_view(t, 9, 1), WI_LOSS_HALF_SQUARED, probes));
        CHECK(probes[0].trained && probes[0].first_loss < 0.5 * probes[0].trivial_loss);
        CHECK_OK(wi_net_init(&other, 3)); /* as it was drawn */
        CHECK_OK(wi_net_forward(&other, wi_mat_view(x, 9, 1), WI_EVAL, &y));
        for (size_t i = 0; i < 9; i++) t[i] = y.data[i] + (wi_real)(i % 2 ? 1e-3 : -1e-3);
        CHECK_OK(
            wi_net_probe(&other, wi_mat_view(x, 9, 1), wi_mat_view(t, 9, 1), WI_LOSS_HALF_SQUARED, probes));
        CHECK(!probes[0].trained && probes[0].first_loss < 0.5 * probes[0].trivial_loss);
        wi_net_destroy(&other);
    }
    for (size_t i = 0; i < 9; i++) t[i] = 2 * x[i];

    /* Errors of e in all make a loss of e^2 / 2, beside a half of 4 x 20 / 3 / 2. */
    for (int more = 0; more < 2; more++) {
        net.params[1] = (wi_real)(sqrt(0.5 * 80 / 3) * (more ? 1.001 : 0.999));
        CHECK_OK(
            wi_net_probe(&net, wi_mat_view(x, 9, 1), wi_mat_view(t, 9, 1), WI_LOSS_HALF_SQUARED, probes));
        CHECK_CLOSE(probes[0].trivial_loss, 40.0 / 3, 1e-9);
        CHECK_EQ(probes[0].trained, !more);
    }
    wi_net_destroy(&net);
}

/* ---- what targets can be had for --------------------------------------------- */

static double little(double z, double p) { return z > 30 ? p : z < -30 ? -p : 0; }
static double least_of(double z, double p) { return z < -3 ? p : 1; }
static double high_and_low(double z, double p)
{
    return z > 59.9 ? 2 : z < -59.9 ? 2 : z > 20 ? 2 + 0 * p : z < -20 ? 2 : z;
}
static double beyond_60(double z, double p) { return z > 60.1 || z < -60.1 ? p : z > 0 ? 1 : -1; }
static double no_slope(double z, double p) { return 0 * (z + p); }

/* The range of an activation: what it reaches within 60, or what it goes on to. */
static void test_ranges(void)
{
    const struct {
        wi_act act;
        double lo, hi;
    } rows[] = {{wi_linear(), -HUGE_VAL, HUGE_VAL},
                {wi_relu(), 0, HUGE_VAL},
                {wi_tanh(), -1, 1},
                {wi_sigmoid(), 0, 1},
                {wi_softplus(), 0, HUGE_VAL},
                {wi_elu(1), -1, HUGE_VAL},
                {wi_custom("bounded", high_and_low, no_slope, 0), -19.95, 19.95},
                {wi_custom("beyond 60", beyond_60, no_slope, 50), -1, 1},
                {wi_custom("hardly", little, no_slope, 0.9e-3), -0.9e-3, 0.9e-3},
                {wi_custom("growing", little, no_slope, 1.1e-3), -HUGE_VAL, HUGE_VAL},
                {wi_custom("nothing", least_of, no_slope, 0.9e-9), 0, 1},
                {wi_custom("something", least_of, no_slope, 1.1e-9), 1.1e-9, 1},
                {wi_custom("below", least_of, no_slope, -1.1e-9), -1.1e-9, 1}};
    wi_real t[2] = {0, 1};
    for (size_t r = 0; r < WI_COUNT(rows); r++) {
        wi_net net;
        layers[0] = wi_layer_dense(1, rows[r].act);
        layers[0].weights = wi_he_normal();
        if (!make(&net, 1, 1)) return;
        inside_aim a = inside_aim_of(wi_mat_view(t, 2, 1), &net, WI_LOSS_HALF_SQUARED, 0, NULL);
        int good = CHECK_NEAR(a.lo, rows[r].lo, 1e-12);
        good &= CHECK_NEAR(a.hi, rows[r].hi, 1e-12);
        if (!good) printf("  %s\n", rows[r].act.name ? rows[r].act.name : wi_act_name(rows[r].act));
        wi_net_destroy(&net);
    }
}

static double entropy(double p) { return p > 0 ? -p * log(p) : 0; }

/* What outputs cost that lie between lo and hi: for the least cost of a target all of them are tried. */
static double least_binary(double t, double lo, double hi)
{
    double least = HUGE_VAL;
    for (int k = 0; k <= 20000; k++) {
        double z = lo + (hi - lo) * k / 20000;
        least = fmin(least, -t * log(1 / (1 + exp(-z))) - (1 - t) * log(1 / (1 + exp(z))));
    }
    return least;
}

static void test_aims(void)
{
    wi_real t[12];
    const double weights[3] = {1, 2, 5}, binary[4] = {0.2, 0.95, 0, 1};
    wi_net net;
    inside_aim a;

    /* Squares: 3 and 5 where 1 is the most; -4 and 0.5 where -1 is the least. */
    layers[0] = wi_layer_dense(2, wi_tanh());
    if (!make(&net, 1, 2)) return;
    t[0] = 3;
    t[1] = -4;
    t[2] = 5;
    t[3] = (wi_real)0.5;
    a = inside_aim_of(wi_mat_view(t, 2, 2), &net, WI_LOSS_HALF_SQUARED, 0, NULL);
    CHECK_NEAR(a.least, (4 + 16 + 9 + 0) / 2.0 / 2.0, 1e-12);
    CHECK_NEAR(a.trivial, 1 / 2.0 + 2.25 * 2.25 / 2.0, 1e-12);
    CHECK_NEAR(a.rms, sqrt((9 + 16 + 25 + 0.25) / 4), 1e-12);
    CHECK_EQ(a.misfits, 0);
    wi_net_destroy(&net);

    /* Two classes by one output: against all outputs that there are. */
    layers[0] = wi_layer_dense(1, wi_tanh());
    if (!make(&net, 1, 2)) return;
    double least = 0, mean = 0;
    for (size_t i = 0; i < 4; i++) {
        t[i] = (wi_real)binary[i];
        least += least_binary((double)t[i], -1, 1) / 4;
        mean += (double)t[i] / 4;
    }
    a = inside_aim_of(wi_mat_view(t, 4, 1), &net, WI_LOSS_BINARY_CROSS_ENTROPY, 0, NULL);
    CHECK_NEAR(a.least, least, 1e-8);
    CHECK_NEAR(a.trivial, entropy(mean) + entropy(1 - mean), 1e-12);
    CHECK_NEAR(a.rms, 0, 0);
    double smooth = 0.2; /* 0.8 t + 0.1 */
    least = 0;
    mean = 0.8 * mean + 0.1;
    for (size_t i = 0; i < 4; i++) least += least_binary(0.8 * (double)t[i] + 0.1, -1, 1) / 4;
    a = inside_aim_of(wi_mat_view(t, 4, 1), &net, WI_LOSS_BINARY_CROSS_ENTROPY, smooth, NULL);
    CHECK_NEAR(a.least, least, 1e-8);
    CHECK_NEAR(a.trivial, entropy(mean) + entropy(1 - mean), 1e-12);
    wi_net_destroy(&net);
    layers[0] = wi_layer_dense(1, wi_linear()); /* any output: only chance is left to pay for */
    if (!make(&net, 1, 2)) return;
    a = inside_aim_of(wi_mat_view(t, 4, 1), &net, WI_LOSS_BINARY_CROSS_ENTROPY, 0, NULL);
    least = (entropy((double)t[0]) + entropy(1 - (double)t[0]) + entropy((double)t[1]) +
             entropy(1 - (double)t[1])) /
            4;
    CHECK_NEAR(a.least, least, 1e-12);
    /* What is no probability, by more than rounding. */
    const double off[6] = {-0.9e-6, 1 + 0.9e-6, -1.1e-6, 1 + 1.1e-6, 2, (double)NAN};
    for (size_t k = 0; k < 6; k++) {
        t[0] = (wi_real)off[k];
        t[2] = (wi_real)off[k];
        a = inside_aim_of(wi_mat_view(t, 4, 1), &net, WI_LOSS_BINARY_CROSS_ENTROPY, 0, NULL);
        CHECK_EQ(a.misfits, k < 2 ? 0 : 2);
        CHECK(k < 2 || a.trivial != a.trivial);
    }
    wi_net_destroy(&net);

    /* Three classes, the best outputs of a sigmoid being 1 for the class and 0 for the others; one row is
       torn between two, which any output pays for. Classes count 1, 2 and 5. */
    layers[0] = wi_layer_dense(3, wi_sigmoid());
    if (!make(&net, 1, 2)) return;
    memset(t, 0, sizeof t);
    t[0] = t[4] = t[8] = 1;
    t[9] = (wi_real)0.25;
    t[10] = (wi_real)0.75;
    const double one = log(1 + 2 * exp(-1.0)), torn = entropy(0.25) + entropy(0.75);
    a = inside_aim_of(wi_mat_view(t, 4, 3), &net, WI_LOSS_SOFTMAX_CROSS_ENTROPY, 0, NULL);
    CHECK_NEAR(a.least, (4 * one + torn) / 4, 1e-7);
    CHECK_NEAR(a.trivial, entropy(1.25 / 4) + entropy(1.75 / 4) + entropy(1 / 4.0), 1e-12);
    CHECK_EQ(a.misfits, 0);
    a = inside_aim_of(wi_mat_view(t, 4, 3), &net, WI_LOSS_SOFTMAX_CROSS_ENTROPY, 0, weights);
    CHECK_NEAR(a.least, (10 * one + 2 * torn) / 10, 1e-7);
    CHECK_NEAR(a.trivial, entropy((1 + 2 * 0.25) / 10) + entropy((2 + 2 * 0.75) / 10) + entropy(5 / 10.0),
               1e-12);
    a = inside_aim_of(wi_mat_view(t, 3, 3), &net, WI_LOSS_SOFTMAX_CROSS_ENTROPY, 0.3, NULL);
    CHECK_NEAR(a.least, one + entropy(0.8) + 2 * entropy(0.1), 1e-7);
    CHECK_NEAR(a.trivial, log(3.0), 1e-12);
    /* Rows that do not sum to 1, by more than rounding; and a lone class. */
    t[1] = (wi_real)0.9e-3;
    CHECK_EQ(inside_aim_of(wi_mat_view(t, 4, 3), &net, WI_LOSS_SOFTMAX_CROSS_ENTROPY, 0, NULL).misfits, 0);
    t[1] = (wi_real)1.1e-3;
    a = inside_aim_of(wi_mat_view(t, 4, 3), &net, WI_LOSS_SOFTMAX_CROSS_ENTROPY, 0, NULL);
    CHECK(a.misfits == 1 && a.trivial != a.trivial);
    CHECK_EQ(inside_aim_of(wi_mat_view(t, 4, 1), &net, WI_LOSS_SOFTMAX_CROSS_ENTROPY, 0, NULL).misfits, 4);
    wi_net_destroy(&net);
}

/* Outputs that cost half of what a constant costs, at the least, are no use: here (1 - a)^2 / 2, of targets 1
   and -1, where the activation ends at +-a. */
static double to_a(double z, double p) { return z > 1 ? p : z < -1 ? -p : p * z; }
static void test_out_of_reach(void)
{
    const double end = 1 - sqrt(0.5);
    wi_real x[16], t[16];
    for (size_t i = 0; i < 16; i++) {
        x[i] = (wi_real)(i % 2 ? 1 : -1);
        t[i] = x[i];
    }
    for (int more = 0; more < 2; more++) {
        wi_net net;
        wi_check c;
        wi_error error;
        wi_data data;
        wi_train_desc plan;
        memset(&data, 0, sizeof data);
        memset(&plan, 0, sizeof plan);
        data.x = wi_mat_view(x, 16, 1);
        data.y = wi_mat_view(t, 16, 1);
        plan.steps = 100;
        layers[0] = wi_layer_dense(1, wi_custom("to a", to_a, no_slope, end * (more ? 1.001 : 0.999)));
        layers[0].weights = wi_he_normal();
        if (!make(&net, 1, 1)) return;
        CHECK_OK(wi_net_probe(&net, data.x, data.y, WI_LOSS_HALF_SQUARED, probes));
        CHECK((probes[0].verdict == WI_VERDICT_TARGETS) == !more);
        CHECK_OK(wi_train_check(&net, &data, &plan, 0, &c, &error));
        CHECK((c.diagnosis.verdict == WI_VERDICT_TARGETS) == !more);
        CHECK_NEAR(c.trivial_loss, 0.5, 1e-12);
        CHECK(more || (c.probability == 0.01 && c.rate == 0 && !c.trains && !c.diagnosis.trains));
        if (!more)
            CHECK_TEXT(c.diagnosis.evidence,
                       "no output from -0.29 to 0.29 costs less than 0.25, and a constant costs 0.5");
        wi_net_destroy(&net);
    }
}

/* One target that is none is enough; and what costs exactly half is half: 0 and 2, where 1 is the most. */
static void test_one_misfit(void)
{
    wi_real x[8] = {1, 2, 3, 4, 5, 6, 7, 8}, t[8] = {0, 1, 0, 1, 0, 1, 0, 3};
    wi_net net;
    layers[0] = wi_layer_dense(1, wi_linear());
    if (!make(&net, 1, 1)) return;
    for (size_t rows = 7; rows <= 8; rows++) {
        CHECK_OK(wi_net_probe(&net, wi_mat_view(x, rows, 1), wi_mat_view(t, rows, 1),
                              WI_LOSS_BINARY_CROSS_ENTROPY, probes));
        CHECK((probes[0].verdict == WI_VERDICT_TARGETS) == (rows == 8));
    }
    wi_net_destroy(&net);
    layers[0] = wi_layer_dense(1, wi_sigmoid());
    if (!make(&net, 1, 1)) return;
    for (size_t i = 0; i < 8; i++) t[i] = (wi_real)(i % 2 ? 2 : 0);
    CHECK_OK(wi_net_probe(&net, wi_mat_view(x, 8, 1), wi_mat_view(t, 8, 1), WI_LOSS_HALF_SQUARED, probes));
    CHECK(probes[0].trivial_loss == 0.5 && probes[0].verdict != WI_VERDICT_TARGETS);
    wi_net_destroy(&net);
}

/* A network is looked at on a copy that has its numbers, whatever its recipes have come to say. */
static void test_copied(void)
{
    wi_real x[40], t[40];
    wi_net net;
    wi_data data;
    wi_train_desc plan;
    wi_check before, c;
    memset(&data, 0, sizeof data);
    memset(&plan, 0, sizeof plan);
    for (size_t i = 0; i < 40; i++) {
        x[i] = (wi_real)(i * 7 % 40) / 20 - 1;
        t[i] = x[i] * x[i];
    }
    data.x = wi_mat_view(x, 40, 1);
    data.y = wi_mat_view(t, 40, 1);
    plan.steps = 100;
    layers[0] = wi_layer_dense(6, wi_tanh());
    layers[1] = wi_layer_dense(1, wi_linear());
    if (!make(&net, 2, 1)) return;
    CHECK_OK(wi_train_check(&net, &data, &plan, 0, &before, NULL));
    net.layers[0].desc.weights = wi_normal(0, 1e300);
    net.layers[0].desc.bias = wi_normal(0, 1e300);
    CHECK_OK(wi_train_check(&net, &data, &plan, 0, &c, NULL));
    CHECK_NEAR(c.first_loss, before.first_loss, 0);
    CHECK_NEAR(c.probability, before.probability, 0);
    wi_net_destroy(&net);
}

/* ---- data and plans ------------------------------------------------------------- */

/* A value is a mistake from a million times the geometric mean of its column and a 1 on. Of 4, 4, 4 and v
   that is 1e6 (64 v)^(1/5), which v reaches at 1e6^(5/4) 64^(1/4); zeros do not count. */
static void test_dwarfs(void)
{
    wi_real x[1030];
    const double limit = pow(1e6, 1.25) * pow(64, 0.25);
    for (int zeros = 0; zeros < 2; zeros++)
        for (int more = 0; more < 2; more++)
            for (size_t at = 0; at < 4; at++) {
                size_t n = 0, where = 0;
                memset(x, 0, sizeof x);
                for (size_t i = 0; i < 4; i++, n += 1 + 2 * (size_t)zeros) {
                    if (i == at) where = n;
                    x[2 * n + 1] = (wi_real)(i == at ? -limit * (more ? 1.01 : 0.99) : 4);
                    x[2 * n] = 1;
                }
                CHECK_EQ(inside_bad_cell(wi_mat_view(x, n, 2)), more ? 2 * where + 2 : 0);
            }
    /* What lies behind the data is none of theirs. */
    for (size_t i = 0; i < 8; i++) x[i] = (wi_real)(i % 2 ? 1 : 1e12);
    x[8] = x[9] = (wi_real)1e30;
    CHECK_EQ(inside_bad_cell(wi_mat_view(x, 4, 2)), 0);
    /* But nothing up to 10^4 is one, however small the others; nor is the limit lower. */
    for (int more = 0; more < 2; more++) {
        for (size_t i = 0; i < 300; i++) x[i] = (wi_real)1e-9;
        x[150] = (wi_real)(more ? 10001 : 9999);
        CHECK_EQ(inside_bad_cell(wi_mat_view(x, 300, 1)), more ? 151 : 0);
    }
    /* Of many rows 256 are looked at, of 512 every other one. */
    for (int more = 0; more < 2; more++) {
        for (size_t i = 0; i < 512; i++) x[i] = i % 2 ? 100 : 1;
        x[511] = (wi_real)(more ? 1.01e6 : 0.99e6);
        CHECK_EQ(inside_bad_cell(wi_mat_view(x, 512, 1)), more ? 512 : 0);
    }
    /* What is not finite, and what is alone. */
    for (size_t i = 0; i < 12; i++) x[i] = 1;
    CHECK_EQ(inside_bad_cell(wi_mat_view(x, 4, 3)), 0);
    x[7] = (wi_real)HUGE_VAL;
    CHECK_EQ(inside_bad_cell(wi_mat_view(x, 4, 3)), 8);
    x[4] = (wi_real)NAN;
    CHECK_EQ(inside_bad_cell(wi_mat_view(x, 4, 3)), 5);
}

/* Rows that are all the same, and only those of the data: behind them lies another. */
static void test_rows_alike(void)
{
    wi_real x[10] = {1, 2, 1, 2, 1, 2, 1, 2, 1, 3}, t[5] = {0, 1, 0, 1, 0};
    wi_net net;
    layers[0] = wi_layer_dense(1, wi_linear());
    if (!make(&net, 1, 2)) return;
    for (size_t rows = 2; rows <= 5; rows++) {
        wi_data data;
        wi_train_desc plan;
        wi_check c;
        memset(&data, 0, sizeof data);
        memset(&plan, 0, sizeof plan);
        data.x = wi_mat_view(x, rows, 2);
        data.y = wi_mat_view(t, rows, 1);
        plan.steps = 30;
        CHECK_OK(wi_train_check(&net, &data, &plan, 0, &c, NULL));
        CHECK((c.diagnosis.verdict == WI_VERDICT_CORRELATED &&
               strstr(c.diagnosis.evidence, "are the same") != NULL) == (rows < 5));
        CHECK((strcmp(c.diagnosis.remedy,
                      "look at how the inputs were read: nothing can be told from equal rows") == 0) ==
              (rows < 5));
    }
    wi_net_destroy(&net);
}

/* What is brought to size 1: not what has it, in rms from 0.3 to 2 and in each column's mean and deviation up
   to 4; of what is mostly zeros, the others from 0.1 to 4. */
static void test_wants_scaling(void)
{
    static const struct {
        double size, mean, spread, zeros;
        int wants;
    } rows[] = {{1, 0, 0, 0, 0},      {0.301, 0, 0, 0, 0},   {0.299, 0, 0, 0, 1},   {1.99, 0, 0, 0, 0},
                {2.01, 0, 0, 0, 1},   {0.4, 3.99, 0, 0, 0},  {0.4, 4.01, 0, 0, 1},  {0.4, -4.01, 0, 0, 1},
                {0.4, 0, 3.99, 0, 0}, {0.4, 0, 4.01, 0, 1},  {2.01, 0, 0, 0.5, 1},  {3.99, 0, 0, 0.6, 0},
                {4.01, 0, 0, 0.6, 1}, {0.101, 0, 0, 0.6, 0}, {0.099, 0, 0, 0.6, 1}, {0, 0, 0, 1, 1}};
    for (size_t r = 0; r < WI_COUNT(rows); r++) {
        wi_real x[100];
        size_t some = (size_t)(rows[r].zeros * 100 + 0.5);
        for (size_t i = 0; i < 100; i++) {
            double side = i / 10 % 2 ? 1 : -1, value = rows[r].size * side;
            if (i % 10 == 3 && rows[r].mean != 0) value = rows[r].mean;
            if (i % 10 == 3 && rows[r].spread != 0) value = rows[r].spread * side;
            x[i] = (wi_real)(i * 7 % 100 < some ? 0 : value);
        }
        if (!CHECK_EQ(inside_wants_scaling(wi_mat_view(x, 10, 10)), rows[r].wants)) printf("  row %zu\n", r);
    }
}

/* What is done, and said to be done. */
static void test_applied(void)
{
    wi_real x[6] = {1, 2, 3, 4, 5, 6};
    for (int k = 0; k < 10; k++) {
        static const char *const words[10] = {
            "rate 0.25; gradients clipped to norm 1",
            "rate 0.25",
            "rate 0.25",
            "rate 0.25",
            "gradients clipped to norm 1",
            "gradients clipped to norm 1",
            "nothing: because",
            "",
            "inputs standardised; targets scaled; weights drawn by wi_recipe_for(), biases zero; rate 0.25",
            "nothing: because"};
        wi_mended m;
        wi_check found;
        wi_data data;
        wi_train_desc plan;
        memset(&m, 0, sizeof m);
        memset(&found, 0, sizeof found);
        memset(&data, 0, sizeof data);
        memset(&plan, 0, sizeof plan);
        data.x = wi_mat_view(x, 3, 1);
        data.y = wi_mat_view(x + 3, 3, 1);
        found.trivial_loss = 3;
        found.first_loss = k == 1 || k >= 6 ? 5.99 : 6.01;
        found.trains = k == 7;
        if (k != 4 && k != 7 && k != 6 && k != 9) found.rate = 0.25;
        if (k == 5) plan.opt.rate = 0.25;
        if (k == 2) plan.clip_norm = 7;
        strcpy(found.diagnosis.evidence, "because");
        if (k == 8) {
            CHECK_OK(wi_scaler_fit(&m.x, data.x));
            CHECK_OK(wi_scaler_fit(&m.y, data.y));
        }
        inside_mend_apply(&m, &data, &plan, k == 8, &found, k != 3 && k != 7 && k != 9);
        CHECK_TEXT(m.done, words[k]);
        CHECK_NEAR(plan.clip_norm, k == 2 ? 7 : k == 0 || k == 4 || k == 5, 0);
        CHECK_NEAR(plan.opt.rate, found.rate, 0);
        if (k == 8)
            for (size_t i = 0; i < 6; i++) CHECK_NEAR(x[i], ((double)(i % 3) - 1) * sqrt(1.5), TINY);
        wi_mended_destroy(&m);
    }
}

/* ---- remedies ----------------------------------------------------------------------- */

/* By fan where layers narrow and widen again, by more than a half. */
static void test_hourglass(void)
{
    static const struct {
        size_t units[3];
        int by_fan;
    } rows[] = {{{64, 40, 60}, 0}, {{64, 40, 61}, 1}, {{40, 64, 20}, 1},
                {{40, 60, 40}, 0}, {{10, 8, 12}, 0},  {{9, 30, 4}, 1}};
    wi_recipe weights[4], bias[4];
    for (size_t r = 0; r < WI_COUNT(rows); r++) {
        wi_net net;
        for (size_t l = 0; l < 3; l++) layers[l] = wi_layer_dense(rows[r].units[l], wi_relu());
        layers[3] = wi_layer_dense(200, wi_linear()); /* the last does not count */
        if (!make(&net, 4, 3)) return;
        memset(probes, 0, sizeof probes);
        for (size_t l = 0; l < 4; l++) probes[l].has_weights = 1, probes[l].verdict = WI_VERDICT_VANISHING;
        CHECK_OK(wi_remedy(&net, probes, weights, bias));
        for (size_t l = 0; l < 3; l++)
            CHECK_TEXT(weights[l].name, rows[r].by_fan ? "he_normal" : "orthogonal");
        CHECK_TEXT(weights[3].name, wi_recipe_for(wi_linear()).name);
        wi_net_destroy(&net);
    }
}

/* Which verdicts leave the recipes as they are. */
static void test_kept_recipes(void)
{
    wi_recipe weights[2], bias[2];
    wi_net net;
    for (size_t l = 0; l < 2; l++) {
        layers[l] = wi_layer_dense(5, wi_tanh());
        layers[l].weights = wi_poison();
        layers[l].bias = wi_constant(3);
    }
    if (!make(&net, 2, 3)) return;
    for (int v = 0; v < WI_VERDICT_COUNT; v++) {
        int keep = v == WI_VERDICT_HEALTHY || v == WI_VERDICT_HARD || v == WI_VERDICT_NOISY ||
                   v == WI_VERDICT_UNSCALED_INPUT || v == WI_VERDICT_TARGETS;
        memset(probes, 0, sizeof probes);
        for (size_t l = 0; l < 2; l++) probes[l].has_weights = 1;
        probes[1].verdict = (wi_verdict)v;
        CHECK_OK(wi_remedy(&net, probes, weights, bias));
        CHECK_TEXT(weights[0].name, keep ? wi_poison().name : "orthogonal");
        CHECK_TEXT(weights[1].name, keep ? wi_poison().name : wi_recipe_for(wi_tanh()).name);
        for (size_t l = 0; l < 2; l++) CHECK_TEXT(bias[l].name, keep ? "constant" : "zeros");
    }
    wi_net_destroy(&net);
}

/* Orthogonal weights of the critical gain: without bias where that point attracts and f(0) = 0, 1 / f'(0); by
   the least bias of a grid for which it does; and where f(0) is not 0 by the gain that keeps gradients. */
static void test_critical(void)
{
    wi_act acts[9] = {wi_tanh(),     wi_softsign(), wi_sine(2.0), wi_relu(), wi_sigmoid(),
                      wi_softplus(), wi_gelu(),     wi_silu(),    wi_mish()};
    const double want[4] = {1, 1, 0.5, sqrt(2.0)};
    wi_recipe weights[MOST + 3], bias[MOST + 3];
    wi_net net;
    wi_layer_desc many[10];
    wi_probe seen[10];
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    memset(seen, 0, sizeof seen);
    for (size_t l = 0; l < 10; l++) {
        many[l] = wi_layer_dense(4, l < 9 ? acts[l] : wi_linear());
        seen[l].has_weights = 1;
        seen[l].verdict = WI_VERDICT_VANISHING;
    }
    desc.inputs = 4;
    desc.layers = many;
    desc.layer_count = 10;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_OK(wi_remedy(&net, seen, weights, bias));
    for (size_t l = 0; l < 6; l++) {
        CHECK_TEXT(weights[l].name, "orthogonal");
        CHECK_CLOSE(weights[l].a, l < 4 ? want[l] : wi_gain_backward(acts[l]), 1e-6);
        CHECK_TEXT(bias[l].name, "zeros");
    }
    for (size_t l = 6; l < 9; l++) {
        wi_signal at;
        double var = bias[l].b * bias[l].b, sw2 = 0, q = 0, turn = log(var / 0.01) / log(1.1);
        memset(&at, 0, sizeof at);
        CHECK_NEAR(turn, floor(turn + 0.5), 1e-6);
        CHECK(bias[l].a == 0 && strcmp(bias[l].name, "normal") == 0);
        CHECK_OK(wi_critical(acts[l], var, &sw2, &q));
        CHECK_CLOSE(weights[l].a * weights[l].a, sw2, 1e-9);
        at.q = q;
        at.correlation = 1;
        CHECK(wi_signal_step(acts[l], sw2, var, at).slope <= 1 + 1e-6);
        double less = turn < 0.5 ? 0 : var / 1.1; /* does not do */
        CHECK_OK(wi_critical(acts[l], less, &sw2, &q));
        at.q = q;
        CHECK(wi_signal_step(acts[l], sw2, less, at).slope > 1 + 1e-6 ||
              !(wi_signal_fixed_point(acts[l], sw2, less).q < 1e6));
    }
    wi_net_destroy(&net);
}

/* Of a layer without weights the numbers are 0; of one whose only number is none they are unknown. */
static void test_unknown(void)
{
    static char text[8000];
    for (int lost = 0; lost < 2; lost++) {
        memset(probes, 0, sizeof probes[0]);
        probes[0].w.count = probes[0].w.nonfinite = (size_t)lost;
        FILE *file = fopen(check_path("unknown"), "wb+");
        if (!CHECK(file != NULL)) return;
        CHECK_OK(wi_report_json(file, probes, 1));
        rewind(file);
        text[fread(text, 1, sizeof text - 1, file)] = 0;
        fclose(file);
        remove(check_path("unknown"));
        CHECK_CONTAINS(text,
                       lost ? "\"weights\": {\"count\": 1, \"nonfinite\": 1, \"mean\": null, \"std\": null,"
                            : "\"weights\": {\"count\": 0, \"nonfinite\": 0, \"mean\": 0, \"std\": 0,");
    }
}

/* Memory that ends for blocks of a size alone, while smaller and larger ones are to be had. */
static void test_large_blocks(void)
{
    wi_real x[20], t[20];
    wi_net net;
    wi_data data;
    wi_train_desc plan;
    wi_check c, no;
    memset(&data, 0, sizeof data);
    memset(&plan, 0, sizeof plan);
    for (size_t i = 0; i < 20; i++) {
        x[i] = (wi_real)(i * 7 % 20);
        t[i] = x[i] * x[i];
    }
    data.x = wi_mat_view(x, 20, 1);
    data.y = wi_mat_view(t, 20, 1);
    plan.steps = 30;
    layers[0] = wi_layer_dense(100, wi_tanh());
    layers[1] = wi_layer_batch_norm();
    layers[2] = wi_layer_dense(1, wi_linear());
    if (!make(&net, 3, 1)) return;
    memset(&no, 0, sizeof no);
    no.diagnosis.verdict = WI_VERDICT_HARD;
    size_t live = fail_alloc.live, refused = 0, done = 0;
    for (size_t large = 400; large < 100000; large += large / 8) {
        for (int what = 0; what < (large < 600 ? 3 : 2); what++) {
            wi_mended mended;
            wi_status status;
            fail_alloc.large = large;
            fail_alloc_start(SIZE_MAX);
            if (what == 0) status = wi_net_probe(&net, data.x, data.y, WI_LOSS_HALF_SQUARED, probes);
            else if (what == 1) status = wi_train_check(&net, &data, &plan, 20, &c, NULL);
            else status = wi_train_mend(&net, &data, &plan, &no, &mended, NULL);
            fail_alloc.large = 0;
            size_t failures = fail_alloc_stop();
            CHECK_STATUS(status, failures ? WI_ERR_MEMORY : WI_OK);
            refused += status == WI_ERR_MEMORY;
            done += status == WI_OK;
            if (what == 2 && status == WI_OK) wi_mended_destroy(&mended);
            CHECK_EQ(fail_alloc.live, live);
        }
    }
    CHECK(refused > 20 && done > 30);
    wi_net_destroy(&net);
}

/* Words of a report are broken where a line is full, and no earlier. */
static void test_full_lines(void)
{
    static char text[4000];
    memset(probes, 0, sizeof probes[0]);
    probes[0].act = wi_custom("a b c d e f g h i j k l m n o p q r s t u v w x y z a b c d e f g h i j k l m "
                              "n o p q r s t u v w x y z "
                              "a b c d e f g h i j k l m n o p q r s t u v w x y z",
                              itself, far_off, 0);
    probes[0].verdict = WI_VERDICT_SATURATED;
    probes[0].saturated = 0.0449;
    probes[0].dead = 0.0851;
    FILE *file = fopen(check_path("full"), "wb+");
    if (!CHECK(file != NULL)) return;
    CHECK_OK(wi_report(file, probes, 1, 0));
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    remove(check_path("full"));
    CHECK_CONTAINS(text, "   4%   9% ");
    size_t breaks = 0;
    for (char *line = strstr(text, "saturated, will not train"), *end; line && strncmp(line, "->", 2) != 0;
         line = end + 1) {
        end = strchr(line, '\n');
        if (!CHECK(end != NULL)) return;
        size_t length = (size_t)(end - line), next = strcspn(end + 1, " \n");
        CHECK(length <= 80);
        if (strncmp(end + 1, "->", 2) == 0) continue;
        CHECK(length + 1 + next > 80);
        breaks++;
    }
    CHECK(breaks >= 2);
}

/* All that trains is frozen, and what lies behind the last layer is none of its. Nothing is said but that,
   whatever was in memory before. */
static void fill_stack(void)
{
    volatile char room[30000];
    for (size_t i = 0; i < sizeof room; i++) room[i] = 'x';
}
static void test_frozen(void)
{
    wi_real x[8] = {1, 2, 3, 4, 5, 6, 7, 8}, t[8] = {1, 0, 1, 0, 1, 0, 1, 0};
    wi_net net;
    wi_data data;
    wi_train_desc plan;
    wi_check c;
    wi_mended mended;
    memset(&data, 0, sizeof data);
    memset(&plan, 0, sizeof plan);
    data.x = wi_mat_view(x, 8, 1);
    data.y = wi_mat_view(t, 8, 1);
    plan.steps = 30;
    for (size_t l = 0; l < 3; l++) layers[l] = wi_layer_dense(1, wi_linear());
    layers[0].frozen = layers[1].frozen = 1;
    if (!make(&net, 3, 1)) return;
    net.layer_count = 2;
    fill_stack();
    CHECK_OK(wi_train_check(&net, &data, &plan, 0, &c, NULL));
    CHECK_TEXT(c.diagnosis.evidence, "all layers with parameters are frozen");
    fill_stack();
    CHECK_OK(wi_train_mend(&net, &data, &plan, &c, &mended, NULL));
    CHECK_TEXT(mended.done, "nothing: all layers with parameters are frozen");
    net.layer_count = 3;
    wi_net_destroy(&net);
}

/* The second start gives every layer the recipe for its activation, whatever recipes it had. */
static void test_second_start(void)
{
    wi_real x[4] = {1, 2, 3, 4};
    wi_net net, other;
    wi_recipe none;
    memset(&none, 0, sizeof none);
    layers[0] = wi_layer_dense(5, wi_relu());
    layers[1] = wi_layer_dense(2, wi_tanh());
    if (!make(&other, 2, 2)) return;
    for (size_t l = 0; l < 2; l++) {
        layers[l].weights = wi_constant(7);
        layers[l].bias = wi_constant(8);
    }
    if (!make(&net, 2, 2)) return;
    CHECK_OK(wi_net_init_all(&other, none, none, net.seed));
    fill_stack();
    CHECK_OK(inside_draw_start(&net, 1, wi_mat_view(x, 2, 2)));
    CHECK_BYTES(net.params, other.params, net.param_count * sizeof(wi_real));
    CHECK_TEXT(net.layers[0].desc.weights.name, other.layers[0].desc.weights.name);
    wi_net_destroy(&net);
    wi_net_destroy(&other);
}

/* Targets are brought into the range of what can be said, the least and the greatest, be they in the first
   row or the last. */
static void test_ends_of_targets(void)
{
    for (size_t where = 0; where < 4; where++) {
        wi_real x[20], t[20];
        wi_net net;
        wi_data data;
        wi_train_desc plan;
        wi_check no;
        wi_mended mended;
        double least = HUGE_VAL, most = -HUGE_VAL;
        memset(&data, 0, sizeof data);
        memset(&plan, 0, sizeof plan);
        memset(&no, 0, sizeof no);
        no.diagnosis.verdict = WI_VERDICT_HARD;
        for (size_t i = 0; i < 20; i++) {
            x[i] = (wi_real)(i * 7 % 20) / 10 - 1;
            t[i] = x[i] * 10 + 50;
        }
        t[where % 2 ? 19 : 0] = (wi_real)(where < 2 ? -150 : 300);
        data.x = wi_mat_view(x, 20, 1);
        data.y = wi_mat_view(t, 20, 1);
        plan.steps = 30;
        layers[0] = wi_layer_dense(1, wi_tanh());
        if (!make(&net, 1, 1)) return;
        CHECK_OK(wi_train_mend(&net, &data, &plan, &no, &mended, NULL));
        for (size_t i = 0; i < 20; i++) {
            least = fmin(least, (double)t[i]);
            most = fmax(most, (double)t[i]);
        }
        CHECK_NEAR(least, -0.8, 1e-5);
        CHECK_NEAR(most, 0.8, 1e-5);
        wi_mended_destroy(&mended);
        wi_net_destroy(&net);
    }
}

/* The slopes of three outputs in one input: a column, whose step to the next is never taken. */
static void test_one_input(void)
{
    wi_real x[1] = {1}, slopes[3] = {0, 0, 0};
    wi_net net;
    layers[0] = wi_layer_dense(3, wi_linear());
    if (!make(&net, 1, 1)) return;
    CHECK_OK(wi_net_jacobian(&net, wi_mat_view(x, 1, 1), wi_mat_transpose(wi_mat_view(slopes, 1, 3))));
    CHECK_BYTES(slopes, net.layers[0].w.data, sizeof slopes);
    wi_net_destroy(&net);
}

/* Stretched by 3, 2 and 0.5, and then by 1, 4 and 2: the greatest and the least of each layer, and all. */
static void test_spectra(void)
{
    static const double by[2][3] = {{3, 2, 0.5}, {1, 4, 2}};
    wi_real x[3] = {1, 1, 1};
    double all[3];
    wi_net net;
    for (size_t l = 0; l < 2; l++) layers[l] = wi_layer_dense(3, wi_linear());
    if (!make(&net, 2, 3)) return;
    for (size_t l = 0; l < 2; l++)
        for (size_t i = 0; i < 9; i++) net.layers[l].w.data[i] = (wi_real)(i % 4 == 0 ? by[l][i / 4] : 0);
    memset(probes, 0, 2 * sizeof probes[0]);
    size_t live = fail_alloc.live;
    CHECK_OK(wi_net_spectra(&net, wi_mat_view(x, 1, 3), probes, all));
    CHECK_EQ(fail_alloc.live, live);
    CHECK_NEAR(probes[0].singular_max, 3, 1e-6);
    CHECK_NEAR(probes[0].singular_min, 0.5, 1e-6);
    CHECK_NEAR(probes[1].singular_max, 4, 1e-6);
    CHECK_NEAR(probes[1].singular_min, 1, 1e-6);
    CHECK_NEAR(all[0], 8, 1e-5);
    CHECK_NEAR(all[1], 3, 1e-5);
    CHECK_NEAR(all[2], 1, 1e-5);

    /* Where a layer has none, no other gets any. */
    memset(probes, 0, 2 * sizeof probes[0]);
    net.layers[1].w.data[0] = (wi_real)NAN;
    CHECK_STATUS(wi_net_spectra(&net, wi_mat_view(x, 1, 3), probes, NULL), WI_ERR_NUMERIC);
    CHECK_CONTAINS(net.error.text, "the weights of layer 2 have no singular values");
    CHECK_EQ(probes[0].singular_max, 0);
    CHECK_EQ(fail_alloc.live, live);
    wi_net_destroy(&net);
}

/* A network whose parameters live elsewhere goes forward only: it has no gradients to put aside. */
static void test_borrowed(void)
{
    wi_real x[8] = {1, -2, 3, 4, -5, 6, 7, -8};
    wi_net_desc desc;
    wi_net net, other;
    layers[0] = wi_layer_dense(3, wi_tanh());
    if (!make(&net, 1, 2)) return;
    memset(&desc, 0, sizeof desc);
    desc.inputs = 2;
    desc.layer_count = 1;
    desc.layers = layers;
    desc.params = net.params;
    if (CHECK_OK(wi_net_create(&other, &desc, NULL))) {
        CHECK_STATUS(wi_net_probe(&other, wi_mat_view(x, 4, 2), nothing, WI_LOSS_HALF_SQUARED, probes),
                     WI_ERR_ARG);
        CHECK_CONTAINS(other.error.text, "it goes forward only");
        wi_net_destroy(&other);
    }
    wi_net_destroy(&net);

    /* Nor are its running statistics written, which may lie where that ends the program. */
    layers[0] = wi_layer_batch_norm();
    if (!make(&net, 1, 2)) return;
    wi_real *state = (wi_real *)(void *)guard_room(0, GUARD_ROOM);
    memcpy(state, net.state, net.state_count * sizeof *state);
    desc.params = net.params;
    desc.state = state;
#ifdef GUARD_PAGES
    CHECK(mprotect(state, GUARD_ROOM, PROT_READ) == 0);
#endif
    if (CHECK_OK(wi_net_create(&other, &desc, NULL))) {
        CHECK_STATUS(wi_net_probe(&other, wi_mat_view(x, 4, 2), nothing, WI_LOSS_HALF_SQUARED, probes),
                     WI_ERR_ARG);
        wi_net_destroy(&other);
    }
    wi_net_destroy(&net);
#ifdef GUARD_PAGES
    CHECK(mprotect(state, GUARD_ROOM, PROT_READ | PROT_WRITE) == 0);
#endif
}

int main(void)
{
    memset(&nothing, 0, sizeof nothing);
    test_flat();
    test_borrowed();
    test_steepest();
    test_odd_shapes();
    test_one_misfit();
    test_copied();
    test_rows_alike();
    test_critical();
    test_unknown();
    test_large_blocks();
    test_full_lines();
    test_frozen();
    test_second_start();
    test_one_input();
    test_spectra();
    test_ends_of_targets();
    test_alike();
    test_copies();
    test_measures();
    test_learned();
    test_ranges();
    test_aims();
    test_out_of_reach();
    test_dwarfs();
    test_wants_scaling();
    test_applied();
    test_hourglass();
    test_kept_recipes();
    CHECK_EQ(fail_alloc.live, 0);
    return check_done();
}
