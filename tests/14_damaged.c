/* 14_damaged.c: files of every kind, damaged everywhere: a byte taken away, put in or changed, a word
   replaced by one that cannot stand there, a number by the next one. What each call says of each of them, and
   all that it read where it said nothing, is kept as a record: tests/golden/files.txt, made anew by

       cc -I. -Itests tests/14_damaged.c -o t -lm && ./t print > a
       cc -DWINIT_REAL=double -I. -Itests tests/14_damaged.c -o t -lm && ./t print | sort - a >
   tests/golden/files.txt

   All files lie at the end of memory, so that reading on is noticed. @build once */
#include "guard.h"
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include "record.h"

/* ---- A file: its JSON, which is damaged, and what stands before and behind it --- */

enum { ROOM = 4096 };
static unsigned char bytes[2 * ROOM];
static char header[ROOM];

typedef struct damaged {
    const char *text; /* sound */
    size_t length;
    unsigned char data[1024]; /* behind the text */
    size_t data_size;
    int npy;
    void (*read)(unsigned char *bytes, size_t size);
    size_t step; /* this many bytes further each time */
} damaged;

static void put_size(unsigned char *to, uint64_t n, size_t count)
{
    for (size_t i = 0; i < count; i++) to[i] = (unsigned char)(n >> 8 * i);
}

/* Read a file with this text in it. */
static void read_with(const damaged *d, const char *text, size_t length)
{
    size_t size = 8;
    if (d->npy == 0) put_size(bytes, length, 8);
    if (d->npy == 1) {
        memcpy(bytes, "\x93NUMPY\x01\x00", 8);
        put_size(bytes + 8, length, 2);
        size = 10;
    }
    if (d->npy == 2) size = 0; /* nothing but the text */
    memcpy(bytes + size, text, length);
    size += length;
    if (d->data_size) memcpy(bytes + size, d->data, d->data_size);
    size += d->data_size;
    size_t live = fail_alloc.live;
    d->read(guard_copy(0, bytes, size), size);
    CHECK_EQ(fail_alloc.live, live);
}

/* Read a file with the bytes from `at` on, `gone` of them, replaced by others. */
static void replaced(const damaged *d, size_t at, size_t gone, const char *by, size_t length)
{
    memcpy(header, d->text, at);
    memcpy(header + at, by, length);
    memcpy(header + at + length, d->text + at + gone, d->length - at - gone);
    read_with(d, header, d->length - gone + length);
}

static int of_word(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || strchr("_.+-", c);
}

static void damage_bytes(const damaged *d)
{
    static const char others[] = "{}[]()\"\\'/,:;| 0\x00\x1F\x80\xFF\n9uF";
    for (size_t at = 0; at < d->length; at += d->step) {
        replaced(d, at, 1, "", 0);
        for (size_t k = at % 3; k < sizeof others - 1; k += 3) { /* in three bytes, each of them */
            replaced(d, at, 1, others + k, 1);
            replaced(d, at, 0, others + k, 1);
        }
    }
    for (size_t length = 0; length < d->length; length += d->step) read_with(d, d->text, length);
    for (unsigned k = 0; d->npy == 0 && k < 8 * 3; k++) { /* another length of the text */
        read_with(d, d->text, d->length);
        bytes[k / 3] = (unsigned char)(k % 3 == 0 ? bytes[k / 3] + 1 : k % 3 == 1 ? 0 : 0xFF);
        d->read(guard_copy(0, bytes, 8 + d->length + d->data_size), 8 + d->length + d->data_size);
    }
}

