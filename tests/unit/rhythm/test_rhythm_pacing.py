"""Pacing of ventricle and atrium: capture, loss, sensing, fusion, and premature beats."""

import numpy as np
import pytest

from openvalve.rhythm import PACED_STRENGTH_FRAC, PACING_MODES, PACING_PLACES
from openvalve.rhythm._ventricles import FUSION_S, refractory_s


@pytest.mark.parametrize("pacing", [90.0, 120.0, 180.0, 220.0])
def test_fast_pacing_captures_and_keeps_the_sinus_out(run, drive, pacing):
    ran = run(drive(rate=60.0, pacing_bpm=pacing), 30.0)
    late = ran.qrs > 8.0
    paced = np.isin(ran.kinds[late], ["qrs_paced_rv", "fusion"])
    assert paced.mean() > (0.95 if pacing > 100.0 else 0.6)  # slower, a sinus beat comes between
    if pacing > 100.0:
        np.testing.assert_allclose(np.diff(ran.qrs[late]), 60.0 / pacing, atol=5e-5)
    np.testing.assert_allclose(np.diff(ran.spikes), 60.0 / pacing, atol=5e-5)


def test_muscle_that_is_refractory_answers_every_other_stimulus(run, drive):
    """171 ms at 350/min is less than the refractory period at any interval."""
    ran = run(drive(kind="none", rate=0.0, pacing_bpm=350.0), 30.0)
    assert refractory_s(0.0) < 60.0 / 350.0 < refractory_s(0.3)
    np.testing.assert_allclose(np.diff(ran.qrs[5:]), 2.0 * 60.0 / 350.0, atol=5e-5)
    assert ran.spikes.size > 1.9 * ran.qrs.size


def test_refractoriness_is_that_of_the_measured_lines():
    """259 ms after 650 ms, 210 ms after fifty intervals of 325 ms, in 15 people."""
    assert refractory_s(0.650) == pytest.approx(0.259, abs=0.001)
    assert refractory_s(0.325) == pytest.approx(0.210, abs=0.001)


def test_pacing_without_a_rhythm_is_the_only_beat(run, drive):
    ran = run(drive(kind="none", pacing_bpm=75.0))
    assert ran.p.size == 0
    np.testing.assert_allclose(np.diff(ran.qrs), 0.8, atol=5e-5)
    assert set(ran.kinds) == {"qrs_paced_rv"}
    wire = run(drive(kind="none", pacing_bpm=75.0, pacing_place=PACING_PLACES["lv"]))
    assert set(wire.kinds) == {"qrs_paced_lv"}


def test_pacing_starts_within_one_interval_and_ends_at_once(run, drive):
    ran = run(lambda t: drive(pacing_bpm=150.0 if 2.999 <= t < 5.999 else 0.0), 9.0)
    paced = ran.qrs[ran.kinds == "qrs_paced_rv"]
    assert 3.0 <= paced[0] <= 3.0 + 0.4 + 0.02
    assert paced[-1] <= 6.0
    assert (ran.qrs[ran.kinds == "qrs"] > 6.0).any()
    assert ran.spikes.max() <= 6.0


def test_pacing_in_fibrillation_makes_the_node_wait(run, drive):
    """A beat from below meets the node: no fibrillating beat within a quarter of a second."""
    ran = run(drive(kind="atrial_fibrillation", rate=90.0, pacing_bpm=70.0), 120.0)
    after = np.flatnonzero(ran.kinds[:-1] == "qrs_paced_rv")
    conducted = after[ran.kinds[after + 1] == "qrs"]
    assert conducted.size > 10
    assert np.diff(ran.qrs)[conducted].min() >= 0.25 - 0.02


@pytest.mark.parametrize(
    ("output_ma", "least", "most"), [(0.8, 0.0, 0.0), (1.0, 0.2, 0.8), (1.2, 1.0, 1.0)]
)
def test_an_output_below_the_threshold_is_lost(run, drive, output_ma, least, most):
    ran = run(drive(kind="none", pacing_bpm=60.0, pacing_ma=output_ma), 100.0)
    assert least <= ran.qrs.size / ran.spikes.size <= most
    assert ran.spikes.size >= 98


