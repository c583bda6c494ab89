// figures.mjs HTML_DIR NODE_DIR [fast]: use the live figures as a reader does, on pages opened from a disk.
// In the environment, BROWSER=firefox: in Firefox (over WebDriver BiDi) rather than Chromium; ONLY=REGEXP:
// those parts alone, which are called "figure 12_xavier_forward", "program 12_xavier_forward", "dragging",
// "training" and "file". Every slider, choice and tick is moved by keyboard and must change the
// picture; nothing may be asked of a host, said on the console, or be wider than a phone; the address must
// bring back what was seen; the playground's C program must compile and reach what the page reached; and each
// chapter's program must end in the page as in a terminal.
import { createRequire } from 'module';
import { execFileSync } from 'child_process';
import fs from 'fs';
import os from 'os';
import path from 'path';
import { pathToFileURL } from 'url';

const [html, nodeDir, speed] = process.argv.slice(2),
  fast = speed === 'fast',
  only = new RegExp(process.env.ONLY || '.');
const require = createRequire(path.resolve(nodeDir, 'node_modules') + '/');
const playwright = require('playwright-core');
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const engine = process.env.BROWSER || 'chromium';
const { paths, options } = {
  chromium: {
    paths: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'],
    options: { args: ['--no-sandbox', '--disable-dev-shm-usage'] }
  },
  firefox: { paths: ['/usr/bin/firefox-esr', '/usr/bin/firefox'], options: { channel: 'moz-firefox' } }
}[engine];
const executablePath = paths.find(f => fs.existsSync(f));
if (!executablePath) {
  console.log(`no ${engine}: apt-get install chromium, or firefox-esr`);
  process.exit(1);
}

let passed = 0,
  failed = 0;
const check = (ok, text) => {
  if (ok) passed++;
  else {
    failed++;
    console.log(text);
  }
};
const browser = await playwright[engine].launch({ executablePath, ...options });
const pages = fs
  .readdirSync(html)
  .filter(f => f.endsWith('.html'))
  .map(f => ({ f, text: fs.readFileSync(path.join(html, f), 'utf8') }));
const figures = pages.flatMap(({ f, text }) =>
  [...text.matchAll(/data-figure="([^"]+)"/g)].map(m => ({ f, name: m[1] }))
);
const programs = pages.flatMap(({ f, text }) =>
  [...text.matchAll(/data-program="([^"]+)"/g)].map(m => ({ f, name: m[1] }))
);
const address = f => pathToFileURL(path.resolve(html, f)).href;
const median = list => [...list].sort((a, b) => a - b)[list.length >> 1];

async function open(f, { width = 1200, query = '', calm = false } = {}) {
  const page = await browser.newPage({
    viewport: { width, height: 900 },
    reducedMotion: calm ? 'reduce' : 'no-preference'
  });
  page.on('console', m => {
    if (m.type() === 'error' || m.type() === 'warning') check(false, `${f}: console: ${m.text()}`);
  });
  page.on('pageerror', e => check(false, `${f}: ${e.message}`));
  page.on('request', r => {
    if (!/^(file|data|blob):/.test(r.url())) check(false, `${f} asks a host: ${r.url()}`);
  });
  await page.goto(address(f) + query);
  return page;
}
async function drawn(page, name) {
  const place = page.locator(`.wi-figure[data-figure="${name}"]`);
  await place.evaluate(e => e.scrollIntoView());
  await page.waitForFunction(
    n => document.querySelector(`.wi-figure[data-figure="${n}"]`).dataset.first,
    name,
    { timeout: 60000 }
  );
  return place;
}
// All that one sees of a figure: its pictures and its words.
const look = place =>
  place.evaluate(
    e =>
      [...e.querySelectorAll('canvas')].map(c => (c.hidden ? '' : c.toDataURL())).join() +
      [...e.querySelectorAll('.wi-words, pre')].map(w => w.textContent).join()
  );
// What matters only once training has begun.
const ONLY_LATER = /^(learning rate|optimiser|samples a step|clip the norm)/;
const settled = (page, name) =>
  page.waitForFunction(
    n =>
      (d => d.settled && d.settled === d.drawn)(
        document.querySelector(`.wi-figure[data-figure="${n}"]`).dataset
      ),
    name,
    { timeout: 60000 }
  );
