/* Section 8: shapes, memory, drawing weights, forward against plain loops, backward against central
   differences. */
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include <limits.h>
#include "inside.h"

/* A value that no enumerator has, hidden from compilers that warn of it. */
static volatile int beyond_99 = 99;

static const int IS_DOUBLE = sizeof(wi_real) == 8;

static wi_net_desc describe(const wi_layer_desc *layers, size_t count, size_t inputs, size_t batch)
{
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.inputs = inputs;
    desc.layers = layers;
    desc.layer_count = count;
    desc.max_batch = batch;
    desc.seed = 5;
    desc.input_gradient = 1;
    return desc;
}

static wi_net_desc describe_image(const wi_layer_desc *layers, size_t count, size_t channels, size_t side,
                                  size_t batch)
{
    wi_net_desc desc = describe(layers, count, 0, batch);
    desc.channels = channels;
    desc.height = side;
    desc.width = side;
    return desc;
}

static void draw(wi_real *x, size_t n, uint64_t seed)
{
    wi_rng rng = wi_rng_make(seed);
    for (size_t i = 0; i < n; i++) x[i] = (wi_real)wi_rng_normal(&rng);
}

/* ---- gradients ---- */

static double loss_at(wi_net *net, wi_mat x, wi_mat target, wi_loss loss, wi_mode mode)
{
    double value = (double)NAN;
    wi_mat y;
    uint64_t masks = net->noise.index;
    (void)wi_net_forward(net, x, mode, &y);
    net->noise.index = masks;   /* the same dropout mask every time */
    (void)wi_loss_of(loss, y, target, NULL, &value);
    return value;
}

/* Compare a slope with the central difference of the loss in one number. In the float build a difference is
   too coarse to say anything near a kink: there the same code runs under the sanitizers, and the double build
   is its judge. */
static void check_slope(wi_net *net, wi_mat x, wi_mat target, wi_loss loss, wi_mode mode, wi_real *number,
                        double slope, const char *what)
{
    double h = IS_DOUBLE ? 1e-6 : 1e-2;
    wi_real kept = *number, hi = (wi_real)((double)kept + h), lo = (wi_real)((double)kept - h);
    *number = hi;
    double up = loss_at(net, x, target, loss, mode);
    *number = lo;
    double down = loss_at(net, x, target, loss, mode);
    *number = kept;
    double want = (up - down) / ((double)hi - (double)lo), tolerance = 1e-7 * (1 + fabs(want));
    if (!IS_DOUBLE) {
        CHECK(isfinite(slope));
    } else if (!CHECK_NEAR(slope, want, tolerance)) {
        printf("    in: %s\n", what);
    }
}

static unsigned kinds_tried;   /* as bits: which kinds of layers had their gradients checked */

/* Check all parameter gradients (a sample of them in large layers) and the input's. */
static void check_gradients(const wi_net_desc *desc, wi_loss loss, wi_mode mode, uint64_t seed,
                            const char *what)
{
    wi_net net;
    wi_error error;
    wi_real x_data[512], t_data[256], dy_data[256];
    if (!CHECK_OK(wi_net_create(&net, desc, &error))) {
        printf("%s: %s\n", what, error.text);
        return;
    }
    for (size_t l = 0; l < desc->layer_count; l++) kinds_tried |= 1u << desc->layers[l].kind;
    size_t rows = net.max_batch;
    CHECK(rows * net.inputs <= 512 && rows * net.outputs <= 256);
    draw(x_data, rows * net.inputs, seed);
    for (size_t i = 0; i < rows * net.outputs; i++)
        t_data[i] = (i % net.outputs) == (i / net.outputs) % net.outputs;
    wi_rng rng = wi_rng_make(seed + 1);   /* biases and gammas that are not special */
    for (size_t i = 0; i < net.param_count; i++)
        net.params[i] = (wi_real)((double)net.params[i] + 0.1 * wi_rng_normal(&rng));
    for (size_t i = 0; i < net.state_count; i++) net.state[i] = (wi_real)(0.5 + wi_rng_uniform(&rng));

    wi_mat x = wi_mat_view(x_data, rows, net.inputs), target = wi_mat_view(t_data, rows, net.outputs), y;
    wi_mat dy = wi_mat_view(dy_data, rows, net.outputs);
    uint64_t masks = net.noise.index;
    CHECK_OK(wi_net_forward(&net, x, mode, &y));
    net.noise.index = masks;
    CHECK_OK(wi_loss_of(loss, y, target, &dy, NULL));
    wi_net_zero_grads(&net);
    CHECK_OK(wi_net_backward(&net, x, dy));

    size_t stride = net.param_count / 60 + 1;
    wi_real grads[64], dinput[512];
    for (size_t i = 0; i * stride < net.param_count; i++) grads[i] = net.grads[i * stride];
    memcpy(dinput, net.dinput.data, rows * net.inputs * sizeof *dinput);
    for (size_t i = 0; i * stride < net.param_count; i++)
        check_slope(&net, x, target, loss, mode, &net.params[i * stride], (double)grads[i], what);
    stride = rows * net.inputs / 24 + 1;
    for (size_t i = 0; i < rows * net.inputs; i += stride)
        check_slope(&net, x, target, loss, mode, &x_data[i], (double)dinput[i], what);
    wi_net_destroy(&net);
}

static void test_every_activation_and_loss(void)
{
    int losses = 0;
    while (strcmp(wi_loss_name((wi_loss)losses), "not a wi_loss") != 0) losses++;
    CHECK(losses > 2);
    for (int kind = 0; kind < WI_ACT_CUSTOM; kind++)
        for (int loss = 0; loss < losses; loss++) {
            wi_act act = wi_linear();
            act.kind = kind;
            CHECK_OK(wi_act_named(wi_act_name(act), &act));
            if (act.param > 0) act.param = kind == WI_ACT_SINE ? 1.5 : 0.2 + 0.9 * act.param;
            const wi_layer_desc layers[3] = { wi_layer_dense(7, act), wi_layer_dense(6, act),
                                              wi_layer_dense(4, act) };
            wi_net_desc desc = describe(layers, 3, 5, 6);
            check_gradients(&desc, (wi_loss)loss, WI_TRAIN, 100 + (uint64_t)kind, wi_act_name(act));
        }
}

static void test_every_kind(void)
{
    const wi_act f = wi_tanh();
    wi_layer_desc conv = wi_layer_conv2d(6, 3, f), grouped = conv, strided = conv,
                  tied = wi_layer_dense(5, wi_linear());
    wi_layer_desc padded_pool = wi_layer_max_pool(3), average = wi_layer_avg_pool(2),
                  norm_act = wi_layer_batch_norm();
    grouped.groups = 2;
    grouped.padding = 1;
    strided.stride = 2;
    strided.padding = 2;
    tied.tied = 1;
    padded_pool.stride = 2;
    padded_pool.padding = 1;
    average.padding = 1;
    norm_act.act = f;
    const wi_layer_desc out = wi_layer_dense(3, wi_linear());

    const wi_layer_desc plain[2] = { conv, out }, groups[3] = { conv, grouped, out },
                        stride[3] = { strided, conv, out };
    const wi_layer_desc pool[3] = { conv, wi_layer_max_pool(2), out },
                        pad_pool[3] = { conv, padded_pool, out }, avg[3] = { conv, average, out };
    const wi_layer_desc global[3] = { conv, wi_layer_avg_pool(0), out },
                        conv_norm[4] = { conv, norm_act, wi_layer_max_pool(2), out };
    const wi_layer_desc layer_norm[4] = {conv, wi_layer_layer_norm(), wi_layer_dropout(0.4), out};
    wi_layer_desc shortcut = wi_layer_conv2d(4, 1, wi_linear()), down = wi_layer_conv2d(4, 3, f), same = down,
                  other_pool = wi_layer_avg_pool(2);
    shortcut.stride = down.stride = down.padding = same.padding = 1;
    same.no_bias = shortcut.no_bias = 1;
    shortcut.stride = down.stride = down.from = other_pool.from = 2;
    const wi_layer_desc block[6] = {conv, shortcut, down, same, wi_layer_skip(3), out};
    const wi_layer_desc pools[5] = {conv, wi_layer_max_pool(2), other_pool, wi_layer_skip(2), out};
    const wi_layer_desc fixup[11] = {
        wi_layer_conv2d(4, 1, f), wi_layer_shift(0.1), same, wi_layer_shift(0.2),
        wi_layer_act(f),          wi_layer_shift(0.3), same, wi_layer_scale(0.5),
        wi_layer_shift(0.4),      wi_layer_skip(9),    out
    };
    const struct { const char *name; const wi_layer_desc *layers; size_t count;
    } images[] = {
        { "conv", plain, 2 },
        { "groups", groups, 3 },
        { "stride", stride, 3 },
        { "max pool", pool, 3 },
        { "padded max pool", pad_pool, 3 },
        { "average", avg, 3 },
        { "global", global, 3 },
        { "conv + batch norm", conv_norm, 4 },
        { "layer norm, dropout", layer_norm, 4 },
        { "a block that downsamples", block, 6 },
        { "two pools", pools, 5 },
        { "Fixup", fixup, 11 },
    };
    for (size_t i = 0; i < WI_COUNT(images); i++)
        for (int mode = 0; mode < 2; mode++) {
            wi_net_desc desc = describe_image(images[i].layers, images[i].count, 2, 7, 3);
            check_gradients(&desc, WI_LOSS_SOFTMAX_CROSS_ENTROPY, (wi_mode)mode, 200 + i, images[i].name);
        }

    const wi_layer_desc dense = wi_layer_dense(5, f);
    const wi_layer_desc norm[4] = {dense, wi_layer_batch_norm(), wi_layer_act(f), out};
    const wi_layer_desc skip[6] = {dense, dense, dense, wi_layer_skip(3), wi_layer_act(f), out};
    const wi_layer_desc rezero[7] = { dense, wi_layer_scale(0.3), wi_layer_skip(3),
                                      dense, wi_layer_skip(2),    wi_layer_skip(4),
                                      out };
    const wi_layer_desc auto_encoder[2] = {wi_layer_dense(4, f), tied};
    const wi_layer_desc drop[5] = {dense, wi_layer_dropout(0.5), dense, wi_layer_dropout(0.2), out};
    wi_layer_desc matrix = wi_layer_dense(7, wi_linear()), branch = wi_layer_dense(7, f), from_input = dense;
    matrix.no_bias = 1;
    branch.from = from_input.from = 2;
    const wi_layer_desc projected[5] = { dense, matrix, branch, wi_layer_skip(2), out },
                        unread[3] = { dense, from_input, out };
    wi_layer_desc mirror = wi_layer_dense(5, f);   /* of a layer that reads the input, not the one before */
    mirror.tied = 2;
    const wi_layer_desc mirrored[4] = {matrix, from_input, mirror, out};
    const struct { const char *name; const wi_layer_desc *layers; size_t count;
    } flat[] = {
        { "batch norm", norm, 4 },
        { "skip", skip, 6 },
        { "ReZero, skip over all", rezero, 7 },
        { "tied", auto_encoder, 2 },
        { "dropout", drop, 5 },
        { "a dense shortcut", projected, 5 },
        { "a layer that nobody reads", unread, 3 },
        { "tied to a layer that reads the input", mirrored, 4 },
    };
    for (size_t i = 0; i < WI_COUNT(flat); i++)
        for (int mode = 0; mode < 2; mode++) {
            wi_net_desc desc = describe(flat[i].layers, flat[i].count, 5, 6);
            check_gradients(&desc, WI_LOSS_HALF_SQUARED, (wi_mode)mode, 300 + i, flat[i].name);
        }
    for (int kind = 0; strcmp(wi_layer_kind_name((wi_layer_kind)kind), "not a wi_layer_kind") != 0; kind++)
        if (!CHECK(kinds_tried >> kind & 1))
            printf("  nothing here tries %s\n", wi_layer_kind_name((wi_layer_kind)kind));
}

/* Random stacks of every kind, on a 6x6 image with 2 channels. */
static void test_random_compositions(void)
{
    wi_rng rng = wi_rng_make(77);
    for (int round = 0; round < 20; round++) {
        wi_layer_desc layers[12];
        size_t count = 0, depth = 3 + (size_t)wi_rng_below(&rng, 6);
        while (count < depth) {
            uint64_t kind = wi_rng_below(&rng, 9);
            wi_layer_desc layer = wi_layer_act(wi_gelu());
            if (kind == 0) { layer = wi_layer_conv2d(2, 3, wi_silu()); layer.padding = 1; }
            if (kind == 1) layer = wi_layer_batch_norm();
            if (kind == 2) layer = wi_layer_layer_norm();
            if (kind == 3) layer = wi_layer_dropout(0.3);
            if (kind == 4) layer = wi_layer_scale(0.7);
            /* up to the input */
            if (kind == 5 && count >= 1) layer = wi_layer_skip(2 + (size_t)wi_rng_below(&rng, count));
            if (kind == 6) { layer = wi_layer_conv2d(2, 1, wi_tanh()); layer.groups = 2; }
            if (kind == 7) layer = wi_layer_shift(0.2);
            layer.no_bias = wi_rng_below(&rng, 2) == 0;
            /* every signal has one shape */
            if (round >= 12 && wi_rng_below(&rng, 2)) layer.from = (size_t)wi_rng_below(&rng, count + 2);
            layers[count++] = layer;
        }
        layers[count++] = wi_layer_avg_pool(3);
        layers[count++] = wi_layer_dense(3, wi_linear());
        wi_net_desc desc = describe_image(layers, count, 2, 6, 3);
        check_gradients(&desc, WI_LOSS_SOFTMAX_CROSS_ENTROPY, WI_TRAIN, 400 + (uint64_t)round,
                        "random composition");
    }
}

/* ---- against plain loops; 08_random.c does so with all kinds of layers ---- */

/* All three passes of a convolution against its plain loops, for windows that overlap, touch or leave pixels
   out, with padding of any width, dx alone or added to what another reader of x has left there. */
static void test_conv_plain(void)
{
    for (size_t round = 0; round < 150; round++) {
        const size_t kernel = 1 + round % 5, groups = 1 + round / 5 % 2, side = 5 + round % 3 * 6, batch = 2;
        wi_layer_desc desc = wi_layer_conv2d(groups * (1 + round % 7), kernel, wi_linear());
        desc.stride = 1 + round / 10 % 4;
        desc.padding = round / 3 % 4;
        desc.groups = groups;
        desc.no_bias = round % 11 == 0;
        wi_net net;
        wi_net_desc shape = describe_image(&desc, 1, 2 * (1 + round % 3), side, batch);
        shape.input_gradient = 1;
        shape.width = side + round % 2;
        if (!CHECK_OK(wi_net_create(&net, &shape, NULL))) continue;
        const wi_layer *l = &net.layers[0];
        size_t n = net.inputs, m = net.outputs;
        wi_real *x = (wi_real *)calloc(2 * batch * (n + m) + net.param_count, sizeof *x), *dx = x + batch * n;
        wi_real *pre = dx + batch * n, *dy = pre + batch * m, *grads = dy + batch * m;
        draw(x, batch * n, round);
        draw(dy, batch * m, round + 1);
        draw(net.params, net.param_count, round + 2);
        draw(net.grads, net.param_count, round + 3);
        draw(net.dinput.data, batch * n, round + 4);
        memcpy(grads, net.grads, net.param_count * sizeof *x);
        const int add = round % 2 == 1;
        if (add) memcpy(dx, net.dinput.data, batch * n * sizeof *x);

        wi_mat samples = wi_mat_view(x, batch, n);
        CHECK_OK(wi_net_forward(&net, samples, WI_TRAIN, NULL));
        memcpy(l->dpre.data, dy, batch * m * sizeof *x);
        inside_conv_backward(&net, batch, add);

        double worst = 0;
        wi_layer plain = *l;
        plain.dw.data = grads;
        plain.db.data = grads + l->w.rows * l->w.cols;
        for (size_t s = 0; s < batch; s++) {
            inside_conv_plain(&plain, pre + s * m, x + s * n, NULL, 0);
            inside_conv_plain(&plain, dy + s * m, x + s * n, dx + s * n, 1);
        }
        for (size_t i = 0; i < batch * m; i++) worst = fmax(worst, fabs((double)(pre[i] - l->pre.data[i])));
        for (size_t i = 0; i < batch * n; i++)
            worst = fmax(worst, fabs((double)(dx[i] - net.dinput.data[i])));
        CHECK_BELOW(worst, IS_DOUBLE ? 1e-12 : 2e-5);
        for (size_t i = 0; i < net.param_count; i++)
            worst = fmax(worst, fabs((double)(grads[i] - net.grads[i])) / 10);
        CHECK_BELOW(worst, IS_DOUBLE ? 1e-12 : 5e-5);
        free(x);
        wi_net_destroy(&net);
    }
}

