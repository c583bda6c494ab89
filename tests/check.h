/* check.h: what every test of winit.h includes. C99 that is also C++11.

   A check that fails prints where and what differed, is counted, and the test goes on. After a
   thousand failures it stops printing. Each macro is 1 where the check held, so a test can stop
   early: `if (!CHECK_OK(wi_fill(...))) return;`. Main ends with `return check_done();`.

   To run one test by itself:  cc -I. -Itests tests/02_rng.c -o t -lm && ./t
   `make test` builds each tests/NN_name.c in many ways, from C++17 to 128-bit vectors; a line in the test's
   first comment may ask for more columns, or for fewer: see the head of tests/tests.mk.

   Files to write go to check_path("name"), a folder of this run's own. In the slower builds of the
   matrix a long loop may go in larger steps: CHECK_PART_OF(n) for statistics, CHECK_SLOW_PART(n). */
#ifndef CHECK_H
#define CHECK_H

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__GNUC__) || defined(__clang__)
#define CHECK_UNUSED __attribute__((unused))
#else
#define CHECK_UNUSED
#endif

/* 1; or n in a build that need not repeat statistics (CHECK_PART), or would take too long (CHECK_SLOW). */
#ifdef CHECK_PART
#define CHECK_PART_OF(n) (n)
#else
#define CHECK_PART_OF(n) 1
#endif
#ifdef CHECK_SLOW
#define CHECK_SLOW_PART(n) (n)
#else
#define CHECK_SLOW_PART(n) 1
#endif

static size_t check_passed CHECK_UNUSED, check_failed CHECK_UNUSED, check_skipped CHECK_UNUSED;

/* Count the outcome; 1 where the caller should go on and print what differed. */
static int CHECK_UNUSED check_count(int ok, const char *file, int line, const char *what)
{
    if (ok) {
        check_passed++;
        return 0;
    }
    check_failed++;
    if (check_failed > 1000) return 0;
    if (getenv("CHECK_STOP")) {   /* a mutant is dead by its first failure */
        printf("%s:%d: %s\n", file, line, what);
        exit(1);
    }
    printf("%s:%d: %s", file, line, what);
    return 1;
}

static int CHECK_UNUSED check_true(int ok, const char *file, int line, const char *what)
{
    if (check_count(ok, file, line, what)) printf(": does not hold\n");
    return ok;
}

static int CHECK_UNUSED check_eq(uintmax_t got, uintmax_t want, const char *file, int line, const char *what)
{
    int ok = got == want;
    if (check_count(ok, file, line, what))
        printf(": got %ju (0x%jx), not %ju (0x%jx)\n", got, got, want, want);
    return ok;
}

/* NaN is near NaN, and an infinity is near itself; apart from that |got - want| <= tolerance. */
static int CHECK_UNUSED check_near(double got, double want, double tolerance, const char *file, int line,
                                   const char *what)
{
    int ok;
    if (isnan(want)) ok = isnan(got) ? 1 : 0;
    else if (isinf(want)) ok = isinf(got) && (got > 0) == (want > 0);
    else ok = fabs(got - want) <= tolerance;
    if (check_count(ok, file, line, what))
        printf(": got %.17g, not %.17g +- %.3g (differs by %.3g)\n", got, want, tolerance, got - want);
    return ok;
}

static int CHECK_UNUSED check_below(double got, double bound, const char *file, int line, const char *what)
{
    int ok = got < bound;
    if (check_count(ok, file, line, what)) printf(": %.17g is not below %.17g\n", got, bound);
    return ok;
}

static int CHECK_UNUSED check_text(const char *got, const char *want, int whole, const char *file, int line,
                                   const char *what)
{
    int ok = got && want && (whole ? strcmp(got, want) == 0 : strstr(got, want) != NULL);
    if (check_count(ok, file, line, what))
        printf(": \"%s\" %s \"%s\"\n", got ? got : "(null)", whole ? "is not" : "does not contain",
               want ? want : "(null)");
    return ok;
}

static int CHECK_UNUSED check_bytes(const void *got, const void *want, size_t size, const char *file,
                                    int line, const char *what)
{
    const unsigned char *a = (const unsigned char *)got, *b = (const unsigned char *)want;
    size_t at = 0;
    while (at < size && a[at] == b[at]) at++;
    if (check_count(at == size, file, line, what))
        printf(": bytes differ first at %ju of %ju: 0x%02x, not 0x%02x\n", (uintmax_t)at, (uintmax_t)size,
               (unsigned)a[at], (unsigned)b[at]);
    return at == size;
}

/* A condition. */
#define CHECK(cond) check_true((cond) ? 1 : 0, __FILE__, __LINE__, #cond)
/* Two unsigned integers (sizes, counts, random words). Cast signed ones yourself. */
#define CHECK_EQ(got, want) \
    check_eq((uintmax_t)(got), (uintmax_t)(want), __FILE__, __LINE__, #got " == " #want)
/* Two numbers; the tolerance is absolute. CHECK_CLOSE: relative to the expected value. */
#define CHECK_NEAR(got, want, tolerance) \
    check_near((double)(got), (double)(want), (double)(tolerance), __FILE__, __LINE__, #got " ~ " #want)
#define CHECK_CLOSE(got, want, relative)                                                                  \
    check_near((double)(got), (double)(want), fabs((double)(want)) * (double)(relative), __FILE__, __LINE__, \
               #got " ~ " #want)
#define CHECK_BELOW(got, bound) \
    check_below((double)(got), (double)(bound), __FILE__, __LINE__, #got " < " #bound)
/* Two strings; CHECK_CONTAINS: the second somewhere in the first. */
#define CHECK_TEXT(got, want)     check_text(got, want, 1, __FILE__, __LINE__, #got)
#define CHECK_CONTAINS(got, want) check_text(got, want, 0, __FILE__, __LINE__, #got)
#define CHECK_BYTES(got, want, size) check_bytes(got, want, size, __FILE__, __LINE__, #got " == " #want)
/* A wi_status, printed by name. winit.h must come before use (not before this file). */
#define CHECK_STATUS(call, want)                                                             \
    check_text(wi_status_name(call), wi_status_name(want), 1, __FILE__, __LINE__, #call)
#define CHECK_OK(call) CHECK_STATUS(call, WI_OK)
/* Something this machine cannot check, said once. */
#define CHECK_SKIP(why) (check_skipped++, (void)printf("%s:%d: skipped: %s\n", __FILE__, __LINE__, why))

/* A path for a file that the test writes: no two runs at the same time share it. Four are alive at once. */
static CHECK_UNUSED const char *check_path(const char *name)
{
    static char paths[4][512];
    static unsigned next;
    const char *folder = getenv("CHECK_DIR"), *own = "build/by-hand";
    char *path = paths[next++ % 4];
    if (!folder || !folder[0]) folder = next > 1 || system("mkdir -p build/by-hand") == 0 ? own : ".";
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

/* The closing line, and main's result. */
static int CHECK_UNUSED check_done(void)
{
    printf("%ju passed, %ju failed", (uintmax_t)check_passed, (uintmax_t)check_failed);
    if (check_skipped) printf(", %ju skipped", (uintmax_t)check_skipped);
    printf("\n");
    if (check_passed == 0 && check_skipped == 0) return 1;   /* a test that checks nothing is broken */
    return check_failed ? 1 : 0;
}

#endif /* CHECK_H */
