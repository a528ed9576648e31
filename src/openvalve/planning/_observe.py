"""From a heart to the numbers a laboratory would write down."""

from dataclasses import dataclass

import numpy as np

from openvalve.heart import HeartParams, HeartState, Run, simulate
from openvalve.hemodynamics import measure
from openvalve.recording import Recording
from openvalve.valve import contraction_coefficient

__all__ = ["Observer"]

SETTLE_BEATS = 30
FIBRILLATION_BEATS = 10  # a gradient is read over ten beats in fibrillation, two when regular


@dataclass(frozen=True, kw_only=True, slots=True)
class Observer:
    """How one patient is looked at: which valve, which wall, how many beats.

    Attributes
    ----------
    valve : the treated valve.
    etiology : decides how far the jet contracts below the drawn orifice.
    """

    valve: str
    etiology: str

    def run(self, heart: HeartParams, start: HeartState | None = None) -> Run:
        """Return the settled beats of a heart."""
        irregular = heart.rhythm.name == "atrial_fibrillation"
        record = FIBRILLATION_BEATS if irregular else 2
        beats = SETTLE_BEATS + record if start is not None else SETTLE_BEATS + 10 + record
        return simulate(heart, beats=beats, record_beats=record, initial=start)

    def read(self, recording: Recording, heart: HeartParams) -> dict[str, float]:
        """Return every measured key that the recording allows, and what the model alone knows."""
        values = measure(recording, self.valve)
        area = float(np.max(recording[f"AREA_{self.valve.upper()}"]))
        effective = getattr(heart, self.valve).area_effective_cm2
        values["valve_area_effective_cm2"] = effective
        values["eroa_mm2"] = 100.0 * getattr(heart, self.valve).area_leak_cm2
        # A planimeter reads the drawn orifice, a contraction larger than the jet.
        values["valve_area_planimetry_cm2"] = area / contraction_coefficient(
            valve=self.valve, etiology=self.etiology, area_effective_cm2=area
        )
        gorlin = values.get("valve_area_gorlin_cm2")
        if gorlin is not None:
            values["valve_area_cm2"] = gorlin
            values["valve_area_index_cm2_m2"] = gorlin / heart.bsa_m2
        values["cardiac_index_l_min_m2"] = values["cardiac_output_l_min"] / heart.bsa_m2
        return values

    def observe(self, heart: HeartParams, start: HeartState | None = None) -> dict[str, float]:
        """Return the numbers of a heart once it has settled."""
        return self.read(self.run(heart, start).recording, heart)
