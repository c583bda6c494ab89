/* 21_mend.c
   title:   Find what is broken, and mend only that
   level:   2
   chapter: 34
   task:    In a healthy ReLU network of eight layers three layers were spoiled: one has only positive
            weights, one is far too small, one far too large. You get what wi_net_probe() measured of each
            layer. Return 1 for a layer that must be drawn anew, and 0 for one that is sound. In the marking
            other layers are spoiled.
   marks:   2 not centred; 2 too small; 2 too large; 2 sound layers stay; 2 trains
   calls:   wi_*
   check:   make check-21

   SPDX-License-Identifier: MIT OR Unlicense
*/
#include "winit.h"
#include "mark.h"
#include "../digits.h"

/* ---- your part ---- */
static int is_broken(const wi_probe *layer, size_t fan_in)
{
    (void)layer;
    (void)fan_in;
    return 0;
}
/* ---- end of your part ---- */

enum { LAYERS = 8, WIDTH = 48 };

int main(void)
{
    static const char *const parts[] = {"not centred", "too small", "too large"};
    static const char *const where[] = { "compare w.mean with w.std",
                                         "compare w.std with what He's recipe gives for this fan_in",
                                         "compare w.std with what He's recipe gives for this fan_in" };
    wi_layer_desc layers[LAYERS + 1];
    wi_probe *probes = (wi_probe *)mark_shared((LAYERS + 1) * sizeof *probes);
    int *broken = (int *)mark_shared((LAYERS + 1) * sizeof *broken);
    wi_data all, train, test;
    wi_train_desc run;
    wi_net_desc shape;
    wi_score score;
    wi_net net;
    size_t order[LAYERS];
    wi_rng rng = wi_rng_make(21 + mark_hidden());

    if (!digits_load(&all, &train, &test)) return 2;
    for (int l = 0; l < LAYERS; l++) layers[l] = wi_layer_dense(WIDTH, wi_relu());
    layers[LAYERS] = wi_layer_dense(10, wi_linear());
    memset(&shape, 0, sizeof shape);
    shape.inputs = 64;
    shape.layers = layers;
    shape.layer_count = LAYERS + 1;
    shape.max_batch = 100;
    shape.seed = 21 + mark_hidden();
    if (wi_net_create(&net, &shape, NULL) != WI_OK) return 2;

    for (size_t l = 0; l < LAYERS; l++) order[l] = l;
    wi_rng_shuffle(&rng, order, LAYERS);
    for (int k = 0; k < 3; k++) {
        wi_layer *layer = &net.layers[order[k]];
        size_t n = layer->w.rows * layer->w.cols;
        for (size_t i = 0; i < n; i++)
            layer->w.data[i] = k == 0 ? (wi_real)fabs((double)layer->w.data[i])
                                      : layer->w.data[i] * (wi_real)(k == 1 ? 0.02 : 40);
    }
    (void)wi_net_probe(&net, wi_mat_rows(train.x, 0, 100), wi_mat_rows(train.y, 0, 100),
                       WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes);
    printf("%-6s %9s %9s %9s %9s\n", "layer", "w.mean", "w.std", "pre.rms", "dpre.rms");
    for (int l = 0; l <= LAYERS; l++)
        printf("%-6d %9.4f %9.4f %9.2e %9.2e\n", l + 1, probes[l].w.mean, probes[l].w.std, probes[l].pre.rms,
               probes[l].dpre.rms);
    for (int l = 0; l <= LAYERS; l++) {
        mark_part("not centred");
        if (MARK_CALL(broken[l] = is_broken(&probes[l], net.layers[l].w.cols))) return mark_end();
    }

    /* Each fault has marks of its own, whatever becomes of the others. */
    int missed = 0, spoiled[LAYERS + 1] = {0};
    for (int k = 0; k < 3; k++) {
        mark_part(parts[k]);
        spoiled[order[k]] = 1;
        missed += mark(broken[order[k]], "a spoiled layer was not found (%s): %s", parts[k], where[k]);
    }
    mark_part("sound layers stay");
    for (int l = 0; l <= LAYERS && !missed; l++)
        missed += mark(
            spoiled[l] || !broken[l],
            "layer %d is sound, though its signal or its gradients are not: those come from another layer. "
            "Look at the weights",
            l + 1);
    if (missed) return mark_end();
    mark_part("trains");
    for (int l = 0; l <= LAYERS; l++) {
        wi_rng own = wi_rng_split(wi_rng_make(shape.seed + 1), (uint64_t)l);
        if (broken[l])
            (void)wi_fill(net.layers[l].w.data, wi_dense(net.layers[l].w.cols, net.layers[l].w.rows),
                          wi_he_normal(), &own);
    }
    memset(&run, 0, sizeof run);
    run.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    run.opt = wi_adam(0.001);
    run.epochs = 6;
    run.batch = 30;
    wi_status status = wi_train(&net, &train, &run, NULL, NULL);
    (void)wi_evaluate(&net, &test, run.loss, &score);
    printf("mended, after %d epochs: %.1f %% of the test digits are right\n", (int)run.epochs,
           100 * score.accuracy);
    mark(status == WI_OK && score.accuracy > 0.85, "%.1f %% after mending", 100 * score.accuracy);
    wi_net_destroy(&net);
    wi_data_destroy(&all);
    return mark_end();
}
