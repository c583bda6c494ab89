"""Networks go to PyTorch and back: the same weights give the same outputs on both sides.

    python3 pytorch.py PROGRAM FOLDER [DOUBLE_PROGRAM]

PROGRAM is tests/pytorch.c. Safetensors are read and written by a few lines of Python here, so that the
format is checked by something that shares no code with winit.h.
"""
import json
import pathlib
import struct
import subprocess
import sys

import numpy
import torch
from torch import nn

DTYPES = {"F32": ("<f4", torch.float32), "F64": ("<f8", torch.float64), "I64": ("<i8", torch.int64)}



class Number(nn.Module):
    """One trained number, by which Fixup multiplies or which it adds."""

    def __init__(self, name):
        super().__init__()
        setattr(self, name, nn.Parameter(torch.ones(1)))

    def forward(self, x):
        return x * self.weight if hasattr(self, "weight") else x + self.bias


class Residual(nn.Sequential):
    """Two blocks: one that downsamples, with a convolution on its shortcut, and one of Fixup's."""

    def __init__(self):
        conv = lambda planes, out, stride=1: nn.Conv2d(planes, out, 3, stride, padding=1, bias=False)
        super().__init__(conv(3, 4), nn.BatchNorm2d(4), nn.ReLU(), nn.Conv2d(4, 8, 1, 2, bias=False), nn.BatchNorm2d(8),
                         conv(4, 8, 2), nn.BatchNorm2d(8), nn.ReLU(), conv(8, 8), nn.BatchNorm2d(8), nn.Identity(), nn.ReLU(),
                         Number("bias"), conv(8, 8), Number("bias"), nn.ReLU(), Number("bias"), conv(8, 8), Number("weight"),
                         Number("bias"), nn.Identity(), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 3))

    def run(self, first, last, x):
        for module in list(self)[first:last]:
            x = module(x)
        return x

    def forward(self, x):
        x = self.run(0, 3, x)
        x = self.run(10, 12, self.run(3, 5, x) + self.run(5, 10, x))
        return self.run(20, 25, x + self.run(12, 20, x))


NETS = [
    lambda: nn.Sequential(nn.Linear(5, 7), nn.ReLU(), nn.Linear(7, 3)),
    lambda: nn.Sequential(nn.Linear(4, 9), nn.Tanh(), nn.Linear(9, 8), nn.Sigmoid(), nn.Linear(8, 8), nn.LeakyReLU(0.1),
                          nn.Linear(8, 8), nn.ELU(), nn.Linear(8, 8), nn.GELU(), nn.Linear(8, 8), nn.SiLU(),
                          nn.Linear(8, 2), nn.Softplus()),
    lambda: nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2), nn.Dropout(0.3),
                          nn.Conv2d(4, 6, 3, stride=2, groups=2), nn.Tanh(), nn.Flatten(), nn.Linear(24, 5)),
    lambda: nn.Sequential(nn.Linear(10, 12), nn.BatchNorm1d(12), nn.ReLU(), nn.Dropout(0.5), nn.Linear(12, 4)),
    lambda: nn.Sequential(nn.Conv2d(3, 5, 3), nn.ReLU(), nn.AvgPool2d(2), nn.LayerNorm([5, 3, 4]), nn.Conv2d(5, 6, 1),
                          nn.Sigmoid(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(6, 3), nn.LayerNorm([3])),
    lambda: nn.Sequential(nn.BatchNorm2d(2), nn.Flatten(), nn.Linear(18, 4), nn.Mish(), nn.Linear(4, 2), nn.Softsign()),
    Residual,
]
SHAPES = [(5,), (4,), (1, 12, 12), (10,), (3, 8, 10), (2, 3, 3), (3, 8, 8)]

passed = failed = 0


def check(ok, what):
    global passed, failed
    passed, failed = passed + bool(ok), failed + (not ok)
    if not ok:
        print(what)
    return ok


