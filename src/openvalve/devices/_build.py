"""One balloon of one size from what a row of the catalogue says and what its class law adds."""

import math
from dataclasses import dataclass, field, replace

from openvalve.devices._balloon import Assumed, Balloon, Kind, Stage
from openvalve.devices._laws_tables import FOLDED_FRAC, ROUND_ATM, SHEATHS, Law
from openvalve.units import Atm, French, Ml, Mm, Ratio

__all__ = ["Facts", "build_balloon", "build_double"]

LEAST_RATED_ATM, MOST_RATED_ATM = 1.5, 16.0  # a scaled rated burst stays inside these


@dataclass(frozen=True, kw_only=True, slots=True)
class Facts:
    """What a row prints about one size; None or empty where it prints nothing.

    Attributes
    ----------
    points : (atm, mm), measured free diameters.
    assumed : fields that the row gives only as a range or a rule.
    """

    model: str
    maker: str
    kind: Kind
    length_mm: Mm | None = None
    nominal_atm: Atm | None = None
    rated_burst_atm: Atm | None = None
    burst_median_atm: Atm | None = None
    sheath_fr: French | None = None
    volume_ml: Ml | None = None
    points: tuple[tuple[Atm, Mm], ...] = ()
    shape: str = ""
    valve_use: tuple[str, ...] = ()
    source: str = ""
    seen: str = "memory"
    memory_fields: tuple[str, ...] = ()
    note: str = ""
    assumed: dict[str, Assumed] = field(default_factory=dict)


class _Filled:
    """Values of one balloon, with the assumptions made on the way."""

    def __init__(self, facts: Facts) -> None:
        self.assumed = dict(facts.assumed)

    def fill(self, key: str, given: float | None, rule: float, spread: Ratio, basis: str) -> float:
        """Return what is given, else the rule within a factor, written down as an assumption."""
        if given is not None:
            return given
        value = float(f"{rule:.4g}")
        low, high = value / spread, value * spread
        self.assumed[key] = Assumed(value=value, low=low, high=high, basis=basis)
        return value


def _sheath(law: Law, diameter_mm: Mm) -> French:
    first, slope, least = SHEATHS[law.sheath]
    return max(least, float(round(first + slope * diameter_mm)))


def _rated(law: Law, diameter_mm: Mm) -> Atm:
    if law.rated_atm:
        return law.rated_atm
    return min(max(law.rated_product_atm_mm / diameter_mm, LEAST_RATED_ATM), MOST_RATED_ATM)


def _chart(
    law: Law, diameter_mm: Mm, rated_atm: Atm, points: tuple[tuple[Atm, Mm], ...]
) -> tuple[tuple[Atm, Mm], ...]:
    """Return the knots of the free diameter: the law's, through measured points where there are.

    Measured points shift the law by their own ratio to it, so that the chart passes through them.
    """
    knots = [(0.0, FOLDED_FRAC * diameter_mm), (ROUND_ATM, law.shape_frac * diameter_mm)]
    knots += [(share * rated_atm, frac * diameter_mm) for share, frac in law.points]
    if not points:
        return tuple(knots)
    first, lift = points[0], points[0][1] / diameter_mm
    lower = [(p, d * lift) for p, d in knots if p < first[0] - 1e-9]
    return (*lower, *points)


