#!/usr/bin/env python3
"""Mutation testing of winit.h: does a wrong line make a test fail?

    python3 tests/mutants.py [-n 400] [-s 1] [-j 2] [--section 7 --section 8] [--seconds 200] [--keep FILE]
                             [--only KEY] [-b BUILD] [-t TEST] [-o docs/proofs/mutants.md]

Takes the implementation (everything behind the declarations), changes one place at a time (an operator, a constant,
a condition, a statement that goes, a sign), and runs the tests against the changed header until one fails. A mutant that
no test notices is a survivor. tests/mutants.txt names those that cannot be noticed, each with its reason; they do not
count. The sample is spread evenly over the sections and fixed by the seed.

What makes it fast: the tests are compiled once and linked with a shared library, so that a mutant costs one compile of
the header, by tcc in the twentieth of a second where tcc sees the place, and by clang (or cc) without optimising where
not; where a build's object is what the sound header gives, that build has nothing to say; only tests that run the changed
line are run (`make coverage` leaves in build/coverage what each runs; without it all count as running it), in the order
of deaths per second so far, those of the place's own section first; a test ends at its first failure.

A mutant runs in a folder of its own, with a limit of time, memory and file size, so that whatever it does harms nothing.
"""
import argparse, bisect, concurrent.futures, hashlib, json, os, re, resource, shutil, subprocess, sys, tempfile, threading, time
import coverage
from coverage import TESTS, TOP, whole

KNOWN = os.path.join(TESTS, 'mutants.txt')
WORK = os.path.join(TOP, 'build', 'mutants')
CC = shutil.which('clang') or os.environ.get('CC', 'cc')
# In this order: the quick compiler, what most users run, and the builds that run other code.
# Each: compiler, flags, and the build whose coverage tells which tests run a line of it.
BUILDS = {'tcc': ('tcc', [], 'portable')} if shutil.which('tcc') else {}
BUILDS.update((name, (CC, flags, name)) for name, flags in coverage.BUILDS.items()
              if name != 'openmp' and (name != 'portable' or not BUILDS))
# Tests that take minutes unless the library is optimised: they have a build of their own.
SLOW = ('07_proof.c', '08_theory.c', '13_probe.c')
BUILDS['fast'] = (CC, ['-O1', *coverage.BUILDS['cc']], 'cc')
# Last, what only a sanitizer or another processor can tell, by the tests of the place's own section: each compiles the
# header with its test. The command that runs it stands in front.
SANITIZE = ['-O0', '-DCHECK_PART', '-DCHECK_SLOW', '-fsanitize=address,undefined', '-fno-sanitize-recover=all']
ALONE = {}
if shutil.which('clang'):
    ALONE = {'san': [], 'dsan': []}
    BUILDS.update(san=('clang', SANITIZE, 'cc'), dsan=('clang', [*SANITIZE, '-DWINIT_REAL=double'], 'double'))
    if shutil.which('qemu-aarch64') and shutil.which('ld.lld'):
        ALONE['arm64'] = ['qemu-aarch64']
        BUILDS['arm64'] = ('clang', ['--target=aarch64-linux-gnu', '-fuse-ld=lld', '-static', '-O1', '-DCHECK_PART', '-DCHECK_SLOW'], 'cc')

# ---- where a change is possible ---------------------------------------------------------------------------------

def blanked(text):
    """The text with comments, strings and preprocessor lines replaced by blanks of the same length."""
    blank = lambda m: re.sub(r'[^\n]', ' ', m.group())
    text = re.sub(r'/\*.*?\*/', blank, text, flags=re.S)
    text = re.sub(r'"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', blank, text)
    # A macro's body is code as well; only the name and what decides about compiling is left alone.
    return re.sub(r'^[ \t]*#[ \t]*(?:define[ \t]+\w+(?:\([^)\n]*\))?|(?!define).*$)', blank, text, flags=re.M)


