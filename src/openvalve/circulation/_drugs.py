"""Drugs: how they go through the body (what they do there: ``_drugs_effects``).

Each linear drug is kept as its exponentials (``_drugs_kinetics``): a dose is added to all of them,
each decays by its own factor, and the reading weighs them. Heparin is cleared by a saturable and a
linear way and bound by protamine; fluids run in from a bag and spread as volume kinetics tells.
Amounts are per kg of body weight in the dose unit of the table; lidocaine (at its site) in mg and
fluids in mL.

Sources and ranges: ``_drugs_tables``, ``_drugs_potency`` and docs/drugs.md. Research and education.
"""

from openvalve._kernels import leaf
from openvalve.circulation._drugs_potency import (
    BAG_ML_S,
    CONTRAST_WATER_GAIN,
    CRYSTALLOID_FAST_SHARE,
    CRYSTALLOID_SLOW_SHARE,
    EPHEDRINE,
    HEPARIN_CEILING_S,
    HEPARIN_HALF,
    HEPARIN_LINEAR_S,
    INJECTOR_ML_S,
    PROTAMINE_BINDING_S,
    PROTAMINE_MG_PER_IU,
)
from openvalve.circulation._drugs_reading import read3
from openvalve.circulation._drugs_state import DrugRates, DrugState, PackedDrugs

__all__ = ["drug_step"]

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
    ephedrine_site = read3(s.ephedrine_a, s.ephedrine_b, s.ephedrine_e, EPHEDRINE)
    lag = p.adenosine_lag
    pass_on = 1.0 - lag
    bind = p.window_s * PROTAMINE_BINDING_S * s.protamine
    clear = p.window_s * (HEPARIN_LINEAR_S + HEPARIN_CEILING_S / (s.heparin + HEPARIN_HALF))
    heparin = (s.heparin + p.window_s * r.heparin) / (1.0 + clear + bind)
    protamine = s.protamine - bind * heparin * PROTAMINE_MG_PER_IU
    crystalloid_in = min(s.crystalloid_bag, p.window_s * BAG_ML_S)
    crystalloid_half = 0.5 * crystalloid_in + h * r.crystalloid
    crystalloid_a = decayed(s.crystalloid_a, p.crystalloid_a, crystalloid_half)
    crystalloid_b = decayed(s.crystalloid_b, p.crystalloid_b, crystalloid_half)
    crystalloid_ml = CRYSTALLOID_FAST_SHARE * (crystalloid_a - s.crystalloid_a) + (
        CRYSTALLOID_SLOW_SHARE * (crystalloid_b - s.crystalloid_b)
    )
    blood_in = min(s.blood_bag, p.window_s * BAG_ML_S)
    blood_ml = blood_in + p.window_s * r.blood
    contrast_in = min(s.contrast_bag, p.window_s * INJECTOR_ML_S)
    contrast_half = 0.5 * contrast_in + h * r.contrast
    contrast_a = decayed(s.contrast_a, p.contrast_a, contrast_half)
    contrast_w = decayed(s.contrast_w, p.contrast_w, contrast_half)
    contrast_ml = (1.0 + CONTRAST_WATER_GAIN) * (contrast_a - s.contrast_a) - (
        CONTRAST_WATER_GAIN * (contrast_w - s.contrast_w)
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
