"""Lists of electrical events for the tests of the ECG."""

import numpy as np

from openvalve.recording import ElectricalEvent


def events(*pairs):
    return [ElectricalEvent(at, kind) for at, kind in sorted(pairs)]


def sinus(rate_bpm, seconds, kind="qrs", pr_s=0.16, first_s=0.2, seed=0):
    """P and QRS with a respiratory variation of 3 %; the onsets of QRS beside them."""
    beats, at = [], first_s + pr_s
    while at < seconds - 0.6:
        beats.append(at)
        at += 60.0 / rate_bpm * (1.0 + 0.03 * np.sin(2.0 * np.pi * at / 4.0 + seed))
    pairs = [(b, kind) for b in beats] + [(b - pr_s, "p") for b in beats]
    return events(*pairs), np.array(beats)


def paced(rate_bpm, seconds, kind="qrs_paced_rv", latency_s=0.02, first_s=0.5):
    spikes = np.arange(first_s, seconds - 0.5, 60.0 / rate_bpm)
    pairs = [(s, "spike_v") for s in spikes] + [(s + latency_s, kind) for s in spikes]
    return events(*pairs), spikes + latency_s


def fibrillation(rate_bpm, seconds, seed=0, kind="qrs"):
    rng = np.random.default_rng(seed)
    mean = 60.0 / rate_bpm
    steps = np.maximum(mean * (1.0 + 0.22 * rng.standard_normal(int(2 * seconds / mean))), 0.3)
    beats = 0.5 + np.cumsum(steps)
    beats = beats[beats < seconds - 0.6]
    return events((0.0, "f"), *[(b, kind) for b in beats]), beats
