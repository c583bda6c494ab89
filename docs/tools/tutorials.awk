# The index of the tutorials, from the first comment of each program:  awk -f tutorials.awk examples/[0-9][0-9]_*.c
# -v chapters="01-hello.md ...": those that have a page of their own.
function flush() {
    if (name == "") return
    number = substr(name, 1, 2)
    link = index(" " chapters, " " number "-") ? "\\ref ch" number " \"" number " " value["title"] "\"" : number " " value["title"]
    printf "| %s | %s | `%s.c` | %s | %s |\n", link, value["question"], name, value["level"], value["claims"]
}
BEGIN {
    print "# All tutorials {#tutorials}\n"
    print "Each program is one idea, runs in about a second, and ends with success only if what it claims held. Level 1 needs school mathematics, level 4 is research."
    print "A claim (C1, C2, ...) is a statement found in articles on the subject, which the program tests.\n"
    print "| tutorial | question | program | level | claims |\n|---|---|---|:-:|---|"
}
FNR == 1 { flush(); name = FILENAME; sub(/.*\//, "", name); sub(/\.c$/, "", name); split("", value); key = ""; head = 1; next }
!head { next }
/^ +[a-z]+: / { key = $1; sub(/:/, "", key); text = $0; sub(/^ +[a-z]+: +/, "", text); value[key] = text == "-" ? "" : text; next }
/^ *$/ { key = "" }
key != "" && /^ {8,}/ { text = $0; sub(/^ +/, "", text); value[key] = value[key] " " text }
/\*\// { head = 0 }
END { flush() }
