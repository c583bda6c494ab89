#!/bin/sh
# What winit.h promises as a text and as an object file:  header.sh warnings|options|choices|hostile|builds|linkage|symbols|texts|readme
# Run from the top of the repository by `make test`; CC, CXX, OTHER, OTHERXX, TCC and WARN_* come from tests/tests.mk.
set -u
: "${CC:=cc}" "${CXX:=}" "${OTHER:=}" "${OTHERXX:=}" "${TCC:=}" "${WARN_C:=-Wall}" "${WARN_CXX:=-Wall}" "${WARN_GCC:=}"
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0

ok()   { passed=$((passed + 1)); }
fail() { failed=$((failed + 1)); echo "failed: $*"; }
skip() { skipped=$((skipped + 1)); echo "skipped: $*"; }
# A command that must succeed without a word.
silent() # title, command...
{
    title=$1; shift
    if "$@" > "$work/said" 2>&1 && [ ! -s "$work/said" ]; then ok
    else fail "$title"; echo "    $*"; head -n 12 "$work/said" | sed 's/^/    /'; fi
}

printf '#define WINIT_IMPLEMENTATION\n#include "winit.h"\n' > "$work/impl.c"
printf '#include "winit.h"\n' > "$work/api.c"
printf '#define WINIT_STATIC\n#include "winit.h"\n' > "$work/static.c"
cp "$work/impl.c" "$work/impl.cc"; cp "$work/api.c" "$work/api.cc"; cp "$work/static.c" "$work/static.cc"

# The oldest C and C++, by both compilers, with every option; later ones are for choices(). What only the front end
# sees, whose warnings clang gives without optimising, is not compiled further; gcc sees unused functions and values that
# may be unset only when it does. (The columns cc, clang and double of the tests are compiled with all warnings as well.)
warnings()
{
    for cc in "$CC" $OTHER; do
        case $("$cc" --version 2>/dev/null) in
        *clang*) more= quick=-fsyntax-only ;;
        *Free\ Software*) more=$WARN_GCC quick='-O0 -c' ;;
        *) more= quick='-O0 -c' ;;
        esac
        # shellcheck disable=SC2086  # flags are words
        silent "$cc c99" $cc -std=c99 $WARN_C $more -Werror -I. -fsyntax-only "$work/impl.c"
        # Small threads and microcontrollers: no function takes more than 8 KB of stack, but for two that look at whole
        # networks and tensors (up to 12 KB) and products over ascending k (55 KB), whose documentation says so. Where the
        # columns cc and clang have compiled all of it, optimised and with these warnings, they have left its frames.
        if [ "$cc" = "$CC" ]; then frames=${FRAMES:-}; else frames=${FRAMES_OTHER:-}; fi
        if [ -s "$frames" ]; then sed 's/.*:\([a-z_0-9.]*\)\t\([0-9]*\)\t.*/\1 \2/' "$frames" > "$work/stack"
        else
            # shellcheck disable=SC2086
            "$cc" -std=c99 -O2 $WARN_C $more -Wframe-larger-than=8192 -I. -c "$work/impl.c" -o "$work/a.o" > "$work/said" 2>&1 || fail "$cc -O2"
            grep -oE 'warning: .*' "$work/said" | grep -v 'Wframe-larger-than' > "$work/others"
            if [ -s "$work/others" ]; then fail "$cc -O2"; head -n 12 "$work/said" | sed 's/^/    /'; else ok; fi
            # gcc names the function in the line before the size, clang in the same.
            tr -d "'‘’" < "$work/said" | awk '{ for (i = 1; i <= NF; i++) if ($i ~ /^wi_[a-z_0-9.]*:?$/) { name = $i; sub(/:$/, "", name) } }
                match($0, /frame size (of |\()[0-9]+/) { size = substr($0, RSTART, RLENGTH); gsub(/[^0-9]/, "", size); print name, size }' > "$work/stack"
        fi
        awk '$2 > 56320 || $2 > 8192 && $1 !~ /^wi_(identify|train_check|impl_gemm)/' "$work/stack" > "$work/frames"
        if [ -s "$work/frames" ]; then fail "$cc: more than 8 KB of stack in $(tr '\n' ' ' < "$work/frames")"; else ok; fi
        for set in -DWINIT_REAL=double -DWINIT_NO_SIMD -DWINIT_NO_STDIO '-DWINIT_NO_SIMD -DWINIT_NO_STDIO -DWINIT_REAL=double -DNDEBUG'; do
            # Where a column has compiled this, with all warnings, it has left what was said.
            said=$(for file in ${SAID:-}; do case $file in "${set#-DWINIT_}="*) echo "${file#*=}" ;; esac; done)
            # shellcheck disable=SC2086
            if [ "$cc" = "$CC" ] && [ -f "$said" ]; then silent "$cc $set" cat "$said"
            elif [ "$cc$set" = "$CC-DWINIT_NO_STDIO" ]; then :   # symbols() compiles this
            else silent "$cc $set" $cc -std=c99 $set $WARN_C $more -Werror -I. $quick "$work/impl.c" -o "$work/a.o"; fi
        done
        # shellcheck disable=SC2086
        silent "$cc declarations" $cc -std=c99 $WARN_C $more -Werror -I. -fsyntax-only "$work/api.c"
        # shellcheck disable=SC2086
        silent "$cc WINIT_STATIC" $cc -std=c99 $WARN_C $more -Werror -I. -fsyntax-only "$work/static.c"
    done
    for cxx in $CXX $OTHERXX; do
        # shellcheck disable=SC2086
        silent "$cxx c++11" $cxx -std=c++11 $WARN_CXX -Werror -I. -fsyntax-only "$work/impl.cc"
        for set in '-DWINIT_REAL=double' '-DWINIT_NO_SIMD -DWINIT_NO_STDIO'; do
            # shellcheck disable=SC2086
            silent "$cxx $set" $cxx -std=c++11 $set $WARN_CXX -Werror -I. -fsyntax-only "$work/impl.cc"
        done
        # shellcheck disable=SC2086
        silent "$cxx declarations" $cxx -std=c++11 $WARN_CXX -Werror -I. -fsyntax-only "$work/api.cc"
        # shellcheck disable=SC2086
        silent "$cxx WINIT_STATIC" $cxx -std=c++11 $WARN_CXX -Werror -I. -fsyntax-only "$work/static.cc"
    done
    if [ -n "$TCC" ]; then silent "tcc" "$TCC" -std=c99 -Wall -Werror -I. -c "$work/impl.c" -o "$work/a.o"; fi
}

