"""A balloon against the leaflets themselves: inflate, deflate, open, close (docs/mechanics.md)."""

from openvalve.valve.leaflets._after import Closed, Opened, SeamSplit, beat, close_valve, open_valve
from openvalve.valve.leaflets._build import LeafletValve, build_leaflets
from openvalve.valve.leaflets._inflate import inflate_leaflets, refuse_balloon
from openvalve.valve.leaflets._match import matched_leaflets
from openvalve.valve.leaflets._phases import Phase
from openvalve.valve.leaflets._result import LeafletInflation
from openvalve.valve.leaflets._stages import Point
from openvalve.valve.leaflets._strength_tables import Strengths

__all__ = [
    "Closed",
    "LeafletInflation",
    "LeafletValve",
    "Opened",
    "Phase",
    "Point",
    "SeamSplit",
    "Strengths",
    "beat",
    "build_leaflets",
    "close_valve",
    "inflate_leaflets",
    "matched_leaflets",
    "open_valve",
    "refuse_balloon",
]
