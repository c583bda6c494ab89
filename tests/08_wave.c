/* Section 8: what theory says of each kind of layer, beside what a pencil says: the sums of products written
   out, over weights that have a mean, inputs that are alike, and pixels one by one.
   @build once */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"

enum { MOST = 20 };

/* Two samples of a signal, x and x', and two of its units (or channels), i and j. */
typedef struct wave {
    double mean;             /* E x_i */
    double same, samples;    /* E x_i^2, E x_i x'_i */
    double units, pair;      /* E x_i x_j, E x_i x'_j */
} wave;

static const double Q = 1.5, C = 0.36;   /* the inputs: E x^2, and the correlation of two */

static wi_net_desc describe(const wi_layer_desc *layers, size_t count)
{
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.inputs = 40;
    desc.layers = layers;
    desc.layer_count = count;
    desc.max_batch = 1;
    return desc;
}

static wi_net_desc describe_image(const wi_layer_desc *layers, size_t count, size_t channels, size_t height,
                                  size_t width)
{
    wi_net_desc desc = describe(layers, count);
    desc.inputs = 0;
    desc.channels = channels;
    desc.height = height;
    desc.width = width;
    return desc;
}

/* Theory of a network on inputs of square q whose correlation is c. */
static int theory(const wi_net_desc *desc, double q, double c, wi_signal *s)
{
    wi_net net;
    wi_signal input;
    wi_error error;
    memset(&input, 0, sizeof input);
    input.q = q;
    input.correlation = c;
    if (!CHECK_OK(wi_net_create(&net, desc, &error))) {
        printf("  %s\n", error.text);
        return 0;
    }
    int ok = CHECK_OK(wi_net_theory_from(&net, input, s));
    wi_net_destroy(&net);
    return ok;
}

/* A layer without an activation says all moments of what it hands on. */
static void check_wave(const wi_signal *s, wave want, const char *what)
{
    int ok = CHECK_CLOSE(s->q, want.same, 1e-9) & CHECK_CLOSE(s->act_second, want.same, 1e-9)
           & CHECK_NEAR(s->mean, want.mean, 1e-9) & CHECK_NEAR(s->act_mean, want.mean, 1e-9)
           & CHECK_NEAR(s->correlation, want.samples / want.same, 1e-9)
           & CHECK_NEAR(s->act_correlation, want.samples / want.same, 1e-9)
           & CHECK_NEAR(s->units[0], want.units, 1e-9) & CHECK_NEAR(s->units[1], want.pair, 1e-9);
    if (!ok) printf("  in: %s\n", what);
}

/* A weight and a bias: means, and variances. */
typedef struct law { double mean, var, b_mean, b_var; } law;

static wi_layer_desc dense_of(law w, size_t units)
{
    wi_layer_desc layer = wi_layer_dense(units, wi_linear());
    layer.weights = wi_normal(w.mean, sqrt(w.var));
    layer.bias = wi_normal(w.b_mean, sqrt(w.b_var));
    return layer;
}

/* Sums of n weights: E (sum over i and j of w_i w_j x_i x_j), where w_i = w_j only for i = j and one unit. */
static wave after_dense(wave x, law w, double n)
{
    const double square = w.mean * w.mean, pairs = n * (n - 1);
    const double bias = 2 * n * w.mean * x.mean * w.b_mean + w.b_mean * w.b_mean;
    wave z;
    z.mean = n * w.mean * x.mean + w.b_mean;
    z.units = square * (n * x.same + pairs * x.units) + bias;
    z.pair = square * (n * x.samples + pairs * x.pair) + bias;
    z.same = z.units + n * w.var * x.same + w.b_var;
    z.samples = z.pair + n * w.var * x.samples + w.b_var;
    return z;
}

static wave input_wave(void)
{
    wave x = {0, Q, C * Q, 0, 0};
    return x;
}

/* What a layer of each kind makes of units that have something in common, and what it hands back: E dx^2 of a
   unit, E dx dx' of two, where the last layer's gradients are independent, of square 1. */
