/* 14_tensors.c: other people's tensors: safetensors and npy of every type, in shards, hostile; and a network
   taken out of a larger file. @build portable */
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"

#define SZ sizeof(wi_real)

/* Make a file of safetensors: a header and data. */
static unsigned char *make_file(const char *header, const void *data, size_t count, size_t *size)
{
    size_t length = strlen(header);
    *size = 8 + length + count;
    unsigned char *bytes = (unsigned char *)calloc(1, *size ? *size : 1);
    for (size_t i = 0; i < 8; i++) bytes[i] = (unsigned char)((uint64_t)length >> 8 * i);
    memcpy(bytes + 8, header, length);
    if (data && count) memcpy(bytes + 8 + length, data, count);
    return bytes;
}

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!CHECK(file != NULL)) return;
    CHECK_EQ(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

/* ---- types ---------------------------------------------------------------------- */

static void test_types(void)
{
    /* Least significant byte first: 1.5 and -2 in every type that has them. */
    static const struct { const char *dtype; size_t size; unsigned char bytes[16]; double a, b; } types[] = {
        { "F64", 8, { 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 0, 0, 0, 0, 0, 0, 0, 0xC0 }, 1.5, -2 },
        { "F32", 4, { 0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0 }, 1.5, -2 },
        { "F16", 2, { 0, 0x3E, 0, 0xC0 }, 1.5, -2 },
        { "BF16", 2, { 0xC0, 0x3F, 0, 0xC0 }, 1.5, -2 },
        { "I64", 8, { 2, 0, 0, 0, 0, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF }, 2, -2 },
        { "I32", 4, { 2, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF }, 2, -2 },
        { "I16", 2, { 2, 0, 0xFE, 0xFF }, 2, -2 },
        { "I8", 1, { 2, 0xFE }, 2, -2 },
        { "U8", 1, { 2, 0xFE }, 2, 254 },
        { "BOOL", 1, { 0, 1 }, 0, 1 },
    };
    for (size_t t = 0; t < WI_COUNT(types); t++) {
        char header[200];
        size_t size;
        wi_tensors tensors;
        wi_error error;
        wi_real out[2] = { 9, 9 };
        snprintf(header, sizeof header, "{\"a\":{\"dtype\":\"%s\",\"shape\":[1,2],\"data_offsets\":[0,%u]}}",
                 types[t].dtype, 2 * (unsigned)types[t].size);
        unsigned char *bytes = make_file(header, types[t].bytes, 2 * types[t].size, &size);
        if (CHECK_OK(wi_tensors_parse(&tensors, bytes, size, &error))) {
            CHECK_EQ(tensors.count, 1);
            CHECK_EQ(tensors.items[0].dtype, t);
            CHECK_EQ(tensors.items[0].dims, 2);
            CHECK_EQ(tensors.items[0].shape[1], 2);
            CHECK_EQ(tensors.items[0].count, 2);
            CHECK_OK(wi_tensor_get(tensors.items, out));
            CHECK_NEAR(out[0], types[t].a, 0);
            CHECK_NEAR(out[1], types[t].b, 0);
            wi_shape shape;
            CHECK_OK(wi_tensor_shape(tensors.items, &shape));
            CHECK_EQ(shape.in, 2);
            CHECK_EQ(shape.out, 1);
            wi_tensors_destroy(&tensors);
        } else {
            printf("%s\n", error.text);
        }
        free(bytes);
    }

    /* Those that are not read have sizes all the same: 8 numbers of so many bits are as many bytes. */
    static const struct { const char *dtype; unsigned bits; } others[] = {
        {"U64", 64}, {"U32", 32}, {"U16", 16}, {"C64", 64}, {"C128", 128}, {"F8_E4M3", 8}, {"F8_E5M2", 8},
        {"F8_E8M0", 8}, {"F8_E4M3FNUZ", 8}, {"F8_E5M2FNUZ", 8}, {"F6_E2M3", 6}, {"F6_E3M2", 6}, {"F4", 4}};
    for (size_t t = 0; t < WI_COUNT(others); t++) {
        char header[200];
        size_t size;
        wi_tensors tensors;
        wi_real out[8];
        snprintf(header, sizeof header, "{\"a\":{\"dtype\":\"%s\",\"shape\":[8],\"data_offsets\":[0,%u]}}",
                 others[t].dtype, others[t].bits);
        unsigned char *bytes = make_file(header, NULL, others[t].bits, &size);
        if (CHECK_OK(wi_tensors_parse(&tensors, bytes, size, NULL))) {
            CHECK_EQ(tensors.items[0].dtype, WI_DTYPE_OTHER);
            CHECK_EQ(tensors.items[0].count, 8);
            CHECK_STATUS(wi_tensor_get(tensors.items, out), WI_ERR_FORMAT);
            wi_tensors_destroy(&tensors);
        }
        free(bytes);
    }
    CHECK_EQ(fail_alloc.live, 0);
}

/* Every one of the 65,536 half numbers of both kinds, against the definition. */
static void test_halves(void)
{
    wi_tensor tensor;
    unsigned char bytes[2];
    size_t shape[8] = { 1 };
    memset(&tensor, 0, sizeof tensor);
    memcpy(tensor.shape, shape, sizeof shape);
    tensor.name = "h";
    tensor.dims = tensor.count = 1;
    tensor.bytes = bytes;
    for (unsigned h = 0; h < 65536; h++) {
        int e = (int)(h >> 10 & 31);
        double sign = h & 0x8000 ? -1 : 1, fraction = h & 1023, want;
        wi_real got;
        if (e == 0) want = sign * ldexp(fraction, -24);
        else if (e < 31) want = sign * ldexp(1024 + fraction, e - 25);
        else want = fraction > 0 ? (double)NAN : sign * (double)INFINITY;
        bytes[0] = (unsigned char)h;
        bytes[1] = (unsigned char)(h >> 8);
        tensor.dtype = WI_DTYPE_F16;
        CHECK_OK(wi_tensor_get(&tensor, &got));
        CHECK_NEAR(got, want, 0);
        e = (int)(h >> 7 & 255);
        fraction = h & 127;
        if (e == 0) want = sign * ldexp(fraction, -133);
        else if (e < 255) want = sign * ldexp(128 + fraction, e - 134);
        else want = fraction > 0 ? (double)NAN : sign * (double)INFINITY;
        tensor.dtype = WI_DTYPE_BF16;
        CHECK_OK(wi_tensor_get(&tensor, &got));
        CHECK_NEAR(got, want, 0);
    }
    tensor.dtype = WI_DTYPE_OTHER;
    wi_real one = 5;
    CHECK_STATUS(wi_tensor_get(&tensor, &one), WI_ERR_FORMAT);
    CHECK_STATUS(wi_tensor_get(NULL, &one), WI_ERR_ARG);
    CHECK_STATUS(wi_tensor_get(&tensor, NULL), WI_ERR_ARG);
    tensor.dtype = WI_DTYPE_F32;
    tensor.bytes = NULL;
    CHECK_STATUS(wi_tensor_get(&tensor, &one), WI_ERR_ARG);
    tensor.count = 0;   /* nothing to be had of nothing */
    CHECK_OK(wi_tensor_get(&tensor, &one));
    CHECK_NEAR(one, 5, 0);

    wi_shape as;
    const size_t sizes[4] = { 8, 5, 3, 2 };
    memcpy(tensor.shape, sizes, sizeof sizes);
    tensor.count = 240;
    for (size_t dims = 0; dims < 6; dims++) {
        const size_t tall[6] = { 0, 0, 1, 1, 3, 0 }, wide[6] = { 0, 0, 1, 3, 2, 0 };
        tensor.dims = dims;
        CHECK_STATUS(wi_tensor_shape(&tensor, &as), tall[dims] ? WI_OK : WI_ERR_SHAPE);
        if (!tall[dims]) continue;
        CHECK(as.in == 5 && as.out == 8 && as.groups == 1 && !as.transposed);
        CHECK(as.kernel_h == tall[dims] && as.kernel_w == wide[dims]);
    }
    CHECK_STATUS(wi_tensor_shape(&tensor, NULL), WI_ERR_ARG);
}

/* ---- whole files ------------------------------------------------------------------ */

static void test_names(void)
{
    /* Empty and scalar tensors, any names, floats of 8 and 6 bits, and the order of names. */
    const char *header =
        "{\"b\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},\"\":{\"dtype\":\"F8_E4M3\","
        "\"shape\":[3],"
        "\"data_offsets\":[4,7]},\"gr\\u00fc\\u20AC\\ud83d\\udc0c\":{\"dtype\":\"F32\","
        "\"shape\":[0,5],\"data_offsets\":[7,7]}"
        ",\"a\\\"\":{\"dtype\":\"U8\",\"shape\":[1,1,1,1,1,1,1,1],\"data_offsets\":[7,8]}"
        ",\"p\":{\"dtype\":\"F6_E3M2\",\"shape\":[4],\"data_offsets\":[8,11]}}";
    size_t size;
    wi_tensors tensors;
    wi_error error;
    wi_shape shape;
    unsigned char *bytes = make_file(header, NULL, 11, &size);
    if (!CHECK_OK(wi_tensors_parse(&tensors, bytes, size, &error))) printf("%s\n", error.text);
    CHECK_EQ(tensors.count, 5);
    const char *names[] = { "", "a\"", "b", "gr\xC3\xBC\xE2\x82\xAC\xF0\x9F\x90\x8C", "p" };
    for (size_t i = 0; i < 5; i++) {
        CHECK_TEXT(tensors.items[i].name, names[i]);
        CHECK(wi_tensors_find(&tensors, names[i]) == &tensors.items[i]);
    }
    CHECK(wi_tensors_find(&tensors, "c") == NULL && wi_tensors_find(NULL, "c") == NULL);
    CHECK(wi_tensors_find(&tensors, NULL) == NULL);
    wi_tensors none;
    memset(&none, 0, sizeof none);
    CHECK(wi_tensors_find(&none, "a") == NULL);
    CHECK_EQ(tensors.items[0].dtype, WI_DTYPE_OTHER);
    CHECK_EQ(tensors.items[2].dims, 0);
    CHECK_EQ(tensors.items[2].count, 1);
    CHECK_EQ(tensors.items[3].count, 0);
    CHECK_EQ(tensors.items[4].dtype, WI_DTYPE_OTHER);
    CHECK_STATUS(wi_tensor_shape(&tensors.items[3], &shape), WI_ERR_SHAPE);
    CHECK_STATUS(wi_tensor_shape(&tensors.items[2], &shape), WI_ERR_SHAPE);
    CHECK_STATUS(wi_tensor_shape(NULL, &shape), WI_ERR_ARG);
    wi_tensors_destroy(&tensors);
    wi_tensors_destroy(&tensors);
    wi_tensors_destroy(NULL);
    free(bytes);

    bytes = make_file("{}", NULL, 0, &size);
    CHECK_OK(wi_tensors_parse(&tensors, bytes, size, &error));
    CHECK_EQ(tensors.count, 0);
    wi_tensors_destroy(&tensors);
    free(bytes);
    CHECK_EQ(fail_alloc.live, 0);
}

/* Two thousand tensors in the worst order are sorted, and found. */
static void test_many(void)
{
    size_t size, length = 1;
    char *header = (char *)malloc(200000);
    header[0] = '{';
    for (unsigned i = 0; i < 2000; i++)
        length += (size_t)sprintf(header + length,
                                  "%s\"%u\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[%u,%u]}",
                                  i ? "," : "", (i * 7919 + 13) % 2000, i, i + 1);
    strcpy(header + length, "}");
    unsigned char *bytes = make_file(header, NULL, 2000, &size);
    wi_tensors tensors;
    wi_error error;
    if (CHECK_OK(wi_tensors_parse(&tensors, bytes, size, &error))) {
        for (size_t i = 1; i < 2000; i++) CHECK(strcmp(tensors.items[i - 1].name, tensors.items[i].name) < 0);
        for (unsigned i = 0; i < 2000; i++) {
            char name[16];
            snprintf(name, sizeof name, "%u", i);
            CHECK(wi_tensors_find(&tensors, name) != NULL);
        }
        wi_tensors_destroy(&tensors);
    }
    free(bytes);
    free(header);
}

/* Where size_t has 32 bits, a size beyond them is refused as such, before what is else wrong with it is
   seen. */
static int fits_here(const char *text)
{
    return sizeof(size_t) > 4 || !strstr(text, "smaller number");
}

static void refused(const char *header, size_t data, const char *sentence)
{
    size_t size;
    wi_tensors tensors, before;
    wi_error error;
    unsigned char *bytes = make_file(header, NULL, data, &size);
    memset(&tensors, 0x5A, sizeof tensors);
    before = tensors;
    if (!CHECK_STATUS(wi_tensors_parse(&tensors, bytes, size, &error), WI_ERR_FORMAT))
        printf("  %s\n", header);
    CHECK_CONTAINS(error.text, fits_here(error.text) ? sentence : "smaller number");
    CHECK_BYTES(&tensors, &before, sizeof tensors);
    free(bytes);
    CHECK_EQ(fail_alloc.live, 0);
}

#define T(name, dtype, shape, from, to) \
    "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":[" from "," to "]}"

