"""Prints the scorecard and writes the predictions."""

import csv
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from statistics import fmean
from typing import Any

from openvalve.errors import FileError
from openvalve.validation._predictor import Prediction
from openvalve.validation._score import BlockScore, Scored, score_block
from openvalve.validation._table import Row
from openvalve.validation._types import RowValue

__all__ = ["summary_of", "table_lines", "write_predictions"]

BLOCKS = ("area", "gradient", "other", "case")
_SCORE_KEYS = (
    "endpoints",
    "median_abs_error_frac",
    "mean_error",
    "skill",
    "skill_p05",
    "within_1sd_frac",
    "within_half_sd_frac",
    "covered_90_frac",
)

Found = Mapping[tuple[str, str], Prediction]


def write_predictions(path: Path, rows: Sequence[Row], found: Found) -> None:
    """Write ``id, mean, sd, p05, p95``, one line per row, beside and then in place."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("id", "mean", "sd", "p05", "p95"))
    for row in rows:
        guess = found.get((row.origin, row.id))
        cells: tuple[str, ...] = ("",) * 4
        if guess is not None:
            cells = tuple(f"{v:.6g}" for v in (guess.mean, guess.sd, guess.p05, guess.p95))
        writer.writerow((row.id, *cells))
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_text(text.getvalue(), encoding="utf-8")
        os.replace(beside, path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise FileError(f"cannot write {path}: {error.strerror}") from error


def _value(mean: RowValue | None, sd: RowValue | None = None) -> str:
    """Return ``0.92 (0.22)``, or a dash."""
    if mean is None:
        return "-"
    return f"{mean:.3g}" if sd is None else f"{mean:.3g} ({sd:.2g})"


def table_lines(rows: Iterable[Row], found: Found, scored: Sequence[Scored]) -> Iterator[str]:
    """Yield one line per endpoint, and per predicted row whose after-value is not known."""
    scores = {(s.row.origin, s.row.id): s for s in scored}
    yield (
        f"{'endpoint':<66}{'n':>6}  {'before (SD)':>15}  {'after (SD)':>15}  "
        f"{'predicted (SD)':>15}  {'90 % band':>15}  {'SDs off':>7}  in"
    )
    for row in rows:
        key = (row.origin, row.id)
        score, guess = scores.get(key), found.get(key)
        if score is None and (guess is None or row.post_mean is not None or not row.is_acute):
            continue
        band = f"{guess.p05:.3g} - {guess.p95:.3g}" if guess else "-"
        off = score.difference_sds if score else None
        sd_mark = "" if row.post_sd is not None or row.post_mean is None else "*"
        after = _value(row.post_mean, score.sd_after if score else row.post_sd)
        verdict = "" if score is None else ("in" if score.covered else "out")
        name = f"{row.block} {row.id}"
        yield (
            f"{name[:65]:<66}{row.n or '-':>6}  {_value(row.pre_mean, row.pre_sd):>15}  "
            f"{after + sd_mark:>15}  {_value(guess.mean, guess.sd) if guess else 'none':>15}  "
            f"{band:>15}  {'-' if off is None else f'{off:+.2f}':>7}  {verdict}"
        )
    yield "* SD not printed: the median variation of the quantity"


def _document(score: BlockScore) -> dict[str, Any]:
    """Return a block's scores, rounded for print."""
    return {
        key: value if isinstance(value := getattr(score, key), int) else round(value, 4)
        for key in _SCORE_KEYS
    } | {"best_baseline": score.best_baseline}


def _empty() -> dict[str, Any]:
    """Return the scores of a block without endpoints."""
    return {key: None for key in _SCORE_KEYS} | {"endpoints": 0, "best_baseline": None}


def summary_of(
    name: str, scored: Sequence[Scored], others: Mapping[str, Sequence[Scored]]
) -> dict[str, Any]:
    """Return the JSON summary: scores over the table's endpoints, per block, and the baselines'.

    The top level holds areas, gradients and others together (cases repeat cohorts of the table),
    or the cases where only those were given.
    """
    in_table = [i for i, s in enumerate(scored) if s.row.origin == "evidence"]
    picked = {"all": in_table or list(range(len(scored)))}
    for block in BLOCKS:
        picked[block] = [i for i, s in enumerate(scored) if s.row.block == block]
    documents = {}
    for block, places in picked.items():
        if not places:
            documents[block] = _empty()
            continue
        chosen = {other: [some[i] for i in places] for other, some in others.items()}
        documents[block] = _document(score_block([scored[i] for i in places], chosen))
    blocks = {block: documents[block] for block in BLOCKS if picked[block]}
    return {
        **documents["all"],
        "predictor": name,
        "blocks": blocks,
        "baselines": {
            other: {
                block: round(fmean([some[i].error for i in picked[block]]), 4)
                for block in ("all", *blocks)
                if picked[block]
            }
            for other, some in others.items()
        },
        "unpredicted": sum(s.prediction is None for s in scored),
        "label": "research and education, not for clinical use",
    }
