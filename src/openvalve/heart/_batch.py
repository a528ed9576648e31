"""Many patients at once: blocks of lanes, shared out to threads."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.circulation import WINDOW_S
from openvalve.heart._body import Patient
from openvalve.heart._lanes import LANES, advance_lanes
from openvalve.heart._layout import ROWS, TALLY_AT
from openvalve.heart._simulate import TICK_S
from openvalve.heart._tally import Tally, empty_tally
from openvalve.units import S

__all__ = ["BatchRun", "batch_numbers", "simulate_batch"]


@dataclass(frozen=True, kw_only=True, slots=True)
class BatchRun:
    """What a batch came to.

    Attributes
    ----------
    buffers : every patient's whole state at the end, shape (patients, ROWS).
    failed_window_count : shape (patients,); -1, or the window of 20 ms in which that patient's
        state left all bounds; its numbers mean nothing then.
    numbers : name to values, shape (patients,), over the tallied time: ``aortic_mean_mmhg``,
        ``aortic_systolic_mmhg`` ..., ``gradient_mean_<valve>_mmhg`` while the valve lets forward.
    """

    buffers: NDArray[np.float64]
    failed_window_count: NDArray[np.int64]
    numbers: dict[str, NDArray[np.float64]]


def simulate_batch(
    patients: Sequence[Patient], seconds_s: S, *, tally_s: S = 6.0, threads_count: int = 2
) -> BatchRun:
    """Let every patient run under what acts on it, and tally the last ``tally_s``.

    The result of a patient does not depend on the others, on their order, or on the threads, and
    equals that of ``Live`` bit for bit.

    Parameters
    ----------
    patients : settled patients; their buffers are not changed.
    seconds_s : length of the run, rounded to a window of 20 ms.
    tally_s : the last part that counts for ``numbers``.
    threads_count : blocks run side by side.
    """
    count = -(-len(patients) // LANES)
    buffers = np.empty((len(patients), ROWS))
    failed = np.full((count, LANES), -1)
    windows = round(seconds_s / WINDOW_S)
    start = max(windows - round(tally_s / WINDOW_S), 0)
    per_window = round(WINDOW_S / TICK_S)

    def go(k: int) -> None:
        some = patients[k * LANES : (k + 1) * LANES]
        block = _block(some)
        advance_lanes(block.reshape(-1), failed[k], 0, windows, per_window, TICK_S, start)
        buffers[k * LANES : k * LANES + len(some)] = block[:, : len(some)].T

    with ThreadPoolExecutor(max_workers=threads_count) as pool:
        list(pool.map(go, range(count)))
    return BatchRun(
        buffers=buffers,
        failed_window_count=failed.reshape(-1)[: len(patients)],
        numbers=batch_numbers(buffers),
    )


def _block(patients: Sequence[Patient]) -> NDArray[np.float64]:
    """Return patients side by side, shape (ROWS, LANES); the last one fills up."""
    block = np.empty((ROWS, LANES))
    for lane in range(LANES):
        block[:, lane] = patients[min(lane, len(patients) - 1)].buffer
    block[TALLY_AT : TALLY_AT + len(Tally._fields)] = np.array(empty_tally())[:, None]
    return block


def batch_numbers(buffers: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
    """Return the tallied numbers of patients, each shape (patients,)."""
    t = {name: buffers[:, TALLY_AT + k] for k, name in enumerate(Tally._fields)}
    ticks = np.maximum(t["ticks"], 1.0)
    numbers = {
        "aortic_mean_mmhg": t["ao"] / ticks,
        "aortic_systolic_mmhg": t["ao_high"],
        "aortic_diastolic_mmhg": t["ao_low"],
        "lv_systolic_mmhg": t["lv_high"],
        "la_mean_mmhg": t["la"] / ticks,
        "ra_mean_mmhg": t["ra"] / ticks,
        "rv_systolic_mmhg": t["rv_high"],
        "pa_mean_mmhg": t["pa"] / ticks,
        "pa_systolic_mmhg": t["pa_high"],
        "pa_diastolic_mmhg": t["pa_low"],
        "cardiac_output_l_min": 0.06 * t["q_aortic"] / ticks,
        "lung_flow_l_min": 0.06 * t["q_pulmonary"] / ticks,
        "lv_end_diastolic_volume_ml": t["v_lv_high"],
        "lv_end_systolic_volume_ml": t["v_lv_low"],
    }
    for valve in ("aortic", "mitral", "pulmonary", "tricuspid"):
        open_ticks = np.maximum(t[f"{valve}_ticks"], 1.0)
        numbers[f"gradient_mean_{valve}_mmhg"] = t[f"{valve}_drop"] / open_ticks
    return numbers
