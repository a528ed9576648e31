"""How strongly seams and chords hold: population values with source and range.

Strengths are stresses, so that a seam holds in proportion to its thickness. None was measured on a
valve; they start from the recipe of a prototype and the limits of evidence/mechanics.md, and are
not fitted to rows of evidence.
"""

from dataclasses import dataclass

from openvalve.units import Frac, MPa, Ratio

__all__ = [
    "CLOSING_MMHG",
    "COMMISSURAL_CALCIUM_TOUGHNESS",
    "CRACK_MPA",
    "LEAK_CONTRACTION_RATIO",
    "LOOSEST_N_MM",
    "OPENING_MMHG",
    "RIM_FRAC",
    "RIM_STRENGTH_RATIO",
    "SEAMS",
    "SEAM_LOG_SD",
    "STURDIEST_N_MM",
    "VALVE_LOG_SD",
    "Chords",
    "SeamStrength",
    "Strengths",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class SeamStrength:
    """What holds one kind of seam.

    Attributes
    ----------
    peak_mpa : stress at which it yields; times the thickness there, the line force.
    toughness_n_mm : opening energy, mJ per mm2 of torn section (kJ/m2).
    """

    peak_mpa: MPa
    toughness_n_mm: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Strengths:
    """What no valve's measurement tells: how far it is from its population's middle.

    Attributes
    ----------
    seam_ratio, calcium_ratio : of stress and toughness of commissures and raphes, of calcium.
    set_ratio : of the permanent share of stretch and bending, and of cracked calcium's.
    stiffness_ratio : of every modulus of the tissue.
    """

    seam_ratio: Ratio = 1.0
    calcium_ratio: Ratio = 1.0
    set_ratio: Ratio = 1.0
    stiffness_ratio: Ratio = 1.0


# Learned by benchmarks/learn_leaflets.py from areas of 26 rheumatic (0.82 of the start) and 22
# calcific cohorts (0.83 of the seams' start, 0.92 of the calcium's). Starts:
# line forces of the prototype over its thickness. Rheumatic: 2.5 N/mm and 3 mJ/mm over 1.7 mm; the
# upper limit from the pressure that splits them is 2.9 N/mm, 1.5 MPa over 2 mm [yamabe_1994,
# derived; K 1 to 2.4 MPa, 1 to 3 N/mm]. Calcific: 5 N/mm and 2 mJ/mm over 1.6 mm, calcium cracks at
# 1.5 MPa [K; 2 to 5, 0.6 to 2.5; calcium 0.5 to 3 MPa, 0.3 to 1.2]. Congenital: as a rheumatic seam
# of its own thickness, between the radial and the round strength of a leaflet, 0.29 and 2.78 MPa
# [leaflet_table, read; K 0.6 to 2.8, 0.8 to 3]. A raphe is a seam grown over: 1.6 times [K].
SEAMS: dict[str, dict[str, SeamStrength]] = {
    "rheumatic": {
        "commissure": SeamStrength(peak_mpa=1.2, toughness_n_mm=1.5),
        "raphe": SeamStrength(peak_mpa=1.9, toughness_n_mm=1.5),
        "calcium": SeamStrength(peak_mpa=1.5, toughness_n_mm=0.6),
    },
    "calcific": {
        "commissure": SeamStrength(peak_mpa=2.6, toughness_n_mm=1.04),
        "raphe": SeamStrength(peak_mpa=4.2, toughness_n_mm=1.04),
        "calcium": SeamStrength(peak_mpa=1.4, toughness_n_mm=0.55),
    },
    "congenital": {
        "commissure": SeamStrength(peak_mpa=1.5, toughness_n_mm=1.8),
        "raphe": SeamStrength(peak_mpa=2.4, toughness_n_mm=1.8),
        "calcium": SeamStrength(peak_mpa=1.5, toughness_n_mm=0.6),
    },
}
# Scatter of log strength between valves and between seams of one valve: side scatter 0.25 to 0.4
# by the prototype's reduced model [K]; the same for the toughness, which follows the strength.
VALVE_LOG_SD: Frac = 0.25
SEAM_LOG_SD: Frac = 0.30
# Calcified commissures: brittle, but not stronger (the two papers of evidence/mechanics.md section
# 3 disagree) [K; 0.3 to 1 for heavy].
COMMISSURAL_CALCIUM_TOUGHNESS = {"none": 1.0, "mild": 0.75, "heavy": 0.5}
# The outer part of a seam next to the ring is leaflet grown into the wall: without it balloons
# above the ring rip the wall (prototype, trap 5) [K; 0.15 to 0.20 of the seam, 4 to 12 times].
RIM_FRAC: Frac = 0.18
RIM_STRENGTH_RATIO: Ratio = 8.0
CRACK_MPA: MPa = 1.4  # bending stress at which calcified tissue cracks [K; 0.5 to 3]


@dataclass(frozen=True, kw_only=True, slots=True)
class Chords:
    """Chords of atrioventricular valves: stress k/b (exp(b e) - 1), times the section.

    Defaults are unchecked [K]: about 7 MPa at a strain of 0.1 and 27 MPa at 0.2; break at 20 MPa
    (10 to 30), exponent 20 (10 to 40), start 10 MPa (3 to 20). Human chords are stiffer than
    sheep's and fail at lower strain [zuo_2016, abstract read; numbers not seen].
    """

    stiffness_mpa: MPa = 10.0
    exponent: Ratio = 20.0
    break_mpa: MPa = 20.0


# Pressures at which open and closed areas are read, upstream minus downstream, mmHg: mean gradients
# after a good result and before it [K; 4 to 15, 15 to 60, 10 to 60, 2 to 8]; closing by the
# pressures of circulation_targets (LV 100, diastolic aorta 80, diastolic PA 12, RV 25) [K; +-40 %].
OPENING_MMHG = {"mitral": 8.0, "aortic": 35.0, "pulmonary": 25.0, "tricuspid": 4.0}
CLOSING_MMHG = {"mitral": 100.0, "aortic": 80.0, "pulmonary": 12.0, "tricuspid": 25.0}
LEAK_CONTRACTION_RATIO: Ratio = 0.75  # effective over geometric leak, as a sharp slit [K; 0.6-0.9]
# Line forces that a mesh of usual size can hold, N/mm: beyond them bonds only cost steps.
LOOSEST_N_MM, STURDIEST_N_MM = 0.05, 20.0
