"""Thickness and stiffness of diseased leaflets and chords, by what was reported of them."""

__all__ = [
    "AGES_YEARS",
    "CALCIFIC_EDGE_MM",
    "CHORD_SECTION_MM2",
    "DYSPLASTIC_RATIO",
    "EDGE_MM",
    "MIDDLE_RATIO",
    "STIFFENED_FRAC",
    "STIFFENED_RATIO",
    "THIN_RING_MM",
    "WILKINS_BODY_MM",
    "WILKINS_EDGE_MM",
]

AGES_YEARS = (10.0, 40.0, 75.0)
# Closing edge at those ages: aortic nodule 0.67, 0.87, 1.42, of which the edge is about half at
# rest of its length; anterior and posterior mitral edge [sahasakul_1988, read]; pulmonary 0.4 +-
# 0.3 and tricuspid 0.9 +- 0.3 from 60 years [chida_1994, read], younger in the aortic proportion.
EDGE_MM = {
    "aortic": (0.67, 0.87, 1.42),
    "mitral": (1.30, 1.60, 3.20),
    "pulmonary": (0.30, 0.33, 0.40),
    "tricuspid": (0.50, 0.60, 0.90),
}
MIDDLE_RATIO = 0.75  # the middle is at least a quarter thinner than the edge [sahasakul_1988, read]
CALCIFIC_EDGE_MM = 1.6  # stiff cusps of a calcific valve, the whole of them [K; 0.5 to 2]
# Bulky cusps, about as thick as the reduced model takes them (2.5 times) [K; 1.6 to 3.3].
DYSPLASTIC_RATIO = 2.5
THIN_RING_MM = 22.0  # below it congenital leaflets are thinner in proportion [K]
# Wilkins thickening 1 to 4: 4-5 mm, margins 5-8, whole leaflet 5-8, over 8-10 by echo
# [wilkins_tab_2015, read]. Echo blooms: taken as half of it [K; 0.3 to 0.8 of it].
WILKINS_EDGE_MM = (2.2, 3.2, 3.4, 4.6)
WILKINS_BODY_MM = (1.4, 1.6, 3.0, 4.4)
# Wilkins mobility 1 to 4: only tips restricted, middle and base normal, moves from the base, none
# [wilkins_tab_2015, read]: how far the stiff part comes from the edge, and how stiff [K; +-50 %].
STIFFENED_FRAC = (0.2, 0.45, 0.75, 1.0)
STIFFENED_RATIO = (1.0, 1.5, 2.0, 3.0)
# Section of one chord at subvalvular items 1 to 4: 0.5 mm2, thickened and fused after [K].
CHORD_SECTION_MM2 = (0.5, 0.8, 1.4, 2.2)