OPERATORS = [                              # name, pattern, what it becomes
    ('relation', r'(?<![<>=!+\-*/&|-])<(?![<=])(?=[ ])', '<='), ('relation', r'<=', '<'),
    ('relation', r'(?<![->=])>(?![>=])(?=[ ])', '>='), ('relation', r'(?<!>)>=', '>'),
    ('equality', r'==', '!='), ('equality', r'!=', '=='),
    ('arithmetic', r'(?<=[\w)\]] )\+(?= )', '-'), ('arithmetic', r'(?<=[\w)\]] )-(?= )', '+'),
    ('arithmetic', r'(?<=[\w)\]] )\*(?= )', '/'), ('arithmetic', r'(?<=[\w)\]] )/(?= )', '*'),
    ('assignment', r'\+=', '-='), ('assignment', r'-=', '+='), ('assignment', r'\*=', '/='), ('assignment', r'/=', '*='),
    ('logic', r'&&', '||'), ('logic', r'\|\|', '&&'), ('logic', r'!(?=[\w(])(?!=)', ' '),
    ('bits', r'(?<= )<<(?= )', '>>'), ('bits', r'(?<= )>>(?= )', '<<'), ('bits', r'(?<= )\^(?= )', '|'),
    ('constant', r'(?<![\w.])0(?![\w.])', '1'), ('constant', r'(?<![\w.])1(?![\w.])', '2'),
    ('constant', r'(?<![\w.])([2-9]|[1-9]\d+)(?![\w.])', None), ('constant', r'(?<![\w.])\d+\.\d+(?:e[-+]?\d+)?(?!\w)', None),
    ('sign', r'(?<=[=(,?:] )-(?=[\w(])', ''), ('step', r'\+\+', '--'),
]
# A whole statement on a line of its own: a call, or an assignment that is no declaration.
STATEMENT = re.compile(r'^ +(?:(?:[\w.>\[\]*-]+)(?: [-+*/|&^]?= .*|\+\+|--)|\w+\([^;]*\));[ ]*$', re.M)
DECLARES = re.compile(r'^ +(?:const |static |unsigned |struct )*[\w]+ [\w*]')


def places(text):
    """All mutants as (section, line, operator, start, end, replacement)."""
    begin = text.index('>>status-impl')
    code = blanked(text)
    sections = [(m.start(), int(m.group(1))) for m in re.finditer(r'/\* ==== (\d+)\. .*-impl', text)]
    section_at = lambda at: max((s for s in sections if s[0] <= at), default=(0, 0))[1]
    ends = [m.start() for m in re.finditer('\n', text)]
    found = []
    def add(name, start, end, new):
        if start >= begin and section_at(start):
            found.append((section_at(start), bisect.bisect_left(ends, start) + 1, name, start, end, new))
    for name, pattern, new in OPERATORS:
        for m in re.finditer(pattern, code):
            value = new
            if value is None:
                value = repr(float(m.group()) * 1.01 + 0.01) if '.' in m.group() else str(int(m.group()) + 1)
            add(name, m.start(), m.end(), value)
    for m in STATEMENT.finditer(code):
        if not DECLARES.match(m.group()) and 'return' not in m.group():
            add('removed', m.start(), m.end(), ';')
    return found


seen = {}   # how often a line has stood before
def key(text, place):
    """Names a mutant by its line's text and place in it, so that lines may move; a second line of the same text by its number."""
    section, line, name, start, end, new = place
    if not seen:
        count = {}
        for n, whole in enumerate(text.split('\n'), 1):
            seen[n] = count.get(whole.strip(), 0)
            count[whole.strip()] = seen[n] + 1
    first = text.rindex('\n', 0, start) + 1
    whole = text[first:text.index('\n', start)]
    again = '|%d' % seen[line] if seen[line] else ''
    return hashlib.sha1(('%s|%d|%s|%s%s' % (whole.strip(), start - first, name, new, again)).encode()).hexdigest()[:10]


# ---- running ------------------------------------------------------------------------------------------------------

