/* lab.c
   title:    The laboratory
   question: What will this network do?
   level:    3
   claims:   C24
   figure:   lab.svg
   shows:    all that winit.h knows about a network, from the command line: what theory predicts, what a probe
             measures, how training goes, how recipes compare, and how the result depends on the scale of the
             weights

       lab --layers 784,390,156,62,25,10 --act relu --init he_normal --data mnist probe
       lab --help

   SPDX-License-Identifier: MIT OR Unlicense
*/
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "figure.h"
#include "terminal.h"
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include "lab_layers.h"

enum { MOST_INITS = 16, LOOK = 256, HISTORY = 400 };

static const char help[] =
    "usage: lab [options] command\n"
    "\n"
    "commands\n"
    "  summary     shapes, parameters, multiply-adds and memory of each layer\n"
    "  predict     what theory says of each layer, before any weight is drawn\n"
    "  probe       one batch forward and backward: measure every layer, and judge\n"
    "  rate        which learning rate? One run with a rate that grows from step to step (--steps, default "
    "100)\n"
    "  check       will training work, at which rate, and if not, why? Tries up to --trial steps\n"
    "  train       check, then train; show the loss, the final accuracy, and whether the forecast was right\n"
    "  compare     the same for several recipes (--inits)\n"
    "  sweep       the same for weights of 1/8 to 8 times the recipe's size\n"
    "  identify F  of every tensor of a .safetensors, .npy or index file: which recipe made it, or is it "
    "trained?\n"
    "  export F    of a model that train --save wrote: C with its weights in it, to compile beside winit.h\n"
    "  apply F     what a saved model answers to rows of raw numbers, from standard input or --data "
    "FILE.csv\n"
    "\n"
    "the network\n"
    "  --layers LIST     widths from input to output, 64,64,64,10 (default: fits the data); or, between "
    "commas, the input as a\n"
    "                    width or HEIGHTxWIDTH or CHANNELSxHEIGHTxWIDTH (an image that fits the data where "
    "none is given), and then\n"
    "                      32 [ACT]                      a dense layer; ACT is --act where none is named\n"
    "                      conv 8 3x3 [ACT] [same] [stride N] [pad N] [groups N]\n"
    "                      maxpool 2, avgpool 2, avgpool       windows of 2x2, or the whole image\n"
    "                      batchnorm, layernorm, dropout 0.2, relu (any activation), scale 0\n"
    "                      skip 3                        adds the output of three layers before\n"
    "                    for example 'conv 8 3x3 same, conv 8 3x3 same linear, skip 2, relu, maxpool 2, 10'\n"
    "  --act NAME        of the hidden layers: relu, tanh, leaky_relu:0.1, gelu, sine:30, ... (default "
    "relu)\n"
    "  --out-act NAME    of the last layer (default linear)\n"
    "  --init RECIPE     default, he_normal, xavier_uniform, normal:0,0.01, orthogonal:1.4, lsuv, ... "
    "(default: by activation)\n"
    "  --inits LIST      recipes to compare, separated by /\n"
    "  --bias RECIPE     of the biases (default zeros)\n"
    "  --norm KIND       batch or layer, before the activation of each dense layer and convolution but the "
    "last\n"
    "  --dropout RATE    after each of those\n"
    "  --load FILE       weights from a safetensors file, in place of --init\n"
    "\n"
    "the data\n"
    "  --data NAME       digits, mnist, blobs, spirals, moons, xor or FILE.csv with the class last, a name "
    "or a number (default\n"
    "                    digits); - reads CSV from standard input. With --loss squared the last column is a "
    "value\n"
    "  --raw             do not bring the inputs to mean 0, std 1\n"
    "\n"
    "training\n"
    "  --loss NAME       softmax, binary or squared (default softmax; binary for one output)\n"
    "  --opt NAME        sgd, momentum, nesterov, rmsprop or adam (default momentum)\n"
    "  --rate R          learning rate (default 0.01; adam and rmsprop 0.001)\n"
    "  --steps N         how long (default 500)\n"
    "  --batch N         samples a step (default 32)\n"
    "  --trial N         steps that check may try (default 200; 0: only look)\n"
    "  --mend            check, train: do what the check advises\n"
    "  --save FILE       write the trained model: weights, scaler and class names, as safetensors\n"
    "\n"
    "output\n"
    "  --seed N          of weights and batches (default 1)\n"
    "  --json            JSON in place of tables\n"
    "  --figure FILE     draw an SVG\n"
    "  --spectra         probe: singular values of the weights and of the input-output Jacobian as well\n"
    "  --help, --version\n"
    "\n"
    "Ctrl-C ends training after the current step and reports what there is.\n";

/* What the command line says. */
typedef struct lab {
    const char *command, *file, *layers, *data_name, *norm, *opt, *figure, *save, *load, *inits, *init_name;
    wi_act act, out_act;
    wi_recipe init, bias;
    wi_loss loss;
    double rate, dropout;
    size_t steps, batch, trial;
    uint64_t seed;
    int lsuv, raw, json, spectra, mend, loss_given;
    lab_layers net;
    wi_data all, train, test;
    wi_scaler x, more_x, more_y;   /* what the data went through: at loading, by --mend */
} lab;

/* What training showed. */
typedef struct run {
    wi_diagnosis diagnosis;
    wi_check check;
    size_t count, recent;
    double step[HISTORY], loss[HISTORY], ring[25], least;   /* least: mean of 25 steps */
    char mended[480];
    wi_score score;
    size_t classes;                         /* of a softmax; else 0 */
    int squared;
    wi_status status;
    char note[240];
} run;

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    (void)number;
    interrupted = 1;
}

/* Say what is wrong, and give up. Returns 0, as the functions below do when they fail. */
static int complain(const char *format, ...)
{
    va_list list;
    fputs("lab: ", stderr);
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputs("\n", stderr);
    return 0;
}

/* ==== The command line ======================================================================= */

static int read_number(const char *option, const char *text, double lo, double hi, double *out)
{
    char *end = NULL;
    double value = strtod(text, &end);
    if (end == text || *end != 0 || !(value >= lo && value <= hi))
        return complain("%s: '%s' is not a number from %g to %g", option, text, lo, hi);
    *out = value;
    return 1;
}

static int read_size(const char *option, const char *text, size_t *out)
{
    double value = 0.0;
    if (!read_number(option, text, 1, 1e9, &value)) return 0;
    if (value != floor(value)) return complain("%s: '%s' is not a whole number", option, text);
    *out = (size_t)value;
    return 1;
}

static int read_act(const char *option, const char *text, wi_act *out)
{
    if (wi_act_named(text, out) == WI_OK) return 1;
    return complain(
        "%s: there is no activation '%s'; try relu, tanh, sigmoid, leaky_relu:0.1, elu, selu, gelu, silu, "
        "mish, softplus, "
        "softsign, hard_swish, sine:30 or linear",
        option, text);
}

/* "default" leaves the choice to the activation; "lsuv" looks at the data. */
static int read_recipe(const char *option, const char *text, wi_recipe *out, int *lsuv)
{
    memset(out, 0, sizeof *out);
    *lsuv = strcmp(text, "lsuv") == 0;
    if (*lsuv || strcmp(text, "default") == 0 || wi_recipe_named(text, out) == WI_OK) return 1;
    return complain(
        "%s: cannot read recipe '%s'; try default, he_normal or he_uniform, xavier_normal or xavier_uniform, "
        "lecun_normal, normal:0,0.01, uniform:-0.1,0.1, orthogonal, constant:0.1 or zeros",
        option, text);
}

static int read_seed(lab *o, const char *text)
{
    char *end = NULL;
    errno = 0;
    o->seed = strtoull(text, &end, 10);
    if (text[0] >= '0' && text[0] <= '9' && *end == 0 && errno == 0) return 1;
    return complain("--seed: '%s' is not a whole number from 0 to 2^64 - 1", text);
}

