"""`make bench`: a fresh copy in release, every figure beside the limit of the same run, medians over RUNS, bench.json."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time

from bench import options as options_module
from bench import fairness, pages, series, sick
from bench import sizes as sizes_module
from bench.goals import table
from bench.options import Options
from bench.run import SERVICES, Bench
from client.api import Refused
from client.running import Copy
from stack.settings import ROOT, Mistakes

# The smallest mailout whose processor time is more than the clock's ticks and everything's idling.
SMALL = 10_000
# Mailouts that start at the same moment, as at nine o'clock.
CROWD = 500
STACK = str(ROOT / "scripts" / "stack.sh")


def main() -> None:
    options = options_module.read(dict(os.environ))
    environment = {key: value for key, value in os.environ.items() if not key.startswith("MAILOUT_")}
    environment |= {"MAILOUT_STATE": ".build/bench-state", "MAILOUT_PORT": "0", "MAILOUT_BUILD": "release", "MAILOUT_LOG_LEVEL": "warning"}
    subprocess.run([STACK, "remove"], env=environment, check=True, stderr=subprocess.DEVNULL)
    try:
        subprocess.run([STACK, "up"], env=environment, check=True)
        report = measure(Bench(Copy(environment)), options, environment)
    finally:
        if os.environ.get("KEEP") != "1":
            subprocess.run([STACK, "remove"], env=environment, check=False)
    (ROOT / "bench.json").write_text(json.dumps(report, indent=1) + "\n")
    show(report)


def show(report: dict) -> None:
    print(f"\n{report['count']:,} customers, {report['runs']} run(s), {os.cpu_count()} cores; medians; all in one go on this machine\n")
    limit = report["limit"]
    print(f"libcurl limit {limit['libcurl']:,.0f}/s · our HTTP client {limit['client']:,.0f}/s · the fake API takes {limit['fake_itself']:,.0f}/s from wrk")
    print(f"end to end {report['end_to_end_per_second']:,.0f} messages/s\n")
    print(table(report["figures"]))
    print("\nCPU seconds per 100,000 messages: " + ", ".join(f"{name} {value:.1f}" for name, value in report["cpu_per_100000"].items()))
    print("Peak memory, MB: " + ", ".join(f"{name} {value:.0f}" for name, value in report["memory_peak_mb"].items()))
    for size in report["sizes"]:
        memory = max(size["memory_peak_mb"].values())
        print(f"{size['messages']:>9,} messages: {size['per_second']:,.0f}/s, {size['cpu_us_per_message']:.1f} µs of processor each, largest service {memory:.0f} MB")
        print("".ljust(18) + ", ".join(f"{name} {value:.1f}" for name, value in size["cpu_us_by_process"].items()))
        if together := size.get("at_once"):
            print(f"{'':>9} {together['mailouts']} of them at once: {together['per_second']:,.0f}/s, {together['cpu_us_per_message']:.1f} µs of processor each")
            print("".ljust(18) + ", ".join(f"{name} {value:.1f}" for name, value in together["cpu_us_by_process"].items()))
            if size["overlapping"]:
                print(f"{'':>9} {size['overlapping']} of those before them began before the last was over")
            print(f"{'':>9} an order takes {size['order_cpu_ms']:.1f} ms of processor, before its start")
    if crowd := report["crowd"]:
        print(f"{crowd['mailouts']} mailouts of {crowd['each']} at once: {crowd['per_second']:,.0f}/s, {crowd['cpu_us_per_message']:.1f} µs of processor each, and {crowd['order_cpu_ms']:.1f} ms for each order")
    if report["lists_ms"]:
        print("Pages, ms: " + ", ".join(f"{name} {value:.1f}" for name, value in report["lists_ms"].items()))


def measure(bench: Bench, options: Options, environment: dict[str, str]) -> dict:
    count, runs = options.count, options.runs
    idle = bench.memory_now()
    bench.rest()
    probe = 100
    bench.import_customers(probe, "probe")
    say("first calls")
    future = [bench.mailout("probe", probe, 2)["first_call_ms"] for _ in range(5)]
    past = [bench.mailout("probe", probe, -60)["first_call_ms"] for _ in range(5)]
    bench.import_customers(SMALL, "small")
    small = [] if options.sizes else [bench.mailout("small", SMALL, 1)["cpu_us_per_message"] for _ in range(3)]
    limits, imports, mailouts = [], [], []
    for run in range(runs):
        say(f"run {run + 1} of {runs}: import, limit, mailout, limit")
        imports.append(bench.import_customers(count, f"run{run}"))
        # Around the mailout, for the machine is not equally fast all the time.
        before = bench.limit(count)
        mailouts.append(bench.mailout(f"run{run}", count, 2))
        after = bench.limit(count)
        limits.append({name: (before[name] + after[name]) / 2 for name in before})
    say("gateway")
    gateway = bench.gateway()
    say("gateway beside a provider that hangs")
    slowest = sick.p99_growth(bench, "run0")
    sizes = sizes_module.measure(bench, options.sizes, runs, say) if options.sizes else []
    crowd = {}
    if options.sizes:
        say(f"{CROWD} mailouts of {probe} at once")
        crowd = {"each": probe, **series.measure(bench, ["probe"] * CROWD, probe)}
    largest = max([count, *options.sizes])
    say(f"{probe} messages beside {largest:,}")
    turns = fairness.beside(bench, "probe", probe, f"size{largest}" if largest in options.sizes else "run0")
    lists = {}
    if options.lists:
        say(f"{options.lists:,} message rows, and pages of them")
        pages.fill(bench, options.lists)
        lists = pages.measure(bench)
    more = several_senders(bench, options, environment) if options.senders > 1 else []

    middle = statistics.median
    cost = [item["cpu_us_per_message"] for item in mailouts]
    growth = middle(cost) / middle(small) if small else sizes[0]["spread"]
    at_once = sizes[0].get("at_once") if len(sizes) > 1 else None
    spread = at_once["spread"] if at_once else None
    speeds = [item["messages"] / item["seconds"] for item in mailouts]
    peaks = {name: middle(item["memory_peak_mb"][name] for item in mailouts) for name in mailouts[0]["memory_peak_mb"]}
    return {
        "when": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "count": count,
        "runs": runs,
        "limit": {key: middle(item[key] for item in limits) for key in limits[0]},
        "end_to_end_per_second": middle(speeds),
        "figures": {
            "end_to_end_share": middle(speed / limit["libcurl"] for speed, limit in zip(speeds, limits)),
            "first_call_future_ms": middle(future),
            "first_call_past_ms": middle(past),
            "cost_spread": max(growth, 1 / growth),
            **({"cost_spread_at_once": max(spread, 1 / spread)} if spread else {}),
            "memory_peak_mb": max(peaks[name] for name in SERVICES),
            "memory_idle_mb": max(idle[name] for name in SERVICES),
            "read_per_second": gateway["read"]["per_second"],
            "create_per_second": gateway["create"]["per_second"],
            "read_alone_ms": gateway["read_alone"]["p50_ms"],
            "create_alone_ms": gateway["create_alone"]["p50_ms"],
            "import_per_second": middle(imports),
            "p99_growth": middle(sick_ms / well_ms for sick_ms, well_ms in zip(slowest["sick"], slowest["well"])),
            "beside_extra_seconds": middle(turns["beside"]) - middle(turns["alone"]),
            **({"list_ms": max(lists.values())} if lists else {}),
            **({"senders_gain": middle(item["messages"] / item["seconds"] for item in more) / middle(speeds)} if more else {}),
        },
        "cpu_per_100000": {name: middle(item["cpu_seconds"][name] * 100_000 / count for item in mailouts) for name in mailouts[0]["memory_peak_mb"]},
        "memory_peak_mb": peaks,
        "memory_idle_mb": idle,
        "gateway": gateway,
        "first_call_ms": {"future": future, "past": past},
        "p99_ms": slowest,
        "sizes": sizes,
        "crowd": crowd,
        "beside": {"largest": largest, **turns},
        "lists_ms": lists,
        "several_senders": more,
        "mailouts": mailouts,
        "limits": limits,
        "imports_per_second": imports,
    }


def several_senders(bench: Bench, options: Options, environment: dict[str, str]) -> list[dict]:
    """The same mailouts again, with more senders beside everything else as it was."""
    say(f"{options.senders} senders")
    subprocess.run([STACK, "up"], env=environment | {"MAILOUT_SENDERS": str(options.senders)}, check=True, stdout=subprocess.DEVNULL)
    bench.look()
    return [bench.mailout(f"run{run}", options.count, 2) for run in range(options.runs)]


def say(text: str) -> None:
    print(f"bench: {text} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main()
    except Mistakes as mistakes:
        print("\n".join(mistakes.lines), file=sys.stderr)
        sys.exit(2)
    except (Refused, KeyError, subprocess.CalledProcessError) as problem:
        print(f"bench: {problem!r}" if isinstance(problem, KeyError) else f"bench: {problem}", file=sys.stderr)
        sys.exit(1)
