"""Where the tip of a catheter is, and what pressure it meets there.

A tip in a chamber meets the chamber's pressure; on its way through a valve its side holes lie on
both sides; wedged or caught in trabeculae it meets something else. All of them run: chunks of true
pressures in, chunks of the pressure at the tip out, any state kept between them.
"""

import itertools
import math
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from openvalve.errors import InputError, InputItem
from openvalve.recording import Channel, Recording
from openvalve.signals._lines import PressureLine
from openvalve.units import Cm, Frac, Hz, Ms, Ratio

__all__ = [
    "LEFT_ROUTE",
    "RIGHT_ROUTE",
    "Catheter",
    "CaughtTip",
    "ChamberTip",
    "Route",
    "RouteTip",
    "Tip",
    "WedgedTip",
    "measured_pressures",
]

Samples = NDArray[np.float64]
Pressures = Mapping[str, Samples]

# The wedge comes 100 to 150 ms after the left atrium, 2 to 4 mmHg smaller [Eberli, right heart
# catheterization, read]: a travel time, then a lung that evens out.
WEDGE_DELAY_MS = 70.0  # 50 to 120
WEDGE_DAMPING_MS = 60.0  # 20 to 80; its lag adds to the delay, some 120 ms together

# A tip caught in trabeculae: sealed, then squeezed by the muscle, rattling as it is struck. All
# three are choices, made so that the trace is damped, too high in systole and spiky [K].
SEAL_MS = 25.0  # 10 to 60
SQUEEZE_FRAC = 0.25  # of the systolic pressure on top; 0 to 1
RATTLE_HZ = 32.0  # 20 to 60
RATTLE_DAMPING_RATIO = 0.08
RATTLE_RATIO = 1.0  # size of the rattle over the step of pressure that strikes it


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """Chambers in the order in which a catheter meets them, pulled back or pushed.

    Attributes
    ----------
    chambers : names of their pressure channels.
    borders_cm : where one ends and the next begins, one fewer than chambers, rising.
    """

    chambers: tuple[str, ...]
    borders_cm: tuple[float, ...]


# Depths are those of an adult and meant to be replaced by the patient's anatomy [K]: from the apex
# backwards, and from the right atrium onwards.
LEFT_ROUTE = Route(chambers=("LV", "AO"), borders_cm=(8.0,))
RIGHT_ROUTE = Route(chambers=("RA", "RV", "RVOT", "PA"), borders_cm=(6.0, 13.0, 16.0))


class Tip(ABC):
    """Something at the end of a catheter that meets a pressure."""

    @abstractmethod
    def run(self, pressures: Pressures) -> Samples:
        """Return the pressure at the tip for the next chunk, shape (n,), mmHg.

        Parameters
        ----------
        pressures : name of a chamber to its true pressure, shape (n,), mmHg.
        """


def _pressure(pressures: Pressures, chamber: str) -> Samples:
    if chamber not in pressures:
        raise InputError(
            [InputItem(key="tip.chamber", got=chamber, allowed=", ".join(sorted(pressures)))]
        )
    return np.asarray(pressures[chamber], dtype=np.float64)


@final
class ChamberTip(Tip):
    """A tip free in a chamber."""

    def __init__(self, chamber: str) -> None:
        self.chamber = chamber

    def run(self, pressures: Pressures) -> Samples:
        """Return the chamber's pressure."""
        return _pressure(pressures, self.chamber)


