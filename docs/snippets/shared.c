/* Shown by the how-to pages; compiled and run by `make check-docs`. */
#define WINIT_IMPLEMENTATION
#include "winit.h"

//! [shared]
/* Give a worker, a thread say, a network of its own that reads the master's weights. */
static wi_status share(wi_net *worker, const wi_net *master, const wi_layer_desc *layers, wi_error *error)
{
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.inputs = master->inputs;
    desc.layers = layers;                        /* as the master was made from */
    desc.layer_count = master->layer_count;
    desc.max_batch = 1;
    desc.params = master->params;
    desc.state = master->state;                  /* running statistics of its batch norms */
    return wi_net_create(worker, &desc, error);
}
//! [shared]

int main(void)
{
    wi_layer_desc layers[3];
    wi_net_desc desc;
    wi_net master, worker;
    wi_real x[2] = {0.5f, -1};
    wi_mat a, b;
    layers[0] = wi_layer_dense(8, wi_relu());
    layers[1] = wi_layer_batch_norm();
    layers[2] = wi_layer_dense(2, wi_linear());
    memset(&desc, 0, sizeof desc);
    desc.inputs = 2;
    desc.layers = layers;
    desc.layer_count = 3;
    if (wi_net_create(&master, &desc, NULL) != WI_OK || share(&worker, &master, layers, NULL) != WI_OK) return 1;
    if (wi_net_forward(&master, wi_mat_view(x, 1, 2), WI_EVAL, &a) != WI_OK) return 1;
    if (wi_net_forward(&worker, wi_mat_view(x, 1, 2), WI_EVAL, &b) != WI_OK) return 1;
    int same = memcmp(a.data, b.data, 2 * sizeof *a.data) == 0;
    wi_net_destroy(&worker);
    wi_net_destroy(&master);
    return same ? 0 : 1;
}
