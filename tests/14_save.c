/* 14_save.c: safetensors and npy, whole, cut short, corrupted and hostile.
   @build portable */
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include <errno.h>
#if defined(__unix__) || defined(__APPLE__)
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#endif

#define SZ sizeof(wi_real)
#define IS_DOUBLE (SZ == sizeof(double))
#define F  (IS_DOUBLE ? "F64" : "F32")

/* ---- networks ---------------------------------------------------------------- */

/* 2 -> 3 (tanh) -> 2: tensors 0.weight [3, 2], 0.bias [3], 2.weight [2, 3], 2.bias [2]. */
static void make_small(wi_net *net, uint64_t seed)
{
    wi_layer_desc layers[2];
    wi_net_desc desc;
    layers[0] = wi_layer_dense(3, wi_tanh());
    layers[1] = wi_layer_dense(2, wi_linear());
    layers[0].bias = layers[1].bias = wi_normal(0, 1);
    memset(&desc, 0, sizeof desc);
    desc.inputs = 2;
    desc.layers = layers;
    desc.layer_count = 2;
    desc.seed = seed;
    CHECK_OK(wi_net_create(net, &desc, NULL));
}

/* One layer of nearly every kind. */
static void make_large(wi_net *net, uint64_t seed)
{
    wi_layer_desc layers[14];
    wi_net_desc desc;
    size_t n = 0;
    layers[n] = wi_layer_conv2d(4, 3, wi_relu());      /* 0, ReLU 1 */
    layers[n++].padding = 1;
    layers[n++] = wi_layer_batch_norm();               /* 2 */
    layers[n++] = wi_layer_act(wi_leaky_relu(0.1));    /* 3 */
    layers[n] = wi_layer_conv2d(4, 3, wi_linear());    /* 4 */
    layers[n].groups = 2;
    layers[n++].padding = 1;
    layers[n++] = wi_layer_skip(3);                    /* 5 */
    layers[n++] = wi_layer_scale(0.5);                 /* 6 */
    layers[n++] = wi_layer_layer_norm();               /* 7, an image still */
    layers[n++] = wi_layer_max_pool(2);                /* 8 */
    layers[n++] = wi_layer_dropout(0.25);              /* 9 */
    layers[n++] = wi_layer_dense(6, wi_gelu());        /* Flatten 10, Linear 11, GELU 12 */
    layers[n++] = wi_layer_batch_norm();               /* 13 */
    layers[n++] = wi_layer_layer_norm();               /* 14, flat */
    layers[n++] = wi_layer_dense(5, wi_sigmoid());     /* 15, Sigmoid 16 */
    layers[n] = wi_layer_dense(6, wi_linear());        /* 17, tied: bias only */
    layers[n++].tied = 13;
    for (size_t i = 0; i < n; i++) layers[i].bias = wi_normal(0, 1);
    memset(&desc, 0, sizeof desc);
    desc.channels = 2;
    desc.height = desc.width = 4;
    desc.layers = layers;
    desc.layer_count = n;
    desc.seed = seed;
    wi_error error;
    if (!CHECK_OK(wi_net_create(net, &desc, &error))) printf("%s\n", error.text);
}

static unsigned char *write_net(const wi_net *net, size_t *size)
{
    CHECK_OK(wi_net_write(net, NULL, 0, size));
    unsigned char *bytes = (unsigned char *)malloc(*size);
    CHECK_OK(wi_net_write(net, bytes, *size, size));
    return bytes;
}

static uint64_t header_length(const unsigned char *bytes)
{
    uint64_t n = 0;
    for (size_t i = 8; i-- > 0;) n = n << 8 | bytes[i];
    return n;
}

/* ---- round trips ------------------------------------------------------------- */

static void test_small_bytes(void)
{
    wi_net net;
    size_t size;
    make_small(&net, 5);
    unsigned char *bytes = write_net(&net, &size);
    size_t header = (size_t)header_length(bytes);
    CHECK_EQ(header % 8, 0);
    CHECK_EQ(size, 8 + header + 17 * SZ);
    char *text = (char *)malloc(header + 1);
    memcpy(text, bytes + 8, header);
    text[header] = 0;
    CHECK_CONTAINS(text,
                   "{\"__metadata__\":{\"format\":\"pt\",\"producer\":\"winit.h " WI_VERSION_STRING
                   "\",\"seed\":\"5\"");
    CHECK_CONTAINS(text,
                   "\"layers\":\"dense 3 tanh; weights xavier_normal; bias normal:0,1 | dense 2 linear;");
    char want[300];
    snprintf(want, sizeof want, ",\"0.weight\":{\"dtype\":\"%s\",\"shape\":[3, 2],\"data_offsets\":[0,%u]}"
             ",\"0.bias\":{\"dtype\":\"%s\",\"shape\":[3],\"data_offsets\":[%u,%u]}", F, 6 * (unsigned)SZ, F,
             6 * (unsigned)SZ, 9 * (unsigned)SZ);
    CHECK_CONTAINS(text, want);
    CHECK_CONTAINS(text, ",\"2.bias\":{");
    free(text);

    /* The numbers, least significant byte first, on any machine. */
    for (size_t i = 0; i < 17; i++) {
        uint64_t bits = 0;
        for (size_t k = SZ; k-- > 0;) bits = bits << 8 | bytes[8 + header + i * SZ + k];
        wi_real value;
        if (IS_DOUBLE) {
            memcpy(&value, &bits, SZ);
        } else {
            uint32_t word = (uint32_t)bits;
            memcpy(&value, &word, sizeof word);
        }
        CHECK_NEAR(value, net.params[i], 0);
    }
    free(bytes);
    wi_net_destroy(&net);
}

