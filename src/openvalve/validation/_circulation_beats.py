"""A long recording beat by beat: rates, pressures, strokes and jets of each, as arrays."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.recording import Recording

__all__ = ["BeatTable", "beat_table", "joined"]

Samples = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class BeatTable:
    """One entry for each whole beat, shape (k,).

    Attributes
    ----------
    time_s : onset, from the first sample.
    columns : ``rate_bpm``; ``systolic_mmhg``, ``diastolic_mmhg``, ``mean_mmhg`` of the aorta;
        ``lv_mmhg`` peak; ``la_mmhg``, ``ra_mmhg`` mean; ``stroke_ml``, ``rv_stroke_ml`` forward;
        ``e_mitral``, ``e_tricuspid`` peak jets of the filling that follows the beat; ``edv_ml``.
    """

    time_s: Samples
    columns: Mapping[str, Samples]

    def __getitem__(self, name: str) -> Samples:
        """Return a column."""
        return self.columns[name]

    def between(self, name: str, first_s: float, last_s: float) -> Samples:
        """Return a column's beats that begin in an interval."""
        inside = (self.time_s >= first_s) & (self.time_s < last_s)
        return self.columns[name][inside]


def beat_table(recording: Recording) -> BeatTable:
    """Return the beats of a recording between its first and last ventricular onset."""
    rate = recording.rate_hz
    edges = [round(float(t) * rate) for t in recording.beats_s]
    n = recording.length_count
    pairs = [(a, b) for a, b in itertools.pairwise(edges) if 0 <= a < b <= n]
    ao, lv = recording["AO"], recording["LV"]
    columns: dict[str, list[float]] = {}

    def put(name: str, value: float) -> None:
        columns.setdefault(name, []).append(value)

    for a, b in pairs:
        fill = a + (b - a) * 3 // 10
        put("rate_bpm", 60.0 * rate / (b - a))
        put("systolic_mmhg", float(ao[a:b].max()))
        put("diastolic_mmhg", float(ao[a:b].min()))
        put("mean_mmhg", float(ao[a:b].mean()))
        put("lv_mmhg", float(lv[a:b].max()))
        put("la_mmhg", float(recording["LA"][a:b].mean()))
        put("ra_mmhg", float(recording["RA"][a:b].mean()))
        put("stroke_ml", float(recording["FLOW_AORTIC"][a:b].sum()) / rate)
        put("rv_stroke_ml", float(recording["FLOW_PULMONARY"][a:b].sum()) / rate)
        put("rv_filling_ml", float(recording["FLOW_TRICUSPID"][a:b].sum()) / rate)
        put("e_mitral", float(recording["JET_MITRAL"][fill:b].max()))
        put("e_tricuspid", float(recording["JET_TRICUSPID"][fill:b].max()))
        put("edv_ml", float(recording["VOL_LV"][a:b].max()))
    table = {name: np.array(values) for name, values in columns.items()}
    table["pulse_mmhg"] = table["systolic_mmhg"] - table["diastolic_mmhg"]
    return BeatTable(time_s=np.array([a for a, _ in pairs]) / rate, columns=table)


def joined(*recordings: Recording) -> Recording:
    """Return recordings that follow each other as one."""
    first = recordings[0]
    beats: list[float] = []
    offset = 0.0
    for r in recordings:
        beats += (r.beats_s + offset).tolist()
        offset += r.length_count / r.rate_hz
    channels = {
        name: type(c)(name=name, unit=c.unit, samples=np.concatenate([r[name] for r in recordings]))
        for name, c in first.channels.items()
    }
    onsets: Samples = np.unique(np.round(np.array(beats, dtype=np.float64), 6))
    return Recording(
        rate_hz=first.rate_hz, channels=channels, beats_s=onsets, start_s=first.start_s
    )
