"""What speaks against a balloon in this patient, and what else there is: ranges and sources."""

from collections.abc import Mapping
from dataclasses import dataclass

from openvalve.patient import Patient, Profile
from openvalve.planning._start import grade_of

__all__ = ["Finding", "alternatives", "contraindications"]

# procedure.md section 6 and sizing_and_severity.md; [mem] marks what was not seen in a text.
NAMED = {
    "la_thrombus": ("Left atrial thrombus: balloon mitral valvotomy is held off.", "mca_ptmc"),
    "endocarditis": ("Active endocarditis is a contraindication.", "mca_ptmc"),
    "lv_thrombus": ("Left ventricular thrombus speaks against a wire in the ventricle.", "mem"),
    "no_access": ("No vascular access was found.", "mem"),
    "severe_subvalvular_disease": (
        "Severe subvalvular disease: unfavourable where surgery is possible.",
        "mca_ptmc",
    ),
}

# Whichever kind of area this patient was measured by; the first counts.
AREAS = tuple(f"valve_area_{kind}cm2" for kind in ("", "planimetry_", "gorlin_", "continuity_"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """One finding of the screen.

    Attributes
    ----------
    name : fixed name.
    message : what it says, with the numbers behind it.
    source : source_id, ``mem`` where it was not seen in a text.
    """

    name: str
    message: str
    source: str


def contraindications(
    patient: Patient, profile: Profile, values: Mapping[str, float]
) -> list[Finding]:
    """Return what speaks against a balloon or asks for a second thought."""
    lesion = patient.lesion[0]
    found = []
    for name in patient.contraindications:
        message, source = NAMED.get(
            name, (f"Reported by the referring side: {name.replace('_', ' ')}.", "patient file")
        )
        found.append(Finding(name=name, message=message, source=source))
    grade = grade_of(lesion)
    area = next((values[key] for key in AREAS if key in values), None)
    if lesion.valve == "mitral":
        found += _mitral(grade, area, profile)
        found += [
            Finding(
                name="aortic_regurgitation",
                message=f"Aortic regurgitation grade {grade_of(other):g} (limit 2).",
                source="mca_ptmc",
            )
            for other in patient.lesion[1:]
            if other.valve == "aortic" and grade_of(other) > 2.0
        ]
    if lesion.valve == "aortic":
        if grade >= 2.0:
            found.append(
                Finding(
                    name="aortic_regurgitation",
                    message=f"Aortic regurgitation grade {grade:g} before: moderate or more.",
                    source="procedure.md section 6, mem",
                )
            )
        if profile.etiology == "calcific" and profile.age_years >= 60:
            found.append(
                Finding(
                    name="palliation_only",
                    message="Calcific valve of an adult: relief is lost in most within 6 months"
                    " (31 of 41), so a bridge or palliation.",
                    source="davidson_serial_1990",
                )
            )
    if lesion.valve == "pulmonary" and lesion.morphology == "dysplastic":
        found.append(
            Finding(
                name="dysplastic_valve",
                message="A dysplastic valve gains less from a balloon.",
                source="stanger_1990",
            )
        )
    return found


def _mitral(grade: float, area: float | None, profile: Profile) -> list[Finding]:
    found = []
    if grade >= 3.0:
        found.append(
            Finding(
                name="mitral_regurgitation",
                message=f"Mitral regurgitation grade {grade:g}: 3+ or more.",
                source="mca_ptmc",
            )
        )
    if area is not None and area > 1.5:
        found.append(
            Finding(
                name="mild_stenosis",
                message=f"Valve area {area:.2f} cm² is above 1.5 cm².",
                source="mca_ptmc",
            )
        )
    score = profile.wilkins_score
    if score.given and score.mean > 8:
        found.append(
            Finding(
                name="unfavourable_score",
                message=f"Wilkins score {score.mean:g}: above 8 the result is less sure.",
                source="bmc_unfav_2019",
            )
        )
    return found


def alternatives(patient: Patient, profile: Profile) -> list[Finding]:
    """Return what else is done for such a valve; never an order, always with its source."""
    lesion = patient.lesion[0]
    found = []
    if lesion.valve == "aortic":
        if profile.age_years >= 18:
            found.append(
                Finding(
                    name="transcatheter_valve",
                    message="Transcatheter or surgical replacement lasts; a balloon does not:"
                    " restenosis 40-80 % in 5 to 9 months.",
                    source="citoday_2015",
                )
            )
        else:
            found.append(
                Finding(
                    name="surgical_valvotomy",
                    message="In newborns a balloon left 20 mmHg against 36 by surgery, with more"
                    " leak (18 against 3 %) and alike survival.",
                    source="chss_2001",
                )
            )
    elif lesion.valve == "mitral":
        found.append(
            Finding(
                name="surgical_commissurotomy",
                message="Closed surgery reached the same area as one balloon (0.62 to 1.5 and 0.68"
                " to 1.5 cm²); two balloons 1.9 cm².",
                source="cmc_single_double",
            )
        )
        found.append(
            Finding(
                name="valve_replacement",
                message="Replacement where leaflets or chords are beyond splitting.",
                source="mem",
            )
        )
    elif lesion.valve == "pulmonary":
        found.append(
            Finding(
                name="surgical_valvotomy",
                message="Surgery for dysplastic valves and narrow rings.",
                source="german_bpv_52",
            )
        )
    found.append(
        Finding(
            name="waiting",
            message="Waiting with drugs and review; symptoms, output and pressures set the pace.",
            source="mem",
        )
    )
    return found
