#!/usr/bin/env python3
"""Mutation testing of winit.h: does a wrong line make a test fail?

    python3 tests/mutants.py [-n 400] [-s 1] [-j 2] [--section 7 --section 8] [--keep FILE] [--only KEY]

Takes the implementation (everything behind the declarations), changes one place at a time (an operator, a constant,
a condition, a statement that goes, a sign), and runs the tests against the changed header: first those of the place's
own section, then all others, then the builds that run other code (double, portable, 128 and 256 bits). A mutant that
no test notices is a survivor. tests/mutants.txt names those that cannot be noticed, each with its reason; they do not
count. The sample is spread evenly over the sections and fixed by the seed.

A mutant runs in a folder of its own, with a limit of time, memory and file size, so that whatever it does harms nothing.
"""
import argparse, concurrent.futures, hashlib, os, re, resource, shutil, subprocess, sys, tempfile, time

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
KNOWN = os.path.join(TOP, 'tests', 'mutants.txt')
CC = os.environ.get('CC', 'cc')
WHOLE = re.compile(r'@build[a-z -]* whole|wi_impl_|WI_IMPL|define WINIT_(STATIC|REAL|MALLOC|NO|SIMD)')
BUILDS = {'cc': [], 'double': ['-DWINIT_REAL=double'], 'portable': ['-DWINIT_NO_SIMD'],
          'bits128': ['-DWINIT_SIMD_BITS=128'], 'bits256': ['-DWINIT_SIMD_BITS=256']}


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
    found = []
    def add(name, start, end, new):
        if start >= begin and section_at(start):
            found.append((section_at(start), text.count('\n', 0, start) + 1, name, start, end, new))
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


def key(text, place):
    """Names a mutant by its line's text and place in it, so that lines may move."""
    section, line, name, start, end, new = place
    first = text.rindex('\n', 0, start) + 1
    whole = text[first:text.index('\n', start)]
    return hashlib.sha1(('%s|%d|%s|%s' % (whole.strip(), start - first, name, new)).encode()).hexdigest()[:10]


# ---- running ------------------------------------------------------------------------------------------------------

