/* Section 9: losses against their definitions, and their slopes against central differences. */
#include "guard.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include "inside.h"

/* A value that no enumerator has, hidden from compilers that warn of it. */
static volatile int beyond_99 = 99;

enum { ROWS = 5, COLS = 4 };
static wi_real y_data[ROWS * COLS], t_data[ROWS * COLS], dy_data[ROWS * COLS];

static const wi_loss LOSSES[] = { WI_LOSS_HALF_SQUARED, WI_LOSS_BINARY_CROSS_ENTROPY,
                                  WI_LOSS_SOFTMAX_CROSS_ENTROPY };

static void make_batch(wi_loss loss, double scale)
{
    wi_rng rng = wi_rng_make(9);
    for (size_t i = 0; i < ROWS; i++) {
        double sum = 0;
        for (size_t j = 0; j < COLS; j++) {
            y_data[i * COLS + j] = (wi_real)(scale * wi_rng_normal(&rng));
            t_data[i * COLS + j] = (wi_real)wi_rng_uniform(&rng);
            sum += (double)t_data[i * COLS + j];
        }
        for (size_t j = 0; j < COLS; j++)
            if (loss == WI_LOSS_SOFTMAX_CROSS_ENTROPY)
                t_data[i * COLS + j] = (wi_real)((double)t_data[i * COLS + j] / sum);
    }
}

/* The definition, written without any care for overflow. */
static double plain_loss(wi_loss loss)
{
    double mean = 0;
    for (size_t i = 0; i < ROWS; i++) {
        double sum = 0;
        for (size_t j = 0; j < COLS; j++) sum += exp((double)y_data[i * COLS + j]);
        for (size_t j = 0; j < COLS; j++) {
            double y = (double)y_data[i * COLS + j], t = (double)t_data[i * COLS + j], p = 1 / (1 + exp(-y));
            if (loss == WI_LOSS_HALF_SQUARED) mean += (y - t) * (y - t) / 2;
            if (loss == WI_LOSS_BINARY_CROSS_ENTROPY) mean += -t * log(p) - (1 - t) * log(1 - p);
            if (loss == WI_LOSS_SOFTMAX_CROSS_ENTROPY) mean += -t * log(exp(y) / sum);
        }
    }
    return mean / ROWS;
}

static void test_values_and_slopes(void)
{
    wi_mat y = wi_mat_view(y_data, ROWS, COLS), t = wi_mat_view(t_data, ROWS, COLS),
           dy = wi_mat_view(dy_data, ROWS, COLS);
    int is_double = sizeof(wi_real) == 8, known = (int)WI_COUNT(LOSSES);
    CHECK_TEXT(wi_loss_name((wi_loss)known), "not a wi_loss");   /* another wants a definition above */
    for (size_t k = 0; k < WI_COUNT(LOSSES); k++) {
        double value = 0;
        make_batch(LOSSES[k], 2);
        CHECK_OK(wi_loss_of(LOSSES[k], y, t, &dy, &value));
        CHECK_CLOSE(value, plain_loss(LOSSES[k]), 1e-12);
        for (size_t i = 0; i < ROWS * COLS; i++) {
            double h = is_double ? 1e-5 : 1e-2, up = 0, down = 0;
            wi_real kept = y_data[i], hi = (wi_real)((double)kept + h), lo = (wi_real)((double)kept - h);
            y_data[i] = hi;
            (void)wi_loss_of(LOSSES[k], y, t, NULL, &up);
            y_data[i] = lo;
            (void)wi_loss_of(LOSSES[k], y, t, NULL, &down);
            y_data[i] = kept;
            CHECK_NEAR(dy_data[i], (up - down) / ((double)hi - (double)lo), is_double ? 1e-9 : 1e-5);
        }
    }
}

