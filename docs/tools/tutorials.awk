# The index of the tutorials, from the first comment of each program:  awk -f tutorials.awk examples/[0-9][0-9]_*.c
# -v language=zh leaves out the English column heads.
function flush() {
    if (name == "") return
    number = substr(name, 1, 2)
    printf "| \\ref ch%s \"%s\" | %s | `%s.c` | %s | %s |\n", number, number " " value["title"], value["question"], name, value["level"], value["claims"]
}
BEGIN {
    print "# All tutorials {#tutorials}\n"
    print "Each program is one idea, runs in about a second, and ends with success only if what it claims held. Level 1 needs school mathematics, level 4 is research."
    print "The claims are those that \\ref ch35 tests one by one.\n"
    print "| tutorial | question | program | level | claims |\n|---|---|---|:-:|---|"
}
FNR == 1 { flush(); name = FILENAME; sub(/.*\//, "", name); sub(/\.c$/, "", name); split("", value); key = ""; head = 1; next }
!head { next }
/^ +[a-z]+: / { key = $1; sub(/:/, "", key); text = $0; sub(/^ +[a-z]+: +/, "", text); value[key] = text == "-" ? "" : text; next }
/^ *$/ { key = "" }
key != "" && /^ {8,}/ { text = $0; sub(/^ +/, "", text); value[key] = value[key] " " text }
/\*\// { head = 0 }
END { flush() }