static void test_means(void)
{
    const law first = {0.05, 0.04, 0.3, 0.01}, second = {-0.02, 0.01, 0.2, 0.09};
    wi_layer_desc layers[3] = {dense_of(first, 60), dense_of(second, 50), dense_of(second, 30)};
    wi_signal s[3];
    wi_net_desc desc = describe(layers, 3);
    wave x = after_dense(input_wave(), first, 40), y = after_dense(x, second, 60);
    const double square = second.mean * second.mean;
    layers[2].weights = wi_normal(0.02, 0.1);
    if (!theory(&desc, Q, C, s)) return;
    check_wave(&s[0], x, "dense, on the input");
    check_wave(&s[1], y, "dense");
    CHECK_CLOSE(s[2].backward, 1, 1e-12);
    CHECK_CLOSE(s[1].backward, 30 * (0.01 + square), 1e-9);
    CHECK_CLOSE(s[1].units[3], 30 * square, 1e-9);
    CHECK_CLOSE(s[0].backward, 50 * (0.01 + square) * s[1].backward + square * 50 * 49 * s[1].units[3], 1e-9);
    CHECK_CLOSE(s[0].units[3], square * (50 * s[1].backward + 50 * 49 * s[1].units[3]), 1e-9);

    /* Element by element: alpha x, x + beta, x / (1 - rate) where it is kept. */
    layers[1] = wi_layer_scale(-1.5);
    wave z = {-1.5 * x.mean, 2.25 * x.same, 2.25 * x.samples, 2.25 * x.units, 2.25 * x.pair};
    if (!theory(&desc, Q, C, s)) return;
    check_wave(&s[1], z, "scale");
    CHECK_CLOSE(s[0].backward, 2.25 * s[1].backward, 1e-9);
    CHECK_CLOSE(s[0].units[3], 2.25 * s[1].units[3], 1e-9);
    CHECK_CLOSE(s[1].spread, s[0].spread, 1e-9);
    layers[1] = wi_layer_shift(0.7);
    const double more = 2 * 0.7 * x.mean + 0.49;
    wave moved = {x.mean + 0.7, x.same + more, x.samples + more, x.units + more, x.pair + more};
    if (!theory(&desc, Q, C, s)) return;
    check_wave(&s[1], moved, "shift");
    CHECK_CLOSE(s[0].backward, s[1].backward, 1e-9);
    CHECK_CLOSE(s[1].spread, s[0].spread * x.same / moved.same, 1e-9);
    layers[1] = wi_layer_dropout(0.2);
    z = x;
    z.same = x.same / 0.8;
    if (!theory(&desc, Q, C, s)) return;
    check_wave(&s[1], z, "dropout");
    CHECK_CLOSE(s[0].backward, s[1].backward / 0.8, 1e-9);
}

/* A skip adds two signals that have nothing in common but their means; both get its gradient. */
static void test_skip(void)
{
    const law first = {0.05, 0.04, 0.3, 0.01}, second = {0.01, 0.02, -0.4, 0.04};
    wi_layer_desc layers[4] = {dense_of(first, 50), dense_of(second, 50), wi_layer_skip(2),
                               dense_of(second, 30)};
    wi_signal s[4];
    wi_net_desc desc = describe(layers, 4);
    wave x = after_dense(input_wave(), first, 40), y = after_dense(x, second, 50);
    const double more = 2 * x.mean * y.mean, square = 0.0001, back = 30 * (0.02 + square);
    wave sum = {x.mean + y.mean, x.same + y.same + more, x.samples + y.samples + more,
                x.units + y.units + more, x.pair + y.pair + more};
    if (!theory(&desc, Q, C, s)) return;
    check_wave(&s[2], sum, "skip");
    CHECK_CLOSE(s[1].backward, back, 1e-9);
    CHECK_CLOSE(s[1].units[3], 30 * square, 1e-9);
    CHECK_CLOSE(s[0].backward, back + 50 * (0.02 + square) * back + square * 50 * 49 * 30 * square, 1e-9);
    CHECK_CLOSE(s[0].units[3], 30 * square + square * (50 * back + 50 * 49 * 30 * square), 1e-9);
    CHECK_CLOSE(s[2].spread * sum.same, hypot(s[0].spread * x.same, s[1].spread * y.same), 1e-9);
}

/* Sets of a norm have mean 0 and variance 1, then a gain and a bias. Over the batch they lose what samples
   have in common, and keep what units have: over the units the other way round. */
static void test_norms(void)
{
    const law first = {0.05, 0.04, 0.3, 0.01};
    wi_layer_desc layers[3] = {dense_of(first, 50), wi_layer_batch_norm(), wi_layer_dense(30, wi_linear())};
    wi_signal s[3];
    wi_net_desc desc = describe(layers, 3);
    wave x = after_dense(input_wave(), first, 40);
    layers[2].weights = wi_normal(0, 0.1);
    for (int by_unit = 0; by_unit < 2; by_unit++) {
        if (by_unit) layers[1] = wi_layer_layer_norm();
        if (!theory(&desc, Q, C, s)) return;
        const double lost = by_unit ? x.units : x.samples, kept = by_unit ? x.samples : x.units;
        const double alike = (kept - x.pair) / (x.same - lost);
        wave z = {0, 1, by_unit ? alike : 0, by_unit ? 0 : alike, 0};
        check_wave(&s[1], z, by_unit ? "layer norm" : "batch norm");
        CHECK_NEAR(s[1].spread, sqrt(0.0), 1e-12);
        CHECK_CLOSE(s[0].backward, s[1].backward / (x.same - lost), 1e-9);
    }

    /* Gains and biases of any law: two samples share them, two units have their own. */
    const law own = {0.8, 0.09, 0.4, 0.04};
    const double gain = own.var + own.mean * own.mean, square = own.b_mean * own.b_mean;
    for (int by_unit = 0; by_unit < 2; by_unit++) {
        layers[1] = by_unit ? wi_layer_layer_norm() : wi_layer_batch_norm();
        layers[1].weights = wi_normal(own.mean, sqrt(own.var));
        layers[1].bias = wi_normal(own.b_mean, sqrt(own.b_var));
        if (!theory(&desc, Q, C, s)) return;
        const double lost = by_unit ? x.units : x.samples, kept = by_unit ? x.samples : x.units;
        const double alike = (kept - x.pair) / (x.same - lost);
        wave z = {own.b_mean, square + own.b_var + gain, square + own.b_var + (by_unit ? gain * alike : 0),
                  square + (by_unit ? 0 : own.mean * own.mean * alike), square};
        check_wave(&s[1], z, by_unit ? "layer norm of a law" : "batch norm of a law");
        CHECK_CLOSE(s[0].backward, s[1].backward * gain / (x.same - lost), 1e-9);
    }

    /* Sets in which all is the same: nothing is divided by their variance. */
    layers[1] = wi_layer_batch_norm();
    layers[0].weights = wi_normal(0, 0.2);
    layers[0].bias = wi_zeros();
    if (!theory(&desc, Q, 1, s)) return;
    CHECK_NEAR(s[1].correlation, 0, 0);
    CHECK_NEAR(s[0].backward, 0, 0);

    /* A feature alone is its own mean: only the norm's bias is left. */
    layers[0].units = 1;
    layers[1] = wi_layer_layer_norm();
    layers[1].bias = wi_constant(0.5);
    if (!theory(&desc, Q, C, s)) return;
    CHECK_CLOSE(s[1].q, 0.25, 1e-12);
    CHECK_NEAR(s[0].backward, 0, 0);
}

