/* 14_model.c: models: saved, made anew from the file alone, damaged, and predicting.
   @build portable */
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"

#define SZ sizeof(wi_real)

static double half(double z, double param)
{
    return z / 2 + param;
}

/* A model with a layer of nearly every kind, scalers of odd numbers, and names that JSON must escape. */
static void make_model(wi_model *model, int large)
{
    static const char *const names[6] = {
        "setosa", "say \"yes\"", "back\\slash", "gr\xC3\xBC\xC3\x9F", "\xF0\x9F\x90\x8C\n\x01", ""
    };
    wi_layer_desc layers[16];
    wi_net_desc desc;
    size_t n = 0;
    memset(model, 0, sizeof *model);
    memset(&desc, 0, sizeof desc);
    if (large) {
        layers[n] = wi_layer_conv2d(4, 3, wi_leaky_relu(0.1 + 0.2));
        layers[n].weights = wi_gained(wi_he_uniform(), 1.0 / 3);
        layers[n++].padding = 1;
        layers[n++] = wi_layer_batch_norm();
        layers[n] = wi_layer_conv2d(4, 3, wi_elu(0));
        layers[n].groups = 2;
        layers[n].frozen = 1;
        layers[n++].padding = 1;
        layers[n++] = wi_layer_skip(2);
        layers[n++] = wi_layer_scale(0.5);
        layers[n] = wi_layer_max_pool(2);
        layers[n++].stride = 1;
        layers[n++] = wi_layer_dropout(1.0 / 3);
        layers[n++] = wi_layer_layer_norm();
        layers[n] = wi_layer_dense(7, wi_sine(30));
        layers[n++].step_scale = 0.1;
        layers[n++] = wi_layer_dense(6, wi_gelu());
        layers[n] = wi_layer_dense(7, wi_linear());
        layers[n++].tied = 10;
        layers[n++] = wi_layer_dense(6, wi_linear());
        layers[n] = wi_layer_dense(6, wi_linear());
        layers[n].no_bias = 1;
        layers[n++].from = 2;
        layers[n++] = wi_layer_shift(0.25);
        layers[n++] = wi_layer_skip(3);
        desc.channels = 2;
        desc.height = desc.width = 4;
        model->loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    } else {
        layers[n++] = wi_layer_dense(3, wi_tanh());
        layers[n++] = wi_layer_dense(1, wi_linear());
        desc.inputs = 2;
    }
    desc.layers = layers;
    desc.layer_count = n;
    desc.max_batch = 3;
    desc.seed = UINT64_C(0xFEDCBA9876543210);
    wi_error error;
    if (!CHECK_OK(wi_net_create(&model->net, &desc, &error))) printf("%s\n", error.text);
    wi_rng rng = wi_rng_make(3);
    wi_real rows[5 * 32];
    for (size_t i = 0; i < 5 * 32; i++) rows[i] = (wi_real)(100 + 1e-3 * wi_rng_normal(&rng));
    CHECK_OK(wi_scaler_fit(&model->x, wi_mat_view(rows, 5, large ? 32 : 2)));
    if (!large) CHECK_OK(wi_scaler_fit(&model->y, wi_mat_view(rows, 5, 1)));
    if (large) {
        model->classes = (char **)(void *)(uintptr_t)names;   /* a model only reads what it does not own */
        model->class_count = 6;
    }
    for (size_t i = 0; i < model->net.state_count; i++) model->net.state[i] = (wi_real)(1 + (double)i);
}

static unsigned char *write_model(const wi_model *model, size_t *size)
{
    wi_error error;
    CHECK_OK(wi_model_write(model, NULL, 0, size, &error));
    unsigned char *bytes = (unsigned char *)malloc(*size);
    if (!CHECK_OK(wi_model_write(model, bytes, *size, size, &error))) printf("%s\n", error.text);
    return bytes;
}

/* What goes in comes out, to the last bit: numbers, descriptions, recipes, names; and written again, the same
   bytes. */
