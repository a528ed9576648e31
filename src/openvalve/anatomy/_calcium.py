"""Calcium as plates of a polygon net, drawn before any mesh in the flattened leaflet."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import Voronoi, cKDTree

from openvalve.anatomy._calcium_tables import (
    CELL_RATIO,
    COMMISSURAL_FRAC,
    GROWTH_AGATSTON_CM2,
    MOST_FRAC,
    WILKINS_FRAC,
)
from openvalve.anatomy._flatten import Chart
from openvalve.anatomy._net import Net, tidy_net
from openvalve.anatomy._shape import ATRIOVENTRICULAR, ValveShape
from openvalve.anatomy._triangulate import inside
from openvalve.units import Frac

__all__ = ["Deposits", "calcified_frac", "deposits_of"]

Array = NDArray[np.float64]
ROOM = 0x43414C43  # of the key: keeps other draws of the same seed apart
JITTER = 0.20  # of the plates' middles, over their width
PROBES = 1500  # points that measure the plates of one leaflet
NODULES = 3  # places in a leaflet round which plates gather


@dataclass(frozen=True, kw_only=True, slots=True)
class Deposits:
    """The calcium of one leaflet.

    Attributes
    ----------
    middles : shape (k, 2), of the plates, in the flattened leaflet.
    shares : shape (k,), how much of each is calcium; 0 for soft tissue.
    net : the lines between plates and round them.
    """

    middles: Array
    shares: Array
    net: Net

    def share_at(self, points: Array) -> Array:
        """Return the calcified share at flat points, shape (n,)."""
        if not len(self.middles):
            return np.zeros(len(points))
        return np.asarray(self.shares[cKDTree(self.middles).query(points)[1]])


def calcified_frac(shape: ValveShape) -> Frac:
    """Return the share of the leaflets that is calcified, beside the commissures' own."""
    if shape.valve in ATRIOVENTRICULAR and shape.etiology != "calcific":
        rheumatic = shape.etiology == "rheumatic"
        item = shape.wilkins_calcium_score
        return float(np.interp(item, (1.0, 2.0, 3.0, 4.0), WILKINS_FRAC)) if rheumatic else 0.0
    grown = shape.calcium_agatston / shape.ring_cm2 / GROWTH_AGATSTON_CM2
    return min(MOST_FRAC, 1.0 - math.exp(-grown))


def deposits_of(
    shape: ValveShape, chart: Chart, *, seed: int, leaflet: int, raphes: tuple[bool, bool]
) -> Deposits:
    """Return the calcium of one leaflet, the same for one seed whatever the mesh.

    Plates are cells round jittered lattice points; those of greatest liking are calcified until
    their area reaches the leaflet's share. Liking : by place (``_liking``), near a few drawn
    nodules, and by chance.
    """
    none = Deposits(middles=np.empty((0, 2)), shares=np.empty(0), net=Net.empty())
    body = calcified_frac(shape)
    joint = COMMISSURAL_FRAC[shape.commissural_calcium]
    if body + joint < 1e-3:
        return none
    key = ((ROOM << 32 | leaflet) << 64) | seed
    draws = np.random.Generator(np.random.Philox(key=key))
    outline = _outline(chart)
    width = CELL_RATIO * shape.annulus_mm
    middles = _lattice(outline, width, draws)
    chance = draws.standard_normal((len(middles), 2))
    nodules = chart.to_flat(draws.uniform(0.1, 0.9, NODULES), draws.uniform(0.1, 0.9, NODULES))
    density = 0.7 + 0.3 * draws.random(len(middles))
    areas = _areas(middles, outline)
    places = chart.to_places(middles)
    gap = np.linalg.norm(middles[:, None] - nodules[None], axis=2).min(axis=1)
    gathered = np.exp(-((gap / (1.5 * width)) ** 2))
    liking = _liking(shape, places, raphes) * np.exp(0.5 * chance[:, 0]) * (0.4 + gathered)
    plates = _chosen(liking, areas, body)
    beside = np.minimum(places[:, 0], 1.0 - places[:, 0]) < 0.2
    jointed = np.where(beside, np.exp(0.5 * chance[:, 1]) * (0.3 + places[:, 1]), 0.0)
    plates |= _chosen(jointed, areas, joint)
    if not plates.any():
        return none
    cells = Voronoi(middles)
    net = tidy_net(cells, plates, outline=outline, shortest_mm=0.06 * shape.annulus_mm)
    return Deposits(middles=middles, shares=np.where(plates, density, 0.0), net=net)


