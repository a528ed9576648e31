"""The loop over time: activations from the schedule, one circulation step a tick, rows recorded."""

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver
from openvalve.circulation._step import (
    Activation,
    Packed,
    State,
    jet_velocity,
    pressures,
    step,
    valve_area,
)
from openvalve.rhythm._curves import activation_at

__all__ = ["COLUMNS", "STATE_COUNT", "advance"]

STATE_COUNT = 20

# The order of recorded columns.
COLUMNS = (
    "LV",
    "AO",
    "LA",
    "RA",
    "RV",
    "PA",
    "RVOT",
    "ART",
    "VOL_LV",
    "VOL_LA",
    "VOL_RV",
    "VOL_RA",
    "FLOW_AORTIC",
    "FLOW_MITRAL",
    "FLOW_PULMONARY",
    "FLOW_TRICUSPID",
    "AREA_AORTIC",
    "AREA_MITRAL",
    "AREA_PULMONARY",
    "AREA_TRICUSPID",
    "JET_AORTIC",
    "JET_MITRAL",
    "JET_PULMONARY",
    "JET_TRICUSPID",
)


@driver
def advance(
    state: NDArray[np.float64],
    p: Packed,
    v_on: NDArray[np.float64],
    v_scale: NDArray[np.float64],
    v_strength: NDArray[np.float64],
    a_on: NDArray[np.float64],
    a_scale: NDArray[np.float64],
    a_strength: NDArray[np.float64],
    v_table: NDArray[np.float64],
    a_table: NDArray[np.float64],
    first: int,
    steps: int,
    dt: float,
    out: NDArray[np.float64],
    out_first: int,
    out_stride: int,
) -> int:
    """Advance ``state`` in place by ``steps`` ticks; return the tick that failed, or -1.

    After a failure ``state`` holds the last state before it.

    Tick n is at n dt. Rows of ``out`` (shape (rows, len(COLUMNS))) are written from tick
    ``out_first`` on, one every ``out_stride`` ticks, pressures and flows of the same instant.
    """
    s = State(
        state[0],
        state[1],
        state[2],
        state[3],
        state[4],
        state[5],
        state[6],
        state[7],
        state[8],
        state[9],
        state[10],
        state[11],
        state[12],
        state[13],
        state[14],
        state[15],
        state[16],
        state[17],
        state[18],
        state[19],
    )
    iv = 0
    ia = 0
    row = 0
    rows = out.shape[0]
    failed = -1
    for n in range(first, first + steps):
        t = n * dt
        while iv + 1 < v_on.shape[0] and v_on[iv + 1] <= t:
            iv += 1
        while ia + 1 < a_on.shape[0] and a_on[ia + 1] <= t:
            ia += 1
        jv = max(iv - 1, 0)
        ja = max(ia - 1, 0)
        e = Activation(
            max(
                a_strength[ia] * activation_at(a_table, t - a_on[ia], 1.0 / a_scale[ia]),
                a_strength[ja] * activation_at(a_table, t - a_on[ja], 1.0 / a_scale[ja]),
            ),
            max(
                v_strength[iv] * activation_at(v_table, t - v_on[iv], 1.0 / v_scale[iv]),
                v_strength[jv] * activation_at(v_table, t - v_on[jv], 1.0 / v_scale[jv]),
            ),
        )
        if row < rows and n >= out_first and (n - out_first) % out_stride == 0:
            x = pressures(s, p, e)
            out[row, 0] = x.lv
            out[row, 1] = x.ao
            out[row, 2] = x.la
            out[row, 3] = x.ra
            out[row, 4] = x.rv
            out[row, 5] = x.pr
            out[row, 6] = x.rvot
            out[row, 7] = x.sa
            out[row, 8] = s.v_lv
            out[row, 9] = s.v_la
            out[row, 10] = s.v_rv
            out[row, 11] = s.v_ra
            out[row, 12] = s.q_aortic
            out[row, 13] = s.q_mitral
            out[row, 14] = s.q_pulmonary
            out[row, 15] = s.q_tricuspid
            out[row, 16] = valve_area(p.aortic, s.z_aortic, s.q_aortic)
            out[row, 17] = valve_area(p.mitral, s.z_mitral, s.q_mitral)
            out[row, 18] = valve_area(p.pulmonary, s.z_pulmonary, s.q_pulmonary)
            out[row, 19] = valve_area(p.tricuspid, s.z_tricuspid, s.q_tricuspid)
            out[row, 20] = jet_velocity(p.aortic, s.z_aortic, s.q_aortic)
            out[row, 21] = jet_velocity(p.mitral, s.z_mitral, s.q_mitral)
            out[row, 22] = jet_velocity(p.pulmonary, s.z_pulmonary, s.q_pulmonary)
            out[row, 23] = jet_velocity(p.tricuspid, s.z_tricuspid, s.q_tricuspid)
            row += 1
        after = step(s, p, e, dt)
        volumes = after.v_lv + after.v_la + after.v_rv + after.v_ra + after.v_ao + after.v_pr
        openings = after.z_mitral + after.z_aortic + after.z_tricuspid + after.z_pulmonary
        if not (abs(volumes + openings) < 1e6):
            failed = n
            break
        s = after
    for k in range(20):
        state[k] = s[k]
    return failed