/* Beyond 64 MB a file is mapped rather than read. This one is a hole with a number at its end, which costs no
   disk where the file system knows holes. */
static void test_mapped(void)
{
    const size_t count = (size_t)1 << 26;
    wi_tensors tensors;
    wi_error error;
    size_t size;
    char header[120];
    snprintf(header, sizeof header, "{\"a\":{\"dtype\":\"U8\",\"shape\":[%lu],\"data_offsets\":[0,%lu]}}",
             (unsigned long)count, (unsigned long)count);
    unsigned char *bytes = make_file(header, NULL, 0, &size);
    const char *path = check_path("hole.safetensors");
    FILE *file = fopen(path, "wb");
    if (!CHECK(file != NULL)) return;
    CHECK_EQ(fwrite(bytes, 1, size, file), size);
    CHECK_EQ(fseek(file, (long)(count - 1), SEEK_CUR), 0);
    CHECK_EQ(fputc(7, file), 7);
    CHECK_EQ(fclose(file), 0);
    size_t live = fail_alloc.live;
    if (CHECK_OK(wi_tensors_load(&tensors, path, &error))) {
        const wi_tensor *a = wi_tensors_find(&tensors, "a");
        if (CHECK(a != NULL)) {
            const unsigned char *data = (const unsigned char *)a->bytes;
            CHECK_EQ(a->count, count);
            CHECK_EQ(data[0], 0);
            CHECK_EQ(data[count - 2], 0);
            CHECK_EQ(data[count - 1], 7);
        }
        wi_tensors_destroy(&tensors);
    }
    CHECK_EQ(fail_alloc.live, live);
    remove(path);
    free(bytes);
}

