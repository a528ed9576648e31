"""Contrast of the palette, computed by the formula of WCAG 2.2, and roles that all exist."""

import itertools
import re
from importlib.resources import files

import pytest

from openvalve.report._svg import ROLES

STYLE = (files("openvalve.report") / "style.css").read_text(encoding="utf-8")


def _palette(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", block))


LIGHT_BLOCK, DARK_BLOCK = re.findall(r":root \{(.*?)\}", STYLE, flags=re.DOTALL)
PALETTES = {"light": _palette(LIGHT_BLOCK), "dark": _palette(DARK_BLOCK)}


def _luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255.0 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_formula_on_known_pairs() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(
        4.48, abs=0.01
    )  # the well-known near miss


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_text_reads_on_its_ground(theme: str) -> None:
    p = PALETTES[theme]
    pairs = [(t, g) for t in ("ink", "muted", "accent") for g in ("page", "card")]
    pairs += [("before", "card"), ("warn-ink", "warn-soft"), ("stop-ink", "stop-soft")]
    pairs += [("warn-ink", "card"), ("accent", "soft"), ("ink", "warn-soft"), ("ink", "stop-soft")]
    pairs += [(f"g{i}-ink", f"g{i}") for i in range(5)]
    for text, ground in pairs:
        assert contrast(p[text], p[ground]) >= 4.5, (theme, text, ground)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_lines_and_marks_stand_out(theme: str) -> None:
    p = PALETTES[theme]
    for role in ("lv", "la", "ao", "ra", "rv", "pa", "rvot", "accent", "before", "later"):
        assert contrast(p[role], p["card"]) >= 3.0, (theme, role)


def test_leak_grades_grow_toward_ink() -> None:
    """Order can be told without hue: on paper each grade is darker than the one before."""
    light = [_luminance(PALETTES["light"][f"g{i}"]) for i in range(5)]
    assert all(a > b for a, b in itertools.pairwise(light))
    dark = [_luminance(PALETTES["dark"][f"g{i}"]) for i in range(5)]
    assert all(a < b for a, b in itertools.pairwise(dark))


def test_every_role_has_a_color_in_both_themes() -> None:
    assert set(PALETTES["light"]) == set(PALETTES["dark"])
    assert set(ROLES) <= set(PALETTES["light"])
    used = set(re.findall(r"var\(--([\w-]+)\)", STYLE)) - {"n"}
    assert used <= set(PALETTES["light"])
