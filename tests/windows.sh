#!/bin/sh
# The tests on Windows, by mingw-w64 and wine: the bytes of every fill at three levels of optimising, and all tests that run
# there, files over existing ones and names in UTF-8 included. Usage: sh tests/windows.sh FOLDER. STRICT=1: missing is failed.
set -u
folder=$1
rm -rf "$folder"; mkdir -p "$folder/files"
cc=x86_64-w64-mingw32-gcc
PATH=$PATH:/usr/lib/wine
for tool in $cc wine64 clang; do
    command -v $tool >/dev/null 2>&1 && continue
    echo "no $tool: apt-get install gcc-mingw-w64-x86-64-win32 wine64 clang"
    if [ "${STRICT:-0}" = 1 ]; then echo "0 passed, 1 failed"; exit 1; fi
    echo "0 passed, 0 failed, 1 skipped"; exit 0
done
WINEDEBUG=-all WINEPREFIX=$(cd "$folder" && pwd)/prefix; export WINEDEBUG WINEPREFIX
passed=0 failed=0

run() # name, flags...
{
    name=$1; shift
    title="$name $*"
    if $cc -std=c99 -Wall -Wextra -Itests "$@" -I. "tests/$name.c" -o "$folder/$name.exe" -lm > "$folder/log" 2>&1 \
        && ! grep -q warning: "$folder/log"
    then
        CHECK_DIR=$folder/files timeout 300 wine64 "$folder/$name.exe" > "$folder/log" 2>&1 </dev/null
    fi
    line=$(tr -d '\r' < "$folder/log" | tail -n 1)
    # shellcheck disable=SC2046  # the numbers of the closing line, as words
    set -- $(echo "$line" | grep -E '^[0-9]+ passed, [0-9]+ failed' | tr -c '0-9\n' ' ') 0 1
    passed=$((passed + $1)); failed=$((failed + $2))
    if [ "$2" = 0 ]; then echo "ok       $title"; else echo "FAILED   $title"; tail -n 12 "$folder/log"; fi
}

# Without optimising, this C library's sqrt() is taken, which does not round correctly: fills do not use it there, but
# wi_rng_normal() differs in some draws. docs/use-windows.md says so.
quick='-DWINIT_NO_NET -DWINIT_NO_DATA -DWINIT_NO_PROBE -DWINIT_NO_SAVE'
# shellcheck disable=SC2086  # words on purpose
for o in -O1 -O2 -O3; do run 07_bytes $o $quick; done
for name in 01_status 02_rng; do run $name -O0 $quick; done
run 06_theory -O0 -DWINIT_NO_DATA -DWINIT_NO_PROBE -DWINIT_NO_SAVE
# Those that need no private function are linked with one library, as in tests/tests.mk.
mkdir -p "$folder/shim"
printf '%s\n' '#undef WINIT_IMPLEMENTATION' "#include \"$(pwd)/winit.h\"" > "$folder/shim/winit.h"
$cc -std=c99 -O0 -w -DTEST_SHARED -I. -Itests -c tests/impl.c -o "$folder/winit.o"
for name in 03_stats 09_loss 10_opt 11_data 14_images 14_save 14_model 14_tensors; do
    run $name -O0 -DTEST_SHARED "-I$folder/shim" "$folder/winit.o"
done
# What Visual Studio's cl sees, by clang's front end for it, with mingw's headers where Microsoft's are missing: no warning at /W3.
mkdir -p "$folder/msvc"
printf '%s\n' '#include <crtdefs.h>' 'typedef long clock_t;' '#define CLOCKS_PER_SEC 1000' 'clock_t clock(void);' 'time_t time(time_t *);' > "$folder/msvc/time.h"
for as in '/TC docs/snippets/one_file.c' '/TC examples/01_hello.c' '/TC examples/tools/lab.c' '/TP /std:c++14 docs/snippets/one_file.c'; do
    # shellcheck disable=SC2086
    if clang --driver-mode=cl --target=x86_64-pc-windows-msvc -Xclang -fgnuc-version=4.2.1 /W3 /WX /Zs /X -imsvc "$folder/msvc" \
        -imsvc "$(clang -print-resource-dir)/include" -imsvc /usr/share/mingw-w64/include /I. /Iexamples $as > "$folder/log" 2>&1
    then passed=$((passed + 1)); echo "ok       clang-cl $as"
    else failed=$((failed + 1)); echo "FAILED   clang-cl $as"; head -n 8 "$folder/log"; fi
done
# Training, optimised: only then does this compiler take the processor's fused multiply-add. A whole run ends with the bits
# that it ends with here.
small='-O2 -DWINIT_NO_PROBE -DWINIT_NO_SAVE'
# shellcheck disable=SC2086
$cc -std=c99 $small -w -DTEST_SHARED -I. -Itests -c tests/impl.c -o "$folder/winit-O2.o"
run 12_train $small -DTEST_SHARED "-I$folder/shim" "$folder/winit-O2.o"
# shellcheck disable=SC2086
${CC:-cc} $small -I. tests/training.c -o "$folder/training" -lm && $cc $small -I. tests/training.c -o "$folder/training.exe" -lm
here=$("$folder/training" 2>/dev/null) there=$(wine64 "$folder/training.exe" 2>/dev/null | tr -d '\r')
if [ -n "$here" ] && [ "$here" = "$there" ]; then passed=$((passed + 1)); echo "ok       training -O2"
else failed=$((failed + 1)); echo "FAILED   training -O2: '$there', not '$here'"; fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
