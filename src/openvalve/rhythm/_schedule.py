"""When each chamber fires: sinus rhythm, atrial fibrillation and ventricular pacing."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from openvalve.rhythm._curves import duration_scale
from openvalve.rhythm._strength import PACED_STRENGTH_FRAC
from openvalve.units import Bpm, Frac

__all__ = ["Rhythm", "Schedule", "schedule"]

RhythmName = Literal["sinus", "atrial_fibrillation", "paced"]

CONDUCTION_S = 0.155  # atrial before ventricular contraction at 70/min; PR 120-200 ms [K]
FIBRILLATION_CV_FRAC = 0.20  # spread of intervals, CV 0.16-0.26 [K]; ecg_and_murmur.md
# Medians of the tenths of a standard normal distribution.
FIBRILLATION_TENTHS = np.array(
    [-1.645, -1.036, -0.674, -0.385, -0.126, 0.126, 0.385, 0.674, 1.036, 1.645]
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Rhythm:
    """What drives the heart.

    Attributes
    ----------
    name : sinus, atrial_fibrillation or paced (from the right ventricle, atria not in step).
    rate_bpm : mean ventricular rate.
    seed : stream of the irregular intervals of fibrillation.
    """

    name: RhythmName = "sinus"
    rate_bpm: Bpm = 70.0
    seed: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """Contraction onsets of a stretch of time, each with its duration scale and strength.

    Attributes
    ----------
    ventricular_s, ventricular_scale, ventricular_strength : shape (k,), onsets ascending.
    atrial_s, atrial_scale, atrial_strength : shape (m,); in fibrillation the atria do not
        contract and m is 1, with strength 0.
    """

    ventricular_s: NDArray[np.float64]
    ventricular_scale: NDArray[np.float64]
    ventricular_strength: NDArray[np.float64]
    atrial_s: NDArray[np.float64]
    atrial_scale: NDArray[np.float64]
    atrial_strength: NDArray[np.float64]


def _intervals(rhythm: Rhythm, count: int) -> NDArray[np.float64]:
    mean = 60.0 / rhythm.rate_bpm
    if rhythm.name != "atrial_fibrillation":
        return np.full(count, mean)
    # Ten beats hold the ten tenths of the distribution in a drawn order, so that any ten have the
    # mean rate; block b has its own counter, so that a longer schedule begins with the shorter.
    spread = np.sqrt(np.log1p(FIBRILLATION_CV_FRAC**2))
    block = np.exp(spread * FIBRILLATION_TENTHS)
    block *= mean / block.mean()
    blocks = [
        np.random.Generator(np.random.Philox(key=rhythm.seed, counter=b)).permutation(block)
        for b in range(-(-count // block.size))
    ]
    return np.concatenate(blocks)[:count]


def schedule(rhythm: Rhythm, beats: int, *, strength_frac: Frac = 1.0) -> Schedule:
    """Return the onsets of ``beats`` ventricular contractions, the first at its conduction time.

    Parameters
    ----------
    rhythm : which rhythm, at which rate.
    beats : number of ventricular contractions, 1 or more.
    strength_frac : contractility common to all beats, 0 to 1.5.
    """
    intervals = _intervals(rhythm, beats)
    scale = np.array([duration_scale(float(i)) for i in intervals])
    conduction = CONDUCTION_S * scale
    onsets = conduction[0] + np.concatenate(([0.0], np.cumsum(intervals[:-1])))
    # The interval before a beat sets its duration: beat k follows intervals[k-1].
    before = np.concatenate((scale[:1], scale[:-1]))
    strength = np.full(beats, strength_frac)
    if rhythm.name == "paced":
        strength = strength * PACED_STRENGTH_FRAC
    in_step = rhythm.name == "sinus"
    return Schedule(
        ventricular_s=onsets,
        ventricular_scale=before,
        ventricular_strength=strength,
        atrial_s=onsets - conduction if in_step else np.zeros(1),
        atrial_scale=before if in_step else np.ones(1),
        atrial_strength=np.full(beats, strength_frac) if in_step else np.zeros(1),
    )
