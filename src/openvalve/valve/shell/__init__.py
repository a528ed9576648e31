"""The valve as a shell: tissue, membrane, hinges, bonds, cables, and the run that relaxes them."""

from openvalve.valve.shell._cusp_age import aortic_cusp
from openvalve.valve.shell._load import HOLD, RAMP_HOLD, Balloon, Control, FreeEdge, Load
from openvalve.valve.shell._relax import energies_mj, forces_n, relax, stretches
from openvalve.valve.shell._relaxation import Mark, Relaxation
from openvalve.valve.shell._report import Report
from openvalve.valve.shell._ring import CABLE, ring_cables
from openvalve.valve.shell._shell import Bonds, Cables, Set, Shell, State, shell_of, start
from openvalve.valve.shell._tissue import (
    Disease,
    Family,
    Tissue,
    diseased,
    stress_mpa,
    uniaxial_mpa,
)
from openvalve.valve.shell._tissue_tables import DISEASES, TISSUES

__all__ = [
    "CABLE",
    "DISEASES",
    "HOLD",
    "RAMP_HOLD",
    "TISSUES",
    "Balloon",
    "Bonds",
    "Cables",
    "Control",
    "Disease",
    "Family",
    "FreeEdge",
    "Load",
    "Mark",
    "Relaxation",
    "Report",
    "Set",
    "Shell",
    "State",
    "Tissue",
    "aortic_cusp",
    "diseased",
    "energies_mj",
    "forces_n",
    "relax",
    "ring_cables",
    "shell_of",
    "start",
    "stress_mpa",
    "stretches",
    "uniaxial_mpa",
]
