# winit.h's implementation as fourteen pages:  awk -v out=build/docs/inside -f docs/tools/inside.awk winit.h
#
# A comment that stands alone at the margin becomes prose, a chapter of a section a heading, and what lies between them a
# listing. Listings get the header's line numbers, and functions an anchor impl-NAME, from docs/tools/finish.mjs.
function flush_code(    i, first, last, name, names) {
    first = 1; last = lines
    while (first <= last && code[first] ~ /^ *$/) first++
    while (last >= first && code[last] ~ /^ *$/) last--
    if (first <= last) {
        names = ""
        for (i = first; i <= last; i++)
            if (code[i] ~ /^[a-zA-Z].*[ *]wi_[a-z0-9_]+\(/ && code[i] !~ /;$/) {
                name = code[i]; sub(/\(.*/, "", name); sub(/.*[ *]/, "", name)
                if (!(name in anchored)) { anchored[name] = 1; names = names "\\anchor impl-" name "\n" }
            }
        if (names != "") printf "%s", names > file
        printf "\\htmlonly[block]<div class=\"wi-from\" data-line=\"%d\"></div>\\endhtmlonly\n\n```{.c}\n", start + first - 1 > file
        for (i = first; i <= last; i++) print code[i] > file
        print "```\n" > file
    }
    lines = 0
}
# Running text as Markdown: nothing in it is markup but `code`.
function escaped(text,    out, t) {
    out = ""
    while (match(text, /`[^`]+`|[*_<>&@\\#%|~"\[\]]/)) {
        t = substr(text, RSTART, RLENGTH)
        out = out substr(text, 1, RSTART - 1)
        if (t ~ /^`/) out = out t
        else if (t == "<") out = out "&lt;"
        else if (t == ">") out = out "&gt;"
        else if (t == "&") out = out "&amp;"
        else if (t == "_" && out ~ /[a-zA-Z0-9]$/ && substr(text, RSTART + 1) ~ /^[a-zA-Z0-9]/) out = out t
        else if (t == "|") out = out t
        else if (t == "~") out = out "&sim;"
        else if (t == "\"" || t == "_" || t == "[" || t == "]" || t == "*") out = out (t == "\"" ? t : "\\" t)
        else out = out "\\" t
        text = substr(text, RSTART + RLENGTH)
    }
    return out text
}
# A comment's lines: what is indented by four more is kept as it stands.
function prose(count,    i, kept) {
    kept = 0
    for (i = 1; i <= count; i++) {
        if (said[i] ~ /^    / || (kept && said[i] ~ /^ *$/ && i < count && said[i + 1] ~ /^    /)) { if (!kept) print "\n```{.txt}" > file; kept = 1; print said[i] > file }
        else { if (kept) print "```\n" > file; kept = 0; line = escaped(said[i]); sub(/^[-+] /, "- ", line); sub(/^ +/, "", line); print line > file }
    }
    if (kept) print "```" > file
    print "" > file
}
function slug(text) { text = tolower(text); gsub(/[^a-z0-9 -]/, "", text); gsub(/ +/, "-", text); return text }
/^\/\* ==== [0-9]+\. .*>>[a-z]+-impl ==/ {
    if (file) { flush_code(); close(file) }
    title = $0; sub(/^\/\* ==== /, "", title); sub(/ >>.*/, "", title)
    name = $0; sub(/.*>>/, "", name); sub(/-impl.*/, "", name)
    number = title + 0; sub(/^[0-9]+\. /, "", title)
    file = sprintf("%s/inside_%02d.md", out, number)
    printf "# Inside winit.h: %d. %s {#inside_%02d}\n\n[TOC]\n\n", number, title, number > file
    printf "The implementation of section %d, woven from the header. What it does for you is said in \\ref %s \"%d. %s\"; an overview is \\ref inside \"Inside winit.h\".\n\n", number, name, number, title > file
    comment = 1; count = 0; heading = ""; next
}
!file { next }
/^\/\* (MIT|.*LICEN[CS]E)/ || /^#endif.*WINIT_IMPLEMENTATION/ { flush_code(); close(file); exit }
/^\/\* ---- / && !comment {
    flush_code()
    heading = $0; sub(/^\/\* ---- /, "", heading); sub(/ *-+ *(\*\/)? *$/, "", heading)
    printf "## %s {#inside_%02d-%s}\n\n", escaped(heading), number, slug(heading) > file
    if ($0 !~ /\*\/ *$/) { comment = 1; count = 0 }
    next
}
comment {
    text = $0; last = text ~ /\*\/ *$/
    if (last) sub(/ *\*\/ *$/, "", text)
    sub(/^   /, "", text)
    said[++count] = text
    if (last) { prose(count); comment = 0 }
    next
}
/^\/\*/ && (/\*\/ *$/ || !/\*\//) {
    flush_code()
    text = $0; sub(/^\/\*+ ?/, "", text); last = text ~ /\*\/ *$/
    sub(/ *\*\/ *$/, "", text)
    count = 0; said[++count] = text
    if (last) prose(count); else comment = 1
    next
}
{ if (!lines) start = FNR; code[++lines] = $0 }
