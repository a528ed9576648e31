"""Load and store the blocks of a patient; written by ``_generate.py``, do not edit.

Value k of a patient stands at ``b[at + k * stride]``: ``at`` is the patient's place and ``stride``
the number of patients that lie side by side.
"""

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import leaf
from openvalve.circulation._breathing import BreathState, PackedBreath
from openvalve.circulation._coronary import CoronaryState, PackedCoronary
from openvalve.circulation._drugs_state import DrugEffects, DrugRates, DrugState, PackedDrugs
from openvalve.circulation._gases import GasState, PackedGas
from openvalve.circulation._packed import (
    Control,
    Packed,
    PackedBranch,
    PackedChamber,
    PackedOrifice,
    PackedRoot,
    ValveNow,
)
from openvalve.circulation._reflexes import PackedReflexes, ReflexState
from openvalve.circulation._step import State
from openvalve.heart._blocks import Ledger
from openvalve.heart._inputs import Inputs, ValveInput
from openvalve.heart._slow_blocks import BloodState, PackedBlood, Sample
from openvalve.heart._tally import Tally
from openvalve.rhythm._curves import Beat, Beats
from openvalve.rhythm._marks import Marks
from openvalve.rhythm._source_state import (
    Atria,
    Machine,
    Node,
    RhythmInput,
    SourceState,
    Tissue,
    Ventricles,
    Ways,
)
from openvalve.rhythm._strength import Filling

__all__ = [
    "BEATS_AT",
    "BLOOD_AT",
    "BREATH_AT",
    "CONTROL_AT",
    "CORONARY_AT",
    "DRUGS_AT",
    "DRUG_EFFECTS_AT",
    "FILLING_AT",
    "GAS_AT",
    "INPUTS_AT",
    "LEDGER_AT",
    "MARKS_AT",
    "PACKED_AT",
    "PACKED_BLOOD_AT",
    "PACKED_BREATH_AT",
    "PACKED_CORONARY_AT",
    "PACKED_DRUGS_AT",
    "PACKED_GAS_AT",
    "PACKED_REFLEX_AT",
    "PACKED_WAYS_AT",
    "REFLEX_AT",
    "RHYTHM_AT",
    "ROWS",
    "SAMPLE_AT",
    "SOURCE_AT",
    "STATE_AT",
    "TALLY_AT",
    "load_beats",
    "load_blood",
    "load_breath",
    "load_control",
    "load_coronary",
    "load_drug_effects",
    "load_drugs",
    "load_filling",
    "load_gas",
    "load_inputs",
    "load_ledger",
    "load_marks",
    "load_packed",
    "load_packed_blood",
    "load_packed_breath",
    "load_packed_coronary",
    "load_packed_drugs",
    "load_packed_gas",
    "load_packed_reflex",
    "load_packed_ways",
    "load_reflex",
    "load_rhythm",
    "load_sample",
    "load_source",
    "load_state",
    "load_tally",
    "store_beats",
    "store_blood",
    "store_breath",
    "store_control",
    "store_coronary",
    "store_drug_effects",
    "store_drugs",
    "store_filling",
    "store_gas",
    "store_inputs",
    "store_ledger",
    "store_marks",
    "store_packed",
    "store_packed_blood",
    "store_packed_breath",
    "store_packed_coronary",
    "store_packed_drugs",
    "store_packed_gas",
    "store_packed_reflex",
    "store_packed_ways",
    "store_reflex",
    "store_rhythm",
    "store_sample",
    "store_source",
    "store_state",
    "store_tally",
    "sum_beats",
    "sum_blood",
    "sum_breath",
    "sum_control",
    "sum_coronary",
    "sum_drug_effects",
    "sum_drugs",
    "sum_gas",
    "sum_reflex",
    "sum_rhythm",
    "sum_source",
]

STATE_AT = 0


@leaf
def load_state(b: NDArray[np.float64], at: int, stride: int) -> State:
    """Load the state of a patient."""
    return State(
        b[at + 0 * stride],
        b[at + 1 * stride],
        b[at + 2 * stride],
        b[at + 3 * stride],
        b[at + 4 * stride],
        b[at + 5 * stride],
        b[at + 6 * stride],
        b[at + 7 * stride],
        b[at + 8 * stride],
        b[at + 9 * stride],
        b[at + 10 * stride],
        b[at + 11 * stride],
        b[at + 12 * stride],
        b[at + 13 * stride],
        b[at + 14 * stride],
        b[at + 15 * stride],
        b[at + 16 * stride],
        b[at + 17 * stride],
        b[at + 18 * stride],
        b[at + 19 * stride],
        b[at + 20 * stride],
        b[at + 21 * stride],
        b[at + 22 * stride],
        b[at + 23 * stride],
        b[at + 24 * stride],
        b[at + 25 * stride],
        b[at + 26 * stride],
        b[at + 27 * stride],
        b[at + 28 * stride],
        b[at + 29 * stride],
    )


@leaf
def store_state(b: NDArray[np.float64], at: int, stride: int, x: State) -> None:
    """Store the state of a patient."""
    b[at + 0 * stride] = x.v_la
    b[at + 1 * stride] = x.v_lv
    b[at + 2 * stride] = x.v_ra
    b[at + 3 * stride] = x.v_rv
    b[at + 4 * stride] = x.v_ao
    b[at + 5 * stride] = x.v_ua
    b[at + 6 * stride] = x.v_rad
    b[at + 7 * stride] = x.v_lo
    b[at + 8 * stride] = x.v_fem
    b[at + 9 * stride] = x.v_upper_veins
    b[at + 10 * stride] = x.v_lower_veins
    b[at + 11 * stride] = x.v_cava
    b[at + 12 * stride] = x.v_pr
    b[at + 13 * stride] = x.v_pa
    b[at + 14 * stride] = x.v_pv
    b[at + 15 * stride] = x.v_septum
    b[at + 16 * stride] = x.q_mitral
    b[at + 17 * stride] = x.q_aortic
    b[at + 18 * stride] = x.q_tricuspid
    b[at + 19 * stride] = x.q_pulmonary
    b[at + 20 * stride] = x.q_upper
    b[at + 21 * stride] = x.q_lower
    b[at + 22 * stride] = x.q_radial
    b[at + 23 * stride] = x.q_femoral
    b[at + 24 * stride] = x.q_trunk
    b[at + 25 * stride] = x.q_shunt
    b[at + 26 * stride] = x.z_mitral
    b[at + 27 * stride] = x.z_aortic
    b[at + 28 * stride] = x.z_tricuspid
    b[at + 29 * stride] = x.z_pulmonary


CONTROL_AT = 30


@leaf
def load_control(b: NDArray[np.float64], at: int, stride: int) -> Control:
    """Load the control of a patient."""
    return Control(
        b[at + 30 * stride],
        b[at + 31 * stride],
        b[at + 32 * stride],
        b[at + 33 * stride],
        b[at + 34 * stride],
        b[at + 35 * stride],
        b[at + 36 * stride],
        b[at + 37 * stride],
        b[at + 38 * stride],
        b[at + 39 * stride],
        b[at + 40 * stride],
        b[at + 41 * stride],
        b[at + 42 * stride],
        b[at + 43 * stride],
        b[at + 44 * stride],
        ValveNow(
            b[at + 45 * stride],
            b[at + 46 * stride],
            b[at + 47 * stride],
            b[at + 48 * stride],
            b[at + 49 * stride],
        ),
        ValveNow(
            b[at + 50 * stride],
            b[at + 51 * stride],
            b[at + 52 * stride],
            b[at + 53 * stride],
            b[at + 54 * stride],
        ),
        ValveNow(
            b[at + 55 * stride],
            b[at + 56 * stride],
            b[at + 57 * stride],
            b[at + 58 * stride],
            b[at + 59 * stride],
        ),
        ValveNow(
            b[at + 60 * stride],
            b[at + 61 * stride],
            b[at + 62 * stride],
            b[at + 63 * stride],
            b[at + 64 * stride],
        ),
        b[at + 65 * stride],
        b[at + 66 * stride],
        b[at + 67 * stride],
        b[at + 68 * stride],
        b[at + 69 * stride],
    )


@leaf
def store_control(b: NDArray[np.float64], at: int, stride: int, x: Control) -> None:
    """Store the control of a patient."""
    b[at + 30 * stride] = x.pleural
    b[at + 31 * stride] = x.pleural_rate
    b[at + 32 * stride] = x.abdominal
    b[at + 33 * stride] = x.abdominal_rate
    b[at + 34 * stride] = x.alveolar
    b[at + 35 * stride] = x.conduct_upper
    b[at + 36 * stride] = x.conduct_lower
    b[at + 37 * stride] = x.conduct_lungs
    b[at + 38 * stride] = x.tone_upper
    b[at + 39 * stride] = x.tone_lower
    b[at + 40 * stride] = x.contract_lv
    b[at + 41 * stride] = x.contract_rv
    b[at + 42 * stride] = x.contract_atria
    b[at + 43 * stride] = x.coronary_left
    b[at + 44 * stride] = x.coronary_right
    b[at + 45 * stride] = x.mitral.area
    b[at + 46 * stride] = x.mitral.leak
    b[at + 47 * stride] = x.mitral.head_per_q2
    b[at + 48 * stride] = x.mitral.keep
    b[at + 49 * stride] = x.mitral.gap
    b[at + 50 * stride] = x.aortic.area
    b[at + 51 * stride] = x.aortic.leak
    b[at + 52 * stride] = x.aortic.head_per_q2
    b[at + 53 * stride] = x.aortic.keep
    b[at + 54 * stride] = x.aortic.gap
    b[at + 55 * stride] = x.tricuspid.area
    b[at + 56 * stride] = x.tricuspid.leak
    b[at + 57 * stride] = x.tricuspid.head_per_q2
    b[at + 58 * stride] = x.tricuspid.keep
    b[at + 59 * stride] = x.tricuspid.gap
    b[at + 60 * stride] = x.pulmonary.area
    b[at + 61 * stride] = x.pulmonary.leak
    b[at + 62 * stride] = x.pulmonary.head_per_q2
    b[at + 63 * stride] = x.pulmonary.keep
    b[at + 64 * stride] = x.pulmonary.gap
    b[at + 65 * stride] = x.shunt_area
    b[at + 66 * stride] = x.fluid
    b[at + 67 * stride] = x.infusion
    b[at + 68 * stride] = x.bleed
    b[at + 69 * stride] = x.effusion


