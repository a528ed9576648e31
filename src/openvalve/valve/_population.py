"""What nobody has measured: six population parameters of valves, with their spread."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputError, InputItem
from openvalve.units import Frac, NPerMm, Ratio
from openvalve.valve._bonds_tables import VALVE_CLASSES

__all__ = ["MOST_BONDS", "PARAMETERS", "Population", "PopulationDraws", "sample_population"]

PARAMETERS = (
    "bond_strength_n_mm",
    "recoil_exponent_ratio",
    "retained_rheumatic_frac",
    "retained_calcific_frac",
    "retained_congenital_frac",
    "retained_pulmonary_frac",
)
MOST_BONDS = 3


@dataclass(frozen=True, kw_only=True, slots=True)
class Population:
    """Population parameters; a log standard error beside each.

    Attributes
    ----------
    bond_strength_n_mm : line tension at which a rheumatic commissure of score 8 parts.
    recoil_exponent_ratio : by which the retained share falls with the thickness of the tissue.
    retained_*_frac : share of the perimeter that the balloon forces open which stays open after
        it is gone (one less the elastic recoil), by class of valve.
    log_errors : shape (6,), standard error of the logarithms, in the order of ``PARAMETERS``.
    correlation_frac : shape (6, 6), of those errors: a stronger bond and a larger retained share
        explain the same papers.
    residual_frac : log spread of a single patient's gain in area around all this, in the order
        of ``VALVE_CLASSES``.
    """

    bond_strength_n_mm: NPerMm
    recoil_exponent_ratio: Ratio
    retained_rheumatic_frac: Frac
    retained_calcific_frac: Frac
    retained_congenital_frac: Frac
    retained_pulmonary_frac: Frac
    log_errors: tuple[float, ...]
    correlation_frac: tuple[tuple[float, ...], ...]
    residual_frac: tuple[Frac, ...]

    def logs(self) -> NDArray[np.float64]:
        """Return the logarithms of the parameters, shape (6,)."""
        values = [float(getattr(self, name)) for name in PARAMETERS]
        return np.asarray(np.log(values), dtype=np.float64)

    def retained_frac(self, valve_class: str) -> Frac:
        """Return the retained share of a class of valve, of tissue as thick as usual."""
        return float(getattr(self, f"retained_{valve_class}_frac"))


@dataclass(frozen=True, kw_only=True, slots=True)
class PopulationDraws:
    """Draws of the parameters and of what differs between single valves.

    Attributes
    ----------
    parameters : shape (n, 6), in the order of ``PARAMETERS``.
    side : shape (n, 3), standard normal, strength of each bond against the valve's mean.
    leaflet : shape (n, 3), standard normal, strength of the leaflet beside each bond.
    residual : shape (n,), standard normal, residual of the gain.
    tear : shape (n,), standard normal, size of a tear or gap.
    ring : shape (n, 2), standard normal, the ring's stiffness and what its law misses.
    residual_frac : log spread of the gain, in the order of ``VALVE_CLASSES``.
    """

    parameters: NDArray[np.float64]
    side: NDArray[np.float64]
    leaflet: NDArray[np.float64]
    residual: NDArray[np.float64]
    tear: NDArray[np.float64]
    ring: NDArray[np.float64]
    residual_frac: tuple[Frac, ...]

    def column(self, name: str) -> NDArray[np.float64]:
        """Return the draws of one parameter, shape (n,)."""
        return np.asarray(self.parameters[:, PARAMETERS.index(name)])

    def residual_of(self, valve_class: str) -> Frac:
        """Return the log spread of the gain of a class of valve."""
        return self.residual_frac[VALVE_CLASSES.index(valve_class)]


def sample_population(n: int, seed: int, population: Population) -> PopulationDraws:
    """Return n draws; the same seed gives the same valves to every balloon.

    Parameters
    ----------
    n : draws, 1 or more.
    seed : of the counter-based generator.
    population : learned values.
    """
    if n < 1:
        raise InputError([InputItem(key="draws", got=str(n), allowed="1 or more")])
    rng = np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, 0, 3]))
    errors = np.array(population.log_errors)
    covariance = np.outer(errors, errors) * np.array(population.correlation_frac)
    z = rng.standard_normal((n, len(PARAMETERS))) @ np.linalg.cholesky(covariance).T
    return PopulationDraws(
        parameters=np.exp(population.logs() + z),
        side=rng.standard_normal((n, MOST_BONDS)),
        leaflet=rng.standard_normal((n, MOST_BONDS)),
        residual=rng.standard_normal(n),
        tear=rng.standard_normal(n),
        ring=rng.standard_normal((n, 2)),
        residual_frac=population.residual_frac,
    )
