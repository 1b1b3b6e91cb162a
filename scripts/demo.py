#!/usr/bin/python3
"""`make demo`: imports COUNT customers, sends a mailout to those with one tag, watches it, prints what happened."""

from __future__ import annotations

import json
import os
import sys
import time

from client.api import Client, Refused
from client.running import Copy, final_count, order, write_csv
from stack.settings import Mistakes

TEXT = "Hello {{first_name|friend}}, greetings from Mailout to {{city}}."
# A mailout that stands still for so long has met a fault that a person must look at.
PATIENCE = 60


def main() -> None:
    text = os.environ.get("COUNT") or "1000"
    if not text.isdigit() or not 1 <= int(text) <= 10_000_000:
        raise Mistakes([f"COUNT={text}: must be a whole number from 1 to 10000000"])
    count = int(text)
    copy = Copy(dict(os.environ))
    client = copy.client()
    before = copy.fake_stats()

    file = copy.state.folder / "demo-customers.csv"
    # A tag for each size, so that a smaller demo after a larger one has its own audience.
    tag = f"demo-{count}"
    tagged = write_csv(file, count, tag)
    print(f"Importing {count:,} customers from {file} …", flush=True)
    started = time.monotonic()
    answer = client.upload("/api/customers/import", str(file), "text/csv")
    took = time.monotonic() - started
    print(f"  {answer['created']:,} created, {answer['updated']:,} updated, {answer['rejected']:,} rejected in {took:.1f} s ({count / took:,.0f}/s)")

    mailout = client.post("/api/mailouts", order("Demo " + time.strftime("%Y-%m-%d %H:%M:%S"), TEXT, [tag]))
    print(f"Mailout {mailout['id']} for the {tagged:,} customers with the tag {tag}:", flush=True)
    statistics, took = watch(client, mailout["id"], tagged)
    print(f"  every message is final after {took:.1f} s ({tagged / took:,.0f}/s)\n")
    summary = {key: statistics.get(key) for key in ("mailout_id", "status", "audience", "counts", "started_at", "finished_at", "latency_ms")}
    print(json.dumps(summary, indent=2))
    compare(copy, before, tagged, statistics)
    what_next(copy, mailout["id"], tag)


def watch(client: Client, mailout_id: int, expected: int) -> tuple[dict, float]:
    """Polls until the mailout is finished; gives its last statistics and the seconds it took."""
    started = changed = time.monotonic()
    last = -1
    while True:
        statistics = client.get(f"/api/mailouts/{mailout_id}/stats")
        done, now = final_count(statistics), time.monotonic()
        if done != last:
            last, changed = done, now
        finished = statistics["status"] in ("finished", "cancelled")
        show(done, expected, now - started, finished)
        if finished:
            return statistics, now - started
        if now - changed > PATIENCE:
            raise Refused(f"nothing moved for {PATIENCE} s; the mailout is {statistics['status']} with {statistics.get('counts')}")
        time.sleep(0.2)


def show(done: int, expected: int, seconds: float, finished: bool) -> None:
    """One line that redraws itself on a terminal; elsewhere only the last state."""
    line = f"{done:>9,} of {expected:,}  {done / max(seconds, 0.001):>7,.0f}/s"
    if sys.stderr.isatty():
        filled = min(40, 40 * done // max(expected, 1))
        print(f"\r  [{'#' * filled}{'.' * (40 - filled)}] {line} ", end="\n" if finished else "", file=sys.stderr, flush=True)
    elif finished:
        print(f"  {line.strip()}", file=sys.stderr, flush=True)


def compare(copy: Copy, before: dict | None, tagged: int, statistics: dict) -> None:
    if before is None:
        return
    after = copy.fake_stats() or {}
    calls, unique = after["calls"] - before["calls"], after["unique"] - before["unique"]
    sent = statistics["counts"].get("sent", 0) + statistics["counts"].get("delivered", 0)
    agree = calls == unique == sent == tagged
    print(f"\nThe send API saw {calls:,} calls for {unique:,} different messages; Mailout counts {sent:,} sent. {'They agree.' if agree else 'THEY DIFFER.'}")
    if not agree:
        raise Refused("the statistics and the send API differ")


def what_next(copy: Copy, mailout_id: int, tag: str) -> None:
    address = copy.address
    print(f"""
Mailout runs at {address}
  log in as   admin / {copy.password}

Try next:
  TOKEN=$(curl -s {address}/auth/token -d username=admin --data-urlencode 'password={copy.password}' | python3 -c 'import json,sys; print(json.load(sys.stdin)["access_token"])')
  curl -s -H "Authorization: Bearer $TOKEN" {address}/api/mailouts/{mailout_id}/stats
  curl -s -H "Authorization: Bearer $TOKEN" '{address}/api/customers?tag={tag}&limit=2'
  curl -s -H "Authorization: Bearer $TOKEN" '{address}/api/messages?mailout_id={mailout_id}&limit=2'
  make status     one line a process
  make logs       everything they say (S=sender for one)
  make down       stops everything; the data stays""")


if __name__ == "__main__":
    try:
        main()
    except Mistakes as mistakes:
        print("\n".join(mistakes.lines), file=sys.stderr)
        sys.exit(2)
    except (Refused, KeyError) as problem:
        print(f"\ndemo: {problem if isinstance(problem, Refused) else f'the answer has no field {problem}'}", file=sys.stderr)
        print("      make status shows what runs; make logs shows what it said.", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("\nThe mailout goes on without us: make status, make logs.", file=sys.stderr)
        sys.exit(130)
