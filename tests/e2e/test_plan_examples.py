"""Every example through the real command: it plans, meets what its file gives, keeps its areas."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from openvalve.cli._main import run
from openvalve.patient import read_patient
from openvalve.planning import make_plan

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.toml"))
# One measured key of each file, the one its paper is about; the value as printed there.
CHECKED = {
    "a_infant36d_loop": ("gradient_peak_to_peak_mmhg", 37),
    "a_neonate5d_umbilical": ("gradient_peak_instant_mmhg", 40),
    "m_laathrombus49": ("heart_rate_bpm", 85),
    "m_man38_exercise": ("valve_area_pht_cm2", 0.85),
    "m_pregnant27": ("valve_area_planimetry_cm2", 0.49),
    "m_pregnant27_double18": ("la_mean_mmhg", 38),
    "m_pregnant39_double": ("valve_area_cm2", 1.4),
    "m_wilkins10_63": ("valve_area_pht_cm2", 1.2),
    "mean_davidson_41": ("lv_dpdt_max_mmhg_s", 1650),
    "mean_fawzy_30": ("valve_area_planimetry_cm2", 0.8),
    "mean_harpole_15": ("lv_end_systolic_volume_ml", 114),
    "mean_harpole_25": ("gradient_peak_to_peak_mmhg", 73),
    "mean_ps7_1984": ("valve_area_index_cm2_m2", 0.33),
    "p_adult52_28mm": ("rv_systolic_mmhg", 90),
    "p_adult68_inoue": ("pa_diastolic_mmhg", 14),
}
NEAR_SDS = 2.5
KNOWN_MISSES = {("m_pregnant27", "valve_area_pht_cm2")}
AREA_WITHIN_FRAC = 0.06  # of the median of 20 draws, whose own error is about 3 %


def test_every_example_has_its_number() -> None:
    assert [path.stem for path in EXAMPLES] == sorted(CHECKED)


@pytest.fixture(scope="module", params=EXAMPLES, ids=lambda path: path.stem)
def planned(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Path]:
    """Return the example and the folder that the command wrote for it."""
    path: Path = request.param
    out = tmp_path_factory.mktemp("examples") / path.stem
    assert run(["plan", str(path), "--out", str(out), "--json", "--draws", "20"]) == 0
    return path, out


def document_of(out: Path) -> dict[str, Any]:
    return dict(json.loads((out / "plan.json").read_text(encoding="utf-8")))


def doubted(document: dict[str, Any]) -> set[str]:
    return {key for conflict in document["conflicts"] for key in conflict["keys"]}


def test_its_number_is_met_or_doubted(planned: tuple[Path, Path], record_property: Any) -> None:
    path, out = planned
    document = document_of(out)
    assert document["patient"] == path.stem
    assert document["draws"] == 20
    key, printed = CHECKED[path.stem]
    row = document["fit"][key]
    assert row["measured"] == printed
    gap = (row["median"] - printed) / row["measured_sd"]
    record_property(f"{path.stem} {key}: fitted minus measured, in its own sd", round(gap, 2))
    assert abs(gap) < NEAR_SDS or key in doubted(document)


def test_every_other_number_too(planned: tuple[Path, Path]) -> None:
    path, out = planned
    document = document_of(out)
    for key, given in read_patient(path).measured.items():
        if key not in document["fit"]:
            assert any(w.startswith(key) for w in document["warnings"]), key
            continue
        row = document["fit"][key]
        assert row["measured"] == given.value
        gap = abs(row["median"] - given.value) / row["measured_sd"]
        assert gap < NEAR_SDS + 0.5 or key in doubted(document), key


def test_area_before_is_that_of_the_file(planned: tuple[Path, Path]) -> None:
    path, out = planned
    document = document_of(out)
    missed = {}
    for key, given in read_patient(path).measured.items():
        if key.startswith("valve_area") and key in document["before"]:
            before = document["before"][key]["median"]
            known = before == pytest.approx(given.value, rel=AREA_WITHIN_FRAC)
            if key not in doubted(document) and not known:
                missed[path.stem, key] = before
    # The half-time hangs on compliances as much as on the area, and the loop's is too long
    # (docs/circulation_validation.md): where both are given, planimetry is returned.
    assert set(missed) == {miss for miss in KNOWN_MISSES if miss[0] == path.stem}, missed


def test_balloons_of_the_file_are_compared(planned: tuple[Path, Path]) -> None:
    path, out = planned
    asked = sum(len(b.steps_mm or (0,)) for b in read_patient(path).balloon)
    options = document_of(out)["options"]
    assert len(options) == (asked or 3)
    for option in options:
        gradients = [k for k in option["after"] if k.startswith("gradient_mean")]
        assert gradients


def test_one_of_them_as_a_user_starts_it(tmp_path: Path) -> None:
    """Another process, the same numbers to the last digit."""
    path = next(p for p in EXAMPLES if p.stem == "mean_harpole_25")
    command = [sys.executable, "-m", "openvalve", "plan", path, "--json", "--draws", "20"]
    done = subprocess.run(
        [*command, "--out", tmp_path / "there"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    there = document_of(tmp_path / "there")
    assert json.loads(done.stdout) == there
    here = json.loads(json.dumps(make_plan(read_patient(path), draws=20).document))
    for document in (there, here):
        document.pop("stages_s")
    assert there == here
