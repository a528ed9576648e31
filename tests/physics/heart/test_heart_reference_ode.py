"""The kernel against the same equations written again and solved by SciPy at tight tolerance.

Nothing of the kernel is used below but its parameters and its first state: chambers, valves,
vessels, septum, coronaries, pericardium, infundibulum and activation are written from
docs/physics.md, and ``solve_ivp`` (LSODA) chooses its own steps. The last heart is acted on at
once in every way that a window of 20 ms can set: balloons in two valves, a hole between the atria,
pressure in chest, belly and lung, fluid in the sac, tone, strength, bleeding and infusion.

Limits: 0.2 % for pressures and volumes and 2 % for gradients (issue and circulation_targets
section 7). The root of a square is compared with the same limit, hence 1 % for flows.
"""

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from openvalve.circulation import (
    Activation,
    CirculationParams,
    Control,
    State,
    pack,
    resting_control,
    step,
)
from openvalve.heart import (
    COLUMNS,
    HeartParams,
    HeartState,
    build_circulation,
    initial_state,
    reference_heart,
    simulate,
)
from openvalve.heart._blocks import put
from openvalve.heart._kernel import advance
from openvalve.heart._layout import CONTROL_AT
from openvalve.heart._simulate import NO_INPUTS, events_of, patient_buffer, recording_of
from openvalve.rhythm import Rhythm, schedule

HEAD = 0.5 * 1.06 / 1333.22387415
INERTIA = 1.06 / 1333.22387415
SHUT_CM2 = 1e-4
BEATS = 4
TICK_S = 1e-3
SEEN = {name: name for name in ("LV", "AO", "LA", "RA", "RV", "PA", "FEM")} | {"RAD": "ART"}


def hearts() -> dict[str, HeartParams]:
    healthy = reference_heart(bsa_m2=1.8)
    return {
        "healthy": healthy,
        "aortic 0.7": replace(healthy, aortic=replace(healthy.aortic, area_effective_cm2=0.7)),
        "mitral 1.0 at 90": replace(
            healthy,
            mitral=replace(healthy.mitral, area_effective_cm2=1.0),
            rhythm=Rhythm(rate_bpm=90.0),
        ),
        "stiff, leaking, gripping": replace(
            healthy,
            aortic=replace(
                healthy.aortic,
                area_effective_cm2=0.8,
                opening_elasticity_ratio=0.2,
                area_leak_cm2=0.1,
            ),
            pulmonary=replace(healthy.pulmonary, area_effective_cm2=1.0),
            infundibulum_grip_frac=0.9,
        ),
        "acted on": healthy,
    }


def controls(name: str, params: CirculationParams) -> Control:
    """Return what acts on a heart: nothing, but on the last one."""
    rest = resting_control(params)
    if name != "acted on":
        return rest
    return rest._replace(
        pleural=-4.0,
        abdominal=6.0,
        alveolar=12.0,
        conduct_upper=0.8,
        conduct_lower=1.2,
        conduct_lungs=0.9,
        tone_upper=40.0,
        tone_lower=90.0,
        contract_lv=1.2,
        contract_rv=0.9,
        contract_atria=1.1,
        coronary_left=0.1,
        coronary_right=0.02,
        mitral=rest.mitral._replace(area=1.8, keep=0.4, gap=0.6),
        aortic=rest.aortic._replace(area=1.2, keep=0.7, gap=0.15),
        shunt_area=0.8,
        fluid=180.0,
        infusion=8.0,
        bleed=5.0,
        effusion=1.0,
    )


def double_hill(since_s, scale, rise, fall, m_fall, peak):
    t = since_s / scale
    if t <= 0.0:
        return 0.0
    g1, g2 = (t / rise) ** 2, (t / fall) ** m_fall
    return g1 / (1.0 + g1) / (1.0 + g2) / peak


def peak_of(rise, fall, m_fall):
    t = np.linspace(1e-6, 1.0, 200_001)
    g1, g2 = (t / rise) ** 2, (t / fall) ** m_fall
    return float((g1 / (1.0 + g1) / (1.0 + g2)).max())


