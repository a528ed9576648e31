"""MB11: virtual aortic roots against balloons wider than their ring. Targets, not gates.

What decides a rupture here is stress over a strength drawn about coupons of ascending aorta; no
number of the wall was set by what these rows ask.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.anatomy import ValveShape
from openvalve.devices import Balloon
from openvalve.errors import OpenValveError
from openvalve.units import Frac, Mm, Ratio
from openvalve.validation._acceptance_types import Measured
from openvalve.validation._mechanics_outcomes import in_processes, told_of
from openvalve.validation._mechanics_types import MechanicsSettings
from openvalve.validation._mechanics_virtual import Strata, cylinder_of
from openvalve.valve.root import Nodule, build_root, drawn_nodule, inflate_root

__all__ = ["RootOutcome", "VirtualRoot", "root_rupture", "rooted", "virtual_roots"]

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

TRIANGLES = 2000
ROOTS_PER_VALVE = 8  # of the other populations that a sample asks for: a root takes half a second


@dataclass(frozen=True, kw_only=True, slots=True)
class VirtualRoot:
    """One root and its balloon, whose diameter is ``oversize_frac`` more than the ring's."""

    shape: ValveShape
    nodule: Nodule | None
    wall_mm: Mm
    balloon: Balloon
    seed: int

    @property
    def oversize_frac(self) -> Frac:
        """Return by how much the balloon is wider than the ring."""
        return self.balloon.diameter_mm / self.shape.annulus_mm - 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class RootOutcome:
    """What became of one root.

    Attributes
    ----------
    risk_prob : that a wall of its age is weaker than its stress; ruptured : that this one is.
    """

    oversize_frac: Frac
    nodule: bool
    areal_stretch_ratio: Ratio
    risk_prob: Frac
    ruptured: bool
    contained: bool


def virtual_roots() -> list[VirtualRoot]:
    """Return the 62 roots of MB11, half with a nodule below the ring, 0 to 30 % oversized.

    Ring 73 +/- 7 mm round [chida_1994, read], 1.2 +/- 0.08 times as long as wide [K; 1.1 to 1.3];
    outflow tract 0.864 of it [Tops 2008, read] +/- 0.06 [K]; age 78 +/- 8 years [K]; wall 1.7 mm,
    log SD 0.15 [K; 0.1 to 0.3]. Nodules are those of heavy calcium. Strength comes from the seed.
    """
    count = 62
    draw = Strata(count, 11)
    ring, oversize = draw.normal(73.0, 7.0) / np.pi, draw.even(0.0, 0.3)
    axes, outflow = draw.normal(1.2, 0.08), draw.normal(0.864, 0.06)
    age, wall = draw.normal(78.0, 8.0), 1.7 * np.exp(draw.normal(0.0, 0.15))
    heavy = draw.even(0.0, 2.0) >= 1.0
    return [
        VirtualRoot(
            shape=ValveShape(
                valve="aortic",
                etiology="calcific",
                morphology="tricuspid",
                annulus_mm=float(ring[k]),
                area_anatomic_cm2=0.7,
                annulus_axis_ratio=max(1.0, float(axes[k])),
                outflow_mm=float(outflow[k] * ring[k]),
                age_years=float(age[k]),
            ),
            nodule=drawn_nodule("heavy" if heavy[k] else "none", seed=1100 + k),
            wall_mm=float(wall[k]),
            balloon=cylinder_of(float(ring[k] * (1.0 + oversize[k]))),
            seed=1100 + k,
        )
        for k in range(count)
    ]


def rooted(one: VirtualRoot) -> RootOutcome | str:
    """Return what the balloon did to the wall, or why there is no answer."""
    try:
        root = build_root(
            one.shape,
            nodule=one.nodule,
            seed=one.seed,
            wall_mm=one.wall_mm,
            target_triangles=TRIANGLES,
        )
        wall = inflate_root(root, one.balloon).wall
    except OpenValveError as error:
        return " ".join(str(error).split())
    return RootOutcome(
        oversize_frac=one.oversize_frac,
        nodule=one.nodule is not None,
        areal_stretch_ratio=wall.areal_stretch_ratio,
        risk_prob=wall.rupture_prob,
        ruptured=wall.ruptures,
        contained=wall.contained,
    )


