"""Section 6: breathing, the Valsalva maneuver, the baroreflex and tamponade."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from openvalve.circulation._reflexes import (
    ReflexEffects,
    ReflexParams,
    initial_reflexes,
    pack_reflexes,
    reflex_effects,
    reflex_step,
)
from openvalve.heart import HeartParams, Live
from openvalve.recording import Recording
from openvalve.validation._acceptance_types import Measured, curve
from openvalve.validation._circulation_beats import BeatTable, beat_table, joined, onsets_s
from openvalve.validation._circulation_hearts import adult, tuned
from openvalve.validation._circulation_types import CirculationSettings, Protocol

__all__ = ["BREATHING_PROTOCOLS"]

WATCHED_S = 60.0
SETTLED_S = 30.0
STRAIN_MMHG, STRAIN_S = 40.0, 15.0
WINDOW_S = 0.02
RISEN_FRAC = 0.632
OBSTRUCTED_MMHG = 18.0  # muscle pressure against a narrowed airway, the act's own usual level
TAMPONADE_ML_S = 2.0
TAMPONADE_FRAC = 0.60  # of the output at rest: where the fluid stops


def _breaths(recording: Recording) -> list[tuple[int, int, int]]:
    """Return begin of inspiration, end of inspiration and end of each whole breath, samples."""
    pleural = recording["PLEURAL"]
    middle = 0.5 * (float(pleural.max()) + float(pleural.min()))
    below = pleural < middle
    falls = np.flatnonzero(below[1:] & ~below[:-1]) + 1
    rises = np.flatnonzero(~below[1:] & below[:-1]) + 1
    found = []
    for a, b in itertools.pairwise(falls):
        inside = rises[(rises > a) & (rises < b)]
        if inside.size:
            found.append((int(a), int(inside[0]), int(b)))
    return found


def _inspiratory_fall(recording: Recording, name: str) -> tuple[float, float]:
    """Return the mean fall of a beat's number with inspiration: relative and absolute.

    Of each breath the greatest beat against the least one that follows it within the breath.
    """
    beats = beat_table(recording)
    falls = []
    for a, _, b in _breaths(recording):
        length = (b - a) / recording.rate_hz
        start = a / recording.rate_hz
        values = beats.between(name, start - 0.5 * length, start + 0.6 * length)
        if values.size < 3:
            continue
        top = int(values[:-1].argmax())
        low = float(values[top:].min())
        falls.append((low / float(values[top]) - 1.0, low - float(values[top])))
    relative, absolute = np.array(falls).mean(axis=0)
    return float(relative), float(absolute)


def _breathing(act: str, level_mmhg: float | None) -> tuple[Recording, dict[str, float]]:
    live = Live(adult())
    if level_mmhg is None:
        live.change(act=act)
    else:
        live.change(act=act, act_level_mmhg=level_mmhg)
    live.run(SETTLED_S)
    recording = live.run(WATCHED_S)
    found = {}
    for name, key in (
        ("stroke", "stroke_ml"),
        ("systolic", "systolic_mmhg"),
        ("pulse", "pulse_mmhg"),
    ):
        relative, absolute = _inspiratory_fall(recording, key)
        found[f"{name}_percent"] = 100.0 * relative
        found[f"{name}_fall_mmhg"] = -absolute
    return recording, found


def _quiet(settings: CirculationSettings) -> Measured:
    """Return how far stroke, systolic and pulse pressure fall with a quiet inspiration."""
    recording, found = _breathing("quiet", None)
    beats = beat_table(recording)
    return Measured(
        values=found,
        curves={
            "stroke": curve(beats.time_s, beats["stroke_ml"]),
            "rv_stroke": curve(beats.time_s, beats["rv_stroke_ml"]),
            "pleural": curve(recording.time_s, recording["PLEURAL"]),
            "AO": curve(recording.time_s, recording["AO"]),
        },
    )


def _obstructed(settings: CirculationSettings) -> Measured:
    """Return the same against a narrowed airway."""
    return Measured(values=_breathing("obstruction", OBSTRUCTED_MMHG)[1])


def _pleural(settings: CirculationSettings) -> Measured:
    """Return the swing of quiet breathing and the pressure of a deep breath held."""
    live = Live(adult())
    live.run(SETTLED_S)
    quiet = live.run(20.0)["PLEURAL"]
    live.change(act="hold_inspiration")
    deep = live.run(6.0)["PLEURAL"]
    rest = float(quiet.max())
    # The channel may count from the resting end of expiration; -5 cmH2O is that rest.
    shift = 0.0 if rest < -1.0 else -3.68
    return Measured(
        values={
            "quiet_swing_mmhg": float(np.ptp(quiet)),
            "deep_mmhg": float(deep.min()) + shift,
        }
    )


def _strain(heart: HeartParams) -> tuple[Recording, BeatTable, float]:
    """Return a Valsalva maneuver: 20 s before, 15 s of strain, 30 s after; and when it began."""
    live = Live(heart)
    live.run(10.0)
    live.change(act="hold_expiration")
    before = live.run(5.0)
    live.change(act="valsalva", act_level_mmhg=STRAIN_MMHG)
    strained = live.run(STRAIN_S)
    live.change(act="quiet")
    recording = joined(before, strained, live.run(30.0))
    return recording, beat_table(recording), 5.0


def _valsalva(settings: CirculationSettings) -> Measured:
    """Return the four phases in the healthy."""
    recording, beats, start = _strain(adult())
    end = start + STRAIN_S
    control = {name: float(beats.between(name, 0.0, start).mean()) for name in beats.columns}
    first = beats.between("mean_mmhg", start, start + 3.0).max()
    strain = beats.between("mean_mmhg", start + 2.0, end - 0.5)
    least = int(strain.argmin())
    late = slice(end - 2.5, end - 0.3)
    rates = beats.between("rate_bpm", start, end)
    released = beats.between("mean_mmhg", end, end + 4.0)
    after = (end, end + 20.0)
    return Measured(
        values={
            "phase1_mmhg": float(first) - control["mean_mmhg"],
            "phase1_stroke_ratio": float(
                beats.between("stroke_ml", start + 0.2, start + 2.2).mean()
            )
            / control["stroke_ml"],
            "phase2_stroke_ratio": float(beats.between("stroke_ml", late.start, late.stop).mean())
            / control["stroke_ml"],
            "phase2_pulse_ratio": float(beats.between("pulse_mmhg", late.start, late.stop).mean())
            / control["pulse_mmhg"],
            "phase2_rate_bpm": float(rates.max()) - control["rate_bpm"],
            "late_recovery_mmhg": float(strain[least:].max() - strain[least]),
            "phase3_mmhg": float(released.min() - strain[-1]),
            "overshoot_mmhg": float(beats.between("systolic_mmhg", *after).max())
            - control["systolic_mmhg"],
            "phase4_rate_bpm": float(beats.between("rate_bpm", *after).min()) - control["rate_bpm"],
        },
        curves={
            "AO": curve(recording.time_s - start, recording["AO"]),
            "rate": curve(beats.time_s - start, beats["rate_bpm"]),
            "stroke": curve(beats.time_s - start, beats["stroke_ml"]),
        },
    )


def _valsalva_failure(settings: CirculationSettings) -> Measured:
    """Return the square wave of a failing, full heart: EF 0.25, LVEDP 28, right atrium 14."""
    heart = tuned(
        adult(80.0),
        "aortic",
        {
            "lv_ejection_frac": 0.25,
            "lv_end_diastolic_mmhg": 28.0,
            "ra_mean_mmhg": 14.0,
            "aortic_mean_mmhg": 85.0,
        },
        (
            *("lv_ees_mmhg_ml", "lv_filling_volume_ml", "circulating_volume_ml"),
            *("systemic_resistance_mmhg_s_ml", "rv_ees_mmhg_ml", "rv_filling_volume_ml"),
        ),
    )
    recording, beats, start = _strain(heart)
    control = float(beats.between("mean_mmhg", 0.0, start).mean())
    rate = float(beats.between("rate_bpm", 0.0, start).mean())
    strain = (start + 1.5, start + STRAIN_S - 0.3)
    rates = beats.between("rate_bpm", *strain) - rate
    return Measured(
        values={
            "least_rise_mmhg": float(beats.between("mean_mmhg", *strain).min()) - control,
            "rate_change_bpm": float(rates[np.abs(rates).argmax()]),
        },
        curves={"AO": curve(recording.time_s - start, recording["AO"])},
    )


def _gain_ms_mmhg(age_years: float) -> float:
    """Return the slope of interval on pressure while it rises by 20 mmHg in 20 s.

    The reflex arc alone, opened: as the phenylephrine method reads it.
    """
    params = ReflexParams(age_years=age_years)
    packed = pack_reflexes(params, WINDOW_S)
    state = initial_reflexes(params)
    steps = round(20.0 / WINDOW_S)
    pressure = params.carotid_mmhg + np.linspace(0.0, 20.0, steps)
    interval = np.empty(steps)
    for k in range(steps):
        state = reflex_step(
            state, packed, float(pressure[k]), params.filling_mmhg, 0.97, 40.0, 0.0, 1.0
        )
        interval[k] = params.interval_s * reflex_effects(state, packed, 0.0, 0.0).interval_factor
    half = slice(steps // 4, steps)
    return 1000.0 * float(np.polyfit(pressure[half], interval[half], 1)[0])


def _risen_s(
    read: Callable[[ReflexEffects], float], vagal_block: float, beta_block: float
) -> float:
    """Return when 63 % of an arm's answer to a sudden nerve signal is reached."""
    params = ReflexParams()
    packed = pack_reflexes(params, WINDOW_S)
    state = initial_reflexes(params)
    steps = round(200.0 / WINDOW_S)
    answer = np.empty(steps)
    for k in range(steps):
        state = reflex_step(
            state, packed, params.carotid_mmhg, params.filling_mmhg, 0.97, 40.0, 1.0, 1.0
        )
        answer[k] = read(reflex_effects(state, packed, vagal_block, beta_block))
    start = read(reflex_effects(initial_reflexes(params), packed, vagal_block, beta_block))
    share: NDArray[np.float64] = (answer - start) / (answer[-1] - start)
    return float(np.argmax(share >= RISEN_FRAC)) * WINDOW_S


