"""Run a heart for some beats and record the last of them."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.circulation import Chamber, CirculationParams, State, pack
from openvalve.errors import SolverError
from openvalve.heart._kernel import COLUMNS, STATE_COUNT, advance
from openvalve.heart._params import HeartParams, build_circulation
from openvalve.recording import Channel, Recording
from openvalve.rhythm import atrial_curve, schedule, ventricular_curve
from openvalve.units import S

__all__ = ["HeartState", "Run", "initial_state", "simulate", "total_volume_ml", "warm"]

TICK_S = 1e-3
UNIT_OF_PREFIX = {"VOL": "ml", "FLOW": "ml_s", "AREA": "cm2", "JET": "m_s"}


@dataclass(frozen=True, kw_only=True, slots=True)
class HeartState:
    """Where a heart stands: the twenty states of ``openvalve.circulation.State``, shape (20,)."""

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
    """Return the blood in all ten compartments; constant over any run."""
    return float(values[:10].sum())


def _relaxed_volume_ml(chamber: Chamber, pressure_mmhg: float) -> float:
    """Return the real root of k3 d^3 + k1 d = P, by its hyperbolic form, plus V0."""
    k1, k3 = chamber.stiffness_mmhg_ml, chamber.stiffening_mmhg_ml3
    scale = math.sqrt(k1 / (3.0 * k3))
    reach = math.asinh(1.5 * pressure_mmhg / (k1 * scale))
    return chamber.rest_volume_ml + 2.0 * scale * math.sinh(reach / 3.0)


def initial_state(params: CirculationParams, *, arterial_mmhg: float = 85.0) -> HeartState:
    """Return a first guess that holds exactly the circulating volume.

    Arteries are filled to ``arterial_mmhg``, lungs to 15 mmHg; chambers and veins share the rest
    at one pressure, found by bisection.
    """
    arteries = np.array(
        [
            params.systemic.root_compliance_ml_mmhg * arterial_mmhg,
            params.systemic.arterial_compliance_ml_mmhg * arterial_mmhg,
            params.lungs.root_compliance_ml_mmhg * 15.0,
            params.lungs.arterial_compliance_ml_mmhg * 15.0,
        ]
    )
    arteries *= min(1.0, 0.5 * params.circulating_volume_ml / arteries.sum())
    chambers = (params.la, params.lv, params.ra, params.rv)
    veins = (
        params.systemic.venous_compliance_ml_mmhg,
        params.lungs.venous_compliance_ml_mmhg,
    )
    left = params.circulating_volume_ml - float(arteries.sum())

    def fill(pressure: float) -> list[float]:
        return [_relaxed_volume_ml(c, pressure) for c in chambers] + [c * pressure for c in veins]

    low, high = 0.0, 60.0
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if sum(fill(middle)) < left else (low, middle)
    filled = np.array(fill(0.5 * (low + high)))
    filled *= left / filled.sum()
    values = np.zeros(STATE_COUNT)
    values[:4] = filled[:4]
    values[4], values[5] = arteries[0], arteries[1]
    values[6] = filled[4]
    values[7], values[8] = arteries[2], arteries[3]
    values[9] = filled[5]
    return HeartState(values=values)


def _unit(column: str) -> str:
    return UNIT_OF_PREFIX.get(column.split("_")[0], "mmhg")


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
    missing = heart.circulating_volume_ml - total_volume_ml(values)
    values[6] += 0.74 * missing  # veins of body and lung by their compliance, 28 to 10
    values[9] += 0.26 * missing
    return _run(circulation, values, heart, beats, record_beats, tick_s)


def _run(
    circulation: CirculationParams,
    values: NDArray[np.float64],
    heart: HeartParams,
    beats: int,
    record_beats: int,
    tick_s: S,
) -> Run:
    plan = schedule(heart.rhythm, beats + 1)
    first_s = float(plan.ventricular_s[beats - record_beats])
    first = round(first_s / tick_s)
    steps = round(float(plan.ventricular_s[beats]) / tick_s)
    stride = max(1, round(TICK_S / tick_s))
    out = np.empty(((steps - first + stride - 1) // stride, len(COLUMNS)))
    failed = advance(
        values,
        pack(circulation),
        plan.ventricular_s,
        plan.ventricular_scale,
        plan.ventricular_strength,
        plan.atrial_s,
        plan.atrial_scale,
        plan.atrial_strength,
        ventricular_curve(),
        atrial_curve(),
        0,
        steps,
        tick_s,
        out,
        first,
        stride,
    )
    if failed >= 0:
        raise SolverError(
            "the circulation left all bounds",
            time_s=failed * tick_s,
            state=dict(zip(State._fields, (float(v) for v in values), strict=True)),
        )
    recorded = plan.ventricular_s[beats - record_beats : beats]
    return Run(
        recording=Recording(
            rate_hz=1.0 / (stride * tick_s),
            channels={
                name: Channel(name=name, unit=_unit(name), samples=out[:, k])
                for k, name in enumerate(COLUMNS)
            },
            beats_s=np.append(recorded, plan.ventricular_s[beats]) - first * tick_s,
            start_s=first * tick_s,
        ),
        state=HeartState(values=values),
    )


def warm() -> None:
    """Compile, or load from the cache, everything that a first beat needs."""
    from openvalve.heart._params import reference_heart

    simulate(reference_heart(bsa_m2=1.8), beats=2, record_beats=1)
