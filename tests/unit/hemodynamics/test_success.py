import numpy as np
import pytest

from openvalve.errors import InputError
from openvalve.hemodynamics import SUCCESS_DEFINITIONS, success


def arrays(**values: object) -> dict[str, np.ndarray]:
    return {k: np.asarray(v, dtype=float) for k, v in values.items()}


def test_mitral_draws_one_by_one() -> None:
    before = arrays(valve_area_cm2=[0.9] * 4, la_mean_mmhg=[25.0] * 4, regurgitation_grade=[0] * 4)
    after = arrays(
        valve_area_cm2=[1.9, 1.4, 1.6, 1.0],
        la_mean_mmhg=[12.0, 17.0, 19.0, 24.0],
        regurgitation_grade=[1, 1, 3, 0],
    )
    hits = success("mitral", before, after)
    assert hits["mitral_area_1_5_mr_2"].tolist() == [True, False, False, False]
    assert hits["mitral_area_1_5"].tolist() == [True, False, True, False]
    assert hits["mitral_area_up_50"].tolist() == [True, True, True, False]
    assert hits["mitral_la_mean_18"].tolist() == [True, True, False, False]
    assert hits["mitral_full"].tolist() == [True, True, False, False]
    assert all(h.dtype == np.bool_ and h.shape == (4,) for h in hits.values())


def test_aortic_published_means() -> None:
    """mean_tee_25: mean 53 to 28, peak-to-peak 71 to 36, area 0.67 to 0.94 [tee_doppler_1990]."""
    before = arrays(gradient_mean_mmhg=53.0, gradient_peak_to_peak_mmhg=71.0, valve_area_cm2=0.67)
    after = arrays(gradient_mean_mmhg=28.0, gradient_peak_to_peak_mmhg=36.0, valve_area_cm2=0.94)
    hits = success("aortic", before, after)
    assert hits["aortic_gradient_30"]
    assert not hits["aortic_gradient_halved"]
    assert not hits["aortic_area_1_0"]
    assert hits["aortic_area_up_25"]
    assert "aortic_child_35" not in hits


def test_pulmonary_any_of_three() -> None:
    """c3po: below 25, or down by half, or RV to aortic pressure down by half."""
    before = arrays(
        gradient_peak_to_peak_mmhg=[60.0, 100.0, 60.0, 60.0],
        rv_systolic_mmhg=[80.0, 120.0, 90.0, 80.0],
        aortic_systolic_mmhg=[100.0] * 4,
    )
    after = arrays(
        gradient_peak_to_peak_mmhg=[24.0, 50.0, 35.0, 40.0],
        rv_systolic_mmhg=[70.0, 90.0, 45.0, 60.0],
        aortic_systolic_mmhg=[100.0] * 4,
    )
    hits = success("pulmonary", before, after)
    assert hits["pulmonary_c3po"].tolist() == [True, True, True, False]
    assert hits["pulmonary_peak_36"].tolist() == [True, False, True, False]
    without = {k: v for k, v in before.items() if k.startswith("gradient")}
    hits = success("pulmonary", without, after)
    assert hits["pulmonary_c3po"].tolist() == [True, True, False, False]


def test_tricuspid() -> None:
    """multivalve_1997: 1.11 to 2.52 cm2."""
    hits = success(
        "tricuspid",
        arrays(valve_area_cm2=1.11),
        arrays(valve_area_cm2=2.52, gradient_mean_mmhg=2.0),
    )
    assert all(hits.values())
    assert len(hits) == 2


def test_like_is_compared_with_like() -> None:
    """Planimetry before against Gorlin after is no gain."""
    hits = success(
        "mitral",
        arrays(valve_area_planimetry_cm2=0.8, valve_area_gorlin_cm2=1.0),
        arrays(valve_area_gorlin_cm2=1.3),
    )
    assert not hits["mitral_area_up_50"]


def test_a_nan_is_a_miss_and_unknown_is_left_out() -> None:
    hits = success("mitral", {}, arrays(valve_area_cm2=[np.nan, 2.0]))
    assert hits["mitral_area_1_5"].tolist() == [False, True]
    assert "mitral_area_up_50" not in hits


def test_definitions_are_fixed_named_and_sourced() -> None:
    names = [d.name for ds in SUCCESS_DEFINITIONS.values() for d in ds]
    assert len(names) == len(set(names))
    for valve, definitions in SUCCESS_DEFINITIONS.items():
        assert definitions
        for d in definitions:
            assert d.name.startswith(valve)
            assert d.text
            assert d.source
    with pytest.raises(InputError):
        success("left", {}, {})
