"""PyTorch as oracle: for every recipe that torch.nn.init has, its draws and ours must come from the same law.

oracle.py PROGRAM, the compiled tests/oracle.c. Compares mean, deviation, support and the two-sample
Kolmogorov-Smirnov distance at dense, convolution, depthwise and transposed shapes, and exact matrices exactly.
Bounds are five standard errors, or a probability of 1e-5. Where the frameworks mean different things
by a fan, the call that means ours is made, and a comment says so.
"""
import subprocess
import sys

import numpy as np
import torch
from torch import nn

program = sys.argv[1]
passed = failed = 0
torch.manual_seed(5)

# name: in, out, kernel, groups, transposed -> torch's weight shape
DENSE = (300, 200, 1, 1, 1, 0)
CONV = (16, 32, 3, 3, 1, 0)
DEPTHWISE = (64, 64, 3, 3, 64, 0)
TRANSPOSED = (16, 8, 4, 2, 1, 1)


def check(ok, sentence):
    global passed, failed
    passed, failed = passed + bool(ok), failed + (not ok)
    if not ok:
        print("oracle.py:", sentence)


def torch_shape(s):
    i, o, kh, kw, groups, transposed = s
    head = (i, o // groups) if transposed else (o, i // groups)
    return head if (kh, kw) == (1, 1) else head + (kh, kw)


def ours(recipe, s, repeats=1):
    i, o, kh, kw, groups, transposed = s
    args = [program, recipe] + [str(v) for v in (i, o, kh, kw, groups, transposed, repeats)]
    raw = subprocess.run(args, stdout=subprocess.PIPE, check=True).stdout
    return np.frombuffer(raw, dtype="<f4").astype(np.float64)


def theirs(fill, s, repeats=1):
    drawn = []
    for _ in range(repeats):
        w = torch.empty(torch_shape(s))
        with torch.no_grad():
            fill(w)
        drawn.append(w.numpy().astype(np.float64).ravel())
    return np.concatenate(drawn)


def ks_p(a, b):
    """Two samples: the probability of so large a distance between their distributions."""
    both = np.sort(np.concatenate([a, b]))
    d = np.abs(np.searchsorted(np.sort(a), both, "right") / a.size - np.searchsorted(np.sort(b), both, "right") / b.size).max()
    n = np.sqrt(a.size * b.size / (a.size + b.size))
    x = d * (n + 0.12 + 0.11 / n)
    return 1.0 if x < 0.2 else min(1.0, 2 * sum((-1) ** (k - 1) * np.exp(-2 * k * k * x * x) for k in range(1, 101)))


def same_law(what, recipe, fill, s, bounded=False):
    count = int(np.prod(torch_shape(s)))
    repeats = max(1, 120000 // count)
    a, b = ours(recipe, s, repeats), theirs(fill, s, repeats)
    check(a.size == b.size, f"{what}: {a.size} numbers, torch has {b.size}")
    error = np.sqrt(2 / a.size)
    scale = b.std() or 1
    kurtosis = ((b - b.mean()) ** 4).mean() / scale**4
    check(abs(a.mean() - b.mean()) < 5 * scale * error, f"{what}: mean {a.mean():.6g}, torch {b.mean():.6g}")
    check(abs(a.std() / scale - 1) < 5 * error * np.sqrt((kurtosis - 1) / 4), f"{what}: std {a.std():.6g}, torch {b.std():.6g}")
    p = ks_p(a, b)
    check(p > 1e-5, f"{what}: Kolmogorov-Smirnov p = {p:.2g}")
    if bounded:  # both fill the same interval, to what so many draws leave out
        width = b.max() - b.min()
        check(abs(a.max() - b.max()) < width * 2e-3 and abs(a.min() - b.min()) < width * 2e-3,
              f"{what}: support {a.min():.6g} .. {a.max():.6g}, torch {b.min():.6g} .. {b.max():.6g}")


def laws():
    init = nn.init
    for name, s in (("dense", DENSE), ("conv", CONV), ("depthwise", DEPTHWISE), ("transposed", TRANSPOSED)):
        i, o, kh, kw, groups, transposed = s
        same_law(f"uniform, {name}", "uniform:-0.1,0.3", lambda w: init.uniform_(w, -0.1, 0.3), s, True)
        same_law(f"normal, {name}", "normal:0.1,0.3", lambda w: init.normal_(w, 0.1, 0.3), s)
        # Ours are in units of std, torch's are absolute.
        same_law(f"truncated, {name}", "truncated:0,0.02,-2,2", lambda w: init.trunc_normal_(w, 0, 0.02, -0.04, 0.04), s, True)
        same_law(f"truncated one side, {name}", "truncated:0.01,0.02,-0.5,3",
                 lambda w: init.trunc_normal_(w, 0.01, 0.02, 0.0, 0.07), s, True)

        # torch's fan_out forgets groups: for a depthwise layer it is `groups` times ours. Its sum of fans is put right by the gain.
        fix = np.sqrt((i // groups + o) / (i // groups + o // groups)) if groups > 1 else 1.0
        same_law(f"xavier_normal, {name}", "xavier_normal", lambda w: init.xavier_normal_(w, fix), s)
        same_law(f"xavier_uniform x 5/3, {name}", f"xavier_uniform:1.6666666667", lambda w: init.xavier_uniform_(w, fix * 5 / 3), s, True)

        # torch's fan_in of a transposed convolution counts output channels.
        mode = "fan_out" if transposed else "fan_in"
        same_law(f"he_normal, {name}", "he_normal", lambda w: init.kaiming_normal_(w, mode=mode, nonlinearity="relu"), s)
        same_law(f"he_uniform, {name}", "he_uniform", lambda w: init.kaiming_uniform_(w, mode=mode, nonlinearity="relu"), s, True)
        same_law(f"lecun_normal, {name}", "lecun_normal", lambda w: init.kaiming_normal_(w, mode=mode, nonlinearity="linear"), s)
        same_law(f"he, leaky 0.2, {name}", f"lecun_uniform:{np.sqrt(2 / 1.04):.10f}",
                 lambda w: init.kaiming_uniform_(w, 0.2, mode=mode, nonlinearity="leaky_relu"), s, True)

    # What layers start with.
    for name, s, layer in (("Linear", DENSE, lambda: nn.Linear(300, 200)), ("Conv2d", CONV, lambda: nn.Conv2d(16, 32, 3)),
                           ("depthwise Conv2d", DEPTHWISE, lambda: nn.Conv2d(64, 64, 3, groups=64))):
        same_law(f"pytorch_default, {name}", "pytorch_default", lambda w: w.copy_(layer().weight), s, True)


def matrices():
    init = nn.init
    for s in ((5, 5, 1, 1, 1, 0), (3, 7, 1, 1, 1, 0), (7, 3, 1, 1, 1, 0)):
        check(np.array_equal(ours("identity", s), theirs(init.eye_, s)), f"identity {s}")
    for s in ((4, 6, 3, 3, 1, 0), (6, 4, 4, 2, 1, 0), (4, 6, 3, 4, 2, 0)):
        check(np.array_equal(ours("dirac", s), theirs(lambda w: init.dirac_(w, s[4]), s)), f"dirac {s}")

    # Orthogonal: the same law for one element, the same moments of the trace, lengths kept.
    for s in (DENSE, (200, 300, 1, 1, 1, 0), CONV):
        rows, a = s[1], ours("orthogonal:1.5", s)
        w = a.reshape(rows, -1)
        w = w if w.shape[0] < w.shape[1] else w.T
        check(np.abs(w @ w.T / 2.25 - np.eye(w.shape[0])).max() < 1e-6, f"orthogonal {s}: rows are not orthonormal")
        p = ks_p(a, theirs(lambda t: init.orthogonal_(t, 1.5), s))
        check(p > 1e-5, f"orthogonal {s}: Kolmogorov-Smirnov p = {p:.2g}")
    s, n = (8, 8, 1, 1, 1, 0), 2000
    a = ours("orthogonal", s, n).reshape(n, 8, 8)
    b = theirs(init.orthogonal_, s, n).reshape(n, 8, 8)
    for what, f in (("trace", lambda m: np.trace(m, axis1=1, axis2=2)), ("last element", lambda m: m[:, 7, 7]),
                    ("first element", lambda m: m[:, 0, 0])):
        p = ks_p(f(a), f(b))
        check(p > 1e-5, f"orthogonal 8 x 8, {what}: Kolmogorov-Smirnov p = {p:.2g}")

    # Sparse: torch counts zeros in a column, we count inputs of a unit, a row; so ours is compared with torch's transpose.
    s = (100, 80, 1, 1, 1, 0)
    a = ours("sparse:15,0.1", s, 20).reshape(-1, 100)
    b = torch.cat([init.sparse_(torch.empty(100, 80), 0.85, 0.1).T for _ in range(20)]).numpy()
    check((np.count_nonzero(a, axis=1) == 15).all() and (np.count_nonzero(b, axis=1) == 15).all(), "sparse: 15 inputs for each unit")
    p = ks_p(a[a != 0], b[b != 0].astype(np.float64))
    check(p > 1e-5, f"sparse: Kolmogorov-Smirnov p = {p:.2g}")


laws()
matrices()
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
