/* lab_export.h: what lab does with a model that it has saved: turn it into C, and let it answer.

       lab train --save flowers.safetensors ...
       lab export flowers.safetensors > flowers.c     weights as arrays, and what runs them
       lab apply flowers.safetensors < rows.csv       what it answers to raw rows, a line each

   SPDX-License-Identifier: MIT OR Unlicense
*/
#ifndef LAB_EXPORT_H
#define LAB_EXPORT_H
#include <ctype.h>

/* ---- A model as C ------------------------------------------------------------ */

static void put_upper(FILE *out, const char *s)
{
    for (; *s; s++) fputc(toupper((unsigned char)*s), out);
}

/* A number as a constant of wi_real: by as many digits as give it back. */
static void put_real(FILE *out, double x)
{
    char text[40];
    snprintf(text, sizeof text, "%.*g", sizeof(wi_real) == sizeof(float) ? 9 : 17, x);
    fprintf(out, "%s%s%s", text, strpbrk(text, ".e") ? "" : ".0",
            sizeof(wi_real) == sizeof(float) ? "f" : "");
}

static void put_reals(FILE *out, const char *name, const wi_real *x, size_t count)
{
    if (count == 0) return;
    fprintf(out, "\nstatic const wi_real %s[%zu] = {", name, count);
    for (size_t i = 0; i < count; i++) {
        fputs(i % 8 == 0 ? "\n    " : " ", out);
        put_real(out, (double)x[i]);
        if (i + 1 < count) fputc(',', out);
    }
    fputs("\n};\n", out);
}

/* A string constant; bytes that are not plain are written in octal. */
static void put_string(FILE *out, const char *s)
{
    fputc('"', out);
    for (; *s; s++)
        if (*s == '"' || *s == '\\') fprintf(out, "\\%c", *s);
        else if (*s >= ' ' && *s <= '~' && *s != '?') fputc(*s, out);
        else fprintf(out, "\\%03o", (unsigned)(unsigned char)*s);
    fputc('"', out);
}

/* The bits of WINIT_LAYERS, or of WINIT_ACTS: only what the network has is compiled. */
static void put_bits(FILE *out, const wi_net *net, int acts)
{
    unsigned done = 0;
    fprintf(out, "#define %s (", acts ? "WINIT_ACTS  " : "WINIT_LAYERS");
    for (size_t l = 0; l < net->layer_count; l++) {
        const wi_layer_desc *d = &net->layers[l].desc;
        unsigned bit = 1u << (acts ? d->act.kind : (int)d->kind);
        if (done & bit) continue;
        fprintf(out, "%s1u << WI_%s_", done ? " | " : "", acts ? "ACT" : "LAYER");
        put_upper(out, acts ? wi_act_name(d->act) : wi_layer_kind_name(d->kind));
        done |= bit;
    }
    fputs(")\n", out);
}

static void put_layer(FILE *out, const wi_layer_desc *d, size_t index)
{
    const struct { const char *name; size_t value;
    } fields[] = { { "units", d->units },     { "kernel", d->kernel }, { "stride", d->stride },
                   { "padding", d->padding }, { "groups", d->groups }, { "span", d->span },
                   { "tied", d->tied },       { "from", d->from },     { "no_bias", (size_t)d->no_bias } };
    fprintf(out, "    layers[%zu].kind = WI_LAYER_", index);
    put_upper(out, wi_layer_kind_name(d->kind));
    fputs(";\n", out);
    for (size_t i = 0; i < WI_COUNT(fields); i++)
        if (fields[i].value)
            fprintf(out, "    layers[%zu].%s = %zu;\n", index, fields[i].name, fields[i].value);
    if (d->rate > 0) fprintf(out, "    layers[%zu].rate = %.17g;\n", index, d->rate);
    wi_act plain;   /* what the name alone means: its parameter is not 0 where there is one */
    if (d->act.kind == WI_ACT_LINEAR) return;
    fprintf(out, "    layers[%zu].act = wi_%s(", index, wi_act_name(d->act));
    if (wi_act_named(wi_act_name(d->act), &plain) == WI_OK && plain.param > 0)
        fprintf(out, "%.17g", d->act.param);
    fputs(");\n", out);
}

