"""Drugs: how they go through the body and what the circulation feels of them.

Each linear drug is kept as its exponentials (``_drugs_kinetics``): a dose is added to all of them,
each decays by its own factor, and the reading weighs them. Heparin is cleared by a saturable and a
linear way and bound by protamine; fluids run in from a bag and spread as volume kinetics tells.
Amounts are per kg of body weight in the dose unit of the table; lidocaine (at its site) in mg and
fluids in mL. Agonists at one receptor add up at that receptor, antagonists compete.

Sources and ranges: ``_drugs_tables``, ``_drugs_potency`` and docs/drugs.md. Research and education.
"""

from typing import NamedTuple

from openvalve._kernels import leaf
from openvalve.circulation import _drugs_potency as k
from openvalve.circulation._drugs_state import DrugEffects, DrugRates, DrugState, PackedDrugs

__all__ = ["drug_effects", "drug_step"]

NOTHING = 1e-30  # of any unit


@leaf
def kept(amount: float) -> float:
    """Return the amount, or zero once it is nothing: no denormals, and neutral again in the end."""
    return 0.0 if amount < NOTHING else amount


@leaf
def decayed(amount: float, factor: float, half_input: float) -> float:
    """Return an exponential after one window; ``half_input`` is half of what came in."""
    return kept(amount * factor + half_input * (1.0 + factor))


@leaf
def read3(a: float, b: float, e: float, w: tuple[float, float, float]) -> float:
    """Return an effect-site concentration over its half effect, never below zero."""
    return max(a * w[0] + b * w[1] + e * w[2], 0.0)


@leaf
def read2(a: float, e: float, w: tuple[float, float, float]) -> float:
    """Return the same of a drug with one compartment."""
    return max(a * w[0] + e * w[2], 0.0)


@leaf
def occupied(x: float) -> float:
    """Return x / (1 + x)."""
    return x / (1.0 + x)


