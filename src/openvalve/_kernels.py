"""How numerical kernels are compiled: two decorators and a cache that knows every kernel source.

Numba stamps a cached driver with its own file only, so a changed leaf would go unnoticed. The
cache directory therefore carries a hash of all kernel sources, of Numba, NumPy and Python, and of
the processor; it is set while a driver is decorated and put back after. Where no directory can be
written, drivers are compiled without a cache and one warning says so (docs/adr/0002).
"""

import hashlib
import os
import platform
import sys
import warnings
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar, cast

import llvmlite.binding as llvm
import numba
import numpy as np

__all__ = ["cache_directory", "driver", "leaf", "sources_hash"]

F = TypeVar("F", bound=Callable[..., Any])

_config: Any = numba.config

KERNEL_ROOMS = ("circulation", "rhythm", "heart", "valve")
# The leaflet solver lies in packages of the valve room and shares no leaf with the heart, so that
# a change of one does not compile the other anew.
LEAFLET_ROOMS = ("valve/shell", "valve/balloon", "valve/closing")


def sources_hash(root: Path | None = None, rooms: tuple[str, ...] = KERNEL_ROOMS) -> str:
    """Return a hash of every kernel source below ``root`` and of what compiles it.

    Parameters
    ----------
    root : the package folder; the installed one by default.
    rooms : folders below it whose sources count.
    """
    folder = Path(__file__).parent if root is None else root
    digest = hashlib.sha256()
    digest.update(
        f"{numba.__version__}|{np.__version__}|{sys.version}|{platform.machine()}|"
        f"{llvm.get_host_cpu_name()}|{_config.DISABLE_JIT}".encode()
    )
    for source in sorted(p for room in rooms for p in (folder / room).glob("*.py")):
        digest.update(source.name.encode())
        digest.update(source.read_bytes())
    for shared in ("_kernels.py", "units.py"):  # constants of units.py are frozen into kernels
        digest.update((folder / shared).read_bytes())
    return digest.hexdigest()[:16]


@lru_cache(maxsize=2)
def cache_directory(rooms: tuple[str, ...] = KERNEL_ROOMS) -> Path | None:
    """Return the writable cache directory of this build, or None where there is none."""
    base = os.environ.get("OPENVALVE_CACHE_DIR") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache"),
        "openvalve",
    )
    folder = Path(base) / f"kernels-{sources_hash(rooms=rooms)}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError:
        warnings.warn(
            f"kernels are compiled anew in every process: {folder} cannot be written"
            " (set OPENVALVE_CACHE_DIR to a writable folder)",
            RuntimeWarning,
            stacklevel=2,
        )
        return None
    return folder


def leaf(function: F) -> F:
    """Compile a leaf: scalars in, tuples out, always inlined into its driver."""
    return cast(F, numba.njit(forceinline=True, error_model="numpy", fastmath=False)(function))


def driver(function: F) -> F:
    """Compile a driver: the loop that calls leaves; cached, and free of the interpreter lock."""
    leaflets = function.__module__.startswith(
        tuple("openvalve." + room.replace("/", ".") + "." for room in LEAFLET_ROOMS)
    )
    folder = cache_directory(LEAFLET_ROOMS if leaflets else KERNEL_ROOMS)
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": False}
    if folder is None:
        return cast(F, numba.njit(**options)(function))
    before = _config.CACHE_DIR
    _config.CACHE_DIR = str(folder)
    try:
        return cast(F, numba.njit(cache=True, **options)(function))
    finally:
        _config.CACHE_DIR = before
