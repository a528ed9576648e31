"""The wall about an aortic valve against a balloon: stretch, strength, push on the conduction."""

from openvalve.valve.root._build import AorticRoot, build_root, wall_tissue
from openvalve.valve.root._inflate import inflate_root
from openvalve.valve.root._nodule import Nodule, drawn_nodule
from openvalve.valve.root._result import RootInflation, WallPeak

__all__ = [
    "AorticRoot",
    "Nodule",
    "RootInflation",
    "WallPeak",
    "build_root",
    "drawn_nodule",
    "inflate_root",
    "wall_tissue",
]
