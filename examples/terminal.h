/* terminal.h - tables, sparklines and progress on a terminal, for the examples

       static const term_column columns[] = { { "layer", 5 }, { "std", 9 }, { "-1 .. 1", -30 } };

       term_header(columns, 3);
       term_cell(columns + 0, TERM_PLAIN, "%d", layer);
       term_cell(columns + 1, TERM_GOOD, "%.3f", std);
       term_spark(histogram.bin, WI_BINS, TERM_GOOD);
       term_end_row();

   Colour and Unicode only where they are welcome:
   - colour: standard output is a terminal, NO_COLOR is unset or empty, and TERM is not "dumb";
   - Unicode: standard output is a terminal in a UTF-8 locale, or a Windows console after `chcp 65001`;
   - WINIT_TERM=ascii, unicode or color (which has both) decides for itself, for captured output.
   Progress goes to standard error, so that standard output holds results only: a bar that is drawn over
   where standard error is a terminal, one plain line a task where it is not.

   C99. The environment is asked each time, so nothing needs to be set up. Not part of winit.h: the library
   never prints.

   SPDX-License-Identifier: MIT OR Unlicense
*/
#ifndef TERMINAL_H
#define TERMINAL_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#if defined(_WIN32)
#include <io.h>
/* of windows.h, which nothing else here needs */
__declspec(dllimport) unsigned __stdcall GetConsoleOutputCP(void);
#elif !defined(__wasm__)
#include <unistd.h>
#endif

/* ---- What the terminal takes ---------------------------------------------- */

/* Whether standard output (1) or standard error (2) is a terminal. */
static inline int term_is_tty(int descriptor)
{
#if defined(_WIN32)
    return _isatty(descriptor) != 0;
#elif defined(__wasm__)
    (void)descriptor;
    return 0;
#else
    return isatty(descriptor) != 0;
#endif
}

static inline const char *term_env(const char *name)
{
    const char *value = getenv(name);

    return value != NULL ? value : "";
}

/* Whether colour may be used on this descriptor. */
static inline int term_color(int descriptor)
{
    const char *wish = term_env("WINIT_TERM");

    if (wish[0] != '\0') return strcmp(wish, "color") == 0;
#if defined(_WIN32)
    if (term_env("WT_SESSION")[0] == '\0' && term_env("TERM")[0] == '\0') return 0;
#endif
    return term_is_tty(descriptor) && term_env("NO_COLOR")[0] == '\0' &&
        strcmp(term_env("TERM"), "dumb") != 0;
}

/* Whether characters beyond ASCII may be used: the locale is the first that is set of three variables. */
static inline int term_unicode(int descriptor)
{
    const char *wish = term_env("WINIT_TERM"), *locale = term_env("LC_ALL");

    if (wish[0] != '\0') return strcmp(wish, "unicode") == 0 || strcmp(wish, "color") == 0;
    if (!term_is_tty(descriptor) || strcmp(term_env("TERM"), "dumb") == 0) return 0;
#if defined(_WIN32)
    if (GetConsoleOutputCP() == 65001) return 1;
#endif
    if (locale[0] == '\0') locale = term_env("LC_CTYPE");
    if (locale[0] == '\0') locale = term_env("LANG");
    return strstr(locale, "UTF-8") != NULL || strstr(locale, "utf8") != NULL
        || strstr(locale, "UTF8") != NULL || strstr(locale, "utf-8") != NULL;
}

/* ---- Styles ----------------------------------------------------------------- */

typedef enum term_style { TERM_PLAIN, TERM_BOLD, TERM_DIM, TERM_GOOD, TERM_WARN, TERM_BAD } term_style;

static inline const char *term_on(term_style style)
{
    static const char *const codes[] = { "", "\033[1m", "\033[2m", "\033[32m", "\033[33m", "\033[31m" };

    return term_color(1) ? codes[style] : "";
}

static inline const char *term_off(term_style style)
{
    return style != TERM_PLAIN && term_color(1) ? "\033[0m" : "";
}

/* Print a heading with an empty line before it. */
static inline void term_heading(const char *text)
{
    printf("\n%s%s%s\n", term_on(TERM_BOLD), text, term_off(TERM_BOLD));
}

/* ---- Tables ------------------------------------------------------------------ */

typedef struct term_column {
    const char *name;
    int width;                  /* characters; negative: aligned to the left */
} term_column;

/* Blanks that are owed: they are printed before the next text, so that no line ends in blanks. */
static inline int *term_owed(void)
{
    static int owed;

    return &owed;
}

static inline void term_pay(void)
{
    printf("%*s", *term_owed(), "");
    *term_owed() = 0;
}

