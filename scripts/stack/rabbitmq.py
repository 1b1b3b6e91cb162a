"""The private RabbitMQ (one node or a cluster) and its own epmd: everything in the state folder, everything on loopback."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import pwd
import shlex
from dataclasses import dataclass
from pathlib import Path

from stack import integrations
from stack.ports import Ports
from stack.process import Process
from stack.state import Failed, State, as_user
from stack.urls import ServerURL

USER = "rabbitmq"
# /usr/sbin/rabbitmqctl and -server switch users and lose our environment: call what they call.
PROGRAMS = Path("/usr/lib/rabbitmq/bin")
ADMINISTRATOR = "mailout"
SERVICES = ("gateway", "customer", "mailout-scheduler", "sender", "stats")
CONFIGURATION = """\
# Written by scripts/stack at every start.
listeners.tcp.local = 127.0.0.1:{port}
load_definitions = {home}/definitions.json
log.file = false
log.console = true
log.console.level = info
consumer_timeout = 1800000
disk_free_limit.absolute = 200MB
vm_memory_high_watermark.absolute = 2GB
raft.wal_max_size_bytes = 134217728
"""


CLUSTER = """\
cluster_formation.peer_discovery_backend = classic_config
{peers}cluster_partition_handling = pause_minority
"""


@dataclass(frozen=True)
class Node:
    """One broker: its process name, Erlang's name for it, and its ports."""

    process: str
    erlang: str
    port: int
    distribution: int


def nodes(ports: Ports, number: int) -> list[Node]:
    names = ["rabbitmq", *(f"rabbitmq-{index}" for index in range(2, number + 1))]
    return [Node(name, f"{name.replace('rabbitmq', 'mailout')}@localhost", ports.get(name), ports.get(name, f"{name}-dist")) for name in names]


def prepare(state: State, cluster: list[Node], epmd: int) -> list[Process]:
    """The processes of one broker, or of several that form a cluster when they first meet."""
    formed = state.read_json("broker.json", {"nodes": len(cluster)})["nodes"]
    if formed != len(cluster):
        raise Failed(f"this copy's broker was made with {formed} node(s): MAILOUT_BROKER_NODES can only change in a new state folder (scripts/stack.sh remove)")
    state.write_json("broker.json", {"nodes": len(cluster)})
    names = Process(
        name="epmd",
        command=[*as_user(USER), "/usr/bin/epmd", "-port", str(epmd), "-address", "127.0.0.1"],
        ready={"kind": "tcp", "port": epmd},
        environment={"HOME": str(state.server_folder("rabbitmq", USER))},
        server=True,
        shown=False,
    )
    return [names, *(broker(state, node, cluster, epmd) for node in cluster)]


def broker(state: State, node: Node, cluster: list[Node], epmd: int) -> Process:
    home = state.server_folder(node.process, USER)
    configuration = home / "rabbitmq.conf"
    text = CONFIGURATION.format(port=node.port, home=home)
    if len(cluster) > 1:
        text += CLUSTER.format(peers="".join(f"cluster_formation.classic_config.nodes.{number} = {peer.erlang}\n" for number, peer in enumerate(cluster, 1)))
    texts = {
        configuration: text,
        home / "enabled_plugins": "[].\n",
        home / "definitions.json": definitions(state),
        home / ".erlang.cookie": state.secret("erlang-cookie"),
    }
    for path, text in texts.items():
        state.write(path, text)
        if os.geteuid() == 0:
            account = pwd.getpwnam(USER)
            os.chown(path, account.pw_uid, account.pw_gid)
    schedulers = max(1, len(os.sched_getaffinity(0)) // 2)
    environment = {
        "HOME": str(home),
        # No machine-wide settings: not /etc/rabbitmq, not the machine's epmd.
        "RABBITMQ_CONF_ENV_FILE": "/dev/null",
        "RABBITMQ_CONFIG_FILE": str(configuration),
        "RABBITMQ_ADVANCED_CONFIG_FILE": str(home / "advanced.config"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "enabled_plugins"),
        "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
        "RABBITMQ_LOG_BASE": str(home / "log"),
        "RABBITMQ_LOGS": "-",
        "RABBITMQ_PID_FILE": str(home / "pid"),
        "RABBITMQ_NODENAME": node.erlang,
        "RABBITMQ_DIST_PORT": str(node.distribution),
        # Its idle threads sleep instead of spinning: the cores belong to everybody here. Its schedulers are half as many: each
        # further one makes its processes wake one another across threads.
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1} "
        f"+sbwt none +sbwtdcpu none +sbwtdio none +S {schedulers}:{schedulers}",
        # Nor do they spin, or keep to a core of their own.
        "RABBITMQ_SCHEDULER_BUSY_WAIT_THRESHOLD": "none",
        "RABBITMQ_SCHEDULER_BIND_TYPE": "u",
        "RUNNING_UNDER_SYSTEMD": "true",  # exec the virtual machine instead of keeping a shell above it
        "ERL_EPMD_PORT": str(epmd),
        "ERL_EPMD_ADDRESS": "127.0.0.1",
        "ERL_AFLAGS": "-start_epmd false",
        "ERL_CRASH_DUMP_SECONDS": "0",
    }
    if node == cluster[0]:
        control(state, environment)
    return Process(
        name=node.process,
        command=[*as_user(USER), str(PROGRAMS / "rabbitmq-server")],
        ready={"kind": "amqp", "hosts": [["127.0.0.1", node.port]], "tls": False},
        environment=environment,
        before=["until epmd -names >/dev/null 2>&1; do sleep 0.05; done"],
        inputs=[configuration, home / "definitions.json", PROGRAMS / "rabbitmq-server"],
        server=True,
    )


def definitions(state: State) -> str:
    """Users and their rights, loaded at every start. One user a service, so that the broker vouches for who published."""
    users = [{"name": ADMINISTRATOR, "tags": ["administrator"]}, *({"name": name, "tags": []} for name in SERVICES)]
    for user in users:
        password = state.secret(f"broker-{user['name']}")
        # Salted by the password itself: the file stays the same from start to start.
        salt = hashlib.sha256(b"salt" + password.encode()).digest()[:4]
        digest = hashlib.sha256(salt + password.encode()).digest()
        user["password_hash"] = base64.b64encode(salt + digest).decode()
        user["hashing_algorithm"] = "rabbit_password_hashing_sha256"
        user["limits"] = {}
    rights = [{"user": user["name"], "vhost": "/", "configure": ".*", "write": ".*", "read": ".*"} for user in users]
    everything = {"vhosts": [{"name": "/"}], "users": users, "permissions": rights, "parameters": [integrations.policy(), integrations.strangers_policy()]}
    return json.dumps(everything, indent=1) + "\n"


def control(state: State, environment: dict[str, str]) -> None:
    """run/rabbitmqctl: the administration command for this copy."""
    exports = "".join(f"export {key}={shlex.quote(value)}\n" for key, value in sorted(environment.items()))
    command = shlex.join([*as_user(USER), str(PROGRAMS / "rabbitmqctl")])
    state.write(state.run / "rabbitmqctl", f'#!/bin/sh\ncd /\n{exports}exec {command} "$@"\n', 0o700)


def url(state: State, cluster: list[Node], user: str = ADMINISTRATOR) -> ServerURL:
    return ServerURL("amqp", user, state.secret(f"broker-{user}"), tuple(("127.0.0.1", node.port) for node in cluster), "/", "")
