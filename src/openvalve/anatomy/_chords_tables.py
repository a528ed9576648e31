"""Papillary muscles and chords; lengths in ring radii."""

__all__ = [
    "HEAD_SPREAD",
    "MARGINAL_PLACES",
    "MUSCLES",
    "ORIFICE_TO_MUSCLE",
    "STRUT_PLACES",
    "SUBVALVULAR_LENGTH",
]

# Two mitral muscles below the commissures, 0.9 radii to either side and a little behind [K];
# three of the tricuspid valve: anterior, posterior (inferior), septal [K].
MUSCLES = {
    "mitral": ((0.75, -0.1), (-0.75, -0.1)),
    "tricuspid": ((0.1, 0.75), (-0.7, -0.4), (0.6, -0.3)),
}
HEAD_SPREAD = 0.12  # half the distance between the four heads of a muscle [K; 0.05 to 0.2]
ORIFICE_TO_MUSCLE = 1.1  # free chord below the orifice: 17 mm in a ring of 31 mm [K; 0.9 to 1.3]
# Length left at subvalvular items 1 to 4: thickened just below the leaflets, up to a third, to the
# distal third, all with shortening to the muscle [wilkins_tab_2015, read]; in numbers [K; +-0.15].
SUBVALVULAR_LENGTH = (1.0, 0.8, 0.55, 0.25)
# Where along the free edge of each leaflet; nearly 25 chords reach a mitral valve [K].
MARGINAL_PLACES = (0.04, 0.14, 0.27, 0.40, 0.60, 0.73, 0.86, 0.96)
# (u, v): two strut chords of the anterior mitral leaflet; basal ones behind [K].
STRUT_PLACES: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "mitral": (((0.3, 0.65), (0.7, 0.65)), ((0.2, 0.55), (0.5, 0.55), (0.8, 0.55))),
    "tricuspid": (((0.3, 0.6), (0.7, 0.6)), ((0.5, 0.6),), ((0.5, 0.5),)),
}
