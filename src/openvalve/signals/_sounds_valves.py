"""When each valve shuts and opens, and how it rings: first and second sound, snap and click."""

import math
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver

__all__ = ["KINDS", "SoundKind", "Strike", "ValveWatch", "ring"]

Samples = NDArray[np.float64]

SoundKind = Literal["A2", "M1", "P2", "T1", "EC", "OS", "PC", "TS", "S4", "RS4", "S3", "RS3"]
# Closing sounds of aortic, mitral, pulmonary, tricuspid valve, then their opening sounds: ejection
# click, opening snap, pulmonary click, tricuspid snap. Then what filling sounds like, left and
# right: fourth sounds, third sounds.
KINDS: Final[tuple[SoundKind, ...]] = (
    *("A2", "M1", "P2", "T1"),
    *("EC", "OS", "PC", "TS"),
    *("S4", "RS4"),
    *("S3", "RS3"),
)
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
RATE_HZ: Final = 1000.0  # of the samples that are watched
# Amplitude grows with this power of the rate of pressure change: the energy of a sound as the
# rate (unchecked default; 1 would be a linear valve). S1 in mitral stenosis is then 3 to 4 times
# the normal one.
RATE_POWER: Final = 0.5
# Rates at which each sound has its normal size, mmHg/s: of the reference heart, 70/min.
NORMAL_MMHG_S: Final = {
    "A2": 1050.0, "M1": 58.0, "P2": 180.0, "T1": 55.0,
    "EC": 1000.0, "OS": 500.0, "PC": 300.0, "TS": 100.0,
}  # fmt: skip
FILLING: Final = ("S4", "RS4", "S3", "RS3")  # as loud as what they meet exceeds the normal
# Size of each sound where it is loudest, before the chest. S1/A2 1.4 +- 0.7 in 16 normal
# subjects [NEJM 1982;307:334, abstract read]; the rest unchecked defaults.
NORMAL_RATIO: Final = {
    "A2": 1.5, "M1": 1.1, "P2": 0.6, "T1": 0.4, "EC": 0.6, "OS": 0.8, "PC": 0.6, "TS": 0.5,
    "S4": 1.0, "RS4": 0.7, "S3": 0.6, "RS3": 0.4,
}  # fmt: skip
# Modes: frequency Hz, share, decay ms. Chosen so that half of the power lies below 43 to 53 Hz
# and 90 % below 75 to 103 Hz, as in six real recordings [evidence/ecg_and_murmur.md section 4],
# S2 a little higher and shorter than S1 [Sakai 1971]. Snaps and clicks are short and high.
S1_MODES: Final = ((41.0, 0.8, 30.0), (63.0, 1.0, 26.0), (98.0, 0.9, 16.0), (160.0, 0.5, 8.0))
S2_MODES: Final = ((48.0, 0.8, 22.0), (71.0, 1.0, 18.0), (112.0, 0.9, 12.0), (170.0, 0.5, 8.0))
# 20 to 50 Hz, dull (teaching pages, read); the decays are unchecked defaults, +-50 %.
FILLING_MODES: Final = ((24.0, 0.7, 36.0), (36.0, 1.0, 32.0), (52.0, 0.4, 26.0))
SNAP_MODES: Final = ((75.0, 0.8, 10.0), (110.0, 1.0, 8.0), (160.0, 0.4, 6.0))
MODES: Final = {
    "A2": S2_MODES, "P2": S2_MODES, "M1": S1_MODES, "T1": S1_MODES,
    "EC": SNAP_MODES, "OS": SNAP_MODES, "PC": SNAP_MODES, "TS": SNAP_MODES,
    "S4": FILLING_MODES, "RS4": FILLING_MODES, "S3": FILLING_MODES, "RS3": FILLING_MODES,
}  # fmt: skip
_MODE_ROWS: Final = {kind: np.array(rows) for kind, rows in MODES.items()}
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
    tensing_ms : how long it takes up what loads it.
    rates : the greatest rate of pressure change met up to each ms, mmHg/s; of a third or
        fourth sound, by how much what makes it exceeds the normal, as a share of it.
    ticks : those ms.
    """

    kind: SoundKind
    at_ms: float
    travel_frac: float
    tensing_ms: float = TENSING_MS
    ticks: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)

    def load(self, first_ms: float, rates_mmhg_s: Samples) -> None:
        """Let the leaflets meet rates of pressure change, one a ms from ``first_ms`` on.

        Those from before the sound or after the leaflets have tensed do not count.
        """
        begin = max(math.ceil(self.at_ms - first_ms), 0)
        after = max(math.floor(self.at_ms + self.tensing_ms - first_ms) + 1, begin)
        met = rates_mmhg_s[begin:after]
        if met.size:
            last = self.rates[-1] if self.rates else 0.0
            self.ticks += (first_ms + begin + np.arange(met.size)).tolist()
            self.rates += np.maximum(np.maximum.accumulate(met), last).tolist()

    def sound(self, times_ms: Samples) -> Samples:
        """Return its samples at those times, shape (n,)."""
        met = np.interp(times_ms, self.ticks, self.rates)
        if self.kind in FILLING:
            return NORMAL_RATIO[self.kind] * met * ring(self.kind, times_ms - self.at_ms)
        grown = met / NORMAL_MMHG_S[self.kind]
        level = NORMAL_RATIO[self.kind] * self.travel_frac * grown**RATE_POWER
        return level * ring(self.kind, times_ms - self.at_ms)


def ring(kind: SoundKind, after_ms: Samples) -> Samples:
    """Return a sum of damped oscillations that begins at 0, peak near 1.

    Equation
    --------
    x = (1 - exp(-t/4 ms)) sum a_i exp(-t/tau_i) sin(2 pi f_i t)

    Source : decaying sinusoids fit A2 of dogs within 1 % [evidence/ecg_and_murmur.md, S24].
    """
    out = np.empty_like(after_ms)
    ring_modes(np.ascontiguousarray(after_ms), _MODE_ROWS[kind], out)
    return out


@driver
def ring_modes(after: Samples, modes: Samples, out: Samples) -> None:
    """Write a sum of damped oscillations; ``modes`` has rows of Hz, share, decay in ms."""
    total = modes[:, 1].sum()
    for i in range(after.shape[0]):
        t = after[i]
        x = 0.0
        if 0.0 < t < RING_MS:
            for k in range(modes.shape[0]):
                turn = math.sin(0.002 * math.pi * modes[k, 0] * t)
                x += modes[k, 1] / total * math.exp(-t / modes[k, 2]) * turn
            x *= 1.0 - math.exp(-t / ATTACK_MS)
        out[i] = x


class ValveWatch:
    """Follow one valve through consecutive samples; tell when it shuts and opens.

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
        self._kinds = (shuts, opens)
        least = LOADED_FRAC * NORMAL_MMHG_S[shuts] if shuts in INFLOW else -math.inf
        self._valve = np.array([healthy_cm2, pliable_frac, least])
        self._state = np.zeros(8)

    def run(
        self, first_ms: float, area: Samples, flow: Samples, jet: Samples, drop: Samples
    ) -> list[Strike]:
        """Return the sounds that begin in the next samples, one a ms, each with what it met there.

        Parameters
        ----------
        first_ms : time of the second column; the first is the last one of the run before.
        area, flow, jet, drop : cm2, mL/s, m/s, mmHg upstream minus downstream, shape (n + 1,).
        """
        rates = RATE_HZ * np.diff(drop)
        struck = np.empty((area.shape[0], 3))
        count = watch_valve(
            float(first_ms), area, flow, jet, drop, rates, self._valve, self._state, struck
        )
        found = []
        for opening, at, travel in struck[:count].tolist():
            kind = self._kinds[int(opening)]
            strike = Strike(kind=kind, at_ms=at, travel_frac=travel)
            self.load(strike, first_ms, rates)
            found.append(strike)
        return found

    def load(self, strike: Strike, first_ms: float, rates_mmhg_s: Samples) -> None:
        """Let a sound of this valve meet the rates at which the drop changes, one a ms."""
        strike.load(first_ms, -rates_mmhg_s if strike.kind == self._kinds[0] else rates_mmhg_s)


