# %% [markdown]
# # Part 2: the right size
# Thirty ReLU layers: Xavier's variance loses half of the mean square in each, He's keeps it. Chapters 10 to 16.
# %%
import matplotlib.pyplot as plt
import numpy as np
import winit as wi

# %%
def signal(name, layers=30, width=200, samples=100):
    x = np.random.default_rng(1).standard_normal((samples, width)).astype(np.float32)
    sizes = []
    for l in range(layers):
        x = np.maximum(x @ wi.fill(width, width, name, wi.split(wi.rng(7), l)).T, 0)
        sizes.append(wi.stats(x).rms)
    return np.array(sizes)

l = np.arange(1, 31)
for name, factor in (("xavier_normal", 0.5), ("he_normal", 1.0)):
    sizes = signal(name)
    plt.semilogy(l, sizes, "o", label=name)
    plt.semilogy(l, sizes[0] * factor ** ((l - 1) / 2), "--", label=f"theory: {factor} a layer")
plt.legend(); plt.xlabel("layer"); plt.ylabel("root mean square of the outputs"); plt.show()
assert signal("xavier_normal")[-1] < 1e-3 < signal("he_normal")[-1]

# %% [markdown]
# The same seed: He's weights are sqrt(2) times Xavier's here, so after thirty layers the ratio is 2^15.
# %%
ratio = signal("he_normal")[-1] / signal("xavier_normal")[-1]
print(f"ratio {ratio:.0f}, 2^15 = {2 ** 15}")
assert abs(ratio / 2 ** 15 - 1) < 0.01
