/* figure.h - charts as SVG files, for the examples

   A figure is a grid of panels. Open it, choose a panel, give it axes, draw, close it:

       fig_desc desc = { .title = "Width", .caption = "The spread grows with the square root of the width." };
       fig      f;

       fig_open(&f, argc > 1 ? argv[1] : NULL, "06_width", &desc);
       fig_panel(&f, 0, 0, NULL);
       fig_x_axis(&f, 4, 4096, FIG_LOG, "inputs");
       fig_y_axis(&f, 1, 100, FIG_LOG, "standard deviation");
       fig_curve(&f, width, spread, 11, FIG_BLUE);
       return fig_close(&f) ? 0 : 1;

   What one may rely on:
   - One self-contained file: no script, no font, no network. Colours are CSS variables with a dark
     variant, so that the same file suits a light and a dark page; renderers without variables get light.
   - Title and caption are also the title and description that a screen reader announces.
   - Series differ by colour and by dash. Tick labels never overlap.
   - Numbers are formatted without printf's %f, which would follow the locale.
   - Errors wait: when the file cannot be written, drawing does nothing, and fig_close() says why.

   C99 with <stdio.h> and <math.h>; no allocation. Not part of winit.h: the library never draws.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#ifndef FIGURE_H
#define FIGURE_H

#include <errno.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* ---- What one can say about a figure ------------------------------------ */

/* Series colours. Beyond the fourth, curves are dashed as well. */
typedef enum fig_color {
    FIG_BLUE, FIG_ORANGE, FIG_GREEN, FIG_PURPLE, FIG_RED, FIG_TEAL, FIG_PINK, FIG_GRAY, FIG_COLORS
} fig_color;

typedef enum fig_scale {
    FIG_LINEAR,
    FIG_LOG,                    /* bounds must be positive */
    FIG_SQRT                    /* shows small shares beside large ones; bounds must not be negative */
} fig_scale;

typedef struct fig_desc {       /* zero means: the default */
    const char *title;
    const char *caption;        /* one or two sentences; wrapped */
    int columns, rows;          /* panels; default 1 x 1 */
    double width, height;       /* one panel's drawing area in pixels; default 360 x 220, tiles 74 x 62 */
    int tiles;                  /* 1: small panels close together, without a y axis */
    double left;                /* room for fig_row_label() in pixels */
    const char *const *key;     /* names of the series, drawn as a legend; series i has colour i */
    int key_count;
} fig_desc;

typedef struct fig_axis {
    double lo, hi;
    fig_scale scale;
} fig_axis;

typedef struct fig {
    FILE *file;                 /* NULL once something failed */
    int failed;                 /* errno of the failure, or -1 */
    char path[512];
    fig_desc desc;
    double cell_w, cell_h;      /* a panel with its margins */
    double margin_left, margin_top;
    double top;                 /* where the grid of panels begins */
    double x, y, w, h;          /* the current panel's drawing area */
    fig_axis x_axis, y_axis;
    int panels;                 /* so far; numbers the clipping areas */
} fig;

/* ---- Writing: every byte passes through these ---------------------------- */

static inline void fig_fail(fig *f)
{
    f->failed = errno != 0 ? errno : -1;
    if (f->file != NULL) fclose(f->file);
    f->file = NULL;
}

static inline void fig_raw(fig *f, const char *text)
{
    if (f->file != NULL && fputs(text, f->file) == EOF) fig_fail(f);
}

/* Write text between tags: the three characters that XML reserves are escaped, control characters dropped. */
static inline void fig_escaped(fig *f, const char *text)
{
    for (; *text != '\0'; text++) {
        char one[2] = { *text, '\0' };
        switch (*text) {
        case '&': fig_raw(f, "&amp;"); break;
        case '<': fig_raw(f, "&lt;"); break;
        case '>': fig_raw(f, "&gt;"); break;
        case '"': fig_raw(f, "&quot;"); break;
        default:
            if ((unsigned char)*text >= ' ') fig_raw(f, one);
        }
    }
}

