#!/bin/sh
# Mark a hand-in, or a class: see marker.c.    sh examples/exercises/mark.sh 04 handed-in.c    ... -c folder
# SPDX-License-Identifier: MIT OR Unlicense
set -e
root=$(cd "$(dirname "$0")/../.." && pwd)
work=${MARK_WORK:-$root/build/marks}
mkdir -p "$work"
if [ ! -x "$work/marker" ] || [ -n "$(find "$root/examples/exercises/marker.c" -newer "$work/marker")" ]; then
    ${CC:-cc} -std=gnu99 -O1 "$root/examples/exercises/marker.c" -o "$work/marker"
fi
# Of a relative path nothing is left once the marker stands in the top folder, where the data are.
for last; do :; done
case $last in
/* | '') ;;
*) n=$#; while [ "$n" -gt 1 ]; do set -- "$@" "$1"; shift; n=$((n - 1)); done; shift; set -- "$@" "$(pwd)/$last" ;;
esac
cd "$root"
exec "$work/marker" -r "$root" -w "$work" "$@"
