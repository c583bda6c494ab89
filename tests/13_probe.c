/* @build no-tcc
   Section 13: prediction against simulation, verdicts on networks broken in known ways, and what a probe must
   leave alone. Argument "long": every activation x recipe, more networks. */
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"

#define BATCH    64
#define INPUTS   48
#define OUTPUTS  10
#define MOST     60

static wi_real x_data[BATCH * INPUTS], t_data[BATCH * OUTPUTS];
static wi_probe probes[MOST];

static wi_mat inputs(void) { return wi_mat_view(x_data, BATCH, INPUTS); }
static wi_mat targets(void) { return wi_mat_view(t_data, BATCH, OUTPUTS); }

static void make_data(double scale)
{
    wi_rng rng = wi_rng_make(11);
    for (size_t i = 0; i < BATCH * INPUTS; i++) x_data[i] = (wi_real)(scale * wi_rng_normal(&rng));
    memset(t_data, 0, sizeof t_data);
    for (size_t i = 0; i < BATCH; i++) t_data[i * OUTPUTS + wi_rng_below(&rng, OUTPUTS)] = 1;
}

/* depth layers: depth - 1 hidden ones of equal width, then a linear one. */
static int make_net(wi_net *net, wi_act act, wi_recipe weights, wi_recipe bias, size_t depth, size_t width,
                    uint64_t seed)
{
    wi_layer_desc layers[MOST];
    wi_net_desc desc;
    wi_error error;
    memset(&desc, 0, sizeof desc);
    for (size_t l = 0; l < depth; l++) {
        layers[l] = l + 1 < depth ? wi_layer_dense(width, act) : wi_layer_dense(OUTPUTS, wi_linear());
        layers[l].weights = weights;
        layers[l].bias = bias;
    }
    desc.inputs = INPUTS;
    desc.layers = layers;
    desc.layer_count = depth;
    desc.max_batch = BATCH;
    desc.seed = seed;
    error.text[0] = 0;
    if (CHECK_OK(wi_net_create(net, &desc, &error))) return 1;
    printf("%s\n", error.text);
    return 0;
}

static wi_diagnosis verdict_of(wi_act act, wi_recipe weights, wi_recipe bias, size_t depth,
                               double input_scale)
{
    wi_net net;
    wi_diagnosis d;
    memset(&d, 0, sizeof d);
    make_data(input_scale);
    if (!make_net(&net, act, weights, bias, depth, 80, 3)) return d;
    CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
    d = wi_diagnose(probes, depth);
    CHECK(d.verdict == wi_probe_verdict(probes, depth));
    CHECK(d.evidence[0] && d.remedy[0]);
    wi_net_destroy(&net);
    return d;
}

#define VERDICT(d, wanted) CHECK_TEXT(wi_verdict_name((d).verdict), wi_verdict_name(wanted))

static void test_verdicts(void)
{
    wi_recipe none = wi_zeros();
    wi_diagnosis d = verdict_of(wi_tanh(), wi_zeros(), none, 5, 1.0);
    VERDICT(d, WI_VERDICT_SYMMETRIC);
    CHECK_CONTAINS(d.evidence, "layer 1 of 5: only 1 of 80 units");
    CHECK_CONTAINS(d.remedy, "use wi_xavier_normal() for the weights of tanh");
    VERDICT(verdict_of(wi_relu(), wi_constant(0.1), none, 5, 1.0), WI_VERDICT_SYMMETRIC);
    VERDICT(verdict_of(wi_sigmoid(), wi_constant(0.3), wi_constant(0.1), 3, 1.0), WI_VERDICT_SYMMETRIC);
    /* Equal weights with different biases are different units. */
    d = verdict_of(wi_tanh(), wi_constant(0.01), wi_normal(0, 1), 3, 1.0);
    CHECK(d.verdict != WI_VERDICT_SYMMETRIC);

    d = verdict_of(wi_tanh(), wi_normal(0, 0.01), none, 10, 1.0);
    VERDICT(d, WI_VERDICT_VANISHING);
    CHECK_CONTAINS(d.evidence, "the signal shrinks 0.0");
    CHECK_CONTAINS(d.remedy, "xavier_normal");
    VERDICT(verdict_of(wi_relu(), wi_normal(0, 0.01), none, 10, 1.0), WI_VERDICT_VANISHING);
    /* By gradients, which come back from the output: the layer before it is named, not the output itself. */
    d = verdict_of(wi_relu(), wi_lecun_normal(), none, 21, 1.0);
    VERDICT(d, WI_VERDICT_VANISHING);
    CHECK_CONTAINS(d.evidence, "layer 20 of 21: gradients shrink");
    CHECK_CONTAINS(d.remedy, "use wi_he_normal() for the weights of relu");
    VERDICT(verdict_of(wi_tanh(), wi_normal(0, 1), none, 6, 1.0), WI_VERDICT_SATURATED);
    VERDICT(verdict_of(wi_sigmoid(), wi_normal(0, 10), none, 3, 1.0), WI_VERDICT_SATURATED);
    d = verdict_of(wi_relu(), wi_normal(0, 1), none, 6, 1.0);
    VERDICT(d, WI_VERDICT_EXPLODING);
    CHECK_CONTAINS(d.remedy, "he_normal");
    d = verdict_of(wi_relu(), wi_he_normal(), wi_constant(-20), 5, 1.0);
    VERDICT(d, WI_VERDICT_DEAD);
    CHECK_EQ(d.layer, 0);
    VERDICT(verdict_of(wi_relu(), wi_he_normal(), none, 5, 100.0), WI_VERDICT_UNSCALED_INPUT);
    VERDICT(verdict_of(wi_tanh(), wi_xavier_normal(), none, 5, 1e-5), WI_VERDICT_UNSCALED_INPUT);

    VERDICT(verdict_of(wi_tanh(), wi_xavier_normal(), none, 10, 1.0), WI_VERDICT_HEALTHY);
    VERDICT(verdict_of(wi_relu(), wi_he_normal(), none, 10, 1.0), WI_VERDICT_HEALTHY);
    VERDICT(verdict_of(wi_tanh(), wi_orthogonal(1), none, 20, 1.0), WI_VERDICT_HEALTHY);
    VERDICT(verdict_of(wi_relu(), wi_orthogonal(sqrt(2.0)), none, 20, 1.0), WI_VERDICT_HEALTHY);
    VERDICT(verdict_of(wi_selu(), wi_lecun_normal(), none, 10, 1.0), WI_VERDICT_HEALTHY);

    /* Not a number, anywhere. */
    VERDICT(verdict_of(wi_relu(), wi_poison(), none, 3, 1.0), WI_VERDICT_NONFINITE);
    VERDICT(verdict_of(wi_relu(), wi_normal(0, 1e15), none, 8, 1.0),
            sizeof(wi_real) == 4 ? WI_VERDICT_NONFINITE : WI_VERDICT_EXPLODING);
    wi_net net;
    make_data(1.0);
    if (!make_net(&net, wi_relu(), wi_he_normal(), none, 3, 20, 1)) return;
    x_data[7] = (wi_real)NAN;
    CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
    d = wi_diagnose(probes, 3);
    VERDICT(d, WI_VERDICT_NONFINITE);
    CHECK_EQ(d.layer, 0);

    /* A last layer of zeros stops the slopes for one step only. */
    make_data(1.0);
    memset(net.layers[2].w.data, 0, net.layers[2].w.rows * net.layers[2].w.cols * sizeof(wi_real));
    CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
    VERDICT(wi_diagnose(probes, 3), WI_VERDICT_HEALTHY);

    /* LSUV. */
    CHECK_OK(wi_net_init_lsuv(&net, inputs(), 0.05, 10));
    CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
    VERDICT(wi_diagnose(probes, 3), WI_VERDICT_HEALTHY);
    CHECK_NEAR(probes[1].predicted_std, probes[1].pre.rms, 0.2);
    wi_net_destroy(&net);
}

static void scale_by(wi_mat m, double by)
{
    for (size_t i = 0; i < m.rows * m.cols; i++) m.data[i] = (wi_real)((double)m.data[i] * by);
}

/* The verdict on inputs of this rms and a first layer that hands on `passed` times as much. */
static wi_verdict verdict_at(wi_net *net, double in, double passed)
{
    make_data(1.0);
    scale_by(inputs(), in / wi_stats_of(x_data, BATCH * INPUTS).rms);
    CHECK_OK(wi_net_forward(net, inputs(), WI_EVAL, NULL));
    double now = wi_stats_of(net->layers[0].pre.data, BATCH * net->layers[0].outputs).rms / in;
    scale_by(net->layers[0].w, passed / now);
    CHECK_OK(wi_net_probe(net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
    return wi_probe_verdict(probes, net->layer_count);
}

/* Each threshold of a verdict, from both sides of it, half a hundredth apart. */
static void test_thresholds(void)
{
    const double less = 0.9975, more = 1.0025;
    wi_net net;
    if (!make_net(&net, wi_relu(), wi_he_normal(), wi_zeros(), 3, 80, 1)) return;
    CHECK(verdict_at(&net, 20 * less, 1 / 20.0) == WI_VERDICT_HEALTHY);
    CHECK(verdict_at(&net, 20 * more, 1 / 20.0) == WI_VERDICT_UNSCALED_INPUT);
    CHECK(verdict_at(&net, 30, 4 * less) == WI_VERDICT_UNSCALED_INPUT);
    CHECK(verdict_at(&net, 30, 4 * more) != WI_VERDICT_UNSCALED_INPUT);
    CHECK(verdict_at(&net, 0.02 * less, 1) == WI_VERDICT_UNSCALED_INPUT);
    CHECK(verdict_at(&net, 0.02 * more, 1) != WI_VERDICT_UNSCALED_INPUT);
    CHECK(verdict_at(&net, 0.01, 0.25 * less) != WI_VERDICT_UNSCALED_INPUT);
    CHECK(verdict_at(&net, 0.01, 0.25 * more) == WI_VERDICT_UNSCALED_INPUT);

    /* Dead: more than 0.8 of the 80 units; the others all live. */
    CHECK(verdict_at(&net, 1, 1.4) == WI_VERDICT_HEALTHY);
    CHECK(probes[0].dead == 0.0);
    for (size_t u = 0; u < 65; u++) {
        net.layers[0].b.data[u] = -1000;
        if (u < 63) continue;
        CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
        CHECK_NEAR(probes[0].dead, (double)(u + 1) / 80, 1e-12);
        CHECK((probes[0].verdict == WI_VERDICT_DEAD) == (u == 64));
    }
    wi_net_destroy(&net);

    /* Saturated: more than 0.6 of the values, here of 48 units of 80. */
    if (!make_net(&net, wi_tanh(), wi_normal(0, 0.01), wi_zeros(), 3, 80, 1)) return;
    make_data(1.0);
    for (size_t u = 0; u < 49; u++) {
        net.layers[0].b.data[u] = 20;
        if (u < 47) continue;
        CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
        CHECK_NEAR(probes[0].saturated, (double)(u + 1) / 80, 1e-12);
        CHECK((probes[0].verdict == WI_VERDICT_SATURATED) == (u == 48));
    }
    wi_net_destroy(&net);

    /* Targets of a squared loss that are larger than 30. */
    if (!make_net(&net, wi_tanh(), wi_xavier_normal(), wi_zeros(), 3, 80, 1)) return;
    for (int above = 0; above < 2; above++) {
        make_data(1.0);
        scale_by(targets(), 30 * (above ? more : less) / wi_stats_of(t_data, BATCH * OUTPUTS).rms);
        CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_HALF_SQUARED, probes));
        CHECK((wi_probe_verdict(probes, 3) == WI_VERDICT_TARGETS) == above);
    }
    wi_net_destroy(&net);
}

