"""What happened electrically, and when: the marks from which an ECG is drawn."""

from typing import Literal, NamedTuple, get_args

__all__ = ["EVENT_KINDS", "ElectricalEvent", "EventKind"]

# Atria: a P wave, one from elsewhere in the atria; fibrillation, flutter from here on, their end.
# Ventricles: by the way the wave takes; fibrillation from here on, its end. Then the stimuli.
EventKind = Literal[
    "p",
    "p_ectopic",
    "f",
    "flutter",
    "atria_quiet",
    "qrs",
    "qrs_lbbb",
    "qrs_rbbb",
    "qrs_lafb",
    "qrs_escape",
    "qrs_ectopic_rv",
    "qrs_ectopic_lv",
    "qrs_paced_rv",
    "qrs_paced_lv",
    "fusion",
    "vf",
    "vf_end",
    "spike_a",
    "spike_v",
    "shock",
]
EVENT_KINDS: tuple[EventKind, ...] = get_args(EventKind)


class ElectricalEvent(NamedTuple):
    """One electrical event: seconds from the first sample of its recording, and what it is.

    ``p`` and ``qrs...`` are the onsets of the wave in the ECG, ``spike_...`` of the stimulus.
    """

    at_s: float
    kind: EventKind
