"""Reflexes: arterial baroreceptors, cardiopulmonary receptors, chemoreceptors, vagal reaction.

One step per 20 ms window. Structure and timing follow [Ursino1998] (values read in a published
code of that model): receptors answer to pressure and to its rate of change, saturate, and act
through a fast vagal arm on the sinus node and a slow sympathetic arm on node, heart, arterioles
and veins. Every signal is a deviation from the patient's own rest, so that nothing acts at rest.

Equation
--------
Each stage is a first-order lag, y += a (u - y), a = 1 - exp(-window / tau).

- receptor      : x = (tz/tp)(p - set) + (1 - tz/tp)(q - set) + w (d - d_set); p is pressure after
  two lags of 0.3 s, q is p after tp, d the mean distance of the pulse from p
- saturation    : u = x / sqrt(1 + (x/40)^2), mmHg
- vagal arm     : v, as a fraction of the resting interval, between -tone and 0.6
- sympathetic   : s between -0.2 and 0.8 of full; one for heart, one for vessels; a delay of 2 s is
  three lags, the further 3 s of the veins are two
- interval      : (1 + v) / (1 + k s), so that both blocked give the intrinsic rate of that age, and
  vagal withdrawal with full sympathetic drive the maximal rate of that age
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

from openvalve._kernels import leaf
from openvalve.units import Frac, Mmhg, Ratio, S, Years

__all__ = [
    "PackedReflexes",
    "ReflexEffects",
    "ReflexParams",
    "ReflexState",
    "initial_reflexes",
    "pack_reflexes",
    "reflex_effects",
    "reflex_step",
]

# Receptor. tp and tz: Ursino 1998 (2.076 and 6.37 s). With the lags a step of neck suction gives a
# peak after 2 to 3 s of about twice the sustained slowing, as in man (Clin Sci 1988;75:159:
# -30 mmHg, 236 ms at once, -6.5 /min sustained).
LEAD_S = 6.37
ADAPT_S = 2.076
RECEPTOR_S = 0.3  # twice; with the vagal lag 1.9 s in all, Ursino 0.2 + 1.5; reflex time 0.24-0.6 s
SATURATION_MMHG = 40.0  # threshold and ceiling; Ursino 2 x 11.8, Heldt 18 pi/2; 20 to 50
# Weight of pulsation: a smaller pulse at the same mean excites less (J Physiol 1970;209:257, sinus
# yes, arch hardly); 1 mmHg of mean distance is about 4 mmHg of pulse. 0 to 2, no measured value.
PULSATION_RATIO = 1.0
PULSATION_S = 2.0

# Vagal arm. Sensitivity 400 / age ms/mmHg: Kardos, 420 healthy, 16.3, 11.9, 8.8, 7.5 at 19-29,
# 30-39, 40-49, 50-59 years (SD about half); a hyperbola in Can Anaesth Soc J 1976;23:111.
SENSITIVITY_MS_YEARS = 400.0
YOUNGEST_YEARS = 25.0
VAGAL_SHARE_FRAC = 0.8  # of the sensitivity; the slow rest is sympathetic; 0.7 to 0.9
CARDIAC_SHARE_FRAC = 0.3
VAGAL_S = 1.3  # Ursino 1.5, of which 0.2 lie in the receptor's lags
VAGAL_CEILING_FRAC = 0.6  # of the interval; sinus nerve stimulation +269 to +442 ms (Eckberg 1972)
# A full vagal reaction adds 1.2 intervals: 70 to 32 /min. Sheath reactions: to the thirties, 40-50
# usual; with withdrawal of sympathetic tone, so that pressure falls also where the heart is paced.
REACTION_INTERVAL_FRAC = 1.2
# AV node at a fixed rate: +49 ms for +21 mmHg, -19 ms for -17 mmHg, while the interval would have
# moved +250 and -142 ms (Mancia, AH by catheter): 0.7 to 1.0 of the fractional change.
NODE_RATIO = 0.9
ATRIAL_VAGAL_RATIO = 0.5  # atrial strength lost per interval of vagal drive; 0.3 to 1, weakly known

# Sympathetic arm. Resting tone: 0.2 of full. Total autonomic block: MAP 90 to 79, rate 64 to 88
# (Clin Auton Res 2007;17:77). Rates: intrinsic 118.1 - 0.57 age (Jose and Collison 1970), maximal
# 208 - 0.7 age (Tanaka 2001).
TONE_FRAC = 0.2
DELAY_S = 2.0
NODE_S = 2.0
STRENGTH_S = 8.0
VESSEL_S = 6.0
VEIN_DELAY_S = 3.0
VEIN_S = 20.0
STRENGTH_RATIO = 0.5  # contractility gained by full drive; Ursino 0.475 mmHg/mL per step on 2.4
RESISTANCE_RATIO = 1.25  # resistance gained by full drive: -25 % without tone, +100 % at most
# Veins: 7.5 mL/kg over the reflex range, twice that at constant pressure, in dogs (Shoukas and
# Sagawa 1973: 0.5 and 1.0 L in 70 kg); 27 mL/mmHg saturating near 760 mL in the model of Heldt.
# Here the whole range of drive is 0.4 of 2.6 L unstressed, 1.0 L, of which 830 mL lie above rest
# and 210 below. 0.2 to 0.45.
VEIN_RATIO = 0.40
# Arterioles: 1.25 % of resistance per mmHg (0.5 to 1.5); Heldt 0.05 PRU/mmHg in each of four beds,
# 1.1 %. Open loop at 93 mmHg about 1.2 for resistance alone; 30 mmHg of neck suction lower MAP by
# 12 against the arch, and a gain below 1 could not.
VESSEL_GAIN_PER_MMHG = 0.010
# Cardiopulmonary: 7 % of resistance per mmHg of right atrial pressure (4 to 10), saturating over
# 5 mmHg. Held against: 375 mL withdrawn in 6 min, stroke volume 94 to 81, pulse 53 to 47 mmHg, rate
# 75 to 78, resistance up (Clin Auton Res 2004;14:176); to 35 mmHg of lower body suction mean
# pressure is held by resistance, to 25 the rate does not move.
FILLING_GAIN_PER_MMHG = 0.055
FILLING_SATURATION_MMHG = 5.0
FILLING_S = 1.5
# Blood pressure answers of neck suction fall with age (Clin Sci 1988;75:159): to 0.7 at 80 years.
VESSEL_LOSS_PER_YEAR = 0.0075
# Chemoreceptors: SaO2 96.8 to 80.7 % raises the rate from 60 to 79, MAP by 8 (J Appl Physiol
# 2002;93:857) and total resistance falls: local dilatation outweighs the reflex, put here as a net
# fall. Carbon dioxide raises the rate less than hypoxia (Steinback), 0.004-0.012.
HYPOXIA_GAIN = 5.0
DILATATION_RATIO = 0.2  # resistance lost per unit of chemoreceptor drive
HYPOXIA_THRESHOLD_FRAC = 0.94
HYPERCAPNIA_GAIN_PER_MMHG = 0.008
HYPERCAPNIA_THRESHOLD_MMHG = 45.0
CHEMO_S = 10.0


@dataclass(frozen=True, kw_only=True, slots=True)
class ReflexParams:
    """A patient's reflexes.

    Attributes
    ----------
    age_years : sets sensitivity, intrinsic and maximal rate.
    interval_s : resting interval of the sinus node.
    carotid_mmhg : mean arterial pressure at rest, the set point.
    pulsation_mmhg : mean distance of arterial pressure from its running mean at rest, about a
        quarter of the pulse pressure; ``ReflexState.pulsation`` after some seconds at rest.
    filling_mmhg : transmural right atrial pressure at rest.
    vagal_gain_ratio, vessel_gain_ratio, filling_gain_ratio : 1 is usual for the age, 0 none.
    """

    age_years: Years = 60.0
    interval_s: S = 60.0 / 70.0
    carotid_mmhg: Mmhg = 93.0
    pulsation_mmhg: Mmhg = 0.0
    filling_mmhg: Mmhg = 3.0
    vagal_gain_ratio: Ratio = 1.0
    vessel_gain_ratio: Ratio = 1.0
    filling_gain_ratio: Ratio = 1.0


class PackedReflexes(NamedTuple):
    """Constants for the kernel: ``a_`` lag factors, ``k_`` gains, ``i_`` inverse squares."""

    set_mmhg: float
    set_pulsation: float
    set_filling: float
    a_receptor: float
    a_adapt: float
    a_pulsation: float
    a_filling: float
    a_vagal: float
    a_delay: float
    a_node: float
    a_strength: float
    a_vessel: float
    a_vein_delay: float
    a_vein: float
    a_chemo: float
    k_vagal: float
    k_cardiac: float
    k_vessel: float
    k_filling: float
    i_vagal_down: float
    vagal_tone: float
    k_rate: float


class ReflexState(NamedTuple):
    """Lags of the reflex arcs: pressures in mmHg, the rest as deviations from rest."""

    pressure_1: float
    pressure: float
    adapted: float
    pulsation: float
    filling: float
    chemo: float
    vagal: float
    cardiac_1: float
    cardiac_2: float
    cardiac_3: float
    node: float
    strength: float
    vessel_1: float
    vessel_2: float
    vessel_3: float
    vessel: float
    vein_1: float
    vein_2: float
    vein: float


class ReflexEffects(NamedTuple):
    """What the body feels; factors are 1 and ``venous_tone_frac`` 0 at rest.

    ``interval_factor`` multiplies the resting interval of the sinus node; ``av_delay_factor`` is
    what the AV node would do at a fixed rate (in sinus rhythm the longer interval all but cancels
    it); ``venous_tone_frac`` is the fraction of the unstressed venous volume (2.6 L) moved into
    the stressed one.
    """

    interval_factor: Ratio
    av_delay_factor: Ratio
    resistance_factor: Ratio
    venous_tone_frac: Frac
    contractility_factor: Ratio
    atrial_contractility_factor: Ratio


def _lag(window_s: float, tau_s: float) -> float:
    return 1.0 - math.exp(-window_s / tau_s)


def _rate_gains(params: ReflexParams) -> tuple[float, float]:
    """Return vagal tone (fraction of the interval) and rate gain of full sympathetic drive."""
    intrinsic_bpm = 118.1 - 0.57 * params.age_years
    span = max((208.0 - 0.7 * params.age_years) / intrinsic_bpm, 1.2)
    k_rate = (span - 1.0) / (1.0 - TONE_FRAC + span * TONE_FRAC)
    rest_bpm = 60.0 / params.interval_s
    tone = 1.0 - rest_bpm * (1.0 - k_rate * TONE_FRAC) / intrinsic_bpm
    return min(max(tone, 0.05), 0.6), k_rate


def pack_reflexes(params: ReflexParams, window_s: S = 0.02) -> PackedReflexes:
    """Return the constants of one patient for steps of ``window_s``."""
    tone, k_rate = _rate_gains(params)
    sensitivity = 1e-3 * SENSITIVITY_MS_YEARS / max(params.age_years, YOUNGEST_YEARS)
    slope = params.vagal_gain_ratio * sensitivity / params.interval_s
    vessel = VESSEL_GAIN_PER_MMHG * params.vessel_gain_ratio
    vessel *= min(max(1.0 - VESSEL_LOSS_PER_YEAR * (params.age_years - 40.0), 0.6), 1.0)
    return PackedReflexes(
        set_mmhg=float(params.carotid_mmhg),
        set_pulsation=float(params.pulsation_mmhg),
        set_filling=float(params.filling_mmhg),
        a_receptor=_lag(window_s, RECEPTOR_S),
        a_adapt=_lag(window_s, ADAPT_S),
        a_pulsation=_lag(window_s, PULSATION_S),
        a_filling=_lag(window_s, FILLING_S),
        a_vagal=_lag(window_s, VAGAL_S),
        a_delay=_lag(window_s, DELAY_S / 3.0),
        a_node=_lag(window_s, NODE_S),
        a_strength=_lag(window_s, STRENGTH_S),
        a_vessel=_lag(window_s, VESSEL_S),
        a_vein_delay=_lag(window_s, VEIN_DELAY_S / 2.0),
        a_vein=_lag(window_s, VEIN_S),
        a_chemo=_lag(window_s, CHEMO_S),
        k_vagal=VAGAL_SHARE_FRAC * slope,
        k_cardiac=CARDIAC_SHARE_FRAC * slope / k_rate,
        k_vessel=vessel,
        k_filling=FILLING_GAIN_PER_MMHG * params.filling_gain_ratio,
        i_vagal_down=1.0 / tone**2,
        vagal_tone=tone,
        k_rate=k_rate,
    )


def initial_reflexes(params: ReflexParams) -> ReflexState:
    """Return the state at rest."""
    p = params.carotid_mmhg
    rest = [p, p, p, params.pulsation_mmhg, params.filling_mmhg]
    return ReflexState(*map(float, rest), *([0.0] * (len(ReflexState._fields) - len(rest))))


I_SATURATION = 1.0 / SATURATION_MMHG**2
I_FILLING = 1.0 / FILLING_SATURATION_MMHG**2
I_VAGAL_UP = 1.0 / VAGAL_CEILING_FRAC**2
I_DRIVE_UP = 1.0 / (1.0 - TONE_FRAC) ** 2
I_DRIVE_DOWN = 1.0 / TONE_FRAC**2
LEAD = LEAD_S / ADAPT_S


@leaf
def saturated(x: float, i_up: float, i_down: float) -> float:
    """Return x bent towards its limits; ``i_`` are the inverse squares of the limits."""
    return x / math.sqrt(1.0 + x * x * (i_up if x > 0.0 else i_down))


@leaf
def reflex_step(
    s: ReflexState,
    p: PackedReflexes,
    carotid_mmhg: Mmhg,
    filling_mmhg: Mmhg,
    sao2_frac: Frac,
    paco2_mmhg: Mmhg,
    vagal_stimulus_frac: Frac,
    gain_factor: Ratio,
) -> ReflexState:
    """Advance the reflex arcs by one window.

    Parameters
    ----------
    carotid_mmhg : arterial pressure at this moment.
    filling_mmhg : transmural right atrial pressure at this moment.
    sao2_frac, paco2_mmhg : arterial blood.
    vagal_stimulus_frac : 0 to 1, a full vagal reaction (sheath pull, stretch of the septum).
    gain_factor : multiplies every arc; 1 awake, less under sedation.
    """
    pressure_1 = s.pressure_1 + p.a_receptor * (carotid_mmhg - s.pressure_1)
    pressure = s.pressure + p.a_receptor * (pressure_1 - s.pressure)
    adapted = s.adapted + p.a_adapt * (pressure - s.adapted)
    pulsation = s.pulsation + p.a_pulsation * (abs(carotid_mmhg - pressure) - s.pulsation)
    filling = s.filling + p.a_filling * (filling_mmhg - s.filling)
    hypoxia = HYPOXIA_GAIN * max(HYPOXIA_THRESHOLD_FRAC - sao2_frac, 0.0)
    hypercapnia = HYPERCAPNIA_GAIN_PER_MMHG * max(paco2_mmhg - HYPERCAPNIA_THRESHOLD_MMHG, 0.0)
    chemo = s.chemo + p.a_chemo * (hypoxia + hypercapnia - s.chemo)

    x = LEAD * (pressure - p.set_mmhg) + (1.0 - LEAD) * (adapted - p.set_mmhg)
    x += PULSATION_RATIO * (pulsation - p.set_pulsation)
    u = gain_factor * saturated(x, I_SATURATION, I_SATURATION)
    c = gain_factor * saturated(filling - p.set_filling, I_FILLING, I_FILLING)

    held = 1.0 - vagal_stimulus_frac
    withdrawn = TONE_FRAC * vagal_stimulus_frac
    v = saturated(p.k_vagal * u, I_VAGAL_UP, p.i_vagal_down)
    v += REACTION_INTERVAL_FRAC * vagal_stimulus_frac
    heart = saturated(gain_factor * chemo - p.k_cardiac * u, I_DRIVE_UP, I_DRIVE_DOWN)
    heart = heart * held - withdrawn
    body = saturated(-p.k_vessel * u - p.k_filling * c, I_DRIVE_UP, I_DRIVE_DOWN)
    body = body * held - withdrawn

    cardiac_1 = s.cardiac_1 + p.a_delay * (heart - s.cardiac_1)
    cardiac_2 = s.cardiac_2 + p.a_delay * (cardiac_1 - s.cardiac_2)
    cardiac_3 = s.cardiac_3 + p.a_delay * (cardiac_2 - s.cardiac_3)
    vessel_1 = s.vessel_1 + p.a_delay * (body - s.vessel_1)
    vessel_2 = s.vessel_2 + p.a_delay * (vessel_1 - s.vessel_2)
    vessel_3 = s.vessel_3 + p.a_delay * (vessel_2 - s.vessel_3)
    vein_1 = s.vein_1 + p.a_vein_delay * (vessel_3 - s.vein_1)
    vein_2 = s.vein_2 + p.a_vein_delay * (vein_1 - s.vein_2)
    return ReflexState(
        pressure_1,
        pressure,
        adapted,
        pulsation,
        filling,
        chemo,
        s.vagal + p.a_vagal * (v - s.vagal),
        cardiac_1,
        cardiac_2,
        cardiac_3,
        s.node + p.a_node * (cardiac_3 - s.node),
        s.strength + p.a_strength * (cardiac_3 - s.strength),
        vessel_1,
        vessel_2,
        vessel_3,
        s.vessel + p.a_vessel * (vessel_3 - s.vessel),
        vein_1,
        vein_2,
        s.vein + p.a_vein * (vein_2 - s.vein),
    )


@leaf
def reflex_effects(
    s: ReflexState, p: PackedReflexes, vagal_block_frac: Frac, beta_block_frac: Frac
) -> ReflexEffects:
    """Return what the body feels, under blockade of vagal endings and beta receptors (0 to 1)."""
    open_beta = 1.0 - beta_block_frac
    v = (p.vagal_tone + s.vagal) * (1.0 - vagal_block_frac) - p.vagal_tone
    node = (TONE_FRAC + s.node) * open_beta - TONE_FRAC
    strength = STRENGTH_RATIO * ((TONE_FRAC + s.strength) * open_beta - TONE_FRAC)
    return ReflexEffects(
        (1.0 + v) / (1.0 + p.k_rate * node),
        1.0 + NODE_RATIO * v,
        1.0 + RESISTANCE_RATIO * s.vessel - DILATATION_RATIO * s.chemo,
        VEIN_RATIO * s.vein,
        1.0 + strength,
        max(1.0 + strength - ATRIAL_VAGAL_RATIO * v, 0.2),
    )