/* Print v with so many decimals, without the locale's decimal comma and without trailing zeros. */
static inline void fig_format(char out[32], double v, int decimals)
{
    double unit = pow(10.0, decimals);
    double rounded = floor(fabs(v) * unit + 0.5);
    char digits[24];
    size_t length, at = 0;

    if (!(rounded < 1e15)) rounded = 0.0;                   /* NaN or out of all proportion */
    snprintf(digits, sizeof digits, "%0*.0f", decimals + 1, rounded);
    length = strlen(digits);
    if (v < 0.0 && rounded > 0.0) out[at++] = '-';
    for (size_t i = 0; i < length; i++) {
        if (i == length - (size_t)decimals) out[at++] = '.';
        out[at++] = digits[i];
    }
    if (decimals > 0) {
        while (out[at - 1] == '0') at--;
        if (out[at - 1] == '.') at--;
    }
    out[at] = '\0';
}

/* Write a length in pixels, with a word before it. */
static inline void fig_px(fig *f, const char *before, double v)
{
    char number[32];
    double limit = 1e5;

    fig_format(number, v > limit ? limit : v < -limit ? -limit : v, 2);
    fig_raw(f, before);
    fig_raw(f, number);
}

static inline void fig_int(fig *f, const char *before, int v)
{
    char number[16];

    snprintf(number, sizeof number, "%d", v);
    fig_raw(f, before);
    fig_raw(f, number);
}

/* Write text at a point of the picture. anchor: 's'tart, 'm'iddle, 'e'nd; style: a class of the style
   sheet. */
static inline void fig_text(fig *f, double x, double y, char anchor, const char *style, const char *text)
{
    fig_px(f, "<text x=\"", x);
    fig_px(f, "\" y=\"", y);
    fig_raw(f, "\" class=\"");
    fig_raw(f, style);
    fig_raw(f,
            anchor == 's'       ? "\">"
                : anchor == 'e' ? "\" text-anchor=\"end\">"
                                : "\" text-anchor=\"middle\">");
    fig_escaped(f, text);
    fig_raw(f, "</text>\n");
}

/* Estimate a text's width: UTF-8 continuation bytes take no room. */
static inline double fig_text_width(const char *text, double font_size)
{
    double characters = 0.0;

    for (; *text != '\0'; text++) characters += ((unsigned char)*text & 0xC0) != 0x80;
    return 0.56 * font_size * characters;
}

/* ---- Opening and closing ------------------------------------------------- */

/* The style sheet. Each colour is written twice: plainly, for renderers that know no variables, and as a
   variable. */
static inline void fig_style(fig *f)
{
    static const char *const palette[FIG_COLORS][2] = { /* light, dark */
                                                        { "#2b6cd9", "#7db0ff" }, { "#c2570c", "#ffa25c" },
                                                        { "#15805a", "#4fd39a" }, { "#7a48c7", "#bd9bff" },
                                                        { "#cc2b3d", "#ff7f88" }, { "#0a7d91", "#52cfe2" },
                                                        { "#b8358a", "#ff8fd0" }, { "#69727f", "#9aa4b5" }
    };

    for (int dark = 0; dark < 2; dark++) {
        fig_raw(f, dark ? "@media (prefers-color-scheme: dark) { :root {" : "<style>\n:root {");
        fig_raw(f, dark ? " --ink: #e3e8f0; --dim: #a3adbd; --grid: #323a47; --paper: #151a21;"
                        : " --ink: #1c2430; --dim: #5c6675; --grid: #e2e6ec; --paper: #ffffff;");
        for (int c = 0; c < FIG_COLORS; c++) {
            fig_int(f, " --c", c);
            fig_raw(f, ": ");
            fig_raw(f, palette[c][dark]);
            fig_raw(f, ";");
        }
        fig_raw(f, dark ? " } }\n" : " }\n");
    }
    for (int c = 0; c < FIG_COLORS; c++) {                  /* .f0 fills, .s0 strokes */
        for (int stroke = 0; stroke < 2; stroke++) {
            const char *property = stroke ? "stroke: " : "fill: ";
            fig_int(f, stroke ? ".s" : ".f", c);
            fig_raw(f, " { ");
            fig_raw(f, property);
            fig_raw(f, palette[c][0]);
            fig_raw(f, "; ");
            fig_raw(f, property);
            fig_int(f, "var(--c", c);
            fig_raw(f, stroke ? "); fill: none }\n" : ") }\n");
        }
    }
    fig_raw(f,
        "text { font-family: system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif; "
        "font-size: 12px;"
        " fill: #1c2430; fill: var(--ink) }\n"
        ".title { font-size: 17px; font-weight: 650 } .head { font-weight: 600 }\n"
        ".dim { font-size: 11px; fill: #5c6675; fill: var(--dim) } .tiny { font-size: 10px; fill: #5c6675; "
        "fill: var(--dim) }\n"
        ".paper { fill: #ffffff; fill: var(--paper) }\n"
        ".grid { stroke: #e2e6ec; stroke: var(--grid); fill: none }\n"
        ".axis { stroke: #5c6675; stroke: var(--dim); fill: none }\n"
        ".rule { stroke: #5c6675; stroke: var(--dim); fill: none; stroke-dasharray: 2 3; stroke-width: 1.3 "
        "}\n"
        ".curve { stroke-width: 2; stroke-linejoin: round; stroke-linecap: round }\n"
        ".dashed { stroke-dasharray: 7 4 }\n"
        ".area { fill-opacity: .82 }\n"
        "</style>\n");
}

