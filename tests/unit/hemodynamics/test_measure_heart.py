"""The traces of a simulated heart give back what went into it."""

import dataclasses

import pytest

from openvalve.heart import reference_heart, simulate
from openvalve.hemodynamics import measure
from openvalve.recording import Recording


def stenosed(valve: str, area_cm2: float) -> Recording:
    heart = reference_heart(bsa_m2=1.8)
    orifice = dataclasses.replace(getattr(heart, valve), area_effective_cm2=area_cm2)
    heart = dataclasses.replace(heart, **{valve: orifice})
    return simulate(heart, beats=40, record_beats=2).recording


@pytest.mark.parametrize(
    ("valve", "area"), [("aortic", 0.7), ("mitral", 0.9), ("tricuspid", 1.2), ("pulmonary", 0.5)]
)
def test_continuity_finds_the_effective_area(valve: str, area: float) -> None:
    recording = stenosed(valve, area)
    values = measure(recording, valve)
    widest = float(recording[f"AREA_{valve.upper()}"].max())
    assert values["valve_area_continuity_cm2"] == pytest.approx(widest, rel=0.08)


def test_gorlin_is_the_energy_loss_area() -> None:
    """[garcia_kadem_2006]: the catheter's area is EOA Aa / (Aa - EOA), not the EOA."""
    heart = reference_heart(bsa_m2=1.8)
    values = measure(stenosed("aortic", 0.8), "aortic", aorta_area_cm2=0.00785 * heart.aorta_mm**2)
    assert values["valve_area_gorlin_cm2"] > values["valve_area_continuity_cm2"]
    assert values["gradient_mean_mmhg"] < values["gradient_mean_doppler_mmhg"]
    assert values["energy_loss_area_cm2"] == pytest.approx(
        values["valve_area_gorlin_cm2"], rel=0.12
    )


def test_output_is_one_all_the_way_round() -> None:
    recording = stenosed("mitral", 1.0)
    values = measure(recording, "mitral")
    assert values["qp_qs_ratio"] == pytest.approx(1.0, abs=0.01)
    # The ventricle is emptiest before the back-flow that closes the aortic valve comes back to it.
    stroke = values["lv_end_diastolic_volume_ml"] - values["lv_end_systolic_volume_ml"]
    back = measure(recording, "aortic")["regurgitant_volume_ml"]
    assert 1.0 < back < 3.0
    assert values["stroke_volume_ml"] + back == pytest.approx(stroke, rel=0.01)


def test_pressures_alone_agree_with_flow_in_stenosis() -> None:
    recording = stenosed("aortic", 0.7)
    full = measure(recording, "aortic")
    channels = {k: recording.channels[k] for k in ("LV", "AO")}
    bare = measure(
        Recording(rate_hz=recording.rate_hz, channels=channels, beats_s=recording.beats_s),
        "aortic",
    )
    # By flow the valve opens some ms after the crossing, so the mean differs, the area does not.
    assert bare["gradient_mean_mmhg"] == pytest.approx(full["gradient_mean_mmhg"], rel=0.03)
    area = bare["gradient_mean_mmhg"] * bare["gradient_period_s"]
    assert area == pytest.approx(full["gradient_mean_mmhg"] * full["gradient_period_s"], rel=0.01)
    assert 0.0 < full["ejection_period_s"] - bare["ejection_period_s"] < 0.04  # inertia