def limits():
    resource.setrlimit(resource.RLIMIT_CPU, (600, 601))
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    resource.setrlimit(resource.RLIMIT_FSIZE, (256 << 20, 256 << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(command, cwd, seconds, env=None):
    try:
        done = subprocess.run(command, cwd=cwd, timeout=seconds, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, preexec_fn=limits, env=env)
        return done.returncode, done.stdout
    except subprocess.TimeoutExpired:
        return -1, b'time is up'


class Bench:
    """The tests, compiled once against the declarations, to be linked with each mutant."""

    def __init__(self, work):
        self.work = work
        self.tests = sorted(f for f in os.listdir(os.path.join(TOP, 'tests')) if re.match(r'\d\d_\w+\.c$', f) and 'proof' not in f
                            and not f.startswith('15_'))
        self.whole = {t for t in self.tests if WHOLE.search(open(os.path.join(TOP, 'tests', t)).read())}
        self.seconds, self.objects = {}, {}
        shim = os.path.join(work, 'shim')
        os.makedirs(shim)
        open(os.path.join(shim, 'winit.h'), 'w').write('#undef WINIT_IMPLEMENTATION\n#include "%s/winit.h"\n' % TOP)

    def object(self, build, test):
        """A test that needs only the public names, compiled for this build; None for the others."""
        if test in self.whole: return None
        name = (build, test)
        if name not in self.objects:
            out = os.path.join(self.work, '%s-%s.o' % (build, test))
            status, said = run([CC, '-std=c99', '-O0', '-w', '-DTEST_SHARED', *BUILDS[build], '-I' + os.path.join(self.work, 'shim'), '-I' + TOP,
                                '-I' + os.path.join(TOP, 'tests'), '-c', os.path.join(TOP, 'tests', test), '-o', out], TOP, 120)
            self.objects[name] = out if status == 0 else None
        return self.objects[name]

    def wanted(self, build, test):
        return not re.search(r'@build[a-z0-9 -]* no-%s( |$)' % build, open(os.path.join(TOP, 'tests', test)).read(), re.M)

    def killed(self, folder, section):
        """Which test fails with the winit.h in the folder: its name, 'compile' where it does not build, or None."""
        self.said = b''
        order = sorted(self.tests, key=lambda t: (int(t[:2]) != section, abs(int(t[:2]) - section)))
        include = ['-I' + folder, '-I' + os.path.join(TOP, 'tests')]
        for build in BUILDS:
            library = os.path.join(folder, build + '.o')
            status, said = run([CC, '-std=c99', '-O0', '-w', '-DTEST_SHARED', *BUILDS[build], *include, '-c', os.path.join(TOP, 'tests', 'impl.c'), '-o', library], folder, 120)
            if status:
                self.said = said
                return 'compile'
            for test in order:
                if not self.wanted(build, test): continue
                program = os.path.join(folder, 'test')
                linked = self.object(build, test)
                source = [linked, library] if linked else [os.path.join(TOP, 'tests', test)]
                status, said = run([CC, '-std=c99', '-O0', '-w', *BUILDS[build], *include, *source, '-o', program, '-lm'], folder, 120)
                if status:
                    self.said = said
                    return 'compile'
                start = time.monotonic()
                status, said = run([program], TOP, self.seconds.get((build, test), 600), dict(os.environ, CHECK_DIR=folder))
                if status:
                    self.said = said
                    return '%s %s' % (build, test)
                # The sound header comes first, and says how long a test may take: five times that, 10 s at least.
                self.seconds.setdefault((build, test), max(10.0, 5.0 * (time.monotonic() - start)))
        return None


def try_one(bench, text, place, work):
    folder = tempfile.mkdtemp(dir=work)
    try:
        section, line, name, start, end, new = place
        open(os.path.join(folder, 'winit.h'), 'w').write(text[:start] + new + text[end:])
        return bench.killed(folder, section)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def show(text, place):
    section, line, name, start, end, new = place
    first = text.rindex('\n', 0, start) + 1
    last = text.index('\n', end)
    if name == 'removed': return 'line %d, removed: %s' % (line, text[start:end].strip())
    return 'line %d, %s: %s[%s -> %s]%s' % (line, name, text[first:start].lstrip(), text[start:end], new, text[end:last])


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument('-n', type=int, default=400, help='mutants in all')
    args.add_argument('-s', type=int, default=1, help='seed of the sample')
    args.add_argument('-j', type=int, default=os.cpu_count())
    args.add_argument('--section', type=int, action='append', help='these sections only')
    args.add_argument('--only', help='one mutant, by its key')
    args.add_argument('--keep', help='append each result to this file; what stands there is not run again')
    args = args.parse_args()

    text = open(os.path.join(TOP, 'winit.h')).read()
    known = dict(l.split(None, 1) for l in open(KNOWN) if l.strip() and not l.startswith('#')) if os.path.exists(KNOWN) else {}
    by_section = {}
    for p in places(text):
        if not args.section or p[0] in args.section: by_section.setdefault(p[0], []).append(p)
    sample = []
    for section, found in sorted(by_section.items()):
        found.sort(key=lambda p: hashlib.sha1(('%d %s' % (args.s, key(text, p))).encode()).digest())
        sample += found if args.only else found[:-(-args.n // len(by_section))]
    if args.only: sample = [p for p in sample if key(text, p) == args.only][:1]
    done = {}
    if args.keep and os.path.exists(args.keep):
        done = {l.split('\t')[0]: l.rstrip('\n').split('\t')[1] for l in open(args.keep) if '\t' in l}

    work = tempfile.mkdtemp(prefix='mutants-')
    table, survivors = {}, []
    try:
        bench = Bench(work)
        # The sound header passes everything.
        folder = os.path.join(work, 'sound')
        os.makedirs(folder)
        shutil.copy(os.path.join(TOP, 'winit.h'), folder)
        for build in BUILDS:
            for test in bench.tests:
                bench.object(build, test)
        broken = bench.killed(folder, 1)
        if broken:
            print('the header as it is fails in %s\n%s' % (broken, bench.said.decode(errors='replace')[-2000:]))
            return 2
        with concurrent.futures.ThreadPoolExecutor(args.j) as pool:
            waiting = {}
            for p in sample:
                k = key(text, p)
                if k in known: table.setdefault(p[0], []).append('equivalent')
                elif k in done: table.setdefault(p[0], []).append(done[k]); survivors += [(p, k)] if done[k] == 'None' else []
                else: waiting[pool.submit(try_one, bench, text, p, work)] = (p, k)
            for count, future in enumerate(concurrent.futures.as_completed(waiting), 1):
                p, k = waiting[future]
                by = future.result()
                table.setdefault(p[0], []).append(str(by))
                if args.keep: open(args.keep, 'a').write('%s\t%s\t%d\t%s\n' % (k, by, p[0], show(text, p)))
                if by is None:
                    survivors.append((p, k))
                    print('SURVIVED %s  section %d, %s' % (k, p[0], show(text, p)), flush=True)
                elif sys.stderr.isatty(): print('\r%d of %d' % (count, len(waiting)), end='', file=sys.stderr)
    finally:
        shutil.rmtree(work, ignore_errors=True)

    print('section  mutants  do not compile  cannot be noticed  killed  survived  killed of those that count')
    killed_all = survived_all = 0
    for section in sorted(table):
        r = table[section]
        compiled, same, alive = r.count('compile'), r.count('equivalent'), r.count('None')
        killed = len(r) - compiled - same - alive
        killed_all += killed; survived_all += alive
        print('%7d  %7d  %14d  %17d  %6d  %8d  %6.1f %%' % (section, len(r), compiled, same, killed, alive, 100.0 * killed / max(killed + alive, 1)))
    print('%d passed, %d failed' % (killed_all, survived_all))
    return 0 if killed_all >= 0.97 * (killed_all + survived_all) else 1


if __name__ == '__main__':
    sys.exit(main())
