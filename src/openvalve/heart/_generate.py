"""Write ``_layout.py``: for every block of a patient the leaves that load and store it.

Run ``python -m openvalve.heart._generate`` after a block has changed; a test compares the file
with what this module would write. Generated and committed, because Numba caches only what stands
in a file, and because 300 lines of indices are no work for a hand (docs/adr/0006).
"""

from pathlib import Path
from typing import get_type_hints

from openvalve.heart._blocks import BLOCKS, WATCHED, field_names

__all__ = ["OUTPUT", "layout_source"]

OUTPUT = Path(__file__).with_name("_layout.py")
ARGUMENTS = "b: NDArray[np.float64], at: int, stride: int"
HEADER = '''"""Load and store the blocks of a patient; written by ``_generate.py``, do not edit.

Value k of a patient stands at ``b[at + k * stride]``: ``at`` is the patient's place and ``stride``
the number of patients that lie side by side.
"""

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import leaf
'''


def _classes(block: type) -> set[type]:
    found = {block}
    for kind in get_type_hints(block).values():
        if isinstance(kind, type) and issubclass(kind, tuple):
            found |= _classes(kind)
    return found


def _load(block: type, first: int, indent: str) -> tuple[list[str], int]:
    """Return the lines of a constructor call and the next free index."""
    lines = [f"{block.__name__}("]
    for kind in get_type_hints(block).values():
        if isinstance(kind, type) and issubclass(kind, tuple):
            inner, first = _load(kind, first, indent + "    ")
            inner[0] = f"{indent}    {inner[0]}"
            inner[-1] += ","
            lines += inner
        else:
            lines.append(f"{indent}    b[at + {first} * stride],")
            first += 1
    lines.append(f"{indent})")
    return lines, first


def _sum(name: str, first: int, count: int) -> list[str]:
    """Return the leaf that adds up a block: no number in it, no number in the sum."""
    rows = [f"b[at + {first + k} * stride]" for k in range(count)]
    pairs = [" + ".join(rows[k : k + 3]) for k in range(0, count, 3)]
    return [
        "@leaf",
        f"def sum_{name}({ARGUMENTS}) -> float:",
        f'    """Add up the {name} of a patient."""',
        "    total: float = (",
        *(f"        {'+ ' if k else ''}({pair})" for k, pair in enumerate(pairs)),
        "    )",
        "    return total",
        "",
        "",
    ]


def layout_source() -> str:
    """Return the text of ``_layout.py``."""
    modules: dict[str, set[str]] = {}
    for _, block in BLOCKS:
        for kind in _classes(block):
            modules.setdefault(kind.__module__, set()).add(kind.__name__)
    parts = [HEADER]
    parts += [
        f"from {module} import {', '.join(sorted(names))}\n"
        for module, names in sorted(modules.items())
    ]
    exported = ["ROWS"]
    body: list[str] = []
    first = 0
    for name, block in BLOCKS:
        fields = field_names(block)
        at = f"{name.upper()}_AT"
        exported += [at, f"load_{name}", f"store_{name}"]
        if name in WATCHED:
            exported.append(f"sum_{name}")
        lines, after = _load(block, first, "    ")
        body += [
            f"{at} = {first}",
            "",
            "",
            "@leaf",
            f"def load_{name}({ARGUMENTS}) -> {block.__name__}:",
            f'    """Load the {name} of a patient."""',
            f"    return {lines[0]}",
            *lines[1:],
            "",
            "",
            "@leaf",
            f"def store_{name}({ARGUMENTS}, x: {block.__name__}) -> None:",
            f'    """Store the {name} of a patient."""',
            *(f"    b[at + {first + k} * stride] = x.{field}" for k, field in enumerate(fields)),
            "",
            "",
        ]
        if name in WATCHED:
            body += _sum(name, first, len(fields))
        first = after
    body.append(f"ROWS = {first}")
    listed = "".join(f'    "{name}",\n' for name in sorted(exported))
    return "".join(parts) + f"\n__all__ = [\n{listed}]\n\n" + "\n".join(body) + "\n"


if __name__ == "__main__":
    OUTPUT.write_text(layout_source(), encoding="utf-8")
