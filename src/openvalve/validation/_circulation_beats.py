"""A long recording beat by beat: rates, pressures, strokes and jets of each, as arrays."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.recording import Recording

__all__ = ["BeatTable", "beat_table", "joined", "onsets_s"]

Samples = NDArray[np.float64]

SECOND_S = 1.2  # an upstroke is judged against the pressures this far around it
UPSTROKE_S = 0.15
SHORTEST_S = 0.17  # between two beats; 350 a minute


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


def onsets_s(recording: Recording) -> Samples:
    """Return the ventricular onsets: as recorded, else found from the upstroke of LV pressure.

    An upstroke is a rise through the middle between the extremes of the second around it; the
    onset is where its slope begins to exceed a tenth of its steepest.
    """
    if recording.beats_s.size:
        return recording.beats_s
    from scipy.ndimage import maximum_filter1d, minimum_filter1d

    rate = recording.rate_hz
    lv = recording["LV"]
    around = round(SECOND_S * rate)
    middle = 0.5 * (maximum_filter1d(lv, around) + minimum_filter1d(lv, around))
    crossings = np.flatnonzero((lv[1:] >= middle[1:]) & (lv[:-1] < middle[:-1])) + 1
    slope = np.gradient(lv)
    reach = round(UPSTROKE_S * rate)
    found: list[float] = []
    for k in crossings:
        first = max(int(k) - reach, 0)
        steepest = slope[first : int(k) + reach].max()
        slow = np.flatnonzero(slope[first : int(k)] < 0.1 * steepest)
        onset = (first + int(slow[-1]) if slow.size else first) / rate
        if not found or onset - found[-1] > SHORTEST_S:
            found.append(onset)
    return np.array(found)


def beat_table(recording: Recording) -> BeatTable:
    """Return the beats of a recording between its first and last ventricular onset."""
    rate = recording.rate_hz
    edges = [round(float(t) * rate) for t in onsets_s(recording)]
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
    channels = {
        name: type(c)(name=name, unit=c.unit, samples=np.concatenate([r[name] for r in recordings]))
        for name, c in first.channels.items()
    }
    return Recording(
        rate_hz=first.rate_hz, channels=channels, beats_s=np.empty(0), start_s=first.start_s
    )
