"""How far off a measured value usually is, when the file does not say."""

from collections.abc import Mapping

from openvalve.patient._quantity import KeyUnit, Measurement

__all__ = ["default_error"]

# Key to (absolute, relative) standard deviation of one measurement [memory]; the larger counts.
# Plausible range: half to twice.
_EXACT: Mapping[str, tuple[float, float]] = {
    "heart_rate_bpm": (2.0, 0.03),
    "qp_qs_ratio": (0.15, 0.12),
    "lv_ejection_frac": (0.04, 0.06),
    "rv_ejection_frac": (0.05, 0.08),
    "lv_dpdt_max_mmhg_s": (80.0, 0.08),
    "velocity_peak_m_s": (0.05, 0.03),
    "pressure_half_time_ms": (10.0, 0.10),
}
# The same by what the key begins with, the first that fits.
_BEGINNING: Mapping[str, tuple[float, float]] = {
    "cardiac_": (0.02, 0.10),
    "stroke_volume": (0.3, 0.10),
    "valve_area_planimetry": (0.02, 0.10),
    "valve_area_pht": (0.02, 0.20),
    "valve_area": (0.02, 0.12),
    "gradient_mean": (1.0, 0.06),
    "gradient_peak": (2.0, 0.05),
    "cuff_": (5.0, 0.05),
    "rv_infundibular": (3.0, 0.20),
}
# The same by what the key ends in.
_ENDING: Mapping[str, tuple[float, float]] = {
    "_systolic_mmhg": (3.0, 0.02),
    "_mmhg": (2.0, 0.02),
    "_volume_ml": (1.0, 0.08),
    "_vti_cm": (0.5, 0.05),
    "_period_s": (0.012, 0.05),
    "_mm": (0.5, 0.04),
    "_m2": (0.02, 0.03),
    "_cm": (1.0, 0.005),
    "_kg": (0.1, 0.02),
}
_METHOD_FACTOR = {"thermodilution": 1.2, "doppler": 1.5, "echo": 1.3, "estimate": 2.5}


def default_error(key: str, measurement: Measurement) -> KeyUnit:
    """Return the standard deviation of a measurement: as stated, else usual for key and method.

    Source : experience of the methods [memory]; half to twice is plausible.
    """
    if measurement.sd is not None:
        return measurement.sd
    absolute, relative = _usual(key)
    factor = _METHOD_FACTOR.get((measurement.method or "").lower(), 1.0)
    return factor * max(absolute, relative * abs(measurement.value))


def _usual(key: str) -> tuple[float, float]:
    if key in _EXACT:
        return _EXACT[key]
    for start, error in _BEGINNING.items():
        if key.startswith(start):
            return error
    for end, error in _ENDING.items():
        if key.endswith(end):
            return error
    return 0.0, 0.05