static int read_loss(lab *o, const char *text)
{
    o->loss_given = 1;
    if (strcmp(text, "softmax") == 0) o->loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    else if (strcmp(text, "binary") == 0) o->loss = WI_LOSS_BINARY_CROSS_ENTROPY;
    else if (strcmp(text, "squared") == 0) o->loss = WI_LOSS_HALF_SQUARED;
    else return complain("--loss: '%s' is none of softmax, binary, squared", text);
    return 1;
}

/* Read one option and its value. */
static int read_option(lab *o, const char *name, const char *value)
{
    int unused = 0;
    if (strcmp(name, "--layers") == 0) o->layers = value;
    else if (strcmp(name, "--data") == 0) o->data_name = value;
    else if (strcmp(name, "--figure") == 0) o->figure = value;
    else if (strcmp(name, "--save") == 0) o->save = value;
    else if (strcmp(name, "--load") == 0) o->load = value;
    else if (strcmp(name, "--inits") == 0) o->inits = value;
    else if (strcmp(name, "--norm") == 0) o->norm = value;
    else if (strcmp(name, "--opt") == 0) o->opt = value;
    else if (strcmp(name, "--act") == 0) return read_act(name, value, &o->act);
    else if (strcmp(name, "--out-act") == 0) return read_act(name, value, &o->out_act);
    else if (strcmp(name, "--bias") == 0) return read_recipe(name, value, &o->bias, &unused);
    else if (strcmp(name, "--init") == 0) {
        o->init_name = value;
        return read_recipe(name, value, &o->init, &o->lsuv);
    } else if (strcmp(name, "--loss") == 0) return read_loss(o, value);
    else if (strcmp(name, "--rate") == 0) return read_number(name, value, 1e-12, 1e6, &o->rate);
    else if (strcmp(name, "--dropout") == 0) return read_number(name, value, 0.0, 0.99, &o->dropout);
    else if (strcmp(name, "--steps") == 0) return read_size(name, value, &o->steps);
    else if (strcmp(name, "--batch") == 0) return read_size(name, value, &o->batch);
    else if (strcmp(name, "--trial") == 0 && strcmp(value, "0") == 0) o->trial = 0;
    else if (strcmp(name, "--trial") == 0) return read_size(name, value, &o->trial);
    else if (strcmp(name, "--seed") == 0) return read_seed(o, value);
    else return complain("there is no option %s; see lab --help", name);
    return 1;
}

static int read_command_line(lab *o, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (argv[i][0] != '-') {
            if (o->command && !o->file &&
                (strcmp(o->command, "identify") == 0 || strcmp(o->command, "export") == 0 ||
                 strcmp(o->command, "apply") == 0)) {
                o->file = argv[i];
                continue;
            }
            if (o->command) return complain("two commands, %s and %s; see lab --help", o->command, argv[i]);
            o->command = argv[i];
        } else if (strcmp(argv[i], "--raw") == 0) {
            o->raw = 1;
        } else if (strcmp(argv[i], "--json") == 0) {
            o->json = 1;
        } else if (strcmp(argv[i], "--spectra") == 0) {
            o->spectra = 1;
        } else if (strcmp(argv[i], "--mend") == 0) {
            o->mend = 1;
        } else if (i + 1 == argc) {
            return complain("%s: no such option, or its value is missing; see lab --help", argv[i]);
        } else {
            if (!read_option(o, argv[i], argv[i + 1])) return 0;
            i++;
        }
    }
    if (!o->command)
        return complain(
            "no command: summary, predict, probe, rate, check, train, compare, sweep, identify, export or "
            "apply; see lab --help");
    if (o->norm && strcmp(o->norm, "batch") != 0 && strcmp(o->norm, "layer") != 0)
        return complain("--norm: '%s' is neither batch nor layer", o->norm);
    return 1;
}

/* ==== Data and network ======================================================================= */

/* CSV from standard input, read to its end. */
static wi_status load_stdin(wi_data *out, size_t label_columns, wi_error *error)
{
    size_t size = 0, room = 1 << 16;
    char *text = (char *)malloc(room);
    for (size_t got = 1; text && got > 0; size += got) {
        char *more = size < room ? text : (char *)realloc(text, room *= 2);
        if (!more) { free(text); text = NULL; break; }
        text = more;
        got = fread(text + size, 1, room - size, stdin);
    }
    wi_status status = text ? wi_data_parse_csv(out, text, size, label_columns, error) : WI_ERR_MEMORY;
    free(text);
    return status;
}

static int load_data(lab *o)
{
    wi_error error = { WI_OK, "" };
    wi_rng rng = wi_rng_make(8);
    const char *name = o->data_name, *folder = getenv("MNIST_DIR"), *dot = strrchr(name, '.');
    char images[600], labels[600];
    wi_status status;

    if (!folder) folder = "build/mnist";
    snprintf(images, sizeof images, "%s/train-images-idx3-ubyte", folder);
    snprintf(labels, sizeof labels, "%s/train-labels-idx1-ubyte", folder);
    if (strcmp(name, "digits") == 0)
        status = wi_data_load_idx(&o->all, "examples/data/digits-images.idx3-ubyte",
                                  "examples/data/digits-labels.idx1-ubyte", &error);
    else if (strcmp(name, "mnist") == 0) status = wi_data_load_idx(&o->all, images, labels, &error);
    else if (strcmp(name, "blobs") == 0) status = wi_data_blobs(&o->all, 1000, 2, 4, 0.5, &rng);
    else if (strcmp(name, "spirals") == 0) status = wi_data_spirals(&o->all, 1000, 3, 0.1, &rng);
    else if (strcmp(name, "moons") == 0) status = wi_data_moons(&o->all, 1000, 0.1, &rng);
    else if (strcmp(name, "xor") == 0) status = wi_data_xor(&o->all);
    else if (strcmp(name, "-") == 0 || (dot && strcmp(dot, ".csv") == 0)) {
        status = strcmp(name, "-") == 0 ? load_stdin(&o->all, 1, &error)
                                        : wi_data_load_csv(&o->all, name, 1, &error);
        if (status == WI_OK && (!o->loss_given || o->loss != WI_LOSS_HALF_SQUARED))
            status = wi_data_one_hot(&o->all, &error);
    } else
        return complain("--data: '%s' is none of digits, mnist, blobs, spirals, moons, xor, or a .csv file",
                        name);
    if (status != WI_OK) {
        complain("--data %s: %s", name, error.text[0] ? error.text : wi_status_text(status));
        if (strcmp(name, "digits") == 0)
            complain(
                "the digits are read from examples/data: start lab in the folder of winit.h, or give --data");
        if (strcmp(name, "mnist") == 0)
            complain("`make mnist` fetches it; MNIST_DIR=folder says where you have it");
        if (status == WI_ERR_NUMERIC && o->all.x.rows > 0)
            complain("of a measured quantity in the last column say --loss squared");
        return 0;
    }

    /* Five sixths to learn from, in random order; four samples are too few to share. */
    o->train = o->test = o->all;
    if (o->all.x.rows >= 12
        && (wi_data_shuffle(&o->all, &rng) != WI_OK
            || wi_data_split(&o->all, 5.0 / 6.0, &o->train, &o->test) != WI_OK))
        return complain("no memory to shuffle the data");
    if (o->raw) return 1;
    if (wi_scaler_fit(&o->x, o->train.x) != WI_OK) return complain("--data %s: no finite mean and std", name);
    (void)wi_scaler_apply(&o->x, o->all.x);
    return 1;
}

/* Append the layers of entry l of the list: a hidden layer with weights gets its activation, and norm and
   dropout if asked for. */
