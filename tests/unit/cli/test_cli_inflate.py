"""``openvalve inflate``: what it prints and writes, and every way to refuse."""

import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import openvalve.anatomy._build
import openvalve.report
import openvalve.valve.leaflets
from openvalve.anatomy import ValveShape
from openvalve.cli import _inflate, _inflate_balloon, _inflate_valve
from openvalve.cli._inflate_balloon import balloon_of, label_of, sizes_about
from openvalve.cli._inflate_meshes import write_meshes
from openvalve.cli._inflate_valve import PatientValve, patient_valve
from openvalve.cli._main import run
from openvalve.errors import InputError, MissingExtraError, SolverError
from openvalve.patient import parse_patient, read_patient
from openvalve.valve.leaflets import build_leaflets
from openvalve.valve.shell import start

EXAMPLES = Path(__file__).parents[3] / "examples"
CHILD = EXAMPLES / "mean_ps7_1984.toml"  # pulmonary, the smallest of the examples' fast ones
PATIENT: dict[str, Any] = {
    "schema": 1,
    "id": "x",
    "age_years": 40,
    "sex": "female",
    "lesion": [{"valve": "mitral", "etiology": "rheumatic", "annulus_mm": 31}],
}


@pytest.fixture(scope="module")
def valve() -> PatientValve:
    return patient_valve(read_patient(CHILD), seed=0, triangles=2000)


@pytest.fixture(scope="module")
def ready(valve: PatientValve) -> Callable[..., PatientValve]:
    return lambda *_, **__: valve


Written = tuple[Path, dict[str, Any], str]


