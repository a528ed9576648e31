"""Random numbers of lines and spectra: each depends on seed, stream and its own number alone."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["NormalDraws", "Speckle", "generator"]

BLOCK_COUNT: Final = 512  # samples drawn at once
BLOCK_LINES: Final = 8  # lines of a spectrum drawn at once
ROOM: Final = 0x4C494E45  # of the key: keeps other signals of the same seed apart


def generator(seed: int, stream: int, number: int) -> np.random.Generator:
    """Return the generator of one block; streams and blocks do not overlap.

    Parameters
    ----------
    seed : not negative, below 2^64.
    stream : which signal, below 2^32.
    number : which block of it.
    """
    key = ((ROOM << 32 | stream) << 64) | seed
    return np.random.Generator(np.random.Philox(key=key, counter=[0, 0, 0, number]))


class NormalDraws:
    """White normal noise in consecutive chunks, the same however it is cut."""

    def __init__(self, seed: int, stream: int) -> None:
        self._seed = seed
        self._stream = stream
        self._at = 0
        self._number = -1
        self._block = np.empty(0)

    def draw(self, count: int) -> NDArray[np.float64]:
        """Return the next ``count`` samples, shape (count,), mean 0 and variance 1."""
        parts = [np.empty(0)]
        while count > 0:
            number, start = divmod(self._at, BLOCK_COUNT)
            if number != self._number:
                source = generator(self._seed, self._stream, number)
                self._block = source.standard_normal(BLOCK_COUNT)
                self._number = number
            part = self._block[start : start + count]
            parts.append(part)
            self._at += part.shape[0]
            count -= part.shape[0]
        return np.concatenate(parts)


class Speckle:
    """What the power of each bin is over its mean, line by line, the same however it is cut.

    The power of Gaussian noise in one spectrum is exponential; the mean of several is what is
    drawn: minus the logarithm of as many uniform numbers, over their count.
    """

    def __init__(self, seed: int, stream: int, *, bins: int, looks: int) -> None:
        self._seed = seed
        self._stream = stream
        self._shape = (BLOCK_LINES, bins, looks)
        self._at = 0
        self._number = -1
        self._block = np.empty((0, bins))

    def draw(self, lines: int) -> NDArray[np.float64]:
        """Return the next lines, shape (lines, bins), mean 1 and variance 1/looks."""
        parts = [np.empty((0, self._shape[1]))]
        while lines > 0:
            number, start = divmod(self._at, BLOCK_LINES)
            if number != self._number:
                uniform = 1.0 - generator(self._seed, self._stream, number).random(self._shape)
                self._block = -np.log(uniform.prod(axis=2)) / self._shape[2]
                self._number = number
            part = self._block[start : start + lines]
            parts.append(part)
            self._at += part.shape[0]
            lines -= part.shape[0]
        return np.concatenate(parts)