/* A first layer that hands on no gradient: those of the parameters are the same bits. */
static void test_no_input_gradient(void)
{
    const wi_layer_desc first[9] = {
        wi_layer_conv2d(4, 3, wi_tanh()), wi_layer_max_pool(2),  wi_layer_avg_pool(2),
        wi_layer_act(wi_tanh()),          wi_layer_layer_norm(), wi_layer_batch_norm(),
        wi_layer_dropout(0.3),            wi_layer_shift(0.5),   wi_layer_scale(2)
    };
    enum { BATCH = 5, SIDE = 6, INPUTS = 2 * SIDE * SIDE };
    static wi_real x[BATCH * INPUTS], dy[BATCH * 3];
    draw(x, WI_COUNT(x), 1);
    draw(dy, WI_COUNT(dy), 2);
    for (size_t k = 0; k < WI_COUNT(first); k++) {
        const wi_layer_desc layers[2] = {first[k], wi_layer_dense(3, wi_linear())};
        wi_net net[2];
        for (int with = 0; with < 2; with++) {
            wi_net_desc desc = describe_image(layers, 2, 2, SIDE, BATCH);
            desc.input_gradient = with;
            if (!CHECK_OK(wi_net_create(&net[with], &desc, NULL))) return;
            wi_mat in = wi_mat_view(x, BATCH, INPUTS);
            CHECK_OK(wi_net_init(&net[with], 7));
            CHECK_OK(wi_net_forward(&net[with], in, WI_TRAIN, NULL));
            CHECK_OK(wi_net_backward(&net[with], in, wi_mat_view(dy, BATCH, 3)));
        }
        CHECK(net[0].dinput.data == NULL && net[1].dinput.data != NULL);
        CHECK_BYTES(net[0].grads, net[1].grads, net[0].param_count * sizeof *net[0].grads);
        wi_net_destroy(&net[0]);
        wi_net_destroy(&net[1]);
    }
}

/* Windows of 2 x 2, which come in fours, on images of every width: the largest goes on, the first of equals
   gets the gradient, and pixels that no window has get none. Alone, or as two pools of the same image whose
   sum is twice that, and whose gradients add up. */
static void check_pool_fours(size_t height, size_t width, int twice)
{
    wi_layer_desc layers[4] = { wi_layer_max_pool(2), wi_layer_max_pool(2), wi_layer_max_pool(2),
                                wi_layer_skip(2) };
    wi_net_desc desc = describe_image(layers, 1, 3, 0, 1);
    wi_net net;
    desc.height = height;
    desc.width = width;
    if (twice) {
        layers[0] = wi_layer_act(wi_linear());
        layers[2].from = 2;
        desc.layer_count = 4;
    }
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    size_t n = height * width, high = height / 2, wide = width / 2, out = 3 * high * wide, wrong = 0;
    wi_real x[3 * 420], dy[315], times = (wi_real)(1 + twice);
    draw(x, 3 * n, height);
    draw(dy, out, height + 1);
    for (size_t i = 0; i < 3 * n; i++) {   /* many are equal, and zeros of either sign */
        x[i] = (wi_real)(long)(3 * x[i]);
        if (x[i] == 0 && i % 3 == 0) x[i] = -(wi_real)0;
    }
    wi_mat batch = wi_mat_view(x, 1, 3 * n), y;
    CHECK_OK(wi_net_forward(&net, batch, WI_TRAIN, &y));
    CHECK_OK(wi_net_backward(&net, batch, wi_mat_view(dy, 1, out)));
    for (size_t p = 0; p < out; p++) {
        size_t first = p / (high * wide) * n + p / wide % high * 2 * width + p % wide * 2, best = 0;
        const size_t pixel[4] = {first, first + 1, first + width, first + width + 1};
        for (size_t k = 1; k < 4; k++) if (x[pixel[k]] > x[pixel[best]]) best = k;
        wrong += y.data[p] != times * x[pixel[best]] || signbit(y.data[p]) != signbit(x[pixel[best]]);
        for (size_t k = 0; k < 4; k++) wrong += net.dinput.data[pixel[k]] != (k == best ? times * dy[p] : 0);
    }
    for (size_t i = 0; i < 3 * n; i++)
        if (i % width >= 2 * wide || i / width % height >= 2 * high) wrong += net.dinput.data[i] != 0;
    CHECK_EQ(wrong, 0);
    wi_net_destroy(&net);
}

static void test_pool_fours(void)
{
    for (size_t side = 2; side < 21; side++)
        for (int way = 0; way < 4; way++) check_pool_fours(side, side + (size_t)way % 2, way / 2);
}

/* More layers with windows than go through a run together, and one with a function of the user's: kernels
   that hand on what they get, but for one layer that doubles it. */
static double doubled(double z, double p) { return p * z; }
static double doubled_slope(double z, double p) { return p + 0 * z; }

static void test_runs(void)
{
    enum { DEPTH = 13, ROWS = 5, N = 2 * 4 * 4 };
    wi_layer_desc layers[DEPTH];
    wi_real x[ROWS * N], dy[ROWS * N];
    wi_net net;
    wi_mat y, batch = wi_mat_view(x, ROWS, N);
    for (size_t l = 0; l < DEPTH; l++) {
        layers[l] = wi_layer_conv2d(2, 1, wi_linear());
        layers[l].weights = wi_dirac();
    }
    wi_net_desc desc = describe_image(layers, DEPTH, 2, 4, ROWS);
    layers[10].act = wi_custom("doubled", doubled, doubled_slope, 2);
    draw(x, ROWS * N, 1);
    draw(dy, ROWS * N, 2);
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_OK(wi_net_forward(&net, batch, WI_TRAIN, &y));
    CHECK_OK(wi_net_backward(&net, batch, wi_mat_view(dy, ROWS, N)));
    for (size_t i = 0; i < ROWS * N; i++) {
        CHECK_NEAR(y.data[i], 2 * x[i], 0);
        CHECK_NEAR(net.dinput.data[i], 2 * dy[i], 0);
    }
    wi_net_destroy(&net);
}

/* Layers with windows go forward and back in pieces, whose last one does not begin with a block of an
   activation: nothing is written behind a signal, where the next layer's lie, or the parameters. */
static void test_pieces_keep_within(void)
{
    static wi_real x[9 * 3 * 16], dy[9 * 3 * 9], params[512], post[9 * 3 * 16];
    draw(x, WI_COUNT(x), 3);
    draw(dy, WI_COUNT(dy), 4);
    for (int kind = 1; kind < WI_ACT_CUSTOM; kind++)
        for (size_t rows = 5; rows <= 9; rows++)
            for (size_t channels = 1; channels <= 3; channels++) {
                wi_net net;
                wi_act act = wi_linear();
                wi_layer_desc layers[2];
                act.kind = kind;
                act.param = 1;
                layers[0] = wi_layer_conv2d(channels, 1, act);
                layers[1] = wi_layer_conv2d(channels, 2, act);
                wi_net_desc desc = describe_image(layers, 2, channels, 4, rows);
                wi_mat batch = wi_mat_view(x, rows, channels * 16);
                if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
                memcpy(params, net.params, net.param_count * sizeof *params);
                CHECK_OK(wi_net_forward(&net, batch, WI_TRAIN, NULL));
                memcpy(post, net.layers[1].post.data, rows * channels * 9 * sizeof *post);
                CHECK_OK(wi_net_backward(&net, batch, wi_mat_view(dy, rows, channels * 9)));
                CHECK_BYTES(net.params, params, net.param_count * sizeof *params);
                CHECK_BYTES(net.layers[1].post.data, post, rows * channels * 9 * sizeof *post);
                wi_net_destroy(&net);
            }
}

/* The largest of each window, the first of equals gets the slope, and a NaN is not lost wherever it
   stands. */
static void test_max_pool(void)
{
    wi_layer_desc layer = wi_layer_max_pool(2);
    wi_net_desc desc = describe_image(&layer, 1, 1, 4, 1);
    wi_real x[16] = {1, 5, 2, 2, 5, 0, 2, 2, -3, -4, 0, 0, -1, -2, 0, 0}, dy[4] = {1, 2, 3, 4};
    const wi_real y[4] = {5, 2, -1, 0}, slopes[16] = {0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 4, 0, 3, 0, 0, 0};
    wi_net net;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    wi_mat batch = wi_mat_view(x, 1, 16);
    CHECK_OK(wi_net_forward(&net, batch, WI_TRAIN, NULL));
    CHECK_OK(wi_net_backward(&net, batch, wi_mat_view(dy, 1, 4)));
    for (size_t i = 0; i < 4; i++) CHECK_NEAR(net.layers[0].post.data[i], y[i], 0);
    for (size_t i = 0; i < 16; i++) CHECK_NEAR(net.dinput.data[i], slopes[i], 0);
    static const size_t corners[4] = {0, 1, 4, 5};
    for (size_t k = 0; k < 4; k++) {
        wi_real kept = x[corners[k]];
        x[corners[k]] = (wi_real)NAN;
        CHECK_OK(wi_net_forward(&net, batch, WI_TRAIN, NULL));
        CHECK_NEAR(net.layers[0].post.data[0], (double)NAN, 0);
        CHECK_OK(wi_net_backward(&net, batch, wi_mat_view(dy, 1, 4)));
        x[corners[k]] = kept;
    }
    wi_net_destroy(&net);
}

/* A layer that reads the input, alone or beside another that hands it on: then y = layer(x) + x, and what the
   layer passes back is added to dy. */
static int beside(wi_net *net, const wi_layer_desc *layer, size_t channels, size_t height, size_t width,
                  size_t rows, int twice)
{
    wi_layer_desc layers[3] = {*layer, wi_layer_act(wi_linear()), wi_layer_skip(2)};
    wi_net_desc desc = describe_image(layers, twice ? 3 : 1, channels, height, rows);
    desc.width = width;
    layers[1].from = 2;
    return CHECK_OK(wi_net_create(net, &desc, NULL));
}

/* By the definition, forward and back: statistics over a channel of all samples or over a sample, of more
   sets and longer ones than are taken together; every gain and bias another. All numbers may lie so far from
   0 that their mean is none of them. In evaluation a channel's statistics are those that were kept, and
   constants. */
static void test_norm_definition(int by_row, size_t height, size_t channels, double far, int twice,
                                 wi_mode mode)
{
    enum { ROWS = 21, MOST = 114 };
    const wi_layer_desc layer = by_row ? wi_layer_layer_norm() : wi_layer_batch_norm();
    const size_t width = 2 * height - 1, plane = height * width, cols = channels * plane;
    static wi_real x[ROWS * MOST], dy[ROWS * MOST];
    wi_net net;
    if (!beside(&net, &layer, channels, height, width, ROWS, twice)) return;
    const wi_layer *norm = &net.layers[0];
    const size_t gains = norm->w.cols, rows = ROWS, sets = by_row ? rows : channels;
    const size_t n = by_row ? cols : rows * plane;
    draw(x, ROWS * cols, 31);
    draw(dy, ROWS * cols, 32);
    draw(norm->w.data, gains, 33);
    draw(norm->b.data, gains, 34);
    for (size_t i = 0; far > 0 && i < ROWS * cols; i++) x[i] = (wi_real)(far + floor(8 * (double)x[i]) / 8);
    CHECK_EQ(gains, by_row ? cols : channels);
    wi_mat batch = wi_mat_view(x, ROWS, cols);
    const int kept = !by_row && mode == WI_EVAL;
    CHECK_EQ(net.state_count, by_row ? 0 : 2 * channels);
    for (size_t k = 0; k < net.state_count; k++)
        net.state[k] = (wi_real)((k < channels ? far : 0.5) + (double)(k % 7) / 8);
    CHECK_OK(wi_net_forward(&net, batch, mode, NULL));
    CHECK_OK(wi_net_backward(&net, batch, wi_mat_view(dy, ROWS, cols)));
    static double dw[MOST], db[MOST];
    memset(dw, 0, sizeof dw);
    memset(db, 0, sizeof db);
    for (size_t s = 0; s < sets; s++) {
        double mean = 0, square = 0, back = 0, along = 0;
        if (kept) {
            mean = (double)net.state[s];
            square = (double)net.state[channels + s];
        }
        for (int pass = kept ? 2 : 0; pass < 4; pass++)
            for (size_t k = 0; k < n; k++) {
                size_t i = by_row ? s * cols + k : k / plane * cols + s * plane + k % plane;
                size_t j = by_row ? k : s;
                double off = (double)x[i] - mean, inverse = 1 / sqrt(square + 1e-5), hat = off * inverse;
                double g = (double)dy[i] * (double)norm->w.data[j];
                if (pass == 0) mean += ((double)x[i] - far) / (double)n + (k == 0 ? far : 0);
                if (pass == 1) square += off * off / (double)n;
                if (pass == 2) {
                    CHECK_NEAR(norm->post.data[i], (double)norm->w.data[j] * hat + (double)norm->b.data[j],
                               2e-5);
                    if (!kept) back += g / (double)n;
                    if (!kept) along += g * hat / (double)n;
                    dw[j] += (double)dy[i] * hat;
                    db[j] += (double)dy[i];
                }
                if (pass == 3)
                    CHECK_NEAR(net.dinput.data[i],
                               inverse * (g - back - hat * along) + (twice ? (double)dy[i] : 0), 2e-5);
            }
    }
    for (size_t j = 0; j < gains; j++) {
        CHECK_NEAR(norm->dw.data[j], dw[j], 2e-4);
        CHECK_NEAR(norm->db.data[j], db[j], 2e-4);
    }
    wi_net_destroy(&net);
}

/* Element by element, forward and back: a factor, a summand, a mask; what is passed back alone or added. */
static void test_each_definition(int twice, wi_mode mode)
{
    enum { ROWS = 5, N = 2 * 3 * 3, ALL = ROWS * N };
    const wi_layer_desc kinds[4] = {wi_layer_scale(0.7), wi_layer_shift(0.3), wi_layer_act(wi_linear()),
                                   wi_layer_dropout(0.4)};
    wi_real x[ALL], dy[ALL];
    draw(x, ALL, 41);
    draw(dy, ALL, 42);
    for (size_t k = 0; k < WI_COUNT(kinds); k++) {
        wi_net net;
        wi_mat batch = wi_mat_view(x, ROWS, N);
        double along = 0, sum = 0;
        if (!beside(&net, &kinds[k], 2, 3, 3, ROWS, twice)) return;
        CHECK_OK(wi_net_forward(&net, batch, mode, NULL));
        CHECK_OK(wi_net_backward(&net, batch, wi_mat_view(dy, ROWS, N)));
        for (size_t i = 0; i < ALL; i++) {
            double pre = (double)net.layers[0].pre.data[i], factor = k == 0 ? 0.7 : 1;
            if (k == 3 && mode == WI_TRAIN) {
                factor = pre == 0 ? 0 : 1 / 0.6;
                CHECK_NEAR(pre, factor * (double)x[i], 1e-6);
            } else CHECK_NEAR(pre, factor * (double)x[i] + (k == 1 ? 0.3 : 0), 1e-6);
            CHECK_NEAR(net.dinput.data[i], factor * (double)dy[i] + (twice ? (double)dy[i] : 0), 1e-6);
            along += (double)dy[i] * (double)x[i];
            sum += (double)dy[i];
        }
        CHECK_EQ(net.param_count, k < 2);
        if (k < 2) CHECK_NEAR(net.grads[0], k ? sum : along, 1e-5);
        wi_net_destroy(&net);
    }
}

/* A constructor sets no size that belongs to other kinds. */
static void test_constructors(void)
{
    const wi_layer_desc all[9] = {wi_layer_max_pool(3),  wi_layer_avg_pool(3),  wi_layer_batch_norm(),
                                  wi_layer_layer_norm(), wi_layer_dropout(0.5), wi_layer_act(wi_tanh()),
                                  wi_layer_skip(1),      wi_layer_scale(2),     wi_layer_shift(2)};
    for (size_t k = 0; k < WI_COUNT(all); k++) {
        CHECK_EQ(all[k].units, 0);
        CHECK_EQ(all[k].kernel, k < 2 ? 3 : 0);
        CHECK_EQ(all[k].stride + all[k].padding + all[k].groups + all[k].tied + all[k].from, 0);
        CHECK_EQ(all[k].span, all[k].kind == WI_LAYER_SKIP ? 1 : 0);
    }
    CHECK_EQ(wi_layer_dense(3, wi_tanh()).kernel, 0);
    CHECK_EQ(wi_layer_conv2d(3, 5, wi_tanh()).units, 3);
    CHECK_EQ(wi_layer_conv2d(3, 5, wi_tanh()).kernel, 5);
}

