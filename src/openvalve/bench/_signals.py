"""Cost and memory of all that the laboratory sees and hears, and the time of an analysis."""

import os
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from openvalve.bench._types import Figures, Progress
from openvalve.heart import Live, reference_heart
from openvalve.hemodynamics import analyze
from openvalve.recording import Recording
from openvalve.signals import DopplerProbe, Laboratory, apical_beam, laboratory_of
from openvalve.units import S

__all__ = ["bench_signals"]

BODY_M2 = 1.8
AREA_CM2 = 0.7
SETTLE_S = 20.0
FRAME_S = 0.04
HOUR_S = 3600.0
WARM_S = 60.0  # of the hour: filled caches and the allocator's own reserve are no growth
LINE_RATE_HZ = 250.0
CHANNELS = ("II", "V5", "LV", "AO", "PCW", "PA")
ANALYZE_S = 600.0
ANALYZE_TRIES = 3
PARTS = ("live", "ecg", "lines", "sound", "doppler")
BYTES_PER_MIB = 1024.0 * 1024.0

Times = NDArray[np.float64]


def bench_signals(
    progress: Progress, *, hour_s: S = HOUR_S, analyze_length_s: S = ANALYZE_S
) -> Figures:
    """Return what 40 ms of every signal cost, the memory of an hour of them, and an analysis.

    A patient with severe aortic stenosis lives in frames of 40 ms; from each come 12 leads at
    500 Hz, 8 pressure lines at 250 Hz, heart sounds at five sites at 4 kHz, and continuous wave
    Doppler of the valve with its envelope at 100 lines a second, on one core.

    Parameters
    ----------
    progress : called with a stage and the fraction done.
    hour_s : case time that is streamed.
    analyze_length_s : of the recording that is analyzed.

    Returns
    -------
    ``frame_signals_ms``: all signals of a frame, median, in time of the processor, so that other
    processes hardly count; its parts ``ecg_ms``, ``lines_ms``, ``sound_ms``, ``doppler_ms``;
    ``live_ms``: the patient beside them, not in the sum. ``frame_signals_wall_ms``,
    ``frame_signals_wall_p99_ms``: the same sum by the clock on the wall. ``hour_growth_mib``:
    growth of resident memory from the first minute to the end of the hour (absent where the system
    does not tell); ``hour_wall_s``, ``hour_x_real``: patient and signals; ``hour_s``: its length.
    ``analyze_s``: ``hemodynamics.analyze`` on six channels of ``analyze_length_s`` at 500 Hz,
    median of three warm runs.
    """
    progress("settle", 0.0)
    live = Live(reference_heart(bsa_m2=BODY_M2))
    live.change(aortic_area_cm2=AREA_CM2)
    live.run(SETTLE_S)
    figures = _hour(live, hour_s, progress)
    figures |= _analysis(live, analyze_length_s, progress)
    return figures | {"cores_count": os.cpu_count() or 0}


def _hour(live: Live, hour_s: S, progress: Progress) -> Figures:
    """Stream an hour in frames; return its cost, and how much memory it has taken."""
    true = live.run(5.0)
    peak = float(np.abs(true["JET_AORTIC"]).max())
    params = laboratory_of(true, bsa_m2=BODY_M2)
    laboratory = Laboratory(replace(params, line_rate_hz=LINE_RATE_HZ))
    probe = DopplerProbe({"aortic": apical_beam("aortic", peak)}, lvot_area_cm2=None)
    frames, warm = round(hour_s / FRAME_S), round(min(WARM_S, 0.2 * hour_s) / FRAME_S)
    costs = np.full(
        (frames, len(PARTS)), np.nan
    )  # written now: pages touched later would be growth
    walls = np.full(frames, np.nan)
    before = None
    started = time.perf_counter()
    for k in range(frames):
        if k == warm:
            before = _resident_mib()
        if k % 250 == 0:
            progress("an hour of signals", k / frames)
        walls[k] = _frame(live, laboratory, probe, costs[k])
    wall_s = time.perf_counter() - started
    after = _resident_mib()
    figures: Figures = {
        f"{part}_ms": 1e3 * float(np.median(costs[:, i])) for i, part in enumerate(PARTS)
    }
    figures |= {
        "frame_signals_ms": 1e3 * float(np.median(costs[:, 1:].sum(axis=1))),
        "frame_signals_wall_ms": 1e3 * float(np.median(walls)),
        "frame_signals_wall_p99_ms": 1e3 * float(np.quantile(walls, 0.99)),
        "frames_count": frames,
        "hour_s": hour_s,
        "hour_wall_s": wall_s,
        "hour_x_real": hour_s / wall_s,
    }
    if before is not None and after is not None:
        figures["hour_growth_mib"] = after - before
    return figures


def _frame(live: Live, laboratory: Laboratory, probe: DopplerProbe, costs: Times) -> S:
    """Let one frame pass; write what each part has cost, return how long the signals took."""
    marks = [time.thread_time()]
    true = live.run(FRAME_S)
    marks.append(time.thread_time())
    started = time.perf_counter()
    for part in (laboratory.leads, laboratory.pressures, laboratory.hear, probe.run):
        part(true)
        marks.append(time.thread_time())
    costs[:] = np.diff(marks)
    return time.perf_counter() - started


def _resident_mib() -> float | None:
    """Return the resident memory of this process now, where the system tells it."""
    told = Path("/proc/self/statm")
    if sys.platform != "linux" or not told.exists():
        return None
    pages = int(told.read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / BYTES_PER_MIB


def _analysis(live: Live, length_s: S, progress: Progress) -> Figures:
    progress("analysis", 0.0)
    true = live.run(length_s)
    seen = Laboratory(laboratory_of(true, bsa_m2=BODY_M2)).see(true)
    recording = Recording(
        rate_hz=seen.rate_hz,
        channels={name: seen.channels[name] for name in CHANNELS},
        beats_s=np.empty(0),
    )
    analyze(recording)
    tries = []
    for k in range(ANALYZE_TRIES):
        progress("analysis", k / ANALYZE_TRIES)
        started = time.perf_counter()
        analyze(recording)
        tries.append(time.perf_counter() - started)
    return {"analyze_s": statistics.median(tries), "analyze_length_s": length_s}
