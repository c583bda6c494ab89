# %% [markdown]
# # Part 5: training
# Handwritten digits, four hidden ReLU layers, two starts: the loss, and by which part of itself a weight changes in a step.
# Chapters 29 to 34, and 43.
# %%
import os

import matplotlib.pyplot as plt
import numpy as np
import winit as wi

# %%
def load(name, skip):
    for folder in ("examples/data", "../../examples/data", "../examples/data"):
        if os.path.exists(os.path.join(folder, name)):
            return np.fromfile(os.path.join(folder, name), np.uint8)[skip:]
    raise OSError(name)

x = load("digits-images.idx3-ubyte", 16).reshape(-1, 64).astype(float)
y = load("digits-labels.idx1-ubyte", 8)
order = np.random.default_rng(0).permutation(len(y))
x, y = x[order], y[order]
mean, std = x[:1500].mean(0), x[:1500].std(0)
x = (x - mean) / np.where(std > 0, std, 1)          # by what the training part says

# %%
def train(name, steps=300, rate=0.05, widths=(64, 64, 64, 64, 64, 10)):
    w = [wi.fill(a, b, name, wi.split(wi.rng(5), l)).astype(float) for l, (a, b) in enumerate(zip(widths, widths[1:]))]
    b = [np.zeros(n) for n in widths[1:]]
    losses, ratios = [], []
    random = np.random.default_rng(1)
    for _ in range(steps):
        pick = random.integers(0, 1500, 30)
        h = [x[pick]]
        for l in range(len(w)):
            z = h[-1] @ w[l].T + b[l]
            h.append(np.maximum(z, 0) if l + 1 < len(w) else z)
        p = np.exp(h[-1] - h[-1].max(1, keepdims=True)); p /= p.sum(1, keepdims=True)
        losses.append(-np.log(p[np.arange(30), y[pick]] + 1e-30).mean())
        d = (p - np.eye(10)[y[pick]]) / 30
        ratio = []
        for l in reversed(range(len(w))):
            dw, db = d.T @ h[l], d.sum(0)
            d = d @ w[l] * (h[l] > 0)
            ratio.append(rate * np.sqrt((dw ** 2).mean() / (w[l] ** 2).mean()))
            w[l] -= rate * dw; b[l] -= rate * db
        ratios.append(ratio[::-1])
    return np.array(losses), np.array(ratios)

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4))
last = {}
for name in ("he_normal", "normal:0,0.01"):
    losses, ratios = train(name)
    last[name] = losses[-30:].mean()
    left.plot(losses, label=name)
    right.semilogy(ratios[:, 0], label=f"{name}, layer 1")
    right.semilogy(ratios[:, 3], "--", label=f"{name}, layer 4")
left.set_xlabel("step"); left.set_ylabel("loss"); left.legend()
right.set_xlabel("step"); right.set_ylabel("update / weight"); right.legend(); plt.show()
assert last["he_normal"] < 0.7 and last["normal:0,0.01"] > 2.2
