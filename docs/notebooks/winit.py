"""winit.h from Python, as far as the notebooks need it: ctypes over the shared library that `make build/libwinit.so` builds.

SPDX-License-Identifier: MIT OR Unlicense
"""
import ctypes as c
import os

import numpy as np


def _find():
    folder = os.path.dirname(os.path.abspath(__file__))
    for path in ("libwinit.so", "../../build/libwinit.so", "../libwinit.so"):
        if os.path.exists(os.path.join(folder, path)):
            return os.path.join(folder, path)
    raise OSError("libwinit.so is missing: run `make notebooks` in the folder that holds winit.h")


lib = c.CDLL(_find())
size, real, ptr = c.c_size_t, c.c_double, c.c_void_p


def _struct(name, fields):
    return type(name, (c.Structure,), {"_fields_": fields})


Rng = _struct("Rng", [("seed", c.c_uint64), ("stream", c.c_uint64), ("index", c.c_uint64)])
Act = _struct("Act", [("kind", c.c_int), ("param", real), ("name", c.c_char_p), ("f", ptr), ("df", ptr)])
Recipe = _struct("Recipe", [("name", c.c_char_p), ("scheme", c.c_int), ("fan", c.c_int)]
                 + [(n, real) for n in ("scale", "power", "a", "b", "lo", "hi")])
Shape = _struct("Shape", [(n, size) for n in ("n_in", "n_out", "kernel_h", "kernel_w", "groups")]
                + [("in_major", c.c_int), ("transposed", c.c_int)])
Stats = _struct("Stats", [("count", size), ("nonfinite", size)]
                + [(n, real) for n in ("mean", "std", "rms", "min", "max", "skewness", "kurtosis", "zeros")])
Signal = _struct("Signal", [(n, real) for n in ("q", "act_second", "chi", "correlation", "depth_scale", "slope", "depth_q",
                                                "act_mean", "act_correlation", "backward", "spread")] + [("units", real * 4)])


def _function(name, result, *arguments):
    f = getattr(lib, name)
    f.restype, f.argtypes = result, arguments
    return f


rng = _function("wi_rng_make", Rng, c.c_uint64)
split = _function("wi_rng_split", Rng, Rng, c.c_uint64)
dense = _function("wi_dense", Shape, size, size)
recipe_std = _function("wi_recipe_std", real, Recipe, Shape)
gain = _function("wi_gain", real, Act)
gain_backward = _function("wi_gain_backward", real, Act)
signal_step = _function("wi_signal_step", Signal, Act, real, real, Signal)
fixed_point = _function("wi_signal_fixed_point", Signal, Act, real, real)
_named = _function("wi_recipe_named", c.c_int, c.c_char_p, c.POINTER(Recipe))
_act_named = _function("wi_act_named", c.c_int, c.c_char_p, c.POINTER(Act))
_fill = _function("wi_fill", c.c_int, ptr, Shape, Recipe, c.POINTER(Rng))
_stats = _function("wi_stats_of", Stats, ptr, size)


def recipe(text):
    """A recipe from its text: "he_normal", "normal:0,0.01", "orthogonal:1.41"."""
    r = Recipe()
    if _named(text.encode(), c.byref(r)) != 0:
        raise ValueError(text)
    return r


def act(text):
    """An activation from its name: "relu", "tanh", "leaky_relu:0.2"."""
    a = Act()
    if _act_named(text.encode(), c.byref(a)) != 0:
        raise ValueError(text)
    return a


def fill(n_in, n_out, text, generator):
    """Weights [n_out][n_in] by a recipe, as a numpy array of floats."""
    w = np.empty((n_out, n_in), np.float32)
    if _fill(w.ctypes.data, dense(n_in, n_out), recipe(text), c.byref(generator)) != 0:
        raise ValueError(text)
    return w


def stats(x):
    x = np.ascontiguousarray(x, np.float32)
    return _stats(x.ctypes.data, x.size)
