# %% [markdown]
# # Part 6: in practice
# What a seed fixes and what it leaves alone; recipes for arrays of your own. Chapters 35 to 43.
# %%
import hashlib

import matplotlib.pyplot as plt
import numpy as np
import winit as wi

# %%
def fingerprint(w):
    return hashlib.sha256(w.tobytes()).hexdigest()[:12]

print("twice the same seed:", fingerprint(wi.fill(100, 50, "he_normal", wi.rng(1))), fingerprint(wi.fill(100, 50, "he_normal", wi.rng(1))))
assert fingerprint(wi.fill(100, 50, "he_normal", wi.rng(1))) == fingerprint(wi.fill(100, 50, "he_normal", wi.rng(1)))

# %% [markdown]
# A child for each layer: layer 2 changes its width, layer 3 keeps its weights.
# %%
for units in (64, 65):
    seed = wi.rng(1)
    second = wi.fill(64, units, "he_normal", wi.split(seed, 2))
    third = wi.fill(64, 10, "he_normal", wi.split(seed, 3))
    print(f"layer 2 with {units} units: {fingerprint(second)}; layer 3: {fingerprint(third)}")

# %% [markdown]
# One seed is a sample. The deviation of 500 weights, over a thousand seeds, scatters as 1 / sqrt(2 n) says.
# %%
measured = [wi.stats(wi.fill(50, 10, "he_normal", wi.rng(s))).std for s in range(1000)]
theory = wi.recipe_std(wi.recipe("he_normal"), wi.dense(50, 10))
plt.hist(measured, bins=40); plt.axvline(theory, color="k"); plt.xlabel("measured deviation"); plt.show()
print(f"scatter {np.std(measured) / theory:.4f}, 1 / sqrt(2 n) = {1 / np.sqrt(1000):.4f}")
assert abs(np.std(measured) / theory * np.sqrt(1000) - 1) < 0.15
