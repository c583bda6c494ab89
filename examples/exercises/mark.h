/* mark.h - how an exercise marks itself

   A check that does not hold prints a hint: what was measured, what was expected, where to look. The first hint ends the marking,
   because the later checks would only repeat it.

       if (mark(mean_is_zero, "the mean is %.3f: is the range symmetric?", mean)) return mark_end();
*/
#ifndef MARK_H
#define MARK_H

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__GNUC__) || defined(__clang__)
#define MARK_FORMAT __attribute__((format(printf, 2, 3), unused))
#else
#define MARK_FORMAT
#endif

static int mark_hints;   /* how many were given */
static int mark_checks;  /* how many checks held */

/* 1 where the check did not hold, after printing the hint. */
static MARK_FORMAT int mark(int held, const char *hint, ...)
{
    va_list list;
    if (held) {
        mark_checks++;
        return 0;
    }
    mark_hints++;
    printf("HINT: ");
    va_start(list, hint);
    vprintf(hint, list);
    va_end(list);
    printf("\n");
    return 1;
}

/* The result: main's return value. */
static int mark_end(void)
{
    if (mark_hints == 0) printf("PASSED: all %d checks hold\n", mark_checks);
    else printf("NOT YET: %d checks held before the hint\n", mark_checks);
    return mark_hints == 0 ? 0 : 1;
}

#endif /* MARK_H */
