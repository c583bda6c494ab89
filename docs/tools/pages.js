// What a page can do beyond being read: a figure is enlarged by a click, answers unfold for printing, and a snippet that is
// copied brings along where it is from and its licence.
(function () {
  'use strict';
  document.addEventListener('DOMContentLoaded', () => {
    for (const image of document.querySelectorAll('div.contents div.image img')) {
      const button = document.createElement('button');
      button.className = 'wi-enlarge'; button.type = 'button';
      button.setAttribute('aria-label', 'Enlarge the figure'); button.title = 'Enlarge';
      image.replaceWith(button); button.append(image);
      button.addEventListener('click', () => {
        const shade = document.createElement('dialog'), big = image.cloneNode();
        shade.className = 'wi-enlarged'; shade.append(big);
        document.body.append(shade);
        shade.addEventListener('click', () => shade.close());
        shade.addEventListener('close', () => { shade.remove(); button.focus(); });
        shade.showModal();
      });
    }
  });
  // The copy button takes all text of a fragment, hidden lines included.
  document.addEventListener('DOMContentLoaded', () => {
    const title = document.querySelector('div.title')?.textContent.trim() ?? document.title;
    const place = document.querySelector('meta[property="og:url"]')?.content
      ?? (location.protocol === 'file:' ? location.pathname.split('/').pop() : location.href.replace(/#.*/, ''));
    const said = `From "${title}", ${place}; winit.h, SPDX-License-Identifier: MIT OR Unlicense`;
    for (const code of document.querySelectorAll('div.contents div.fragment')) {
      if (!code.querySelector('a.code, span.keyword, span.keywordtype, span.keywordflow, span.preprocessor, span.comment')) continue;
      const line = document.createElement('div');
      line.className = 'wi-credit'; line.hidden = true;
      line.textContent = (/[;{]/.test(code.textContent) ? `/* ${said} */` : `# ${said}`) + '\n';
      code.prepend(line);
    }
  });
  let opened = [];
  const quiz = /quiz\.html$/.test(location.pathname);       // a test on paper keeps its answers to itself
  window.addEventListener('beforeprint', () => { if (quiz) return; opened = [...document.querySelectorAll('details:not([open])')]; opened.forEach(d => { d.open = true; }); });
  window.addEventListener('afterprint', () => { opened.forEach(d => { d.open = false; }); });
})();
