/* Section 1: statuses, their texts, the formatter of error sentences, and numbers read from files.
   @build portable */
#include "guard.h"
#include "fail_alloc.h"
#define WI_IMPL_TEST_CPUID
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include <fenv.h>
#include <float.h>

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
        for (int t = 0; t < s; t++)
            CHECK(strcmp(wi_status_text((wi_status)s), wi_status_text((wi_status)t)) != 0);
    }
    CHECK_TEXT(wi_status_text(WI_STATUS_COUNT), "not a wi_status");
    CHECK_TEXT(wi_status_name(WI_STATUS_COUNT), "not a wi_status");
    CHECK_TEXT(wi_status_name(WI_ERR_SHAPE), "WI_ERR_SHAPE");
    CHECK_TEXT(wi_version(), WI_VERSION_STRING);
    char version[32];
    snprintf(version, sizeof version, "%d.%d.%d", WI_VERSION_MAJOR, WI_VERSION_MINOR, WI_VERSION_PATCH);
    CHECK_TEXT(wi_version(), version);
}

/* Numbers read back to six digits, and look as %g makes them. */
static void test_numbers(void)
{
    static const struct { double x; const char *text;
    } cases[] = {
        { 0, "0" },
        { 1, "1" },
        { -2.5, "-2.5" },
        { 0.015, "0.015" },
        { 784, "784" },
        { 2.5e-5, "2.5e-05" },
        { 1e-6, "1e-06" },
        { 1e-10, "1e-10" },
        { 1e10, "1e+10" },
        { 123456, "123456" },
        { 1234567, "1.23457e+06" },
        { 999999.6, "1e+06" },
        { 9.9999999, "10" },
        { 0.0001, "0.0001" },
        { 100, "100" },
        { 1e300, "1e+300" },
        { 5e-324, "4.94066e-324" },
        { 1e16, "1e+16" },
        { 0.1, "0.1" },
    };
    char buffer[64];
    for (size_t i = 0; i < WI_COUNT(cases); i++)
        CHECK_TEXT(printed(buffer, sizeof buffer, cases[i].x), cases[i].text);
    CHECK_TEXT(printed(buffer, sizeof buffer, (double)NAN), "nan");
    CHECK_TEXT(printed(buffer, sizeof buffer, (double)INFINITY), "inf");
    CHECK_TEXT(printed(buffer, sizeof buffer, -(double)INFINITY), "-inf");
    for (double x = 1.2345678e-310; x < 1e300; x *= 17.3)
        CHECK_CLOSE(strtod(printed(buffer, sizeof buffer, x), NULL), x, x < 1e-300 ? 1e-4 : 6e-6);
}

/* All digits of a number are the same from every build, fused or on an x87. */
static void test_same_digits(void)
{
    wi_rng rng = wi_rng_make(1);
    uint64_t hash = 0;
    for (int i = 0; i < 2000; i++) {
        char room[40];
        double x;
        wi_impl_text text = { room, sizeof room, 0 };
        uint64_t bits = (uint64_t)wi_rng_next(&rng) << 32 | wi_rng_next(&rng);
        bits = (bits & 0x000FFFFFFFFFFFFFu) | (uint64_t)(1015 + bits % 15) << 52;
        memcpy(&x, &bits, sizeof x);
        wi_impl_put_number(&text, x, 16 + i % 2);
        for (size_t k = 0; k < text.length; k++) hash = hash * 31 + (unsigned char)room[k];
    }
    CHECK_EQ(hash, UINT64_C(0xE75CF36891278544));
}

/* NaN and infinity: their spelling, what tells them, and that no exception is raised by either. */
static void test_not_finite(void)
{
    char buffer[64];
    feclearexcept(FE_ALL_EXCEPT);
    CHECK_TEXT(printed(buffer, sizeof buffer, WI_IMPL_NAN), "nan");
    CHECK_TEXT(printed(buffer, sizeof buffer, WI_IMPL_INFINITY), "inf");
    CHECK_TEXT(printed(buffer, sizeof buffer, -WI_IMPL_INFINITY), "-inf");
    CHECK(!wi_impl_finite(WI_IMPL_NAN) && !wi_impl_finite(WI_IMPL_INFINITY) &&
          !wi_impl_finite(-WI_IMPL_INFINITY));
    CHECK(wi_impl_finite(DBL_MAX) && wi_impl_finite(-DBL_MAX) && wi_impl_finite(0) &&
          wi_impl_finite(DBL_MIN / 4));
    CHECK(!fetestexcept(FE_INVALID | FE_DIVBYZERO | FE_OVERFLOW));
    snprintf(buffer, sizeof buffer, "%g %g", WI_IMPL_NAN, WI_IMPL_INFINITY);
    CHECK_TEXT(buffer, "nan inf");
}