/* Break the caption into lines that fit; draw them if asked to. Returns their number. */
static inline int fig_caption(fig *f, double x, double y, double room, int draw)
{
    const char *at = f->desc.caption;
    int lines = 0;

    while (at != NULL && *at != '\0') {
        char line[256];
        size_t length = 0, fits = 0;

        /* Take words while they fit. */
        while (at[length] != '\0' && length < sizeof line - 1) {
            line[length] = at[length];
            length++;
            line[length] = '\0';
            if ((at[length] == ' ' || at[length] == '\0') &&
                (fits == 0 || fig_text_width(line, 11.6) <= room))
                fits = length;
        }
        if (fits == 0) fits = length;
        line[fits] = '\0';
        if (draw) fig_text(f, x, y + 16.0 * lines, 's', "dim", line);
        for (at += fits; *at == ' '; at++) {}
        lines++;
    }
    return lines;
}

/* Lay the legend out in rows; draw it if asked to. Returns the number of rows. */
static inline int fig_key(fig *f, double x, double y, double room, int draw)
{
    double at = 0.0;
    int rows = f->desc.key_count > 0;

    for (int i = 0; i < f->desc.key_count; i++) {
        double needs = 26.0 + fig_text_width(f->desc.key[i], 12.0) + 18.0;
        int color = i % FIG_COLORS;

        if (at > 0.0 && at + needs > room) {
            at = 0.0;
            rows++;
        }
        if (draw) {
            double line_y = y + 18.0 * (rows - 1);
            fig_px(f, "<path d=\"M", x + at);
            fig_px(f, " ", line_y - 4.0);
            fig_int(f, "h20\" class=\"curve s", color);
            fig_raw(f, color >= 4 ? " dashed\"/>\n" : "\"/>\n");
            fig_text(f, x + at + 26.0, line_y, 's', "", f->desc.key[i]);
        }
        at += needs;
    }
    return rows;
}

/* Find the file's name: argv[1] may be a folder or an .svg file; else build/figures, and failing that,
   here. */
static inline void fig_locate(fig *f, const char *where, const char *name)
{
    size_t length = where != NULL ? strlen(where) : 0;

    if (length > 4 && strcmp(where + length - 4, ".svg") == 0) snprintf(f->path, sizeof f->path, "%s", where);
    else snprintf(f->path, sizeof f->path, "%s/%s.svg", length > 0 ? where : "build/figures", name);
    errno = 0;
    f->file = fopen(f->path, "wb");
    if (f->file == NULL && length == 0) {
        snprintf(f->path, sizeof f->path, "%s.svg", name);
        f->file = fopen(f->path, "wb");
    }
    if (f->file == NULL) fig_fail(f);
}

