"""The source of beats inside the loop: what fires where, window by window, by refractoriness.

Steps once a window: atria, node, ventricles, machines. Whatever it fires enters the loop by the
same door as activations from outside (docs/physics.md, "rhythm interface").
"""

import math
from typing import NamedTuple

from openvalve._kernels import leaf
from openvalve.rhythm._atria import FIBRILLATION, FLUTTER, atria_step
from openvalve.rhythm._draws import draw
from openvalve.rhythm._marks import LONG_S, VENTRICULAR_MECHANICAL_S, Marks, with_shock
from openvalve.rhythm._node import climb, enter_node, moved
from openvalve.rhythm._shock import shocked
from openvalve.rhythm._source_state import (
    Machine,
    Node,
    RhythmInput,
    SourceState,
    Ventricles,
)
from openvalve.rhythm._strength import Fired, contraction_strength, duration_after
from openvalve.rhythm._ventricles import (
    ECTOPIC_LV,
    ECTOPIC_RV,
    PACED_LV,
    PACED_RV,
    ask_ventricles,
    refractory_s,
    ways_blocked,
)
from openvalve.rhythm._ways import hurt, strained

__all__ = ["source_step"]

# A blocked bundle branch delays its ventricle: 60 to 100 ms on the left, less on the right [K];
# in left block pulmonary flow precedes aortic by more than 40 ms, 13 to 39 in health [K].
LBBB_DELAY_S = 0.080
RBBB_DELAY_S = 0.060
# Premature stimuli within 20 ms of refractoriness made 7 of 27 patients' ventricles repeat
# [Guss 1976, Circulation 53:450]; later ones seldom do (default).
EARLY_S = 0.020
EARLY_RUN_FRAC = 0.26
LATE_RUN_FRAC = 0.05
RUN_S = 0.33  # shortest interval of such a run, 0.33 to 0.43
RUN_MORE_S = 0.10
RUN_BEATS = 8.0
# Chance that so early a beat ends in ventricular fibrillation: 0.1 to 0.5 % of catheterizations had
# it [M]; much more in an ischaemic heart. Defaults.
EARLY_VF_FRAC = 0.004
ISCHAEMIC_VF_FRAC = 0.15
# Of runs that a captured stimulus ends: of 8 stimuli 73 %, bursts 70 to 80 [M].
TERMINATION_FRAC = 0.15
# Without coronary flow the atria have half their strength at 5 s; default.
ATRIAL_TIRING_PER_S = 0.2
RUN_STREAM, LENGTH_STREAM = 9.0, 10.0
FIBRILLATION_STREAM, TERMINATION_STREAM = 11.0, 12.0


class _Step(NamedTuple):
    state: SourceState
    fired: Fired
    marks: Marks


class _Runs(NamedTuple):
    wave: float
    left: float
    cycle: float
    place: float
    fibrillating: float


@leaf
def follow_runs(
    v: Ventricles,
    r: RhythmInput,
    at: float,
    kind: float,
    run: bool,
    windows: float,
    window_s: float,
) -> _Runs:
    """Return runs and fibrillation after the ventricles fired ``at`` s into the window, or not."""
    wave, left, cycle, place = v.run_wave - window_s, v.run_left, v.run_cycle, v.run_place
    fibrillating = v.fibrillating
    if at < window_s:
        premature = ECTOPIC_RV <= kind <= ECTOPIC_LV
        paced = PACED_RV <= kind <= PACED_LV
        early = v.since + at < refractory_s(v.interval) + EARLY_S
        if run:
            left = left - 1.0
            wave = at + cycle - window_s
        elif left > 0.0:  # a wave from elsewhere enters the circuit
            wave = at + cycle - window_s
            if paced and draw(r.seed, TERMINATION_STREAM, windows) < TERMINATION_FRAC:
                left = 0.0
        elif premature:
            chance = EARLY_RUN_FRAC if early else LATE_RUN_FRAC
            if draw(r.seed, RUN_STREAM, windows) < chance:
                u = draw(r.seed, LENGTH_STREAM, windows)
                left = math.floor(1.0 + u * u * RUN_BEATS)
                cycle = RUN_S + RUN_MORE_S * u
                place = 0.0 if kind == ECTOPIC_RV else 1.0
                wave = at + cycle - window_s
        if early and (premature or paced):
            chance = EARLY_VF_FRAC + ISCHAEMIC_VF_FRAC * r.ischaemia_frac
            if draw(r.seed, FIBRILLATION_STREAM, windows) < chance:
                fibrillating = 1.0
    left = 0.0 if fibrillating > 0.0 else left
    return _Runs(wave if left > 0.0 else LONG_S, left, cycle, place, fibrillating)