def limits(seconds, roomy):
    """For the child: processor's time, memory (a sanitizer asks for terabytes of addresses), files, no core."""
    def set_them():
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        if not roomy: resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
        resource.setrlimit(resource.RLIMIT_FSIZE, (256 << 20, 256 << 20))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return set_them


def run(command, cwd, seconds=60, env=None, roomy=False):
    try:
        done = subprocess.run(command, cwd=cwd, timeout=10 * seconds + 20, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, preexec_fn=limits(seconds, roomy), env=env)
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired:
        return -1, b'time is up'


class Broken(Exception): pass


class Bench:
    """The tests, compiled once against the declarations; how the sound header does in them; what each runs."""

    def __init__(self, text):
        self.text, self.lines = text, text.split('\n')
        self.lock = threading.Lock()
        shutil.rmtree(os.path.join(WORK, 'sound'), ignore_errors=True)
        os.makedirs(os.path.join(WORK, 'sound'))
        shutil.copy(os.path.join(TOP, 'winit.h'), os.path.join(WORK, 'sound'))
        coverage.shim(WORK)
        self.libraries, self.programs, self.seconds, self.kills, self.ran = {}, {}, {}, {}, {}
        # How long each test took with this header, from earlier runs.
        self.clock = os.path.join(WORK, 'seconds-%s.json' % hashlib.sha1(text.encode()).hexdigest()[:10])
        if os.path.exists(self.clock): self.seconds = {tuple(k.split()): v for k, v in json.load(open(self.clock)).items()}
        self.declarations = coverage.stamp(*(os.path.join(TESTS, f) for f in ('check.h', 'inside.h', 'fail_alloc.h')))

    def linked(self, build, folder):
        """Compiles the header of a folder into BUILD/libwinit.so there: the object's bytes, or None where it does not compile."""
        compiler, flags, _ = BUILDS[build]
        os.makedirs(os.path.join(folder, build))
        out = os.path.join(build, 'impl.o')
        if run([compiler, '-std=c99', '-w', '-fPIC', '-DTEST_SHARED', *flags, '-I.', '-I' + TESTS, '-c', os.path.join(TESTS, 'impl.c'), '-o', out], folder)[0]: return None
        if build not in ALONE and run([compiler, '-shared', out, '-o', os.path.join(build, 'libwinit.so'), '-lm'], folder)[0]: return None
        with open(os.path.join(folder, out), 'rb') as f: return f.read()

    def program(self, build, test):
        """A test that needs only the public names, kept until it or the declarations change."""
        _, flags, _ = BUILDS[build]
        out = os.path.join(WORK, '%s-%s' % (build, test[:-2]))
        now = self.declarations + coverage.stamp(os.path.join(TESTS, test)) + hashlib.sha1(self.text[:self.text.index('>>status-impl')].encode()).hexdigest()
        if not os.path.exists(out + '.stamp') or open(out + '.stamp').read() != now:
            status, said = run(['tcc' if build == 'tcc' else CC, '-std=c99', '-O1', '-w', '-DTEST_SHARED', *flags, '-I' + os.path.join(WORK, 'shim'), '-I' + TOP, '-I' + TESTS,
                                os.path.join(TESTS, test), '-o', out, '-L' + os.path.join(WORK, 'sound', build), '-lwinit', '-lm'], TOP)
            if status: raise Broken('%s does not compile:\n%s' % (test, said.decode(errors='replace')[-2000:]))
            with open(out + '.stamp', 'w') as f: f.write(now)
        return out

    def fails(self, build, test, folder, seconds):
        """Does a test fail with the header of the folder? 'compile' where it cannot be built."""
        compiler, flags, _ = BUILDS[build]
        if build in ALONE or whole(test):
            program = os.path.join(folder, build, test[:-2])
            if run([compiler, '-std=c99', '-w', *flags, *(lean(test) if whole(test) else []), '-I.', '-I' + TESTS, os.path.join(TESTS, test), '-o', program, '-lm'], folder)[0]: return 'compile'
        else: program = self.programs[build, test]
        status, said = run([*ALONE.get(build, []), program], TOP, seconds,
                           dict(os.environ, CHECK_DIR=folder, CHECK_STOP='1', LD_LIBRARY_PATH=os.path.join(folder, build), ASAN_OPTIONS='allocator_may_return_null=1'),
                           roomy=build in ('san', 'dsan'))
        return status != 0 and (said.decode(errors='replace').strip().split('\n')[-1] or 'status %d' % status)

    def sound(self, build, test):
        """How long the sound header takes; None where this build fails a test (tcc raises no FE_INVALID) or takes too long for it."""
        with self.lock:
            if build not in self.libraries:
                self.libraries[build] = self.linked(build, os.path.join(WORK, 'sound'))
                if self.libraries[build] is None: raise Broken('the header does not compile by ' + build)
            if test and build not in ALONE and not whole(test) and (build, test) not in self.programs: self.programs[build, test] = self.program(build, test)
            if test and (build, test) not in self.seconds:
                start = time.monotonic()
                wrong = self.fails(build, test, os.path.join(WORK, 'sound'), 400)
                if wrong and build != 'tcc': raise Broken('the header as it is fails in %s %s: %s' % (build, test, wrong))
                self.seconds[build, test] = None if wrong else time.monotonic() - start
                with open(self.clock, 'w') as f: json.dump({' '.join(k): v for k, v in self.seconds.items()}, f)
        return self.seconds.get((build, test))

    def coverage(self, build, test):
        """(lines run, lines with code, functions) of a test, or None where nobody has measured them."""
        if (build, test) not in self.ran:
            kept = os.path.join(TOP, 'build', 'coverage', '%s-%s.json' % (build, test))
            found = json.load(open(kept)) if os.path.exists(kept) else None
            # A test that grew since then may run more; one measured with another header says nothing.
            if found and found.get('header') != coverage.stamp(os.path.join(TOP, 'winit.h')): found = None
            self.ran[build, test] = found and ({int(l) for l, c in found['lines'].items() if c[0]}, {int(l) for l in found['lines']}, found['functions'])
        return self.ran[build, test]

    def macro_at(self, line):
        """The name of the macro in whose body a line stands."""
        while line > 1 and self.lines[line - 2].endswith('\\'): line -= 1
        m = re.match(r'\s*#\s*define\s+(\w+)', self.lines[line - 1])
        return m and m.group(1)

    def runs(self, build, test, line, depth=0):
        """Might the test run this line? By the line where gcov knows it, by the macro's uses, by the function around it."""
        found = self.coverage(BUILDS[build][2], test)
        if not found and BUILDS[build][2] == 'portable':   # what the vector build runs, the portable one does as well
            found = self.coverage('cc', test)
            if found and line not in found[0]: found = None
        if not found: return True
        ran, code, functions = found
        if line in code: return line in ran
        name = self.macro_at(line)
        if name:
            uses = [n for n, text in enumerate(self.lines, 1) if n != line and re.search(r'\b%s\b' % name, text) and not re.match(r'\s*#\s*(define|undef)\s+%s\b' % name, text)]
            return depth > 4 or not uses or any(self.runs(build, test, n, depth + 1) for n in uses)
        around = [f for f in functions if f[0] <= line <= f[1]]
        return not around or any(first <= n <= last for first, last in around for n in ran)

    def killed(self, folder, section, line, builds, tests=None):
        """Which test fails with the winit.h in the folder: its name; 'compile', 'same' (equal objects in all builds) or None."""
        result = 'same'
        for build in sorted(builds, key=lambda b: section == 13 and b != 'fast'):   # its own test is a slow one
            self.sound(build, None)
            made = self.linked(build, folder)
            if made is None:
                if build != 'tcc': return 'compile', ''
                continue
            if made == self.libraries[build]: continue
            result = None
            rate = lambda t: (self.kills.get((section, t), 0) + (3 if int(t[:2]) == section else 0.3)) / (0.2 + (self.seconds.get((build, t)) or 5))
            # No section needs one behind it, so that no test of an earlier section runs the place.
            able = [t for t in tests or coverage.tests_of(BUILDS[build][2] if build not in ('tcc', 'fast') else 'cc')
                    if int(t[:2]) >= section and ((t in SLOW) == (build == 'fast') or build in ALONE) and self.runs(build, t, line)]
            if build == 'arm64': able = [t for t in able if re.search(r'@build[a-z0-9 -]* portable', coverage.source(t))]
            if (builds != BUILDS or build in ALONE) and not tests: able = [t for t in able if int(t[:2]) == section]   # a first look
            for test in sorted(able, key=rate, reverse=True):
                takes = self.sound(build, test)
                if takes is None or build == 'tcc' and takes > 100: continue
                wrong = self.fails(build, test, folder, int(3 * takes) + 2)
                if wrong == 'compile': return 'compile', ''
                if wrong:
                    self.kills[section, test] = self.kills.get((section, test), 0) + 1
                    return '%s %s' % (build, test[:-2]), wrong
        return result, ''


