import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openvalve.hemodynamics import (
    continuity_area_cm2,
    energy_loss_area_cm2,
    gorlin_area_cm2,
    hakki_area_cm2,
    measure,
    pressure_recovery_mmhg,
    success,
)
from openvalve.recording import Channel, Recording

VALVE = st.sampled_from(["aortic", "mitral", "pulmonary", "tricuspid"])


@given(
    valve=VALVE,
    output=st.floats(0.2, 15.0),
    rate=st.floats(30.0, 170.0),
    period=st.floats(0.1, 0.8),
    mean=st.floats(0.5, 95.0),
    factor=st.floats(0.5, 2.0),
)
def test_gorlin_scales(
    valve: str, output: float, rate: float, period: float, mean: float, factor: float
) -> None:
    def area(co: float, hr: float, t: float, dp: float) -> float:
        return gorlin_area_cm2(
            valve, cardiac_output_l_min=co, heart_rate_bpm=hr, period_s=t, gradient_mean_mmhg=dp
        )

    base = area(output, rate, period, mean)
    assert area(output * factor, rate, period, mean) == pytest.approx(base * factor)
    assert area(output, rate, period, mean * factor**2) == pytest.approx(base / factor)
    assert area(output, rate * factor, period / factor, mean) == pytest.approx(base)


@given(output=st.floats(0.5, 12.0), mean=st.floats(1.0, 100.0))
def test_hakki_is_gorlin_where_the_open_time_is_right(output: float, mean: float) -> None:
    """At HR T = 1000 / 44.3 = 22.57 s a minute both are one formula."""
    gorlin = gorlin_area_cm2(
        "aortic",
        cardiac_output_l_min=output,
        heart_rate_bpm=75.0,
        period_s=1000.0 / 44.3 / 75.0,
        gradient_mean_mmhg=mean,
    )
    hakki = hakki_area_cm2(cardiac_output_l_min=output, gradient_mmhg=mean)
    assert hakki == pytest.approx(gorlin)


@given(area=st.floats(0.1, 4.0), share=st.floats(0.01, 0.95), velocity=st.floats(0.1, 7.0))
def test_losses_stay_in_bounds(area: float, share: float, velocity: float) -> None:
    aorta = area / share
    loss = energy_loss_area_cm2(area_effective_cm2=area, aorta_area_cm2=min(aorta, 80.0))
    assert loss > area
    recovered = pressure_recovery_mmhg(
        velocity_m_s=velocity, area_effective_cm2=area, aorta_area_cm2=min(aorta, 80.0)
    )
    assert 0.0 <= recovered <= 0.5 * 4.0 * velocity**2 + 1e-9


@given(volume=st.floats(1.0, 200.0), vti=st.floats(5.0, 200.0))
def test_continuity_gives_the_volume_back(volume: float, vti: float) -> None:
    assert continuity_area_cm2(stroke_volume_ml=volume, valve_vti_cm=vti) * vti == pytest.approx(
        volume
    )


@given(
    lengths=st.lists(st.integers(300, 1500), min_size=1, max_size=8),
    seed=st.integers(0, 2**32 - 1),
    valve=VALVE,
)
def test_any_smooth_traces_are_read(lengths: list[int], seed: int, valve: str) -> None:
    """Whatever the traces, no error and no NaN, and every systolic is at least its mean."""
    rng = np.random.default_rng(seed)
    n = sum(lengths)
    names = ["LV", "AO", "LA", "RA", "RV", "PA", "RVOT", "VOL_LV", "VOL_RV"]
    names += [f"{kind}_{valve.upper()}" for kind in ("FLOW", "JET")]
    names += ["FLOW_AORTIC"]
    names = [name for name in dict.fromkeys(names) if rng.random() < 0.8] or ["LV"]
    walk = np.cumsum(rng.standard_normal((len(names), n)), axis=1)
    made = Recording(
        rate_hz=1000.0,
        channels={
            m: Channel(name=m, unit="mmhg", samples=w) for m, w in zip(names, walk, strict=True)
        },
        beats_s=np.concatenate(([0.0], np.cumsum(lengths))) / 1000.0,
    )
    values = measure(made, valve)
    assert values["heart_rate_bpm"] == pytest.approx(60_000.0 * len(lengths) / n)
    assert all(np.isfinite(v) for v in values.values())
    for place in ("aortic", "pa"):
        if f"{place}_mean_mmhg" in values:
            low, mean, high = (
                values[f"{place}_{k}_mmhg"] for k in ("diastolic", "mean", "systolic")
            )
            assert low <= high
            assert low <= mean + 1e-9 or len(lengths) > 1
    for key in ("ejection_period_s", "filling_period_s"):
        assert (
            0.0 < values.get(key, 0.1) <= n / 1000.0 + 0.002
        )  # crossings interpolated past the ends


@given(
    after=st.lists(st.floats(0.3, 4.0), min_size=1, max_size=20),
    before=st.floats(0.2, 2.0),
)
def test_more_area_never_loses_success(after: list[float], before: float) -> None:
    area = np.sort(np.array(after))
    hits = success(
        "mitral", {"valve_area_cm2": np.full(area.shape, before)}, {"valve_area_cm2": area}
    )
    for hit in hits.values():
        assert np.all(np.diff(hit.astype(int)) >= 0)
