/* 11_data.c: readers of IDX and CSV, synthetic sets, splitting, standardising.
   @build portable */
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include <float.h>
#if defined(__unix__) || defined(__APPLE__)
#include <sys/stat.h>
#endif

/* ---- helpers ---------------------------------------------------------------- */

static double at(wi_mat m, size_t i, size_t j)
{
    return (double)m.data[i * m.row_step + j * m.col_step];
}

/* Parse text; on failure compare status and sentence, and see that out was left alone. */
static wi_status csv(wi_data *out, const char *text, size_t labels, wi_error *error)
{
    memset(error, 0, sizeof *error);
    return wi_data_parse_csv(out, text, strlen(text), labels, error);
}

static void csv_fails(const char *text, size_t labels, wi_status want, const char *sentence)
{
    wi_data data, before;
    wi_error error;
    memset(&data, 0x5A, sizeof data);
    before = data;
    CHECK_STATUS(csv(&data, text, labels, &error), want);
    CHECK_EQ(error.status, want);
    CHECK_TEXT(error.text, sentence);
    CHECK_BYTES(&data, &before, sizeof data);
    CHECK_EQ(fail_alloc.live, 0);
}

/* ---- CSV -------------------------------------------------------------------- */

static void test_csv_shapes(void)
{
    wi_data d;
    wi_error e;
    const char *ends[] = {"1,2\n3,4  ", "1,2\n3,4\t", "1,2\n3,\"4\" ", "1,2 \n3, 4", "1,2\n3,4\n \t"};
    for (size_t i = 0; i < WI_COUNT(ends); i++) {   /* blanks are the last bytes */
        if (!CHECK_OK(csv(&d, ends[i], 0, &e))) continue;
        CHECK(d.x.rows == 2 && d.x.cols == 2);
        CHECK_NEAR(at(d.x, 1, 1), 4, 0);
        wi_data_destroy(&d);
    }
    if (CHECK_OK(csv(&d, "\"a\nb\";c\n1;2\n", 0, &e))) {   /* a first line of two */
        CHECK(d.x.rows == 1 && d.x.cols == 2);
        wi_data_destroy(&d);
    }
    const char *marked[] = {"sep=;\n1;2\n", "sep=,\r\na,b\r\n1,2\r\n", "\357\273\277sep=\t\na\tb\n1\t2"};
    for (size_t i = 0; i < WI_COUNT(marked); i++) {   /* a spreadsheet's own first line */
        if (!CHECK_OK(csv(&d, marked[i], 0, &e))) continue;
        CHECK(d.x.rows == 1 && d.x.cols == 2);
        CHECK_NEAR(at(d.x, 0, 1), 2, 0);
        wi_data_destroy(&d);
    }
    csv_fails("sep=;\n", 0, WI_ERR_FORMAT, "text: there is no row of numbers");
    CHECK_STATUS(wi_data_parse_csv(&d, "1,a\0b\n2,a\0c\n", 12, 1, &e), WI_ERR_FORMAT);   /* twice "a" */
    CHECK_TEXT(e.text, "text, byte 3: a zero byte: not text, or UTF-16; save it as UTF-8");
    CHECK_OK(csv(&d, "a,b,label\n1,2.5,0\n-3,4e2,1\n", 1, &e));
    CHECK_EQ(d.x.rows, 2);
    CHECK_EQ(d.x.cols, 2);
    CHECK_EQ(d.y.rows, 2);
    CHECK_EQ(d.y.cols, 1);
    CHECK_NEAR(at(d.x, 0, 1), 2.5, 0);
    CHECK_NEAR(at(d.x, 1, 0), -3, 0);
    CHECK_NEAR(at(d.x, 1, 1), 400, 0);
    CHECK_NEAR(at(d.y, 1, 0), 1, 0);
    CHECK_OK(wi_data_one_hot(&d, &e));
    CHECK_EQ(d.y.cols, 2);
    CHECK_NEAR(at(d.y, 0, 0), 1, 0);
    CHECK_NEAR(at(d.y, 0, 1), 0, 0);
    CHECK_NEAR(at(d.y, 1, 1), 1, 0);
    CHECK_NEAR(at(d.x, 1, 1), 400, 0);
    wi_data_destroy(&d);
    wi_data_destroy(&d);
    CHECK(d.x.data == NULL && d.owned == NULL);

    /* Line ends, blank lines, blanks, quotes, a byte order mark, no newline at the end, a sign, no header. */
    const char *same[] = {
        "1,2\n3,4\n", "1,2\n3,4", "1,2\r\n3,4\r\n", "1,2\r3,4\r", "\n1,2\n \t\n\n3,4\n\n",
        " 1 ,\t2\n3 , 4 \n",
        "\"1\",\"2\"\n\"3\",4\n", "\357\273\2771,2\n3,4\n", "+1,2.\n3e0,.4e1\n", "x,y\n1,2\n3,4\n",
        "\"x, in mm\",y\n1,2\n3,4\n", "Na,\n1,2\n3,4\n", "\r\n\r\nx,y\r\n1,2\r\n3,4",
        "10e-1,0.2E+1\n0003,4.000\n", "\"1\" \t2\n3\t\"4\" \n",
        "x,y,\n1,2,\n3,4,\n", "x,y\n1,2,\r\n3,4, ", "x;y;\r1;2;\r3;4", "x\ty\t\n1\t2\t\n3\t4\t\n",
        "x,y\n1,2\n3,4,\n", "x,y,\n1,2\n3,4,"
    };
    for (size_t i = 0; i < WI_COUNT(same); i++) {
        if (!CHECK_OK(csv(&d, same[i], 0, &e))) continue;
        CHECK_EQ(d.x.rows, 2);
        CHECK_EQ(d.x.cols, 2);
        CHECK_EQ(d.y.rows, 2);
        CHECK_EQ(d.y.cols, 0);
        for (size_t k = 0; k < 4; k++) CHECK_NEAR(at(d.x, k / 2, k % 2), (double)(k + 1), 0);
        wi_data_destroy(&d);
    }
    CHECK_EQ(fail_alloc.live, 0);
}

static void test_csv_errors(void)
{
    csv_fails("1,2\n3,abc\n", 0, WI_ERR_FORMAT, "text, line 2, column 2: 'abc' is not a number");
    csv_fails("a,b\r\n\r\n1,2\r\n3,\r\n", 0, WI_ERR_FORMAT, "text, line 4, column 2: the value is missing");
    csv_fails("1\n2,3\n", 0, WI_ERR_FORMAT, "text, line 2: 2 columns, but line 1 has 1");
    csv_fails("1,2\n\n3\n", 0, WI_ERR_FORMAT, "text, line 3: 1 columns, but line 1 has 2");
    csv_fails("a,b,c\n1,2\n3,4,5\n", 0, WI_ERR_FORMAT, "text, line 3: 3 columns, but line 2 has 2");
    csv_fails("150,4,setosa\n1,2,3\n", 0, WI_ERR_FORMAT, "text, line 1, column 3: 'setosa' is not a number");
    csv_fails("", 0, WI_ERR_FORMAT, "text: there is no row of numbers");
    csv_fails("\n \r\n", 0, WI_ERR_FORMAT, "text: there is no row of numbers");
    csv_fails("only,a,header\n", 0, WI_ERR_FORMAT, "text: there is no row of numbers");
    csv_fails("1,2\n", 2, WI_ERR_SHAPE, "text: 2 columns, 2 of them labels, leave none for x");
    csv_fails("1,2\n", SIZE_MAX, WI_ERR_SHAPE,
              sizeof(size_t) == 8 ? "text: 2 columns, 18446744073709551615 of them labels, leave none for x"
                                  : "text: 2 columns, 4294967295 of them labels, leave none for x");
    csv_fails("1\n1e999\n", 0, WI_ERR_NUMERIC, "text, line 2, column 1: '1e999' is too large");
    csv_fails("1;2\n3;4,5\n", 0, WI_ERR_FORMAT,
              "text, line 2, column 2: '4,5' is not a number; its decimal sign must be a point");
    csv_fails("1;2,5\n2;3,5\n", 1, WI_ERR_FORMAT,   /* no names of classes */
              "text, line 1, column 2: '2,5' is not a number; its decimal sign must be a point");
    csv_fails("1,2\n3;4,5\n", 0, WI_ERR_FORMAT, "text, line 2, column 1: '3;4' is not a number");
    csv_fails("1,2\n3,NA\n", 0, WI_ERR_FORMAT, "text, line 2, column 2: 'NA' is not a number");
    csv_fails("\037\213\b", 0, WI_ERR_FORMAT, "text, byte 0: compressed by gzip; unpack it first");
    csv_fails("\377\376" "1", 0, WI_ERR_FORMAT, "text, byte 0: UTF-16; save it as UTF-8");
    csv_fails("\376\377" "1", 0, WI_ERR_FORMAT, "text, byte 0: UTF-16; save it as UTF-8");
    csv_fails("1\n\"1\n", 0, WI_ERR_FORMAT,
              "text, line 2, column 1: '\"1' opens a quote that is never closed");
    csv_fails("1,\"a\n2,b\n", 1, WI_ERR_FORMAT,
              "text, line 1, column 2: '\"a' opens a quote that is never closed");
    csv_fails("1,a\n2,\"b\"\"", 1, WI_ERR_FORMAT,
              "text, line 2, column 2: '\"b\"\"' opens a quote that is never closed");
    csv_fails("1,a\n2,\"", 1, WI_ERR_FORMAT,
              "text, line 2, column 2: '\"' opens a quote that is never closed");
    csv_fails("x,\"y\n1,2\n", 0, WI_ERR_FORMAT,
              "text, line 1, column 2: '\"y' opens a quote that is never closed");
    csv_fails("1,a\n2,\"a\"x\n", 1, WI_ERR_FORMAT,
              "text, line 2, column 2: '\"a\"x' has text behind its closing quote");
    csv_fails("\"x\"y,z\n1,2\n", 0, WI_ERR_FORMAT,
              "text, line 1, column 1: '\"x\"y' has text behind its closing quote");

    /* A row of missing values is no header, and is blamed itself. */
    csv_fails("?,?,a\n1,2,b\n", 1, WI_ERR_FORMAT, "text, line 1, column 1: '?' is not a number");
    csv_fails("NA,NA,cat\n2,3,dog\n", 1, WI_ERR_FORMAT, "text, line 1, column 1: 'NA' is not a number");
    csv_fails("a,b\n1,NA\n2,3\n", 1, WI_ERR_FORMAT,
              "text, line 2, column 2: 'NA' stands for a missing value; "
              "a class of that name has to stand in quotes");
    csv_fails("a,b\n1,2\n2,NA\n", 1, WI_ERR_FORMAT, "text, line 3, column 2: 'NA' is not a number");
    csv_fails("1\na\x01\x7F" "b\n", 0, WI_ERR_FORMAT, "text, line 2, column 1: 'a??b' is not a number");
    csv_fails("1\n0123456789012345678901234567890123456789x\n", 0, WI_ERR_FORMAT,
              "text, line 2, column 1: '012345678901234567890123456789012345...' is not a number");
    const char *not_numbers[] = { "nan",   "inf",  "-inf",  "1e",  "1e+",   "e5",  ".",  "-",  "+-1",
                                  "1.2.3", "0x10", "1_000", "1 2", "1e5.0", "--1", "1f", "1\"" };
    for (size_t i = 0; i < WI_COUNT(not_numbers); i++) {
        char text[64], sentence[96];
        snprintf(text, sizeof text, "1\n%s\n", not_numbers[i]);
        snprintf(sentence, sizeof sentence, "text, line 2, column 1: '%s' is not a number", not_numbers[i]);
        csv_fails(text, 0, WI_ERR_FORMAT, sentence);
    }
    wi_data d;
    wi_error e;
    CHECK_STATUS(wi_data_parse_csv(NULL, "1", 1, 0, &e), WI_ERR_ARG);
    CHECK_STATUS(wi_data_parse_csv(&d, NULL, 1, 0, &e), WI_ERR_ARG);
    CHECK_CONTAINS(e.text, "NULL");
    CHECK_STATUS(wi_data_parse_csv(&d, "x", 1, 0, NULL), WI_ERR_FORMAT);
    /* A zero byte ends no text, and size is all that is read. */
    CHECK_STATUS(wi_data_parse_csv(&d, "1\n2\0003\n", 6, 0, &e), WI_ERR_FORMAT);
    CHECK_TEXT(e.text, "text, byte 3: a zero byte: not text, or UTF-16; save it as UTF-8");
    CHECK_OK(wi_data_parse_csv(&d, "1,2\n3,4\nrubbish", 8, 0, &e));
    CHECK_EQ(d.x.rows, 2);
    wi_data_destroy(&d);
}

