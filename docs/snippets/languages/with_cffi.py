"""The same by cffi, which reads the header's own declarations: python3 with_cffi.py ./libwinit.so winit.i
   cc -E -P -U__GNUC__ -DWINIT_NO_STDIO winit.h | sed -n '/wi_real;/,$p' > winit.i"""
import sys

import cffi
import numpy

ffi = cffi.FFI()
with open(sys.argv[2]) as declarations:
    ffi.cdef(declarations.read())
winit = ffi.dlopen(sys.argv[1])

weights = numpy.empty((300, 784), numpy.float32)
rng = ffi.new("wi_rng *", winit.wi_rng_make(1))
if winit.wi_fill(ffi.from_buffer("float[]", weights), winit.wi_dense(784, 300), winit.wi_he_normal(), rng) != 0:
    sys.exit("wi_fill refused")
print("%.9f" % weights.astype(float).std())
