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
from openvalve.units import MS, Cm2, Hz

__all__ = [
    "LVOT_AREA_CM2",
    "DopplerProbe",
    "DopplerTraces",
    "apical_beam",
    "doppler_traces",
    "signed_envelope_m_s",
]

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


class DopplerProbe:
    """A transducer on one patient; give it the case in consecutive true recordings.

    Parameters
    ----------
    beams : continuous wave of each valve to look at, as ``apical_beam`` gives it.
    lvot_area_cm2 : of the outflow tract, looked at with pulsed wave; None leaves it out.
    rate_hz : of the true recordings.
    seed : of the speckle.
    """

    def __init__(
        self,
        beams: Mapping[str, Beam],
        *,
        lvot_area_cm2: Cm2 | None = LVOT_AREA_CM2,
        rate_hz: Hz = 1000.0,
        seed: int = 0,
    ) -> None:
        unknown = [valve for valve in beams if valve not in VALVES]
        if unknown or not beams:
            got, allowed = ", ".join(unknown) or "none", ", ".join(VALVES)
            raise InputError([InputItem(key="doppler.valves", got=got, allowed=allowed)])
        self._lvot_area = lvot_area_cm2
        looked = {f"JET_{valve.upper()}": (valve, beam) for valve, beam in beams.items()}
        if lvot_area_cm2 is not None:
            gate = PulsedWave(toward=False, repetition_hz=LVOT_REPETITION_HZ, baseline_frac=0.7)
            looked["VELOCITY_LVOT"] = ("lvot", gate)
        self._dopplers = {
            name: Doppler(beam, rate_in_hz=rate_hz, seed=seed, stream_count=STREAMS[stream])
            for name, (stream, beam) in looked.items()
        }

    @property
    def axes_m_s(self) -> dict[str, Samples]:
        """Return the axis of each trace, shape (bins,), positive toward the transducer."""
        return {name: doppler.axis_m_s for name, doppler in self._dopplers.items()}

    def run(self, true: Recording) -> DopplerTraces:
        """Return the lines of the next stretch and their envelopes.

        Parameters
        ----------
        true : ``JET_<VALVE>`` (m/s) of each valve, and where it has them ``AREA_<VALVE>`` (cm2)
            and ``FLOW_AORTIC`` (mL/s), without which there is no outflow tract.
        """
        tract = _tract_m_s(true, self._lvot_area)
        names = [name for name in self._dopplers if name != "VELOCITY_LVOT"]
        missing = [name for name in names if name not in true]
        if missing:
            got, allowed = "no " + ", ".join(missing), "a JET channel for each valve"
            raise InputError([InputItem(key="doppler.valves", got=got, allowed=allowed)])
        if tract is not None:
            names += [name for name in self._dopplers if name == "VELOCITY_LVOT"]
        first_s = next(iter(self._dopplers.values())).next_line_s
        images: dict[str, Samples] = {}
        channels: dict[str, Channel] = {}
        for name in names:
            doppler = self._dopplers[name]
            images[name] = _look(doppler, name, true, tract)
            samples = signed_envelope_m_s(doppler, images[name])
            channels[name] = Channel(name=name, unit="m_s", samples=samples, measured=True)
        envelopes = Recording(
            rate_hz=LINES_HZ,
            channels=channels,
            beats_s=true.beats_s - first_s,
            start_s=true.start_s + first_s,
            notes=true.notes,
        )
        axes = {name: self._dopplers[name].axis_m_s for name in names}
        return DopplerTraces(envelopes=envelopes, images_db=images, axes_m_s=axes)


def _look(doppler: Doppler, name: str, true: Recording, tract: Samples | None) -> Samples:
    if name == "VELOCITY_LVOT" and tract is not None:
        return doppler.run(tract)
    jet, area = true[name], true.channels.get(name.replace("JET_", "AREA_"))
    return doppler.run(
        jet,
        before_m_s=_before(tract, jet) if name == "JET_AORTIC" else None,
        area_cm2=None if area is None else area.samples,
    )


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
    recording : true, as ``DopplerProbe.run`` takes it.
    valves : those to look at.
    beam : continuous wave for all of them; the default looks from the apex, outflow away.
    lvot_area_cm2 : of the outflow tract; None leaves its trace out.
    """
    jets = {valve: f"JET_{valve.upper()}" for valve in valves}
    peaks = {
        valve: float(np.abs(recording[jet]).max(initial=0.0)) if jet in recording else 0.0
        for valve, jet in jets.items()
    }
    probe = DopplerProbe(
        {
            valve: apical_beam(valve, peak) if beam is None else beam
            for valve, peak in peaks.items()
        },
        lvot_area_cm2=lvot_area_cm2,
        rate_hz=recording.rate_hz,
        seed=seed,
    )
    return probe.run(recording)


def apical_beam(valve: str, velocity_peak_m_s: MS) -> Beam:
    """Return continuous wave from the apex whose scale holds a jet; outflow goes away from it."""
    low = next((s for s in SCALES_M_S if velocity_peak_m_s <= ROOM_FRAC * s), SCALES_M_S[-1])
    return ContinuousWave(toward=valve in ("mitral", "tricuspid"), low_m_s=-low, high_m_s=low)


def _tract_m_s(recording: Recording, area_cm2: Cm2 | None) -> Samples | None:
    if area_cm2 is None or "FLOW_AORTIC" not in recording:
        return None
    return blood_velocity_m_s(recording["FLOW_AORTIC"], area_cm2)


def _before(tract_m_s: Samples | None, jet_m_s: Samples) -> Samples | None:
    """Return the velocity before the valve; blood that converges is nowhere faster than the jet."""
    return None if tract_m_s is None else np.clip(tract_m_s, 0.0, np.maximum(jet_m_s, 0.0))
