/* 11_tables.c: tables and images: damaged in every byte and field, and drawn at random, beside a plain reader
   and writer; splits, one-hot rows and scalers beside plain ones. What each reader says is kept as a record:
   tests/golden/tables.txt, made anew by

       cc -I. -Itests tests/11_tables.c -o t -lm && ./t print > a
       cc -DWINIT_REAL=double -I. -Itests tests/11_tables.c -o t -lm && ./t print | sort - a >
   tests/golden/tables.txt

   @build once */
#include "guard.h"
#include "fail_alloc.h"
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include "check.h"
#include "record.h"

enum { ROOM = 4096, MOST = 64 };
static char line_room[1 << 14];
static wi_rng rng;
static size_t below(size_t n) { return (size_t)wi_rng_below(&rng, n); }
static int one_in(size_t n) { return below(n) == 0; }

static double cell(wi_mat m, size_t i, size_t j) { return (double)m.data[i * m.row_step + j * m.col_step]; }

/* NaN has no sign here. */
static double positive(double x) { return isnan(x) ? fabs(x) : x; }

/* A set in a line. */
static const char *in_words(const wi_data *d)
{
    size_t length =
        (size_t)snprintf(line_room, sizeof line_room, "%zu x %zu, %zu:", d->x.rows, d->x.cols, d->y.cols);
    for (int y = 0; y < 2; y++) {
        wi_mat m = y ? d->y : d->x;
        for (size_t i = 0; i < m.rows * m.cols && length < sizeof line_room - 200; i++)
            length += (size_t)snprintf(line_room + length, sizeof line_room - length, " %.7g",
                                       positive(cell(m, i / m.cols, i % m.cols)));
    }
    for (size_t c = 0; c < d->class_count && length < sizeof line_room - 200; c++)
        length += (size_t)snprintf(line_room + length, sizeof line_room - length, " <%.60s>", d->classes[c]);
    return line_room;
}

static void outcome(wi_status status, const wi_error *error, wi_data *d, const wi_data *kept)
{
    CHECK_STATUS(error->status, status);
    if (status != WI_OK) CHECK_BYTES(d, kept, sizeof *d);
    record("%s: %s: %s", wi_status_name(status), error->text, status == WI_OK ? in_words(d) : "");
    if (status == WI_OK) wi_data_destroy(d);
    CHECK_EQ(fail_alloc.live, 0);
}

/* ---- CSV, damaged ---------------------------------------------------------- */

static void read_csv(const char *text, size_t length, size_t labels)
{
    wi_data d;
    wi_error error;
    memset(&d, 0x5A, sizeof d);
    memset(&error, 0x5A, sizeof error);
    const wi_data kept = d;
    wi_status status =
        wi_data_parse_csv(&d, (const char *)guard_copy(0, text, length), length, labels, &error);
    outcome(status, &error, &d, &kept);
}

