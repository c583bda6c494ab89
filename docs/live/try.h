/* A constant of a program that runs in the page, as its reader set it: `book` where nothing was set. */
#include <stdlib.h>
static double live_try(double book)
{
    const char *set = getenv("LIVE_TRY");
    return set ? strtod(set, NULL) : book;
}
