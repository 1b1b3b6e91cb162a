"""What is done to the platform. Each fault returns when it is over and says what it was."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

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


def kill_anything(platform: Platform, dice: random.Random) -> Injection:
    """kill -9 of any process of the platform."""
    return kill(platform, dice.choice([name for service in (*SERVICES, "postgres", "rabbitmq") for name in platform.copies(service)]))


def rolling_restart(platform: Platform, dice: random.Random) -> Injection:
    """SIGTERM to every service, one after the other in any order, then to the servers."""
    began = time.monotonic()
    services = [name for service in SERVICES for name in platform.copies(service)]
    dice.shuffle(services)
    for name in [*services, "postgres", "rabbitmq"]:
        platform.restart(name)
    return Injection("SIGTERM to everything in turn", began, time.monotonic(), 0)