/* Success clears an error that was passed; none need be passed. */
static void test_success(void)
{
    wi_error error;
    CHECK(wi_impl_fail(&error, WI_ERR_SHAPE, "%zu is not %d", (size_t)3, -4) == WI_ERR_SHAPE);
    CHECK_TEXT(error.text, "3 is not -4");
    CHECK(wi_impl_fail(&error, WI_ERR_ARG, "%d", -2147483647 - 1) == WI_ERR_ARG);
    CHECK_TEXT(error.text, "-2147483648");
    CHECK(wi_impl_ok(&error) == WI_OK && error.status == WI_OK);
    CHECK_TEXT(error.text, "");
    CHECK(wi_impl_ok(NULL) == WI_OK);
}

/* The processor asked directly, as clang for Visual C++ must, says what the compiler's library says. */
static void test_processor(void)
{
#if WI_IMPL_X86
    CHECK_EQ(wi_impl_ask_bits(), wi_impl_simd_bits());
#endif
}

/* Numbers against strtod() in the C locale, which rounds correctly. */
static void test_reading_numbers(void)
{
    const char *exact[] = { "0",
                            "-0",
                            "0.1",
                            "123456789012345",
                            "1e22",
                            "1.5e-21",
                            "3.141592653589793",
                            "9007199254740992",
                            "0.000001",
                            "1e-10",
                            "99999999999999e22",
                            "0e999",
                            "00000000000000000000001",
                            "0.30000",
                            "100000000000000000000",
                            "6930610738275766137e22", /* so near to the middle of two that a sum with the */
                            "4048306976758648697e22", /* rest of a product rounds to the wrong one */
                            "9577010966179908957e21",
                            "6118246452359368029e21",
                            "995724605896306823e22",
                            "5e-1" };
    const char *close[] = { "3.14159265358979323846264338327950288",
                            "1.79769313486e308",
                            "2.2250738585072014e-308",
                            "123456789012345678901234567890",
                            "1e-30",
                            "6.02214076e23",
                            "1.6e-35",
                            "1e300",
                            "1e-300",
                            "0.000000000000000000000000000000000000000000000000000000000123",
                            "179769313486000000000000000000000000000000000e264" };
#if defined(FLT_EVAL_METHOD) && FLT_EVAL_METHOD == 2
    const double exactly = 2e-16;   /* 387 arithmetic rounds twice */
#else
    const double exactly = 0;
#endif
    double value;
    for (size_t i = 0; i < WI_COUNT(exact); i++) {
        CHECK(wi_impl_parse_number(exact[i], exact[i] + strlen(exact[i]), &value));
        CHECK_NEAR(value, strtod(exact[i], NULL), exactly * fabs(value));
    }
    for (size_t i = 0; i < WI_COUNT(close); i++) {
        CHECK(wi_impl_parse_number(close[i], close[i] + strlen(close[i]), &value));
        CHECK_CLOSE(value, strtod(close[i], NULL), 5 * DBL_EPSILON);
    }
    /* Random mantissas of 1 to 20 digits, random exponents, points anywhere. */
    wi_rng rng = wi_rng_make(11);
    double worst = 0;
    for (int n = 0; n < 20000; n++) {
        char text[64];
        size_t length = 0, digits = 1 + (size_t)wi_rng_below(&rng, 20),
               point = (size_t)wi_rng_below(&rng, digits + 1);
        for (size_t i = 0; i < digits; i++) {
            if (i == point) text[length++] = '.';
            text[length++] = (char)('0' + wi_rng_below(&rng, 10));
        }
        snprintf(text + length, sizeof text - length, "e%d", (int)wi_rng_below(&rng, 560) - 280);
        double want = strtod(text, NULL);
        if (!CHECK(wi_impl_parse_number(text, text + strlen(text), &value))) break;
        if (want > 0 && fabs(value - want) / want > worst) worst = fabs(value - want) / want;
    }
    CHECK_BELOW(worst, 1.01 * DBL_EPSILON); /* digits beyond the 19th are dropped */
    const char *least = "4.9406564584124654e-324", *tiny = "1e-400", *far = "1e-99999999999999999999",
               *many = "1e99999999999999999999";
    CHECK(wi_impl_parse_number(least, least + strlen(least), &value) && value > 0);
    CHECK(wi_impl_parse_number(tiny, tiny + strlen(tiny), &value) && value >= 0 && value <= 0);
    CHECK(wi_impl_parse_number(far, far + strlen(far), &value) && value >= 0 && value <= 0);
    CHECK(wi_impl_parse_number(many, many + strlen(many), &value) && value > DBL_MAX);

    /* The two neighbours of the digits in ASCII end a number, wherever they stand. */
    const char *ends[] = { "7:", "7/", "7.5:", "7.5/", "7.:", "7e1:", "7e1/", "7.5e-1:", "7.5e+1/" };
    for (size_t i = 0; i < WI_COUNT(ends); i++) {
        const char *last = ends[i] + strlen(ends[i]) - 1;
        CHECK(wi_impl_scan_number(ends[i], last + 1, &value) == last);
        CHECK_NEAR(value, strtod(ends[i], NULL), exactly * fabs(value));
    }
}

