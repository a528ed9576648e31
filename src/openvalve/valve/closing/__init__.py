"""What becomes of a valve after the balloon: how far it opens, how it closes, where it leaks."""

from openvalve.valve.closing._contact import contact_forces
from openvalve.valve.closing._contact_step import (
    STIFFNESS_MPA_MM,
    ContactArrays,
    contact_arrays,
    contact_step,
    skin_of,
)
from openvalve.valve.closing._contraction import (
    Funnel,
    contraction_ratio,
    free_jet_ratio,
    funnel_of,
    shape_loss_ratio,
)
from openvalve.valve.closing._grid import find_pairs
from openvalve.valve.closing._leak_area import Leak, LeakRegion, leak_area
from openvalve.valve.closing._open_area import OpenArea, Opening, open_area, vector_area_mm2
from openvalve.valve.closing._scan import opening_middle
from openvalve.valve.closing._stretch import ArealStretch, areal_stretch

__all__ = [
    "STIFFNESS_MPA_MM",
    "ArealStretch",
    "ContactArrays",
    "Funnel",
    "Leak",
    "LeakRegion",
    "OpenArea",
    "Opening",
    "areal_stretch",
    "contact_arrays",
    "contact_forces",
    "contact_step",
    "contraction_ratio",
    "find_pairs",
    "free_jet_ratio",
    "funnel_of",
    "leak_area",
    "open_area",
    "opening_middle",
    "shape_loss_ratio",
    "skin_of",
    "vector_area_mm2",
]
