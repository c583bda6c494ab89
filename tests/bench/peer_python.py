"""peer_python.py torch|numpy - PyTorch or numpy as a peer of bench.c: a case a line in, seconds a repetition out."""
import sys
import time

which = sys.argv[1]
try:
    import numpy as np
    if which == "torch":
        import torch
        torch.set_num_threads(1)
except ImportError as error:
    for line in sys.stdin:
        print("missing", error, flush=True)
    sys.exit()

rng = np.random.default_rng(1)


def timed(f, reps):
    f()
    start = time.perf_counter()
    for _ in range(reps):
        f()
    return (time.perf_counter() - start) / reps


def digits(n):
    x = rng.random((n, 784), dtype=np.float32)
    x[rng.random((n, 784)) < 0.8] = 0
    return x, np.arange(n) % 10


def torch_net(kind):
    layers = []
    if kind == "vgg":
        layers = [torch.nn.Unflatten(1, (1, 28, 28))]
        for channels, filters in ((1, 16), (16, 16), (0, 0), (16, 32), (32, 32), (0, 0)):
            layers += [torch.nn.Conv2d(channels, filters, 3, padding=1), torch.nn.ReLU()] if channels else [torch.nn.MaxPool2d(2)]
        layers += [torch.nn.Flatten(), torch.nn.Linear(1568, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10)]
    elif kind == "cnn":
        layers = [torch.nn.Unflatten(1, (1, 28, 28)), torch.nn.Conv2d(1, 6, 5, padding=2), torch.nn.ReLU(), torch.nn.MaxPool2d(2),
                  torch.nn.Conv2d(6, 16, 5), torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten(),
                  torch.nn.Linear(400, 120), torch.nn.ReLU(), torch.nn.Linear(120, 84), torch.nn.ReLU(), torch.nn.Linear(84, 10)]
    else:
        sizes = [784, 256, 128, 10] if kind == "relu" else [784, 390, 156, 62, 25, 10]
        for i in range(len(sizes) - 1):
            layers.append(torch.nn.Linear(sizes[i], sizes[i + 1]))
            if kind == "sigmoid":
                layers.append(torch.nn.Sigmoid())
            elif i + 2 < len(sizes):
                layers.append(torch.nn.ReLU())
    return torch.nn.Sequential(*layers)


def torch_epoch(kind, n, batch):
    net = torch_net(kind)
    opt = torch.optim.SGD(net.parameters(), lr=0.1)
    loss = torch.nn.MSELoss() if kind == "sigmoid" else torch.nn.CrossEntropyLoss()
    x, labels = digits(n)
    x = torch.from_numpy(x)
    y = torch.from_numpy(np.eye(10, dtype=np.float32)[labels]) if kind == "sigmoid" else torch.from_numpy(labels)

    def epoch():
        order = torch.randperm(n)
        for i in range(0, n, batch):
            pick = order[i:i + batch]
            opt.zero_grad(set_to_none=True)
            loss(net(x[pick]), y[pick]).backward()
            opt.step()
    start = time.perf_counter()
    epoch()
    return time.perf_counter() - start


def torch_infer(kind, n, batch):
    net = torch_net(kind).eval()
    x = torch.from_numpy(digits(n)[0])
    with torch.inference_mode():
        return timed(lambda: [net(x[i:i + batch]) for i in range(0, n, batch)], 1)


def numpy_epoch(kind, n, batch):
    sizes = [784, 256, 128, 10] if kind == "relu" else [784, 390, 156, 62, 25, 10]
    w = [(rng.standard_normal((a, b)) * a ** -0.5).astype(np.float32) for a, b in zip(sizes, sizes[1:])]
    b = [np.zeros(k, np.float32) for k in sizes[1:]]
    x, labels = digits(n)
    y = np.eye(10, dtype=np.float32)[labels]
    rate = np.float32(0.1)
    start = time.perf_counter()
    order = rng.permutation(n)
    for i in range(0, n, batch):
        pick = order[i:i + batch]
        a = [x[pick]]
        for l in range(len(w)):
            z = a[-1] @ w[l] + b[l]
            if kind == "sigmoid":
                z = 1 / (1 + np.exp(-z))
            elif l + 1 < len(w):
                np.maximum(z, 0, out=z)
            a.append(z)
        if kind == "relu":
            e = np.exp(a[-1] - a[-1].max(axis=1, keepdims=True))
            d = (e / e.sum(axis=1, keepdims=True) - y[pick]) / np.float32(len(pick))
        else:
            d = (a[-1] - y[pick]) / np.float32(len(pick)) * a[-1] * (1 - a[-1])
        for l in reversed(range(len(w))):
            dw, db = a[l].T @ d, d.sum(axis=0)
            if l > 0:
                d = d @ w[l].T
                d *= a[l] * (1 - a[l]) if kind == "sigmoid" else a[l] > 0
            w[l] -= rate * dw
            b[l] -= rate * db
    return time.perf_counter() - start


