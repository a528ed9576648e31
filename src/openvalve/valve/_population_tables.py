"""The learned population: 58 open papers on fitted hearts.

Written by ``benchmarks/learn_after.py``.
"""

from openvalve.valve._population import Population

__all__ = ["POPULATION"]

POPULATION = Population(
    bond_strength_n_mm=1.188,
    recoil_exponent_ratio=0.4599,
    retained_rheumatic_frac=0.361,
    retained_calcific_frac=0.5607,
    retained_congenital_frac=0.5485,
    retained_pulmonary_frac=0.2202,
    log_errors=(0.160, 0.285, 0.063, 0.144, 0.146, 0.128),
    correlation_frac=(
        (1.000, 0.004, 0.570, 0.813, 0.008, 0.000),
        (0.004, 1.000, 0.092, 0.087, 0.006, 0.048),
        (0.570, 0.092, 1.000, 0.471, 0.005, 0.004),
        (0.813, 0.087, 0.471, 1.000, 0.007, 0.004),
        (0.008, 0.006, 0.005, 0.007, 1.000, 0.000),
        (0.000, 0.048, 0.004, 0.004, 0.000, 1.000),
    ),
    residual_frac=(0.25, 0.35, 0.30, 0.30),
)
