/* Section 8: the theory of networks against simulation, on networks drawn at random: kinds, sizes, strides,
   padding, laws.
   @build once */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"

enum { MOST = 20 };

/* A random network: which kinds follow each other, how large, what weights. */
static size_t draw_net(wi_rng *rng, wi_layer_desc *layers, wi_net_desc *desc, int means, int shifts)
{
    size_t side = 4 + (size_t)wi_rng_below(rng, 9), depth = 1 + (size_t)wi_rng_below(rng, 6), count = 0;
    const wi_act acts[3] = {wi_relu(), wi_tanh(), wi_linear()};
    wi_act act = acts[wi_rng_below(rng, 3)];
    int image = wi_rng_below(rng, 2) == 0;
    memset(desc, 0, sizeof *desc);
    if (image) { desc->channels = 3 + (size_t)wi_rng_below(rng, 6); desc->height = desc->width = side; }
    else desc->inputs = 40 + (size_t)wi_rng_below(rng, 60);
    for (size_t l = 0; l < depth; l++) {
        size_t kernel = 1 + 2 * (size_t)wi_rng_below(rng, 2);
        wi_layer_desc layer = image ? wi_layer_conv2d(16 + (size_t)wi_rng_below(rng, 24), kernel, act)
                                    : wi_layer_dense(60 + (size_t)wi_rng_below(rng, 60), act);
        if (image && (wi_rng_below(rng, 2) || side < kernel + 1)) layer.padding = kernel / 2;
        if (image && side > 6 && wi_rng_below(rng, 4) == 0) layer.stride = 2;
        if (image) side = (side + 2 * layer.padding - kernel) / (layer.stride ? layer.stride : 1) + 1;
        layer.weights = act.kind == WI_ACT_RELU ? wi_he_normal() : wi_lecun_uniform();
        layer.bias = wi_rng_below(rng, 2) ? wi_pytorch_default() : wi_normal(0, 0.2);
        /* a mean of a third of its deviation */
        if (means && l < 2) layer.weights = wi_truncated_normal(0, 0.08, -1, 3);
        layers[count++] = layer;
        if (l + 1 < depth && wi_rng_below(rng, 6) == 0) layers[count++] = wi_layer_dropout(0.3);
        if (shifts && l + 1 < depth) layers[count++] = wi_layer_shift(0.4);
    }
    desc->layers = layers;
    desc->layer_count = count;
    desc->max_batch = 4;
    return count;
}

/* Means over networks beside the prediction, within five standard errors of the mean and `slack` of the
   width. */
static void against_simulation(uint64_t seed, wi_rng rng, wi_net_desc desc, int nets, double slack)
{
    static wi_real x[4 * 3000], dy[4 * 20000];
    wi_net net;
    wi_signal predicted[MOST];
    double q[MOST] = {0}, q2[MOST] = {0}, back[MOST] = {0}, back2[MOST] = {0};
    size_t count = desc.layer_count;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_OK(wi_net_theory(&net, 1, predicted));
    for (int t = 0; t < nets; t++) {
        CHECK_OK(wi_net_init(&net, (uint64_t)t + 1));
        for (size_t i = 0; i < 4 * net.inputs; i++) x[i] = (wi_real)wi_rng_normal(&rng);
        for (size_t i = 0; i < 4 * net.outputs; i++) dy[i] = (wi_real)wi_rng_normal(&rng);
        CHECK_OK(wi_net_forward(&net, wi_mat_view(x, 4, net.inputs), WI_TRAIN, NULL));
        wi_net_zero_grads(&net);
        CHECK_OK(wi_net_backward(&net, wi_mat_view(x, 4, net.inputs), wi_mat_view(dy, 4, net.outputs)));
        double top = wi_stats_of(net.layers[count - 1].dpre.data, 4 * net.outputs).rms;
        for (size_t l = 0; l < count; l++) {
            double z = wi_stats_of(net.layers[l].pre.data, 4 * net.layers[l].outputs).rms,
                   d = wi_stats_of(net.layers[l].dpre.data, 4 * net.layers[l].outputs).rms / top;
            q[l] += z * z / nets;
            q2[l] += z * z * z * z / nets;
            back[l] += d * d / nets;
            back2[l] += d * d * d * d / nets;
        }
    }
    for (size_t l = 0; l < count; l++) {
        double forward_error = 5 * sqrt(fmax(q2[l] - q[l] * q[l], 0) / nets) + slack * q[l],
               back_error = 5 * sqrt(fmax(back2[l] - back[l] * back[l], 0) / nets) + slack * back[l];
        int forward = CHECK_NEAR(predicted[l].q, q[l], forward_error),
            back_too = CHECK_NEAR(predicted[l].backward, back[l], back_error);
        if (!forward || !back_too)
            printf("  seed %d, layer %zu of %zu, %s %zux%zux%zu, %s\n", (int)seed, l + 1, count,
                   wi_layer_kind_name(net.layers[l].desc.kind), net.layers[l].out.channels,
                   net.layers[l].out.height, net.layers[l].out.width, wi_act_name(net.layers[l].desc.act));
    }
    wi_net_destroy(&net);
}

