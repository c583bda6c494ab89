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


def torch_epoch(kind, n, batch):
    layers = []
    if kind == "cnn":
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
    net = torch.nn.Sequential(*layers)
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


def run(case, args):
    if case == "epoch":
        kind, n, batch = args[0], int(args[1]), int(args[2])
        if which == "numpy" and kind == "cnn":
            return None
        return (torch_epoch if which == "torch" else numpy_epoch)(kind, n, batch)
    if case == "fill":
        kind, n, reps = args[0], int(args[1]), int(args[2])
        if which == "torch":
            t = torch.empty(n)
            f = {"uniform": lambda: t.uniform_(-1, 1), "normal": lambda: t.normal_(),
                 "truncated": lambda: torch.nn.init.trunc_normal_(t)}[kind]
            return timed(f, 1 if kind == "truncated" else reps)
        out = np.empty(n, np.float32)
        f = {"uniform": lambda: rng.random(out=out, dtype=np.float32), "normal": lambda: rng.standard_normal(out=out, dtype=np.float32)}
        return timed(f[kind], reps) if kind in f else None
    if case == "orthogonal" and which == "torch":
        t = torch.empty(int(args[0]), int(args[1]))
        return timed(lambda: torch.nn.init.orthogonal_(t), 1)
    if case == "act" and which == "torch":
        n, reps = int(args[1]), int(args[2])
        z = torch.from_numpy(np.linspace(-8, 8, n, dtype=np.float32))
        y = torch.empty(n)
        if args[0] == "gelu":
            return timed(lambda: torch._C._nn.gelu(z, out=y), reps)
        return timed({"sigmoid": lambda: torch.sigmoid(z, out=y),
                      "tanh": lambda: torch.tanh(z, out=y)}[args[0]], reps)
    if case == "adam" and which == "torch":
        p = torch.nn.Parameter(torch.zeros(int(args[0])))
        p.grad = torch.ones(int(args[0]))
        return timed(torch.optim.Adam([p]).step, 3)
    return None


for line in sys.stdin:
    words = line.split()
    seconds = run(words[0], words[1:])
    print("missing" if seconds is None else f"{seconds:.9g}", flush=True)
