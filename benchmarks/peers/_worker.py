"""A peer as a process of its own: it names its cases, then runs one each time it is asked.

Protocol, one JSON object a line: on start ``{"peer", "version", "cases": {NAME: {...}}}``; for each
name read ``{"case", "wall_s"}``; the first answer of a case also carries ``"end"``. An exception
becomes ``{"error"}``. What the peer itself prints goes to stderr.
"""

import json
import math
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

BEATS = 20
INTERVAL_S = 60.0 / 70.0


@dataclass(frozen=True, kw_only=True)
class Case:
    """One way to run a peer for ``BEATS`` beats.

    ``run`` is timed: from parameters to the last beat's curves. ``read`` is not: it turns what
    ``run`` returned into systolic and diastolic aortic pressure (mmHg) and the smallest and
    largest volume of the left ventricle (mL) in the last beat.
    """

    model: str
    step: str
    run: Callable[[], Any]
    read: Callable[[Any], tuple[float, float, float, float]]
    step_s: float | None = None
    interval_s: float = INTERVAL_S

    @property
    def simulated_s(self) -> float:
        return BEATS * self.interval_s


def _end(values: tuple[float, float, float, float]) -> dict[str, float]:
    if not all(math.isfinite(v) for v in values):
        raise FloatingPointError(f"the heart ended in {values}")
    systolic, diastolic, smallest, largest = values
    return {
        "systolic_mmhg": systolic,
        "diastolic_mmhg": diastolic,
        "stroke_volume_ml": largest - smallest,
        "end_diastolic_ml": largest,
    }


def serve(peer: str, version: str, cases: dict[str, Case]) -> None:
    """Announce the cases, then answer until stdin ends."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # prints of the peer must not mix with the answers

    def say(answer: dict[str, Any]) -> None:
        print(json.dumps(answer), file=answers, flush=True)

    say(
        {
            "peer": peer,
            "version": version,
            "cases": {
                name: {
                    "model": c.model,
                    "step": c.step,
                    "step_s": c.step_s,
                    "simulated_s": c.simulated_s,
                }
                for name, c in cases.items()
            },
        }
    )
    seen: set[str] = set()
    for line in sys.stdin:
        name = line.strip()
        case = cases[name]
        try:
            start = time.perf_counter()
            result = case.run()
            answer: dict[str, Any] = {"case": name, "wall_s": time.perf_counter() - start}
            if name not in seen:
                seen.add(name)
                answer["end"] = _end(case.read(result))
        except Exception as error:
            answer = {"case": name, "error": f"{type(error).__name__}: {error}"}
        say(answer)
