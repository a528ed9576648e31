"""One orifice: how a valve opens, what area it has, what flows; one division each.

Area and flow are kept as fractions N/D until the last moment: a division costs as much as ten
multiplications, and the loop has four valves.
"""

from typing import NamedTuple

from openvalve._kernels import leaf
from openvalve.circulation._packed import HEAD_FACTOR, PackedOrifice, ValveNow

__all__ = [
    "AreaFraction",
    "effective_area",
    "jet_velocity",
    "opened_area",
    "opening_step",
    "orifice_flow",
]

SHUT_FRAC = 1e-30  # an opening below this is none


class AreaFraction(NamedTuple):
    """An opening after its step, and the area ``num / den`` that goes with it, cm2."""

    opening: float
    num: float
    den: float


@leaf
def opening_step(o: PackedOrifice, v: ValveNow, z: float, q: float, dp: float) -> AreaFraction:
    """Advance the opening of a valve by one implicit step; return it with the area.

    Equation
    --------
    z' = (z + a)/(1 + a + b), a = dt Kvo max(dp, 0), b = dt (Kvc max(-dp, 0) + max(-q, 0) / V_swept)
    A = keep (A_leak + (A_open(h) - A_leak) z') + gap, A_open = A_ref (1 + k (h - r)/(h + r)).
    """
    up = o.open_dt * max(dp, 0.0)
    down = o.close_dt * max(-dp, 0.0) + o.sweep_dt * max(-q, 0.0)
    risen = (0.0 if z < SHUT_FRAC else z) + up  # denormal numbers would cost ten times the step
    grown = 1.0 + up + down
    h = v.head_per_q2 * q * q
    d1 = h + o.h_ref
    leak = v.leak * d1
    opened = max(v.area * (d1 + o.k * (h - o.h_ref)), leak)
    den = d1 * grown
    leaflets = leak * grown + (opened - leak) * risen
    return AreaFraction(risen / grown, v.keep * leaflets + v.gap * den, den)


@leaf
def orifice_flow(
    a: AreaFraction, o: PackedOrifice, q: float, dp: float, added_b: float, added_r: float
) -> float:
    """Advance the flow through an orifice by one linearly implicit step, mL/s.

    Equation
    --------
    q' = (q + g dp)/(1 + g (B |q| + R)), g = dt A/(rho l),
    B = rho/2 (1/A - 1/A_down)^2 + added_b; nothing is lost into a larger orifice.
    """
    speed = abs(q)
    lost = max(a.den - a.num * o.inv_down, 0.0)
    grown = o.gain * a.num
    num = a.num * (q * a.den + grown * dp)
    den = (
        a.num * a.den
        + o.gain * HEAD_FACTOR * lost * lost * speed
        + grown * a.num * (o.resistance + added_r + added_b * speed)
    )
    return num / den


@leaf
def opened_area(o: PackedOrifice, v: ValveNow, q: float) -> float:
    """Return the effective area of the leaflets when fully open at flow q, cm2."""
    h = v.head_per_q2 * q * q
    return v.area * (1.0 + o.k * (h - o.h_ref) / (h + o.h_ref))


@leaf
def effective_area(o: PackedOrifice, v: ValveNow, z: float, q: float) -> float:
    """Return the effective area of a valve at opening z and flow q, cm2."""
    opened = max(opened_area(o, v, q), v.leak)
    return v.keep * (v.leak + (opened - v.leak) * z) + v.gap


@leaf
def jet_velocity(o: PackedOrifice, v: ValveNow, z: float, q: float) -> float:
    """Return the velocity of the jet, m/s, signed with the flow.

    A forward jet fills the opened orifice: the moments in which the leaflets sweep open or shut
    are left out, as a reader leaves the valve clicks out of the envelope. A leak uses the area
    that is open at that moment.
    """
    forward = v.keep * max(opened_area(o, v, q), v.leak) + v.gap
    return 0.01 * q / (forward if q > 0.0 else effective_area(o, v, z, q))
