"""The circulation against svZeroDSolver, another group's solver, on loops both can express.

svZeroDSolver (SimVascular, BSD-3, ``svzerod`` on PyPI) solves a closed loop of linear elastance
chambers, switching valves, vessels with compliance, resistance, inertance and stenosis, by the
generalized alpha method with Newton. Ours becomes the same loop by its parameters alone: no
ceiling, straight passive curves, no pericardium, no loss of ejecting muscle, a rigid septum, no
coronaries, no wall resistance, valves so wide and quick that a small resistance is all that is
left of them. Both halves of the body with their lines, the valves of their veins and the venae
cavae are in the other side's network too. Nothing below repeats our equations: the other side is
handed resistances, compliances, inertances, areas and who is joined to whom.

Two loops: one whose four valves are switches, and one whose aortic valve is an orifice of 1 cm2
that stands open both ways, with Bernoulli loss and inertance, so that the gradient and the return
of blood are judged too. Ours starts from the other's state and runs on to its own steady beat.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import pytest

from openvalve.circulation import (
    Branch,
    Cava,
    Chamber,
    CirculationParams,
    Line,
    Lungs,
    Orifice,
    Root,
    State,
    resting_control,
)
from openvalve.heart import COLUMNS, build_circulation, reference_heart
from openvalve.heart._blocks import put
from openvalve.heart._kernel import advance
from openvalve.heart._layout import CONTROL_AT
from openvalve.heart._simulate import NO_INPUTS, events_of, patient_buffer
from openvalve.rhythm import schedule

svzerod = pytest.importorskip("svzerod", reason="svzerod is not installed")

PERIOD_S = 60.0 / 70.0
WINDOW_S = 0.02
JUDGE_STEP_S = 0.5e-3
RHO_MMHG = 1.06 / 1333.22387415  # mmHg s2/cm2
R_VALVE = 0.02  # mmHg s/mL, all that is left of a switching valve
ORIFICE_CM2, ORIFICE_LENGTH_CM = 1.0, 3.0
WIDE_CM2 = 1e3
HILL = ("t_shift", "tau_1", "tau_2", "m1", "m2")
ATRIUM = (0.0, 0.075, 0.140, 2.0, 12.0)
VENTRICLE = (0.155, 0.16, 0.405, 2.0, 18.0)
# Active and passive slope (mmHg/mL), rest volume (mL), when and how it contracts.
CHAMBERS = {
    "LA": (0.19, 0.13, 5.0, ATRIUM),
    "LV": (2.3, 0.07, 16.0, VENTRICLE),
    "RA": (0.13, 0.09, 5.0, ATRIUM),
    "RV": (0.52, 0.03, 19.0, VENTRICLE),
}
# Compliance (mL/mmHg) at the inlet, resistance (mmHg s/mL) and inertance (mmHg s2/mL) after it.
VESSELS = {
    "AO": (0.42, 0.0, 0.0),
    "UP": (0.0, 0.06, 0.006),
    "UA": (0.34, 3.6, 0.0),
    "RADIAL": (0.0, 0.31, 0.028),
    "RAD": (0.03, 28.0, 0.0),
    "UV": (35.0, 0.025, 0.0),
    "UPPER END": (0.0, 0.0, 0.0),
    "LOW": (0.0, 0.03, 0.003),
    "LO": (0.94, 1.9, 0.0),
    "FEMORAL": (0.0, 0.21, 0.017),
    "FEM": (0.06, 9.2, 0.0),
    "LOV": (85.0, 0.002, 0.0),
    "LOWER END": (0.0, 0.0, 0.0),
    "CAVA": (4.0, 0.006, 0.0),
    "PA": (1.61, 0.02, 0.0008),
    "PUL": (2.99, 0.05, 0.0),
    "PV": (10.0, 0.01, 0.0),
}
JOINTS = (
    (("AO",), ("UP", "LOW")),
    (("UP",), ("UA", "RADIAL")),
    (("RADIAL",), ("RAD",)),
    (("UA", "RAD"), ("UV",)),
    (("LOW",), ("LO", "FEMORAL")),
    (("FEMORAL",), ("FEM",)),
    (("LO", "FEM"), ("LOV",)),
    (("UPPER END", "LOWER END"), ("CAVA",)),
    (("CAVA",), ("RA",)),
    (("PA",), ("PUL",)),
    (("PUL",), ("PV",)),
    (("PV",), ("LA",)),
)
VALVES = {
    "mitral": ("LA", "LV"),
    "aortic": ("LV", "AO"),
    "tricuspid": ("RA", "RV"),
    "pulmonary": ("RV", "PA"),
}
VENOUS_VALVES = {"upper": ("UV", "UPPER END"), "lower": ("LOV", "LOWER END")}
FIRST_VOLUME_ML = {"LA": 65.0, "LV": 125.0, "RA": 65.0, "RV": 140.0}
FIRST_PRESSURE_MMHG = dict.fromkeys(("AO", "UA", "RAD", "LO", "FEM"), 85.0)
FIRST_PRESSURE_MMHG |= dict.fromkeys(("UV", "LOV", "CAVA"), 5.0)
FIRST_PRESSURE_MMHG |= {"PA": 15.0, "PUL": 15.0, "PV": 9.0}
# Our states of the same volumes.
STATES = {
    "LA": "v_la",
    "LV": "v_lv",
    "RA": "v_ra",
    "RV": "v_rv",
    "AO": "v_ao",
    "UA": "v_ua",
    "RAD": "v_rad",
    "LO": "v_lo",
    "FEM": "v_fem",
    "UV": "v_upper_veins",
    "LOV": "v_lower_veins",
    "CAVA": "v_cava",
    "PA": "v_pr",
    "PUL": "v_pa",
    "PV": "v_pv",
}


@dataclass(frozen=True)
class Beat:
    """One steady beat: curves by name at ``time_s``, and the volumes it began with."""

    time_s: np.ndarray
    curves: dict[str, np.ndarray]
    volumes_ml: dict[str, float]


# The judge


def network(orifice, step_s, beats):
    vessels = [(name, *VESSELS[name], 0.0) for name in VESSELS]
    valves, joints = VALVES | VENOUS_VALVES, list(JOINTS)
    if orifice:
        del valves["aortic"]
        b = 0.5 * RHO_MMHG / ORIFICE_CM2**2
        inertance = RHO_MMHG * ORIFICE_LENGTH_CM / ORIFICE_CM2
        vessels.append(("aortic", 0.0, R_VALVE, inertance, b))
        joints += [(("LV",), ("aortic",)), (("aortic",), ("AO",))]
    inlet = inlets(orifice)
    return {
        "simulation_parameters": {
            "number_of_cardiac_cycles": beats,
            "number_of_time_pts_per_cardiac_cycle": round(PERIOD_S / step_s) + 1,
            "output_variable_based": True,
            "output_all_cycles": False,
            "steady_initial": False,
            "cardiac_period": PERIOD_S,
        },
        "boundary_conditions": [],
        "chambers": [
            {
                "type": "LinearElastanceChamber",
                "name": name,
                "values": {"Emax": active, "Epass": passive, "Vrest": rest},
                "activation_function": {"type": "two_hill", **dict(zip(HILL, hill, strict=True))},
            }
            for name, (active, passive, rest, hill) in CHAMBERS.items()
        ],
        "vessels": [
            {
                "vessel_name": name,
                "vessel_id": k,
                "vessel_length": 1.0,
                "zero_d_element_type": "BloodVesselCRL",
                "zero_d_element_values": {
                    "C": c,
                    "R_poiseuille": r,
                    "L": inertance,
                    "stenosis_coefficient": b,
                },
            }
            for k, (name, c, r, inertance, b) in enumerate(vessels)
        ],
        "valves": [
            {
                "type": "PiecewiseValve",
                "name": name,
                "params": {
                    "Rmin": R_VALVE,
                    "Rmax": 1e4,
                    "upstream_block": upstream,
                    "downstream_block": downstream,
                },
            }
            for name, (upstream, downstream) in valves.items()
        ],
        "junctions": [
            {
                "junction_name": f"J{k}",
                "junction_type": "NORMAL_JUNCTION",
                "inlet_blocks": list(upstream),
                "outlet_blocks": list(downstream),
            }
            for k, (upstream, downstream) in enumerate(joints)
        ],
        "initial_condition": {f"Vc:{name}": v for name, v in FIRST_VOLUME_ML.items()}
        | {f"pressure:{inlet[name]}:{name}": p for name, p in FIRST_PRESSURE_MMHG.items()},
    }


def inlets(orifice):
    """Return what stands before each block: a junction or a valve."""
    before = {down: f"J{k}" for k, (_, outlets) in enumerate(JOINTS) for down in outlets}
    before |= {down: name for name, (_, down) in (VALVES | VENOUS_VALVES).items()}
    if orifice:
        before |= {"aortic": f"J{len(JOINTS)}", "AO": f"J{len(JOINTS) + 1}"}
    return before


def judge(orifice, step_s=JUDGE_STEP_S, beats=25):
    solver = svzerod.Solver(network(orifice, step_s, beats))
    solver.run()
    inlet = inlets(orifice)

    def get(name):
        return np.ravel(solver.get_single_result(name))

    curves = {name: get(f"pressure:{inlet[name]}:{name}") for name in STATES}
    curves |= {f"VOL_{name}": get(f"Vc:{name}") for name in CHAMBERS}
    for name, (_, down) in VALVES.items():
        curves[f"FLOW_{name.upper()}"] = get(f"flow:{inlet[down]}:{down}")
    volumes = {name: float(curves[f"VOL_{name}"][0]) for name in CHAMBERS}
    volumes |= {
        name: float(curves[name][0]) * VESSELS[name][0] for name in STATES if name in VESSELS
    }
    time_s = np.linspace(0.0, PERIOD_S, curves["LV"].size)
    return Beat(time_s, curves, volumes)


# Ours


def chamber(name) -> Chamber:
    active, passive, rest, _ = CHAMBERS[name]
    return Chamber(
        ees_mmhg_ml=active + passive,
        dead_volume_ml=rest,
        ceiling_mmhg=1e12,
        rest_volume_ml=rest,
        stiffness_mmhg_ml=passive,
        stiffening_mmhg_ml3=0.0,
        emptied_mmhg=0.0,
    )


def branch(stem, arteries, line, end, veins) -> Branch:
    return Branch(
        inertance_mmhg_s2_ml=VESSELS[stem][2],
        root_resistance_mmhg_s_ml=VESSELS[stem][1],
        arterial_compliance_ml_mmhg=VESSELS[arteries][0],
        resistance_mmhg_s_ml=VESSELS[arteries][1],
        line=Line(
            inertance_mmhg_s2_ml=VESSELS[line][2],
            resistance_mmhg_s_ml=VESSELS[line][1],
            compliance_ml_mmhg=VESSELS[end][0],
            drain_resistance_mmhg_s_ml=VESSELS[end][1],
        ),
        venous_compliance_ml_mmhg=VESSELS[veins][0],
        venous_resistance_mmhg_s_ml=VESSELS[veins][1] + R_VALVE,
    )


def circulation(orifice) -> CirculationParams:
    """Return our parameters of the same loop."""
    base = build_circulation(reference_heart(bsa_m2=1.8, rate_bpm=70.0))
    switch = Orifice(
        area_effective_cm2=WIDE_CM2,
        opening_rate_per_mmhg_s=1e9,
        closing_rate_per_mmhg_s=1e9,
        length_cm=1.0,
        resistance_mmhg_s_ml=R_VALVE,
    )
    hole = Orifice(
        area_effective_cm2=ORIFICE_CM2,
        area_leak_cm2=ORIFICE_CM2,
        length_cm=ORIFICE_LENGTH_CM,
        resistance_mmhg_s_ml=R_VALVE,
    )
    return replace(
        base,
        la=chamber("LA"),
        lv=chamber("LV"),
        ra=chamber("RA"),
        rv=chamber("RV"),
        mitral=switch,
        aortic=hole if orifice else switch,
        tricuspid=switch,
        pulmonary=switch,
        aorta=Root(compliance_ml_mmhg=VESSELS["AO"][0], wall_resistance_mmhg_s_ml=0.0),
        upper=branch("UP", "UA", "RADIAL", "RAD", "UV"),
        lower=branch("LOW", "LO", "FEMORAL", "FEM", "LOV"),
        cava=Cava(compliance_ml_mmhg=VESSELS["CAVA"][0], resistance_mmhg_s_ml=VESSELS["CAVA"][1]),
        pulmonary_trunk=Root(compliance_ml_mmhg=VESSELS["PA"][0], wall_resistance_mmhg_s_ml=0.0),
        lungs=Lungs(
            inertance_mmhg_s2_ml=VESSELS["PA"][2],
            trunk_resistance_mmhg_s_ml=VESSELS["PA"][1],
            arterial_compliance_ml_mmhg=VESSELS["PUL"][0],
            resistance_mmhg_s_ml=VESSELS["PUL"][1],
            venous_compliance_ml_mmhg=VESSELS["PV"][0],
            venous_resistance_mmhg_s_ml=VESSELS["PV"][1],
        ),
        coronaries=replace(
            base.coronaries, left_conductance_ml_s_mmhg=0.0, right_conductance_ml_s_mmhg=0.0
        ),
        septum=replace(base.septum, relaxed_mmhg_ml=1e9, contracted_mmhg_ml=1e9),
        pericardium=replace(base.pericardium, pressure_scale_mmhg=0.0),
        ejection_loss_s_ml=0.0,
    )


def ours(orifice, start: Beat, step_s, *, beats=12, params=None) -> Beat:
    """Return our steady beat, from the judge's state on. The one place that knows our core."""
    loop = params or circulation(orifice)
    values = np.zeros(len(State._fields))
    for name, state in STATES.items():
        values[State._fields.index(state)] = start.volumes_ml[name]
    buffer = patient_buffer(loop, values, step_s)
    put(buffer, CONTROL_AT, resting_control(loop)._replace(shunt_area=1e-12))
    plan = schedule(reference_heart(bsa_m2=1.8, rate_bpm=70.0).rhythm, beats + 1)
    first, end = (round(float(plan.ventricular_s[k]) / step_s) for k in (beats - 1, beats))
    rows = np.empty((end - first, len(COLUMNS)))
    failed = advance(
        buffer,
        events_of(plan),
        NO_INPUTS,
        0,
        end,
        round(WINDOW_S / step_s),
        step_s,
        rows,
        first,
        1,
    )
    assert failed == -1
    names = {"LA": "LA", "LV": "LV", "RA": "RA", "RV": "RV", "AO": "AO", "PA": "PA"}
    names |= {"RAD": "ART", "FEM": "FEM"}
    names |= {f"VOL_{name}": f"VOL_{name}" for name in CHAMBERS}
    names |= {f"FLOW_{name.upper()}": f"FLOW_{name.upper()}" for name in VALVES}
    curves = {mine: rows[:, COLUMNS.index(theirs)] for mine, theirs in names.items()}
    return Beat((first + np.arange(end - first)) * step_s, curves, {})