/* Print text in a column, aligned by characters rather than by bytes (UTF-8 continuation bytes take no
   room). */
static inline void term_text(const term_column *column, term_style style, const char *text)
{
    int room = column->width < 0 ? -column->width : column->width, used = 0;

    for (const char *c = text; *c != '\0'; c++) used += ((unsigned char)*c & 0xC0) != 0x80;
    room = room > used ? room - used : 0;
    if (column->width > 0) *term_owed() += room;
    if (used > 0) {
        term_pay();
        fputs(term_on(style), stdout);
        for (const char *c = text; *c != '\0'; c++)   /* a name from a file is not to move the cursor */
            putchar((unsigned char)*c < ' ' || *c == 0x7F ? '?' : *c);
        fputs(term_off(style), stdout);
    }
    *term_owed() += column->width < 0 ? room + 2 : 2;
}

/* Print one cell, as printf does. */
static inline void term_cell(const term_column *column, term_style style, const char *format, ...)
{
    char text[160];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    term_text(column, style, text);
}

static inline void term_end_row(void)
{
    *term_owed() = 0;
    putchar('\n');
}

/* Print the columns' names and a rule under each. */
static inline void term_header(const term_column *columns, size_t count)
{
    for (size_t i = 0; i < count; i++) term_text(columns + i, TERM_DIM, columns[i].name);
    term_end_row();
    for (size_t i = 0; i < count; i++) {
        int width = columns[i].width < 0 ? -columns[i].width : columns[i].width;
        term_pay();
        while (width-- > 0) fputs(term_unicode(1) ? "\xE2\x94\x80" : "-", stdout);
        *term_owed() += 2;
    }
    term_end_row();
}

/* ---- Small pictures ------------------------------------------------------------ */

/* Print n counts as a row of n cells, each as high as its share of the greatest. */
static inline void term_spark(const size_t *bins, size_t n, term_style style)
{
    static const char ramp[] = " .:-=+*#@";
    size_t tallest = 1;

    for (size_t i = 0; i < n; i++) if (bins[i] > tallest) tallest = bins[i];
    while (n > 0 && bins[n - 1] == 0) n--;
    term_pay();
    fputs(term_on(style), stdout);
    for (size_t i = 0; i < n; i++) {
        int height = (int)(8.0 * (double)bins[i] / (double)tallest + 0.5);
        if (height == 0 && bins[i] > 0) height = 1;
        if (!term_unicode(1) || height == 0) putchar(ramp[height]);
        else printf("\xE2\x96%c", 0x80 + height);             /* U+2581 .. U+2588, lower eighths of a block */
    }
    fputs(term_off(style), stdout);
}

/* Print a horizontal bar: value as a share of greatest, in so many cells. */
static inline void term_bar(double value, double greatest, int cells, term_style style)
{
    int full = greatest > 0.0 && value > 0.0 ? (int)(cells * value / greatest + 0.5) : 0;

    term_pay();
    fputs(term_on(style), stdout);
    for (int i = 0; i < full && i < cells; i++) fputs(term_unicode(1) ? "\xE2\x96\x88" : "#", stdout);
    fputs(term_off(style), stdout);
    *term_owed() += full < cells ? cells - full : 0;
}

/* Print a program's claim and whether it held. Returns what main() returns: 0 only if it did. */
static inline int term_claim(int held, const char *claim)
{
    term_style style = held ? TERM_GOOD : TERM_BAD;

    printf("claim: %s: %s%s%s\n", claim, term_on(style), held ? "held" : "DID NOT HOLD", term_off(style));
    return held ? 0 : 1;
}

/* ---- Progress -------------------------------------------------------------------- */

/* Say that done of total tasks are done and which one is next; done == total ends the bar. */
static inline void term_progress(size_t done, size_t total, const char *task)
{
    enum { CELLS = 30 };
    int full = total > 0 ? (int)((double)CELLS * (double)done / (double)total) : CELLS;

    if (!term_is_tty(2)) {
        if (done < total) fprintf(stderr, "%zu/%zu %s\n", done + 1, total, task);
        return;
    }
    fputs("\r[", stderr);
    for (int i = 0; i < CELLS; i++)
        fputs(i < full ? (term_unicode(2) ? "\xE2\x96\x88" : "#") : (term_unicode(2) ? "\xC2\xB7" : "."),
              stderr);
    fprintf(stderr, "] %3d %%  %-36.36s", full * 100 / CELLS, task);
    if (done >= total) fprintf(stderr, "\r%*s\r", CELLS + 50, "");
    fflush(stderr);
}

#endif /* TERMINAL_H */