def read(path):
    """The tensors of a safetensors file, with every rule of the format checked."""
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    header, data = json.loads(data[8:8 + size].decode("utf-8")), data[8 + size:]
    meta = header.pop("__metadata__")
    check(meta["format"] == "pt" and all(isinstance(v, str) for v in meta.values()), f"{path}: metadata")
    check(size % 8 == 0, f"{path}: the header is not aligned")
    at, tensors = 0, {}
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        kind, torch_kind = DTYPES[entry["dtype"]]
        begin, end = entry["data_offsets"]
        check(begin == at and begin % int(kind[2]) == 0, f"{path}: {name} begins at {begin}, not {at}")
        values = numpy.frombuffer(data[begin:end], dtype=kind).copy()
        tensors[name] = torch.from_numpy(values).to(torch_kind).reshape(entry["shape"])
        at = end
    check(at == len(data), f"{path}: {len(data) - at} bytes behind the last tensor")
    return tensors


def write(path, tensors):
    """A safetensors file, its names in another order than the network's."""
    kinds = {torch_kind: name for name, (_, torch_kind) in DTYPES.items()}
    header, data = {}, b""
    for name in sorted(tensors, reverse=True):
        tensor = tensors[name].detach().contiguous()
        raw = tensor.numpy().astype(DTYPES[kinds[tensor.dtype]][0]).tobytes()
        header[name] = {"dtype": kinds[tensor.dtype], "shape": list(tensor.shape),
                        "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    head = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(head)) + head + data)


def same(got, want, tolerance, what):
    off = float(((got - want).abs() / want.abs().clamp(min=1)).max())
    check(off <= tolerance, f"{what}: differs by {off:.3g}")
    return off


def try_net(program, folder, index, double):
    kind, tolerance = (torch.float64, 1e-12) if double else (torch.float32, 1e-6)
    run = lambda *args: subprocess.run([program, *map(str, args)], stdout=subprocess.PIPE, universal_newlines=True)
    torch.manual_seed(index)
    net, shape = NETS[index]().to(kind), SHAPES[index]

    # From winit.h: before and after three training passes, which move the running statistics.
    done = run("save", index, folder)
    check(done.returncode == 0, f"net {index}: {done.stdout}")
    before, after = read(folder / "net.safetensors"), read(folder / "after.safetensors")
    x = torch.from_numpy(numpy.load(folder / "x.npy")).reshape(-1, *shape)
    y = torch.from_numpy(numpy.load(folder / "y.npy"))
    net.load_state_dict(before, strict=True)
    for name, value in net.state_dict().items():
        check(value.dtype == before[name].dtype, f"net {index}: {name} is {before[name].dtype}")
    net.train()
    for _ in range(3):
        net(x)
    for name, value in net.state_dict().items():
        if name.endswith(("running_mean", "running_var")):
            same(after[name], value, tolerance, f"net {index}: {name} after training")
    net.load_state_dict(after, strict=True)
    net.eval()
    to_torch = same(net(x).detach(), y, tolerance, f"net {index}: outputs in PyTorch")

    # From PyTorch: its own initial weights, statistics that are not 0 and 1.
    net = NETS[index]().to(kind)
    for name, buffer in net.named_buffers():
        if name.endswith("running_mean"):
            buffer.normal_()
        if name.endswith("running_var"):
            buffer.uniform_(0.5, 2)
    net.eval()
    x = torch.randn(6, *shape, dtype=kind)
    rows = torch.cat([x.reshape(6, -1), net(x).detach()], dim=1).numpy()
    (folder / "xy.csv").write_text("".join(",".join(repr(float(v)) for v in row) + "\n" for row in rows))
    write(folder / "torch.safetensors", net.state_dict())
    done = run("load", index, folder)
    from_torch = done.stdout.strip()
    check(done.returncode == 0 and float(from_torch) <= tolerance, f"net {index}: from PyTorch: {from_torch}")
    print(f"net {index}, {'double' if double else 'float'}: to PyTorch {to_torch:.2g}, from PyTorch {from_torch}")


KINDS = ["f8", "f4", "f2", "i8", "i4", "i2", "i1", "u1", "b1"]


def found(program, path):
    """What the library finds in a file: by name, the dtype, the shape and the numbers; or its sentence."""
    done = subprocess.run([program, "tensors", str(path)], stdout=subprocess.PIPE, universal_newlines=True)
    if done.returncode != 0:
        return done.stdout.strip()
    tensors = {}
    for line in done.stdout.splitlines():
        kind, shape, rest = line.partition(" [")[0], line[line.index("[") + 1:line.index("]")], line[line.index("]") + 1:]
        numbers, _, name = rest.partition("'")
        tensors[name[:-1]] = kind, [int(n) for n in shape.split(",") if n], [float(n) for n in numbers.split()]
    return tensors


def equal(numbers, array):
    want = numpy.asarray(array, dtype="f8").reshape(-1)
    return len(numbers) == want.size and numpy.array_equal(numpy.asarray(numbers, dtype="f8"), want, equal_nan=True)


def try_tensors(program, folder):
    """Arrays that numpy and PyTorch wrote, of every type and order, come out as the same numbers. By the double build:
    a float would round some."""
    draw = numpy.random.default_rng(5)
    for kind in KINDS:
        for shape in [(), (0,), (7,), (3, 4), (2, 0, 3), (2, 3, 4, 5)]:
            for order in "CF":
                for ends in "<>" if kind[1] != "1" else "|":
                    array = numpy.asarray(draw.integers(0, 100, shape) - (0 if kind[0] in "ub" else 50)).astype(ends + kind)
                    numpy.save(folder / "a.npy", numpy.asarray(array, order=order))
                    got = found(program, folder / "a.npy")
                    what = f"npy {ends}{kind} {shape} {order}: {got}"
                    if check(isinstance(got, dict) and list(got) == [""] and got[""][1] == list(shape), what):
                        other = ends == ">"   # viewed, not read
                        check(got[""][0] == "OTHER" if other else equal(got[""][2], array), what)
    # Real files, from the packages that are installed. Objects and texts are no numbers; these are refused.
    for path in sorted(p for top in ("numpy/lib", "scipy", "joblib") for p in pathlib.Path(numpy.__file__).parents[1].glob(f"{top}/**/*.npy")):
        got = found(program, path)
        try:
            array = numpy.load(path, allow_pickle=False)
        except ValueError:
            check(isinstance(got, str) and "no numbers" in got or "header" in got, f"{path}: {got}")
            continue
        if array.dtype.kind in "fiub" and array.dtype.byteorder != ">" and array.dtype.str[1:] in KINDS:
            check(isinstance(got, dict) and equal(got[""][2], array), f"{path}: {str(got)[:200]}")

    # safetensors of PyTorch's types, halves and scalars and empty ones among them, in two shards with an index.
    names = {"F64": torch.float64, "F32": torch.float32, "F16": torch.float16, "BF16": torch.bfloat16, "I64": torch.int64,
             "I32": torch.int32, "I16": torch.int16, "I8": torch.int8, "U8": torch.uint8, "BOOL": torch.bool}
    want, shards, index = {}, [{}, {}], {}
    for i, (name, kind) in enumerate(names.items()):
        for shape in [(), (3, 5), (0, 4)]:
            tensor = (torch.randn(shape) * 30).abs().to(kind)
            key = f"\u00fc.{name}.{len(shape)}.{sum(shape)}"
            raw = (tensor.view(torch.int16) if kind == torch.bfloat16 and shape else
                   tensor.reshape(1).view(torch.int16) if kind == torch.bfloat16 else tensor).numpy().tobytes()
            want[key] = name, list(shape), tensor.to(torch.float64).reshape(-1).numpy()
            shards[i % 2][key] = name, list(shape), raw
    for i, shard in enumerate(shards):
        header, data = {}, b""
        for key, (name, shape, raw) in shard.items():
            header[key] = {"dtype": name, "shape": shape, "data_offsets": [len(data), len(data) + len(raw)]}
            data, index[key] = data + raw, f"part{i}.safetensors"
        head = json.dumps(header).encode()
        (folder / f"part{i}.safetensors").write_bytes(struct.pack("<Q", len(head)) + head + data)
    (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {"total_size": 1}, "weight_map": index}))
    got = found(program, folder / "model.safetensors.index.json")
    if check(isinstance(got, dict) and got.keys() == want.keys(), f"shards: {str(got)[:200]}"):
        for key, (name, shape, numbers) in want.items():
            check(got[key][0] == name and got[key][1] == shape and equal(got[key][2], numbers), f"{key}: {got[key]}")


def main():
    folder = pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for double, program in enumerate([sys.argv[1]] + sys.argv[3:]):
        for index in range(len(NETS)):
            try_net(program, folder, index, double)
    if len(sys.argv) > 3:
        try_tensors(sys.argv[3], folder)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
