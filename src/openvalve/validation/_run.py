"""Runs the validation: predicts every row with its paper left out, scores, and prints."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from openvalve.units import Frac
from openvalve.validation._baselines import baselines
from openvalve.validation._cohort import Question, questions_of
from openvalve.validation._contrasts import read_contrasts
from openvalve.validation._later import LaterCourse
from openvalve.validation._predictor import Prediction, Predictor, Sample, samples_of
from openvalve.validation._print import summary_of, table_lines, write_predictions
from openvalve.validation._related import RELATED
from openvalve.validation._score import Scored, score_row
from openvalve.validation._statistics import CombinedPredictor
from openvalve.validation._table import (
    Row,
    read_cases,
    read_evidence,
    shipped_cases,
    shipped_evidence,
)
from openvalve.validation._yardstick import shipped_yardstick

__all__ = ["ValidationResult", "predict_rows", "run_validation", "training_samples"]

Progress = Callable[[str, Frac], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class ValidationResult:
    """What a validation found.

    Attributes
    ----------
    lines : the table, one line per endpoint, then the scores per block.
    rows : one mapping per row of the tables, scored or not, without NaN.
    summary : the JSON summary of the contract (DESIGN.md section 3).
    """

    lines: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    summary: Mapping[str, Any]


@cache
def training_samples() -> tuple[Sample, ...]:
    """Return the cohorts of the shipped open table with what became of them."""
    rows = shipped_evidence()
    return samples_of(questions_of(rows), rows)


def predict_rows(
    predictor: Predictor,
    rows: Iterable[Row],
    *,
    progress: Progress | None = None,
    groups: Mapping[str, str] | None = None,
) -> dict[tuple[str, str], Prediction]:
    """Return the predictions of rows, by (origin, id); rows that cannot be predicted are absent.

    The predictor learns from the shipped table without the paper of the cohort (with ``groups``,
    without every paper of its group) and sees only values from before the balloon. Rows whose
    before-value is itself a value after the balloon are predicted by ``LaterCourse``.
    """
    rows = tuple(rows)
    training = training_samples()
    family = groups or {}
    predictions: dict[tuple[str, str], Prediction] = {}
    states: dict[str, Any] = {}
    questions = questions_of(rows)
    for done, question in enumerate(questions):
        source = question.cohort.source_id
        group = family.get(source, source)
        if group not in states:
            kept = [
                s
                for s in training
                if s.cohort.source_id != source
                and family.get(s.cohort.source_id, s.cohort.source_id) != group
            ]
            states[group] = predictor.prepare(kept)
        predictions |= _answers(question, predictor.predict(question.cohort, states[group]))
        if progress is not None:
            progress(predictor.name, (done + 1) / len(questions))
    later = LaterCourse.learn(shipped_evidence())
    for row in rows:
        answer = later.predict(row)
        if answer is not None:
            predictions[row.origin, row.id] = answer
    return predictions


def _answers(
    question: Question, found: Mapping[str, Prediction]
) -> dict[tuple[str, str], Prediction]:
    """Return the predictions of a question by row."""
    return {
        (row.origin, row.id): found[row.quantity] for row in question.rows if row.quantity in found
    }


def product_predictor() -> Predictor:
    """Return what the product predicts: its physics averaged with plain ratios by evidence."""
    from openvalve.validation._physics import HeartModel

    return CombinedPredictor(HeartModel(), "openvalve")


def run_validation(
    evidence: Path | None = None,
    cases: Path | None = None,
    contrasts: Path | None = None,
    predictions: Path | None = None,
    progress: Progress | None = None,
    predictor: Predictor | None = None,
    *,
    leave_out: Literal["paper", "related"] = "paper",
) -> ValidationResult:
    """Compare predictions with published results.

    Parameters
    ----------
    evidence, cases, contrasts : tables in the format of the shipped ones, with or without
        after-values. With none of them the shipped tables are used; with some, only those.
    predictions : where to write ``id, mean, sd, p05, p95``, one line per row of the evidence
        table (of the case file when only that is given), in its order, empty where nothing can
        be predicted.
    progress : called with a stage name and the fraction done.
    predictor : what to judge; by default ``StatisticalPredictor``.
    leave_out : what is kept from the predictor and the baselines: the paper of a cohort, or every
        paper of its author group (``_related``).

    Raises
    ------
    InputError : a table cannot be read; every bad row is listed.
    FileError : the predictions cannot be written.
    """
    own = evidence is not None or cases is not None or contrasts is not None
    table = read_evidence(evidence) if evidence else () if own else shipped_evidence()
    case_rows = read_cases(cases) if cases else () if own else shipped_cases()
    if contrasts is not None:
        read_contrasts(contrasts)  # refused when malformed; scored by a later issue
    judged = predictor or product_predictor()
    rows = (*table, *case_rows)
    groups = RELATED if leave_out == "related" else {}
    found = predict_rows(judged, rows, progress=progress, groups=groups)
    if predictions is not None:
        write_predictions(predictions, table or case_rows, found)
    stick = shipped_yardstick()
    endpoints = [row for row in rows if row.is_endpoint]
    scored = [score_row(row, found.get((row.origin, row.id)), stick) for row in endpoints]
    others = {baseline.name: _scored_by(baseline, endpoints, groups) for baseline in baselines()}
    return ValidationResult(
        lines=tuple(table_lines(rows, found, scored)),
        rows=tuple(_records(rows, found, scored)),
        summary=summary_of(judged.name, scored, others),
    )


def _scored_by(
    predictor: Predictor, endpoints: Sequence[Row], groups: Mapping[str, str]
) -> list[Scored]:
    """Return the endpoints as a baseline predicts them."""
    found = predict_rows(predictor, endpoints, groups=groups)
    stick = shipped_yardstick()
    return [score_row(row, found.get((row.origin, row.id)), stick) for row in endpoints]


def _records(
    rows: Sequence[Row],
    found: Mapping[tuple[str, str], Prediction],
    scored: Sequence[Scored],
) -> Iterable[dict[str, Any]]:
    """Return one mapping per row."""
    scores = {(s.row.origin, s.row.id): s for s in scored}
    for row in rows:
        key = (row.origin, row.id)
        guess, score = found.get(key), scores.get(key)
        yield {
            "id": row.id,
            "origin": row.origin,
            "valve": row.valve,
            "quantity": row.quantity,
            "source_id": row.source_id,
            "n": row.n,
            "block": row.block,
            "before": row.pre_mean,
            "after": row.post_mean,
            "predicted": None
            if guess is None
            else {"mean": guess.mean, "sd": guess.sd, "p05": guess.p05, "p95": guess.p95},
            "error": None if score is None else score.error,
            "difference_sds": None if score is None else score.difference_sds,
            "covered": None if score is None else score.covered,
        }