const times = place => place.evaluate(e => +e.dataset.drawn);
async function changed(page, place, name, act, what) {
  await settled(page, name);
  const before = await look(place),
    count = await times(place);
  await act();
  try {
    await page.waitForFunction(
      ([n, c]) => +document.querySelector(`.wi-figure[data-figure="${n}"]`).dataset.drawn > c,
      [name, count],
      { timeout: 60000 }
    );
    check(ONLY_LATER.test(what) || (await look(place)) !== before, `${name}: ${what} changes nothing`);
  } catch (e) {
    check(false, `${name}: ${what} draws nothing (${e.message.split('\n')[0]})`);
  }
}

const source = fs.readFileSync(path.join(html, 'live.js'), 'utf8');
const live = new Set(
  figures.map(x => x.name).filter(n => source.includes(`figures['${n}']`) || source.includes(`figures.${n} `))
);
const few = ['ten_layers', 'calculator', ...(engine === 'chromium' ? ['12_xavier_forward', '02_symmetry'] : [])];
const chosen = figures
  .filter(x => live.has(x.name) && only.test(`figure ${x.name}`))
  .filter(x => !fast || few.includes(x.name));
check(process.env.ONLY || chosen.length >= (fast ? few.length : 20), `only ${chosen.length} live figures`);

for (const { f, name } of chosen) {
  const page = await open(f),
    place = await drawn(page, name);
  // When the picture stood there, since the page was asked for; and since the page itself stood there.
  const [first, later] = await place.evaluate(e => [
    +e.dataset.first,
    Math.max(0, +e.dataset.first - performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd)
  ]);
  const inputs = place.locator('.wi-controls input, .wi-controls select'),
    count = await inputs.count();
  for (let i = 0; i < count; i++) {
    const input = inputs.nth(i),
      kind = await input.evaluate(e => e.type),
      label = await input.evaluate(e => e.closest('label').textContent.slice(0, 30));
    const current = kind === 'select-one' ? await input.evaluate(e => e.selectedIndex) : 0;
    const move = {
      range: async () => {
        await input.focus();
        await page.keyboard.press(
          await input.evaluate(e => (+e.value > (+e.min + +e.max) / 2 ? 'PageDown' : 'PageUp'))
        );
      },
      checkbox: () => input.press('Space'),
      number: () => input.fill('37'),
      text: () => input.fill('max(z, 0.3 * z)'),
      'select-one': async () =>
        input.selectOption(
          label.startsWith('data')
            ? 'moons'
            : {
                index:
                  (current + ((await input.locator('option').count()) > 3 ? 3 : 1)) %
                  (await input.locator('option').count())
              }
        )
    }[kind];
    await changed(page, place, name, move, label);
  }
  check(
    await place.evaluate(e => [...e.querySelectorAll('[hidden]')].every(h => !h.offsetHeight)),
    `${name}: what is hidden takes room`
  );
  // The address brings it back.
  await settled(page, name);
  const words = place.locator('.wi-words').first(),
    said = await words.textContent(),
    query = await page.evaluate(() => location.search);
  check(query.length > 1, `${name}: nothing of it stands in the address`);
  await page.addScriptTag({ content: axe });
  const violations = (
    await page.evaluate(() =>
      window.axe.run('.wi-figure', {
        runOnly: ['wcag2a', 'wcag2aa'],
        resultTypes: ['violations'],
        preload: false
      })
    )
  ).violations;
  check(violations.length === 0, `${name}: axe: ${violations.map(v => `${v.id} ${v.nodes[0].target}`)}`);
  await page.close();
  const again = await open(f, { width: 390, query }),
    same = await drawn(again, name);
  await settled(again, name);
  check(
    (await same.locator('.wi-words').first().textContent()) === said,
    `${name}: its address shows something else: ${query}`
  );
  check(
    await again.evaluate(() => {
      const e = document.querySelector('.wi-figure .wi-live');
      return e.scrollWidth <= e.clientWidth + 1;
    }),
    `${name}: wider than a phone`
  );
  await again.close();
  console.log(
    `${name}: first picture ${first} ms after the page's begin, ${Math.round(later)} ms after its text`
  );
}