/* A mean over more pixels than memory has, nearly all of them padding. */
static void test_wide_mean(void)
{
    const size_t wide = (size_t)1 << (sizeof wide * 4);
    wi_layer_desc layer = wi_layer_avg_pool(wide);
    wi_net_desc desc = describe(&layer, 1, 1, 1);
    wi_real one = 1;
    wi_mat y;
    wi_net net;
    layer.stride = 1;
    layer.padding = wide / 2;
    desc.channels = desc.height = desc.width = 1;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_OK(wi_net_forward(&net, wi_mat_view(&one, 1, 1), WI_EVAL, &y));
    CHECK_CLOSE(y.data[0], 1 / ((double)wide * (double)wide), 1e-6);
    wi_net_destroy(&net);
}

static void test_norm_forward(void)
{
    const wi_layer_desc layers[] = {wi_layer_batch_norm()};
    wi_net_desc desc = describe(layers, 1, 3, 64);
    wi_net net;
    wi_real x[64 * 3];
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    const wi_shape *shape = &net.layers[0].shape;   /* a factor for each unit, of one input each */
    CHECK(shape->in == 1 && shape->out == 3 && shape->kernel_h == 1 && shape->kernel_w == 1);
    draw(x, 64 * 3, 3);
    /* a mean far from 0 must not hurt */
    for (size_t i = 0; i < 64; i++) x[i * 3 + 1] = (wi_real)(1000 + 5 * (double)x[i * 3 + 1]);
    for (int round = 0; round < 200; round++)
        (void)wi_net_forward(&net, wi_mat_view(x, 64, 3), WI_TRAIN, NULL);
    wi_real column[64];
    for (size_t j = 0; j < 3; j++) {
        for (size_t i = 0; i < 64; i++) column[i] = net.layers[0].post.data[i * 3 + j];
        wi_stats out = wi_stats_of(column, 64);
        CHECK_NEAR(out.mean, 0, 1e-4);
        CHECK_NEAR(out.std, 1, 1e-3);
        for (size_t i = 0; i < 64; i++) column[i] = x[i * 3 + j];
        wi_stats in = wi_stats_of(column, 64);
        double seen = 1 - pow(0.9, 200);   /* running statistics after so many rounds of the same batch */
        CHECK_CLOSE(net.layers[0].state[j], in.mean * seen, 1e-3);
        CHECK_CLOSE(net.layers[0].state[3 + j], in.std * in.std * 64 / 63, 1e-3);
    }
    wi_net_destroy(&net);
}

static void test_dropout(void)
{
    enum { WIDE = 20000 };
    const wi_layer_desc layers[] = {wi_layer_dropout(0.3)};
    wi_net_desc desc = describe(layers, 1, WIDE, 2);
    wi_net net;
    static wi_real x[WIDE], first[WIDE];
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    for (size_t i = 0; i < WIDE; i++) x[i] = 1;
    net.layers[0].post.data[WIDE] = 9;   /* of a sample that is not in the batch */
    CHECK_OK(wi_net_forward(&net, wi_mat_view(x, 1, WIDE), WI_TRAIN, NULL));
    CHECK_NEAR(net.layers[0].post.data[WIDE], 9, 0);
    CHECK_EQ(net.noise.index, WIDE);   /* as many numbers are used up */
    memcpy(first, net.layers[0].post.data, sizeof first);
    wi_stats stats = wi_stats_of(first, WIDE);
    double five_sigma = 5 * sqrt(0.3 * 0.7 / WIDE);
    CHECK_NEAR(stats.zeros, 0.3, five_sigma);
    CHECK_NEAR(stats.max, 1 / 0.7, 1e-6);
    CHECK_NEAR(stats.mean, 1, five_sigma / 0.7);

    /* The next pass has another mask, independent of this one. */
    CHECK_OK(wi_net_forward(&net, wi_mat_view(x, 1, WIDE), WI_TRAIN, NULL));
    size_t both = 0;
    for (size_t i = 0; i < WIDE; i++) both += first[i] == 0 && net.layers[0].post.data[i] == 0;
    CHECK_NEAR((double)both / WIDE, 0.09, 5 * sqrt(0.09 * 0.91 / WIDE));
    CHECK_OK(wi_net_forward(&net, wi_mat_view(x, 1, WIDE), WI_EVAL, NULL));
    CHECK_BYTES(net.layers[0].post.data, x, sizeof x);
    wi_net_destroy(&net);

    /* Only layers that draw use numbers up: a sample as many as the widest of them has outputs. */
    const wi_layer_desc mixed[6] = {wi_layer_dense(50, wi_tanh()),  wi_layer_dense(7, wi_tanh()),
                                   wi_layer_dropout(0.5),          wi_layer_dense(5, wi_linear()),
                                   wi_layer_dropout(0.5),          wi_layer_dense(60, wi_linear())};
    for (size_t count = 2; count <= 6; count++) {
        desc = describe(mixed, count, 3, 4);
        if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
        CHECK_OK(wi_net_forward(&net, wi_mat_view(x, 4, 3), WI_EVAL, NULL));
        CHECK_EQ(net.noise.index, 0);
        CHECK_OK(wi_net_forward(&net, wi_mat_view(x, 4, 3), WI_TRAIN, NULL));
        CHECK_EQ(net.noise.index, count > 2 ? 4 * 7 : 0);
        wi_net_destroy(&net);
    }
}

/* ---- weights ---- */

/* Changing one layer's width and recipe leaves the weights of all others as they were. */
static void test_layers_are_independent(void)
{
    wi_layer_desc a[3] = { wi_layer_dense(8, wi_tanh()), wi_layer_dense(9, wi_tanh()),
                           wi_layer_dense(9, wi_tanh()) },
                  b[3];
    memcpy(b, a, sizeof a);
    a[0].weights = wi_xavier_uniform();
    b[0].weights = wi_orthogonal(1);
    wi_net one, two;
    wi_net_desc first = describe(a, 3, 6, 1), second = describe(b, 3, 6, 1);
    CHECK_OK(wi_net_create(&one, &first, NULL));
    CHECK_OK(wi_net_create(&two, &second, NULL));
    CHECK(memcmp(one.layers[0].w.data, two.layers[0].w.data, 48 * sizeof(wi_real)) != 0);
    for (size_t l = 1; l < 3; l++)
        CHECK_BYTES(one.layers[l].w.data, two.layers[l].w.data, one.layers[l].param_count * sizeof(wi_real));

    CHECK_OK(wi_net_init(&two, 6));
    CHECK(memcmp(one.layers[1].w.data, two.layers[1].w.data, 72 * sizeof(wi_real)) != 0);
    CHECK_OK(wi_net_init_all(&two, wi_he_normal(), wi_constant(0.5), 5));
    CHECK_OK(wi_net_init_all(&one, wi_he_normal(), wi_constant(0.5), 5));
    CHECK_BYTES(one.params, two.params, one.param_count * sizeof(wi_real));
    CHECK_NEAR(one.layers[1].b.data[3], 0.5, 0);
    CHECK_TEXT(one.layers[1].desc.weights.name, wi_he_normal().name);

    /* A recipe that cannot be followed changes nothing. */
    wi_real *kept = (wi_real *)malloc(one.param_count * sizeof *kept);
    memcpy(kept, one.params, one.param_count * sizeof *kept);
    CHECK_STATUS(wi_net_init_all(&one, wi_normal(0, -1), wi_zeros(), 1), WI_ERR_ARG);
    CHECK_STATUS(wi_net_init_all(&one, wi_sparse(7, 1), wi_zeros(), 1),
                 wi_fill(kept, wi_dense(6, 8), wi_sparse(7, 1), &one.noise));
    memcpy(kept, two.params, one.param_count * sizeof *kept);
    CHECK_BYTES(one.params, kept, one.param_count * sizeof *kept);
    CHECK_TEXT(one.layers[1].desc.weights.name, wi_he_normal().name);
    free(kept);
    wi_net_destroy(&one);
    wi_net_destroy(&two);
}

