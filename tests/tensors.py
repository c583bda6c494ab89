"""Other people's tensors, against numpy: python3 tests/tensors.py ./libwinit.so FOLDER
   Every .npy file that Debian's Python packages bring, every type and order that numpy writes, and a safetensors file by a
   writer of this file's own are read to the same numbers; what winit.h saves is read by numpy and by a strict reader."""
import ctypes as c
import glob
import json
import os
import sys

import numpy

lib, folder = c.CDLL(sys.argv[1]), sys.argv[2]
TYPES = [numpy.float64, numpy.float32, numpy.float16, None, numpy.int64, numpy.int32, numpy.int16, numpy.int8, numpy.uint8, numpy.bool_]
NAMES = dict(zip(["F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U8", "BOOL"], TYPES))
OTHER = 10


class Tensor(c.Structure):      # wi_tensor
    _fields_ = [("name", c.c_char_p), ("dtype", c.c_int), ("dims", c.c_size_t), ("shape", c.c_size_t * 8), ("count", c.c_size_t), ("bytes", c.c_void_p)]


class Tensors(c.Structure):     # wi_tensors
    _fields_ = [("items", c.POINTER(Tensor)), ("count", c.c_size_t), ("owned", c.c_void_p)]


class Error(c.Structure):       # wi_error
    _fields_ = [("status", c.c_int), ("text", c.c_char * 240)]


class Mat(c.Structure):         # wi_mat
    _fields_ = [("data", c.c_void_p)] + [(n, c.c_size_t) for n in ("rows", "cols", "row_stride", "col_stride")]


lib.wi_tensor_get.argtypes = [c.POINTER(Tensor), c.c_void_p]
lib.wi_mat_save_npy.argtypes = [Mat, c.c_char_p, c.c_void_p]


def read(path):
    """{name: (numpy type, float32 array)}, or the sentence of a refusal; a type that is not read has no array."""
    tensors, error, found = Tensors(), Error(), {}
    if lib.wi_tensors_load(c.byref(tensors), path.encode(), c.byref(error)) != 0:
        return error.text.decode()
    for i in range(tensors.count):
        t = tensors.items[i]
        out = numpy.empty(t.count, numpy.float32)
        status = lib.wi_tensor_get(c.byref(t), out.ctypes.data)
        assert (status == 0) == (t.dtype != OTHER), path
        found[t.name.decode()] = None if status else (TYPES[t.dtype], out.reshape(t.shape[:t.dims]))
    lib.wi_tensors_destroy(c.byref(tensors))
    return found


def same(got, want):
    with numpy.errstate(over="ignore"):     # 1e300 becomes infinite in both
        return got is not None and got[0] == want.dtype and got[1].shape == want.shape and numpy.array_equal(got[1], want.astype(numpy.float32), equal_nan=True)


def strict(path):
    """Read a safetensors file as the format's description says, and nothing more lenient."""
    def once(pairs):
        assert len({k for k, _ in pairs}) == len(pairs), "a name twice"
        return dict(pairs)
    data = open(path, "rb").read()
    n = int.from_bytes(data[:8], "little")
    assert n % 8 == 0 and 8 + n <= len(data) and data[8:9] == b"{", "header"
    header, at, found = json.loads(data[8:8 + n].decode("utf-8"), object_pairs_hook=once), 0, {}
    assert all(isinstance(v, str) for v in header.pop("__metadata__", {}).values())
    for name, t in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = t["data_offsets"]
        size = numpy.dtype(NAMES[t["dtype"]]).itemsize * int(numpy.prod(t["shape"], dtype=int))
        assert set(t) == {"dtype", "shape", "data_offsets"} and begin == at and end - begin == size, name
        found[name] = numpy.frombuffer(data[8 + n + begin:8 + n + end], NAMES[t["dtype"]]).reshape(t["shape"])
        at = end
    assert 8 + n + at == len(data), "bytes behind the last tensor"
    return found


def write(path, arrays, before=b""):
    header, data = {}, b""
    for name, a in arrays.items():
        code = next(k for k, v in NAMES.items() if v == a.dtype)
        header[name] = {"dtype": code, "shape": list(a.shape), "data_offsets": [len(data), len(data) + a.nbytes]}
        data += a.tobytes()
    text = before + json.dumps(header, ensure_ascii=False).encode()
    open(path, "wb").write(len(text).to_bytes(8, "little") + text + data)


# Real files: what numpy reads without pickle is read to the same numbers; what it needs pickle for, or calls records, is refused.
real = 0
for path in sorted(glob.glob("/usr/lib/python3/dist-packages/**/*.npy", recursive=True) + glob.glob("/usr/share/matplotlib/**/*.npy", recursive=True)):
    got = read(path)
    try:
        want = numpy.load(path, allow_pickle=False)
    except ValueError:
        assert "no numbers" in got, (path, got)
        continue
    assert "records" in got if want.dtype.names else same(got[""], want), (path, got)
    real += 1
assert real >= 2, "where are numpy's own files?"

rng, path = numpy.random.default_rng(1), os.path.join(folder, "a.npy")
for kind in TYPES:
    for shape in [(), (0,), (7,), (3, 4), (2, 3, 4), (2, 0, 3), (2, 1, 3, 2)]:
        for order in "CF":
            if kind:
                want = numpy.asarray(rng.standard_normal(shape) * 50).astype(kind, order=order)
                numpy.save(path, want)
                assert same(read(path)[""], want), (kind, shape, order, read(path))
for kind in (">f4", "<u4", "<c8"):          # known, and said to be of a type that is not read
    numpy.save(path, numpy.ones(3, kind))
    assert read(path) == {"": None}, kind
for kind in ("<U3", "|S4", "<M8[s]", [("a", "<f4")]):
    numpy.save(path, numpy.zeros(3, kind))
    assert isinstance(read(path), str), kind

# Misaligned data, strange names, empty tensors and scalars are no faults.
path = os.path.join(folder, "a.safetensors")
arrays = {k: rng.standard_normal(s).astype(t) for k, s, t in [("a.weight", (3, 5), "f4"), ("größe/權\"\\", (2, 2), "f2"), ("", (), "f8"), ("none", (0, 4), "i4"), ("b", (5,), "u1"), ("c", (3,), "i8")]}
for spaces in range(8):
    write(path, arrays)
    text = open(path, "rb").read()
    n = int.from_bytes(text[:8], "little")
    open(path, "wb").write((n + spaces).to_bytes(8, "little") + text[8:8 + n] + b" " * spaces + text[8 + n:])
    got = read(path)
    assert set(got) == set(arrays) and all(same(got[k], arrays[k]) for k in arrays), (spaces, got)

# Ours, read by others.
a = numpy.asfortranarray(rng.standard_normal((5, 3)).astype(numpy.float32))
path = os.path.join(folder, "b.npy")
assert lib.wi_mat_save_npy(Mat(a.ctypes.data, 5, 3, 1, 5), path.encode(), None) == 0
assert numpy.array_equal(numpy.load(path, allow_pickle=False), a)
for path in sys.argv[3:]:
    ours, again = strict(path), read(path)
    assert ours and set(ours) == set(again) and all(same(again[k], ours[k]) for k in ours), path
print("read")
