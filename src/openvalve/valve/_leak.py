"""Leak of a closed valve: effective orifice and grade, and what a balloon adds to it."""

import numpy as np
from numpy.typing import NDArray

from openvalve.units import Frac, Mm, Mm2, Ratio

__all__ = ["gap_mm2", "leak_grade", "leak_mm2", "size_frac", "tear_mm2"]

# Effective regurgitant orifice by grade 0 to 4, mm2. Moderate and severe 35 +/- 12 and 75 +/- 33
# (mitral), 21 +/- 8 and 38 +/- 5 (aortic) by Doppler [enriquez_1994, read]; lower grades by the
# guideline limits 20 (mitral) and 10 (aortic) [circulation_targets section 4, K]; tricuspid as
# mitral. A pulmonary leak is driven by a sixth of the aortic pressure: orifices at which the heart
# of an adult (1.8 m2) has the middle of each grade's regurgitant fraction, 12.5, 25, 35 and above
# 40 % (tests/physics/heart/test_pulmonary_leak.py).
LEAK_MM2 = {
    "mitral": (0.0, 8.0, 22.0, 38.0, 75.0),
    "aortic": (0.0, 5.0, 14.0, 26.0, 38.0),
    "tricuspid": (0.0, 10.0, 25.0, 40.0, 75.0),
    "pulmonary": (0.0, 20.0, 55.0, 118.0, 200.0),
}
# The table is an adult's; in a child's ring, below these, a grade is a smaller hole, by area [K].
ADULT_RING_MM = {"mitral": 26.0, "aortic": 20.0, "pulmonary": 23.0, "tricuspid": 26.0}
# A torn leaflet leaks as a severe valve does [enriquez_1994, read]; pulmonary by the table above.
TEAR_MM2 = {"mitral": 60.0, "aortic": 34.0, "pulmonary": 175.0, "tricuspid": 60.0}
TEAR_LOG_SD = 0.35
# A split that opens well closes less well. Median gap of a full split at balloon = ring, mm2
# of an adult, so that a rise to grade 2 is seen in 11 % below and 26 % above ratio 1 of
# congenital aortic valves [sholler_1988, read] and any rise in 4 to 29 % of mitral ones
# [nhlbi_bmc_1992, droracle_icd, read]; pulmonary so that the median regurgitant fraction of
# balloons of 1.15 to 1.35 rings is near 10 %, as by magnetic resonance in 41 patients 13 years
# after [harrild_2010, abstract read; K 4 to 8].
GAP_MM2 = {"rheumatic": 4.0, "calcific": 4.0, "congenital": 4.5, "pulmonary": 6.7}
GAP_POWER = 3.0  # of balloon over ring, from the two sholler_1988 rates [K; 2 to 5]
GAP_LOG_SD = 0.7


def size_frac(valve: str, annulus_mm: Mm | None) -> Frac:
    """Return a ring's area against an adult's, at most 1; 1 where the ring is not given."""
    return 1.0 if annulus_mm is None else min(1.0, (annulus_mm / ADULT_RING_MM[valve]) ** 2)


def leak_mm2(valve: str, grade: Ratio, annulus_mm: Mm | None = None) -> Mm2:
    """Return the regurgitant orifice of a grade 0 to 4, linear between grades.

    ``annulus_mm`` makes it a child's where the ring is small.
    """
    adult = float(np.interp(grade, np.arange(5.0), LEAK_MM2[valve]))
    return adult * size_frac(valve, annulus_mm)


def leak_grade(
    valve: str, eroa_mm2: NDArray[np.float64], annulus_mm: Mm | None = None
) -> NDArray[np.float64]:
    """Return the grade of a regurgitant orifice in halves, shape of ``eroa_mm2``."""
    adult = eroa_mm2 / size_frac(valve, annulus_mm)
    return np.asarray(np.round(2.0 * np.interp(adult, LEAK_MM2[valve], np.arange(5.0))) / 2.0)


def gap_mm2(
    valve_class: str,
    split_frac: NDArray[np.float64],
    ring_ratio: Ratio,
    normal: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the leak of an orderly split in an adult, shape (n,).

    It grows with balloon over ring cubed; ``normal`` scatters it.
    """
    gap = GAP_MM2[valve_class] * split_frac * ring_ratio**GAP_POWER
    return np.asarray(gap * np.exp(GAP_LOG_SD * normal))


def tear_mm2(
    valve: str, torn_frac: NDArray[np.float64], normal: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the leak of a torn leaflet in an adult, shape (n,); 0 where none tore."""
    return np.asarray(TEAR_MM2[valve] * torn_frac * np.exp(TEAR_LOG_SD * normal))
