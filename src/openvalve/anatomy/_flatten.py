"""A leaflet laid flat with as little stretch as its curvature allows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.linalg import splu
from scipy.spatial import cKDTree

from openvalve.anatomy._curves import Leaflet
from openvalve.units import Mm2

__all__ = ["Chart", "flatten"]

Array = NDArray[np.float64]
COLUMNS, ROWS = 45, 15  # of the grid that is laid flat; the mesh does not depend on it otherwise
ROUNDS = 12
CANDIDATES = 12  # grid triangles looked at for one point


@dataclass(frozen=True, kw_only=True, slots=True)
class Chart:
    """A leaflet laid flat.

    Attributes
    ----------
    leaflet : what was laid flat.
    flat : shape (ROWS, COLUMNS, 2), mm, at equal steps of v and u.
    area_mm2 : of the leaflet's surface.
    """

    leaflet: Leaflet
    flat: Array
    area_mm2: Mm2

    def to_flat(self, u: Array, v: Array) -> Array:
        """Return flat points, shape (n, 2), of places (u, v)."""
        x, y = u * (COLUMNS - 1), v * (ROWS - 1)
        i = np.minimum(x.astype(np.int64), COLUMNS - 2)
        j = np.minimum(y.astype(np.int64), ROWS - 2)
        fx, fy = (x - i)[:, None], (y - j)[:, None]
        low = self.flat[j, i] * (1.0 - fx) + self.flat[j, i + 1] * fx
        high = self.flat[j + 1, i] * (1.0 - fx) + self.flat[j + 1, i + 1] * fx
        return np.asarray(low * (1.0 - fy) + high * fy)

    def to_places(self, points: Array) -> Array:
        """Return (u, v), shape (n, 2), of flat points inside the leaflet.

        Among the grid triangles whose middles are nearest, the one that holds the point.
        """
        flat, triangles = self.flat.reshape(-1, 2), _grid_triangles()
        corners = flat[triangles]
        tree = cKDTree(corners.mean(axis=1))
        near = np.asarray(tree.query(points, k=CANDIDATES)[1])
        start = corners[near, 0]
        one, two, at = corners[near, 1] - start, corners[near, 2] - start, points[:, None] - start
        cross = one[..., 0] * two[..., 1] - one[..., 1] * two[..., 0]
        second = (at[..., 0] * two[..., 1] - at[..., 1] * two[..., 0]) / cross
        third = (one[..., 0] * at[..., 1] - one[..., 1] * at[..., 0]) / cross
        shares = np.stack((1.0 - second - third, second, third), axis=-1)
        best = np.argmax(shares.min(axis=-1), axis=1)
        row = np.arange(len(points))
        held = triangles[near[row, best]]
        places = np.column_stack((held % COLUMNS, held // COLUMNS)).reshape(-1, 2, 3)
        scaled = places / np.array([[COLUMNS - 1], [ROWS - 1]])
        found = np.einsum("nkj,nj->nk", scaled, shares[row, best])
        return np.asarray(np.clip(found, 0.0, 1.0))


def flatten(leaflet: Leaflet) -> Chart:
    """Return the leaflet laid flat, as rigid as possible.

    Method : local rotations and one sparse solve in turn on a fixed grid, cotangent weights; the
    start unrolls the leaflet as a piece of a cone.
    """
    v, u = np.meshgrid(np.linspace(0, 1, ROWS), np.linspace(0, 1, COLUMNS), indexing="ij")
    space = leaflet.at(u.ravel(), v.ravel())
    triangles = _grid_triangles()
    own = _own_planes(space[triangles])
    flat = _unrolled(space.reshape(ROWS, COLUMNS, 3))
    flat = _as_rigid_as_possible(flat, triangles, own)
    return Chart(
        leaflet=leaflet,
        flat=flat.reshape(ROWS, COLUMNS, 2),
        area_mm2=float(0.5 * np.sum(own[:, 1, 0] * own[:, 2, 1])),
    )


def _grid_triangles() -> NDArray[np.int64]:
    index = np.arange(ROWS * COLUMNS).reshape(ROWS, COLUMNS)
    a, b = index[:-1, :-1].ravel(), index[:-1, 1:].ravel()
    c, d = index[1:, 1:].ravel(), index[1:, :-1].ravel()
    left = np.tile(np.arange(COLUMNS - 1) < COLUMNS // 2, ROWS - 1)
    first = np.where(left[:, None], np.column_stack((a, b, c)), np.column_stack((a, b, d)))
    second = np.where(left[:, None], np.column_stack((a, c, d)), np.column_stack((b, c, d)))
    return np.concatenate((first, second))


def _own_planes(corners: Array) -> Array:
    """Return each triangle in its own plane, shape (m, 3, 2)."""
    one, two = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    length = np.linalg.norm(one, axis=1)
    x = np.einsum("ni,ni->n", one, two) / length
    y = np.linalg.norm(np.cross(one, two), axis=1) / length
    plane = np.zeros((len(corners), 3, 2))
    plane[:, 1, 0], plane[:, 2, 0], plane[:, 2, 1] = length, x, y
    return plane


def _unrolled(space: Array) -> Array:
    """Return the start, shape (n, 2): rows of a cone, rolled out from the free edge."""
    width = np.linalg.norm(np.diff(space, axis=1), axis=2).sum(axis=1)
    depth = np.linalg.norm(np.diff(space, axis=0), axis=2).sum(axis=0)
    share = np.linspace(1.0, 0.0, ROWS)
    out = share[:, None] * depth[None, :]
    turn, first = np.polyfit(out.mean(axis=1), width, 1)
    side = np.linspace(-0.5, 0.5, COLUMNS)[None, :]
    turn = float(np.clip(turn, -2.0, 6.0))
    if abs(turn) < 1e-3:
        return np.column_stack((np.tile(side * first, (ROWS, 1)).ravel(), -out.ravel()))
    radius = first / turn + out
    x, y = radius * np.sin(side * turn), -radius * np.cos(side * turn)
    return np.column_stack((x.ravel(), y.ravel()))


def _as_rigid_as_possible(flat: Array, triangles: NDArray[np.int64], own: Array) -> Array:
    count = len(flat)
    ends = ((1, 2), (2, 0), (0, 1))
    weights = np.column_stack([_cotangent(own, k) for k in range(3)])
    heads = np.concatenate([triangles[:, i] for i, _ in ends])
    tails = np.concatenate([triangles[:, j] for _, j in ends])
    w = weights.T.ravel()
    rows = np.concatenate((heads, tails, heads, tails))
    columns = np.concatenate((heads, tails, tails, heads))
    whole = coo_matrix((np.concatenate((w, w, -w, -w)), (rows, columns)), shape=(count, count))
    solver = splu(whole.tocsc()[1:, 1:])
    edges = [own[:, i] - own[:, j] for i, j in ends]
    for _ in range(ROUNDS):
        covariance = np.zeros((len(triangles), 2, 2))
        for k, (i, j) in enumerate(ends):
            moved = flat[triangles[:, i]] - flat[triangles[:, j]]
            covariance += weights[:, k, None, None] * moved[:, :, None] * edges[k][:, None, :]
        cosine = covariance[:, 0, 0] + covariance[:, 1, 1]
        sine = covariance[:, 1, 0] - covariance[:, 0, 1]
        size = np.hypot(cosine, sine) + 1e-300
        cosine, sine = cosine / size, sine / size
        right = np.zeros((count, 2))
        for k in range(3):
            x, y = edges[k].T
            pull = np.column_stack((cosine * x - sine * y, sine * x + cosine * y))
            pull *= weights[:, k, None]
            i, j = ends[k]
            for axis in (0, 1):
                right[:, axis] += np.bincount(triangles[:, i], pull[:, axis], count)
                right[:, axis] -= np.bincount(triangles[:, j], pull[:, axis], count)
        flat = np.concatenate(([[0.0, 0.0]], solver.solve(right[1:])))
    return flat


def _cotangent(own: Array, corner: int) -> Array:
    one = own[:, (corner + 1) % 3] - own[:, corner]
    two = own[:, (corner + 2) % 3] - own[:, corner]
    cross = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0]
    return np.asarray(np.einsum("ni,ni->n", one, two) / np.maximum(cross, 1e-12))