static size_t add_layers(const lab *o, size_t l, int last, wi_layer_desc *layers)
{
    wi_layer_desc d = o->net.layers[l];
    size_t n = 0;
    int norm = o->norm && !last && !lab_takes_over(&o->net, l + 1);
    if (!lab_has_weights(&d)) { *layers = d; return 1; }
    if (!o->net.act_given[l] && (last || !lab_takes_over(&o->net, l + 1))) d.act = last ? o->out_act : o->act;
    d.weights = o->init;
    d.bias = o->bias;
    wi_act act = d.act;
    if (norm) {
        d.act = wi_linear();
        if (o->init.scheme == WI_SCHEME_DEFAULT) d.weights = wi_recipe_for(act);
    }
    layers[n++] = d;
    if (norm) {
        layers[n++] = o->norm[0] == 'b' ? wi_layer_batch_norm() : wi_layer_layer_norm();
        layers[n++] = wi_layer_act(act);
    }
    if (o->dropout > 0.0 && !last) layers[n++] = wi_layer_dropout(o->dropout);
    return n;
}

static int make_net(wi_net *net, const lab *o)
{
    static wi_layer_desc layers[4 * LAB_MOST_LAYERS];
    size_t n = 0, last = 0;
    wi_net_desc desc;
    wi_error error = { WI_OK, "" };

    for (size_t l = 0; l < o->net.count; l++) if (lab_has_weights(&o->net.layers[l])) last = l;
    for (size_t l = 0; l < o->net.count; l++) n += add_layers(o, l, l == last, layers + n);
    memset(&desc, 0, sizeof desc);
    desc.channels = o->net.channels;
    desc.height = o->net.height;
    desc.width = o->net.width;
    desc.layers = layers;
    desc.layer_count = n;
    desc.max_batch = o->batch > LOOK ? o->batch : LOOK;
    desc.seed = o->seed;
    if (wi_net_create(net, &desc, &error) != WI_OK) return complain("--layers: %s", error.text);
    int ok = net->outputs == o->all.y.cols ||
        complain("--layers: %s has %zu outputs, the network %zu", o->data_name, o->all.y.cols, net->outputs);
    if (ok && o->lsuv && wi_net_init_lsuv(net, wi_mat_rows(o->train.x, 0, LOOK), 0.05, 10) != WI_OK)
        ok = complain("--init lsuv: a layer's output has no finite, non-zero spread");
    if (ok && o->load && wi_net_load(net, o->load, &error) != WI_OK) ok = complain("--load: %s", error.text);
    if (!ok) wi_net_destroy(net);
    return ok;
}

/* The input: what the list says, or, in front of other layers than dense ones, a square image that fits. */
static int fit_input(lab *o)
{
    size_t inputs = o->all.x.cols, side = (size_t)(sqrt((double)inputs) + 0.5);
    lab_layers *list = &o->net;
    if (list->channels == 0) {
        if (side * side != inputs)
            return complain("--layers: %zu inputs are no square image: begin with CHANNELSxHEIGHTxWIDTH",
                            inputs);
        list->channels = 1;
        list->height = list->width = side;
    }
    return 1;
}

/* Choose layers that fit the data, or check those that were given. */
static int fit_layers(lab *o)
{
    static char fitting[80];
    size_t inputs = o->all.x.cols, outputs = o->all.y.cols;
    lab_layers *list = &o->net;
    int skips = 0;
    /* a softmax of one output is always 1 */
    if (outputs == 1 && !o->loss_given) o->loss = WI_LOSS_BINARY_CROSS_ENTROPY;
    snprintf(fitting, sizeof fitting, "%zu,64,64,64,%zu", inputs, outputs);
    if (!o->layers) o->layers = fitting;
    if (!lab_read_layers(list, o->layers))
        return complain("--layers: '%s' is not a list of layers: %s", o->layers, list->wrong);
    if (!fit_input(o)) return 0;
    const wi_layer_desc *last = &list->layers[list->count - 1];
    size_t begins = list->channels * list->height * list->width,
           ends = last->kind == WI_LAYER_DENSE ? last->units : outputs;
    if (begins != inputs || ends != outputs)
        return complain(
            "--layers: %s has %zu inputs and %zu outputs, the list begins with %zu and ends with %zu",
            o->data_name, inputs, outputs, begins, ends);
    for (size_t l = 0; l < list->count; l++) skips |= list->layers[l].kind == WI_LAYER_SKIP;
    if (skips && (o->norm || o->dropout > 0.0))
        return complain(
            "--norm and --dropout put layers between those that a skip counts: write batchnorm and dropout "
            "into --layers");
    return 1;
}

/* ==== JSON =================================================================================== */

/* JSON has no word for NaN and infinity. */
static void print_json_number(const char *name, double value, const char *after)
{
    if (fabs(value) < HUGE_VAL) printf("\"%s\": %.9g%s", name, value, after);
    else printf("\"%s\": null%s", name, after);
}

static void print_json_string(const char *name, const char *value)
{
    printf("\"%s\": \"", name);
    for (; *value; value++) {
        if (*value == '"' || *value == '\\') putchar('\\');
        putchar((unsigned char)*value < 32 ? ' ' : *value);
    }
    printf("\", ");
}

/* ==== summary ================================================================================ */

/* Memory as people write it. */
static const char *print_bytes(double bytes, char text[24])
{
    const char *const units[] = { "B", "KB", "MB", "GB" };
    size_t unit = 0;
    for (; bytes >= 1000.0 && unit + 1 < WI_COUNT(units); unit++) bytes /= 1000.0;
    snprintf(text, 24, unit == 0 ? "%.0f %s" : "%.3g %s", bytes, units[unit]);
    return text;
}

static void print_summary_layer(const lab *o, const wi_layer *layer, size_t l)
{
    static const term_column columns[] = {
        { "layer", -30 }, { "output", -14 }, { "parameters", 11 }, { "multiply-adds", 14 }, { "signals", 10 }
    };
    char name[60], shape[60], bytes[24];
    int image = layer->out.height * layer->out.width > 1;
    double signals =
        (double)layer->outputs * (layer->pre.data == layer->post.data ? 2.0 : 4.0) * sizeof(wi_real);
    if (l == 0 && !o->json) term_header(columns, WI_COUNT(columns));
    lab_layer_name(layer, name, sizeof name);
    snprintf(shape, sizeof shape, image ? "%zux%zux%zu" : "%zu", layer->out.channels, layer->out.height,
             layer->out.width);
    if (o->json) {
        printf("%s\n  {", l ? "," : "");
        print_json_string("layer", name);
        print_json_string("output", shape);
        print_json_number("parameters", (double)layer->param_count, ", ");
        print_json_number("multiply_adds", lab_multiplications(layer), "}");
        return;
    }
    term_cell(columns, TERM_PLAIN, "%zu %s", l + 1, name);
    term_cell(columns + 1, TERM_PLAIN, "%s", shape);
    term_cell(columns + 2, TERM_PLAIN, "%zu", layer->param_count);
    term_cell(columns + 3, TERM_PLAIN, "%.0f", lab_multiplications(layer));
    term_cell(columns + 4, TERM_DIM, "%s", print_bytes(signals, bytes));
    term_end_row();
}

