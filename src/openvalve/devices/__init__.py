"""Balloons: the catalogue, their charts, which to choose, and what they can bear."""

from openvalve.devices._balloon import Assumed, Balloon, Kind, Stage
from openvalve.devices._catalogue import catalogue
from openvalve.devices._find import GENERIC_MODEL, find_balloon
from openvalve.devices._geometry import taut_loop_area_mm2, taut_loop_perimeter_mm
from openvalve.devices._safety import burst_probability, check_inflation, sheath_fits
from openvalve.devices._sizing import SizingRule, default_balloons, sizing_rule

__all__ = [
    "GENERIC_MODEL",
    "Assumed",
    "Balloon",
    "Kind",
    "SizingRule",
    "Stage",
    "burst_probability",
    "catalogue",
    "check_inflation",
    "default_balloons",
    "find_balloon",
    "sheath_fits",
    "sizing_rule",
    "taut_loop_area_mm2",
    "taut_loop_perimeter_mm",
]