@leaf
def sum_control(b: NDArray[np.float64], at: int, stride: int) -> float:
    """Add up the control of a patient."""
    total: float = (
        (b[at + 30 * stride] + b[at + 31 * stride] + b[at + 32 * stride])
        + (b[at + 33 * stride] + b[at + 34 * stride] + b[at + 35 * stride])
        + (b[at + 36 * stride] + b[at + 37 * stride] + b[at + 38 * stride])
        + (b[at + 39 * stride] + b[at + 40 * stride] + b[at + 41 * stride])
        + (b[at + 42 * stride] + b[at + 43 * stride] + b[at + 44 * stride])
        + (b[at + 45 * stride] + b[at + 46 * stride] + b[at + 47 * stride])
        + (b[at + 48 * stride] + b[at + 49 * stride] + b[at + 50 * stride])
        + (b[at + 51 * stride] + b[at + 52 * stride] + b[at + 53 * stride])
        + (b[at + 54 * stride] + b[at + 55 * stride] + b[at + 56 * stride])
        + (b[at + 57 * stride] + b[at + 58 * stride] + b[at + 59 * stride])
        + (b[at + 60 * stride] + b[at + 61 * stride] + b[at + 62 * stride])
        + (b[at + 63 * stride] + b[at + 64 * stride] + b[at + 65 * stride])
        + (b[at + 66 * stride] + b[at + 67 * stride] + b[at + 68 * stride])
        + (b[at + 69 * stride])
    )
    return total


BEATS_AT = 70


@leaf
def load_beats(b: NDArray[np.float64], at: int, stride: int) -> Beats:
    """Load the beats of a patient."""
    return Beats(
        Beat(
            b[at + 70 * stride],
            b[at + 71 * stride],
            b[at + 72 * stride],
            b[at + 73 * stride],
            b[at + 74 * stride],
            b[at + 75 * stride],
        ),
        Beat(
            b[at + 76 * stride],
            b[at + 77 * stride],
            b[at + 78 * stride],
            b[at + 79 * stride],
            b[at + 80 * stride],
            b[at + 81 * stride],
        ),
        Beat(
            b[at + 82 * stride],
            b[at + 83 * stride],
            b[at + 84 * stride],
            b[at + 85 * stride],
            b[at + 86 * stride],
            b[at + 87 * stride],
        ),
        Beat(
            b[at + 88 * stride],
            b[at + 89 * stride],
            b[at + 90 * stride],
            b[at + 91 * stride],
            b[at + 92 * stride],
            b[at + 93 * stride],
        ),
    )


@leaf
def store_beats(b: NDArray[np.float64], at: int, stride: int, x: Beats) -> None:
    """Store the beats of a patient."""
    b[at + 70 * stride] = x.ra.age
    b[at + 71 * stride] = x.ra.inv_scale
    b[at + 72 * stride] = x.ra.strength
    b[at + 73 * stride] = x.ra.age_before
    b[at + 74 * stride] = x.ra.inv_scale_before
    b[at + 75 * stride] = x.ra.strength_before
    b[at + 76 * stride] = x.la.age
    b[at + 77 * stride] = x.la.inv_scale
    b[at + 78 * stride] = x.la.strength
    b[at + 79 * stride] = x.la.age_before
    b[at + 80 * stride] = x.la.inv_scale_before
    b[at + 81 * stride] = x.la.strength_before
    b[at + 82 * stride] = x.rv.age
    b[at + 83 * stride] = x.rv.inv_scale
    b[at + 84 * stride] = x.rv.strength
    b[at + 85 * stride] = x.rv.age_before
    b[at + 86 * stride] = x.rv.inv_scale_before
    b[at + 87 * stride] = x.rv.strength_before
    b[at + 88 * stride] = x.lv.age
    b[at + 89 * stride] = x.lv.inv_scale
    b[at + 90 * stride] = x.lv.strength
    b[at + 91 * stride] = x.lv.age_before
    b[at + 92 * stride] = x.lv.inv_scale_before
    b[at + 93 * stride] = x.lv.strength_before


@leaf
def sum_beats(b: NDArray[np.float64], at: int, stride: int) -> float:
    """Add up the beats of a patient."""
    total: float = (
        (b[at + 70 * stride] + b[at + 71 * stride] + b[at + 72 * stride])
        + (b[at + 73 * stride] + b[at + 74 * stride] + b[at + 75 * stride])
        + (b[at + 76 * stride] + b[at + 77 * stride] + b[at + 78 * stride])
        + (b[at + 79 * stride] + b[at + 80 * stride] + b[at + 81 * stride])
        + (b[at + 82 * stride] + b[at + 83 * stride] + b[at + 84 * stride])
        + (b[at + 85 * stride] + b[at + 86 * stride] + b[at + 87 * stride])
        + (b[at + 88 * stride] + b[at + 89 * stride] + b[at + 90 * stride])
        + (b[at + 91 * stride] + b[at + 92 * stride] + b[at + 93 * stride])
    )
    return total


FILLING_AT = 94


@leaf
def load_filling(b: NDArray[np.float64], at: int, stride: int) -> Filling:
    """Load the filling of a patient."""
    return Filling(
        b[at + 94 * stride],
        b[at + 95 * stride],
        b[at + 96 * stride],
    )


@leaf
def store_filling(b: NDArray[np.float64], at: int, stride: int, x: Filling) -> None:
    """Store the filling of a patient."""
    b[at + 94 * stride] = x.usual_rv_ml
    b[at + 95 * stride] = x.rv_ml
    b[at + 96 * stride] = x.gain_ml_s


SOURCE_AT = 97


@leaf
def load_source(b: NDArray[np.float64], at: int, stride: int) -> SourceState:
    """Load the source of a patient."""
    return SourceState(
        Atria(
            b[at + 97 * stride],
            b[at + 98 * stride],
            b[at + 99 * stride],
            b[at + 100 * stride],
            b[at + 101 * stride],
            b[at + 102 * stride],
        ),
        Node(
            b[at + 103 * stride],
            b[at + 104 * stride],
            b[at + 105 * stride],
            b[at + 106 * stride],
            b[at + 107 * stride],
        ),
        Ventricles(
            b[at + 108 * stride],
            b[at + 109 * stride],
            b[at + 110 * stride],
            b[at + 111 * stride],
            b[at + 112 * stride],
            b[at + 113 * stride],
            b[at + 114 * stride],
            b[at + 115 * stride],
            b[at + 116 * stride],
        ),
        Machine(
            b[at + 117 * stride],
            b[at + 118 * stride],
        ),
        Tissue(
            b[at + 119 * stride],
            b[at + 120 * stride],
        ),
        b[at + 121 * stride],
        b[at + 122 * stride],
    )


@leaf
def store_source(b: NDArray[np.float64], at: int, stride: int, x: SourceState) -> None:
    """Store the source of a patient."""
    b[at + 97 * stride] = x.atria.phase
    b[at + 98 * stride] = x.atria.since
    b[at + 99 * stride] = x.atria.regime
    b[at + 100 * stride] = x.atria.asked
    b[at + 101 * stride] = x.atria.wave
    b[at + 102 * stride] = x.atria.stimulus
    b[at + 103 * stride] = x.node.since
    b[at + 104 * stride] = x.node.arriving
    b[at + 105 * stride] = x.node.rising
    b[at + 106 * stride] = x.node.concealed
    b[at + 107 * stride] = x.node.fatigue
    b[at + 108 * stride] = x.ventricles.since
    b[at + 109 * stride] = x.ventricles.contracting
    b[at + 110 * stride] = x.ventricles.interval
    b[at + 111 * stride] = x.ventricles.potentiation
    b[at + 112 * stride] = x.ventricles.run_wave
    b[at + 113 * stride] = x.ventricles.run_left
    b[at + 114 * stride] = x.ventricles.run_cycle
    b[at + 115 * stride] = x.ventricles.run_place
    b[at + 116 * stride] = x.ventricles.fibrillating
    b[at + 117 * stride] = x.machine.stimulus
    b[at + 118 * stride] = x.machine.armed_j
    b[at + 119 * stride] = x.tissue.stunned
    b[at + 120 * stride] = x.tissue.injured
    b[at + 121 * stride] = x.waves
    b[at + 122 * stride] = x.windows


@leaf
def sum_source(b: NDArray[np.float64], at: int, stride: int) -> float:
    """Add up the source of a patient."""
    total: float = (
        (b[at + 97 * stride] + b[at + 98 * stride] + b[at + 99 * stride])
        + (b[at + 100 * stride] + b[at + 101 * stride] + b[at + 102 * stride])
        + (b[at + 103 * stride] + b[at + 104 * stride] + b[at + 105 * stride])
        + (b[at + 106 * stride] + b[at + 107 * stride] + b[at + 108 * stride])
        + (b[at + 109 * stride] + b[at + 110 * stride] + b[at + 111 * stride])
        + (b[at + 112 * stride] + b[at + 113 * stride] + b[at + 114 * stride])
        + (b[at + 115 * stride] + b[at + 116 * stride] + b[at + 117 * stride])
        + (b[at + 118 * stride] + b[at + 119 * stride] + b[at + 120 * stride])
        + (b[at + 121 * stride] + b[at + 122 * stride])
    )
    return total


MARKS_AT = 123


@leaf
def load_marks(b: NDArray[np.float64], at: int, stride: int) -> Marks:
    """Load the marks of a patient."""
    return Marks(
        b[at + 123 * stride],
        b[at + 124 * stride],
        b[at + 125 * stride],
        b[at + 126 * stride],
        b[at + 127 * stride],
        b[at + 128 * stride],
        b[at + 129 * stride],
        b[at + 130 * stride],
        b[at + 131 * stride],
        b[at + 132 * stride],
    )


