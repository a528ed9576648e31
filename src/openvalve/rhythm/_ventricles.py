"""The ventricles in a window: of all that asks them to fire, the first that finds them ready.

Conducted beats, escape of the junction and of the ventricles, premature beats where a tip touches
a wall, runs, and stimuli all ask; refractory muscle does not answer.
"""

from typing import NamedTuple

from openvalve._kernels import leaf
from openvalve.rhythm._atria import CONTACT_PER_S, inside
from openvalve.rhythm._draws import draw
from openvalve.rhythm._marks import LONG_S, VENTRICULAR_KINDS
from openvalve.rhythm._source_state import CODES, PACING_MODES, RhythmInput, Ventricles
from openvalve.rhythm._strength import ECTOPIC_STRENGTH_FRAC, PACED_STRENGTH_FRAC

__all__ = [
    "ESCAPE_S",
    "JUNCTION_S",
    "Asked",
    "ask_ventricles",
    "captures",
    "conducted_kind",
    "escape_s",
    "refractory_s",
    "ways_blocked",
]

NONE = CODES["none"]
DEMAND = PACING_MODES["demand"]
QRS, LBBB, RBBB, LAFB, ESCAPE, ECTOPIC_RV, ECTOPIC_LV, PACED_RV, PACED_LV, FUSION = (
    float(k) for k in range(len(VENTRICULAR_KINDS))
)
# Effective refractory period in 15 people: 259 ms after intervals of 650 ms, 210 ms after fifty of
# 325 ms; the change takes many beats (Pacing Clin Electrophysiol, time course after an abrupt
# change of cycle length). A line through both; the memory of the interval gives the course.
REFRACTORY_LEAST_S = 0.161
REFRACTORY_SLOPE = 0.151
REFRACTORY_MOST_S = 0.32
JUNCTION_S = 60.0 / 50.0  # junctional escape, 40 to 60 /min [K]
ESCAPE_S = 60.0 / 30.0  # ventricular escape, 20 to 40 /min [K]
# What was driven fast escapes late at first: the interval of an escape is longer by this share of
# how much it exceeds the mean one before, over which it warms up. Default, 0.2 to 1 [M]: 3.3 s
# until the ventricles' first beat after 70 /min, 7 s after pacing at 180.
OVERDRIVE_FRAC = 0.5
FUSION_S = 0.08  # a paced wave needs that long to cross both ventricles; 0.06 to 0.12 [K]
CONTACT_STREAM, CONTACT_TIME_STREAM, CAPTURE_STREAM = 3.0, 4.0, 5.0
THRESHOLD_WIDTH_FRAC = 0.1  # an output within a tenth of the threshold captures now and then


class Asked(NamedTuple):
    """What the ventricles answered.

    Onset (LONG_S: to nothing), kind, strength by origin; whether it came by the bundle branches;
    the stimulus, and seconds until the next; whether it is a beat of a run.
    """

    onset: float
    kind: float
    origin: float
    conducted: bool
    spike: float
    stimulus: float
    run: bool


@leaf
def refractory_s(interval_s: float) -> float:
    """Return the refractory period of ventricles whose mean interval is ``interval_s``."""
    return min(REFRACTORY_LEAST_S + REFRACTORY_SLOPE * interval_s, REFRACTORY_MOST_S)


@leaf
def escape_s(own_s: float, interval_s: float) -> float:
    """Return the interval of an escape focus of ``own_s`` that was driven at ``interval_s``."""
    over = max(own_s / max(interval_s, 0.2) - 1.0, 0.0)
    return own_s * (1.0 + OVERDRIVE_FRAC * over)


@leaf
def conducted_kind(r: RhythmInput) -> float:
    """Return the kind of a beat that comes by the bundle branches."""
    right = RBBB if r.rbbb_frac >= 0.5 else (LAFB if r.lafb_frac >= 0.5 else QRS)
    return LBBB if r.lbbb_frac >= 0.5 and r.lbbb_frac >= r.rbbb_frac else right


