/* 19_quiet_branches.c
   title:   Branches that start silent
   level:   2
   chapter: 26
   task:    Twenty blocks x + W2 relu(W1 x) one after the other. Choose recipes for W1 and W2 so that the
            network starts as the identity, exactly, and trains all the same: the branches must be able to
            wake up.
   marks:   1 recipes; 3 the identity; 3 gradients reach a branch; 3 trains
   calls:   wi_*
   check:   make check-19

   SPDX-License-Identifier: MIT OR Unlicense
*/
#include "winit.h"
#include "mark.h"
#include "../digits.h"

/* ---- your part ---- */
static wi_recipe first(void) { return wi_he_normal(); }
static wi_recipe second(void) { return wi_he_normal(); }
/* ---- end of your part ---- */

enum { BLOCKS = 20, WIDTH = 32, COUNT = 1 + 3 * BLOCKS + 1 };

int main(void)
{
    wi_layer_desc layers[COUNT];
    wi_data all, train, test;
    wi_recipe *recipe = (wi_recipe *)mark_shared(2 * sizeof *recipe);
    wi_train_desc run;
    wi_net_desc shape;
    wi_score score;
    wi_net net;
    size_t n = 0;

    mark_part("recipes");
    if (MARK_CALL(recipe[0] = first(), recipe[1] = second())) return mark_end();
    if (!digits_load(&all, &train, &test)) return 2;
    layers[n++] = wi_layer_dense(WIDTH, wi_linear());
    for (int b = 0; b < BLOCKS; b++) {
        layers[n] = wi_layer_dense(WIDTH, wi_relu());
        layers[n++].weights = recipe[0];
        layers[n] = wi_layer_dense(WIDTH, wi_linear());
        layers[n++].weights = recipe[1];
        layers[n++] = wi_layer_skip(3);
    }
    layers[n++] = wi_layer_dense(10, wi_linear());
    memset(&shape, 0, sizeof shape);
    shape.inputs = 64;
    shape.layers = layers;
    shape.layer_count = COUNT;
    shape.max_batch = 100;
    shape.seed = 19 + mark_hidden();
    if (mark(wi_net_create(&net, &shape, NULL) == WI_OK, "these recipes cannot fill a layer of %d x %d",
             WIDTH, WIDTH))
        return mark_end();

    /* From the first block's input to the last one's output, over a batch. */
    wi_mat x = wi_mat_rows(train.x, 0, 100), y = wi_mat_rows(train.y, 0, 100);
    (void)wi_net_forward(&net, x, WI_EVAL, NULL);
    const wi_real *in = net.layers[0].post.data, *out = net.layers[COUNT - 2].post.data;
    double before = wi_stats_of(in, 100 * WIDTH).rms, after = wi_stats_of(out, 100 * WIDTH).rms, apart = 0,
           reached = 0;
    for (size_t i = 0; i < 100 * WIDTH; i++) apart = fmax(apart, fabs((double)(in[i] - out[i])));
    wi_probe *probes = (wi_probe *)calloc(COUNT, sizeof *probes);
    if (!probes) return 2;
    (void)wi_net_probe(&net, x, y, WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes);
    for (int b = 0; b < BLOCKS; b++) reached += probes[1 + 3 * b].dw.rms > 0 || probes[2 + 3 * b].dw.rms > 0;
    printf("size before the blocks %.3f, after %.3g; a gradient reaches %.0f of %d branches\n", before, after,
           reached, BLOCKS);
    mark_part("the identity");
    if (mark(after < 100 * before,
             "the signal grows %.1e times: with He's weights each block doubles its mean square",
             after / before))
        return mark_end();
    if (mark(apart == 0,
             "the output differs from the input by %.2g: a branch ends in W2, so what must W2 be?", apart))
        return mark_end();
    mark_part("gradients reach a branch");
    if (mark(
            reached == BLOCKS,
            "no gradient reaches the weights of %.0f branches: if W1 and W2 are zero, each waits for the "
            "other",
            BLOCKS - reached))
        return mark_end();
    if (mark(probes[1].distinct_units == WIDTH,
             "only %zu of %d units of a branch differ: W1 must break their symmetry",
             probes[1].distinct_units, WIDTH))
        return mark_end();
    mark_part("trains");
    memset(&run, 0, sizeof run);
    run.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    run.opt = wi_adam(0.001);
    run.epochs = 4;
    run.batch = 30;
    wi_status status = wi_train(&net, &train, &run, NULL, NULL);
    (void)wi_evaluate(&net, &test, run.loss, &score);
    printf("after %d epochs %.1f %% of the test digits are right\n", (int)run.epochs, 100 * score.accuracy);
    mark(status == WI_OK && score.accuracy > 0.9, "%.1f %% is not enough: how large are the weights of W1?",
         100 * score.accuracy);
    free(probes);
    wi_net_destroy(&net);
    wi_data_destroy(&all);
    return mark_end();
}
