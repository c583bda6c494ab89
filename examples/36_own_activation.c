/* 36_own_activation.c
   title:    Your own activation
   question: How do I use an activation that the library does not know?
   level:    2
   claims:   C14
   figure:   36_own_activation.svg
   shows:    squareplus, (z + sqrt(z^2 + 4)) / 2 less its mean: its slope checked, its gain computed, its
             signal kept through twenty layers, and a slope with a mistake that is found

   wi_custom() takes a function and its slope. Everything else follows: the checks, the gain, the default
   weights, the network. (Like GELU it drifts a little with depth: see 25_gelu_trap.)

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { WIDTH = 300, LAYERS = 20, SAMPLES = 60, POINTS = 61 };

/* [activation] */
static double squareplus(double z, double shift)
{
    return (z + sqrt(z * z + 4.0)) / 2.0 - shift;
}

static double squareplus_slope(double z, double shift)
{
    (void)shift;
    return (1.0 + z / sqrt(z * z + 4.0)) / 2.0;
}
/* [activation] */

static double wrong_slope(double z, double shift)
{
    (void)shift;
    return 1.0 + z / sqrt(z * z + 4.0);         /* the half was forgotten */
}

int main(int argc, char **argv)
{
    static const char *const key[] = { "squareplus, centred", "its slope" };
    static const term_column columns[] = { { "layer", 5 }, { "E pre^2", 9 } };
    const fig_desc desc = {
        .title = "An activation of one's own",
        .columns = 2,
        .key = key,
        .key_count = 2,
        .caption =
            "Left: the function and its slope. Right: mean square of the pre-activation through twenty "
            "layers of 300 units."
    };
    static wi_real input[SAMPLES * WIDTH];
    double z[POINTS], value[POINTS], slope[POINTS], layer[LAYERS], q[LAYERS];
    wi_layer_desc layers[LAYERS];
    wi_net_desc shape = {
        .inputs = WIDTH, .layers = layers, .layer_count = LAYERS, .max_batch = SAMPLES, .seed = 6
    };
    wi_rng rng = wi_rng_make(36);
    wi_error error;
    wi_net net;
    fig f;

    /* The mean under N(0,1) is what to subtract: known by integration, for any function. */
    wi_act raw = wi_custom("squareplus", squareplus, squareplus_slope, 0.0);
    wi_act act =
        wi_custom("squareplus_centred", squareplus, squareplus_slope, wi_act_moments(raw, 0.0, 1.0).mean);
    wi_act wrong = wi_custom("squareplus_wrong", squareplus, wrong_slope, 0.0);

    printf("slope of %s: %s\n", wi_act_name(act), wi_status_text(wi_act_check(act, &error)));
    wi_status found = wi_act_check(wrong, &error);
    printf("slope of %s: %s\n", wi_act_name(wrong), error.text);
    printf("mean %.4f before, %.4f after; gain %.4f, backward %.4f\n\n", wi_act_moments(raw, 0.0, 1.0).mean,
           fabs(wi_act_moments(act, 0.0, 1.0).mean), wi_gain(act), wi_gain_backward(act));

    (void)wi_fill(input, wi_dense(WIDTH, SAMPLES), wi_normal(0.0, 1.0), &rng);
    for (int l = 0; l < LAYERS; l++) layers[l] = wi_layer_dense(WIDTH, act);
    layers[0].weights = wi_lecun_normal();
    if (wi_net_create(&net, &shape, &error) != WI_OK) return fprintf(stderr, "%s\n", error.text), 1;
    (void)wi_net_forward(&net, wi_mat_view(input, SAMPLES, WIDTH), WI_EVAL, NULL);
    term_header(columns, WI_COUNT(columns));
    for (int l = 0; l < LAYERS; l++) {
        layer[l] = l + 1;
        q[l] = pow(wi_stats_of(net.layers[l].pre.data, SAMPLES * WIDTH).rms, 2.0);
        if (l != 0 && (l + 1) % 5 != 0) continue;
        term_cell(columns + 0, TERM_PLAIN, "%d", l + 1);
        term_cell(columns + 1, TERM_GOOD, "%.3f", q[l]);
        term_end_row();
    }
    wi_net_destroy(&net);

    for (int i = 0; i < POINTS; i++) {
        z[i] = -3.0 + 0.1 * i;
        value[i] = wi_act_value(act, z[i]);
        slope[i] = wi_act_slope(act, z[i]);
    }
    fig_open(&f, argc > 1 ? argv[1] : NULL, "36_own_activation", &desc);
    fig_panel(&f, 0, 0, "The function");
    fig_y_axis(&f, -1.5, 2.5, FIG_LINEAR, "value");
    fig_x_axis(&f, -3.0, 3.0, FIG_LINEAR, "z");
    fig_curve(&f, z, value, POINTS, 0);
    fig_curve(&f, z, slope, POINTS, 1);
    fig_panel(&f, 1, 0, "The signal");
    fig_y_axis(&f, 0.0, 2.0, FIG_LINEAR, "mean square of pre");
    fig_x_axis(&f, 0.0, LAYERS + 1.0, FIG_LINEAR, "layer");
    fig_curve(&f, layer, q, LAYERS, 0);
    fig_dots(&f, layer, q, LAYERS, 0, 3.0);
    int held = found == WI_ERR_NUMERIC && q[LAYERS - 1] > 0.5 && q[LAYERS - 1] < 2.0;
    return term_claim(fig_close(&f) && held, "a function and its slope are all the library needs");
}
