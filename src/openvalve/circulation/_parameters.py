"""What a circulation is made of, in the numbers a physiologist would name."""

from dataclasses import dataclass

from openvalve.units import Cm2, Frac, Ml, MlPerMmhg, Mmhg, MmhgPerMl, MmhgSPerMl

__all__ = [
    "Branch",
    "Cava",
    "Chamber",
    "CirculationParams",
    "Coronaries",
    "Infundibulum",
    "Line",
    "Lungs",
    "Orifice",
    "Pericardium",
    "Root",
    "Septum",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class Chamber:
    """One heart chamber: a passive curve and an end-systolic curve that bends over.

    Equation
    --------
    passive   : P = k1 (V - V0) + k3 (V - V0)^3
    systolic  : P = x / sqrt(1 + (x / Pmax)^2),  x = Ees (V - Vd)
    P = max(1 - e, 0) passive + e systolic - P_empty t^2 (1 + 4 t^4), t = max(1 - V/V_touch, 0),
    e the activation.

    Attributes
    ----------
    ees_mmhg_ml : slope of the end-systolic curve at its foot.
    dead_volume_ml : Vd, where the end-systolic curve meets zero.
    ceiling_mmhg : Pmax, the pressure that the systolic curve approaches. An occluded left
        ventricle reaches 150 to 390 mmHg [bittl_1989], so an unbounded line is wrong.
    rest_volume_ml : V0 of the passive curve.
    stiffness_mmhg_ml, stiffening_mmhg_ml3 : k1 and k3; 1.67/w and 26.1/w^3 with w = V30 - V0
        follow the normalized curve of Klotz 2006 within 1 mmHg [circulation_targets, K].
    touching_volume_ml, emptied_mmhg : V_touch, below which the walls touch and hold the last blood
        back by P_empty t^2 (1 + 4 t^4), t = 1 - V/V_touch.
    """

    ees_mmhg_ml: MmhgPerMl
    dead_volume_ml: Ml
    ceiling_mmhg: Mmhg
    rest_volume_ml: Ml
    stiffness_mmhg_ml: MmhgPerMl
    stiffening_mmhg_ml3: MmhgPerMl
    touching_volume_ml: Ml = 10.0
    emptied_mmhg: Mmhg = 15.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Orifice:
    """One heart valve as flow sees it.

    Equation
    --------
    dp = B q |q| + R q + L dq/dt,  B = rho/2 (1/A - 1/A_down)^2,  L = rho l / A
    A = A_leak + (A_open(h) - A_leak) zeta,
    A_open(h) = A_ref (1 + k (h - h_ref) / (h + h_ref)),  h = rho/2 (q / A_ref)^2
    dzeta/dt = Kvo (1 - zeta) dp when dp > 0, Kvc zeta dp when dp < 0, and zeta q / V_swept more
    when q < 0: what runs back carries the leaflets with it.
    The recovered part of the jet's head is not lost: A_down gives the energy-loss area
    A A_down / (A_down - A) [garcia_kadem_2006]; 0 for a jet into a chamber.

    Attributes
    ----------
    area_effective_cm2 : A_ref, the vena contracta of the open valve at the head h_ref.
    area_leak_cm2 : A_leak, the regurgitant orifice of the closed valve.
    area_downstream_cm2 : A_down; 0 where nothing is recovered.
    opening_elasticity_ratio : k, how far a stiff valve opens further at a higher head.
    reference_head_mmhg : h_ref.
    opening_rate, closing_rate : Kvo and Kvc, 1/(mmHg s) [Mynard 2012].
    swept_volume_ml : V_swept, the back-flow that shuts the leaflets by 1/e; 0 where pressure alone
        shuts them.
    length_cm : l, the effective length of the accelerated blood.
    resistance_mmhg_s_ml : R, viscous part, small.
    """

    area_effective_cm2: Cm2
    area_leak_cm2: Cm2 = 0.0
    area_downstream_cm2: Cm2 = 0.0
    opening_elasticity_ratio: float = 0.0
    reference_head_mmhg: Mmhg = 1.0
    opening_rate_per_mmhg_s: float = 20.0
    closing_rate_per_mmhg_s: float = 20.0
    swept_volume_ml: Ml = 0.0
    length_cm: float = 1.0
    resistance_mmhg_s_ml: MmhgSPerMl = 1e-3


@dataclass(frozen=True, kw_only=True, slots=True)
class Root:
    """The great artery at a semilunar valve.

    Attributes
    ----------
    compliance_ml_mmhg : C of the root and of the vessel next to it.
    wall_resistance_mmhg_s_ml : R in series with the compliance: the viscous wall. It damps the
        swing between ventricle and root, which else ejects in two or three thrusts.
    """

    compliance_ml_mmhg: MlPerMmhg
    wall_resistance_mmhg_s_ml: MmhgSPerMl


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A long muscular artery that ends where pressure is taken: radial or femoral.

    Inertance and compliance swing at 4 to 6 Hz, so that the pulse arrives later, narrower and
    higher than in the aorta, with nearly the same mean.

    Attributes
    ----------
    inertance_mmhg_s2_ml, resistance_mmhg_s_ml, compliance_ml_mmhg : L, R and C of the line.
    drain_resistance_mmhg_s_ml : from its end to the veins.
    """

    inertance_mmhg_s2_ml: float
    resistance_mmhg_s_ml: MmhgSPerMl
    compliance_ml_mmhg: MlPerMmhg
    drain_resistance_mmhg_s_ml: MmhgSPerMl


@dataclass(frozen=True, kw_only=True, slots=True)
class Branch:
    """One half of the body: arteries, their line, resistance vessels and veins.

    Volumes are stressed volumes. Pleural and abdominal pressure act on the given shares of the
    arteries and of the veins.

    Attributes
    ----------
    inertance_mmhg_s2_ml, root_resistance_mmhg_s_ml : L and R between root and arteries.
    arterial_compliance_ml_mmhg, venous_compliance_ml_mmhg : C.
    resistance_mmhg_s_ml : arteries to veins, the line's drain apart.
    venous_resistance_mmhg_s_ml : veins to the venae cavae.
    arterial_pleural_frac, arterial_abdominal_frac, venous_abdominal_frac : shares, 0 to 1.
    """

    inertance_mmhg_s2_ml: float
    root_resistance_mmhg_s_ml: MmhgSPerMl
    arterial_compliance_ml_mmhg: MlPerMmhg
    resistance_mmhg_s_ml: MmhgSPerMl
    line: Line
    venous_compliance_ml_mmhg: MlPerMmhg
    venous_resistance_mmhg_s_ml: MmhgSPerMl
    arterial_pleural_frac: Frac = 0.0
    arterial_abdominal_frac: Frac = 0.0
    venous_abdominal_frac: Frac = 0.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Cava:
    """The venae cavae inside the chest; they collapse where they enter it."""

    compliance_ml_mmhg: MlPerMmhg
    resistance_mmhg_s_ml: MmhgSPerMl


@dataclass(frozen=True, kw_only=True, slots=True)
class Lungs:
    """The pulmonary bed, all of it inside the chest.

    Attributes
    ----------
    inertance_mmhg_s2_ml, trunk_resistance_mmhg_s_ml : trunk to arteries.
    arterial_compliance_ml_mmhg, venous_compliance_ml_mmhg : C.
    resistance_mmhg_s_ml : arteries to veins; where alveolar pressure is above that of the veins
        it is what flow runs down to.
    venous_resistance_mmhg_s_ml : veins to the left atrium.
    """

    inertance_mmhg_s2_ml: float
    trunk_resistance_mmhg_s_ml: MmhgSPerMl
    arterial_compliance_ml_mmhg: MlPerMmhg
    resistance_mmhg_s_ml: MmhgSPerMl
    venous_compliance_ml_mmhg: MlPerMmhg
    venous_resistance_mmhg_s_ml: MmhgSPerMl


@dataclass(frozen=True, kw_only=True, slots=True)
class Coronaries:
    """Blood supply of the heart from the root to the right atrium.

    Equation
    --------
    q = G max(P_ao - max(squeeze P_ventricle, P_ra), 0), left and right: systole shuts the vessels
    inside the muscle.

    Attributes
    ----------
    left_conductance_ml_s_mmhg, right_conductance_ml_s_mmhg : G at rest.
    squeeze_frac : of the ventricle's pressure that stands outside the vessels.
    """

    left_conductance_ml_s_mmhg: float
    right_conductance_ml_s_mmhg: float
    squeeze_frac: Frac = 0.9


@dataclass(frozen=True, kw_only=True, slots=True)
class Septum:
    """The wall that the ventricles share: it bulges towards the lower pressure.

    Equation
    --------
    R dV_s/dt = P_lv - P_rv - E(e) (1 + (V_s/V_b)^2) V_s, E from relaxed to contracted with the
    activation; V_s is taken from the left and given to the right ventricle, and a wall that bulges
    by V_b is twice as stiff.
    Source : septal elastance as in Smith 2004 (Med Eng Phys 26:131) [K].
    """

    relaxed_mmhg_ml: MmhgPerMl
    contracted_mmhg_ml: MmhgPerMl
    viscosity_mmhg_s_ml: MmhgSPerMl
    bulge_ml: Ml = 8.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Pericardium:
    """The sac around the four chambers: P = p0 ((1 + (V - v0) / (8 w))^8 - 1), zero below v0.

    The eighth power stands for an exponential of the same start within 15 % up to 2 w.
    """

    pressure_scale_mmhg: Mmhg = 0.4
    slack_volume_ml: Ml = 300.0
    stiffening_volume_ml: Ml = 60.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Infundibulum:
    """The muscular outflow of the right ventricle, in series below the pulmonary valve.

    Equation
    --------
    A = A_open (1 - grip e (2 - e) / (1 + P_below / p_hold)): it narrows with the ventricle, early
    in its contraction, and is held open by the pressure inside it, so that relief of the valve may
    narrow it.

    Attributes
    ----------
    area_open_cm2 : relaxed area.
    grip_frac : 0 none to 0.95 closing ("suicide right ventricle", procedure.md section 3).
    holding_pressure_mmhg : p_hold.
    """

    area_open_cm2: Cm2 = 4.5
    grip_frac: float = 0.0
    holding_pressure_mmhg: Mmhg = 120.0


@dataclass(frozen=True, kw_only=True, slots=True)
class CirculationParams:
    """Everything constant of one closed loop; the total blood that is under pressure included.

    Attributes
    ----------
    circulating_volume_ml : chambers plus stressed vessels; conserved by every step.
    ejection_loss_s_ml : k of P = P_isovolumic (1 - k q): shortening muscle bears less. 1.5e-3 in
        dogs [Shroff 1985, K], a third of it in hearts three times as large.
    """

    la: Chamber
    lv: Chamber
    ra: Chamber
    rv: Chamber
    mitral: Orifice
    aortic: Orifice
    tricuspid: Orifice
    pulmonary: Orifice
    aorta: Root
    upper: Branch
    lower: Branch
    cava: Cava
    pulmonary_trunk: Root
    lungs: Lungs
    coronaries: Coronaries
    septum: Septum
    pericardium: Pericardium
    infundibulum: Infundibulum
    circulating_volume_ml: Ml
    ejection_loss_s_ml: float = 0.0