/* Begin a figure in the folder or file `where` (may be NULL); name is the program's, without ".svg". */
static inline void fig_open(fig *f, const char *where, const char *name, const fig_desc *desc)
{
    double width, height, room;
    int tiles = desc->tiles;

    memset(f, 0, sizeof *f);
    f->desc = *desc;
    if (f->desc.columns < 1) f->desc.columns = 1;
    if (f->desc.rows < 1) f->desc.rows = 1;
    if (!(f->desc.width > 0.0)) f->desc.width = tiles ? 74.0 : 360.0;
    if (!(f->desc.height > 0.0)) f->desc.height = tiles ? 62.0 : 220.0;

    /* A cell of the grid is a panel and the room for its ticks and titles. */
    f->margin_left = tiles ? 5.0 : 50.0;
    f->margin_top = tiles ? 20.0 : 50.0;
    f->cell_w = f->margin_left + f->desc.width + (tiles ? 5.0 : 22.0);
    f->cell_h = f->margin_top + f->desc.height + (tiles ? 33.0 : 46.0);
    width = 16.0 + f->desc.left + f->cell_w * f->desc.columns + 8.0;
    room = width - 36.0;
    f->top = 34.0 + 16.0 * fig_caption(f, 0, 0, room, 0) + 8.0 + 18.0 * fig_key(f, 0, 0, room, 0) + 4.0;
    height = f->top + f->cell_h * f->desc.rows + 6.0;

    fig_locate(f, where, name);
    fig_px(
        f,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"title caption\" width=\"",
        width);
    fig_px(f, "\" height=\"", height);
    fig_px(f, "\" viewBox=\"0 0 ", width);
    fig_px(f, " ", height);
    fig_raw(f, "\">\n<title id=\"title\">");
    fig_escaped(f, f->desc.title != NULL ? f->desc.title : name);
    fig_raw(f, "</title>\n<desc id=\"caption\">");
    fig_escaped(f, f->desc.caption != NULL ? f->desc.caption : "");
    fig_raw(f, "</desc>\n");
    fig_style(f);
    fig_raw(f, "<rect width=\"100%\" height=\"100%\" class=\"paper\"/>\n");
    fig_text(f, 20.0, 30.0, 's', "title", f->desc.title != NULL ? f->desc.title : name);
    height = 50.0 + 16.0 * fig_caption(f, 20.0, 50.0, room, 1);
    fig_key(f, 20.0, height + 8.0, room, 1);
}

/* Finish the file and say where it is. Returns 1, or 0 after saying on stderr why there is none. */
static inline int fig_close(fig *f)
{
    fig_raw(f, "</svg>\n");
    if (f->file != NULL) {
        int bad = ferror(f->file);
        errno = 0;
        if (fclose(f->file) != 0 || bad) f->failed = errno != 0 ? errno : -1;
        f->file = NULL;
        if (f->failed) remove(f->path);
    }
    if (f->failed) {
        fprintf(stderr, "figure: cannot write %s: %s\n", f->path,
                f->failed > 0 ? strerror(f->failed) : "write error");
        return 0;
    }
    printf("figure: %s\n", f->path);
    return 1;
}

/* ---- Panels and axes ----------------------------------------------------- */

/* Draw from now on in this panel of the grid; title may be NULL. Both axes run from 0 to 1 until told
   otherwise. */
static inline void fig_panel(fig *f, int column, int row, const char *title)
{
    fig_axis unit = { 0.0, 1.0, FIG_LINEAR };

    f->x = 16.0 + f->desc.left + f->cell_w * column + f->margin_left;
    f->y = f->top + f->cell_h * row + f->margin_top;
    f->w = f->desc.width;
    f->h = f->desc.height;
    f->x_axis = f->y_axis = unit;
    f->panels++;
    fig_int(f, "<clipPath id=\"panel", f->panels);
    fig_px(f, "\"><rect x=\"", f->x);
    fig_px(f, "\" y=\"", f->y);
    fig_px(f, "\" width=\"", f->w);
    fig_px(f, "\" height=\"", f->h);
    fig_raw(f, "\"/></clipPath>\n");
    if (title != NULL && f->desc.tiles) fig_text(f, f->x + f->w / 2, f->y - 7.0, 'm', "dim", title);
    else if (title != NULL) fig_text(f, f->x, f->y - 31.0, 's', "head", title);
}

