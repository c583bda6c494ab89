/* 14_written.c: what is written, of random networks, models, optimisers and matrices: the bytes, which stay
   as they were, how much room they take, and that each gives back what it was made of. The bytes are kept as
   a record: tests/golden/written.txt, made anew by

       cc -I. -Itests tests/14_written.c -o t -lm && ./t print > a
       cc -DWINIT_REAL=double -I. -Itests tests/14_written.c -o t -lm && ./t print | sort - a >
   tests/golden/written.txt

   @build once */
#include "guard.h"
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include "record.h"

#define SZ sizeof(wi_real)
enum { MOST = 9, NETS = 3000 };

static wi_rng rng;
static size_t below(size_t n) { return (size_t)wi_rng_below(&rng, n); }
static int one_in(size_t n) { return below(n) == 0; }

static uint64_t hash_of(const unsigned char *bytes, size_t size)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < size; i++) h = (h ^ bytes[i]) * 1099511628211u;
    return h;
}

/* ---- Random descriptions --------------------------------------------------- */

static wi_act draw_act(void)
{
    wi_act act = wi_relu();
    act.kind = (int)below(WI_ACT_CUSTOM);
    CHECK_OK(wi_act_named(wi_act_name(act), &act));
    if (one_in(2)) act.param *= (double)(1 + below(7)) / 4;
    if (one_in(6)) act.param *= 1.1; /* a number that takes 17 digits */
    return act;
}

static wi_recipe draw_recipe(void)
{
    static const char *const names[] = {"zeros",
                                        "ones",
                                        "constant:0.3",
                                        "uniform:-1,2",
                                        "normal:0,0.1",
                                        "truncated:0,1,-2,inf",
                                        "he_normal",
                                        "xavier_uniform:0.5",
                                        "orthogonal:1.5",
                                        "sparse:1,0.5",
                                        "siren:30,0",
                                        "hadamard",
                                        "pytorch_default",
                                        "lecun_truncated",
                                        "mup:output,4",
                                        "variance_scaling:2,fan_mean,truncated",
                                        "kaiming:0.25,fan_out,uniform",
                                        "identity:2",
                                        "dirac",
                                        "default"};
    wi_recipe recipe;
    CHECK_OK(wi_recipe_named(names[below(WI_COUNT(names))], &recipe));
    return recipe;
}

static wi_layer_desc draw_layer(size_t l)
{
    wi_layer_desc d;
    memset(&d, 0, sizeof d);
    d.kind = (wi_layer_kind)below(11);
    if (d.kind == WI_LAYER_CONV2D && one_in(2)) d.kind = WI_LAYER_DENSE;
    d.units = 1 + below(4);
    d.kernel = d.kind == WI_LAYER_CONV2D ? 1 + below(3) : below(3);
    if (d.kind == WI_LAYER_MAX_POOL) d.kernel = 1 + below(2);
    d.stride = one_in(2) ? below(3) : 0;
    d.padding = one_in(3) ? below(2) : 0;
    d.groups = one_in(4) ? below(3) : 0;
    d.span = 2 + below(3);
    d.tied = l > 1 && one_in(5) ? 1 + below(l) : 0;
    d.rate = (double)below(4) / 8;
    if (one_in(5)) d.rate += 0.1;
    d.step_scale = one_in(5) ? (double)below(4) / 3 : 0;
    d.frozen = one_in(5);
    d.from = l > 1 && one_in(6) ? below(3) : 0;
    d.no_bias = one_in(4);
    if (one_in(2) || d.kind == WI_LAYER_ACT) d.act = draw_act();
    if (one_in(2)) d.weights = draw_recipe();
    if (one_in(3)) d.bias = draw_recipe();
    return d;
}

static int draw_net(wi_net *net, wi_net_desc *desc, wi_layer_desc *layers)
{
    wi_error error;
    memset(desc, 0, sizeof *desc);
    if (one_in(2)) desc->inputs = 1 + below(5);
    else {
        desc->channels = 1 + below(2);
        desc->height = 1 + below(5);
        desc->width = 1 + below(5);
    }
    desc->layer_count = 1 + below(MOST);
    for (size_t l = 0; l < desc->layer_count; l++) layers[l] = draw_layer(l);
    desc->layers = layers;
    desc->max_batch = below(5);
    desc->seed = (uint64_t)wi_rng_next(&rng) << below(33);
    error.text[0] = 0;
    wi_status status = wi_net_create(net, desc, &error);
    record("%s %s", wi_status_name(status), error.text);
    return status == WI_OK;
}

