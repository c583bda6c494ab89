#!/usr/bin/env python3
"""Which lines and branches of winit.h the tests run, by section:  python3 tests/coverage.py [-j 2] [-o docs/proofs/coverage.md]

The header is compiled once for each of the columns of `make test` that run other code (float, double, portable, 128- and
256-bit vectors, threads), by gcc --coverage, into a library that the tests are linked with; tests that look behind the header
compile it themselves. A line or a branch counts as run where any test ran it. A line whose comment says
`unreachable: why` is left out: nothing that a caller can do leads there. What is not run is listed.

What each test ran is kept in build/coverage until it or the header changes; tests/mutants.py reads it there. All of it
takes a quarter of an hour; with --seconds a call stops after that long, and the next one goes on.
"""
import argparse, concurrent.futures, gzip, hashlib, json, os, re, shutil, subprocess, sys, threading, time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TESTS = os.path.join(TOP, 'tests')
BUILDS = {'cc': [], 'double': ['-DWINIT_REAL=double'], 'portable': ['-DWINIT_NO_SIMD'],
          'bits128': ['-DWINIT_SIMD_BITS=128'], 'bits256': ['-DWINIT_SIMD_BITS=256'], 'openmp': ['-fopenmp']}
# A processor without 512-bit vectors runs those of 256 by itself, and can tell nothing of the others.
if not os.path.exists('/proc/cpuinfo') or 'avx512f' not in open('/proc/cpuinfo').read():
    BUILDS['cc'] = BUILDS.pop('bits256')
    BUILDS['double'] += BUILDS['cc']
# As in tests/tests.mk: tests that need the bodies, and what a test leaves out of a column.
WHOLE = re.compile(r'@build[a-z0-9 -]* whole|wi_impl_|WI_IMPL|define WINIT_(STATIC|REAL|MALLOC|NO|SIMD)')
LEFT_OUT = {'double': ['no-double'], 'portable': ['no-vectors', 'once', 'alike'], 'bits128': ['no-vectors', 'once'], 'bits256': ['no-vectors', 'once', 'alike'],
            'cc': []}
# These take minutes where nothing is optimised: their long loops in part (see tests/check.h), and in the column cc only.
SLOW = ('08_theory.c', '13_probe.c')


def source(test): return open(os.path.join(TESTS, test)).read()


def whole(test): return bool(WHOLE.search(source(test)))


def tests_of(build):
    if build == 'openmp': return [f for f in tests_of('cc') if re.search(r'@build[a-z0-9 -]* openmp( |$)', source(f), re.M)]
    marked = lambda test, mark: re.search(r'@build[a-z0-9 -]* %s( |$)' % mark, source(test), re.M)
    return [f for f in sorted(os.listdir(TESTS)) if re.match(r'\d\d_\w+\.c$', f) and not f.startswith('15_')
            and not any(marked(f, mark) for mark in LEFT_OUT[build])]


def measured_in(build): return [t for t in tests_of(build) if build == 'cc' or t not in SLOW]


def shim(work):
    """A folder whose winit.h is the declarations only."""
    folder = os.path.join(work, 'shim')
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(folder, 'winit.h'), 'w') as f: f.write('#undef WINIT_IMPLEMENTATION\n#include "%s/winit.h"\n' % TOP)
    return folder


def header(work):
    """A folder whose winit.h has no function that stands in its callers: counted in each, where arguments are constants, it never goes both ways."""
    folder = os.path.join(work, 'header')
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(TOP, 'winit.h')) as f: text = re.sub(r'(?m)^(#define WI_IMPL_HERE) .*', r'\1', f.read())
    with open(os.path.join(folder, 'winit.h'), 'w') as f: f.write(text)
    return folder


def stamp(*files):
    return hashlib.sha1(b''.join(open(f, 'rb').read() for f in files)).hexdigest()


def together(one, other):
    """Branches of a line in two views; of one that compilers cut otherwise in another build the more complete view counts."""
    if len(one) == len(other): return [a + b for a, b in zip(one, other)]
    return max(one, other, key=lambda view: sum(1 for b in view if b) / len(view) if view else -1)


