"""A nodule of calcium on the wall below the ring."""

import math
from dataclasses import dataclass, fields

import numpy as np

from openvalve.errors import InputError, InputItem
from openvalve.units import Deg, Mm

__all__ = ["Nodule", "checked_nodule", "drawn_nodule"]

STREAM = 9  # of the draws of nodules, so that none depends on another part's
# Nodules below the ring are graded by their width: from 5 mm on they count as more than mild
# [gorla_2022, read]. Width round, height along [K; 2 to 15 mm]; thickness over the smaller
# of them [K; 0.1 to 0.5].
SIZES_MM: dict[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "mild": ((3.0, 5.0), (3.0, 5.0)),
    "heavy": ((5.0, 10.0), (5.0, 8.0)),
}
THICKNESS_FRAC = (0.2, 0.45)
STEEPEST_FRAC = 0.5  # thickness over the smaller side; steeper ones are slivers in the mesh
DEPTH_MM = (3.0, 6.0)  # of its middle below the ring: subannular [K; 2 to 8]
LIMITS = {
    "direction_deg": (-360.0, 720.0),
    "depth_mm": (0.0, 12.0),
    "width_mm": (1.0, 25.0),
    "height_mm": (1.0, 15.0),
    "thickness_mm": (0.2, 6.0),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Nodule:
    """A stiff patch of the wall that bulges inwards.

    Attributes
    ----------
    direction_deg : of its middle, counter-clockwise seen from downstream.
    depth_mm : of its middle below the ring, 0 to 12 mm.
    width_mm, height_mm : round the wall, 1 to 25 mm, and along it, 1 to 15 mm.
    thickness_mm : by which it stands out of the wall, 0.2 to 6 mm, at most half of either side.
    """

    direction_deg: Deg
    depth_mm: Mm
    width_mm: Mm
    height_mm: Mm
    thickness_mm: Mm


def drawn_nodule(grade: str, *, seed: int) -> Nodule | None:
    """Return a nodule of a grade at a place that the seed decides; None for ``none``.

    Raises
    ------
    InputError : the grade is not none, mild or heavy.
    """
    if grade == "none":
        return None
    if grade not in SIZES_MM:
        item = InputItem(key="lvot_calcium", got=repr(grade), allowed="none, mild, heavy")
        raise InputError([item])
    rng = np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, 0, STREAM]))
    width, height = (float(rng.uniform(*limits)) for limits in SIZES_MM[grade])
    return Nodule(
        direction_deg=float(rng.uniform(0.0, 360.0)),
        depth_mm=float(rng.uniform(*DEPTH_MM)),
        width_mm=width,
        height_mm=height,
        thickness_mm=min(width, height) * float(rng.uniform(*THICKNESS_FRAC)),
    )


def checked_nodule(nodule: Nodule) -> list[InputItem]:
    """Return what is wrong with a nodule; not a number is out of range."""
    items = []
    for field in fields(nodule):
        value, (low, high) = getattr(nodule, field.name), LIMITS[field.name]
        if not low <= value <= high or not math.isfinite(value):
            unit = "deg" if field.name.endswith("_deg") else "mm"
            items.append(
                InputItem(
                    key=f"nodule.{field.name}",
                    got=f"{value:g} {unit}",
                    allowed=f"{low:g} to {high:g} {unit}",
                )
            )
    most = STEEPEST_FRAC * min(nodule.width_mm, nodule.height_mm)
    if not items and nodule.thickness_mm > most:
        items.append(
            InputItem(
                key="nodule.thickness_mm",
                got=f"{nodule.thickness_mm:g} mm",
                allowed=f"up to {most:.3g} mm, half of its smaller side",
            )
        )
    return items
