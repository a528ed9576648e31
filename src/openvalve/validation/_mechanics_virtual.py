"""Virtual valves for whole inflations: the populations of MB5, MB6 and MB7.

Each is drawn in strata, so that its means are those asked for whatever its size; the same always.
What the papers do not print is marked [K] with its range.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from openvalve.anatomy import ValveShape
from openvalve.devices import Balloon, find_balloon
from openvalve.patient import BalloonRequest
from openvalve.units import Mm
from openvalve.valve.leaflets import Strengths

__all__ = ["POPULATIONS", "Strata", "VirtualValve", "cylinder_of"]

SEED = 20261126
# Between valves of one population; the draws of ``build_leaflets`` come on top [K; 0.2 to 0.4].
SEAM_LOG_SD, CALCIUM_LOG_SD = 0.3, 0.3
GRADES = ("none", "mild", "heavy")

Draw = Callable[[float, float], NDArray[np.float64]]


@dataclass(frozen=True, kw_only=True, slots=True)
class VirtualValve:
    """One valve and its balloon.

    Attributes
    ----------
    shape : its area is that under flow where ``matched``, of the unloaded valve otherwise.
    oversize_frac : diameter of the balloon over the ring's, less 1.
    """

    shape: ValveShape
    balloon: Balloon
    strengths: Strengths
    seed: int
    matched: bool = True

    @property
    def oversize_frac(self) -> float:
        """Return by how much the balloon is wider than the ring."""
        return self.balloon.diameter_mm / self.shape.annulus_mm - 1.0


class Strata:
    """Columns of a stratified sample, one after another, each in an order of its own."""

    def __init__(self, count: int, stream: int) -> None:
        self._rng = np.random.Generator(np.random.Philox(key=SEED, counter=[0, 0, 0, stream]))
        self._count = count

    def even(self, low: float, high: float) -> NDArray[np.float64]:
        """Return values spread evenly between two bounds."""
        places = (self._rng.permutation(self._count) + 0.5) / self._count
        return low + (high - low) * places

    def normal(self, mean: float, sd: float) -> NDArray[np.float64]:
        """Return values spread as a normal distribution."""
        return mean + sd * ndtri(self.even(0.0, 1.0))

    def strengths(self) -> list[Strengths]:
        """Return strengths of seams and calcium."""
        seam, calcium = self.normal(0.0, SEAM_LOG_SD), self.normal(0.0, CALCIUM_LOG_SD)
        return [
            Strengths(seam_ratio=float(np.exp(s)), calcium_ratio=float(np.exp(c)))
            for s, c in zip(seam, calcium, strict=True)
        ]


def _balloon(kind: str, diameter_mm: Mm) -> Balloon:
    return find_balloon(BalloonRequest(kind=kind, diameter_mm=round(diameter_mm, 1)))


def cylinder_of(diameter_mm: Mm) -> Balloon:
    """Return a cylinder of the catalogue's kind, to a tenth of a millimetre."""
    return _balloon("cylinder", diameter_mm)


def _mitral(
    draw: Strata, area: NDArray[np.float64], ring: NDArray[np.float64], score: Draw
) -> list[ValveShape]:
    items = [score(1.0, 4.0) for _ in range(4)]
    grade = draw.even(0.0, 2.0).astype(int)  # none or mild: heavy commissures are not dilated
    return [
        ValveShape(
            valve="mitral",
            etiology="rheumatic",
            morphology="tricuspid",
            annulus_mm=float(ring[k]),
            area_anatomic_cm2=float(area[k]),
            age_years=45.0,
            commissural_calcium=GRADES[grade[k]],
            wilkins_mobility_score=float(items[0][k]),
            wilkins_thickening_score=float(items[1][k]),
            wilkins_subvalvular_score=float(items[2][k]),
            wilkins_calcium_score=float(items[3][k]),
        )
        for k in range(len(ring))
    ]


