"""Load and store the blocks of a patient; written by ``_generate.py``, do not edit.

Value k of a patient stands at ``b[at + k * stride]``: ``at`` is the patient's place and ``stride``
the number of patients that lie side by side.
"""

from numpy.typing import NDArray

from openvalve._kernels import leaf
from openvalve.circulation._packed import (
    Control,
    Packed,
    PackedBranch,
    PackedChamber,
    PackedOrifice,
    PackedRoot,
    ValveNow,
)
from openvalve.circulation._step import State
from openvalve.heart._blocks import Ledger
from openvalve.rhythm._curves import Beat, Beats
from openvalve.rhythm._source import SourceState

__all__ = [
    "BEATS_AT",
    "CONTROL_AT",
    "LEDGER_AT",
    "PACKED_AT",
    "ROWS",
    "SOURCE_AT",
    "STATE_AT",
    "load_beats",
    "load_control",
    "load_ledger",
    "load_packed",
    "load_source",
    "load_state",
    "store_beats",
    "store_control",
    "store_ledger",
    "store_packed",
    "store_source",
    "store_state",
]

STATE_AT = 0


@leaf
def load_state(b: NDArray, at: int, stride: int) -> State:
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
def store_state(b: NDArray, at: int, stride: int, x: State) -> None:
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
def load_control(b: NDArray, at: int, stride: int) -> Control:
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
def store_control(b: NDArray, at: int, stride: int, x: Control) -> None:
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


BEATS_AT = 70


@leaf
def load_beats(b: NDArray, at: int, stride: int) -> Beats:
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
def store_beats(b: NDArray, at: int, stride: int, x: Beats) -> None:
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


SOURCE_AT = 94


@leaf
def load_source(b: NDArray, at: int, stride: int) -> SourceState:
    """Load the source of a patient."""
    return SourceState(
        b[at + 94 * stride],
        b[at + 95 * stride],
        b[at + 96 * stride],
        b[at + 97 * stride],
        b[at + 98 * stride],
        b[at + 99 * stride],
        b[at + 100 * stride],
        b[at + 101 * stride],
        b[at + 102 * stride],
    )


@leaf
def store_source(b: NDArray, at: int, stride: int, x: SourceState) -> None:
    """Store the source of a patient."""
    b[at + 94 * stride] = x.phase
    b[at + 95 * stride] = x.since_a
    b[at + 96 * stride] = x.since_v
    b[at + 97 * stride] = x.arriving
    b[at + 98 * stride] = x.wave
    b[at + 99 * stride] = x.stimulus
    b[at + 100 * stride] = x.draws
    b[at + 101 * stride] = x.interval
    b[at + 102 * stride] = x.potentiation


LEDGER_AT = 103


@leaf
def load_ledger(b: NDArray, at: int, stride: int) -> Ledger:
    """Load the ledger of a patient."""
    return Ledger(
        b[at + 103 * stride],
        b[at + 104 * stride],
    )


@leaf
def store_ledger(b: NDArray, at: int, stride: int, x: Ledger) -> None:
    """Store the ledger of a patient."""
    b[at + 103 * stride] = x.net_ml
    b[at + 104 * stride] = x.initial_ml


PACKED_AT = 105


