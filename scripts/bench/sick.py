"""The API's slowest answers while a mailout runs: with a provider that hangs against one that is well."""

from __future__ import annotations

from bench import load
from bench.run import TEXT, Bench
from client.api import Refused
from client.running import order

# A slow provider, so that the mailout neither ends nor takes the processor while the API is measured.
WELL = {"latency_ms": 100}
SICK = {"share": {"hang": 1}}


def p99_growth(bench: Bench, tag: str, pairs: int = 5) -> dict:
    """{well, sick} in milliseconds, one figure a pair: the two of a pair are measured right after one another."""
    found: dict[str, list[float]] = {"well": [], "sick": []}
    for _ in range(pairs):
        for name, behaviour in (("well", WELL), ("sick", SICK)):
            found[name].append(during(bench, tag, behaviour))
    return found


def during(bench: Bench, tag: str, behaviour: dict) -> float:
    bench.fake.call("POST", "/fake/reset")
    bench.behave(behaviour)
    try:
        mailout = bench.client.post("/api/mailouts", order("Bench p99", TEXT, [tag], -1))["id"]
        bench.wait(lambda: bench.fake.get("/fake/stats")["calls"] > 0, 30, "no call arrived")
        ids = [item["id"] for item in bench.client.get("/api/customers?limit=1000")["items"]]
        figure = load.read_customers(bench.copy.address, bench.client.token or "", ids, seconds=6)
        if figure["errors"]:
            raise Refused(f"{figure['errors']} of {figure['requests']} requests failed")
    finally:
        bench.behave({})
    if not drained(bench, mailout):
        bench.client.call("POST", f"/api/mailouts/{mailout}/cancel")
    bench.wait(lambda: drained(bench, mailout), 120, f"mailout {mailout} did not end after its cancellation")
    return figure["p99_ms"]


def drained(bench: Bench, mailout: int) -> bool:
    """Nothing of it is still under way: `finished_at` is set for cancelled mailouts too."""
    found = bench.client.get(f"/api/mailouts/{mailout}")
    return found["status"] in ("finished", "cancelled") and bool(found.get("finished_at"))
