"""Every picture of the balloons in a valve, written into a folder."""

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from openvalve.errors import MissingExtraError
from openvalve.report._valve_curves import write_curves, write_sizes
from openvalve.report._valve_film import write_film
from openvalve.report._valve_sheet import write_sheet

if TYPE_CHECKING:
    from openvalve.valve.leaflets import LeafletInflation

__all__ = ["write_valve_pictures"]


def write_valve_pictures(
    made: "Sequence[LeafletInflation]", sizes: "Sequence[LeafletInflation]", folder: Path
) -> None:
    """Write ``1-valve.png``, ``1-curves.png``, ``1-film.gif``, ... and ``sizes.png``.

    Parameters
    ----------
    made : inflations of one valve, in order.
    sizes : each in a fresh valve, by rising size; none for no such picture.
    folder : that is there.

    Raises
    ------
    MissingExtraError : matplotlib is not installed.
    """
    if importlib.util.find_spec("matplotlib") is None:
        raise MissingExtraError("report", "pictures of the valve")
    for k, (one, former) in enumerate(zip(made, (None, *made), strict=False), start=1):
        write_sheet(one, former, folder / f"{k}-valve.png")
        write_curves(one, folder / f"{k}-curves.png")
        write_film(one, former, folder / f"{k}-film.gif")
    if sizes:
        write_sizes(sizes, folder / "sizes.png")
