"""Resting hemodynamics that one would expect of such a patient before any measurement.

First the healthy body of this age, sex and pregnancy, then what the treated lesion changes. The
spreads are wide on purpose: they are the spread between patients, not of a measurement.
"""

import math
from collections.abc import Mapping

from openvalve.patient._keys import MEASURED_KEYS
from openvalve.patient._models import Patient
from openvalve.patient._prior import Prior, Table, interpolate
from openvalve.units import M2, Bpm, Frac, Mmhg

__all__ = ["expected_priors"]

Priors = dict[str, Prior]

_ERS = "circulation_targets section 3 (ERS right-heart table)"
_MEM = "by age [memory]"
# Medians at birth, 1 month and 2 years read (Fleming 2011, Lancet 377:1011), the others memory.
_HEART_RATE: Table = (
    (0, 127), (0.08, 145), (0.5, 134), (1, 124), (2, 113), (4, 101), (6, 93), (8, 86), (12, 80),
    (15, 75), (18, 72), (90, 72),
)  # fmt: skip
_INDEX: Table = ((0, 3.6), (1, 4.2), (8, 4.0), (15, 3.5), (30, 3.3), (60, 2.9), (80, 2.7))
_SYSTOLIC: Table = (
    (0, 68), (0.1, 80), (1, 90), (6, 98), (12, 108), (16, 115), (30, 120), (50, 126), (70, 138),
    (85, 142),
)  # fmt: skip
_DIASTOLIC: Table = (
    (0, 40), (0.1, 46), (1, 52), (6, 58), (12, 63), (16, 68), (30, 75), (50, 78), (70, 73), (85, 68)
)  # fmt: skip
_PA_MEAN: Table = ((0, 35), (0.01, 28), (0.1, 18), (0.3, 14), (90, 14))
_VALVE_ITSELF = ("gradient_", "valve_area")
_FILLING = (
    "la_mean_mmhg", "ra_mean_mmhg", "lv_end_diastolic_mmhg", "rv_end_diastolic_mmhg",
    "pa_mean_mmhg", "pa_systolic_mmhg", "pa_diastolic_mmhg",
)  # fmt: skip
# Area per surface, cm2/m2: (severe, normal); gradient: (key, severe, normal), mmHg.
_AREA_LIMITS_CM2_M2 = {
    "aortic": (0.6, 1.5), "mitral": (0.9, 2.0), "pulmonary": (0.5, 1.5), "tricuspid": (0.9, 2.5)
}  # fmt: skip
_GRADIENT_LIMITS = {
    "aortic": ("gradient_mean_mmhg", 40.0, 5.0),
    "mitral": ("gradient_mean_mmhg", 8.0, 2.0),
    "pulmonary": ("gradient_peak_to_peak_mmhg", 50.0, 8.0),
    "tricuspid": ("gradient_mean_mmhg", 5.0, 1.5),
}
_PREGNANT_OUTPUT: Table = ((0, 1.0), (8, 1.15), (20, 1.38), (30, 1.42), (40, 1.40))
_PREGNANT_RATE: Table = ((0, 0), (12, 6), (24, 12), (36, 16))


def expected_priors(patient: Patient, bsa_m2: M2, chambers: Mapping[str, Prior]) -> Priors:
    """Return a prior for every key of ``MEASURED_KEYS`` that such a patient has at rest.

    Measured values are not used, but for one thing: an area or gradient that is far from severe
    takes the changes of a severe lesion back in proportion (``severity_frac``).
    """
    priors = _healthy(patient, bsa_m2)
    priors |= {key: prior for key, prior in chambers.items() if key in MEASURED_KEYS}
    changes = {"aortic": _aortic, "mitral": _mitral, "pulmonary": _pulmonary}
    for lesion in patient.lesion[:0:-1]:
        change = changes.get(lesion.valve, _tricuspid)(patient, priors, bsa_m2)
        share = 0.5 if lesion.regurgitation_grade is None else 0.25  # a leak, not a stenosis
        _add(priors, {k: v for k, v in change.items() if not k.startswith(_VALVE_ITSELF)}, share)
    valve = patient.treated.valve
    priors |= _open_valve(valve)
    change = changes.get(valve, _tricuspid)(patient, priors, bsa_m2)
    if len(patient.lesion) > 1:
        change = {k: v for k, v in change.items() if not _falls(k, v, priors)}
    _add(priors, change, severity_frac(patient, bsa_m2))
    priors |= _derived(patient, priors, bsa_m2)
    if patient.rhythm == "atrial_fibrillation":
        priors = {key: prior for key, prior in priors.items() if "a_wave" not in key}
    return {key: priors[key] for key in MEASURED_KEYS if key in priors}