/* Cut at every byte and with every byte replaced: a status, never a crash or a leak. */
/* A text ends where it is said to, whatever lies behind. */
static void test_csv_ends(void)
{
    static const char *const behind[5] = {"1,2\r3,4", "1,2\n3,4", "1,2,3", "1,2e5", "1,2\"3"};
    for (size_t k = 0; k < 5; k++) {
        wi_data data;
        char *alone = (char *)malloc(3);
        if (!CHECK(alone != NULL)) return;
        memcpy(alone, behind[k], 3);
        CHECK_OK(wi_data_parse_csv(&data, alone, 3, 0, NULL));
        wi_data_destroy(&data);
        free(alone);
        if (!CHECK_OK(wi_data_parse_csv(&data, behind[k], 3, 0, NULL))) continue;
        CHECK(data.x.rows == 1 && data.x.cols == 2 && data.x.data[0] == 1 && data.x.data[1] == 2);
        wi_data_destroy(&data);
    }
}

static void test_csv_damaged(void)
{
    const char whole[] = "h,\"q,r\",z\r\n1,2.5e1,-3\r\n\"4\",5,6\n\n7,8,9";
    const char replacements[] = { '\0', '"', ',', '\n', '\r', 'e', '.', '-', '9', '\xFF' };
    size_t size = sizeof whole - 1;
    for (size_t cut = 0; cut <= size; cut++) {
        char *text = (char *)malloc(cut ? cut : 1);   /* a block of this very size: reading past it is seen */
        wi_data d;
        wi_error e;
        memcpy(text, whole, cut);
        for (size_t r = 0; r <= WI_COUNT(replacements); r++) {
            if (r < WI_COUNT(replacements) && cut > 0) text[cut - 1] = replacements[r];
            wi_status status = wi_data_parse_csv(&d, text, cut, 1, &e);
            if (status == WI_OK) wi_data_destroy(&d);
            else CHECK(e.status == status && e.text[0] != 0);
        }
        free(text);
    }
    CHECK_EQ(fail_alloc.live, 0);
}

static void test_csv_names(void)
{
    wi_data d;
    wi_error e;
    const char *same[] = {
        "a,b,kind\n1,2,rose\n3,4,\"day, lily\"\n5,6,rose\n7,8,Iris\n",
        "1;2;rose\n3;4;\"day, lily\"\n5;6;rose\n7;8;Iris",
        "1\t2\trose\r\n3\t4\tday, lily\r\n\t\r\n5\t6\trose\r\n7\t8\tIris\r\n",
        "\"a\",\"b\",\"the\nkind\"\n1,2, rose \n3,4,\"day, lily\" \n5,6,\"rose\"\n7,8,Iris\n",
    };
    for (size_t i = 0; i < WI_COUNT(same); i++) {
        if (!CHECK_OK(csv(&d, same[i], 1, &e))) { printf("%s\n", e.text); continue; }
        CHECK_EQ(d.x.rows, 4);
        CHECK_EQ(d.x.cols, 2);
        CHECK_EQ(d.y.cols, 3);
        CHECK_EQ(d.class_count, 3);
        CHECK_TEXT(d.classes[0], "Iris");   /* in the order of their bytes */
        CHECK_TEXT(d.classes[1], "day, lily");
        CHECK_TEXT(d.classes[2], "rose");
        const size_t want[4] = { 2, 1, 2, 0 };
        for (size_t r = 0; r < 4; r++)
            for (size_t j = 0; j < 3; j++) CHECK_NEAR(at(d.y, r, j), j == want[r], 0);
        CHECK_NEAR(at(d.x, 3, 1), 8, 0);
        CHECK_OK(wi_data_one_hot(&d, &e));   /* is so already */
        CHECK_EQ(d.y.cols, 3);
        wi_data_destroy(&d);
    }
    CHECK_OK(csv(&d, "1,\"say \"\"yes\"\"\"\n2,no\n", 1, &e));
    CHECK_TEXT(d.classes[0], "no");
    CHECK_TEXT(d.classes[1], "say \"yes\"");
    wi_data_destroy(&d);
    /* One name in two spellings. */
    CHECK_OK(csv(&d, "1,a\"b\n2,\"a\"\"b\"\n3,a\"\"b\n4,\"a\"\"\"\n", 1, &e));
    CHECK_EQ(d.class_count, 3);
    CHECK_TEXT(d.classes[0], "a\"");
    CHECK_TEXT(d.classes[1], "a\"\"b");
    CHECK_TEXT(d.classes[2], "a\"b");
    CHECK_NEAR(at(d.y, 0, 2) + at(d.y, 1, 2) + at(d.y, 2, 1) + at(d.y, 3, 0), 4, 0);
    wi_data_destroy(&d);
    CHECK_OK(csv(&d, "1,5\" wide\n2,5\"\n", 1, &e));   /* inches are no quotes */
    CHECK_TEXT(d.classes[0], "5\"");
    CHECK_TEXT(d.classes[1], "5\" wide");
    wi_data_destroy(&d);
    CHECK_OK(csv(&d, "1;\"2,5\"\n2;2,5,\n", 1, &e));   /* in quotes it is one */
    CHECK_TEXT(d.classes[0], "2,5");
    wi_data_destroy(&d);
    CHECK_OK(csv(&d, "1,ab\n2,a\n3,abc\n4,a\n", 1, &e));
    CHECK_EQ(d.class_count, 3);
    CHECK_TEXT(d.classes[0], "a");
    CHECK_TEXT(d.classes[1], "ab");
    CHECK_NEAR(at(d.y, 3, 0), 1, 0);
    wi_data_destroy(&d);

    /* A class may be called like a missing value, but then in quotes. */
    csv_fails("1,a\n2,None\n", 1, WI_ERR_FORMAT, "text, line 2, column 2: 'None' stands for a missing value; "
              "a class of that name has to stand in quotes");
    CHECK_OK(csv(&d, "x,k\n1,\"NA\"\n2,EU\n3, \"NA\" \n", 1, &e));
    CHECK_EQ(d.class_count, 2);
    CHECK_TEXT(d.classes[1], "NA");
    CHECK_NEAR(at(d.y, 0, 1), 1, 0);
    CHECK_NEAR(at(d.y, 1, 0), 1, 0);
    CHECK_NEAR(at(d.y, 2, 1), 1, 0);
    wi_data_destroy(&d);

    /* Many names, each in three places far from each other. */
    char *many = (char *)malloc(3000 * 16), *end = many;
    for (size_t i = 0; i < 3000; i++) end += snprintf(end, 16, "%zu,c%zu\n", i, i * 7 % 1000);
    CHECK_OK(wi_data_parse_csv(&d, many, (size_t)(end - many), 1, &e));
    CHECK_EQ(d.class_count, 1000);
    size_t right = 0;
    for (size_t i = 0; i < 3000; i++) {
        char name[16];
        snprintf(name, sizeof name, "c%zu", i * 7 % 1000);
        for (size_t k = 0; k < 1000; k++) right += at(d.y, i, k) != 0 && strcmp(d.classes[k], name) == 0;
    }
    CHECK_EQ(right, 3000);
    free(many);
    wi_data_destroy(&d);

    csv_fails("1,a\n2,\n", 1, WI_ERR_FORMAT, "text, line 2, column 2: the value is missing");
    csv_fails("x,y,\n1,2,\n3,4,5\n", 0, WI_ERR_FORMAT, "text, line 3: 3 columns, but line 2 has 2");
    csv_fails("x,y,\n1,2,\n3,,\n", 0, WI_ERR_FORMAT, "text, line 3, column 2: the value is missing");
    csv_fails("x,y,z\n1,2,\n", 0, WI_ERR_FORMAT, "text, line 2, column 3: the value is missing");
    csv_fails("sep=,\n1,2,\n", 0, WI_ERR_FORMAT, "text, line 2, column 3: the value is missing");
    csv_fails("1,\n2,a\n", 1, WI_ERR_FORMAT, "text, line 1, column 2: the value is missing");
    csv_fails("1,a\n2,3\n", 1, WI_ERR_FORMAT,
              "text, line 2, column 2: '3' is a number among class names, as 'a' in line 1 is one");
    csv_fails("1,3\n2,a\n", 1, WI_ERR_FORMAT, "text, line 2, column 2: 'a' is not a number");
    csv_fails("1,\xC3\xA4\n2,\xE4\n", 1, WI_ERR_FORMAT,   /* Latin-1 behind UTF-8 */
              "text, line 2, column 2: the name of a class is not UTF-8; save the file as UTF-8");
    char shown[80] = "1,\"";   /* of a name that is shown, whole characters */
    for (size_t k = 0; k < 20; k++) memcpy(shown + 3 + 3 * k, "\xE4\xB8\xAD", 3);
    csv_fails(strcat(shown, "\"\n2,3\n"), 1, WI_ERR_FORMAT,
              "text, line 2, column 2: '3' is a number among class names, as '"
              "\xE4\xB8\xAD\xE4\xB8\xAD\xE4\xB8\xAD\xE4\xB8\xAD\xE4\xB8\xAD\xE4\xB8\xAD"
              "\xE4\xB8\xAD\xE4\xB8\xAD\xE4\xB8\xAD\xE4\xB8\xAD\xE4\xB8\xAD\xE4\xB8\xAD' in line 1 is one");
    char path[91] = "";   /* and so is the end of a path */
    wi_data none;
    wi_error why;
    for (size_t k = 0; k < 30; k++) memcpy(path + 3 * k, "\xE4\xB8\xAD", 3);
    CHECK_STATUS(wi_data_load_csv(&none, path, 0, &why), WI_ERR_IO);
    CHECK(strncmp(why.text, path, 78) == 0 && why.text[78] == ':');
    memmove(shown, "1,\"xx", 5);
    csv_fails(shown, 1, WI_ERR_FORMAT,
              "text, line 1, column 2: the name of a class is not UTF-8; save the file as UTF-8");
    csv_fails("1,\"\xC3\"\n", 1, WI_ERR_FORMAT,
              "text, line 1, column 2: the name of a class is not UTF-8; save the file as UTF-8");
    csv_fails("1,2,a\n3,b,a\n", 1, WI_ERR_FORMAT, "text, line 2, column 2: 'b' is not a number");
    csv_fails("1,2,a\n3,4,a\n", 2, WI_ERR_FORMAT, "text, line 1, column 3: 'a' is not a number");
    csv_fails("h\n\"1\n2\"\n3\n", 0, WI_ERR_FORMAT, "text, line 3, column 1: '1?2' is not a number");
    CHECK_EQ(fail_alloc.live, 0);
}

