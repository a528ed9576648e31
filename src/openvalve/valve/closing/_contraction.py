"""From the drawn orifice to the jet: contraction by the shape of the funnel before it."""

import math
from dataclasses import dataclass

import numpy as np

from openvalve.units import Deg, Mm, Mm2, Ratio
from openvalve.valve._orifice import LARGEST
from openvalve.valve.closing._grid import Floats, Ints
from openvalve.valve.closing._open_area import OpenArea

__all__ = ["Funnel", "contraction_ratio", "free_jet_ratio", "funnel_of", "shape_loss_ratio"]

# Nodes and weights of Gauss-Legendre quadrature on 0 to pi.
_X, _W = np.polynomial.legendre.leggauss(48)
ANGLES, WEIGHTS = 0.5 * math.pi * (_X + 1.0), 0.5 * math.pi * _W

# The layer that a real jet loses at its edge, as a thickness round the orifice. An ellipse of 5:1
# passes 5.5 +/- 1.3 % less than a circle of 1 cm2 (flachskampf_1990): 0.29 mm; nine mitral models
# lose 15 % from 1.5 to 0.5 cm2 (gilon_1996, abstract: 0.73 to 0.62, 0.87 to 0.75), part of it by
# other causes: 0.57 mm at most. Plausible 0.2 to 0.6.
LAYER_MM = 0.35
# At this size the layer and the rounding of thick edges cancel; the models were read here.
REFERENCE_MM2 = 150.0
SECTORS = 24


@dataclass(frozen=True, kw_only=True, slots=True)
class Funnel:
    """The shape before the orifice.

    Attributes
    ----------
    half_angle_deg : between wall and flow: 0 a tube, 90 a plate, above 90 turned back.
    inlet_mm2 : area of the ring, seen along the flow.
    depth_mm : from the ring to the edges of the orifice.
    """

    half_angle_deg: Deg
    inlet_mm2: Mm2
    depth_mm: Mm


def free_jet_ratio(half_angle_deg: Deg, area_ratio: Ratio = 0.0) -> Ratio:
    """Return jet over orifice of an ideal flow between converging walls.

    Equation
    --------
    Plane free-streamline flow (von Mises 1917): with walls at the angle b and the inlet's speed
    over the jet's v = C r, s = v^(pi/b) + v^(-pi/b),
    1/C = 1 + 1/pi int_0^pi sin(b x / pi) (cot(x/2) - 2 sin x / (s - 2 cos x)) dx.
    Widths become areas for round orifices, which differ by less than 3 %.
    Check: 90 deg pi/(pi + 2) = 0.611, 45 deg 0.747, 180 deg 0.5 (Borda); a tube 1.

    Parameters
    ----------
    half_angle_deg : 0 to 180; area_ratio : r, orifice over inlet, 0 to 1.
    """
    b = math.radians(min(max(half_angle_deg, 0.0), 180.0))
    r = min(max(area_ratio, 0.0), 1.0)
    if b < 1e-6 or r >= 1.0:
        return 1.0
    sine, cotangent = np.sin(b * ANGLES / math.pi), 1.0 / np.tan(0.5 * ANGLES)

    def jet(ratio: float) -> float:
        power = (ratio * r) ** (math.pi / b)
        if power < 1e-12:
            back = np.zeros_like(ANGLES)
        else:
            back = 2.0 * np.sin(ANGLES) / (power + 1.0 / power - 2.0 * np.cos(ANGLES))
        return float(1.0 / (1.0 + (WEIGHTS * sine * (cotangent - back)).sum() / math.pi))

    low, high = 0.0, 1.0  # jet(c) - c falls from positive to negative
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if jet(middle) > middle else (low, middle)
    return 0.5 * (low + high)


