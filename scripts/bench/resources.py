"""Processor time and memory of a copy's processes, read from /proc."""

from __future__ import annotations

import os
import time
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
            total += sum(int(value) for value in fields[13:15]) / TICK + _own_seconds(member, fields)
        except OSError:
            continue
    return total


def _own_seconds(pid: int, fields: list[str]) -> float:
    """By the process' own clock, as clock_getcpuclockid(3) makes it: exact, where /proc counts ticks."""
    try:
        return time.clock_gettime_ns((~pid << 3) | 2) / 1e9
    except OSError:
        return sum(int(value) for value in fields[11:13]) / TICK


def descendants(pid: int) -> list[int]:
    """Children of any of its threads, and theirs."""
    found = []
    for thread in Path(f"/proc/{pid}/task").glob("*"):
        try:
            children = (thread / "children").read_text().split()
        except OSError:
            continue
        for child in map(int, children):
            found += [child, *descendants(child)]
    return found


def machine_seconds() -> float:
    """What all processors of the machine have worked since its start, for anybody."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    user, nice, system, _, _, interrupts, soft_interrupts = (int(value) for value in fields[:7])
    return (user + nice + system + interrupts + soft_interrupts) / TICK


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
