"""Recordings: named channels with place, unit and rate; pure data, no computation."""

from openvalve.recording._events import EVENT_KINDS, ElectricalEvent, EventKind
from openvalve.recording._recording import Channel, Recording

__all__ = ["EVENT_KINDS", "Channel", "ElectricalEvent", "EventKind", "Recording"]
