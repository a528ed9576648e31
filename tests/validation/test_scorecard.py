"""The whole run: nothing seen after a balloon may reach a prediction."""

import csv
import json
import math
from pathlib import Path
from statistics import fmean

import pytest

from openvalve.validation import (
    MedianRatio,
    Prediction,
    RuleOfThumb,
    baselines,
    predict_rows,
    run_validation,
    score_row,
    shipped_evidence,
    shipped_yardstick,
)
from openvalve.validation._related import RELATED

COLUMNS = (
    *("id", "valve", "population", "n", "age_mean", "technique", "quantity"),
    *("pre_mean", "pre_sd", "post_mean", "post_sd", "value", "unit", "source_id", "seen"),
    *("timepoint", "baseline", "cohort", "note"),
)


def _write(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def _unseen(after: str) -> list[dict[str, str]]:
    """An invented paper with an unknown quantity, a later row and a row without a before-value."""
    base = dict.fromkeys(COLUMNS, "") | {
        "valve": "mitral",
        "population": "MS, Wilkins <=8",
        "n": "40",
        "technique": "Inoue 26 mm",
        "source_id": "unseen_2031",
        "cohort": "unseen",
        "timepoint": "acute",
        "baseline": "pre",
    }
    made = [
        ("valve_area_cm2", "0.9", {}),
        ("mean_gradient_mmHg", "14", {}),
        ("PA_mean_pressure_mmHg", "40", {}),
        ("never_heard_of", "7", {}),
        ("death_percent", "", {}),
        ("valve_area_cm2", "1.8", {"timepoint": "1yr", "baseline": "post_acute"}),
        ("LV_tau_ms", "50", {}),
        ("RV_to_systemic_pressure_ratio", "0.6", {}),
    ]
    return [
        base
        | {
            "id": f"unseen.{i}",
            "quantity": q,
            "pre_mean": pre,
            "post_mean": after,
            "post_sd": after,
        }
        | extra
        for i, (q, pre, extra) in enumerate(made)
    ]


def test_after_columns_change_nothing(tmp_path: Path) -> None:
    written = []
    for name, after in (("blank", ""), ("filled", "3"), ("scrambled", "123.4")):
        table = _write(tmp_path / f"{name}.csv", _unseen(after))
        out = tmp_path / f"{name}_out.csv"
        run_validation(evidence=table, predictions=out)
        written.append(out.read_bytes())
    assert written[0] == written[1] == written[2]
    lines = list(csv.DictReader(written[0].decode().splitlines()))
    assert [line["id"] for line in lines] == [f"unseen.{i}" for i in range(8)]
    given = [bool(line["mean"]) for line in lines]
    assert given == [True, True, True, False, False, True, True, True]
    for line in lines:
        if line["mean"]:
            assert float(line["p05"]) < float(line["mean"]) < float(line["p95"])
            assert float(line["sd"]) > 0


def test_own_paper_is_left_out_of_what_is_learned(tmp_path: Path) -> None:
    """Scrambling a shipped paper's own after-values in a given table leaves its predictions."""
    rows = [row for row in shipped_evidence() if row.source_id == "palacios_2002"]
    assert rows
    outs = []
    for factor in (1.0, 7.0):
        made = []
        for row in rows:
            cell = "" if row.post_mean is None else f"{row.post_mean * factor:g}"
            made.append(
                dict.fromkeys(COLUMNS, "")
                | {
                    "id": row.id,
                    "valve": row.valve,
                    "population": row.population,
                    "n": str(row.n or ""),
                    "technique": row.technique,
                    "quantity": row.quantity,
                    "pre_mean": "" if row.pre_mean is None else f"{row.pre_mean:g}",
                    "post_mean": cell,
                    "source_id": row.source_id,
                    "cohort": row.cohort,
                    "timepoint": row.timepoint,
                    "baseline": row.baseline,
                }
            )
        out = tmp_path / f"{factor}.csv"
        run_validation(evidence=_write(tmp_path / "t.csv", made), predictions=out)
        outs.append(out.read_bytes())
    assert outs[0] == outs[1]


@pytest.mark.parametrize("baseline", baselines(), ids=lambda b: b.name)
def test_baselines_predict_every_endpoint(baseline: RuleOfThumb) -> None:
    rows = [row for row in shipped_evidence() if row.is_endpoint]
    found = predict_rows(baseline, rows)
    assert len(found) == len(rows)
    assert all(math.isfinite(p.mean) and p.p05 < p.p95 for p in found.values())


def test_rule_of_thumb_by_hand() -> None:
    rows = {row.id: row for row in shipped_evidence()}
    asked = [
        rows["mgh879.valve_area_cm2"],
        rows["elt_323.valve_area_cm2"],
        rows["elt_323.mean_gradient_mmHg"],
        rows["mgh879.LA_mean_pressure_mmHg"],
    ]
    found = predict_rows(RuleOfThumb(), asked)
    means = [found["evidence", row.id].mean for row in asked]
    assert means == pytest.approx([1.8, 0.98, 22.9, 25.0])


def test_summary_holds_the_contract() -> None:
    result = run_validation(predictor=RuleOfThumb())
    text = json.dumps(result.summary, allow_nan=False)
    assert text
    keys = {
        "endpoints",
        "median_abs_error_frac",
        "skill",
        "skill_p05",
        "within_1sd_frac",
        "within_half_sd_frac",
        "covered_90_frac",
    }
    assert keys <= set(result.summary)
    assert set(result.summary["blocks"]) == {"area", "gradient", "other", "case"}
    for block in result.summary["blocks"].values():
        assert keys <= set(block)
        assert block["skill"] <= 0.0  # a baseline cannot beat the best baseline
    assert result.summary["endpoints"] == 166
    json.dumps(result.rows, allow_nan=False)
    assert sum("mgh879.valve_area_cm2" in line for line in result.lines) >= 1


def test_cases_only(tmp_path: Path) -> None:
    path = tmp_path / "cases.toml"
    path.write_text('[[case]]\nid = "one"\nvalve = "mitral"\n[case.pre]\nmva_cm2 = 0.8\n')
    out = tmp_path / "out.csv"
    result = run_validation(cases=path, predictions=out, predictor=RuleOfThumb())
    assert result.summary["endpoints"] == 0 and result.summary["skill"] is None
    assert out.read_text().splitlines()[1].startswith("one.valve_area_cm2,1.6,")


def test_leaving_related_papers_out_is_no_easier() -> None:
    rows = [row for row in shipped_evidence() if row.is_endpoint and row.block == "other"]
    known = {row.source_id for row in shipped_evidence()}
    assert set(RELATED) <= known
    alone = predict_rows(MedianRatio(), rows)
    apart = predict_rows(MedianRatio(), rows, groups=RELATED)
    stick = shipped_yardstick()

    def mean_error(found: dict[tuple[str, str], Prediction]) -> float:
        return fmean(score_row(r, found[r.origin, r.id], stick).error for r in rows)

    assert mean_error(apart) > mean_error(alone)
