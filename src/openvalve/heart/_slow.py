"""The slow half of the loop, once every 20 ms: breath, gases, drugs, reflexes, coronaries.

Each part has its own file in ``openvalve.circulation``; here they meet, and what they ask of the
body becomes the next window's ``Control``.
"""

from typing import NamedTuple

from openvalve._kernels import leaf
from openvalve.circulation import (
    AREA_FLOOR_CM2,
    HEAD_FACTOR,
    WINDOW_S,
    Activation,
    BreathState,
    Control,
    CoronaryState,
    DrugState,
    GasState,
    Packed,
    PackedBreath,
    PackedCoronary,
    PackedDrugs,
    PackedGas,
    PackedReflexes,
    ReflexState,
    State,
    ValveNow,
    breath_effects,
    breath_step,
    chemical_drive,
    coronary_effects,
    coronary_step,
    drug_effects,
    drug_step,
    gas_effects,
    gas_step,
    pressures,
    reflex_effects,
    reflex_step,
)
from openvalve.heart._inputs import Inputs, ValveInput
from openvalve.rhythm import RhythmInput

__all__ = ["BloodState", "PackedBlood", "PackedSlow", "Slow", "SlowStep", "slow_step"]

BLEED_FULL_MMHG = 50.0  # arterial pressure above which a wound bleeds as much as is asked
EFFUSION_FULL_MMHG = 1.0  # pressure across the atrial wall above which it leaks as is asked


class BloodState(NamedTuple):
    """Fluid in the pericardium, mL; red cells' haemoglobin, g."""

    fluid: float
    haemoglobin_g: float


class PackedBlood(NamedTuple):
    """Constants of the blood: unstressed venous volumes, all of it, haemoglobin of donors, draws.

    mL, g/mL; ``inv_content`` of oxygen at rest, mL/mL.
    """

    unstressed_upper: float
    unstressed_lower: float
    blood_ml: float
    donor_g_ml: float
    inv_content: float
    seed: float


class Slow(NamedTuple):
    """The slow states."""

    breath: BreathState
    gas: GasState
    drugs: DrugState
    reflex: ReflexState
    coronary: CoronaryState
    blood: BloodState


class PackedSlow(NamedTuple):
    """The constants of the slow states."""

    breath: PackedBreath
    gas: PackedGas
    drugs: PackedDrugs
    reflex: PackedReflexes
    coronary: PackedCoronary
    blood: PackedBlood


class SlowStep(NamedTuple):
    """After a slow step: states, what they ask of the fast step, what they ask of the rhythm."""

    slow: Slow
    control: Control
    rhythm: RhythmInput


@leaf
def _valve_now(v: ValveInput) -> ValveNow:
    occlusion = min(max(v.occlusion_frac, 0.0), 1.0)
    area = max(v.area_cm2, AREA_FLOOR_CM2)
    return ValveNow(
        area,
        max(v.leak_cm2, AREA_FLOOR_CM2),
        HEAD_FACTOR / (area * area),
        1.0 - occlusion,
        occlusion * max(v.gap_cm2, AREA_FLOOR_CM2),
    )