static void test_damaged(void)
{
    static const char *const texts[] = {"a,b,kind\n1,2,rose\n3,4,\"day, lily\"\n5,6,rose\n7,8,Iris\n",
                                        "sep=;\r\n 1.5;\"2\";-3e-2\r\n\r\n+4;.5;6E1\r\n",
                                        "x\t\"y \"\"z\"\"\"\tw\t\n1\t2 \t3\n\n4\t5\t6\t\n",
                                        "\xEF\xBB\xBF"
                                        "1,NA\r2,\"NA\"\r3,b c",
                                        "0.1 , 1e-40 ,1\n12345678901234567890,0x1,2\n",
                                        "\"a\nb\",\"c\"\n1,\"p\"\n2,\"q\"\"r\"\n"};
    static const char *const others[] = {"",
                                         "1",
                                         "-0",
                                         "1e400",
                                         "1e-400",
                                         "nan",
                                         "NA",
                                         "?",
                                         "inf",
                                         "\"",
                                         "\"\"",
                                         "\"a\"\"b\"",
                                         "\"a\"b",
                                         " ",
                                         "3;4",
                                         "3,4",
                                         "1.5.2",
                                         "1e",
                                         "0x10",
                                         "\n",
                                         "\r\n",
                                         "\t",
                                         "sep=,",
                                         "null",
                                         "None",
                                         "12345678901234567890123456789012345x",
                                         "123456789012345678901234567890123456x",
                                         "1234567890123456789012345678901234567x",
                                         "123456789012345678901234567890123456789012345678",
                                         "\xC3\xA9",
                                         "-",
                                         "+.e1"};
    static const char bytes[] = ",;\t\n\r \"'0.-+eENa\x00\xFF=";
    char text[ROOM];
    for (size_t k = 0; k < WI_COUNT(texts); k++) {
        size_t length = strlen(texts[k]);
        for (size_t labels = 0; labels < 4; labels++) read_csv(texts[k], length, labels);
        for (size_t at = 0; at <= length; at++) {
            read_csv(texts[k], at, 1);
            for (size_t b = 0; b < sizeof bytes - 1; b++)
                for (size_t gone = 0; gone < 2 && at + gone <= length; gone++) {
                    memcpy(text, texts[k], at);
                    text[at] = bytes[b];
                    memcpy(text + at + 1, texts[k] + at + gone, length - at - gone);
                    read_csv(text, length + 1 - gone, (at + b) % 3 == 0 ? 0 : 1);
                }
        }
        for (size_t at = 0, end; at < length; at = end + 1) { /* each field */
            for (end = at; end < length && !strchr(",;\t\n\r", texts[k][end]); end++) {}
            for (size_t o = 0; o < WI_COUNT(others); o++) {
                size_t put = strlen(others[o]);
                memcpy(text, texts[k], at);
                memcpy(text + at, others[o], put);
                memcpy(text + at + put, texts[k] + end, length - end);
                for (size_t labels = 0; labels < 2; labels++)
                    read_csv(text, length - (end - at) + put, labels);
            }
        }
        char name[40];
        snprintf(name, sizeof name, "CSV %zu", k + 1);
        record_group(name);
    }
}

/* ---- IDX, damaged ---------------------------------------------------------- */

static void read_idx(const unsigned char *images, size_t size, const unsigned char *labels, size_t label_size)
{
    wi_data d;
    wi_error error;
    memset(&d, 0x5A, sizeof d);
    memset(&error, 0x5A, sizeof error);
    const wi_data kept = d;
    const unsigned char *first = guard_copy(0, images, size), *second = guard_copy(1, labels, label_size);
    wi_status status = wi_data_parse_idx(&d, first, size, second, label_size, &error);
    outcome(status, &error, &d, &kept);
}

static void test_idx(void)
{
    static const unsigned char types[] = {8, 9, 11, 12, 13, 14}, sizes[] = {1, 1, 2, 4, 4, 8};
    unsigned char labels[11] = {0, 0, 8, 1, 0, 0, 0, 3, 2, 0, 3}, images[200];
    for (size_t t = 0; t < WI_COUNT(types); t++) {
        size_t size = 16 + (size_t)12 * sizes[t];
        memset(images, 0, sizeof images);
        images[2] = types[t];
        images[3] = 3;
        images[7] = 3;
        images[11] = images[15] = 2;
        for (size_t i = 16; i < size; i++)
            images[i] = (unsigned char)(i % sizes[t] == 0 ? 0x40 + i / 8 : 37 * i);
        for (size_t cut = 0; cut <= size + 2; cut++) read_idx(images, cut, labels, sizeof labels);
        for (size_t at = 0; at < size; at++)
            for (size_t k = 0; k < 6; k++) {
                const unsigned char kept = images[at], other[6] = {0,
                                                                   1,
                                                                   255,
                                                                   0x7F,
                                                                   (unsigned char)(kept + 1),
                                                                   (unsigned char)(kept ^ 8)};
                images[at] = other[k];
                read_idx(images, size, labels, sizeof labels);
                images[at] = kept;
            }
        for (size_t at = 0; at < sizeof labels; at++)
            for (size_t k = 0; k < 6; k++) {
                const unsigned char kept = labels[at],
                                    other[6] = {
                                        0, 1, 255, 9, (unsigned char)(kept + 1), (unsigned char)(kept ^ 8)};
                labels[at] = other[k];
                read_idx(images, size, labels, sizeof labels);
                labels[at] = kept;
            }
        for (size_t cut = 0; cut < sizeof labels; cut++) read_idx(images, size, labels, cut);
    }
    record_group("IDX");
}

/* ---- Written, and read by a plain reader ----------------------------------- */