/* Edges: one sample, one unit, constant inputs, no target, sizes from denormal to huge. */
static void test_edges(void)
{
    wi_net net;
    wi_mat nothing;
    memset(&nothing, 0, sizeof nothing);
    make_data(1.0);
    if (!make_net(&net, wi_tanh(), wi_xavier_normal(), wi_zeros(), 4, 1, 1)) return;
    CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
    CHECK_EQ(probes[0].distinct_units, 1);
    CHECK(wi_probe_verdict(probes, 4) != WI_VERDICT_SYMMETRIC);
    wi_net_destroy(&net);

    if (!make_net(&net, wi_tanh(), wi_xavier_normal(), wi_zeros(), 4, 30, 1)) return;
    CHECK_OK(wi_net_probe(&net, wi_mat_rows(inputs(), 0, 1), wi_mat_rows(targets(), 0, 1),
                          WI_LOSS_HALF_SQUARED, probes));
    CHECK_NEAR(probes[0].correlation, 0.0, 0.0);
    VERDICT(wi_diagnose(probes, 4), WI_VERDICT_HEALTHY);
    CHECK_OK(wi_net_probe(&net, inputs(), nothing, WI_LOSS_HALF_SQUARED, probes));
    CHECK_EQ(probes[0].dpre.count, 0);
    VERDICT(wi_diagnose(probes, 4), WI_VERDICT_HEALTHY);
    for (size_t i = 0; i < BATCH * INPUTS; i++) x_data[i] = 1;
    CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_HALF_SQUARED, probes));
    VERDICT(wi_diagnose(probes, 4), WI_VERDICT_CORRELATED);
    const double sizes[] = {0.0, 1e-40, 1e-30, 1e-10, 1e10, 1e18, 1e30};
    for (size_t k = 0; k < WI_COUNT(sizes); k++) {
        make_data(sizes[k]);
        CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
        CHECK(wi_probe_verdict(probes, 4) != WI_VERDICT_HEALTHY);
        CHECK(wi_diagnose(probes, 4).evidence[0] != 0);
    }
    wi_net_destroy(&net);

    /* A single weight is not a layer of weights that are all alike. */
    make_data(1.0);
    wi_layer_desc few[] = {wi_layer_dense(1, wi_tanh()), wi_layer_dense(1, wi_linear())};
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.inputs = INPUTS;
    desc.layers = few;
    desc.layer_count = 2;
    desc.max_batch = BATCH;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_OK(wi_net_probe(&net, inputs(), wi_mat_view(t_data, BATCH, 1), WI_LOSS_HALF_SQUARED, probes));
    CHECK_CONTAINS(wi_diagnose(probes, 2).evidence, "gradients reach the first layer");
    wi_net_destroy(&net);

    /* Theory has no answer behind weights that are not random; without a target nothing else has. */
    make_data(1.0);
    if (!make_net(&net, wi_relu(), wi_identity(1.0), wi_zeros(), 3, INPUTS, 1)) return;
    CHECK_OK(wi_net_probe(&net, inputs(), nothing, WI_LOSS_HALF_SQUARED, probes));
    CHECK_CONTAINS(wi_diagnose(probes, 3).evidence, "gradients are unknown without a target");
    wi_net_destroy(&net);

    VERDICT(wi_diagnose(NULL, 3), WI_VERDICT_HEALTHY);
    VERDICT(wi_diagnose(probes, 0), WI_VERDICT_HEALTHY);
    for (int v = 0; v < WI_VERDICT_COUNT; v++) CHECK(strlen(wi_verdict_advice((wi_verdict)v)) > 20);
    CHECK_TEXT(wi_verdict_name(WI_VERDICT_COUNT), "not a wi_verdict");
    CHECK_TEXT(wi_verdict_name(WI_VERDICT_DEAD), "dead");
}

/* A bias so large that samples hardly differ behind it: not healthy, though their differences keep their
   size; and the remedy has another. */
static void test_offset(void)
{
    wi_recipe weights[5], bias[5];
    wi_net net;
    make_data(1.0);
    if (!make_net(&net, wi_relu(), wi_he_normal(), wi_zeros(), 5, 30, 1)) return;
    for (int k = 0; k < 2; k++) {
        net.layers[1].desc.bias = wi_constant(k ? 1 : 100);
        CHECK_OK(wi_net_init(&net, 1));
        CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
        wi_diagnosis d = wi_diagnose(probes, 5);
        VERDICT(d, k ? WI_VERDICT_HEALTHY : WI_VERDICT_EXPLODING);
        if (k) break;
        CHECK_EQ(d.layer, 1);
        CHECK_CONTAINS(d.evidence, "x in this layer alone");
        CHECK_CONTAINS(d.remedy, "start biases at wi_zeros()");
        CHECK_OK(wi_remedy(&net, probes, weights, bias));
        CHECK_TEXT(bias[1].name, "zeros");
    }
    wi_net_destroy(&net);
}

/* A probe changes nothing that belongs to the network, and fails without a trace. */
static void test_untouched(void)
{
    wi_layer_desc layers[5];
    wi_net_desc desc;
    wi_net net;
    layers[0] = wi_layer_dense(20, wi_linear());
    layers[1] = wi_layer_batch_norm();
    layers[2] = wi_layer_act(wi_relu());
    layers[3] = wi_layer_dropout(0.5);
    layers[4] = wi_layer_dense(OUTPUTS, wi_linear());
    memset(&desc, 0, sizeof desc);
    desc.inputs = INPUTS;
    desc.layers = layers;
    desc.layer_count = 5;
    desc.max_batch = BATCH;
    make_data(1.0);
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    size_t bytes = net.param_count * sizeof(wi_real), state_bytes = net.state_count * sizeof(wi_real);
    wi_real *params = (wi_real *)malloc(bytes), *grads = (wi_real *)malloc(bytes),
            *state = (wi_real *)malloc(state_bytes + 1);
    for (size_t i = 0; i < net.param_count; i++) net.grads[i] = (wi_real)i;
    memcpy(params, net.params, bytes);
    memcpy(grads, net.grads, bytes);
    memcpy(state, net.state, state_bytes);
    wi_rng noise = net.noise;
    CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
    CHECK_BYTES(net.params, params, bytes);
    CHECK_BYTES(net.grads, grads, bytes);
    CHECK_BYTES(net.state, state, state_bytes);
    CHECK(noise.index == net.noise.index);
    CHECK_NEAR(probes[1].pre.std, 1.0, 0.01);
    CHECK(probes[1].has_weights == 0 && probes[4].has_weights == 1);
    VERDICT(wi_diagnose(probes, 5), WI_VERDICT_HEALTHY);

    /* Batch norm makes the scale of the weights before it irrelevant. */
    for (size_t i = 0; i < 20 * INPUTS; i++) net.layers[0].w.data[i] *= (wi_real)1e-2;
    CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
    VERDICT(wi_diagnose(probes, 5), WI_VERDICT_HEALTHY);

    /* Errors, and memory that runs out at each allocation. */
    wi_mat bad = inputs();
    bad.cols--;
    CHECK_STATUS(wi_net_probe(NULL, inputs(), targets(), WI_LOSS_HALF_SQUARED, probes), WI_ERR_ARG);
    CHECK_STATUS(wi_net_probe(&net, inputs(), targets(), WI_LOSS_HALF_SQUARED, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_net_probe(&net, bad, targets(), WI_LOSS_HALF_SQUARED, probes), WI_ERR_SHAPE);
    CHECK_STATUS(wi_net_probe(&net, inputs(), wi_mat_rows(targets(), 0, 3), WI_LOSS_HALF_SQUARED, probes),
                 WI_ERR_SHAPE);
    size_t live = fail_alloc.live;
    memset(probes, 77, sizeof probes);
    for (size_t k = 0;; k++) {
        fail_alloc_start(k);
        wi_status status = wi_net_probe(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes);
        if (!fail_alloc_stop()) { CHECK_OK(status); break; }
        CHECK_STATUS(status, WI_ERR_MEMORY);
        CHECK_EQ(fail_alloc.live, live);
        CHECK_BYTES(net.grads, grads, bytes);
        CHECK(((unsigned char *)probes)[5] == 77);
    }
    free(params);
    free(grads);
    free(state);
    wi_net_destroy(&net);
}

static void test_jacobian(void)
{
    wi_net net;
    wi_real jacobian[OUTPUTS * INPUTS], moved[INPUTS];
    make_data(1.0);
    if (!make_net(&net, wi_tanh(), wi_xavier_normal(), wi_normal(0, 0.1), 3, 20, 5)) return;
    wi_mat x = wi_mat_rows(inputs(), 0, 1), y;
    CHECK_OK(wi_net_jacobian(&net, x, wi_mat_view(jacobian, OUTPUTS, INPUTS)));
    double h = sizeof(wi_real) == 8 ? 1e-6 : 1e-2, tolerance = sizeof(wi_real) == 8 ? 1e-8 : 2e-3;
    for (size_t j = 0; j < INPUTS; j += 7) {
        double side[2][OUTPUTS];
        for (int k = 0; k < 2; k++) {
            memcpy(moved, x_data, sizeof moved);
            moved[j] += (wi_real)(k ? h : -h);
            CHECK_OK(wi_net_forward(&net, wi_mat_view(moved, 1, INPUTS), WI_EVAL, &y));
            for (size_t i = 0; i < OUTPUTS; i++) side[k][i] = (double)y.data[i];
        }
        for (size_t i = 0; i < OUTPUTS; i++)
            CHECK_NEAR(jacobian[i * INPUTS + j], (side[1][i] - side[0][i]) / (2.0 * h), tolerance);
    }
    CHECK(net.dinput.data == NULL);
    CHECK_STATUS(wi_net_jacobian(&net, inputs(), wi_mat_view(jacobian, OUTPUTS, INPUTS)), WI_ERR_SHAPE);
    CHECK_STATUS(wi_net_jacobian(&net, x, wi_mat_view(jacobian, INPUTS, OUTPUTS)), WI_ERR_SHAPE);
    CHECK_STATUS(wi_net_jacobian(NULL, x, wi_mat_view(jacobian, OUTPUTS, INPUTS)), WI_ERR_ARG);

    /* Orthogonal linear layers: all singular values are 1, whatever the depth. */
    wi_net_destroy(&net);
    if (!make_net(&net, wi_linear(), wi_orthogonal(1), wi_zeros(), 20, INPUTS, 5)) return;
    double values[OUTPUTS];
    CHECK_OK(wi_net_jacobian(&net, x, wi_mat_view(jacobian, OUTPUTS, INPUTS)));
    CHECK_OK(wi_mat_svd_values(wi_mat_view(jacobian, OUTPUTS, INPUTS), values));
    for (size_t i = 0; i < OUTPUTS; i++) CHECK_NEAR(values[i], 1.0, 1e-4);
    CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_HALF_SQUARED, probes));
    CHECK_NEAR(probes[3].singular_max, 0.0, 0.0);
    memset(values, 0, sizeof values);
    CHECK_OK(wi_net_spectra(&net, inputs(), probes, values));
    for (size_t l = 0; l < 20; l++) CHECK_NEAR(probes[l].singular_max - probes[l].singular_min, 0.0, 1e-5);
    CHECK_NEAR(values[OUTPUTS - 1], 1.0, 1e-4);
    CHECK_OK(wi_net_spectra(&net, inputs(), probes, NULL));
    CHECK_STATUS(wi_net_spectra(&net, inputs(), NULL, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_net_spectra(NULL, inputs(), probes, NULL), WI_ERR_ARG);
    for (size_t k = 0; k < 21; k++) {
        fail_alloc_start(k);
        CHECK_STATUS(wi_net_spectra(&net, inputs(), probes, values), WI_ERR_MEMORY);
        fail_alloc_stop();
    }
    wi_net_destroy(&net);
}

