"""Recordings: named channels with place, unit and rate; pure data, no computation."""

from openvalve.recording._recording import Channel, Recording

__all__ = ["Channel", "Recording"]
