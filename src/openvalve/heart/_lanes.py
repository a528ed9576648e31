"""The lane form of the loop: patients side by side in one buffer, so that vectors hold patients.

One flat buffer per block, stride LANES known to the compiler, no branch inside a tick: the
vectoriser then puts neighbouring patients into one register. The leaves are those of the scalar
form, and so are the numbers, to the last bit.
"""

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver
from openvalve.circulation._step import pressures, step
from openvalve.heart._beating import activation
from openvalve.heart._layout import (
    load_beats,
    load_control,
    load_ledger,
    load_packed,
    load_state,
    load_tally,
    store_state,
    store_tally,
)
from openvalve.heart._slow import (
    breath_window,
    control_window,
    coronary_window,
    drug_window,
    gas_window,
    reflex_window,
    sample_window,
)
from openvalve.heart._tally import tally
from openvalve.heart._window import (
    LIMIT,
    close_window,
    enter,
    sound,
    source_window,
    sum_body,
    sum_heart,
    sum_medicine,
)

__all__ = ["LANES", "advance_lanes"]

LANES = 16  # the rows that every tick reads, 25 kB, stay in a first-level cache of 32 kB


@driver
def advance_lanes(
    b: NDArray[np.float64],
    failed: NDArray[np.int64],
    first: int,
    windows: int,
    per_window: int,
    dt: float,
    tally_from: int,
) -> None:
    """Advance a block of LANES patients by whole windows, in place.

    Parameters
    ----------
    b : value k of lane i at ``b[k * LANES + i]``.
    failed : shape (LANES,); -1, or the window in which that lane failed; such a lane is left
        running, its numbers mean nothing.
    first, windows : number of the first window, and how many.
    tally_from : windows before this one are not tallied.
    """
    lanes = failed.shape[0]  # LANES, unknown to the compiler: else it unrolls before it inlines
    total = np.zeros(lanes)  # of all that is slow; a number as long as the patient is
    for n in range(first, first + windows):
        for w in range(lanes):
            drug_window(b, w, LANES)
        for w in range(lanes):
            sample_window(b, w, LANES)
        for w in range(lanes):
            breath_window(b, w, LANES)
        for w in range(lanes):
            gas_window(b, w, LANES)
        for w in range(lanes):
            reflex_window(b, w, LANES)
        for w in range(lanes):
            coronary_window(b, w, LANES)
        for w in range(lanes):
            control_window(b, w, LANES)
        for w in range(lanes):
            source_window(b, w, LANES)
        if n < tally_from:
            for j in range(per_window):
                since = j * dt
                for w in range(lanes):
                    c = load_control(b, w, LANES)
                    e = activation(load_beats(b, w, LANES), c, since)
                    s = load_state(b, w, LANES)
                    store_state(b, w, LANES, step(s, load_packed(b, w, LANES), c, e, dt))
        else:
            for j in range(per_window):
                since = j * dt
                for w in range(lanes):
                    c = load_control(b, w, LANES)
                    p = load_packed(b, w, LANES)
                    e = activation(load_beats(b, w, LANES), c, since)
                    s = load_state(b, w, LANES)
                    t = load_tally(b, w, LANES)
                    store_tally(b, w, LANES, tally(t, s, pressures(s, p, c, e)))
                    store_state(b, w, LANES, step(s, p, c, e, dt))
        for w in range(lanes):
            enter(b, w, LANES, per_window * dt)
        for w in range(lanes):
            total[w] = sum_heart(b, w, LANES)
        for w in range(lanes):
            total[w] += sum_body(b, w, LANES)
        for w in range(lanes):
            total[w] += sum_medicine(b, w, LANES)
        for w in range(lanes):
            good = sound(load_state(b, w, LANES), load_ledger(b, w, LANES))
            total[w] = total[w] if good else LIMIT
        for w in range(lanes):
            if not abs(total[w]) < LIMIT and failed[w] < 0:
                failed[w] = n
        for w in range(lanes):
            close_window(b, w, LANES)