static void test_copy(void)
{
    wi_layer_desc a[4] = { wi_layer_conv2d(3, 3, wi_relu()), wi_layer_batch_norm(),
                           wi_layer_dense(4, wi_relu()), wi_layer_dense(2, wi_linear()) },
                  b[4];
    memcpy(b, a, sizeof a);
    b[3].units = 5;
    wi_net from, to;
    wi_net_desc one = describe_image(a, 4, 1, 5, 4), two = describe_image(b, 4, 1, 5, 4);
    two.seed = 99;
    CHECK_OK(wi_net_create(&from, &one, NULL));
    CHECK_OK(wi_net_create(&to, &two, NULL));
    for (size_t i = 0; i < from.state_count; i++) from.state[i] = (wi_real)i;
    for (size_t l = 0; l < 3; l++) CHECK_OK(wi_layer_copy(&to.layers[l], &from.layers[l]));
    CHECK_BYTES(to.params, from.params, from.layers[3].param_first * sizeof(wi_real));
    CHECK_BYTES(to.state, from.state, from.state_count * sizeof(wi_real));
    wi_real kept = to.layers[3].w.data[0];
    CHECK_STATUS(wi_layer_copy(&to.layers[3], &from.layers[3]), WI_ERR_SHAPE);
    /* Weights of the same number in another order; as many rows, of other lengths. */
    wi_layer other = from.layers[3];
    other.w = wi_mat_view(other.w.data, other.w.cols, other.w.rows);
    CHECK_STATUS(wi_layer_copy(&from.layers[3], &other), WI_ERR_SHAPE);
    other.w = wi_mat_view(other.w.data, from.layers[3].w.rows, 1);
    CHECK_STATUS(wi_layer_copy(&from.layers[3], &other), WI_ERR_SHAPE);
    other = from.layers[3];
    other.param_count--;
    CHECK_STATUS(wi_layer_copy(&from.layers[3], &other), WI_ERR_SHAPE);
    other = from.layers[3];
    other.state_count = 1;
    CHECK_STATUS(wi_layer_copy(&from.layers[3], &other), WI_ERR_SHAPE);
    CHECK_STATUS(wi_layer_copy(&to.layers[3], NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_layer_copy(NULL, &from.layers[3]), WI_ERR_ARG);
    CHECK_NEAR(to.layers[3].w.data[0], kept, 0);
    wi_net_destroy(&from);
    wi_net_destroy(&to);
}

static void test_defaults(void)
{
    const wi_layer_desc layers[5] = { wi_layer_dense(8, wi_relu()), wi_layer_dense(8, wi_linear()),
                                      wi_layer_batch_norm(), wi_layer_act(wi_relu()),
                                      wi_layer_dense(3, wi_linear()) };
    wi_net_desc desc = describe(layers, 5, 6, 1);
    wi_net net;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_TEXT(net.layers[0].desc.weights.name, wi_recipe_for(wi_relu()).name);
    /* its ReLU comes behind the norm */
    CHECK_TEXT(net.layers[1].desc.weights.name, wi_recipe_for(wi_relu()).name);
    CHECK_TEXT(net.layers[4].desc.weights.name, wi_recipe_for(wi_linear()).name);
    for (size_t j = 0; j < 8; j++) {
        CHECK_NEAR(net.layers[2].w.data[j], 1, 0);
        CHECK_NEAR(net.layers[2].b.data[j], 0, 0);
        CHECK_NEAR(net.layers[2].state[j], 0, 0);
        CHECK_NEAR(net.layers[2].state[8 + j], 1, 0);
    }
    CHECK_EQ(net.param_count, 6 * 8 + 8 + 8 * 8 + 8 + 16 + 8 * 3 + 3);
    CHECK_EQ(net.state_count, 16);
    wi_net_destroy(&net);

    /* However many stand between. */
    wi_layer_desc between[6];
    for (size_t n = 0; n < 5; n++) {
        between[0] = wi_layer_dense(8, wi_linear());
        for (size_t l = 1; l <= n; l++) between[l] = l % 2 ? wi_layer_batch_norm() : wi_layer_dropout(0.5);
        between[n + 1] = wi_layer_act(wi_relu());
        desc = describe(between, n + 2, 6, 1);
        if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
        CHECK_TEXT(net.layers[0].desc.weights.name, wi_recipe_for(wi_relu()).name);
        wi_net_destroy(&net);
    }

    /* A ReLU that reads the layer before it is not behind it. */
    wi_layer_desc apart[4] = { wi_layer_dense(8, wi_tanh()), wi_layer_dense(8, wi_linear()),
                               wi_layer_act(wi_relu()), wi_layer_skip(2) };
    apart[2].from = 2;
    desc = describe(apart, 4, 6, 1);
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_TEXT(net.layers[1].desc.weights.name, wi_recipe_for(wi_linear()).name);
    wi_net_destroy(&net);

    /* A bias drawn by a recipe with fans has those of its weights: PyTorch's U(+-1/sqrt(fan_in)). */
    wi_layer_desc biased = wi_layer_dense(4000, wi_linear());
    biased.bias = wi_pytorch_default();
    desc = describe(&biased, 1, 25, 1);
    CHECK_OK(wi_net_create(&net, &desc, NULL));
    wi_stats stats = wi_stats_of(net.layers[0].b.data, 4000);
    CHECK_NEAR(stats.max, 0.2, 1e-3);
    CHECK_NEAR(stats.min, -0.2, 1e-3);
    wi_net_destroy(&net);
}

static void test_lsuv(void)
{
    const wi_layer_desc layers[3] = { wi_layer_dense(64, wi_relu()), wi_layer_dense(48, wi_tanh()),
                                      wi_layer_dense(10, wi_linear()) };
    wi_net_desc desc = describe(layers, 3, 40, 128);
    static wi_real x[200 * 40];
    wi_net net;
    draw(x, WI_COUNT(x), 11);
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_OK(wi_net_init_lsuv(&net, wi_mat_view(x, 200, 40), 0.02, 10));
    CHECK_OK(wi_net_forward(&net, wi_mat_view(x, 128, 40), WI_EVAL, NULL));
    for (size_t l = 0; l < 3; l++)
        CHECK_NEAR(wi_stats_of(net.layers[l].pre.data, 128 * net.layers[l].outputs).std, 1, 0.02);

    /* It runs layers as for predicting, whatever ran before: nothing is dropped out. */
    const wi_layer_desc dropped[3] = { layers[0], wi_layer_dropout(0.5), layers[2] };
    wi_net_desc other_desc = describe(dropped, 3, 40, 128);
    static wi_real drawn[4000];
    wi_net dropping;
    if (!CHECK_OK(wi_net_create(&dropping, &other_desc, NULL))) return;
    if (!CHECK(dropping.param_count <= WI_COUNT(drawn))) return;
    for (int before = 0; before < 2; before++) {
        if (before) CHECK_OK(wi_net_forward(&dropping, wi_mat_view(x, 128, 40), WI_TRAIN, NULL));
        CHECK_OK(wi_net_init_lsuv(&dropping, wi_mat_view(x, 128, 40), 0.02, 10));
        if (before) CHECK_BYTES(dropping.params, drawn, dropping.param_count * sizeof *drawn);
        memcpy(drawn, dropping.params, dropping.param_count * sizeof *drawn);
    }
    wi_net_destroy(&dropping);

    /* A deviation that is near enough to 1 is left alone, such as a third where 0.8 more or less will do. */
    for (size_t i = 0; i < WI_COUNT(x); i++) x[i] *= (wi_real)0.3;
    CHECK_OK(wi_net_init_lsuv(&net, wi_mat_view(x, 128, 40), 0.8, 10));
    CHECK_OK(wi_net_forward(&net, wi_mat_view(x, 128, 40), WI_EVAL, NULL));
    CHECK_BELOW(wi_stats_of(net.layers[0].pre.data, 128 * net.layers[0].outputs).std, 0.4);

    /* A layer's weights stay orthogonal: all of them are scaled, and no other layer's. */
    const wi_layer_desc narrowing[2] = {wi_layer_dense(9, wi_tanh()), wi_layer_dense(5, wi_linear())};
    wi_net_desc narrowing_desc = describe(narrowing, 2, 40, 128);
    if (!CHECK_OK(wi_net_create(&dropping, &narrowing_desc, NULL))) return;
    CHECK_OK(wi_net_init_lsuv(&dropping, wi_mat_view(x, 128, 40), 0.02, 10));
    for (size_t l = 0; l < 2; l++) {
        wi_mat w = dropping.layers[l].w;
        double first = wi_stats_of(w.data, w.cols).rms;
        for (size_t i = 1; i < w.rows; i++)
            CHECK_CLOSE(wi_stats_of(w.data + i * w.cols, w.cols).rms, first, 1e-5);
    }
    wi_net_destroy(&dropping);

    /* Tied weights are scaled where they are owned, and are not touched again. */
    wi_layer_desc mirror[2] = {wi_layer_dense(30, wi_tanh()), wi_layer_dense(40, wi_linear())};
    wi_net_desc mirror_desc = describe(mirror, 2, 40, 128);
    mirror[1].tied = 1;
    if (!CHECK_OK(wi_net_create(&dropping, &mirror_desc, NULL))) return;
    CHECK_OK(wi_net_init_lsuv(&dropping, wi_mat_view(x, 128, 40), 0.01, 10));
    CHECK_OK(wi_net_forward(&dropping, wi_mat_view(x, 128, 40), WI_EVAL, NULL));
    CHECK_NEAR(wi_stats_of(dropping.layers[0].pre.data, 128 * 30).std, 1, 0.01);
    CHECK(fabs(wi_stats_of(dropping.layers[1].pre.data, 128 * 40).std - 1) > 0.1);
    wi_net_destroy(&dropping);

    /* A constant zero input has no std to scale by: an error, and the weights stay. */
    wi_real before = net.params[7];
    memset(x, 0, sizeof x);
    CHECK_STATUS(wi_net_init_lsuv(&net, wi_mat_view(x, 128, 40), 0.02, 10), WI_ERR_NUMERIC);
    CHECK_STATUS(wi_net_init_lsuv(&net, wi_mat_view(x, 128, 40), 0.02, 1), WI_ERR_NUMERIC);
    CHECK_CONTAINS(net.error.text, "layer 1 (dense): its pre-activations");
    x[0] = (wi_real)NAN;
    CHECK_STATUS(wi_net_init_lsuv(&net, wi_mat_view(x, 128, 40), 0.02, 10), WI_ERR_NUMERIC);
    CHECK_NEAR(net.params[7], before, 0);
    CHECK_STATUS(wi_net_init_lsuv(&net, wi_mat_view(x, 128, 40), 0, 10), WI_ERR_ARG);
    CHECK_STATUS(wi_net_init_lsuv(&net, wi_mat_view(x, 128, 40), 0.1, 0), WI_ERR_ARG);
    CHECK_STATUS(wi_net_init_lsuv(&net, wi_mat_view(x, 128, 39), 0.1, 1), WI_ERR_SHAPE);
    wi_net_destroy(&net);
}

/* ---- errors and memory ---- */

/* ---- drawing whole networks ---- */

enum { BIG = 4096 };
static wi_real buffer[BIG], other[BIG];

static const wi_layer_desc *residual_layers(void) /* 20 inputs; two branches, of two and of one dense layer */
{
    static wi_layer_desc layers[8];
    layers[0] = layers[1] = layers[4] = wi_layer_dense(20, wi_relu());
    layers[2] = wi_layer_dense(20, wi_linear());
    layers[3] = layers[6] = wi_layer_skip(3);
    layers[5] = wi_layer_scale(1);
    layers[7] = wi_layer_dense(5, wi_linear());
    return layers;
}

static void test_rules(void)
{
    const wi_rule rules[2] = {{"*.bias", wi_constant(0.5)}, {"0.dense.weight", wi_orthogonal(2)}};
    const wi_rule bad = {"7.*", wi_normal(0, -1)};
    wi_net_desc desc = describe(residual_layers(), 8, 20, 64);
    wi_net net;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_OK(wi_net_init_rules(&net, rules, 2, 3));
    CHECK_NEAR(net.layers[7].b.data[0], 0.5, 0);
    CHECK_BELOW(fabs(wi_stats_of(net.layers[0].w.data, 400).rms - 2 / sqrt(20.0)), 1e-6);
    memcpy(other, net.params, net.param_count * sizeof *other);
    CHECK_STATUS(wi_net_init_rules(&net, &bad, 1, 4), WI_ERR_ARG);
    CHECK_CONTAINS(net.error.text, "layer 8 (dense)");
    CHECK_BYTES(net.params, other, net.param_count * sizeof *other);
    CHECK_OK(wi_net_init(&net, 3));
    CHECK_EQ(net.error.text[0], 0);
    CHECK_BYTES(net.params, other, net.param_count * sizeof *other);
    wi_net blank;
    memset(&blank, 0, sizeof blank);
    CHECK_STATUS(wi_net_init_rules(&blank, NULL, 2, 3), WI_ERR_ARG);
    CHECK_STATUS(wi_net_init_rules(NULL, NULL, 2, 3), WI_ERR_ARG);
    CHECK_STATUS(wi_net_init_rules(&net, NULL, 2, 3), WI_ERR_ARG);
    wi_net_destroy(&net);
}

/* By a batch: every unit has mean 0 and std 1, and a second call changes nothing. */
static void test_batch_rule(void)
{
    wi_net_desc desc = describe(residual_layers(), 8, 20, 64);
    wi_net net;
    wi_mat x = wi_mat_view(buffer, 64, 20);
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    draw(buffer, 64 * 20, 6);
    for (size_t i = 0; i < 64 * 20; i++) buffer[i] = (wi_real)(1 + 3 * (double)buffer[i]);
    CHECK_OK(wi_net_init_all(&net, wi_normal(0, 0.05), wi_zeros(), 1));
    CHECK_OK(wi_net_init_batch(&net, x));
    CHECK_OK(wi_net_forward(&net, x, WI_EVAL, NULL));
    for (size_t l = 0; l < 8; l++) {
        if (net.layers[l].desc.kind != WI_LAYER_DENSE) continue;
        for (size_t u = 0; u < net.layers[l].outputs; u++) {
            for (size_t i = 0; i < 64; i++) other[i] = net.layers[l].pre.data[i * net.layers[l].outputs + u];
            CHECK_NEAR(wi_stats_of(other, 64).mean, 0, 2e-5);
            CHECK_NEAR(wi_stats_of(other, 64).std, 1, 2e-5);
        }
    }
    memcpy(other, net.params, net.param_count * sizeof *other);
    CHECK_OK(wi_net_init_batch(&net, x));
    CHECK_BYTES(net.params, other, net.param_count * sizeof *other);
    /* one sample has no spread */
    CHECK_STATUS(wi_net_init_batch(&net, wi_mat_view(buffer, 1, 20)), WI_ERR_NUMERIC);
    CHECK_CONTAINS(net.error.text, "layer 1 (dense): unit 1 is constant");
    CHECK_BYTES(net.params, other, net.param_count * sizeof *other);
    wi_net_destroy(&net);

    /* A channel is a unit with all its pixels. */
    const wi_layer_desc image[2] = {wi_layer_conv2d(3, 2, wi_relu()), wi_layer_dense(2, wi_linear())};
    desc = describe_image(image, 2, 1, 4, 8);
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_OK(wi_net_init_batch(&net, wi_mat_view(buffer, 8, 16)));
    CHECK_OK(wi_net_forward(&net, wi_mat_view(buffer, 8, 16), WI_EVAL, NULL));
    for (size_t c = 0; c < 3; c++) {
        for (size_t i = 0; i < 8; i++)
            memcpy(other + 9 * i, net.layers[0].pre.data + i * 27 + c * 9, 9 * sizeof *other);
        CHECK_NEAR(wi_stats_of(other, 72).mean, 0, 2e-5);
        CHECK_NEAR(wi_stats_of(other, 72).std, 1, 2e-5);
    }
    wi_net_destroy(&net);
}

/* Identity blocks; the square root of two branches; Fixup's powers: the same however often and after
   whatever. */
static void test_residual(void)
{
    wi_net_desc desc = describe(residual_layers(), 8, 20, 64);
    wi_net net;
    wi_mat x = wi_mat_view(buffer, 64, 20);
    wi_signal signals[8];
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    draw(buffer, 64 * 20, 6);
    CHECK_OK(wi_net_init_all(&net, wi_he_normal(), wi_zeros(), 1));
    memcpy(other, net.layers[2].w.data, 400 * sizeof *other);
    wi_real first[400];
    memcpy(first, net.layers[1].w.data, sizeof first);
    for (int round = 0; round < 2; round++) {
        CHECK_OK(wi_net_init_residual(&net, WI_RESIDUAL_ZERO, 1));
        CHECK_NEAR(wi_stats_of(net.layers[2].w.data, 400).rms, 0, 0);
        CHECK_NEAR(net.layers[5].w.data[0], 0, 0);
        CHECK_OK(wi_net_forward(&net, x, WI_EVAL, NULL));
        CHECK_BYTES(net.layers[6].post.data, net.layers[0].post.data, 64 * 20 * sizeof(wi_real));

        CHECK_OK(wi_net_init_residual(&net, WI_RESIDUAL_SQRT, 1));
        for (size_t i = 0; i < 400; i++)
            CHECK_NEAR(net.layers[2].w.data[i], (double)other[i] / sqrt(2.0), 1e-6);
        CHECK_CLOSE(net.layers[5].w.data[0], 1 / sqrt(2.0), 1e-6);
        CHECK_OK(wi_net_theory(&net, 1, signals));   /* theory knows of the scheme */
        CHECK_CLOSE(signals[2].q, 0.5 * 2 * signals[1].act_second, 1e-9);

        CHECK_OK(wi_net_init_residual(&net, WI_RESIDUAL_FIXUP, 1));
        CHECK_NEAR(wi_stats_of(net.layers[2].w.data, 400).rms, 0, 0);
        CHECK_NEAR(wi_stats_of(net.layers[7].w.data, 100).rms, 0, 0);
        for (size_t i = 0; i < 400; i++)   /* two branches of m = 2 */
            CHECK_NEAR(net.layers[1].w.data[i], (double)first[i] * pow(2, -0.5), 1e-6);
        CHECK_TEXT(net.layers[7].desc.weights.name, "he_normal");   /* nothing derived is stored */
    }
    CHECK_OK(wi_net_init(&net, 1));
    CHECK_BYTES(net.layers[2].w.data, other, 400 * sizeof *other);
    for (int method = 3; method > 0; method = method == 3 ? INT_MAX : 0)
        CHECK_STATUS(wi_net_init_residual(&net, (wi_residual)method, 1), WI_ERR_ARG);
    wi_net_destroy(&net);

    desc.layer_count = 3;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_STATUS(wi_net_init_residual(&net, WI_RESIDUAL_ZERO, 1), WI_ERR_SHAPE);
    CHECK_CONTAINS(net.error.text, "no skip");
    wi_net_destroy(&net);
    const wi_layer_desc empty[3] = {wi_layer_dense(20, wi_relu()), wi_layer_act(wi_relu()), wi_layer_skip(2)};
    desc = describe(empty, 3, 20, 4);
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_STATUS(wi_net_init_residual(&net, WI_RESIDUAL_SQRT, 1), WI_ERR_SHAPE);
    CHECK_CONTAINS(net.error.text, "layer 3 (skip): its branch has no weights");
    wi_net_destroy(&net);
}

/* A shortcut with weights is no part of the branch: Fixup and its like leave it alone, and theory adds the
   two. */
static void test_shortcut(void)
{
    wi_layer_desc layers[6] = { wi_layer_dense(20, wi_relu()),
                                wi_layer_dense(30, wi_linear()),
                                wi_layer_dense(20, wi_relu()),
                                wi_layer_dense(30, wi_linear()),
                                wi_layer_skip(3),
                                wi_layer_dense(5, wi_linear()) };
    wi_net_desc desc = describe(layers, 6, 20, 64);
    wi_mat x = wi_mat_view(buffer, 64, 20);
    wi_signal signals[6];
    wi_net net;
    layers[1].no_bias = 1;
    layers[2].from = 2;
    layers[3].bias = wi_constant(0.5);
    layers[4].act = wi_tanh();
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_EQ(net.layers[1].param_count, 600);
    CHECK_EQ(net.layers[2].param_count, 420);
    draw(buffer, 64 * 20, 6);
    CHECK_OK(wi_net_forward(&net, x, WI_EVAL, NULL));
    for (size_t i = 0; i < 64 * 30; i++)
        CHECK_NEAR(net.layers[4].pre.data[i], net.layers[1].post.data[i] + net.layers[3].post.data[i], 1e-6);
    CHECK_OK(wi_net_theory(&net, 1, signals));
    CHECK_CLOSE(signals[2].q, 2 * signals[0].act_second, 1e-9);
    CHECK_CLOSE(signals[4].q, signals[1].q + signals[3].q, 1e-9);
    CHECK_OK(wi_net_init_residual(&net, WI_RESIDUAL_FIXUP, 1));
    CHECK_NEAR(wi_stats_of(net.layers[3].w.data, 600).rms, 0, 0);
    CHECK_BELOW(0.1, wi_stats_of(net.layers[1].w.data, 600).rms);
    CHECK_STATUS(wi_net_init_batch(&net, x), WI_ERR_ARG);
    CHECK_CONTAINS(net.error.text, "layer 2 (dense): there is no bias");
    CHECK_OK(wi_net_init_lsuv(&net, x, 0.1, 10));
    wi_net_destroy(&net);
}

static double sine(double z, double p) { return sin(p * z); }
static double sine_slope(double z, double p) { return p * cos(p * z); }

/* What theory says where a pencil says it too: variances times fans, forward and back; a skip adds; padding
   takes away from the pixels at the edge, along each axis. */
static void test_theory_by_hand(void)
{
    wi_layer_desc dense[4] = { wi_layer_dense(30, wi_linear()), wi_layer_dense(30, wi_linear()),
                               wi_layer_skip(2), wi_layer_dense(10, wi_linear()) };
    wi_layer_desc image[3] = { wi_layer_conv2d(4, 3, wi_linear()), wi_layer_conv2d(5, 3, wi_linear()),
                               wi_layer_avg_pool(3) };
    wi_layer_desc waves[2] = { wi_layer_dense(50, wi_sine(0.9)), wi_layer_dense(3, wi_linear()) };
    wi_net_desc desc = describe(dense, 4, 20, 1);
    wi_signal s[4], twin[2];
    wi_net net;
    dense[0].weights = wi_normal(0, 0.1);
    dense[1].weights = wi_normal(0, 0.2);
    dense[3].weights = wi_normal(0, 0.3);
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_OK(wi_net_theory(&net, 2, s));
    const double q[4] = {0.4, 0.48, 0.88, 2.376}, backward[4] = {1.98, 0.9, 0.9, 1};
    for (size_t l = 0; l < 4; l++) {
        CHECK_CLOSE(s[l].q, q[l], 1e-9);
        CHECK_CLOSE(s[l].backward, backward[l], 1e-9);
    }
    CHECK_CLOSE(s[0].spread, sqrt(2.0 / 30), 1e-6);   /* of a mean of 30 squares of normal numbers */
    CHECK_CLOSE(s[1].spread, sqrt(4.0 / 30), 1e-6);
    wi_net_destroy(&net);

    /* Of three pixels the outer ones meet two of three taps: 2, 3 and 2 of them along each axis. */
    desc = describe_image(image, 3, 2, 3, 1);
    image[0].weights = image[1].weights = wi_normal(0, 0.1);
    image[0].padding = image[1].padding = 1;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_OK(wi_net_theory(&net, 1, s));
    CHECK_CLOSE(s[0].q, 2 * 0.01 * 49.0 / 9, 1e-9);
    CHECK_CLOSE(s[1].q, s[0].q * 4 * 0.01 * 289.0 / 49, 1e-9);   /* 15, 21 and 15 sevenths */
    CHECK_CLOSE(s[2].q, s[1].q / 9, 1e-9);
    CHECK_CLOSE(s[1].backward, 1.0 / 81, 1e-9);
    CHECK_CLOSE(s[0].backward, s[1].backward * 5 * 0.01 * 49.0 / 9, 1e-9);
    wi_net_destroy(&net);

    /* Orthonormal columns at the middle tap, which meets every pixel: the sum of squares stays, forward over
       the channels; back over the middle pixels, from 2 x 2 to 4 x 4. */
    wi_layer_desc centred[2] = {wi_layer_conv2d(4, 3, wi_linear()), wi_layer_conv2d(8, 3, wi_linear())};
    centred[0].weights = centred[1].weights = wi_delta_orthogonal(1);
    desc = describe_image(centred, 2, 2, 6, 1);
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_OK(wi_net_theory(&net, 1, s));
    CHECK_CLOSE(s[0].q, 2.0 / 4, 1e-9);
    CHECK_CLOSE(s[1].q, 2.0 / 8, 1e-9);
    CHECK_CLOSE(s[0].backward, 4.0 / 16, 1e-9);
    wi_net_destroy(&net);

    /* A sine whose inputs have a mean, and its custom twin. */
    desc = describe(waves, 2, 40, 1);
    waves[0].bias = wi_constant(0.7);
    waves[0].weights = wi_normal(0, 0.1);
    for (int k = 0; k < 2; k++) {
        if (k) waves[0].act = wi_custom("s", sine, sine_slope, 0.9);
        if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
        CHECK_OK(wi_net_theory(&net, 1, k ? twin : s));
        wi_net_destroy(&net);
    }
    CHECK_CLOSE(s[0].act_mean, twin[0].act_mean, 1e-7);
    CHECK_CLOSE(s[0].act_correlation, twin[0].act_correlation, 1e-7);
    CHECK_CLOSE(s[0].depth_scale, twin[0].depth_scale, 1e-6);
    CHECK_CLOSE(s[1].q, twin[1].q, 1e-7);
}

/* A zeroed recipe means the same wherever it stands: the default for the activation behind the norm. */
static void test_zeroed_recipe(void)
{
    const wi_layer_desc layers[4] = { wi_layer_dense(16, wi_linear()), wi_layer_batch_norm(),
                                      wi_layer_act(wi_relu()), wi_layer_dense(3, wi_linear()) };
    wi_net_desc desc = describe(layers, 4, 16, 4);
    wi_recipe zero;
    wi_net net;
    memset(&zero, 0, sizeof zero);
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_TEXT(net.layers[0].desc.weights.name, "he_normal");
    memcpy(other, net.params, net.param_count * sizeof *other);
    CHECK_OK(wi_net_init_all(&net, zero, zero, desc.seed));
    CHECK_TEXT(net.layers[0].desc.weights.name, "he_normal");
    CHECK_BYTES(net.params, other, net.param_count * sizeof *other);
    net.layers[0].desc.weights = net.layers[3].desc.bias = zero;
    CHECK_OK(wi_net_init(&net, desc.seed));
    CHECK_BYTES(net.params, other, net.param_count * sizeof *other);
    wi_net_destroy(&net);
}

/* LSUV that fails leaves recipes, statistics, noise and seed as they were; LSUV that works stores no
   recipe. */
/* A bias whose recipe speaks of fans means those of the weights beside it. */
static void test_bias_by_fan(void)
{
    const wi_recipe recipes[2] = { wi_lecun_normal(), wi_lecun_uniform() };
    for (size_t r = 0; r < 2; r++) {
        wi_layer_desc layer = wi_layer_dense(20000, wi_linear());
        wi_net_desc desc = describe(&layer, 1, 25, 1);
        wi_net net;
        layer.bias = recipes[r];
        if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) continue;
        wi_stats b = wi_stats_of(net.layers[0].b.data, net.layers[0].b.cols);
        CHECK_NEAR(b.std, 0.2, 5 * 0.2 / sqrt(2 * 20000.0));
        CHECK_NEAR(b.kurtosis, r == 0 ? 3 : 1.8, 0.2);
        wi_net_destroy(&net);
    }
}

