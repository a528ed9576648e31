import pytest

from openvalve.devices import find_balloon
from openvalve.errors import InputError
from openvalve.patient import BalloonRequest
from openvalve.valve.balloon import (
    ContrastMix,
    PressureVolume,
    Shaft,
    balloon_surface,
    default_shaft,
    deflation_s,
    inflation_s,
    inoue_pressure_atm,
    pressure_volume,
    shaft_flow_ml_s,
    viscosity_ratio,
)

TRUE_20 = find_balloon(BalloonRequest(model="True Dilatation", diameter_mm=20))
WIDE = Shaft(length_mm=1100.0, outer_fr=9.0, wall_mm=0.18, inner_mm=1.2)
WATER = ContrastMix(iodine_g_dl=0.0, warm_frac=0.0)


def table_of(model: str, diameter_mm: float, kind: str = "cylinder") -> PressureVolume:
    request = BalloonRequest(model=model, kind=kind, diameter_mm=diameter_mm)
    return pressure_volume(balloon_surface(find_balloon(request)))


@pytest.mark.parametrize(
    ("iodine_g_dl", "at_20", "at_37"),
    [(14.0, 2.3, 1.5), (18.0, 3.1, 2.0), (24.0, 5.8, 3.4), (30.0, 11.8, 6.3), (35.0, 20.4, 10.4)],
)
def test_viscosity_of_iohexol(iodine_g_dl: float, at_20: float, at_37: float) -> None:
    """Label of Omnipaque, mPa s; the fit's worst miss is 5 %."""
    for warm, printed in ((0.0, at_20), (1.0, at_37)):
        ratio = viscosity_ratio(ContrastMix(iodine_g_dl=iodine_g_dl, warm_frac=warm))
        assert 1.002 * ratio == pytest.approx(printed, rel=0.05)


def test_dilution_shortens_deflation_as_on_the_bench() -> None:
    """Coronary balloons, ioxaglate 32 g/dL: 1:2 is 26.7 % and 1:3 39.0 % faster than 1:1.

    Mogabgab 2014, J Interv Cardiol, doi 10.1111/joic.12097. In a laminar shaft time goes with
    viscosity; the law, fitted to another agent, says 31 to 33 and 41 to 44 %.
    """
    for warm in (0.0, 1.0):
        one, two, three = (
            viscosity_ratio(ContrastMix(iodine_g_dl=32.0 / parts, warm_frac=warm))
            for parts in (2.0, 3.0, 4.0)
        )
        assert 1.0 - two / one == pytest.approx(0.267, abs=0.07)
        assert 1.0 - three / one == pytest.approx(0.390, abs=0.07)


def test_flow_in_closed_form() -> None:
    """Ring of 2 and 1 mm radius, 1 m, water, 0.01 atm: Q = pi dp G / (8 mu L)."""
    shaft = Shaft(length_mm=1000.0, outer_fr=13.2, wall_mm=0.2, inner_mm=2.0)
    gap = 2.0**4 - 1.0 - (2.0**2 - 1.0) ** 2 / 0.6931471805599453
    expected = 3.141592653589793 * 1013.25 * gap * 1e-12 / (8.0 * 1.002e-3 * 1.0) * 1e6
    assert shaft_flow_ml_s(shaft, WATER, 0.01) == pytest.approx(expected, rel=1e-6)
    assert shaft_flow_ml_s(shaft, WATER, 0.02) == pytest.approx(2.0 * expected, rel=1e-6)


def test_turbulence_slows_and_does_not_jump_up() -> None:
    drops = [0.01 * 1.1**i for i in range(80)]
    flows = [shaft_flow_ml_s(WIDE, WATER, d) for d in drops]
    assert flows[-1] < drops[-1] / drops[0] * flows[0], "less than laminar at high pressure"
    assert flows[-1] > flows[0]
    assert shaft_flow_ml_s(WIDE, WATER, -1.0) == 0.0


def test_valvuloplasty_balloons_empty_in_seconds() -> None:
    """Read: an Inoue blocks the valve 5 to 7 s a cycle [toray_ifu]. Memory only: 2 to 6 s."""
    inoue = table_of("Inoue PTMC-26", 26.0, "inoue")
    full = inoue_pressure_atm(inoue.surface.balloon, 3.0)
    shaft = default_shaft(inoue.surface.balloon)
    mix = ContrastMix()
    cycle = deflation_s(inoue, shaft=shaft, mix=mix, from_atm=full) + inflation_s(
        inoue, shaft=shaft, mix=mix, target_atm=full
    )
    assert cycle < 7.0
    times = []
    for size in (20.0, 24.0, 28.0):
        table = table_of("True Dilatation", size)
        shaft = default_shaft(table.surface.balloon)
        times.append(deflation_s(table, shaft=shaft, mix=mix, from_atm=3.0))
    assert times == sorted(times)
    assert 1.0 < times[0] < times[-1] < 6.0


def test_directions() -> None:
    table = table_of("True Dilatation", 20.0)
    usual = deflation_s(table, shaft=WIDE, mix=ContrastMix(), from_atm=3.0)
    thick = ContrastMix(iodine_g_dl=30.0)
    narrow = Shaft(length_mm=1100.0, outer_fr=7.0, wall_mm=0.18, inner_mm=1.2)
    long = Shaft(length_mm=1500.0, outer_fr=9.0, wall_mm=0.18, inner_mm=1.2)
    assert deflation_s(table, shaft=WIDE, mix=thick, from_atm=3.0) > 2.0 * usual
    assert deflation_s(table, shaft=narrow, mix=ContrastMix(), from_atm=3.0) > 2.0 * usual
    assert deflation_s(table, shaft=long, mix=ContrastMix(), from_atm=3.0) > 1.1 * usual
    assert deflation_s(table, shaft=WIDE, mix=ContrastMix(), from_atm=3.0, vacuum_atm=0.4) > usual
    fast = inflation_s(table, shaft=WIDE, mix=thick, target_atm=3.0, syringe_atm=8.0)
    assert fast < inflation_s(table, shaft=WIDE, mix=thick, target_atm=3.0, syringe_atm=4.0)


def test_what_cannot_be_is_refused() -> None:
    table = table_of("True Dilatation", 20.0)
    with pytest.raises(InputError, match="syringe"):
        inflation_s(table, shaft=WIDE, mix=WATER, target_atm=6.0, syringe_atm=5.0)
    with pytest.raises(InputError, match="vacuum"):
        deflation_s(table, shaft=WIDE, mix=WATER, from_atm=3.0, vacuum_atm=1.5)
    with pytest.raises(InputError, match="bore"):
        shaft_flow_ml_s(Shaft(length_mm=900.0, outer_fr=3.0, wall_mm=0.2, inner_mm=1.2), WATER, 1.0)
    with pytest.raises(InputError) as caught:
        viscosity_ratio(ContrastMix(iodine_g_dl=-1.0, warm_frac=2.0))
    assert len(caught.value.items) == 2


@pytest.mark.parametrize(
    ("model", "size"), [("Tyshak Mini", 6.0), ("Tyshak II", 12.0), ("9350BC23", 23.0)]
)
def test_default_shafts_have_a_bore(model: str, size: float) -> None:
    balloon = find_balloon(BalloonRequest(model=model, diameter_mm=size))
    assert shaft_flow_ml_s(default_shaft(balloon), ContrastMix(), 1.0) > 0.1
    assert default_shaft(balloon).outer_fr <= balloon.sheath_fr + 2.0