static void test_written(void)
{
    static const char *const names[] = {"a", "b c", "d,e",      "f\"g", "",     "h\ni", " j ",
                                        "1", "NA",  "\xC3\xA9", "k;l",  "m\tn", "sep=;"};
    static wi_real cells[MOST * 2];
    for (size_t k = 0; k < 400; k++) {
        rng = wi_rng_split(wi_rng_make(11), k);
        size_t rows = 1 + below(6), cols = 1 + below(5), size = 7;
        const char *header[5];
        wi_mat m = wi_mat_view(cells, rows, cols);
        m.col_step = 1 + below(2);
        m.row_step = cols * m.col_step;
        for (size_t i = 0; i < WI_COUNT(cells); i++) {
            double size_of = (double)below(60) - 30, x = wi_rng_normal(&rng);
            cells[i] = (wi_real)(one_in(3) ? x * pow(10, size_of) : one_in(2) ? floor(10 * x) : x);
        }
        if (one_in(10)) cells[0] = (wi_real)fabs((double)NAN);
        if (one_in(10)) cells[0] = (wi_real)-INFINITY;
        if (one_in(4)) m = wi_mat_transpose(m);
        for (size_t j = 0; j < 5; j++) header[j] = names[below(WI_COUNT(names))];
        const char *const *over = one_in(2) && m.cols <= 5 ? header : NULL;
        CHECK_OK(wi_mat_write_csv(m, over, NULL, 0, &size));
        size_t needed = size;
        char *text = (char *)guard_room(2, needed);
        CHECK_STATUS(wi_mat_write_csv(m, over, text, needed, &size), WI_ERR_SHAPE);
        text = (char *)guard_room(2, needed + 1);
        CHECK_OK(wi_mat_write_csv(m, over, text, needed + 1, &size));
        CHECK_EQ(size, needed);
        CHECK_EQ(strlen(text), size);
        record("%s", text);
        const char *at = text; /* by strtod(), behind the header */
        if (over) {
            int quotes = 0;
            while (*at && (*at != '\n' || quotes)) quotes ^= *at++ == '"';
            at++;
        }
        for (size_t i = 0; i < m.rows * m.cols; i++) {
            char *end;
            double x = strtod(at, &end);
            CHECK(end > at);
            CHECK_NEAR((wi_real)x, cell(m, i / m.cols, i % m.cols), 0);
            CHECK_EQ(*end, i % m.cols + 1 == m.cols ? '\n' : ',');
            at = end + 1;
        }
        CHECK_EQ(*at, 0);
        read_csv(text, size, m.cols > 1 ? below(2) : 0);
    }
    record_group("written CSV");
}

/* A text of numbers in every spelling, and what strtod() makes of each. */
static void test_numbers(void)
{
    for (size_t k = 0; k < 2000; k++) {
        char text[80];
        size_t length = 0;
        rng = wi_rng_split(wi_rng_make(12), k);
        size_t digits = 1 + below(22), point = below(digits + 1), power = below(4);
        if (one_in(3)) text[length++] = one_in(2) ? '-' : '+';
        for (size_t i = 0; i < digits; i++) {
            if (i == point) text[length++] = '.';
            text[length++] = (char)('0' + below(10));
        }
        if (power) {
            size_t e = below(power == 1 ? 16 : 9);
            int negative = one_in(2);
            length += (size_t)snprintf(text + length, sizeof text - length, "e%s%zu", negative ? "-" : "", e);
        }
        text[length] = 0;
        wi_data d;
        wi_error error;
        if (!CHECK_OK(wi_data_parse_csv(&d, (const char *)guard_copy(0, text, length), length, 0, &error))) {
            printf("  %s: %s\n", text, error.text);
            continue;
        }
        CHECK_NEAR(d.x.data[0], (wi_real)strtod(text, NULL), 0);
        wi_data_destroy(&d);
    }
}

/* Every text of two bytes out of those that mean something. */
static void test_short(void)
{
    static const char bytes[] = ",;\t\n\r \"01.-+eNA?sx\0\x1F\x8B\xEF\xBB\xBF\xFE\xFF";
    char text[2];
    for (size_t a = 0; a < sizeof bytes; a++)
        for (size_t b = 0; b < sizeof bytes; b++)
            for (size_t length = b ? 2 : 1; length <= 2; length++) {
                text[0] = bytes[a];
                text[1] = bytes[b];
                read_csv(text, length, (a + b) % 2);
            }
    record_group("short CSV");
}

/* ---- CSV, drawn ------------------------------------------------------------ */

static char drawn[1 << 15];
static size_t drawn_length;
static void put_byte(char c) { drawn[drawn_length++] = c; }
static void put_blanks(char separator)
{
    while (one_in(6)) put_byte(separator != '\t' && one_in(3) ? '\t' : ' ');
}