def severity_frac(patient: Patient, bsa_m2: M2) -> Frac:
    """Return how severe the treated lesion looks: 1 severe or unknown, 0 an open valve.

    From the measured area per body surface, else the gradient, straight between the limits of
    severe (guidelines, sizing_and_severity section 1) and of a normal valve [memory].
    """
    valve = patient.treated.valve
    areas = [m.value for key, m in patient.measured.items() if key.startswith("valve_area_")]
    index = patient.measured.get("valve_area_index_cm2_m2")
    if index is not None:
        return _share(index.value, *_AREA_LIMITS_CM2_M2[valve])
    if areas:
        return _share(sum(areas) / len(areas) / bsa_m2, *_AREA_LIMITS_CM2_M2[valve])
    key, severe, normal = _GRADIENT_LIMITS[valve]
    gradient = patient.measured.get(key)
    return _share(gradient.value, severe, normal) if gradient is not None else 1.0


def _falls(key: str, new: Prior, priors: Priors) -> bool:
    """Return whether a lesion would lower a filling pressure that another one raised."""
    return key in _FILLING and key in priors and new.mean < priors[key].mean


def _share(value: float, severe: float, normal: float) -> float:
    return min(1.0, max(0.0, (value - normal) / (severe - normal)))


def _add(priors: Priors, change: Priors, share: Frac) -> None:
    """Blend a lesion's changes into the priors."""
    for key, new in change.items():
        old = priors.get(key, new)
        mean = old.mean + share * (new.mean - old.mean)
        sd = max(old.sd, new.sd) if share < 1.0 else new.sd
        source = new.source if share > 0.0 else old.source
        priors[key] = _prior(mean, sd if share > 0.0 else old.sd, source)


def _open_valve(valve: str) -> Priors:
    """Return gradient and area of a normal valve [memory]."""
    index = _AREA_LIMITS_CM2_M2[valve][1] + 0.3
    return {
        "gradient_mean_mmhg": _prior(2.5, 1.5, "normal valve [memory]"),
        "gradient_peak_instant_mmhg": _prior(6.0, 3.0, "normal valve [memory]"),
        "gradient_peak_to_peak_mmhg": _prior(1.0, 2.0, "normal valve [memory]"),
        "valve_area_index_cm2_m2": _prior(index, 0.3, "normal valve [memory]"),
    }


def _prior(mean: float, sd: float, source: str) -> Prior:
    return Prior(mean=mean, sd=sd, source=source)


def _healthy(patient: Patient, bsa_m2: M2) -> Priors:
    age, weeks = patient.age_years, patient.pregnancy_weeks
    rate = interpolate(_HEART_RATE, age) + interpolate(_PREGNANT_RATE, weeks)
    rate += 12.0 if patient.rhythm == "atrial_fibrillation" else 0.0
    index = interpolate(_INDEX, age) * interpolate(_PREGNANT_OUTPUT, weeks)
    systolic, diastolic = interpolate(_SYSTOLIC, age), interpolate(_DIASTOLIC, age)
    drop = 6.0 if weeks > 12 else 0.0
    male = patient.sex == "male"
    rate_source = "Fleming 2011 (0 to 2 years), then" if age < 18 else "adult at rest,"
    return {
        "heart_rate_bpm": _prior(rate, 0.14 * rate, f"{rate_source} {_MEM}"),
        "cardiac_index_l_min_m2": _prior(index, 0.2 * index, f"{_ERS} 2.4 to 4; {_MEM}"),
        "aortic_systolic_mmhg": _prior(systolic - drop, 0.12 * systolic, _MEM),
        "aortic_diastolic_mmhg": _prior(diastolic - drop, 0.13 * diastolic, _MEM),
        "lv_ejection_frac": _prior(0.58 if male else 0.61, 0.06, "Petersen 2017, SD widened"),
        "rv_ejection_frac": _prior(0.60, 0.07, "Hudsmith 2005 (volumes), SD widened"),
        "lv_end_diastolic_mmhg": _prior(8.5, 3.0, "circulation_targets section 3 [memory]"),
        "lv_dpdt_max_mmhg_s": _prior(1600, 350, "circulation_targets section 3 [memory]"),
        "la_mean_mmhg": _prior(8.0, 3.0, f"{_ERS} wedge 4 to 12"),
        "ra_mean_mmhg": _prior(4.0, 2.0, f"{_ERS} 1 to 6"),
        "rv_end_diastolic_mmhg": _prior(4.5, 2.0, f"{_ERS} 1 to 8"),
        "rv_infundibular_gradient_mmhg": _prior(1.5, 1.5, "none in health [memory]"),
        "qp_qs_ratio": _prior(1.0, 0.05, "no shunt"),
        **_lung(interpolate(_PA_MEAN, age), 3.0, f"{_ERS} 14 +- 3; newborn [memory]"),
    }


