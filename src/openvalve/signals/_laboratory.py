"""One patient's laboratory: leads, lines and stethoscope on one clock, from the true recording."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputError, InputItem
from openvalve.heart import reference_heart
from openvalve.recording import Channel, ElectricalEvent, Recording
from openvalve.signals._dower import LEADS
from openvalve.signals._ecg import Ecg
from openvalve.signals._ecg_of_heart import loaded_ecg
from openvalve.signals._ecg_params import EcgParams, EcgSetup
from openvalve.signals._lines import LineParams, PressureLine
from openvalve.signals._places import Catheter, ChamberTip, Tip, WedgedTip, measured_pressures
from openvalve.signals._sounds import HeartSounds, SoundParams
from openvalve.units import M2, Frac, Hz, Mv

__all__ = [
    "LINES",
    "Laboratory",
    "LaboratoryParams",
    "clinical_line",
    "clinical_setup",
    "laboratory_of",
]

# Lines of a complete study, in the order of a monitor; PCW is the left atrium seen from a wedge.
LINES = ("AO", "LV", "LA", "RA", "RV", "PA", "PCW", "ART")
TRUE_RATE_HZ = 1000.0
ST_FULL_MV = 0.3  # shift at full ischaemia; 0.1 is the threshold of a finding, 0.2 to 0.5 [K]


def clinical_line() -> LineParams:
    """Return a fluid-filled line as it is in a good laboratory.

    20 Hz and a damping ratio of 0.6 are a good line (see ``LineParams``); 0.15 mmHg of noise and a
    converter of 0.05 mmHg are choices [K].
    """
    return LineParams(natural_frequency_hz=20.0, damping_ratio=0.6, noise_mmhg=0.15, step_mmhg=0.05)


def clinical_setup() -> EcgSetup:
    """Return electrodes as they are on a quiet patient: some muscle, a drift, little mains [K]."""
    return EcgSetup(contact_mv=0.003, muscle_mv=0.008, wander_mv=0.03, breathing_mv=0.02)


@dataclass(frozen=True, kw_only=True, slots=True)
class LaboratoryParams:
    """How a patient is looked at.

    Attributes
    ----------
    ecg, setup : the heart's ECG, and its electrodes.
    lines : name of a line to its parameters; those of ``LINES`` that are there are recorded.
    sounds : the valves of this heart.
    rate_hz : of the leads, and of the lines where they have none of their own; divides 1000.
    line_rate_hz : of the lines; divides 1000.
    seed : of every noise.
    """

    ecg: EcgParams = field(default_factory=EcgParams)
    setup: EcgSetup = field(default_factory=clinical_setup)
    lines: Mapping[str, LineParams] = field(
        default_factory=lambda: dict.fromkeys(LINES, clinical_line())
    )
    sounds: SoundParams = field(default_factory=SoundParams)
    rate_hz: Hz = 500.0
    line_rate_hz: Hz | None = None
    seed: int = 0


def laboratory_of(
    true: Recording, *, bsa_m2: M2, aortic_pliable_frac: Frac = 0.0, seed: int = 0
) -> LaboratoryParams:
    """Return a good laboratory for the patient of a true recording at rest.

    Parameters
    ----------
    true : pressures and rate, from which the ECG takes what years of load have done.
    bsa_m2 : of the body: its valves, if they were healthy.
    aortic_pliable_frac : 1 a domed aortic valve, which clicks; 0 a stiff one.
    seed : of every noise.
    """
    healthy = reference_heart(bsa_m2=bsa_m2)
    beats = true.beats_s
    rate = 60.0 * (len(beats) - 1) / float(beats[-1] - beats[0]) if len(beats) > 1 else 60.0
    return LaboratoryParams(
        ecg=loaded_ecg(
            lv_systolic_mmhg=float(true["LV"].max()),
            rv_systolic_mmhg=float(true["RV"].max()),
            la_mean_mmhg=float(true["LA"].mean()),
            rate_bpm=rate,
        ),
        sounds=SoundParams(
            aortic_area_cm2=healthy.aortic.area_effective_cm2,
            mitral_area_cm2=healthy.mitral.area_effective_cm2,
            pulmonary_area_cm2=healthy.pulmonary.area_effective_cm2,
            tricuspid_area_cm2=healthy.tricuspid.area_effective_cm2,
            aortic_pliable_frac=aortic_pliable_frac,
        ),
        seed=seed,
    )


class Laboratory:
    """Leads and catheters on one patient; give it the case in consecutive true recordings."""

    def __init__(self, params: LaboratoryParams) -> None:
        self.params = params
        line_rate = params.rate_hz if params.line_rate_hz is None else params.line_rate_hz
        self._ecg = Ecg(params.ecg, params.seed, params.rate_hz)
        self._catheters = [
            Catheter(
                name,
                _tip(name),
                PressureLine(
                    line,
                    rate_in_hz=TRUE_RATE_HZ,
                    rate_out_hz=line_rate,
                    seed=params.seed,
                    stream_count=LINES.index(name),
                ),
            )
            for name, line in params.lines.items()
        ]
        self._ears = HeartSounds(params.sounds, params.seed)

    def see(self, true: Recording) -> Recording:
        """Return leads (mV) and lines (mmHg, true ones beside) of the next true stretch.

        Parameters
        ----------
        true : at 1 kHz with ``notes["events"]``, as ``Live.run`` returns it; a whole number of
            samples of ``rate_hz``.

        Raises
        ------
        InputError : lines of another rate than the leads; see ``leads`` and ``pressures``.
        """
        if self.params.line_rate_hz not in (None, self.params.rate_hz):
            got, allowed = f"{self.params.line_rate_hz:g} Hz", f"{self.params.rate_hz:g} Hz"
            raise InputError([InputItem(key="laboratory.line_rate_hz", got=got, allowed=allowed)])
        leads = self.leads(true)
        lines = self.pressures(true)
        return replace(leads, channels={**leads.channels, **lines.channels})

    def leads(self, true: Recording) -> Recording:
        """Return the 12 leads of the next true stretch, mV."""
        events = [ElectricalEvent(at, kind) for at, kind in true.notes.get("events", ())]
        every = round(TRUE_RATE_HZ / self.params.rate_hz)
        leads = self._ecg.run(
            events,
            true.length_count / TRUE_RATE_HZ,
            st_mv=-ST_FULL_MV * _every(true, "ST", every),
            setup=self.params.setup,
        )
        return Recording(
            rate_hz=self.params.rate_hz,
            channels={
                name: Channel(name=name, unit="mv", samples=leads[:, k], measured=True)
                for k, name in enumerate(LEADS)
            },
            beats_s=true.beats_s,
            start_s=true.start_s,
            notes=true.notes,
        )

    def pressures(self, true: Recording) -> Recording:
        """Return the lines of the next true stretch, mmHg, and the true ones beside them."""
        return measured_pressures(true, self._catheters)

    def hear(self, true: Recording) -> Recording:
        """Return what the stethoscope hears during the next true stretch, 4 kHz, five sites."""
        return self._ears.hear(true)


def _tip(name: str) -> Tip:
    return WedgedTip() if name == "PCW" else ChamberTip(name)


def _every(true: Recording, name: str, every: int) -> NDArray[np.float64] | Mv:
    return true[name][::every] if name in true else 0.0