def lean(test):
    """What a test of an early section leaves out, as in tests/tests.mk."""
    number = test[:2]
    if number in ('13', '14'): return []
    early = ['-DWINIT_NO_NET', '-DWINIT_NO_DATA'] if number in ('01', '02', '03', '05', '06', '07') else ['-DWINIT_NO_DATA'] if number in ('04', '08', '09', '10') else []
    return early + ['-DWINIT_NO_PROBE', '-DWINIT_NO_SAVE']


def try_one(bench, place, builds, tests):
    folder = tempfile.mkdtemp(dir=WORK)
    start = time.monotonic()
    try:
        section, line, name, first, end, new = place
        with open(os.path.join(folder, 'winit.h'), 'w') as f: f.write(bench.text[:first] + new + bench.text[end:])
        by, why = bench.killed(folder, section, line, builds, tests)
        return str(by), why, time.monotonic() - start
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def show(text, place):
    section, line, name, start, end, new = place
    first = text.rindex('\n', 0, start) + 1
    last = text.index('\n', end)
    if name == 'removed': return 'line %d, removed: %s' % (line, ' '.join(text[start:end].split()))
    return 'line %d, %s: %s{%s -> %s}%s' % (line, name, text[first:start].lstrip(), text[start:end], new, text[end:last])