/* A field in one of its spellings: blanks around it, and quotes where it wants them, or also so. */
static void put_field(const char *field, char separator)
{
    int quoted = one_in(5) || strpbrk(field, ",;\t\r\n\" ") || !*field;
    put_blanks(separator);
    if (quoted) put_byte('"');
    for (; *field; field++) {
        if (quoted && *field == '"') put_byte('"');
        put_byte(*field);
    }
    if (quoted) put_byte('"');
    put_blanks(separator);
}

static void put_end(const char *end)
{
    for (const char *c = end; *c; c++) put_byte(*c);
    while (one_in(7)) {
        put_blanks(0);
        for (const char *c = end; *c; c++) put_byte(*c);
    }
}

/* A table and the many texts that it may be written as: what is read is the table. What is read of the text
   with one byte changed, put in, or gone, is kept as a record. */
static double drawn_cells[160 * 5];
static const char *drawn_names[160];

static void draw_text(size_t rows, size_t columns, int named)
{
    static const char *const titles[] = {"width", "a b",  "c;d", "e,f", "g\th",
                                         "i\nj",  "k\"l", "",    "x1",  "Na"};
    static const char *const names[] = {"rose", "Iris", "day, lily", "a", "ab", "abc", "a\"b", "a\"", "\"",
                                        "4a",   "NAN",  "b;c",       "B", "\xC3\xA9", "-",  "e\tf", "nul"};
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    const char separator = ",;\t"[below(3)], *end = ends[below(3)];
    int header = one_in(2), more = header && one_in(3);
    drawn_length = 0;
    if (one_in(6)) for (const char *c = "\xEF\xBB\xBF"; *c; c++) put_byte(*c);
    if (header && one_in(5)) {
        for (const char *c = "sep="; *c; c++) put_byte(*c);
        put_byte(separator);
        put_end(end);
    }
    for (size_t i = 0; i <= rows; i++)
        for (size_t j = 0; j < columns && (i || header); j++) {
            char text[40];
            double x = i % 3 ? (double)below(90) - 40 : wi_rng_normal(&rng) * pow(10, (double)below(9) - 4);
            snprintf(text, sizeof text, one_in(3) ? "%.4e" : one_in(2) ? "%+.3f" : "%g", x);
            if (i == 0) put_field(titles[j == 0 ? 0 : below(WI_COUNT(titles))], separator);
            else if (named && j + 1 == columns)
                put_field(drawn_names[i - 1] = names[below(rows < 9 ? 6 : WI_COUNT(names))], separator);
            else {
                drawn_cells[(i - 1) * columns + j] = strtod(text, NULL);
                put_field(text, separator);
            }
            if (j + 1 < columns || (more && i && one_in(2))) put_byte(separator);
            if (j + 1 == columns && (i < rows || one_in(2))) put_end(end);
        }
}

static void test_drawn(void)
{
    static const char bytes[] = ",;\t\n\r \"7.-eNA";
    for (size_t k = 0; k < 1200; k++) {
        rng = wi_rng_split(wi_rng_make(15), k);
        size_t rows = 1 + below(one_in(20) ? 150 : 6), columns = 2 + below(4);
        size_t labels = below(columns < 3 ? 2 : 3);
        int named = labels == 1 && one_in(2);
        draw_text(rows, columns, named);
        wi_data d;
        wi_error error;
        const char *text = (const char *)guard_copy(0, drawn, drawn_length);
        if (!CHECK_OK(wi_data_parse_csv(&d, text, drawn_length, labels, &error))) {
            printf("  %s\n%.*s\n", error.text, (int)drawn_length, drawn);
            continue;
        }
        CHECK(d.x.rows == rows && d.x.cols == columns - labels && d.y.rows == rows);
        CHECK(named ? d.y.cols == d.class_count : d.y.cols == labels && !d.classes);
        size_t wrong = 0, used = 0;
        for (size_t i = 0; i < rows; i++) {
            for (size_t j = 0; j < columns - (size_t)named; j++)
                wrong += cell(j < d.x.cols ? d.x : d.y, i, j < d.x.cols ? j : j - d.x.cols) !=
                         (double)(wi_real)drawn_cells[i * columns + j];
            for (size_t c = 0; c < d.class_count; c++)
                wrong += cell(d.y, i, c) != (strcmp(d.classes[c], drawn_names[i]) == 0);
        }
        for (size_t c = 0; c < d.class_count; c++) {
            size_t rows_of = 0;
            for (size_t i = 0; i < rows; i++) rows_of += cell(d.y, i, c) == 1;
            used += rows_of > 0;
            CHECK(c == 0 || strcmp(d.classes[c - 1], d.classes[c]) < 0);
        }
        CHECK_EQ(wrong, 0);
        CHECK_EQ(used, d.class_count);
        wi_data_destroy(&d);
        for (int damage = 0; damage < 3; damage++) {
            size_t at = below(drawn_length), gone = below(2), put = gone ? below(2) : 1;
            memmove(drawn + at + put, drawn + at + gone, drawn_length - at - gone);
            if (put) drawn[at] = bytes[below(sizeof bytes - 1)];
            drawn_length += put - gone;
            read_csv(drawn, drawn_length, below(3));
        }
    }
    record_group("drawn CSV");
}