/* The spread of the sizes of random networks: that of a mean of so many squares. Orthogonal weights keep a
   size, but for what a layer with fewer units cuts off. */
static void test_spread(void)
{
    wi_layer_desc layers[2] = {wi_layer_dense(50, wi_linear()), wi_layer_dense(20, wi_linear())};
    wi_signal s[2];
    wi_net_desc desc = describe(layers, 2);
    layers[0].weights = wi_normal(0, 0.1);
    layers[1].weights = wi_orthogonal(1);
    layers[0].bias = layers[1].bias = wi_zeros();
    if (!theory(&desc, 1, 0, s)) return;
    CHECK_CLOSE(s[0].spread, sqrt(2.0 / 50), 1e-6);
    CHECK_CLOSE(s[1].spread, sqrt(2.0 / 50 + 2.0 * (1 - 20.0 / 50) / 20), 1e-6);
    layers[0].weights = wi_orthogonal(1);
    if (!theory(&desc, 1, 0, s)) return;
    CHECK_NEAR(s[0].spread, 0, 1e-4);

    /* Rectifiers: of a square that is 0 or z^2 the relative variance is 5, of which 2 follow z^2. */
    layers[0] = wi_layer_dense(50, wi_relu());
    layers[0].weights = wi_normal(0, 0.1);
    if (!theory(&desc, 1, 0, s)) return;
    CHECK_CLOSE(s[0].spread, sqrt(5.0 / 50), 1e-6);

    /* Pixels of a channel share their weights: z^2 of two that correlate by c vary together by c^2, and by
       what windows that have nothing in common are alike by accident; the rest of a rectified square by c. */
    for (int half = 0; half < 2; half++) {
        wi_layer_desc conv = wi_layer_conv2d(16, 3, half ? wi_relu() : wi_linear());
        conv.weights = wi_normal(0, 0.1);
        desc = describe_image(&conv, 1, 4, 6, 7);
        if (!theory(&desc, 1, 0.5, s)) return;
        const double pixels = 4 * 5, together = 2 * (0.25 + 1.0 / 36) + (half ? 3 * 0.5 : 0);
        CHECK_CLOSE(s[0].spread, sqrt(((half ? 5 : 2) / pixels + (1 - 1 / pixels) * together) / 16), 1e-6);
    }
}

/* ---- pixels, one by one ---- */

enum { SIDE = 32, AREA = SIDE * SIDE };

/* An image of the squares of its pixels (every channel has the same), and how its gradient's come back. */
typedef struct image { size_t channels, height, width; double of[AREA]; } image;

static double mean_of(const image *x)
{
    double sum = 0;
    for (size_t p = 0; p < x->height * x->width; p++) sum += x->of[p];
    return sum / (double)(x->height * x->width);
}

static void fill(image *x, double value) { for (size_t p = 0; p < AREA; p++) x->of[p] = value; }

/* y += factor x over all windows, or back, x += factor y: padding is no pixel. */
static void through_windows(const wi_layer *layer, image *x, image *y, double factor, int back)
{
    const size_t stride = layer->desc.stride ? layer->desc.stride : layer->desc.kernel;
    for (size_t r = 0; r < y->height; r++)
        for (size_t c = 0; c < y->width; c++)
            for (size_t i = 0; i < layer->desc.kernel; i++)
                for (size_t j = 0; j < layer->desc.kernel; j++) {
                    size_t row = r * stride + i, col = c * stride + j, pad = layer->desc.padding;
                    if (row < pad || col < pad || row - pad >= x->height || col - pad >= x->width) continue;
                    double *pixel = &x->of[(row - pad) * x->width + col - pad];
                    double *sum = &y->of[r * y->width + c];
                    if (back) *pixel += factor * *sum;
                    else *sum += factor * *pixel;
                }
}

/* What theory says of a signal's squares, beside these: a layer's own factor on what comes through it. */
static void through_layer(const wi_layer *layer, image *x, image *y, int back)
{
    const double to = (double)(back ? y->channels : x->channels);
    switch (layer->desc.kind) {
    case WI_LAYER_CONV2D: through_windows(layer, x, y, 0.09 * to, back); return;
    case WI_LAYER_AVG_POOL: through_windows(layer, x, y, 1.0 / 16, back); return;
    case WI_LAYER_DENSE:
        for (size_t p = 0; p < x->height * x->width; p++) {
            if (back) x->of[p] = 0.09 * to * y->of[0];
            else y->of[0] += 0.09 * to * x->of[p];
        }
        return;
    default:   /* pixel by pixel: dropout, or a factor of 2 */
        for (size_t p = 0; p < AREA; p++)
            *(back ? &x->of[p] : &y->of[p]) =
                (back ? y->of[p] : x->of[p]) * (layer->desc.kind == WI_LAYER_DROPOUT ? 1.25 : 4);
    }
}

