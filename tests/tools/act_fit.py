#!/usr/bin/env python3
"""Fit the polynomials of section 5 (activations) of winit.h.

Each is a minimax fit by Remez exchange in 50 digits: find the polynomial whose largest weighted error on the
interval is smallest, by making the error alternate between equal extremes at n + 2 points. Prints C arrays and
the error. Needs mpmath only.
"""
from mpmath import mp, mpf, matrix, lu_solve, cos, pi, exp, erfc, sqrt, atanh, sin

mp.dps = 50


def remez(f, weight, lo, hi, degree, rounds=12, grid=1500):
    """Coefficients c of the p of this degree with the least max |weight(x) (p(x) - f(x))| on [lo, hi], and that error."""
    lo, hi, n = mpf(lo), mpf(hi), degree + 2
    points = [(lo + hi) / 2 - (hi - lo) / 2 * cos(pi * i / (n - 1)) for i in range(n)]
    xs = [(lo + hi) / 2 - (hi - lo) / 2 * cos(pi * i / grid) for i in range(grid + 1)]
    fs, ws = [f(x) for x in xs], [weight(x) for x in xs]
    for _ in range(rounds):
        # Solve p(x_i) + (-1)^i e / weight(x_i) = f(x_i).
        a, b = matrix(n, n), matrix(n, 1)
        for i, x in enumerate(points):
            for j in range(degree + 1):
                a[i, j] = x ** j
            a[i, degree + 1] = (-1) ** i / weight(x)
            b[i] = f(x)
        c = list(lu_solve(a, b))[: degree + 1]
        # Move each point to the largest error between two changes of sign.
        err = [w * (mp.polyval(c[::-1], x) - y) for x, y, w in zip(xs, fs, ws)]
        runs, start = [], 0
        for i in range(1, len(xs) + 1):
            if i == len(xs) or (err[i] > 0) != (err[start] > 0):
                runs.append(max(range(start, i), key=lambda k: abs(err[k])))
                start = i
        while len(runs) > n:
            runs.remove(min((runs[0], runs[-1]), key=lambda k: abs(err[k])))
        if len(runs) < n:
            break
        points = [xs[k] for k in runs]
    return c, max(abs(e) for e in err)


def show(name, c, error, digits=10, suffix="f"):
    print(f"/* {name}: largest error {mp.nstr(error, 2)} */")
    print("    " + ", ".join(mp.nstr(x, digits) + suffix for x in c))


# exp(r) = 1 + r + r^2 p(r), |r| <= log(2)/2, and this is expm1's accuracy too: relative to exp(r) - 1.
end = mp.log(2) / 2 * mpf("1.001")
f = lambda r: (exp(r) - 1 - r) / r ** 2 if abs(r) > mpf("1e-12") else mpf(1) / 2 + r / 6
weight = lambda r: r ** 2 / (exp(r) - 1) if abs(r) > mpf("1e-12") else abs(r) + mpf("1e-15")
show("exp, p(r), relative to exp(r) - 1", *remez(f, lambda r: abs(weight(r)) + mpf("1e-9"), -end, end, 4))

# The normal law's upper tail: Q(a) = exp(-a^2/2) u p(q) with u = 1 / (a + C), q = 1 - 2 C u, 0 <= a <= 16.
for C in (mpf(2),):
    for degree in (10,):
        def tail(q):
            a = 2 * C / (1 - q) - C
            return erfc(a / sqrt(mpf(2))) / 2 * exp(a * a / 2) * (a + C)
        c, e = remez(tail, lambda q: 1 / tail(q), -1, 1 - 2 * C / (16 + C), degree)
        show(f"normal tail, C = {C}", c, e)

# log(1 + e) = 2 atanh(s), s = e / (2 + e): 2 atanh(s) = s (2 + s^2 p(s^2)), 0 <= s^2 <= 1/9.
g = lambda v: (2 * atanh(sqrt(v)) / sqrt(v) - 2) / v if v > mpf("1e-20") else mpf(2) / 3 + 2 * v / 5
for degree in (3,):
    show("log1p, p(s^2)", *remez(g, lambda v: v / 2 + mpf("1e-6"), 0, mpf(1) / 9, degree))

# sin(r) = r + r^3 p(r^2), |r| <= pi/2, in double.
h = lambda v: (sin(sqrt(v)) / sqrt(v) - 1) / v if v > mpf("1e-20") else -mpf(1) / 6 + v / 120
for degree in (3,):
    show("sin, p(r^2)", *remez(h, lambda v: v + mpf("1e-6"), 0, pi ** 2 / 4 * mpf("1.0001"), degree), digits=17, suffix="")
