"""MB8 and MB8b: strips and a square of leaflet, pulled in the solver."""

import numpy as np
from scipy.optimize import brentq

from openvalve.errors import SolverError
from openvalve.units import MPa, Ratio
from openvalve.validation._acceptance_types import Measured
from openvalve.validation._mechanics_patches import Rectangle, pulled
from openvalve.validation._mechanics_types import MechanicsSettings
from openvalve.valve.shell import TISSUES, Tissue, stress_mpa, uniaxial_mpa

__all__ = ["strips", "toe"]

THICK_MM = 0.5
LONG_MM, WIDE_MM = 10.0, 4.0
STEP = 0.02  # of the stress, to either side, for a modulus
WAYS = {"round": 0.0, "radial": 90.0}
MODULI_MPA = {"round": (1.0,), "radial": (0.05, 0.075, 0.1)}
TOE_MPA = (0.60, 0.65)  # beyond both locks


def _strip(tissue: Tissue, way: str, stress_mpa_: MPa) -> tuple[Ratio, MPa]:
    """Return stretch and Cauchy stress of a strip under about such a stress."""
    family = tissue.round if way == "round" else tissue.radial
    near = brentq(
        lambda s: uniaxial_mpa(family, tissue.shear_mpa, s) - stress_mpa_, 1.0, 3.0, xtol=1e-12
    )
    line = stress_mpa_ * THICK_MM / near  # N per mm of unloaded width
    found = pulled(
        Rectangle(long_mm=LONG_MM, wide_mm=WIDE_MM, thick_mm=THICK_MM, cells=10),
        tissue,
        (line, 0.0),
        WAYS[way],
    )
    stretch = found.long_ratio
    return stretch, line * stretch / THICK_MM


def strips(settings: MechanicsSettings) -> Measured:
    """MB8: modulus, strength, and strain at which the strength is reached, of ``aortic_old``."""
    tissue = TISSUES["aortic_old"]
    values: dict[str, float] = {}
    for way, at in MODULI_MPA.items():
        family = tissue.round if way == "round" else tissue.radial
        slopes = []
        for stress in at:
            low, high = (_strip(tissue, way, stress * (1.0 + d)) for d in (-STEP, STEP))
            slopes.append((high[1] - low[1]) / (high[0] - low[0]))
        stretch, reached = _strip(tissue, way, family.strength_mpa)
        if abs(reached / family.strength_mpa - 1.0) > 0.01:
            raise SolverError("the strip bears another stress", state={"stress_mpa": reached})
        values |= {
            f"{way}_modulus_mpa": float(np.mean(slopes)),
            f"{way}_strength_mpa": family.strength_mpa,
            f"{way}_failure_frac": stretch - 1.0,
        }
    return Measured(values=values, mesh_triangles_count=80)


def toe(settings: MechanicsSettings) -> Measured:
    """MB8b: a square under equal tension; its stiff part carried back to no stress."""
    tissue = TISSUES["aortic_young_porcine"]
    found = []
    for stress in TOE_MPA:
        line = _line_n_mm(tissue, stress)
        square = Rectangle(long_mm=10.0, wide_mm=10.0, thick_mm=THICK_MM, cells=8)
        shape = pulled(square, tissue, (line[0], line[1]), 0.0)
        pair = shape.long_ratio, shape.wide_ratio
        found.append((pair, stress_mpa(tissue, *pair)))
    values = {}
    for k, way in enumerate(WAYS):
        (one, low), (two, high) = found
        slope = (high[k] - low[k]) / (two[k] - one[k])
        values[f"{way}_toe_ratio"] = one[k] - low[k] / slope
        family = tissue.round if way == "round" else tissue.radial
        values[f"{way}_exponent"] = _exponent(family.exponent, values[f"{way}_toe_ratio"])
    return Measured(values=values, mesh_triangles_count=128)


def _exponent(over_green: float, stretch_ratio: Ratio) -> float:
    """Return an exponent over stretch from one over Green strain: de/ds = s at the toe."""
    return over_green * stretch_ratio


def _line_n_mm(tissue: Tissue, stress: MPa) -> tuple[float, float]:
    """Return line tensions, per unloaded width, that a square under equal Cauchy stress bears."""
    one, two = 1.1, 1.4
    for _ in range(60):
        here, there = two, one
        one = brentq(_excess, 0.7, 2.0, args=(tissue, here, 0, stress), xtol=1e-13)
        two = brentq(_excess, 0.7, 2.5, args=(tissue, one, 1, stress), xtol=1e-13)
        if abs(two - here) + abs(one - there) < 1e-12:
            break
    return stress * THICK_MM / one, stress * THICK_MM / two


def _excess(stretch: Ratio, tissue: Tissue, other: Ratio, axis: int, stress: MPa) -> MPa:
    pair = (stretch, other) if axis == 0 else (other, stretch)
    return stress_mpa(tissue, *pair)[axis] - stress
