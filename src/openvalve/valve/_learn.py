"""Learn the six population parameters from published areas, weakly informed priors on each."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from openvalve.units import Atm, Mm
from openvalve.valve._bonds_tables import VALVE_CLASSES
from openvalve.valve._mechanics import (
    Loads,
    full_perimeter_mm,
    part_bonds,
    retained_frac,
    retained_perimeter_mm,
)
from openvalve.valve._population import MOST_BONDS, PARAMETERS, Population
from openvalve.valve._state import LARGEST_ORIFICE_FRAC, ValveState
from openvalve.valve._strength import loads_of

__all__ = ["PRIOR", "AreaObservation", "learn", "predicted_log_ratio"]

Array = NDArray[np.float64]

# Before any data. Bond: the waist of an unsplit valve is about two thirds of the balloon's radius,
# so 0.225 MPa inside Inoue balloons [yamabe_1994] is 1.9 N/mm where it is borne, of which the
# balloon's own wall takes up to a third [prototype_mechanics section 2: 0.155 MPa without it];
# 2.9 N/mm at the full radius is the upper limit. Recoil: total score and area after correlate by
# -0.24 [reid_nhlbi_1992], with SDs of 2 points and 0.8 cm2 about 5 % of area per point, half of it
# through the bonds. Shares: perimeter fractions 0.31 mitral, 0.19 aortic, 0.24 pulmonary of earlier
# sums [prototype_mechanics section 1], more where not all is split. Log SD 0.2 for the bond, which
# means of cohorts move little, else 0.4.
PRIOR = Population(
    bond_strength_n_mm=1.5,
    recoil_exponent_ratio=0.4,
    retained_rheumatic_frac=0.38,
    retained_calcific_frac=0.36,
    retained_congenital_frac=0.40,
    retained_pulmonary_frac=0.25,
    log_errors=(0.2, 0.4, 0.4, 0.4, 0.4, 0.4),
    correlation_frac=tuple(tuple(float(i == j) for j in range(6)) for i in range(6)),
    # What is left of the published spread of areas after the spread before and the error of the
    # method: docs/valve.md, section "Spread".
    residual_frac=(0.25, 0.35, 0.30, 0.30),
)
POINTS = 32  # quantile draws of bonds and leaflets per valve
SLOPE_STEP = 0.03  # log step for slopes; the kernel's cubic ramps are smooth at this scale


@dataclass(frozen=True, kw_only=True, slots=True)
class AreaObservation:
    """A published change of area, or a gradient taken as one.

    A gradient falls as the area to the power -1.5 (the flow rises): ratio of areas = ratio of
    gradients to the power -1/1.5; give it a larger ``log_sd``.

    Attributes
    ----------
    source_id : paper.
    state : the cohort's mean valve before, one area.
    balloon_perimeter_mm, inflation_atm : of the balloon that was used or that its rule gives.
    log_ratio, log_sd : ln(after / before) and how far one paper may lie from the truth.
    """

    source_id: str
    state: ValveState
    balloon_perimeter_mm: Mm
    inflation_atm: Atm
    log_ratio: float
    log_sd: float


@cache
def _quantile_draws() -> Array:
    """Return fixed standard-normal points, shape (POINTS, 6): a Halton set, no chance in it."""
    from scipy.special import ndtri

    columns = []
    for base in (2, 3, 5, 7, 11, 13):
        values = np.zeros(POINTS)
        for i in range(POINTS):
            left, scale, value = i + 1, 1.0, 0.0
            while left:
                scale /= base
                value += scale * (left % base)
                left //= base
            values[i] = value
        columns.append(ndtri(values))
    points = np.column_stack(columns)
    return np.asarray((points - points.mean(axis=0)) / points.std(axis=0))


@dataclass(frozen=True, kw_only=True, slots=True)
class _Stack:
    """All observations as arrays: loads of shape (m, POINTS, bonds) at unit bond strength."""

    loads: Loads
    orifice_mm: Array
    full_mm: Array
    most_mm: Array
    class_index: NDArray[np.int64]
    log_thickness: Array


def _stack(observations: Sequence[AreaObservation]) -> _Stack:
    draws = _quantile_draws()
    each = [
        loads_of(
            o.state,
            balloon_mm=o.balloon_perimeter_mm,
            inflation_atm=o.inflation_atm,
            bond_strength_n_mm=np.ones(POINTS),
            side=draws[:, :MOST_BONDS],
            leaflet=draws[:, MOST_BONDS:],
        )
        for o in observations
    ]

    def all_of(name: str) -> Array:
        shape = (POINTS, MOST_BONDS) if name in ("bond_n_mm", "leaflet_n_mm") else None
        parts = [np.atleast_2d(getattr(load, name)) for load in each]
        return np.stack([p if shape is None else np.broadcast_to(p, shape) for p in parts])

    orifice = np.array([float(o.state.orifice_perimeter_mm[0]) for o in observations])
    balloon = np.array([o.balloon_perimeter_mm for o in observations])
    ring = np.array([o.state.giving_ring_mm for o in observations])
    ring_cm2 = np.array([o.state.ring_cm2 for o in observations])
    most = np.sqrt(400.0 * np.pi * LARGEST_ORIFICE_FRAC * ring_cm2)
    return _Stack(
        loads=Loads(**{f.name: all_of(f.name) for f in dataclasses.fields(Loads)}),
        orifice_mm=orifice[:, None],
        full_mm=full_perimeter_mm(balloon, ring)[:, None],
        most_mm=np.maximum(most, orifice)[:, None],
        class_index=np.array([VALVE_CLASSES.index(o.state.valve_class) for o in observations]),
        log_thickness=np.array([o.state.recoil_log_thickness for o in observations])[:, None],
    )


def _log_ratios(stack: _Stack, logs: Array) -> Array:
    """Return ln(mean area after / area before) of every observation, shape (m,)."""
    strength, exponent, *shares = np.exp(logs)
    loads = dataclasses.replace(
        stack.loads,
        bond_n_mm=strength * stack.loads.bond_n_mm,
        leaflet_n_mm=strength * stack.loads.leaflet_n_mm,
    )
    share = np.array(shares)[stack.class_index][:, None]
    retained = retained_frac(share, np.asarray(exponent), stack.log_thickness)
    perimeter = retained_perimeter_mm(
        stack.orifice_mm, stack.full_mm, part_bonds(loads).split_frac, retained
    )
    area = np.minimum(perimeter, stack.most_mm) ** 2
    return np.asarray(np.log(area.mean(axis=-1) / stack.orifice_mm[:, 0] ** 2))


def _population(logs: Array, covariance: Array) -> Population:
    errors = np.sqrt(np.diag(covariance))
    correlation = covariance / np.outer(errors, errors)
    values = dict(zip(PARAMETERS, (float(v) for v in np.exp(logs)), strict=True))
    return Population(
        **values,
        log_errors=tuple(float(e) for e in errors),
        correlation_frac=tuple(tuple(float(c) for c in row) for row in correlation),
        residual_frac=PRIOR.residual_frac,
    )


def predicted_log_ratio(observation: AreaObservation, population: Population) -> float:
    """Return ln(mean area after / before) that the mechanics make of an observation."""
    return float(_log_ratios(_stack([observation]), population.logs())[0])


def learn(observations: Sequence[AreaObservation]) -> Population:
    """Return the parameters of least squares on log areas with a soft loss and priors.

    Each error is the standard error of the logarithm at the solution, scatter of the papers
    included; a parameter that no paper informs keeps its prior.
    """
    from scipy.optimize import least_squares

    if not observations:
        return PRIOR
    start, prior_sd = PRIOR.logs(), np.array(PRIOR.log_errors)
    stack = _stack(observations)
    seen = np.array([o.log_ratio for o in observations])
    sd = np.array([o.log_sd for o in observations])

    def residuals(logs: Array) -> Array:
        misfit = (_log_ratios(stack, logs) - seen) / sd
        soft = np.sign(misfit) * np.sqrt(2.0 * (np.sqrt(1.0 + misfit**2) - 1.0))
        return np.concatenate((soft, (logs - start) / prior_sd))

    def slopes(logs: Array) -> Array:
        steps = SLOPE_STEP * np.eye(logs.size)
        columns = [(residuals(logs + s) - residuals(logs - s)) / (2.0 * SLOPE_STEP) for s in steps]
        return np.column_stack(columns)

    solved = least_squares(
        residuals,
        start,
        bounds=(start - 1.5, start + 1.2),
        max_nfev=20,
        jac=slopes,
    )
    slope = slopes(np.asarray(solved.x))
    covariance = np.asarray(np.linalg.inv(slope.T @ slope), dtype=np.float64)
    return _population(np.asarray(solved.x), covariance)
