"""What is kept but warned about: contradictions, and what is far from any such patient."""

from collections.abc import Iterator

from openvalve.patient._contradictions import find_contradictions
from openvalve.patient._keys import unit_label
from openvalve.patient._models import Lesion, Patient
from openvalve.patient._profile import complete

__all__ = ["warnings_of"]

_UNLIKELY_SDS = 4.0


def warnings_of(patient: Patient) -> tuple[str, ...]:
    """Return every warning as one sentence: contradictions first, then what is unlikely."""
    found = [contradiction.message for contradiction in find_contradictions(patient)]
    for index, lesion in enumerate(patient.lesion):
        found += [f"lesion[{index}].{text}" for text in _misplaced(lesion)]
    return (*found, *_unlikely(patient))


def _misplaced(lesion: Lesion) -> Iterator[str]:
    """Yield what is given for a valve that does not have it."""
    only = {"mitral": ("wilkins_score", "wilkins", "intercommissural_mm")}
    for valve, keys in only.items():
        for key in keys:
            if getattr(lesion, key) is not None and lesion.valve != valve:
                yield f"{key}: meant for the {valve} valve, not used for the {lesion.valve} valve"
    leaflets = lesion.morphology or ""
    if lesion.valve == "mitral" and leaflets.startswith(("bicuspid", "unicuspid", "tricuspid")):
        yield f"morphology: {leaflets} does not describe a mitral valve; taken as domed"


def _unlikely(patient: Patient) -> Iterator[str]:
    """Yield values more than four spreads from what such patients have."""
    bare = patient.model_copy(update={"body": {}})
    expected = complete(bare)
    for key in ("height_cm", "weight_kg"):
        given, usual = patient.body.get(key), getattr(expected, key)
        if given is not None and abs(given.value - usual.mean) > _UNLIKELY_SDS * usual.sd:
            yield _far(key, given.value, usual.mean, usual.sd, "for this age and sex")
    usual_at_rest = complete(patient).expected
    for key, measurement in patient.measured.items():
        prior = usual_at_rest.get(key)
        if prior is None:
            continue
        if abs(measurement.value - prior.mean) > _UNLIKELY_SDS * prior.sd:
            yield _far(key, measurement.value, prior.mean, prior.sd, "for such a patient")


def _far(key: str, value: float, mean: float, sd: float, of: str) -> str:
    unit = unit_label(key)
    return f"{key}: {value:g}{unit} is unlikely {of}, usual {mean:.3g} +- {sd:.2g}{unit}; kept"
