/* Section 9: losses against their definitions, and their slopes against central differences. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"

/* A value that no enumerator has, hidden from compilers that warn of it. */
static volatile int beyond_99 = 99;

enum { ROWS = 5, COLS = 4 };
static wi_real y_data[ROWS * COLS], t_data[ROWS * COLS], dy_data[ROWS * COLS];

static const wi_loss LOSSES[] = {WI_LOSS_HALF_SQUARED, WI_LOSS_BINARY_CROSS_ENTROPY, WI_LOSS_SOFTMAX_CROSS_ENTROPY};

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
            if (loss == WI_LOSS_SOFTMAX_CROSS_ENTROPY) t_data[i * COLS + j] = (wi_real)((double)t_data[i * COLS + j] / sum);
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
    wi_mat y = wi_mat_view(y_data, ROWS, COLS), t = wi_mat_view(t_data, ROWS, COLS), dy = wi_mat_view(dy_data, ROWS, COLS);
    int is_double = sizeof(wi_real) == 8;
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
    wi_mat y = wi_mat_view(y_data, ROWS, COLS), t = wi_mat_view(t_data, ROWS, COLS), dy = wi_mat_view(dy_data, ROWS, COLS);
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

static void test_views_and_errors(void)
{
    double value = 7, other = 0;
    wi_mat y = wi_mat_view(y_data, ROWS, COLS), t = wi_mat_view(t_data, ROWS, COLS), dy = wi_mat_view(dy_data, ROWS, COLS);
    make_batch(WI_LOSS_HALF_SQUARED, 1);

    /* A transposed view is the same matrix. */
    wi_real turned[ROWS * COLS];
    for (size_t i = 0; i < ROWS; i++)
        for (size_t j = 0; j < COLS; j++) turned[j * ROWS + i] = y_data[i * COLS + j];
    CHECK_OK(wi_loss_of(WI_LOSS_HALF_SQUARED, y, t, NULL, &value));
    CHECK_OK(wi_loss_of(WI_LOSS_HALF_SQUARED, wi_mat_transpose(wi_mat_view(turned, COLS, ROWS)), t, NULL, &other));
    CHECK_NEAR(value, other, 0);

    value = 7;
    wi_mat none = y, small = wi_mat_rows(dy, 0, 2);
    none.data = NULL;
    CHECK_STATUS(wi_loss_of(WI_LOSS_HALF_SQUARED, none, t, &dy, &value), WI_ERR_ARG);
    CHECK_STATUS(wi_loss_of(WI_LOSS_HALF_SQUARED, y, none, &dy, &value), WI_ERR_ARG);
    CHECK_STATUS(wi_loss_of(WI_LOSS_HALF_SQUARED, y, t, &none, &value), WI_ERR_ARG);
    CHECK_STATUS(wi_loss_of((wi_loss)beyond_99, y, t, &dy, &value), WI_ERR_ARG);
    CHECK_STATUS(wi_loss_of(WI_LOSS_HALF_SQUARED, y, wi_mat_rows(t, 0, 2), &dy, &value), WI_ERR_SHAPE);
    CHECK_STATUS(wi_loss_of(WI_LOSS_HALF_SQUARED, y, t, &small, &value), WI_ERR_SHAPE);
    CHECK_STATUS(wi_loss_of(WI_LOSS_HALF_SQUARED, wi_mat_rows(y, 0, 0), wi_mat_rows(t, 0, 0), NULL, &value), WI_ERR_SHAPE);
    CHECK_NEAR(value, 7, 0);
    CHECK_OK(wi_loss_of(WI_LOSS_HALF_SQUARED, y, t, NULL, NULL));
    CHECK_TEXT(wi_loss_name(WI_LOSS_SOFTMAX_CROSS_ENTROPY), "softmax_cross_entropy");
    CHECK_TEXT(wi_loss_name((wi_loss)beyond_99), "not a wi_loss");
}

int main(void)
{
    test_values_and_slopes();
    test_known();
    test_views_and_errors();
    return check_done();
}
