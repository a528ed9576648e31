"""Random hearts far outside physiology, and how many of them the solver loses.

Source: circulation_targets section 1: every parameter times 0.4 to 2.5, valve areas 0.05 to
6 cm2, half of the valves leaking up to 0.6 cm2, rate 40 to 220 /min, 15 s.
"""

import math
from dataclasses import fields, replace
from typing import Any, Literal

import numpy as np

from openvalve.circulation import ACTS, DRUG_TABLE, DRUGS
from openvalve.heart import (
    BodyParams,
    HeartParams,
    OrificeParams,
    Patient,
    acted_on,
    reference_heart,
    rough_patient,
)
from openvalve.rhythm import Rhythm

__all__ = ["random_heart", "random_patient"]

SPREAD_LOW, SPREAD_HIGH = 0.4, 2.5
AREA_CM2 = (0.05, 6.0)
LEAK_CM2 = 0.6
DRUG_FRAC = 0.5  # of the drugs, each at its usual maximum
LEAKING_FRAC = 0.5
RATE_BPM = (40.0, 220.0)
STIFFEST_RATIO = 0.3
TIGHTEST_GRIP_FRAC = 0.95
RHYTHMS: tuple[Literal["sinus", "atrial_fibrillation", "paced"], ...] = (
    "sinus",
    "atrial_fibrillation",
    "paced",
)
VALVES = ("mitral", "aortic", "tricuspid", "pulmonary")
BODY_M2 = 1.8
# Areas above the outflow vessel's own are impossible; the vessel is kept larger by this factor.
VESSEL_MARGIN_RATIO = 1.02


def random_heart(seed: int, index: int) -> HeartParams:
    """Return heart ``index`` of a seed; no heart depends on another."""
    rng = np.random.Generator(np.random.Philox(key=seed, counter=index))
    reference = reference_heart(bsa_m2=BODY_M2)
    scaled = {
        f.name: float(getattr(reference, f.name) * _factor(rng))
        for f in fields(HeartParams)
        if isinstance(getattr(reference, f.name), float) and f.name != "infundibulum_grip_frac"
    }
    orifices = {name: _orifice(rng) for name in VALVES}
    for vessel, valve in (("aorta_mm", "aortic"), ("pulmonary_artery_mm", "pulmonary")):
        least = math.sqrt(VESSEL_MARGIN_RATIO * orifices[valve].area_effective_cm2 * 400 / math.pi)
        scaled[vessel] = max(scaled[vessel], least)
    changes: dict[str, Any] = {**orifices, **scaled}
    return replace(
        reference,
        rhythm=Rhythm(
            name=RHYTHMS[int(rng.integers(len(RHYTHMS)))],
            rate_bpm=float(rng.uniform(*RATE_BPM)),
            seed=index,
        ),
        infundibulum_grip_frac=float(rng.uniform(0.0, TIGHTEST_GRIP_FRAC)),
        **changes,
    )


def _factor(rng: np.random.Generator) -> float:
    return float(np.exp(rng.uniform(np.log(SPREAD_LOW), np.log(SPREAD_HIGH))))


def _orifice(rng: np.random.Generator) -> OrificeParams:
    leaks = bool(rng.random() < LEAKING_FRAC)
    return OrificeParams(
        area_effective_cm2=float(np.exp(rng.uniform(*np.log(AREA_CM2)))),
        area_leak_cm2=float(rng.uniform(0.0, LEAK_CM2)) if leaks else 0.0,
        opening_elasticity_ratio=float(rng.uniform(0.0, STIFFEST_RATIO)),
    )


def random_patient(seed: int, index: int) -> Patient:
    """Return the whole patient ``index`` of a seed: half of the drugs, effusion, shunt, acts."""
    rng = np.random.Generator(np.random.Philox(key=seed + 1_000_003, counter=index))
    heart = random_heart(seed, index)
    patient = rough_patient(heart, BodyParams(weight_kg=70.0, seed_count=index))
    inputs = patient.inputs._replace(
        act=float(rng.choice(list(ACTS.values()))),
        shunt_area_cm2=float(rng.uniform(1e-4, 3.0)),
        effusion_ml_s=float(rng.uniform(0.0, 3.0)) if rng.random() < 0.5 else 0.0,
        bleed_ml_s=float(rng.uniform(0.0, 5.0)) if rng.random() < 0.3 else 0.0,
        infusion_ml_s=float(rng.uniform(0.0, 5.0)) if rng.random() < 0.3 else 0.0,
        vagal_stimulus_frac=float(rng.uniform(0.0, 1.0)) if rng.random() < 0.2 else 0.0,
        pacing_bpm=float(rng.uniform(*RATE_BPM)) if rng.random() < 0.3 else 0.0,
    )
    chosen = [DRUG_TABLE[name] for name in DRUGS if rng.random() < DRUG_FRAC]
    return acted_on(
        patient,
        inputs,
        boluses={d.name: d.bolus_max for d in chosen if d.bolus_usual is not None},
        infusions={d.name: d.infusion_max for d in chosen if d.bolus_usual is None},
    )
