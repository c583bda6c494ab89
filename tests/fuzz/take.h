/* take.h: what every fuzzer begins with. It calls fuzz(), and hands out its bytes as numbers: small ones mostly, now and
   then one near overflow or an odd double. */
#ifndef TAKE_H
#define TAKE_H

#include <time.h>

static void fuzz(const uint8_t *bytes, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* More than a second of the processor's time is a fault: inputs are small, even for sanitizers. */
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    clock_t start = clock();
    fuzz(bytes, size);
    if (clock() - start > CLOCKS_PER_SEC) __builtin_trap();
    return 0;
}

typedef struct take { const uint8_t *bytes; size_t size; } take;

static unsigned take_byte(take *t)
{
    if (t->size == 0) return 0;
    t->size--;
    return *t->bytes++;
}

/* 0 to limit - 1; one byte in sixteen gives something enormous instead where `wild` is set. */
static size_t take_size(take *t, size_t limit, int wild)
{
    unsigned b = take_byte(t);
    if (wild && b >= 0xF0) return b & 1 ? SIZE_MAX >> (b & 7) : (size_t)1 << (b % 64);
    return b % limit;
}

static double take_number(take *t)
{
    static const double odd[] = {0, 1, -1, 0.5, 2, 1e-3, 1e3, 1e-30, 1e30, 1e39, -1e39, 1e300, 1e-300, 0.0 / 1, -2, 3};
    unsigned b = take_byte(t);
    if (b < 0x80) return ((double)b - 64) / 16;
    if (b < 0xC0) return odd[b % 16];
    if (b < 0xD0) return b & 1 ? (double)NAN : b & 2 ? HUGE_VAL : -HUGE_VAL;
    uint64_t bits = 0;
    double x;
    for (int i = 0; i < 8; i++) bits = bits << 8 | take_byte(t);
    memcpy(&x, &bits, sizeof x);
    return x;
}

static wi_recipe take_recipe(take *t)
{
    static const char *const names[] = {NULL, "", "he_normal", "mine", "he_normal:2"};
    wi_recipe r;
    memset(&r, 0, sizeof r);
    r.name = names[take_size(t, 5, 0)];
    r.scheme = (wi_scheme)take_size(t, WI_SCHEME_COUNT + 2, 0);
    r.fan = (wi_fan)take_size(t, 5, 0);
    r.scale = take_number(t);
    r.power = take_byte(t) & 1 ? take_number(t) : 1;
    r.a = take_number(t);
    r.b = take_number(t);
    r.lo = take_number(t);
    r.hi = take_number(t);
    return r;
}

static wi_act take_act(take *t)
{
    wi_act act;
    memset(&act, 0, sizeof act);
    act.kind = (int)take_size(t, WI_ACT_CUSTOM + 2, 0);
    act.param = take_number(t);
    return act;
}

#endif