@leaf
def load_packed(b: NDArray, at: int, stride: int) -> Packed:
    """Load the packed of a patient."""
    return Packed(
        PackedChamber(
            b[at + 105 * stride],
            b[at + 106 * stride],
            b[at + 107 * stride],
            b[at + 108 * stride],
            b[at + 109 * stride],
            b[at + 110 * stride],
        ),
        PackedChamber(
            b[at + 111 * stride],
            b[at + 112 * stride],
            b[at + 113 * stride],
            b[at + 114 * stride],
            b[at + 115 * stride],
            b[at + 116 * stride],
        ),
        PackedChamber(
            b[at + 117 * stride],
            b[at + 118 * stride],
            b[at + 119 * stride],
            b[at + 120 * stride],
            b[at + 121 * stride],
            b[at + 122 * stride],
        ),
        PackedChamber(
            b[at + 123 * stride],
            b[at + 124 * stride],
            b[at + 125 * stride],
            b[at + 126 * stride],
            b[at + 127 * stride],
            b[at + 128 * stride],
        ),
        PackedOrifice(
            b[at + 129 * stride],
            b[at + 130 * stride],
            b[at + 131 * stride],
            b[at + 132 * stride],
            b[at + 133 * stride],
            b[at + 134 * stride],
            b[at + 135 * stride],
        ),
        PackedOrifice(
            b[at + 136 * stride],
            b[at + 137 * stride],
            b[at + 138 * stride],
            b[at + 139 * stride],
            b[at + 140 * stride],
            b[at + 141 * stride],
            b[at + 142 * stride],
        ),
        PackedOrifice(
            b[at + 143 * stride],
            b[at + 144 * stride],
            b[at + 145 * stride],
            b[at + 146 * stride],
            b[at + 147 * stride],
            b[at + 148 * stride],
            b[at + 149 * stride],
        ),
        PackedOrifice(
            b[at + 150 * stride],
            b[at + 151 * stride],
            b[at + 152 * stride],
            b[at + 153 * stride],
            b[at + 154 * stride],
            b[at + 155 * stride],
            b[at + 156 * stride],
        ),
        PackedRoot(
            b[at + 157 * stride],
            b[at + 158 * stride],
        ),
        PackedBranch(
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
        ),
        PackedBranch(
            b[at + 172 * stride],
            b[at + 173 * stride],
            b[at + 174 * stride],
            b[at + 175 * stride],
            b[at + 176 * stride],
            b[at + 177 * stride],
            b[at + 178 * stride],
            b[at + 179 * stride],
            b[at + 180 * stride],
            b[at + 181 * stride],
            b[at + 182 * stride],
            b[at + 183 * stride],
            b[at + 184 * stride],
        ),
        PackedRoot(
            b[at + 185 * stride],
            b[at + 186 * stride],
        ),
        b[at + 187 * stride],
        b[at + 188 * stride],
        b[at + 189 * stride],
        b[at + 190 * stride],
        b[at + 191 * stride],
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
    )


