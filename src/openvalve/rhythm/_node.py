"""The atrioventricular node: how long it delays an impulse, and which it does not let through.

Equation
--------
AH = n (AH0 + K exp(-t / (n tau))), t the time since the node was last left, to either side;
t < n t0 (1 + c) is blocked. n stretches all of it: autonomic tone, drugs, damage, fatigue.

With the time since the last ventricular beat this is the form of [Seidel and Herzel 1998], 0.09 s,
0.78 s and 0.11 s in a published code of it; here all three are taken 0.85 times, so that the
numbers are those of 20 healthy people [Alboni 1985, Eur Heart J 6:602]: AH 83 (55 to 110) ms, HV
40 (35 to 45) ms, first Wenckebach period at 177 (150 to 200) /min, effective refractory period
269 (230 to 310) ms, functional 395 (330 to 450) ms.

- **Concealed conduction**: a blocked wave prolongs refractoriness the more the later it comes,
  c <- c + 0.22 (t / (n t0))^4, as in the model of Lian, Muessig and Lang (IEEE TBME 2006, power 10
  [mem]); what passes puts c back to zero.
- **Fibrillation**: broken waves differ in strength, and a weak one needs a node that has recovered
  longer: c + 2 w, w drawn for every wave. So the chance to pass rises with the time since the last
  beat, as in the model fitted to RR intervals of patients (Corino 2011, PMID 21878405: from a least
  refractory period on, over 0.23 s at rest, 0.11 s tilted). The tone of a node in fibrillation at
  rest is the one that gives the rate that is asked for; at that of 70 /min it gives 101 /min.
- **Fatigue**: n grows by up to 0.06 over half a minute of fast driving. In rabbits conduction grew
  by 12.5, 9 and 5.4 ms after 100, 75 and 50 % of the shortening of the interval that is followed,
  half of it within 17 s, 90 % within 93 s, and went back alike (Billette, Metayer and St-Vincent
  1988); 0.06 of human times is half of that share of a rabbit's, an unchecked default.
- **Backwards**: an impulse from a ventricle finds the same node, all times stretched by the
  patient's ratio; see ``Ways``. Where two meet, both end. There is one way through the node: no
  impulse turns round in it.
"""

from openvalve._kernels import leaf
from openvalve.rhythm._curves import DURATION_POWER, REFERENCE_INTERVAL_S
from openvalve.rhythm._draws import draw
from openvalve.rhythm._marks import LONG_S
from openvalve.rhythm._source_state import CODES, Node, RhythmInput

__all__ = [
    "ATRIUM_TO_NODE_S",
    "HIS_TO_VENTRICLE_S",
    "autonomic",
    "climb",
    "decay",
    "enter_node",
    "fibrillation_stretch",
    "moved",
    "node_delay",
    "node_factor",
    "slowness",
]

FIBRILLATION = CODES["atrial_fibrillation"]
ATRIUM_TO_NODE_S = 0.040  # sinus node to the septum, PA interval, 25 to 55 ms [K]
HIS_TO_VENTRICLE_S = 0.040
VENTRICLE_TO_NODE_S = 0.050  # from a ventricle's wall up to the node, 40 to 70 ms [K]
NODE_TO_ATRIA_S = 0.030  # until the P wave; with the node VA 0.15 to 0.25 s at rest [K]
INVADED_S = 0.120  # how late the node is met from below that lets nothing through
LEAST_DELAY_S = 0.85 * 0.09
MORE_DELAY_S = 0.85 * 0.78
INV_RECOVERY_S = 1.0 / (0.85 * 0.11)
REFRACTORY_S = 0.18  # after the exit; 269 ms after the last entry less its delay
BLOCK_FRAC = 0.5  # from here on nothing passes; below, all times go with 1/(1 - 2 block)
TONE_BPM = (30.0, 200.0)  # autonomic tone speeds the node with the sinus node, in this range
CONCEALED_FRAC = 0.22  # of refractoriness, added by the latest wave that is blocked; 0.1 to 0.5
CONCEALED_MOST_FRAC = 1.0
WEAK_FRAC = 2.0  # of refractoriness that the weakest wave of fibrillation needs more; 1.5 to 3
FATIGUE_FRAC = 0.06  # 0.02 to 0.2; default, see above
INV_FATIGUE_S = 1.0 / 35.0  # 25 (from its half) to 40 s (from its 90 %)
INV_FASTEST_FRAC = 1.0 / (1.0 - 0.34 / REFERENCE_INTERVAL_S)  # the fastest rate that is followed
# Mean interval of fibrillation = FIBRILLATION_LEAST_S + n FIBRILLATION_MORE_S, fitted to the node
# above under the waves of ``_atria`` (tests/unit/rhythm/test_rhythm_fibrillation.py holds it).
FIBRILLATION_LEAST_S = 0.055
FIBRILLATION_MORE_S = 0.512
STRETCH_LIMITS = (0.2, 6.0)
FAR_S = 100.0
HIS_STREAM = 8.0


