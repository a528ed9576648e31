"""The wall of the aortic root as a mesh: rows round the axis, staggered."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from openvalve.anatomy import ValveShape
from openvalve.anatomy._wall import wall_profile
from openvalve.units import Mm
from openvalve.valve.root._nodule import Nodule

__all__ = ["RootMesh", "bump", "root_mesh"]

Floats = NDArray[np.float64]
# From the outflow tract to the widest place of the sinuses, in ring radii as the wall's profile.
BOTTOM, TOP = -1.2, 0.8
ROW_OF_EDGE = 0.5 * 3.0**0.5  # height of an equilateral triangle


@dataclass(frozen=True, kw_only=True, slots=True)
class RootMesh:
    """The wall as it was seen, under the pressure of diastole.

    Attributes
    ----------
    nodes_mm : (n, 3) on the inner face, row by row from upstream, ``columns`` in a row; z along
        forward flow, the ring's plane at 0.
    triangles : (m, 3), normals outwards.
    round : (m, 3) direction round the axis.
    columns, ring_row : nodes in a row; the row of the ring.
    bulge_frac : (m,) share of a nodule's full thickness; above 0 the wall is calcified.
    """

    nodes_mm: Floats
    triangles: NDArray[np.int32]
    round: Floats
    columns: int
    ring_row: int
    bulge_frac: Floats

    @property
    def ring(self) -> NDArray[np.int32]:
        """Return the nodes of the ring, in order."""
        return self.row(self.ring_row)

    def row(self, index: int) -> NDArray[np.int32]:
        """Return the nodes of a row, in order; -1 is the last."""
        rows = np.arange(len(self.nodes_mm), dtype=np.int32).reshape(-1, self.columns)
        return np.asarray(rows[index])


def bump(nodule: Nodule, round_mm: Floats, along_mm: Floats) -> Floats:
    """Return the share of its thickness that a nodule has at ways from its middle.

    A cosine from 1 in the middle to 0 on its elliptic rim.
    """
    far = np.hypot(round_mm / (0.5 * nodule.width_mm), along_mm / (0.5 * nodule.height_mm))
    return np.asarray(0.5 + 0.5 * np.cos(np.pi * np.minimum(far, 1.0)))


def root_mesh(shape: ValveShape, nodule: Nodule | None, target_triangles: int) -> RootMesh:
    """Return the wall about an aortic valve.

    Parameters
    ----------
    shape : its ring, round or oval; its outflow tract.
    target_triangles : about as many.

    Assumes : round in the sinuses, whose lobes are drawn as their circle; leaflets are not there.
    """
    heights, radii, ring_row, columns = _rows(shape, target_triangles)
    turn = 2.0 * np.pi / columns
    angle = turn * (np.arange(columns)[None] + 0.5 * (np.arange(len(heights)) % 2)[:, None])
    oval = _oval(shape, heights)[:, None]
    flat = np.stack([oval * np.cos(angle), np.sin(angle) / oval], axis=-1) * radii[:, None, None]
    z = np.repeat(heights[:, None], columns, axis=1)
    if nodule is not None:
        radius = np.linalg.norm(flat, axis=-1)
        place = np.arctan2(flat[..., 1], flat[..., 0])
        rise = nodule.thickness_mm * _bump_at(nodule, place, z, radius)
        flat = flat * (1.0 - rise / radius)[..., None]
    nodes = np.concatenate([flat, z[..., None]], axis=-1).reshape(-1, 3)
    triangles = _triangles(len(heights), columns)
    middle = nodes[triangles].mean(axis=1)
    around = np.column_stack([-middle[:, 1], middle[:, 0], np.zeros(len(middle))])
    share = np.zeros(len(triangles))
    if nodule is not None:
        radius = np.linalg.norm(middle[:, :2], axis=1)
        place = np.arctan2(middle[:, 1], middle[:, 0])
        share = _bump_at(nodule, place, middle[:, 2], radius)
    return RootMesh(
        nodes_mm=nodes,
        triangles=triangles.astype(np.int32),
        round=around / np.linalg.norm(around, axis=1)[:, None],
        columns=columns,
        ring_row=ring_row,
        bulge_frac=share,
    )


def _bump_at(nodule: Nodule, place: Floats, z: Floats, radius: Floats) -> Floats:
    away = place - np.deg2rad(nodule.direction_deg)
    away = (away + np.pi) % (2.0 * np.pi) - np.pi
    return bump(nodule, radius * away, z + nodule.depth_mm)


def _rows(shape: ValveShape, target: int) -> tuple[Floats, Floats, int, int]:
    """Return heights and mean radii of the rows, the ring's row, and nodes in a row."""
    ring: Mm = 0.5 * shape.annulus_mm
    profile = wall_profile(shape)
    radius_at = PchipInterpolator(profile[:, 0], profile[:, 1])
    parts = [np.linspace(BOTTOM * ring, 0.0, 400), np.linspace(0.0, TOP * ring, 400)]
    ways = [_way(z, radius_at(z)) for z in parts]
    wide = float(np.mean([radius_at(z).mean() for z in parts]))
    area = 2.0 * np.pi * wide * (ways[0][-1] + ways[1][-1])
    edge = np.sqrt(4.0 * area / (3.0**0.5 * target))
    columns = max(12, round(2.0 * np.pi * wide / edge))
    counts = [max(3, round(float(way[-1]) / (ROW_OF_EDGE * edge))) for way in ways]
    below, above = (
        np.interp(np.linspace(0.0, way[-1], count + 1), way, z)
        for z, way, count in zip(parts, ways, counts, strict=True)
    )
    heights = np.concatenate([below, above[1:]])
    return heights, np.asarray(radius_at(heights)), counts[0], columns


def _way(z: Floats, radius: Floats) -> Floats:
    """Return the way along a profile, from 0."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(np.diff(z), np.diff(radius)))])


def _oval(shape: ValveShape, heights: Floats) -> Floats:
    """Return by how much a row is longer along x than a circle: the ring's, fading above it."""
    full = shape.annulus_axis_ratio**0.5
    fade = np.clip(heights / (0.5 * TOP * shape.annulus_mm), 0.0, 1.0)
    return np.asarray(full + (1.0 - full) * fade)


def _triangles(rows: int, columns: int) -> NDArray[np.int64]:
    """Return the triangles of staggered rows, normals outwards."""
    made = []
    here, side = np.arange(columns), (np.arange(columns) + 1) % columns
    for k in range(rows - 1):
        low, high = k * columns, (k + 1) * columns
        if k % 2 == 0:  # the row above is half a column on
            made += [np.column_stack([low + here, low + side, high + here]),
                     np.column_stack([low + side, high + side, high + here])]  # fmt: skip
        else:
            made += [np.column_stack([low + here, low + side, high + side]),
                     np.column_stack([low + here, high + side, high + here])]  # fmt: skip
    return np.concatenate(made)