@final
class RouteTip(Tip):
    """A tip on a route, at a depth that may change while it runs.

    Equation
    --------
    p = sum_i share_i p_i, share_i the part of the stretch with holes, from the tip backwards,
    that lies in chamber i. Holes on both sides of a valve show a mixture, as a pigtail does.

    Parameters
    ----------
    route : where it goes.
    depth_cm : of the end of the catheter along the route.
    holes_cm : length of the stretch with side holes; an end hole has 0. A pigtail 5 [K].
    """

    def __init__(self, route: Route, *, depth_cm: Cm, holes_cm: Cm = 0.0) -> None:
        if len(route.borders_cm) != len(route.chambers) - 1 or any(
            b <= a for a, b in itertools.pairwise(route.borders_cm)
        ):
            got, allowed = str(route.borders_cm), f"{len(route.chambers) - 1} rising depths"
            raise InputError([InputItem(key="route.borders_cm", got=got, allowed=allowed)])
        self.route = route
        self.depth_cm = depth_cm
        self.holes_cm = holes_cm
        self.path_cm: Samples | None = None

    def follow(self, path_cm: Samples) -> None:
        """Move along these depths, one a sample, in the next chunk; stay at the last one."""
        self.path_cm = np.asarray(path_cm, dtype=np.float64)

    def run(self, pressures: Pressures) -> Samples:
        """Return the mixture of the chambers that the holes lie in."""
        n = _pressure(pressures, self.route.chambers[0]).shape[0]
        depth = np.full(n, self.depth_cm) if self.path_cm is None else self.path_cm
        if depth.shape[0] != n:
            got, allowed = f"{depth.shape[0]} depths", f"{n}, one a sample"
            raise InputError([InputItem(key="tip.path_cm", got=got, allowed=allowed)])
        self.path_cm = None
        if n:
            self.depth_cm = float(depth[-1])
        shares = _shares(self.route, depth, self.holes_cm)
        return sum(
            (
                share * _pressure(pressures, name)
                for share, name in zip(shares, self.route.chambers, strict=True)
            ),
            np.zeros(n),
        )


def _shares(route: Route, depth_cm: Samples, holes_cm: float) -> list[Samples]:
    """Return the share of the holes in each chamber, each of shape (n,); they sum to 1."""
    borders = [-math.inf, *route.borders_cm, math.inf]
    if holes_cm <= 0.0:
        return [
            ((depth_cm >= a) & (depth_cm < b)).astype(np.float64)
            for a, b in itertools.pairwise(borders)
        ]
    back = depth_cm - holes_cm
    return [
        np.clip(np.minimum(depth_cm, b) - np.maximum(back, a), 0.0, None) / holes_cm
        for a, b in itertools.pairwise(borders)
    ]


class _Pole:
    """A first-order low pass that keeps its state; it starts settled."""

    def __init__(self, time_ms: Ms, rate_hz: Hz) -> None:
        self._keep = math.exp(-1000.0 / (time_ms * rate_hz)) if time_ms > 0.0 else 0.0
        self._last: float | None = None

    def run(self, x: Samples) -> Samples:
        if x.shape[0] == 0:
            return x
        last = float(x[0]) if self._last is None else self._last
        y, _ = lfilter([1.0 - self._keep], [1.0, -self._keep], x, zi=[self._keep * last])
        self._last = float(y[-1])
        return np.asarray(y)


class _Delay:
    """A delay by whole samples; before the first one it shows that one."""

    def __init__(self, delay_ms: Ms, rate_hz: Hz) -> None:
        self._count = round(0.001 * delay_ms * rate_hz)
        self._held: Samples | None = None

    def run(self, x: Samples) -> Samples:
        if x.shape[0] == 0:
            return x
        held = np.full(self._count, x[0]) if self._held is None else self._held
        joined = np.concatenate([held, x])
        self._held = joined[x.shape[0] :]
        return joined[: x.shape[0]]


@final
class WedgedTip(Tip):
    """A tip wedged in a branch of the pulmonary artery: the left atrium, late and blunted.

    Equation
    --------
    p = (1 - leak) W + leak PA, W the left atrial pressure after ``delay_ms`` and a first-order
    low pass of ``damping_ms``. The mean stays that of the left atrium.

    Parameters
    ----------
    delay_ms, damping_ms : together 100 to 150 ms.
    leak_frac : share of the pulmonary arterial pressure where the branch is not shut; 0 to 1.
    """

    def __init__(
        self,
        *,
        delay_ms: Ms = WEDGE_DELAY_MS,
        damping_ms: Ms = WEDGE_DAMPING_MS,
        leak_frac: Frac = 0.0,
        rate_hz: Hz = 1000.0,
    ) -> None:
        self.leak_frac = leak_frac
        self._delay = _Delay(delay_ms, rate_hz)
        self._pole = _Pole(damping_ms, rate_hz)

    def run(self, pressures: Pressures) -> Samples:
        """Return the wedge pressure."""
        wedge = self._pole.run(self._delay.run(_pressure(pressures, "LA")))
        if self.leak_frac == 0.0:
            return wedge
        return (1.0 - self.leak_frac) * wedge + self.leak_frac * _pressure(pressures, "PA")


