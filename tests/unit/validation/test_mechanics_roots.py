"""MB11: who the virtual roots are, and what is counted of them."""

import dataclasses
import math

import numpy as np
import pytest

from openvalve.errors import SolverError
from openvalve.validation import MechanicsSettings
from openvalve.validation import _mechanics_roots as roots
from openvalve.validation._mechanics_roots import RootOutcome, virtual_roots


def outcome(
    oversize_frac: float, stretch: float, *, nodule: bool, ruptured: bool, risk: float = 0.1
) -> RootOutcome:
    return RootOutcome(
        oversize_frac=oversize_frac,
        nodule=nodule,
        areal_stretch_ratio=stretch,
        risk_prob=risk,
        ruptured=ruptured,
        contained=False,
    )


def told(monkeypatch: pytest.MonkeyPatch, *found: RootOutcome | str) -> None:
    """Let the roots' outcomes be these, without inflating any."""
    monkeypatch.setattr(roots, "in_processes", lambda things, processes, work: list(found))


def test_roots_are_oversized_evenly_and_half_have_a_nodule() -> None:
    everyone = virtual_roots()
    assert everyone == virtual_roots()
    assert len(everyone) == 62
    shares = np.sort([one.oversize_frac for one in everyone])
    assert np.abs(shares - (np.arange(62) + 0.5) / 62 * 0.3).max() < 0.005
    assert sum(one.nodule is not None for one in everyone) == 31
    ring = np.array([one.shape.annulus_mm for one in everyone])
    assert math.pi * ring.mean() == pytest.approx(73.0, abs=0.1)
    heavy = np.array([one.oversize_frac for one in everyone if one.nodule is not None])
    assert heavy.mean() == pytest.approx(0.15, abs=0.03)


def test_groups_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    told(
        monkeypatch,
        outcome(0.00, 1.1, nodule=False, ruptured=False, risk=0.0),
        outcome(0.10, 1.5, nodule=True, ruptured=False, risk=0.1),
        outcome(0.20, 1.3, nodule=False, ruptured=False, risk=0.2),
        outcome(0.15, 1.8, nodule=True, ruptured=True, risk=0.6),
        outcome(0.30, 1.7, nodule=True, ruptured=True, risk=0.9),
    )
    found = roots.root_rupture(MechanicsSettings())
    assert found.values["auc_stretch"] == 1.0
    assert found.values["auc_oversizing"] == pytest.approx(5.0 / 6.0)
    assert found.values["above_oversizing"] == pytest.approx(1.0 / 6.0)
    assert found.values["cut_ratio"] == pytest.approx(1.6)
    assert found.values["ruptured_oversizing"] == pytest.approx(0.225 - 0.1)
    assert found.values["rises_oversizing"] == found.values["rises_nodule"] == 1.0
    assert "2 rupture" in found.notes["auc_stretch"]


def test_the_order_can_be_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    told(
        monkeypatch,
        outcome(0.0, 1.9, nodule=False, ruptured=True, risk=0.9),
        outcome(0.1, 1.2, nodule=True, ruptured=False, risk=0.1),
        outcome(0.2, 1.1, nodule=True, ruptured=False, risk=0.0),
    )
    values = roots.root_rupture(MechanicsSettings()).values
    assert values["rises_oversizing"] == values["rises_nodule"] == 0.0
    assert values["auc_oversizing"] == 0.0
    assert values["ruptured_oversizing"] < 0.0


def test_what_cannot_be_asked_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    told(
        monkeypatch,
        outcome(0.0, 1.1, nodule=False, ruptured=False),
        "root: inflate does not settle",
    )
    found = roots.root_rupture(MechanicsSettings(valves_count=None))
    assert found.values == {}
    told(monkeypatch, "root: inflate does not settle")
    with pytest.raises(SolverError, match="does not settle"):
        roots.root_rupture(MechanicsSettings())


def test_a_root_that_cannot_be_built_is_told_not_raised() -> None:
    one = dataclasses.replace(virtual_roots()[0], wall_mm=99.0)
    answer = roots.rooted(one)
    assert isinstance(answer, str)
    assert "wall_mm" in answer
