// live.js - the figures of the pages, alive.
//
// A page holds <div class="wi-figure" data-figure="12_xavier_forward"></div>; here stands what belongs there:
// which controls a figure has, what it asks of the engine, and how the answer is drawn. All numbers come from
// the engine, which is winit.h itself (live.c, worker.js); nothing of the subject is computed in this file.
//
//   engine    loads winit.h on a page that has a figure, and asks it
//   plot      axes, lines, dots and bars on a canvas
//   figure    controls + question + drawing + words, its state in the page's address
//   figures   the table of them, and the playground
//   run       a chapter's program, run in the page
(() => {
  'use strict';
  const script = document.currentScript,
    here = script.src.replace(/[^/]*$/, '');
  const packed = (window.WI_LIVE_DATA ??= {});
  const element = (tag, attributes = {}, ...children) => {
    const e = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith('on')) e.addEventListener(name.slice(2), value);
      else if (value === true) e.setAttribute(name, '');
      else if (value !== undefined && value !== false) e.setAttribute(name, value);
    }
    e.append(...children);
    return e;
  };

  /* ==== Engine ========================================================== */

  // A file that the page's head asks for already (docs/tools/finish.mjs) is awaited, not asked for again.
  const scripts = new Map();
  function load(file) {
    if (!scripts.has(file))
      scripts.set(
        file,
        new Promise((done, fail) => {
          const asked = document.querySelector(`script[src$="${file}"]`),
            tag = asked ?? element('script', { src: here + file });
          tag.addEventListener('load', done);
          tag.addEventListener('error', () => fail(new Error(`${file} cannot be loaded`)));
          if (!asked) document.head.append(tag);
        })
      );
    return scripts.get(file);
  }
  // A packed file is base64 of gzip, in a script that sets packed[name].
  const stream = async text =>
    Uint8Array.fromBase64
      ? new Blob([Uint8Array.fromBase64(text)]).stream()
      : (await fetch(`data:;base64,${text}`)).body;
  async function unpack(file, name) {
    if (!packed[name]) await load(file);
    const unzipped = (await stream(packed[name])).pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(unzipped).arrayBuffer());
  }
  const kept = new Map();
  const unpackOnce = (file, name) => kept.get(name) ?? kept.set(name, unpack(file, name)).get(name);

  // A function of one instruction on 128-bit vectors: valid only where a browser has them.
  // prettier-ignore
  const VECTORS = Uint8Array.of(
    0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3,
    2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11
  );
  const engineName = () => (WebAssembly.validate(VECTORS) ? 'simd' : 'plain');

  // A thread with the engine in it, or with a program. Each figure has its own: they share no state.
  class Thread {
    static create() {
      const source = Uint8Array.from(atob(packed.worker), c => c.charCodeAt(0));
      const address = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
      const thread = new Thread(new Worker(address));
      URL.revokeObjectURL(address);
      return thread;
    }
    // The first thread makes the engine of its text; others get what that one compiled. Questions may be sent
    // before: a thread keeps them until it has its engine.
    static compiled;
    static engine() {
      const thread = Thread.create(),
        name = engineName();
      const started = Thread.compiled
        ? Thread.compiled.then(module => thread.send({ start: module }))
        : Promise.resolve(packed[name] ?? load(`live-${name}.js`)).then(() => thread.send({ start: packed[name] }));
      Thread.compiled ??= started.then(reply => reply.module);
      started.catch(error => thread.waiting.forEach(({ fail }) => fail(error)));
      return thread;
    }
    // The page's first figure finds its thread ready: it begins with the page, not when the figure is seen.
    static readied;
    static ready() {
      const thread = Thread.readied ?? Thread.engine();
      Thread.readied = undefined;
      return thread;
    }
    constructor(worker) {
      this.worker = worker;
      this.waiting = new Map();
      this.next = 1;
      worker.onmessage = ({ data }) => {
        const { done, fail, output } = this.waiting.get(data.id);
        if (data.output !== undefined) {
          output(data.output);
          return;
        }
        this.waiting.delete(data.id);
        if (data.failure) fail(new Error(data.failure));
        else done(data);
      };
    }
    send(message, output) {
      return new Promise((done, fail) => {
        this.waiting.set(this.next, { done, fail, output });
        this.worker.postMessage({ ...message, id: this.next++ });
      });
    }
    // Ask for a list of [function, arguments, text]; a refusal of the engine is thrown.
    async ask(calls, extra = {}) {
      const wanted = calls.filter(c => c);
      const reply = await this.send({ ...extra, calls: wanted });
      const last = reply.answers.at(-1);
      if (last?.refused) throw new Refusal(last.said[0]);
      return reply;
    }
  }
  class Refusal extends Error {}

  /* ==== Plot ============================================================ */

  const number = x =>
    x === undefined || Number.isNaN(x)
      ? '–'
      : !Number.isFinite(x)
        ? x > 0
          ? '∞'
          : '−∞'
        : x === 0
          ? '0'
          : Math.abs(x) >= 1e5 || Math.abs(x) < 1e-3
            ? x.toExponential(1)
            : String(+x.toPrecision(3));

  const plural = (n, word) => `${n} ${word}${n === 1 ? '' : 's'}`;

  class Plot {
    constructor(canvas, height) {
      const ratio = window.devicePixelRatio || 1,
        style = getComputedStyle(canvas);
      this.canvas = canvas;
      this.width = canvas.clientWidth || 600;
      this.height = height(this.width);
      canvas.style.height = `${this.height}px`;
      if (
        canvas.width !== Math.round(this.width * ratio) ||
        canvas.height !== Math.round(this.height * ratio)
      ) {
        canvas.width = Math.round(this.width * ratio);
        canvas.height = Math.round(this.height * ratio);
      }
      this.g = canvas.getContext('2d');
      this.g.setTransform(ratio, 0, 0, ratio, 0, 0);
      this.g.clearRect(0, 0, this.width, this.height);
      const colours = new Map();
      this.colour = name =>
        colours.get(name) ?? colours.set(name, style.getPropertyValue(`--${name}`).trim()).get(name);
    }
    text(text, x, y, { align = 'left', colour = 'dim', size = 11, bold = false } = {}) {
      this.g.font = `${bold ? '600 ' : ''}${size}px system-ui, sans-serif`;
      this.g.textAlign = align;
      this.g.fillStyle = this.colour(colour);
      this.g.fillText(text, x, y, align === 'left' ? this.width - x : undefined); // narrower, not cut off
    }
    panel(box, axes) {
      return new Panel(this, box, axes);
    }
  }

  // A rectangle with axes. An axis is { from, to, log, label }.
  class Panel {
    // key: [[word, its colour], ...], behind the title.
    constructor(plot, [left, top, width, height], { x, y, title, key = [] }) {
      Object.assign(this, { plot, g: plot.g, left, top, width, height, x, y });
      const scale = (axis, start, length) => {
        const f = axis.log ? v => Math.log10(Math.min(Math.max(v, 1e-300), 1e300)) : v => v,
          a = f(axis.from),
          b = f(axis.to);
        return v => start + length * Math.min(Math.max((f(v) - a) / (b - a), -0.02), 1.02);
      };
      this.X = scale(x, left, width);
      this.Y = scale(y, top + height, -height);
      if (title) plot.text(title, left, top - 6, { colour: 'ink', bold: true, size: 12 });
      let end = left + (title ? plot.g.measureText(`${title}  `).width : 0);
      for (const [word, colour] of key) {
        plot.text(word, end, top - 6, { colour, bold: true, size: 12 });
        end += plot.g.measureText(`${word}  `).width;
      }
    }
    static ticks(axis, most) {
      if (axis.ticks) return axis.ticks;
      if (axis.log) {
        const a = Math.ceil(Math.log10(axis.from) - 1e-9),
          b = Math.floor(Math.log10(axis.to) + 1e-9),
          step = Math.max(1, Math.ceil((b - a) / most)),
          list = [];
        for (let e = Math.ceil(a / step) * step; e <= b; e += step) list.push(10 ** e);
        return list;
      }
      const raw = (axis.to - axis.from) / most,
        unit = 10 ** Math.floor(Math.log10(raw)),
        step = unit * [1, 2, 5, 10].find(k => k * unit >= raw),
        list = [];
      for (let k = Math.ceil(axis.from / step - 1e-9); k * step <= axis.to + 1e-9 * step; k++)
        list.push(k * step);
      return list;
    }
    // The y axis of a second series, at the right.
    rightAxis(colour) {
      for (const v of Panel.ticks(this.y, 2))
        this.plot.text(this.y.log ? power(v) : number(v), this.left + this.width + 5, this.Y(v) + 4, { colour });
      return this;
    }
    axes() {
      const { g, plot, left, top, width, height } = this;
      g.strokeStyle = plot.colour('grid');
      g.lineWidth = 1;
      for (const v of Panel.ticks(this.y, Math.max(2, Math.floor(height / 32)))) {
        g.beginPath();
        g.moveTo(left, this.Y(v));
        g.lineTo(left + width, this.Y(v));
        g.stroke();
        plot.text(this.y.log ? power(v) : number(v), left - 5, this.Y(v) + 4, { align: 'right' });
      }
      for (const v of Panel.ticks(this.x, Math.max(2, Math.floor(width / 60)))) {
        g.beginPath();
        g.moveTo(this.X(v), top + height);
        g.lineTo(this.X(v), top + height + 4);
        g.stroke();
        plot.text(this.x.log ? power(v) : number(v), this.X(v), top + height + 16, { align: 'center' });
      }
      if (this.x.label) plot.text(this.x.label, left + width, top + height + 30, { align: 'right' });
      if (this.y.label) plot.text(this.y.label, left + width, top - 6, { align: 'right' });
      return this;
    }
    path(points) {
      this.g.beginPath();
      let pen = false;
      for (const [x, y] of points) {
        if (!Number.isFinite(x) || !Number.isFinite(y) || (this.y.log && y <= 0)) {
          pen = false;
          continue;
        }
        if (pen) this.g.lineTo(this.X(x), this.Y(y));
        else this.g.moveTo(this.X(x), this.Y(y));
        pen = true;
      }
    }
    line(points, colour, { dash = [], width = 2 } = {}) {
      this.g.strokeStyle = this.plot.colour(colour);
      this.g.lineWidth = width;
      this.g.setLineDash(dash);
      this.g.save();
      this.g.beginPath();
      this.g.rect(this.left - 2, this.top - 2, this.width + 4, this.height + 4);
      this.g.clip();
      this.path(points);
      this.g.stroke();
      this.g.restore();
      this.g.setLineDash([]);
      return this;
    }
    dots(points, colour, radius = 3.2) {
      this.g.fillStyle = this.plot.colour(colour);
      for (const [x, y] of points) {
        if (!Number.isFinite(y) || (this.y.log && y <= 0)) continue;
        this.g.beginPath();
        this.g.arc(this.X(x), this.Y(y), radius, 0, 2 * Math.PI);
        this.g.fill();
      }
      return this;
    }
    // Bars of equal width over the panel, as high as their share of the fullest one.
    bars(counts, colour, full = Math.max(1, ...counts), opaque = 1) {
      const w = this.width / counts.length;
      this.g.globalAlpha = opaque;
      this.g.fillStyle = this.plot.colour(colour);
      this.g.beginPath();
      counts.forEach((n, k) => {
        const h = this.height * Math.min(n / full, 1);
        this.g.rect(this.left + k * w, this.top + this.height - h, w, h);
      });
      this.g.fill();
      this.g.globalAlpha = 1;
      this.g.strokeStyle = this.plot.colour('dim');
      this.g.lineWidth = 1;
      this.g.beginPath();
      this.g.moveTo(this.left, this.top + this.height + 0.5);
      this.g.lineTo(this.left + this.width, this.top + this.height + 0.5);
      this.g.stroke();
      return this;
    }
  }
  const power = v => {
    const e = Math.round(Math.log10(v));
    return Math.abs(e) < 3
      ? String(+v.toPrecision(1))
      : `10${[...String(e)].map(c => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[c])).join('')}`;
  };
  // An axis of powers of ten that holds all of some values, and what is above 0 by the smallest room worth
  // seeing.
  function decades(values, least = [1e-2, 1e2]) {
    const good = values.filter(v => Number.isFinite(v) && v > 0);
    const low = Math.min(least[0], ...good),
      high = Math.max(least[1], ...good);
    return {
      from: 10 ** Math.max(Math.floor(Math.log10(low)), -30),
      to: 10 ** Math.min(Math.ceil(Math.log10(high)), 30),
      log: true
    };
  }

  /* ==== Figure ========================================================== */

  // A control is { key, label, preset } and a kind: from..to (a slider; log: in decades), of (a choice), tick
  // (yes or no), typed (a text) or count (a number).
  function control(c, change) {
    if (c.of) {
      const options = c.of.map(o => (Array.isArray(o) ? o : [o, o]));
      const select = element(
        'select',
        { onchange: change },
        ...options.map(([value, text]) => element('option', { value }, text))
      );
      return {
        node: element('label', {}, c.label, select),
        get: () => select.value,
        set: v => {
          select.value = v;
        },
        valid: v => options.some(([value]) => value === v),
        input: select
      };
    }
    if (c.tick) {
      const box = element('input', { type: 'checkbox', onchange: change });
      return {
        node: element(
          'label',
          { style: 'flex-direction: row; gap: .4rem; align-items: center' },
          box,
          c.label
        ),
        get: () => (box.checked ? '1' : '0'),
        set: v => {
          box.checked = v === '1';
        },
        valid: v => v === '0' || v === '1',
        input: box
      };
    }
    if (c.typed) {
      const field = element('input', {
        type: 'text',
        maxlength: 120,
        spellcheck: 'false',
        autocapitalize: 'off',
        oninput: change
      });
      return {
        node: element('label', {}, c.label, field),
        get: () => field.value,
        set: v => {
          field.value = v;
        },
        valid: v => v.length <= 120,
        input: field
      };
    }
    if (c.count) {
      const field = element('input', { type: 'number', min: 1, max: 99999, step: 1, oninput: change });
      return {
        node: element('label', {}, c.label, field),
        get: () => Math.max(0, Math.floor(+field.value) || 0),
        set: v => {
          field.value = v;
        },
        valid: v => /^[1-9]\d{0,4}$/.test(v),
        input: field
      };
    }
    const f = c.log ? Math.log10 : x => x,
      back = c.log ? x => 10 ** x : x => x;
    const slider = element('input', {
      type: 'range',
      min: f(c.from),
      max: f(c.to),
      step: c.step ?? (f(c.to) - f(c.from)) / 400,
      oninput: () => {
        exact = undefined;
        show();
        change();
      }
    });
    const shown = element('output');
    let exact; // a preset need not be one of the slider's steps
    const get = () => exact ?? +back(+slider.value).toPrecision(4);
    const show = () => {
      const text = (c.text ?? number)(get());
      shown.textContent = text;
      slider.setAttribute('aria-valuetext', text);
    };
    return {
      node: element('label', {}, element('span', {}, c.label, shown), slider),
      get,
      input: slider,
      set: v => {
        exact = +v;
        slider.value = f(+v);
        show();
      },
      valid: v => v !== '' && Number.isFinite(+v) && +v >= c.from && +v <= c.to
    };
  }

  // What the address says of a page's figures, and the way back.
  const address = {
    read: () => new URLSearchParams(location.search),
    write(change) {
      const q = this.read();
      for (const [key, value] of Object.entries(change))
        if (value === undefined) q.delete(key);
        else q.set(key, value);
      const text = q.toString();
      if (text === this.read().toString()) return;
      history.replaceState(null, '', `${location.pathname}${text ? `?${text}` : ''}${location.hash}`);
    }
  };

  const REST = 120; // milliseconds without a change, after which a hand rests
  const drawn = new Set(); // figures that a change of colours or width draws anew
  let firstSeen; // to be called when the page's first figure is seen
  class Figure {
    constructor(place, description) {
      this.place = place;
      this.d = description;
      this.canvas = element('canvas', { role: 'img', 'aria-label': description.title });
      this.words = element('output', { class: 'wi-words', 'aria-live': 'polite' });
      this.note = element('div', { class: 'wi-note' });
      this.extra = element('div');
      this.numbers = element('div', {
        class: 'wi-numbers',
        tabindex: '0',
        role: 'region',
        'aria-label': 'the numbers of the figure'
      });
      this.details = element(
        'details',
        { ontoggle: () => this.tabulate() },
        element('summary', {}, 'The numbers'),
        this.numbers
      );
      this.controls = new Map();
      this.seed = 1;
      const changed = c => {
        c?.changed?.(this);
        this.ask();
      };
      const box = element('div', { class: 'wi-controls' });
      for (const c of description.controls) {
        const made = control(c, () => changed(c));
        this.controls.set(c.key, { ...made, preset: String(c.preset) });
        box.append(made.node);
      }
      this.buttons = element('div', { class: 'wi-buttons' });
      for (const [name, set] of description.presets ?? [])
        this.buttons.append(element('button', { type: 'button', onclick: () => this.set(set) }, name));
      if (description.draws)
        this.buttons.append(
          element(
            'button',
            {
              type: 'button',
              onclick: () => {
                this.seed++;
                changed();
              }
            },
            'New draw'
          )
        );
      place.append(
        element(
          'section',
          { class: 'wi-live', 'aria-label': description.title },
          element('h3', {}, description.title),
          box,
          this.buttons,
          this.canvas,
          this.words,
          this.extra,
          ...(description.table ? [this.details] : []),
          this.note
        )
      );
      const given = address.read();
      for (const [key, c] of this.controls)
        c.set(given.has(key) && c.valid(given.get(key)) ? given.get(key) : c.preset);
      if (/^\d{1,9}$/.test(given.get('seed') ?? '')) this.seed = +given.get('seed');
      if (description.pick) this.listen();
    }
    get values() {
      const v = { seed: this.seed };
      for (const [key, c] of this.controls) v[key] = c.get();
      return v;
    }
    set(values) {
      for (const [key, value] of Object.entries(values)) this.controls.get(key).set(String(value));
      this.ask();
    }
    remember() {
      const change = { seed: this.seed === 1 ? undefined : this.seed };
      for (const [key, c] of this.controls) change[key] = String(c.get()) === c.preset ? undefined : c.get();
      address.write(change);
    }
    // Pointing at the picture sets what the sliders set.
    listen() {
      let down = false;
      const pick = e => {
        const box = this.canvas.getBoundingClientRect(),
          set = this.answers && this.d.pick(e.clientX - box.left, e.clientY - box.top, this);
        if (set) this.set(set);
      };
      this.canvas.addEventListener('pointerdown', e => {
        down = true;
        this.canvas.setPointerCapture(e.pointerId);
        pick(e);
      });
      this.canvas.addEventListener('pointermove', e => {
        if (down) pick(e);
      });
      this.canvas.addEventListener('pointerup', () => {
        down = false;
      });
      this.canvas.addEventListener('pointercancel', () => {
        down = false;
      });
    }
    // Ask the engine and draw, once a frame however often a hand moves; what takes longer is done when the
    // hand rests.
    ask() {
      this.again = true;
      clearTimeout(this.resting);
      if (!this.busy) this.asked = this.answer();
      return this.asked;
    }
    async answer() {
      this.busy = true;
      this.place.dataset.settled = '';
      try {
        while (this.again) {
          this.again = false;
          await this.once();
          if (this.again) await new Promise(requestAnimationFrame);
        }
      } finally {
        this.busy = false;
      }
      this.resting = setTimeout(() => this.rest(), REST);
    }
    async once() {
      this.thread ??= Thread.ready();
      const v = this.values,
        begun = performance.now();
      try {
        // A network is made only where another one than the last is wanted, and drawn anew where only its
        // seed changed.
        const network = this.d.network?.(v),
          other = network && network !== this.made;
        const make = other
          ? ['live_net', [32, v.seed], network]
          : network && v.seed !== this.madeSeed && ['live_draw', [v.seed]];
        const reply = await this.thread.ask([make, ...this.d.ask(v, this)]);
        if (make) [this.made, this.madeSeed] = [network, v.seed];
        this.answers = reply.answers.slice(make ? 1 : 0);
        this.shown = v;
        this.paint();
        this.refused = false;
        this.place.dataset.milliseconds = (performance.now() - begun).toFixed(1);
        this.place.dataset.memory = reply.memory;
        const kind = engineName() === 'simd' ? 'vectors' : 'plain',
          spent = reply.milliseconds.toFixed(1);
        this.note.textContent = `winit.h in WebAssembly (${kind}): ${spent} ms`;
        if (!this.d.judged) this.tell(this.d.words(v, this.answers, this));
        this.tabulate();
      } catch (e) {
        if (!(e instanceof Refusal)) throw e;
        this.made = undefined;
        this.refused = true;
        this.tell(e.message);
        this.seen();
      }
      this.count();
    }
    // How often it was answered.
    count() {
      this.place.dataset.drawn = +(this.place.dataset.drawn ?? 0) + 1;
    }
    // When it was seen first, in milliseconds since the page was asked for.
    seen() {
      this.place.dataset.first ??= performance.now().toFixed(0);
      firstSeen?.();
    }
    // A new address costs the browser as much as a redraw; the verdict, and theory that is slow, take some ten
    // of them: where d.patient, the same is asked with patience, and where d.judged the verdict behind it.
    async rest() {
      this.remember();
      if (this.d.patient && this.answers && !this.refused) {
        const asked = [...this.d.ask(this.shown, this, 1), ...(this.d.judged ? [['live_judge', []]] : [])],
          { answers } = await this.thread.ask(asked);
        if (this.busy) return;
        if (this.d.judged) this.verdict = answers.pop();
        this.answers = answers;
        this.paint();
        this.tell(this.d.words(this.shown, this.answers, this));
        this.tabulate();
      }
      this.place.dataset.settled = this.place.dataset.drawn;
    }
    paint() {
      if (!this.answers || !this.place.isConnected) return;
      this.d.show?.(this.extra, this.shown, this.answers);
      if (this.d.draw)
        this.d.draw((this.plot = new Plot(this.canvas, this.d.height)), this.shown, this.answers, this);
      this.seen();
    }
    tell(words) {
      const text = typeof words === 'string' ? [words] : words;
      const plain = text.map(t => t.strong ?? t.bad ?? t).join('');
      if (plain === this.told) return;
      this.told = plain;
      this.words.replaceChildren(
        ...text.map(t =>
          t.strong ? element('b', {}, t.strong) : t.bad ? element('b', { class: 'wi-bad' }, t.bad) : t
        )
      );
      this.canvas.setAttribute('aria-label', `${this.d.title}. ${plain}`);
    }
    tabulate() {
      if (!this.d.table || !this.details.open || !this.answers) return;
      const [head, ...rows] = this.d.table(this.shown, this.answers, this);
      this.numbers.replaceChildren(
        element(
          'table',
          {},
          element('thead', {}, element('tr', {}, ...head.map(h => element('th', { scope: 'col' }, h)))),
          element(
            'tbody',
            {},
            ...rows.map(r =>
              element('tr', {}, ...r.map(x => element('td', {}, typeof x === 'number' ? number(x) : x)))
            )
          )
        )
      );
    }
  }

  /* ==== Figures ========================================================= */

  const figures = {};
  const ACTS = [
    'tanh',
    'relu',
    'sigmoid',
    'gelu',
    'silu',
    'elu',
    'selu',
    'leaky_relu',
    'mish',
    'softsign',
    'sine:1',
    'linear'
  ];
  const RECIPES = [
    ['lecun_normal', 'LeCun'],
    ['xavier_normal', 'Xavier normal'],
    ['xavier_uniform', 'Xavier uniform'],
    ['he_normal', 'He normal'],
    ['he_uniform', 'He uniform'],
    ['orthogonal:1', 'orthogonal'],
    ['normal:0,0.01', 'N(0, 0.01²)'],
    ['normal:0,0.1', 'N(0, 0.1²)'],
    ['normal:0,1', 'N(0, 1)'],
    ['pytorch_default', "PyTorch's default"],
    ['zeros', 'zeros'],
    ['constant:0.5', 'constant 0.5']
  ];

  /* ---- Ten layers: size of signal and gradient, histograms of both ----- */

  const LOOK = {
    rms: 0,
    rmsTheory: 1,
    back: 2,
    backTheory: 3,
    flat: 4,
    zeros: 5,
    mean: 6,
    forward: 7,
    backward: 39,
    size: 71,
    bins: 30
  };
  const layersOf = numbers =>
    Array.from({ length: numbers.length / LOOK.size }, (_, l) => {
      const at = (k, n) =>
        n ? [...numbers.subarray(l * LOOK.size + k, l * LOOK.size + k + n)] : numbers[l * LOOK.size + k];
      return {
        rms: at(LOOK.rms),
        rmsTheory: at(LOOK.rmsTheory),
        back: at(LOOK.back),
        backTheory: at(LOOK.backTheory),
        flat: at(LOOK.flat),
        zeros: at(LOOK.zeros),
        mean: at(LOOK.mean),
        forward: at(LOOK.forward, 2 + LOOK.bins),
        backward: at(LOOK.backward, 2 + LOOK.bins)
      };
    });

  // A healthy ReLU is flat for half of its inputs, and once trained for more; a healthy tanh for few.
  const MOSTLY_FLAT = 0.9,
    tooFlat = (share, act) => share > (/tanh|sigmoid|softsign/.test(act) ? 0.5 : MOSTLY_FLAT);
  function drawLayers(plot, v, [look]) {
    const layers = layersOf(look.numbers),
      hidden = layers.slice(0, -1),
      count = hidden.length,
      narrow = plot.width < 560;
    const left = 44,
      half = narrow ? plot.width - left - 8 : (plot.width - 3 * left) / 2,
      high = 130;
    const series = [
      ['Signal (rms);', 'rms', 'rmsTheory', 'c0', hidden],
      [narrow ? 'Gradient, last = 1;' : 'Gradient, last layer = 1;', 'back', 'backTheory', 'c1', layers]
    ];
    series.forEach(([title, measured, expected, colour, list], k) => {
      const box = narrow
        ? [left, 20 + k * (high + 56), half, high]
        : [left + k * (half + 1.5 * left), 20, half, high];
      const y = decades(list.flatMap(l => [l[measured], l[expected]]));
      const panel = plot
        .panel(box, {
          title,
          key: [['dots: drawn, line: theory', colour]],
          x: { from: 1, to: Math.max(list.length, 2), label: 'layer' },
          y
        })
        .axes();
      panel
        .line(
          list.map((l, i) => [i + 1, l[expected]]),
          colour
        )
        .dots(
          list.map((l, i) => [i + 1, l[measured]]),
          colour
        );
    });
    // Histograms of at most twelve layers, evenly chosen.
    const shown = Array.from(
      { length: Math.min(count, narrow ? 6 : 12) },
      (_, i, n = Math.min(count, narrow ? 6 : 12)) => (n === 1 ? 0 : Math.round((i * (count - 1)) / (n - 1)))
    );
    const top = narrow ? 2 * (high + 56) + 26 : high + 88,
      w = (plot.width - 8) / shown.length,
      deep = 62;
    [
      ['Outputs', 'forward', 'c0'],
      ['Gradients', 'backward', 'c1']
    ].forEach(([name, which, colour], row) => {
      const y = top + row * (deep + 58);
      const cut = hidden.some(l => isCut(l[which].slice(2))),
        flat = narrow ? '; below: flat' : '; below: share of flat slopes',
        more = `${cut ? '; tall bars cut off' : ''}${row === 0 ? flat : ''}`;
      plot.text(`${name} of each layer${more}`, 4, y - 18, {
        colour: 'ink',
        bold: true,
        size: 12
      });
      shown.forEach((l, i) => {
        const [lo, hi, ...bins] = hidden[l][which],
          x = 4 + i * w;
        plot
          .panel([x + 2, y, w - 6, deep], { x: { from: 0, to: 1 }, y: { from: 0, to: 1 } })
          .bars(bins, row === 0 && tooFlat(hidden[l].flat, v.act) ? 'c4' : colour, fullest(bins));
        plot.text(String(l + 1), x + w / 2, y - 4, { align: 'center', size: 10 });
        plot.text(reachOf(lo, hi, w > (lo < 0 ? 50 : 60)), x + w / 2, y + deep + 13, {
          align: 'center',
          size: 10
        });
        if (row === 0 && hidden[l].flat > 0)
          plot.text(`${Math.round(100 * hidden[l].flat)}%`, x + w / 2, y + deep + 25, {
            align: 'center',
            size: 10,
            colour: tooFlat(hidden[l].flat, v.act) ? 'c4' : 'dim'
          });
      });
    });
  }
  // Half of a ReLU's outputs are 0: that bar may go over the top, so that the others are seen.
  function fullest(bins) {
    const [first, second] = [...bins].sort((a, b) => b - a);
    return second > 0 && first > 4 * second ? 1.5 * second : Math.max(1, first);
  }
  // What a histogram spans. Where all outputs are 0, its reach is next to nothing.
  const reachOf = (lo, hi, wide) => {
    const reach = hi > 1e-30 ? Math.max(-lo, hi) : 0;
    return `${!wide ? '' : lo < 0 || !reach ? '±' : '0 to '}${number(reach)}`;
  };
  const isCut = bins => fullest(bins) < Math.max(...bins);
  const layersHeight = w => (w < 560 ? 2 * 186 + 26 : 130 + 88) + 2 * 62 + 58 + 18;
  const layerTable = (v, [look]) => [
    ['layer', 'rms', 'theory', 'gradient', 'theory', 'flat', 'zeros'],
    ...layersOf(look.numbers).map((l, i) => [
      String(i + 1),
      l.rms,
      l.rmsTheory,
      l.back,
      l.backTheory,
      `${(100 * l.flat).toFixed(0)} %`,
      `${(100 * l.zeros).toFixed(0)} %`
    ])
  ];
  function judgement(v, answers, { verdict }) {
    const [name, evidence, remedy] = verdict.said,
      [healthy, , , keeping] = verdict.numbers,
      keeps = Number.isNaN(keeping)
        ? ''
        : ` Pre-activations of ${v.act} keep a mean square of 1 where the weights are times ${number(keeping)}.`;
    const counted = v.norm === '1' ? ' Norms and activations are counted as layers too.' : '';
    return healthy
      ? [{ strong: 'healthy' }, `: ${evidence || remedy}.${keeps}`]
      : [{ bad: name }, `: ${evidence}. Remedy: ${remedy}.${keeps}${counted}`];
  }
  function layersText({ depth, width, act, recipe, norm = '0' }) {
    const layer =
      norm === '1'
        ? `dense ${width} linear ${recipe}\nbatch_norm\nact ${act}`
        : `dense ${width} ${act} ${recipe}`;
    return [`inputs ${width}`, ...Array(+depth).fill(layer), 'dense 10 linear lecun_normal'].join('\n');
  }
  function tenLayers(title, preset, more = {}) {
    const start = {
      scale: 1,
      depth: 10,
      width: 256,
      act: 'tanh',
      recipe: 'lecun_normal',
      norm: '0',
      ...preset
    };
    return {
      title,
      draws: true,
      height: layersHeight,
      draw: drawLayers,
      table: layerTable,
      words: judgement,
      controls: [
        { key: 'scale', label: 'weights times', from: 0.1, to: 10, log: true, preset: start.scale },
        { key: 'depth', label: 'layers', from: 1, to: 40, step: 1, preset: start.depth },
        { key: 'width', label: 'units a layer', from: 16, to: 512, step: 16, preset: start.width },
        { key: 'act', label: 'activation', of: ACTS, preset: start.act },
        { key: 'recipe', label: 'recipe', of: [['', "the activation's own"], ...RECIPES], preset: start.recipe },
        { key: 'norm', label: 'batch norm', tick: true, preset: start.norm }
      ],
      presets: [
        ['0.01', { scale: 1, recipe: 'normal:0,0.01' }],
        ['Xavier', { scale: 1, recipe: 'xavier_normal', act: 'tanh' }],
        ['He, ReLU', { scale: 1, recipe: 'he_normal', act: 'relu' }],
        ['Xavier, ReLU', { scale: 1, recipe: 'xavier_normal', act: 'relu' }],
        ['N(0, 1)', { scale: 1, recipe: 'normal:0,1', act: 'tanh' }]
      ],
      network: layersText,
      ask: (v, figure, patient = 0) => [['live_look', [v.scale, 1, 0, patient]]],
      patient: true,
      judged: true,
      ...more
    };
  }
  figures.ten_layers = tenLayers('Ten layers, live: drag the size of the weights', {}, { replaces: true });

  // The same, and where the units of a layer sit on their curve.
  const CURVE = { points: 61, reach: 6, height: 200 };
  function saturation(title, preset) {
    const layers = tenLayers(title, preset);
    return {
      ...layers,
      height: w => layersHeight(w) + CURVE.height,
      controls: [
        ...layers.controls.slice(0, -1),
        { key: 'bias', label: 'bias of every hidden unit', from: -4, to: 4, preset: 0 },
        { key: 'at', label: 'curve of layer', from: 1, to: 40, step: 1, preset: 1 },
        layers.controls.at(-1)
      ],
      ask: (v, figure, patient = 0) => [
        ['live_look', [v.scale, 1, v.bias, patient]],
        ['live_curve', [Math.min(v.at, v.depth)]]
      ],
      draw(plot, v, answers) {
        drawLayers(plot, v, answers);
        const n = answers[1].numbers,
          curve = k => Array.from({ length: CURVE.points }, (_, i) => [n[3 * i], n[3 * i + k]]),
          counts = [...n.subarray(3 * CURVE.points + 2)],
          values = [...curve(1), ...curve(2)].map(p => p[1]);
        plot
          .panel([44, layersHeight(plot.width) + 24, plot.width - 60, 126], {
            title: `Units of layer ${Math.min(v.at, v.depth)} on their curve f, and its slope (dashed)`,
            x: { from: -CURVE.reach, to: CURVE.reach, label: 'pre-activation' },
            y: { from: Math.min(0, ...values), to: Math.max(1, ...values) }
          })
          .axes()
          .bars(counts, 'c7', Math.max(1, ...counts), 0.35)
          .line(curve(1), 'c0')
          .line(curve(2), 'c1', { dash: [5, 4] });
      }
    };
  }
  figures['03_saturation'] = saturation('Where do the units sit? Drag the weights', {
    act: 'sigmoid',
    recipe: 'xavier_normal',
    depth: 6,
    width: 96
  });
  figures['07_slow_sigmoid'] = saturation('How much gradient does a sigmoid let through?', {
    act: 'sigmoid',
    recipe: 'xavier_normal',
    depth: 8,
    width: 128
  });
  figures['11_small_random'] = saturation('How small is too small?', {
    recipe: 'normal:0,0.01',
    depth: 10,
    width: 256
  });
  figures['23_batch_norm'] = tenLayers('Batch norm on and off, at any size of the weights', {
    norm: '1',
    act: 'relu',
    recipe: 'normal:0,0.1',
    depth: 12,
    width: 128
  });

  /* ---- Residual branches ----------------------------------------------- */

  figures['26_residual'] = {
    ...tenLayers("What do skips do to the signal? Drag the branches' factor"),
    controls: [
      { key: 'alpha', label: 'each branch times', from: 0, to: 1, preset: 1 },
      { key: 'depth', label: 'blocks', from: 1, to: 40, step: 1, preset: 16 },
      { key: 'width', label: 'units a layer', from: 16, to: 256, step: 16, preset: 96 },
      { key: 'act', label: 'activation', of: ACTS, preset: 'relu' },
      { key: 'recipe', label: 'recipe', of: RECIPES, preset: 'he_normal' },
      { key: 'skips', label: 'skips', tick: true, preset: '1' }
    ],
    presets: [
      ['branches at full size', { alpha: 1, skips: '1' }],
      ['ReZero: 0', { alpha: 0, skips: '1' }],
      ['0.25', { alpha: 0.25, skips: '1' }],
      ['no skips', { alpha: 1, skips: '0' }]
    ],
    network: v => {
      const block = [
        `dense ${v.width} ${v.act} ${v.recipe}`,
        `dense ${v.width} linear lecun_normal`,
        'scale 1',
        ...(v.skips === '1' ? ['skip 4'] : [])
      ];
      return [
        `inputs ${v.width}`,
        ...Array(+v.depth).fill(block).flat(),
        'dense 10 linear lecun_normal'
      ].join('\n');
    },
    ask: (v, figure, patient = 0) => [['live_look', [1, v.alpha, 0, patient]]],
    // A verdict on weights says nothing of branches whose factor is 0 at the start, and learnt.
    words: (v, answers, figure) =>
      v.alpha > 0
        ? [...judgement(v, answers, figure), ` A block counts as two dense layers${v.skips === '1' ? ', a scale and a skip' : ' and a scale'}.`]
        : v.skips === '1'
          ? [
              { strong: 'identity' },
              ': every block hands its input on as it is. The first step moves the factors alone, which are learnt; ' +
                'from then on the branches get gradients.'
            ]
          : [{ bad: 'cut off' }, ': branches times 0, and no skips beside them: nothing passes, either way.']
  };

  /* ---- The map q -> q' ------------------------------------------------- */

  const MAP_POINTS = 121,
    MAP_STEPS = 20;
  function map(title, preset, presets = []) {
    const start = { k: 1, back: 1, q: 1, act: 'tanh', ...preset };
    const named = v => (v.act === 'leaky_relu' && v.leak !== undefined ? `leaky_relu:${v.leak}` : v.act);
    return {
      title,
      height: w => (w < 560 ? w + 170 : 340),
      controls: [
        { key: 'k', label: 'fan-in × Var(w)', from: 0.1, to: 10, log: true, preset: start.k },
        { key: 'back', label: 'fan-out / fan-in', from: 0.1, to: 10, log: true, preset: start.back },
        { key: 'q', label: 'mean square at the start', from: 0.01, to: 4, log: true, preset: start.q },
        { key: 'act', label: 'activation', of: [...ACTS, ['own', 'my own formula']], preset: start.act },
        ...(start.leak === undefined
          ? []
          : [
              {
                key: 'leak',
                label: 'slope of leaky_relu, a',
                from: 0,
                to: 1,
                preset: start.leak,
                changed: figure => figure.controls.get('act').set('leaky_relu')
              }
            ]),
        {
          key: 'f',
          label: 'my own formula, f(z) =',
          typed: true,
          preset: 'z * tanh(softplus(z))',
          changed: figure => figure.controls.get('act').set('own')
        }
      ],
      presets: [
        ...presets,
        ['1: LeCun', { k: 1 }],
        ['2: He', { k: 2 }],
        ['half', { k: 0.5 }]
      ],
      ask(v) {
        const act = v.act === 'own' ? `=${v.f}` : named(v);
        return [
          ['live_map', [v.k, v.k * v.back, v.q, Math.max(1.5, 1.25 * v.q), MAP_STEPS], act],
          ['live_gains', [], act]
        ];
      },
      draw(plot, v, [answer]) {
        const n = answer.numbers,
          pairs = (from, count) =>
            Array.from({ length: count }, (_, i) => [n[from + 2 * i], n[from + 2 * i + 1]]);
        const curve = pairs(3, MAP_POINTS),
          path = pairs(3 + 2 * MAP_POINTS, MAP_STEPS + 1),
          reach = curve.at(-1)[0];
        const narrow = plot.width < 560,
          side = narrow ? plot.width - 60 : 260;
        const axis = { from: 0, to: reach, label: 'q' };
        const panel = plot
          .panel([44, 24, side, side], {
            title: "From q to q'; drag the point",
            x: axis,
            y: { from: 0, to: reach, label: "q'" }
          })
          .axes();
        panel
          .line(
            [
              [0, 0],
              [reach, reach]
            ],
            'dim',
            { dash: [3, 3], width: 1 }
          )
          .line(curve, 'c0');
        panel.line(
          path.slice(0, -1).flatMap(([q], l) => [
            [q, l ? q : 0],
            [q, path[l + 1][0]]
          ]),
          'c4',
          { width: 1.2 }
        );
        panel.dots([[path[0][0], 0]], 'c4', 5);
        const box = narrow ? [44, side + 80, side, 110] : [side + 110, 24, plot.width - side - 130, side];
        const byLayer = k => path.map((p, l) => [l, p[k]]);
        plot
          .panel(box, {
            title: narrow ? 'Mean square:' : 'Mean square, layer by layer:',
            key: [
              ['signal', 'c0'],
              ['gradient', 'c1']
            ],
            x: { from: 0, to: MAP_STEPS, label: 'layer' },
            y: decades(path.flat())
          })
          .axes()
          .line(byLayer(0), 'c0')
          .dots(byLayer(0), 'c0', 2.5)
          .line(byLayer(1), 'c1')
          .dots(byLayer(1), 'c1', 2.5);
        this.panel = panel;
      },
      pick(x, y) {
        const p = this.panel,
          q = (p.x.to * (x - p.left)) / p.width;
        return q > 0.01 && q < 4 && q <= p.x.to ? { q: +q.toPrecision(3) } : null;
      },
      words(v, [{ numbers: n }, { numbers: g }]) {
        const at = 3 + 2 * MAP_POINTS + 2 * MAP_STEPS,
          last = Number.isNaN(n[at]) ? Infinity : n[at], // what overflows ends as no number
          back = n[at + 1],
          near = (a, b) => Number.isFinite(b) && Math.abs(a - b) <= 1e-3 * b;
        const grows = last > v.q,
          onTheWay = Number.isFinite(n[0]) && (grows ? n[0] > v.q : n[0] < v.q), // the fixed point is
          ends = near(last, n[0]) || onTheWay;
        const fate = near(last, v.q)
          ? `the signal keeps its mean square of ${number(v.q)}`
          : near(last, n[0])
            ? `the signal settles at a mean square of ${number(n[0])}`
            : onTheWay && n[0] > 1e-6
              ? `the signal goes towards a mean square of ${number(n[0])}`
              : `from this start the signal ${grows ? 'grows without bound' : 'dies out'}`;
        return [
          { strong: fate },
          `; after ${MAP_STEPS} layers it is ${number(last)}` +
            (ends
              ? `. Slope of the map where it ends: ${number(n[1])}; the gradient's mean square is × ${number(n[2])} ` +
                'a layer there. '
              : Number.isFinite(back)
                ? `, and the gradient's, on the way back, × ${number(back)}. `
                : '. ') +
            `For ${v.act === 'own' ? v.f : named(v)}: forward gain ${number(g[0])}, backward ${number(g[1])}` +
            (Number.isNaN(g[2]) ? '; PyTorch has none.' : `, PyTorch's table ${number(g[2])}.`)
        ];
      },
      table: (v, [{ numbers: n }]) => [
        ['layer', 'q', 'gradient²'],
        ...Array.from({ length: MAP_STEPS + 1 }, (_, l) => [
          String(l),
          n[3 + 2 * MAP_POINTS + 2 * l],
          n[4 + 2 * MAP_POINTS + 2 * l]
        ])
      ]
    };
  }
  figures['12_xavier_forward'] = map('The signal, layer by layer: drag k = fan-in × Var(w)', {});
  figures['13_xavier_backward'] = map('Forward and backward want different factors', {
    k: 1,
    back: 2,
    act: 'linear'
  });
  figures['15_he'] = map('Why two? Drag k for ReLU', { k: 2, act: 'relu' });
  figures['17_gain'] = map('The gain of any activation', { k: 2.53, act: 'tanh' });
  figures['18_leaky'] = map(
    "He's two with a slope of 0.4: drag k until the signal keeps its size",
    { k: 2, act: 'leaky_relu', leak: 0.4 },
    [
      ['a = 0.4, its own k', { act: 'leaky_relu', leak: 0.4, k: 1.724 }],
      ['PReLU: a = 0.25', { act: 'leaky_relu', leak: 0.25, k: 2 }],
      ['a = 0.01', { act: 'leaky_relu', leak: 0.01, k: 2 }]
    ]
  );
  figures['25_gelu_trap'] = map(
    'The trap: drag where the signal starts',
    { k: 2.35, q: 0.9, act: 'gelu' },
    [
      ['start 0.3', { q: 0.3 }],
      ['start 0.9', { q: 0.9 }]
    ]
  );

  /* ---- Order and chaos ------------------------------------------------- */

  const PLANE = { columns: 30, rows: 15, weights: 3, bias: 1.5, depth: 20 };
  figures['24_edge_of_chaos'] = {
    title: 'Order and chaos: point into the plane',
    patient: true,
    height: w => (w < 560 ? 0.7 * (w - 56) + 230 : 330),
    controls: [
      { key: 'sw', label: 'σ of the weights × √fan-in', from: 0.1, to: PLANE.weights, preset: 1 },
      { key: 'sb', label: 'σ of the biases', from: 0, to: PLANE.bias, preset: 0.1 },
      { key: 'c', label: 'correlation of two inputs', from: -0.9, to: 0.99, preset: 0.6 },
      {
        key: 'act',
        label: 'activation',
        of: ['tanh', 'sigmoid', 'softsign', 'elu', 'selu', 'gelu', 'relu'],
        preset: 'tanh'
      }
    ],
    presets: [
      ['order', { sw: 0.8, sb: 0.3 }],
      ['edge', { sw: 1.006, sb: 0.05 }],
      ['chaos', { sw: 2.2, sb: 0.1 }]
    ],
    // A point of the plane at each change; the plane's colours row by row behind it, once for an activation.
    ask(v, figure, patient = 0) {
      if (figure.planeOf !== v.act) {
        figure.planeOf = v.act;
        figure.plane = [];
        figure.coarse = [];
        setTimeout(() => figure.asked.then(() => this.fill(figure, v.act)));
      }
      return [['live_point', [v.sw, v.sb, v.c, PLANE.depth, patient], v.act]];
    },
    // First the middle of each three by three places, for all of them, so that the plane is seen in a ninth of the time.
    async fill(figure, act) {
      this.filler ??= Thread.engine();
      for (const [to, size] of [
        [figure.coarse, 3],
        [figure.plane, 1]
      ])
        for (let row = 0; row < PLANE.rows / size && figure.planeOf === act; row++) {
          const bias = (PLANE.bias * (row + 0.5) * size) / PLANE.rows;
          const reply = await this.filler.ask([['live_plane', [bias, PLANE.weights, PLANE.columns / size], act]]);
          if (figure.planeOf === act) {
            to[row] = reply.answers[0].numbers;
            figure.paint();
          }
        }
    },
    draw(plot, v, [{ numbers: n }], figure) {
      const narrow = plot.width < 560,
        w = narrow ? plot.width - 56 : (plot.width - 150) * 0.55,
        h = narrow ? w * 0.7 : 250;
      const panel = (this.panel = plot.panel([44, 24, w, h], {
        title: narrow ? 'Pale: deep nets train' : 'Pale: deep networks train',
        key: [
          ['order', 'c0'],
          ['chaos', 'c4']
        ],
        x: { from: 0, to: PLANE.weights, label: '→ σ of weights × √fan-in, ↑ σ of biases' },
        y: { from: 0, to: PLANE.bias }
      }));
      for (let r = 0; r < PLANE.rows; r++) {
        const row = figure.plane[r] ?? figure.coarse[Math.floor(r / 3)] ?? [],
          columns = row.length / 2;
        for (let i = 0; i < columns; i++) {
          const chi = row[2 * i],
            depth = row[2 * i + 1];
          plot.g.globalAlpha = Math.max(0.08, Math.min(0.75, 6 / depth));
          plot.g.fillStyle = plot.colour(chi > 1 ? 'c4' : 'c0');
          const [x, y] = [Math.round((w * i) / columns), Math.round(h * (1 - (r + 1) / PLANE.rows))];
          plot.g.fillRect(
            44 + x,
            24 + y,
            Math.round((w * (i + 1)) / columns) - x,
            Math.round(h * (1 - r / PLANE.rows)) - y
          );
        }
      }
      plot.g.globalAlpha = 1;
      panel.axes().dots([[v.sw, v.sb]], 'ink', 6);
      const box = narrow ? [44, h + 80, w, 110] : [w + 130, 24, plot.width - w - 146, 250];
      plot
        .panel(box, {
          title: 'Correlation of two inputs',
          x: { from: 1, to: PLANE.depth, label: 'layer' },
          y: { from: -1, to: 1 }
        })
        .axes()
        .line(
          Array.from({ length: PLANE.depth }, (_, l) => [l + 1, n[7 + 2 * l]]),
          'c2'
        );
    },
    pick(x, y) {
      const p = this.panel,
        sw = (p.x.to * (x - p.left)) / p.width,
        sb = p.y.to * (1 - (y - p.top) / p.height);
      return sw >= 0.1 && sw <= PLANE.weights && sb >= 0 && sb <= PLANE.bias
        ? { sw: +sw.toPrecision(3), sb: +sb.toPrecision(3) }
        : null;
    },
    words: (v, [{ numbers: n }]) => [
      n[2] > 1 ? { bad: 'chaos' } : { strong: 'order' },
      `: χ = ${number(n[2])}, ` +
        (Number.isFinite(n[0]) && n[3] > 0
          ? `q* = ${number(n[0])}. Two inputs come to a correlation of ${number(n[1])}, in ${number(n[3])} layers ` +
            'e times nearer to it; '
          : 'and the signal grows without bound; ') +
        `networks of up to about ${Number.isFinite(n[4]) ? plural(Math.round(n[4]), 'layer') : '∞ layers'} train. ` +
        (Number.isNaN(n[5]) ? '' : `With these biases the edge is at σ = ${number(n[5])}.`)
    ],
    table: (v, [{ numbers: n }]) => [
      ['layer', 'q', 'correlation'],
      ...Array.from({ length: PLANE.depth }, (_, l) => [String(l + 1), n[6 + 2 * l], n[7 + 2 * l]])
    ]
  };

  /* ---- A circle through ten matrices ----------------------------------- */

  function circle(title, recipe) {
    return {
      title,
      draws: true,
      height: w => (w < 560 ? 460 : 330),
      controls: [
        {
          key: 'recipe',
          label: 'matrices',
          of: [
            ['lecun_normal', 'Gaussian'],
            ['orthogonal:1', 'orthogonal'],
            ['sparse:4,0.5', 'sparse, 4 a unit'],
            ['identity:1', 'identity']
          ],
          preset: recipe
        },
        { key: 'width', label: 'width', from: 4, to: 48, step: 1, preset: 24 },
        { key: 'depth', label: 'matrices in a row', from: 1, to: 24, step: 1, preset: 10 },
        { key: 'gain', label: 'times', from: 0.5, to: 2, log: true, preset: 1 }
      ],
      presets: [
        ['Gaussian', { recipe: 'lecun_normal' }],
        ['orthogonal', { recipe: 'orthogonal:1' }]
      ],
      ask: v => [['live_circle', [v.width, v.depth, v.gain, v.seed], v.recipe]],
      draw(plot, v, [{ numbers: n }]) {
        const step = 3 + v.width,
          narrow = plot.width < 560,
          count = Math.min(v.depth + 1, narrow ? 4 : 8),
          size = Math.min(96, (plot.width - 8) / count - 6);
        plot.text('A circle after 0, 1, 2, ... matrices', 4, 14, { colour: 'ink', bold: true, size: 12 });
        for (let i = 0; i < count; i++) {
          const l = count === 1 ? 0 : Math.round((i * v.depth) / (count - 1)),
            [a, b, c] = n.subarray(l * step, l * step + 3),
            x = 4 + i * (size + 6) + size / 2,
            y = 26 + size / 2;
          plot.g.strokeStyle = plot.colour('grid');
          plot.g.strokeRect(x - size / 2, y - size / 2, size, size);
          plot.g.save();
          plot.g.beginPath();
          plot.g.rect(x - size / 2, y - size / 2, size, size);
          plot.g.clip();
          plot.g.strokeStyle = plot.colour('c0');
          plot.g.lineWidth = 2;
          plot.g.beginPath();
          for (let t = 0; t <= 64; t++) {
            const p = Math.cos((t * Math.PI) / 32),
              q = Math.sin((t * Math.PI) / 32);
            plot.g.lineTo(x + (size / 3) * (a * p + b * q), y - (size / 3) * c * q);
          }
          plot.g.stroke();
          plot.g.restore();
          plot.text(String(l), x, y + size / 2 + 13, { align: 'center' });
        }
        const all = [],
          y0 = size + 78;
        for (let l = 0; l <= v.depth; l++)
          for (let i = 0; i < v.width; i++) all.push([l, n[l * step + 3 + i]]);
        plot
          .panel([48, y0, plot.width - 64, plot.height - y0 - 36], {
            title: 'Singular values of the product',
            x: { from: 0, to: v.depth, label: 'matrices' },
            y: decades(
              all.map(p => p[1]).filter(s => s > 1e-12),
              [0.5, 2]
            )
          })
          .axes()
          .dots(
            all.filter(p => p[1] > 1e-12),
            'c1',
            2
          );
      },
      words(v, [{ numbers: n }]) {
        const last = n.subarray(v.depth * (3 + v.width) + 3),
          most = last[0],
          least = last[v.width - 1];
        return [
          { strong: `After ${v.depth} matrices` },
          ` the product stretches its longest direction × ${number(most)}, ` +
            `its shortest × ${number(least)}.`
        ];
      },
      table: (v, [{ numbers: n }]) => [
        ['matrices', 'greatest', 'median', 'least'],
        ...Array.from({ length: v.depth + 1 }, (_, l) => {
          const s = n.subarray(l * (3 + v.width) + 3, (l + 1) * (3 + v.width));
          return [String(l), s[0], s[s.length >> 1], s.at(-1)];
        })
      ]
    };
  }
  figures['19_orthogonal'] = circle('A circle through ten matrices', 'lecun_normal');
  figures['20_isometry'] = circle('Which matrices keep every direction?', 'orthogonal:1');

  /* ---- The law of a sum ------------------------------------------------ */

  figures['10_width'] = {
    title: 'A unit is a sum: add terms',
    draws: true,
    height: () => 240,
    controls: [
      {
        key: 'terms',
        label: 'inputs of the unit',
        from: 1,
        to: 512,
        log: true,
        step: 0.02,
        text: x => String(Math.round(x)),
        preset: 3
      },
      {
        key: 'recipe',
        label: 'weights',
        of: RECIPES.filter(([r]) => !/constant|zeros|orthogonal/.test(r)),
        preset: 'xavier_uniform'
      },
      {
        key: 'inputs',
        label: 'inputs',
        of: [
          ['0', 'normal'],
          ['1', 'uniform, 0 to 1'],
          ['2', '0 or 1']
        ],
        preset: '2'
      }
    ],
    presets: [
      ['1', { terms: 1 }],
      ['2', { terms: 2 }],
      ['10', { terms: 10 }],
      ['256', { terms: 256 }]
    ],
    ask: v => [['live_sum', [Math.round(v.terms), +v.inputs, v.seed], v.recipe]],
    draw(plot, v, [{ numbers: n }]) {
      const [lo, hi] = n.subarray(3, 5),
        bins = [...n.subarray(5, 35)],
        normal = [...n.subarray(35, 65)],
        full = 1.15 * Math.max(...bins, ...normal),
        step = (hi - lo) / 30;
      plot
        .panel([16, 24, plot.width - 32, 176], {
          title: '2,000 sums; line: the normal law',
          x: { from: lo, to: hi, label: 'pre-activation' },
          y: { from: 0, to: full, ticks: [] }
        })
        .axes()
        .bars(bins, 'c0', full)
        .line(
          normal.map((c, k) => [lo + (k + 0.5) * step, c]),
          'c4'
        );
    },
    words: (v, [{ numbers: n }]) => [
      { strong: plural(Math.round(v.terms), 'term') },
      `: std ${number(n[0])}, theory ${number(n[2])}; kurtosis ${number(n[1])}, of a normal law 3.`
    ]
  };

  /* ---- Fans ------------------------------------------------------------ */

  figures['27_conv_fans'] = {
    title: 'What feeds a unit, and what does it feed? Draw the kernel',
    draws: true,
    height: w => Math.min(260, w * 0.62),
    controls: [
      { key: 'act', label: 'activation', of: ACTS, preset: 'relu' },
      { key: 'in', label: 'channels in', from: 1, to: 64, step: 1, preset: 3 },
      { key: 'out', label: 'channels out', from: 1, to: 64, step: 1, preset: 16 },
      { key: 'kernel', label: 'height of the kernel', from: 1, to: 7, step: 1, preset: 3 },
      { key: 'across', label: 'its width', from: 1, to: 7, step: 1, preset: 3 },
      { key: 'groups', label: 'groups', from: 1, to: 16, step: 1, preset: 1 }
    ],
    presets: [
      ['3 × 3', { in: 3, out: 16, kernel: 3, across: 3, groups: 1 }],
      ['1 × 1', { kernel: 1, across: 1 }],
      ['1 × 5', { kernel: 1, across: 5 }],
      ['depthwise', { in: 16, out: 16, groups: 16 }]
    ],
    ask: v => [['live_calculate', [v.in, v.out, v.kernel, v.across, v.groups, v.seed], `${v.act}\n`]],
    // What one output reads of each image, and what one place of an image feeds. Pointing at a place of the
    // first makes the kernel reach there.
    draw(plot, v, [{ numbers: n }]) {
      const side = Math.min(plot.height - 50, plot.width / 2 - 40),
        cells = 9,
        s = side / cells,
        inside = (at, size) => at >= ((cells - size) >> 1) && at < ((cells - size) >> 1) + size;
      const grid = (x0, y0, mark, colour) => {
        for (let i = 0; i < cells * cells; i++) {
          const c = i % cells,
            r = (i / cells) | 0;
          plot.g.fillStyle = plot.colour(mark(c, r) ? colour : 'grid');
          plot.g.fillRect(x0 + c * s, y0 + r * s, s - 1.5, s - 1.5);
        }
      };
      this.cell = (x, y) => [((x - 12) / s) | 0, ((y - 26) / s) | 0];
      const right = side + 52,
        group = v.groups > 1 ? ' a group' : '',
        wide = side >= 200;
      const kernel = (c, r) => inside(c, v.across) && inside(r, v.kernel);
      plot.text(`${wide ? 'in: ' : ''}${v.in / v.groups} channels${group}`, 12, 16, { colour: 'ink', bold: true });
      grid(12, 26, kernel, 'c0');
      plot.text(`${wide ? 'out: ' : ''}${v.out / v.groups} channels${group}`, right, 16, { colour: 'ink', bold: true });
      grid(right, 26, kernel, 'c1');
      plot.text(`fan-in ${n[0]}${wide ? ': what one output adds up' : ''}`, 12, plot.height - 6, { colour: 'c0' });
      plot.text(`fan-out ${n[1]}${wide ? ': what one input feeds' : ''}`, right, plot.height - 6, { colour: 'c1' });
    },
    pick(x, y) {
      const reach = this.cell(x, y).map(at => Math.abs(at - 4));
      return Math.max(...reach) <= 3 ? { across: 2 * reach[0] + 1, kernel: 2 * reach[1] + 1 } : null;
    },
    words: (v, [{ numbers: n, said }]) => [
      { strong: callOf(said[0]) },
      `: std ${number(n[2])} (drawn: ${number(n[4])}). ${said[1] ?? ''}`
    ]
  };

  /* ---- Calculator ------------------------------------------------------ */

  // How other frameworks write a recipe; others are written by their deviation, which the engine says.
  const ELSEWHERE = {
    lecun_normal: [
      'nn.init.kaiming_normal_(w, nonlinearity="linear")',
      'keras.initializers.VarianceScaling(1.0, "fan_in", "untruncated_normal")',
      '12-xavier-forward'
    ],
    lecun_uniform: [
      'nn.init.kaiming_uniform_(w, nonlinearity="linear")',
      'keras.initializers.LecunUniform()',
      '12-xavier-forward'
    ],
    xavier_normal: [
      'nn.init.xavier_normal_(w)',
      'keras.initializers.VarianceScaling(1.0, "fan_avg", "untruncated_normal")',
      '13-xavier-backward'
    ],
    xavier_uniform: [
      'nn.init.xavier_uniform_(w)',
      'keras.initializers.GlorotUniform()',
      '13-xavier-backward'
    ],
    he_normal: [
      'nn.init.kaiming_normal_(w, nonlinearity="relu")',
      'keras.initializers.VarianceScaling(2.0, "fan_in", "untruncated_normal")',
      '15-he'
    ],
    he_uniform: [
      'nn.init.kaiming_uniform_(w, nonlinearity="relu")',
      'keras.initializers.HeUniform()',
      '15-he'
    ],
    'orthogonal:1': ['nn.init.orthogonal_(w)', 'keras.initializers.Orthogonal()', '19-orthogonal'],
    pytorch_default: [
      '# what nn.Linear and nn.Conv2d do by themselves',
      'keras.initializers.VarianceScaling(1/3, "fan_in", "uniform")',
      '38-pytorch'
    ]
  };
  function callOf(recipe) {
    const [name, given = ''] = recipe.split(':'),
      numbers = given
        .split(',')
        .filter(x => x)
        .map(x => String(+(+x).toPrecision(6)));
    if (/^(lecun|xavier|he)_/.test(name) && numbers.length) return `wi_gained(wi_${name}(), ${numbers[0]})`;
    if (name === 'kaiming') return `wi_kaiming(${numbers[0]}, WI_FAN_IN, WI_SCHEME_NORMAL)`;
    return `wi_${name}(${numbers.join(', ')})`;
  }
  const actCall = act =>
    `wi_${act.replace(':', '(').replace(/^(\w+)$/, '$1(')})`
      .replace('leaky_relu()', 'leaky_relu(0.01)')
      .replace(/wi_elu\(\)/, 'wi_elu(1.0)');
  const chapterAddress = name => `${/^\d/.test(name) ? `ch${name.slice(0, 2)}` : name}.html`;

  figures.calculator = {
    title: 'Which deviation for my layer?',
    draws: false,
    controls: [
      { key: 'in', label: 'inputs (fan-in), or channels in', count: true, preset: 784 },
      { key: 'out', label: 'units (fan-out), or channels out', count: true, preset: 256 },
      { key: 'kernel', label: 'kernel (1: a dense layer)', count: true, preset: 1 },
      { key: 'act', label: 'activation behind it', of: ACTS, preset: 'relu' },
      {
        key: 'recipe',
        label: 'recipe',
        preset: '',
        of: [
          ['', "the activation's own"],
          ['pytorch_default', "PyTorch's default"],
          ['xavier_uniform', "Keras' default (Glorot uniform)"],
          ...RECIPES.filter(([r]) => /normal$|he_uniform|orthogonal/.test(r))
        ]
      }
    ],
    ask: v => [['live_calculate', [v.in, v.out, v.kernel, v.kernel, 1, 1], `${v.act}\n${v.recipe}`]],
    words: (v, [{ numbers: n, said }]) => [
      { strong: `std(w) = ${number(n[2])}` },
      `, as uniform numbers ±${number(n[3])}; ${said[1]}. One fill has std ${number(n[4])}. ` +
        `A signal of mean square 1 leaves with ${number(n[7])}.`
    ],
    show(place, v, [{ numbers: n, said }]) {
      const [recipe] = said,
        [pytorch, keras, chapter] = ELSEWHERE[recipe] ?? [
          `nn.init.normal_(w, 0.0, ${n[2].toPrecision(6)})`,
          `keras.initializers.RandomNormal(0.0, ${n[2].toPrecision(6)})`,
          '17-gain'
        ];
      const shape =
        v.kernel === 1
          ? `wi_dense(${v.in}, ${v.out})`
          : `wi_conv2d(${v.in}, ${v.out}, ${v.kernel}, ${v.kernel})`;
      const lines = [
        ['C', `wi_fill(w, ${shape}, ${callOf(recipe)}, &rng);`],
        ['PyTorch', pytorch],
        ['Keras', keras]
      ];
      place.replaceChildren(
        ...lines.flatMap(([name, line]) => [
          element('h4', {}, name),
          element('pre', { tabindex: '0' }, line)
        ]),
        element(
          'p',
          {},
          'Why: ',
          element('a', { href: here + chapterAddress(chapter) }, `chapter ${chapter.slice(0, 2)}`),
          '.'
        )
      );
    }
  };

  /* ==== Training ======================================================== */

  const DATA = [
    ['blobs', 'four blobs'],
    ['spirals', 'three spirals'],
    ['moons', 'two moons'],
    ['pair', 'two blobs'],
    ['digits', 'digits, 8 × 8'],
    ['csv', 'my own CSV']
  ];
  const OPTIMISERS = [
    ['sgd', 'SGD'],
    ['momentum', 'momentum 0.9'],
    ['adam', 'Adam'],
    ['rmsprop', 'RMSProp']
  ];
  const SAMPLES = 400,
    GRID = 48,
    REACH = 2.6,
    LAYER = 39;
  let ownCsv; // bytes of the file that was dropped; they stay in this page

  // What goes into a network: numbers, or, where it has windows, a square image of them.
  const hasWindows = layers => layers.some(line => /^(conv|max_pool) /.test(line));

  // One network, trained in a thread of its own and drawn on a canvas of its own.
  class Learner {
    constructor(place, name) {
      this.canvas = element('canvas', { role: 'img', 'aria-label': name });
      this.words = element('output', { class: 'wi-note', style: 'display: block' });
      this.name = name;
      place.append(element('div', {}, element('h4', {}, name), this.canvas, this.words));
    }
    // c: { layers (text), data, noise, seed, opt, rate, batch, clip, steps, gain }
    async prepare(c) {
      this.thread ??= Thread.ready();
      this.c = c;
      const kind = DATA.findIndex(([name]) => name === c.data),
        extra = {};
      if (c.data === 'digits') {
        if (!packed.images) await load('live-digits.js');
        extra.give = [packed.images, packed.labels];
      } else if (c.data === 'csv') {
        if (!ownCsv) throw new Refusal('choose a CSV file first: numbers in columns, the class in the last');
        extra.give = [ownCsv];
      }
      const network = [
        hasWindows(c.layers) ? 'image data' : 'inputs data',
        ...c.layers,
        'dense classes linear xavier_normal'
      ].join('\n');
      const { answers } = await this.thread.ask(
        [
          ['live_data', [kind, SAMPLES, c.noise, 5, 1]],
          ['live_net', [256, c.seed], network],
          ['live_look', [c.gain ?? 1, 1, 0, 1]],
          this.plan(c),
          ['live_points', []],
          ...this.looks(0)
        ],
        extra
      );
      [, this.features, this.classes] = answers[0].numbers;
      [, , this.before, , this.points, ...this.seen] = answers;
      this.history = [];
      this.record();
    }
    plan(c) {
      return [
        'live_plan',
        [
          OPTIMISERS.findIndex(([name]) => name === c.opt),
          c.rate,
          c.batch ?? 32,
          c.clip ?? 0,
          c.steps,
          c.seed
        ]
      ];
    }
    looks(steps) {
      return [
        ['live_train', [steps]],
        ['live_answers', [GRID, -REACH, REACH]],
        ['live_units', []]
      ];
    }
    record() {
      const n = this.seen[0].numbers,
        layers = Array.from({ length: (n.length - 6) / LAYER }, (_, l) =>
          n.subarray(6 + l * LAYER, 6 + (l + 1) * LAYER)
        );
      this.history.push({ step: n[0], loss: n[2], accuracy: n[3], test: n[4], norm: n[5], layers });
      this.stopped = this.seen[0].said[0];
      this.done = n[0] >= n[1] || !!this.stopped;
    }
    get now() {
      return this.history.at(-1);
    }
    async step(steps) {
      if (this.done) return;
      this.seen = (await this.thread.ask(this.looks(steps))).answers;
      this.record();
      this.paint();
    }
    paint(shows = this.shows ?? {}) {
      this.shows = shows;
      if (!this.history?.length || !this.canvas.isConnected) return;
      const planar = this.features === 2,
        layers = this.now.layers,
        hidden = Math.min(layers.length, 10);
      // Beside the plane, where there is room.
      const aside = planar && this.canvas.clientWidth >= 640,
        square = w => (planar ? Math.min(w - 16, 290) : 0);
      const plot = new Plot(this.canvas, w => (aside ? 306 : square(w) + 298)),
        side = square(plot.width);
      if (planar) this.paintPlane(plot, 8, 8, side);
      const left = aside ? side + 24 : 0,
        top = aside ? 44 : side + 44,
        width = plot.width - left - 92,
        last = Math.max(this.c.steps, 1);
      const loss = this.history.map(h => [h.step, h.loss]),
        right = shows.right ?? 'accuracy';
      const series =
        right === 'norm'
          ? this.history.map(h => [h.step, h.norm])
          : right === 'dead'
            ? this.history.map(h => [h.step, 100 * h.layers[0][3]])
            : this.history.map(h => [h.step, 100 * h.test]);
      plot.text('loss', left + 8, top - 8, { colour: 'c0', bold: true });
      plot.text(
        {
          accuracy: 'accuracy on unseen, %',
          norm: 'norm of the gradient',
          dead: 'dead units, first layer, %'
        }[right],
        plot.width - 8,
        top - 8,
        { colour: 'c1', bold: true, align: 'right' }
      );
      plot
        .panel([left + 48, top, width, 90], {
          x: { from: 0, to: last, label: 'step' },
          y: decades(
            loss.map(p => p[1]),
            [1e-2, 2]
          )
        })
        .axes()
        .line(loss, 'c0')
        .dots([loss.at(-1)], 'c0', 2.5);
      plot
        .panel([left + 48, top, width, 90], {
          x: { from: 0, to: last },
          y: right === 'norm' ? decades(series.map(p => p[1])) : { from: 0, to: 100 }
        })
        .rightAxis('c1')
        .line(series, 'c1')
        .dots([series.at(-1)], 'c1', 2.5);
      const w = (plot.width - left - 16) / hidden,
        y = top + 148;
      const cut = layers.slice(0, hidden).some(n => isCut([...n.subarray(9, 39)]));
      plot.text(
        `Outputs by layer${cut ? ', tall bars cut off' : ''}: reach, flat share, move a step`,
        left + 8,
        y - 8,
        { bold: true, colour: 'ink' }
      );
      for (let l = 0; l < hidden; l++) {
        const bins = [...layers[l].subarray(9, 39)],
          x = left + 8 + l * w;
        plot
          .panel([x, y + 4, w - 6, 52], { x: { from: 0, to: 1 }, y: { from: 0, to: 1 } })
          .bars(bins, layers[l][3] > 0.5 || layers[l][2] > MOSTLY_FLAT ? 'c4' : 'c0', fullest(bins));
        const flat = `${Math.round(100 * layers[l][2])}%${w > 64 ? ' flat' : ''}`,
          moved = layers[l][6] && `${w > 100 ? 'moves ' : ''}${number(layers[l][6])}`;
        [reachOf(layers[l][7], layers[l][8], w > 84), flat, moved].forEach((line, i) => {
          if (line) plot.text(line, x + w / 2, y + 69 + 13 * i, { align: 'center', size: 10 });
        });
      }
      const h = this.now,
        copies = layers[0][5] - layers[0][4];
      this.words.textContent =
        `step ${h.step}: loss ${number(h.loss)}, right ${number(100 * h.accuracy)} % ` +
        `of what it learns from, ${number(100 * h.test)} % of the rest` +
        (copies ? `; ${copies} of ${layers[0][5]} units of layer 1 are copies` : '') +
        (layers[0][3] ? `; ${Math.round(100 * layers[0][3])} % of layer 1 dead` : '') +
        (this.stopped ? `. ${this.stopped}` : '');
      this.canvas.setAttribute('aria-label', `${this.name}. ${this.words.textContent}`);
    }
    // What the network answers at each place of the plane, the points, and where the first layer's units are
    // zero.
    paintPlane(plot, left, top, side) {
      const { g } = plot,
        n = this.seen[1].numbers,
        at = k => Math.round((k * side) / GRID),
        place = v => (side * (v + REACH)) / (2 * REACH);
      for (let i = 0; i < GRID * GRID; i++) {
        g.globalAlpha = 0.08 + 0.4 * n[2 * i + 1];
        g.fillStyle = plot.colour(`c${n[2 * i] % 8}`);
        const column = i % GRID,
          row = Math.floor(i / GRID);
        g.fillRect(left + at(column), top + at(row), at(column + 1) - at(column), at(row + 1) - at(row));
      }
      g.globalAlpha = 1;
      const p = this.points.numbers;
      for (let i = 0; i < p.length; i += 4) {
        g.fillStyle = plot.colour(`c${p[i + 2] % 8}`);
        g.strokeStyle = plot.colour('paper');
        g.beginPath();
        g.arc(left + place(p[i]), top + side - place(p[i + 1]), 2.6, 0, 2 * Math.PI);
        g.fill();
        g.lineWidth = 0.6;
        g.stroke();
      }
      if (!this.shows.units) return;
      g.save();
      g.beginPath();
      g.rect(left, top, side, side);
      g.clip();
      g.strokeStyle = plot.colour('ink');
      g.lineWidth = 1.4;
      const u = this.seen[2].numbers;
      for (let j = 0; j < u.length; j += 3) {
        const [a, b, c] = u.subarray(j, j + 3),
          steep = Math.abs(a) > Math.abs(b);
        if (a === 0 && b === 0) continue;
        g.beginPath();
        for (const t of [-REACH, REACH]) {
          const [x, y] = steep ? [-(b * t + c) / a, t] : [t, -(a * t + c) / b];
          g.lineTo(left + place(x), top + side - place(y));
        }
        g.stroke();
      }
      g.restore();
    }
  }

  // A figure that trains: one or more networks, all from one seed. d.sides(v) says which.
  class TrainingFigure extends Figure {
    constructor(place, d) {
      super(place, d);
      this.canvas.remove();
      this.sides = element('div', { class: 'wi-sides' });
      this.play = element(
        'button',
        { type: 'button', 'aria-pressed': 'false', onclick: () => this.toggle() },
        'Train'
      );
      this.buttons.prepend(
        this.play,
        element(
          'button',
          { type: 'button', onclick: () => this.advance(1).then(() => this.tell(this.summary())) },
          'One step'
        ),
        element('button', { type: 'button', onclick: () => this.ask() }, 'Back to the start')
      );
      this.words.before(this.sides);
      this.learners = [];
    }
    async once() {
      const v = this.values,
        sides = this.d.sides(v, this);
      this.playing = false;
      try {
        if (
          this.learners.length !== sides.length ||
          sides.some(([name], i) => this.learners[i].name !== name)
        ) {
          this.learners.forEach(l => l.thread?.worker.terminate());
          this.sides.replaceChildren();
          this.learners = sides.map(([name]) => new Learner(this.sides, name));
        }
        await Promise.all(
          sides.map(async ([, c], i) => {
            await this.learners[i].prepare(c);
            this.paint([this.learners[i]]);
          })
        );
        this.tell(this.summary());
        this.count();
      } catch (e) {
        if (!(e instanceof Refusal)) throw e;
        this.tell([{ bad: 'This does not fit together' }, `: ${e.message}`]);
      }
      this.showPlaying();
    }
    paint(learners = this.learners ?? []) {
      const ready = learners.filter(l => l.history);
      if (!ready.length || !this.place.isConnected) return;
      ready.forEach(l => l.paint(this.d.shows ?? {}));
      this.seen();
    }
    // What to try, and with several networks how they came out.
    summary() {
      const { step } = this.learners[0].now;
      if (!step || this.learners.length === 1) return this.d.hint;
      const reached = this.learners.map(l => `${l.name} ${number(100 * l.now.test)} %`);
      return [{ strong: `After ${step} steps` }, `, right of what it has not seen: ${reached.join(', ')}.`];
    }
    showPlaying() {
      this.play.textContent = this.playing ? 'Pause' : 'Train';
      this.play.setAttribute('aria-pressed', String(!!this.playing));
    }
    async advance(steps) {
      await this.asked; // networks that are being made cannot be trained yet
      await Promise.all(this.learners.map(l => l.step(steps)));
      this.place.dataset.step = this.learners[0]?.now?.step ?? 0;
    }
    async toggle() {
      await this.asked;
      this.playing = !this.playing;
      this.showPlaying();
      // Who does not want motion sees ten pictures of a run; others see it as fast as the machine draws.
      const calm = matchMedia('(prefers-reduced-motion: reduce)').matches,
        most = Math.max(...this.learners.map(l => l.c.steps));
      const steps = calm ? Math.ceil(most / 10) : Math.max(1, Math.ceil(most / 150));
      while (this.playing && this.learners.some(l => !l.done)) {
        await this.advance(steps);
        await new Promise(done => {
          if (calm) setTimeout(done, 700);
          else requestAnimationFrame(done);
        });
      }
      this.playing = false;
      this.showPlaying();
      this.tell(this.summary());
    }
  }
  const dense = (units, act, recipe, bias = '') => `dense ${units} ${act} ${recipe}${bias && ` ${bias}`}`;
  const rate = (preset, to = 10) => ({
    key: 'rate',
    label: 'learning rate',
    from: 0.001,
    to,
    log: true,
    preset
  });

  const STARTS = [
    ['zeros', 'all zero'],
    ['constant:0.5', 'constant 0.5'],
    ['biases', 'constant, biases differ'],
    ['xavier_normal', 'random']
  ];
  figures['02_symmetry'] = {
    title: 'Equal units stay equal: each line is where a hidden unit is zero',
    hint: 'Train: do lines that coincide ever part? Then choose another start.',
    training: true,
    draws: true,
    shows: { units: true },
    controls: [
      { key: 'units', label: 'hidden units', from: 2, to: 16, step: 1, preset: 8 },
      rate(0.5),
      {
        key: 'start',
        label: 'start',
        preset: 'constant:0.5',
        of: STARTS
      }
    ],
    sides: v => [
      [
        `start: ${STARTS.find(([start]) => start === v.start)[1]}`,
        {
          layers: [
            v.start === 'biases'
              ? dense(v.units, 'tanh', 'constant:0.5', 'normal:0,0.5')
              : dense(v.units, 'tanh', v.start)
          ],
          data: 'blobs',
          noise: 0.25,
          seed: v.seed,
          opt: 'sgd',
          rate: v.rate,
          batch: 20,
          steps: 400
        }
      ]
    ]
  };
  figures['16_dead_units'] = {
    title: 'Units die in one large step: raise the rate',
    hint: 'Train, then raise the rate: a unit that a step throws off all points gets no gradient any more.',
    training: true,
    draws: true,
    shows: { units: true, right: 'dead' },
    controls: [
      { key: 'units', label: 'hidden units', from: 4, to: 32, step: 1, preset: 16 },
      rate(0.5, 100),
      { key: 'act', label: 'activation', of: ['relu', 'leaky_relu', 'elu', 'tanh'], preset: 'relu' }
    ],
    presets: [
      ['rate 0.1', { rate: 0.1 }],
      ['rate 5', { rate: 5 }],
      ['rate 50', { rate: 50 }],
      ['leaky, 50', { rate: 50, act: 'leaky_relu' }]
    ],
    sides: v => [
      [
        'one hidden layer',
        {
          layers: [dense(v.units, v.act, 'he_normal')],
          data: 'moons',
          noise: 0.15,
          seed: v.seed,
          opt: 'sgd',
          rate: v.rate,
          steps: 300
        }
      ]
    ]
  };
  figures['29_clipping'] = {
    title: 'One large step, clipped or not',
    hint: 'Train: both begin with the same weights and see the same samples; only one clips its gradient.',
    training: true,
    draws: true,
    shows: { right: 'norm' },
    controls: [
      { key: 'clip', label: 'clip the norm at', from: 0.01, to: 100, log: true, preset: 1 },
      rate(0.5),
      { key: 'gain', label: 'weights times', from: 0.3, to: 6, log: true, preset: 3 }
    ],
    sides: v =>
      [
        ['not clipped', 0],
        ['clipped', v.clip]
      ].map(([name, clip]) => [
        name,
        {
          layers: Array(4).fill(dense(24, 'relu', 'he_normal')),
          data: 'spirals',
          noise: 0.05,
          seed: v.seed,
          opt: 'sgd',
          rate: v.rate,
          clip,
          gain: v.gain,
          steps: 400
        }
      ])
  };
  figures['39_mnist_table'] = {
    title: 'Four starts on real digits, from one seed',
    hint: 'Train: all four see the same samples in the same order; only their first weights differ.',
    training: true,
    draws: true,
    controls: [
      { key: 'depth', label: 'hidden layers', from: 1, to: 10, step: 1, preset: 5 },
      { key: 'width', label: 'units a layer', from: 16, to: 128, step: 16, preset: 64 },
      { key: 'act', label: 'activation', of: ACTS, preset: 'relu' },
      rate(0.02, 1)
    ],
    sides: v =>
      [
        ['N(0, 0.01²)', 'normal:0,0.01'],
        ['N(0, 1)', 'normal:0,1'],
        ['Xavier', 'xavier_normal'],
        ['He', 'he_normal']
      ].map(([name, recipe]) => [
        name,
        {
          layers: Array(+v.depth).fill(dense(v.width, v.act, recipe)),
          data: 'digits',
          noise: 0,
          seed: v.seed,
          opt: 'momentum',
          rate: v.rate,
          steps: 300
        }
      ])
  };

  /* ---- The playground -------------------------------------------------- */

  // A list of layers that one edits, and its text for the address: "dense 16 tanh xavier_normal", with / for
  // blanks and ~ between.
  class LayerList {
    constructor(name, text, change) {
      this.change = change;
      this.list = element('ol', { class: 'wi-layers' });
      this.node = element(
        'div',
        {},
        element('h4', {}, `Network ${name}`),
        this.list,
        element(
          'div',
          { class: 'wi-buttons' },
          element(
            'button',
            {
              type: 'button',
              onclick: () => {
                this.add('dense 16 tanh xavier_normal');
                change();
              }
            },
            'Add a layer'
          )
        )
      );
      this.name = name;
      this.set(text);
    }
    get layers() {
      return [...this.list.children].map(row => row.text());
    }
    get text() {
      return this.layers.join('~').replace(/ /g, '/');
    }
    set(text) {
      this.list.replaceChildren();
      if (text)
        text
          .replace(/\//g, ' ')
          .split('~')
          .forEach(line => this.add(line));
    }
    add(line) {
      const [kind, ...rest] = line.split(' ');
      const pick = (label, of, value) => {
        const select = element(
          'select',
          { 'aria-label': label, onchange: this.change },
          ...of
            .map(o => (Array.isArray(o) ? o : [o, o]))
            .map(([v, text]) => element('option', { value: v, selected: v === value }, text))
        );
        return select;
      };
      const row = element('li');
      const kinds = element(
        'select',
        {
          'aria-label': 'kind of layer',
          onchange: () => {
            this.list.replaceChild(this.row(kinds.value, []), row);
            this.change();
          }
        },
        ...['dense', 'conv', 'max_pool', 'batch_norm', 'layer_norm', 'dropout', 'skip', 'act'].map(k =>
          element('option', { value: k, selected: k === kind }, k.replace('_', ' '))
        )
      );
      const count = (label, value, step = 1) =>
        element('input', {
          type: 'number',
          'aria-label': label,
          value,
          step,
          min: step < 1 ? 0 : 1,
          max: step < 1 ? 0.9 : 256,
          onchange: this.change
        });
      const parts =
        {
          dense: () => [
            count('units', rest[0] ?? 16),
            pick('activation', ACTS, rest[1] ?? 'tanh'),
            pick('recipe', RECIPES, rest[2] ?? 'xavier_normal')
          ],
          batch_norm: () => [],
          layer_norm: () => [],
          conv: () => [
            count('filters', rest[0] ?? 8),
            count('side of the kernel', rest[1] ?? 3),
            pick('activation', ACTS, rest[2] ?? 'relu'),
            pick('recipe', RECIPES, rest[3] ?? 'he_normal')
          ],
          max_pool: () => [count('side of the window', rest[0] ?? 2)],
          dropout: () => [count('rate', rest[0] ?? 0.2, 0.05)],
          skip: () => [count('layers back', rest[0] ?? 2)],
          act: () => [pick('activation', ACTS, rest[0] ?? 'relu')]
        }[kind]?.() ?? [];
      row.text = () => [kinds.value, ...parts.map(p => p.value)].join(' ');
      row.append(
        kinds,
        ...parts,
        element(
          'button',
          {
            type: 'button',
            'aria-label': 'remove this layer',
            onclick: () => {
              row.remove();
              this.change();
            }
          },
          '×'
        )
      );
      this.list.append(row);
      return row;
    }
    row(kind, rest) {
      const made = this.add([kind, ...rest].join(' '));
      made.remove();
      return made;
    }
  }

  // The C program that does what a side of the playground does, with the same numbers.
  function program(c, learner) {
    const make = {
      blobs: 'wi_data_blobs(&all, 400, 2, 4, NOISE, &rng)',
      spirals: 'wi_data_spirals(&all, 400, 3, NOISE, &rng)',
      moons: 'wi_data_moons(&all, 400, NOISE, &rng)',
      pair: 'wi_data_blobs(&all, 400, 2, 2, NOISE, &rng)',
      digits:
        'wi_data_load_idx(&all, "examples/data/digits-images.idx3-ubyte",\n' +
        '                         "examples/data/digits-labels.idx1-ubyte", &error)',
      csv: 'wi_data_load_csv(&all, "my.csv", 1, &error)'
    }[c.data].replace('NOISE', c.noise);
    const lines = [...c.layers, `dense ${learner.classes} linear xavier_normal`].map(line => line.split(' '));
    const side = hasWindows(c.layers) && Math.sqrt(learner.features), part = c.data === 'digits' ? '1500.0 / 1797.0' : '0.75';
    const inputs = side
      ? `shape.channels = 1, shape.height = ${side}, shape.width = ${side};`
      : 'shape.inputs = all.x.cols;';
    const weights = lines.map(([kind, ...a], i) => {
      const recipe = { dense: a[2], conv: a[3] }[kind];
      return recipe ? `    layers[${i}].weights = ${callOf(recipe)};\n` : '';
    });
    const one = ([kind, ...a]) =>
      ({
        dense: () => `wi_layer_dense(${a[0]}, ${actCall(a[1])})`,
        batch_norm: () => 'wi_layer_batch_norm()',
        layer_norm: () => 'wi_layer_layer_norm()',
        conv: () => `wi_layer_conv2d(${a[0]}, ${a[1]}, ${actCall(a[2])})`,
        max_pool: () => `wi_layer_max_pool(${a[0]})`,
        dropout: () => `wi_layer_dropout(${a[0]})`,
        skip: () => `wi_layer_skip(${a[0]})`,
        act: () => `wi_layer_act(${actCall(a[0])})`
      })[kind]();
    const opt = {
      sgd: `wi_sgd(${c.rate})`,
      momentum: `wi_momentum(${c.rate}, 0.9)`,
      adam: `wi_adam(${c.rate})`,
      rmsprop: `wi_rmsprop(${c.rate})`
    }[c.opt];
    return `/* cc -O2 -I. this.c -o this -lm && ./this */
#define WINIT_IMPLEMENTATION
#include "winit.h"
#include <stdio.h>

int main(void)
{
    wi_layer_desc layers[] = {
${lines.map(l => `        ${one(l)}`).join(',\n')}
    };
    wi_net_desc shape = {
        .layers = layers, .layer_count = WI_COUNT(layers), .max_batch = 256, .seed = ${c.seed}
    };
    wi_train_desc plan = {
        .loss = WI_LOSS_SOFTMAX_CROSS_ENTROPY, .opt = ${opt},
        .batch = ${c.batch ?? 32}, .steps = ${c.steps}, .seed = ${c.seed}
    };
    wi_rng rng = wi_rng_make(5);
    wi_data all, train, test;
    wi_scaler scaler;
    wi_score score;
    wi_error error = { WI_OK, "" };
    wi_net net;

    if (${make} != WI_OK
        || (all.y.cols == 1 && wi_data_one_hot(&all, &error) != WI_OK))
        return fprintf(stderr, "%s\\n", error.text), 1;
    (void)wi_data_shuffle(&all, &rng);
    if (wi_data_split(&all, ${part}, &train, &test) != WI_OK) return 1;
    if (wi_scaler_fit(&scaler, train.x) != WI_OK) return 1;
    (void)wi_scaler_apply(&scaler, all.x);
${weights.join('')}    ${inputs}
    if (wi_net_create(&net, &shape, &error) != WI_OK) return fprintf(stderr, "%s\\n", error.text), 1;
    if (wi_train(&net, &train, &plan, NULL, &error) != WI_OK) return fprintf(stderr, "%s\\n", error.text), 1;
    if (wi_evaluate(&net, &test, plan.loss, &score) != WI_OK) return 1;
    printf("loss %.4f, right %.1f %% of what it has not seen\\n", score.loss, 100.0 * score.accuracy);
    if (wi_net_save(&net, "net.safetensors", &error) != WI_OK) return fprintf(stderr, "%s\\n", error.text), 1;
    wi_net_destroy(&net);
    wi_scaler_destroy(&scaler);
    wi_data_destroy(&all);
    return 0;
}
`;
  }

  figures.playground = {
    title: 'Build, ask, train',
    hint: 'Both networks see the same samples in the same order. Ask whether they will train; then train them.',
    training: true,
    draws: true,
    controls: [
      { key: 'data', label: 'data', of: DATA, preset: 'spirals' },
      { key: 'noise', label: 'noise', from: 0, to: 0.5, preset: 0.1 },
      { key: 'opt', label: 'optimiser', of: OPTIMISERS, preset: 'momentum' },
      rate(0.03),
      {
        key: 'steps',
        label: 'steps',
        from: 50,
        to: 5000,
        log: true,
        text: x => String(Math.round(x)),
        preset: 1000
      },
      { key: 'batch', label: 'samples a step', from: 4, to: 128, step: 4, preset: 32 }
    ],
    sides: (v, figure) =>
      figure.lists.map(list => [
        `Network ${list.name}`,
        { ...v, steps: Math.round(v.steps), layers: list.layers }
      ]),
    // What stands beside the generic parts: two lists of layers, a file, and what the header says of the
    // plan.
    build(figure) {
      const given = address.read(),
        start = 'dense/16/tanh/xavier_normal~dense/16/tanh/xavier_normal',
        small = 'dense/16/tanh/normal:0,0.01~dense/16/tanh/normal:0,0.01';
      const changed = () => {
        for (const list of figure.lists)
          address.write({ [list.name.toLowerCase()]: list.text === list.preset ? undefined : list.text });
        figure.ask();
      };
      figure.lists = [
        ['A', start],
        ['B', small]
      ].map(([name, preset]) => {
        const list = new LayerList(name, given.get(name.toLowerCase()) ?? preset, changed);
        list.preset = preset;
        return list;
      });
      const file = element('input', {
        type: 'file',
        accept: '.csv,text/csv',
        'aria-label': 'a CSV file, the class in its last column'
      });
      const take = async f => {
        if (f) {
          ownCsv = new Uint8Array(await f.arrayBuffer());
          figure.set({ data: 'csv' });
        }
      };
      file.addEventListener('change', () => take(file.files[0]));
      // Anywhere on the page: a browser would leave it for a file that falls beside the figure.
      const over = on => e => {
        if (!e.dataTransfer.types.includes('Files')) return;
        e.preventDefault();
        figure.place.classList.toggle('wi-drop', on);
      };
      document.addEventListener('dragover', over(true));
      document.addEventListener('dragleave', over(false));
      document.addEventListener('drop', e => {
        over(false)(e);
        take(e.dataTransfer.files[0]);
      });
      const report = element('div', { class: 'wi-sides' });
      const each = (act, label) =>
        element(
          'button',
          {
            type: 'button',
            onclick: async () => {
              await figure.asked;
              try {
                report.replaceChildren(
                  ...(await Promise.all(
                    figure.learners.map(async (l, i) =>
                      element('div', {}, element('h4', {}, l.name), ...(await act(l, i)))
                    )
                  ))
                );
              } catch (e) {
                if (!(e instanceof Refusal)) throw e;
                figure.tell(e.message);
              }
            }
          },
          label
        );
      const paragraph = (...text) => element('p', {}, ...text);
      figure.buttons.append(
        each(async l => {
          const { said, numbers: n } = (await l.thread.ask([['live_check', [0]]])).answers[0];
          return [
            paragraph(
              element('b', {}, n[0] ? 'This should train' : `It should not train: ${said[0]}`),
              ` (probability ${number(n[1])}, at a rate of ${number(n[2])}). ${said[1]}`
            ),
            paragraph(`Remedy: ${said[2]}`)
          ];
        }, 'Will it train?'),
        each(async l => {
          const { answers } = await l.thread.ask([['live_mend', [0]], ...l.looks(0)]);
          [, ...l.seen] = answers;
          const [newRate, clip] = answers[0].numbers;
          l.c = { ...l.c, rate: newRate, clip };
          l.seen = (await l.thread.ask([l.plan(l.c), ...l.looks(0)])).answers.slice(1);
          l.history = [];
          l.record();
          l.paint();
          return [
            paragraph(
              element('b', {}, 'Done: '),
              answers[0].said[0],
              `; rate ${number(newRate)}${clip ? `, norm clipped at ${number(clip)}` : ''}`
            )
          ];
        }, 'Mend it'),
        each(
          async l =>
            [layersOf(l.before.numbers)].map(layers =>
              element(
                'div',
                { class: 'wi-numbers', tabindex: '0' },
                element(
                  'table',
                  {},
                  element(
                    'thead',
                    {},
                    element(
                      'tr',
                      {},
                      ...['layer', 'rms', 'theory', 'gradient', 'theory'].map(h =>
                        element('th', { scope: 'col' }, h)
                      )
                    )
                  ),
                  element(
                    'tbody',
                    {},
                    ...layers.map((y, i) =>
                      element(
                        'tr',
                        {},
                        ...[String(i + 1), ...[y.rms, y.rmsTheory, y.back, y.backTheory].map(number)].map(t =>
                          element('td', {}, t)
                        )
                      )
                    )
                  )
                )
              )
            ),
          'Theory and measurement'
        ),
        each(async l => {
          const text = program(l.c, l);
          return [
            element('pre', { tabindex: '0' }, text),
            element('button', { type: 'button', onclick: () => navigator.clipboard?.writeText(text) }, 'Copy')
          ];
        }, 'As a C program'),
        each(async l => {
          const { bytes } = await l.thread.ask([['live_file', []]], { take: true });
          const link = element(
            'a',
            {
              href: URL.createObjectURL(new Blob([bytes])),
              download: `${l.name.replace(' ', '_')}.safetensors`
            },
            `${l.name}.safetensors (${bytes.length} bytes)`
          );
          return [link];
        }, 'Its weights')
      );
      figure.buttons.before(
        element('div', { class: 'wi-sides' }, ...figure.lists.map(l => l.node)),
        element(
          'label',
          { class: 'wi-note' },
          'Your own data, which stay on this machine (drop a file on this page): ',
          file
        )
      );
      figure.sides.after(report);
    }
  };

  /* ==== Run a chapter's program ========================================= */

  // The constant that "Try this" names, as a field; the address holds what was set.
  async function constantOf(name) {
    await load('live-try.js');
    if (!packed.try[name]) return undefined;
    const [label, book, min, max] = packed.try[name],
      given = address.read().get('try');
    const field = element('input', {
      type: 'number',
      step: 'any',
      min,
      max,
      value: given !== null && +given >= min && +given <= max ? given : book
    });
    const value = () => (field.value === '' ? book : Math.min(Math.max(+field.value, min), max));
    field.addEventListener('change', () => {
      field.value = value();
      address.write({ try: value() === book ? undefined : value() });
    });
    return {
      label,
      book,
      value,
      node: element('label', { class: 'wi-try' }, `Try this: ${label} `, field, ` (${book} in the book)`)
    };
  }

  // Lines of a text, those that are not the book's in bold.
  const marked = (lines, expected) =>
    lines.map((line, i) => (line === expected[i] ? `${line}\n` : element('b', {}, `${line}\n`)));

  function runner(place) {
    const name = place.dataset.program,
      pictures = element('div');
    const output = element('pre', { tabindex: '0', hidden: true, 'aria-label': `what ${name} prints here` });
    const verdict = element('output', { class: 'wi-words', 'aria-live': 'polite' });
    let constant;

    // Says how it ended, beside what the book has.
    function judge(end, printed, book, tried) {
      const lines = printed.split('\n'),
        expected = new TextDecoder().decode(book).split('\n');
      const other =
        lines.filter((line, i) => line !== expected[i]).length + Math.max(expected.length - lines.length, 0);
      const held = end.exit === 0;
      if (tried !== undefined) output.replaceChildren(...marked(lines, expected));
      verdict.replaceChildren(
        element(
          'b',
          held ? {} : { class: 'wi-bad' },
          tried !== undefined
            ? `With ${tried} for ${constant.book} the book's claim ${held ? 'holds' : 'does not hold'}`
            : held
              ? 'The claim held on your machine'
              : 'The claim did not hold here'
        ),
        other === 0
          ? '; every byte is the one printed in the book.'
          : tried !== undefined
            ? `; ${other} of ${expected.length} lines, the bold ones, are not the book's.`
            : `; ${other} of ${expected.length} lines differ from the book's, ` +
              'where multiply and add are fused and round once.',
        ` ${(end.milliseconds / 1000).toFixed(2)} s.`
      );
      place.dataset.exit = end.exit;
      place.dataset.differ = other;
      place.dataset.tried = tried ?? '';
    }
    async function run() {
      button.disabled = true;
      output.textContent = '';
      output.hidden = false;
      verdict.textContent = 'running ...';
      pictures.replaceChildren();
      delete place.dataset.exit;
      let printed = '',
        thread;
      try {
        const [wasm, book, images, labels] = await Promise.all([
          unpackOnce(`live-${name}.js`, name),
          unpackOnce(`live-${name}.js`, `${name}.out`),
          unpackOnce('live-digits.js', 'images'),
          unpackOnce('live-digits.js', 'labels')
        ]);
        const tried = constant && constant.value() !== constant.book ? constant.value() : undefined;
        const files = {
          'examples/data/digits-images.idx3-ubyte': images,
          'examples/data/digits-labels.idx1-ubyte': labels
        };
        thread = Thread.create();
        const end = await thread.send(
          { run: wasm, name, files, environment: tried === undefined ? [] : [`LIVE_TRY=${tried}`] },
          text => {
            printed += text;
            output.append(text);
          }
        );
        judge(end, printed, book, tried);
        for (const [file, bytes] of Object.entries(end.files))
          if (file.endsWith('.svg'))
            pictures.append(
              element('img', {
                src: URL.createObjectURL(new Blob([bytes], { type: 'image/svg+xml' })),
                alt: `${file}, drawn just now`,
                style: 'max-width: 100%; height: auto'
              })
            );
      } catch (e) {
        verdict.textContent = `It could not be run here: ${e.message}`;
        place.dataset.exit = 'failed';
      } finally {
        thread?.worker.terminate();
        button.disabled = false;
      }
    }
    const button = element('button', { type: 'button', onclick: run }, `Run ${name}.c here`),
      buttons = element('div', { class: 'wi-buttons' }, button);
    constantOf(name).then(c => {
      if (c) {
        constant = c;
        buttons.append(c.node);
      }
    });
    place.append(
      element(
        'section',
        { class: 'wi-live', 'aria-label': `run ${name}.c` },
        buttons,
        output,
        verdict,
        pictures
      )
    );
  }

  /* ==== Start =========================================================== */

  // A figure begins on a place of its own, before the page has one for it: its first question is answered
  // while the rest of the page is read.
  function begin(name) {
    const place = element('div', { class: 'wi-figure', 'data-figure': name }),
      d = figures[name];
    const figure = d.training ? new TrainingFigure(place, d) : new Figure(place, d);
    if (!d.draw) figure.canvas.hidden = true;
    d.build?.(figure);
    figure.ask();
    return figure;
  }
  // What is static makes room where the live figure shows the same.
  function stand(figure, place) {
    const still = place.previousElementSibling;
    place.replaceWith(figure.place);
    figure.paint();
    figure.asked.then(() => {
      if (figure.d.replaces && still?.matches('.image')) still.hidden = true;
    });
    drawn.add(figure);
    let width = figure.place.clientWidth;
    new ResizeObserver(() => {
      if (width === figure.place.clientWidth) return;
      width = figure.place.clientWidth;
      figure.paint();
    }).observe(figure.place);
  }
  // Figures begin with their page, so that they stand there when a reader comes to them; for who asks to save
  // data, not before they are near the window.
  const able = typeof DecompressionStream !== 'undefined' && typeof WebAssembly !== 'undefined',
    saving = navigator.connection?.saveData;
  const begun = new Map(),
    named = (script.dataset.figures ?? '').split(' ').filter(name => able && figures[name]);
  function whenNear(places) {
    const watcher = new IntersectionObserver(
      entries => {
        for (const { isIntersecting, target } of entries) {
          if (!isIntersecting) continue;
          watcher.unobserve(target);
          styled().then(() => stand(begin(target.dataset.figure), target));
        }
      },
      { rootMargin: '200px' }
    );
    for (const place of places) {
      place.style.minHeight = '1px';
      watcher.observe(place);
    }
  }
  let style;
  const styled = () =>
    (style ??= new Promise(done => {
      if (document.querySelector('link[href="live.css"]')?.sheet) done();
      else
        document.head.append(
          element('link', { rel: 'stylesheet', href: `${here}live.css`, onload: done, onerror: done })
        );
    }));
  function start() {
    const places = [...document.querySelectorAll('.wi-figure')].filter(p => able && figures[p.dataset.figure]),
      programs = document.querySelectorAll('.wi-run');
    if (!places.length && !programs.length) return;
    styled().then(() => {
      if (saving) whenNear(places);
      else
        for (const place of places)
          stand(begun.get(place.dataset.figure) ?? begin(place.dataset.figure), place);
    });
    programs.forEach(runner);
    const again = () => drawn.forEach(f => f.paint());
    new MutationObserver(again).observe(document.documentElement, {
      attributes: true,
      attributeFilter: ['class']
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again);
  }
  if (named.length && !saving) {
    Thread.readied = Thread.engine();
    // Formulas, which keep this thread for long, are set behind the first picture (mathjax-config.js).
    packed.seen = new Promise(done => {
      firstSeen = done;
      setTimeout(done, 2000);
    });
    for (const name of named) begun.set(name, begin(name));
  }
  // Before the scripts that wait for the whole page.
  if (document.readyState === 'loading') document.addEventListener('readystatechange', start, { once: true });
  else start();
})();
