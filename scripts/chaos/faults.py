"""What is done to the platform. Each fault returns when it is over and says what it was."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from dataclasses import dataclass

from chaos import evidence, network, underpin
from chaos.platform import SERVICES, Platform

# The permits of one sender: calls whose result is not yet committed, and so repeated after its death.
K = 512


@dataclass(frozen=True)
class Injection:
    what: str
    began: float  # monotonic seconds
    ended: float  # from here on things must get better
    allowed: int  # duplicates at the provider that this one may cause


def kill(platform: Platform, process: str) -> Injection:
    began = time.monotonic()
    platform.kill(process)
    return Injection(f"kill -9 {process}", began, began, K if process in platform.copies("sender") else 0)


def kill_service(service: str):
    """kill -9 of one of its copies."""
    return lambda platform, dice: kill(platform, dice.choice(platform.copies(service)))


def kill_node(platform: Platform, dice: random.Random) -> Injection:
    """kill -9 of one node of the broker's cluster, when all are up: never two at once, which no majority survives."""
    nodes = platform.copies("rabbitmq")
    platform.wait_ready(nodes)
    victim = dice.choice([node for node in nodes if node != platform.last_victim])
    platform.last_victim = victim
    return kill(platform, victim)


def kill_anything(platform: Platform, dice: random.Random) -> Injection:
    """kill -9 of any process of the platform."""
    return kill(platform, dice.choice([name for service in (*SERVICES, "postgres", "rabbitmq") for name in platform.copies(service)]))


def kill_pair(platform: Platform, dice: random.Random) -> Injection:
    """kill -9 of a sender and, a moment before or after, of a server it leans on or of the scheduler."""
    sender, other = dice.choice(platform.copies("sender")), dice.choice(["postgres", "rabbitmq", *platform.copies("mailout-scheduler")])
    order, pause = dice.sample([sender, other], 2), dice.uniform(0, 0.3)
    began = time.monotonic()
    platform.kill(order[0])
    time.sleep(pause)
    platform.kill(order[1])
    return Injection(f"kill -9 {order[0]}, then {order[1]}", began, time.monotonic(), K)


def rolling_restart(platform: Platform, dice: random.Random) -> Injection:
    """SIGTERM to every service, one after the other in any order, then to the servers."""
    began = time.monotonic()
    services = [name for service in SERVICES for name in platform.copies(service)]
    dice.shuffle(services)
    for name in [*services, "postgres", *platform.copies("rabbitmq")]:
        platform.restart(name)
    return Injection("SIGTERM to everything in turn", began, time.monotonic(), 0)


def freeze(platform: Platform, dice: random.Random, name: str) -> Injection:
    """SIGSTOP past its lease, at times so long that the broker gives it up too, then SIGCONT: it must not go on as if nothing had been."""
    seconds = dice.uniform(12, 40)
    began = time.monotonic()
    pid = platform.signal(name, signal.SIGSTOP)
    try:
        time.sleep(seconds)
    finally:
        os.kill(pid, signal.SIGCONT)
    return Injection(f"SIGSTOP {name} for {seconds:.0f} s", began, time.monotonic(), K if name in platform.copies("sender") else 0)


def freeze_service(service: str):
    """Freezes one of its copies."""
    return lambda platform, dice: freeze(platform, dice, dice.choice(platform.copies(service)))


def freeze_driver(platform: Platform, dice: random.Random) -> Injection:
    """Freezes the scheduler that drives the mailout: another goes on, and must not be disturbed by one that wakes."""
    [[owner]] = evidence.query(platform, "select lease_owner from mailout.mailout order by id desc limit 1;")
    driver = next(name for name in platform.copies("mailout-scheduler") if f"-{platform.pid(name)}-" in owner)
    return freeze(platform, dice, driver)


