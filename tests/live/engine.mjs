// engine.mjs NATIVE ENGINE...: the engines of the live figures against the same C compiled for this machine.
// For 100 networks drawn at random: the same hash of all weights, drawn and times a gain, and the same
// theory. Their sizes as well.
import { execFileSync } from 'child_process';
import fs from 'fs';
import zlib from 'zlib';

const [native, ...engines] = process.argv.slice(2);
let state = 20261126;
const below = n => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return Math.floor((state / 2 ** 32) * n);
};
const one = list => list[below(list.length)];
const acts = [
  'tanh',
  'relu',
  'sigmoid',
  'gelu',
  'silu',
  'elu',
  'selu',
  'leaky_relu:0.1',
  'mish',
  'softsign',
  'linear'
];
const recipes = [
  'lecun_normal',
  'xavier_uniform',
  'xavier_normal',
  'he_normal',
  'he_uniform',
  'he_truncated',
  'orthogonal:1',
  'normal:0,0.05',
  'uniform:-0.1,0.1',
  'pytorch_default',
  'sparse:3,0.5',
  'constant:0.5'
];

function network() {
  const width = 2 + below(40),
    lines = [`inputs ${1 + below(40)}`];
  for (let l = 1 + below(6); l > 0; l--) {
    const kind = below(10);
    lines.push(`dense ${kind < 7 ? 2 + below(40) : width} ${one(acts)} ${one(recipes)}`);
    if (lines.at(-1).includes('sparse'))
      lines[lines.length - 1] = `dense ${4 + below(20)} ${one(acts)} xavier_normal`;
    if (kind === 8) lines.push('batch_norm');
    if (kind === 9) lines.push('layer_norm', `act ${one(acts)}`);
    if (kind === 7) lines.push(`dense ${width} tanh he_uniform`);
    if (kind === 7)
      for (let k = 1 + below(4); k > 0; k--)
        lines.push(
          `dense ${width} relu he_normal`,
          `dense ${width} linear lecun_normal`,
          'scale 1',
          'skip 4'
        );
  }
  lines.push('dense 3 linear lecun_normal');
  return {
    seed: below(1e9),
    gain: (1 + below(3000)) / 1000,
    alpha: below(1000) / 1000,
    bias: below(2) ? 0 : (below(2000) - 1000) / 1000,
    text: lines.join('\n')
  };
}
const networks = Array.from({ length: 100 }, network);
const expected = execFileSync(native, {
  input: networks.map(n => `${n.seed} ${n.gain} ${n.alpha} ${n.bias}\n${n.text}\n\n`).join('')
})
  .toString()
  .trim()
  .split('\n')
  .map(l => l.split(' ').map(Number));

let passed = 0,
  failed = 0;
const check = (ok, text) => {
  if (ok) passed++;
  else {
    failed++;
    console.log(text);
  }
};
check(
  expected.length === networks.length,
  `the native engine answered ${expected.length} of ${networks.length}`
);
for (const file of engines) {
  const bytes = fs.readFileSync(file),
    module = await WebAssembly.compile(bytes),
    imports = WebAssembly.Module.imports(module);
  const zipped = zlib.gzipSync(bytes, { level: 9 }).length;
  check(
    imports.every(i => i.name === 'clock_time_get'),
    `${file} wants ${imports.map(i => i.name)}`
  );
  const e = (await WebAssembly.instantiate(module, { wasi_snapshot_preview1: { clock_time_get: () => 0 } }))
    .exports;
  e._initialize?.();
  const numbers = count => [...new Float64Array(e.memory.buffer, e.live_results(), count)];
  networks.forEach((n, i) => {
    new Uint8Array(e.memory.buffer).set(new TextEncoder().encode(n.text + '\0'), e.live_text());
    const made = e.live_net(8, n.seed),
      [drawn, scaled, ...theory] = expected[i];
    check(
      made > 0 && numbers(e.live_hash())[0] === drawn,
      `${file}: other weights for seed ${n.seed}\n${n.text}`
    );
    const look = numbers(e.live_look(n.gain, n.alpha, n.bias, 1));
    const near = theory.every(
      (t, l) =>
        Object.is(t, look[71 * l + 1]) ||
        Math.abs(look[71 * l + 1] - t) <= 1e-9 * Math.abs(t) ||
        !Number.isFinite(t)
    );
    check(near && look.length === 71 * theory.length, `${file}: another theory, gain ${n.gain}\n${n.text}`);
    check(numbers(e.live_hash())[0] === scaled, `${file}: other weights times ${n.gain}\n${n.text}`);
  });
  // A formula of one's own is the activation that it spells; what is none is refused.
  const map = text => {
    new Uint8Array(e.memory.buffer).set(new TextEncoder().encode(text + '\0'), e.live_text());
    return numbers(Math.max(0, e.live_map(1.7, 1.3, 0.8, 1.5, 8)));
  };
  for (const [formula, name] of [
    ['tanh(z)', 'tanh'],
    ['max(z, 0)', 'relu'],
    ['z / (1 + exp(-z))', 'silu'],
    ['z * (1 + erf(z / sqrt(2))) / 2', 'gelu'],
    ['sigmoid(z)', 'sigmoid'],
    ['-sin(-1 * z)', 'sine:1'],
    ['max(z, 0) + min(z * 1e-1, 0.0)', 'leaky_relu:0.1'],
    ['z/(1+abs(z))', 'softsign'],
    ['log(1+exp(z))', 'softplus'],
    ['z*tanh(softplus(z))', 'mish'],
    ['3 * z - z*2^1', 'linear']
  ]) {
    const mine = map(`=${formula}`),
      theirs = map(name);
    check(
      mine.length > 200 &&
        mine.every(
          (x, i) =>
            Object.is(x, theirs[i]) || Math.abs(x - theirs[i]) <= 1e-7 * Math.max(Math.abs(theirs[i]), 1e-3)
        ),
      `${file}: the map of ${formula} is not that of ${name}`
    );
  }
  for (const none of [
    '',
    'z +',
    '(z',
    'z)',
    'foo(z)',
    'max(z)',
    '2 2',
    'z z',
    '1..2',
    'exp',
    '^z',
    '('.repeat(300),
    'z+'.repeat(98) + 'z'
  ])
    check(map(`=${none}`).length === 0, `${file}: "${none}" is taken for a formula`);
  check(zipped <= 122880, `${file} is over the 120 KB that it may take`);
  console.log(`${file}: ${zipped} bytes zipped`);
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