/* Independent pixels, weights without a mean, no activation: the squares add up, times Var w, or times
   1 / area^2 in a mean; of gradients too. */
static void test_pixel_by_pixel(void)
{
    const law plain = {0, 0.09, 0, 0};
    const wi_layer_desc flat = dense_of(plain, 3);
    wi_rng rng = wi_rng_make(5);
    for (int tried = 0; tried < 150;) {
        wi_layer_desc layers[MOST];
        static image x[8], dx[8];
        wi_signal s[MOST];
        wi_net net;
        size_t count = 1 + (size_t)wi_rng_below(&rng, 5);
        for (size_t l = 0; l < count; l++) {
            size_t kind = (size_t)wi_rng_below(&rng, 8);
            layers[l] = wi_layer_conv2d(2 + (size_t)wi_rng_below(&rng, 4), 1 + (size_t)wi_rng_below(&rng, 3),
                                        wi_linear());
            layers[l].padding = (size_t)wi_rng_below(&rng, layers[l].kernel);
            layers[l].stride = 1 + (size_t)wi_rng_below(&rng, 2);
            if (l > 0 && kind < 2) layers[l] = wi_layer_avg_pool(2);
            if (kind == 2) layers[l] = wi_layer_dropout(0.2);
            if (kind == 3) layers[l] = wi_layer_scale(2);
            else layers[l].weights = wi_normal(0, 0.3);
        }
        if (count > 2 && wi_rng_below(&rng, 2)) layers[count - 1] = flat;
        wi_net_desc desc = describe_image(layers, count, 3, 7 + (size_t)wi_rng_below(&rng, 8),
                                          7 + (size_t)wi_rng_below(&rng, 8));
        if (wi_net_create(&net, &desc, NULL) != WI_OK) continue;   /* too small for its windows */
        int whole = 1;   /* no pool leaves pixels out */
        for (size_t l = 0; l < count; l++)
            whole &= layers[l].kind != WI_LAYER_AVG_POOL
                  || (net.layers[l].in.height | net.layers[l].in.width) % 2 == 0;
        tried += whole;
        CHECK_OK(wi_net_theory(&net, 2, s));
        for (size_t l = 0; l <= count; l++) {
            wi_image size = l ? net.layers[l - 1].out : net.layers[0].in;
            x[l].channels = size.channels;
            x[l].height = size.height;
            x[l].width = size.width;
            fill(&x[l], l ? 0 : 2);
            dx[l] = x[l];
            fill(&dx[l], l == count);
        }
        for (size_t l = 0; l < count && whole; l++) {
            through_layer(&net.layers[l], &x[l], &x[l + 1], 0);
            if (!CHECK_CLOSE(s[l].q, mean_of(&x[l + 1]), 1e-9)) printf("  try %d, layer %zu\n", tried, l + 1);
        }
        for (size_t l = count; l-- > 1 && whole;) {
            through_layer(&net.layers[l], &dx[l], &dx[l + 1], 1);
            if (!CHECK_CLOSE(s[l - 1].backward, mean_of(&dx[l]), 1e-9))
                printf("  try %d, back from layer %zu\n", tried, l + 1);
        }
        wi_net_destroy(&net);
    }
}

/* For two pixels of an output: in how many taps both windows lie on the image. Where any two pixels of the
   input have the product p in the mean, so many Var w p have these two. */
static double both(size_t length, size_t kernel, size_t padding, size_t stride, size_t i, size_t j)
{
    size_t count = 0;
    for (size_t k = 0; k < kernel; k++) {
        size_t a = i * stride + k, b = j * stride + k;
        count += a >= padding && b >= padding && a - padding < length && b - padding < length;
    }
    return (double)count;
}

/* Means over the windows of a pool (or over the whole image) behind a padded convolution, of the products of
   all pairs of pixels, and of the squares. */
typedef struct pairs { double all, alone; } pairs;

static pairs pairs_of(size_t height, size_t width, size_t kernel, size_t padding, size_t stride, size_t pool)
{
    const size_t rows = (height + 2 * padding - kernel) / stride + 1, high = pool ? pool : rows;
    const size_t cols = (width + 2 * padding - kernel) / stride + 1, wide = pool ? pool : cols;
    pairs sum = {0, 0};
    double windows = 0;
    for (size_t r = 0; r + high <= rows; r += high)
        for (size_t c = 0; c + wide <= cols; c += wide, windows++)
            for (size_t a = 0; a < high * wide; a++)
                for (size_t b = 0; b < high * wide; b++) {
                    double taps = both(height, kernel, padding, stride, r + a / wide, r + b / wide)
                                * both(width, kernel, padding, stride, c + a % wide, c + b % wide);
                    sum.all += taps;
                    if (a == b) sum.alone += taps;
                }
    sum.all /= windows * (double)(high * wide * high * wide);
    sum.alone /= windows * (double)(high * wide);
    return sum;
}

/* Means over windows, and batch norms, behind a convolution whose windows overlap the edge: pixels have less
   in common than samples do. On images that are not square, with strides. */
