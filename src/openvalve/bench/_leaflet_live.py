"""A whole inflation while the patient's circulation runs beside it in real time."""

import threading
import time

from openvalve.bench._leaflet_inflations import BALLOON_MM, SHAPE
from openvalve.bench._types import Figures
from openvalve.devices import find_balloon
from openvalve.heart import Live, reference_heart
from openvalve.patient import BalloonRequest
from openvalve.units import S
from openvalve.valve.leaflets import inflate_leaflets, matched_leaflets

__all__ = ["live_figures"]

FRAME_S: S = 0.04
BSA_M2 = 1.8


def live_figures(triangles: int) -> Figures:
    """Return what an inflation takes beside a patient, on a valve whose first beat is known.

    Returns
    -------
    ``live_inflation_s``: by the clock on the wall, from the first touch to the valve measured
    after; a real one takes 5 s. ``live_frames_count``: frames of 40 ms that the circulation ran
    meanwhile; ``live_frames_late_count``: those not done when the next one was due.
    """
    valve = matched_leaflets(SHAPE, seed=0, target_triangles=triangles)
    balloon = find_balloon(BalloonRequest(kind="inoue", diameter_mm=BALLOON_MM))
    patient = Live(reference_heart(bsa_m2=BSA_M2))
    patient.run(FRAME_S)  # compiled before the clock starts
    done = threading.Event()
    late: list[bool] = []

    def frames() -> None:
        began = time.perf_counter()
        while not done.is_set():
            patient.run(FRAME_S)
            due = began + FRAME_S * (len(late) + 1)
            left = due - time.perf_counter()
            late.append(left < 0.0)
            time.sleep(max(left, 0.0))

    circulation = threading.Thread(target=frames, daemon=True)
    began = time.perf_counter()
    circulation.start()
    try:
        inflate_leaflets(valve, balloon)
        taken = time.perf_counter() - began
    finally:
        done.set()
        circulation.join()
    return {
        "live_inflation_s": taken,
        "live_frames_count": len(late),
        "live_frames_late_count": sum(late),
    }
