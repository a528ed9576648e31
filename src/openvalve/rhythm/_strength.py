"""How long and how strongly chambers contract: by origin, interval, filling, what came before."""

import math
from typing import NamedTuple

from openvalve._kernels import leaf
from openvalve.rhythm._curves import DURATION_POWER, REFERENCE_INTERVAL_S, Beat, Beats, started
from openvalve.rhythm._marks import ATRIAL_MECHANICAL_S, VENTRICULAR_MECHANICAL_S

__all__ = [
    "ECTOPIC_STRENGTH_FRAC",
    "PACED_STRENGTH_FRAC",
    "Filling",
    "Fired",
    "about_to_contract",
    "beats_after",
    "contraction_strength",
    "duration_after",
    "filled",
]

# A beat that starts at the apex of the right ventricle contracts less: the pacing target of
# circulation_targets section 5 asks for 30 to 40 % less contractility [M]; 0.6 to 0.9.
PACED_STRENGTH_FRAC = 0.60
ECTOPIC_STRENGTH_FRAC = 0.75  # a beat from one ventricle's muscle; 0.6 to 0.9, unchecked default
# Mechanical restitution: a beat d after the last one has r(d)/r(mean interval) of the strength of
# a steady one, r = (d - dead)/(d - dead + restitution); what an early beat does not use of its
# calcium strengthens the next [Yue 1985, K].
RESTITUTION_S = 0.12  # 0.1 to 0.2
RESTITUTION_DEAD_S = 0.16
POTENTIATION_FRAC = 0.5  # of what an early beat lacks, in the next; 0.3 to 0.8
MEMORY_FRAC = 0.15  # weight of the last interval in the memory of the mean one
LONGEST_S = 3.0
# The right ventricle contracts longer the fuller it is: by the fourth root of its volume over its
# usual one. In inspiration it holds 18 +- 8 % more (8 healthy people, real-time CMR, irua 137827)
# and P2 comes later: by 13 of some 360 ms in 68 children (scilit 42f2ffec), 33 of some 410 ms in
# normal subjects (Circulation 1962;25:328): powers of 0.22 and 0.47, lengths [K]; less so with age
# (The Q-II interval). In dogs its isovolumic beats peak later the fuller it is (Schmidt 1976). All
# abstracts read; 0.2 to 0.5. None for the left ventricle: tilted upright, 10 healthy people filled
# it with 82 instead of 115 mL and ejected for 0.27 instead of 0.31 s (power 0.41, abstract read),
# here 0.44 without, since it opens its valve later; its whole systole hardly changes (Stafford,
# systolic time intervals in 15 normal subjects, abstract read).
SHORTEST_FILLED, LONGEST_FILLED = 0.8, 1.25  # at 0.4 and 2.4 times the usual volume
# Weight of a beat in what is usual, 1/20 to 1/8 [K]: a breath is some five beats and must not pass
# for usual, a new rate must soon, as DURATION_POWER is of steady rates, with the filling they have.
FILLING_MEMORY_FRAC = 0.1


class _Strength(NamedTuple):
    scale: float
    strength: float
    interval: float
    potentiation: float


class Filling(NamedTuple):
    """What the right ventricle holds, mL.

    ``usual_rv_ml`` a window before it contracts, over the last beats (0 before the first);
    ``rv_ml`` and ``gain_ml_s`` what it held and gained when the last window began.
    """

    usual_rv_ml: float
    rv_ml: float
    gain_ml_s: float


class _Filled(NamedTuple):
    rv: Beat
    filling: Filling


class Fired(NamedTuple):
    """What fires in a window, s from its start (LONG_S: nothing), and how it will contract.

    ``scale`` is the length of a contraction relative to 70/min; ``right_delay`` and ``left_delay``
    say how much later than usual a ventricle contracts.
    """

    atria: float
    atrial_scale: float
    atrial_strength: float
    ventricles: float
    scale: float
    strength: float
    right_delay: float
    left_delay: float