// How fast a slider may be dragged, and whether memory stays.
if (only.test('dragging')) {
  const page = await open('index.html'),
    place = await drawn(page, 'ten_layers'),
    slider = place.locator('input[type=range]').first(),
    spent = [],
    memory = [];
  const session = engine === 'chromium' && (await page.context().newCDPSession(page));
  const heap = async () => {
    if (!session) return 0;   // only Chromium tells
    await session.send('HeapProfiler.collectGarbage');
    return (await session.send('Runtime.getHeapUsage')).usedSize;
  };
  let early = 0;
  // The verdict, which needs memory of its own, comes only when the hand rests: on a busy machine perhaps in the
  // midst of the dragging, so that it is awaited before.
  await settled(page, 'ten_layers');
  for (let i = 0; i < (fast ? 60 : 1000); i++) {
    const count = await times(place);
    await slider.evaluate(
      (e, v) => {
        e.value = v;
        e.dispatchEvent(new Event('input'));
      },
      Math.sin(i / 9) * 0.5
    );
    await page.waitForFunction(c => +document.querySelector('.wi-figure').dataset.drawn > c, count, {
      timeout: 60000
    });
    const [t, m] = await place.evaluate(e => [+e.dataset.milliseconds, +e.dataset.memory]);
    spent.push(t);
    memory.push(m);
    if (i === 20) early = await heap();
  }
  const late = await heap();
  check(late < 1.25 * early + 1e6, `the page's own memory grows from ${early} to ${late} bytes`);
  check(memory.at(-1) === memory[9], `memory grows from ${memory[9]} to ${memory.at(-1)}`);
  console.log(
    `ten layers of 256, ${spent.length} redraws: ${median(spent)} ms in the middle; ` +
      `${(memory.at(-1) / 1e6).toFixed(1)} MB`
  );
  await page.close();
}

// The playground: train, ask, mend, and the same as a program; on points of the plane, and a convolution on
// the digits.
if (only.test('training'))
  for (const query of [
    '?data=moons&steps=200',
    '?data=digits&steps=100&a=conv/6/3/relu/he_normal~max_pool/2'
  ]) {
    const page = await open('playground.html', { calm: true, query }),
      place = await drawn(page, 'playground');
    const press = text => place.getByRole('button', { name: text, exact: true }).click(),
      steps = +/steps=(\d+)/.exec(query)[1];
    await press('Will it train?');
    await place
      .getByText(/should (not )?train/)
      .first()
      .waitFor({ timeout: 60000 });
    await press('As a C program');
    const shown = await place.locator('pre').first().textContent();
    await press('Train');
    await page.waitForFunction(n => +document.querySelector('.wi-figure').dataset.step >= n, steps, {
      timeout: 120000
    });
    const said = await place.locator('.wi-sides output').first().textContent(),
      rest = +/([\d.]+) % of the rest/.exec(said)[1];
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'live-'));
    fs.symlinkSync(path.resolve('examples'), path.join(folder, 'examples'));
    fs.writeFileSync(path.join(folder, 'shown.c'), shown);
    execFileSync('cc', [
      '-std=c99',
      '-O0',
      '-w',
      '-I.',
      path.join(folder, 'shown.c'),
      '-o',
      path.join(folder, 'shown'),
      '-lm'
    ]);
    const printed = execFileSync(path.join(folder, 'shown'), { cwd: folder }).toString(),
      reached = +/right ([\d.]+) %/.exec(printed)[1];
    check(
      Math.abs(reached - rest) <= 2.1,
      `${query}: the page reached ${rest} %, its C program ${reached} %`
    );
    check(fs.existsSync(path.join(folder, 'net.safetensors')), 'the C program saved nothing');
    await press('Its weights');
    await place.locator('a[download$=".safetensors"]').first().waitFor({ state: 'attached', timeout: 10000 });
    check(true, '');
    await press('Back to the start');
    await press('Mend it');
    await place.getByText('Done:').first().waitFor({ timeout: 60000 });
    fs.rmSync(folder, { recursive: true });
    await page.close();
  }

