"""How long and how strongly chambers contract, by origin, interval and what came before."""

from typing import NamedTuple

from openvalve._kernels import leaf
from openvalve.rhythm._curves import DURATION_POWER, REFERENCE_INTERVAL_S, Beats, started
from openvalve.rhythm._marks import ATRIAL_MECHANICAL_S, VENTRICULAR_MECHANICAL_S

__all__ = [
    "ECTOPIC_STRENGTH_FRAC",
    "PACED_STRENGTH_FRAC",
    "Fired",
    "beats_after",
    "contraction_strength",
    "duration_after",
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


class _Strength(NamedTuple):
    scale: float
    strength: float
    interval: float
    potentiation: float


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
