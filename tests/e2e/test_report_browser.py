"""The page in a real browser: no sideways scrolling on a phone, tabs, light and dark, print.

Needs Chromium on the path; without it these tests are skipped and say so.
"""

import importlib.util
import json
import re
import shutil
import subprocess
import sys
from html import escape, unescape
from pathlib import Path
from typing import Any

import pytest

from openvalve.report import write_report

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER = next((found for name in NAMES if (found := shutil.which(name))), None)
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium on the path")
MOCK = Path(__file__).parents[1] / "unit" / "report" / "mock_plan.py"
TRACES = MOCK.with_name("test_trace_page.py")
PROBE = """
<script>
const px = (e) => e.getBoundingClientRect();
const shown = () => [...document.querySelectorAll("figure")].filter((e) => px(e).height > 0).length;
const found = {
  width: document.documentElement.clientWidth,
  scroll: document.documentElement.scrollWidth,
  page: getComputedStyle(document.body).backgroundColor,
  ink: getComputedStyle(document.body).color,
  figures: shown(),
  cut: [...document.querySelectorAll(".scroll")].filter((e) => px(e).height > 0)
    .filter((e) => e.scrollWidth > e.clientWidth + 1).length,
  small: [...document.querySelectorAll("svg.plot text")].filter((e) => px(e).height > 0)
    .filter((e) => px(e).height < 9).length,
  labels: [...document.querySelectorAll(".label")].map((e) => px(e).height > 0),
};
const pick = document.querySelector("#pick-1");
if (pick) {
  pick.click();
  found.pane = [...document.querySelectorAll(".panes:last-of-type > .pane")]
    .map((e) => getComputedStyle(e).display !== "none");
}
found.name = NAME;
parent.document.title += JSON.stringify(found) + ";";
</script>
"""


def _mock(path: Path = MOCK) -> Any:
    name = f"openvalve_report_{path.stem}_e2e"
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def _chromium(*arguments: str, profile: Path) -> str:
    command = [
        str(BROWSER),
        *["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
        *["--disable-background-networking", "--disable-component-update", "--disable-sync"],
        f"--user-data-dir={profile}",
        *arguments,
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


def _probe(folder: Path, names: tuple[str, ...], width: int, *, dark: bool) -> list[dict[str, Any]]:
    """Return what each plan looks like in a frame of the given width."""
    pages = {
        name: write_report(getattr(_mock(), name)(), folder).read_text(encoding="utf-8")
        for name in names
    }
    return _probe_pages(folder, pages, width, dark=dark)


def _probe_pages(
    folder: Path, pages: dict[str, str], width: int, *, dark: bool
) -> list[dict[str, Any]]:
    """Return what each page looks like in a frame of the given width."""
    frames = []
    names = tuple(pages)
    for name, page in pages.items():
        probe = PROBE.replace("NAME", json.dumps(name))
        inner = escape(page.replace("</body>", probe + "</body>"), quote=True)
        frames.append(f'<iframe width="{width}" height="900" srcdoc="{inner}"></iframe>')
    probed = folder / "probe.html"
    probed.write_text("<style>iframe{border:0}</style><title></title>" + "".join(frames), "utf-8")
    dom = _chromium(
        "--window-size=1600,900",
        "--hide-scrollbars",
        f"--blink-settings=preferredColorScheme={0 if dark else 1}",
        "--dump-dom",
        probed.as_uri(),
        profile=folder / "profile",
    )
    title = re.search(r"<title>(.*?)</title>", dom, flags=re.DOTALL)
    assert title is not None
    found = json.loads("[" + unescape(title.group(1)).strip(";").replace(";", ",") + "]")
    return sorted(found, key=lambda f: names.index(f["name"]))


def test_phone_scrolls_only_downward(tmp_path: Path) -> None:
    names = ("mock_plan", "mock_aortic_plan", "mock_hostile_plan")
    for found in _probe(tmp_path, names, 390, dark=False):
        assert found["width"] == 390
        assert found["scroll"] <= 390, found
        assert found["labels"] == [True, True]
        if found["name"] != "mock_hostile_plan":
            assert found["cut"] == 0, found
            assert found["small"] == 0, found


def test_desk_light_and_a_click_on_the_other_balloon(tmp_path: Path) -> None:
    (found,) = _probe(tmp_path, ("mock_plan",), 1280, dark=False)
    assert found["page"] == "rgb(243, 245, 247)"
    assert found["ink"] == "rgb(20, 32, 43)"
    assert found["scroll"] <= 1280
    assert found["figures"] == 7  # three panels; before, after and two loops of the first balloon
    assert found["pane"] == [False, True, False]


def test_dark_answers_the_reader(tmp_path: Path) -> None:
    (found,) = _probe(tmp_path, ("mock_plan",), 1280, dark=True)
    assert found["page"] == "rgb(11, 15, 20)"
    assert found["ink"] == "rgb(242, 245, 247)"


def test_prints_on_few_pages(tmp_path: Path) -> None:
    page = write_report(_mock().mock_aortic_plan(), tmp_path)
    target = tmp_path / "page.pdf"
    _chromium(f"--print-to-pdf={target}", page.as_uri(), profile=tmp_path / "profile")
    pages = re.findall(rb"/Type\s*/Page\b(?!s)", target.read_bytes())
    assert 1 <= len(pages) <= 6


def _traces(folder: Path) -> str:
    from openvalve.hemodynamics import analyze
    from openvalve.report import write_trace_page

    mock = _mock(TRACES)
    recording = mock._heart(names=("II", "LV", "AO", "LA", "RV", "PA"))
    found = analyze(recording)
    return write_trace_page(recording, found, mock._document(found), folder).read_text("utf-8")


def test_traces_of_a_recording_fit_a_phone_and_a_desk(tmp_path: Path) -> None:
    page = {"traces": _traces(tmp_path)}
    (phone,) = _probe_pages(tmp_path, page, 390, dark=False)
    assert phone["width"] == 390
    assert phone["scroll"] <= 390, phone
    assert phone["small"] == 0, phone
    assert phone["figures"] == 2  # traces and overview, each once
    (desk,) = _probe_pages(tmp_path, page, 1280, dark=True)
    assert desk["page"] == "rgb(11, 15, 20)"
    assert desk["figures"] == 2
    assert desk["small"] == 0
