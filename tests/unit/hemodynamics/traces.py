"""A beat whose every number follows from its construction."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvalve.recording import Channel, Recording

# One beat of 0.8 s: ejection 0.08 to 0.38 s, filling 0.45 to 0.80 s (until the next onset).
BEAT_S = 0.8
EJECTS_S = (0.08, 0.38)
FILLS_S = (0.45, 0.80)
EJECTION_FLOW_ML_S = 250.0
STROKE_ML = EJECTION_FLOW_ML_S * 0.30  # 75
END_DIASTOLIC_ML = 130.0
LV_MMHG, AO_MMHG, DIASTOLIC_MMHG = 150.0, 100.0, 10.0
LA_MMHG, V_WAVE_MMHG, A_WAVE_MMHG = 20.0, 28.0, 25.0
JET_AORTIC_M_S = 3.5
EARLY_JET_M_S = 2.0
JET_FALL_M_S2 = 2.0  # of the mitral jet: 2.0 to 1.3 m/s


def one_beat(rate_hz: float, beat_s: float = BEAT_S) -> dict[str, NDArray[np.float64]]:
    """Return the samples of one beat; a longer beat has a longer filling."""
    t = np.arange(round(beat_s * rate_hz)) / rate_hz
    ejects = (t >= EJECTS_S[0] - 1e-9) & (t < EJECTS_S[1] - 1e-9)
    fills = t >= FILLS_S[0] - 1e-9
    fill_s = beat_s - FILLS_S[0]
    since = np.clip(t - FILLS_S[0], 0.0, None)
    atrial = (t > beat_s - 0.12) & (t < beat_s - 0.06)
    v_wave = (t > 0.40) & (t < 0.45)
    out = np.clip(t - EJECTS_S[0], 0.0, EJECTS_S[1] - EJECTS_S[0])
    volume = END_DIASTOLIC_ML - EJECTION_FLOW_ML_S * out + STROKE_ML / fill_s * since
    lv = np.where(ejects, LV_MMHG, DIASTOLIC_MMHG)
    return {
        "LV": lv.astype(float),
        "AO": np.where(ejects, AO_MMHG, 70.0),
        "LA": LA_MMHG + (V_WAVE_MMHG - LA_MMHG) * v_wave + (A_WAVE_MMHG - LA_MMHG) * atrial,
        "VOL_LV": volume,
        "FLOW_AORTIC": EJECTION_FLOW_ML_S * ejects,
        "FLOW_MITRAL": STROKE_ML / fill_s * fills,
        "JET_AORTIC": JET_AORTIC_M_S * ejects,
        "JET_MITRAL": np.where(fills, EARLY_JET_M_S - JET_FALL_M_S2 * since, 0.0),
    }


def recording(
    *,
    rate_hz: float = 1000.0,
    beats_s: tuple[float, ...] = (BEAT_S, BEAT_S, BEAT_S),
    only: tuple[str, ...] | None = None,
    before_s: float = 0.0,
    notes: dict[str, Any] | None = None,
) -> Recording:
    """Return beats of these lengths, after ``before_s`` of the end of one."""
    parts = [one_beat(rate_hz, length) for length in beats_s]
    lead = round(before_s * rate_hz)
    samples = {
        name: np.concatenate(([parts[0][name][-lead:]] if lead else []) + [p[name] for p in parts])
        for name in parts[0]
    }
    onsets = before_s + np.concatenate(([0.0], np.cumsum(beats_s)))
    return Recording(
        rate_hz=rate_hz,
        channels={
            name: Channel(name=name, unit="mmhg", samples=x)
            for name, x in samples.items()
            if only is None or name in only
        },
        beats_s=onsets,
        notes=notes or {},
    )
