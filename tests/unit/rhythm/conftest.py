"""The source alone, window by window, as the loop drives it."""

from collections import namedtuple

import numpy as np
import pytest

from openvalve.rhythm import (
    CODES,
    Beats,
    aged,
    beats_after,
    initial_source,
    outside_step,
    quiet,
    resting_rhythm,
    source_step,
)
from openvalve.rhythm._marks import ATRIAL_KINDS, LONG_S, VENTRICULAR_KINDS

WINDOW_S = 0.02
Ran = namedtuple("Ran", "p p_kinds qrs kinds strengths spikes shocks states beats")


def drive(kind="sinus", rate=70.0, seed=0.0, **others):
    return resting_rhythm(rate)._replace(kind=CODES[kind], seed=seed, **others)


def run(plan, seconds=30.0, state=None, actions=()):
    """Drive the source by an input, or by a function of time that returns one.

    ``actions`` are rows of onset in s, chambers, duration, strength, as the loop has them.
    """
    state = initial_source(70.0) if state is None else state
    beats = quiet()
    found = Ran([], [], [], [], [], [], [], [], [])
    for window in range(round(seconds / WINDOW_S)):
        start = window * WINDOW_S
        r = plan(start) if callable(plan) else plan
        done = source_step(state, r, WINDOW_S)
        beats = beats_after(beats, done.fired, WINDOW_S)
        state, marks = done.state, done.marks
        for onset, chambers, duration, strength in actions:
            if start - 1e-9 <= onset < start + WINDOW_S - 1e-9:
                outside = outside_step(
                    *(state, beats, marks, r, chambers, max(onset - start, 0.0)),
                    *(duration, strength, WINDOW_S),
                )
                state, beats, marks = outside
        for onset, times in (
            (marks.p, found.p),
            (marks.qrs, found.qrs),
            (marks.spike_v, found.spikes),
            (marks.shock, found.shocks),
            (marks.beat, found.beats),
        ):
            if onset < LONG_S:
                assert 0.0 <= onset < WINDOW_S
                times.append(start + onset)
        if marks.p < LONG_S:
            found.p_kinds.append(ATRIAL_KINDS[int(marks.p_kind)])
        if marks.qrs < LONG_S:
            found.kinds.append(VENTRICULAR_KINDS[int(marks.qrs_kind)])
            found.strengths.append(done.fired.strength)
        found.states.append(state)
        beats = Beats(*(aged(beat, WINDOW_S) for beat in beats))
    return Ran(*(np.array(x) if i != 7 else x for i, x in enumerate(found)))


@pytest.fixture(name="run")
def _run():
    return run


@pytest.fixture(name="drive")
def _drive():
    return drive
