#!/bin/sh
# Each page of docs/zh says in its third line which English page it translates, at which checksum of its text: listings and
# outputs do not count, since both pages get them from a tool. Say what is behind; fail when a page is not there.
# With --update, write the checksums of now: after you have brought the pages up to date.
promised='index learn readme sources glossary use-drop-in 02-symmetry 03-saturation 10-width 12-xavier-forward 13-xavier-backward
          15-he 16-dead-units 17-gain 34-diagnosis 39-mnist-table 41-redraw 42-myths'
for name in $promised; do [ -f "docs/zh/$name.md" ] || { echo "docs/zh/$name.md: missing"; missing=1; }; done
for page in docs/zh/*.md; do
    set -- $(sed -n '1,3s/.*translates \([^ ]*\) \([0-9]*\).*/\1 \2/p' "$page") "${1:-}"
    [ $# = 3 ] || { echo "$page: does not say what it translates"; continue; }
    now=$(sed '/^<!-- \(listing\|output\|chapters\|sources\) /,/^<!-- end -->$/d' "$1" | cksum | cut -d' ' -f1)
    if [ "$3" = --update ]; then sed -i "3s|translates .* -->|translates $1 $now -->|" "$page"
    elif [ "$now" != "$2" ]; then echo "note: $page is behind $1"; fi
    set -- "$3"
done
[ -z "$missing" ]