/* Mean over networks of ln(measured / predicted) and what deviation is allowed: four standard errors, and the
   shift of order spread^2 that a logarithm and a bent map make at finite width. */
static void compare(wi_act act, wi_recipe weights, size_t depth, size_t width, int nets)
{
    static wi_signal predicted[MOST];
    double forward[MOST], backward[MOST];
    wi_net net;
    memset(forward, 0, sizeof forward);
    memset(backward, 0, sizeof backward);
    if (!make_net(&net, act, weights, wi_normal(0, 0.2), depth, width, 1)) return;
    CHECK_OK(wi_net_theory(&net, 1.0, predicted));
    for (int n = 0; n < nets; n++) {
        wi_mat y, dy = wi_mat_rows(net.layers[depth - 1].dpost, 0, BATCH);
        wi_rng rng = wi_rng_make(100 + (uint64_t)n);
        CHECK_OK(wi_net_init(&net, 1000 + (uint64_t)n));
        for (size_t i = 0; i < BATCH * INPUTS; i++) x_data[i] = (wi_real)wi_rng_normal(&rng);
        CHECK_OK(wi_net_forward(&net, inputs(), WI_TRAIN, &y));
        for (size_t i = 0; i < BATCH * OUTPUTS; i++) dy.data[i] = (wi_real)wi_rng_normal(&rng);
        CHECK_OK(wi_net_backward(&net, inputs(), dy));
        for (size_t l = 0; l < depth; l++) {
            double q = wi_stats_of(net.layers[l].pre.data, BATCH * net.layers[l].outputs).rms;
            double d = wi_stats_of(net.layers[l].dpre.data, BATCH * net.layers[l].outputs).rms;
            forward[l] += log(q * q / predicted[l].q) / nets;
            backward[l] += log(d * d / predicted[l].backward) / nets;
        }
    }
    for (size_t l = 0; l < depth; l++) {
        double through = sqrt(pow(predicted[l].spread, 2.0) + 2.0 / (double)width),
               back = sqrt(5.0 * (double)(depth - 1 - l) / (double)width);
        int good = CHECK_NEAR(forward[l], 0.0,
                              4.0 * fmax(through, 0.1) / sqrt((double)nets) + through * through + 0.02);
        good &= CHECK_NEAR(backward[l], 0.0, 4.0 * fmax(back, 0.1) / sqrt((double)nets) + back * back + 0.05);
        if (!good) {
            printf("  %s, %s, layer %zu of %zu\n", wi_act_name(act), weights.name, l, depth);
            break;
        }
    }
    wi_net_destroy(&net);
}

static void test_predictions(int thorough)
{
    wi_act acts[14] = { wi_linear(),   wi_relu(),     wi_leaky_relu(0.1), wi_sigmoid(), wi_tanh(),
                        wi_elu(1.0),   wi_selu(),     wi_gelu(),          wi_silu(),    wi_mish(),
                        wi_softplus(), wi_softsign(), wi_hard_swish(),    wi_sine(2.0) };
    for (size_t a = 0; a < WI_COUNT(acts); a += CHECK_PART_OF(3)) {
        wi_recipe recipes[5];
        recipes[0] = wi_recipe_for(acts[a]);
        recipes[1] = wi_lecun_uniform();
        recipes[2] = wi_normal(0, 0.05);
        recipes[3] = wi_xavier_normal();
        recipes[4] = wi_orthogonal(1.0);
        if (acts[a].kind == WI_ACT_SINE) recipes[0] = wi_siren(2.0, 0);
        for (size_t r = a % 2; r < WI_COUNT(recipes); r += thorough ? 1 : 4)
            compare(acts[a], recipes[r], thorough ? 50 : 20, thorough ? 200 : 64, thorough ? 12 : 3);
    }
}

/* Branches that start at zero, or small, are no obstacle: the signal passes them by. */
static void test_branches(void)
{
    for (int k = 0; k < 3; k++) {
        wi_layer_desc layers[42];
        wi_net_desc desc;
        wi_net net;
        size_t n = 0;
        layers[n++] = wi_layer_dense(30, wi_relu());
        for (int block = 0; block < 10; block++) {
            layers[n] = wi_layer_dense(30, wi_relu());
            if (k == 2) layers[n].weights = wi_normal(0, 0.01);
            n++;
            layers[n++] = wi_layer_dense(30, wi_linear());
            if (k == 0) layers[n++] = wi_layer_scale(0.0);
            if (k == 1) layers[n - 1].weights = wi_zeros();
            layers[n] = wi_layer_skip(k == 0 ? 4 : 3);
            n++;
        }
        layers[n++] = wi_layer_dense(OUTPUTS, wi_linear());
        memset(&desc, 0, sizeof desc);
        desc.inputs = INPUTS;
        desc.layers = layers;
        desc.layer_count = n;
        desc.max_batch = BATCH;
        make_data(1.0);
        if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
        CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
        VERDICT(wi_diagnose(probes, n), WI_VERDICT_HEALTHY);
        CHECK(wi_diagnose(probes, n).trains);
        wi_net_destroy(&net);
    }
}

/* Norms, dropout, skips and scales, against what a network of them does. */
static void test_kinds(void)
{
    wi_layer_desc layers[11];
    wi_net_desc desc;
    wi_net net;
    wi_signal s[11];
    layers[0] = wi_layer_dense(150, wi_tanh());
    layers[1] = wi_layer_dense(150, wi_linear());
    layers[2] = wi_layer_batch_norm();
    layers[3] = wi_layer_act(wi_relu());
    layers[4] = wi_layer_dense(150, wi_relu());
    layers[5] = wi_layer_dense(150, wi_linear());
    layers[6] = wi_layer_scale(0.5);
    layers[7] = wi_layer_skip(4);
    layers[8] = wi_layer_layer_norm();
    layers[9] = wi_layer_dropout(0.25);
    layers[10] = wi_layer_dense(OUTPUTS, wi_linear());
    layers[4].bias = wi_normal(0.1, 0.2);
    memset(&desc, 0, sizeof desc);
    desc.inputs = INPUTS;
    desc.layers = layers;
    desc.layer_count = 11;
    desc.max_batch = BATCH;
    desc.seed = 9;
    make_data(1.0);
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_OK(wi_net_theory(&net, 1.0, s));
    CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
    for (size_t l = 0; l < 11; l++) {
        CHECK_NEAR(log(probes[l].pre.rms / sqrt(s[l].q)), 0.0, 0.12);
        CHECK_NEAR(log(probes[l].predicted_std / probes[l].pre.rms), 0.0, 0.12);
        CHECK_NEAR(log(probes[l].dpre.rms / probes[10].dpre.rms / sqrt(s[l].backward)), 0.0, 0.25);
        CHECK_NEAR(probes[l].correlation, s[l].correlation, 0.12);
    }
    CHECK_NEAR(s[2].q, 1.0, 1e-12);
    CHECK_CLOSE(s[9].q, 1.0 / 0.75, 1e-9);
    wi_net_destroy(&net);

    /* The finite-width spread of ln |z|^2: (5 depth)/width for ReLU with Gaussian weights (Hanin and Nica
       2020). */
    if (!make_net(&net, wi_relu(), wi_he_normal(), wi_zeros(), 31, 100, 1)) return;
    wi_signal deep[31];
    CHECK_OK(wi_net_theory(&net, 1.0, deep));
    CHECK_CLOSE(deep[29].spread, sqrt(30 * 5.0 / 100), 1e-3);
    double sum = 0.0, squares = 0.0;
    int nets = 60;
    for (int n = 0; n < nets; n++) {
        CHECK_OK(wi_net_init(&net, (uint64_t)n));
        CHECK_OK(wi_net_forward(&net, wi_mat_rows(inputs(), (size_t)n % BATCH, 1), WI_EVAL, NULL));
        double ln = 2.0 * log(wi_stats_of(net.layers[29].post.data, 100).rms);
        sum += ln / nets;
        squares += ln * ln / nets;
    }
    double spread = sqrt(squares - sum * sum);
    /* 4 standard errors of a std from 60 */
    CHECK(spread > 0.65 * deep[29].spread && spread < 1.5 * deep[29].spread);

    CHECK_STATUS(wi_net_theory(NULL, 1.0, deep), WI_ERR_ARG);
    CHECK_STATUS(wi_net_theory(&net, 0.0, deep), WI_ERR_ARG);
    CHECK_STATUS(wi_net_theory(&net, (double)NAN, deep), WI_ERR_ARG);
    CHECK_STATUS(wi_net_theory(&net, HUGE_VAL, deep), WI_ERR_ARG);
    wi_net blank;
    memset(&blank, 0, sizeof blank);
    CHECK_STATUS(wi_net_theory(&blank, 1.0, deep), WI_ERR_ARG);
    CHECK_STATUS(wi_net_theory(&net, 1.0, NULL), WI_ERR_ARG);
    wi_net_destroy(&net);
}

/* What wi_remedy() names makes a broken network healthy. */
static void test_remedy(void)
{
    wi_act acts[4] = {wi_tanh(), wi_relu(), wi_selu(), wi_gelu()};
    wi_recipe broken[3];
    broken[0] = wi_zeros();
    broken[1] = wi_normal(0, 0.01);
    broken[2] = wi_normal(0, 1);
    make_data(1.0);
    for (size_t a = 0; a < 4; a++)
        for (size_t r = a % CHECK_PART_OF(3); r < 3; r += CHECK_PART_OF(3)) {
            wi_net net;
            wi_recipe weights[12], bias[12];
            if (!make_net(&net, acts[a], broken[r], wi_zeros(), 12, 60, 2)) return;
            CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
            CHECK(wi_probe_verdict(probes, 12) != WI_VERDICT_HEALTHY);
            CHECK_OK(wi_remedy(&net, probes, weights, bias));
            for (size_t l = 0; l < 12; l++) {
                net.layers[l].desc.weights = weights[l];
                net.layers[l].desc.bias = bias[l];
            }
            CHECK_OK(wi_net_init(&net, 2));
            CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
            VERDICT(wi_diagnose(probes, 12), WI_VERDICT_HEALTHY);
            CHECK_OK(wi_remedy(&net, probes, weights, bias));
            CHECK_TEXT(weights[3].name, net.layers[3].desc.weights.name);
            wi_net_destroy(&net);
        }
    wi_net blank;
    wi_recipe none[1];
    memset(&blank, 0, sizeof blank);
    CHECK_STATUS(wi_remedy(&blank, probes, none, none), WI_ERR_ARG);
    CHECK_STATUS(wi_remedy(NULL, probes, NULL, NULL), WI_ERR_ARG);
}

/* The report on a healthy and on a hopeless network: eighty columns hold it, in ASCII and in UTF-8. */
/* One JSON object: brackets that close, no number that JSON lacks, every layer there; null where a value is
   not finite. */
static void test_report_json(int broken)
{
    static char text[60000];
    const char *path = check_path("report.json");
    FILE *f = fopen(path, "wb+");
    if (!CHECK(f != NULL)) return;
    CHECK_OK(wi_report_json(f, probes, 14));
    rewind(f);
    size_t n = fread(text, 1, sizeof text - 1, f), depth = 0, least = 1, kinds = 0;
    text[n] = 0;
    fclose(f);
    remove(path);
    for (size_t i = 0; i + 2 < n; i++) {   /* up to the last brace */
        if (text[i] == '{' || text[i] == '[') depth++;
        if (text[i] == '}' || text[i] == ']') depth--;
        if (depth < least) least = depth;
        kinds += strncmp(text + i, "\"kind\": ", 8) == 0;
    }
    CHECK_EQ(least, 1);
    CHECK_EQ(depth, 1);
    CHECK_EQ(kinds, 14);
    CHECK(n > 1 && n < sizeof text - 1 && text[n - 1] == '\n' && text[n - 2] == '}');
    CHECK(!strstr(text, ": nan") && !strstr(text, ": -nan") && !strstr(text, ": inf") &&
          !strstr(text, ": -inf"));
    CHECK((strstr(text, "\"first_loss\": null") != NULL) == broken);
    CHECK_STATUS(wi_report_json(NULL, probes, 14), WI_ERR_ARG);
    CHECK_STATUS(wi_report_json(stdout, probes, 0), WI_ERR_ARG);
    CHECK_STATUS(wi_report_json(stdout, NULL, 14), WI_ERR_ARG);
    CHECK_STATUS(wi_report(stdout, probes, 0, 0), WI_ERR_ARG);
}

