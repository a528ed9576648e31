"""Murmurs before and after the balloon, as sound files, and what can be measured in them.

Used by recording_pictures.py. The same patient lives on: the valve is opened as far as the
mechanics of the balloon say (middle of 201 draws), a minute passes, the stethoscope stays in place.
"""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.io import wavfile
from scipy.signal import welch

from openvalve.devices import find_balloon
from openvalve.hemodynamics import measure
from openvalve.patient import Patient, complete, read_patient
from openvalve.planning import live_patient, requested_balloons, valve_of
from openvalve.recording import Recording
from openvalve.signals import Laboratory, laboratory_of, write_wav
from openvalve.valve import POPULATION, inflate, sample_population

__all__ = ["CASES", "MURMUR_FRAC", "Case", "draw_sounds", "murmur_of", "write_sounds"]

Samples = NDArray[np.float64]

SETTLE_S, AFTER_S, HEARD_S = 20.0, 60.0, 8.0
DRAWS = 201
MURMUR_FRAC = 0.7  # of the fastest jet: where the murmur is measured
SHOWN_S = 2.4
INK, JET = "#14202b", "#0b6470"


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """A patient to listen to.

    Attributes
    ----------
    valve : treated; site : where one listens; file : in examples/.
    pitch_hz, pitch_hz_per_m_s : the line its murmur is on (docs/signals.md).
    """

    valve: str
    site: str
    file: str
    pitch_hz: float = 66.0
    pitch_hz_per_m_s: float = 74.0


CASES = (
    Case(valve="aortic", site="AORTIC", file="mean_harpole_25.toml"),
    Case(
        valve="mitral",
        site="APEX",
        file="m_pregnant27.toml",
        pitch_hz=30.0,
        pitch_hz_per_m_s=35.0,
    ),
    Case(valve="pulmonary", site="PULMONARY", file="p_adult52_28mm.toml"),
)


def write_sounds(case: Case, examples: Path, out: Path) -> dict[str, Any]:
    """Write ``VALVE_before.wav`` and ``VALVE_after.wav`` at one level; return what is measured."""
    person = read_patient(examples / case.file)
    live, fit = live_patient(person)
    live.run(SETTLE_S)
    before = live.run(HEARD_S)
    area_cm2, leak_cm2, balloon = _opened(person, fit.heart)
    live.change(**{f"{case.valve}_area_cm2": area_cm2, f"{case.valve}_leak_cm2": leak_cm2})
    live.run(AFTER_S)
    after = live.run(HEARD_S)
    heard = {}
    for name, true in (("before", before), ("after", after)):
        ears = Laboratory(laboratory_of(before, bsa_m2=fit.heart.bsa_m2))
        heard[name] = ears.hear(true)[f"SOUND_{case.site}"]
    level = max(float(np.abs(x).max()) for x in heard.values())
    told: dict[str, Any] = {"patient": person.id, "site": case.site.lower(), "balloon": balloon}
    for name, true in (("before", before), ("after", after)):
        path = out / f"{case.valve}_{name}.wav"
        write_wav(path, heard[name], full_level_ratio=level)
        told[name] = _told(case, true, path)
    loud = [told[name]["murmur_rms_ratio"] for name in ("before", "after")]
    told["murmur_change_db"] = round(float(20.0 * np.log10(loud[1] / loud[0])), 1)
    return told


def _opened(person: Patient, heart: Any) -> tuple[float, float, str]:
    """Return area and leak after the balloon, middle of the draws, and the balloon in words."""
    profile = complete(person)
    requests = requested_balloons(person, profile)
    request = requests[0] if person.balloon else requests[len(requests) // 2]
    balloon = find_balloon(request)
    orifice = getattr(heart, person.lesion[0].valve)
    state = valve_of(person, profile, np.full(DRAWS, orifice.area_effective_cm2))
    done = inflate(
        state,
        balloon,
        inflation_atm=request.inflation_atm,
        inflations=request.inflations or 1,
        draws=sample_population(DRAWS, 0, POPULATION),
    )
    middle = int(np.argsort(done.area_effective_cm2)[DRAWS // 2])
    words = f"{request.kind} {request.diameter_mm} mm"
    area, leak = done.area_effective_cm2[middle], 0.01 * done.eroa_mm2[middle]
    return float(area), float(leak), words


def _told(case: Case, true: Recording, path: Path) -> dict[str, float]:
    numbers = measure(true, case.valve)
    jet = np.maximum(true[f"JET_{case.valve.upper()}"], 0.0)
    rate_hz, sound = wavfile.read(path)
    pitch_hz, loud = murmur_of(sound / 32768.0, float(rate_hz), jet)
    fast = float(jet[jet > MURMUR_FRAC * jet.max()].mean())
    return {
        "area_cm2": round(float(true[f"AREA_{case.valve.upper()}"].max()), 2),
        "gradient_mean_mmhg": round(numbers["gradient_mean_mmhg"], 1),
        "jet_m_s": round(fast, 2),
        "line_hz": round(case.pitch_hz + case.pitch_hz_per_m_s * fast),
        "pitch_hz": round(pitch_hz),
        "murmur_rms_ratio": round(loud, 5),
    }


def murmur_of(sound: Samples, rate_hz: float, jet_m_s: Samples) -> tuple[float, float]:
    """Return the loudest frequency and the root mean square while the jet is fast.

    Parameters
    ----------
    sound : shape (n,), full scale 1.
    rate_hz : of the sound.
    jet_m_s : shape (m,), 1 kHz, the same stretch of time.
    """
    fast = np.repeat(jet_m_s > MURMUR_FRAC * jet_m_s.max(), round(rate_hz / 1000.0))[: sound.size]
    edges = np.flatnonzero(np.diff(np.concatenate(([0], fast.astype(np.int8), [0]))))
    power = np.zeros(129)
    for a, b in edges.reshape(-1, 2):
        if b - a >= 256:
            frequency, one = welch(sound[a:b], rate_hz, nperseg=256)
            power += one
    return float(frequency[power.argmax()]), float(np.sqrt(np.mean(sound[fast] ** 2)))


def draw_sounds(out: Path, picture: Path) -> None:
    """Draw the phonocardiograms of all cases, before beside after, at one scale a row."""
    from matplotlib.figure import Figure

    told = json.loads((out / "sounds.json").read_text(encoding="utf-8"))
    figure = Figure(figsize=(9.0, 5.4), dpi=100, layout="constrained")
    rows = figure.subplots(len(CASES), 2, sharex=True, sharey="row")
    for case, pair in zip(CASES, rows, strict=True):
        for name, axes in zip(("before", "after"), pair, strict=True):
            rate, sound = wavfile.read(out / f"{case.valve}_{name}.wav")
            x = sound[: round(SHOWN_S * rate)] / 32768.0
            axes.plot(np.arange(x.size) / rate, x, lw=0.35, color=INK)
            one = told[case.valve][name]
            axes.set_title(
                f"{case.valve} {name}: {one['area_cm2']:.2f} cm², "
                f"{one['gradient_mean_mmhg']:.0f} mmHg, {one['pitch_hz']} Hz",
                fontsize=9, loc="left",
            )  # fmt: skip
            axes.set_yticks([])
            axes.set_xlim(0.0, SHOWN_S)
            for side in ("top", "right", "left"):
                axes.spines[side].set_visible(False)
    for axes in rows[-1]:
        axes.set_xlabel("s")
    figure.savefig(picture)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            print(case.valve, write_sounds(case, Path("examples"), Path(folder)))
