"""What a recording shows of the true state: one row of numbers at one instant."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import leaf
from openvalve.circulation import Activation, Control, Packed, State
from openvalve.circulation._orifice import effective_area, jet_velocity
from openvalve.circulation._step import pressures, rvot_pressure
from openvalve.heart._layout import (
    load_breath,
    load_control,
    load_coronary,
    load_gas,
    load_rhythm,
)

__all__ = ["COLUMNS", "SLOW_COLUMNS", "Row", "SlowRow", "observe", "observe_slow"]

# The recorded columns, in the order of ``Row``.
COLUMNS = (
    "LV",
    "AO",
    "LA",
    "RA",
    "RV",
    "PA",
    "RVOT",
    "ART",
    "FEM",
    "PERICARDIUM",
    "PLEURAL",
    "VOL_LV",
    "VOL_LA",
    "VOL_RV",
    "VOL_RA",
    "FLOW_AORTIC",
    "FLOW_MITRAL",
    "FLOW_PULMONARY",
    "FLOW_TRICUSPID",
    "FLOW_SHUNT",
    "FLOW_CORONARY",
    "AREA_AORTIC",
    "AREA_MITRAL",
    "AREA_PULMONARY",
    "AREA_TRICUSPID",
    "JET_AORTIC",
    "JET_MITRAL",
    "JET_PULMONARY",
    "JET_TRICUSPID",
)

# The slow columns, in the order of ``SlowRow``: a live recording has them too.
SLOW_COLUMNS = (
    "RATE",
    "SPO2",
    "SAO2",
    "SVO2",
    "ETCO2",
    "PACO2",
    "VOL_PERICARDIUM",
    "ISCHAEMIA",
    "ST",
    "CONTRACTILITY",
    "RESISTANCE",
    "VOL_TONE",
    "VOL_LUNG",
)


class SlowRow(NamedTuple):
    """What changes once a window, in the order of ``SLOW_COLUMNS``."""

    rate_bpm: float
    spo2_frac: float
    sao2_frac: float
    svo2_frac: float
    etco2_mmhg: float
    paco2_mmhg: float
    vol_pericardium_ml: float
    ischaemia_frac: float
    st_frac: float
    contractility_factor: float
    resistance_factor: float
    vol_tone_ml: float
    vol_lung_ml: float


class Row(NamedTuple):
    """One instant, in the order of ``COLUMNS``; pressures and flows of the same state."""

    lv: float
    ao: float
    la: float
    ra: float
    rv: float
    pa: float
    rvot: float
    art: float
    fem: float
    pericardium: float
    pleural: float
    vol_lv: float
    vol_la: float
    vol_rv: float
    vol_ra: float
    flow_aortic: float
    flow_mitral: float
    flow_pulmonary: float
    flow_tricuspid: float
    flow_shunt: float
    flow_coronary: float
    area_aortic: float
    area_mitral: float
    area_pulmonary: float
    area_tricuspid: float
    jet_aortic: float
    jet_mitral: float
    jet_pulmonary: float
    jet_tricuspid: float


@leaf
def observe(s: State, p: Packed, c: Control, e: Activation) -> Row:
    """Return one row of a recording."""
    x = pressures(s, p, c, e)
    left = c.coronary_left * max(x.ao - max(p.squeeze * x.lv, x.ra), 0.0)
    right = c.coronary_right * max(x.ao - max(p.squeeze * x.rv, x.ra), 0.0)
    return Row(
        x.lv,
        x.ao,
        x.la,
        x.ra,
        x.rv,
        x.pr,
        rvot_pressure(s, p, c, x, e.rv),
        x.rad,
        x.fem,
        x.pericardium,
        e.pleural,
        s.v_lv,
        s.v_la,
        s.v_rv,
        s.v_ra,
        s.q_aortic,
        s.q_mitral,
        s.q_pulmonary,
        s.q_tricuspid,
        s.q_shunt,
        left + right,
        effective_area(p.aortic, c.aortic, s.z_aortic, s.q_aortic),
        effective_area(p.mitral, c.mitral, s.z_mitral, s.q_mitral),
        effective_area(p.pulmonary, c.pulmonary, s.z_pulmonary, s.q_pulmonary),
        effective_area(p.tricuspid, c.tricuspid, s.z_tricuspid, s.q_tricuspid),
        jet_velocity(p.aortic, c.aortic, s.z_aortic, s.q_aortic),
        jet_velocity(p.mitral, c.mitral, s.z_mitral, s.q_mitral),
        jet_velocity(p.pulmonary, c.pulmonary, s.z_pulmonary, s.q_pulmonary),
        jet_velocity(p.tricuspid, c.tricuspid, s.z_tricuspid, s.q_tricuspid),
    )


@leaf
def observe_slow(b: NDArray[np.float64], at: int, stride: int) -> SlowRow:
    """Return the slow part of a row; it changes once a window."""
    gas = load_gas(b, at, stride)
    coronary = load_coronary(b, at, stride)
    c = load_control(b, at, stride)
    return SlowRow(
        load_rhythm(b, at, stride).rate_bpm,
        gas.spo2,
        gas.sat_arterial,
        gas.sat_venous,
        gas.end_tidal,
        gas.arterial_co2,
        c.fluid,
        coronary.failure_left,
        coronary.st,
        c.contract_lv,
        1.0 / c.conduct_lower,
        c.tone_upper + c.tone_lower,
        load_breath(b, at, stride).volume,
    )
