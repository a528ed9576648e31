"""From contractions to what drives the step."""

from openvalve._kernels import leaf
from openvalve.circulation import Activation, Control
from openvalve.rhythm import Beats, atrial_activation, started, ventricular_activation

__all__ = ["activation", "event_beats"]


@leaf
def activation(b: Beats, c: Control, since_s: float) -> Activation:
    """Return what drives the step ``since_s`` into a window."""
    return Activation(
        atrial_activation(b.ra, since_s),
        atrial_activation(b.la, since_s),
        ventricular_activation(b.rv, since_s),
        ventricular_activation(b.lv, since_s),
        c.pleural + c.pleural_rate * since_s,
        c.abdominal + c.abdominal_rate * since_s,
    )


@leaf
def event_beats(b: Beats, chambers: int, age: float, scale: float, strength: float) -> Beats:
    """Return the contractions after an activation from outside."""
    return Beats(
        started(b.ra, age, scale, strength) if chambers & 1 else b.ra,
        started(b.la, age, scale, strength) if chambers & 2 else b.la,
        started(b.rv, age, scale, strength) if chambers & 4 else b.rv,
        started(b.lv, age, scale, strength) if chambers & 8 else b.lv,
    )