static void test_alike_pixels(void)
{
    for (size_t stride = 1; stride <= 2; stride++)
        for (size_t padding = 0; padding <= 2; padding++)
            for (size_t side = 0; side < 2; side++) {
                wi_layer_desc layers[3] = {wi_layer_conv2d(5, 3, wi_linear()), wi_layer_avg_pool(2),
                                           wi_layer_dense(4, wi_linear())};
                const size_t out = 8, high = (out - 1) * stride + 3 - 2 * padding;
                const size_t height = side ? high + 2 * stride : high;
                const size_t width = side ? high : high + 4 * stride;
                wi_signal s[3];
                wi_net_desc desc = describe_image(layers, 3, 2, height, width);
                layers[0].weights = wi_normal(0, 0.2);
                layers[0].stride = stride;
                layers[0].padding = padding;
                layers[0].bias = wi_constant(side ? 0.5 : 0);   /* all pixels have that in common */
                const double mean = side ? 0.25 : 0;   /* the square of it */
                const double each = 0.04 * 2 * Q;      /* a tap of both channels */
                pairs window = pairs_of(height, width, 3, padding, stride, 2),
                      whole = pairs_of(height, width, 3, padding, stride, 0);
                if (!theory(&desc, Q, C, s)) return;
                CHECK_CLOSE(s[0].q, each * whole.alone + mean, 1e-9);
                CHECK_CLOSE(s[1].q, mean + each * (C * (window.all - window.alone / 4) + window.alone / 4),
                            1e-6);
                layers[1] = wi_layer_batch_norm();
                if (!theory(&desc, Q, C, s)) return;
                const double left = C * (whole.alone - whole.all), var = whole.alone - C * whole.all;
                CHECK_NEAR(s[1].correlation, left / var, 1e-9);
                CHECK_CLOSE(s[0].backward, s[1].backward / (each * var), 1e-9);
            }
}

/* Means over windows that lie partly on padding: its zeros count. */
static void test_padded_means(void)
{
    wi_layer_desc layers[2] = {wi_layer_conv2d(4, 1, wi_linear()), wi_layer_avg_pool(3)};
    wi_net_desc desc = describe_image(layers, 2, 2, 5, 8);
    wi_signal s[2];
    double sum = 0, squares = 0;
    layers[0].weights = wi_normal(0, 0.2);
    layers[0].bias = wi_constant(0.5);
    layers[1].stride = 2;
    layers[1].padding = 1;
    for (int top = -1; top <= 3; top += 2)
        for (int left = -1; left <= 5; left += 2) {
            double on = 0;
            for (int y = top; y < top + 3; y++)
                for (int x = left; x < left + 3; x++) on += y >= 0 && y < 5 && x >= 0 && x < 8;
            sum += on / (9 * 12);
            squares += on * on / (81 * 12);
        }
    const double each = 0.04 * 2 * Q, same = 0.25 + each, pixels = 0.25 + each * C;
    if (!theory(&desc, Q, C, s)) return;
    const double q = squares * pixels + sum / 9 * (same - pixels);
    CHECK_CLOSE(s[1].q, q, 1e-9);
    CHECK_CLOSE(s[1].mean, 0.5 * sum, 1e-9);
    CHECK_CLOSE(s[1].correlation * q, squares * pixels, 1e-9);
    CHECK_CLOSE(s[1].units[0], squares * 0.25, 1e-9);
    CHECK_CLOSE(s[1].units[1], squares * 0.25, 1e-9);
}

/* ---- maxima ---- */

static double density(double v) { return 0.39894228040143268 * exp(-0.5 * v * v); }

/* E g(M) of M, the largest of n values f(mean + std (sqrt(c) u + sqrt(1 - c) v)), and what of g^2 two samples
   with the same u have in common: sums over a fine grid of u and v. */
typedef struct maximum { double mean, second, product, slope; } maximum;

static maximum maximum_of(wi_act act, double n, double mean, double std, double c)
{
    const double step = 0.02, wide = 0.25;
    maximum all = {0, 0, 0, 0};
    for (double u = c > 0 ? -7 : 0; u <= (c > 0 ? 7 : 0); u += wide) {
        double share = c > 0 ? wide * density(u) : 1, given = 0;
        for (double v = -7; v <= 7; v += step) {
            double below = 0.5 * erfc(-v * sqrt(0.5));
            double here = share * step * n * density(v) * pow(below, n - 1);
            double z = mean + std * (sqrt(c) * u + sqrt(1 - c) * v), f = wi_act_value(act, z);
            given += here / share * f;
            all.second += here * f * f;
            all.slope += here * pow(wi_act_slope(act, z), 2);
        }
        all.mean += share * given;
        all.product += share * given * given;
    }
    return all;
}

/* The largest pixel of a window, behind a convolution whose pixels correlate as samples do; rising
   activations keep the order. Back goes what the slope at the largest makes of it, to one pixel of a
   window. */