/* The bytes that the network takes for one sample, where its weights stand in the file. */
static int exported_memory(const wi_net *net, size_t *bytes)
{
    wi_layer_desc *layers = (wi_layer_desc *)malloc(net->layer_count * sizeof *layers);
    wi_net_desc desc;
    wi_error error;
    if (!layers) return complain("export: no memory for %zu layers", net->layer_count);
    for (size_t l = 0; l < net->layer_count; l++) layers[l] = net->layers[l].desc;
    memset(&desc, 0, sizeof desc);
    desc.channels = net->input.channels;
    desc.height = net->input.height;
    desc.width = net->input.width;
    desc.layers = layers;
    desc.layer_count = net->layer_count;
    desc.max_batch = 1;
    desc.params = net->params;
    desc.state = net->state;
    wi_status status = wi_net_memory(&desc, bytes, &error);
    free(layers);
    return status == WI_OK ? 1 : complain("export: %s", error.text);
}

static void put_start(FILE *out, const wi_net *net, size_t bytes)
{
    fprintf(out,
        "\nstatic unsigned char model_memory[%zu];   /* signals and layers; a 32-bit machine needs less: "
        "ask wi_net_memory() */\n"
        "static wi_net model;\n\n"
        "/* Call this once. */\n"
        "int model_start(void)\n{\n"
        "    wi_layer_desc layers[%zu];\n"
        "    wi_net_desc desc;\n"
        "    memset(layers, 0, sizeof layers);\n"
        "    memset(&desc, 0, sizeof desc);\n", bytes, net->layer_count);
    for (size_t l = 0; l < net->layer_count; l++) put_layer(out, &net->layers[l].desc, l);
    fprintf(out,
        "    desc.channels = %zu;\n    desc.height = %zu;\n    desc.width = %zu;\n"
        "    desc.layers = layers;\n"
        "    desc.layer_count = %zu;\n"
        "    desc.max_batch = 1;\n"
        "    desc.params = model_params;   /* read where they lie */\n%s"
        "    desc.buffer = model_memory;\n"
        "    desc.buffer_size = sizeof model_memory;\n"
        "    return wi_net_create(&model, &desc, NULL) == WI_OK;\n}\n",
        net->input.channels, net->input.height, net->input.width, net->layer_count,
        net->state_count ? "    desc.state = model_state;\n" : "");
}

static void put_predict(FILE *out, const wi_model *model)
{
    static const char *const losses[] = { "WI_LOSS_HALF_SQUARED", "WI_LOSS_BINARY_CROSS_ENTROPY",
                                          "WI_LOSS_SOFTMAX_CROSS_ENTROPY" };
    size_t inputs = model->net.inputs, outputs = model->net.outputs;
    fprintf(out,
        "\n/* Raw inputs [%zu] in; outputs [%zu] as probabilities or in their own units. */\n"
        "int model_predict(const wi_real *x, wi_real *out)\n{\n", inputs, outputs);
    if (model->x.count)
        fprintf(out,
            "    static wi_real scaled[%zu];\n"
            "    for (size_t i = 0; i < %zu; i++) scaled[i] = (x[i] - model_x_mean[i]) / model_x_std[i];\n",
            inputs, inputs);
    fprintf(out,
        "    if (wi_net_predict(&model, wi_mat_view_const(%s, 1, %zu), %s,\n"
        "                       wi_mat_view(out, 1, %zu)) != WI_OK) return 0;\n",
        model->x.count ? "scaled" : "x", inputs, losses[model->loss], outputs);
    if (model->y.count)
        fprintf(out,
                "    for (size_t i = 0; i < %zu; i++) out[i] = out[i] * model_y_std[i] + model_y_mean[i];\n",
                outputs);
    fputs("    return 1;\n}\n", out);
}

/* Reads numbers and prints answers as lab apply does, so that the two can be compared. */
static void put_main(FILE *out, const wi_model *model)
{
    fprintf(out,
        "\n#ifdef MODEL_MAIN   /* numbers from standard input, separated by commas or blanks; a line for "
        "each %zu of them */\n"
        "#include <stdio.h>\n\n"
        "int main(void)\n{\n"
        "    wi_real x[%zu], out[%zu];\n"
        "    double number;\n"
        "    size_t n = 0;\n"
        "    if (!model_start()) return 1;\n"
        "    while (scanf(\"%%lf%%*[, \\t\\r\\n]\", &number) >= 1) {\n"
        "        x[n++] = (wi_real)number;\n"
        "        if (n < %zu) continue;\n"
        "        if (!model_predict(x, out)) return 1;\n"
        "        for (n = 0; n < %zu; n++) printf(n ? \",%%.9g\" : \"%%.9g\", (double)out[n]);\n"
        "        n = 0;\n",
        model->net.inputs, model->net.inputs, model->net.outputs, model->net.inputs, model->net.outputs);
    if (model->class_count && model->net.outputs > 1)
        fprintf(out, "        printf(\",%%s\", model_classes[wi_argmax(out, %zu)]);\n", model->net.outputs);
    fputs("        printf(\"\\n\");\n    }\n    return 0;\n}\n#endif\n", out);
}

