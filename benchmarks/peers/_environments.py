"""One virtual environment a peer, and the system libraries that two of them need.

Nothing outside the work folder is changed. A library that the system lacks is taken from Debian
packages, unpacked without installing them (``apt-get download``, ``dpkg-deb``), where those tools
are there; else the peer is told apart as not installed, with the reason.
"""

import ctypes
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

PEERS_FOLDER = Path(__file__).parent
FORTRAN = "libgfortran.so.5"
HEADER = Path("sundials/sundials_config.h")
SUNDIALS_PARTS = re.compile(r"libsundials-(cvodes|nvecserial|sunmatrix|sunlinsol)\d+$")


class NotInstalled(Exception):
    """Why a peer cannot be run here."""


@dataclass(frozen=True, kw_only=True)
class Peer:
    """What to install for a peer and how to run it; ``rounds`` bounds a slow one."""

    name: str
    script: str
    packages: tuple[str, ...] = ()
    needs: str = ""
    rounds: int | None = None


PEERS = (
    Peer(name="OpenValve", script="run_openvalve.py"),
    Peer(name="svZeroDSolver", script="run_svzerod.py", packages=("svzerod",)),
    Peer(
        name="haemflow-cl0",
        script="run_haemflow.py",
        packages=("numpy<2", "haemflow-cl0"),
        needs="fortran",
    ),
    Peer(name="Myokit", script="run_myokit.py", packages=("myokit",), needs="sundials"),
    Peer(name="circulation", script="run_circulation.py", packages=("circulation",), rounds=2),
)


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stderr.strip() or done.stdout.strip() or "no message").splitlines()
        raise NotInstalled(f"{Path(command[0]).name} {command[1]}: {lines[-1]}")
    return done.stdout


def unpack(packages: list[str], folder: Path, hint: str) -> Path:
    """Return the root of the unpacked Debian packages."""
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        raise NotInstalled(hint)
    folder.mkdir(parents=True, exist_ok=True)
    try:
        _run(["apt-get", "download", "-q", *packages], folder)
        for package in sorted(folder.glob("*.deb")):
            _run(["dpkg-deb", "-x", package.name, "root"], folder)
    except NotInstalled as error:
        raise NotInstalled(f"{hint} ({error})") from error
    return folder / "root" / "usr"


def _libraries(root: Path) -> str:
    return os.pathsep.join(str(p) for p in sorted((root / "lib").glob("*-linux-gnu*")))


def _fortran(work: Path) -> dict[str, str]:
    try:
        ctypes.CDLL(FORTRAN)
    except OSError:
        root = work / "fortran" / "root" / "usr"
        if not root.exists():
            root = unpack(
                ["libgfortran5", "libquadmath0"],
                work / "fortran",
                f"{FORTRAN} is missing: apt-get install libgfortran5",
            )
        return {"LD_LIBRARY_PATH": _libraries(root)}
    return {}


def _sundials(work: Path) -> dict[str, str]:
    if not (shutil.which("gcc") or shutil.which("cc")):
        raise NotInstalled("no C compiler: apt-get install gcc")
    if any((Path(p) / HEADER).exists() for p in ("/usr/include", "/usr/local/include")):
        return {}
    hint = "the headers of SUNDIALS are missing: apt-get install libsundials-dev"
    folder = work / "sundials"
    root = folder / "root" / "usr"
    if not root.exists():
        if not shutil.which("apt-cache"):
            raise NotInstalled(hint)
        words = _run(["apt-cache", "depends", "libsundials-dev"], work).split()
        parts = [w for w in words if SUNDIALS_PARTS.match(w)]
        root = unpack(["libsundials-dev", *parts], folder, hint)
    return {"LD_LIBRARY_PATH": _libraries(root), "PEERS_SUNDIALS": str(root)}


def prepare(peer: Peer, work: Path) -> tuple[str, dict[str, str]]:
    """Return the Python of a peer's environment and what its process needs in ``os.environ``."""
    if not peer.packages:
        return sys.executable, {}
    needed = {"fortran": _fortran, "sundials": _sundials}
    extra = needed[peer.needs](work) if peer.needs else {}
    home = work / "home"  # Myokit writes a settings file into the home folder
    home.mkdir(exist_ok=True)
    folder = work / peer.name
    python = folder / "bin" / "python"
    mark = folder / "installed.txt"
    wanted = "\n".join((sys.version, *peer.packages))
    if not mark.exists() or mark.read_text(encoding="utf-8") != wanted:
        _run([sys.executable, "-m", "venv", "--clear", str(folder)], work)
        pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        _run([*pip, *peer.packages], work)
        mark.write_text(wanted, encoding="utf-8")
    return str(python), {"HOME": str(home), **extra}
