"""Progress on stderr for what takes longer than two seconds, with the time that is left."""

import sys
import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Self, final

if TYPE_CHECKING:
    from rich.progress import Progress

from openvalve.units import Frac, S

__all__ = ["PATIENCE_S", "ProgressLine"]

PATIENCE_S: S = 2.0
LINE_EVERY_S: S = 5.0
LEAST_SPAN_S: S = 0.5  # of a stage, before it says how much is left


@final
class ProgressLine:
    """Shows ``stage`` and how much of it is done; use as a context and call it.

    On a terminal a bar appears after two seconds and goes away at the end. Elsewhere (a log) one
    line appears every five seconds.
    """

    def __init__(self) -> None:
        self._started_s = time.monotonic()
        self._stage = "reading"
        self._stage_from = (self._started_s, 0.0)
        self._said_s = 0.0
        self._bar: Progress | None = None
        self._timer = threading.Timer(PATIENCE_S, self._open_bar)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        """Start waiting."""
        if sys.stderr.isatty():
            self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away."""
        self._timer.cancel()
        if self._timer.ident is not None:
            self._timer.join()
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, stage: str, done_frac: Frac) -> None:
        """Tell that ``done_frac`` of ``stage`` is done."""
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._stage_from = stage, (now, done_frac)
            if self._bar is not None:
                self._bar.reset(self._bar.task_ids[0], description=stage)
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], completed=done_frac, description=stage)
        elif not sys.stderr.isatty() and now - max(self._started_s, self._said_s) >= (
            LINE_EVERY_S if self._said_s else PATIENCE_S
        ):
            self._said_s = now
            print(self._line(done_frac, now), file=sys.stderr)

    def _line(self, done_frac: Frac, now_s: S) -> str:
        started_s, at_start = self._stage_from
        took_s, did = now_s - started_s, done_frac - at_start
        left = ""
        if took_s >= LEAST_SPAN_S and did > 0:
            left = f", about {took_s * (1 - done_frac) / did:.0f} s left"
        return f"{self._stage}: {100 * done_frac:.0f} %{left}"

    def _open_bar(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:.0f} %"),
            TimeRemainingColumn(),
            console=Console(file=sys.stderr),
            transient=True,
        )
        bar.add_task(self._stage, total=1.0)
        bar.start()
        self._bar = bar
