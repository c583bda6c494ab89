/* Section 1: statuses, their texts, and the formatter of error sentences.
   @build double */
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"

static const char *printed(char *buffer, size_t capacity, double x)
{
    wi_impl_text text = {buffer, capacity, 0};
    buffer[0] = 0;
    wi_impl_print(&text, "%g", x);
    return buffer;
}

static void test_texts(void)
{
    for (int s = 0; s < WI_STATUS_COUNT; s++) {
        CHECK(strlen(wi_status_text((wi_status)s)) > 1);
        CHECK_CONTAINS(wi_status_name((wi_status)s), s == 0 ? "WI_OK" : "WI_ERR_");
        for (int t = 0; t < s; t++) CHECK(strcmp(wi_status_text((wi_status)s), wi_status_text((wi_status)t)) != 0);
    }
    CHECK_TEXT(wi_status_text(WI_STATUS_COUNT), "not a wi_status");
    CHECK_TEXT(wi_status_name(WI_ERR_SHAPE), "WI_ERR_SHAPE");
    CHECK_TEXT(wi_version(), WI_VERSION_STRING);
    char version[32];
    snprintf(version, sizeof version, "%d.%d.%d", WI_VERSION_MAJOR, WI_VERSION_MINOR, WI_VERSION_PATCH);
    CHECK_TEXT(wi_version(), version);
}

/* Numbers read back to six digits, and look as %g makes them. */
static void test_numbers(void)
{
    static const struct { double x; const char *text; } cases[] = {
        {0, "0"}, {1, "1"}, {-2.5, "-2.5"}, {0.015, "0.015"}, {784, "784"}, {2.5e-5, "2.5e-05"}, {1e-6, "1e-06"},
        {123456, "123456"}, {1234567, "1.23457e+06"}, {999999.6, "1e+06"}, {9.9999999, "10"}, {0.0001, "0.0001"},
        {100, "100"}, {1e300, "1e+300"}, {5e-324, "4.94066e-324"}, {1e16, "1e+16"}, {0.1, "0.1"},
    };
    char buffer[64];
    for (size_t i = 0; i < WI_COUNT(cases); i++) CHECK_TEXT(printed(buffer, sizeof buffer, cases[i].x), cases[i].text);
    CHECK_TEXT(printed(buffer, sizeof buffer, (double)NAN), "nan");
    CHECK_TEXT(printed(buffer, sizeof buffer, (double)INFINITY), "inf");
    CHECK_TEXT(printed(buffer, sizeof buffer, -(double)INFINITY), "-inf");
    for (double x = 1.2345678e-310; x < 1e300; x *= 17.3)
        CHECK_CLOSE(strtod(printed(buffer, sizeof buffer, x), NULL), x, x < 1e-300 ? 1e-4 : 6e-6);
}

static void test_sentences(void)
{
    wi_error error;
    memset(&error, 'x', sizeof error);
    CHECK_STATUS(wi_impl_fail(&error, WI_ERR_IO, "%s, line %zu, column %d: '%c' %g%%", "a.csv", (size_t)17, -3, '?', 2.5), WI_ERR_IO);
    CHECK_TEXT(error.text, "a.csv, line 17, column -3: '?' 2.5%");
    CHECK(error.status == WI_ERR_IO);
    CHECK_STATUS(wi_impl_fail(NULL, WI_ERR_ARG, "nobody reads this"), WI_ERR_ARG);

    /* Too long a sentence is cut, not overrun. */
    char longer[400];
    memset(longer, 'y', sizeof longer);
    longer[sizeof longer - 1] = 0;
    wi_impl_fail(&error, WI_ERR_IO, "%s", longer);
    CHECK_EQ(strlen(error.text), sizeof error.text - 1);
    char small[4] = "abc";
    CHECK_TEXT(printed(small, sizeof small, 12345), "123");
    CHECK_TEXT(printed(small, 1, 12345), "");
}

static void test_sizes(void)
{
    CHECK_EQ(wi_impl_mul(6, 7), 42);
    CHECK_EQ(wi_impl_mul(0, SIZE_MAX), 0);
    CHECK_EQ(wi_impl_mul(SIZE_MAX, 0), 0);
    CHECK_EQ(wi_impl_mul(SIZE_MAX / 2 + 1, 2), SIZE_MAX);
    CHECK_EQ(wi_impl_mul(SIZE_MAX, 3), SIZE_MAX);
    CHECK_EQ(wi_impl_add(SIZE_MAX, 1), SIZE_MAX);
    CHECK_EQ(wi_impl_add(SIZE_MAX - 1, 1), SIZE_MAX);
    CHECK_EQ(wi_impl_add(40, 2), 42);
    CHECK(wi_impl_alloc(SIZE_MAX, 1) == NULL);
    CHECK(wi_impl_alloc(SIZE_MAX / 4, 8) == NULL);
    CHECK(wi_impl_alloc(0, 8) == NULL);
    CHECK_EQ(fail_alloc.calls, 0);   /* none of those was even asked for */
}

int main(void)
{
    test_texts();
    test_numbers();
    test_sentences();
    test_sizes();
    return check_done();
}