static void damage_words(const damaged *d)
{
    static const char *const others[] = {"",
                                         "0",
                                         "1",
                                         "2",
                                         "3",
                                         "09",
                                         "18446744073709551615",
                                         "18446744073709551616",
                                         "1e999",
                                         "-1",
                                         "nan",
                                         "inf",
                                         "x",
                                         "0.5",
                                         "null",
                                         "True",
                                         "seed",
                                         "layers",
                                         "dense",
                                         "\\u0041",
                                         "\xC3\xA9",
                                         "\\ud83d\\ude00",
                                         "\\u00e9\\n",
                                         "\\u0001",
                                         "\\u0000",
                                         "0123456789012345678901234567890123456789012345678901234567890123456"
                                         "789012345678901234567890123456789"};
    for (size_t at = 0, end; at < d->length; at = end + 1) {
        for (end = at; end < d->length && of_word(d->text[end]); end++) {}
        if (end == at) continue;
        for (size_t k = 0; k < WI_COUNT(others); k++) replaced(d, at, end - at, others[k], strlen(others[k]));
        replaced(d, at, 0, d->text + at, end - at); /* twice */
        size_t next = end, last;
        while (next < d->length && !of_word(d->text[next])) next++;
        for (last = next; last < d->length && of_word(d->text[last]); last++) {}
        replaced(d, at, end - at, d->text + next, last - next); /* the next one in its place */
        replaced(d, at, next - at, "", 0);
    }
    /* A member or an item of a list, from one comma to the next, gone, or there twice. */
    for (size_t at = 0, end; at < d->length; at = end) {
        for (end = at + 1; end < d->length && !strchr(",;|", d->text[end]); end++) {}
        replaced(d, at, end - at, "", 0);
        replaced(d, at, 0, d->text + at, end - at);
    }
}

/* The data, longer and shorter; and the file cut anywhere. */
static void damage_data(damaged *d)
{
    size_t size = d->data_size;
    for (d->data_size = 0; d->data_size < size + 9; d->data_size++) read_with(d, d->text, d->length);
    d->data_size = size;
    for (size_t i = 0; i < size; i += d->step) { /* numbers that are no numbers, or too large */
        unsigned char kept = d->data[i];
        for (unsigned k = 0; k < 3; k++) {
            d->data[i] = (unsigned char)(k == 0 ? 0xFF : k == 1 ? kept + 1 : 0x7F);
            read_with(d, d->text, d->length);
        }
        d->data[i] = kept;
    }
}

static void damage(damaged *d, const char *name)
{
    char group[80];
    d->length = strlen(d->text);
    if (d->step == 0) d->step = 1;
    read_with(d, d->text, d->length);
    snprintf(group, sizeof group, "%s, sound", name);
    record_group(group);
    damage_bytes(d);
    snprintf(group, sizeof group, "%s, other bytes", name);
    record_group(group);
    damage_words(d);
    snprintf(group, sizeof group, "%s, other words", name);
    record_group(group);
    damage_data(d);
    snprintf(group, sizeof group, "%s, other data", name);
    record_group(group);
}

/* ---- What was read, in words ----------------------------------------------- */

static uint64_t mixed(uint64_t h, const void *what, size_t size)
{
    for (size_t i = 0; i < size; i++) h = (h ^ ((const unsigned char *)what)[i]) * 1099511628211u;
    return h;
}

/* Numbers as float: files here hold no others. One NaN is as good as another. */
static uint64_t numbers(const wi_real *x, size_t n)
{
    uint64_t h = 14695981039346656037u;
    for (size_t i = 0; i < n; i++) {
        float f = (float)x[i];
        uint32_t bits;
        memcpy(&bits, &f, 4);
        if (isnan(f)) bits = 0x7FC00000;
        unsigned char low[4];
        put_size(low, bits, 4);
        h = mixed(h, low, 4);
    }
    return h;
}

static size_t said_length;
static char said[1 << 15];

#if defined(__GNUC__) || defined(__clang__)
__attribute__((__format__(__printf__, 1, 2)))
#endif
static void
say(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int n = vsnprintf(said + said_length, sizeof said - said_length, format, list);
    va_end(list);
    if (n > 0) said_length += (size_t)n;
    if (said_length >= sizeof said) said_length = sizeof said - 1;
}

