"""The scalar form of the loop: one patient, beats from outside and from the source."""

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver
from openvalve.circulation import WINDOW_S, Activation
from openvalve.circulation._step import step
from openvalve.heart._beating import event_beats
from openvalve.heart._layout import (
    INPUTS_AT,
    MARKS_AT,
    load_beats,
    load_control,
    load_packed,
    load_state,
    store_beats,
    store_state,
)
from openvalve.heart._observe import COLUMNS, SLOW_COLUMNS, observe, observe_slow
from openvalve.heart._window import (
    close_window,
    due,
    enter,
    finite,
    outside_window,
    slow_window,
    sound,
    source_window,
)
from openvalve.rhythm import Marks
from openvalve.rhythm._curves import atrial_activation, ventricular_activation

__all__ = ["EVENT_COLUMNS", "advance", "advance_marked"]

# An activation from outside: onset in s, chambers (1 RA, 2 LA, 4 RV, 8 LV added up), duration and
# strength: of a sinus beat's where the body is regulated (restitution comes on top), as they are
# where it is not.
EVENT_COLUMNS = ("onset_s", "chambers", "scale", "strength")
FAST, SLOW = len(COLUMNS), len(SLOW_COLUMNS)
MARKS = len(Marks._fields)
NO_MARKS = np.empty((0, MARKS))


def advance(
    b: NDArray[np.float64],
    events: NDArray[np.float64],
    inputs: NDArray[np.float64],
    first: int,
    ticks: int,
    per_window: int,
    dt: float,
    out: NDArray[np.float64],
    out_first: int,
    out_stride: int,
) -> int:
    """Advance the patient as ``advance_marked`` does, and keep no marks."""
    failed: int = advance_marked(
        b, events, inputs, first, ticks, per_window, dt, out, out_first, out_stride, NO_MARKS
    )
    return failed


@driver
def advance_marked(
    b: NDArray[np.float64],
    events: NDArray[np.float64],
    inputs: NDArray[np.float64],
    first: int,
    ticks: int,
    per_window: int,
    dt: float,
    out: NDArray[np.float64],
    out_first: int,
    out_stride: int,
    marks: NDArray[np.float64],
) -> int:
    """Advance the patient in ``b`` in place by ``ticks``; return the tick of a failure, or -1.

    After a failure ``b`` holds the last good state: of the start of the window that failed, or of
    the start of the run where that lies inside the window.

    Tick n is at n dt. ``events`` has the columns of EVENT_COLUMNS, ascending in time. Row k of
    ``inputs`` acts in the k-th window that starts (the last one goes on); without rows the body
    stays as it is: no breath, reflex or drug, and no beat but the events. Rows of ``out`` are
    written from tick ``out_first`` on, one every ``out_stride`` ticks, pressures and flows of the
    same instant: the fast columns, and the slow ones where ``out`` is that wide. Rows of ``marks``,
    where there are any, are the electrical events of every window that the run touches.
    """
    p = load_packed(b, 0, 1)
    s = load_state(b, 0, 1)
    work = np.empty(4 * per_window)
    kept = b.copy()
    regulated = inputs.shape[0] > 0
    wide = out.shape[1] > FAST
    window = 0
    event = 0
    marked = 0
    row = 0
    next_row = out_first if out.shape[0] > 0 else -1
    end = first + ticks
    n = first
    while n < end:
        k = n % per_window
        if k == 0:
            if regulated:
                source = min(window, inputs.shape[0] - 1)
                for i in range(inputs.shape[1]):
                    b[INPUTS_AT + i] = inputs[source, i]
                window += 1
            if n == first and not finite(b, 0, 1):  # lost between runs
                return n
            kept[:] = b
            if regulated:
                slow_window(b, 0, 1)
                source_window(b, 0, 1)
            start_s = n * dt
            while event < events.shape[0] and events[event, 0] < start_s - 1e-9:
                event += 1
            while event < events.shape[0] and events[event, 0] < start_s + WINDOW_S - 1e-9:
                chambers = int(events[event, 1])
                age = start_s - events[event, 0]
                scale, strength = events[event, 2], events[event, 3]
                if regulated:
                    outside_window(b, 0, 1, chambers, max(-age, 0.0), scale, strength)
                else:
                    begun = event_beats(load_beats(b, 0, 1), chambers, age, scale, strength)
                    store_beats(b, 0, 1, begun)
                event += 1
        if marked < marks.shape[0]:
            for i in range(MARKS):
                marks[marked, i] = b[MARKS_AT + i]
            marked += 1
        c = load_control(b, 0, 1)
        beats = load_beats(b, 0, 1)
        count = min(per_window - k, end - n)
        for j in range(k, k + count):  # on its own, so that ticks lie side by side in vectors
            work[j] = atrial_activation(beats.ra, j * dt)
        for j in range(k, k + count):
            work[per_window + j] = atrial_activation(beats.la, j * dt)
        for j in range(k, k + count):
            work[2 * per_window + j] = ventricular_activation(beats.rv, j * dt)
        for j in range(k, k + count):
            work[3 * per_window + j] = ventricular_activation(beats.lv, j * dt)
        for j in range(k, k + count):
            e = Activation(
                work[j],
                work[per_window + j],
                work[2 * per_window + j],
                work[3 * per_window + j],
                c.pleural + c.pleural_rate * (j * dt),
                c.abdominal + c.abdominal_rate * (j * dt),
            )
            if n == next_row:
                x = observe(s, p, c, e)
                for i in range(FAST):
                    out[row, i] = x[i]
                if wide:
                    y = observe_slow(b, 0, 1)
                    for i in range(SLOW):
                        out[row, FAST + i] = y[i]
                row += 1
                next_row = next_row + out_stride if row < out.shape[0] else -1
            s = step(s, p, c, e, dt)
            n += 1
        if not sound(s, due(b, 0, 1, (k + count) * dt)) or not finite(b, 0, 1):
            b[:] = kept
            return max(n - count - k, first)
        store_state(b, 0, 1, s)
        if k + count == per_window:
            enter(b, 0, 1, per_window * dt)
            close_window(b, 0, 1)
    return -1
