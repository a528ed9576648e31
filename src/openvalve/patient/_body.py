"""Priors of the body: height, weight, surface, haemoglobin, blood volume, femoral artery."""

import math

from openvalve.patient._models import Patient
from openvalve.patient._prior import Prior, Table, blend, from_measurement, interpolate
from openvalve.units import M2, Cm, Kg

__all__ = ["body_priors", "mosteller_m2"]

# Medians by age in years. To 2 years WHO Child Growth Standards 2006 (lengths of boys in the first
# year read in copies of the table, the rest memory), 2 to 10 WHO 2006/2007, above 10 CDC 2000 for
# weight [memory]. Plausible error 1 to 2 %.
_HEIGHT_CM: dict[str, Table] = {
    "male": (
        (0, 49.9), (1 / 12, 54.7), (2 / 12, 58.4), (0.25, 61.4), (0.5, 67.6), (0.75, 72.0),
        (1, 75.7), (2, 87.1), (3, 96.1), (4, 103.3), (5, 110.0), (6, 116.0), (7, 121.7),
        (8, 127.3), (9, 132.6), (10, 137.8), (11, 143.1), (12, 149.1), (13, 156.0), (14, 163.2),
        (15, 169.0), (16, 172.9), (17, 175.2), (18, 176.1),
    ),
    "female": (
        (0, 49.1), (1 / 12, 53.7), (2 / 12, 57.1), (0.25, 59.8), (0.5, 65.7), (0.75, 70.1),
        (1, 74.0), (2, 85.7), (3, 95.1), (4, 102.7), (5, 109.4), (6, 115.1), (7, 120.8),
        (8, 126.6), (9, 132.5), (10, 138.6), (11, 145.0), (12, 151.2), (13, 156.4), (14, 159.8),
        (15, 161.7), (16, 162.5), (17, 162.9), (18, 163.1),
    ),
}  # fmt: skip
_WEIGHT_KG: dict[str, Table] = {
    "male": (
        (0, 3.3), (1 / 12, 4.5), (2 / 12, 5.6), (0.25, 6.4), (0.5, 7.9), (0.75, 8.9), (1, 9.6),
        (2, 12.2), (3, 14.3), (4, 16.3), (5, 18.3), (6, 20.5), (7, 22.9), (8, 25.4), (9, 28.1),
        (10, 31.2), (11, 36.0), (12, 40.5), (13, 45.6), (14, 51.0), (15, 56.3), (16, 61.0),
        (17, 64.6), (18, 67.2),
    ),
    "female": (
        (0, 3.2), (1 / 12, 4.2), (2 / 12, 5.1), (0.25, 5.8), (0.5, 7.3), (0.75, 8.2), (1, 8.9),
        (2, 11.5), (3, 13.9), (4, 16.1), (5, 18.2), (6, 20.2), (7, 22.4), (8, 25.0), (9, 28.2),
        (10, 31.9), (11, 37.0), (12, 41.8), (13, 46.0), (14, 49.4), (15, 52.0), (16, 54.0),
        (17, 55.2), (18, 56.2),
    ),
}  # fmt: skip
_GROWTH = "WHO Child Growth Standards 2006/2007 medians, CDC 2000 weights above 10 years [memory]"
_ADULT_HEIGHT_CM = {"male": (173.0, 8.0), "female": (160.0, 7.0)}
_BMI: Table = ((18, 22.0), (30, 24.5), (50, 26.0), (70, 26.0), (90, 24.0))
_HAEMOGLOBIN: dict[str, Table] = {
    "male": ((0, 17.0), (0.02, 16.5), (0.17, 11.2), (0.5, 12.0), (6, 12.5), (12, 13.5),
             (18, 15.0), (60, 14.5), (80, 13.3)),
    "female": ((0, 17.0), (0.02, 16.5), (0.17, 11.2), (0.5, 12.0), (6, 12.5), (12, 13.3),
               (18, 13.5), (60, 13.5), (80, 12.7)),
}  # fmt: skip
_BLOOD_ML_KG: Table = ((0, 85.0), (1, 80.0), (10, 75.0), (18, 70.0))
_PREGNANCY_GAIN: Table = ((0, 0.0), (12, 0.10), (24, 0.32), (32, 0.42), (40, 0.45))


def mosteller_m2(height_cm: Cm, weight_kg: Kg) -> M2:
    """Return the body surface area.

    Equation
    --------
    BSA = sqrt(height * weight / 3600). Check: 160 cm and 66 kg give 1.71 m2.

    Source : Mosteller 1987, N Engl J Med 317:1098.
    """
    return math.sqrt(height_cm * weight_kg / 3600.0)


def body_priors(patient: Patient) -> dict[str, Prior]:
    """Return height, weight, surface, haemoglobin, blood volume and femoral artery."""
    height, weight = _height(patient), _weight(patient)
    if "height_cm" not in patient.body and "weight_kg" in patient.body:
        height = _height_from_weight(patient, height)
    elif "weight_kg" not in patient.body and "bsa_m2" in patient.body:
        height, weight = _from_surface(patient, height, weight)
    weight = weight if weight.given else _weight_at(patient, weight, height)
    return {
        "height_cm": height,
        "weight_kg": weight,
        "bsa_m2": _surface(patient, height, weight),
        "haemoglobin_g_dl": _haemoglobin(patient),
        "blood_volume_ml": _blood_volume(patient, weight),
        "femoral_artery_mm": _femoral(patient, height),
    }


