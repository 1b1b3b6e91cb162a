"""The measurements themselves, on one fresh copy."""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from pathlib import Path

from bench import load, resources
from bench.meter import Meter, costs
from client.api import Client, Refused
from client.running import Copy, final_count, order
from stack import database
from stack.lifecycle import Stack

SERVICES = ("gateway", "customer", "mailout-scheduler", "sender", "stats")
TEXT = "Hello {{first_name|friend}}, greetings from Mailout."


class Bench:
    def __init__(self, copy: Copy):
        self.copy = copy
        self.client = copy.client()
        self.fake = Client(copy.fake)
        self.token = copy.state.provider_token()
        self.look()
        self.phones = 0  # phones given out so far
        self.calls = 10**15  # message ids of the limit's calls, far from Mailout's own
        self.idle: dict[str, float] = {}  # processor seconds a second, by process

    def look(self) -> None:
        """Which processes there are."""
        self.pids = resources.processes(self.copy.state)

    def behave(self, behaviour: dict) -> None:
        self.fake.call("PUT", "/fake/behaviour", json.dumps(behaviour).encode(), "application/json")

    def wait(self, condition, seconds: float, complaint: str) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise Refused(complaint)
            time.sleep(0.01)

    def limit(self, count: int) -> dict:
        """Calls a second: bare libcurl, our client, and what the fake API can take from wrk."""
        binary = self.copy.settings.binaries / "Bench"
        command = [str(binary), "limit", "--url", f"{self.copy.fake}/v1/send", "--token", self.token]
        command += ["--count", str(count), "--first-id", str(self.calls)]
        outcome = subprocess.run(command, capture_output=True, text=True, check=False)
        if outcome.returncode != 0:
            raise Refused(f"Bench limit failed: {outcome.stderr.strip()}")
        found = json.loads(outcome.stdout.splitlines()[0])
        self.calls += 2 * count
        fake = load.send_to_fake(self.copy.fake, self.token, self.calls)
        self.calls += 10_000_000
        self.fake.call("POST", "/fake/reset")
        return {
            "libcurl": found["limit"]["calls_per_second"],
            "client": found["client"]["calls_per_second"],
            "fake_itself": fake["per_second"],
        }

    def import_customers(self, count: int, tag: str) -> float:
        """Imports customers nobody has seen yet, all with one tag; customers a second."""
        file = self.copy.state.folder / "bench.csv"
        write_csv(file, self.phones, count, tag)
        self.phones += count
        started = time.monotonic()
        answer = self.client.upload("/api/customers/import", str(file), "text/csv")
        took = time.monotonic() - started
        if answer["created"] != count:
            raise Refused(f"the import created {answer['created']} of {count} customers: {json.dumps(answer)[:300]}")
        return count / took

    def mailout(self, tag: str, expected: int, delay: float) -> dict:
        """One mailout to its end: seconds from start_at until every row is final, first call, CPU seconds by process.

        `delay` is when it starts, in seconds from now; below zero for a start already past, where time and cost count from the request.
        """
        self.fake.call("POST", "/fake/reset")
        resources.forget_peaks(self.pids.values())
        asked = time.time()
        fields = order(f"Bench {tag}", TEXT, [tag], delay)
        start = asked + max(delay, 0)
        meter, machine = Meter(self), resources.machine_seconds()
        created = self.client.post("/api/mailouts", fields)
        if delay > 0:
            # Cost begins with the start, as time does: an order's is told apart.
            time.sleep(max(0.0, start - 0.1 - time.time()))
            meter, machine = Meter(self), resources.machine_seconds()
        self.await_calls(expected, start)
        counted, _ = self.follow(created["id"], expected, start)
        finished = time.time()
        seen = self.fake.get("/fake/stats")
        if seen["unique"] != expected or seen["calls"] != expected:
            raise Refused(f"the send API saw {seen['calls']} calls for {seen['unique']} messages instead of {expected}")
        used, work = meter.read()
        machine = resources.machine_seconds() - machine
        return {
            "messages": expected,
            "seconds": finished - start,
            "first_call_ms": (seen["first_arrival_seconds"] - start) * 1000,
            "cpu_seconds": {name: round(value, 2) for name, value in used.items()},
            "cpu_seconds_elsewhere": round(machine - sum(used.values()), 2),
            **costs(work, expected),
            "memory_peak_mb": self.peaks(),
            "statistics": counted,
        }

    def await_calls(self, expected: int, start: float) -> None:
        """Until the send API has seen so many calls. It alone is asked, so that the asking is no part of a message's cost."""
        time.sleep(max(0.0, start - time.time()))
        began = moved = time.monotonic()
        last = -1
        while (seen := self.fake.get("/fake/stats")["unique"]) < expected:
            now = time.monotonic()
            if seen != last:
                moved, last = now, seen
            elif now - moved > 60:
                raise Refused(f"the send API has seen {seen} of {expected} messages, and for a minute no more")
            # Seldom at first: half of the time that is left at this rate.
            left = (now - began) * (expected - seen) / seen if seen else 0
            time.sleep(min(max(0.01, left / 2), 1))

    def follow(self, mailout_id: int, expected: int, start: float) -> tuple[dict, int]:
        """Its statistics once every row is final, and how many looks that took."""
        time.sleep(max(0.0, start - time.time()))
        moved, last, looks = time.monotonic(), -1, 0
        while True:
            looks += 1
            found = self.client.get(f"/api/mailouts/{mailout_id}/stats")
            done = final_count(found)
            if done == expected and found["status"] == "finished":
                return {key: found.get(key) for key in ("counts", "started_at", "finished_at", "latency_ms")}, looks
            if done != last:
                moved, last = time.monotonic(), done
            elif time.monotonic() - moved > 60:
                raise Refused(f"mailout {mailout_id} stands still at {done} of {expected}")
            time.sleep(0.02)

    def tidy(self) -> None:
        """What imports leave the database to do at its leisure is done now: it is no part of what a mailout costs."""
        database.psql(Stack(self.copy.settings).admin_url(), "vacuum (analyze);\ncheckpoint;\n", timeout=120)

    def peaks(self) -> dict[str, float]:
        return {name: round(resources.memory(pid, "VmHWM"), 1) for name, pid in self.pids.items()}

    def gateway(self) -> dict[str, dict]:
        """Reads and creates through the whole way, 32 clients and one."""
        ids = [item["id"] for item in self.client.get("/api/customers?limit=1000")["items"]]
        token = self.client.token or ""
        found = {
            "read": load.read_customers(self.copy.address, token, ids),
            "create": load.create_customers(self.copy.address, token, 0),
            "read_alone": load.read_customers(self.copy.address, token, ids, clients=1, seconds=4),
            "create_alone": load.create_customers(self.copy.address, token, 5_000_000, clients=1, seconds=4),
        }
        for name, figure in found.items():
            if figure["errors"]:
                raise Refused(f"{figure['errors']} of {figure['requests']} {name} requests failed")
        return found

    def rest(self, seconds: float = 5) -> None:
        """What every process takes when there is nothing to do; `mailout` leaves that out of a message's cost. The median of
        four looks: the database tidies up now and then, which is not what idling takes."""
        looks: dict[str, list[float]] = {name: [] for name in self.pids}
        for _ in range(4):
            before = {name: resources.cpu_seconds(pid) for name, pid in self.pids.items()}
            time.sleep(seconds / 4)
            for name, pid in self.pids.items():
                looks[name].append((resources.cpu_seconds(pid) - before[name]) / (seconds / 4))
        self.idle = {name: statistics.median(values) for name, values in looks.items()}

    def memory_now(self) -> dict[str, float]:
        return {name: round(resources.memory(pid, "VmRSS"), 1) for name, pid in self.pids.items()}


def write_csv(file: Path, first: int, count: int, tag: str) -> None:
    with open(file, "w", encoding="utf-8") as out:
        out.write("phone,email,first_name,last_name,timezone,tags,city\n")
        out.writelines(
            f"7916{number:07d},c{number}@example.com,Anna,Adler,Europe/Moscow,bench;{tag},Moscow\n" for number in range(first, first + count)
        )
