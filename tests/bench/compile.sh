#!/bin/sh
# What the header costs to compile, beside the header of an earlier commit: compile.sh [commit]
# User time of `gcc -O2 -c`, least of 5 taken in turn, and bytes of text; then a program that only fills, for a Cortex-M4.
set -u
: "${CC:=cc}" "${BASE:=${1:-15e8daf}}" "${ROUNDS:=5}"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
git show "$BASE:winit.h" > "$work/old.h" || exit 1
cp winit.h "$work/new.h"

# Seconds of user time that compiling one of the headers with options takes.
seconds() # header options
{
    header=$1; shift
    ( "$CC" -std=c99 -O2 -w -DWINIT_IMPLEMENTATION "$@" -x c -c "$work/$header.h" -o "$work/$header.o" && times ) |
        sed -n '2s/^\([0-9]*\)m\([0-9.]*\)s.*/\1 \2/p' | awk '{ print 60 * $1 + $2 }'
}

text() { size "$work/$1.o" | awk 'NR == 2 { print $1 }'; }

row() # title, target, options
{
    title=$1 target=$2 old=1e9 new=1e9; shift 2
    for _ in $(seq "$ROUNDS"); do
        old=$(echo "$old $(seconds old)" | awk '{ print $1 < $2 ? $1 : $2 }')
        new=$(echo "$new $(seconds new "$@")" | awk '{ print $1 < $2 ? $1 : $2 }')
    done
    echo "$title;$new;$(text new);$old;$(text old);$target" | awk -F';' '{
        printf "%-36s %6.2f s %8d bytes   x%.2f of the time, x%.2f of the text (target %s)\n", $1, $2, $3, $2 / $4, $3 / $5, $6 }'
}

echo "beside the whole header of $BASE, $CC -O2, user time, least of $ROUNDS taken in turn"
row "whole" 0.85
row "WINIT_NO_NET" 0.50 -DWINIT_NO_NET
row "WINIT_NO_NET, WINIT_NO_SIMD" 0.25 -DWINIT_NO_NET -DWINIT_NO_SIMD

arm=arm-none-eabi-gcc
command -v $arm > /dev/null 2>&1 || { echo "no $arm: apt-get install gcc-arm-none-eabi"; exit 0; }
cat > "$work/fill.c" <<'END'
#define WINIT_NO_STDIO
#define WINIT_NO_NET
#define WINIT_NO_DATA
#define NDEBUG
#define WINIT_MALLOC(size)  ((void *)0)
#define WINIT_FREE(pointer) ((void)(pointer))
#define WINIT_IMPLEMENTATION
#include "winit.h"
float w[16 * 16];
int main(void)
{
    wi_rng rng = wi_rng_make(1);
    return wi_fill(w, wi_dense(16, 16), wi_normal(0, 0.1), &rng) != WI_OK;
}
END
$arm -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 -std=c99 -Os -w -ffunction-sections -fdata-sections -I. \
    -c "$work/fill.c" -o "$work/fill.o" &&
    $arm -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16 -Wl,--gc-sections --specs=nosys.specs --specs=nano.specs \
        "$work/fill.o" -o "$work/fill.elf" -lm 2> /dev/null &&
    size "$work/fill.elf" | awk 'NR == 2 { print "a fill of a normal law on a Cortex-M4: " $1 " bytes of text (target 12288)" }'