def test_a_demand_pacemaker_waits_for_what_it_senses(run, drive):
    demand = PACING_MODES["demand"]
    assert run(drive(rate=75.0, pacing_bpm=60.0, pacing_mode=demand)).spikes.size == 0
    ran = run(drive(kind="arrest", pacing_bpm=65.0, pacing_mode=demand))
    np.testing.assert_allclose(np.diff(ran.qrs[1:]), 60.0 / 65.0, atol=5e-5)
    irregular = run(
        drive(kind="atrial_fibrillation", rate=70.0, pacing_bpm=70.0, pacing_mode=demand), 120.0
    )
    assert irregular.spikes.size > 10
    for spike in irregular.spikes:  # one interval after the last beat, whoever made it
        before = irregular.qrs[irregular.qrs < spike]
        if before.size:
            assert spike - before[-1] == pytest.approx(60.0 / 70.0, abs=5e-5)
    assert np.diff(irregular.qrs).max() <= 60.0 / 70.0 + 1e-4


def test_a_fixed_pacemaker_stimulates_whatever_happens(run, drive):
    ran = run(drive(rate=75.0, pacing_bpm=60.0), 40.0)
    np.testing.assert_allclose(np.diff(ran.spikes), 1.0, atol=5e-5)
    assert (ran.kinds == "qrs").any()


def test_two_waves_that_meet_are_fusion(run, drive):
    """A stimulus just before the conducted beat arrives; each has its share of the strength."""
    ran = run(drive(rate=70.0, pacing_bpm=71.0), 120.0)
    assert {"qrs", "qrs_paced_rv", "fusion"} <= set(ran.kinds)
    fused = np.flatnonzero(ran.kinds == "fusion")
    lead = [ran.qrs[k] - ran.p[ran.p < ran.qrs[k]][-1] for k in fused]
    assert all(0.157 - FUSION_S - 0.01 <= x <= 0.170 for x in lead)
    middle = 0.5 * (1.0 + PACED_STRENGTH_FRAC)
    np.testing.assert_allclose(ran.strengths[fused], middle, atol=0.08)


def test_atrial_pacing_takes_the_sinus_node_over(run, drive):
    ran = run(drive(rate=60.0, atrial_pacing_bpm=90.0), 30.0)
    assert set(ran.p_kinds[3:]) == {"p_ectopic"}
    np.testing.assert_allclose(np.diff(ran.p[3:]), 60.0 / 90.0, atol=5e-5)
    assert set(ran.kinds) == {"qrs"}


# Premature beats, runs


def test_contact_makes_premature_beats_from_its_place_and_a_pause(run, drive):
    for place, kind in (
        ("contact_rv_frac", "qrs_ectopic_rv"),
        ("contact_lv_frac", "qrs_ectopic_lv"),
    ):
        ran = run(drive(rate=70.0, seed=2.0, **{place: 0.15}), 300.0)
        found = np.flatnonzero(ran.kinds == kind)
        assert 15 <= found.size <= 120
        assert {"qrs", kind} <= set(ran.kinds) <= {"qrs", kind, "fusion"}
        gaps = np.diff(ran.qrs)
        assert gaps.min() > refractory_s(0.3)
        before, after = gaps[found[1:-1] - 1], gaps[found[1:-1]]
        alone = (ran.kinds[found[1:-1] + 1] == "qrs") & (before > 0.45) & (before < 0.65)
        assert alone.sum() > 2
        assert after[alone].mean() > 0.95  # the sinus beat that follows is blocked
    none = run(drive(rate=70.0), 60.0)
    assert set(none.kinds) == {"qrs"}


def test_contact_is_felt_by_its_measure(run, drive):
    def share(contact):
        ran = run(drive(rate=70.0, seed=3.0, contact_rv_frac=contact), 200.0)
        return (ran.kinds == "qrs_ectopic_rv").sum()

    assert share(0.05) < 0.6 * share(0.3)


def test_contact_with_the_atrium_resets_the_sinus_node(run, drive):
    ran = run(drive(rate=70.0, seed=2.0, contact_ra_frac=0.1), 200.0)
    found = np.flatnonzero(ran.p_kinds[:-1] == "p_ectopic")
    assert found.size > 10
    alone = found[ran.p_kinds[found + 1] == "p"]
    np.testing.assert_allclose(np.diff(ran.p)[alone], 60.0 / 70.0, atol=5e-5)
    assert np.diff(ran.p).min() > 0.2


def test_some_premature_beats_repeat(run, drive):
    ran = run(drive(rate=70.0, seed=5.0, contact_lv_frac=0.3), 900.0)
    ectopic = ran.kinds == "qrs_ectopic_lv"
    edges = np.flatnonzero(np.diff(np.concatenate(([0], ectopic.astype(int), [0]))))
    lengths = edges[1::2] - edges[::2]
    assert lengths.max() >= 3  # a run
    assert (lengths == 1).mean() > 0.5
