"""The two nouns of a recording."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Channel", "Recording"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Channel:
    """One signal.

    Attributes
    ----------
    name : what it is called on the screen and in files, ``LV`` or ``FLOW_AORTIC``.
    unit : suffix of a unit in ``openvalve.units.UNITS``.
    samples : shape (n,), in that unit.
    measured : False for what the body truly does, True for what a line or probe shows.
    """

    name: str
    unit: str
    samples: NDArray[np.float64]
    measured: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Recording:
    """Channels that share one clock; time 0 is the start of the case.

    Attributes
    ----------
    rate_hz : samples per second of every channel.
    channels : name to channel, all of the same length.
    beats_s : shape (k,), ventricular onsets inside the recording, seconds from its first sample.
    start_s : time of the first sample on the clock of the case.
    notes : free facts that travel with it, JSON-like.
    """

    rate_hz: float
    channels: Mapping[str, Channel]
    beats_s: NDArray[np.float64]
    start_s: float = 0.0
    notes: Mapping[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        """Return the samples of a channel, shape (n,)."""
        return self.channels[name].samples

    def __contains__(self, name: object) -> bool:
        """Return whether a channel of that name exists."""
        return name in self.channels

    @property
    def length_count(self) -> int:
        """Number of samples in each channel."""
        return next(iter(self.channels.values())).samples.shape[0] if self.channels else 0

    @property
    def time_s(self) -> NDArray[np.float64]:
        """Time of each sample from the first, shape (n,)."""
        return np.arange(self.length_count, dtype=np.float64) / self.rate_hz