@driver
def watch_valve(
    first_ms: float,
    areas: Samples,
    flows: Samples,
    jets: Samples,
    drops: Samples,
    rates: Samples,
    valve: Samples,
    state: Samples,
    struck: Samples,
) -> int:
    """Follow a valve through the samples after the first; return how many sounds have begun.

    Parameters
    ----------
    first_ms : time of the second sample; they come one a ms.
    areas, flows, jets, drops : shape (n + 1,).
    rates : of change of the drop, shape (n,), mmHg/s.
    valve : healthy area, pliable fraction, least rate at which it shuts loudly.
    state : opened area, leak, area, opening, widest; stirred, snapped, floated as 0 or 1.
    struck : shape (n + 1, 3), written: 0 shut or 1 opened, time in ms, share of a full travel.
    """
    healthy, pliable, least = valve
    opened, leak, before, z0, widest = state[0], state[1], state[2], state[3], state[4]
    stirred, snapped, floated = state[5] > 0.0, state[6] > 0.0, state[7] > 0.0
    count = 0
    for i in range(rates.shape[0]):
        area, flow, drop, rate = areas[i + 1], flows[i + 1], drops[i + 1], rates[i]
        if flow > 0.0 and jets[i + 1] > 1e-6:
            opened = 0.01 * flow / jets[i + 1]
        if not stirred and drop < 0.0:
            leak = area
        span = opened - leak
        z = (area - leak) / span if span > 0.0 else 0.0
        kind, level, travel = -1, z, 0.0
        if not stirred:
            if z > STIRRED_FRAC and drop > 0.0:
                stirred, snapped, floated = True, False, False
                widest = 0.0
            elif floated and -rate > least:
                floated = False
                kind = 0
                wide = min(widest / healthy, 1.0)
                travel = FLOATED_FRAC * (pliable + (1.0 - pliable) * wide)
        else:
            # The leaflets have met, or close no further where the leak is new.
            still = 0.0 <= before - area < STILL_FRAC * opened
            if z < SHUT_FRAC or (flow < 0.0 and drop < 0.0 and still):
                stirred = False
                floated = -rate < least
                if not floated:
                    kind, level = 0, SHUT_FRAC
                    travel = pliable + (1.0 - pliable) * min(widest / healthy, 1.0)
        if stirred:
            widest = max(widest, opened)
            if not snapped and z >= OPENED_FRAC:
                snapped = True
                fused = (1.0 - opened / (MOBILE_FRAC * healthy)) * pliable
                if fused > 0.0:
                    kind, level, travel = 1, OPENED_FRAC, fused
        if kind >= 0:
            back = (level - z) / (z0 - z) if z0 != z else 0.0
            struck[count, 0] = kind
            struck[count, 1] = first_ms + i - min(max(back, 0.0), 1.0)
            struck[count, 2] = travel
            count += 1
        before, z0 = area, z
    state[0], state[1], state[2], state[3], state[4] = opened, leak, before, z0, widest
    state[5] = 1.0 if stirred else 0.0
    state[6] = 1.0 if snapped else 0.0
    state[7] = 1.0 if floated else 0.0
    return count