static void test_maxima(void)
{
    const wi_act acts[4] = {wi_linear(), wi_relu(), wi_tanh(), wi_leaky_relu(0.3)};
    for (size_t k = 0; k < 16; k++) {
        const double c = k / 4 % 2 ? 0.4 : 0;
        const size_t side = k / 8 ? 3 : 2;
        wi_layer_desc layers[3] = {wi_layer_conv2d(5, 3, acts[k % 4]), wi_layer_max_pool(side),
                                   wi_layer_dense(4, wi_linear())};
        wi_net_desc desc = describe_image(layers, 3, 2, 8, 8);
        wi_signal s[3];
        layers[0].weights = wi_normal(0, 0.25);
        if (!theory(&desc, Q, c, s)) return;
        const double std = 0.25 * sqrt(18 * Q), area = (double)(side * side);
        maximum want = maximum_of(acts[k % 4], area, 0, std, c);
        CHECK_CLOSE(s[1].mean, want.mean, 0.02);
        CHECK_CLOSE(s[1].q, want.second, 0.02);
        CHECK_NEAR(s[1].correlation, want.product / want.second, 0.02);
        CHECK_CLOSE(s[1].units[0], want.mean * want.mean, 0.04);
        CHECK_CLOSE(s[0].backward, s[1].backward * want.slope / area, 0.05);
        CHECK_CLOSE(s[1].units[1], s[1].units[0], 1e-9);
    }
}

/* Units that have something in common, through a maximum: as much of what varies. */
static void test_units_of_maxima(void)
{
    wi_layer_desc layers[2] = {wi_layer_conv2d(5, 2, wi_linear()), wi_layer_max_pool(2)};
    wi_net_desc desc = describe_image(layers, 2, 3, 7, 7);
    wi_signal s[2];
    layers[0].weights = wi_normal(0.06, 0.2);
    layers[0].bias = wi_normal(0.1, 0.1);
    if (!theory(&desc, Q, C, s)) return;
    const double square = s[0].mean * s[0].mean, most = s[1].mean * s[1].mean;
    for (int k = 0; k < 2; k++)
        CHECK_CLOSE((s[1].units[k] - most) / (s[1].q - most), (s[0].units[k] - square) / (s[0].q - square),
                    1e-9);
    CHECK(s[0].units[0] - square > 0.05 * s[0].q);
}

/* Convolutions of weights with a mean, on the input, whose channels have nothing in common, and on an image
   whose pixels share of their windows what those of this size do on the average. */
static void test_means_of_windows(void)
{
    wi_layer_desc layers[3] = {wi_layer_conv2d(5, 3, wi_linear()), wi_layer_conv2d(6, 3, wi_linear()),
                               wi_layer_conv2d(4, 1, wi_linear())};
    wi_net_desc desc = describe_image(layers, 3, 2, 9, 9);
    wi_signal s[3];
    layers[0].weights = wi_normal(0.05, 0.2);
    layers[1].weights = wi_normal(0.01, 0.1);
    layers[2].weights = wi_normal(0.03, 0.1);
    layers[0].bias = wi_normal(0.3, 0.1);
    layers[1].bias = wi_zeros();
    if (!theory(&desc, Q, C, s)) return;
    wave x, y;
    x.mean = 0.3;
    x.units = 0.0025 * 2 * 9 * (Q + 8 * C * Q) + 0.09;
    x.pair = 0.0025 * 2 * 81 * C * Q + 0.09;
    x.same = x.units + 18 * 0.04 * Q + 0.01;
    x.samples = x.pair + 18 * 0.04 * C * Q + 0.01;
    check_wave(&s[0], x, "convolution, on the input");
    double shared = 0;
    for (int a = 0; a < 9; a++)
        for (int b = 0; b < 9; b++) shared += (3 - abs(a / 3 - b / 3)) * (3 - abs(a % 3 - b % 3)) / 9.0 / 81;
    y.mean = 45 * 0.01 * 0.3;
    y.pair = 0.0001 * 45 * 9 * (x.samples + 4 * x.pair);
    y.units = shared * 0.0001 * 45 * 9 * (x.same + 4 * x.units) + (1 - shared) * y.pair;
    y.same = y.units + 45 * 0.01 * x.same;
    y.samples = y.pair + 45 * 0.01 * x.samples;
    check_wave(&s[1], y, "convolution");

    /* Back: of so many windows as read a pixel. 9 x 9 become 7 x 7 and 5 x 5. */
    CHECK_CLOSE(s[1].backward, 4 * (0.01 + 0.0009), 1e-9);
    CHECK_CLOSE(s[1].units[3], 4 * 0.0009, 1e-9);
    const double n = 6 * 9 * 25.0 / 49;
    CHECK_CLOSE(s[0].units[3], 0.0001 * n * (s[1].backward + (n - 1) * s[1].units[3]), 1e-9);
    CHECK_CLOSE(s[0].backward, n * 0.01 * s[1].backward + s[0].units[3], 1e-9);
}

/* A maximum wants a smooth law: of maxima, means and what was dropped it knows nothing; of sums, norms and
   activations it does. */
static void test_sources_of_maxima(void)
{
    const wi_layer_desc between[8] = {wi_layer_max_pool(2), wi_layer_avg_pool(2), wi_layer_dropout(0.3),
                                      wi_layer_conv2d(5, 3, wi_relu()), wi_layer_batch_norm(),
                                      wi_layer_act(wi_tanh()), wi_layer_scale(2), wi_layer_shift(0.5)};
    for (size_t k = 0; k < WI_COUNT(between); k++) {
        const wi_layer_desc layers[3] = {wi_layer_conv2d(5, 3, wi_linear()), between[k],
                                         wi_layer_max_pool(2)};
        wi_net_desc desc = describe_image(layers, 3, 2, 12, 12);
        wi_signal s[3];
        if (!theory(&desc, Q, C, s)) return;
        CHECK((s[2].q == s[2].q) == (k > 2) && s[1].q == s[1].q);
        CHECK((s[0].backward == s[0].backward) == (k > 2));
    }
}

