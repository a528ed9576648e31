"""From a valve, a balloon and draws to the loads of the kernel."""

import numpy as np
from numpy.typing import NDArray

from openvalve.units import Atm, Mm
from openvalve.valve._bonds_tables import AVULSION_POWER
from openvalve.valve._mechanics import Loads
from openvalve.valve._population import MOST_BONDS
from openvalve.valve._state import ValveState

__all__ = ["LEAFLET_LOG_SD", "LEAFLET_RATIO", "SIDE_LOG_SD", "loads_of", "padded"]

SIDE_LOG_SD = 0.40  # between the bonds of one valve; 0.25-0.4 [prototype_mechanics section 5]
# A leaflet beside its commissure: it tears in the bond's stead where it is the weaker one. Set so
# that the mean severe leak meets the pooled papers (docs/valve.md), one number for all valves [K;
# 2 to 5]; the balloon, score, calcium, raphe and pressure then move it by mechanics.
LEAFLET_RATIO = 3.2
LEAFLET_LOG_SD = 0.45  # radial strength 0.32 +/- 0.04 to 0.42 +/- 0.24 MPa [leaflet_table, read]


def padded(values: tuple[float, ...], fill: float) -> NDArray[np.float64]:
    """Return the values as an array of the greatest number of bonds, filled up."""
    return np.array([*values, *[fill] * (MOST_BONDS - len(values))])


def loads_of(
    state: ValveState,
    *,
    balloon_mm: Mm,
    inflation_atm: Atm,
    bond_strength_n_mm: NDArray[np.float64],
    side: NDArray[np.float64],
    leaflet: NDArray[np.float64],
) -> Loads:
    """Return the loads of one balloon in one valve for n draws.

    Parameters
    ----------
    balloon_mm : its perimeter.
    bond_strength_n_mm : shape (n,), of a rheumatic commissure of score 8.
    side, leaflet : shape (n, 3), standard normal.
    """
    present = padded(tuple(1.0 for _ in state.bonds), 0.0)
    calcium = padded(tuple(float(bond == "calcium") for bond in state.bonds), 0.0)
    reference = bond_strength_n_mm[:, None]
    tissue = LEAFLET_RATIO * state.leaflet_strength_ratio
    ratio = balloon_mm / state.giving_ring_mm
    return Loads(
        orifice_mm=state.orifice_perimeter_mm[:, None],
        balloon_mm=np.array([[balloon_mm]]),
        ring_mm=np.array([[state.giving_ring_mm]]),
        inflation_atm=np.array([[inflation_atm]]),
        bond_n_mm=reference
        * padded(state.bond_strength_ratio, np.inf)
        * np.exp(SIDE_LOG_SD * side),
        leaflet_n_mm=np.where(
            present > 0.0, reference * tissue * np.exp(LEAFLET_LOG_SD * leaflet), np.inf
        ),
        calcium=calcium,
        present=present,
        overload=np.array([[max(ratio, 1.0) ** AVULSION_POWER]]),
    )
