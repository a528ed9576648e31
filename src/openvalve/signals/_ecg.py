"""The 12-lead ECG of a list of electrical events, in consecutive chunks."""

from collections import deque
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputError, InputItem
from openvalve.recording import EVENT_KINDS, ElectricalEvent
from openvalve.signals._dower import (
    ELECTRODES,
    LEADS,
    electrode_potentials_mv,
    leads_of_electrodes_mv,
    projected,
)
from openvalve.signals._ecg_noise import Disturbance
from openvalve.signals._ecg_params import EcgParams, EcgSetup
from openvalve.signals._ecg_rhythms import Episode, smooth_step
from openvalve.signals._ecg_waves import (
    TAIL_SD,
    QtMemory,
    Wave,
    p_wave,
    spike_wave,
    turned,
    ventricular_wave,
)
from openvalve.units import Hz, Mv, Ratio, S

__all__ = ["Ecg"]

Array = NDArray[np.float64]
Onset = tuple[int, float]

_STARTS: Final = frozenset({"f", "flutter", "vf"})
_SHOCK_LASTS_SD: Final = 12.0  # time constants: 300 mV is then 2 nV
_SLICE_COUNT: Final = 256  # samples drawn at a time: few waves speak in them
_CLEAN: Final = EcgSetup()
_TICKS: Final = 2**20  # of a sample: one time is one onset, whatever chunk it comes in
_ENDS: Final = {"atria_quiet": ("f", "flutter"), "vf_end": ("vf",)}


