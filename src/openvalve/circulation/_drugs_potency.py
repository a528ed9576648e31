"""What concentration does what: half effects and ceilings, as the kernel reads them.

Every ``effect_weights(drug, half)`` gives the three numbers that turn the state of a drug into its
effect-site concentration over the half effect. Sources stand in ``_drugs_tables``; the ceilings are
set by the figures there and marked with their plausible range. An infusion rate in ug/kg/min over
the clearance is the steady concentration in ug/L, so half effects are given as rates where the
source infused.
"""

from openvalve.circulation._drugs_kinetics import LN2, effect_weights, two_roots
from openvalve.circulation._drugs_tables import KINETICS

__all__ = [
    "ACT_BASELINE_S",
    "ACT_PER_IU_KG_S",
    "ADENOSINE_ARTERIAL_HALF",
    "ADENOSINE_AV",
    "ADENOSINE_BLOCK",
    "ADENOSINE_CORONARY",
    "ADENOSINE_CORONARY_HALF",
    "ADENOSINE_HALF_LIFE_S",
    "ADENOSINE_LAG_S",
    "ADENOSINE_PULMONARY",
    "ADENOSINE_RATE",
    "ADENOSINE_RESISTANCE",
    "ADRENALINE_BETA2",
    "ADRENALINE_CONTRACTILITY",
    "ALPHA_ADRENALINE",
    "ALPHA_EPHEDRINE",
    "ALPHA_NORADRENALINE",
    "ALPHA_PHENYLEPHRINE",
    "ALPHA_PULMONARY",
    "ALPHA_RESISTANCE",
    "ALPHA_VENOUS",
    "ATROPINE",
    "BAG_ML_S",
    "BETA2_PULMONARY",
    "BETA2_RESISTANCE",
    "BETA_ADRENALINE",
    "BETA_AV",
    "BETA_CONTRACTILITY",
    "BETA_DOBUTAMINE",
    "BETA_NORADRENALINE",
    "BETA_RATE",
    "CONTRAST_DILATION_GAIN",
    "CONTRAST_HALF_LIFE_S",
    "CONTRAST_HALF_ML_KG",
    "CONTRAST_RATE_S",
    "CONTRAST_RESISTANCE",
    "CONTRAST_TRANSIT_S",
    "CONTRAST_WATER",
    "CONTRAST_WATER_GAIN",
    "CONTRAST_WATER_S",
    "CRYSTALLOID_BACK_S",
    "CRYSTALLOID_FAST_S",
    "CRYSTALLOID_FAST_SHARE",
    "CRYSTALLOID_OUT_S",
    "CRYSTALLOID_SLOW_S",
    "CRYSTALLOID_SLOW_SHARE",
    "CRYSTALLOID_URINE_S",
    "DOBUTAMINE_BETA2",
    "DONOR_CORONARY",
    "DONOR_PULMONARY",
    "DONOR_RESISTANCE",
    "DONOR_VENOUS",
    "EPHEDRINE",
    "EPHEDRINE_BETA2",
    "EPHEDRINE_CONTRACTILITY",
    "EPHEDRINE_RATE",
    "EPHEDRINE_STORE",
    "EPHEDRINE_STORE_HALF_LIFE_S",
    "ESMOLOL",
    "ESMOLOL_AV",
    "ESMOLOL_CONTRACTILITY",
    "ESMOLOL_RATE",
    "FENTANYL",
    "FENTANYL_ANALGESIA",
    "FENTANYL_RATE",
    "FENTANYL_SEDATION",
    "FENTANYL_SYNERGY_DRIVE",
    "FENTANYL_SYNERGY_SEDATION",
    "FLUMAZENIL",
    "HEPARIN_CEILING_S",
    "HEPARIN_HALF",
    "HEPARIN_LINEAR_S",
    "INJECTOR_ML_S",
    "LIDOCAINE_GAIN",
    "LIDOCAINE_HALF_LIFE_S",
    "LIDOCAINE_ONSET_HALF_LIFE_S",
    "LIDOCAINE_SITE",
    "MIDAZOLAM",
    "MIDAZOLAM_DRIVE",
    "MIDAZOLAM_DRIVE_SCALE",
    "MIDAZOLAM_RESISTANCE",
    "NALOXONE",
    "NITROGLYCERIN",
    "NITROGLYCERIN_ARTERIAL",
    "NITROPRUSSIDE",
    "NITROPRUSSIDE_ARTERIAL",
    "NORADRENALINE_CONTRACTILITY",
    "PROTAMINE_BINDING_S",
    "PROTAMINE_FREE",
    "PROTAMINE_HALF_LIFE_S",
    "PROTAMINE_MG_PER_IU",
    "PROTAMINE_RESISTANCE",
    "SEDATION_BAROREFLEX",
]


def _steady(drug: str, rate: float) -> float:
    """Return the steady concentration of an infusion in ug/kg/min, ug/L."""
    return rate / (1e-3 * KINETICS[drug].clearance_ml_kg_min)


