"""The measurements themselves, on one fresh copy."""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from datetime import datetime
from pathlib import Path

from bench import load, resources
from client.api import Client, Refused
from client.running import Copy, final_count, order, order_at
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

    def mailout(self, tag: str, expected: int, delay: float, asked_late: bool = False) -> dict:
        """One mailout to its end: seconds from start_at until every row is final, first call, CPU seconds by process.

        `delay` is when it starts, in seconds from now; below zero for a start already past, where time counts from the request.
        `asked_late` is for what a small one costs: nobody asks how far it is until that is known, for each answer costs as
        much as a hundred messages. Its seconds end with the scheduler's word then, not with the last row.
        """
        self.fake.call("POST", "/fake/reset")
        resources.forget_peaks(self.pids.values())
        machine = resources.machine_seconds()
        meter = Meter(self)
        asked = time.time()
        fields = order(f"Bench {tag}", TEXT, [tag], delay)
        created = self.client.post("/api/mailouts", fields)
        start = asked + delay if delay > 0 else asked
        self.await_calls(expected, start)
        if asked_late:
            meter.stop(1)
        counted, looks = self.follow(created["id"], expected, start)
        # What was not final then was not paid for either.
        if looks > 1:
            meter.go_on()
        finished = ended(counted) if asked_late else time.time()
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
            "work_seconds": work,
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

    def at_once(self, tags: list[str], count: int) -> dict:
        """Mailouts that start at the same moment, one to each tag."""
        self.fake.call("POST", "/fake/reset")
        resources.forget_peaks(self.pids.values())
        meter = Meter(self)
        start = time.time() + 1 + 0.02 * len(tags)
        made = [self.client.post("/api/mailouts", order_at(start, f"Bench {tag}", TEXT, [tag])) for tag in tags]
        if time.time() >= start:
            raise Refused(f"it took too long to order {len(tags)} mailouts: they did not start at the same moment")
        self.await_calls(count * len(tags), start)
        meter.stop(1)
        found = [self.follow(mailout["id"], count, start) for mailout in made]
        if any(looks > 1 for _, looks in found):
            meter.go_on()
        finished = max(ended(counted) for counted, _ in found)
        seen = self.fake.get("/fake/stats")
        if seen["calls"] != count * len(tags):
            raise Refused(f"the send API saw {seen['calls']} calls instead of {count * len(tags)}")
        return {
            "mailouts": len(tags),
            "per_second": count * len(tags) / (finished - start),
            **costs(meter.read()[1], count * len(tags)),
            "memory_peak_mb": self.peaks(),
        }

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


class Meter:
    """Processor seconds of every process since it was made."""

    def __init__(self, bench: Bench):
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


def ended(statistics_found: dict) -> float:
    """When a mailout came to its end, by its statistics."""
    return datetime.fromisoformat(statistics_found["finished_at"]).timestamp()


def costs(work: dict[str, float], messages: int) -> dict:
    """Of processor seconds by process: what a message costs. The fake API is nobody's cost."""
    each = {name: max(0.0, value) / messages * 1e6 for name, value in work.items()}
    return {
        "cpu_us_per_message": sum(value for name, value in each.items() if name != "fake-provider"),
        "cpu_us_by_process": {name: round(value, 1) for name, value in each.items()},
    }


def write_csv(file: Path, first: int, count: int, tag: str) -> None:
    with open(file, "w", encoding="utf-8") as out:
        out.write("phone,email,first_name,last_name,timezone,tags,city\n")
        out.writelines(
            f"7916{number:07d},c{number}@example.com,Anna,Adler,Europe/Moscow,bench;{tag},Moscow\n" for number in range(first, first + count)
        )
