"""Leak of a closed valve: effective orifice and grade, one table both ways."""

import numpy as np
from numpy.typing import NDArray

from openvalve.units import Mm2, Ratio

__all__ = ["leak_grade", "leak_mm2"]

# Effective regurgitant orifice by grade 0 to 4, mm2. Moderate and severe 35 +/- 12 and 75 +/- 33
# (mitral), 21 +/- 8 and 38 +/- 5 (aortic) by Doppler [enriquez_1994, read]; lower grades by the
# guideline limits 20 (mitral) and 10 (aortic) [circulation_targets section 4, K]; the right side
# as the left.
LEAK_MM2 = {
    "mitral": (0.0, 8.0, 22.0, 38.0, 75.0),
    "aortic": (0.0, 5.0, 14.0, 26.0, 38.0),
    "tricuspid": (0.0, 10.0, 25.0, 40.0, 75.0),
    "pulmonary": (0.0, 6.0, 15.0, 28.0, 45.0),
}


def leak_mm2(valve: str, grade: Ratio) -> Mm2:
    """Return the regurgitant orifice of a grade 0 to 4, linear between grades."""
    return float(np.interp(grade, np.arange(5.0), LEAK_MM2[valve]))


def leak_grade(valve: str, eroa_mm2: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the grade of a regurgitant orifice in halves, shape of ``eroa_mm2``."""
    grade = np.interp(eroa_mm2, LEAK_MM2[valve], np.arange(5.0))
    return np.asarray(np.round(2.0 * grade) / 2.0)
