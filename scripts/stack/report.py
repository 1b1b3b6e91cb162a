"""status and logs: what a person sees of the running copy."""

from __future__ import annotations

import json
import os
from pathlib import Path

from stack import health
from stack.state import Failed, State
from stack.supervisor import Supervisor


def status(state: State) -> list[dict]:
    """One entry a process: name, pid (None without one), state, ready."""
    records = [record for record in state.read_json("processes.json", []) if record.get("shown")]
    supervisor = Supervisor(state)
    known = supervisor.processes()
    left = {} if known else supervisor.orphans()
    rows = []
    for record in records:
        info = known.get(record["name"], {})
        pid = info.get("pid") or left.get(record["name"])
        standing = "external" if record.get("external") else info.get("statename", "STOPPED").lower()
        if record["name"] in left:
            standing = "orphan"  # supervisord was killed: `up` and `down` take care of it
        rows.append({"name": record["name"], "pid": working_pid(pid), "state": standing})
    askable = [bool(row["pid"]) or row["state"] == "external" for row in rows]
    answers = iter(health.all_ready([record["ready"] for record, ask in zip(records, askable) if ask]))
    for row, ask in zip(rows, askable):
        row["ready"] = next(answers) if ask else False
    return rows


def working_pid(pid: int | None) -> int | None:
    """The process that does the work: below a shell that has not (yet) given way, its only child."""
    while pid is not None:
        try:
            if Path(f"/proc/{pid}/comm").read_text().strip() not in ("sh", "dash", "bash", "su", "erl"):
                return pid
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        except OSError:
            return pid
        if len(children) != 1:
            return pid
        pid = int(children[0])
    return None


def print_status(state: State, as_json: bool) -> None:
    rows = status(state)
    if as_json:
        print(json.dumps(rows))
        return
    width = max((len(row["name"]) for row in rows), default=0)
    for row in rows:
        print(f"{row['name']:<{width}}  {row['pid'] or '-':>7}  {row['state']:<8}  {'yes' if row['ready'] else 'no'}")


def follow_logs(state: State, wanted: str) -> None:
    """Becomes tail: every log, or those whose name contains `wanted`."""
    files = sorted(str(path) for path in state.log.glob("*.log") if wanted in path.stem) if state.log.exists() else []
    if not files:
        raise Failed(f"no log named like {wanted!r} in {state.log}" if wanted else f"no logs in {state.log}: make up starts everything")
    os.execvp("tail", ["tail", "-n", "20", "-F", *files])
