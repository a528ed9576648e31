"""What one heart's ECG looks like, and how it is recorded."""

import math
from dataclasses import dataclass, fields
from typing import Final

from openvalve.errors import InputError, InputItem
from openvalve.signals._dower import ELECTRODES
from openvalve.units import Bpm, Deg, Frac, Hz, Ms, Mv, Ratio, S

__all__ = ["EcgParams", "EcgSetup"]

# Allowed by the suffix or the name of a field.
_RANGES: Final[dict[str, tuple[float, float]]] = {
    "frac": (0.0, 1.0),
    "ratio": (0.0, 3.0),
    "ms": (40.0, 600.0),
    "mv": (0.0, 20.0),
    "hz": (2.0, 100.0),
    "bpm": (20.0, 400.0),
    "deg": (-180.0, 180.0),
    "s": (1.0, 3600.0),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class EcgParams:
    """The ECG of one heart.

    Attributes
    ----------
    rate_bpm : ventricular rate before the first sample, to which QT had adapted.
    la_enlargement_frac, lvh_frac, strain_frac, rvh_frac : none 0, full picture 1. P mitrale; left
        ventricular hypertrophy, its strain (ST down, T inverted laterally); right ventricular.
    axis_deg : turn of the ventricular dipole in Frank's frontal plane, positive to the right; the
        axis read from I and aVF turns with it, unevenly, as Dower's matrix weighs Y twice X there.
    gain_ratio, p_ratio, t_ratio : size of everything, of P, of T, against a normal one.
    p_ms, qrs_ms, qtc_ms : durations of a normal P and QRS, QT at 60/min. QTc 350 to 450 (men),
        460 (women), QRS 70 to 110 [evidence/ecg_and_murmur.md; unchecked default].
    lbbb_ms : strict LBBB is at least 140 ms (men), 130 (women) [evidence/ecg_and_murmur.md].
    rbbb_ms, lafb_ms, ectopic_ms, escape_ms : at least 120, below 120, 120 to 200 [unchecked].
    paced_ms : 149 +/- 15 [Gupta 2018], 156 +/- 16 [Ogano], 160 +/- 15 [Kawakami 2013] from the
        apex of the right ventricle (abstracts read); 140 to 200.
    f_mv, f_hz : peak to peak in V1 and frequency of fibrillating atria; 0.06 to 0.35 mV, 4.6 to
        8.0 Hz in 20 patients [PMID 15333085, abstract read]; V1 6.0 +/- 1.1 Hz [EPFL 130862].
    flutter_mv, flutter_bpm : peak to peak in II and rate; 240 to 340 [unchecked default].
    vf_mv, vf_hz, vf_decay_s : peak to peak at onset, dominant frequency, time to 1/e of it;
        4 to 7 Hz [evidence/ecg_and_murmur.md]; 33 % left after 600 s at low flow in rabbits,
        57 % steady when perfused [PMID 22654763, abstract read].
    spike_mv : height of a stimulus; unipolar and over a wire 1 to 20, bipolar below 1 [unchecked].
    injury_x_ratio, injury_y_ratio, injury_z_ratio : Frank direction of the ST vector, any length.
    breathing_turn_deg, breathing_fall_frac : turn of the axis to the right and loss of amplitude
        with a full breath in; 5 to 15 degrees, 0.03 to 0.15 [unchecked default].
    """

    rate_bpm: Bpm = 70.0
    la_enlargement_frac: Frac = 0.0
    lvh_frac: Frac = 0.0
    strain_frac: Frac = 0.0
    rvh_frac: Frac = 0.0
    axis_deg: Deg = 0.0
    gain_ratio: Ratio = 1.0
    p_ratio: Ratio = 1.0
    t_ratio: Ratio = 1.0
    p_ms: Ms = 106.0
    qrs_ms: Ms = 92.0
    qtc_ms: Ms = 410.0
    lbbb_ms: Ms = 152.0
    rbbb_ms: Ms = 138.0
    lafb_ms: Ms = 106.0
    ectopic_ms: Ms = 160.0
    paced_ms: Ms = 164.0
    escape_ms: Ms = 150.0
    f_mv: Mv = 0.16
    f_hz: Hz = 6.2
    flutter_mv: Mv = 0.25
    flutter_bpm: Bpm = 300.0
    vf_mv: Mv = 1.4
    vf_hz: Hz = 5.4
    vf_decay_s: S = 400.0
    spike_mv: Mv = 2.0
    injury_x_ratio: Ratio = 0.72
    injury_y_ratio: Ratio = 0.45
    injury_z_ratio: Ratio = -0.25
    breathing_turn_deg: Deg = 6.0
    breathing_fall_frac: Frac = 0.06

    def __post_init__(self) -> None:
        """Refuse what no heart shows."""
        items = _outside(self, {"injury_x_ratio", "injury_y_ratio", "injury_z_ratio"})
        direction = (self.injury_x_ratio, self.injury_y_ratio, self.injury_z_ratio)
        if not 0.0 < math.hypot(*direction) < math.inf:
            items.append(InputItem(key="injury", got=str(direction), allowed="a direction"))
        if items:
            raise InputError(items)


@dataclass(frozen=True, kw_only=True, slots=True)
class EcgSetup:
    """Electrodes, amplifier and what disturbs them; the default is a clean recording.

    Attributes
    ----------
    off : electrodes without contact, of ``ELECTRODES`` or the ground ``RL``.
    swapped : pairs of electrodes whose cables are exchanged, ``(("RA", "LA"),)``.
    contact_mv, muscle_mv, diathermy_mv : root mean square of white noise of the contacts, of
        muscle (20 to 120 Hz), of diathermy, at each electrode.
    wander_mv, breathing_mv : slow drift (root mean square) and shift with a full breath in.
    mains_mv, mains_hz : pick-up at each electrode (mean peak) and its frequency, 50 or 60.
    shock_mv, shock_s : offset that a shock leaves at an electrode and its time to 1/e.
    range_mv : where a channel of the amplifier saturates; at least 5 [unchecked default].
    """

    off: tuple[str, ...] = ()
    swapped: tuple[tuple[str, str], ...] = ()
    contact_mv: Mv = 0.0
    muscle_mv: Mv = 0.0
    diathermy_mv: Mv = 0.0
    wander_mv: Mv = 0.0
    breathing_mv: Mv = 0.0
    mains_mv: Mv = 0.0
    mains_hz: Hz = 50.0
    shock_mv: Mv = 300.0
    shock_s: S = 0.35
    range_mv: Mv = 10.0

    def __post_init__(self) -> None:
        """Refuse electrodes that do not exist and negative noise."""
        items = _outside(self, {"shock_mv", "shock_s", "range_mv"})
        if not (0.0 <= self.shock_mv <= 1000.0 and 0.05 <= self.shock_s <= 5.0):
            got = f"{self.shock_mv:g} mV, {self.shock_s:g} s"
            items.append(InputItem(key="shock", got=got, allowed="0 to 1000 mV, 0.05 to 5 s"))
        if not 1.0 <= self.range_mv <= 500.0:
            got = f"{self.range_mv:g} mV"
            items.append(InputItem(key="range_mv", got=got, allowed="1 to 500 mV"))
        pairs = [name for pair in self.swapped for name in pair]
        known = (*ELECTRODES, "RL")
        unknown = [n for n in self.off if n not in known]
        unknown += [n for n in pairs if n not in ELECTRODES]
        for name in unknown:
            items.append(InputItem(key="electrode", got=repr(name), allowed=", ".join(known)))
        if len(set(pairs)) < len(pairs):
            items.append(InputItem(key="swapped", got=str(pairs), allowed="each electrode once"))
        if items:
            raise InputError(items)


def _outside(data: EcgParams | EcgSetup, skip: set[str]) -> list[InputItem]:
    items = []
    for field in fields(data):
        value = getattr(data, field.name)
        suffix = field.name.rsplit("_", 1)[-1]
        if suffix not in _RANGES or field.name in skip:
            continue
        low, high = _RANGES[suffix]
        if not low <= value <= high:
            allowed = f"{low:g} to {high:g} {suffix}"
            items.append(InputItem(key=field.name, got=f"{value:g} {suffix}", allowed=allowed))
    return items