def partition(how: str):
    """One process's connections to one server: packets `drop`ped by the kernel, or a proxy that `freeze`s."""

    def cut(platform: Platform, dice: random.Random) -> Injection:
        (name, server), proxy = dice.choice(sorted(platform.ways.items(), key=lambda way: way[0]))
        seconds = dice.uniform(3, 30)
        began = time.monotonic()
        network.drop(proxy.port) if how == "drop" else platform.proxies.freeze(proxy)
        try:
            time.sleep(seconds)
        finally:
            network.heal() if how == "drop" else platform.proxies.thaw(proxy)
        # A sender out of reach for longer than its lease may have lost its batches to another.
        return Injection(f"{how} {name} - {server} for {seconds:.0f} s", began, time.monotonic(), K if name in platform.copies("sender") else 0)

    return cut


def database_away(platform: Platform, dice: random.Random) -> Injection:
    """No database for longer than a lease, and nobody dies of it: whatever was answered meanwhile is written down afterwards."""
    seconds = dice.uniform(15, 25)
    began = time.monotonic()
    platform.supervisor.stop(["postgres"])
    try:
        time.sleep(seconds)
    finally:
        platform.supervisor.run(["postgres"])
    platform.wait_ready(["postgres"])
    return Injection(f"no database for {seconds:.0f} s", began, time.monotonic(), 0)


def full_disk(platform: Platform, dice: random.Random) -> Injection:
    """The broker's disk alarm, which blocks every publisher."""
    seconds = dice.uniform(3, 20)
    began = time.monotonic()
    platform.rabbitmqctl("set_disk_free_limit", "1000000GB")
    try:
        time.sleep(seconds)
    finally:
        platform.rabbitmqctl("set_disk_free_limit", "200MB")
    return Injection(f"no disk for the broker for {seconds:.0f} s", began, time.monotonic(), 0)


def stranger_without_quorum(platform: Platform, dice: random.Random) -> Injection:
    """Somebody else's queue, bound to every event, loses its leader: it confirms nothing more."""
    seconds, name = dice.uniform(5, 20), f"stranger.{dice.randrange(1 << 32)}"
    queue = {"name": name, "vhost": "/", "durable": True, "auto_delete": False, "arguments": {"x-queue-type": "quorum"}}
    binding = {"source": "mailout.events", "vhost": "/", "destination": name, "destination_type": "queue", "routing_key": "#", "arguments": {}}
    platform.rabbitmqctl("import_definitions", text=json.dumps({"queues": [queue], "bindings": [binding]}))
    server = f'{{ok, Q}} = rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"{name}">>)), S = amqqueue:get_pid(Q)'
    platform.rabbitmqctl("eval", f"{server}, ok = ra:stop_server(quorum_queues, S).")
    # Nothing is to become worse: the time counts from here.
    began = time.monotonic()
    try:
        time.sleep(seconds)
    finally:
        platform.rabbitmqctl("eval", f"{server}, ok = ra:restart_server(quorum_queues, S).")
        platform.rabbitmqctl("delete_queue", name)
    return Injection(f"a stranger's queue without quorum for {seconds:.0f} s", began, began, 0)


def clock_steps(platform: Platform, dice: random.Random) -> Injection:
    """The services' wall clock jumps a second back and forth."""
    began = time.monotonic()
    for _ in range(6):
        underpin.set_clock(platform, dice.choice((-1, 0, 1)))
        time.sleep(dice.uniform(0.2, 1.5))
    underpin.set_clock(platform, 0)
    return Injection("clock steps of a second", began, time.monotonic(), 0)


def sick_provider(answer: str):
    """Every call fares badly for a while."""

    def sicken(platform: Platform, dice: random.Random) -> Injection:
        seconds = dice.uniform(3, 12)
        began = time.monotonic()
        usual = platform.behaviour
        platform.behave(usual | {"share": {answer: 1}})
        time.sleep(seconds)
        platform.behave(usual)
        return Injection(f"every call {answer} for {seconds:.0f} s", began, time.monotonic(), 0)

    return sicken