def build_balloon(facts: Facts, law: Law, diameter_mm: Mm) -> Balloon:
    """Return one size of a model.

    Parameters
    ----------
    facts : of the row.
    law : of the class, for what the row does not print.
    diameter_mm : of the label.
    """
    filled = _Filled(facts)
    fill, basis = filled.fill, law.source
    rated = fill("rated_burst_atm", facts.rated_burst_atm, _rated(law, diameter_mm), 1.5, basis)
    nominal_rule = law.nominal_share_frac * rated
    nominal = fill("nominal_atm", facts.nominal_atm, nominal_rule, 1.5, basis)
    median_rule = law.burst_median_ratio * rated
    median = fill("burst_median_atm", facts.burst_median_atm, median_rule, 1.3, basis)
    length = fill("length_mm", facts.length_mm, law.length_mm, 1.5, "usual of its class")
    cylinder_ml = 0.25 * math.pi * diameter_mm**2 * length / 1000.0
    volume = fill("volume_ml", facts.volume_ml, cylinder_ml, 1.4, "cylinder of its length")
    sheath_rule = _sheath(law, diameter_mm)
    sheath = fill("sheath_fr", facts.sheath_fr, sheath_rule, 1.2, "line in the diameter, by class")
    if not facts.points:
        spread = 2.0 * law.diameter_sd_frac
        filled.assumed["chart"] = Assumed(
            value=diameter_mm,
            low=diameter_mm * (1.0 - spread),
            high=diameter_mm * (1.0 + spread),
            basis=basis,
        )
    return Balloon(
        model=facts.model,
        maker=facts.maker,
        kind=facts.kind,
        diameter_mm=diameter_mm,
        length_mm=length,
        nominal_atm=nominal,
        rated_burst_atm=rated,
        burst_median_atm=median,
        sheath_fr=sheath,
        volume_ml=volume,
        chart=_chart(law, diameter_mm, rated, facts.points),
        diameter_sd_frac=law.diameter_sd_frac,
        puncture_frac=law.puncture_frac,
        shape=facts.shape or "cylinder",
        valve_use=facts.valve_use,
        source=facts.source,
        seen=facts.seen,
        memory_fields=facts.memory_fields,
        assumed=filled.assumed,
        stages=_stages(facts.kind, diameter_mm),
        note=facts.note,
    )


def _stages(kind: Kind, diameter_mm: Mm) -> tuple[Stage, ...]:
    """Return how a balloon with parts fills; volumes and waists between are assumed.

    Inoue: distal half, then proximal half (hourglass), then the waist [B15]. Nucleus: ends first,
    waist at 90 % with the inflation volume, full at rated burst [B8].
    """
    d = diameter_mm
    if kind == "inoue":
        return (
            Stage(
                name="distal", volume_frac=0.35, distal_mm=d, waist_mm=0.4 * d, proximal_mm=0.4 * d
            ),
            Stage(name="hourglass", volume_frac=0.75, distal_mm=d, waist_mm=0.6 * d, proximal_mm=d),
            Stage(name="full", volume_frac=1.0, distal_mm=d, waist_mm=d, proximal_mm=d),
        )
    if kind == "nucleus":
        return (
            Stage(name="ends", volume_frac=0.7, distal_mm=d, waist_mm=0.5 * d, proximal_mm=d),
            Stage(name="waist", volume_frac=1.0, distal_mm=d, waist_mm=0.9 * d, proximal_mm=d),
            Stage(name="full", volume_frac=1.1, distal_mm=d, waist_mm=d, proximal_mm=d),
        )
    return ()


def build_double(one: Balloon, two: Balloon) -> Balloon:
    """Return two balloons inflated side by side; each keeps its own chart and sheath."""
    parts = (one, two)
    same = one.model == two.model
    model = one.model if same else f"{one.model} + {two.model}"
    assumed = {f"parts[{i}].{k}": a for i, p in enumerate(parts) for k, a in p.assumed.items()}
    double = Balloon(
        model=model,
        maker=one.maker if one.maker == two.maker else f"{one.maker} + {two.maker}",
        kind="double",
        diameter_mm=0.0,
        length_mm=min(p.length_mm for p in parts),
        nominal_atm=min(p.nominal_atm for p in parts),
        rated_burst_atm=min(p.rated_burst_atm for p in parts),
        burst_median_atm=min(p.burst_median_atm for p in parts),
        sheath_fr=max(p.sheath_fr for p in parts),
        volume_ml=sum(p.volume_ml for p in parts),
        chart=(),
        diameter_sd_frac=max(p.diameter_sd_frac for p in parts),
        puncture_frac=max(p.puncture_frac for p in parts),
        shape="two cylinders side by side",
        valve_use=one.valve_use,
        source=one.source if one.source == two.source else f"{one.source}; {two.source}",
        seen="memory" if "memory" in (one.seen, two.seen) else one.seen,
        memory_fields=tuple(dict.fromkeys(one.memory_fields + two.memory_fields)),
        assumed=assumed,
        parts=parts,
        note="each through its own puncture, or both through one venous sheath",
    )
    return replace(double, diameter_mm=double.effective_diameter_mm)
