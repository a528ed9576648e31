"""One step of the closed loop: scalars in, tuples out, linearly implicit in flows and valves.

Every valve is advanced with ``(z + a) / (1 + a + b)``, then every flow through the new opening with
``(q + dt dp/L) / (1 + dt (B|q| + R)/L)``, then every volume with the new flows: no random patient
fails at 1 ms, and what leaves one compartment enters the next, so blood is conserved to rounding
(evidence: circulation_targets section 1).
"""

import math
from typing import NamedTuple

from openvalve._kernels import leaf
from openvalve.circulation._parameters import Chamber, CirculationParams, Orifice
from openvalve.units import DENSITY_BLOOD_G_ML, MMHG_PER_DYN_CM2

__all__ = ["HEAD_FACTOR", "Activation", "Packed", "Pressures", "State", "pack", "pressures", "step"]

RHO_MMHG = DENSITY_BLOOD_G_ML * MMHG_PER_DYN_CM2  # mmHg s2/cm2
HEAD_FACTOR = 0.5 * RHO_MMHG  # head in mmHg = factor * (q/A)^2, q in mL/s, A in cm2
AREA_FLOOR_CM2 = 1e-4  # a shut valve; 100 mmHg drive 0.05 mL/s through it


class PackedChamber(NamedTuple):
    """A chamber as the kernel reads it: reciprocal of the ceiling precomputed."""

    ees: float
    vd: float
    inv_ceiling: float
    v0: float
    k1: float
    k3: float


class PackedOrifice(NamedTuple):
    """A valve as the kernel reads it."""

    area: float
    leak: float
    inv_down: float
    k: float
    h_ref: float
    head_per_q2: float
    kvo: float
    kvc: float
    rho_length: float
    resistance: float


class PackedBed(NamedTuple):
    """A vascular bed as the kernel reads it: compliances, resistances, inertance inverted."""

    inv_c_root: float
    inv_l: float
    r_root: float
    r_wall: float
    inv_c_art: float
    inv_r: float
    inv_c_ven: float
    inv_r_ven: float


class Packed(NamedTuple):
    """All constants of one patient in the form the kernel reads."""

    la: PackedChamber
    lv: PackedChamber
    ra: PackedChamber
    rv: PackedChamber
    mitral: PackedOrifice
    aortic: PackedOrifice
    tricuspid: PackedOrifice
    pulmonary: PackedOrifice
    sys: PackedBed
    pul: PackedBed
    peri_p0: float
    peri_v0: float
    inv_peri_w8: float
    inf_area: float
    inf_grip: float
    inv_inf_hold: float


class State(NamedTuple):
    """The twenty states: volumes (mL), flows (mL/s), valve openings (0 to 1)."""

    v_la: float
    v_lv: float
    v_ra: float
    v_rv: float
    v_ao: float
    v_sa: float
    v_sv: float
    v_pr: float
    v_pa: float
    v_pv: float
    q_mitral: float
    q_aortic: float
    q_tricuspid: float
    q_pulmonary: float
    z_mitral: float
    z_aortic: float
    z_tricuspid: float
    z_pulmonary: float
    q_root: float
    q_trunk: float


class Activation(NamedTuple):
    """How far atria and ventricles are activated, 0 to 1."""

    atria: float
    ventricles: float


class Pressures(NamedTuple):
    """Pressures at one instant, mmHg; ``rvot`` lies between infundibulum and pulmonary valve."""

    la: float
    lv: float
    ra: float
    rv: float
    ao: float
    sa: float
    sv: float
    pr: float
    pa: float
    pv: float
    rvot: float
    infundibulum_b: float
    pericardium: float


def _pack_chamber(c: Chamber) -> PackedChamber:
    return PackedChamber(
        ees=c.ees_mmhg_ml,
        vd=c.dead_volume_ml,
        inv_ceiling=1.0 / c.ceiling_mmhg,
        v0=c.rest_volume_ml,
        k1=c.stiffness_mmhg_ml,
        k3=c.stiffening_mmhg_ml3,
    )


def _pack_orifice(o: Orifice) -> PackedOrifice:
    return PackedOrifice(
        area=o.area_effective_cm2,
        leak=max(o.area_leak_cm2, AREA_FLOOR_CM2),
        inv_down=0.0 if o.area_downstream_cm2 <= 0.0 else 1.0 / o.area_downstream_cm2,
        k=o.opening_elasticity_ratio,
        h_ref=o.reference_head_mmhg,
        head_per_q2=HEAD_FACTOR / o.area_effective_cm2**2,
        kvo=o.opening_rate_per_mmhg_s,
        kvc=o.closing_rate_per_mmhg_s,
        rho_length=RHO_MMHG * o.length_cm,
        resistance=o.resistance_mmhg_s_ml,
    )


