/* marker.c - mark a hand-in, or the hand-ins of a class

       sh examples/exercises/mark.sh 04 handed-in.c         one: a table, and results.json, results.xml in
       build/marks sh examples/exercises/mark.sh -c folder              all of a folder: build/marks/class.csv

   The way of a hand-in: what stands between its two `your part` lines is compiled by itself, behind the
   exercise's head, into part.o. The exercise without that part is compiled once into judge.o. A part may call
   only what its exercise allows and a list of harmless functions of the C library; its other names are made
   private and its constructors removed, so that nothing of it runs in the judge but in the child process that
   mark.h makes for each call. The judge then runs twice, with the seeds in the file and with hidden ones, and
   writes what it found to a pipe that the child does not have. A part of the marks is given where it held
   both times.

   POSIX, gcc or clang, and GNU binutils (nm, objcopy).    SPDX-License-Identifier: MIT OR Unlicense */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PARTS = 16, EXPORTS = 8, LARGEST = 256 << 10, SECONDS = 60, PATIENCE = 300, MOST = 4096, PATH = 1024 };

#define BEGIN "/* ---- your part ---- */\n"
#define END   "/* ---- end of your part ---- */"

static const char *root = ".", *work = "build/marks", *compiler = "cc", *hidden = "1";

/* What a part may use of the C library: nothing that reaches files, processes, or the system. */
static const char *const harmless =
    " acos acosh asin asinh atan atan2 atanh cbrt ceil copysign cos cosh erf erfc exp exp2 expm1 fabs fdim "
    "floor fma fmax fmin fmod frexp hypot"
    " ldexp lgamma llround log log10 log1p log2 lrint lround modf nearbyint pow remainder rint round sin "
    "sincos sinh sqrt tan tanh tgamma trunc"
    " acosf asinf atanf atan2f ceilf cosf coshf expf expm1f fabsf floorf fmaf fmaxf fminf fmodf hypotf "
    "log10f log1pf log2f logf powf roundf sincosf"
    " sinf sinhf sqrtf tanf tanhf truncf memcmp memcpy memmove memset strcmp strlen strncmp strcpy strcat "
    "malloc calloc realloc free abs labs qsort"
    " bsearch rand srand printf puts putchar fprintf fputs fputc fflush snprintf stdout stderr exit abort "
    "_GLOBAL_OFFSET_TABLE_ __stack_chk_fail"
    " __printf_chk __fprintf_chk __snprintf_chk __memcpy_chk __memset_chk __memmove_chk __assert_fail "
    "__isnan __isinf __finite __errno_location"
    " fputs fwrite __isoc99_printf ";

/* ---- Exercises ---------------------------------------------------------- */

typedef struct {
    int number;
    char name[64];                     /* "04_gain" */
    char title[128], calls[512], instead[256];
    struct { char name[64]; int weight; } parts[PARTS];
    int part_count;
    char *text, *part, *after;         /* the file; its part; what follows the part */
    char exports[EXPORTS][64];         /* the names that the judge calls */
    char prototypes[EXPORTS][512];
    int export_count;
    char judge[PATH];                  /* judge.o */
} exercise;

typedef struct {
    int held[PARTS], score, most;
    char why[PARTS][1000];
    char reason[1000];                 /* why nothing could be marked; or the first hint */
    double seconds;
} marks;

static int complain(char *reason, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(reason, 1000, format, list);
    va_end(list);
    return 0;
}

static char *read_file(const char *path, size_t most, char *reason)
{
    struct stat s;
    if (stat(path, &s) != 0) { complain(reason, "%s: %s", path, strerror(errno)); return NULL; }
    if (!S_ISREG(s.st_mode)) { complain(reason, "this is not a file"); return NULL; }
    if ((size_t)s.st_size > most) {
        complain(reason, "the file has %ld bytes; %zu are enough for anybody", (long)s.st_size, most);
        return NULL;
    }
    FILE *file = fopen(path, "rb");
    char *text = malloc((size_t)s.st_size + 2);
    if (!file || !text) {
        complain(reason, "%s: %s", path, strerror(errno));
        if (file) fclose(file);
        free(text);
        return NULL;
    }
    size_t n = fread(text, 1, (size_t)s.st_size, file), kept = 0;
    fclose(file);
    if (memchr(text, 0, n)) {
        complain(reason, "this is not a text: there is a zero byte in it");
        free(text);
        return NULL;
    }
    for (size_t i = 0; i < n; i++)
        if (text[i] != '\r') text[kept++] = text[i];
    text[kept] = 0;
    return text;
}

