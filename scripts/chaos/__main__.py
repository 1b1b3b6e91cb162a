"""`make chaos`: faults in the middle of mailouts, on real processes; a table; exit code 1 where a bound is broken."""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import time

from chaos import evidence, rows, trial
from chaos.platform import Platform
from chaos.table import table
from client.api import Refused
from client.running import write_customers
from stack.settings import Mistakes


class Orders:
    """What a person asks for by environment; raises Mistakes with everything that is wrong."""

    def __init__(self, environment: dict[str, str]):
        mistakes: list[str] = []

        def number(name: str, default: int, low: int, high: int) -> int:
            text = environment.get(name) or str(default)
            if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
                mistakes.append(f"{name}={text}: must be a whole number from {low} to {high}")
                return default
            return int(text)

        self.count = number("COUNT", 20_000, 1000, 1_000_000)
        self.rounds = number("ROUNDS", 1, 1, 1_000_000)
        self.seconds = number("DURATION", 0, 0, 10_000_000)
        self.seed = environment.get("SEED") or str(random.SystemRandom().randrange(10**6))
        self.build = environment.get("CHAOS_BUILD") or "release"
        if self.build not in ("release", "debug"):
            mistakes.append(f"CHAOS_BUILD={self.build}: must be release or debug")
        names = [name for name in re.split(r"[,\s]+", environment.get("ROW") or "") if name]
        try:
            self.rows = rows.chosen(list(rows.SHORT) if names == ["short"] else names)
        except KeyError as unknown:
            mistakes.append(f"ROW: there is no {unknown.args[0]}; there are short, {', '.join(row.name for row in rows.MATRIX)}")
        if mistakes:
            raise Mistakes(mistakes)


def main() -> bool:
    """Whether every bound was kept."""
    orders = Orders(dict(os.environ))
    print(f"chaos: SEED={orders.seed} COUNT={orders.count}, rows {', '.join(row.name for row in orders.rows)}", file=sys.stderr, flush=True)
    platform = Platform(orders.build)
    platform.remove()
    trials: list[trial.Trial] = []
    try:
        audience: dict[int, str] = {}
        for row, dice in schedule(orders):
            if not row.needs():
                continue
            if platform.arrange(row.layout):
                audience = prepare(platform, orders.count)
            print(f"chaos: {row.name}", file=sys.stderr, flush=True)
            trials.append(trial.run(platform, row, dice, audience))
            for breach in trials[-1].breaches:
                print(f"  BROKEN: {breach}", file=sys.stderr, flush=True)
    finally:
        if trials:
            print(f"\n{orders.count:,} customers a mailout, SEED={orders.seed}, {os.cpu_count()} cores\n\n{table(orders.rows, trials)}", flush=True)
        broken = sys.exc_info()[0] is not None or any(item.breaches for item in trials)
        if os.environ.get("KEEP") != "1":
            platform.stop() if broken else platform.remove()
        if broken:
            print(f"chaos: logs and data are kept in {platform.base['MAILOUT_STATE']}", file=sys.stderr)
    return not broken


def schedule(orders: Orders):
    """Rows and their dice, round by round: as many rounds as asked for, then more until the time is over."""
    started, number = time.monotonic(), 0
    while number < orders.rounds or time.monotonic() - started < orders.seconds:
        for row in orders.rows:
            if number >= orders.rounds and time.monotonic() - started >= orders.seconds:
                return
            yield row, random.Random(f"{orders.seed} {row.name} {number}")
        number += 1


def prepare(platform: Platform, count: int) -> dict[int, str]:
    """Imports the audience once; every mailout goes to the same people."""
    file = platform.state.folder / "chaos.csv"
    write_customers(file, count, trial.TAG)
    platform.client().upload("/api/customers/import", str(file), "text/csv")
    audience = evidence.customers(platform, trial.TAG)
    if len(audience) != count:
        raise Refused(f"{len(audience)} customers instead of {count}")
    return audience


if __name__ == "__main__":
    try:
        sys.exit(0 if main() else 1)
    except Mistakes as mistakes:
        print("\n".join(mistakes.lines), file=sys.stderr)
        sys.exit(2)
    except (Refused, subprocess.CalledProcessError) as problem:
        print(f"chaos: {problem}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