static void test_csv_written(void)
{
    const wi_real most = (wi_real)(sizeof(wi_real) == 4 ? (double)FLT_MAX : DBL_MAX);
    wi_real table[6] = { (wi_real)0.1, -2, (wi_real)1e-30, (wi_real)3.14159265358979, 5e6, most };
    const char *names[] = { "step", "layer 1, std", "\"b\"" };
    char text[200];
    size_t size = 0;
    CHECK_OK(wi_mat_write_csv(wi_mat_view(table, 2, 3), names, NULL, 0, &size));
    CHECK_OK(wi_mat_write_csv(wi_mat_view(table, 2, 3), names, text, size + 1, &size));
    CHECK_EQ(strlen(text), size);
    CHECK_CONTAINS(text, "step,\"layer 1, std\",\"\"\"b\"\"\"\n0.1");
    wi_data d;
    CHECK_OK(wi_data_parse_csv(&d, text, size, 0, NULL));
    CHECK_BYTES(d.x.data, table, sizeof table);
    wi_data_destroy(&d);
    const char *some[] = { "step", NULL, "b" };   /* no name is an empty one */
    size_t less = 0;
    CHECK_OK(wi_mat_write_csv(wi_mat_view(table, 2, 3), some, text, sizeof text, &less));
    CHECK_CONTAINS(text, "step,,b\n0.1");
    CHECK_OK(wi_mat_write_csv(wi_mat_transpose(wi_mat_view(table, 2, 3)), NULL, text, sizeof text, &size));
    CHECK_CONTAINS(text, "\n-2,5000000\n");
    CHECK_STATUS(wi_mat_write_csv(wi_mat_view(table, 2, 3), NULL, text, size, &size), WI_ERR_SHAPE);
    CHECK_STATUS(wi_mat_write_csv(wi_mat_view(NULL, 2, 3), NULL, text, size, &size), WI_ERR_ARG);
    CHECK_STATUS(wi_mat_write_csv(wi_mat_view(table, 2, 3), NULL, text, size, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_mat_write_csv(wi_mat_view(table, 0, 3), NULL, text, size, &size), WI_ERR_SHAPE);

    /* A file has the same text; what cannot be written leaves none. */
    const char *path = check_path("table.csv");
    wi_error error;
    CHECK_OK(wi_mat_save_csv(wi_mat_view(table, 2, 3), names, path, &error));
    CHECK_OK(wi_data_load_csv(&d, path, 0, &error));
    CHECK_BYTES(d.x.data, table, sizeof table);
    wi_data_destroy(&d);
    CHECK_STATUS(wi_mat_write_csv(wi_mat_view(table, 2, 0), NULL, text, size, &size), WI_ERR_SHAPE);
    CHECK_STATUS(wi_mat_save_csv(wi_mat_view(table, 0, 3), names, path, &error), WI_ERR_SHAPE);
    CHECK_OK(wi_data_load_csv(&d, path, 0, NULL));   /* the old one */
    wi_data_destroy(&d);
    remove(path);
    path = check_path("no such folder/table.csv");
    CHECK_STATUS(wi_mat_save_csv(wi_mat_view(table, 2, 3), NULL, path, &error), WI_ERR_IO);
    CHECK_CONTAINS(error.text, "table.csv");
    CHECK_STATUS(wi_mat_save_csv(wi_mat_view(table, 2, 3), NULL, NULL, &error), WI_ERR_ARG);
    CHECK_EQ(fail_alloc.live, 0);
}

/* ---- IDX -------------------------------------------------------------------- */

/* Two images of 2x3 bytes, and labels 2 and 0. */
static const unsigned char images[] = { 0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3,
                                        0, 51, 102, 153, 204, 255, 1, 2, 3, 4, 5, 6 };
static const unsigned char labels[] = { 0, 0, 8, 1, 0, 0, 0, 2, 2, 0 };

static void idx_fails(const unsigned char *i, size_t i_size, const unsigned char *l, size_t l_size,
                      wi_status want, const char *sentence)
{
    wi_data data, before;
    wi_error error;
    memset(&error, 0, sizeof error);
    memset(&data, 0x5A, sizeof data);
    before = data;
    CHECK_STATUS(wi_data_parse_idx(&data, i, i_size, l, l_size, &error), want);
    CHECK_EQ(error.status, want);
    CHECK_TEXT(error.text, sentence);
    CHECK_BYTES(&data, &before, sizeof data);
    CHECK_EQ(fail_alloc.live, 0);
}

static void test_idx(void)
{
    wi_data d;
    wi_error e;
    CHECK_OK(wi_data_parse_idx(&d, images, sizeof images, labels, sizeof labels, &e));
    CHECK_EQ(d.x.rows, 2);
    CHECK_EQ(d.x.cols, 6);
    CHECK_EQ(d.y.rows, 2);
    CHECK_EQ(d.y.cols, 3);
    for (size_t j = 0; j < 6; j++) {
        CHECK_NEAR(at(d.x, 0, j), (double)(wi_real)((double)j / 5), 0);
        CHECK_NEAR(at(d.x, 1, j), (double)(wi_real)((double)(j + 1) / 255), 0);
    }
    for (size_t j = 0; j < 3; j++) {
        CHECK_NEAR(at(d.y, 0, j), j == 2, 0);
        CHECK_NEAR(at(d.y, 1, j), j == 0, 0);
    }
    wi_data_destroy(&d);

    /* The other types, two samples of one value each. */
    const struct { unsigned char type, size, bytes[16]; double want[2]; } types[] = {
        { 0x09, 1, { 0x80, 0x7F }, { -128, 127 } },
        { 0x0B, 2, { 0x80, 0x00, 0x01, 0x02 }, { -32768, 258 } },
        { 0x0C, 4, { 0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x01, 0x00, 0x00 }, { -1, 65536 } },
        { 0x0D, 4, { 0x3F, 0xC0, 0, 0, 0xC0, 0, 0, 0 }, { 1.5, -2 } },
        { 0x0E, 8, { 0x3F, 0xF8, 0, 0, 0, 0, 0, 0, 0x40, 0x59, 0, 0, 0, 0, 0, 0 }, { 1.5, 100 } }
    };
    for (size_t t = 0; t < WI_COUNT(types); t++) {
        unsigned char file[28] = { 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 1 };
        file[2] = types[t].type;
        memcpy(file + 12, types[t].bytes, 2u * types[t].size);
        if (!CHECK_OK(wi_data_parse_idx(&d, file, 12u + 2u * types[t].size, labels, sizeof labels, &e)))
            continue;
        CHECK_NEAR(at(d.x, 0, 0), types[t].want[0], 0);
        CHECK_NEAR(at(d.x, 1, 0), types[t].want[1], 0);
        wi_data_destroy(&d);
    }
    const unsigned char infinite[] = { 0, 0, 0x0D, 1, 0, 0, 0, 2, 0, 0, 0, 0, 0x7F, 0x80, 0, 0 };
    idx_fails(infinite, sizeof infinite, labels, sizeof labels, WI_ERR_NUMERIC,
              "images, image 2, value 1: inf is not finite or too large");
    CHECK_EQ(fail_alloc.live, 0);

    /* Labels that are all 0 are one class. */
    unsigned char zero[sizeof labels];
    memcpy(zero, labels, sizeof zero);
    memset(zero + 8, 0, sizeof zero - 8);
    if (!CHECK_OK(wi_data_parse_idx(&d, images, sizeof images, zero, sizeof zero, &e))) return;
    CHECK_EQ(d.y.cols, 1);
    for (size_t i = 0; i < d.y.rows; i++) CHECK_NEAR(d.y.data[i], 1, 0);
    wi_data_destroy(&d);
}

/* images with one byte changed */
static void idx_changed(size_t at_byte, unsigned char to, wi_status want, const char *sentence)
{
    unsigned char file[sizeof images];
    memcpy(file, images, sizeof file);
    file[at_byte] = to;
    idx_fails(file, sizeof file, labels, sizeof labels, want, sentence);
}

static void test_idx_errors(void)
{
    idx_changed(0, 1, WI_ERR_FORMAT, "images, byte 0: not an IDX file, which starts with two zero bytes");
    idx_changed(1, 1, WI_ERR_FORMAT, "images, byte 0: not an IDX file, which starts with two zero bytes");
    idx_changed(0, 0x1F, WI_ERR_FORMAT, "images, byte 0: not an IDX file, which starts with two zero bytes");
    idx_changed(2, 10, WI_ERR_FORMAT, "images, byte 2: there is no such IDX type");   /* 9, 11 are */
    idx_changed(2, 7, WI_ERR_FORMAT, "images, byte 2: there is no such IDX type");
    idx_changed(3, 0, WI_ERR_FORMAT, "images, byte 3: the header gives no dimensions");
    idx_changed(3, 255, WI_ERR_FORMAT, "images, byte 28: ends inside the IDX header");
    idx_changed(7, 0, WI_ERR_FORMAT, "images, byte 4: a dimension is 0");
    idx_changed(11, 0, WI_ERR_FORMAT, "images, byte 8: a dimension is 0");
    idx_changed(15, 0, WI_ERR_FORMAT, "images, byte 12: a dimension is 0");
    idx_changed(11, 1, WI_ERR_FORMAT, "images, byte 22: more bytes than the header says");
    idx_changed(7, 3, WI_ERR_FORMAT, "images, byte 28: ends before the 3 x 6 values of its header");
    idx_changed(2, 0x0E, WI_ERR_FORMAT, "images, byte 28: ends before the 2 x 6 values of its header");
    const unsigned char huge[] = {
        0, 0, 8, 3, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1
    };
    wi_data d;
    wi_error e;
    CHECK_STATUS(wi_data_parse_idx(&d, huge, sizeof huge, labels, sizeof labels, &e), WI_ERR_FORMAT);
    CHECK_CONTAINS(e.text, "images, byte 17: ends before the 4294967295 x ");
    const unsigned char gzip[] = { 0x1F, 0x8B, 8, 0 };
    idx_fails(gzip, 4, labels, sizeof labels, WI_ERR_FORMAT,
              "images, byte 0: compressed by gzip; unpack it first");
    idx_fails(images, 0, labels, sizeof labels, WI_ERR_FORMAT, "images, byte 0: ends inside the IDX header");
    idx_fails(images, sizeof images, labels, 9, WI_ERR_FORMAT,
              "labels, byte 9: ends before the 2 x 1 values of its header");
    idx_fails(images, sizeof images, images, sizeof images, WI_ERR_FORMAT,
              "labels, byte 2: labels must be one number of type 8 each, not 6 of type 8");
    const unsigned char below[] = { 0, 0, 9, 1, 0, 0, 0, 2, 2, 0 };
    idx_fails(images, sizeof images, below, sizeof below, WI_ERR_FORMAT,
              "labels, byte 2: labels must be one number of type 8 each, not 1 of type 9");
    const unsigned char three[] = { 0, 0, 8, 1, 0, 0, 0, 3, 2, 0, 1 };
    idx_fails(images, sizeof images, three, sizeof three, WI_ERR_SHAPE,
              "images has 2 images, but labels has 3 labels");
    const unsigned char pairs[] = { 0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 2, 2, 0, 1, 1 };
    idx_fails(images, sizeof images, pairs, sizeof pairs, WI_ERR_FORMAT,
              "labels, byte 2: labels must be one number of type 8 each, not 2 of type 8");
    CHECK_STATUS(wi_data_parse_idx(NULL, images, sizeof images, labels, sizeof labels, &e), WI_ERR_ARG);
    CHECK_STATUS(wi_data_parse_idx(&d, NULL, 3, labels, sizeof labels, &e), WI_ERR_ARG);
    CHECK_STATUS(wi_data_parse_idx(&d, images, sizeof images, NULL, 3, NULL), WI_ERR_ARG);
}

static void test_idx_damaged(void)
{
    wi_data d;
    wi_error e;
    for (size_t cut = 0; cut < sizeof images; cut++) {
        unsigned char *file = (unsigned char *)malloc(cut ? cut : 1);
        memcpy(file, images, cut);
        CHECK_STATUS(wi_data_parse_idx(&d, file, cut, labels, sizeof labels, &e), WI_ERR_FORMAT);
        for (unsigned byte = 0; byte < 256; byte++) {   /* every value of the last byte */
            if (cut > 0) file[cut - 1] = (unsigned char)byte;
            CHECK(wi_data_parse_idx(&d, file, cut, labels, sizeof labels, &e) != WI_OK);
        }
        free(file);
    }
    for (size_t cut = 0; cut < sizeof labels; cut++) {
        unsigned char *file = (unsigned char *)malloc(cut ? cut : 1);
        memcpy(file, labels, cut);
        CHECK_STATUS(wi_data_parse_idx(&d, images, sizeof images, file, cut, &e), WI_ERR_FORMAT);
        free(file);
    }
    CHECK_EQ(fail_alloc.live, 0);
}

/* ---- files ------------------------------------------------------------------ */

static void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    if (!CHECK(file != NULL)) return;
    CHECK_EQ(fwrite(bytes, 1, size, file), size);
    fclose(file);
}

static void test_files(void)
{
    wi_data d;
    wi_error e;
    char path[512], other[512];
    snprintf(path, sizeof path, "%s", check_path("digits.csv"));
    write_file(path, "1,2\n3,4\n", 8);
    CHECK_OK(wi_data_load_csv(&d, path, 1, &e));
    CHECK_EQ(d.x.cols, 1);
    CHECK_NEAR(at(d.y, 1, 0), 4, 0);
    wi_data_destroy(&d);

    write_file(path, "1,2\n3,abc\n", 10);
    CHECK_STATUS(wi_data_load_csv(&d, path, 1, &e), WI_ERR_FORMAT);
    CHECK_CONTAINS(e.text, "digits.csv, line 2, column 2: 'abc' is not a number");
    write_file(path, "", 0);
    CHECK_STATUS(wi_data_load_csv(&d, path, 1, &e), WI_ERR_FORMAT);
    CHECK_CONTAINS(e.text, "digits.csv: there is no row of numbers");
    CHECK_STATUS(wi_data_load_csv(&d, "no/such/file.csv", 1, &e), WI_ERR_IO);
    CHECK_CONTAINS(e.text, "no/such/file.csv: cannot be opened: ");
    CHECK_STATUS(wi_data_load_csv(&d, ".", 1, &e), WI_ERR_IO);
    CHECK_EQ(e.status, WI_ERR_IO);
#if defined(__unix__) || defined(__APPLE__)
    struct stat info;   /* /dev/zero would be read for ever; some machines have a file for /dev/null */
    if (stat("/dev/null", &info) == 0 && S_ISCHR(info.st_mode)) {
        CHECK_STATUS(wi_data_load_csv(&d, "/dev/null", 1, &e), WI_ERR_IO);
        CHECK_CONTAINS(e.text, "/dev/null: a device, without an end");
    }
#endif
    CHECK_STATUS(wi_data_load_csv(NULL, path, 1, &e), WI_ERR_ARG);
    CHECK_STATUS(wi_data_load_csv(&d, NULL, 1, &e), WI_ERR_ARG);

    /* A table larger than the first buffer, and a path longer than a sentence. */
    size_t n = 40000, size = 0;
    char *text = (char *)malloc(n * 8);
    for (size_t i = 0; i < n; i++) size += (size_t)snprintf(text + size, 8, "%05u\n", (unsigned)i);
    write_file(path, text, size);
    free(text);
    CHECK_OK(wi_data_load_csv(&d, path, 0, &e));
    CHECK_EQ(d.x.rows, n);
    CHECK_NEAR(at(d.x, n - 1, 0), (double)(n - 1), 0);
    wi_data_destroy(&d);
    char far[400];
    memset(far, 'x', sizeof far);
    memcpy(far + 389, "/table.csv", 11);
    CHECK_STATUS(wi_data_load_csv(&d, far, 0, &e), WI_ERR_IO);
    CHECK_CONTAINS(e.text, "/table.csv: cannot be opened: ");

    snprintf(path, sizeof path, "%s", check_path("images"));
    snprintf(other, sizeof other, "%s", check_path("labels"));
    write_file(path, images, sizeof images);
    write_file(other, labels, sizeof labels);
    CHECK_OK(wi_data_load_idx(&d, path, other, &e));
    CHECK_EQ(d.y.cols, 3);
    wi_data_destroy(&d);
    write_file(other, labels, 9);
    CHECK_STATUS(wi_data_load_idx(&d, path, other, &e), WI_ERR_FORMAT);
    CHECK_CONTAINS(e.text, "labels, byte 9: ends before");
    CHECK_STATUS(wi_data_load_idx(&d, path, "no/labels", &e), WI_ERR_IO);
    CHECK_STATUS(wi_data_load_idx(&d, "no/images", other, &e), WI_ERR_IO);
    CHECK_CONTAINS(e.text, "no/images: cannot be opened");
    CHECK_STATUS(wi_data_load_idx(&d, NULL, other, &e), WI_ERR_ARG);
    CHECK_STATUS(wi_data_load_idx(&d, path, NULL, &e), WI_ERR_ARG);
    CHECK_EQ(fail_alloc.live, 0);
}

