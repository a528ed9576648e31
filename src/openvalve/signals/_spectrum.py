"""Doppler spectra: the power that moving blood returns at each velocity, and its outer edge."""

import math

import numpy as np
from numpy.typing import NDArray

from openvalve._kernels import driver

__all__ = ["add_blood", "outer_edge"]

Samples = NDArray[np.float64]

REACH = 4.5  # standard deviations of the smear that are drawn
NARROW = 0.25  # of the smear: a band narrower than this is drawn that wide
ROOT_HALF = 0.7071067811865476
SEEN_RATIO = 4.0  # power over noise that an eye calls signal (6 dB)
TAIL = 5.0  # standard deviations from a signal's edge to where it drowns in the noise
ZONE_FRAC = 0.12  # of the edge's velocity: where the brightness of the edge is judged
RUN_BINS = 2  # neighbours that must be bright too, so that one speckle is no edge


@driver
def add_blood(
    bands: Samples,
    per_line: int,
    low: float,
    step: float,
    spread: float,
    spread_frac: float,
    spectrum: Samples,
) -> None:
    """Add bands of blood to the mean spectrum of each line, folded at the ends of the axis.

    Equation
    --------
    S(v) += P / n * [Phi((v - a)/s) - Phi((v - b)/s)] / (b - a) * dv, s^2 = spread^2 +
    (spread_frac max(|a|, |b|))^2 + (dv/2)^2; a band is uniform from a to b, smeared by s.

    Parameters
    ----------
    bands : shape (n, m, 3), m bands at each of n moments: one end and the other, m/s, and power.
    per_line : moments in each line.
    low, step : lower end of the axis and width of a bin, m/s.
    spread : of the spectral window, m/s.
    spread_frac : of transit through the beam, of the velocity.
    spectrum : shape (lines, bins), added to.
    """
    bins = spectrum.shape[1]
    for i in range(spectrum.shape[0] * per_line):
        line = i // per_line
        for j in range(bands.shape[1]):
            power = bands[i, j, 2]
            if power <= 0.0:
                continue
            a = min(bands[i, j, 0], bands[i, j, 1])
            b = max(bands[i, j, 0], bands[i, j, 1])
            most = max(abs(a), abs(b)) * spread_frac
            s = math.sqrt(spread * spread + most * most + 0.25 * step * step)
            if b - a < NARROW * s:
                middle = 0.5 * (a + b)
                a = middle - 0.5 * NARROW * s
                b = middle + 0.5 * NARROW * s
            scale = ROOT_HALF / s
            height = 0.5 * power * step / ((b - a) * per_line)
            first = math.floor((a - REACH * s - low) / step)
            last = math.ceil((b + REACH * s - low) / step)
            flat_from = a + REACH * s  # between them the band is at its full height
            flat_to = b - REACH * s
            for k in range(first, last + 1):
                v = low + (k + 0.5) * step
                if flat_from < v < flat_to:
                    spectrum[line, k % bins] += 2.0 * height
                else:
                    share = math.erf((v - a) * scale) - math.erf((v - b) * scale)
                    spectrum[line, k % bins] += height * share


@driver
def outer_edge(
    power: Samples,
    low: float,
    step: float,
    noise: float,
    least: float,
    spread: float,
    edges: Samples,
) -> None:
    """Write the outer edge of the signal of each line, as a reader traces it, forward and back.

    From the outside in: the first bins brighter than the noise; then, by the brightness just
    inside them, the velocity at which the smoothed power has fallen to half. 0 where no signal.

    Parameters
    ----------
    power : shape (lines, bins), linear.
    low, step : lower end of the axis and width of a bin, m/s.
    noise : mean power of a bin without signal.
    least : velocities below this, m/s, are not looked at (wall filter).
    spread : of one velocity, m/s; the signal's tail reaches some five of them into the noise.
    edges : shape (2, lines), written: towards positive and towards negative velocities.
    """
    bins = power.shape[1]
    smooth = np.empty(bins)
    seen = SEEN_RATIO * noise
    for line in range(power.shape[0]):
        row = power[line]
        for k in range(bins):
            before, after = max(k - 1, 0), min(k + 1, bins - 1)
            smooth[k] = (row[before] + row[k] + row[after]) / 3.0
        for side in range(2):
            sign = 1 if side == 0 else -1
            outer = bins - 1 if side == 0 else 0
            inner = math.ceil((sign * least - low) / step - 0.5)
            if side == 1:
                inner = math.floor((-least - low) / step - 0.5)
            count = sign * (outer - inner)  # bins from the inner one to the outer one
            edge = -1
            run = 0
            for j in range(count, -1, -1):
                run = run + 1 if smooth[inner + sign * j] > seen else 0
                if run > RUN_BINS:
                    edge = j + RUN_BINS
                    break
            edges[side, line] = 0.0
            if edge < 0:
                continue
            velocity = sign * (low + (inner + sign * edge + 0.5) * step)
            zone = RUN_BINS + round((ZONE_FRAC * velocity + TAIL * spread) / step)
            most = 0.0
            for j in range(max(0, edge - zone), edge + 1):
                most = max(most, smooth[inner + sign * j])
            half = max(0.5 * most, seen)
            at = edge
            while at > 0 and smooth[inner + sign * at] < half:
                at -= 1
            here = smooth[inner + sign * at]
            after_it = smooth[inner + sign * (at + 1)] if at < count else 0.0
            part = (here - half) / (here - after_it) if here > after_it else 0.0
            where = sign * (low + (inner + sign * at + 0.5) * step)
            edges[side, line] = where + step * min(max(part, 0.0), 1.0)
