"""Doppler of the treated valve in ``openvalve record``: picture, envelope, numbers."""

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from openvalve.cli._record_join import joined
from openvalve.errors import FileError
from openvalve.recording import Channel, Recording

if TYPE_CHECKING:
    from openvalve.patient import Patient

__all__ = ["DOPPLER", "Echo"]

DOPPLER = "doppler.npz"
BLACK_DB, WHITE_DB = -46.0, 5.0  # speckled noise is nearly black, a jet of 1 cm2 nearly white
# Readers take the outflow tract's width for the forward flow of left-sided valves.
LEFT = ("aortic", "mitral")
SHORT = {"VELOCITY_LVOT": "lvot"}


class Echo:
    """An echo probe over the treated valve of a patient, for consecutive true recordings.

    Parameters
    ----------
    person : whose first lesion is looked at; its outflow tract as measured, or as expected.
    true : the first stretch, whose jet chooses the scale.
    seed : of the speckle.
    """

    def __init__(self, person: "Patient", true: Recording, *, seed: int) -> None:
        from openvalve.patient import complete
        from openvalve.signals import DopplerProbe, apical_beam

        self._start_s = true.start_s
        self.valve = person.lesion[0].valve
        self.jet = f"JET_{self.valve.upper()}"
        self.lvot_cm: float | None = None
        self.lvot_area_cm2: float | None = None
        if self.valve in LEFT:
            self.lvot_cm = 0.1 * complete(person).treated.lvot_mm.mean
            self.lvot_area_cm2 = 0.25 * math.pi * self.lvot_cm**2
        peak = float(np.abs(true[self.jet]).max(initial=0.0))
        self._probe = DopplerProbe(
            {self.valve: apical_beam(self.valve, peak)},
            lvot_area_cm2=self.lvot_area_cm2,
            rate_hz=true.rate_hz,
            seed=seed,
        )
        self._grey: dict[str, list[NDArray[np.uint8]]] = {}
        self._envelopes: list[Recording] = []

    def look(self, true: Recording) -> None:
        """Keep the picture and the envelopes of the next stretch."""
        traces = self._probe.run(true)
        self._envelopes.append(traces.envelopes)
        for name, image in traces.images_db.items():
            self._grey.setdefault(name, []).append(_grey(image))

    def envelopes(self) -> Recording:
        """Return the envelopes of all that was looked at, m/s, forward positive, 100 Hz."""
        return joined(self._envelopes)

    def write(self, folder: Path) -> None:
        """Write ``doppler.npz``: arrays of NumPy's open format, the picture in shades of grey."""
        envelopes = self.envelopes()
        arrays: dict[str, Any] = {
            "valve": np.array(self.valve),
            "black_db": np.array(BLACK_DB),
            "white_db": np.array(WHITE_DB),
            "time_s": envelopes.start_s - self._start_s + envelopes.time_s,
        }
        for name, parts in self._grey.items():
            prefix = SHORT.get(name, "jet")
            arrays[f"{prefix}_grey"] = np.concatenate(parts)
            arrays[f"{prefix}_velocity_m_s"] = self._probe.axes_m_s[name]
            arrays[f"{prefix}_envelope_m_s"] = envelopes[name].astype(np.float32)
        path = folder / DOPPLER
        try:
            np.savez_compressed(path, **arrays)
        except OSError as error:
            raise FileError(f"{path} cannot be written: {error.strerror}") from error

    def numbers(self, true: Recording) -> dict[str, Any]:
        """Return what a reader takes from the envelopes, and the same numbers of the true jet.

        Parameters
        ----------
        true : all that was looked at.
        """
        from openvalve.hemodynamics import doppler_findings
        from openvalve.signals import blood_velocity_m_s

        channels = {self.jet: true.channels[self.jet]}
        if self.lvot_area_cm2 is not None:
            tract = blood_velocity_m_s(true["FLOW_AORTIC"], self.lvot_area_cm2)
            name = "VELOCITY_LVOT"
            channels[name] = Channel(name=name, unit="m_s", samples=tract)
        truth = Recording(rate_hz=true.rate_hz, channels=channels, beats_s=true.beats_s)
        read = {"measured": self.envelopes(), "true": truth}
        found = {
            key: doppler_findings(recording, self.valve, lvot_cm=self.lvot_cm)
            for key, recording in read.items()
        }
        # The closed valve of a body leaks a little, at full speed: a jet too thin to be seen.
        seen = found["measured"].keys()
        rounded = {
            key: {name: round(x, 4) for name, x in row.items() if name in seen}
            for key, row in found.items()
        }
        known = {} if self.lvot_cm is None else {"lvot_cm": round(self.lvot_cm, 4)}
        return {"valve": self.valve} | known | rounded


def _grey(image_db: NDArray[np.float64]) -> NDArray[np.uint8]:
    share = (image_db - BLACK_DB) / (WHITE_DB - BLACK_DB)
    return np.rint(255.0 * np.clip(share, 0.0, 1.0)).astype(np.uint8)
