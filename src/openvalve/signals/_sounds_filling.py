"""When a ventricle fills fast against its stiffness and is heard: the third sound."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver
from openvalve.signals._sounds_valves import RATE_HZ, SoundKind, Strike

__all__ = ["RapidFilling", "watch_filling"]

Samples = NDArray[np.float64]

# Fastest rise of the filling ventricle's pressure after the peak of early inflow, mmHg/s: the
# reference heart at rest has 51 on the left, 23 to 36 on the right with the breath. Nobody hears
# one that is less than a standard deviation of healthy hearts above it: their inflow decelerates
# by 3.4 +- 1.2 m/s2 [Lavine 1989, abstract read]; 22 of 93 people of 36 to 37 years had a third
# sound that could be heard [PMID 8124806, abstract read].
NORMAL_MMHG_S: Final = {"S3": 69.0, "RS3": 49.0}
BRAKING_MS: Final = 70.0  # from the sound to the peak deceleration, 70 +- 16 [Lavine 1989]
STILL_ML_S: Final = 5.0  # slower inflow is none
EARLY_ML_S: Final = 50.0  # a slower peak is a ripple (unchecked default, 20 to 100)
# An atrium whose pressure rises so fast during inflow contracts: its veins alone raise it by less
# than 20 in the reference heart. What follows is the fourth sound's (unchecked default, 25 to 50).
PUSHING_MMHG_S: Final = 35.0
# Early inflow begins while the ventricle still relaxes, an atrium's wave does not; falls by more
# than this (unchecked, 10 to 30).
RELAXING_MMHG_S: Final = 20.0


class RapidFilling:
    """Follow the filling of one ventricle; tell when it brakes its early inflow.

    The third sound begins at the peak of early inflow (5 +- 5 ms in patients); the forces that
    brake the blood arise within the ventricle, whose pressure then rises by its stiffness times
    the flow: much flow (leaks, a full circulation) or stiff walls make it loud. Where the atrium
    pushes before the peak (fast rates) there is one wave, and no third sound of its own.

    Parameters
    ----------
    kind : the sound of this ventricle.

    Assumes   : what exceeds the normal rise is heard; it grows with it.
    Source    : Vancheri and Gibson, Br Heart J 1989;61:144; Shah, J Am Soc Echocardiogr
        2008;21:394 (abstracts read).
    Verified  : tests/unit/signals/test_sounds_filling.py
    """

    def __init__(self, kind: SoundKind) -> None:
        self.kind = kind
        self._state = np.zeros(1)
        self._rises = np.empty(0)

    def run(
        self,
        first_ms: float,
        flow: Samples,
        ventricle: Samples,
        atrium: Samples,
        contracts: NDArray[np.bool_],
    ) -> list[Strike]:
        """Return the sounds that begin in the next samples, one a ms, each with what it met there.

        Parameters
        ----------
        first_ms : time of the second sample; the first is the last one of the run before.
        flow : through the inflow valve, mL/s, shape (n + 1,).
        ventricle, atrium : their pressures, mmHg, shape (n + 1,).
        contracts : whether the ventricles begin to contract, shape (n,).
        """
        began = np.empty(flow.shape[0])
        self._rises = np.empty(flow.shape[0] - 1)
        count = watch_filling(
            float(first_ms),
            np.ascontiguousarray(flow),
            np.ascontiguousarray(ventricle),
            np.ascontiguousarray(atrium),
            contracts,
            RATE_HZ,
            self._state,
            self._rises,
            began,
        )
        found = []
        for at in began[:count].tolist():
            strike = Strike(kind=self.kind, at_ms=at, travel_frac=1.0, tensing_ms=BRAKING_MS)
            self.load(strike, first_ms)
            found.append(strike)
        return found

    def load(self, strike: Strike, first_ms: float) -> None:
        """Let a sound of this ventricle meet the rises of the samples that were run last."""
        strike.load(first_ms, self._rises / NORMAL_MMHG_S[self.kind] - 1.0)


@driver
def watch_filling(
    first_ms: float,
    flow: Samples,
    ventricle: Samples,
    atrium: Samples,
    contracts: NDArray[np.bool_],
    rate_hz: float,
    state: Samples,
    rises: Samples,
    began: Samples,
) -> int:
    """Follow an inflow through the samples after the first; return how often it was braked.

    Parameters
    ----------
    first_ms : time of the second sample; they come one a ms.
    flow, ventricle, atrium : shape (n + 1,), mL/s and mmHg.
    contracts : shape (n,), whether the ventricles begin to contract.
    rate_hz : of the samples.
    state : kept; 0 shut, 1 rising, 2 braked, 3 no early inflow or not alone: the atrium pushes, the
        ventricle contracts.
    rises : shape (n,), written: how fast the pressure rises while inflow is braked, else 0, mmHg/s.
    began : shape (n + 1,), written: when each early inflow had its peak, ms.
    """
    phase = state[0]
    count = 0
    for i in range(flow.shape[0] - 1):
        now, before = flow[i + 1], flow[i]
        rise = (ventricle[i + 1] - ventricle[i]) * rate_hz
        pushes = (atrium[i + 1] - atrium[i]) * rate_hz > PUSHING_MMHG_S
        rises[i] = 0.0
        if now < STILL_ML_S:
            phase = 0.0
        elif phase == 0.0:
            phase = 1.0 if rise < -RELAXING_MMHG_S else 3.0
        if phase > 0.0 and (pushes or contracts[i]):
            phase = 3.0
        if phase == 1.0 and now < before and before > EARLY_ML_S:
            phase = 2.0
            began[count] = first_ms + i
            count += 1
        if phase == 2.0:
            rises[i] = rise
    state[0] = phase
    return count
