/* lab_layers.h - lab's own language for networks, and what a network is made of

       64,64,10                                     widths, from the inputs to the outputs
       8x8, conv 8 3x3 same, batchnorm, relu, maxpool 2, dense 32 tanh, dropout 0.2, 10
       conv 8 3x3 same, conv 8 3x3 same linear, skip 2, avgpool, 10

   The first entry is the input: a width, or an image as HEIGHTxWIDTH or CHANNELSxHEIGHTxWIDTH; without it, a
   square image that fits the data. Each entry after it is a layer; the words that follow its number may come
   in any order. A hidden layer takes the activation of --act where none is named, unless a norm, a skip or an
   activation comes next.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#ifndef LAB_LAYERS_H
#define LAB_LAYERS_H

#include <ctype.h>

enum { LAB_MOST_LAYERS = 400, LAB_MOST_WORDS = 10, LAB_WORD = 40 };

/* A network as the command line describes it. */
typedef struct lab_layers {
    wi_layer_desc layers[LAB_MOST_LAYERS];
    unsigned char act_given[LAB_MOST_LAYERS];   /* a dense layer or convolution whose activation was named */
    size_t count, channels, height, width;      /* 0: not said */
    char wrong[200];                            /* why the list cannot be read */
} lab_layers;

/* One entry, cut at blanks. */
typedef struct lab_entry { char word[LAB_MOST_WORDS][LAB_WORD]; size_t count; } lab_entry;

static int lab_wrong(lab_layers *list, const char *format, const char *what)
{
    snprintf(list->wrong, sizeof list->wrong, format, what);
    return 0;
}

/* The next entry of a list; returns what follows its comma, or NULL at the end. */
static const char *lab_next_entry(const char *at, lab_entry *e)
{
    e->count = 0;
    while (*at && *at != ',') {
        size_t n = 0;
        while (isspace((unsigned char)*at)) at++;
        if (!*at || *at == ',') break;
        for (; *at && *at != ',' && !isspace((unsigned char)*at); at++)
            if (n + 1 < LAB_WORD && e->count < LAB_MOST_WORDS) e->word[e->count][n++] = *at;
        if (e->count < LAB_MOST_WORDS) e->word[e->count++][n] = 0;
    }
    return *at ? at + 1 : NULL;
}

/* Up to three whole numbers with an x between; returns how many, 0 if it is something else. */
static size_t lab_sizes(const char *word, size_t sizes[3])
{
    size_t n = 0;
    for (;; word++) {
        char *end = NULL;
        unsigned long value = isdigit((unsigned char)*word) ? strtoul(word, &end, 10) : 0;
        if (value == 0 || value > 1000000 || n == 3) return 0;
        sizes[n++] = value;
        word = end;
        if (*word == 0) return n;
        if (*word != 'x') return 0;
    }
}

/* One word behind a layer's name: a size, an activation, or a setting with its number in the next word.
   Returns how many words it took, 0 if it cannot be read. */
static size_t lab_setting(const lab_entry *e, size_t k, wi_layer_desc *d, int *act_given)
{
    static const struct { const char *name; size_t offset; } settings[] = {
        { "stride", offsetof(wi_layer_desc, stride) }, { "pad", offsetof(wi_layer_desc, padding) },
        { "groups", offsetof(wi_layer_desc, groups) }
    };
    size_t sizes[3], *unset = d->kind == WI_LAYER_SKIP ? &d->span : d->units == 0 ? &d->units : &d->kernel;
    int pools = d->kind == WI_LAYER_MAX_POOL || d->kind == WI_LAYER_AVG_POOL,
        numbers = lab_sizes(e->word[k], sizes) == 1;
    if (d->kind == WI_LAYER_DROPOUT || d->kind == WI_LAYER_SCALE) {
        char *end = NULL;
        double value = strtod(e->word[k], &end);
        *d = d->kind == WI_LAYER_DROPOUT ? wi_layer_dropout(value) : wi_layer_scale(value);
        return *end == 0 && k == 1;
    }
    if (pools) unset = &d->kernel;
    if (lab_sizes(e->word[k], sizes) == 2 && sizes[0] == sizes[1]) { d->kernel = sizes[0]; return 1; }
    if (numbers && *unset == 0) { *unset = sizes[0]; return 1; }
    if (strcmp(e->word[k], "same") == 0 && d->kernel % 2 == 1) { d->padding = d->kernel / 2; return 1; }
    for (size_t s = 0; s < WI_COUNT(settings); s++)
        if (strcmp(e->word[k], settings[s].name) == 0 && k + 1 < e->count &&
            lab_sizes(e->word[k + 1], sizes) == 1) {
            memcpy((char *)d + settings[s].offset, sizes, sizeof *sizes);
            return 2;
        }
    *act_given = 1;
    return wi_act_named(e->word[k], &d->act) == WI_OK;
}