static void test_round_trip(int large)
{
    wi_model model, back;
    wi_error error;
    size_t size, again;
    make_model(&model, large);
    unsigned char *bytes = write_model(&model, &size);
    if (!CHECK_OK(wi_model_read(&back, bytes, size, &error))) { printf("%s\n", error.text); return; }
    CHECK_TEXT(error.text, "");
    CHECK_EQ(back.net.layer_count, model.net.layer_count);
    CHECK_EQ(back.net.seed, model.net.seed);
    CHECK_EQ(back.net.max_batch, 3);
    CHECK_EQ(back.loss, model.loss);
    CHECK_BYTES(back.net.params, model.net.params, model.net.param_count * SZ);
    CHECK_BYTES(back.net.state, model.net.state, model.net.state_count * SZ);
    CHECK_EQ(back.x.count, model.x.count);
    CHECK_BYTES(back.x.mean, model.x.mean, model.x.count * SZ);
    CHECK_BYTES(back.x.std, model.x.std, model.x.count * SZ);
    CHECK_EQ(back.y.count, model.y.count);
    if (model.y.count) CHECK_BYTES(back.y.std, model.y.std, SZ);
    CHECK_EQ(back.class_count, model.class_count);
    for (size_t c = 0; c < model.class_count; c++) CHECK_TEXT(back.classes[c], model.classes[c]);
    for (size_t l = 0; l < model.net.layer_count; l++) {
        const wi_layer_desc *a = &model.net.layers[l].desc, *b = &back.net.layers[l].desc;
        CHECK_EQ(a->kind, b->kind);
        CHECK_EQ(a->units, b->units);
        CHECK_EQ(a->padding, b->padding);
        CHECK_EQ(a->groups, b->groups);
        CHECK_EQ(a->span, b->span);
        CHECK_EQ(a->tied, b->tied);
        CHECK_EQ(a->act.kind, b->act.kind);
        CHECK_NEAR(a->act.param, b->act.param, 0);
        CHECK_NEAR(a->rate, b->rate, 0);
        CHECK_NEAR(a->step_scale, b->step_scale, 0);
        CHECK_EQ(a->frozen != 0, b->frozen != 0);
    }
    unsigned char *twice = write_model(&back, &again);
    CHECK_EQ(again, size);
    CHECK_BYTES(twice, bytes, size);
    CHECK_STATUS(wi_model_write(&back, twice, size - 1, &again, &error), WI_ERR_SHAPE);
    free(twice);

    /* Its recipes draw what the original's would. */
    CHECK_OK(wi_net_init(&model.net, 5));
    CHECK_OK(wi_net_init(&back.net, 5));
    CHECK_BYTES(back.net.params, model.net.params, model.net.param_count * SZ);

    /* A network's own reader takes the file too, and a model's does not take a network's. */
    CHECK_OK(wi_net_read(&model.net, bytes, size, &error));
    /* ... also where another build rounded the last digit of the same number, and not of the next one. */
    static const char slope[] = "leaky_relu:0.30000000000000004";
    for (size_t i = 0; i + sizeof slope < size; i++) {
        if (memcmp(bytes + i, slope, sizeof slope - 1) != 0) continue;
        unsigned char *last = bytes + i + sizeof slope - 2;
        *last = '6';
        CHECK_OK(wi_net_read(&model.net, bytes, size, &error));
        *last = '1';
        CHECK_STATUS(wi_net_read(&model.net, bytes, size, &error), WI_ERR_SHAPE);
        CHECK_CONTAINS(error.text, "layer 1 of the file is conv2d 4 kernel 3 padding 1 leaky_relu:0.30");
        *last = 'x';
        CHECK_STATUS(wi_net_read(&model.net, bytes, size, &error), WI_ERR_SHAPE);
        *last = '4';
        bytes[i - 2] = '2';   /* the same slope in another layer */
        CHECK_STATUS(wi_net_read(&model.net, bytes, size, &error), WI_ERR_SHAPE);
        CHECK_CONTAINS(error.text, "layer 1 of the file is conv2d 4 kernel 3 padding 2 leaky_relu:0.30");
    }
    CHECK_OK(wi_net_write(&model.net, bytes, size, &again));
    CHECK_STATUS(wi_model_read(&back, bytes, again, &error), WI_ERR_FORMAT);
    CHECK_CONTAINS(error.text, "buffer: not a model");
    free(bytes);
    wi_model_destroy(&back);
    wi_model_destroy(&back);
    wi_model_destroy(NULL);
    wi_model_destroy(&model);
    CHECK_EQ(fail_alloc.live, 0);
}

