/* MathJax from files beside the pages; the macros are those of macros.tex. */
window.MathJax = {
  loader: { load: ['core', 'input/tex', 'output/chtml'] },
  tex: {
    inlineMath: [['\\(', '\\)']],
    macros: {
      E: ['\\mathbb{E}\\!\\left[#1\\right]', 1],
      Var: ['\\operatorname{Var}\\!\\left[#1\\right]', 1],
      fanin: 'n_{\\mathrm{in}}',
      fanout: 'n_{\\mathrm{out}}'
    }
  },
  options: { ignoreHtmlClass: 'tex2jax_ignore', processHtmlClass: 'tex2jax_process' }
};
/* On a page with live figures its script is held back (finish.mjs) until the first of them is seen: formulas not half a
   second earlier, and the figure later by as much. */
window.addEventListener?.('DOMContentLoaded', () => {
  const held = document.querySelector('script[type="text/plain"]#MathJax-script');
  if (!held) return;
  Promise.resolve(window.WI_LIVE_DATA?.seen).then(() => {
    const script = document.createElement('script');
    script.src = held.src;
    held.replaceWith(script);
  });
});