/* Every number is the nearest double: of few digits, of many, and where the middle between two is a hair
   away. */
static void test_rounding_numbers(void)
{
    const struct { const char *text; double want;
    } some[] = {
        { "0.1", 0.1 },
        { "123456789012345678", 123456789012345678.0 },
        { "9007199254740993", 9007199254740992.0 },
        { "9007199254740993.0000000000000000000000000000000000000001", 9007199254740994.0 },
        { "1.7976931348623157e308", DBL_MAX },
        { "4.9406564584124654e-324", 4.9406564584124654e-324 },
        { "2.4703282292062327e-324", 0 },
        { "2.4703282292062328e-324", 4.9406564584124654e-324 },
        { "2.2250738585072011e-308", 2.2250738585072011e-308 },
        { "8.5e-23", 8.5e-23 },
        { "1e23", 1e23 },
        { "0.000000000000000000000000000000000123456789012345678901234567890", 1.2345678901234568e-34 },
        { "1e-999999999999999999999", 0 },
        { "00000000000000000000000000000000000000000000000.5", 0.5 },
    };
    for (size_t i = 0; i < WI_COUNT(some); i++) {
        double got = -1;
        CHECK(wi_impl_parse_number(some[i].text, some[i].text + strlen(some[i].text), &got));
        CHECK_BYTES(&got, &some[i].want, sizeof got);
    }
    /* Half way between 1 and the next double; a digit hundreds of places on decides. */
    char half[1200] = "1.00000000000000011102230246251565404236316680908203125";
    const double one = 1.0, next = 1.0 + DBL_EPSILON;
    size_t digits = strlen(half);
    memset(half + digits, '0', 1000);
    for (int more = 0; more < 2; more++) {
        double got = -1;
        half[digits + 900] = more ? '1' : '0';
        CHECK(wi_impl_parse_number(half, half + digits + 1000, &got));
        CHECK_BYTES(&got, more ? &next : &one, sizeof got);
    }

    wi_rng rng = wi_rng_make(12);
    size_t wrong = 0;
    for (int i = 0; i < 200000; i++) {   /* what printf() writes with 17 digits reads back as it was */
        char text[64];
        uint64_t bits = (uint64_t)wi_rng_next(&rng) << 32 | wi_rng_next(&rng);
        double x = i % 2 ? (double)(int64_t)bits * 1e-19 : 0, got = 0;
        if (i % 2 == 0) memcpy(&x, &bits, sizeof x);
        if (x - x < 0 || x - x > 0 || x != x || fabs(x) > DBL_MAX) continue;
        snprintf(text, sizeof text, i % 3 ? "%.17g" : "%.21e", x);
        wrong += !wi_impl_parse_number(text, text + strlen(text), &got) || memcmp(&got, &x, sizeof x) != 0;
    }
    CHECK_EQ(wrong, 0);

    wi_impl_text text;   /* and the other way round: 17 digits are enough for every double */
    for (int i = 0; i < 50000; i++) {
        char room[40];
        uint64_t bits = (uint64_t)wi_rng_next(&rng) << 32 | wi_rng_next(&rng);
        double x, got = 0;
        if (i % 2) {   /* a few last bits from a power of ten, where a digit more or less is needed */
            snprintf(room, sizeof room, "1e%d", (int)(bits % 600) - 300);
            x = strtod(room, NULL) * (1 + 2.3e-16 * ((double)(bits >> 61) - 3));
        } else {
            memcpy(&x, &bits, sizeof x);
        }
        if (x != x || fabs(x) > DBL_MAX) continue;
        text.out = room;
        text.capacity = sizeof room;
        text.length = 0;
        wi_impl_put_number(&text, x, 17);
        wrong += !wi_impl_parse_number(room, room + text.length, &got) || memcmp(&got, &x, sizeof x) != 0;
        wrong += room[0] == '0' && strchr(room, 'e');
    }
    CHECK_EQ(wrong, 0);
}

