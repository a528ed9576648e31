"""What of each sound comes through the chest to each place of listening, and the file of it."""

import os
import wave
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver
from openvalve.errors import FileError, InputError, InputItem
from openvalve.signals._murmur import JETS
from openvalve.signals._sounds_valves import KINDS
from openvalve.units import Hz

__all__ = ["SITES", "Chest", "write_wav"]

Samples = NDArray[np.float64]

SITES: Final = ("AORTIC", "PULMONARY", "TRICUSPID", "APEX", "NECK")

# Gain of each sound at each site, 1 where it is loudest. Places and directions as in textbooks:
# the aortic stenosis goes to the neck, its leak down the left sternal border, the mitral leak to
# the apex. The sizes are unchecked defaults, +-6 dB; Luisada found S1 and A2 widely spread.
_GAINS: Final[dict[str, tuple[float, float, float, float, float]]] = {
    "A2": (1.0, 0.9, 0.7, 0.7, 0.4),
    "M1": (0.4, 0.4, 0.7, 1.0, 0.1),
    "P2": (0.25, 1.0, 0.4, 0.15, 0.05),
    "T1": (0.1, 0.2, 1.0, 0.3, 0.02),
    "EC": (1.0, 0.6, 0.5, 0.9, 0.4),
    "OS": (0.3, 0.4, 0.7, 1.0, 0.05),
    "PC": (0.3, 1.0, 0.4, 0.15, 0.1),
    "TS": (0.1, 0.2, 1.0, 0.3, 0.02),
    "S4": (0.05, 0.1, 0.3, 1.0, 0.01),
    "RS4": (0.03, 0.1, 1.0, 0.2, 0.02),
    "S3": (0.05, 0.1, 0.3, 1.0, 0.01),
    "RS3": (0.03, 0.1, 1.0, 0.2, 0.02),
    "AORTIC": (1.0, 0.6, 0.35, 0.45, 0.7),
    "MITRAL": (0.03, 0.05, 0.15, 1.0, 0.01),
    "PULMONARY": (0.4, 1.0, 0.4, 0.15, 0.15),
    "TRICUSPID": (0.1, 0.1, 1.0, 0.25, 0.01),
    "AORTIC_LEAK": (0.8, 1.0, 0.8, 0.5, 0.05),
    "MITRAL_LEAK": (0.12, 0.15, 0.3, 1.0, 0.02),
    "PULMONARY_LEAK": (0.3, 1.0, 0.6, 0.1, 0.02),
    "TRICUSPID_LEAK": (0.1, 0.2, 1.0, 0.3, 0.03),
}
# The chest is a first-order low-pass, -6 dB per octave above its corner: dogs have -6 for A2 and
# -12 for M1 above 100 Hz [Durand, abstract read]; in men S1 falls by 6.5 dB per octave at the apex
# and 7.5 at the mid-praecordium, A2 by 6 to 80 Hz, P2 by 3.5 at the left base [Sakai 1971,
# abstract read]. Slopes there include the source; the corners are set so that ours come near.
_CORNERS_HZ: Final = (100.0, 160.0, 80.0, 100.0, 100.0)

LEVEL_FULL: Final = 0.7  # of full scale, for the loudest sample of a file
WAV_RATE_HZ: Final = 4000


class Chest:
    """From sources to sites, in consecutive chunks; order of sources: ``KINDS``, then ``JETS``."""

    def __init__(self, rate_hz: Hz) -> None:
        self._mix = np.ascontiguousarray(np.array([_GAINS[name] for name in (*KINDS, *JETS)]).T)
        self._keep = np.exp(-2.0 * np.pi * np.array(_CORNERS_HZ) / rate_hz)
        self._state = np.zeros(len(SITES))

    def listen(self, sources: Samples) -> Samples:
        """Return what is heard, shape (5, n), from sources of shape (22, n)."""
        out = np.empty((len(SITES), sources.shape[1]))
        hear_through(np.ascontiguousarray(sources), self._mix, self._keep, self._state, out)
        return out


@driver
def hear_through(
    sources: Samples, mix: Samples, keep: Samples, state: Samples, out: Samples
) -> None:
    """Write each site's mix of the sources through its first-order low pass.

    Parameters
    ----------
    sources : shape (k, n). mix : shape (m, k). keep : shape (m,), the poles.
    state : shape (m,), kept: the last sample of each site.
    out : shape (m, n), written.
    """
    for row in range(mix.shape[0]):
        out[row] = 0.0
        for k in range(sources.shape[0]):
            out[row] += mix[row, k] * sources[k]
        last = state[row]
        for i in range(sources.shape[1]):
            last = keep[row] * last + (1.0 - keep[row]) * out[row, i]
            out[row, i] = last
        state[row] = last


def write_wav(
    path: str | os.PathLike[str], audio: Samples, *, full_level_ratio: float | None = None
) -> None:
    """Write one site's audio as a 16-bit mono WAV file of 4 kHz.

    Parameters
    ----------
    path : of the file; written beside and renamed.
    audio : shape (n,), as ``HeartSounds.hear`` gives it.
    full_level_ratio : the sample value that becomes 0.7 of full scale; by default the loudest one
        of this audio. Give two files the same to keep what is louder in one of them.

    Raises
    ------
    InputError : not one row of finite numbers, or it would clip at that level.
    FileError : it cannot be written.
    """
    x = np.asarray(audio, dtype=np.float64)
    if x.ndim != 1 or not np.isfinite(x).all():
        allowed = "one row of finite numbers"
        raise InputError([InputItem(key="audio", got=f"shape {x.shape}", allowed=allowed)])
    loudest = float(np.abs(x).max()) if x.size else 0.0
    level = loudest if full_level_ratio is None else full_level_ratio
    if not 0.0 <= level < np.inf or LEVEL_FULL * loudest > level:
        allowed = f"at least {LEVEL_FULL * loudest:g}, below which it clips"
        raise InputError([InputItem(key="full_level_ratio", got=f"{level}", allowed=allowed)])
    scale = LEVEL_FULL * 32767.0 / level if level > 0.0 else 0.0
    samples = np.round(scale * x).astype("<i2")
    target = Path(path)
    beside = target.with_name(target.name + ".part")
    try:
        with beside.open("wb") as file, wave.open(file, "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(WAV_RATE_HZ)
            out.writeframes(samples.tobytes())
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise FileError(f"{target} cannot be written: {error.strerror}") from error