/* Known numbers: chance level is ln(classes) for softmax, outputs * ln 2 for binary. */
static void test_known(void)
{
    wi_mat y = wi_mat_view(y_data, ROWS, COLS), t = wi_mat_view(t_data, ROWS, COLS),
           dy = wi_mat_view(dy_data, ROWS, COLS);
    double value = 0;
    make_batch(WI_LOSS_SOFTMAX_CROSS_ENTROPY, 0);
    CHECK_OK(wi_loss_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, y, t, NULL, &value));
    CHECK_NEAR(value, log((double)COLS), 1e-6);
    CHECK_OK(wi_loss_of(WI_LOSS_BINARY_CROSS_ENTROPY, y, t, NULL, &value));
    CHECK_NEAR(value, COLS * log(2.0), 1e-12);

    /* Huge logits neither overflow nor lose the slope. */
    for (size_t i = 0; i < ROWS * COLS; i++) y_data[i] = i % COLS ? (wi_real)-1e4 : (wi_real)1e4;
    for (size_t i = 0; i < ROWS * COLS; i++) t_data[i] = i % COLS == 1;
    CHECK_OK(wi_loss_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, y, t, &dy, &value));
    CHECK_NEAR(value, 2e4, 1e-6);
    CHECK_NEAR(dy_data[0], 1.0 / ROWS, 1e-7);
    CHECK_NEAR(dy_data[1], -1.0 / ROWS, 1e-7);
    CHECK_OK(wi_loss_of(WI_LOSS_BINARY_CROSS_ENTROPY, y, t, &dy, &value));
    CHECK_NEAR(value, 2e4, 1e-6);

    y_data[3] = (wi_real)NAN;
    for (size_t k = 0; k < WI_COUNT(LOSSES); k++) {
        CHECK_OK(wi_loss_of(LOSSES[k], y, t, NULL, &value));
        CHECK(isnan(value));
    }
}

/* Certainty: right costs nothing, wrong costs infinity (or 1000), and no NaN is invented, in values or
   gradients. */
static void test_infinite_logits(void)
{
    const double inf = (double)INFINITY;
    const struct { wi_loss loss; double y[2], t[2], value, dy[2]; } cases[] = {
        {WI_LOSS_BINARY_CROSS_ENTROPY, {inf, -inf}, {1, 0}, 0, {0, 0}},
        {WI_LOSS_BINARY_CROSS_ENTROPY, {inf, -inf}, {0, 0}, inf, {1, 0}},
        {WI_LOSS_BINARY_CROSS_ENTROPY, {-inf, -inf}, {0, 1}, inf, {0, -1}},
        {WI_LOSS_BINARY_CROSS_ENTROPY, {inf, 0}, {0.5, 0.5}, inf, {0.5, 0}},
        {WI_LOSS_SOFTMAX_CROSS_ENTROPY, {inf, 3}, {1, 0}, 0, {0, 0}},
        {WI_LOSS_SOFTMAX_CROSS_ENTROPY, {inf, 3}, {0, 1}, inf, {1, -1}},
        {WI_LOSS_SOFTMAX_CROSS_ENTROPY, {2, -inf}, {1, 0}, 0, {0, 0}},
        {WI_LOSS_SOFTMAX_CROSS_ENTROPY, {2, -inf}, {0, 1}, inf, {1, -1}},
        {WI_LOSS_SOFTMAX_CROSS_ENTROPY, {inf, inf}, {0, 1}, 0.69314718055994531, {0.5, -0.5}},
        {WI_LOSS_SOFTMAX_CROSS_ENTROPY, {-inf, -inf}, {0, 1}, 0.69314718055994531, {0.5, -0.5}},
        {WI_LOSS_SOFTMAX_CROSS_ENTROPY, {0, 1000}, {0, 1}, 0, {0, 0}},
        {WI_LOSS_SOFTMAX_CROSS_ENTROPY, {0, 1000}, {1, 0}, 1000, {-1, 1}},
        {WI_LOSS_HALF_SQUARED, {inf, 1}, {inf, 1}, 0, {0, 0}},
        {WI_LOSS_HALF_SQUARED, {inf, 1}, {0, 1}, inf, {inf, 0}},
    };
    for (size_t k = 0; k < WI_COUNT(cases); k++) {
        wi_real y[2], t[2], d[2];
        wi_mat dy = wi_mat_view(d, 1, 2);
        double value = -1;
        for (size_t j = 0; j < 2; j++) {
            y[j] = (wi_real)cases[k].y[j];
            t[j] = (wi_real)cases[k].t[j];
        }
        CHECK_OK(wi_loss_of(cases[k].loss, wi_mat_view(y, 1, 2), wi_mat_view(t, 1, 2), &dy, &value));
        CHECK_NEAR(value, cases[k].value, 1e-12);
        for (size_t j = 0; j < 2; j++) CHECK_NEAR(d[j], cases[k].dy[j], 1e-7);
    }
}

