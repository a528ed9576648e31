"""What a mesh leaves uncovered inside a polygon, seen along an axis: lines swept over it."""

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver, leaf
from openvalve.valve.closing._grid import Floats, Ints

__all__ = ["UNCOVERED", "label_chords", "opening_middle", "sweep"]

Indices = Ints | NDArray[np.uint32]

# Columns of an uncovered chord: its line, ends along the line, whether each end is the wall.
UNCOVERED = ("line", "low", "high", "wall_low", "wall_high")


@leaf
def _cut(ax: float, ay: float, bx: float, by: float, r: float, y: float) -> tuple[float, float]:
    """Return where the line at y cuts all points nearer than r to a segment; empty: low > high."""
    low, high = np.inf, -np.inf
    if (ay <= y) != (by <= y):
        x = ax + (bx - ax) * (y - ay) / (by - ay)
        low, high = x, x
    if r > 0.0:
        if abs(y - ay) < r:
            reach = np.sqrt(r * r - (y - ay) ** 2)
            low, high = min(low, ax - reach), max(high, ax + reach)
        if abs(y - by) < r:
            reach = np.sqrt(r * r - (y - by) ** 2)
            low, high = min(low, bx - reach), max(high, bx + reach)
        length = np.sqrt((bx - ax) ** 2 + (by - ay) ** 2)
        if length > 0.0:
            nx, ny = -(by - ay) * r / length, (bx - ax) * r / length
            for s in (-1.0, 1.0):
                p, q = ay + s * ny, by + s * ny
                if (p <= y) != (q <= y):
                    x = ax + s * nx + (bx - ax) * (y - p) / (q - p)
                    low, high = min(low, x), max(high, x)
    return low, high