static void say_net(const wi_net *net)
{
    char a[WI_RECIPE_TEXT], b[WI_RECIPE_TEXT];
    say("%zu %zu %zu, %zu a pass, seed %ju", net->input.channels, net->input.height, net->input.width,
        net->max_batch, (uintmax_t)net->seed);
    for (size_t l = 0; l < net->layer_count; l++) {
        const wi_layer *y = &net->layers[l];
        const wi_layer_desc *d = &y->desc;
        say(" | %s %zu k%zu s%zu p%zu g%zu n%zu t%zu r%.9g s%.9g f%d %s:%.9g %s %s from %zu %d: %zu %zu",
            wi_layer_kind_name(d->kind), d->units, d->kernel, d->stride, d->padding, d->groups, d->span,
            d->tied, d->rate, d->step_scale, d->frozen, wi_act_name(d->act), d->act.param,
            wi_recipe_text(d->weights, a, sizeof a), wi_recipe_text(d->bias, b, sizeof b), d->from,
            d->no_bias, y->param_count, y->state_count);
    }
    say("; %016jx %016jx", (uintmax_t)numbers(net->params, net->param_count),
        (uintmax_t)numbers(net->state, net->state_count));
}

/* Record what a call said, and what it left; but not how large it would have had to be. */
static void outcome(wi_status status, wi_error *error)
{
    static const char large[] = "that describe a network of ";
    char *size = strstr(error->text, large);
    if (size) size[sizeof large - 1] = 0;
    record("%s: %s: %s", wi_status_name(status), error->text, status == WI_OK ? said : "");
    CHECK_STATUS(error->status, status);
    said_length = 0;
    said[0] = 0;
}

static wi_error poisoned(void)
{
    wi_error error;
    memset(&error, 0x5A, sizeof error);
    error.text[sizeof error.text - 1] = 0;
    return error;
}

/* ---- Readers --------------------------------------------------------------- */

static void read_tensors(unsigned char *from, size_t size)
{
    wi_tensors tensors;
    wi_error error = poisoned();
    wi_real values[64];
    memset(&tensors, 0x5A, sizeof tensors);
    const wi_tensors kept = tensors;
    wi_status status = wi_tensors_parse(&tensors, from, size, &error);
    if (status != WI_OK) CHECK_BYTES(&tensors, &kept, sizeof kept);
    for (size_t i = 0; status == WI_OK && i < tensors.count; i++) {
        const wi_tensor *t = &tensors.items[i];
        wi_shape shape;
        const unsigned char *at = (const unsigned char *)t->bytes;
        say("%s %d [", t->name, (int)t->dtype);
        for (size_t k = 0; k < t->dims; k++) say(" %zu", t->shape[k]);
        say(" ] %zu", t->count);
        if (at >= from && at <= from + size) say(" at %zu", (size_t)(at - from));
        CHECK(wi_tensors_find(&tensors, t->name) == t);
        memset(&shape, 0, sizeof shape);
        say(" %s", wi_status_name(wi_tensor_shape(t, &shape)));
        say(" %zu %zu %zu %zu", shape.in, shape.out, shape.kernel_h, shape.kernel_w);
        if (t->count > WI_COUNT(values)) continue;
        wi_status got = wi_tensor_get(t, values);
        say(" %s", wi_status_name(got));
        for (size_t k = 0; got == WI_OK && k < t->count; k++) say(" %.9g", (double)values[k]);
    }
    if (status == WI_OK) wi_tensors_destroy(&tensors);
    outcome(status, &error);
}

static wi_net small, small_kept;
static void read_net(unsigned char *from, size_t size)
{
    wi_error error = poisoned();
    wi_status status = wi_net_read(&small, from, size, &error);
    const size_t count = small.param_count * sizeof(wi_real), states = small.state_count * sizeof(wi_real);
    if (status == WI_OK) say_net(&small);
    else {
        CHECK_BYTES(small.params, small_kept.params, count);
        CHECK_BYTES(small.state, small_kept.state, states);
    }
    memcpy(small.params, small_kept.params, count);
    memcpy(small.state, small_kept.state, states);
    outcome(status, &error);
}