static void test_reports(void)
{
    static char text[20000];
    char seen[40];
    wi_net net;
    snprintf(seen, sizeof seen, "measured on %d samples", (int)BATCH);
    for (int broken = 0; broken < 2; broken++) {
        make_data(1.0);
        if (!make_net(&net, wi_hard_swish(), broken ? wi_poison() : wi_he_normal(), wi_zeros(), 14, 30, 1))
            return;
        CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
        for (int unicode = 0; unicode < 2; unicode++) {
            const char *path = check_path("report.txt");
            FILE *f = fopen(path, "wb+");
            if (!CHECK(f != NULL)) return;
            CHECK_OK(wi_report(f, probes, 14, unicode));
            rewind(f);
            size_t n = fread(text, 1, sizeof text - 1, f), column = 0;
            text[n] = 0;
            fclose(f);
            remove(path);
            for (size_t i = 0; i < n; i++) {   /* a byte 10xxxxxx goes on with a character */
                column = text[i] == '\n' ? 0 : column + ((text[i] & 0xC0) != 0x80);
                CHECK(column <= 80);
            }
            CHECK_CONTAINS(text, broken ? "nonfinite, will not train" : "first loss 2.");
            CHECK_CONTAINS(text, "1 dense hard_s");
            CHECK_CONTAINS(text, "the best constant pays 2.2");
            CHECK_CONTAINS(text, seen);
            CHECK_CONTAINS(text, "\n-> ");
        }
        test_report_json(broken);
        wi_net_destroy(&net);
    }
    CHECK_STATUS(wi_report(NULL, probes, 4, 0), WI_ERR_ARG);
    CHECK_STATUS(wi_report(stdout, NULL, 4, 0), WI_ERR_ARG);
#ifdef __linux__
    FILE *full = fopen("/dev/full", "w");
    if (full) {
        CHECK_STATUS(wi_report(full, probes, 4, 0), WI_ERR_IO);
        CHECK_STATUS(wi_report_json(full, probes, 4), WI_ERR_IO);
        fclose(full);
    }
#endif
}

/* Flat values and dead units of ReLU, counted one by one; a layer that is linear has neither. */
static void test_flat(void)
{
    static wi_probe p[3];
    wi_net net;
    make_data(1.0);
    if (!make_net(&net, wi_relu(), wi_he_normal(), wi_normal(-3.0, 3.0), 3, 40, 5)) return;
    CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY, p));
    for (size_t l = 0; l < 3; l++) {
        size_t flat = 0, dead = 0;
        for (size_t u = 0; l < 2 && u < 40; u++) {
            size_t off = 0;
            for (size_t i = 0; i < BATCH; i++) off += *wi_mat_at(net.layers[l].pre, i, u) <= 0;
            flat += off;
            dead += off == BATCH;
        }
        CHECK_NEAR(p[l].saturated, (double)flat / (40.0 * BATCH), 1e-12);
        CHECK_NEAR(p[l].dead, (double)dead / 40.0, 1e-12);
        CHECK(l == 2 || (dead > 0 && dead < 40));
    }
    wi_net_destroy(&net);
}

/* What is left out is unknown; all else is what the whole probe measures, without a target too. */
static void test_parts(void)
{
    static wi_probe parts[3], whole[3];
    wi_net net;
    make_data(1.0);
    if (!make_net(&net, wi_tanh(), wi_constant(0.1), wi_zeros(), 3, 20, 1)) return;
    for (int backward = 0; backward < 2; backward++) {
        wi_mat none, t = targets();
        memset(&none, 0, sizeof none);
        if (!backward) t = none;
        CHECK_OK(wi_net_probe(&net, inputs(), t, WI_LOSS_SOFTMAX_CROSS_ENTROPY, whole));
        CHECK(wi_probe_verdict(whole, 3) == WI_VERDICT_SYMMETRIC);
        CHECK_NEAR(whole[0].target_rms, 0, 0);   /* of a squared loss only */
        CHECK_OK(wi_net_probe_parts(&net, inputs(), t, WI_LOSS_SOFTMAX_CROSS_ENTROPY, WI_PROBE_ALL, parts));
        CHECK_BYTES(parts, whole, sizeof whole);
        CHECK_STATUS(wi_net_probe_parts(&net, inputs(), t, WI_LOSS_SOFTMAX_CROSS_ENTROPY, 34, parts),
                     WI_ERR_ARG);
        CHECK_TEXT(net.error.text, "parts = 34 has a bit that is no wi_probe_part");
        for (unsigned bits = 0; bits < WI_PROBE_ALL; bits++) {
            CHECK_OK(wi_net_probe_parts(&net, inputs(), t, WI_LOSS_SOFTMAX_CROSS_ENTROPY, bits, parts));
            CHECK((wi_probe_verdict(parts, 3) == WI_VERDICT_SYMMETRIC) == ((bits & WI_PROBE_COPIES) != 0));
            if (!(bits & WI_PROBE_COPIES)) CHECK(wi_probe_verdict(parts, 3) == WI_VERDICT_HEALTHY);
            for (size_t l = 0; l < 3; l++) {
                wi_probe *p = &parts[l], all = whole[l];
                double unknown[3] = {p->saturated, p->correlation, p->predicted_std};
                unsigned part[3] = {WI_PROBE_FLAT, WI_PROBE_ALIKE, backward ? (unsigned)WI_PROBE_THEORY : 0u};
                /* behind the first layer copies act as one, and theory has no answer */
                for (size_t k = 0; k < (l == 0 ? 3u : 2u); k++)
                    CHECK((unknown[k] != unknown[k]) == (part[k] && !(bits & part[k])));
                if (!(bits & WI_PROBE_HISTOGRAMS)) {
                    CHECK(p->pre_bins.lo == 0 && p->pre_bins.bin[0] == 0);
                    p->w_bins = all.w_bins;
                    p->pre_bins = all.pre_bins;
                    p->post_bins = all.post_bins;
                    p->dpre_bins = all.dpre_bins;
                    p->dw_bins = all.dw_bins;
                }
                if (!(bits & WI_PROBE_FLAT)) {
                    p->saturated = all.saturated;
                    p->dead = all.dead;
                }
                if (!(bits & WI_PROBE_ALIKE)) {
                    CHECK_CLOSE(p->speed * (1.0 - all.in_correlation), all.speed, 1e-12);
                    p->correlation = all.correlation;
                    p->in_correlation = all.in_correlation;
                    p->speed = all.speed;
                }
                if (!(bits & WI_PROBE_COPIES)) {
                    CHECK_EQ(p->distinct_units, p->units);
                    p->distinct_units = all.distinct_units;
                }
                if (part[2] && !(bits & part[2])) {
                    p->predicted_std = all.predicted_std;
                    p->predicted_slope = all.predicted_slope;
                }
                p->verdict = all.verdict;
                CHECK_BYTES(p, &all, sizeof all);
            }
        }
    }
    wi_net_destroy(&net);
}

static wi_diagnosis look(wi_net *net, wi_mat x, wi_mat y, wi_loss loss)
{
    wi_diagnosis d;
    memset(&d, 0, sizeof d);
    if (CHECK_OK(wi_net_probe(net, x, y, loss, probes))) d = wi_diagnose(probes, net->layer_count);
    /* finding and forecast never contradict each other */
    CHECK(d.trains == (d.verdict == WI_VERDICT_HEALTHY));
    return d;
}

/* Rows that are apart are the same batch. */
static void test_strided(void)
{
    static wi_real table[BATCH * (INPUTS + 3)];
    static wi_probe dense[4];
    wi_net net;
    make_data(1.0);
    if (!make_net(&net, wi_relu(), wi_he_normal(), wi_zeros(), 4, 30, 1)) return;
    for (size_t i = 0; i < BATCH; i++)
        memcpy(table + i * (INPUTS + 3), x_data + i * INPUTS, INPUTS * sizeof(wi_real));
    wi_mat apart = inputs();
    apart.data = table;
    apart.row_step = INPUTS + 3;
    CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY, dense));
    VERDICT(look(&net, apart, targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY), WI_VERDICT_HEALTHY);
    for (size_t l = 0; l < 4; l++) {
        CHECK_NEAR(probes[l].in.rms, dense[l].in.rms, 0.0);
        CHECK_NEAR(probes[l].speed, dense[l].speed, 0.0);
    }
    wi_net_destroy(&net);
}

/* What cannot be looked at is refused with a sentence in the network. */
static void test_sentences(void)
{
    wi_net net, borrower;
    wi_real jacobian[OUTPUTS * INPUTS];
    wi_mat j = wi_mat_view(jacobian, OUTPUTS, INPUTS);
    wi_loss loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    make_data(1.0);
    if (!make_net(&net, wi_relu(), wi_he_normal(), wi_zeros(), 2, 30, 1)) return;
    CHECK_STATUS(wi_net_probe(&net, inputs(), targets(), loss, NULL), WI_ERR_ARG);
    CHECK_TEXT(net.error.text, "per_layer is NULL");
    volatile int beyond = 99;   /* hidden from compilers that warn of it */
    CHECK_STATUS(wi_net_probe(&net, inputs(), targets(), (wi_loss)beyond, probes), WI_ERR_ARG);
    CHECK_TEXT(net.error.text, "99 is not a wi_loss");
    CHECK_OK(wi_net_probe(&net, inputs(), targets(), loss, probes));
    CHECK_TEXT(net.error.text, "");
    net.max_batch = 8;   /* both are cut to 8 rows, but not before they are compared */
    CHECK_OK(wi_net_probe(&net, inputs(), targets(), loss, probes));
    CHECK_EQ(probes[0].samples, 8);
    CHECK_STATUS(wi_net_probe(&net, inputs(), wi_mat_rows(targets(), 0, 32), loss, probes), WI_ERR_SHAPE);
    CHECK_TEXT(net.error.text, "target is 32 x 10, not 64 samples x 10 outputs");
    net.max_batch = BATCH;
    CHECK_STATUS(wi_net_jacobian(&net, inputs(), j), WI_ERR_SHAPE);
    CHECK_CONTAINS(net.error.text, "one sample, not of 64");
    wi_mat heap = j;
    heap.row_step = 0;
    CHECK_STATUS(wi_net_jacobian(&net, wi_mat_rows(inputs(), 0, 1), heap), WI_ERR_ARG);
    CHECK_TEXT(net.error.text, "elements of jacobian coincide");
    CHECK_STATUS(wi_net_jacobian(&net, wi_mat_rows(inputs(), 0, 1), wi_mat_transpose(j)), WI_ERR_SHAPE);
    CHECK_CONTAINS(net.error.text, "jacobian is 48 x 10, not 10 outputs x 48 inputs");
    net.layers[1].w.data[3] = (wi_real)INFINITY;
    CHECK_STATUS(wi_net_spectra(&net, inputs(), probes, NULL), WI_ERR_NUMERIC);
    CHECK_CONTAINS(net.error.text, "the weights of layer 2");

    wi_layer_desc layers[2] = {wi_layer_dense(30, wi_relu()), wi_layer_dense(OUTPUTS, wi_linear())};
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.inputs = INPUTS;
    desc.layers = layers;
    desc.layer_count = 2;
    desc.params = net.params;
    if (CHECK_OK(wi_net_create(&borrower, &desc, NULL))) {
        CHECK_STATUS(wi_net_jacobian(&borrower, wi_mat_rows(inputs(), 0, 1), j), WI_ERR_ARG);
        CHECK_CONTAINS(borrower.error.text, "it goes forward only");
        CHECK_STATUS(wi_net_probe(&borrower, inputs(), targets(), loss, probes), WI_ERR_ARG);
        CHECK_CONTAINS(borrower.error.text, "it goes forward only");
        wi_net_destroy(&borrower);
    }
    wi_net_destroy(&net);
}