static void test_sentences(void)
{
    wi_error error;
    memset(&error, 'x', sizeof error);
    CHECK_STATUS(wi_impl_fail(&error, WI_ERR_IO, "%s, line %zu, column %d: '%c' %g%%", "a.csv", (size_t)17,
                              -3, '?', 2.5),
                 WI_ERR_IO);
    CHECK_TEXT(error.text, "a.csv, line 17, column -3: '?' 2.5%");
    CHECK(error.status == WI_ERR_IO);
    CHECK_STATUS(wi_impl_fail(NULL, WI_ERR_ARG, "nobody reads this"), WI_ERR_ARG);

    /* Few digits, but no exponent below a million. */
    (void)wi_impl_fail(&error, WI_OK, "%.2g %.3g %.2g %.2g %.3g", 1234.5, 999999.0, 123456.0, 9960000.0, 0.0);
    CHECK_TEXT(error.text, "1200 1e+06 120000 1e+07 0");

    /* Too long a sentence is cut, not overrun. */
    char longer[400];
    memset(longer, 'y', sizeof longer);
    longer[sizeof longer - 1] = 0;
    /* Orders to a terminal are not passed on. */
    (void)wi_impl_fail(&error, WI_ERR_IO, "%s", "\x1B[2J \xC2\x9B" "2J \xC2\x80 \xC2\xA0 \xC3\x9B \xC2");
    CHECK_TEXT(error.text, "?[2J ?2J ? \xC2\xA0 \xC3\x9B \xC2");
    char json[32];
    wi_impl_text text = { json, sizeof json, 0 };
    for (const char *in = "\xC2\x9B\x7F\xC2\xA0", *end = in + 5; in < end;) wi_impl_put_json(&text, &in, end);
    CHECK_TEXT(json, "\\u009b\\u007f\xC2\xA0");
    (void)wi_impl_fail(&error, WI_ERR_IO, "%s", longer);
    CHECK_EQ(strlen(error.text), sizeof error.text - 1);
    /* Nor is a character cut: 1 to 4 bytes each, wherever the end comes. */
    static const char *const letters[] = {"y", "\xC3\x9F", "\xE4\xB8\xAD", "\xF0\x9F\x98\x80"};
    for (size_t k = 0; k < 4; k++)
        for (size_t skip = 0; skip < 4; skip++) {
            size_t bytes = k + 1, many = 300 / bytes;
            memset(longer, 'y', skip);
            for (size_t i = 0; i < many; i++) memcpy(longer + skip + i * bytes, letters[k], bytes);
            longer[skip + many * bytes] = 0;
            (void)wi_impl_fail(&error, WI_ERR_IO, "%s%s", longer, longer);
            CHECK_EQ(strlen(error.text), skip + (sizeof error.text - 1 - skip) / bytes * bytes);
            CHECK(memcmp(error.text, longer, strlen(error.text)) == 0);
        }
    (void)wi_impl_fail(&error, WI_ERR_IO, "\xBF\xBF\xBF\xBF%s", longer);   /* no character at all */
    CHECK_EQ(strlen(error.text), sizeof error.text - 1);
    /* A character has three more bytes at most: where there are more, what is left out begins before them. */
    for (size_t room = 1; room < 9; room++) {
        char cut[9] = "";
        wi_impl_text tight = { cut, room, 0 };
        wi_impl_print(&tight, "%s", "\xBF\xBF\xBF\xBF\xBF\xBF\xBF\xBF");
        CHECK_EQ(tight.length, 8);
        CHECK_EQ(strlen(cut), room > 5 ? room - 5 : 0);
    }
    char small[4] = "abc";
    CHECK_TEXT(printed(small, sizeof small, 12345), "123");
    CHECK_TEXT(printed(small, 1, 12345), "");
}