# Every choice of sections, with and without files, vectors and double: nothing is missing, nothing is left over. clang's
# front end sees both; without clang each is compiled. options() leaves out one section at most, choices() more of
# them; and it tries the later languages.
options() { sections_left_out one; }
choices()
{
    sections_left_out many
    for cc in "$CC" $OTHER; do for std in c11 c17; do
        case $("$cc" --version 2>/dev/null) in *Free\ Software*) more=$WARN_GCC ;; *) more= ;; esac
        # shellcheck disable=SC2086
        silent "$cc $std" $cc -std=$std $WARN_C $more -Werror -I. -fsyntax-only "$work/impl.c"
    done; done
    for cxx in $CXX $OTHERXX; do for std in c++17 c++20; do
        # shellcheck disable=SC2086
        silent "$cxx $std" $cxx -std=$std $WARN_CXX -Werror -I. -fsyntax-only "$work/impl.cc"
    done; done
}
sections_left_out() # one|many
{
    cc=$CC quick='-O0 -c' asked=$1
    for try in "$CC" $OTHER; do case $("$try" --version 2>/dev/null) in *clang*) cc=$try quick=-fsyntax-only; break ;; esac; done
    for net in '' -DWINIT_NO_NET; do for data in '' -DWINIT_NO_DATA; do
        for probe in '' -DWINIT_NO_PROBE; do for save in '' -DWINIT_NO_SAVE; do
            [ -z "$net" ] || [ -z "$probe$save" ] || continue
            # shellcheck disable=SC2086
            set -- $net $data $probe $save
            case $asked$# in one[01] | many[2-4]) ;; *) continue ;; esac
            for more in '' '-DWINIT_NO_STDIO -DWINIT_NO_SIMD' -DWINIT_REAL=double; do
                option "$net $data $probe $save $more"
            done
        done; done
    done; done
    [ "$asked" = one ] || return 0
    for set in -DWINIT_FORWARD_ONLY '-DWINIT_FORWARD_ONLY -DWINIT_LAYERS=1u -DWINIT_ACTS=0u -DWINIT_NO_SIMD' '-DWINIT_FORWARD_ONLY -DWINIT_REAL=double'; do
        option "$set"
    done
    printf '#include <omp.h>\n' > "$work/omp.c"
    if "$CC" -fopenmp -fsyntax-only "$work/omp.c" 2>/dev/null; then
        for set in -DWINIT_FORWARD_ONLY -DWINIT_NO_NET; do
            silent "$CC $set with threads" "$CC" -std=c99 "$set" -fopenmp -Wall -Wextra -Werror -I. -O0 -c "$work/impl.c" -o "$work/a.o"
        done
    fi
}
option() # flags
{
    # shellcheck disable=SC2086
    silent "$cc $1" $cc -std=c99 $1 $WARN_C -Werror -I. $quick "$work/impl.c" -o "$work/a.o"
    # What is left over does not depend on the language: C++ sees each larger choice of sections once.
    case $asked$1 in one* | *STDIO* | *REAL*) return ;; esac
    # shellcheck disable=SC2086
    [ -z "$CXX" ] || silent "$CXX $1" $CXX -std=c++11 $1 $WARN_CXX -Werror -I. -fsyntax-only "$work/impl.cc"
}