/* A name of none to four characters of one to four bytes, of which JSON spells some otherwise. */
static void draw_name(char *to)
{
    static const char *const parts[] = {"a",
                                        "Z",
                                        " ",
                                        "\"",
                                        "\\",
                                        "/",
                                        "\n",
                                        "\t",
                                        "\x01",
                                        "\x1F",
                                        "\x7F",
                                        "\xC3\xA9",
                                        "\xE2\x82\xAC",
                                        "\xF0\x9F\x98\x80",
                                        "{",
                                        "}",
                                        ",",
                                        ":",
                                        "\xC2\x80",
                                        "\xEF\xBF\xBF"};
    size_t n = below(5);
    *to = 0;
    for (size_t i = 0; i < n; i++) strcat(to, parts[below(WI_COUNT(parts))]);
}

static void draw_scaler(wi_scaler *scaler, size_t count, wi_real *room)
{
    memset(scaler, 0, sizeof *scaler);
    if (one_in(3)) return;
    scaler->count = one_in(12) ? count + 1 : count;
    scaler->mean = room;
    scaler->std = room + scaler->count;
    for (size_t i = 0; i < 2 * scaler->count; i++) room[i] = (wi_real)((double)below(1000) / 8 + 0.125);
    if (one_in(3)) {
        room[0] = (wi_real)wi_rng_normal(&rng);
        room[0] *= (wi_real)pow(10, (double)below(60) - 30);
    }
    if (one_in(15)) {
        size_t at = below(scaler->count);
        scaler->std[at] = (wi_real)(one_in(2) ? 0 : -1);
    }
}

/* ---- Written, and read again ----------------------------------------------- */

/* Write by a call with these first arguments into room for one byte less, and for just as many. */
#define WRITTEN(bytes, size, call)                    \
    do {                                              \
        size_t *size_to = &(size);                    \
        unsigned char *to = NULL;                     \
        size_t capacity = 0;                          \
        CHECK_OK(call);                               \
        size_t needed = size;                         \
        to = guard_room(0, needed - 1);               \
        capacity = needed - 1;                        \
        memset(to, 0x5A, capacity);                   \
        size = 3;                                     \
        CHECK_STATUS(call, WI_ERR_SHAPE);             \
        CHECK_EQ(size, 3);                            \
        for (size_t b = 0; b < capacity; b++)         \
            if (to[b] != 0x5A) CHECK_EQ(to[b], 0x5A); \
        to = guard_room(0, needed);                   \
        capacity = needed;                            \
        memset(to, 0x5A, capacity);                   \
        CHECK_OK(call);                               \
        CHECK_EQ(size, needed);                       \
        bytes = to;                                   \
    } while (0)

static void same_net(const wi_net *a, const wi_net *b)
{
    CHECK_EQ(a->param_count, b->param_count);
    CHECK_BYTES(a->params, b->params, a->param_count * SZ);
    CHECK_EQ(a->state_count, b->state_count);
    CHECK_BYTES(a->state, b->state, a->state_count * SZ);
}

/* A network into one of another seed; and under names with something before them. */
static void net_again(const wi_net *net, const wi_net_desc *desc)
{
    static char names[64][460];
    unsigned char *bytes;
    size_t size = 0;
    wi_net other;
    wi_net_desc again = *desc;
    wi_error error;
    WRITTEN(bytes, size, wi_net_write(net, to, capacity, size_to));
    record("net %zu %016jx", size, (uintmax_t)hash_of(bytes, size));
    again.seed++;
    if (!CHECK_OK(wi_net_create(&other, &again, NULL))) return;
    if (!CHECK_OK(wi_net_read(&other, bytes, size, &error))) printf("  %s\n", error.text);
    same_net(&other, net);

    wi_tensors tensors;
    if (!CHECK_OK(wi_tensors_parse(&tensors, bytes, size, &error))) return;
    char prefix[420];
    size_t length = one_in(2) ? below(4) : 360 + below(45);
    for (size_t i = 0; i < length; i++) prefix[i] = (char)('a' + below(4));
    prefix[length] = 0;
    for (size_t i = 0; i < tensors.count && i < 64; i++) {
        snprintf(names[i], sizeof names[i], "%s%s", prefix, tensors.items[i].name);
        tensors.items[i].name = names[i];
    }
    memset(other.params, 0, other.param_count * SZ);
    memset(other.state, 0, other.state_count * SZ);
    wi_status status = wi_net_take(&other, &tensors, prefix, &error);
    record("take %s %s", wi_status_name(status), error.text);
    if (status == WI_OK) same_net(&other, net);
    else
        for (size_t i = 0; i < other.param_count; i++) CHECK(!(other.params[i] < 0 || other.params[i] > 0));
    wi_tensors_destroy(&tensors);
    wi_net_destroy(&other);
}

