"""Draws four seconds of a recording that ``openvalve record`` has written.

python benchmarks/record_picture.py FOLDER docs/images/record.png [--from 2]

Leads on millimetre paper, the left heart, the right heart, the sound at the aortic area. Needs the
report extra (matplotlib) and the formats extra. Research and education; not for clinical use.
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.io import wavfile

from openvalve.formats import read_recording
from openvalve.recording import Recording

if TYPE_CHECKING:
    from matplotlib.axes import Axes

LENGTH_S = 4.0
LEADS = ("II", "V1", "V5")
LEAD_STEP_MV = 2.5
LEFT = (("LV", "#111827"), ("AO", "#c62828"), ("ART", "#8a4b08"), ("LA", "#7b1fa2"))
RIGHT = (("PA", "#7a6a00"), ("RV", "#b45309"), ("PCW", "#7b1fa2"), ("RA", "#1557b0"))
PAPER, INK, BEAT = "#f6d5d5", "#14202b", "#9aa5b1"


def main() -> None:
    """Read, draw, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("picture", type=Path)
    parser.add_argument("--from", dest="from_s", type=float, default=2.0)
    arguments = parser.parse_args()
    recording = read_recording(arguments.folder / "recording")
    rate, sound = wavfile.read(arguments.folder / "sound_aortic.wav")
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.0, 8.4), dpi=110, layout="constrained")
    rows = figure.subplots(4, 1, sharex=True, height_ratios=(1.5, 1.3, 1.1, 0.8))
    window = (arguments.from_s, arguments.from_s + LENGTH_S)
    _leads(rows[0], recording, window)
    _pressures(rows[1], recording, window, LEFT)
    _pressures(rows[2], recording, window, RIGHT)
    first, last = (round(t * rate) for t in window)
    time_s = np.arange(first, last) / rate
    rows[3].plot(time_s, sound[first:last] / 32768.0, lw=0.4, color=INK)
    rows[3].set_ylabel("sound, aortic area")
    rows[3].set_yticks([])
    rows[3].set_xlabel("s")
    for axes in rows:
        axes.set_xlim(window)
        for beat in recording.beats_s:
            axes.axvline(beat, color=BEAT, lw=0.7, zorder=0)
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
    figure.savefig(arguments.picture)


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
    axes.legend(ncols=len(lines), frameon=False, loc="upper right", fontsize=8)
    axes.margins(y=0.18)


if __name__ == "__main__":
    main()
