"""Which reported numbers contradict each other, by how much, and the least change that would do."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from openvalve.patient._errors_of_measurement import default_error
from openvalve.patient._keys import unit_label
from openvalve.patient._models import Patient
from openvalve.patient._quantity import KeyUnit, Measurement
from openvalve.patient._relations import Relation, relations
from openvalve.units import Ratio

__all__ = ["Contradiction", "find_contradictions", "measurement_errors"]

_LIMIT_SDS = 2.0  # an equality is broken beyond two of its standard deviations


@dataclass(frozen=True, kw_only=True, slots=True)
class Contradiction:
    """Reported numbers that cannot all be right.

    Attributes
    ----------
    keys : the values involved, ``dobutamine.`` or ``exercise.`` before those under stress.
    got : what the first key says.
    expected : what the others say it should be (or at most, or at least, be).
    gap : got minus expected.
    gap_sd_ratio : the gap over its standard deviation; infinite where no error can explain it.
    smallest_change : key to the value it would have under the least change, weighted by the errors,
        that reconciles them; only keys that move.
    message : all of it in one sentence.
    """

    keys: tuple[str, ...]
    got: KeyUnit
    expected: KeyUnit
    gap: KeyUnit
    gap_sd_ratio: Ratio
    smallest_change: Mapping[str, KeyUnit]
    message: str


def find_contradictions(patient: Patient) -> tuple[Contradiction, ...]:
    """Return what contradicts itself in a patient, without any model of the circulation."""
    return tuple(_find(patient))


def measurement_errors(patient: Patient) -> dict[str, KeyUnit]:
    """Return the standard deviation of every resting measurement.

    As stated in the file, else usual for key and method; a value that takes part in a
    contradiction gets the change that would reconcile it added in quadrature.
    """
    errors = {key: default_error(key, m) for key, m in patient.measured.items()}
    for contradiction in find_contradictions(patient):
        for key, value in contradiction.smallest_change.items():
            if key in errors:
                errors[key] = math.hypot(errors[key], value - patient.measured[key].value)
    return errors


def _find(patient: Patient) -> Iterator[Contradiction]:
    sections = (
        ("", patient.measured),
        ("dobutamine.", patient.measured_dobutamine),
        ("exercise.", patient.measured_exercise),
    )
    shared = _shared(patient)
    for prefix, measured in sections:
        values = {**shared, **measured}
        for relation in relations(patient):
            if not measured or not all(key in values for key in relation.keys):
                continue
            at_rest = prefix == "" or any(key in measured for key in relation.keys)
            found = _judge(relation, values, prefix) if at_rest else None
            if found is not None:
                yield found
    if not patient.measured:
        yield from _body_only(patient, shared)
    yield from _of_lesions(patient)


def _shared(patient: Patient) -> dict[str, Measurement]:
    """Return body and vessel values that relations may use beside the measured ones."""
    lvot = patient.treated.lvot_mm
    return dict(patient.body) | ({"lvot_mm": lvot} if lvot is not None else {})


def _body_only(patient: Patient, shared: Mapping[str, Measurement]) -> Iterator[Contradiction]:
    for relation in relations(patient):
        if all(key in shared for key in relation.keys):
            found = _judge(relation, shared, "")
            if found is not None:
                yield found


def _judge(
    relation: Relation, values: Mapping[str, Measurement], prefix: str
) -> Contradiction | None:
    """Return the contradiction of one relation, or None where it holds within its error."""
    numbers = {key: values[key].value for key in relation.keys}
    errors = {key: default_error(key, values[key]) for key in relation.keys}
    gap = relation.residual(numbers)
    slope = {key: _slope(relation, numbers, key) for key in relation.keys}
    spread = math.hypot(relation.slack, *(slope[key] * errors[key] for key in relation.keys))
    if relation.equal:
        broken = abs(gap) > _LIMIT_SDS * spread
    else:
        strict = relation.slack == 0.0
        broken = gap > (1e-9 if strict else _LIMIT_SDS * spread)
    if not broken:
        return None
    changed = _reconcile(relation, numbers, errors)
    first = relation.keys[0]
    return _contradiction(relation, prefix, numbers, numbers[first] - gap, gap / spread, changed)


def _slope(relation: Relation, numbers: Mapping[str, float], key: str) -> float:
    step = 1e-4 * max(1e-3, abs(numbers[key]))
    up = relation.residual({**numbers, key: numbers[key] + step})
    down = relation.residual({**numbers, key: numbers[key] - step})
    return (up - down) / (2 * step)


def _reconcile(
    relation: Relation, start: Mapping[str, float], errors: Mapping[str, float]
) -> dict[str, float]:
    """Return the values nearest to the given ones, weighted by their errors, that agree.

    Equation
    --------
    minimise sum ((x - x0) / sd)^2 with residual(x) = 0; Gauss-Newton on the constraint:
    x <- x0 - S g (r + g (x0 - x)) / (g S g), with S the variances and g the slope. A value that
    would fall below a tenth of what was given stays there and the others carry the rest.
    """
    floor = {key: 0.1 * value for key, value in start.items() if value > 0.0}
    now, free = dict(start), set(start)
    for _ in range(12):
        slope = {key: _slope(relation, now, key) for key in free}
        power = sum((slope[key] * errors[key]) ** 2 for key in free)
        if power <= 0.0:
            return now
        back = sum(slope[key] * (start[key] - now[key]) for key in free)
        pull = (relation.residual(now) + back) / power
        for key in sorted(free):
            now[key] = start[key] - errors[key] ** 2 * slope[key] * pull
            if key in floor and now[key] < floor[key]:
                now[key] = floor[key]
                free.discard(key)
    return now


def _contradiction(
    relation: Relation,
    prefix: str,
    numbers: Mapping[str, float],
    expected: float,
    sds: float,
    changed: Mapping[str, float],
) -> Contradiction:
    first, others = relation.keys[0], relation.keys[1:]
    unit = unit_label(first)
    got = numbers[first]
    moved = {
        key: value
        for key, value in changed.items()
        if abs(value - numbers[key]) > 1e-6 * abs(value)
    }
    beside = ", ".join(f"{prefix}{key} {numbers[key]:g}{unit_label(key)}" for key in others)
    change = ", ".join(
        f"{prefix}{key} {numbers[key]:g} to {moved[key]:.3g}{unit_label(key)}" for key in moved
    )
    bound = "" if relation.equal else "at most "
    return Contradiction(
        keys=tuple(prefix + key for key in relation.keys),
        got=got,
        expected=expected,
        gap=got - expected,
        gap_sd_ratio=abs(sds),
        smallest_change={prefix + key: value for key, value in moved.items()},
        message=(
            f"{prefix}{first}: got {got:g}{unit}, but {beside} say {bound}{expected:.3g}{unit} "
            f"({relation.text}); smallest change: {change or 'none within the errors'}"
        ),
    )


def _of_lesions(patient: Patient) -> Iterator[Contradiction]:
    """Return what contradicts itself inside a lesion: ring axes and area, the Wilkins score."""
    for index, lesion in enumerate(patient.lesion):
        prefix = f"lesion[{index}]."
        keys = ("annulus_min_mm", "annulus_mm", "annulus_max_mm", "annulus_area_mm2")
        given = {key: getattr(lesion, key) for key in keys}
        values = {key: value for key, value in given.items() if value is not None}
        if lesion.wilkins is not None and lesion.wilkins_score is not None:
            values["wilkins_score"] = lesion.wilkins_score
            values["wilkins"] = Measurement(value=lesion.wilkins.score, sd=0.25)
        for relation in _ring_relations():
            if all(key in values for key in relation.keys):
                found = _judge(relation, values, prefix)
                if found is not None:
                    yield found


def _ring_relations() -> tuple[Relation, ...]:
    def order(low: str, high: str) -> Relation:
        return Relation(
            keys=(low, high),
            residual=lambda v: v[low] - v[high],
            equal=False,
            slack=0.0,
            text=f"{low} is at most {high}",
        )

    return (
        order("annulus_min_mm", "annulus_mm"),
        order("annulus_mm", "annulus_max_mm"),
        order("annulus_min_mm", "annulus_max_mm"),
        Relation(
            keys=("annulus_mm", "annulus_area_mm2"),
            residual=lambda v: v["annulus_mm"] - 2 * math.sqrt(v["annulus_area_mm2"] / math.pi),
            equal=True,
            slack=1.0,
            text="diameter of the circle of that area",
        ),
        Relation(
            keys=("wilkins_score", "wilkins"),
            residual=lambda v: v["wilkins_score"] - v["wilkins"],
            equal=True,
            slack=0.01,
            text="the score is the sum of its four parts",
        ),
    )