static void model_again(wi_model *model)
{
    static char names[8][32];
    char *classes[8];
    static wi_real room[2 * 2 * 520]; /* the model keeps views of it */
    unsigned char *bytes;
    wi_error error;
    wi_model back;
    size_t size = 0, outputs = model->net.outputs;
    if (model->net.inputs > 500 || outputs > 500) return;
    model->loss = (wi_loss)below(3);
    draw_scaler(&model->x, model->net.inputs, room);
    draw_scaler(&model->y, outputs, room + 2 * 520);
    if (model->loss != WI_LOSS_HALF_SQUARED && !one_in(8)) memset(&model->y, 0, sizeof model->y);
    model->class_count = outputs == 1 ? 1 + below(2) : one_in(8) ? outputs + 1 : outputs;
    if (one_in(2) || model->class_count > 8) model->class_count = 0;
    for (size_t c = 0; c < 8; c++) {
        draw_name(names[c]);
        classes[c] = names[c];
    }
    if (one_in(20)) names[0][0] = (char)0xC3;
    model->classes = model->class_count ? classes : NULL;
    wi_status status = wi_model_write(model, NULL, 0, &size, &error);
    record("model %s %s", wi_status_name(status), error.text);
    if (status != WI_OK) return;
    WRITTEN(bytes, size, wi_model_write(model, to, capacity, size_to, &error));
    record("%zu %016jx", size, (uintmax_t)hash_of(bytes, size));
    if (!CHECK_OK(wi_model_read(&back, bytes, size, &error))) {
        printf("  %s\n", error.text);
        return;
    }
    CHECK_EQ(back.loss, model->loss);
    same_net(&back.net, &model->net);
    CHECK_EQ(back.class_count, model->class_count);
    for (size_t c = 0; c < back.class_count; c++) CHECK_TEXT(back.classes[c], names[c]);
    CHECK_EQ(back.x.count, model->x.count);
    CHECK_BYTES(back.x.mean, model->x.mean, back.x.count * SZ);
    CHECK_BYTES(back.x.std, model->x.std, back.x.count * SZ);
    CHECK_EQ(back.y.count, model->y.count);
    CHECK_BYTES(back.y.mean, model->y.mean, back.y.count * SZ);
    CHECK_BYTES(back.y.std, model->y.std, back.y.count * SZ);
    unsigned char *kept = (unsigned char *)malloc(size), *twice;
    size_t again = 0;
    memcpy(kept, bytes, size);
    WRITTEN(twice, again, wi_model_write(&back, to, capacity, size_to, &error));
    CHECK_EQ(again, size);
    CHECK_BYTES(twice, kept, size);
    free(kept);
    wi_model_destroy(&back);
}

/* Predicts what it should from rows and columns that lie anywhere, of which the input is left alone. */
static void predicted(wi_model *model)
{
    enum { WIDE = 40 };
    static wi_real in[7 * WIDE * 2], out[7 * WIDE * 2], before[7 * WIDE * 2], scaled[7 * WIDE],
        plain[7 * WIDE];
    wi_net *net = &model->net;
    size_t rows = 1 + below(7), xs = net->inputs, ys = net->outputs, apart = 1 + below(2);
    if (xs > WIDE || ys > WIDE) return;
    for (size_t i = 0; i < WI_COUNT(in); i++) in[i] = before[i] = (wi_real)((double)below(64) / 16 - 2);
    for (size_t i = 0; i < WI_COUNT(out); i++) out[i] = 77;
    wi_mat x = wi_mat_view(in, rows, xs), y = wi_mat_view(out, rows, ys);
    x.row_step = apart * WIDE;
    x.col_step = apart;
    y.row_step = one_in(2) ? apart : apart * WIDE;
    y.col_step = y.row_step == apart ? apart * 7 : apart;
    wi_status status = wi_model_predict(model, x, y);
    record("predict %s %s", wi_status_name(status), net->error.text);
    CHECK_BYTES(in, before, sizeof in);
    if (status != WI_OK) return;
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < xs; j++) {
            wi_real v = in[i * x.row_step + j * x.col_step];
            scaled[i * xs + j] = model->x.count ? (v - model->x.mean[j]) / model->x.std[j] : v;
        }
    for (size_t first = 0; first < rows; first += net->max_batch) {
        size_t n = rows - first < net->max_batch ? rows - first : net->max_batch;
        CHECK_OK(wi_net_predict(net, wi_mat_view(scaled + first * xs, n, xs), model->loss,
                                wi_mat_view(plain + first * ys, n, ys)));
    }
    size_t touched = 0;
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < ys; j++) {
            double want = (double)plain[i * ys + j], got = (double)out[i * y.row_step + j * y.col_step];
            if (model->y.count) want = want * (double)model->y.std[j] + (double)model->y.mean[j];
            CHECK_NEAR(got, want, 1e-4 * (1 + fabs(want)));
            out[i * y.row_step + j * y.col_step] = 77;
        }
    for (size_t i = 0; i < WI_COUNT(out); i++) touched += out[i] < 77 || out[i] > 77;
    CHECK_EQ(touched, 0);
}

