"""Spectral Doppler of a jet: what a transducer over the heart shows of its true velocity.

Continuous wave hears everything along the beam: the jet, what mixes beside it, the slower blood
before the valve. Pulsed wave hears one gate, and folds what is faster than its Nyquist limit.
"""

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import final

import numpy as np
from numpy.typing import NDArray

from openvalve.errors import InputError, InputItem
from openvalve.signals._draws import Speckle
from openvalve.signals._spectrum import add_blood, outer_edge
from openvalve.units import MS, Cm, Db, Deg, Frac, Hz, Mm, S

__all__ = [
    "SOUND_M_S",
    "Beam",
    "ContinuousWave",
    "Doppler",
    "PulsedWave",
    "blood_velocity_m_s",
    "nyquist_m_s",
]

Samples = NDArray[np.float64]

SOUND_M_S = 1540.0  # in tissue [ASE 2002, J Am Soc Echocardiogr 15:167, read]
LINES_HZ = 100.0  # lines a second
STREAMS = 0x1000  # of the seed, from here on: apart from those of the pressure lines
HANN_SPREAD = 0.61  # SD of a Hann window's line, in 1/length: 1.44/2.355
TRANSIT_SPREAD = 0.2  # SD over velocity = this x wavelength / length of the gate: 0.4/T, T transit
MIXING_FRAC = 0.3  # of a jet's power that is slower blood entrained beside it [K]; 0.1 to 0.5
EDGE_FRAC = 0.15  # of the power in a gate that is the slower blood near the wall [K]
HALF_POWER_SPREADS = 1.17741  # sqrt(2 ln 2): a Gaussian's half-power point
WALL_ORDER = 4  # of the wall filter
CLUTTER_SPREAD_M_S = 0.03  # tissue moves at a few cm/s
LEAST_FACTOR = 1.5  # of the wall filter's velocity: below it no envelope is traced


def nyquist_m_s(frequency_hz: Hz, repetition_hz: Hz) -> MS:
    """Return the fastest velocity that pulsed Doppler shows unfolded.

    Equation
    --------
    v = c PRF / (4 f).  Check: 2 MHz, 5 kHz gives 0.96 m/s.

    Source    : [ASE 2002]: Doppler shift = 2 f v cos / c, and it must stay below PRF/2.
    """
    return SOUND_M_S * repetition_hz / (4.0 * frequency_hz)


def blood_velocity_m_s(flow_ml_s: Samples, area_cm2: float) -> Samples:
    """Return the mean velocity of a flow through an area, 0.01 Q/A, m/s."""
    return 0.01 * np.asarray(flow_ml_s, dtype=np.float64) / area_cm2


@dataclass(frozen=True, kw_only=True, slots=True)
class Beam(ABC):
    """What both kinds of Doppler have.

    Attributes
    ----------
    frequency_hz : of the ultrasound; heart 1.5 to 4 MHz.
    angle_deg : between the beam and the jet.
    assumed_deg : angle that the machine corrects for; 0 in the heart.
    half_aperture_deg : half of the angle under which the jet sees the transducer; a 20 mm face at
        10 cm has 5.7.
    toward : whether forward flow comes toward the transducer (mitral from the apex).
    wall_filter_hz : Doppler shifts below it are cut out; 200 to 800 Hz.
    floor_db : noise of one bin against the whole power of a jet of 1 cm2.
    clutter_db : power of the tissue against the same, before the wall filter.
    looks_count : independent spectra averaged into a line; fewer is grainier.
    bins_count : bins of velocity.
    """

    frequency_hz: Hz = 2.0e6
    angle_deg: Deg = 0.0
    assumed_deg: Deg = 0.0
    half_aperture_deg: Deg = 5.7
    toward: bool = True
    wall_filter_hz: Hz = 400.0
    floor_db: Db = -40.0
    clutter_db: Db = 20.0
    looks_count: int = 4
    bins_count: int = 256

    @abstractmethod
    def axis_limits_m_s(self) -> tuple[MS, MS]:
        """Return the ends of the axis, positive toward the transducer."""

    @abstractmethod
    def gate_length_mm(self) -> Mm:
        """Return the length in which blood is heard."""

    @abstractmethod
    def bands(self, jet_m_s: Samples, before_m_s: Samples, area_cm2: Samples) -> Samples:
        """Return the bands of blood along the flow, shape (n, m, 3): slow and fast end, power."""


