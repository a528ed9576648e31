"""What a ring bears, how it stands, and what a balloon in its valve does to it.

``[K]`` marks what is judged, not read.
"""

from dataclasses import dataclass

from openvalve.units import Mm, MPa, NPerMm, Ratio

__all__ = [
    "RIMS",
    "RIM_LOG_SD",
    "RING_LOADS",
    "WIDTH_RADIUS_MM",
    "Rim",
    "RingLoad",
    "crown_ratio",
    "ring_group",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rim:
    """What a ring bears.

    Attributes
    ----------
    stiffness_n : force per strain along the ring; exponent : of its Fung law.
    anchor_mpa : N per mm of ring and mm of way, by what it is set in.
    """

    stiffness_n: float
    exponent: Ratio
    anchor_mpa: MPa


# Mitral: 2.1 +/- 0.5 N in a suture round it take 21 % of the ring's area, 11 % of its length
# [PMC4033577, abstract read]: 19 N per strain in all, of which anchors of 0.06 MPa bear k r^2 = 15
# at 16 mm [K; 10 to 40 in all]. Aortic: root wall of 1.2 to 2 MPa strength at stretch 1.8 to 2.35,
# 2 mm thick and about 6 mm high [aorta_failure_table, read]: 2 MPa x 12 mm2 = 24 N, stiff calcified
# surroundings 0.3 MPa [K; 10 to 60, 0.1 to 1]; pulmonary and tricuspid softer [K; half to twice].
RIMS = {
    "mitral": Rim(stiffness_n=5.0, exponent=10.0, anchor_mpa=0.06),
    "tricuspid": Rim(stiffness_n=4.0, exponent=10.0, anchor_mpa=0.05),
    "aortic": Rim(stiffness_n=24.0, exponent=10.0, anchor_mpa=0.30),
    "pulmonary": Rim(stiffness_n=10.0, exponent=10.0, anchor_mpa=0.10),
}
# How far patients' rings differ in stiffness: the ranges above as 95 %, log.
RIM_LOG_SD = {"mitral": 0.35, "tricuspid": 0.35, "aortic": 0.45, "pulmonary": 0.35}

# Length of the hinge line over its circle seen along the axis: a crown, as ``anatomy`` draws it
# (tests/physics/valve/test_ring.py), flat in a mitral or tricuspid valve. Calcified cusps stand
# highest, fused ones lower.
FLAT_CROWN_RATIO: Ratio = 1.01
CROWN_RATIO = {
    "calcific": {"tricuspid": 1.59, "bicuspid_0": 1.31, "bicuspid_1": 1.48, "bicuspid_2": 1.37},
    "fused": {
        "tricuspid": 1.375,
        "bicuspid_0": 1.19,
        "bicuspid_1": 1.30,
        "bicuspid_2": 1.23,
        "unicuspid": 1.23,
        "domed": 1.22,
        "dysplastic": 1.375,
    },
}


@dataclass(frozen=True, kw_only=True, slots=True)
class RingLoad:
    """What a balloon in a valve does to its ring, learned from the leaflet solver.

    Attributes
    ----------
    width_ratio : height over which its pressure reaches the ring, over the gap between them, in a
        ring of ``WIDTH_RADIUS_MM``; elsewhere as the root of its inverse: what happens at the edge
        of a shell fades over the root of radius times thickness.
    pull_n_mm : by which the leaflets that hold it draw the ring in, per bond strength and log of
        balloon over orifice.
    tie_sd : of the solver's ring about this law, chance of the single valve included.
    """

    width_ratio: Ratio
    pull_n_mm: NPerMm
    tie_sd: Ratio


def crown_ratio(valve: str, valve_class: str, morphology: str) -> Ratio:
    """Return the length of a ring's hinge line over the circle that it is over."""
    if valve in ("mitral", "tricuspid"):
        return FLAT_CROWN_RATIO
    shapes = CROWN_RATIO["calcific" if valve_class == "calcific" else "fused"]
    if valve == "pulmonary" and morphology == "tricuspid":
        morphology = "domed"
    return shapes.get(morphology, CROWN_RATIO["fused"][morphology])


# Learned by benchmarks/learn_ring.py from lesions 200 to 479 of benchmarks/leaflet_runs.csv, whose
# strengths are random; held against lesions 0 to 199 by benchmarks/tie_reduced.py and against
# lesions from 480 on, drawn after. ``tie_sd`` is of all three together.
WIDTH_RADIUS_MM: Mm = 10.0
RING_LOADS = {
    "mitral": RingLoad(width_ratio=0.78, pull_n_mm=0.025, tie_sd=0.016),
    "two calcified cusps": RingLoad(width_ratio=1.7, pull_n_mm=0.074, tie_sd=0.009),
    "calcified": RingLoad(width_ratio=3.1, pull_n_mm=0.018, tie_sd=0.007),
    "congenital": RingLoad(width_ratio=1.2, pull_n_mm=0.009, tie_sd=0.004),
    "pulmonary": RingLoad(width_ratio=2.0, pull_n_mm=0.015, tie_sd=0.011),
}


def ring_group(valve: str, valve_class: str, morphology: str) -> str:
    """Return which of ``RING_LOADS`` holds for a valve.

    Tricuspid valves go with mitral ones, rheumatic aortic ones with congenital ones [K]: none was
    among the lesions.
    """
    if valve in ("mitral", "tricuspid"):
        return "mitral"
    if valve == "pulmonary":
        return "pulmonary"
    if valve_class != "calcific":
        return "congenital"
    return "two calcified cusps" if morphology == "bicuspid_0" else "calcified"
