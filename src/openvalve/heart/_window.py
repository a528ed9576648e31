"""What happens at the borders of a window, on a patient's buffer; shared by all three forms."""

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import leaf
from openvalve.circulation import WINDOW_S, State, blood_volume
from openvalve.heart._blocks import Ledger
from openvalve.heart._layout import (
    load_beats,
    load_control,
    load_filling,
    load_ledger,
    load_marks,
    load_rhythm,
    load_source,
    load_state,
    store_beats,
    store_filling,
    store_ledger,
    store_marks,
    store_source,
    sum_beats,
    sum_blood,
    sum_breath,
    sum_control,
    sum_coronary,
    sum_drug_effects,
    sum_drugs,
    sum_gas,
    sum_reflex,
    sum_rhythm,
    sum_source,
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
from openvalve.rhythm import (
    Beats,
    Filling,
    about_to_contract,
    aged,
    beats_after,
    filled,
    outside_step,
    source_step,
)

__all__ = [
    "LIMIT",
    "close_window",
    "due",
    "enter",
    "finite",
    "outside_window",
    "slow_window",
    "sound",
    "source_window",
    "sum_body",
    "sum_heart",
    "sum_medicine",
]

BALANCE_FRAC = 1e-9  # blood that may be lost to rounding, of the whole
BALANCE_ML = 1e-6
LIMIT_ML = 1e5
LIMIT = 1e15


@leaf
def slow_window(b: NDArray[np.float64], at: int, stride: int) -> None:
    """Step everything slow at the start of a window."""
    drug_window(b, at, stride)
    sample_window(b, at, stride)
    breath_window(b, at, stride)
    gas_window(b, at, stride)
    reflex_window(b, at, stride)
    coronary_window(b, at, stride)
    control_window(b, at, stride)


@leaf
def source_window(b: NDArray[np.float64], at: int, stride: int) -> None:
    """Let the source fire into the window that starts, and filling tell how long it will act."""
    done = source_step(load_source(b, at, stride), load_rhythm(b, at, stride), WINDOW_S)
    if min(done.fired.atria, done.fired.ventricles) < WINDOW_S:
        store_beats(b, at, stride, beats_after(load_beats(b, at, stride), done.fired, WINDOW_S))
    store_marks(b, at, stride, done.marks)
    store_source(b, at, stride, done.state)
    x = load_state(b, at, stride)
    gain = x.q_tricuspid - x.q_pulmonary
    filling = load_filling(b, at, stride)
    now = load_beats(b, at, stride)
    if about_to_contract(now.rv, WINDOW_S):
        full = filled(now.rv, filling, x.v_rv, gain, WINDOW_S)
        store_beats(b, at, stride, Beats(now.ra, now.la, full.rv, now.lv))
        store_filling(b, at, stride, full.filling)
    else:
        store_filling(b, at, stride, Filling(filling.usual_rv_ml, x.v_rv, gain))


@leaf
def outside_window(
    b: NDArray[np.float64],
    at: int,
    stride: int,
    chambers: int,
    onset: float,
    duration: float,
    strength: float,
) -> None:
    """Let an activation from outside begin in the window, after the source has had its turn."""
    done = outside_step(
        load_source(b, at, stride),
        load_beats(b, at, stride),
        load_marks(b, at, stride),
        load_rhythm(b, at, stride),
        chambers,
        onset,
        duration,
        strength,
        WINDOW_S,
    )
    store_source(b, at, stride, done.state)
    store_marks(b, at, stride, done.marks)
    store_beats(b, at, stride, done.beats)


@leaf
def sum_heart(b: NDArray[np.float64], at: int, stride: int) -> float:
    """Add up what drives the heart; the three sums are short enough for the vectoriser."""
    return (
        sum_control(b, at, stride)
        + sum_beats(b, at, stride)
        + sum_source(b, at, stride)
        + sum_rhythm(b, at, stride)
    )


@leaf
def sum_body(b: NDArray[np.float64], at: int, stride: int) -> float:
    """Add up breath, gases, reflexes, coronaries and blood."""
    return (
        sum_breath(b, at, stride)
        + sum_gas(b, at, stride)
        + sum_reflex(b, at, stride)
        + sum_coronary(b, at, stride)
        + sum_blood(b, at, stride)
    )


@leaf
def sum_medicine(b: NDArray[np.float64], at: int, stride: int) -> float:
    """Add up the drugs and what they do."""
    return sum_drugs(b, at, stride) + sum_drug_effects(b, at, stride)


@leaf
def finite(b: NDArray[np.float64], at: int, stride: int) -> bool:
    """Return whether all that is slow still is a number."""
    total = sum_heart(b, at, stride) + sum_body(b, at, stride) + sum_medicine(b, at, stride)
    return abs(total) < LIMIT


@leaf
def close_window(b: NDArray[np.float64], at: int, stride: int) -> None:
    """Let the contractions grow older by a window."""
    x = load_beats(b, at, stride)
    store_beats(
        b,
        at,
        stride,
        Beats(
            aged(x.ra, WINDOW_S), aged(x.la, WINDOW_S), aged(x.rv, WINDOW_S), aged(x.lv, WINDOW_S)
        ),
    )


@leaf
def due(b: NDArray[np.float64], at: int, stride: int, seconds: float) -> Ledger:
    """Return what the ledger is ``seconds`` into a window; it is booked at the window's end."""
    c = load_control(b, at, stride)
    old = load_ledger(b, at, stride)
    return Ledger(old.net_ml + seconds * (c.infusion - c.bleed - c.effusion), old.initial_ml)


@leaf
def enter(b: NDArray[np.float64], at: int, stride: int, seconds: float) -> Ledger:
    """Book what came into the blood in a window of ``seconds``; return the ledger.

    Once a window, not once a run: else the rounding would depend on how time is cut.
    """
    new = due(b, at, stride, seconds)
    store_ledger(b, at, stride, new)
    return new


@leaf
def sound(s: State, ledger: Ledger) -> bool:
    """Return whether a state can be: finite, no chamber below empty, no blood lost."""
    total = blood_volume(s)
    expected = ledger.initial_ml + ledger.net_ml
    openings = s.z_mitral + s.z_aortic + s.z_tricuspid + s.z_pulmonary
    least = min(min(s.v_la, s.v_lv), min(s.v_ra, s.v_rv))
    balanced = abs(total - expected) < BALANCE_FRAC * abs(expected) + BALANCE_ML
    return balanced and least >= 0.0 and abs(total + openings) < LIMIT_ML
