"""The ways below the valve: how a patient's are made, and what a balloon in the outflow tract does.

The left bundle lies under the septum's edge between the right and the non-coronary cusp; a balloon
wider than the outflow tract strains it. What it bears differs; what goes beyond blocks the branch
that lies in the way first, more of it the whole left bundle, then the bundle of His.

Evidence
--------
- 271 valvuloplasties, serial ECG [bav_conduction_271]: new defect in 8.5 % (9 left bundle, 7 left
  anterior, 2 right, 1 left posterior, 4 pacemakers), balloon over outflow tract 1.21 with against
  1.15 +- 0.12 without. By Bayes with one SD the log odds rise by (1.21 - 1.15)/0.12**2 = 4.17 for
  each unit of the ratio.
- Half of what is seen during a procedure is gone by the next day or the discharge: 52 % of 143 new
  left bundle blocks of valve implantation (PMID 35045936), 46 % of those before the valve was
  placed (Campelo-Parada 2018, Rev Esp Cardiol 71:162). In 19 balloon valvotomies the HV interval
  was 9 ms longer during inflation and back after, QRS 95, 112 and a day later 109 ms.
- Complete block: 1.3 % and over in 24 h [bav_conduction_260], 1.5 % for good [bav_conduction_271].

So 17 % have a block under a balloon of the mean ratio, and those whose ways are strained by 0.19
more than they bear still have it after a day: the log odds of 8.5 % and 17 % differ by 4.17 * 0.19.
A complete block at the bundle of His, 1.5 % after days, asks for 0.43 more than that of a branch.
These are set by the evidence, not checked against it. A block that the patient had already adds up:
a right bundle block and a new left one leave no way.
"""

import math

from openvalve._kernels import leaf
from openvalve.rhythm._draws import draw
from openvalve.rhythm._source_state import RhythmInput, Tissue, Ways
from openvalve.units import Frac

__all__ = ["FIRST_WAYS", "RETROGRADE_FRAC", "draw_ways", "hurt", "strained"]

FIRST_WAYS = {"left_bundle": 0.0, "left_anterior": 1.0, "right_bundle": 2.0}
ANTERIOR, RIGHT = FIRST_WAYS["left_anterior"], FIRST_WAYS["right_bundle"]
FIRST_SHARES = (9.0 / 18.0, 16.0 / 18.0)  # of the 271; the rest is the right bundle
# Conduction from a ventricle to the atria at rest, of people whose node conducts downwards: 81 % of
# 801 (Elayi 2020, PMID 31820272), 89 % of 26 (Ventriculo-atrial conduction in man), 70 % of 23
# (Dougherty 1987); 20 to 90 % of all who were asked (Patil 2017), 8 % of 24 with slow conduction.
RETROGRADE_FRAC: Frac = 0.75
# Shortest cycle followed backwards: 444 +- 118 ms in 16 people (Dougherty 1987), over the 370 ms
# of this node forwards.
RETROGRADE_RATIO = 1.2
RETROGRADE_CV = 0.27
LEAST_RATIO, MOST_RATIO = 0.8, 2.2
LOG_ODDS_PER_RATIO = 4.17
ACUTE_LOG_ODDS = -1.585  # 17 % at the mean ratio
MEAN_RATIO = 1.155
BLOCKED_STRAIN = 0.05  # beyond what is borne, a way is wholly blocked; half of it is seen; default
CONTACT_STRAIN = 0.05  # the balloon must fill the outflow tract to strain it; default
SPARED_STRAIN = 9.0  # of a way that no balloon reaches
BUNDLE_STRAIN = 0.20  # from the anterior fascicle to the whole left bundle; default
HIS_STRAIN = 0.31  # from the first way to the bundle of His: 0.43 of what is left after a day
STUNNED_S = 600.0  # 5 to 30 min, default
INJURED_S = 3.0 * 86400.0  # days: most is decided within 48 h of a procedure [K]
INJURED_FRAC = 0.184  # of the strain: 0.19 beyond is half blocked after a day
RETROGRADE_STREAM, RATIO_STREAM, TOLERANCE_STREAM, PLACE_STREAM = 20.0, 21.0, 22.0, 23.0


def draw_ways(seed_count: int) -> Ways:
    """Return the ways of one patient.

    Parameters
    ----------
    seed_count : the patient; no draw depends on another patient's.
    """
    seed = float(seed_count % 2**31)
    conducts = draw(seed, RETROGRADE_STREAM, 0.0) < RETROGRADE_FRAC
    z = sum(draw(seed, RATIO_STREAM, k) for k in (0.0, 1.0, 2.0)) - 1.5  # near normal, SD 0.5
    ratio = RETROGRADE_RATIO * (1.0 + 2.0 * RETROGRADE_CV * z)
    u = draw(seed, TOLERANCE_STREAM, 0.0)
    odds = math.log(u / (1.0 - u))
    v = draw(seed, PLACE_STREAM, 0.0)
    first = sum(v >= share for share in FIRST_SHARES)
    seen = MEAN_RATIO - 0.5 * BLOCKED_STRAIN
    return Ways(
        retrograde=min(max(ratio, LEAST_RATIO), MOST_RATIO) if conducts else 0.0,
        tolerance=seen + (odds - ACUTE_LOG_ODDS) / LOG_ODDS_PER_RATIO,
        place=float(first),
    )


@leaf
def strained(t: Tissue, r: RhythmInput, window_s: float) -> Tissue:
    """Return the tissue after a window under a balloon, or without one."""
    contact = min(max((r.stretch_ratio - 1.0) * (1.0 / CONTACT_STRAIN), 0.0), 1.0)
    beyond = contact * max(r.stretch_ratio - r.ways.tolerance, 0.0)
    return Tissue(
        max(beyond, t.stunned * (1.0 - window_s * (1.0 / STUNNED_S))),
        max(beyond, t.injured * (1.0 - window_s * (1.0 / INJURED_S))),
    )


@leaf
def joined(block_frac: float, t: Tissue, more: float) -> float:
    """Return the block of a way that bears ``more`` than the first, beside what it had."""
    strain = max(t.stunned - more, INJURED_FRAC * (t.injured - more))
    new = min(max(strain * (1.0 / BLOCKED_STRAIN), 0.0), 1.0)
    return 1.0 - (1.0 - block_frac) * (1.0 - new)


@leaf
def hurt(r: RhythmInput, t: Tissue) -> RhythmInput:
    """Return the inputs with what strain has done to the ways below the node."""
    left, fascicle, right = 0.0, SPARED_STRAIN, SPARED_STRAIN
    if r.ways.place == ANTERIOR:
        left, fascicle = BUNDLE_STRAIN, 0.0
    elif r.ways.place == RIGHT:
        left, right = BUNDLE_STRAIN, 0.0
    return RhythmInput(
        r.kind,
        r.rate_bpm,
        r.resting_bpm,
        r.av_delay_factor,
        r.av_block_frac,
        joined(r.his_block_frac, t, HIS_STRAIN),
        joined(r.lbbb_frac, t, left),
        joined(r.rbbb_frac, t, right),
        joined(r.lafb_frac, t, fascicle),
        r.stretch_ratio,
        r.contact_ra_frac,
        r.contact_rv_frac,
        r.contact_lv_frac,
        r.atrial_pacing_bpm,
        r.pacing_bpm,
        r.pacing_place,
        r.pacing_mode,
        r.pacing_ma,
        r.pacing_threshold_ma,
        r.escape_factor,
        r.idioventricular_factor,
        r.ischaemia_frac,
        r.seed,
        r.ways,
    )