// A file of one's own, in the playground: two classes that a column tells apart are learnt; a file that is none is
// refused in words.
if (only.test('file')) {
  const page = await open('playground.html', { calm: true, query: '?steps=200' }),
    place = await drawn(page, 'playground'),
    field = place.locator('input[type=file]');
  const give = async text => {
    await settled(page, 'playground');
    await field.setInputFiles({ name: 'my.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  };
  const rows = Array.from({ length: 120 }, (_, i) => `${(i % 7) - 3},${i % 2},${i % 5},${i % 2 ? 'yes' : 'no'}`);
  await give(`a,b,c,answer\n${rows.join('\n')}\n`);
  await page.waitForFunction(() => document.querySelector('.wi-figure canvas')?.getAttribute('aria-label').includes('step 0'));
  await settled(page, 'playground');
  await place.getByRole('button', { name: 'Train', exact: true }).click();
  await page.waitForFunction(() => +document.querySelector('.wi-figure').dataset.step >= 200, null, { timeout: 120000 });
  const said = await place.locator('.wi-sides output').first().textContent();
  check(/ 100 % of the rest/.test(said), `a file of one's own is not learnt: ${said}`);
  check((await place.locator('select').first().inputValue()) === 'csv', 'the choice of data is not the file');
  await give('a,b\n1,2,3\n');
  await place.getByText('This does not fit together').waitFor({ timeout: 60000 });
  // Dropped, and beside the figure.
  const dropped = await page.evaluateHandle(text => {
    const all = new DataTransfer();
    all.items.add(new File([text], 'my.csv', { type: 'text/csv' }));
    return all;
  }, `a,answer\n${rows.map((_, i) => `${i},${i % 3}`).join('\n')}\n`);
  await page.dispatchEvent('body', 'dragover', { dataTransfer: dropped });
  await page.dispatchEvent('body', 'drop', { dataTransfer: dropped });
  await page.waitForFunction(() => /of the rest/.test(document.querySelector('.wi-sides output')?.textContent)
    && !/This does not fit/.test(document.querySelector('.wi-words').textContent), null, { timeout: 60000 });
  check(true, '');
  await page.close();
}

// The chapters' programs.
const quick = engine === 'chromium' ? /^(01|12|29)/ : /^12/;
const runs = programs.filter(p => only.test(`program ${p.name}`) && (!fast || quick.test(p.name)));
let equal = 0;
for (const { f, name } of runs) {
  const page = await open(f);
  await page.locator('.wi-run button').click();
  await page.waitForFunction(() => document.querySelector('.wi-run').dataset.exit !== undefined, null, {
    timeout: 300000
  });
  const [exit, differ, words] = await page.evaluate(() => {
    const e = document.querySelector('.wi-run');
    return [e.dataset.exit, +e.dataset.differ, e.querySelector('.wi-words').textContent];
  });
  check(exit === '0', `${name}: ${words}`);
  equal += differ === 0;
  // The constant of "Try this", where it is quick: another value prints something else, in bold.
  const field = page.locator('.wi-try input');
  if (/^(0[1-4]|06|08|1[0-4]|18|19|20|26|27|3[678]|40)/.test(name)) {
    const [book, least, most] = await field.evaluate(e => [+e.value, +e.min, +e.max]),
      other = 2 * book || most;
    await field.fill(String(other <= most ? other : least));
    await page.locator('.wi-run button').click();
    await page.waitForFunction(
      () => document.querySelector('.wi-run').dataset.tried && document.querySelector('.wi-run').dataset.exit,
      null,
      { timeout: 300000 }
    );
    check((await page.locator('.wi-run pre b').count()) > 0, `${name}: its constant changes nothing`);
    check(await page.evaluate(() => new URLSearchParams(location.search).has('try')), `${name}: its constant is not in the address`);
  }
  await page.close();
}
console.log(`${runs.length} programs, of which ${equal} print every byte as in the book`);
await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
