"""One heart in the few numbers that can be reasoned about, and the circulation built from them."""

import math
from dataclasses import dataclass, field

from openvalve.circulation import (
    Branch,
    Cava,
    Chamber,
    CirculationParams,
    Coronaries,
    Infundibulum,
    Line,
    Lungs,
    Orifice,
    Pericardium,
    Root,
    Septum,
)
from openvalve.rhythm import Rhythm
from openvalve.units import M2, Cm2, Ml, MlPerMmhg, Mm, MmhgPerMl, MmhgSPerMl

__all__ = ["HeartParams", "OrificeParams", "build_circulation", "reference_heart"]

REFERENCE_BSA_M2 = 1.8
# Normalized passive curve of the ventricles, Klotz 2006 [K]: P = 1.67 v + 26.1 v^3 mmHg with
# v = (V - V0)/(V30 - V0); within 1 mmHg of 27.8 v^2.76 for v of 0.4 to 1.
KLOTZ_LINEAR_MMHG = 1.67
KLOTZ_CUBIC_MMHG = 26.1
# Valve rates, 1/(mmHg s), Mynard-type tables [circulation_targets section 2, V]; but a semilunar
# valve does not shut by pressure alone, which would shut it before flow ends: three quarters of its
# way lie in decelerating forward flow, a little back-flow does the rest [bellhouse_1969, read].
# The closing rates are those at which a healthy valve is a quarter open when flow turns.
RATES = {
    "aortic": (16.0, 2.7),
    "mitral": (40.0, 53.3),
    "tricuspid": (40.0, 53.3),
    "pulmonary": (26.7, 9.5),
}
# What semilunar leaflets displace on their way, over the open area: 1 mL of an adult's aortic
# valve, for a back-flow of 1 to 5 mL in all [circulation_targets section 3, K].
SWEPT_CM = 0.25
# Head at which a valve's area is quoted: the mean gradient of a severe stenosis, mmHg.
REFERENCE_HEAD_MMHG = {"aortic": 40.0, "mitral": 10.0, "tricuspid": 5.0, "pulmonary": 40.0}


@dataclass(frozen=True, kw_only=True, slots=True)
class OrificeParams:
    """What differs between patients in one valve.

    Attributes
    ----------
    area_effective_cm2 : vena contracta of the open valve at its reference head.
    area_leak_cm2 : regurgitant orifice.
    opening_elasticity_ratio : 0 for a free valve; 0.1 to 0.3 for a stiff one.
    """

    area_effective_cm2: Cm2
    area_leak_cm2: Cm2 = 0.0
    opening_elasticity_ratio: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class HeartParams:
    """One patient's heart and vessels; everything else follows from the body size.

    Attributes
    ----------
    bsa_m2 : body surface area; scales what is not listed.
    rhythm : rate and kind.
    systemic_resistance_mmhg_s_ml, pulmonary_resistance_mmhg_s_ml : arteries to veins.
    arterial_compliance_ml_mmhg, pulmonary_compliance_ml_mmhg : root and arteries together.
    lv_ees_mmhg_ml, rv_ees_mmhg_ml : contractility.
    lv_filling_volume_ml, rv_filling_volume_ml : V30 - V0 of the passive curve: chamber size and,
        inversely, diastolic stiffness.
    la_stiffness_mmhg_ml, ra_stiffness_mmhg_ml : slope of the passive atrial curve.
    circulating_volume_ml : chambers plus stressed vessels (blood volume and venous tone).
    aorta_mm, pulmonary_artery_mm : diameters in which a jet recovers pressure.
    infundibulum_grip_frac : dynamic narrowing below the pulmonary valve.
    """

    bsa_m2: M2
    rhythm: Rhythm
    systemic_resistance_mmhg_s_ml: MmhgSPerMl
    pulmonary_resistance_mmhg_s_ml: MmhgSPerMl
    arterial_compliance_ml_mmhg: MlPerMmhg
    pulmonary_compliance_ml_mmhg: MlPerMmhg
    lv_ees_mmhg_ml: MmhgPerMl
    rv_ees_mmhg_ml: MmhgPerMl
    lv_filling_volume_ml: Ml
    rv_filling_volume_ml: Ml
    la_stiffness_mmhg_ml: MmhgPerMl
    ra_stiffness_mmhg_ml: MmhgPerMl
    circulating_volume_ml: Ml
    aorta_mm: Mm
    pulmonary_artery_mm: Mm
    mitral: OrificeParams
    aortic: OrificeParams
    tricuspid: OrificeParams
    pulmonary: OrificeParams
    infundibulum_grip_frac: float = 0.0
    contractility_frac: float = field(default=1.0)


