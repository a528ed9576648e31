"""Blocks of lanes: each value lies side by side, so that one instruction takes four."""

import math

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver
from openvalve.valve.shell._rows import LANES, VALUES

__all__ = ["blocks_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.uint32]


@driver
def blocks_of(
    tri: Ints, inverse: Floats, law: Floats,
    hinges: Ints, hinge_k: Floats, hinge_rad: Floats, bend_set: Floats, crack: Floats,
) -> tuple[Floats, Floats, Floats, Ints, Floats, float]:  # fmt: skip
    """Return lanes, tissue, loads of hinges, their slots, rests, and the steepest shape gradient.

    A lane of a last block that is not full holds a sound triangle and hinge.
    """
    m = tri.shape[0]
    lanes = np.ones(15 * LANES)
    for j in range(LANES):  # a sound triangle and hinge where a last block is not full
        lanes[j], lanes[LANES + j], lanes[2 * LANES + j] = 1.0, 0.0, 0.0
        lanes[3 * LANES + j], lanes[4 * LANES + j], lanes[5 * LANES + j] = 0.0, 1.0, 0.0
        lanes[6 * LANES + j], lanes[7 * LANES + j], lanes[8 * LANES + j] = 0.0, -1.0, 0.0
    packed = np.ones((m + LANES - 1) // LANES * LANES * VALUES)
    for j in range((m - 1) // LANES * LANES * VALUES + LANES, packed.shape[0] - 8 * LANES):
        packed[j] = 0.0  # so that an empty lane's shape gradients are (1, 0), (0, 1)
    for e in range(m):
        base = e // LANES * LANES * VALUES + e % LANES
        for j in range(4):
            packed[base + j * LANES] = inverse[e, j]
        for j in range(4, VALUES):
            packed[base + j * LANES] = law[e, j - 4]
    turns = np.zeros((m + LANES - 1) // LANES * LANES * 6)  # g and h of each corner's hinge
    slots = np.empty((hinges.shape[0], 2), np.uint32)
    for h in range(hinges.shape[0]):
        for j in range(2):
            e, corner = hinges[h, 4 + j], 0
            while tri[e, corner] != hinges[h, 2 + j]:
                corner += 1
            slots[h, j] = e // LANES * LANES * 6 + corner * LANES + e % LANES
    rests = np.zeros((hinges.shape[0] + LANES - 1) // LANES * LANES * 2)
    for h in range(hinges.shape[0]):
        base = h // LANES * LANES * 2 + h % LANES
        rests[base] = hinge_k[h] * crack[h] * math.cos(hinge_rad[h] + bend_set[h])
        rests[base + LANES] = hinge_k[h] * crack[h] * math.sin(hinge_rad[h] + bend_set[h])
    steepest = 0.0
    for e in range(m):
        for j in range(2):
            b1, c1 = inverse[e, j], inverse[e, 2 + j]
            steepest = max(steepest, abs(b1), abs(c1), abs(b1 + c1))
    return lanes, packed, turns, slots, rests, steepest