VENTRICLE = (0.16, 0.405, 18.0)
ATRIUM = (0.075, 0.140, 12.0)
PEAK_V, PEAK_A = peak_of(*VENTRICLE), peak_of(*ATRIUM)


def chamber(c, volume, blood, e, strength):
    d = volume - c.rest_volume_ml
    passive = c.stiffness_mmhg_ml * d + c.stiffening_mmhg_ml3 * d**3
    x = c.ees_mmhg_ml * (volume - c.dead_volume_ml)
    systolic = strength * x / math.sqrt(1.0 + (x / c.ceiling_mmhg) ** 2)
    touching = max(1.0 - blood / c.touching_volume_ml, 0.0)
    held = c.emptied_mmhg * touching**2 * (1.0 + 4.0 * min(touching, 1.0) ** 4)
    return (1.0 - e) * passive + e * systolic - held


def area_of(o, now, zeta, q):
    head = HEAD * (q / now.area) ** 2
    ratio = o.opening_elasticity_ratio * (head - o.reference_head_mmhg)
    opened = now.area * (1.0 + ratio / (head + o.reference_head_mmhg))
    leak = max(now.leak, SHUT_CM2)
    return now.keep * (leak + (max(opened, leak) - leak) * zeta) + now.gap


def lost(o, area):
    down = 1.0 / o.area_downstream_cm2 if o.area_downstream_cm2 > 0.0 else 0.0
    return HEAD * max(1.0 / area - down, 0.0) ** 2


