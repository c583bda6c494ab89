/* libc.c - what the engine takes instead of wasi-libc's, which is large where a page needs little

   memcpy() and its like are one instruction of WebAssembly where a browser has vectors. strtod() in wasi-libc
   computes in 128 bits that WebAssembly does not have, and takes 8 KB for it; the header asks it for few
   numbers, and only for whole digits times a power of ten: "123456e-7". qsort() is a heapsort, in a
   quarter of the room.
*/
#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#ifdef __wasm_simd128__
#define BULK __attribute__((target("bulk-memory")))    /* as a flag it would make errno a thread's own */
BULK void *memcpy(void *to, const void *from, size_t n) { return __builtin_memcpy(to, from, n); }
BULK void *memmove(void *to, const void *from, size_t n) { return __builtin_memmove(to, from, n); }
BULK void *memset(void *to, int byte, size_t n) { return __builtin_memset(to, byte, n); }
#endif

/* A whole number, the lowest word first. 770 digits and a power 10^1100 are 6,212 bits. */
enum { WORDS = 200 };
typedef struct whole { uint32_t word[WORDS]; } whole;

/* a m + b, in place. */
static void times_plus(whole *a, uint32_t m, uint32_t b)
{
    uint64_t carry = b;
    for (int i = 0; i < WORDS; i++) {
        carry += (uint64_t)a->word[i] * m;
        a->word[i] = (uint32_t)carry;
        carry >>= 32;
    }
}

static int bits_of(const whole *a)
{
    for (int i = WORDS; i-- > 0;)
        for (int bit = 32; bit-- > 0;) if (a->word[i] >> bit) return 32 * i + bit + 1;
    return 0;
}

static int less(const whole *a, const whole *b)
{
    int i = WORDS - 1;
    while (i > 0 && a->word[i] == b->word[i]) i--;
    return a->word[i] < b->word[i];
}

static void subtract(whole *a, const whole *b)
{
    uint64_t borrow = 0;
    for (int i = 0; i < WORDS; i++) {
        borrow = (uint64_t)a->word[i] - b->word[i] - borrow;
        a->word[i] = (uint32_t)borrow;
        borrow = borrow >> 63;
    }
}

/* The double nearest to m 10^e, the even one of two that are as near. With n/d = m 10^e, d is brought above n
   by a power of two; then long division gives the quotient bit by bit, as many as a double has and some more,
   and what remains says on which side of a middle it lies. */
double strtod(const char *text, char **end)
{
    whole n = {{0}}, d = {{1}};
    int digits = 0, minus, e = 0;

    (void)end;
    for (; *text >= '0' && *text <= '9'; text++) {
        times_plus(&n, 10, (uint32_t)(*text - '0'));
        digits += digits > 0 || *text != '0';
    }
    if (*text == 'e') text++;
    minus = *text == '-';
    for (text += minus; *text >= '0' && *text <= '9'; text++) if (e < 100000) e = 10 * e + (*text - '0');
    if (minus) e = -e;
    if (digits == 0 || digits + e < -330) return 0.0;
    if (digits + e > 330) return HUGE_VAL;
    for (int k = 0; k < abs(e); k++) times_plus(e < 0 ? &d : &n, 10, 0);

    int above = bits_of(&n) - bits_of(&d) + 1;             /* n/d < 2^above */
    for (int k = 0; k < abs(above); k++) times_plus(above < 0 ? &n : &d, 2, 0);
    int wanted = above + 1076 < 57 ? above + 1076 : 57;    /* not below the least double's second half */
    uint64_t quotient = 0;
    for (int k = 0; k < wanted; k++) {
        times_plus(&n, 2, 0);
        quotient *= 2;
        if (less(&n, &d)) continue;
        subtract(&n, &d);
        quotient++;
    }
    int exponent = above - wanted, spare = exponent < -1074 ? -1074 - exponent : 0;
    while (quotient >> spare >> 53) spare++;
    uint64_t kept = quotient >> spare, rest = quotient - (kept << spare), half = (uint64_t)1 << spare >> 1;
    int beyond = bits_of(&n) > 0;
    kept += rest > half || (rest == half && spare > 0 && (beyond || kept % 2 == 1));
    return wanted < 0 ? 0.0 : ldexp((double)kept, exponent + spare);
}

/* Heapsort: every part is kept at least as great as its two children at 2 i + 1 and 2 i + 2, so that the
   first is the greatest; it goes to the end, and what stood there sinks to where it belongs. */
static void swap(char *a, char *b, size_t size)
{
    for (; size > 0; size--, a++, b++) {
        char c = *a;
        *a = *b;
        *b = c;
    }
}

void qsort(void *all, size_t count, size_t size, int (*order)(const void *, const void *))
{
    char *at = (char *)all;
    for (size_t start = count / 2, end = count; end > 1;) {
        if (start > 0) start--;
        else swap(at, at + --end * size, size);
        for (size_t i = start, child; (child = 2 * i + 1) < end; i = child) {
            if (child + 1 < end && order(at + child * size, at + (child + 1) * size) < 0) child++;
            if (order(at + i * size, at + child * size) >= 0) break;
            swap(at + i * size, at + child * size, size);
        }
    }
}