@leaf
def store_marks(b: NDArray[np.float64], at: int, stride: int, x: Marks) -> None:
    """Store the marks of a patient."""
    b[at + 123 * stride] = x.p
    b[at + 124 * stride] = x.p_kind
    b[at + 125 * stride] = x.qrs
    b[at + 126 * stride] = x.qrs_kind
    b[at + 127 * stride] = x.beat
    b[at + 128 * stride] = x.spike_a
    b[at + 129 * stride] = x.spike_v
    b[at + 130 * stride] = x.shock
    b[at + 131 * stride] = x.atria
    b[at + 132 * stride] = x.ventricles


LEDGER_AT = 133


@leaf
def load_ledger(b: NDArray[np.float64], at: int, stride: int) -> Ledger:
    """Load the ledger of a patient."""
    return Ledger(
        b[at + 133 * stride],
        b[at + 134 * stride],
    )


@leaf
def store_ledger(b: NDArray[np.float64], at: int, stride: int, x: Ledger) -> None:
    """Store the ledger of a patient."""
    b[at + 133 * stride] = x.net_ml
    b[at + 134 * stride] = x.initial_ml


TALLY_AT = 135


@leaf
def load_tally(b: NDArray[np.float64], at: int, stride: int) -> Tally:
    """Load the tally of a patient."""
    return Tally(
        b[at + 135 * stride],
        b[at + 136 * stride],
        b[at + 137 * stride],
        b[at + 138 * stride],
        b[at + 139 * stride],
        b[at + 140 * stride],
        b[at + 141 * stride],
        b[at + 142 * stride],
        b[at + 143 * stride],
        b[at + 144 * stride],
        b[at + 145 * stride],
        b[at + 146 * stride],
        b[at + 147 * stride],
        b[at + 148 * stride],
        b[at + 149 * stride],
        b[at + 150 * stride],
        b[at + 151 * stride],
        b[at + 152 * stride],
        b[at + 153 * stride],
        b[at + 154 * stride],
        b[at + 155 * stride],
        b[at + 156 * stride],
        b[at + 157 * stride],
    )


@leaf
def store_tally(b: NDArray[np.float64], at: int, stride: int, x: Tally) -> None:
    """Store the tally of a patient."""
    b[at + 135 * stride] = x.ticks
    b[at + 136 * stride] = x.ao
    b[at + 137 * stride] = x.la
    b[at + 138 * stride] = x.ra
    b[at + 139 * stride] = x.pa
    b[at + 140 * stride] = x.q_aortic
    b[at + 141 * stride] = x.q_pulmonary
    b[at + 142 * stride] = x.ao_high
    b[at + 143 * stride] = x.ao_low
    b[at + 144 * stride] = x.lv_high
    b[at + 145 * stride] = x.rv_high
    b[at + 146 * stride] = x.pa_high
    b[at + 147 * stride] = x.pa_low
    b[at + 148 * stride] = x.v_lv_high
    b[at + 149 * stride] = x.v_lv_low
    b[at + 150 * stride] = x.mitral_ticks
    b[at + 151 * stride] = x.mitral_drop
    b[at + 152 * stride] = x.aortic_ticks
    b[at + 153 * stride] = x.aortic_drop
    b[at + 154 * stride] = x.pulmonary_ticks
    b[at + 155 * stride] = x.pulmonary_drop
    b[at + 156 * stride] = x.tricuspid_ticks
    b[at + 157 * stride] = x.tricuspid_drop


RHYTHM_AT = 158


@leaf
def load_rhythm(b: NDArray[np.float64], at: int, stride: int) -> RhythmInput:
    """Load the rhythm of a patient."""
    return RhythmInput(
        b[at + 158 * stride],
        b[at + 159 * stride],
        b[at + 160 * stride],
        b[at + 161 * stride],
        b[at + 162 * stride],
        b[at + 163 * stride],
        b[at + 164 * stride],
        b[at + 165 * stride],
        b[at + 166 * stride],
        b[at + 167 * stride],
        b[at + 168 * stride],
        b[at + 169 * stride],
        b[at + 170 * stride],
        b[at + 171 * stride],
        b[at + 172 * stride],
        b[at + 173 * stride],
        b[at + 174 * stride],
        b[at + 175 * stride],
        b[at + 176 * stride],
        b[at + 177 * stride],
        b[at + 178 * stride],
        b[at + 179 * stride],
        b[at + 180 * stride],
        Ways(
            b[at + 181 * stride],
            b[at + 182 * stride],
            b[at + 183 * stride],
        ),
    )


@leaf
def store_rhythm(b: NDArray[np.float64], at: int, stride: int, x: RhythmInput) -> None:
    """Store the rhythm of a patient."""
    b[at + 158 * stride] = x.kind
    b[at + 159 * stride] = x.rate_bpm
    b[at + 160 * stride] = x.resting_bpm
    b[at + 161 * stride] = x.av_delay_factor
    b[at + 162 * stride] = x.av_block_frac
    b[at + 163 * stride] = x.his_block_frac
    b[at + 164 * stride] = x.lbbb_frac
    b[at + 165 * stride] = x.rbbb_frac
    b[at + 166 * stride] = x.lafb_frac
    b[at + 167 * stride] = x.stretch_ratio
    b[at + 168 * stride] = x.contact_ra_frac
    b[at + 169 * stride] = x.contact_rv_frac
    b[at + 170 * stride] = x.contact_lv_frac
    b[at + 171 * stride] = x.atrial_pacing_bpm
    b[at + 172 * stride] = x.pacing_bpm
    b[at + 173 * stride] = x.pacing_place
    b[at + 174 * stride] = x.pacing_mode
    b[at + 175 * stride] = x.pacing_ma
    b[at + 176 * stride] = x.pacing_threshold_ma
    b[at + 177 * stride] = x.escape_factor
    b[at + 178 * stride] = x.idioventricular_factor
    b[at + 179 * stride] = x.ischaemia_frac
    b[at + 180 * stride] = x.seed
    b[at + 181 * stride] = x.ways.retrograde
    b[at + 182 * stride] = x.ways.tolerance
    b[at + 183 * stride] = x.ways.place


@leaf
def sum_rhythm(b: NDArray[np.float64], at: int, stride: int) -> float:
    """Add up the rhythm of a patient."""
    total: float = (
        (b[at + 158 * stride] + b[at + 159 * stride] + b[at + 160 * stride])
        + (b[at + 161 * stride] + b[at + 162 * stride] + b[at + 163 * stride])
        + (b[at + 164 * stride] + b[at + 165 * stride] + b[at + 166 * stride])
        + (b[at + 167 * stride] + b[at + 168 * stride] + b[at + 169 * stride])
        + (b[at + 170 * stride] + b[at + 171 * stride] + b[at + 172 * stride])
        + (b[at + 173 * stride] + b[at + 174 * stride] + b[at + 175 * stride])
        + (b[at + 176 * stride] + b[at + 177 * stride] + b[at + 178 * stride])
        + (b[at + 179 * stride] + b[at + 180 * stride] + b[at + 181 * stride])
        + (b[at + 182 * stride] + b[at + 183 * stride])
    )
    return total


BREATH_AT = 184


@leaf
def load_breath(b: NDArray[np.float64], at: int, stride: int) -> BreathState:
    """Load the breath of a patient."""
    return BreathState(
        b[at + 184 * stride],
        b[at + 185 * stride],
        b[at + 186 * stride],
        b[at + 187 * stride],
        b[at + 188 * stride],
        b[at + 189 * stride],
        b[at + 190 * stride],
        b[at + 191 * stride],
    )


@leaf
def store_breath(b: NDArray[np.float64], at: int, stride: int, x: BreathState) -> None:
    """Store the breath of a patient."""
    b[at + 184 * stride] = x.act
    b[at + 185 * stride] = x.since
    b[at + 186 * stride] = x.phase
    b[at + 187 * stride] = x.muscle
    b[at + 188 * stride] = x.airway
    b[at + 189 * stride] = x.volume
    b[at + 190 * stride] = x.fresh
    b[at + 191 * stride] = x.flow_fresh


@leaf
def sum_breath(b: NDArray[np.float64], at: int, stride: int) -> float:
    """Add up the breath of a patient."""
    total: float = (
        (b[at + 184 * stride] + b[at + 185 * stride] + b[at + 186 * stride])
        + (b[at + 187 * stride] + b[at + 188 * stride] + b[at + 189 * stride])
        + (b[at + 190 * stride] + b[at + 191 * stride])
    )
    return total


GAS_AT = 192


@leaf
def load_gas(b: NDArray[np.float64], at: int, stride: int) -> GasState:
    """Load the gas of a patient."""
    return GasState(
        b[at + 192 * stride],
        b[at + 193 * stride],
        b[at + 194 * stride],
        b[at + 195 * stride],
        b[at + 196 * stride],
        b[at + 197 * stride],
        b[at + 198 * stride],
        b[at + 199 * stride],
        b[at + 200 * stride],
        b[at + 201 * stride],
        b[at + 202 * stride],
        b[at + 203 * stride],
        b[at + 204 * stride],
        b[at + 205 * stride],
        b[at + 206 * stride],
        b[at + 207 * stride],
        b[at + 208 * stride],
        b[at + 209 * stride],
        b[at + 210 * stride],
        b[at + 211 * stride],
    )


@leaf
def store_gas(b: NDArray[np.float64], at: int, stride: int, x: GasState) -> None:
    """Store the gas of a patient."""
    b[at + 192 * stride] = x.alveolar_o2
    b[at + 193 * stride] = x.alveolar_co2
    b[at + 194 * stride] = x.content_arterial
    b[at + 195 * stride] = x.arterial_o2
    b[at + 196 * stride] = x.arterial_co2
    b[at + 197 * stride] = x.sat_arterial
    b[at + 198 * stride] = x.content_venous
    b[at + 199 * stride] = x.sat_venous
    b[at + 200 * stride] = x.fast_co2
    b[at + 201 * stride] = x.slow_co2
    b[at + 202 * stride] = x.lung_flow
    b[at + 203 * stride] = x.body_flow
    b[at + 204 * stride] = x.right_to_left
    b[at + 205 * stride] = x.probe_1
    b[at + 206 * stride] = x.probe_2
    b[at + 207 * stride] = x.probe_3
    b[at + 208 * stride] = x.probe_4
    b[at + 209 * stride] = x.spo2
    b[at + 210 * stride] = x.end_tidal
    b[at + 211 * stride] = x.unbreathed