static void test_hostile(void)
{
    refused("{" T("a", "F32", "[2]", "0", "8") "," T("b", "F32", "[2]", "4", "12") "}", 12,
            "a hole or an overlap");
    refused("{" T("a", "F32", "[2]", "0", "8") "," T("b", "F32", "[2]", "12", "20") "}", 20,
            "a hole or an overlap");
    refused("{" T("a", "F32", "[2]", "4", "12") "}", 12, "a hole or an overlap");
    refused("{" T("a", "F32", "[2]", "0", "8") "}", 12, "a hole or an overlap");
    refused("{" T("a", "F32", "[2]", "0", "8") "," T("b", "F32", "[2]", "0", "8") "}", 8,
            "a hole or an overlap");
    refused("{" T("a", "F32", "[1]", "0", "4") "," T("a", "F32", "[1]", "4", "8") "}", 8,
            "'a' is there twice");
    refused("{" T("a", "F32", "[1]", "0", "4") "," T("\\u0061", "F32", "[1]", "4", "8") "}", 8,
            "'a' is there twice");
    refused("{" T("a", "F32", "[3]", "0", "8") "}", 8, "'a' has 8 bytes for 3 numbers of F32");
    refused("{" T("a", "F32", "[4611686018427387904,4]", "0", "0") "}", 0, "'a' has 0 bytes");
    refused("{" T("a", "F32", "[4294967296,4294967296,4294967296]", "0", "0") "}", 0, "'a' has 0 bytes");
    refused("{" T("a", "F4", "[3]", "0", "1") "}", 1, "'a' has 1 bytes for 3 numbers of F4");
    refused("{" T("a", "F6_E2M3", "[5]", "0", "4") "}", 4, "'a' has 4 bytes for 5 numbers of F6_E2M3");
    refused("{" T("a", "F6_E2M3", "[4]", "0", "4") "}", 4, "'a' has 4 bytes for 4 numbers of F6_E2M3");
    refused("{" T("a", "F33", "[1]", "0", "4") "}", 4, "'a' has the unknown dtype 'F33'");
    refused("{" T("a", "F\\u001b[3\\n", "[1]", "0", "4") "}", 4, "'a' has the unknown dtype 'F?[3?'");
    refused("{" T("a", "F32", "[1,1,1,1,1,1,1,1,1]", "0", "4") "}", 4, "no further number");
    refused("{" T("a", "F32", "[1]", "4", "0") "}", 4, "'a' is at 4 to 0 of 4 bytes of data");
    refused("{" T("a", "F32", "[1]", "0", "5") "}", 4, "'a' is at 0 to 5 of 4 bytes of data");
    refused("{" T("\xFF", "F32", "[1]", "0", "4") "}", 4, "a character");
    refused("{" T("\xC0\xAF", "F32", "[1]", "0", "4") "}", 4, "a character");
    refused("{" T("\xED\xA0\x80", "F32", "[1]", "0", "4") "}", 4, "a character");
    refused("{" T("\xF4\x90\x80\x80", "F32", "[1]", "0", "4") "}", 4, "a character");
    refused("{" T("\xE2\x82", "F32", "[1]", "0", "4") "}", 4, "a character");
    refused("{" T("\xF8\x84\x80\x80\x80", "F32", "[1]", "0", "4") "}", 4, "a character");
    refused("{" T("\\u0000", "F32", "[1]", "0", "4") "}", 4, "a character");
    refused("{" T("\\ud800", "F32", "[1]", "0", "4") "}", 4, "a character");
    refused("{" T("\\ud800\\u0041", "F32", "[1]", "0", "4") "}", 4, "a character");
    refused("{" T("\\udc00", "F32", "[1]", "0", "4") "}", 4, "a character");
    refused("{" T("\\udc00\\udc00", "F32", "[1]", "0", "4") "}", 4, "a character");
    refused("{" T("\\ud83d\\ud83d", "F32", "[1]", "0", "4") "}", 4, "a character");
    refused("{" T("\\ud83d\\n0000", "F32", "[1]", "0", "4") "}", 4, "a character");
    refused("{" T("\\u12g4", "F32", "[1]", "0", "4") "}", 4, "a character");
    refused("{" T("\\u12g4", "F32", "[1]", "0", "4") "}", 4, "a character");
    refused("{" T("\\x", "F32", "[1]", "0", "4") "}", 4, "a character");
    refused("{" T("a\nb", "F32", "[1]", "0", "4") "}", 4, "a character");
    refused("{\"__metadata__\":{},\"__metadata__\":{}}", 0, "no second __metadata__");
    refused("{\"__metadata__\":[]}", 0, "'{'");
    refused("{\"__metadata__\":nul}", 0, "'{'");
    refused("{\"__metadata__\":null", 0, "'}'");
    refused("{\"__metadata__\":{\"a\":\"\\q\"}}", 0, "a character");
    refused("{\"__metadata__\":{\"a\":\"b\"", 0, "'}'");
    refused("{\"__metadata__\":{\"a\":\"b\",}}", 0, "a string");
    refused("{,}", 0, "a string");
    refused("{\"\\", 0, "a character");   /* headers that end within a character */
    refused("{\"\\u12", 0, "a character");
    refused("{\"\\ud83d", 0, "a character");
    refused("{\"\\ud83d\\", 0, "a character");
    refused("{\"\\ud83d\\ude", 0, "a character");
    refused("", 0, "'{'");

    /* A million brackets are no million calls; metadata is text to text. */
    char *deep = (char *)malloc(1000020);
    strcpy(deep, "{\"__metadata__\":{\"a\":");
    memset(deep + strlen("{\"__metadata__\":{\"a\":"), '[', 900000);
    deep[900000] = 0;
    refused(deep, 0, "a string");
    free(deep);

    /* A zero byte ends no text, but it is no digit and no escape either. */
    const char *const zeros[] = {"{\"a\\u00@0\":1}", "{\"a\\@\":1}", "{\"a@\":1}"};
    for (size_t i = 0; i < WI_COUNT(zeros); i++) {
        size_t length;
        wi_tensors none;
        wi_error why;
        unsigned char *file = make_file(zeros[i], NULL, 0, &length);
        *(unsigned char *)memchr(file, '@', length) = 0;
        CHECK_STATUS(wi_tensors_parse(&none, file, length, &why), WI_ERR_FORMAT);
        CHECK_CONTAINS(why.text, "a character");
        free(file);
    }

    /* A header's length that points behind the end, or around it. */
    const unsigned char past[4][8] = { { 3 },
                                       { 255, 255, 255, 255, 255, 255, 255, 255 },
                                       { 0, 0, 0, 0, 0, 0, 0, 128 },
                                       { 248, 255, 255, 255, 255, 255, 255, 255 } };
    for (size_t i = 0; i < 4; i++) {
        unsigned char file[10];
        wi_tensors none;
        memcpy(file, past[i], 8);
        memcpy(file + 8, "{}", 2);
        CHECK_STATUS(wi_tensors_parse(&none, file, sizeof file, NULL), WI_ERR_FORMAT);
    }

    /* A header of more than 100 MB is not even looked at. */
    size_t size = 100000001 + 8;
    unsigned char *bytes = (unsigned char *)calloc(1, size);
    wi_tensors tensors;
    wi_error error;
    for (size_t i = 0; i < 8; i++) bytes[i] = (unsigned char)((uint64_t)100000001 >> 8 * i);
    CHECK_STATUS(wi_tensors_parse(&tensors, bytes, size, &error), WI_ERR_FORMAT);
    CHECK_CONTAINS(error.text, "100 MB");
    free(bytes);
    CHECK_STATUS(wi_tensors_parse(&tensors, NULL, 3, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_tensors_parse(NULL, "abc", 3, &error), WI_ERR_ARG);
}

/* ---- npy ---------------------------------------------------------------------------- */

static unsigned char *make_npy(const char *dictionary, int version, const void *data, size_t count,
                               size_t *size)
{
    size_t length = strlen(dictionary), head = version == 1 ? 10 : 12;
    *size = head + length + count;
    unsigned char *bytes = (unsigned char *)calloc(1, *size);
    memcpy(bytes, "\x93NUMPY", 6);
    bytes[6] = (unsigned char)version;
    bytes[8] = (unsigned char)length;
    bytes[9] = (unsigned char)(length >> 8);
    memcpy(bytes + head, dictionary, length);
    if (data && count) memcpy(bytes + head + length, data, count);
    return bytes;
}

/* Headers of more bytes than one byte counts; and of one byte more than there are. */
static void test_long_headers(void)
{
    static const unsigned char six[6] = {1, 2, 3, 4, 5, 6};
    char text[900];
    size_t size;
    wi_tensors tensors;
    wi_error error;
    for (int version = 1; version <= 2; version++)
        for (size_t length = 250; length < 800; length += 171) {
            wi_real out[6];
            memset(text, ' ', length);
            strcpy(text, "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3)}");
            text[strlen(text)] = ' ';
            text[length] = 0;
            unsigned char *bytes = make_npy(text, version, six, 6, &size);
            if (CHECK_OK(wi_tensors_parse(&tensors, bytes, size, &error))) {
                CHECK_OK(wi_tensor_get(tensors.items, out));
                for (size_t k = 0; k < 6; k++) CHECK_NEAR(out[k], (double)(k + 1), 0);
                wi_tensors_destroy(&tensors);
            }
            free(bytes);
        }
    for (size_t more = 0; more < 2; more++) {
        unsigned char *bytes = make_file("{}", NULL, 0, &size);
        bytes[0] = (unsigned char)(bytes[0] + more);
        CHECK_STATUS(wi_tensors_parse(&tensors, bytes, size, &error), more ? WI_ERR_FORMAT : WI_OK);
        if (more) CHECK_CONTAINS(error.text, "a header longer than the bytes there are");
        else wi_tensors_destroy(&tensors);
        free(bytes);
    }
    /* 100 MB of header are as many as are read, though these begin with no brace. */
    for (size_t more = 0; more < 2; more++) {
        size = 8 + 100000000 + more;
        unsigned char *bytes = (unsigned char *)calloc(1, size);
        if (!bytes) continue;
        for (size_t i = 0; i < 8; i++) bytes[i] = (unsigned char)((uint64_t)(size - 8) >> 8 * i);
        CHECK_STATUS(wi_tensors_parse(&tensors, bytes, size, &error), WI_ERR_FORMAT);
        CHECK_CONTAINS(error.text, more ? "longer than 100 MB" : "byte 8: the header should have '{' here");
        free(bytes);
    }
}

static void test_npy(void)
{
    const unsigned char six[6] = { 1, 2, 3, 4, 5, 6 };
    const struct { const char *text; int version; size_t dims, a, b, c; double want[6];
    } good[] = {
        { "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }\n",
          1,
          2,
          2,
          3,
          0,
          { 1, 2, 3, 4, 5, 6 } },
        { "{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }   \n",
          1,
          2,
          2,
          3,
          0,
          { 1, 3, 5, 2, 4, 6 } },
        { "{'descr': '|i1', 'fortran_order': True, 'shape': (1, 2, 3), }\n",
          2,
          3,
          1,
          2,
          3,
          { 1, 3, 5, 2, 4, 6 } },
        { "{'shape': (6,), 'fortran_order': False, 'descr': '|i1'}", 2, 1, 6, 0, 0, { 1, 2, 3, 4, 5, 6 } },
        { "{\"shape\": (2, 3), 'fortran_order': False, \"descr\": '|i1'}",
          1,
          2,
          2,
          3,
          0,
          { 1, 2, 3, 4, 5, 6 } },
        { "{'shape': (2L, 3L), 'fortran_order': False, 'descr': '|i1'}",
          1,
          2,
          2,
          3,
          0,
          { 1, 2, 3, 4, 5, 6 } },
    };
    wi_tensors tensors;
    wi_error error;
    wi_real out[6];
    size_t size;
    for (size_t i = 0; i < WI_COUNT(good); i++) {
        unsigned char *bytes = make_npy(good[i].text, good[i].version, six, 6, &size);
        if (CHECK_OK(wi_tensors_parse(&tensors, bytes, size, &error))) {
            const wi_tensor *t = tensors.items;
            CHECK_EQ(tensors.count, 1);
            CHECK_TEXT(t->name, "");
            CHECK_EQ(t->dims, good[i].dims);
            CHECK_EQ(t->shape[0], good[i].a);
            if (t->dims > 1) CHECK_EQ(t->shape[1], good[i].b);
            if (t->dims > 2) CHECK_EQ(t->shape[2], good[i].c);
            CHECK_OK(wi_tensor_get(t, out));
            for (size_t k = 0; k < 6; k++) CHECK_NEAR(out[k], good[i].want[k], 0);
            wi_tensors_destroy(&tensors);
        } else {
            printf("%s\n", error.text);
        }
        for (size_t cut = 0; cut < size; cut++) {
            unsigned char *part = (unsigned char *)malloc(cut ? cut : 1)   /* whose end a sanitizer knows */;
            memcpy(part, bytes, cut);
            CHECK_STATUS(wi_tensors_parse(&tensors, part, cut, &error), WI_ERR_FORMAT);
            free(part);
        }
        for (size_t at = 0; at < size; at++)
            for (int bit = 0; bit < 8; bit++) {
                bytes[at] ^= (unsigned char)(1 << bit);
                if (wi_tensors_parse(&tensors, bytes, size, NULL) == WI_OK) wi_tensors_destroy(&tensors);
                bytes[at] ^= (unsigned char)(1 << bit);
            }
        free(bytes);
    }
    /* Ours is read back, a scalar and an empty one too; what is not read is said. */
    const struct { const char *text; size_t bytes; wi_status status; const char *sentence;
    } more[] = {
        { "{'descr': '<f8', 'fortran_order': False, 'shape': (), }", 8, WI_OK, "" },
        { "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 3), }", 0, WI_OK, "" },
        { "{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", 4, WI_OK, "" },
        { "{'descr': '<c16', 'fortran_order': False, 'shape': (1,), }", 16, WI_OK, "" },
        { "{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 8, WI_ERR_FORMAT,
          "'the array' has the unknown dtype 'O'" },
        { "{'descr': '<U3', 'fortran_order': False, 'shape': (1,), }", 12, WI_ERR_FORMAT,
          "'the array' has the unknown dtype 'U3'" },
        { "{'descr': 'F32', 'fortran_order': False, 'shape': (1,), }", 4, WI_ERR_FORMAT,
          "'F32' has no order of bytes" },
        { "{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,), }", 4, WI_ERR_FORMAT,
          "no records" },
        { "{'descr': ", 4, WI_ERR_FORMAT, "a string" },
        { "{'descr': '<f4', 'fortran_order': Maybe, 'shape': (1,), }", 4, WI_ERR_FORMAT, "True or False" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", 4, WI_ERR_FORMAT,
          "'the array' has 4 bytes for 2 numbers of f4" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }", 5, WI_ERR_FORMAT,
          "5 bytes for 1 numbers" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }", 4, WI_ERR_FORMAT,
          "numbers of" },
        { "{'descr': '<f4', 'shape': (1,), }", 4, WI_ERR_FORMAT, "descr, fortran_order and shape" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), 'x': 3}", 4, WI_ERR_FORMAT,
          "descr, fortran_order" },
        { "{'descr': '<f4', 'fortran_order': False, 'shape': (1,), } x", 4, WI_ERR_FORMAT, "its end" },
        { "{'descr': '', 'fortran_order': False, 'shape': (1,), }", 4, WI_ERR_FORMAT,
          "'' has no order of bytes" },
        { "{'descr': '<', 'fortran_order': False, 'shape': (1,), }", 4, WI_ERR_FORMAT,
          "'the array' has the unknown dtype ''" },
        { "{'descr': '<f8', 'fortran_order': True, 'shape': (0, 3), }", 0, WI_OK, "" },
        { "{'descr': '<f8', 'fortran_order': True, 'shape': (1,), }", 8, WI_OK, "" },
        { "{'descr': '>u1', 'fortran_order': False, 'shape': (1,), }", 1, WI_OK, "" },
    };
    for (size_t i = 0; i < WI_COUNT(more); i++) {
        unsigned char *bytes = make_npy(more[i].text, 1, NULL, more[i].bytes, &size);
        wi_status status = wi_tensors_parse(&tensors, bytes, size, &error);
        if (!CHECK_STATUS(status, more[i].status)) printf("  %s: %s\n", more[i].text, error.text);
        if (status != WI_OK)
            CHECK_CONTAINS(error.text, fits_here(error.text) ? more[i].sentence : "smaller number");
        else {   /* of one byte no order is wrong */
            wi_dtype want = strstr(more[i].text, "f8") ? WI_DTYPE_F64
                            : strstr(more[i].text, "u1") ? WI_DTYPE_U8 : WI_DTYPE_OTHER;
            CHECK_EQ(tensors.items[0].dtype, want);
            wi_tensors_destroy(&tensors);
        }
        free(bytes);
    }
    unsigned char *turned = make_npy(good[1].text, 1, six, 6, &size);
    for (size_t k = 0;; k++) {   /* without memory for a copy with its rows apart */
        fail_alloc_start(k);
        wi_status status = wi_tensors_parse(&tensors, turned, size, &error);
        if (!fail_alloc_stop()) { if (CHECK_OK(status)) wi_tensors_destroy(&tensors); break; }
        CHECK_STATUS(status, WI_ERR_MEMORY);
        CHECK_EQ(fail_alloc.live, 0);
    }
    free(turned);
    unsigned char ours[400];
    wi_real numbers[6] = { 1, 2, 3, 4, 5, 6 };
    CHECK_OK(wi_mat_write_npy(wi_mat_transpose(wi_mat_view(numbers, 2, 3)), ours, sizeof ours, &size));
    CHECK_OK(wi_tensors_parse(&tensors, ours, size, &error));
    CHECK_EQ(tensors.items[0].dtype, SZ == 8 ? WI_DTYPE_F64 : WI_DTYPE_F32);
    CHECK_OK(wi_tensor_get(tensors.items, out));
    CHECK_NEAR(out[1], 4, 0);
    wi_tensors_destroy(&tensors);
    CHECK_EQ(fail_alloc.live, 0);
}