/* Name a row of panels, at the left of the figure: a heading and a dim line below it (either may be NULL). */
static inline void fig_row_label(fig *f, int row, const char *heading, const char *below)
{
    double y = f->top + f->cell_h * row + f->margin_top + f->desc.height / 2;

    if (heading != NULL) fig_text(f, 20.0, y, 's', "head", heading);
    if (below != NULL) fig_text(f, 20.0, y + 16.0, 's', "dim", below);
}

/* Write a dim line under the current panel. */
static inline void fig_note(fig *f, const char *text)
{
    fig_text(f, f->x + f->w / 2, f->y + f->h + (f->desc.tiles ? 26.0 : 36.0), 'm',
             f->desc.tiles ? "tiny" : "dim", text);
}

/* Where a value lies along an axis, 0 at its beginning and 1 at its end. */
static inline double fig_along(fig_axis a, double v)
{
    double tiny = 1e-300;

    if (a.scale == FIG_LOG) {
        v = log10(v > tiny ? v : tiny);
        a.lo = log10(a.lo > tiny ? a.lo : tiny);
        a.hi = log10(a.hi > tiny ? a.hi : tiny);
    } else if (a.scale == FIG_SQRT) {
        v = sqrt(v > 0.0 ? v : 0.0);
        a.lo = sqrt(a.lo);
        a.hi = sqrt(a.hi);
    }
    return a.hi != a.lo ? (v - a.lo) / (a.hi - a.lo) : 0.0;
}

static inline double fig_at_x(const fig *f, double v)
{
    return f->x + f->w * fig_along(f->x_axis, v);
}

static inline double fig_at_y(const fig *f, double v)
{
    return f->y + f->h * (1.0 - fig_along(f->y_axis, v));
}

/* Write a tick's label. A power of ten outside 0.001 .. 10000 gets its exponent raised. */
static inline void fig_tick_label(fig *f, double x, double y, char anchor, double v, int decimals, int power)
{
    char number[32];

    if (!power || (v > 0.0009 && v < 10001.0)) {
        fig_format(number, v, power ? 3 : decimals);
        fig_text(f, x, y, anchor, "dim", number);
        return;
    }
    fig_px(f, "<text x=\"", x);
    fig_px(f, "\" y=\"", y);
    fig_raw(f, "\" class=\"dim\" text-anchor=\"");
    fig_raw(f, anchor == 'e' ? "end" : anchor == 's' ? "start" : "middle");
    fig_raw(f, "\">10<tspan dy=\"-4\" style=\"font-size: 9px\">");
    fig_int(f, "", (int)floor(log10(v) + 0.5));
    fig_raw(f, "</tspan></text>\n");
}

/* The tick step for an axis with room for so many labels: 1, 2 or 5 times a power of ten, or whole
   decades. */
static inline double fig_step(fig_axis a, double labels)
{
    double span, raw, power, lead;

    if (labels < 1.0) labels = 1.0;
    span = a.scale == FIG_LOG ? log10(a.hi / a.lo) : a.hi - a.lo;
    raw = fabs(span) / labels;
    if (a.scale == FIG_LOG && raw <= 1.0) return 1.0;
    power = pow(10.0, floor(log10(raw > 0.0 ? raw : 1.0)));
    lead = raw / power;
    return power * (lead <= 1.0001 ? 1.0 : lead <= 2.0001 ? 2.0 : lead <= 5.0001 ? 5.0 : 10.0);
}

