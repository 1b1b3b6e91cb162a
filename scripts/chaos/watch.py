"""Watches the provider while faults happen: how far a mailout is, and how long it stands after a fault."""

from __future__ import annotations

import threading
import time

from client.api import Client, Refused

EVERY = 0.05
WINDOW = 1.0  # seconds over which a rate is taken: a hiccup of a busy machine is no fault


class Watch:
    """Samples (monotonic seconds, messages accepted) in a thread of its own, until `stop()`."""

    def __init__(self, address: str):
        self.client = Client(address, timeout=300)
        self.samples: list[tuple[float, int]] = []
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def _run(self) -> None:
        while not self.ended.wait(EVERY):
            try:
                self.samples.append((time.monotonic(), self.client.get("/fake/stats")["accepted_unique"]))
            except Refused:
                continue

    @property
    def accepted(self) -> int:
        return self.samples[-1][1] if self.samples else 0

    def stop(self) -> None:
        self.ended.set()
        self.thread.join()


def rate_before(samples: list[tuple[float, int]], moment: float, seconds: float = 2.0) -> float:
    """Messages a second in the seconds before a moment, from the first one on."""
    taken = [sample for sample in samples if moment - seconds <= sample[0] <= moment and sample[1] > 0]
    if len(taken) < 2 or taken[-1][0] == taken[0][0]:
        return 0.0
    return (taken[-1][1] - taken[0][1]) / (taken[-1][0] - taken[0][0])


def recovery(samples: list[tuple[float, int]], start: float, until: float, rate: float) -> float:
    """Seconds from `start` to the end of the last stretch slower than half of `rate`; 0.0 where there is none.

    `until` cuts off the mailout's tail (or the next fault), where less is sent for other reasons.
    """
    slow = start
    begin = 0
    for end in range(len(samples)):
        moment, count = samples[end]
        if moment > until:
            break
        while samples[begin + 1][0] <= moment - WINDOW if begin + 1 < end else False:
            begin += 1
        earlier, base = samples[begin]
        if moment - WINDOW < start or moment == earlier:
            continue
        if (count - base) / (moment - earlier) < rate / 2:
            slow = moment
    return slow - start


def moment_of(samples: list[tuple[float, int]], count: int) -> float | None:
    """When so many had been accepted."""
    return next((moment for moment, reached in samples if reached >= count), None)