# After headers that leave macros behind: before the declarations, and before the implementation.
hostile()
{
    printf '#include "tests/hostile.h"\n#define WINIT_IMPLEMENTATION\n#include "winit.h"\n' > "$work/hostile.c"
    cp "$work/hostile.c" "$work/hostile.cc"
    silent "$CC after hostile macros" "$CC" -std=c99 -Wall -Werror -I. -fsyntax-only "$work/hostile.c"
    [ -z "$CXX" ] || silent "$CXX after hostile macros" "$CXX" -std=c++11 -Wall -Werror -I. -fsyntax-only "$work/hostile.cc"
    mingw=x86_64-w64-mingw32-gcc
    command -v $mingw >/dev/null 2>&1 || { skip "no $mingw: apt-get install gcc-mingw-w64-x86-64-win32"; return; }
    printf '#include <windows.h>\n#define WINIT_IMPLEMENTATION\n#include "winit.h"\n' > "$work/hostile.c"
    silent "after <windows.h>" $mingw -std=c99 -Wall -Wextra -Werror -I. -fsyntax-only "$work/hostile.c"
}

# A compiler must refuse it with these words.
refused() # words, command...
{
    words=$1; shift
    if "$@" > "$work/said" 2>&1; then fail "accepted: $*"
    elif grep -q "$words" "$work/said"; then ok
    else fail "refused without '$words': $*"; head -n 5 "$work/said" | sed 's/^/    /'; fi
}