RECORD = '''# Mutants

Does a wrong line make a test fail? By %s, at commit %s, of %d places of winit.h, spread evenly over its sections and chosen
by the seed %d, so many had been changed one at a time (an operator, a constant, a condition, a statement that goes, a sign)
by `make mutants`. A place counts unless what is compiled stays the same or no test could notice: those are named, each with
its reason, in `tests/mutants.txt`. A place is run again where its line changes. What is listed as open lived through the
tests that were run on it so far, often those of one build only, or of its own section: running `make mutants` again goes on.

%s

Open:

'''


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument('-n', type=int, default=400, help='mutants in all')
    args.add_argument('-s', type=int, default=1, help='seed of the sample')
    args.add_argument('-j', type=int, default=os.cpu_count())
    args.add_argument('--section', type=int, action='append', help='these sections only')
    args.add_argument('-b', action='append', choices=list(BUILDS), help='a first look: by these builds only, and by the tests of their own section')
    args.add_argument('-t', action='append', help='these tests only, 07_init.c say')
    args.add_argument('--seconds', type=float, default=1e9, help='start no more of them after so long')
    args.add_argument('--only', action='append', help='one mutant, by its key')
    args.add_argument('--keep', help='append each result to this file; whom it calls dead is not run again')
    args.add_argument('-o', help='write the table and the survivors into this file as well')
    args.add_argument('--table', action='store_true', help='run nothing: the table of what --keep has')
    args = args.parse_args()

    text = open(os.path.join(TOP, 'winit.h')).read()
    known = dict(l.split(None, 1) for l in open(KNOWN) if l.strip() and not l.startswith('#')) if os.path.exists(KNOWN) else {}
    by_section = {}
    for p in places(text):
        if not args.section or p[0] in args.section: by_section.setdefault(p[0], []).append(p)
    sample = []
    for section, found in by_section.items():
        found.sort(key=lambda p: hashlib.sha1(('%d %s' % (args.s, key(text, p))).encode()).digest())
        sample += list(enumerate(found if args.only else found[:-(-args.n // len(by_section))]))
    # Section by section in turn, so that a run that is ended early has seen all alike.
    sample = [p for _, p in sorted(sample, key=lambda item: (item[0], item[1][0]))]
    if args.only: sample = [p for p in sample if key(text, p) in args.only]
    done = {}
    if args.keep and os.path.exists(args.keep):
        for l in open(args.keep):
            if '\t' in l: done[l.split('\t')[0]] = l.split('\t')[1]

    begin, table, alive_at = time.monotonic(), {}, []
    os.makedirs(WORK, exist_ok=True)
    bench = Bench(text)
    for p in sample:
        by = done.get(key(text, p), 'None')
        if ' ' in by: bench.kills[p[0], by.split()[1] + '.c'] = bench.kills.get((p[0], by.split()[1] + '.c'), 0) + 1
    def judge(p):
        k = key(text, p)
        if k in known and not args.only: return table.setdefault(p[0], []).append('equivalent')
        if k in done and not args.only and (done[k] != 'None' or args.table or args.b):
            if done[k] == 'None': alive_at.append(p)
            return table.setdefault(p[0], []).append(done[k])
        if args.table or time.monotonic() - begin > args.seconds: return None
        by, why, seconds = try_one(bench, p, args.b or BUILDS, args.t)
        if (args.b or args.t) and by in ('same', 'None'): by = 'None'   # so far
        table.setdefault(p[0], []).append(by)
        if by == 'None': alive_at.append(p)
        if args.keep and (by != 'None' or not args.t):
            with open(args.keep, 'a') as f: f.write('%s\t%s\t%d\t%.1f\t%s\n' % (k, by, p[0], seconds, show(text, p)))
        print('%s %s %.1f s: section %d, %s%s' % ('SURVIVED' if by == 'None' else by, k, seconds, p[0], show(text, p), why and '  // ' + why), flush=True)
    try:
        with concurrent.futures.ThreadPoolExecutor(args.j) as pool: list(pool.map(judge, sample))
    except Broken as why:
        print(why)
        return 2
    names = ('section', 'places', 'sample', 'not run', 'does not compile', 'same code', 'cannot be noticed', 'killed', 'open', 'killed of those that count')
    out = ['| %s |' % ' | '.join(names), '|---' + '|---:' * (len(names) - 1) + '|']
    chosen = {s: sum(1 for p in sample if p[0] == s) for s in by_section}
    rows = [[s, len(by_section[s]), chosen[s], chosen[s] - len(r)] + [r.count(w) for w in ('compile', 'same', 'equivalent')] + [sum(1 for w in r if ' ' in w), r.count('None')]
            for s, r in sorted(table.items())]
    for row in rows + [['all'] + [sum(column) for column in list(zip(*rows))[1:]]]:
        out.append('| %s | %.1f %% |' % (' | '.join(map(str, row)), 100.0 * row[-2] / max(row[-2] + row[-1], 1)))
    print('\n'.join(out))
    killed_all, survived_all = sum(row[-2] for row in rows), sum(row[-1] for row in rows)
    if args.o:
        commit = subprocess.run(['git', 'rev-parse', '--short', 'HEAD'], cwd=TOP, stdout=subprocess.PIPE).stdout.decode().strip()
        with open(args.o, 'w') as f:
            f.write(RECORD % (time.strftime('%Y-%m-%d'), commit, args.n, args.s, '\n'.join(out)))
            f.write('\n'.join('- %s: section %d, %s' % (key(text, p), p[0], show(text, p).replace('|', '\\|')) for p in alive_at) or 'None.')
            f.write('\n')
    print('%d passed, %d failed' % (killed_all, survived_all))
    return 0 if killed_all >= 0.97 * (killed_all + survived_all) else 1


if __name__ == '__main__':
    sys.exit(main())
