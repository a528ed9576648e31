"""A whole patient in one buffer: a settled heart, and reflexes with its rest as set point."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvalve.circulation import (
    WINDOW_S,
    BreathParams,
    CoronaryParams,
    CoronaryRest,
    DrugParams,
    DrugState,
    GasParams,
    ReflexParams,
    ReflexState,
    State,
    coronary_rest,
    give,
    infusion_rate,
    initial_breath,
    initial_coronary,
    initial_gases,
    initial_reflexes,
    no_drugs,
    pack_breath,
    pack_coronary,
    pack_drugs,
    pack_gases,
    pack_reflexes,
)
from openvalve.heart._blocks import flat, put
from openvalve.heart._inputs import Inputs, resting_inputs
from openvalve.heart._kernel import advance
from openvalve.heart._layout import (
    BLOOD_AT,
    BREATH_AT,
    CORONARY_AT,
    DRUGS_AT,
    GAS_AT,
    INPUTS_AT,
    MARKS_AT,
    PACKED_BLOOD_AT,
    PACKED_BREATH_AT,
    PACKED_CORONARY_AT,
    PACKED_DRUGS_AT,
    PACKED_GAS_AT,
    PACKED_REFLEX_AT,
    PACKED_WAYS_AT,
    REFLEX_AT,
    RHYTHM_AT,
    SOURCE_AT,
    TALLY_AT,
)
from openvalve.heart._observe import COLUMNS
from openvalve.heart._params import REFERENCE_BSA_M2, HeartParams, build_circulation
from openvalve.heart._simulate import (
    TICK_S,
    HeartState,
    initial_state,
    patient_buffer,
    raise_failure,
    simulate,
)
from openvalve.heart._slow_blocks import BloodState, PackedBlood
from openvalve.heart._tally import empty_tally
from openvalve.recording import Recording
from openvalve.rhythm import CODES, Ways, draw_ways, initial_source, no_marks, resting_rhythm
from openvalve.units import GDl, Kg, MlPerS, S, Years

__all__ = [
    "BodyParams",
    "Patient",
    "acted_on",
    "build_patient",
    "inputs_of",
    "rough_patient",
    "run_patient",
]

NO_EVENTS = np.empty((0, 4))
NO_ROWS = np.empty((0, len(COLUMNS)))
SETTLE_BEATS = 60
SAMPLED_BEATS = 4
LEARN_S = 40.0  # quiet breathing without reflexes until every beat is like the last breath's
AVERAGE_S = 20.0
UNSTRESSED_VENOUS_ML = 2600.0  # of an adult; 2500 to 3200 [K]
USUAL_FLOW_ML_S = 90.0
USUAL_PULSATION_MMHG = 10.0  # a quarter of the pulse pressure
ESCAPE_BPM = 40.0  # sinus rate under a paced rhythm
UPPER_FRAC = 0.25
BLOOD_ML_KG = 70.0  # 60 to 80; 85 in infants [K]
DONOR_G_ML = 0.20  # haemoglobin of packed red cells, 0.18 to 0.22 [K]


@dataclass(frozen=True, kw_only=True, slots=True)
class BodyParams:
    """What reflexes, lungs and drugs need to know beside the heart.

    Attributes
    ----------
    age_years, weight_kg, haemoglobin_g_dl : of the patient.
    vagal_gain_ratio, vessel_gain_ratio : strength of the arterial baroreflex on the sinus node and
        on vessels, 1 usual for the age, 0 none.
    coronary_reserve_ratio : largest over resting coronary conductance, 4 in health.
    seed_count : stream of the irregular beats; it also draws how the ways of conduction are made.
    ways : how they are made, where that is known.
    """

    age_years: Years = 60.0
    weight_kg: Kg = 70.0
    haemoglobin_g_dl: GDl = 14.0
    vagal_gain_ratio: float = 1.0
    vessel_gain_ratio: float = 1.0
    coronary_reserve_ratio: float = 4.0
    seed_count: int = 0
    ways: Ways | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Patient:
    """A settled patient.

    Attributes
    ----------
    buffer : the whole state, shape (ROWS,).
    inputs : what acts on the patient at rest.
    body : who it is.
    """

    buffer: NDArray[np.float64]
    inputs: Inputs
    body: BodyParams


def inputs_of(inputs: Inputs) -> NDArray[np.float64]:
    """Return inputs as one row of the kernel's table, shape (1, INPUTS)."""
    return np.array([list(flat(inputs))])


def _rest_of(recording: Recording) -> CoronaryRest:
    stride = round(WINDOW_S * recording.rate_hz)
    lv, rv, ao, ra, volume = (
        recording[name][::stride] for name in ("LV", "RV", "AO", "RA", "VOL_LV")
    )
    return coronary_rest(
        lv.tolist(),
        rv.tolist(),
        volume.tolist(),
        np.maximum(ao - np.maximum(0.9 * lv, ra), 0.0).tolist(),
        np.maximum(ao - np.maximum(0.9 * rv, ra), 0.0).tolist(),
    )


