"""What the kernels read: all numbers of one patient as flat tuples of floats.

``Packed`` never changes during a run. ``Control`` is what breathing, reflexes, drugs and the
operator change, every 20 ms. ``Beats`` holds the last two contractions of each chamber.
"""

from typing import NamedTuple

from openvalve.circulation._parameters import (
    Branch,
    Chamber,
    CirculationParams,
    Orifice,
    Root,
)
from openvalve.units import DENSITY_BLOOD_G_ML, MMHG_PER_DYN_CM2, S

__all__ = [
    "AREA_FLOOR_CM2",
    "HEAD_FACTOR",
    "RHO_MMHG",
    "WINDOW_S",
    "Control",
    "Packed",
    "PackedBranch",
    "PackedChamber",
    "PackedOrifice",
    "PackedRoot",
    "ValveNow",
    "pack",
    "resting_control",
    "valve_now",
]

RHO_MMHG = DENSITY_BLOOD_G_ML * MMHG_PER_DYN_CM2  # mmHg s2/cm2
HEAD_FACTOR = 0.5 * RHO_MMHG  # head in mmHg = factor * (q/A)^2, q in mL/s, A in cm2
AREA_FLOOR_CM2 = 1e-4  # a shut valve; 100 mmHg drive 0.05 mL/s through it
WINDOW_S = 0.02  # what is slow steps this often
SHUNT_LENGTH_CM = 1.0


class PackedChamber(NamedTuple):
    """A chamber as the kernel reads it: reciprocal of the ceiling precomputed."""

    ees: float
    vd: float
    inv_ceiling: float
    v0: float
    k1: float
    k3: float
    inv_empty: float
    empty: float


class PackedOrifice(NamedTuple):
    """What stays of a valve when its areas change; rates and inertance times the tick."""

    inv_down: float
    k: float
    h_ref: float
    open_dt: float
    close_dt: float
    sweep_dt: float  # dt / V_swept
    gain: float  # dt / (rho l): flow per mmHg and cm2 in one tick
    resistance: float


class PackedRoot(NamedTuple):
    """A great artery."""

    inv_c: float
    r_wall: float


class PackedBranch(NamedTuple):
    """Half of the body; ``g`` is dt/L, ``ig`` is 1/(1 + g R)."""

    g: float
    ig: float
    inv_c: float
    inv_r: float
    pleural: float
    abdominal: float
    line_g: float
    line_ig: float
    line_inv_c: float
    line_inv_r: float
    inv_c_ven: float
    inv_r_ven: float
    ven_abdominal: float


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
    aorta: PackedRoot
    upper: PackedBranch
    lower: PackedBranch
    trunk: PackedRoot
    cava_inv_c: float
    cava_inv_r: float
    lung_g: float
    lung_ig: float
    lung_inv_c: float
    lung_inv_r: float
    lung_inv_c_ven: float
    lung_inv_r_ven: float
    squeeze: float
    give_way: float
    septum_relaxed: float
    septum_gain: float
    septum_dt: float
    inv_septum_bulge: float
    peri_p0: float
    peri_v0: float
    inv_peri_w8: float
    inf_area: float
    inv_inf_area: float
    inf_grip: float
    inv_inf_hold: float
    shunt_gain: float


class ValveNow(NamedTuple):
    """A valve in this window.

    ``keep`` is the share of its orifice that a balloon leaves; ``gap`` the open area beside the
    balloon, weighted with the share that it takes.
    """

    area: float
    leak: float
    head_per_q2: float
    keep: float
    gap: float


class Control(NamedTuple):
    """What changes every 20 ms; neutral in ``resting_control``.

    Pressures are relative to a resting end of expiration and run on at ``..._rate`` mmHg/s inside
    the window; ``conduct_...`` multiply conductances, ``contract_...`` the systolic pressure;
    ``tone_...`` add to the stressed volume of the veins.
    """

    pleural: float
    pleural_rate: float
    abdominal: float
    abdominal_rate: float
    alveolar: float
    conduct_upper: float
    conduct_lower: float
    conduct_lungs: float
    tone_upper: float
    tone_lower: float
    contract_lv: float
    contract_rv: float
    contract_atria: float
    coronary_left: float
    coronary_right: float
    mitral: ValveNow
    aortic: ValveNow
    tricuspid: ValveNow
    pulmonary: ValveNow
    shunt_area: float
    fluid: float
    infusion: float
    bleed: float
    effusion: float


def _pack_chamber(c: Chamber) -> PackedChamber:
    return PackedChamber(
        ees=c.ees_mmhg_ml,
        vd=c.dead_volume_ml,
        inv_ceiling=1.0 / c.ceiling_mmhg,
        v0=c.rest_volume_ml,
        k1=c.stiffness_mmhg_ml,
        k3=c.stiffening_mmhg_ml3,
        inv_empty=1.0 / c.touching_volume_ml,
        empty=c.emptied_mmhg,
    )


def _pack_orifice(o: Orifice, dt: float) -> PackedOrifice:
    return PackedOrifice(
        inv_down=0.0 if o.area_downstream_cm2 <= 0.0 else 1.0 / o.area_downstream_cm2,
        k=o.opening_elasticity_ratio,
        h_ref=o.reference_head_mmhg,
        open_dt=dt * o.opening_rate_per_mmhg_s,
        close_dt=dt * o.closing_rate_per_mmhg_s,
        sweep_dt=0.0 if o.swept_volume_ml <= 0.0 else dt / o.swept_volume_ml,
        gain=dt / (RHO_MMHG * o.length_cm),
        resistance=o.resistance_mmhg_s_ml,
    )


