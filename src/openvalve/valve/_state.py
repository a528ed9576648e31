"""The mechanics made from a lesion as reported: ring, orifice, what binds it and how strongly."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputError, InputItem
from openvalve.units import Cm2, Mm, Mm2, Ratio, Years
from openvalve.valve._bonds_tables import (
    BONDS,
    CALCIFIC_LEAFLET_RATIO,
    CALCIUM_LOG_STRENGTH,
    DYSPLASTIC_LOG_THICKNESS,
    HEAVY_COMMISSURE_LOG_STRENGTH,
    KIND_STRENGTH,
    LEAFLET_THICKNESS_MM,
    MITRAL_BONDS,
    PRIOR_LOG_THICKNESS,
    REFERENCE_AGATSTON,
    REFERENCE_SCORE,
    RING_GIVE_RATIO,
    SCORE_LOG_THICKNESS,
    THIN_RING_MM,
    THIN_STRENGTH_RATIO,
)
from openvalve.valve._leak import leak_mm2
from openvalve.valve._orifice import contraction_coefficient

__all__ = ["ValveState", "build_valve", "class_of", "ring_perimeter_mm"]

LARGEST_ORIFICE_FRAC = 0.9  # of the ring's area; commissures end short of it [K; 0.8 to 1]


@dataclass(frozen=True, kw_only=True, slots=True)
class ValveState:
    """A valve before a balloon; areas may be distributions, shape (n,).

    Attributes
    ----------
    valve, etiology, morphology : as reported.
    valve_class : which retained share it follows, one of ``VALVE_CLASSES``.
    annulus_mm : diameter of the ring (of the circle with its area).
    ring_perimeter_mm : its length, longer where the ring is elliptical.
    lvot_mm : outflow tract below an aortic valve, None elsewhere.
    area_effective_cm2, area_anatomic_cm2 : shape (n,), jet and drawn orifice.
    contraction_ratio : shape (n,), effective over anatomic.
    eroa_mm2 : leak before.
    bonds : what can open: ``commissure``, ``raphe``, ``leaflet``, ``calcium`` or ``sealed`` (a
        commissure grown over by calcium).
    bond_strength_ratio : of each against a rheumatic commissure of score 8.
    leaflet_strength_ratio : of the leaflets against those of that valve.
    recoil_log_thickness : log of how thick its tissue is against its class; what springs back.
    lvot_calcium : none, mild or heavy.
    """

    valve: str
    etiology: str
    morphology: str
    valve_class: str
    annulus_mm: Mm
    ring_perimeter_mm: Mm
    lvot_mm: Mm | None
    area_effective_cm2: NDArray[np.float64]
    area_anatomic_cm2: NDArray[np.float64]
    contraction_ratio: NDArray[np.float64]
    eroa_mm2: Mm2
    bonds: tuple[str, ...]
    bond_strength_ratio: tuple[Ratio, ...]
    leaflet_strength_ratio: Ratio
    recoil_log_thickness: Ratio
    lvot_calcium: str

    @property
    def orifice_perimeter_mm(self) -> NDArray[np.float64]:
        """Perimeter of the circle that has the drawn orifice's area, shape (n,)."""
        return np.asarray(2.0 * np.sqrt(np.pi * 100.0 * self.area_anatomic_cm2))

    @property
    def fused_length_mm(self) -> NDArray[np.float64]:
        """Length of each seam from ring to orifice, shape (n,)."""
        return np.asarray((self.ring_perimeter_mm - self.orifice_perimeter_mm) / (2.0 * np.pi))

    @property
    def giving_ring_mm(self) -> Mm:
        """Perimeter to which the ring gives way before it bears a balloon."""
        return RING_GIVE_RATIO[self.valve] * self.ring_perimeter_mm

    @property
    def ring_cm2(self) -> Cm2:
        """Area of the ring."""
        return math.pi / 400.0 * self.annulus_mm**2


def class_of(valve: str, etiology: str) -> str:
    """Return which class of bound valve a lesion belongs to."""
    if valve == "pulmonary":
        return "pulmonary"
    if etiology in ("calcific", "bioprosthesis"):
        return "calcific"
    return "congenital" if etiology == "congenital" else "rheumatic"


def ring_perimeter_mm(annulus_mm: Mm, axis_ratio: Ratio = 1.0) -> Mm:
    """Return the length of an elliptical ring of the area of a circle of ``annulus_mm``.

    Ramanujan's second rule; ``axis_ratio`` is the longest over the shortest diameter.
    Check: 1.3 gives 0.86 % more than a circle.
    """
    root = math.sqrt(axis_ratio)
    a, b = 0.5 * annulus_mm * root, 0.5 * annulus_mm / root
    h = 3.0 * ((a - b) / (a + b)) ** 2
    return math.pi * (a + b) * (1.0 + h / (10.0 + math.sqrt(4.0 - h)))


def bonds_of(valve: str, kind: str, morphology: str) -> tuple[str, ...]:
    """Return what binds a valve.

    A calcific valve of three cusps is held by plates of calcium in two cusps and, in some, by a
    sealed commissure [kennedy_1988, mckay_pm_1987]; with a raphe by calcium along it [qin_2020].
    """
    if valve == "mitral":
        return MITRAL_BONDS
    bonds = BONDS[morphology]
    if kind != "calcific":
        return bonds
    if len(bonds) == 2:
        return ("calcium", "sealed")
    return ("calcium", "calcium", "sealed")


