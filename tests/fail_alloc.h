/* fail_alloc.h: an allocator that counts, fails where it is told to, and knows what leaked.
   Include it BEFORE winit.h, in the file that defines WINIT_IMPLEMENTATION.

   To try a function with memory running out at every one of its allocations:

       for (size_t k = 0;; k++) {
           fail_alloc_start(k);                          // allocation k (from 0) and all later ones fail
           wi_status status = wi_net_create(&net, &desc, NULL);
           if (!fail_alloc_stop()) { CHECK_OK(status); break; }   // nothing failed: k is past the last one
           CHECK_STATUS(status, WI_ERR_MEMORY);
           CHECK_EQ(fail_alloc.live, 0);
       }
*/
#ifndef FAIL_ALLOC_H
#define FAIL_ALLOC_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct fail_alloc_state {
    size_t calls;       /* allocations asked for since the start, or the last fail_alloc_start() */
    size_t live;        /* blocks given out and not given back */
    size_t bytes;       /* their sizes added up */
    size_t peak;        /* the most that bytes has been since the last fail_alloc_start() */
    size_t fail_at;     /* fail this call and all after it; SIZE_MAX: none */
    size_t failures;    /* how many were refused since the last fail_alloc_start() */
    size_t only;        /* fail this call alone; 0: none */
    size_t large;       /* and refuse what is so large, but not half as large again; 0: nothing */
    size_t old;         /* what each word of memory holds when it is given out; 0: no number by luck */
} fail_alloc_state;

#ifdef TEST_SHARED      /* tests/impl.c has it */
extern fail_alloc_state fail_alloc;
#else
static fail_alloc_state fail_alloc = { 0, 0, 0, 0, SIZE_MAX, 0, 0, 0, 0 };
#endif

/* Room before each block for its size and a mark that tells a block of ours from any other; and a mark behind
   it, which a block that is written past its end has lost. */
#define FAIL_ALLOC_HEAD 64
#define FAIL_ALLOC_MARK ((size_t)0x5AFEB10C)
static const char fail_alloc_end[16] = "the block ended";

static inline void fail_alloc_start(size_t fail_at)
{
    fail_alloc.calls = fail_alloc.failures = 0;
    fail_alloc.peak = fail_alloc.bytes;
    fail_alloc.fail_at = fail_at;
}

/* Allow everything again. Returns how many allocations were refused. */
static inline size_t fail_alloc_stop(void)
{
    fail_alloc.fail_at = SIZE_MAX;
    fail_alloc.only = 0;
    return fail_alloc.failures;
}

static inline void *fail_alloc_malloc(size_t size)
{
    char *block;
    if (fail_alloc.calls++ >= fail_alloc.fail_at || fail_alloc.calls == fail_alloc.only
        || size - fail_alloc.large < fail_alloc.large / 2
        || size > SIZE_MAX - FAIL_ALLOC_HEAD - sizeof fail_alloc_end
        || (block = (char *)malloc(size + FAIL_ALLOC_HEAD + sizeof fail_alloc_end)) == NULL) {
        fail_alloc.failures++;
        return NULL;
    }
    ((size_t *)(void *)block)[0] = size;
    ((size_t *)(void *)block)[1] = FAIL_ALLOC_MARK;
    fail_alloc.live++;
    fail_alloc.bytes += size;
    if (fail_alloc.bytes > fail_alloc.peak) fail_alloc.peak = fail_alloc.bytes;
    /* no number by luck: NaN, and the largest size */
    for (size_t i = 0; i < size; i += i == 4096 && size > 8192 ? size - 8192 : 1)
        block[FAIL_ALLOC_HEAD + i] = (char)0xFF;
    for (size_t i = 0; fail_alloc.old && i < size / sizeof(size_t); i++)
        memcpy(block + FAIL_ALLOC_HEAD + i * sizeof(size_t), &fail_alloc.old, sizeof(size_t));
    memcpy(block + FAIL_ALLOC_HEAD + size, fail_alloc_end, sizeof fail_alloc_end);
    return block + FAIL_ALLOC_HEAD;
}

static inline void fail_alloc_free(void *pointer)
{
    if (pointer == NULL) return;
    char *block = (char *)pointer - FAIL_ALLOC_HEAD;
    if (((size_t *)(void *)block)[1] != FAIL_ALLOC_MARK) {
        printf("fail_alloc: freed twice, or never allocated: %p\n", pointer);
        abort();
    }
    if (memcmp((char *)pointer + ((size_t *)(void *)block)[0], fail_alloc_end, sizeof fail_alloc_end) != 0) {
        printf("fail_alloc: written past its end: %p\n", pointer);
        abort();
    }
    ((size_t *)(void *)block)[1] = 0;
    fail_alloc.live--;
    fail_alloc.bytes -= ((size_t *)(void *)block)[0];
    free(block);
}

#define WINIT_MALLOC(size)  fail_alloc_malloc(size)
#define WINIT_FREE(pointer) fail_alloc_free(pointer)

#endif /* FAIL_ALLOC_H */