/* What a network is made of. "signals": outputs and pre-activations of one sample, with their gradients. */
static int summary(lab *o)
{
    wi_net net;
    wi_error error = { WI_OK, "" };
    double adds = 0.0;
    size_t whole = 0;
    char all[24], optimiser[24];
    if (!make_net(&net, o)) return 0;
    if (o->json) printf("{\"layers\": [");
    for (size_t l = 0; l < net.layer_count; l++) {
        print_summary_layer(o, &net.layers[l], l);
        adds += lab_multiplications(&net.layers[l]);
    }
    wi_layer_desc *layers = (wi_layer_desc *)malloc(net.layer_count * sizeof *layers);
    wi_net_desc desc;
    memset(&desc, 0, sizeof desc);
    for (size_t l = 0; layers && l < net.layer_count; l++) layers[l] = net.layers[l].desc;
    desc.channels = net.input.channels;
    desc.height = net.input.height;
    desc.width = net.input.width;
    desc.layers = layers;
    desc.layer_count = net.layer_count;
    desc.max_batch = o->batch;
    int ok = layers && wi_net_memory(&desc, &whole, &error) == WI_OK;
    double moments = strcmp(o->opt, "sgd") == 0 ? 0.0 : strcmp(o->opt, "adam") == 0 ? 2.0 : 1.0;
    print_bytes(moments * (double)net.param_count * sizeof(wi_real), optimiser);
    if (ok && o->json) {
        printf("\n], ");
        print_json_number("parameters", (double)net.param_count, ", ");
        print_json_number("multiply_adds", adds, ", ");
        print_json_number("batch", (double)o->batch, ", ");
        print_json_number("bytes", (double)whole, "}\n");
    } else if (ok) {
        printf(
            "\n%zu parameters (%s); one sample forward takes %.0f multiply-adds, forward and backward about "
            "%.0f\n",
            net.param_count, print_bytes((double)net.param_count * sizeof(wi_real), all), adds, 3.0 * adds);
        printf("training in batches of %zu: %s for parameters, signals and the gradients of both", o->batch,
               print_bytes((double)whole, all));
        printf(", %s for %s\n", optimiser, o->opt);
    }
    free(layers);
    wi_net_destroy(&net);
    return ok ? 1 : complain("summary: %s", error.text);
}

/* ==== predict ================================================================================ */

static void print_predict_json(const wi_net *net, const wi_signal *s)
{
    printf("{\"layers\": [\n");
    for (size_t l = 0; l < net->layer_count; l++) {
        printf("  {\"kind\": \"%s\", ", wi_layer_kind_name(net->layers[l].desc.kind));
        print_json_number("q", s[l].q, ", ");
        print_json_number("act_second", s[l].act_second, ", ");
        print_json_number("chi", s[l].chi, ", ");
        print_json_number("correlation", s[l].correlation, ", ");
        print_json_number("backward", s[l].backward, ", ");
        print_json_number("spread", s[l].spread, l + 1 < net->layer_count ? "},\n" : "}\n");
    }
    printf("]}\n");
}

/* Theory of weights that a recipe alone does not explain: LSUV has scaled orthogonal ones, a file may hold
   any. Each layer's recipe is made to say what its weights measure. */
static void take_weights_as_they_are(wi_net *net)
{
    for (size_t l = 0; l < net->layer_count; l++) {
        wi_layer *layer = &net->layers[l];
        if (!lab_has_weights(&layer->desc) || layer->desc.tied) continue;
        wi_stats w = wi_stats_of(layer->w.data, layer->w.rows * layer->w.cols),
                 b = wi_stats_of(layer->b.data, layer->b.cols);
        double drawn = wi_recipe_std(layer->desc.weights, layer->shape);
        int scaled =
            layer->desc.weights.scheme == WI_SCHEME_ORTHOGONAL && drawn > 0.0 && fabs(w.mean) < 0.3 * w.std;
        layer->desc.weights =
            scaled ? wi_gained(layer->desc.weights, w.rms / drawn) : wi_normal(w.mean, w.std);
        if (layer->b.cols) layer->desc.bias = wi_normal(b.mean, b.std);
    }
}

/* The second layer with weights, if it is not the last: what lies between hidden layers decides how deep a
   network can be. */
static const wi_layer *inner_layer(const wi_net *net)
{
    const wi_layer *found[3] = { &net->layers[0], NULL, NULL };
    size_t count = 0;
    for (size_t l = 0; l < net->layer_count && count < 3; l++)
        if (lab_has_weights(&net->layers[l].desc)) found[count++] = &net->layers[l];
    return count == 3 ? found[1] : found[0];
}

static int predict(lab *o)
{
    static const term_column columns[] = { { "layer", -24 },      { "pre rms", 9 }, { "out rms", 9 },
                                           { "correlation", 11 }, { "slope", 9 },   { "spread", 8 } };
    wi_net net;
    if (!make_net(&net, o)) return 0;
    if (o->lsuv || o->load) take_weights_as_they_are(&net);
    wi_signal *s = (wi_signal *)malloc(net.layer_count * sizeof *s);
    double input = wi_stats_of(o->train.x.data, o->train.x.rows * o->train.x.cols).rms;
    int ok = s && wi_net_theory(&net, input * input, s) == WI_OK, silent = 0;

    if (!ok) complain("theory has nothing to say of inputs with rms %g", input);
    else if (o->json) print_predict_json(&net, s);
    else {
        term_header(columns, WI_COUNT(columns));
        for (size_t l = 0; l < net.layer_count; l++) {
            const wi_layer_desc *d = &net.layers[l].desc;
            term_cell(columns, TERM_PLAIN, "%zu %s %s %zu", l + 1, wi_layer_kind_name(d->kind),
                      wi_act_name(d->act), net.layers[l].outputs);
            term_cell(columns + 1, TERM_PLAIN, "%.3g", sqrt(s[l].q));
            term_cell(columns + 2, TERM_PLAIN, "%.3g", sqrt(s[l].act_second));
            term_cell(columns + 3, TERM_PLAIN, "%.3f", s[l].correlation);
            term_cell(columns + 4, TERM_PLAIN, "%.3g", sqrt(s[l].backward));
            term_cell(columns + 5, TERM_DIM, "%.2f", s[l].spread);
            term_end_row();
            silent |= s[l].q != s[l].q;
        }
        if (silent)
            printf(
                "\nnan: theory has no answer from there on, and for the slopes in front: behind weights that "
                "are tied\nor not random, or where their mean makes the units act as one. probe measures.\n");
        const wi_layer *layer = inner_layer(&net);
        double sw2 = pow(wi_recipe_std(layer->desc.weights, layer->shape), 2.0) * (double)layer->w.cols;
        printf(
            "\nslope: rms of the gradient against the last layer's. spread: how far ln of a mean square "
            "varies between seeds.\n");
        double depth = wi_trainable_depth(wi_signal_fixed_point(o->act, sw2, 0.0));
        printf("%s layers with fan_in Var(w) = %.3g are ", wi_act_name(o->act), sw2);
        if (depth < 1e6) printf("trainable to a depth of about %.3g.\n", depth);
        else printf("critical: trainable at any depth.\n");
    }
    free(s);
    wi_net_destroy(&net);
    return ok;
}

/* ==== probe ================================================================================== */

static int draw_probe(const lab *o, const wi_probe *probes, size_t count)
{
    fig_desc desc;
    fig f;
    memset(&desc, 0, sizeof desc);
    desc.title = "Look before you train";
    desc.caption =
        "Pre-activations of each layer for one batch, from the least to the greatest value; heights are "
        "square roots of shares. "
        "Below: rms. Orange: something was found.";
    desc.columns = (int)(count < 10 ? count : 10);
    desc.rows = (int)((count + 9) / 10);
    desc.tiles = 1;
    fig_open(&f, o->figure, "lab", &desc);
    for (size_t l = 0; l < count; l++) {
        const wi_histogram *h = &probes[l].pre_bins;
        char note[40];
        snprintf(note, sizeof note, "layer %zu", l + 1);
        fig_panel(&f, (int)(l % 10), (int)(l / 10), note);
        fig_y_range(&f, 0.0, 1.0, FIG_SQRT);
        fig_x_axis(&f, h->lo, h->hi, FIG_LINEAR, NULL);
        fig_histogram(&f, h->bin, WI_BINS, h->lo, h->hi,
                      probes[l].verdict == WI_VERDICT_HEALTHY ? FIG_BLUE : FIG_ORANGE);
        snprintf(note, sizeof note, "%.2g", probes[l].pre.rms);
        fig_note(&f, note);
    }
    return fig_close(&f);
}

