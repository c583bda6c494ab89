#!/bin/sh
# One row of the test matrix, or their sum. See tests/tests.mk.
#
#   run.sh test COLUMN NAME LOG COMPILER... -o BINARY ...       compile a test, run it, keep what it printed
#   run.sh object TITLE OBJECT COMPILER...                      compile the library of a column; under STRICT a warning is an error
#   run.sh example NAME LOG PROGRAM                             run an example: exit status 0 is one passed
#   run.sh script NAME LOG COMMAND...                           a script that prints its own closing line
#   run.sh skip WHAT LOG                                        something this machine lacks
#   run.sh sum LOG...                                           failures, indented, the slowest ten, then the closing line
#
# A log whose row failed is named LOG.failed, so that make runs that row again.
set -u
limit=$(command -v timeout >/dev/null 2>&1 && echo "timeout ${TEST_SECONDS:-400}")

# A row starts few processes of its own: for three hundred rows each costs two seconds.

# The processor's time of this row so far, and of its compiler alone where LOG.compiled has it, for `make test-times`.
spent() # log or object, title
{
    times > "$1.time"
    [ -f "$1.compiled" ] && set -- "$1" "$2" "$1.compiled"
    awk -v row="$2" -v out="$1.time" '/m/ && FNR == 2 { split($1, user, "[ms]"); split($2, kernel, "[ms]")
        part[++n] = 60 * (user[1] + kernel[1]) + user[2] + kernel[2] }
        END { printf("%.1f s  %s%s\n", part[n], row, n > 1 ? sprintf(" (%.1f to compile)", part[1]) : "") > out }' ${3:+"$3"} "$1.time"
}

# Move the new log to its place; what has no closing line, or ended badly, gets one that says so.
finish() # log, exit status, title
{
    last=$(tail -n 1 "$1.new")
    if [ "$2" = 0 ] && closes; then
        mv "$1.new" "$1"
        spent "$1" "$3"
        return
    fi
    if ! closes || [ "${last% 0 failed*}" != "$last" ]; then
        echo "$3: ended with status $2"; echo "0 passed, 1 failed"
    fi >> "$1.new"
    rm -f "$1"; mv "$1.new" "$1.failed"
    echo "FAILED  $3"
}
closes() # is $last a closing line?
{
    case $last in [0-9]*' passed, '[0-9]*' failed' | [0-9]*' passed, '[0-9]*' failed, '[0-9]*' skipped') ;; *) return 1 ;; esac
}

# Compile; a complaint stays in the log, and under STRICT it is a failure.
compile() # log, title, compiler...
{
    log=$1; title=$2; shift 2
    if ! "$@" > "$log.new" 2>&1; then
        echo "$*" >> "$log.new"
        echo "0 passed, 1 failed" >> "$log.new"; finish "$log" 1 "$title (does not compile)"; return 1
    fi
    if [ -s "$log.new" ] && grep -q 'warning:' "$log.new" && [ "${STRICT:-0}" = 1 ]; then
        echo "0 passed, 1 failed" >> "$log.new"; finish "$log" 1 "$title (warnings)"; return 1
    fi
}

what=$1; shift
case $what in
object)
    title=$1 object=$2; shift 2
    mkdir -p "${object%/*}"
    "$@" -o "$object" > "$object.said" 2>&1 || status=$?
    if [ "${status:-0}" = 0 ] && { [ "${STRICT:-0}" != 1 ] || ! grep -q 'warning:' "$object.said"; }; then spent "$object" "$title"
    else cat "$object.said"; rm -f "$object"; echo "FAILED  $title (does not compile, or warns)"; exit 1; fi ;;
test)
    column=$1 name=$2 log=$3; shift 3
    for word; do   # the one after -o
        [ "${before:-}" = -o ] && binary=$word
        before=$word
    done
    folder=$binary.files
    rm -rf "$folder" "$log" "$log.failed"; mkdir -p "$folder" "${log%/*}"
    compile "$log" "$column $name" "$@" || exit 0
    times > "$log.compiled"
    # shellcheck disable=SC2086  # words on purpose
    CHECK_DIR=$folder $limit ${RUNNER:-} "$binary" >> "$log.new" 2>&1 </dev/null
    finish "$log" $? "$column $name"
    rm -rf "$folder" "$log.compiled" ;;
