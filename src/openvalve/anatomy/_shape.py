"""The plain numbers that one stenotic valve is drawn from."""

import math
from dataclasses import dataclass

from openvalve.anatomy._proportions_tables import FORMS, PLANS, Form, Plan
from openvalve.errors import InputError, InputItem
from openvalve.units import Cm2, Frac, Mm, Ratio, Years

__all__ = [
    "ATRIOVENTRICULAR",
    "LARGEST_ORIFICE_FRAC",
    "ValveShape",
    "checked",
    "form_of",
    "plan_of",
]

ATRIOVENTRICULAR = ("mitral", "tricuspid")
LARGEST_ORIFICE_FRAC: Frac = 0.9  # of the ring's area; commissures end short of it [K; 0.8 to 1]
SMALLEST_ORIFICE_FRAC: Frac = 0.005  # a hole of a fourteenth of the ring; below it is atretic [K]
_GRADES = ("none", "mild", "heavy")
_ETIOLOGIES = ("calcific", "rheumatic", "congenital", "carcinoid", "bioprosthesis")


@dataclass(frozen=True, kw_only=True, slots=True)
class ValveShape:
    """One valve before a balloon, in plain numbers.

    Attributes
    ----------
    valve : aortic, mitral, pulmonary or tricuspid.
    etiology : calcific, rheumatic, congenital, carcinoid or bioprosthesis.
    morphology : as in the patient file; of atrioventricular valves it does not change the shape.
    annulus_mm : diameter of the circle with the ring's area, 4 to 60 mm.
    area_anatomic_cm2 : of the opening, as drawn round its edges.
    annulus_axis_ratio : longest over shortest diameter of the ring, 1 to 1.8.
    intercommissural_mm : of a mitral valve; None for two thirds of the ring behind.
    outflow_mm : tract below a semilunar valve; None for its usual share of the ring.
    vessel_mm : great artery above it; None for its usual share.
    age_years : of the patient, for the thickness of leaflets.
    calcium_agatston : of an aortic valve.
    commissural_calcium : none, mild or heavy.
    wilkins_mobility_score, ... : four items, 1 to 4, of rheumatic atrioventricular valves.
    """

    valve: str
    etiology: str
    morphology: str
    annulus_mm: Mm
    area_anatomic_cm2: Cm2
    annulus_axis_ratio: Ratio = 1.0
    intercommissural_mm: Mm | None = None
    outflow_mm: Mm | None = None
    vessel_mm: Mm | None = None
    age_years: Years = 40.0
    calcium_agatston: Ratio = 0.0
    commissural_calcium: str = "none"
    wilkins_mobility_score: Ratio = 2.0
    wilkins_thickening_score: Ratio = 2.0
    wilkins_subvalvular_score: Ratio = 2.0
    wilkins_calcium_score: Ratio = 1.0

    @property
    def ring_cm2(self) -> Cm2:
        """Area of the ring."""
        return math.pi / 400.0 * self.annulus_mm**2

    @property
    def semi_axes_mm(self) -> tuple[Mm, Mm]:
        """Half the longest (x) and half the shortest (y) diameter of the ring."""
        root = math.sqrt(self.annulus_axis_ratio)
        return 0.5 * self.annulus_mm * root, 0.5 * self.annulus_mm / root


def checked(shape: ValveShape) -> ValveShape:
    """Return the shape, or refuse it with every reason at once."""
    items = [*_words(shape), *_numbers(shape)]
    if not items:
        share = shape.area_anatomic_cm2 / shape.ring_cm2
        if not SMALLEST_ORIFICE_FRAC <= share <= LARGEST_ORIFICE_FRAC:
            low, high = (f * shape.ring_cm2 for f in (SMALLEST_ORIFICE_FRAC, LARGEST_ORIFICE_FRAC))
            items.append(
                InputItem(
                    key="area_anatomic_cm2",
                    got=f"{shape.area_anatomic_cm2:g} cm2",
                    allowed=f"{low:.3g} to {high:.3g} cm2 in a ring of {shape.annulus_mm:g} mm",
                )
            )
    if items:
        raise InputError(items)
    return shape


def _words(shape: ValveShape) -> list[InputItem]:
    known = {
        "valve": ("aortic", "mitral", "pulmonary", "tricuspid"),
        "etiology": _ETIOLOGIES,
        "commissural_calcium": _GRADES,
        "morphology": tuple(m for m in PLANS if m not in ("mitral", "tricuspid_valve")),
    }
    return [
        InputItem(key=key, got=repr(getattr(shape, key)), allowed=", ".join(words))
        for key, words in known.items()
        if getattr(shape, key) not in words
    ]


def _numbers(shape: ValveShape) -> list[InputItem]:
    limits = {
        "annulus_mm": (4.0, 60.0),
        "area_anatomic_cm2": (1e-6, 30.0),
        "annulus_axis_ratio": (1.0, 1.8),
        "intercommissural_mm": (1.0, 60.0),
        "outflow_mm": (3.0, 60.0),
        "vessel_mm": (3.0, 90.0),
        "age_years": (0.0, 120.0),
        "calcium_agatston": (0.0, 20000.0),
        **{
            f"wilkins_{item}_score": (1.0, 4.0)
            for item in ("mobility", "thickening", "subvalvular", "calcium")
        },
    }
    items = []
    for key, (low, high) in limits.items():
        value = getattr(shape, key)
        if value is not None and not low <= value <= high:
            unit = " mm" if key.endswith("_mm") else " cm2" if key.endswith("_cm2") else ""
            allowed = f"{low:g} to {high:g}{unit}"
            if key == "area_anatomic_cm2":
                allowed = "above 0 cm2: a valve without an opening has no shape to draw"
            items.append(InputItem(key=key, got=f"{value:g}{unit}", allowed=allowed))
    return items


def form_of(shape: ValveShape) -> Form:
    """Return how its leaflets stand: stiff and apart, or fused into a dome or a funnel.

    Decided : calcific cusps are nearly normal in shape and not fused, so the unloaded valve is one
    that stands partly open with the given orifice, a star of three slits; the same holds for the
    thick unfused cusps of a dysplastic valve and for retracted carcinoid leaflets.
    """
    if shape.valve == "mitral":
        return FORMS["mitral"]
    if shape.valve == "tricuspid":
        return FORMS["retracted" if shape.etiology == "carcinoid" else "tricuspid_valve"]
    if shape.etiology in ("calcific", "bioprosthesis"):
        return FORMS["stiff"]
    if shape.etiology == "carcinoid" or shape.morphology == "dysplastic":
        return FORMS["dysplastic"]
    domed = shape.morphology == "domed" or shape.valve == "pulmonary"
    return FORMS["domed" if domed else "fused"]


def plan_of(shape: ValveShape) -> Plan:
    """Return where its seams run."""
    if shape.valve in ATRIOVENTRICULAR:
        return PLANS["mitral" if shape.valve == "mitral" else "tricuspid_valve"]
    return PLANS[shape.morphology]
