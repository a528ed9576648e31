"""What the laboratory sees and hears: ECG, pressure lines, Doppler, heart sounds."""

from openvalve.signals._doppler import (
    Beam,
    ContinuousWave,
    Doppler,
    PulsedWave,
    blood_velocity_m_s,
    nyquist_m_s,
)
from openvalve.signals._doppler_traces import (
    LVOT_AREA_CM2,
    DopplerProbe,
    DopplerTraces,
    apical_beam,
)
from openvalve.signals._dower import LEADS
from openvalve.signals._ecg import Ecg
from openvalve.signals._ecg_of_heart import loaded_ecg
from openvalve.signals._ecg_params import EcgParams, EcgSetup
from openvalve.signals._laboratory import (
    LINES,
    Laboratory,
    LaboratoryParams,
    clinical_line,
    clinical_setup,
    laboratory_of,
)
from openvalve.signals._lines import LINE_TAPS, LineParams, LineTap, PressureLine, line_response
from openvalve.signals._places import (
    LEFT_ROUTE,
    RIGHT_ROUTE,
    Catheter,
    CaughtTip,
    ChamberTip,
    Route,
    RouteTip,
    Tip,
    WedgedTip,
    measured_pressures,
)
from openvalve.signals._sounds import HeartSounds, SoundParams
from openvalve.signals._stethoscope import SITES, write_wav

__all__ = [
    "LEADS",
    "LEFT_ROUTE",
    "LINES",
    "LINE_TAPS",
    "LVOT_AREA_CM2",
    "RIGHT_ROUTE",
    "SITES",
    "Beam",
    "Catheter",
    "CaughtTip",
    "ChamberTip",
    "ContinuousWave",
    "Doppler",
    "DopplerProbe",
    "DopplerTraces",
    "Ecg",
    "EcgParams",
    "EcgSetup",
    "HeartSounds",
    "Laboratory",
    "LaboratoryParams",
    "LineParams",
    "LineTap",
    "PressureLine",
    "PulsedWave",
    "Route",
    "RouteTip",
    "SoundParams",
    "Tip",
    "WedgedTip",
    "apical_beam",
    "blood_velocity_m_s",
    "clinical_line",
    "clinical_setup",
    "laboratory_of",
    "line_response",
    "loaded_ecg",
    "measured_pressures",
    "nyquist_m_s",
    "write_wav",
]
