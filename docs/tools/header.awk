# winit.h as Doxygen should see it: each section banner opens a group whose text is the banner's own, an X-macro list
# of names and texts becomes the enumerators that it makes, and the implementation is left out. Lines keep their numbers.
# Section 7 is long: its parts are pages of their own, each from the comment of what it declares first.
BEGIN {
    split("wi_shape Shapes and fans,wi_zeros Constants and laws,wi_variance_scaling Recipes by name,wi_orthogonal Structured recipes," \
          "wi_mup_role Recipes for a width or an activation,wi_recipe_named Recipes as text,wi_fill Filling,wi_fit Checks", part, ",")
    for (i in part) { name = part[i]; sub(/ .*/, "", name); title_of[name] = substr(part[i], length(name) + 2) }
    while ((getline line < ARGV[1]) > 0) {
        number++
        if (line ~ /^\/\*\*/) comment_at = number
        name = line; sub(/^typedef (struct|enum) /, "", name); sub(/^WI_API [a-z_ ]*[ *]/, "", name); sub(/[^a-z_].*/, "", name)
        if (name != line && name in title_of && !(name in begun)) { begun[name] = 1; begins[comment_at] = name }
    }
    close(ARGV[1])
}
FNR in begins {
    printf "%s/** \\defgroup init_%s %s */ /** \\addtogroup init_%s\n@{ */ ", inner ? "/** @} */ " : "", begins[FNR], title_of[begins[FNR]], begins[FNR]
    inner = 1; owed++
}
# A group's beginning takes a line more than there is: an empty one between two declarations is left out for it.
owed && /^$/ && before ~ /(;|\}|\*\/)$/ { owed--; before = ""; next }
{ before = $0 }
{ gsub(/\\u0/, "\\\\\\\\u0") }      # \u0000 in a comment is no command
/^\/\* ####+$/ { if (open) print "/** @} */"; exit }
/^\/\* winit\.h/ { top = 1; owed++; print "/** \\file winit.h"; print "\\brief The whole library."; next }
top { if (/\*\//) { top = 0; print "*/" } else print ""; next }
/^\/\* ==== [0-9]+\. .* >>[a-z]+ ==+/ {
    if (inner) { inner = 0; printf "/** @} */ " }
    line = $0; sub(/^\/\* ==== /, "", line)
    title = line; sub(/ >>.*/, "", title)
    name = line; sub(/.*>>/, "", name); sub(/ .*/, "", name)
    printf "%s/** \\defgroup %s %s\n", open ? "/** @} */ " : "", name, title
    open = 1
    if ($0 ~ /\*\/ *$/) { print "*/ /** \\addtogroup " name "\n@{ */"; owed++ } else banner = name
    next
}
banner != "" {
    text = $0; last = text ~ /\*\/ *$/
    if (last) sub(/ *\*\/ *$/, "", text)
    sub(/^   /, "", text)
    if (last) { printf "%s */ /** \\addtogroup %s \n@{ */\n", text, banner; banner = ""; owed++ } else print text
    next
}
/^#define WI_[A-Z_]*_LIST\(X\)/ { list = $2; sub(/\(.*/, "", list); prefix = list; sub(/LIST$/, "", prefix); gathering = 1 }
gathering {
    if (match($0, /X\([A-Z][A-Z0-9_]+/)) {
        name = substr($0, RSTART + 2, RLENGTH - 2); if (name !~ /^WI_/) name = prefix name
        text = name
        if (match($0, /.*"[^"]*"/)) { text = substr($0, 1, RLENGTH - 1); sub(/.*"/, "", text) }
        lists[list] = lists[list] " " name ", /**< " text " */"
    }
    if ($0 !~ /\\$/) gathering = 0
    print ""; next
}
/^ +WI_[A-Z_]*_LIST\(/ { name = $1; sub(/\(.*/, "", name); print lists[name]; next }
/^#(define WI_[A-Z_]+_ENUM\(|undef )/ { print ""; next }
# Fields declared together share their comment.
/^    [a-z][^(;]*, [^(;]*; +\/\*\*< / {
    comment = substr($0, index($0, "/**<")); text = $0; sub(/; *\/\*\*<.*/, "", text); sub(/^ +/, "", text)
    count = split(text, part, /, */)
    type = part[1]; sub(/ *\**[a-z0-9_]+(\[[^]]*\])?$/, "", type)
    line = "    " part[1] "; " comment
    for (i = 2; i <= count; i++) line = line " " type " " part[i] "; " comment
    print line; next
}
{ print }