# Alpha receptors: arteriolar resistance up to 2.5 times (2 to 3); veins 14 % of their unstressed
# volume (8 to 20). Adrenaline has a steep curve there: it dilates up to 0.1 ug/kg/min, is neutral
# near 0.3 and constricts beyond.
ALPHA_RESISTANCE = 1.5
ALPHA_VENOUS = 0.14
ALPHA_PULMONARY = 0.25  # phenylephrine only (0.1 to 0.4)
ALPHA_PHENYLEPHRINE = effect_weights("phenylephrine", 4.0)  # ug/L: 100 ug in 70 kg peaks at 1.48
ALPHA_NORADRENALINE = effect_weights("noradrenaline", _steady("noradrenaline", 0.2))
ALPHA_ADRENALINE = effect_weights("adrenaline", _steady("adrenaline", 0.5))  # squared
EPHEDRINE = effect_weights("ephedrine")  # mg/L: 10 mg in 70 kg peaks at 0.117
ALPHA_EPHEDRINE = 1.0 / 1.07  # 1 over mg/L
# Tachyphylaxis: what was there in the last hour (30 to 120 min) weakens the next dose.
EPHEDRINE_STORE_HALF_LIFE_S = 3600.0
EPHEDRINE_STORE = 1.0 / 0.08  # 1 over mg/L

# Beta receptors: rate up to 2.6 times (2 to 3), contractility up to 3.5 times (2.5 to 4), beta-2
# dilatation 59 % (fit to Stratton's three rates).
BETA_RATE = 1.6
BETA_CONTRACTILITY = 2.5
BETA2_RESISTANCE = 0.587
BETA2_PULMONARY = 0.15  # 0.05 to 0.3
BETA_AV = 0.25  # faster conduction, 0.15 to 0.35
# Half rates in ug/kg/min, rate / contractility / beta-2 dilatation:
# adrenaline 0.45 / 0.3 / 0.0224, noradrenaline 3 / 1 / none, dobutamine 22 / 22 / 19.
BETA_ADRENALINE = effect_weights("adrenaline", _steady("adrenaline", 0.45))
ADRENALINE_CONTRACTILITY = 0.45 / 0.3
ADRENALINE_BETA2 = 0.45 / 0.0224
BETA_NORADRENALINE = effect_weights("noradrenaline", _steady("noradrenaline", 3.0))
NORADRENALINE_CONTRACTILITY = 3.0
BETA_DOBUTAMINE = effect_weights("dobutamine", 1e-3 * _steady("dobutamine", 22.0))  # mg/L
DOBUTAMINE_BETA2 = 22.0 / 19.0
EPHEDRINE_RATE = 1.0 / 3.0
EPHEDRINE_CONTRACTILITY = 1.0 / 1.35
EPHEDRINE_BETA2 = 1.0 / 0.98

# Esmolol: block (c/half)^2 / (1 + (c/half)^2); at rest a full block takes 14 % of the rate
# (10 to 18), 25 % of the contractility (15 to 35) and adds 20 % to the PR interval (13 to 22).
ESMOLOL = effect_weights("esmolol", 0.30)  # mg/L
ESMOLOL_RATE = 0.14
ESMOLOL_CONTRACTILITY = 0.25
ESMOLOL_AV = 0.20

# Atropine: block (c/half)^2 / (1 + (c/half)^2); half block at the peak of 0.6 mg in 70 kg
# (0.5 to 1), 0.96 after 2.8 mg.
ATROPINE = effect_weights("atropine", 0.00902)  # mg/L

# Nitric oxide donors: veins -12 % (8 to 16), arterioles -55 % (40 to 70), lung vessels and
# coronaries -30 % (20 to 40), these last with the veins. Half rates, veins / arterioles:
# nitroglycerin 0.43 / 4.3 ug/kg/min, nitroprusside 0.8 / 1.2 ug/kg/min.
DONOR_VENOUS = 0.12
DONOR_RESISTANCE = 0.55
DONOR_PULMONARY = 0.30
DONOR_CORONARY = 0.30
NITROGLYCERIN = effect_weights("nitroglycerin", _steady("nitroglycerin", 0.43))
NITROGLYCERIN_ARTERIAL = 0.1
NITROPRUSSIDE = effect_weights("nitroprusside", _steady("nitroprusside", 0.8))
NITROPRUSSIDE_ARTERIAL = 0.8 / 1.2

# Adenosine: eight lags from the vein to the heart, half life 3 s there, so 140 ug/kg/min holds
# 10.1 ug/kg. Conduction stops above the peak of 5.5 mg in 70 kg (4 to 8 mg); fourth power.
ADENOSINE_LAG_S = 1.9
ADENOSINE_HALF_LIFE_S = 3.0
ADENOSINE_BLOCK = 1.0 / 0.0214  # 1 over mg/kg at the heart
ADENOSINE_RATE = 0.35  # sinus slowing with the block, 0.2 to 0.5
ADENOSINE_AV = 2.0  # longer conduction, 1 to 3
_ADENOSINE_HELD_MIN = ADENOSINE_HALF_LIFE_S / 60.0 / LN2
ADENOSINE_CORONARY_HALF = 1.0 / (0.047 * _ADENOSINE_HELD_MIN)  # half at 47 ug/kg/min
ADENOSINE_CORONARY = 0.90  # with the half, a fit to three published rates; 0.75 to 0.95
ADENOSINE_ARTERIAL_HALF = 1.0 / (0.100 * _ADENOSINE_HELD_MIN)  # half at 100 ug/kg/min
ADENOSINE_RESISTANCE = 0.40  # 0.3 to 0.5
ADENOSINE_PULMONARY = 0.30  # 0.2 to 0.4

