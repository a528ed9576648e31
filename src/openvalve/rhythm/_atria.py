"""The atria in a window: sinus node, flutter, fibrillation, premature beats, atrial pacing."""

from typing import NamedTuple

from openvalve._kernels import leaf
from openvalve.rhythm._draws import draw
from openvalve.rhythm._marks import LONG_S
from openvalve.rhythm._source_state import CODES, Atria, RhythmInput

__all__ = [
    "ATRIAL_REFRACTORY_S",
    "CONTACT_PER_S",
    "ECTOPIC_KIND",
    "FIBRILLATION",
    "FIBRILLATION_S",
    "FLUTTER",
    "FLUTTER_S",
    "AtriaStep",
    "atria_step",
    "inside",
]

SINUS = CODES["sinus"]
FIBRILLATION = CODES["atrial_fibrillation"]
FLUTTER = CODES["flutter"]
ATRIAL_REFRACTORY_S = 0.20  # 0.211 +- 0.027 in 20 healthy people [Alboni 1985]
# Waves of fibrillation that reach the node: 6.25 +- 0.58 a second in 25 patients at rest, 6.32
# tilted (Corino 2013, SciTePress 41941); 350 to 600 /min. Random like a Poisson process with a
# dead time, that of the atrium itself (half of its cycle; default).
FIBRILLATION_S = 0.16
FIBRILLATION_LEAST_S = 0.08
FIRST_WAVE_S = 0.1  # until the first wave of fibrillation or flutter that begins
FLUTTER_S = 0.2  # typical flutter, 240 to 340 /min [K]
FLUTTER_STRENGTH_FRAC = 0.25  # contraction of fluttering atria, unchecked default
CONTACT_PER_S = 1.5  # premature beats asked for a second by a tip that presses fully, default
ECTOPIC_KIND = 1.0  # code of "p_ectopic" in ATRIAL_KINDS
CONTACT_STREAM, CONTACT_TIME_STREAM, WAVE_STREAM, WEAK_STREAM = 1.0, 2.0, 13.0, 14.0


class AtriaStep(NamedTuple):
    """The atria after a window, with what happens in it, s from its start; LONG_S: nothing.

    Onset, kind, strength, whether it came from below, atrial stimulus; a wave of fibrillation on
    its way to the node and how weak it is, 0 to 1; count of such waves.
    """

    state: Atria
    onset: float
    kind: float
    strength: float
    below: bool
    spike: float
    bombards: float
    weakness: float
    waves: float


@leaf
def inside(onset_s: float, window_s: float) -> float:
    """Return an onset inside the window, where rounding put it on the border."""
    return min(max(onset_s, 0.0), 0.99999 * window_s)


@leaf
def atria_step(
    s: Atria, r: RhythmInput, rising_s: float, waves: float, windows: float, window_s: float
) -> AtriaStep:
    """Advance the atria by one window; a wave from below reaches them after ``rising_s``."""
    rate = max(r.rate_bpm, 1e-3)
    regime = r.kind if r.kind != s.asked else s.regime
    still = regime != FLUTTER and regime != FIBRILLATION
    phase, wave = s.phase, s.wave
    onset, kind, strength, spike, below = LONG_S, 0.0, 1.0, LONG_S, False
    bombards, weakness = LONG_S, 0.0
    if regime == SINUS:
        phase = phase + window_s * rate * (1.0 / 60.0)
        if phase >= 1.0:
            phase = min(phase - 1.0, 0.5)
            fired = inside(window_s - phase * 60.0 / rate, window_s)
            onset = fired if s.since + fired > ATRIAL_REFRACTORY_S else LONG_S
    elif not still:
        phase = 0.0
        if wave > 100.0:
            wave = FIRST_WAVE_S
        if wave < window_s:
            fired = inside(wave, window_s)
            if regime == FLUTTER:
                onset, strength = fired, FLUTTER_STRENGTH_FRAC
                wave = wave + FLUTTER_S
            else:
                bombards = fired
                waves = waves + 1.0
                weakness = draw(r.seed, WEAK_STREAM, waves)
                u = draw(r.seed, WAVE_STREAM, waves)  # 3 u**2 has the mean 1, and 0.9 of its spread
                more = (FIBRILLATION_S - FIBRILLATION_LEAST_S) * 3.0 * u * u
                wave = wave + FIBRILLATION_LEAST_S + more
    wave = LONG_S if still else wave - window_s
    if rising_s < window_s and still:
        fired = inside(rising_s, window_s)
        if fired < onset and s.since + fired > ATRIAL_REFRACTORY_S:
            onset, kind, below = fired, ECTOPIC_KIND, True
            phase = (window_s - fired) * rate * (1.0 / 60.0)
    if r.contact_ra_frac > 0.0 and still:
        asked = draw(r.seed, CONTACT_STREAM, windows) < r.contact_ra_frac * CONTACT_PER_S * window_s
        fired = inside(window_s * draw(r.seed, CONTACT_TIME_STREAM, windows), window_s)
        if asked and fired < onset and s.since + fired > ATRIAL_REFRACTORY_S:
            onset, kind, below = fired, ECTOPIC_KIND, False
            phase = (window_s - fired) * rate * (1.0 / 60.0)
    stimulus = LONG_S
    if r.atrial_pacing_bpm > 0.0:
        interval = 60.0 / r.atrial_pacing_bpm
        stimulus = min(s.stimulus, interval)
        if stimulus < window_s:
            spike = inside(stimulus, window_s)
            stimulus = stimulus + interval
            if still and spike < onset and s.since + spike > ATRIAL_REFRACTORY_S:
                onset, kind, below = spike, ECTOPIC_KIND, False
                phase = (window_s - spike) * rate * (1.0 / 60.0)
        stimulus = stimulus - window_s
    after = Atria(
        phase,
        window_s - onset if onset < window_s else min(s.since + window_s, LONG_S),
        regime,
        r.kind,
        wave,
        stimulus,
    )
    return AtriaStep(after, onset, kind, strength, below, spike, bombards, weakness, waves)