def torch_act(dtype, way, name, n, reps):
    """Into memory that is there, where PyTorch has such a form. Sigmoid and tanh go back from y, as autograd does."""
    aten = torch.ops.aten
    if n not in arrays:
        arrays.clear()
        z = torch.from_numpy(np.linspace(-8, 8, n, dtype=np.float32 if dtype == "float" else np.float64))
        arrays[n] = z, torch.ones_like(z), torch.empty_like(z)
    z, dy, out = arrays[n]
    y = getattr(torch, name)(z) if way == "backward" and name in ("sigmoid", "tanh") else None
    elu = {"elu": (1.0, 1.0, 1.0), "selu": (1.6732632423543772, 1.0507009873554805, 1.0)}.get(name)
    forward = {
        "linear": lambda: out.copy_(z),
        "relu": lambda: aten.relu.out(z, out=out),
        "leaky_relu": lambda: aten.leaky_relu.out(z, 0.01, out=out),
        "sigmoid": lambda: torch.sigmoid(z, out=out),
        "tanh": lambda: torch.tanh(z, out=out),
        "elu": lambda: aten.elu.out(z, *elu, out=out),
        "selu": lambda: aten.elu.out(z, *elu, out=out),
        "gelu": lambda: aten.gelu.out(z, out=out),
        "silu": lambda: aten.silu.out(z, out=out),
        "mish": lambda: aten.mish.out(z, out=out),
        "softplus": lambda: aten.softplus.out(z, out=out),
        "softsign": lambda: torch.nn.functional.softsign(z),
        "hard_swish": lambda: aten.hardswish.out(z, out=out),
        "sine": lambda: torch.sin(torch.mul(z, 30, out=out), out=out),
    }
    backward = {
        "linear": lambda: out.copy_(dy),
        "relu": lambda: aten.threshold_backward.grad_input(dy, z, 0, grad_input=out),
        "leaky_relu": lambda: aten.leaky_relu_backward.grad_input(dy, z, 0.01, False, grad_input=out),
        "sigmoid": lambda: aten.sigmoid_backward.grad_input(dy, y, grad_input=out),
        "tanh": lambda: aten.tanh_backward.grad_input(dy, y, grad_input=out),
        "elu": lambda: aten.elu_backward.grad_input(dy, *elu, False, z, grad_input=out),
        "selu": lambda: aten.elu_backward.grad_input(dy, *elu, False, z, grad_input=out),
        "gelu": lambda: aten.gelu_backward.grad_input(dy, z, grad_input=out),
        "silu": lambda: aten.silu_backward.grad_input(dy, z, grad_input=out),
        "mish": lambda: aten.mish_backward(dy, z),
        "softplus": lambda: aten.softplus_backward.grad_input(dy, z, 1, 20, grad_input=out),
        "softsign": lambda: dy / (1 + z.abs()).square(),
        "hard_swish": lambda: aten.hardswish_backward.out(dy, z, out=out),
        "sine": lambda: torch.cos(torch.mul(z, 30, out=out), out=out).mul_(30).mul_(dy),
    }
    return timed((forward if way == "forward" else backward)[name], reps)


def numpy_file(kind, paths):
    """What anybody would write to read such files into floats, or to write and read an array of that size."""
    if kind == "idx":
        with open(paths[0], "rb") as f:
            x = np.frombuffer(f.read(), np.uint8, offset=16).reshape(-1, 784).astype(np.float32) / np.float32(255)
        with open(paths[1], "rb") as f:
            return x, np.eye(10, dtype=np.float32)[np.frombuffer(f.read(), np.uint8, offset=8)]
    if kind == "csv":
        return np.loadtxt(paths[0], np.float32, delimiter=",")
    if kind == "save":
        return np.save(paths[0], arrays.setdefault("saved", np.zeros(int(paths[1]), np.float32)))
    return np.load(paths[0])


arrays = {}


def run(case, args):
    if case == "epoch":
        kind, n, batch = args[0], int(args[1]), int(args[2])
        if which == "numpy" and kind in ("cnn", "vgg"):
            return None
        return (torch_epoch if which == "torch" else numpy_epoch)(kind, n, batch)
    if case == "infer" and which == "torch":
        return torch_infer(args[0], int(args[1]), int(args[2]))
    if case == "fill":
        kind, n, reps = args[-3], int(args[-2]), int(args[-1])   # before them "double", or nothing
        if which == "torch":
            t = torch.empty(n, dtype=torch.float64 if args[0] == "double" else torch.float32)
            f = {"uniform": lambda: t.uniform_(-1, 1), "normal": lambda: t.normal_(),
                 "truncated": lambda: torch.nn.init.trunc_normal_(t)}[kind]
            return timed(f, 1 if kind == "truncated" else reps)
        t = np.float64 if args[0] == "double" else np.float32
        out = np.empty(n, t)
        f = {"uniform": lambda: rng.random(out=out, dtype=t), "normal": lambda: rng.standard_normal(out=out, dtype=t)}
        return timed(f[kind], reps) if kind in f else None
    if case == "orthogonal" and which == "torch":
        t = torch.empty(int(args[0]), int(args[1]))
        return timed(lambda: torch.nn.init.orthogonal_(t), 1)
    if case == "act" and which == "torch":
        return torch_act(args[0], args[1], args[2], int(args[3]), int(args[4]))
    if case == "shuffle":
        n = int(args[0])
        order = np.arange(n)
        return timed((lambda: torch.randperm(n)) if which == "torch" else (lambda: rng.shuffle(order)), 1)
    if case == "svd" and which == "numpy":
        a = rng.standard_normal((int(args[0]), int(args[0])))
        return timed(lambda: np.linalg.svd(a, compute_uv=False), 1)
    if case == "file" and which == "numpy":
        return timed(lambda: numpy_file(args[0], args[1:]), 1)
    if case == "adam" and which == "torch":
        p = torch.nn.Parameter(torch.zeros(int(args[0])))
        p.grad = torch.ones(int(args[0]))
        return timed(torch.optim.Adam([p]).step, 3)
    return None


for line in sys.stdin:
    words = line.split()
    seconds = run(words[0], words[1:])
    print("missing" if seconds is None else f"{seconds:.9g}", flush=True)