def _outline(chart: Chart) -> Array:
    """Return the flattened leaflet's boundary, counter-clockwise, shape (n, 2)."""
    t, one, zero = np.linspace(0.0, 1.0, 80)[:-1], np.ones(79), np.zeros(79)
    u = np.concatenate((t, one, 1.0 - t, zero))
    v = np.concatenate((zero, t, one, 1.0 - t))
    return chart.to_flat(u, v)


def _lattice(outline: Array, width: float, draws: np.random.Generator) -> Array:
    """Return the plates' middles, shape (k, 2), two widths beyond the leaflet."""
    low, high = outline.min(axis=0) - 2.0 * width, outline.max(axis=0) + 2.0 * width
    rows = np.arange(low[1], high[1], width * math.sqrt(0.75))
    columns = np.arange(low[0], high[0], width)
    x = columns[None, :] + 0.5 * width * (np.arange(len(rows)) % 2)[:, None]
    points = np.column_stack((x.ravel(), np.repeat(rows, len(columns))))
    points += width * draws.uniform(-0.5, 0.5, 2)
    return np.asarray(points + JITTER * width * draws.uniform(-1.0, 1.0, points.shape))


def _areas(middles: Array, outline: Array) -> Array:
    """Return the share of the leaflet that each plate covers, shape (k,)."""
    low, high = outline.min(axis=0), outline.max(axis=0)
    ratio = (high[0] - low[0]) / (high[1] - low[1])
    rows = max(4, round(math.sqrt(PROBES / ratio)))
    columns = max(4, round(rows * ratio))
    x, y = np.meshgrid(
        low[0] + (np.arange(columns) + 0.5) / columns * (high[0] - low[0]),
        low[1] + (np.arange(rows) + 0.5) / rows * (high[1] - low[1]),
    )
    points = np.column_stack((x.ravel(), y.ravel()))
    points = points[inside(points, outline)]
    count = np.bincount(cKDTree(middles).query(points)[1], minlength=len(middles))
    return np.asarray(count / len(points))


def _liking(shape: ValveShape, places: Array, raphes: tuple[bool, bool]) -> Array:
    """Return how much calcium likes each place, shape (n,).

    Calcific cusps : along the attachment and in the belly, sparing the free edge; bicuspid ones
    also along raphe and coaptation [qin_2020]. Rheumatic : margins first (Wilkins item 2), then
    towards the middle. Calcific mitral : from the ring.
    """
    u, v = places.T
    if shape.etiology == "rheumatic":
        return np.asarray(np.exp(-(((1.0 - v) / 0.45) ** 2)) + 0.02)
    if shape.valve in ATRIOVENTRICULAR:
        return np.asarray(np.exp(-((v / 0.4) ** 2)) + 0.02)
    liking = np.exp(-(((v - 0.3) / 0.35) ** 2)) + 0.05
    if any(raphes) or shape.morphology.startswith("bicuspid"):
        liking += 0.5 * np.exp(-(((1.0 - v) / 0.25) ** 2))
    for there, away in zip(raphes, (u, 1.0 - u), strict=True):
        liking += 1.5 * np.exp(-((away / 0.15) ** 2)) if there else 0.0
    return np.asarray(liking)


def _chosen(liking: Array, areas: Array, share: float) -> NDArray[np.bool_]:
    """Return the most liked plates whose areas come nearest to the share."""
    order = np.argsort(-np.where(areas > 0.0, liking, -1.0), kind="stable")
    total = np.cumsum(areas[order])
    count = int(np.searchsorted(total, share))
    before = total[count - 1] if count else 0.0
    if count < len(order) and share - before > 0.5 * areas[order[count]]:
        count += 1
    chosen = np.zeros(len(liking), dtype=bool)
    chosen[order[:count]] = True
    return chosen & (areas > 0.0) & (liking > 0.0)