def _lung(mean_mmhg: Mmhg, sd_mmhg: Mmhg, source: str) -> Priors:
    """Return pulmonary artery pressures about a mean: systolic 1.6 and diastolic 0.7 of it.

    Check : umesan and anandan, mean 33 goes with about 53 systolic; health 14 with 22/10.
    """
    return {
        "pa_mean_mmhg": _prior(mean_mmhg, sd_mmhg, source),
        "pa_systolic_mmhg": _prior(1.6 * mean_mmhg, 1.6 * sd_mmhg, source),
        "pa_diastolic_mmhg": _prior(0.7 * mean_mmhg, 0.8 * sd_mmhg, source),
    }


def _aortic(patient: Patient, priors: Priors, bsa_m2: M2) -> Priors:
    """Return what aortic stenosis changes: LV pressure and filling; in adults lung and output."""
    if patient.age_years < 18:
        child = "circulation_targets section 5 (children n 23, 113 +- 48), milder series [memory]"
        return {
            "gradient_peak_to_peak_mmhg": _prior(68, 33, child),
            "gradient_peak_instant_mmhg": _prior(85, 35, "peak-to-peak times 1.3 [memory]"),
            "gradient_mean_mmhg": _prior(46, 22, "peak-to-peak times 0.7 [memory]"),
            "valve_area_index_cm2_m2": _prior(0.45, 0.15, "[memory]"),
            "lv_end_diastolic_mmhg": _prior(13, 5, "[memory]"),
        }
    index = min(priors["cardiac_index_l_min_m2"].mean, 2.7)
    weak = 0.52 if patient.age_years >= 60 else 0.58
    return {
        "gradient_peak_to_peak_mmhg": _prior(66, 24, "tee_doppler_1990 (71 +- 24), harpole"),
        "gradient_peak_instant_mmhg": _prior(90, 28, "tee_doppler_1990 (94 +- 30)"),
        "gradient_mean_mmhg": _prior(53, 19, "tee_doppler_1990 (53 +- 18)"),
        "valve_area_index_cm2_m2": _prior(0.35, 0.11, "come_1988 (0.6 +- 0.21 cm2)"),
        "cardiac_index_l_min_m2": _prior(index, 0.65, "come_1988 (4.5 +- 1.6 L/min)"),
        "lv_ejection_frac": _prior(weak, 0.14, "davidson_serial_1990 (0.52 +- 0.18)"),
        "lv_end_diastolic_mmhg": _prior(18, 6, "harpole (18, 20, 22 mmHg)"),
        "lv_dpdt_max_mmhg_s": _prior(1650, 460, "davidson_serial_1990"),
        "la_mean_mmhg": _prior(14, 6, "[memory]"),
        "ra_mean_mmhg": _prior(6, 3, "[memory]"),
        "rv_end_diastolic_mmhg": _prior(7, 3, "[memory]"),
        **_lung(24.0, 9.0, "aortic stenosis in adults [memory]"),
    }


