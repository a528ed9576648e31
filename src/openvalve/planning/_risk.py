"""Chances of trouble: from this balloon's mechanics where they have a cause, else from cohorts."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvalve.devices import burst_probability, find_balloon
from openvalve.patient import Profile
from openvalve.planning._options import Option
from openvalve.planning._risk_tables import COHORT_RISKS, Counted

__all__ = ["RISK_NAMES", "option_risks", "pooled"]

# Fixed list; death and stroke are always from cohorts (DESIGN.md section 3).
RISK_NAMES = (
    "death",
    "stroke",
    "tamponade",
    "vascular",
    "severe_regurgitation",
    "annular_rupture",
    "conduction_block",
    "balloon_rupture",
    "interatrial_shunt",
    "reactive_infundibulum",
    "restenosis",
)

ALWAYS = ("death", "stroke")
# Whose count stands in where no paper of a group was read; the source then says so.
NEAREST = {"aortic_congenital": "aortic_adult", "pulmonary": "mitral", "tricuspid": "pulmonary"}


def pooled(counts: tuple[Counted, ...]) -> dict[str, float]:
    """Return the pooled probability with its 90 % band over papers.

    A beta distribution (Jeffreys) of all events among all patients; where papers disagree more
    than chance allows, events and patients are both divided by that excess (Pearson's chi-square
    per degree of freedom), which widens the band.
    """
    from scipy.stats import beta

    n = np.array([c.patients for c in counts], dtype=float)
    x = np.array([c.events for c in counts], dtype=float)
    p = (x.sum() + 0.5) / (n.sum() + 1.0)
    expected = np.maximum(n * p * (1.0 - p), 1e-9)
    excess = float(((x - n * p) ** 2 / expected).sum()) / max(len(counts) - 1, 1)
    discount = max(excess, 1.0)
    a, b = x.sum() / discount + 0.5, (n - x).sum() / discount + 0.5
    low, high = float(beta.ppf(0.05, a, b)), float(beta.ppf(0.95, a, b))
    return {"probability": float(p), "p05": low, "p95": high}


# What a base rate "below 1 %" and assumed burst charts leave open, and what no series could show.
ODDS_FACTOR = 3.0
LEAST_PROB = 1e-4


def group_of(valve: str, etiology: str, age_years: float) -> str:
    """Return the cohort group of a lesion."""
    if valve == "aortic":
        young = etiology == "congenital" and age_years < 30.0
        return "aortic_congenital" if young else "aortic_adult"
    return valve


def _cohort(group: str) -> dict[str, dict[str, Any]]:
    rows = {}
    for name in RISK_NAMES:
        owner = group
        while name in ALWAYS and name not in COHORT_RISKS.get(owner, {}):
            owner = NEAREST[owner]
        counts = COHORT_RISKS.get(owner, {}).get(name)
        if counts is None:
            continue
        words = owner.replace("_", " ")
        other = f"no count of this valve was read, taken from {words}: " if owner != group else ""
        rows[name] = {
            **pooled(counts),
            "horizon": counts[0].horizon,
            "basis": "cohort",
            "source": other + ", ".join(c.source for c in counts),
        }
    return rows


def option_risks(option: Option, valve: str, profile: Profile) -> Mapping[str, dict[str, Any]]:
    """Return each risk with probability, horizon, basis and source."""
    risks = _cohort(group_of(valve, profile.etiology, profile.age_years))
    inflation = option.inflation
    grade = np.asarray(inflation.regurgitation_grade)
    risks["severe_regurgitation"] = _counted(grade >= 3.0)
    if valve in ("aortic", "pulmonary"):
        rupture = np.asarray(inflation.rupture_prob)
        risks["annular_rupture"] = _odds(float(rupture.mean()))
    balloon = find_balloon(option.request)
    atm = option.request.inflation_atm or balloon.nominal_atm
    burst = burst_probability(balloon, atm, _calcium_frac(profile, valve))
    inflations = option.request.inflations or 1
    risks["balloon_rupture"] = _odds(1.0 - (1.0 - float(burst)) ** inflations)
    return {name: risks[name] for name in RISK_NAMES if name in risks}


def _calcium_frac(profile: Profile, valve: str) -> float:
    if valve == "aortic" and profile.etiology == "calcific":
        return float(min(profile.calcium_agatston.mean / 4000.0, 1.0))
    if valve == "mitral":
        return float(min(max((profile.wilkins_score.mean - 6.0) / 10.0, 0.0), 1.0))
    return 0.0


def _mechanics(probability: float, low: float, high: float) -> dict[str, Any]:
    return {
        "probability": probability,
        "p05": low,
        "p95": high,
        "horizon": "procedure",
        "basis": "mechanics",
        "source": "docs/valve.md",
    }


def _counted(hits: NDArray[np.bool_]) -> dict[str, Any]:
    """Return the share of draws with its 90 % band (Jeffreys)."""
    from scipy.stats import beta

    x, n = int(np.sum(hits)), hits.size
    low, high = (float(beta.ppf(q, x + 0.5, n - x + 0.5)) for q in (0.05, 0.95))
    return _mechanics(x / n, low if x else 0.0, high)


def _odds(probability: float) -> dict[str, Any]:
    """Return a chance that no draw counted; a factor of three either way, never below 1e-4."""
    p = max(probability, LEAST_PROB)
    return _mechanics(p, p / ODDS_FACTOR, min(1.0, p * ODDS_FACTOR))