/* Raw numbers in, the targets' own units or probabilities out, for more rows than a pass takes. */
static void test_predict(void)
{
    wi_model model;
    wi_real x[7 * 2], before[7 * 2], out[7], scaled[2];
    make_model(&model, 0);
    wi_rng rng = wi_rng_make(4);
    for (size_t i = 0; i < 14; i++) x[i] = before[i] = (wi_real)(100 + 1e-3 * wi_rng_normal(&rng));
    CHECK_OK(wi_model_predict(&model, wi_mat_view(x, 7, 2), wi_mat_view(out, 7, 1)));
    CHECK_BYTES(x, before, sizeof x);
    for (size_t i = 0; i < 7; i++) {
        wi_mat y;
        memcpy(scaled, x + 2 * i, sizeof scaled);
        CHECK_OK(wi_scaler_apply(&model.x, wi_mat_view(scaled, 1, 2)));
        CHECK_OK(wi_net_forward(&model.net, wi_mat_view(scaled, 1, 2), WI_EVAL, &y));
        CHECK_NEAR(out[i], y.data[0] * model.y.std[0] + model.y.mean[0], 2e-5);
    }
    CHECK_STATUS(wi_model_predict(&model, wi_mat_view(x, 7, 2), wi_mat_view(out, 6, 1)), WI_ERR_SHAPE);
    CHECK_CONTAINS(model.net.error.text, "x is 7 x 2 and out 6 x 1, for 2 inputs and 1 outputs");
    CHECK_STATUS(wi_model_predict(&model, wi_mat_view(x, 7, 2), wi_mat_view(out, 7, 2)), WI_ERR_SHAPE);
    CHECK_CONTAINS(model.net.error.text, "x is 7 x 2 and out 7 x 2, for 2 inputs and 1 outputs");
    CHECK_STATUS(wi_model_predict(&model, wi_mat_view(x, 7, 1), wi_mat_view(out, 7, 1)), WI_ERR_SHAPE);
    CHECK_CONTAINS(model.net.error.text, "x is 7 x 1 and out 7 x 1, for 2 inputs and 1 outputs");
    CHECK_STATUS(wi_model_predict(&model, wi_mat_view(x, 0, 2), wi_mat_view(out, 0, 1)), WI_ERR_SHAPE);
    CHECK_STATUS(wi_model_predict(&model, wi_mat_view(x, 7, 2), wi_mat_view(NULL, 7, 1)), WI_ERR_ARG);
    CHECK_STATUS(wi_model_predict(&model, wi_mat_view(NULL, 7, 2), wi_mat_view(out, 7, 1)), WI_ERR_ARG);
    CHECK_STATUS(wi_model_predict(NULL, wi_mat_view(x, 7, 2), wi_mat_view(out, 7, 1)), WI_ERR_ARG);
    wi_model none;
    memset(&none, 0, sizeof none);
    CHECK_STATUS(wi_model_predict(&none, wi_mat_view(x, 7, 2), wi_mat_view(out, 7, 1)), WI_ERR_ARG);
    CHECK_TEXT(none.net.error.text, "wi_model_predict: no network");
    wi_real kept = x[13];
    x[13] = (wi_real)(sizeof(wi_real) == 4 ? 3e38 : 1e308);   /* a deviation of 1e-3 makes it infinite */
    CHECK_STATUS(wi_model_predict(&model, wi_mat_view(x, 7, 2), wi_mat_view(out, 7, 1)), WI_ERR_NUMERIC);
    CHECK_TEXT(model.net.error.text, "of rows 7 to 7 of x, an input is too large once scaled");
    for (size_t i = 0; i < 7; i++) out[i] = 5;   /* all rows or none */
    CHECK_STATUS(wi_model_predict(&model, wi_mat_view(x, 7, 2), wi_mat_view(out, 7, 1)), WI_ERR_NUMERIC);
    for (size_t i = 0; i < 7; i++) CHECK_EQ(out[i], 5);
    x[13] = kept;
    wi_mat within = wi_mat_view(x + 1, 7, 1), one = wi_mat_view(out, 7, 1);
    one.row_step = 0;
    CHECK_STATUS(wi_model_predict(&model, wi_mat_view(x, 7, 2), within), WI_ERR_ARG);
    CHECK_CONTAINS(model.net.error.text, "elements of out coincide, or lie where x does");
    CHECK_STATUS(wi_model_predict(&model, wi_mat_view(x, 7, 2), one), WI_ERR_ARG);
    CHECK_BYTES(x, before, sizeof x);
    fail_alloc_start(0);
    CHECK_STATUS(wi_model_predict(&model, wi_mat_view(x, 7, 2), wi_mat_view(out, 7, 1)), WI_ERR_MEMORY);
    (void)fail_alloc_stop();
    CHECK_CONTAINS(model.net.error.text, "no memory for 6 inputs");   /* of a batch of three */

    wi_scaler_destroy(&model.y);
    model.loss = WI_LOSS_BINARY_CROSS_ENTROPY;
    CHECK_OK(wi_model_predict(&model, wi_mat_transpose(wi_mat_view(x, 2, 7)), wi_mat_view(out, 7, 1)));
    for (size_t i = 0; i < 7; i++) CHECK(out[i] > 0 && out[i] < 1);
    wi_model_destroy(&model);
    make_model(&model, 1);
    wi_real image[2 * 32], p[2 * 6];
    for (size_t i = 0; i < 64; i++) image[i] = (wi_real)(100 + 1e-3 * wi_rng_normal(&rng));
    CHECK_OK(wi_model_predict(&model, wi_mat_view(image, 2, 32), wi_mat_view(p, 2, 6)));
    for (size_t i = 0; i < 2; i++) {
        double sum = 0;
        for (size_t j = 0; j < 6; j++) sum += (double)p[6 * i + j];
        CHECK_NEAR(sum, 1, 1e-5);
    }
    wi_model_destroy(&model);
    CHECK_EQ(fail_alloc.live, 0);
}

/* Written, saved and asked to predict, a model is refused with this sentence. */
static void unsound(wi_model *model, const char *sentence)
{
    wi_error error;
    size_t size = 7;
    wi_real x[2] = { 1, 2 }, out = 3;
    CHECK_STATUS(wi_model_write(model, NULL, 0, &size, &error), WI_ERR_ARG);
    CHECK_CONTAINS(error.text, sentence);
    CHECK_EQ(size, 7);
    CHECK_STATUS(wi_model_save(model, check_path("unsound.safetensors"), &error), WI_ERR_ARG);
    CHECK_STATUS(wi_model_predict(model, wi_mat_view(x, 1, 2), wi_mat_view(&out, 1, 1)), WI_ERR_ARG);
    CHECK_CONTAINS(model->net.error.text, sentence);
    CHECK_NEAR(out, 3, 0);
}

static void refused_scalers(void)
{
    wi_model model;
    const wi_real bad[] = { 0, -1, (wi_real)NAN, (wi_real)INFINITY };
    make_model(&model, 0);
    for (size_t i = 0; i < WI_COUNT(bad); i++) {
        wi_real kept = model.x.std[1];
        model.x.std[1] = bad[i];
        unsound(&model, "for number 2 of 2: both must be finite, and the deviation above 0");
        model.x.std[1] = kept;
        kept = model.y.mean[0];
        if (i < 2) continue;   /* any finite mean is sound */
        model.y.mean[0] = bad[i];
        unsound(&model, "the scaler of the targets has mean");
        model.y.mean[0] = kept;
    }
    wi_real *kept = model.x.std;
    model.x.std = NULL;
    unsound(&model, "the scaler of the inputs has a count, but no numbers");
    model.x.std = kept;
    for (int loss = 1; loss < 3; loss++) {
        model.loss = (wi_loss)loss;
        unsound(&model, "a scaler of the targets belongs to the half squared loss, not to ");
    }
    unsigned beyond = 9;
    memcpy(&model.loss, &beyond, sizeof model.loss < sizeof beyond ? sizeof model.loss : sizeof beyond);
    unsound(&model, "9 is not a wi_loss");
    wi_model_destroy(&model);

    /* A single output has two names, unless softmax makes it the only class. */
    static char no[] = "no", yes[] = "yes";
    char *names[] = { no, yes, yes };
    const size_t wanted[] = { 2, 2, 1 };
    for (int loss = 0; loss < 3; loss++) {
        make_model(&model, 0);
        wi_scaler_destroy(&model.y);
        model.loss = (wi_loss)loss;
        model.classes = names;
        for (model.class_count = 0; model.class_count < 4; model.class_count++) {
            size_t size;
            wi_status status = wi_model_write(&model, NULL, 0, &size, NULL);
            CHECK_STATUS(status,
                         model.class_count == 0 || model.class_count == wanted[loss] ? WI_OK : WI_ERR_ARG);
        }
        wi_model_destroy(&model);
    }
}