/* Draw one tick of an axis: a grid line (y) or a short mark (x), and its label. */
static inline void fig_tick(fig *f, int vertical, double v, int decimals, int power)
{
    if (vertical) {
        double y = fig_at_y(f, v);
        fig_px(f, "<path class=\"grid\" d=\"M", f->x);
        fig_px(f, " ", y);
        fig_px(f, "h", f->w);
        fig_raw(f, "\"/>\n");
        fig_tick_label(f, f->x - 7.0, y + 4.0, 'e', v, decimals, power);
    } else {
        double x = fig_at_x(f, v), below = f->y + f->h;
        char anchor = 'm';

        /* In tiles, labels at the ends lean inwards, away from the neighbour's. */
        if (f->desc.tiles && x < f->x + 8.0) anchor = 's';
        if (f->desc.tiles && x > f->x + f->w - 8.0) anchor = 'e';
        fig_px(f, "<path class=\"axis\" d=\"M", x);
        fig_px(f, " ", below);
        fig_raw(f, "v4\"/>\n");
        fig_tick_label(f,
                       anchor == 's'       ? f->x
                           : anchor == 'e' ? f->x + f->w
                                           : x,
                       below + (f->desc.tiles ? 14.0 : 17.0), anchor, v, decimals, power);
    }
}

/* Draw the ticks of one axis, as many as its length has room for. */
static inline void fig_ticks(fig *f, int vertical)
{
    fig_axis a = vertical ? f->y_axis : f->x_axis;
    int power = a.scale == FIG_LOG, decimals = 0;
    double labels = vertical ? f->h / 36.0 : f->w / 64.0, step, first, last, slack = 1e-6;
    char widest[32];

    /* Fewer labels where they are wide. */
    if (f->desc.tiles && labels < 2.0) labels = 2.0;
    step = fig_step(a, labels);
    if (!vertical && !power) {
        decimals = step < 1.0 ? (int)ceil(-log10(step) - slack) : 0;
        fig_format(widest, fabs(a.lo) > fabs(a.hi) ? a.lo : a.hi, decimals);
        while (fig_text_width(widest, 11.0) + 10.0 > f->w * step / (a.hi - a.lo) && step < a.hi - a.lo)
            step = fig_step(a, labels *= 0.7);
    }
    decimals = step < 1.0 ? (int)ceil(-log10(step) - slack) : 0;
    if (decimals > 9) decimals = 9;
    first = ceil((power ? log10(a.lo) : a.lo) / step - slack);
    last = floor((power ? log10(a.hi) : a.hi) / step + slack);
    for (double k = first; k <= last && last - first < 1000.0; k += 1.0)
        fig_tick(f, vertical, power ? pow(10.0, k * step) : k * step, decimals, power);
}

/* Set the y axis without drawing it. */
static inline void fig_y_range(fig *f, double lo, double hi, fig_scale scale)
{
    f->y_axis.lo = lo;
    f->y_axis.hi = hi > lo ? hi : lo + 1.0;
    f->y_axis.scale = scale;
}

/* Set and draw the x axis, with the panel's base line. label may be NULL. */
static inline void fig_x_axis(fig *f, double lo, double hi, fig_scale scale, const char *label)
{
    f->x_axis.lo = lo;
    f->x_axis.hi = hi > lo ? hi : lo + 1.0;
    f->x_axis.scale = scale;
    fig_px(f, "<path class=\"axis\" d=\"M", f->x);
    fig_px(f, " ", f->y + f->h);
    fig_px(f, "h", f->w);
    fig_raw(f, "\"/>\n");
    fig_ticks(f, 0);
    if (label != NULL) fig_text(f, f->x + f->w / 2, f->y + f->h + 35.0, 'm', "dim", label);
}

/* Set and draw the y axis: grid lines and labels; the name stands above the axis. label may be NULL. */
static inline void fig_y_axis(fig *f, double lo, double hi, fig_scale scale, const char *label)
{
    fig_y_range(f, lo, hi, scale);
    fig_ticks(f, 1);
    if (label != NULL) fig_text(f, f->x - 36.0, f->y - 14.0, 's', "dim", label);
}

/* ---- Drawing in the current panel ----------------------------------------- */

static inline void fig_begin_path(fig *f, const char *style, int color)
{
    fig_int(f, "<path clip-path=\"url(#panel", f->panels);
    fig_raw(f, ")\" class=\"");
    fig_raw(f, style);
    if (color >= 0) fig_int(f, strncmp(style, "area", 4) == 0 ? " f" : " s", color % FIG_COLORS);
    fig_raw(f, "\" d=\"");
}