/* Read the layer that an entry describes. */
static int lab_read_layer(lab_layers *list, const lab_entry *e)
{
    static const struct { const char *name; wi_layer_kind kind; size_t words;
    } names[] = { { "dense", WI_LAYER_DENSE, 2 },          { "conv", WI_LAYER_CONV2D, 3 },
                  { "maxpool", WI_LAYER_MAX_POOL, 2 },     { "avgpool", WI_LAYER_AVG_POOL, 1 },
                  { "batchnorm", WI_LAYER_BATCH_NORM, 1 }, { "layernorm", WI_LAYER_LAYER_NORM, 1 },
                  { "dropout", WI_LAYER_DROPOUT, 2 },      { "skip", WI_LAYER_SKIP, 2 },
                  { "scale", WI_LAYER_SCALE, 2 } };
    wi_layer_desc d;
    size_t row = 0, sizes[3], k = 1;
    int act_given = 0;
    memset(&d, 0, sizeof d);
    d.act = wi_linear();
    while (row < WI_COUNT(names) && strcmp(e->word[0], names[row].name) != 0) row++;
    if (row < WI_COUNT(names)) {
        d.kind = names[row].kind;
        if (e->count < names[row].words)
            return lab_wrong(list, "'%s' wants a number; see lab --help", e->word[0]);
    } else if (lab_sizes(e->word[0], sizes) == 1) {   /* a width alone is a dense layer */
        d.kind = WI_LAYER_DENSE;
        d.units = sizes[0];
    } else if (wi_act_named(e->word[0], &d.act) == WI_OK) {
        d.kind = WI_LAYER_ACT;
    } else {
        return lab_wrong(list, "'%s' is neither a layer nor an activation; see lab --help", e->word[0]);
    }
    while (k < e->count) {
        size_t words = lab_setting(e, k, &d, &act_given);
        if (words == 0) return lab_wrong(list, "cannot read '%s' there; see lab --help", e->word[k]);
        k += words;
    }
    int weights = d.kind == WI_LAYER_DENSE || d.kind == WI_LAYER_CONV2D;
    if ((weights && d.units == 0) || (d.kind == WI_LAYER_CONV2D && d.kernel == 0))
        return lab_wrong(list, "'%s' wants a number of units, and a convolution a size such as 3x3",
                         e->word[0]);
    if (act_given && !weights && d.kind != WI_LAYER_ACT)
        return lab_wrong(list, "'%s' takes no activation: make it an entry of its own", e->word[0]);
    if (list->count == LAB_MOST_LAYERS)
        return lab_wrong(list, "more layers than lab takes, at '%s'", e->word[0]);
    list->act_given[list->count] = (unsigned char)act_given;
    list->layers[list->count++] = d;
    return 1;
}

/* Read a whole list. */
static int lab_read_layers(lab_layers *list, const char *text)
{
    size_t sizes[3];
    lab_entry e;
    for (int first = 1; text; first = 0) {
        text = lab_next_entry(text, &e);
        if (e.count == 0) return lab_wrong(list, "%s", "an entry is empty");
        size_t n = first && e.count == 1 ? lab_sizes(e.word[0], sizes) : 0;
        if (n > 0) {
            list->width = sizes[n - 1];
            list->height = n > 1 ? sizes[n - 2] : 1;
            list->channels = n == 3 ? sizes[0] : 1;
            if (n == 1) { list->channels = list->width; list->width = 1; }   /* features, not pixels */
        } else if (!lab_read_layer(list, &e)) return 0;
    }
    return list->count > 0 ? 1 : lab_wrong(list, "%s", "at least an input and an output width are needed");
}

static int lab_has_weights(const wi_layer_desc *d)
{
    return d->kind == WI_LAYER_DENSE || d->kind == WI_LAYER_CONV2D;
}

/* Is entry l one that a layer with weights gives its activation to: a norm, a skip, an activation? */
static int lab_takes_over(const lab_layers *list, size_t l)
{
    wi_layer_kind kind = l < list->count ? list->layers[l].kind : WI_LAYER_DENSE;
    return kind == WI_LAYER_BATCH_NORM || kind == WI_LAYER_LAYER_NORM || kind == WI_LAYER_SKIP ||
        kind == WI_LAYER_ACT || kind == WI_LAYER_SCALE;
}

/* Multiplications, each with its addition, of one sample forward; those of weights alone, as is the
   custom. */
static double lab_multiplications(const wi_layer *layer)
{
    double weights = (double)(layer->w.rows * layer->w.cols),
           pixels = (double)(layer->out.height * layer->out.width);
    return lab_has_weights(&layer->desc) ? weights * (layer->desc.kind == WI_LAYER_CONV2D ? pixels : 1.0)
                                         : 0.0;
}

/* A layer's kind with what it was told, "conv2d 3x3 relu". */
static const char *lab_layer_name(const wi_layer *layer, char *text, size_t size)
{
    const wi_layer_desc *d = &layer->desc;
    int n = snprintf(text, size, "%s", wi_layer_kind_name(d->kind));
    if (d->kernel > 0) n += snprintf(text + n, size - (size_t)n, " %zux%zu", d->kernel, d->kernel);
    if (d->kernel > 0 && d->stride > 1) n += snprintf(text + n, size - (size_t)n, "/%zu", d->stride);
    if (d->kind == WI_LAYER_SKIP) n += snprintf(text + n, size - (size_t)n, " %zu", d->span);
    if (d->act.kind != WI_ACT_LINEAR) snprintf(text + n, size - (size_t)n, " %s", wi_act_name(d->act));
    return text;
}

#endif /* LAB_LAYERS_H */
