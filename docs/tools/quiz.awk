# The quiz as a page:  awk -f docs/tools/quiz.awk docs/quiz.txt > docs/quiz.md
# A click on an answer says whether it is right, and why; on paper the answers stand without. The right one moves about.
function flush(    i, k, n) {
    if (asked == "") return
    printf "\n**%d.%d** %s\n", chapter, ++number, asked
    for (i = 0; i < options; i++) {
        k = (i + chapter + 2 * number) % options
        n = index(option[k], " | ")
        printf "\n<details><summary>%s) %s</summary>\n\n%s %s\n\n</details>\n", substr("abc", i + 1, 1), substr(option[k], 3, n - 3),
            option[k] ~ /^\+/ ? "**Right.**" : "**No.**", substr(option[k], n + 3)
    }
    asked = ""; options = 0
}
/^#/ { next }
/^[0-9][0-9]$/ {
    flush(); number = 0; chapter = $0
    list = "ls docs/" $0 "-*.md"
    list | getline file
    close(list)
    getline title < file
    sub(/.*\//, "", file); sub(/^# /, "", title)
    if (!begun++) {
        print "# Quiz\n\nThree questions a chapter. Answer for yourself first; a click on an answer says whether it is right, and why. On paper the\nreasons stay closed: print the page, and you have a test.\n"
    }
    printf "\n## %s\n\n[The chapter](%s)\n", title, file
    next
}
/^\? / { flush(); asked = substr($0, 3); next }
/^[-+] / { option[options++] = $0 }
END { flush() }
