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

/* Theory of a dense network of 100 inputs has an answer for the pre-activations of so many layers and
   the outputs of so many; `second`: E z^2 of the second, if it is not 0. */
static void say(wi_layer_desc *layers, size_t count, size_t answered, size_t acts, double second)
{
    wi_net_desc desc;
    wi_net net;
    wi_signal s[4];
    memset(&desc, 0, sizeof desc);
    desc.inputs = 100;
    desc.layers = layers;
    desc.layer_count = count;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_OK(wi_net_theory(&net, 1, s));
    for (size_t l = 0; l < count; l++) {
        CHECK((s[l].q == s[l].q) == (l < answered));
        CHECK((s[l].act_second == s[l].act_second) == (l < acts));
        CHECK((s[l].backward == s[l].backward) == (l + 1 == count || acts == count));
    }
    if (second > 0) CHECK_NEAR(s[1].q, second, 1e-9 * second);
    wi_net_destroy(&net);
}

/* Where theory has no answer it says so, and what it does say is right: tied weights give back what they
   mirror, E z^2 = sw2 E f^2 + (sw2 E f')^2 E x^2. */
static void without_an_answer(void)
{
    wi_layer_desc layers[4];
    for (size_t l = 0; l < 4; l++) {
        layers[l] = wi_layer_dense(100, wi_relu());
        layers[l].weights = wi_he_normal();
    }
    say(layers, 4, 4, 4, 2);
    layers[1].tied = 1;
    say(layers, 4, 4, 4, 2 + 1);
    layers[1].tied = 0;
    layers[2].tied = 2;
    say(layers, 4, 2, 2, 2);
    layers[2].tied = 1;   /* of the first layer, but behind the second */
    say(layers, 4, 2, 2, 2);
    layers[2].tied = 0;
    layers[0].weights = wi_identity(1);
    say(layers, 4, 4, 4, 1);
    layers[2].weights = wi_hadamard();
    say(layers, 4, 2, 2, 1);
    for (size_t l = 0; l < 4; l++) {
        layers[l] = wi_layer_dense(100, wi_tanh());
        layers[l].weights = wi_constant(0.02);
    }
    say(layers, 4, 2, 1, 0);
}

/* Theory of an image's layers, so many, on such an image. */
static void image_theory(const wi_layer_desc *layers, size_t count, size_t channels, size_t side,
                         wi_signal *s, wi_net *net)
{
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.channels = channels;
    desc.height = desc.width = side;
    desc.layers = layers;
    desc.layer_count = count;
    if (CHECK_OK(wi_net_create(net, &desc, NULL))) CHECK_OK(wi_net_theory(net, 1, s));
}

/* Weights that are not drawn: of inputs that have nothing in common, E z^2 is the mean over units of the sum
   of their squares. Of units that have something in common nobody knows. */
static void fixed_weights(void)
{
    static const char *const fixed[4] = {"dirac", "identity", "hadamard", "bilinear"};
    for (size_t i = 0; i < WI_COUNT(fixed); i++) {
        wi_layer_desc layers[2];
        wi_signal s[2];
        wi_net net;
        double squares = 0;
        for (size_t l = 0; l < 2; l++) {
            layers[l] = wi_layer_conv2d(8, i % 3 ? 1 : 4, wi_relu());
            CHECK_OK(wi_recipe_named(fixed[i], &layers[l].weights));
            layers[l].bias = wi_zeros();
        }
        image_theory(layers, 2, 8, 9, s, &net);
        for (size_t k = 0; k < net.layers[0].w.rows * net.layers[0].w.cols; k++)
            squares += pow((double)net.layers[0].w.data[k], 2);
        CHECK_CLOSE(s[0].q, squares / 8, 1e-6);
        CHECK(s[0].q > 0 && isnan(s[1].q));
        wi_net_destroy(&net);
    }

    /* What is added to a known branch spoils the sum, not the branch. */
    wi_layer_desc layers[4];
    for (size_t l = 0; l < 3; l++) {
        layers[l] = wi_layer_dense(100, wi_relu());
        layers[l].weights = l == 1 ? wi_hadamard() : wi_he_normal();
    }
    layers[2].from = 3;
    layers[3] = wi_layer_skip(2);
    wi_net_desc desc;
    wi_net net;
    wi_signal s[4];
    memset(&desc, 0, sizeof desc);
    desc.inputs = 100;
    desc.layers = layers;
    desc.layer_count = 4;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_OK(wi_net_theory(&net, 1, s));
    CHECK_CLOSE(s[2].q, 2, 1e-9);
    CHECK(isnan(s[1].q) && isnan(s[3].q));
    wi_net_destroy(&net);
}

