"""Fill a numpy array by winit.h: python3 with_ctypes.py ./libwinit.so"""
import ctypes as c
import sys

import numpy


class Shape(c.Structure):       # wi_shape
    _fields_ = [(n, c.c_size_t) for n in ("in_", "out", "kernel_h", "kernel_w", "groups")] + [
        ("in_major", c.c_int), ("transposed", c.c_int)]


class Recipe(c.Structure):      # wi_recipe
    _fields_ = [("name", c.c_char_p), ("scheme", c.c_int), ("fan", c.c_int)] + [
        (n, c.c_double) for n in ("scale", "power", "a", "b", "lo", "hi")]


class Rng(c.Structure):         # wi_rng
    _fields_ = [(n, c.c_uint64) for n in ("seed", "stream", "index")]


winit = c.CDLL(sys.argv[1])
winit.wi_dense.argtypes, winit.wi_dense.restype = [c.c_size_t, c.c_size_t], Shape
winit.wi_rng_make.argtypes, winit.wi_rng_make.restype = [c.c_uint64], Rng
winit.wi_fill.argtypes = [c.c_void_p, Shape, Recipe, c.POINTER(Rng)]


def fill(recipe, inputs, outputs, seed):
    """Weights [outputs, inputs] by a recipe's name, as PyTorch holds them."""
    weights, law, rng = numpy.empty((outputs, inputs), numpy.float32), Recipe(), winit.wi_rng_make(seed)
    if winit.wi_recipe_named(recipe.encode(), c.byref(law)) != 0:
        raise ValueError(f"no recipe is called {recipe!r}")
    if winit.wi_fill(weights.ctypes.data, winit.wi_dense(inputs, outputs), law, c.byref(rng)) != 0:
        raise ValueError(f"{recipe} cannot fill {outputs} x {inputs}")
    return weights


print("%.9f" % fill("he_normal", 784, 300, 1).astype(float).std())
