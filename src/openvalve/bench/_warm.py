"""``python -m openvalve.bench._warm``: compile every kernel once, before tests run in parallel."""

import time

__all__ = ["warm_all"]


def warm_all() -> float:
    """Compile the kernels, or load them from the cache; return the seconds that it took."""
    from openvalve.heart import warm

    started = time.perf_counter()
    warm()
    return time.perf_counter() - started


if __name__ == "__main__":
    print(f"kernels ready in {warm_all():.1f} s")
