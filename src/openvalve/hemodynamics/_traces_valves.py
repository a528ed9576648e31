"""Gradients and areas of each valve whose two sides were recorded together."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputError
from openvalve.hemodynamics._areas import GORLIN_CONSTANTS, gorlin_area_cm2, hakki_area_cm2
from openvalve.hemodynamics._pressures import (
    DYN_PER_WOOD,
    valve_resistance_dyn_s_cm5,
    vascular_resistance_dyn_s_cm5,
)
from openvalve.hemodynamics._traces_beats import Train
from openvalve.hemodynamics._traces_lines import LEAST_BEATS, Line, choose_run
from openvalve.hemodynamics._traces_places import (
    Span,
    filling_spans,
    systolic_spans,
    wedge_delay_s,
)
from openvalve.hemodynamics._traces_types import (
    Finding,
    GradientWindow,
    error_of_mean,
    finding_of,
)
from openvalve.units import Hz, LMin, S

__all__ = ["Pair", "pairs_of", "read_pair", "vascular_findings", "worst_valve"]

Samples = NDArray[np.float64]

# Upstream and downstream places, the first pair that was recorded counts.
SIDES = {
    "aortic": (("LV", "AO"), ("LV", "ART"), ("LV", "FEM")),
    "mitral": (("LA", "LV"), ("PCW", "LV")),
    "pulmonary": (("RV", "PA"),),
    "tricuspid": (("RA", "RV"), ("CVP", "RV")),
}
PERIPHERAL = ("ART", "FEM")
SEVERE_MEAN_MMHG = {"aortic": 40.0, "mitral": 10.0, "pulmonary": 40.0, "tricuspid": 5.0}
# Ejection time of men, 0.413 s less 1.7 ms a beat/min [weissler_1968, mem]; women 5 ms more.
# Across a valve that is not stenotic the pressures cross back in the first half of it.
EJECTION_AT_REST_S, EJECTION_FALL_S, SHORTEST_EJECTION_S = 0.413, 0.0017, 0.10
PART_FRAC = 0.6
OUTPUT_FRAC = 0.10  # error of an output by thermodilution or Fick [memory]; 0.05 to 0.2
OVERESTIMATE = (
    "mitral gradient from the wedge: a damped y descent makes it too large (8 against 4 mmHg from "
    "the left atrium in 19 patients, Hosenpud 1983)"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """The two lines of one valve."""

    valve: str
    up: Line
    down: Line


def pairs_of(lines: Mapping[str, Line]) -> list[Pair]:
    """Return the valves of which both sides can be read in at least three beats together."""
    pairs = []
    for valve, sides in SIDES.items():
        for up, down in sides:
            if up in lines and down in lines:
                both = lines[up].good & lines[down].good
                if both.sum() >= LEAST_BEATS:
                    pairs.append(Pair(valve=valve, up=lines[up], down=lines[down]))
                    break
    return pairs


def read_pair(
    pair: Pair,
    train: Train,
    rate_hz: Hz,
    cardiac_output_l_min: LMin | None,
    warnings: list[str],
) -> tuple[dict[str, Finding], list[GradientWindow]]:
    """Return the findings of one valve and the open periods that they are of."""
    use = pair.up.good & pair.down.good
    edges = train.edges
    run = choose_run(use, [pair.up, pair.down], train)
    up, down, shift, how = _aligned(pair, edges, run, rate_hz)
    systolic = pair.valve in ("aortic", "pulmonary")
    spans = (systolic_spans if systolic else filling_spans)(up, down, edges, run, rate_hz)
    if how:
        moved = pair.up if pair.up.place == "PCW" else pair.down
        warnings.append(f"{moved.name} moved {1000 * shift:.0f} ms earlier ({how})")
    if pair.up.place == "PCW":
        warnings.append(OVERESTIMATE)
    if pair.down.place in PERIPHERAL:
        warnings.append(
            f"aortic gradient against {pair.down.name}: its systolic pressure is amplified, the "
            "gradient too small by that"
        )
    if len(spans) < min(LEAST_BEATS, run.shape[0]):
        warnings.append(
            f"no {pair.valve} gradient: {pair.up.name} is not above {pair.down.name} while the "
            "valve should be open"
        )
        return {}, []
    found = _gradients(pair, spans, run, edges, rate_hz, shift)
    if cardiac_output_l_min is not None:
        _areas(pair.valve, found, cardiac_output_l_min, warnings)
    windows = [
        GradientWindow(
            start_s=s.first / rate_hz,
            end_s=s.last / rate_hz,
            valve=pair.valve,
            upstream=pair.up.name,
            downstream=pair.down.name,
            shift_s=shift,
            upstream_mmhg=up[s.first : s.last].copy(),
            downstream_mmhg=down[s.first : s.last].copy(),
        )
        for s in spans
    ]
    return found, windows


def _aligned(
    pair: Pair, edges: NDArray[np.int64], run: NDArray[np.int64], rate_hz: float
) -> tuple[Samples, Samples, S, str]:
    """Return both sides on one clock, by how much one was moved earlier, and why."""
    up, down = pair.up.samples, pair.down.samples
    if pair.up.place == "PCW":
        late, how = wedge_delay_s(up, down, edges, run, rate_hz)
        return _earlier(up, round(late * rate_hz)), down, late, how
    if pair.down.place in PERIPHERAL:
        late = _peripheral_delay_s(up, down, edges, run, rate_hz)
        return (
            up,
            _earlier(down, round(late * rate_hz)),
            late,
            "its foot to the opening of the valve",
        )
    return up, down, 0.0, ""


def _earlier(x: Samples, count: int) -> Samples:
    return x if count <= 0 else np.concatenate((x[count:], np.full(count, x[-1])))


def _peripheral_delay_s(
    up: Samples, down: Samples, edges: NDArray[np.int64], run: NDArray[np.int64], rate_hz: float
) -> S:
    """Return the median time from when the ventricle passes the lowest pressure to the foot."""
    lates = []
    for k in run.tolist():
        a, b = int(edges[k]), int(edges[k + 1])
        half = a + (b - a) // 2
        foot = a + int(down[a:half].argmin())
        passes = np.flatnonzero(up[a:half] > down[foot])
        if passes.shape[0]:
            lates.append((foot - a - int(passes[0])) / rate_hz)
    return min(max(float(np.median(lates)), 0.0), 0.25) if lates else 0.0


def _gradients(
    pair: Pair,
    spans: list[Span],
    run: NDArray[np.int64],
    edges: NDArray[np.int64],
    rate_hz: float,
    shift: S,
) -> dict[str, Finding]:
    up, down = pair.up.name, pair.down.name
    means = np.array([float(np.maximum(s.drop, 0.0).mean()) for s in spans])
    tops = np.array([float(s.drop.max()) for s in spans])
    periods = np.array([s.drop.shape[0] / rate_hz for s in spans])
    moved = f", moved {1000 * shift:.0f} ms" if shift > 0.0 else ""
    period = "ejection_period_s" if pair.valve in ("aortic", "pulmonary") else "filling_period_s"
    beats = 60.0 * rate_hz / np.diff(edges)[run]
    found = {
        "gradient_mean_mmhg": finding_of(
            "gradient_mean_mmhg",
            means,
            f"area between {up} and {down} while {up} is above, over that time{moved}",
            lines_count=2,
        ),
        "gradient_peak_instant_catheter_mmhg": finding_of(
            "gradient_peak_instant_catheter_mmhg",
            tops,
            f"largest {up} - {down} at one instant{moved}",
            lines_count=2,
        ),
        period: finding_of(period, periods, f"from crossing to crossing of {up} and {down}{moved}"),
        "heart_rate_bpm": finding_of("heart_rate_bpm", beats, "60 / RR of these beats"),
    }
    if period == "ejection_period_s":
        found["gradient_peak_to_peak_mmhg"] = finding_of(
            "gradient_peak_to_peak_mmhg",
            (pair.up.high - pair.down.high)[run],
            f"peak of {up} - peak of {down}, not at the same instant",
            lines_count=2,
        )
    return {k: v for k, v in found.items() if v is not None}


def _areas(valve: str, found: dict[str, Finding], output: LMin, warnings: list[str]) -> None:
    """Add Gorlin's and Hakki's area and the resistance, with the error of their inputs."""
    key = "ejection_period_s" if "ejection_period_s" in found else "filling_period_s"
    mean, period, rate = found["gradient_mean_mmhg"], found[key], found["heart_rate_bpm"]
    off = error_of_mean("gradient_mean_mmhg", mean)
    if mean.value < off:
        warnings.append(
            f"no {valve} area: the mean gradient, {mean.value:.1f} mmHg, is within its error of "
            f"{off:.1f} mmHg"
        )
        return
    usual = max(EJECTION_AT_REST_S - EJECTION_FALL_S * rate.value, SHORTEST_EJECTION_S)
    if key == "ejection_period_s" and period.value < PART_FRAC * usual:
        warnings.append(
            f"no {valve} area: the gradient lasts {1000.0 * period.value:.0f} ms of an ejection of "
            f"about {1000.0 * usual:.0f} ms, as across a valve that is not stenotic"
        )
        return
    inputs = {
        "cardiac_output_l_min": output,
        "heart_rate_bpm": rate.value,
        key: period.value,
        "gradient_mean_mmhg": mean.value,
    }
    common = {
        "cardiac_output_l_min": output,
        "heart_rate_bpm": rate.value,
        "period_s": period.value,
        "gradient_mean_mmhg": mean.value,
    }
    of_flow = math.hypot(OUTPUT_FRAC, error_of_mean(key, period) / period.value)
    of_root = 0.5 * off / mean.value
    constant = GORLIN_CONSTANTS[valve]
    try:
        gorlin = gorlin_area_cm2(valve, **common)
        hakki = hakki_area_cm2(cardiac_output_l_min=output, gradient_mmhg=mean.value)
        resistance = valve_resistance_dyn_s_cm5(**common)
    except InputError as error:
        warnings.append(f"no {valve} area: {error}")
        return
    found["valve_area_gorlin_cm2"] = Finding(
        value=gorlin,
        sd=gorlin * math.hypot(of_flow, of_root),
        formula=f"1000 CO / ({constant:g} HR T sqrt(mean gradient))",
        inputs=inputs,
    )
    found["valve_area_hakki_cm2"] = Finding(
        value=hakki,
        sd=hakki * math.hypot(OUTPUT_FRAC, of_root),
        formula="CO / sqrt(mean gradient)",
        inputs={"cardiac_output_l_min": output, "gradient_mean_mmhg": mean.value},
    )
    found["valve_resistance_dyn_s_cm5"] = Finding(
        value=resistance,
        sd=resistance * math.hypot(of_flow, 2.0 * of_root),
        formula="1.333 mean gradient HR T / CO",
        inputs=inputs,
    )


def vascular_findings(findings: Mapping[str, Finding], output: LMin) -> dict[str, Finding]:
    """Return the resistances of the body and the lungs whose two pressures are there."""
    beds = (
        ("systemic", ("aortic_mean_mmhg", "cuff_mean_mmhg"), ("ra_mean_mmhg",)),
        ("pulmonary", ("pa_mean_mmhg",), ("la_mean_mmhg", "pcw_mean_mmhg")),
    )
    found = {}
    for bed, ups, downs in beds:
        up = next((k for k in ups if k in findings), None)
        down = next((k for k in downs if k in findings), None)
        if up is None or down is None:
            continue
        a, b = findings[up], findings[down]
        value = vascular_resistance_dyn_s_cm5(
            upstream_mmhg=a.value, downstream_mmhg=b.value, cardiac_output_l_min=output
        )
        errors = math.hypot(error_of_mean(up, a), error_of_mean(down, b))
        pressures = DYN_PER_WOOD * errors / output
        found[f"{bed}_vascular_resistance_dyn_s_cm5"] = Finding(
            value=value,
            sd=math.hypot(pressures, OUTPUT_FRAC * value),
            formula=f"80 ({up} - {down}) / CO",
            inputs={up: a.value, down: b.value, "cardiac_output_l_min": output},
        )
    return found


def worst_valve(valves: Mapping[str, Mapping[str, Finding]]) -> str:
    """Return the valve whose mean gradient is the largest share of a severe one, else empty."""
    graded = {
        v: f["gradient_mean_mmhg"].value / SEVERE_MEAN_MMHG[v]
        for v, f in valves.items()
        if "gradient_mean_mmhg" in f
    }
    return max(graded, key=lambda v: graded[v]) if graded else ""
