"""Programs on the queues: for each a broker user with the rights that its scopes need, and a bounded queue for its events."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import secrets
import subprocess

from stack import database
from stack.settings import Settings
from stack.state import Failed, State
from stack.urls import ServerURL

# Of an integration's queue; over it the oldest events are dropped, and nobody else notices.
QUEUE_BYTES = 64 << 20
# How the names of the platform's own queues begin, up to the first dot (Shared/Contracts/Topology.swift).
OWN_QUEUES = ("customer", "gateway", "mailout-scheduler", "scheduler", "sender", "stats")


def policy() -> dict:
    """The operator policy that bounds every integration's queue, whatever the queue itself says."""
    definition = {"max-length-bytes": QUEUE_BYTES}
    # Of several that match a queue the broker takes one: this comes before the strangers'.
    value = {"pattern": r"^integration\.", "definition": definition, "priority": 1, "apply-to": "queues"}
    return {"vhost": "/", "component": "operator_policy", "name": "integrations", "value": value}


def strangers_policy() -> dict:
    """The same for queues that somebody made by hand: whatever is not the platform's own. For a broker that is ours alone; on
    another it would cut other applications' queues."""
    definition = {"max-length-bytes": QUEUE_BYTES}
    value = {"pattern": rf"^(?!({'|'.join(OWN_QUEUES)})\.)", "definition": definition, "priority": 0, "apply-to": "queues"}
    return {"vhost": "/", "component": "operator_policy", "name": "strangers", "value": value}


def definitions(rights: dict, password: str) -> dict:
    """What the broker is told, as RabbitMQ's definitions. `rights` is what the customer service answers."""
    salt = secrets.token_bytes(4)
    digest = base64.b64encode(salt + hashlib.sha256(salt + password.encode()).digest()).decode()
    user = {
        "name": rights["user"], "tags": [], "password_hash": digest, "hashing_algorithm": "rabbit_password_hashing_sha256",
        "limits": {"max-connections": 20, "max-channels": 100},
    }  # fmt: skip
    topics = [{"user": rights["user"], "vhost": "/", "exchange": exchange, **patterns} for exchange, patterns in sorted(rights["topics"].items())]
    queue = {"name": rights["queue"], "vhost": "/", "durable": True, "auto_delete": False, "arguments": {"x-queue-type": "quorum"}}
    return {
        "users": [user],
        "permissions": [{"user": rights["user"], "vhost": "/", "configure": "^$", "write": rights["write"], "read": rights["read"]}],
        "topic_permissions": topics,
        "queues": [queue],
        "parameters": [policy()],
    }


def create(settings: Settings, state: State, admin: ServerURL, broker: ServerURL, name: str, scopes: str) -> list[str]:
    """Creates it, or gives an existing one these scopes; the password stays. Returns what to tell the operator."""
    check(name)
    answer = _customer(settings, state, admin, ["create-integration", "--name", name, "--scopes", scopes])
    rights = json.loads(answer)
    file = state.secrets / f"integration-{name}"
    password = state.secret(file.name)
    told = definitions(rights, password)
    url = ServerURL("amqp", rights["user"], password, broker.hosts, "/", "")
    lines = [
        f"integration {name} may: {scopes}",
        f"  user      {rights['user']}, password in {file}",
        f"  broker    {url}",
        f"  events    bind the queue {rights['queue']} to mailout.events ({rights['topics']['mailout.events']['read']})",
    ]
    if settings.broker is None:
        _control(state, ["import_definitions"], json.dumps(told))
    else:
        target = state.secrets / f"integration-{name}.definitions.json"
        state.write(target, json.dumps(told, indent=1) + "\n")
        lines.append(f"This broker is not ours to change. Let its administrator run: rabbitmqctl import_definitions {target}")
    return lines


def remove(settings: Settings, state: State, admin: ServerURL, name: str) -> list[str]:
    """Takes its scopes, its user and its queue away."""
    check(name)
    lines = [_customer(settings, state, admin, ["remove-integration", "--name", name]).strip()]
    (state.secrets / f"integration-{name}").unlink(missing_ok=True)
    (state.secrets / f"integration-{name}.definitions.json").unlink(missing_ok=True)
    commands = [["delete_user", f"integration-{name}"], ["delete_queue", f"integration.{name}.events"]]
    if settings.broker is None:
        for command in commands:
            _control(state, command)
    else:
        lines.append("Let the broker's administrator run: " + "; ".join(f"rabbitmqctl {' '.join(command)}" for command in commands))
    return lines


def check(name: str) -> None:
    """Before it becomes the name of a file."""
    if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?", name):
        raise Failed("NAME=… must be 1 to 40 lower-case letters, digits and dashes, a dash neither first nor last")


def _customer(settings: Settings, state: State, admin: ServerURL, arguments: list[str]) -> str:
    environment = {"MAILOUT_DATABASE_URL": database.role_url(state, admin, "customer").full()}
    return database.run_service(settings, "Customer", arguments, environment, capture=True)


def _control(state: State, arguments: list[str], text: str | None = None) -> None:
    outcome = subprocess.run(
        [str(state.run / "rabbitmqctl"), "-q", *arguments], input=text, capture_output=True, text=True, timeout=60, check=False, env={"PATH": os.environ["PATH"]}
    )
    if outcome.returncode != 0:
        raise Failed(f"rabbitmqctl {arguments[0]} failed: {(outcome.stderr or outcome.stdout).strip()}")
