import dataclasses

import pytest

from openvalve.errors import InputError
from openvalve.validation import (
    parse_cases,
    parse_evidence,
    read_cases,
    read_evidence,
    shipped_cases,
    shipped_evidence,
)

HEADER = "id,valve,quantity,pre_mean,pre_sd,post_mean,post_sd,n,source_id,note\n"


def test_shipped_tables_load() -> None:
    rows = shipped_evidence()
    assert len(rows) == 509  # lines of clinical_outcomes.csv without its header
    blocks = [row.block for row in rows if row.is_endpoint]
    # Counted by hand from the table: 169 acute rows with both values, 3 of them surgical.
    assert len(blocks) == 166
    assert {b: blocks.count(b) for b in set(blocks)} == {"area": 50, "gradient": 59, "other": 57}
    assert not any("surgical comparator" in row.population for row in rows if row.is_endpoint)
    assert any(row.cohort == "mean_mgh879" for row in shipped_cases())


def test_minimal_columns_and_blank_after() -> None:
    rows = parse_evidence("id,valve,quantity,pre_mean\nx.a,Mitral,valve_area_cm2,0.9\n")
    (row,) = rows
    assert (row.valve, row.pre_mean, row.post_mean, row.n) == ("mitral", 0.9, None, None)
    assert row.source_id == "x" and row.timepoint == "acute" and not row.is_endpoint


def test_every_bad_row_is_listed() -> None:
    text = HEADER + (
        "a,aortic,valve_area_cm2,nan,,,,10,s,\n"
        "b,heart,valve_area_cm2,0.5,,,,10,s,\n"
        "c,aortic,valve_area_cm2,0.5,-1,,,0,s,\n"
        "d,aortic,,0.5,,,,10,s,\n"
        ",aortic,valve_area_cm2,0.5,,,,10,s,\n"
        "e,aortic,valve_area_cm2,0.5 cm2,,inf,,10,s,\n"
        "f,aortic,valve_area_cm2,0.5,,,,10,s,\n"
        "f,aortic,valve_area_cm2,0.5,,,,10,s,\n"
        "g,aortic,valve_area_cm2,0.5,,,,10,s,a note, with commas\n"
        "h,aortic,valve_area_cm2,0.5,,,,2.5,s,\n"
    )
    with pytest.raises(InputError) as caught:
        parse_evidence(text)
    keys = [item.key for item in caught.value.items]
    for line, what in [
        (2, "pre_mean"),
        (3, "valve"),
        (4, "pre_sd"),
        (4, ": n"),
        (5, "quantity"),
        (6, "id"),
        (7, "pre_mean"),
        (7, "post_mean"),
        (9, "id"),
        (10, ""),
        (11, ": n"),
    ]:
        assert any(key.startswith(f"line {line}") and what in key for key in keys), (line, what)
    assert len(keys) == 11


def test_missing_column_and_empty() -> None:
    with pytest.raises(InputError, match="column pre_mean"):
        parse_evidence("id,valve,quantity\nx,aortic,valve_area_cm2\n")
    with pytest.raises(InputError):
        parse_evidence("")
    with pytest.raises(InputError, match="no rows"):
        parse_evidence(HEADER)


def test_bad_files(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match="missing"):
        read_evidence(tmp_path / "none.csv")
    binary = tmp_path / "bad.csv"
    binary.write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(InputError, match="UTF-8"):
        read_evidence(binary)
    toml = tmp_path / "bad.toml"
    toml.write_text("[[case]\nid =")
    with pytest.raises(InputError, match="TOML"):
        read_cases(toml)


def test_sem_notes_become_sds() -> None:
    rows = {row.id: row for row in shipped_evidence()}
    isner = rows["isner_9.valve_area_cm2"]  # n 9, SEM 0.04 and 0.06
    assert isner.pre_sd == pytest.approx(0.12) and isner.post_sd == pytest.approx(0.18)


def test_cases() -> None:
    text = """
[[case]]
id = "one"
valve = "mitral"
age = 40
[case.pre]
mva_cm2 = 0.9
la_mean_mmHg = 25
mr_grade = 1
tr = "severe"
[case.post]
mva_cm2 = 1.8
[[composite_case]]
id = "group"
valve = "aortic"
n = 12
population = "severe AS"
[composite_case.pre]
valve_area_cm2 = 0.5
valve_area_cm2_sd = 0.1
"""
    rows = {row.id: row for row in parse_cases(text)}
    assert set(rows) == {
        "one.valve_area_cm2",
        "one.LA_mean_pressure_mmHg",
        "group.valve_area_cm2",
    }
    assert rows["one.valve_area_cm2"].is_endpoint and rows["one.valve_area_cm2"].block == "case"
    assert not rows["group.valve_area_cm2"].is_endpoint
    assert rows["group.valve_area_cm2"].pre_sd == 0.1 and rows["group.valve_area_cm2"].n == 12


def test_bad_cases_listed_at_once() -> None:
    text = """
[[case]]
id = "one"
valve = "kidney"
[case.pre]
mva_cm2 = nan
[[case]]
valve = "mitral"
n = -2
"""
    with pytest.raises(InputError) as caught:
        parse_cases(text)
    keys = " ".join(item.key for item in caught.value.items)
    assert "case[0].valve" in keys and "case[0].pre.mva_cm2" in keys
    assert "case[1].id" in keys and "case[1]: n" in keys


def test_blinded_rows_hold_nothing_after() -> None:
    row = next(row for row in shipped_evidence() if row.is_endpoint)
    blind = row.blinded()
    assert blind.post_mean is None and blind.post_sd is None
    assert dataclasses.replace(row, post_mean=None, post_sd=None) == blind
