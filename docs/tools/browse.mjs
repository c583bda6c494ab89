// browse.mjs HTML_DIR NODE_DIR [SHOTS_DIR]: open every page in headless Chromium, wide and phone-narrow, light and dark.
// Fails on a console error, a request to another host, a broken image, a page wider than its window, an empty page, a
// formula that MathJax could not show, and on what axe-core calls serious. With SHOTS_DIR also keeps screenshots.
import { createRequire } from 'module';
import fs from 'fs';
import path from 'path';
import { pathToFileURL } from 'url';

const [html, nodeDir, shots] = process.argv.slice(2);
const require = createRequire(path.resolve(nodeDir, 'node_modules') + '/');
const { chromium } = require('playwright-core');
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(f => fs.existsSync(f));
if (!executablePath) { console.log('no Chromium: apt-get install chromium'); process.exit(1); }

const only = process.env.PAGES ? new RegExp(process.env.PAGES) : /./;
const skip = /^(functions|globals|annotated|classes|dir_|.*_source\.html|navtree|search)/;
const pages = fs.readdirSync(html).filter(f => f.endsWith('.html') && !skip.test(f) && only.test(f)).sort();
const views = [{ name: 'wide-light', width: 1400, height: 900, colorScheme: 'light' }, { name: 'phone-dark', width: 390, height: 800, colorScheme: 'dark' }];
if (shots) fs.mkdirSync(shots, { recursive: true });

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--allow-file-access-from-files', '--disable-dev-shm-usage'] });
const problems = [];
let checks = 0;
for (const view of views) {
  const context = await browser.newContext({ viewport: { width: view.width, height: view.height }, colorScheme: view.colorScheme });
  const page = await context.newPage();
  let at = '';
  const say = text => problems.push(`${at} (${view.name}): ${text}`);
  page.on('console', m => { if (m.type() === 'error') say(`console: ${m.text()}`); });
  page.on('pageerror', e => say(`error: ${e.message}`));
  page.on('request', r => { if (!/^(file|data|blob|about):/.test(r.url())) say(`asks another host: ${r.url()}`); });
  page.on('requestfailed', r => say(`cannot load ${r.url().slice(-60)}`));
  for (const f of pages) {
    at = f;
    await page.goto(pathToFileURL(path.resolve(html, f)).href, { waitUntil: 'load' });
    await page.evaluate(async () => { if (window.MathJax?.startup?.promise) await window.MathJax.startup.promise; });
    await page.evaluate(() => document.querySelectorAll('img[loading=lazy]').forEach(i => { i.loading = 'eager'; }));
    await page.evaluate(() => Promise.all([...document.images].map(i => i.complete ? 0 : new Promise(r => { i.onload = i.onerror = r; }))));
    await page.waitForTimeout(60);
    const found = await page.evaluate(() => {
      const out = [];
      const contents = document.querySelector('div.contents');
      for (const i of document.images) if (i.naturalWidth === 0 && !/MSearch|mag_sel|close/.test(i.outerHTML)) out.push(`broken image ${i.getAttribute('src')}`);
      for (const i of contents?.querySelectorAll('img') ?? []) if (!i.alt) out.push(`image without alternative text ${i.getAttribute('src')}`);
      if (!contents || contents.innerText.trim().length < 20) out.push('empty page');
      const doc = document.querySelector('#doc-content') ?? document.documentElement;
      if (doc.scrollWidth > doc.clientWidth + 2) {
        const wide = [...doc.querySelectorAll('*')].find(e => {
          const box = e.getBoundingClientRect();
          if (box.right <= doc.getBoundingClientRect().right + 2 || box.width === 0) return false;
          for (let p = e.parentElement; p && p !== doc; p = p.parentElement) if (/auto|scroll|hidden/.test(getComputedStyle(p).overflowX)) return false;
          return true;
        });
        if (wide) out.push(`wider than the window by ${doc.scrollWidth - doc.clientWidth}: ${wide.tagName}.${wide.className}`);
      }
      for (const code of contents?.querySelectorAll('div.fragment') ?? []) if (code.querySelector('span.keywordtype') && !/MIT OR Unlicense/.test(code.textContent)) out.push('a snippet without its licence');
      for (const e of document.querySelectorAll('mjx-merror, [data-mjx-error]')) out.push(`formula: ${e.textContent.slice(0, 80)}`);
      if (/\\\(|\\\[/.test(contents?.innerText.replace(/\\\[\d/g, '') ?? '') && !contents.querySelector('mjx-container')) out.push('formulas are not shown');
      return out;
    });
    checks += 7;
    found.forEach(say);
    await page.addScriptTag({ content: axe });
    const result = await page.evaluate(() => window.axe.run('div.contents', { runOnly: ['wcag2a', 'wcag2aa'], resultTypes: ['violations'] }));
    for (const v of result.violations) if (/serious|critical/.test(v.impact))
      say(`axe ${v.id} (${v.nodes.length}): ${v.nodes[0].target} ${v.nodes[0].failureSummary.split('\n')[1]?.trim().slice(0, 160) ?? ''}`);
    checks++;
    if (shots) await page.screenshot({ path: path.join(shots, `${f.replace('.html', '')}-${view.name}.png`) });
  }
  await context.close();
}
await browser.close();
const kinds = new Map();
for (const p of problems) { const k = p.replace(/^\S+ /, ''); kinds.set(k, [...(kinds.get(k) ?? []), p.split(' ')[0]]); }
for (const [k, where] of kinds) console.log(`${k}\n    on ${where.length}: ${where.slice(0, 4).join(' ')}`);
console.log(`${pages.length} pages, ${views.length} views`);
console.log(`${checks - problems.length} passed, ${problems.length} failed`);
process.exit(problems.length ? 1 : 0);
