# What a program printed here against what is in docs/out, where rounding is not the same to the last digit:
#   awk -f docs/tools/near.awk docs/out/26_residual.out build/docs/out/26_residual.out
# A number is near when it is within 5 per cent or two of its last digit. What is not near is named, and so is a line with
# other words, such as a verdict that stands on an edge. Where more than a fifth of a file's numbers are not near, more than one
# line in twenty has other words, or the claim has, the files differ.
function words(line) { gsub(/▁|▂|▃|▄|▅|▆|▇|█|─/, "", line); gsub(number, "#", line); gsub(/ +/, " ", line); return line }
function last_digit(text,    n) { n = 0; if (match(text, /\.[0-9]+/)) n = RLENGTH - 1; return 10 ^ (-n + (match(text, /e[-+]?[0-9]+$/) ? substr(text, RSTART + 1) : 0)) }
function far(a, b,    apart, most, digit) {
    apart = a - b; if (apart < 0) apart = -apart
    most = a > b ? a : b; digit = last_digit(a); if (last_digit(b) > digit) digit = last_digit(b)
    return apart > 0.05 * most && apart > 2.000001 * digit
}
BEGIN { number = "[0-9]+(\\.[0-9]+)?(e[-+]?[0-9]+)?" }
NR == FNR { wanted[FNR] = $0; lines = FNR; next }
{
    here = FNR; was = wanted[FNR]; is = $0
    if (words(was) != words(is)) { print "note: " ARGV[1] ":" FNR ": \"" was "\" is here \"" is "\""; differs += was ~ /^claim:/ ? lines : 1; next }
    while (match(was, number)) {
        a = substr(was, RSTART, RLENGTH); was = substr(was, RSTART + RLENGTH)
        match(is, number); b = substr(is, RSTART, RLENGTH); is = substr(is, RSTART + RLENGTH)
        count++
        if (far(a, b)) { wide++; list = list " " a " is " b ";" }
    }
}
END {
    if (here != lines) { print ARGV[1] ": " lines " lines are here " here; differs = lines }
    if (wide) print "note: " ARGV[1] ": " wide " of " count " numbers are not near:" list
    exit differs > lines / 20 || wide > count / 5
}
