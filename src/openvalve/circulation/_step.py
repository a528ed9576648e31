"""One step of the closed loop: scalars in, tuples out, linearly implicit in flows and valves.

Every valve is advanced with ``(z + a) / (1 + a + b)``, then every flow through the new opening with
``(q + dt dp/L) / (1 + dt (B|q| + R)/L)``, then every volume with the new flows: at 1 ms none
of 100,000 random patients is lost, and what leaves one compartment enters the next, so blood is
conserved to rounding (evidence: circulation_targets section 1).
"""

import math
from typing import NamedTuple

from openvalve._kernels import leaf
from openvalve.circulation._orifice import (
    AreaFraction,
    effective_area,
    opening_step,
    orifice_flow,
)
from openvalve.circulation._packed import (
    HEAD_FACTOR,
    Control,
    Packed,
    PackedBranch,
    PackedChamber,
)

__all__ = [
    "VOLUMES_COUNT",
    "Activation",
    "Infundibular",
    "Pressures",
    "State",
    "blood_volume",
    "chamber_pressure",
    "infundibular",
    "pericardial_pressure",
    "pressures",
    "rvot_pressure",
    "step",
]

LAST_DROPS_RATIO = 4.0  # suction of a chamber with nothing left, over P_empty: a choice


class State(NamedTuple):
    """The fast states: volumes (mL), septal bulge (mL), flows (mL/s), valve openings (0 to 1)."""

    v_la: float
    v_lv: float
    v_ra: float
    v_rv: float
    v_ao: float
    v_ua: float
    v_rad: float
    v_lo: float
    v_fem: float
    v_upper_veins: float
    v_lower_veins: float
    v_cava: float
    v_pr: float
    v_pa: float
    v_pv: float
    v_septum: float
    q_mitral: float
    q_aortic: float
    q_tricuspid: float
    q_pulmonary: float
    q_upper: float
    q_lower: float
    q_radial: float
    q_femoral: float
    q_trunk: float
    q_shunt: float
    z_mitral: float
    z_aortic: float
    z_tricuspid: float
    z_pulmonary: float


VOLUMES_COUNT = 15  # the first states are the volumes that hold the blood


class Activation(NamedTuple):
    """How far each chamber is activated, 0 to 1, and the pressures around the heart, mmHg."""

    ra: float
    la: float
    rv: float
    lv: float
    pleural: float
    abdominal: float


class Pressures(NamedTuple):
    """Pressures at one instant, mmHg.

    ``spread`` is that across the septum without its wall; ``r_`` the resistance with which an
    ejecting ventricle gives way, mmHg s/mL.
    """

    la: float
    lv: float
    ra: float
    rv: float
    ao: float
    ua: float
    rad: float
    lo: float
    fem: float
    upper_veins: float
    lower_veins: float
    cava: float
    pr: float
    pa: float
    pv: float
    pericardium: float
    spread: float
    r_lv: float
    r_rv: float


class Infundibular(NamedTuple):
    """The muscular outflow of the right ventricle: pressure above it and its loss coefficient."""

    rvot: float
    b: float


@leaf
def chamber_pressure(
    c: PackedChamber, volume: float, blood: float, activation: float, contractility: float
) -> float:
    """Return transmural chamber pressure, mmHg; walls that touch hold the last blood back.

    ``volume`` is what the free wall encloses: the blood, and for a ventricle the septal bulge.
    """
    d = volume - c.v0
    passive = d * (c.k1 + c.k3 * d * d)
    x = c.ees * (volume - c.vd)
    r = x * c.inv_ceiling
    systolic = contractility * x / math.sqrt(1.0 + r * r)
    touching = max(1.0 - blood * c.inv_empty, 0.0)
    resting = max(1.0 - activation, 0.0) * passive  # a potentiated beat goes beyond 1
    t2 = touching * touching
    near = min(t2, 1.0)  # below nothing the wall gets no steeper
    return resting + activation * systolic - c.empty * t2 * (1.0 + LAST_DROPS_RATIO * near * near)


@leaf
def last_drops_stiffness(c: PackedChamber, blood: float) -> float:
    """Return how much the touching walls of a nearly empty chamber stiffen it, mmHg/mL, >= 0."""
    touching = max(1.0 - blood * c.inv_empty, 0.0)
    near = min(touching, 1.0)
    cubed = near * near * near
    return 2.0 * c.empty * c.inv_empty * (touching + 3.0 * LAST_DROPS_RATIO * cubed * near * near)


@leaf
def pericardial_pressure(p: Packed, volume: float) -> float:
    """Return pericardial pressure from the volume of the chambers and of fluid, mmHg."""
    x = max(1.0 + (volume - p.peri_v0) * p.inv_peri_w8, 1.0)
    x2 = x * x
    x4 = x2 * x2
    return p.peri_p0 * (x4 * x4 - 1.0)


