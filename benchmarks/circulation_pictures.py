"""Draws every row of the circulation's acceptance table against what was published.

python benchmarks/circulation_pictures.py docs/images [--patients N]

One strip of dots a section (limits scaled to the grey band), and traces and scatters of the
protocols. Needs the report extra (matplotlib). Research and education; not for clinical use.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from openvalve.validation import CirculationResult, CirculationSettings, run_circulation

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

INK, MUTED, BAND, GOOD, BAD = "#222222", "#777777", "#dde5e3", "#0b7a75", "#c0392b"
LINES = ("#0b7a75", "#c0392b", "#2f6fb0", "#9a6b00", "#6b4fa0")
SECTIONS = {
    "C3": "The healthy adult",
    "C4": "Valve disease: analysis, other models, studies",
    "C5": "Pacing, occlusion, before and after a dilatation",
    "C6": "Breathing, Valsalva, reflexes, tamponade",
    "C7": "The acceptance list",
}
WORDS = {
    "FLOW_AORTIC": "aortic valve",
    "FLOW_MITRAL": "mitral valve",
    "stroke": "LV stroke",
    "rv_stroke": "RV stroke",
    "rv_filling": "RV filling",
    "lvsp": "LV peak",
    "mean": "mean gradient",
    "peak": "peak gradient",
}
Curves = Mapping[str, Any]


def _figure(width: float, height: float) -> Figure:
    import matplotlib
    from matplotlib.figure import Figure

    matplotlib.rcParams.update(
        {
            "font.size": 8.5,
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": MUTED,
            "axes.labelcolor": INK,
            "xtick.color": INK,
            "ytick.color": INK,
        }
    )
    return Figure(figsize=(width, height), dpi=110, layout="constrained")


def _place(row: Mapping[str, Any]) -> float | None:
    """Return where an answer lies: 0 the middle of the limits, -1 and 1 their ends."""
    got, low, high = row["got"], row["low"], row["high"]
    if got is None:
        return None
    if low is None or high is None:
        edge = low if high is None else high
        size = abs(edge) or 1.0
        return (got - edge) / size + (1.0 if high is not None else -1.0)
    if high == low:
        return 0.0 if got == low else (1.6 if got > low else -1.6)
    return (got - 0.5 * (low + high)) / (0.5 * (high - low))


def strip(result: CirculationResult, section: str, title: str) -> Figure:
    """Return one dot a row of a section; what lies outside the band is a miss."""
    rows = [r for r in result.rows if r["id"].startswith(section + ".")]
    figure = _figure(9.0, 0.9 + 0.185 * len(rows))
    axes = figure.add_subplot()
    axes.axvspan(-1.0, 1.0, color=BAND, lw=0)
    axes.axvline(0.0, color="white", lw=1)
    for k, row in enumerate(rows):
        where = _place(row)
        color = GOOD if row["passed"] else BAD
        y = len(rows) - 1 - k
        if where is None:
            lost = row["id"] in result.summary["not_expressible"]
            axes.text(0.0, y, "cannot be expressed" if lost else "not measured", color=BAD,
                      ha="center", va="center", fontsize=7)  # fmt: skip
            axes.text(4.75, y, row["expected"], va="center", fontsize=7.5, color=MUTED)
            continue
        shown = max(-2.9, min(2.9, where))
        marker = "o" if shown == where else ("<" if where < 0 else ">")
        axes.plot(shown, y, marker, color=color, ms=5)
        axes.text(3.15, y, f"{row['got']:.4g} {row['unit']}", va="center", fontsize=7.5,
                  color=color)  # fmt: skip
        axes.text(4.75, y, row["expected"], va="center", fontsize=7.5, color=MUTED)
    axes.set_yticks(range(len(rows)), [r["id"] for r in reversed(rows)], fontsize=7.5)
    axes.set_xlim(-3.0, 6.6)
    axes.set_ylim(-0.8, len(rows) - 0.2)
    axes.set_xticks([-1, 0, 1], ["low", "middle", "high"])
    axes.text(3.15, len(rows) - 0.1, "ours", fontsize=8, color=INK, weight="bold")
    axes.text(4.75, len(rows) - 0.1, "published", fontsize=8, color=INK, weight="bold")
    passed = sum(r["passed"] for r in rows)
    axes.set_title(f"{title}: {passed} of {len(rows)} inside", loc="left", pad=14)
    axes.spines[["left", "bottom"]].set_visible(False)
    return figure


def _lines(axes: Axes, curves: Curves, names: Sequence[str], **options: Any) -> None:
    for color, name in zip(LINES, names, strict=False):
        if name in curves:
            line = curves[name]
            label = WORDS.get(name, name)
            axes.plot(line.x, line.y, color=color, lw=1.1, label=label, **options)


def _labels(axes: Axes, title: str, x: str, y: str, *, legend: bool = True) -> None:
    axes.set_title(title, loc="left", fontsize=9)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    if legend:
        axes.legend(frameon=True, framealpha=0.8, edgecolor="none", fontsize=7.5)


def beat(found: Mapping[str, Curves]) -> Figure:
    """Return the healthy beat: pressures, flows, loop."""
    c = found["healthy"]
    figure = _figure(9.0, 3.2)
    a, b, d = figure.subplots(1, 3)
    _lines(a, c, ("LV", "AO", "LA"))
    _labels(a, "Left heart", "ms", "mmHg")
    _lines(b, c, ("FLOW_AORTIC", "FLOW_MITRAL"))
    b.axhspan(400, 600, color=BAND, lw=0)
    _labels(b, "Flows; band: published peak", "ms", "mL/s")
    d.plot(c["VOL_LV"].y, c["LV"].y, color=LINES[0], lw=1.2)
    _labels(d, "Pressure-volume loop", "mL", "mmHg", legend=False)
    return figure


def ladders(found: Mapping[str, Curves]) -> Figure:
    """Return beats of both ladders of area."""
    figure = _figure(9.0, 3.0)
    pair = figure.subplots(1, 2)
    for axes, protocol, title, two in zip(
        pair,
        ("as_ladder", "ms_ladder"),
        ("Aortic area", "Mitral area"),
        (("LV", "AO"), ("LA", "LV")),
        strict=True,
    ):
        c = found[protocol]
        rungs = list(dict.fromkeys(name.split(" ")[0] for name in c))
        for color, rung in zip(LINES, rungs, strict=False):
            for channel, style in zip(two, ("-", ":"), strict=True):
                line = c[f"{rung} {channel}"]
                axes.plot(line.x, line.y, style, color=color, lw=1.1,
                          label=f"{rung} {channel}")  # fmt: skip
        axes.set_xlim(0, 900)
        if protocol == "ms_ladder":
            axes.set_ylim(0, 30)
        _labels(axes, f"{title}, cm²", "ms", "mmHg")
    return figure


def studies(found: Mapping[str, Curves]) -> Figure:
    """Return populations and other models' findings beside the published figures."""
    figure = _figure(9.0, 5.8)
    (a, b, c), (d, e, f) = figure.subplots(2, 3)
    t = found["tachycardia"]
    for color, (name, points) in zip(
        LINES, {"lvsp": (208, 201, 193), "mean": (64, None, 51), "peak": (82, None, 69)}.items(),
        strict=False,
    ):  # fmt: skip
        a.plot(t[name].x, t[name].y, color=color, lw=1.2, label=WORDS[name])
        kept = [(x, y) for x, y in zip((80, 109, 131), points, strict=True) if y]
        a.plot(*zip(*kept, strict=True), "o", color=color, mfc="white")
    _labels(a, "Atrial pacing in AS (circles: n 13)", "/min", "mmHg")
    s = found["compliance"]
    b.plot(s["exercise"].x, s["exercise"].y, "o", color=LINES[1], ms=4, label="exercise")
    b.plot(s["rest"].x, s["rest"].y, "o", color=LINES[0], ms=4, label="rest")
    b.errorbar([9, 9.4], [71, 43], [23, 12], fmt="s", color=MUTED, ms=4, label="n 20")
    _labels(b, "MS: net compliance, PA systolic", "mL/mmHg", "mmHg")
    p = found["donati"]["patients"]
    c.axhspan(5, 136, color=BAND, lw=0)
    c.axhline(54, color=MUTED, lw=1)
    c.plot(p.x, p.y, "o", color=LINES[0], ms=4)
    _labels(c, "4v² over net drop (band: n 32)", "cm²", "%", legend=False)
    lines = found["liebenberg"]
    _lines(d, lines, ("Ees 2.4", "Ees 1.2"))
    _labels(d, "Gradient and arterial pressure", "systolic, mmHg", "mean gradient, mmHg")
    _lines(e, found["fibrillation"], ("AS", "AR", "MS", "MR"), marker="o", ms=3)
    _labels(e, "Disturbance in fibrillation", "grade", "mean relative change")
    h = found["half_time"]
    f.plot(h["plain"].x, h["plain"].y, "o", color=LINES[1], ms=4, label="220 / half-time")
    f.plot(h["full"].x, h["full"].y, "o", color=LINES[0], ms=4, label="with Cn and dp0")
    f.plot([0.8, 3.2], [0.8, 3.2], color=MUTED, lw=0.8)
    _labels(f, "Right after a valvotomy", "true area, cm²", "read area, cm²")
    return figure