@leaf
def decay(x: float) -> float:
    """Return exp(-x) for x of 0 or more, to 1 % below 4: the second-order form, 32 times."""
    y = min(max(x, 0.0), 24.0) * (1.0 / 32.0)
    t = 1.0 - y + 0.5 * y * y
    t = t * t
    t = t * t
    t = t * t
    t = t * t
    return t * t


@leaf
def node_factor(slowness: float, block_frac: float) -> float:
    """Return what stretches the times of the node; a block of 0.5 is complete.

    A fifth of block makes the PR interval longer than 200 ms (first degree), a third gives
    Wenckebach periods at rest, more conducts every second or third beat.
    """
    return slowness / max(1.0 - block_frac * (1.0 / BLOCK_FRAC), 0.01)


@leaf
def node_delay(since_s: float, factor: float, block_frac: float, more_frac: float) -> float:
    """Return the delay of an impulse that comes ``since_s`` after the last; LONG_S: it is blocked.

    Parameters
    ----------
    since_s : since the node was last left; negative while an impulse is on its way.
    factor : of ``node_factor``.
    block_frac : 0 to 1, 0.5 is complete.
    more_frac : of refractoriness, added to it.
    """
    delay = factor * (LEAST_DELAY_S + MORE_DELAY_S * decay(since_s * INV_RECOVERY_S / factor))
    ready = since_s > REFRACTORY_S * factor * (1.0 + more_frac)
    return delay if block_frac < BLOCK_FRAC and ready else LONG_S


@leaf
def autonomic(rate_bpm: float) -> float:
    """Return how the node's times go with the sinus rate, by the nerves that serve both."""
    interval = 60.0 / min(max(rate_bpm, TONE_BPM[0]), TONE_BPM[1])
    factor: float = (interval / REFERENCE_INTERVAL_S) ** DURATION_POWER
    return factor


@leaf
def tiring(interval_s: float) -> float:
    """Return the fatigue that a steady rate leads to: 0 from 70 /min down, 1 at 177 /min."""
    return min(max(1.0 - interval_s * (1.0 / REFERENCE_INTERVAL_S), 0.0) * INV_FASTEST_FRAC, 1.0)


@leaf
def fibrillation_stretch(rate_bpm: float) -> float:
    """Return n of a node that lets fibrillation through at a mean rate, its fatigue taken off."""
    interval = 60.0 / max(rate_bpm, 1.0)
    whole = (interval - FIBRILLATION_LEAST_S) * (1.0 / FIBRILLATION_MORE_S)
    stretch = whole / (1.0 + FATIGUE_FRAC * tiring(interval))
    return min(max(stretch, STRETCH_LIMITS[0]), STRETCH_LIMITS[1])