def excised_mitral() -> list[VirtualValve]:
    """Return the 15 valves of MB5.

    Area 0.8 cm2, SEM 0.03 [ribeiro_1988, read]. Ring 83 +/- 10 mm round [chida_1994, read]. They
    were replaced, so Wilkins items 2 to 4 [K].
    """
    count = 15
    draw = Strata(count, 5)
    area, ring = draw.normal(0.8, 0.03 * np.sqrt(count)), draw.normal(83.0, 10.0) / np.pi
    shapes = _mitral(draw, area, ring, lambda low, high: draw.even(low + 1.0, high))
    balloon = _balloon("cylinder", 20.0)
    return [
        VirtualValve(shape=shape, balloon=balloon, strengths=strengths, seed=500 + k)
        for k, (shape, strengths) in enumerate(zip(shapes, draw.strengths(), strict=True))
    ]


def mitral_patients() -> list[VirtualValve]:
    """Return 15 patients of MB6 with Inoue balloons of 24, 26 and 28 mm at their labels.

    Ring 31.3 +/- 3.6 mm [3D echo controls 2020, women: most patients are]; area 1.0 +/- 0.2 cm2
    and items 1 to 3, as in patients sent to balloons [K; 0.8 to 1.2].
    """
    count = 15
    draw = Strata(count, 6)
    area, ring = draw.normal(1.0, 0.2), draw.normal(31.3, 3.6)
    shapes = _mitral(draw, area, ring, lambda low, high: draw.even(low, high - 1.0))
    return [
        VirtualValve(
            shape=shape,
            balloon=_balloon("inoue", (24.0, 26.0, 28.0)[k % 3]),
            strengths=strengths,
            seed=600 + k,
        )
        for k, (shape, strengths) in enumerate(zip(shapes, draw.strengths(), strict=True))
    ]


def _aortic_kinds() -> list[tuple[str, str]]:
    """Return etiology and morphology of 28, 8 and 3 valves, evenly mixed [safian_1987, read]."""
    counts = {
        ("calcific", "tricuspid"): 28,
        ("calcific", "bicuspid_1"): 6,  # raphe or none: 3 to 1 [K]
        ("calcific", "bicuspid_0"): 2,
        ("rheumatic", "tricuspid"): 3,
    }
    placed = [((k + 0.5) / n, kind) for kind, n in counts.items() for k in range(n)]
    return [kind for _, kind in sorted(placed)]


def calcific_aortic() -> list[VirtualValve]:
    """Return the 39 valves of MB7.

    33 with balloons of 15 to 25 mm and 6 of 18 to 20 [safian_1987, read]; ring 73 +/- 7 mm round
    [chida_1994, read]; calcium between the 2018 and 3394 of severe stenosis in women and men
    [avc_size_2024, read], log SD 0.4 [K]; area 0.7 +/- 0.15 cm2 and age 78 +/- 8 years [K].
    """
    kinds = _aortic_kinds()
    count = len(kinds)
    draw = Strata(count, 7)
    area, ring = draw.normal(0.7, 0.15), draw.normal(73.0, 7.0) / np.pi
    agatston, age = np.exp(draw.normal(np.log(2620.0), 0.4)), draw.normal(78.0, 8.0)
    grade, size = draw.even(0.0, 3.0).astype(int), draw.even(15.0, 25.0)
    size[np.argsort(np.abs(size - 19.0))[:6]] = np.linspace(18.0, 20.0, 6)
    return [
        VirtualValve(
            shape=ValveShape(
                valve="aortic",
                etiology=etiology,
                morphology=morphology,
                annulus_mm=float(ring[k]),
                area_anatomic_cm2=float(area[k]),
                age_years=float(age[k]),
                calcium_agatston=float(agatston[k]) if etiology == "calcific" else 0.0,
                commissural_calcium=GRADES[grade[k]],
            ),
            balloon=_balloon("cylinder", float(size[k])),
            strengths=strengths,
            seed=700 + k,
        )
        for k, ((etiology, morphology), strengths) in enumerate(
            zip(kinds, draw.strengths(), strict=True)
        )
    ]


POPULATIONS: dict[str, Callable[[], list[VirtualValve]]] = {
    "calcific_aortic": calcific_aortic,
    "excised_mitral": excised_mitral,
    "mitral_patients": mitral_patients,
}