static int look(const lab *o, wi_net *net, wi_probe *probes)
{
    wi_status status = wi_net_probe(net, wi_mat_rows(o->train.x, 0, LOOK), wi_mat_rows(o->train.y, 0, LOOK),
                                    o->loss, probes);
    return status == WI_OK ? 1 : complain("probe: %s", wi_status_text(status));
}

/* Singular values tell how evenly directions pass through a layer, and through the network. */
static int print_spectra(const lab *o, wi_net *net, wi_probe *probes)
{
    size_t count = net->inputs < net->outputs ? net->inputs : net->outputs;
    double *values = (double *)malloc(count * sizeof *values);
    wi_status status = values ? wi_net_spectra(net, o->train.x, probes, values) : WI_ERR_MEMORY;
    for (size_t l = 0; status == WI_OK && !o->json && l < net->layer_count; l++)
        if (probes[l].has_weights)
            printf("layer %zu: singular values %.3g to %.3g\n", l + 1, probes[l].singular_min,
                   probes[l].singular_max);
    if (status == WI_OK && !o->json) {
        printf("Jacobian at the first sample:");
        for (size_t k = 0; k < count; k++) printf(" %.3g", values[k]);
        printf("\n\n");
    }
    free(values);
    return status == WI_OK ? 1 : complain("--spectra: %s", wi_status_text(status));
}

static int probe(lab *o)
{
    wi_net net;
    if (!make_net(&net, o)) return 0;
    wi_probe *probes = (wi_probe *)malloc(net.layer_count * sizeof *probes);
    int ok = probes && look(o, &net, probes) && (!o->spectra || print_spectra(o, &net, probes));
    if (ok) {
        wi_status status = o->json ? wi_report_json(stdout, probes, net.layer_count)
                                   : wi_report(stdout, probes, net.layer_count, term_unicode(1));
        if (!o->json && o->loss == WI_LOSS_SOFTMAX_CROSS_ENTROPY)
            printf("\na softmax that knows nothing of %zu balanced classes pays ln %zu = %.4g\n", net.outputs,
                   net.outputs, log((double)net.outputs));
        ok = status == WI_OK && (!o->figure || draw_probe(o, probes, net.layer_count));
    }
    free(probes);
    wi_net_destroy(&net);
    return ok;
}

/* ==== train ================================================================================== */

static int watch(const wi_progress *p, void *user)
{
    run *r = (run *)user;
    size_t every = p->steps > HISTORY ? (p->steps + HISTORY - 1) / HISTORY : 1;
    double mean = 0.0;
    if (p->step == 0) return 0;   /* before the first step there is no loss to show */
    r->ring[r->recent++ % 25] = p->loss;
    for (size_t k = 0; k < 25; k++) mean += r->ring[k] / 25.0;
    if (r->recent >= 25) r->least = fmin(r->least, mean);
    if (p->step % every != 0 && p->step != p->steps) return interrupted;
    if (r->count < HISTORY) {
        r->step[r->count] = (double)p->step;
        r->loss[r->count++] = p->loss;
    }
    if (term_is_tty(2)) {
        char task[60];
        snprintf(task, sizeof task, "step %zu, loss %.3g", p->step, p->loss);
        term_progress(p->step, p->steps + 1, task);
    }
    return interrupted;
}

static int choose_optimiser(const lab *o, wi_opt_desc *opt)
{
    double rate = o->rate;
    int adaptive = strcmp(o->opt, "adam") == 0 || strcmp(o->opt, "rmsprop") == 0;
    if (rate == 0.0) rate = adaptive ? 0.001 : 0.01;
    if (strcmp(o->opt, "sgd") == 0) *opt = wi_sgd(rate);
    else if (strcmp(o->opt, "momentum") == 0) *opt = wi_momentum(rate, 0.9);
    else if (strcmp(o->opt, "nesterov") == 0) *opt = wi_nesterov(rate, 0.9);
    else if (strcmp(o->opt, "rmsprop") == 0) *opt = wi_rmsprop(rate);
    else if (strcmp(o->opt, "adam") == 0) *opt = wi_adam(rate);
    else return complain("--opt: '%s' is none of sgd, momentum, nesterov, rmsprop, adam", o->opt);
    return 1;
}

/* The plan that the command line asks for. */
static int make_plan(const lab *o, wi_train_desc *desc)
{
    memset(desc, 0, sizeof *desc);
    desc->loss = o->loss;
    desc->steps = o->steps;
    desc->batch = o->batch < o->train.x.rows ? o->batch : o->train.x.rows;
    desc->seed = o->seed;
    return choose_optimiser(o, &desc->opt);
}

static void begin_run(run *r, const lab *o)
{
    memset(r, 0, sizeof *r);
    r->least = HUGE_VAL;
    r->squared = o->loss == WI_LOSS_HALF_SQUARED;
    r->classes = o->loss == WI_LOSS_SOFTMAX_CROSS_ENTROPY ? o->all.y.cols : 0;
}

/* Ask whether the plan would work, and with --mend do what is advised. Test data are treated as training data
   are. */
static int do_check(run *r, wi_net *net, lab *o, wi_train_desc *desc)
{
    wi_error error = { WI_OK, "" };
    wi_mended m;
    if (wi_train_check(net, &o->train, desc, o->trial, &r->check, &error) != WI_OK)
        return complain("check: %s", error.text);
    if (!o->mend) return 1;
    if (wi_train_mend(net, &o->train, desc, &r->check, &m, &error) != WI_OK)
        return complain("--mend: %s", error.text);
    if (m.x.count && o->test.x.data != o->train.x.data) (void)wi_scaler_apply(&m.x, o->test.x);
    if (m.y.count && o->test.y.data != o->train.y.data) (void)wi_scaler_apply(&m.y, o->test.y);
    snprintf(r->mended, sizeof r->mended, "%s", m.done);
    o->more_x = m.x;
    o->more_y = m.y;
    if (r->mended[0] && wi_train_check(net, &o->train, desc, o->trial, &r->check, &error) != WI_OK)
        return complain("check: %s", error.text);
    return 1;
}

/* Diagnose a network and train it. A run that diverges or is interrupted is a result as well. */
static int do_run(run *r, wi_net *net, lab *o, int checked)
{
    wi_train_desc desc;
    wi_error error = { WI_OK, "" };
    wi_probe *probes = (wi_probe *)malloc(net->layer_count * sizeof *probes);

    begin_run(r, o);
    if (!probes || !make_plan(o, &desc) || (checked && !do_check(r, net, o, &desc)) ||
        !look(o, net, probes)) {
        free(probes);
        return 0;
    }
    r->diagnosis = wi_diagnose(probes, net->layer_count);
    free(probes);
    desc.every = 1;
    desc.on_report = watch;
    desc.user = r;
    r->status = wi_train(net, &o->train, &desc, NULL, &error);
    if (term_is_tty(2)) term_progress(1, 1, "");
    if (r->status != WI_OK && r->status != WI_ERR_STOPPED && r->status != WI_ERR_NUMERIC)
        return complain("train: %s", error.text[0] ? error.text : wi_status_text(r->status));
    if (r->status == WI_ERR_NUMERIC) snprintf(r->note, sizeof r->note, "%s", error.text);
    (void)wi_evaluate(net, &o->test, o->loss, &r->score);
    if (o->more_y.count == 1) r->score.mae *= (double)o->more_y.std[0];   /* in the column's own units */
    return 1;
}