static void test_nets(void)
{
    wi_layer_desc layers[MOST];
    wi_net_desc desc;
    size_t made = 0;
    for (size_t k = 0; k < NETS; k++) {
        wi_model model;
        memset(&model, 0, sizeof model);
        rng = wi_rng_split(wi_rng_make(14), k);
        if (draw_net(&model.net, &desc, layers)) {
            made++;
            for (size_t i = 0; i < model.net.state_count; i++)
                model.net.state[i] = (wi_real)(1 + (double)i / 4);
            net_again(&model.net, &desc);
            model_again(&model);
            predicted(&model);
            wi_net_destroy(&model.net);
            CHECK_EQ(fail_alloc.live, 0);
        }
        if (k % 500 < 499) continue;
        char name[40];
        snprintf(name, sizeof name, "networks to %zu", k + 1);
        record_group(name);
    }
    CHECK(made > NETS / 10);
}

static void test_opts(void)
{
    for (size_t k = 0; k < 60; k++) {
        wi_opt opt, other;
        wi_error error;
        size_t n = 1 + below(9), size = 0;
        unsigned char *bytes;
        rng = wi_rng_split(wi_rng_make(15), k);
        const wi_opt_desc rules[5] = {wi_sgd(0.1), wi_momentum(0.1, 0.9), wi_nesterov(0.1, 0.9), wi_adam(0.1),
                                      wi_rmsprop(0.1)};
        wi_opt_desc rule = rules[k % WI_COUNT(rules)];
        CHECK_OK(wi_opt_create(&opt, rule, n));
        CHECK_OK(wi_opt_create(&other, rule, n));
        opt.step = below(1000);
        for (size_t i = 0; i < n; i++) {
            if (opt.m) opt.m[i] = (wi_real)((double)below(100) / 8);
            if (opt.v) opt.v[i] = (wi_real)((double)below(100) / 8);
        }
        WRITTEN(bytes, size, wi_opt_write(&opt, to, capacity, size_to));
        record("%zu %016jx", size, (uintmax_t)hash_of(bytes, size));
        CHECK_OK(wi_opt_read(&other, bytes, size, &error));
        CHECK_EQ(other.step, opt.step);
        if (opt.m) CHECK_BYTES(other.m, opt.m, n * SZ);
        if (opt.v) CHECK_BYTES(other.v, opt.v, n * SZ);
        wi_opt_destroy(&other);
        if (one_in(2)) rule = rules[below(WI_COUNT(rules))];
        CHECK_OK(wi_opt_create(&other, rule, n + below(2)));
        wi_status status = wi_opt_read(&other, bytes, size, &error);
        record("%s %s", wi_status_name(status), error.text);
        wi_opt_destroy(&opt);
        wi_opt_destroy(&other);
    }
    record_group("optimisers");
}

static void test_npy(void)
{
    static wi_real cells[20 * 20 * 2];
    for (size_t i = 0; i < WI_COUNT(cells); i++) cells[i] = (wi_real)i / 8;
    for (size_t k = 0; k < 200; k++) {
        rng = wi_rng_split(wi_rng_make(16), k);
        size_t rows = 1 + below(k % 20 == 0 ? 20 : 6), cols = 1 + below(k % 20 == 0 ? 20 : 6);
        wi_mat m = wi_mat_view(cells, rows, cols);
        wi_tensors back;
        wi_real read[400];
        wi_error error;
        unsigned char *bytes;
        size_t size = 0;
        m.col_step = 1 + below(2);
        m.row_step = m.cols * m.col_step;
        if (one_in(3)) m = wi_mat_transpose(m);
        WRITTEN(bytes, size, wi_mat_write_npy(m, to, capacity, size_to));
        record("%zu %016jx", size, (uintmax_t)hash_of(bytes, size));
        if (!CHECK_OK(wi_tensors_parse(&back, bytes, size, &error))) continue;
        CHECK_EQ(back.items[0].dims, 2);
        CHECK_EQ(back.items[0].shape[0], m.rows);
        CHECK_EQ(back.items[0].shape[1], m.cols);
        CHECK_OK(wi_tensor_get(back.items, read));
        for (size_t i = 0; i < m.rows * m.cols; i++)
            CHECK_NEAR(read[i], m.data[i / m.cols * m.row_step + i % m.cols * m.col_step], 0);
        wi_tensors_destroy(&back);
    }
    record_group("npy");
}

int main(int argc, char **argv)
{
    record_open("tests/golden/written.txt", argc, argv);
    test_nets();
    test_opts();
    test_npy();
    CHECK_EQ(fail_alloc.live, 0);
    return record_done();
}
