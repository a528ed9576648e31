"""QT, its memory, and single waves."""

import numpy as np
import pytest

from openvalve.signals._ecg_params import EcgParams
from openvalve.signals._ecg_waves import QtMemory, p_wave, qt_s, turned, ventricular_wave


def test_qt_is_qtc_at_sixty_and_fridericia_elsewhere():
    assert qt_s(0.41, 1.0, 1.0, 0.09) == pytest.approx(0.41)
    assert qt_s(0.41, 0.512, 0.6, 0.09) == pytest.approx(0.41 * 0.8)


def test_qt_ends_before_the_next_beat_can_come():
    assert qt_s(0.41, 0.8, 0.3, 0.09) == pytest.approx(0.27)
    assert qt_s(0.41, 0.8, 0.2, 0.16) == pytest.approx(0.25)


def test_wide_beats_have_a_longer_qt():
    assert qt_s(0.41, 1.0, 1.0, 0.16) == pytest.approx(0.44)


def test_qt_follows_a_change_of_rate_over_a_minute():
    memory = QtMemory(1.0)
    first = memory.interval_s(0.6)
    assert 0.85 < first < 0.95
    for _ in range(99):  # a minute
        last = memory.interval_s(0.6)
    assert memory.mean_s == pytest.approx(0.6 + 0.4 * np.exp(-1.0), rel=1e-6)
    assert last < 0.75


def test_turn_goes_from_left_to_feet():
    assert turned(np.array([1.0, 0.0, 0.0]), 90.0) == pytest.approx([0.0, 1.0, 0.0])


def test_left_atrial_enlargement_makes_p_longer():
    normal = p_wave(EcgParams(), "p").gaussians
    large = p_wave(EcgParams(la_enlargement_frac=1.0), "p").gaussians
    assert large[1, 0] > normal[1, 0] + 0.015
    assert large[0] == pytest.approx(normal[0])


def test_fusion_lies_between_its_parts():
    widths = {k: ventricular_wave(EcgParams(), k, 0.8, 0.8).st_s[0] for k in KINDS}
    assert widths["qrs"] < widths["fusion"] < widths["qrs_paced_rv"]


KINDS = ("qrs", "fusion", "qrs_paced_rv")
