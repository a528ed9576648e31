"""Shapes of the waves of the ECG: sums of Gaussians on Frank X (left), Y (feet), Z (back).

The loops are drawn by hand so that the leads they make through Dower's matrix show what each state
is known by (evidence/ecg_and_murmur.md, section 1; tests/physics/signals/test_ecg_criteria.py);
their form, a sum of Gaussians on each axis, is that of [Sameni 2007]. Amplitudes in mV.
Rows: center and standard deviation as a fraction of the wave's duration, then X, Y, Z.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["P_WAVES", "QRS", "QRS_LVH", "QRS_RVH", "ST", "T_PEAK", "T_SHAPE"]

Table = NDArray[np.float64]


def _table(*rows: tuple[float, ...]) -> Table:
    return np.array(rows, dtype=np.float64)


# Septum (right, front), apex and free wall (left, down), posterior wall (left, back), base (back).
_CENTERS = (0.17, 0.31, 0.44, 0.60, 0.79)
_WIDTHS = (0.062, 0.085, 0.105, 0.105, 0.078)


def _narrow(*amplitudes: tuple[float, float, float]) -> Table:
    rows = zip(_CENTERS, _WIDTHS, amplitudes, strict=True)
    return _table(*((center, width, *xyz) for center, width, xyz in rows))


QRS_LVH: Final = _narrow(  # taller to the left and back, later
    (-0.14, -0.02, -0.30),
    (0.50, 0.20, -0.10),
    (1.53, 0.29, 0.68),
    (0.90, 0.02, 1.67),
    (0.05, -0.12, 0.50),
)
QRS_RVH: Final = _narrow(  # front, then right and down
    (0.02, 0.02, -0.20),
    (0.22, 0.30, -0.45),
    (0.09, 0.70, -0.62),
    (-0.53, 0.53, -0.35),
    (-0.55, 0.15, 0.05),
)
QRS: Final[dict[str, Table]] = {
    "qrs": _narrow(
        (-0.12, -0.03, -0.26),
        (0.32, 0.18, -0.28),
        (0.92, 0.54, 0.12),
        (0.39, 0.29, 0.65),
        (-0.06, -0.10, 0.15),
    ),
    "qrs_lafb": _narrow(  # down and right first, then up and left
        (-0.14, 0.22, -0.16),
        (0.35, 0.20, -0.22),
        (0.82, -0.31, 0.09),
        (0.53, -0.74, 0.48),
        (0.02, -0.30, 0.30),
    ),
    "qrs_rbbb": _table(  # normal, then a slow end to the right and front
        (0.12, 0.042, -0.12, -0.03, -0.26),
        (0.21, 0.048, 0.30, 0.22, -0.26),
        (0.30, 0.055, 1.00, 0.72, 0.15),
        (0.42, 0.060, 0.32, 0.30, 0.45),
        (0.62, 0.075, -0.50, -0.10, -0.55),
        (0.80, 0.070, -0.32, -0.08, -0.34),
    ),
    "qrs_lbbb": _table(  # no septal q; slow, notched, to the left and back
        (0.13, 0.072, 0.15, 0.10, -0.10),
        (0.29, 0.072, 0.87, 0.52, 0.62),
        (0.45, 0.072, 0.78, 0.10, 1.37),
        (0.61, 0.072, 1.15, 0.02, 0.90),
        (0.78, 0.062, 0.27, -0.02, 0.25),
    ),
    "qrs_ectopic_rv": _table(  # near the outflow tract: left, down and back
        (0.18, 0.060, 0.12, 0.22, -0.14),
        (0.36, 0.090, 0.55, 0.95, 0.55),
        (0.55, 0.100, 0.70, 1.10, 1.25),
        (0.74, 0.085, 0.45, 0.45, 0.70),
    ),
    "qrs_ectopic_lv": _table(  # free wall of the left ventricle: right, front, up
        (0.18, 0.060, -0.15, -0.15, -0.25),
        (0.36, 0.090, -0.55, -0.55, -0.85),
        (0.55, 0.100, -0.85, -0.85, -0.95),
        (0.74, 0.085, -0.40, -0.35, -0.35),
    ),
    "qrs_paced_rv": _table(  # from the apex of the right ventricle: left, up and back
        (0.16, 0.055, 0.10, -0.12, -0.05),
        (0.33, 0.066, 0.28, -0.50, 0.35),
        (0.50, 0.063, 0.90, -1.28, 1.30),
        (0.66, 0.066, 0.08, -0.45, 0.60),
        (0.83, 0.055, 0.10, -0.15, 0.22),
    ),
    "qrs_paced_lv": _table(  # wire in the apex of the left ventricle: right, up and front
        (0.16, 0.055, -0.05, -0.12, -0.14),
        (0.33, 0.060, -0.35, -0.30, -0.40),
        (0.50, 0.060, -1.55, -1.15, -0.74),
        (0.66, 0.060, -0.50, -0.30, -0.05),
        (0.83, 0.055, -0.16, -0.10, -0.02),
    ),
    "qrs_escape": _table(  # ventricular, near the left posterior fascicle: right, front and up
        (0.16, 0.055, -0.05, 0.05, -0.18),
        (0.34, 0.080, 0.30, -0.55, -0.45),
        (0.54, 0.095, -0.35, -0.80, -0.70),
        (0.74, 0.085, -0.50, -0.45, -0.40),
    ),
}

# Right atrium, then left atrium; center and width as a fraction of the duration of a normal P.
P_WAVES: Final[dict[str, Table]] = {
    "p": _table((0.36, 0.140, 0.045, 0.090, -0.050), (0.66, 0.125, 0.065, 0.055, 0.050)),
    "p_ectopic": _table((0.36, 0.140, 0.015, -0.060, -0.010), (0.66, 0.125, -0.030, -0.070, -0.04)),
}

# T wave: peak vector; the vector of the ST segment. Wide beats: against the QRS (discordant).
T_PEAK: Final[dict[str, Table]] = {
    "qrs": np.array([0.27, 0.20, -0.20]),
    "qrs_lafb": np.array([0.25, 0.20, -0.16]),
    "qrs_rbbb": np.array([0.32, 0.18, 0.10]),
    "qrs_lbbb": np.array([-0.28, 0.03, -0.42]),
    "qrs_ectopic_rv": np.array([-0.26, -0.38, -0.42]),
    "qrs_ectopic_lv": np.array([0.34, 0.32, 0.36]),
    "qrs_paced_rv": np.array([-0.26, 0.36, -0.42]),
    "qrs_paced_lv": np.array([0.36, 0.32, 0.28]),
    "qrs_escape": np.array([0.22, 0.30, 0.26]),
    "strain": np.array([-0.27, -0.09, -0.26]),
    "rvh": np.array([0.22, 0.02, 0.24]),
}
ST: Final[dict[str, Table]] = {
    "qrs": np.array([0.02, 0.015, -0.03]),
    "qrs_lafb": np.array([0.02, 0.015, -0.03]),
    "qrs_rbbb": np.array([0.03, 0.00, 0.03]),
    "qrs_lbbb": np.array([-0.09, 0.00, -0.20]),
    "qrs_ectopic_rv": np.array([-0.07, -0.10, -0.15]),
    "qrs_ectopic_lv": np.array([0.10, 0.09, 0.10]),
    "qrs_paced_rv": np.array([-0.06, 0.10, -0.18]),
    "qrs_paced_lv": np.array([0.11, 0.09, 0.08]),
    "qrs_escape": np.array([0.04, 0.07, 0.07]),
    "strain": np.array([-0.10, -0.03, -0.10]),
    "rvh": np.array([0.00, 0.00, 0.05]),
}
# Slow rise, fast fall: seconds from the peak and width for a T of JT 0.30 s; relative height.
T_SHAPE: Final = _table((-0.062, 0.046, 0.42), (-0.014, 0.034, 0.52), (0.014, 0.026, 0.36))
