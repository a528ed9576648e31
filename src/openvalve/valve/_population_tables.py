"""The learned population: 58 open papers on fitted hearts.

Written by ``benchmarks/learn_after.py``.
"""

from openvalve.valve._population import Population

__all__ = ["POPULATION"]

POPULATION = Population(
    bond_strength_n_mm=1.182,
    recoil_exponent_ratio=0.4558,
    retained_rheumatic_frac=0.3636,
    retained_calcific_frac=0.5679,
    retained_congenital_frac=0.5485,
    retained_pulmonary_frac=0.2207,
    log_errors=(0.160, 0.286, 0.063, 0.146, 0.146, 0.128),
    correlation_frac=(
        (1.000, 0.035, 0.573, 0.820, 0.008, 0.002),
        (0.035, 1.000, 0.107, 0.110, 0.006, 0.048),
        (0.573, 0.107, 1.000, 0.477, 0.005, 0.005),
        (0.820, 0.110, 0.477, 1.000, 0.007, 0.005),
        (0.008, 0.006, 0.005, 0.007, 1.000, 0.000),
        (0.002, 0.048, 0.005, 0.005, 0.000, 1.000),
    ),
    residual_frac=(0.25, 0.35, 0.30, 0.30),
)
