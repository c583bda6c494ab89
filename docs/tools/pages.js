// What a page can do beyond being read: a figure is enlarged by a click, and answers unfold for printing.
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
  let opened = [];
  window.addEventListener('beforeprint', () => { opened = [...document.querySelectorAll('details:not([open])')]; opened.forEach(d => { d.open = true; }); });
  window.addEventListener('afterprint', () => { opened.forEach(d => { d.open = false; }); });
})();
