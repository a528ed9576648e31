"""Factor and solve with a sparse symmetric matrix whose pattern is known: L D L'."""

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver

__all__ = ["WIDE", "factor", "solve"]

Floats = NDArray[np.float64]
Ints = NDArray[np.uint32]
WIDE = 4  # right sides abreast: three, and one so that an instruction takes them all


@driver
def factor(
    begin: Ints, rows: Ints, left_begin: Ints, left: Ints, left_column: Ints,
    lower: Floats, pivot: Floats,
) -> bool:  # fmt: skip
    """Turn the matrix in ``lower`` and ``pivot`` into its factor, in place; False if none is there.

    Column by column from the left: each takes what every earlier column that reaches it gives, in
    their order.

    Parameters
    ----------
    begin, rows : (n + 1,), (l,) the factor's columns below the diagonal, sorted.
    left_begin, left, left_column : (n + 1,), (l,), (l,) the same by rows, as of ``Ties``.
    lower, pivot : (l,), (n,) the matrix at those places, 0 where it has none, and its diagonal.
    """
    n = pivot.shape[0]
    work = np.zeros(n)
    for j in range(n):
        low, high = np.int64(begin[j]), np.int64(begin[j + 1])
        for k in range(low, high):
            work[rows[k]] = lower[k]
        d = pivot[j]
        for q in range(left_begin[j], left_begin[j + 1]):
            at, c = np.int64(left[q]), left_column[q]
            scaled = lower[at] * pivot[c]
            d -= lower[at] * scaled
            for k in range(at + 1, np.int64(begin[c + 1])):
                work[rows[k]] -= lower[k] * scaled
        if not d > 0.0:
            return False
        pivot[j] = d
        inv = 1.0 / d
        for k in range(low, high):
            lower[k] = work[rows[k]] * inv
    return True


@driver
def solve(begin: Ints, rows: Ints, lower: Floats, pivot: Floats, y: Floats) -> None:
    """Solve for ``WIDE`` right sides that lie abreast in ``y``, (n WIDE,), in place."""
    n = pivot.shape[0]
    for j in range(n):
        a, b, c, d = y[4 * j], y[4 * j + 1], y[4 * j + 2], y[4 * j + 3]
        for k in range(begin[j], begin[j + 1]):
            w = lower[k]
            r = np.uint64(4) * np.uint64(rows[k])
            y[r] -= w * a
            y[r + np.uint64(1)] -= w * b
            y[r + np.uint64(2)] -= w * c
            y[r + np.uint64(3)] -= w * d
    for i in range(n):
        j = n - 1 - i
        inv = 1.0 / pivot[j]
        a, b, c, d = inv * y[4 * j], inv * y[4 * j + 1], inv * y[4 * j + 2], inv * y[4 * j + 3]
        for k in range(begin[j], begin[j + 1]):
            w = lower[k]
            r = np.uint64(4) * np.uint64(rows[k])
            a -= w * y[r]
            b -= w * y[r + np.uint64(1)]
            c -= w * y[r + np.uint64(2)]
            d -= w * y[r + np.uint64(3)]
        y[4 * j], y[4 * j + 1], y[4 * j + 2], y[4 * j + 3] = a, b, c, d