static void read_model(unsigned char *from, size_t size)
{
    wi_model model;
    wi_error error = poisoned();
    memset(&model, 0x5A, sizeof model);
    const wi_model kept = model;
    wi_status status = wi_model_read(&model, from, size, &error);
    if (status != WI_OK) CHECK_BYTES(&model, &kept, sizeof kept);
    else {
        say_net(&model.net);
        say("; %s", wi_loss_name(model.loss));
        for (int s = 0; s < 2; s++) {
            const wi_scaler *scaler = s ? &model.y : &model.x;
            say("; %zu", scaler->count);
            for (size_t i = 0; i < scaler->count; i++)
                say(" %.7g %.7g", (double)scaler->mean[i], (double)scaler->std[i]);
        }
        say("; %zu", model.class_count);
        for (size_t c = 0; c < model.class_count; c++) say(" <%s>", model.classes[c]);
        wi_model_destroy(&model);
    }
    outcome(status, &error);
}

static wi_opt opt;
static void read_opt(unsigned char *from, size_t size)
{
    wi_real before[2][3];
    wi_error error = poisoned();
    opt.step = 77;
    for (size_t i = 0; i < 3; i++) opt.m[i] = opt.v[i] = before[0][i] = before[1][i] = (wi_real)0.25;
    wi_status status = wi_opt_read(&opt, from, size, &error);
    if (status != WI_OK) {
        CHECK_EQ(opt.step, 77);
        CHECK_BYTES(opt.m, before[0], sizeof before[0]);
        CHECK_BYTES(opt.v, before[1], sizeof before[1]);
    }
    say("%zu %016jx %016jx", opt.step, (uintmax_t)numbers(opt.m, 3), (uintmax_t)numbers(opt.v, 3));
    outcome(status, &error);
}

static wi_trainer run;
static wi_net run_net;
static void read_run(unsigned char *from, size_t size)
{
    wi_error error = poisoned();
    wi_progress *p = &run.progress;
    for (size_t i = 0; i < run_net.param_count; i++)
        run_net.params[i] = run.opt.m[i] = run.opt.v[i] = run.best[i] = (wi_real)(0.5 + (double)i);
    p->step = p->epoch = run.opt.step = run.loss_count = run.waited = 1;
    p->loss = p->grad_norm = p->rate = p->valid.loss = p->valid.accuracy = p->valid.r2 = p->valid.mae = 2;
    run.loss_sum = run.best_loss = 3;
    run.stopped = 0;
    run_net.seed = run_net.noise.seed = run_net.noise.stream = run_net.noise.index = 4;
    wi_status status = wi_trainer_read(&run, from, size, &error);
    say("%zu %zu %zu %zu %zu %d; %ju %ju %ju %ju;", p->step, p->epoch, run.opt.step, run.loss_count,
        run.waited, run.stopped != 0, (uintmax_t)run_net.seed, (uintmax_t)run_net.noise.seed,
        (uintmax_t)run_net.noise.stream, (uintmax_t)run_net.noise.index);
    const double all[] = {p->loss,     p->grad_norm, p->rate,      p->valid.loss, p->valid.accuracy,
                          p->valid.r2, p->valid.mae, run.loss_sum, run.best_loss};
    for (size_t i = 0; i < WI_COUNT(all); i++) say(all[i] == all[i] ? " %g" : " nan", all[i]);
    const wi_real *blocks[] = {run_net.params, run.opt.m, run.opt.v, run.best};
    for (size_t i = 0; i < 4; i++) say("; %016jx", (uintmax_t)numbers(blocks[i], run_net.param_count));
    record("%s", said); /* where it failed as well: nothing has changed */
    outcome(status, &error);
}