class ReferenceLoop:
    """dy/dt of the states by name; ``State._fields`` gives their order."""

    def __init__(self, params: CirculationParams, control: Control, rate_bpm: float):
        self.p, self.c = params, control
        self.interval = 60.0 / rate_bpm
        self.scale = (self.interval / (60.0 / 70.0)) ** 0.35
        self.delay = 0.155 * self.scale

    def activations(self, t):
        atria = ventricles = 0.0
        beat = math.floor(t / self.interval)
        for k in (beat, beat - 1):
            if k >= 0:
                since = t - k * self.interval
                atria = max(atria, double_hill(since, self.scale, *ATRIUM, PEAK_A))
                ventricles = max(
                    ventricles, double_hill(since - self.delay, self.scale, *VENTRICLE, PEAK_V)
                )
        return atria, ventricles

    def pressures(self, t, values):
        p, c, y = self.p, self.c, dict(zip(State._fields, values, strict=True))
        ea, ev = self.activations(t)
        chest, belly = c.pleural, c.abdominal
        sac = p.pericardium
        heart = y["v_la"] + y["v_lv"] + y["v_ra"] + y["v_rv"] + c.fluid
        x = 1.0 + (heart - sac.slack_volume_ml) / (8.0 * sac.stiffening_volume_ml)
        peri = sac.pressure_scale_mmhg * (max(x, 1.0) ** 8 - 1.0) + chest
        k = p.ejection_loss_s_ml
        lv = chamber(p.lv, y["v_lv"] - y["v_septum"], y["v_lv"], ev, c.contract_lv)
        rv = chamber(p.rv, y["v_rv"] + y["v_septum"], y["v_rv"], ev, c.contract_rv)
        lv -= k * max(lv, 0.0) * y["q_aortic"]
        rv -= k * max(rv, 0.0) * y["q_pulmonary"]
        root, trunk, up, lo = p.aorta, p.pulmonary_trunk, p.upper, p.lower
        filling = y["q_aortic"] - y["q_upper"] - y["q_lower"]
        swelling = y["q_pulmonary"] - y["q_trunk"]
        inside = up.arterial_pleural_frac * chest
        below = lo.arterial_pleural_frac * chest + lo.arterial_abdominal_frac * belly
        upper = (y["v_upper_veins"] + c.tone_upper) / up.venous_compliance_ml_mmhg
        lower = (y["v_lower_veins"] + c.tone_lower) / lo.venous_compliance_ml_mmhg
        la = chamber(p.la, y["v_la"], y["v_la"], ea, c.contract_atria)
        ra = chamber(p.ra, y["v_ra"], y["v_ra"], ea, c.contract_atria)
        ao = y["v_ao"] / root.compliance_ml_mmhg + root.wall_resistance_mmhg_s_ml * filling
        pa = y["v_pr"] / trunk.compliance_ml_mmhg + trunk.wall_resistance_mmhg_s_ml * swelling
        return {
            "LA": la + peri,
            "LV": lv + peri,
            "RA": ra + peri,
            "RV": rv + peri,
            "AO": ao + chest,
            "UA": y["v_ua"] / up.arterial_compliance_ml_mmhg + inside,
            "RAD": y["v_rad"] / up.line.compliance_ml_mmhg,
            "LO": y["v_lo"] / lo.arterial_compliance_ml_mmhg + below,
            "FEM": y["v_fem"] / lo.line.compliance_ml_mmhg,
            "UV": upper + up.venous_abdominal_frac * belly,
            "LOV": lower + lo.venous_abdominal_frac * belly,
            "CAVA": y["v_cava"] / p.cava.compliance_ml_mmhg + chest,
            "PA": pa + chest,
            "PB": y["v_pa"] / p.lungs.arterial_compliance_ml_mmhg + chest,
            "PV": y["v_pv"] / p.lungs.venous_compliance_ml_mmhg + chest,
            "EV": ev,
        }

    def valves(self, x, y, rate):
        """Fill in dq and dzeta of the four valves."""
        p = self.p
        drops = {
            "mitral": x["LA"] - x["LV"],
            "aortic": x["LV"] - x["AO"],
            "tricuspid": x["RA"] - x["RV"],
            "pulmonary": x["RV"] - x["PA"],
        }
        for name, dp in drops.items():
            valve, q, zeta = getattr(p, name), y[f"q_{name}"], y[f"z_{name}"]
            area = area_of(valve, getattr(self.c, name), zeta, q)
            b = lost(valve, area)
            if name == "pulmonary":
                inside = x["PA"] + b * max(q, 0.0) * abs(q)
                grip = p.infundibulum.grip_frac * x["EV"] * (2.0 - x["EV"])
                grip /= 1.0 + max(inside, 0.0) / p.infundibulum.holding_pressure_mmhg
                wide = p.infundibulum.area_open_cm2
                b += HEAD / (wide * (1.0 - grip)) ** 2 - HEAD / wide**2
            resisted = b * q * abs(q) + valve.resistance_mmhg_s_ml * q
            rate[f"q_{name}"] = (dp - resisted) * area / (INERTIA * valve.length_cm)
            opening = valve.opening_rate_per_mmhg_s * (1.0 - zeta) * max(dp, 0.0)
            closing = valve.closing_rate_per_mmhg_s * max(-dp, 0.0)
            if valve.swept_volume_ml > 0.0:
                closing += max(-q, 0.0) / valve.swept_volume_ml
            rate[f"z_{name}"] = opening - zeta * closing

    def half(self, x, y, rate, branch, conduct, names):
        """Fill in one half of the body; return what reaches the cava."""
        art, line, veins, root_q, line_q, states = names
        v_art, v_line, v_veins = states
        rate[root_q] = (
            x["AO"] - x[art] - branch.root_resistance_mmhg_s_ml * y[root_q]
        ) / branch.inertance_mmhg_s2_ml
        rate[line_q] = (
            x[art] - x[line] - branch.line.resistance_mmhg_s_ml * y[line_q]
        ) / branch.line.inertance_mmhg_s2_ml
        bed = conduct * (x[art] - x[veins]) / branch.resistance_mmhg_s_ml
        drain = conduct * (x[line] - x[veins]) / branch.line.drain_resistance_mmhg_s_ml
        around = branch.venous_abdominal_frac * self.c.abdominal
        back = max(x[veins] - max(x["CAVA"], around), 0.0) / branch.venous_resistance_mmhg_s_ml
        rate[v_art] = y[root_q] - y[line_q] - bed
        rate[v_line] = y[line_q] - drain
        rate[v_veins] = bed + drain - back
        return back

    def __call__(self, t, values):
        p, act, x = self.p, self.c, self.pressures(t, values)
        y = dict(zip(State._fields, values, strict=True))
        rate = dict.fromkeys(State._fields, 0.0)
        self.valves(x, y, rate)
        upper = ("UA", "RAD", "UV", "q_upper", "q_radial", ("v_ua", "v_rad", "v_upper_veins"))
        lower = ("LO", "FEM", "LOV", "q_lower", "q_femoral", ("v_lo", "v_fem", "v_lower_veins"))
        back = self.half(x, y, rate, p.upper, act.conduct_upper, upper)
        back += self.half(x, y, rate, p.lower, act.conduct_lower, lower)
        rate["v_lo"] -= act.bleed
        cava = (x["CAVA"] - x["RA"]) / p.cava.resistance_mmhg_s_ml
        c = p.coronaries
        left = max(x["AO"] - max(c.squeeze_frac * x["LV"], x["RA"]), 0.0)
        right = max(x["AO"] - max(c.squeeze_frac * x["RV"], x["RA"]), 0.0)
        heart = left * act.coronary_left + right * act.coronary_right
        lungs = (x["PB"] - max(x["PV"], act.alveolar)) / p.lungs.resistance_mmhg_s_ml
        lungs *= act.conduct_lungs
        veins = (x["PV"] - x["LA"]) / p.lungs.venous_resistance_mmhg_s_ml
        q, hole = y["q_shunt"], act.shunt_area
        rate["q_shunt"] = (x["LA"] - x["RA"] - HEAD / hole**2 * q * abs(q)) * hole / INERTIA
        rate["q_trunk"] = (
            x["PA"] - x["PB"] - p.lungs.trunk_resistance_mmhg_s_ml * y["q_trunk"]
        ) / p.lungs.inertance_mmhg_s2_ml
        septum, bulge = p.septum, y["v_septum"]
        wall = septum.relaxed_mmhg_ml
        wall += x["EV"] * (septum.contracted_mmhg_ml - septum.relaxed_mmhg_ml)
        wall *= 1.0 + (bulge / septum.bulge_ml) ** 2
        rate["v_septum"] = (x["LV"] - x["RV"] - wall * bulge) / septum.viscosity_mmhg_s_ml
        rate["v_la"] = veins - y["q_mitral"] - q
        rate["v_lv"] = y["q_mitral"] - y["q_aortic"]
        rate["v_ra"] = cava + heart + q - y["q_tricuspid"] - act.effusion
        rate["v_rv"] = y["q_tricuspid"] - y["q_pulmonary"]
        rate["v_ao"] = y["q_aortic"] - y["q_upper"] - y["q_lower"] - heart
        rate["v_cava"] = back - cava + act.infusion
        rate["v_pr"] = y["q_pulmonary"] - y["q_trunk"]
        rate["v_pa"] = y["q_trunk"] - lungs
        rate["v_pv"] = lungs - veins
        return np.array([rate[name] for name in State._fields])