static void test_round_trip(void)
{
    wi_net net, other;
    wi_error error;
    size_t size;
    make_large(&net, 1);
    make_large(&other, 2);
    for (size_t i = 0; i < net.state_count; i++) net.state[i] = (wi_real)(1 + (double)i);
    net.params[3] = (wi_real)INFINITY;
    unsigned char *bytes = write_net(&net, &size);
    if (!CHECK_OK(wi_net_read(&other, bytes, size, &error))) printf("%s\n", error.text);
    CHECK_BYTES(other.params, net.params, net.param_count * SZ);
    CHECK_BYTES(other.state, net.state, net.state_count * SZ);

    const char *names[] = { "0.weight\":{\"dtype\":\"F",
                            "2.running_mean",
                            "2.num_batches_tracked\":{\"dtype\":\"I64\",\"shape\":[]",
                            "4.weight",
                            "6.weight",
                            "7.weight",
                            "7.bias",
                            "11.weight",
                            "13.running_var",
                            "14.bias",
                            "15.weight",
                            "17.bias",
                            "\"shape\":[4, 2, 3, 3]",
                            "\"shape\":[4, 4, 4]",
                            "\"shape\":[1]" };
    size_t header = (size_t)header_length(bytes);
    char *text = (char *)malloc(header + 1);
    memcpy(text, bytes + 8, header);
    text[header] = 0;
    for (size_t i = 0; i < WI_COUNT(names); i++) CHECK_CONTAINS(text, names[i]);
    CHECK(strstr(text, "17.weight") == NULL);   /* tied */
    CHECK_CONTAINS(text, " | act leaky_relu:0.1 | ");
    CHECK_CONTAINS(text, " | conv2d 4 kernel 3 padding 1 groups 2 linear;");
    CHECK_CONTAINS(text, " | dense 6 tied 13 linear; bias normal:0,1\"}");
    free(text);

    /* Too small a buffer, by one byte; nothing is said then. */
    size_t said = 77;
    CHECK_STATUS(wi_net_write(&net, bytes, size - 1, &said), WI_ERR_SHAPE);
    CHECK_EQ(said, 77);
    CHECK_STATUS(wi_net_write(NULL, bytes, size, &said), WI_ERR_ARG);
    CHECK_STATUS(wi_net_write(&net, bytes, size, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_net_read(NULL, bytes, size, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_net_read(&net, NULL, size, &error), WI_ERR_ARG);
    free(bytes);

    /* Another network's file: refused, with a sentence, and nothing changed. */
    wi_net small;
    make_small(&small, 3);
    bytes = write_net(&small, &size);
    CHECK_STATUS(wi_net_read(&net, bytes, size, &error), WI_ERR_SHAPE);
    CHECK_TEXT(error.text,
               "buffer: layer 1 of the file is dense 3 tanh, here conv2d 4 kernel 3 padding 1 relu");
    CHECK_BYTES(other.params, net.params, net.param_count * SZ);
    free(bytes);
    wi_net_destroy(&small);
    wi_net_destroy(&other);
    wi_net_destroy(&net);
    wi_net gone;
    memset(&gone, 0, sizeof gone);
    CHECK_STATUS(wi_net_write(&gone, NULL, 0, &size), WI_ERR_ARG);
    CHECK_STATUS(wi_net_read(&gone, "x", 1, NULL), WI_ERR_ARG);
    CHECK_EQ(fail_alloc.live, 0);
}

static double size_of(double z, double param)
{
    return fabs(z) + param;
}

/* A network without parameters makes a file too; a name of the user's may hold anything. */
static void test_no_parameters(void)
{
    wi_layer_desc layer = wi_layer_act(wi_custom("my \"own\" \xC3\xA9", size_of, size_of, 0));
    wi_net_desc desc;
    wi_net net;
    wi_error error;
    size_t size;
    memset(&desc, 0, sizeof desc);
    desc.inputs = 3;
    desc.layers = &layer;
    desc.layer_count = 1;
    CHECK_OK(wi_net_create(&net, &desc, NULL));
    unsigned char *bytes = write_net(&net, &size);
    CHECK_EQ(size, 8 + header_length(bytes));
    CHECK_EQ(bytes[size - 1], ' ');
    CHECK_OK(wi_net_read(&net, bytes, size, &error));
    free(bytes);
    wi_net_destroy(&net);
}

/* ---- hostile files ------------------------------------------------------------ */

/* Make a file of a header and `data` zero bytes, each in a block of its own size. */
static unsigned char *make_file(const char *header, size_t data, size_t *size)
{
    size_t length = strlen(header);
    *size = 8 + length + data;
    unsigned char *bytes = (unsigned char *)calloc(1, *size);
    for (size_t i = 0; i < 8; i++) bytes[i] = (unsigned char)((uint64_t)length >> 8 * i);
    memcpy(bytes + 8, header, length);
    return bytes;
}

static void refused(const char *header, size_t data, wi_status want, const char *sentence)
{
    wi_net net;
    wi_error error;
    size_t size;
    make_small(&net, 9);
    wi_real before[17];
    memcpy(before, net.params, sizeof before);
    unsigned char *bytes = make_file(header, data, &size);
    memset(&error, 0, sizeof error);
    wi_status status = wi_net_read(&net, bytes, size, &error);
    if (!CHECK_STATUS(status, want) || !CHECK_CONTAINS(error.text, sentence))
        printf("  for %s: %s\n", header, error.text);
    CHECK_EQ(error.status, status);
    CHECK_BYTES(before, net.params, sizeof before);
    free(bytes);
    wi_net_destroy(&net);
    CHECK_EQ(fail_alloc.live, 0);
}

#define W0 "\"0.weight\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[0,24]}"
#define B0 "\"0.bias\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[24,36]}"
#define W2 "\"2.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[36,60]}"
#define B2 "\"2.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[60,68]}"

static void test_hostile(void)
{
    wi_net net;
    wi_error error;
    size_t size;
    /* What is legal, in unusual forms. */
    const char *good[] = {
        "{" W0 "," B0 "," W2 "," B2 "}",
        "{" B2 "," W2 "," B0 "," W0 "}",
        "{" W0 "," B0 ",\"__metadata__\":{}," W2 "," B2 "}   \n\t ",
        "{\"__metadata__\": null," W0 "," B0 "," W2 "," B2 "}",
        " { \"__metadata__\" : { \"a\\u00e9\\\"\\\\\\n\" : \"\\uD83D\\uDE00\xC3\xA9\" } , "
        W0 "," B0 "," W2 "," B2 "}",
        "{\"0.weight\":{\"shape\":[ 3 ,\n2 ],\"data_offsets\":[0,24],\"dtype\":\"F32\"},"
        B0 "," W2 "," B2 "}",
        "{\"2.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}"
        ",\"0.weight\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[44,68]}"
        ",\"0.bias\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[8,20]}"
        ",\"2.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[20,44]}}"
    };
    make_small(&net, 9);
    for (size_t i = 0; i < WI_COUNT(good); i++) {
        unsigned char *bytes = make_file(good[i], 68, &size);
        net.params[0] = 1;
        if (!CHECK_OK(wi_net_read(&net, bytes, size, &error))) printf("%s\n", error.text);
        CHECK_NEAR(net.params[0], 0, 0);
        free(bytes);
    }
    /* Either width of number is read, mixed too. */
    unsigned char *mixed =
        make_file("{\"0.weight\":{\"dtype\":\"F64\",\"shape\":[3,2],\"data_offsets\":[0,48]}"
                  ",\"0.bias\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[48,60]}"
                  ",\"2.weight\":{\"dtype\":\"F64\",\"shape\":[2,3],\"data_offsets\":[60,108]}"
                  ",\"2.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[108,116]}}",
                  116, &size);
    mixed[size - 116 + 7] = 0x3F;    /* 1.5 = 3FF8 0000 0000 0000 */
    mixed[size - 116 + 6] = 0xF8;
    mixed[size - 116 + 51] = 0xC0;   /* -2 = C000 0000 */
    CHECK_OK(wi_net_read(&net, mixed, size, &error));
    CHECK_NEAR(net.params[0], 1.5, 0);
    CHECK_NEAR(net.params[6], -2, 0);
    free(mixed);
    wi_net_destroy(&net);

    /* Lies about lengths. */
    refused("{" W0 "," B0 "," W2 "," B2 "}", 67, WI_ERR_FORMAT,
            "buffer: '2.bias' is at 60 to 68 of 67 bytes of data");
    refused("{" W0 "," B0 "," W2 "," B2 "}", 69, WI_ERR_FORMAT,
            "the tensors do not fill its 69 bytes of data, each once: a hole or an overlap");
    refused("{" W0 "," W0 "," B0 "," W2 "," B2 "}", 68, WI_ERR_FORMAT, "buffer: '0.weight' is there twice");
    refused("{" W0 "," B0 "," W2 "}", 60, WI_ERR_SHAPE, "buffer: '2.bias' is missing");
    refused("{}", 0, WI_ERR_SHAPE, "buffer: '0.weight' is missing");
    refused("{" W0 "," B0 "," W2 "," B2
            ",\"3.bias\":{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[68,68]}}",
            68, WI_ERR_SHAPE, "buffer: '3.bias' has no place in this network");
    refused("{" W0 "," B0 ",\"2.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}," B2 "}",
            68, WI_ERR_FORMAT, "a hole or an overlap");
    refused("{" W0 "," B0 ",\"2.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}"
            ",\"2.bias\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[28,36]}}",
            36, WI_ERR_FORMAT, "a hole or an overlap");
    refused("{\"0.weight\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[24,0]}}", 68, WI_ERR_FORMAT,
            "at 24 to 0");
    refused("{\"0.weight\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[0,23]}}", 68, WI_ERR_FORMAT,
            "buffer: '0.weight' has 23 bytes for 6 numbers of F32");
    refused("{\"0.weight\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[0,99999999999999999999999]}}",
            68, WI_ERR_FORMAT, "a smaller number");
    refused("{\"0.weight\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[0]}}", 68, WI_ERR_FORMAT,
            "two data_offsets");
    refused("{\"0.weight\":{\"dtype\":\"F32\",\"shape\":[3,2],\"data_offsets\":[0,24,48]}}", 68,
            WI_ERR_FORMAT, "no further number");
    /* Wrong shapes and types. */
    refused("{\"0.weight\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]}}", 68, WI_ERR_SHAPE,
            "buffer: '0.weight' is [2, 3], should be [3, 2]");
    refused("{\"0.weight\":{\"dtype\":\"F32\",\"shape\":[6],\"data_offsets\":[0,24]}}", 68, WI_ERR_SHAPE,
            "is [6], should be");
    refused("{\"0.weight\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]}}", 68, WI_ERR_SHAPE,
            "is [], should be");
    refused("{\"0.weight\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]}}", 68,
            WI_ERR_FORMAT, "no further number");
    refused("{\"0.weight\":{\"dtype\":\"I32\",\"shape\":[3,2],\"data_offsets\":[0,24]}}", 24, WI_ERR_FORMAT,
            "buffer: '0.weight' has a dtype that is not F64, F32, F16 or BF16");
    refused("{\"0.weight\":{\"dtype\":\"F32andmore\",\"shape\":[3,2],\"data_offsets\":[0,24]}}", 68,
            WI_ERR_FORMAT, "dtype");
    /* Wrong JSON, with the byte. */
    refused("", 0, WI_ERR_FORMAT, "buffer, byte 8: the header should have '{' here");
    refused("[]", 0, WI_ERR_FORMAT, "byte 8: the header should have '{' here");
    refused("{\"0.weight\":[[[[[[[[[[[[[[[[", 0, WI_ERR_FORMAT, "byte 20: the header should have '{' here");
    refused("{\"0.weight\":{\"dtype\":{\"dtype\":{\"dtype\":", 0, WI_ERR_FORMAT,
            "byte 29: the header should have a string");
    refused("{\"__metadata__\":{\"a\":{}}}", 0, WI_ERR_FORMAT,
            "byte 29: the header should have a string here");
    refused("{\"__metadata__\":{\"a\":1}}", 0, WI_ERR_FORMAT, "a string");
    refused("{" W0 "," B0 "," W2 "," B2 "}x", 68, WI_ERR_FORMAT, "the header should have its end here");
    refused("{" W0 "," B0 "," W2 "," B2 ",}", 68, WI_ERR_FORMAT, "the header should have a string here");
    refused("{" W0 " " B0 "}", 68, WI_ERR_FORMAT, "the header should have '}' here");
    refused("{\"0.weight\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 68, WI_ERR_FORMAT, "once each");
    refused("{\"0.weight\":{\"color\":\"red\"}}", 68, WI_ERR_FORMAT, "dtype, shape and two data_offsets");
    refused("{\"0.weight\":{\"dtype\":\"F32\"}}", 68, WI_ERR_FORMAT, "dtype, shape and two data_offsets");
    refused("{\"0.weight\":{\"dtype\":\"F32\",\"shape\":[-3,2]}}", 68, WI_ERR_FORMAT, "a whole number");
    refused("{\"0.weight\":{\"dtype\":\"F32\",\"shape\":[3.0,2]}}", 68, WI_ERR_FORMAT, "']'");
    refused("{\"0.weight\":{\"dtype\":\"F32\",\"shape\":[3e0,2]}}", 68, WI_ERR_FORMAT, "']'");
    refused("{\"0.weight\":{\"dtype\":\"F32\",\"shape\":[3,]}}", 68, WI_ERR_FORMAT, "a whole number");
    refused("{\"0.wei\\ght\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 68, WI_ERR_FORMAT,
            "byte 17: the header should have a character");
    refused("{\"0.wei\\", 68, WI_ERR_FORMAT, "the end of a string");
    refused("{\"0.wei\\\"", 68, WI_ERR_FORMAT, "the end of a string");
    refused("{\"0.weight", 68, WI_ERR_FORMAT, "the end of a string");
    refused(
        "{\"a name that is far too long to be the name of any tensor that this network might have, but "
        "legal\":"
        "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        68, WI_ERR_SHAPE, "has no place in this network");

    /* The first eight bytes. */
    make_small(&net, 1);
    const unsigned char huge[16] = { 255, 255, 255, 255, 255, 255, 255, 255, '{', '}' };
    CHECK_STATUS(wi_net_read(&net, huge, sizeof huge, &error), WI_ERR_FORMAT);
    CHECK_CONTAINS(error.text, "buffer, byte 0: not a safetensors file, or cut short");
    for (size_t n = 0; n < 8; n++) {
        CHECK_STATUS(wi_net_read(&net, huge, n, &error), WI_ERR_FORMAT);
        CHECK_CONTAINS(error.text, "ends before the length of its header");
    }
    wi_net_destroy(&net);
}

/* A deep pile of brackets must not become a deep pile of calls. */
static void test_deep(void)
{
    size_t n = 1 << 20, size;
    char *header = (char *)malloc(n + 1);
    memset(header, '[', n);
    memcpy(header, "{\"0.weight\":", 12);
    header[n] = 0;
    refused(header, 0, WI_ERR_FORMAT, "'{'");
    memset(header, '{', n);
    refused(header, 0, WI_ERR_FORMAT, "a string");
    free(header);
    (void)size;
}

/* Cut at every byte, and with every byte changed in several ways: refused or sound, never a crash or a
   half-read net. */
static void test_damaged(void)
{
    wi_net net, kept;
    size_t size, accepted = 0;
    make_small(&net, 1);
    make_small(&kept, 1);
    unsigned char *bytes = write_net(&net, &size);
    size_t header = (size_t)header_length(bytes);
    for (size_t cut = 0; cut < size; cut++) {
        unsigned char *part = (unsigned char *)malloc(cut + 1);
        memcpy(part, bytes, cut);
        wi_error error;
        error.text[0] = 0;
        CHECK_STATUS(wi_net_read(&net, part, cut, &error), WI_ERR_FORMAT);
        CHECK(error.text[0] != 0);
        free(part);
    }
    CHECK_BYTES(net.params, kept.params, net.param_count * SZ);
    const unsigned char changes[] = { 0, '"', '}', '{', '[', ']', ',', ':', '9', '\\', 0xFF };
    for (size_t at = 0; at < 8 + header; at++)
        for (size_t c = 0; c < WI_COUNT(changes); c++) {
            unsigned char old = bytes[at];
            bytes[at] = changes[c];
            wi_status status = wi_net_read(&net, bytes, size, NULL);
            accepted += status == WI_OK;
            if (status != WI_OK && memcmp(net.params, kept.params, net.param_count * SZ) != 0)
                CHECK_EQ(at, SIZE_MAX);
            bytes[at] = old;
        }
    CHECK(accepted > 0);   /* changes of the metadata's words are harmless */
    free(bytes);
    wi_net_destroy(&net);
    wi_net_destroy(&kept);
    CHECK_EQ(fail_alloc.live, 0);
}

/* ---- optimisers ----------------------------------------------------------------- */

/* Saved between two steps and gone on with by a new one, an optimiser takes the same steps to the bit;
   another kind or size is refused, whatever is cut off is noticed, and nothing has changed then. */
static void test_optimiser(void)
{
    const wi_opt_desc descs[4] = { wi_sgd(0.1), wi_momentum(0.1, 0.9), wi_adam(0.01), wi_adamw(0.01, 0.1) };
    enum { N = 37 };
    wi_real grads[N], once[N], twice[N];
    wi_opt opt, next;
    wi_error error;
    char path[600];
    snprintf(path, sizeof path, "%s", check_path("opt.safetensors"));
    for (size_t i = 0; i < N; i++) grads[i] = (wi_real)i - 11;
    for (size_t d = 0; d < 4; d++) {
        memcpy(once, grads, sizeof once);
        CHECK_OK(wi_opt_create(&opt, descs[d], N));
        CHECK_OK(wi_opt_create(&next, descs[d], N));
        for (int k = 0; k < 3; k++) CHECK_OK(wi_opt_step(&opt, once, grads));
        CHECK_OK(wi_opt_save(&opt, path, &error));
        CHECK_OK(wi_opt_load(&next, path, &error));
        CHECK_EQ(next.step, 3);
        memcpy(twice, once, sizeof once);
        CHECK_OK(wi_opt_step(&opt, once, grads));
        CHECK_OK(wi_opt_step(&next, twice, grads));
        CHECK_BYTES(once, twice, sizeof once);
        wi_opt_destroy(&next);

        size_t size = 0;
        CHECK_OK(wi_opt_write(&opt, NULL, 0, &size));
        unsigned char *bytes = (unsigned char *)malloc(size);
        CHECK_STATUS(wi_opt_write(&opt, bytes, size - 1, &size), WI_ERR_SHAPE);
        CHECK_OK(wi_opt_write(&opt, bytes, size, &size));
        CHECK_OK(wi_opt_create(&next, descs[d], N));
        for (size_t cut = 0; cut < size; cut++) {
            unsigned char *part = (unsigned char *)malloc(cut ? cut : 1);
            memcpy(part, bytes, cut);
            CHECK_STATUS(wi_opt_read(&next, part, cut, &error), WI_ERR_FORMAT);
            free(part);
        }
        CHECK_EQ(next.step, 0);
        CHECK_OK(wi_opt_read(&next, bytes, size, &error));
        CHECK_EQ(next.step, 4);
        wi_opt_destroy(&next);

        CHECK_OK(wi_opt_create(&next, descs[d >= 2 ? 1 : 2], N));   /* another kind */
        CHECK_STATUS(wi_opt_read(&next, bytes, size, &error), WI_ERR_SHAPE);
        CHECK_CONTAINS(error.text, "'opt.");
        CHECK_EQ(next.step, 0);
        wi_opt_destroy(&next);
        if (d > 0) {   /* plain descent keeps nothing that has a size */
            CHECK_OK(wi_opt_create(&next, descs[d], N + 1));
            CHECK_STATUS(wi_opt_read(&next, bytes, size, &error), WI_ERR_SHAPE);
            CHECK_EQ(next.step, 0);
            wi_opt_destroy(&next);
        }
        free(bytes);
        wi_opt_destroy(&opt);
    }
    size_t size = 0;
    CHECK_STATUS(wi_opt_save(NULL, path, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_opt_load(NULL, path, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_opt_write(NULL, NULL, 0, &size), WI_ERR_ARG);
    CHECK_OK(wi_opt_create(&opt, descs[2], N));
    CHECK_STATUS(wi_opt_write(&opt, NULL, 0, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_opt_read(&opt, NULL, 9, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_opt_save(&opt, NULL, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_opt_load(&opt, "no/such/opt", &error), WI_ERR_IO);
    wi_opt_destroy(&opt);
    CHECK_EQ(fail_alloc.live, 0);
}

/* ---- checkpoints ---------------------------------------------------------------- */

typedef struct { wi_net net; wi_data data; wi_trainer trainer; } run;

static wi_train_desc run_desc(void)
{
    wi_train_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    desc.opt = wi_adamw(0.01, 0.01);
    desc.epochs = 4;
    desc.batch = 16;
    desc.seed = 3;
    desc.weight_noise = 0.01;
    desc.input_noise = 0.1;
    desc.schedule = WI_SCHEDULE_COSINE;
    desc.warmup_steps = 5;
    desc.patience = 2;
    desc.every = 3;
    return desc;
}

static void run_create(run *r, wi_train_desc desc)
{
    wi_layer_desc layers[5];
    wi_net_desc net;
    wi_rng rng = wi_rng_make(8);
    layers[0] = wi_layer_dense(9, wi_linear());
    layers[1] = wi_layer_batch_norm();
    layers[2] = wi_layer_act(wi_relu());
    layers[3] = wi_layer_dropout(0.2);
    layers[4] = wi_layer_dense(3, wi_linear());
    memset(&net, 0, sizeof net);
    net.inputs = 2;
    net.layers = layers;
    net.layer_count = 5;
    net.max_batch = 100;
    net.seed = 4;
    CHECK_OK(wi_net_create(&r->net, &net, NULL));
    CHECK_OK(wi_data_spirals(&r->data, 100, 3, 0.1, &rng));
    if (desc.patience > 0) desc.valid = &r->data;
    CHECK_OK(wi_trainer_create(&r->trainer, &r->net, &r->data, &desc, NULL));
}

static void run_destroy(run *r)
{
    wi_trainer_destroy(&r->trainer);
    wi_data_destroy(&r->data);
    wi_net_destroy(&r->net);
}

/* A checkpoint whose numbers cannot be: of more samples, further than its run is long, of another kind. */
static void refuse_counts(wi_trainer *trainer, unsigned char *bytes, size_t size)
{
    const struct { size_t at; uint64_t add; const char *words; } rows[] = {
        {0, 1, "another seed, batch or number"}, {1, 1, "another seed, batch or number"},
        {2, 1, "another seed, batch or number"}, {4, 1000, "past the last"}, {5, 1000, "past the last"},
        {6, 1000, "past the last"}};
    wi_tensors tensors;
    wi_error error;
    if (!CHECK_OK(wi_tensors_parse(&tensors, bytes, size, &error))) return;
    const wi_tensor *counts = wi_tensors_find(&tensors, "trainer.counts");
    if (!CHECK(counts != NULL)) return;
    unsigned char *first = bytes + ((const unsigned char *)counts->bytes - bytes);
    for (size_t r = 0; r < WI_COUNT(rows); r++) {
        unsigned char kept[8], *at = first + 8 * rows[r].at;
        uint64_t value = 0;
        memcpy(kept, at, 8);
        for (size_t i = 8; i-- > 0;) value = value << 8 | at[i];
        value += rows[r].add;
        for (size_t i = 0; i < 8; i++) at[i] = (unsigned char)(value >> 8 * i);
        CHECK_STATUS(wi_trainer_read(trainer, bytes, size, &error), WI_ERR_SHAPE);
        CHECK_CONTAINS(error.text, rows[r].words);
        memcpy(at, kept, 8);
    }
    wi_tensors_destroy(&tensors);
    for (size_t i = 0; i + 30 < size; i++) {
        if (memcmp(bytes + i, "\"trainer.counts\":{\"dtype\":\"I64", 30) != 0) continue;
        bytes[i + 27] = 'U';
        CHECK_STATUS(wi_trainer_read(trainer, bytes, size, &error), WI_ERR_FORMAT);
        CHECK_CONTAINS(error.text, "'trainer.counts' has a dtype that is not I64");
        bytes[i + 27] = 'I';
        return;
    }
    CHECK(0 && "no counts");
}

/* Stopped after any number of steps and gone on with elsewhere, a run ends where one in a single go does. */
static void test_checkpoint(void)
{
    run whole, part;
    wi_error error;
    wi_train_desc desc = run_desc();
    run_create(&whole, desc);
    CHECK_OK(wi_trainer_run(&whole.trainer, 0, &error));
    const size_t stops[] = { 0, 1, 2, 3, 7, 13, 14, 27, 28 };
    for (size_t i = 0; i < WI_COUNT(stops); i++) {
        run_create(&part, desc);
        if (stops[i] > 0) CHECK_OK(wi_trainer_run(&part.trainer, stops[i], &error));
        CHECK_OK(wi_trainer_save(&part.trainer, check_path("run.safetensors"), &error));
        size_t size = 0;
        unsigned char *two[2];
        CHECK_OK(wi_trainer_write(&part.trainer, NULL, 0, &size));
        for (int k = 0; k < 2; k++) {   /* over whatever was there */
            two[k] = (unsigned char *)malloc(size);
            memset(two[k], k ? 0xFF : 0x5A, size);
            CHECK_OK(wi_trainer_write(&part.trainer, two[k], size, &size));
        }
        CHECK_BYTES(two[0], two[1], size);
        free(two[0]);
        free(two[1]);
        run_destroy(&part);

        run_create(&part, desc);
        CHECK_OK(wi_trainer_run(&part.trainer, 2, &error));   /* which is forgotten */
        if (!CHECK_OK(wi_trainer_load(&part.trainer, check_path("run.safetensors"), &error)))
            printf("%s\n", error.text);
        CHECK_EQ(part.trainer.progress.step,
                 stops[i] < whole.trainer.progress.step ? stops[i] : whole.trainer.progress.step);
        CHECK_OK(wi_trainer_run(&part.trainer, 0, &error));
        CHECK_BYTES(part.net.params, whole.net.params, whole.net.param_count * SZ);
        CHECK_BYTES(part.net.state, whole.net.state, whole.net.state_count * SZ);
        CHECK_EQ(part.trainer.progress.step, whole.trainer.progress.step);
        CHECK_NEAR(part.trainer.progress.loss, whole.trainer.progress.loss, 0);
        CHECK_NEAR(part.trainer.progress.valid.loss, whole.trainer.progress.valid.loss, 0);
        CHECK_NEAR(part.trainer.best_loss, whole.trainer.best_loss, 0);
        run_destroy(&part);
    }

    /* Before the first report there are no best weights to be kept, whatever the memory for them holds. */
    {
        size_t bytes;
        wi_tensors kept;
        run_create(&part, desc);
        memset(part.trainer.best, 0x5A, part.net.param_count * SZ);
        CHECK_OK(wi_trainer_write(&part.trainer, NULL, 0, &bytes));
        unsigned char *file = (unsigned char *)malloc(bytes);
        CHECK_OK(wi_trainer_write(&part.trainer, file, bytes, &bytes));
        CHECK_OK(wi_tensors_parse(&kept, file, bytes, &error));
        const wi_tensor *best = wi_tensors_find(&kept, "trainer.best");
        for (size_t i = 0; CHECK(best != NULL) && i < part.net.param_count * SZ; i++)
            CHECK_EQ(((const unsigned char *)best->bytes)[i], 0);
        wi_tensors_destroy(&kept);
        free(file);
        run_destroy(&part);
    }

    /* One that has lost its patience does not go on. */
    run_create(&part, desc);
    CHECK_OK(wi_trainer_run(&part.trainer, 7, &error));
    part.trainer.stopped = 1;
    CHECK_OK(wi_trainer_save(&part.trainer, check_path("run.safetensors"), &error));
    run_destroy(&part);
    run_create(&part, desc);
    CHECK_OK(wi_trainer_load(&part.trainer, check_path("run.safetensors"), &error));
    CHECK_OK(wi_trainer_run(&part.trainer, 0, &error));
    CHECK_EQ(part.trainer.progress.step, 7);
    run_destroy(&part);

    /* Other runs refuse it, and are not changed. */
    size_t size;
    CHECK_OK(wi_trainer_write(&whole.trainer, NULL, 0, &size));
    unsigned char *bytes = (unsigned char *)malloc(size);
    CHECK_OK(wi_trainer_write(&whole.trainer, bytes, size, &size));
    CHECK_STATUS(wi_trainer_write(&whole.trainer, bytes, size - 1, &size), WI_ERR_SHAPE);
    for (int change = 0; change < 6; change++) {
        wi_train_desc other = desc;
        if (change == 0) other.seed = 99;
        if (change == 1) other.batch = 10;
        if (change == 2) other.opt = wi_sgd(0.1);
        if (change == 3) other.patience = 0;
        if (change == 4) other.opt = wi_momentum(0.1, 0.9);
        if (change == 5) other.steps = 3;
        run_create(&part, other);
        wi_real before = part.net.params[0];
        CHECK_STATUS(wi_trainer_read(&part.trainer, bytes, size, &error), WI_ERR_SHAPE);
        CHECK_CONTAINS(
            error.text,
            change == 2 || change == 4 ? "'trainer."
                : change == 3
                ? "'trainer.best' has no place in this run: the checkpoint is of another optimiser or plan"
                : change == 5 ? "past the last of this run's 3 steps"
                              : "another seed, batch");
        if (change > 1 && change < 5)
            CHECK_CONTAINS(error.text, ": the checkpoint is of another optimiser or plan");
        CHECK_NEAR(part.net.params[0], before, 0);
        CHECK_EQ(part.trainer.progress.step, 0);
        run_destroy(&part);
    }
    run_create(&part, desc);
    refuse_counts(&part.trainer, bytes, size);
    run_destroy(&part);
    for (size_t cut = 0; cut < size; cut += cut < 3000 ? 1 : 37)
        CHECK_STATUS(wi_trainer_read(&whole.trainer, bytes, cut, &error), WI_ERR_FORMAT);
    CHECK_STATUS(wi_net_read(&whole.net, bytes, size, &error), WI_ERR_SHAPE);
    CHECK_TEXT(error.text, "buffer: 'trainer.counts' has no place in this network: "
                           "wi_net_take() takes one from a checkpoint");

    /* Nor is one without a tensor of the network, or with another in its place. */
    wi_tensors tensors;
    char header[300];
    size_t without;
    CHECK_OK(wi_tensors_parse(&tensors, bytes, size, &error));
    CHECK_OK(wi_net_take(&whole.net, &tensors, NULL, &error));
    unsigned counts = (unsigned)wi_tensors_find(&tensors, "trainer.counts")->count,
             numbers = (unsigned)wi_tensors_find(&tensors, "trainer.numbers")->count;
    wi_tensors_destroy(&tensors);
    snprintf(header, sizeof header, "{\"trainer.counts\":{\"dtype\":\"I64\",\"shape\":[%u],"
             "\"data_offsets\":[0,%u]},\"trainer.numbers\":{\"dtype\":\"F64\",\"shape\":[%u],"
             "\"data_offsets\":[%u,%u]}}",
             counts, 8 * counts, numbers, 8 * counts, 8 * (counts + numbers));
    unsigned char *bare = make_file(header, 8 * (counts + numbers), &without);
    CHECK_STATUS(wi_trainer_read(&whole.trainer, bare, without, &error), WI_ERR_SHAPE);
    CHECK_TEXT(error.text, "buffer: '0.weight' is missing");
    free(bare);
    for (size_t i = 0; i + 10 < size; i++) {
        if (memcmp(bytes + i, "\"0.weight\"", 10) != 0) continue;
        bytes[i + 1] = '7';
        CHECK_STATUS(wi_trainer_read(&whole.trainer, bytes, size, &error), WI_ERR_SHAPE);
        CHECK_TEXT(error.text, "buffer: '7.weight' has no place in this network");
        bytes[i + 1] = '0';
    }
    run_create(&part, desc);
    wi_train_desc plain = desc;   /* a rule that keeps no averages leaves none */
    run other;
    plain.opt = wi_sgd(0.1);
    run_create(&other, plain);
    CHECK_OK(wi_trainer_write(&other.trainer, bytes, size, &without));
    CHECK_STATUS(wi_trainer_read(&part.trainer, bytes, without, &error), WI_ERR_SHAPE);
    CHECK_TEXT(error.text, "buffer: 'trainer.m' is missing: the checkpoint is of another optimiser or plan");
    run_destroy(&other);
    run_destroy(&part);
    free(bytes);

    /* A network's file is no checkpoint. */
    bytes = write_net(&whole.net, &size);
    CHECK_STATUS(wi_trainer_read(&whole.trainer, bytes, size, &error), WI_ERR_SHAPE);
    CHECK_TEXT(error.text, "buffer: 'trainer.counts' is missing");
    CHECK_STATUS(wi_trainer_read(NULL, bytes, size, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_trainer_read(&whole.trainer, NULL, size, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_trainer_write(NULL, bytes, size, &size), WI_ERR_ARG);
    wi_trainer none;   /* destroyed, or never created */
    memset(&none, 0, sizeof none);
    CHECK_STATUS(wi_trainer_write(&none, bytes, size, &size), WI_ERR_ARG);
    CHECK_STATUS(wi_trainer_read(&none, bytes, size, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_trainer_save(&whole.trainer, NULL, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_trainer_save(&whole.trainer, "no/such/run", &error), WI_ERR_IO);
    CHECK_STATUS(wi_trainer_load(&whole.trainer, "no/such/run", &error), WI_ERR_IO);
    CHECK_STATUS(wi_trainer_load(NULL, "run", &error), WI_ERR_ARG);
    free(bytes);
    run_destroy(&whole);
    CHECK_EQ(fail_alloc.live, 0);
}

/* ---- npy ----------------------------------------------------------------------- */

static void test_npy(void)
{
    wi_real numbers[6] = { 1, 2, 3, 4, 5, 6 };
    wi_mat m = wi_mat_transpose(wi_mat_view(numbers, 2, 3));
    unsigned char bytes[256];
    size_t size = 0;
    CHECK_OK(wi_mat_write_npy(m, NULL, 0, &size));
    CHECK_EQ(size, 128 + 6 * SZ);
    CHECK_OK(wi_mat_write_npy(m, bytes, sizeof bytes, &size));
    CHECK_BYTES(bytes, "\x93NUMPY\1\0\x76\0", 10);
    char text[119];
    memcpy(text, bytes + 10, 118);
    text[118] = 0;
    CHECK_CONTAINS(text, IS_DOUBLE ? "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 2), }   "
                                        : "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }   ");
    CHECK_EQ(strlen(text), 118);
    CHECK_EQ(text[117], '\n');
    const unsigned char four[4] = { 0, 0, 0x80, 0x40 };   /* m(0, 1) = 4.0f, least significant byte first */
    if (!IS_DOUBLE) CHECK_BYTES(bytes + 132, four, 4);

    size = 5;
    CHECK_STATUS(wi_mat_write_npy(m, bytes, 127, &size), WI_ERR_SHAPE);
    CHECK_STATUS(wi_mat_write_npy(wi_mat_view(numbers, 0, 3), NULL, 0, &size), WI_ERR_SHAPE);
    CHECK_STATUS(wi_mat_write_npy(wi_mat_view(numbers, 3, 0), NULL, 0, &size), WI_ERR_SHAPE);
    CHECK_STATUS(wi_mat_write_npy(wi_mat_view(numbers, SIZE_MAX, 3), NULL, 0, &size), WI_ERR_SHAPE);
    CHECK_STATUS(wi_mat_write_npy(wi_mat_view(NULL, 2, 3), NULL, 0, &size), WI_ERR_ARG);
    CHECK_STATUS(wi_mat_write_npy(m, bytes, sizeof bytes, NULL), WI_ERR_ARG);
    CHECK_EQ(size, 5);
    wi_error error;
    CHECK_OK(wi_mat_save_npy(m, check_path("m.npy"), &error));
    FILE *file = fopen(check_path("m.npy"), "rb");
    if (CHECK(file != NULL)) {
        CHECK_EQ(fread(bytes, 1, sizeof bytes, file), 128 + 6 * SZ);
        fclose(file);
    }
    CHECK_STATUS(wi_mat_save_npy(m, NULL, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_mat_save_npy(wi_mat_view(NULL, 1, 1), check_path("n.npy"), &error), WI_ERR_ARG);
    CHECK_STATUS(wi_mat_save_npy(m, "no/such/folder/m.npy", &error), WI_ERR_IO);
}

/* ---- files ---------------------------------------------------------------------- */

static int exists(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file) fclose(file);
    return file != NULL;
}

static void test_files(void)
{
    wi_net net, other;
    wi_error error;
    char path[600], part[600];
    snprintf(path, sizeof path, "%s", check_path("net.safetensors"));
    snprintf(part, sizeof part, "%s", check_path("winit0.part"));
    make_large(&net, 1);
    make_large(&other, 2);
    CHECK_OK(wi_net_save(&net, path, &error));
    CHECK(!exists(part));
    CHECK_OK(wi_net_load(&other, path, &error));
    CHECK_BYTES(other.params, net.params, net.param_count * SZ);
    CHECK_OK(wi_net_init(&net, 7));
    CHECK_OK(wi_net_save(&net, path, &error));   /* over the older file */
    CHECK_OK(wi_net_load(&other, path, &error));
    CHECK_BYTES(other.params, net.params, net.param_count * SZ);

    CHECK_STATUS(wi_net_load(&other, "no/such/net", &error), WI_ERR_IO);
    CHECK_CONTAINS(error.text, "no/such/net: cannot be opened: ");
    CHECK_STATUS(wi_net_load(&other, ".", &error), WI_ERR_IO);
    CHECK_STATUS(wi_net_save(&net, "no/such/net", &error), WI_ERR_IO);
    CHECK_CONTAINS(error.text, "no/such/net: cannot be written: ");
    CHECK_STATUS(wi_net_save(&net, ".", &error), WI_ERR_IO);
    CHECK_STATUS(wi_net_save(&net, "", &error), WI_ERR_IO);
    CHECK(!exists("winit0.part"));
    CHECK_CONTAINS(error.text, ": cannot be written: ");
#if defined(__unix__) || defined(__APPLE__)
    CHECK_CONTAINS(error.text, strerror(ENOENT));
#endif
#ifndef _WIN32
    CHECK_OK(wi_net_save(&net, check_path("a\tb\x7F"), &error));   /* as it is said, not as it is shown */
    CHECK_OK(wi_net_load(&other, check_path("a\tb\x7F"), &error));
    CHECK(remove(check_path("a\tb\x7F")) == 0);
#endif
    /* A name as long as names may be, on most systems: what is written first has one of its own. */
    char name[256];
    memset(name, 'n', sizeof name);
    name[250] = 0;
    FILE *file = fopen(check_path(name), "wb");
    if (file && fclose(file) == 0 && remove(check_path(name)) == 0) {   /* Windows bounds the whole path */
        if (!CHECK_OK(wi_net_save(&net, check_path(name), &error))) printf("%s\n", error.text);
        CHECK_OK(wi_net_load(&other, check_path(name), &error));
        CHECK(!exists(part));
        CHECK(remove(check_path(name)) == 0);
    } else {
        CHECK_SKIP("no names of 250 bytes here");
    }
    CHECK_STATUS(wi_net_save(NULL, path, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_net_save(&net, NULL, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_net_load(NULL, path, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_net_load(&net, NULL, NULL), WI_ERR_ARG);

    wi_net small;
    make_small(&small, 1);
    CHECK_STATUS(wi_net_load(&small, path, &error), WI_ERR_SHAPE);
    CHECK_CONTAINS(
        error.text,
        "net.safetensors: layer 1 of the file is conv2d 4 kernel 3 padding 1 relu, here dense 3 tanh");
    wi_net_destroy(&small);

    /* Memory running out at every allocation: the file stays as it was. */
    for (int load = 0; load < 2; load++)
        for (size_t k = 0;; k++) {
            size_t live = fail_alloc.live;
            fail_alloc_start(k);
            wi_status status = load ? wi_net_load(&other, path, &error) : wi_net_save(&net, path, &error);
            if (!fail_alloc_stop()) { CHECK_OK(status); break; }
            CHECK_STATUS(status, WI_ERR_MEMORY);
            CHECK_EQ(fail_alloc.live, live);
            CHECK(exists(path) && !exists(part));
        }
    wi_net_destroy(&net);
    wi_net_destroy(&other);
    CHECK_EQ(fail_alloc.live, 0);
}

/* A full disk, by the two ways that need no disk. */
static void test_full_disk(void)
{
#if defined(__unix__) || defined(__APPLE__)
    wi_net net, other;
    wi_error error;
    char path[600], part[600];
    snprintf(path, sizeof path, "%s", check_path("full.safetensors"));
    snprintf(part, sizeof part, "%s", check_path("winit0.part"));
    make_small(&net, 1);
    make_small(&other, 2);
    if (exists("/dev/full")) {
        CHECK_STATUS(wi_net_save(&net, "/dev/full", &error), WI_ERR_IO);
        CHECK_CONTAINS(error.text, "/dev/full: cannot be written: ");
        struct stat info;
        CHECK(stat("/dev/full", &info) == 0 && !S_ISREG(info.st_mode) && !exists("/dev/winit0.part"));
    } else {
        CHECK_SKIP("there is no /dev/full");
    }
    CHECK_OK(wi_net_save(&net, path, &error));
    struct rlimit limit, low;
    if (CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0)) {
        low = limit;
        low.rlim_cur = 100;   /* bytes that a file may have from here on */
        signal(SIGXFSZ, SIG_IGN);
        fflush(stdout);
        setrlimit(RLIMIT_FSIZE, &low);
        wi_status status = wi_net_save(&other, path, &error);
        setrlimit(RLIMIT_FSIZE, &limit);
        if (status == WI_OK) {
            CHECK_SKIP("this system does not limit the size of files");
        } else {
            CHECK_STATUS(status, WI_ERR_IO);
            CHECK_CONTAINS(error.text, "full.safetensors: cannot be written: ");
            CHECK(!exists(part));
            CHECK_OK(wi_net_load(&other, path, &error));   /* the older file is still there, and whole */
            CHECK_BYTES(other.params, net.params, net.param_count * SZ);
        }
    }
    wi_net_destroy(&net);
    wi_net_destroy(&other);
#else
    CHECK_SKIP("no way to fill a disk on this system");
#endif
}

/* An image of one row or one column is one: PyTorch flattens it before a dense layer, and a pixel not. */
static void test_thin_images(void)
{
    const size_t sides[3][2] = {{1, 5}, {5, 1}, {1, 1}};
    for (size_t k = 0; k < WI_COUNT(sides); k++) {
        wi_layer_desc layer = wi_layer_dense(3, wi_linear());
        wi_net_desc desc;
        wi_net net;
        wi_tensors found;
        size_t size;
        memset(&desc, 0, sizeof desc);
        desc.channels = 2;
        desc.height = sides[k][0];
        desc.width = sides[k][1];
        desc.layers = &layer;
        desc.layer_count = 1;
        if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
        unsigned char *bytes = write_net(&net, &size);
        CHECK_OK(wi_tensors_parse(&found, bytes, size, NULL));
        CHECK((wi_tensors_find(&found, "1.weight") != NULL) == (k < 2));
        CHECK((wi_tensors_find(&found, "0.weight") != NULL) == (k == 2));
        wi_tensors_destroy(&found);
        free(bytes);
        wi_net_destroy(&net);
    }
}

/* Behind a dense layer numbers are a row, and a norm of them has a row of weights; behind a convolution they
   are an image again, also of one that reads a row. */
static void test_image_again(void)
{
    for (size_t images = 0; images < 2; images++) {
        wi_layer_desc layers[3];
        wi_net_desc desc;
        wi_net net;
        wi_tensors found;
        size_t size, norms = 0;
        memset(&desc, 0, sizeof desc);
        layers[0] = wi_layer_dense(4, wi_linear());
        layers[1] = images ? wi_layer_conv2d(5, 1, wi_linear()) : wi_layer_dense(5, wi_linear());
        layers[2] = wi_layer_layer_norm();
        desc.inputs = desc.layer_count = 3;
        desc.layers = layers;
        if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
        unsigned char *bytes = write_net(&net, &size);
        CHECK_OK(wi_tensors_parse(&found, bytes, size, NULL));
        for (size_t i = 0; i < found.count; i++) {
            const wi_tensor *t = &found.items[i];
            if (t->name[0] != '2') continue;
            CHECK_EQ(t->dims, images ? 3 : 1);
            CHECK_EQ(t->shape[0], 5);
            norms++;
        }
        CHECK_EQ(norms, 2);
        CHECK_OK(wi_net_read(&net, bytes, size, NULL));
        wi_tensors_destroy(&found);
        free(bytes);
        wi_net_destroy(&net);
    }
}

static double twice(double z, double p) { return 2 * z + 0 * p; }
static double two(double z, double p) { return 2 + 0 * (z + p); }

/* The default is the default, however it is spelled; and a name is kept from hurting the file's own words. */
static void test_spelled(void)
{
    static unsigned char bytes[2][20000];
    size_t size[2];
    wi_layer_desc layers[3];
    wi_net_desc desc;
    wi_net nets[2];
    wi_error error;
    memset(&desc, 0, sizeof desc);
    desc.inputs = 3;
    desc.layers = layers;
    for (size_t k = 0; k < 2; k++) {
        layers[0] = wi_layer_dense(4, wi_custom("caf\xC3\xA9 \"a;b|c\\\x7F.", twice, two, 0));
        layers[1] = layers[2] = wi_layer_dense(4, wi_tanh());
        layers[1].from = k;
        desc.layer_count = 2;
        if (!CHECK_OK(wi_net_create(&nets[k], &desc, NULL))) return;
        CHECK_OK(wi_net_write(&nets[k], bytes[k], sizeof bytes[k], &size[k]));
    }
    CHECK_EQ(size[0], size[1]);
    CHECK_BYTES(bytes[0], bytes[1], size[0]);
    bytes[0][2000] = 0;
    CHECK_CONTAINS((const char *)bytes[0] + 8, "caf????a?b?c??.");
    CHECK_OK(wi_net_read(&nets[0], bytes[1], size[1], NULL));
    wi_net_destroy(&nets[1]);

    /* A layer more is one too many. */
    desc.layer_count = 3;
    if (!CHECK_OK(wi_net_create(&nets[1], &desc, NULL))) return;
    CHECK_OK(wi_net_write(&nets[1], bytes[1], sizeof bytes[1], &size[1]));
    CHECK_STATUS(wi_net_read(&nets[0], bytes[1], size[1], &error), WI_ERR_SHAPE);
    for (size_t k = 0; k < 2; k++) wi_net_destroy(&nets[k]);
}

/* A name longer than what a sentence takes of it: a network reads what it wrote, and no other. */
static void test_long_name(void)
{
    static unsigned char bytes[4000];
    char names[3][301];
    wi_net nets[3];
    for (size_t k = 0; k < 3; k++) {
        wi_net_desc desc;
        memset(names[k], 'a', 300);
        names[k][k == 1 ? 3 : 0] = 'b';
        names[k][k == 2 ? 299 : 300] = 0;
        wi_layer_desc layer = wi_layer_dense(2, wi_custom(names[k], twice, two, 0));
        memset(&desc, 0, sizeof desc);
        desc.inputs = 3;
        desc.layers = &layer;
        desc.layer_count = 1;
        if (!CHECK_OK(wi_net_create(&nets[k], &desc, NULL))) return;
    }
    size_t size;
    wi_error error;
    CHECK_OK(wi_net_write(&nets[0], bytes, sizeof bytes, &size));
    CHECK_OK(wi_net_read(&nets[0], bytes, size, &error));
    for (size_t k = 1; k < 3; k++) {
        CHECK_STATUS(wi_net_read(&nets[k], bytes, size, &error), WI_ERR_SHAPE);
        const char *there = strstr(error.text, "of the file is "), *here = strstr(error.text, ", here ");
        if (!CHECK(there && here)) continue;   /* as much of the one is shown as of the other */
        CHECK_EQ(strlen(here + 7), (size_t)(here - there - 15));
    }
    for (size_t k = 0; k < 3; k++) wi_net_destroy(&nets[k]);
}

/* Networks of any number of layers refuse one of another number, and stay as they are. */
static void test_layer_counts(void)
{
    wi_layer_desc layers[65];
    unsigned char *bytes = NULL;
    size_t size = 0;
    for (size_t n = 1; n <= 65; n++) {
        wi_net_desc desc;
        wi_net net;
        wi_error error;
        char says[80];
        memset(&desc, 0, sizeof desc);
        layers[n - 1] = wi_layer_dense(1, wi_linear());
        desc.inputs = 1;
        desc.layers = layers;
        desc.layer_count = n;
        if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
        unsigned char *next = write_net(&net, &size), *kept = (unsigned char *)malloc(net.param_count * SZ);
        memset(net.params, 0x5A, net.param_count * SZ);
        memset(kept, 0x5A, net.param_count * SZ);
        memset(net.layers[0].post.data, 0x5A, SZ);
        unsigned char *none = make_file("{}", 0, &size);
        CHECK_STATUS(wi_net_read(&net, none, size, &error), WI_ERR_SHAPE);
        CHECK_BYTES(net.params, kept, net.param_count * SZ);
        CHECK_BYTES(net.layers[0].post.data, kept, SZ);
        for (size_t more = 0; bytes && more < 2; more++) {   /* too few layers, and too many */
            wi_net less;
            desc.layer_count = n - 1;
            if (!CHECK_OK(wi_net_create(&less, &desc, NULL))) return;
            CHECK_OK(wi_net_write(more ? &net : &less, NULL, 0, &size));
            CHECK_STATUS(wi_net_read(more ? &less : &net, more ? next : bytes, size, &error), WI_ERR_SHAPE);
            snprintf(says, sizeof says, ": has %zu layers, but the network %zu", n - 1 + more, n - more);
            CHECK_CONTAINS(error.text, says);
            wi_net_destroy(&less);
        }
        free(bytes);
        free(none);
        free(kept);
        bytes = next;
        wi_net_destroy(&net);
    }
    free(bytes);
}

/* Where nobody has opened 0, 1 or 2, a file gets such a number. */
static void test_first_descriptor(void)
{
    wi_layer_desc layer = wi_layer_dense(2, wi_linear());
    wi_net_desc desc;
    wi_net net;
    wi_error error;
    memset(&desc, 0, sizeof desc);
    desc.inputs = 3;
    desc.layers = &layer;
    desc.layer_count = 1;
    if (!CHECK_OK(wi_net_create(&net, &desc, NULL))) return;
    fclose(stdin);
    wi_real first = net.params[0];
    if (!CHECK_OK(wi_net_save(&net, check_path("first"), &error))) printf("%s\n", error.text);
    net.params[0] = 7;
    CHECK_OK(wi_net_load(&net, check_path("first"), &error));
    CHECK(net.params[0] == first);
    remove(check_path("first"));
    wi_net_destroy(&net);
}

int main(void)
{
    test_small_bytes();
    test_thin_images();
    test_image_again();
    test_round_trip();
    test_no_parameters();
    test_hostile();
    test_deep();
    test_damaged();
    test_optimiser();
    test_checkpoint();
    test_npy();
    test_files();
    test_full_disk();
    test_spelled();
    test_long_name();
    test_layer_counts();
    test_first_descriptor();   /* last: it closes stdin */
    return check_done();
}
