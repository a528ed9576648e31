"""The CUDA kernel around the patient's loop; imported only when a batch goes to the GPU.

The simulator looks for ``cuda`` among the globals of a kernel, so the import stands here and not
inside a function.
"""

from functools import cache
from typing import Any

import numba.cuda

from openvalve._kernels import leaf
from openvalve.heart._cuda import patient_run
from openvalve.heart._float32 import float32_twin

__all__ = ["cuda", "patients_kernel"]

cuda: Any = numba.cuda


@cache
def patients_kernel(single: bool) -> Any:
    """Return the kernel, to be compiled at its first launch: thread i runs patient i."""
    run = leaf(float32_twin(patient_run)) if single else patient_run

    def patients_run(b, patients, windows, tally_from, times, failed):  # type: ignore[no-untyped-def]
        i = cuda.grid(1)
        if i < patients:
            failed[i] = run(b, i, patients, windows, tally_from, times)

    return cuda.jit(patients_run)
