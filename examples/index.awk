# The table of the numbered programs, from what each says of itself in its first comment:
#   awk -f examples/index.awk examples/[0-9][0-9]_*.c                                     examples/README.md
#   awk -v guide=1 -v chapters="01-hello.md ..." -f examples/index.awk examples/[0-9][0-9]_*.c    a page of the guide
function row(    number, link) {
    if (name == "") return
    number = substr(name, 1, 2)
    if (number == "42") value["claims"] = "all"
    if (!guide) {
        printf "| [%s.c](%s.c) | %s | %s | %s | %s |\n", name, name, value["title"], value["question"], value["level"], value["claims"]
        return
    }
    link = index(" " chapters, " " number "-") ? "\\ref ch" number " \"" number " " value["title"] "\"" : number " " value["title"]
    printf "| %s | %s | `%s.c` | %s | %s |\n", link, value["question"], name, value["level"], value["claims"] == "-" ? "" : value["claims"]
}
BEGIN {
    if (guide) {
        print "# All tutorials {#tutorials}\n"
        print "Each program is one idea, runs in about a second, and ends with success only if what it claims held. Level 1 needs school mathematics, level 4 is research."
        print "A claim (C1, C2, ...) is a statement found in articles on the subject, which the program tests.\n"
        print "| tutorial | question | program | level | claims |\n|---|---|---|:-:|---|"
    } else {
        print "# The programs\n"
        print "Each asks a question, shows an experiment, and ends with success only if its claim held. From the top of the repository:\n"
        print "    cc -I. examples/01_hello.c -o hello -lm && ./hello\n"
        print "Figures go to build/figures, or to the folder given as the first argument. Level 1 needs school mathematics, level 4 some probability."
        print "What the columns say is taken from the programs by `make index`; C1 to C25 are the statements that 42_myths.c tries.\n"
        print "[tools](tools) holds programs that are used rather than read: `lab`, the command line (`make build/bin/lab`, then `build/bin/lab help`);"
        print "`compare`, which `make run` runs; `mnist`, `lenet` and `sweep`. [exercises](exercises) mark themselves: `make check-01`.\n"
        print "| program | title | question | level | statements |\n|---|---|---|---|---|"
    }
}
FNR == 1 { row(); name = FILENAME; sub(/.*\//, "", name); sub(/\.c$/, "", name); split("", value); key = ""; head = 1; next }
!head { next }
/^ +[a-z]+: / { key = $1; sub(/:/, "", key); text = $0; sub(/^ +[a-z]+: +/, "", text); gsub(/\|/, "", text); value[key] = text; next }
/^ *$/ { key = "" }
key != "" && /^ {8,}/ { text = $0; sub(/^ +/, "", text); value[key] = value[key] " " text }
/\*\// { head = 0 }
END { row() }