/* One key of the exercise's first comment, its further lines joined. */
static void key_of(const char *text, const char *key, char *out, size_t size)
{
    char at[32];
    snprintf(at, sizeof at, "\n   %s:", key);
    const char *from = strstr(text, at), *end = strstr(text, "*/");
    size_t n = 0;
    out[0] = 0;
    if (!from || from > end) return;
    for (from += strlen(at); *from && n + 2 < size; from++) {
        if (*from == '\n') {
            if (strncmp(from + 1, "            ", 12) != 0) break;
            while (from[1] == ' ') from++;
            out[n++] = ' ';
        } else if (n > 0 || *from != ' ') out[n++] = *from;
    }
    out[n] = 0;
}

/* The declarations of what the shipped part defines: each begins in the first column with "static". */
static int exports_of(exercise *e)
{
    for (const char *line = e->part; line < e->after; line = strchr(line, '\n') + 1) {
        size_t n = strcspn(line, "\n");
        if (strncmp(line, "static ", 7) != 0) continue;
        /* parameters go on in the next line */
        while (line[n - 1] == ',' && line + n < e->after) n += 1 + strcspn(line + n + 1, "\n");
        if (e->export_count == EXPORTS) return 0;
        const char *cut = memmem(line, n, " {", 2), *is = memmem(line, n, " = ", 3),
                   *bracket = memchr(line, '(', n), *to;
        if (is && (!cut || is < cut)) { cut = is; bracket = memchr(line, '[', n); }
        if (cut) n = (size_t)(cut - line);
        char *copy = e->prototypes[e->export_count], *name = e->exports[e->export_count];
        snprintf(copy, sizeof e->prototypes[0], "%.*s", (int)n, line);
        to = bracket && bracket < line + n ? bracket : line + n;
        const char *from = to;
        while (isalnum((unsigned char)from[-1]) || from[-1] == '_') from--;
        snprintf(name, sizeof e->exports[0], "%.*s", (int)(to - from), from);
        e->export_count++;
    }
    return e->export_count > 0;
}

static int exercise_load(exercise *e, int number, char *reason)
{
    char folder[PATH], path[2 * PATH], list[512];
    memset(e, 0, sizeof *e);
    e->number = number;
    snprintf(folder, sizeof folder, "%s/examples/exercises", root);
    DIR *d = opendir(folder);
    if (!d) return complain(reason, "%s: %s", folder, strerror(errno));
    for (struct dirent *f = readdir(d); f; f = readdir(d)) {
        size_t n = strlen(f->d_name);
        if (n > 5 && n < 60 && isdigit((unsigned char)f->d_name[0]) && f->d_name[2] == '_' &&
            strcmp(f->d_name + n - 2, ".c") == 0 && atoi(f->d_name) == number)
            snprintf(e->name, sizeof e->name, "%.*s", (int)n - 2, f->d_name);
    }
    closedir(d);
    if (!e->name[0]) return complain(reason, "there is no exercise %02d", number);
    snprintf(path, sizeof path, "%s/%s.c", folder, e->name);
    if (!(e->text = read_file(path, LARGEST, reason))) return 0;
    char *begin = strstr(e->text, BEGIN), *end = strstr(e->text, END);
    if (!begin || !end) return complain(reason, "%s has no part", path);
    e->part = begin + strlen(BEGIN);
    e->after = end;
    key_of(e->text, "title", e->title, sizeof e->title);
    key_of(e->text, "calls", e->calls, sizeof e->calls);
    key_of(e->text, "marks", list, sizeof list);
    char *semicolon = strchr(e->calls, ';');
    if (semicolon) { snprintf(e->instead, sizeof e->instead, "%s", semicolon + 1); *semicolon = 0; }
    for (char *item = strtok(list, ";"); item && e->part_count < PARTS; item = strtok(NULL, ";")) {
        int used = 0, weight = 0;
        if (sscanf(item, " %d %n", &weight, &used) != 1)
            return complain(reason, "%s: marks are written as \"2 name; 3 name\"", path);
        snprintf(e->parts[e->part_count].name, sizeof e->parts[0].name, "%s", item + used);
        e->parts[e->part_count++].weight = weight;
    }
    if (e->part_count == 0 || !exports_of(e))
        return complain(reason, "%s: no marks, or no function in its part", path);
    return 1;
}