def _reflexes(heart: HeartParams, body: BodyParams, *, on: bool) -> ReflexParams:
    return ReflexParams(
        age_years=body.age_years,
        interval_s=60.0 / heart.rhythm.rate_bpm,
        vagal_gain_ratio=body.vagal_gain_ratio if on else 0.0,
        vessel_gain_ratio=body.vessel_gain_ratio if on else 0.0,
        filling_gain_ratio=body.vessel_gain_ratio if on else 0.0,
    )


REFLEX_MEANS = [
    REFLEX_AT + ReflexState._fields.index(name) for name in ("pressure", "pulsation", "filling")
]


def build_patient(
    heart: HeartParams,
    body: BodyParams | None = None,
    *,
    regulated: bool = True,
    tick_s: S = TICK_S,
) -> Patient:
    """Return the patient at rest: settled, breathing quietly, reflexes at their set points.

    Parameters
    ----------
    heart : heart and vessels.
    body : the rest; an adult of the heart's body size when None.
    regulated : False leaves the reflexes out.
    tick_s : step of the fast loop.
    """
    run = simulate(heart, beats=SETTLE_BEATS, record_beats=SAMPLED_BEATS, tick_s=tick_s)
    flow = float(np.maximum(run.recording["FLOW_AORTIC"], 0.0).mean())
    who = _adult(heart) if body is None else body
    patient = _assembled(heart, who, run.state, _rest_of(run.recording), flow, tick_s)
    return _regulated(patient, heart, tick_s) if regulated else _settled(patient, tick_s)


def rough_patient(
    heart: HeartParams, body: BodyParams | None = None, *, tick_s: S = TICK_S
) -> Patient:
    """Return a patient whose start and set points are a healthy adult's, scaled, not their own.

    A hundred times faster than ``build_patient``; for large batches that settle by themselves.
    """
    size = heart.bsa_m2 / REFERENCE_BSA_M2
    who = _adult(heart) if body is None else body
    usual = CoronaryParams()
    rest = CoronaryRest(
        left_mmhg_s=usual.reference_left_mmhg_s,
        right_mmhg_s=usual.reference_right_mmhg_s,
        work_mmhg_s=usual.reference_work_mmhg_s * size,
        driving_left_mmhg=usual.driving_left_mmhg,
        driving_right_mmhg=usual.driving_right_mmhg,
    )
    state = initial_state(build_circulation(heart))
    patient = _assembled(heart, who, state, rest, USUAL_FLOW_ML_S * size, tick_s)
    params = replace(_reflexes(heart, who, on=True), pulsation_mmhg=USUAL_PULSATION_MMHG)
    put(patient.buffer, PACKED_REFLEX_AT, pack_reflexes(params))
    put(patient.buffer, REFLEX_AT, initial_reflexes(params))
    return patient


def acted_on(
    patient: Patient,
    inputs: Inputs,
    *,
    boluses: Mapping[str, float] | None = None,
    infusions: Mapping[str, float] | None = None,
) -> Patient:
    """Return the patient under other inputs and drugs; the given one stays as it is.

    Parameters
    ----------
    inputs : what acts from now on.
    boluses, infusions : drug to dose or rate in its own unit (docs/drugs.md).

    Raises
    ------
    InputError : unknown drug, no number, or more than ten times the usual maximum.
    """
    who = DrugParams(weight_kg=patient.body.weight_kg, age_years=patient.body.age_years)
    buffer = patient.buffer.copy()
    size = len(DrugState._fields)
    state = DrugState(*(float(v) for v in buffer[DRUGS_AT : DRUGS_AT + size]))
    for drug, dose in (boluses or {}).items():
        state = give(state, who, drug, dose)
    rates = {drug: infusion_rate(who, drug, rate) for drug, rate in (infusions or {}).items()}
    changed = inputs._replace(drugs=inputs.drugs._replace(**rates))
    put(buffer, DRUGS_AT, state)
    put(buffer, INPUTS_AT, changed)
    return Patient(buffer=buffer, inputs=changed, body=patient.body)


def run_patient(patient: Patient, seconds_s: S, *, tick_s: S = TICK_S) -> Patient:
    """Return the patient ``seconds_s`` later, without a recording.

    Raises
    ------
    SolverError : with time and last good state.
    """
    buffer = patient.buffer.copy()
    _go(buffer, inputs_of(patient.inputs), seconds_s, tick_s)
    return Patient(buffer=buffer, inputs=patient.inputs, body=patient.body)


def _adult(heart: HeartParams) -> BodyParams:
    return BodyParams(weight_kg=70.0 * (heart.bsa_m2 / REFERENCE_BSA_M2) ** 1.5)


