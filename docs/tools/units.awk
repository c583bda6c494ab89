# Sizes and times that stand without a unit:  awk -f docs/tools/units.awk page.md ...   Prints them, and ends with failure.
#   prose   "takes about 3.5", "84 K"
#   tables  a column called time, size, memory, flash or stack with a bare number in it, and no unit in its head
BEGIN {
    unit = "^[ -]?(ms|s|us|ns|µs|min|h|B|kB|KB|MB|GB|KiB|MiB|bytes?|kilobytes?|megabytes?|seconds?|minutes?|hours?|days?|weeks?|steps?|epochs?|lines?|times|%|per cent)([^A-Za-z]|$)"
    verb = "(^|[ (])(takes?|took|lasts?|lasted|occupies|weighs|costs?|needs|ran for|runs for|memory of|stack of)" \
           "( (about|only|some|under|less than|more than|at most|up to|roughly|nearly|around))* [0-9]+([.,][0-9]+)*"
}
function say(what) { print FILENAME ":" FNR ": without a unit: " what; found = 1 }
FNR == 1 { code = 0; columns = 0 }
/^ *```/ { code = !code; next }
code { next }
/^\|/ {
    n = split($0, cell, /\|/)
    if (!columns) { columns = n; for (i = 2; i < n; i++) bare[i] = cell[i] ~ /^ *(time|times|size|memory|flash|RAM|ROM|stack|heap)( of .*)? *$/ }
    else for (i = 2; i < n; i++) if (bare[i] && cell[i] ~ /^ *[0-9][0-9.,]* *$/) say(cell[i])
    next
}
{
    columns = 0; text = $0
    gsub(/`[^`]*`|\$[^$]*\$/, "x", text)
    while (match(text, verb)) {
        words = substr(text, RSTART, RLENGTH); text = substr(text, RSTART + RLENGTH)
        rest = text; sub(/^( to [0-9.]+|-[0-9.]+)/, "", rest)
        if (rest !~ unit && rest !~ /^( [a-z-]+)? ?[A-Za-z]*(s|ms|B)([^a-z]|$)/) say(words substr(text, 1, 12))
    }
    text = $0; gsub(/`[^`]*`/, "x", text)
    if (match(text, /(^| )[0-9.]*[0-9] ?[KMG]([ ,;:)]|\.?$)/)) say(substr(text, RSTART, RLENGTH))
}
END { exit found }