@leaf
def sum_gas(b: NDArray[np.float64], at: int, stride: int) -> float:
    """Add up the gas of a patient."""
    total: float = (
        (b[at + 192 * stride] + b[at + 193 * stride] + b[at + 194 * stride])
        + (b[at + 195 * stride] + b[at + 196 * stride] + b[at + 197 * stride])
        + (b[at + 198 * stride] + b[at + 199 * stride] + b[at + 200 * stride])
        + (b[at + 201 * stride] + b[at + 202 * stride] + b[at + 203 * stride])
        + (b[at + 204 * stride] + b[at + 205 * stride] + b[at + 206 * stride])
        + (b[at + 207 * stride] + b[at + 208 * stride] + b[at + 209 * stride])
        + (b[at + 210 * stride] + b[at + 211 * stride])
    )
    return total


DRUGS_AT = 212


@leaf
def load_drugs(b: NDArray[np.float64], at: int, stride: int) -> DrugState:
    """Load the drugs of a patient."""
    return DrugState(
        b[at + 212 * stride],
        b[at + 213 * stride],
        b[at + 214 * stride],
        b[at + 215 * stride],
        b[at + 216 * stride],
        b[at + 217 * stride],
        b[at + 218 * stride],
        b[at + 219 * stride],
        b[at + 220 * stride],
        b[at + 221 * stride],
        b[at + 222 * stride],
        b[at + 223 * stride],
        b[at + 224 * stride],
        b[at + 225 * stride],
        b[at + 226 * stride],
        b[at + 227 * stride],
        b[at + 228 * stride],
        b[at + 229 * stride],
        b[at + 230 * stride],
        b[at + 231 * stride],
        b[at + 232 * stride],
        b[at + 233 * stride],
        b[at + 234 * stride],
        b[at + 235 * stride],
        b[at + 236 * stride],
        b[at + 237 * stride],
        b[at + 238 * stride],
        b[at + 239 * stride],
        b[at + 240 * stride],
        b[at + 241 * stride],
        b[at + 242 * stride],
        b[at + 243 * stride],
        b[at + 244 * stride],
        b[at + 245 * stride],
        b[at + 246 * stride],
        b[at + 247 * stride],
        b[at + 248 * stride],
        b[at + 249 * stride],
        b[at + 250 * stride],
        b[at + 251 * stride],
        b[at + 252 * stride],
        b[at + 253 * stride],
        b[at + 254 * stride],
        b[at + 255 * stride],
        b[at + 256 * stride],
        b[at + 257 * stride],
        b[at + 258 * stride],
        b[at + 259 * stride],
        b[at + 260 * stride],
        b[at + 261 * stride],
        b[at + 262 * stride],
        b[at + 263 * stride],
        b[at + 264 * stride],
        b[at + 265 * stride],
        b[at + 266 * stride],
        b[at + 267 * stride],
        b[at + 268 * stride],
        b[at + 269 * stride],
    )


@leaf
def store_drugs(b: NDArray[np.float64], at: int, stride: int, x: DrugState) -> None:
    """Store the drugs of a patient."""
    b[at + 212 * stride] = x.phenylephrine_a
    b[at + 213 * stride] = x.phenylephrine_b
    b[at + 214 * stride] = x.phenylephrine_e
    b[at + 215 * stride] = x.ephedrine_a
    b[at + 216 * stride] = x.ephedrine_b
    b[at + 217 * stride] = x.ephedrine_e
    b[at + 218 * stride] = x.ephedrine_store
    b[at + 219 * stride] = x.adrenaline_a
    b[at + 220 * stride] = x.adrenaline_e
    b[at + 221 * stride] = x.noradrenaline_a
    b[at + 222 * stride] = x.noradrenaline_e
    b[at + 223 * stride] = x.dobutamine_a
    b[at + 224 * stride] = x.dobutamine_e
    b[at + 225 * stride] = x.atropine_a
    b[at + 226 * stride] = x.atropine_b
    b[at + 227 * stride] = x.atropine_e
    b[at + 228 * stride] = x.esmolol_a
    b[at + 229 * stride] = x.esmolol_b
    b[at + 230 * stride] = x.esmolol_e
    b[at + 231 * stride] = x.nitroglycerin_a
    b[at + 232 * stride] = x.nitroglycerin_e
    b[at + 233 * stride] = x.nitroprusside_a
    b[at + 234 * stride] = x.nitroprusside_e
    b[at + 235 * stride] = x.adenosine_1
    b[at + 236 * stride] = x.adenosine_2
    b[at + 237 * stride] = x.adenosine_3
    b[at + 238 * stride] = x.adenosine_4
    b[at + 239 * stride] = x.adenosine_5
    b[at + 240 * stride] = x.adenosine_6
    b[at + 241 * stride] = x.adenosine_7
    b[at + 242 * stride] = x.adenosine_8
    b[at + 243 * stride] = x.adenosine_heart
    b[at + 244 * stride] = x.midazolam_a
    b[at + 245 * stride] = x.midazolam_b
    b[at + 246 * stride] = x.midazolam_e
    b[at + 247 * stride] = x.fentanyl_a
    b[at + 248 * stride] = x.fentanyl_b
    b[at + 249 * stride] = x.fentanyl_e
    b[at + 250 * stride] = x.naloxone_a
    b[at + 251 * stride] = x.naloxone_b
    b[at + 252 * stride] = x.naloxone_e
    b[at + 253 * stride] = x.flumazenil_a
    b[at + 254 * stride] = x.flumazenil_b
    b[at + 255 * stride] = x.flumazenil_e
    b[at + 256 * stride] = x.lidocaine_a
    b[at + 257 * stride] = x.lidocaine_e
    b[at + 258 * stride] = x.heparin
    b[at + 259 * stride] = x.protamine
    b[at + 260 * stride] = x.crystalloid_bag
    b[at + 261 * stride] = x.crystalloid_a
    b[at + 262 * stride] = x.crystalloid_b
    b[at + 263 * stride] = x.blood_bag
    b[at + 264 * stride] = x.contrast_bag
    b[at + 265 * stride] = x.contrast_a
    b[at + 266 * stride] = x.contrast_w
    b[at + 267 * stride] = x.contrast_e
    b[at + 268 * stride] = x.volume_ml_s
    b[at + 269 * stride] = x.blood_ml_s


@leaf
def sum_drugs(b: NDArray[np.float64], at: int, stride: int) -> float:
    """Add up the drugs of a patient."""
    total: float = (
        (b[at + 212 * stride] + b[at + 213 * stride] + b[at + 214 * stride])
        + (b[at + 215 * stride] + b[at + 216 * stride] + b[at + 217 * stride])
        + (b[at + 218 * stride] + b[at + 219 * stride] + b[at + 220 * stride])
        + (b[at + 221 * stride] + b[at + 222 * stride] + b[at + 223 * stride])
        + (b[at + 224 * stride] + b[at + 225 * stride] + b[at + 226 * stride])
        + (b[at + 227 * stride] + b[at + 228 * stride] + b[at + 229 * stride])
        + (b[at + 230 * stride] + b[at + 231 * stride] + b[at + 232 * stride])
        + (b[at + 233 * stride] + b[at + 234 * stride] + b[at + 235 * stride])
        + (b[at + 236 * stride] + b[at + 237 * stride] + b[at + 238 * stride])
        + (b[at + 239 * stride] + b[at + 240 * stride] + b[at + 241 * stride])
        + (b[at + 242 * stride] + b[at + 243 * stride] + b[at + 244 * stride])
        + (b[at + 245 * stride] + b[at + 246 * stride] + b[at + 247 * stride])
        + (b[at + 248 * stride] + b[at + 249 * stride] + b[at + 250 * stride])
        + (b[at + 251 * stride] + b[at + 252 * stride] + b[at + 253 * stride])
        + (b[at + 254 * stride] + b[at + 255 * stride] + b[at + 256 * stride])
        + (b[at + 257 * stride] + b[at + 258 * stride] + b[at + 259 * stride])
        + (b[at + 260 * stride] + b[at + 261 * stride] + b[at + 262 * stride])
        + (b[at + 263 * stride] + b[at + 264 * stride] + b[at + 265 * stride])
        + (b[at + 266 * stride] + b[at + 267 * stride] + b[at + 268 * stride])
        + (b[at + 269 * stride])
    )
    return total


DRUG_EFFECTS_AT = 270


@leaf
def load_drug_effects(b: NDArray[np.float64], at: int, stride: int) -> DrugEffects:
    """Load the drug_effects of a patient."""
    return DrugEffects(
        b[at + 270 * stride],
        b[at + 271 * stride],
        b[at + 272 * stride],
        b[at + 273 * stride],
        b[at + 274 * stride],
        b[at + 275 * stride],
        b[at + 276 * stride],
        b[at + 277 * stride],
        b[at + 278 * stride],
        b[at + 279 * stride],
        b[at + 280 * stride],
        b[at + 281 * stride],
        b[at + 282 * stride],
        b[at + 283 * stride],
        b[at + 284 * stride],
        b[at + 285 * stride],
        b[at + 286 * stride],
    )


@leaf
def store_drug_effects(b: NDArray[np.float64], at: int, stride: int, x: DrugEffects) -> None:
    """Store the drug_effects of a patient."""
    b[at + 270 * stride] = x.resistance_factor
    b[at + 271 * stride] = x.pulmonary_resistance_factor
    b[at + 272 * stride] = x.venous_tone_frac
    b[at + 273 * stride] = x.contractility_factor
    b[at + 274 * stride] = x.rate_factor
    b[at + 275 * stride] = x.vagal_block_frac
    b[at + 276 * stride] = x.beta_block_frac
    b[at + 277 * stride] = x.av_delay_factor
    b[at + 278 * stride] = x.av_block_frac
    b[at + 279 * stride] = x.coronary_resistance_factor
    b[at + 280 * stride] = x.sedation_frac
    b[at + 281 * stride] = x.analgesia_frac
    b[at + 282 * stride] = x.drive_factor
    b[at + 283 * stride] = x.baroreflex_gain_factor
    b[at + 284 * stride] = x.act_s
    b[at + 285 * stride] = x.volume_ml_s
    b[at + 286 * stride] = x.blood_ml_s


