"""Priors of valves, vessels and chambers from age, sex, body and lesion.

Children: value = mean * BSA^alpha (Pediatric Heart Network, n 3566, 0 to 18 years, echo).
Adults: CT and magnetic resonance tables. Between 15 and 20 years a blend (anatomy_and_devices.md
section 1). Numbers and sources stand in evidence/anatomy.csv.
"""

import math

from openvalve.patient._models import Lesion, Patient
from openvalve.patient._prior import Prior, blend, from_measurement, scaled
from openvalve.patient._quantity import Measurement
from openvalve.units import M2

__all__ = ["VALVES", "annulus_prior", "chamber_priors", "given_annulus", "lesion_dimensions"]

VALVES = ("aortic", "mitral", "pulmonary", "tricuspid")
_PHN = "pediatric_heart_network (n 3566, echo), BSA^{:g}"

# Ring, circle-equivalent diameter per BSA^0.5, mm: aortic 14.8, mitral and tricuspid from their
# areas 4.06 and 4.39 cm2/m2, pulmonary the mean of short and long axis.
_CHILD_RING_MM = {
    "aortic": (14.8, 1.4),
    "mitral": (22.7, 1.9),
    "pulmonary": (19.6, 2.6),
    "tricuspid": (23.6, 2.2),
}
_ADULT_RING_MM = {
    "aortic": {
        "male": (25.7, 2.7, "TAVI CT cohort 2017 (n 506, severe aortic stenosis)"),
        "female": (22.9, 2.2, "TAVI CT cohort 2017 (n 506, severe aortic stenosis)"),
    },
    "mitral": {
        "male": (34.8, 3.8, "3D echo controls 2020 (area 7.7 to 9.8 cm2), sex ratio Ricci 2020"),
        "female": (31.3, 3.6, "3D echo controls 2020 (area 7.7 to 9.8 cm2), sex ratio Ricci 2020"),
    },
    "pulmonary": {
        "male": (24.0, 3.0, "22 to 25 mm [memory]; autopsy 21.6 +- 2.5 (chida_1994)"),
        "female": (22.5, 3.0, "22 to 25 mm [memory]; autopsy 21.6 +- 2.5 (chida_1994)"),
    },
    "tricuspid": {
        "male": (32.0, 5.0, "Ricci 2020 (n 721, 4-chamber)"),
        "female": (29.0, 5.0, "Ricci 2020 (n 721, 4-chamber)"),
    },
}
_ADULT_BSA_M2 = {"male": 1.95, "female": 1.72}  # of those cohorts [memory]; 1.7 to 2.1, 1.6 to 1.85
_AXIS_RATIO = {  # shortest and longest diameter over the mean one
    "aortic": (0.944, 1.056, "Tops 2008 (26.3 x 23.5 mm)"),
    "mitral": (0.87, 1.13, "3D echo controls 2020 (29 x 39 mm)"),
    "pulmonary": (0.974, 1.026, "pediatric_heart_network (1.91 and 2.01)"),
    "tricuspid": (0.95, 1.05, "[memory]"),
}


def annulus_prior(patient: Patient, valve: str, bsa_m2: M2) -> Prior:
    """Return the ring of a valve, as a circle-equivalent diameter in mm."""
    mean, sd = _CHILD_RING_MM[valve]
    root = math.sqrt(bsa_m2)
    child = Prior(mean=mean * root, sd=sd * root, source=_PHN.format(0.5))
    mean, sd, source = _ADULT_RING_MM[valve][patient.sex]
    size = math.sqrt(bsa_m2 / _ADULT_BSA_M2[patient.sex])
    adult = Prior(mean=mean * size, sd=sd, source=f"{source}, by BSA^0.5 [memory]")
    return blend(patient.age_years, child, adult)


def given_annulus(lesion: Lesion) -> Prior | None:
    """Return the ring as measured: the diameter, else from its area, else from its two axes."""
    if lesion.annulus_mm is not None:
        return from_measurement(lesion.annulus_mm, _ring_error(lesion.annulus_mm))
    if lesion.annulus_area_mm2 is not None:
        area = lesion.annulus_area_mm2
        mean = 2.0 * math.sqrt(area.value / math.pi)
        sd = 0.5 * mean * area.sd / area.value if area.sd is not None else 1.0
        return Prior(mean=mean, sd=sd, source="patient file (annulus_area_mm2)", given=True)
    low, high, _ = _AXIS_RATIO[lesion.valve]
    axes = [
        (axis.value / ratio, key)
        for key, axis, ratio in (
            ("annulus_min_mm", lesion.annulus_min_mm, low),
            ("annulus_max_mm", lesion.annulus_max_mm, high),
        )
        if axis is not None
    ]
    if not axes:
        return None
    mean = sum(value for value, _ in axes) / len(axes)
    if len(axes) == 2 and lesion.annulus_min_mm and lesion.annulus_max_mm:
        mean = 0.5 * (lesion.annulus_min_mm.value + lesion.annulus_max_mm.value)
    keys = ", ".join(key for _, key in axes)
    return Prior(mean=mean, sd=1.2 / len(axes) + 0.4, source=f"patient file ({keys})", given=True)


def _ring_error(measurement: Measurement) -> float:
    """Return the error of a ring: 1 mm by CT, 1.5 by echo or unknown; 5 % of a small one.

    Source : echo reads the ring 1.2 to 1.7 mm small (babaliaros_2010); the rest [memory].
    """
    error = 1.0 if (measurement.method or "").lower() == "ct" else 1.5
    return min(error, 0.07 * measurement.value)


