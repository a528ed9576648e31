"""The drugs of the catheter laboratory: doses, kinetics and effect sizes, each with its source.

[V] read in a stored copy of the source (abstract, label or table) on 2026-11-25; [K] general
knowledge of the named source, not re-read, with a plausible range. docs/drugs.md prints the table.
Research and education: not a dosing guide.
"""

from dataclasses import dataclass

__all__ = ["DRUGS", "DRUG_TABLE", "KINETICS", "Drug", "Kinetics"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Drug:
    """One drug: how it is dosed and where its numbers come from.

    Attributes
    ----------
    name : the name that ``give`` and ``infusion_rate`` take.
    dose_unit : unit of a bolus.
    bolus_usual : usual single dose, lowest and highest; None where it is not given so.
    bolus_max : usual maximum of a single dose; ten times of it is refused beyond.
    infusion_unit : unit of an infusion; empty where it is not infused.
    infusion_usual : usual rate, lowest and highest; None where it is not infused.
    infusion_max : usual maximum rate; ten times of it is refused beyond.
    dose_source : where the doses come from.
    kinetics_source : where the kinetics come from.
    effect_source : where the effect size comes from.
    """

    name: str
    dose_unit: str
    bolus_usual: tuple[float, float] | None
    bolus_max: float
    infusion_unit: str
    infusion_usual: tuple[float, float] | None
    infusion_max: float
    dose_source: str
    kinetics_source: str
    effect_source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Kinetics:
    """Linear kinetics of one drug per kg of body weight, time in minutes.

    Attributes
    ----------
    central_l_kg : volume of the central compartment, L/kg.
    clearance_ml_kg_min : elimination from it, mL/kg/min.
    peripheral_l_kg : volume of the second compartment, L/kg; 0 for one compartment.
    exchange_ml_kg_min : flow between the two, mL/kg/min.
    effect_half_life_min : half life of the lag of the effect site behind plasma, min.
    """

    central_l_kg: float
    clearance_ml_kg_min: float
    peripheral_l_kg: float = 0.0
    exchange_ml_kg_min: float = 0.0
    effect_half_life_min: float


# Ranges in comments; the sources stand in DRUG_TABLE.
KINETICS: dict[str, Kinetics] = {
    # V1 and exchange follow from effective half life 5 min, Vss 340 L, clearance 2.1 L/min and
    # terminal half life 2.5 h (2 to 3) in 70 kg; effect lag [K] 0.3 to 1 min.
    "phenylephrine": Kinetics(
        central_l_kg=0.76,
        clearance_ml_kg_min=30.0,
        peripheral_l_kg=4.10,
        exchange_ml_kg_min=66.5,
        effect_half_life_min=0.5,
    ),
    # Terminal half life 6 h (3 to 6); Vss 3 L/kg [K] 2 to 4.5; redistribution 10 min [K] 5 to 20.
    "ephedrine": Kinetics(
        central_l_kg=1.0,
        clearance_ml_kg_min=5.8,
        peripheral_l_kg=2.0,
        exchange_ml_kg_min=43.0,
        effect_half_life_min=1.0,
    ),
    # Clearance 9.4 L/min in 70 kg (4.9 to 14.6); half life 2 min [K], 3.5 in septic shock.
    "adrenaline": Kinetics(central_l_kg=0.387, clearance_ml_kg_min=134.0, effect_half_life_min=0.3),
    # Clearance from 0.2 ug/kg/min and its 7.28 ug/L; half life 2 min (2 to 6.8 with severity).
    "noradrenaline": Kinetics(
        central_l_kg=0.0794, clearance_ml_kg_min=27.5, effect_half_life_min=0.3
    ),
    # Half life 2 min, volume 0.2 L/kg (0.12 to 0.28); lag [K] 0.5 to 3 min.
    "dobutamine": Kinetics(central_l_kg=0.2, clearance_ml_kg_min=69.3, effect_half_life_min=1.0),
    # Clearance 8 mL/kg/min, volume 1 to 6 L/kg, half life 3 to 4 h; V1 and distribution half life
    # 2 min [K] 1 to 3; effect lag set by the peak of the rate at 2 to 4 min.
    "atropine": Kinetics(
        central_l_kg=0.45,
        clearance_ml_kg_min=8.0,
        peripheral_l_kg=1.9,
        exchange_ml_kg_min=120.0,
        effect_half_life_min=1.5,
    ),
    # From half lives 2.03 and 9.19 min, V1 a quarter of 3.43 L/kg, clearance 285 mL/kg/min; lag set
    # by the peak of the rate effect at 1 min.
    "esmolol": Kinetics(
        central_l_kg=0.857,
        clearance_ml_kg_min=285.0,
        peripheral_l_kg=0.0904,
        exchange_ml_kg_min=7.0,
        effect_half_life_min=0.3,
    ),
    # Volume 3 L/kg, half life 3 min, so 0.69 L/kg/min (0.3 to 1).
    "nitroglycerin": Kinetics(
        central_l_kg=3.0, clearance_ml_kg_min=693.0, effect_half_life_min=0.5
    ),
    # Half life 2 min; volume 0.2 L/kg [K] 0.15 to 0.3, of no weight in the effect.
    "nitroprusside": Kinetics(central_l_kg=0.2, clearance_ml_kg_min=69.3, effect_half_life_min=0.3),
    # Clearance 4.4 mL/kg/min, Vss 1.1 L/kg, half life 2.9 h; distribution half life 8 min
    # [K] 6 to 15; effect lag [K] 0.9 to 5 min.
    "midazolam": Kinetics(
        central_l_kg=0.35,
        clearance_ml_kg_min=4.4,
        peripheral_l_kg=0.75,
        exchange_ml_kg_min=18.0,
        effect_half_life_min=1.5,
    ),
    # Clearance 0.5 to 1.2 L/min, terminal half life 219 min (90 to 360), a fifth of the peak left
    # after 5 min; effect lag [K] 3 to 6.6 min.
    "fentanyl": Kinetics(
        central_l_kg=0.4,
        clearance_ml_kg_min=13.0,
        peripheral_l_kg=3.6,
        exchange_ml_kg_min=50.0,
        effect_half_life_min=2.5,
    ),
    # Three published compartments, the two small fast ones taken as one; lag [K] 5 to 10 min.
    "naloxone": Kinetics(
        central_l_kg=0.0623,
        clearance_ml_kg_min=21.7,
        peripheral_l_kg=0.48,
        exchange_ml_kg_min=7.1,
        effect_half_life_min=8.0,
    ),
    # Half life 40 to 80 min; clearance near liver flow, 15 mL/kg/min [K] 10 to 20; Vss 0.95 L/kg
    # [K] 0.6 to 1.6; lag set by the peak effect at 1 to 10 min.
    "flumazenil": Kinetics(
        central_l_kg=0.3,
        clearance_ml_kg_min=15.0,
        peripheral_l_kg=0.65,
        exchange_ml_kg_min=20.0,
        effect_half_life_min=1.5,
    ),
}

_ROWS = (
    Drug(
        name="phenylephrine",
        dose_unit="ug",
        bolus_usual=(50.0, 250.0),
        bolus_max=500.0,
        infusion_unit="ug/kg/min",
        infusion_usual=(0.5, 1.4),
        infusion_max=6.0,
        dose_source="US label: 50 to 250 ug, single at most 500 ug; 0.5 to 1.4, in shock to 6"
        " ug/kg/min [V]",
        kinetics_source="US label: effective half life 5 min, Vss 340 L, clearance 2095 mL/min"
        " [V]; terminal 2 to 3 h, Hengstmann 1982 [V]",
        effect_source="Kalmar 2018: 2 ug/kg raises mean pressure by 34 (13) mmHg, right atrial by"
        " 3 at 5 min in anaesthesia [V]; effect up to 20 min, US label [V]; pulmonary resistance"
        " rises, Flancbaum 1997 [V]; venous share, Acta Physiol Scand 1983;117:481 (dog) [V]",
    ),
    Drug(
        name="ephedrine",
        dose_unit="mg",
        bolus_usual=(5.0, 10.0),
        bolus_max=50.0,
        infusion_unit="",
        infusion_usual=None,
        infusion_max=0.0,
        dose_source="US label: 5 to 10 mg, total not above 50 mg [V]",
        kinetics_source="Half life 3 to 6 h, label texts [V]; volumes and redistribution [K]",
        effect_source="0.1 mg/kg: mean pressure +8.3 (6.0 to 10.8) mmHg, output +7.4 (5.2 to 9.7)"
        " % at 5 min in anaesthesia, BMC Anesthesiol 2023 [V]; more by output than by"
        " constriction, tachyphylaxis, labels [V]; shares (10 mg: resistance +9 %, contractility"
        " +20 %, rate +6 %) [K]; duration 10 to 60 min, text [V]",
    ),
    Drug(
        name="adrenaline",
        dose_unit="ug",
        bolus_usual=(10.0, 100.0),
        bolus_max=1000.0,
        infusion_unit="ug/kg/min",
        infusion_usual=(0.01, 0.5),
        infusion_max=2.0,
        dose_source="Bolus 10 to 100 ug, arrest 1 mg [K]; 0.026 to 1.67 ug/kg/min, Abboud 2009 [V]",
        kinetics_source="Clearance 9.41 (1.37) L/min in six volunteers (kinetics of infused"
        " adrenaline in man, about 1980) [V]; half life 3.5 min in septic shock, Abboud 2009 [V];"
        " 2 min in health [K]",
        effect_source="Stratton 1985: 25, 50, 100 ng/kg/min give rate +8, +12, +17 /min,"
        " resistance -31, -42, -48 % [V]; constriction from 0.3 ug/kg/min [K]",
    ),
    Drug(
        name="noradrenaline",
        dose_unit="ug",
        bolus_usual=(4.0, 16.0),
        bolus_max=20.0,
        infusion_unit="ug/kg/min",
        infusion_usual=(0.02, 1.0),
        infusion_max=3.0,
        dose_source="0.05 to 2 ug/kg/min, Br J Clin Pharmacol 2014;78:886 (children) [V]; bolus"
        " and maximum [K]",
        kinetics_source="0.2 ug/kg/min raises plasma by 7.28 ug/L, Ensinger 1992 [V]; half life 2"
        " min, clearance 3 L/min when little ill, Beloeil 2005 [V]",
        effect_source="Pressure rises from 3 nmol/L arterial, the rate falls from 9, Clin Sci"
        " 1988;75:469 [V]; 7.5 ug/min of bitartrate raises pressure by 10 mmHg or slows by 6 /min,"
        " Eich [V]; pulmonary arteriolar resistance unchanged, 13 subjects [V]; half effect at 0.2"
        " ug/kg/min [K] 0.1 to 0.4",
    ),
    Drug(
        name="dobutamine",
        dose_unit="mg",
        bolus_usual=None,
        bolus_max=0.0,
        infusion_unit="ug/kg/min",
        infusion_usual=(2.5, 20.0),
        infusion_max=40.0,
        dose_source="2.5 to 10, up to 40 ug/kg/min, renal handbook and stress protocol [V]",
        kinetics_source="Half life 2 to 4 min, 0.12 to 0.28 L/kg, renal handbook [V]",
        effect_source="10 ug/kg/min: rate 59 to 92 /min in volunteers, Clin Sci 1992;82:77 [V];"
        " failing hearts 98 to 105 /min, output 3.1 to 5.6 L/min, Am J Cardiol 1975;36:202 [V]; 64"
        " to 150 /min at 40 with atropine [V]; contractility [K]",
    ),
    Drug(
        name="atropine",
        dose_unit="mg",
        bolus_usual=(0.5, 1.0),
        bolus_max=3.0,
        infusion_unit="",
        infusion_usual=None,
        infusion_max=0.0,
        dose_source="0.5 to 1 mg, total not above 0.04 mg/kg, nursing text of ACLS [V]",
        kinetics_source="Clearance 8 mL/kg/min, 1 to 6 L/kg, UK SmPC [V]; half life 3 to 4 h and"
        " peak of the rate at 2 to 4 min, Swiss product texts [V]",
        effect_source="0.04 mg/kg: 65 to 112 /min [V]; 70 to 119 /min and vagal answer down by 82"
        " % for an hour, Braz J Med Biol Res 1985;18:303 [V]; 0.75 and 1.5 mg speed the heart,"
        " Lonnerholm 1975 [V]; the slowing by 0.25 mg is left out",
    ),
    Drug(
        name="esmolol",
        dose_unit="mg",
        bolus_usual=(20.0, 100.0),
        bolus_max=200.0,
        infusion_unit="ug/kg/min",
        infusion_usual=(50.0, 200.0),
        infusion_max=300.0,
        dose_source="0.5 mg/kg, then 50 to 300 ug/kg/min; boluses 100 to 200 mg, Clin"
        " Pharmacokinet 1995;28 [V]",
        kinetics_source="Half lives 2.03 and 9.19 min, 3.43 L/kg, 285 mL/kg/min, eight subjects,"
        " 400 ug/kg/min for 2 h [V]",
        effect_source="180 mg or more: rate -13 to -18 %, PR +13 to +22 %, half back at 8 min, 90"
        " % at 13 min, 21 men in exercise [V]; failing hearts 91 to 79 /min, EF 27 to 21 % at 16"
        " mg/min, Iskandrian 1986 [V]; effective mean 97 to 115 ug/kg/min [V]: half block at 0.30"
        " mg/L, second power [K] 0.2 to 0.5",
    ),
    Drug(
        name="nitroglycerin",
        dose_unit="ug",
        bolus_usual=(50.0, 200.0),
        bolus_max=400.0,
        infusion_unit="ug/min",
        infusion_usual=(5.0, 200.0),
        infusion_max=400.0,
        dose_source="From 5 ug/min, Sorkin 1984 [V]; 220 to 440 ug/min used, Circulation"
        " 1980;62:160 [V]; bolus [K]",
        kinetics_source="0.3 to 1 L/kg/min, 3 L/kg, 3 min, McNiff 1981 [V]",
        effect_source="21 ug/min: wedge 26 to 20, RA 12 to 8, PA 52 to 42 mmHg, output and"
        " systemic pressure unchanged, Br J Clin Pharmacol 1983 [V]; splanchnic volume +9.4 %"
        " after 0.6 mg, radionuclide plethysmography, n 12 [V]; arteries need ten times the venous"
        " dose (dog), 2002 [V]",
    ),
    Drug(
        name="nitroprusside",
        dose_unit="ug",
        bolus_usual=None,
        bolus_max=0.0,
        infusion_unit="ug/kg/min",
        infusion_usual=(0.3, 3.0),
        infusion_max=10.0,
        dose_source="0.3 to 10 ug/kg/min, product text [V]",
        kinetics_source="Half life below or about 2 min, gone 1 to 10 min after the stop [V]",
        effect_source="Aortic stenosis: 33 ug/min, resistance 1433 to 1201, LVEDP 19 to 10, Awan"
        " [V]; 1 to 3 ug/kg/min, mean pressure 99 to 80, output unchanged, n 35 [V]; 103 ug/min,"
        " index 1.60 to 2.22, Khot 2003 [V]",
    ),
    Drug(
        name="adenosine",
        dose_unit="mg",
        bolus_usual=(6.0, 12.0),
        bolus_max=18.0,
        infusion_unit="ug/kg/min",
        infusion_usual=(70.0, 140.0),
        infusion_max=210.0,
        dose_source="6, 12, at most 18 mg; 140, at most 210 ug/kg/min, JCMR 2010 [V]",
        kinetics_source="Half life below 10 s [V], 3 s used [K] 0.6 to 10; arm to heart: eight"
        " lags of 1.9 s; block 17.5 (1.0) s after an antecubital injection, Ng 1999 [V]",
        effect_source="0.24 mg/kg: block after 15 (0.5) s for 17 (3) s, Favale 1985 [V]; block"
        " needs 6 to 18 mg, Ng [V], 0.18 (0.09) mg/kg, DiMarco [V, second hand]; 50, 100, 150"
        " ug/kg/min: coronary velocity +64, +122, +198 %, mean pressure -10 (14) %, J Am Coll"
        " Cardiol 1991, doi 10.1016/0735-1097(91)90795-B [V]",
    ),
    Drug(
        name="midazolam",
        dose_unit="mg",
        bolus_usual=(1.0, 5.0),
        bolus_max=10.0,
        infusion_unit="mg/h",
        infusion_usual=(1.0, 10.0),
        infusion_max=15.0,
        dose_source="1 to 5 mg, endoscopy text [V]; infusion and maxima [K]",
        kinetics_source="4.4 mL/kg/min, 1.1 L/kg, 2.9 h, PMC1874433 [V]; two compartments,"
        " Anesthesiology 2001;95:286 [V]; peak effect 5 to 10 min, Eur Respir Rev 2013 [V]",
        effect_source="Ramsay 2 to 6 at 68, 101, 208, 304, 375 ng/mL, Anesthesiology 2001;95:286"
        " [V]; half effect 522 ng/mL at 26, 223 at 74 years, Clin Pharmacol Ther 1999;65:630 [V];"
        " 2 mg: minute volume -14.3 (5.9) %, PLOS ONE 2017 [V]; 0.15 mg/kg: pressure -10 % [V];"
        " rate answer of the baroreflex down to 58 % (rabbit) [V]",
    ),
    Drug(
        name="fentanyl",
        dose_unit="ug",
        bolus_usual=(25.0, 100.0),
        bolus_max=250.0,
        infusion_unit="ug/h",
        infusion_usual=(25.0, 200.0),
        infusion_max=400.0,
        dose_source="1 to 2 ug/kg in sedation studies [V]; infusion and maxima [K]",
        kinetics_source="0.5 to 1.2 L/min, Vss 300 to 400 L, Mather [V]; 219 min, Clin Pharmacol"
        " Ther 1980;28:106 [V]; a fifth of the peak at 5 min, Schleimer 1978 [V]; 10 to 20"
        " mL/kg/min, 2 to 4 L/kg [V]; peak effect 5 to 6 min [V]",
        effect_source="Minute volume halved at 6.1, rate at 3.5 ng/mL with CO2 free to rise, Mildh"
        " 2001 [V]; drive alone 2 ng/mL [K] 1 to 3.5; with midazolam: CO2 slope 2.14, 1.43, 0.87,"
        " and 1.47 after flumazenil (alfentanil), Anesthesiology 1996;85:713 [V]; apnea in 6 of"
        " 12, Bailey 1990 [V]",
    ),
    Drug(
        name="naloxone",
        dose_unit="mg",
        bolus_usual=(0.04, 0.4),
        bolus_max=2.0,
        infusion_unit="mg/h",
        infusion_usual=(0.1, 0.4),
        infusion_max=0.8,
        dose_source="0.04, 0.4, 2, at last 10 mg, toxicology text [V]; infusion [K]",
        kinetics_source="91 L/h; 2.87, 1.49, 33.6 L; 5.66 and 29.8 L/h, Dowling 2008 [V]; 64 min"
        " (30 to 81), label [V]",
        effect_source="Within 2 min, for 20 to 60 min, Pediatr Pharm 2002 [V]; half occupancy 1.5"
        " ng/mL [K] 1 to 5 (macaque 4.6 [V])",
    ),
    Drug(
        name="flumazenil",
        dose_unit="mg",
        bolus_usual=(0.2, 0.6),
        bolus_max=1.0,
        infusion_unit="mg/h",
        infusion_usual=(0.1, 0.4),
        infusion_max=0.5,
        dose_source="0.2, usual 0.3 to 0.6, at most 1 mg; 0.1 to 0.4 mg/h, MIMS [V]",
        kinetics_source="Half life 40 to 80 min [V]; clearance near liver flow, Miller [V]",
        effect_source="0.7 mg wakes 82 % at 5 min, Clin Ther 1992;14:861 [V]; therapeutic level 20"
        " ng/mL, Miller [V]; half occupancy 5 ng/mL [K] 2 to 10",
    ),
    Drug(
        name="lidocaine",
        dose_unit="mg",
        bolus_usual=(50.0, 200.0),
        bolus_max=300.0,
        infusion_unit="",
        infusion_usual=None,
        infusion_max=0.0,
        dose_source="Infiltration: at most 4.5 mg/kg or 300 mg, text of the label [V]",
        kinetics_source="Works in 1 to 2 min, for 60 to 120 min [V]: it leaves the site with a"
        " half life of 45 min [K] 30 to 60",
        effect_source="Half the pain gone with 40 mg at the site [K] 20 to 80; no systemic effect",
    ),
    Drug(
        name="heparin",
        dose_unit="IU",
        bolus_usual=(2000.0, 7000.0),
        bolus_max=10000.0,
        infusion_unit="IU/h",
        infusion_usual=(500.0, 1500.0),
        infusion_max=2500.0,
        dose_source="2000 to 5000 IU, [ssak_bav, ssak_pmbc]; 70 to 100 IU/kg, guideline [V]; 10"
        " 000 IU, 1992 [V]",
        kinetics_source="Half life 30, 60, 150 min after 25, 100, 400 IU/kg, guideline text [V];"
        " saturable and linear clearance, Blood 1982;60:1251 [V]; constants fitted to the three",
        effect_source="ACT linear in heparin [V]; 120 (22) to 249 (44) s after 10 000 IU, 1992,"
        " HemoTec [V]; 243 (62) s after 5000 IU, 2017 [V]; 498 to 533 s at bypass [V]; 1.5 s per"
        " IU/kg [K] 1 to 2",
    ),
    Drug(
        name="protamine",
        dose_unit="mg",
        bolus_usual=(10.0, 50.0),
        bolus_max=50.0,
        infusion_unit="mg/min",
        infusion_usual=(1.0, 5.0),
        infusion_max=5.0,
        dose_source="1 mg for 100 IU, at most 50 mg, over 10 min [V]",
        kinetics_source="Half life 4.5 min (1.9 to 18), 28 adults after bypass [V]; binding within"
        " a minute [K]",
        effect_source="1 mg binds 80 to 120 IU [V]; dog -15 mmHg [V]; dilatation by free protamine"
        " [K]",
    ),
    Drug(
        name="crystalloid",
        dose_unit="mL",
        bolus_usual=(100.0, 500.0),
        bolus_max=1000.0,
        infusion_unit="mL/h",
        infusion_usual=(50.0, 1000.0),
        infusion_max=3000.0,
        dose_source="[K]; runs in at 100 mL/min, pressure bag [K] 50 to 150",
        kinetics_source="50 to 60 % in the blood at the end of the infusion, 15 to 20 % 30 min"
        " later, Hahn 2020 [V]; constants fitted to both",
        effect_source="Volume only",
    ),
    Drug(
        name="blood",
        dose_unit="mL",
        bolus_usual=(250.0, 500.0),
        bolus_max=1000.0,
        infusion_unit="mL/h",
        infusion_usual=(100.0, 1000.0),
        infusion_max=6000.0,
        dose_source="[K]; runs in at 100 mL/min [K] 50 to 300",
        kinetics_source="Stays in the circulation",
        effect_source="Volume only; its haemoglobin is counted where the gases are",
    ),
    Drug(
        name="contrast",
        dose_unit="mL",
        bolus_usual=(5.0, 50.0),
        bolus_max=60.0,
        infusion_unit="",
        infusion_usual=None,
        infusion_max=0.0,
        dose_source="30 to 40 mL for a ventriculogram; injector 12 mL/s [K] 8 to 20",
        kinetics_source="Hyperosmolar (about 800 mOsm/kg): draws up to 1.5 times its volume [K] 1"
        " to 2 with 40 s, leaves the blood with a half life of 8 min [K] 5 to 20",
        effect_source="Pressure down within 30 s and back by 2 min; LVEDP up from 1 min, peak at 2"
        " min, for 7 min (ionic), n 50 [V]; iopamidol: LVEDP +22 % at once, +24 % at 3 min, n 25"
        " [V]; the fall is arterial dilatation, Kurnik 1985 [V], smaller with iohexol [V];"
        " resistance -12 % for 40 mL [K] 5 to 25 %",
    ),
)

DRUG_TABLE: dict[str, Drug] = {row.name: row for row in _ROWS}
DRUGS: tuple[str, ...] = tuple(DRUG_TABLE)
