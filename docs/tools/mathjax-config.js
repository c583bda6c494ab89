/* MathJax from files beside the pages; the macros are those of macros.tex. It sets formulas when the page's first live
   figure is seen: not half a second earlier and the figure later by as much. */
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
  startup: {
    pageReady: () => Promise.resolve(window.WI_LIVE_DATA?.seen).then(() => window.MathJax.startup.defaultPageReady())
  },
  options: { ignoreHtmlClass: 'tex2jax_ignore', processHtmlClass: 'tex2jax_process' }
};
