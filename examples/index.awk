# examples/README.md: the numbered programs, from what each says of itself in its first comment.
#   awk -v chapters="docs/01-hello.md ..." -f examples/index.awk examples/[0-9][0-9]_*.c
function row(    number, title) {
    if (name == "") return
    number = substr(name, 1, 2)
    if (number == "42") value["claims"] = "all"
    title = value["title"]
    if (match(" " chapters, " docs/" number "-[^ ]*")) title = "[" title "](../" substr(chapters, RSTART, RLENGTH - 1) ")"
    printf "| [%s.c](%s.c) | %s | %s | %s | %s |\n", name, name, title, value["question"], value["level"], value["claims"]
}
BEGIN {
    print "# The programs\n"
    print "Each asks a question, shows an experiment, and ends with success only if its claim held. From the top of the repository:\n"
    print "    cc -I. examples/01_hello.c -o hello -lm && ./hello\n"
    print "Figures go to build/figures, or to the folder given as the first argument. Level 1 needs school mathematics, level 4 some probability."
    print "What the columns say is taken from the programs by `make index`; C1 to C30 are the statements that 42_myths.c tries.\n"
    print "[tools](tools) holds programs that are used rather than read: `lab`, the command line (`make build/bin/lab`, then `build/bin/lab help`);"
    print "`compare`, which `make run` runs; `mnist`, `lenet` and `sweep`. [exercises](exercises) mark themselves: `make check-01`.\n"
    print "| program | title | question | level | statements |\n|---|---|---|---|---|"
}
FNR == 1 { row(); name = FILENAME; sub(/.*\//, "", name); sub(/\.c$/, "", name); split("", value); key = ""; head = 1; next }
!head { next }
/^ +[a-z]+: / { key = $1; sub(/:/, "", key); text = $0; sub(/^ +[a-z]+: +/, "", text); gsub(/\|/, "", text); value[key] = text; next }
/^ *$/ { key = "" }
key != "" && /^ {8,}/ { text = $0; sub(/^ +/, "", text); value[key] = value[key] " " text }
/\*\// { head = 0 }
END { row() }