/* Pools of what never speaks, and of pools. */
static void silent_pools(void)
{
    wi_layer_desc layers[4] = { wi_layer_conv2d(8, 3, wi_relu()), wi_layer_max_pool(2), wi_layer_max_pool(2),
                                wi_layer_dense(5, wi_linear()) };
    wi_signal s[4];
    wi_net net;
    layers[0].weights = wi_he_normal();
    image_theory(layers, 4, 3, 10, s, &net);
    CHECK(s[1].q > 0.9 && isnan(s[2].q));   /* a maximum of maxima has no law that is known here */
    wi_net_destroy(&net);
    layers[0].weights = wi_zeros();
    layers[0].bias = wi_constant(-1);
    layers[2] = layers[3];
    layers[2].bias = wi_constant(0.5);
    image_theory(layers, 3, 3, 10, s, &net);
    CHECK_NEAR(s[0].q, 1, 1e-9);
    CHECK_NEAR(s[0].act_second, 0, 0);
    CHECK_NEAR(s[0].backward, 0, 0);
    CHECK_NEAR(s[1].q, 0, 1e-9);
    CHECK_NEAR(s[2].q, 0.25, 1e-9);
    CHECK(s[1].backward > 0);
    wi_net_destroy(&net);
}

/* Sides of more than 128 pixels count as even: of three taps each meets all pixels but one at an end. */
static void wide_images(void)
{
    wi_layer_desc layers[2];
    wi_signal s[2];
    wi_net net;
    const double outward = 3 * 128.0 / 130, along = (3 * 130.0 - 2) / 130;
    for (size_t l = 0; l < 2; l++) {
        layers[l] = wi_layer_conv2d(l ? 5 : 4, 3, wi_linear());
        layers[l].weights = wi_normal(0, 0.1);
        layers[l].bias = wi_zeros();
        layers[l].padding = 2 - l;
    }
    image_theory(layers, 2, 1, 128, s, &net);
    CHECK_CLOSE(s[0].q, 0.01 * outward * outward, 1e-9);
    CHECK_CLOSE(s[1].q, s[0].q * 4 * 0.01 * along * along, 1e-9);
    CHECK_CLOSE(s[0].backward, 5 * 0.01 * along * along, 1e-9);
    wi_net_destroy(&net);
}

/* A recording of 300,000 values: theory looks at windows tap by tap, never at pairs of places, of which there
   are 10^11. Of the nine taps two lie on the image at its ends, three elsewhere. */
static void long_signal(void)
{
    const size_t side = 300000;
    wi_layer_desc layers[3] = {wi_layer_conv2d(1, 3, wi_linear()), wi_layer_batch_norm(),
                               wi_layer_avg_pool(0)};
    layers[0].weights = wi_normal(0, 1);
    layers[0].padding = 1;
    wi_net_desc desc;
    wi_net net;
    wi_signal s[3];
    memset(&desc, 0, sizeof desc);
    desc.channels = desc.height = desc.max_batch = 1;
    desc.width = side;
    desc.layers = layers;
    desc.layer_count = 3;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_OK(wi_net_theory(&net, 1, s));
    CHECK_CLOSE(s[0].q, (3 * (double)side - 2) / (double)side, 1e-12);
    CHECK_CLOSE(s[1].q, 1, 1e-4);
    wi_net_destroy(&net);
}

/* Weights with a mean in two layers: behind them gradients of units are alike, and what goes back from there
   is known only for the layer before the second. */
