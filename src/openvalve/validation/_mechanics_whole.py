"""MB5, MB6 and MB7: whole inflations of virtual valves. Targets, not gates."""

import numpy as np

from openvalve.units import MMHG_PER_ATM, MMHG_PER_MPA
from openvalve.validation._acceptance_types import Measured
from openvalve.validation._mechanics_outcomes import TRIANGLES, Outcome, outcomes_of
from openvalve.validation._mechanics_types import MechanicsSettings

__all__ = ["calcific_opening", "excised_opening", "inoue_pressure"]

MPA_PER_ATM = MMHG_PER_ATM / MMHG_PER_MPA
# What an eye sees: a split commissure, broken calcium, both summed over a valve [K; half to twice].
# Splits of 2.1 +/- 0.2 mm were measured on the bench [ribeiro_1988, read].
SEEN_SPLIT_MM, SEEN_FRACTURE_MM = 1.0, 2.0
TEAR_MM2 = 1.0  # of bare leaflet stretched as coupons fail: some triangles, no lone one [K; 0.5-4]

SEAMS_LIMIT = "strengths of seams are unmeasured population values"


def excised_opening(settings: MechanicsSettings) -> Measured:
    """MB5: what one balloon of 20 mm does to excised mitral valves."""
    found = outcomes_of("excised_mitral", settings)
    before, after = (
        np.array([getattr(one, f"area_{when}_cm2") for one in found.outcomes])
        for when in ("before", "after")
    )
    splits = np.array([one.splits_mm for one in found.outcomes]).mean(axis=0)
    grown = 2.0 * np.sqrt(100.0 * np.pi) * (np.sqrt(after) - np.sqrt(before)).mean()
    values = {
        "area_cm2": float(after.mean()),
        "split_anterior_mm": float(splits[0]),
        "split_posterior_mm": float(splits[1]),
    }
    if splits.sum() > 0.0:
        values["perimeter_ratio"] = float(grown / (2.0 * splits.sum()))
    told = f"{found.told}; from {before.mean():.2f} cm2"
    flow = "area held open by flow, on the bench at rest"
    return Measured(
        values=values,
        mesh_triangles_count=TRIANGLES,
        notes={
            "area_cm2": f"{told}; {flow}; {SEAMS_LIMIT}",
            "split_anterior_mm": f"{told}; one law for both commissures; {SEAMS_LIMIT}",
            "split_posterior_mm": f"{told}; one law for both commissures; {SEAMS_LIMIT}",
            "perimeter_ratio": f"{told}; {flow}",
        },
    )


def inoue_pressure(settings: MechanicsSettings) -> Measured:
    """MB6: highest pressure in Inoue balloons filled to the volume of their labels."""
    found = outcomes_of("mitral_patients", settings)
    peak, free = (
        MPA_PER_ATM * np.array([getattr(one, name) for one in found.outcomes])
        for name in ("peak_atm", "free_atm")
    )
    values = {"mean_mpa": float(peak.mean())}
    if len(peak) > 1:
        values["sd_mpa"] = float(peak.std(ddof=1))
    told = (
        f"{found.told}; the free balloon needs {free.mean():.3f} MPa of it at its label,"
        f" the valve adds {(peak - free).mean():.3f}"
    )
    limit = "pressure of a free Inoue was not found in print: 0.45 to 1.8 atm at its label"
    return Measured(
        values=values,
        mesh_triangles_count=TRIANGLES,
        notes={"mean_mpa": f"{told}; {limit}; {SEAMS_LIMIT}", "sd_mpa": f"{told}; {limit}"},
    )


def _way(one: Outcome) -> str:
    split = sum(one.splits_mm) >= SEEN_SPLIT_MM
    fracture = one.calcium_mm >= SEEN_FRACTURE_MM
    if split and fracture:
        return "both"
    return "commissure" if split else "fracture" if fracture else "neither"


def calcific_opening(settings: MechanicsSettings) -> Measured:
    """MB7: how calcific aortic valves open."""
    found = outcomes_of("calcific_aortic", settings)
    ways = [_way(one) for one in found.outcomes]
    values = {
        f"{way}_frac": ways.count(way) / len(ways)
        for way in ("fracture", "commissure", "both", "neither")
    }
    values["avulsion_count"] = float(sum(one.rim_torn for one in found.outcomes))
    values["mid_leaflet_count"] = float(
        sum(one.overstretched_mm2 > TEAR_MM2 for one in found.outcomes)
    )
    values["grows_frac"] = float(
        np.mean([one.area_after_cm2 > one.area_before_cm2 for one in found.outcomes])
    )
    gain = np.mean([one.area_after_cm2 - one.area_before_cm2 for one in found.outcomes])
    seen = f"seen: splits from {SEEN_SPLIT_MM:g} mm, fractures from {SEEN_FRACTURE_MM:g} mm [K]"
    notes = dict.fromkeys(values, f"{found.told}; {seen}; strength of calcium is unmeasured")
    notes["avulsion_count"] = (
        f"{found.told}; a seam torn where it is grown into the wall: elsewhere the attachment of a"
        " leaflet cannot tear"
    )
    notes["mid_leaflet_count"] = (
        f"{found.told}; bare tissue does not tear here: valves where more than {TEAR_MM2:g} mm2 of"
        " it is stretched as coupons fail"
    )
    notes["grows_frac"] = f"{found.told}; mean gain {gain:.2f} cm2, held open by flow"
    return Measured(values=values, mesh_triangles_count=TRIANGLES, notes=notes)