/* ---- Other programs ----------------------------------------------------- */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Run a program with limits; what it writes (to `channel`, or its output where that is 0) goes into out.
   Returns its status, -1 for a signal, -2 when its time was up. */
static int run(char *const argv[], char *out, size_t size, int channel)
{
    int ends[2], status = 0, late = 0;
    double until = now() + PATIENCE;   /* on a machine that has other things to do */
    size_t n = 0;
    if (pipe(ends) != 0) return -1;
    pid_t pid = fork();
    if (pid == 0) {
        struct rlimit seconds = { SECONDS, SECONDS }, bytes = { (rlim_t)2 << 30, (rlim_t)2 << 30 },
                      file = { 64 << 20, 64 << 20 };
        int null = open("/dev/null", O_RDWR);
        setpgid(0, 0);
        setrlimit(RLIMIT_CPU, &seconds);
        setrlimit(RLIMIT_AS, &bytes);
        setrlimit(RLIMIT_FSIZE, &file);
        dup2(null, 0);
        dup2(channel ? null : ends[1], 1);
        dup2(channel ? null : ends[1], 2);
        if (channel) {
            char number[16];
            snprintf(number, sizeof number, "%d", channel);
            dup2(ends[1], channel);
            setenv("MARK_FD", number, 1);
        }
        for (int k = 3; k < 64; k++)
            if (k != channel) close(k);
        execvp(argv[0], argv);
        _exit(127);
    }
    close(ends[1]);
    while (pid > 0) {
        struct pollfd p = {ends[0], POLLIN, 0};
        double left = until - now();
        if (left <= 0 || poll(&p, 1, (int)(1000 * left) + 1) <= 0) { late = 1; break; }
        char spare[512];
        ssize_t got =
            n + 1 < size ? read(ends[0], out + n, size - 1 - n) : read(ends[0], spare, sizeof spare);
        if (got <= 0) break;
        if (n + 1 < size) n += (size_t)got;
    }
    out[n] = 0;
    close(ends[0]);
    if (pid > 0) {
        if (late) kill(-pid, SIGKILL);
        waitpid(pid, &status, 0);
        kill(-pid, SIGKILL);   /* whatever it left behind */
    }
    return late ? -2 : pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int compile(const char *source, const char *object, const char *level, char *said, size_t size)
{
    char top[PATH + 16], here[PATH + 32];
    snprintf(top, sizeof top, "-I%s", root);
    snprintf(here, sizeof here, "-I%s/examples/exercises", root);
    char *argv[] = { (char *)compiler, "-std=gnu99", (char *)level,  "-w", top, here, "-c",
                     (char *)source,   "-o",         (char *)object, NULL };
    return run(argv, said, size, 0) == 0;
}

static int newer(const char *object, const char *source)
{
    struct stat a, b;
    return stat(object, &a) == 0 && stat(source, &b) == 0 && a.st_mtime > b.st_mtime;
}

/* Compile the library, and the exercise around the part, unless that is done. */
static int judge_make(exercise *e, char *reason)
{
    char path[2 * PATH], source[2 * PATH], object[2 * PATH], said[2000];
    snprintf(path, sizeof path, "%s/winit.h", root);
    snprintf(object, sizeof object, "%s/winit.o", work);
    snprintf(source, sizeof source, "%s/winit.c", work);
    if (!newer(object, path)) {
        FILE *f = fopen(source, "w");
        if (!f) return complain(reason, "%s: %s", source, strerror(errno));
        fprintf(f, "#define WINIT_IMPLEMENTATION\n#include \"winit.h\"\n");
        fclose(f);
        if (!compile(source, object, "-O2", said, sizeof said))
            return complain(reason, "winit.h does not compile: %.300s", said);
    }
    snprintf(e->judge, sizeof e->judge, "%s/judge_%02d.o", work, e->number);
    snprintf(source, sizeof source, "%s/judge_%02d.c", work, e->number);
    FILE *f = fopen(source, "w");
    if (!f) return complain(reason, "%s: %s", source, strerror(errno));
    fprintf(f, "%.*s", (int)(e->part - e->text), e->text);
    for (int k = 0; k < e->export_count; k++) {
        const char *name = e->exports[k], *arguments = strchr(e->prototypes[k], '(') ? "(...)" : "",
                   *pass = *arguments ? "(__VA_ARGS__)" : "";
        fprintf(f, "extern %s;\nextern __typeof__(%s) *const mark_the_%s;\n",
                e->prototypes[k] + strlen("static "), name, name);
        fprintf(f, "#define %s%s (*mark_the_%s)%s\n", name, arguments, name, pass);
    }
    fputs(e->after, f);
    fclose(f);
    return compile(source, e->judge, "-O1", said, sizeof said) ||
        complain(reason, "the exercise does not compile: %.600s", said);
}

/* ---- A hand-in ---------------------------------------------------------- */

/* Includes of the standard headers are fine in a part; others would bring files of this machine. */
static int includes_are_plain(const char *part, const char *end, char *reason)
{
    if (memmem(part, (size_t)(end - part), "%:", 2) ||
        memmem(part, (size_t)(end - part),
               "?"
               "?",
               2))
        return complain(reason, "digraphs are not accepted");
    for (const char *at = part; (at = memchr(at, '#', (size_t)(end - at))) != NULL; at++) {
        const char *word = at + 1 + strspn(at + 1, " \t");
        if (strncmp(word, "embed", 5) == 0 || strncmp(word, "\\\n", 2) == 0)
            return complain(reason, "this directive is not accepted in a part");
        if (strncmp(word, "include", 7) != 0) continue;
        word += 7 + strspn(word + 7, " \t_next");
        size_t n = strspn(word + (*word == '<'), "abcdefghijklmnopqrstuvwxyz");
        if (*word != '<' || strncmp(word + 1 + n, ".h>", 3) != 0)
            return complain(reason, "a part can include nothing but headers of the C library");
    }
    return 1;
}

static int write_part(const exercise *e, const char *path, const char *part, int length, int line,
                      char *reason)
{
    FILE *f = fopen(path, "w");
    if (!f) return complain(reason, "%s: %s", path, strerror(errno));
    fprintf(
        f,
        "#define MARK_ALONE\n#include <assert.h>\n#include <float.h>\n#include <limits.h>\n#include "
        "<math.h>\n#include <stdbool.h>\n#include <stdint.h>\n"
        "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <time.h>\n");
    fprintf(f, "%.*s", (int)(e->part - e->text), e->text);
    for (int k = 0; k < e->export_count; k++) fprintf(f, "%s;\n", e->prototypes[k]);
    fprintf(
        f,
        "#pragma GCC poison asm __asm __asm__\n#line %d \"hand-in\"\n%.*s\n#line 1 \"after the "
        "part\"\n#undef extern\n#undef const\n",
        line, length, part);
    for (int k = 0; k < e->export_count; k++)
        fprintf(f, "extern __typeof__(%s) *const mark_the_%s;\n__typeof__(%s) *const mark_the_%s = &%s;\n",
                e->exports[k], e->exports[k], e->exports[k], e->exports[k], e->exports[k]);
    return fclose(f) == 0 || complain(reason, "%s: %s", path, strerror(errno));
}

/* May a part of this exercise use a name from outside? Patterns of its list; those with "!" take away. */
static int allowed(const exercise *e, const char *name)
{
    char word[80], list[512];
    int yes = 0;
    snprintf(word, sizeof word, " %s ", name);
    if (strncmp(name, "wi_", 3) != 0) return strstr(harmless, word) != NULL;
    snprintf(list, sizeof list, "%s", e->calls);
    for (char *save, *item = strtok_r(list, " ", &save); item; item = strtok_r(NULL, " ", &save)) {
        if (item[0] == '!' && fnmatch(item + 1, name, 0) == 0) yes = 0;
        else if (fnmatch(item, name, 0) == 0) yes = 1;
    }
    return yes;
}

/* Look at the names that part.o wants and has; make all but the exports private. */
static int check_names(const exercise *e, const char *object, char *reason)
{
    static char said[1 << 16];
    char keep[EXPORTS][128], *argv[32] = {"nm", "-P", (char *)object, NULL};
    if (run(argv, said, sizeof said, 0) != 0) return complain(reason, "nm failed (GNU binutils are needed)");
    for (char *save, *line = strtok_r(said, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        char name[256], type;
        if (sscanf(line, "%255s %c", name, &type) != 2) continue;
        if (type == 'i') return complain(reason, "%s: functions chosen while loading are not accepted", name);
        if (type != 'U' && type != 'w' && type != 'v') continue;
        if (allowed(e, name)) continue;
        if (strncmp(name, "wi_", 3) == 0)
            return complain(reason, "%s() is what this exercise is to do without:%s", name,
                            e->instead[0] ? e->instead : " write it yourself");
        return complain(reason, "%s is missing, or not among what a part may call of the C library", name);
    }
    int n = 0;
    argv[n++] = "objcopy";
    for (int k = 0; k < e->export_count; k++) {
        snprintf(keep[k], sizeof keep[k], "--keep-global-symbol=mark_the_%s", e->exports[k]);
        argv[n++] = keep[k];
    }
    static const char *const at_start[] = { ".init",           ".fini",   ".init_array*", ".fini_array*",
                                            ".preinit_array*", ".ctors*", ".dtors*" };
    argv[n++] = "-w";
    for (size_t k = 0; k < sizeof at_start / sizeof *at_start; k++) {
        argv[n++] = "-R";
        argv[n++] = (char *)at_start[k];
    }
    argv[n++] = (char *)object;
    argv[n] = NULL;
    return run(argv, said, sizeof said, 0) == 0 || complain(reason, "objcopy failed: %.300s", said);
}

/* Run the judge once and take down what it reports. */
static int judge_run(const exercise *e, const char *program, const char *number, marks *m, int started[PARTS])
{
    static char said[1 << 16];
    char *argv[] = {(char *)program, NULL};
    int now_at = -1, ended = 0, hidden_run = strcmp(number, "0") != 0;
    setenv("MARK_HIDDEN", number, 1);
    int status = run(argv, said, sizeof said, 33);
    for (char *save, *line = strtok_r(said, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        if (strncmp(line, "part ", 5) == 0) {
            now_at = -1;
            for (int k = 0; k < e->part_count; k++)
                if (strcmp(line + 5, e->parts[k].name) == 0) now_at = k;
            if (now_at < 0)
                return complain(m->reason, "the exercise reports \"%s\", which is not in its list of marks",
                                line + 5);
            started[now_at] = 1;
        } else if (strncmp(line, "hint ", 5) == 0 && now_at >= 0) {
            started[now_at] = -1;
            if (m->why[now_at][0]) continue;
            snprintf(m->why[now_at], sizeof m->why[0], "%s%.900s",
                     hidden_run ? "(with another seed, other sizes) " : "", line + 5);
        } else if (strncmp(line, "end", 3) == 0) ended = 1;
    }
    if (ended || now_at < 0 || started[now_at] < 0)
        return ended || complain(m->reason, "the marking ended with status %d before it was done", status);
    started[now_at] = -1;
    if (!m->why[now_at][0])
        snprintf(m->why[now_at], sizeof m->why[0], "the marking did not come to its end%s",
                 status == -2 ? ": its time was up" : "");
    return 1;
}

/* Mark one hand-in in a folder of its own. 0 where nothing could be marked: m->reason says why. */
static int mark_one(const exercise *e, const char *path, const char *folder, marks *m)
{
    char source[2 * PATH], object[2 * PATH], program[2 * PATH], library[2 * PATH], said[4000];
    double began = now();
    int line = 1;
    memset(m, 0, sizeof *m);
    for (int k = 0; k < e->part_count; k++) m->most += e->parts[k].weight;
    char *text = read_file(path, LARGEST, m->reason);
    if (!text) return 0;
    char *begin = strstr(text, BEGIN), *end = strstr(text, END);
    if (!begin || !end || end < begin) {
        free(text);
        return complain(m->reason,
                        "the two lines `---- your part ----` and `---- end of your part ----` are not in it");
    }
    begin += strlen(BEGIN);
    for (char *c = text; c < begin; c++) line += *c == '\n';
    snprintf(source, sizeof source, "%s/part.c", folder);
    snprintf(object, sizeof object, "%s/part.o", folder);
    snprintf(program, sizeof program, "%s/judge", folder);
    snprintf(library, sizeof library, "%s/winit.o", work);
    int fine = includes_are_plain(begin, end, m->reason) &&
        write_part(e, source, begin, (int)(end - begin), line, m->reason);
    free(text);
    if (!fine) return 0;
    if (!compile(source, object, "-O1", said, sizeof said)) {
        char *error = strstr(said, "error: "), *from = error;
        while (from && from > said && from[-1] != '\n') from--;
        if (error && strstr(error, "poisoned")) return complain(m->reason, "assembler is not accepted");
        return complain(m->reason, "it does not compile: %.*s", from ? (int)strcspn(from, "\n") : 200,
                        from ? from : said);
    }
    if (!check_names(e, object, m->reason)) return 0;
    char *link[] = {(char *)compiler, object, (char *)e->judge, library, "-o", program, "-lm", NULL};
    if (run(link, said, sizeof said, 0) != 0) return complain(m->reason, "it does not link: %.300s", said);

    int started[2][PARTS] = {{0}};
    int left = 0;   /* parts that held in the first run, which the second may take back */
    if (!judge_run(e, program, "0", m, started[0])) return 0;
    for (int k = 0; k < e->part_count; k++) left += started[0][k] == 1;
    if (left > 0 && !judge_run(e, program, hidden, m, started[1])) return 0;
    for (int k = 0; k < e->part_count; k++) {
        m->held[k] = started[0][k] == 1 && started[1][k] == 1;
        if (!m->held[k] && !m->why[k][0]) snprintf(m->why[k], sizeof m->why[k], "not reached");
        if (!m->held[k] && !m->reason[0] && started[0][k] | started[1][k])
            snprintf(m->reason, sizeof m->reason, "%s", m->why[k]);
        m->score += m->held[k] * e->parts[k].weight;
    }
    m->seconds = now() - began;
    return 1;
}

/* ---- What is written ---------------------------------------------------- */

static void put_escaped(FILE *f, const char *text, int xml)
{
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (xml && *c == '<') fputs("&lt;", f);
        else if (xml && *c == '>') fputs("&gt;", f);
        else if (xml && *c == '&') fputs("&amp;", f);
        else if (xml && *c == '"') fputs("&quot;", f);
        else if (!xml && (*c == '"' || *c == '\\')) fprintf(f, "\\%c", *c);
        else if (*c >= 0x80) fputc('?', f);          /* hints are ASCII; a hand-in's bytes may be anything */
        else fputc(*c < 0x20 || *c == 0x7F ? ' ' : *c, f);
    }
}

static int write_results(const exercise *e, const marks *m, int marked)
{
    char path[2 * PATH];
    int failures = 0;
    for (int k = 0; k < e->part_count; k++) failures += !m->held[k];
    snprintf(path, sizeof path, "%s/results.json", work);
    FILE *f = fopen(path, "w");
    if (!f) return 0;
    fprintf(f, "{\n  \"score\": %d,\n  \"execution_time\": %.0f,\n  \"output\": \"", m->score, m->seconds);
    put_escaped(f, marked ? e->title : m->reason, 0);
    fprintf(f, "\",\n  \"tests\": [\n");
    for (int k = 0; k < e->part_count; k++) {
        fprintf(f, "    {\"name\": \"");
        put_escaped(f, e->parts[k].name, 0);
        fprintf(f, "\", \"score\": %d, \"max_score\": %d, \"status\": \"%s\", \"output\": \"",
                m->held[k] * e->parts[k].weight, e->parts[k].weight, m->held[k] ? "passed" : "failed");
        put_escaped(f, m->held[k] ? "" : marked ? m->why[k] : m->reason, 0);
        fprintf(f, "\"}%s\n", k + 1 < e->part_count ? "," : "");
    }
    fprintf(f, "  ]\n}\n");
    if (fclose(f) != 0) return 0;
    snprintf(path, sizeof path, "%s/results.xml", work);
    if (!(f = fopen(path, "w"))) return 0;
    fprintf(
        f,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite name=\"%s\" tests=\"%d\" "
        "failures=\"%d\" errors=\"0\" time=\"%.3f\">\n",
        e->name, e->part_count, failures, m->seconds);
    for (int k = 0; k < e->part_count; k++) {
        fprintf(f, "<testcase classname=\"%s\" name=\"", e->name);
        put_escaped(f, e->parts[k].name, 1);
        fprintf(f, "\" time=\"0\">");
        if (!m->held[k]) {
            fprintf(f, "<failure message=\"");
            put_escaped(f, marked ? m->why[k] : m->reason, 1);
            fprintf(f, "\"/>");
        }
        fprintf(f, "</testcase>\n");
    }
    fprintf(f, "</testsuite>\n</testsuites>\n");
    return fclose(f) == 0;
}

static void print_table(const exercise *e, const marks *m, int marked)
{
    printf("%02d %s\n", e->number, e->title);
    if (!marked) printf("not marked: %s\n", m->reason);
    for (int k = 0; marked && k < e->part_count; k++)
        printf("  %d of %d  %-24s %s\n", m->held[k] * e->parts[k].weight, e->parts[k].weight,
               e->parts[k].name, m->why[k]);
    printf("%d of %d marks\n", m->score, m->most);
}

/* ---- A class ------------------------------------------------------------ */

typedef struct { char path[PATH], student[128]; int number; } hand_in;

/* name_NN.c in the folder, or NN*.c in a folder of the student's name. */
static int collect(const char *folder, const char *student, hand_in *list, int count)
{
    struct dirent **names;
    int n = scandir(folder, &names, NULL, alphasort);
    for (int k = 0; k < n; k++) {
        const char *name = names[k]->d_name;
        size_t length = strlen(name);
        char path[PATH];
        struct stat s;
        if (name[0] == '.' || count == MOST || snprintf(path, sizeof path, "%s/%s", folder, name) >= PATH ||
            stat(path, &s) != 0)
            continue;
        if (S_ISDIR(s.st_mode)) {
            if (!student) count = collect(path, name, list, count);
        } else if (length > 2 && strcmp(name + length - 2, ".c") == 0) {
            hand_in *h = &list[count];
            const char *digits = student                ? name
                : length > 5 && name[length - 5] == '_' ? name + length - 4
                                                        : "";
            if (!isdigit((unsigned char)digits[0])) {
                fprintf(stderr, "%s: passed over: not named name_NN.c\n", path);
                continue;
            }
            snprintf(h->path, sizeof h->path, "%s", path);
            snprintf(h->student, sizeof h->student, "%.*s", student ? 127 : (int)length - 5,
                     student ? student : name);
            h->number = atoi(digits);
            count++;
        }
    }
    while (n > 0) free(names[--n]);
    return count;
}

static void put_csv(FILE *f, const char *text)
{
    fputc('"', f);
    if (text[0] && strchr("=+-@", text[0])) fputc('\'', f);   /* no formula for a spreadsheet */
    for (; *text; text++) {
        if (*text == '"') fputc('"', f);
        fputc(*text == '\n' ? ' ' : *text, f);
    }
    fputc('"', f);
}

static int mark_class(const char *folder, int jobs)
{
    static exercise exercises[100];
    static char problems[100][1000];
    hand_in *list = calloc(MOST, sizeof *list);
    marks *all = NULL;
    char path[2 * PATH];
    int count = list ? collect(folder, NULL, list, 0) : 0, running = 0, bad = 0, next = 0;
    if (count == 0) {
        fprintf(stderr, "%s: no hand-in called name_NN.c, or NN.c in a folder of a student\n", folder);
        return 2;
    }
    for (int k = 0; k < count; k++) {
        int n = list[k].number;
        if (n > 0 && n < 100 && !exercises[n].name[0] && !problems[n][0] &&
            exercise_load(&exercises[n], n, problems[n]))
            judge_make(&exercises[n], problems[n]);
    }
    all = calloc((size_t)count, sizeof *all);
    if (!all) return 2;
    while (next < count || running > 0) {
        if (next < count && running < jobs) {
            pid_t pid = fork();
            if (pid == 0) {
                exercise *e = &exercises[list[next].number];
                marks m;
                memset(&m, 0, sizeof m);
                char own[2 * PATH];
                snprintf(own, sizeof own, "%s/hand-in-%d", work, next);
                mkdir(own, 0755);
                int n = list[next].number, fine = n > 0 && n < 100 && !problems[n][0];
                if (!fine)
                    snprintf(m.reason, sizeof m.reason, "%s",
                             n > 0 && n < 100 ? problems[n] : "there is no such exercise");
                else fine = mark_one(e, list[next].path, own, &m);
                snprintf(path, sizeof path, "%s/marks", own);
                FILE *f = fopen(path, "wb");
                if (f) { fwrite(&m, sizeof m, 1, f); fclose(f); }
                _exit(!fine);
            }
            running += pid > 0;
            next++;
            continue;
        }
        if (wait(NULL) > 0) running--;
    }
    snprintf(path, sizeof path, "%s/class.csv", work);
    FILE *csv = fopen(path, "w");
    if (!csv) { fprintf(stderr, "%s: %s\n", path, strerror(errno)); return 2; }
    fprintf(csv, "student,exercise,score,of,reason\n");
    for (int k = 0; k < count; k++) {
        char own[2 * PATH];
        static const char *const left[] = {"marks", "part.c", "part.o", "judge"};
        snprintf(own, sizeof own, "%s/hand-in-%d/marks", work, k);
        FILE *f = fopen(own, "rb");
        if (!f || fread(&all[k], sizeof all[k], 1, f) != 1)
            snprintf(all[k].reason, sizeof all[k].reason, "the marking of this one failed");
        if (f) fclose(f);
        for (size_t i = 0; i < sizeof left / sizeof *left; i++) {
            snprintf(own, sizeof own, "%s/hand-in-%d/%s", work, k, left[i]);
            unlink(own);
        }
        snprintf(own, sizeof own, "%s/hand-in-%d", work, k);
        rmdir(own);
        put_csv(csv, list[k].student);
        fprintf(csv, ",%02d,%d,%d,", list[k].number, all[k].score, all[k].most);
        put_csv(csv, all[k].reason);
        fputc('\n', csv);
        if (all[k].score < all[k].most || all[k].most == 0) {
            printf("%-20s %02d  %d of %d  %s\n", list[k].student, list[k].number, all[k].score, all[k].most,
                   all[k].reason);
            bad++;
        }
    }
    if (fclose(csv) != 0) return 2;
    printf("%d hand-ins, %d with all marks; %s\n", count, count - bad, path);
    free(all);
    free(list);
    return 0;
}

int main(int argc, char **argv)
{
    int option, jobs = (int)sysconf(_SC_NPROCESSORS_ONLN);
    const char *class = NULL;
    while ((option = getopt(argc, argv, "r:w:s:j:c:")) != -1) {
        if (option == 'r') root = optarg;
        else if (option == 'w') work = optarg;
        else if (option == 's') hidden = optarg;
        else if (option == 'j') jobs = atoi(optarg);
        else if (option == 'c') class = optarg;
        else return 2;
    }
    if (getenv("CC")) compiler = getenv("CC");
    if (jobs < 1) jobs = 1;
    if (atoi(hidden) < 1) { fprintf(stderr, "-s takes a number from 1 on\n"); return 2; }
    if (class) return mark_class(class, jobs);
    if (argc - optind != 2) {
        fprintf(
            stderr,
            "mark.sh [-s hidden seed] NN hand-in.c, or mark.sh [-s hidden seed] [-j at a time] -c folder\n");
        return 2;
    }
    exercise e;
    marks m;
    char reason[1000];
    if (!exercise_load(&e, atoi(argv[optind]), reason) || !judge_make(&e, reason)) {
        fprintf(stderr, "%s\n", reason);
        return 2;
    }
    int marked = mark_one(&e, argv[optind + 1], work, &m);
    print_table(&e, &m, marked);
    if (!write_results(&e, &m, marked)) { fprintf(stderr, "%s: %s\n", work, strerror(errno)); return 2; }
    return m.score == m.most ? 0 : 1;
}