static void print_run_json(const run *r, const char *name, int history, const char *after)
{
    printf("{\"init\": \"%s\", \"verdict\": \"%s\", \"forecast\": \"%s\", \"evidence\": \"%s\", ", name,
           wi_verdict_name(r->diagnosis.verdict), r->diagnosis.trains ? "trains" : "fails",
           r->diagnosis.evidence);
    printf("\"outcome\": \"%s\", ",
           r->status == WI_OK                ? "finished"
               : r->status == WI_ERR_STOPPED ? "interrupted"
                                             : "diverged");
    print_json_number("steps", r->count ? r->step[r->count - 1] : 0.0, ", ");
    print_json_number("test_loss", r->score.loss, ", ");
    print_json_number("test_accuracy", r->score.accuracy, ", ");
    print_json_number("test_r2", r->squared ? r->score.r2 : NAN, ", ");
    print_json_number("test_mean_absolute_error", r->squared ? r->score.mae : NAN, "");
    if (history) {
        printf(", \"history\": [");
        for (size_t k = 0; k < r->count; k++) {
            printf(k ? ", {" : "{");
            print_json_number("step", r->step[k], ", ");
            print_json_number("loss", r->loss[k], "}");
        }
        printf("]");
    }
    printf("}%s\n", after);
}

static int draw_runs(const lab *o, const run *runs, const char *const *names, size_t count)
{
    double top = 1.0;
    fig_desc desc;
    fig f;
    memset(&desc, 0, sizeof desc);
    desc.title = "Training loss";
    desc.caption = "The same data, batches and steps for all; only the first weights differ.";
    desc.width = 620;
    desc.height = 300;
    desc.key = names;
    desc.key_count = (int)count;
    for (size_t i = 0; i < count; i++) top = fmax(top, runs[i].step[runs[i].count ? runs[i].count - 1 : 0]);
    fig_open(&f, o->figure, "lab", &desc);
    fig_panel(&f, 0, 0, NULL);
    fig_y_axis(&f, 1e-3, 10.0, FIG_LOG, "loss");
    fig_x_axis(&f, 0.0, top, FIG_LINEAR, "step");
    for (size_t i = 0; i < count; i++) fig_curve(&f, runs[i].step, runs[i].loss, runs[i].count, (int)i);
    return fig_close(&f);
}

static void print_check(const run *r)
{
    const wi_check *c = &r->check;
    if (r->mended[0]) printf("mended   %s\n", r->mended);
    printf("forecast %s, with probability %.2f", c->trains ? "trains" : "will not train", c->probability);
    if (c->trial_steps) printf(", after a trial of %zu steps", c->trial_steps);
    if (c->rate > 0.0) printf("; rate to use: %.3g", c->rate);
    printf("\n         first loss %.4g, the best constant pays %.4g", c->first_loss, c->trivial_loss);
    if (r->classes) printf(" (ln %zu is %.4g)", r->classes, log((double)r->classes));
    if (fabs(c->reached_loss) < HUGE_VAL) printf(", the trial came to %.4g", c->reached_loss);
    printf("\n         %s: %s\n         %s\n", wi_verdict_name(c->diagnosis.verdict), c->diagnosis.evidence,
           c->diagnosis.remedy);
}

/* Trains or fails as wi_train_check() means it: at the rate of this run, which need not be the one that it
   names. */
static void print_outcome(const run *r)
{
    double least = r->least / r->check.trivial_loss;
    int trained = least < 0.5, failed = !(least <= 0.75);
    if (r->recent < 25) {
        printf("         fewer than 25 steps: too short a run to judge the forecast\n");
        return;
    }
    printf("         the least mean of 25 steps is %.3g times what the best constant pays: ", least);
    if (r->status == WI_ERR_STOPPED) printf("interrupted too early to judge the forecast\n");
    else if (!trained && !failed) printf("neither trained (0.5) nor failed (0.75)\n");
    else printf("the forecast was %s\n", trained == r->check.trains ? "right" : "wrong");
}

static int check(lab *o)
{
    static run r;
    wi_net net;
    wi_train_desc desc;
    if (!make_net(&net, o)) return 0;
    begin_run(&r, o);
    int ok = make_plan(o, &desc) && do_check(&r, &net, o, &desc);
    if (ok && o->json) {
        const wi_check *c = &r.check;
        printf("{\"trains\": %s, ", c->trains ? "true" : "false");
        print_json_number("probability", c->probability, ", ");
        print_json_number("rate", c->rate, ", ");
        print_json_number("first_loss", c->first_loss, ", ");
        print_json_number("trivial_loss", c->trivial_loss, ", ");
        print_json_number("reached_loss", c->reached_loss, ", ");
        print_json_string("mended", r.mended);
        print_json_string("verdict", wi_verdict_name(c->diagnosis.verdict));
        print_json_string("evidence", c->diagnosis.evidence);
        print_json_string("remedy", c->diagnosis.remedy);
        printf("\"trial_steps\": %zu}\n", c->trial_steps);
    } else if (ok) print_check(&r);
    wi_net_destroy(&net);
    return ok;
}

/* All that using the network takes: the scalers and the class names as well. */
static int save_model(lab *o, wi_net *net)
{
    wi_model model;
    wi_error error;
    if (wi_model_make(&model, net, o->loss, &o->all, &error) != WI_OK)
        return complain("--save: %s", error.text);
    int ok = wi_model_scale(&model, &o->x, NULL, &error) == WI_OK &&
        wi_model_scale(&model, &o->more_x, &o->more_y, &error) == WI_OK &&
        wi_model_save(&model, o->save, &error) == WI_OK;
    if (!ok) complain("--save: %s", error.text);
    wi_model_destroy(&model);
    return ok;
}

static int train(lab *o)
{
    static run r;
    wi_net net;
    if (!make_net(&net, o)) return 0;
    int ok = do_run(&r, &net, o, 1);
    if (ok && o->json) print_run_json(&r, o->init_name, 1, "");
    else if (ok) {
        print_check(&r);
        for (size_t k = 0; k < r.count; k += (r.count + 9) / 10)
            printf("step %-6.0f loss %.4g\n", r.step[k], r.loss[k]);
        if (r.status == WI_ERR_STOPPED) printf("interrupted after step %.0f\n", r.step[r.count - 1]);
        if (r.status == WI_ERR_NUMERIC) printf("diverged: %s\n", r.note);
        if (r.squared)
            printf("after    test loss %.4g, R2 %.3g, mean absolute error %.4g\n", r.score.loss, r.score.r2,
                   r.score.mae);
        else
            printf("after    test loss %.4g, test accuracy %.1f %%\n", r.score.loss,
                   100.0 * r.score.accuracy);
        print_outcome(&r);
    }
    const char *const names[1] = { o->init_name };
    if (ok && o->figure) ok = draw_runs(o, &r, names, 1);
    if (ok && o->save) ok = save_model(o, &net);
    wi_net_destroy(&net);
    return ok;
}

/* ==== rate =================================================================================== */

/* A run whose rate grows from step to step (the range test of Smith 2017). Losses are smoothed: a mean over
   some ten steps. */
typedef struct finder {
    double lo, hi, rate[HISTORY], loss[HISTORY], mean;
    size_t count, steps, least;
} finder;

static double rate_of(const finder *f, size_t step)
{
    return f->lo * pow(f->hi / f->lo, (double)step / (double)f->steps);
}

static int seek(const wi_progress *p, void *user)
{
    finder *f = (finder *)user;
    p->trainer->opt.desc.rate = rate_of(f, p->step);
    if (p->step == 0) return 0;
    f->mean = 0.9 * f->mean + 0.1 * p->loss;
    f->rate[f->count] = p->rate;
    f->loss[f->count] = f->mean / (1.0 - pow(0.9, (double)p->step));
    if (f->loss[f->count] < f->loss[f->least]) f->least = f->count;
    f->count++;
    return interrupted || !(f->loss[f->count - 1] < 4.0 * f->loss[f->least]);
}

