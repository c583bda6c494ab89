// search.mjs HTML_DIR MINISEARCH_PACKAGE: gather the texts of the pages into search-data.js, and try the queries of search-queries.tsv:
// each must find its page first. Part of `make docs`.
import { createRequire } from 'module';
import fs from 'fs';
import path from 'path';
import vm from 'vm';

const [html, packageDir] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const MiniSearch = require(path.resolve(packageDir, 'dist/cjs/index.cjs'));
vm.runInThisContext(fs.readFileSync(path.join(html, 'search.js'), 'utf8'));

const plain = s => s.replace(/<(script|style)[\s\S]*?<\/\1>/g, ' ').replace(/<(?:code|a|span|em|b|strong|i)\b[^>]*>|<\/(?:code|a|span|em|b|strong|i)>/g, '')
  .replace(/<[^>]+>/g, ' ').replace(/\\\(|\\\)|\\\[|\\\]/g, ' ').replace(/\\[a-zA-Z]+\{?/g, ' ')
  .replace(/&#(\d+);/g, (_, n) => String.fromCharCode(n)).replace(/&nbsp;/g, ' ').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&amp;/g, '&')
  .replace(/[{}^]/g, '').replace(/\s+/g, ' ').trim();
const kindOf = f => /^zh_/.test(f) ? 'zh' : /^ch\d/.test(f) ? 'chapter' : /^inside/.test(f) ? 'inside' : /^(group__|struct|winit_8h)/.test(f) ? 'api' : 'page';

const docs = [];
for (const f of fs.readdirSync(html).filter(f => f.endsWith('.html')).sort()) {
  if (/^(functions|globals|annotated|classes|dir_|files|pages|modules|navtree|search|struct.*-members|.*_source)/.test(f)) continue;
  const page = fs.readFileSync(path.join(html, f), 'utf8');
  const title = plain(/<div class="title">([\s\S]*?)<\/div>/.exec(page)?.[1] ?? f);
  const from = page.indexOf('<div class="contents');
  if (from < 0) continue;
  let body = page.slice(from, page.search(/<!-- contents -->/));
  body = body.replace(/<div class="toc">[\s\S]*?<\/ul>\s*<\/div>/, ' ').replace(/<table class="memberdecls">[\s\S]*?<\/table>/g, ' ').replace(/<nav[\s\S]*?<\/nav>/g, ' ');
  // A place begins at a heading with an anchor, or at the documentation of a function.
  const marks = [{ at: 0, end: 0, id: '', heading: '' }];
  for (const m of body.matchAll(/<h[1-4][^>]*>\s*<a class="anchor" id="([^"]+)"><\/a>([\s\S]*?)<\/h[1-4]>|<a id="([^"]+)"[^>]*><\/a>\s*<h2 class="memtitle">([\s\S]*?)<\/h2>/g))
    marks.push({ at: m.index, end: m.index + m[0].length, id: m[1] ?? m[3], heading: plain((m[2] ?? m[4]).replace(/<span class="permalink">[\s\S]*?<\/span>/, '').replace(/\u25c6|&#9670;/g, '')) });
  marks.forEach((m, i) => {
    let html = body.slice(m.end, marks[i + 1]?.at ?? body.length);
    if (/^inside_/.test(f)) html = html.replace(/<div class="fragment"[\s\S]*?<!-- fragment -->/g, ' ');
    const text = plain(html);
    if (!text && !m.heading) return;
    const kind = /^(zh_)?glossary/.test(f) && m.heading ? 'term' : kindOf(f);
    docs.push([m.id ? `${f}#${m.id}` : f, kind, title, m.heading, text]);
  });
}
fs.writeFileSync(path.join(html, 'search-data.js'), 'window.winitSearchData = ' + JSON.stringify(docs).replace(/<\//g, '<\\/') + ';\n');

const { options, find } = globalThis.winitSearch;
const index = new MiniSearch(options);
index.addAll(docs.map((d, id) => ({ id, url: d[0], kind: d[1], title: d[2], heading: d[3], text: d[4] })));
const queries = fs.readFileSync(new URL('search-queries.tsv', import.meta.url), 'utf8').split('\n').filter(line => line && !line.startsWith('#')).map(line => line.split('\t'));
let wrong = 0;
for (const [query, wanted] of queries) {
  const hits = find(index, query, 4).map(h => h.url);
  if (process.env.SHOW) console.log(`${query}: ${hits.join(' ')}`);
  if (!new RegExp(`^(${wanted})`).test(hits[0] ?? '')) { wrong++; console.log(`search: "${query}" finds ${hits[0] ?? 'nothing'} first, not ${wanted} (then ${hits.slice(1).join(' ')})`); }
}
console.log(`search: ${docs.length} places on ${new Set(docs.map(d => d[0].split('#')[0])).size} pages; ${queries.length - wrong} of ${queries.length} queries find their page first`);
process.exit(wrong ? 1 : 0);
