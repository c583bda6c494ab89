/* record.h: what thousands of calls did, kept as a hash for each group of them in a file of tests/golden.

       record_open("tests/golden/refusals.txt", argc, argv);
       record("%d %s", status, error.text);     an outcome, in words that are the same in every build
       record_group("npy");                     all since the last group, under a name
       return record_done();

   A test that keeps such a record goes three ways:

       ./t               compares each group with the file
       ./t print         prints this build's lines of the file
       ./t show GROUP    prints a group's outcomes: the difference to those of an earlier winit.h says what
                         has changed

   Numbers are to be rounded so far that no compiler's rounding shows. */
#ifndef RECORD_H
#define RECORD_H
#include <stdarg.h>

static CHECK_UNUSED char record_table[1 << 16], record_room[1 << 16];
static CHECK_UNUSED size_t record_used, record_count;
static CHECK_UNUSED uint64_t record_hash;
static CHECK_UNUSED int record_printing;
static CHECK_UNUSED const char *record_shown;

static CHECK_UNUSED void record_begin(void)
{
    record_hash = 14695981039346656037u; /* FNV-1a */
    record_count = record_used = 0;
}

/* With `show` the outcomes come before the name of their group: they wait in memory. */
static CHECK_UNUSED char *record_kept;
static CHECK_UNUSED size_t record_length, record_space;

static CHECK_UNUSED void record_open(const char *path, int argc, char **argv)
{
    FILE *file = fopen(path, "rb");
    record_printing = argc > 1 && strcmp(argv[1], "print") == 0;
    record_shown = argc > 2 && strcmp(argv[1], "show") == 0 ? argv[2] : NULL;
    if (file) {
        record_table[fread(record_table, 1, sizeof record_table - 1, file)] = '\0';
        fclose(file);
    } else if (!record_printing) CHECK(file != NULL);
    record_begin();
}

#if defined(__GNUC__) || defined(__clang__)
__attribute__((__format__(__printf__, 1, 2)))
#endif
static CHECK_UNUSED void
record(const char *format, ...)
{
    va_list list;
    va_start(list, format);
    int n = vsnprintf(record_room, sizeof record_room, format, list);
    va_end(list);
    size_t length = n < 0 ? 0 : (size_t)n < sizeof record_room ? (size_t)n : sizeof record_room - 1;
    for (size_t i = 0; i <= length; i++) /* and the zero behind it */
        record_hash = (record_hash ^ (unsigned char)record_room[i]) * 1099511628211u;
    record_count++;
    if (!record_shown) return;
    if (record_length + length + 1 > record_space) {
        record_space = 2 * (record_space + length) + 4096;
        record_kept = (char *)realloc(record_kept, record_space);
        if (!record_kept) exit(1);
    }
    memcpy(record_kept + record_length, record_room, length);
    record_length += length;
    record_kept[record_length++] = '\n';
}

static CHECK_UNUSED void record_group(const char *name)
{
    char line[200];
    snprintf(line, sizeof line, "%016jx  %ju  %s, %s\n", (uintmax_t)record_hash, (uintmax_t)record_count,
             sizeof(wi_real) == 8 ? "double" : "float", name);
    if (record_printing) fputs(line, stdout);
    else if (record_shown) {
        if (strcmp(record_shown, name) == 0) fwrite(record_kept, 1, record_length, stdout);
        record_length = 0;
    } else if (!CHECK(strstr(record_table, line) != NULL))
        printf("  this build: %s  what it does: the same program, with the arguments: show '%s'\n", line,
               name);
    record_begin();
}

static CHECK_UNUSED int record_done(void)
{
    free(record_kept);
    return record_printing || record_shown ? 0 : check_done();
}

#endif /* RECORD_H */
