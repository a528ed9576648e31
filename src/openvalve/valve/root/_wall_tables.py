"""What the wall of the aortic root is made of: tissue, strength, thickness, surroundings.

No coupon of the outflow tract's wall was found; the ascending aorta stands in for it, by age
[sherifova_2019, table 1, read].
"""

from openvalve.units import Deg, Mm, Mm2, Mmhg, MPa, Ratio, Years
from openvalve.valve.shell import Family, Tissue

__all__ = [
    "ADULT_RING_MM",
    "CALCIUM_RATIO",
    "CONDUCTION_DEPTH_MM",
    "CONDUCTION_WIDTH_MM",
    "CONTAINED_MM2",
    "END_MPA",
    "OLD_SD_RATIO",
    "PEAK_MM2",
    "REST_MMHG",
    "RIGHT_NON_DEG",
    "RING_HALF_MM",
    "SURROUNDING_MPA",
    "WALL_MM",
    "WALL_OLD",
    "WALL_YOUNG",
    "YOUNG_SD_RATIO",
    "YOUNG_YEARS",
]

# Strips of healthy ascending aorta fail round at 2.18 MPa and stretch 2.35, along at 1.14 and 2.00,
# below 35 years; at 1.20 and 0.66 MPa above, where the stretch is not printed: that of walls as
# strong, of aneurysms, 1.80 and 1.58, is taken. Amplitudes meet these four points exactly, stress
# as Cauchy stress [K; the table does not say]. Matrix 0.05 MPa [K; 0.02 to 0.08, elastin]; exponent
# 4 up to stretch 1.2 [K; 2 to 8 and 1.1 to 1.3]: there the old wall has 0.8 MPa a strain, and 0.9
# follows from 72 kPa and a pulse of 1.04 in old aortas [thoracic_aorta_2020, read; derived].
WALL_OLD = Tissue(
    shear_mpa=0.05,
    round=Family(stress_mpa=0.03261, exponent=4.0, lock_frac=0.22, strength_mpa=1.20),
    radial=Family(stress_mpa=0.03491, exponent=4.0, lock_frac=0.22, strength_mpa=0.66),
)
WALL_YOUNG = Tissue(
    shear_mpa=0.05,
    round=Family(stress_mpa=0.01653, exponent=4.0, lock_frac=0.22, strength_mpa=2.18),
    radial=Family(stress_mpa=0.01753, exponent=4.0, lock_frac=0.22, strength_mpa=1.14),
)
YOUNG_YEARS: Years = 35.0
# 0.24 of 2.18 and 0.20 of 1.20 MPa; whether the table prints SD or SE it does not say [K; 0.1 to
# 0.3].
YOUNG_SD_RATIO: Ratio = 0.11
OLD_SD_RATIO: Ratio = 0.17
# Thoracic aorta fails at 1.99 +/- 0.91 N/mm [aorta_strips_2016, read], over 1.20 MPa [K; 1.2 to
# 2.5].
# A smaller ring than an adult's has a wall in proportion, so that its stress is the same [K].
WALL_MM: Mm = 1.7
ADULT_RING_MM: Mm = 20.0
# A nodule of homogenised calcium has 10 to 60 MPa in models [mem]; the wall starts at 0.3 [K].
CALCIUM_RATIO: Ratio = 40.0
# Tissue round the root as a soft whole of shear modulus G: 2 G u / R [K; 0.003 to 0.03]. Both ends
# go on as wall: a spring an mm of end, as that of the ring of the leaflets [K; 0.1 to 1].
SURROUNDING_MPA: MPa = 0.01
END_MPA: MPa = 0.30
# The ring is no wire: its cable is spread over so much wall on either side [K; 1.5 to 4].
RING_HALF_MM: Mm = 2.5
# Pressure under which the shape was seen, diastole of the aorta [K; 60 to 120].
REST_MMHG: Mmhg = 80.0
# Membranous septum 10.2 +/- 3.1 mm wide, its lower margin, on which the conduction axis runs,
# 2.1 +/- 2.1 mm below the ring's plane (107 patients before TAVI [clin_anat_2018, read]); below the
# commissure of the right and non-coronary cusps [read]. Within one SD of it.
CONDUCTION_WIDTH_MM: Mm = 10.2
CONDUCTION_DEPTH_MM: tuple[Mm, Mm] = (0.0, 4.2)
# The drawn seam at 90 degrees is that of right and left cusps, which a raphe most often joins; seen
# from downstream the left, the non-coronary and the right cusp follow counter-clockwise [K].
RIGHT_NON_DEG: Deg = 330.0
# A tear that would not reach further is covered by what lies on the wall [K; 5 to 50 mm2].
CONTAINED_MM2: Mm2 = 20.0
# Peaks are means over the highest so much of wall, about what a coupon tears in and a few times the
# square of its thickness [K; 3 to 30 mm2].
PEAK_MM2: Mm2 = 10.0