static void read_index(unsigned char *from, size_t size)
{
    wi_tensors tensors;
    wi_error error = poisoned();
    FILE *file = fopen("p.json", "wb");
    if (!CHECK(file != NULL)) return;
    CHECK_EQ(fwrite(from, 1, size, file), size);
    fclose(file);
    wi_status status = wi_tensors_load(&tensors, "p.json", &error);
    for (size_t i = 0; status == WI_OK && i < tensors.count; i++) {
        const wi_tensor *t = &tensors.items[i];
        const unsigned char *at = (const unsigned char *)t->bytes;
        say("%s %d %zu:", t->name, (int)t->dtype, t->count);
        for (size_t k = 0; k < t->count; k++) say(" %d", at[k]);
    }
    if (status == WI_OK) wi_tensors_destroy(&tensors);
    outcome(status, &error);
}

/* ---- The files ------------------------------------------------------------- */

static char text[ROOM];
static size_t text_length, filled;

static void begin(damaged *d, const char *metadata, void (*read)(unsigned char *bytes, size_t size))
{
    memset(d, 0, sizeof *d);
    d->read = read;
    d->text = text;
    text_length = (size_t)snprintf(text, sizeof text, "%s", metadata);
    filled = 0;
}

/* Add a tensor to a file: so many bytes that count up, as floats if they are of this type. */
static void add(damaged *d, const char *name, const char *dtype, const char *shape, size_t count,
                size_t width)
{
    for (size_t i = 0; i < count; i++, filled++) {
        unsigned char *to = d->data + d->data_size + i * width;
        float f = (float)filled / 8 - 1;
        uint32_t bits;
        memcpy(&bits, &f, 4);
        if (strcmp(dtype, "F64") == 0) {
            double x = f;
            uint64_t wide;
            memcpy(&wide, &x, 8);
            put_size(to, wide, 8);
        } else if (width == 4) put_size(to, bits, 4);
        else put_size(to, i + 1, width);
    }
    text_length += (size_t)snprintf(text + text_length, sizeof text - text_length,
                                    "%s\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%zu,%zu]}",
                                    text_length > 1 ? "," : "", name, dtype, shape, d->data_size,
                                    d->data_size + count * width);
    d->data_size += count * width;
}

static void end(damaged *d, const char *name)
{
    snprintf(text + text_length, sizeof text - text_length, "}");
    damage(d, name);
}

static void test_tensors(void)
{
    damaged d;
    begin(&d, "{\"__metadata__\":{\"a\":\"b\",\"\\u00e9\":\"\\\"\"}", read_tensors);
    add(&d, "n", "F32", "2, 1,3", 6, 4);
    add(&d, "a\\t\xC3\xA9\\ud83d\\ude00", "F64", "2", 2, 8);
    add(&d, "h", "F16", "", 1, 2);
    add(&d, "bf", "BF16", "1,1", 1, 2);
    add(&d, "l", "I64", "1", 1, 8);
    add(&d, "s", "I16", "3", 3, 2);
    add(&d, "u", "U8", "2,2", 4, 1);
    add(&d, "w", "U64", "1", 1, 8);
    end(&d, "tensors");
    begin(&d, "{ ", read_tensors); /* nothing behind the header: reading on is reading beyond */
    text_length = 1;
    add(&d, "e", "BOOL", "0", 0, 1);
    add(&d, "f", "F8_E4M3", "0,3", 0, 1);
    end(&d, "empty tensors");
    begin(&d, "{\"__metadata__\":null", read_tensors);
    add(&d, "six", "F6_E2M3", "2,2", 3, 1);
    end(&d, "tensors of part bytes");
}

