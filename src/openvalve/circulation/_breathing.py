"""Breathing and the acts of the patient: muscle pressure moves one lung in one chest.

The equation of motion P_airway = V E(V) + R dV/dt + P_muscle gives volume and flow; the pleural
pressure is what the chest wall bears, P_pl = P_rest + V / C_chest + P_muscle. So inspiration by
muscle lowers it and inspiration by a machine raises it, with the same equations. Of the breath
only what passes the dead space counts as ventilation. Every act is a target of muscle and airway
pressure; the muscles follow with a lag, so no pressure jumps when an act begins or ends.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

from openvalve._kernels import leaf
from openvalve.units import Bpm, Kg, Ml, MlPerMmhg, Mmhg, MmhgSPerMl, S

__all__ = [
    "ACTS",
    "ACT_LEVELS_MMHG",
    "BreathEffects",
    "BreathParams",
    "BreathState",
    "PackedBreath",
    "breath_effects",
    "breath_step",
    "chemical_drive",
    "initial_breath",
    "pack_breath",
]

ACTS: dict[str, float] = {
    "quiet": 0.0,
    "hold_inspiration": 1.0,
    "cough": 2.0,
    "valsalva": 3.0,
    "hold_expiration": 4.0,
    "apnea": 5.0,
    "positive_pressure": 6.0,
    "obstruction": 7.0,
}
HOLD_INSPIRATION, COUGH, VALSALVA = 1.0, 2.0, 3.0
HOLD_EXPIRATION, APNEA, POSITIVE_PRESSURE, OBSTRUCTION = 4.0, 5.0, 6.0, 7.0

# What ``level_mmhg`` means for an act, and its value when the level given is zero.
ACT_LEVELS_MMHG: dict[str, float] = {
    # Peak airway pressure behind the shut glottis. Gastric pressure in a maximal cough 214 +- 42
    # cmH2O in men, 165 +- 35 in women (Man 2003, 10.1164/rccm.200303-334BC); a usual cough is
    # half to two thirds of that: 60 to 150 mmHg.
    "cough": 100.0,
    "valsalva": 40.0,  # airway pressure held for 15 s [circulation_targets section 6]
    # Peak inspiratory pressure of the ventilator. The value here is taken above PEEP: 6 cmH2O
    # give 8 mL/kg in a healthy chest.
    "positive_pressure": 4.5,
    # Inspiratory muscle pressure against a narrowed airway: 10 to 40 mmHg.
    "obstruction": 18.0,
}

CMH2O = 0.735559  # mmHg
HIGHEST_RATE_BPM = 120.0
COUGH_PERIOD_S = 1.5
# Parts of the cough's period: inspiration, compression behind the shut glottis (0.2 s of human
# coughs; measured 0.28 +- 0.17 s, Lee 2015, 10.1378/chest.15-0138), expulsion, rest.
COUGH_SHUT, COUGH_OPEN, COUGH_END = 0.40, 0.53, 0.67
# Drive from carbon dioxide and lack of oxygen, of a rest of 7 L/min: 1 to 3 L/min per mmHg and 0.5
# to 1.5 L/min for each percent of saturation lost (textbook ranges, not checked against a paper;
# wide between persons). Neither acts at rest.
HYPERCAPNIA_PER_MMHG, HYPERCAPNIA_MMHG = 0.25, 42.0
HYPOXIA_PER_FRAC, HYPOXIA_FRAC = 12.0, 0.94
MOST_DRIVE = 4.0
DEEP_BREATH_S = 1.5  # time taken over a deep breath before it is held
NARROWED_FACTOR = 12.0  # airway resistance under obstruction against normal


@dataclass(frozen=True, kw_only=True, slots=True)
class BreathParams:
    """Lungs, chest and habits of breathing; what is left None follows the body's weight.

    Volumes and compliances go with weight, times with its fourth root (allometry; reference 70 kg).

    Attributes
    ----------
    weight_kg : 0.5 to 250.
    lung_compliance_ml_mmhg : 272 (200 mL/cmH2O; 100 to 300), as PNEUMA, Albanese 2016
        (10.1152/ajpheart.00230.2014).
    chest_compliance_ml_mmhg : 272 (200 mL/cmH2O; 100 to 250), same.
    airway_resistance_mmhg_s_ml : 1.5e-3 (2 cmH2O s/L; 1 to 4), same.
    tidal_ml : 500 (7 mL/kg; 6 to 8).
    dead_space_ml : 154 (2.2 mL/kg; 1.8 to 2.6), anatomical.
    deep_volume_ml : volume above rest of a deep breath, 3000 (inspiratory capacity; 2000 to 3600).
    reserve_ml : expiratory reserve, 1200 (700 to 1500, less when lying).
    resting_rate_bpm : 14 (12 to 18).
    inspired_frac : share of the breath that is inspiration: 1/3, I:E 1:2.
    muscle_lag_s : first-order lag of the muscle pressure in breathing and straining, 0.1 to 0.3.
    cough_lag_s : the same in a cough; pressure rises at up to 1200 cmH2O/s (Whittenberger and
        Mead, in Handbook of Physiology: Cough), 0.05 to 0.15.
    pleural_rest_mmhg : at the end of expiration, -5 cmH2O.
    pleural_deep_mmhg : with a deep breath held by the muscles, -30 cmH2O
        [circulation_targets section 6].
    abdominal_rest_mmhg : lying; bedside median 7 (range 1 to 13, Chionh 2006), lower in the young
        and healthy: 0 to 7.
    """

    weight_kg: Kg = 70.0
    lung_compliance_ml_mmhg: MlPerMmhg | None = None
    chest_compliance_ml_mmhg: MlPerMmhg | None = None
    airway_resistance_mmhg_s_ml: MmhgSPerMl | None = None
    tidal_ml: Ml | None = None
    dead_space_ml: Ml | None = None
    deep_volume_ml: Ml | None = None
    reserve_ml: Ml | None = None
    resting_rate_bpm: Bpm | None = None
    inspired_frac: float = 1.0 / 3.0
    muscle_lag_s: S = 0.2
    cough_lag_s: S = 0.1
    pleural_rest_mmhg: Mmhg = -5.0 * CMH2O
    pleural_deep_mmhg: Mmhg = -30.0 * CMH2O
    abdominal_rest_mmhg: Mmhg = 3.0


class PackedBreath(NamedTuple):
    """What the leaves read: mmHg, mL, s; elastances are reciprocal compliances."""

    dt: float
    inv_dt: float
    e_lung: float
    e_chest: float
    inv_stiff: float
    gain: float
    gain_narrow: float
    k_muscle: float
    k_cough: float
    k_airway: float
    quiet: float
    deep: float
    inv_inspired: float
    inspired: float
    rate: float
    limit: float
    reserve: float
    dead: float
    pleural_rest: float
    abdominal_rest: float
    ventilation_rest: float


class BreathState(NamedTuple):
    """State of breathing: the act, its age, place in the breath, pressures and volumes."""

    act: float
    since: float
    phase: float
    muscle: float
    airway: float
    volume: float
    fresh: float
    flow_fresh: float


class BreathEffects(NamedTuple):
    """What the rest of the body feels of breathing.

    ``pleural_mmhg`` is absolute (about -3.7 at rest, end of expiration); ``lung_volume_ml`` counts
    from the resting end of expiration; ``ventilation_ml_s`` is fresh gas reaching the alveoli.
    """

    pleural_mmhg: float
    alveolar_mmhg: float
    abdominal_mmhg: float
    lung_volume_ml: float
    ventilation_ml_s: float


def _or(value: float | None, default: float) -> float:
    return default if value is None else value


def _reached(inspiration_s: float, muscle_lag_s: float, lung_lag_s: float) -> float:
    """Return the share of its static volume that a quiet breath reaches at its largest.

    The effort is the parabola x (2 - x) over the inspiration, then zero, seen through the two lags
    of muscle and lung; integrated at 1 ms.
    """
    muscle = volume = largest = t = 0.0
    dt = 1e-3 * inspiration_s
    a, b = 1.0 - math.exp(-dt / muscle_lag_s), 1.0 - math.exp(-dt / lung_lag_s)
    while t < 2.0 * inspiration_s:
        t += dt
        x = t / inspiration_s
        muscle += a * ((x * (2.0 - x) if x < 1.0 else 0.0) - muscle)
        volume += b * (muscle - volume)
        largest = max(largest, volume)
    return largest


def pack_breath(params: BreathParams, window_s: S = 0.02) -> PackedBreath:
    """Return the constants in the form the leaves read, for windows of ``window_s``."""
    size = params.weight_kg / 70.0
    pace = size**0.25
    c_lung = _or(params.lung_compliance_ml_mmhg, 272.0 * size)
    c_chest = _or(params.chest_compliance_ml_mmhg, 272.0 * size)
    resistance = _or(params.airway_resistance_mmhg_s_ml, 1.5e-3 * pace / size)
    tidal = _or(params.tidal_ml, 500.0 * size)
    dead = _or(params.dead_space_ml, 154.0 * size)
    deep_volume = _or(params.deep_volume_ml, 3000.0 * size)
    rate = _or(params.resting_rate_bpm, 14.0 / pace)
    e_lung, e_chest = 1.0 / c_lung, 1.0 / c_chest
    elastance = e_lung + e_chest
    lag = resistance / elastance
    # The lung stiffens, so that a deep breath held by the muscles meets its pleural pressure.
    recoil = params.pleural_rest_mmhg - params.pleural_deep_mmhg
    stiffer = max(recoil * c_lung / deep_volume - 1.0, 0.0)
    share = _reached(60.0 / rate * params.inspired_frac, params.muscle_lag_s, lag)
    static = tidal / share
    stiffening = stiffer / deep_volume**2
    return PackedBreath(
        dt=window_s,
        inv_dt=1.0 / window_s,
        e_lung=e_lung,
        e_chest=e_chest,
        inv_stiff=math.sqrt(stiffening),
        # Implicit with these gains is exact for a linear lung.
        gain=(math.exp(window_s / lag) - 1.0) / elastance,
        gain_narrow=(math.exp(window_s / (NARROWED_FACTOR * lag)) - 1.0) / elastance,
        k_muscle=1.0 - math.exp(-window_s / params.muscle_lag_s),
        k_cough=1.0 - math.exp(-window_s / params.cough_lag_s),
        k_airway=1.0 - math.exp(-window_s / 0.1),
        quiet=static * (e_lung * (1.0 + stiffening * tidal * tidal) + e_chest),
        deep=deep_volume * (e_lung * (1.0 + stiffer) + e_chest),
        inv_inspired=1.0 / params.inspired_frac,
        inspired=params.inspired_frac,
        rate=rate,
        # Flow falls with volume to none at residual volume; 8 L/s at full lungs, of 4.2 L.
        limit=min(1.9 / pace * window_s, 1.0),
        reserve=_or(params.reserve_ml, 1200.0 * size),
        dead=dead,
        pleural_rest=params.pleural_rest_mmhg,
        abdominal_rest=params.abdominal_rest_mmhg,
        ventilation_rest=max(tidal - dead, 0.0) * rate / 60.0,
    )


def initial_breath() -> BreathState:
    """Return the state at the end of a quiet expiration, an inspiration about to begin."""
    return BreathState(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


@leaf
def chemical_drive(paco2_mmhg: float, sao2_frac: float) -> float:
    """Return by how much arterial blood drives breathing: exactly 1 at rest, to 4.

    Multiply it with what drugs leave of the drive; so a sedated patient breathes less until
    carbon dioxide has risen, and settles there. Without it ``drive_factor`` is an open loop.
    """
    hypercapnia = HYPERCAPNIA_PER_MMHG * max(paco2_mmhg - HYPERCAPNIA_MMHG, 0.0)
    hypoxia = HYPOXIA_PER_FRAC * max(HYPOXIA_FRAC - sao2_frac, 0.0)
    return min(1.0 + hypercapnia + hypoxia, MOST_DRIVE)


@leaf
def breath_step(
    s: BreathState,
    p: PackedBreath,
    act: float,
    level_mmhg: float,
    breaths_per_min: float,
    peep_mmhg: float,
    drive_factor: float,
) -> BreathState:
    """Advance breathing by one window.

    Parameters
    ----------
    act : a code of ``ACTS``.
    level_mmhg : see ``ACT_LEVELS_MMHG``; zero takes the value there.
    breaths_per_min : of quiet breathing and of the ventilator, held to 0 to 120.
    peep_mmhg : pressure of the airway between breaths (a mask's too).
    drive_factor : of spontaneous breathing: 0 none (deep sedation), 1 rest, to 4. Minute volume
        goes with it, rate and depth each with its root.

    Limits : gas is not compressed; a strain of 40 mmHg would shrink the lung by 5 %.
    """
    same = act == s.act
    since = (s.since if same else 0.0) + p.dt
    machine = act == POSITIVE_PRESSURE
    coughing = act == COUGH
    resting = HOLD_EXPIRATION <= act <= APNEA
    depth = math.sqrt(min(max(drive_factor, 0.0), MOST_DRIVE))
    rate = min(max(breaths_per_min, 0.0), HIGHEST_RATE_BPM) / 60.0
    cycle = rate if machine else rate * depth
    cycle = 1.0 / COUGH_PERIOD_S if coughing else cycle
    phase = (s.phase if same else 0.0) + p.dt * cycle
    phase = phase - 1.0 if phase >= 1.0 else phase
    inspiring = (phase < p.inspired) and (cycle > 0.0)

    # What each act asks of the muscles: below zero they breathe in, above they press.
    x = phase * p.inv_inspired
    effort = x * (2.0 - x) * depth if inspiring else 0.0
    strain = level_mmhg if level_mmhg > 0.0 else 40.0
    blast = level_mmhg if level_mmhg > 0.0 else 100.0
    pull = level_mmhg if level_mmhg > 0.0 else 18.0
    peak = level_mmhg if level_mmhg > 0.0 else peep_mmhg + 4.5
    v = max(s.volume, 0.0) * p.inv_stiff
    elastance = p.e_lung * (1.0 + v * v) + p.e_chest
    recoil = s.volume * elastance
    shut = coughing and COUGH_SHUT <= phase < COUGH_OPEN
    pressing = coughing and COUGH_SHUT <= phase < COUGH_END
    target = -p.quiet * effort
    target = -pull * effort if act == OBSTRUCTION else target
    target = -p.deep * min(since / DEEP_BREATH_S, 1.0) if act == HOLD_INSPIRATION else target
    sniff = -2.0 * p.quiet if phase < COUGH_SHUT else 0.0
    target = (blast - recoil if pressing else sniff) if coughing else target
    target = strain - recoil if act == VALSALVA else target
    target = 0.0 if (machine or resting) else target
    k = p.k_cough if coughing else p.k_muscle
    muscle = s.muscle + k * (target - s.muscle)
    above = max(peak - peep_mmhg, 0.0) if (machine and inspiring) else 0.0
    airway = s.airway + p.k_airway * (peep_mmhg + above - s.airway)

    gain = p.gain_narrow if act == OBSTRUCTION else p.gain
    gain = 0.0 if (shut or act == VALSALVA) else gain
    volume = (s.volume + gain * (airway - muscle)) / (1.0 + gain * elastance)
    volume = max(volume, s.volume - p.limit * (s.volume + p.reserve))
    drawn = s.fresh + volume - s.volume
    fresh = min(max(drawn, 0.0), p.dead)
    flow_fresh = max(drawn - p.dead, 0.0) * p.inv_dt
    return BreathState(act, since, phase, muscle, airway, volume, fresh, flow_fresh)


@leaf
def breath_effects(s: BreathState, p: PackedBreath) -> BreathEffects:
    """Return what the body feels at the end of the window.

    The abdomen bears half of the chest wall's recoil and half of an inspiration by muscle, and
    somewhat more than an expiratory effort, whose muscles are its own wall (Pga above Pes in
    coughs, Man 2003, Lee 2015).
    """
    wall = s.volume * p.e_chest
    v = max(s.volume, 0.0) * p.inv_stiff
    pleural = p.pleural_rest + wall + s.muscle
    return BreathEffects(
        pleural,
        wall + s.muscle + s.volume * p.e_lung * (1.0 + v * v),
        p.abdominal_rest + 0.5 * wall + 0.5 * max(-s.muscle, 0.0) + 1.1 * max(s.muscle, 0.0),
        s.volume,
        s.flow_fresh,
    )