@leaf
def pressures(s: State, p: Packed, c: Control, e: Activation) -> Pressures:
    """Return every pressure at the instant of the state, mmHg."""
    sac = pericardial_pressure(p, s.v_la + s.v_lv + s.v_ra + s.v_rv + c.fluid) + e.pleural
    lv = chamber_pressure(p.lv, s.v_lv - s.v_septum, s.v_lv, e.lv, c.contract_lv)
    rv = chamber_pressure(p.rv, s.v_rv + s.v_septum, s.v_rv, e.rv, c.contract_rv)
    r_lv = p.give_way * max(lv, 0.0)
    r_rv = p.give_way * max(rv, 0.0)
    lv = lv - r_lv * s.q_aortic
    rv = rv - r_rv * s.q_pulmonary
    return Pressures(
        chamber_pressure(p.la, s.v_la, s.v_la, e.la, c.contract_atria) + sac,
        lv + sac,
        chamber_pressure(p.ra, s.v_ra, s.v_ra, e.ra, c.contract_atria) + sac,
        rv + sac,
        s.v_ao * p.aorta.inv_c + p.aorta.r_wall * (s.q_aortic - s.q_upper - s.q_lower) + e.pleural,
        s.v_ua * p.upper.inv_c + p.upper.pleural * e.pleural,
        s.v_rad * p.upper.line_inv_c,
        s.v_lo * p.lower.inv_c + p.lower.pleural * e.pleural + p.lower.abdominal * e.abdominal,
        s.v_fem * p.lower.line_inv_c,
        (s.v_upper_veins + c.tone_upper) * p.upper.inv_c_ven + p.upper.ven_abdominal * e.abdominal,
        (s.v_lower_veins + c.tone_lower) * p.lower.inv_c_ven + p.lower.ven_abdominal * e.abdominal,
        s.v_cava * p.cava_inv_c + e.pleural,
        s.v_pr * p.trunk.inv_c + p.trunk.r_wall * (s.q_pulmonary - s.q_trunk) + e.pleural,
        s.v_pa * p.lung_inv_c + e.pleural,
        s.v_pv * p.lung_inv_c_ven + e.pleural,
        sac,
        lv - rv,
        r_lv,
        r_rv,
    )


@leaf
def infundibular(p: Packed, pulmonary: AreaFraction, q: float, pr: float, e: float) -> Infundibular:
    """Return the outflow below the pulmonary valve, held open by the pressure inside it.

    That pressure is the trunk's and the loss of the valve at flow q.
    """
    lost = max(pulmonary.den / pulmonary.num - p.pulmonary.inv_down, 0.0)
    rvot = pr + HEAD_FACTOR * lost * lost * max(q, 0.0) * abs(q)
    held = 1.0 + max(rvot, 0.0) * p.inv_inf_hold
    open_share = held / (held - p.inf_grip * e * (2.0 - e))
    wide = HEAD_FACTOR * p.inv_inf_area * p.inv_inf_area
    return Infundibular(rvot, wide * (open_share * open_share - 1.0))


class _Half(NamedTuple):
    """Flows of one half of the body, mL/s."""

    root: float
    line: float
    bed: float
    drain: float
    cava: float


@leaf
def _half(
    b: PackedBranch,
    q_root: float,
    q_line: float,
    p_ao: float,
    p_art: float,
    p_line: float,
    p_ven: float,
    p_cava: float,
    conduct: float,
) -> _Half:
    return _Half(
        (q_root + b.g * (p_ao - p_art)) * b.ig,
        (q_line + b.line_g * (p_art - p_line)) * b.line_ig,
        (p_art - p_ven) * b.inv_r * conduct,
        (p_line - p_ven) * b.line_inv_r * conduct,
        max(p_ven - p_cava, 0.0) * b.inv_r_ven,  # the veins of limbs and neck have valves
    )