@leaf
def sum_drug_effects(b: NDArray[np.float64], at: int, stride: int) -> float:
    """Add up the drug_effects of a patient."""
    total: float = (
        (b[at + 270 * stride] + b[at + 271 * stride] + b[at + 272 * stride])
        + (b[at + 273 * stride] + b[at + 274 * stride] + b[at + 275 * stride])
        + (b[at + 276 * stride] + b[at + 277 * stride] + b[at + 278 * stride])
        + (b[at + 279 * stride] + b[at + 280 * stride] + b[at + 281 * stride])
        + (b[at + 282 * stride] + b[at + 283 * stride] + b[at + 284 * stride])
        + (b[at + 285 * stride] + b[at + 286 * stride])
    )
    return total


REFLEX_AT = 287


@leaf
def load_reflex(b: NDArray[np.float64], at: int, stride: int) -> ReflexState:
    """Load the reflex of a patient."""
    return ReflexState(
        b[at + 287 * stride],
        b[at + 288 * stride],
        b[at + 289 * stride],
        b[at + 290 * stride],
        b[at + 291 * stride],
        b[at + 292 * stride],
        b[at + 293 * stride],
        b[at + 294 * stride],
        b[at + 295 * stride],
        b[at + 296 * stride],
        b[at + 297 * stride],
        b[at + 298 * stride],
        b[at + 299 * stride],
        b[at + 300 * stride],
        b[at + 301 * stride],
        b[at + 302 * stride],
        b[at + 303 * stride],
        b[at + 304 * stride],
        b[at + 305 * stride],
    )


@leaf
def store_reflex(b: NDArray[np.float64], at: int, stride: int, x: ReflexState) -> None:
    """Store the reflex of a patient."""
    b[at + 287 * stride] = x.pressure_1
    b[at + 288 * stride] = x.pressure
    b[at + 289 * stride] = x.adapted
    b[at + 290 * stride] = x.pulsation
    b[at + 291 * stride] = x.filling
    b[at + 292 * stride] = x.chemo
    b[at + 293 * stride] = x.vagal
    b[at + 294 * stride] = x.cardiac_1
    b[at + 295 * stride] = x.cardiac_2
    b[at + 296 * stride] = x.cardiac_3
    b[at + 297 * stride] = x.node
    b[at + 298 * stride] = x.strength
    b[at + 299 * stride] = x.vessel_1
    b[at + 300 * stride] = x.vessel_2
    b[at + 301 * stride] = x.vessel_3
    b[at + 302 * stride] = x.vessel
    b[at + 303 * stride] = x.vein_1
    b[at + 304 * stride] = x.vein_2
    b[at + 305 * stride] = x.vein


@leaf
def sum_reflex(b: NDArray[np.float64], at: int, stride: int) -> float:
    """Add up the reflex of a patient."""
    total: float = (
        (b[at + 287 * stride] + b[at + 288 * stride] + b[at + 289 * stride])
        + (b[at + 290 * stride] + b[at + 291 * stride] + b[at + 292 * stride])
        + (b[at + 293 * stride] + b[at + 294 * stride] + b[at + 295 * stride])
        + (b[at + 296 * stride] + b[at + 297 * stride] + b[at + 298 * stride])
        + (b[at + 299 * stride] + b[at + 300 * stride] + b[at + 301 * stride])
        + (b[at + 302 * stride] + b[at + 303 * stride] + b[at + 304 * stride])
        + (b[at + 305 * stride])
    )
    return total


CORONARY_AT = 306


@leaf
def load_coronary(b: NDArray[np.float64], at: int, stride: int) -> CoronaryState:
    """Load the coronary of a patient."""
    return CoronaryState(
        b[at + 306 * stride],
        b[at + 307 * stride],
        b[at + 308 * stride],
        b[at + 309 * stride],
        b[at + 310 * stride],
        b[at + 311 * stride],
        b[at + 312 * stride],
        b[at + 313 * stride],
        b[at + 314 * stride],
        b[at + 315 * stride],
        b[at + 316 * stride],
        b[at + 317 * stride],
        b[at + 318 * stride],
        b[at + 319 * stride],
        b[at + 320 * stride],
        b[at + 321 * stride],
        b[at + 322 * stride],
        b[at + 323 * stride],
        b[at + 324 * stride],
        b[at + 325 * stride],
        b[at + 326 * stride],
        b[at + 327 * stride],
        b[at + 328 * stride],
        b[at + 329 * stride],
    )


@leaf
def store_coronary(b: NDArray[np.float64], at: int, stride: int, x: CoronaryState) -> None:
    """Store the coronary of a patient."""
    b[at + 306 * stride] = x.lv
    b[at + 307 * stride] = x.rv
    b[at + 308 * stride] = x.lv_volume
    b[at + 309 * stride] = x.demand_left_1
    b[at + 310 * stride] = x.demand_left
    b[at + 311 * stride] = x.supply_left_1
    b[at + 312 * stride] = x.supply_left
    b[at + 313 * stride] = x.driving_left_1
    b[at + 314 * stride] = x.driving_left
    b[at + 315 * stride] = x.conductance_left
    b[at + 316 * stride] = x.debt_left
    b[at + 317 * stride] = x.failure_left
    b[at + 318 * stride] = x.st
    b[at + 319 * stride] = x.lasting
    b[at + 320 * stride] = x.stunning
    b[at + 321 * stride] = x.demand_right_1
    b[at + 322 * stride] = x.demand_right
    b[at + 323 * stride] = x.supply_right_1
    b[at + 324 * stride] = x.supply_right
    b[at + 325 * stride] = x.driving_right_1
    b[at + 326 * stride] = x.driving_right
    b[at + 327 * stride] = x.conductance_right
    b[at + 328 * stride] = x.debt_right
    b[at + 329 * stride] = x.failure_right


@leaf
def sum_coronary(b: NDArray[np.float64], at: int, stride: int) -> float:
    """Add up the coronary of a patient."""
    total: float = (
        (b[at + 306 * stride] + b[at + 307 * stride] + b[at + 308 * stride])
        + (b[at + 309 * stride] + b[at + 310 * stride] + b[at + 311 * stride])
        + (b[at + 312 * stride] + b[at + 313 * stride] + b[at + 314 * stride])
        + (b[at + 315 * stride] + b[at + 316 * stride] + b[at + 317 * stride])
        + (b[at + 318 * stride] + b[at + 319 * stride] + b[at + 320 * stride])
        + (b[at + 321 * stride] + b[at + 322 * stride] + b[at + 323 * stride])
        + (b[at + 324 * stride] + b[at + 325 * stride] + b[at + 326 * stride])
        + (b[at + 327 * stride] + b[at + 328 * stride] + b[at + 329 * stride])
    )
    return total


BLOOD_AT = 330


@leaf
def load_blood(b: NDArray[np.float64], at: int, stride: int) -> BloodState:
    """Load the blood of a patient."""
    return BloodState(
        b[at + 330 * stride],
        b[at + 331 * stride],
    )


@leaf
def store_blood(b: NDArray[np.float64], at: int, stride: int, x: BloodState) -> None:
    """Store the blood of a patient."""
    b[at + 330 * stride] = x.fluid
    b[at + 331 * stride] = x.haemoglobin_g


@leaf
def sum_blood(b: NDArray[np.float64], at: int, stride: int) -> float:
    """Add up the blood of a patient."""
    total: float = b[at + 330 * stride] + b[at + 331 * stride]
    return total


SAMPLE_AT = 332


@leaf
def load_sample(b: NDArray[np.float64], at: int, stride: int) -> Sample:
    """Load the sample of a patient."""
    return Sample(
        b[at + 332 * stride],
        b[at + 333 * stride],
        b[at + 334 * stride],
        b[at + 335 * stride],
        b[at + 336 * stride],
        b[at + 337 * stride],
        b[at + 338 * stride],
        b[at + 339 * stride],
        b[at + 340 * stride],
        b[at + 341 * stride],
        b[at + 342 * stride],
    )


@leaf
def store_sample(b: NDArray[np.float64], at: int, stride: int, x: Sample) -> None:
    """Store the sample of a patient."""
    b[at + 332 * stride] = x.carotid
    b[at + 333 * stride] = x.filling
    b[at + 334 * stride] = x.lower
    b[at + 335 * stride] = x.lv
    b[at + 336 * stride] = x.rv
    b[at + 337 * stride] = x.v_lv
    b[at + 338 * stride] = x.flow_left
    b[at + 339 * stride] = x.flow_right
    b[at + 340 * stride] = x.flow_lungs
    b[at + 341 * stride] = x.flow_body
    b[at + 342 * stride] = x.right_to_left


INPUTS_AT = 343


@leaf
def load_inputs(b: NDArray[np.float64], at: int, stride: int) -> Inputs:
    """Load the inputs of a patient."""
    return Inputs(
        b[at + 343 * stride],
        b[at + 344 * stride],
        b[at + 345 * stride],
        b[at + 346 * stride],
        b[at + 347 * stride],
        b[at + 348 * stride],
        b[at + 349 * stride],
        b[at + 350 * stride],
        b[at + 351 * stride],
        b[at + 352 * stride],
        b[at + 353 * stride],
        b[at + 354 * stride],
        b[at + 355 * stride],
        b[at + 356 * stride],
        b[at + 357 * stride],
        b[at + 358 * stride],
        b[at + 359 * stride],
        b[at + 360 * stride],
        b[at + 361 * stride],
        b[at + 362 * stride],
        b[at + 363 * stride],
        b[at + 364 * stride],
        ValveInput(
            b[at + 365 * stride],
            b[at + 366 * stride],
            b[at + 367 * stride],
            b[at + 368 * stride],
        ),
        ValveInput(
            b[at + 369 * stride],
            b[at + 370 * stride],
            b[at + 371 * stride],
            b[at + 372 * stride],
        ),
        ValveInput(
            b[at + 373 * stride],
            b[at + 374 * stride],
            b[at + 375 * stride],
            b[at + 376 * stride],
        ),
        ValveInput(
            b[at + 377 * stride],
            b[at + 378 * stride],
            b[at + 379 * stride],
            b[at + 380 * stride],
        ),
        b[at + 381 * stride],
        b[at + 382 * stride],
        b[at + 383 * stride],
        b[at + 384 * stride],
        b[at + 385 * stride],
        b[at + 386 * stride],
        b[at + 387 * stride],
        DrugRates(
            b[at + 388 * stride],
            b[at + 389 * stride],
            b[at + 390 * stride],
            b[at + 391 * stride],
            b[at + 392 * stride],
            b[at + 393 * stride],
            b[at + 394 * stride],
            b[at + 395 * stride],
            b[at + 396 * stride],
            b[at + 397 * stride],
            b[at + 398 * stride],
            b[at + 399 * stride],
            b[at + 400 * stride],
            b[at + 401 * stride],
            b[at + 402 * stride],
            b[at + 403 * stride],
            b[at + 404 * stride],
            b[at + 405 * stride],
            b[at + 406 * stride],
            b[at + 407 * stride],
        ),
    )


