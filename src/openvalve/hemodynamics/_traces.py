"""From the traces of a laboratory to its numbers: what is read, from which beats, how surely."""

import math
import re
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputItem
from openvalve.hemodynamics._areas import VALVES
from openvalve.hemodynamics._checks import above, check, one_of
from openvalve.hemodynamics._detect import NOTHING, detect_qrs
from openvalve.hemodynamics._quality import Stretch
from openvalve.hemodynamics._traces_beats import Train, beat_train
from openvalve.hemodynamics._traces_lines import (
    ARTERY_LOW_FRAC,
    LEAST_BEATS,
    PREFIX,
    Line,
    all_flat,
    check_line,
    choose_run,
    damping_warnings,
    level_warnings,
    line_warnings,
    read_line,
    refusal,
    shape_warning,
)
from openvalve.hemodynamics._traces_places import place_arrays, wedge_delay_s
from openvalve.hemodynamics._traces_types import (
    Finding,
    GradientWindow,
    TraceFindings,
    finding_of,
)
from openvalve.hemodynamics._traces_valves import (
    pairs_of,
    read_pair,
    vascular_findings,
    worst_valve,
)
from openvalve.patient import MEASURED_KEYS
from openvalve.recording import Recording
from openvalve.units import Hz, LMin, S

__all__ = ["analyze"]

Samples = NDArray[np.float64]

LEAST_RATE_HZ, MOST_RATE_HZ = 50.0, 20_000.0
LEAST_ECG_RATE_HZ = 100.0
NOT_LINES = frozenset({"PERICARDIUM", "PLEURAL", "RVOT"})
ECG_NAME = re.compile(
    r"(I{1,3}|AV[RLF]|V\d*R?|V[XYZ]|M?CL\d?|ML[I12]*|ECG.*|LEAD.*)", re.IGNORECASE
)
RV_MOST_MMHG = 60.0  # a nameless ventricle above is taken for the left [K]
PA_MOST_MMHG = 50.0  # mean of a nameless artery above is taken for the aorta's [K]
TREND_FRAC = 0.20  # change over a recording that is told
WORDS_OF = {
    "systolic": "highest of each beat",
    "end_diastolic": "at the ventricular onset (start of the QRS) of each beat",
    "diastolic": "lowest of each beat",
    "mean": "mean of whole beats",
    "v_wave": "highest between mid systole and the opening of the inflow valve",
    "a_wave": "highest around the next ventricular onset",
    "dpdt_max": "steepest rise of each beat, low-passed at 40 Hz",
}


