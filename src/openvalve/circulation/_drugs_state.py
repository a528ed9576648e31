"""The tuples of the drugs that the kernel carries, and how they are made.

Amounts per kg in the dose unit of the table: ``_a`` the fast exponential (or the only one), ``_b``
the slow one, ``_e`` that of the effect site.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

from openvalve.circulation import _drugs_potency as potency
from openvalve.circulation._drugs_kinetics import LN2, rates_per_s
from openvalve.circulation._drugs_tables import KINETICS
from openvalve.errors import InputError, InputItem
from openvalve.units import Kg, Years

__all__ = [
    "DrugEffects",
    "DrugParams",
    "DrugRates",
    "DrugState",
    "PackedDrugs",
    "no_drugs",
    "no_infusions",
    "pack_drugs",
]


class DrugState(NamedTuple):
    """What is in the body; all zero without drugs."""

    phenylephrine_a: float
    phenylephrine_b: float
    phenylephrine_e: float
    ephedrine_a: float
    ephedrine_b: float
    ephedrine_e: float
    ephedrine_store: float
    adrenaline_a: float
    adrenaline_e: float
    noradrenaline_a: float
    noradrenaline_e: float
    dobutamine_a: float
    dobutamine_e: float
    atropine_a: float
    atropine_b: float
    atropine_e: float
    esmolol_a: float
    esmolol_b: float
    esmolol_e: float
    nitroglycerin_a: float
    nitroglycerin_e: float
    nitroprusside_a: float
    nitroprusside_e: float
    adenosine_1: float
    adenosine_2: float
    adenosine_3: float
    adenosine_4: float
    adenosine_5: float
    adenosine_6: float
    adenosine_7: float
    adenosine_8: float
    adenosine_heart: float
    midazolam_a: float
    midazolam_b: float
    midazolam_e: float
    fentanyl_a: float
    fentanyl_b: float
    fentanyl_e: float
    naloxone_a: float
    naloxone_b: float
    naloxone_e: float
    flumazenil_a: float
    flumazenil_b: float
    flumazenil_e: float
    lidocaine_a: float
    lidocaine_e: float
    heparin: float
    protamine: float
    crystalloid_bag: float
    crystalloid_a: float
    crystalloid_b: float
    blood_bag: float
    contrast_bag: float
    contrast_a: float
    contrast_w: float
    contrast_e: float
    volume_ml_s: float
    blood_ml_s: float


class DrugRates(NamedTuple):
    """What is being infused: amount per kg and second, fluids in mL/s (``infusion_rate``)."""

    phenylephrine: float
    ephedrine: float
    adrenaline: float
    noradrenaline: float
    dobutamine: float
    atropine: float
    esmolol: float
    nitroglycerin: float
    nitroprusside: float
    adenosine: float
    midazolam: float
    fentanyl: float
    naloxone: float
    flumazenil: float
    lidocaine: float
    heparin: float
    protamine: float
    crystalloid: float
    blood: float
    contrast: float


class PackedDrugs(NamedTuple):
    """Factors by which the exponentials decay in one window, and the patient's sensitivity."""

    phenylephrine_a: float
    phenylephrine_b: float
    phenylephrine_e: float
    ephedrine_a: float
    ephedrine_b: float
    ephedrine_e: float
    ephedrine_store: float
    adrenaline_a: float
    adrenaline_e: float
    noradrenaline_a: float
    noradrenaline_e: float
    dobutamine_a: float
    dobutamine_e: float
    atropine_a: float
    atropine_b: float
    atropine_e: float
    esmolol_a: float
    esmolol_b: float
    esmolol_e: float
    nitroglycerin_a: float
    nitroglycerin_e: float
    nitroprusside_a: float
    nitroprusside_e: float
    adenosine_lag: float
    adenosine_heart: float
    midazolam_a: float
    midazolam_b: float
    midazolam_e: float
    fentanyl_a: float
    fentanyl_b: float
    fentanyl_e: float
    naloxone_a: float
    naloxone_b: float
    naloxone_e: float
    flumazenil_a: float
    flumazenil_b: float
    flumazenil_e: float
    lidocaine_a: float
    lidocaine_e: float
    protamine: float
    crystalloid_a: float
    crystalloid_b: float
    contrast_a: float
    contrast_w: float
    contrast_e: float
    half_window_s: float
    window_s: float
    inv_window_s: float
    sedative_gain: float
    opioid_gain: float
    contrast_half_ml: float


