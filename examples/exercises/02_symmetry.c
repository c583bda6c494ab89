/* 02_symmetry.c
   title:   Break the symmetry, and only that
   level:   1
   chapter: 02
   task:    All weights of this network are 0.5, and its eight hidden units stay copies of each other. Change
            as few weights as you can, so that after training all eight differ and the four classes are told
            apart.
   marks:   2 changed; 4 all units differ; 2 as few as possible; 2 trains
   calls:   wi_rng_*
   check:   make check-02

   SPDX-License-Identifier: MIT OR Unlicense
*/
#include "winit.h"
#include "mark.h"

enum { HIDDEN = 8, INPUTS = 2 };

/* ---- your part ---- */
/* w is [HIDDEN][INPUTS], the hidden layer's weights, all 0.5. */
static void break_symmetry(wi_real *w, wi_rng *rng)
{
    (void)w;
    (void)rng;
}
/* ---- end of your part ---- */

int main(void)
{
    const wi_layer_desc layers[] = {wi_layer_dense(HIDDEN, wi_tanh()), wi_layer_dense(4, wi_linear())};
    wi_net_desc shape;
    wi_train_desc run;
    wi_probe probes[2];
    wi_score score;
    wi_data data;
    wi_net net;
    wi_rng rng = wi_rng_make(5 + mark_hidden());
    wi_real *w = (wi_real *)mark_shared(HIDDEN * INPUTS * sizeof *w);

    memset(&shape, 0, sizeof shape);
    shape.inputs = INPUTS;
    shape.layers = layers;
    shape.layer_count = 2;
    shape.max_batch = 40;
    if (wi_data_blobs(&data, 400, INPUTS, 4, 0.3, &rng) != WI_OK ||
        wi_net_create(&net, &shape, NULL) != WI_OK)
        return 2;
    (void)wi_net_init_all(&net, wi_constant(0.5), wi_zeros(), 1);
    memcpy(w, net.layers[0].w.data, HIDDEN * INPUTS * sizeof *w);
    mark_part("changed");
    if (MARK_CALL(break_symmetry(w, &rng))) return mark_end();
    memcpy(net.layers[0].w.data, w, HIDDEN * INPUTS * sizeof *w);

    size_t changed = 0;
    for (size_t i = 0; i < HIDDEN * INPUTS; i++) changed += net.layers[0].w.data[i] != (wi_real)0.5;
    wi_stats s = wi_stats_of(net.layers[0].w.data, HIDDEN * INPUTS);
    memset(&run, 0, sizeof run);
    run.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    run.opt = wi_momentum(0.1, 0.9);
    run.epochs = 60;
    run.batch = 40;

    /* Judge: copies before training stay copies; so look before, then train. */
    (void)wi_net_probe(&net, wi_mat_rows(data.x, 0, 40), wi_mat_rows(data.y, 0, 40), run.loss, probes);
    if (mark(s.nonfinite == 0, "a weight is not finite") ||
        mark(changed > 0, "no weight has changed: all %d hidden units are one unit", HIDDEN))
        return mark_end();
    mark_part("all units differ");
    if (mark(probes[0].distinct_units == HIDDEN,
             "only %zu of %d hidden units differ from the others: two units with the same weights "
             "get the same gradient, for ever",
             probes[0].distinct_units, HIDDEN))
        return mark_end();
    mark_part("as few as possible");
    if (mark(changed < HIDDEN, "%zu weights changed, but %d are enough: one unit may keep what it has",
             changed, HIDDEN - 1))
        return mark_end();
    mark_part("trains");
    if (mark(s.max - s.min < 4, "weights from %.1f to %.1f saturate tanh: smaller changes will do", s.min,
             s.max))
        return mark_end();
    wi_status status = wi_train(&net, &data, &run, NULL, NULL);
    (void)wi_evaluate(&net, &data, run.loss, &score);
    mark(status == WI_OK && score.accuracy > 0.95,
         "after training %.0f %% are right: are the units different enough to be useful?",
         100 * score.accuracy);
    wi_net_destroy(&net);
    wi_data_destroy(&data);
    return mark_end();
}
