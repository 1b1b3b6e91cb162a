"""What a message costs by the size of its mailout. Each round measures every size, so that all meet the same machine: it is
not equally fast all the time. Of the rounds the medians."""

from __future__ import annotations

import statistics

from bench import series
from bench.run import SERVICES, Bench

# Small mailouts are measured so many times a round, until they have this many messages together.
ENOUGH = 20_000
MOST = 20


def measure(bench: Bench, sizes: list[int], rounds: int, say=print) -> list[dict]:
    """One entry a size. Of the small ones many mailouts, each to customers of its own as the large one is: first one after
    the other, each by itself (once the first has shown how long it takes), then all at once."""
    tags = {}
    for size in sizes:
        repeats = max(1, min(MOST, ENOUGH // size))
        tags[size] = [f"size{size}"] if repeats == 1 else [f"size{size}-{number}" for number in range(repeats)]
        say(f"{repeats} x {size:,} customers")
        for tag in tags[size]:
            bench.import_customers(size, tag)
    found: dict[int, list[dict]] = {size: [] for size in sizes}
    for number in range(rounds):
        say(f"mailouts of {', '.join(f'{size:,}' for size in sizes)}: round {number + 1} of {rounds}")
        bench.tidy()
        # Small ones take as long as idling does: what that takes has to be known as well.
        bench.rest(20)
        for size in sizes:
            found[size].append(once(bench, tags[size], size))
    return [middle(size, found[size], found[sizes[-1]]) for size in sizes]


def once(bench: Bench, tags: list[str], size: int) -> dict:
    first = bench.mailout(tags[0], size, 2)
    if len(tags) == 1:
        return {**first, "per_second": size / first["seconds"]}
    # Long enough for the one before to be over.
    apart = series.measure(bench, tags, size, gap=max(0.25, 2 * first["seconds"]))
    return {**apart, "at_once": series.measure(bench, tags, size)}


def middle(size: int, rounds: list[dict], largest: list[dict]) -> dict:
    """Medians over the rounds; `spread` is how many times the largest mailout's cost of the same round a message costs."""

    def medians(rounds: list[dict]) -> dict:
        return {
            "per_second": statistics.median(item["per_second"] for item in rounds),
            "cpu_us_per_message": statistics.median(item["cpu_us_per_message"] for item in rounds),
            "spread": statistics.median(
                item["cpu_us_per_message"] / other["cpu_us_per_message"] for item, other in zip(rounds, largest)
            ),
            "cpu_us_by_process": {
                name: statistics.median(item["cpu_us_by_process"][name] for item in rounds) for name in rounds[0]["cpu_us_by_process"]
            },
            "memory_peak_mb": {name: statistics.median(item["memory_peak_mb"][name] for item in rounds) for name in SERVICES},
        }

    entry = {"messages": size, **medians(rounds), "rounds": rounds}
    if together := [item["at_once"] for item in rounds if "at_once" in item]:
        entry["at_once"] = {"mailouts": together[0]["mailouts"], **medians(together)}
        entry["overlapping"] = sum(item["overlapping"] for item in rounds)
        entry["order_cpu_ms"] = statistics.median(item["order_cpu_ms"] for item in [*rounds, *together])
    return entry