def root_rupture(settings: MechanicsSettings) -> Measured:
    """MB11: who ruptures, and what tells them from the others.

    Raises
    ------
    SolverError : no root came to rest.
    """
    everyone = virtual_roots()
    most = None if settings.valves_count is None else ROOTS_PER_VALVE * settings.valves_count
    found = in_processes(everyone[:most], settings.processes_count, rooted)
    told = told_of(found, len(everyone), "roots")
    return _measured([one for one in found if isinstance(one, RootOutcome)], told)


def _measured(good: list[RootOutcome], told: str) -> Measured:
    ruptured = np.array([one.ruptured for one in good])
    oversize = np.array([one.oversize_frac for one in good])
    stretch = np.array([one.areal_stretch_ratio for one in good])
    nodule = np.array([one.nodule for one in good])
    risk = np.array([one.risk_prob for one in good])
    contained = sum(one.contained for one in good)
    told = f"{told}; {ruptured.sum()} rupture, {contained} of them in a patch"
    values: dict[str, float] = {}
    notes: dict[str, str] = {}
    wide = oversize > np.median(oversize)
    for name, group, what in (
        ("rises_oversizing", wide, "oversized by more than the median and by less"),
        ("rises_nodule", nodule, "with and without nodule"),
    ):
        if group.any() and not group.all():
            values[name] = float(risk[group].mean() > risk[~group].mean())
            means, counts = _shares(risk, group), _shares(ruptured, group)
            notes[name] = f"{told}; {what}: mean risk {means}, ruptured {counts}"
    if ruptured.any() and not ruptured.all():
        values["auc_oversizing"] = _auc(oversize, ruptured)
        values["auc_stretch"] = _auc(stretch, ruptured)
        values["above_oversizing"] = values["auc_stretch"] - values["auc_oversizing"]
        values["cut_ratio"] = _cut(stretch, ruptured)
        values["ruptured_oversizing"] = float(
            oversize[ruptured].mean() - oversize[~ruptured].mean()
        )
        notes["above_oversizing"] = f"{told}; oversizing alone {values['auc_oversizing']:.2f}"
        notes["cut_ratio"] = f"{told}; areal stretch {_groups(stretch, ruptured)}"
        percent = _groups(100.0 * oversize, ruptured)
        notes["ruptured_oversizing"] = f"{told}; oversizing, %: {percent}"
    return Measured(
        values=values,
        mesh_triangles_count=TRIANGLES,
        notes={**dict.fromkeys(values, told), **notes},
    )


def _auc(score: Floats, ruptured: Flags) -> float:
    """Return the chance that a ruptured root has the higher score, ties half."""
    from scipy.stats import mannwhitneyu

    test = mannwhitneyu(score[ruptured], score[~ruptured])
    return float(test.statistic / (ruptured.sum() * (~ruptured).sum()))


def _cut(score: Floats, ruptured: Flags) -> float:
    """Return the cut with the highest sum of sensitivity and specificity (Youden)."""
    ordered = np.sort(score)
    cuts = 0.5 * (ordered[1:] + ordered[:-1])
    gains = [(score[ruptured] > c).mean() + (score[~ruptured] <= c).mean() for c in cuts]
    return float(cuts[int(np.argmax(gains))])


def _shares(values: Floats | Flags, group: Flags) -> str:
    return f"{values[group].mean():.1%} and {values[~group].mean():.1%}"


def _groups(values: Floats, ruptured: Flags) -> str:
    means = [f"{v.mean():.2f} +/- {v.std():.2f}" for v in (values[ruptured], values[~ruptured])]
    return f"{means[0]} ruptured, {means[1]} intact"
