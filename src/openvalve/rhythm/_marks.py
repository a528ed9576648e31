"""What fires electrically in a window, and how a run's windows become a list of events."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import leaf
from openvalve.recording import EVENT_KINDS
from openvalve.units import S

__all__ = [
    "ATRIAL_KINDS",
    "ATRIAL_MECHANICAL_S",
    "LONG_S",
    "VENTRICULAR_KINDS",
    "VENTRICULAR_MECHANICAL_S",
    "Marks",
    "beat_times",
    "electrical_events",
    "no_marks",
    "with_shock",
]

LONG_S = 1e3  # later than anything

# From the onset of the P wave to that of the atria's activation curve, from the QRS to the
# ventricles'. In 30 adults the right ventricle's pressure rose 75 ms after the onset of the QRS,
# in 16 the right atrium's 90 ms after that of the P wave, seen through a fluid-filled catheter
# (The relationship between electrical and mechanical events in the cardiac cycle of man, abstract
# at scilit); a curve takes 20 to 30 ms more to raise the pressure, the catheter 10 to 20.
# Plausible 20 to 50 ms.
ATRIAL_MECHANICAL_S = 0.030
VENTRICULAR_MECHANICAL_S = 0.030

# The kind of an activation by its code.
ATRIAL_KINDS = tuple(kind for kind in EVENT_KINDS if kind.startswith("p"))
VENTRICULAR_KINDS = tuple(k for k in EVENT_KINDS if k.startswith("qrs") or k == "fusion")
WANDERING = ("", "f", "flutter")  # what the atria do from here on, by its code

REGIMES: tuple[tuple[str, Sequence[str], str], ...] = (
    ("atria", WANDERING, "atria_quiet"),
    ("ventricles", ("", "vf"), "vf_end"),
)


class Marks(NamedTuple):
    """The electrical events of one window, s from its start; LONG_S where there is none.

    ``p_kind`` and ``qrs_kind`` are codes of ATRIAL_KINDS and VENTRICULAR_KINDS; ``beat`` is where
    the ventricles begin to contract; ``atria`` is a code of WANDERING, ``ventricles`` 1 in
    fibrillation, both from the window's start on.
    """

    p: float
    p_kind: float
    qrs: float
    qrs_kind: float
    beat: float
    spike_a: float
    spike_v: float
    shock: float
    atria: float
    ventricles: float


# What is marked in a window, a stimulus before what it captures; with its kinds, if it has some.
MARKED: tuple[tuple[str, Sequence[str]], ...] = (
    ("shock", ()),
    ("spike_a", ()),
    ("spike_v", ()),
    ("p", ATRIAL_KINDS),
    ("qrs", VENTRICULAR_KINDS),
)
_MARKED_AT = [Marks._fields.index(name) for name, _ in MARKED]
_KINDS_AT = [Marks._fields.index(f"{name}_kind") if kinds else -1 for name, kinds in MARKED]
_REGIMES_AT = [Marks._fields.index(name) for name, _, _ in REGIMES]


def no_marks() -> Marks:
    """Return a window in which nothing fires."""
    return Marks(LONG_S, 0.0, LONG_S, 0.0, LONG_S, LONG_S, LONG_S, LONG_S, 0.0, 0.0)


@leaf
def with_shock(m: Marks, at: float) -> Marks:
    """Return marks with a shock at ``at``."""
    return Marks(
        m.p, m.p_kind, m.qrs, m.qrs_kind, m.beat, m.spike_a, m.spike_v, at, m.atria, m.ventricles
    )


def _regimes(
    codes: NDArray[np.float64],
    last: float,
    names: Sequence[str],
    end: str,
    first_s: NDArray[np.float64],
) -> list[tuple[S, str]]:
    """Return where a regime begins or ends; one that lasts from before begins at the first."""
    found = []
    before = int(last) if len(codes) and codes[0] == 0.0 else 0
    for code, at in zip(codes.astype(int), first_s, strict=True):
        if code != before:
            found.append((float(at), names[code] if code else end))
        before = code
    return found


def electrical_events(
    rows: NDArray[np.float64], last: NDArray[np.float64], window_s: S, *, before_s: S, length_s: S
) -> list[list[S | str]]:
    """Return the events of a run as ``Recording.notes["events"]`` has them.

    Parameters
    ----------
    rows : the marks of every window that the run touches, shape (windows, len(Marks._fields)).
    last : the marks of the window before the run's first tick, shape (len(Marks._fields),).
    before_s : how much of the first window lies before the run.
    length_s : of the run.

    Returns
    -------
    Lists of time in s from the run's first sample, and kind, ascending; fibrillation and flutter
    that last from before the run begin at 0.
    """
    starts = np.arange(len(rows)) * window_s - before_s
    found: list[tuple[S, str]] = []
    # A stimulus stands before what it captures: row by row in the order of MARKED, stably sorted.
    for row, column in np.argwhere(rows[:, _MARKED_AT] < LONG_S).tolist():
        at = float(starts[row] + rows[row, _MARKED_AT[column]])
        if 0.0 <= at < length_s:
            name, kinds = MARKED[column]
            found.append((at, kinds[int(rows[row, _KINDS_AT[column]])] if kinds else name))
    begins = np.maximum(starts, 0.0)
    for (_, names, end), k in zip(REGIMES, _REGIMES_AT, strict=True):
        if last[k] != 0.0 or rows[:, k].any():
            found += _regimes(rows[:, k], last[k], names, end, begins)
    return [[at, kind] for at, kind in sorted(found, key=lambda event: event[0])]


def beat_times(
    rows: NDArray[np.float64], window_s: S, *, before_s: S, length_s: S
) -> NDArray[np.float64]:
    """Return where the ventricles begin to contract, s from the run's first sample, ascending.

    Parameters
    ----------
    rows, before_s, length_s : as ``electrical_events``.
    """
    within = rows[:, Marks._fields.index("beat")]
    beats = np.arange(len(rows)) * window_s - before_s + within
    return beats[(within < LONG_S) & (beats >= 0.0) & (beats < length_s)]
