"""Traces before and after stand on one scale; loops are whole beats."""

import re
from types import ModuleType

import numpy as np
import pytest

from openvalve.recording import Channel, Recording
from openvalve.report._beats import has_loop, has_traces, loop_figure, scale_of, trace_figure


def _recording(lv: float, ao: float, la: float, seconds: float = 1.0) -> Recording:
    n = round(1000 * seconds)
    wave = np.abs(np.sin(np.pi * np.arange(n) / n * 2))
    tops = {"LV": lv, "AO": ao, "LA": la, "VOL_LV": 120.0}
    return Recording(
        rate_hz=1000.0,
        channels={
            k: Channel(name=k, unit="ml" if "VOL" in k else "mmhg", samples=top * wave)
            for k, top in tops.items()
        },
        beats_s=np.array([0.0, seconds / 2, seconds]),
    )


def test_scale_holds_both_and_is_a_round_number() -> None:
    scale = scale_of([_recording(186, 128, 20), _recording(150, 130, 18, 1.4)], "aortic")
    assert (scale.top_mmhg, scale.bottom_mmhg, scale.end_s) == (200.0, 0.0, 1.4)
    assert scale.clipped == ()


def test_filling_gradient_is_read_on_a_small_scale() -> None:
    scale = scale_of([_recording(120, 110, 38)], "mitral")
    assert scale.top_mmhg == 50.0
    assert scale.clipped == ("LV",)


def test_outflow_tract_is_drawn_only_where_it_tells_something(mock: ModuleType) -> None:
    wide, narrow = (mock.mock_recording() for _ in range(2))
    narrow["RVOT"][:] = 0.5 * narrow["RV"]
    wide["RVOT"][:] = wide["RV"] - 1.0
    assert scale_of([wide], "pulmonary").names == ("RV", "PA")
    assert scale_of([wide, narrow], "pulmonary").names == ("RV", "RVOT", "PA")


def _ticks(svg: str) -> list[str]:
    return re.findall(r">(\d+(?:\.\d+)?)</text>", svg)


def test_before_and_after_have_the_same_axes() -> None:
    before, after = _recording(186, 128, 20), _recording(140, 130, 18)
    scale = scale_of([before, after], "aortic")
    drawn = [
        trace_figure(f"t{i}", r, "aortic", scale, "t", "w") for i, r in enumerate((before, after))
    ]
    assert _ticks(drawn[0]) == _ticks(drawn[1])
    assert "200" in _ticks(drawn[0])
    for name in ("LV", "AO", "gradient"):
        assert f">{name}</text>" in drawn[0]


def test_traces_differ_without_color() -> None:
    r = _recording(186, 128, 20)
    svg = trace_figure("t", r, "aortic", scale_of([r], "aortic"), "t", "w")
    lines = re.findall(r'<path d="[^"]*"[^>]*style="([^"]*var\(--(?:lv|ao)\)[^"]*)"', svg)
    dashed = {("lv" if "--lv" in s else "ao"): "stroke-dasharray" in s for s in lines}
    assert dashed == {"lv": False, "ao": True}


def test_what_is_missing_is_noticed(mock: ModuleType) -> None:
    r = mock.mock_recording()
    assert has_traces(r, "pulmonary") and has_loop(r, "RV")
    assert not has_traces(None, "aortic")
    assert not has_traces(r, "fifth")
    assert not has_traces(_recording(1, 1, 1), "pulmonary")
    assert not has_loop(_recording(1, 1, 1), "RV")


@pytest.mark.parametrize("valve", ["aortic", "mitral", "pulmonary", "tricuspid"])
def test_every_valve_can_be_drawn(mock: ModuleType, valve: str) -> None:
    r = mock.mock_recording()
    svg = trace_figure("t", r, valve, scale_of([r], valve), "t", "w")
    assert svg.count("<path") > 6


def test_loop_is_closed_and_in_its_own_axes(mock: ModuleType) -> None:
    r = mock.mock_recording()
    svg = loop_figure("l", "LV", r, r, [r], "t", "w")
    path = re.search(r'<path d="M ([\d. ]+?) (?:L|C)[^"]*"[^>]*style="[^"]*var\(--lv\)', svg)
    assert path is not None
    assert ">LV before</text>" in svg and ">LV after</text>" in svg