@final
@dataclass(frozen=True, kw_only=True, slots=True)
class ContinuousWave(Beam):
    """Continuous wave: no range, no aliasing within its scale.

    Attributes
    ----------
    low_m_s, high_m_s : ends of the scale, positive toward the transducer.
    """

    low_m_s: MS = -7.0
    high_m_s: MS = 7.0

    def axis_limits_m_s(self) -> tuple[MS, MS]:
        """Return the scale."""
        return self.low_m_s, self.high_m_s

    def gate_length_mm(self) -> Mm:
        """Return the length over which both beams meet [K]."""
        return 50.0

    def bands(self, jet_m_s: Samples, before_m_s: Samples, area_cm2: Samples) -> Samples:
        """Return the jet's core, what mixes beside it, and the blood before the valve."""
        out = np.empty((jet_m_s.shape[0], 3, 3))
        power = area_cm2 * (jet_m_s != 0.0)
        out[:, 0, 0] = out[:, 0, 1] = out[:, 1, 1] = jet_m_s
        out[:, 1, 0] = out[:, 2, 0] = out[:, 2, 1] = before_m_s
        out[:, 0, 2] = (1.0 - MIXING_FRAC) * power
        out[:, 1, 2] = MIXING_FRAC * power
        out[:, 2, 2] = before_m_s != 0.0
        return out


@final
@dataclass(frozen=True, kw_only=True, slots=True)
class PulsedWave(Beam):
    """Pulsed wave: one gate, and what is too fast comes back from the other side.

    Attributes
    ----------
    repetition_hz : pulses a second; at most c / (2 depth), 7.7 kHz at 10 cm.
    depth_cm : of the gate.
    gate_mm : its length.
    baseline_frac : of the scale that lies below zero; 0.5 is the middle.
    """

    repetition_hz: Hz = 6000.0
    depth_cm: Cm = 10.0
    gate_mm: Mm = 5.0
    baseline_frac: Frac = 0.5

    def axis_limits_m_s(self) -> tuple[MS, MS]:
        """Return the scale: twice the Nyquist limit."""
        whole = 2.0 * nyquist_m_s(self.frequency_hz, self.repetition_hz)
        return -self.baseline_frac * whole, (1.0 - self.baseline_frac) * whole

    def gate_length_mm(self) -> Mm:
        """Return the gate."""
        return self.gate_mm

    def bands(self, jet_m_s: Samples, before_m_s: Samples, area_cm2: Samples) -> Samples:
        """Return the blood in the gate, ``jet_m_s``, and the slower part of it near the wall."""
        out = np.empty((jet_m_s.shape[0], 2, 3))
        power = area_cm2 * (jet_m_s != 0.0)
        out[:, 0, 0] = out[:, 0, 1] = out[:, 1, 1] = jet_m_s
        out[:, 1, 0] = 0.0
        out[:, 0, 2] = (1.0 - EDGE_FRAC) * power
        out[:, 1, 2] = EDGE_FRAC * power
        return out


