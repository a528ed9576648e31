"""Success of a balloon procedure by the definitions that papers used, over draws."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from openvalve.hemodynamics._areas import VALVES
from openvalve.hemodynamics._checks import check, one_of

__all__ = ["SUCCESS_DEFINITIONS", "Definition", "success"]

Values = Mapping[str, NDArray[np.float64]]
Hits = NDArray[np.bool_]
Predicate = Callable[["_Pair"], Hits]


@dataclass(frozen=True, kw_only=True, slots=True)
class Definition:
    """One definition of success.

    Attributes
    ----------
    name : fixed, as in ``plan.json``.
    text : the predicate in words.
    source : evidence ids; [mem] where not seen in a text.
    """

    name: str
    text: str
    source: str


class _Missing(Exception):
    """A definition needs a value that is not there."""


class _Pair:
    """Values before and after, by key, arrays (n,) or scalars."""

    def __init__(self, before: Values, after: Values) -> None:
        self.before, self.after = before, after

    def _first(self, keys: tuple[str, ...]) -> str:
        for key in keys:
            if key in self.before and key in self.after:
                return key
        raise _Missing

    def both(self, *keys: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return before and after of the first key that both have: like is compared with like."""
        key = self._first(keys)
        return np.asarray(self.before[key], float), np.asarray(self.after[key], float)

    def end(self, *keys: str) -> NDArray[np.float64]:
        """Return the value after of the first key there is."""
        for key in keys:
            if key in self.after:
                return np.asarray(self.after[key], float)
        raise _Missing


AREAS = (
    "valve_area_cm2",
    "valve_area_gorlin_cm2",
    "valve_area_planimetry_cm2",
    "valve_area_continuity_cm2",
    "valve_area_effective_cm2",
)
DRAWN = ("valve_area_planimetry_cm2", *AREAS)
PULL_BACK = ("gradient_peak_to_peak_mmhg", "gradient_peak_instant_mmhg", "gradient_mean_mmhg")


def _gain(pair: _Pair, keys: tuple[str, ...], share: float) -> Hits:
    before, after = pair.both(*keys)
    return np.asarray(after >= (1.0 + share) * before)


def _falls(pair: _Pair, keys: tuple[str, ...], share: float) -> Hits:
    before, after = pair.both(*keys)
    return np.asarray(after <= (1.0 - share) * before)


def _leak(pair: _Pair, at_most: float) -> Hits:
    return np.asarray(pair.end("regurgitation_grade") <= at_most)


def _leak_rise(pair: _Pair, less_than: float) -> Hits:
    before, after = pair.both("regurgitation_grade")
    return np.asarray(after - before < less_than)


