"""What a reader takes from Doppler of a true recording: the envelopes of its jets, at 100 Hz."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputError, InputItem
from openvalve.recording import Channel, Recording
from openvalve.signals._doppler import (
    LINES_HZ,
    Beam,
    ContinuousWave,
    Doppler,
    PulsedWave,
    blood_velocity_m_s,
)
from openvalve.units import Cm2

__all__ = ["LVOT_AREA_CM2", "DopplerTraces", "doppler_traces", "signed_envelope_m_s"]

Samples = NDArray[np.float64]

LVOT_AREA_CM2 = 3.14  # 20 mm across; adults 18 to 24 mm
VALVES = ("aortic", "mitral", "pulmonary", "tricuspid")
SCALES_M_S = (1.5, 2.5, 4.0, 6.0, 9.0)  # of continuous wave: the first that holds the jet
ROOM_FRAC = 0.8  # of the scale that the jet may fill
LVOT_REPETITION_HZ = 7000.0  # at 2 MHz 1.35 m/s, shown from -1.9 to 0.8
STREAMS = {name: k for k, name in enumerate((*VALVES, "lvot"))}


@dataclass(frozen=True, kw_only=True, slots=True)
class DopplerTraces:
    """Envelopes and the pictures that they were traced on.

    Attributes
    ----------
    envelopes : ``JET_<VALVE>`` and ``VELOCITY_LVOT`` in m/s, forward positive, 100 Hz, measured.
    images_db : the same names to shape (lines, bins), dB.
    axes_m_s : the same names to shape (bins,), positive toward the transducer.
    """

    envelopes: Recording
    images_db: Mapping[str, Samples]
    axes_m_s: Mapping[str, Samples]


def signed_envelope_m_s(doppler: Doppler, image_db: Samples) -> Samples:
    """Return the stronger of both sides of each line, forward positive, shape (lines,)."""
    forward, backward = doppler.envelope(image_db)
    return np.where(forward >= backward, forward, -backward)


def doppler_traces(
    recording: Recording,
    *,
    valves: tuple[str, ...] = VALVES,
    beam: Beam | None = None,
    lvot_area_cm2: Cm2 | None = LVOT_AREA_CM2,
    seed: int = 0,
) -> DopplerTraces:
    """Return continuous wave of each valve, and pulsed wave of the outflow tract, of a recording.

    Parameters
    ----------
    recording : true, with ``JET_<VALVE>`` (m/s), and where it has them ``AREA_<VALVE>`` (cm2) and
        ``FLOW_AORTIC`` (mL/s).
    valves : those to look at.
    beam : continuous wave for all of them; the default looks from the apex, outflow away.
    lvot_area_cm2 : of the outflow tract; None leaves its trace out.
    """
    missing = [v for v in valves if f"JET_{v.upper()}" not in recording]
    if missing:
        got, allowed = "no " + ", ".join(missing), "a JET channel for each valve"
        raise InputError([InputItem(key="doppler.valves", got=got, allowed=allowed)])
    images: dict[str, Samples] = {}
    axes: dict[str, Samples] = {}
    channels: dict[str, Channel] = {}

    def look(name: str, doppler: Doppler, image: Samples) -> None:
        images[name], axes[name] = image, doppler.axis_m_s
        samples = signed_envelope_m_s(doppler, image)
        channels[name] = Channel(name=name, unit="m_s", samples=samples, measured=True)

    first_s = 0.0
    tract = _tract_m_s(recording, lvot_area_cm2)
    for valve in valves:
        jet = recording[f"JET_{valve.upper()}"]
        doppler = Doppler(
            _apical(valve, jet) if beam is None else beam,
            rate_in_hz=recording.rate_hz,
            seed=seed,
            stream_count=STREAMS[valve],
        )
        first_s = doppler.first_line_s
        area = f"AREA_{valve.upper()}"
        image = doppler.run(
            jet,
            before_m_s=_before(tract, jet) if valve == "aortic" else None,
            area_cm2=recording.channels[area].samples if area in recording.channels else None,
        )
        look(f"JET_{valve.upper()}", doppler, image)
    if tract is not None:
        gate = PulsedWave(toward=False, repetition_hz=LVOT_REPETITION_HZ, baseline_frac=0.7)
        doppler = Doppler(
            gate, rate_in_hz=recording.rate_hz, seed=seed, stream_count=STREAMS["lvot"]
        )
        first_s = doppler.first_line_s
        look("VELOCITY_LVOT", doppler, doppler.run(tract))
    envelopes = Recording(
        rate_hz=LINES_HZ,
        channels=channels,
        beats_s=recording.beats_s - first_s,
        start_s=recording.start_s + first_s,
        notes=recording.notes,
    )
    return DopplerTraces(envelopes=envelopes, images_db=images, axes_m_s=axes)


def _apical(valve: str, jet_m_s: Samples) -> Beam:
    """Return continuous wave from the apex: inflow comes toward, outflow goes away."""
    peak = float(np.abs(jet_m_s).max(initial=0.0))
    scale = next((s for s in SCALES_M_S if peak <= ROOM_FRAC * s), SCALES_M_S[-1])
    return ContinuousWave(toward=valve in ("mitral", "tricuspid"), low_m_s=-scale, high_m_s=scale)


def _tract_m_s(recording: Recording, area_cm2: Cm2 | None) -> Samples | None:
    if area_cm2 is None or "FLOW_AORTIC" not in recording:
        return None
    return blood_velocity_m_s(recording["FLOW_AORTIC"], area_cm2)


def _before(tract_m_s: Samples | None, jet_m_s: Samples) -> Samples | None:
    """Return the velocity before the valve; blood that converges is nowhere faster than the jet."""
    return None if tract_m_s is None else np.clip(tract_m_s, 0.0, np.maximum(jet_m_s, 0.0))
