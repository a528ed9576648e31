"""``openvalve bench``: figures measured on this machine."""

from openvalve.cli._output import print_json
from openvalve.cli._progress import ProgressLine
from openvalve.errors import InputError, InputItem

__all__ = ["run_bench"]


def run_bench(name: str, *, as_json: bool) -> None:
    """Print the figures of one benchmark: a line each, or one JSON object."""
    from openvalve.bench import BENCHMARKS

    if name not in BENCHMARKS:
        raise InputError([InputItem(key="NAME", got=name, allowed=", ".join(sorted(BENCHMARKS)))])
    with ProgressLine() as progress:
        figures = BENCHMARKS[name](progress)
    if as_json:
        print_json(figures)
        return
    for key, value in figures.items():
        print(f"{key:<32} {value:.6g}" if isinstance(value, float) else f"{key:<32} {value}")
