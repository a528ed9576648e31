"""A plain source of beats inside the loop: sinus, fibrillation, ventricular pacing, or none.

Steps once a window. Whatever it fires enters the loop by the same door as activations from
outside: chamber, onset, kind (docs/physics.md, "rhythm interface").
"""

from typing import NamedTuple

from openvalve._kernels import leaf
from openvalve.rhythm._curves import DURATION_POWER, REFERENCE_INTERVAL_S, Beats, started
from openvalve.rhythm._marks import (
    ATRIAL_KINDS,
    ATRIAL_MECHANICAL_S,
    LONG_S,
    VENTRICULAR_KINDS,
    VENTRICULAR_MECHANICAL_S,
    Marks,
)

__all__ = [
    "CODES",
    "PACED_STRENGTH_FRAC",
    "Fired",
    "RhythmInput",
    "SourceState",
    "beats_after",
    "contraction_strength",
    "initial_source",
    "outside_step",
    "source_step",
    "uniform",
]

CODES = {"sinus": 0.0, "atrial_fibrillation": 1.0, "none": 2.0}

# A beat that starts at the apex of the right ventricle contracts less: the pacing target of
# circulation_targets section 5 asks for 30 to 40 % less contractility [M]; 0.6 to 0.9.
PACED_STRENGTH_FRAC = 0.60
CONDUCTION_S = 0.155  # atrial before ventricular contraction at 70/min; PR 120-200 ms [K]
ATRIAL_REFRACTORY_S = 0.20  # 0.17 to 0.30 [K]
VENTRICULAR_REFRACTORY_S = 0.17  # at rates near 300; 0.25 at rest shortens with rate [K]
NODE_REFRACTORY_S = 0.28  # functional refractory period of the AV node, 0.33 to 0.5 at rest [K]
FIBRILLATION_CV_FRAC = 0.20  # spread of intervals, CV 0.16-0.26 [K]; ecg_and_murmur.md
OUTSIDE_ATRIAL_KIND = float(ATRIAL_KINDS.index("p_ectopic"))
OUTSIDE_RIGHT_KIND = float(VENTRICULAR_KINDS.index("qrs_ectopic_rv"))
OUTSIDE_LEFT_KIND = float(VENTRICULAR_KINDS.index("qrs_ectopic_lv"))
PACED_KIND = float(VENTRICULAR_KINDS.index("qrs_paced_rv"))
# Mechanical restitution: a beat d after the last one has r(d)/r(mean interval) of the strength of
# a steady one, r = (d - dead)/(d - dead + restitution); what an early beat does not use of its
# calcium strengthens the next [Yue 1985, K].
RESTITUTION_S = 0.12  # 0.1 to 0.2
RESTITUTION_DEAD_S = 0.16
POTENTIATION_FRAC = 0.5  # of what an early beat lacks, in the next; 0.3 to 0.8
FIRST_WAVE_S = 0.1  # until the first conducted beat of fibrillation that begins
MEMORY_FRAC = 0.15  # weight of the last interval in the memory of the mean one


class RhythmInput(NamedTuple):
    """What drives the source in a window.

    ``kind`` is one of CODES; ``rate_bpm`` after reflexes and drugs; ``pacing_bpm`` 0 is off.
    """

    kind: float
    rate_bpm: float
    pacing_bpm: float
    av_delay_factor: float
    av_block_frac: float
    seed: float


class SourceState(NamedTuple):
    """Where the source stands at the start of a window.

    ``phase`` of the sinus interval; seconds since the last atrial and ventricular onset; seconds
    until a conducted beat arrives, until the next fibrillating beat and the next stimulus;
    count of draws; memory of the interval, s; potentiation of the next beat; seconds until the
    ventricles contract.
    """

    phase: float
    since_a: float
    since_v: float
    arriving: float
    wave: float
    stimulus: float
    draws: float
    interval: float
    potentiation: float
    contracting: float


class Fired(NamedTuple):
    """What fires in a window: onset in s from its start (LONG_S: nothing), strength by origin."""

    atria: float
    ventricles: float
    origin: float


class _Step(NamedTuple):
    state: SourceState
    fired: Fired
    marks: Marks


class _Strength(NamedTuple):
    scale: float
    strength: float
    interval: float
    potentiation: float


def initial_source(rate_bpm: float) -> SourceState:
    """Return a source about to fire its first beat."""
    return SourceState(
        0.95, LONG_S, LONG_S, LONG_S, FIRST_WAVE_S, LONG_S, 0.0, 60.0 / rate_bpm, 0.0, LONG_S
    )


