"""What a balloon can bear, and whether it gets in."""

import math

from openvalve.devices._balloon import Balloon
from openvalve.errors import InputError, InputItem
from openvalve.units import Atm, Frac, Mm

__all__ = ["burst_probability", "check_inflation", "sheath_fits"]

# Rated burst: 999 of 1000 survive it with 95 % confidence (what the term means on a label [K]).
RATED_FAIL_PROB = 1e-3
# Calcium takes this share of the strength at most; 33 % of compliant balloons ruptured in calcific
# valves, more above 2686 AU [seropian_2019, read]; the split in weakening and puncture is assumed.
CALCIUM_WEAKENS_FRAC = 0.25
HIGHEST_ATM = 30.0
# Outer over nominal (inner) size of a sheath: 2 Fr of wall [K]; 1.5 to 3 Fr.
SHEATH_WALL_FR = 2.0
# Sheath to artery ratio above which vascular trouble rises: 1.05 [mem]; 1.0 to 1.1.
SHEATH_ARTERY_RATIO = 1.05


def _refuse_pressure(atm: Atm) -> None:
    if not 0.0 < atm <= HIGHEST_ATM:
        raise InputError(
            [
                InputItem(
                    key="balloon.inflation_atm",
                    got=f"{atm:g} atm",
                    allowed=f"more than 0, up to {HIGHEST_ATM:g} atm",
                )
            ]
        )


def check_inflation(balloon: Balloon, atm: Atm) -> tuple[str, ...]:
    """Return warnings about an inflation, as sentences; none within the chart.

    Raises
    ------
    InputError : no pressure, or more than 30 atm.
    """
    _refuse_pressure(atm)
    name = f"{balloon.model} {balloon.diameter_mm:.4g} mm"
    guess = " (assumed)" if "rated_burst_atm" in balloon.assumed or balloon.parts else ""
    found = []
    if atm > balloon.rated_burst_atm + 1e-9:
        found.append(
            f"{name}: {atm:g} atm is above the rated burst of"
            f" {balloon.rated_burst_atm:.3g} atm{guess}"
        )
    if atm > balloon.burst_median_atm:
        found.append(f"{name}: at {atm:g} atm more than half of these balloons have burst")
    if atm < 0.8 * balloon.nominal_atm:
        found.append(
            f"{name}: at {atm:g} atm it reaches {balloon.diameter_at_mm(atm):.3g} mm only,"
            f" nominal is {balloon.nominal_atm:.3g} atm"
        )
    return tuple(found)


def burst_probability(balloon: Balloon, atm: Atm, calcium_frac: Frac) -> Frac:
    """Return the chance that a balloon bursts in one inflation.

    Equation
    --------
    P = 1 - exp(-(p / s)^k - c (p / p_nominal)), k and s from 1/1000 at rated burst and 1/2 at the
    bench median; calcium c0 of 1 takes a quarter of s and adds the puncture hazard of the class.
    Check: True 20 mm at 6 atm without calcium gives 0.001, at 15.5 atm 0.5.

    Parameters
    ----------
    balloon : two balloons burst when one does.
    atm : above 0, up to 30 atm.
    calcium_frac : how calcified the valve is, 0 to 1.

    Assumes   : inflations are independent; Weibull hazard.
    Source    : [B1, B2] for True; other medians and all punctures assumed (``_laws_tables.py``),
                held against 33 % [seropian_2019] and 1 % with Inoue balloons [rahman_2010].
    Verified  : tests/unit/devices/test_safety.py
    """
    _refuse_pressure(atm)
    if not 0.0 <= calcium_frac <= 1.0:
        raise InputError([InputItem(key="calcium_frac", got=f"{calcium_frac:g}", allowed="0 to 1")])
    if balloon.parts:
        survive = math.prod(1.0 - burst_probability(b, atm, calcium_frac) for b in balloon.parts)
        return 1.0 - survive
    first = -math.log1p(-RATED_FAIL_PROB)
    rise = balloon.burst_median_atm / balloon.rated_burst_atm
    shape = math.log(math.log(2.0) / first) / math.log(rise)
    strength = balloon.burst_median_atm * (1.0 - CALCIUM_WEAKENS_FRAC * calcium_frac)
    hazard = math.log(2.0) * (atm / strength) ** shape
    puncture = -math.log1p(-balloon.puncture_frac) * calcium_frac * atm / balloon.nominal_atm
    return 1.0 - math.exp(-hazard - puncture)


def sheath_fits(balloon: Balloon, femoral_artery_mm: Mm) -> bool:
    """Return whether the sheath of a balloon goes into a femoral artery.

    Equation
    --------
    (Fr + 2) / 3 <= 1.05 d.  Check: 14 Fr is 5.33 mm outside and needs 5.1 mm.

    Source    : sheath-to-artery ratio 1.05 [mem]; artery minimum 7.0 +/- 1.7 mm (anatomy.csv).
    """
    if not 0.5 <= femoral_artery_mm <= 20.0:
        raise InputError(
            [
                InputItem(
                    key="femoral_artery_mm", got=f"{femoral_artery_mm:g} mm", allowed="0.5 to 20 mm"
                )
            ]
        )
    return (balloon.sheath_fr + SHEATH_WALL_FR) / 3.0 <= SHEATH_ARTERY_RATIO * femoral_artery_mm
