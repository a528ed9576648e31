"""Ours: ``simulate`` at the steps of the peers, and the live model where this version has one."""

from typing import Any

import numpy as np
from _worker import BEATS, INTERVAL_S, Case, serve

import openvalve
from openvalve import heart
from openvalve.circulation import State

HEART = heart.reference_heart(bsa_m2=1.8, rate_bpm=60.0 / INTERVAL_S)
MODEL = f"{len(State._fields)} states: 4 chambers, 4 valves with state, vessels, pericardium"


def read(recording: Any) -> tuple[float, float, float, float]:
    beat = slice(-round(INTERVAL_S * recording.rate_hz), None)
    ao, lv = recording["AO"][beat], recording["VOL_LV"][beat]
    return float(ao.max()), float(ao.min()), float(np.min(lv)), float(np.max(lv))


def static(step_s: float) -> Case:
    return Case(
        model=MODEL,
        step=f"semi-implicit, {1e3 * step_s:g} ms",
        step_s=step_s,
        run=lambda: heart.simulate(HEART, beats=BEATS, record_beats=1, tick_s=step_s).recording,
        read=read,
    )


def live() -> dict[str, Case]:
    """Return the live model, settled once; every run goes on from where the last one ended."""
    make = getattr(heart, "Live", None)
    if make is None:
        return {}
    patient = make(HEART)
    return {
        "live": Case(
            model="the whole body: breathing, gases, reflexes, drugs, coronaries, rhythm; "
            "every channel recorded at 1 kHz",
            step="semi-implicit, 1 ms; slow parts 20 ms",
            step_s=1e-3,
            run=lambda: patient.run(BEATS * INTERVAL_S),
            read=read,
        )
    }


if __name__ == "__main__":
    cases = {f"simulate {1e3 * s:g} ms": static(s) for s in (1e-3, 0.75e-3, 0.6e-3)}
    serve("OpenValve", openvalve.__version__, cases | live())