@leaf
def source_step(s: SourceState, asks: RhythmInput, window_s: float) -> _Step:
    """Advance the source by one window; return it with what fires inside the window."""
    tissue = strained(s.tissue, asks, window_s)
    r = hurt(asks, tissue)
    v = s.ventricles
    a = atria_step(s.atria, r, s.node.rising, s.waves, s.windows, window_s)
    regime = a.state.regime
    n = s.node
    node = Node(
        n.since, n.arriving, n.rising if n.rising >= window_s else LONG_S, n.concealed, n.fatigue
    )
    if a.onset < window_s and not a.below:
        node = enter_node(node, r, regime, a.onset, 0.0, s.windows)
    if a.bombards < window_s:
        node = enter_node(node, r, regime, a.bombards, a.weakness, s.windows)
    arriving = node.arriving
    asked = ask_ventricles(v, r, s.machine.stimulus, arriving, s.windows, window_s)
    at = asked.onset
    fires = at < window_s
    below = fires and not asked.conducted and not ways_blocked(r)
    junction = asked.conducted and arriving >= window_s
    if below or junction:
        node = climb(node, r, regime, at, junction)
    if arriving < window_s:
        node = Node(node.since, LONG_S, node.rising, node.concealed, node.fatigue)
    runs = follow_runs(v, r, at, asked.kind, asked.run, s.windows, window_s)
    since_v = window_s - at if fires else min(v.since + window_s, LONG_S)
    interval, potentiation, scale, strength = v.interval, v.potentiation, 1.0, 0.0
    if fires:
        beat = contraction_strength(v.since + at, interval, potentiation, asked.origin)
        interval, potentiation = beat.interval, beat.potentiation
        scale, strength = beat.scale, beat.strength
    atrial_scale = duration_after(s.atria.since + a.onset) if a.onset < window_s else 1.0
    due = v.contracting
    marks = Marks(
        a.onset if a.state.regime != FLUTTER else LONG_S,
        a.kind,
        at,
        asked.kind,
        due if due < window_s else LONG_S,
        a.spike,
        asked.spike,
        LONG_S,
        1.0 if a.state.regime == FIBRILLATION else (2.0 if a.state.regime == FLUTTER else 0.0),
        v.fibrillating,
    )
    due = at + VENTRICULAR_MECHANICAL_S if fires else due
    after = SourceState(
        a.state,
        moved(node, window_s),
        Ventricles(
            since_v,
            due - window_s if window_s <= due < 1.0 else LONG_S,
            interval,
            potentiation,
            runs.wave,
            runs.left,
            runs.cycle,
            runs.place,
            runs.fibrillating,
        ),
        Machine(asked.stimulus, s.machine.armed_j),
        tissue,
        a.waves,
        s.windows + 1.0,
    )
    by_way = fires and asked.conducted
    tired = 1.0 + max(v.since, 0.0) * ATRIAL_TIRING_PER_S if v.fibrillating > 0.0 else 1.0
    fired = Fired(
        a.onset,
        atrial_scale,
        a.strength / tired,
        at,
        scale,
        strength,
        RBBB_DELAY_S * r.rbbb_frac if by_way else 0.0,
        LBBB_DELAY_S * r.lbbb_frac if by_way else 0.0,
    )
    if s.machine.armed_j > 0.0 and fires:
        after = shocked(after, r, s.machine.armed_j, window_s - at, v.since + at)
        marks = with_shock(marks, at)
    return _Step(after, fired, marks)