static void test_lsuv_keeps(void)
{
    const wi_layer_desc layers[4] = { wi_layer_dense(8, wi_relu()), wi_layer_batch_norm(),
                                      wi_layer_dropout(0.5), wi_layer_dense(4, wi_linear()) };
    wi_net_desc desc = describe(layers, 4, 4, 4);
    wi_net net, before;
    wi_layer kept[4];
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    memset(buffer, 0, sizeof buffer);
    net.layers[1].state[0] = 7;
    net.noise.index = 99;
    before = net;
    memcpy(kept, net.layers, sizeof kept);
    memcpy(other, net.params, net.param_count * sizeof *other);
    CHECK_STATUS(wi_net_init_lsuv(&net, wi_mat_view(buffer, 4, 4), 0.1, 10), WI_ERR_NUMERIC);
    CHECK_CONTAINS(net.error.text, "layer 1 (dense)");
    CHECK_BYTES(net.layers, kept, sizeof kept);
    CHECK_BYTES(net.params, other, net.param_count * sizeof *other);
    CHECK_NEAR(net.layers[1].state[0], 7, 0);
    CHECK_BYTES(&net.noise, &before.noise, sizeof net.noise);
    CHECK_EQ(net.seed, before.seed);
    draw(buffer, 16, 1);
    CHECK_OK(wi_net_init_lsuv(&net, wi_mat_view(buffer, 4, 4), 0.1, 10));
    CHECK_TEXT(net.layers[0].desc.weights.name, "he_normal");
    memcpy(other, net.params, net.param_count * sizeof *other);
    /* It measures as WI_EVAL does. */
    CHECK_OK(wi_net_forward(&net, wi_mat_view(buffer, 4, 4), WI_TRAIN, NULL));
    CHECK_OK(wi_net_init_lsuv(&net, wi_mat_view(buffer, 4, 4), 0.1, 10));
    CHECK_BYTES(net.params, other, net.param_count * sizeof *other);
    wi_net_destroy(&net);
}

/* Fields of other kinds count as 0, and read as 0 in the network. */
static void check_refused(const wi_net_desc *desc, wi_status status, const char *text);
static void test_foreign_fields(void)
{
    wi_layer_desc layers[2] = {wi_layer_conv2d(2, 1, wi_relu()), wi_layer_dense(2, wi_linear())};
    wi_net_desc desc = describe_image(layers, 2, 1, 2, 1);
    wi_net net;
    wi_real ones[4] = {1, 1, 1, 1};
    layers[0].tied = layers[0].span = 5;
    layers[1].rate = (double)NAN;
    layers[1].padding = layers[1].groups = SIZE_MAX;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK(net.layers[0].w.data == net.params && net.layers[0].desc.tied == 0 && net.layers[0].desc.span == 0);
    CHECK(net.layers[1].desc.rate == 0 && net.layers[1].desc.padding == 0 && net.layers[1].desc.groups == 0);
    CHECK_OK(wi_net_forward(&net, wi_mat_view(ones, 1, 4), WI_EVAL, NULL));
    wi_net_destroy(&net);
    layers[0].tied = layers[0].span = layers[1].padding = layers[1].groups = 0;
    layers[1].rate = 0;
    layers[1].tied = SIZE_MAX;
    check_refused(&desc, WI_ERR_ARG, "not an earlier dense layer");
    layers[1].tied = 1;   /* a convolution's weights */
    check_refused(&desc, WI_ERR_ARG, "not an earlier dense layer");
    layers[1].tied = 0;
    layers[1].step_scale = -1;
    check_refused(&desc, WI_ERR_ARG, "step_scale -1");
    wi_layer_desc global = wi_layer_avg_pool(0);
    global.padding = 1;
    desc = describe_image(&global, 1, 1, 4, 1);
    check_refused(&desc, WI_ERR_ARG, "whole image (kernel 0) has no padding");
    wi_layer_desc skip = wi_layer_skip(2);
    desc = describe(&skip, 1, 4, 1);
    check_refused(&desc, WI_ERR_ARG, "no earlier layer to skip");
    wi_layer_desc leap = wi_layer_conv2d(1, 2, wi_linear());   /* a stride that no image has */
    leap.stride = SIZE_MAX;
    leap.padding = 1;
    desc = describe_image(&leap, 1, 1, 2, 1);
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_OK(wi_net_forward(&net, wi_mat_view(ones, 1, 4), WI_EVAL, NULL));
    CHECK_CLOSE(net.layers[0].post.data[0], net.layers[0].w.data[3], 1e-6);
    wi_net_destroy(&net);
    leap.padding = SIZE_MAX / 2 - 4;
    check_refused(&desc, WI_ERR_SHAPE, "too large for size_t");
}

static void check_refused(const wi_net_desc *desc, wi_status status, const char *sentence)
{
    wi_net net;
    wi_error error;
    size_t bytes = 7;
    memset(&net, 0x5a, sizeof net);
    wi_net before = net;
    memset(&error, 0, sizeof error);
    CHECK_STATUS(wi_net_create(&net, desc, &error), status);
    CHECK(error.status == status);
    CHECK_CONTAINS(error.text, sentence);
    CHECK_BYTES(&net, &before, sizeof net);
    CHECK_STATUS(wi_net_create(&net, desc, NULL), status);
    CHECK_EQ(fail_alloc.live, 0);
    if (status == WI_ERR_SHAPE) {
        CHECK_STATUS(wi_net_memory(desc, &bytes, NULL), status);
        CHECK_EQ(bytes, 7);
    }
}

/* Weights that live elsewhere: the same outputs, no gradients, no memory for them, and nothing is ever
   written. */
static void test_borrowed(void)
{
    const wi_layer_desc layers[7] = { wi_layer_conv2d(3, 3, wi_relu()),
                                      wi_layer_batch_norm(),
                                      wi_layer_max_pool(2),
                                      wi_layer_layer_norm(),
                                      wi_layer_dropout(0.5),
                                      wi_layer_dense(4, wi_tanh()),
                                      wi_layer_dense(4, wi_linear()) };
    wi_net_desc desc = describe_image(layers, 7, 2, 8, 5);
    wi_net owner, guest;
    wi_error error;
    size_t mine = 0, less = 0;
    wi_mat x = wi_mat_view(buffer, 5, 128), y, z;
    desc.input_gradient = 0;
    draw(buffer, 5 * 128, 2);
    if (!CHECK_OK(wi_net_create(&owner, &desc, NULL))) return;
    CHECK_OK(wi_net_forward(&owner, x, WI_TRAIN, NULL));
    CHECK_OK(wi_net_memory(&desc, &mine, NULL));
    desc.params = owner.params;
    desc.state = owner.state;
    CHECK_OK(wi_net_memory(&desc, &less, NULL));
    CHECK(less + 2 * owner.param_count * sizeof(wi_real) < mine);
    if (!CHECK_OK(wi_net_create(&guest, &desc, &error))) printf("    %s\n", error.text);
    CHECK(guest.params == owner.params && guest.state == owner.state && guest.grads == NULL);
    for (size_t l = 0; l < 7; l++) {
        const wi_layer *has = &owner.layers[l], *lacks = &guest.layers[l];
        CHECK(!lacks->saved && !lacks->dpre.data && !lacks->dpost.data && !lacks->dw.data && !lacks->db.data);
        CHECK(has->dpost.data && has->dpre.data && !has->saved == !(l == 1 || l == 3 || l == 4));
    }
    CHECK_OK(wi_net_forward(&owner, x, WI_EVAL, &y));
    CHECK_OK(wi_net_forward(&guest, x, WI_EVAL, &z));
    CHECK_BYTES(z.data, y.data, 20 * sizeof(wi_real));
    memcpy(other, owner.params, owner.param_count * sizeof *other);
    CHECK_STATUS(wi_net_forward(&guest, x, WI_TRAIN, NULL), WI_ERR_ARG);
    CHECK_CONTAINS(guest.error.text, "goes forward only");
    CHECK_STATUS(wi_net_backward(&guest, x, z), WI_ERR_ARG);
    CHECK_STATUS(wi_net_init(&guest, 3), WI_ERR_ARG);
    CHECK_STATUS(wi_net_init_all(&guest, wi_zeros(), wi_zeros(), 3), WI_ERR_ARG);
    CHECK_STATUS(wi_net_init_lsuv(&guest, x, 0.1, 5), WI_ERR_ARG);
    CHECK_STATUS(wi_net_init_batch(&guest, x), WI_ERR_ARG);
    CHECK_STATUS(wi_layer_copy(&guest.layers[6], &owner.layers[6]), WI_ERR_ARG);
    wi_net_zero_grads(&guest);
    CHECK_BYTES(owner.params, other, owner.param_count * sizeof *other);
    wi_net_destroy(&guest);
    CHECK_NEAR(owner.params[0], other[0], 0);
    wi_net_destroy(&owner);

    /* A derivative that nobody asks for may be missing; nor is there room for the way back. */
    wi_layer_desc narrow = wi_layer_conv2d(1, 1, wi_custom("doubled", doubled, NULL, 2));
    wi_net_desc only = describe_image(&narrow, 1, 30, 2, 1);
    only.input_gradient = 0;
    check_refused(&only, WI_ERR_ARG, "'doubled' has no function or no derivative");
    narrow.act.df = doubled_slope;
    CHECK_OK(wi_net_create(&owner, &only, NULL));
    CHECK_OK(wi_net_forward(&owner, wi_mat_view(buffer, 1, 120), WI_EVAL, &y));
    only.params = owner.params;
    narrow.act.df = NULL;
    if (!CHECK_OK(wi_net_create(&guest, &only, NULL))) return;
    CHECK_OK(wi_net_forward(&guest, wi_mat_view(buffer, 1, 120), WI_EVAL, &z));
    CHECK_BYTES(z.data, y.data, 4 * sizeof(wi_real));
    CHECK(guest.scratch_count < owner.scratch_count);
    wi_net_destroy(&guest);
    wi_net_destroy(&owner);

    desc.params = other;
    desc.state = NULL;
    check_refused(&desc, WI_ERR_ARG, "running statistics of a batch norm");
    desc.params = NULL;
    desc.state = other;
    check_refused(&desc, WI_ERR_ARG, "without parameters");
    desc.params = other;
    desc.input_gradient = 1;
    check_refused(&desc, WI_ERR_ARG, "no input_gradient");
}

/* Random descriptions, every field random: whatever is not refused runs both ways, in exactly the memory that
   was announced. */
static void test_random_descriptions(void)
{
    static const size_t sizes[] = {
        0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 5, 7, 9, SIZE_MAX, SIZE_MAX / 2, (size_t)1 << 33
    };
    wi_rng rng = wi_rng_make(2025);
    size_t made = 0;
    for (int round = 0; round < 4000; round++) {
        wi_layer_desc layers[6];
        size_t count = 1 + (size_t)wi_rng_below(&rng, 6), few = round % 4 ? 15 : WI_COUNT(sizes), bytes = 0;
        memset(layers, 0, sizeof layers);
        for (size_t l = 0; l < count; l++) {
            wi_layer_desc *d = &layers[l];
            size_t *const field[] = { &d->units,  &d->kernel, &d->stride, &d->padding,
                                      &d->groups, &d->span,   &d->tied,   &d->from };
            /* bits of fields, by kind */
            static const unsigned belongs[] = {0x01, 0x0F, 0x0E, 0x0E, 0, 0, 0, 0x20, 0, 0, 0};
            d->kind = (wi_layer_kind)wi_rng_below(&rng, 11);
            d->no_bias = wi_rng_below(&rng, 4) == 0;
            d->act = wi_rng_below(&rng, 2) ? wi_tanh() : wi_linear();
            for (size_t f = 0; f < WI_COUNT(field); f++)
                if ((belongs[d->kind] >> f & 1) || wi_rng_below(&rng, 40) == 0)
                    *field[f] = sizes[wi_rng_below(&rng, few)];
            if (d->kind == WI_LAYER_DENSE && wi_rng_below(&rng, 4) == 0)
                d->tied = (size_t)wi_rng_below(&rng, 7);
            if (d->kind == WI_LAYER_DROPOUT) d->rate = wi_rng_uniform(&rng);
            if (wi_rng_below(&rng, 50) == 0) d->rate = (double)NAN;
            if (wi_rng_below(&rng, 50) == 0) d->weights = wi_normal(0, -1);
        }
        wi_net_desc desc = describe_image(layers, count, 1 + (size_t)wi_rng_below(&rng, 3),
                                          sizes[5 + wi_rng_below(&rng, 10)], 3);
        if (wi_net_memory(&desc, &bytes, NULL) != WI_OK || bytes > 200000) continue;
        wi_net net;
        desc.buffer = malloc(bytes);
        desc.buffer_size = bytes;
        wi_mat y, x;
        if (wi_net_create(&net, &desc, NULL) == WI_OK) {
            wi_real *numbers = (wi_real *)malloc(3 * (net.inputs + net.outputs) * sizeof *numbers);
            draw(numbers, 3 * (net.inputs + net.outputs), 1);
            x = wi_mat_view(numbers, 3, net.inputs);
            CHECK_OK(wi_net_forward(&net, x, WI_TRAIN, &y));
            CHECK_OK(wi_net_backward(&net, x, wi_mat_view(numbers + 3 * net.inputs, 3, net.outputs)));
            CHECK_OK(wi_net_forward(&net, wi_mat_rows(x, 0, 1), WI_EVAL, &y));
            wi_signal signals[6];
            CHECK_OK(wi_net_theory(&net, 1, signals));
            free(numbers);
            made++;
        }
        free(desc.buffer);
    }
    CHECK(made > 400);
}

