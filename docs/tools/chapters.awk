# The list of chapters, from their titles and questions:  awk -f chapters.awk docs/[0-9][0-9]-*.md
BEGIN {
    print "# The chapters {#learn}\n"
    print "One idea each, in an order in which none needs a later one. Read with a terminal open: every chapter begins with the output of a program that you can run and change,"
    print "`make examples` builds them all into build/bin. What you need to know is school mathematics and some C; probability is explained where it is used.\n"
    print "\\ref tutorials lists all programs with their questions.\n"
}
FNR == 1 { id = $0; sub(/.*\{#/, "", id); sub(/\}.*/, "", id); printf "- \\subpage %s\n", id }
/^> / && !asked[FILENAME]++ { question = $0; sub(/^> */, "", question); printf "  <br>%s\n", question }