GRID_S = np.arange(0.0, PERIOD_S, 1e-3)


def on_grid(beat: Beat, name):
    """Return a curve over one period from the atrial onset on."""
    at = np.mod(beat.time_s, PERIOD_S)
    order = np.argsort(at)
    return np.interp(GRID_S, at[order], beat.curves[name][order], period=PERIOD_S)


def differences(mine: dict[str, np.ndarray], theirs: Beat):
    """Return the largest and the root mean square difference of each curve, over its span."""
    out = {}
    for name, curve in mine.items():
        want = np.interp(GRID_S, theirs.time_s, theirs.curves[name])
        d, span = curve - want, float(np.ptp(theirs.curves[name]))
        out[name] = (float(np.abs(d).max()) / span, math.sqrt(float((d**2).mean())) / span)
    return out


STEPS_S = (1e-3, 0.25e-3, 0.125e-3)


@pytest.fixture(scope="module", params=["switches", "orifice"])
def loop(request):
    orifice = request.param == "orifice"
    return orifice, judge(orifice)


@pytest.fixture(scope="module")
def mine(loop):
    orifice, theirs = loop
    return {step_s: ours(orifice, theirs, step_s) for step_s in STEPS_S}


def limit(coarse: Beat, fine: Beat):
    """Return the curves at a step of nothing: a method of first order, half the step."""
    return {name: 2.0 * on_grid(fine, name) - on_grid(coarse, name) for name in fine.curves}


