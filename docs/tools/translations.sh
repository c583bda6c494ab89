#!/bin/sh
# Each page of docs/zh says in its first line which English page, at which checksum, it translates. Say what is behind.
for page in docs/zh/*.md; do
    [ -f "$page" ] || continue
    set -- $(sed -n '1s/.*translates \([^ ]*\) \([0-9]*\).*/\1 \2/p' "$page")
    [ $# = 2 ] || { echo "$page: its first line does not say what it translates"; continue; }
    [ "$(cksum < "$1" | cut -d' ' -f1)" = "$2" ] || echo "$page is behind $1 (now $(cksum < "$1" | cut -d' ' -f1))"
done