/* The set that the repository carries. */
static void test_digits(void)
{
    wi_data d;
    wi_error e;
    if (!CHECK_OK(wi_data_load_idx(&d, "examples/data/digits-images.idx3-ubyte",
                                   "examples/data/digits-labels.idx1-ubyte", &e))) {
        printf("%s\n", e.text);
        return;
    }
    CHECK_EQ(d.x.rows, 1797);
    CHECK_EQ(d.x.cols, 64);
    CHECK_EQ(d.y.cols, 10);
    static const unsigned count[10] = { 178, 182, 177, 183, 181, 182, 181, 179, 174, 180 };
    double sum = 0;
    size_t wrong = 0;
    for (size_t j = 0; j < 10; j++) {
        double got = 0;
        for (size_t i = 0; i < d.y.rows; i++) got += at(d.y, i, j);
        CHECK_NEAR(got, count[j], 0);
    }
    /* Every pixel is p/16 to within half a byte, and their sum is that of the original: 561,718. */
    for (size_t i = 0; i < d.x.rows; i++)
        for (size_t j = 0; j < 64; j++) {
            double p = floor(at(d.x, i, j) * 16 + 0.5);
            wrong += fabs(at(d.x, i, j) - p / 16) > 0.51 / 255;
            sum += p;
        }
    CHECK_NEAR(sum, 561718, 0);
    CHECK_EQ(wrong, 0);
    wi_data_destroy(&d);
}

/* ---- memory ----------------------------------------------------------------- */

static wi_status make_some(int which, wi_data *d)
{
    wi_rng rng = wi_rng_make(3);
    switch (which) {
    case 0: return wi_data_parse_idx(d, images, sizeof images, labels, sizeof labels, NULL);
    case 1: return wi_data_parse_csv(d, "1,2\n3,4\n", 8, 1, NULL);
    case 2: return wi_data_blobs(d, 10, 3, 4, 0.1, &rng);
    case 3: return wi_data_spirals(d, 10, 3, 0.1, &rng);
    case 4: return wi_data_moons(d, 10, 0.1, &rng);
    case 5: return wi_data_xor(d);
    case 6: return wi_data_load_csv(d, check_path("memory.csv"), 0, NULL);
    case 7: return wi_data_parse_csv(d, "1,a\n3,b\n", 8, 1, NULL);
    default: return wi_data_load_idx(d, "examples/data/digits-images.idx3-ubyte",
                                     "examples/data/digits-labels.idx1-ubyte", NULL);
    }
}

static void test_out_of_memory(void)
{
    write_file(check_path("memory.csv"), "1,2\n", 4);
    for (int which = 0; which < 9; which++)
        for (size_t k = 0;; k++) {
            wi_data d, before;
            memset(&d, 0x5A, sizeof d);
            before = d;
            fail_alloc_start(k);
            wi_status status = make_some(which, &d);
            if (!fail_alloc_stop()) {
                if (CHECK_OK(status)) wi_data_destroy(&d);
                CHECK_EQ(fail_alloc.live, 0);
                break;
            }
            CHECK_STATUS(status, WI_ERR_MEMORY);
            before.error = d.error;   /* some have a sentence there */
            CHECK_BYTES(&d, &before, sizeof d);
            CHECK_EQ(fail_alloc.live, 0);
        }
    wi_scaler s;
    wi_data d;
    CHECK_OK(wi_data_xor(&d));
    fail_alloc_start(0);
    CHECK_STATUS(wi_scaler_fit(&s, d.x), WI_ERR_MEMORY);
    CHECK_STATUS(wi_data_one_hot(&d, NULL), WI_ERR_MEMORY);
    fail_alloc_stop();
    CHECK_NEAR(at(d.y, 1, 0), 1, 0);
    wi_data_destroy(&d);
    CHECK_EQ(fail_alloc.live, 0);
}

/* Memory that holds small whole numbers, as of rows and counts, when it is given out: nobody reads them. */
static void test_old_memory(void)
{
    static const char *const texts[] = {"1,a\n3,b\n", "1,rose\n2,lily\n\n3,rose\n\n\n", "x,y\n1,2\n\n3,4"};
    for (size_t t = 0; t < WI_COUNT(texts); t++)
        for (size_t old = 1; old < 9; old++) {
            wi_data d, want;
            wi_error e;
            fail_alloc.old = 0;
            if (!CHECK_OK(csv(&want, texts[t], 1, &e))) return;
            fail_alloc.old = old;
            if (CHECK_OK(csv(&d, texts[t], 1, &e))) {
                CHECK(d.x.rows == want.x.rows && d.y.cols == want.y.cols);
                CHECK_EQ(d.class_count, want.class_count);
                for (size_t i = 0; i < d.x.rows; i++) {
                    CHECK_NEAR(at(d.x, i, 0), at(want.x, i, 0), 0);
                    for (size_t k = 0; k < d.y.cols && k < want.y.cols; k++)
                        CHECK_NEAR(at(d.y, i, k), at(want.y, i, k), 0);
                }
                wi_data_destroy(&d);
            }
            wi_data_destroy(&want);
        }
    fail_alloc.old = 0;
}

/* ---- synthetic sets --------------------------------------------------------- */