def _baroreflex(settings: CirculationSettings) -> Measured:
    """Return gains by age and the speed of each arm."""
    return Measured(
        values={
            "gain_young_ms_mmhg": _gain_ms_mmhg(25.0),
            "gain_old_ms_mmhg": _gain_ms_mmhg(68.0),
            "vagal_s": _risen_s(lambda e: e.interval_factor, 0.0, 1.0),
            "rate_s": _risen_s(lambda e: e.interval_factor, 1.0, 0.0),
            "resistance_s": _risen_s(lambda e: e.resistance_factor, 0.0, 0.0),
            "veins_s": _risen_s(lambda e: e.venous_tone_frac, 0.0, 0.0),
        }
    )


def _filled(live: Live) -> None:
    """Let fluid into the pericardium until the output has fallen to 60 %, then stop it."""
    beats = beat_table(live.run(10.0))
    start = float((beats["stroke_ml"] * beats["rate_bpm"]).mean())
    live.change(effusion_ml_s=TAMPONADE_ML_S)
    for _ in range(120):
        beats = beat_table(live.run(5.0))
        if float((beats["stroke_ml"] * beats["rate_bpm"]).mean()) < TAMPONADE_FRAC * start:
            break
    live.change(effusion_ml_s=0.0)
    live.run(SETTLED_S)


