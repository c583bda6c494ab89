/* 05_thirty_layers.c
   title:   Make this network of thirty layers train
   level:   1
   chapter: 15
   task:    Thirty ReLU layers of 48 units learn nothing from these weights. Choose the recipe for the
            weights, and nothing else.
   marks:   1 a recipe; 2 units differ; 4 the signal arrives; 3 trains
   calls:   wi_*
   check:   make check-05

   SPDX-License-Identifier: MIT OR Unlicense
*/
#include "winit.h"
#include "mark.h"
#include "../digits.h"

enum { LAYERS = 30, WIDTH = 48 };

/* ---- your part ---- */
static wi_recipe weights(void)
{
    return wi_normal(0, 0.01);
}
/* ---- end of your part ---- */

int main(void)
{
    wi_data all, train, test;
    wi_layer_desc layers[LAYERS + 1];
    wi_probe probes[LAYERS + 1];
    wi_net_desc shape;
    wi_train_desc run;
    wi_net net;

    if (!digits_load(&all, &train, &test)) return 2;
    for (int l = 0; l < LAYERS; l++) layers[l] = wi_layer_dense(WIDTH, wi_relu());
    layers[LAYERS] = wi_layer_dense(10, wi_linear());
    memset(&shape, 0, sizeof shape);
    shape.inputs = 64;
    shape.layers = layers;
    shape.layer_count = LAYERS + 1;
    shape.max_batch = 100;
    memset(&run, 0, sizeof run);
    run.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    run.opt = wi_adam(0.001);
    run.epochs = 15;
    run.batch = 50;
    if (wi_net_create(&net, &shape, NULL) != WI_OK) return 2;

    wi_recipe *recipe = (wi_recipe *)mark_shared(sizeof *recipe);
    mark_part("a recipe");
    if (MARK_CALL(*recipe = weights())) return mark_end();
    for (uint64_t seed = 1 + mark_hidden(); seed <= (mark_hidden() ? 1 : 2) + mark_hidden(); seed++) {
        wi_score score;
        mark_part("a recipe");
        if (mark(wi_net_init_all(&net, *recipe, wi_zeros(), seed) == WI_OK,
                 "wi_fill() refuses this recipe for a dense layer"))
            break;
        (void)wi_net_probe(&net, wi_mat_rows(train.x, 0, 100), wi_mat_rows(train.y, 0, 100), run.loss,
                           probes);
        wi_diagnosis found = wi_diagnose(probes, LAYERS + 1);
        double first = probes[0].post.rms, last = probes[LAYERS - 1].post.rms;
        printf("seed %d: signal %.2e after layer 1, %.2e after layer %d; %s\n", (int)seed, first, last,
               LAYERS, wi_verdict_name(found.verdict));
        mark_part("units differ");
        if (mark(probes[0].distinct_units == WIDTH, "only %zu of %d units of layer 1 differ",
                 probes[0].distinct_units, WIDTH))
            break;
        mark_part("the signal arrives");
        if (mark(
                last > 0.02 * first,
                "the signal shrinks to %.1e of its size: ReLU halves its mean square in every layer, what "
                "makes up for that?",
                last / first))
            break;
        if (mark(last < 50 * first, "the signal grows %.1e times: compare fan_in Var(w) with 2",
                 last / first))
            break;
        mark_part("trains");
        wi_status status = wi_train(&net, &train, &run, NULL, NULL);
        (void)wi_evaluate(&net, &test, run.loss, &score);
        printf("        after %d epochs %.1f %% of the test digits are right\n", (int)run.epochs,
               100 * score.accuracy);
        if (mark(status == WI_OK && score.accuracy > 0.8, "%.1f %% is not enough: %s", 100 * score.accuracy,
                 found.remedy))
            break;
    }
    wi_net_destroy(&net);
    wi_data_destroy(&all);
    return mark_end();
}
