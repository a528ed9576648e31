"""Sections 5 and 7: rapid pacing and balloon occlusion of a living, regulated patient."""

import itertools
from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from openvalve.heart import HeartParams, Live, reference_heart
from openvalve.recording import Recording
from openvalve.validation._acceptance_types import Curve, Measured, curve
from openvalve.validation._circulation_beats import BeatTable, beat_table, joined, onsets_s
from openvalve.validation._circulation_hearts import (
    adult,
    at_rate,
    draws,
    read,
    tuned,
    with_area,
)
from openvalve.validation._circulation_reading import TAU_ABOVE_MMHG, relaxation_s
from openvalve.validation._circulation_types import CirculationSettings, Protocol

__all__ = ["PROCEDURE_PROTOCOLS"]

BEFORE_S, BURST_S, AFTER_S = 10.0, 14.0, 30.0
OCCLUDED_FRAC = 0.97  # of the opening, above the 95 % of the target list
INFLATED_S = 10.0
RAMP_S = 1.0  # a balloon fills within a second
STENOSIS_CM2 = 0.7
FAILING_EF_FRAC = 0.45
LARGEST_COUNT = 20


def _patient(mean_mmhg: float, *, area_cm2: float = STENOSIS_CM2) -> HeartParams:
    """Return a patient with aortic stenosis at a mean arterial pressure, output about 4.5."""
    return tuned(
        with_area(adult(), "aortic", area_cm2),
        "aortic",
        {"aortic_mean_mmhg": mean_mmhg, "cardiac_output_l_min": 4.5},
        ("systemic_resistance_mmhg_s_ml", "circulating_volume_ml", "lv_ees_mmhg_ml"),
    )


def _traces(recording: Recording, *names: str) -> dict[str, Curve]:
    return {name: curve(recording.time_s, recording[name]) for name in names}


def _burst(live: Live, rate_bpm: float, seconds_s: float = BURST_S) -> Recording:
    """Return a stretch before, paced at a rate, and after; the patient's own rhythm returns."""
    before = live.run(BEFORE_S)
    live.change(pacing_bpm=rate_bpm)
    paced = live.run(seconds_s)
    live.change(pacing_bpm=0.0)
    return joined(before, paced, live.run(AFTER_S))


def _recovery_s(beats: BeatTable, end_s: float, least_mmhg: float) -> float:
    """Return the time from the end of pacing to the first beat at a mean pressure; NaN if none."""
    late = (beats.time_s >= end_s) & (beats["mean_mmhg"] >= least_mmhg)
    return float(beats.time_s[late][0] - end_s) if late.any() else float("nan")


def _pacing(rate_bpm: float, mean_mmhg: float, settings: CirculationSettings) -> Measured:
    """Return pressures at the end of 14 s of pacing, and how soon they come back."""
    recording = _burst(Live(_patient(mean_mmhg)), rate_bpm)
    beats = beat_table(recording)
    start = float(beats.between("mean_mmhg", 0.0, BEFORE_S).mean())
    end = BEFORE_S + BURST_S
    late = (end - 2.0, end - 0.3)
    return Measured(
        values={
            "start_mmhg": start,
            "systolic_mmhg": float(beats.between("systolic_mmhg", *late).mean()),
            "pulse_mmhg": float(beats.between("pulse_mmhg", *late).mean()),
            "mean_mmhg": float(beats.between("mean_mmhg", *late).mean()),
            "recovery_s": _recovery_s(beats, end, 0.9 * start),
        },
        curves=_traces(recording, "AO", "LV"),
    )


def _rv_tau_ms(recording: Recording, first_s: float, last_s: float) -> float:
    """Return the mean time constant of RV relaxation of the beats in an interval.

    Zero asymptote, from just after the steepest fall to the opening of the tricuspid valve.
    """
    rate = recording.rate_hz
    edges = [round(float(t) * rate) for t in onsets_s(recording)]
    taus = []
    for a, b in itertools.pairwise(edges):
        if first_s * rate <= a and b <= last_s * rate:
            rv, ra = recording["RV"][a:b], recording["RA"][a:b]
            steep = int(np.diff(rv).argmin())
            filling = float(ra[steep:][np.argmax(rv[steep:] <= ra[steep:])])
            taus.append(1000.0 * relaxation_s(rv, filling - TAU_ABOVE_MMHG, rate))
    found = np.array(taus)
    found = found[np.isfinite(found)]
    return float(found.mean()) if found.size else float("nan")


