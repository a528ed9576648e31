"""Published results against our predictions: tables, baselines, scores.

Every cohort and case is predicted from its before-values alone, with its whole paper left out of
everything that is learned. ``docs/validation.md`` explains the scores.
"""

from openvalve.validation._acceptance_types import AcceptanceRow, Verdict
from openvalve.validation._baselines import (
    GeometricRule,
    MedianRatio,
    Regression,
    RuleOfThumb,
    baselines,
)
from openvalve.validation._circulation_rows import circulation_rows
from openvalve.validation._circulation_run import CirculationResult, run_circulation
from openvalve.validation._circulation_types import CirculationSettings
from openvalve.validation._cohort import Before, Cohort, Question, cohort_patient, questions_of
from openvalve.validation._combine import Combiner, Residual
from openvalve.validation._mechanics_rows import mechanics_rows
from openvalve.validation._mechanics_run import MechanicsResult, run_mechanics
from openvalve.validation._mechanics_types import MechanicsSettings
from openvalve.validation._predictor import (
    After,
    Prediction,
    Predictor,
    Sample,
    prediction_of,
    samples_of,
)
from openvalve.validation._quantities import QUANTITIES, Quantity, block_of, find_quantity
from openvalve.validation._run import (
    ValidationResult,
    predict_rows,
    product_predictor,
    run_validation,
    training_samples,
)
from openvalve.validation._score import BlockScore, Scored, score_block, score_row
from openvalve.validation._statistics import (
    CombinedPredictor,
    NoModel,
    RatioModel,
    StatisticalPredictor,
)
from openvalve.validation._table import (
    Row,
    parse_cases,
    parse_evidence,
    read_cases,
    read_evidence,
    shipped_cases,
    shipped_evidence,
)
from openvalve.validation._yardstick import Variation, Yardstick, shipped_yardstick

__all__ = [
    "QUANTITIES",
    "AcceptanceRow",
    "After",
    "Before",
    "BlockScore",
    "CirculationResult",
    "CirculationSettings",
    "Cohort",
    "CombinedPredictor",
    "Combiner",
    "GeometricRule",
    "MechanicsResult",
    "MechanicsSettings",
    "MedianRatio",
    "NoModel",
    "Prediction",
    "Predictor",
    "Quantity",
    "Question",
    "RatioModel",
    "Regression",
    "Residual",
    "Row",
    "RuleOfThumb",
    "Sample",
    "Scored",
    "StatisticalPredictor",
    "ValidationResult",
    "Variation",
    "Verdict",
    "Yardstick",
    "baselines",
    "block_of",
    "circulation_rows",
    "cohort_patient",
    "find_quantity",
    "mechanics_rows",
    "parse_cases",
    "parse_evidence",
    "predict_rows",
    "prediction_of",
    "product_predictor",
    "questions_of",
    "read_cases",
    "read_evidence",
    "run_circulation",
    "run_mechanics",
    "run_validation",
    "samples_of",
    "score_block",
    "score_row",
    "shipped_cases",
    "shipped_evidence",
    "shipped_yardstick",
    "training_samples",
]
