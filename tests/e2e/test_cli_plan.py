"""``openvalve plan`` as a user starts it: what it writes, prints and refuses."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "m_pregnant27_double18.toml"


def openvalve(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "openvalve", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **environment}
    )


@dataclass(frozen=True)
class Done:
    """One finished plan."""

    process: subprocess.CompletedProcess[str]
    folder: Path

    @property
    def document(self) -> dict[str, Any]:
        return dict(json.loads(self.process.stdout))


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Done:
    folder = tmp_path_factory.mktemp("plan") / "out"
    return Done(openvalve("plan", EXAMPLE, "--out", folder, "--json", "--draws", "20"), folder)


def test_stdout_is_one_object_on_one_line(planned: Done) -> None:
    assert planned.process.returncode == 0, planned.process.stderr
    assert planned.process.stdout.count("\n") == 1
    assert planned.process.stdout.startswith('{"schema":1,"patient":"m_pregnant27_double18"')


def test_file_holds_the_same_plan(planned: Done) -> None:
    written = json.loads((planned.folder / "plan.json").read_text(encoding="utf-8"))
    assert written == planned.document


def test_plan_meets_its_schema(planned: Done) -> None:
    schema = json.loads(openvalve("schema", "plan").stdout)
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(planned.document)


def test_schema_refuses_what_the_contract_refuses(planned: Done) -> None:
    schema = json.loads(openvalve("schema", "plan").stdout)
    validator = jsonschema.Draft202012Validator(schema)
    for spoil in (
        lambda d: d.pop("fit"),
        lambda d: d["options"][0]["risk"]["death"].update(basis="mechanics"),
        lambda d: d["options"][0]["regurgitation_grade_prob"].append(0.0),
        lambda d: d["options"][0]["success"].update(good=1.5),
        lambda d: d["options"].clear(),
    ):
        document = planned.document
        spoil(document)
        assert not validator.is_valid(document)


def test_numbers_hang_together(planned: Done) -> None:
    document = planned.document
    for option in document["options"]:
        assert sum(option["regurgitation_grade_prob"]) == pytest.approx(1.0, abs=1e-3)
        for key, band in option["after"].items():
            assert band["p05"] <= band["median"] <= band["p95"], key
    for key, row in document["fit"].items():
        assert row["p05"] <= row["median"] <= row["p95"], key


def test_report_and_nothing_else(planned: Done) -> None:
    assert sorted(p.name for p in planned.folder.iterdir()) == ["plan.json", "report.html"]
    assert [p.name for p in planned.folder.parent.iterdir()] == ["out"]


def test_table_on_the_terminal(tmp_path: Path) -> None:
    done = openvalve("plan", EXAMPLE, "--out", tmp_path / "o", "--draws", "20", NO_COLOR="1")
    assert done.returncode == 0, done.stderr
    assert "m_pregnant27_double18" in done.stdout
    assert "Research and education" in done.stdout
    assert str(tmp_path / "o" / "report.html") in done.stdout
    assert "\x1b" not in done.stdout


def _edit(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


BAD_INPUT = {
    "not TOML": (lambda text: "this is {not toml", "not", "TOML"),
    "height in m": (_edit("sex =", "height_cm = 1.68\nsex ="), "height_cm", "1.68"),
    "negative": (
        _edit("cardiac_output_l_min = 4.9", "cardiac_output_l_min = -4.9"),
        "cardiac_output_l_min",
        "-4.9",
    ),
    "NaN": (_edit("valve_area_cm2 = 0.9", "valve_area_cm2 = nan"), "valve_area_cm2", "nan"),
    "unknown key": (_edit("heart_rate_bpm", "heart_rate_bmp"), "heart_rate_bmp", "heart_rate_bpm"),
    "unknown balloon": (
        _edit('kind = "double"', 'model = "Zeppelin"\nkind = "double"'),
        "Zeppelin",
        "model",
    ),
    "90 mm balloon": (_edit("diameter_mm = [18, 18]", "diameter_mm = [90, 18]"), "90", "mm"),
    "no lesion": (_edit("[[lesion]]", "[[leson]]"), "lesion", "leson"),
    "empty": (lambda text: "", "id", "sex"),
}


@pytest.mark.parametrize("name", BAD_INPUT)
def test_bad_input(name: str, tmp_path: Path) -> None:
    change, *words = BAD_INPUT[name]
    patient = tmp_path / "patient.toml"
    patient.write_text(change(EXAMPLE.read_text(encoding="utf-8")), encoding="utf-8")
    out = tmp_path / "deep" / "out"
    done = openvalve("plan", patient, "--out", out)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr
    assert all(word in done.stderr for word in words), done.stderr
    assert "allowed" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["patient.toml"]


def test_bad_input_as_json_tells_everything_at_once(tmp_path: Path) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    text = text.replace('sex = "female"', 'sex = "x"').replace("age_years = 27", "age_years = -1")
    patient = tmp_path / "patient.toml"
    patient.write_text(text, encoding="utf-8")
    done = openvalve("plan", patient, "--out", tmp_path / "out", "--json")
    assert done.returncode == 2
    assert done.stderr == ""
    error = json.loads(done.stdout)["error"]
    assert error["code"] == "input"
    assert {"sex", "age_years"} <= {item["key"] for item in error["items"]}


def test_missing_file(tmp_path: Path) -> None:
    done = openvalve("plan", tmp_path / "nobody.toml", "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "nobody.toml" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_out_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    done = openvalve("plan", EXAMPLE, "--out", tmp_path / "file" / "out")
    assert done.returncode == 4
    assert "cannot be written" in done.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["file"]