static void test_blobs(void)
{
    const size_t n = 40000;
    wi_data d, again;
    wi_rng rng = wi_rng_make(5), same = rng;
    CHECK_OK(wi_data_blobs(&d, n, 2, 4, 0.1, &rng));
    CHECK_EQ(d.x.rows, n);
    CHECK_EQ(d.x.cols, 2);
    CHECK_EQ(d.y.cols, 4);
    CHECK(rng.index > 0);
    size_t wrong = 0;
    const double centre[4][2] = { { 1, 0 }, { 0, 1 }, { -1, 0 }, { 0, -1 } };
    for (size_t k = 0; k < 4; k++)
        for (size_t j = 0; j < 2; j++) {
            double sum = 0, squares = 0, m = (double)n / 4;
            for (size_t i = k; i < n; i += 4) {
                double delta = at(d.x, i, j) - centre[k][j];
                sum += delta;
                squares += delta * delta;
                for (size_t c = 0; c < 4; c++) wrong += at(d.y, i, c) != (c == k);
            }
            CHECK_NEAR(sum / m, 0, 5 * 0.1 / sqrt(m));
            CHECK_NEAR(squares / m, 0.01, 5 * 0.01 * sqrt(2 / m));
        }
    CHECK_EQ(wrong, 0);
    CHECK_OK(wi_data_blobs(&again, n, 2, 4, 0.1, &same));
    CHECK_BYTES(d.x.data, again.x.data, n * 2 * sizeof(wi_real));
    wi_data_destroy(&d);
    wi_data_destroy(&again);

    /* Without spread the centres show: distinct for every number of features. */
    for (size_t features = 1; features <= 7; features++) {
        CHECK_OK(wi_data_blobs(&d, 10, features, 5, 0, &rng));
        for (size_t a = 0; a < 5; a++)
            for (size_t b = 0; b < a; b++) {
                double distance = 0;
                for (size_t j = 0; j < features; j++) distance += pow(at(d.x, a, j) - at(d.x, b, j), 2);
                CHECK(distance > 0.2);
            }
        wi_data_destroy(&d);
    }
    /* On a line the centres stand evenly from -1 to 1; one alone stands in the middle. */
    for (size_t classes = 1; classes < 6; classes++) {
        CHECK_OK(wi_data_blobs(&d, 2 * classes, 1, classes, 0, &rng));
        for (size_t i = 0; i < 2 * classes; i++) {
            size_t k = 0;
            while (k + 1 < classes && d.y.data[i * classes + k] == 0) k++;
            CHECK_NEAR(d.x.data[i], classes == 1 ? 0 : -1 + 2.0 * (double)k / ((double)classes - 1), 1e-6);
        }
        wi_data_destroy(&d);
    }
    memset(&d, 0x5A, sizeof d);
    again = d;
    same = rng;
    CHECK_STATUS(wi_data_blobs(NULL, 1, 1, 1, 1, &rng), WI_ERR_ARG);
    CHECK_STATUS(wi_data_blobs(&d, 1, 1, 1, 1, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_data_blobs(&d, 1, 1, 1, -1, &rng), WI_ERR_ARG);
    CHECK_STATUS(wi_data_blobs(&d, 1, 1, 1, (double)NAN, &rng), WI_ERR_ARG);
    CHECK_STATUS(wi_data_blobs(&d, 1, 1, 1, (double)INFINITY, &rng), WI_ERR_ARG);
    CHECK_STATUS(wi_data_blobs(&d, 0, 1, 1, 1, &rng), WI_ERR_SHAPE);
    CHECK_STATUS(wi_data_blobs(&d, 1, 0, 1, 1, &rng), WI_ERR_SHAPE);
    CHECK_STATUS(wi_data_blobs(&d, 1, 1, 0, 1, &rng), WI_ERR_SHAPE);
    CHECK_STATUS(wi_data_blobs(&d, SIZE_MAX, 2, 2, 1, &rng), WI_ERR_SHAPE);
    fail_alloc_start(0);
    for (size_t part = 2; part < 6; part++)   /* more than half of all addresses; or less, and no memory */
        CHECK_STATUS(wi_data_blobs(&d, SIZE_MAX / part / sizeof(wi_real), 1, 1, 1, &rng),
                     part < 4 ? WI_ERR_SHAPE : WI_ERR_MEMORY);
    CHECK_EQ(fail_alloc_stop(), 2);
    CHECK_STATUS(wi_data_blobs(&d, SIZE_MAX / 8, 2, 2, 1, &rng), WI_ERR_SHAPE);
    CHECK_STATUS(wi_data_blobs(&d, 2, SIZE_MAX, SIZE_MAX, 1, &rng), WI_ERR_SHAPE);
    d.error = again.error;
    CHECK_BYTES(&d, &again, sizeof d);
    CHECK_BYTES(&rng, &same, sizeof rng);
}

/* What is invented says what is wrong in the set that it would have filled. */
static void test_invented_errors(void)
{
    wi_rng rng = wi_rng_make(1);
    wi_data d;
    memset(&d, 0x5A, sizeof d);
    CHECK_STATUS(wi_data_moons(&d, 3, -1, &rng), WI_ERR_ARG);
    CHECK_TEXT(d.error.text, "rng is NULL, or -1 is not from 0 to 1e30");
    CHECK_EQ(d.error.status, WI_ERR_ARG);
    CHECK_STATUS(wi_data_spirals(&d, 3, 0, 0, &rng), WI_ERR_SHAPE);
    CHECK_CONTAINS(d.error.text, "no set of 3 samples, 2 features and 0 classes: ");
    CHECK_EQ(d.error.status, WI_ERR_SHAPE);
    for (int which = 0; which < 2; which++) {
        fail_alloc_start(0);
        CHECK_STATUS(which ? wi_data_xor(&d) : wi_data_blobs(&d, 9, 2, 3, 0, &rng), WI_ERR_MEMORY);
        CHECK_EQ(fail_alloc_stop(), 1);
        CHECK_EQ(d.error.status, WI_ERR_MEMORY);
        CHECK_CONTAINS(d.error.text, "memory");
    }
    CHECK_OK(wi_data_xor(&d));
    CHECK_TEXT(d.error.text, "");
    wi_data_destroy(&d);
}

/* Where clouds stand: feature j at the cosine or sine of j / 2 + 1 turns for all classes; a lone one evenly
   from -1 to 1. */
static void test_blob_centres(void)
{
    for (size_t classes = 1; classes <= 4; classes++)
        for (size_t features = 1; features <= 7; features++) {
            wi_rng rng = wi_rng_make(1);
            wi_data d;
            if (!CHECK_OK(wi_data_blobs(&d, 9, features, classes, 0, &rng))) return;
            for (size_t i = 0; i < 9; i++)
                for (size_t j = 0; j < features; j++) {
                    size_t k = i % classes;
                    double angle = 6.283185307179586 * floor(1 + (double)j / 2) * (double)k / (double)classes;
                    double want = j % 2 ? sin(angle) : cos(angle);
                    if (features == 1) want = classes == 1 ? 0 : -1 + 2 * (double)k / ((double)classes - 1);
                    CHECK_NEAR(d.x.data[i * features + j], want, 1e-6);
                }
            wi_data_destroy(&d);
        }
}

static void test_spirals_and_moons(void)
{
    wi_data d;
    wi_rng rng = wi_rng_make(6);
    size_t wrong = 0;
    CHECK_OK(wi_data_spirals(&d, 3000, 3, 0, &rng));
    CHECK_EQ(d.x.cols, 2);
    CHECK_EQ(d.y.cols, 3);
    for (size_t i = 0; i < d.x.rows; i++) {
        double x = at(d.x, i, 0), y = at(d.x, i, 1), t = sqrt(x * x + y * y);
        double angle = 2 * 3.14159265358979 * (double)(i % 3) / 3 + 4 * t;
        wrong += fabs(x - t * cos(angle)) > 1e-5 || fabs(y - t * sin(angle)) > 1e-5 || t > 1 + 1e-6;
        for (size_t j = 0; j < 3; j++) wrong += at(d.y, i, j) != (j == i % 3);
    }
    CHECK_EQ(wrong, 0);
    wi_data_destroy(&d);
    CHECK_OK(wi_data_moons(&d, 3000, 0, &rng));
    CHECK_EQ(d.x.cols, 2);
    CHECK_EQ(d.y.cols, 2);
    for (size_t i = 0; i < d.x.rows; i++) {
        double x = at(d.x, i, 0), y = at(d.x, i, 1);
        double u = i % 2 ? x - 1 : x, v = i % 2 ? 0.5 - y : y;
        wrong += fabs(u * u + v * v - 1) > 1e-5 || v < -1e-6;
        for (size_t j = 0; j < 2; j++) wrong += at(d.y, i, j) != (j == i % 2);
    }
    CHECK_EQ(wrong, 0);
    wi_data_destroy(&d);
    CHECK_STATUS(wi_data_spirals(NULL, 1, 1, 1, &rng), WI_ERR_ARG);
    CHECK_STATUS(wi_data_spirals(&d, 1, 1, 1, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_data_spirals(&d, 1, 1, (double)NAN, &rng), WI_ERR_ARG);
    CHECK_STATUS(wi_data_spirals(&d, 1, 0, 1, &rng), WI_ERR_SHAPE);
    CHECK_STATUS(wi_data_spirals(&d, 0, 1, 1, &rng), WI_ERR_SHAPE);
    CHECK_STATUS(wi_data_moons(NULL, 1, 1, &rng), WI_ERR_ARG);
    CHECK_STATUS(wi_data_moons(&d, 1, 1, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_data_moons(&d, 1, -0.5, &rng), WI_ERR_ARG);
    CHECK_STATUS(wi_data_moons(&d, 0, 1, &rng), WI_ERR_SHAPE);
    CHECK_STATUS(wi_data_moons(&d, SIZE_MAX, 1, &rng), WI_ERR_SHAPE);
    CHECK_STATUS(wi_data_xor(NULL), WI_ERR_ARG);
    CHECK_OK(wi_data_xor(&d));
    for (size_t i = 0; i < 4; i++)
        CHECK_NEAR(at(d.y, i, 0), at(d.x, i, 0) != at(d.x, i, 1), 0);
    wi_data_destroy(&d);
    CHECK_EQ(fail_alloc.live, 0);
}

/* ---- working with a set ----------------------------------------------------- */

/* Rows trade places where x and y are columns of one table, whatever lies between; targets may be x's first
   columns. What is part of two samples, or of x and y in another way, cannot move: it is refused. */
static void test_tangled(void)
{
    wi_real t[60], before[60];
    const struct { wi_mat x, y; int taken; } sets[] = {
        { { t, 10, 5, 6, 1 }, { t + 5, 10, 1, 6, 1 }, 1 },      /* columns of a table */
        { { t + 1, 10, 5, 6, 1 }, { t, 10, 1, 6, 1 }, 1 },      /* the target first */
        { { t, 10, 3, 6, 2 }, { t + 1, 10, 3, 6, 2 }, 1 },      /* every other column */
        { { t, 10, 3, 1, 20 }, { t + 10, 10, 3, 1, 20 }, 1 },   /* stored by feature */
        { { t, 10, 6, 6, 1 }, { t, 10, 2, 6, 1 }, 1 },          /* the first columns again */
        { { t, 1, 6, 0, 1 }, { t + 6, 1, 1, 0, 0 }, 1 },        /* one sample */
        { { t, 10, 2, 6, 1 }, { t, 10, 6, 6, 1 }, 0 },          /* more than x has */
        { { t, 10, 6, 6, 1 }, { t + 5, 10, 1, 6, 1 }, 0 },      /* x has the target too */
        { { t, 10, 5, 6, 1 }, { t + 1, 10, 5, 6, 1 }, 0 },      /* one step ahead */
        { { t, 30, 1, 1, 1 }, { t + 1, 30, 1, 1, 1 }, 0 },
        { { t, 10, 5, 1, 1 }, { t + 50, 10, 1, 1, 1 }, 0 },     /* windows over a series */
        { { t, 2, 3, 3, 2 }, { t + 4, 2, 1, 3, 1 }, 0 },        /* rows that interlock */
        { { t, 10, 2, 4, 1 }, { t, 10, 2, 5, 1 }, 0 },          /* from the same number on, otherwise apart */
        { { t, 10, 4, 4, 1 }, { t, 10, 2, 4, 2 }, 0 },
        { { t, 1, 4, 0, 1 }, { t + 1, 1, 2, 0, 1 }, 0 },        /* one sample, whose target is in x */
        { { t, 1, 1, 0, 0 }, { t, 1, 2, 0, 1 }, 0 },            /* one number, which y has too */
        { { t, 10, 5, 5, 1 }, { t + 50, 10, 1, 0, 1 }, 0 }      /* one target for all */
    };
    for (size_t k = 0; k < WI_COUNT(sets); k++) {
        wi_data d;
        wi_rng rng = wi_rng_make(3);
        const size_t n = sets[k].x.rows, width = sets[k].x.cols;
        memset(&d, 0, sizeof d);
        d.x = sets[k].x;
        d.y = sets[k].y;
        for (size_t i = 0; i < 60; i++) t[i] = before[i] = (wi_real)i;
        CHECK_STATUS(wi_data_shuffle(&d, &rng), sets[k].taken ? WI_OK : WI_ERR_ARG);
        if (!sets[k].taken) {
            CHECK_BYTES(t, before, sizeof t);
            CHECK_CONTAINS(d.error.text, "copy it first");
        }
        /* every row of both is one that was there, the same one */
        for (size_t i = 0; sets[k].taken && i < n; i++) {
            size_t was = (size_t)(*wi_mat_at(d.x, i, 0) - before[d.x.data - t]) / (n > 1 ? d.x.row_step : 1);
            for (size_t j = 0; j < width; j++)
                CHECK(*wi_mat_at(d.x, i, j) == before[wi_mat_at(d.x, was, j) - t]);
            for (size_t j = 0; j < d.y.cols; j++)
                CHECK(*wi_mat_at(d.y, i, j) == before[wi_mat_at(d.y, was, j) - t]);
        }
    }
}

static void test_split_and_shuffle(void)
{
    wi_data d, head, tail;
    wi_rng rng = wi_rng_make(7);
    const size_t n = 101;
    char text[1024];
    size_t size = 0;
    for (size_t i = 0; i < n; i++)
        size += (size_t)snprintf(text + size, 16, "%u,%u\n", (unsigned)i, (unsigned)(2 * i));
    CHECK_OK(wi_data_parse_csv(&d, text, size, 1, NULL));
    CHECK_OK(wi_data_split(&d, 0.8, &head, &tail));
    CHECK_EQ(head.x.rows, 81);
    CHECK_EQ(tail.x.rows, 20);
    CHECK_EQ(tail.y.rows, 20);
    CHECK_NEAR(at(tail.x, 0, 0), 81, 0);
    CHECK_NEAR(at(tail.y, 19, 0), 200, 0);
    CHECK(head.owned == NULL && tail.owned == NULL && head.x.data == d.x.data);
    wi_data_destroy(&tail);   /* a view: harmless */
    wi_data_destroy(&head);

    CHECK_OK(wi_data_shuffle(&d, &rng));
    size_t moved = 0;
    unsigned char seen[101] = { 0 };
    for (size_t i = 0; i < n; i++) {
        size_t value = (size_t)at(d.x, i, 0);
        CHECK_NEAR(at(d.y, i, 0), 2 * (double)value, 0);
        if (CHECK(value < n)) seen[value]++;
        moved += value != i;
    }
    for (size_t i = 0; i < n; i++) CHECK_EQ(seen[i], 1);
    CHECK(moved > 80);

    tail = head;
    wi_data before = head;
    const double bad[] = { 0, 1, -0.1, 1.1, (double)NAN, (double)INFINITY };
    for (size_t i = 0; i < WI_COUNT(bad); i++)
        CHECK_STATUS(wi_data_split(&d, bad[i], &head, &tail), WI_ERR_ARG);
    CHECK_STATUS(wi_data_split(&d, 0.001, &head, &tail), WI_ERR_SHAPE);
    CHECK_STATUS(wi_data_split(&d, 0.999, &head, &tail), WI_ERR_SHAPE);
    CHECK_STATUS(wi_data_split(NULL, 0.5, &head, &tail), WI_ERR_ARG);
    CHECK_STATUS(wi_data_split(&d, 0.5, NULL, &tail), WI_ERR_ARG);
    CHECK_STATUS(wi_data_split(&d, 0.5, &head, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_data_split(&d, 0.5, &head, &head), WI_ERR_ARG);
    CHECK_STATUS(wi_data_split(&before, 0.5, &head, &tail), WI_ERR_ARG);   /* destroyed */
    CHECK_TEXT(head.error.text, "wi_data_split: the set is NULL or empty");
    CHECK_STATUS(wi_data_split(&d, 2, &head, &tail), WI_ERR_ARG);
    CHECK_TEXT(head.error.text, "wi_data_split: the fraction is 2, not between 0 and 1");
    CHECK_STATUS(wi_data_split(&d, 0.001, &head, &tail), WI_ERR_SHAPE);
    CHECK_TEXT(head.error.text, "101 samples would be split into 0 and 101");
    head.error = before.error;
    CHECK_BYTES(&head, &before, sizeof head);
    CHECK_OK(wi_data_split(&d, 0.5, &head, &tail));
    CHECK_TEXT(head.error.text, "");
    CHECK_STATUS(wi_data_shuffle(NULL, &rng), WI_ERR_ARG);
    CHECK_STATUS(wi_data_shuffle(&d, NULL), WI_ERR_ARG);
    CHECK_TEXT(d.error.text, "wi_data_shuffle: rng is NULL");
    wi_data odd = d;
    odd.y.rows--;
    CHECK_STATUS(wi_data_shuffle(&odd, &rng), WI_ERR_SHAPE);
    CHECK_TEXT(odd.error.text, "wi_data_shuffle: x is 101 x 1, y has 100 rows");
    wi_data_destroy(&d);

    /* An autoencoder's targets are its inputs: they are moved once. */
    wi_real same[32];
    for (size_t i = 0; i < 32; i++) same[i] = (wi_real)i;
    d.x = d.y = wi_mat_view(same, 32, 1);
    CHECK_OK(wi_data_shuffle(&d, &rng));
    moved = 0;
    for (size_t i = 0; i < 32; i++) moved += same[i] != (wi_real)i;
    CHECK(moved > 20);
    test_tangled();

    /* A set without y can be split and shuffled too. */
    CHECK_OK(wi_data_parse_csv(&d, "1\n2\n3\n", 6, 0, NULL));
    CHECK_OK(wi_data_shuffle(&d, &rng));
    CHECK_OK(wi_data_split(&d, 0.5, &head, &tail));
    CHECK_EQ(head.x.rows, 2);
    wi_data_destroy(&d);
    wi_data_destroy(NULL);
}

static void test_one_hot(void)
{
    wi_data d, before;
    wi_error e;
    const char *bad[] = { "1,-1\n", "1,0.5\n", "1,65536\n", "1,1e30\n" };
    for (size_t i = 0; i < WI_COUNT(bad); i++) {
        CHECK_OK(wi_data_parse_csv(&d, bad[i], strlen(bad[i]), 1, &e));
        before = d;
        CHECK_STATUS(wi_data_one_hot(&d, &e), WI_ERR_NUMERIC);
        CHECK_CONTAINS(e.text, "row 1: label ");
        CHECK_BYTES(&d, &before, sizeof d);
        wi_data_destroy(&d);
    }
    CHECK_OK(wi_data_parse_csv(&d, "1,2,3\n", 6, 2, &e));
    CHECK_STATUS(wi_data_one_hot(&d, &e), WI_ERR_SHAPE);
    CHECK_TEXT(e.text, "wi_data_one_hot: y has 2 columns, not 1");
    wi_data_destroy(&d);
    CHECK_STATUS(wi_data_one_hot(&d, &e), WI_ERR_ARG);
    CHECK_STATUS(wi_data_one_hot(NULL, &e), WI_ERR_ARG);

    /* No class without a label at the start; the numbers become names. */
    CHECK_OK(wi_data_parse_csv(&d, "5,3\n6,1\n7,1\n", 12, 1, &e));
    CHECK_OK(wi_data_one_hot(&d, &e));
    CHECK_EQ(d.y.cols, 3);
    CHECK_EQ(d.class_count, 3);
    CHECK_TEXT(d.classes[0], "1");
    CHECK_TEXT(d.classes[2], "3");
    CHECK_NEAR(at(d.y, 0, 2), 1, 0);
    CHECK_NEAR(at(d.y, 2, 0), 1, 0);
    CHECK_NEAR(at(d.x, 2, 0), 7, 0);
    wi_data_destroy(&d);

    /* Of a view, a copy: the numbers viewed stay as they are. */
    wi_real table[6] = { 5, 0, 6, 2, 7, 1 };
    memset(&d, 0, sizeof d);
    d.x = wi_mat_view(table, 3, 2);
    d.x.cols = 1;
    d.y = d.x;
    d.y.data++;
    CHECK_OK(wi_data_one_hot(&d, &e));
    CHECK_EQ(d.y.cols, 3);
    for (size_t i = 0; i < 3; i++) {
        CHECK_NEAR(at(d.x, i, 0), 5 + (double)i, 0);
        CHECK_NEAR(at(d.y, i, (size_t)table[2 * i + 1]), 1, 0);
    }
    wi_data_destroy(&d);
    CHECK_EQ(fail_alloc.live, 0);
}

static void test_scaler(void)
{
    /* Features: 1 2 3 4, a constant, and one far from zero. */
    wi_real table[12] = { 1, 7, 10001, 2, 7, 10002, 3, 7, 10001, 4, 7, 10002 };
    wi_mat x = wi_mat_view(table, 4, 3);
    wi_scaler s;
    CHECK_OK(wi_scaler_fit(&s, x));
    CHECK_EQ(s.count, 3);
    CHECK_NEAR(s.mean[0], 2.5, 0);
    CHECK_CLOSE(s.std[0], sqrt(1.25), 1e-6);
    CHECK_NEAR(s.mean[1], 7, 0);
    CHECK_NEAR(s.std[1], 1, 0);
    CHECK_NEAR(s.mean[2], 10001.5, 0);
    CHECK_NEAR(s.std[2], 0.5, 1e-6);
    CHECK_OK(wi_scaler_apply(&s, x));
    for (size_t j = 0; j < 3; j++) {
        double sum = 0, squares = 0;
        for (size_t i = 0; i < 4; i++) {
            sum += at(x, i, j);
            squares += at(x, i, j) * at(x, i, j);
        }
        CHECK_NEAR(sum, 0, 1e-6);
        CHECK_NEAR(squares / 4, j == 1 ? 0 : 1, 1e-5);
    }
    CHECK_STATUS(wi_scaler_apply(&s, wi_mat_view(table, 3, 4)), WI_ERR_SHAPE);
    CHECK_STATUS(wi_scaler_apply(&s, wi_mat_view(table, 0, 3)), WI_ERR_SHAPE);
    wi_scaler half = s;
    half.std = NULL;
    CHECK_STATUS(wi_scaler_apply(&half, x), WI_ERR_ARG);
    CHECK_STATUS(wi_scaler_apply(NULL, x), WI_ERR_ARG);
    wi_mat heap = x;
    heap.row_step = 1;   /* its elements coincide */
    CHECK_STATUS(wi_scaler_apply(&s, heap), WI_ERR_ARG);
    CHECK_STATUS(wi_scaler_apply(&s, wi_mat_view(NULL, 4, 3)), WI_ERR_ARG);
    wi_scaler_destroy(&s);
    wi_scaler_destroy(&s);
    wi_scaler_destroy(NULL);
    CHECK_STATUS(wi_scaler_apply(&s, x), WI_ERR_ARG);

    wi_scaler before = s;
    CHECK_STATUS(wi_scaler_fit(NULL, x), WI_ERR_ARG);
    CHECK_STATUS(wi_scaler_fit(&s, wi_mat_view(NULL, 4, 3)), WI_ERR_ARG);
    CHECK_STATUS(wi_scaler_fit(&s, wi_mat_view(table, 0, 3)), WI_ERR_SHAPE);
    CHECK_STATUS(wi_scaler_fit(&s, wi_mat_view(table, 4, 0)), WI_ERR_SHAPE);
    const wi_real bad[] = { (wi_real)NAN, (wi_real)INFINITY, -(wi_real)INFINITY };
    for (size_t i = 0; i < 3; i++)
        for (size_t k = 0; k < 4; k++) {
            wi_real numbers[4] = { 1, 2, 3, 4 };
            numbers[k] = bad[i];
            CHECK_STATUS(wi_scaler_fit(&s, wi_mat_view(numbers, 4, 1)), WI_ERR_NUMERIC);
            if (i == 1 && k == 2) CHECK_TEXT(s.error.text, "row 3, column 1 is inf");
        }
    CHECK_EQ(s.error.status, WI_ERR_NUMERIC);
    s.error = before.error;
    CHECK_BYTES(&s, &before, sizeof s);
    CHECK_EQ(fail_alloc.live, 0);

    /* A transposed view is fitted and scaled like a copy of it; a single sample has std 1. */
    CHECK_OK(wi_scaler_fit(&s, wi_mat_transpose(wi_mat_view(table, 3, 4))));
    CHECK_EQ(s.count, 3);
    wi_scaler_destroy(&s);
    CHECK_OK(wi_scaler_fit(&s, wi_mat_view(table, 1, 3)));
    CHECK_NEAR(s.std[0], 1, 0);
    wi_scaler_destroy(&s);
}

/* A file sorted by class is dealt out fairly, and in random order. */
static void test_split_classes(void)
{
    char text[4096];
    size_t size = 0;
    for (unsigned i = 0; i < 120; i++)
        size += (size_t)snprintf(text + size, 32, "%u,%u,%s\n", i, 1000 + i,
                                 i < 60        ? "a"
                                     : i < 110 ? "b"
                                               : "c");
    wi_data d, head, tail, odd;
    wi_error e;
    wi_rng rng = wi_rng_make(3), same = rng;
    CHECK_OK(csv(&d, text, 1, &e));
    CHECK_OK(wi_data_split_classes(&d, 0.8, &rng, &head, &tail, &e));
    CHECK_EQ(head.x.rows, 96);
    CHECK_EQ(tail.x.rows, 24);
    unsigned char seen[120] = { 0 };
    size_t in_order = 0;
    const double share[3] = { 48, 40, 8 };
    for (size_t part = 0; part < 2; part++) {
        const wi_data *p = part ? &tail : &head;
        CHECK_EQ(p->class_count, 3);
        CHECK_TEXT(p->classes[0], "a");
        CHECK_TEXT(p->classes[1], "b");
        CHECK_TEXT(p->classes[2], "c");
        CHECK(p->classes[2] != d.classes[2]);
        double count[3] = { 0, 0, 0 };
        for (size_t i = 0; i < p->x.rows; i++) {
            size_t row = (size_t)at(p->x, i, 0);
            if (CHECK(row < 120)) seen[row]++;
            CHECK_NEAR(at(p->x, i, 1), 1000 + (double)row, 0);
            CHECK_NEAR(at(p->y, i, row < 60 ? 0 : row < 110 ? 1 : 2), 1, 0);
            for (size_t j = 0; j < 3; j++) count[j] += at(p->y, i, j);
            in_order += i > 0 && row > (size_t)at(p->x, i - 1, 0);
        }
        for (size_t j = 0; j < 3; j++) CHECK_NEAR(count[j], part ? share[j] / 4 : share[j], 0);
    }
    for (size_t i = 0; i < 120; i++) CHECK_EQ(seen[i], 1);
    CHECK(in_order > 30 && in_order < 90);
    wi_data_destroy(&head);
    wi_data_destroy(&tail);

    for (size_t k = 0;; k++) {   /* no memory, nothing lost */
        fail_alloc_start(k);
        wi_status status = wi_data_split_classes(&d, 0.5, &same, &head, &tail, &e);
        if (!fail_alloc_stop()) { CHECK_OK(status); break; }
        CHECK_STATUS(status, WI_ERR_MEMORY);
        CHECK_TEXT(e.text, "no memory for 120 samples");
        CHECK_EQ(fail_alloc.live, 1);
    }
    wi_data_destroy(&head);
    wi_data_destroy(&tail);
    CHECK_STATUS(wi_data_split_classes(NULL, 0.5, &rng, &head, &tail, &e), WI_ERR_ARG);
    CHECK_STATUS(wi_data_split_classes(&d, 0.5, NULL, &head, &tail, &e), WI_ERR_ARG);
    CHECK_CONTAINS(e.text, "rng is NULL");
    CHECK_STATUS(wi_data_split_classes(&d, 0.5, &rng, &head, &head, &e), WI_ERR_ARG);
    CHECK_STATUS(wi_data_split_classes(&d, 0.001, &rng, &head, &tail, &e), WI_ERR_SHAPE);
    CHECK_STATUS(wi_data_split_classes(&d, 0.999, &rng, &head, &tail, &e), WI_ERR_SHAPE);
    CHECK_TEXT(e.text, "120 samples would be split into 120 and 0");
    odd = d;
    odd.x.rows = 0;
    CHECK_STATUS(wi_data_split_classes(&odd, 0.5, &rng, &head, &tail, &e), WI_ERR_SHAPE);

    /* A batch by hand, out of strided views. */
    wi_real bx[4], by[12];
    const size_t index[2] = { 119, 3 }, beyond[2] = { 0, 120 };
    wi_mat x = wi_mat_transpose(wi_mat_view(bx, 2, 2)), y = wi_mat_view(by, 2, 3);
    y.row_step = 6;
    CHECK_OK(wi_data_gather(&d, index, 2, x, y));
    CHECK_NEAR(bx[0], 119, 0);
    CHECK_NEAR(bx[1], 3, 0);
    CHECK_NEAR(bx[2], 1119, 0);
    CHECK_NEAR(by[2], 1, 0);
    CHECK_NEAR(by[6], 1, 0);
    CHECK_STATUS(wi_data_gather(&d, beyond, 2, x, y), WI_ERR_ARG);
    CHECK_STATUS(wi_data_gather(&d, NULL, 2, x, y), WI_ERR_ARG);
    CHECK_STATUS(wi_data_gather(NULL, index, 2, x, y), WI_ERR_ARG);
    wi_mat heap[2] = {x, y};
    heap[0].row_step = heap[1].row_step = 0;   /* their elements coincide */
    CHECK_STATUS(wi_data_gather(&d, index, 2, heap[0], y), WI_ERR_ARG);
    CHECK_STATUS(wi_data_gather(&d, index, 2, x, heap[1]), WI_ERR_ARG);
    wi_data hollow = d;
    hollow.x.cols = 0;
    CHECK_STATUS(wi_data_gather(&hollow, index, 2, x, y), WI_ERR_SHAPE);
    CHECK_STATUS(wi_data_shuffle(&hollow, &rng), WI_ERR_SHAPE);
    CHECK_STATUS(wi_data_split(&hollow, 0.5, &head, &tail), WI_ERR_SHAPE);
    CHECK_STATUS(wi_data_split_classes(&hollow, 0.5, &rng, &head, &tail, &e), WI_ERR_SHAPE);
    hollow.y.cols = 1;
    CHECK_STATUS(wi_data_one_hot(&hollow, &e), WI_ERR_SHAPE);
    CHECK_CONTAINS(e.text, "x is 120 x 0");
    hollow = d;
    hollow.x.rows = 0;
    CHECK_STATUS(wi_data_gather(&hollow, index, 2, x, y), WI_ERR_SHAPE);
    hollow = d;
    hollow.x.data = NULL;
    CHECK_STATUS(wi_data_gather(&hollow, index, 2, x, y), WI_ERR_ARG);
    CHECK_STATUS(wi_data_gather(&d, index, 2, wi_mat_view(NULL, x.rows, x.cols), y), WI_ERR_ARG);
    CHECK_STATUS(wi_data_gather(&d, index, 0, x, y), WI_ERR_SHAPE);
    CHECK_STATUS(wi_data_gather(&d, index, 1, x, y), WI_ERR_SHAPE);
    CHECK_STATUS(wi_data_gather(&d, index, 2, y, x), WI_ERR_SHAPE);
    wi_data_destroy(&d);
    CHECK_EQ(fail_alloc.live, 0);
}

/* Without targets a set is split, shuffled and gathered all the same: every sample is there once. */
static void test_no_targets(void)
{
    enum { ROWS = 10 };
    wi_real x[2 * ROWS], batch[2 * ROWS];
    const size_t index[ROWS] = {3, 1, 4, 0, 5, 9, 2, 6, 8, 7};
    wi_data d, parts[2];
    memset(&d, 0, sizeof d);
    d.x = wi_mat_view(x, ROWS, 2);
    d.y = wi_mat_view(NULL, ROWS, 0);
    for (size_t i = 0; i < 2 * ROWS; i++) x[i] = (wi_real)i;
    wi_rng rng = wi_rng_make(1);
    CHECK_OK(wi_data_shuffle(&d, &rng));
    for (int by_class = 0; by_class < 2; by_class++) {
        unsigned seen = 0;
        if (by_class) CHECK_OK(wi_data_split_classes(&d, 0.3, &rng, &parts[0], &parts[1], NULL));
        else CHECK_OK(wi_data_split(&d, 0.3, &parts[0], &parts[1]));
        CHECK_EQ(parts[0].x.rows, 3);
        for (size_t k = 0; k < 2; k++) {
            CHECK(parts[k].y.rows == parts[k].x.rows && parts[k].y.cols == 0);
            for (size_t i = 0; i < parts[k].x.rows; i++) {
                CHECK(at(parts[k].x, i, 1) == at(parts[k].x, i, 0) + 1);
                seen |= 1u << (unsigned)at(parts[k].x, i, 0) / 2;
            }
            wi_data_destroy(&parts[k]);
        }
        CHECK_EQ(seen, (1u << ROWS) - 1);
    }
    CHECK_OK(wi_data_gather(&d, index, ROWS, wi_mat_view(batch, ROWS, 2), wi_mat_view(NULL, ROWS, 0)));
    for (size_t i = 0; i < ROWS; i++) CHECK_BYTES(batch + 2 * i, x + 2 * index[i], 2 * sizeof *x);
}

static void moments(wi_mat m, size_t j, double *mean, double *std)
{
    double sum = 0, squares = 0, n = (double)m.rows;
    for (size_t i = 0; i < m.rows; i++) sum += at(m, i, j);
    for (size_t i = 0; i < m.rows; i++) squares += (at(m, i, j) - sum / n) * (at(m, i, j) - sum / n);
    *mean = sum / n;
    *std = sqrt(squares / n);
}

static void test_prepare(void)
{
    char path[512], text[8192];
    size_t size = 0;
    wi_prepared p;
    wi_error e;
    double mean, std;
    wi_target wrong_target;
    {
        int nine = 9;
        memcpy(&wrong_target, &nine, sizeof wrong_target < sizeof nine ? sizeof wrong_target : sizeof nine);
    }
    snprintf(path, sizeof path, "%s", check_path("prepare.csv"));
    for (unsigned i = 0; i < 200; i++)
        size += (size_t)snprintf(text + size, 40, "%u,%u,%s\n", i * i % 97, 5000 + i % 13,
                                 i < 150 ? "no" : "yes");
    write_file(path, text, size);
    CHECK_OK(wi_data_prepare_csv(&p, path, WI_TARGET_CLASS, 0.2, 7, &e));
    CHECK_EQ(p.train.x.rows, 160);
    CHECK_EQ(p.test.x.rows, 40);
    CHECK_EQ(p.y.count, 0);
    CHECK_TEXT(p.train.classes[1], "yes");
    for (size_t j = 0; j < 2; j++) {   /* the training part alone is measured */
        moments(p.train.x, j, &mean, &std);
        CHECK_NEAR(mean, 0, 1e-5);
        CHECK_NEAR(std, 1, 1e-5);
        moments(p.test.x, j, &mean, &std);
        CHECK(fabs(mean) > 1e-4 && fabs(mean) < 0.6);
        CHECK(std > 0.7 && std < 1.3);
    }
    moments(p.test.y, 1, &mean, &std);
    CHECK_NEAR(mean, 0.25, 1e-6);
    wi_prepared_destroy(&p);
    CHECK_STATUS(wi_data_prepare_csv(&p, path, WI_TARGET_VALUE, 0.2, 7, &e), WI_ERR_FORMAT);
    CHECK_CONTAINS(e.text, "prepare.csv, line 1, column 3: 'no' is not a number");
    CHECK_STATUS(wi_data_prepare_csv(&p, path, wrong_target, 0.2, 7, &e), WI_ERR_ARG);
    CHECK_CONTAINS(e.text, "9 is not a wi_target");
    write_file(check_path("mixed.csv"), "a,b\n1,x\n2,3\n", 12);
    CHECK_STATUS(wi_data_prepare_csv(&p, check_path("mixed.csv"), WI_TARGET_VALUE, 0.2, 7, &e),
                 WI_ERR_FORMAT);
    CHECK_CONTAINS(e.text, "mixed.csv, line 2, column 2: 'x' is not a number");
    CHECK_STATUS(wi_data_prepare_csv(&p, path, WI_TARGET_CLASS, 1.2, 7, &e), WI_ERR_ARG);
    CHECK_TEXT(e.text, "wi_data_prepare: the test fraction is 1.2, not from 0 to below 1");
    CHECK_STATUS(wi_data_prepare_csv(&p, path, WI_TARGET_CLASS, (double)NAN, 7, &e), WI_ERR_ARG);
    CHECK_STATUS(wi_data_prepare_csv(&p, path, WI_TARGET_CLASS, 0.001, 7, &e), WI_ERR_SHAPE);
    CHECK_TEXT(e.text, "200 samples would be split into 200 and 0");
    CHECK_STATUS(wi_data_prepare_csv(&p, path, WI_TARGET_CLASS, 1e-30, 7, &e), WI_ERR_SHAPE);
    CHECK_STATUS(wi_data_prepare(&p, NULL, 0.5, 7, &e), WI_ERR_ARG);
    CHECK_TEXT(e.text, "wi_data_prepare: the set is NULL or empty");
    if (CHECK_OK(wi_data_prepare_csv(&p, path, WI_TARGET_CLASS, 0, 7, &e))) {   /* no test part */
        CHECK_EQ(p.train.x.rows, 200);
        CHECK_EQ(p.test.x.rows, 0);
        CHECK(!p.test.owned);
        moments(p.train.x, 0, &mean, &std);
        CHECK_NEAR(std, 1, 1e-5);
        wi_prepared_destroy(&p);
    }
    CHECK_STATUS(wi_data_prepare_csv(NULL, path, WI_TARGET_CLASS, 0.2, 7, &e), WI_ERR_ARG);
    CHECK_STATUS(wi_data_prepare_csv(&p, "no/such.csv", WI_TARGET_CLASS, 0.2, 7, &e), WI_ERR_IO);
    CHECK_EQ(fail_alloc.live, 0);

    size = 0;
    for (unsigned i = 0; i < 200; i++)
        size += (size_t)snprintf(text + size, 40, "%u,%u\n", i, 90000 + 17 * i);
    write_file(path, text, size);
    CHECK_STATUS(wi_data_prepare_csv(&p, path, WI_TARGET_CLASS, 0.25, 7, &e), WI_ERR_NUMERIC);
    CHECK_CONTAINS(e.text, "prepare.csv: row 1: label 90000 is not a whole number from 0 to 65535; ");
    CHECK_CONTAINS(e.text, "of a measured quantity say WI_TARGET_VALUE");
    CHECK_OK(wi_data_prepare_csv(&p, path, WI_TARGET_VALUE, 0.25, 7, &e));
    CHECK_EQ(p.y.count, 1);
    moments(p.train.y, 0, &mean, &std);
    CHECK_NEAR(mean, 0, 1e-5);
    CHECK_NEAR(std, 1, 1e-5);
    wi_real back = p.test.y.data[0] * p.y.std[0] + p.y.mean[0],
            x = p.test.x.data[0] * p.x.std[0] + p.x.mean[0];
    CHECK_NEAR((double)back, 90000 + 17 * (double)x, 0.1);
    wi_prepared_destroy(&p);
    wi_prepared_destroy(&p);
    wi_prepared_destroy(NULL);
    write_file(check_path("digits.csv"), "1,4\n2,5\n3,4\n4,5\n5,4\n6,5\n7,4\n8,5\n", 32);
    for (int digits = 0; digits < 2; digits++) {
        const char *from = digits ? check_path("digits.csv") : path;
        for (size_t k = 0;; k++) {
            fail_alloc_start(k);
            wi_status status = wi_data_prepare_csv(&p, from, digits ? WI_TARGET_CLASS : WI_TARGET_VALUE, 0.25,
                                                   7, &e);
            if (!fail_alloc_stop()) { CHECK_OK(status); break; }
            CHECK_STATUS(status, WI_ERR_MEMORY);
            CHECK(!strstr(e.text, "WI_TARGET_VALUE"));
            CHECK_EQ(fail_alloc.live, 0);
        }
        CHECK_EQ(p.train.class_count, digits ? 2 : 0);
        wi_prepared_destroy(&p);
    }

    /* A set may do without targets. */
    wi_data d;
    wi_rng rng = wi_rng_make(1);
    CHECK_OK(wi_data_parse_csv(&d, "1\n2\n3\n4\n", 8, 0, &e));
    CHECK_OK(wi_data_prepare(&p, &d, 0.25, 7, &e));
    CHECK(p.train.x.rows == 3 && p.test.x.rows == 1 && p.train.y.cols == 0 && p.y.count == 0);
    moments(p.train.x, 0, &mean, &std);
    CHECK_NEAR(mean, 0, 1e-6);
    wi_prepared_destroy(&p);
    wi_data_destroy(&d);

    /* A number that is not finite: the sentence says where. */
    CHECK_OK(wi_data_blobs(&d, 10, 2, 2, 1, &rng));
    for (size_t i = 0; i < 20; i++) d.x.data[i] = (wi_real)NAN;
    CHECK_STATUS(wi_data_prepare(&p, &d, 0.2, 1, &e), WI_ERR_NUMERIC);
    CHECK_TEXT(e.text, "x of the training part: row 1, column 1 is nan");
    wi_data_destroy(&d);
    CHECK_EQ(fail_alloc.live, 0);

    /* Differences beyond the largest number do not become infinite; what must, is refused as a whole. */
    const wi_real huge = (wi_real)(0.9 * (sizeof(wi_real) == 4 ? (double)FLT_MAX : DBL_MAX / 1e200));
    wi_real wide[3] = { huge, -huge, huge }, tiny[2] = { 1, huge };
    wi_scaler w;
    CHECK_OK(wi_scaler_fit(&w, wi_mat_view(wide, 3, 1)));
    CHECK_OK(wi_scaler_apply(&w, wi_mat_view(wide, 3, 1)));
    CHECK_CLOSE(wide[0], sqrt(0.5), 1e-5);
    CHECK_CLOSE(wide[1], -sqrt(2), 1e-5);
    w.mean[0] = 0;
    w.std[0] = (wi_real)(sizeof(wi_real) == 4 ? 1e-30 : 1e-300);
    CHECK_STATUS(wi_scaler_apply(&w, wi_mat_view(tiny, 2, 1)), WI_ERR_NUMERIC);
    CHECK_NEAR(tiny[0], 1, 0);
    CHECK_NEAR(tiny[1], huge, 0);
    wi_scaler_destroy(&w);

    /* What is no number stays none. */
    wi_real gap[3] = { 1, (wi_real)NAN, -(wi_real)INFINITY }, apart[2] = { 3, 5 };
    CHECK_OK(wi_scaler_fit(&w, wi_mat_view(apart, 2, 1)));
    CHECK_OK(wi_scaler_apply(&w, wi_mat_view(gap, 3, 1)));
    CHECK_NEAR(gap[0], -3, 0);
    CHECK_NEAR(gap[1], NAN, 0);
    CHECK_NEAR(gap[2], -INFINITY, 0);
    wi_scaler_destroy(&w);

    /* One mean and one deviation for all features. */
    wi_real table[8] = { 0, 9, 1, 9, 2, 9, 3, 9 };
    wi_scaler s;
    CHECK_OK(wi_scaler_fit_all(&s, wi_mat_view(table, 4, 2)));
    CHECK_EQ(s.count, 2);
    for (size_t j = 0; j < 2; j++) {
        CHECK_CLOSE(s.mean[j], 5.25, 1e-6);
        CHECK_CLOSE(s.std[j], sqrt((1.25 + 2 * 3.75 * 3.75) / 2), 1e-6);
    }
    wi_scaler_destroy(&s);

    /* Far from 0, to whose squares a deviation is nothing: 13 numbers next to each other, in any order. */
    for (double away = -1e7; away < 2e7; away += 2e7) {
        wi_real distant[13];
        for (size_t i = 0; i < 13; i++) distant[i] = (wi_real)(away + (double)(5 * i % 13));
        for (int all = 0; all < 2; all++) {
            wi_mat line = wi_mat_view(distant, all ? 1 : 13, all ? 13 : 1);
            if (!CHECK_OK(all ? wi_scaler_fit_all(&s, line) : wi_scaler_fit(&s, line))) continue;
            CHECK_NEAR(s.mean[0], away + 6, 1e-6);
            CHECK_CLOSE(s.std[0], sqrt(14.0), 1e-6);
            wi_scaler_destroy(&s);
        }
    }
}

/* One target of four lies so far out that, measured by the others, it is no number any more: refused where it
   is in the test part, and scaled where it is among those that are measured. */
static void far_test_part(void)
{
    const double small = sizeof(wi_real) == 4 ? 1e-30 : 1e-160, large = sizeof(wi_real) == 4 ? -1e38 : -1e153;
    size_t refused = 0;
    wi_error error;
    for (size_t place = 0; place < 4; place++) {
        wi_real x[4] = { 1, 2, 3, 4 }, y[4];
        wi_data data;
        wi_prepared p;
        memset(&data, 0, sizeof data);
        for (size_t i = 0; i < 4; i++) y[i] = (wi_real)(i == place ? large : small * (double)i);
        data.x = wi_mat_view(x, 4, 1);
        data.y = wi_mat_view(y, 4, 1);
        if (wi_data_prepare(&p, &data, 0.25, 1, &error) == WI_OK) {
            wi_prepared_destroy(&p);
            continue;
        }
        CHECK_TEXT(error.text, "a number of y is too large once scaled");
        refused++;
    }
    CHECK_EQ(refused, 1);
    if (sizeof(wi_real) == 8) {
        wi_real x[2] = { (wi_real)-1e200, (wi_real)1e200 };
        wi_scaler scaler;
        CHECK_STATUS(wi_scaler_fit(&scaler, wi_mat_view(x, 2, 1)), WI_ERR_NUMERIC);
        CHECK_TEXT(scaler.error.text, "the squares of the numbers are too large");
    }
    CHECK_EQ(fail_alloc.live, 0);
}

/* Nothing given, one thing at a time. */
static void nothing_given(void)
{
    wi_real x[8] = { 1, 2, 3, 4, 5, 6, 7, 8 }, y[4] = { 0, 1, 0, 1 }, to[8];
    const size_t index[2] = { 3, 0 };
    const wi_mat xs = wi_mat_view(to, 2, 2), ys = wi_mat_view(to + 4, 2, 1), none = wi_mat_view(NULL, 2, 1);
    wi_rng rng = wi_rng_make(1);
    wi_data data, out, head, tail;
    wi_scaler scaler;
    memset(&data, 0, sizeof data);
    data.x = wi_mat_view(x, 4, 2);
    data.y = wi_mat_view(y, 4, 1);
    CHECK_STATUS(wi_data_gather(NULL, index, 2, xs, ys), WI_ERR_ARG);
    CHECK_STATUS(wi_data_gather(&data, NULL, 2, xs, ys), WI_ERR_ARG);
    CHECK_STATUS(wi_data_gather(&data, index, 2, none, ys), WI_ERR_ARG);
    CHECK_STATUS(wi_data_gather(&data, index, 2, xs, none), WI_ERR_ARG);
    CHECK_STATUS(wi_data_gather(&data, index, 0, xs, ys), WI_ERR_SHAPE);
    CHECK_STATUS(wi_data_gather(&data, index, 2, wi_mat_rows(xs, 0, 1), ys), WI_ERR_SHAPE);
    CHECK_STATUS(wi_data_gather(&data, index, 2, xs, wi_mat_rows(ys, 0, 1)), WI_ERR_SHAPE);
    CHECK_STATUS(wi_data_gather(&data, index, 2, ys, ys), WI_ERR_SHAPE);
    CHECK_STATUS(wi_data_gather(&data, index, 2, xs, xs), WI_ERR_SHAPE);
    CHECK_OK(wi_data_gather(&data, index, 2, xs, ys));
    CHECK_NEAR(to[0], 7, 0);
    CHECK_NEAR(to[4], 1, 0);

    wi_data bare = data;   /* a set without targets, and one whose targets are missing */
    bare.y.data = NULL;
    CHECK_STATUS(wi_data_split(&bare, 0.5, &head, &tail), WI_ERR_ARG);
    bare.y.cols = 0;
    CHECK_OK(wi_data_split(&bare, 0.5, &head, &tail));
    CHECK_OK(wi_data_gather(&bare, index, 2, xs, wi_mat_view(to, 2, 0)));
    CHECK_OK(wi_data_shuffle(&bare, &rng));
    bare.x.rows = 0;
    CHECK_STATUS(wi_data_shuffle(&bare, &rng), WI_ERR_SHAPE);
    CHECK_STATUS(wi_data_shuffle(NULL, &rng), WI_ERR_ARG);
    CHECK_STATUS(wi_data_shuffle(&data, NULL), WI_ERR_ARG);

    const double bad[3] = { -1, 1e31, (double)NAN };
    for (size_t k = 0; k < 3; k++) {
        CHECK_STATUS(wi_data_blobs(&out, 4, 2, 2, bad[k], &rng), WI_ERR_ARG);
        CHECK_STATUS(wi_data_spirals(&out, 4, 2, bad[k], &rng), WI_ERR_ARG);
        CHECK_STATUS(wi_data_moons(&out, 4, bad[k], &rng), WI_ERR_ARG);
    }
    CHECK_STATUS(wi_data_blobs(&out, 4, 2, 2, 1, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_data_spirals(&out, 4, 2, 1, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_data_moons(&out, 4, 1, NULL), WI_ERR_ARG);
    CHECK_STATUS(wi_data_blobs(&out, 4, 2, 0, 1, &rng), WI_ERR_SHAPE);
    CHECK_STATUS(wi_data_spirals(&out, 4, 0, 1, &rng), WI_ERR_SHAPE);

    CHECK_OK(wi_scaler_fit(&scaler, data.x));
    wi_scaler blank;
    memset(&blank, 0, sizeof blank);
    CHECK_STATUS(wi_scaler_apply(NULL, data.x), WI_ERR_ARG);
    CHECK_STATUS(wi_scaler_apply(&blank, data.x), WI_ERR_ARG);
    CHECK_STATUS(wi_scaler_apply(&scaler, wi_mat_view(NULL, 4, 2)), WI_ERR_ARG);
    CHECK_STATUS(wi_scaler_apply(&scaler, wi_mat_view(x, 0, 2)), WI_ERR_SHAPE);
    CHECK_STATUS(wi_scaler_apply(&scaler, data.y), WI_ERR_SHAPE);
    wi_scaler_destroy(&scaler);
    CHECK_EQ(fail_alloc.live, 0);
}

/* A row that is too short, behind as many as there is room for by the bytes. */
static void short_last_row(void)
{
    static const char text[] = {0, ',', '\r', '.', '5', ',', '1', '\n', '1'};
    char *exact = (char *)malloc(sizeof text);   /* so that a sanitizer sees a read beyond it */
    wi_data data;
    wi_error error;
    memcpy(exact, text, sizeof text);
    CHECK_STATUS(wi_data_parse_csv(&data, exact, sizeof text, 0, &error), WI_ERR_FORMAT);
    CHECK_STATUS(wi_data_parse_csv(&data, "1,2\n3,4\n5", 9, 1, &error), WI_ERR_FORMAT);
    CHECK_CONTAINS(error.text, "line 3");
    free(exact);
}

/* Names and places of files that are not as usual. */
static void test_odd_paths(void)
{
    wi_data data;
    wi_error error;
    wi_real numbers[4] = {1, 2, 3, 4};
    char path[5000];
    CHECK_STATUS(wi_data_load_csv(&data, "a file that is not here.csv", 1, &error), WI_ERR_IO);
    CHECK_CONTAINS(error.text, "a file that is not here.csv");
    CHECK_STATUS(wi_data_load_csv(&data, "not\x7Fhere\x01.csv", 1, &error), WI_ERR_IO);
    CHECK(!strchr(error.text, '\x7F') && !strchr(error.text, '\x01'));
    for (size_t length = 77; length < 84; length++) {   /* of a long path the last 80 bytes are said */
        for (size_t i = 0; i < length; i++) path[i] = (char)('a' + i % 26);
        path[length] = 0;
        CHECK_STATUS(wi_data_load_csv(&data, path, 1, &error), WI_ERR_IO);
        size_t shown = length > 80 ? 80 : length;
        CHECK_BYTES(error.text, path + length - shown, shown);
        CHECK_CONTAINS(error.text + shown, ": cannot be opened: ");
    }
    memset(path, 'a', sizeof path - 1);
    path[sizeof path - 1] = 0;
    CHECK_STATUS(wi_mat_save_csv(wi_mat_view(numbers, 2, 2), NULL, path, &error), WI_ERR_IO);
    CHECK_STATUS(wi_data_load_csv(&data, path, 1, &error), WI_ERR_IO);
#if defined(__unix__) || defined(__APPLE__)
    for (size_t i = 0; i < 4090; i++) path[i] = i % 2 ? '/' : '.';   /* no room for a name beside it */
    memcpy(path + 4090, "a.csv", 6);
    CHECK_STATUS(wi_mat_save_csv(wi_mat_view(numbers, 2, 2), NULL, path, &error), WI_ERR_IO);
    CHECK_CONTAINS(error.text, "a.csv: cannot be written: ");
#endif
}

/* Rows may have no answers; what is gathered has its own room for each. */
static void test_gather_alone(void)
{
    wi_real x[6] = {1, 2, 3, 4, 5, 6}, got[4];
    const size_t order[2] = {2, 0}, beyond[2] = {0, 3};
    wi_data data;
    memset(&data, 0, sizeof data);
    data.x = wi_mat_view(x, 3, 2);
    data.y = wi_mat_view(NULL, 3, 0);
    wi_mat to = wi_mat_view(got, 2, 2), none = wi_mat_view(NULL, 2, 0);
    CHECK_OK(wi_data_gather(&data, order, 2, to, none));
    CHECK(got[0] == 5 && got[1] == 6 && got[2] == 1 && got[3] == 2);
    CHECK_STATUS(wi_data_gather(&data, NULL, 2, to, none), WI_ERR_ARG);
    CHECK_STATUS(wi_data_gather(&data, beyond, 2, to, none), WI_ERR_ARG);
    CHECK_STATUS(wi_data_gather(&data, order, 2, wi_mat_view(NULL, 2, 2), none), WI_ERR_ARG);
    data.y = wi_mat_view(x, 3, 1);
    CHECK_STATUS(wi_data_gather(&data, order, 2, to, wi_mat_view(NULL, 2, 1)), WI_ERR_ARG);

    /* Wide rows, whose columns are apart here, there, or on both sides. */
    wi_real wide[36], out[24];
    for (size_t i = 0; i < 36; i++) wide[i] = (wi_real)i;
    data.y = wi_mat_view(NULL, 3, 0);
    for (int way = 0; way < 4; way++) {
        data.x = way & 1 ? wi_mat_transpose(wi_mat_view(wide, 12, 3)) : wi_mat_view(wide, 3, 12);
        to = way & 2 ? wi_mat_transpose(wi_mat_view(out, 12, 2)) : wi_mat_view(out, 2, 12);
        memset(out, 0, sizeof out);
        CHECK_OK(wi_data_gather(&data, order, 2, to, none));
        for (size_t i = 0; i < 2; i++)
            for (size_t j = 0; j < 12; j++) CHECK_NEAR(at(to, i, j), at(data.x, order[i], j), 0);
    }
}

int main(void)
{
    test_csv_names();
    test_csv_written();
    test_split_classes();
    test_no_targets();
    test_prepare();
    far_test_part();
    nothing_given();
    test_csv_shapes();
    test_csv_errors();
    test_csv_ends();
    test_csv_damaged();
    test_idx();
    test_idx_errors();
    test_idx_damaged();
    test_files();
    test_digits();
    test_out_of_memory();
    test_old_memory();
    test_blobs();
    test_blob_centres();
    test_invented_errors();
    test_spirals_and_moons();
    test_split_and_shuffle();
    test_one_hot();
    test_scaler();
    short_last_row();
    test_odd_paths();
    test_gather_alone();
    return check_done();
}
