# The list of chapters, from their titles and questions:  awk -f chapters.awk docs/[0-9][0-9]-*.md
# With -v zh=docs/zh/chapters.tsv (number, title, question) the Chinese one, which points to the English chapters.
BEGIN {
    FS = "\t"
    while (zh != "" && (getline line < zh) > 0) { split(line, part, "\t"); title[part[1]] = part[2]; asked_zh[part[1]] = part[3] }
    if (zh != "") {
        print "# 各章一览 {#zh_learn}\n"
        print "\\htmlonly[block]\n<div lang=\"zh-Hans\">\n\\endhtmlonly\n"
        print "每章一个概念，顺序排好，前面的章节不依赖后面的。请开着终端读：每章都从一个程序的真实输出开始，你可以运行它、修改它。`make examples` 把所有程序编译到 `build/bin`。"
        print "需要的基础是中学数学和一点 C 语言，概率论的内容在用到时讲解。各章正文是英文，术语可查 \\ref zh_glossary \"术语表\"。\n"
    } else {
        print "# The chapters {#learn}\n"
        print "One idea each, in an order in which none needs a later one. Read with a terminal open: every chapter begins with the output of a program that you can run and change;"
        print "`make examples` builds them all into build/bin. What you need to know is school mathematics and some C; probability is explained where it is used.\n"
        print "\\ref tutorials \"All programs and their questions in one table\"\n"
    }
}
function say(text) { printf "  <br>%s\n", text }
FNR == 1 {
    id = $0; sub(/.*\{#/, "", id); sub(/\}.*/, "", id); number = FILENAME; sub(/.*\//, "", number); number = substr(number, 1, 2)
    if (zh == "") printf "- \\subpage %s\n", id
    else {
        printf "- \\ref %s \"%s %s\"\n", id, number, title[number]; say(asked_zh[number])
        if (title[number] == "") print "docs/zh/chapters.tsv: chapter " number " is not translated" > "/dev/stderr"
    }
}
zh == "" && (/^> / || /class="wi-question">/) && !asked[FILENAME]++ {
    question = $0; sub(/^> */, "", question); sub(/.*class="wi-question">/, "", question); sub(/<\/div>.*/, "", question)
    say(question)
}
END { if (zh != "") print "\n\\htmlonly[block]\n</div>\n\\endhtmlonly" }
