"""What drives the source of beats, and where its parts stand."""

from typing import NamedTuple

from openvalve.rhythm._marks import LONG_S
from openvalve.units import Bpm

__all__ = [
    "CODES",
    "PACING_MODES",
    "PACING_PLACES",
    "Atria",
    "Machine",
    "Node",
    "RhythmInput",
    "SourceState",
    "Tissue",
    "Ventricles",
    "Ways",
    "initial_source",
    "resting_rhythm",
]

# What the atria do, by the operator's word; "none": nothing in the heart fires by itself,
# "arrest": only the escape below the atria does.
CODES = {
    "sinus": 0.0,
    "atrial_fibrillation": 1.0,
    "none": 2.0,
    "flutter": 3.0,
    "arrest": 4.0,
}
PACING_PLACES = {"rv": 0.0, "lv": 1.0}  # a lead in the right ventricle, the wire in the left
PACING_MODES = {"fixed": 0.0, "demand": 1.0}
UNHARMED_RATIO = 9.0  # tolerance of ways that no balloon harms
USUAL_OUTPUT_MA = 10.0  # of a temporary pacemaker
USUAL_THRESHOLD_MA = 1.0  # of a lead that lies well, 0.3 to 1.5; a guide wire needs 2 to 6 [M]


class Ways(NamedTuple):
    """How a patient's ways between atria and ventricles are made; see ``draw_ways``.

    ``retrograde`` stretches the node's times for an impulse from below, 0: none passes;
    ``tolerance`` is the stretch of the outflow tract that the branches below the valve bear,
    ``place`` a code of ``FIRST_WAYS``: which of them lies in the way first.
    """

    retrograde: float
    tolerance: float
    place: float


class RhythmInput(NamedTuple):
    """What drives the source in a window.

    ``kind`` is one of CODES; ``rate_bpm`` after reflexes and drugs, ``resting_bpm`` before them: of
    the sinus node, or of the ventricles in fibrillation; fractions of block are 0 to 1: of the node
    (0.5 is complete), of every beat below it, of the bundle branches and the left anterior
    fascicle; ``stretch_ratio`` is a balloon's diameter over the outflow tract's;
    ``contact_..._frac`` is how much a tip irritates a wall; a pacing of 0 is off;
    ``escape_factor`` and ``idioventricular_factor`` multiply the intervals of the junction's and
    the ventricles' escape.
    """

    kind: float
    rate_bpm: float
    resting_bpm: float
    av_delay_factor: float
    av_block_frac: float
    his_block_frac: float
    lbbb_frac: float
    rbbb_frac: float
    lafb_frac: float
    stretch_ratio: float
    contact_ra_frac: float
    contact_rv_frac: float
    contact_lv_frac: float
    atrial_pacing_bpm: float
    pacing_bpm: float
    pacing_place: float
    pacing_mode: float
    pacing_ma: float
    pacing_threshold_ma: float
    escape_factor: float
    idioventricular_factor: float
    ischaemia_frac: float
    seed: float
    ways: Ways


class Atria(NamedTuple):
    """Where the atria stand.

    Phase of the sinus interval; seconds since the last onset; what they do and were asked to, codes
    of CODES; seconds until the next wave of fibrillation or flutter, and until the next stimulus.
    """

    phase: float
    since: float
    regime: float
    asked: float
    wave: float
    stimulus: float


class Node(NamedTuple):
    """Where the AV node stands.

    Seconds since it was last left, below 0 on the way; until the ventricles fire; until a wave from
    below reaches the atria; by how much blocked waves prolong its refractoriness; its fatigue, 1
    after minutes of the fastest rate it follows.
    """

    since: float
    arriving: float
    rising: float
    concealed: float
    fatigue: float


class Ventricles(NamedTuple):
    """Where the ventricles stand.

    Seconds since the last onset; until the contraction; memory of the interval, s; potentiation of
    the next beat; a run: seconds until its next beat, beats left, interval, place; 1 in
    fibrillation.
    """

    since: float
    contracting: float
    interval: float
    potentiation: float
    run_wave: float
    run_left: float
    run_cycle: float
    run_place: float
    fibrillating: float


class Tissue(NamedTuple):
    """Strain beyond what the first way below the valve bears: as it passes in minutes, in days."""

    stunned: float
    injured: float


class Machine(NamedTuple):
    """Seconds until the pacemaker's next stimulus; energy that waits for a QRS, J."""

    stimulus: float
    armed_j: float


class SourceState(NamedTuple):
    """Where the source stands at the start of a window; counts of irregular waves, of windows."""

    atria: Atria
    node: Node
    ventricles: Ventricles
    machine: Machine
    tissue: Tissue
    waves: float
    windows: float


def initial_source(rate_bpm: float) -> SourceState:
    """Return a source in sinus rhythm about to fire its first beat."""
    return SourceState(
        atria=Atria(0.95, LONG_S, 0.0, 0.0, LONG_S, LONG_S),
        node=Node(LONG_S, LONG_S, LONG_S, 0.0, 0.0),
        ventricles=Ventricles(
            0.5, LONG_S, 60.0 / max(rate_bpm, 20.0), 0.0, LONG_S, 0.0, 0.4, 0.0, 0.0
        ),
        machine=Machine(LONG_S, 0.0),
        tissue=Tissue(0.0, 0.0),
        waves=0.0,
        windows=0.0,
    )


def resting_rhythm(rate_bpm: Bpm) -> RhythmInput:
    """Return the inputs of a heart in sinus rhythm that nobody touches, whose ways are whole."""
    return RhythmInput(
        kind=CODES["sinus"],
        rate_bpm=rate_bpm,
        resting_bpm=rate_bpm,
        av_delay_factor=1.0,
        av_block_frac=0.0,
        his_block_frac=0.0,
        lbbb_frac=0.0,
        rbbb_frac=0.0,
        lafb_frac=0.0,
        stretch_ratio=1.0,
        contact_ra_frac=0.0,
        contact_rv_frac=0.0,
        contact_lv_frac=0.0,
        atrial_pacing_bpm=0.0,
        pacing_bpm=0.0,
        pacing_place=0.0,
        pacing_mode=0.0,
        pacing_ma=USUAL_OUTPUT_MA,
        pacing_threshold_ma=USUAL_THRESHOLD_MA,
        escape_factor=1.0,
        idioventricular_factor=1.0,
        ischaemia_frac=0.0,
        seed=0.0,
        ways=Ways(0.0, UNHARMED_RATIO, 0.0),
    )
