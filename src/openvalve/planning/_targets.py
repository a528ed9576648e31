"""What a fit must meet: every measurement with its error, and what is expected in its stead."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from openvalve.patient import Patient, Profile, measurement_errors

__all__ = ["Target", "given_errors", "set_aside", "targets_of"]

# Expected values that hold a fit where nothing was measured; each with the prior's own spread.
ANCHORS = (
    "cardiac_output_l_min",
    "aortic_systolic_mmhg",
    "aortic_diastolic_mmhg",
    "la_mean_mmhg",
    "ra_mean_mmhg",
    "pa_mean_mmhg",
    "lv_end_diastolic_mmhg",
    "lv_ejection_frac",
    "gradient_mean_mmhg",
)
# One anchor gives way to any of these measurements of the same thing.
REPLACED_BY = {
    "la_mean_mmhg": ("pcw_mean_mmhg",),
    "cardiac_output_l_min": ("stroke_volume_ml", "cardiac_index_l_min_m2"),
    "aortic_systolic_mmhg": ("aortic_mean_mmhg",),
    "aortic_diastolic_mmhg": ("aortic_mean_mmhg",),
    "pa_mean_mmhg": ("pa_systolic_mmhg",),
    "gradient_mean_mmhg": (
        "gradient_peak_to_peak_mmhg",
        "gradient_peak_instant_mmhg",
        "velocity_peak_m_s",
    ),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """One number that the fit is asked to meet.

    Attributes
    ----------
    key : a measured key of the patient file.
    value, sd : what was measured or is expected, and its error, in the unit of the key.
    measured : False for an expected value.
    """

    key: str
    value: float
    sd: float
    measured: bool


def set_aside(patient: Patient, keys: Collection[str]) -> Patient:
    """Return the patient as if these had not been measured."""
    left = {key: m for key, m in patient.measured.items() if key not in keys}
    return patient.model_copy(update={"measured": left})


def given_errors(patient: Patient, doubted: Collection[str]) -> dict[str, float]:
    """Return the error of every measurement before the fit, when some are doubted.

    A doubted one stands for itself and no longer widens the error of those it contradicts: it is
    the one that is wrong, not they.
    """
    errors = measurement_errors(set_aside(patient, doubted))
    for key in doubted:
        alone = set_aside(patient, patient.measured.keys() - {key})
        errors[key] = measurement_errors(alone)[key]
    return errors


def targets_of(patient: Patient, profile: Profile, doubted: Mapping[str, float]) -> list[Target]:
    """Return what a fit must meet: every measurement, and the anchors nobody measured.

    Parameters
    ----------
    doubted : key to the larger error that a measurement is given.
    """
    errors = given_errors(patient, doubted)
    targets = [
        Target(
            key=key,
            value=m.value,
            sd=max(errors[key], doubted.get(key, 0.0)),
            measured=True,
        )
        for key, m in patient.measured.items()
    ]
    for key in ANCHORS:
        given = key in patient.measured or any(
            other in patient.measured for other in REPLACED_BY.get(key, ())
        )
        if not given and key in profile.expected:
            prior = profile.expected[key]
            targets.append(Target(key=key, value=prior.mean, sd=prior.sd, measured=False))
    return targets