@driver
def sweep(
    x: Floats, y: Floats, triangles: Indices, margin: Floats, wall: Floats, y0: float, dy: float
) -> Floats:
    """Return the chords inside a polygon that no triangle covers, shape (c, 5), ``UNCOVERED``.

    Parameters
    ----------
    x, y : (n,) projected places, mm; margin : (m,) half thickness that widens each triangle.
    wall : (k, 2) polygon; y0, dy : height of line 0 and distance of lines, mm.

    Along a line the answer is exact; across lines a straight edge is followed to second order.
    """
    m, k = triangles.shape[0], wall.shape[0]
    lines = int((wall[:, 1].max() - y0) / dy) + 1
    start = np.zeros(lines + 1, np.int64)
    for t in range(m):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        first = max(int(np.ceil((min(y[a], y[b], y[c]) - margin[t] - y0) / dy)), 0)
        last = min(int(np.floor((max(y[a], y[b], y[c]) + margin[t] - y0) / dy)), lines - 1)
        for n in range(first, last + 1):
            start[n + 1] += 1
    for n in range(lines):
        start[n + 1] += start[n]
    low, high = np.empty(start[lines]), np.empty(start[lines])
    used = np.zeros(lines, np.int64)
    for t in range(m):
        a, b, c = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        first = max(int(np.ceil((min(y[a], y[b], y[c]) - margin[t] - y0) / dy)), 0)
        last = min(int(np.floor((max(y[a], y[b], y[c]) + margin[t] - y0) / dy)), lines - 1)
        for n in range(first, last + 1):
            at = y0 + n * dy
            l1, h1 = _cut(x[a], y[a], x[b], y[b], margin[t], at)
            l2, h2 = _cut(x[b], y[b], x[c], y[c], margin[t], at)
            l3, h3 = _cut(x[c], y[c], x[a], y[a], margin[t], at)
            lo, hi = min(l1, l2, l3), max(h1, h2, h3)
            if lo <= hi:
                s = start[n] + used[n]
                low[s], high[s] = lo, hi
                used[n] += 1
    out = np.empty((start[lines] + lines * (k // 2 + 1), 5))
    found = 0
    crossings = np.empty(k)
    for n in range(lines):
        at = y0 + n * dy
        count = 0
        for j in range(k):
            ax, ay = wall[j - 1, 0], wall[j - 1, 1]
            bx, by = wall[j, 0], wall[j, 1]
            if (ay <= at) != (by <= at):
                crossings[count] = ax + (bx - ax) * (at - ay) / (by - ay)
                count += 1
        inside = np.sort(crossings[:count])
        s, e = start[n], start[n] + used[n]
        order = np.argsort(low[s:e])
        p = 0
        reached = -np.inf
        for w in range(0, count - 1, 2):
            left, end = inside[w], inside[w + 1]
            at_wall = 1.0
            if reached > left:
                left, at_wall = reached, 0.0
            while p < e - s and low[s + order[p]] <= end:
                lo, hi = low[s + order[p]], high[s + order[p]]
                if lo > left:
                    out[found, 0], out[found, 1], out[found, 2] = n, left, lo
                    out[found, 3], out[found, 4] = at_wall, 0.0
                    found += 1
                if hi > left:
                    left, at_wall = hi, 0.0
                p += 1
            reached = left
            if left < end:
                out[found, 0], out[found, 1], out[found, 2] = n, left, end
                out[found, 3], out[found, 4] = at_wall, 1.0
                found += 1
    return out[:found].copy()


@leaf
def _root(parent: NDArray[np.int64], i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


@driver
def label_chords(chords: Floats, dy: float) -> tuple[NDArray[np.int64], Floats]:
    """Return the opening of each chord, shape (c,), and the perimeter of each, mm.

    Chords of neighbouring lines that overlap belong to one opening. The perimeter follows the
    ends of clusters of overlapping chords from line to line; an end or a fork adds its width.
    """
    c = chords.shape[0]
    parent = np.arange(c)
    length = np.zeros(c)
    # A band lies between the lines n and n + 1; cluster by cluster from left to right.
    i = 0
    while i < c:
        n = chords[i, 0]
        end = i
        while end < c and chords[end, 0] == n:
            end += 1
        if i == 0 or chords[i - 1, 0] != n - 1.0:  # nothing below: all of them begin here
            for a in range(i, end):
                length[a] += chords[a, 2] - chords[a, 1]
        top = end
        while top < c and chords[top, 0] == n + 1.0:
            top += 1
        a, b = i, end
        while a < end or b < top:
            if b >= top or (a < end and chords[a, 2] <= chords[b, 1]):
                length[a] += chords[a, 2] - chords[a, 1]
                a += 1
                continue
            if a >= end or chords[b, 2] <= chords[a, 1]:
                length[b] += chords[b, 2] - chords[b, 1]
                b += 1
                continue
            left = np.sqrt(dy * dy + (chords[a, 1] - chords[b, 1]) ** 2)
            home, forks = a, 0.0
            parent[_root(parent, b)] = _root(parent, a)
            while True:
                if a + 1 < end and chords[a + 1, 1] < chords[b, 2]:
                    forks += chords[a + 1, 1] - chords[a, 2]
                    a += 1
                    parent[_root(parent, a)] = _root(parent, b)
                elif b + 1 < top and chords[b + 1, 1] < chords[a, 2]:
                    forks += chords[b + 1, 1] - chords[b, 2]
                    b += 1
                    parent[_root(parent, b)] = _root(parent, a)
                else:
                    break
            length[home] += left + forks + np.sqrt(dy * dy + (chords[a, 2] - chords[b, 2]) ** 2)
            a += 1
            b += 1
        i = end
    label = np.empty(c, np.int64)
    name = np.full(c, -1, np.int64)
    names = 0
    for a in range(c):
        r = _root(parent, a)
        if name[r] < 0:
            name[r] = names
            names += 1
        label[a] = name[r]
    total = np.zeros(names)
    for a in range(c):
        total[label[a]] += length[a]
    return label, total


@driver
def opening_middle(
    nodes: Floats, triangles: Indices, ring: Indices, dy: float
) -> tuple[float, ...]:
    """Return area, x and y of the middle of the largest opening in a ring, seen along z.

    Parameters
    ----------
    nodes : (n, 3), mm; triangles : (m, 3); ring : (r,) nodes in order, the wall.
    dy : most distance of the lines that are swept along x, mm; what is narrower may be missed: area
        0.
    """
    wall = np.empty((ring.shape[0], 2))
    for k in range(ring.shape[0]):
        wall[k, 0], wall[k, 1] = nodes[ring[k], 0], nodes[ring[k], 1]
    low, high = wall[:, 1].min(), wall[:, 1].max()
    lines = max(np.ceil((high - low) / dy), 1.0)
    dy = max((high - low) / lines, 1e-9)  # as many above as below the middle
    low += 0.5 * dy
    margin = np.zeros(triangles.shape[0])
    chords = sweep(nodes[:, 0].copy(), nodes[:, 1].copy(), triangles, margin, wall, low, dy)
    if chords.shape[0] == 0:
        return 0.0, 0.0, 0.0
    label = label_chords(chords, dy)[0]
    sums = np.zeros((label.max() + 1, 3))
    for c in range(chords.shape[0]):
        a, b = chords[c, 1], chords[c, 2]
        sums[label[c], 0] += b - a
        sums[label[c], 1] += 0.5 * (b * b - a * a)
        sums[label[c], 2] += (b - a) * (low + chords[c, 0] * dy)
    most = np.argmax(sums[:, 0])
    long = sums[most, 0]
    return dy * long, sums[most, 1] / long, sums[most, 2] / long
