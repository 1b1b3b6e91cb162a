"""Processor time and memory of a copy's processes, read from /proc."""

from __future__ import annotations

import os
from pathlib import Path

from stack import report

TICK = os.sysconf("SC_CLK_TCK")


def processes(state) -> dict[str, int]:
    """Name and pid of every running process of a copy."""
    return {row["name"]: row["pid"] for row in report.status(state) if row["pid"]}


def cpu_seconds(pid: int) -> float:
    """User and system time of a process, its living descendants and those it has waited for (postgres, beam)."""
    total = 0.0
    for member in (pid, *descendants(pid)):
        try:
            fields = Path(f"/proc/{member}/stat").read_text().rpartition(")")[2].split()
            total += sum(int(value) for value in fields[11:15]) / TICK
        except OSError:
            continue
    return total


def descendants(pid: int) -> list[int]:
    found = []
    try:
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            found += [int(child), *descendants(int(child))]
    except OSError:
        pass
    return found


def memory(pid: int, field: str) -> float:
    """`VmHWM` (most resident memory ever) or `VmRSS` (now), MB."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(field + ":"):
            return int(line.split()[1]) / 1024
    return 0.0


def forget_peaks(pids) -> None:
    """Starts VmHWM anew, so that a peak belongs to what is measured next."""
    for pid in pids:
        try:
            Path(f"/proc/{pid}/clear_refs").write_text("5")
        except OSError:
            continue