def analyze(
    recording: Recording, *, cardiac_output_l_min: LMin | None = None, valve: str | None = None
) -> TraceFindings:
    """Return the findings of a recording of leads and pressure lines.

    Beats come from the ECG, or from a pressure where no lead can be trusted; 5 of them are averaged
    (10 in atrial fibrillation), early ones, the next and the one cut short left out. Channels that
    are marked as measured are read; where none is, all are.

    Parameters
    ----------
    recording : pressures in mmHg, leads in any unit; any subset.
    cardiac_output_l_min : for areas and resistances.
    valve : the valve that the gradient and area keys are of; the worst one when None.

    Raises
    ------
    InputError : no channel or no sample, a rate outside 50 to 20,000 Hz, an impossible argument.

    Assumes   : lines that were zeroed and leveled; all channels on one clock.
    Limits    : see ``warnings`` and ``refused`` of the result; a channel that cannot be read is
                refused with the reason, never guessed.
    Verified  : tests/physics/hemodynamics/test_traces.py
    """
    _check(recording, cardiac_output_l_min, valve)
    rate_hz = recording.rate_hz
    warnings: list[str] = []
    pressures, leads = _channels(recording)
    checked = {name: check_line(name, x, rate_hz) for name, x in pressures.items()}
    masked = {name: np.where(checked[name][0], np.nan, x) for name, x in pressures.items()}
    qrs = NOTHING
    if leads and rate_hz < LEAST_ECG_RATE_HZ:
        warnings.append(f"ECG not used: {rate_hz:g} Hz is too slow, 100 Hz or more are needed")
        leads = {}
    if leads:
        qrs = detect_qrs(list(leads.values()), rate_hz)
    train = beat_train(qrs, list(leads), masked, rate_hz, warnings)
    read = {
        name: read_line(name, name, x, checked[name], train, rate_hz)
        for name, x in pressures.items()
    }
    lines, refused = _readable(read, pressures, checked, train, recording, warnings)
    train = _trusted(train, refused, warnings)
    lines = _with_beats(lines, train, refused)
    findings, used, per_beat = _places(lines, train, rate_hz, warnings)
    if train.rate_bpm > 0.0:
        rates = 60.0 * rate_hz / np.diff(train.edges)
        heart = finding_of("heart_rate_bpm", rates[rates > 20.0], f"60 / RR, {train.source}")
        findings |= {"heart_rate_bpm": heart} if heart is not None else {}
    valves, windows = _valves(lines, train, rate_hz, cardiac_output_l_min, warnings)
    chosen = valve if valve is not None else worst_valve(valves)
    if valve is not None and valve not in valves:
        warnings.append(f"no {valve} gradient: its two sides were not readable together")
    mean_rate = findings.get("heart_rate_bpm")
    findings |= dict(valves.get(chosen, {}))
    if mean_rate is not None:
        findings["heart_rate_bpm"] = mean_rate
    if cardiac_output_l_min is not None:
        findings |= vascular_findings(findings, cardiac_output_l_min)
    findings = _possible(findings, warnings)
    _tell_train(train, recording, warnings)
    silent = all_flat(list(read.values()))
    if len(read) > 1 and silent.sum() > rate_hz:
        warnings.append(
            f"no line has a pulse for {silent.sum() / rate_hz:.1f} s, from "
            f"{silent.argmax() / rate_hz:.1f} s on: asystole, or all lines closed"
        )
    return TraceFindings(
        beats_s=train.marks / rate_hz,
        beats_from=train.source,
        rhythm=train.rhythm,
        rate_bpm=train.rate_bpm,
        valve=chosen if chosen in valves else "",
        findings=findings,
        valves=valves,
        warnings=tuple(dict.fromkeys(warnings)),
        refused=refused,
        places={line.name: place for place, line in lines.items()},
        windows=tuple(windows),
        used_s=used,
        stretches=tuple(s for line in read.values() for s in line.stretches),
        per_beat=per_beat,
    )


def _check(recording: Recording, output: LMin | None, valve: str | None) -> None:
    items = []
    if output is not None:
        items.append(above("cardiac_output_l_min", output, 0.0, 30.0))
    if valve is not None:
        items.append(one_of("valve", valve, VALVES))
    if not recording.channels or recording.length_count == 0:
        got = f"{len(recording.channels)} channels of {recording.length_count} samples"
        items.append(
            InputItem(key="recording", got=got, allowed="at least one channel with samples")
        )
    if not LEAST_RATE_HZ <= recording.rate_hz <= MOST_RATE_HZ:
        items.append(
            InputItem(
                key="rate_hz",
                got=f"{recording.rate_hz:g} Hz",
                allowed=f"{LEAST_RATE_HZ:g} to {MOST_RATE_HZ:g} Hz",
            )
        )
    lengths = {c.samples.shape for c in recording.channels.values()}
    if len(lengths) > 1:
        items.append(
            InputItem(key="recording", got=f"lengths {sorted(lengths)}", allowed="one length")
        )
    check(*items)


