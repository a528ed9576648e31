"""A fluid-filled tube with a transducer at its end: how fast it rings and how soon it stops."""

import math
from dataclasses import dataclass
from typing import Literal, NamedTuple

from openvalve.units import Cm, Frac, Hz, Ml, MlPerMmhg, Mm, Mmhg, Ratio

__all__ = [
    "COLUMN_MMHG_CM",
    "Response",
    "Tube",
    "bubble_compliance_ml_mmhg",
    "flush_damping_ratio",
    "tube_response",
]

Fluid = Literal["saline", "blood"]

DENSITY_G_ML = {"saline": 1.005, "blood": 1.05}  # 0.9 % at 20 C; blood 1.04 to 1.06
VISCOSITY_G_CM_S = {"saline": 0.0102, "blood": 0.035}  # poise; saline 20 C, blood 37 C (0.03-0.045)
GRAVITY_CM_S2 = 980.665
DYN_CM2_PER_MMHG = 1333.22387415
ATMOSPHERE_MMHG = 760.0
MEAN_PRESSURE_MMHG = 90.0  # at which a bubble is squeezed; 0 (veins) to 120

# A column of 1 cm: 0.74 mmHg of saline (20 cm show about 15 mmHg, Medscape 1824547 [read]),
# 0.77 of blood.
COLUMN_MMHG_CM = {
    fluid: density * GRAVITY_CM_S2 / DYN_CM2_PER_MMHG for fluid, density in DENSITY_G_ML.items()
}

CLOT_LENGTH_FRAC = 0.05  # of the tube that a clot or kink narrows [K]; 0.01 to 0.2


class Response(NamedTuple):
    """What a second-order system is: undamped natural frequency and damping ratio."""

    natural_frequency_hz: Hz
    damping_ratio: Ratio


@dataclass(frozen=True, kw_only=True, slots=True)
class Tube:
    """A tube from the tip to the transducer.

    Attributes
    ----------
    length_cm : catheter and extension together.
    bore_mm : inner diameter.
    compliance_ml_mmhg : transducer, tubing and taps together.
        A bare transducer has 2.7e-7 mL/mmHg (0.49e15 N/m5, Statham P23Dd [K]), a clinical set
        some 1e-6 to 1e-5.
    fluid : what fills it.
    """

    length_cm: Cm
    bore_mm: Mm
    compliance_ml_mmhg: MlPerMmhg
    fluid: Fluid = "saline"


def bubble_compliance_ml_mmhg(bubble_ml: Ml, pressure_mmhg: Mmhg = MEAN_PRESSURE_MMHG) -> MlPerMmhg:
    """Return the compliance of an air bubble.

    Equation
    --------
    C = V / (P_atm + P), isothermal (Boyle), V the volume at pressure P.
    Check: 0.1 mL at 90 mmHg gives 1.18e-4 mL/mmHg.
    """
    return bubble_ml / (ATMOSPHERE_MMHG + pressure_mmhg)


def tube_response(tube: Tube, *, bubble_ml: Ml = 0.0, obstruction_frac: Frac = 0.0) -> Response:
    """Return the natural frequency and the damping ratio of a tube with its transducer.

    Equation
    --------
    L = rho l / (pi r^2), R = 8 mu l / (pi r^4), C = C_set + C_bubble;
    f = 1/(2 pi sqrt(L C)), zeta = R/2 sqrt(C / L).
    Check: 100 cm, 0.92 mm bore, 2.72e-7 mL/mmHg, no bubble gives 91 Hz and 0.03.

    Parameters
    ----------
    tube : its geometry.
    bubble_ml : air at the transducer; nearer to the tip it would matter less.
    obstruction_frac : share of the lumen's area that a clot takes over 5 % of the length, below 1.

    Assumes   : rigid wall, Poiseuille resistance, compliance lumped at the transducer. Measured
                damping is higher, because oscillating flow is not Poiseuille's.
    Source    : second-order manometer theory (Hansen 1949; Applied biofluid mechanics, section
                8.3, equations 8.32 and 8.33 [read]).
    Verified  : tests/physics/signals/test_lines_tubes.py
    """
    rho, mu = DENSITY_G_ML[tube.fluid], VISCOSITY_G_CM_S[tube.fluid]
    r_cm = 0.05 * tube.bore_mm
    free = 1.0 - CLOT_LENGTH_FRAC
    left = 1.0 - obstruction_frac
    area = math.pi * r_cm**2
    inertance = rho * tube.length_cm / area * (free + CLOT_LENGTH_FRAC / left)
    resistance = 8.0 * mu * tube.length_cm / (area * r_cm**2)
    resistance *= free + CLOT_LENGTH_FRAC / left**2
    compliance = tube.compliance_ml_mmhg + bubble_compliance_ml_mmhg(bubble_ml)
    c = compliance / DYN_CM2_PER_MMHG  # mL per dyn/cm2
    return Response(
        1.0 / (2.0 * math.pi * math.sqrt(inertance * c)),
        0.5 * resistance * math.sqrt(c / inertance),
    )


def flush_damping_ratio(amplitude_ratio: Ratio) -> Ratio:
    """Return the damping ratio from the ringing after a fast flush.

    Equation
    --------
    zeta = -ln r / sqrt(pi^2 + ln^2 r), r the height of a swing over that of the one before it,
    from crest to trough and from trough to crest.
    Check: 17/24 = 0.71 gives 0.11.

    Source    : [gardner_1981]; the check from Miller's Anesthesia, 6th ed., figure 32-11 [read].
    """
    fall = -math.log(amplitude_ratio)
    return fall / math.hypot(math.pi, fall)
