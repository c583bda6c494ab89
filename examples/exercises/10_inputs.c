/* 10_inputs.c
   title:   Why does this network saturate?
   level:   1
   chapter: 09
   task:    The weights are Xavier's, the activation is tanh, and still most units are saturated before
            training begins. The pixels run from 0 to 255. Repair it where the fault is: in the data. The
            network and its recipe stay.
   marks:   2 finite; 3 not saturated; 2 mean 0 and deviation 1; 3 learned from the training set alone
   calls:   wi_scaler_* wi_mat_* wi_stats_of
   check:   make check-10

   SPDX-License-Identifier: MIT OR Unlicense
*/
#include "winit.h"
#include "mark.h"

/* ---- your part ---- */
/* train [1500][64] and test [297][64] are pixels. Whatever is learned from data must be learned from the
   training set alone. */
static void prepare(wi_mat train, wi_mat test)
{
    (void)train;
    (void)test;
}
/* ---- end of your part ---- */

/* What was done to feature j, as new = scale old + shift, from the two samples that differ most in it; 0
   where none differ. */
static int treatment(wi_mat before, wi_mat after, size_t j, double *scale, double *shift)
{
    size_t least = 0, most = 0;
    for (size_t i = 0; i < before.rows; i++) {
        if (before.data[i * before.row_step + j] < before.data[least * before.row_step + j]) least = i;
        if (before.data[i * before.row_step + j] > before.data[most * before.row_step + j]) most = i;
    }
    double x0 = before.data[least * before.row_step + j], x1 = before.data[most * before.row_step + j];
    double y0 = after.data[least * after.row_step + j], y1 = after.data[most * after.row_step + j];
    if (x0 == x1) return 0;
    *scale = (y1 - y0) / (x1 - x0);
    *shift = y0 - *scale * x0;
    return 1;
}

/* The largest difference between what the test set got and what it should have got: the training set's
   treatment. */
static double apart(wi_mat raw_train, wi_mat train, wi_mat raw_test, wi_mat test)
{
    double worst = 0, scale, shift;
    for (size_t j = 0; j < train.cols; j++)
        for (size_t i = 0; treatment(raw_train, train, j, &scale, &shift) && i < test.rows; i++)
            worst = fmax(worst,
                         fabs(test.data[i * test.row_step + j] -
                              (scale * raw_test.data[i * raw_test.row_step + j] + shift)));
    return worst;
}

int main(void)
{
    static wi_real raw[1797 * 64];   /* the pixels as they came */
    const wi_layer_desc layers[] = { wi_layer_dense(64, wi_tanh()), wi_layer_dense(64, wi_tanh()),
                                     wi_layer_dense(10, wi_linear()) };
    wi_data all, train, test;
    wi_rng rng = wi_rng_make(10 + mark_hidden());
    wi_net_desc shape;
    wi_train_desc run;
    wi_probe probes[3];
    wi_error error;
    wi_score score;
    wi_net net;

    if (wi_data_load_idx(&all, "examples/data/digits-images.idx3-ubyte",
                         "examples/data/digits-labels.idx1-ubyte", &error) != WI_OK) {
        fprintf(stderr, "%s\n", error.text);
        return 2;
    }
    if (wi_data_shuffle(&all, &rng) != WI_OK || wi_data_split(&all, 1500.0 / 1797.0, &train, &test) != WI_OK)
        return 2;
    for (size_t i = 0; i < all.x.rows * all.x.cols; i++) all.x.data[i] *= 255;
    memset(&shape, 0, sizeof shape);
    shape.inputs = 64;
    shape.layers = layers;
    shape.layer_count = 3;
    shape.max_batch = 300;
    if (wi_net_create(&net, &shape, NULL) != WI_OK) return 2;

    memcpy(raw, all.x.data, sizeof raw);
    wi_mat raw_train = wi_mat_view(raw, 1500, 64), raw_test = wi_mat_view(raw + 1500 * 64, 297, 64);

    /* Your part works on a copy in shared memory, which is then taken over. */
    wi_real *pixels = (wi_real *)mark_shared(sizeof raw);
    memcpy(pixels, raw, sizeof raw);
    mark_part("finite");
    if (MARK_CALL(prepare(wi_mat_view(pixels, 1500, 64), wi_mat_view(pixels + 1500 * 64, 297, 64))))
        return mark_end();
    memcpy(all.x.data, pixels, sizeof raw);

    wi_stats s = wi_stats_of(train.x.data, train.x.rows * train.x.cols),
             t = wi_stats_of(test.x.data, test.x.rows * test.x.cols);
    (void)wi_net_probe(&net, wi_mat_rows(train.x, 0, 300), wi_mat_rows(train.y, 0, 300),
                       WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes);
    printf("inputs: mean %.2f, std %.2f; saturated in layer 1: %.0f %%\n", s.mean, s.std,
           100 * probes[0].saturated);
    if (mark(s.nonfinite == 0 && t.nonfinite == 0,
             "%zu inputs are NaN or infinite: some pixels are the same in all images, and their std is 0",
             s.nonfinite + t.nonfinite) ||
        mark(s.std > 0, "all inputs are the same now"))
        return mark_end();
    mark_part("not saturated");
    if (mark(probes[0].saturated < 0.2,
             "%.0f %% of layer 1 is saturated: inputs have mean %.1f and std %.1f, Xavier expects 0 and 1",
             100 * probes[0].saturated, s.mean, s.std))
        return mark_end();
    mark_part("mean 0 and deviation 1");
    if (mark(fabs(s.mean) < 0.1, "the inputs' mean is %.2f: subtract it, feature by feature", s.mean) ||
        mark(s.std > 0.5 && s.std < 1.5, "the inputs' std is %.2f, should be about 1", s.std))
        return mark_end();
    mark_part("learned from the training set alone");
    if (mark(fabs(t.mean) < 0.2 && t.std > 0.5 && t.std < 1.6,
             "the test set has mean %.2f and std %.2f: it needs the same treatment, with the training "
             "set's numbers",
             t.mean, t.std))
        return mark_end();
    double off = apart(raw_train, train.x, raw_test, test.x);
    if (mark(
            off < 0.01,
            "the same pixel becomes another number in the test set than in the training set, by up to %.2f: "
            "scale both by what the "
            "training set alone says",
            off))
        return mark_end();

    memset(&run, 0, sizeof run);
    run.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    run.opt = wi_sgd(0.1);
    run.epochs = 15;
    run.batch = 30;
    wi_status status = wi_train(&net, &train, &run, NULL, NULL);
    (void)wi_evaluate(&net, &test, run.loss, &score);
    printf("test accuracy %.1f %%\n", 100 * score.accuracy);
    mark(status == WI_OK && score.accuracy > 0.93,
         "%.1f %% of the test digits are right, over 93 %% is possible", 100 * score.accuracy);
    wi_net_destroy(&net);
    wi_data_destroy(&all);
    return mark_end();
}