# Brain. Sedation: 220 ug/L of midazolam (150 to 300) is half way, between Ramsay 4 and 5; an
# opioid adds a little alone (0.3, 0.1 to 0.5) and as much again as midazolam has (0.5 to 2).
# Drive: midazolam takes at most 35 % (20 to 40), half at 100 ug/L (50 to 200); an opioid halves it
# at 2 ug/L (1 to 3.5), a dose counting up to 2.5 times with midazolam (fit to published slopes of
# the CO2 response).
MIDAZOLAM = effect_weights("midazolam", 0.220)  # mg/L
MIDAZOLAM_DRIVE_SCALE = 220.0 / 100.0
MIDAZOLAM_DRIVE = 0.35
MIDAZOLAM_RESISTANCE = 0.12  # 0.05 to 0.15
FENTANYL = effect_weights("fentanyl", 2.0)  # ug/L
FENTANYL_SEDATION = 0.3
FENTANYL_SYNERGY_SEDATION = 1.0
FENTANYL_SYNERGY_DRIVE = 1.5
FENTANYL_ANALGESIA = 2.0  # analgesia is half at 1 ug/L (0.6 to 1.5)
FENTANYL_RATE = 0.10  # central vagal slowing, 0.05 to 0.2
SEDATION_BAROREFLEX = 0.40  # gain lost at full sedation, 0.2 to 0.6
NALOXONE = effect_weights("naloxone", 0.0015)  # mg/L
FLUMAZENIL = effect_weights("flumazenil", 0.005)  # mg/L

# Lidocaine at the site.
LIDOCAINE_HALF_LIFE_S = 2700.0
LIDOCAINE_ONSET_HALF_LIFE_S = 60.0
LIDOCAINE_SITE = 1.0 / 40.0  # 1 over mg, not per kg
LIDOCAINE_GAIN = LIDOCAINE_HALF_LIFE_S / (LIDOCAINE_HALF_LIFE_S - LIDOCAINE_ONSET_HALF_LIFE_S)

# Heparin, IU/kg: linear rate, ceiling and half of the saturable one, fitted to the half lives 30,
# 60 and 150 min after 25, 100 and 400 IU/kg; protamine binds 100 IU a mg, half of 57 IU/kg with
# its 0.57 mg/kg in 15 s (5 to 60 s).
HEPARIN_LINEAR_S = 1.32548e-3 / 60.0
HEPARIN_CEILING_S = 1.03891 / 60.0
HEPARIN_HALF = 29.6835
PROTAMINE_BINDING_S = 0.081
PROTAMINE_MG_PER_IU = 0.01
PROTAMINE_HALF_LIFE_S = 270.0
PROTAMINE_RESISTANCE = 0.30  # 0.1 to 0.4, at the free protamine of a rapid overdose
PROTAMINE_FREE = 1.0  # 1 over the half effect in mg/kg, 0.5 to 2
ACT_BASELINE_S = 120.0
ACT_PER_IU_KG_S = 1.5

# Fluids. Crystalloid between blood and tissue, per s: fitted to 54 % and 20 % (published 50 to 60
# at the end of 30 min, 15 to 20 half an hour later).
BAG_ML_S = 100.0 / 60.0
INJECTOR_ML_S = 12.0
CRYSTALLOID_OUT_S = 0.038 / 60.0
CRYSTALLOID_BACK_S = 0.012 / 60.0
CRYSTALLOID_URINE_S = 0.015 / 60.0
CRYSTALLOID_FAST_S, CRYSTALLOID_SLOW_S, _SHARE = two_roots(
    CRYSTALLOID_URINE_S, CRYSTALLOID_OUT_S, CRYSTALLOID_BACK_S
)
CRYSTALLOID_FAST_SHARE = _SHARE
CRYSTALLOID_SLOW_SHARE = 1.0 - _SHARE
CONTRAST_HALF_LIFE_S = 480.0
CONTRAST_WATER = 1.5  # mL drawn into the blood for each mL
CONTRAST_WATER_S = 40.0
CONTRAST_TRANSIT_S = 8.0
CONTRAST_RATE_S = LN2 / CONTRAST_HALF_LIFE_S
# water(t) = gain (exp(-t rate) - exp(-t/40 s)); dilatation(t) = gain (exp(-t/40 s) - exp(-t/8 s))
CONTRAST_WATER_GAIN = CONTRAST_WATER / (1.0 - CONTRAST_RATE_S * CONTRAST_WATER_S)
CONTRAST_DILATION_GAIN = 1.0 / (1.0 - CONTRAST_TRANSIT_S / CONTRAST_WATER_S)
CONTRAST_RESISTANCE = 0.25
CONTRAST_HALF_ML_KG = 27.0 / 70.0
