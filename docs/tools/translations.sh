#!/bin/sh
# Each page of docs/zh says in its third line which English page it translates, at which checksum. Say what is behind.
# With --update, write the checksums of now: after you have brought the pages up to date.
for page in docs/zh/*.md; do
    set -- $(sed -n '1,3s/.*translates \([^ ]*\) \([0-9]*\).*/\1 \2/p' "$page") "${1:-}"
    [ $# = 3 ] || { echo "$page: does not say what it translates"; continue; }
    now=$(cksum < "$1" | cut -d' ' -f1)
    if [ "$3" = --update ]; then sed -i "3s|translates .* -->|translates $1 $now -->|" "$page"
    elif [ "$now" != "$2" ]; then echo "note: $page is behind $1"; fi
    set -- "$3"
done