def _given(patient: Patient, key: str, default_sd: float) -> Prior | None:
    measurement = patient.body.get(key)
    return from_measurement(measurement, default_sd) if measurement is not None else None


def _height(patient: Patient) -> Prior:
    given = _given(patient, "height_cm", 1.0)
    if given is not None:
        return given
    median = interpolate(_HEIGHT_CM[patient.sex], patient.age_years)
    child = Prior(mean=median, sd=0.042 * median, source=_GROWTH)
    mean, sd = _ADULT_HEIGHT_CM[patient.sex]
    return blend(patient.age_years, child, Prior(mean=mean, sd=sd, source="adult mean [memory]"))


def _weight(patient: Patient) -> Prior:
    """Return the weight, without regard to the height, before any pregnancy gain is added."""
    given = _given(patient, "weight_kg", 0.02 * (patient.weight_kg or 0.0))
    if given is not None:
        return given
    median = interpolate(_WEIGHT_KG[patient.sex], patient.age_years)
    child = Prior(mean=median, sd=0.14 * median, source=_GROWTH)
    bmi = interpolate(_BMI, patient.age_years)
    tall = _ADULT_HEIGHT_CM[patient.sex][0] / 100.0
    adult = Prior(
        mean=bmi * tall**2, sd=0.17 * bmi * tall**2, source="body mass index by age [memory]"
    )
    return blend(patient.age_years, child, adult)


def _weight_at(patient: Patient, weight: Prior, height: Prior) -> Prior:
    """Return the expected weight at a height: the body mass index stays, a pregnancy adds.

    Gain about 0.42 kg a week from week 12 (11 to 16 kg in all [memory]).
    """
    if "bsa_m2" in patient.body:
        return weight
    usual = _height(patient.model_copy(update={"body": {}}))
    gain = 0.42 * max(0.0, patient.pregnancy_weeks - 12.0)
    mean = weight.mean * (height.mean / usual.mean) ** 2 + gain
    return Prior(mean=mean, sd=weight.sd * mean / weight.mean, source=weight.source)


def _height_from_weight(patient: Patient, height: Prior) -> Prior:
    """Return the expected height of a body whose weight is known: a third power law."""
    weight = _given(patient, "weight_kg", 0.0)
    usual = _weight(patient.model_copy(update={"body": {}}))
    power = 1 / 3 if patient.age_years < 15 else 0.15
    factor = (weight.mean / usual.mean) ** power if weight is not None else 1.0
    source = f"{height.source}, scaled by the weight"
    return Prior(mean=height.mean * factor, sd=0.8 * height.sd, source=source)


def _from_surface(patient: Patient, height: Prior, weight: Prior) -> tuple[Prior, Prior]:
    """Return height and weight that give the stated surface, at the usual body mass index."""
    surface = patient.body["bsa_m2"].value
    if height.given:
        mean = 3600.0 * surface**2 / height.mean
        return height, Prior(mean=mean, sd=0.05 * mean, source="stated BSA and height")
    factor = surface / mosteller_m2(height.mean, weight.mean)
    return (
        Prior(mean=height.mean * factor**0.5, sd=height.sd, source="stated BSA [memory shape]"),
        Prior(mean=weight.mean * factor**1.5, sd=weight.sd, source="stated BSA [memory shape]"),
    )


def _surface(patient: Patient, height: Prior, weight: Prior) -> Prior:
    given = _given(patient, "bsa_m2", 0.03)
    if given is not None:
        return given
    mean = mosteller_m2(height.mean, weight.mean)
    spread = 0.5 * math.hypot(height.sd / height.mean, weight.sd / weight.mean)
    given_both = height.given and weight.given
    source = "Mosteller 1987 from height and weight" + ("" if given_both else ", partly assumed")
    return Prior(mean=mean, sd=mean * max(spread, 0.01), source=source)


def _haemoglobin(patient: Patient) -> Prior:
    given = _given(patient, "haemoglobin_g_dl", 0.3)
    if given is not None:
        return given
    mean = interpolate(_HAEMOGLOBIN[patient.sex], patient.age_years)
    if patient.pregnancy_weeks > 12:
        mean = 11.5
    return Prior(mean=mean, sd=1.4, source="by age, sex and pregnancy [memory]")


def _blood_volume(patient: Patient, weight: Prior) -> Prior:
    """Return the blood volume: 85 mL/kg at birth to 70 (men), 65 (women); pregnancy adds 45 %."""
    per_kg = interpolate(_BLOOD_ML_KG, patient.age_years)
    if patient.sex == "female" and patient.age_years >= 15:
        per_kg -= 5.0
    gain = interpolate(_PREGNANCY_GAIN, patient.pregnancy_weeks)
    lean = weight.mean - (0.42 * max(0.0, patient.pregnancy_weeks - 12.0) if gain else 0.0)
    mean = per_kg * lean * (1 + gain)
    return Prior(mean=mean, sd=0.12 * mean, source="mL/kg by age and sex, pregnancy [memory]")


def _femoral(patient: Patient, height: Prior) -> Prior:
    """Return the common femoral artery; children by height, newborn about 2 mm [memory]."""
    given = _given(patient, "femoral_artery_mm", 0.5)
    if given is not None:
        return given
    source = "anatomy.csv: cadaver study, 64 limbs (8.44 +- 1.75 mm)"
    adult = Prior(mean=8.44, sd=1.75, source=source)
    factor = min(1.0, (height.mean / 170.0) ** 1.2)
    child = Prior(mean=8.44 * factor, sd=2.0 * factor, source=f"{source}, by height [memory]")
    return blend(patient.age_years, child, adult)