/* A header may break off anywhere: what is said of it does not depend on what stands behind the buffer. */
static void test_nothing_behind(void)
{
    static const char text[] = "{'descr': '<f4', 'fortran_order': True, 'shape': (2L, 31), } ";
    static const char tails[] = "L',)}]0: \"\\";
    for (size_t cut = 2; cut < sizeof text; cut++) {   /* of fewer than 12 bytes none is a file */
        char part[sizeof text];
        size_t size;
        wi_tensors tensors;
        wi_error first, error;
        memcpy(part, text, cut);
        part[cut] = 0;
        unsigned char *exact = make_npy(part, 1, NULL, 0, &size);   /* whose end a sanitizer knows */
        unsigned char *longer = make_npy(part, 1, NULL, 1, &size);
        CHECK_STATUS(wi_tensors_parse(&tensors, exact, --size, &first), WI_ERR_FORMAT);
        for (const char *c = tails; *c; c++) {
            longer[size] = (unsigned char)*c;
            CHECK_STATUS(wi_tensors_parse(&tensors, longer, size, &error), WI_ERR_FORMAT);
            CHECK_TEXT(error.text, first.text);
        }
        free(exact);
        free(longer);
    }
}

/* ---- files, shards, and a network among them ------------------------------------------ */

static void test_shards(void)
{
    wi_tensors tensors;
    wi_error error;
    size_t size;
    const float two[2] = { 1, 2 };
    char path[600];
    unsigned char *bytes = make_file("{" T("b", "F32", "[2]", "0", "8") "}", two, 8, &size);
    write_file(check_path("m-1-of-2.safetensors"), bytes, size);
    free(bytes);
    bytes =
        make_file("{" T("a", "U8", "[1]", "0", "1") "," T("c", "U8", "[2]", "1", "3") "}", NULL, 3, &size);
    write_file(check_path("m-2-of-2.safetensors"), bytes, size);
    free(bytes);
    bytes =
        make_file("{" T("a", "U8", "[1]", "0", "1") "," T("b", "F32", "[2]", "1", "9") "}", NULL, 9, &size);
    write_file(check_path("m-again.safetensors"), bytes, size);
    free(bytes);
    snprintf(path, sizeof path, "%s", check_path("m.safetensors.index.json"));
    const char *index =
        "{\"metadata\": {\"total_size\": 11, \"deep\": [[{\"x\": \"}\"}], null, -1.5e3]}, \"weight_map\": "
        "{\"b\": \"m-1-of-2.safetensors\", \"a\": \"m-2-of-2.safetensors\", \"c\": "
        "\"m-2-of-2.safetensors\"}}\n";
    const char *sorted =   /* what comes behind the map, a second one too, is passed over */
        "{\"weight_map\": {\"b\": \"m-1-of-2.safetensors\", \"a\": \"m-2-of-2.safetensors\", \"c\": "
        "\"m-2-of-2.safetensors\"}, \"weight_map\": {\"d\": \"gone\"}, \"metadata\": 35}";
    for (int way = 0; way < 2; way++) {
        write_file(path, way ? index : sorted, strlen(way ? index : sorted));
        if (!CHECK_OK(wi_tensors_load(&tensors, path, &error))) { printf("%s\n", error.text); continue; }
        wi_real out[2];
        CHECK_EQ(tensors.count, 3);
        CHECK_TEXT(tensors.items[2].name, "c");
        CHECK(wi_tensors_find(&tensors, "b") != NULL &&
              wi_tensor_get(wi_tensors_find(&tensors, "b"), out) == WI_OK);
        wi_tensors_destroy(&tensors);
    }
    for (size_t k = 0;; k++) {
        size_t live = fail_alloc.live;
        fail_alloc_start(k);
        wi_status status = wi_tensors_load(&tensors, path, &error);
        if (!fail_alloc_stop()) { if (CHECK_OK(status)) wi_tensors_destroy(&tensors); break; }
        CHECK_STATUS(status, WI_ERR_MEMORY);
        CHECK_EQ(fail_alloc.live, live);
    }
    char far[400];
    memset(far, 'x', sizeof far);
    memcpy(far, "{\"weight_map\":{\"z\":\"", 20);
    memcpy(far + 390, "\"}}", 4);
    const struct { const char *text, *sentence; wi_status status;
    } bad[] = {
        { far, "'z' is to be in 'xxxxx", WI_ERR_FORMAT },   /* no name is so long */
        { "{\"weight_map\":{\"z\":3}}", "a string", WI_ERR_FORMAT },
        { "{\"weight_map\":{\"z\":\"m-1-of-2.safetensors\"}}", "'z' is not in m-1-of-2.safetensors",
          WI_ERR_FORMAT },
        { "{\"weight_map\":{\"b\":\"m-1-of-2.safetensors\",\"a\":\"m-2-of-2.safetensors\","
          "\"z\":\"m-1-of-2.safetensors\"}}", "'z' is not in m-1-of-2.safetensors", WI_ERR_FORMAT },
        { "{\"weight_map\":{\"b\":\"m-1-of-2.safetensors\",\"a\":\"m-2-of-2.safetensors\","
          "\"c\":\"m-1-of-2.safetensors\"}}", "'c' is not in m-1-of-2.safetensors", WI_ERR_FORMAT },
        { "{\"weight_map\":{\"a\":\"m-2-of-2.safetensors\",\"c\":\"gone.safetensors\"}}",
          "gone.safetensors: cannot be opened", WI_ERR_IO },
        { "{\"weight_map\":{\"z\":\"../m-1-of-2.safetensors\"}}", "no file beside it", WI_ERR_FORMAT },
        { "{\"weight_map\":{\"z\":\"gone.safetensors\"}}", "gone.safetensors: cannot be opened", WI_ERR_IO },
        { "{\"weight_map\":{\"z\":\"/etc/passwd\"}}", "no file beside it", WI_ERR_FORMAT },
        { "{\"weight_map\":{\"b\":\"m-1-of-2.safetensors\",\"a\":\"m-again.safetensors\"}}",
          "'b' is there twice", WI_ERR_FORMAT },
        { "{\"weight_map\":[]}", "'{'", WI_ERR_FORMAT },
        { "{\"metadata\":{}}", "without a weight_map", WI_ERR_FORMAT },
        { "{\"weight_map\":{\"b\":\"m-1-of-2.safetensors\"}", "'}'", WI_ERR_FORMAT },
        { "{\"a\":[[[[", "the rest of a value", WI_ERR_FORMAT },
        { "", "'{'", WI_ERR_FORMAT },
    };
    for (size_t i = 0; i < WI_COUNT(bad); i++) {
        write_file(path, bad[i].text, strlen(bad[i].text));
        if (!CHECK_STATUS(wi_tensors_load(&tensors, path, &error), bad[i].status))
            printf("  %s\n", error.text);
        CHECK_CONTAINS(error.text, bad[i].sentence);
        CHECK_EQ(fail_alloc.live, 0);
    }
    for (size_t length = 253; length < 260; length++) {   /* a name may have 255 letters */
        memset(far + 20, 'x', length);
        memcpy(far + 20 + length, "\"}}", 4);
        write_file(path, far, 23 + length);
        CHECK_STATUS(wi_tensors_load(&tensors, path, &error), length < 256 ? WI_ERR_IO : WI_ERR_FORMAT);
        CHECK_CONTAINS(error.text, length < 256 ? "cannot be opened" : "'z' is to be in 'xxxx");
    }
#if defined(__unix__) || defined(__APPLE__)
    static char winding[4200];   /* a path that leaves no room for the name of a file beside it */
    const char *name = strrchr(path, '/') + 1;
    size_t folder = (size_t)(name - path), length = folder;
    memcpy(winding, path, folder);
    for (; length < 3950; length += 2) memcpy(winding + length, "./", 2);
    strcpy(winding + length, name);
    FILE *opened = fopen(winding, "rb");   /* where so long a path is one at all */
    CHECK_STATUS(wi_tensors_load(&tensors, winding, &error), WI_ERR_IO);
    CHECK_CONTAINS(error.text, opened ? ".json: its path is too long" : "cannot be opened");
    if (opened) fclose(opened);
    /* 300 bytes for that name are enough, of 4,096. */
    for (size_t more = 0; opened && more < 2; more++) {
        for (length = folder; length + 2 <= 3796 + more; length += 2) memcpy(winding + length, "./", 2);
        if (length < 3796 + more) winding[length++] = '/';
        strcpy(winding + length, name);
        CHECK_STATUS(wi_tensors_load(&tensors, winding, &error),
                     more ? WI_ERR_IO : bad[WI_COUNT(bad) - 1].status);
        CHECK((strstr(error.text, "its path is too long") != NULL) == (more == 1));
    }
#endif
    CHECK_STATUS(wi_tensors_load(&tensors, "no/such", &error), WI_ERR_IO);
    CHECK_STATUS(wi_tensors_load(&tensors, ".", &error), WI_ERR_IO);
    CHECK_STATUS(wi_tensors_load(&tensors, NULL, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_tensors_load(NULL, path, &error), WI_ERR_ARG);
    write_file(path, "", 0);
    CHECK_STATUS(wi_tensors_load(&tensors, path, &error), WI_ERR_FORMAT);
}

static void test_take(void)
{
    const char *header = "{" T("other", "I32", "[1]", "0", "4") "," T(
        "enc.0.weight", "F16", "[1,2]", "4", "8") "," T("enc.0.bias", "BF16", "[1]", "8", "10") "}";
    const unsigned char data[10] = { 0, 0, 0, 0, 0, 0x3E, 0, 0xC0, 0x80, 0x3F };
    wi_layer_desc layer = wi_layer_dense(1, wi_tanh());
    wi_net_desc desc;
    wi_net net;
    wi_error error;
    wi_tensors tensors;
    size_t size;
    memset(&desc, 0, sizeof desc);
    desc.inputs = 2;
    desc.layers = &layer;
    desc.layer_count = 1;
    CHECK_OK(wi_net_create(&net, &desc, NULL));
    wi_real before[3];
    memcpy(before, net.params, sizeof before);
    unsigned char *bytes = make_file(header, data, sizeof data, &size);
    CHECK_OK(wi_tensors_parse(&tensors, bytes, size, &error));
    CHECK_STATUS(wi_net_take(&net, &tensors, NULL, &error), WI_ERR_SHAPE);
    CHECK_TEXT(error.text, "there is no tensor '0.weight'");
    CHECK_BYTES(net.params, before, sizeof before);
    if (!CHECK_OK(wi_net_take(&net, &tensors, "enc.", &error))) printf("%s\n", error.text);
    CHECK_TEXT(error.text, "");
    const double want[3] = { 1.5, -2, 1 };
    for (size_t i = 0; i < 3; i++) CHECK_NEAR(net.params[i], want[i], 0);
    CHECK_STATUS(wi_net_take(NULL, &tensors, "", &error), WI_ERR_ARG);
    CHECK_STATUS(wi_net_take(&net, NULL, "", &error), WI_ERR_ARG);
    wi_net nothing = net;
    nothing.layers = NULL;
    CHECK_STATUS(wi_net_take(&nothing, &tensors, "", &error), WI_ERR_ARG);
    /* How many batches a norm has seen only PyTorch counts: it may be missing. */
    wi_layer_desc norm = wi_layer_batch_norm();
    wi_net_desc normed = desc;
    wi_net mean;
    normed.layers = &norm;
    CHECK_OK(wi_net_create(&mean, &normed, NULL));
    wi_tensors_destroy(&tensors);
    free(bytes);
    const unsigned char each[16] = { 0, 0x3C, 0, 0x40, 0, 0x42, 0, 0x44, 0, 0x45, 0, 0x46, 0, 0x47, 0, 0x48 };
    bytes = make_file("{" T("0.bias", "F16", "[2]", "0", "4") ","
                      T("0.running_mean", "F16", "[2]", "4", "8") ","
                      T("0.running_var", "F16", "[2]", "8", "12") ","
                      T("0.weight", "F16", "[2]", "12", "16") "}",
                      each, sizeof each, &size);
    CHECK_OK(wi_tensors_parse(&tensors, bytes, size, &error));
    CHECK_OK(wi_net_take(&mean, &tensors, NULL, &error));
    for (size_t i = 0; i < 2; i++) {
        CHECK_NEAR(mean.layers[0].b.data[i], 1 + i, 0);
        CHECK_NEAR(mean.state[i], 3 + i, 0);
        CHECK_NEAR(mean.state[2 + i], 5 + i, 0);
        CHECK_NEAR(mean.layers[0].w.data[i], 7 + i, 0);
    }
    /* Where it is there, it is a whole number. */
    for (int whole = 0; whole < 2; whole++) {
        wi_tensors_destroy(&tensors);
        free(bytes);
        bytes = make_file(whole ? "{" T("0.bias", "F32", "[2]", "0", "8") ","
                                  T("0.running_mean", "F32", "[2]", "8", "16") ","
                                  T("0.running_var", "F32", "[2]", "16", "24") ","
                                  T("0.weight", "F32", "[2]", "24", "32") ","
                                  T("0.num_batches_tracked", "I64", "[]", "32", "40") "}"
                                : "{" T("0.bias", "F32", "[2]", "0", "8") ","
                                  T("0.running_mean", "F32", "[2]", "8", "16") ","
                                  T("0.running_var", "F32", "[2]", "16", "24") ","
                                  T("0.weight", "F32", "[2]", "24", "32") ","
                                  T("0.num_batches_tracked", "F64", "[]", "32", "40") "}",
                          NULL, 40, &size);
        CHECK_OK(wi_tensors_parse(&tensors, bytes, size, &error));
        CHECK_STATUS(wi_net_take(&mean, &tensors, NULL, &error), whole ? WI_OK : WI_ERR_FORMAT);
        CHECK_STATUS(wi_net_read(&mean, bytes, size, &error), whole ? WI_OK : WI_ERR_FORMAT);
    }
    wi_net_destroy(&mean);
    char longest[500];   /* a name too long for any file is no tensor's */
    memset(longest, 'n', sizeof longest);
    longest[499] = 0;
    CHECK_STATUS(wi_net_take(&net, &tensors, longest, &error), WI_ERR_SHAPE);
    wi_tensors_destroy(&tensors);
    free(bytes);

    /* Weights that live elsewhere are never written. */
    wi_net shared;
    desc.params = net.params;
    CHECK_OK(wi_net_create(&shared, &desc, NULL));
    bytes =
        make_file("{" T("0.weight", "F32", "[1,2]", "0", "8") "," T("0.bias", "F32", "[1]", "8", "12") "}",
                  NULL, 12, &size);
    CHECK_OK(wi_tensors_parse(&tensors, bytes, size, &error));
    CHECK_STATUS(wi_net_take(&shared, &tensors, NULL, &error), WI_ERR_ARG);
    CHECK_STATUS(wi_net_read(&shared, bytes, size, &error), WI_ERR_ARG);
    CHECK_CONTAINS(error.text, "live elsewhere");
    for (size_t i = 0; i < 3; i++) CHECK_NEAR(net.params[i], want[i], 0);
    wi_tensors_destroy(&tensors);
    free(bytes);
    wi_net_destroy(&shared);
    wi_net_destroy(&net);
    CHECK_EQ(fail_alloc.live, 0);
}

/* An F64 beyond float is no infinity, and no reason to change anything; an infinity is one. What rounds to
   the largest float fits. */
static void test_too_large(void)
{
    const double values[2][3] = {{1, 1e39, 2}, {1, (double)INFINITY, -3.40282355e38}};
    wi_layer_desc layer = wi_layer_dense(1, wi_linear());
    wi_net_desc desc;
    wi_net net;
    memset(&desc, 0, sizeof desc);
    desc.inputs = 2;
    desc.layers = &layer;
    desc.layer_count = 1;
    CHECK_OK(wi_net_create(&net, &desc, NULL));
    for (int fits = 0; fits < 2; fits++) {
        unsigned char data[24];
        wi_tensors tensors;
        wi_error error;
        wi_real before[3], out[2] = {7, 7};
        size_t size;
        for (size_t i = 0; i < 24; i++) {
            uint64_t bits;
            memcpy(&bits, &values[fits][i / 8], 8);
            data[i] = (unsigned char)(bits >> i % 8 * 8);
        }
        unsigned char *bytes = make_file("{" T("0.bias", "F64", "[1]", "16", "24") ","
                                         T("0.weight", "F64", "[1,2]", "0", "16") "}", data, 24, &size);
        wi_status want = fits || SZ == sizeof(double) ? WI_OK : WI_ERR_NUMERIC;
        memcpy(before, net.params, sizeof before);
        CHECK_OK(wi_tensors_parse(&tensors, bytes, size, &error));
        CHECK_STATUS(wi_tensor_get(wi_tensors_find(&tensors, "0.weight"), out), want);
        CHECK(want == WI_OK ? (double)out[1] > 1e38 : out[0] == 7 && out[1] == 7);
        const char *sentence = "'0.weight' has 1e+39 as number 2, which is too large for float";
        CHECK_STATUS(wi_net_take(&net, &tensors, NULL, &error), want);
        if (want != WI_OK) CHECK_CONTAINS(error.text, sentence);
        if (want != WI_OK) CHECK_BYTES(net.params, before, sizeof before);
        CHECK_STATUS(wi_net_read(&net, bytes, size, &error), want);
        if (want != WI_OK) CHECK_CONTAINS(error.text, sentence);
        if (want != WI_OK) CHECK_BYTES(net.params, before, sizeof before);
        wi_tensors_destroy(&tensors);
        free(bytes);
    }
    wi_net_destroy(&net);
}

int main(void)
{
    test_types();
    test_halves();
    test_names();
    test_many();
    test_mapped();
    test_hostile();
    test_npy();
    test_nothing_behind();
    test_long_headers();
    test_shards();
    test_take();
    test_too_large();
    return check_done();
}
