/* guard.h: bytes that end where memory does, so that who reads one further is stopped in every build. Include
   it first: it asks for mmap(). */
#ifndef GUARD_H
#define GUARD_H
#ifndef _DEFAULT_SOURCE
#define _DEFAULT_SOURCE 1
#endif
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#if defined(__unix__) || defined(__APPLE__)
#include <sys/mman.h>
#include <unistd.h>
#if defined(MAP_ANONYMOUS)
#define GUARD_PAGES 1
#endif
#endif

#if defined(__GNUC__) || defined(__clang__)
#define GUARD_UNUSED __attribute__((unused))
#else
#define GUARD_UNUSED
#endif

enum { GUARD_ROOM = 1 << 16, GUARD_COUNT = 4 };

/* Room for so many bytes at the end of memory; there are four such rooms, of 64 KB. */
static GUARD_UNUSED unsigned char *guard_room(unsigned which, size_t size)
{
    static unsigned char *end[GUARD_COUNT];
    which %= GUARD_COUNT;
    if (size > GUARD_ROOM) abort();
#ifdef GUARD_PAGES
    if (!end[which]) {
        size_t page = (size_t)sysconf(_SC_PAGESIZE), all = (GUARD_ROOM + page - 1) / page * page;
        void *from = mmap(NULL, all + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (from == MAP_FAILED || mprotect((char *)from + all, page, PROT_NONE) != 0) abort();
        end[which] = (unsigned char *)from + all;
    }
    return end[which] - size;
#else
    free(end[which]);
    end[which] = (unsigned char *)malloc(size + 1);
    if (!end[which]) abort();
    return end[which] + (size == 0);
#endif
}

/* A copy of bytes that ends where memory does, until the next of the same room. */
static GUARD_UNUSED unsigned char *guard_copy(unsigned which, const void *bytes, size_t size)
{
    unsigned char *to = guard_room(which, size);
    if (size) memcpy(to, bytes, size);
    return to;
}

#endif /* GUARD_H */
