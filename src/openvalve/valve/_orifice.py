"""Orifice laws: contraction of the jet, lost head, and how far a stiff valve opens further."""

from typing import overload

import numpy as np
from numpy.typing import NDArray

from openvalve.units import DENSITY_BLOOD_G_ML, MMHG_PER_DYN_CM2, Cm2, MlPerS, Mmhg, Ratio

__all__ = ["contraction_coefficient", "elco_cm2", "opening_elasticity", "orifice_drop_mmhg"]

# Effective over anatomic area at 0.7 cm2. Planimetry exceeds the effective area by 0.22 +/- 0.14
# cm2 in calcific valves of about 0.7 [migliore_2017, read]: 0.76. Real mitral shapes of 1.5 cm2
# 0.73 flat to 0.87 domed [gilon_1996, read]: 0.83 in the mean of a doming rheumatic valve. 23
# orifices 0.675 to 0.93 [flachskampf_1990, read]; the other figures [K; 0.7 to 0.9].
CONTRACTION = {"calcific": 0.76, "bioprosthesis": 0.80, "rheumatic": 0.83, "congenital": 0.85}
CARCINOID = 0.75
SHAPE = {"flat": 0.73, "dome": 0.87}  # at 1.5 cm2
GROWTH_PER_CM2 = 0.04  # contraction eases as the orifice grows [gilon_1996, sign read, size K]
LARGEST = 0.95
ELLIPSE_LOSS_FRAC = 0.055  # of an ellipse 5:1 against a circle; 0.042 to 0.068 [flachskampf_1990]

# Projected area grows about 0.2 cm2 per 100 mL/s in low-flow stenosis [K]; with
# A = A_ref (1 + k (h - h_ref)/(h + h_ref)) that is k near 0.25; a pliant dome opens at once.
ELASTICITY = {
    "calcific": 0.22,
    "bioprosthesis": 0.18,
    "rheumatic": 0.15,
    "congenital": 0.10,
    "carcinoid": 0.15,
}


@overload
def contraction_coefficient(
    *,
    valve: str,
    etiology: str,
    area_effective_cm2: Cm2,
    shape: str | None = None,
    axis_ratio: Ratio = 1.0,
) -> Ratio: ...
@overload
def contraction_coefficient(
    *,
    valve: str,
    etiology: str,
    area_effective_cm2: NDArray[np.float64],
    shape: str | None = None,
    axis_ratio: Ratio = 1.0,
) -> NDArray[np.float64]: ...
def contraction_coefficient(
    *,
    valve: str,
    etiology: str,
    area_effective_cm2: Cm2 | NDArray[np.float64],
    shape: str | None = None,
    axis_ratio: Ratio = 1.0,
) -> Ratio | NDArray[np.float64]:
    """Return effective over anatomic area of a stenotic orifice, shape of the area.

    Parameters
    ----------
    area_effective_cm2 : contraction eases by 0.04 per cm2, up to 0.95.
    shape : ``flat`` or ``dome`` where a picture shows it, else the mean of the etiology.
    axis_ratio : long over short diameter of the orifice; 5 costs 5.5 %.
    """
    del valve  # the shape rules, whichever valve it is
    if shape is None:
        base, at_cm2 = CONTRACTION.get(etiology, CARCINOID), 0.7
    else:
        base, at_cm2 = SHAPE[shape], 1.5 * SHAPE[shape]
    grown = GROWTH_PER_CM2 * np.maximum(np.asarray(area_effective_cm2) - at_cm2, 0.0)
    flat = 1.0 - ELLIPSE_LOSS_FRAC * (axis_ratio - 1.0) / 4.0
    ratio = np.minimum(base + grown, LARGEST) * flat
    return ratio if isinstance(area_effective_cm2, np.ndarray) else float(ratio)


def opening_elasticity(etiology: str) -> Ratio:
    """Return k of the opening law of ``openvalve.circulation.Orifice``, 0.1 to 0.25."""
    return ELASTICITY[etiology]


def elco_cm2(area_effective_cm2: Cm2, area_downstream_cm2: Cm2) -> Cm2:
    """Return the energy-loss area A A_down / (A_down - A) [garcia_kadem_2006]."""
    return area_effective_cm2 * area_downstream_cm2 / (area_downstream_cm2 - area_effective_cm2)


def orifice_drop_mmhg(
    flow_ml_s: MlPerS, area_effective_cm2: Cm2, area_downstream_cm2: Cm2 = 0.0
) -> Mmhg:
    """Return the steady drop across an orifice, signed with the flow.

    Equation
    --------
    dp = rho/2 (q/A)^2; with a downstream area the recovered part is given back and A is the
    energy-loss area. Check: 250 mL/s through 1.0 cm2 gives 24.9 mmHg.
    """
    area = area_effective_cm2
    if area_downstream_cm2 > 0.0:
        area = elco_cm2(area_effective_cm2, area_downstream_cm2)
    half_rho = 0.5 * DENSITY_BLOOD_G_ML * MMHG_PER_DYN_CM2
    return half_rho * flow_ml_s * abs(flow_ml_s) / area**2