def _mitral(patient: Patient, priors: Priors, bsa_m2: M2) -> Priors:
    """Return what mitral stenosis changes: LA, lung and RV pressure; output."""
    drop = 0.78
    index = priors["cardiac_index_l_min_m2"].mean * drop
    rate = priors["heart_rate_bpm"].mean
    rate += 10.0 if patient.pregnancy_weeks > 12 else 3.0
    return {
        "gradient_mean_mmhg": _prior(14.5, 6.0, "umesan_2000 (14.4 +- 5.4)"),
        "gradient_peak_instant_mmhg": _prior(24, 9, "mean times 1.65 [memory]"),
        "valve_area_index_cm2_m2": _prior(0.56, 0.18, "eight_children_1988 (0.578); anandan_2020"),
        "heart_rate_bpm": _prior(rate, 0.16 * rate, f"{priors['heart_rate_bpm'].source}"),
        "cardiac_index_l_min_m2": _prior(index, 0.27 * index, "juvenile_1994 (2.4 +- 0.8)"),
        "la_mean_mmhg": _prior(24, 6.5, "umesan_2000 (22.8 +- 6.2), fawzy_children (25 +- 5)"),
        "lv_ejection_frac": _prior(0.57, 0.08, "[memory]"),
        "lv_end_diastolic_mmhg": _prior(8.5, 3.5, "[memory]"),
        "aortic_systolic_mmhg": _prior(
            priors["aortic_systolic_mmhg"].mean - 8, 15, "low output [memory]"
        ),
        "aortic_diastolic_mmhg": _prior(priors["aortic_diastolic_mmhg"].mean - 3, 10, "[memory]"),
        "ra_mean_mmhg": _prior(7, 4, "[memory]"),
        "rv_end_diastolic_mmhg": _prior(8, 4, "[memory]"),
        **_lung(33.0, 10.0, "umesan_2000 (32.6 +- 8.2)"),
    }


def _pulmonary(patient: Patient, priors: Priors, bsa_m2: M2) -> Priors:
    """Return what pulmonary stenosis changes: RV pressure; the lung's stays low."""
    newborn = patient.age_years < 0.1
    return {
        "gradient_peak_to_peak_mmhg": _prior(73, 32, "stanger_1990 (71 +- 33)"),
        "gradient_peak_instant_mmhg": _prior(80, 32, "peak-to-peak times 1.1 [memory]"),
        "gradient_mean_mmhg": _prior(46, 20, "peak-to-peak times 0.63 [memory]"),
        "valve_area_index_cm2_m2": _prior(0.35, 0.10, "jacc_ps_1984 (0.33 +- 0.06)"),
        "rv_end_diastolic_mmhg": _prior(8, 4, "[memory]"),
        "ra_mean_mmhg": _prior(6, 3, "[memory]"),
        "rv_infundibular_gradient_mmhg": _prior(
            3.0 if newborn else 6.0, 7.0, "stanger_1990 (18 mmHg after relief); before [memory]"
        ),
        **_lung(14.0 if not newborn else 16.0, 3.5, _ERS),
    }


def _tricuspid(patient: Patient, priors: Priors, bsa_m2: M2) -> Priors:
    """Return what tricuspid stenosis changes: RA pressure and output."""
    index = priors["cardiac_index_l_min_m2"].mean * 0.85
    return {
        "gradient_mean_mmhg": _prior(6.5, 2.5, "severe from 5 mmHg (thij_pttbv); mean [memory]"),
        "gradient_peak_instant_mmhg": _prior(11, 4, "mean times 1.7 [memory]"),
        "valve_area_index_cm2_m2": _prior(0.65, 0.2, "severe to 1.0 cm2 (thij_pttbv) [memory]"),
        "cardiac_index_l_min_m2": _prior(index, 0.25 * index, "[memory]"),
        "ra_mean_mmhg": _prior(13, 4, "[memory]"),
        "rv_end_diastolic_mmhg": _prior(6, 3, "[memory]"),
    }


def _derived(patient: Patient, priors: Priors, bsa_m2: M2) -> Priors:
    """Return what follows from the others by arithmetic."""
    made = _flow(patient, priors, bsa_m2) | _pressures(patient, priors)
    area = priors["valve_area_index_cm2_m2"]
    spread = area.sd * bsa_m2
    names = ("", "gorlin_", "continuity_", "planimetry_")
    keys = [f"valve_area_{name}cm2" for name in names]
    if patient.treated.valve in ("mitral", "tricuspid"):
        keys.append("valve_area_pht_cm2")
        half = 220.0 / (area.mean * bsa_m2)
        made["pressure_half_time_ms"] = _prior(half, 0.4 * half, "csecho_pht: 220 / area")
    made |= {key: _prior(area.mean * bsa_m2, spread, area.source) for key in keys}
    peak = priors["gradient_peak_instant_mmhg"]
    speed = math.sqrt(peak.mean / 4.0)
    made["velocity_peak_m_s"] = _prior(speed, speed * peak.sd / peak.mean / 2, "4 v^2")
    return made