def _tavi(settings: CirculationSettings) -> Measured:
    """Return what 14.3 s at 180/min do to patients of mean pressure 68, under anaesthesia."""
    seconds = 14.3
    live = Live(_patient(68.0, area_cm2=0.7))
    recording = _burst(live, 180.0, seconds)
    beats = beat_table(recording)
    end = BEFORE_S + seconds
    again = _burst(live, 180.0, seconds)
    before = float(beats.between("mean_mmhg", 0.0, BEFORE_S).mean())
    flow = beats["stroke_ml"] * beats["rate_bpm"]
    early = flow[beats.time_s < BEFORE_S].mean()
    late = flow[(beats.time_s > end + 10.0) & (beats.time_s < end + 13.0)].mean()
    tau = _rv_tau_ms(recording, 2.0, BEFORE_S)
    return Measured(
        values={
            "before_mmhg": before,
            "after_mmhg": float(beats.between("mean_mmhg", end - 2.0, end - 0.3).mean()),
            "flow_ratio": float(late / early),
            "rv_tau_before_ms": tau,
            "rv_tau_change_ms": _rv_tau_ms(recording, end + 2.0, end + 12.0) - tau,
            "rv_tau_second_ms": _rv_tau_ms(again, end + 2.0, end + 12.0) - tau,
        },
        curves=_traces(recording, "AO"),
    )


def _bursts(settings: CirculationSettings) -> Measured:
    """Return how five bursts of 12 s, 150 to 220/min, are stood, a minute apart."""
    live = Live(_patient(85.0))
    recovered, lows = 0, []
    start = float(beat_table(live.run(10.0))["mean_mmhg"].mean())
    for rate in (150.0, 165.0, 180.0, 200.0, 220.0):
        live.change(pacing_bpm=rate)
        beats = beat_table(live.run(12.0))
        lows.append(float(beats["mean_mmhg"][-5:].mean()))
        live.change(pacing_bpm=0.0)
        after = beat_table(live.run(60.0))
        recovered += bool(after["mean_mmhg"][-5:].mean() >= 0.9 * start)
    deeper = all(b < a for a, b in itertools.pairwise(lows))
    return Measured(
        values={
            "recovered_count": float(recovered),
            "falling": float(deeper and lows[0] < start),
        },
        curves={"rates": curve((150, 165, 180, 200, 220), lows)},
    )


def _children(settings: CirculationSettings) -> Measured:
    """Return the rate that halves the systolic pressure of a child of 10 (1.1 m2)."""
    heart = with_area(reference_heart(bsa_m2=1.1, rate_bpm=85.0), "aortic", 0.55)
    rates = np.arange(150.0, 261.0, 10.0)
    start, lows = 0.0, []
    for rate in rates:
        live = Live(heart)
        start = float(beat_table(live.run(5.0))["systolic_mmhg"].mean())
        live.change(pacing_bpm=float(rate))
        lows.append(float(beat_table(live.run(12.0))["systolic_mmhg"][-8:].mean()))
    share = np.array(lows) / start
    below = np.flatnonzero(share <= 0.5)
    k = int(below[0]) if below.size else -1
    if k > 0:
        part = (share[k - 1] - 0.5) / (share[k - 1] - share[k])
        halved = float(rates[k - 1] + part * (rates[k] - rates[k - 1]))
    else:
        halved = float(rates[0]) if k == 0 else float("nan")
    return Measured(values={"rate_bpm": halved}, curves={"share": curve(rates, share)})


def _inflate(live: Live, occluded_frac: float, seconds_s: float) -> Recording:
    ramp = [(0.0, 0.0), (RAMP_S, occluded_frac), (seconds_s, occluded_frac)]
    return live.run(seconds_s, ramps={"aortic_occlusion_frac": ramp})


def _deflate(live: Live, seconds_s: float) -> Recording:
    live.change(aortic_occlusion_frac=0.0)
    return live.run(seconds_s)


def _occlusion(heart: HeartParams, settings: CirculationSettings) -> Measured:
    """Return LV peak and aortic mean while a balloon shuts the valve, without pacing."""
    live = Live(heart)
    before = live.run(5.0)
    inflated = _inflate(live, OCCLUDED_FRAC, INFLATED_S)
    recording = joined(before, inflated, _deflate(live, 15.0))
    n = round(inflated.rate_hz)
    return Measured(
        values={
            "peak_mmhg": float(inflated["LV"].max()),
            "aorta_mean_mmhg": float(inflated["AO"][-n:].mean()),
        },
        curves=_traces(recording, "LV", "AO"),
    )