/* Class weights: the value by the definition, the gradient by differences; smoothed targets too. */
static void test_class_weights(void)
{
    const double weights[COLS] = {0.5, 2, 1, 3};
    wi_mat y = wi_mat_view(y_data, ROWS, COLS), t = wi_mat_view(t_data, ROWS, COLS),
           dy = wi_mat_view(dy_data, ROWS, COLS);
    for (size_t k = 0; k < WI_COUNT(LOSSES); k++) {
        double total = 0, want = 0;
        make_batch(LOSSES[k], 2);
        for (size_t i = 0; i < ROWS; i++) total += weights[wi_argmax(t_data + i * COLS, COLS)];
        for (size_t i = 0; i < ROWS; i++) {
            double sum = 0, row = weights[wi_argmax(t_data + i * COLS, COLS)], value = 0;
            for (size_t j = 0; j < COLS; j++) sum += exp((double)y_data[i * COLS + j]);
            if (LOSSES[k] != WI_LOSS_SOFTMAX_CROSS_ENTROPY) {
                (void)wi_loss_of(LOSSES[k], wi_mat_rows(y, i, 1), wi_mat_rows(t, i, 1), NULL, &value);
                want += row * value / total;
            }
            for (size_t j = 0; LOSSES[k] == WI_LOSS_SOFTMAX_CROSS_ENTROPY && j < COLS; j++)
                want -= weights[j] * (double)t_data[i * COLS + j] *
                    ((double)y_data[i * COLS + j] - log(sum)) / total;
        }
        CHECK_CLOSE(inside_loss_mean(LOSSES[k], y, t, &dy, weights), want, 1e-12);
        static wi_real turned[ROWS * COLS];   /* targets column by column */
        for (size_t i = 0; i < ROWS * COLS; i++) turned[i % COLS * ROWS + i / COLS] = t_data[i];
        CHECK_CLOSE(inside_loss_mean(LOSSES[k], y, wi_mat_transpose(wi_mat_view(turned, COLS, ROWS)), NULL,
                                     weights), want, 1e-12);
        for (size_t i = 0; i < ROWS * COLS; i++) {
            wi_real kept = y_data[i], hi = (wi_real)((double)kept + 1e-2),
                    lo = (wi_real)((double)kept - 1e-2);
            y_data[i] = hi;
            double up = inside_loss_mean(LOSSES[k], y, t, NULL, weights);
            y_data[i] = lo;
            double down = inside_loss_mean(LOSSES[k], y, t, NULL, weights);
            y_data[i] = kept;
            CHECK_NEAR(dy_data[i], (up - down) / ((double)hi - (double)lo), 1e-4);
        }
    }
}

/* A batch of one row is its own mean, whatever its class weighs. */
static void test_class_weights_of_one(void)
{
    const double weights[COLS] = {0.5, 2, 1, 3};
    for (size_t k = 0; k < WI_COUNT(LOSSES); k++) {
        make_batch(LOSSES[k], 2);
        for (size_t c = 0; c < COLS; c++) {
            wi_real one_hot[COLS] = {0};
            one_hot[c] = 1;
            wi_mat y = wi_mat_view(y_data, 1, COLS), t = wi_mat_view(one_hot, 1, COLS);
            double plain = 0;
            CHECK_OK(wi_loss_of(LOSSES[k], y, t, NULL, &plain));
            CHECK_CLOSE(inside_loss_mean(LOSSES[k], y, t, NULL, weights), plain, 1e-12);
        }
    }
}

/* Targets without a number have no class, and read no weight behind the last. */
static void test_lost_class(void)
{
    const double weights[2] = {1, 2};
    wi_real y[2] = {1, 0}, t[2] = {(wi_real)NAN, (wi_real)NAN};
    for (int loss = 0; loss < 3; loss++)
        CHECK(isnan(inside_loss_mean((wi_loss)loss, wi_mat_view(y, 1, 2), wi_mat_view(t, 1, 2), NULL,
                                     (const double *)(void *)guard_copy(0, weights, sizeof weights))));
}

/* The largest logit may stand anywhere: no exponential of it is taken. */
static void test_largest(void)
{
    for (size_t top = 0; top < COLS; top++)
        for (size_t class_of = 0; class_of < COLS; class_of++) {
            wi_real y[COLS] = {0}, t[COLS] = {0};
            double value = -1;
            y[top] = 10000;
            t[class_of] = 1;
            CHECK_OK(wi_loss_of(WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_mat_view(y, 1, COLS),
                                wi_mat_view(t, 1, COLS), NULL, &value));
            CHECK_NEAR(value, class_of == top ? 0 : 10000, 0);
        }
}

