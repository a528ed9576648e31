"""The published sizing rule of each valve, and the balloons that follow from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from openvalve.devices._catalogue import families
from openvalve.errors import InputError, InputItem
from openvalve.patient import BalloonRequest
from openvalve.units import M2, Cm, Mm, Years

__all__ = ["SizingRule", "default_balloons", "sizing_rule"]

CHILD_YEARS = 18.0
INOUE_SMALLEST_MM, INOUE_LARGEST_MM = 20.0, 30.0
LARGEST_SINGLE_MM = 30.0  # of the cylinders offered by default
LARGEST_DOUBLE_MM = 25.0  # each of two


@dataclass(frozen=True, kw_only=True, slots=True)
class SizingRule:
    """How a balloon is chosen.

    Attributes
    ----------
    name : short.
    text : the rule in words.
    source : evidence ids; [mem] where it was not seen in a text.
    """

    name: str
    text: str
    source: str


RULES = {
    "aortic_adult": SizingRule(
        name="aortic_adult",
        text="0.95 x annulus (0.9 to 1.0 x the area-derived diameter), at most the annulus;"
        " start 18 to 20 mm, up to 23 mm",
        source="ssak_bav; yamaguchi_msct (ratio above 0.936: adequate gain in 88 against 43 %);"
        " 0.9 to 1.0 [mem]",
    ),
    "aortic_child": SizingRule(
        name="aortic_child",
        text="0.9 to 1.0 x annulus, starting at least 1 mm below it",
        source="mccrindle_1996; lababidi_1984; sholler_1988",
    ),
    "mitral_height": SizingRule(
        name="mitral_height",
        text="Inoue balloon, height (cm) / 10 + 10 mm",
        source="ssak_pmbc; lau_hung_1996",
    ),
    "pulmonary": SizingRule(
        name="pulmonary",
        text="1.2 to 1.25 x annulus; above 30 mm two balloons, sum of the diameters 1.6 x annulus",
        source="rao_2021; tutorsglobe_bpv",
    ),
    "tricuspid": SizingRule(
        name="tricuspid",
        text="the largest Inoue balloons; no published rule was found",
        source="[mem]; multivalve_1997 for the result",
    ),
}


def sizing_rule(*, valve: str, etiology: str, age_years: Years) -> SizingRule:
    """Return the published rule for a valve.

    Parameters
    ----------
    valve : aortic | mitral | pulmonary | tricuspid.
    etiology : a congenital aortic valve below 18 years goes by the rule for children.
    age_years : age.
    """
    if valve == "aortic":
        child = age_years < CHILD_YEARS and etiology != "calcific"
        return RULES["aortic_child" if child else "aortic_adult"]
    names = {"mitral": "mitral_height", "pulmonary": "pulmonary", "tricuspid": "tricuspid"}
    if valve not in names:
        raise InputError(
            [
                InputItem(
                    key="lesion.valve", got=valve, allowed="aortic, mitral, pulmonary, tricuspid"
                )
            ]
        )
    return RULES[names[valve]]


def default_balloons(
    *,
    valve: str,
    etiology: str,
    annulus_mm: Mm,
    age_years: Years,
    height_cm: Cm,
    bsa_m2: M2,
) -> tuple[BalloonRequest, ...]:
    """Return the balloon of the published rule and one size either side, smallest first.

    Parameters
    ----------
    valve, etiology, age_years : choose the rule, see ``sizing_rule``.
    annulus_mm : of the treated valve, 3 to 60 mm.
    height_cm : for the Inoue rule, 20 to 250 cm.
    bsa_m2 : below 0.5 m2 (an infant) thin-walled balloons on a small shaft are taken.

    Raises
    ------
    InputError : an unknown valve or an impossible size.
    """
    rule = sizing_rule(valve=valve, etiology=etiology, age_years=age_years)
    _check("lesion.annulus_mm", annulus_mm, 3.0, 60.0, "mm")
    _check("height_cm", height_cm, 20.0, 250.0, "cm")
    _check("bsa_m2", bsa_m2, 0.05, 4.0, "m²")
    if rule.name == "mitral_height":
        return _inoue(height_cm / 10.0 + 10.0)
    if rule.name == "tricuspid":
        return _inoue(INOUE_LARGEST_MM - 1.0)
    if rule.name == "pulmonary":
        return _pulmonary(annulus_mm, bsa_m2)
    if rule.name == "aortic_child":
        model = _child_model(annulus_mm, bsa_m2)
        target = min(0.95 * annulus_mm, annulus_mm - 1.0)
        return _cylinders(model, target, at_most=annulus_mm)
    return _aortic_adult(annulus_mm, bsa_m2)


def _check(key: str, value: float, low: float, high: float, unit: str) -> None:
    if not low <= value <= high:
        raise InputError(
            [InputItem(key=key, got=f"{value:g} {unit}", allowed=f"{low:g} to {high:g} {unit}")]
        )


def _inoue(target_mm: Mm) -> tuple[BalloonRequest, ...]:
    middle = min(max(float(round(target_mm)), INOUE_SMALLEST_MM + 1.0), INOUE_LARGEST_MM - 1.0)
    return tuple(
        BalloonRequest(model="Inoue", kind="inoue", diameter_mm=middle + step)
        for step in (-1.0, 0.0, 1.0)
    )


def _sizes(model: str) -> tuple[float, ...]:
    return next(f.sizes_mm for f in families() if f.model == model)


def _child_model(annulus_mm: Mm, bsa_m2: M2) -> str:
    """Return thin-walled balloons on a small shaft for an infant, else Z-MED II."""
    small = bsa_m2 < 0.5 and annulus_mm < 15.0
    return "Tyshak II" if small else "Z-MED II"


def _neighbors(sizes: Sequence[float], target_mm: Mm) -> list[float]:
    """Return the size nearest a target with one size either side; three sizes."""
    at = min(range(len(sizes)), key=lambda i: abs(sizes[i] - target_mm))
    at = min(max(at, 1), len(sizes) - 2)
    return list(sizes[at - 1 : at + 2])


def _cylinders(
    model: str, target_mm: Mm, *, at_most: Mm = LARGEST_SINGLE_MM
) -> tuple[BalloonRequest, ...]:
    """Return three sizes of a model round the largest size that does not pass ``at_most``."""
    sizes = _sizes(model)
    allowed = [s for s in sizes if s <= at_most] or sizes[:1]
    middle = min(allowed, key=lambda s: abs(s - target_mm))
    return tuple(
        BalloonRequest(model=model, kind="cylinder", diameter_mm=size)
        for size in _neighbors(sizes, middle)
    )


def _aortic_adult(annulus_mm: Mm, bsa_m2: M2) -> tuple[BalloonRequest, ...]:
    """Return True balloons where the size has one either side, else Z-MED II."""
    film = _cylinders("True Dilatation", 0.95 * annulus_mm, at_most=annulus_mm)
    middle = film[1].diameter_mm
    if isinstance(middle, float) and 0.9 * annulus_mm <= middle <= annulus_mm:
        return film
    return _cylinders(_child_model(annulus_mm, bsa_m2), 0.95 * annulus_mm, at_most=annulus_mm)


def _pulmonary(annulus_mm: Mm, bsa_m2: M2) -> tuple[BalloonRequest, ...]:
    target = 1.225 * annulus_mm
    if target <= LARGEST_SINGLE_MM:
        return _cylinders(_child_model(annulus_mm, bsa_m2), target)
    each = min(max(round(0.8 * annulus_mm), 5), int(LARGEST_DOUBLE_MM) - 1)
    return tuple(
        BalloonRequest(
            model="Z-MED II", kind="double", diameter_mm=(float(each + k), float(each + k))
        )
        for k in (-1, 0, 1)
    )
