"""What a batch keeps of each patient: sums and extremes of the true state, no recording."""

from typing import NamedTuple

from openvalve._kernels import leaf
from openvalve.circulation import Pressures, State

__all__ = ["Tally", "empty_tally", "tally"]

FAR = 1e9


class Tally(NamedTuple):
    """Sums over ticks and extremes since the tally was emptied; ``ticks`` counts them."""

    ticks: float
    ao: float
    la: float
    ra: float
    pa: float
    q_aortic: float
    q_pulmonary: float
    ao_high: float
    ao_low: float
    lv_high: float
    rv_high: float
    pa_high: float
    pa_low: float
    v_lv_high: float
    v_lv_low: float
    mitral_ticks: float
    mitral_drop: float
    aortic_ticks: float
    aortic_drop: float
    pulmonary_ticks: float
    pulmonary_drop: float
    tricuspid_ticks: float
    tricuspid_drop: float


def empty_tally() -> Tally:
    """Return a tally of nothing."""
    values = dict.fromkeys(Tally._fields, 0.0)
    values |= {name: -FAR for name in Tally._fields if name.endswith("_high")}
    values |= {name: FAR for name in Tally._fields if name.endswith("_low")}
    return Tally(**values)


@leaf
def tally(t: Tally, s: State, x: Pressures) -> Tally:
    """Add one instant; drops count while the valve lets blood forward."""
    mitral = 1.0 if s.q_mitral > 5.0 else 0.0
    aortic = 1.0 if s.q_aortic > 5.0 else 0.0
    pulmonary = 1.0 if s.q_pulmonary > 5.0 else 0.0
    tricuspid = 1.0 if s.q_tricuspid > 5.0 else 0.0
    return Tally(
        t.ticks + 1.0,
        t.ao + x.ao,
        t.la + x.la,
        t.ra + x.ra,
        t.pa + x.pr,
        t.q_aortic + s.q_aortic,
        t.q_pulmonary + s.q_pulmonary,
        max(t.ao_high, x.ao),
        min(t.ao_low, x.ao),
        max(t.lv_high, x.lv),
        max(t.rv_high, x.rv),
        max(t.pa_high, x.pr),
        min(t.pa_low, x.pr),
        max(t.v_lv_high, s.v_lv),
        min(t.v_lv_low, s.v_lv),
        t.mitral_ticks + mitral,
        t.mitral_drop + mitral * (x.la - x.lv),
        t.aortic_ticks + aortic,
        t.aortic_drop + aortic * (x.lv - x.ao),
        t.pulmonary_ticks + pulmonary,
        t.pulmonary_drop + pulmonary * (x.rv - x.pr),
        t.tricuspid_ticks + tricuspid,
        t.tricuspid_drop + tricuspid * (x.ra - x.rv),
    )
