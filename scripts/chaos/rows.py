"""The fault matrix: a row is a kind of fault, the layout it needs, and what may come of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

from chaos import faults
from chaos.platform import SERVICES, Layout

ONE, TWO = Layout(), Layout(copies=2)


@dataclass(frozen=True)
class Row:
    name: str
    fault: Callable
    layout: Layout = ONE
    times: int = 2  # injections in one mailout
    # Calls that the provider did not accept are made again by design; then only accepted ones count as duplicates.
    only_accepted: bool = False


MATRIX = [
    *(Row(f"kill-{service.removeprefix('mailout-')}", faults.kill_service(service)) for service in SERVICES),
    Row("kill-broker", faults.kill_service("rabbitmq")),
    Row("kill-database", faults.kill_service("postgres")),
    Row("rolling-restart", faults.rolling_restart, times=1),
    Row("kill-anything-two-copies", faults.kill_anything, TWO, times=4),
]

SHORT = ("kill-sender", "kill-scheduler", "kill-stats", "kill-broker", "rolling-restart")


def chosen(names: list[str]) -> list[Row]:
    """The rows of these names, in the matrix's order; all for none. Raises KeyError with what is unknown."""
    known = {row.name: row for row in MATRIX}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise KeyError(", ".join(unknown))
    return [row for row in MATRIX if not names or row.name in names]