/* A number that is not one is found where it starts, forward before backward. */
static void test_nonfinite(void)
{
    wi_net net;
    make_data(1.0);
    if (!make_net(&net, wi_relu(), wi_he_normal(), wi_zeros(), 5, 30, 1)) return;
    for (size_t l = 0; l < 5; l++) {
        CHECK_OK(wi_net_init(&net, 1));
        net.layers[l].w.data[5] = (wi_real)NAN;
        wi_diagnosis d = look(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY);
        VERDICT(d, WI_VERDICT_NONFINITE);
        CHECK_EQ(d.layer, l);
        CHECK_CONTAINS(d.evidence, "weights are NaN");
        if (l == 1) {   /* behind it nothing is finite, and the report must not make zeros of that */
            static char text[4000];
            FILE *f = fopen(check_path("nan.txt"), "wb+");
            if (!CHECK(f != NULL)) break;
            CHECK_OK(wi_report(f, probes, 5, 0));
            rewind(f);
            text[fread(text, 1, sizeof text - 1, f)] = 0;
            fclose(f);
            remove(check_path("nan.txt"));
            const char *last = strstr(text, "\n5 dense");
            CHECK(last && strncmp(last + 22, "nan", 3) == 0);
        }
    }
    wi_net_destroy(&net);
}

/* A cosine does not depend on lengths: x, 2 x and 10 x are one direction. */
static void test_correlation(void)
{
    wi_net net;
    make_data(1.0);
    if (!make_net(&net, wi_linear(), wi_xavier_normal(), wi_zeros(), 2, 30, 1)) return;
    for (size_t i = 1; i < BATCH; i++)
        for (size_t j = 0; j < INPUTS; j++) x_data[i * INPUTS + j] = (wi_real)(1.0 + (double)i) * x_data[j];
    CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
    CHECK_NEAR(probes[0].in_correlation, 1.0, 1e-6);
    CHECK_NEAR(probes[1].correlation, 1.0, 1e-5);
    for (size_t i = 0; i < BATCH; i++)
        for (size_t j = 0; j < INPUTS; j++)
            x_data[i * INPUTS + j] = (wi_real)((j == i % INPUTS) ? 1.0 + (double)i : 0.0);
    CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
    CHECK_NEAR(probes[0].in_correlation, (double)(BATCH - INPUTS) * 2 / (BATCH * (BATCH - 1.0)), 1e-6);
    wi_net_destroy(&net);
}

/* Targets that loss and last layer do not fit. */
static void test_targets(void)
{
    wi_net net;
    make_data(1.0);
    if (!make_net(&net, wi_relu(), wi_he_normal(), wi_zeros(), 3, 30, 1)) return;
    for (size_t i = 0; i < BATCH * OUTPUTS; i++) t_data[i] *= (wi_real)3e5;
    VERDICT(look(&net, inputs(), targets(), WI_LOSS_HALF_SQUARED), WI_VERDICT_TARGETS);
    CHECK_CONTAINS(wi_diagnose(probes, 3).evidence, "layer 3 of 3: the targets have rms");
    /* class numbers */
    for (size_t i = 0; i < BATCH * OUTPUTS; i++) t_data[i] = (wi_real)((i / OUTPUTS) % 4);
    VERDICT(look(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY), WI_VERDICT_TARGETS);
    VERDICT(look(&net, inputs(), targets(), WI_LOSS_BINARY_CROSS_ENTROPY), WI_VERDICT_TARGETS);
    make_data(1.0);
    net.layers[2].desc.act = wi_sigmoid();   /* ten classes, no two logits further apart than 1 */
    VERDICT(look(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY), WI_VERDICT_TARGETS);
    CHECK_CONTAINS(wi_diagnose(probes, 3).evidence, "sigmoid gives outputs from 0 to 1");
    net.layers[2].desc.act = wi_linear();
    VERDICT(look(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY), WI_VERDICT_HEALTHY);
    wi_net_destroy(&net);
}

/* Many zeros are no small inputs; a norm takes care of small ones. */
static void test_inputs(void)
{
    wi_net net;
    make_data(1.0);
    for (size_t i = 0; i < BATCH * INPUTS; i++) x_data[i] = (wi_real)(i % INPUTS == (i / INPUTS) % INPUTS);
    if (!make_net(&net, wi_relu(), wi_he_normal(), wi_zeros(), 2, 30, 1)) return;
    VERDICT(look(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY), WI_VERDICT_HEALTHY);
    wi_net_destroy(&net);

    /* Saturated at any size of the inputs. */
    const double sizes[4] = {10.0, 100.0, 255.0, 1000.0};
    for (size_t k = 0; k < 4; k++) {
        make_data(sizes[k]);
        if (!make_net(&net, wi_sigmoid(), wi_normal(0, 1), wi_zeros(), 2, 30, 1)) return;
        VERDICT(look(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY), WI_VERDICT_SATURATED);
        wi_net_destroy(&net);
    }
}

/* Fixup starts with zeros that stop all gradients for one step; it is healthy, and what is exploding is
   mended by recipes. */
static void test_fixup(void)
{
    wi_layer_desc layers[60];
    wi_net_desc desc;
    wi_net net;
    wi_recipe weights[60], bias[60];
    size_t n = 0;
    layers[n++] = wi_layer_dense(32, wi_relu());
    for (int block = 0; block < 16; block++) {
        layers[n++] = wi_layer_dense(32, wi_relu());
        layers[n++] = wi_layer_dense(32, wi_linear());
        layers[n++] = wi_layer_skip(3);
    }
    layers[n++] = wi_layer_dense(OUTPUTS, wi_linear());
    memset(&desc, 0, sizeof desc);
    desc.inputs = INPUTS;
    desc.layers = layers;
    desc.layer_count = n;
    desc.max_batch = BATCH;
    desc.seed = 1;
    make_data(1.0);
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    for (int method = WI_RESIDUAL_ZERO; method <= WI_RESIDUAL_FIXUP; method++) {
        CHECK_OK(wi_net_init_residual(&net, (wi_residual)method, 1));
        VERDICT(look(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY), WI_VERDICT_HEALTHY);
        wi_mat none = targets();
        none.data = NULL;
        VERDICT(look(&net, inputs(), none, WI_LOSS_SOFTMAX_CROSS_ENTROPY), WI_VERDICT_HEALTHY);
    }
    CHECK_OK(wi_net_init_all(&net, wi_normal(0, 0.5), wi_zeros(), 1));
    wi_diagnosis d = look(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY);
    VERDICT(d, WI_VERDICT_EXPLODING);
    CHECK_CONTAINS(d.remedy, "wi_net_init_residual(&net, WI_RESIDUAL_ZERO, seed)");
    CHECK_OK(wi_remedy(&net, probes, weights, bias));
    for (size_t l = 0; l < n; l++) {
        net.layers[l].desc.weights = weights[l];
        net.layers[l].desc.bias = bias[l];
    }
    CHECK_OK(wi_net_init(&net, 1));
    VERDICT(look(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY), WI_VERDICT_HEALTHY);
    wi_net_destroy(&net);
}

/* A trained network is known as one, and its weights are not called ill. */
static void test_trained(void)
{
    wi_net net;
    wi_data data;
    wi_train_desc how;
    memset(&data, 0, sizeof data);
    memset(&how, 0, sizeof how);
    make_data(1.0);
    data.x = inputs();
    data.y = targets();
    how.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    how.opt = wi_adam(0.01);
    how.steps = 200;
    if (!make_net(&net, wi_relu(), wi_he_normal(), wi_zeros(), 4, 30, 1)) return;
    CHECK(!look(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY).trained);
    CHECK_OK(wi_train(&net, &data, &how, NULL, NULL));
    wi_diagnosis d = look(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY);
    VERDICT(d, WI_VERDICT_HEALTHY);
    CHECK(d.trained && d.trains);
    CHECK_CONTAINS(d.evidence, "trained already");
    CHECK(probes[0].first_loss < 0.1 && probes[0].trivial_loss > 2.0);
    wi_net_destroy(&net);
}

/* A loss that is low by the luck of the draw is nobody's training: one feature, its sign the class. One
   weight moved is enough to make the difference. */
static void test_lucky(void)
{
    static wi_real x[40], y[40];
    size_t lucky = 0;
    for (size_t i = 0; i < 40; i++) {
        x[i] = (wi_real)(((double)i - 19.5) / 2.0);
        y[i] = (wi_real)(i >= 20);
    }
    for (uint64_t seed = 0; seed < 20; seed++) {
        wi_layer_desc layers[2] = {wi_layer_dense(30, wi_relu()), wi_layer_dense(1, wi_linear())};
        wi_net_desc desc;
        wi_net net;
        memset(&desc, 0, sizeof desc);
        desc.inputs = 1;
        desc.layers = layers;
        desc.layer_count = 2;
        desc.seed = seed;
        if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
        for (int moved = 0; moved < 2; moved++) {
            wi_probe p[2];
            if (moved) net.params[3] += (wi_real)0.01;
            CHECK_OK(wi_net_probe(&net, wi_mat_view(x, 40, 1), wi_mat_view(y, 40, 1),
                                  WI_LOSS_BINARY_CROSS_ENTROPY, p));
            CHECK_EQ(p[1].trained, moved && p[0].first_loss < 0.5 * p[0].trivial_loss);
            lucky += (size_t)p[1].trained;
        }
        wi_net_destroy(&net);
    }
    CHECK(lucky > 0);
}

/* Orthogonal weights lose size where layers widen again: by fan they do not. */
static void test_hourglass(void)
{
    wi_layer_desc layers[13];
    wi_net_desc desc;
    wi_net net;
    wi_recipe weights[13], bias[13];
    for (size_t l = 0; l < 12; l++) {
        layers[l] = wi_layer_dense(l % 2 ? 8 : 64, l % 2 ? wi_linear() : wi_relu());
        layers[l].weights = wi_normal(0, 0.01);
    }
    layers[12] = wi_layer_dense(OUTPUTS, wi_linear());
    memset(&desc, 0, sizeof desc);
    desc.inputs = INPUTS;
    desc.layers = layers;
    desc.layer_count = 13;
    desc.max_batch = BATCH;
    make_data(1.0);
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    VERDICT(look(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY), WI_VERDICT_VANISHING);
    CHECK_OK(wi_remedy(&net, probes, weights, bias));
    for (size_t l = 0; l < 13; l++) {
        net.layers[l].desc.weights = weights[l];
        net.layers[l].desc.bias = bias[l];
    }
    CHECK_OK(wi_net_init(&net, 1));
    VERDICT(look(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY), WI_VERDICT_HEALTHY);
    for (size_t l = 0; l < 13; l++) CHECK(probes[l].pre.rms > 0.2 && probes[l].pre.rms < 8.0);
    wi_net_destroy(&net);
}

