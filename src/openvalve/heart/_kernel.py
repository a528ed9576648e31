"""The scalar form of the loop: one patient, beats from outside or from the source."""

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver, leaf
from openvalve.circulation import WINDOW_S, Activation, Control, State
from openvalve.circulation._step import blood_volume, step
from openvalve.heart._blocks import Ledger
from openvalve.heart._layout import (
    load_beats,
    load_control,
    load_ledger,
    load_packed,
    load_state,
    store_beats,
    store_ledger,
    store_state,
)
from openvalve.heart._observe import observe
from openvalve.rhythm._curves import (
    Beats,
    aged,
    atrial_activation,
    started,
    ventricular_activation,
)

__all__ = ["EVENT_COLUMNS", "activation", "advance", "event_beats", "sound"]

# An activation from outside: onset in s, chambers (1 RA, 2 LA, 4 RV, 8 LV added up), duration
# relative to 70/min, strength.
EVENT_COLUMNS = ("onset_s", "chambers", "scale", "strength")
BALANCE_FRAC = 1e-9  # blood that may be lost to rounding, of the whole
LIMIT_ML = 1e5


@leaf
def activation(b: Beats, c: Control, since_s: float) -> Activation:
    """Return what drives the step ``since_s`` into a window."""
    return Activation(
        atrial_activation(b.ra, since_s),
        atrial_activation(b.la, since_s),
        ventricular_activation(b.rv, since_s),
        ventricular_activation(b.lv, since_s),
        c.pleural + c.pleural_rate * since_s,
        c.abdominal + c.abdominal_rate * since_s,
    )


@leaf
def event_beats(b: Beats, chambers: int, age: float, scale: float, strength: float) -> Beats:
    """Return the contractions after an activation from outside."""
    return Beats(
        started(b.ra, age, scale, strength) if chambers & 1 else b.ra,
        started(b.la, age, scale, strength) if chambers & 2 else b.la,
        started(b.rv, age, scale, strength) if chambers & 4 else b.rv,
        started(b.lv, age, scale, strength) if chambers & 8 else b.lv,
    )


@leaf
def all_aged(b: Beats) -> Beats:
    """Return the contractions one window later."""
    return Beats(
        aged(b.ra, WINDOW_S), aged(b.la, WINDOW_S), aged(b.rv, WINDOW_S), aged(b.lv, WINDOW_S)
    )


@leaf
def sound(s: State, ledger: Ledger) -> bool:
    """Return whether a state can be: finite, no chamber below empty, no blood lost."""
    total = blood_volume(s)
    expected = ledger.initial_ml + ledger.net_ml
    openings = s.z_mitral + s.z_aortic + s.z_tricuspid + s.z_pulmonary
    least = min(min(s.v_la, s.v_lv), min(s.v_ra, s.v_rv))
    balanced = abs(total - expected) < BALANCE_FRAC * abs(expected) + 1e-6
    return balanced and least >= 0.0 and abs(total + openings) < LIMIT_ML


@driver
def advance(
    b: NDArray[np.float64],
    events: NDArray[np.float64],
    first: int,
    ticks: int,
    per_window: int,
    dt: float,
    out: NDArray[np.float64],
    out_first: int,
    out_stride: int,
) -> int:
    """Advance the patient in ``b`` in place by ``ticks``; return the tick of a failure, or -1.

    After a failure ``b`` holds the last good state, of the start of the window that failed.

    Tick n is at n dt. ``events`` has the columns of EVENT_COLUMNS, ascending in time. Rows of
    ``out`` (shape (rows, len(COLUMNS))) are written from tick ``out_first`` on, one every
    ``out_stride`` ticks, pressures and flows of the same instant.
    """
    p = load_packed(b, 0, 1)
    s = load_state(b, 0, 1)
    c = load_control(b, 0, 1)
    beats = load_beats(b, 0, 1)
    ledger = load_ledger(b, 0, 1)
    work = np.empty(4 * per_window)
    event = 0
    row = 0
    rows = out.shape[0]
    next_row = out_first
    end = first + ticks
    n = first
    while n < end:
        k = n % per_window
        if k == 0:
            start_s = n * dt
            while event < events.shape[0] and events[event, 0] < start_s - 1e-9:
                event += 1
            while event < events.shape[0] and events[event, 0] < start_s + WINDOW_S - 1e-9:
                beats = event_beats(
                    beats,
                    int(events[event, 1]),
                    start_s - events[event, 0],
                    events[event, 2],
                    events[event, 3],
                )
                event += 1
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
            if n == next_row and row < rows:
                x = observe(s, p, c, e)
                for i in range(29):
                    out[row, i] = x[i]
                row += 1
                next_row += out_stride
            s = step(s, p, c, e, dt)
            n += 1
        ledger = Ledger(
            ledger.net_ml + count * dt * (c.infusion - c.bleed - c.effusion), ledger.initial_ml
        )
        if not sound(s, ledger):
            return n - count
        if k + count == per_window:
            beats = all_aged(beats)
        store_state(b, 0, 1, s)
        store_beats(b, 0, 1, beats)
        store_ledger(b, 0, 1, ledger)
    return -1
