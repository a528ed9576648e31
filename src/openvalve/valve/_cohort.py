"""What balloon and area a paper most likely had where its words do not say; for learning only."""

import math
from dataclasses import dataclass

from openvalve.units import M2, Cm2, Mm, Ratio
from openvalve.valve._state import class_of

__all__ = ["GRADIENT_POWER", "UsualBalloon", "area_change_ratio", "usual_area_cm2", "usual_balloon"]

# Gradient against area in papers that print both: gradient ratio = area ratio^-1.5, because the
# flow rises when a valve opens (13 % aortic, 26 % mitral in the median [prototype_planning]).
GRADIENT_POWER = 1.5
# Medians before, of the open table; congenital and pulmonary from a peak drop of 70 mmHg at a
# usual output [K; 0.2 to 0.4 cm2 per m2].
USUAL_AREA_CM2 = {"calcific": 0.55, "rheumatic": 0.85}
USUAL_INDEX_CM2_M2 = 0.28
ADULT_MITRAL_MM = 31.0


@dataclass(frozen=True, kw_only=True, slots=True)
class UsualBalloon:
    """A balloon by kind and diameters: one, or two side by side."""

    kind: str
    diameters_mm: tuple[Mm, ...]


def usual_balloon(*, valve: str, etiology: str, kind: str | None, annulus_mm: Mm) -> UsualBalloon:
    """Return the balloon of a cohort that prints no size.

    Mitral: one Inoue of 26 mm, one cylinder of 25 mm, two of 18 and 20 mm, smaller in a child's
    ring. Calcific aortic: 20 mm, what was inflated in most papers (15 to 23 mm), at most 0.95 of
    the ring. Congenital aortic 0.95, pulmonary 1.25 of the ring [sizing_and_severity section 4].
    """
    if valve in ("mitral", "tricuspid"):
        small = min(1.0, annulus_mm / ADULT_MITRAL_MM)
        sizes = {"double": (18.0, 20.0), "cylinder": (25.0,)}.get(kind or "inoue", (26.0,))
        used = kind if kind in ("double", "cylinder") else "inoue"
        small = 0.4 + 0.6 * small  # Inoue: 10 mm + a tenth of the height
        return UsualBalloon(kind=used, diameters_mm=tuple(round(small * d) for d in sizes))
    if valve == "pulmonary":
        return UsualBalloon(kind="cylinder", diameters_mm=(round(1.25 * annulus_mm),))
    ring = 0.95 * annulus_mm
    size = min(20.0, ring) if class_of(valve, etiology) == "calcific" else ring
    return UsualBalloon(kind="cylinder", diameters_mm=(float(math.floor(size)),))


def usual_area_cm2(valve: str, etiology: str, bsa_m2: M2) -> Cm2:
    """Return the area before of a cohort that prints only its gradient."""
    fixed = USUAL_AREA_CM2.get(class_of(valve, etiology))
    return fixed if fixed is not None else USUAL_INDEX_CM2_M2 * bsa_m2


def area_change_ratio(gradient_ratio: Ratio) -> Ratio:
    """Return the ratio of areas that a ratio of gradients implies, at least 1."""
    return float(max(gradient_ratio ** (-1.0 / GRADIENT_POWER), 1.0))