/* Behind batch norm the gradient grows by pi / (pi - 1) a block of ReLU: Yang et al. 2019. */
static void test_norm_slope(void)
{
    wi_layer_desc layers[46];
    wi_net_desc desc;
    wi_net net;
    size_t n = 0;
    for (int block = 0; block < 15; block++) {
        layers[n++] = wi_layer_dense(64, wi_linear());
        layers[n++] = wi_layer_batch_norm();
        layers[n++] = wi_layer_act(wi_relu());
    }
    layers[n++] = wi_layer_dense(OUTPUTS, wi_linear());
    memset(&desc, 0, sizeof desc);
    desc.inputs = INPUTS;
    desc.layers = layers;
    desc.layer_count = n;
    desc.max_batch = BATCH;
    make_data(1.0);
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_OK(wi_net_probe(&net, inputs(), targets(), WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes));
    double growth = pow(probes[3].predicted_slope / probes[n - 4].predicted_slope, 2.0 / 13.0);
    CHECK_NEAR(growth, 3.14159265 / 2.14159265, 0.02);
    wi_net_destroy(&net);
}

/* ---- plans --------------------------------------------------------------- */

#define SAMPLES 600
#define CLASSES 4

static wi_real plan_x[SAMPLES * INPUTS], plan_y[SAMPLES * CLASSES];

/* Clouds around four corners, which any sound network learns. */
static wi_data plan_data(void)
{
    wi_data d;
    wi_rng rng = wi_rng_make(4);
    memset(&d, 0, sizeof d);
    memset(plan_y, 0, sizeof plan_y);
    for (size_t i = 0; i < SAMPLES; i++) {
        for (size_t j = 0; j < INPUTS; j++)
            plan_x[i * INPUTS + j] =
                (wi_real)(wi_rng_normal(&rng) + (j % CLASSES == i % CLASSES ? 1.0 : 0.0));
        plan_y[i * CLASSES + i % CLASSES] = 1;
    }
    d.x = wi_mat_view(plan_x, SAMPLES, INPUTS);
    d.y = wi_mat_view(plan_y, SAMPLES, CLASSES);
    return d;
}

static wi_train_desc plan_of(wi_loss loss, wi_opt_desc opt)
{
    wi_train_desc how;
    memset(&how, 0, sizeof how);
    how.loss = loss;
    how.opt = opt;
    how.steps = 400;
    return how;
}

static int plan_net(wi_net *net, wi_recipe weights, size_t depth, wi_act last)
{
    wi_layer_desc layers[MOST];
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    for (size_t l = 0; l < depth; l++) {
        layers[l] = l + 1 < depth ? wi_layer_dense(32, wi_relu()) : wi_layer_dense(CLASSES, last);
        layers[l].weights = weights;
    }
    desc.inputs = INPUTS;
    desc.layers = layers;
    desc.layer_count = depth;
    desc.max_batch = BATCH;
    desc.seed = 1;
    return CHECK_OK(wi_net_create(net, &desc, NULL));
}

static wi_check check_of(wi_net *net, const wi_data *d, const wi_train_desc *how, size_t steps)
{
    wi_check c;
    wi_error error;
    memset(&c, 0, sizeof c);
    if (!CHECK_OK(wi_train_check(net, d, how, steps, &c, &error))) printf("%s\n", error.text);
    CHECK(c.trains == c.diagnosis.trains && c.trains == (c.probability >= 0.5));
    CHECK(c.trains == (c.diagnosis.verdict == WI_VERDICT_HEALTHY));
    CHECK(c.probability >= 0.0 && c.probability <= 1.0 && c.trial_steps <= steps);
    CHECK(c.diagnosis.evidence[0] && c.diagnosis.remedy[0]);
    CHECK(!c.trains || c.rate > 0.0);
    return c;
}

/* What the check says of plans that are known to work or not. */
static void test_check(void)
{
    wi_net net;
    wi_data d = plan_data();
    for (int adaptive = 0; adaptive < 2; adaptive++) {
        wi_train_desc how =
            plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, adaptive ? wi_adam(0) : wi_momentum(0, 0.9));
        for (size_t steps = 0; steps <= 200; steps += 200) {
            if (!plan_net(&net, wi_he_normal(), 4, wi_linear())) return;
            wi_check c = check_of(&net, &d, &how, steps);
            CHECK(c.trains && c.rate > 1e-5 && c.rate < 1.0);
            CHECK_NEAR(c.trivial_loss, log(4.0), 1e-5);
            CHECK(c.first_loss > 1.0 && c.first_loss < 6.0);
            if (steps == 0) CHECK(c.reached_loss != c.reached_loss);
            else CHECK(c.reached_loss < 0.5 * c.trivial_loss);
            wi_net_destroy(&net);

            if (!plan_net(&net, wi_normal(0, 1e-5), 8, wi_linear())) return;
            CHECK(!check_of(&net, &d, &how, steps).trains);
            wi_net_destroy(&net);
        }
    }
}

/* What the weights of the judgement make of plans of many kinds: ln p / (1 - p), looking alone and after a
   trial; and the rate. The numbers are what the fit gave; a change that is meant gets new ones from
   `13_probe odds`. */
static void test_odds(int print)
{
    enum { RELU, TANH, SELU };
    static const struct {
        int act, adaptive, squared, skip;   /* skip 2: a batch norm */
        size_t depth, steps;
        double std, in, out, dropout, rate, bias, odds[2];   /* 9: what its steps see, rounding moves */
    } rows[] = {
        {RELU, 0, 0, 0, 4, 400, 0, 1, 1, 0, 0, 0, {4.2144, 9}},
        {RELU, 1, 0, 0, 4, 400, 0, 1, 1, 0.5, 0, 0, {5.2546, 9}},
        {RELU, 0, 0, 0, 8, 60, 0.2, 1, 1, 0, 0, 0, {2.2804, 9}},
        {TANH, 0, 0, 0, 6, 400, 0.8, 1, 1, 0, 0, 0, {2.7081, 9}},
        {TANH, 1, 0, 0, 6, 40, 0.05, 1, 1, 0, 0, 0, {2.1341, 9}},
        {SELU, 0, 0, 0, 5, 400, 0, 30, 1, 0, 0, 0, {4.8862, 9}},
        {RELU, 1, 0, 0, 3, 400, 0, 0.01, 1, 0, 0, 0, {3.8882, 4.5951}},
        {RELU, 0, 1, 0, 3, 400, 0, 1, 20, 0, 0, 0, {6.6903, 9}},
        {TANH, 1, 1, 0, 3, 3000, 0, 1, 0.05, 0, 0.003, 0, {1.7084, 2.1999}},
        {RELU, 0, 0, 1, 7, 400, 0, 1, 1, 0, 0, 0, {6.0913, 9}},
        {TANH, 1, 1, 1, 7, 100, 0.3, 1, 1, 0.2, 0, 0, {2.0759, 2.2318}},
        {RELU, 0, 0, 0, 3, 400, 0, 1, 1, 0, 5, 0, {6.5833, 9}},
        {RELU, 0, 0, 0, 4, 400, -0.1, 1, 1, 0, 0, 0, {-3.1857, -3.7918}},
        {RELU, 1, 0, 0, 4, 400, 0, 1, 1, 0, 0, -4, {2.0447, 4.5951}},
        {TANH, 0, 0, 0, 12, 300, 0.1, 1, 1, 0, 0, 0, {0.3788, 0.5405}},
        {RELU, 1, 0, 0, 9, 25, 0.05, 1, 1, 0, 0, 0, {-0.5043, -1.5014}},
        {RELU, 0, 1, 0, 9, 90, 0.5, 1, 1, 0, 0, 0, {-3.1299, 9}},
        {SELU, 1, 1, 0, 4, 50, 0.5, 1, 5, 0.5, 0, 1, {-2.3567, -3.9999}},
        {RELU, 0, 0, 2, 5, 200, 0, 1, 1, 0, 0, 0, {3.3662, 9}},
        {TANH, 1, 0, 2, 5, 200, 0.5, 2, 1, 0, 0, 0, {5.0090, 9}},
        {RELU, 1, 0, 0, 3, 400, 0, 1, 1, 0, 0, -1000, {-3.0863, -3.8881}},
        {RELU, 0, 0, 0, 8, 400, 1e-6, 1, 1, 0, 0, 0, {-3.0647, 9}},
        {RELU, 1, 0, 0, 8, 400, 3, 1, 1, 0, 0, 0, {-3.1476, 9}},
        {TANH, 0, 0, 0, 3, 400, 0, 1e6, 1, 0, 0, 0, {3.0656, 9}},
        {TANH, 1, 0, 0, 3, 400, 0, 1e-7, 1, 0, 0, 0, {-3.3709, 9}},
        {RELU, 0, 1, 0, 3, 400, 0, 1, 30, 0, 0, 0, {2.7490, 9}},
        {RELU, 1, 1, 0, 3, 400, 0, 1, 1e-4, 0, 0, 0, {-3.2960, 9}},
    };
    static const double rates[] = {0.13, 0.01, 0.25, 0.15, 0.003, 0.01, 0.01, 0.01, 0.01,
                                   0.088, 0.01, 0.1, 0.027, 0.01, 0.35, 0.01, 1.6e-6, 0.01,
                                   0.17, 0.01, 0.01, 0.41, 0.01, 0.35, 0.01, 0.01, 0.01};
    for (size_t r = 0; r < WI_COUNT(rows); r += CHECK_SLOW_PART(2)) {
        wi_act act = rows[r].act == RELU ? wi_relu() : rows[r].act == TANH ? wi_tanh() : wi_selu();
        wi_layer_desc layers[MOST];
        wi_net_desc desc;
        wi_net net;
        memset(&desc, 0, sizeof desc);
        for (size_t l = 0; l < rows[r].depth; l++) {
            layers[l] = wi_layer_dense(32, act);
            if (rows[r].std > 0) layers[l].weights = wi_normal(0, rows[r].std);
            if (rows[r].std < 0) layers[l].weights = wi_constant(-rows[r].std);
            if (rows[r].bias != 0 && l == 0) layers[l].bias = wi_constant(rows[r].bias);
            if (rows[r].skip == 1 && l == 3) layers[l] = wi_layer_skip(3);
            if (rows[r].skip == 2 && l == 1) layers[l] = wi_layer_batch_norm();
            if (rows[r].dropout > 0 && l == 1) layers[l] = wi_layer_dropout(rows[r].dropout);
        }
        layers[rows[r].depth - 1] = wi_layer_dense(CLASSES, wi_linear());
        desc.inputs = INPUTS;
        desc.layers = layers;
        desc.layer_count = rows[r].depth;
        desc.max_batch = BATCH;
        desc.seed = r;
        if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
        wi_data d = plan_data();
        for (size_t i = 0; i < SAMPLES * INPUTS; i++) plan_x[i] *= (wi_real)rows[r].in;
        for (size_t i = 0; i < SAMPLES * CLASSES; i++) plan_y[i] *= (wi_real)rows[r].out;
        wi_train_desc how = plan_of(rows[r].squared ? WI_LOSS_HALF_SQUARED : WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                                    rows[r].adaptive ? wi_adam(rows[r].rate) : wi_sgd(rows[r].rate));
        how.steps = rows[r].steps;
        if (!rows[r].squared && r % 2 == 0) how.label_smoothing = 0.1;
        for (int trial = 0; trial < 2 && rows[r].odds[trial] < 9; trial++) {
            wi_check c = check_of(&net, &d, &how, trial ? 60 : 0);
            double odds = log(c.probability / (1 - c.probability));
            if (print) printf("%zu %d: %.4f  rate %.3g\n", r, trial, odds, c.rate);
            else CHECK_NEAR(odds, rows[r].odds[trial], 0.002);
            if (!print && !trial) CHECK_CLOSE(c.rate, rates[r], 0.006);
        }
        wi_net_destroy(&net);
    }
}

