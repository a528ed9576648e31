"""When an atrium pushes blood into its ventricle hard enough to be heard: the fourth sound."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver
from openvalve.signals._sounds_valves import RATE_HZ, SoundKind, Strike

__all__ = ["AtrialKick", "watch_kick"]

Samples = NDArray[np.float64]

# Greatest acceleration of the inflow by the atrium over the healthy area of the valve, m/s2: the
# reference heart at rest has 17.9 on the left, 8.5 to 12.6 on the right with the breath. A tenth
# above it nobody hears (unchecked default, 0 to 30 %).
NORMAL_M_S2: Final = {"S4": 19.7, "RS4": 13.9}
PUSHING_MS: Final = (
    60.0  # from the onset of the atrium's inflow to its peak 55 +- 10 [source below]
)
STILL_ML_S: Final = 5.0  # slower inflow is none
# Share of the normal push from which on it is the atrium's, not a ripple of the early filling
# (unchecked default, 0.1 to 0.3).
PUSH_FRAC: Final = 0.15


class AtrialKick:
    """Follow the inflow of one ventricle; tell when its atrium pushes.

    The fourth sound begins with the atrium's inflow (1 +- 5 ms in patients) and seems powered by
    the forces that accelerate it. Where filling is one wave (fast rates), or the atrium
    fibrillates, or the valve is narrow, nothing pushes and there is none.

    Parameters
    ----------
    kind : the sound of this ventricle.
    healthy_cm2 : opened area of a healthy inflow valve of this body.

    Assumes   : what exceeds the normal push is heard; how stiff the ventricle is acts through the
        pressure that its atrium has come to.
    Source    : Vancheri and Gibson, Br Heart J 1989;61:144 (abstract read).
    Verified  : tests/unit/signals/test_sounds_atria.py
    """

    def __init__(self, kind: SoundKind, healthy_cm2: float) -> None:
        self.kind = kind
        self._normal_ml_s2 = 100.0 * NORMAL_M_S2[kind] * healthy_cm2
        self._state = np.zeros(1)

    def run(self, first_ms: float, flow: Samples) -> list[Strike]:
        """Return the sounds that begin in the next samples, one a ms, each with what it met there.

        Parameters
        ----------
        first_ms : time of the second sample; the first is the last one of the run before.
        flow : through the inflow valve, mL/s, shape (n + 1,).
        """
        began = np.empty(flow.shape[0])
        least = PUSH_FRAC * self._normal_ml_s2
        count = watch_kick(float(first_ms), flow, RATE_HZ, least, self._state, began)
        found = []
        for at in began[:count].tolist():
            strike = Strike(kind=self.kind, at_ms=at, travel_frac=1.0, tensing_ms=PUSHING_MS)
            self.load(strike, first_ms, RATE_HZ * np.diff(flow))
            found.append(strike)
        return found

    def load(self, strike: Strike, first_ms: float, push_ml_s2: Samples) -> None:
        """Let a sound of this ventricle meet accelerations of the inflow, one a ms."""
        strike.load(first_ms, push_ml_s2 / self._normal_ml_s2 - 1.0)


@driver
def watch_kick(
    first_ms: float, flow: Samples, rate_hz: float, least: float, state: Samples, began: Samples
) -> int:
    """Follow an inflow through the samples after the first; return how often an atrium pushed.

    Parameters
    ----------
    first_ms : time of the second sample; they come one a ms.
    flow : shape (n + 1,), mL/s.
    rate_hz, least : of the samples; acceleration from which on an atrium pushes, mL/s2.
    state : kept; 0 shut, 1 rising, 2 after the early peak, 3 pushed.
    began : shape (n + 1,), written: when each push was first felt, ms.
    """
    phase = state[0]
    count = 0
    for i in range(flow.shape[0] - 1):
        now, before = flow[i + 1], flow[i]
        if now < STILL_ML_S:
            if phase != 2.0 or now < 0.0:  # slow flow between both waves is no closure
                phase = 0.0
        elif phase == 0.0:
            phase = 1.0
        if phase == 1.0 and now < before:
            phase = 2.0
        elif phase == 2.0 and (now - before) * rate_hz > least:
            phase = 3.0
            began[count] = first_ms + i
            count += 1
    state[0] = phase
    return count