def is_flow(name):
    return name.startswith("FLOW")


def test_the_judge_keeps_the_blood_and_beats(loop):
    _, theirs = loop
    first = sum(FIRST_VOLUME_ML.values())
    first += sum(FIRST_PRESSURE_MMHG[name] * VESSELS[name][0] for name in FIRST_PRESSURE_MMHG)
    assert sum(theirs.volumes_ml.values()) == pytest.approx(first, rel=1e-9)
    lv = theirs.curves["LV"]
    assert lv.max() > 100.0
    assert lv.min() < 15.0
    # The atrial kick shuts the valves of the veins, so they are judged; what ours does beyond the
    # other, veins that collapse, does not happen.
    assert (theirs.curves["UV"] < theirs.curves["CAVA"]).any()
    assert min(theirs.curves[name].min() for name in ("CAVA", "PV")) > 0.0


def test_every_instant_in_the_limit_of_small_steps(loop, mine):
    """Largest difference over a beat, of the curve's span. Measured: 0.06 %."""
    _, theirs = loop
    rows = differences(limit(mine[0.25e-3], mine[0.125e-3]), theirs)
    print({k: f"{100 * a:.3f} {100 * b:.4f} %" for k, (a, b) in rows.items()})
    assert all(worst < 1e-3 for k, (worst, _) in rows.items() if not is_flow(k)), rows
    # The last drop through a closing switch is a jump; hence the mean and not the worst instant.
    assert all(mean < 1e-3 for k, (_, mean) in rows.items() if is_flow(k)), rows