/* Nothing gets through: predictions that differ by rounding alone follow no targets, and strong dropout goes
   on for good. */
/* What the first steps tell, though signals, gradients and their sizes are the same: labels that follow from
   the inputs, and labels that a coin has thrown. Too few steps are too few, whatever the first ones do. */
static void test_check_first_steps(void)
{
    wi_net net;
    wi_train_desc how = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_momentum(0, 0.9));
    wi_data d = plan_data();
    how.steps = 200;
    if (!plan_net(&net, wi_he_normal(), 3, wi_linear())) return;
    double learnable = check_of(&net, &d, &how, 0).probability;
    how.steps = 3;
    wi_check brief = check_of(&net, &d, &how, 0);
    CHECK(!brief.trains);
    CHECK_CONTAINS(brief.diagnosis.evidence, "the plan has 3 steps");
    how.steps = 200;
    wi_rng rng = wi_rng_make(5);
    memset(plan_y, 0, sizeof plan_y);
    for (size_t i = 0; i < SAMPLES; i++) plan_y[i * CLASSES + wi_rng_below(&rng, CLASSES)] = 1;
    double thrown = check_of(&net, &d, &how, 0).probability;
    CHECK(log(thrown / (1 - thrown)) < log(learnable / (1 - learnable)) - 1.0);
    wi_net_destroy(&net);
}

/* Where copies are not looked for, weights of zero are dead units, and it is the weights that are named. */
static void test_dead_zeros(void)
{
    wi_net net;
    wi_probe p[3];
    wi_data d = plan_data();
    if (!plan_net(&net, wi_zeros(), 3, wi_linear())) return;
    CHECK_OK(wi_net_probe_parts(&net, d.x, d.y, WI_LOSS_SOFTMAX_CROSS_ENTROPY, WI_PROBE_FLAT, p));
    wi_diagnosis zeros = wi_diagnose(p, 3);
    VERDICT(zeros, WI_VERDICT_DEAD);
    CHECK_CONTAINS(zeros.evidence, "its weights are all zero");
    CHECK_CONTAINS(zeros.remedy, "use wi_he_normal() for the weights");
    wi_net_destroy(&net);
}

static void test_check_blocked(void)
{
    wi_net net;
    wi_data d = plan_data();
    wi_train_desc how = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_momentum(0, 0.9));
    how.steps = 1500;
    if (!plan_net(&net, wi_he_normal(), 4, wi_linear())) return;
    /* no unit ever wakes */
    for (size_t j = 0; j < net.layers[0].b.cols; j++) net.layers[0].b.data[j] = -1000;
    wi_check c = check_of(&net, &d, &how, 200);
    CHECK(!c.trains && c.probability < 0.2 && c.trial_steps == 200);
    wi_net_destroy(&net);

    wi_layer_desc layers[9];
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    for (size_t l = 0; l < 9; l++)
        layers[l] = l == 8 ? wi_layer_dense(CLASSES, wi_linear())
            : l % 2        ? wi_layer_dropout(0.9)
                           : wi_layer_dense(48, wi_tanh());
    desc.inputs = INPUTS;
    desc.layers = layers;
    desc.layer_count = 9;
    desc.max_batch = BATCH;
    desc.seed = 1;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    how = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_adam(0));
    CHECK(!check_of(&net, &d, &how, 0).trains);
    wi_net_destroy(&net);
}

/* Does it train at one of the usual rates, by the last tenth of its steps? */
static int plan_trains(wi_net *net, const wi_data *d, wi_train_desc how)
{
    static const double rates[3] = { 0.1, 0.01, 0.001 };
    int trains = 0;
    how.every = how.steps / 10;
    for (size_t r = 0; r < 3 && !trains; r++) {
        wi_progress last;
        how.opt.rate = how.opt.kind >= WI_OPT_RMSPROP ? 0.1 * rates[r] : rates[r];
        CHECK_OK(wi_net_init(net, 1));
        trains = wi_train(net, d, &how, &last, NULL) == WI_OK && last.loss < 0.5 * log(4.0);
    }
    CHECK_OK(wi_net_init(net, 1));
    return trains;
}

/* Clipping and weight decay so strong that weights cannot get where they have to: what is refused for that
   does not train, and what trains is not refused. Noise on the inputs is seen too. */
static void test_held_back(void)
{
    wi_net net;
    wi_data d = plan_data();
    if (!plan_net(&net, wi_he_normal(), 4, wi_linear())) return;
    /* In steps of 1, 3 or 5, which see both sides, of an even k and an odd one. */
    for (int k = 0; k < 7; k += CHECK_PART_OF(3) + CHECK_SLOW_PART(3) - 1) {
        wi_train_desc how = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, k % 2 ? wi_momentum(0, 0.9) : wi_sgd(0));
        double size = pow(10.0, -k);
        if (k % 2) how.clip_norm = size;
        else how.clip_value = size;
        wi_check c = check_of(&net, &d, &how, 0);
        CHECK(c.trains == plan_trains(&net, &d, how) && c.trains == (k < 3));
        if (!c.trains) CHECK_CONTAINS(c.diagnosis.evidence, "clipped");
        how.opt = wi_adam(0);   /* divides by the gradient's size */
        if (k % 2) CHECK(check_of(&net, &d, &how, 0).trains && plan_trains(&net, &d, how));

        how = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, k % 2 ? wi_momentum(0, 0.9) : wi_adam(0));
        how.weight_decay = 3.0 * size;
        c = check_of(&net, &d, &how, 0);
        CHECK(c.trains == plan_trains(&net, &d, how) && c.trains == (k > 1));
        if (!c.trains) CHECK_CONTAINS(c.diagnosis.evidence, "only shrink");
    }
    wi_train_desc how = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_sgd(0));
    how.opt.decay = 3.0;   /* for gradient descent the same as L2 */
    CHECK_CONTAINS(check_of(&net, &d, &how, 0).diagnosis.remedy, "weight decay");
    how.opt.decay = 0.0;
    double before = check_of(&net, &d, &how, 0).probability;


    /* Classes that weigh 1 to 4: the best constant says 0.1 to 0.4, and the loss is that of such rows. */
    const double weights[CLASSES] = { 1.0, 2.0, 3.0, 4.0 };
    double loss = 0.0, total = 0.0;
    how.class_weights = weights;
    how.steps = 2000;   /* so long a plan that all rows are looked at */
    wi_check c = check_of(&net, &d, &how, 0);
    CHECK_NEAR(c.trivial_loss, -0.1 * log(0.1) - 0.2 * log(0.2) - 0.3 * log(0.3) - 0.4 * log(0.4), 1e-9);
    for (size_t i = 0; i < SAMPLES; i++) {
        wi_mat y;
        double one;
        CHECK_OK(wi_net_forward(&net, wi_mat_rows(d.x, i, 1), WI_EVAL, &y));
        CHECK_OK(wi_loss_of(how.loss, y, wi_mat_rows(d.y, i, 1), NULL, &one));
        loss += weights[i % CLASSES] * one;
        total += weights[i % CLASSES];
    }
    CHECK_CLOSE(c.first_loss, loss / total, 1e-5);
    how = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_sgd(0));
    how.input_noise = 100.0;
    CHECK_BELOW(check_of(&net, &d, &how, 0).probability, 0.9 * before);
    wi_net_destroy(&net);
}

/* The data, the targets and the loss. */
static void test_check_data(void)
{
    wi_net net;
    wi_data d = plan_data();
    wi_train_desc how = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_momentum(0, 0.9));
    if (!plan_net(&net, wi_he_normal(), 3, wi_linear())) return;
    plan_x[5 * INPUTS + 2] = (wi_real)NAN;
    wi_check c = check_of(&net, &d, &how, 0);
    VERDICT(c.diagnosis, WI_VERDICT_NONFINITE);
    CHECK_CONTAINS(c.diagnosis.evidence, "row 6, column 3 of the inputs");
    CHECK_CONTAINS(c.diagnosis.remedy, "look at the inputs");
    CHECK(c.rate == 0.0);
    d = plan_data();
    plan_y[7 * CLASSES] = (wi_real)NAN;
    c = check_of(&net, &d, &how, 0);
    CHECK_CONTAINS(c.diagnosis.evidence, "row 8, column 1 of the targets");
    CHECK_CONTAINS(c.diagnosis.remedy, "look at the targets");
    d = plan_data();
    wi_real weight = net.params[0];
    net.params[0] = (wi_real)NAN;
    CHECK_CONTAINS(check_of(&net, &d, &how, 0).diagnosis.remedy, "look at the weights");
    net.params[0] = weight;
    for (size_t i = 0; i < SAMPLES * CLASSES; i++) plan_y[i] *= 2;
    VERDICT(check_of(&net, &d, &how, 0).diagnosis, WI_VERDICT_TARGETS);
    d = plan_data();
    for (size_t i = 0; i < SAMPLES; i++)
        for (size_t j = 0; j < CLASSES; j++) plan_y[i * CLASSES + j] = (wi_real)(j == 1);
    VERDICT(check_of(&net, &d, &how, 0).diagnosis, WI_VERDICT_TARGETS);
    d = plan_data();
    net.layers[0].desc.frozen = net.layers[1].desc.frozen = net.layers[2].desc.frozen = 1;
    wi_check frozen = check_of(&net, &d, &how, 100);
    CHECK_CONTAINS(frozen.diagnosis.evidence, "frozen");
    CHECK_CONTAINS(frozen.diagnosis.remedy, "frozen = 0");
    wi_mended idle;
    CHECK_OK(wi_train_mend(&net, &d, &how, &frozen, &idle, NULL));
    CHECK_CONTAINS(idle.done, "nothing: all layers");
    wi_net_destroy(&net);

    if (!plan_net(&net, wi_he_normal(), 3, wi_sigmoid())) return;
    c = check_of(&net, &d, &how, 0);
    VERDICT(c.diagnosis, WI_VERDICT_TARGETS);
    CHECK_CONTAINS(c.diagnosis.evidence, "no output from 0 to 1");
    wi_net_destroy(&net);
    wi_error error;
    CHECK_STATUS(wi_train_check(NULL, &d, &how, 0, NULL, &error), WI_ERR_ARG);
    CHECK_CONTAINS(error.text, "out is NULL");
    CHECK_STATUS(wi_train_check(NULL, &d, &how, 0, &c, NULL), WI_ERR_ARG);
}

/* To the bit: parameters, gradients, statistics, chance, recipes, data, and the next training run. */
static void test_check_untouched(void)
{
    wi_layer_desc layers[6];
    wi_net_desc desc;
    wi_net net, other;
    wi_data d = plan_data();
    wi_train_desc how = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_adam(0));
    layers[0] = wi_layer_dense(24, wi_linear());
    layers[1] = wi_layer_batch_norm();
    layers[2] = wi_layer_act(wi_relu());
    layers[3] = wi_layer_dropout(0.3);
    layers[4] = wi_layer_dense(24, wi_gelu());
    layers[5] = wi_layer_dense(CLASSES, wi_linear());
    memset(&desc, 0, sizeof desc);
    desc.inputs = INPUTS;
    desc.layers = layers;
    desc.layer_count = 6;
    desc.max_batch = BATCH;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL)) || !CHECK_OK(wi_net_create(&other, &desc, NULL))) return;
    for (size_t i = 0; i < net.param_count; i++) net.grads[i] = other.grads[i] = (wi_real)i;
    wi_check c = check_of(&net, &d, &how, 120);
    CHECK(c.trains);
    CHECK_BYTES(net.params, other.params, net.param_count * sizeof(wi_real));
    CHECK_BYTES(net.grads, other.grads, net.param_count * sizeof(wi_real));
    CHECK_BYTES(net.state, other.state, net.state_count * sizeof(wi_real));
    CHECK_BYTES(&net.noise, &other.noise, sizeof net.noise);
    CHECK(net.seed == other.seed && net.batch == other.batch && how.opt.rate == 0.0);
    how.steps = 20;
    CHECK_OK(wi_train(&net, &d, &how, NULL, NULL));
    CHECK_OK(wi_train(&other, &d, &how, NULL, NULL));
    CHECK_BYTES(net.params, other.params, net.param_count * sizeof(wi_real));
    wi_net_destroy(&net);
    wi_net_destroy(&other);
}

