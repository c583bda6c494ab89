# Writes programs and what they print into a page:  awk -f docs/tools/weave.awk page.md > page.new
#
# Between a marker and the next line `<!-- end -->` stands what this script put there, and nothing else:
#   <!-- listing examples/15_he.c draw -->             the lines between the two comments /* [draw] */ of that file
#   <!-- listing docs/snippets/load.py -->             all of a file
#   <!-- output docs/out/15_he.out -->                 all that a program printed
#   <!-- output docs/out/15_he.out: head | He | to: x --> one line for each: the next that contains the text;
#                                                      "to:" all lines up to that one, "from:" go there, print nothing
#   <!-- chapters 01 10 -->                            the chapters of these numbers, with their questions
#   <!-- sources 001 -->                               what that article of docs/sources.tsv says, and what docs/out/42_myths.out
#                                                      says of it
# Paths are from the top of the repository.
function die(text) { print FILENAME ": " text > "/dev/stderr"; failed = 1 }
function read_file(path,    line) {
    count = 0
    while ((got = (getline line < path)) > 0) lines[++count] = line
    close(path)
    if (got < 0) die("cannot read " path)
}
function fence(path) { return path ~ /\.(cpp|cppm)$/ ? "cpp" : path ~ /\.[ch]$/ ? "c" : path ~ /\.py$/ ? "python" : path ~ /\.(go|rs|nim)$/ ? substr(path, match(path, /[a-z]+$/)) : path ~ /\.(txt|cmake)$/ ? "cmake" : path ~ /\.md$/ ? "c" : "text" }
# Print lines first to last without what all of them are indented by, and without blank lines at both ends.
function block(first, last, language,    i, indent, here) {
    while (first <= last && lines[first] ~ /^ *$/) first++
    while (last >= first && lines[last] ~ /^ *$/) last--
    indent = 1000
    for (i = first; i <= last; i++) if (lines[i] !~ /^ *$/) { match(lines[i], /^ */); if (RLENGTH < indent) indent = RLENGTH }
    print "```" language
    for (i = first; i <= last; i++) {
        here = substr(lines[i], indent + 1); sub(/ +$/, "", here)
        if (language ~ /^(c|cpp)$/) folded(here); else print here
    }
    print "```"
}
# A line of C over 88 columns is broken where C allows it, at the outermost brackets that reach far enough: behind a comma,
# before the body of an if or for, or before an operator. What follows is indented by four more; a comment goes above.
function folded(text,    lead, at, k, c, quoted, depth, rank, best, remark, cut) {
    match(text, /^ */); lead = substr(text, 1, RLENGTH)
    if (length(text) > 88 && text !~ /^ *\/\*/ && text !~ /\/\*.*\/\*/ && match(text, / +\/\*.*\*\/$/)) {
        cut = RSTART; remark = substr(text, cut); sub(/^ +/, "", remark); text = substr(text, 1, cut - 1)
        folded(lead remark)
    }
    if (text ~ /^ *(\/\*|   )[^"]*\*\/$/) {
        while (length(text) > 88) {
            for (k = 88; k > length(lead) + 4 && substr(text, k, 1) != " "; k--) ;
            print substr(text, 1, k - 1); text = lead "   " substr(text, k + 1)
        }
        print text; return
    }
    while (length(text) > 88 && text !~ /\\$|\/\//) {
        at = 0; quoted = 0; depth = 0; best = 99
        for (k = length(lead) + 1; k <= 88; k++) {
            c = substr(text, k, 1)
            if (c == "\"" && substr(text, k - 1, 1) != "\\") quoted = !quoted
            if (quoted) continue
            if (c ~ /[(\[{]/) depth++
            if (c ~ /[)\]}]/) depth--
            if (c != " " || k < length(lead) + 24) continue
            if (substr(text, 1, k - 1) ~ /[,;]$/ ||
                (depth == 0 && text ~ /^ *(else )?(if|for|while) \(/ && substr(text, k - 1, 1) == ")")) rank = 2 * depth
            else if (substr(text, k) ~ /^ ([?:+*-]|\/|&&|\|\|) /) rank = 2 * depth + 1
            else continue
            if (rank <= best) { at = k; best = rank }
        }
        if (!at) break
        print substr(text, 1, at - 1)
        text = lead "    " substr(text, at + 1)
    }
    print text
}
function listing(path, tag,    i, first, last) {
    read_file(path)
    if (tag == "") { block(1, count, fence(path)); return }
    for (i = 1; i <= count; i++)
        if (index(lines[i], "[" tag "]") && lines[i] ~ /^ *(\/\*|\/\/|#)/) { if (!first) first = i + 1; else if (!last) last = i - 1 }
    if (!last) die(path " has no passage [" tag "]"); else block(first, last, fence(path))
}
function output(path, wanted,    i, at, n, part, text, mode, c_code) {
    read_file(path)
    c_code = fence(path) ~ /^c/
    if (wanted == "") { print "```" fence(path); for (i = 1; i <= count; i++) print lines[i]; print "```"; return }
    n = split(wanted, part, / \| /)
    print "```" fence(path)
    at = 1
    for (i = 1; i <= n; i++) {
        text = part[i]; mode = ""
        if (text ~ /^(to|from): /) { mode = substr(text, 1, index(text, ":") - 1); sub(/^[a-z]+: /, "", text) }
        while (at <= count && !index(lines[at], text)) { if (mode == "to") { if (c_code) folded(lines[at]); else print lines[at] }; at++ }
        if (at > count) { die(path " has no further line with '" text "'"); break }
        if (mode != "from") { if (c_code) folded(lines[at++]); else print lines[at++] }
    }
    print "```"
}
# The titles and questions are the chapters' own; for Chinese pages they stand in docs/zh/chapters.tsv.
function chapters(first, last, zh,    list, path, name, number, title, question, i, asked) {
    if (zh) { read_file("docs/zh/chapters.tsv"); for (i = 1; i <= count; i++) { split(lines[i], field, "\t"); title[field[1]] = field[2]; asked[field[1]] = field[3] } }
    list = "ls docs/[0-9][0-9]-*.md"
    while ((list | getline path) > 0) {
        name = path; sub(/.*\//, "", name); number = substr(name, 1, 2)
        if (number < first || number > last) continue
        if (zh) { printf "- [%s %s](%s)\n  %s\n", number, title[number], zh_place(name), asked[number]; continue }
        read_file(path)
        question = ""
        for (i = 1; i <= count && question == ""; i++) if (lines[i] ~ /^> /) question = substr(lines[i], 3)
        printf "- [%s](%s)\n  %s\n", substr(lines[1], 3), name, question
    }
    close(list)
}
# From a Chinese page: the Chinese chapter where there is one.
function zh_place(name,    line, found) { found = (getline line < ("docs/zh/" name)) > 0; close("docs/zh/" name); return found ? name : "../" name }
# Each statement of an article, with the verdict and the measurement that the program printed.
function sources(article, zh,    i, n, field, claim, measured, verdict, word, title, pair) {
    if (zh) {
        split("true 成立,false 不成立,half_true 部分成立,no_effect 没有影响,answered 本书的回答", field, ",")
        for (i in field) { split(field[i], pair, " "); said[pair[1]] = pair[2] }
        read_file("docs/zh/chapters.tsv"); for (i = 1; i <= count; i++) { split(lines[i], field, "\t"); named[field[1]] = field[2] }
    }
    read_file("docs/out/42_myths.out")
    for (i = 1; i <= count; i++) if (lines[i] ~ /^C[0-9]+ /) {
        claim = lines[i]; sub(/ .*/, "", claim)
        measured[claim] = lines[i + 1]; verdict[claim] = lines[i + 2]; sub(/^ +/, "", measured[claim]); sub(/^ +/, "", verdict[claim])
    }
    print zh ? "| 文中的说法 | 结论 | 测得 | 章 |" : "| the article says | verdict | measured | chapter |"
    print "|---|---|---|---|"
    read_file("docs/sources.tsv")
    n = count
    for (i = 1; i <= n; i++) {
        if (split(lines[i], field, "\t") != 5 || field[1] != article) continue
        if (!(field[2] in verdict)) { die("42_myths prints nothing of " field[2]); continue }
        word = verdict[field[2]]; if (zh) { gsub(/ /, "_", word); word = said[word] }
        title = substr(field[3], 1, 2); if (zh) title = title " " named[title]
        printf "| “%s”%s | **%s** | %s | [%s](%s) |\n", field[4], zh ? "" : " (" field[5] ")", word, measured[field[2]], title, zh ? zh_place(field[3]) : field[3]
    }
}
/^<!-- (listing|output|chapters|sources) / {
    print
    $0 = substr($0, 6); sub(/ -->$/, "")
    verb = $1; rest = $0; sub(/^[a-z]+ /, "", rest)
    if (verb == "listing") listing($2, $3)
    else if (verb == "sources") sources($2, FILENAME ~ /\/zh\//)
    else if (verb == "chapters") chapters($2, $3, FILENAME ~ /\/zh\//)
    else { colon = index(rest, ": "); if (colon) output(substr(rest, 1, colon - 1), substr(rest, colon + 2)); else output(rest, "") }
    skipping = 1
    next
}
/^<!-- end -->$/ { if (!skipping) die("an end without a beginning"); skipping = 0 }
!skipping { print }
END { if (skipping) die("a marker without <!-- end -->"); exit failed }