/* Draw a line through n points. It is broken where a value is not finite, and clipped at the panel's edge. */
static inline void fig_curve(fig *f, const double *x, const double *y, size_t n, int color)
{
    int down = 0;

    fig_begin_path(f, color % FIG_COLORS >= 4 ? "curve dashed" : "curve", color);
    for (size_t i = 0; i < n; i++) {
        int finite = fabs(x[i]) < HUGE_VAL && fabs(y[i]) < HUGE_VAL;
        if (finite) {
            fig_px(f, down ? "L" : "M", fig_at_x(f, x[i]));
            fig_px(f, " ", fig_at_y(f, y[i]));
        }
        down = finite;
    }
    fig_raw(f, n == 0 || (n > 0 && !(fabs(y[0]) < HUGE_VAL)) ? "M0 0\"/>\n" : "\"/>\n");
}

/* Draw n points as dots. */
static inline void fig_dots(fig *f, const double *x, const double *y, size_t n, int color, double radius)
{
    for (size_t i = 0; i < n; i++) {
        if (!(fabs(x[i]) < HUGE_VAL && fabs(y[i]) < HUGE_VAL)) continue;
        fig_px(f, "<circle cx=\"", fig_at_x(f, x[i]));
        fig_px(f, "\" cy=\"", fig_at_y(f, y[i]));
        fig_px(f, "\" r=\"", radius);
        fig_int(f, "\" class=\"area f", color % FIG_COLORS);
        fig_int(f, "\" clip-path=\"url(#panel", f->panels);
        fig_raw(f, ")\"/>\n");
    }
}

/* Draw how far n points scatter: a line from y - spread to y + spread, with short ends. */
static inline void fig_spread(fig *f, const double *x, const double *y, const double *spread, size_t n,
                              int color)
{
    for (size_t i = 0; i < n; i++) {
        if (!(fabs(x[i]) < HUGE_VAL && fabs(y[i]) + fabs(spread[i]) < HUGE_VAL)) continue;
        fig_begin_path(f, "curve", color);
        for (int end = -1; end <= 1; end += 2) {
            fig_px(f, "M", fig_at_x(f, x[i]) - 4.0);
            fig_px(f, " ", fig_at_y(f, y[i] + end * spread[i]));
            fig_raw(f, "h8");
        }
        fig_px(f, "m-4 0L", fig_at_x(f, x[i]));
        fig_px(f, " ", fig_at_y(f, y[i] - spread[i]));
        fig_raw(f, "\"/>\n");
    }
}

/* Draw a filled histogram over [lo, hi]; the tallest bin has height 1. One outline, so that no seams show. */
static inline void fig_histogram(fig *f, const size_t *bins, size_t n, double lo, double hi, int color)
{
    size_t tallest = 1;

    for (size_t i = 0; i < n; i++) if (bins[i] > tallest) tallest = bins[i];
    fig_begin_path(f, "area", color);
    fig_px(f, "M", fig_at_x(f, lo));
    fig_px(f, " ", fig_at_y(f, 0.0));
    for (size_t i = 0; i < n; i++) {
        fig_px(f, "V", fig_at_y(f, (double)bins[i] / (double)tallest));
        fig_px(f, "H", fig_at_x(f, lo + (hi - lo) * (double)(i + 1) / (double)n));
    }
    fig_px(f, "V", fig_at_y(f, 0.0));
    fig_raw(f, "Z\"/>\n");
}

/* Draw one bar of a row of `count`, standing on the panel's base, with its name below it and its value above
   it. Wide names stand on two lines in turn. */
static inline void fig_bar(fig *f, size_t index, size_t count, double value, int color, const char *name,
                           const char *text)
{
    double pitch = f->w / (double)(count > 0 ? count : 1), x = f->x + pitch * ((double)index + 0.14);
    double top = fig_at_y(f, value), base = f->y + f->h;

    if (!(top < base)) top = base;
    if (top < f->y) top = f->y;
    fig_begin_path(f, "area", color);
    fig_px(f, "M", x);
    fig_px(f, " ", base);
    fig_px(f, "V", top);
    fig_px(f, "h", pitch * 0.72);
    fig_px(f, "V", base);
    fig_raw(f, "Z\"/>\n");
    if (name != NULL && fig_text_width(name, 11.0) < pitch)
        fig_text(f, x + pitch * 0.36, base + 16.0, 'm', "dim", name);
    else if (name != NULL)
        fig_text(f, x + pitch * 0.36, base + (index % 2 == 0 ? 15.0 : 29.0), 'm', "dim", name);
    if (text != NULL) fig_text(f, x + pitch * 0.36, top - 5.0, 'm', "dim", text);
}

