"""Matplotlib figures as inline SVG that takes its colours and type from the page."""

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["ROLES", "WIDTH", "color", "figure_svg", "stand_alone"]

WIDTH = 340.0  # points; one column on a desk, the whole width on a phone

# Every colour in a figure is a role; the page's style sheet says what it is, light or dark.
ROLES = (
    "ink", "muted", "line", "card", "accent", "before", "later",
    "lv", "la", "ao", "ra", "rv", "pa", "rvot",
    "g0", "g1", "g2", "g3", "g4", "g0-ink", "g1-ink", "g2-ink", "g3-ink", "g4-ink",
    "soft", "stop-soft", "stop-ink",
)  # fmt: skip
_SENTINELS = {role: f"#01fe{i:02x}" for i, role in enumerate(ROLES)}
_SETTINGS: dict[Any, Any] = {
    "text.parse_math": False,  # names may hold a dollar sign
    "svg.fonttype": "none",
    "font.size": 11.0,
    "axes.linewidth": 0.8,
    "path.simplify": True,
    "path.simplify_threshold": 0.25,
}


def color(role: str) -> str:
    """Return the stand-in of a role, replaced by ``var(--role)`` in the finished drawing."""
    return _SENTINELS[role]


@contextmanager
def _settings(salt: str) -> Iterator[None]:
    """Use matplotlib's own defaults and a fixed salt, whatever the user's settings are."""
    import matplotlib

    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update({**_SETTINGS, "svg.hashsalt": salt})
        yield


def figure_svg(
    name: str,
    height_pt: float,
    title: str,
    description: str,
    draw: Callable[["Figure"], None],
    *,
    width_pt: float = WIDTH,
) -> str:
    """Draw one figure and return it as inline SVG.

    Parameters
    ----------
    name : unique on the page; every id in the drawing begins with it.
    height_pt, width_pt : size; the width is that of a column unless said.
    title, description : what it is and what it shows, in words, for those who do not see it.
    draw : puts the content on an empty figure.
    """
    from matplotlib.figure import Figure

    buffer = io.StringIO()
    with _settings(name):
        figure = Figure(figsize=(width_pt / 72.0, height_pt / 72.0), dpi=72)
        figure.patch.set_visible(False)
        draw(figure)
        empty = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        figure.savefig(buffer, format="svg", metadata=empty, transparent=True)
    return _inline(buffer.getvalue(), name, title, description)


def _inline(svg: str, name: str, title: str, description: str) -> str:
    svg = svg[svg.index("<svg") :].strip()
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    for role, sentinel in _SENTINELS.items():
        svg = svg.replace(sentinel, f"var(--{role})")
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = svg.replace("url(#", f"url(#{name}-")
    svg = re.sub(r'(?:xlink:)?href="#', f'href="#{name}-', svg)
    svg = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r"font: (?:(bold|\d+) )?([\d.]+)px [^;\"]*", _font, svg)
    svg = re.sub(r"font-family: [^;\"]*;? ?", "", svg)
    svg = re.sub(r' transform="rotate\(-?0 [^"]*"', "", svg)
    svg = re.sub(r"-?\d+\.\d{3,}", _two_decimals, svg)
    svg = re.sub(r"\s*\n\s*", " ", svg)
    box = re.search(r'viewBox="([^"]*)"', svg)
    body = svg[svg.index(">") + 1 :]
    label, words = f"{name}-title", f"{name}-desc"
    return (
        f'<svg viewBox="{box.group(1) if box else "0 0 340 200"}" role="img"'
        f' aria-labelledby="{label} {words}" class="plot">'
        f'<title id="{label}">{escape(title)}</title><desc id="{words}">{escape(description)}'
        f"</desc>{body}"
    )


def stand_alone(svg: str, style: str) -> str:
    """Return a drawing of ``figure_svg`` as a file of its own, with the page's colours in it.

    Parameters
    ----------
    svg : the drawing.
    style : the page's style sheet, whose colours are in its ``:root`` blocks: light, then dark.
    """
    light, dark = re.findall(r":root \{(.*?)\}", style, flags=re.DOTALL)[:2]
    used = set(re.findall(r"var\(--([\w-]+)\)", svg)) | {"card"}
    palettes = [
        ";".join(f"--{k}:{v}" for k, v in re.findall(r"--([\w-]+): (#\w+)", block) if k in used)
        for block in (light, dark)
    ]
    sheet = (
        f"svg{{{palettes[0]};font-family:system-ui,sans-serif}}"
        f"@media (prefers-color-scheme: dark){{svg{{{palettes[1]}}}}}"
    )
    head, body = svg.split(">", 1)
    ground = '<rect width="100%" height="100%" style="fill: var(--card)"/>'
    return f'{head} xmlns="http://www.w3.org/2000/svg"><style>{sheet}</style>{ground}{body}\n'


def _font(match: re.Match[str]) -> str:
    """Keep the size and weight that older matplotlib writes as one property."""
    weight = f"font-weight: {match.group(1)}; " if match.group(1) else ""
    return f"{weight}font-size: {match.group(2)}px"


def _two_decimals(match: re.Match[str]) -> str:
    text = f"{float(match.group()):.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
