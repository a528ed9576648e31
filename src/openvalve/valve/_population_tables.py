"""The learned population, all open papers; written by ``benchmarks/learn_valve.py``."""

from openvalve.valve._learn import PRIOR

__all__ = ["POPULATION"]

POPULATION = PRIOR
