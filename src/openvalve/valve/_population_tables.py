"""The learned population: 58 open papers on fitted hearts.

Written by ``benchmarks/learn_after.py``.
"""

from openvalve.valve._population import Population

__all__ = ["POPULATION"]

POPULATION = Population(
    bond_strength_n_mm=1.187,
    recoil_exponent_ratio=0.4586,
    retained_rheumatic_frac=0.3675,
    retained_calcific_frac=0.5623,
    retained_congenital_frac=0.5226,
    retained_pulmonary_frac=0.2201,
    log_errors=(0.161, 0.285, 0.063, 0.145, 0.144, 0.128),
    correlation_frac=(
        (1.000, 0.027, 0.573, 0.816, 0.008, 0.001),
        (0.027, 1.000, 0.104, 0.104, 0.006, 0.048),
        (0.573, 0.104, 1.000, 0.475, 0.005, 0.005),
        (0.816, 0.104, 0.475, 1.000, 0.007, 0.005),
        (0.008, 0.006, 0.005, 0.007, 1.000, 0.000),
        (0.001, 0.048, 0.005, 0.005, 0.000, 1.000),
    ),
    residual_frac=(0.25, 0.35, 0.30, 0.30),
)
