"""One inflation, and the whole command, as a document."""

from collections.abc import Mapping, Sequence
from typing import Any

from openvalve import DISCLAIMER, __version__
from openvalve.cli._inflate_balloon import label_of
from openvalve.cli._inflate_root import RootsBeside, root_document
from openvalve.cli._inflate_valve import PatientValve
from openvalve.devices import check_inflation
from openvalve.patient import Patient
from openvalve.units import Cm2, Mm2, Ratio
from openvalve.valve.closing import Leak
from openvalve.valve.leaflets import LeafletInflation, Phase, SeamSplit

__all__ = ["inflate_document"]

Sized = Sequence[LeafletInflation]
MOST_PLACES = 4


def inflate_document(
    patient: Patient, valve: PatientValve, made: Sized, sizes: Sized, roots: RootsBeside
) -> dict[str, Any]:
    """Return what ``inflate.json`` holds; the same input gives the same bytes.

    Parameters
    ----------
    made : inflations of one valve, in order; sizes : each of a fresh valve, by size.
    roots : the wall of an aortic root in each of ``made``.
    """
    leaflets = valve.leaflets
    shape = leaflets.shape
    return {
        "schema": 1,
        "disclaimer": DISCLAIMER,
        "version": __version__,
        "patient": patient.id,
        "seed": leaflets.seed,
        "valve": {
            "valve": shape.valve,
            "etiology": shape.etiology,
            "morphology": shape.morphology,
            "annulus_mm": shape.annulus_mm,
            "area_effective_cm2": valve.area_effective_cm2,
            "area_unloaded_cm2": shape.area_anatomic_cm2,
            "triangles_count": len(leaflets.mesh.triangles),
        },
        "inflations": [
            {**_inflation(one), "root": root_document(root)}
            for one, root in zip(made, roots.inflations, strict=True)
        ],
        "sizes": [_size(one) for one in sizes],
        "warnings": [
            *valve.warnings,
            *dict.fromkeys(w for one in made for w in _warnings(one)),
            *dict.fromkeys(roots.warnings),
        ],
    }


def _warnings(one: LeafletInflation) -> list[str]:
    found = list(check_inflation(one.balloon, one.inflation_atm))
    if one.balloon.kind == "inoue":  # filled by volume: its pressure is what the valve makes
        found = [w for w in found if "nominal" not in w]
    if one.after.wall_torn:
        found.append(f"{label_of(one.balloon)}: a leaflet is off its wall; areas are uncertain")
    return found


def _inflation(one: LeafletInflation) -> dict[str, Any]:
    return {
        "balloon": label_of(one.balloon),
        "balloon_diameter_mm": one.balloon.diameter_mm,
        "inflation_atm": one.inflation_atm,
        "burst": one.burst,
        "before": _valve(
            one.area_anatomic_before_cm2,
            one.area_effective_before_cm2,
            one.leak_before_mm2,
            one.leak_before_grade,
            one.closed_before.leak,
        ),
        "after": _valve(
            one.area_anatomic_after_cm2,
            one.area_effective_after_cm2,
            one.leak_after_mm2,
            one.leak_after_grade,
            one.closed_after.leak,
        ),
        "split_frac": one.split_frac,
        "split_atm": one.split_atm,
        "seams": [_seam(seam) for seam in one.seams],
        "cracked_frac": one.cracked_frac,
        "torn_chords_count": one.torn_chords_count,
        "annular_stretch_ratio": one.annular_stretch_ratio,
        "waist_mm": one.waist_mm,
        "free_mm": one.free_mm,
        "course": {
            "inflation_atm": [p.inflation_atm for p in one.course],
            "volume_ml": [p.volume_ml for p in one.course],
            "free_mm": [p.free_mm for p in one.course],
            "waist_mm": [p.waist_mm for p in one.course],
        },
        "phases": [_phase(phase) for phase in one.phases],
    }


def _valve(
    anatomic_cm2: Cm2, effective_cm2: Cm2, eroa_mm2: Mm2, grade: Ratio, leak: Leak
) -> dict[str, Any]:
    return {
        "area_anatomic_cm2": anatomic_cm2,
        "area_effective_cm2": effective_cm2,
        "eroa_mm2": eroa_mm2,
        "leak_grade": grade,
        "leak_places": [
            {"kind": r.kind, "area_mm2": r.area_mm2, "center_mm": list(r.center_mm)}
            for r in leak.regions[:MOST_PLACES]
        ],
    }


def _seam(seam: SeamSplit) -> dict[str, Any]:
    return {
        "kind": seam.kind,
        "direction_deg": seam.direction_deg,
        "length_mm": seam.length_mm,
        "torn_mm": seam.torn_mm,
        "torn_frac": seam.torn_frac,
        "split_atm": seam.split_atm,
    }


def _phase(phase: Phase) -> Mapping[str, Any]:
    report = phase.report
    return {
        "name": phase.name,
        "steps_count": report.steps,
        **report.ratios,
        "settled": phase.settled,
    }


def _size(one: LeafletInflation) -> dict[str, Any]:
    return {
        "balloon": label_of(one.balloon),
        "balloon_diameter_mm": one.balloon.diameter_mm,
        "inflation_atm": one.inflation_atm,
        "area_anatomic_after_cm2": one.area_anatomic_after_cm2,
        "area_effective_after_cm2": one.area_effective_after_cm2,
        "eroa_after_mm2": one.leak_after_mm2,
        "leak_after_grade": one.leak_after_grade,
        "split_frac": one.split_frac,
        "annular_stretch_ratio": one.annular_stretch_ratio,
        "burst": one.burst,
    }
