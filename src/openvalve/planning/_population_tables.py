"""Population parameters of the answer to relief, learned by ``benchmarks/learn_after.py``.

Learned from the open acute rows that carry before and after, all papers; ``openvalve validate``
learns them again with each paper left out.
"""

from openvalve.planning._after import AfterState

__all__ = ["AFTER_SPREAD_FRAC", "AFTER_STATE"]

AFTER_STATE = AfterState()
# Log spread of each between patients; not measured anywhere, taken wide.
AFTER_SPREAD_FRAC = 0.35