/* What is asked for grows with the text alone, however wide a row, however many lines that hold nothing. */
static void test_room(void)
{
    static char text[12000];
    for (size_t columns = 1; columns < 2000; columns = 2 * columns + 1)
        for (size_t k = 0; k < 6; k++) {
            size_t length = 0, before = fail_alloc.bytes;
            for (size_t i = 0; i < columns; i++, length += 2) memcpy(text + length, "7,", 2);
            length--;
            for (; k > 1 && length < sizeof text; length++) /* empty lines, or blanks */
                text[length] = "\n\n\r\r\n   "[length % 2 + 2 * (k - 2)];
            wi_data d;
            fail_alloc_start(SIZE_MAX);
            if (!CHECK_OK(wi_data_parse_csv(&d, text, length, k % 2 && columns > 1, NULL))) continue;
            CHECK_BELOW(fail_alloc.peak - before, 32 * length + 256);
            CHECK(d.x.rows == 1 && d.x.cols == columns - (k % 2 && columns > 1));
            wi_data_destroy(&d);
        }
}

/* ---- Sets ------------------------------------------------------------------ */

static wi_real xs[MOST * 8], ys[MOST * 8];
static wi_data draw_set(void)
{
    wi_data d;
    memset(&d, 0, sizeof d);
    size_t n = 1 + below(30), features = 1 + below(4), outputs = 1 + below(4), kind = below(5);
    d.x = wi_mat_view(xs, n, features);
    d.y = wi_mat_view(ys, n, outputs);
    for (size_t i = 0; i < n * features; i++) xs[i] = (wi_real)((double)below(200) / 8 - 12);
    if (one_in(4))
        for (size_t i = 0; i < n; i++) xs[i * features] = 3;
    if (one_in(15)) xs[below(n * features)] = (wi_real)fabs((double)NAN);
    for (size_t i = 0; i < n; i++) {
        size_t of = below(outputs == 1 ? 2 : outputs);
        for (size_t j = 0; j < outputs; j++) {
            ys[i * outputs + j] = (wi_real)(outputs == 1 ? of == 1 : of == j);
            if (kind == 0) ys[i * outputs + j] = (wi_real)below(9);
            if (kind == 1) ys[i * outputs + j] = (wi_real)((double)below(90) / 8);
        }
    }
    if (kind == 0 && one_in(8)) {
        size_t at = below(n * outputs);
        ys[at] = (wi_real)(one_in(2) ? -1 : 1e6);
    }
    return d;
}

