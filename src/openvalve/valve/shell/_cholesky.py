"""Factor and solve with a sparse symmetric matrix whose pattern is known: L D L'."""

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver, leaf

__all__ = ["WIDE", "factor", "solve"]

Floats = NDArray[np.float64]
Ints = NDArray[np.uint32]
WIDE = 4  # right sides abreast: three, and one so that an instruction takes them all


@leaf
def _alike(begin: Ints, rows: Ints, c: np.int64, wide: int) -> bool:
    """Return whether ``wide`` columns from ``c`` have the same rows, but for each other.

    They have where each is the parent of the one before and a row shorter: all that it has besides
    its parent, its parent has as well.
    """
    for i in range(int(c), int(c) + wide - 1):
        low, high = np.int64(begin[i]), np.int64(begin[i + 1])
        if high - low != np.int64(begin[i + 2]) - high + 1 or np.int64(rows[low]) != i + 1:
            return False
    return True


@driver
def factor(
    begin: Ints, rows: Ints, left_begin: Ints, left: Ints, left_column: Ints,
    lower: Floats, pivot: Floats,
) -> bool:  # fmt: skip
    """Turn the matrix in ``lower`` and ``pivot`` into its factor, in place; False if none is there.

    Column by column from the left: each takes what every earlier column that reaches it gives, in
    their order, of columns with the same rows four or two at once.

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
        q, end = np.int64(left_begin[j]), np.int64(left_begin[j + 1])
        while q < end:
            c = np.int64(left_column[q])
            a0 = np.int64(left[q])
            s0 = lower[a0] * pivot[c]
            d -= lower[a0] * s0
            more = np.int64(begin[c + 1]) - a0
            if q + 3 < end and _alike(begin, rows, c, 4):
                a1, a2, a3 = np.int64(left[q + 1]), np.int64(left[q + 2]), np.int64(left[q + 3])
                s1, s2 = lower[a1] * pivot[c + 1], lower[a2] * pivot[c + 2]
                s3 = lower[a3] * pivot[c + 3]
                d = d - lower[a1] * s1 - lower[a2] * s2 - lower[a3] * s3
                here, l0, l1 = rows[a0:], lower[a0:], lower[a1:]  # views: no index below zero
                l2, l3 = lower[a2:], lower[a3:]
                for k in range(1, more):
                    r = np.uint64(here[k])
                    work[r] = work[r] - l0[k] * s0 - l1[k] * s1 - l2[k] * s2 - l3[k] * s3
                q += 4
            elif q + 1 < end and _alike(begin, rows, c, 2):
                a1 = np.int64(left[q + 1])
                s1 = lower[a1] * pivot[c + 1]
                d -= lower[a1] * s1
                here, l0, l1 = rows[a0:], lower[a0:], lower[a1:]
                for k in range(1, more):
                    r = np.uint64(here[k])
                    work[r] = work[r] - l0[k] * s0 - l1[k] * s1
                q += 2
            else:
                here, l0 = rows[a0:], lower[a0:]
                for k in range(1, more):
                    work[np.uint64(here[k])] -= l0[k] * s0
                q += 1
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
