/* Shown by the how-to pages; compiled and run by `make check-docs`. */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <stdio.h>

static int ship(void)
{
    wi_rng rng = wi_rng_make(1);
    wi_data data;
    wi_error error;
    if (wi_data_blobs(&data, 300, 4, 3, 0.2, &rng) != WI_OK) return 0;

    //! [ship]
    wi_model model;
    memset(&model, 0, sizeof model);
    model.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;

    /* Scale the inputs by what the training data says, and train. */
    const wi_layer_desc layers[] = {wi_layer_dense(16, wi_relu()), wi_layer_dense(3, wi_linear())};
    wi_net_desc desc;
    wi_train_desc run;
    memset(&desc, 0, sizeof desc);
    memset(&run, 0, sizeof run);
    desc.inputs = 4;
    desc.layers = layers;
    desc.layer_count = 2;
    run.loss = model.loss;
    run.opt = wi_adam(0.01);
    if (wi_scaler_fit(&model.x, data.x) != WI_OK || wi_scaler_apply(&model.x, data.x) != WI_OK
        || wi_net_create(&model.net, &desc, &error) != WI_OK
        || wi_train(&model.net, &data, &run, NULL, &error) != WI_OK) return 0;

    /* One file holds the network, the scaler, the names and the loss. */
    char setosa[] = "setosa", versicolor[] = "versicolor", virginica[] = "virginica";
    char *names[] = {setosa, versicolor, virginica};
    model.classes = names;
    model.class_count = 3;
    wi_status saved = wi_model_save(&model, "flowers.safetensors", &error);
    wi_model_destroy(&model);
    //! [ship]
    wi_data_destroy(&data);
    return saved == WI_OK;
}

/* The same, where the data came prepared from a file, and the plan was mended. */
static int ship_prepared(wi_prepared *set, wi_net *net, wi_mended *mended)
{
    //! [make]
    wi_model model;
    wi_error error;
    memset(&model, 0, sizeof model);
    int ok = wi_model_make(&model, net, WI_LOSS_SOFTMAX_CROSS_ENTROPY, &set->train, &error) == WI_OK
             && wi_model_scale(&model, &set->x, &set->y, &error) == WI_OK
             && wi_model_scale(&model, &mended->x, &mended->y, &error) == WI_OK   /* only after wi_train_mend() */
             && wi_model_save(&model, "flowers.safetensors", &error) == WI_OK;
    //! [make]
    if (!ok) fprintf(stderr, "%s\n", error.text);
    wi_model_destroy(&model);
    return ok;
}

static int prepare_and_ship(void)
{
    wi_rng rng = wi_rng_make(1);
    wi_layer_desc layer = wi_layer_dense(3, wi_linear());
    wi_net_desc desc;
    wi_data data;
    wi_prepared set;
    wi_mended mended;
    wi_net net;
    memset(&desc, 0, sizeof desc);
    memset(&mended, 0, sizeof mended);
    desc.inputs = 4;
    desc.layers = &layer;
    desc.layer_count = 1;
    if (wi_data_blobs(&data, 300, 4, 3, 0.2, &rng) != WI_OK || wi_data_prepare(&set, &data, 0.2, 1, NULL) != WI_OK
        || wi_net_create(&net, &desc, NULL) != WI_OK) return 0;
    int ok = ship_prepared(&set, &net, &mended);
    wi_prepared_destroy(&set);
    wi_data_destroy(&data);
    return ok;
}

static int use(void)
{
    //! [use]
    /* Another program, on another machine: nothing but the file. */
    wi_model model;
    wi_error error;
    if (wi_model_load(&model, "flowers.safetensors", &error) != WI_OK) {
        fprintf(stderr, "%s\n", error.text);
        return 0;
    }
    wi_real flower[4] = {1, 0, 1, 0}, p[3];   /* as it was measured, not scaled */
    if (wi_model_predict(&model, wi_mat_view(flower, 1, 4), wi_mat_view(p, 1, 3)) != WI_OK) return 0;
    size_t best = wi_argmax(p, 3);
    if (model.class_count) printf("%s, ", model.classes[best]);   /* a model may have no names */
    printf("p = %.2f\n", (double)p[best]);
    wi_model_destroy(&model);
    //! [use]
    return best == 0;
}

int main(void)
{
    int ok = prepare_and_ship() && ship() && use();
    remove("flowers.safetensors");
    return ok ? 0 : 1;
}
