"""The fault matrix: a row is a kind of fault, the layout it needs, and what may come of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

from chaos import faults, network
from chaos.platform import SERVICES, Layout

ONE, TWO, PATIENT = Layout(), Layout(copies=2), Layout(patient=True)
PROXIED, CLOCKED, CLUSTER = Layout(copies=2, proxied=True), Layout(clocked=True), Layout(nodes=3)


@dataclass(frozen=True)
class Row:
    name: str
    fault: Callable
    layout: Layout = ONE
    times: int = 2  # injections in one mailout
    seconds: float = 12  # what the mailout would take without a fault: longer than the fault
    # Calls that the provider did not accept are made again by design; then only accepted ones count as duplicates.
    only_accepted: bool = False
    # Seconds from the fault's end in which throughput must be back; None: no such promise.
    within: float | None = None
    # Whether this machine can do it.
    needs: Callable[[], bool] = lambda: True


MATRIX = [
    Row("kill-sender", faults.kill_service("sender")),
    *(Row(f"kill-{service.removeprefix('mailout-')}", faults.kill_service(service), PATIENT) for service in SERVICES if service != "sender"),
    Row("kill-broker", faults.kill_service("rabbitmq"), PATIENT),
    Row("kill-database", faults.kill_service("postgres"), PATIENT),
    Row("rolling-restart", faults.rolling_restart, PATIENT, times=1),
    Row("database-down-long", faults.database_away, times=1, seconds=30),
    Row("kill-pair", faults.kill_pair, times=3, seconds=30),
    Row("broker-disk-full", faults.full_disk, seconds=30),
    Row("stranger-without-quorum", faults.stranger_without_quorum, times=1, seconds=30, within=2),
    *(
        Row(f"provider-{name}", faults.sick_provider(answer), times=1, seconds=25, only_accepted=True, within=10)
        for name, answer in (("hang", "hang"), ("5xx", "http_503"), ("drop", "drop"))
    ),
    Row("freeze-stats", faults.freeze_service("stats"), times=1, seconds=60, within=2),
    Row("freeze-sender", faults.freeze_service("sender"), TWO, times=1, seconds=60, within=15),
    Row("freeze-scheduler", faults.freeze_driver, TWO, times=1, seconds=60, within=15),
    Row("kill-anything-two-copies", faults.kill_anything, TWO, times=4),
    Row("partition-drop", faults.partition("drop"), PROXIED, seconds=60, within=15, needs=network.available),
    Row("partition-freeze", faults.partition("freeze"), PROXIED, seconds=60, within=15),
    Row("clock-steps", faults.clock_steps, CLOCKED, seconds=20),
    Row("cluster-one-node", faults.kill_node, CLUSTER, seconds=40, within=10),
]

SHORT = ("kill-sender", "kill-scheduler", "kill-stats", "kill-broker", "rolling-restart")


def chosen(names: list[str]) -> list[Row]:
    """The rows of these names, in the matrix's order; all for none. Raises KeyError with what is unknown."""
    known = {row.name: row for row in MATRIX}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise KeyError(", ".join(unknown))
    return [row for row in MATRIX if not names or row.name in names]
