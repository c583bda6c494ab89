/* networks.h: the group `networks` of bench.c. Whole networks of dense layers where there is little to compute: a sample or
   four going forward, and training in small batches. Ours is wi_net_forward() and wi_train(), samples shuffled and copied;
   a peer's is the same network in 60 lines on its products (peer_blas.c), which shuffles nothing and moves its weights in
   the product. `plain C` looks its sigmoid up in a table. */
#ifndef BENCH_NETWORKS_H
#define BENCH_NETWORKS_H

/* "forward|step r|s 784-256-10 ROWS REPETITIONS": hidden ReLU and a linear output, or sigmoids. */
static double ours_network(const char *request)
{
    char what[16], act, sizes[60], *next = sizes;
    unsigned rows, reps;
    wi_layer_desc layers[8];
    wi_net_desc desc;
    sscanf(request, "%15s %c %59s %u %u", what, &act, sizes, &rows, &reps);
    memset(&desc, 0, sizeof desc);
    desc.layers = layers;
    desc.max_batch = rows;
    desc.inputs = strtoul(next, &next, 10);
    while (*next == '-') layers[desc.layer_count++] = wi_layer_dense(strtoul(next + 1, &next, 10), act == 's' ? wi_sigmoid() : wi_relu());
    if (act == 'r') layers[desc.layer_count - 1].act = wi_linear();
    wi_net net = bench_net(&desc);

    wi_train_desc train;
    wi_data data;
    wi_error error;
    memset(&data, 0, sizeof data);
    memset(&train, 0, sizeof train);
    data.x = wi_mat_view((float *)get(rows * net.inputs, 4), rows, net.inputs);
    data.y = wi_mat_view((float *)get(rows * net.outputs, 4), rows, net.outputs);
    for (size_t i = 0; i < rows * net.inputs; i++) data.x.data[i] = (float)(i % 7) / 7;
    train.opt = wi_sgd(0.01);
    train.batch = rows;
    train.epochs = train.every = reps;
    double start = bench_now();
    if (what[0] == 'f') for (unsigned i = 0; i < reps; i++) (void)!wi_net_forward(&net, data.x, WI_EVAL, NULL);
    else if (wi_train(&net, &data, &train, NULL, &error) != WI_OK) fprintf(stderr, "%s\n", error.text);
    start = (bench_now() - start) / reps;
    wi_net_destroy(&net);
    free(data.x.data);
    free(data.y.data);
    return start;
}

static void networks(void)
{
    static const struct {
        const char *what, *net;
        int rows, reps;
    } cases[] = {
        {"forward", "s 2-2-1", 1, 100000}, {"forward", "s 2-2-1", 4, 50000}, {"forward", "r 64-32-10", 1, 50000},
        {"forward", "r 64-32-10", 4, 20000}, {"forward", "r 1-64-64-1", 1, 30000}, {"forward", "r 1-64-64-1", 4, 10000},
        {"forward", "r 784-256-128-10", 1, 1000}, {"forward", "r 784-256-128-10", 4, 500}, {"step", "s 2-2-1", 4, 20000},
        {"step", "r 64-32-10", 32, 1000}, {"step", "r 1-64-64-1", 256, 100}, {"step", "r 784-256-128-10", 1, 200},
        {"step", "r 784-256-128-10", 8, 100}, {"step", "r 784-256-128-10", 64, 20},
    };
    bench_peer *peers[] = {&blas, &dnnl, &eigen, &plain};   /* plain C keeps up with XOR only */
    for (size_t c = 0; c < WI_COUNT(cases); c++) {
        char name[64], request[100];
        snprintf(name, sizeof name, "%s %s, batch %d", cases[c].what, cases[c].net + 2, cases[c].rows);
        snprintf(request, sizeof request, "%s %s %d %d", cases[c].what, cases[c].net, cases[c].rows, cases[c].reps);
        bench_case(name, ours_network, request, cases[c].rows * 1e-3, "k/s", peers, cases[c].net[0] == 's' ? 4 : 3);
    }
}

#endif /* BENCH_NETWORKS_H */