def reference_heart(*, bsa_m2: M2, rate_bpm: float = 70.0) -> HeartParams:
    """Return a healthy heart of that body size.

    Volumes and areas grow with BSA, resistances fall with it, so that pressures stay alike from
    the newborn to the large adult; the priors of a patient then set pressure and flow by age.

    Source: healthy set of circulation_targets section 2 [M], adjusted to its section 3 ranges.
    """
    s = bsa_m2 / REFERENCE_BSA_M2
    return HeartParams(
        bsa_m2=bsa_m2,
        rhythm=Rhythm(name="sinus", rate_bpm=rate_bpm),
        systemic_resistance_mmhg_s_ml=0.92 / s,
        pulmonary_resistance_mmhg_s_ml=0.05 / s,
        arterial_compliance_ml_mmhg=1.7 * s,
        pulmonary_compliance_ml_mmhg=4.6 * s,
        lv_ees_mmhg_ml=2.7 / s,
        rv_ees_mmhg_ml=0.57 / s,
        lv_filling_volume_ml=165.0 * s,
        rv_filling_volume_ml=190.0 * s,
        la_stiffness_mmhg_ml=0.13 / s,
        ra_stiffness_mmhg_ml=0.09 / s,
        circulating_volume_ml=1310.0 * s,
        aorta_mm=30.0 * math.sqrt(s),
        pulmonary_artery_mm=26.0 * math.sqrt(s),
        mitral=OrificeParams(area_effective_cm2=5.7 * s),
        aortic=OrificeParams(area_effective_cm2=3.5 * s),
        tricuspid=OrificeParams(area_effective_cm2=6.0 * s),
        pulmonary=OrificeParams(area_effective_cm2=4.0 * s),
    )


def _ventricle(ees: float, filling_ml: float, rest_ml: float, ceiling_mmhg: float) -> Chamber:
    return Chamber(
        ees_mmhg_ml=ees,
        dead_volume_ml=0.6 * rest_ml,
        ceiling_mmhg=ceiling_mmhg,
        rest_volume_ml=rest_ml,
        stiffness_mmhg_ml=KLOTZ_LINEAR_MMHG / filling_ml,
        stiffening_mmhg_ml3=KLOTZ_CUBIC_MMHG / filling_ml**3,
        touching_volume_ml=0.5 * rest_ml,
        emptied_mmhg=300.0,
    )


def _atrium(stiffness: float, size: float, ees: float) -> Chamber:
    # Pressure doubles against the straight line at 255 mL above rest (adult): atria of 200 to
    # 500 mL are seen in mitral stenosis (cases.toml m_giantLA34), net compliance 2 to 8 mL/mmHg.
    return Chamber(
        ees_mmhg_ml=ees / size,
        dead_volume_ml=5.0 * size,
        ceiling_mmhg=60.0,
        rest_volume_ml=5.0 * size,
        stiffness_mmhg_ml=stiffness,
        stiffening_mmhg_ml3=stiffness / (255.0 * size) ** 2,
        touching_volume_ml=10.0 * size,
    )


def _orifice(name: str, o: OrificeParams, down_cm2: Cm2, size: float) -> Orifice:
    opening, closing = RATES[name]
    # Accelerated length: Garcia's 2 pi rho (1/sqrt(A) - 1/sqrt(A_down)) written as rho l / A.
    reach = math.sqrt(o.area_effective_cm2)
    if down_cm2 > 0.0:
        length = 2 * math.pi * reach * max(1.0 - reach / math.sqrt(down_cm2), 0.1)
    else:
        length = 1.0 * math.sqrt(size) + 0.5 * reach
    return Orifice(
        area_effective_cm2=o.area_effective_cm2,
        area_leak_cm2=o.area_leak_cm2,
        area_downstream_cm2=down_cm2,
        opening_elasticity_ratio=o.opening_elasticity_ratio,
        reference_head_mmhg=REFERENCE_HEAD_MMHG[name],
        opening_rate_per_mmhg_s=opening,
        closing_rate_per_mmhg_s=closing,
        swept_volume_ml=SWEPT_CM * o.area_effective_cm2 if down_cm2 > 0.0 else 0.0,
        length_cm=length,
        resistance_mmhg_s_ml=0.0,
    )


