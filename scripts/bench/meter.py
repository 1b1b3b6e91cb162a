"""Processor time: of a span, by process."""

from __future__ import annotations

import time

from bench import resources


class Meter:
    """Processor seconds of every process since it was made."""

    def __init__(self, bench):
        self.bench = bench
        self.began = time.time()
        self.before = {name: resources.cpu_seconds(pid) for name, pid in bench.pids.items()}
        self.last: tuple[dict[str, float], dict[str, float]] | None = None

    def stop(self, delay: float) -> None:
        """After so many seconds, in which what the last calls leave behind is done: what comes later is not counted."""
        time.sleep(delay)
        self.last = self.read()

    def go_on(self) -> None:
        """It was stopped too early."""
        self.last = None

    def read(self) -> tuple[dict[str, float], dict[str, float]]:
        """All of them, and those that are more than idling takes. The latter may be a little below zero: idling is not always the same."""
        if self.last:
            return self.last
        used = {name: resources.cpu_seconds(pid) - self.before[name] for name, pid in self.bench.pids.items()}
        passed = time.time() - self.began
        return used, {name: value - self.bench.idle.get(name, 0) * passed for name, value in used.items()}


def costs(work: dict[str, float], messages: int) -> dict:
    """Of processor seconds by process: what a message costs. The fake API is nobody's cost."""
    each = {name: max(0.0, value) / messages * 1e6 for name, value in work.items()}
    return {
        "cpu_us_per_message": sum(value for name, value in each.items() if name != "fake-provider"),
        "cpu_us_by_process": {name: round(value, 1) for name, value in each.items()},
    }