/* What cannot be saved is refused before a byte is written. */
static void test_refusals(void)
{
    wi_model model, other;
    wi_error error;
    size_t size = 7;
    make_model(&model, 1);
    other = model;
    char *names[6] = { NULL };
    for (int i = 0; i < 5; i++) names[i] = model.classes[i];
    other.classes = names;
    CHECK_STATUS(wi_model_write(&other, NULL, 0, &size, &error), WI_ERR_ARG);
    CHECK_TEXT(error.text, "the name of class 6 is NULL");
    char latin[] = "caf\xE9";
    names[5] = latin;
    CHECK_STATUS(wi_model_write(&other, NULL, 0, &size, &error), WI_ERR_ARG);
    CHECK_TEXT(error.text, "the name of class 6 is not UTF-8");
    for (other.class_count = 1; other.class_count < 6; other.class_count++) {
        CHECK_STATUS(wi_model_write(&other, NULL, 0, &size, &error), WI_ERR_ARG);
        CHECK_CONTAINS(error.text, "class names, but outputs for 6 classes");
    }
    other = model;
    {
        int none = 9;
        memcpy(&other.loss, &none, sizeof other.loss < sizeof none ? sizeof other.loss : sizeof none);
    }
    CHECK_STATUS(wi_model_write(&other, NULL, 0, &size, &error), WI_ERR_ARG);
    other = model;
    other.y.count += 1;
    wi_real wider[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    if (CHECK(other.y.count <= WI_COUNT(wider))) other.y.mean = other.y.std = wider;
    CHECK_STATUS(wi_model_write(&other, NULL, 0, &size, &error), WI_ERR_SHAPE);
    other = model;
    other.x.count = 3;
    CHECK_STATUS(wi_model_write(&other, NULL, 0, &size, &error), WI_ERR_SHAPE);
    CHECK_CONTAINS(error.text, "the scalers are for 3 inputs");
    for (size_t l = 0; l < model.net.layer_count; l++) {
        char says[100];
        wi_act kept = model.net.layers[l].desc.act;
        model.net.layers[l].desc.act = wi_custom("half", half, half, 0);
        CHECK_STATUS(wi_model_save(&model, check_path("custom.safetensors"), &error), WI_ERR_ARG);
        snprintf(says, sizeof says, "layer %zu has an activation of your own, 'half': a function cannot be "
                 "saved", l + 1);
        CHECK_TEXT(error.text, says);
        model.net.layers[l].desc.act = kept;
    }
    CHECK_STATUS(wi_model_write(NULL, NULL, 0, &size, &error), WI_ERR_ARG);
    CHECK_EQ(size, 7);
    wi_model_destroy(&model);
    refused_scalers();
}

/* A file of this header and `data` zero bytes is refused with this sentence. */
static void refused(const char *words, const char *tensors, size_t data, const char *sentence)
{
    char header[2000];
    wi_model model, before;
    wi_error error;
    memset(&model, 0x5A, sizeof model);
    before = model;
    snprintf(header, sizeof header, "{\"__metadata__\":{%s}%s}", words, tensors);
    size_t length = strlen(header), size = 8 + length + data;
    unsigned char *bytes = (unsigned char *)calloc(1, size);
    for (size_t i = 0; i < 8; i++) bytes[i] = (unsigned char)((uint64_t)length >> 8 * i);
    memcpy(bytes + 8, header, length);
    wi_status status = wi_model_read(&model, bytes, size, &error);
    if (!CHECK(status != WI_OK)) wi_model_destroy(&model);
    else CHECK_BYTES(&model, &before, sizeof model);
    CHECK(status != WI_ERR_ARG);   /* the file's fault, not the caller's */
    CHECK_CONTAINS(error.text, sentence);
    CHECK(strncmp(error.text, "buffer", 6) == 0);
    free(bytes);
    CHECK_EQ(fail_alloc.live, 0);
}

#define LOSS  "\"loss\":\"half_squared\""
#define INPUT "\"input\":\"2 1 1\""
#define DENSE "\"layers\":\"dense 1 tanh\""
#define W0 ",\"0.weight\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[0,8]}"
#define B0 ",\"0.bias\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}"

static void test_seed(void)
{
    refused("\"seed\":\"7x\"," LOSS "," INPUT "," DENSE, W0 B0, 12,
            "the metadata's 'seed' makes no sense: '7x'");
    refused("\"seed\":\"1e9\"," LOSS "," INPUT "," DENSE, W0 B0, 12, "the metadata's 'seed' makes no sense");
}

static void test_hostile(void)
{
    wi_model model;
    refused("", W0 B0, 12, "not a model");
    refused(LOSS "," INPUT, W0 B0, 12, "not a model");
    refused(LOSS "," DENSE, W0 B0, 12, "not a model");
    refused(INPUT "," DENSE, W0 B0, 12, "not a model");
    refused(LOSS "," INPUT "," DENSE, W0, 8, "'0.bias' is missing");
    refused(LOSS "," INPUT "," DENSE "," DENSE, W0 B0, 12, "should have no word twice here");
    refused(LOSS "," INPUT ",\"layers\":\"dense 1 tanh | \"", W0 B0, 12, "'layers' makes no sense");
    refused(LOSS "," INPUT ",\"layers\":\"| dense 1 tanh\"", W0 B0, 12, "'layers' makes no sense");
    refused(LOSS "," INPUT ",\"layers\":\"dense 1 tanh | dense 1 tanh\"", W0 B0, 12, "'2.weight' is missing");
    refused(LOSS "," INPUT ",\"layers\":\"dense 1 blah\"", W0 B0, 12,
            "'layers' makes no sense: 'dense 1 blah'");
    refused(LOSS "," INPUT ",\"layers\":\"dense 1 half\"", W0 B0, 12, "makes no sense");
    refused(LOSS "," INPUT ",\"layers\":\"dense 1.5 tanh\"", W0 B0, 12, "makes no sense");
    refused(LOSS "," INPUT ",\"layers\":\"dense -1 tanh\"", W0 B0, 12, "makes no sense");
    refused(LOSS "," INPUT ",\"layers\":\"dense 1e300 tanh\"", W0 B0, 12, "makes no sense");
    refused(LOSS "," INPUT ",\"layers\":\"\"", W0 B0, 12, "makes no sense");
    refused(LOSS "," INPUT ",\"layers\":\"dense kernel\"", W0 B0, 12, "makes no sense");
    refused(LOSS "," INPUT ",\"layers\":\"dense 1 tanh; weights what\"", W0 B0, 12, "makes no sense");
    refused(LOSS "," INPUT ",\"layers\":\"dense 1 tanh; rate nan\"", W0 B0, 12, "makes no sense");
    refused(LOSS "," INPUT ",\"layers\":\"dense 1 tanh; rate -1\"", W0 B0, 12, "makes no sense");
    refused(LOSS "," INPUT ",\"layers\":\"dense 1 tanh; rate 1e999\"", W0 B0, 12, "makes no sense");
    refused(LOSS "," INPUT ",\"layers\":\"skip span 9\"", "", 0, "buffer: layer 1");
    refused(LOSS "," INPUT ",\"layers\":\"dense 1 tied 1 tanh\"", W0 B0, 12, "layer 1");
    refused(LOSS "," INPUT ",\"layers\":\"dense 9007199254740992 tanh\"", W0 B0, 12, "");
    refused(LOSS "," INPUT ",\"layers\":\"dense 100000000000 tanh\"", W0 B0, 12, "");
    refused(LOSS ",\"input\":\"1 2\"," DENSE, W0 B0, 12, "'input' makes no sense");
    refused("\"loss\":\"mine\"," INPUT "," DENSE, W0 B0, 12, "'loss' makes no sense: 'mine'");
    refused(LOSS "," INPUT "," DENSE ",\"x.mean\":\"1 2\"", W0 B0, 12, "its metadata has no 'x.std'");
    refused(LOSS "," INPUT "," DENSE ",\"y.std\":\"1\"", W0 B0, 12, "its metadata has no 'y.mean'");
    refused(LOSS "," INPUT "," DENSE ",\"x.mean\":\"1 2\",\"x.std\":\"1\"", W0 B0, 12,
            "'x.std' makes no sense");
    refused(LOSS "," INPUT "," DENSE ",\"x.mean\":\"1 2\",\"x.std\":\"1 0\"", W0 B0, 12,
            "'x.std' makes no sense");
    refused(LOSS "," INPUT "," DENSE ",\"x.mean\":\"1 inf\",\"x.std\":\"1 1\"", W0 B0, 12,
            "'x.mean' makes no sense");
    refused(LOSS "," INPUT "," DENSE ",\"x.mean\":\"1 1e999\",\"x.std\":\"1 1\"", W0 B0, 12,
            "'x.mean' makes no sense");
    refused(LOSS "," INPUT "," DENSE ",\"x.mean\":\"1 2\",\"x.mean\":\"1 2\"", W0 B0, 12, "no word twice");
    refused(LOSS "," INPUT "," DENSE ",\"x.mean\":\"1 2 3\",\"x.std\":\"1 2 3\"", W0 B0, 12,
            "the scalers are for 3 inputs");
    refused(LOSS "," INPUT "," DENSE ",\"classes\":\"a\\u0000\"", W0 B0, 12,
            "buffer: the model has 1 class names, but outputs for 2 classes");
    refused(LOSS "," INPUT "," DENSE ",\"classes\":\"a\\u0000b\\u0000c\\u0000\"", W0 B0, 12,
            "has 3 class names");
    refused(LOSS "," INPUT ",\"layers\":\"dense 3 tanh\",\"classes\":\"a\\u0000b\\u0000\"", "", 0,
            "has 2 class names, but outputs for 3 classes");
    refused("\"loss\":\"binary_cross_entropy\"," INPUT "," DENSE ",\"y.mean\":\"1\",\"y.std\":\"1\"", W0 B0,
            12, "a scaler of the targets belongs to the half squared loss, not to binary_cross_entropy");
    refused(LOSS "," INPUT "," DENSE ",\"classes\":\"a\"", W0 B0, 12, "'classes' makes no sense: 'a'");
    refused(LOSS "," INPUT "," DENSE ",\"classes\":\"\"", W0 B0, 12, "'classes' makes no sense");
    refused(LOSS "," INPUT "," DENSE ",\"classes\":\"a\\u0000b\"", W0 B0, 12, "'classes' makes no sense");
    refused(LOSS "," INPUT "," DENSE ",\"classes\":\"\xFF\\u0000\"", W0 B0, 12, "byte");
    refused(LOSS "," INPUT "," DENSE ",\"classes\":\"\\ud800\\u0000\"", W0 B0, 12, "byte");
    CHECK_STATUS(wi_model_read(&model, NULL, 3, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_model_read(NULL, "abc", 3, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_model_load(&model, "no/such/model", NULL), WI_ERR_IO);
    CHECK_STATUS(wi_model_load(&model, NULL, NULL), WI_ERR_ARG);
}

/* Cut at every byte, and every byte flipped: refused, or a sound model; never a leak. */
static void test_damaged(void)
{
    wi_model model, back;
    size_t size;
    make_model(&model, 0);
    unsigned char *bytes = write_model(&model, &size);
    for (size_t cut = 0; cut < size; cut++) {
        unsigned char *part = (unsigned char *)malloc(cut + 1);
        memcpy(part, bytes, cut);
        wi_error error;
        CHECK_STATUS(wi_model_read(&back, part, cut, &error), WI_ERR_FORMAT);
        CHECK(error.text[0] != 0);
        free(part);
    }
    const unsigned char flips[] = { 0x01, 0x10, 0x80, 0xFF };
    for (size_t at = 0; at < size; at++)
        for (size_t f = 0; f < WI_COUNT(flips); f++) {
            bytes[at] ^= flips[f];
            if (wi_model_read(&back, bytes, size, NULL) == WI_OK) wi_model_destroy(&back);
            bytes[at] ^= flips[f];
        }
    free(bytes);
    wi_model_destroy(&model);
    CHECK_EQ(fail_alloc.live, 0);
}

/* Memory running out at every allocation, from memory and from a file. */
static void test_no_memory(void)
{
    wi_model model, back;
    wi_error error;
    size_t size;
    make_model(&model, 1);
    unsigned char *bytes = write_model(&model, &size);
    CHECK_OK(wi_model_save(&model, check_path("model.safetensors"), &error));
    static const char *const said[5] = {" bytes", "32 numbers", "86 bytes of names", "15 layers",
                                        "a network of "};
    for (int file = 0; file < 2; file++)
        for (size_t k = 0;; k++) {
            size_t live = fail_alloc.live;
            fail_alloc_start(k);
            wi_status status = file ? wi_model_load(&back, check_path("model.safetensors"), &error)
                                    : wi_model_read(&back, bytes, size, &error);
            if (!fail_alloc_stop()) {
                if (CHECK_OK(status)) wi_model_destroy(&back);
                break;
            }
            CHECK_STATUS(status, WI_ERR_MEMORY);
            CHECK_STATUS(error.status, WI_ERR_MEMORY);
            CHECK_EQ(fail_alloc.live, live);
            CHECK_CONTAINS(error.text, "no memory for ");
            CHECK_CONTAINS(error.text, said[k + (file ? 0 : 1)]);   /* a file is read first */
        }
    free(bytes);
    wi_model_destroy(&model);
    CHECK_EQ(fail_alloc.live, 0);
}

/* What training leaves becomes a model: the network and the scalers are moved, the names copied, and one
   scaler goes on behind another; what fails moves nothing. */
static void test_make(void)
{
    static const char text[] = "1,10,a\n2,30,b\n3,20,a\n4,60,b\n5,50,a\n6,40,b\n";
    wi_layer_desc layer = wi_layer_dense(2, wi_linear());
    wi_net_desc desc;
    wi_data data;
    wi_scaler first, then, none;
    wi_net net, kept;
    wi_model model;
    wi_error error;
    wi_real raw[2] = {3, 30}, scaled[2] = {3, 30}, p[2], q[2];
    memset(&desc, 0, sizeof desc);
    memset(&none, 0, sizeof none);
    desc.inputs = 2;
    desc.layers = &layer;
    desc.layer_count = 1;
    if (!CHECK_OK(wi_data_parse_csv(&data, text, sizeof text - 1, 1, NULL)) ||
        !CHECK_OK(wi_net_create(&net, &desc, NULL)))
        return;
    CHECK_OK(wi_scaler_fit(&first, data.x));
    CHECK_OK(wi_scaler_apply(&first, data.x));
    for (size_t i = 0; i < 12; i++) data.x.data[i] = data.x.data[i] * 3 + 1;
    CHECK_OK(wi_scaler_fit(&then, data.x));
    CHECK_OK(wi_scaler_apply(&first, wi_mat_view(scaled, 1, 2)));
    CHECK_OK(wi_scaler_apply(&then, wi_mat_view(scaled, 1, 2)));
    CHECK_OK(
        wi_net_predict(&net, wi_mat_view(scaled, 1, 2), WI_LOSS_SOFTMAX_CROSS_ENTROPY, wi_mat_view(p, 1, 2)));

    kept = net;
    data.class_count = 1;
    CHECK_STATUS(wi_model_make(&model, &net, WI_LOSS_SOFTMAX_CROSS_ENTROPY, &data, &error), WI_ERR_ARG);
    CHECK_CONTAINS(error.text, "1 class names");
    CHECK_BYTES(&net.layers, &kept.layers, sizeof net.layers);
    data.class_count = 2;
    wi_model unwritten;
    memset(&model, 0x5A, sizeof model);
    unwritten = model;
    CHECK_STATUS(wi_model_make(&model, NULL, WI_LOSS_SOFTMAX_CROSS_ENTROPY, &data, &error), WI_ERR_ARG);
    fail_alloc_start(0);
    wi_status status = wi_model_make(&model, &net, WI_LOSS_SOFTMAX_CROSS_ENTROPY, &data, &error);
    CHECK(fail_alloc_stop() > 0);
    CHECK_STATUS(status, WI_ERR_MEMORY);
    CHECK_CONTAINS(error.text, "no memory for 2 class names");
    CHECK_BYTES(&model, &unwritten, sizeof model);
    CHECK_BYTES(&net.layers, &kept.layers, sizeof net.layers);
    CHECK_OK(wi_model_make(&model, &net, WI_LOSS_SOFTMAX_CROSS_ENTROPY, &data, &error));
    CHECK(!net.layers);
    wi_real in_none[2] = {1, 2}, out_none[2];
    wi_net empty = model.net;
    model.net.layers = NULL;
    CHECK_STATUS(wi_model_predict(&model, wi_mat_view(in_none, 1, 2), wi_mat_view(out_none, 1, 2)),
                 WI_ERR_ARG);
    size_t size;
    CHECK_STATUS(wi_model_write(&model, NULL, 0, &size, NULL), WI_ERR_ARG);
    model.net = empty;
    char **names = model.classes;
    model.classes = NULL;
    CHECK_STATUS(wi_model_write(&model, NULL, 0, &size, NULL), WI_ERR_ARG);
    model.classes = names;
    CHECK_OK(wi_model_scale(&model, &none, &none, &error));
    CHECK_EQ(model.x.count, 0);
    CHECK_STATUS(wi_model_scale(&model, NULL, &first, &error), WI_ERR_ARG);   /* targets of a cross-entropy */
    CHECK_OK(wi_model_scale(&model, &first, NULL, &error));
    CHECK_OK(wi_model_scale(&model, &then, NULL, &error));
    CHECK(first.count == 0 && then.count == 0);

    /* Each is sound, and what they come to is not: too large, or nothing. Then all stays as it was. */
    const double tiny = sizeof(wi_real) == 4 ? 1e-30 : 1e-300;
    wi_real large[2] = { 0, (wi_real)(1 / tiny) }, small[2] = { 1, (wi_real)tiny };
    wi_real was[4] = { model.x.mean[0], model.x.mean[1], model.x.std[0], model.x.std[1] };
    wi_real *block = model.x.mean, same[4] = { 0, 0, was[2], (wi_real)tiny };
    for (int up = 0; up < 2; up++) {
        memcpy(block, same, sizeof same);
        if (up) block[3] = (wi_real)(1 / tiny);
        wi_scaler further = { up ? large : small, up ? large : small, 2, { WI_OK, "" } };
        if (up) large[0] = 1;
        wi_real kept_block[4];
        memcpy(kept_block, block, sizeof kept_block);
        CHECK_STATUS(wi_model_scale(&model, &further, NULL, &error), WI_ERR_ARG);
        CHECK_CONTAINS(error.text, "the scalers of the inputs come to mean");
        CHECK_CONTAINS(error.text, "for number 2 of 2");
        CHECK_EQ(further.count, 2);
        CHECK_BYTES(block, kept_block, sizeof kept_block);
    }
    memcpy(block, was, sizeof was);
    wi_data_destroy(&data);
    CHECK_TEXT(model.classes[1], "b");
    CHECK_OK(wi_model_predict(&model, wi_mat_view(raw, 1, 2), wi_mat_view(q, 1, 2)));
    CHECK_NEAR(q[0], p[0], 1e-6);
    wi_model_destroy(&model);
    wi_net_destroy(&net);
    CHECK_STATUS(wi_model_make(NULL, &net, WI_LOSS_HALF_SQUARED, NULL, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_model_make(&model, &net, WI_LOSS_HALF_SQUARED, NULL, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_model_scale(NULL, NULL, NULL, &error), WI_ERR_ARG);
}

/* Several outputs, each with a unit of its own, for several rows. */
static void test_two_outputs(void)
{
    static const wi_real targets[3 * 2] = {1, 100, 2, 300, 3, 800};
    const wi_layer_desc layer = wi_layer_dense(2, wi_linear());
    wi_real x[3 * 4], out[3 * 2], plain[3 * 2];
    wi_net_desc desc;
    wi_model model;
    memset(&model, 0, sizeof model);
    memset(&desc, 0, sizeof desc);
    desc.inputs = 4;
    desc.layers = &layer;
    desc.layer_count = 1;
    desc.max_batch = 3;
    if (!CHECK_OK(wi_net_create(&model.net, &desc, NULL))) return;
    CHECK_OK(wi_scaler_fit(&model.y, wi_mat_view_const(targets, 3, 2)));
    model.loss = WI_LOSS_HALF_SQUARED;
    for (size_t i = 0; i < WI_COUNT(x); i++) x[i] = (wi_real)(i % 5) - 2;
    CHECK_OK(wi_net_predict(&model.net, wi_mat_view(x, 3, 4), model.loss, wi_mat_view(plain, 3, 2)));
    CHECK_OK(wi_model_predict(&model, wi_mat_view(x, 3, 4), wi_mat_view(out, 3, 2)));
    for (size_t i = 0; i < WI_COUNT(out); i++)
        CHECK_CLOSE(out[i], plain[i] * model.y.std[i % 2] + model.y.mean[i % 2], 1e-6);
    wi_model_destroy(&model);
}

/* Of a model that has scalers of both, either may be given another alone: the other stays. */
static void test_one_scaler(void)
{
    static const wi_real numbers[3 * 2] = {1, 100, 2, 300, 3, 800};
    const wi_layer_desc layer = wi_layer_dense(2, wi_linear());
    const wi_mat some = wi_mat_view_const(numbers, 3, 2);
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.inputs = 2;
    desc.layers = &layer;
    desc.layer_count = 1;
    for (int targets = 0; targets < 2; targets++) {
        wi_model model;
        wi_scaler further;
        memset(&model, 0, sizeof model);
        model.loss = WI_LOSS_HALF_SQUARED;
        if (!CHECK_OK(wi_net_create(&model.net, &desc, NULL))) return;
        CHECK_OK(wi_scaler_fit(&model.x, some));
        CHECK_OK(wi_scaler_fit(&model.y, some));
        CHECK_OK(wi_scaler_fit(&further, some));
        const wi_scaler *first = targets ? &model.y : &model.x, *other = targets ? &model.x : &model.y;
        const wi_real mean = first->mean[1], std = first->std[1];
        CHECK_OK(wi_model_scale(&model, targets ? NULL : &further, targets ? &further : NULL, NULL));
        CHECK_CLOSE(first->mean[1], mean + std * mean, 1e-6);
        CHECK_CLOSE(first->std[1], std * std, 1e-6);
        CHECK(other->mean[1] == mean && other->std[1] == std);
        wi_model_destroy(&model);
    }
}

/* Whatever the lists hold is written and read back: a layer of each kind with all sizes that are its own,
   each activation with its parameter, each loss. */
static void test_every_kind(void)
{
    int losses = 0;
    while (strcmp(wi_loss_name((wi_loss)losses), "not a wi_loss") != 0) losses++;
    for (int kind = 0; strcmp(wi_layer_kind_name((wi_layer_kind)kind), "not a wi_layer_kind") != 0; kind++)
        for (int act = 0; act < WI_ACT_CUSTOM; act++) {
            wi_layer_desc layers[2] = { wi_layer_act(wi_relu()), wi_layer_act(wi_linear()) };
            wi_layer_desc *given = &layers[1];
            wi_net_desc desc;
            wi_model model, back;
            wi_net net;
            wi_error error;
            size_t size;
            given->kind = (wi_layer_kind)kind;
            given->units = given->kernel = 4;
            given->stride = given->groups = given->span = 2;
            given->padding = 1;
            given->rate = 0.25;
            given->act.kind = act;
            CHECK_OK(wi_act_named(wi_act_name(given->act), &given->act));
            given->act.param *= 1.25;
            memset(&desc, 0, sizeof desc);
            desc.channels = desc.height = desc.width = 4;
            desc.layers = layers;
            desc.layer_count = 2;
            CHECK_OK(wi_net_create(&net, &desc, &error));
            wi_loss loss = (wi_loss)(act % losses);
            fail_alloc_start(0);   /* without names there is nothing to keep */
            CHECK_OK(wi_model_make(&model, &net, loss, NULL, &error));
            CHECK_EQ(fail_alloc_stop(), 0);
            unsigned char *bytes = write_model(&model, &size);
            if (CHECK_OK(wi_model_read(&back, bytes, size, &error))) {
                const wi_layer_desc *a = &model.net.layers[1].desc, *b = &back.net.layers[1].desc;
                CHECK(a->kind == b->kind && a->units == b->units && a->kernel == b->kernel);
                CHECK(a->stride == b->stride && a->padding == b->padding && a->groups == b->groups);
                CHECK(a->span == b->span && !(a->rate < b->rate) && !(a->rate > b->rate));
                CHECK(a->act.kind == b->act.kind && !(a->act.param < b->act.param));
                CHECK(!(a->act.param > b->act.param) && back.loss == loss);
                CHECK_EQ(model.net.param_count, back.net.param_count);
                CHECK_BYTES(model.net.params, back.net.params, model.net.param_count * sizeof(wi_real));
                wi_model_destroy(&back);
            } else printf("  %s %s: %s\n", wi_layer_kind_name((wi_layer_kind)kind), wi_act_name(given->act),
                          error.text);
            free(bytes);
            wi_model_destroy(&model);
        }
}

/* A scaler of numbers that are not there is refused, whichever it is and whatever it lacks. */
static void test_empty_scalers(void)
{
    wi_model model;
    wi_error error;
    size_t size;
    make_model(&model, 0);
    for (int k = 0; k < 4; k++) {
        wi_scaler *scaler = k / 2 ? &model.y : &model.x, kept = *scaler;
        if (!CHECK(scaler->count > 0)) return;
        if (k % 2) scaler->mean = NULL;
        else scaler->std = NULL;
        CHECK_STATUS(wi_model_write(&model, NULL, 0, &size, &error), WI_ERR_ARG);
        CHECK_CONTAINS(error.text, k / 2 ? "of the targets has a count" : "of the inputs has a count");
        *scaler = kept;
    }
    CHECK_OK(wi_model_write(&model, NULL, 0, &size, &error));
    wi_model_destroy(&model);
}

int main(void)
{
    test_two_outputs();
    test_one_scaler();
    test_every_kind();
    test_round_trip(0);
    test_round_trip(1);
    test_predict();
    test_refusals();
    test_hostile();
    test_seed();
    test_damaged();
    test_no_memory();
    test_make();
    test_empty_scalers();
    return check_done();
}