static void test_sets(void)
{
    static const double parts[] = {0.25, 0.5, 0.1, 0.9, 0, 1, -1, (double)NAN, 0.333};
    for (size_t k = 0; k < 900; k++) {
        wi_data d, head, tail, one;
        wi_prepared p;
        wi_error error;
        memset(&error, 0, sizeof error);
        memset(&head, 0, sizeof head);
        memset(&tail, 0, sizeof tail);
        rng = wi_rng_split(wi_rng_make(13), k);
        d = draw_set();
        double part = parts[below(WI_COUNT(parts))];
        wi_status status = wi_data_split(&d, part, &head, &tail);
        record("split %s %s %zu %zu", wi_status_name(status), head.error.text, head.x.rows, tail.x.rows);
        if (status == WI_OK) {
            CHECK(head.x.data == d.x.data && tail.x.data == d.x.data + head.x.rows * d.x.row_step);
            CHECK(head.y.data == d.y.data && tail.y.data == d.y.data + head.x.rows * d.y.row_step);
            CHECK_EQ(head.x.rows + tail.x.rows, d.x.rows);
        }
        wi_rng order = wi_rng_make(k);
        status = wi_data_split_classes(&d, part, &order, &head, &tail, &error);
        record("classes %s %s %ju", wi_status_name(status), error.text, (uintmax_t)order.index);
        if (status == WI_OK) {
            record("%s", in_words(&head));
            record("%s", in_words(&tail));
            wi_data_destroy(&head);
            wi_data_destroy(&tail);
        }
        status = wi_data_prepare(&p, &d, part, k, &error);
        record("prepare %s %s", wi_status_name(status), error.text);
        if (status == WI_OK) {
            record("%zu %zu; %zu %zu", p.train.x.rows, p.test.x.rows, p.x.count, p.y.count);
            for (size_t i = 0; i < p.train.x.rows * p.train.x.cols; i++)
                record("%.3f", (double)p.train.x.data[i] + 1e-7);
            for (size_t i = 0; i < p.train.y.rows * p.train.y.cols; i++)
                record("%.3f", (double)p.train.y.data[i] + 1e-7);
            wi_prepared_destroy(&p);
        }
        one = d;
        status = wi_data_one_hot(&one, &error);
        record("one-hot %s %s", wi_status_name(status), error.text);
        if (status == WI_OK) {
            record("%s", in_words(&one));
            if (one.owned) wi_data_destroy(&one);
        }
        wi_scaler s;
        status = one_in(2) ? wi_scaler_fit(&s, d.x) : wi_scaler_fit_all(&s, d.x);
        record("scaler %s %s", wi_status_name(status), status == WI_OK ? "" : s.error.text);
        if (status == WI_OK) {
            for (size_t j = 0; j < s.count; j++) record("%.5g %.5g", (double)s.mean[j], (double)s.std[j]);
            CHECK_OK(wi_scaler_apply(&s, d.x));
            for (size_t j = 0; j < s.count; j++) record("%.3f", cell(d.x, d.x.rows - 1, j) + 1e-7);
            wi_scaler_destroy(&s);
        }
        CHECK_OK(wi_data_shuffle(&d, &order));
        record("%s", in_words(&d));
        CHECK_EQ(fail_alloc.live, 0);
        if (k % 300 < 299) continue;
        char name[40];
        snprintf(name, sizeof name, "sets to %zu", k + 1);
        record_group(name);
    }
}

