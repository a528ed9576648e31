"""What ``openvalve record`` lets happen: the patient lives and is watched, a minute at a time."""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from openvalve.cli._record_doppler import Echo
from openvalve.cli._record_join import joined
from openvalve.recording import Recording

if TYPE_CHECKING:
    from openvalve.patient import Patient

__all__ = ["Watched", "watch_patient"]

SETTLE_S = 20.0
STRETCH_S = 60.0
# What the truth is read from; the rest would double the memory of an hour.
KEPT_UNITS = ("mmhg", "ml", "ml_s", "cm2", "m_s")
UNREAD = ("FEM", "PERICARDIUM", "PLEURAL", "VOL_PERICARDIUM", "VOL_TONE", "VOL_LUNG")


@dataclass(frozen=True, kw_only=True, slots=True)
class Watched:
    """A stretch of a patient's life.

    Attributes
    ----------
    true : what the body did, 1 kHz.
    measured : leads and lines.
    heard : the stethoscope's sites.
    echo : Doppler of the treated valve.
    """

    true: Recording
    measured: Recording
    heard: Recording
    echo: Echo


def watch_patient(person: "Patient", seconds_s: float, *, seed: int) -> Watched:
    """Fit a heart, let it settle, then watch it for ``seconds_s``.

    The laboratory sees one minute after the other, so that an hour of intermediate arrays is never
    held; only what goes into the files is kept.

    Raises
    ------
    SolverError : the computation failed, with time and state.
    """
    from openvalve.planning import live_patient
    from openvalve.signals import Laboratory, laboratory_of

    live, fit = live_patient(person, seed=seed)
    live.run(SETTLE_S)
    laboratory: Laboratory | None = None
    echo: Echo | None = None
    true, measured, heard = [], [], []
    for k in range(math.ceil(seconds_s / STRETCH_S)):
        now = live.run(min(seconds_s - k * STRETCH_S, STRETCH_S))
        if echo is None or laboratory is None:
            laboratory = Laboratory(laboratory_of(now, bsa_m2=fit.heart.bsa_m2, seed=seed))
            echo = Echo(person, now, seed=seed)
        true.append(_kept(now))
        seen = laboratory.see(now)
        shown = {name: c for name, c in seen.channels.items() if c.measured}
        measured.append(replace(seen, channels=shown))
        heard.append(laboratory.hear(now))
        echo.look(now)
    assert echo is not None
    wholes = []
    for parts in (true, measured, heard):  # never two copies of everything
        wholes.append(joined(parts))
        parts.clear()
    return Watched(true=wholes[0], measured=wholes[1], heard=wholes[2], echo=echo)


def _kept(now: Recording) -> Recording:
    """Return copies of what the truth needs, so that the whole table can go."""
    channels = {
        name: replace(channel, samples=channel.samples.copy())
        for name, channel in now.channels.items()
        if channel.unit in KEPT_UNITS and name not in UNREAD
    }
    return replace(now, channels=channels)
