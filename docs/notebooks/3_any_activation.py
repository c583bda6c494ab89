# %% [markdown]
# # Part 3: any activation, any law
# The factor of an activation is an integral, and orthogonal weights keep every direction. Chapters 17 to 22.
# %%
import matplotlib.pyplot as plt
import numpy as np
import winit as wi

# %%
names = ["linear", "relu", "tanh", "sigmoid", "elu", "selu", "gelu", "silu", "mish", "softsign"]
forward = [wi.gain(wi.act(n)) ** 2 for n in names]
backward = [wi.gain_backward(wi.act(n)) ** 2 for n in names]
place = np.arange(len(names))
plt.bar(place - 0.2, forward, 0.4, label="forward: 1 / E f²")
plt.bar(place + 0.2, backward, 0.4, label="backward: 1 / E f'²")
plt.xticks(place, names, rotation=45); plt.ylim(0, 8); plt.legend(); plt.ylabel("fan_in Var(w)"); plt.show()
assert abs(forward[1] - 2) < 1e-9 and abs(backward[1] - 2) < 1e-9

# %% [markdown]
# The singular values of ten matrices in a row.
# %%
for name in ("lecun_normal", "orthogonal:1"):
    product = np.eye(100)
    for l in range(10):
        product = wi.fill(100, 100, name, wi.split(wi.rng(3), l)) @ product
    values = np.linalg.svd(product, compute_uv=False)
    print(f"{name:13} median {np.median(values):.3f}, {np.sum(values < 0.01)} of 100 below 0.01")
    plt.semilogy(values, label=name)
plt.legend(); plt.xlabel("direction"); plt.ylabel("singular value of the product"); plt.show()
assert values.min() > 0.999
