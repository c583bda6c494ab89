/* 14_uniform_normal.c
   title:    Uniform or normal
   question: Does Xavier need the normal distribution?
   level:    1
   claims:   C11
   figure:   14_uniform_normal.svg
   shows:    four distributions of equal variance (normal, uniform, truncated normal, and a coin that says
             plus or minus): the signal in ten tanh layers, and the training loss on three clouds, with the
             scatter between seeds

   The derivation uses the mean and the variance of the weights and nothing else, so any distribution with
   mean 0 and the right variance will do; in a wide layer the sum is Gaussian whatever its terms are.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"

enum { WIDTH = 256, LAYERS = 10, SAMPLES = 100, LAWS = 4, SEEDS = 8, POINTS = 40, EVERY = 5 };

/* Replace weights by their signs, at the same variance: the least normal of all symmetric laws. */
static void to_signs(wi_layer *layer)
{
    /* [signs] */
    double size = wi_recipe_std(layer->desc.weights, layer->shape);

    for (size_t i = 0; i < wi_shape_count(layer->shape); i++)
        layer->w.data[i] = (wi_real)(layer->w.data[i] > 0 ? size : -size);
    /* [signs] */
}

/* Draw the weights of a network by one of the laws. */
static void draw(wi_net *net, int law, uint64_t seed)
{
    /* [laws] */
    const wi_recipe recipes[LAWS] = {
        wi_xavier_normal(), wi_xavier_uniform(),
        wi_variance_scaling(1.0, WI_FAN_MEAN, WI_SCHEME_TRUNCATED), wi_xavier_normal()
    };

    (void)wi_net_init_all(net, recipes[law], wi_zeros(), seed);
    if (law == 3) for (size_t l = 0; l < net->layer_count; l++) to_signs(net->layers + l);
    /* [laws] */
}

int main(int argc, char **argv)
{
    static const char *const names[LAWS] = { "normal", "uniform", "truncated normal", "plus or minus" };
    static const term_column columns[] = { { "distribution", -18 }, { "kurtosis", 8 },
                                           { "weight std", 10 },    { "signal, layer 10", 16 },
                                           { "final loss", 10 },    { "seeds scatter", 13 } };
    const fig_desc desc = {
        .title = "Only the variance matters",
        .columns = 2,
        .key = names,
        .key_count = LAWS,
        .caption =
            "Four distributions of weights with equal variance. Left: the signal in ten tanh layers. Right: "
            "training, mean of eight seeds."
    };
    static wi_real input[SAMPLES * WIDTH];
    wi_layer_desc deep[LAYERS],
        small[] = { wi_layer_dense(24, wi_tanh()), wi_layer_dense(24, wi_tanh()),
                    wi_layer_dense(3, wi_linear()) };
    wi_net_desc deep_shape = { .inputs = WIDTH, .layers = deep, .layer_count = LAYERS, .max_batch = SAMPLES };
    wi_net_desc small_shape = { .inputs = 4, .layers = small, .layer_count = 3, .max_batch = 300 };
    double layer[LAYERS], signal[LAWS][LAYERS], step[POINTS + 1], loss[LAWS][POINTS + 1], scatter[LAWS];
    wi_rng rng = wi_rng_make(14);
    wi_net net, learner;
    wi_data data;
    int held = 1;
    fig f;

    (void)wi_fill(input, wi_dense(WIDTH, SAMPLES), wi_normal(0.0, 1.0), &rng);
    for (int l = 0; l < LAYERS; l++) deep[l] = wi_layer_dense(WIDTH, wi_tanh());
    if (wi_net_create(&net, &deep_shape, NULL) != WI_OK ||
        wi_net_create(&learner, &small_shape, NULL) != WI_OK)
        return 1;
    if (wi_data_blobs(&data, 300, 4, 3, 0.5, &rng) != WI_OK) return 1;
    memset(loss, 0, sizeof loss);

    term_header(columns, WI_COUNT(columns));
    for (int law = 0; law < LAWS; law++) {
        double squares = 0.0;

        draw(&net, law, 1);
        wi_stats w = wi_stats_of(net.layers[0].w.data, WIDTH * WIDTH);
        (void)wi_net_forward(&net, wi_mat_view(input, SAMPLES, WIDTH), WI_EVAL, NULL);
        for (int l = 0; l < LAYERS; l++) {
            layer[l] = l + 1;
            signal[law][l] = wi_stats_of(net.layers[l].post.data, SAMPLES * WIDTH).std;
        }
        for (uint64_t seed = 0; seed < SEEDS; seed++) {
            wi_train_desc train = { .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY,
                                    .opt = wi_sgd(0.05),
                                    .steps = POINTS * EVERY,
                                    .batch = 30,
                                    .seed = seed };
            wi_trainer trainer;
            wi_score score;

            draw(&learner, law, seed);
            if (wi_trainer_create(&trainer, &learner, &data, &train, NULL) != WI_OK) return 1;
            for (int p = 0; p <= POINTS; p++) {
                (void)wi_evaluate(&learner, &data, train.loss, &score);
                step[p] = p * EVERY;
                loss[law][p] += score.loss / SEEDS;
                (void)wi_trainer_run(&trainer, EVERY, NULL);
            }
            wi_trainer_destroy(&trainer);
            squares += score.loss * score.loss;
        }
        scatter[law] = sqrt(fmax(0.0, squares / SEEDS - pow(loss[law][POINTS], 2.0)));
        held = held && fabs(signal[law][LAYERS - 1] / signal[0][LAYERS - 1] - 1.0) < 0.1;
        held = held && fabs(loss[law][POINTS] - loss[0][POINTS]) < 2.0 * scatter[0];
        term_cell(columns + 0, TERM_PLAIN, "%s", names[law]);
        term_cell(columns + 1, TERM_PLAIN, "%.2f", w.kurtosis);
        term_cell(columns + 2, TERM_PLAIN, "%.4f", w.std);
        term_cell(columns + 3, TERM_PLAIN, "%.4f", signal[law][LAYERS - 1]);
        term_cell(columns + 4, TERM_PLAIN, "%.4f", loss[law][POINTS]);
        term_cell(columns + 5, TERM_DIM, "%.4f", scatter[law]);
        term_end_row();
    }
    fig_open(&f, argc > 1 ? argv[1] : NULL, "14_uniform_normal", &desc);
    fig_panel(&f, 0, 0, "Signal");
    fig_y_axis(&f, 0.0, 0.8, FIG_LINEAR, "standard deviation");
    fig_x_axis(&f, 0.5, LAYERS + 0.5, FIG_LINEAR, "layer");
    for (int law = 0; law < LAWS; law++) fig_curve(&f, layer, signal[law], LAYERS, law);
    fig_panel(&f, 1, 0, "Training");
    fig_y_axis(&f, 0.0, 1.4, FIG_LINEAR, "loss");
    fig_x_axis(&f, 0.0, POINTS * EVERY, FIG_LINEAR, "step");
    for (int law = 0; law < LAWS; law++) fig_curve(&f, step, loss[law], POINTS + 1, law);
    wi_net_destroy(&net);
    wi_net_destroy(&learner);
    wi_data_destroy(&data);
    return term_claim(fig_close(&f) && held, "the distribution does not matter, the variance does");
}