# ---- what one test ran -----------------------------------------------------------------------------------------------

def library(work, build):
    folder = os.path.join(work, build)
    now = stamp(*(os.path.join(TOP, f) for f in ('winit.h', 'tests/impl.c', 'tests/inside.h', 'tests/fail_alloc.h')))
    kept = os.path.join(folder, 'stamp')
    if os.path.exists(kept) and open(kept).read() == now: return
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    subprocess.run(['gcc', '-std=c99', '-O0', '-w', '-DNDEBUG', '--coverage', '-fPIC', '-DTEST_SHARED', *BUILDS[build], '-I' + header(work), '-I' + TESTS,
                    '-c', os.path.join(TESTS, 'impl.c'), '-o', 'impl.o'], cwd=folder, check=True)
    subprocess.run(['gcc', '--coverage', '-shared', 'impl.o', '-o', 'libwinit.so', '-lm'], cwd=folder, check=True)
    with open(kept, 'w') as f: f.write(now)


def stamp_of(test):
    return stamp(*(os.path.join(TOP, f) for f in ('winit.h', 'tests/' + test, 'tests/check.h', 'tests/inside.h')))


def measure(work, build, test):
    """{'lines': {line: [count, [branch counts]]}, 'functions': [[first, last]], 'seconds'} of winit.h; kept in a file."""
    kept = os.path.join(work, '%s-%s.json' % (build, test))
    now = stamp_of(test)
    if os.path.exists(kept):
        found = json.load(open(kept))
        if found['stamp'] == now: return found
    folder = os.path.join(work, '%s-%s' % (build, test))
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    flags = ['-std=c99', '-O0', '-w', '-DNDEBUG', *BUILDS[build], *(['-DCHECK_PART', '-DCHECK_SLOW'] if test in SLOW else [])]
    includes = ['-I' + os.path.join(work, 'header'), '-I' + TOP, '-I' + TESTS]
    if whole(test):
        command = ['gcc', *flags, '--coverage', *includes, os.path.join(TESTS, test), '-o', 't', '-lm']
    else:
        command = ['gcc', *flags, '-DTEST_SHARED', '-I' + os.path.join(work, 'shim'), *includes, os.path.join(TESTS, test),
                   '-o', 't', os.path.join(work, build, 'libwinit.so'), '-lm']
    subprocess.run(command, cwd=folder, check=True)
    start = time.monotonic()
    done = subprocess.run([os.path.join(folder, 't')], cwd=TOP, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          env=dict(os.environ, CHECK_DIR=folder, OMP_NUM_THREADS='3', LD_LIBRARY_PATH=os.path.join(work, build),
                                   GCOV_PREFIX=folder, GCOV_PREFIX_STRIP='99'), timeout=900)
    seconds = time.monotonic() - start
    if done.returncode: print('%s %s fails:\n%s' % (build, test, done.stdout.decode(errors='replace')[-600:]))
    if not whole(test): shutil.copy(os.path.join(work, build, 'impl.gcno'), folder)
    for data in [f for f in os.listdir(folder) if f.endswith('.gcda')]:
        subprocess.run(['gcov', '--json-format', '-b', data], cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    lines, functions = {}, []
    for name in [f for f in os.listdir(folder) if f.endswith('.json.gz')]:
        for file in json.load(gzip.open(os.path.join(folder, name)))['files']:
            if not file['file'].endswith('winit.h'): continue
            functions += [[f['start_line'], f['end_line']] for f in file['functions']]
            for l in file['lines']:
                count, branches = lines.get(l['line_number'], (0, []))
                here = [b['count'] for b in l['branches'] if not b.get('throw')]
                lines[l['line_number']] = (count + l['count'], together(here, branches))
    shutil.rmtree(folder)
    found = {'stamp': now, 'header': stamp(os.path.join(TOP, 'winit.h')), 'lines': lines, 'functions': functions, 'seconds': seconds}
    with open(kept, 'w') as f: json.dump(found, f)
    return json.load(open(kept))


def collect(builds, tests=None, jobs=1, seconds=1e9):
    """{(build, test): what it ran, or None where the time was up}; those of an older day are run again."""
    work = os.path.join(TOP, 'build', 'coverage')
    shim(work)
    header(work)
    begin, lock = time.monotonic(), threading.Lock()
    def one(build, test):
        kept = os.path.join(work, '%s-%s.json' % (build, test))
        fresh = os.path.exists(kept) and json.load(open(kept))['stamp'] == stamp_of(test)
        if not fresh and time.monotonic() - begin > seconds: return None
        with lock:   # two tests must not compile one library
            if not fresh and not whole(test): library(work, build)
        return measure(work, build, test)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        waiting = {(b, t): pool.submit(one, b, t) for b in builds for t in measured_in(b) if not tests or t in tests}
        return {name: job.result() for name, job in waiting.items()}


KINDS = os.path.join(TESTS, 'coverage.txt')


def by_kind(header, total, missing):
    """A table of what keeps branches from being taken, as tests/coverage.txt sorts them by a part of their line."""
    known = [l.rstrip('\n').split('\t') for l in open(KINDS) if '\t' in l]
    counts = {}
    for n in missing:
        kind = next((kind for part, kind in known if part in header[n - 1]), 'a test could go there')
        counts[kind] = counts.get(kind, 0) + max(sum(1 for b in total[n][1] if not b), not total[n][0])
    rows = ['| %s | %d |' % (kind, n) for kind, n in sorted(counts.items(), key=lambda item: -item[1])]
    return ['', 'What is not run, by what would have to be otherwise:', '', '| what | branches, lines without any |', '|---|---:|'] + rows


# ---- the table -------------------------------------------------------------------------------------------------------

def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument('-j', type=int, default=os.cpu_count())
    args.add_argument('-o', help='write the table into this file as well')
    args.add_argument('-b', action='append', choices=sorted(BUILDS), help='these builds only')
    args.add_argument('-t', action='append', help='these tests only, 07_init.c say')
    args.add_argument('--seconds', type=float, default=1e9, help='start no more tests after so long')
    args.add_argument('--list', type=int, default=60, help='how many lines that are not run to list')
    args = args.parse_args()
    header = open(os.path.join(TOP, 'winit.h')).read().split('\n')
    total = {}
    measured = collect(args.b or BUILDS, args.t, args.j, args.seconds)
    later = ['%s %s' % (b, t[:-2]) for (b, t), found in measured.items() if not found]
    for found in filter(None, measured.values()):
        for line, (count, branches) in found['lines'].items():
            line = int(line)
            had, others = total.get(line, (0, []))
            total[line] = (had + count, together(branches, others))

    section, sections, titles = 0, {}, {0: 'head'}
    for number, text in enumerate(header, 1):
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
    out += by_kind(header, total, missing)
    print('\n'.join(out))
    for n in missing[:args.list]:
        print('winit.h:%d: %s: %s' % (n, 'not run' if not total[n][0] else 'branches %s' % total[n][1], header[n - 1].strip()[:90]))
    if len(missing) > args.list: print('... and %d more lines (--list %d)' % (len(missing) - args.list, len(missing)))
    if later: print('not yet measured (run again): ' + ', '.join(later))
    if args.o:
        version = subprocess.run(['gcc', '--version'], stdout=subprocess.PIPE).stdout.decode().split('\n')[0]
        with open(args.o, 'w') as f:
            commit = subprocess.run(['git', 'rev-parse', '--short', 'HEAD'], cwd=TOP, stdout=subprocess.PIPE).stdout.decode().strip()
            f.write('# Coverage\n\nWritten by `make coverage` on %s at commit %s: the lines and branches of winit.h that the tests run, in the\n'
                    'columns %s together (%s, not optimised). Lines that only other builds compile are not counted.\n%s\n%s\n'
                    % (time.strftime('%Y-%m-%d'), commit, ', '.join(args.b or BUILDS), version,
                       later and 'Not measured: %s.\n' % ', '.join(later) or '', '\n'.join(out)))
    print('%d passed, %d failed' % (sums[1] + sums[3], sums[0] - sums[1] + sums[2] - sums[3]))


if __name__ == '__main__':
    sys.exit(main())
