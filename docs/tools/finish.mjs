// finish.mjs HTML_DIR MATHJAX_PACKAGE: the last step of `make docs`.
// Figures become <img> with the SVG's own title and description as alternative text; then every page is checked:
// valid TeX, no markup left as text, enums with their members, no broken link, nothing loaded from another host.
import { createRequire } from 'module';
import fs from 'fs';
import path from 'path';
import vm from 'vm';

const [html, mathjax] = process.argv.slice(2);
const require = createRequire(import.meta.url);
const pages = fs.readdirSync(html).filter(f => f.endsWith('.html'));
const problems = [];
const read = f => fs.readFileSync(path.join(html, f), 'utf8');
const unescape = s => s.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, '&');

// An <object> follows the system's colours, an <img> the page's; and an <object> has no alternative text.
function describe(file, fallback) {
  const svg = fs.existsSync(path.join(html, file)) ? read(file) : '';
  const part = tag => new RegExp(`<${tag}[^>]*>([\\s\\S]*?)</${tag}>`).exec(svg)?.[1].replace(/\s+/g, ' ').trim() ?? '';
  return ([part('title'), part('desc')].filter(s => s).join('. ') || unescape(fallback) || file).replace(/\.\.+/g, '.').replace(/"/g, '&quot;');
}
// A page with live figures begins with their engine, style and script, which is told their names: they are computed while
// the page is read. MathJax comes behind their first picture (mathjax-config.js). Who saves data gets the engine when a
// figure is near.
const ENGINE = `<script type="text/javascript">if (!(navigator.connection ?? {}).saveData)
document.head.append(Object.assign(document.createElement('script'), { src: 'live-simd.js', fetchPriority: 'high' }))</script>
<link rel="stylesheet" type="text/css" href="live.css"/>
`;
const live = fs.existsSync(path.join(html, 'live.js')) ? read('live.js') : '';
function enliven(page) {
  const names = [...page.matchAll(/data-figure="([^"]+)"/g)].map(m => m[1])
    .filter(name => live.includes(`figures['${name}']`) || live.includes(`figures.${name} `)).join(' ');
  const script = /<script [^>]*async="async" src="live\.js"><\/script>\n/.exec(page)?.[0];
  if (!names || !script) return page;
  return page.replace(script, '')
    .replace('<title>', () => ENGINE + script.replace(' src=', ` fetchpriority="high" data-figures="${names}" src=`) + '<title>')
    .replace(/<script type="text\/javascript" id="MathJax-script" async="async"/, '<script type="text/plain" id="MathJax-script"');
}
function mend(page) {
  return enliven(page)
    .replace(/<object type="image\/svg\+xml" data="([^"]*)"([^>]*)>([^<]*)<\/object>/g, (_, src, rest, text) => `<img src="${src}" alt="${describe(src, text)}" loading="lazy"/>`)
    .replace(/<img src="([^"]*\.svg)" alt=""/g, (_, src) => `<img src="${src}" alt="${describe(src, '')}"`)
    .replace(/(<img id="MSearchSelect"[^>]*?)alt=""/g, '$1alt="search options"')
    .replace(/<input type="text" id="MSearchField"/g, '<input type="text" aria-label="Search" id="MSearchField"')
    // Listings of the implementation keep the header's line numbers; each line is an anchor.
    .replace(/<div class="wi-from" data-line="(\d+)"><\/div>\s*<div class="fragment">([\s\S]*?)<\/div><!-- fragment -->/g, (_, from, code) => {
      let n = +from - 1;
      return `<div class="fragment">${code.replace(/<div class="line">/g, () => `<div class="line" id="l${++n}" data-n="${n}">`)}</div><!-- fragment -->`;
    })
    // What may scroll sideways can be reached by keyboard.
    .replace(/<(pre|div) class="fragment">/g, '<$1 class="fragment" tabindex="0">')
    .replace(/<table class="(markdownTable|doxtable|params|fieldtable|memberdecls)"[^>]*>[\s\S]*?<\/table>/g, (t, c) => c === 'memberdecls' ? t : `<div class="wi-scroll" tabindex="0">${t}</div>`)
    .replace(/<iframe src="javascript:void\(0\)"/g, '<iframe title="search results" src="javascript:void(0)"');
}
// From chapter to chapter, above and below each; and what a search engine or a messenger shows of a page.
const titleOf = page => /<div class="title">([\s\S]*?)<\/div>/.exec(page)?.[1].replace(/<[^>]+>/g, '').trim() ?? '';
const ways = new Map();
for (const kind of ['ch', 'zh_ch', 'inside_']) {
  const row = pages.filter(f => new RegExp(`^${kind}\\d\\d\\.html$`).test(f)).sort();
  row.forEach((f, i) => ways.set(f, [row[i - 1], row[i + 1]]));
}
function lead(f, page) {
  const [before, after] = ways.get(f) ?? [];
  const link = (to, arrow) => to ? `<a href="${to}">${arrow < 0 ? '\u2190 ' : ''}${titleOf(read(to))}${arrow > 0 ? ' \u2192' : ''}</a>` : '<span></span>';
  const twin = /^zh_/.test(f) ? f.slice(3) : 'zh_' + f;
  const other = pages.includes(twin) ? `<a href="${twin}" lang="${/^zh_/.test(f) ? 'en' : 'zh-Hans'}">${/^zh_/.test(f) ? 'English' : '\u4e2d\u6587'}</a>` : '';
  const nav = where => ways.has(f) || other ? `<nav class="wi-way" aria-label="${where}">${link(before, -1)}${other}${link(after, 1)}</nav>` : '';
  const body = page.slice(page.indexOf('<div class="contents">'));
  const text = (/<div class="wi-question">([\s\S]*?)<\/div>/.exec(body) ?? /<p>([\s\S]*?)<\/p>/.exec(body))?.[1].replace(/<[^>]+>|\\[()[\]]/g, '').replace(/\s+/g, ' ').replace(/"/g, '&quot;').trim().slice(0, 200) ?? '';
  const title = titleOf(page).replace(/"/g, '&quot;');
  const card = [`<meta name="description" content="${text}"/>`, `<meta property="og:title" content="${title}"/>`, `<meta property="og:description" content="${text}"/>`,
    '<meta property="og:type" content="article"/>', '<meta property="og:site_name" content="winit.h"/>',
    ...(site ? [`<meta property="og:url" content="${site}/${f}"/>`] : []),
    ...(fs.existsSync(path.join(html, 'card.png')) ? [`<meta property="og:image" content="${site ? site + '/' : ''}card.png"/>`, '<meta property="og:image:width" content="1200"/>',
      '<meta property="og:image:height" content="630"/>', '<meta property="og:image:alt" content="Size of the signal in ten layers, for five initializers"/>',
      '<meta name="twitter:card" content="summary_large_image"/>'] : [])];
  return page.replace('</head>', card.join('\n') + '\n</head>')
    .replace(/<html lang="en"/, /^zh_/.test(f) ? '<html lang="zh-Hans"' : '<html lang="en"')
    .replace('<div class="contents">', m => nav('Chapters') + (/^(index|zh_index)\.html$/.test(f) ? '<div class="contents wi-front">' : m))
    .replace(/<\/div><!-- contents -->/, m => m + nav('Chapters, at the end'));
}
const site = (process.env.SITE_URL ?? '').replace(/\/+$/, '');
const led = pages.map(f => lead(f, mend(read(f))));
pages.forEach((f, i) => fs.writeFileSync(path.join(html, f), led[i]));

// Doxygen leaves TeX unchecked when MathJax shows it.
globalThis.window = globalThis;
eval(read('mathjax-config.js'));
const macros = window.MathJax.tex.macros;
delete globalThis.window; delete globalThis.MathJax;
const mj = await require(path.resolve(mathjax, 'es5/node-main.js')).init({
  loader: { load: ['input/tex', 'output/chtml'] },
  tex: { macros, packages: ['base', 'ams', 'newcommand', 'configmacros'] }
});
let formulas = 0;
for (const f of pages) {
  const text = read(f).replace(/<(pre|script)[\s\S]*?<\/\1>|<div class="fragment">[\s\S]*?<\/div><!-- fragment -->/g, '');
  for (const m of text.matchAll(/\\\(([\s\S]*?)\\\)|\\\[([\s\S]*?)\\\]/g)) {
    const tex = unescape((m[1] ?? m[2]).trim());
    formulas++;
    const error = /data-mjx-error="([^"]*)"/.exec(mj.startup.adaptor.outerHTML(mj.tex2chtml(tex, { display: m[2] !== undefined })));
    if (error) problems.push(`${f}: TeX: ${error[1]}: ${tex}`);
  }
}

