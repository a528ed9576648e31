"""The learned population: 57 open papers; by ``benchmarks/learn_valve.py``."""

from openvalve.valve._population import Population

__all__ = ["POPULATION"]

POPULATION = Population(
    bond_strength_n_mm=1.166,
    recoil_exponent_ratio=0.428,
    retained_rheumatic_frac=0.3578,
    retained_calcific_frac=0.5725,
    retained_congenital_frac=0.4951,
    retained_pulmonary_frac=0.1933,
    log_errors=(0.160, 0.294, 0.062, 0.147, 0.139, 0.120),
    correlation_frac=(
        (1.000, 0.025, 0.543, 0.828, 0.008, 0.001),
        (0.025, 1.000, 0.116, 0.099, 0.005, 0.043),
        (0.543, 0.116, 1.000, 0.457, 0.005, 0.005),
        (0.828, 0.099, 0.457, 1.000, 0.007, 0.004),
        (0.008, 0.005, 0.005, 0.007, 1.000, 0.000),
        (0.001, 0.043, 0.005, 0.004, 0.000, 1.000),
    ),
    residual_frac=(0.25, 0.35, 0.30, 0.30),
)