def _channels(recording: Recording) -> tuple[dict[str, Samples], dict[str, Samples]]:
    """Return pressures and leads, measured ones where there are any."""
    channels = recording.channels
    only = any(c.measured and c.unit == "mmhg" for c in channels.values())
    pressures = {
        name: np.asarray(c.samples, dtype=np.float64)
        for name, c in channels.items()
        if c.unit == "mmhg" and name not in NOT_LINES and (c.measured or not only)
    }
    leads = {
        name: np.asarray(c.samples, dtype=np.float64)
        for name, c in channels.items()
        if c.unit in ("mv", "ratio") and ECG_NAME.fullmatch(name)
    }
    return pressures, leads


def _readable(
    read: Mapping[str, Line],
    pressures: Mapping[str, Samples],
    checked: Mapping[str, tuple[NDArray[np.bool_], list[Stretch]]],
    train: Train,
    recording: Recording,
    warnings: list[str],
) -> tuple[dict[str, Line], dict[str, str]]:
    """Return place to line, and channel to why it is refused."""
    lines: dict[str, Line] = {}
    refused: dict[str, str] = {}
    for name, first in read.items():
        line = first
        why = refusal(line, recording.length_count, train.edges)
        if not why and name not in PREFIX:
            place = _guess(line)
            why = "" if place and place not in read else "no place in its name, none by its shape"
            if not why:
                warnings.append(f"{name}: no place in its name, read as {place} by its shape")
                line = read_line(
                    name, place, pressures[name], checked[name], train, recording.rate_hz
                )
                why = refusal(line, recording.length_count, train.edges)
        wrong = "" if why else shape_warning(line)
        if wrong:
            warnings.append(wrong)
            why = wrong
        warnings += line_warnings(line, recording.rate_hz)
        if why:
            refused[name] = why
            if not wrong:
                warnings.append(f"{name} refused: {why}")
        else:
            lines[line.place] = line
            warnings += damping_warnings(line)
    for a, b in (("AO", "LV"), ("PA", "RV")):
        if all("shape of" in refused.get(name, "") for name in (a, b)):
            warnings.append(f"{a} and {b} look swapped")
    warnings += level_warnings(lines)
    return lines, refused


def _trusted(train: Train, refused: Mapping[str, str], warnings: list[str]) -> Train:
    """Return the beats; none where the pressure that gave them was refused for its quality."""
    name = train.source.removeprefix("pressure ")
    if name == train.source or "shape of" in refused.get(name, "shape of"):
        return train
    warnings.append(f"no beats: {name}, from which they were read, is refused")
    none = np.empty(0, dtype=np.int64)
    return Train(
        edges=none,
        marks=none,
        source="",
        normal=np.zeros(0, dtype=bool),
        rhythm="unknown",
        rate_bpm=0.0,
        early_count=0,
    )


def _with_beats(lines: dict[str, Line], train: Train, refused: dict[str, str]) -> dict[str, Line]:
    """Return the lines; none, all of them refused, where there is no beat to read them by."""
    if train.edges.shape[0] > 1:
        return lines
    refused |= {line.name: "no beats to read it by" for line in lines.values()}
    return {}


def _possible(findings: dict[str, Finding], warnings: list[str]) -> dict[str, Finding]:
    """Return the findings within the ranges of the contract; the others are told."""
    kept = {}
    for key, finding in findings.items():
        low, high = MEASURED_KEYS.get(key, (-math.inf, math.inf))
        negative = key.startswith("gradient_") and finding.value < low  # says that there is none
        if negative or low <= finding.value <= high:
            kept[key] = finding
        else:
            warnings.append(
                f"{key} left out: {finding.value:.3g} is outside the possible {low:g} to {high:g}"
            )
    return kept


def _guess(line: Line) -> str:
    """Return the place that a nameless line is in by shape and level, empty where unclear."""
    high = float(np.median(line.high[line.good]))
    mean = float(np.median(line.mean[line.good]))
    low = float(np.median(line.low[line.good]))
    if line.shape == "ventricle" and low < ARTERY_LOW_FRAC * high:
        return "RV" if high < RV_MOST_MMHG else "LV"
    if line.shape == "artery":
        return "PA" if mean < PA_MOST_MMHG else "ART"
    return ""