class DrugEffects(NamedTuple):
    """What the rest of the body feels; factors 1 and shifts 0 without drugs.

    Attributes
    ----------
    resistance_factor : of the systemic arterioles.
    pulmonary_resistance_factor : of the lung vessels.
    venous_tone_frac : part of the unstressed venous volume mobilised, negative when pooled.
    contractility_factor : of the end-systolic elastance of all chambers.
    rate_factor : of the sinus rate, directly at the node.
    vagal_block_frac : part of the vagal action that atropine takes away.
    beta_block_frac : part of the sympathetic action on the heart that esmolol takes away.
    av_delay_factor : of the atrioventricular conduction time.
    av_block_frac : above 0.5 no beat is conducted (adenosine).
    coronary_resistance_factor : of the coronary arterioles at equal demand.
    sedation_frac : 0 awake, 0.5 asleep but rousable, 1 no answer.
    analgesia_frac : part of the pain taken away.
    drive_factor : of the drive to breathe.
    baroreflex_gain_factor : of the gain of the baroreflex.
    act_s : activated clotting time.
    volume_ml_s : what fluids add to the circulating volume, net of what leaves it, over the window
        just stepped; its integral is the volume exactly.
    blood_ml_s : the part of ``volume_ml_s`` that is blood with its red cells.
    """

    resistance_factor: float
    pulmonary_resistance_factor: float
    venous_tone_frac: float
    contractility_factor: float
    rate_factor: float
    vagal_block_frac: float
    beta_block_frac: float
    av_delay_factor: float
    av_block_frac: float
    coronary_resistance_factor: float
    sedation_frac: float
    analgesia_frac: float
    drive_factor: float
    baroreflex_gain_factor: float
    act_s: float
    volume_ml_s: float
    blood_ml_s: float


@dataclass(frozen=True, kw_only=True, slots=True)
class DrugParams:
    """Whom the drugs are given to.

    Attributes
    ----------
    weight_kg : body weight, 2 to 300 kg.
    age_years : age, 0 to 110 years; midazolam and fentanyl act more strongly with age.
    """

    weight_kg: Kg = 70.0
    age_years: Years = 60.0

    def __post_init__(self) -> None:
        wrong = [
            InputItem(
                key=f"drugs.{key}", got=f"{value:g} {unit}", allowed=f"{low:g} to {high:g} {unit}"
            )
            for key, value, unit, low, high in (
                ("weight_kg", self.weight_kg, "kg", 2.0, 300.0),
                ("age_years", self.age_years, "years", 0.0, 110.0),
            )
            if not low <= value <= high
        ]
        if wrong:
            raise InputError(wrong)


def no_drugs() -> DrugState:
    """Return the state of a body without drugs."""
    return DrugState(*[0.0] * len(DrugState._fields))


def no_infusions() -> DrugRates:
    """Return rates with every pump stopped."""
    return DrugRates(*[0.0] * len(DrugRates._fields))


def _sensitivity(age_years: float) -> float:
    """Return how much more a given level of midazolam does than at 60 years.

    Half effect 522 ng/mL at 26 and 223 at 74 years (Clin Pharmacol Ther 1999;65:630 [V]), straight
    between; taken for fentanyl too (dose halved from 20 to 89 years [K]).
    """
    half = 522.0 + (min(max(age_years, 26.0), 74.0) - 26.0) * (223.0 - 522.0) / (74.0 - 26.0)
    at_60 = 522.0 + (60.0 - 26.0) * (223.0 - 522.0) / (74.0 - 26.0)
    return at_60 / half


def pack_drugs(params: DrugParams, *, window_s: float = 0.02) -> PackedDrugs:
    """Return the constants in the form the kernel reads, for steps of ``window_s``."""
    factors = {
        f"{drug}_{mode}": math.exp(-rate * window_s)
        for drug in KINETICS
        for mode, rate in zip("abe", rates_per_s(drug), strict=True)
        if rate > 0.0
    }
    half_lives_s = {
        "ephedrine_store": potency.EPHEDRINE_STORE_HALF_LIFE_S,
        "adenosine_lag": potency.ADENOSINE_LAG_S * LN2,
        "adenosine_heart": potency.ADENOSINE_HALF_LIFE_S,
        "lidocaine_a": potency.LIDOCAINE_HALF_LIFE_S,
        "lidocaine_e": potency.LIDOCAINE_ONSET_HALF_LIFE_S,
        "protamine": potency.PROTAMINE_HALF_LIFE_S,
        "crystalloid_a": LN2 / potency.CRYSTALLOID_FAST_S,
        "crystalloid_b": LN2 / potency.CRYSTALLOID_SLOW_S,
        "contrast_a": potency.CONTRAST_HALF_LIFE_S,
        "contrast_w": potency.CONTRAST_WATER_S * LN2,
        "contrast_e": potency.CONTRAST_TRANSIT_S * LN2,
    }
    factors |= {key: math.exp(-LN2 * window_s / half) for key, half in half_lives_s.items()}
    gain = _sensitivity(params.age_years)
    return PackedDrugs(
        **factors,
        half_window_s=0.5 * window_s,
        window_s=window_s,
        inv_window_s=1.0 / window_s,
        sedative_gain=gain,
        opioid_gain=gain,
        contrast_half_ml=potency.CONTRAST_HALF_ML_KG * params.weight_kg,
    )