static void test_npy(void)
{
    static const char *const texts[] = {"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), } \n",
                                        "{'shape':(3L,),'descr':'|u1','fortran_order':True}",
                                        "{'descr': '>i2', 'fortran_order': True, 'shape': (2, 3), }   ",
                                        "{'descr': '=f8', 'fortran_order': True, 'shape': (3, 1, 2), }",
                                        "{'descr': '<c8', 'fortran_order': False, 'shape': (), }"};
    static const size_t sizes[] = {24, 3, 12, 48, 8};
    damaged d;
    for (size_t k = 0; k < WI_COUNT(texts); k++) {
        char name[40];
        memset(&d, 0, sizeof d);
        d.read = read_tensors;
        d.text = texts[k];
        d.npy = 1;
        d.data_size = sizes[k];
        for (size_t i = 0; i < sizes[k]; i++) d.data[i] = (unsigned char)(i % 8 < 6 ? i : 0x40);
        snprintf(name, sizeof name, "npy %zu", k + 1);
        damage(&d, name);
    }
    /* The eight bytes before the text, and the length, of either version. */
    for (int version = 1; version < 4; version++) {
        size_t start = version == 1 ? 10 : 12, length = strlen(texts[0]), size = start + length + 24;
        memset(bytes, 0, size);
        memcpy(bytes, "\x93NUMPY", 6);
        bytes[6] = (unsigned char)version;
        bytes[8] = (unsigned char)length;
        memcpy(bytes + start, texts[0], length);
        for (size_t at = 0; at < start; at++)
            for (unsigned k = 0; k < 5; k++) {
                const unsigned char kept = bytes[at], others[] = {0, 1, 2, 255, (unsigned char)(kept + 1)};
                bytes[at] = others[k];
                read_tensors(guard_copy(0, bytes, size), size);
                bytes[at] = kept;
            }
        for (size_t cut = 0; cut <= size; cut++) read_tensors(guard_copy(0, bytes, cut), cut);
    }
    record_group("npy, versions");
}

static void make(wi_net *net, const wi_layer_desc *layers, size_t count, size_t side)
{
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    desc.channels = 2;
    desc.height = desc.width = side;
    desc.layers = layers;
    desc.layer_count = count;
    desc.max_batch = 3;
    desc.seed = 77;
    CHECK_OK(wi_net_create(net, &desc, NULL));
}

/* A convolution, a batch norm, and two dense layers of which one has no bias. */
static void test_net(void)
{
    wi_layer_desc layers[4];
    damaged d;
    layers[0] = wi_layer_conv2d(2, 1, wi_leaky_relu(0.25));
    layers[1] = wi_layer_batch_norm();
    layers[2] = wi_layer_dense(3, wi_tanh());
    layers[3] = wi_layer_dense(2, wi_linear());
    layers[2].no_bias = 1;
    make(&small, layers, 4, 2);
    make(&small_kept, layers, 4, 2);
    begin(&d,
          "{\"__metadata__\":{\"layers\":\"conv2d 2 kernel 1 leaky_relu:0.25; frozen | batch_norm | dense 3 "
          "no_bias tanh;x| "
          "dense 2 linear\"}",
          read_net);
    add(&d, "2.num_batches_tracked", "I64", "", 1, 8);
    add(&d, "0.bias", "F32", "2", 2, 4);
    add(&d, "0.weight", "F32", "2,2,1,1", 4, 4);
    add(&d, "2.weight", "F32", "2", 2, 4);
    add(&d, "2.bias", "BF16", "2", 2, 2);
    add(&d, "2.running_mean", "F32", "2", 2, 4);
    add(&d, "2.running_var", "F16", "2", 2, 2);
    add(&d, "4.weight", "F32", "3,8", 24, 4);
    add(&d, "6.bias", "F32", "2", 2, 4);
    add(&d, "6.weight", "F64", "2,3", 6, 8);
    end(&d, "net");
    wi_net_destroy(&small);
    wi_net_destroy(&small_kept);
}

#define NAMED(loss, rest)                                   \
    "{\"__metadata__\":{\"format\":\"pt\",\"loss\":\"" loss \
    "\",\"seed\":\"77\",\"input\":\"2 2 2\",\"batch\":\"3\"," rest "}"