/* Behind a norm of a whole image, windows of what the pixels still have in common. */
static void test_pool_behind_norm(void)
{
    wi_layer_desc layers[3] = {wi_layer_conv2d(5, 3, wi_linear()), wi_layer_batch_norm(),
                               wi_layer_avg_pool(2)};
    wi_net_desc desc = describe_image(layers, 3, 2, 8, 10);
    wi_signal s[3];
    layers[0].weights = wi_normal(0, 0.2);
    layers[0].padding = 1;
    if (!theory(&desc, Q, C, s)) return;
    pairs window = pairs_of(8, 10, 3, 1, 1, 2), whole = pairs_of(8, 10, 3, 1, 1, 0);
    /* of two pixels of a window, less what all pixels have in common */
    const double apart = (window.all * 4 - window.alone) / 3, var = whole.alone - C * whole.all;
    const double alike = C * (apart - whole.all) / var;
    CHECK_CLOSE(s[2].q, alike + (1 - alike) / 4, 1e-6);
}

/* What all pixels have in common, a bias, goes through means and maxima as it is, and a batch norm takes it
   away: nothing else changes by it, at an edge neither. */
static void test_shifted_pixels(void)
{
    const wi_layer_desc kinds[3] = {wi_layer_max_pool(2), wi_layer_avg_pool(2), wi_layer_batch_norm()};
    for (size_t k = 0; k < 3; k++) {
        wi_signal s[2][3];
        for (int shifted = 0; shifted < 2; shifted++) {
            wi_layer_desc layers[3] = {wi_layer_conv2d(5, 3, wi_linear()), kinds[k],
                                       wi_layer_dense(4, wi_linear())};
            wi_net_desc desc = describe_image(layers, 3, 2, 6, 8);
            layers[0].weights = wi_normal(0, 0.2);
            layers[0].bias = wi_constant(shifted ? -0.6 : 0);
            layers[0].padding = 2;
            if (!theory(&desc, Q, C, s[shifted])) return;
        }
        const double by = k < 2 ? -0.6 : 0, more = by * (2 * s[0][1].mean + by);
        CHECK_NEAR(s[1][1].mean, s[0][1].mean + by, 1e-9);
        CHECK_NEAR(s[1][1].q, s[0][1].q + more, 1e-6);
        CHECK_NEAR(s[1][1].q * s[1][1].correlation, s[0][1].q * s[0][1].correlation + more, 1e-6);
        CHECK_NEAR(s[1][1].units[0], s[0][1].units[0] + more, 1e-6);
        CHECK_NEAR(s[1][1].units[1], s[0][1].units[1] + more, 1e-6);
        CHECK_CLOSE(s[1][0].backward, s[0][0].backward, 1e-6);
    }
}

/* Units of ReLU around means of their own: each has a variance of its own in a batch norm, and the gradient
   of one that is mostly at rest is as much larger. By the integrals of ReLU, at 4,001 means. */
static void test_units_of_norms(void)
{
    const double biases[] = {0, -1.2, 2};
    for (size_t k = 0; k < WI_COUNT(biases); k++) {
        wi_layer_desc layers[3] = {wi_layer_dense(50, wi_relu()), wi_layer_batch_norm(),
                                   wi_layer_dense(30, wi_linear())};
        wi_net_desc desc = describe(layers, 3);
        wi_signal s[3];
        double sum = 0, slopes = 0, all = 0;
        layers[0].bias = wi_normal(biases[k], 0.4);
        if (!theory(&desc, Q, C, s)) return;
        double square = s[0].mean * s[0].mean, apart = s[0].q * s[0].correlation - square;
        double std = sqrt(s[0].q - square - apart);
        for (int i = -2000; i <= 2000; i++) {
            double mass = density(i / 250.0) / 250, m = s[0].mean + i / 250.0 * sqrt(apart);
            double on = 0.5 * erfc(-m / std / sqrt(2.0)), mean = m * on + std * density(m / std);
            double second = (m * m + std * std) * on + m * std * density(m / std);
            sum += mass * on / (second - mean * mean + 1e-5);
            slopes += mass * on;
            all += mass;
        }
        CHECK_NEAR(all, 1, 1e-9);
        CHECK_CLOSE(s[0].backward, s[1].backward * sum, 2e-3);
    }
}

static double step_of(double x, double param) { return x > param ? 1 : 0; }
static double no_slope(double x, double param) { return 0 * (x + param); }

/* Behind steps no gradient passes, and a norm of them is a number all the same. */
static void test_norm_of_steps(void)
{
    const wi_act step = wi_custom("step", step_of, no_slope, 0.5);
    const wi_layer_desc layers[3] = {wi_layer_dense(50, step), wi_layer_batch_norm(),
                                     wi_layer_dense(30, wi_linear())};
    const wi_net_desc desc = describe(layers, 3);
    wi_signal s[3];
    if (!theory(&desc, Q, C, s)) return;
    CHECK_NEAR(s[0].backward, 0, 0);
    CHECK(s[1].backward > 0 && s[1].backward < 1);
}

