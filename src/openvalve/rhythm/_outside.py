"""What comes from outside: activations of chambers, shocks, arrhythmias that someone begins."""

from typing import NamedTuple

from openvalve._kernels import leaf
from openvalve.rhythm._atria import ATRIAL_REFRACTORY_S, ECTOPIC_KIND, FIBRILLATION, FLUTTER
from openvalve.rhythm._curves import Beats, started
from openvalve.rhythm._marks import (
    ATRIAL_MECHANICAL_S,
    LONG_S,
    VENTRICULAR_MECHANICAL_S,
    Marks,
    with_shock,
)
from openvalve.rhythm._node import climb, enter_node, moved
from openvalve.rhythm._shock import shocked
from openvalve.rhythm._source_state import (
    Atria,
    Machine,
    Node,
    RhythmInput,
    SourceState,
    Ventricles,
)
from openvalve.rhythm._strength import contraction_strength, duration_after
from openvalve.rhythm._ventricles import ECTOPIC_LV, ECTOPIC_RV, refractory_s, ways_blocked
from openvalve.rhythm._ways import hurt

__all__ = ["ACTIONS", "ATRIA_ACTION", "RUN_ACTION", "SHOCK_ACTION", "VF_ACTION", "outside_step"]

# What an activation from outside may be beside chambers: 1 RA, 2 LA, 4 RV, 8 LV added up.
SHOCK_ACTION = 16  # duration: energy in J; origin: 1 waits for the next QRS
VF_ACTION = 32  # ventricular fibrillation begins
RUN_ACTION = 64  # duration: interval of a run in s; origin: number of its beats
ATRIA_ACTION = 128  # duration: the code of CODES that the atria begin
ACTIONS = SHOCK_ACTION + VF_ACTION + RUN_ACTION + ATRIA_ACTION


class _Outside(NamedTuple):
    state: SourceState
    beats: Beats
    marks: Marks


@leaf
def act(
    s: SourceState,
    r: RhythmInput,
    action: int,
    onset: float,
    duration: float,
    origin: float,
    window_s: float,
) -> SourceState:
    """Return the source after one of ACTIONS."""
    x, v = s.atria, s.ventricles
    rest = window_s - onset
    if action == SHOCK_ACTION and origin < 1.0:
        return shocked(s, r, duration, rest, v.since - rest)
    begins = action == VF_ACTION
    run = action == RUN_ACTION and v.fibrillating == 0.0
    other = action == ATRIA_ACTION
    still = 1.0 if begins else v.fibrillating
    left = origin if run else v.run_left
    return SourceState(
        Atria(
            0.0 if other else x.phase,
            x.since,
            duration if other else x.regime,
            x.asked,
            LONG_S if other else x.wave,
            x.stimulus,
        ),
        Node(
            s.node.since,
            LONG_S if begins else s.node.arriving,
            s.node.rising,
            s.node.concealed,
            s.node.fatigue,
        ),
        Ventricles(
            v.since,
            v.contracting,
            v.interval,
            v.potentiation,
            max(duration - v.since, 0.0) if run else v.run_wave,
            0.0 if begins else left,
            duration if run else v.run_cycle,
            1.0 if run else v.run_place,
            still,
        ),
        Machine(s.machine.stimulus, duration if action == SHOCK_ACTION else s.machine.armed_j),
        s.tissue,
        s.waves,
        s.windows,
    )


@leaf
def activate(
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
    """Let chambers be activated; see ``outside_step``."""
    x, v = s.atria, s.ventricles
    rest = window_s - onset
    since = v.since - rest
    ready = refractory_s(v.interval)
    age_a = onset + ATRIAL_MECHANICAL_S
    age_v = onset + VENTRICULAR_MECHANICAL_S
    quiet = x.regime != FIBRILLATION and x.regime != FLUTTER
    atrial = b.ra.age + age_a > ATRIAL_REFRACTORY_S or b.la.age + age_a > ATRIAL_REFRACTORY_S
    atrial = atrial and bool(chambers & 3) and quiet
    alive = v.fibrillating == 0.0
    right = alive and bool(chambers & 4) and b.rv.age + age_v > ready
    left = alive and bool(chambers & 8) and b.lv.age + age_v > ready
    ventricular = right or left
    # The second ventricle of one beat, some ms after the first, is not a beat of its own.
    fresh = ventricular and since > ready
    beat = contraction_strength(since if fresh else v.interval, v.interval, v.potentiation, origin)
    ra, la, rv, lv = b.ra, b.la, b.rv, b.lv
    atrial_scale = duration * duration_after(x.since - rest)
    if atrial and chambers & 1:
        ra = started(ra, -age_a, atrial_scale, origin)
    if atrial and chambers & 2:
        la = started(la, -age_a, atrial_scale, origin)
    if right:
        rv = started(rv, -age_v, duration * beat.scale, beat.strength)
    if left:
        lv = started(lv, -age_v, duration * beat.scale, beat.strength)
    now = hurt(r, s.tissue)
    node = moved(s.node, -window_s)
    if atrial:
        node = enter_node(node, now, x.regime, onset, 0.0, s.windows)
    if ventricular and not ways_blocked(now):
        node = climb(node, now, x.regime, onset, False)
    state = SourceState(
        Atria(
            rest * r.rate_bpm * (1.0 / 60.0) if atrial else x.phase,
            rest if atrial else x.since,
            x.regime,
            x.asked,
            x.wave,
            x.stimulus,
        ),
        moved(node, window_s),
        Ventricles(
            rest if fresh else v.since,
            age_v - window_s if fresh else v.contracting,
            beat.interval if fresh else v.interval,
            beat.potentiation if fresh else v.potentiation,
            v.run_wave,
            v.run_left,
            v.run_cycle,
            v.run_place,
            v.fibrillating,
        ),
        s.machine,
        s.tissue,
        s.waves,
        s.windows,
    )
    marks = Marks(
        onset if atrial else m.p,
        ECTOPIC_KIND if atrial else m.p_kind,
        onset if fresh else m.qrs,
        (ECTOPIC_RV if right else ECTOPIC_LV) if fresh else m.qrs_kind,
        m.beat,
        m.spike_a,
        m.spike_v,
        m.shock,
        m.atria,
        m.ventricles,
    )
    return _Outside(state, Beats(ra, la, rv, lv), marks)


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
    """Let what comes from outside ``onset`` s into the window that the source has done act.

    A chamber still refractory does not answer. Ventricles answer by restitution and remember the
    beat as if the source had fired it; the node is met by it, so a sinus beat that follows closely
    is not conducted (the pause), and an atrial beat resets the sinus node and is conducted.

    Parameters
    ----------
    chambers : 1 RA, 2 LA, 4 RV, 8 LV added up, or one of ACTIONS.
    duration, origin : length and strength of the contraction, of a sinus beat's; see ACTIONS.
    """
    if chambers >= SHOCK_ACTION:
        done = _Outside(
            act(s, r, chambers, onset, duration, origin, window_s),
            b,
            with_shock(m, onset if chambers == SHOCK_ACTION and origin < 1.0 else m.shock),
        )
    else:
        done = activate(s, b, m, r, chambers, onset, duration, origin, window_s)
    return done