/* What a file may ask for: a network of 4 GB and 64 times the file, and one refused is not made. */
static void test_too_large(damaged *d)
{
    const char *at = strstr(d->text, "\"batch\":\"3\"");
    if (sizeof(size_t) < 8 || !CHECK(at != NULL)) return;
    size_t from = (size_t)(at - d->text) + 9;
    for (size_t batch = 16; batch < SIZE_MAX / 8; batch *= 2) {
        char digits[24];
        int length = snprintf(digits, sizeof digits, "%zu", batch);
        if (batch < 1024 || batch > 1 << 23) replaced(d, from, 1, digits, (size_t)length);
    }
    record_group("model, too large");
}

static void test_model(void)
{
    damaged d;
    begin(&d,
          NAMED("softmax_cross_entropy", "\"x.mean\":\"0.5 -1e-3 1 2 3 4 5 6\",\"x.std\":\"1 2 3 4 0.5 0.25 "
                                         "7 8\",\"classes\":\"yes\\u0000n\\u00f6 \\\"\\u0000\","
                                         "\"layers\":\"conv2d 2 kernel 3 padding 1 leaky_relu:0.25; frozen; "
                                         "weights he_uniform:0.5; bias zeros | batch_norm; "
                                         "weights ones; bias constant:0.5 | max_pool kernel 2 | dropout; "
                                         "rate 0.125 | dense 3 no_bias tanh; step_scale 0.5; "
                                         "weights truncated:0,1,-2,inf | dense 2 from 2 linear; weights "
                                         "xavier_normal; bias zeros | dense 2 linear; weights "
                                         "default; bias zeros | skip span 2\""),
          read_model);
    add(&d, "2.num_batches_tracked", "I64", "", 1, 8);
    add(&d, "0.weight", "F32", "2,2,3,3", 36, 4);
    add(&d, "0.bias", "F32", "2", 2, 4);
    add(&d, "2.weight", "F32", "2", 2, 4);
    add(&d, "2.bias", "F32", "2", 2, 4);
    add(&d, "2.running_mean", "F32", "2", 2, 4);
    add(&d, "2.running_var", "F32", "2", 2, 4);
    add(&d, "6.weight", "F32", "3,2", 6, 4);
    add(&d, "8.weight", "F32", "2,2", 4, 4);
    add(&d, "8.bias", "F32", "2", 2, 4);
    add(&d, "9.weight", "F32", "2,2", 4, 4);
    add(&d, "9.bias", "F32", "2", 2, 4);
    end(&d, "model of classes");
    test_too_large(&d);
    begin(
        &d,
        NAMED("half_squared",
              "\"y.mean\":\"0.5 1\",\"y.std\":\"1 0.25\",\"layers\":\"avg_pool kernel 2 stride 1 padding 1 | "
              "layer_norm; weights ones; bias zeros | dense 2 elu:1.5; weights sparse:3,0.5; bias normal:0,1 "
              "| dense 2 "
              "gelu; weights he_normal; bias zeros | dense 2 tied 4 linear; bias zeros | scale; weights "
              "constant:0.5 | shift; bias constant:0.25 | act sine:30\""),
        read_model);
    add(&d, "1.weight", "F32", "2,3,3", 18, 4);
    add(&d, "1.bias", "F32", "2,3,3", 18, 4);
    add(&d, "3.weight", "F32", "2,18", 36, 4);
    add(&d, "3.bias", "F32", "2", 2, 4);
    add(&d, "5.weight", "F32", "2,2", 4, 4);
    add(&d, "5.bias", "F32", "2", 2, 4);
    add(&d, "7.bias", "F32", "2", 2, 4);
    add(&d, "8.weight", "F32", "1", 1, 4);
    add(&d, "9.bias", "F32", "1", 1, 4);
    end(&d, "model of values");
}