def pacing(found: Mapping[str, Curves]) -> Figure:
    """Return rapid pacing and occlusion."""
    figure = _figure(9.0, 5.6)
    (a, b), (c, d) = figure.subplots(2, 2)
    for axes, name, title in ((a, "pacing_180_70", "180/min from 70 mmHg"),
                              (b, "pacing_200_105", "200/min from 105 mmHg")):  # fmt: skip
        axes.axvspan(10, 24, color="#f3efe2", lw=0)
        axes.axhspan(35, 60, color=BAND, lw=0)
        axes.plot(found[name]["AO"].x, found[name]["AO"].y, color=LINES[1], lw=0.5)
        _labels(axes, f"{title} (band: published mean)", "s", "aorta, mmHg", legend=False)
    axes = c
    for name, color in (("occlusion", LINES[0]), ("occlusion_failing", LINES[1])):
        line = found[name]["LV"]
        axes.plot(line.x, line.y, color=color, lw=0.5, label=name.replace("_", ", "))
    axes.axhspan(260, 350, color=BAND, lw=0)
    _labels(axes, "Occlusion of 97 %: LV (band: 305 ± 45)", "s", "mmHg")
    p = found["occlusion_group"]["patients"]
    d.axhspan(260, 350, xmin=0.5, color=BAND, lw=0)
    d.axhspan(179, 271, xmax=0.5, color="#f3e3e0", lw=0)
    d.plot(p.x, p.y, "o", color=LINES[0], ms=4)
    d.set_xlim(0.1, 0.8)
    _labels(d, "LV peak while occluded (bands: n 20)", "ejection fraction", "mmHg", legend=False)
    return figure


