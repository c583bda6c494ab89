# The list of papers as BibTeX:  awk -f docs/tools/refs.awk docs/bibliography.md > docs/refs.bib
# A paper begins with **Authors (year).** *Title.* What is not on arXiv has its address here.
BEGIN {
    print "% The papers of docs/bibliography.md, written from it by `make weave`."
    doi["Efficient BackProp"] = "10.1007/3-540-49430-8_2"
    doi["A fast learning algorithm for deep belief nets"] = "10.1162/neco.2006.18.7.1527"
    doi["Parallel random numbers: as easy as 1, 2, 3"] = "10.1145/2063384.2063405"
    doi["Optical recognition of handwritten digits"] = "10.24432/C50P49"
    url["Understanding the difficulty of training deep feedforward neural networks"] = "https://proceedings.mlr.press/v9/glorot10a.html"
    url["Greedy layer-wise training of deep networks"] = "https://papers.nips.cc/paper/3048-greedy-layer-wise-training-of-deep-networks"
    url["Why does unsupervised pre-training help deep learning?"] = "https://jmlr.org/papers/v11/erhan10a.html"
    eprint["How to generate random matrices from the classical compact groups"] = "math-ph/0609050"
}
/^\*\*/ { put(); entry = $0; next }
/^$/ { put(); next }
entry != "" { entry = entry " " $0 }
END { put() }
function put(    authors, year, title, number, key, n, name, i) {
    if (entry == "") return
    authors = entry; sub(/^\*\*/, "", authors); sub(/ *(\([0-9]+\))?\.\*\*.*/, "", authors)
    year = match(entry, /\([0-9][0-9][0-9][0-9]\)/) ? substr(entry, RSTART + 1, 4) : ""
    title = entry; sub(/^[^*]*\*\*[^*]*\*\* \*/, "", title); sub(/\*.*/, "", title); sub(/\.$/, "", title)
    number = match(entry, /arXiv:[0-9.]+[0-9]/) ? substr(entry, RSTART + 6, RLENGTH - 6) : (title in eprint) ? eprint[title] : ""
    gsub(/ and others/, ", others", authors)
    n = split(authors, name, /, /); authors = name[1]
    for (i = 2; i <= n; i++) authors = authors " and " name[i]
    key = tolower(name[1]); gsub(/[^a-z]/, "", key); key = key year
    while (key in used) key = key "b"
    used[key] = 1
    printf "\n@misc{%s,\n  author = {%s},\n  title  = {{%s}},\n", key, authors, title
    if (year != "") printf "  year   = {%s},\n", year
    if (number != "") printf "  eprint = {%s},\n  archivePrefix = {arXiv},\n  url    = {https://arxiv.org/abs/%s},\n", number, number
    if (title in doi) printf "  doi    = {%s},\n  url    = {https://doi.org/%s},\n", doi[title], doi[title]
    if (title in url) printf "  url    = {%s},\n", url[title]
    print "}"
    entry = ""
}