static void test_opt(void)
{
    damaged d;
    CHECK_OK(wi_opt_create(&opt, wi_adam(0.1), 3));
    begin(&d, "{", read_opt);
    add(&d, "opt.counts", "I64", "1", 1, 8);
    add(&d, "opt.m", "F32", "3", 3, 4);
    add(&d, "opt.v", "F32", "3", 3, 4);
    end(&d, "opt");
    wi_opt_destroy(&opt);
}

static void test_run(void)
{
    static wi_real x[8], y[4];
    const wi_layer_desc layer = wi_layer_dense(1, wi_linear());
    wi_train_desc desc;
    wi_data data;
    damaged d;
    memset(&desc, 0, sizeof desc);
    memset(&data, 0, sizeof data);
    data.x = wi_mat_view(x, 4, 2);
    data.y = wi_mat_view(y, 4, 1);
    desc.opt = wi_adam(0.1);
    desc.valid = &data;
    desc.patience = 2;
    desc.batch = 2;
    desc.seed = 1;
    desc.epochs = 3;
    make(&run_net, &layer, 1, 1);
    CHECK_OK(wi_trainer_create(&run, &run_net, &data, &desc, NULL));
    begin(&d, "{", read_run);
    add(&d, "trainer.counts", "I64", "13", 13, 8); /* 1, 2, 3 ... */
    add(&d, "trainer.numbers", "F64", "9", 9, 8);
    add(&d, "0.weight", "F32", "1,2", 2, 4);
    add(&d, "0.bias", "F32", "1", 1, 4);
    add(&d, "trainer.m", "F32", "3", 3, 4);
    add(&d, "trainer.v", "F32", "3", 3, 4);
    add(&d, "trainer.best", "F32", "3", 3, 4);
    static const unsigned char counts[7] = {1, 2, 4, 0, 3, 2, 3}; /* of this run */
    for (size_t i = 0; i < sizeof counts; i++) d.data[8 * i] = counts[i];
    end(&d, "run");
    wi_trainer_destroy(&run);
    wi_net_destroy(&run_net);
}

/* An index whose files are there, and are sound. */
static void test_index(void)
{
#if defined(__unix__) || defined(__APPLE__)
    static const char *const names[] = {"p-1.safetensors", "p-2.safetensors"};
    static const char *const tensors[] = {"{\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[0,2]}}",
                                          "{\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]},"
                                          "\"c\":{\"dtype\":\"I8\",\"shape\":[2],\"data_offsets\":[1,3]}}"};
    damaged d;
    char folder[512];
    snprintf(folder, sizeof folder, "%s", check_path(""));
    if (!CHECK_EQ(chdir(folder), 0)) return; /* where they lie is in no sentence */
    for (size_t k = 0; k < 2; k++) {
        size_t length = strlen(tensors[k]), size = 8 + length + 2 + k;
        put_size(bytes, length, 8);
        memcpy(bytes + 8, tensors[k], length);
        memcpy(bytes + 8 + length, "\x01\x02\x03", 2 + k);
        FILE *file = fopen(names[k], "wb");
        if (!CHECK(file != NULL)) return;
        CHECK_EQ(fwrite(bytes, 1, size, file), size);
        fclose(file);
    }
    memset(&d, 0, sizeof d);
    d.npy = 2;
    d.step = 2;
    d.read = read_index;
    d.text = "{\"metadata\": {\"n\": [1, {\"x\": \"}\\n\"}]}, "
             "\"weight_map\":{\"b\":\"p-1.safetensors\",\"a\":\"p-2.safetensors\", "
             "\"c\" : \"p-2.safetensors\"}, \"y\" : null}";
    damage(&d, "index");
#endif
}

int main(int argc, char **argv)
{
    record_open("tests/golden/files.txt", argc, argv);
    test_tensors();
    test_npy();
    test_net();
    test_model();
    test_opt();
    test_run();
    test_index(); /* goes elsewhere: the last */
    return record_done();
}
