"""One mailout with faults in its midst."""

from __future__ import annotations

import random
import sys
import time
from dataclasses import dataclass

from chaos import evidence, verdict, watch
from chaos.faults import Injection
from chaos.platform import Platform
from chaos.rows import Row
from client.api import Refused
from client.running import final_count, order

TEXT = "Chaos, {{first_name|friend}}."
TAG = "chaos"
# Calls under way at once, for each sender.
CONCURRENCY = 64
# A mailout that has stood still for so long will not go on by itself.
PATIENCE = 300


@dataclass
class Trial:
    row: str
    injections: list[Injection]
    recoveries: list[float]
    verdict: verdict.Verdict
    seconds: float
    others: dict[str, int]  # final states other than sent
    within: float | None = None  # the longest recovery promised

    @property
    def breaches(self) -> list[str]:
        found = self.verdict.breaches(sum(injection.allowed for injection in self.injections))
        late = max(self.recoveries, default=0.0)
        return found + ([f"back after {late:.1f} s instead of {self.within:.0f}"] if self.within is not None and late > self.within else [])


def run(platform: Platform, row: Row, dice: random.Random, audience: dict[int, str]) -> Trial:
    platform.wait_ready(list(platform.records))
    platform.fake.call("POST", "/fake/reset")
    # So slow that the faults fall into the middle.
    platform.behave({"latency_ms": round(1000 * row.seconds * CONCURRENCY * row.layout.copies / len(audience))})
    client = platform.client()
    started = time.monotonic()
    mailout = client.post("/api/mailouts", order(f"Chaos {row.name}", TEXT, [TAG]))["id"]
    seen = watch.Watch(platform.copy.fake)
    try:
        injections = inject(platform, row, dice, seen, len(audience))
        finish(platform, mailout, len(audience), seen)
        seconds = time.monotonic() - started
    finally:
        seen.stop()
        platform.behave({})
    found = evidence.gather(platform, mailout, audience)
    others = {status: count for status, count in found.counters.items() if status != "sent"}
    return Trial(row.name, injections, recoveries(seen.samples, injections, len(audience)), verdict.examine(found, row.only_accepted), seconds, others, row.within)


def inject(platform: Platform, row: Row, dice: random.Random, seen: watch.Watch, expected: int) -> list[Injection]:
    """Each fault at a share of the mailout that the dice choose, and a moment more."""
    injections = []
    for share in sorted(dice.uniform(0.05, 0.6) for _ in range(row.times)):
        pause = dice.uniform(0, 0.5)
        reach(seen, int(share * expected))
        time.sleep(pause)
        before = seen.accepted
        injection = row.fault(platform, dice)
        print(f"  {injection.what} from {before:,} to {seen.accepted:,} of {expected:,}", file=sys.stderr, flush=True)
        injections.append(injection)
    return injections


def reach(seen: watch.Watch, count: int) -> None:
    moved, last = time.monotonic(), -1
    while seen.accepted < count:
        if seen.accepted != last:
            moved, last = time.monotonic(), seen.accepted
        elif time.monotonic() - moved > PATIENCE:
            return  # `finish` says so
        time.sleep(0.01)


def finish(platform: Platform, mailout: int, expected: int, seen: watch.Watch) -> None:
    """Returns when the mailout is finished, or has stood still for too long: then the evidence shows who is missing."""
    client = platform.client()
    moved, last = time.monotonic(), None
    while True:
        try:
            statistics = client.get(f"/api/mailouts/{mailout}/stats")
            if statistics["status"] == "finished" and final_count(statistics) == expected:
                return
            state = (statistics["status"], final_count(statistics), seen.accepted)
        except Refused:
            state = (None, None, seen.accepted)
        if state != last:
            moved, last = time.monotonic(), state
        elif time.monotonic() - moved > PATIENCE:
            print(f"  stands still for {PATIENCE} s: {state}", file=sys.stderr, flush=True)
            return
        time.sleep(0.1)


def recoveries(samples: list[tuple[float, int]], injections: list[Injection], expected: int) -> list[float]:
    found = []
    tail = watch.moment_of(samples, int(expected * 0.95)) or (samples[-1][0] if samples else 0.0)
    for injection, following in zip(injections, [*injections[1:], None]):
        until = min(tail, following.began) if following else tail
        found.append(watch.recovery(samples, injection.ended, until, watch.rate_before(samples, injection.began)))
    return found