/* Nothing that is not a number can be written as one. */
static int all_finite(const wi_model *model)
{
    return wi_stats_of(model->net.params, model->net.param_count).nonfinite == 0
        && wi_stats_of(model->net.state, model->net.state_count).nonfinite == 0;
}

static int load_model(wi_model *model, const char *command, const char *path)
{
    wi_error error;
    if (!path)
        return complain("%s: which model? A file that `lab train --save` or wi_model_save() wrote", command);
    return wi_model_load(model, path, &error) == WI_OK ? 1 : complain("%s: %s", command, error.text);
}

static int export_model(lab *o)
{
    wi_model model;
    size_t bytes = 0;
    if (!load_model(&model, "export", o->file)) return 0;
    int ok =
        all_finite(&model) ? exported_memory(&model.net, &bytes) : complain("export: a weight is not finite");
    if (ok) {
        printf(
            "/* A model with its weights, written by `lab export`. Compile it with winit.h beside it, and "
            "link -lm.\n"
            "   -DMODEL_MAIN makes a program of it; -DWINIT_NO_SIMD makes it small. */\n"
            "#define WINIT_FORWARD_ONLY\n");
        put_bits(stdout, &model.net, 0);
        put_bits(stdout, &model.net, 1);
        printf("#define WINIT_NO_DATA\n#define WINIT_NO_STDIO\n"
               "#define WINIT_MALLOC(size)  ((void *)0)   /* nothing is allocated */\n#define "
               "WINIT_FREE(pointer) ((void)(pointer))\n"
               "#define WINIT_IMPLEMENTATION\n#include \"winit.h\"\n\n"
               "int model_start(void);\nint model_predict(const wi_real *x, wi_real *out);\n");
        put_reals(stdout, "model_params", model.net.params, model.net.param_count);
        put_reals(stdout, "model_state", model.net.state, model.net.state_count);
        put_reals(stdout, "model_x_mean", model.x.mean, model.x.count);
        put_reals(stdout, "model_x_std", model.x.std, model.x.count);
        put_reals(stdout, "model_y_mean", model.y.mean, model.y.count);
        put_reals(stdout, "model_y_std", model.y.std, model.y.count);
        if (model.class_count)
            printf("\nextern const char *const model_classes[%zu];\nconst char *const model_classes[%zu] = {",
                   model.class_count, model.class_count);
        for (size_t k = 0; k < model.class_count; k++) {
            printf("%s", k ? ", " : "");
            put_string(stdout, model.classes[k]);
        }
        if (model.class_count) printf("};\n");
        put_start(stdout, &model.net, bytes);
        put_predict(stdout, &model);
        put_main(stdout, &model);
    }
    wi_model_destroy(&model);
    return ok;
}

/* ---- What it answers --------------------------------------------------------- */

static int apply_model(lab *o)
{
    wi_model model;
    wi_data rows;
    wi_error error;
    if (!load_model(&model, "apply", o->file)) return 0;
    const char *from = strcmp(o->data_name, "digits") == 0 ? "-" : o->data_name;
    int ok = (strcmp(from, "-") == 0 ? load_stdin(&rows, 0, &error)
                                     : wi_data_load_csv(&rows, from, 0, &error)) == WI_OK;
    if (!ok) {
        wi_model_destroy(&model);
        return complain("apply: %s", error.text);
    }
    size_t outputs = model.net.outputs;
    wi_real *out = (wi_real *)malloc(rows.x.rows * outputs * sizeof *out);
    wi_status status =
        out ? wi_model_predict(&model, rows.x, wi_mat_view(out, rows.x.rows, outputs)) : WI_ERR_MEMORY;
    if (status != WI_OK) ok = complain("apply: %s", out ? model.net.error.text : wi_status_text(status));
    for (size_t i = 0; ok && i < rows.x.rows; i++) {
        for (size_t k = 0; k < outputs; k++) printf(k ? ",%.9g" : "%.9g", (double)out[i * outputs + k]);
        if (model.class_count && outputs > 1)
            printf(",%s", model.classes[wi_argmax(out + i * outputs, outputs)]);
        printf("\n");
    }
    free(out);
    wi_data_destroy(&rows);
    wi_model_destroy(&model);
    return ok;
}
#endif
