"""The copy of Mailout that faults are done to: its own state folder, its processes by name."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from dataclasses import dataclass

from chaos import underpin
from chaos.proxy import Proxies, Proxy
from client.api import Client, Refused
from client.running import Copy
from stack import health, report
from stack import settings as settings_module
from stack.settings import COPIES, ROOT
from stack.state import State
from stack.supervisor import Supervisor

STACK = str(ROOT / "scripts" / "stack.sh")
SERVICES = tuple(COPIES)
# Seconds, for what comes by itself; far beyond what a busy machine needs.
PATIENCE = 300


@dataclass(frozen=True)
class Layout:
    """How a copy is laid out: rows with the same layout share it."""

    copies: int = 1
    proxied: bool = False  # a proxy between every service and each of its servers
    clocked: bool = False  # the services' wall clock is ours
    nodes: int = 1  # of the broker; another number needs another state folder
    patient: bool = False  # where no sender dies: nobody takes its batches for dead, or a call for lost, because this machine is slow


class Platform:
    def __init__(self, build: str):
        self.base = {key: value for key, value in os.environ.items() if not key.startswith("MAILOUT_")}
        self.base |= {"MAILOUT_STATE": ".build/chaos-state", "MAILOUT_PORT": "0", "MAILOUT_BUILD": build, "MAILOUT_LOG_LEVEL": "info"}
        # A slow machine is no reason to break off what a service that is to end still does.
        self.base["MAILOUT_DRAIN_TIMEOUT"] = "60s"
        self.layout: Layout | None = None
        self.last_victim = ""
        self.proxies = Proxies()
        self.ways: dict[tuple[str, str], Proxy] = {}  # the proxies by process and server

    def arrange(self, layout: Layout) -> bool:
        """Brings the copy up in this layout; what is right already goes on running. Says whether its database is new."""
        if layout == self.layout:
            return False
        fresh = self.layout is None or layout.nodes != self.layout.nodes
        if fresh:
            self.remove()
        self.environment = self.base | {"MAILOUT_BROKER_NODES": str(layout.nodes)} | {key: str(layout.copies) for key in COPIES.values()}
        self.state = State(settings_module.read(self.environment).state)
        self.state.create()
        self.state.write_json("overrides.json", underpin.patience(layout))
        self.up()
        overrides = underpin.overrides(self, layout)
        if overrides:
            self.state.write_json("overrides.json", overrides)
            self.up()
        self.layout = layout
        return fresh

    def up(self) -> None:
        outcome = subprocess.run([STACK, "up"], env=self.environment, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if outcome.returncode != 0:
            raise Refused(f"the copy did not come up:\n{outcome.stderr}")
        self.copy = Copy(self.environment)
        self.supervisor = Supervisor(self.state)
        self.records = {record["name"]: record for record in self.state.read_json("processes.json", [])}
        self.fake = Client(self.copy.fake, timeout=PATIENCE)

    def stop(self) -> None:
        """Ends every process; data and logs stay."""
        subprocess.run([STACK, "down"], env=self.base, check=False, stderr=subprocess.DEVNULL)
        self.layout = None

    def remove(self) -> None:
        subprocess.run([STACK, "remove"], env=self.base, check=False, stderr=subprocess.DEVNULL)
        self.layout = None

    def client(self) -> Client:
        """Logged in; waits for a gateway, or what it leans on, that is just coming back."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                client = self.copy.client()
                client.timeout = PATIENCE
                return client
            except Refused:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def behave(self, behaviour: dict) -> None:
        """How the fake send API answers from now on; {} is well and at once."""
        self.behaviour = behaviour
        self.fake.call("PUT", "/fake/behaviour", json.dumps(behaviour).encode(), "application/json")

    def services(self) -> tuple[str, ...]:
        return SERVICES

    def copies(self, service: str) -> list[str]:
        """The processes of one service: sender, sender-2, …"""
        return [name for name in self.records if name == service or name.startswith(f"{service}-") and name[len(service) + 1 :].isdigit()]

    def rabbitmqctl(self, *arguments: str, text: str | None = None) -> str:
        """What the broker's administration command says. Raises subprocess.CalledProcessError."""
        command = [str(self.state.run / "rabbitmqctl"), "-q", *arguments]
        return subprocess.run(command, input=text, text=True, check=True, stdout=subprocess.PIPE).stdout

    # Processes

    def pid(self, name: str) -> int:
        """The working process itself; waits until there is one."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            pid = report.working_pid(self.supervisor.processes().get(name, {}).get("pid") or None)
            if pid:
                return pid
            time.sleep(0.02)
        raise Refused(f"{name} has no process for {PATIENCE} s")

    def signal(self, name: str, number: int) -> int:
        pid = self.pid(name)
        os.kill(pid, number)
        return pid

    def kill(self, name: str) -> None:
        """kill -9; the supervisor brings it back."""
        self.signal(name, signal.SIGKILL)

    def restart(self, name: str) -> None:
        """SIGTERM (to PostgreSQL its fast shutdown), then up again; returns when it is ready."""
        self.supervisor.stop([name])
        self.supervisor.run([name])
        self.wait_ready([name])

    def wait_ready(self, names: list[str]) -> None:
        if missing := health.wait({name: self.records[name]["ready"] for name in names}, PATIENCE):
            raise Refused(f"not ready after {PATIENCE} s: {', '.join(missing)}")
