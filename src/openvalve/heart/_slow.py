"""The slow half of the loop, once every 20 ms: breath, gases, drugs, reflexes, coronaries.

Each part has its own file in ``openvalve.circulation``; here they meet, and what they ask of the
body becomes the next window's ``Control``. Every stage reads and writes blocks of the buffer, so
that each is a loop of its own over the lanes, short enough for the vectoriser.
"""

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import leaf
from openvalve.circulation import (
    AREA_FLOOR_CM2,
    HEAD_FACTOR,
    WINDOW_S,
    Control,
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
from openvalve.heart._beating import activation
from openvalve.heart._inputs import ValveInput
from openvalve.heart._layout import (
    load_beats,
    load_blood,
    load_breath,
    load_control,
    load_coronary,
    load_drug_effects,
    load_drugs,
    load_gas,
    load_inputs,
    load_ledger,
    load_packed,
    load_packed_blood,
    load_packed_breath,
    load_packed_coronary,
    load_packed_drugs,
    load_packed_gas,
    load_packed_reflex,
    load_packed_ways,
    load_reflex,
    load_sample,
    load_state,
    store_blood,
    store_breath,
    store_control,
    store_coronary,
    store_drug_effects,
    store_drugs,
    store_gas,
    store_reflex,
    store_rhythm,
    store_sample,
)
from openvalve.heart._slow_blocks import BloodState, Sample
from openvalve.rhythm import RhythmInput

__all__ = [
    "breath_window",
    "control_window",
    "coronary_window",
    "drug_window",
    "gas_window",
    "reflex_window",
    "sample_window",
]

BLEED_FULL_MMHG = 50.0  # arterial pressure above which a wound bleeds as much as is asked
EFFUSION_FULL_MMHG = 1.0  # pressure across the atrial wall above which it leaks as is asked
# Respiratory sinus arrhythmia: inspiration holds the vagus back, here as so many mmHg less on the
# baroreceptors for each expiratory reserve (1200 mL) of air above rest, so that it falls with age
# and under atropine as their sensitivity does. Set for successive differences of 22 ms at 55 to 65
# years, 32 ms at 35 to 44 (medians of exp(3.08), exp(3.49), 293 people, heart.bmj.com, RMSSD while
# breathing freely). The mean of a quiet breath changes nothing.
ARRHYTHMIA_MMHG = 18.0
QUIET_FILLING = 0.105
SLOWEST = 0.05
# Adenosine silences the junction with the node and slows the ventricles' own beat (half; default).
FASTEST_ESCAPE = 0.8  # of the junction's interval at rest: 62 /min at most, 40 to 60 usual
PER_WINDOW_S = 1.0 / WINDOW_S


@leaf
def drug_window(b: NDArray[np.float64], at: int, stride: int) -> None:
    """Step the drugs."""
    packed = load_packed_drugs(b, at, stride)
    drugs = drug_step(load_drugs(b, at, stride), packed, load_inputs(b, at, stride).drugs)
    store_drugs(b, at, stride, drugs)
    store_drug_effects(b, at, stride, drug_effects(drugs, packed))


@leaf
def sample_window(b: NDArray[np.float64], at: int, stride: int) -> None:
    """Take what the slow parts see of the fast state."""
    c = load_control(b, at, stride)
    s = load_state(b, at, stride)
    p = load_packed(b, at, stride)
    x = pressures(s, p, c, activation(load_beats(b, at, stride), c, 0.0))
    seen = Sample(
        x.ua,
        x.ra - x.pericardium,
        x.lo,
        x.lv - x.pericardium,
        x.rv - x.pericardium,
        s.v_lv,
        c.coronary_left * max(x.ao - max(p.squeeze * x.lv, x.ra), 0.0),
        c.coronary_right * max(x.ao - max(p.squeeze * x.rv, x.ra), 0.0),
        max((x.pa - max(x.pv, c.alveolar)) * p.lung_inv_r * c.conduct_lungs, 0.0),
        max(s.q_upper + s.q_lower, 0.0),
        max(-s.q_shunt, 0.0),
    )
    store_sample(b, at, stride, seen)


@leaf
def breath_window(b: NDArray[np.float64], at: int, stride: int) -> None:
    """Step the breath, driven by the blood's gases and damped by drugs."""
    i = load_inputs(b, at, stride)
    gas = load_gas(b, at, stride)
    drive = load_drug_effects(b, at, stride).drive_factor
    breath = breath_step(
        load_breath(b, at, stride),
        load_packed_breath(b, at, stride),
        i.act,
        i.act_level_mmhg,
        i.breaths_per_min,
        i.peep_mmhg,
        drive * chemical_drive(gas.arterial_co2, gas.sat_arterial),
    )
    store_breath(b, at, stride, breath)


@leaf
def gas_window(b: NDArray[np.float64], at: int, stride: int) -> None:
    """Step the gases."""
    i = load_inputs(b, at, stride)
    k = load_packed_blood(b, at, stride)
    seen = load_sample(b, at, stride)
    breath = breath_effects(load_breath(b, at, stride), load_packed_breath(b, at, stride))
    blood_ml = max(k.blood_ml + load_ledger(b, at, stride).net_ml, 1.0)
    gas = gas_step(
        load_gas(b, at, stride),
        load_packed_gas(b, at, stride),
        breath.ventilation_ml_s,
        seen.flow_lungs,
        seen.flow_body,
        seen.right_to_left,
        i.fio2_frac,
        100.0 * load_blood(b, at, stride).haemoglobin_g / blood_ml,
        i.metabolic_factor,
    )
    store_gas(b, at, stride, gas)


@leaf
def reflex_window(b: NDArray[np.float64], at: int, stride: int) -> None:
    """Step the reflexes."""
    seen = load_sample(b, at, stride)
    gas = gas_effects(load_gas(b, at, stride))
    reflex = reflex_step(
        load_reflex(b, at, stride),
        load_packed_reflex(b, at, stride),
        seen.carotid,
        seen.filling,
        gas.sao2_frac,
        gas.paco2_mmhg,
        load_inputs(b, at, stride).vagal_stimulus_frac,
        load_drug_effects(b, at, stride).baroreflex_gain_factor,
    )
    store_reflex(b, at, stride, reflex)


@leaf
def coronary_window(b: NDArray[np.float64], at: int, stride: int) -> None:
    """Step supply and demand of the heart."""
    seen = load_sample(b, at, stride)
    coronary = coronary_step(
        load_coronary(b, at, stride),
        load_packed_coronary(b, at, stride),
        seen.flow_left,
        seen.flow_right,
        seen.lv,
        seen.rv,
        seen.v_lv,
        load_gas(b, at, stride).content_arterial * load_packed_blood(b, at, stride).inv_content,
        load_drug_effects(b, at, stride).coronary_resistance_factor,
    )
    store_coronary(b, at, stride, coronary)


@leaf
def valve_from(v: ValveInput) -> ValveNow:
    """Return a valve as the fast step reads it, with the balloon that stands in it."""
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
def control_window(b: NDArray[np.float64], at: int, stride: int) -> None:
    """Put together what all parts ask of the fast step and of the rhythm."""
    i = load_inputs(b, at, stride)
    k = load_packed_blood(b, at, stride)
    c = load_control(b, at, stride)
    seen = load_sample(b, at, stride)
    de = load_drug_effects(b, at, stride)
    breath = load_packed_breath(b, at, stride)
    be = breath_effects(load_breath(b, at, stride), breath)
    re = reflex_effects(
        load_reflex(b, at, stride),
        load_packed_reflex(b, at, stride),
        de.vagal_block_frac,
        de.beta_block_frac,
    )
    ce = coronary_effects(load_coronary(b, at, stride), load_packed_coronary(b, at, stride))
    blood = load_blood(b, at, stride)
    # A wound bleeds less as pressure falls, a torn atrium no more once the sac's pressure meets it.
    bleed = i.bleed_ml_s * min(max(seen.lower * (1.0 / BLEED_FULL_MMHG), 0.0), 1.0)
    effusion = i.effusion_ml_s * min(max(seen.filling * (1.0 / EFFUSION_FULL_MMHG), 0.0), 1.0)
    blood_ml = max(k.blood_ml + load_ledger(b, at, stride).net_ml, 1.0)
    lost_g = (bleed + effusion) * blood.haemoglobin_g / blood_ml
    fluid = max(blood.fluid + WINDOW_S * (effusion - i.drain_ml_s), 0.0)
    conduct = 1.0 / (re.resistance_factor * de.resistance_factor)
    tone = re.venous_tone_frac + de.venous_tone_frac
    strength = re.contractility_factor * de.contractility_factor
    pleural = c.pleural + c.pleural_rate * WINDOW_S
    abdominal = c.abdominal + c.abdominal_rate * WINDOW_S
    store_blood(
        b,
        at,
        stride,
        BloodState(
            fluid,
            blood.haemoglobin_g + WINDOW_S * (de.blood_ml_s * k.donor_g_ml - lost_g),
        ),
    )
    control = Control(
        pleural,
        (be.pleural_mmhg - breath.pleural_rest - pleural) * PER_WINDOW_S,
        abdominal,
        (be.abdominal_mmhg - breath.abdominal_rest - abdominal) * PER_WINDOW_S,
        be.alveolar_mmhg,
        conduct,
        conduct,
        1.0 / de.pulmonary_resistance_factor,
        tone * k.unstressed_upper,
        tone * k.unstressed_lower,
        strength * ce.contractility_factor,
        strength * ce.right_contractility_factor,
        re.atrial_contractility_factor * de.contractility_factor,
        ce.conductance_left,
        ce.conductance_right,
        valve_from(i.mitral),
        valve_from(i.aortic),
        valve_from(i.tricuspid),
        valve_from(i.pulmonary),
        max(i.shunt_area_cm2, AREA_FLOOR_CM2),
        fluid,
        i.infusion_ml_s + de.volume_ml_s,
        bleed,
        effusion,
    )
    store_control(b, at, stride, control)
    vagal = load_packed_reflex(b, at, stride).k_vagal * (1.0 - de.vagal_block_frac)
    filled = min(max(load_breath(b, at, stride).volume / breath.reserve, -1.0), 1.0)
    sinus = 1.0 + ARRHYTHMIA_MMHG * vagal * de.baroreflex_gain_factor * (filled - QUIET_FILLING)
    slowness = re.interval_factor / max(de.rate_factor, SLOWEST)
    rhythm = RhythmInput(
        i.rhythm,
        i.rate_bpm * de.rate_factor / re.interval_factor * sinus,
        i.rate_bpm,
        re.av_delay_factor * de.av_delay_factor,
        1.0 - (1.0 - i.av_block_frac) * (1.0 - de.av_block_frac),
        i.his_block_frac,
        i.lbbb_frac,
        i.rbbb_frac,
        i.lafb_frac,
        i.conduction_stretch_ratio,
        i.contact_ra_frac,
        i.contact_rv_frac,
        i.contact_lv_frac,
        i.atrial_pacing_bpm,
        i.pacing_bpm,
        i.pacing_place,
        i.pacing_mode,
        i.pacing_ma,
        i.pacing_threshold_ma,
        max(slowness, FASTEST_ESCAPE) / max(1.0 - de.av_block_frac, SLOWEST),
        1.0 + de.av_block_frac,
        load_coronary(b, at, stride).failure_left,
        k.seed,
        load_packed_ways(b, at, stride),
    )
    store_rhythm(b, at, stride, rhythm)