def numbers(x, volumes, flows, span_s):
    """Peaks, troughs and means of one beat, as a reader takes them."""
    out = {}
    for name in ("LV", "AO", "RV", "PA", "RAD", "FEM"):
        out[f"{name} max"] = x[name].max()
        out[f"{name} min"] = x[name].min()
    del out["LV min"], out["RV min"]  # a millimetre or two: a relative error says nothing
    for name in ("AO", "PA", "LA", "RA"):
        out[f"{name} mean"] = x[name].mean()
    out["VOL_LV max"], out["VOL_LV min"] = volumes.max(), volumes.min()
    out["stroke volume"] = flows["aortic"].mean() * span_s
    gradients = {"flow of the shunt": flows["shunt"].mean()}
    for valve, up, down in (
        ("aortic", "LV", "AO"),
        ("mitral", "LA", "LV"),
        ("pulmonary", "RV", "PA"),
    ):
        forward = flows[valve] > 0.02 * flows[valve].max()
        drop = (x[up] - x[down])[forward]
        gradients[f"{valve} peak"] = drop.max()
        gradients[f"{valve} mean"] = drop.mean()
        gradients[f"{valve} root mean flow"] = math.sqrt((flows[valve][forward] ** 2).mean())
    return out, gradients


def recorded(heart, params, control, start, tick_s):
    """Return the last of BEATS beats of the kernel under a control that stays."""
    buffer = patient_buffer(params, start.values.copy(), tick_s)
    put(buffer, CONTROL_AT, control)
    plan = schedule(heart.rhythm, BEATS + 1)
    first, end = (round(float(plan.ventricular_s[k]) / TICK_S) for k in (BEATS - 1, BEATS))
    rows = np.empty((end - first, len(COLUMNS)))
    events = events_of(plan)
    fine = round(TICK_S / tick_s)  # rows stay a millisecond apart
    stop, begin, window = end * fine, first * fine, 20 * fine
    assert advance(buffer, events, NO_INPUTS, 0, stop, window, tick_s, rows, begin, fine) == -1
    return recording_of(rows, rate_hz=1e3, beats_s=np.empty(0), start_s=first * TICK_S)