# Other processors, other compilers' front ends, and options that cannot work.
builds()
{
    # Numbers that are not what they seem: refused with a sentence, or with the opt-out without a crash.
    cat > "$work/fast.c" <<'END'
#define WINIT_STATIC     /* what is not called is not compiled */
#define WINIT_NO_NET
#define WINIT_NO_DATA
#define WINIT_IMPLEMENTATION
#include "winit.h"
int main(void)
{
    float w[6] = {1, 2, 0, 0, 5, 6};
    uint32_t bits[2] = {0x7FC00000u, 0x7F800000u};
    memcpy(w + 2, bits, sizeof bits);
    wi_stats s = wi_stats_of(w, 6);
    wi_recipe nan = wi_normal(0, (double)w[2]);
    wi_rng rng = wi_rng_make(1);
    char text[64] = "";
    wi_impl_text out = {text, sizeof text, 0};
    wi_impl_print(&out, "%g %g %g", (double)w[2], (double)w[3], -(double)w[3]);
    if (text[0] == 0) return 1;
    if (wi_fill(w, wi_dense(2, 2), nan, &rng) == WI_OK) return 2;
    return s.nonfinite == 2 && s.mean == 3.5 ? 0 : 3;
}
END
    for cc in "$CC" $OTHER; do
        for o in -Ofast -ffast-math '-O1 -ffinite-math-only'; do
            # shellcheck disable=SC2086
            refused 'fast-math changes' $cc -std=c99 $o -DWINIT_NO_NET -DWINIT_NO_DATA -I. -fsyntax-only "$work/impl.c"
        done
        echo 'char size[2 * (sizeof 1.0 == sizeof(double)) - 1];' > "$work/single.c"
        if ! "$cc" -fsingle-precision-constant -Werror -c "$work/single.c" -o "$work/single.o" 2> "$work/err" &&
            grep -q negative "$work/err"; then
            refused 'not_with_fsingle_precision_constant' "$cc" -std=c99 -fsingle-precision-constant -I. -fsyntax-only "$work/impl.c"
        fi
        silent "$cc with fast-math" "$cc" -std=c99 -O1 -ffast-math -w -DWINIT_ALLOW_FAST_MATH -I. "$work/fast.c" -o "$work/p" -lm
        silent "... and it runs" "$work/p"
    done

    # Small enumerations, small sizes, no operating system, 8 bits, clang's opinion of the comments.
    silent "$CC -fshort-enums" "$CC" -std=c99 -fshort-enums -Wall -Wextra -Werror -I. -fsyntax-only "$work/impl.c"
    for cross in arm-none-eabi-gcc arm-linux-gnueabihf-gcc i686-linux-gnu-gcc; do
        command -v $cross > /dev/null 2>&1 || continue
        silent "$cross" $cross -std=c99 -Wall -Wextra -Wtype-limits -Werror -DWINIT_NO_STDIO -I. -fsyntax-only "$work/impl.c"
    done
    if command -v avr-gcc > /dev/null 2>&1; then
        silent "avr-gcc" avr-gcc -mmcu=atmega2560 -std=c99 -Os -w -DWINIT_NO_STDIO -DWINIT_NO_NET -DWINIT_NO_DATA -I. -c "$work/impl.c" -o "$work/a.o"
    else skip "no avr-gcc: apt-get install gcc-avr avr-libc"; fi
    silent "flash of a Cortex-M4, stack of a forward pass" sh -c 'sh tests/sizes.sh quick > "$0" || cat "$0"' "$work/sizes"
    clang=
    for cc in "$CC" $OTHER; do case $("$cc" --version 2>/dev/null) in *clang*) clang=$cc ;; esac; done
    [ -n "$clang" ] || { skip "no clang"; return; }
    silent "clang -Wdocumentation" "$clang" -std=c99 -Wdocumentation -Werror -I. -fsyntax-only "$work/impl.c"

    # The front end of Visual C++, as clang has it and (without vectors) as cl sees the header.
    mkdir -p "$work/libc/sys"
    for name in assert errno math stdio stdlib string time wchar io fcntl process share sys/stat; do
        echo '#include "tests/tools/libc.h"' > "$work/libc/$name.h"
    done
    for set in 'c17 impl.c -fsyntax-only' 'c++14 impl.cc -fsyntax-only' 'c++20 impl.cc -fsyntax-only' 'c99 impl.c -c' \
               'c99 impl.c -c -U__clang__ -U__GNUC__'; do
        # shellcheck disable=SC2086
        set -- $set; std=$1 file=$2; shift 2
        silent "Visual C++, $std $*" "$clang" --target=x86_64-pc-windows-msvc -std=$std -nostdlibinc -isystem "$work/libc" -Wall -Werror \
            -Wno-unused-function "$@" -I. "$work/$file" -o "$work/msvc.o"
        case $* in -c*) ;; *) continue ;; esac
        nm=$(command -v llvm-nm llvm-nm-14 llvm-nm-19 nm | head -n 1)
        if "$nm" "$work/msvc.o" | grep -q __cpu_model; then fail "Visual C++, $std: __cpu_model is not in its library"; else ok; fi
    done
}

