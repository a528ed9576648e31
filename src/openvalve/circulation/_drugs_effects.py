"""Drugs: what the circulation feels of what is in the body.

Agonists at one receptor add up at that receptor, antagonists compete; every effect saturates as
x/(1 + x), with x the concentration over its half effect or a power of it. Sources and ranges:
``_drugs_tables``, ``_drugs_potency`` and docs/drugs.md. Research and education.
"""

from typing import NamedTuple

from openvalve._kernels import leaf
from openvalve.circulation._drugs_potency import (
    ACT_BASELINE_S,
    ACT_PER_IU_KG_S,
    ADENOSINE_ARTERIAL_HALF,
    ADENOSINE_AV,
    ADENOSINE_BLOCK,
    ADENOSINE_CORONARY,
    ADENOSINE_CORONARY_HALF,
    ADENOSINE_PULMONARY,
    ADENOSINE_RATE,
    ADENOSINE_RESISTANCE,
    ADRENALINE_BETA2,
    ADRENALINE_CONTRACTILITY,
    ALPHA_ADRENALINE,
    ALPHA_EPHEDRINE,
    ALPHA_NORADRENALINE,
    ALPHA_PHENYLEPHRINE,
    ALPHA_PULMONARY,
    ALPHA_RESISTANCE,
    ALPHA_VENOUS,
    ATROPINE,
    BETA2_PULMONARY,
    BETA2_RESISTANCE,
    BETA_ADRENALINE,
    BETA_AV,
    BETA_CONTRACTILITY,
    BETA_DOBUTAMINE,
    BETA_NORADRENALINE,
    BETA_RATE,
    CONTRAST_DILATION_GAIN,
    CONTRAST_RESISTANCE,
    DOBUTAMINE_BETA2,
    DONOR_CORONARY,
    DONOR_PULMONARY,
    DONOR_RESISTANCE,
    DONOR_VENOUS,
    EPHEDRINE,
    EPHEDRINE_BETA2,
    EPHEDRINE_CONTRACTILITY,
    EPHEDRINE_RATE,
    EPHEDRINE_STORE,
    ESMOLOL,
    ESMOLOL_AV,
    ESMOLOL_CONTRACTILITY,
    ESMOLOL_RATE,
    FENTANYL,
    FENTANYL_ANALGESIA,
    FENTANYL_RATE,
    FENTANYL_SEDATION,
    FENTANYL_SYNERGY_DRIVE,
    FENTANYL_SYNERGY_SEDATION,
    FLUMAZENIL,
    LIDOCAINE_GAIN,
    LIDOCAINE_SITE,
    MIDAZOLAM,
    MIDAZOLAM_DRIVE,
    MIDAZOLAM_DRIVE_SCALE,
    MIDAZOLAM_RESISTANCE,
    NALOXONE,
    NITROGLYCERIN,
    NITROGLYCERIN_ARTERIAL,
    NITROPRUSSIDE,
    NITROPRUSSIDE_ARTERIAL,
    NORADRENALINE_CONTRACTILITY,
    PROTAMINE_FREE,
    PROTAMINE_RESISTANCE,
    SEDATION_BAROREFLEX,
)
from openvalve.circulation._drugs_reading import occupied, read2, read3
from openvalve.circulation._drugs_state import DrugEffects, DrugState, PackedDrugs

__all__ = ["drug_effects"]


class Adrenergic(NamedTuple):
    """Occupied fractions of the adrenergic receptors, and the block of beta-1."""

    alpha: float
    phenylephrine: float
    beta_rate: float
    beta_contractility: float
    beta2: float
    block: float


@leaf
def adrenergic(s: DrugState) -> Adrenergic:
    """Return what the agonists occupy together, esmolol competing at beta-1."""
    phenylephrine = read3(
        s.phenylephrine_a, s.phenylephrine_b, s.phenylephrine_e, ALPHA_PHENYLEPHRINE
    )
    site = read3(s.ephedrine_a, s.ephedrine_b, s.ephedrine_e, EPHEDRINE)
    ephedrine = site / (1.0 + s.ephedrine_store * EPHEDRINE_STORE)
    steep = read2(s.adrenaline_a, s.adrenaline_e, ALPHA_ADRENALINE)
    alpha = (
        phenylephrine
        + read2(s.noradrenaline_a, s.noradrenaline_e, ALPHA_NORADRENALINE)
        + steep * steep
        + ephedrine * ALPHA_EPHEDRINE
    )
    adrenaline = read2(s.adrenaline_a, s.adrenaline_e, BETA_ADRENALINE)
    noradrenaline = read2(s.noradrenaline_a, s.noradrenaline_e, BETA_NORADRENALINE)
    dobutamine = read2(s.dobutamine_a, s.dobutamine_e, BETA_DOBUTAMINE)
    esmolol = read3(s.esmolol_a, s.esmolol_b, s.esmolol_e, ESMOLOL)
    free = 1.0 / (1.0 + esmolol * esmolol)
    rate = adrenaline + noradrenaline + dobutamine + ephedrine * EPHEDRINE_RATE
    contractility = (
        adrenaline * ADRENALINE_CONTRACTILITY
        + noradrenaline * NORADRENALINE_CONTRACTILITY
        + dobutamine
        + ephedrine * EPHEDRINE_CONTRACTILITY
    )
    beta2 = (
        adrenaline * ADRENALINE_BETA2 + dobutamine * DOBUTAMINE_BETA2 + ephedrine * EPHEDRINE_BETA2
    )
    inv_alpha = 1.0 / (1.0 + alpha)
    return Adrenergic(
        alpha * inv_alpha,
        phenylephrine * inv_alpha,
        occupied(rate * free),
        occupied(contractility * free),
        occupied(beta2),
        1.0 - free,
    )


