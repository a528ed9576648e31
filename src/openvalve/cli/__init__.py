"""The command line: thin commands over the rooms; data to stdout, messages to stderr."""

from openvalve.cli._main import main

__all__ = ["main"]
