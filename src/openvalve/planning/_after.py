"""What a relieved valve does to the rest of the heart: at once, and after hours."""

import dataclasses
import math
from dataclasses import dataclass
from typing import Literal

from openvalve.heart import HeartParams, OrificeParams
from openvalve.units import Cm2, Frac, MmhgSPerMl

__all__ = [
    "AFTER_PARAMETERS",
    "AFTER_PRIOR",
    "AfterState",
    "TimePoint",
    "apply_relief",
    "relief_frac",
]

TimePoint = Literal["acute", "hours"]
NORMAL_LUNG_RESISTANCE_MMHG_S_ML = 0.10  # 1.7 Wood units at 1.8 m2; PVR <= 3 WU [ERS table, V]


@dataclass(frozen=True, kw_only=True, slots=True)
class AfterState:
    """How strongly the body answers the relief of a valve; population parameters.

    A valve that is not relieved changes nothing: every change is a share of the relief, the part
    of the valve's drop that is gone at equal flow, 1 - (area before / area after)^2.

    Attributes
    ----------
    volume_aortic_frac, volume_mitral_frac, volume_right_frac : log fall of the circulating volume
        (venous tone and blood) at full relief. Congestion ends: without it LA, PA and LV
        end-diastolic pressure stay far too high (peers/prototype_planning.md item 1).
    lung_resistance_frac : share of the pulmonary resistance above normal that goes at full relief.
    contractility_aortic_frac : log fall of LV contractility at full relief of the aortic valve:
        dP/dt fell 1700 to 1550 and 1650 to 1500 [harpole_serial_1990, davidson_serial_1990].
    contractility_right_frac : log fall of RV contractility at full relief of the pulmonary valve,
        for the same reason; without it a freed ventricle drives the gradient back up.
    """

    volume_aortic_frac: Frac
    volume_mitral_frac: Frac
    volume_right_frac: Frac
    lung_resistance_frac: Frac
    contractility_aortic_frac: Frac
    contractility_right_frac: Frac


AFTER_PARAMETERS = tuple(f.name for f in dataclasses.fields(AfterState))

# Where learning starts: falls of 13-16 % (aortic) and 25-28 % (mitral), 30-45 % of the lungs'
# excess resistance, contractility -11 % (left) and -23 % (right) of an earlier trial on the open
# table (peers/prototype_planning.md), taken for a relief of about 0.6 and 0.75. The volume of the
# right side had no figure: a small fall.
AFTER_PRIOR = AfterState(
    volume_aortic_frac=0.25,
    volume_mitral_frac=0.38,
    volume_right_frac=0.08,
    lung_resistance_frac=0.50,
    contractility_aortic_frac=0.18,
    contractility_right_frac=0.25,
)

# Hours later [harpole_serial_1990: EF 45 -> 52 %, ESV 86 -> 69 mL by 6 h; nishimura_doppler_1988:
# area 0.73 -> 0.86 at 24 h; block_palacios_1988: output rises for 8 h, PVR falls over 24 h, LA no
# further]: resistances come down, contractility returns. Few patients; wide.
HOURS_RESISTANCE_FRAC = 0.12
HOURS_LUNG_SHARE_FRAC = 0.60


def relief_frac(before_cm2: Cm2, after_cm2: Cm2) -> Frac:
    """Return the part of the valve's pressure drop that is gone at equal flow, 0 to 1."""
    return max(0.0, 1.0 - (before_cm2 / max(after_cm2, before_cm2)) ** 2)


def _lungs(resistance: MmhgSPerMl, bsa_m2: float, share: Frac) -> MmhgSPerMl:
    normal = NORMAL_LUNG_RESISTANCE_MMHG_S_ML * 1.8 / bsa_m2
    return resistance - share * max(resistance - normal, 0.0)


def apply_relief(
    heart: HeartParams,
    valve: str,
    *,
    area_cm2: Cm2,
    leak_cm2: Cm2,
    after: AfterState,
    time: TimePoint = "acute",
) -> HeartParams:
    """Return the heart after its valve was opened to ``area_cm2`` with a leak of ``leak_cm2``.

    Parameters
    ----------
    heart : before.
    valve : the treated valve.
    area_cm2, leak_cm2 : effective area and regurgitant orifice after the balloon.
    after : how strongly the body answers.
    time : ``acute`` within minutes, ``hours`` the next morning.
    """
    orifice: OrificeParams = getattr(heart, valve)
    r = relief_frac(orifice.area_effective_cm2, area_cm2)
    later = time == "hours"
    left = valve in ("aortic", "mitral")
    volume = {
        "aortic": after.volume_aortic_frac,
        "mitral": after.volume_mitral_frac,
    }.get(valve, after.volume_right_frac)
    share = max(after.lung_resistance_frac, HOURS_LUNG_SHARE_FRAC if later else 0.0)
    weaker = after.contractility_aortic_frac if valve == "aortic" and not later else 0.0
    freed = after.contractility_right_frac if valve == "pulmonary" else 0.0
    resistance = math.exp(-HOURS_RESISTANCE_FRAC * r) if later and left else 1.0
    opened = dataclasses.replace(orifice, area_effective_cm2=area_cm2, area_leak_cm2=leak_cm2)
    return dataclasses.replace(
        heart,
        circulating_volume_ml=heart.circulating_volume_ml * math.exp(-volume * r),
        pulmonary_resistance_mmhg_s_ml=_lungs(
            heart.pulmonary_resistance_mmhg_s_ml, heart.bsa_m2, share * r if left else 0.0
        ),
        systemic_resistance_mmhg_s_ml=heart.systemic_resistance_mmhg_s_ml * resistance,
        lv_ees_mmhg_ml=heart.lv_ees_mmhg_ml * math.exp(-weaker * r),
        rv_ees_mmhg_ml=heart.rv_ees_mmhg_ml * math.exp(-freed * r),
        **{valve: opened},  # type: ignore[arg-type]
    )