@leaf
def slowness(n: Node, r: RhythmInput, regime: float) -> float:
    """Return what stretches the times of this patient's node now."""
    tone = autonomic(r.rate_bpm)
    if regime == FIBRILLATION:
        tone = tone / autonomic(r.resting_bpm) * fibrillation_stretch(r.resting_bpm)
    tired = 1.0 + FATIGUE_FRAC * n.fatigue
    return node_factor(tone * tired * r.av_delay_factor, r.av_block_frac)


@leaf
def moved(n: Node, by_s: float) -> Node:
    """Return the node as it stands ``by_s`` later, or earlier where negative."""
    return Node(
        min(n.since + by_s, LONG_S),
        n.arriving - by_s if n.arriving < FAR_S else LONG_S,
        n.rising - by_s if n.rising < FAR_S else LONG_S,
        n.concealed,
        n.fatigue,
    )


@leaf
def concealing(n: Node, since_s: float, factor: float) -> float:
    """Return by how much blocked waves prolong refractoriness after one more, ``since_s`` late."""
    x = min(max(since_s, 0.0) / (REFRACTORY_S * factor), 1.0)
    return min(n.concealed + CONCEALED_FRAC * x * x * x * x, CONCEALED_MOST_FRAC)


@leaf
def fatigued(n: Node, interval_s: float) -> float:
    """Return the fatigue of a node that is left ``interval_s`` after the last time."""
    weight = min(interval_s * INV_FATIGUE_S, 1.0)
    return n.fatigue + weight * (tiring(interval_s) - n.fatigue)


@leaf
def enter_node(
    n: Node, r: RhythmInput, regime: float, onset_s: float, weakness: float, windows: float
) -> Node:
    """Return the node after an atrial wave, all times from the same instant.

    Parameters
    ----------
    n : the node at that instant.
    onset_s : of the wave in the atria, from then on.
    weakness : of the wave, 0 to 1.
    """
    tone = autonomic(r.rate_bpm)
    factor = slowness(n, r, regime)
    entry = onset_s + ATRIUM_TO_NODE_S * tone
    since = n.since + entry
    delay = node_delay(since, factor, r.av_block_frac, n.concealed + WEAK_FRAC * weakness)
    passes = delay < LONG_S
    left = entry + delay
    held = r.his_block_frac > 0.0 and draw(r.seed, HIS_STREAM, windows) < r.his_block_frac
    arrives = left + HIS_TO_VENTRICLE_S * tone if passes and not held else LONG_S
    return Node(
        -left if passes else n.since,
        min(n.arriving, arrives),
        n.rising,
        0.0 if passes else concealing(n, since, factor),
        fatigued(n, since + delay) if passes else n.fatigue,
    )


@leaf
def climb(n: Node, r: RhythmInput, regime: float, onset_s: float, junction: bool) -> Node:
    """Return the node after a wave from below, all times from the same instant.

    A node that is ready lets it through to the atria; one that is refractory, or on whose way an
    impulse comes down, does not. What was on its way down ends.

    Parameters
    ----------
    n : the node at that instant.
    onset_s : of the QRS, from then on.
    junction : the beat began below the node, not in a ventricle.
    """
    ratio = r.ways.retrograde
    factor = slowness(n, r, regime) * max(ratio, 0.1)
    entry = onset_s - HIS_TO_VENTRICLE_S if junction else onset_s + VENTRICLE_TO_NODE_S
    since = n.since + entry
    delay = node_delay(since, factor, r.av_block_frac, n.concealed)
    passes = ratio > 0.0 and delay < LONG_S
    left = entry + delay
    # A wave that is itself on its way up, or has just left, keeps this one out as any refractory
    # node does; an impulse on its way down is met, as is the node that conducts nothing upwards.
    kept = ratio > 0.0 and (since > 0.0 or n.rising < LONG_S)
    invaded = onset_s if junction else onset_s + INVADED_S
    blocked = n.since if kept else -invaded
    return Node(
        -left if passes else blocked,
        LONG_S,
        left + NODE_TO_ATRIA_S if passes else n.rising,
        concealing(n, since, factor) if kept and not passes else 0.0,
        fatigued(n, since + delay) if passes else n.fatigue,
    )