def pack(params: CirculationParams) -> Packed:
    """Return the constants in the form the kernel reads."""
    beds = [
        PackedBed(
            inv_c_root=1.0 / b.root_compliance_ml_mmhg,
            inv_l=1.0 / b.root_inertance_mmhg_s2_ml,
            r_root=b.root_resistance_mmhg_s_ml,
            r_wall=b.root_wall_resistance_mmhg_s_ml,
            inv_c_art=1.0 / b.arterial_compliance_ml_mmhg,
            inv_r=1.0 / b.resistance_mmhg_s_ml,
            inv_c_ven=1.0 / b.venous_compliance_ml_mmhg,
            inv_r_ven=1.0 / b.venous_resistance_mmhg_s_ml,
        )
        for b in (params.systemic, params.lungs)
    ]
    return Packed(
        la=_pack_chamber(params.la),
        lv=_pack_chamber(params.lv),
        ra=_pack_chamber(params.ra),
        rv=_pack_chamber(params.rv),
        mitral=_pack_orifice(params.mitral),
        aortic=_pack_orifice(params.aortic),
        tricuspid=_pack_orifice(params.tricuspid),
        pulmonary=_pack_orifice(params.pulmonary),
        sys=beds[0],
        pul=beds[1],
        peri_p0=params.pericardium.pressure_scale_mmhg,
        peri_v0=params.pericardium.slack_volume_ml,
        inv_peri_w8=1.0 / (8.0 * params.pericardium.stiffening_volume_ml),
        inf_area=params.infundibulum.area_open_cm2,
        inf_grip=params.infundibulum.grip_frac,
        inv_inf_hold=1.0 / params.infundibulum.holding_pressure_mmhg,
    )


@leaf
def chamber_pressure(c: PackedChamber, volume: float, activation: float) -> float:
    """Return transmural chamber pressure, mmHg."""
    d = volume - c.v0
    passive = d * (c.k1 + c.k3 * d * d)
    x = c.ees * (volume - c.vd)
    r = x * c.inv_ceiling
    systolic = x / math.sqrt(1.0 + r * r)
    return passive + activation * (systolic - passive)


@leaf
def pericardial_pressure(p0: float, v0: float, inv_w8: float, volume: float) -> float:
    """Return pericardial pressure from the volume of the four chambers, mmHg."""
    x = max(1.0 + (volume - v0) * inv_w8, 1.0)
    x2 = x * x
    x4 = x2 * x2
    return p0 * (x4 * x4 - 1.0)


@leaf
def valve_area(o: PackedOrifice, z: float, q: float) -> float:
    """Return the effective area of a valve at opening z and flow q, cm2."""
    h = o.head_per_q2 * q * q
    opened = o.area * (1.0 + o.k * (h - o.h_ref) / (h + o.h_ref))
    return max(o.leak, o.leak + (opened - o.leak) * z)


@leaf
def jet_velocity(o: PackedOrifice, z: float, q: float) -> float:
    """Return the velocity of the jet, m/s, signed with the flow.

    A forward jet fills the opened orifice: the moments in which the leaflets sweep open or shut
    are left out, as a reader leaves the valve clicks out of the envelope. A leak uses the area
    that is open at that moment.
    """
    h = o.head_per_q2 * q * q
    opened = o.area * (1.0 + o.k * (h - o.h_ref) / (h + o.h_ref))
    return 0.01 * q / (opened if q > 0.0 else max(o.leak, o.leak + (opened - o.leak) * z))


@leaf
def loss_coefficient(area: float, inv_down: float) -> float:
    """Return B of the lost head, mmHg/(mL/s)^2; nothing is lost into a larger orifice."""
    d = max(1.0 / area - inv_down, 0.0)
    return HEAD_FACTOR * d * d


@leaf
def valve_flow(
    q: float, dp: float, area: float, b: float, rho_length: float, resistance: float, dt: float
) -> float:
    """Advance the flow through a valve by one linearly implicit step, mL/s."""
    g = dt * area / rho_length
    return (q + g * dp) / (1.0 + g * (b * abs(q) + resistance))


@leaf
def valve_opening(o: PackedOrifice, z: float, dp: float, dt: float) -> float:
    """Advance the opening of a valve by one implicit step, 0 to 1."""
    a = dt * o.kvo * max(dp, 0.0)
    b = dt * o.kvc * max(-dp, 0.0)
    return (z + a) / (1.0 + a + b)