@leaf
def ways_blocked(r: RhythmInput) -> bool:
    """Return whether no way is left from the node to the ventricles, nor back."""
    return r.his_block_frac >= 1.0 or (r.lbbb_frac >= 1.0 and r.rbbb_frac >= 1.0)


@leaf
def captures(r: RhythmInput, u: float) -> bool:
    """Return whether a stimulus is strong enough; near the threshold by the draw ``u``."""
    over = r.pacing_ma - r.pacing_threshold_ma
    return over > (2.0 * u - 1.0) * THRESHOLD_WIDTH_FRAC * r.pacing_threshold_ma


@leaf
def ask_ventricles(
    s: Ventricles,
    r: RhythmInput,
    stimulus_s: float,
    arriving_s: float,
    windows: float,
    window_s: float,
) -> Asked:
    """Return what the ventricles answer in this window.

    Parameters
    ----------
    stimulus_s : until the pacemaker's next stimulus, from the window's start.
    arriving_s : until a conducted beat arrives, from the window's start.
    """
    ready = refractory_s(s.interval) - s.since  # they answer after this
    still = s.fibrillating > 0.0
    ready = LONG_S if still else ready
    blocked = ways_blocked(r)
    onset, kind, origin, conducted, run = LONG_S, QRS, 1.0, False, False
    coming = LONG_S if blocked else arriving_s
    if coming < window_s:
        at = inside(coming, window_s)
        if at > ready:
            onset, kind, conducted = at, conducted_kind(r), True
    if r.kind != NONE:
        junction = (
            LONG_S if blocked else escape_s(JUNCTION_S * r.escape_factor, s.interval) - s.since
        )
        if junction < window_s and inside(junction, window_s) < onset and not still:
            onset, kind, conducted = inside(junction, window_s), conducted_kind(r), True
        below = escape_s(ESCAPE_S, s.interval) * r.idioventricular_factor - s.since
        if below < window_s and inside(below, window_s) < onset and not still:
            onset, kind, conducted = inside(below, window_s), ESCAPE, False
            origin = ECTOPIC_STRENGTH_FRAC
    contact = r.contact_rv_frac + r.contact_lv_frac
    if contact > 0.0:
        u = draw(r.seed, CONTACT_STREAM, windows) / (CONTACT_PER_S * window_s)
        at = inside(window_s * draw(r.seed, CONTACT_TIME_STREAM, windows), window_s)
        if u < contact and at > ready and at < onset:
            onset, origin, conducted = at, ECTOPIC_STRENGTH_FRAC, False
            kind = ECTOPIC_RV if u < r.contact_rv_frac else ECTOPIC_LV
    if s.run_left > 0.0 and s.run_wave < window_s:
        at = inside(s.run_wave, window_s)
        if at > ready and at < onset:
            onset, origin, conducted, run = at, ECTOPIC_STRENGTH_FRAC, False, True
            kind = ECTOPIC_RV if s.run_place == 0.0 else ECTOPIC_LV
    spike, stimulus = LONG_S, LONG_S
    if r.pacing_bpm > 0.0:
        interval = 60.0 / r.pacing_bpm
        stimulus = min(stimulus_s, interval)
        if r.pacing_mode == DEMAND:
            stimulus = interval if still else stimulus
            stimulus = onset + interval if onset < stimulus and onset < window_s else stimulus
        if stimulus < window_s:
            spike = inside(stimulus, window_s)
            stimulus = stimulus + interval
            if (
                spike > ready
                and spike < onset
                and captures(r, draw(r.seed, CAPTURE_STREAM, windows))
            ):
                onset, origin, conducted, run = spike, PACED_STRENGTH_FRAC, False, False
                kind = PACED_RV if r.pacing_place == 0.0 else PACED_LV
        stimulus = stimulus - window_s
    if onset < window_s and not conducted and onset <= coming < onset + FUSION_S:
        kind = FUSION
        origin = 0.5 * (1.0 + origin)
    return Asked(onset, kind, origin, conducted, spike, stimulus, run)