def readings(curves, read):
    return {k: float(read(c)) for k, c in curves.items() if not is_flow(k)}


@pytest.mark.parametrize("read", [np.max, np.mean], ids=["peak", "mean"])
def test_peaks_and_means_at_the_step_we_use(loop, mine, read):
    """The issue's limit on the error of the 1 ms step, 0.2 % of pressures and volumes."""
    got = readings(mine[1e-3].curves, read)
    want = readings({k: loop[1].curves[k] for k in got}, read)
    errors = {k: got[k] / want[k] - 1.0 for k in got}
    print({k: f"{100 * e:+.3f} %" for k, e in errors.items()})
    assert all(abs(e) < 2e-3 for e in errors.values()), errors


@pytest.mark.xfail(
    strict=True,
    reason="least atrial volume 0.23 % low, least radial pressure 0.21 % low (lines and root swing "
    "undamped here): the goal of 0.2 % is missed",
)
def test_troughs_at_the_step_we_use(loop, mine):
    got = readings(mine[1e-3].curves, np.min)
    assert all(abs(got[k] / loop[1].curves[k].min() - 1.0) < 2e-3 for k in got)


def test_stroke_volume_at_the_step_we_use(loop, mine):
    for name in (f"FLOW_{valve.upper()}" for valve in VALVES):
        want = loop[1].curves[name][:-1].mean()
        assert mine[1e-3].curves[name].mean() == pytest.approx(want, rel=2e-3), name