class Brain(NamedTuple):
    """What sedatives and opioids do to the brain; 0 is nothing."""

    sedation: float
    opioid: float
    benzodiazepine: float
    analgesia: float
    drive: float


@leaf
def brain(s: DrugState, p: PackedDrugs) -> Brain:
    """Return sedation, analgesia and the drive that is left, antagonists competing."""
    flumazenil = read3(s.flumazenil_a, s.flumazenil_b, s.flumazenil_e, FLUMAZENIL)
    naloxone = read3(s.naloxone_a, s.naloxone_b, s.naloxone_e, NALOXONE)
    midazolam = (
        p.sedative_gain
        * read3(s.midazolam_a, s.midazolam_b, s.midazolam_e, MIDAZOLAM)
        / (1.0 + flumazenil)
    )
    fentanyl = (
        p.opioid_gain * read3(s.fentanyl_a, s.fentanyl_b, s.fentanyl_e, FENTANYL) / (1.0 + naloxone)
    )
    both = midazolam + fentanyl * (FENTANYL_SEDATION + FENTANYL_SYNERGY_SEDATION * midazolam)
    benzodiazepine = occupied(midazolam * MIDAZOLAM_DRIVE_SCALE)
    pressed = 1.0 + fentanyl * (1.0 + FENTANYL_SYNERGY_DRIVE * benzodiazepine)
    site = LIDOCAINE_SITE * LIDOCAINE_GAIN * max(s.lidocaine_a - s.lidocaine_e, 0.0)
    local = occupied(site * site)
    opioid = occupied(fentanyl * FENTANYL_ANALGESIA)
    return Brain(
        occupied(both * both),
        occupied(fentanyl),
        benzodiazepine,
        opioid + local - opioid * local,
        (1.0 - MIDAZOLAM_DRIVE * benzodiazepine) / pressed,
    )


@leaf
def drug_effects(s: DrugState, p: PackedDrugs) -> DrugEffects:
    """Return what the drugs in the body do now; exactly neutral without drugs."""
    x = adrenergic(s)
    m = brain(s, p)
    glycerin = read2(s.nitroglycerin_a, s.nitroglycerin_e, NITROGLYCERIN)
    prusside = read2(s.nitroprusside_a, s.nitroprusside_e, NITROPRUSSIDE)
    veins = occupied(glycerin + prusside)
    arteries = occupied(glycerin * NITROGLYCERIN_ARTERIAL + prusside * NITROPRUSSIDE_ARTERIAL)
    atropine = read3(s.atropine_a, s.atropine_b, s.atropine_e, ATROPINE)
    y = s.adenosine_heart * ADENOSINE_BLOCK
    y2 = y * y
    stop = occupied(y2 * y2)
    hyperaemia = occupied(s.adenosine_heart * ADENOSINE_CORONARY_HALF)
    flush = occupied(s.adenosine_heart * ADENOSINE_ARTERIAL_HALF)
    dye = CONTRAST_DILATION_GAIN * max(s.contrast_w - s.contrast_e, 0.0)
    dilated = dye / (dye + p.contrast_half_ml)
    free = occupied(s.protamine * PROTAMINE_FREE)
    resistance = 1.0 + ALPHA_RESISTANCE * x.alpha - BETA2_RESISTANCE * x.beta2 * (1.0 - x.alpha)
    return DrugEffects(
        resistance_factor=resistance
        * (1.0 - DONOR_RESISTANCE * arteries)
        * (1.0 - ADENOSINE_RESISTANCE * flush)
        * (1.0 - MIDAZOLAM_RESISTANCE * m.benzodiazepine)
        * (1.0 - CONTRAST_RESISTANCE * dilated)
        * (1.0 - PROTAMINE_RESISTANCE * free),
        pulmonary_resistance_factor=(1.0 + ALPHA_PULMONARY * x.phenylephrine)
        * (1.0 - BETA2_PULMONARY * x.beta2)
        * (1.0 - DONOR_PULMONARY * veins)
        * (1.0 - ADENOSINE_PULMONARY * flush),
        venous_tone_frac=ALPHA_VENOUS * x.alpha - DONOR_VENOUS * veins,
        contractility_factor=(1.0 + BETA_CONTRACTILITY * x.beta_contractility)
        * (1.0 - ESMOLOL_CONTRACTILITY * x.block),
        rate_factor=(1.0 + BETA_RATE * x.beta_rate)
        * (1.0 - ESMOLOL_RATE * x.block)
        * (1.0 - ADENOSINE_RATE * stop)
        * (1.0 - FENTANYL_RATE * m.opioid),
        vagal_block_frac=occupied(atropine * atropine),
        beta_block_frac=x.block,
        av_delay_factor=(1.0 - BETA_AV * x.beta_rate)
        * (1.0 + ESMOLOL_AV * x.block)
        * (1.0 + ADENOSINE_AV * stop),
        av_block_frac=stop,
        coronary_resistance_factor=(1.0 - ADENOSINE_CORONARY * hyperaemia)
        * (1.0 - DONOR_CORONARY * veins),
        sedation_frac=m.sedation,
        analgesia_frac=m.analgesia,
        drive_factor=m.drive,
        baroreflex_gain_factor=1.0 - SEDATION_BAROREFLEX * m.sedation,
        act_s=ACT_BASELINE_S + ACT_PER_IU_KG_S * s.heparin,
        volume_ml_s=s.volume_ml_s,
        blood_ml_s=s.blood_ml_s,
    )
