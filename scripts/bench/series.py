"""Many mailouts of one size: what a message costs from their start on, and what an order costs."""

from __future__ import annotations

import time
from datetime import datetime

from bench import resources
from bench.meter import Meter, costs
from bench.run import TEXT, Bench
from client.api import Refused
from client.running import order_at

# What an order leaves behind (its event, its audit record) is done so many seconds after it.
ORDERED = 1.0


def measure(bench: Bench, tags: list[str], count: int, gap: float = 0) -> dict:
    """Mailouts to the `count` customers of each tag, all ordered before the first starts: at the same moment, or each `gap`
    seconds after the one before. Time and cost begin with the start, and time ends with the scheduler's word; what the
    orders cost is told apart."""
    bench.fake.call("POST", "/fake/reset")
    resources.forget_peaks(bench.pids.values())
    orders = Meter(bench)
    start = time.time() + 2 * ORDERED + 0.02 * len(tags)
    starts = [start + gap * number for number in range(len(tags))]
    made = [bench.client.post("/api/mailouts", order_at(at, f"Bench {tag}", TEXT, [tag])) for at, tag in zip(starts, tags)]
    left = start - 0.1 - time.time()
    if left < ORDERED:
        raise Refused(f"it took too long to order {len(tags)} mailouts: their start came too soon")
    orders.stop(left)
    meter = Meter(bench)
    time.sleep(max(0.0, starts[-1] - time.time()))
    bench.await_calls(count * len(tags), starts[-1])
    # Nobody asks how far they are until that is known: each answer costs as much as a hundred messages.
    meter.stop(1)
    found = [bench.follow(mailout["id"], count, start) for mailout in made]
    # What was not final then was not paid for either.
    if any(looks > 1 for _, looks in found):
        meter.go_on()
    seen = bench.fake.get("/fake/stats")
    if seen["calls"] != count * len(tags):
        raise Refused(f"the send API saw {seen['calls']} calls instead of {count * len(tags)}")
    spans = [(instant(item["started_at"]), instant(item["finished_at"])) for item, _ in found]
    return {
        "mailouts": len(tags),
        "messages": count * len(tags),
        "per_second": count * len(tags) / working(starts, [end for _, end in spans]),
        # Of those that are to go by themselves.
        "overlapping": sum(end > begin for (_, end), (begin, _) in zip(spans, spans[1:])) if gap else 0,
        "order_cpu_ms": costs(orders.read()[1], len(tags))["cpu_us_per_message"] / 1000,
        **costs(meter.read()[1], count * len(tags)),
        "memory_peak_mb": bench.peaks(),
    }


def instant(text: str) -> float:
    """Of the API's time, seconds since 1970."""
    return datetime.fromisoformat(text).timestamp()


def working(starts: list[float], ends: list[float]) -> float:
    """Seconds in which any of the mailouts was under way; each begins with its start_at."""
    total, until = 0.0, 0.0
    for start, end in sorted(zip(starts, ends)):
        total += max(0.0, end - max(start, until))
        until = max(until, end)
    return total
