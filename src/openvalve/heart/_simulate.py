"""Run a heart for some beats and record the last of them."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from openvalve.circulation import (
    WINDOW_S,
    Chamber,
    CirculationParams,
    Pericardium,
    State,
    pack,
    resting_control,
)
from openvalve.circulation._step import VOLUMES_COUNT
from openvalve.errors import SolverError
from openvalve.heart._blocks import Ledger, put
from openvalve.heart._kernel import advance
from openvalve.heart._layout import BEATS_AT, CONTROL_AT, LEDGER_AT, PACKED_AT, ROWS, STATE_AT
from openvalve.heart._observe import COLUMNS, SLOW_COLUMNS
from openvalve.heart._params import HeartParams, build_circulation, reference_heart
from openvalve.recording import Channel, Recording
from openvalve.rhythm import Schedule, quiet, schedule
from openvalve.units import Ml, S

__all__ = ["HeartState", "Run", "initial_state", "simulate", "total_volume_ml", "warm"]

TICK_S = 1e-3
NO_INPUTS = np.empty((0, 0))  # nothing acts: the body stays as it is
# Where blood that a state lacks is put: veins of body and lung by their compliance.
VENOUS_SHARES = {"v_upper_veins": 0.26, "v_lower_veins": 0.63, "v_cava": 0.03, "v_pv": 0.08}
UNIT_OF_SLOW = {
    "RATE": "bpm",
    "SPO2": "frac",
    "SAO2": "frac",
    "SVO2": "frac",
    "ISCHAEMIA": "frac",
    "ST": "frac",
    "CONTRACTILITY": "factor",
    "RESISTANCE": "factor",
}
UNIT_OF_PREFIX = {"VOL": "ml", "FLOW": "ml_s", "AREA": "cm2", "JET": "m_s"}


@dataclass(frozen=True, kw_only=True, slots=True)
class HeartState:
    """Where a heart stands: the states of ``openvalve.circulation.State`` in order, shape (30,)."""

    values: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Run:
    """A stretch of simulated time.

    Attributes
    ----------
    recording : true pressures, volumes, flows, areas and jets of the recorded beats.
    state : where the heart stood at the end, to go on from.
    """

    recording: Recording
    state: HeartState


def total_volume_ml(values: NDArray[np.float64]) -> float:
    """Return the blood in all compartments; constant over any run."""
    return float(values[:VOLUMES_COUNT].sum())


def _relaxed_volume_ml(chamber: Chamber, pressure_mmhg: float) -> float:
    """Return the real root of k3 d^3 + k1 d = P, by its hyperbolic form, plus V0."""
    k1, k3 = chamber.stiffness_mmhg_ml, chamber.stiffening_mmhg_ml3
    scale = math.sqrt(k1 / (3.0 * k3))
    reach = math.asinh(1.5 * pressure_mmhg / (k1 * scale))
    return chamber.rest_volume_ml + 2.0 * scale * math.sinh(reach / 3.0)


def _sac_pressure_mmhg(sac: Pericardium, volume_ml: float) -> float:
    """Return the pressure in a pericardium that holds so much."""
    x = max((volume_ml - sac.slack_volume_ml) / (8.0 * sac.stiffening_volume_ml), 0.0)
    return float(sac.pressure_scale_mmhg * ((1.0 + x) ** 8 - 1.0))


def initial_state(params: CirculationParams, *, arterial_mmhg: float = 85.0) -> HeartState:
    """Return a first guess that holds exactly the circulating volume.

    Arteries are filled to ``arterial_mmhg``, lungs to 15 mmHg; chambers and veins share the rest
    at one pressure, of which the chambers have what the pericardium leaves to their walls.
    """
    body, lungs = (params.upper, params.lower), params.lungs
    arteries = {
        "v_ao": params.aorta.compliance_ml_mmhg * arterial_mmhg,
        "v_ua": body[0].arterial_compliance_ml_mmhg * arterial_mmhg,
        "v_rad": body[0].line.compliance_ml_mmhg * arterial_mmhg,
        "v_lo": body[1].arterial_compliance_ml_mmhg * arterial_mmhg,
        "v_fem": body[1].line.compliance_ml_mmhg * arterial_mmhg,
        "v_pr": params.pulmonary_trunk.compliance_ml_mmhg * 15.0,
        "v_pa": lungs.arterial_compliance_ml_mmhg * 15.0,
    }
    share = min(1.0, 0.5 * params.circulating_volume_ml / sum(arteries.values()))
    chambers = {"v_la": params.la, "v_lv": params.lv, "v_ra": params.ra, "v_rv": params.rv}
    veins = {
        "v_upper_veins": body[0].venous_compliance_ml_mmhg,
        "v_lower_veins": body[1].venous_compliance_ml_mmhg,
        "v_cava": params.cava.compliance_ml_mmhg,
        "v_pv": lungs.venous_compliance_ml_mmhg,
    }
    left = params.circulating_volume_ml - share * sum(arteries.values())

    def fill(across: float) -> dict[str, float]:
        heart = {name: _relaxed_volume_ml(c, across) for name, c in chambers.items()}
        pressure = across + _sac_pressure_mmhg(params.pericardium, sum(heart.values()))
        return heart | {name: c * pressure for name, c in veins.items()}

    low, high = 0.0, 60.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if sum(fill(middle).values()) < left else (low, middle)
    filled = fill(0.5 * (low + high))
    volumes = {name: v * left / sum(filled.values()) for name, v in filled.items()}
    volumes |= {name: v * share for name, v in arteries.items()}
    return HeartState(values=np.array([volumes.get(name, 0.0) for name in State._fields]))


CHANNELS = tuple(
    (name, UNIT_OF_SLOW.get(name) or UNIT_OF_PREFIX.get(name.split("_")[0], "mmhg"))
    for name in COLUMNS + SLOW_COLUMNS
)


def simulate(
    heart: HeartParams,
    *,
    beats: int = 40,
    record_beats: int = 2,
    initial: HeartState | None = None,
    tick_s: S = TICK_S,
) -> Run:
    """Run a heart for ``beats`` beats and record the last ``record_beats``.

    Parameters
    ----------
    heart : the patient.
    beats : beats in all, at least ``record_beats`` + 1; about 30 settle a heart at rest.
    record_beats : beats recorded at 1 kHz (or one row a tick for longer ticks).
    initial : where to start; a volume other than the patient's is corrected in the veins.
    tick_s : step of the solver.

    Raises
    ------
    SolverError : a state left all bounds; carries time and state.
    """
    circulation = build_circulation(heart)
    start = initial_state(circulation) if initial is None else initial
    values = start.values.copy()
    _refill(values, heart.circulating_volume_ml)
    buffer = patient_buffer(circulation, values, tick_s)
    plan = schedule(heart.rhythm, beats + 1)
    first = round(float(plan.ventricular_s[beats - record_beats]) / tick_s)
    steps = round(float(plan.ventricular_s[beats]) / tick_s)
    stride = max(1, round(TICK_S / tick_s))
    out = np.empty(((steps - first + stride - 1) // stride, len(COLUMNS)))
    failed = advance(
        buffer,
        events_of(plan),
        NO_INPUTS,
        0,
        steps,
        round(WINDOW_S / tick_s),
        tick_s,
        out,
        first,
        stride,
    )
    if failed >= 0:
        raise_failure(buffer, failed * tick_s)
    recorded = plan.ventricular_s[beats - record_beats : beats]
    return Run(
        recording=recording_of(
            out,
            rate_hz=1.0 / (stride * tick_s),
            beats_s=np.append(recorded, plan.ventricular_s[beats]) - first * tick_s,
            start_s=first * tick_s,
        ),
        state=HeartState(values=_state_of(buffer).copy()),
    )


def raise_failure(buffer: NDArray[np.float64], time_s: S) -> NoReturn:
    """Raise the error of a run that stopped, with the last good state."""
    raise SolverError(
        "the circulation left all bounds",
        time_s=time_s,
        state=dict(zip(State._fields, (float(v) for v in _state_of(buffer)), strict=True)),
    )


def _refill(values: NDArray[np.float64], circulating_volume_ml: Ml) -> None:
    """Put what a state lacks of the circulating volume into the veins, by their compliance."""
    missing = circulating_volume_ml - total_volume_ml(values)
    for name, frac in VENOUS_SHARES.items():
        values[State._fields.index(name)] += frac * missing


def _state_of(buffer: NDArray[np.float64]) -> NDArray[np.float64]:
    return buffer[STATE_AT : STATE_AT + len(State._fields)]


def patient_buffer(
    circulation: CirculationParams, values: NDArray[np.float64], tick_s: S
) -> NDArray[np.float64]:
    """Return the flat buffer of a patient at rest in the given state, shape (ROWS,)."""
    buffer = np.zeros(ROWS)
    _state_of(buffer)[:] = values
    put(buffer, PACKED_AT, pack(circulation, tick_s))
    put(buffer, CONTROL_AT, resting_control(circulation))
    put(buffer, BEATS_AT, quiet())
    put(buffer, LEDGER_AT, Ledger(net_ml=0.0, initial_ml=total_volume_ml(values)))
    return buffer


def events_of(plan: Schedule) -> NDArray[np.float64]:
    """Return a schedule as activations from outside, shape (n, len(EVENT_COLUMNS))."""
    both = [
        np.column_stack((onset, np.full(onset.size, chambers), scale, strength))
        for onset, chambers, scale, strength in (
            (plan.atrial_s, 3.0, plan.atrial_scale, plan.atrial_strength),
            (plan.ventricular_s, 12.0, plan.ventricular_scale, plan.ventricular_strength),
        )
    ]
    events = np.concatenate(both)
    return np.ascontiguousarray(events[np.argsort(events[:, 0], kind="stable")])


def recording_of(
    rows: NDArray[np.float64],
    *,
    rate_hz: float,
    beats_s: NDArray[np.float64],
    start_s: S,
    notes: Mapping[str, Any] | None = None,
) -> Recording:
    """Return recorded rows as named channels."""
    return Recording(
        rate_hz=rate_hz,
        channels={
            name: Channel(name=name, unit=unit, samples=rows[:, k])
            for k, (name, unit) in enumerate(CHANNELS[: rows.shape[1]])
        },
        beats_s=beats_s,
        start_s=start_s,
        notes=notes or {},
    )


def warm() -> None:
    """Compile, or load from the cache, everything that a first beat needs."""
    simulate(reference_heart(bsa_m2=1.8), beats=2, record_beats=1)
