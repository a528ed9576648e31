"""Griffe extension: docstrings of the house write ``name : meaning``; types come from the code."""

import re
from typing import Any

import griffe

SECTIONS = ("Parameters", "Attributes", "Returns", "Raises")
ITEM = re.compile(r"^(\w[\w, ]*?) : (.*)$")


def numpy_form(text: str) -> str:
    """Move the meaning of each entry to a line below its name, where NumPy style wants it."""
    lines, inside = [], False
    for line in text.splitlines():
        if line.strip() in SECTIONS:
            inside = True
        elif line and not line[0].isspace() and inside and (found := ITEM.match(line)):
            lines += [found[1], f"    {found[2]}"]
            continue
        lines.append(line)
    return "\n".join(lines)


class HouseDocstrings(griffe.Extension):
    """Rewrites every docstring before it is parsed."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Take each class, function, attribute and module as it is loaded."""
        if obj.docstring is not None:
            obj.docstring.value = numpy_form(obj.docstring.value)