@leaf
def store_inputs(b: NDArray[np.float64], at: int, stride: int, x: Inputs) -> None:
    """Store the inputs of a patient."""
    b[at + 343 * stride] = x.rhythm
    b[at + 344 * stride] = x.rate_bpm
    b[at + 345 * stride] = x.pacing_bpm
    b[at + 346 * stride] = x.atrial_pacing_bpm
    b[at + 347 * stride] = x.pacing_place
    b[at + 348 * stride] = x.pacing_mode
    b[at + 349 * stride] = x.pacing_ma
    b[at + 350 * stride] = x.pacing_threshold_ma
    b[at + 351 * stride] = x.av_block_frac
    b[at + 352 * stride] = x.his_block_frac
    b[at + 353 * stride] = x.lbbb_frac
    b[at + 354 * stride] = x.rbbb_frac
    b[at + 355 * stride] = x.lafb_frac
    b[at + 356 * stride] = x.conduction_stretch_ratio
    b[at + 357 * stride] = x.contact_ra_frac
    b[at + 358 * stride] = x.contact_rv_frac
    b[at + 359 * stride] = x.contact_lv_frac
    b[at + 360 * stride] = x.act
    b[at + 361 * stride] = x.act_level_mmhg
    b[at + 362 * stride] = x.breaths_per_min
    b[at + 363 * stride] = x.peep_mmhg
    b[at + 364 * stride] = x.fio2_frac
    b[at + 365 * stride] = x.mitral.area_cm2
    b[at + 366 * stride] = x.mitral.leak_cm2
    b[at + 367 * stride] = x.mitral.occlusion_frac
    b[at + 368 * stride] = x.mitral.gap_cm2
    b[at + 369 * stride] = x.aortic.area_cm2
    b[at + 370 * stride] = x.aortic.leak_cm2
    b[at + 371 * stride] = x.aortic.occlusion_frac
    b[at + 372 * stride] = x.aortic.gap_cm2
    b[at + 373 * stride] = x.tricuspid.area_cm2
    b[at + 374 * stride] = x.tricuspid.leak_cm2
    b[at + 375 * stride] = x.tricuspid.occlusion_frac
    b[at + 376 * stride] = x.tricuspid.gap_cm2
    b[at + 377 * stride] = x.pulmonary.area_cm2
    b[at + 378 * stride] = x.pulmonary.leak_cm2
    b[at + 379 * stride] = x.pulmonary.occlusion_frac
    b[at + 380 * stride] = x.pulmonary.gap_cm2
    b[at + 381 * stride] = x.shunt_area_cm2
    b[at + 382 * stride] = x.effusion_ml_s
    b[at + 383 * stride] = x.drain_ml_s
    b[at + 384 * stride] = x.bleed_ml_s
    b[at + 385 * stride] = x.infusion_ml_s
    b[at + 386 * stride] = x.vagal_stimulus_frac
    b[at + 387 * stride] = x.metabolic_factor
    b[at + 388 * stride] = x.drugs.phenylephrine
    b[at + 389 * stride] = x.drugs.ephedrine
    b[at + 390 * stride] = x.drugs.adrenaline
    b[at + 391 * stride] = x.drugs.noradrenaline
    b[at + 392 * stride] = x.drugs.dobutamine
    b[at + 393 * stride] = x.drugs.atropine
    b[at + 394 * stride] = x.drugs.esmolol
    b[at + 395 * stride] = x.drugs.nitroglycerin
    b[at + 396 * stride] = x.drugs.nitroprusside
    b[at + 397 * stride] = x.drugs.adenosine
    b[at + 398 * stride] = x.drugs.midazolam
    b[at + 399 * stride] = x.drugs.fentanyl
    b[at + 400 * stride] = x.drugs.naloxone
    b[at + 401 * stride] = x.drugs.flumazenil
    b[at + 402 * stride] = x.drugs.lidocaine
    b[at + 403 * stride] = x.drugs.heparin
    b[at + 404 * stride] = x.drugs.protamine
    b[at + 405 * stride] = x.drugs.crystalloid
    b[at + 406 * stride] = x.drugs.blood
    b[at + 407 * stride] = x.drugs.contrast


PACKED_AT = 408


@leaf
def load_packed(b: NDArray[np.float64], at: int, stride: int) -> Packed:
    """Load the packed of a patient."""
    return Packed(
        PackedChamber(
            b[at + 408 * stride],
            b[at + 409 * stride],
            b[at + 410 * stride],
            b[at + 411 * stride],
            b[at + 412 * stride],
            b[at + 413 * stride],
            b[at + 414 * stride],
            b[at + 415 * stride],
        ),
        PackedChamber(
            b[at + 416 * stride],
            b[at + 417 * stride],
            b[at + 418 * stride],
            b[at + 419 * stride],
            b[at + 420 * stride],
            b[at + 421 * stride],
            b[at + 422 * stride],
            b[at + 423 * stride],
        ),
        PackedChamber(
            b[at + 424 * stride],
            b[at + 425 * stride],
            b[at + 426 * stride],
            b[at + 427 * stride],
            b[at + 428 * stride],
            b[at + 429 * stride],
            b[at + 430 * stride],
            b[at + 431 * stride],
        ),
        PackedChamber(
            b[at + 432 * stride],
            b[at + 433 * stride],
            b[at + 434 * stride],
            b[at + 435 * stride],
            b[at + 436 * stride],
            b[at + 437 * stride],
            b[at + 438 * stride],
            b[at + 439 * stride],
        ),
        PackedOrifice(
            b[at + 440 * stride],
            b[at + 441 * stride],
            b[at + 442 * stride],
            b[at + 443 * stride],
            b[at + 444 * stride],
            b[at + 445 * stride],
            b[at + 446 * stride],
            b[at + 447 * stride],
        ),
        PackedOrifice(
            b[at + 448 * stride],
            b[at + 449 * stride],
            b[at + 450 * stride],
            b[at + 451 * stride],
            b[at + 452 * stride],
            b[at + 453 * stride],
            b[at + 454 * stride],
            b[at + 455 * stride],
        ),
        PackedOrifice(
            b[at + 456 * stride],
            b[at + 457 * stride],
            b[at + 458 * stride],
            b[at + 459 * stride],
            b[at + 460 * stride],
            b[at + 461 * stride],
            b[at + 462 * stride],
            b[at + 463 * stride],
        ),
        PackedOrifice(
            b[at + 464 * stride],
            b[at + 465 * stride],
            b[at + 466 * stride],
            b[at + 467 * stride],
            b[at + 468 * stride],
            b[at + 469 * stride],
            b[at + 470 * stride],
            b[at + 471 * stride],
        ),
        PackedRoot(
            b[at + 472 * stride],
            b[at + 473 * stride],
        ),
        PackedBranch(
            b[at + 474 * stride],
            b[at + 475 * stride],
            b[at + 476 * stride],
            b[at + 477 * stride],
            b[at + 478 * stride],
            b[at + 479 * stride],
            b[at + 480 * stride],
            b[at + 481 * stride],
            b[at + 482 * stride],
            b[at + 483 * stride],
            b[at + 484 * stride],
            b[at + 485 * stride],
            b[at + 486 * stride],
        ),
        PackedBranch(
            b[at + 487 * stride],
            b[at + 488 * stride],
            b[at + 489 * stride],
            b[at + 490 * stride],
            b[at + 491 * stride],
            b[at + 492 * stride],
            b[at + 493 * stride],
            b[at + 494 * stride],
            b[at + 495 * stride],
            b[at + 496 * stride],
            b[at + 497 * stride],
            b[at + 498 * stride],
            b[at + 499 * stride],
        ),
        PackedRoot(
            b[at + 500 * stride],
            b[at + 501 * stride],
        ),
        b[at + 502 * stride],
        b[at + 503 * stride],
        b[at + 504 * stride],
        b[at + 505 * stride],
        b[at + 506 * stride],
        b[at + 507 * stride],
        b[at + 508 * stride],
        b[at + 509 * stride],
        b[at + 510 * stride],
        b[at + 511 * stride],
        b[at + 512 * stride],
        b[at + 513 * stride],
        b[at + 514 * stride],
        b[at + 515 * stride],
        b[at + 516 * stride],
        b[at + 517 * stride],
        b[at + 518 * stride],
        b[at + 519 * stride],
        b[at + 520 * stride],
        b[at + 521 * stride],
        b[at + 522 * stride],
        b[at + 523 * stride],
    )