# Shares of the flow: head and arms, and of each half what runs through its line (both arms to the
# hands, both legs below the groin). Cerebral flow 0.13 to 0.15 and arms 0.08 to 0.15 of the output
# at rest, legs 0.15 to 0.2 [K].
UPPER_FLOW_FRAC = 0.33
RADIAL_FLOW_FRAC = 0.10
FEMORAL_FLOW_FRAC = 0.15
# What shortening muscle loses, s/mL: a third of a dog's 1.5e-3 [Shroff 1985, K] in a heart three
# times as large; it lengthens ejection and bounds its peak flow.
EJECTION_LOSS = 6e-4
# mmHg s/mL of both halves together: the mean falls by 1 to 3 mmHg from root to radial artery [K].
ROOT_RESISTANCE = 0.02
WALL_RESISTANCE = 0.03
# Of the arterial compliance: two thirds lie in the aorta [K]; the root here is its first part.
ROOT_COMPLIANCE_FRAC = 0.25
UPPER_COMPLIANCE_FRAC = 0.20
LOWER_COMPLIANCE_FRAC = 0.55
# Lines that swing at 5.5 and 5 Hz and are damped by 0.16 to 0.2 of critical: radial systolic 8 to
# 15 mmHg above the aortic at rest, with the peak 60 to 90 ms later [K].
RADIAL_COMPLIANCE_ML_MMHG = 0.03
RADIAL_HZ, RADIAL_DAMPING_RATIO = 5.5, 0.16
FEMORAL_COMPLIANCE_ML_MMHG = 0.06
FEMORAL_HZ, FEMORAL_DAMPING_RATIO = 5.0, 0.2


def _line(compliance: float, hertz: float, damping: float, drain: float) -> Line:
    omega = 2.0 * math.pi * hertz
    return Line(
        inertance_mmhg_s2_ml=1.0 / (omega * omega * compliance),
        resistance_mmhg_s_ml=2.0 * damping / (omega * compliance),
        compliance_ml_mmhg=compliance,
        drain_resistance_mmhg_s_ml=drain,
    )


def _upper(heart: HeartParams, size: float) -> Branch:
    whole = heart.systemic_resistance_mmhg_s_ml / UPPER_FLOW_FRAC
    return Branch(
        inertance_mmhg_s2_ml=0.002 / (size * UPPER_FLOW_FRAC),
        root_resistance_mmhg_s_ml=ROOT_RESISTANCE / (size * UPPER_FLOW_FRAC),
        arterial_compliance_ml_mmhg=UPPER_COMPLIANCE_FRAC * heart.arterial_compliance_ml_mmhg,
        resistance_mmhg_s_ml=whole / (1.0 - RADIAL_FLOW_FRAC),
        line=_line(
            RADIAL_COMPLIANCE_ML_MMHG * size,
            RADIAL_HZ,
            RADIAL_DAMPING_RATIO,
            whole / RADIAL_FLOW_FRAC,
        ),
        venous_compliance_ml_mmhg=35.0 * size,
        venous_resistance_mmhg_s_ml=0.045 / size,
    )


def _lower(heart: HeartParams, size: float) -> Branch:
    share = 1.0 - UPPER_FLOW_FRAC
    whole = heart.systemic_resistance_mmhg_s_ml / share
    return Branch(
        inertance_mmhg_s2_ml=0.002 / (size * share),
        root_resistance_mmhg_s_ml=ROOT_RESISTANCE / (size * share),
        arterial_compliance_ml_mmhg=LOWER_COMPLIANCE_FRAC * heart.arterial_compliance_ml_mmhg,
        resistance_mmhg_s_ml=whole / (1.0 - FEMORAL_FLOW_FRAC),
        line=_line(
            FEMORAL_COMPLIANCE_ML_MMHG * size,
            FEMORAL_HZ,
            FEMORAL_DAMPING_RATIO,
            whole / FEMORAL_FLOW_FRAC,
        ),
        venous_compliance_ml_mmhg=85.0 * size,
        venous_resistance_mmhg_s_ml=0.022 / size,
        # The descending aorta lies in the chest and the abdomen; what the lower veins hold under
        # pressure lies in the belly, or comes to the heart through it [K].
        arterial_pleural_frac=0.4,
        arterial_abdominal_frac=0.4,
        venous_abdominal_frac=0.85,
    )


def _lungs(heart: HeartParams, size: float) -> Lungs:
    return Lungs(
        inertance_mmhg_s2_ml=0.0008 / size,
        trunk_resistance_mmhg_s_ml=0.02 / size,
        arterial_compliance_ml_mmhg=0.65 * heart.pulmonary_compliance_ml_mmhg,
        resistance_mmhg_s_ml=heart.pulmonary_resistance_mmhg_s_ml,
        venous_compliance_ml_mmhg=10.0 * size,
        venous_resistance_mmhg_s_ml=0.01 / size,
    )


