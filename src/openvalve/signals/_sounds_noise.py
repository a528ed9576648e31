"""Noise that depends on seed and sample number alone, not on how time is cut."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Noise"]

BLOCK_COUNT: Final = 1024  # samples drawn at once
STREAM: Final = 0x50554C5345  # the part of the key that is this room's own


class Noise:
    """White normal noise in consecutive chunks.

    Parameters
    ----------
    seed : first half of the key; not negative, below 2^64.
    rows : independent rows.
    """

    def __init__(self, seed: int, rows: int) -> None:
        self._key = (STREAM << 64) | seed
        self._rows = rows
        self._at = 0
        self._number = -1
        self._block = np.empty((rows, 0))

    def draw(self, count: int) -> NDArray[np.float64]:
        """Return the next ``count`` samples, shape (rows, count), mean 0 and variance 1."""
        parts = []
        while count > 0:
            number, start = divmod(self._at, BLOCK_COUNT)
            if number != self._number:
                bits = np.random.Philox(key=self._key, counter=[0, 0, 0, number])
                shape = (self._rows, BLOCK_COUNT)
                self._block = np.random.Generator(bits).standard_normal(shape)
                self._number = number
            part = self._block[:, start : start + count]
            parts.append(part)
            self._at += part.shape[1]
            count -= part.shape[1]
        return np.concatenate(parts, axis=1) if parts else np.empty((self._rows, 0))