def lesion_dimensions(
    patient: Patient, lesion: Lesion, annulus: Prior, bsa_m2: M2
) -> dict[str, Prior]:
    """Return the axes of the ring, outflow tract, commissures and great vessels of one lesion."""
    low, high, source = _AXIS_RATIO[lesion.valve]
    commissural = Prior(mean=27.0, sd=4.0, source="mohtaj_2018 (n 88, cadaver)")
    size = (bsa_m2 / _ADULT_BSA_M2[patient.sex]) ** 0.5
    priors = {
        "annulus_min_mm": scaled(annulus, low, source),
        "annulus_max_mm": scaled(annulus, high, source),
        "intercommissural_mm": scaled(commissural, min(1.15, size), "by BSA^0.5 [memory]"),
        "lvot_mm": _outflow_prior(patient, lesion, annulus, bsa_m2),
        **_vessel_priors(patient, bsa_m2),
    }
    for key in priors:
        given: Measurement | None = getattr(lesion, key)
        if given is not None:
            priors[key] = from_measurement(given, min(1.5, 0.07 * given.value))
    return priors


def _outflow_prior(patient: Patient, lesion: Lesion, annulus: Prior, bsa_m2: M2) -> Prior:
    """Return the outflow tract: 0.86 of the aortic ring in adults, 0.95 in children [memory]."""
    ring = annulus if lesion.valve == "aortic" else annulus_prior(patient, "aortic", bsa_m2)
    child = Prior(mean=0.95 * ring.mean, sd=0.08 * ring.mean, source="0.95 of the ring [memory]")
    source = "20.3 mm (gated CT, n 77) over the sagittal ring 23.5 mm (Tops 2008)"
    adult = Prior(mean=0.864 * ring.mean, sd=0.12 * ring.mean, source=source)
    return blend(patient.age_years, child, adult)


def _vessel_priors(patient: Patient, bsa_m2: M2) -> dict[str, Prior]:
    root = math.sqrt(bsa_m2)
    male = patient.sex == "male"
    aorta = Prior(
        mean=34.1 if male else 31.9, sd=3.9 if male else 3.5, source="Rogers 2013 (Framingham CT)"
    )
    trunk = Prior(
        mean=22.9 if male else 21.2, sd=2.6, source="Burman 2016 (n 120, diastole), SD widened"
    )
    child_aorta = Prior(mean=17.9 * root, sd=1.8 * root, source=_PHN.format(0.5))
    child_trunk = Prior(mean=18.2 * root, sd=2.4 * root, source=_PHN.format(0.5))
    return {
        "ascending_aorta_mm": blend(patient.age_years, child_aorta, aorta),
        "pulmonary_artery_mm": blend(patient.age_years, child_trunk, trunk),
    }


def chamber_priors(patient: Patient, bsa_m2: M2) -> dict[str, Prior]:
    """Return the volumes of the four chambers, mL, adjusted to the treated lesion.

    Adults: magnetic resonance (Hudsmith 2005); children: left ventricle 62.02 mL * BSA^1.3, the
    others in the adult's proportion to it.
    """
    male = patient.sex == "male"
    cmr = "Hudsmith 2005 (n 108, magnetic resonance)"
    adult = {
        "lv_end_diastolic_volume_ml": (160.0, 29.0) if male else (135.0, 26.0),
        "rv_end_diastolic_volume_ml": (190.0, 33.0) if male else (148.0, 35.0),
        "la_volume_ml": (103.0, 30.0) if male else (89.0, 21.0),
        "ra_volume_ml": (100.0, 28.0),
    }
    child_lv = 62.02 * bsa_m2**1.3
    whole = adult["lv_end_diastolic_volume_ml"][0]
    size = bsa_m2 / _ADULT_BSA_M2[patient.sex]
    priors = {}
    for key, (mean, sd) in adult.items():
        source = "order of magnitude [memory]" if key == "ra_volume_ml" else cmr
        grown = Prior(mean=mean * size, sd=sd, source=f"{source}, by BSA")
        small = Prior(
            mean=child_lv * mean / whole,
            sd=0.22 * child_lv * mean / whole,
            source=_PHN.format(1.3),
        )
        priors[key] = blend(patient.age_years, small, grown)
    return _with_lesion(patient, priors)


def _with_lesion(patient: Patient, priors: dict[str, Prior]) -> dict[str, Prior]:
    """Return the volumes as the treated lesion leaves them."""
    valve = patient.treated.valve
    grown = patient.age_years >= 18
    if valve == "mitral":
        note = "mitral stenosis: 2 to 4 times larger [memory]"
        priors["la_volume_ml"] = _wider(scaled(priors["la_volume_ml"], 2.2, note), 1.2)
    elif valve == "aortic" and grown:
        lv = priors["lv_end_diastolic_volume_ml"]
        source = "harpole_acute_1990 (186 mL), davidson_serial_1990 (136 +- 52 mL)"
        priors["lv_end_diastolic_volume_ml"] = Prior(mean=1.05 * lv.mean, sd=45.0, source=source)
        priors["la_volume_ml"] = _wider(scaled(priors["la_volume_ml"], 1.2, "[memory]"), 1.2)
    elif valve == "tricuspid":
        priors["ra_volume_ml"] = _wider(scaled(priors["ra_volume_ml"], 1.8, "[memory]"), 1.3)
    return priors


def _wider(prior: Prior, factor: float) -> Prior:
    return Prior(mean=prior.mean, sd=prior.sd * factor, source=prior.source)
