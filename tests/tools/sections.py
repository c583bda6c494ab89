#!/usr/bin/env python3
"""What each section of winit.h takes, beside an earlier header:  python3 tests/tools/sections.py [commit]

Lines (declarations and implementation, comments included; then those with code) and bytes of functions and tables that
gcc -O2 makes of it, and what a user would miss without it. The commit, 15e8daf if none is said, comes from git; where
there is none, its columns stay empty. `make sections` puts the table into docs/contributing.md.
"""
import os
import re
import subprocess
import sys
import tempfile

WITHOUT = {
    "status": "a sentence for each error",
    "rng": "a seed's bytes, the same everywhere",
    "stats": "moments, histograms",
    "mat": "fast products, singular values",
    "act": "activations, in vectors",
    "theory": "gains and depth scales, computed",
    "init": "recipes, their text, checks, wi_identify()",
    "net": "layers forward, backward, in theory",
    "loss": "losses, answers",
    "opt": "optimisers",
    "data": "CSV, IDX, splits, scalers",
    "train": "the loop, early stopping, pre-training",
    "probe": "measuring, verdicts, trying a plan, mending",
    "save": "files as PyTorch names them, models",
}
WANTED_LINES = 10900   # and the bytes of the earlier header


def code_lines(lines):
    """Which lines hold code, and not only a comment or nothing."""
    text = re.sub(r"/\*.*?\*/", lambda m: "\n" * m.group().count("\n"), "\n".join(lines), flags=re.S)
    return [bool(line.strip()) for line in text.split("\n")]


def measure(header):
    """{section: [lines, code lines, bytes]}, and of the whole header."""
    lines = header.split("\n")
    anchors = [(i, m.group(1)) for i, line in enumerate(lines) if (m := re.match(r"/\* ====.* >>([a-z]+)(?:-impl)? ", line))]
    code, rows, owner = code_lines(lines), {name: [0, 0, 0] for _, name in anchors}, {}
    for (first, name), (end, _) in zip(anchors, anchors[1:] + [(len(lines), "")]):
        rows[name][0] += end - first
        rows[name][1] += sum(code[first:end])
        owner.update((i + 1, name) for i in range(first, end))
    with tempfile.TemporaryDirectory() as folder:
        source, made = os.path.join(folder, "winit.c"), os.path.join(folder, "winit.o")
        with open(source, "w") as out:
            out.write("#define WINIT_IMPLEMENTATION\n" + header)
        subprocess.check_call(["gcc", "-O2", "-g1", "-w", "-c", source, "-o", made])
        for symbol in subprocess.check_output(["nm", "-S", "-l", made], text=True).splitlines():
            if m := re.match(r"\w+ (\w+) [tTrRdD] \S+\t.*:(\d+)$", symbol):
                rows[owner.get(int(m.group(2)) - 1, "status")][2] += int(m.group(1), 16)
        text = int(subprocess.check_output(["size", made], text=True).split("\n")[1].split()[0])
    return rows, [len(lines) - 1, sum(code), text]


def main():
    commit = sys.argv[1] if len(sys.argv) > 1 else "15e8daf"
    with open("winit.h") as file:
        now, whole = measure(file.read())
    shown = subprocess.run(["git", "show", commit + ":winit.h"], capture_output=True, text=True)
    then, before = measure(shown.stdout) if shown.returncode == 0 else ({}, None)

    def row(title, numbers, earlier, words):
        right = "%6s %7s" % ((earlier[0], earlier[2]) if earlier else ("", ""))
        print(f"{title:<8} {'%6s %6s %7s' % tuple(numbers)}   {right}   {words}".rstrip())

    print(f"{'':<8} {'now':>6} {'':>6} {'':>7}   {commit if before else 'no git':>6}")
    print(f"{'section':<8} {'lines':>6} {'code':>6} {'bytes':>7}   {'lines':>6} {'bytes':>7}   what one misses without it")
    for name, numbers in now.items():
        row(name, numbers, then.get(name), WITHOUT[name])
    rest = lambda total, rows: [total[k] - sum(r[k] for r in rows.values()) for k in range(3)]
    row("the rest", rest(whole, now), before and rest(before, then), "head, options, licence; sentences, unwinding")
    row("all", whole, before, "")
    if before:
        row("wanted", [WANTED_LINES, "", before[2]], None, "lines; no more bytes than then")


if __name__ == "__main__":
    main()
