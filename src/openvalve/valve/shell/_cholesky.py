"""Factor and solve with a sparse symmetric matrix whose pattern is known: L D L'."""

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver

__all__ = ["WIDE", "factor", "solve"]

Floats = NDArray[np.float64]
Ints = NDArray[np.uint32]
WIDE = 4  # right sides abreast: three, and one so that an instruction takes them all


@driver
def factor(begin: Ints, rows: Ints, lower: Floats, pivot: Floats) -> bool:
    """Turn the matrix in ``lower`` and ``pivot`` into its factor, in place; False if none is there.

    Column by column from the left: each takes what every earlier column that reaches it gives.

    Parameters
    ----------
    begin, rows : (n + 1,), (l,) the factor's columns below the diagonal, sorted.
    lower, pivot : (l,), (n,) the matrix at those places, 0 where it has none, and its diagonal.
    """
    n = pivot.shape[0]
    work = np.zeros(n)
    chain = np.full(n, -1, np.int64)  # columns whose next row is this one
    after = np.full(n, -1, np.int64)
    head = np.zeros(n, np.int64)
    for j in range(n):
        low, high = np.int64(begin[j]), np.int64(begin[j + 1])
        for k in range(low, high):
            work[rows[k]] = lower[k]
        d = pivot[j]
        c = chain[j]
        while c >= 0:
            at, end = head[c], np.int64(begin[c + 1])
            scaled = lower[at] * pivot[c]
            d -= lower[at] * scaled
            for k in range(at + 1, end):
                work[rows[k]] -= lower[k] * scaled
            following = after[c]
            if at + 1 < end:
                head[c] = at + 1
                row = rows[at + 1]
                after[c] = chain[row]
                chain[row] = c
            c = following
        if not d > 0.0:
            return False
        pivot[j] = d
        inv = 1.0 / d
        for k in range(low, high):
            lower[k] = work[rows[k]] * inv
        if low < high:
            head[j] = low
            row = rows[low]
            after[j] = chain[row]
            chain[row] = j
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