def breathing(found: Mapping[str, Curves]) -> Figure:
    """Return quiet breathing, Valsalva in health and failure, tamponade."""
    figure = _figure(9.0, 5.8)
    (a, b), (c, d) = figure.subplots(2, 2)
    for axes, name, title in ((a, "quiet", "Quiet breathing"), (d, "tamponade", "Tamponade")):
        q = found[name]
        other = "rv_stroke" if name == "quiet" else "rv_filling"
        _lines(axes, q, ("stroke", other), marker="o", ms=2.5)
        twin = axes.twinx()
        twin.plot(q["pleural"].x, q["pleural"].y, color=MUTED, lw=0.7)
        twin.set_ylabel("pleural, mmHg", color=MUTED)
        axes.set_xlim(0, 20)
        twin.set_xlim(0, 20)
        _labels(axes, title, "s", "mL a beat")
    v = found["valsalva"]
    b.axvspan(0, 15, color="#f3efe2", lw=0)
    b.plot(v["AO"].x, v["AO"].y, color=LINES[1], lw=0.5, label="aorta, mmHg")
    b.plot(v["rate"].x, v["rate"].y, color=LINES[2], lw=1.2, label="rate, /min")
    b.plot(v["stroke"].x, v["stroke"].y, color=LINES[0], lw=1.2, label="stroke, mL")
    _labels(b, "Valsalva, 40 mmHg", "s", "")
    w = found["valsalva_failure"]["AO"]
    c.axvspan(0, 15, color="#f3efe2", lw=0)
    c.plot(w.x, w.y, color=LINES[1], lw=0.5)
    _labels(c, "Valsalva of a failing heart", "s", "aorta, mmHg", legend=False)
    return figure


PICTURES: Mapping[str, Callable[[Mapping[str, Curves]], Figure]] = {
    "beat": beat,
    "ladders": ladders,
    "studies": studies,
    "pacing": pacing,
    "breathing": breathing,
}


def numerics(patients: int) -> Mapping[str, float]:
    """Return what the solver rows ask, as ``openvalve bench circulation`` measures it."""
    from openvalve.bench import bench_circulation

    figures = bench_circulation(lambda *_: None, patients=patients, beats=100)
    return {k: float(v) for k, v in figures.items() if isinstance(v, int | float)}


def main() -> None:
    """Measure, draw and save."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--patients", type=int, default=100_000)
    given = parser.parse_args()
    settings = CirculationSettings(patients=given.patients, numerics=numerics)
    result = run_circulation(settings=settings)
    for section, title in SECTIONS.items():
        _save(strip(result, section, title), given.folder / f"circulation_{section}.png")
    found = {name: measured.curves for name, measured in result.measured.items()}
    for name, draw in PICTURES.items():
        try:
            figure = draw(found)
        except KeyError as error:
            print(f"{name}: not drawn, {error} was not measured")
            continue
        _save(figure, given.folder / f"circulation_{name}.png")
    print(misses(result))


def misses(result: CirculationResult) -> str:
    """Return a Markdown table of the rows outside their limits."""
    lines = ["| Row | What | Published | Ours | Limits |", "|---|---|---|---|---|"]
    for row in result.rows:
        if row["passed"]:
            continue
        low, high = (("" if v is None else f"{v:.4g}") for v in (row["low"], row["high"]))
        got = "-" if row["got"] is None else f"{row['got']:.3g} {row['unit']}"
        cells = (f"`{row['id']}`", row["asks"], row["expected"], got, f"{low} to {high}")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _save(figure: Figure, path: Path) -> None:
    """Save with 64 colors: a third of the size, no eye sees it."""
    import io

    from PIL import Image  # comes with matplotlib

    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", metadata={"Software": None})
    Image.open(buffer).convert("RGB").quantize(64).save(path, optimize=True)
    print(path)


if __name__ == "__main__":
    main()
