"""What binds a valve: its bonds by morphology, and constants that no source of ours measured.

Strengths stand against a rheumatic mitral commissure of Wilkins score 8, whose line tension is the
population parameter ``bond_strength_n_mm``. ``[K]`` marks what is judged, not read.
"""

__all__ = [
    "AVULSION_POWER",
    "BONDS",
    "HEAVY_COMMISSURE_LOG_STRENGTH",
    "KIND_STRENGTH",
    "LEAFLET_THICKNESS_MM",
    "MITRAL_BONDS",
    "REFERENCE_AGATSTON",
    "REFERENCE_SCORE",
    "RING_GIVE_RATIO",
    "SCORE_LOG_THICKNESS",
    "VALVE_CLASSES",
]

VALVE_CLASSES = ("rheumatic", "calcific", "congenital", "pulmonary")

# The bonds round an orifice, by morphology; each frees an equal share of the perimeter.
MITRAL_BONDS = ("commissure", "commissure")
BONDS = {
    "tricuspid": ("commissure", "commissure", "commissure"),
    "domed": ("commissure", "commissure", "commissure"),
    "bicuspid_0": ("commissure", "commissure"),
    "bicuspid_1": ("commissure", "commissure", "raphe"),
    "bicuspid_2": ("commissure", "raphe", "raphe"),
    "unicuspid": ("commissure", "raphe", "raphe"),
    "dysplastic": ("leaflet", "leaflet", "leaflet"),
}
# A raphe is a seam of two grown leaflets, between a commissure and a leaflet [K; 1.2 to 2]. The
# whole thick leaflet of a dysplastic valve must part: two to three times as thick [K; 2 to 4].
# Calcium: visible fractures in 22 and split commissures in 11 of 39 calcific valves under 15 to
# 25 mm balloons [mckay_pm_1987, safian_1987, read] put both near 3 N/mm [K; 1.5 to 3 times].
KIND_STRENGTH = {"commissure": 1.0, "raphe": 1.4, "leaflet": 3.0, "calcium": 2.1, "sealed": 2.7}

# Leaflet thickness at ages 10, 40 and 75: closing edge of the anterior mitral leaflet; nodule of
# the aortic one [sahasakul_1988, read]; pulmonary and tricuspid as aortic [K].
LEAFLET_THICKNESS_MM = {"mitral": (1.30, 1.60, 3.20), "aortic": (0.67, 0.87, 1.42)}
# Congenital bonds are thinner than rheumatic ones, 0.67 against 1.3 mm at the edge, and thinner
# still in a small ring (strength goes as ring size below 22 mm) [sahasakul_1988; K; 0.4 to 0.8].
THIN_STRENGTH_RATIO = 0.6
THIN_RING_MM = 22.0
# One Wilkins point: thickness grades 4-5, 5-8, over 8 mm over four items of four [K; 0.08-0.16].
# The leaflet solver asks for less (SD tied in ln area 0.234 with 0.12, 0.196 with 0.08),
# papers cannot tell: 1.0 and 0.8 cm2 grew 2.2 and 2.1 times to score 8 and above [palacios_1995].
SCORE_LOG_THICKNESS = 0.08
REFERENCE_SCORE = 8.0
# Women 2018, men 3394 with high-gradient stenosis [avc_size_2024, read]; strength as its power.
REFERENCE_AGATSTON = 2500.0
# More calcium is stronger, not springier: what has cracked stays. Papers cannot tell; the leaflet
# solver finds 0 or less (SD tied in ln area 0.131 with 0, 0.138 with 0.1, 0.151 with 0.25).
CALCIUM_LOG_STRENGTH = 0.1  # [K; 0 to 0.5]
# Bilateral split rarer with calcium of a commissure, one or none opens [rafla_2020, read; sizes K].
HEAVY_COMMISSURE_LOG_STRENGTH = {"none": 0.0, "mild": 0.12, "heavy": 0.35}
# Bulky leaflets of a dysplastic valve spring back: gradient 58 to 47 mmHg in 5 [musewe_1987,
# read]. As thickness (log of 2.5) [K; 0.5 to 1.2].
DYSPLASTIC_LOG_THICKNESS = 0.9
# A second balloon gains less in the same valve: 0.20 against 0.31 cm2 [koning_repeat, read],
# 1.96 to 2.01 against 2.12 cm2 [pmmc_prior_2003, read]. As thickness (log).
PRIOR_LOG_THICKNESS = 0.2
# A pulmonary ring moves by 25 % of its diameter in the beat [lo_1991, read], so it lets a balloon
# of that much more through before it bears; other rings move by 2 to 4 % [annulus_4d, read].
RING_GIVE_RATIO = {"pulmonary": 1.25, "aortic": 1.0, "mitral": 1.0, "tricuspid": 1.0}
# Leaflets of a calcific valve are thick scar: no mid-leaflet tear in 39 [mckay_pm_1987, read], one
# avulsion; so they are stronger than a rheumatic leaflet [K; 1.3 to 3].
CALCIFIC_LEAFLET_RATIO = 1.6
# Beyond the ring the seam's outer end is the wall itself [prototype_mechanics section 3]: the
# leaflets' load grows as this power of balloon over ring [K; 1 to 4].
AVULSION_POWER = 2.0
