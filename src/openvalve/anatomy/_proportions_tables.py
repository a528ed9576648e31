"""Proportions of stenotic valves, in radii of their ring unless said otherwise.

``[read]`` marks what stood in a text, ``[K]`` what is judged, with its plausible range.
"""

from dataclasses import dataclass

__all__ = [
    "ANTERIOR_SPAN_DEG",
    "BICUSPID_ANGLE_DEG",
    "MITRAL_SPAN_LIMITS_DEG",
    "PLANS",
    "SHORTEST_SEAM",
    "Form",
    "Plan",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """How the leaflets of a valve stand between ring and orifice.

    Attributes
    ----------
    star : whether the orifice reaches out between the leaflets (stiff, not fused) or is a hole in
        a fused dome or funnel.
    commissure_height : of the attachments above the lowest point of the cusps.
    orifice_height : of the middle of the free edges above the ring; 0 follows from cusp_height.
    cusp_height : length of a cusp from its lowest point to the free edge.
    reach : of the orifice towards its commissures, as a share of the way to the wall (star), or
        over its radius at the middle of a cusp (hole).
    belly, belly_at_seams : bulge over the length from ring to edge; outwards positive.
    mouth : whether the hole is a fish mouth: two parabolas that meet in points.
    """

    star: bool
    commissure_height: float
    orifice_height: float
    cusp_height: float
    reach: float
    belly: float
    belly_at_seams: float
    mouth: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """Where the seams of a valve run, seen from downstream, counter-clockwise.

    Attributes
    ----------
    seam_deg : angle of each seam on the ring.
    seam_kinds : ``commissure`` or ``raphe``.
    edge_deg : angle of each seam on the orifice; the angle on the ring where empty.
    center : of the orifice from the axis.
    slit : how much further than in three cusps a fused orifice reaches into its commissures.
    """

    seam_deg: tuple[float, ...]
    seam_kinds: tuple[str, ...]
    edge_deg: tuple[float, ...] = ()
    center: tuple[float, float] = (0.0, 0.0)
    slit: float = 1.0


# Angle that the cusp without a raphe spans between its commissures: symmetrical 160 to 180,
# asymmetrical 140 to 159, very asymmetrical 120 to 139 [michelena_2021, read].
BICUSPID_ANGLE_DEG = 150.0
# Posterior annular length twice the anterior [thoracickey_mv, read]; with it the commissures stand
# 0.87 of the long axis apart: 27 mm of 31 mm [mohtaj_2018: 27 +- 4, read].
ANTERIOR_SPAN_DEG = 120.0
MITRAL_SPAN_LIMITS_DEG = (90.0, 160.0)  # whatever intercommissural distance is given [K]
SHORTEST_SEAM = 0.15  # cusps are joined over the height of a commissure even unfused [K; 0.1-0.25]

_HALF = BICUSPID_ANGLE_DEG / 2.0
_C, _R = "commissure", "raphe"
PLANS = {
    "tricuspid": Plan(seam_deg=(90.0, 210.0, 330.0), seam_kinds=(_C, _C, _C)),
    "domed": Plan(seam_deg=(90.0, 210.0, 330.0), seam_kinds=(_C, _C, _C)),
    "dysplastic": Plan(seam_deg=(90.0, 210.0, 330.0), seam_kinds=(_C, _C, _C)),
    "bicuspid_0": Plan(seam_deg=(0.0, 180.0), seam_kinds=(_C, _C), slit=1.5),
    # The raphe joins the two cusps above; the free cusp lies below.
    "bicuspid_1": Plan(
        seam_deg=(270.0 + _HALF, 450.0, 630.0 - _HALF),
        seam_kinds=(_C, _R, _C),
        center=(0.0, -0.12),
        slit=1.5,
    ),
    # One open commissure (below, right), two raphes: the orifice lies towards the commissure.
    "bicuspid_2": Plan(
        seam_deg=(90.0, 210.0, 330.0), seam_kinds=(_R, _R, _C), center=(0.16, -0.09), slit=1.4
    ),
    "unicuspid": Plan(
        seam_deg=(30.0, 150.0, 270.0), seam_kinds=(_R, _R, _C), center=(0.0, -0.25), slit=1.4
    ),
    # Anterior leaflet above (+y); the orifice lies towards the posterior wall.
    "mitral": Plan(
        seam_deg=(90.0 - ANTERIOR_SPAN_DEG / 2.0, 90.0 + ANTERIOR_SPAN_DEG / 2.0),
        seam_kinds=(_C, _C),
        edge_deg=(0.0, 180.0),
        center=(0.0, -0.3),
    ),
    # Anterior, posterior and septal leaflets take 0.40, 0.25 and 0.35 of the ring [K]; superior and
    # septal are alike and the mural about half as long in cadavers [read].
    "tricuspid_valve": Plan(seam_deg=(10.0, 154.0, 244.0), seam_kinds=(_C, _C, _C)),
}

# Height from the lowest attachment to the sinotubular junction 1.69 +- 0.18 ring radii
# [koshkelashvili_2019, read]; commissures end just below it: 1.2 + the seam's 0.15 here [K].
# Cusp height 20.0 to 20.7 +- 2.2 mm in three cusps, 23.8 +- 2.0 mm of the free cusp in two
# [schaefers_2013, read] over ring radii of 12.5 to 13.5 mm: 1.5 to 1.6; calcific ones shrink [K].
# Mitral mouth: 18 +- 1.6 mm long at 1.0 cm2 [reid_1987, read]; parabolas of that area stand 8.3 mm
# apart, where 8.1 was the cut of severe stenosis [seow_2006, read]. Its funnel is as deep as the
# posterior leaflet of moderate and severe stenosis asks for, 22 +- 4 mm in 19 and 17 +- 5 in 33
# [pmvl_amvl_71, read; K 0.8 to 1.3]: 19 mm in a ring of 31; the anterior one is then 24, not 33.
# Bulges, and heights of other domes and funnels, are judged from pictures [K; +-30 %].
FORMS = {
    "stiff": Form(
        star=True,
        commissure_height=1.2,
        orifice_height=0.0,
        cusp_height=1.5,
        reach=0.85,
        belly=-0.06,
        belly_at_seams=0.0,
    ),
    "fused": Form(
        star=False,
        commissure_height=0.9,
        orifice_height=1.25,
        cusp_height=0.0,
        reach=1.25,
        belly=0.10,
        belly_at_seams=0.06,
    ),
    "domed": Form(
        star=False,
        commissure_height=0.65,
        orifice_height=1.35,
        cusp_height=0.0,
        reach=1.06,
        belly=0.15,
        belly_at_seams=0.12,
    ),
    "dysplastic": Form(
        star=True,
        commissure_height=0.9,
        orifice_height=0.0,
        cusp_height=1.25,
        reach=0.8,
        belly=0.04,
        belly_at_seams=0.0,
    ),
    "mitral": Form(
        star=False,
        commissure_height=0.0,
        orifice_height=1.0,
        cusp_height=0.0,
        reach=2.16,
        belly=0.09,
        belly_at_seams=0.05,
        mouth=True,
    ),
    "tricuspid_valve": Form(
        star=False,
        commissure_height=0.0,
        orifice_height=0.5,
        cusp_height=0.0,
        reach=1.3,
        belly=0.07,
        belly_at_seams=0.04,
    ),
    "retracted": Form(
        star=True,
        commissure_height=0.0,
        orifice_height=0.0,
        cusp_height=0.9,
        reach=0.75,
        belly=0.04,
        belly_at_seams=0.0,
    ),
}