/* What stands between the rows of a view is neither read nor written. */
static void test_between_rows(void)
{
    enum { STEP = COLS + 3 };
    static wi_real y_wide[ROWS * STEP], t_wide[ROWS * STEP], dy_wide[ROWS * STEP];
    wi_mat y = wi_mat_view(y_data, ROWS, COLS), t = wi_mat_view(t_data, ROWS, COLS),
           dy = wi_mat_view(dy_data, ROWS, COLS);
    wi_mat y_in = wi_mat_view(y_wide, ROWS, COLS), t_in = wi_mat_view(t_wide, ROWS, COLS),
           dy_in = wi_mat_view(dy_wide, ROWS, COLS);
    y_in.row_step = t_in.row_step = dy_in.row_step = STEP;
    for (size_t k = 0; k < WI_COUNT(LOSSES); k++) {
        double value = 0, other = 1;
        make_batch(LOSSES[k], 2);
        for (size_t i = 0; i < ROWS * STEP; i++) y_wide[i] = t_wide[i] = dy_wide[i] = (wi_real)INFINITY;
        for (size_t i = 0; i < ROWS; i++) {
            memcpy(y_wide + i * STEP, y_data + i * COLS, COLS * sizeof *y_wide);
            memcpy(t_wide + i * STEP, t_data + i * COLS, COLS * sizeof *t_wide);
        }
        CHECK_OK(wi_loss_of(LOSSES[k], y, t, &dy, &value));
        CHECK_OK(wi_loss_of(LOSSES[k], y_in, t_in, &dy_in, &other));
        CHECK_NEAR(other, value, 0);
        for (size_t i = 0; i < ROWS; i++) {
            CHECK_BYTES(dy_wide + i * STEP, dy_data + i * COLS, COLS * sizeof *dy_wide);
            for (size_t j = COLS; j < STEP; j++) CHECK(isinf(dy_wide[i * STEP + j]));
        }
    }
}

static void test_argmax(void)
{
    const wi_real nan = (wi_real)NAN, a[4] = {1, 3, 3, 2}, b[3] = {nan, -2, nan}, c[2] = {nan, nan};
    const wi_real d[2] = {-(wi_real)INFINITY, nan};
    CHECK_EQ(wi_argmax(a, 4), 1);
    CHECK_EQ(wi_argmax(b, 3), 1);
    CHECK_EQ(wi_argmax(c, 2), 2);
    CHECK_EQ(wi_argmax(d, 2), 0);
    CHECK_EQ(wi_argmax(a, 0), 0);
    CHECK_EQ(wi_argmax(NULL, 3), 3);
}