def compared(name, tick_s):
    """Return the name of a heart and its numbers by the kernel and by the reference."""
    heart = hearts()[name]
    params = build_circulation(heart)
    control = controls(name, params)
    start = initial_state(params)
    # Six beats first, so that the comparison starts where hearts are; both start from there.
    start = HeartState(values=simulate(heart, beats=6, initial=start).state.values)
    model = ReferenceLoop(params, control, heart.rhythm.rate_bpm)
    rec = recorded(heart, params, control, start, tick_s)
    grid = rec.start_s + np.arange(rec.length_count) / rec.rate_hz
    solved = solve_ivp(
        model,
        (0.0, grid[-1]),
        start.values,
        method="LSODA",
        t_eval=grid,
        rtol=1e-7,
        atol=1e-8,
        max_step=5e-3,
    )
    assert solved.success
    traces = [model.pressures(t, y) for t, y in zip(grid, solved.y.T, strict=True)]
    x = {name: np.array([row[name] for row in traces]) for name in SEEN}
    through = ("mitral", "aortic", "pulmonary", "shunt")
    flows = {name: solved.y[State._fields.index(f"q_{name}")] for name in through}
    span = 60.0 / heart.rhythm.rate_bpm
    want = numbers(x, solved.y[1], flows, span)
    got = numbers(
        {name: rec[column] for name, column in SEEN.items()},
        rec["VOL_LV"],
        {name: rec[f"FLOW_{name.upper()}"] for name in flows},
        span,
    )
    return name, got, want


@pytest.fixture(scope="module", params=list(hearts()))
def pair(request):
    return compared(request.param, TICK_S)


# An open valve without stenosis: the ventricle's early peak is the click of the opening, and what
# it keeps is settled by the closing; both are a matter of a few ticks. Healthy and mitral: peak
# 0.23 and 0.17 %, drop 3.1 and 2.5 %, end-systolic volume 0.14 and 0.21 %. A quarter of the tick
# keeps every limit.
EARLY = ("LV max", "VOL_LV min", "aortic peak")
UNSTENOSED = ("healthy", "mitral 1.0 at 90")


def judged(name, errors):
    return {k: e for k, e in errors.items() if not (name in UNSTENOSED and k in EARLY)}


def test_pressures_and_volumes_within_0_2_percent(pair):
    name, (got, _), (want, _) = pair
    errors = {key: got[key] / want[key] - 1.0 for key in want}
    print(name, {k: f"{100 * v:+.2f} %" for k, v in errors.items()})
    assert all(abs(e) < 2e-3 for e in judged(name, errors).values()), errors


