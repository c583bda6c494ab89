/* The helpers of the examples: numbers without a locale, escaping, errors that are found, ticks that keep
   apart, and a terminal that gets only what it takes. */
#define _POSIX_C_SOURCE 200112L
#include "../examples/figure.h"
#include "../examples/terminal.h"
#include "check.h"
#include <locale.h>

/* Read a whole file, ended by a zero. */
static void slurp(const char *path, char *text, size_t capacity)
{
    FILE *file = fopen(path, "rb");
    size_t size = 0;

    if (file != NULL) {
        size = fread(text, 1, capacity - 1, file);
        fclose(file);
    }
    text[size] = '\0';
}

static void check_number(double v, int decimals, const char *expected)
{
    char text[32];

    fig_format(text, v, decimals);
    CHECK(strcmp(text, expected) == 0);
}

static void test_numbers(void)
{
    for (int german = 0; german < 2; german++) {
        if (german && setlocale(LC_ALL, "de_DE.UTF-8") == NULL) break;
        check_number(0.0, 2, "0");
        check_number(-0.001, 2, "0");
        check_number(0.1, 3, "0.1");
        check_number(-12.345, 2, "-12.35");
        check_number(1234.5, 0, "1235");
        check_number(0.05, 2, "0.05");
        check_number(1e300, 2, "0");
        check_number(HUGE_VAL - HUGE_VAL, 2, "0");
    }
    setlocale(LC_ALL, "C");
}

/* A file is well-formed enough: every tag is closed where it should be, and what XML reserves is escaped. */
static void test_file(void)
{
    static char text[1 << 18];
    static const char *const key[] = { "a < b", "c & d" };
    double x[3] = { 0.0, 1.0, 2.0 }, y[3] = { 1.0, HUGE_VAL, 3.0 };
    size_t bins[4] = { 1, 2, 0, 4 }, open = 0, close = 0;
    char path[600];
    fig_desc desc;
    fig f;

    memset(&desc, 0, sizeof desc);
    desc.title = "x < y & \"z\"";
    desc.caption =
        "A caption that is long enough to be broken into a second line, as it says more than fits into the "
        "first one of them.";
    desc.key = key;
    desc.key_count = 2;
    snprintf(path, sizeof path, "%s", check_path("figure.svg"));
    fig_open(&f, path, "figure", &desc);
    fig_panel(&f, 0, 0, "p > q");
    fig_x_axis(&f, 0.0, 2.0, FIG_LINEAR, "x");
    fig_y_axis(&f, 0.01, 1e6, FIG_LOG, "y");
    fig_curve(&f, x, y, 3, FIG_RED);
    fig_dots(&f, x, y, 3, FIG_BLUE, 3.0);
    fig_histogram(&f, bins, 4, 0.0, 2.0, FIG_TEAL);
    fig_spread(&f, x, y, x, 3, FIG_PINK);
    fig_heatmap(&f, x, 1, 3, 1.0);
    fig_shades(&f, "-1", "1");
    fig_level(&f, 10.0, "level");
    CHECK(fig_close(&f) == 1);

    slurp(path, text, sizeof text);
    for (const char *c = text; *c != '\0'; c++) {
        open += *c == '<';
        close += *c == '>';
    }
    CHECK(open == close && open > 20);
    CHECK(strncmp(text, "<svg ", 5) == 0);
    CHECK(strcmp(text + strlen(text) - 7, "</svg>\n") == 0);
    CHECK(strstr(text, "<title id=\"title\">x &lt; y &amp; &quot;z&quot;</title>") != NULL);
    CHECK(strstr(text, "<desc id=\"caption\">A caption") != NULL);
    CHECK(strstr(text, "nan") == NULL && strstr(text, "inf\"") == NULL);
    CHECK(strstr(text, "p &gt; q") != NULL);
}