def shape_loss_ratio(area_mm2: Mm2, axis_ratio: Ratio) -> Ratio:
    """Return what the edge of an orifice costs its jet, against a circle of 1.5 cm2.

    A layer of 0.35 mm round an ellipse of the same axes: small and slit-like orifices have more
    edge. Check: 5:1 at 1.5 cm2 0.946; a circle of 0.5 cm2 0.917.
    """
    root = math.sqrt(max(axis_ratio, 1.0))
    h = 3.0 * ((root - 1.0 / root) / (root + 1.0 / root)) ** 2
    stretch = 0.5 * (root + 1.0 / root) * (1.0 + h / (10.0 + math.sqrt(4.0 - h)))
    edge = 2.0 * math.sqrt(math.pi / max(area_mm2, 1.0))
    whole = 1.0 - LAYER_MM * 2.0 * math.sqrt(math.pi / REFERENCE_MM2)
    return max(1.0 - LAYER_MM * edge * stretch, 0.3) / whole


def contraction_ratio(funnel: Funnel, area_mm2: Mm2, axis_ratio: Ratio = 1.0) -> Ratio:
    """Return effective over anatomic area of an orifice at the end of a funnel, at most 0.95."""
    ideal = free_jet_ratio(funnel.half_angle_deg, area_mm2 / max(funnel.inlet_mm2, area_mm2))
    return min(ideal * shape_loss_ratio(area_mm2, axis_ratio), LARGEST)


def funnel_of(nodes_mm: Floats, triangles: Ints, ring: Ints, opening: OpenArea) -> Funnel:
    """Return the funnel before the largest opening of a mesh, flow along z.

    Equation
    --------
    The half-angle is the mean of atan2(n_z, n_r) over the wall, in each direction by area and by
    the square of the flow's speed there, (r0 / r)^4, and over directions by their share of the
    orifice's edge: r0 is the orifice's radius in that direction (of the ellipse with its second
    moments), n_r the part of the normal away from it. The last orifice radius before the edge
    decides.

    Parameters
    ----------
    nodes_mm : (n, 3) opened shape; triangles : (m, 3), normals towards the outflow side.
    opening : of ``open_area`` along z.
    """
    if not opening.openings:
        return Funnel(half_angle_deg=90.0, inlet_mm2=0.0, depth_mm=0.0)
    hole = opening.openings[0]
    turn = math.radians(hole.direction_deg)
    corners = nodes_mm[triangles]
    normal = 0.5 * np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    place = corners.mean(axis=1)
    scale = np.array([0.5 * hole.long_axis_mm, max(0.5 * hole.short_axis_mm, 1e-3)])
    rotate = np.array([[math.cos(turn), math.sin(turn)], [-math.sin(turn), math.cos(turn)]])
    away = (place[:, :2] - hole.center_mm) @ rotate.T / scale
    level = np.maximum(np.sqrt((away**2).sum(axis=1)), 1.0)
    outward = away / scale
    outward /= np.linalg.norm(outward, axis=1, keepdims=True) + 1e-12
    radial = ((normal[:, :2] @ rotate.T) * outward).sum(axis=1)
    angle = np.clip(np.arctan2(normal[:, 2], radial), 0.0, math.pi)
    weight = np.linalg.norm(normal, axis=1) / level**4
    loop = nodes_mm[ring]
    after = np.roll(loop, -1, axis=0)
    inlet = 0.5 * (loop[:, 0] * after[:, 1] - loop[:, 1] * after[:, 0]).sum()
    rim = weight / level**20
    sector = np.arctan2(away[:, 1], away[:, 0]) * (0.5 * SECTORS / math.pi)
    sector = np.floor(sector).astype(np.intp) % SECTORS
    whole = np.bincount(sector, weight, SECTORS)
    means = np.bincount(sector, weight * angle, SECTORS) / np.maximum(whole, 1e-300)
    middles = 2.0 * math.pi * (np.arange(SECTORS) + 0.5) / SECTORS
    edge = np.hypot(scale[0] * np.sin(middles), scale[1] * np.cos(middles)) * (whole > 0.0)
    return Funnel(
        half_angle_deg=math.degrees(float((edge * means).sum() / edge.sum())),
        inlet_mm2=abs(float(inlet)),
        depth_mm=float((rim * place[:, 2]).sum() / rim.sum() - loop[:, 2].mean()),
    )
