"""What acts on the body from outside: operator, patient's own will, machines."""

from typing import NamedTuple

from openvalve.circulation import (
    AREA_FLOOR_CM2,
    CirculationParams,
    DrugRates,
    Orifice,
    no_infusions,
)
from openvalve.rhythm import resting_rhythm

__all__ = ["Inputs", "ValveInput", "resting_inputs"]


class ValveInput(NamedTuple):
    """One orifice: its areas now, and how far a balloon blocks it.

    ``occlusion_frac`` 0 to 1 moves the orifice from the leaflets' own to ``gap_cm2``, which is
    open both ways: a balloon holds the leaflets apart.
    """

    area_cm2: float
    leak_cm2: float
    occlusion_frac: float
    gap_cm2: float


class Inputs(NamedTuple):
    """All inputs of a window.

    Attributes
    ----------
    rhythm : a code of ``openvalve.rhythm.CODES``.
    rate_bpm : sinus rate, in fibrillation mean ventricular rate, at rest, before reflexes and
        drugs; 0 to 350.
    pacing_bpm, atrial_pacing_bpm : of ventricle and right atrium, 0 off.
    pacing_place, pacing_mode : codes of ``openvalve.rhythm.PACING_PLACES`` and ``PACING_MODES``.
    pacing_ma, pacing_threshold_ma : output, and what it takes to capture where the tip lies.
    av_block_frac : of the AV node: first degree near 0.2, second from 0.3, third at 0.5.
    his_block_frac : share of beats that are blocked below the node; 1 is complete block.
    lbbb_frac, rbbb_frac, lafb_frac : of the bundle branches and the left anterior fascicle.
    conduction_stretch_ratio : a full balloon over the outflow tract, as ``valve.Inflation`` has it;
        above 1 it strains the ways of conduction below the valve. 1 without a balloon.
    contact_ra_frac, contact_rv_frac, contact_lv_frac : how much a tip irritates a wall.
    act, act_level_mmhg, breaths_per_min, peep_mmhg, fio2_frac : breathing, see ``circulation``.
    shunt_area_cm2 : hole between the atria.
    effusion_ml_s, drain_ml_s : blood from the right atrium into the pericardium, fluid out of it.
        An effusion slows below 1 mmHg across the atrial wall.
    bleed_ml_s, infusion_ml_s : blood out of the lower arteries, into the venae cavae. A bleeding
        slows below an arterial pressure of 50 mmHg.
    vagal_stimulus_frac : 0 to 1, a full vagal reaction.
    metabolic_factor : oxygen used, of that at rest.
    drugs : running infusions.
    """

    rhythm: float
    rate_bpm: float
    pacing_bpm: float
    atrial_pacing_bpm: float
    pacing_place: float
    pacing_mode: float
    pacing_ma: float
    pacing_threshold_ma: float
    av_block_frac: float
    his_block_frac: float
    lbbb_frac: float
    rbbb_frac: float
    lafb_frac: float
    conduction_stretch_ratio: float
    contact_ra_frac: float
    contact_rv_frac: float
    contact_lv_frac: float
    act: float
    act_level_mmhg: float
    breaths_per_min: float
    peep_mmhg: float
    fio2_frac: float
    mitral: ValveInput
    aortic: ValveInput
    tricuspid: ValveInput
    pulmonary: ValveInput
    shunt_area_cm2: float
    effusion_ml_s: float
    drain_ml_s: float
    bleed_ml_s: float
    infusion_ml_s: float
    vagal_stimulus_frac: float
    metabolic_factor: float
    drugs: DrugRates


def _valve(o: Orifice) -> ValveInput:
    return ValveInput(
        area_cm2=o.area_effective_cm2,
        leak_cm2=max(o.area_leak_cm2, AREA_FLOOR_CM2),
        occlusion_frac=0.0,
        gap_cm2=0.0,
    )


def resting_inputs(
    params: CirculationParams, *, rhythm: float, rate_bpm: float, breaths_per_min: float
) -> Inputs:
    """Return the inputs of a patient whom nobody touches."""
    quiet = resting_rhythm(rate_bpm)
    return Inputs(
        rhythm=rhythm,
        rate_bpm=rate_bpm,
        pacing_bpm=0.0,
        atrial_pacing_bpm=0.0,
        pacing_place=quiet.pacing_place,
        pacing_mode=quiet.pacing_mode,
        pacing_ma=quiet.pacing_ma,
        pacing_threshold_ma=quiet.pacing_threshold_ma,
        av_block_frac=0.0,
        his_block_frac=0.0,
        lbbb_frac=0.0,
        rbbb_frac=0.0,
        lafb_frac=0.0,
        conduction_stretch_ratio=1.0,
        contact_ra_frac=0.0,
        contact_rv_frac=0.0,
        contact_lv_frac=0.0,
        act=0.0,
        act_level_mmhg=0.0,
        breaths_per_min=breaths_per_min,
        peep_mmhg=0.0,
        fio2_frac=0.21,
        mitral=_valve(params.mitral),
        aortic=_valve(params.aortic),
        tricuspid=_valve(params.tricuspid),
        pulmonary=_valve(params.pulmonary),
        shunt_area_cm2=AREA_FLOOR_CM2,
        effusion_ml_s=0.0,
        drain_ml_s=0.0,
        bleed_ml_s=0.0,
        infusion_ml_s=0.0,
        vagal_stimulus_frac=0.0,
        metabolic_factor=1.0,
        drugs=no_infusions(),
    )