def _thickness_log(valve: str, age_years: Years) -> float:
    """Return the log of leaflet thickness against that at 40 (mitral) or 10 years (others)."""
    knots = LEAFLET_THICKNESS_MM["mitral" if valve == "mitral" else "aortic"]
    thickness = float(np.interp(age_years, (10.0, 40.0, 75.0), knots))
    return math.log(thickness / (knots[1] if valve == "mitral" else knots[0]))


def _checked(valve: str, morphology: str, annulus_mm: Mm, area: NDArray[np.float64]) -> None:
    items = []
    if valve not in ("aortic", "mitral", "pulmonary", "tricuspid"):
        allowed = "aortic, mitral, pulmonary or tricuspid"
        items.append(InputItem(key="valve", got=valve, allowed=allowed))
    if valve != "mitral" and morphology not in BONDS:
        items.append(InputItem(key="morphology", got=morphology, allowed=", ".join(BONDS)))
    if not 2.0 <= annulus_mm <= 70.0:
        got = f"{annulus_mm:g} mm"
        items.append(InputItem(key="annulus_mm", got=got, allowed="2 to 70 mm"))
    if not (np.all(np.isfinite(area)) and np.all(area > 0.0)):
        got = f"{float(np.min(area)):g} cm2"
        items.append(InputItem(key="area_effective_cm2", got=got, allowed="above 0 cm2"))
    if items:
        raise InputError(items)


def build_valve(
    *,
    valve: str,
    etiology: str,
    morphology: str,
    annulus_mm: Mm,
    area_effective_cm2: Cm2 | NDArray[np.float64],
    age_years: Years,
    wilkins_score: Ratio | None = None,
    calcium_agatston: Ratio | None = None,
    commissural_calcium: str | None = None,
    lvot_mm: Mm | None = None,
    regurgitation_grade: Ratio = 0.0,
    prior_procedure: str = "none",
    annulus_axis_ratio: Ratio = 1.0,
    lvot_calcium: str | None = None,
) -> ValveState:
    """Return the mechanics of a lesion.

    Parameters
    ----------
    area_effective_cm2 : one area or draws of it, shape (n,); the anatomic one is larger by the
        contraction of the jet and at most nine tenths of the ring.
    wilkins_score : of rheumatic valves; 8 where not given.
    calcium_agatston : of calcific valves; the mean of severe stenosis where not given.
    commissural_calcium, lvot_calcium : none, mild or heavy.
    prior_procedure : a valve that was split before is scarred and gains less.
    annulus_axis_ratio : longest over shortest diameter of the ring.
    """
    area = np.atleast_1d(np.asarray(area_effective_cm2, dtype=np.float64))
    _checked(valve, morphology, annulus_mm, area)
    kind = class_of(valve, etiology)
    contraction = np.asarray(
        contraction_coefficient(valve=valve, etiology=etiology, area_effective_cm2=area)
    )
    ring_cm2 = math.pi / 400.0 * annulus_mm**2
    anatomic = np.minimum(area / contraction, LARGEST_ORIFICE_FRAC * ring_cm2)
    strength, leaflet, thickness = 1.0, 1.0, 0.0
    if kind == "rheumatic":
        score = REFERENCE_SCORE if wilkins_score is None else wilkins_score
        harder = SCORE_LOG_THICKNESS * (score - REFERENCE_SCORE)
        strength *= math.exp(harder)
        thickness += harder + _thickness_log(valve, age_years)
    elif kind == "calcific":
        agatston = REFERENCE_AGATSTON if calcium_agatston is None else calcium_agatston
        harder = CALCIUM_LOG_STRENGTH * math.log(max(agatston, 50.0) / REFERENCE_AGATSTON)
        strength *= math.exp(harder)
        leaflet = CALCIFIC_LEAFLET_RATIO
    else:
        grown = _thickness_log(valve, age_years)
        leaflet = min(THIN_STRENGTH_RATIO * math.exp(grown), 1.0)
        leaflet *= min(annulus_mm / THIN_RING_MM, 1.0)
        strength *= leaflet
        thickness += grown
        if morphology == "dysplastic":
            leaflet *= KIND_STRENGTH["leaflet"]
            thickness += DYSPLASTIC_LOG_THICKNESS
    strength *= math.exp(HEAVY_COMMISSURE_LOG_STRENGTH[commissural_calcium or "none"])
    if prior_procedure in ("balloon", "surgical_commissurotomy"):
        thickness += PRIOR_LOG_THICKNESS
    bonds = bonds_of(valve, kind, morphology)
    return ValveState(
        valve=valve,
        etiology=etiology,
        morphology=morphology,
        valve_class=kind,
        annulus_mm=annulus_mm,
        ring_perimeter_mm=ring_perimeter_mm(annulus_mm, annulus_axis_ratio),
        lvot_mm=lvot_mm,
        area_effective_cm2=area,
        area_anatomic_cm2=anatomic,
        contraction_ratio=area / anatomic,
        eroa_mm2=leak_mm2(valve, regurgitation_grade, annulus_mm),
        bonds=bonds,
        bond_strength_ratio=tuple(strength * KIND_STRENGTH[bond] for bond in bonds),
        leaflet_strength_ratio=leaflet,
        recoil_log_thickness=thickness,
        lvot_calcium=lvot_calcium or "none",
    )
