"""The catalogue: ``data/balloons.csv`` read into one balloon per real size."""

import csv
import re
from functools import lru_cache
from importlib.resources import files

from openvalve.devices._balloon import Assumed, Balloon, Kind
from openvalve.devices._build import Facts, build_balloon
from openvalve.devices._laws_tables import LAW_OF_MODEL, LAWS

__all__ = ["Family", "catalogue", "families", "family_names"]

# Named by a registry or a manual without a size list: sizes of the sister model, assumed.
SISTER_SIZES = {
    "Vida BAV": "18-26",
    "Vida PTV / Bard PTV": "12-26",
    "Z-MED II-X": "4-30",
    "Tyshak": "4-30",
    "Tyshak NuCLEUS": "8-30",
}
# Pressure at which half of the True balloons of a size fail on the bench: they failed above 15, 15
# and 12 atm [B1]; 0.5 atm above the last good reading is assumed. Other sizes by the class law.
TRUE_BURST_ATM = {20.0: 15.5, 24.0: 15.5, 28.0: 12.5}


class Family:
    """All sizes of one model.

    Attributes
    ----------
    model : as shown.
    names : what it may be asked for by.
    balloons : by rising size.
    continuous : whether any diameter between the ends can be set (volume-controlled balloons).
    """

    def __init__(
        self, *, model: str, names: tuple[str, ...], rows: list[tuple[Facts, str, float]]
    ) -> None:
        self.model = model
        self.names = names
        self.rows = sorted(rows, key=lambda row: row[2])
        self.kind: Kind = rows[0][0].kind
        self.continuous = self.kind == "inoue"
        self.balloons = tuple(build_balloon(f, LAWS[law], d) for f, law, d in self.rows)

    @property
    def sizes_mm(self) -> tuple[float, ...]:
        """Every size, rising."""
        return tuple(dict.fromkeys(b.diameter_mm for b in self.balloons))


def _sizes(text: str) -> tuple[tuple[float, ...], bool]:
    """Return the sizes of ``"18;21"`` or ``"4-30"``; a range is expanded by 1 mm, and said so."""
    text = text.replace("in steps", "").strip()
    if not text:
        return (), False
    if "-" in text:
        low, high = (int(x) for x in text.split("-"))
        return tuple(float(d) for d in range(low, high + 1)), True
    return tuple(float(x) for x in text.split(";")), False


def _points(text: str) -> tuple[tuple[float, float], ...]:
    """Return measured (atm, mm) of ``"3:20.02;15:20.39"``; words are no measurement."""
    pairs = re.findall(r"(?:^|;)\s*([\d.]+):([\d.]+)(?=;|$)", text)
    return tuple((float(p), float(d)) for p, d in pairs)


def _kind(model: str, law: str) -> Kind:
    return "inoue" if law == "inoue" else "nucleus" if "NuCLEUS" in model else "cylinder"


def _number(text: str) -> float | None:
    return float(text) if text else None


def _facts(row: dict[str, str], model: str, law: str, size_mm: float, expanded: bool) -> Facts:
    assumed = {}
    if expanded:
        assumed["diameter_mm"] = Assumed(
            value=size_mm, low=size_mm - 0.5, high=size_mm + 0.5, basis="row prints a range only"
        )
    nominal = _number(row["nominal_pressure_atm"])
    rated = _number(row["rated_burst_atm"])
    burst = TRUE_BURST_ATM.get(size_mm) if model == "True Dilatation" else None
    return Facts(
        model=model,
        maker=row["manufacturer"],
        kind=_kind(model, law),
        length_mm=_number(row["length_mm"]),
        nominal_atm=nominal,
        rated_burst_atm=rated,
        burst_median_atm=burst,
        sheath_fr=_number(row["sheath_F"]),
        volume_ml=_number(row["volume_cylinder_ml"]),
        points=_points(row["diameter_at_pressure"]),
        shape=row["shape"],
        valve_use=tuple(part.strip() for part in row["valve_use"].split(";")),
        source=row["source"],
        seen=row["seen"],
        memory_fields=tuple(f for f in row["memory_fields"].split(";") if f),
        note=row["note"],
        assumed=assumed,
    )


def _names(model: str) -> tuple[str, ...]:
    """Return what a model may be asked for by: itself, its parts, its family."""
    names = [model, *(part.strip() for part in model.split(" / "))]
    families = {"True Dilatation": "True", "Inoue": "PTMC", "Edwards 9350BC": "9350BC"}
    if model in families:
        names.append(families[model])
    return tuple(dict.fromkeys(names))


def _family_of(model: str) -> str:
    """Return the name under which sizes of one design stand together."""
    plain = re.sub(r"\s*\(.*\)$", "", model)
    if plain.startswith("Inoue PTMC"):
        return "Inoue"
    return "Edwards 9350BC" if plain.startswith("9350BC") else plain


@lru_cache(maxsize=1)
def families() -> tuple[Family, ...]:
    """Return every model that can be asked for, in the order of the table."""
    text = files("openvalve.devices").joinpath("data/balloons.csv").read_text(encoding="utf-8")
    grouped: dict[str, list[tuple[Facts, str, float]]] = {}
    for row in csv.DictReader(text.splitlines()):
        law = LAW_OF_MODEL.get(row["model"])
        if law is None:
            continue
        # An Inoue row has a nominal and the steps below it; the steps are its sizes.
        printed = row["sizes_mm"] or row["nominal_diameter_mm"]
        model = re.sub(r"\s*\(.*\)$", "", row["model"])
        sizes, expanded = _sizes(printed or SISTER_SIZES[row["model"]])
        expanded = expanded and law != "inoue"
        grouped.setdefault(_family_of(row["model"]), []).extend(
            (_facts(row, model, law, size, expanded or not printed), law, size) for size in sizes
        )
    return tuple(
        Family(model=model, names=_names(model), rows=rows) for model, rows in grouped.items()
    )


@lru_cache(maxsize=1)
def catalogue() -> tuple[Balloon, ...]:
    """Return one balloon per size of every model, models in the order of the table.

    Fields that no source prints are filled by the law of the class and listed in ``assumed``.
    """
    return tuple(balloon for family in families() for balloon in family.balloons)


def family_names() -> tuple[str, ...]:
    """Return every name a model may be asked for by."""
    return tuple(name for family in families() for name in family.names)