/* Where the loss falls fastest as ln rate grows, over a tenth of the run, before it is least. */
static size_t steepest(const finder *f)
{
    size_t span = f->steps / 10 + 1, at = f->least;
    double most = 0.0;
    for (size_t k = span; k <= f->least; k++) {
        double fall = f->loss[k - span] - f->loss[k];
        if (fall > most) { most = fall; at = k - span / 2; }
    }
    return at;
}

static int draw_rates(const lab *o, const finder *f)
{
    fig_desc desc;
    fig d;
    double least = f->loss[f->least];
    memset(&desc, 0, sizeof desc);
    desc.title = "Which learning rate?";
    desc.caption = "Loss, smoothed, of one run whose rate grows from step to step.";
    desc.width = 620;
    desc.height = 300;
    fig_open(&d, o->figure, "lab", &desc);
    fig_panel(&d, 0, 0, NULL);
    fig_y_axis(&d, fmax(0.8 * least, 1e-6), fmax(4.0 * least, 2e-6), FIG_LOG, "loss");
    fig_x_axis(&d, f->lo, f->hi, FIG_LOG, "learning rate");
    fig_curve(&d, f->rate, f->loss, f->count, FIG_BLUE);
    return fig_close(&d);
}

static void print_rates(const lab *o, const finder *f, double take)
{
    static const term_column columns[] = { { "rate", 10 }, { "loss", 10 }, { "", -40 } };
    if (o->json) {
        printf("{");
        print_json_number("rate", take, ", ");
        printf("\"curve\": [");
        for (size_t k = 0; k < f->count; k++) {
            printf(k ? ", {" : "{");
            print_json_number("rate", f->rate[k], ", ");
            print_json_number("loss", f->loss[k], "}");
        }
        printf("]}\n");
        return;
    }
    term_header(columns, 2);
    for (size_t k = 0; k < f->count; k += (f->steps + 19) / 20) {
        term_cell(columns, TERM_PLAIN, "%.2g", f->rate[k]);
        term_cell(columns + 1, TERM_PLAIN, "%.4g", f->loss[k]);
        term_bar(fmin(f->loss[k], 2.0 * f->loss[0]), 2.0 * f->loss[0], 40, TERM_PLAIN);
        term_end_row();
    }
    printf("\nthe loss falls fastest at %.2g, is least at %.2g", f->rate[steepest(f)], f->rate[f->least]);
    if (f->count < f->steps) printf(", and blows up at %.2g", f->rate[f->count - 1]);
    if (take > 0.0) printf(": begin with a rate of %.2g\n", take);
    else printf(": it falls too little to tell a rate\n");
}

static int find_rate(lab *o)
{
    static finder f;
    wi_net net;
    wi_train_desc desc;
    wi_error error = { WI_OK, "" };
    if (o->steps < 20 || o->steps > HISTORY)
        return complain("rate: --steps from 20 to %d, which is how long the rate grows", HISTORY);
    if (!make_net(&net, o)) return 0;
    int ok = make_plan(o, &desc), adaptive = desc.opt.kind >= WI_OPT_RMSPROP;
    f.lo = adaptive ? 1e-6 : 1e-5;
    f.hi = adaptive ? 1.0 : 10.0;
    f.steps = o->steps;
    desc.every = 1;
    desc.on_report = seek;
    desc.user = &f;
    wi_status status = ok ? wi_train(&net, &o->train, &desc, NULL, &error) : WI_ERR_ARG;
    wi_net_destroy(&net);
    if (!ok) return 0;
    if (status != WI_OK && status != WI_ERR_STOPPED && status != WI_ERR_NUMERIC)
        return complain("rate: %s", error.text);
    if (f.count == 0) return complain("rate: the loss is not finite before the first step");
    print_rates(o, &f, f.loss[f.least] < 0.95 * f.loss[0] ? f.rate[steepest(&f)] : 0.0);
    return !o->figure || draw_rates(o, &f);
}

/* ==== compare and sweep ====================================================================== */

static void print_runs(const char *first, const run *runs, const char *const *names, size_t count)
{
    const term_column columns[] = { { first, -22 },
                                    { "diagnosis", -15 },
                                    { "forecast", -9 },
                                    { "last loss", 10 },
                                    { count > 0 && runs[0].squared ? "test R2" : "test accuracy", 14 },
                                    { "", -20 } };
    term_header(columns, WI_COUNT(columns) - 1);
    for (size_t i = 0; i < count; i++) {
        const run *r = runs + i;
        int good = r->diagnosis.verdict == WI_VERDICT_HEALTHY;
        term_cell(columns, TERM_PLAIN, "%s", names[i]);
        term_cell(columns + 1, good ? TERM_GOOD : TERM_BAD, "%s", wi_verdict_name(r->diagnosis.verdict));
        term_cell(columns + 2, r->diagnosis.trains ? TERM_GOOD : TERM_BAD,
                  r->diagnosis.trains ? "trains" : "fails");
        term_cell(columns + 3, TERM_PLAIN, "%.3g", r->count ? r->loss[r->count - 1] : (double)NAN);
        if (r->squared) term_cell(columns + 4, TERM_PLAIN, "%.3g", r->score.r2);
        else term_cell(columns + 4, TERM_PLAIN, "%.1f %%", 100.0 * r->score.accuracy);
        term_bar(fmax(r->squared ? r->score.r2 : r->score.accuracy, 0.0), 1.0, 20, TERM_PLAIN);
        term_end_row();
    }
}

/* Print, draw and keep the runs that were made. */
static int report_runs(lab *o, const char *first, const run *runs, const char *const *names, size_t count)
{
    if (o->json) {
        printf("[\n");
        for (size_t i = 0; i < count; i++) print_run_json(runs + i, names[i], 0, i + 1 < count ? "," : "");
        printf("]\n");
    } else {
        print_runs(first, runs, names, count);
        if (interrupted) printf("interrupted\n");
    }
    return !o->figure || count == 0 || draw_runs(o, runs, names, count);
}

static int compare(lab *o)
{
    static run runs[MOST_INITS];
    static char list[1000];
    const char *names[MOST_INITS];
    size_t count = 0, done = 0;

    snprintf(list, sizeof list, "%s",
             o->inits ? o->inits
                      : "zeros/normal:0,0.01/normal:0,1/xavier_normal/he_normal/orthogonal:1/lsuv");
    for (char *name = strtok(list, "/"); name; name = strtok(NULL, "/")) {
        if (count == MOST_INITS) return complain("--inits: more than %d recipes", MOST_INITS);
        if (!read_recipe("--inits", name, &o->init, &o->lsuv)) return 0;
        names[count++] = name;
    }
    for (; done < count && !interrupted; done++) {
        wi_net net;
        int unused = read_recipe("--inits", names[done], &o->init, &o->lsuv);
        (void)unused;
        if (!o->json) term_progress(done, count, names[done]);
        if (!make_net(&net, o)) return 0;
        int ok = do_run(runs + done, &net, o, 0);
        wi_net_destroy(&net);
        if (!ok) return 0;
    }
    if (!o->json) term_progress(1, 1, "");
    return report_runs(o, "weights", runs, names, done);
}

static int sweep(lab *o)
{
    enum { SCALES = 13 };
    static run runs[SCALES];
    static char labels[SCALES][24];
    const char *names[SCALES];
    const wi_recipe base = o->init.scheme == WI_SCHEME_DEFAULT ? wi_recipe_for(o->act) : o->init;
    size_t done = 0;

    if (o->lsuv) return complain("sweep: lsuv sets the scale itself; choose another --init");
    for (; done < SCALES && !interrupted; done++) {
        wi_net net;
        double factor = pow(2.0, ((double)done - 6.0) / 2.0);
        snprintf(labels[done], sizeof labels[0], "%.3g", factor);
        names[done] = labels[done];
        if (!o->json) term_progress(done, SCALES, labels[done]);
        o->init = wi_gained(base, factor);
        if (!make_net(&net, o)) return 0;
        int ok = do_run(runs + done, &net, o, 0);
        wi_net_destroy(&net);
        if (!ok) return 0;
    }
    if (!o->json) term_progress(1, 1, "");
    return report_runs(o, "times the recipe", runs, names, done);
}

