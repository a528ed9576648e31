"""Writes docs/inflate: what balloons do to the leaflets of published patients.

python benchmarks/inflation_pictures.py [mitral] [double] [aortic] [pulmonary]

Runs ``openvalve inflate`` and keeps its pictures, and one table of numbers in ``numbers.json``.
Research and education; not for clinical use.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from PIL import Image

ROOT = Path(__file__).parents[1]
OUT, EXAMPLES = ROOT / "docs" / "inflate", ROOT / "examples"
RUNS: dict[str, tuple[str, list[str]]] = {
    "mitral": ("m_pregnant27", ["--balloon", "Inoue 24", "--balloon", "Inoue 26", "--compare"]),
    "double": ("m_pregnant27_double18", ["--balloon", "18+18"]),
    "aortic": ("mean_harpole_15", ["--balloon", "True 20"]),
    "pulmonary": ("p_adult52_28mm", ["--balloon", "28"]),
}
KEPT = {
    "mitral": ("2-valve.png", "1-curves.png", "1-film.gif", "sizes.png"),
    "double": ("1-valve.png",),
    "aortic": ("1-valve.png",),
    "pulmonary": ("1-valve.png",),
}
COLOURS = 256  # of a picture in the docs: a quarter of the bytes, no difference to be seen


def main() -> None:
    """Write what is asked for; all of it by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", nargs="*", default=list(RUNS))
    OUT.mkdir(exist_ok=True)
    path = OUT / "numbers.json"
    numbers = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    for name in parser.parse_args().what:
        numbers[name] = _run(name)
        text = json.dumps(numbers, indent=1, ensure_ascii=False)
        path.write_text(text + "\n", encoding="utf-8")


def _run(name: str) -> dict[str, Any]:
    patient, options = RUNS[name]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "out"
        line = ["inflate", str(EXAMPLES / f"{patient}.toml"), *options, "--out", str(folder)]
        began = time.perf_counter()
        subprocess.run([sys.executable, "-m", "openvalve", *line, "--json"], check=True)
        took_s = time.perf_counter() - began
        for kept in KEPT[name]:
            _keep(folder / kept, OUT / f"{name}-{kept}")
        document = json.loads((folder / "inflate.json").read_text(encoding="utf-8"))
    return {
        "patient": patient,
        "options": options,
        "whole_command_s": round(took_s),
        "valve": document["valve"],
        "inflations": [_numbers(one) for one in document["inflations"]],
        "sizes": document["sizes"],
        "warnings": document["warnings"],
    }


def _numbers(one: dict[str, Any]) -> dict[str, Any]:
    keys = (
        "balloon", "inflation_atm", "split_frac", "split_atm", "cracked_frac",
        "torn_chords_count", "annular_stretch_ratio", "waist_mm", "free_mm", "phases",
    )  # fmt: skip
    valves = {
        when: {k: v for k, v in one[when].items() if k != "leak_places"}
        for when in ("before", "after")
    }
    return {**{key: one[key] for key in keys}, **valves}


def _keep(made: Path, kept: Path) -> None:
    """Copy a film; write a still picture with a palette, so that the docs stay small."""
    if made.suffix == ".gif":
        kept.write_bytes(made.read_bytes())
        return
    with Image.open(made) as picture:
        flat = picture.convert("RGB").quantize(COLOURS, method=Image.Quantize.FASTOCTREE)
        flat.save(kept, optimize=True)


if __name__ == "__main__":
    main()