@leaf
def pressures(s: State, p: Packed, e: Activation) -> Pressures:
    """Return every pressure at the instant of the state, mmHg."""
    peri = pericardial_pressure(
        p.peri_p0, p.peri_v0, p.inv_peri_w8, s.v_la + s.v_lv + s.v_ra + s.v_rv
    )
    rv = chamber_pressure(p.rv, s.v_rv, e.ventricles) + peri
    pr = s.v_pr * p.pul.inv_c_root + p.pul.r_wall * (s.q_pulmonary - s.q_trunk)
    # The infundibulum is held open by the pressure beyond it, estimated from trunk and valve.
    a_pul = valve_area(p.pulmonary, s.z_pulmonary, s.q_pulmonary)
    drop = loss_coefficient(a_pul, p.pulmonary.inv_down) * s.q_pulmonary * abs(s.q_pulmonary)
    rvot = pr + max(drop, 0.0)
    squeeze = e.ventricles * (2.0 - e.ventricles)
    a_inf = p.inf_area * (1.0 - p.inf_grip * squeeze / (1.0 + max(rvot, 0.0) * p.inv_inf_hold))
    b_inf = HEAD_FACTOR / (a_inf * a_inf) - HEAD_FACTOR / (p.inf_area * p.inf_area)
    flowing = rv - b_inf * s.q_pulmonary * abs(s.q_pulmonary)
    return Pressures(
        chamber_pressure(p.la, s.v_la, e.atria) + peri,
        chamber_pressure(p.lv, s.v_lv, e.ventricles) + peri,
        chamber_pressure(p.ra, s.v_ra, e.atria) + peri,
        rv,
        s.v_ao * p.sys.inv_c_root + p.sys.r_wall * (s.q_aortic - s.q_root),
        s.v_sa * p.sys.inv_c_art,
        s.v_sv * p.sys.inv_c_ven,
        pr,
        s.v_pa * p.pul.inv_c_art,
        s.v_pv * p.pul.inv_c_ven,
        flowing,
        b_inf,
        peri,
    )


@leaf
def step(s: State, p: Packed, e: Activation, dt: float) -> State:
    """Advance the loop by dt seconds."""
    x = pressures(s, p, e)
    dp_mi = x.la - x.lv
    dp_ao = x.lv - x.ao
    dp_tr = x.ra - x.rv
    dp_pu = x.rv - x.pr
    z_mi = valve_opening(p.mitral, s.z_mitral, dp_mi, dt)
    a_mi = valve_area(p.mitral, z_mi, s.q_mitral)
    z_ao = valve_opening(p.aortic, s.z_aortic, dp_ao, dt)
    a_ao = valve_area(p.aortic, z_ao, s.q_aortic)
    z_tr = valve_opening(p.tricuspid, s.z_tricuspid, dp_tr, dt)
    a_tr = valve_area(p.tricuspid, z_tr, s.q_tricuspid)
    z_pu = valve_opening(p.pulmonary, s.z_pulmonary, dp_pu, dt)
    a_pu = valve_area(p.pulmonary, z_pu, s.q_pulmonary)
    q_mi = valve_flow(
        s.q_mitral,
        dp_mi,
        a_mi,
        loss_coefficient(a_mi, p.mitral.inv_down),
        p.mitral.rho_length,
        p.mitral.resistance,
        dt,
    )
    q_ao = valve_flow(
        s.q_aortic,
        dp_ao + p.sys.r_wall * s.q_aortic,  # the wall's share is implicit, so taken out here
        a_ao,
        loss_coefficient(a_ao, p.aortic.inv_down),
        p.aortic.rho_length,
        p.aortic.resistance + p.sys.r_wall,
        dt,
    )
    q_tr = valve_flow(
        s.q_tricuspid,
        dp_tr,
        a_tr,
        loss_coefficient(a_tr, p.tricuspid.inv_down),
        p.tricuspid.rho_length,
        p.tricuspid.resistance,
        dt,
    )
    q_pu = valve_flow(
        s.q_pulmonary,
        dp_pu + p.pul.r_wall * s.q_pulmonary,
        a_pu,
        loss_coefficient(a_pu, p.pulmonary.inv_down) + x.infundibulum_b,
        p.pulmonary.rho_length,
        p.pulmonary.resistance + p.pul.r_wall,
        dt,
    )
    g_root = dt * p.sys.inv_l
    q_root = (s.q_root + g_root * (x.ao - x.sa)) / (1.0 + g_root * p.sys.r_root)
    g_trunk = dt * p.pul.inv_l
    q_trunk = (s.q_trunk + g_trunk * (x.pr - x.pa)) / (1.0 + g_trunk * p.pul.r_root)
    q_sys = (x.sa - x.sv) * p.sys.inv_r
    q_cav = (x.sv - x.ra) * p.sys.inv_r_ven
    q_pul = (x.pa - x.pv) * p.pul.inv_r
    q_pvn = (x.pv - x.la) * p.pul.inv_r_ven
    return State(
        s.v_la + dt * (q_pvn - q_mi),
        s.v_lv + dt * (q_mi - q_ao),
        s.v_ra + dt * (q_cav - q_tr),
        s.v_rv + dt * (q_tr - q_pu),
        s.v_ao + dt * (q_ao - q_root),
        s.v_sa + dt * (q_root - q_sys),
        s.v_sv + dt * (q_sys - q_cav),
        s.v_pr + dt * (q_pu - q_trunk),
        s.v_pa + dt * (q_trunk - q_pul),
        s.v_pv + dt * (q_pul - q_pvn),
        q_mi,
        q_ao,
        q_tr,
        q_pu,
        z_mi,
        z_ao,
        z_tr,
        z_pu,
        q_root,
        q_trunk,
    )
