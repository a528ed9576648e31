"""From the heart's dipole (Frank X, Y, Z) to electrodes and from electrodes to the 12 leads."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver

__all__ = [
    "DOWER",
    "ELECTRODES",
    "LEADS",
    "electrode_potentials_mv",
    "leads_of_electrodes_mv",
    "multiply",
    "projected",
]

LEADS: Final = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
ELECTRODES: Final = ("RA", "LA", "LL", "V1", "V2", "V3", "V4", "V5", "V6")

# Rows I, II, V1 to V6; columns X (to the patient's left), Y (to the feet), Z (to the back).
# Dower's matrix as printed in the README of Clifford's ecgtools (2006), which cites Bailon,
# Laguna, Sornmo, chapter 8 of Advanced Methods and Tools for ECG Data Analysis, equation s = D v
# (read); the same numbers in BRAVEHEART's inverse (read). Checked on PTB s0010_re:
# tests/physics/signals/test_ecg_dower.py.
DOWER: Final = np.array(
    [
        [0.632, -0.235, 0.059],
        [0.235, 1.066, -0.132],
        [-0.515, 0.157, -0.917],
        [0.044, 0.164, -1.387],
        [0.882, 0.098, -1.277],
        [1.213, 0.127, -0.601],
        [1.125, 0.127, -0.086],
        [0.831, 0.076, 0.230],
    ]
)
# Potentials against the mean of the three limb electrodes (Wilson's terminal), which is then 0.
_LIMBS = np.array([[-1.0, -1.0], [2.0, -1.0], [-1.0, 2.0]]) / 3.0
_TO_ELECTRODES: Final = np.vstack([_LIMBS @ DOWER[:2], DOWER[2:]])
_FROM_DIPOLE: Final = np.ascontiguousarray(_TO_ELECTRODES.T)
_GRID_PER_MV: Final = 2.0**41


def electrode_potentials_mv(dipole_mv: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the potential of each electrode against Wilson's terminal.

    Equation
    --------
    RA = -(I + II)/3, LA = (2 I - II)/3, LL = (2 II - I)/3, V1 to V6 as the rows of ``DOWER``.

    Parameters
    ----------
    dipole_mv : shape (n, 3), Frank X (left), Y (feet), Z (back).

    Returns
    -------
    Shape (n, 9), in the order of ``ELECTRODES``.

    Source    : matrix, see ``DOWER``.
    Verified  : tests/physics/signals/test_ecg_dower.py
    """
    return projected(dipole_mv, _FROM_DIPOLE)


def projected(rows: NDArray[np.float64], matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return ``rows @ matrix``, each row the same to the last bit whatever rows come with it.

    A linear algebra library sums in an order that depends on the number of rows; a chunk of
    another length would then give other last bits.

    Parameters
    ----------
    rows : shape (n, k). matrix : shape (k, m).
    """
    out = np.empty((rows.shape[0], matrix.shape[1]))
    multiply(np.ascontiguousarray(rows), np.ascontiguousarray(matrix), out)
    return out


@driver
def multiply(
    rows: NDArray[np.float64], matrix: NDArray[np.float64], out: NDArray[np.float64]
) -> None:
    """Write ``rows @ matrix`` to ``out``, summed in the order of the columns of ``rows``."""
    for i in range(rows.shape[0]):
        for j in range(matrix.shape[1]):
            total = 0.0
            for k in range(rows.shape[1]):
                total += rows[i, k] * matrix[k, j]
            out[i, j] = total


def leads_of_electrodes_mv(
    potentials_mv: NDArray[np.float64], range_mv: float = np.inf
) -> NDArray[np.float64]:
    """Return the 12 leads that an amplifier shows of nine electrodes.

    Eight channels are measured (I = LA - RA, II = LL - RA, V1 to V6 against the mean of the limbs)
    and saturate at ``range_mv``; the other four follow by arithmetic.
    I and II lie on a grid of 2^-41 mV, so that every difference below is exact in binary:
    I + III == II and aVR + aVL + aVF == 0 to the last bit, as long as |lead| < 1000 mV.

    Parameters
    ----------
    potentials_mv : shape (n, 9), in the order of ``ELECTRODES``, against any common reference.
    range_mv : largest absolute value of a channel, above 0.

    Returns
    -------
    Shape (n, 12), in the order of ``LEADS``.

    Verified  : tests/unit/signals/test_ecg_leads.py
    """
    leads = np.empty((potentials_mv.shape[0], 12))
    limbs = potentials_mv[:, :3]
    leads[:, :2] = limbs[:, 1:] - limbs[:, :1]
    leads[:, 6:] = potentials_mv[:, 3:] - limbs.sum(axis=1, keepdims=True) / 3.0
    if np.isfinite(range_mv):
        np.clip(leads[:, :2], -range_mv, range_mv, out=leads[:, :2])
        np.clip(leads[:, 6:], -range_mv, range_mv, out=leads[:, 6:])
    leads[:, :2] = np.rint(leads[:, :2] * _GRID_PER_MV) / _GRID_PER_MV
    one, two = leads[:, 0], leads[:, 1]
    three = two - one
    leads[:, 2] = three
    leads[:, 3] = -0.5 * (one + two)
    leads[:, 4] = 0.5 * (one - three)
    leads[:, 5] = 0.5 * (two + three)
    return leads
