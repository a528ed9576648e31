"""Blocks of the slow half that belong to no part alone: blood, and what the parts see."""

from typing import NamedTuple

__all__ = ["BloodState", "PackedBlood", "Sample"]


class BloodState(NamedTuple):
    """Fluid in the pericardium, mL; red cells' haemoglobin, g."""

    fluid: float
    haemoglobin_g: float


class PackedBlood(NamedTuple):
    """Constants of the blood: unstressed venous volumes, all of it, haemoglobin of donors, draws.

    mL, g/mL; ``inv_content`` of oxygen at rest, mL/mL.
    """

    unstressed_upper: float
    unstressed_lower: float
    blood_ml: float
    donor_g_ml: float
    inv_content: float
    seed: float


class Sample(NamedTuple):
    """What the slow parts see of the fast state at the start of a window: mmHg, mL/s, mL."""

    carotid: float
    filling: float
    lower: float
    lv: float
    rv: float
    v_lv: float
    flow_left: float
    flow_right: float
    flow_lungs: float
    flow_body: float
    right_to_left: float