@leaf
def store_packed(b: NDArray[np.float64], at: int, stride: int, x: Packed) -> None:
    """Store the packed of a patient."""
    b[at + 408 * stride] = x.la.ees
    b[at + 409 * stride] = x.la.vd
    b[at + 410 * stride] = x.la.inv_ceiling
    b[at + 411 * stride] = x.la.v0
    b[at + 412 * stride] = x.la.k1
    b[at + 413 * stride] = x.la.k3
    b[at + 414 * stride] = x.la.inv_empty
    b[at + 415 * stride] = x.la.empty
    b[at + 416 * stride] = x.lv.ees
    b[at + 417 * stride] = x.lv.vd
    b[at + 418 * stride] = x.lv.inv_ceiling
    b[at + 419 * stride] = x.lv.v0
    b[at + 420 * stride] = x.lv.k1
    b[at + 421 * stride] = x.lv.k3
    b[at + 422 * stride] = x.lv.inv_empty
    b[at + 423 * stride] = x.lv.empty
    b[at + 424 * stride] = x.ra.ees
    b[at + 425 * stride] = x.ra.vd
    b[at + 426 * stride] = x.ra.inv_ceiling
    b[at + 427 * stride] = x.ra.v0
    b[at + 428 * stride] = x.ra.k1
    b[at + 429 * stride] = x.ra.k3
    b[at + 430 * stride] = x.ra.inv_empty
    b[at + 431 * stride] = x.ra.empty
    b[at + 432 * stride] = x.rv.ees
    b[at + 433 * stride] = x.rv.vd
    b[at + 434 * stride] = x.rv.inv_ceiling
    b[at + 435 * stride] = x.rv.v0
    b[at + 436 * stride] = x.rv.k1
    b[at + 437 * stride] = x.rv.k3
    b[at + 438 * stride] = x.rv.inv_empty
    b[at + 439 * stride] = x.rv.empty
    b[at + 440 * stride] = x.mitral.inv_down
    b[at + 441 * stride] = x.mitral.k
    b[at + 442 * stride] = x.mitral.h_ref
    b[at + 443 * stride] = x.mitral.open_dt
    b[at + 444 * stride] = x.mitral.close_dt
    b[at + 445 * stride] = x.mitral.sweep_dt
    b[at + 446 * stride] = x.mitral.gain
    b[at + 447 * stride] = x.mitral.resistance
    b[at + 448 * stride] = x.aortic.inv_down
    b[at + 449 * stride] = x.aortic.k
    b[at + 450 * stride] = x.aortic.h_ref
    b[at + 451 * stride] = x.aortic.open_dt
    b[at + 452 * stride] = x.aortic.close_dt
    b[at + 453 * stride] = x.aortic.sweep_dt
    b[at + 454 * stride] = x.aortic.gain
    b[at + 455 * stride] = x.aortic.resistance
    b[at + 456 * stride] = x.tricuspid.inv_down
    b[at + 457 * stride] = x.tricuspid.k
    b[at + 458 * stride] = x.tricuspid.h_ref
    b[at + 459 * stride] = x.tricuspid.open_dt
    b[at + 460 * stride] = x.tricuspid.close_dt
    b[at + 461 * stride] = x.tricuspid.sweep_dt
    b[at + 462 * stride] = x.tricuspid.gain
    b[at + 463 * stride] = x.tricuspid.resistance
    b[at + 464 * stride] = x.pulmonary.inv_down
    b[at + 465 * stride] = x.pulmonary.k
    b[at + 466 * stride] = x.pulmonary.h_ref
    b[at + 467 * stride] = x.pulmonary.open_dt
    b[at + 468 * stride] = x.pulmonary.close_dt
    b[at + 469 * stride] = x.pulmonary.sweep_dt
    b[at + 470 * stride] = x.pulmonary.gain
    b[at + 471 * stride] = x.pulmonary.resistance
    b[at + 472 * stride] = x.aorta.inv_c
    b[at + 473 * stride] = x.aorta.r_wall
    b[at + 474 * stride] = x.upper.g
    b[at + 475 * stride] = x.upper.ig
    b[at + 476 * stride] = x.upper.inv_c
    b[at + 477 * stride] = x.upper.inv_r
    b[at + 478 * stride] = x.upper.pleural
    b[at + 479 * stride] = x.upper.abdominal
    b[at + 480 * stride] = x.upper.line_g
    b[at + 481 * stride] = x.upper.line_ig
    b[at + 482 * stride] = x.upper.line_inv_c
    b[at + 483 * stride] = x.upper.line_inv_r
    b[at + 484 * stride] = x.upper.inv_c_ven
    b[at + 485 * stride] = x.upper.inv_r_ven
    b[at + 486 * stride] = x.upper.ven_abdominal
    b[at + 487 * stride] = x.lower.g
    b[at + 488 * stride] = x.lower.ig
    b[at + 489 * stride] = x.lower.inv_c
    b[at + 490 * stride] = x.lower.inv_r
    b[at + 491 * stride] = x.lower.pleural
    b[at + 492 * stride] = x.lower.abdominal
    b[at + 493 * stride] = x.lower.line_g
    b[at + 494 * stride] = x.lower.line_ig
    b[at + 495 * stride] = x.lower.line_inv_c
    b[at + 496 * stride] = x.lower.line_inv_r
    b[at + 497 * stride] = x.lower.inv_c_ven
    b[at + 498 * stride] = x.lower.inv_r_ven
    b[at + 499 * stride] = x.lower.ven_abdominal
    b[at + 500 * stride] = x.trunk.inv_c
    b[at + 501 * stride] = x.trunk.r_wall
    b[at + 502 * stride] = x.cava_inv_c
    b[at + 503 * stride] = x.cava_inv_r
    b[at + 504 * stride] = x.lung_g
    b[at + 505 * stride] = x.lung_ig
    b[at + 506 * stride] = x.lung_inv_c
    b[at + 507 * stride] = x.lung_inv_r
    b[at + 508 * stride] = x.lung_inv_c_ven
    b[at + 509 * stride] = x.lung_inv_r_ven
    b[at + 510 * stride] = x.squeeze
    b[at + 511 * stride] = x.give_way
    b[at + 512 * stride] = x.septum_relaxed
    b[at + 513 * stride] = x.septum_gain
    b[at + 514 * stride] = x.septum_dt
    b[at + 515 * stride] = x.inv_septum_bulge
    b[at + 516 * stride] = x.peri_p0
    b[at + 517 * stride] = x.peri_v0
    b[at + 518 * stride] = x.inv_peri_w8
    b[at + 519 * stride] = x.inf_area
    b[at + 520 * stride] = x.inv_inf_area
    b[at + 521 * stride] = x.inf_grip
    b[at + 522 * stride] = x.inv_inf_hold
    b[at + 523 * stride] = x.shunt_gain


PACKED_BREATH_AT = 524


@leaf
def load_packed_breath(b: NDArray[np.float64], at: int, stride: int) -> PackedBreath:
    """Load the packed_breath of a patient."""
    return PackedBreath(
        b[at + 524 * stride],
        b[at + 525 * stride],
        b[at + 526 * stride],
        b[at + 527 * stride],
        b[at + 528 * stride],
        b[at + 529 * stride],
        b[at + 530 * stride],
        b[at + 531 * stride],
        b[at + 532 * stride],
        b[at + 533 * stride],
        b[at + 534 * stride],
        b[at + 535 * stride],
        b[at + 536 * stride],
        b[at + 537 * stride],
        b[at + 538 * stride],
        b[at + 539 * stride],
        b[at + 540 * stride],
        b[at + 541 * stride],
        b[at + 542 * stride],
        b[at + 543 * stride],
        b[at + 544 * stride],
    )


@leaf
def store_packed_breath(b: NDArray[np.float64], at: int, stride: int, x: PackedBreath) -> None:
    """Store the packed_breath of a patient."""
    b[at + 524 * stride] = x.dt
    b[at + 525 * stride] = x.inv_dt
    b[at + 526 * stride] = x.e_lung
    b[at + 527 * stride] = x.e_chest
    b[at + 528 * stride] = x.inv_stiff
    b[at + 529 * stride] = x.gain
    b[at + 530 * stride] = x.gain_narrow
    b[at + 531 * stride] = x.k_muscle
    b[at + 532 * stride] = x.k_cough
    b[at + 533 * stride] = x.k_airway
    b[at + 534 * stride] = x.quiet
    b[at + 535 * stride] = x.deep
    b[at + 536 * stride] = x.inv_inspired
    b[at + 537 * stride] = x.inspired
    b[at + 538 * stride] = x.rate
    b[at + 539 * stride] = x.limit
    b[at + 540 * stride] = x.reserve
    b[at + 541 * stride] = x.dead
    b[at + 542 * stride] = x.pleural_rest
    b[at + 543 * stride] = x.abdominal_rest
    b[at + 544 * stride] = x.ventilation_rest


PACKED_GAS_AT = 545


@leaf
def load_packed_gas(b: NDArray[np.float64], at: int, stride: int) -> PackedGas:
    """Load the packed_gas of a patient."""
    return PackedGas(
        b[at + 545 * stride],
        b[at + 546 * stride],
        b[at + 547 * stride],
        b[at + 548 * stride],
        b[at + 549 * stride],
        b[at + 550 * stride],
        b[at + 551 * stride],
        b[at + 552 * stride],
        b[at + 553 * stride],
        b[at + 554 * stride],
        b[at + 555 * stride],
        b[at + 556 * stride],
        b[at + 557 * stride],
        b[at + 558 * stride],
        b[at + 559 * stride],
        b[at + 560 * stride],
        b[at + 561 * stride],
        b[at + 562 * stride],
    )


@leaf
def store_packed_gas(b: NDArray[np.float64], at: int, stride: int, x: PackedGas) -> None:
    """Store the packed_gas of a patient."""
    b[at + 545 * stride] = x.dt
    b[at + 546 * stride] = x.dry
    b[at + 547 * stride] = x.k_lung
    b[at + 548 * stride] = x.k_arterial
    b[at + 549 * stride] = x.k_venous
    b[at + 550 * stride] = x.k_flow
    b[at + 551 * stride] = x.k_probe
    b[at + 552 * stride] = x.k_average
    b[at + 553 * stride] = x.k_breath
    b[at + 554 * stride] = x.shunt
    b[at + 555 * stride] = x.o2
    b[at + 556 * stride] = x.co2_fast
    b[at + 557 * stride] = x.co2_slow
    b[at + 558 * stride] = x.c_fast
    b[at + 559 * stride] = x.c_slow
    b[at + 560 * stride] = x.inv_slow
    b[at + 561 * stride] = x.exchange
    b[at + 562 * stride] = x.idle


PACKED_DRUGS_AT = 563


