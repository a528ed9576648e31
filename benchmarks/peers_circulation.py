"""Our circulation beside its peers: the same 20 beats, interleaved, in one run.

.venv/bin/python benchmarks/peers_circulation.py [--rounds N] [--only NAME] [--json OUT]

Every peer is installed from the Python package index into an environment of its own and runs as one
process that stays warm. The first run of each case (compilation, first touch) is thrown away; then
all cases take turns, round after round, so that a slow minute of the machine hits all of them. A
turn is one run, or as many as fill a tenth of a second (at most 20).
Timed is what a user calls: from parameters to the curves of the last beat. The table is Markdown,
on stdout; progress on stderr. A peer that cannot be installed or run is listed with the reason.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from peers._environments import PEERS, PEERS_FOLDER, NotInstalled, Peer, prepare

OURS = "OpenValve"
BEATS = 20
TURN_S = 0.1


class Worker:
    """The process of a peer, and what it has measured so far."""

    def __init__(self, peer: Peer, work: Path) -> None:
        python, extra = prepare(peer, work)
        self.peer = peer
        self.process = subprocess.Popen(
            [python, str(PEERS_FOLDER / peer.script)],
            cwd=work,
            env={**os.environ, **extra},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if peer.packages else None,
            text=True,
        )
        self.about = self._answer()
        self.walls: dict[str, list[float]] = {name: [] for name in self.about["cases"]}
        self.ends: dict[str, dict[str, float]] = {}
        self.errors: dict[str, str] = {}
        self.repeats: dict[str, int] = {}

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            said = self.process.stderr.read() if self.process.stderr else ""
            lines = said.strip().splitlines() or ["it ended without a word"]
            raise NotInstalled(lines[-1])
        answer: dict[str, Any] = json.loads(line)
        return answer

    def take(self, case: str, *, keep: bool) -> None:
        """Run a case once; keep its time, or only its end state."""
        if case in self.errors:
            return
        assert self.process.stdin is not None
        self.process.stdin.write(case + "\n")
        self.process.stdin.flush()
        answer = self._answer()
        if "error" in answer:
            self.errors[case] = answer["error"]
            return
        if "end" in answer:
            self.ends[case] = answer["end"]
        if keep:
            self.walls[case].append(answer["wall_s"])
        else:
            self.repeats[case] = max(1, min(20, round(TURN_S / answer["wall_s"])))

    def turn(self, case: str) -> None:
        """Run a case as often as a turn allows."""
        for _ in range(self.repeats.get(case, 1)):
            self.take(case, keep=True)

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(timeout=60)


def start(work: Path, only: list[str]) -> tuple[list[Worker], list[dict[str, Any]]]:
    workers, missing = [], []
    for peer in PEERS:
        if only and peer.name not in (OURS, *only):
            continue
        print(f"preparing {peer.name}", file=sys.stderr, flush=True)
        try:
            workers.append(Worker(peer, work))
        except NotInstalled as error:
            missing.append({"peer": peer.name, "not_installed": str(error)})
    return workers, missing


def measure(workers: list[Worker], rounds: int) -> None:
    print("warming up", file=sys.stderr, flush=True)
    for worker in workers:
        for case in worker.walls:
            worker.take(case, keep=False)
            worker.take(case, keep=False)  # the second one tells how long a warm run is
    for turn in range(rounds):
        print(f"round {turn + 1} of {rounds}", file=sys.stderr, flush=True)
        for worker in workers:
            if turn < (worker.peer.rounds or rounds):
                for case in worker.walls:
                    worker.turn(case)


def row(worker: Worker, case: str) -> dict[str, Any]:
    """Return the figures of one case."""
    about = worker.about["cases"][case]
    found = {"peer": worker.peer.name, "version": worker.about["version"], "case": case, **about}
    if case in worker.errors:
        return {**found, "error": worker.errors[case]}
    walls = worker.walls[case]
    middle, best = statistics.median(walls), min(walls)
    return {
        **found,
        "runs": len(walls),
        "ms_per_beat": 1e3 * middle / BEATS,
        "ms_per_beat_best": 1e3 * best / BEATS,
        "x_real": about["simulated_s"] / middle,
        "x_real_best": about["simulated_s"] / best,
        "end": worker.ends[case],
    }


def with_ratios(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Add how many times faster ours runs a simulated second: at the same step, and at 1 ms."""
    ours = [r for r in rows if r["peer"] == OURS and "x_real" in r]
    same = {r["step_s"]: r["x_real"] for r in ours if r["case"].startswith("simulate")}
    live = {r["step_s"]: r["x_real"] for r in ours if r["case"] == "live"}
    for r in rows:
        if r["peer"] != OURS and "x_real" in r:
            step = None if r["step_s"] is None else round(r["step_s"], 5)
            r["ratio_same_step"] = same[step] / r["x_real"] if step in same else None
            r["ratio"] = same[1e-3] / r["x_real"]
            r["ratio_live"] = live[1e-3] / r["x_real"] if live else None
    return rows


def _number(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.3g}" if value < 1000 else f"{value:,.0f}"


def table(rows: list[dict[str, Any]]) -> str:
    """Return the Markdown table."""
    head = [
        "Peer",
        "Model",
        "Step",
        "ms a beat, median (best)",
        "x real, median (best)",
        "ours faster, same step",
        "ours at 1 ms",
        "ours live",
        "end: aorta, stroke volume, end-diastolic volume",
    ]
    lines = [head, ["---"] * len(head)]
    for r in rows:
        who = f"{r['peer']} {r.get('version', '')}".strip()
        why = r.get("not_installed") or r.get("error")
        if why:
            lines.append([who, f"not measured: {why}", *["-"] * (len(head) - 2)])
            continue
        e = r["end"]
        end = f"{e['systolic_mmhg']:.0f}/{e['diastolic_mmhg']:.0f} mmHg"
        end += f", {e['stroke_volume_ml']:.0f} mL, {e['end_diastolic_ml']:.0f} mL"
        pairs = [("ms_per_beat", "ms_per_beat_best"), ("x_real", "x_real_best")]
        lines.append(
            [who, r["model"], r["step"]]
            + [f"{_number(r[a])} ({_number(r[b])})" for a, b in pairs]
            + [_number(r.get(k)) for k in ("ratio_same_step", "ratio", "ratio_live")]
            + [end]
        )
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def main() -> None:
    """Measure, print the table, and write the figures where asked."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    parser = argparse.ArgumentParser(description="Our circulation beside its peers.")
    parser.add_argument("--rounds", type=int, default=7, help="runs of every case")
    parser.add_argument("--only", action="append", default=[], help="a peer; may be repeated")
    parser.add_argument("--work", type=Path, default=Path(cache) / "openvalve" / "peers")
    parser.add_argument("--json", type=Path, help="write every figure to this file")
    given = parser.parse_args()
    work = given.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    workers, missing = start(work, given.only)
    measure(workers, given.rounds)
    rows = with_ratios([row(w, case) for w in workers for case in w.walls]) + missing
    for worker in workers:
        worker.close()
    print(table(rows))
    if given.json:
        record = {
            "date": datetime.now(UTC).date().isoformat(),
            "python": platform.python_version(),
            "cores_count": os.cpu_count(),
            "load_1min": load,
            "beats": BEATS,
            "rows": rows,
        }
        given.json.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
