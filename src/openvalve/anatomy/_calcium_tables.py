"""How much calcium a valve holds and where it likes to lie."""

__all__ = [
    "CELL_RATIO",
    "COMMISSURAL_FRAC",
    "GROWTH_AGATSTON_CM2",
    "MOST_FRAC",
    "WILKINS_FRAC",
]

# Share of the leaflets calcified = 1 - exp(-0.6 s), s the score per cm2 of ring over the 490 per
# cm2 of women with severe stenosis (2018 in 4.12 cm2 [avc_size_2024, read]): 45 % there, 55 % in
# men (3394 in 5.15 cm2). The prototype had 50 %; no paper measures it [K; 0.4 to 0.8 for 0.6].
GROWTH_AGATSTON_CM2 = 490.0 / 0.6
MOST_FRAC = 0.8
# Wilkins calcium 1 to 4: one bright spot, margins, mid leaflet, most of it [wilkins_tab_2015,
# read]; as shares of the leaflets [K; half to twice].
WILKINS_FRAC = (0.03, 0.12, 0.30, 0.60)
# What calcified commissures add, next to them [K; half to twice].
COMMISSURAL_FRAC = {"none": 0.0, "mild": 0.04, "heavy": 0.10}
CELL_RATIO = 0.17  # width of a plate over the ring: 4 mm in 23 mm [K; 2 to 6 mm]