@leaf
def duration_after(since_s: float) -> float:
    """Return the length of a contraction that follows ``since_s`` after the last, of 70/min."""
    d = min(max(since_s, RESTITUTION_DEAD_S + 0.01), LONGEST_S)
    scale: float = (d / REFERENCE_INTERVAL_S) ** DURATION_POWER
    return scale


@leaf
def contraction_strength(
    since_s: float, interval_s: float, potentiation: float, origin: float
) -> _Strength:
    """Return how long and how strongly a ventricle contracts, and what it remembers.

    ``since_s`` is the interval before this beat, ``interval_s`` the mean of those before. A steady
    rhythm gives the strength of its origin exactly.
    """
    d = min(max(since_s, RESTITUTION_DEAD_S + 0.01), LONGEST_S)
    usual = max(interval_s, RESTITUTION_DEAD_S + 0.01)
    ready = (d - RESTITUTION_DEAD_S) / (d - RESTITUTION_DEAD_S + RESTITUTION_S)
    steady = (usual - RESTITUTION_DEAD_S) / (usual - RESTITUTION_DEAD_S + RESTITUTION_S)
    share = min(max(ready / steady, 0.0), 1.15) + potentiation
    kept = POTENTIATION_FRAC * max(1.0 - ready / steady, 0.0) + 0.3 * potentiation
    return _Strength(
        (d / REFERENCE_INTERVAL_S) ** DURATION_POWER,
        origin * min(share, 1.6),
        usual + MEMORY_FRAC * (d - usual),
        kept,
    )


@leaf
def beats_after(b: Beats, f: Fired, window_s: float) -> Beats:
    """Return the contractions with those that follow what fires in this window."""
    ra, la, rv, lv = b.ra, b.la, b.rv, b.lv
    if f.atria < window_s:
        age = -f.atria - ATRIAL_MECHANICAL_S
        ra = started(ra, age, f.atrial_scale, f.atrial_strength)
        la = started(la, age, f.atrial_scale, f.atrial_strength)
    if f.ventricles < window_s:
        age = -f.ventricles - VENTRICULAR_MECHANICAL_S
        rv = started(rv, age - f.right_delay, f.scale, f.strength)
        lv = started(lv, age - f.left_delay, f.scale, f.strength)
    return Beats(ra, la, rv, lv)


@leaf
def about_to_contract(b: Beat, window_s: float) -> bool:
    """Return whether a contraction begins in the window that starts; true once for each.

    As VENTRICULAR_MECHANICAL_S is longer than a window, it fired in an earlier one.
    """
    return -window_s <= b.age < 0.0


@leaf
def filled(rv: Beat, f: Filling, volume_ml: float, gain_ml_s: float, window_s: float) -> _Filled:
    """Return the coming contraction at the length that the filling asks for, and what is usual.

    Nothing has been activated yet, so the new length acts on the whole contraction; and the filling
    is that of a window before it, on the cubic between what the ventricle held and gained at the
    last border and at this one, so the length does not jump with the place of the beat in its
    window.
    """
    w = -rv.age / window_s
    u = 1.0 - w
    volume = u * u * ((1.0 + 2.0 * w) * f.rv_ml + w * window_s * f.gain_ml_s) + w * w * (
        (1.0 + 2.0 * u) * volume_ml - u * window_s * gain_ml_s
    )
    usual = f.usual_rv_ml if f.usual_rv_ml > 0.0 else volume
    ratio = max(volume, 0.0) / usual if usual > 0.0 else 1.0
    scale = min(max(math.sqrt(math.sqrt(ratio)), SHORTEST_FILLED), LONGEST_FILLED)
    return _Filled(
        Beat(
            rv.age,
            rv.inv_scale / scale,
            rv.strength,
            rv.age_before,
            rv.inv_scale_before,
            rv.strength_before,
        ),
        Filling(usual + FILLING_MEMORY_FRAC * (volume - usual), volume_ml, gain_ml_s),
    )
