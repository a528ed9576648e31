"""Writes docs/recordings: real recordings analyzed, patients recorded, murmurs before and after.

python benchmarks/recording_pictures.py [real] [patients] [sounds] [page]

``real`` needs the project's folder of waveforms beside the checkout; only recordings that may be
shown are listed, and only pictures and numbers are written, no samples. ``page`` needs Chromium.
Research and education; not for clinical use.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from murmur_sounds import CASES, draw_sounds, write_sounds
from scipy.io import wavfile

from openvalve.formats import read_recording
from openvalve.hemodynamics import TraceFindings, analyze
from openvalve.recording import Recording
from openvalve.report import traces_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROOT = Path(__file__).parents[1]
OUT, EXAMPLES, IMAGES = ROOT / "docs" / "recordings", ROOT / "examples", ROOT / "docs" / "images"
WAVES = ROOT.parent / "shared" / "data" / "waveforms"
# May be shown: shared/data/waveforms/README.md; sources and licences in docs/recordings.md.
REAL = {
    "right_heart": "human_rhc_rv_ecg/rhc_rv_01",
    "artery": "human_icu_ecg_abp/3975656_0015",
    "artery_and_lung": "human_icu_ecg_abp/041s",
    "line_off": "human_icu_ecg_abp/3234460_0018",
}
PAGE = "right_heart"  # whose page is photographed
PICTURES = {"aortic": IMAGES / "record.png"}  # where not in OUT
RECORDED_S = 20.0
FROM_S, LENGTH_S = 2.0, 4.0
LEADS = ("II", "V1", "V5")
LEAD_STEP_MV = 2.5
LEFT = (("LV", "#111827"), ("AO", "#c62828"), ("ART", "#8a4b08"), ("LA", "#7b1fa2"))
RIGHT = (("PA", "#7a6a00"), ("RV", "#b45309"), ("PCW", "#7b1fa2"), ("RA", "#1557b0"))
PAPER, INK, BEAT = "#f6d5d5", "#14202b", "#9aa5b1"


def main() -> None:
    """Write what is asked for; all of it by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", default=["real", "patients", "sounds", "page"])
    what = parser.parse_args().what
    OUT.mkdir(exist_ok=True)
    if "real" in what:
        for name, path in REAL.items():
            _real(name, WAVES / path)
    if "patients" in what:
        for case in CASES:
            _patient(case.valve, case.file, case.site)
    if "sounds" in what:
        told = {case.valve: write_sounds(case, EXAMPLES, OUT) for case in CASES}
        _write_json(OUT / "sounds.json", told)
        draw_sounds(OUT, OUT / "sounds.png")
    if "page" in what:
        _photograph(WAVES / REAL[PAGE], IMAGES / "analyze.png")