static void drawn_against_simulation(uint64_t seed, int means, int shifts, double slack)
{
    wi_rng rng = wi_rng_make(seed);
    wi_layer_desc layers[MOST];
    wi_net_desc desc;
    draw_net(&rng, layers, &desc, means, shifts);
    against_simulation(seed, rng, desc, 200, slack);
}

/* Padded convolutions and pooling, down to a single pixel: maxima of what is alike, and pixels that have less
   in common than samples have. */
static void pooling_against_simulation(size_t side, wi_act act, int mean)
{
    wi_layer_desc layers[MOST];
    wi_net_desc desc;
    size_t count = 0;
    memset(&desc, 0, sizeof desc);
    desc.channels = 8;
    for (size_t now = side; now > 1; now /= 2) {
        wi_layer_desc *conv = &layers[count++];
        *conv = wi_layer_conv2d(32, 3, act);
        conv->padding = 1;
        conv->weights = act.kind == WI_ACT_TANH ? wi_lecun_normal() : wi_he_normal();
        layers[count++] = mean ? wi_layer_avg_pool(2) : wi_layer_max_pool(2);
    }
    layers[count++] = wi_layer_dense(32, wi_linear());
    desc.height = desc.width = side;
    desc.layers = layers;
    desc.layer_count = count;
    desc.max_batch = 4;
    against_simulation(side, wi_rng_make(side), desc, 60, 0.05);
}

/* The spread of shared weights, which pixels do not average away: within a fifth for rectifiers, a third for
   tanh; the error of what 200 networks show is a twentieth. `apart`: activations are layers of their own. */
static void spread_of_convolutions(wi_act act, int apart, double bound)
{
    enum { DEPTH = 5, NETS = 200 };
    wi_layer_desc layers[DEPTH];
    wi_net_desc desc;
    wi_net net;
    wi_signal predicted[DEPTH];
    wi_real x[3 * 64];
    double log_mean[DEPTH] = {0}, log_square[DEPTH] = {0};
    wi_rng rng = wi_rng_make(3);
    memset(&desc, 0, sizeof desc);
    desc.channels = 3;
    desc.height = desc.width = 8;
    for (int l = 0; l < DEPTH; l++) {
        layers[l] = wi_layer_conv2d(16, 3, apart ? wi_linear() : act);
        layers[l].padding = 1;
        layers[l].weights = wi_recipe_for(act);
        if (apart && l % 2) layers[l] = wi_layer_act(act);
    }
    desc.layers = layers;
    desc.layer_count = DEPTH;
    desc.max_batch = 1;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_OK(wi_net_theory(&net, 1, predicted));
    for (int t = 0; t < NETS; t++) {
        CHECK_OK(wi_net_init(&net, (uint64_t)t));
        for (size_t i = 0; i < WI_COUNT(x); i++) x[i] = (wi_real)wi_rng_normal(&rng);
        double rms = wi_stats_of(x, WI_COUNT(x)).rms;   /* theory is of inputs of this size */
        for (size_t i = 0; i < WI_COUNT(x); i++) x[i] /= (wi_real)rms;
        CHECK_OK(wi_net_forward(&net, wi_mat_view(x, 1, net.inputs), WI_EVAL, NULL));
        for (size_t l = 0; l < DEPTH; l++) {
            double value = 2 * log(wi_stats_of(net.layers[l].post.data, net.layers[l].outputs).rms);
            log_mean[l] += value / NETS;
            log_square[l] += value * value / NETS;
        }
    }
    for (size_t l = 0; l < DEPTH; l++)
        CHECK_NEAR(predicted[l].spread / sqrt(log_square[l] - log_mean[l] * log_mean[l]), 1, bound);
    wi_net_destroy(&net);
}

