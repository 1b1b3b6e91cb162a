"""What a small mailout waits for a large one that runs beside it."""

from __future__ import annotations

import time

from bench.run import TEXT, Bench
from bench.sick import drained
from client.api import Refused
from client.running import order


def beside(bench: Bench, small: str, count: int, large: str, repeats: int = 5) -> dict[str, list[float]]:
    """Seconds of mailouts to the `count` customers of one tag: {alone, beside}, the latter while one to another tag runs."""
    alone = [once(bench, small, count) for _ in range(repeats)]
    bench.fake.call("POST", "/fake/reset")
    mailout = bench.client.post("/api/mailouts", order("Bench large", TEXT, [large], -1))["id"]
    bench.wait(lambda: bench.fake.get("/fake/stats")["calls"] > 1000, 60, "the large mailout does not begin")
    found: list[float] = []
    while len(found) < repeats:
        took = once(bench, small, count)
        # Only what ended before the large one had it beside all the time.
        if bench.client.get(f"/api/mailouts/{mailout}")["status"] != "running":
            break
        found.append(took)
    if not drained(bench, mailout):
        bench.client.call("POST", f"/api/mailouts/{mailout}/cancel")
    bench.wait(lambda: drained(bench, mailout), 120, f"mailout {mailout} did not end after its cancellation")
    if not found:
        raise Refused("the large mailout was over before a small one: COUNT or SIZES must be larger")
    return {"alone": alone, "beside": found}


def once(bench: Bench, tag: str, count: int) -> float:
    """From the order to the last row that is final."""
    started = time.time()
    mailout = bench.client.post("/api/mailouts", order(f"Bench {tag}", TEXT, [tag], -1))["id"]
    bench.follow(mailout, count, started)
    return time.time() - started
