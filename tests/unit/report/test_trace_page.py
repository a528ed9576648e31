"""The page of an analyzed recording: what is drawn where, what is told first, what is escaped."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from openvalve.hemodynamics import TraceFindings, analyze
from openvalve.recording import Channel, Recording

pytest.importorskip("matplotlib", reason="the extra report is not installed")
pytest.importorskip("jinja2", reason="the extra report is not installed")

from openvalve.report import write_trace_page
from openvalve.report._trace_figure import traces_svg
from openvalve.report._trace_heading import Entry, wrap
from openvalve.report._trace_overview import overview_svg
from openvalve.report._trace_panels import choose_window, panels_of, reading_of, strips_of
from openvalve.report._trace_rows import finding_groups

RATE_HZ, BEAT_S = 250.0, 0.8


def _pulse(phase: np.ndarray, first: float, last: float) -> np.ndarray:
    part = np.clip((phase - first) / (last - first), 0.0, 1.0)
    return np.sin(np.pi * part) ** 1.2


def _heart(seconds: float = 20.0, names: tuple[str, ...] = ("II", "LV", "AO", "LA")) -> Recording:
    """Return a heart drawn by hand: LV 160/5, AO 120/80, LA about 10, 75 beats a minute."""
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    phase = np.mod(time_s - 0.3, BEAT_S)
    systole = _pulse(phase, 0.02, 0.42)
    fall = 120.0 * np.exp(-np.maximum(phase - 0.2, 0.0) / 1.4)
    made = {
        "II": 1.2 * np.exp(-0.5 * ((phase - 0.02) / 0.012) ** 2) - 0.1,
        "LV": 5.0 + 155.0 * systole + 4.0 * phase,
        "AO": np.where(phase < 0.2, 80.0 + 40.0 * (phase / 0.2) ** 1.5, fall),
        "LA": 8.0 + 2.0 * phase + 7.0 * _pulse(phase, 0.25, 0.5) + 6.0 * _pulse(phase, 0.62, 0.8),
        "RV": 2.0 + 28.0 * systole + 3.0 * phase,
        "PA": np.where(phase < 0.2, 12.0 + 16.0 * phase / 0.2, 28.0 * np.exp(-(phase - 0.2) / 0.7)),
        "PCW": 8.0 + 2.0 * phase + 7.0 * _pulse(phase, 0.35, 0.65),
    }
    channels = {
        name: Channel(
            name=name, unit="mv" if name == "II" else "mmhg", samples=made[name], measured=True
        )
        for name in names
    }
    return Recording(rate_hz=RATE_HZ, channels=channels, beats_s=np.empty(0))


def _document(found: TraceFindings, name: str = "made") -> dict[str, Any]:
    return {
        "recording": name,
        "version": "0",
        "disclaimer": "Research and education.",
        "warnings": list(found.warnings),
        "removed": [],
        "findings": {
            k: {"value": f.value, "sd": f.sd, "formula": f.formula, "inputs": dict(f.inputs)}
            for k, f in found.findings.items()
        },
    }


@pytest.fixture(scope="module")
def left() -> tuple[Recording, TraceFindings]:
    recording = _heart()
    return recording, analyze(recording)


def test_left_heart_has_its_gradient_and_its_filling_apart(left) -> None:
    recording, found = left
    assert found.places == {"LV": "LV", "AO": "AO", "LA": "LA"}
    panels = panels_of(recording, found)
    assert [(p.title, p.names) for p in panels] == [
        ("Left heart", ("LV", "AO")),
        ("Filling of the left ventricle", ("LV", "LA")),
    ]
    assert panels[1].top_mmhg == 30.0  # the ventricle is cut off there
    assert found.valve == "aortic"


def test_right_heart_with_a_wedge_and_no_left_ventricle() -> None:
    recording = _heart(names=("II", "RV", "PA", "PCW"))
    found = analyze(recording)
    assert [p.names for p in panels_of(recording, found)] == [("RV", "PA", "PCW")]


def test_the_window_holds_the_beats_of_the_gradient(left) -> None:
    recording, found = left
    start, end = choose_window(recording, found, 8.0)
    assert end - start == pytest.approx(8.0)
    inside = [w for w in found.windows if start <= w.start_s and w.end_s <= end]
    assert sum(w.valve == "aortic" for w in inside) == 5
    short = _heart(3.0)
    assert choose_window(short, analyze(short), 8.0) == (0.0, 3.0)


def test_numbers_beside_a_line_are_those_of_the_findings(left) -> None:
    _, found = left
    lv = {k: round(found.findings[f"lv_{k}_mmhg"].value) for k in ("systolic", "diastolic")}
    assert reading_of("LV", found).startswith(f"LV {lv['systolic']}/{lv['diastolic']}, EDP ")
    assert reading_of("LV", found, filling=True).startswith("LV EDP ")
    mean = round(found.findings["la_mean_mmhg"].value)
    assert reading_of("LA", found).endswith(f"mean {mean}")


def test_marks_are_filled_only_where_a_number_comes_from() -> None:
    recording = _heart(names=("II", "AO"))
    found = analyze(recording)
    svg = traces_svg(recording, found)
    start, end = choose_window(recording, found, 8.0)
    beats = sum(start <= t <= end for t in found.beats_s)
    filled = svg.count('style="fill: var(--accent)')
    assert filled + svg.count('style="fill-opacity: 0; stroke: var(--accent)') == beats
    assert filled == 5 < beats


def test_of_two_lines_in_one_vessel_only_the_one_that_was_read_has_numbers() -> None:
    recording = _heart(names=("II", "LV", "AO"))
    artery = replace(recording.channels["AO"], name="ART")
    higher = replace(artery, name="FEM", samples=artery.samples + 9.0)
    both = replace(recording, channels={**recording.channels, "ART": artery, "FEM": higher})
    found = analyze(both)
    assert reading_of("ART", found).startswith("ART 120/")
    assert reading_of("FEM", found) == "FEM"


def test_long_names_are_cut_beside_a_trace_and_whole_in_the_heading() -> None:
    recording = _heart(names=("II", "RV"))
    name = "Pulmonary catheter $x$ <b>"
    line = replace(recording.channels["RV"], name=name)
    renamed = replace(recording, channels={"II": recording.channels["II"], name: line})
    found = analyze(renamed)
    assert "Pulmon…" in overview_svg(renamed, found)
    assert "Pulmonary catheter $x$ &lt;b&gt;" in traces_svg(renamed, found)


def test_a_refused_line_is_drawn_and_said(left) -> None:
    recording, _ = left
    flat = replace(recording.channels["AO"], samples=np.full(recording.length_count, 40.0))
    worse = replace(recording, channels={**recording.channels, "AO": flat})
    found = analyze(worse)
    assert "AO" in found.refused
    assert reading_of("AO", found) == "AO: refused"
    assert "AO: refused" in traces_svg(worse, found)


def test_overview_only_where_more_was_recorded_than_is_shown(left) -> None:
    recording, found = left
    assert "<svg" in overview_svg(recording, found)
    short = _heart(9.0)
    assert overview_svg(short, analyze(short)) == ""


def test_leads_are_few_and_in_order() -> None:
    recording = _heart()
    lead = recording.channels["II"]
    names = ("I", "II", "III", "V1", "V5", "V6")
    channels = {n: replace(lead, name=n) for n in names} | dict(recording.channels)
    many = replace(recording, channels={n: channels[n] for n in (*names, "LV", "AO")})
    chosen = strips_of(many, analyze(many))
    assert "II" in chosen
    assert len(chosen) == 3
    assert chosen == sorted(chosen, key=list(many.channels).index)


def test_headings_wrap_to_the_width() -> None:
    entries = [Entry(text="x" * 20, role="lv") for _ in range(5)]
    wide, narrow = wrap(entries, 680.0), wrap(entries, 150.0)
    assert [len(line) for line in narrow] == [1] * 5
    assert sum(len(line) for line in wide) == 5
    assert len(wide) < 3


def test_rows_hold_every_finding_once_and_all_valves(left) -> None:
    _, found = left
    groups = finding_groups(_document(found), found)
    keys = [row["key"] for g in groups for row in g["rows"]]
    assert set(found.findings) <= set(keys)
    assert [g["title"] for g in groups][:2] == ["Rhythm", "Aortic valve"]
    inputs = next(r["inputs"] for g in groups for r in g["rows"] if r["key"] == "lv_systolic_mmhg")
    assert inputs.startswith("5 beats, spread ")


def test_page_tells_the_worst_first_and_escapes(left, tmp_path: Path) -> None:
    recording, found = left
    places = {"LV": "LV", "AO": "AO"}
    warnings = ("LV: <b>", "LA refused: torn")
    worse = replace(found, refused={"LA": "torn"}, places=places, warnings=warnings)
    document = _document(worse, "<script>alert(1)</script>")
    page = write_trace_page(recording, worse, document, tmp_path).read_text(encoding="utf-8")
    assert "<script>" not in page
    assert page.index("LA refused: torn") < page.index("LV: &lt;b&gt;")
    assert page.index("Read this first") < page.index("<h2>Traces</h2>")
    assert page.count("<svg") == 4  # traces and overview, for a desk and for a phone
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert not re.search(r'(?:src|href)="https?:', page)


def test_page_of_nothing_readable(tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    noise = Channel(name="ART", unit="mmhg", samples=rng.normal(size=2500), measured=True)
    recording = Recording(rate_hz=RATE_HZ, channels={"ART": noise}, beats_s=np.empty(0))
    found = analyze(recording)
    page = write_trace_page(recording, found, _document(found), tmp_path).read_text("utf-8")
    assert "Nothing could be read" in page
    json.dumps(_document(found), allow_nan=False)


def test_gaps_and_leads_alone_are_drawn(tmp_path: Path) -> None:
    recording = _heart(names=("II",))
    samples = recording["II"].copy()
    samples[500:900] = np.nan
    holed = replace(recording.channels["II"], samples=samples)
    alone = replace(recording, channels={"II": holed})
    page = write_trace_page(alone, analyze(alone), _document(analyze(alone)), tmp_path)
    assert page.read_text("utf-8").count("<svg") == 2