// Markup that nobody turned into anything: stars and backticks beside words, Doxygen's formulas, links as text.
for (const f of pages) {
  const page = read(f), from = page.indexOf('<div class="contents');
  if (from < 0) continue;
  const text = unescape(page.slice(from).replace(/<(pre|code|script|style)\b[\s\S]*?<\/\1>|<div class="fragment"[\s\S]*?<!-- fragment -->|<table class="mem[\s\S]*?<\/table>/g, ' ')
    .replace(/\\\([\s\S]*?\\\)|\\\[[\s\S]*?\\\]/g, ' ').replace(/<[^>]+>/g, '\u200b'));
  const shown = /^(group__|struct|winit_8h|inside_|functions|globals)/.test(f) ? /\*\*[^\s*]|\\f[$[\]]|\]\([^)]*\.(md|html)/ : /\*\*|\*[A-Za-z(\u3400-\u9fff]|[A-Za-z)\u3400-\u9fff]\*|\\f[$[\]]|\]\(|`/;
  const found = shown.exec(text);
  if (found) problems.push(`${f}: markup shown as text: ${text.slice(Math.max(0, found.index - 30), found.index + 30).replace(/\s+/g, ' ')}`);
}

// Every enumerator that the compiler sees is on a page: an X-macro list must not lose its members.
const header = fs.readFileSync('winit.h', 'utf8'), declared = header.slice(0, header.indexOf('>>status-impl'));
const api = pages.filter(f => f.startsWith('group__')).map(read).join('');
for (const m of declared.matchAll(/typedef enum (wi_\w+) \{([\s\S]*?)\} wi_\w+;/g)) {
  const lists = [...m[2].matchAll(/(WI_\w+_LIST)\(/g)].flatMap(l => {
    const body = new RegExp(`#define ${l[1]}\\(X\\)([\\s\\S]*?[^\\\\])\\n`).exec(declared)?.[1] ?? '';
    return [...body.matchAll(/\bX\(([A-Z0-9_]+)/g)].map(x => x[1].startsWith('WI_') ? x[1] : l[1].replace(/LIST$/, '') + x[1]);
  });
  const plain = m[2].replace(/\/\*[\s\S]*?\*\//g, '').replace(/^#.*$/gm, '').split(/[,\n]/).map(x => /^\s*(WI_[A-Z0-9_]+)\s*(=.*)?$/.exec(x)?.[1]).filter(x => x);
  const members = [...lists, ...plain];
  if (members.length < 2) problems.push(`winit.h: ${m[1]}: no members found`);
  for (const name of members) if (!api.includes(name)) problems.push(`winit.h: ${m[1]}: ${name} is on no page`);
}
// What chapter 34 says of precedence is the header's order, the greatest first.
const rank = [...(/#define WI_VERDICT_LIST\(X\)([\s\S]*?[^\\])\n/.exec(header)?.[1] ?? '').matchAll(/X\([A-Z]+[A-Z_]*, +"(\w+)"/g)].map(m => m[1]);
const told = fs.readFileSync('docs/34-diagnosis.md', 'utf8').split('\n').filter(line => /^\| .*\.md\)/.test(line)).map(line => line.split(' | ')[3]?.split(', ')[0]);
told.forEach((name, i) => { if (!rank.includes(name) || (i && rank.indexOf(told[i - 1]) < rank.indexOf(name))) problems.push(`docs/34-diagnosis.md: ${name} does not stand where the header's precedence puts it`); });

// Links: the file exists, and so does the anchor. Other hosts may be named, in running text, never loaded.
const anchors = new Map();
const anchorsOf = f => {
  if (!anchors.has(f)) anchors.set(f, new Set([...read(f).matchAll(/\b(?:id|name)="([^"]+)"/g)].map(m => unescape(m[1]))));
  return anchors.get(f);
};
let links = 0;
for (const f of pages) {
  const text = read(f);
  for (const m of text.matchAll(/<(script|link|img|iframe|object|source)\b[^>]*?\b(?:src|href|data)="((?:https?:)?\/\/[^"]*)"/g)) problems.push(`${f}: loads ${m[2]}`);
  for (const m of text.matchAll(/\b(?:href|src)="([^"]+)"/g)) {
    const to = unescape(m[1]);
    if (/^(https?:|javascript:|mailto:|data:)/.test(to)) continue;
    links++;
    const [file, anchor] = to.split('#');
    const target = file ? path.normalize(path.join(path.dirname(f), decodeURIComponent(file.split('?')[0]))) : f;
    if (!fs.existsSync(path.join(html, target))) problems.push(`${f}: broken link ${to}`);
    else if (anchor && target.endsWith('.html') && !anchorsOf(target).has(decodeURIComponent(anchor))) problems.push(`${f}: no such anchor: ${to}`);
  }
}
for (const f of fs.readdirSync(html).filter(f => f.endsWith('.js'))) try { new vm.Script(read(f)); } catch (e) { problems.push(`${f}: ${e.message}`); }
for (const f of fs.readdirSync(html).filter(f => f.endsWith('.css')))
  for (const m of read(f).matchAll(/url\(["']?((?:https?:)?\/\/[^"')]*)|@import[^;]*https?:/g)) problems.push(`${f}: loads ${m[1] ?? m[0]}`);

for (const p of [...new Set(problems)]) console.log(p);
console.log(`${pages.length} pages, ${formulas} formulas, ${links} links: ${problems.length ? problems.length + ' problems' : 'all well'}`);
process.exit(problems.length ? 1 : 0);