static void test_sizes(void)
{
    CHECK_EQ(wi_impl_mul(6, 7), 42);
    CHECK_EQ(wi_impl_mul(0, SIZE_MAX), 0);
    CHECK_EQ(wi_impl_mul(SIZE_MAX, 0), 0);
    CHECK_EQ(wi_impl_mul(SIZE_MAX / 2, 2), SIZE_MAX - 1);
    CHECK_EQ(wi_impl_mul(SIZE_MAX / 2 + 1, 2), SIZE_MAX);
    CHECK_EQ(wi_impl_mul(SIZE_MAX, 3), SIZE_MAX);
    CHECK_EQ(wi_impl_add(SIZE_MAX, 1), SIZE_MAX);
    CHECK_EQ(wi_impl_add(SIZE_MAX - 1, 1), SIZE_MAX);
    CHECK_EQ(wi_impl_add(40, 2), 42);
    const size_t bits = 8 * sizeof(size_t);
    for (size_t i = 0; i < bits; i++)
        for (size_t j = 0; j < bits; j++)
            CHECK_EQ(wi_impl_mul((size_t)1 << i, (size_t)1 << j),
                     i + j < bits ? (size_t)1 << (i + j) : SIZE_MAX);
    CHECK(wi_impl_alloc(SIZE_MAX, 1) == NULL);
    CHECK(wi_impl_alloc(SIZE_MAX / 4, 8) == NULL);
    CHECK(wi_impl_alloc(SIZE_MAX / 2 + 1, 1) == NULL);
    CHECK(wi_impl_alloc(0, 8) == NULL);
    CHECK_EQ(fail_alloc.calls, 0);   /* none of those was even asked for */
    fail_alloc_start(0);
    CHECK(wi_impl_alloc(SIZE_MAX / 2, 1) == NULL);
    CHECK_EQ(fail_alloc.calls, 1);   /* the largest object that there may be was */
    fail_alloc_stop();
}

/* Shares lie one behind another, and none has more than one more than any other. */
static void test_shares(void)
{
    for (size_t total = 0; total < 40; total++)
        for (size_t parts = 1; parts < 9; parts++) {
            CHECK_EQ(wi_impl_share(total, parts, 0), 0);
            CHECK_EQ(wi_impl_share(total, parts, parts), total);
            for (size_t t = 0; t < parts; t++) {
                size_t count = wi_impl_share(total, parts, t + 1) - wi_impl_share(total, parts, t);
                CHECK(count == total / parts || count == (total + parts - 1) / parts);
            }
        }
}

/* A piece of text is a word where all of its letters are, and no more. */
static void test_spans(void)
{
    static const char *const words[6] = {"", "a", "b", "ab", "abc", "abd"};
    for (size_t i = 0; i < WI_COUNT(words); i++)
        for (size_t j = 0; j < WI_COUNT(words); j++) {
            size_t n = strlen(words[i]);
            wi_impl_span span = {NULL, NULL};
            span.from = (const char *)guard_copy(0, words[i], n);
            span.to = span.from + n;
            CHECK(wi_impl_span_is(span, words[j]) == (i == j));
        }
}

/* The sign of zero is kept where a number is to be read back, and is none of a whole number. */
static void test_zeros(void)
{
    char buffer[32];
    for (int i = 0; i < 4; i++) {
        wi_impl_text text = {buffer, sizeof buffer, 0};
        wi_impl_put_number(&text, i % 2 ? -0.0 : 0.0, i < 2 ? 17 : 6);
        CHECK_TEXT(buffer, i == 1 ? "-0" : "0");
    }
    wi_impl_text text = {buffer, sizeof buffer, 0};
    wi_impl_print(&text, "%d %zu %d %d", 0, (size_t)0, 1, -1);
    CHECK_TEXT(buffer, "0 0 1 -1");
}

