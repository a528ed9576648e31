"""Einthoven, Goldberger and the electrodes, by arithmetic."""

import numpy as np
import pytest

from openvalve.signals._dower import (
    DOWER,
    ELECTRODES,
    LEADS,
    electrode_potentials_mv,
    leads_of_electrodes_mv,
)


@pytest.fixture(scope="module")
def dipole_mv():
    return np.random.default_rng(1).normal(0.0, 1.0, (20000, 3))


def test_leads_are_those_of_the_matrix(dipole_mv):
    leads = leads_of_electrodes_mv(electrode_potentials_mv(dipole_mv))
    independent = leads[:, [0, 1, 6, 7, 8, 9, 10, 11]]
    assert np.abs(independent - dipole_mv @ DOWER.T).max() < 1e-11


def test_einthoven_and_goldberger_hold_to_the_last_bit(dipole_mv):
    noise = np.random.default_rng(2).normal(0.0, 30.0, (20000, len(ELECTRODES)))
    leads = leads_of_electrodes_mv(electrode_potentials_mv(dipole_mv) + noise, 10.0)
    lead = dict(zip(LEADS, leads.T, strict=True))
    assert np.array_equal(lead["I"] + lead["III"], lead["II"])
    assert not np.any(lead["aVR"] + lead["aVL"] + lead["aVF"])
    assert np.array_equal(2.0 * lead["aVF"], lead["II"] + lead["III"])


def test_a_common_potential_is_seen_in_no_lead(dipole_mv):
    potentials = electrode_potentials_mv(dipole_mv)
    shifted = leads_of_electrodes_mv(potentials + 7.0)
    assert np.abs(shifted - leads_of_electrodes_mv(potentials)).max() < 1e-11


def test_wilsons_terminal_is_the_mean_of_the_limbs(dipole_mv):
    assert np.abs(electrode_potentials_mv(dipole_mv)[:, :3].sum(axis=1)).max() < 1e-13


def test_channels_saturate():
    leads = leads_of_electrodes_mv(electrode_potentials_mv(np.array([[30.0, 30.0, -30.0]])), 5.0)
    assert np.abs(leads[:, [0, 1, 6, 7, 8, 9, 10, 11]]).max() == 5.0