class Doppler:
    """A Doppler trace that runs: true velocities in, lines of the display out.

    However time is cut into chunks, the lines are the same. Line k covers the samples of its own
    10 ms; its time is their middle, ``first_line_s`` after the first sample for the first line.

    Parameters
    ----------
    beam : continuous or pulsed.
    rate_in_hz : of the velocities; a whole multiple of 100.
    seed, stream_count : of the speckle; another stream for each trace.
    """

    def __init__(
        self, beam: Beam, *, rate_in_hz: Hz = 1000.0, seed: int = 0, stream_count: int = 0
    ) -> None:
        _check(beam)
        ratio = rate_in_hz / LINES_HZ
        if not (ratio >= 1.0 and ratio == round(ratio)):
            got, allowed = f"{rate_in_hz:g} Hz", f"a whole multiple of {LINES_HZ:g} Hz"
            raise InputError([InputItem(key="doppler.rate_in_hz", got=got, allowed=allowed)])
        self.beam = beam
        self.first_line_s = 0.5 * (round(ratio) - 1.0) / rate_in_hz
        self._rate_in_hz = rate_in_hz
        self._per_line = round(ratio)
        self._speckle = Speckle(
            seed,
            STREAMS + stream_count,
            bins=beam.bins_count,
            looks=beam.looks_count,
        )
        self._held = np.empty((0, 3))
        low, high = beam.axis_limits_m_s()
        step = (high - low) / beam.bins_count
        self.axis_m_s: Samples = np.asarray(
            low + step * (np.arange(beam.bins_count) + 0.5), dtype=np.float64
        )
        self._low, self._step = low, step
        per_hz = SOUND_M_S / (2.0 * beam.frequency_hz)  # m/s for each Hz of shift
        self._spread = HANN_SPREAD * LINES_HZ * per_hz
        wavelength_mm = 1000.0 * SOUND_M_S / beam.frequency_hz
        self._spread_frac = TRANSIT_SPREAD * wavelength_mm / beam.gate_length_mm()
        self._wall_m_s = beam.wall_filter_hz * per_hz
        self._noise = 10.0 ** (beam.floor_db / 10.0)
        self._base, self._passed = self._still()

    @property
    def next_line_s(self) -> S:
        """Return the time of the next line from the first sample of the next run."""
        return self.first_line_s - self._held.shape[0] / self._rate_in_hz

    def _still(self) -> tuple[Samples, Samples]:
        """Return the mean spectrum of tissue alone, and what the wall filter lets through."""
        whole = self._step * self.beam.bins_count
        from_zero = np.abs((self.axis_m_s + 0.5 * whole) % whole - 0.5 * whole)
        if self._wall_m_s > 0.0:
            ratio = np.maximum(from_zero, 1e-9) / self._wall_m_s
            passed = 1.0 / (1.0 + ratio ** (-2.0 * WALL_ORDER))
        else:
            passed = np.ones_like(from_zero)
        tissue = np.exp(-0.5 * (from_zero / CLUTTER_SPREAD_M_S) ** 2)
        tissue *= 10.0 ** (self.beam.clutter_db / 10.0) / max(float(tissue.sum()), 1e-300)
        return tissue * passed, passed

    def run(
        self,
        jet_m_s: Samples,
        *,
        before_m_s: Samples | None = None,
        area_cm2: Samples | None = None,
    ) -> Samples:
        """Return the next lines in dB, shape (lines, bins).

        Parameters
        ----------
        jet_m_s : shape (n,), true velocity of the jet, or of the blood in the gate; forward
            positive.
        before_m_s : shape (n,), velocity before the valve (continuous wave); 0 by default.
        area_cm2 : shape (n,), of the jet: the more blood, the brighter; 1 by default.
        """
        jet = np.asarray(jet_m_s, dtype=np.float64)
        before = np.zeros_like(jet) if before_m_s is None else before_m_s
        area = np.ones_like(jet) if area_cm2 is None else area_cm2
        samples = np.concatenate([self._held, np.stack([jet, before, area], axis=1)])
        lines = samples.shape[0] // self._per_line
        used = lines * self._per_line
        self._held = samples[used:].copy()
        spectrum = np.zeros((lines, self.beam.bins_count))
        if lines == 0:
            return spectrum
        flow = self.beam.bands(*np.ascontiguousarray(samples[:used].T))
        add_blood(
            self._on_beam(flow),
            self._per_line,
            self._low,
            self._step,
            self._spread,
            self._spread_frac,
            spectrum,
        )
        power = spectrum * self._passed + self._base + self._noise
        power *= self._speckle.draw(lines)
        return np.asarray(10.0 * np.log10(np.maximum(power, 1e-30)))

    def _on_beam(self, bands: Samples) -> Samples:
        """Change bands to what the beam hears: each end under the angles of the aperture.

        Equation
        --------
        Edges of a rim at angle a +/- d: v cos(a + d) to v cos(max(a - d, 0)), both over the cosine
        of the assumed angle. Source: simple ray model, PMC4510153 [read].
        """
        rad = math.pi / 180.0
        a, d = self.beam.angle_deg * rad, self.beam.half_aperture_deg * rad
        sign = (1.0 if self.beam.toward else -1.0) / math.cos(self.beam.assumed_deg * rad)
        bands[:, :, 0] *= sign * math.cos(a + d)
        bands[:, :, 1] *= sign * math.cos(max(a - d, 0.0))
        return bands

    def envelope(self, image_db: Samples) -> tuple[Samples, Samples]:
        """Return the outer edges of lines, forward and backward, each shape (lines,), m/s.

        Both as positive velocities, 0 where nothing is seen; with the machine's angle correction.
        """
        power = 10.0 ** (np.asarray(image_db, dtype=np.float64) / 10.0)
        edges = np.empty((2, power.shape[0]))
        least = max(LEAST_FACTOR * self._wall_m_s, self._step)
        spread = math.hypot(self._spread, self._step)
        outer_edge(power, self._low, self._step, self._noise, least, spread, edges)
        return (edges[0], edges[1]) if self.beam.toward else (edges[1], edges[0])

    def broadening_m_s(self, velocity_m_s: MS) -> MS:
        """Return how far the envelope is expected outside a steady velocity.

        Equation
        --------
        v (cos(max(a - d, 0)) / cos(assumed) - 1) + 1.18 s, s the spread of window, transit, bin and
        the three bins over which the eye averages.
        """
        rad = math.pi / 180.0
        nearest = max(self.beam.angle_deg - self.beam.half_aperture_deg, 0.0) * rad
        heard = velocity_m_s * math.cos(nearest) / math.cos(self.beam.assumed_deg * rad)
        bin_m_s = self._step
        spread = math.sqrt(
            self._spread**2 + (self._spread_frac * heard) ** 2 + bin_m_s**2 * (0.25 + 8.0 / 12.0)
        )
        return heard - velocity_m_s + HALF_POWER_SPREADS * spread


