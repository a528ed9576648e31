"""The learned population: 57 open papers; by ``benchmarks/learn_valve.py``."""

from openvalve.valve._population import Population

__all__ = ["POPULATION"]

POPULATION = Population(
    bond_strength_n_mm=1.149,
    recoil_exponent_ratio=0.4351,
    retained_rheumatic_frac=0.357,
    retained_calcific_frac=0.6756,
    retained_congenital_frac=0.4966,
    retained_pulmonary_frac=0.1931,
    log_errors=(0.146, 0.292, 0.061, 0.190, 0.138, 0.120),
    correlation_frac=(
        (1.000, 0.057, 0.524, 0.900, 0.006, 0.002),
        (0.057, 1.000, 0.133, 0.113, 0.006, 0.044),
        (0.524, 0.133, 1.000, 0.478, 0.004, 0.006),
        (0.900, 0.113, 0.478, 1.000, 0.006, 0.005),
        (0.006, 0.006, 0.004, 0.006, 1.000, 0.000),
        (0.002, 0.044, 0.006, 0.005, 0.000, 1.000),
    ),
    residual_frac=(0.25, 0.10, 0.30, 0.30),
)
