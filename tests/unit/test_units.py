"""The unit table against definitions from elsewhere."""

import math
from typing import get_args

import pytest

from openvalve import units
from openvalve.units import UNITS, Unit, unit_of_name


@pytest.mark.parametrize(
    ("suffix", "si_value"),
    [
        # CODATA and SI definitions, written out
        ("mmhg", 13595.1 * 9.80665 * 1e-3),  # conventional mercury, 1 mm
        ("atm", 101325.0),
        ("mpa", 1e6),
        ("bpm", 1.0 / 60.0),
        ("l_min", 1e-3 / 60.0),
        ("fr", 1e-3 / 3.0),  # Charriere: one third of a millimeter
        ("dyn_s_cm5", 1e-5 / (1e-2) ** 5),
        ("mmhg_s_ml", 13595.1 * 9.80665 * 1e-3 / 1e-6),
        ("ml_mmhg", 1e-6 / (13595.1 * 9.80665 * 1e-3)),
        ("g_dl", 1e-3 / 1e-4),
        ("years", 365.25 * 86400.0),
        ("weeks", 7 * 86400.0),
        ("mib", 2.0**20),
    ],
)
def test_si_factors(suffix: str, si_value: float) -> None:
    assert math.isclose(UNITS[suffix].si_factor, si_value, rel_tol=1e-6)


def test_conversions_agree_with_the_table() -> None:
    mmhg, atm, mpa = (UNITS[s].si_factor for s in ("mmhg", "atm", "mpa"))
    assert math.isclose(units.MMHG_PER_ATM, atm / mmhg, rel_tol=1e-6)
    assert math.isclose(units.MMHG_PER_MPA, mpa / mmhg, rel_tol=1e-6)
    assert math.isclose(units.MMHG_PER_DYN_CM2, 0.1 / mmhg, rel_tol=1e-6)


def test_one_wood_unit_is_eighty_dyn() -> None:
    wood = UNITS["mmhg"].si_factor / UNITS["l_min"].si_factor
    assert math.isclose(wood / UNITS["dyn_s_cm5"].si_factor, 80.0, rel_tol=1e-3)


def test_suffix_is_the_key() -> None:
    assert all(key == unit.suffix for key, unit in UNITS.items())


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("r_sys_mmhg_s_ml", "mmHg·s/mL"),
        ("inflow_ml_s", "mL/s"),
        ("cardiac_output_l_min", "L/min"),
        ("cardiac_index_l_min_m2", "L/min/m²"),
        ("s", "s"),
        ("duration_s", "s"),
        ("lv_dpdt_max_mmhg_s", "mmHg/s"),
    ],
)
def test_longest_suffix_wins(name: str, label: str) -> None:
    unit = unit_of_name(name)
    assert unit is not None
    assert unit.label == label


@pytest.mark.parametrize("name", ["", "gradient", "mass", "ms_count_x", "parms"])
def test_no_unit(name: str) -> None:
    assert unit_of_name(name) is None


def test_every_type_carries_a_unit_of_the_table() -> None:
    types = {n: getattr(units, n) for n in units.__all__ if get_args(getattr(units, n))}
    assert len(types) > 20
    for name, annotated in types.items():
        base, unit = get_args(annotated)
        assert base is float, name
        assert isinstance(unit, Unit), name
        assert UNITS[unit.suffix] is unit, name