example)
    name=$1 log=$2; shift 2
    mkdir -p "${log%/*}" build/figures build/results; rm -f "$log" "$log.failed"
    if $limit "$@" > "$log.new" 2>&1 </dev/null; then status=0; line="1 passed, 0 failed"
    else status=$?; line="0 passed, 1 failed"; fi
    echo "$line" >> "$log.new"
    finish "$log" $status "example $name" ;;
script)
    name=$1 log=$2; shift 2
    mkdir -p "${log%/*}"; rm -f "$log" "$log.failed"
    "$@" > "$log.new" 2>&1 </dev/null
    finish "$log" $? "$name" ;;
skip)
    log=$2; mkdir -p "${log%/*}"; rm -f "$log.failed"
    case $1 in
    clang) why="no clang: apt-get install clang" ;;
    gcc) why="no gcc: apt-get install gcc" ;;
    g++) why="no C++ compiler: apt-get install g++" ;;
    tcc) why="no tcc: apt-get install tcc" ;;
    sanitizers) why="the compiler has no sanitizers: apt-get install gcc (or libclang-rt-14-dev for clang)" ;;
    openmp) why="the compiler has no OpenMP: apt-get install gcc (or libomp-dev for clang)" ;;
    m32) why="no 32-bit libraries: apt-get install libc6-dev-i386 lib32gcc-12-dev qemu-user (the number is gcc's)" ;;
    msan) why="no clang with MemorySanitizer: apt-get install clang libclang-rt-14-dev (the number is clang's)" ;;
    race) why="no clang with OpenMP and ThreadSanitizer: apt-get install clang libclang-rt-14-dev libomp-14-dev (the number is clang's)" ;;
    arm64) why="no 64-bit Arm: apt-get install clang lld qemu-user libc6-dev-arm64-cross libgcc-12-dev-arm64-cross (the number is gcc's)" ;;
    s390x) why="no big-endian machine: apt-get install qemu-user gcc-s390x-linux-gnu" ;;
    *) why="not here: $1" ;;
    esac
    if [ "${STRICT:-0}" = 1 ]; then echo "$why"; echo "0 passed, 1 failed"
    else echo "skipped: $why"; echo "0 passed, 0 failed, 1 skipped"; fi > "$log" ;;
sum)
    passed=0 failed=0 skipped=0
    slow=$(for log; do cat "$log.time" 2>/dev/null; done | sort -rn | awk '{ all += $1; row = $0; sub(/^[^ ]* s *(test )?/, "", row)
        if (NR <= 10) text = text (NR > 1 ? ", " : "") row " " $1 } END { if (NR > 10) print "seconds of processor time: " all ", of which " text }')
    for log; do
        [ -f "$log" ] || { [ -f "$log.failed" ] && log=$log.failed; }
        if [ ! -f "$log" ]; then echo "$log: was not made"; failed=$((failed + 1)); continue; fi
        # shellcheck disable=SC2046  # the numbers of the closing line, as words
        set -- $(tail -n 1 "$log" | tr -c '0-9\n' ' ') 0
        passed=$((passed + $1)); failed=$((failed + $2)); skipped=$((skipped + $3))
        row=${log#"$LOGS"/}; row=${row%.failed}; row=${row%.log}
        if [ "$2" != 0 ]; then echo; echo "---- $row"; tail -n 60 "$log" | sed 's/^/    /'
        elif [ "$3" != 0 ]; then grep 'skipped: ' "$log" | sed "s|^|$row: |"
        elif grep -q 'warning:' "$log"; then echo "$row: compiles with $(grep -c 'warning:' "$log") warnings"; fi
    done
    [ "$skipped" = 0 ] && rest= || rest=", $skipped skipped"
    [ -z "$slow" ] || echo "$slow"
    echo "$passed passed, $failed failed$rest"
    [ "$failed" = 0 ] && [ "$passed" != 0 ] ;;
*) echo "run.sh: what is $what?" >&2; exit 2 ;;
esac