_RULES: tuple[tuple[str, Definition, Predicate], ...] = (
    (
        "mitral",
        Definition(
            name="mitral_area_1_5_mr_2",
            text="area at least 1.5 cm² and regurgitation at most 2+",
            source="iung_1996",
        ),
        lambda p: (p.end(*DRAWN) >= 1.5) & _leak(p, 2.0),
    ),
    (
        "mitral",
        Definition(
            name="mitral_area_1_5",
            text="area at least 1.5 cm²",
            source="palacios_100_1989",
        ),
        lambda p: p.end(*DRAWN) >= 1.5,
    ),
    (
        "mitral",
        Definition(
            name="mitral_area_up_50", text="area up by at least 50 %", source="lau_hung_1996"
        ),
        lambda p: _gain(p, AREAS, 0.5),
    ),
    (
        "mitral",
        Definition(
            name="mitral_area_1_5_up_25",
            text="area up by more than 25 % and above 1.5 cm²",
            source="lefevre_70",
        ),
        lambda p: _gain(p, AREAS, 0.25) & (p.end(*AREAS) > 1.5),
    ),
    (
        "mitral",
        Definition(
            name="mitral_la_mean_18",
            text="left atrial mean below 18 mmHg",
            source="mca_ptmc",
        ),
        lambda p: p.end("la_mean_mmhg", "pcw_mean_mmhg") < 18.0,
    ),
    (
        "mitral",
        Definition(
            name="mitral_full",
            text="area at least 1.5 cm² or up by at least 50 %, left atrial mean below 18 mmHg,"
            " regurgitation at most 2+",
            source="iung_1996; lau_hung_1996; mca_ptmc (stop rule of procedure.md section 2)",
        ),
        lambda p: (
            ((p.end(*DRAWN) >= 1.5) | _gain(p, AREAS, 0.5))
            & (p.end("la_mean_mmhg", "pcw_mean_mmhg") < 18.0)
            & _leak(p, 2.0)
        ),
    ),
    (
        "aortic",
        Definition(
            name="aortic_gradient_30",
            text="mean gradient down by at least 30 %",
            source="fang_2025",
        ),
        lambda p: _falls(p, ("gradient_mean_mmhg",), 0.3),
    ),
    (
        "aortic",
        Definition(
            name="aortic_gradient_halved",
            text="peak-to-peak gradient halved",
            source="sherman_1989",
        ),
        lambda p: _falls(p, PULL_BACK, 0.5),
    ),
    (
        "aortic",
        Definition(name="aortic_area_1_0", text="area at least 1.0 cm²", source="citoday_2015"),
        lambda p: p.end(*AREAS) >= 1.0,
    ),
    (
        "aortic",
        Definition(
            name="aortic_area_up_25",
            text="area up by at least 25 %",
            source="[mem]",
        ),
        lambda p: _gain(p, AREAS, 0.25),
    ),
    (
        "aortic",
        Definition(
            name="aortic_child_35",
            text="residual peak gradient at most 35 mmHg and regurgitation no more than mild (1+)",
            source="torres_2015",
        ),
        lambda p: (p.end(*PULL_BACK) <= 35.0) & _leak(p, 1.0),
    ),
    (
        "aortic",
        Definition(
            name="aortic_child_60",
            text="residual peak gradient below 60 mmHg (not a suboptimal result; of its other"
            " parts LV to aortic pressure below 1.6)",
            source="mccrindle_1996",
        ),
        lambda p: (
            (p.end(*PULL_BACK) < 60.0)
            & (p.end("lv_systolic_mmhg") < 1.6 * p.end("aortic_systolic_mmhg"))
        ),
    ),
    (
        "pulmonary",
        Definition(
            name="pulmonary_peak_36",
            text="residual peak gradient below 36 mmHg",
            source="china_ps65",
        ),
        lambda p: p.end(*PULL_BACK) < 36.0,
    ),
    (
        "pulmonary",
        Definition(
            name="pulmonary_c3po",
            text="peak gradient below 25 mmHg, or down by at least 50 %, or the ratio of right"
            " ventricular to aortic pressure down by at least 50 %",
            source="c3po_bpv_2012",
        ),
        lambda p: _c3po(p),
    ),
    (
        "tricuspid",
        Definition(
            name="tricuspid_area_1_0_mean_5",
            text="no longer severe: area above 1.0 cm² and mean gradient below 5 mmHg",
            source="limits of severe: thij_pttbv, cr_bozbas_2023; as a success definition [mem]",
        ),
        lambda p: (p.end(*AREAS) > 1.0) & (p.end("gradient_mean_mmhg") < 5.0),
    ),
    (
        "tricuspid",
        Definition(
            name="tricuspid_area_up_50",
            text="area up by at least 50 %",
            source="as mitral: lau_hung_1996; for this valve [mem]",
        ),
        lambda p: _gain(p, AREAS, 0.5),
    ),
)


def _c3po(pair: _Pair) -> Hits:
    hit = (pair.end(*PULL_BACK) < 25.0) | _falls(pair, PULL_BACK, 0.5)
    try:
        rv_before, rv_after = pair.both("rv_systolic_mmhg")
        ao_before, ao_after = pair.both("aortic_systolic_mmhg")
    except _Missing:
        return hit
    return hit | np.asarray(rv_after / ao_after <= 0.5 * rv_before / ao_before)


SUCCESS_DEFINITIONS: Mapping[str, tuple[Definition, ...]] = MappingProxyType(
    {valve: tuple(definition for of, definition, _ in _RULES if of == valve) for valve in VALVES}
)
"""Valve to the fixed list of definitions of success, each with its source."""


def success(valve: str, before: Values, after: Values) -> dict[str, Hits]:
    """Return for each definition whose values are there which draws meet it.

    Parameters
    ----------
    valve : aortic | mitral | pulmonary | tricuspid.
    before, after : key to shape (n,) (or numbers): measured keys and ``regurgitation_grade``.

    Returns
    -------
    Definition name to shape (n,); a draw with a NaN counts as a miss. Definitions that lack a
    value are left out.
    """
    check(one_of("valve", valve, VALVES))
    pair = _Pair(before, after)
    found = {}
    for of, definition, predicate in _RULES:
        if of != valve:
            continue
        try:
            found[definition.name] = predicate(pair)
        except _Missing:
            continue
    return found
