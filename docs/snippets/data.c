/* Shown by the how-to pages; compiled and run by `make check-docs`. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <stdio.h>

/* What a network's output says, and how far off it is, in the targets' own units. */
static double in_units(wi_prepared set, double p, wi_score score)
{
    //! [value]
    double value = set.y.count ? p * (double)set.y.std[0] + (double)set.y.mean[0] : p;
    double off = set.y.count ? score.mae * (double)set.y.std[0] : score.mae;
    //! [value]
    return value + off;
}

static void write_table(const char *path)
{
    FILE *file = fopen(path, "w");
    if (!file) return;
    fprintf(file, "length;width;kind\n");
    for (int i = 0; i < 60; i++)
        fprintf(file, "%d.%d;%d;%s\n", i % 7 + 3 * (i / 30), i % 10, i % 5, i < 30 ? "setosa" : "\"versicolor\"");
    fclose(file);
}

int main(void)
{
    write_table("flowers.csv");
    //! [prepare]
    wi_prepared set;
    wi_error error;
    if (wi_data_prepare_csv(&set, "flowers.csv", WI_TARGET_CLASS, 0.2, 1, &error) != WI_OK) {
        fprintf(stderr, "%s\n", error.text);   /* "flowers.csv, line 7, column 2: the value is missing" */
        return 1;
    }
    for (size_t k = 0; k < set.train.class_count; k++) printf("output %zu: %s\n", k, set.train.classes[k]);
    printf("%zu samples to train on, %zu to test on\n", set.train.x.rows, set.test.x.rows);
    //! [prepare]

    const wi_layer_desc layers[] = {wi_layer_dense(8, wi_tanh()), wi_layer_dense(2, wi_linear())};
    wi_net_desc desc;
    wi_train_desc run;
    wi_net net;
    memset(&desc, 0, sizeof desc);
    memset(&run, 0, sizeof run);
    desc.inputs = set.train.x.cols;
    desc.layers = layers;
    desc.layer_count = WI_COUNT(layers);
    run.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    run.opt = wi_adam(0.01);
    if (wi_net_create(&net, &desc, &error) != WI_OK) return 1;

    //! [history]
    enum { LOOKS = 4, EVERY = 5 };
    wi_real numbers[LOOKS][2];                 /* one row a look, one column a layer */
    const char *names[] = {"std of layer 1", "std of layer 2"};
    wi_trainer trainer;
    if (wi_trainer_create(&trainer, &net, &set.train, &run, &error) != WI_OK) return 1;
    for (size_t look = 0; look < LOOKS; look++) {
        if (wi_trainer_run(&trainer, EVERY, &error) != WI_OK) return 1;
        for (size_t l = 0; l < 2; l++)
            numbers[look][l] = (wi_real)wi_stats_of(net.layers[l].post.data, net.batch * net.layers[l].outputs).std;
    }
    wi_status saved = wi_mat_save_csv(wi_mat_view(numbers[0], LOOKS, 2), names, "history.csv", &error);
    //! [history]
    wi_score score;
    wi_status status = wi_evaluate(&net, &set.test, run.loss, &score);
    wi_score known = {0, 0, 0, 0.25};
    int same = in_units(set, 0.25, known) == 0.5;   /* classes are not scaled */
    wi_trainer_destroy(&trainer);
    wi_net_destroy(&net);
    wi_prepared_destroy(&set);
    remove("flowers.csv");
    remove("history.csv");
    return saved == WI_OK && status == WI_OK && same ? 0 : 1;
}