@leaf
def uniform(seed: float, k: float) -> float:
    """Return draw k of a seed, in (0, 1): a counter-based hash, so no draw depends on another.

    Source : 32-bit mixer with low bias, multipliers 0x7feb352d and 0x846ca68b [Ellis 2018, K].
    """
    x = (int(seed) * 2654435761 + int(k) * 2246822519 + 374761393) & 0xFFFFFFFF
    x = ((x ^ (x >> 16)) * 0x7FEB352D) & 0xFFFFFFFF
    x = ((x ^ (x >> 15)) * 0x846CA68B) & 0xFFFFFFFF
    x = x ^ (x >> 16)
    return (x + 0.5) * (1.0 / 4294967296.0)


@leaf
def _irregular(seed: float, k: float) -> float:
    """Return an interval relative to the mean: three uniform draws, near normal, 0.4 to 1.6."""
    z = uniform(seed, 3.0 * k) + uniform(seed, 3.0 * k + 1.0) + uniform(seed, 3.0 * k + 2.0)
    return 1.0 + FIBRILLATION_CV_FRAC * 2.0 * (z - 1.5)


@leaf
def _inside(onset_s: float, window_s: float) -> float:
    """Return an onset inside the window, where rounding put it on the border."""
    return min(max(onset_s, 0.0), 0.99999 * window_s)


@leaf
def source_step(s: SourceState, r: RhythmInput, window_s: float) -> _Step:
    """Advance the source by one window; return it with what fires inside the window."""
    rate = max(r.rate_bpm, 1e-3)
    atria, ventricles, origin, spike = LONG_S, LONG_S, 1.0, LONG_S
    phase, arriving, draws = s.phase, s.arriving - window_s, s.draws
    wave = s.wave - window_s if r.kind == 1.0 else FIRST_WAVE_S
    scale = (60.0 / rate / REFERENCE_INTERVAL_S) ** DURATION_POWER
    if r.kind == 0.0:
        phase = phase + window_s * rate / 60.0
        if phase >= 1.0:
            phase = min(phase - 1.0, 0.5)
            onset = _inside(window_s - phase * 60.0 / rate, window_s)
            if s.since_a + onset > ATRIAL_REFRACTORY_S:
                atria = onset
                if arriving > 1.0 and r.av_block_frac < 0.5:
                    arriving = onset - window_s + CONDUCTION_S * scale * r.av_delay_factor
        if arriving < 0.0:
            onset = _inside(arriving + window_s, window_s)
            if s.since_v + onset > NODE_REFRACTORY_S:
                ventricles = onset
            arriving = LONG_S
    elif r.kind == 1.0 and wave < 0.0:
        onset = _inside(wave + window_s, window_s)
        if s.since_v + onset > VENTRICULAR_REFRACTORY_S and r.av_block_frac < 0.5:
            ventricles = onset
        draws = draws + 1.0
        wave = wave + 60.0 / rate * _irregular(r.seed, draws)
    stimulus = s.stimulus - window_s
    if r.pacing_bpm > 0.0:
        stimulus = min(stimulus, 60.0 / r.pacing_bpm)
        if stimulus < 0.0:
            onset = _inside(stimulus + window_s, window_s)
            spike = onset
            if onset < ventricles and s.since_v + onset > VENTRICULAR_REFRACTORY_S:
                ventricles, origin = onset, PACED_STRENGTH_FRAC
            stimulus = stimulus + 60.0 / r.pacing_bpm
    else:
        stimulus = LONG_S
    if ventricles < window_s and r.kind == 1.0 and origin < 1.0:
        wave = max(wave, 0.25)  # the node is met by the beat from below
    due = s.contracting
    kind = PACED_KIND if origin < 1.0 else 0.0
    fibrillating = 1.0 if r.kind == 1.0 else 0.0
    marks = Marks(
        atria,
        0.0,
        ventricles,
        kind,
        due if due < window_s else LONG_S,
        LONG_S,
        spike,
        LONG_S,
        fibrillating,
        0.0,
    )
    if ventricles < window_s:
        due = ventricles + VENTRICULAR_MECHANICAL_S
    after = SourceState(
        phase,
        window_s - atria if atria < window_s else min(s.since_a + window_s, LONG_S),
        window_s - ventricles if ventricles < window_s else min(s.since_v + window_s, LONG_S),
        arriving,
        wave,
        stimulus,
        draws,
        s.interval,
        s.potentiation,
        due - window_s if window_s <= due < 1.0 else LONG_S,
    )
    return _Step(after, Fired(atria, ventricles, origin), marks)


