"""Statistics and list pages over many millions of message rows, written by SQL into the bench's own database."""

from __future__ import annotations

import statistics
import time

from bench.run import Bench
from stack import database
from stack.lifecycle import Stack

MAILOUTS = 20
PARTITION = 5_000_000  # ids in one, as in Services/Stats/Messages/Partitions.swift
FIRST = 1000 * PARTITION  # far above what mailouts have used
MAILOUT = 10**9
# One in a hundred failed, one in a thousand still waits.
STATUS = "case when g % 1000 = 7 then 'retrying' when g % 100 = 3 then 'failed' else 'sent' end"


def fill(bench: Bench, rows: int) -> None:
    url = Stack(bench.copy.settings).admin_url()
    script = ["set role mailout_stats;"]
    for number in range(FIRST // PARTITION, (FIRST + rows - 1) // PARTITION + 1):
        for table in ("message", "attempt"):
            script.append(
                f"create table if not exists stats.{table}_{number} partition of stats.{table} for values from ({number * PARTITION}) to ({(number + 1) * PARTITION});"
            )
    script += [
        f"insert into stats.mailout (id, revision, name, status, audience, issued, not_reached, start_at, end_at, started_at, finished_at) "
        f"select {MAILOUT} + g, 1, 'Filled ' || g, 'running', {rows // MAILOUTS}, {rows // MAILOUTS}, 0, now() - interval '1 day', now() + interval '1 day', now() - interval '1 day', null "
        f"from generate_series(0, {MAILOUTS - 1}) g;",
        "insert into stats.message (id, mailout_id, customer_id, status, standing, attempts, queued_at, finished_at, latency_ms, reason) "
        f"select {FIRST} + g, {MAILOUT} + g % {MAILOUTS}, g % 1000000 + 1, ({STATUS})::stats.message_status, 7, 1, now(), "
        f"case when ({STATUS}) <> 'retrying' then now() end, 12, case when ({STATUS}) <> 'sent' then 'http 503' end from generate_series(0, {rows - 1}) g;",
        "insert into stats.counter (mailout_id, kind, key, shard, n) "
        f"select mailout_id, 'status', status::text, 1, count(*) from stats.message where mailout_id >= {MAILOUT} group by mailout_id, status;",
        # A day of minutes for each.
        f"insert into stats.counter (mailout_id, kind, key, shard, n) select {MAILOUT} + m, 'minute', (extract(epoch from now())::bigint / 60 - t) || ' sent', 1, 300 "
        f"from generate_series(0, {MAILOUTS - 1}) m, generate_series(1, 1440) t;",
        "analyze stats.message; analyze stats.counter; analyze stats.mailout;",
    ]
    database.psql(url, "\n".join(script) + "\n", timeout=3600)


def measure(bench: Bench, repeats: int = 20) -> dict[str, float]:
    """Milliseconds by page, the median of its repeats."""
    paths = {
        "all messages": "/api/messages?limit=100",
        "a mailout's": f"/api/messages?limit=100&mailout_id={MAILOUT + 3}",
        "a mailout's failed": f"/api/messages?limit=100&status=failed&mailout_id={MAILOUT + 3}",
        "all failed": "/api/messages?limit=100&status=failed",
        "all waiting": "/api/messages?limit=100&status=retrying",
        "a customer's": "/api/messages?limit=100&customer_id=4711",
        "message totals": "/api/messages/stats",
        "summary": "/api/stats?limit=100",
        "a mailout's statistics": f"/api/mailouts/{MAILOUT + 3}/stats",
        "mailouts": "/api/mailouts?limit=100",
        "customers": "/api/customers?limit=100",
    }
    following = {name: bench.client.get(path).get("next") for name, path in paths.items() if "/messages?" in path}
    paths |= {f"{name}, next page": f"{paths[name]}&after={cursor}" for name, cursor in following.items() if cursor}
    found = {}
    for name, path in paths.items():
        times = []
        for _ in range(repeats):
            started = time.monotonic()
            bench.client.get(path)
            times.append((time.monotonic() - started) * 1000)
        found[name] = round(statistics.median(times), 2)
    return found