# Two files share one implementation; two files have one each; C++ uses a C build; both-or-neither options.
linkage()
{
    printf '#define WINIT_IMPLEMENTATION\n#include "winit.h"\n#include "winit.h"\n' > "$work/one.c"
    cat > "$work/two.c" <<'END'
#include "winit.h"
#include "winit.h"
int other(void);
int other(void) { wi_rng rng = wi_rng_make(1); return (int)(wi_rng_next(&rng) & 1u) + (int)wi_act_value(wi_relu(), 2.0); }
int main(void) { return other() >= 2 && wi_version()[0] != 0 ? 0 : 1; }
END
    sed 's/int main(void) .*/int other2(void); int main(void) { return other() == other2() ? 0 : 1; }/' "$work/two.c" |
        sed '1i #define WINIT_STATIC' > "$work/sa.c"
    printf '#define WINIT_STATIC\n#include "winit.h"\nint other2(void);\n%s\n' \
        'int other2(void) { wi_rng rng = wi_rng_make(1); return (int)(wi_rng_next(&rng) & 1u) + (int)wi_act_value(wi_relu(), 2.0); }' > "$work/sb.c"
    printf '#define WINIT_IMPLEMENTATION\n#define WINIT_MALLOC(n) malloc(n)\n#include "winit.h"\n' > "$work/half.c"

    printf '#include "winit.h"\n#define WINIT_STATIC\n#include "winit.h"\n' > "$work/static2.c"
    refused 'define WINIT_STATIC before' "$CC" -std=c99 -I. -fsyntax-only "$work/static2.c"

    # A program in one number type and a library in the other do not link.
    cat > "$work/number.c" <<'END'
#include "winit.h"
int main(void)
{
    static wi_real w[20];
    wi_rng rng = wi_rng_make(1);
    return wi_fill(w, wi_dense(4, 5), wi_he_normal(), &rng) == WI_OK ? 0 : 1;
}
END
    cp "$work/number.c" "$work/number.cc"
    small='-DWINIT_NO_NET -DWINIT_NO_DATA -DWINIT_NO_SIMD'   # what links does not depend on how much there is
    for real in float double; do
        # shellcheck disable=SC2086
        "$CC" -std=c99 -O0 $small -DWINIT_REAL=$real -I. -c "$work/impl.c" -o "$work/$real.o"
    done
    for real in float double; do
        other=double; [ $real = float ] || other=float
        for cc in "$CC -std=c99" ${CXX:+"$CXX"} ${TCC:+"$TCC"}; do
            file=number.c; case $cc in "$CXX") file=number.cc ;; esac
            # shellcheck disable=SC2086
            silent "$cc, $real with $real" $cc -DWINIT_REAL=$real -I. "$work/$file" "$work/$real.o" -o "$work/p" -lm
            # shellcheck disable=SC2086
            refused wi_fill $cc -DWINIT_REAL=$real -I. "$work/$file" "$work/$other.o" -o "$work/p" -lm
        done
    done

    # shellcheck disable=SC2086
    silent "one file, one implementation" "$CC" -std=c99 -O0 $small -I. -c "$work/one.c" -o "$work/one.o"
    silent "... and another file" "$CC" -std=c99 -O0 -I. "$work/two.c" "$work/one.o" -o "$work/p" -lm
    silent "... and it runs" "$work/p"
    # shellcheck disable=SC2086
    silent "two files, WINIT_STATIC in both" "$CC" -std=c99 -O0 $small -I. "$work/sa.c" "$work/sb.c" -o "$work/p" -lm
    silent "... and it runs" "$work/p"
    # The option is also honoured by a file that already saw the declarations.
    printf '#include "winit.h"\n#define WINIT_IMPLEMENTATION\n#include "winit.h"\nint main(void) { return 0; }\n' > "$work/late.c"
    # shellcheck disable=SC2086
    silent "declarations first, implementation later" "$CC" -std=c99 -O0 $small -I. "$work/late.c" -o "$work/p" -lm
    if [ -n "$CXX" ]; then
        cp "$work/two.c" "$work/two.cc"
        silent "C++ on a C implementation" "$CXX" -std=c++11 -I. "$work/two.cc" "$work/one.o" -o "$work/p" -lm
        silent "... and it runs" "$work/p"
    else skip "no C++ compiler: apt-get install g++"; fi
    if "$CC" -std=c99 -I. -fsyntax-only "$work/half.c" 2>"$work/said"; then fail "WINIT_MALLOC without WINIT_FREE is accepted"
    elif grep -q 'both WINIT_MALLOC and WINIT_FREE' "$work/said"; then ok; else fail "no helpful #error"; fi
}