/* A string of JSON has no quote, no backslash and no order to a terminal but behind a backslash. */
static void test_json(void)
{
    for (uint32_t code = 1; code < 0x200; code++) {
        char plain[8], got[16], want[16];
        wi_impl_text letter = {plain, sizeof plain, 0}, text = {got, sizeof got, 0};
        wi_impl_put_utf8(&letter, code);
        const char *at = plain;
        wi_impl_put_json(&text, &at, plain + letter.length);
        int order = code < 0x20 || (code >= 0x7F && code <= 0x9F);
        if (order) snprintf(want, sizeof want, "\\u%04x", (unsigned)code);
        else snprintf(want, sizeof want, "%s%s", code == '"' || code == '\\' ? "\\" : "", plain);
        CHECK_TEXT(got, want);
    }
}

/* The greatest numbers, whose digits may at first be those of a greater one that does not exist. */
static void test_greatest(void)
{
    double x = DBL_MAX;
    for (int i = 0; i < 3000; i++, x = nextafter(x, 0)) {
        char buffer[40];
        wi_impl_text text = {buffer, sizeof buffer, 0};
        wi_impl_put_number(&text, x, 17);
        if (!CHECK(strtod(buffer, NULL) == x)) break;
    }
    for (int digits = 16; digits < 18; digits++) {   /* of 16 digits the nearest would be beyond DBL_MAX */
        char buffer[40];
        wi_impl_text text = {buffer, sizeof buffer, 0};
        wi_impl_put_number(&text, DBL_MAX, digits);
        CHECK_TEXT(buffer, digits == 16 ? "1.797693134862315e+308" : "1.7976931348623157e+308");
    }
}

/* A text that is missing is said to be, as printf() of many a C library does. */
static void test_no_text(void)
{
    char buffer[20];
    wi_impl_text text = {buffer, sizeof buffer, 0};
    const char *nothing = NULL;
    wi_impl_print(&text, "a %s b", nothing);
    CHECK_TEXT(buffer, "a (null) b");
}

/* Sizes as numbers: what a user means as "without end" stays far, and never turns round. */
static void test_sizes_as_numbers(void)
{
    CHECK(wi_impl_num(0) == 0 && wi_impl_num(1) == 1 && wi_impl_num(784) == 784);
    for (size_t n = SIZE_MAX / 4 + 1; n > 1; n /= 2) CHECK_CLOSE(wi_impl_num(n), 2 * wi_impl_num(n / 2), 0);
    CHECK_CLOSE(wi_impl_num(SIZE_MAX / 2), (double)(SIZE_MAX / 2), 0);
    CHECK(wi_impl_num(SIZE_MAX) >= (double)(SIZE_MAX / 2) && wi_impl_num(SIZE_MAX) <= (double)SIZE_MAX);
}

/* A text's numbers end where the text does, whatever stands behind it, or nothing; an exponent has digits. */
static void test_end_of_numbers(void)
{
    static const char *const whole[6] = {"12.5e1", "7", "0.125", "3e-2", "1E+3", "123456789012345678901234"};
    static const char *const behind[5] = {"77", ".5", "e5", "-7", "E+7"};
    static const char *const none[8] = {"", "-", "+", ".", "7e", "-7.5e", "7e-", "7e+"};
    char text[64];
    for (size_t k = 0; k < WI_COUNT(whole); k++) {
        double want, got;
        size_t n = strlen(whole[k]);
        memcpy(text, whole[k], n);
        CHECK(wi_impl_parse_number(whole[k], whole[k] + n, &want));
        for (size_t i = 0; i < WI_COUNT(behind); i++) {
            memcpy(text + n, behind[i], strlen(behind[i]) + 1);
            CHECK(wi_impl_parse_number(text, text + n, &got));
            CHECK_NEAR(got, want, 0);
        }
    }
    for (size_t k = 0; k < WI_COUNT(none); k++) {
        size_t n = strlen(none[k]);
        const char *cut = (const char *)guard_copy(0, none[k], n);
        double got;
        CHECK(!wi_impl_scan_number(cut, cut + n, &got));
        for (int c = 0; k > 3 && c < 256; c++) {   /* any letter behind what has begun an exponent */
            memcpy(text, none[k], n);
            text[n] = (char)c;
            int goes_on = (c >= '0' && c <= '9') || (text[n - 1] == 'e' && (c == '-' || c == '+'));
            CHECK(goes_on || !wi_impl_scan_number(text, text + n + 1, &got));
        }
    }
}

