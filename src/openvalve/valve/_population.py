"""What nobody has measured: six population parameters of valves, with their spread."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.units import Frac, NPerMm, Ratio

__all__ = ["PARAMETERS", "Population", "PopulationDraws", "sample_population"]

PARAMETERS = (
    "bond_strength_n_mm",
    "calcium_strength_ratio",
    "retained_rheumatic_frac",
    "retained_calcific_frac",
    "retained_congenital_frac",
    "retained_pulmonary_frac",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Population:
    """Population parameters; a log standard error beside each.

    Attributes
    ----------
    bond_strength_n_mm : line tension at which a rheumatic commissure of score 8 parts.
    calcium_strength_ratio : of a bridge of calcium against it.
    retained_*_frac : share of the perimeter that the balloon forces open which stays open after
        it is gone (one less the elastic recoil), by class of valve.
    log_errors : shape (6,), standard error of the logarithms, in the order of ``PARAMETERS``.
    residual_frac : log spread of a single patient's area after around all this.
    """

    bond_strength_n_mm: NPerMm
    calcium_strength_ratio: Ratio
    retained_rheumatic_frac: Frac
    retained_calcific_frac: Frac
    retained_congenital_frac: Frac
    retained_pulmonary_frac: Frac
    log_errors: tuple[float, ...]
    residual_frac: Frac

    def logs(self) -> NDArray[np.float64]:
        """Return the logarithms of the parameters, shape (6,)."""
        values = [float(getattr(self, name)) for name in PARAMETERS]
        return np.asarray(np.log(values), dtype=np.float64)

    def retained_frac(self, valve_class: str) -> Frac:
        """Return the retained share of a class of valve."""
        return float(getattr(self, f"retained_{valve_class}_frac"))


@dataclass(frozen=True, kw_only=True, slots=True)
class PopulationDraws:
    """Draws of the parameters and of what differs between single valves.

    Attributes
    ----------
    parameters : shape (n, 6), in the order of ``PARAMETERS``.
    side : shape (n, 3), standard normal, strength of each bond against the valve's mean.
    residual : shape (n,), log residual of the area gain.
    leaflet : shape (n,), standard normal, strength of the leaflet.
    tear : shape (n,), standard normal, size of a tear or gap.
    """

    parameters: NDArray[np.float64]
    side: NDArray[np.float64]
    residual: NDArray[np.float64]
    leaflet: NDArray[np.float64]
    tear: NDArray[np.float64]

    def column(self, name: str) -> NDArray[np.float64]:
        """Return the draws of one parameter, shape (n,)."""
        return np.asarray(self.parameters[:, PARAMETERS.index(name)])


def sample_population(n: int, seed: int, population: Population) -> PopulationDraws:
    """Return n draws; the same seed gives the same valves to every balloon.

    Parameters
    ----------
    n : draws, 1 or more.
    seed : of the counter-based generator.
    population : learned values.
    """
    rng = np.random.Generator(np.random.Philox(key=seed, counter=[0, 0, 0, 3]))
    z = rng.standard_normal((n, len(PARAMETERS)))
    return PopulationDraws(
        parameters=np.exp(population.logs() + np.array(population.log_errors) * z),
        side=rng.standard_normal((n, 3)),
        residual=population.residual_frac * rng.standard_normal(n),
        leaflet=rng.standard_normal(n),
        tear=rng.standard_normal(n),
    )
