# What the program of docs/use-embedded.md takes on small machines, and the stack of a forward pass on this one:
#   sh tests/sizes.sh           a table; `make sizes` puts it into the page
#   sh tests/sizes.sh quick     no more than what can fail
# Ends with failure where the Cortex-M4 takes more than 16 KB of flash, a pass more than 8 KB of stack, or where gcc
# compiles for size what users wait for.
CC=${CC:-cc}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
bad=0

# size TITLE MOST PREFIX FLAGS...: compile $work/a.c, and print bytes of flash (text and data) and of RAM (data and bss)
size()
{
    title=$1 most=$2 prefix=$3; shift 3
    command -v "$prefix-gcc" > /dev/null 2>&1 || { printf '%-44s %9s\n' "$title" "no $prefix-gcc"; return; }
    "$prefix-gcc" -std=c99 -Os -w -ffunction-sections -fdata-sections -I. "$@" "$work/a.c" -o "$work/a.elf" \
        -Wl,--gc-sections -lm 2> "$work/log" || { cat "$work/log"; bad=1; return; }
    # shellcheck disable=SC2046
    set -- $("$prefix-size" "$work/a.elf" | tail -n 1)
    printf '%-44s %9d %8d\n' "$title" $(($1 + $2)) $(($2 + $3))
    [ $(($1 + $2)) -le "$most" ] || { bad=1; echo "more than $most"; }
}
M0='-mcpu=cortex-m0 -mthumb --specs=nosys.specs --specs=nano.specs'
M4='-mcpu=cortex-m4 -mthumb -mfpu=fpv4-sp-d16 -mfloat-abi=hard --specs=nosys.specs --specs=nano.specs'
RV='-march=rv32imac -mabi=ilp32 --specs=picolibc.specs'

printf '%-44s %9s %8s\n' '1-16-16-1, weights and C library included' 'flash, B' 'RAM, B'
cp docs/snippets/flash.c "$work/a.c"
# shellcheck disable=SC2086
size 'Cortex-M4' 16384 arm-none-eabi $M4
if [ "${1:-}" != quick ]; then
sed -e '/define WINIT_LAYERS/d' -e '/define WINIT_ACTS/d' docs/snippets/flash.c > "$work/a.c"
# shellcheck disable=SC2086
size 'Cortex-M4, all layers and activations' 65536 arm-none-eabi $M4
sed -e '/define WINIT_LAYERS/d' -e '/define WINIT_ACTS/d' -e '/define WINIT_FORWARD_ONLY/d' docs/snippets/flash.c > "$work/a.c"
# shellcheck disable=SC2086
size 'Cortex-M4, ready to draw and to train' 131072 arm-none-eabi $M4
cp docs/snippets/flash.c "$work/a.c"
# shellcheck disable=SC2086
size 'Cortex-M0' 24576 arm-none-eabi $M0
# shellcheck disable=SC2086
size 'RISC-V (rv32imac)' 32768 riscv64-unknown-elf $RV
size 'AVR (ATmega1284P)' 65536 avr -mmcu=atmega1284p
printf '\n%-44s %9s %8s\n' 'one wi_fill() of 64 x 64 by he_normal' 'flash, B' 'RAM, B'
cat > "$work/a.c" <<'END'
#define WINIT_NO_NET
#define WINIT_NO_DATA
#define WINIT_NO_STDIO
#define WINIT_NO_SIMD
#define WINIT_ASSERT(ok) ((void)0)
#define WINIT_MALLOC(size)  NULL
#define WINIT_FREE(pointer) ((void)(pointer))
#define WINIT_IMPLEMENTATION
#include "winit.h"
static wi_real w[64 * 64];
int main(void)
{
    wi_rng rng = wi_rng_make(1);
    return (int)wi_fill(w, wi_dense(64, 64), wi_he_normal(), &rng);
}
END
# shellcheck disable=SC2086
size 'Cortex-M0' 32768 arm-none-eabi $M0
# shellcheck disable=SC2086
size 'Cortex-M4' 24576 arm-none-eabi $M4
# shellcheck disable=SC2086
size 'RISC-V (rv32imac)' 32768 riscv64-unknown-elf $RV
sed -i 's/^static wi_real w.*/static wi_real w[32 * 32];/; s/64, 64/32, 32/' "$work/a.c"
size 'AVR (ATmega1284P), 32 x 32' 65536 avr -mmcu=atmega1284p
fi

printf '\n%-30s %14s %23s\n' 'stack of a forward pass here, B' '1-16-16-1' 'image 3x32x32, 6 layers'
for flags in -Os -O2 '-O2 -DWINIT_NO_SIMD'; do
    [ "${1:-}" = quick ] && [ "$flags" != -Os ] && continue
    # shellcheck disable=SC2086
    $CC -std=c99 -D_GNU_SOURCE $flags -w -I. tests/stack.c -o "$work/stack" -lm -lpthread || bad=1
    printf '%-30s  ' "$flags"; "$work/stack" || bad=1
done

# What surely calls a function marked WI_IMPL_RARE is rare for gcc as well: no public function may be, but those of which
# gcc tells their callers nothing (WI_IMPL_OPAQUE), and no loop of numbers.
# OBJECT: the header as gcc -O2 has made it already, where somebody has.
object=${OBJECT:-$work/rare.o}
if [ -f "$object" ] || gcc -O2 -w -DWINIT_IMPLEMENTATION -x c -c winit.h -o "$object" 2> /dev/null; then
    opaque=$(gcc -E -w -DWINIT_IMPLEMENTATION -x c winit.h | grep -o '__noipa__)) [a-z_]* wi_[a-z0-9_]*' | sed 's/.* //')
    for f in $(objdump -t "$object" | awk '$4 ~ /text[.]unlikely/ { print $NF }'); do
        case $f in
        *.cold | wi_*.part.* | wi_impl_csv_fail | wi_impl_train_check) ;;
        wi_impl_draw | wi_impl_values* | wi_impl_words* | wi_impl_haar* | wi_impl_gemm* | wi_impl_*_run | wi_impl_*_wide \
            | wi_impl_*_forward* | wi_impl_*_backward* | wi_impl_opt_run_2* | wi_impl_train_* | wi_impl_csv_*)
            bad=1; echo "compiled for size: $f" ;;
        wi_impl_* | inside_* | .*) ;;   # inside_: the tests' own
        *) echo "$opaque" | grep -qx "$f" || { bad=1; echo "compiled for size, and its callers with it: $f"; } ;;
        esac
    done
fi
exit $bad
