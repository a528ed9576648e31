"""Run every benchmark, say on what machine, and print one JSON object a line.

.venv/bin/python benchmarks/run.py >> measured.jsonl
"""

import json
import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

BENCHMARKS = ("circulation", "plan", "signals")


def processor() -> str:
    """Return the name of the processor, as far as the system tells."""
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def main() -> None:
    """Print a line for each benchmark."""
    for name in BENCHMARKS:
        command = [sys.executable, "-m", "openvalve", "bench", name, "--json"]
        done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        record = {
            "benchmark": name,
            "date": datetime.now(UTC).date().isoformat(),
            "processor": processor(),
            "cores_count": os.cpu_count(),
            "load_1min": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
            "python": platform.python_version(),
            "figures": json.loads(done.stdout),
        }
        print(json.dumps(record), flush=True)


if __name__ == "__main__":
    main()
