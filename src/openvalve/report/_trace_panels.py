"""What of an analyzed recording is drawn where: strips of leads, panels of pressures, a window."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from openvalve.hemodynamics import TraceFindings
from openvalve.recording import Recording
from openvalve.report._numbers import MINUS
from openvalve.units import Mmhg, S

__all__ = [
    "DASHED",
    "Panel",
    "choose_window",
    "is_dashed",
    "panels_of",
    "readable",
    "reading_of",
    "role_of",
    "short_name",
    "strips_of",
]

ROLES = {
    "LV": "lv", "AO": "ao", "ART": "ao", "FEM": "ao", "LA": "la", "PCW": "la",
    "RA": "ra", "CVP": "ra", "RV": "rv", "PA": "pa",
}  # fmt: skip
DASHED = frozenset({"ART", "FEM", "PCW", "CVP"})  # of a colour that another line of a panel has
PREFIX = {
    "AO": "aortic", "ART": "cuff", "FEM": "cuff", "PA": "pa", "LV": "lv", "RV": "rv",
    "LA": "la", "RA": "ra", "CVP": "ra", "PCW": "pcw",
}  # fmt: skip
LEFT, FILLING, RIGHT = ("LV", "AO", "ART", "FEM"), ("LA", "PCW"), ("RV", "PA", "RA", "CVP")
PREFERRED = ("II", "V1", "V5")
MOST_STRIPS = 3
MARGIN_CHARACTERS = 7
LEAD_IN_S = 0.6
FILLING_LEAST_MMHG = 30.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Panel:
    """Pressures that share an axis.

    Attributes
    ----------
    title : its heading.
    names : channels, in order of drawing.
    valves : whose gradients are shaded in it.
    top_mmhg : upper end of the axis; None where the traces decide.
    """

    title: str
    names: tuple[str, ...]
    valves: tuple[str, ...]
    top_mmhg: Mmhg | None = None


def panels_of(recording: Recording, found: TraceFindings) -> list[Panel]:
    """Return the panels of a recording: left heart, its filling, right heart, what is left over.

    A wedge without a left ventricle is drawn with the right heart, where its catheter is. Refused
    lines are drawn by their names.
    """
    by_place = {place: name for name, place in found.places.items()}
    by_place |= {name: name for name in found.refused if name in ROLES}

    def names(places: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(by_place[p] for p in places if p in by_place)

    filling, ventricle = names(FILLING), names(("LV",))
    panels = []
    if names(LEFT):
        title = "Left heart" if ventricle or "AO" in by_place else "Artery"
        panels.append(Panel(title=title, names=names(LEFT), valves=("aortic",)))
    if filling and ventricle:
        highest = max(_high(recording, found, name) for name in filling)
        top = max(FILLING_LEAST_MMHG, 10.0 * np.ceil(0.125 * highest))
        panels.append(
            Panel(
                title="Filling of the left ventricle",
                names=ventricle + filling,
                valves=("mitral",),
                top_mmhg=float(top),
            )
        )
    elif "LA" in by_place:
        panels.append(Panel(title="Left atrium", names=names(("LA",)), valves=()))
    wedge = () if ventricle else names(("PCW",))
    if names(RIGHT) or wedge:
        valves = ("pulmonary", "tricuspid")
        panels.append(Panel(title="Right heart", names=names(RIGHT) + wedge, valves=valves))
    shown = {name for panel in panels for name in panel.names}
    others = tuple(n for n in (*found.places, *found.refused) if n not in shown)
    if others:
        panels.append(Panel(title="Place not known", names=others, valves=()))
    return panels


def _high(recording: Recording, found: TraceFindings, name: str) -> float:
    x = recording[name][readable(recording, found, name)]
    return float(np.percentile(x, 99.0)) if x.size else 0.0


def readable(recording: Recording, found: TraceFindings, name: str) -> NDArray[np.bool_]:
    """Return which samples of a channel may be read, shape (n,); all finite ones where none may."""
    finite = np.isfinite(recording[name])
    kept = finite.copy()
    for s in found.stretches:
        if s.channel == name:
            first, last = (round(t * recording.rate_hz) for t in (s.start_s, s.end_s))
            kept[first:last] = False
    return kept if kept.any() else finite


def strips_of(recording: Recording, found: TraceFindings) -> list[str]:
    """Return up to three leads: II, then those that gave the beats, then V1 and V5."""
    leads = [n for n, c in recording.channels.items() if c.unit == "mv"]
    used = [n for n in found.beats_from.split()[1:] if n in recording and n not in found.places]
    wanted = [n for n in PREFERRED[:1] if n in leads] + used + [n for n in PREFERRED if n in leads]
    chosen = list(dict.fromkeys(wanted + leads))[:MOST_STRIPS]
    return [n for n in recording.channels if n in chosen]


def role_of(found: TraceFindings, name: str) -> str:
    """Return the colour of a pressure; a refused one is muted."""
    return "muted" if name in found.refused else ROLES.get(found.places.get(name, name), "ink")


def is_dashed(found: TraceFindings, panel: Panel, name: str) -> bool:
    """Return whether a line is dashed, since another of the panel has its colour."""
    others = [n for n in panel.names if n != name]
    same = any(role_of(found, n) == role_of(found, name) for n in others)
    return same and found.places.get(name, name) in DASHED


def short_name(name: str) -> str:
    """Return a name that fits beside a trace."""
    return name if len(name) <= MARGIN_CHARACTERS else name[: MARGIN_CHARACTERS - 1] + "…"


def choose_window(recording: Recording, found: TraceFindings, length_s: S) -> tuple[S, S]:
    """Return the part to show: from shortly before the beats that were averaged."""
    mine = [w.start_s for w in found.windows if w.valve == found.valve]
    starts = mine or [w.start_s for w in found.windows] or [a for a, _ in found.used_s.values()]
    end = recording.length_count / recording.rate_hz
    first = min(starts) - LEAD_IN_S if starts else 0.0
    start = max(min(first, end - length_s), 0.0)
    return start, min(start + length_s, end)


def reading_of(name: str, found: TraceFindings, *, filling: bool = False) -> str:
    """Return a channel with its numbers as a laboratory says them: ``LV 199/8, EDP 23``.

    Parameters
    ----------
    name : of the channel.
    found : the numbers.
    filling : of a ventricle, only what matters while it fills.
    """
    if name in found.refused:
        return f"{name}: refused"
    place = found.places.get(name, name)
    title = name if place == name else f"{name} as {place}"
    read = name in found.used_s  # of two lines in one vessel only one is
    values = _values(PREFIX.get(place, ""), found) if read else {}
    if filling and "end_diastolic" in values:
        return f"{title} EDP {values['end_diastolic']}"
    if not values:
        return title
    if "a_wave" in values or "v_wave" in values:
        waves = [f"{w} {values[f'{w}_wave']}" for w in ("a", "v") if f"{w}_wave" in values]
        text = " ".join(waves)
    else:
        text = "/".join(values[k] for k in ("systolic", "diastolic") if k in values)
    more = [f"EDP {values['end_diastolic']}"] if "end_diastolic" in values else []
    more += [f"mean {values['mean']}"] if "mean" in values else []
    return f"{title} {', '.join(filter(None, [text, *more]))}"


def _values(prefix: str, found: TraceFindings) -> Mapping[str, str]:
    parts = ("systolic", "diastolic", "end_diastolic", "mean", "a_wave", "v_wave")
    return {
        part: f"{found.findings[key].value:.0f}".replace("-0", "0").replace("-", MINUS)
        for part in parts
        if prefix and (key := f"{prefix}_{part}_mmhg") in found.findings
    }