@pytest.fixture(scope="module")
def written(ready: Any, tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Two balloons in turn and one size, with files: folder, document, what was printed.

    Pictures have tests of their own.
    """
    out = tmp_path_factory.mktemp("inflate") / "out"
    out.mkdir()
    (out / "3-peak.vtu").write_text("of an earlier run")
    (out / "notes.txt").write_text("mine")
    printed = io.StringIO()
    with pytest.MonkeyPatch.context() as patched, redirect_stdout(printed):
        patched.setattr(_inflate_valve, "patient_valve", ready)
        patched.setattr(_inflate_balloon, "MOST_SIZES", 1)
        patched.setattr(openvalve.report, "write_valve_pictures", _no_pictures)
        line = ["inflate", str(CHILD), "--balloon", "16", "--balloon", "Tyshak II 20", "--compare"]
        assert run([*line, "--out", str(out), "--triangles", "2000"]) == 0
    document = json.loads((out / "inflate.json").read_text(encoding="utf-8"))
    return out, document, printed.getvalue()


def _no_pictures(*_: object) -> None:
    raise MissingExtraError("report", "pictures of the valve")


def test_valve_opens_as_the_fitted_heart_has_it(written: Written) -> None:
    _, document, _ = written
    before = document["inflations"][0]["before"]
    assert before["area_effective_cm2"] == pytest.approx(
        document["valve"]["area_effective_cm2"], rel=0.05
    )


def test_second_balloon_goes_on_from_the_first(written: Written) -> None:
    _, document, _ = written
    first, second = document["inflations"]
    assert second["before"] == first["after"]
    for seam, later in zip(first["seams"], second["seams"], strict=True):
        assert later["torn_mm"] >= seam["torn_mm"]
    assert [one["balloon"] for one in (first, second)] == [
        "Generic cylinder 16 mm",
        "Tyshak II 20 mm",
    ]
    assert all(
        p["settled"] for one in (first, second) for p in one["phases"] if p["name"] != "deflate"
    )


def test_files_of_this_run_only(written: Written) -> None:
    out, _, _ = written
    shapes = [f"{k}-{name}.vtu" for k in (1, 2) for name in ("before", "closed", "opened", "peak")]
    assert sorted(p.name for p in out.iterdir()) == sorted([*shapes, "inflate.json", "notes.txt"])


def test_meshes_carry_what_a_colleague_needs(written: Written) -> None:
    meshio = pytest.importorskip("meshio")
    out, document, _ = written
    mesh = meshio.read(out / "2-peak.vtu")
    assert len(mesh.cells_dict["triangle"]) == document["valve"]["triangles_count"]
    assert set(mesh.cell_data) == {
        "leaflet", "thickness_mm", "calcium_frac", "areal_stretch_ratio", "kind", "torn",
    }  # fmt: skip
    assert [block.type for block in mesh.cells] == ["triangle"]  # no chords in this valve
    assert set(mesh.point_data) == {"moved_mm", "torn_seam"}
    torn = [meshio.read(out / f"{k}-before.vtu").point_data["torn_seam"].sum() for k in (1, 2)]
    assert torn[0] == 0
    assert torn[1] > 0


def test_meshes_carry_chords_and_say_which_are_torn(tmp_path: Path) -> None:
    """Of a mitral valve that nothing moved; of its chords two were broken."""
    meshio = pytest.importorskip("meshio")
    shape = ValveShape(
        valve="mitral",
        etiology="rheumatic",
        morphology="tricuspid",
        annulus_mm=31.0,
        area_anatomic_cm2=1.0,
    )
    leaflets = build_leaflets(shape, target_triangles=2000)
    mesh, state = leaflets.mesh, start(leaflets.shell)
    state.torn[[1, 4]] = 1.0
    still = SimpleNamespace(nodes_mm=mesh.nodes_mm)
    one: Any = SimpleNamespace(
        valve=leaflets, state=state, before=still, after=still, closed_after=still,
        peak_nodes_mm=mesh.nodes_mm,
    )  # fmt: skip
    write_meshes([one, one], tmp_path)
    assert len(mesh.chord_nodes) > 10
    for name, torn in (("1-before", 0), ("1-peak", 2), ("1-closed", 2), ("2-before", 2)):
        back = meshio.read(tmp_path / f"{name}.vtu")
        lines, faces = back.cells_dict["line"], len(mesh.triangles)
        assert lines.tolist() == [
            [a, len(mesh.nodes_mm) + k] for k, a in enumerate(mesh.chord_nodes)
        ]
        np.testing.assert_array_equal(back.points[lines[:, 1]], mesh.chord_anchors_mm)
        kinds, broken = back.cell_data["kind"], back.cell_data["torn"]
        assert kinds[0].tolist() == broken[0].tolist() == [0] * faces
        np.testing.assert_array_equal(kinds[1], 1 + mesh.chord_kind)
        assert set(kinds[1].tolist()) == {1, 2}
        assert np.flatnonzero(broken[1]).tolist() == [1, 4][:torn]
        assert (back.cell_data["leaflet"][1] == -1).all()
        assert np.isnan(back.cell_data["areal_stretch_ratio"][1]).all()
        assert not back.point_data["moved_mm"].any()


def test_table_says_all_of_it(written: Written) -> None:
    out, document, shown = written
    for words in (
        "before", "Generic cylinder 16", "area of the jet", "leak, where", "commissure at",
        "ring at the peak", "waist at the peak", "chords torn", "settled", "yes",
        "each in a fresh valve", "Not a medical device", f"Written: {out / 'inflate.json'}",
        f"{document['inflations'][1]['after']['area_anatomic_cm2']:.2f}",
    ):  # fmt: skip
        assert words in shown, words


def test_fresh_valve_is_the_first_inflation_again(written: Written) -> None:
    _, document, _ = written
    (size,), first = document["sizes"], document["inflations"][0]
    assert size["balloon"] == first["balloon"]
    assert size["area_anatomic_after_cm2"] == first["after"]["area_anatomic_cm2"]
    assert size["split_frac"] == first["split_frac"]


def test_json_is_one_object_and_the_same_again(
    written: Written,
    ready: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(_inflate_valve, "patient_valve", ready)
    assert run(["inflate", str(CHILD), "--balloon", "16", "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["disclaimer"].startswith("Research and education")
    assert document["sizes"] == []
    assert document["inflations"] == written[1]["inflations"][:1]


REFUSED = [
    (["--balloon", "Fooo 22"], "--balloon 'Fooo 22': got Fooo"),
    (["--balloon", "True 99"], "3 to 40 mm"),
    (["--balloon", "True 19"], "18, 20, 21"),
    (["--balloon", ""], "--balloon '': got nothing"),
    (["--balloon", "20", "--inflation-atm", "-1"], "--inflation-atm: got -1 atm"),
    (["--balloon", "20", "--inflation-atm", "nan"], "--inflation-atm: got nan atm"),
    (["--balloon", "20", "--triangles", "12"], "--triangles: got 12, allowed 2000 to 60000"),
    (["--balloon", "20", "--seed", "-4"], "--seed: got -4"),
    (["--balloon", "20"] * 7, "--balloon: got 7 times"),
    ([], "--balloon: got nothing"),
]
# Refused by ring and chart alone, with every reason at once: no slow step may have begun.
AT_ONCE = [
    (["--balloon", "40"], ["--balloon '40': got 40 mm, allowed up to 36.5 mm, twice the ring"]),
    (["--balloon", "28+30"], ["--balloon '28+30': got 47.47 mm"]),
    (
        ["--balloon", "20", "--balloon", "39", "--balloon", "40"],
        ["--balloon '39': got 39 mm", "--balloon '40': got 40 mm"],
    ),
    (
        ["--balloon", "20", "--balloon", "20", "--inflation-atm", "60"],
        ["--inflation-atm: got 60 atm"],
    ),
]


@pytest.mark.parametrize(("options", "message"), REFUSED, ids=[m for _, m in REFUSED])
def test_refused_in_one_line(
    options: list[str],
    message: str,
    ready: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(_inflate_valve, "patient_valve", ready)
    assert run(["inflate", str(CHILD), *options]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    errors = [line for line in shown.err.splitlines() if line.startswith("error:")]
    assert len(errors) == 1
    assert message in errors[0]


@pytest.mark.parametrize(("options", "messages"), AT_ONCE, ids=[m[0] for _, m in AT_ONCE])
def test_refused_before_the_valve_is_matched(
    options: list[str],
    messages: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def begun(*_: object, **__: object) -> None:
        raise AssertionError("the valve was matched")

    monkeypatch.setattr(_inflate_valve, "patient_valve", begun)
    out = tmp_path / "out"
    assert run(["inflate", str(CHILD), *options, "--out", str(out)]) == 2
    shown = capsys.readouterr()
    assert shown.out == ""
    assert not out.exists()
    errors = [line for line in shown.err.splitlines() if line.startswith("error:")]
    assert len(errors) == len(messages)
    assert all(message in error for message, error in zip(messages, errors, strict=True))


def test_folder_that_is_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "file"
    path.write_text("mine")
    assert run(["inflate", str(CHILD), "--balloon", "20", "--out", str(path)]) == 2
    assert "(a file), allowed a folder" in capsys.readouterr().err
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    ("area_cm2", "message"),
    [(4.6, "no stenosis, allowed a narrowed valve"), (0.03, "nothing to dilate")],
)
def test_valve_that_no_balloon_is_for(area_cm2: float, message: str) -> None:
    measured = {"valve_area_cm2": area_cm2, "gradient_mean_mmhg": 2.0 / area_cm2}
    person = parse_patient({**PATIENT, "measured": measured})
    with pytest.raises(InputError, match=message):
        patient_valve(person, seed=0, triangles=2000)


@pytest.mark.parametrize(("area_cm2", "allowed"), [(0.0, "0.01 to 12 cm²"), (0.01, "0.038 cm2")])
def test_lesion_without_opening_is_one_line(
    area_cm2: float, allowed: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, out = tmp_path / "shut.json", tmp_path / "out"
    path.write_text(json.dumps({**PATIENT, "measured": {"valve_area_cm2": area_cm2}}))
    assert run(["inflate", str(path), "--balloon", "26", "--out", str(out)]) == 2
    shown = capsys.readouterr()
    (error,) = [line for line in shown.err.splitlines() if line.startswith("error:")]
    assert f"measured.valve_area_cm2: got {area_cm2:g} cm" in error
    assert allowed in error
    assert shown.out == ""
    assert not out.exists()


def test_mesh_with_a_sliver_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No shape is known that makes one, so the limit is raised here."""
    monkeypatch.setattr(openvalve.anatomy._build, "LEAST_HEIGHT", 0.8)
    out = tmp_path / "out"
    assert run(["inflate", str(CHILD), "--balloon", "20", "--out", str(out)]) == 3
    shown = capsys.readouterr()
    (error,) = [line for line in shown.err.splitlines() if line.startswith("error:")]
    assert "a triangle of the mesh is a sliver (height_ratio 0." in error
    assert shown.out == ""
    assert not out.exists()


def test_what_does_not_settle_says_so_and_writes_nothing(
    ready: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def restless(*_: object, **__: object) -> None:
        state = {"kinetic_ratio": 0.31, "residual_ratio": 0.0123}
        raise SolverError("leaflets: inflate does not settle in 9000 steps", state=state)

    monkeypatch.setattr(_inflate_valve, "patient_valve", ready)
    monkeypatch.setattr(openvalve.valve.leaflets, "inflate_leaflets", restless)
    out = tmp_path / "out"
    assert run(["inflate", str(CHILD), "--balloon", "20", "--out", str(out)]) == 3
    error = capsys.readouterr().err
    assert "does not settle in 9000 steps (kinetic_ratio 0.31, residual_ratio 0.012)" in error
    assert not out.exists()
    kept = json.loads((tmp_path / "out-failure.json").read_text())
    assert kept["state"]["kinetic_ratio"] == "0.31"


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Inoue 26", "Inoue PTMC-26 26 mm"),
        ("22", "Generic cylinder 22 mm"),
        ("True 22mm", "True Dilatation 22 mm"),
        ("18 + 20 mm", "Generic cylinder 18 + 20 mm"),
        ("z-med ii 18x18", "Z-MED II 18 + 18 mm"),
        ("9350BC16", "9350BC16 16 mm"),
        ("Inoue PTMC-24 23", "Inoue PTMC-24 23 mm"),
    ],
)
def test_words_of_a_balloon(text: str, label: str) -> None:
    assert label_of(balloon_of(text)) == label


