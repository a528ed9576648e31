"""Bonds: what holds the two sides of a seam together until it tears, and never heals.

The line force rises to the peak q at the opening q/k, falls straight to nothing at d = 2 G/q, and
returns along the line through the origin; the area below is the opening energy G.
"""

from openvalve._kernels import leaf

__all__ = ["BOND", "ONSET_FRAC", "bond_loss", "bond_secant"]

BOND = ("peak_n", "onset_mm", "final_mm")  # of a bond: line force times its length of seam
# Share of the final opening at which the peak is reached: a penalty, small beside the mesh.
ONSET_FRAC = 0.1  # 0.02 to 0.2: stiffer bonds only cost steps


@leaf
def bond_secant(largest: float, peak: float, onset: float, final: float) -> float:
    """Return force over opening of a bond whose largest opening so far is ``largest``, N/mm."""
    if largest <= onset:
        return peak / onset
    if largest >= final:
        return 0.0
    return peak * (final - largest) / ((final - onset) * largest)


@leaf
def bond_loss(largest: float, peak: float, onset: float, final: float) -> float:
    """Return the energy that a bond has spent for good, mJ; peak final/2 once it is torn."""
    if largest <= onset:
        return 0.0
    if largest >= final:
        return 0.5 * peak * final
    tip = peak * (final - largest) / (final - onset)
    return 0.5 * (peak * largest - tip * onset)