/* A training pass on one value a feature is refused; pixels count as values. */
static void test_one_sample_norm(void)
{
    const wi_layer_desc norm = wi_layer_batch_norm();
    wi_net_desc desc = describe(&norm, 1, 3, 4);
    wi_net net;
    draw(buffer, 32, 1);
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_STATUS(wi_net_forward(&net, wi_mat_view(buffer, 1, 3), WI_TRAIN, NULL), WI_ERR_SHAPE);
    CHECK_CONTAINS(net.error.text, "batch norm cannot be trained on one sample");
    CHECK_NEAR(net.state[0], 0, 0);
    CHECK_OK(wi_net_forward(&net, wi_mat_view(buffer, 1, 3), WI_EVAL, NULL));
    CHECK_OK(wi_net_forward(&net, wi_mat_view(buffer, 2, 3), WI_TRAIN, NULL));
    wi_net_destroy(&net);
    desc = describe_image(&norm, 1, 2, 3, 1);
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    CHECK_OK(wi_net_forward(&net, wi_mat_view(buffer, 1, 18), WI_TRAIN, NULL));
    wi_net_destroy(&net);
}

/* A dense layer against its reference. */
static void test_dense_reference(void)
{
    const wi_layer_desc layer = wi_layer_dense(17, wi_linear());
    wi_net_desc desc = describe(&layer, 1, 29, 11);
    wi_net net;
    wi_real x[11 * 29], dy[11 * 17], pre[11 * 17], dw[17 * 29], db[17], dx[11 * 29];
    double bound = IS_DOUBLE ? 1e-13 : 1e-4;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    draw(x, WI_COUNT(x), 1);
    draw(dy, WI_COUNT(dy), 2);
    draw(net.layers[0].b.data, 17, 3);
    memset(dw, 0, sizeof dw);
    memset(db, 0, sizeof db);
    memset(dx, 0, sizeof dx);
    wi_mat batch = wi_mat_view(x, 11, 29), dpre = wi_mat_view(dy, 11, 17);
    CHECK_OK(wi_net_forward(&net, batch, WI_TRAIN, NULL));
    CHECK_OK(wi_net_backward(&net, batch, dpre));
    inside_dense(wi_mat_view(pre, 11, 17), batch, net.layers[0].w, net.layers[0].b.data);
    inside_dense_backward(wi_mat_view(dw, 17, 29), db, wi_mat_view(dx, 11, 29), dpre, batch, net.layers[0].w);
    for (size_t i = 0; i < WI_COUNT(pre); i++) CHECK_NEAR(net.layers[0].pre.data[i], pre[i], bound);
    for (size_t i = 0; i < WI_COUNT(dw); i++) CHECK_NEAR(net.layers[0].dw.data[i], dw[i], bound);
    for (size_t i = 0; i < WI_COUNT(db); i++) CHECK_NEAR(net.layers[0].db.data[i], db[i], bound);
    for (size_t i = 0; i < WI_COUNT(dx); i++) CHECK_NEAR(net.dinput.data[i], dx[i], bound);
    wi_net_destroy(&net);
}

/* Planning, creating in a buffer and drawing need no allocation. */
static void test_no_allocation(void)
{
    const wi_layer_desc layers[3] = { wi_layer_dense(8, wi_relu()), wi_layer_batch_norm(),
                                      wi_layer_dense(2, wi_linear()) };
    wi_net_desc desc = describe(layers, 3, 4, 4);
    size_t bytes = 0;
    wi_net net;
    fail_alloc_start(0);
    CHECK_OK(wi_net_memory(&desc, &bytes, NULL));
    CHECK(bytes <= sizeof buffer);
    desc.buffer = buffer;
    desc.buffer_size = sizeof buffer;
    CHECK_OK(wi_net_create(&net, &desc, NULL));
    CHECK_OK(wi_net_init(&net, 9));
    CHECK_OK(wi_net_init_all(&net, wi_xavier_uniform(), wi_zeros(), 9));
    CHECK_EQ(fail_alloc.calls, 0);
    CHECK_STATUS(wi_net_init_all(&net, wi_orthogonal(1), wi_zeros(), 9), WI_ERR_MEMORY);
    CHECK_TEXT(net.layers[0].desc.weights.name, "xavier_uniform");
    fail_alloc_stop();
    wi_net_destroy(&net);
}

/* Whichever layer's weights find no memory, none are changed. */
static void test_redraw_or_not(void)
{
    for (size_t l = 0; l < 4; l++) {
        wi_layer_desc layers[4];
        wi_real before[4 * 20];
        wi_net net;
        for (size_t k = 0; k < 4; k++) layers[k] = wi_layer_dense(4, wi_tanh());
        wi_net_desc desc = describe(layers, 4, 4, 4);
        if (!CHECK_OK(wi_net_create(&net, &desc, NULL)) || !CHECK_EQ(net.param_count, 80)) return;
        memcpy(before, net.params, sizeof before);
        net.layers[l].desc.weights = wi_orthogonal(1);
        for (size_t k = 0;; k++) {
            fail_alloc_start(k);
            wi_status status = wi_net_init(&net, 9);
            if (!fail_alloc_stop()) { CHECK_OK(status); break; }
            CHECK_STATUS(status, WI_ERR_MEMORY);
            CHECK_BYTES(net.params, before, sizeof before);
        }
        wi_net_destroy(&net);
    }
}

/* No gradient at the end is none anywhere: to the last bit. */
static void test_no_gradient(void)
{
    const wi_layer_desc layers[6] = { wi_layer_conv2d(4, 3, wi_relu()), wi_layer_batch_norm(),
                                      wi_layer_layer_norm(), wi_layer_max_pool(2),
                                      wi_layer_dense(6, wi_gelu()), wi_layer_dense(3, wi_linear()) };
    wi_net_desc desc = describe(layers, 6, 0, 8);
    wi_real x[8 * 36], dy[8 * 3] = {0};
    wi_net net;
    desc.channels = 1;
    desc.height = desc.width = 6;
    desc.input_gradient = 1;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    draw(x, 8 * 36, 3);
    CHECK_OK(wi_net_forward(&net, wi_mat_view(x, 8, 36), WI_TRAIN, NULL));
    wi_net_zero_grads(&net);
    CHECK_OK(wi_net_backward(&net, wi_mat_view(x, 8, 36), wi_mat_view(dy, 8, 3)));
    for (size_t i = 0; i < net.param_count; i++) CHECK_EQ(net.grads[i], 0);
    for (size_t i = 0; i < 8 * 36; i++) CHECK_EQ(net.dinput.data[i], 0);

    /* Nor is the mean of zeros anything but 0. */
    wi_real zeros[8 * 36] = {0};
    CHECK_OK(wi_net_init(&net, 1));
    CHECK_OK(wi_net_forward(&net, wi_mat_view(zeros, 8, 36), WI_TRAIN, NULL));
    for (size_t i = 0; i < 4; i++) CHECK_EQ(net.state[i], 0);
    wi_net_destroy(&net);
}

/* What a mean of the weights gives n units' gradients in common adds a share r = (n - 1) (mean^2 / E w^2)^2
   to those of the second layer, and more to the first; from 3 % on theory knows no more. */
static void test_theory_of_a_mean(void)
{
    for (double r = 0.002; r < 0.06; r += 0.002) {
        const double n = 16, mean = sqrt(sqrt(r / (n - 1)) / n);
        wi_layer_desc layers[4];
        wi_signal signals[4];
        wi_net net;
        for (int l = 0; l < 4; l++) {
            layers[l] = wi_layer_dense(16, wi_linear());
            layers[l].weights = wi_normal(mean, sqrt(1 / n - mean * mean));
        }
        wi_net_desc desc = describe(layers, 4, 16, 4);
        if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
        CHECK_OK(wi_net_theory(&net, 1, signals));
        CHECK_NEAR(signals[3].backward, 1, 1e-9);
        CHECK_NEAR(signals[2].backward, 1, 1e-9);
        if (r < 0.0299) CHECK_NEAR(signals[1].backward, 1 + r, 1e-9);
        else CHECK_NEAR(signals[1].backward, NAN, 0);
        wi_net_destroy(&net);
    }
}

/* In theory too a bias moves what a pool takes from linear units, or ReLU far above 0, and changes nothing
   else: the largest of four of N(0, 2 / 3) is at 1.0294 deviations, with a variance of 0.4917 of theirs. */
static void test_theory_of_pools(void)
{
    for (int average = 0; average < 2; average++)
        for (double bias = -1; bias < 12; bias += 1) {
            wi_layer_desc layers[2] = {wi_layer_conv2d(8, 1, wi_linear()), wi_layer_max_pool(2)};
            if (bias > 6) layers[0].act = wi_relu();
            wi_signal signals[2];
            wi_net net;
            if (average) layers[1] = wi_layer_avg_pool(2);
            layers[0].bias = wi_constant(bias);
            layers[0].weights = wi_normal(0, sqrt(1.0 / 6));
            wi_net_desc desc = describe_image(layers, 2, 4, 8, 4);
            if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
            CHECK_OK(wi_net_theory(&net, 1, signals));
            const double mean = signals[1].mean, var = signals[1].q - mean * mean;
            CHECK_CLOSE(signals[0].q, 2.0 / 3 + bias * bias, 1e-9);
            CHECK_NEAR(mean - bias, average ? 0 : 1.0294 * sqrt(2.0 / 3), 1e-3);
            CHECK_NEAR(var, average ? 1.0 / 6 : 0.4917 * 2 / 3, 1e-3);
            wi_net_destroy(&net);
        }
}

/* No bit depends on how a batch is cut: outputs of 64 rows are those of 4 x 16, and gradients of four parts
   add up to one batch's. */
static void test_cut_batches(void)
{
    wi_layer_desc conv = wi_layer_conv2d(6, 3, wi_relu()), grouped = wi_layer_conv2d(4, 3, wi_tanh());
    conv.padding = 1;
    grouped.groups = 2;
    const wi_layer_desc images[8] = { conv,
                                      wi_layer_max_pool(2),
                                      grouped,
                                      wi_layer_avg_pool(2),
                                      wi_layer_layer_norm(),
                                      wi_layer_dense(33, wi_gelu()),
                                      wi_layer_scale(0.5),
                                      wi_layer_dense(10, wi_linear()) };
    const wi_layer_desc flat[4] = { wi_layer_dense(70, wi_tanh()), wi_layer_dense(70, wi_relu()),
                                    wi_layer_skip(2), wi_layer_dense(3, wi_linear()) };
    const wi_layer_desc single[] = {wi_layer_dense(1, wi_sigmoid())};
    const struct {
        const wi_layer_desc *layers;
        size_t count, side;
    } nets[] = { { images, 4, 12 }, { flat, 4, 12 }, { images, 8, 12 }, { single, 1, 12 } };
    static wi_real x[64 * 144], dy[64 * 144], out[64 * 144], sum[30000];
    draw(x, WI_COUNT(x), 1);
    draw(dy, WI_COUNT(dy), 2);
    for (size_t k = 0; k < WI_COUNT(nets); k++) {
        wi_net_desc desc = describe_image(nets[k].layers, nets[k].count, 1, nets[k].side, 64);
        wi_net net;
        wi_mat y, batch = wi_mat_view(x, 64, 144);
        if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) continue;
        wi_mat slope = wi_mat_view(dy, 64, net.outputs);
        CHECK(net.param_count <= WI_COUNT(sum));
        CHECK_OK(wi_net_forward(&net, batch, WI_TRAIN, &y));
        memcpy(out, y.data, 64 * net.outputs * sizeof *out);
        CHECK_OK(wi_net_backward(&net, batch, slope));
        memcpy(sum, net.grads, net.param_count * sizeof *sum);
        for (size_t rows = 1; rows <= 32; rows *= 4) {
            wi_net_zero_grads(&net);
            for (size_t first = 0; first < 64; first += rows) {
                CHECK_OK(wi_net_forward(&net, wi_mat_rows(batch, first, rows), WI_TRAIN, &y));
                CHECK_BYTES(y.data, out + first * net.outputs, rows * net.outputs * sizeof *out);
                CHECK_OK(
                    wi_net_backward(&net, wi_mat_rows(batch, first, rows), wi_mat_rows(slope, first, rows)));
            }
            for (size_t l = 0; l < net.layer_count;
                 l++) /* a scale's one number is a sum over everything, in double */
                if (net.layers[l].desc.kind != WI_LAYER_SCALE)
                    CHECK_BYTES(net.grads + net.layers[l].param_first, sum + net.layers[l].param_first,
                                net.layers[l].param_count * sizeof *sum);
        }
        wi_net_destroy(&net);
    }
}

static double times(double z, double p) { return z * p; }