@leaf
def drug_step(s: DrugState, p: PackedDrugs, r: DrugRates) -> DrugState:
    """Advance every drug by one window with the infusion rates held.

    Equation
    --------
    exponentials: m+ = m f + r dt (1 + f)/2, f = exp(-rate dt) (exact but for (rate dt)^2/12).
    heparin: dH/dt = r - H (k + ceiling/(H + half) + binding P), linearly implicit.
    protamine: dP/dt = r - P rate - binding H P / (100 IU/mg).
    Verified  : tests/physics/circulation/test_drugs.py
    """
    h = p.half_window_s
    phenylephrine = h * r.phenylephrine
    ephedrine = h * r.ephedrine
    adrenaline = h * r.adrenaline
    noradrenaline = h * r.noradrenaline
    dobutamine = h * r.dobutamine
    atropine = h * r.atropine
    esmolol = h * r.esmolol
    nitroglycerin = h * r.nitroglycerin
    nitroprusside = h * r.nitroprusside
    midazolam = h * r.midazolam
    fentanyl = h * r.fentanyl
    naloxone = h * r.naloxone
    flumazenil = h * r.flumazenil
    ephedrine_site = read3(s.ephedrine_a, s.ephedrine_b, s.ephedrine_e, k.EPHEDRINE)
    lag = p.adenosine_lag
    pass_on = 1.0 - lag
    bind = p.window_s * k.PROTAMINE_BINDING_S * s.protamine
    clear = p.window_s * (k.HEPARIN_LINEAR_S + k.HEPARIN_CEILING_S / (s.heparin + k.HEPARIN_HALF))
    heparin = (s.heparin + p.window_s * r.heparin) / (1.0 + clear + bind)
    protamine = s.protamine - bind * heparin * k.PROTAMINE_MG_PER_IU
    crystalloid_in = min(s.crystalloid_bag, p.window_s * k.BAG_ML_S)
    crystalloid_half = 0.5 * crystalloid_in + h * r.crystalloid
    crystalloid_a = decayed(s.crystalloid_a, p.crystalloid_a, crystalloid_half)
    crystalloid_b = decayed(s.crystalloid_b, p.crystalloid_b, crystalloid_half)
    crystalloid_ml = k.CRYSTALLOID_FAST_SHARE * (crystalloid_a - s.crystalloid_a) + (
        k.CRYSTALLOID_SLOW_SHARE * (crystalloid_b - s.crystalloid_b)
    )
    blood_in = min(s.blood_bag, p.window_s * k.BAG_ML_S)
    blood_ml = blood_in + p.window_s * r.blood
    contrast_in = min(s.contrast_bag, p.window_s * k.INJECTOR_ML_S)
    contrast_half = 0.5 * contrast_in + h * r.contrast
    contrast_a = decayed(s.contrast_a, p.contrast_a, contrast_half)
    contrast_w = decayed(s.contrast_w, p.contrast_w, contrast_half)
    contrast_ml = (1.0 + k.CONTRAST_WATER_GAIN) * (contrast_a - s.contrast_a) - (
        k.CONTRAST_WATER_GAIN * (contrast_w - s.contrast_w)
    )
    return DrugState(
        phenylephrine_a=decayed(s.phenylephrine_a, p.phenylephrine_a, phenylephrine),
        phenylephrine_b=decayed(s.phenylephrine_b, p.phenylephrine_b, phenylephrine),
        phenylephrine_e=decayed(s.phenylephrine_e, p.phenylephrine_e, phenylephrine),
        ephedrine_a=decayed(s.ephedrine_a, p.ephedrine_a, ephedrine),
        ephedrine_b=decayed(s.ephedrine_b, p.ephedrine_b, ephedrine),
        ephedrine_e=decayed(s.ephedrine_e, p.ephedrine_e, ephedrine),
        ephedrine_store=kept(
            ephedrine_site + (s.ephedrine_store - ephedrine_site) * p.ephedrine_store
        ),
        adrenaline_a=decayed(s.adrenaline_a, p.adrenaline_a, adrenaline),
        adrenaline_e=decayed(s.adrenaline_e, p.adrenaline_e, adrenaline),
        noradrenaline_a=decayed(s.noradrenaline_a, p.noradrenaline_a, noradrenaline),
        noradrenaline_e=decayed(s.noradrenaline_e, p.noradrenaline_e, noradrenaline),
        dobutamine_a=decayed(s.dobutamine_a, p.dobutamine_a, dobutamine),
        dobutamine_e=decayed(s.dobutamine_e, p.dobutamine_e, dobutamine),
        atropine_a=decayed(s.atropine_a, p.atropine_a, atropine),
        atropine_b=decayed(s.atropine_b, p.atropine_b, atropine),
        atropine_e=decayed(s.atropine_e, p.atropine_e, atropine),
        esmolol_a=decayed(s.esmolol_a, p.esmolol_a, esmolol),
        esmolol_b=decayed(s.esmolol_b, p.esmolol_b, esmolol),
        esmolol_e=decayed(s.esmolol_e, p.esmolol_e, esmolol),
        nitroglycerin_a=decayed(s.nitroglycerin_a, p.nitroglycerin_a, nitroglycerin),
        nitroglycerin_e=decayed(s.nitroglycerin_e, p.nitroglycerin_e, nitroglycerin),
        nitroprusside_a=decayed(s.nitroprusside_a, p.nitroprusside_a, nitroprusside),
        nitroprusside_e=decayed(s.nitroprusside_e, p.nitroprusside_e, nitroprusside),
        adenosine_1=kept(s.adenosine_1 * lag + p.window_s * r.adenosine),
        adenosine_2=kept(s.adenosine_2 * lag + s.adenosine_1 * pass_on),
        adenosine_3=kept(s.adenosine_3 * lag + s.adenosine_2 * pass_on),
        adenosine_4=kept(s.adenosine_4 * lag + s.adenosine_3 * pass_on),
        adenosine_5=kept(s.adenosine_5 * lag + s.adenosine_4 * pass_on),
        adenosine_6=kept(s.adenosine_6 * lag + s.adenosine_5 * pass_on),
        adenosine_7=kept(s.adenosine_7 * lag + s.adenosine_6 * pass_on),
        adenosine_8=kept(s.adenosine_8 * lag + s.adenosine_7 * pass_on),
        adenosine_heart=kept(s.adenosine_heart * p.adenosine_heart + s.adenosine_8 * pass_on),
        midazolam_a=decayed(s.midazolam_a, p.midazolam_a, midazolam),
        midazolam_b=decayed(s.midazolam_b, p.midazolam_b, midazolam),
        midazolam_e=decayed(s.midazolam_e, p.midazolam_e, midazolam),
        fentanyl_a=decayed(s.fentanyl_a, p.fentanyl_a, fentanyl),
        fentanyl_b=decayed(s.fentanyl_b, p.fentanyl_b, fentanyl),
        fentanyl_e=decayed(s.fentanyl_e, p.fentanyl_e, fentanyl),
        naloxone_a=decayed(s.naloxone_a, p.naloxone_a, naloxone),
        naloxone_b=decayed(s.naloxone_b, p.naloxone_b, naloxone),
        naloxone_e=decayed(s.naloxone_e, p.naloxone_e, naloxone),
        flumazenil_a=decayed(s.flumazenil_a, p.flumazenil_a, flumazenil),
        flumazenil_b=decayed(s.flumazenil_b, p.flumazenil_b, flumazenil),
        flumazenil_e=decayed(s.flumazenil_e, p.flumazenil_e, flumazenil),
        lidocaine_a=decayed(s.lidocaine_a, p.lidocaine_a, h * r.lidocaine),
        lidocaine_e=decayed(s.lidocaine_e, p.lidocaine_e, h * r.lidocaine),
        heparin=kept(heparin),
        protamine=decayed(max(protamine, 0.0), p.protamine, h * r.protamine),
        crystalloid_bag=s.crystalloid_bag - crystalloid_in,
        crystalloid_a=crystalloid_a,
        crystalloid_b=crystalloid_b,
        blood_bag=s.blood_bag - blood_in,
        contrast_bag=s.contrast_bag - contrast_in,
        contrast_a=contrast_a,
        contrast_w=contrast_w,
        contrast_e=decayed(s.contrast_e, p.contrast_e, contrast_half),
        volume_ml_s=(crystalloid_ml + blood_ml + contrast_ml) * p.inv_window_s,
        blood_ml_s=blood_ml * p.inv_window_s,
    )


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
        s.phenylephrine_a, s.phenylephrine_b, s.phenylephrine_e, k.ALPHA_PHENYLEPHRINE
    )
    site = read3(s.ephedrine_a, s.ephedrine_b, s.ephedrine_e, k.EPHEDRINE)
    ephedrine = site / (1.0 + s.ephedrine_store * k.EPHEDRINE_STORE)
    steep = read2(s.adrenaline_a, s.adrenaline_e, k.ALPHA_ADRENALINE)
    alpha = (
        phenylephrine
        + read2(s.noradrenaline_a, s.noradrenaline_e, k.ALPHA_NORADRENALINE)
        + steep * steep
        + ephedrine * k.ALPHA_EPHEDRINE
    )
    adrenaline = read2(s.adrenaline_a, s.adrenaline_e, k.BETA_ADRENALINE)
    noradrenaline = read2(s.noradrenaline_a, s.noradrenaline_e, k.BETA_NORADRENALINE)
    dobutamine = read2(s.dobutamine_a, s.dobutamine_e, k.BETA_DOBUTAMINE)
    esmolol = read3(s.esmolol_a, s.esmolol_b, s.esmolol_e, k.ESMOLOL)
    free = 1.0 / (1.0 + esmolol * esmolol)
    rate = adrenaline + noradrenaline + dobutamine + ephedrine * k.EPHEDRINE_RATE
    contractility = (
        adrenaline * k.ADRENALINE_CONTRACTILITY
        + noradrenaline * k.NORADRENALINE_CONTRACTILITY
        + dobutamine
        + ephedrine * k.EPHEDRINE_CONTRACTILITY
    )
    beta2 = (
        adrenaline * k.ADRENALINE_BETA2
        + dobutamine * k.DOBUTAMINE_BETA2
        + ephedrine * k.EPHEDRINE_BETA2
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
    flumazenil = read3(s.flumazenil_a, s.flumazenil_b, s.flumazenil_e, k.FLUMAZENIL)
    naloxone = read3(s.naloxone_a, s.naloxone_b, s.naloxone_e, k.NALOXONE)
    midazolam = (
        p.sedative_gain
        * read3(s.midazolam_a, s.midazolam_b, s.midazolam_e, k.MIDAZOLAM)
        / (1.0 + flumazenil)
    )
    fentanyl = (
        p.opioid_gain
        * read3(s.fentanyl_a, s.fentanyl_b, s.fentanyl_e, k.FENTANYL)
        / (1.0 + naloxone)
    )
    both = midazolam + fentanyl * (k.FENTANYL_SEDATION + k.FENTANYL_SYNERGY_SEDATION * midazolam)
    benzodiazepine = occupied(midazolam * k.MIDAZOLAM_DRIVE_SCALE)
    pressed = 1.0 + fentanyl * (1.0 + k.FENTANYL_SYNERGY_DRIVE * benzodiazepine)
    site = k.LIDOCAINE_SITE * k.LIDOCAINE_GAIN * max(s.lidocaine_a - s.lidocaine_e, 0.0)
    local = occupied(site * site)
    opioid = occupied(fentanyl * k.FENTANYL_ANALGESIA)
    return Brain(
        occupied(both * both),
        occupied(fentanyl),
        benzodiazepine,
        opioid + local - opioid * local,
        (1.0 - k.MIDAZOLAM_DRIVE * benzodiazepine) / pressed,
    )


@leaf
def drug_effects(s: DrugState, p: PackedDrugs) -> DrugEffects:
    """Return what the drugs in the body do now; exactly neutral without drugs."""
    x = adrenergic(s)
    m = brain(s, p)
    glycerin = read2(s.nitroglycerin_a, s.nitroglycerin_e, k.NITROGLYCERIN)
    prusside = read2(s.nitroprusside_a, s.nitroprusside_e, k.NITROPRUSSIDE)
    veins = occupied(glycerin + prusside)
    arteries = occupied(glycerin * k.NITROGLYCERIN_ARTERIAL + prusside * k.NITROPRUSSIDE_ARTERIAL)
    atropine = read3(s.atropine_a, s.atropine_b, s.atropine_e, k.ATROPINE)
    y = s.adenosine_heart * k.ADENOSINE_BLOCK
    y2 = y * y
    stop = occupied(y2 * y2)
    hyperaemia = occupied(s.adenosine_heart * k.ADENOSINE_CORONARY_HALF)
    flush = occupied(s.adenosine_heart * k.ADENOSINE_ARTERIAL_HALF)
    dye = k.CONTRAST_DILATION_GAIN * max(s.contrast_w - s.contrast_e, 0.0)
    dilated = dye / (dye + p.contrast_half_ml)
    free = occupied(s.protamine * k.PROTAMINE_FREE)
    resistance = 1.0 + k.ALPHA_RESISTANCE * x.alpha - k.BETA2_RESISTANCE * x.beta2 * (1.0 - x.alpha)
    return DrugEffects(
        resistance_factor=resistance
        * (1.0 - k.DONOR_RESISTANCE * arteries)
        * (1.0 - k.ADENOSINE_RESISTANCE * flush)
        * (1.0 - k.MIDAZOLAM_RESISTANCE * m.benzodiazepine)
        * (1.0 - k.CONTRAST_RESISTANCE * dilated)
        * (1.0 - k.PROTAMINE_RESISTANCE * free),
        pulmonary_resistance_factor=(1.0 + k.ALPHA_PULMONARY * x.phenylephrine)
        * (1.0 - k.BETA2_PULMONARY * x.beta2)
        * (1.0 - k.DONOR_PULMONARY * veins)
        * (1.0 - k.ADENOSINE_PULMONARY * flush),
        venous_tone_frac=k.ALPHA_VENOUS * x.alpha - k.DONOR_VENOUS * veins,
        contractility_factor=(1.0 + k.BETA_CONTRACTILITY * x.beta_contractility)
        * (1.0 - k.ESMOLOL_CONTRACTILITY * x.block),
        rate_factor=(1.0 + k.BETA_RATE * x.beta_rate)
        * (1.0 - k.ESMOLOL_RATE * x.block)
        * (1.0 - k.ADENOSINE_RATE * stop)
        * (1.0 - k.FENTANYL_RATE * m.opioid),
        vagal_block_frac=occupied(atropine * atropine),
        beta_block_frac=x.block,
        av_delay_factor=(1.0 - k.BETA_AV * x.beta_rate)
        * (1.0 + k.ESMOLOL_AV * x.block)
        * (1.0 + k.ADENOSINE_AV * stop),
        av_block_frac=stop,
        coronary_resistance_factor=(1.0 - k.ADENOSINE_CORONARY * hyperaemia)
        * (1.0 - k.DONOR_CORONARY * veins),
        sedation_frac=m.sedation,
        analgesia_frac=m.analgesia,
        drive_factor=m.drive,
        baroreflex_gain_factor=1.0 - k.SEDATION_BAROREFLEX * m.sedation,
        act_s=k.ACT_BASELINE_S + k.ACT_PER_IU_KG_S * s.heparin,
        volume_ml_s=s.volume_ml_s,
        blood_ml_s=s.blood_ml_s,
    )
