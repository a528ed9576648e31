"""What years of load have done to an ECG: from the pressures of a heart to its shapes."""

from openvalve.signals._ecg_params import EcgParams
from openvalve.units import Bpm, Frac, Mmhg

__all__ = ["loaded_ecg"]

# Left ventricle: ECG signs in 47 % of severe aortic stenosis [S2 of evidence/ecg_and_murmur.md], so
# the full voltage stands where its peak pressure is far above that lesion's usual one; strain is
# rarer and later (16 % of calcific valves [S3]). Right ventricle, left atrium: usual upper limits
# of their pressures, and those at which the picture is a textbook's. All six are choices [K].
LV_MMHG = (140.0, 220.0)  # 130 to 150, 190 to 250
STRAIN_MMHG = (170.0, 240.0)
RV_MMHG = (40.0, 100.0)  # 35 to 50, 80 to 120
LA_MMHG = (12.0, 25.0)  # 10 to 15, 20 to 30


def _between(value: float, ends: tuple[float, float]) -> Frac:
    low, high = ends
    return min(max((value - low) / (high - low), 0.0), 1.0)


def loaded_ecg(
    *, lv_systolic_mmhg: Mmhg, rv_systolic_mmhg: Mmhg, la_mean_mmhg: Mmhg, rate_bpm: Bpm
) -> EcgParams:
    """Return the ECG of a heart that has lived with these resting pressures for years.

    Parameters
    ----------
    lv_systolic_mmhg, rv_systolic_mmhg : peaks in the ventricles: hypertrophy, strain.
    la_mean_mmhg : of the left atrium: broad, notched P.
    rate_bpm : to which QT has adapted.
    """
    return EcgParams(
        rate_bpm=rate_bpm,
        lvh_frac=_between(lv_systolic_mmhg, LV_MMHG),
        strain_frac=_between(lv_systolic_mmhg, STRAIN_MMHG),
        rvh_frac=_between(rv_systolic_mmhg, RV_MMHG),
        la_enlargement_frac=_between(la_mean_mmhg, LA_MMHG),
    )