# The public functions of declarations.
declared() { awk 'match($0, /wi_[a-z0-9_]*\(/) && /^WI_API / { print substr($0, RSTART, RLENGTH - 1) }' | sort; }

# The object file: all that is declared, nothing but wi_ names go out, nothing mutable stays, no stdio when it was declined.
symbols()
{
    case $("$CC" --version 2>/dev/null) in *Free\ Software*) more=$WARN_GCC ;; *) more= ;; esac
    # shellcheck disable=SC2086
    silent "$CC -DWINIT_NO_STDIO" "$CC" -std=c99 -DWINIT_NO_STDIO $WARN_C $more -Werror -I. -O0 -c "$work/impl.c" -o "$work/quiet.o"
    command -v nm >/dev/null 2>&1 || { skip "no nm: apt-get install binutils"; return; }
    # -fno-pic: constant tables of pointers lie in constant memory then, so that what is left is really mutable.
    "$CC" -std=c99 -O0 -fno-pic -I. -c "$work/impl.c" -o "$work/impl.o"
    # What is static every compiler says alike; tcc in a tenth of a second.
    "${TCC:-$CC}" -std=c99 -I. -c "$work/static.c" -o "$work/static.o"
    names=$(nm -g --defined-only "$work/impl.o" | awk '{ print $3 }' | grep -v '^_*wi_' | grep -v '^_*wi_impl_')
    if [ -z "$names" ]; then ok; else fail "names without the prefix: $names"; fi
    names=$(nm -g --defined-only "$work/impl.o" | awk '{ print $3 }' | grep '^_*wi_impl_')
    if [ -z "$names" ]; then ok; else fail "private names go out: $names"; fi
    nm -g --defined-only "$work/impl.o" | awk '{ sub(/^_/, "", $3); print $3 }' | sort -u > "$work/defined"
    sed '/##  *IMPLEMENTATION  *##/q' winit.h | declared > "$work/declared"
    names=$(comm -23 "$work/declared" "$work/defined")
    if [ -s "$work/declared" ] && [ -z "$names" ]; then ok; else fail "declared, not defined: $names"; fi
    names=$(nm "$work/impl.o" | awk '$2 ~ /^[bBdDcCgGsS]$/ { print $3 }')
    if [ -z "$names" ]; then ok; else fail "mutable data: $names"; fi
    names=$(nm -g --defined-only "$work/static.o" | awk '{ print $3 }')
    if [ -z "$names" ]; then ok; else fail "WINIT_STATIC lets out: $names"; fi
    names=$(nm -u "$work/quiet.o" | awk '{ print $NF }' |
            grep -E '^_*(f?printf|puts|putchar|f?open|fclose|fread|fwrite|fseek|ftell|fputs|fputc|getc|ungetc|remove|rename|stderr|stdout|exit|abort|perror)(64)?$')
    if [ -z "$names" ]; then ok; else fail "WINIT_NO_STDIO still needs: $names"; fi
    names=$(nm -u "$work/impl.o" | awk '{ print $NF }' | grep -E '^_*(printf|puts|putchar|stderr|stdout|exit|rand|srand|drand48|setlocale)$')
    if [ -z "$names" ]; then ok; else fail "prints, exits or keeps hidden state through: $names"; fi
}

