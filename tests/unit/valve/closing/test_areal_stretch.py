"""Areal stretch of a wall: known maps."""

import numpy as np
import pytest

from openvalve.valve.closing import areal_stretch


def cylinder(radius_mm, height_mm, around=40, rows=12):
    t = 2.0 * np.pi * np.arange(around) / around
    z = np.linspace(0.0, height_mm, rows)
    nodes = np.array([[radius_mm * np.cos(a), radius_mm * np.sin(a), h] for h in z for a in t])
    q = np.arange(rows * around).reshape(rows, around)
    r = np.roll(q, -1, axis=1)
    a, b, c, d = q[:-1].ravel(), r[:-1].ravel(), r[1:].ravel(), q[1:].ravel()
    return nodes, np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])


def test_a_uniform_map_has_its_determinant_everywhere():
    nodes, wall = cylinder(11.0, 10.0)
    found = areal_stretch(nodes, nodes * [1.25, 1.25, 1.1], wall)
    assert found.each == pytest.approx(1.25 * 1.1)
    assert found.mean_ratio == pytest.approx(1.375)
    assert found.peak_ratio == pytest.approx(1.375)


def test_turning_and_moving_stretch_nothing():
    nodes, wall = cylinder(11.0, 10.0)
    turn = np.array([[0.0, -1.0, 0.0], [0.6, 0.0, -0.8], [0.8, 0.0, 0.6]])
    assert areal_stretch(nodes, nodes @ turn.T + [3.0, 4.0, 5.0], wall).each == pytest.approx(1.0)


def test_the_peak_finds_the_soft_place_and_no_single_sliver_decides():
    nodes, wall = cylinder(11.0, 10.0)
    pulled = nodes.copy()
    near = (np.abs(nodes[:, 2] - 5.0) < 2.0) & (nodes[:, 0] > 9.0)
    pulled[near, 0] += 4.0
    found = areal_stretch(nodes, pulled, wall)
    assert nodes[wall[found.peak_at]].mean(axis=0)[0] > 7.0
    assert found.mean_ratio < found.peak_ratio <= found.each.max() + 1e-12
    sliver = nodes.copy()
    sliver[wall[0, 0]] += [0.0, 0.0, -8.0]
    one = areal_stretch(nodes, sliver, wall)
    assert one.peak_ratio < 0.9 * one.each.max()