def _failing() -> HeartParams:
    """Return a failing ventricle with a tight valve: EF 0.30, LVEDP 24."""
    return tuned(
        with_area(at_rate(adult(), 85.0), "aortic", 0.6),
        "aortic",
        {"lv_ejection_frac": 0.30, "lv_end_diastolic_mmhg": 24.0, "cardiac_output_l_min": 4.0},
        (
            *("lv_ees_mmhg_ml", "lv_filling_volume_ml", "circulating_volume_ml"),
            "systemic_resistance_mmhg_s_ml",
        ),
    )


def _long(settings: CirculationSettings) -> Measured:
    """Return whether 40 s of an incomplete occlusion are survived."""
    live = Live(with_area(adult(), "aortic", STENOSIS_CM2))
    start = beat_table(live.run(5.0))["mean_mmhg"].mean()
    inflated = _inflate(live, 0.90, 40.0)
    after = _deflate(live, 60.0)
    finite = all(
        np.isfinite(c.samples).all() for r in (inflated, after) for c in r.channels.values()
    )
    back = beat_table(after)["mean_mmhg"][-5:].mean() / start
    return Measured(
        values={"recovered_frac": float(back), "finite": float(finite)},
        curves=_traces(joined(inflated, after), "AO", "LV"),
    )


def _group(settings: CirculationSettings) -> Measured:
    """Return LV peaks of 20 patients with aortic stenosis, EF about 0.45 +- 0.17, inflated twice.

    Contractility has a log SD of 0.5 around 0.75 of the usual; a weaker ventricle is larger, its
    filling volume going with contractility to the power -0.4; areas 0.6 +- 0.1 cm2.
    """
    ejected, peaks, again = [], [], []
    for c, f, a in draws(14, LARGEST_COUNT, 3):
        factor = 0.75 * float(np.exp(0.5 * c))
        heart = with_area(adult(), "aortic", float(np.clip(0.6 + 0.1 * a, 0.35, 0.9)))
        filling = heart.lv_filling_volume_ml * factor**-0.4 * float(np.exp(0.1 * f))
        heart = replace(
            heart,
            lv_ees_mmhg_ml=factor * heart.lv_ees_mmhg_ml,
            lv_filling_volume_ml=filling,
            circulating_volume_ml=heart.circulating_volume_ml * factor**-0.25,
        )
        ejected.append(read(heart)["lv_ejection_frac"])
        live = Live(heart)
        peaks.append(float(_inflate(live, OCCLUDED_FRAC, INFLATED_S)["LV"].max()))
        _deflate(live, 120.0)
        again.append(float(_inflate(live, OCCLUDED_FRAC, INFLATED_S)["LV"].max()))
    ef, peak, second = np.array(ejected), np.array(peaks), np.array(again)
    variation = np.abs(second - peak) / np.sqrt(2.0) / (0.5 * (second + peak))
    good = ef >= FAILING_EF_FRAC
    values: Mapping[str, float] = {
        "good_mmhg": float(peak[good].mean()),
        "failing_mmhg": float(peak[~good].mean()),
        "least_mmhg": float(peak.min()),
        "most_mmhg": float(peak.max()),
        "repeat_percent": 100.0 * float(np.sqrt((variation**2).mean())),
        "r_ejection": float(np.corrcoef(ef, peak)[0, 1]),
    }
    return Measured(values=values, curves={"patients": curve(ef, peak)})


def _occlusion_usual(settings: CirculationSettings) -> Measured:
    return _occlusion(with_area(adult(), "aortic", STENOSIS_CM2), settings)


def _occlusion_failing(settings: CirculationSettings) -> Measured:
    return _occlusion(_failing(), settings)


PROCEDURE_PROTOCOLS: Mapping[str, Protocol] = {
    **{
        f"pacing_{rate:g}_{mean:g}": partial(_pacing, rate, mean)
        for rate in (180.0, 200.0)
        for mean in (70.0, 105.0)
    },
    "pacing_tavi": _tavi,
    "pacing_bursts": _bursts,
    "pacing_children": _children,
    "occlusion": _occlusion_usual,
    "occlusion_failing": _occlusion_failing,
    "occlusion_long": _long,
    "occlusion_group": _group,
}