@final
class CaughtTip(Tip):
    """A tip caught between trabeculae: damped, too high in systole, with spikes where it is hit.

    Equation
    --------
    p = L + squeeze max(L, 0) + rattle H, L the chamber through a first-order low pass, H what a
    lightly damped resonance adds to the steps of the pressure (its high-passed ringing).
    """

    def __init__(
        self,
        chamber: str = "LV",
        *,
        seal_ms: Ms = SEAL_MS,
        squeeze_frac: Frac = SQUEEZE_FRAC,
        rattle_ratio: Ratio = RATTLE_RATIO,
        rate_hz: Hz = 1000.0,
    ) -> None:
        self.chamber = chamber
        self.squeeze_frac = squeeze_frac
        self.rattle_ratio = rattle_ratio
        self._pole = _Pole(seal_ms, rate_hz)
        # x - ... resonance: H(s) = s^2/(s^2 + 2 z w s + w^2), by the bilinear transform at w.
        k = math.tan(math.pi * RATTLE_HZ / rate_hz)
        d = 1.0 + 2.0 * RATTLE_DAMPING_RATIO * k + k * k
        self._b = np.array([1.0, -2.0, 1.0]) / d
        self._a = np.array(
            [1.0, 2.0 * (k * k - 1.0) / d, (1.0 - 2.0 * RATTLE_DAMPING_RATIO * k + k * k) / d]
        )
        self._state: Samples | None = None

    def run(self, pressures: Pressures) -> Samples:
        """Return the pressure in the pocket."""
        x = _pressure(pressures, self.chamber)
        if x.shape[0] == 0:
            return x
        if self._state is None:  # settled: y = 0 at constant x
            self._state = x[0] * np.array([-self._b[0], self._b[2]])
        ring, self._state = lfilter(self._b, self._a, x, zi=self._state)
        sealed = self._pole.run(x)
        return np.asarray(
            sealed + self.squeeze_frac * np.maximum(sealed, 0.0) + self.rattle_ratio * ring
        )


class Catheter:
    """A tip and its line under one name: the measured pressure, and the true one beside it.

    Parameters
    ----------
    name : of the channel, ``LV``; the true one is ``LV_TRUE``.
    tip : where it lies; may be replaced while it runs.
    line : its line.
    moved_by : chamber whose pressure moves it (whip); the tip's own by default.
    """

    def __init__(
        self, name: str, tip: Tip, line: PressureLine, *, moved_by: str | None = None
    ) -> None:
        self.name = name
        self.tip = tip
        self.line = line
        self.moved_by = moved_by
        self._every = round(line.rate_in_hz / line.rate_out_hz)
        self._phase = 0

    def run(self, pressures: Pressures) -> tuple[Channel, Channel]:
        """Return the measured and the true channel of the next chunk, at the line's rate out."""
        at_tip = self.tip.run(pressures)
        motion = None if self.moved_by is None else _pressure(pressures, self.moved_by)
        shown = self.line.run(at_tip, motion)
        true = at_tip[-self._phase % self._every :: self._every].copy()
        self._phase = (self._phase + at_tip.shape[0]) % self._every
        return (
            Channel(name=self.name, unit="mmhg", samples=shown, measured=True),
            Channel(name=f"{self.name}_TRUE", unit="mmhg", samples=true),
        )


def measured_pressures(recording: Recording, catheters: Sequence[Catheter]) -> Recording:
    """Return what several catheters show of a true recording, all at the rate of the first line.

    Raises
    ------
    InputError : lines of different rates, or not of the recording's.
    """
    rates = {c.line.rate_out_hz for c in catheters}
    into = {c.line.rate_in_hz for c in catheters}
    if len(rates) != 1 or into != {recording.rate_hz}:
        raise InputError(
            [
                InputItem(
                    key="catheters",
                    got=f"rates in {sorted(into)}, out {sorted(rates)} Hz",
                    allowed=f"{recording.rate_hz:g} Hz in, and one rate out",
                )
            ]
        )
    pressures = {name: c.samples for name, c in recording.channels.items() if c.unit == "mmhg"}
    channels = {c.name: c for catheter in catheters for c in catheter.run(pressures)}
    return Recording(
        rate_hz=rates.pop(),
        channels=channels,
        beats_s=recording.beats_s,
        start_s=recording.start_s,
        notes=recording.notes,
    )
