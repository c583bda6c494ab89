// book.mjs HTML_DIR NODE_DIR OUT.pdf: all chapters as one PDF, A4, by headless Chromium: the pages of `make docs`, one behind
// the other in one document, formulas set and answers unfolded. Run by `make book`.
import { createRequire } from 'module';
import fs from 'fs';
import path from 'path';
import { pathToFileURL } from 'url';

const [html, nodeDir, out] = process.argv.slice(2);
const require = createRequire(path.resolve(nodeDir, 'node_modules') + '/');
const { chromium } = require('playwright-core');
const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(f => fs.existsSync(f)) ?? process.env.CHROMIUM;
if (!executablePath) { console.log('make book needs Chromium: apt-get install chromium, or CHROMIUM=its path'); process.exit(1); }

const files = ['index.html', ...fs.readdirSync(html).filter(f => /^ch\d\d\.html$/.test(f)).sort(), 'sources.html', 'glossary.html', 'bibliography.html'];
const chapters = files.map(f => {
  const page = fs.readFileSync(path.join(html, f), 'utf8'), name = f.replace('.html', '');
  const title = /<div class="title">([\s\S]*?)<\/div>/.exec(page)[1];
  const body = page.slice(page.indexOf('<div class="contents'), page.search(/<\/div><!-- contents -->/)).replace(/<div class="toc">[\s\S]*?<\/ul>\s*<\/div>/, '').replace(/<img /g, '<img data-eager ').replace(/ loading="lazy"/g, '');
  // Links from chapter to chapter stay within the book.
  return `<section id="${name}"><h1 class="wi-chapter">${title}</h1>${body.replace(/href="([a-z0-9_]+)\.html(#[^"]*)?"/g, (all, to, anchor) => files.includes(to + '.html') ? `href="${anchor ?? '#' + to}"` : 'data-outside')}</div></section>`;
});
const list = files.map((f, i) => `<li><a href="#${f.replace('.html', '')}">${/<h1 class="wi-chapter">([\s\S]*?)<\/h1>/.exec(chapters[i])[1]}</a></li>`).join('');
const version = /<span id="projectnumber">(?:&#160;)?([\d.]+)/.exec(fs.readFileSync(path.join(html, 'index.html'), 'utf8'))?.[1] ?? '';
const css = fs.readdirSync(html).filter(f => f === 'doxygen.css' || f === 'doxygen-awesome.css' || f === 'winit.css').map(f => `<link rel="stylesheet" href="${f}"/>`).join('');
fs.writeFileSync(path.join(html, 'book.html'), `<!DOCTYPE html><html lang="en" class="light-mode"><head><meta charset="utf-8"/><title>Weight initialisation, from first principles</title>${css}
<style>section { break-before: page; } h1.wi-chapter { font-size: 22pt; } .wi-front div.image { float: none; width: auto; } ol.book { columns: 2; list-style: none; padding: 0; } details { display: block; }</style>
<script src="mathjax-config.js"></script><script src="mathjax/startup.js" async></script></head><body>
<h1>Weight initialisation, from first principles</h1><p>winit.h ${version}. MIT or public domain.</p><ol class="book">${list}</ol>${chapters.join('\n')}</body></html>`);

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage', '--allow-file-access-from-files'] });
const page = await browser.newPage();
await page.goto(pathToFileURL(path.resolve(html, 'book.html')).href, { waitUntil: 'load', timeout: 120000 });
await page.evaluate(async () => {
  await window.MathJax.startup.promise;
  document.querySelectorAll('details').forEach(d => { d.open = true; });
  await Promise.all([...document.images].map(i => i.complete ? 0 : new Promise(r => { i.onload = i.onerror = r; })));
});
await page.pdf({ path: out, format: 'A4', printBackground: true, outline: true, tagged: true, displayHeaderFooter: true, headerTemplate: '<span></span>',
  footerTemplate: '<div style="font-size:8px;width:100%;text-align:center"><span class="pageNumber"></span></div>', margin: { top: '18mm', bottom: '18mm', left: '16mm', right: '16mm' } });
await browser.close();
fs.unlinkSync(path.join(html, 'book.html'));
console.log(`book: ${out}, ${(fs.statSync(out).size / 1e6).toFixed(1)} MB, ${chapters.length} chapters`);
