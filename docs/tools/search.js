// Full-text search over all pages, without a server: MiniSearch (beside this file) and the texts of search-data.js, which
// is loaded when somebody begins to type. docs/tools/search.mjs writes that file, and tries two dozen queries on it.
(function () {
  'use strict';
  // Words: letters and digits; a name such as wi_he_normal also by its parts; Chinese, which has no spaces, by pairs of
  // characters. American spelling finds British, and a plural its singular.
  function words(text) {
    const out = [];
    for (const run of text.toLowerCase().match(/[a-z0-9_\u00c0-\u024f\u0370-\u03ff]+|[\u3400-\u9fff]+/g) || []) {
      if (run.charCodeAt(0) < 0x3400) {
        out.push(run);
        if (run.includes('_')) out.push(...run.split('_').filter(part => part));
      } else if (run.length === 1) out.push(run);
      else for (let i = 0; i + 1 < run.length; i++) out.push(run.slice(i, i + 2));
    }
    return out;
  }
  const stop = new Set('a an and are as at be by for from i in is it of on or that the to what with wi my do does how can'.split(' '));
  function term(word) {
    if (stop.has(word)) return null;
    if (!/^[a-z]+$/.test(word)) return word;
    word = word.replace(/iz(e|es|ed|er|ers|ing|ation|ations)$/, 'is$1').replace(/^(beh|fl|col|lab)or/, '$1our').replace(/^cent(er)/, 'centr');
    return word.length > 4 ? word.replace(/([^su])s$/, '$1') : word;
  }
  const options = {
    fields: ['title', 'heading', 'text'], storeFields: ['title', 'heading', 'text', 'url', 'kind'],
    tokenize: words, processTerm: term
  };
  const weight = { term: 2.2, chapter: 1.25, page: 1.1, api: 0.6, inside: 0.4, zh: 1.2 };
  // The best place of each page, best first. A title that holds what was typed counts more, and a term that is just that.
  function find(index, query, limit) {
    const terms = s => words(s).map(term).filter(t => t && !/^\d+$/.test(t));
    const asked = terms(query), typed = asked.join(' ');
    const names = title => asked.length > 0 && asked.every(a => terms(title).some(w => w.startsWith(a)));
    const chinese = /[\u3400-\u9fff]/.test(query);
    const found = index.search(query, {
      boost: { title: 3, heading: 5, text: 1 }, prefix: t => t.length > 2, fuzzy: t => t.length > 5 && !chinese ? 0.15 : 0,
      weights: { prefix: 0.8, fuzzy: 0.3 }, combineWith: 'AND', boostDocument: (id, t, stored) => {
        const same = terms(stored.heading).join(' ') === typed;
        return (weight[stored.kind] || 1) * (names(stored.title) ? 1 + 3 * asked.length / terms(stored.title).length : 1) * (!same ? 1 : stored.kind === 'term' || stored.kind === 'api' ? 4 : 1);
      }
    });
    const seen = new Set(), out = [];
    for (const hit of found) {
      const page = hit.kind === 'term' || hit.kind === 'api' ? hit.url : hit.url.split('#')[0];
      if (!seen.has(page)) { seen.add(page); out.push(names(hit.title) ? { ...hit, url: page, heading: '' } : hit); }
      if (out.length === limit) break;
    }
    return out;
  }
  globalThis.winitSearch = { options, find };
  if (typeof document === 'undefined') return;

  const script = document.currentScript.src, base = script.slice(0, script.lastIndexOf('/') + 1);
  let index = null, loading = null;
  const load = file => new Promise((resolve, reject) => {
    const s = document.createElement('script');
    s.src = base + file; s.onload = resolve; s.onerror = reject;
    document.head.append(s);
  });
  function ready() {
    loading = loading || load('minisearch.js').then(() => load('search-data.js')).then(() => {
      index = new window.MiniSearch(options);
      index.addAll(window.winitSearchData.map((d, id) => ({ id, url: d[0], kind: d[1], title: d[2], heading: d[3], text: d[4] })));
    });
    return loading;
  }
  // The words around the first match.
  function excerpt(hit) {
    const lower = hit.text.toLowerCase();
    const at = hit.terms.map(t => lower.indexOf(t)).filter(i => i >= 0).sort((a, b) => a - b)[0] || 0;
    const from = at < 50 ? 0 : lower.indexOf(' ', at - 50) + 1;
    return (from ? '… ' : '') + hit.text.slice(from, from + 140) + (hit.text.length > from + 140 ? ' …' : '');
  }
  document.addEventListener('DOMContentLoaded', () => {
    const box = document.getElementById('wi-search'), list = document.getElementById('wi-found');
    if (!box) return;
    let chosen = -1;
    const choose = n => {
      const items = [...list.querySelectorAll('a')];
      chosen = items.length ? (n + items.length) % items.length : -1;
      items.forEach((a, i) => a.parentNode.setAttribute('aria-selected', String(i === chosen)));
      if (chosen >= 0) { items[chosen].scrollIntoView({ block: 'nearest' }); box.setAttribute('aria-activedescendant', items[chosen].parentNode.id); }
    };
    const show = () => {
      const query = box.value.trim();
      list.textContent = '';
      list.hidden = !query || !index;
      box.setAttribute('aria-expanded', String(!list.hidden));
      if (list.hidden) return;
      const hits = find(index, query, 12);
      hits.forEach((hit, i) => {
        const item = document.createElement('li'), link = document.createElement('a'), where = document.createElement('span'), text = document.createElement('span');
        item.id = 'wi-found-' + i; item.setAttribute('role', 'option');
        link.href = base + hit.url; link.tabIndex = -1;
        where.className = 'where'; where.textContent = hit.heading && hit.heading !== hit.title ? hit.title + ' › ' + hit.heading : hit.title;
        text.className = 'text'; text.textContent = excerpt(hit);
        link.append(where, text); item.append(link); list.append(item);
      });
      if (!hits.length) { const item = document.createElement('li'); item.className = 'none'; item.textContent = 'Nothing found. 没有找到。'; list.append(item); }
      choose(0);
    };
    box.addEventListener('focus', () => ready().then(show));
    box.addEventListener('input', () => ready().then(show));
    box.addEventListener('keydown', e => {
      if (e.key === 'ArrowDown') { choose(chosen + 1); e.preventDefault(); }
      else if (e.key === 'ArrowUp') { choose(chosen - 1); e.preventDefault(); }
      else if (e.key === 'Enter') { const a = list.querySelectorAll('a')[chosen]; if (a) location.href = a.href; }
      else if (e.key === 'Escape') { box.value = ''; show(); box.blur(); }
    });
    document.addEventListener('click', e => { if (!e.target.closest('#wi-search-box')) list.hidden = true; });
    document.addEventListener('keydown', e => {
      if (e.key === '/' && !/^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName)) { box.focus(); e.preventDefault(); }
    });
  });
})();