def _tamponade(settings: CirculationSettings) -> Measured:
    """Return the signs of tamponade once the output has fallen to 60 %."""
    heart = replace(adult())
    live = Live(heart)
    _filled(live)
    recording = live.run(WATCHED_S)
    beats = beat_table(recording)
    falls, rises, lags = [], [], []
    for a, end, b in _breaths(recording):
        start, stop, last = (k / recording.rate_hz for k in (a, end, b))
        before = beats.between("stroke_ml", start - 1.0, start + 0.2)
        during = beats.between("stroke_ml", start + 0.2, stop + 0.3)
        after = beats.between("stroke_ml", stop, last)
        if min(before.size, during.size, after.size) == 0:
            continue
        falls.append(during.min() - before.mean())
        rises.append(after.max() - during.min())
        whole = (start, last)
        filling = beats.between("rv_filling_ml", *whole)
        stroke = beats.between("stroke_ml", *whole)
        lags.append(abs(int(filling.argmax()) - int(stroke.argmin())))
    found = {
        "falls_with_inspiration": float(np.mean(falls) < 0.0),
        "rises_after": float(np.mean(rises) > 0.0),
        "phase_beats": float(np.median(lags)),
        "pulsus_mmhg": -_inspiratory_fall(recording, "systolic_mmhg")[1],
        "mitral_percent": _variation_percent(recording, beats, "e_mitral"),
        "tricuspid_percent": _variation_percent(recording, beats, "e_tricuspid"),
        "diastolic_spread_mmhg": _diastolic_spread_mmhg(recording),
        "systolic_mmhg": float(beats["systolic_mmhg"].mean()),
    }
    return Measured(
        values=found,
        curves={
            "stroke": curve(beats.time_s, beats["stroke_ml"]),
            "rv_filling": curve(beats.time_s, beats["rv_filling_ml"]),
            "AO": curve(recording.time_s, recording["AO"]),
            "pleural": curve(recording.time_s, recording["PLEURAL"]),
        },
    )


def _variation_percent(recording: Recording, beats: BeatTable, name: str) -> float:
    """Return (most - least) / most within a breath for the mitral valve, / least for the other.

    The guideline relates both to the first beat of expiration, or of inspiration: mitral E is
    greatest in expiration, tricuspid E least.
    """
    shares = []
    for a, _, b in _breaths(recording):
        values = beats.between(name, a / recording.rate_hz, b / recording.rate_hz)
        if values.size >= 2:
            base = values.max() if name == "e_mitral" else values.min()
            shares.append(float(np.ptp(values)) / float(base))
    return 100.0 * float(np.mean(shares))


def _diastolic_spread_mmhg(recording: Recording) -> float:
    """Return the spread of end-diastolic RA, RV, LA, LV pressures at end of expiration."""
    edges = [round(float(t) * recording.rate_hz) for t in onsets_s(recording)]
    pleural = recording["PLEURAL"]
    middle = 0.5 * (float(pleural.max()) + float(pleural.min()))
    spreads = []
    for k in edges:
        if 0 < k < recording.length_count and pleural[k] > middle:
            values = [float(recording[name][k]) for name in ("RA", "RV", "LA", "LV")]
            spreads.append(max(values) - min(values))
    return float(np.mean(spreads))


BREATHING_PROTOCOLS: Mapping[str, Protocol] = {
    "quiet": _quiet,
    "obstructed": _obstructed,
    "pleural": _pleural,
    "valsalva": _valsalva,
    "valsalva_failure": _valsalva_failure,
    "baroreflex": _baroreflex,
    "tamponade": _tamponade,
}
