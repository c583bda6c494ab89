# %% [markdown]
# # Part 1: first steps
# Why weights must differ. Chapters 01 to 09; the weights come from winit.h, the network is a few lines of numpy.
# %%
import matplotlib.pyplot as plt
import numpy as np
import winit as wi

# %% [markdown]
# What two recipes draw for the same layer, and what theory says of their size.
# %%
for name in ("xavier_uniform", "he_normal", "orthogonal:1"):
    w = wi.fill(784, 256, name, wi.rng(42))
    theory = wi.recipe_std(wi.recipe(name), wi.dense(784, 256))
    print(f"{name:16} std {wi.stats(w).std:.5f}, theory {theory:.5f}")
    plt.hist(w.ravel(), bins=80, histtype="step", density=True, label=name)
plt.legend(); plt.xlabel("weight"); plt.ylabel("density"); plt.show()

# %% [markdown]
# Eight hidden tanh units, four clusters. Count how many of the units differ while it trains.
# %%
def train(w1, w2, steps=300, rate=0.5):
    random = np.random.default_rng(2)
    centre = np.array([[1, 1], [1, -1], [-1, 1], [-1, -1]])
    y = random.integers(0, 4, 400)
    x = centre[y] + 0.3 * random.standard_normal((400, 2))
    w1, w2, b1, b2 = w1.astype(float), w2.astype(float), np.zeros(8), np.zeros(4)
    distinct = []
    for _ in range(steps):
        h = np.tanh(x @ w1.T + b1)
        p = np.exp(h @ w2.T + b2); p /= p.sum(1, keepdims=True)
        d = (p - np.eye(4)[y]) / len(y)
        dh = d @ w2 * (1 - h * h)
        w2 -= rate * d.T @ h; b2 -= rate * d.sum(0)
        w1 -= rate * dh.T @ x; b1 -= rate * dh.sum(0)
        distinct.append(len(np.unique(w1.round(6), axis=0)))
    return distinct, (p.argmax(1) == y).mean()

for name in ("constant:0.5", "xavier_normal"):
    distinct, accuracy = train(wi.fill(2, 8, name, wi.rng(1)), wi.fill(8, 4, name, wi.rng(2)))
    plt.plot(distinct, label=f"{name}: {100 * accuracy:.0f} % right")
    assert distinct[-1] == (1 if name.startswith("constant") else 8)
plt.legend(); plt.xlabel("step"); plt.ylabel("units that differ"); plt.show()