def _check(beam: Beam) -> None:
    low, high = beam.axis_limits_m_s()
    limits = {
        "frequency_hz": (1e5, 1e8),
        "angle_deg": (0.0, 89.0),
        "assumed_deg": (0.0, 85.0),
        "half_aperture_deg": (0.0, 45.0),
        "wall_filter_hz": (0.0, 1e4),
        "looks_count": (1.0, 1000.0),
        "bins_count": (16, 4096),
        "floor_db": (-120.0, 20.0),
        "clutter_db": (-120.0, 80.0),
    }
    items = [
        InputItem(key=f"doppler.{key}", got=f"{getattr(beam, key):g}", allowed=f"{a:g} to {b:g}")
        for key, (a, b) in limits.items()
        if not a <= getattr(beam, key) <= b
    ]
    if not low <= 0.0 < high:
        got, allowed = f"{low:g} to {high:g} m/s", "a scale with 0 in it"
        items.append(InputItem(key="doppler.scale", got=got, allowed=allowed))
    if isinstance(beam, PulsedWave):
        most = 50.0 * SOUND_M_S / beam.depth_cm if beam.depth_cm > 0.0 else 0.0
        if not 0.0 < beam.repetition_hz <= most:
            got, allowed = f"{beam.repetition_hz:g} Hz", f"up to {most:g} Hz at this depth"
            items.append(InputItem(key="doppler.repetition_hz", got=got, allowed=allowed))
    if items:
        raise InputError(items)
