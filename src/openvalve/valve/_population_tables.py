"""The learned population: 58 open papers on fitted hearts.

Written by ``benchmarks/learn_after.py``.
"""

from openvalve.valve._population import Population

__all__ = ["POPULATION"]

POPULATION = Population(
    bond_strength_n_mm=1.186,
    recoil_exponent_ratio=0.4552,
    retained_rheumatic_frac=0.3664,
    retained_calcific_frac=0.5571,
    retained_congenital_frac=0.6271,
    retained_pulmonary_frac=0.2474,
    log_errors=(0.161, 0.286, 0.063, 0.145, 0.177, 0.131),
    correlation_frac=(
        (1.000, 0.029, 0.574, 0.814, 0.010, 0.001),
        (0.029, 1.000, 0.104, 0.106, 0.007, 0.044),
        (0.574, 0.104, 1.000, 0.475, 0.006, 0.005),
        (0.814, 0.106, 0.475, 1.000, 0.008, 0.005),
        (0.010, 0.007, 0.006, 0.008, 1.000, 0.000),
        (0.001, 0.044, 0.005, 0.005, 0.000, 1.000),
    ),
    residual_frac=(0.25, 0.35, 0.30, 0.30),
)