def _assembled(
    heart: HeartParams,
    who: BodyParams,
    state: HeartState,
    rest: CoronaryRest,
    flow_ml_s: MlPerS,
    tick_s: S,
) -> Patient:
    """Put all blocks of a patient into a buffer; the reflexes have no gain yet."""
    size = heart.bsa_m2 / REFERENCE_BSA_M2
    circulation = build_circulation(heart)
    breath = pack_breath(BreathParams(weight_kg=who.weight_kg))
    gases = GasParams(weight_kg=who.weight_kg, haemoglobin_g_dl=who.haemoglobin_g_dl)
    coronary = CoronaryParams(reserve_ratio=who.coronary_reserve_ratio)
    coronaries = pack_coronary(coronary, rest)
    gas = initial_gases(gases, breath.ventilation_rest, max(flow_ml_s, 1.0))
    blood_ml = BLOOD_ML_KG * who.weight_kg
    blood = PackedBlood(
        unstressed_upper=UPPER_FRAC * UNSTRESSED_VENOUS_ML * size,
        unstressed_lower=(1.0 - UPPER_FRAC) * UNSTRESSED_VENOUS_ML * size,
        blood_ml=blood_ml,
        donor_g_ml=DONOR_G_ML,
        inv_content=1.0 / gas.content_arterial,
        seed=float(who.seed_count % 2**31),
    )
    reflex = _reflexes(heart, who, on=False)
    filled = state.values
    lv_ml = float(filled[State._fields.index("v_lv")])
    kind = CODES["atrial_fibrillation" if heart.rhythm.name == "atrial_fibrillation" else "sinus"]
    inputs = resting_inputs(
        circulation, rhythm=kind, rate_bpm=heart.rhythm.rate_bpm, breaths_per_min=breath.rate
    )
    if heart.rhythm.name == "paced":
        inputs = inputs._replace(pacing_bpm=heart.rhythm.rate_bpm, rate_bpm=ESCAPE_BPM)
    blocks: dict[int, tuple[Any, ...]] = {
        SOURCE_AT: initial_source(heart.rhythm.rate_bpm),
        MARKS_AT: no_marks(),
        RHYTHM_AT: resting_rhythm(heart.rhythm.rate_bpm)._replace(kind=kind, seed=blood.seed),
        TALLY_AT: empty_tally(),
        INPUTS_AT: inputs,
        BREATH_AT: initial_breath(),
        GAS_AT: gas,
        DRUGS_AT: no_drugs(),
        REFLEX_AT: initial_reflexes(reflex),
        CORONARY_AT: initial_coronary(coronaries, rest, 0.0, 0.0, lv_ml),
        BLOOD_AT: BloodState(fluid=0.0, haemoglobin_g=0.01 * who.haemoglobin_g_dl * blood_ml),
        PACKED_BREATH_AT: breath,
        PACKED_GAS_AT: pack_gases(gases),
        PACKED_DRUGS_AT: pack_drugs(DrugParams(weight_kg=who.weight_kg, age_years=who.age_years)),
        PACKED_REFLEX_AT: pack_reflexes(reflex),
        PACKED_CORONARY_AT: coronaries,
        PACKED_BLOOD_AT: blood,
        PACKED_WAYS_AT: draw_ways(who.seed_count) if who.ways is None else who.ways,
    }
    buffer = patient_buffer(circulation, filled, tick_s)
    for at, block in blocks.items():
        put(buffer, at, block)
    return Patient(buffer=buffer, inputs=inputs, body=who)


def _go(buffer: NDArray[np.float64], row: NDArray[np.float64], seconds: S, tick_s: S) -> None:
    ticks = round(seconds / tick_s)
    failed = advance(
        buffer, NO_EVENTS, row, 0, ticks, round(WINDOW_S / tick_s), tick_s, NO_ROWS, 0, 1
    )
    if failed >= 0:
        raise_failure(buffer, failed * tick_s)


def _settled(patient: Patient, tick_s: S) -> Patient:
    _go(patient.buffer, inputs_of(patient.inputs), LEARN_S, tick_s)
    return patient


def _regulated(patient: Patient, heart: HeartParams, tick_s: S) -> Patient:
    """Let the patient breathe without reflexes, take the means as set points, then let them act."""
    buffer, row = patient.buffer, inputs_of(patient.inputs)
    _go(buffer, row, LEARN_S, tick_s)
    sums = np.zeros(len(REFLEX_MEANS))
    windows = round(AVERAGE_S / WINDOW_S)
    for _ in range(windows):
        _go(buffer, row, WINDOW_S, tick_s)
        sums += buffer[REFLEX_MEANS]
    pressure, pulsation, filling = sums / windows
    params = replace(
        _reflexes(heart, patient.body, on=True),
        carotid_mmhg=float(pressure),
        pulsation_mmhg=float(pulsation),
        filling_mmhg=float(filling),
    )
    put(buffer, PACKED_REFLEX_AT, pack_reflexes(params))
    put(buffer, REFLEX_AT, initial_reflexes(params))
    _go(buffer, row, AVERAGE_S, tick_s)
    return patient