# The text of the header: contents and banners agree, every public function is documented, one version everywhere.
texts()
{
    end=$(grep -n '##  *IMPLEMENTATION  *##' winit.h | head -n 1 | cut -d: -f1)
    [ -n "$end" ] || { fail "no IMPLEMENTATION banner"; return; }
    head -n "$end" winit.h > "$work/api.h"; tail -n "+$end" winit.h > "$work/impl.h"

    sed -n 's/^ *\([0-9][0-9]*\)\.  *\([A-Z][A-Za-z ]*[a-z]\)  *>>\([a-z]*\)  *[^ ].*/\1 \2 \3/p' "$work/api.h" > "$work/toc"
    banner='s|^/\* ==== \([0-9][0-9]*\)\. \(.*\) >>\([a-z]*\)'
    sed -n "$banner"' ==*\( \*/\)\{0,1\}$|\1 \2 \3|p' "$work/api.h" > "$work/banners"
    sed -n "$banner"'-impl ==*\( \*/\)\{0,1\}$|\1 \2 \3|p' "$work/impl.h" > "$work/banners-impl"
    if [ -s "$work/toc" ] && diff "$work/toc" "$work/banners" > "$work/said"; then ok
    else fail "contents (<) and banners (>) differ"; cat "$work/said"; fi
    if diff "$work/toc" "$work/banners-impl" > "$work/said"; then ok
    else fail "contents (<) and implementation banners (>) differ"; cat "$work/said"; fi
    wide=$(grep -n '^/\* ==== ' winit.h | awk '{ line = $0; sub(/^[0-9]*:/, "", line); sub(/ \*\/$/, "", line); if (length(line) != 77) print }')
    if [ -z "$wide" ]; then ok; else fail "banners that do not end in column 77:"; echo "$wide"; fi

    # Each WI_API declaration: the line before it ends a comment that was opened by /**, or it has a /**< behind it.
    naked=$(awk '/^[ ]*\/\*\*/ { doc = 1 } /\*\// && !/\/\*/ { if (doc) ended = NR } /^[ ]*\/\*\*.*\*\/[ ]*$/ { ended = NR }
                 /^WI_API / { if (ended != NR - 1 && $0 !~ /\/\*\*</) print NR ": " $0; doc = 0 }' "$work/api.h")
    if [ -z "$naked" ]; then ok; else fail "public functions without a doc comment:"; echo "$naked"; fi
    # One declaration a line.
    declared < "$work/api.h" > "$work/declared"
    twice=$(uniq -d "$work/declared")
    if [ -z "$twice" ]; then ok; else fail "declared twice: $twice"; fi

    # The list at the head names each of them once, and nothing else.
    sed -n '/^   ALL FUNCTIONS/,/^   COMPILE-TIME OPTIONS/p' winit.h | sed 1d | grep -oE 'wi_[a-z0-9_]+' | sort > "$work/listed"
    if diff "$work/listed" "$work/declared" > "$work/said"; then ok
    else fail "the list at the head (<) and the declarations (>) differ"; cat "$work/said"; fi

    # The house style: 110 columns, in the header and in all C beside it.
    long=$(awk 'length($0) > 110 { print FILENAME ":" FNR }' winit.h tests/*.[ch] examples/*.[ch] examples/*/*.[ch] docs/live/*.[ch])
    if [ -z "$long" ]; then ok; else fail "lines over 110 columns: $(echo $long)"; fi
    if LC_ALL=C grep -nP '\t|[^\x00-\x7F]|[ ]$' winit.h > "$work/said"; then fail "tabs, trailing blanks or bytes beyond ASCII:"; head "$work/said"; else ok; fi
    if grep -nE 'TODO|FIXME|XXX' winit.h > "$work/said"; then fail "unfinished:"; head "$work/said"; else ok; fi
    awk '/^\{[ \\]*$/ { start = FNR } /^\}[ \\]*$/ { if (start && FNR - start > 41) print FILENAME ":" start ": " FNR - start - 1 " lines" }' winit.h > "$work/said"
    if awk '$2 > 200 { exit 1 }' "$work/said"; then ok; else fail "functions of more than 200 lines:"; awk '$2 > 200' "$work/said"; fi
    if [ -s "$work/said" ]; then echo "note: $(wc -l < "$work/said") functions are over 40 lines: $(awk '{ print $1 $2 }' "$work/said" | tr '\n' ' ')"; fi
    part() { sed -n "s/^#define WI_VERSION_$1 *\([0-9]*\).*/\1/p" winit.h; }
    version=$(sed -n 's/^#define WI_VERSION_STRING "\(.*\)".*/\1/p' winit.h)
    if [ "$(part MAJOR).$(part MINOR).$(part PATCH)" = "$version" ]; then ok; else fail "WI_VERSION_* do not agree: $version"; fi
    if grep -q "version $version," README.md; then ok; else fail "README.md does not name version $version"; fi
    if grep -q "^version: $version\$" CITATION.cff; then ok; else fail "CITATION.cff does not name version $version"; fi
    if head -n 1 winit.h | grep -q "v$version\$"; then ok; else fail "line 1 of winit.h does not end in v$version"; fi
    top=$(sed -n 's/^## \[\([0-9][^]]*\)\].*/\1/p' CHANGELOG.md | head -n 1)
    if [ "$top" = "$version" ]; then ok; else fail "CHANGELOG.md's newest version is $top, the header's $version"; fi
    if grep -m 1 '^## ' CHANGELOG.md | grep -q '\[Unreleased\]'; then ok; else fail "CHANGELOG.md does not begin with [Unreleased]"; fi
    # The licence at the header's end is LICENSE.
    squeeze() { tr -s ' \n' '\n\n' | grep -v -e '^-*$' -e '^\*/$' -e '^/\*$'; }
    sed -n '/^   A\. MIT License/,$p' winit.h | squeeze > "$work/licence.h"
    sed -n '/^A\. MIT License/,$p' LICENSE | squeeze > "$work/licence"
    if cmp -s "$work/licence.h" "$work/licence"; then ok; else fail "LICENSE and the end of winit.h differ"; fi
}

# The complete programs that the header and the README show: they compile, run, and say what is said of them.
readme()
{
    awk '/A complete program:/ { on = 1; next } on && /TABLE OF CONTENTS/ { exit } on { sub(/^       /, ""); print }' winit.h > "$work/top.c"
    # Against the library that the column cc has compiled, where there is one.
    # shellcheck disable=SC2086
    silent "the program at the top of winit.h" "$CC" -std=c99 ${COMPILED:+-I"$SHIM"} -I. "$work/top.c" ${COMPILED:-} -o "$work/top" -lm
    if "$work/top" | grep -Eq '^std: 0\.05[0-9]+, theory: 0\.0505$'; then ok; else fail "it prints $("$work/top")"; fi
    awk '/^```c$/ { on = 1; next } /^```/ && on { exit } on' README.md > "$work/readme.c"
    # shellcheck disable=SC2086
    silent "the first program of README.md" "$CC" -std=c99 ${COMPILED:+-I"$SHIM"} -I. "$work/readme.c" ${COMPILED:-} -o "$work/readme" -lm
    "$work/readme" > "$work/said"
    awk '/^```text$/ { on = 1; next } /^```/ && on { exit } on' README.md > "$work/shown"
    if [ -s "$work/shown" ] && diff "$work/shown" "$work/said"; then ok; else fail "README.md shows (<) what its program does not print (>)"; fi
    # shellcheck disable=SC2046
    silent "the programs that readers compile" "$CC" -std=c99 -Wall -Wextra ${SHIM:+-I"$SHIM"} -I. -Iexamples -fsyntax-only \
        $(grep -L wi_impl_ examples/*.c examples/tools/*.c)
    # Links to files of the repository lead somewhere.
    # shellcheck disable=SC2046
    for pair in $(awk 'FNR == 1 { code = 0 } /^```/ { code = !code }
        !code { for (rest = $0; match(rest, /\]\([^)# ]+/); rest = substr(rest, RSTART + RLENGTH)) print FILENAME "|" substr(rest, RSTART + 2, RLENGTH - 2) }' \
        README.md CHANGELOG.md $(ls docs/*.md docs/*/*.md examples/*.md examples/data/*.md 2>/dev/null)); do
        file=${pair%%|*} link=${pair#*|}
        case $link in @*|*:*|modules.html) continue ;; esac
        case $file in */*) folder=${file%/*} ;; *) folder=. ;; esac
        if [ -e "$folder/$link" ]; then ok; else fail "$file: broken link $link"; fi
    done
}

case ${1:-} in
warnings|options|choices|hostile|builds|linkage|symbols|texts|readme) "$1" ;;
*) echo "usage: header.sh warnings|options|choices|hostile|builds|linkage|symbols|texts|readme" >&2; exit 2 ;;
esac
rest=; [ "$skipped" = 0 ] || rest=", $skipped skipped"
echo "$passed passed, $failed failed$rest"
[ "$failed" = 0 ]
