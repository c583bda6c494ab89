// worker.js - what computes, away from the thread that draws: the engine (live.c), and the
// chapters' own programs.
//
// The page sends { id, ... } and gets { id, ... } back:
//   start: the engine, packed or compiled       module: compiled; questions before it wait for it
//   calls: [[function, arguments, text], ...]   answers: [{ numbers, said }, ...]; the first refusal ends the
//                                               list with { refused }
//   give:  [bytes or packed texts], before      they are put where live_room() says, one behind the other
//          the calls
//   take:  true, after the calls                bytes: those that the last answer points to
//   run:   bytes of a program, name, files,     output: text, as it comes; at the end exit: status,
//          environment                          files: what it wrote
'use strict';
const encoder = new TextEncoder();

/* ---- The engine -------------------------------------------------------- */
let engine, begin;
const begun = new Promise(done => {
  begin = done;
});

// What a packed file has as text: base64 of gzip.
async function unzipped(text) {
  const zipped = Uint8Array.fromBase64
    ? new Blob([Uint8Array.fromBase64(text)]).stream()
    : (await fetch(`data:;base64,${text}`)).body;
  return zipped.pipeThrough(new DecompressionStream('gzip'));
}
async function bytesOf(given) {
  return typeof given === 'string' ? new Uint8Array(await new Response(await unzipped(given)).arrayBuffer()) : given;
}

// The engine, packed or compiled by another thread.
async function start(given) {
  let module = given;
  if (typeof given === 'string') {
    const headers = { 'Content-Type': 'application/wasm' };
    module = await WebAssembly.compileStreaming(new Response(await unzipped(given), { headers }));
  }
  // All that the header asks for is the time, for estimates that no figure shows.
  const system = { wasi_snapshot_preview1: { clock_time_get: () => 0 } };
  engine = (await WebAssembly.instantiate(module, system)).exports;
  engine._initialize?.();
  begin();
  return module;
}

function sentences(at) {
  const memory = new Uint8Array(engine.memory.buffer);
  const text = new TextDecoder().decode(memory.slice(at, memory.indexOf(0, at)));
  return text ? text.split('\n') : [];
}
function call([name, args, text]) {
  if (text !== undefined) {
    const bytes = encoder.encode(text + '\0');
    if (bytes.length > 65536) return { refused: true, said: ['the text is too long'] };
    new Uint8Array(engine.memory.buffer).set(bytes, engine.live_text());
  }
  const count = engine[name](...args);
  const said = sentences(engine.live_said());
  if (count < 0) return { refused: true, said };
  return { numbers: new Float64Array(engine.memory.buffer, engine.live_results(), count).slice(), said };
}

