"""Balloons as words of the command line: ``Inoue 26``, ``Z-MED II 18+20``, ``22``."""

import re
from typing import Any

from pydantic import ValidationError

from openvalve.devices import Balloon, catalogue, find_balloon
from openvalve.errors import InputError, InputItem
from openvalve.patient import BalloonRequest
from openvalve.units import Mm

__all__ = ["balloon_of", "label_of", "sizes_about"]

FORM = "a model, a diameter of 3 to 40 mm, or both: 'Inoue 26', 'Z-MED II 18+20', '22'"
MOST_SIZES = 7
# Sizes that are compared, over the ring: the published rules lie between 0.8 and 1.4.
LEAST_OF_RING, MOST_OF_RING = 0.6, 1.5
STEP_MM: Mm = 2.0  # between sizes of what comes in any diameter
STEPS = 3  # of it, either side

_NUMBER = r"\d+(?:\.\d+)?"
_TEXT = re.compile(
    rf"^(?P<model>.*?)(?:^|\s)(?P<one>{_NUMBER})(?:\s*(?:\+|x|×)\s*(?P<two>{_NUMBER}))?(?:\s*mm)?$"
)


def balloon_of(text: str) -> Balloon:
    """Return the balloon that a text names, found as in a patient file.

    Raises
    ------
    InputError : it names none; the key is the option with the text.
    """
    words = " ".join(text.split())
    found = _TEXT.match(words)
    request: dict[str, Any] = {"model": words}
    if found:
        one, two = found["one"], found["two"]
        diameter = float(one) if two is None else (float(one), float(two))
        request = _request(found["model"].strip() or None, diameter)
    key = f"--balloon {text!r}"
    try:
        return find_balloon(BalloonRequest.model_validate(request))
    except ValidationError as error:
        raise InputError([InputItem(key=key, got=words or "nothing", allowed=FORM)]) from error
    except InputError as error:
        items = [InputItem(key=key, got=i.got, allowed=i.allowed) for i in error.items]
        raise InputError(items, hint=f"name {FORM}; see 'openvalve balloons'") from error


def label_of(balloon: Balloon) -> str:
    """Return model and size in words."""
    parts = balloon.parts or (balloon,)
    size = " + ".join(f"{part.diameter_mm:g}" for part in parts)
    return f"{balloon.model} {size} mm"


def sizes_about(balloon: Balloon, annulus_mm: Mm) -> tuple[Balloon, ...]:
    """Return sizes of a balloon's model about the ring, rising, its own among them.

    Those of the catalogue; of two balloons, of an Inoue, and of what is made in one size or in
    any, steps of 2 mm.
    """
    if balloon.parts:
        one, two = (part.diameter_mm for part in balloon.parts)
        pairs = [(one + STEP_MM * k, two + STEP_MM * k) for k in range(-STEPS + 1, STEPS)]
        return tuple(b for p in pairs if (b := _found(balloon.parts[0].model, p)) is not None)
    own = {b.diameter_mm for b in catalogue() if b.model == balloon.model}
    model: str | None = balloon.model
    if balloon.kind == "inoue" or len(own) < 2:
        model = "Inoue" if balloon.kind == "inoue" else None
        own = {balloon.diameter_mm + STEP_MM * k for k in range(-STEPS, STEPS + 1)}
    low, high = LEAST_OF_RING * annulus_mm, MOST_OF_RING * annulus_mm
    near = sorted(d for d in own if low <= d <= high)
    sizes = {d: b for d in near if (b := _found(model, d)) is not None}
    sizes[balloon.diameter_mm] = balloon
    rising = sorted(sizes)
    every = -(-len(rising) // MOST_SIZES)
    first = rising.index(balloon.diameter_mm) % every
    return tuple(sizes[d] for d in rising[first::every])


def _found(model: str | None, diameter_mm: Mm | tuple[Mm, Mm]) -> Balloon | None:
    try:
        return find_balloon(BalloonRequest.model_validate(_request(model, diameter_mm)))
    except (ValidationError, InputError):
        return None


def _request(model: str | None, diameter_mm: Mm | tuple[Mm, Mm]) -> dict[str, Any]:
    return {"model": model, "diameter_mm": diameter_mm}