/* A set behind strides, wide or narrow, is what its copy is, whatever is made of it. */
static void test_views(void)
{
    static wi_real wide[4 * 12 * 40], room[4 * 12 * 40], copy_x[12 * 40], copy_y[4 * 40];
    static wi_real got_x[12 * 40], got_y[4 * 40];
    for (size_t k = 0; k < 300; k++) {
        rng = wi_rng_split(wi_rng_make(16), k);
        size_t n = 2 + below(25), features = 1 + below(12), outputs = below(5);
        size_t index[40], count = 1 + below(40);
        wi_data packed, apart, part[2], other[2];
        wi_error error, why;
        memset(&packed, 0, sizeof packed);
        packed.x = wi_mat_view(copy_x, n, features);
        packed.y = wi_mat_view(copy_y, n, outputs);
        apart = packed;
        apart.x = wi_mat_view(wide, n, features);
        apart.y = wi_mat_view(room, n, outputs);
        for (int y = 0; y < 2; y++) {
            wi_mat *to = y ? &apart.y : &apart.x;
            wi_mat from = y ? packed.y : packed.x;
            int turned = one_in(3);
            to->col_step = turned ? n + below(3) : 1 + below(3);
            to->row_step = turned ? 1 : to->cols * to->col_step + below(3);
            for (size_t i = 0; i < n * from.cols; i++) {
                from.data[i] = (wi_real)(y ? (double)below(outputs == 1 ? 4 : 2) : (double)below(99) / 8);
                *wi_mat_at(*to, i / from.cols, i % from.cols) = from.data[i];
            }
        }
        record("%s", in_words(&packed));
        for (size_t i = 0; i < count; i++) index[i] = below(n);
        wi_mat x = wi_mat_view(got_x, count, features), y = wi_mat_view(got_y, count, outputs);
        size_t wrong = 0;
        if (one_in(2)) {
            x.col_step = count;
            x.row_step = 1;
        }
        CHECK_OK(wi_data_gather(&apart, index, count, x, y));
        for (size_t i = 0; i < count; i++) {
            for (size_t j = 0; j < features; j++) wrong += cell(x, i, j) != cell(packed.x, index[i], j);
            for (size_t j = 0; j < outputs; j++) wrong += cell(y, i, j) != cell(packed.y, index[i], j);
        }
        CHECK_EQ(wrong, 0);
        wi_rng a = wi_rng_make(k), b = a;
        wi_status status = wi_data_split_classes(&packed, 0.6, &a, &part[0], &part[1], &error);
        CHECK_STATUS(wi_data_split_classes(&apart, 0.6, &b, &other[0], &other[1], &why), status);
        CHECK_BYTES(&a, &b, sizeof a);
        for (int p = 0; p < 2 && status == WI_OK; p++) {
            record("%s", in_words(&part[p]));
            CHECK_BYTES(part[p].owned, other[p].owned,
                        part[p].x.rows * (features + outputs) * sizeof(wi_real));
            wi_data_destroy(&part[p]);
            wi_data_destroy(&other[p]);
        }
        wi_scaler s[2];
        for (int way = 0; way < 2; way++) {
            CHECK_OK(way ? wi_scaler_fit_all(&s[0], packed.x) : wi_scaler_fit(&s[0], packed.x));
            CHECK_OK(way ? wi_scaler_fit_all(&s[1], apart.x) : wi_scaler_fit(&s[1], apart.x));
            CHECK_BYTES(s[0].mean, s[1].mean, features * sizeof(wi_real));
            CHECK_BYTES(s[0].std, s[1].std, features * sizeof(wi_real));
            for (size_t j = 0; j < features; j++)
                record("%.5g %.5g", (double)s[0].mean[j], (double)s[0].std[j]);
            CHECK_OK(wi_scaler_apply(&s[0], packed.x));
            CHECK_OK(wi_scaler_apply(&s[1], apart.x));
            wi_scaler_destroy(&s[0]);
            wi_scaler_destroy(&s[1]);
        }
        CHECK_OK(wi_data_shuffle(&packed, &a));
        CHECK_OK(wi_data_shuffle(&apart, &b));
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < features + outputs; j++)
                wrong += j < features ? cell(packed.x, i, j) != cell(apart.x, i, j)
                                      : cell(packed.y, i, j - features) != cell(apart.y, i, j - features);
        CHECK_EQ(wrong, 0);
        status = wi_data_one_hot(&apart, &error);
        record("%s %s %s", wi_status_name(status), error.text, in_words(&packed));
        if (status == WI_OK) {
            record("%s", in_words(&apart));
            wi_data_destroy(&apart);
        }
        CHECK_EQ(fail_alloc.live, 0);
    }
    record_group("sets behind strides");
}

/* Synthetic sets, to five digits. */
static void test_synthetic(void)
{
    for (size_t k = 0; k < 200; k++) {
        wi_data d;
        memset(&d, 0, sizeof d);
        rng = wi_rng_split(wi_rng_make(14), k);
        size_t n = below(12), features = below(6), classes = below(5);
        double spread = one_in(10) ? (one_in(2) ? -1 : (double)NAN) : (double)below(4) / 4;
        wi_rng draw = wi_rng_make(k);
        wi_status status = k % 4 == 0   ? wi_data_blobs(&d, n, features, classes, spread, &draw)
                           : k % 4 == 1 ? wi_data_spirals(&d, n, classes, spread, &draw)
                           : k % 4 == 2 ? wi_data_moons(&d, n, spread, &draw)
                                        : wi_data_xor(&d);
        record("%s %s %zu %zu %ju", wi_status_name(status), d.error.text, d.x.rows, d.x.cols,
               (uintmax_t)draw.index);
        for (size_t i = 0; status == WI_OK && i < d.x.rows * d.x.cols; i++)
            record("%.4f", (double)d.x.data[i] + 1e-7);
        for (size_t i = 0; status == WI_OK && i < d.y.rows * d.y.cols; i++) record("%g", (double)d.y.data[i]);
        wi_data_destroy(&d);
    }
    record_group("synthetic sets");
}

int main(int argc, char **argv)
{
    record_open("tests/golden/tables.txt", argc, argv);
    test_damaged();
    test_short();
    test_drawn();
    test_idx();
    test_written();
    test_numbers();
    test_room();
    test_sets();
    test_views();
    test_synthetic();
    return record_done();
}
