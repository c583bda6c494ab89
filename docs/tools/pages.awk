# A page as a code host shows it, turned into what Doxygen reads (FILTER_PATTERNS in docs/Doxyfile):
#   $..$ and $$..$$ outside code           \f$..\f$ and \f[..\f]
#   the first heading, every other         get their ids: {#ch12}, {#ch12-why}; a chapter gets its list of contents
#   [text](12-xavier-forward.md#why)       \ref ch12-why "text"; in lists of pages \subpage
#   wi_shape and other types               ::wi_shape, so that they are linked
#   arXiv:1502.01852                       a link to the paper
#   a figure and its caption               \image html, and a place where the live figure may go
#   [text](../winit.h#init-impl, #wi_fill)  the page inside_07 of the implementation, or the function there
#   <details>                              through \htmlonly, since the blank line in it ends an HTML block for Doxygen
BEGIN {
    while ((getline line < "winit.h") > 0)
        if (match(line, /^typedef (struct|enum) wi_[a-z_0-9]+ /)) { split(line, part, " "); type[part[3]] = 1 }
        else if (line ~ /^\/\* ==== [0-9]+\. .*>>[a-z]+-impl ==/) { number = substr(line, 9) + 0; sub(/.*>>/, "", line); sub(/ .*/, "", line); section[line] = sprintf("inside_%02d", number) }
        else if (number && line ~ /^[a-zA-Z].*[ *]wi_[a-z0-9_]+\(/ && line !~ /;$/) { sub(/\(.*/, "", line); sub(/.*[ *]/, "", line); built[line] = 1 }
    close("winit.h")
    woven = ARGV[1] ~ /docs\/inside\//             # pages that are Doxygen's already
    place = ARGV[1]; zh = place ~ /docs\/zh\//
    place = zh ? "docs/zh/" : place ~ /examples\// ? "examples/" : "docs/"
    name = ARGV[1]; sub(/.*\//, "", name)
    self = id_of(place name)
    lists_pages = self == "learn" || self == "use" || self == "mainpage" || self == "zh_index" || self == "zh_learn" || self == "inside"
}
# docs/12-xavier-forward.md is ch12, docs/use-fast.md use_fast, docs/zh/glossary.md zh_glossary.
function id_of(path,    file, prefix) {
    prefix = path ~ /zh\// ? "zh_" : ""
    if (path ~ /^examples\/README/) return "tutorials"
    file = path; sub(/.*\//, "", file); sub(/\.md$/, "", file)
    if (file ~ /^[0-9][0-9]-/) return prefix "ch" substr(file, 1, 2)
    if (file == "index") return prefix == "" ? "mainpage" : "zh_index"
    gsub(/-/, "_", file)
    return prefix file
}
function slug(heading) {
    heading = tolower(heading); gsub(/\$[^$]*\$/, "", heading); gsub(/[^a-z0-9_ -]/, "", heading); gsub(/ /, "-", heading)
    return heading
}
# Quotes of a heading as printers set them: Doxygen writes headings into a script, between the other ones.
function set_quotes(s) {
    while (match(s, /"[^"]+"/)) s = substr(s, 1, RSTART - 1) "\342\200\234" substr(s, RSTART + 1, RLENGTH - 2) "\342\200\235" substr(s, RSTART + RLENGTH)
    return s
}
# A link: to another page of ours, to a program, or to anything else.
function link(text, to,    file, anchor) {
    file = to; anchor = ""
    if (match(to, /#/)) { file = substr(to, 1, RSTART - 1); anchor = substr(to, RSTART + 1) }
    if (to ~ /^[a-z]+:/) return "[" text "](" to ")"
    if (file == "") return "\\ref " self "-" anchor " \"" text "\""
    if (file ~ /(^|\/)winit\.h$/ && anchor != "" && !(anchor in section) && !(anchor in built)) {
        print "note: " ARGV[1] ": winit.h has no function " anchor > "/dev/stderr"; anchor = ""
    }
    if (file ~ /(^|\/)winit\.h$/ && anchor != "") return (subpage && anchor in section ? "\\subpage " : "\\ref ") (anchor in section ? section[anchor] : "impl-" anchor) " \"" text "\""
    file = place file
    while (sub(/[^\/.]+\/\.\.\//, "", file)) ;
    if (file ~ /^(docs\/(zh\/)?[^\/]*|examples\/README)\.md$/)
        return (subpage && anchor == "" && (file ~ /\/zh\//) == zh ? "\\subpage " : "\\ref ") id_of(file) (anchor == "" ? "" : "-" anchor) " \"" text "\""
    return file ~ /\.md$/ || file == "LICENSE" ? text : "[" text "](" file ")"
}
# Between formulas, links and code: Doxygen sees no formula inside "..", and no bold or italics beside a Chinese character.
function plain(s) {
    if (s !~ /</) gsub(/"/, "\\&quot;", s)
    while (sub(/\*\*/, bold ? "</b>" : "<b>", s)) bold = !bold
    if (zh) while (s ~ /[^* ]\*|\*[^* ]/ && sub(/\*/, italic ? "</em>" : "<em>", s)) italic = !italic
    return s
}
# Running text: everything but code.
function prose(s,    out, t, m, word) {
    out = ""
    while (match(s, /`[^`]*`|\\\$|\$\$|\$[^$]+\$|!?\[[^\]]*\]\([^) ]+\)|arXiv:[0-9][0-9][0-9][0-9]\.[0-9]+|wi_[a-z0-9_]+\(?/)) {
        out = out plain(substr(s, 1, RSTART - 1)); t = substr(s, RSTART, RLENGTH); s = substr(s, RSTART + RLENGTH)
        if (t ~ /^`/) out = out t
        else if (t == "$$") { out = out (display ? "\\f]" : "\\f["); display = !display }
        else if (t == "\\$") out = out "$"
        else if (t ~ /^\$/) out = out "\\f$" substr(t, 2, length(t) - 2) "\\f$"
        else if (t ~ /^\[/) { m = index(t, "]("); out = out link(substr(t, 2, m - 2), substr(t, m + 2, length(t) - m - 2)) }
        else if (t ~ /^arXiv/) out = out "[" t "](https://arxiv.org/abs/" substr(t, 7) ")"
        else if (zh && t ~ /^wi_/ && !display && (t in type || s ~ /^\)/)) {     # no space parts words from Chinese
            if (t ~ /\($/) { sub(/\(/, "", t); out = out "\\ref " t " \"" t "()\""; s = substr(s, 2) } else out = out "\\ref " t " \"" t "\""
        }
        else if (t ~ /^wi_/ && t in type && !display) out = out "::" t
        else out = out t
    }
    return out plain(s)
}
# At the end of a chapter.
function cite() {
    printf "\n\\htmlonly[block]\n<details class=\"wi-cite\"><summary>Cite this page</summary>\n<pre>@misc{winit%s,\n  author = {{the winit.h authors}},\n", substr(self, 3)
    printf "  title  = {{%s}},\n  note   = {Chapter %s of the documentation of winit.h, CITATION.cff},\n  year   = {2026}\n}</pre>\n</details>\n\\endhtmlonly\n", substr(title, 4), substr(self, 3)
}
woven { print; next }
/^```/ { code = !code; print; next }
code { print; next }
display && !/\$\$/ { print; next }
!seen && /^# / {
    seen = 1; title = substr($0, 3)
    print $0 " {#" self "}"
    if (zh) print "\n\\htmlonly[block]\n<div lang=\"zh-Hans\">\n\\endhtmlonly"
    else if (self ~ /^ch/) print "\n[TOC]"
    next
}
/^##+ / {
    s = slug(substr($0, index($0, " ") + 1)); $0 = set_quotes($0)      # the tree of pages takes headings as they are
    if (s ~ /^[a-z0-9_-]+$/ && !(s in used)) { used[s] = 1; print prose($0) " {#" self "-" s "}" } else print prose($0)
    next
}
/^> / && self ~ /^(zh_)?(ch|sources|inside)/ && !asked++ { print "<div class=\"wi-question\">" prose(substr($0, 3)) "</div>"; next }
# What only the site has: a live figure without a static one; a program that runs in the page, before all that it prints.
/^<!-- live [a-z_]+ -->$/ { print "<div class=\"wi-figure\" data-figure=\"" $3 "\"></div>\n"; next }
/^<!-- output docs\/out\/[0-9][0-9]_[a-z_]+\.out -->$/ && !zh {
    program = $3; sub(/.*\//, "", program); sub(/\.out$/, "", program)
    print "<div class=\"wi-run\" data-program=\"" program "\"></div>\n"; next
}
# A figure: its caption is the emphasised line behind it.
/^!\[.*\]\([^)]*figures\/.*\)$/ {
    figure = $0; sub(/.*figures\//, "", figure); sub(/\)$/, "", figure)
    next
}
figure != "" && /^$/ { next }
figure != "" {
    caption = ""
    if ($0 ~ /^\*.*\*$/) caption = substr($0, 2, length($0) - 2)
    gsub(/"/, "\\\"", caption)
    print "\\image html " figure " \"" caption "\"\n"
    if (!zh && self != "mainpage") { sub(/\.svg$/, "", figure); print "<div class=\"wi-figure\" data-figure=\"" figure "\"></div>\n" }
    figure = ""
    if (caption != "") next
}
/^<details>/ || /^<\/details>/ { print "\\htmlonly[block]\n" $0 "\n\\endhtmlonly"; next }
{ subpage = lists_pages && /^- \[/; print prose($0); subpage = 0 }
END { if (self ~ /^ch/) cite() }
END { if (zh) print "\n\\htmlonly[block]\n</div>\n\\endhtmlonly" }