static void test_errors(void)
{
    wi_layer_desc dense = wi_layer_dense(4, wi_relu()), tied = dense, kind = dense, act = dense,
                  groups = wi_layer_conv2d(3, 3, wi_relu());
    tied.tied = 1;
    kind.kind = (wi_layer_kind)beyond_99;
    act.act.kind = -1;
    groups.groups = 2;
    wi_layer_desc pad = wi_layer_max_pool(2);
    pad.padding = 2;
    const wi_layer_desc none[] = { wi_layer_dense(0, wi_relu()) }, skip[2] = { dense, wi_layer_skip(1) },
                        far_skip[2] = { dense, wi_layer_skip(3) };
    const wi_layer_desc uneven[3] = { dense, wi_layer_dense(5, wi_relu()), wi_layer_skip(2) },
                        self[1] = { tied }, wrong[2] = { dense, tied };
    const wi_layer_desc pool[] = { wi_layer_max_pool(5) }, rate[] = { wi_layer_dropout(1) },
                        huge[] = { wi_layer_dense(SIZE_MAX / 8, wi_relu()) };
    const wi_layer_desc recipe[2] = {dense, dense};
    wi_layer_desc bad_recipe[2];
    memcpy(bad_recipe, recipe, sizeof recipe);
    bad_recipe[1].weights = wi_uniform(1, -1);

    wi_net_desc desc = describe(none, 1, 3, 1);
    check_refused(&desc, WI_ERR_SHAPE, "layer 1 (dense): no units");
    desc = describe(skip, 2, 4, 1);
    check_refused(&desc, WI_ERR_ARG, "layer 2 (skip): span 1 is not in 2 to 2");
    desc = describe(far_skip, 2, 4, 1);
    check_refused(&desc, WI_ERR_ARG, "span 3");
    wi_layer_desc far_from[2] = {dense, dense};
    far_from[1].from = 3;
    desc = describe(far_from, 2, 4, 1);
    check_refused(&desc, WI_ERR_ARG,
                  "layer 2 (dense): reads from 3 layers back, but the network's input is 2 back");
    desc = describe(uneven, 3, 4, 1);
    check_refused(&desc, WI_ERR_SHAPE, "layer 3 (skip): adds 4x1x1 to 5x1x1");
    desc = describe(self, 1, 4, 1);
    check_refused(&desc, WI_ERR_ARG, "layer 1 (dense): tied to layer 1, which is not an earlier");
    desc = describe(wrong, 2, 3, 1);
    check_refused(&desc, WI_ERR_SHAPE, "transposed weights of layer 1, 3 -> 4");
    wi_layer_desc to_other[3] = {wi_layer_dense(9, wi_relu()), dense, wi_layer_dense(9, wi_relu())};
    to_other[1].from = to_other[2].tied = 2;
    desc = describe(to_other, 3, 3, 1);
    check_refused(&desc, WI_ERR_SHAPE, "transposed weights of layer 2, 3 -> 4");
    wi_layer_desc chain[3] = {dense, wi_layer_dense(3, wi_relu()), dense};   /* tied to what is tied */
    chain[1].tied = 1;
    chain[2].tied = 2;
    desc = describe(chain, 3, 3, 1);
    check_refused(&desc, WI_ERR_ARG, "layer 3 (dense): tied to layer 2, which is not an earlier");
    wi_layer_desc longer[3] = {dense, dense, wi_layer_dense(3, wi_relu())};   /* 3 -> 4 for 5 -> 3 */
    longer[1] = wi_layer_dense(5, wi_relu());
    longer[2].tied = 1;
    desc = describe(longer, 3, 3, 1);
    check_refused(&desc, WI_ERR_SHAPE, "5 -> 3 cannot use the transposed weights of layer 1, 3 -> 4");
    desc = describe_image(pool, 1, 1, 3, 1);
    check_refused(&desc, WI_ERR_SHAPE,
                  "layer 1 (max_pool): window 5 does not fit into the 3x3 input with padding 0");
    const wi_layer_desc no_side[2] = {wi_layer_max_pool(0), wi_layer_conv2d(1, 0, wi_relu())};
    desc.layers = no_side;
    check_refused(&desc, WI_ERR_SHAPE, "layer 1 (max_pool): the window's side is 0");
    desc.layers = no_side + 1;
    check_refused(&desc, WI_ERR_SHAPE, "layer 1 (conv2d): the window's side is 0");
    desc.layers = pool;
    desc.height = 6;   /* high enough, and too narrow */
    check_refused(&desc, WI_ERR_SHAPE, "window 5 does not fit into the 6x3 input");
    const wi_layer_desc narrower[2] = {wi_layer_avg_pool(1), wi_layer_skip(2)};
    desc = describe_image(narrower, 2, 1, 4, 1);
    wi_net one;
    CHECK_OK(wi_net_create(&one, &desc, NULL));
    wi_net_destroy(&one);
    wi_layer_desc half[2] = {wi_layer_conv2d(1, 1, wi_linear()), wi_layer_skip(2)};
    half[0].stride = 2;   /* of an image one pixel high: as high, and half as wide */
    desc = describe_image(half, 2, 1, 4, 1);
    desc.height = 1;
    check_refused(&desc, WI_ERR_SHAPE, "layer 2 (skip): adds 1x1x4 to 1x1x2");
    half[0] = wi_layer_conv2d(1, 3, wi_linear());
    half[0].padding = 1;
    half[0].stride = 2;
    desc = describe_image(half, 2, 1, 1, 1);
    desc.height = 4;   /* and the other way round */
    check_refused(&desc, WI_ERR_SHAPE, "layer 2 (skip): adds 1x4x1 to 1x2x1");
    desc = describe_image(&pad, 1, 1, 8, 1);
    check_refused(&desc, WI_ERR_SHAPE, "more than half of window 2");
    desc = describe_image(&groups, 1, 4, 8, 1);
    check_refused(&desc, WI_ERR_SHAPE, "4 channels and 3 filters do not divide into 2 groups");
    desc = describe_image(&groups, 1, 4, 8, 1);
    groups.units = 4;
    desc.channels = 3;
    check_refused(&desc, WI_ERR_SHAPE, "3 channels and 4 filters do not divide into 2 groups");
    desc = describe(rate, 1, 4, 1);
    check_refused(&desc, WI_ERR_ARG, "rate 1 is not in [0, 1)");
    desc = describe(&kind, 1, 4, 1);
    check_refused(&desc, WI_ERR_ARG, "99 is not a wi_layer_kind");
    desc = describe(&act, 1, 4, 1);
    check_refused(&desc, WI_ERR_ARG, "-1 is not a wi_act_kind");
    act.act.kind = WI_ACT_COUNT;
    check_refused(&desc, WI_ERR_ARG, "is not a wi_act_kind");
    act.act = wi_custom("half", times, NULL, 0);
    check_refused(&desc, WI_ERR_ARG, "its activation 'half' has no function or no derivative");
    act.act = wi_relu();
    act.step_scale = HUGE_VAL;
    check_refused(&desc, WI_ERR_ARG, "step_scale inf is out of range");
    act.step_scale = IS_DOUBLE ? -1 : 1e39;
    check_refused(&desc, WI_ERR_ARG, "is out of range");
    act.step_scale = 0;
    act.act = wi_leaky_relu(sizeof(wi_real) == 8 ? (double)INFINITY : -1e39);
    check_refused(&desc, WI_ERR_ARG, "layer 1 (dense): the parameter of its leaky_relu, ");
    act.act = wi_sine((double)NAN);
    check_refused(&desc, WI_ERR_ARG, "is not a number that fits");
    act.act = wi_custom("mine", NULL, NULL, (double)NAN);
    check_refused(&desc, WI_ERR_ARG,
                  "layer 1 (dense): its activation 'mine' has no function or no derivative");
    desc = describe(bad_recipe, 2, 4, 1);
    check_refused(&desc, WI_ERR_ARG, "layer 2 (dense): its weights cannot be drawn by recipe 'uniform', "
                                     "whose numbers are 1 and -1");
    wi_layer_desc odd = wi_layer_dense(3, wi_relu());
    odd.weights = wi_sparse(9, 1);
    desc = describe(&odd, 1, 4, 1);
    wi_net sparse;
    wi_error why;
    CHECK_STATUS(wi_net_create(&sparse, &desc, &why), WI_ERR_SHAPE);   /* it could be planned */
    CHECK_CONTAINS(why.text, "'sparse', whose numbers are 9 and 1; fan_in = 4 inputs, fan_out = 3 units");
    odd.weights = wi_mup((wi_mup_role)beyond_99, 1);
    check_refused(&desc, WI_ERR_ARG, "by recipe 'mup', whose scale is nan");
    odd.weights = wi_truncated_normal(0, 1, 2, -2);
    odd.weights.name = NULL;
    check_refused(&desc, WI_ERR_ARG, "by recipe 'without a name', whose numbers are 0 and 1, its bounds 2 "
                                     "and -2");
    memset(&odd.weights, 0, sizeof odd.weights);
    odd.weights = wi_gained(odd.weights, 2);
    check_refused(&desc, WI_ERR_ARG, "by recipe 'default', whose numbers are nan and 0");
    odd.weights = wi_he_normal();
    odd.weights.scheme = WI_SCHEME_COUNT;
    check_refused(&desc, WI_ERR_ARG, "by recipe 'he_normal', whose scheme, ");
    check_refused(&desc, WI_ERR_ARG, ", is not a wi_scheme");
    odd.weights = wi_zeros();
    odd.bias = wi_normal(0, -1);
    check_refused(&desc, WI_ERR_ARG, "layer 1 (dense): its bias cannot be drawn by recipe 'normal'");
    desc = describe(huge, 1, 64, 1);
    check_refused(&desc, WI_ERR_SHAPE, "too large");
    wi_layer_desc dot = wi_layer_conv2d(1, 1, wi_linear());   /* one pixel of too large an image */
    dot.stride = (size_t)1 << (4 * sizeof(size_t) - 3);
    desc = describe_image(&dot, 1, 1, dot.stride, 1);
    check_refused(&desc, WI_ERR_SHAPE, "too large");
    desc = describe(recipe, 2, 0, 1);
    check_refused(&desc, WI_ERR_SHAPE, "no inputs");
    desc = describe(NULL, 0, 3, 1);
    check_refused(&desc, WI_ERR_ARG, "no layers");
    desc = describe(recipe, 0, 3, 1);
    check_refused(&desc, WI_ERR_ARG, "no layers");
    desc = describe(recipe, 2, 0, 1);
    desc.height = 3;   /* an image of no channels */
    check_refused(&desc, WI_ERR_SHAPE, "no inputs");
    desc.height = 0;
    desc.width = 3;
    check_refused(&desc, WI_ERR_SHAPE, "no inputs");
    desc = describe_image(recipe, 2, 1, 3, 1);
    desc.inputs = 8;
    check_refused(&desc, WI_ERR_SHAPE, "8 inputs are not 1 channels x 3 x 3");
    desc.height = 0;
    check_refused(&desc, WI_ERR_SHAPE, "8 inputs are not 1 channels x 0 x 3");
    CHECK_STATUS(wi_net_create(NULL, &desc, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_net_memory(NULL, NULL, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_net_create(&one, NULL, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_net_memory(&desc, NULL, NULL), WI_ERR_ARG);
    CHECK_TEXT(wi_layer_kind_name(WI_LAYER_SCALE), "scale");
    CHECK_TEXT(wi_layer_kind_name((wi_layer_kind)beyond_99), "not a wi_layer_kind");
}

static void test_calls(void)
{
    const wi_layer_desc layers[2] = {wi_layer_dense(4, wi_relu()), wi_layer_dense(2, wi_linear())};
    wi_net_desc desc = describe(layers, 2, 3, 4);
    wi_real x[24], dy[8];
    wi_net net, zero;
    wi_mat y;
    memset(&zero, 0, sizeof zero);
    draw(x, 24, 1);
    memset(dy, 0, sizeof dy);
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    /* no forward pass yet */
    CHECK_STATUS(wi_net_backward(&net, wi_mat_view(x, 4, 3), wi_mat_view(dy, 4, 2)), WI_ERR_ARG);
    CHECK_STATUS(wi_net_forward(&net, wi_mat_view(x, 4, 3), (wi_mode)beyond_99, NULL), WI_ERR_ARG);
    CHECK_CONTAINS(net.error.text, "99 is not a wi_mode");
    CHECK_STATUS(wi_net_forward(NULL, wi_mat_view(x, 4, 3), WI_EVAL, &y), WI_ERR_ARG);
    CHECK_STATUS(wi_net_forward(&zero, wi_mat_view(x, 4, 3), WI_EVAL, &y), WI_ERR_ARG);
    CHECK_STATUS(wi_net_forward(&net, wi_mat_view(NULL, 4, 3), WI_EVAL, &y), WI_ERR_ARG);
    CHECK_STATUS(wi_net_forward(&net, wi_mat_view(x, 5, 3), WI_EVAL, &y), WI_ERR_SHAPE);
    CHECK_STATUS(wi_net_forward(&net, wi_mat_view(x, 0, 3), WI_EVAL, &y), WI_ERR_SHAPE);
    CHECK_STATUS(wi_net_forward(&net, wi_mat_view(x, 3, 4), WI_EVAL, &y), WI_ERR_SHAPE);
    CHECK_STATUS(wi_net_forward(&net, wi_mat_transpose(wi_mat_view(x, 3, 4)), WI_EVAL, &y), WI_ERR_SHAPE);
    CHECK_OK(wi_net_forward(&net, wi_mat_view(x, 3, 3), WI_EVAL, &y));
    CHECK_EQ(y.rows, 3);
    CHECK_EQ(y.cols, 2);
    CHECK_STATUS(wi_net_backward(&net, wi_mat_view(x, 4, 3), wi_mat_view(dy, 4, 2)), WI_ERR_ARG);
    CHECK_STATUS(wi_net_backward(&net, wi_mat_view(x, 3, 3), wi_mat_view(dy, 4, 2)), WI_ERR_SHAPE);

    /* Rows may stand apart: the same numbers, every second row of a taller matrix. */
    wi_real first[2] = {y.data[2], y.data[3]};
    wi_real spread[24];
    for (size_t i = 0; i < 3; i++) memcpy(spread + 6 * i, x + 3 * i, 3 * sizeof *x);
    wi_mat sparse = wi_mat_view(spread, 3, 3);
    sparse.row_step = 6;
    CHECK_OK(wi_net_forward(&net, sparse, WI_EVAL, &y));
    CHECK_NEAR(y.data[2], first[0], 0);
    CHECK_NEAR(y.data[3], first[1], 0);

    /* Gradients add. */
    wi_mat slope = wi_mat_view(dy, 3, 2);
    for (size_t i = 0; i < 6; i++) dy[i] = 1;
    CHECK_OK(wi_net_backward(&net, sparse, slope));
    wi_real once = net.grads[12];
    CHECK_OK(wi_net_backward(&net, sparse, slope));
    CHECK_NEAR(net.grads[12], 2 * (double)once, 1e-6);
    wi_net_zero_grads(&net);
    CHECK_NEAR(net.grads[12], 0, 0);
    CHECK_STATUS(wi_net_backward(&net, sparse, wi_mat_view(NULL, 3, 2)), WI_ERR_ARG);
    CHECK_CONTAINS(net.error.text, "dy has no data");
    CHECK_STATUS(wi_net_backward(&net, sparse, wi_mat_view(dy, 3, 1)), WI_ERR_SHAPE);
    CHECK_STATUS(wi_net_backward(&net, wi_mat_view(spread, 3, 3), slope), WI_ERR_ARG);   /* other rows */

    /* A network that was never created, or is gone. */
    const wi_rule rule = {"*", wi_zeros()};
    wi_mat batch = wi_mat_view(x, 4, 3);
    wi_probe probe[2];
#define REFUSED(call)                                                                    \
    do {                                                                                 \
        zero.error.text[0] = 0;                                                          \
        CHECK_STATUS(call, WI_ERR_ARG);                                                  \
        if (none) CHECK_TEXT(zero.error.text, "the network is NULL or not created");     \
    } while (0)
    for (int given = 0; given < 2; given++) {
        wi_net *none = given ? &zero : NULL;
        REFUSED(wi_net_init(none, 1));
        REFUSED(wi_net_init_all(none, wi_zeros(), wi_zeros(), 1));
        REFUSED(wi_net_init_rules(none, &rule, 1, 1));
        REFUSED(wi_net_init_rules(none, NULL, 1, 1));
        REFUSED(wi_net_init_residual(none, WI_RESIDUAL_ZERO, 1));
        REFUSED(wi_net_init_lsuv(none, batch, 0.1, 5));
        REFUSED(wi_net_init_batch(none, batch));
        REFUSED(wi_net_forward(none, batch, WI_EVAL, NULL));
        REFUSED(wi_net_backward(none, batch, batch));
        REFUSED(wi_net_predict(none, batch, WI_LOSS_HALF_SQUARED, slope));
        REFUSED(wi_net_probe(none, batch, batch, WI_LOSS_HALF_SQUARED, probe));
        REFUSED(wi_net_spectra(none, batch, probe, NULL));
        REFUSED(wi_net_jacobian(none, batch, slope));
        wi_net_zero_grads(none);
    }
#undef REFUSED
    wi_net_destroy(&net);
    wi_net_destroy(&net);
    wi_net_destroy(NULL);
}

static void test_memory(void)
{
    wi_layer_desc conv = wi_layer_conv2d(3, 3, wi_relu());
    const wi_layer_desc layers[5] = { conv, wi_layer_batch_norm(), wi_layer_max_pool(2),
                                      wi_layer_dropout(0.1), wi_layer_dense(4, wi_tanh()) };
    wi_net_desc desc = describe_image(layers, 5, 2, 8, 5);
    wi_net net, twin;
    size_t bytes = 0;
    CHECK_OK(wi_net_memory(&desc, &bytes, NULL));
    fail_alloc_start(SIZE_MAX);
    CHECK_OK(wi_net_create(&net, &desc, NULL));
    CHECK_EQ(fail_alloc.live, 1);
    CHECK_EQ(fail_alloc.bytes, bytes);
    CHECK_EQ(net.memory, bytes);
    CHECK_BELOW(bytes, 8192 * sizeof(wi_real));   /* some thirty arrays, each on 64 bytes */

    /* Neither forward nor backward allocates. */
    static wi_real x[5 * 128], dy[20];
    wi_mat batch = wi_mat_view(x, 5, 128), slope = wi_mat_view(dy, 5, 4);
    draw(x, WI_COUNT(x), 2);
    fail_alloc_start(0);
    CHECK_OK(wi_net_forward(&net, batch, WI_TRAIN, NULL));
    CHECK_OK(wi_net_backward(&net, batch, slope));
    CHECK_EQ(fail_alloc.calls, 0);

    /* The same network in a buffer of ours, at any alignment, is the same to the byte, and never asks for
       memory. */
    unsigned char *room = (unsigned char *)malloc(bytes + 3);
    desc.buffer = room + 3;
    desc.buffer_size = bytes;
    CHECK_OK(wi_net_create(&twin, &desc, NULL));
    CHECK_EQ(fail_alloc.calls, 0);
    CHECK_BYTES(twin.params, net.params, net.param_count * sizeof(wi_real));
    wi_net_destroy(&twin);
    fail_alloc_stop();
    wi_error error;
    desc.buffer_size = bytes - 1;
    CHECK_STATUS(wi_net_create(&twin, &desc, &error), WI_ERR_MEMORY);
    CHECK_CONTAINS(error.text, "the buffer has");
    desc.buffer_size = 10;
    CHECK_STATUS(wi_net_create(&twin, &desc, &error), WI_ERR_MEMORY);
    free(room);
    wi_net_destroy(&net);
    CHECK_EQ(fail_alloc.live, 0);

    /* Out of memory at every allocation: an error, nothing leaks, nothing changes. */
    desc.buffer = NULL;
    for (size_t k = 0;; k++) {
        fail_alloc_start(k);
        wi_status status = wi_net_create(&net, &desc, NULL);
        if (!fail_alloc_stop()) { CHECK_OK(status); break; }
        CHECK_STATUS(status, WI_ERR_MEMORY);
        CHECK_EQ(fail_alloc.live, 0);
    }
    wi_real kept = net.params[0];
    for (size_t k = 0;; k++) {
        fail_alloc_start(k);
        wi_status status = wi_net_init_lsuv(&net, batch, 0.1, 5);
        if (!fail_alloc_stop()) { CHECK_OK(status); break; }
        CHECK_STATUS(status, WI_ERR_MEMORY);
        CHECK_NEAR(net.params[0], kept, 0);
        CHECK_EQ(fail_alloc.live, 1);
    }
    wi_net_destroy(&net);
    CHECK_EQ(fail_alloc.live, 0);
}

/* An allocator with a context: how many more calls succeed, and what is out. */
typedef struct purse { size_t left, calls, live; } purse;

static void *purse_alloc(size_t size, void *user)
{
    purse *p = (purse *)user;
    p->calls++;
    if (p->left == 0) return NULL;
    p->left--;
    p->live++;
    return malloc(size);
}

static void purse_release(void *memory, void *user)
{
    ((purse *)user)->live--;
    free(memory);
}

static void test_allocator(void)
{
    wi_layer_desc layers[40];
    wi_net_desc desc;
    wi_error error;
    purse p = {0, 0, 0};
    for (size_t l = 0; l < 40; l++) {
        layers[l] = wi_layer_dense(4, wi_tanh());
        layers[l].weights = wi_orthogonal(1);
    }
    memset(&desc, 0, sizeof desc);
    desc.inputs = 4;
    desc.layers = layers;
    desc.layer_count = 40;   /* more than have room on the stack while they are planned */
    desc.allocator.alloc = purse_alloc;
    desc.allocator.user = &p;
    wi_net net;
    memset(&net, 0, sizeof net);
    CHECK(wi_net_create(&net, &desc, &error) == WI_ERR_ARG);
    CHECK_CONTAINS(error.text, "alloc and release");
    desc.allocator.release = purse_release;

    /* Each call fails in its turn; nothing stays behind, and the last try succeeds. */
    size_t tries = 0;
    for (wi_status status = WI_ERR_MEMORY; status != WI_OK; tries++) {
        p.left = tries;
        status = wi_net_create(&net, &desc, &error);
        CHECK(status == WI_OK || (status == WI_ERR_MEMORY && !net.layers));
        CHECK_EQ(p.live, status == WI_OK ? 1 : 0);
        if (tries > 20) break;
    }
    CHECK(tries > 3);        /* shapes, the block, what drawing keeps */
    wi_real before = net.params[0];
    p.left = 0;
    CHECK(wi_net_init(&net, 7) == WI_ERR_MEMORY);
    CHECK(net.params[0] == before);
    p.left = 1;
    CHECK(wi_net_init(&net, 7) == WI_OK);
    CHECK(net.params[0] != before);
    wi_net moved = net;
    wi_net_destroy(&moved);
    CHECK_EQ(p.live, 0);
}

/* ---- a handful of units ---- */

/* A layer as small as `units` gives what the first units of one with `more` than those give, to the bit: the
   short way of small layers is that of the products. */
static void check_handful(size_t inputs, size_t units, size_t rows, int no_bias)
{
    enum { MORE = 30 };
    wi_layer_desc layer = wi_layer_dense(units, wi_sigmoid());
    wi_net_desc desc = describe(&layer, 1, inputs, rows);
    wi_net few, many;
    wi_real x[9 * 8], dy[9 * 8], wide_dy[9 * MORE];
    layer.no_bias = no_bias;
    CHECK_OK(wi_net_create(&few, &desc, NULL));
    layer.units = MORE;
    CHECK_OK(wi_net_create(&many, &desc, NULL));
    draw(few.params, few.param_count, inputs);
    draw(many.params, many.param_count, units);
    memcpy(many.params, few.params, units * inputs * sizeof *few.params);
    memcpy(many.layers[0].b.data, few.layers[0].b.data, (no_bias ? 0 : units) * sizeof *few.params);
    draw(x, rows * inputs, rows);
    draw(dy, rows * units, 3);
    memset(wide_dy, 0, sizeof wide_dy);
    for (size_t i = 0; i < rows; i++) memcpy(wide_dy + i * MORE, dy + i * units, units * sizeof *dy);
    wi_mat batch = wi_mat_view(x, rows, inputs), y, wide_y;
    CHECK_OK(wi_net_forward(&few, batch, WI_TRAIN, &y));
    CHECK_OK(wi_net_forward(&many, batch, WI_TRAIN, &wide_y));
    for (int twice = 0; twice < 2; twice++) {   /* gradients add up */
        CHECK_OK(wi_net_backward(&few, batch, wi_mat_view(dy, rows, units)));
        CHECK_OK(wi_net_backward(&many, batch, wi_mat_view(wide_dy, rows, MORE)));
    }
    for (size_t i = 0; i < rows; i++)
        CHECK_BYTES(y.data + i * units, wide_y.data + i * MORE, units * sizeof *y.data);
    CHECK_BYTES(few.dinput.data, many.dinput.data, rows * inputs * sizeof *dy);
    CHECK_BYTES(few.layers[0].dw.data, many.layers[0].dw.data, units * inputs * sizeof *dy);
    if (!no_bias) CHECK_BYTES(few.layers[0].db.data, many.layers[0].db.data, units * sizeof *dy);
    wi_net_destroy(&few);
    wi_net_destroy(&many);
}

static void test_handful(void)
{
    for (size_t inputs = 1; inputs <= 8; inputs++)
        for (size_t units = 1; units <= 8; units++)
            for (size_t rows = 1; rows <= 9; rows += 4) check_handful(inputs, units, rows, inputs == units);
}

/* What each mistake is told, with the numbers that belong to it: all different here. */
static void test_said(void)
{
    const wi_layer_desc layers[2] = {wi_layer_dense(4, wi_tanh()), wi_layer_dense(3, wi_linear())};
    wi_net_desc desc = describe(layers, 2, 5, 2), bad = desc;
    wi_net net;
    wi_error error;
    size_t bytes;
    wi_real x[40];
    draw(x, 40, 1);
    bad.layers = NULL;
    check_refused(&bad, WI_ERR_ARG, "the network has no layers");
    bad = desc;
    bad.inputs = 0;
    check_refused(&bad, WI_ERR_SHAPE, "the network has no inputs");
    bad = desc;
    bad.state = x;
    check_refused(&bad, WI_ERR_ARG, "running statistics (state) without parameters (params)");
    CHECK_STATUS(wi_net_memory(&desc, NULL, &error), WI_ERR_ARG);
    CHECK_TEXT(error.text, "wi_net_memory: an argument is NULL");
    CHECK_STATUS(wi_net_create(NULL, &desc, &error), WI_ERR_ARG);
    CHECK_TEXT(error.text, "wi_net_create: net or desc is NULL");
    CHECK_OK(wi_net_memory(&desc, &bytes, &error));

    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    wi_mat batch = wi_mat_view(x, 2, 5), apart = batch, none = batch;
    apart.col_step = 6;
    none.data = NULL;
    CHECK_STATUS(wi_net_backward(&net, batch, wi_mat_view(x, 2, 3)), WI_ERR_ARG);
    CHECK_TEXT(net.error.text, "a backward pass needs a forward pass before it");
    static const struct { size_t rows, cols; const char *text; } given[3] = {
        {0, 5, "the batch has no rows"},
        {2, 7, "the batch has 7 columns, the network 5 inputs"},
        {8, 5, "the batch has 8 rows, more than max_batch, 2: create the network for more, or pass parts "
               "(wi_mat_rows)"}
    };
    for (size_t i = 0; i < WI_COUNT(given); i++) {
        wi_mat wrong = wi_mat_view(x, given[i].rows, given[i].cols);
        CHECK_STATUS(wi_net_forward(&net, wrong, WI_TRAIN, NULL), WI_ERR_SHAPE);
        CHECK_TEXT(net.error.text, given[i].text);
    }
    CHECK_STATUS(wi_net_forward(&net, none, WI_TRAIN, NULL), WI_ERR_ARG);
    CHECK_TEXT(net.error.text, "the batch has no data (NULL)");
    CHECK_STATUS(wi_net_forward(&net, apart, WI_TRAIN, NULL), WI_ERR_SHAPE);
    CHECK_TEXT(net.error.text, "the columns of the batch are 6 numbers apart: they must be neighbours");
    CHECK_OK(wi_net_forward(&net, batch, WI_TRAIN, NULL));
    none.cols = 3;
    CHECK_STATUS(wi_net_backward(&net, batch, none), WI_ERR_ARG);
    CHECK_TEXT(net.error.text, "dy has no data (NULL)");
    CHECK_STATUS(wi_net_backward(&net, batch, wi_mat_view(x, 4, 6)), WI_ERR_SHAPE);
    CHECK_TEXT(net.error.text, "dy is 4 x 6, not 2 samples x 3 outputs");
    CHECK_STATUS(wi_net_init_rules(&net, NULL, 9, 0), WI_ERR_ARG);
    CHECK_TEXT(net.error.text, "9 rules, but the array is NULL");
    volatile int beyond = 77;   /* no constant: C++ compilers warn of one */
    CHECK_STATUS(wi_net_init_residual(&net, (wi_residual)beyond, 1), WI_ERR_ARG);
    CHECK_TEXT(net.error.text, "77 is not a wi_residual");
    CHECK_STATUS(wi_net_init_residual(&net, WI_RESIDUAL_ZERO, 1), WI_ERR_SHAPE);
    CHECK_TEXT(net.error.text, "the network has no skip connection");
    CHECK_STATUS(wi_net_init_lsuv(&net, batch, 0.25, 0), WI_ERR_ARG);
    CHECK_TEXT(net.error.text, "LSUV needs a tolerance and rounds above 0, not 0.25 and 0");
    CHECK_STATUS(wi_net_init_lsuv(&net, batch, -2, 3), WI_ERR_ARG);
    CHECK_TEXT(net.error.text, "LSUV needs a tolerance and rounds above 0, not -2 and 3");
    wi_net_destroy(&net);
}

/* Calls that come with something else than what they ask for. */
static void test_mistaken(void)
{
    const wi_layer_desc layers[2] = {wi_layer_dense(4, wi_tanh()), wi_layer_dense(3, wi_linear())};
    wi_net_desc desc = describe(layers, 2, 5, 8);
    wi_net net, blank;
    wi_real x[40], y[40], dy[40];
    wi_signal signals[2];
    memset(&blank, 0, sizeof blank);
    draw(x, 40, 1);
    draw(y, 40, 2);
    draw(dy, 40, 3);
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    wi_mat to = wi_mat_view(dy, 4, 3), given = wi_mat_view(x, 4, 5), apart = given;
    apart.row_step = 6;

    /* The batch that goes back is the one that went forward, at its place and with its steps. */
    CHECK_OK(wi_net_forward(&net, given, WI_TRAIN, NULL));
    CHECK_STATUS(wi_net_backward(&net, wi_mat_view(y, 4, 5), to), WI_ERR_ARG);
    CHECK_TEXT(net.error.text, "the batch is not the one that went forward last");
    CHECK_STATUS(wi_net_backward(&net, wi_mat_view(x, 3, 5), wi_mat_view(dy, 3, 3)), WI_ERR_ARG);
    CHECK_STATUS(wi_net_backward(&net, apart, to), WI_ERR_ARG);
    CHECK_OK(wi_net_backward(&net, given, to));

    CHECK_STATUS(wi_net_predict(&net, given, WI_LOSS_HALF_SQUARED, wi_mat_view(y, 4, 4)), WI_ERR_SHAPE);
    CHECK_STATUS(wi_net_predict(&net, given, WI_LOSS_HALF_SQUARED, wi_mat_view(y, 3, 3)), WI_ERR_SHAPE);
    CHECK_STATUS(wi_net_theory(NULL, 1, signals), WI_ERR_ARG);
    CHECK_STATUS(wi_net_theory(&blank, 1, signals), WI_ERR_ARG);
    CHECK_STATUS(wi_net_theory(&net, 1, NULL), WI_ERR_ARG);
    const double no_square[4] = {0, -1, (double)NAN, (double)INFINITY};
    const double no_cosine[3] = {1.01, -1.01, (double)NAN};
    for (size_t k = 0; k < WI_COUNT(no_square); k++)
        CHECK_STATUS(wi_net_theory(&net, no_square[k], signals), WI_ERR_ARG);
    for (size_t k = 0; k < WI_COUNT(no_cosine); k++) {
        wi_signal input;
        memset(&input, 0, sizeof input);
        input.q = 1;
        input.correlation = no_cosine[k];
        CHECK_STATUS(wi_net_theory_from(&net, input, signals), WI_ERR_ARG);
    }
    CHECK_STATUS(wi_net_init_rules(NULL, NULL, 1, 0), WI_ERR_ARG);
    CHECK_STATUS(wi_net_init_rules(&blank, NULL, 1, 0), WI_ERR_ARG);
    CHECK_STATUS(wi_net_init_rules(&net, NULL, 1, 0), WI_ERR_ARG);
    CHECK_OK(wi_net_init_rules(&net, NULL, 0, 0));

    /* LSUV names the layer that it cannot scale. */
    const wi_layer_desc second[2] = {wi_layer_act(wi_tanh()), wi_layer_dense(3, wi_linear())};
    const wi_real zeros[20] = {0};
    wi_net late;
    wi_net_desc behind = describe(second, 2, 5, 1);
    CHECK_OK(wi_net_create(&late, &behind, NULL));
    CHECK_STATUS(wi_net_init_lsuv(&late, wi_mat_view_const(zeros, 4, 5), 0.1, 1), WI_ERR_NUMERIC);
    CHECK_CONTAINS(late.error.text, "layer 2 (dense): its pre-activations");
    wi_net_destroy(&late);

    /* LSUV takes as many rounds as it is allowed, good enough or not. */
    CHECK_OK(wi_net_init_lsuv(&net, given, 1e-12, 1));
    x[3] = (wi_real)NAN;
    CHECK_STATUS(wi_net_init_lsuv(&net, given, 0.1, 1), WI_ERR_NUMERIC);
    CHECK_STATUS(wi_net_init_batch(&net, given), WI_ERR_NUMERIC);
    wi_net_destroy(&net);
}

/* Layers without weights, without a bias, without parameters of their own: copied for what they have. */
static void test_copy_of_layers(void)
{
    const wi_layer_desc dense = wi_layer_dense(5, wi_tanh());
    const wi_layer_desc layers[9] = {dense, dense, dense, dense, wi_layer_act(wi_relu()),
                                    wi_layer_batch_norm(), wi_layer_scale(2), wi_layer_skip(2),
                                    wi_layer_dropout(0.5)};
    wi_shape none;
    wi_layer_desc changed[9];
    wi_net a, b;
    memcpy(changed, layers, sizeof layers);
    memset(&none, 0, sizeof none);
    changed[1].no_bias = changed[2].no_bias = 1;
    changed[3].tied = 3;
    wi_net_desc desc = describe(changed, 9, 5, 8);
    if (!CHECK_OK(wi_net_create(&a, &desc, NULL))) return;
    desc.seed = 99;
    if (!CHECK_OK(wi_net_create(&b, &desc, NULL))) return;
    draw(a.params, a.param_count, 5);
    for (size_t l = 0; l < 9; l++) CHECK_OK(wi_layer_copy(&b.layers[l], &a.layers[l]));
    for (size_t l = 0; l < 9; l++) {   /* a shape is that of the weights there are, or that are borrowed */
        size_t weights = a.layers[l].w.rows * a.layers[l].w.cols;
        if (weights > 0) CHECK_EQ(wi_shape_count(a.layers[l].shape), weights);
        else CHECK_BYTES(&a.layers[l].shape, &none, sizeof none);
    }
    CHECK_BYTES(b.params, a.params, a.param_count * sizeof *a.params);
    CHECK_STATUS(wi_layer_copy(NULL, &a.layers[0]), WI_ERR_ARG);
    CHECK_STATUS(wi_layer_copy(&b.layers[0], NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_layer_copy(&b.layers[0], &a.layers[1]), WI_ERR_SHAPE);
    wi_net_destroy(&a);
    wi_net_destroy(&b);
}

int main(void)
{
    test_handful();
    test_every_activation_and_loss();
    test_every_kind();
    test_random_compositions();
    test_conv_plain();
    test_no_input_gradient();
    test_pool_fours();
    test_runs();
    test_pieces_keep_within();
    test_max_pool();
    for (int k = 0; k < 16; k++)
        test_norm_definition(k & 1, k & 2 ? 2 : 1, k & 2 ? 19 : 37, k & 4 ? 1048576 : 0, k & 2,
                             k & 8 ? WI_EVAL : WI_TRAIN);
    for (int k = 0; k < 4; k++) test_each_definition(k & 1, k & 2 ? WI_TRAIN : WI_EVAL);
    test_constructors();
    test_wide_mean();
    test_norm_forward();
    test_dropout();
    test_layers_are_independent();
    test_copy();
    test_defaults();
    test_lsuv();
    test_rules();
    test_batch_rule();
    test_residual();
    test_shortcut();
    test_zeroed_recipe();
    test_theory_by_hand();
    test_bias_by_fan();
    test_lsuv_keeps();
    test_foreign_fields();
    test_borrowed();
    test_random_descriptions();
    test_one_sample_norm();
    test_dense_reference();
    test_no_allocation();
    test_redraw_or_not();
    test_theory_of_pools();
    test_theory_of_a_mean();
    test_no_gradient();
    test_cut_batches();
    test_errors();
    test_calls();
    test_memory();
    test_allocator();
    test_mistaken();
    test_said();
    test_copy_of_layers();
    return check_done();
}
