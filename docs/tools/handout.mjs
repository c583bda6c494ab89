// A chapter on two pages, to hand out: the question, the figure, the derivation, what to try.
//   node docs/tools/handout.mjs HTML_DIR NN out.pdf        (needs chromium)
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

const [dir, chapter, out] = process.argv.slice(2);
const chromium = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(f => existsSync(f));
if (!chromium) { console.error('no Chromium: apt-get install chromium'); process.exit(1); }
const page = readFileSync(`${dir}/ch${chapter}.html`, 'utf8');
const title = page.match(/<title>([^<]*)/)[1].replace(/^[^:]*: */, '');
const mathjax = page.match(/<script[^>]*mathjax[^>]*>(<\/script>)?/gi)?.join('\n') ?? '';
const body = page.slice(page.indexOf('<div class="contents">'), page.indexOf('<!-- contents -->'))
    .replace(/<(script|nav)[\s\S]*?<\/\1>|<details[\s\S]*?<\/details>|<div class="(toc|wi-run|wi-figure|wi-way)[\s\S]*?<\/div>/g, '');
// The beginning, and three of the sections.
const [first, ...sections] = body.split(/(?=<h1>)/);
const kept = sections.filter(s => /^<h1>[\s\S]{0,200}?(What you see|Why|Try this)\s*<\/h1>/.test(s));
const html = zoom => `<!doctype html><html lang="en"><head><meta charset="utf-8"><base href="file://${resolve(dir)}/">${mathjax}<style>
@page { size: A4; margin: 12mm }
body { font: ${10 * zoom}pt/1.35 "DejaVu Serif", serif; margin: 0 }
main { columns: 2; column-gap: 8mm }
h1 { font-size: 1.25em; margin: .8em 0 .3em } h2, h3 { font-size: 1.05em; margin: .7em 0 .2em } p { margin: .35em 0 }
h1, h2, h3 { break-after: avoid } img, object { max-width: 100% } .image, .fragment, table { break-inside: avoid }
.fragment { font: .58em/1.3 "DejaVu Sans Mono", monospace; border-left: 2px solid #bbb; padding-left: .5em } .ttc { display: none }
div.fragment .line { white-space: pre-wrap } pre.fragment { white-space: pre-wrap }
.wi-question { font-weight: bold; margin-bottom: .5em } a { color: inherit; text-decoration: none }
mjx-container { font-size: 90% !important } mjx-container[display="true"] { font-size: 76% !important; margin: .4em 0 !important }
header { border-bottom: 1px solid; margin-bottom: 3mm; font-size: 1.3em } footer { font-size: .75em; margin-top: 3mm }
</style></head><body><header>${title}</header><main>${first}${kept.join('')}</main><footer>winit.h, chapter ${chapter}. MIT or public domain.</footer></body></html>`;

const file = `${out}.html`;
for (let zoom = 1; zoom > 0.5; zoom *= 0.92) {
    writeFileSync(file, html(zoom));
    execFileSync(chromium, ['--headless', '--no-sandbox', '--disable-gpu', '--allow-file-access-from-files', '--no-pdf-header-footer', '--print-to-pdf-no-header',
        '--virtual-time-budget=20000', `--print-to-pdf=${out}`, `file://${resolve(file)}`], { stdio: 'ignore', timeout: 120000 });
    const pages = (readFileSync(out, 'latin1').match(/\/Type\s*\/Page[^s]/g) ?? []).length;
    if (pages <= 2) { rmSync(file); console.log(`${out}: ${pages} pages`); process.exit(0); }
}
console.error(`${out}: does not fit on two pages`);
process.exit(1);