@leaf
def slow_step(
    s: State,
    p: Packed,
    c: Control,
    e: Activation,
    q: Slow,
    k: PackedSlow,
    i: Inputs,
    net_ml: float,
) -> SlowStep:
    """Advance the slow states over the window that begins at the fast state ``s``.

    Parameters
    ----------
    e : activation at that moment.
    net_ml : blood gained since the start of the run.
    """
    x = pressures(s, p, c, e)
    drugs = drug_step(q.drugs, k.drugs, i.drugs)
    de = drug_effects(drugs, k.drugs)
    breath = breath_step(
        q.breath,
        k.breath,
        i.act,
        i.act_level_mmhg,
        i.breaths_per_min,
        i.peep_mmhg,
        de.drive_factor * chemical_drive(q.gas.arterial_co2, q.gas.sat_arterial),
    )
    be = breath_effects(breath, k.breath)
    blood_ml = max(k.blood.blood_ml + net_ml, 1.0)
    haemoglobin_g_dl = 100.0 * q.blood.haemoglobin_g / blood_ml
    gas = gas_step(
        q.gas,
        k.gas,
        be.ventilation_ml_s,
        max((x.pa - max(x.pv, c.alveolar)) * p.lung_inv_r * c.conduct_lungs, 0.0),
        max(s.q_upper + s.q_lower, 0.0),
        max(-s.q_shunt, 0.0),
        i.fio2_frac,
        haemoglobin_g_dl,
        i.metabolic_factor,
    )
    ge = gas_effects(gas)
    reflex = reflex_step(
        q.reflex,
        k.reflex,
        x.ua,
        x.ra - x.pericardium,
        ge.sao2_frac,
        ge.paco2_mmhg,
        i.vagal_stimulus_frac,
        de.baroreflex_gain_factor,
    )
    re = reflex_effects(reflex, k.reflex, de.vagal_block_frac, de.beta_block_frac)
    coronary = coronary_step(
        q.coronary,
        k.coronary,
        c.coronary_left * max(x.ao - max(p.squeeze * x.lv, x.ra), 0.0),
        c.coronary_right * max(x.ao - max(p.squeeze * x.rv, x.ra), 0.0),
        x.lv - x.pericardium,
        x.rv - x.pericardium,
        s.v_lv,
        gas.content_arterial * k.blood.inv_content,
        de.coronary_resistance_factor,
    )
    ce = coronary_effects(coronary, k.coronary)
    # A wound bleeds less as pressure falls, a torn atrium no more once the sac's pressure meets it.
    bleed = i.bleed_ml_s * min(max(x.lo * (1.0 / BLEED_FULL_MMHG), 0.0), 1.0)
    across = (x.ra - x.pericardium) * (1.0 / EFFUSION_FULL_MMHG)
    effusion = i.effusion_ml_s * min(max(across, 0.0), 1.0)
    bled = (bleed + effusion) * haemoglobin_g_dl * 0.01
    blood = BloodState(
        max(q.blood.fluid + WINDOW_S * (effusion - i.drain_ml_s), 0.0),
        q.blood.haemoglobin_g + WINDOW_S * (de.blood_ml_s * k.blood.donor_g_ml - bled),
    )
    conduct = 1.0 / (re.resistance_factor * de.resistance_factor)
    tone = re.venous_tone_frac + de.venous_tone_frac
    strength = re.contractility_factor * de.contractility_factor
    pleural = c.pleural + c.pleural_rate * WINDOW_S
    abdominal = c.abdominal + c.abdominal_rate * WINDOW_S
    control = Control(
        pleural,
        (be.pleural_mmhg - k.breath.pleural_rest - pleural) * (1.0 / WINDOW_S),
        abdominal,
        (be.abdominal_mmhg - k.breath.abdominal_rest - abdominal) * (1.0 / WINDOW_S),
        be.alveolar_mmhg,
        conduct,
        conduct,
        1.0 / de.pulmonary_resistance_factor,
        tone * k.blood.unstressed_upper,
        tone * k.blood.unstressed_lower,
        strength * ce.contractility_factor,
        strength * ce.right_contractility_factor,
        re.atrial_contractility_factor * de.contractility_factor,
        ce.conductance_left,
        ce.conductance_right,
        _valve_now(i.mitral),
        _valve_now(i.aortic),
        _valve_now(i.tricuspid),
        _valve_now(i.pulmonary),
        max(i.shunt_area_cm2, AREA_FLOOR_CM2),
        blood.fluid,
        i.infusion_ml_s + de.volume_ml_s,
        bleed,
        effusion,
    )
    rhythm = RhythmInput(
        i.rhythm,
        i.rate_bpm * de.rate_factor / re.interval_factor,
        i.pacing_bpm,
        re.av_delay_factor * de.av_delay_factor,
        de.av_block_frac,
        k.blood.seed,
    )
    return SlowStep(Slow(breath, gas, drugs, reflex, coronary, blood), control, rhythm)
