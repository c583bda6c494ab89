#!/bin/sh
# The byte promise, build by build: every compiler, option and processor found here must give the hashes of tests/golden.
# Fills have the same bytes everywhere, training runs wherever multiply and add are fused.
# Usage: sh tests/bytes.sh [FOLDER]   from the top of the repository. STRICT=1: what is missing is a failure. JOBS=2: two at
# a time. QUICK=1: without what the columns of `make test` check on the way.
set -u
top=${1:-build/bytes}; rm -rf "$top"; mkdir -p "$top"
jobs=${JOBS:-1} started=0
# Each build has a folder of its own, and says there how it ended; what was said is printed in order at the end.
job()
{
    started=$((started + 1))
    folder=$top/$(printf '%03d' $started); mkdir -p "$folder"
    printf '#include <stdio.h>\nint main(void) { return puts("") < 0; }\n' > "$folder/probe.c"
    { passed=0 failed=0 skipped=0; "$@" > "$folder/said" 2>&1; echo "$passed $failed $skipped" > "$folder/sum"; } &
    [ $((started % jobs)) != 0 ] || wait
}

miss() # title, what to install
{
    if [ "${STRICT:-0}" = 1 ]; then failed=$((failed + 1)); echo "FAILED   $1: missing; apt-get install $2"
    else skipped=$((skipped + 1)); echo "skipped  $1: missing; apt-get install $2"; fi
}

seen() { [ "${QUICK:-0}" = 1 ] || job "$@"; }

# try TITLE PACKAGES RUNNER COMPILER...   RUNNER is - for none.
try()
{
    title=$1 packages=$2 runner=$3; shift 3
    [ "$runner" = - ] && runner=
    # shellcheck disable=SC2086  # a runner may be two words
    if ! { command -v "$1" && "$@" "$folder/probe.c" -o "$folder/probe" && $runner "$folder/probe"; } >/dev/null 2>&1; then
        miss "$title" "$packages"; return
    fi
    # shellcheck disable=SC2086
    if "$@" -DWINIT_NO_NET -DWINIT_NO_DATA -DWINIT_NO_PROBE -DWINIT_NO_SAVE -I. -Itests tests/07_bytes.c -o "$folder/bytes" -lm >"$folder/log" 2>&1 && $runner "$folder/bytes" >"$folder/log" 2>&1
    then passed=$((passed + 1)); echo "ok       $title"
    else failed=$((failed + 1)); echo "FAILED   $title"; head -n 5 "$folder/log"; fi
}

# Not every kernel for x86-64 starts programs of 32 bits.
run32=-
if echo 'int main(void) { return 0; }' | gcc -m32 -x c - -o "$top/start" 2>/dev/null && ! "$top/start" 2>/dev/null; then run32=qemu-i386; fi
for cc in gcc clang; do
    for o in 0 1 2; do seen try "$cc -O$o" $cc - $cc -O$o; done
    job try "$cc -O3" $cc - $cc -O3
    job try "$cc -O3 -march=native" $cc - $cc -O3 -march=native
    job try "$cc -O3 -march=native -ffp-contract=fast" $cc - $cc -O3 -march=native -ffp-contract=fast
    job try "$cc -O3 -march=native, portable C" $cc - $cc -O3 -march=native -DWINIT_NO_SIMD
    for bits in 128 256 512; do seen try "$cc -O2, lanes up to $bits bits" $cc - $cc -O2 -DWINIT_SIMD_BITS=$bits; done
    seen try "$cc, double" $cc - $cc -O2 -DWINIT_REAL=double
    # 32-bit x86 keeps the promise with SSE2 arithmetic; x87 rounds to 64 bits. The C library's headers may stand elsewhere.
    job try "$cc -m32 -msse2 -mfpmath=sse" "libc6-dev-i386 lib32gcc-12-dev" $run32 \
        $cc -m32 -idirafter "/usr/include/$(uname -m)-linux-gnu" -O2 -msse2 -mfpmath=sse
