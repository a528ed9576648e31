"""The learned population: 58 open papers on fitted hearts.

Written by ``benchmarks/learn_after.py``.
"""

from openvalve.valve._population import Population

__all__ = ["POPULATION"]

POPULATION = Population(
    bond_strength_n_mm=1.215,
    recoil_exponent_ratio=0.5057,
    retained_rheumatic_frac=0.3669,
    retained_calcific_frac=0.5361,
    retained_congenital_frac=0.5486,
    retained_pulmonary_frac=0.2206,
    log_errors=(0.150, 0.286, 0.063, 0.141, 0.146, 0.129),
    correlation_frac=(
        (1.000, 0.054, 0.566, 0.809, 0.007, 0.003),
        (0.054, 1.000, 0.172, 0.067, 0.007, 0.052),
        (0.566, 0.172, 1.000, 0.461, 0.005, 0.009),
        (0.809, 0.067, 0.461, 1.000, 0.006, 0.004),
        (0.007, 0.007, 0.005, 0.006, 1.000, 0.000),
        (0.003, 0.052, 0.009, 0.004, 0.000, 1.000),
    ),
    residual_frac=(0.25, 0.35, 0.30, 0.30),
)
