"""up, down, restart: servers first, then migrations, then services."""

from __future__ import annotations

import subprocess
import sys

from stack import accounts, database, health, postgres, rabbitmq, services
from stack.build import build
from stack.ports import Ports
from stack.process import Process
from stack.settings import Settings
from stack.state import Failed, State
from stack.supervisor import Supervisor
from stack.urls import ServerURL

# Far beyond what a busy machine needs: for what never becomes ready.
SERVERS_TIMEOUT, SERVICES_TIMEOUT = 300, 300


class Stack:
    def __init__(self, settings: Settings):
        self.settings = settings
        self.state = State(settings.state)
        self.state.create()
        self.supervisor = Supervisor(self.state)
        running = self.supervisor.processes()
        self.ports = Ports(self.state.folder / "ports.env", self.state.id, lambda name: running.get(name, {}).get("pid", 0) != 0)

    # The URLs of the servers in use

    def admin_url(self) -> ServerURL:
        return self.settings.database or postgres.url(self.state, self.ports.get("postgres"))

    def broker_url(self, user: str = rabbitmq.ADMINISTRATOR) -> ServerURL:
        return self.settings.broker or rabbitmq.url(self.state, self.broker_nodes(), user)

    def broker_nodes(self) -> list[rabbitmq.Node]:
        return rabbitmq.nodes(self.ports, self.settings.broker_nodes)

    # Going up

    def servers(self) -> list[Process]:
        processes = []
        if self.settings.database is None:
            processes.append(postgres.prepare(self.state, self.ports.get("postgres")))
        if self.settings.broker is None:
            processes += rabbitmq.prepare(self.state, self.broker_nodes(), self.ports.get("epmd"))
        return processes

    def up(self, only_servers: bool = False) -> None:
        for warning in self.settings.warnings:
            say(f"warning: {warning}")
        if not only_servers:
            build(self.settings.build)
        with self.state.locked():
            servers = self.servers()
            rest = [] if only_servers else services.prepare(self.settings, self.state, self.ports, self.admin_url(), self.broker_url)
            self.ports.save()
            before = {record["name"]: record for record in self.state.read_json("processes.json", [])}
            self.supervisor.write(servers + rest)
            if self.supervisor.is_running():
                self.supervisor.apply()
                changed = self.changed(servers, before)
                # Services lean on servers: a server that has to go down goes after them, not under them.
                self.supervisor.stop(changed)
            else:
                self.supervisor.start()
            self.remember(servers, rest, before)
            self.supervisor.run([process.name for process in servers])
            self.wait_ready(servers, SERVERS_TIMEOUT)
            if self.settings.database is None:
                database.create_database(self.admin_url())
            if only_servers:
                return
            database.migrate(self.settings, self.state, self.admin_url())
            accounts.prepare(self.settings, self.state, self.admin_url())
            self.supervisor.stop(self.changed(rest, before))
            self.supervisor.run([process.name for process in rest])
            self.wait_ready(rest, SERVICES_TIMEOUT)
            self.remember(servers, rest, {})

    def changed(self, processes: list[Process], before: dict[str, dict]) -> list[str]:
        return [p.name for p in processes if p.name in before and before[p.name].get("fingerprint") != p.fingerprint(self.state)]

    def remember(self, servers: list[Process], rest: list[Process], before: dict[str, dict]) -> None:
        """For status and the next `up`. A process keeps its old fingerprint until its new form runs."""
        records = []
        if self.settings.database is not None:
            file = self.state.secrets / "database-url"
            self.state.write(file, self.settings.database.full() + "\n")
            records.append({"name": "postgres", "shown": True, "external": True, "ready": {"kind": "database", "file": str(file)}})
        if self.settings.broker is not None:
            tls = self.settings.broker.scheme == "amqps"
            hosts = [[host, port or (5671 if tls else 5672)] for host, port in self.settings.broker.hosts]
            records.append({"name": "rabbitmq", "shown": True, "external": True, "ready": {"kind": "amqp", "hosts": hosts, "tls": tls}})
        for process in servers + rest:
            record = process.record(self.state)
            if process.name in before and process in rest:
                record["fingerprint"] = before[process.name].get("fingerprint")
            records.append(record)
        self.state.write_json("processes.json", records)
        self.state.write_json("endpoints.json", self.endpoints(rest))

    def endpoints(self, rest: list[Process]) -> dict[str, str]:
        """Where everything is, without secrets."""
        found = {}
        for process in rest:
            found[process.name] = process.ready["url"].removesuffix("/readyz")
            if "MAILOUT_PORT" in process.environment:
                host = process.environment["MAILOUT_HOST"].replace("0.0.0.0", "127.0.0.1")
                found[f"{process.name} address"] = f"http://{host}:{process.environment['MAILOUT_PORT']}"
        return found

    def wait_ready(self, processes: list[Process], seconds: float) -> None:
        missing = health.wait({process.name: process.ready for process in processes}, seconds)
        if not missing:
            return
        for name in missing:
            say(f"--- {name} is not ready after {seconds:.0f} s; the end of {self.state.log}/{name}.log:")
            subprocess.run(["tail", "-n", "15", f"{self.state.log}/{name}.log"], stdout=sys.stderr, check=False)
        raise Failed(f"not ready: {', '.join(missing)}")

    # Going down

    def down(self) -> None:
        with self.state.locked():
            if self.supervisor.is_running():
                server = {record["name"] for record in self.state.read_json("processes.json", []) if record.get("server")}
                self.supervisor.stop([name for name in self.supervisor.processes() if name not in server and name != "wakeup"])
                self.supervisor.stop(sorted(server - {"epmd"}))
                self.supervisor.shutdown()
            self.supervisor.end_orphans()

    # One process at a time: for operators and end-to-end tests

    def named(self, names: list[str]) -> list[dict]:
        records = {record["name"]: record for record in self.state.read_json("processes.json", []) if not record.get("external")}
        for name in names:
            if name not in records:
                raise Failed(f"no process {name}; there are {', '.join(records) or 'none'}")
        return [records[name] for name in names]

    def stop(self, names: list[str]) -> None:
        self.named(names)
        self.supervisor.stop(names)

    def start(self, names: list[str]) -> None:
        checks = {record["name"]: record["ready"] for record in self.named(names)}
        self.supervisor.run(names)
        if missing := health.wait(checks, SERVERS_TIMEOUT):
            raise Failed(f"not ready after {SERVERS_TIMEOUT} s: {', '.join(missing)}")


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)