static void means_backward(void)
{
    wi_signal s[2][5];
    for (size_t at = 1; at < 3; at++) {
        wi_layer_desc layers[5];
        wi_net_desc desc;
        wi_net net;
        memset(&desc, 0, sizeof desc);
        for (size_t l = 0; l < 5; l++) {
            int mean = l == at || l == at + 1;
            layers[l] = wi_layer_dense(100, wi_relu());
            layers[l].weights = mean ? wi_truncated_normal(0, 0.08, -1, 3) : wi_he_normal();
        }
        desc.inputs = 100;
        desc.layers = layers;
        desc.layer_count = 5;
        if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
        CHECK_OK(wi_net_theory(&net, 1, s[at - 1]));
        wi_net_destroy(&net);
    }
    CHECK(s[0][0].backward > 0);
    CHECK(isnan(s[1][0].backward) && isnan(s[1][1].backward));
    for (size_t l = 1; l < 4; l++) {
        CHECK_CLOSE(s[1][l + 1].backward, s[0][l].backward, 1e-6);
        CHECK_CLOSE(s[1][l + 1].q, s[0][l].q, 1e-6);
    }
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

/* Weights and biases that are all positive: E z^2 has (sum of means)^2 beside the variances. */
static void test_means_of_recipes(void)
{
    wi_layer_desc layer = wi_layer_dense(50, wi_linear());
    wi_net_desc desc;
    wi_net net;
    wi_signal s;
    double inputs = 256;
    memset(&desc, 0, sizeof desc);
    layer.weights = wi_truncated_normal(0, 0.05, 0, (double)INFINITY);
    layer.bias = wi_truncated_normal(0, 0.3, 0, (double)INFINITY);
    desc.inputs = 256;
    desc.layers = &layer;
    desc.layer_count = 1;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_OK(wi_net_theory(&net, 1.0, &s));
    CHECK_CLOSE(s.q, inputs * 0.05 * 0.05 + 0.3 * 0.3, 1e-9); /* E w^2 of each input, E b^2 */
    wi_net_destroy(&net);
}

/* A network of dense layers of 60 units on 40 inputs: its theory. */
static void theory_of(wi_recipe weights, wi_recipe bias, size_t depth, wi_signal *predicted)
{
    wi_layer_desc layers[MOST];
    wi_net_desc desc;
    wi_net net;
    memset(&desc, 0, sizeof desc);
    for (size_t l = 0; l < depth; l++) {
        layers[l] = wi_layer_dense(60, wi_relu());
        layers[l].weights = weights;
        layers[l].bias = l == 0 ? bias : wi_zeros();
    }
    desc.inputs = 40;
    desc.layers = layers;
    desc.layer_count = depth;
    desc.max_batch = 1;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_OK(wi_net_theory(&net, 1, predicted));
    wi_net_destroy(&net);
}

/* Weights that are all alike make units that are, exactly: sums of them do not average anything away. */
static void test_alike_units(void)
{
    wi_signal predicted[3];
    theory_of(wi_constant(0.05), wi_zeros(), 3, predicted);
    CHECK_CLOSE(predicted[0].q, 0.05 * 0.05 * 40, 1e-9);
    CHECK_CLOSE(predicted[1].q, predicted[0].q / 2 * 9, 1e-6);   /* (60 x 0.05)^2 E f(z)^2: all are one */
    CHECK_CLOSE(predicted[0].units[0], predicted[0].act_second, 1e-6);
}

/* Behind weights with a mean, whose sums keep what units and samples have in common: a scale of 2 is the same
   as weights twice as large, and a shift the same as a bias. */
static void test_each(void)
{
    wi_signal seen[4][3], input;
    memset(&input, 0, sizeof input);
    input.q = 1;
    input.correlation = 0.36;
    for (int k = 0; k < 4; k++) {
        wi_layer_desc layers[3];
        wi_net_desc desc;
        wi_net net;
        memset(&desc, 0, sizeof desc);
        layers[0] = wi_layer_dense(60, k < 2 ? wi_relu() : wi_linear());
        layers[0].weights = wi_normal(0.05, 0.2);
        layers[1] = k < 2 ? wi_layer_scale(k == 0 ? 2 : 1) : wi_layer_shift(k == 2 ? 0.3 : 0);
        if (k == 3) layers[0].bias = wi_constant(0.3);
        layers[2] = wi_layer_dense(60, wi_linear());
        layers[2].weights = k == 1 ? wi_normal(0.06, 0.2) : wi_normal(0.03, 0.1);
        desc.inputs = 40;
        desc.layers = layers;
        desc.layer_count = 3;
        if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
        CHECK_OK(wi_net_theory_from(&net, input, seen[k]));
        wi_net_destroy(&net);
    }
    for (int k = 0; k < 4; k += 2) {
        CHECK(seen[k][2].q > 0 && seen[k][2].correlation > 0.2);
        CHECK_CLOSE(seen[k][2].q, seen[k + 1][2].q, 1e-9);
        CHECK_CLOSE(seen[k][2].correlation, seen[k + 1][2].correlation, 1e-9);
    }
}

/* Units that never speak: the square of their output is 0, and nothing is divided by it. */
static void test_silent(void)
{
    wi_signal predicted[3];
    theory_of(wi_he_normal(), wi_constant(-1000), 3, predicted);
    for (size_t l = 0; l < 3; l++) {
        CHECK(predicted[l].act_second == 0.0);
        CHECK(predicted[l].spread - predicted[l].spread == 0.0);   /* a finite number */
    }
    CHECK(predicted[0].chi == 0.0 && predicted[0].slope == 0.0);
    CHECK(predicted[1].q == 0.0 && predicted[2].q == 0.0);
}

/* Signals of any size: twenty layers, whose q each takes 30 std^2 of the one before, run far out of what a
   float can hold, and halves and means stay what they are. */
static void test_far_signals(double std)
{
    wi_signal predicted[20];
    theory_of(wi_normal(0, std), wi_zeros(), 20, predicted);
    double q = 40 * std * std;
    for (size_t l = 0; l < 20; l++, q *= 30 * std * std) {
        CHECK_NEAR(predicted[l].q / q, 1, 1e-9);
        CHECK_NEAR(predicted[l].act_second / q, 0.5, 1e-9);
        CHECK_NEAR(predicted[l].act_mean / sqrt(q), 0.39894228040143268, 1e-9);
    }
}

int main(void)
{
    test_far_signals(1e-3);
    test_far_signals(300);
    test_means_of_recipes();
    test_alike_units();
    test_each();
    test_silent();
    /* Theory is computed in double whatever wi_real is: with wi_real = double, which takes three times as
       long to simulate, every third network will do. */
    const uint64_t step = sizeof(wi_real) == 8 ? 3 : 1;
    test_alike_inputs();
    without_an_answer();
    fixed_weights();
    silent_pools();
    wide_images();
    long_signal();
    means_backward();
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
