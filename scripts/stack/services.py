"""The five services and the fake send API: their executables, roles, ports and environment (docs/settings.md)."""

from __future__ import annotations

import os

from stack import database
from stack.ports import Ports, is_free
from stack.process import Process
from stack.settings import Settings
from stack.state import Failed, State
from stack.urls import ServerURL

EXECUTABLES = {
    "customer": "Customer",
    "mailout-scheduler": "MailoutScheduler",
    "sender": "Sender",
    "stats": "Stats",
    "gateway": "Gateway",
}


def prepare(settings: Settings, state: State, ports: Ports, admin: ServerURL, broker) -> list[Process]:
    """`admin` is the database's administrator URL; `broker(name)` gives the broker URL of a service."""
    processes = []
    provider_url, provider_token = settings.provider_url, settings.provider_token
    if provider_url is None:
        provider_token = state.provider_token()
        processes += [fake_provider(settings, ports, provider_token, number) for number in range(1, settings.fake_providers + 1)]
        provider_url = f"http://127.0.0.1:{processes[0].environment['MAILOUT_PORT']}"
    for name in EXECUTABLES:
        for number in range(1, settings.copies[name] + 1):
            environment = {"MAILOUT_AMQP_URL": broker(name).full()}
            if name in database.ROLES:
                environment["MAILOUT_DATABASE_URL"] = database.role_url(state, admin, name).full()
            if name == "customer":
                environment["MAILOUT_TOKEN_KEYS_FILE"] = str(state.secrets / "token-keys.json")
            if name == "sender":
                environment |= {"MAILOUT_PROVIDER_URL": provider_url, "MAILOUT_PROVIDER_TOKEN": provider_token}
            if name == "gateway":
                port = gateway_port(settings, ports, number)
                environment |= {"MAILOUT_HOST": settings.host, "MAILOUT_PORT": str(port)}
            processes.append(process(settings, ports, copy_name(name, number), EXECUTABLES[name], environment))
    # Environment for single processes, by name: how a test puts a proxy or another clock under one of them.
    for name, more in state.read_json("overrides.json", {}).items():
        for found in processes:
            if found.name == name:
                found.environment |= more
    return processes


def copy_name(name: str, number: int) -> str:
    """sender, sender-2, sender-3 …"""
    return name if number == 1 else f"{name}-{number}"


def process(settings: Settings, ports: Ports, name: str, executable: str, environment: dict[str, str]) -> Process:
    admin_port = ports.get(name, f"{name}-admin")
    environment = {
        "MAILOUT_ADMIN_HOST": "127.0.0.1",
        **settings.extra,
        **environment,
        "MAILOUT_ADMIN_PORT": str(admin_port),
        "MAILOUT_LOG_LEVEL": settings.log_level,
    }
    if "LLVM_PROFILE_FILE" in os.environ:  # coverage of the processes that end-to-end tests start
        environment["LLVM_PROFILE_FILE"] = os.environ["LLVM_PROFILE_FILE"]
    binary = settings.binaries / executable
    return Process(
        name=name,
        command=[str(binary)],
        ready={"kind": "http", "url": f"http://127.0.0.1:{admin_port}/readyz"},
        environment=environment,
        inputs=[binary],
    )


def fake_provider(settings: Settings, ports: Ports, token: str, number: int) -> Process:
    """The first is the environment's provider; further ones take the same bearer and wait to be made providers over REST."""
    name = copy_name("fake-provider", number)
    environment = {"MAILOUT_HOST": "127.0.0.1", "MAILOUT_PORT": str(ports.get(name)), "FAKE_PROVIDER_TOKEN": token}
    environment |= {name: value for name, value in os.environ.items() if name.startswith("FAKE_PROVIDER_") and name not in environment}
    return process(settings, ports, name, "FakeProvider", environment)


def gateway_port(settings: Settings, ports: Ports, number: int) -> int:
    """MAILOUT_PORT and the ones after it; 0 asks for any free ones."""
    name = copy_name("gateway", number)
    if settings.port == 0:
        return ports.get(name, host=settings.host)
    port = settings.port + number - 1
    held = ports.ours(name) and ports.chosen.get(f"{name.upper().replace('-', '_')}_PORT") == port
    if not held and not is_free(port, settings.host):
        why = "needs root" if port < 1024 and os.geteuid() != 0 else "is in use by another program"
        raise Failed(f"port {port} for {name} {why}: set MAILOUT_PORT to another one (0 takes any free one)")
    ports.chosen[f"{name.upper().replace('-', '_')}_PORT"] = port
    return port
