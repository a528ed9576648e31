"""The Inoue balloon: three stages by volume, and what the free balloon itself presses."""

import math
import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from openvalve.devices import Balloon
from openvalve.units import Atm, Mm, Ratio

__all__ = [
    "INOUE_MOST_PROGRESS",
    "inoue_diameters_mm",
    "inoue_highest_atm",
    "inoue_label_mm",
    "inoue_pressure_atm",
    "inoue_progress",
]

# Progress of an inflation: 0 folded, 1 distal half, 2 hourglass, 3 full; beyond 3 the mesh gives.
FOLDED_FRAC = 0.30
STRETCH_OF_MESH_FRAC = 0.08  # growth beyond the label at the end of the table, about 4 atm; assumed
INOUE_MOST_PROGRESS = 4.0
# Pressure inside the free balloon. Published: the order of the stages [B15] and the peak inside
# with the valve, 2.29 +/- 0.55 kg/cm2 [yamabe_1994], an upper bound for the free balloon. Assumed:
# latex alone holds the first two stages (0.25 and 0.40 atm; 0.1 to 0.6), and near its label the
# mesh tightens, so that pressure rises with the last millimetres (low pressure 2 mm below the
# label, high pressure at it [K]): latex 0.45 atm (0.2 to 0.8), mesh 0.45 atm at the label (0.2 to
# 1.0), e-fold 1 mm (0.5 to 2).
DISTAL_ATM, HOURGLASS_ATM = 0.25, 0.40
LATEX_ATM, MESH_ATM, MESH_FOLD_MM = 0.45, 0.45, 1.0


def inoue_label_mm(balloon: Balloon) -> Mm:
    """Return the catheter's own label (PTMC-26: 26 mm); without one, the step's diameter."""
    label = _label_of(balloon.model)
    return balloon.diameter_mm if label is None else label


@lru_cache(maxsize=64)
def _label_of(model: str) -> Mm | None:
    found = re.search(r"-(\d+)$", model)
    return float(found.group(1)) if found else None


def _stage_rows(balloon: Balloon) -> NDArray[np.float64]:
    """Return diameters (proximal, waist, distal) at progress 0, 1, 2, 3, 4; shape (5, 3)."""
    folded = FOLDED_FRAC * balloon.diameter_mm
    rows = [(folded, folded, folded)]
    rows += [(s.proximal_mm, s.waist_mm, s.distal_mm) for s in balloon.stages]
    most = _most_mm(balloon)
    return np.array([*rows, (most, most, most)])


def _most_mm(balloon: Balloon) -> Mm:
    """Return the free diameter at which the table ends, beyond the label whatever the step."""
    return (1.0 + STRETCH_OF_MESH_FRAC) * max(inoue_label_mm(balloon), balloon.diameter_mm)


def inoue_diameters_mm(balloon: Balloon, progress: Ratio) -> NDArray[np.float64]:
    """Return free diameters (proximal, waist, distal) at a progress of 0 to 4; shape (3,)."""
    rows = _stage_rows(balloon)
    at = min(max(progress, 0.0), len(rows) - 1.0)
    low = min(int(at), len(rows) - 2)
    return np.asarray(rows[low] + (at - low) * (rows[low + 1] - rows[low]))


def _mesh_atm(balloon: Balloon, diameter_mm: Mm) -> Atm:
    over = (diameter_mm - inoue_label_mm(balloon)) / MESH_FOLD_MM
    return LATEX_ATM + MESH_ATM * math.exp(over)


def inoue_pressure_atm(balloon: Balloon, progress: Ratio) -> Atm:
    """Return the pressure inside the free balloon at a progress of 0 to 4.

    Equation
    --------
    Linear through 0, 0.25, 0.40 atm to full; from there p = 0.45 + 0.45 exp((D - label) / 1 mm).
    Check: PTMC-26 at 26 mm 0.90 atm, at 24 mm 0.51 atm.

    Source    : see the comment above; the curve of a free balloon was not found in print.
    Verified  : tests/unit/valve/balloon/test_inoue.py
    """
    if progress >= 3.0:
        return _mesh_atm(balloon, float(inoue_diameters_mm(balloon, progress)[1]))
    full = _mesh_atm(balloon, balloon.diameter_mm)
    return float(np.interp(progress, (0.0, 1.0, 2.0, 3.0), (0.0, DISTAL_ATM, HOURGLASS_ATM, full)))


def inoue_highest_atm(balloon: Balloon) -> Atm:
    """Return the pressure inside the free balloon where its table ends."""
    return _mesh_atm(balloon, _most_mm(balloon))


def inoue_progress(balloon: Balloon, pressure_atm: Atm) -> Ratio:
    """Return the progress at which the free balloon has a pressure; held at both ends."""
    full = inoue_pressure_atm(balloon, 3.0)
    if pressure_atm <= full:
        knots = (0.0, DISTAL_ATM, HOURGLASS_ATM, full)
        return float(np.interp(pressure_atm, knots, (0.0, 1.0, 2.0, 3.0)))
    diameter = inoue_label_mm(balloon) + MESH_FOLD_MM * math.log(
        (pressure_atm - LATEX_ATM) / MESH_ATM
    )
    step = balloon.diameter_mm
    return min(3.0 + (diameter - step) / (_most_mm(balloon) - step), INOUE_MOST_PROGRESS)