def _openvalve(*arguments: str) -> str:
    command = [sys.executable, "-m", "openvalve", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _write_json(path: Path, document: Any) -> None:
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _real(name: str, path: Path) -> None:
    """Write the findings of a recording of a real laboratory, and its traces."""
    document = json.loads(_openvalve("analyze", str(path), "--json"))
    document["beats"] = len(document["beats"])
    _write_json(OUT / f"{name}.json", document)
    recording = read_recording(path)
    _write_traces(recording, analyze(recording), OUT / f"{name}.svg")


def _write_traces(recording: Recording, found: TraceFindings, path: Path) -> None:
    path.write_text(traces_picture(recording, found), encoding="utf-8")


def _patient(valve: str, file: str, site: str) -> None:
    """Record a patient; write the picture, and what was measured beside what is true."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "out"
        seconds = f"{RECORDED_S:g}"
        _openvalve("record", str(EXAMPLES / file), "--seconds", seconds, "--out", str(folder))
        truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        true = truth["valves"][valve]
        flow = f"{true['cardiac_output_l_min']:g}"
        line = ("analyze", str(folder / "recording"), "--flow", flow, "--json")
        found = json.loads(_openvalve(*line))
        both = {
            key: {"true": round(true[key], 3), **{k: round(row[k], 3) for k in ("value", "sd")}}
            for key, row in found["findings"].items()
            if key in true
        }
        document = {
            "patient": truth["patient"],
            "valve": valve,
            "seed": truth["seed"],
            "cardiac_output_l_min": true["cardiac_output_l_min"],
            "valve_area_true_cm2": true["area_max_cm2"],
            "measured": both,
            "warnings": found["warnings"],
        }
        _write_json(OUT / f"{valve}.json", document)
        recording = read_recording(folder / "recording")
        _write_traces(recording, analyze(recording, valve=valve), OUT / f"{valve}.svg")
        sound = wavfile.read(folder / f"sound_{site.lower()}.wav")
        _draw(recording, sound, site, PICTURES.get(valve, OUT / f"{valve}.png"))


def _photograph(path: Path, picture: Path) -> None:
    """Write the page of a recording as Chromium shows it."""
    browser = next((b for n in ("chromium", "google-chrome") if (b := shutil.which(n))), None)
    if browser is None:
        sys.exit("page: no chromium on the path")
    with tempfile.TemporaryDirectory() as made:
        _openvalve("analyze", str(path), "--out", made + "/out")
        command = [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        command += ["--no-first-run", "--disable-background-networking", "--disable-sync"]
        command += [f"--user-data-dir={made}/profile", "--window-size=1000,1600"]
        command += ["--blink-settings=preferredColorScheme=1", f"--screenshot={picture}"]
        subprocess.run(
            [*command, f"file://{made}/out/findings.html"], check=True, capture_output=True
        )


def _draw(recording: Recording, sound: tuple[int, np.ndarray], site: str, picture: Path) -> None:
    """Draw leads on millimetre paper, the left heart, the right heart, the sound."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.0, 8.4), dpi=90, layout="constrained")
    rows = figure.subplots(4, 1, sharex=True, height_ratios=(1.5, 1.3, 1.1, 0.8))
    window = (FROM_S, FROM_S + LENGTH_S)
    _leads(rows[0], recording, window)
    _pressures(rows[1], recording, window, LEFT)
    _pressures(rows[2], recording, window, RIGHT)
    rate, audio = sound
    first, last = (round(t * rate) for t in window)
    time_s = np.arange(first, last) / rate
    rows[3].plot(time_s, audio[first:last] / 32768.0, lw=0.4, color=INK)
    rows[3].set_ylabel("sound,\napex" if site == "APEX" else f"sound,\n{site.lower()} area")
    rows[3].set_yticks([])
    rows[3].set_xlabel("s")
    for axes in rows:
        axes.set_xlim(window)
        for beat in recording.beats_s:
            axes.axvline(beat, color=BEAT, lw=0.7, zorder=0)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    figure.savefig(picture)


def _cut(recording: Recording, name: str, window: tuple[float, float]) -> np.ndarray:
    first, last = (round(t * recording.rate_hz) for t in window)
    return recording[name][first:last]


def _leads(axes: "Axes", recording: Recording, window: tuple[float, float]) -> None:
    time_s = window[0] + np.arange(_cut(recording, "II", window).size) / recording.rate_hz
    for k, name in enumerate(LEADS):
        shift = -k * LEAD_STEP_MV
        axes.plot(time_s, _cut(recording, name, window) + shift, lw=0.9, color=INK)
        axes.text(window[0] + 0.03, shift + 0.6, name, fontsize=9, weight="bold")
    axes.set_xticks(np.arange(window[0], window[1] + 0.01, 0.2), minor=True)
    axes.set_yticks(np.arange(-8.0, 3.0, 0.5), minor=True)
    axes.grid(which="both", color=PAPER, lw=0.6)
    axes.set_axisbelow(True)
    axes.set_ylim(-LEAD_STEP_MV * (len(LEADS) - 1) - 1.8, 2.0)
    axes.set_yticks([])
    axes.set_ylabel("leads; a square is 0.5 mV, 0.2 s")


def _pressures(
    axes: "Axes",
    recording: Recording,
    window: tuple[float, float],
    lines: tuple[tuple[str, str], ...],
) -> None:
    for name, color in lines:
        x = _cut(recording, name, window)
        time_s = window[0] + np.arange(x.size) / recording.rate_hz
        axes.plot(time_s, x, lw=1.0, color=color, label=name)
    axes.set_ylim(bottom=min(0.0, axes.get_ylim()[0]))
    axes.set_ylabel("mmHg")
    axes.set_ylim(top=axes.get_ylim()[1] * 1.15)  # room for the names
    axes.legend(ncols=len(lines), frameon=False, loc="upper right", fontsize=8)
    axes.margins(y=0.18)


if __name__ == "__main__":
    main()