/* Inputs that are alike: layer by layer the map of section 6, and what a batch of such inputs shows. */
static void test_alike_inputs(void)
{
    enum { DEPTH = 5, WIDTH = 400, ROWS = 16 };
    static wi_real x[ROWS * WIDTH];
    static wi_probe probes[DEPTH];
    wi_layer_desc layers[DEPTH];
    wi_net_desc desc;
    wi_net net;
    wi_mat none;
    wi_signal plain[DEPTH], told[DEPTH], input, at;
    memset(&desc, 0, sizeof desc);
    memset(&none, 0, sizeof none);
    memset(&input, 0, sizeof input);
    for (size_t l = 0; l < DEPTH; l++) layers[l] = wi_layer_dense(WIDTH, wi_relu());
    desc.inputs = WIDTH;
    desc.layers = layers;
    desc.layer_count = DEPTH;
    desc.max_batch = ROWS;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;

    input.q = 1;
    CHECK_OK(wi_net_theory(&net, 1, plain));
    CHECK_OK(wi_net_theory_from(&net, input, told));
    CHECK_BYTES(told, plain, sizeof plain);
    input.correlation = 0.36;
    CHECK_OK(wi_net_theory_from(&net, input, told));
    at = input;
    at.q = 2;   /* He's weights double the square; a linear map keeps the correlation */
    for (size_t l = 0; l < DEPTH; l++) {
        CHECK_NEAR(told[l].q, at.q, 1e-6);
        CHECK_NEAR(told[l].correlation, at.correlation, 1e-6);
        CHECK(told[l].correlation > plain[l].correlation + 0.04);
        at = wi_signal_step(wi_relu(), 2, 0, at);
    }

    wi_rng rng = wi_rng_make(3);   /* 0.6 common to all rows, 0.8 of its own */
    for (size_t j = 0; j < WIDTH; j++) {
        double common = wi_rng_normal(&rng);
        for (size_t i = 0; i < ROWS; i++)
            x[i * WIDTH + j] = (wi_real)(0.6 * common + 0.8 * wi_rng_normal(&rng));
    }
    CHECK_OK(wi_net_probe(&net, wi_mat_view(x, ROWS, WIDTH), none, WI_LOSS_HALF_SQUARED, probes));
    for (size_t l = 0; l < DEPTH; l++) CHECK_NEAR(probes[l].correlation, told[l].correlation, 0.05);

    const double wrong[6][2] = {{0, 0},           {-1, 0},          {1, 1.01},
                                {(double)NAN, 0}, {1, (double)NAN}, {HUGE_VAL, 0}};
    for (size_t k = 0; k < WI_COUNT(wrong); k++) {
        input.q = wrong[k][0];
        input.correlation = wrong[k][1];
        CHECK_STATUS(wi_net_theory_from(&net, input, told), WI_ERR_ARG);
    }
    CHECK_STATUS(wi_net_theory_from(NULL, plain[0], told), WI_ERR_ARG);
    wi_net_destroy(&net);
}

int main(void)
{
    /* Theory is computed in double whatever wi_real is: with wi_real = double, which takes three times as
       long to simulate, every third network will do. */
    const uint64_t step = sizeof(wi_real) == 8 ? 3 : 1;
    test_alike_inputs();
    for (size_t side = 4; side <= 8; side *= 2)
        for (int mean = 0; mean < 2; mean++) {
            pooling_against_simulation(side, wi_relu(), mean);
            pooling_against_simulation(side, wi_tanh(), mean);
        }
    pooling_against_simulation(2, wi_gelu(), 0);
    for (uint64_t seed = 1; seed <= 14; seed += step) drawn_against_simulation(seed, 0, 0, 0.05);
    for (uint64_t seed = 21; seed <= 26; seed += step) drawn_against_simulation(seed, 1, 0, 0.15);
    for (uint64_t seed = 31; seed <= 35; seed += step) drawn_against_simulation(seed, 0, 1, 0.06);
    for (int apart = 0; apart < 2; apart++) {
        spread_of_convolutions(wi_relu(), apart, 0.2);
        spread_of_convolutions(wi_leaky_relu(0.2), apart, 0.2);
        spread_of_convolutions(wi_tanh(), apart, 0.33);
    }
    return check_done();
}