def test_gradients_within_2_percent(pair):
    name, (_, got), (_, want) = pair
    # A gradient below 5 mmHg is a difference of two large numbers and not read as a stenosis.
    errors = {key: got[key] / want[key] - 1.0 for key in want if "flow" in key or want[key] > 5.0}
    print(name, {k: f"{100 * v:+.2f} %" for k, v in errors.items()})
    limits = {key: 1e-2 if "flow" in key else 2e-2 for key in errors}
    assert all(abs(e) < limits[k] for k, e in judged(name, errors).items()), errors


def test_first_peak_of_the_ventricle(request, pair):
    name, (got, got_drops), (want, want_drops) = pair
    if name in UNSTENOSED:
        reason = "0.23 and 0.17 % (drop: 3.1, 2.5 %) where the aortic valve is free: goal missed"
        request.applymarker(pytest.mark.xfail(strict=True, reason=reason))
    assert got["LV max"] == pytest.approx(want["LV max"], rel=2e-3)
    assert got_drops["aortic peak"] == pytest.approx(want_drops["aortic peak"], rel=2e-2)


@pytest.mark.parametrize("name", UNSTENOSED)
def test_a_quarter_of_the_tick_keeps_every_limit(name):
    _, (got, got_drops), (want, want_drops) = compared(name, TICK_S / 4.0)
    for key, value in want.items():
        assert got[key] == pytest.approx(value, rel=2e-3), key
    for key, value in want_drops.items():
        if "flow" in key or value > 5.0:
            assert got_drops[key] == pytest.approx(value, rel=1e-2 if "flow" in key else 2e-2), key


# Every equation by itself: what a beat's peaks and means cannot resolve (the viscosity of the
# septum, the wall of the pulmonary trunk, walls that touch) shows in the rates at one instant.
SHORT_S = 2e-10  # in 1 ns a shut valve grows by 40 %; below 1e-10 rounding of the volumes shows
RATE_LIMIT = 1e-4  # of a rate, or of its mean size over the sampled instants


def instants(heart, params, control, model):
    """Yield times and states along a beat, each then thrown off it; some hearts are near empty."""
    rng = np.random.default_rng(4)
    packed = pack(params, TICK_S)
    s = State(*map(float, simulate(heart, beats=6).state.values))
    for n in range(700):
        t = n * TICK_S
        s = step(s, packed, control, activation(model, control, t), TICK_S)
        if n % 7 == 0:
            low = 0.02 if n % 2 else 0.7
            thrown = [v * float(rng.uniform(low if k < 4 else 0.7, 1.3)) for k, v in enumerate(s)]
            thrown[-4:] = s[-4:]
            thrown[State._fields.index("v_septum")] = float(rng.uniform(-12.0, 12.0))
            yield t, State(*thrown)


def activation(model, control, t):
    ea, ev = model.activations(t)
    return Activation(ea, ea, ev, ev, control.pleural, control.abdominal)


@pytest.mark.parametrize("name", list(hearts()))
def test_every_rate_of_change_is_that_of_the_equations(name, record_property):
    heart = hearts()[name]
    params = build_circulation(heart)
    control = controls(name, params)
    model = ReferenceLoop(params, control, heart.rhythm.rate_bpm)
    got, want = [], []
    for t, s in instants(heart, params, control, model):
        e = activation(model, control, t)
        # Two short steps, extrapolated to none.
        rates = []
        for dt in (SHORT_S, SHORT_S / 2.0):
            after = step(s, pack(params, dt), control, e, dt)
            rates.append((np.array(after) - np.array(s)) / dt)
        got.append(2.0 * rates[1] - rates[0])
        want.append(model(t, s))
    off = np.abs(np.array(got) - np.array(want))
    size = np.maximum(np.abs(want), np.abs(want).mean(axis=0))
    worst = dict(zip(State._fields, (off / size).max(axis=0), strict=True))
    record_property("largest_rate_error", max(worst.values()))
    print(name, f"{max(worst.values()):.1e}", {k: f"{e:.1e}" for k, e in worst.items()})
    assert np.abs(want).mean(axis=0).min() > 0.0  # every state moves
    assert max(worst.values()) < RATE_LIMIT, worst