/* Any number of rows, any steps, probabilities where the loss has them, and the same as one row at a time. */
static void test_predict(void)
{
    enum { MANY = 23 };
    const wi_layer_desc layers[3] = { wi_layer_dense(6, wi_tanh()), wi_layer_dropout(0.5),
                                      wi_layer_dense(COLS, wi_linear()) };
    wi_net_desc desc;
    wi_net net;
    wi_real x[MANY * 4], out[MANY * (COLS + 1)], kept[COLS];
    wi_rng rng = wi_rng_make(3);
    memset(&desc, 0, sizeof desc);
    desc.inputs = 3;
    desc.layers = layers;
    desc.layer_count = 3;
    desc.max_batch = 5;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    for (size_t i = 0; i < MANY * 4; i++) x[i] = (wi_real)wi_rng_normal(&rng);
    wi_mat rows = wi_mat_view(x, MANY, 3), to = wi_mat_view(out, MANY, COLS), y;
    rows.row_step = 4;
    to.row_step = COLS + 1;
    for (size_t k = 0; k < WI_COUNT(LOSSES); k++) {
        for (size_t i = 0; i < WI_COUNT(out); i++) out[i] = 77;
        CHECK_OK(wi_net_predict(&net, rows, LOSSES[k], to));
        for (size_t i = 0; i < MANY; i++) {
            double sum = 0, all = 0;
            CHECK_NEAR(out[i * (COLS + 1) + COLS], 77, 0);   /* between the rows */
            memcpy(kept, out + i * (COLS + 1), sizeof kept);
            CHECK_OK(wi_net_forward(&net, wi_mat_rows(rows, i, 1), WI_EVAL, &y));
            for (size_t j = 0; j < COLS; j++) all += exp((double)y.data[j]);
            for (size_t j = 0; j < COLS; j++) {
                double z = (double)y.data[j];
                double want = k == 0 ? z : k == 1 ? 1 / (1 + exp(-z)) : exp(z) / all;
                CHECK_NEAR(kept[j], want, k == 0 ? 0 : 1e-6);
                sum += (double)kept[j];
            }
            if (k == 2) CHECK_NEAR(sum, 1, 1e-6);
        }
    }
    /* Whatever is left for the last batch, and no row behind the last. */
    for (size_t n = 1; n < MANY; n++) {
        wi_real few[MANY * COLS];
        for (size_t i = 0; i < MANY * COLS; i++) few[i] = 77;
        CHECK_OK(wi_net_predict(&net, wi_mat_rows(rows, 0, n), LOSSES[2], wi_mat_view(few, n, COLS)));
        for (size_t i = 0; i < MANY * COLS; i++)
            CHECK_NEAR(few[i], i < n * COLS ? (double)out[i / COLS * (COLS + 1) + i % COLS] : 77, 1e-6);
    }
    for (size_t n = 1; n < 3; n++) {   /* no backward pass goes with it, of however many rows */
        CHECK_OK(wi_net_predict(&net, wi_mat_rows(rows, 0, n), LOSSES[0], wi_mat_rows(to, 0, n)));
        CHECK_STATUS(wi_net_backward(&net, wi_mat_rows(rows, 0, n), wi_mat_rows(to, 0, n)), WI_ERR_ARG);
    }
    /* Over the inputs, where one batch holds them all. */
    CHECK_OK(wi_net_predict(&net, wi_mat_rows(rows, 0, 5), LOSSES[0], wi_mat_rows(to, 0, 5)));
    memcpy(x + MANY * 2, x, 5 * 4 * sizeof *x);
    wi_mat over = wi_mat_view(x + MANY * 2, 5, 3), in_place = wi_mat_view(x + MANY * 2, 5, COLS);
    over.row_step = 4;
    CHECK_OK(wi_net_predict(&net, over, LOSSES[0], in_place));
    for (size_t i = 0; i < 5 * COLS; i++)
        CHECK_NEAR(in_place.data[i], out[i / COLS * (COLS + 1) + i % COLS], 0);
    CHECK_STATUS(wi_net_predict(&net, rows, LOSSES[0], wi_mat_rows(to, 0, 2)), WI_ERR_SHAPE);
    CHECK_CONTAINS(net.error.text, "out is 2 x 4, not 23 rows x 4 outputs");
    CHECK_STATUS(wi_net_predict(&net, rows, LOSSES[0], wi_mat_view(out, MANY, COLS - 1)), WI_ERR_SHAPE);
    CHECK_CONTAINS(net.error.text, "out is 23 x 3, not 23 rows x 4 outputs");
    CHECK_STATUS(wi_net_predict(&net, rows, LOSSES[0], wi_mat_view(out, MANY, COLS + 1)), WI_ERR_SHAPE);
    CHECK_STATUS(wi_net_predict(&net, wi_mat_rows(rows, 0, 0), LOSSES[0], wi_mat_rows(to, 0, 0)),
                 WI_ERR_SHAPE);
    CHECK_STATUS(wi_net_predict(&net, rows, (wi_loss)beyond_99, to), WI_ERR_ARG);
    CHECK_STATUS(wi_net_predict(&net, rows, LOSSES[0], wi_mat_view(NULL, MANY, COLS)), WI_ERR_ARG);
    CHECK_STATUS(wi_net_predict(NULL, rows, LOSSES[0], to), WI_ERR_ARG);
    CHECK_STATUS(wi_net_predict(&net, wi_mat_view(x, MANY, 3), LOSSES[0], wi_mat_view(x, MANY, COLS)),
                 WI_ERR_ARG);
    CHECK_CONTAINS(net.error.text, "out lies where x does");
    wi_mat heap = wi_mat_view(out, MANY, COLS);
    heap.row_step = 0;
    CHECK_STATUS(wi_net_predict(&net, rows, LOSSES[0], heap), WI_ERR_ARG);
    CHECK_CONTAINS(net.error.text, "elements of out coincide");
    wi_net_destroy(&net);
}

