"""What a model leaves unexplained: partly pooled discrepancies learned from other papers.

A residual is ln(after/before) as published minus as the model has it. It is split into a part
common to a valve and family of quantities, a part of the valve's class (congenital, calcific), a
part of the single quantity, a slope on the before-value (regression to the mean), known
covariates, a part of the paper, and noise. Each part is a normal effect around zero, so that a
part seen n times is drawn to zero by n / (n + k), k = noise variance / part variance; the
variances are those of highest marginal likelihood in the training papers.
Source: best linear unbiased prediction, Robinson 1991, Statistical Science 6:15 [K].
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from openvalve.units import Ratio
from openvalve.validation._types import LogRatio

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Combiner", "Residual"]

# ln-SDs of the parts before any data: what half a dozen papers of one valve show, 0.03 to 0.6.
PARTS = ("family", "class", "quantity", "slope", "covariate", "paper", "noise")
_START: tuple[float, ...] = (0.30, 0.15, 0.15, 0.15, 0.10, 0.10, 0.12)
_WIDTH = 0.7  # ln-SD of a variance's own prior: a factor of 2 in the SD either way
_ITERATIONS = 25


@dataclass(frozen=True, kw_only=True, slots=True)
class Residual:
    """One published change that the model did not explain, or one to be predicted.

    Attributes
    ----------
    valve, valve_class, quantity, family, source_id : what it belongs to.
    exponent_ratio : power of the family's ratio that the quantity follows.
    log_before : ln of the before-value.
    covariates : further known facts, about -1 to 1.
    log_residual : ln ratio published minus modelled; 0 where it is to be predicted.
    variance : sampling variance of it.
    """

    valve: str
    valve_class: str
    quantity: str
    family: str
    source_id: str
    exponent_ratio: Ratio = 1.0
    log_before: LogRatio = 0.0
    covariates: Mapping[str, Ratio] = field(default_factory=dict)
    log_residual: LogRatio = 0.0
    variance: Ratio = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Combiner:
    """Discrepancies learned from training residuals.

    Attributes
    ----------
    training : what it learned from.
    sds : shape (7,), SD of each of ``PARTS`` in ln units.
    centers : (valve, quantity) to mean ln before-value.
    solved : shape (n,), inverse covariance times residuals.
    factor : shape (n, n), lower Cholesky factor of the covariance.
    """

    training: tuple[Residual, ...]
    sds: "NDArray[np.float64]"
    centers: Mapping[tuple[str, str], LogRatio]
    solved: "NDArray[np.float64]"
    factor: "NDArray[np.float64]"

    @staticmethod
    def learn(training: Sequence[Residual]) -> "Combiner":
        """Return the combiner of highest marginal likelihood, with weak priors on its parts."""
        import numpy as np
        from scipy.optimize import minimize

        some = tuple(training)
        centers = _centers(some)
        start = np.log(np.array(_START))
        best = start
        if len(some) > 1:
            kernels = _kernels(some, some, centers)
            y = np.array([r.log_residual for r in some])
            fixed = np.diag([r.variance for r in some])
            result = minimize(
                _objective,
                start,
                args=(kernels, fixed, y, start),
                jac=True,
                method="L-BFGS-B",
                bounds=[(s - 3.0, s + 2.0) for s in start],
                options={"maxiter": _ITERATIONS, "ftol": 1e-4},
            )
            best = result.x
        return _solved(some, np.exp(best), centers)

    def log_evidence(self, valve: str, family: str, spoken: Sequence[bool]) -> LogRatio:
        """Return the log marginal likelihood of the training residuals of a valve and family.

        Only rows marked in ``spoken`` (in the order of ``training``) count; 0 where there is none.
        Valves and families share no part, so that each has an evidence of its own.
        """
        import numpy as np
        from scipy.linalg import cho_solve, cholesky

        some = tuple(
            r
            for r, told in zip(self.training, spoken, strict=True)
            if told and r.valve == valve and r.family == family
        )
        if not some:
            return 0.0
        covariance = np.tensordot(self.sds**2, _kernels(some, some, self.centers), 1)
        covariance += np.diag([r.variance for r in some])
        factor = cholesky(covariance, lower=True)
        y = np.array([r.log_residual for r in some])
        return float(-0.5 * y @ cho_solve((factor, True), y) - np.log(np.diag(factor)).sum())

    def predict(self, asked: Residual) -> tuple[LogRatio, LogRatio]:
        """Return (discrepancy, SD) of a new paper's cohort; without training (0, prior SD).

        The SD holds what is not known of the parts and how papers differ, not the sampling error
        of the cohort's own mean.
        """
        import numpy as np
        from scipy.linalg import solve_triangular

        square = self.sds**2
        own = _kernels((asked,), (asked,), self.centers)[:, 0, 0] @ square
        if not self.training:
            return 0.0, float(np.sqrt(own))
        across = np.tensordot(square, _kernels((asked,), self.training, self.centers), 1)[0]
        half = solve_triangular(self.factor, across, lower=True)
        return float(across @ self.solved), float(np.sqrt(max(own - half @ half, 1e-8)))


def _centers(some: Sequence[Residual]) -> dict[tuple[str, str], LogRatio]:
    """Return the mean ln before-value per valve and quantity."""
    values: dict[tuple[str, str], list[LogRatio]] = {}
    for r in some:
        values.setdefault((r.valve, r.quantity), []).append(r.log_before)
    return {key: sum(v) / len(v) for key, v in values.items()}


def _solved(
    some: tuple[Residual, ...],
    sds: "NDArray[np.float64]",
    centers: Mapping[tuple[str, str], LogRatio],
) -> Combiner:
    """Return the combiner with its covariance factored."""
    import numpy as np
    from scipy.linalg import cho_solve, cholesky

    n = len(some)
    if n == 0:
        empty = np.zeros((0, 0))
        return Combiner(training=(), sds=sds, centers=centers, solved=np.zeros(0), factor=empty)
    covariance = np.tensordot(sds**2, _kernels(some, some, centers), 1)
    covariance += np.diag([r.variance for r in some])
    factor = cholesky(covariance, lower=True)
    y = np.array([r.log_residual for r in some])
    return Combiner(
        training=some,
        sds=sds,
        centers=centers,
        solved=cho_solve((factor, True), y),
        factor=factor,
    )


def _kernels(
    left: Sequence[Residual],
    right: Sequence[Residual],
    centers: Mapping[tuple[str, str], LogRatio],
) -> "NDArray[np.float64]":
    """Return what two sets share of each part, shape (7, left, right)."""
    import numpy as np

    def same(name: str) -> "NDArray[np.float64]":
        a = np.array([getattr(r, name) for r in left])
        b = np.array([getattr(r, name) for r in right])
        return np.asarray(a[:, None] == b[None, :], dtype=np.float64)

    def deviation(some: Sequence[Residual]) -> "NDArray[np.float64]":
        return np.array(
            [r.log_before - centers.get((r.valve, r.quantity), r.log_before) for r in some]
        )

    names = sorted({name for r in (*left, *right) for name in r.covariates})
    z_left = np.array([[r.covariates.get(name, 0.0) for name in names] for r in left])
    z_right = np.array([[r.covariates.get(name, 0.0) for name in names] for r in right])
    shared = z_left.reshape(len(left), -1) @ z_right.reshape(len(right), -1).T
    powers = np.outer([r.exponent_ratio for r in left], [r.exponent_ratio for r in right])
    alike = same("valve") * same("family")
    family = alike * powers
    by_class = family * same("valve_class")
    slope = alike * np.outer(deviation(left), deviation(right))
    same_object = powers * np.array([[float(a is b) for b in right] for a in left])
    return np.stack(
        [
            family,
            by_class,
            by_class * same("quantity"),
            slope,
            family * shared,
            family * same("source_id"),
            same_object,
        ]
    )


def _objective(
    theta: "NDArray[np.float64]",
    kernels: "NDArray[np.float64]",
    fixed: "NDArray[np.float64]",
    y: "NDArray[np.float64]",
    start: "NDArray[np.float64]",
) -> tuple[float, "NDArray[np.float64]"]:
    """Return minus the log posterior of the ln-SDs and its gradient."""
    import numpy as np
    from scipy.linalg import cho_solve, cholesky

    square = np.exp(2 * theta)
    covariance = np.tensordot(square, kernels, 1) + fixed
    factor = cholesky(covariance, lower=True)
    solved = cho_solve((factor, True), y)
    inverse = cho_solve((factor, True), np.eye(y.size))
    value = 0.5 * y @ solved + np.log(np.diag(factor)).sum()
    inner = inverse - np.outer(solved, solved)
    gradient = square * np.einsum("kij,ji->k", kernels, inner)
    prior = (theta - start) / _WIDTH
    return float(value + 0.5 * prior @ prior), gradient + prior / _WIDTH
