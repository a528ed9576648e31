"""From what a patient file asks for to a balloon."""

import difflib
import re

from openvalve.devices._balloon import Balloon
from openvalve.devices._build import Facts, build_balloon, build_double
from openvalve.devices._catalogue import Family, families, family_names
from openvalve.devices._laws_tables import LAWS
from openvalve.errors import InputError, InputItem
from openvalve.patient import BalloonRequest
from openvalve.units import Mm

__all__ = ["GENERIC_MODEL", "find_balloon"]

GENERIC_MODEL = "Generic cylinder"
SMALLEST_MM, LARGEST_MM = 3.0, 40.0
NAMED_COUNT = 4  # names offered when a model is not known

_GENERIC = Facts(
    model=GENERIC_MODEL,
    maker="",
    kind="cylinder",
    shape="cylinder",
    valve_use=("aortic", "mitral", "pulmonary", "tricuspid"),
    source="class law of polyamide balloons",
    seen="assumed",
)


def find_balloon(request: BalloonRequest) -> Balloon:
    """Return the balloon that a request asks for.

    Without a model: the Inoue or nucleus of that size, else a generic polyamide cylinder. Two
    diameters give two balloons side by side. Inoue-type balloons take any diameter within their
    steps; of the rows that hold it, the smallest label. With ``steps_mm`` alone the last step.

    Raises
    ------
    InputError : an unknown model, with the nearest names; a size that it does not come in, with
        its sizes; a kind that contradicts the model.
    """
    diameter = request.diameter_mm
    if diameter is None and request.steps_mm:
        diameter = request.steps_mm[-1]
    family = _family(request)
    if isinstance(diameter, list | tuple):
        one, two = (_size(family, float(d)) for d in diameter)
        return build_double(one, two)
    if request.kind == "double":
        raise _refuse("balloon.diameter_mm", _text(diameter), "two diameters, [18, 20]")
    if diameter is None:
        return _only_size(family)
    return _size(family, float(diameter))


def _refuse(key: str, got: str, allowed: str, hint: str = "") -> InputError:
    return InputError([InputItem(key=key, got=got, allowed=allowed)], hint=hint)


def _text(diameter_mm: Mm | None) -> str:
    return "nothing" if diameter_mm is None else f"{diameter_mm:g} mm"


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _family(request: BalloonRequest) -> Family | None:
    """Return the family of a request, None for the generic cylinder."""
    if request.model is None:
        wanted = {"inoue": "Inoue", "nucleus": "NuCLEUS / NuCLEUS-X"}.get(request.kind)
        return next((f for f in families() if f.model == wanted), None)
    asked = _plain(request.model)
    if asked == _plain(GENERIC_MODEL):
        return None
    for family in families():
        models = {_plain(b.model) for b in family.balloons}
        if asked in models or asked in {_plain(n) for n in family.names}:
            return _of_kind(family, request)
    raise _unknown(request.model)


def _of_kind(family: Family, request: BalloonRequest) -> Family:
    """Return the rows of a family that were asked for; a label such as PTMC-26 picks its own."""
    if request.kind not in (family.kind, "double") or (
        request.kind == "double" and family.kind != "cylinder"
    ):
        raise _refuse("balloon.kind", request.kind, f"{family.kind} for {family.model}")
    own = [r for r in family.rows if _plain(r[0].model) == _plain(request.model or "")]
    if not own or len(own) == len(family.rows):
        return family
    return Family(model=own[0][0].model, names=(own[0][0].model,), rows=own)


def _unknown(model: str) -> InputError:
    names = {_plain(n): n for n in (*family_names(), GENERIC_MODEL)}
    near = difflib.get_close_matches(_plain(model), list(names), n=NAMED_COUNT, cutoff=0.4)
    near += [p for p in names if p and (p in _plain(model) or _plain(model) in p) and p not in near]
    offered = ", ".join(names[p] for p in near[:NAMED_COUNT])
    return _refuse(
        "balloon.model",
        model,
        f"a model of the catalogue{f', nearest: {offered}' if offered else ''}, or none",
        "leave the model out for a generic balloon; openvalve.devices.catalogue() lists them all",
    )


def _size(family: Family | None, diameter_mm: Mm) -> Balloon:
    if family is None:
        if SMALLEST_MM <= diameter_mm <= LARGEST_MM:
            return build_balloon(_GENERIC, LAWS["polyamide"], diameter_mm)
        raise _refuse(
            "balloon.diameter_mm", _text(diameter_mm), f"{SMALLEST_MM:g} to {LARGEST_MM:g} mm"
        )
    exact = [b for b in family.balloons if abs(b.diameter_mm - diameter_mm) < 1e-6]
    sizes = family.sizes_mm
    if exact:
        return exact[0]
    if family.continuous and sizes[0] <= diameter_mm <= sizes[-1]:
        # The row whose next step up this is; of rows with the same step, the smallest label.
        facts, law, _ = next(r for r in family.rows if r[2] >= diameter_mm)
        return build_balloon(facts, LAWS[law], diameter_mm)
    raise _refuse(
        "balloon.diameter_mm", _text(diameter_mm), f"{_sizes_text(family)} of {family.model}"
    )


def _sizes_text(family: Family) -> str:
    sizes = family.sizes_mm
    low, high = sizes[0], sizes[-1]
    if family.continuous:
        return f"{low:g} to {high:g} mm"
    if len(sizes) > 8 and len(sizes) == round(high - low) + 1:
        return f"{low:g} to {high:g} mm in whole mm"
    return ", ".join(f"{s:g}" for s in sizes) + " mm"


def _only_size(family: Family | None) -> Balloon:
    if family is not None and len(family.sizes_mm) == 1:
        return family.balloons[0]
    allowed = f"{SMALLEST_MM:g} to {LARGEST_MM:g} mm" if family is None else _sizes_text(family)
    raise _refuse("balloon.diameter_mm", "nothing", allowed)