static void test_views_and_errors(void)
{
    double value = 7, other = 0;
    wi_mat y = wi_mat_view(y_data, ROWS, COLS), t = wi_mat_view(t_data, ROWS, COLS),
           dy = wi_mat_view(dy_data, ROWS, COLS);
    make_batch(WI_LOSS_HALF_SQUARED, 1);

    /* A transposed view is the same matrix. */
    wi_real turned[ROWS * COLS];
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j < COLS; j++) turned[j * ROWS + i] = y_data[i * COLS + j];
    CHECK_OK(wi_loss_of(WI_LOSS_HALF_SQUARED, y, t, NULL, &value));
    CHECK_OK(
        wi_loss_of(WI_LOSS_HALF_SQUARED, wi_mat_transpose(wi_mat_view(turned, COLS, ROWS)), t, NULL, &other));
    CHECK_NEAR(value, other, 0);
    wi_mat across = wi_mat_transpose(wi_mat_view(turned, COLS, ROWS));   /* and so are the gradients */
    CHECK_OK(wi_loss_of(WI_LOSS_HALF_SQUARED, y, t, &dy, &value));
    CHECK_OK(wi_loss_of(WI_LOSS_HALF_SQUARED, y, t, &across, &other));
    for (size_t i = 0; i < ROWS * COLS; i++) CHECK_NEAR(turned[i % COLS * ROWS + i / COLS], dy_data[i], 0);

    value = 7;
    wi_mat none = y, small = wi_mat_rows(dy, 0, 2);
    none.data = NULL;
    CHECK_STATUS(wi_loss_of(WI_LOSS_HALF_SQUARED, none, t, &dy, &value), WI_ERR_ARG);
    CHECK_STATUS(wi_loss_of(WI_LOSS_HALF_SQUARED, y, none, &dy, &value), WI_ERR_ARG);
    CHECK_STATUS(wi_loss_of(WI_LOSS_HALF_SQUARED, y, t, &none, &value), WI_ERR_ARG);
    CHECK_STATUS(wi_loss_of((wi_loss)beyond_99, y, t, &dy, &value), WI_ERR_ARG);
    wi_mat heap = wi_mat_view(dy_data, ROWS, COLS);
    heap.row_step = 1;   /* its elements coincide */
    CHECK_STATUS(wi_loss_of(WI_LOSS_HALF_SQUARED, y, t, &heap, &value), WI_ERR_ARG);
    CHECK_STATUS(wi_loss_of(WI_LOSS_HALF_SQUARED, y, wi_mat_rows(t, 0, 2), &dy, &value), WI_ERR_SHAPE);
    CHECK_STATUS(wi_loss_of(WI_LOSS_HALF_SQUARED, y, t, &small, &value), WI_ERR_SHAPE);
    CHECK_STATUS(wi_loss_of(WI_LOSS_HALF_SQUARED, wi_mat_rows(y, 0, 0), wi_mat_rows(t, 0, 0), NULL, &value),
                 WI_ERR_SHAPE);
    const wi_mat narrow = wi_mat_view(t_data, ROWS, COLS - 1), empty = wi_mat_view(y_data, ROWS, 0);
    wi_mat thin = wi_mat_view(dy_data, ROWS, COLS - 1);
    CHECK_STATUS(wi_loss_of(WI_LOSS_HALF_SQUARED, y, narrow, NULL, &value), WI_ERR_SHAPE);
    CHECK_STATUS(wi_loss_of(WI_LOSS_HALF_SQUARED, y, t, &thin, &value), WI_ERR_SHAPE);
    CHECK_STATUS(wi_loss_of(WI_LOSS_HALF_SQUARED, empty, empty, NULL, &value), WI_ERR_SHAPE);
    wi_net none_yet;
    memset(&none_yet, 0, sizeof none_yet);
    CHECK_STATUS(wi_net_predict(&none_yet, y, WI_LOSS_HALF_SQUARED, dy), WI_ERR_ARG);
    CHECK_STATUS(wi_net_predict(NULL, y, WI_LOSS_HALF_SQUARED, dy), WI_ERR_ARG);
    CHECK_NEAR(value, 7, 0);
    CHECK_OK(wi_loss_of(WI_LOSS_HALF_SQUARED, y, t, NULL, NULL));
    CHECK_TEXT(wi_loss_name(WI_LOSS_SOFTMAX_CROSS_ENTROPY), "softmax_cross_entropy");
    CHECK_TEXT(wi_loss_name((wi_loss)beyond_99), "not a wi_loss");
}

int main(void)
{
    test_values_and_slopes();
    test_known();
    test_infinite_logits();
    test_class_weights();
    test_class_weights_of_one();
    test_lost_class();
    test_largest();
    test_between_rows();
    test_argmax();
    test_predict();
    test_views_and_errors();
    return check_done();
}