@leaf
def contraction_strength(
    since_s: float, interval_s: float, potentiation: float, origin: float
) -> _Strength:
    """Return how long and how strongly a ventricle contracts, and what it remembers.

    ``since_s`` is the interval before this beat, ``interval_s`` the mean of those before. A steady
    rhythm gives the strength of its origin exactly.
    """
    d = min(max(since_s, RESTITUTION_DEAD_S + 0.01), 3.0)
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


class _Outside(NamedTuple):
    state: SourceState
    beats: Beats
    marks: Marks


@leaf
def outside_step(
    s: SourceState,
    b: Beats,
    m: Marks,
    r: RhythmInput,
    chambers: int,
    onset: float,
    duration: float,
    origin: float,
    window_s: float,
) -> _Outside:
    """Let an activation from outside come ``onset`` s into the window that the source has done.

    A chamber still refractory does not answer. Ventricles answer by restitution and remember the
    beat as if the source had fired it; the node is met by it, so a sinus beat that follows closely
    is not conducted (the pause), and an atrial beat resets the sinus node and is conducted.

    Parameters
    ----------
    chambers : 1 RA, 2 LA, 4 RV, 8 LV added up.
    duration, origin : length and strength of the contraction, of a sinus beat's.
    """
    rest = window_s - onset
    since = s.since_v - rest
    age_a = onset + ATRIAL_MECHANICAL_S
    age_v = onset + VENTRICULAR_MECHANICAL_S
    atrial = b.ra.age + age_a > ATRIAL_REFRACTORY_S or b.la.age + age_a > ATRIAL_REFRACTORY_S
    right = bool(chambers & 4) and b.rv.age + age_v > VENTRICULAR_REFRACTORY_S
    left = bool(chambers & 8) and b.lv.age + age_v > VENTRICULAR_REFRACTORY_S
    atrial = atrial and bool(chambers & 3)
    # The second ventricle of one beat, some ms after the first, is not a beat of its own.
    fresh = since > VENTRICULAR_REFRACTORY_S
    beat = contraction_strength(since if fresh else s.interval, s.interval, s.potentiation, origin)
    kept = s.potentiation if not fresh else beat.potentiation
    ventricular = right or left
    ra, la, rv, lv = b.ra, b.la, b.rv, b.lv
    if atrial and chambers & 1:
        ra = started(ra, -age_a, duration * beat.scale, origin)
    if atrial and chambers & 2:
        la = started(la, -age_a, duration * beat.scale, origin)
    if right:
        rv = started(rv, -age_v, duration * beat.scale, beat.strength)
    if left:
        lv = started(lv, -age_v, duration * beat.scale, beat.strength)
    conducts = atrial and s.arriving > 1.0 and r.av_block_frac < 0.5 and r.kind != 1.0
    reset = atrial and r.kind == 0.0
    state = SourceState(
        rest * r.rate_bpm * (1.0 / 60.0) if reset else s.phase,
        rest if atrial else s.since_a,
        rest if ventricular and fresh else s.since_v,
        CONDUCTION_S * beat.scale * r.av_delay_factor - rest if conducts else s.arriving,
        max(s.wave, 0.25) if ventricular else s.wave,
        s.stimulus,
        s.draws,
        beat.interval if ventricular and fresh else s.interval,
        kept if ventricular else s.potentiation,
        age_v - window_s if ventricular and fresh else s.contracting,
    )
    marks = Marks(
        onset if atrial else m.p,
        OUTSIDE_ATRIAL_KIND if atrial else m.p_kind,
        onset if ventricular and fresh else m.qrs,
        (OUTSIDE_RIGHT_KIND if right else OUTSIDE_LEFT_KIND)
        if ventricular and fresh
        else m.qrs_kind,
        m.beat,
        m.spike_a,
        m.spike_v,
        m.shock,
        m.atria,
        m.ventricles,
    )
    return _Outside(state, Beats(ra, la, rv, lv), marks)


@leaf
def beats_after(
    b: Beats, f: Fired, scale_a: float, scale_v: float, strength_v: float, window_s: float
) -> Beats:
    """Return the contractions with those that follow what fires in this window."""
    ra, la, rv, lv = b.ra, b.la, b.rv, b.lv
    if f.atria < window_s:
        age = -f.atria - ATRIAL_MECHANICAL_S
        ra = started(ra, age, scale_a, 1.0)
        la = started(la, age, scale_a, 1.0)
    if f.ventricles < window_s:
        age = -f.ventricles - VENTRICULAR_MECHANICAL_S
        rv = started(rv, age, scale_v, strength_v)
        lv = started(lv, age, scale_v, strength_v)
    return Beats(ra, la, rv, lv)
