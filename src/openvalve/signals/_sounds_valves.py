"""When each valve shuts and opens, and how it rings: first and second sound, snap and click."""

import math
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["KINDS", "SoundKind", "Strike", "ValveWatch", "ring"]

Samples = NDArray[np.float64]

SoundKind = Literal["A2", "M1", "P2", "T1", "EC", "OS", "PC", "TS"]
# Closing sounds of aortic, mitral, pulmonary, tricuspid valve, then their opening sounds: ejection
# click, opening snap, pulmonary click, tricuspid snap.
KINDS: Final[tuple[SoundKind, ...]] = ("A2", "M1", "P2", "T1", "EC", "OS", "PC", "TS")
INFLOW: Final = ("M1", "T1")

SHUT_FRAC: Final = 0.05  # of the opened area above the leak: the leaflets meet
STIRRED_FRAC: Final = 0.15  # opens far enough to shut again
OPENED_FRAC: Final = 0.5  # half way, within some ms of the full opening that halts the leaflets
STILL_FRAC: Final = 1e-3  # of the opened area a sample: a leaking valve that closes no further
# A valve that has floated shut is loaded later without travel: soft, as S1 is with a long PR
# interval [Wexler 1982: the less apart the leaflets, the softer]. Unchecked defaults, 0.2 to 0.6.
FLOATED_FRAC: Final = 0.4
# Share of the normal rate below which an inflow valve floats shut unheard, as after early filling.
LOADED_FRAC: Final = 0.3
MOBILE_FRAC: Final = 0.85  # of the healthy area: a valve that opens so far makes no snap or click
# The load that the leaflets meet while they tense; the first sound begins 25 ms after the crossing
# of the pressures [Wexler 1982, abstract read], the hangout is 8 to 20 ms [Anastassiades].
TENSING_MS: Final = 25.0
# Amplitude grows with this power of the rate of pressure change: the energy of a sound as the
# rate (unchecked default; 1 would be a linear valve). S1 in mitral stenosis is then 3 to 4 times
# the normal one.
RATE_POWER: Final = 0.5
# Rates at which each sound has its normal size, mmHg/s: of the reference heart, 70/min.
NORMAL_MMHG_S: Final = {
    "A2": 730.0, "M1": 110.0, "P2": 205.0, "T1": 150.0,
    "EC": 1000.0, "OS": 500.0, "PC": 300.0, "TS": 100.0,
}  # fmt: skip
# Size of each sound where it is loudest, before the chest. S1/A2 1.4 +- 0.7 in 16 normal
# subjects [NEJM 1982;307:334, abstract read]; the rest unchecked defaults.
NORMAL_RATIO: Final = {
    "A2": 1.5, "M1": 1.1, "P2": 0.6, "T1": 0.4, "EC": 0.6, "OS": 0.8, "PC": 0.6, "TS": 0.5,
}  # fmt: skip
# Modes: frequency Hz, share, decay ms. Chosen so that half of the power lies below 43 to 53 Hz
# and 90 % below 75 to 103 Hz, as in six real recordings [evidence/ecg_and_murmur.md section 4],
# S2 a little higher and shorter than S1 [Sakai 1971]. Snaps and clicks are short and high.
S1_MODES: Final = ((41.0, 0.8, 30.0), (63.0, 1.0, 26.0), (98.0, 0.9, 16.0), (160.0, 0.5, 8.0))
S2_MODES: Final = ((48.0, 0.8, 22.0), (71.0, 1.0, 18.0), (112.0, 0.9, 12.0), (170.0, 0.5, 8.0))
SNAP_MODES: Final = ((75.0, 0.8, 10.0), (110.0, 1.0, 8.0), (160.0, 0.4, 6.0))
MODES: Final = {
    "A2": S2_MODES, "P2": S2_MODES, "M1": S1_MODES, "T1": S1_MODES,
    "EC": SNAP_MODES, "OS": SNAP_MODES, "PC": SNAP_MODES, "TS": SNAP_MODES,
}  # fmt: skip
ATTACK_MS: Final = 4.0
RING_MS: Final = 250.0  # after which every mode is below a thousandth


@dataclass(kw_only=True, slots=True)
class Strike:
    """One sound that rings: when it began and the load it has met so far.

    Attributes
    ----------
    kind : which sound.
    at_ms : on the clock of the stream.
    travel_frac : how far the leaflets moved, 1 for those of a healthy valve.
    rates : the greatest rate of pressure change met up to each ms, mmHg/s.
    ticks : those ms.
    """

    kind: SoundKind
    at_ms: float
    travel_frac: float
    ticks: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)

    def load(self, tick_ms: float, rate_mmhg_s: float) -> None:
        """Let the leaflets meet a rate of pressure change, while they tense."""
        if tick_ms <= self.at_ms + TENSING_MS:
            last = self.rates[-1] if self.rates else 0.0
            self.ticks.append(tick_ms)
            self.rates.append(max(last, rate_mmhg_s))

    def sound(self, times_ms: Samples) -> Samples:
        """Return its samples at those times, shape (n,)."""
        normal = NORMAL_MMHG_S[self.kind]
        grown = np.interp(times_ms, self.ticks, self.rates) / normal
        level = NORMAL_RATIO[self.kind] * self.travel_frac * grown**RATE_POWER
        return level * ring(self.kind, times_ms - self.at_ms)


