"""What a mailout has left behind: at the provider, in the database, in the statistics."""

from __future__ import annotations

import json
import subprocess
import time
from dataclasses import dataclass, field

from chaos.platform import PATIENCE, Platform
from client.api import Refused
from stack import database
from stack.lifecycle import Stack


# Rows of the outboxes for the platform's own services.
UNTOLD = "(select {})".format(
    " + ".join(
        [f"(select count(*) from {schema}.event where relayed_at is null)" for schema in ("customer", "mailout", "sender")]
        + [f"(select count(*) from {table})" for table in ("customer.control", "mailout.control", "mailout.outcome")]
    )
)


@dataclass
class Evidence:
    customers: dict[int, str]  # id: phone of everybody who should get the message
    rows: list[tuple[int, int, str]]  # message, customer, status
    calls: dict[int, tuple[str, int, int]]  # message: phone, calls, accepted calls
    counters: dict[str, int]  # status: number, as counted beside the rows
    reported: dict[str, int]  # status: number, as the API says
    leftovers: dict[str, int] = field(default_factory=dict)  # what should be empty, and is not


def query(platform: Platform, sql: str) -> list[list[str]]:
    url = Stack(platform.copy.settings).admin_url()
    return [line.split("|") for line in database.psql(url, sql, timeout=PATIENCE).splitlines()]


def customers(platform: Platform, tag: str) -> dict[int, str]:
    found = query(
        platform,
        f"select c.id, c.phone from customer.customer c join customer.customer_tag on customer_id = c.id join customer.tag t on t.id = tag_id where t.name = '{tag}';",
    )
    return {int(row[0]): row[1] for row in found}


def calls(platform: Platform) -> dict[int, tuple[str, int, int]]:
    found: dict[int, tuple[str, int, int]] = {}
    after = 0
    while True:
        lines = platform.fake.text(f"/fake/calls?limit=100000&after={after}").splitlines()
        for line in lines:
            call = json.loads(line)
            found[call["id"]] = (str(call["phone"]), call["count"], call["accepted"])
        if not lines:
            return found
        after = call["sequence"]


def gather(platform: Platform, mailout: int, audience: dict[int, str]) -> Evidence:
    """Waits a little for what is tidied up after the last message."""
    rows = query(platform, f"select id, customer_id, status from stats.message where mailout_id = {mailout};")
    counters = query(platform, f"select key, sum(n) from stats.counter where mailout_id = {mailout} and kind = 'status' group by key having sum(n) <> 0;")
    return Evidence(
        customers=audience,
        rows=[(int(row[0]), int(row[1]), row[2]) for row in rows],
        calls=calls(platform),
        counters={row[0]: int(row[1]) for row in counters},
        reported={status: count for status, count in report(platform, mailout).get("counts", {}).items() if count},
        leftovers=leftovers(platform, mailout),
    )


def leftovers(platform: Platform, mailout: int, patience: float = PATIENCE) -> dict[str, int]:
    """Batches, waiting messages, claims and deliveries that nobody has closed, what the services were to be told, and dead letters."""
    deadline = time.monotonic() + patience
    while True:
        [[batches, waiting, claims, untold, dead]] = query(
            platform,
            f"select (select count(*) from mailout.batch where mailout_id = {mailout}), (select count(*) from mailout.waiting where mailout_id = {mailout}), "
            f"(select count(*) from sender.claim where mailout_id = {mailout} and settled_at is null), {UNTOLD}, (select count(*) from stats.dead_letter);",
        )
        found = {"batches": int(batches), "waiting messages": int(waiting), "claims": int(claims), "untold facts": int(untold), "dead letters": int(dead)}
        found = {name: number for name, number in found.items() if number}
        if set(found) <= {"dead letters"}:
            found |= held(platform)
        if not found or set(found) == {"dead letters"} or time.monotonic() > deadline:
            return found
        time.sleep(0.5)


def held(platform: Platform) -> dict[str, int]:
    """Batches that the broker has delivered and nobody has acknowledged; what it says may be some seconds old."""
    try:
        lines = platform.rabbitmqctl("list_queues", "--no-table-headers", "name", "messages_unacknowledged").splitlines()
    except subprocess.CalledProcessError:
        return {"answers of the broker missing": 1}
    counts = [line.rsplit("\t", 1) for line in lines]
    number = sum(int(count) for name, count in counts if name.startswith("sender.batches."))
    return {"unacknowledged deliveries": number} if number else {}


def report(platform: Platform, mailout: int, patience: float = PATIENCE) -> dict:
    """The statistics by the API, which may just be restarting."""
    deadline = time.monotonic() + patience
    while True:
        try:
            return platform.client().get(f"/api/mailouts/{mailout}/stats")
        except Refused:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
