"""What a prior is, and the small tools that make them."""

from collections.abc import Sequence
from dataclasses import dataclass

from openvalve.patient._quantity import KeyUnit, Measurement
from openvalve.units import Years

__all__ = ["Assumption", "Prior", "blend", "from_measurement", "interpolate", "scaled"]

Table = Sequence[tuple[float, float]]


@dataclass(frozen=True, kw_only=True, slots=True)
class Prior:
    """What is known of one number: measured (``given``) or expected of such a patient.

    Attributes
    ----------
    mean, sd : in the unit of the key that holds it.
    source : a key of the evidence tables, or words; ``[memory]`` marks what was not read again.
    given : True where the patient file gave it.
    """

    mean: KeyUnit
    sd: KeyUnit
    source: str
    given: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Assumption:
    """One thing that the file did not give and that was filled in.

    Attributes
    ----------
    key : as in the patient file; of another lesion than the treated, ``lesion[1].annulus_mm``.
    value : number or word that is used instead.
    sd : spread of a number, None for a word.
    source : where it comes from.
    """

    key: str
    value: KeyUnit | str
    sd: KeyUnit | None
    source: str


def interpolate(table: Table, x: Years) -> float:
    """Return the value of a table of (x, y) at x, straight between rows, flat outside."""
    before = table[0]
    if x <= before[0]:
        return before[1]
    for row in table[1:]:
        if x <= row[0]:
            share = (x - before[0]) / (row[0] - before[0])
            return before[1] + share * (row[1] - before[1])
        before = row
    return before[1]


def blend(age_years: Years, child: Prior, adult: Prior) -> Prior:
    """Return the child's prior up to 15 years, the adult's from 20, between them a blend.

    Source : anatomy_and_devices.md section 1 ("blend between 15 and 20 years").
    """
    share = min(1.0, max(0.0, (age_years - 15.0) / 5.0))
    if share in (0.0, 1.0):
        return adult if share else child
    return Prior(
        mean=(1 - share) * child.mean + share * adult.mean,
        sd=(1 - share) * child.sd + share * adult.sd,
        source=f"{child.source}; {adult.source}; blended 15 to 20 years",
    )


def from_measurement(measurement: Measurement, default_sd: KeyUnit) -> Prior:
    """Return a given value as a prior; its error is the stated one, else the default."""
    sd = measurement.sd if measurement.sd is not None else default_sd
    method = f" ({measurement.method})" if measurement.method else ""
    return Prior(mean=measurement.value, sd=sd, source=f"patient file{method}", given=True)


def scaled(prior: Prior, factor: float, note: str = "") -> Prior:
    """Return a prior times a factor, spread included."""
    source = f"{prior.source}, {note}" if note else prior.source
    return Prior(mean=prior.mean * factor, sd=prior.sd * abs(factor), source=source)
