"""The valve's shape: leaflets, seams, calcium, chords and the walls about them, as a mesh."""

from openvalve.anatomy._build import valve_mesh
from openvalve.anatomy._mesh import Seam, ValveMesh, height_ratio, orifice_area_cm2
from openvalve.anatomy._of_patient import shape_of
from openvalve.anatomy._shape import ValveShape
from openvalve.anatomy._tissue import chord_section_mm2, stiffness_ratio, thickness_mm

__all__ = [
    "Seam",
    "ValveMesh",
    "ValveShape",
    "chord_section_mm2",
    "height_ratio",
    "orifice_area_cm2",
    "shape_of",
    "stiffness_ratio",
    "thickness_mm",
    "valve_mesh",
]
