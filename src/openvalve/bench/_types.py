"""What a benchmark takes and gives."""

from collections.abc import Callable, Mapping

from openvalve.units import Frac

__all__ = ["Figure", "Figures", "Progress"]

Figure = float | int | str | Mapping[str, float]
Figures = dict[str, Figure]
Progress = Callable[[str, Frac], None]
