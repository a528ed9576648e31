"""What kind of valve it is when nobody said: etiology, morphology, calcium, scores, leak."""

import math

from openvalve.patient._models import Lesion, Patient
from openvalve.patient._prior import Prior, from_measurement

__all__ = ["etiology_of", "finding_priors", "morphology_of"]

_FILE = "patient file"
_MITRAL = ("domed", "dysplastic")  # what of the contract's words can describe a mitral valve
_CALCIUM = "avc_size_2024"


def etiology_of(patient: Patient, lesion: Lesion) -> tuple[str, str]:
    """Return the etiology and its source: as given, else the usual of valve and age [memory]."""
    if lesion.etiology is not None:
        return lesion.etiology, _FILE
    if lesion.valve == "aortic":
        young = patient.age_years < 40
        return ("congenital" if young else "calcific"), "usual for valve and age [memory]"
    if lesion.valve == "pulmonary":
        return "congenital", "usual for valve [memory]"
    infant = patient.age_years < 2
    return ("congenital" if infant else "rheumatic"), "usual for valve and age [memory]"


def morphology_of(patient: Patient, lesion: Lesion) -> tuple[str, str]:
    """Return the morphology and its source.

    Aortic: unicuspid under 1 year, bicuspid with one raphe under 60 years, else three cusps
    (bicuspid valves are the rule in congenital and younger calcific stenosis [memory]); mitral and
    pulmonary: domed.
    """
    described = lesion.morphology
    if described is not None and (lesion.valve != "mitral" or described in _MITRAL):
        return described, _FILE
    source = "usual for valve and age [memory]"
    if lesion.valve in ("mitral", "pulmonary"):
        return "domed", source
    if lesion.valve == "tricuspid" or lesion.etiology in ("rheumatic", "bioprosthesis"):
        return "tricuspid", source
    return ("bicuspid_1" if patient.age_years < 60 else "tricuspid"), source


def finding_priors(
    patient: Patient, lesion: Lesion, etiology: str, annulus: Prior
) -> tuple[dict[str, tuple[str, str]], dict[str, Prior]]:
    """Return (words with source, numbers) of calcium, Wilkins score and leak of one lesion."""
    numbers = {
        "calcium_agatston": _calcium(patient, lesion, etiology, annulus),
        "regurgitation_grade": _leak(patient, lesion),
        **_wilkins(patient, lesion),
    }
    old = patient.age_years >= 60 and lesion.valve == "mitral"
    commissures = "mild" if old or numbers["wilkins_calcium_score"].mean >= 3 else "none"
    words = {
        "commissural_calcium": _word(lesion.commissural_calcium, commissures),
        "lvot_calcium": _word(lesion.lvot_calcium, "none"),
    }
    return words, numbers


def _word(given: str | None, usual: str) -> tuple[str, str]:
    return (given, _FILE) if given is not None else (usual, "usual for valve and age [memory]")


def _calcium(patient: Patient, lesion: Lesion, etiology: str, annulus: Prior) -> Prior:
    """Return the Agatston score: women 2018 (1456 to 3017), men 3394 (2562 to 4530), by ring.

    At rings of 4.12 and 5.15 cm2; 875 units per cm2 of ring (860 to 890) [avc_size_2024].
    """
    if lesion.calcium_agatston is not None:
        given = lesion.calcium_agatston
        return from_measurement(given, 0.1 * given.value + 20.0)
    if lesion.valve != "aortic" or etiology != "calcific":
        return Prior(mean=0.0, sd=100.0, source="not a calcific aortic valve [memory]")
    male = patient.sex == "male"
    median, ring, sd = (3394.0, 5.15, 1460.0) if male else (2018.0, 4.12, 1160.0)
    area = math.pi / 4.0 * (annulus.mean / 10.0) ** 2
    return Prior(mean=max(300.0, median + 875.0 * (area - ring)), sd=sd, source=_CALCIUM)


def _leak(patient: Patient, lesion: Lesion) -> Prior:
    """Return the leak before the balloon: given, else from EROA or fraction, else about 0.5."""
    if lesion.regurgitation_grade is not None:
        return from_measurement(lesion.regurgitation_grade, 0.5)
    if lesion.eroa_mm2 is not None or lesion.regurgitant_fraction_frac is not None:
        eroa, fraction = lesion.eroa_mm2, lesion.regurgitant_fraction_frac
        severe = 30.0 if lesion.valve == "aortic" else 40.0
        share = eroa.value / severe if eroa is not None else 0.0
        if eroa is None and fraction is not None:
            share = fraction.value / 0.5
        grade = min(4.0, 3.2 * share)
        source = "circulation_targets section 4 (severe at 30 or 40 mm2, 50 %) [memory]"
        return Prior(mean=grade, sd=0.5, source=source, given=True)
    usual = 1.0 if lesion.valve == "aortic" and patient.age_years >= 60 else 0.5
    return Prior(mean=usual, sd=0.5, source="usual before a balloon [memory]")


def _wilkins(patient: Patient, lesion: Lesion) -> dict[str, Prior]:
    """Return the Wilkins score and its four parts: 8 +- 2 when nobody said [memory]."""
    parts = ("mobility", "thickening", "subvalvular", "calcium")
    if lesion.wilkins is not None:
        source = _FILE
        made = {
            f"wilkins_{part}_score": Prior(
                mean=float(getattr(lesion.wilkins, part)), sd=0.5, source=source, given=True
            )
            for part in parts
        }
        total = Prior(mean=float(lesion.wilkins.score), sd=1.0, source=source, given=True)
        return {**made, "wilkins_score": total}
    young = patient.age_years < 30
    total = Prior(mean=7.0 if young else 8.0, sd=2.0, source="usual for age [memory]")
    if lesion.wilkins_score is not None:
        total = from_measurement(lesion.wilkins_score, 1.0)
    share = {"mobility": 0.27, "thickening": 0.27, "subvalvular": 0.25, "calcium": 0.21}
    made = {
        f"wilkins_{part}_score": Prior(
            mean=min(4.0, max(1.0, share[part] * total.mean)),
            sd=0.7,
            source="share of the whole score [memory]",
        )
        for part in parts
    }
    return {**made, "wilkins_score": total}