/* ==== identify =============================================================================== */

static int by_value(const void *a, const void *b)
{
    wi_real x = *(const wi_real *)a, y = *(const wi_real *)b;
    return (x > y) - (x < y);
}

/* How many different numbers there are; sorts them. */
static size_t count_values(wi_real *w, size_t n)
{
    size_t values = n > 0;
    qsort(w, n, sizeof *w, by_value);
    for (size_t i = 1; i < n; i++) values += w[i] != w[i - 1];
    return values;
}

/* Can these weights be told apart from drawn ones? A law with parameters of its own is fitted to the weights,
   so it says what they look like and no more; and among few weights a recipe's size is met by chance. */
enum { FEW = 256 };
static int is_evidence(const wi_guess *guess, size_t n)
{
    const char *const fitted[] = { "normal", "uniform", "truncated" };
    for (size_t i = 0; i < WI_COUNT(fitted); i++)
        if (strcmp(guess->recipe.name, fitted[i]) == 0) return 0;
    return n >= FEW;
}

/* What a tensor is, in words, and p of the law that fits; NULL where there is no memory. */
static const char *identify_tensor(const wi_tensor *t, char *law, size_t size, double *p)
{
    wi_shape shape;
    wi_guess guess;
    size_t count = 1;
    const char *is = "no matrix";
    wi_real *w = (wi_real *)malloc((t->count + 1) * sizeof *w);
    *p = NAN;
    law[0] = 0;
    if (!w) return NULL;
    int read = wi_tensor_get(t, w) == WI_OK, real = t->dtype <= WI_DTYPE_BF16;
    if (!read) is = "of a type that is not read";
    else if (!real) is = "integers";
    else if (t->count > 0 && wi_tensor_shape(t, &shape) == WI_OK) {
        is = "trained, or of no known recipe";
        if (wi_identify(w, shape, &guess, &count, NULL) == WI_OK && count > 0 && guess.fits) {
            is = is_evidence(&guess, t->count) ? "as drawn" : "perhaps as drawn";
            *p = guess.p;
            (void)wi_recipe_text(guess.recipe, law, size);
        }
    }
    if (read && t->count > 1) {
        size_t values = count_values(w, t->count);
        if (values == 1) { is = "constant"; snprintf(law, size, "%g", (double)w[0]); *p = NAN; }
        else if (real && t->count >= 4096 && values <= 256) { is = "looks quantised"; law[0] = 0; *p = NAN; }
    }
    free(w);
    return is;
}

static void print_shape(const wi_tensor *t, char *text, size_t size)
{
    size_t length = 0;
    text[0] = 0;
    for (size_t d = 0; d < t->dims && length + 1 < size; d++)
        length += (size_t)snprintf(text + length, size - length, d ? "x%zu" : "%zu", t->shape[d]);
}

static int identify(lab *o)
{
    static const term_column columns[] = {
        { "tensor", -36 }, { "shape", -16 }, { "is", -31 }, { "law", -26 }, { "p", 6 }
    };
    wi_tensors file;
    wi_error error;
    size_t numbers = 0, drawn = 0, perhaps = 0, trained = 0, weights;
    if (!o->file) return complain("identify: which file? .safetensors, .npy, or the .json index of several");
    if (wi_tensors_load(&file, o->file, &error) != WI_OK) return complain("identify: %s", error.text);
    if (o->json) printf("[");
    else term_header(columns, WI_COUNT(columns));
    for (size_t k = 0; k < file.count && !interrupted; k++) {
        char law[WI_RECIPE_TEXT], shape[100];
        double p;
        const char *is = identify_tensor(&file.items[k], law, sizeof law, &p);
        if (!is) {
            wi_tensors_destroy(&file);
            return complain("identify: no memory for %zu numbers", file.items[k].count);
        }
        print_shape(&file.items[k], shape, sizeof shape);
        numbers += file.items[k].count;
        drawn += strcmp(is, "as drawn") == 0;
        perhaps += strcmp(is, "perhaps as drawn") == 0;
        trained += strncmp(is, "trained", 7) == 0 || strcmp(is, "looks quantised") == 0;
        if (o->json) {
            printf(k ? ",\n {" : "\n {");
            print_json_string("tensor", file.items[k].name);
            print_json_string("shape", shape);
            print_json_string("is", is);
            print_json_string("law", law);
            print_json_number("p", p, "}");
            continue;
        }
        term_cell(columns, TERM_PLAIN, "%s", file.items[k].name[0] ? file.items[k].name : "(the array)");
        term_cell(columns + 1, TERM_DIM, "%s", shape);
        term_cell(columns + 2, TERM_PLAIN, "%s", is);
        term_cell(columns + 3, TERM_GOOD, "%s", law);
        if (p == p) term_cell(columns + 4, TERM_DIM, "%.3f", p);
        term_end_row();
    }
    if (o->json) printf("]\n");
    weights = drawn + perhaps + trained;
    if (!o->json) {
        printf("\n%zu tensors, %zu numbers. Of %zu weight matrices, %zu %s never trained, or hardly",
               file.count, numbers, weights, drawn, drawn == 1 ? "was" : "were");
        if (perhaps) printf(", and of %zu it cannot be told", perhaps);
        printf(".\n");
    }
    wi_tensors_destroy(&file);
    return 1;
}

#include "lab_export.h"

int main(int argc, char **argv)
{
    static const struct { const char *name; int (*run)(lab *), needs_data;
    } commands[] = { { "summary", summary, 1 },     { "predict", predict, 1 },  { "probe", probe, 1 },
                     { "rate", find_rate, 1 },      { "check", check, 1 },      { "train", train, 1 },
                     { "compare", compare, 1 },     { "sweep", sweep, 1 },      { "identify", identify, 0 },
                     { "export", export_model, 0 }, { "apply", apply_model, 0 } };
    lab o;

    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) { fputs(help, stdout); return 0; }
        if (strcmp(argv[i], "--version") == 0) { printf("lab, winit.h %s\n", wi_version()); return 0; }
    }
    memset(&o, 0, sizeof o);
    o.data_name = "digits";
    o.init_name = "default";
    o.opt = "momentum";
    o.act = wi_relu();
    o.out_act = wi_linear();
    o.loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY;
    o.batch = 32;
    o.trial = 200;
    o.seed = 1;
    if (!read_command_line(&o, argc, argv)) return 2;

    size_t k = 0;
    while (k < WI_COUNT(commands) && strcmp(o.command, commands[k].name) != 0) k++;
    if (k == WI_COUNT(commands)) { complain("there is no command %s; see lab --help", o.command); return 2; }
    if (o.steps == 0) o.steps = commands[k].run == find_rate ? 100 : 500;
    if (commands[k].needs_data && !load_data(&o)) return 1;
    if (commands[k].needs_data && !fit_layers(&o)) { wi_data_destroy(&o.all); return 2; }
    signal(SIGINT, on_interrupt);
    int ok = commands[k].run(&o);
    wi_data_destroy(&o.all);
    wi_scaler_destroy(&o.x);
    wi_scaler_destroy(&o.more_x);
    wi_scaler_destroy(&o.more_y);
    if (fflush(stdout) != 0 || ferror(stdout)) ok = complain("the output could not be written");
    return interrupted ? 130 : ok ? 0 : 1;
}
