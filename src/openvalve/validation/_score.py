"""Scores predictions against what was published: errors, skill over baselines, coverage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from openvalve.units import Count, Frac
from openvalve.validation._predictor import Prediction
from openvalve.validation._table import Row
from openvalve.validation._types import RowValue, Skill, Z
from openvalve.validation._yardstick import Yardstick

__all__ = ["BlockScore", "ErrorTable", "Scored", "score_block", "score_row"]

ERROR_CAP: Z = 5.0
BOOTSTRAPS = 1000
BOOTSTRAP_SEED = 20_260_101


@dataclass(frozen=True, kw_only=True, slots=True)
class Scored:
    """One endpoint and how far the prediction was off.

    Attributes
    ----------
    row : with before and after.
    prediction : None is a miss: the capped error, outside every band.
    error : |predicted - published| in yardsticks, at most 5.
    error_frac : |predicted - published| over published; 1 for a miss.
    sd_after : between patients, printed or imputed.
    difference_sds : (predicted - published) / sd_after, None for a miss.
    covered : the published mean lies in the predicted 90 % band.
    """

    row: Row
    prediction: Prediction | None
    error: Z
    error_frac: Frac
    sd_after: RowValue
    difference_sds: Z | None
    covered: bool


def score_row(row: Row, prediction: Prediction | None, yardstick: Yardstick) -> Scored:
    """Return how far a prediction of one endpoint was off."""
    assert row.post_mean is not None
    sd = yardstick.sd_after(row)
    if prediction is None:
        return Scored(
            row=row,
            prediction=None,
            error=ERROR_CAP,
            error_frac=1.0,
            sd_after=sd,
            difference_sds=None,
            covered=False,
        )
    off = prediction.mean - row.post_mean
    length = yardstick.length(row)
    return Scored(
        row=row,
        prediction=prediction,
        error=min(ERROR_CAP, abs(off) / length) if length > 0 else ERROR_CAP * (off != 0),
        error_frac=abs(off) / abs(row.post_mean) if row.post_mean else 1.0,
        sd_after=sd,
        difference_sds=off / sd if sd > 0 else None,
        covered=prediction.p05 <= row.post_mean <= prediction.p95,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class ErrorTable:
    """Errors of the endpoints of one block: ours and every baseline's, in the same order.

    Attributes
    ----------
    papers : source of each endpoint.
    blocks : block of each endpoint; a baseline is chosen per block.
    ours : errors of the predictor.
    baselines : name to errors.
    """

    papers: Sequence[str]
    blocks: Sequence[str]
    ours: Sequence[Z]
    baselines: Mapping[str, Sequence[Z]]


@dataclass(frozen=True, kw_only=True, slots=True)
class BlockScore:
    """The scores of a block, as the contract names them (DESIGN.md section 3)."""

    endpoints: Count
    median_abs_error_frac: Frac
    mean_error: Z
    skill: Skill
    skill_p05: Skill
    within_1sd_frac: Frac
    within_half_sd_frac: Frac
    covered_90_frac: Frac
    best_baseline: str


def score_block(scored: Sequence[Scored], others: Mapping[str, Sequence[Scored]]) -> BlockScore:
    """Return the scores of a block.

    Parameters
    ----------
    scored : the predictor's endpoints, at least one.
    others : baseline name to the same endpoints.
    """
    table = ErrorTable(
        papers=[s.row.source_id for s in scored],
        blocks=[s.row.block for s in scored],
        ours=[s.error for s in scored],
        baselines={name: [s.error for s in some] for name, some in others.items()},
    )
    skill, p05 = skill_of(table)
    means = {name: fmean(errors) for name, errors in table.baselines.items()}
    offs = [abs(s.difference_sds) if s.difference_sds is not None else 99.0 for s in scored]
    return BlockScore(
        endpoints=len(scored),
        median_abs_error_frac=median([s.error_frac for s in scored]),
        mean_error=fmean(table.ours),
        skill=skill,
        skill_p05=p05,
        within_1sd_frac=fmean([off <= 1 for off in offs]),
        within_half_sd_frac=fmean([off <= 0.5 for off in offs]),
        covered_90_frac=fmean([s.covered for s in scored]),
        best_baseline=min(means, key=lambda name: means[name]) if means else "",
    )


def skill_of(table: ErrorTable) -> tuple[Skill, Skill]:
    """Return the skill and its 5th percentile when papers are drawn with replacement.

    In every draw the best baseline of each block is chosen anew, so that luck in the choice
    counts against us.
    """
    import numpy as np

    papers = sorted(set(table.papers))
    blocks = sorted(set(table.blocks))
    names = sorted(table.baselines)
    place = {paper: i for i, paper in enumerate(papers)}
    ours = np.zeros(len(papers))
    theirs = np.zeros((len(names), len(blocks), len(papers)))
    for i, (paper, block) in enumerate(zip(table.papers, table.blocks, strict=True)):
        ours[place[paper]] += table.ours[i]
        for k, name in enumerate(names):
            theirs[k, blocks.index(block), place[paper]] += table.baselines[name][i]

    def skills(counts: "np.ndarray[tuple[int, int], np.dtype[np.float64]]") -> list[float]:
        best = (theirs @ counts.T).min(axis=0).sum(axis=0)
        mine = ours @ counts.T
        return [
            1.0 - float(m) / float(b) if b > 0 else 0.0 for m, b in zip(mine, best, strict=True)
        ]

    rng = np.random.Generator(np.random.Philox(BOOTSTRAP_SEED))
    drawn = rng.multinomial(len(papers), [1 / len(papers)] * len(papers), size=BOOTSTRAPS)
    spread = skills(drawn.astype(np.float64))
    return skills(np.ones((1, len(papers))))[0], float(np.percentile(spread, 5))
