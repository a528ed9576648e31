"""Hearts for the protocols: settled, turned until they show given numbers, sampled by a seed."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvalve.heart import HeartParams, OrificeParams, reference_heart, simulate
from openvalve.hemodynamics import measure
from openvalve.recording import Recording
from openvalve.rhythm import Rhythm

__all__ = ["adult", "at_rate", "draws", "read", "settled", "tuned", "with_area"]

BODY_M2 = 1.8
SETTLE_BEATS = 60
TARGET_FRAC = 0.02  # how closely a sampled heart is asked to show its numbers
PRIOR_LOG_SD = 1.0  # of each turned parameter around the start: weak, so that numbers decide
CLOSEST, FARTHEST = -1.8, 1.8  # log bounds of a turned parameter
VALVES = ("aortic", "mitral", "pulmonary", "tricuspid")


def adult(rate_bpm: float = 70.0) -> HeartParams:
    """Return the default healthy adult."""
    return reference_heart(bsa_m2=BODY_M2, rate_bpm=rate_bpm)


def with_area(heart: HeartParams, valve: str, area_cm2: float) -> HeartParams:
    """Return a heart whose valve opens to ``area_cm2``."""
    orifice: OrificeParams = getattr(heart, valve)
    changes: dict[str, Any] = {valve: replace(orifice, area_effective_cm2=area_cm2)}
    return replace(heart, **changes)


def at_rate(heart: HeartParams, rate_bpm: float) -> HeartParams:
    """Return a heart that beats at another rate in the same rhythm."""
    return replace(heart, rhythm=replace(heart.rhythm, rate_bpm=rate_bpm))


def settled(heart: HeartParams, *, record: int = 3, beats: int = SETTLE_BEATS) -> Recording:
    """Return the last beats of a heart left to itself, breath held, reflexes off."""
    return simulate(heart, beats=beats + record, record_beats=record).recording


def read(heart: HeartParams, valve: str = "aortic", *, record: int = 3) -> dict[str, float]:
    """Return what a laboratory would write down of a settled heart."""
    return measure(settled(heart, record=record), valve)


def _scaled(heart: HeartParams, names: Sequence[str], theta: NDArray[np.float64]) -> HeartParams:
    changes: dict[str, Any] = {}
    for name, step in zip(names, theta, strict=True):
        factor = math.exp(float(step))
        if name in VALVES:
            orifice: OrificeParams = getattr(heart, name)
            changes[name] = replace(orifice, area_effective_cm2=orifice.area_effective_cm2 * factor)
        elif name == "rate_bpm":
            rhythm: Rhythm = heart.rhythm
            changes["rhythm"] = replace(rhythm, rate_bpm=rhythm.rate_bpm * factor)
        else:
            changes[name] = getattr(heart, name) * factor
    return replace(heart, **changes)


def tuned(
    heart: HeartParams, valve: str, targets: Mapping[str, float], names: Sequence[str]
) -> HeartParams:
    """Return the heart whose named parameters were turned until it shows the target numbers.

    Parameters
    ----------
    heart : where to start.
    valve : of which the gradients are.
    targets : keys of ``measure`` to positive values, each within about 2 %.
    names : fields of ``HeartParams``, or the name of a valve for its area.
    """
    from scipy.optimize import least_squares

    def residuals(theta: NDArray[np.float64]) -> NDArray[np.float64]:
        values = read(_scaled(heart, names, theta), valve, record=2)
        gaps = [
            math.log(max(values.get(key, 0.0), 1e-3) / wanted) / TARGET_FRAC
            for key, wanted in targets.items()
        ]
        return np.append(np.array(gaps), theta / PRIOR_LOG_SD)

    found = least_squares(
        residuals,
        np.zeros(len(names)),
        bounds=(CLOSEST, FARTHEST),
        diff_step=[1e-3],
        x_scale=0.2,
        max_nfev=40,
    )
    return _scaled(heart, names, np.asarray(found.x))


def draws(seed: int, count: int, width: int) -> NDArray[np.float64]:
    """Return standard normal draws, shape (count, width); each column has mean 0 and SD 1.

    A sampled group stands for the printed one, so its own mean and spread are set exactly.
    """
    rng = np.random.Generator(np.random.Philox(key=seed))
    z = rng.standard_normal((count, width))
    return np.asarray((z - z.mean(axis=0)) / z.std(axis=0))
