"""Coronary supply and demand: how much blood the heart needs, gets, and what a lack does.

One step per 20 ms window, for the left and the right bed alike. The flow itself is a waterfall in
the fast step: conductance * max(aortic - max(intramural, right atrial pressure), 0); the resistance
is set here.

Equation
--------
- demand = reference flow * (0.2 + 0.45 P / P_ref + 0.35 W / W_ref) / oxygen content, where P is the
  rate of rise of ventricular pressure, the sum of its increases per second (peak minus trough times
  rate: the rate-pressure product) and W the external work per second, -p dV summed in ejection;
  right: 0.2 + 0.8 P / P_ref
- conductance g: dg/dt = (demand / driving pressure - g) / 8 s, up to the ceiling of the reserve
- lack = max(1 - supply * extraction reserve / demand, 0), supply and demand over two lags of 2 s
- debt, ischaemia, ST: lags of lack; stunning grows when ischaemia lasts for minutes

Sources
-------
Autoregulation: half time 5.5 s dilating, 6.6 s constricting (dog, constant pressure; Dankelman).
Reserve: rest 0.72, dipyridamole 2.89 mL/min/g, ratio 4.17 +- 0.80 (125 volunteers, JACC Cardiovasc
Imaging 2011;4:402). Rate-pressure product: r 0.83 with oxygen use (Circulation 1978;57:549), with
work and a basal part in the pressure-work index of Rooke and Feigl 1982 (shares at rest about 0.2,
0.45, 0.35). Occlusion in man: dyskinesia after 15 +- 5 s, gone 13 +- 3 s after release; ST after
19 +- 12 s, gone after 20 +- 9 s (Eur Heart J 1987;8:347). 60 s: ejection, dP/dt and ST back
within 40 s, filling pressure within 60 to 90 s (Am J Cardiol 1987;60:460). 148 s: all within two
minutes, diastole first affected, under 5 s (PMID 21044917). Stunning in dogs: shortening 15 min
after 5, 10, 15 min of occlusion 70, 60, 40 % (Am Heart J 1987;114:696).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from openvalve._kernels import leaf
from openvalve.units import Frac, Ml, MlPerS, Mmhg, MmhgPerS, Ratio, S

__all__ = [
    "CoronaryEffects",
    "CoronaryParams",
    "CoronaryRest",
    "CoronaryState",
    "PackedCoronary",
    "coronary_effects",
    "coronary_rest",
    "coronary_step",
    "initial_coronary",
    "pack_coronary",
]

BASAL_FRAC = 0.20  # of resting oxygen use, without any pressure; arrested heart 15 to 25 %
PRESSURE_FRAC = 0.45
WORK_FRAC = 0.35
AVERAGE_S = 2.0  # twice, so that the ripple of the beats does not count as a lack
CONDUCTANCE_S = 8.0  # half time 5.5 s
DEBT_S = 7.0  # oxygen and phosphates at hand; with AVERAGE_S and FAILURE_S half is lost at 15 s
FAILURE_S = 3.0
ST_S = 5.0
STRENGTH_LOST_FRAC = 0.9  # of a bed without any flow; the rest keeps the ventricle from nothing
STIFFNESS_RATIO = 0.3  # of diastolic stiffness gained; small, not significant at 30-50 s in man
RELAXATION_RATIO = 0.5  # of the time of relaxation gained
REPAYMENT_RATIO = 1.0  # flow above need in full debt, so that a released bed is flushed
# Extraction at rest 0.65-0.75 left, 0.5 right, of at most 0.85-0.9.
EXTRACTION_LEFT_RATIO = 1.2
EXTRACTION_RIGHT_RATIO = 1.6
# Stunning: counts 2-min means of ischaemia above 0.6, fitted to the dogs; recovers in
# hours (over 3 h after 5 min, over 6 h after 15 min in conscious dogs, J Clin Invest 1975;56:978).
LASTING_S = 120.0
LASTING_FRAC = 0.6
STUNNING_S = 480.0
RECOVERY_S = 10800.0
STUNNED_LOST_FRAC = 0.75
DRIVING_FLOOR_MMHG = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class CoronaryParams:
    """A patient's coronary circulation; the reference is a healthy adult at rest.

    Attributes
    ----------
    reference_flow_ml_s : both beds; 4 to 5 % of an output of 5.2 L/min; scale with body size.
    left_share_frac : of that flow, to the left ventricle; 0.8 to 0.87.
    reference_left_mmhg_s, reference_right_mmhg_s : rate-pressure product, peak minus trough times
        beats per second: 120 and 20 mmHg at 70 /min.
    reference_work_mmhg_s : left external power over 1 mL, that is mean ejection pressure times
        output: 105 mmHg times 87 mL/s.
    driving_left_mmhg, driving_right_mmhg : mean driving pressure of the healthy adult.
    reserve_ratio : largest over resting conductance in the healthy adult; a narrowed artery or
        diseased small vessels have less.
    least_reserve_ratio : every patient who rests without ischaemia has at least this left.
    """

    reference_flow_ml_s: MlPerS = 3.9
    left_share_frac: Frac = 0.83
    reference_left_mmhg_s: MmhgPerS = 140.0
    reference_right_mmhg_s: MmhgPerS = 23.0
    reference_work_mmhg_s: MmhgPerS = 9100.0
    driving_left_mmhg: Mmhg = 50.0
    driving_right_mmhg: Mmhg = 80.0
    reserve_ratio: Ratio = 4.0
    least_reserve_ratio: Ratio = 1.3


@dataclass(frozen=True, kw_only=True, slots=True)
class CoronaryRest:
    """What the two beds see over whole beats of the settled patient.

    Attributes
    ----------
    left_mmhg_s, right_mmhg_s : rate-pressure products.
    work_mmhg_s : left external power over 1 mL.
    driving_left_mmhg, driving_right_mmhg : mean driving pressures.
    """

    left_mmhg_s: MmhgPerS
    right_mmhg_s: MmhgPerS
    work_mmhg_s: MmhgPerS
    driving_left_mmhg: Mmhg
    driving_right_mmhg: Mmhg


class PackedCoronary(NamedTuple):
    """Constants as the kernel reads them: flows in mL/s, conductances in mL/(s mmHg)."""

    inv_window: float
    a_average: float
    a_conductance: float
    a_debt: float
    a_failure: float
    a_st: float
    a_lasting: float
    a_stunning: float
    a_recovery: float
    basal_left: float
    basal_right: float
    per_pressure_left: float
    per_pressure_right: float
    per_work: float
    ceiling_left: float
    ceiling_right: float


class CoronaryState(NamedTuple):
    """Averages (mL/s, mmHg), conductances (mL/(s mmHg)) and what a lack left, for both beds."""

    lv: float
    rv: float
    lv_volume: float
    demand_left_1: float
    demand_left: float
    supply_left_1: float
    supply_left: float
    driving_left_1: float
    driving_left: float
    conductance_left: float
    debt_left: float
    failure_left: float
    st: float
    lasting: float
    stunning: float
    demand_right_1: float
    demand_right: float
    supply_right_1: float
    supply_right: float
    driving_right_1: float
    driving_right: float
    conductance_right: float
    debt_right: float
    failure_right: float


class CoronaryEffects(NamedTuple):
    """What heart and ECG feel; factors are 1 and fractions 0 without ischaemia.

    Conductances go to the fast step. ``relaxation_factor`` multiplies the time of relaxation and
    ``stiffness_factor`` the passive pressure of the left ventricle. ``st_frac`` is 1 for the full
    injury current of a ventricle without flow; about 0.3 is seen. ``reserve_ratio`` is the largest
    conductance over the one in use.
    """

    conductance_left: float
    conductance_right: float
    contractility_factor: Ratio
    right_contractility_factor: Ratio
    relaxation_factor: Ratio
    stiffness_factor: Ratio
    ischaemia_frac: Frac
    right_ischaemia_frac: Frac
    st_frac: Frac
    supply_ml_s: MlPerS
    demand_ml_s: MlPerS
    reserve_ratio: Ratio


def coronary_rest(
    lv_mmhg: Sequence[float],
    rv_mmhg: Sequence[float],
    lv_volume_ml: Sequence[float],
    driving_left_mmhg: Sequence[float],
    driving_right_mmhg: Sequence[float],
    window_s: S = 0.02,
) -> CoronaryRest:
    """Return the resting load of the beds from samples over whole beats of the settled patient.

    Parameters
    ----------
    lv_mmhg, rv_mmhg, lv_volume_ml : samples ``window_s`` apart; the last is followed by the first.
    driving_left_mmhg, driving_right_mmhg : the fast step's max(aortic - max(...), 0).
    """
    n = len(lv_mmhg)
    seconds = n * window_s
    return CoronaryRest(
        left_mmhg_s=sum(max(lv_mmhg[i] - lv_mmhg[i - 1], 0.0) for i in range(n)) / seconds,
        right_mmhg_s=sum(max(rv_mmhg[i] - rv_mmhg[i - 1], 0.0) for i in range(n)) / seconds,
        work_mmhg_s=sum(
            lv_mmhg[i] * max(lv_volume_ml[i - 1] - lv_volume_ml[i], 0.0) for i in range(n)
        )
        / seconds,
        driving_left_mmhg=sum(driving_left_mmhg) / n,
        driving_right_mmhg=sum(driving_right_mmhg) / n,
    )


def _lag(window_s: float, tau_s: float) -> float:
    return 1.0 - math.exp(-window_s / tau_s)


def _rest_demands(p: PackedCoronary, rest: CoronaryRest) -> tuple[float, float]:
    left = p.basal_left + p.per_pressure_left * rest.left_mmhg_s + p.per_work * rest.work_mmhg_s
    return left, p.basal_right + p.per_pressure_right * rest.right_mmhg_s


def pack_coronary(params: CoronaryParams, rest: CoronaryRest, window_s: S = 0.02) -> PackedCoronary:
    """Return the constants of one patient for steps of ``window_s``.

    The ceiling of the conductance is that of a healthy heart of this body; a loaded ventricle
    needs more flow at rest and so has less reserve: severe aortic stenosis 2.35 +- 0.68 against
    3.2 +- 0.8, resting flow velocity 37 against 28 cm/s (50 patients, 10 controls).
    """
    left = params.reference_flow_ml_s * params.left_share_frac
    right = params.reference_flow_ml_s - left
    p = PackedCoronary(
        inv_window=1.0 / window_s,
        a_average=_lag(window_s, AVERAGE_S),
        a_conductance=_lag(window_s, CONDUCTANCE_S),
        a_debt=_lag(window_s, DEBT_S),
        a_failure=_lag(window_s, FAILURE_S),
        a_st=_lag(window_s, ST_S),
        a_lasting=_lag(window_s, LASTING_S),
        a_stunning=window_s / (STUNNING_S * (1.0 - LASTING_FRAC)),
        a_recovery=window_s / RECOVERY_S,
        basal_left=left * BASAL_FRAC,
        basal_right=right * BASAL_FRAC,
        per_pressure_left=left * PRESSURE_FRAC / params.reference_left_mmhg_s,
        per_pressure_right=right * (1.0 - BASAL_FRAC) / params.reference_right_mmhg_s,
        per_work=left * WORK_FRAC / params.reference_work_mmhg_s,
        ceiling_left=params.reserve_ratio * left / params.driving_left_mmhg,
        ceiling_right=params.reserve_ratio * right / params.driving_right_mmhg,
    )
    need_left, need_right = _rest_demands(p, rest)
    least_left = params.least_reserve_ratio * need_left / max(rest.driving_left_mmhg, 1.0)
    least_right = params.least_reserve_ratio * need_right / max(rest.driving_right_mmhg, 1.0)
    return p._replace(
        ceiling_left=max(p.ceiling_left, least_left),
        ceiling_right=max(p.ceiling_right, least_right),
    )


def initial_coronary(
    packed: PackedCoronary, rest: CoronaryRest, lv_mmhg: Mmhg, rv_mmhg: Mmhg, lv_volume_ml: Ml
) -> CoronaryState:
    """Return the settled state; pressures and volume are those of the moment of start."""
    left, right = _rest_demands(packed, rest)
    driving_left = float(max(rest.driving_left_mmhg, 1.0))
    driving_right = float(max(rest.driving_right_mmhg, 1.0))
    g_left, g_right = left / driving_left, right / driving_right
    return CoronaryState(
        *(float(lv_mmhg), float(rv_mmhg), float(lv_volume_ml)),
        *(left, left, left, left, driving_left, driving_left, g_left),
        *(0.0, 0.0, 0.0, 0.0, 0.0),
        *(right, right, right, right, driving_right, driving_right, g_right),
        *(0.0, 0.0),
    )


@leaf
def coronary_step(
    s: CoronaryState,
    p: PackedCoronary,
    flow_left_ml_s: MlPerS,
    flow_right_ml_s: MlPerS,
    lv_mmhg: Mmhg,
    rv_mmhg: Mmhg,
    lv_volume_ml: Ml,
    oxygen_ratio: Ratio,
    resistance_factor: Ratio,
) -> CoronaryState:
    """Advance demand, conductance and ischaemia by one window.

    Parameters
    ----------
    flow_left_ml_s, flow_right_ml_s : flows of the fast step at this moment, under the conductances
        of the state ``s``.
    lv_mmhg, rv_mmhg, lv_volume_ml : at this moment, transmural or absolute.
    oxygen_ratio : arterial oxygen content over the patient's own at rest.
    resistance_factor : of drugs on coronary vessels; 1 is none, 0.3 full dilatation.
    """
    content = max(oxygen_ratio, 0.05)
    rise_left = max(lv_mmhg - s.lv, 0.0) * p.inv_window
    rise_right = max(rv_mmhg - s.rv, 0.0) * p.inv_window
    work = max(lv_mmhg, 0.0) * max(s.lv_volume - lv_volume_ml, 0.0) * p.inv_window
    need_left = p.basal_left + p.per_pressure_left * rise_left + p.per_work * work
    need_right = p.basal_right + p.per_pressure_right * rise_right

    # Left bed.
    a = p.a_average
    demand_left_1 = s.demand_left_1 + a * (need_left - s.demand_left_1)
    demand_left = s.demand_left + a * (demand_left_1 - s.demand_left)
    supply_left_1 = s.supply_left_1 + a * (flow_left_ml_s - s.supply_left_1)
    supply_left = s.supply_left + a * (supply_left_1 - s.supply_left)
    lack = max(1.0 - EXTRACTION_LEFT_RATIO * content * supply_left / demand_left, 0.0)
    debt_left = s.debt_left + p.a_debt * (lack - s.debt_left)
    failure_left = s.failure_left + p.a_failure * (debt_left - s.failure_left)
    st = s.st + p.a_st * (failure_left - s.st)
    lasting = s.lasting + p.a_lasting * (failure_left - s.lasting)
    stunning = s.stunning * (1.0 - p.a_recovery)
    stunning += p.a_stunning * max(lasting - LASTING_FRAC, 0.0) * (1.0 - stunning)
    driving = flow_left_ml_s / s.conductance_left
    driving_left_1 = s.driving_left_1 + a * (driving - s.driving_left_1)
    driving_left = s.driving_left + a * (driving_left_1 - s.driving_left)
    wanted = demand_left * (1.0 + REPAYMENT_RATIO * debt_left)
    wanted /= content * resistance_factor * max(driving_left, DRIVING_FLOOR_MMHG)
    aim = min(wanted, p.ceiling_left)
    conductance_left = s.conductance_left + p.a_conductance * (aim - s.conductance_left)

    # Right bed.
    demand_right_1 = s.demand_right_1 + a * (need_right - s.demand_right_1)
    demand_right = s.demand_right + a * (demand_right_1 - s.demand_right)
    supply_right_1 = s.supply_right_1 + a * (flow_right_ml_s - s.supply_right_1)
    supply_right = s.supply_right + a * (supply_right_1 - s.supply_right)
    lack = max(1.0 - EXTRACTION_RIGHT_RATIO * content * supply_right / demand_right, 0.0)
    debt_right = s.debt_right + p.a_debt * (lack - s.debt_right)
    failure_right = s.failure_right + p.a_failure * (debt_right - s.failure_right)
    driving = flow_right_ml_s / s.conductance_right
    driving_right_1 = s.driving_right_1 + a * (driving - s.driving_right_1)
    driving_right = s.driving_right + a * (driving_right_1 - s.driving_right)
    wanted = demand_right * (1.0 + REPAYMENT_RATIO * debt_right)
    wanted /= content * resistance_factor * max(driving_right, DRIVING_FLOOR_MMHG)
    aim = min(wanted, p.ceiling_right)
    conductance_right = s.conductance_right + p.a_conductance * (aim - s.conductance_right)
    return CoronaryState(
        lv_mmhg,
        rv_mmhg,
        lv_volume_ml,
        demand_left_1,
        demand_left,
        supply_left_1,
        supply_left,
        driving_left_1,
        driving_left,
        conductance_left,
        debt_left,
        failure_left,
        st,
        lasting,
        stunning,
        demand_right_1,
        demand_right,
        supply_right_1,
        supply_right,
        driving_right_1,
        driving_right,
        conductance_right,
        debt_right,
        failure_right,
    )


@leaf
def coronary_effects(s: CoronaryState, p: PackedCoronary) -> CoronaryEffects:
    """Return what heart and ECG feel."""
    kept = 1.0 - STUNNED_LOST_FRAC * s.stunning
    return CoronaryEffects(
        s.conductance_left,
        s.conductance_right,
        kept * (1.0 - STRENGTH_LOST_FRAC * s.failure_left),
        1.0 - STRENGTH_LOST_FRAC * s.failure_right,
        1.0 + RELAXATION_RATIO * s.debt_left,
        1.0 + STIFFNESS_RATIO * s.debt_left,
        s.failure_left,
        s.failure_right,
        s.st,
        s.supply_left + s.supply_right,
        s.demand_left + s.demand_right,
        p.ceiling_left / s.conductance_left,
    )