/* ---- where theory has no answer, and at its ends ---- */

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
    layers[0].weights = wi_normal(0, 0.13);   /* of an sw2 that is no power of 2 */
    say(layers, 4, 4, 4, 1.69 * 1.69 / 2 + 1.69 * 1.69 / 4);
    layers[0].weights = wi_he_normal();
    layers[1].tied = 0;
    layers[2].tied = 2;
    say(layers, 4, 2, 2, 2);
    layers[2].tied = 1;   /* of the first layer, but behind the second */
    say(layers, 4, 2, 2, 2);
    layers[2].tied = 0;
    layers[0].weights = wi_identity(1);
    say(layers, 4, 4, 4, 1);
    layers[1].tied = 1;   /* weights that are not drawn give back more than a sum of small parts does */
    say(layers, 4, 1, 1, 0);
    layers[1].tied = 0;
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

/* A window as large as sizes go: all but the image is padding, and takes no time. */
static void vast_window(void)
{
    wi_layer_desc pool = wi_layer_avg_pool(SIZE_MAX / 2);
    wi_signal s;
    wi_net net;
    pool.padding = SIZE_MAX / 4;
    pool.stride = 1;
    image_theory(&pool, 1, 1, 4, &s, &net);
    CHECK(s.q > 0 && s.q < 1e-15);
    wi_net_destroy(&net);
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
    wi_net_desc desc = describe(layers, 4);
    wi_signal s[4];
    if (!theory(&desc, 1, 0, s)) return;
    CHECK_CLOSE(s[2].q, 2, 1e-9);
    CHECK(isnan(s[1].q) && isnan(s[3].q));
}

/* A kernel of one tap reads nothing where that lies on the padding; and copies of the inputs leave the units
   beyond them at 0, so that one law does not hold all units. */
static void single_taps(void)
{
    static const size_t kernel[4] = {2, 3, 3, 4}, padding[4] = {1, 2, 1, 3};
    static const double copied[4] = {64.0 / 81, 64.0 / 100, 1, 64.0 / 121};
    wi_layer_desc layers[2];
    wi_signal s[2];
    wi_net net;
    for (size_t i = 0; i < 4; i++) {
        layers[0] = wi_layer_conv2d(4, kernel[i], wi_linear());
        layers[0].padding = padding[i];
        layers[0].weights = wi_dirac();
        image_theory(layers, 1, 4, 8, s, &net);
        CHECK_CLOSE(s[0].q, copied[i], 1e-6);
        wi_net_destroy(&net);
        layers[1] = layers[0];
        layers[1].weights = wi_delta_orthogonal(2);
        layers[0] = wi_layer_conv2d(4, 1, wi_linear());
        layers[0].weights = wi_lecun_normal();
        image_theory(layers, 2, 4, 8, s, &net);
        CHECK_CLOSE(s[1].q, 4 * copied[i], 1e-6);
        CHECK_CLOSE(s[0].backward, 4 * copied[i] * (double)net.layers[1].outputs / 256, 1e-6);
        wi_net_destroy(&net);
    }
    for (size_t filters = 3; filters <= 6; filters += 3) {
        for (size_t l = 0; l < 2; l++) layers[l] = wi_layer_conv2d(filters, 1, wi_tanh());
        layers[0].weights = wi_dirac();
        image_theory(layers, 2, 4, 8, s, &net);
        CHECK_CLOSE(s[0].q, filters == 3 ? 1 : 4.0 / 6, 1e-6);
        CHECK((filters == 3) == !isnan(s[1].q) && (filters == 3) == !isnan(s[0].backward));
        wi_net_destroy(&net);
    }
    layers[0] = wi_layer_conv2d(4, 4, wi_linear());
    layers[0].weights = wi_bilinear();   /* of unequal taps, padding takes the lesser ones */
    layers[0].padding = 1;
    image_theory(layers, 1, 4, 8, s, &net);
    CHECK(isnan(s[0].q));
    wi_net_destroy(&net);
}

/* A layer without weights passes two inputs on as by weights of variance 1: what is linear, for ever. */
static void depth_without_weights(void)
{
    wi_layer_desc layers[6] = { wi_layer_dense(100, wi_linear()), wi_layer_act(wi_tanh()),
                                wi_layer_dropout(0.2), wi_layer_layer_norm(), wi_layer_scale(2),
                                wi_layer_skip(2) };
    wi_net_desc desc = describe(layers, 6);
    wi_signal s[6];
    if (!theory(&desc, 1, 0, s)) return;
    CHECK_CLOSE(s[1].depth_scale, -0.5 / log(wi_act_moments(wi_tanh(), 0, sqrt(s[1].q)).slope_mean), 1e-9);
    for (size_t l = 2; l < 6; l++) CHECK(s[l].depth_scale == (double)INFINITY);
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
    without_an_answer();
    fixed_weights();
    single_taps();
    depth_without_weights();
    vast_window();
    silent_pools();
    wide_images();
    long_signal();
    means_backward();
    test_means();
    test_skip();
    test_norms();
    test_spread();
    test_pixel_by_pixel();
    test_alike_pixels();
    test_padded_means();
    test_maxima();
    test_units_of_maxima();
    test_means_of_windows();
    test_sources_of_maxima();
    test_pool_behind_norm();
    test_shifted_pixels();
    test_units_of_norms();
    test_norm_of_steps();
    return check_done();
}