@leaf
def load_packed_drugs(b: NDArray[np.float64], at: int, stride: int) -> PackedDrugs:
    """Load the packed_drugs of a patient."""
    return PackedDrugs(
        b[at + 563 * stride],
        b[at + 564 * stride],
        b[at + 565 * stride],
        b[at + 566 * stride],
        b[at + 567 * stride],
        b[at + 568 * stride],
        b[at + 569 * stride],
        b[at + 570 * stride],
        b[at + 571 * stride],
        b[at + 572 * stride],
        b[at + 573 * stride],
        b[at + 574 * stride],
        b[at + 575 * stride],
        b[at + 576 * stride],
        b[at + 577 * stride],
        b[at + 578 * stride],
        b[at + 579 * stride],
        b[at + 580 * stride],
        b[at + 581 * stride],
        b[at + 582 * stride],
        b[at + 583 * stride],
        b[at + 584 * stride],
        b[at + 585 * stride],
        b[at + 586 * stride],
        b[at + 587 * stride],
        b[at + 588 * stride],
        b[at + 589 * stride],
        b[at + 590 * stride],
        b[at + 591 * stride],
        b[at + 592 * stride],
        b[at + 593 * stride],
        b[at + 594 * stride],
        b[at + 595 * stride],
        b[at + 596 * stride],
        b[at + 597 * stride],
        b[at + 598 * stride],
        b[at + 599 * stride],
        b[at + 600 * stride],
        b[at + 601 * stride],
        b[at + 602 * stride],
        b[at + 603 * stride],
        b[at + 604 * stride],
        b[at + 605 * stride],
        b[at + 606 * stride],
        b[at + 607 * stride],
        b[at + 608 * stride],
        b[at + 609 * stride],
        b[at + 610 * stride],
        b[at + 611 * stride],
        b[at + 612 * stride],
        b[at + 613 * stride],
    )


@leaf
def store_packed_drugs(b: NDArray[np.float64], at: int, stride: int, x: PackedDrugs) -> None:
    """Store the packed_drugs of a patient."""
    b[at + 563 * stride] = x.phenylephrine_a
    b[at + 564 * stride] = x.phenylephrine_b
    b[at + 565 * stride] = x.phenylephrine_e
    b[at + 566 * stride] = x.ephedrine_a
    b[at + 567 * stride] = x.ephedrine_b
    b[at + 568 * stride] = x.ephedrine_e
    b[at + 569 * stride] = x.ephedrine_store
    b[at + 570 * stride] = x.adrenaline_a
    b[at + 571 * stride] = x.adrenaline_e
    b[at + 572 * stride] = x.noradrenaline_a
    b[at + 573 * stride] = x.noradrenaline_e
    b[at + 574 * stride] = x.dobutamine_a
    b[at + 575 * stride] = x.dobutamine_e
    b[at + 576 * stride] = x.atropine_a
    b[at + 577 * stride] = x.atropine_b
    b[at + 578 * stride] = x.atropine_e
    b[at + 579 * stride] = x.esmolol_a
    b[at + 580 * stride] = x.esmolol_b
    b[at + 581 * stride] = x.esmolol_e
    b[at + 582 * stride] = x.nitroglycerin_a
    b[at + 583 * stride] = x.nitroglycerin_e
    b[at + 584 * stride] = x.nitroprusside_a
    b[at + 585 * stride] = x.nitroprusside_e
    b[at + 586 * stride] = x.adenosine_lag
    b[at + 587 * stride] = x.adenosine_heart
    b[at + 588 * stride] = x.midazolam_a
    b[at + 589 * stride] = x.midazolam_b
    b[at + 590 * stride] = x.midazolam_e
    b[at + 591 * stride] = x.fentanyl_a
    b[at + 592 * stride] = x.fentanyl_b
    b[at + 593 * stride] = x.fentanyl_e
    b[at + 594 * stride] = x.naloxone_a
    b[at + 595 * stride] = x.naloxone_b
    b[at + 596 * stride] = x.naloxone_e
    b[at + 597 * stride] = x.flumazenil_a
    b[at + 598 * stride] = x.flumazenil_b
    b[at + 599 * stride] = x.flumazenil_e
    b[at + 600 * stride] = x.lidocaine_a
    b[at + 601 * stride] = x.lidocaine_e
    b[at + 602 * stride] = x.protamine
    b[at + 603 * stride] = x.crystalloid_a
    b[at + 604 * stride] = x.crystalloid_b
    b[at + 605 * stride] = x.contrast_a
    b[at + 606 * stride] = x.contrast_w
    b[at + 607 * stride] = x.contrast_e
    b[at + 608 * stride] = x.half_window_s
    b[at + 609 * stride] = x.window_s
    b[at + 610 * stride] = x.inv_window_s
    b[at + 611 * stride] = x.sedative_gain
    b[at + 612 * stride] = x.opioid_gain
    b[at + 613 * stride] = x.contrast_half_ml


PACKED_REFLEX_AT = 614


@leaf
def load_packed_reflex(b: NDArray[np.float64], at: int, stride: int) -> PackedReflexes:
    """Load the packed_reflex of a patient."""
    return PackedReflexes(
        b[at + 614 * stride],
        b[at + 615 * stride],
        b[at + 616 * stride],
        b[at + 617 * stride],
        b[at + 618 * stride],
        b[at + 619 * stride],
        b[at + 620 * stride],
        b[at + 621 * stride],
        b[at + 622 * stride],
        b[at + 623 * stride],
        b[at + 624 * stride],
        b[at + 625 * stride],
        b[at + 626 * stride],
        b[at + 627 * stride],
        b[at + 628 * stride],
        b[at + 629 * stride],
        b[at + 630 * stride],
        b[at + 631 * stride],
        b[at + 632 * stride],
        b[at + 633 * stride],
        b[at + 634 * stride],
        b[at + 635 * stride],
    )


@leaf
def store_packed_reflex(b: NDArray[np.float64], at: int, stride: int, x: PackedReflexes) -> None:
    """Store the packed_reflex of a patient."""
    b[at + 614 * stride] = x.set_mmhg
    b[at + 615 * stride] = x.set_pulsation
    b[at + 616 * stride] = x.set_filling
    b[at + 617 * stride] = x.a_receptor
    b[at + 618 * stride] = x.a_adapt
    b[at + 619 * stride] = x.a_pulsation
    b[at + 620 * stride] = x.a_filling
    b[at + 621 * stride] = x.a_vagal
    b[at + 622 * stride] = x.a_delay
    b[at + 623 * stride] = x.a_node
    b[at + 624 * stride] = x.a_strength
    b[at + 625 * stride] = x.a_vessel
    b[at + 626 * stride] = x.a_vein_delay
    b[at + 627 * stride] = x.a_vein
    b[at + 628 * stride] = x.a_chemo
    b[at + 629 * stride] = x.k_vagal
    b[at + 630 * stride] = x.k_cardiac
    b[at + 631 * stride] = x.k_vessel
    b[at + 632 * stride] = x.k_filling
    b[at + 633 * stride] = x.i_vagal_down
    b[at + 634 * stride] = x.vagal_tone
    b[at + 635 * stride] = x.k_rate


PACKED_CORONARY_AT = 636


@leaf
def load_packed_coronary(b: NDArray[np.float64], at: int, stride: int) -> PackedCoronary:
    """Load the packed_coronary of a patient."""
    return PackedCoronary(
        b[at + 636 * stride],
        b[at + 637 * stride],
        b[at + 638 * stride],
        b[at + 639 * stride],
        b[at + 640 * stride],
        b[at + 641 * stride],
        b[at + 642 * stride],
        b[at + 643 * stride],
        b[at + 644 * stride],
        b[at + 645 * stride],
        b[at + 646 * stride],
        b[at + 647 * stride],
        b[at + 648 * stride],
        b[at + 649 * stride],
        b[at + 650 * stride],
        b[at + 651 * stride],
    )


@leaf
def store_packed_coronary(b: NDArray[np.float64], at: int, stride: int, x: PackedCoronary) -> None:
    """Store the packed_coronary of a patient."""
    b[at + 636 * stride] = x.inv_window
    b[at + 637 * stride] = x.a_average
    b[at + 638 * stride] = x.a_conductance
    b[at + 639 * stride] = x.a_debt
    b[at + 640 * stride] = x.a_failure
    b[at + 641 * stride] = x.a_st
    b[at + 642 * stride] = x.a_lasting
    b[at + 643 * stride] = x.a_stunning
    b[at + 644 * stride] = x.a_recovery
    b[at + 645 * stride] = x.basal_left
    b[at + 646 * stride] = x.basal_right
    b[at + 647 * stride] = x.per_pressure_left
    b[at + 648 * stride] = x.per_pressure_right
    b[at + 649 * stride] = x.per_work
    b[at + 650 * stride] = x.ceiling_left
    b[at + 651 * stride] = x.ceiling_right


PACKED_BLOOD_AT = 652


@leaf
def load_packed_blood(b: NDArray[np.float64], at: int, stride: int) -> PackedBlood:
    """Load the packed_blood of a patient."""
    return PackedBlood(
        b[at + 652 * stride],
        b[at + 653 * stride],
        b[at + 654 * stride],
        b[at + 655 * stride],
        b[at + 656 * stride],
        b[at + 657 * stride],
    )


@leaf
def store_packed_blood(b: NDArray[np.float64], at: int, stride: int, x: PackedBlood) -> None:
    """Store the packed_blood of a patient."""
    b[at + 652 * stride] = x.unstressed_upper
    b[at + 653 * stride] = x.unstressed_lower
    b[at + 654 * stride] = x.blood_ml
    b[at + 655 * stride] = x.donor_g_ml
    b[at + 656 * stride] = x.inv_content
    b[at + 657 * stride] = x.seed


PACKED_WAYS_AT = 658


@leaf
def load_packed_ways(b: NDArray[np.float64], at: int, stride: int) -> Ways:
    """Load the packed_ways of a patient."""
    return Ways(
        b[at + 658 * stride],
        b[at + 659 * stride],
        b[at + 660 * stride],
    )


@leaf
def store_packed_ways(b: NDArray[np.float64], at: int, stride: int, x: Ways) -> None:
    """Store the packed_ways of a patient."""
    b[at + 658 * stride] = x.retrograde
    b[at + 659 * stride] = x.tolerance
    b[at + 660 * stride] = x.place


ROWS = 661