/* Probing from on_report: training goes on as if nobody had looked. */
static int look_in_flight(const wi_progress *progress, void *user)
{
    wi_probe seen[3];
    size_t *looks = (size_t *)user;
    wi_mat x = wi_mat_view(plan_x, BATCH, INPUTS), y = wi_mat_view(plan_y, BATCH, CLASSES);
    wi_status status = wi_net_probe(progress->net, x, y, WI_LOSS_SOFTMAX_CROSS_ENTROPY, seen);
    if (!CHECK_OK(status) || !CHECK(seen[0].update_ratio > 0.0)) return 1;
    ++*looks;
    return 0;
}

static void test_in_flight(void)
{
    wi_net net, watched;
    wi_data d = plan_data();
    wi_train_desc how = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_adam(0));
    size_t looks = 0;
    how.steps = 30;
    how.every = 3;
    if (!plan_net(&net, wi_he_normal(), 3, wi_linear()) ||
        !plan_net(&watched, wi_he_normal(), 3, wi_linear()))
        return;
    CHECK(net.layer_count == 3);
    CHECK_OK(wi_train(&net, &d, &how, NULL, NULL));
    how.on_report = look_in_flight;
    how.user = &looks;
    CHECK_OK(wi_train(&watched, &d, &how, NULL, NULL));
    CHECK(looks >= 10);
    CHECK_BYTES(net.params, watched.params, net.param_count * sizeof(wi_real));
    wi_net_destroy(&net);
    wi_net_destroy(&watched);
}

static double loss_after(wi_net *net, const wi_data *d, const wi_train_desc *how)
{
    wi_score score;
    memset(&score, 0, sizeof score);
    CHECK_OK(wi_train(net, d, how, NULL, NULL));
    CHECK_OK(wi_evaluate(net, d, how->loss, &score));
    return score.loss;
}

/* What is mended trains; what is sound stays as it is. */
static void test_mend(void)
{
    wi_net net;
    wi_mended done;
    const wi_recipe ill[3] = {wi_normal(0, 1e-5), wi_zeros(), wi_normal(0, 3)};
    for (size_t k = 0; k < 3; k += CHECK_PART_OF(2)) {
        wi_data d = plan_data();
        wi_train_desc how = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_momentum(0, 0.9));
        if (!plan_net(&net, ill[k], 8, wi_linear())) return;
        wi_check c = check_of(&net, &d, &how, 0);
        CHECK(!c.trains);
        CHECK_OK(wi_train_mend(&net, &d, &how, &c, &done, NULL));
        CHECK(done.x.count == 0 && done.y.count == 0 && how.opt.rate > 0.0);
        CHECK_CONTAINS(done.done, "drawn");
        CHECK(loss_after(&net, &d, &how) < 0.5 * c.trivial_loss);
        wi_mended_destroy(&done);
        wi_net_destroy(&net);
    }

    /* Inputs as tables have them: the scaler comes back. */
    wi_data d = plan_data();
    wi_train_desc how = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_momentum(0, 0.9));
    for (size_t i = 0; i < SAMPLES * INPUTS; i++) plan_x[i] = (wi_real)(1000.0 + 50.0 * (double)plan_x[i]);
    if (!plan_net(&net, wi_he_normal(), 3, wi_linear())) return;
    wi_check c = check_of(&net, &d, &how, 0);
    CHECK(!c.trains);
    CHECK_OK(wi_train_mend(&net, &d, &how, &c, &done, NULL));
    CHECK_EQ(done.x.count, INPUTS);
    CHECK_NEAR(wi_stats_of(plan_x, SAMPLES * INPUTS).mean, 0.0, 0.01);
    CHECK(loss_after(&net, &d, &how) < 0.5 * c.trivial_loss);
    wi_mended_destroy(&done);
    wi_mended_destroy(&done);

    /* A sound plan: nothing but a rate, and not even that where it has a fit one. */
    wi_net sound;
    d = plan_data();
    how = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_momentum(0.02, 0.9));
    if (!plan_net(&sound, wi_he_normal(), 3, wi_linear())) return;
    CHECK_OK(wi_net_init(&net, 1));
    c = check_of(&sound, &d, &how, 0);
    CHECK(c.trains && c.rate == 0.02);
    CHECK_OK(wi_train_mend(&sound, &d, &how, &c, &done, NULL));
    CHECK_TEXT(done.done, "");
    CHECK_BYTES(sound.params, net.params, net.param_count * sizeof(wi_real));
    wi_net_destroy(&net);
    wi_net_destroy(&sound);
    wi_error error;
    CHECK_STATUS(wi_train_mend(NULL, &d, &how, NULL, &done, &error), WI_ERR_ARG);
    CHECK_CONTAINS(error.text, "check or out is NULL");
    CHECK_STATUS(wi_train_mend(NULL, &d, &how, &c, NULL, NULL), WI_ERR_ARG);
    wi_mended_destroy(NULL);
    CHECK_STATUS(wi_train_mend(NULL, &d, &how, &c, &done, NULL), WI_ERR_ARG);
}

/* What only a person can mend is named, and nothing is done: a value that dwarfs its column, and equal rows.
   Columns of any one size, sparse ones and heavy tails are none of these. */
static void test_data_faults(void)
{
    wi_net net;
    wi_mended done;
    wi_train_desc how = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_momentum(0.02, 0.9));
    if (!plan_net(&net, wi_he_normal(), 3, wi_linear())) return;
    for (int kind = 0; kind < 6; kind++) {
        wi_data d = plan_data();
        if (kind == 0) plan_x[(SAMPLES - 1) * INPUTS + 2] = (wi_real)-1e30;
        if (kind == 1) plan_y[9 * CLASSES + 1] = (wi_real)1e20;
        for (size_t i = 0; i < SAMPLES; i++) {
            wi_real *column = &plan_x[i * INPUTS + 2];
            if (kind == 2) for (size_t j = 0; j < INPUTS; j++) plan_x[i * INPUTS + j] = (wi_real)j;
            if (kind == 3) *column *= (wi_real)1e9;
            if (kind == 4) *column = (wi_real)(i % 16 ? 0 : 99999);
            if (kind == 5) *column = (wi_real)exp(3.0 * (double)*column);
        }
        wi_check c = check_of(&net, &d, &how, 100);
        const char *const named[3] = { "column 3 of the inputs is -1e+30",
                                       "row 10, column 2 of the targets is 1e+20", "do not differ" };
        wi_real first = plan_x[0];
        CHECK_OK(wi_train_mend(&net, &d, &how, &c, &done, NULL));
        if (kind < 3) {
            CHECK(!c.trains && done.x.count == 0 && plan_x[0] == first && c.trial_steps == 0);
            CHECK_CONTAINS(c.diagnosis.evidence, named[kind]);
            CHECK_CONTAINS(done.done, "nothing: ");
            CHECK_CONTAINS(done.done, named[kind]);
            CHECK_CONTAINS(c.diagnosis.remedy, kind == 1 ? "look at the targets" : "inputs");
        } else {
            CHECK(strstr(c.diagnosis.evidence, "column") == NULL && strstr(done.done, "nothing") == NULL);
        }
        wi_mended_destroy(&done);
    }
    wi_net_destroy(&net);

    /* A rate that does not serve is named beside the one that does; trials too short to tell have no loss. */
    wi_data d = plan_data();
    how = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_sgd(1000));
    if (!plan_net(&net, wi_he_normal(), 3, wi_linear())) return;
    wi_check c = check_of(&net, &d, &how, 10);
    CHECK(c.reached_loss != c.reached_loss);
    CHECK(c.trains && c.rate < 100.0);
    CHECK_CONTAINS(c.diagnosis.remedy, "in place of 1000");
    wi_net_destroy(&net);
    wi_diagnosis none = wi_diagnose(NULL, 3);
    CHECK(!none.trains);
    CHECK_CONTAINS(none.evidence, "no layers");
}

/* Prices: targets of some 3e5 are brought to size 1, and the way back is in the scaler. */
static void test_mend_targets(void)
{
    wi_net net;
    wi_mended done;
    wi_data d = plan_data();
    wi_train_desc how = plan_of(WI_LOSS_HALF_SQUARED, wi_momentum(0, 0.9));
    for (size_t i = 0; i < SAMPLES; i++)
        for (size_t j = 0; j < CLASSES; j++)
            plan_y[i * CLASSES + j] = (wi_real)(3e5 + 5e4 * (double)plan_x[i * INPUTS + j]);
    if (!plan_net(&net, wi_he_normal(), 3, wi_linear())) return;
    wi_check c = check_of(&net, &d, &how, 0);
    VERDICT(c.diagnosis, WI_VERDICT_TARGETS);
    double first = (double)plan_y[0];
    CHECK_OK(wi_train_mend(&net, &d, &how, &c, &done, NULL));
    CHECK_EQ(done.y.count, CLASSES);
    CHECK_NEAR((double)plan_y[0] * (double)done.y.std[0] + (double)done.y.mean[0], first, 1.0);
    CHECK(loss_after(&net, &d, &how) < 0.25 * CLASSES);
    wi_mended_destroy(&done);
    wi_net_destroy(&net);
}

/* Without memory, at whatever call: WI_ERR_MEMORY, nothing changed, nothing lost. */
static void test_check_memory(void)
{
    wi_net net;
    wi_data d = plan_data();
    wi_train_desc how = plan_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_adam(0));
    if (!plan_net(&net, wi_zeros(), 3, wi_linear())) return;
    wi_check c = check_of(&net, &d, &how, 40);
    size_t live = fail_alloc.live;
    for (size_t k = 0;; k += k < 20 ? 1 : 17) {
        wi_check out;
        wi_mended done;
        fail_alloc_start(k);
        wi_status status = wi_train_check(&net, &d, &how, 40, &out, NULL);
        if (status == WI_OK) status = wi_train_mend(&net, &d, &how, &c, &done, NULL);
        if (!fail_alloc_stop()) {
            CHECK_OK(status);
            wi_mended_destroy(&done);
            break;
        }
        CHECK_STATUS(status, WI_ERR_MEMORY);
        CHECK_EQ(fail_alloc.live, live);
        CHECK(wi_stats_of(net.params, net.param_count).zeros == 1.0 && how.opt.rate == 0.0);
    }
    wi_net_destroy(&net);
}

int main(int argc, char **argv)
{
    int thorough = argc > 1 && strcmp(argv[1], "long") == 0;
    if (argc > 1 && strcmp(argv[1], "odds") == 0) { test_odds(1); return 0; }
    test_odds(0);   /* notices most */
    test_verdicts();
    test_edges();
    test_thresholds();
    test_offset();
    test_untouched();
    test_jacobian();
    test_kinds();
    test_branches();
    test_reports();
    test_flat();
    test_parts();
    test_strided();
    test_sentences();
    test_nonfinite();
    test_correlation();
    test_targets();
    test_inputs();
    test_fixup();
    test_trained();
    test_lucky();
    test_hourglass();
    test_norm_slope();
    test_check();
    test_check_first_steps();
    test_dead_zeros();
    test_check_blocked();
    test_held_back();
    test_check_data();
    test_check_untouched();
    test_in_flight();
    test_remedy();
    test_mend();
    test_mend_targets();
    test_data_faults();
    test_check_memory();
    test_predictions(thorough);
    return check_done();
}
