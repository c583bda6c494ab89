/* 22_forty_layers.c
   title:   The project: forty layers
   level:   4
   chapter: 24
   task:    Make a network of forty layers train. Activation, weights, biases and rate of plain gradient
            descent are yours. Argue by theory first: say what mean square q the pre-activations will have in
            layer 40 (inputs have mean square 1), and chi = v E f'(sqrt(q) z)^2, by which the square of a
            small difference is multiplied in a layer at that q, with v = fan_in Var(w). Then the marking
            measures and trains. (In your report: why these, what you measured, and what you tried that
            failed.)
   marks:   1 a plan; 2 the theory of q; 2 the theory of chi; 1 measured as foretold; 4 trains
   calls:   wi_*
   check:   make check-22

   SPDX-License-Identifier: MIT OR Unlicense
*/
#include "winit.h"
#include "mark.h"
#include "../digits.h"

/* ---- your part ---- */
static wi_act activation(void) { return wi_relu(); }
static wi_recipe weights(void) { return wi_xavier_normal(); }
static wi_recipe biases(void) { return wi_zeros(); }
static double rate(void) { return 0.05; }
static double foretold_q(void) { return 1; }
static double foretold_chi(void) { return 1; }
/* ---- end of your part ---- */

enum { LAYERS = 40, WIDTH = 64 };
typedef struct { wi_act act; wi_recipe weights, biases; double rate, q, chi; } plan;

int main(void)
{
    wi_layer_desc layers[LAYERS + 1];
    static wi_probe probes[LAYERS + 1];
    plan *p = (plan *)mark_shared(sizeof *p);
    wi_data all, train, test;
    wi_train_desc run;
    wi_net_desc shape;
    wi_score score;
    wi_net net;

    mark_part("a plan");
    if (MARK_CALL(p->act = activation(), p->weights = weights(), p->biases = biases(), p->rate = rate(),
                  p->q = foretold_q(), p->chi = foretold_chi()))
        return mark_end();
    if (mark(p->act.kind != WI_ACT_CUSTOM, "take one of the library's activations")) return mark_end();
    if (!digits_load(&all, &train, &test)) return 2;
    for (int l = 0; l < LAYERS; l++) {
        layers[l] = wi_layer_dense(WIDTH, p->act);
        layers[l].weights = p->weights;
        layers[l].bias = p->biases;
    }
    layers[LAYERS] = wi_layer_dense(10, wi_linear());
    memset(&shape, 0, sizeof shape);
    shape.inputs = 64;
    shape.layers = layers;
    shape.layer_count = LAYERS + 1;
    shape.max_batch = 100;
    shape.seed = 22 + mark_hidden();
    if (mark(wi_net_create(&net, &shape, NULL) == WI_OK, "these recipes cannot fill such a layer"))
        return mark_end();

    /* Theory: forty steps of the map, from inputs of mean square 1. */
    double v = WIDTH * pow(wi_recipe_std(p->weights, wi_dense(WIDTH, WIDTH)), 2),
           b = pow(wi_recipe_std(p->biases, wi_dense(1, WIDTH)), 2);
    wi_signal at;
    memset(&at, 0, sizeof at);
    at.q = v + b;
    at.correlation = 1;
    for (int l = 1; l < LAYERS; l++) at = wi_signal_step(p->act, v, b, at);
    (void)wi_net_probe(&net, wi_mat_rows(train.x, 0, 100), wi_mat_rows(train.y, 0, 100),
                       WI_LOSS_SOFTMAX_CROSS_ENTROPY, probes);
    double q = pow(probes[LAYERS - 1].pre.rms, 2);
    printf("layer %d: q foretold %.4g, by theory %.4g, measured %.4g; chi foretold %.4f, by theory %.4f\n",
           LAYERS, p->q, at.q, q, p->chi, at.chi);
    mark_part("the theory of q");
    if (mark(
            p->q > 0 && fabs(log(p->q / at.q)) < 0.2,
            "q is %.3g by theory, not %.3g: q = v + b in layer 1, then v E f(sqrt(q) z)^2 + b; "
            "wi_signal_step() does one step",
            at.q, p->q))
        return mark_end();
    mark_part("the theory of chi");
    if (mark(fabs(p->chi - at.chi) < 0.01, "chi is %.4f by theory, not %.4f: v E f'(sqrt(q) z)^2", at.chi,
             p->chi))
        return mark_end();
    mark_part("measured as foretold");
    if (mark(fabs(log(q / p->q)) < log(100), "measured %.3g in layer 40, foretold %.3g", q, p->q))
        return mark_end();
    mark_part("trains");
    memset(&run, 0, sizeof run);
    run.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    run.opt = wi_sgd(p->rate);
    run.epochs = 10;
    run.batch = 30;
    wi_status status = wi_train(&net, &train, &run, NULL, NULL);
    (void)wi_evaluate(&net, &test, run.loss, &score);
    printf("after %d epochs %.1f %% of the test digits are right\n", (int)run.epochs, 100 * score.accuracy);
    mark(status == WI_OK && score.accuracy > 0.85,
         "%.1f %%; chi is %.3f: over forty layers a difference changes %.1e times. %s", 100 * score.accuracy,
         at.chi, pow(at.chi, LAYERS),
         fabs(at.chi - 1) < 0.02 ? "That is fine, so what of the rate?" : "Bring it nearer to 1");
    wi_net_destroy(&net);
    wi_data_destroy(&all);
    return mark_end();
}