class Ecg:
    """Draws 12 leads from electrical events; a state carries each wave over chunk borders.

    Equation
    --------
    dipole(t) = sum over waves of sum over Gaussians a exp(-(t - onset - c)^2 / (2 s^2)) + ST;
    leads by Dower's matrix over nine electrodes (``_dower``), where cables and noise act.

    Assumes   : one dipole; a wave begins at its event and knows nothing before it.
    Source    : [Sameni 2007] for the form; shapes are ours (``_ecg_tables``).
    Verified  : tests/physics/signals/test_ecg_*.py
    """

    def __init__(self, params: EcgParams, seed: int, rate_hz: Hz = 500.0) -> None:
        if not 100.0 <= rate_hz <= 5000.0:
            item = InputItem(key="rate_hz", got=f"{rate_hz:g} Hz", allowed="100 to 5000 Hz")
            raise InputError([item])
        self.params = params
        self.rate_hz = rate_hz
        self._seed = seed
        self._first = 0
        self._carried = 0.0  # of a sample, asked for and not drawn yet
        self._active = _Active(rate_hz)
        self._episodes: list[Episode] = []
        self._shocks: list[Onset] = []
        self._beat: Onset | None = None
        self._memory = QtMemory(60.0 / params.rate_bpm)
        self._noise = Disturbance(seed, rate_hz)
        self._waiting: deque[tuple[Onset, str]] = deque()

    @property
    def clock_s(self) -> S:
        """Time of the next sample, from the first one ever drawn."""
        return self._first / self.rate_hz

    def run(
        self,
        events: Sequence[ElectricalEvent],
        seconds: S,
        *,
        st_mv: Mv | Array = 0.0,
        breathing_ratio: Ratio | Array = 0.0,
        setup: EcgSetup | None = None,
    ) -> Array:
        """Return the next samples of the 12 leads, shape (n, 12), mV, in the order of ``LEADS``.

        Parameters
        ----------
        events : ascending; ``at_s`` from the start of this call. One that lies after it is
            kept; one before it is drawn from here on.
        seconds : length of this call; a fraction of a sample is carried to the next one.
        st_mv : injury vector of the ST segment: its length along ``EcgParams.injury_...``
            (positive lifts the leads it points to, negative lowers them), one number or shape
            (n,); or Frank X, Y, Z, shape (n, 3).
        breathing_ratio : 0 end of expiration, 1 a full breath in; one number or shape (n,).
        setup : electrodes, amplifier and noise; clean where not given.
        """
        _check(events, seconds)
        wanted = self._carried + seconds * self.rate_hz
        count = int(wanted + 1e-6)
        injury = self._injury(st_mv, count)
        breath = _per_sample("breathing_ratio", breathing_ratio, count)
        setup = _CLEAN if setup is None else setup
        self._wait(events)
        self._carried = wanted - count
        leads = np.empty((count, len(LEADS)))
        for begin in range(0, count, _SLICE_COUNT):
            part = slice(begin, min(begin + _SLICE_COUNT, count))
            hurt = None if injury is None else injury[part]
            leads[part] = self._next(part.stop - begin, hurt, breath[part], setup)
        return leads

    def _next(self, count: int, injury: Array | None, breath: Array, setup: EcgSetup) -> Array:
        """Return the next few samples, shape (count, 12)."""
        while self._waiting and self._waiting[0][0][0] < self._first + count:
            self._take(*self._waiting.popleft())
        dipole = self._active.run(self._first, count, injury)
        for episode in self._episodes:
            skip, part = episode.run(self._first, count)
            dipole[skip:] += part
        if np.any(breath):
            fall = 1.0 - self.params.breathing_fall_frac * breath
            dipole = turned(dipole, self.params.breathing_turn_deg * breath) * fall[:, None]
        leads = self._record(dipole, count, setup, breath)
        self._first += count
        self._forget(setup)
        return leads

    def _wait(self, events: Sequence[ElectricalEvent]) -> None:
        """Queue events by time, on the clock of all samples."""
        if not events:
            return
        waiting = list(self._waiting)
        for at_s, kind in events:
            whole, ticks = divmod(round((self._carried + at_s * self.rate_hz) * _TICKS), _TICKS)
            waiting.append(((self._first + whole, ticks / _TICKS), kind))
        self._waiting = deque(sorted(waiting, key=lambda pair: pair[0]))

    def _take(self, onset: Onset, kind: str) -> None:
        if kind in ("p", "p_ectopic"):
            self._active.add(onset, p_wave(self.params, kind))
        elif kind in ("spike_a", "spike_v"):
            self._active.add(onset, spike_wave(self.params, kind, self.rate_hz))
        elif kind == "shock":
            self._shocks.append(onset)
        elif kind in _STARTS:
            self._start(kind, onset)
        elif kind in _ENDS:
            for episode in self._episodes:
                if episode.kind in _ENDS[kind] and episode.end is None:
                    episode.end = onset
        else:
            self._ventricles(kind, onset)

    def _start(self, kind: str, onset: Onset) -> None:
        others = ("vf",) if kind == "vf" else ("f", "flutter")
        for episode in self._episodes:
            if episode.kind in others and episode.end is None:
                if episode.kind == kind:
                    return
                episode.end = onset
        self._episodes.append(Episode(self.params, kind, self._seed, self.rate_hz, onset))

    def _ventricles(self, kind: str, onset: Onset) -> None:
        last = 60.0 / self.params.rate_bpm
        if self._beat is not None:
            last = (onset[0] - self._beat[0] + (onset[1] - self._beat[1])) / self.rate_hz
        self._beat = onset
        adapted = self._memory.interval_s(last)
        self._active.add(onset, ventricular_wave(self.params, kind, adapted, last))

    def _injury(self, st_mv: float | Array, count: int) -> Array | None:
        given = np.asarray(st_mv, dtype=np.float64)
        if given.ndim == 2:
            if given.shape != (count, 3):
                allowed = f"({count}, 3)"
                raise InputError([InputItem(key="st_mv", got=str(given.shape), allowed=allowed)])
            return _finite("st_mv", given)
        size = _per_sample("st_mv", given, count)
        if not np.any(size):
            return None
        p = self.params
        direction = np.array([p.injury_x_ratio, p.injury_y_ratio, p.injury_z_ratio])
        unit = direction / np.sqrt(np.sum(np.square(direction)))
        injury: Array = size[:, None] * unit
        return injury

    def _record(self, dipole: Array, count: int, setup: EcgSetup, breath: Array) -> Array:
        potentials = electrode_potentials_mv(dipole)
        shocks = [at[0] - self._first + at[1] for at in self._shocks]
        noise = self._noise.run(self._first, count, setup, breath, shocks)
        if noise is not None:
            potentials += noise
        for name in setup.off:
            if name != "RL":
                at = ELECTRODES.index(name)
                potentials[:, at] = self._noise.open_mv(noise, count, at, setup)
        for one, other in setup.swapped:
            a, b = ELECTRODES.index(one), ELECTRODES.index(other)
            potentials[:, [a, b]] = potentials[:, [b, a]]
        return leads_of_electrodes_mv(potentials, setup.range_mv)

    def _forget(self, setup: EcgSetup) -> None:
        self._active.forget(self._first)
        self._episodes = [e for e in self._episodes if not e.over(self._first)]
        lasts = _SHOCK_LASTS_SD * 2 * setup.shock_s * self.rate_hz
        self._shocks = [s for s in self._shocks if self._first - s[0] < lasts]