/* All codes there and back, by the definition: up to 7, 11, 16 and 21 bits, six in each byte behind the
   first. What is too long, cut off, half of a pair or no such byte is refused, and the place stays. */
static void test_utf8(void)
{
    static const uint32_t ends[4] = {0x80, 0x800, 0x10000, 0x110000};
    static const unsigned char lead[4] = {0, 0xC0, 0xE0, 0xF0};
    size_t wrong = 0;
    for (uint32_t code = 1, low = 1; code < 0x110000;
         code += code < 0x900 || low > 0x7F0 || low < 16 ? 1 : 7) {
        low = code & 0x7FF;
        char bytes[8], room[8];
        wi_impl_text text = {room, sizeof room, 0};
        for (size_t more = 0; more < 4; more++) {   /* in so many bytes more, where it fits */
            if (code >= ends[more]) continue;
            for (size_t k = 0; k <= more; k++)
                bytes[k] = (char)(k ? 0x80 | (code >> 6 * (more - k) & 63) : lead[more] | code >> 6 * more);
            int shortest = more == 0 || code >= ends[more - 1], pair = code >= 0xD800 && code < 0xE000;
            const char *at = bytes, *cut = bytes;
            uint32_t got = wi_impl_utf8(&at, bytes + more + 1);
            wrong += got != (shortest && !pair ? code : WI_IMPL_NO_CODE);
            wrong += at != bytes + (shortest && !pair ? more + 1 : 0);
            wrong += more > 0 && wi_impl_utf8(&cut, bytes + more) != WI_IMPL_NO_CODE;
            if (shortest && !pair) {
                wi_impl_put_utf8(&text, code);
                wrong += text.length != more + 1 || memcmp(room, bytes, more + 1) != 0;
            }
            for (size_t k = 1; k <= more && code % 61 == 0; k++)
                for (int bits = 0; bits < 4; bits++) {   /* the first two bits of a byte behind the first */
                    char kept = bytes[k];
                    const char *bad = bytes;
                    bytes[k] = (char)((kept & 63) | bits << 6);
                    if (bits != 2) wrong += wi_impl_utf8(&bad, bytes + more + 1) != WI_IMPL_NO_CODE;
                    bytes[k] = kept;
                }
        }
    }
    for (size_t n = 0; n < 11; n++) {   /* 1 to 4 bytes each: text as far as a letter's end */
        const char *cut = (const char *)guard_copy(0, "y\xC3\x9F\xE4\xB8\xAD\xF0\x9F\x98\x80", n);
        wrong += wi_impl_is_utf8(cut, cut + n) != (n < 2 || n == 3 || n == 6 || n == 10);
    }
    for (int first = 0x80; first < 0x100; first++)   /* bytes that begin nothing, and some that do */
        for (int then = 0x80; then < 0xC0; then++) {
            char bytes[8];
            const char *at = bytes;
            memset(bytes, then, sizeof bytes);
            bytes[0] = (char)first;
            int begins = first >= 0xC2 && first <= 0xF4;
            if (first == 0xE0) begins = then >= 0xA0;   /* too long; half of a pair; too long; too far */
            if (first == 0xED) begins = then < 0xA0;
            if (first == 0xF0) begins = then >= 0x90;
            if (first == 0xF4) begins = then < 0x90;
            wrong += (wi_impl_utf8(&at, bytes + 7) != WI_IMPL_NO_CODE) != begins;
        }
    CHECK_EQ(wrong, 0);
}

int main(void)
{
    test_end_of_numbers();
    test_utf8();
    test_not_finite();
    test_success();
    test_processor();
    test_texts();
    test_numbers();
    test_same_digits();
    test_reading_numbers();
    test_rounding_numbers();
    test_sentences();
    test_sizes();
    test_shares();
    test_spans();
    test_zeros();
    test_json();
    test_no_text();
    test_greatest();
    test_sizes_as_numbers();
    return check_done();
}