def _flow(patient: Patient, priors: Priors, bsa_m2: M2) -> Priors:
    index, rate = priors["cardiac_index_l_min_m2"], priors["heart_rate_bpm"]
    output = index.mean * bsa_m2
    stroke = 1000.0 * output / rate.mean
    relative = math.hypot(index.sd / index.mean, rate.sd / rate.mean)
    made = {
        "cardiac_output_l_min": _prior(output, index.sd * bsa_m2, index.source),
        "stroke_volume_ml": _prior(stroke, relative * stroke, "output / rate"),
    }
    made |= _periods(patient, rate.mean, priors["gradient_mean_mmhg"].mean)
    for side in ("lv", "rv"):
        full, share = priors[f"{side}_end_diastolic_volume_ml"], priors[f"{side}_ejection_frac"]
        rest = full.mean * (1 - share.mean)
        sd = rest * math.hypot(full.sd / full.mean, share.sd / (1 - share.mean))
        made[f"{side}_end_systolic_volume_ml"] = _prior(rest, sd, "volume and ejection fraction")
    return made


def _periods(patient: Patient, rate_bpm: Bpm, gradient_mean_mmhg: Mmhg) -> Priors:
    """Return ejection and filling time from the rate.

    Ejection 413 - 1.7 * rate ms (Weissler 1968 [memory]), 50 ms longer in aortic stenosis; filling
    what is left but 65 ms, which gives 0.40 s at 80 and 0.23 s at 120 per minute.
    """
    ejection = max(0.12, 0.413 - 0.0017 * rate_bpm)
    tight = patient.treated.valve == "aortic" and gradient_mean_mmhg > 20.0
    ejection += 0.05 if tight and patient.age_years >= 18 else 0.0
    filling = max(0.08, 60.0 / rate_bpm - ejection - 0.065)
    source = "Weissler 1968 [memory]"
    return {
        "ejection_period_s": _prior(ejection, 0.03, source),
        "filling_period_s": _prior(filling, 0.12 * filling + 0.02, source),
    }


def _pressures(patient: Patient, priors: Priors) -> Priors:
    high, low = priors["aortic_systolic_mmhg"], priors["aortic_diastolic_mmhg"]
    atrium, right, lung = priors["la_mean_mmhg"], priors["ra_mean_mmhg"], priors["pa_systolic_mmhg"]
    peak = priors.get("gradient_peak_to_peak_mmhg", _prior(0.0, 3.0, ""))
    valve = patient.treated.valve
    rise_lv, rise_rv = (peak.mean * (valve == name) for name in ("aortic", "pulmonary"))
    sd_lv, sd_rv = (peak.sd if valve == name else 3.0 for name in ("aortic", "pulmonary"))
    below = priors["rv_infundibular_gradient_mmhg"].mean if valve == "pulmonary" else 0.0
    mean = low.mean + 0.38 * (high.mean - low.mean)
    made = {
        "aortic_mean_mmhg": _prior(mean, 0.11 * mean, "diastolic + 0.38 of the pulse [memory]"),
        "lv_systolic_mmhg": _prior(
            high.mean + rise_lv, math.hypot(high.sd, sd_lv), "aortic pressure and gradient"
        ),
        "rv_systolic_mmhg": _prior(
            lung.mean + rise_rv + below, math.hypot(lung.sd, sd_rv), "PA pressure and gradient"
        ),
        "cuff_systolic_mmhg": _prior(high.mean, high.sd + 3, high.source),
        "cuff_diastolic_mmhg": _prior(low.mean, low.sd + 3, low.source),
        "cuff_mean_mmhg": _prior(mean, 0.12 * mean, "as the aorta"),
        "pcw_mean_mmhg": _prior(atrium.mean, atrium.sd + 1, atrium.source),
    }
    for place, prior in (("la", atrium), ("pcw", atrium), ("ra", right)):
        wave = 3.0 + 0.15 * prior.mean
        made[f"{place}_a_wave_mmhg"] = _prior(prior.mean + wave, prior.sd + 3, "mean [memory]")
        made[f"{place}_v_wave_mmhg"] = _prior(prior.mean + 1.3 * wave, prior.sd + 4, "[memory]")
    return made