@leaf
def step(s: State, p: Packed, c: Control, e: Activation, dt: float) -> State:
    """Advance the loop by dt seconds; ``p`` is packed for the same dt."""
    x = pressures(s, p, c, e)
    mi = opening_step(p.mitral, c.mitral, s.z_mitral, s.q_mitral, x.la - x.lv)
    ao = opening_step(p.aortic, c.aortic, s.z_aortic, s.q_aortic, x.lv - x.ao)
    tr = opening_step(p.tricuspid, c.tricuspid, s.z_tricuspid, s.q_tricuspid, x.ra - x.rv)
    pu = opening_step(p.pulmonary, c.pulmonary, s.z_pulmonary, s.q_pulmonary, x.rv - x.pr)
    inf = infundibular(p, pu, s.q_pulmonary, x.pr, e.rv)
    q_mi = orifice_flow(mi, p.mitral, s.q_mitral, x.la - x.lv, 0.0, 0.0)
    # What wall and muscle resist acts on the mean of the old flow, which dp holds, and the new one;
    # what holds the last drops back is stiff, so it acts on the new one alone.
    r_ao = 0.5 * (p.aorta.r_wall + x.r_lv)
    drops = dt * last_drops_stiffness(p.lv, s.v_lv)
    q_ao = orifice_flow(
        ao, p.aortic, s.q_aortic, x.lv - x.ao + r_ao * s.q_aortic, 0.0, r_ao + drops
    )
    q_tr = orifice_flow(tr, p.tricuspid, s.q_tricuspid, x.ra - x.rv, 0.0, 0.0)
    r_pu = 0.5 * (p.trunk.r_wall + x.r_rv)
    drops = dt * last_drops_stiffness(p.rv, s.v_rv)
    q_pu = orifice_flow(
        pu, p.pulmonary, s.q_pulmonary, x.rv - x.pr + r_pu * s.q_pulmonary, inf.b, r_pu + drops
    )
    # Veins collapse where they enter the chest: flow runs down to the pressure outside them.
    outside = p.lower.ven_abdominal * e.abdominal
    up = _half(
        p.upper,
        s.q_upper,
        s.q_radial,
        x.ao,
        x.ua,
        x.rad,
        x.upper_veins,
        max(x.cava, 0.0),
        c.conduct_upper,
    )
    lo = _half(
        p.lower,
        s.q_lower,
        s.q_femoral,
        x.ao,
        x.lo,
        x.fem,
        x.lower_veins,
        max(x.cava, outside),
        c.conduct_lower,
    )
    q_cava = (x.cava - x.ra) * p.cava_inv_r
    q_trunk = (s.q_trunk + p.lung_g * (x.pr - x.pa)) * p.lung_ig
    q_lungs = (x.pa - max(x.pv, c.alveolar)) * p.lung_inv_r * c.conduct_lungs
    q_pv = (x.pv - x.la) * p.lung_inv_r_ven
    q_left = c.coronary_left * max(x.ao - max(p.squeeze * x.lv, x.ra), 0.0)
    q_right = c.coronary_right * max(x.ao - max(p.squeeze * x.rv, x.ra), 0.0)
    heart = q_left + q_right
    inner = p.shunt_gain * c.shunt_area
    q_shunt = (
        c.shunt_area
        * (s.q_shunt + inner * (x.la - x.ra))
        / (c.shunt_area + p.shunt_gain * HEAD_FACTOR * abs(s.q_shunt))
    )
    bulge = s.v_septum * p.inv_septum_bulge
    wall = (p.septum_relaxed + p.septum_gain * e.lv) * (1.0 + bulge * bulge)
    # What the free walls push back is linearly implicit: strong small hearts would swing else.
    free = e.lv * c.contract_lv * p.lv.ees + e.rv * c.contract_rv * p.rv.ees
    septum = (s.v_septum * (1.0 + p.septum_dt * free) + p.septum_dt * x.spread) / (
        1.0 + p.septum_dt * (wall + free)
    )
    return State(
        s.v_la + dt * (q_pv - q_mi - q_shunt),
        s.v_lv + dt * (q_mi - q_ao),
        s.v_ra + dt * (q_cava + heart + q_shunt - q_tr - c.effusion),
        s.v_rv + dt * (q_tr - q_pu),
        s.v_ao + dt * (q_ao - up.root - lo.root - heart),
        s.v_ua + dt * (up.root - up.line - up.bed),
        s.v_rad + dt * (up.line - up.drain),
        s.v_lo + dt * (lo.root - lo.line - lo.bed - c.bleed),
        s.v_fem + dt * (lo.line - lo.drain),
        s.v_upper_veins + dt * (up.bed + up.drain - up.cava),
        s.v_lower_veins + dt * (lo.bed + lo.drain - lo.cava),
        s.v_cava + dt * (up.cava + lo.cava + c.infusion - q_cava),
        s.v_pr + dt * (q_pu - q_trunk),
        s.v_pa + dt * (q_trunk - q_lungs),
        s.v_pv + dt * (q_lungs - q_pv),
        septum,
        q_mi,
        q_ao,
        q_tr,
        q_pu,
        up.root,
        lo.root,
        up.line,
        lo.line,
        q_trunk,
        q_shunt,
        mi.opening,
        ao.opening,
        tr.opening,
        pu.opening,
    )


@leaf
def blood_volume(s: State) -> float:
    """Return the blood in all compartments, mL."""
    heart = s.v_la + s.v_lv + s.v_ra + s.v_rv
    body = (
        s.v_ao + s.v_ua + s.v_rad + s.v_lo + s.v_fem + s.v_upper_veins + s.v_lower_veins + s.v_cava
    )
    return heart + body + s.v_pr + s.v_pa + s.v_pv


@leaf
def rvot_pressure(s: State, p: Packed, c: Control, x: Pressures, e: float) -> float:
    """Return the pressure between infundibulum and pulmonary valve at one instant, mmHg."""
    area = effective_area(p.pulmonary, c.pulmonary, s.z_pulmonary, s.q_pulmonary)
    fraction = AreaFraction(s.z_pulmonary, area, 1.0)
    b = infundibular(p, fraction, s.q_pulmonary, x.pr, e).b
    return x.rv - b * s.q_pulmonary * abs(s.q_pulmonary)
