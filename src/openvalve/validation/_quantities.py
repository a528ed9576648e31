"""What each quantity of the evidence tables is: block, family, relation to the model's keys.

A relation is a product of powers of measured keys, so that only after/before ratios of the model
matter: ``LV_stroke_work`` goes as stroke volume times LV systolic pressure. Quantities of one
family move together; a family's ratio to the power ``exponent`` stands in for a quantity that no
other paper reports.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from openvalve.units import Ratio
from openvalve.validation._types import Block

__all__ = ["CASE_KEYS", "GRADE_KEYS", "QUANTITIES", "Quantity", "block_of", "find_quantity"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Quantity:
    """A quantity of the evidence tables.

    Attributes
    ----------
    name : as in ``quantities.csv``.
    unit : as in ``quantities.csv``.
    family : quantities that move together, ``area`` or ``left_atrium``.
    exponent_ratio : power of the family's after/before ratio that this quantity follows.
    key : the measured key of the patient file that it gives directly, or None.
    key_factor_ratio : value of the key = factor * value of the quantity.
    relation : measured keys and powers whose product the quantity is proportional to; empty where
        no honest relation is known.
    additive : the change adds to the before-value rather than its ratio multiplying it.
    note : why the relation is what it is.
    """

    name: str
    unit: str
    family: str
    exponent_ratio: Ratio = 1.0
    key: str | None = None
    key_factor_ratio: Ratio = 1.0
    relation: Mapping[str, Ratio] = field(default_factory=dict)
    additive: bool = False
    note: str = ""


def _direct(
    name: str, unit: str, family: str, key: str, *, factor: Ratio = 1.0, additive: bool = False
) -> Quantity:
    """Return a quantity that is a measured key."""
    return Quantity(
        name=name,
        unit=unit,
        family=family,
        key=key,
        key_factor_ratio=factor,
        relation={key: 1.0},
        additive=additive,
    )


_AREAS = (
    _direct("valve_area_cm2", "cm2", "area", "valve_area_cm2"),
    _direct("valve_area_gorlin_cm2", "cm2", "area", "valve_area_gorlin_cm2"),
    _direct("valve_area_hakki_cm2", "cm2", "area", "valve_area_gorlin_cm2"),
    _direct("valve_area_continuity_cm2", "cm2", "area", "valve_area_continuity_cm2"),
    _direct("valve_area_planimetry_cm2", "cm2", "area", "valve_area_planimetry_cm2"),
    _direct("valve_area_echo_cm2", "cm2", "area", "valve_area_planimetry_cm2"),
    _direct("valve_area_pht_cm2", "cm2", "area", "valve_area_pht_cm2"),
    Quantity(
        name="valve_area_index_cm2_m2",
        unit="cm2/m2",
        family="area",
        key="valve_area_index_cm2_m2",
        relation={"valve_area_cm2": 1.0},
    ),
    Quantity(
        name="valve_orifice_diameter_mm",
        unit="mm",
        family="area",
        exponent_ratio=0.5,
        relation={"valve_area_cm2": 0.5},
        note="diameter of the equal circle",
    ),
    Quantity(
        name="pressure_half_time_ms",
        unit="ms",
        family="area",
        exponent_ratio=-1.0,
        key="pressure_half_time_ms",
        relation={"valve_area_pht_cm2": -1.0},
        note="area = 220 / half-time; source csecho_pht",
    ),
)

_GRADIENTS = (
    _direct("mean_gradient_mmHg", "mmHg", "gradient", "gradient_mean_mmhg"),
    _direct("mean_gradient_doppler_mmHg", "mmHg", "gradient", "gradient_mean_mmhg"),
    _direct("peak_to_peak_gradient_mmHg", "mmHg", "gradient", "gradient_peak_to_peak_mmhg"),
    _direct("peak_instantaneous_gradient_mmHg", "mmHg", "gradient", "gradient_peak_instant_mmhg"),
    _direct("residual_valvar_gradient_mmHg", "mmHg", "gradient", "gradient_peak_to_peak_mmhg"),
    _direct(
        "residual_infundibular_gradient_mmHg",
        "mmHg",
        "infundibular_gradient",
        "rv_infundibular_gradient_mmhg",
    ),
    Quantity(
        name="peak_velocity_m_s",
        unit="m/s",
        family="gradient",
        exponent_ratio=0.5,
        key="velocity_peak_m_s",
        relation={"velocity_peak_m_s": 1.0},
    ),
)

_FLOWS = (
    _direct("cardiac_output_L_min", "L/min", "output", "cardiac_output_l_min"),
    Quantity(
        name="cardiac_index",
        unit="L/min/m2",
        family="output",
        key="cardiac_index_l_min_m2",
        relation={"cardiac_output_l_min": 1.0},
    ),
    Quantity(
        name="mean_systolic_flow_ml_s",
        unit="ml/s",
        family="output",
        relation={"stroke_volume_ml": 1.0, "ejection_period_s": -1.0},
        note="stroke volume over ejection period",
    ),
    Quantity(
        name="LVOT_mean_velocity_m_s",
        unit="m/s",
        family="output",
        relation={"stroke_volume_ml": 1.0, "ejection_period_s": -1.0},
        note="flow over an outflow tract that does not change",
    ),
    _direct("stroke_volume_ml", "ml", "output", "stroke_volume_ml"),
    _direct("heart_rate_bpm", "/min", "heart_rate", "heart_rate_bpm"),
)

_LEFT = (
    _direct("LA_mean_pressure_mmHg", "mmHg", "left_atrium", "la_mean_mmhg"),
    _direct("PCW_mean_pressure_mmHg", "mmHg", "left_atrium", "pcw_mean_mmhg"),
    _direct("LA_a_wave_mmHg", "mmHg", "left_atrium", "la_a_wave_mmhg"),
    _direct("LA_v_wave_mmHg", "mmHg", "left_atrium", "la_v_wave_mmhg"),
    _direct("PCW_a_wave_mmHg", "mmHg", "left_atrium", "pcw_a_wave_mmhg"),
    _direct("PCW_v_wave_mmHg", "mmHg", "left_atrium", "pcw_v_wave_mmhg"),
    Quantity(
        name="LA_diameter_mm",
        unit="mm",
        family="left_atrium_size",
        note="no atrial size key; how far an old atrium shrinks at once is not in the open text",
    ),
    _direct("LVEDP_mmHg", "mmHg", "filling_pressure", "lv_end_diastolic_mmhg"),
    _direct("LV_systolic_mmHg", "mmHg", "lv_systolic", "lv_systolic_mmhg", additive=True),
    _direct("LVEF_percent", "%", "ejection_fraction", "lv_ejection_frac", factor=0.01),
    _direct(
        "LV_end_diastolic_volume_ml", "ml", "end_diastolic_volume", "lv_end_diastolic_volume_ml"
    ),
    _direct("LV_end_systolic_volume_ml", "ml", "end_systolic_volume", "lv_end_systolic_volume_ml"),
    _direct("LV_dPdt_max_mmHg_s", "mmHg/s", "dpdt", "lv_dpdt_max_mmhg_s"),
    Quantity(
        name="LV_dPdt_min_mmHg_s",
        unit="mmHg/s",
        family="lv_systolic",
        relation={"lv_systolic_mmhg": 1.0},
        note="exponential relaxation from the systolic level at an unchanged time constant",
    ),
    Quantity(
        name="LV_tau_ms",
        unit="ms",
        family="relaxation",
        note="no relation assumed: unchanged unless other papers say otherwise",
    ),
    Quantity(
        name="LV_stroke_work_1e6erg",
        unit="10^6 erg",
        family="stroke_work",
        relation={"stroke_volume_ml": 1.0, "lv_systolic_mmhg": 1.0},
        note="area of the pressure-volume loop",
    ),
    Quantity(
        name="LV_wall_stress_1000dyn_cm2",
        unit="10^3 dyn/cm2",
        family="wall_stress",
        relation={"lv_systolic_mmhg": 1.0, "lv_end_systolic_volume_ml": 1.0},
        note="Laplace with constant wall volume: stress goes as pressure times cavity volume",
    ),
    _direct("aortic_systolic_mmHg", "mmHg", "systemic", "aortic_systolic_mmhg"),
    _direct("aortic_diastolic_mmHg", "mmHg", "systemic", "aortic_diastolic_mmhg"),
    _direct("mean_arterial_pressure_mmHg", "mmHg", "systemic", "aortic_mean_mmhg"),
    Quantity(
        name="valve_resistance_dyn_s_cm5",
        unit="dyn.s.cm-5",
        family="gradient",
        relation={
            "gradient_mean_mmhg": 1.0,
            "stroke_volume_ml": -1.0,
            "ejection_period_s": 1.0,
        },
        note="mean gradient over systolic flow; source ford_1990",
    ),
)

_RIGHT = (
    _direct("PA_mean_pressure_mmHg", "mmHg", "pulmonary_artery", "pa_mean_mmhg"),
    _direct("PA_systolic_pressure_mmHg", "mmHg", "pulmonary_artery", "pa_systolic_mmhg"),
    _direct("PA_diastolic_pressure_mmHg", "mmHg", "pulmonary_artery", "pa_diastolic_mmhg"),
    _direct("RV_systolic_pressure_mmHg", "mmHg", "rv_systolic", "rv_systolic_mmhg", additive=True),
    _direct("RV_end_diastolic_pressure_mmHg", "mmHg", "right_filling", "rv_end_diastolic_mmhg"),
    _direct("RA_mean_pressure_mmHg", "mmHg", "right_filling", "ra_mean_mmhg"),
    _direct("RA_a_wave_mmHg", "mmHg", "right_filling", "ra_a_wave_mmhg"),
    _direct("RA_v_wave_mmHg", "mmHg", "right_filling", "ra_v_wave_mmhg"),
    Quantity(
        name="RV_to_systemic_pressure_ratio",
        unit="ratio",
        family="rv_systolic",
        relation={"rv_systolic_mmhg": 1.0, "aortic_systolic_mmhg": -1.0},
    ),
    Quantity(
        name="TR_jet_area_cm2",
        unit="cm2",
        family="tricuspid_jet",
        relation={"rv_systolic_mmhg": 1.0},
        note="functional regurgitation follows the pressure of the right ventricle; rough",
    ),
    Quantity(
        name="infundibular_diameter_mm",
        unit="mm",
        family="infundibular_size",
        note="regresses over months; nothing acute is claimed",
    ),
)

QUANTITIES: Mapping[str, Quantity] = {
    q.name: q for q in (*_AREAS, *_GRADIENTS, *_FLOWS, *_LEFT, *_RIGHT)
}

# Names in cases.toml of single patients -> names of the evidence table. An unqualified peak
# gradient is taken as peak instantaneous (printed larger than the catheter difference in
# cr_liu_cmj_2016).
CASE_KEYS: Mapping[str, str] = {
    "ava_cm2": "valve_area_cm2",
    "mva_cm2": "valve_area_cm2",
    "pva_cm2": "valve_area_cm2",
    "tva_cm2": "valve_area_cm2",
    "mva_planimetry_cm2": "valve_area_planimetry_cm2",
    "mva_3d_cm2": "valve_area_planimetry_cm2",
    "mva_continuity_cm2": "valve_area_continuity_cm2",
    "ava_continuity_cm2": "valve_area_continuity_cm2",
    "mva_pht_cm2": "valve_area_pht_cm2",
    "mva_echo_cm2": "valve_area_echo_cm2",
    "ava_echo_cm2": "valve_area_echo_cm2",
    "mean_doppler_gradient_mmHg": "mean_gradient_doppler_mmHg",
    "peak_doppler_gradient_mmHg": "peak_instantaneous_gradient_mmHg",
    "peak_gradient_mmHg": "peak_instantaneous_gradient_mmHg",
    "peak_velocity_m_s": "peak_velocity_m_s",
    "cardiac_output_l_min": "cardiac_output_L_min",
    "cardiac_index_l_min_m2": "cardiac_index",
    "hr_bpm": "heart_rate_bpm",
    "lvef_percent": "LVEF_percent",
    "la_mean_mmHg": "LA_mean_pressure_mmHg",
    "la_a_wave_mmHg": "LA_a_wave_mmHg",
    "la_v_wave_mmHg": "LA_v_wave_mmHg",
    "la_diameter_mm": "LA_diameter_mm",
    "pcw_mean_mmHg": "PCW_mean_pressure_mmHg",
    "pa_mean_mmHg": "PA_mean_pressure_mmHg",
    "pa_systolic_mmHg": "PA_systolic_pressure_mmHg",
    "pa_diastolic_mmHg": "PA_diastolic_pressure_mmHg",
    "rv_systolic_mmHg": "RV_systolic_pressure_mmHg",
    "rv_end_diastolic_mmHg": "RV_end_diastolic_pressure_mmHg",
    "ra_mean_mmHg": "RA_mean_pressure_mmHg",
    "ra_a_wave_mmHg": "RA_a_wave_mmHg",
    "ra_v_wave_mmHg": "RA_v_wave_mmHg",
    "pcw_a_wave_mmHg": "PCW_a_wave_mmHg",
    "pcw_v_wave_mmHg": "PCW_v_wave_mmHg",
    "lv_systolic_mmHg": "LV_systolic_mmHg",
    "lv_end_diastolic_mmHg": "LVEDP_mmHg",
    "lv_end_diastolic_volume_ml": "LV_end_diastolic_volume_ml",
    "lv_end_systolic_volume_ml": "LV_end_systolic_volume_ml",
    "systemic_systolic_mmHg": "aortic_systolic_mmHg",
    "systemic_diastolic_mmHg": "aortic_diastolic_mmHg",
    "aortic_mean_mmHg": "mean_arterial_pressure_mmHg",
    "pht_ms": "pressure_half_time_ms",
}

# Grades are steps, not amounts: a ratio of after to before means nothing, so they are no endpoint.
GRADE_KEYS = frozenset({"mr_grade", "ar_grade", "pr_grade", "tr_grade"})


def find_quantity(name: str) -> Quantity | None:
    """Return the quantity of this name, or None for one nobody here knows."""
    return QUANTITIES.get(name)


def block_of(quantity: str) -> Block:
    """Return the scored block of a quantity: ``valve_area*``, ``*gradient*``, else ``other``."""
    if quantity.startswith("valve_area"):
        return "area"
    return "gradient" if "gradient" in quantity else "other"
