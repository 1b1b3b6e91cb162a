"""What a layout puts under single services: settings of its own, a proxy before each of its servers, a wall clock of ours."""

from __future__ import annotations

import dataclasses
import glob
from typing import TYPE_CHECKING

from client.api import Refused
from stack import database
from stack.lifecycle import Stack
from stack.services import copy_name

if TYPE_CHECKING:
    from chaos.platform import Layout, Platform


def patience(layout: Layout) -> dict[str, dict[str, str]]:
    """Environment by process, of a patient layout."""
    if not layout.patient:
        return {}
    settings = {"MAILOUT_LEASE": "60s", "MAILOUT_PROVIDER_TIMEOUT": "60s"}
    return {copy_name("sender", number): settings for number in range(1, layout.copies + 1)}


def overrides(platform: Platform, layout: Layout) -> dict[str, dict[str, str]]:
    """Environment by process that can only be told of a copy that runs."""
    if not (layout.clocked or layout.proxied):
        return {}
    found = patience(layout)
    for service in platform.services():
        for name in platform.copies(service):
            environment = (clock(platform) if layout.clocked else {}) | (detours(platform, service, name) if layout.proxied else {})
            found[name] = found.get(name, {}) | environment
    return found


def detours(platform: Platform, service: str, name: str) -> dict[str, str]:
    """The URLs of a process's servers, each by a proxy of its own."""
    stack = Stack(platform.copy.settings)
    urls = {"MAILOUT_AMQP_URL": ("rabbitmq", stack.broker_url(service))}
    if service in database.ROLES:
        urls["MAILOUT_DATABASE_URL"] = ("postgres", database.role_url(platform.state, stack.admin_url(), service))
    found = {}
    for variable, (server, url) in urls.items():
        [(_, port)] = url.hosts
        proxy = platform.proxies.open(port)
        platform.ways[name, server] = proxy
        found[variable] = dataclasses.replace(url, hosts=(("127.0.0.1", proxy.port),)).full()
    return found


def clock(platform: Platform) -> dict[str, str]:
    """libfaketime: the wall clock follows a file; the monotonic one is left alone."""
    libraries = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")
    if not libraries:
        raise Refused("libfaketime is not installed: run scripts/install.sh libfaketime")
    set_clock(platform, 0)
    return {
        "LD_PRELOAD": libraries[0],
        "FAKETIME_TIMESTAMP_FILE": str(clock_file(platform)),
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "FAKETIME_NO_CACHE": "1",
    }


def clock_file(platform: Platform):
    return platform.state.folder / "clock"


def set_clock(platform: Platform, seconds: float) -> None:
    """So far from the machine's own."""
    platform.state.write(clock_file(platform), f"{seconds:+.3f}\n")
