#!/usr/bin/env python3
"""Derive the polynomials of winit.h's normal quantile and erfc.  Needs mpmath (Debian: python3-mpmath).

A standard normal z with Phi(z) = u is written with x = 2u - 1 and w = -log(1 - x^2) as

    z = x C(w)              in the centre, w <= 6.25
    z = x T(sqrt(w))        in the tails, sqrt(w) <= 6.75 (|z| about 9)

and, for the probabilities themselves,   erfc(x) = exp(-x^2) E(y) / (1 + 2x),   y = (x - K) / (x + K).

All three are smooth on their interval, so interpolation in Chebyshev points comes within a small factor of
the best polynomial of that degree. Prints C arrays, lowest power first, and the error of each fit.
"""
import mpmath as mp

mp.mp.dps = 50


def ratio(w):
    """z / x at w = -log(1 - x^2)."""
    if w == 0:
        return mp.sqrt(mp.pi / 2)
    x = mp.sqrt(-mp.expm1(-w))
    tail = mp.exp(-w) / (1 + x) / 2            # (1 - x) / 2, without cancellation
    z = mp.sqrt(mp.log(1 / tail)) + mp.mpf("0.1") if w > 2 else x
    for _ in range(60):                        # Newton on the upper tail
        step = (mp.erfc(z / mp.sqrt(2)) / 2 - tail) / (mp.exp(-z * z / 2) / mp.sqrt(2 * mp.pi))
        z += step
        if abs(step) < mp.mpf(10) ** -40:
            break
    return z / x


def erfc_part(y, k):
    if y >= 1:
        return 2 / mp.sqrt(mp.pi)
    x = k * (1 + y) / (1 - y)
    if x > 1000:
        return (1 + 2 * x) / (x * mp.sqrt(mp.pi)) * (1 - 1 / (2 * x * x) + mp.mpf(3) / (4 * x**4) - mp.mpf(15) / (8 * x**6))
    return (1 + 2 * x) * mp.exp(x * x) * mp.erfc(x)


def log_part(f):
    return mp.log1p(f) / f if f else mp.mpf(1)


def show(name, function, lo, hi, terms, digits, suffix):
    coefficients, error = mp.chebyfit(function, [lo, hi], terms, error=True)
    print(f"/* {name}: {terms} terms on [{mp.nstr(lo, 6)}, {mp.nstr(hi, 6)}], error {mp.nstr(error, 3)} */")
    print(", ".join(mp.nstr(c, digits) + suffix for c in reversed(coefficients)))


if __name__ == "__main__":
    half, middle = mp.mpf("3.125"), mp.mpf("4.625")
    show("log1p(f) / f", log_part, -mp.mpf(1) / 3, mp.mpf(1) / 3, 8, 10, "f")
    show("centre C, in w - 3.125", lambda v: ratio(v + half), -half, half, 10, 10, "f")
    show("tail T, in sqrt(w) - 4.625", lambda v: ratio((v + middle) ** 2), mp.mpf("-2.125"), mp.mpf("2.125"), 14, 10, "")
    show("erfc E(y), K = 4", lambda y: erfc_part(y, mp.mpf(4)), -1, 1, 24, 20, "")