def _septum(size: float) -> Septum:
    # Septal elastance 49 mmHg/mL contracted, near 1 relaxed [Smith 2004, K]; softer here when
    # contracted, since the ventricles' own curves hold part of the wall.
    return Septum(
        relaxed_mmhg_ml=1.5 / size,
        contracted_mmhg_ml=30.0 / size,
        viscosity_mmhg_s_ml=0.02 / size,
        bulge_ml=8.0 * size,
    )


def _sac(heart: HeartParams, size: float) -> Pericardium:
    # A sac that has grown with the heart: it is slack until the heart is a little larger than its
    # relaxed size. Chronic dilatation stretches it [Freeman 1984, mem].
    return Pericardium(
        slack_volume_ml=0.9 * (heart.lv_filling_volume_ml + heart.rv_filling_volume_ml)
        + 2.0 * 25.0 * size
        + 10.0 / max(heart.la_stiffness_mmhg_ml, 1e-3),
        stiffening_volume_ml=60.0 * size,
    )


def _outflow(heart: HeartParams, size: float) -> Infundibulum:
    # A muscle that grips is a thick one: adults with infundibular stenosis have 9.5 +/- 4 mm
    # across before and 15.8 mm a year after relief [adult_infund_1990, read], 0.7 and 2.0 cm2.
    grip = heart.infundibulum_grip_frac
    return Infundibulum(area_open_cm2=4.5 * size * (1.0 - 0.6 * grip), grip_frac=grip)


def build_circulation(heart: HeartParams) -> CirculationParams:
    """Return the closed loop of a heart."""
    s = heart.bsa_m2 / REFERENCE_BSA_M2
    k = heart.contractility_frac
    aorta_cm2 = math.pi / 400.0 * heart.aorta_mm**2
    artery_cm2 = math.pi / 400.0 * heart.pulmonary_artery_mm**2
    lv_rest = 0.10 * heart.lv_filling_volume_ml
    rv_rest = 0.10 * heart.rv_filling_volume_ml
    return CirculationParams(
        la=_atrium(heart.la_stiffness_mmhg_ml, s, 0.45),
        # Ceilings: an occluded left ventricle reached 150 to 390 mmHg [bittl_1989]; it is taken
        # to grow with contractility times size, so that a failing ventricle stays below 300.
        lv=_ventricle(
            k * heart.lv_ees_mmhg_ml,
            heart.lv_filling_volume_ml,
            lv_rest,
            k * (150.0 + 0.65 * heart.lv_ees_mmhg_ml * heart.lv_filling_volume_ml),
        ),
        ra=_atrium(heart.ra_stiffness_mmhg_ml, s, 0.22),
        rv=_ventricle(
            k * heart.rv_ees_mmhg_ml,
            heart.rv_filling_volume_ml,
            rv_rest,
            k * (60.0 + 0.9 * heart.rv_ees_mmhg_ml * heart.rv_filling_volume_ml),
        ),
        mitral=_orifice("mitral", heart.mitral, 0.0, s),
        aortic=_orifice("aortic", heart.aortic, aorta_cm2, s),
        tricuspid=_orifice("tricuspid", heart.tricuspid, 0.0, s),
        pulmonary=_orifice("pulmonary", heart.pulmonary, artery_cm2, s),
        # With the root's compliance a time of 13 ms, in the lungs 8; arterial wall 5 to 30 [K].
        aorta=Root(
            compliance_ml_mmhg=ROOT_COMPLIANCE_FRAC * heart.arterial_compliance_ml_mmhg,
            wall_resistance_mmhg_s_ml=WALL_RESISTANCE / s,
        ),
        upper=_upper(heart, s),
        lower=_lower(heart, s),
        cava=Cava(compliance_ml_mmhg=4.0 * s, resistance_mmhg_s_ml=0.006 / s),
        pulmonary_trunk=Root(
            compliance_ml_mmhg=0.35 * heart.pulmonary_compliance_ml_mmhg,
            wall_resistance_mmhg_s_ml=0.005 / s,
        ),
        lungs=_lungs(heart, s),
        # 4 to 5 % of the output at rest, four fifths of it to the left ventricle [K].
        coronaries=Coronaries(
            left_conductance_ml_s_mmhg=0.060 * s,
            right_conductance_ml_s_mmhg=0.011 * s,
        ),
        septum=_septum(s),
        pericardium=_sac(heart, s),
        infundibulum=_outflow(heart, s),
        circulating_volume_ml=heart.circulating_volume_ml,
        ejection_loss_s_ml=EJECTION_LOSS / s,
    )
