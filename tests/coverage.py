#!/usr/bin/env python3
"""Which lines and branches of winit.h the tests run, by section:  python3 tests/coverage.py [-j 2] [-o docs/proofs/coverage.md]

Each test is built with gcc --coverage in the columns of `make test` that run other code (float, double, portable, 128- and
256-bit vectors) and run; a line or a branch counts as run where any of them ran it. A line whose comment says
`unreachable: why` is left out: nothing that a caller can do leads there. What is not run is listed.
"""
import argparse, concurrent.futures, gzip, json, os, re, shutil, subprocess, sys, tempfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
BUILDS = {'cc': [], 'double': ['-DWINIT_REAL=double'], 'portable': ['-DWINIT_NO_SIMD'],
          'bits128': ['-DWINIT_SIMD_BITS=128'], 'bits256': ['-DWINIT_SIMD_BITS=256']}


def measure(work, build, test):
    """{line: (count, [branch counts])} of winit.h in one build of one test."""
    folder = os.path.join(work, build + '-' + test)
    os.makedirs(folder)
    program = os.path.join(folder, 't')
    subprocess.run(['gcc', '-std=c99', '-O0', '-w', '--coverage', *BUILDS[build], '-I' + TOP, '-I' + os.path.join(TOP, 'tests'),
                    os.path.join(TOP, 'tests', test), '-o', program, '-lm'], cwd=folder, check=True)
    done = subprocess.run([program], cwd=TOP, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env=dict(os.environ, CHECK_DIR=folder), timeout=900)
    if done.returncode: print('%s %s fails:\n%s' % (build, test, done.stdout.decode(errors='replace')[-600:]))
    for notes in [f for f in os.listdir(folder) if f.endswith('.gcda')]:
        subprocess.run(['gcov', '--json-format', '-b', notes], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    lines = {}
    for name in [f for f in os.listdir(folder) if f.endswith('.json.gz')]:
        for file in json.load(gzip.open(os.path.join(folder, name)))['files']:
            if not file['file'].endswith('winit.h'): continue
            for l in file['lines']:
                count, branches = lines.get(l['line_number'], (0, []))
                here = [b['count'] for b in l['branches'] if not b.get('throw')]
                if len(here) == len(branches): here = [a + b for a, b in zip(here, branches)]
                lines[l['line_number']] = (count + l['count'], here or branches)
    shutil.rmtree(folder)
    return lines


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument('-j', type=int, default=os.cpu_count())
    args.add_argument('-o', help='write the table into this file as well')
    args.add_argument('-b', action='append', choices=sorted(BUILDS), help='these builds only')
    args.add_argument('-t', action='append', help='these tests only, 07_init.c say')
    args.add_argument('--list', type=int, default=60, help='how many lines that are not run to list')
    args = args.parse_args()
    source = open(os.path.join(TOP, 'winit.h')).read().split('\n')
    tests = args.t or sorted(f for f in os.listdir(os.path.join(TOP, 'tests')) if re.match(r'\d\d_\w+\.c$', f) and not f.startswith('15_'))
    marked = lambda build, test: not re.search(
        r'@build[a-z0-9 -]* no-%s( |$)' % build, open(os.path.join(TOP, 'tests', test)).read(), re.M)
    work = tempfile.mkdtemp(prefix='coverage-')
    total = {}
    try:
        with concurrent.futures.ThreadPoolExecutor(args.j) as pool:
            jobs = [pool.submit(measure, work, b, t) for b in args.b or BUILDS for t in tests if marked(b, t)]
            for job in jobs:
                for line, (count, branches) in job.result().items():
                    had, others = total.get(line, (0, []))
                    if len(branches) == len(others): branches = [a + b for a, b in zip(branches, others)]
                    elif others and sum(1 for b in others if b) * len(branches) > sum(1 for b in branches if b) * len(others): branches = others
                    total[line] = (had + count, branches)
    finally:
        shutil.rmtree(work, ignore_errors=True)

    section, sections, titles = 0, {}, {0: 'head'}
    for number, text in enumerate(source, 1):
        m = re.match(r'/\* ==== (\d+)\. (.*?) >>\w+-impl', text)
        if m: section = int(m.group(1)); titles[section] = m.group(2)
        if number in total and 'unreachable:' not in text: sections.setdefault(section, []).append(number)
    out = ['| section | lines | run | branches | run |', '|---|---:|---:|---:|---:|']
    sums, missing = [0, 0, 0, 0], []
    for s, numbers in sorted(sections.items()):
        branches = [b for n in numbers for b in total[n][1]]
        row = [len(numbers), sum(1 for n in numbers if total[n][0]), len(branches), sum(1 for b in branches if b)]
        missing += [n for n in numbers if not total[n][0] or not all(total[n][1])]
        sums = [a + b for a, b in zip(sums, row)]
        out.append('| %d. %s | %d | %.1f %% | %d | %.1f %% |' % (s, titles[s], row[0], 100.0 * row[1] / row[0], row[2], 100.0 * row[3] / max(row[2], 1)))
    out.append('| all | %d | %.1f %% | %d | %.1f %% |' % (sums[0], 100.0 * sums[1] / sums[0], sums[2], 100.0 * sums[3] / max(sums[2], 1)))
    print('\n'.join(out))
    for n in missing[:args.list]:
        print('winit.h:%d: %s: %s' % (n, 'not run' if not total[n][0] else 'branches %s' % total[n][1], source[n - 1].strip()[:90]))
    if len(missing) > args.list: print('... and %d more lines (--list %d)' % (len(missing) - args.list, len(missing)))
    if args.o:
        version = subprocess.run(['gcc', '--version'], stdout=subprocess.PIPE).stdout.decode().split('\n')[0]
        open(args.o, 'w').write('# Coverage\n\nWritten by `make coverage`: the lines and branches of winit.h that the tests run, all columns together (%s).\n\n%s\n'
                                % (version, '\n'.join(out)))
    print('%d passed, %d failed' % (sums[1] + sums[3], sums[0] - sums[1] + sums[2] - sums[3]))


if __name__ == '__main__':
    sys.exit(main())
