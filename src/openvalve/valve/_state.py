"""The mechanics made from a lesion as reported: ring, orifice, what binds it and how strongly."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.units import Cm2, Mm, Mm2, Ratio, Years
from openvalve.valve._orifice import contraction_coefficient

__all__ = ["VALVE_CLASSES", "ValveState", "build_valve", "class_of"]

VALVE_CLASSES = ("calcific", "congenital", "rheumatic", "pulmonary")

# How many bound places a balloon can open, by morphology. Rheumatic and domed valves are fused at
# the commissures; a raphe is one more bond in a valve of two cusps; a unicuspid valve has one
# commissure; in a dysplastic valve little is fused and the leaflets themselves are thick
# [sizing_and_severity, mechanics.md section 1; stanger_1990: dysplastic gains less].
BOUND = {
    "tricuspid": 3,
    "domed": 3,
    "bicuspid_0": 2,
    "bicuspid_1": 2,
    "bicuspid_2": 1,
    "unicuspid": 1,
    "dysplastic": 3,
}
# Strength of a bond against that of a rheumatic commissure of score 8; nobody has measured any.
# The radial strength of a leaflet is a fifth of that round the valve (0.3-0.4 against 1.7-2.6
# MPa, leaflet_table), a dysplastic leaflet is two to three times as thick.
RELATIVE_STRENGTH = {
    "tricuspid": 1.0,
    "domed": 1.0,
    "bicuspid_0": 1.0,
    "bicuspid_1": 1.25,
    "bicuspid_2": 1.4,
    "unicuspid": 1.25,
    "dysplastic": 3.0,
}
THIN_STRENGTH_RATIO = 0.6  # congenital against rheumatic: thickness 0.7 against 1.3 mm at its edge
SCORE_LOG_STRENGTH = 0.12  # per Wilkins point: 0.9 to 1.9 at 7 against 0.8 to 1.7 at 10 in the area
REFERENCE_SCORE = 8.0
REFERENCE_AGATSTON = 2200.0  # mean of women and men with high-gradient stenosis [avc_size_2024]
CALCIUM_LOG_STRENGTH = 0.25
HEAVY_COMMISSURE = {"none": 0.0, "mild": 0.10, "heavy": 0.30}  # bilateral split rarer, rafla_2020


@dataclass(frozen=True, kw_only=True, slots=True)
class ValveState:
    """A valve before or after a balloon; areas may be distributions, shape (n,).

    Attributes
    ----------
    valve, etiology, morphology : as reported.
    valve_class : which retained fraction it follows, one of ``VALVE_CLASSES``.
    annulus_mm : diameter of the ring.
    lvot_mm : outflow tract below an aortic valve, None elsewhere.
    area_effective_cm2, area_anatomic_cm2 : shape (n,), jet and drawn orifice.
    contraction_ratio : shape (n,), effective over anatomic.
    eroa_mm2 : leak before.
    bound_count : commissures or raphes that can open.
    relative_strength_ratio : of its bonds against a rheumatic commissure of score 8.
    calcium_ratio : Agatston over the mean of severe stenosis; 0 where the valve is not calcified.
    """

    valve: str
    etiology: str
    morphology: str
    valve_class: str
    annulus_mm: Mm
    lvot_mm: Mm | None
    area_effective_cm2: NDArray[np.float64]
    area_anatomic_cm2: NDArray[np.float64]
    contraction_ratio: NDArray[np.float64]
    eroa_mm2: Mm2
    bound_count: int
    relative_strength_ratio: Ratio
    calcium_ratio: Ratio

    @property
    def orifice_perimeter_mm(self) -> NDArray[np.float64]:
        """Perimeter of the circle that has the drawn orifice's area, shape (n,)."""
        return np.asarray(2.0 * np.sqrt(np.pi * 100.0 * self.area_anatomic_cm2))

    @property
    def ring_perimeter_mm(self) -> Mm:
        """Perimeter of the ring."""
        return float(np.pi * self.annulus_mm)


def class_of(valve: str, etiology: str) -> str:
    """Return which class of bound valve a lesion belongs to."""
    if valve == "pulmonary":
        return "pulmonary"
    if etiology in ("calcific", "bioprosthesis"):
        return "calcific"
    return "congenital" if etiology == "congenital" else "rheumatic"


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
) -> ValveState:
    """Return the mechanics of a lesion.

    Parameters
    ----------
    area_effective_cm2 : one area or draws of it, shape (n,); the anatomic one is larger by the
        contraction of the jet and never larger than nine tenths of the ring.
    wilkins_score : mitral and other rheumatic valves; 8 where not given.
    calcium_agatston : calcific valves; the mean of severe stenosis where not given.
    commissural_calcium : none, mild or heavy.
    prior_procedure : scar after an earlier split holds a little less well than the first bond.
    """
    from openvalve.valve._leak import leak_mm2

    kind = class_of(valve, etiology)
    area = np.atleast_1d(np.asarray(area_effective_cm2, dtype=np.float64))
    contraction = np.array(
        [
            contraction_coefficient(valve=valve, etiology=etiology, area_effective_cm2=float(a))
            for a in area
        ]
    )
    anatomic = np.minimum(area / contraction, 0.9 * np.pi / 400.0 * annulus_mm**2)
    strength = RELATIVE_STRENGTH[morphology]
    calcium = 0.0
    if kind == "rheumatic":
        score = REFERENCE_SCORE if wilkins_score is None else wilkins_score
        strength *= float(np.exp(SCORE_LOG_STRENGTH * (score - REFERENCE_SCORE)))
    elif kind in ("congenital", "pulmonary"):
        # Leaflets thicken with age: 0.67 mm below 20 years, 1.42 at 60 [sahasakul_1988].
        aged = min(max((age_years - 20.0) / 40.0, 0.0), 1.0)
        strength *= THIN_STRENGTH_RATIO + (1.0 - THIN_STRENGTH_RATIO) * aged
    else:
        agatston = REFERENCE_AGATSTON if calcium_agatston is None else calcium_agatston
        calcium = max(agatston, 50.0) / REFERENCE_AGATSTON
        strength *= float(calcium**CALCIUM_LOG_STRENGTH)
    strength *= float(np.exp(HEAVY_COMMISSURE.get(commissural_calcium or "none", 0.0)))
    if prior_procedure in ("balloon", "surgical_commissurotomy"):
        strength *= 1.15  # second area gain 0.20 against 0.31 in the same patients, koning_repeat
    return ValveState(
        valve=valve,
        etiology=etiology,
        morphology=morphology,
        valve_class=kind,
        annulus_mm=annulus_mm,
        lvot_mm=lvot_mm,
        area_effective_cm2=area,
        area_anatomic_cm2=anatomic,
        contraction_ratio=contraction,
        eroa_mm2=leak_mm2(valve, regurgitation_grade),
        bound_count=2 if valve == "mitral" else BOUND[morphology],
        relative_strength_ratio=strength,
        calcium_ratio=calcium,
    )