def _pack_root(r: Root) -> PackedRoot:
    return PackedRoot(inv_c=1.0 / r.compliance_ml_mmhg, r_wall=r.wall_resistance_mmhg_s_ml)


def _pack_branch(b: Branch, dt: float) -> PackedBranch:
    g = dt / b.inertance_mmhg_s2_ml
    line_g = dt / b.line.inertance_mmhg_s2_ml
    return PackedBranch(
        g=g,
        ig=1.0 / (1.0 + g * b.root_resistance_mmhg_s_ml),
        inv_c=1.0 / b.arterial_compliance_ml_mmhg,
        inv_r=1.0 / b.resistance_mmhg_s_ml,
        pleural=b.arterial_pleural_frac,
        abdominal=b.arterial_abdominal_frac,
        line_g=line_g,
        line_ig=1.0 / (1.0 + line_g * b.line.resistance_mmhg_s_ml),
        line_inv_c=1.0 / b.line.compliance_ml_mmhg,
        line_inv_r=1.0 / b.line.drain_resistance_mmhg_s_ml,
        inv_c_ven=1.0 / b.venous_compliance_ml_mmhg,
        inv_r_ven=1.0 / b.venous_resistance_mmhg_s_ml,
        ven_abdominal=b.venous_abdominal_frac,
    )


def pack(params: CirculationParams, tick_s: S) -> Packed:
    """Return the constants in the form the kernel reads, for one length of tick."""
    lungs, septum, sac, inf = params.lungs, params.septum, params.pericardium, params.infundibulum
    lung_g = tick_s / lungs.inertance_mmhg_s2_ml
    return Packed(
        la=_pack_chamber(params.la),
        lv=_pack_chamber(params.lv),
        ra=_pack_chamber(params.ra),
        rv=_pack_chamber(params.rv),
        mitral=_pack_orifice(params.mitral, tick_s),
        aortic=_pack_orifice(params.aortic, tick_s),
        tricuspid=_pack_orifice(params.tricuspid, tick_s),
        pulmonary=_pack_orifice(params.pulmonary, tick_s),
        aorta=_pack_root(params.aorta),
        upper=_pack_branch(params.upper, tick_s),
        lower=_pack_branch(params.lower, tick_s),
        trunk=_pack_root(params.pulmonary_trunk),
        cava_inv_c=1.0 / params.cava.compliance_ml_mmhg,
        cava_inv_r=1.0 / params.cava.resistance_mmhg_s_ml,
        lung_g=lung_g,
        lung_ig=1.0 / (1.0 + lung_g * lungs.trunk_resistance_mmhg_s_ml),
        lung_inv_c=1.0 / lungs.arterial_compliance_ml_mmhg,
        lung_inv_r=1.0 / lungs.resistance_mmhg_s_ml,
        lung_inv_c_ven=1.0 / lungs.venous_compliance_ml_mmhg,
        lung_inv_r_ven=1.0 / lungs.venous_resistance_mmhg_s_ml,
        squeeze=params.coronaries.squeeze_frac,
        give_way=params.ejection_loss_s_ml,
        septum_relaxed=septum.relaxed_mmhg_ml,
        septum_gain=septum.contracted_mmhg_ml - septum.relaxed_mmhg_ml,
        septum_dt=tick_s / septum.viscosity_mmhg_s_ml,
        inv_septum_bulge=1.0 / septum.bulge_ml,
        peri_p0=sac.pressure_scale_mmhg,
        peri_v0=sac.slack_volume_ml,
        inv_peri_w8=1.0 / (8.0 * sac.stiffening_volume_ml),
        inf_area=inf.area_open_cm2,
        inv_inf_area=1.0 / inf.area_open_cm2,
        inf_grip=inf.grip_frac,
        inv_inf_hold=1.0 / inf.holding_pressure_mmhg,
        shunt_gain=tick_s / (RHO_MMHG * SHUNT_LENGTH_CM),
    )


def valve_now(o: Orifice) -> ValveNow:
    """Return a valve with no balloon in it."""
    return ValveNow(
        area=o.area_effective_cm2,
        leak=max(o.area_leak_cm2, AREA_FLOOR_CM2),
        head_per_q2=HEAD_FACTOR / o.area_effective_cm2**2,
        keep=1.0,
        gap=0.0,
    )


def resting_control(params: CirculationParams) -> Control:
    """Return the control of a body at rest at the end of expiration, nothing acting on it."""
    return Control(
        pleural=0.0,
        pleural_rate=0.0,
        abdominal=0.0,
        abdominal_rate=0.0,
        alveolar=0.0,
        conduct_upper=1.0,
        conduct_lower=1.0,
        conduct_lungs=1.0,
        tone_upper=0.0,
        tone_lower=0.0,
        contract_lv=1.0,
        contract_rv=1.0,
        contract_atria=1.0,
        coronary_left=params.coronaries.left_conductance_ml_s_mmhg,
        coronary_right=params.coronaries.right_conductance_ml_s_mmhg,
        mitral=valve_now(params.mitral),
        aortic=valve_now(params.aortic),
        tricuspid=valve_now(params.tricuspid),
        pulmonary=valve_now(params.pulmonary),
        shunt_area=AREA_FLOOR_CM2,
        fluid=0.0,
        infusion=0.0,
        bleed=0.0,
        effusion=0.0,
    )
