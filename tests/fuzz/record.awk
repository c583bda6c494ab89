# Logs of `make fuzz` in, a table of docs/proofs/fuzz.md out: executions as libFuzzer counted them, by fuzzer and build.
$1 == "run"                      { name = $2; build = $3; names[name]; dates[$4]; commits[$5] }
/stat::number_of_executed_units/ { count[name, build] += $2; all[build] += $2 }
/^==[0-9]+== ?ERROR/ { faults[name]++; bad++ }

function commas(n,  text)
{
    text = sprintf("%d", n)
    while (match(text, /[0-9][0-9][0-9][0-9]($|,)/)) text = substr(text, 1, RSTART) "," substr(text, RSTART + 1)
    return text
}
function list(set,  key, text, sorted, n, i, j, t)
{
    for (key in set) sorted[++n] = key
    for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (sorted[j] < sorted[i]) { t = sorted[i]; sorted[i] = sorted[j]; sorted[j] = t }
    for (i = 1; i <= n; i++) text = text (i > 1 ? " " : "") sorted[i]
    return text
}
END {
    print "\nDates: " list(dates) ". Commits: " list(commits) ".\n"
    print "| fuzzer | with sanitizers | optimised | findings |\n|---|---:|---:|---:|"
    n = split(list(names), order, " ")
    for (i = 1; i <= n; i++)
        print "| " order[i] " | " commas(count[order[i], "checked"]) " | " commas(count[order[i], "quick"]) " | " faults[order[i]] + 0 " |"
    print "| all | " commas(all["checked"]) " | " commas(all["quick"]) " | " bad + 0 " |"
    print "\n" commas(all["checked"] + all["quick"]) " executions in all."
}
