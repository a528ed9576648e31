"""What disturbs an ECG: drift, breathing, mains, muscle, diathermy, contacts, shocks."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from openvalve.signals._dower import ELECTRODES
from openvalve.signals._ecg_params import EcgSetup

__all__ = ["Disturbance", "Filter", "WhiteNoise"]

Array = NDArray[np.float64]

BLOCK_COUNT: Final = 512
MUSCLE_BAND_HZ: Final = (20.0, 120.0)  # of surface muscle in an ECG, unchecked default
OPEN_MAINS_RATIO: Final = 8.0  # an open electrode or no ground picks up more; unchecked default
MAINS_THIRD_RATIO: Final = 0.15  # third harmonic
DRIFT_HZ: Final = (0.05, 0.4)
DRIFTS_COUNT: Final = 5
_LIMBS = 3


class WhiteNoise:
    """Standard normal numbers by sample, shape (n, columns): the same whatever the chunks.

    Counter-based (Philox) in blocks of 512 samples, keyed by seed, stream and block.
    """

    def __init__(self, seed: int, stream: int, columns: int) -> None:
        self._key = (seed & 0xFFFFFFFFFFFFFFFF, stream)
        self._columns = columns
        self._number = -1
        self._block: Array = np.empty((0, columns))

    def _block_at(self, number: int) -> Array:
        if number != self._number:
            key = np.array(self._key, dtype=np.uint64)
            counter = np.array([0, number, 0, 0], dtype=np.uint64)
            generator = np.random.Generator(np.random.Philox(key=key, counter=counter))
            self._block = generator.standard_normal((BLOCK_COUNT, self._columns))
            self._number = number
        return self._block

    def at(self, first: int, count: int) -> Array:
        """Return the numbers of samples first to first + count, shape (count, columns)."""
        parts = []
        at, end = first, first + count
        while at < end:
            number, inside = divmod(at, BLOCK_COUNT)
            upto = min(end - number * BLOCK_COUNT, BLOCK_COUNT)
            parts.append(self._block_at(number)[inside:upto])
            at = number * BLOCK_COUNT + upto
        if len(parts) == 1:
            return parts[0]
        return np.concatenate(parts) if parts else np.empty((0, self._columns))


class Filter:
    """A Butterworth band-pass with state, scaled so that white noise comes out with variance 1."""

    def __init__(self, low_hz: float, high_hz: float, rate_hz: float, columns: int) -> None:
        from scipy.signal import butter, sosfilt

        high = min(high_hz, 0.45 * rate_hz)
        self._filter = sosfilt
        self._sections = butter(2, (low_hz, high), "bandpass", fs=rate_hz, output="sos")
        impulse = np.zeros(int(8 * rate_hz / (high - low_hz)) + 1)
        impulse[0] = 1.0
        self._scale = 1.0 / np.sqrt(np.sum(np.square(sosfilt(self._sections, impulse))))
        self._state = np.zeros((self._sections.shape[0], 2, columns))

    def __call__(self, white: Array) -> Array:
        """Return the next samples, shape as given."""
        out, self._state = self._filter(self._sections, white, axis=0, zi=self._state)
        return np.asarray(out * self._scale)


class Disturbance:
    """Disturbance of nine electrodes from one seed, in consecutive chunks."""

    def __init__(self, seed: int, rate_hz: float) -> None:
        count = len(ELECTRODES)
        self._rate = rate_hz
        self._white = {name: WhiteNoise(seed, i, count) for i, name in enumerate(_STREAMS)}
        self._muscle = Filter(*MUSCLE_BAND_HZ, rate_hz, count)
        fixed = WhiteNoise(seed, len(_STREAMS), count).at(0, 64)
        uniform = np.mod(np.abs(fixed), 0.5) * 2.0
        low, high = np.log(DRIFT_HZ)
        self._drift_hz = np.exp(low + (high - low) * uniform[:DRIFTS_COUNT])
        self._drift_phase = 2.0 * np.pi * uniform[5 : 5 + DRIFTS_COUNT]
        self._mains_gain = 1.0 + 0.4 * np.clip(fixed[10], -2.0, 2.0)
        self._mains_phase = 0.5 * fixed[11]
        self._breath_gain = np.where(np.arange(count) < _LIMBS, 0.5, 1.0) * (
            0.6 + 0.5 * np.clip(fixed[12], -2.0, 2.0)
        )
        self._open_mv = 0.3 * fixed[13]
        self._shock_gain = fixed[14]

    def run(
        self, first: int, count: int, setup: EcgSetup, breathing: Array, shocks: list[float]
    ) -> Array | None:
        """Return shape (count, 9) in mV, None where nothing disturbs.

        Parameters
        ----------
        first : number of the first sample; count : how many.
        breathing : shape (count,), 0 end of expiration to 1 a full breath in.
        shocks : times of shocks, in samples from the first one of this chunk.
        """
        parts = []
        if setup.contact_mv:
            parts.append(setup.contact_mv * self._white["contact"].at(first, count))
        if setup.muscle_mv:
            parts.append(self._muscle_mv(first, count, setup))
        if setup.wander_mv:
            parts.append(self._wander_mv(first, count, setup))
        if setup.breathing_mv:
            parts.append(setup.breathing_mv * breathing[:, None] * self._breath_gain)
        if setup.mains_mv:
            parts.append(self._mains_mv(first, count, setup))
        if setup.diathermy_mv:
            hum = np.abs(np.sin(np.pi * self._cycles(first, count, setup.mains_hz)))
            noise = self._white["diathermy"].at(first, count)
            parts.append(setup.diathermy_mv * (0.4 + 0.95 * hum)[:, None] * noise)
        for shock in shocks:
            parts.append(self._shock_mv(shock, count, setup))
        return sum(parts[1:], parts[0]) if parts else None

    def open_mv(self, disturbed: Array | None, count: int, index: int, setup: EcgSetup) -> Array:
        """Return what an electrode without contact shows: an offset and more of the mains."""
        out = np.full(count, self._open_mv[index])
        if disturbed is not None and setup.mains_mv:
            out += OPEN_MAINS_RATIO * disturbed[:, index]
        return out

    def _cycles(self, first: int, count: int, hz: float) -> Array:
        """Cycles of a frequency since sample 0, modulo 2, exact for hours."""
        samples = np.arange(first, first + count, dtype=np.float64)
        return np.mod(samples * hz, 2.0 * self._rate) / self._rate

    def _muscle_mv(self, first: int, count: int, setup: EcgSetup) -> Array:
        return setup.muscle_mv * self._muscle(self._white["muscle"].at(first, count))

    def _wander_mv(self, first: int, count: int, setup: EcgSetup) -> Array:
        time = np.arange(first, first + count)[:, None, None] / self._rate
        waves = np.sin(2.0 * np.pi * self._drift_hz * time + self._drift_phase)
        drift: Array = setup.wander_mv * np.sqrt(2.0 / DRIFTS_COUNT) * waves.sum(axis=1)
        return drift

    def _mains_mv(self, first: int, count: int, setup: EcgSetup) -> Array:
        angle = 2.0 * np.pi * self._cycles(first, count, setup.mains_hz)[:, None]
        angle = angle + self._mains_phase
        wave = np.sin(angle) + MAINS_THIRD_RATIO * np.sin(3.0 * angle)
        ground = OPEN_MAINS_RATIO if "RL" in setup.off else 1.0
        pickup: Array = ground * setup.mains_mv * self._mains_gain * wave
        return pickup

    def _shock_mv(self, shock: float, count: int, setup: EcgSetup) -> Array:
        since = (np.arange(count) - shock) / self._rate
        left = np.where(since >= 0.0, np.exp(-np.maximum(since, 0.0) / setup.shock_s), 0.0)
        offset: Array = setup.shock_mv * left[:, None] * self._shock_gain
        return offset


_STREAMS: Final = ("contact", "muscle", "diathermy")