def _places(
    lines: Mapping[str, Line], train: Train, rate_hz: Hz, warnings: list[str]
) -> tuple[dict[str, Finding], dict[str, tuple[S, S]], dict[str, Samples]]:
    """Return the findings of every place, when they are of, and each beat's values."""
    findings: dict[str, Finding] = {}
    used: dict[str, tuple[S, S]] = {}
    per_beat: dict[str, Samples] = {}
    if not lines:
        return findings, used, per_beat
    kicks = train.rhythm != "atrial_fibrillation"
    common = np.logical_and.reduce([line.good for line in lines.values()])
    run = choose_run(common, list(lines.values()), train)
    for place, line in lines.items():
        if (place == "FEM" and "ART" in lines) or (place == "CVP" and "RA" in lines):
            continue
        mine = run
        if run.shape[0] < LEAST_BEATS:
            mine = choose_run(line.good, [line], train)
        shift = 0
        if place == "PCW" and "LV" in lines:
            late, _ = wedge_delay_s(line.samples, lines["LV"].samples, train.edges, mine, rate_hz)
            shift = round(late * rate_hz)
        values = place_arrays(line, train.edges, rate_hz, kicks=kicks, shift=shift)
        for key, each in values.items():
            words = next(w for part, w in WORDS_OF.items() if part in key)
            found = finding_of(key, each[mine], f"{line.name}: {words}")
            if found is not None:
                findings[key] = found
            per_beat[key] = np.where(line.good, each, np.nan)
        edges = train.edges
        used[line.name] = (float(edges[mine[0]] / rate_hz), float(edges[mine[-1] + 1] / rate_hz))
        _tell_trend(line, used[line.name], warnings)
    return findings, used, per_beat


def _tell_trend(line: Line, used: tuple[S, S], warnings: list[str]) -> None:
    high = line.high[line.good]
    if line.place in ("LA", "RA", "PCW", "CVP") or high.shape[0] < 20:
        return
    parts = [float(np.median(p)) for p in np.array_split(high, 8)]
    low, top = min(parts), max(parts)
    if top - low > TREND_FRAC * top:
        warnings.append(
            f"{line.name}: systolic pressure goes from {top:.0f} to {low:.0f} mmHg during the "
            f"recording; numbers are of {used[0]:.1f} to {used[1]:.1f} s"
        )


def _valves(
    lines: Mapping[str, Line],
    train: Train,
    rate_hz: Hz,
    output: LMin | None,
    warnings: list[str],
) -> tuple[dict[str, dict[str, Finding]], list[GradientWindow]]:
    valves: dict[str, dict[str, Finding]] = {}
    windows: list[GradientWindow] = []
    for pair in pairs_of(lines):
        found, spans = read_pair(pair, train, rate_hz, output, warnings)
        if found:
            valves[pair.valve] = found
            windows += spans
    return valves, windows


def _tell_train(train: Train, recording: Recording, warnings: list[str]) -> None:
    count = train.normal.shape[0]
    length_s = recording.length_count / recording.rate_hz
    if count < LEAST_BEATS:
        warnings.append(
            f"{count} whole beats in {length_s:.1f} s: a number needs {LEAST_BEATS} or more"
        )
        return
    longest = float(np.diff(train.edges).max()) / recording.rate_hz
    silent = length_s - float(train.edges[-1]) / recording.rate_hz
    if max(longest, silent) > 3.0:
        warnings.append(f"no beat for {max(longest, silent):.1f} s")
    if train.early_count:
        warnings.append(
            f"{train.early_count} early or odd beats of {count + 1}: they, their neighbors and the "
            "beats cut short are left out"
        )
    if train.rhythm == "atrial_fibrillation":
        warnings.append("irregular as in atrial fibrillation: up to 10 beats averaged, no a wave")
