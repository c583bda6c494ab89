# %% [markdown]
# # Part 4: depth
# Two inputs in forty tanh layers: order, chaos, and the edge between. Chapters 23 to 28.
# %%
import matplotlib.pyplot as plt
import numpy as np
import winit as wi

# %%
tanh = wi.act("tanh")
for weight_std in (0.9, 1.0, 2.0):
    at = wi.Signal(q=weight_std ** 2, correlation=0.6)
    correlation = []
    for _ in range(40):
        correlation.append(at.correlation)
        at = wi.signal_step(tanh, weight_std ** 2, 0.0, at)
    chi = wi.fixed_point(tanh, weight_std ** 2, 0.0).chi
    plt.plot(correlation, label=f"weights {weight_std}: chi {chi:.2f}")
plt.legend(); plt.xlabel("layer"); plt.ylabel("correlation of two inputs"); plt.show()

# %% [markdown]
# Is a size of 1 stable? The slope of the map q -> q' at 1, with the gain that makes 1 a fixed point.
# %%
slopes = {}
for name in ("tanh", "relu", "gelu", "silu"):
    a = wi.act(name)
    v = wi.gain(a) ** 2
    slopes[name] = wi.signal_step(a, v, 0.0, wi.Signal(q=1.0, correlation=1.0)).slope
    q, at = [], wi.Signal(q=1.05, correlation=1.0)
    for _ in range(60):
        q.append(at.q)
        at = wi.signal_step(a, v, 0.0, at)
    plt.semilogy(q, label=f"{name}: slope {slopes[name]:.3f}")
plt.legend(); plt.xlabel("layer"); plt.ylabel("mean square, from 1.05"); plt.show()
assert slopes["tanh"] < 1 < slopes["gelu"] and abs(slopes["relu"] - 1) < 1e-6