def ring(kind: SoundKind, after_ms: Samples) -> Samples:
    """Return a sum of damped oscillations that begins at 0, peak near 1.

    Equation
    --------
    x = (1 - exp(-t/4 ms)) sum a_i exp(-t/tau_i) sin(2 pi f_i t)

    Source : decaying sinusoids fit A2 of dogs within 1 % [evidence/ecg_and_murmur.md, S24].
    """
    t = np.clip(after_ms, 0.0, RING_MS)
    x = np.zeros_like(t)
    total = sum(share for _, share, _ in MODES[kind])
    for hertz, share, decay_ms in MODES[kind]:
        x += share / total * np.exp(-t / decay_ms) * np.sin(0.002 * math.pi * hertz * t)
    inside = (after_ms > 0.0) & (after_ms < RING_MS)
    return np.where(inside, (1.0 - np.exp(-t / ATTACK_MS)) * x, 0.0)


class ValveWatch:
    """Follow one valve from sample to sample; tell when it shuts and opens.

    The opening is read from area and jet alone: a forward jet fills the opened orifice, so
    flow/jet is the area of the leaflets fully open now.

    Parameters
    ----------
    shuts, opens : the sounds of both.
    healthy_cm2 : opened area of a healthy valve of this body.
    pliable_frac : 1, leaflets that travel fully even where their edges are fused; 0, rigid ones
        that travel only as far as the orifice opens.
    """

    def __init__(
        self, shuts: SoundKind, opens: SoundKind, healthy_cm2: float, pliable_frac: float
    ) -> None:
        self._shuts, self._opens = shuts, opens
        self._healthy, self._pliable = healthy_cm2, pliable_frac
        self._least = LOADED_FRAC * NORMAL_MMHG_S[shuts] if shuts in INFLOW else -math.inf
        self._stirred = self._snapped = self._floated = False
        self._leak = self._opened = self._widest = 0.0
        self._area = self._z = 0.0

    def step(
        self, tick_ms: float, area: float, flow: float, jet: float, drop: float, rate: float
    ) -> Strike | None:
        """Take the state at a tick; return the sound that began since the last one, if any.

        Parameters
        ----------
        area, flow, jet, drop : cm2, mL/s, m/s, mmHg upstream minus downstream.
        rate : of change of the drop, mmHg/s.
        """
        if flow > 0.0 and jet > 1e-6:
            self._opened = 0.01 * flow / jet
        if not self._stirred and drop < 0.0:
            self._leak = area
        span = self._opened - self._leak
        z = (area - self._leak) / span if span > 0.0 else 0.0
        strike = None
        if not self._stirred:
            if z > STIRRED_FRAC and drop > 0.0:
                self._stirred, self._snapped, self._floated = True, False, False
                self._widest = 0.0
            elif self._floated and -rate > self._least:
                self._floated = False
                travel = FLOATED_FRAC * self._travel()
                strike = Strike(kind=self._shuts, at_ms=tick_ms, travel_frac=travel)
        elif self._meets(z, area, flow, drop):
            self._stirred = False
            self._floated = -rate < self._least
            if not self._floated:
                strike = self._strike(self._shuts, tick_ms, z, SHUT_FRAC, self._travel())
        if self._stirred:
            self._widest = max(self._widest, self._opened)
            if not self._snapped and z >= OPENED_FRAC:
                self._snapped = True
                narrow = 1.0 - self._opened / (MOBILE_FRAC * self._healthy)
                if narrow * self._pliable > 0.0:
                    fused = narrow * self._pliable
                    strike = self._strike(self._opens, tick_ms, z, OPENED_FRAC, fused)
        self._area, self._z = area, z
        return strike

    def _meets(self, z: float, area: float, flow: float, drop: float) -> bool:
        """Return whether the leaflets have met, or close no further where the leak is new."""
        still = 0.0 <= self._area - area < STILL_FRAC * self._opened
        return z < SHUT_FRAC or (flow < 0.0 and drop < 0.0 and still)

    def _travel(self) -> float:
        wide = min(self._widest / self._healthy, 1.0)
        return self._pliable + (1.0 - self._pliable) * wide

    def _strike(
        self, kind: SoundKind, tick_ms: float, z: float, level: float, travel: float
    ) -> Strike:
        moved = self._z - z
        back = (level - z) / moved if moved else 0.0
        return Strike(kind=kind, at_ms=tick_ms - min(max(back, 0.0), 1.0), travel_frac=travel)