@pytest.mark.parametrize(
    ("text", "ring_mm", "sizes"),
    [
        ("True 22", 23.0, [18, 20, 22, 24, 26]),
        ("22", 20.0, [16, 18, 20, 22, 24, 26, 28]),
        ("Inoue 26", 31.0, [20, 22, 24, 26, 28, 30]),
        ("9350BC20", 20.0, [14, 16, 18, 20, 22, 24, 26]),
        ("22", 10.0, [22]),
    ],
)
def test_sizes_about_the_ring(text: str, ring_mm: float, sizes: list[int]) -> None:
    found = sizes_about(balloon_of(text), ring_mm)
    assert balloon_of(text) in found
    assert len(found) <= 7
    assert [b.diameter_mm for b in found] == sorted(b.diameter_mm for b in found)
    if text != "True 22":
        assert [b.diameter_mm for b in found] == sizes


def test_sizes_of_two_balloons_step_together() -> None:
    found = sizes_about(balloon_of("18+20"), 30.0)
    pairs = [tuple(part.diameter_mm for part in b.parts) for b in found]
    assert pairs == [(14, 16), (16, 18), (18, 20), (20, 22), (22, 24)]


def test_owned_names_hold_every_picture() -> None:
    assert {"1-valve.png", "6-film.gif", "sizes.png", "2-closed.vtu"} <= set(_inflate.OWNED)
    assert _inflate.OWNED[0] == "inflate.json"
