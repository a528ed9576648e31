"""Learn the six population parameters from published areas, weakly informed priors on each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.units import Atm, Mm
from openvalve.valve._inflate import expected_log_ratio
from openvalve.valve._population import PARAMETERS, Population
from openvalve.valve._state import ValveState

__all__ = ["AreaObservation", "learn", "predicted_log_ratio"]

# Before any data. Bond: wall tension of an Inoue balloon 2.9 N/mm as upper limit [yamabe_1994];
# retained shares: perimeter fractions 0.31 mitral, 0.19 aortic, 0.24 pulmonary of earlier sums
# [prototype_mechanics section 1], taken for full splits. Log SD 0.4.
PRIOR = Population(
    bond_strength_n_mm=2.2,
    calcium_strength_ratio=1.2,
    retained_rheumatic_frac=0.35,
    retained_calcific_frac=0.24,
    retained_congenital_frac=0.40,
    retained_pulmonary_frac=0.32,
    log_errors=(0.4,) * 6,
    residual_frac=0.35,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class AreaObservation:
    """A published change of area, or a gradient taken as one.

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


def _population(logs: NDArray[np.float64], errors: NDArray[np.float64]) -> Population:
    values = dict(zip(PARAMETERS, (float(v) for v in np.exp(logs)), strict=True))
    return Population(
        **values,
        log_errors=tuple(float(e) for e in errors),
        residual_frac=PRIOR.residual_frac,
    )


def predicted_log_ratio(observation: AreaObservation, population: Population) -> float:
    """Return what the mechanics make of an observation's balloon in its valve."""
    return expected_log_ratio(
        observation.state,
        observation.balloon_perimeter_mm,
        observation.inflation_atm,
        population,
    )


def learn(observations: Sequence[AreaObservation]) -> Population:
    """Return the parameters of least squares on log areas with a soft loss and priors.

    Each error is the standard error of the logarithm at the solution; a parameter that no paper
    informs keeps its prior.
    """
    from scipy.optimize import least_squares

    start = PRIOR.logs()
    prior_sd = np.array(PRIOR.log_errors)

    def residuals(logs: NDArray[np.float64]) -> NDArray[np.float64]:
        population = _population(logs, prior_sd)
        misfit = [
            (predicted_log_ratio(o, population) - o.log_ratio) / o.log_sd for o in observations
        ]
        soft = [float(np.sign(m) * np.sqrt(2.0 * (np.sqrt(1.0 + m * m) - 1.0))) for m in misfit]
        return np.concatenate((soft, (logs - start) / prior_sd))

    solved = least_squares(
        residuals,
        start,
        bounds=(start - 1.5, start + 1.2),
        max_nfev=12,
        diff_step=[0.02] * len(PARAMETERS),
    )
    slope = np.asarray(solved.jac, dtype=np.float64)
    covariance = np.linalg.inv(slope.T @ slope)
    return _population(np.asarray(solved.x), np.sqrt(np.diag(covariance)))