done
seen try "g++ -std=c++11" g++ - g++ -x c++ -std=c++11 -O2
seen try "tcc" tcc - tcc
for threads in 1 3; do
    OMP_NUM_THREADS=$threads; export OMP_NUM_THREADS
    seen try "gcc -fopenmp, $threads thread(s)" gcc - gcc -O2 -fopenmp
done

printf '%s\n' "import { readFile } from 'node:fs/promises'; import { WASI } from 'node:wasi';" \
    "const wasi = new WASI({ version: 'preview1', args: ['bytes'], env: {}, preopens: { '.': '.' } });" \
    "const module = await WebAssembly.compile(await readFile(process.argv[2]));" \
    "process.exit(wasi.start(await WebAssembly.instantiate(module, { wasi_snapshot_preview1: wasi.wasiImport })));" > "$top/wasi.mjs"
job try "wasm32, node" "clang lld wasi-libc libclang-rt-14-dev-wasm32 nodejs" "node --no-warnings $top/wasi.mjs" \
    clang --target=wasm32-wasi --sysroot=/usr -O2

# Other processors, emulated; armhf and s390x are 32-bit and big-endian.
cross() # name, gcc's prefix, packages' suffix
{
    for o in "-O0" "-O3 -ffp-contract=fast" "-O1 -DWINIT_REAL=double"; do
        # shellcheck disable=SC2086
        job try "$1 $o" "gcc-$2 libc6-dev-$3-cross qemu-user" "qemu-$1" "$2-gcc" -static $o
    done
}
cross aarch64 aarch64-linux-gnu arm64
cross arm     arm-linux-gnueabihf armhf
cross riscv64 riscv64-linux-gnu riscv64
cross s390x   s390x-linux-gnu s390x

# Whole training runs: the same bits wherever multiply and add are fused; elsewhere the losses agree, which is said.
train() # title, packages, runner, compiler...
{
    title="training, $1" packages=$2 runner=$3; shift 3
    [ "$runner" = - ] && runner=
    # shellcheck disable=SC2086
    if ! { command -v "$1" && "$@" "$folder/probe.c" -o "$folder/probe" && $runner "$folder/probe"; } >/dev/null 2>&1; then
        miss "$title" "$packages"; return
    fi
    # shellcheck disable=SC2086
    "$@" -DWINIT_NO_PROBE -DWINIT_NO_SAVE -I. tests/training.c -o "$folder/training" -lm >"$folder/log" 2>&1 && said=$($runner "$folder/training" 2>>"$folder/log") || said=failed
    case $said in
    "$golden"|"portable "*"${golden#*  losses}") passed=$((passed + 1)); echo "ok       $title: $said" ;;
    *) failed=$((failed + 1)); echo "FAILED   $title: $said"; head -n 5 "$folder/log" ;;
    esac
}
golden=$(cat tests/golden/training.txt)
for bits in 512 256 128; do job train "gcc, lanes up to $bits bits" gcc - gcc -O2 -DWINIT_SIMD_BITS=$bits; done
job train "clang" clang - clang -O2
job train "gcc -O0" gcc - gcc -O0
job train "gcc -O3 -march=native -ffp-contract=fast" gcc - gcc -O3 -march=native -ffp-contract=fast
job train "gcc -fopenmp" gcc - gcc -O2 -fopenmp
job train "portable C" gcc - gcc -O2 -DWINIT_NO_SIMD
job train "aarch64" "gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user" qemu-aarch64 aarch64-linux-gnu-gcc -static -O2
job train "s390x" "gcc-s390x-linux-gnu libc6-dev-s390x-cross qemu-user" qemu-s390x s390x-linux-gnu-gcc -static -O2

wait
cat "$top"/*/said
# shellcheck disable=SC2046  # three numbers, as words
set -- $(cat "$top"/*/sum | awk '{ p += $1; f += $2; s += $3 } END { print p, f, s }')
rm -rf "$top"/[0-9]*
echo "$1 passed, $2 failed$([ "$3" = 0 ] || echo ", $3 skipped")"
[ "$2" = 0 ]
