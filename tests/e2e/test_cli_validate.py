"""``openvalve validate`` on a table of its own, as a user starts it."""

import csv
import json
import math
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

COHORT = "umesan_2000"
AFTER = ("post_mean", "post_sd")


def openvalve(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "openvalve", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def table() -> list[dict[str, str]]:
    source = resources.files("openvalve.validation").joinpath("data/clinical_outcomes.csv")
    with source.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["source_id"] == COHORT]
    assert any(row["post_mean"] for row in rows)
    return rows


def _write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_text_json_and_predictions_of_a_table(tmp_path: Path, table: list[dict[str, str]]) -> None:
    # The after-columns filled with text output, blank with JSON: the predictions must be the same.
    filled = _write(tmp_path / "filled.csv", table)
    blank = _write(tmp_path / "blank.csv", [{**row, **dict.fromkeys(AFTER, "")} for row in table])
    texts = []
    for evidence, options in ((filled, []), (blank, ["--json"])):
        out = tmp_path / f"{evidence.stem}-out.csv"
        done = openvalve("validate", "--evidence", evidence, "--predictions", out, *options)
        assert done.returncode == 0, done.stderr
        texts.append((done.stdout, out.read_text(encoding="utf-8")))
    (lines, seen), (document, unseen) = texts
    assert seen == unseen
    _check_predictions(seen, table)
    summary = json.loads(lines.splitlines()[-1])
    assert summary["endpoints"] >= 1
    for key in ("skill", "within_1sd_frac", "within_half_sd_frac", "covered_90_frac"):
        assert math.isfinite(summary[key]), key
    assert len(lines.splitlines()) > summary["endpoints"]
    assert document.count("\n") == 1
    body = json.loads(document)
    assert {"endpoints", "skill", "skill_p05", "blocks", "rows"} <= set(body)
    assert body["endpoints"] == 0
    assert [row["id"] for row in body["rows"]] == [row["id"] for row in table]


def _check_predictions(text: str, table: list[dict[str, str]]) -> None:
    rows = list(csv.DictReader(text.splitlines()))
    assert [row["id"] for row in rows] == [row["id"] for row in table]
    predicted = [row for row in rows if row["mean"]]
    assert predicted
    for row in predicted:
        assert float(row["p05"]) <= float(row["mean"]) <= float(row["p95"])


def test_bad_tables_are_refused(tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("a,b\n1,2\n", encoding="utf-8")
    done = openvalve("validate", "--evidence", bad, "--predictions", tmp_path / "out.csv")
    assert done.returncode == 2
    assert "allowed" in done.stderr
    missing = openvalve("validate", "--evidence", tmp_path / "none.csv")
    assert missing.returncode == 2
    assert "none.csv" in missing.stderr
    assert [p.name for p in tmp_path.iterdir()] == ["bad.csv"]


def test_place_of_predictions_is_tried_first(tmp_path: Path) -> None:
    done = openvalve("validate", "--predictions", tmp_path / "no" / "out.csv")
    assert done.returncode == 4
    assert "cannot be written" in done.stderr
    assert openvalve("validate", "--predictions", tmp_path).returncode == 2