def _per_sample(key: str, value: float | Array, count: int) -> Array:
    given = np.asarray(value, dtype=np.float64)
    if given.ndim > 1 or (given.ndim == 1 and given.shape[0] != count):
        allowed = f"one number or ({count},)"
        raise InputError([InputItem(key=key, got=str(given.shape), allowed=allowed)])
    return np.broadcast_to(_finite(key, given), (count,))


def _finite(key: str, given: Array) -> Array:
    if not np.all(np.isfinite(given)):
        raise InputError([InputItem(key=key, got="not a number", allowed="finite")])
    return given


def _check(events: Sequence[ElectricalEvent], seconds: float) -> None:
    items = []
    if not 0.0 <= seconds <= 86400.0:
        items.append(InputItem(key="seconds", got=f"{seconds:g} s", allowed="0 to 86400 s"))
    for at_s, kind in events:
        if kind not in EVENT_KINDS or not np.isfinite(at_s):
            allowed = "a finite time and " + ", ".join(EVENT_KINDS)
            items.append(InputItem(key="event", got=f"{at_s} {kind}", allowed=allowed))
    if items:
        raise InputError(items)


class _Active:
    """The waves that are not over, as flat arrays."""

    def __init__(self, rate_hz: float) -> None:
        self._rate = rate_hz
        self._waves: list[tuple[Onset, Wave]] = []
        self._stale = True

    def add(self, onset: Onset, wave: Wave) -> None:
        self._waves.append((onset, wave))
        self._stale = True

    def forget(self, first: int) -> None:
        kept = [(o, w) for o, w in self._waves if o[0] + 1 + w.end_s * self._rate > first]
        self._stale |= len(kept) < len(self._waves)
        self._waves = kept

    def run(self, first: int, count: int, injury: Array | None) -> Array:
        """Return the dipole of all waves, shape (count, 3), mV."""
        if not self._waves:
            return np.zeros((count, 3))
        if self._stale:
            self._flatten()
        steps = np.arange(count)[:, None]
        since = (steps + (first - self._base)) / self._rate - self._part
        gate = smooth_step(since / self._rise)
        z = (since - self._center) / self._sd
        bell = np.where(z < TAIL_SD, np.exp(-0.5 * z * z), 0.0)  # over when its wave is forgotten
        dipole = projected(gate * bell, self._amplitude)
        if self._st is not None:
            since = (steps + (first - self._st_base)) / self._rate - self._st_part
            begin, whole, fade, gone = self._st_s
            window = smooth_step((since - begin) / (whole - begin))
            window = window * (1.0 - smooth_step((since - fade) / (gone - fade)))
            dipole = dipole + projected(window, self._st)
            if injury is not None:
                dipole = dipole + window.sum(axis=1, keepdims=True) * injury
        return dipole

    def _flatten(self) -> None:
        sizes = [w.gaussians.shape[0] for _, w in self._waves]
        rows = np.concatenate([w.gaussians for _, w in self._waves])
        self._base = np.repeat([o[0] for o, _ in self._waves], sizes)
        self._part = np.repeat([o[1] / self._rate for o, _ in self._waves], sizes)
        self._rise = np.repeat([w.rise_s for _, w in self._waves], sizes)
        self._center, self._sd, self._amplitude = rows[:, 0], rows[:, 1], rows[:, 2:].copy()
        beats = [(o, w, w.st_mv) for o, w in self._waves if w.st_mv is not None]
        self._st = np.stack([st for _, _, st in beats]) if beats else None
        if beats:
            self._st_base = np.array([o[0] for o, _, _ in beats])
            self._st_part = np.array([o[1] / self._rate for o, _, _ in beats])
            self._st_s = np.array([w.st_s for _, w, _ in beats]).T
        self._stale = False