/* ---- A program --------------------------------------------------------- */
// What a small command-line program asks of its system (wasi_snapshot_preview1): arguments, environment, a
// clock, and files, which are a Map from a name to its bytes. Status 0 is success; the others are WASI's
// errno values.
class Exit {
  constructor(status) {
    this.status = status;
  }
}
function system(args, environment, files, print) {
  const NO_ENTRY = 44,
    BAD_FILE = 8,
    NO_SEEK = 70,
    NOT_THERE = 52;
  const open = new Map(); // descriptor -> { name, at }
  const decoders = [0, 1, 2].map(() => new TextDecoder());
  let memory,
    next = 4;
  const view = () => new DataView(memory.buffer),
    bytes = () => new Uint8Array(memory.buffer);
  const nameAt = (at, length) =>
    new TextDecoder().decode(bytes().slice(at, at + length)).replace(/^\.\//, '');
  const word = (at, value) => {
    view().setUint32(at, value, true);
    return 0;
  };
  const long = (at, value) => {
    view().setBigUint64(at, BigInt(value), true);
    return 0;
  };
  const zero = (at, length) => bytes().fill(0, at, at + length);
  const sizes = list => (count, size) =>
    word(count, list.length) ||
    word(
      size,
      list.reduce((sum, s) => sum + encoder.encode(s).length + 1, 0)
    );
  const strings = list => (pointers, at) => {
    for (const s of list) {
      const text = encoder.encode(s + '\0');
      word(pointers, at);
      bytes().set(text, at);
      pointers += 4;
      at += text.length;
    }
    return 0;
  };
  // The pieces of memory that a read or write is about.
  function* pieces(at, count) {
    for (let i = 0; i < count; i++)
      yield [view().getUint32(at + 8 * i, true), view().getUint32(at + 8 * i + 4, true)];
  }
  const calls = {
    args_sizes_get: sizes(args),
    args_get: strings(args),
    environ_sizes_get: sizes(environment),
    environ_get: strings(environment),
    clock_time_get: (clock, precision, at) => long(at, Math.round(1e6 * performance.now())),
    clock_res_get: (clock, at) => long(at, 1000),
    proc_exit: status => {
      throw new Exit(status);
    },
    fd_close: file => (open.delete(file) ? 0 : BAD_FILE),
    fd_fdstat_set_flags: () => 0,
    fd_fdstat_get: (file, at) => {
      zero(at, 24);
      bytes()[at] = file < 3 ? 2 : file === 3 ? 3 : 4; // a terminal, a folder, a file
      return long(at + 8, 0x1fffffff) || long(at + 16, 0x1fffffff);
    },
    fd_prestat_get: (file, at) => (file === 3 ? word(at, 0) || word(at + 4, 1) : BAD_FILE),
    fd_prestat_dir_name: (file, at) => {
      bytes()[at] = 46;
      return 0;
    },
    fd_filestat_get: (file, at) => {
      zero(at, 64);
      bytes()[at + 16] = 4;
      return long(at + 32, files.get(open.get(file)?.name)?.length ?? 0);
    },
    path_filestat_get: (folder, flags, at, length, result) => {
      const name = nameAt(at, length);
      if (!files.has(name)) return NO_ENTRY;
      zero(result, 64);
      bytes()[result + 16] = 4;
      return long(result + 32, files.get(name).length);
    },
    path_unlink_file: (folder, at, length) => (files.delete(nameAt(at, length)) ? 0 : NO_ENTRY),
    path_rename: (folder, at, length, to, toAt, toLength) => {
      const name = nameAt(at, length);
      if (!files.has(name)) return NO_ENTRY;
      files.set(nameAt(toAt, toLength), files.get(name));
      files.delete(name);
      return 0;
    },
    path_open: (folder, look, at, length, flags, rights, inherited, more, result) => {
      const name = nameAt(at, length),
        create = flags & 1,
        empty = flags & 8;
      if (!files.has(name) && !create) return NO_ENTRY;
      if (!files.has(name) || empty) files.set(name, new Uint8Array(0));
      open.set(next, { name, at: 0 });
      return word(result, next++);
    },
    fd_seek: (file, offset, whence, result) => {
      const f = open.get(file);
      if (!f) return NO_SEEK;
      f.at = Number(offset) + (whence === 0 ? 0 : whence === 1 ? f.at : files.get(f.name).length);
      return long(result, f.at);
    },
    fd_read: (file, at, count, result) => {
      const f = open.get(file);
      let total = 0;
      if (f)
        for (const [to, length] of pieces(at, count)) {
          const part = files.get(f.name).subarray(f.at, f.at + length);
          bytes().set(part, to);
          f.at += part.length;
          total += part.length;
        }
      return word(result, total);
    },
    fd_write: (file, at, count, result) => {
      let total = 0;
      for (const [from, length] of pieces(at, count)) {
        const part = bytes().slice(from, from + length),
          f = open.get(file);
        if (file < 3) {
          print(decoders[file].decode(part, { stream: true }));
        } else {
          if (!f) return BAD_FILE;
          const old = files.get(f.name),
            all = new Uint8Array(Math.max(old.length, f.at + length));
          all.set(old);
          all.set(part, f.at);
          files.set(f.name, all);
          f.at += length;
        }
        total += length;
      }
      return word(result, total);
    }
  };
  const imports = {
    wasi_snapshot_preview1: new Proxy(calls, { get: (all, name) => all[name] ?? (() => NOT_THERE) })
  };
  const run = exports => {
    memory = exports.memory;
    try {
      exports._start();
      return 0;
    } catch (e) {
      if (e instanceof Exit) return e.status;
      throw e;
    }
  };
  return { imports, run };
}

async function answer(message) {
  const { id } = message;
  if (message.start) return { id, module: await start(message.start) };
  if (message.run) {
    const wrote = new Map(Object.entries(message.files ?? {})),
      given = new Set(wrote.keys());
    const { imports, run } = system(
      [message.name],
      ['WINIT_TERM=unicode', ...(message.environment ?? [])],
      wrote,
      text => postMessage({ id, output: text })
    );
    const from = performance.now();
    const exit = run((await WebAssembly.instantiate(message.run, imports)).instance.exports);
    return {
      id,
      exit,
      milliseconds: performance.now() - from,
      files: Object.fromEntries([...wrote].filter(([name]) => !given.has(name)))
    };
  }
  await begun;
  const given = await Promise.all((message.give ?? []).map(bytesOf));
  if (given.length) {
    let at = engine.live_room(given.reduce((sum, part) => sum + part.length, 0));
    for (const part of given) {
      new Uint8Array(engine.memory.buffer).set(part, at);
      at += part.length;
    }
  }
  const answers = [],
    from = performance.now();
  for (const one of message.calls) {
    answers.push(call(one));
    if (answers.at(-1).refused) break;
  }
  const reply = {
    id,
    answers,
    milliseconds: performance.now() - from,
    memory: engine.memory.buffer.byteLength
  };
  if (message.take && !answers.at(-1).refused) {
    const [at, length] = answers.at(-1).numbers;
    reply.bytes = new Uint8Array(engine.memory.buffer).slice(at, at + length);
  }
  return reply;
}
// One question after the other, in the order in which they came; the engine alone is not waited for behind them.
let before = Promise.resolve();
onmessage = ({ data: message }) => {
  const reply = async () => {
    try {
      postMessage(await answer(message));
    } catch (e) {
      postMessage({ id: message.id, failure: String(e) });
    }
  };
  if (message.start) reply();
  else before = before.then(reply);
};