#define FIG_SHADES 8        /* of a heat map, for each sign */

/* Draw a matrix of rows x cols values: positive ones blue, negative ones orange, the stronger the nearer to
   +-limit. Eight shades, each one path, so that files stay small. */
static inline void fig_heatmap(fig *f, const double *values, size_t rows, size_t cols, double limit)
{
    double w = f->w / (double)(cols > 0 ? cols : 1), h = f->h / (double)(rows > 0 ? rows : 1);

    for (int sign = 0; sign < 2; sign++)
        for (int shade = 1; shade <= FIG_SHADES; shade++) {
            fig_int(f, "<path shape-rendering=\"crispEdges\" class=\"f", sign == 0 ? FIG_BLUE : FIG_ORANGE);
            fig_px(f, "\" fill-opacity=\"", (double)shade / FIG_SHADES);
            fig_raw(f, "\" d=\"M0 0");
            for (size_t i = 0; i < rows * cols; i++) {
                double v = (sign == 0 ? values[i] : -values[i]) / limit;
                int level = v > 1.0 ? FIG_SHADES : (int)floor(v * FIG_SHADES + 0.5);
                if (!(v > 0.0) || level != shade) continue;
                fig_px(f, "M", f->x + w * (double)(i % cols));
                fig_px(f, " ", f->y + h * (double)(i / cols));
                fig_px(f, "h", w);
                fig_px(f, "v", h);
                fig_px(f, "h", -w);
                fig_raw(f, "z");
            }
            fig_raw(f, "\"/>\n");
        }
}

/* Draw a heat map's shades above the panel, at its right end, between the words for -limit and for +limit. */
static inline void fig_shades(fig *f, const char *lowest, const char *highest)
{
    const double w = 5.0, right = f->x + f->w - fig_text_width(highest, 11.0) - 4.0;

    for (int shade = -FIG_SHADES; shade <= FIG_SHADES; shade++) {
        if (shade == 0) continue;
        fig_int(f, "<rect shape-rendering=\"crispEdges\" class=\"f", shade > 0 ? FIG_BLUE : FIG_ORANGE);
        fig_px(f, "\" fill-opacity=\"", fabs((double)shade) / FIG_SHADES);
        fig_px(f, "\" x=\"", right - w * (double)(FIG_SHADES - shade + (shade < 0 ? 0 : 1)));
        fig_px(f, "\" y=\"", f->y - 19.0);
        fig_px(f, "\" width=\"", w);
        fig_raw(f, "\" height=\"10\"/>\n");
    }
    fig_text(f, right - 2.0 * FIG_SHADES * w - 4.0, f->y - 10.0, 'e', "dim", lowest);
    fig_text(f, right + 4.0, f->y - 10.0, 's', "dim", highest);
}

/* Draw a dotted horizontal line at y with a label at its right end: what theory says. label may be NULL. */
static inline void fig_level(fig *f, double y, const char *label)
{
    double at = fig_at_y(f, y);

    fig_begin_path(f, "rule", -1);
    fig_px(f, "M", f->x);
    fig_px(f, " ", at);
    fig_px(f, "h", f->w);
    fig_raw(f, "\"/>\n");
    if (label != NULL) fig_text(f, f->x + f->w - 2.0, at - 5.0, 'e', "dim", label);
}

/* Write a label at a point given in the panel's units, moved by (dx, dy) pixels. */
static inline void fig_label(fig *f, double x, double y, double dx, double dy, char anchor, const char *text)
{
    fig_text(f, fig_at_x(f, x) + dx, fig_at_y(f, y) + dy, anchor, "dim", text);
}

#endif /* FIGURE_H */
