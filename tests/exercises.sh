#!/bin/sh
# Check the exercises: as shipped each must end with a hint, its solution must pass, and each typical wrong attempt must get
# the right hint. Attempts are spliced between the "your part" lines.    exercises.sh BUILD_DIR [NN]
set -u
build=$1/exercises only=${2:-}
cc=${CC:-cc}
mkdir -p "$build"
passed=0 failed=0

# The n-th attempt of a file of attempts, and what is said of it.
attempt() { awk -v n="$2" '/^\/\*@ /{k++; next} k == n' "$1"; }
title()   { awk -v n="$2" '/^\/\*@ /{k++; if (k == n) { sub(/^\/\*@ /, ""); sub(/ \*\/$/, ""); print }}' "$1"; }

compile() # source, program
{
    $cc -std=gnu99 -O1 -Wall -Wextra -I. -Iexamples/exercises "$1" "$build/winit.o" -o "$2" -lm > "$2.log" 2>&1
}

judge() # name, what, 0 or 1 expected, words expected
{
    "$build/program" > "$build/said" 2>&1 < /dev/null
    status=$?
    if [ "$status" = "$3" ] && grep -qF -- "$4" "$build/said"; then passed=$((passed + 1)); return; fi
    failed=$((failed + 1))
    echo "$1, $2: ended with $status, expected $3 and \"$4\"; it said:"
    sed 's/^/    /' "$build/said"
}

printf '#define WINIT_IMPLEMENTATION\n#include "winit.h"\n' > "$build/winit.c"
$cc -std=c99 -O1 -I. -c "$build/winit.c" -o "$build/winit.o" || exit 1
for file in examples/exercises/[0-9][0-9]_*.c; do
    name=$(basename "$file" .c) attempts=tests/solutions/$(basename "$file")
    case $name in "$only"*) ;; *) continue ;; esac
    [ -f "$attempts" ] || { echo "$name has no $attempts"; failed=$((failed + 1)); continue; }
    n=0 count=$(grep -c '^/\*@ ' "$attempts")
    while [ "$n" -le "$count" ]; do
        if [ "$n" = 0 ]; then
            cp "$file" "$build/program.c"
        else
            attempt "$attempts" "$n" > "$build/part.c"
            awk -v part="$build/part.c" '/---- end of your part ----/{skip = 0} !skip {print}
                /---- your part ----/{while ((getline line < part) > 0) print line; skip = 1}' "$file" > "$build/program.c"
        fi
        sed -i.old 's#"\.\./digits.h"#"examples/digits.h"#' "$build/program.c"
        if ! compile "$build/program.c" "$build/program" || grep -q warning: "$build/program.log"; then
            echo "$name, attempt $n does not compile cleanly:"; cat "$build/program.log"; failed=$((failed + 1))
        elif [ "$n" = 0 ]; then judge "$name" "as shipped" 1 "HINT: "
        else
            what=$(title "$attempts" "$n")
            case $what in
            right) judge "$name" "the solution" 0 "PASSED" ;;
            *) judge "$name" "$what" 1 "${what#wrong: }" ;;
            esac
        fi
        n=$((n + 1))
    done
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