def test_the_difference_falls_with_our_step_in_first_order(loop, mine):
    def total(step_s):
        rows = differences({k: on_grid(mine[step_s], k) for k in mine[step_s].curves}, loop[1])
        return sum(mean for k, (_, mean) in rows.items() if not is_flow(k))

    ratio = total(1e-3) / total(0.25e-3)
    assert 3.0 < ratio < 5.0, ratio


@pytest.mark.parametrize(
    ("part", "field", "factor"),
    [
        ("upper", "resistance_mmhg_s_ml", 1.02),
        ("lower", "resistance_mmhg_s_ml", 1.01),
        ("lower", "arterial_compliance_ml_mmhg", 1.02),
        ("upper", "venous_resistance_mmhg_s_ml", 1.1),
        ("cava", "compliance_ml_mmhg", 1.02),
        ("lungs", "resistance_mmhg_s_ml", 1.02),
    ],
)
def test_a_small_slip_would_be_seen(loop, part, field, factor):
    orifice, theirs = loop
    right = circulation(orifice)
    whole = getattr(right, part)
    wrong = replace(right, **{part: replace(whole, **{field: factor * getattr(whole, field)})})
    pair = [ours(orifice, theirs, step_s, params=wrong) for step_s in (0.25e-3, 0.125e-3)]
    rows = differences(limit(*pair), theirs)
    assert max(worst for k, (worst, _) in rows.items() if not is_flow(k)) > 1e-3
