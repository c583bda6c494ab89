# The same in Nim: nim c --passC:-I. main.nim. Types are named by importc; C's compiler fills in the rest.
{.emit: "#define WINIT_STATIC\n#include \"winit.h\"".}
{.passL: "-lm".}
type
  Shape {.importc: "wi_shape", nodecl.} = object
  Recipe {.importc: "wi_recipe", nodecl.} = object
  Rng {.importc: "wi_rng", nodecl.} = object
  Stats {.importc: "wi_stats", nodecl.} = object
    std: cdouble
proc dense(inputs, units: csize_t): Shape {.importc: "wi_dense", nodecl.}
proc heNormal(): Recipe {.importc: "wi_he_normal", nodecl.}
proc rngMake(seed: uint64): Rng {.importc: "wi_rng_make", nodecl.}
proc fill(w: ptr cfloat, shape: Shape, recipe: Recipe, rng: ptr Rng): cint {.importc: "wi_fill", nodecl.}
proc statsOf(w: ptr cfloat, n: csize_t): Stats {.importc: "wi_stats_of", nodecl.}

import std/strutils
var weights = newSeq[cfloat](300 * 784)
var rng = rngMake(1)
doAssert fill(addr weights[0], dense(784, 300), heNormal(), addr rng) == 0
echo formatFloat(statsOf(addr weights[0], csize_t(weights.len)).std, ffDecimal, 9)
