"""Codes and limits of DICOM waveform objects.

Codes are those of PS3.16, CID 3000, 3001 and 3003, as tabulated in pydicom 3.0.2
(``pydicom.sr``). Limits are those of PS3.3 A.34 (2013 and 2020a, read): modality, items of the
Waveform Sequence, channels an item, rates, sample interpretation.
"""

from typing import NamedTuple

__all__ = [
    "AUDIO_CODE",
    "HEMODYNAMIC_CODES",
    "HEMODYNAMIC_GENERAL",
    "IDENTITY_KEYWORDS",
    "LEAD_CODES",
    "LEAD_UNSPECIFIED",
    "OBJECTS",
    "Code",
    "WaveformObject",
]


class Code(NamedTuple):
    """One coded concept."""

    value: str
    scheme: str
    meaning: str


class WaveformObject(NamedTuple):
    """Limits of one kind of object; ``bits`` 8 is unsigned (UB), 16 signed (SS).

    ``synchronized``: it must tell how its clock stands to that of others.
    """

    uid: str
    modality: str
    groups_count: int
    channels_count: int
    lowest_hz: float
    highest_hz: float
    bits: int
    samples_count: int
    synchronized: bool = False


# The number of a lead is that of SCP-ECG (EN 1064); scheme SCPECG writes it 5.6.3-9-N.
LEAD_CODES: dict[str, Code] = {
    "I": Code("2:1", "MDC", "Lead I"),
    "II": Code("2:2", "MDC", "Lead II"),
    "III": Code("2:61", "MDC", "Lead III"),
    "aVR": Code("2:62", "MDC", "aVR, augmented voltage, right"),
    "aVL": Code("2:63", "MDC", "aVL, augmented voltage, left"),
    "aVF": Code("2:64", "MDC", "aVF, augmented voltage, foot"),
    **{f"V{i}": Code(f"2:{i + 2}", "MDC", f"Lead V{i}") for i in range(1, 8)},
    "V8": Code("2:66", "MDC", "Lead V8"),
    "V9": Code("2:67", "MDC", "Lead V9"),
    **{f"V{i}R": Code(f"2:{i + 8}", "MDC", f"Lead V{i}R") for i in range(3, 8)},
    "VX": Code("2:16", "MDC", "Lead X"),
    "VY": Code("2:17", "MDC", "Lead Y"),
    "VZ": Code("2:18", "MDC", "Lead Z"),
    "V": Code("2:86", "MDC", "Chest lead"),
}
LEAD_UNSPECIFIED = Code("2:0", "MDC", "Unspecified lead")

HEMODYNAMIC_CODES: dict[str, Code] = {
    "LV": Code("128438003", "SCT", "Left ventricle pressure waveform"),
    "RV": Code("128439006", "SCT", "Right ventricle pressure waveform"),
    "RA": Code("128440008", "SCT", "Right atrium pressure waveform"),
    "LA": Code("128441007", "SCT", "Left atrium pressure waveform"),
    "FEM": Code("128442000", "SCT", "Femoral artery pressure waveform"),
    "PA": Code("128443005", "SCT", "Pulmonary artery pressure waveform"),
    "AO": Code("128444004", "SCT", "Aortic pressure waveform"),
    "CVP": Code("128445003", "SCT", "Central venous pressure waveform"),
    "ART": Code("128446002", "SCT", "Arterial pressure waveform"),
    "PCW": Code("128448001", "SCT", "Pulmonary capillary wedge pressure waveform"),
}
HEMODYNAMIC_GENERAL = Code("128433007", "SCT", "Hemodynamic pressure waveform")
AUDIO_CODE = Code("109114", "DCM", "Phonocardiogram")

_ROOT = "1.2.840.10008.5.1.4.1.1.9"
_UNLIMITED = 2**31 - 1
OBJECTS: dict[str, WaveformObject] = {
    "dicom-hemodynamic": WaveformObject(f"{_ROOT}.2.1", "HD", 4, 8, 1, 400, 16, _UNLIMITED, True),
    # A.34.3: 16384 samples at most in a group [remembered; the archive of PS3.3 read here is cut]
    "dicom-12lead": WaveformObject(f"{_ROOT}.1.1", "ECG", 5, 13, 200, 1000, 16, 16384),
    "dicom-ecg": WaveformObject(f"{_ROOT}.1.2", "ECG", 4, 24, 200, 1000, 16, _UNLIMITED),
    "dicom-voice": WaveformObject(f"{_ROOT}.4.1", "AU", 1, 2, 8000, 8000, 8, _UNLIMITED),
    # General audio: 16 bit up to 44.1 kHz [remembered, to be checked in A.34.11]
    "dicom-audio": WaveformObject(f"{_ROOT}.4.2", "AU", 1, 2, 1, 44100, 16, _UNLIMITED, True),
}

# Besides every name (PN), day and time (DA, DT, TM), private element and comment: PS3.15 table
# E.1-1, the attributes that a waveform object may have. Unique identifiers go as well.
IDENTITY_KEYWORDS = frozenset(
    {
        "AccessionNumber",
        "AdmissionID",
        "AdmittingDiagnosesDescription",
        "AdditionalPatientHistory",
        "CountryOfResidence",
        "CurrentPatientLocation",
        "DeviceSerialNumber",
        "EthnicGroup",
        "InstitutionAddress",
        "InstitutionName",
        "InstitutionalDepartmentName",
        "IssuerOfPatientID",
        "MedicalRecordLocator",
        "Occupation",
        "OtherPatientIDs",
        "OtherPatientIDsSequence",
        "PatientAddress",
        "PatientComments",
        "PatientID",
        "PatientInstitutionResidence",
        "PatientReligiousPreference",
        "PatientTelephoneNumbers",
        "PerformedProcedureStepDescription",
        "PerformedProcedureStepID",
        "ProtocolName",
        "ReasonForStudy",
        "ReasonForTheRequestedProcedure",
        "RegionOfResidence",
        "RequestAttributesSequence",
        "RequestingService",
        "SOPInstanceUID",
        "SeriesDescription",
        "SeriesInstanceUID",
        "StationName",
        "StudyDescription",
        "StudyID",
        "StudyInstanceUID",
        "VisitComments",
    }
)
