/* cost.h: the group `cost` of bench.c. How the time of a training step grows with width, depth and batch.

   A dense layer of n units on n inputs has n^2 weights and does three products (forward, input gradient, weight
   gradient) of 2 n^2 operations a sample: 6 depth width^2 batch in all. So log seconds against the log of each should be
   a line of slope 2, 1 and 1. Where numbers are small, calls, activations and the weights' own update count as well, and
   the slopes are smaller: small networks are dear for what they do. */
#ifndef BENCH_COST_H
#define BENCH_COST_H

typedef struct cost_point {
    size_t width, depth, batch;
} cost_point;

/* Seconds of a step of SGD on `depth` layers of `width` ReLU units (the last linear). */
static double cost_step(cost_point p)
{
    wi_layer_desc layers[64];
    wi_net_desc desc;
    wi_train_desc train;
    wi_data data;
    wi_net net;
    double flops = 6.0 * (double)(p.width * p.width * p.depth * p.batch), start;
    size_t steps = 3 + (size_t)(5e8 / flops), samples;
    if (steps > 1000) steps = 1000;
    samples = steps * p.batch;
    float *x = (float *)get(samples * p.width, 4);
    wi_rng rng = wi_rng_make(1);
    if (wi_fill(x, wi_dense(p.width, samples), wi_normal(0, 1), &rng) != WI_OK) exit(2);
    memset(&data, 0, sizeof data);
    data.x = data.y = wi_mat_view(x, samples, p.width);

    memset(&desc, 0, sizeof desc);
    for (size_t i = 0; i < p.depth; i++) layers[i] = wi_layer_dense(p.width, i + 1 < p.depth ? wi_relu() : wi_linear());
    desc.layers = layers;
    desc.layer_count = p.depth;
    desc.inputs = p.width;
    desc.max_batch = p.batch;
    memset(&train, 0, sizeof train);
    train.opt = wi_sgd(1e-5);
    train.epochs = 1;
    train.batch = p.batch;
    if (wi_net_create(&net, &desc, NULL) != WI_OK) exit(2);
    start = bench_now();
    if (wi_train(&net, &data, &train, NULL, NULL) != WI_OK) fprintf(stderr, "cost: the loss is not finite\n");
    start = (bench_now() - start) / (double)steps;
    wi_net_destroy(&net);
    free(x);
    return start;
}

/* Slope of the least squares line through (log x, log y). */
static double cost_slope(const double *x, const double *y, int n)
{
    double mx = 0, my = 0, xx = 0, xy = 0;
    for (int i = 0; i < n; i++) mx += log(x[i]) / n, my += log(y[i]) / n;
    for (int i = 0; i < n; i++) xx += (log(x[i]) - mx) * (log(x[i]) - mx), xy += (log(x[i]) - mx) * (log(y[i]) - my);
    return xy / xx;
}

/* Vary one of the three over five values, rounds outside and values inside, so that a slow moment hits all. */
static void cost_vary(FILE *table, const char *name, int which, const size_t *values, cost_point fixed, const char *theory)
{
    enum { COUNT = 5 };
    double x[COUNT], y[COUNT], seconds[COUNT][BENCH_ROUNDS];
    for (int r = -1; r < BENCH_ROUNDS; r++) {
        for (int i = 0; i < COUNT; i++) {
            cost_point p = fixed;
            *(which == 0 ? &p.width : which == 1 ? &p.depth : &p.batch) = values[i];
            double t = cost_step(p);
            if (r >= 0) seconds[i][r] = t;
        }
    }
    bench_say(table, "%-6s %10s %14s %10s\n", name, "ms/step", "us/sample", "GFLOP/s");
    for (int i = 0; i < COUNT; i++) {
        cost_point p = fixed;
        *(which == 0 ? &p.width : which == 1 ? &p.depth : &p.batch) = values[i];
        x[i] = (double)values[i];
        y[i] = bench_median(seconds[i], BENCH_ROUNDS);
        bench_say(table, "%6zu %10.4f %14.3f %10.1f\n", values[i], 1e3 * y[i], 1e6 * y[i] / (double)p.batch,
                  6e-9 * (double)(p.width * p.width * p.depth * p.batch) / y[i]);
    }
    bench_say(table, "exponent: %.2f over all, %.2f over the last three; theory: %s\n\n", cost_slope(x, y, COUNT),
              cost_slope(x + COUNT - 3, y + COUNT - 3, 3), theory);
}

static void cost(void)
{
    static const size_t widths[] = {64, 128, 256, 512, 1024}, depths[] = {2, 4, 8, 16, 32}, batches[] = {1, 4, 16, 64, 256};
    const cost_point width = {0, 4, 64}, depth = {128, 0, 64}, batch = {256, 4, 0};
    FILE *table = bench_table("cost");
    bench_say(table, "4 layers, batch 64\n");
    cost_vary(table, "width", 0, widths, width, "2");
    bench_say(table, "width 128, batch 64\n");
    cost_vary(table, "depth", 1, depths, depth, "1");
    bench_say(table, "width 256, 4 layers\n");
    cost_vary(table, "batch", 2, batches, batch, "from 0 to 1");
    if (table) fclose(table);
}

#endif /* BENCH_COST_H */