@leaf
def store_packed(b: NDArray, at: int, stride: int, x: Packed) -> None:
    """Store the packed of a patient."""
    b[at + 105 * stride] = x.la.ees
    b[at + 106 * stride] = x.la.vd
    b[at + 107 * stride] = x.la.inv_ceiling
    b[at + 108 * stride] = x.la.v0
    b[at + 109 * stride] = x.la.k1
    b[at + 110 * stride] = x.la.k3
    b[at + 111 * stride] = x.lv.ees
    b[at + 112 * stride] = x.lv.vd
    b[at + 113 * stride] = x.lv.inv_ceiling
    b[at + 114 * stride] = x.lv.v0
    b[at + 115 * stride] = x.lv.k1
    b[at + 116 * stride] = x.lv.k3
    b[at + 117 * stride] = x.ra.ees
    b[at + 118 * stride] = x.ra.vd
    b[at + 119 * stride] = x.ra.inv_ceiling
    b[at + 120 * stride] = x.ra.v0
    b[at + 121 * stride] = x.ra.k1
    b[at + 122 * stride] = x.ra.k3
    b[at + 123 * stride] = x.rv.ees
    b[at + 124 * stride] = x.rv.vd
    b[at + 125 * stride] = x.rv.inv_ceiling
    b[at + 126 * stride] = x.rv.v0
    b[at + 127 * stride] = x.rv.k1
    b[at + 128 * stride] = x.rv.k3
    b[at + 129 * stride] = x.mitral.inv_down
    b[at + 130 * stride] = x.mitral.k
    b[at + 131 * stride] = x.mitral.h_ref
    b[at + 132 * stride] = x.mitral.open_dt
    b[at + 133 * stride] = x.mitral.close_dt
    b[at + 134 * stride] = x.mitral.gain
    b[at + 135 * stride] = x.mitral.resistance
    b[at + 136 * stride] = x.aortic.inv_down
    b[at + 137 * stride] = x.aortic.k
    b[at + 138 * stride] = x.aortic.h_ref
    b[at + 139 * stride] = x.aortic.open_dt
    b[at + 140 * stride] = x.aortic.close_dt
    b[at + 141 * stride] = x.aortic.gain
    b[at + 142 * stride] = x.aortic.resistance
    b[at + 143 * stride] = x.tricuspid.inv_down
    b[at + 144 * stride] = x.tricuspid.k
    b[at + 145 * stride] = x.tricuspid.h_ref
    b[at + 146 * stride] = x.tricuspid.open_dt
    b[at + 147 * stride] = x.tricuspid.close_dt
    b[at + 148 * stride] = x.tricuspid.gain
    b[at + 149 * stride] = x.tricuspid.resistance
    b[at + 150 * stride] = x.pulmonary.inv_down
    b[at + 151 * stride] = x.pulmonary.k
    b[at + 152 * stride] = x.pulmonary.h_ref
    b[at + 153 * stride] = x.pulmonary.open_dt
    b[at + 154 * stride] = x.pulmonary.close_dt
    b[at + 155 * stride] = x.pulmonary.gain
    b[at + 156 * stride] = x.pulmonary.resistance
    b[at + 157 * stride] = x.aorta.inv_c
    b[at + 158 * stride] = x.aorta.r_wall
    b[at + 159 * stride] = x.upper.g
    b[at + 160 * stride] = x.upper.ig
    b[at + 161 * stride] = x.upper.inv_c
    b[at + 162 * stride] = x.upper.inv_r
    b[at + 163 * stride] = x.upper.pleural
    b[at + 164 * stride] = x.upper.abdominal
    b[at + 165 * stride] = x.upper.line_g
    b[at + 166 * stride] = x.upper.line_ig
    b[at + 167 * stride] = x.upper.line_inv_c
    b[at + 168 * stride] = x.upper.line_inv_r
    b[at + 169 * stride] = x.upper.inv_c_ven
    b[at + 170 * stride] = x.upper.inv_r_ven
    b[at + 171 * stride] = x.upper.ven_abdominal
    b[at + 172 * stride] = x.lower.g
    b[at + 173 * stride] = x.lower.ig
    b[at + 174 * stride] = x.lower.inv_c
    b[at + 175 * stride] = x.lower.inv_r
    b[at + 176 * stride] = x.lower.pleural
    b[at + 177 * stride] = x.lower.abdominal
    b[at + 178 * stride] = x.lower.line_g
    b[at + 179 * stride] = x.lower.line_ig
    b[at + 180 * stride] = x.lower.line_inv_c
    b[at + 181 * stride] = x.lower.line_inv_r
    b[at + 182 * stride] = x.lower.inv_c_ven
    b[at + 183 * stride] = x.lower.inv_r_ven
    b[at + 184 * stride] = x.lower.ven_abdominal
    b[at + 185 * stride] = x.trunk.inv_c
    b[at + 186 * stride] = x.trunk.r_wall
    b[at + 187 * stride] = x.cava_inv_c
    b[at + 188 * stride] = x.cava_inv_r
    b[at + 189 * stride] = x.lung_g
    b[at + 190 * stride] = x.lung_ig
    b[at + 191 * stride] = x.lung_inv_c
    b[at + 192 * stride] = x.lung_inv_r
    b[at + 193 * stride] = x.lung_inv_c_ven
    b[at + 194 * stride] = x.lung_inv_r_ven
    b[at + 195 * stride] = x.squeeze
    b[at + 196 * stride] = x.septum_relaxed
    b[at + 197 * stride] = x.septum_gain
    b[at + 198 * stride] = x.septum_dt
    b[at + 199 * stride] = x.peri_p0
    b[at + 200 * stride] = x.peri_v0
    b[at + 201 * stride] = x.inv_peri_w8
    b[at + 202 * stride] = x.inf_area
    b[at + 203 * stride] = x.inv_inf_area
    b[at + 204 * stride] = x.inf_grip
    b[at + 205 * stride] = x.inv_inf_hold
    b[at + 206 * stride] = x.shunt_gain


ROWS = 207