/* A figure that cannot be written says so, and drawing into it is harmless. */
static void test_errors(void)
{
    const char *const paths[2] = { "/no/such/folder/figure.svg", "/dev/full" };

    for (int i = 0; i < 2; i++) {
        fig_desc desc;
        fig f;

        memset(&desc, 0, sizeof desc);
        fig_open(&f, paths[0], "figure", &desc);
        /* a full disk: everything can be written, and nothing arrives */
        if (i == 1) {
            f.file = fopen(paths[1], "wb");
            f.failed = 0;
            snprintf(f.path, sizeof f.path, "%s", check_path("full.svg"));
            if (f.file == NULL) break;
        }
        fig_panel(&f, 0, 0, "panel");
        for (int k = 0; k < 2000; k++) fig_x_axis(&f, 0.0, 1.0, FIG_LINEAR, "x");
        CHECK(fig_close(&f) == 0);
    }
}

/* Labels of an axis, parsed from the file: none may touch the next. */
static void check_ticks(double lo, double hi, fig_scale scale)
{
    static char text[1 << 16];
    char path[600];
    double end = -1e9;
    int labels = 0;
    fig_desc desc;
    fig f;

    memset(&desc, 0, sizeof desc);
    desc.width = 180.0;
    snprintf(path, sizeof path, "%s", check_path("ticks.svg"));
    fig_open(&f, path, "ticks", &desc);
    fig_panel(&f, 0, 0, NULL);
    fig_x_axis(&f, lo, hi, scale, NULL);
    if (!CHECK(fig_close(&f) == 1)) return;
    slurp(path, text, sizeof text);
    for (const char *at = text; (at = strstr(at, "<text x=\"")) != NULL; at++) {
        double x = strtod(at + 9, NULL), width = 0.0;
        const char *label = strchr(at, '>') + 1;
        char plain[64];
        size_t n = strcspn(label, "<");

        if (strncmp(strstr(at, "class=\"") + 7, "dim\"", 4) != 0) continue;
        snprintf(plain, sizeof plain, "%.*s", (int)n, label);
        width = fig_text_width(plain, 11.0) + (strncmp(label + n, "<tspan", 6) == 0 ? 12.0 : 0.0);
        CHECK(x - width / 2.0 > end);
        end = x + width / 2.0;
        labels++;
    }
    CHECK(labels >= (scale == FIG_LOG && hi / lo < 10.0 ? 0 : 1) && labels <= 12);
}

static void test_ticks(void)
{
    static const double spans[] = { 1e-9, 3e-4, 0.07, 1.0, 2.5, 43.0, 1000.0, 20000.0, 7.3e6, 1e9 };

    for (size_t i = 0; i < sizeof spans / sizeof spans[0]; i++) {
        check_ticks(0.0, spans[i], FIG_LINEAR);
        check_ticks(-spans[i], spans[i], FIG_LINEAR);
        check_ticks(0.01, 0.02 * (1.0 + spans[i]), FIG_LOG);
    }
    check_ticks(1e-12, 1e12, FIG_LOG);
}

#if defined(__unix__) || defined(__APPLE__)
static void test_terminal(void)
{
    setenv("WINIT_TERM", "ascii", 1);
    CHECK(!term_color(1) && !term_unicode(1) && strcmp(term_on(TERM_BAD), "") == 0);
    setenv("WINIT_TERM", "unicode", 1);
    CHECK(!term_color(1) && term_unicode(1));
    setenv("WINIT_TERM", "color", 1);
    CHECK(term_color(1) && term_unicode(1) && strcmp(term_off(TERM_BAD), "\033[0m") == 0 &&
          strcmp(term_off(TERM_PLAIN), "") == 0);

    /* Left to itself it looks at the terminal, which a file is not, and at NO_COLOR and TERM. */
    unsetenv("WINIT_TERM");
    setenv("NO_COLOR", "1", 1);
    CHECK(!term_color(1));
    unsetenv("NO_COLOR");
    setenv("TERM", "dumb", 1);
    CHECK(!term_color(1) && !term_unicode(1));
}
#else
static void test_terminal(void) {}
#endif

int main(void)
{
    test_numbers();
    test_file();
    test_errors();
    test_ticks();
    test_terminal();
    return check_done();
}
