# A figure in another language:  awk -f docs/tools/figures.awk docs/zh/figures.tsv docs/figures/15_he.svg
# The table holds a text of a figure, a tab, and its translation. A text with a word in it that the table has not is a fault.
BEGIN { FS = "\t" }
NR == FNR { said[$1] = $2; next }
/<(text|title|desc)[ >].*<\/(text|title|desc)>/ {
    match($0, />[^<]*<\//)
    text = substr($0, RSTART + 1, RLENGTH - 3)
    if (text in said) $0 = substr($0, 1, RSTART) said[text] substr($0, RSTART + RLENGTH - 2)
    else if (text ~ /[A-Za-z][A-Za-z][A-Za-z]/) { print FILENAME ": docs/zh/figures.tsv has no \"" text "\"" > "/dev/stderr"; failed = 1 }
}
{ print }
END { exit failed }
