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
