"""The settings a person gives by environment: read once, checked together, every mistake named."""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
from dataclasses import dataclass, field
from pathlib import Path

from stack import urls
from stack.urls import ServerURL

ROOT = Path(__file__).resolve().parents[2]
MARKER = ".mailout-state"
COPIES = {
    "gateway": "MAILOUT_GATEWAYS",
    "customer": "MAILOUT_CUSTOMERS",
    "mailout-scheduler": "MAILOUT_SCHEDULERS",
    "sender": "MAILOUT_SENDERS",
    "stats": "MAILOUT_STATS",
}
KNOWN = {
    "MAILOUT_STATE", "MAILOUT_HOST", "MAILOUT_PORT", "MAILOUT_PROVIDER_URL", "MAILOUT_PROVIDER_TOKEN",
    "MAILOUT_ADMIN_PASSWORD", "MAILOUT_DATABASE_URL", "MAILOUT_AMQP_URL", "MAILOUT_LOG_LEVEL", "MAILOUT_BUILD",
    "MAILOUT_OPERATOR_PASSWORD", "MAILOUT_BROKER_NODES", "MAILOUT_FAKE_PROVIDERS", *COPIES.values(),
}  # fmt: skip
# Settings of services, handed on, that look like one of the above.
ALIKE = {"MAILOUT_SMTP_URL"}
LEVELS = ("debug", "info", "warning", "error")


class Mistakes(Exception):
    """Every wrong setting, one line each."""

    def __init__(self, lines: list[str]):
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass
class Settings:
    state: Path
    host: str = "127.0.0.1"
    port: int = 8080
    copies: dict[str, int] = field(default_factory=dict)
    provider_url: str | None = None
    provider_token: str | None = None
    admin_password: str | None = None
    database: ServerURL | None = None
    broker: ServerURL | None = None
    broker_nodes: int = 1
    fake_providers: int = 1
    log_level: str = "info"
    build: str = "release"
    extra: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @property
    def binaries(self) -> Path:
        return ROOT / ".build" / self.build


def state_folder(environment: dict[str, str], mistakes: list[str]) -> Path:
    text = environment.get("MAILOUT_STATE") or ".local"
    path = Path(os.path.normpath(ROOT / text))
    if not re.fullmatch(r"[A-Za-z0-9_./+@,=-]+", str(path)):
        mistakes.append(f"MAILOUT_STATE={text}: the folder's full path ({path}) may hold letters, digits and _./+@,=- only")
    elif path in (Path("/"), Path.home(), ROOT) or path in ROOT.parents:
        mistakes.append(f"MAILOUT_STATE={text}: give the state a folder of its own")
    elif path.exists() and not path.is_dir():
        mistakes.append(f"MAILOUT_STATE={text}: is a file, not a folder")
    elif path.is_dir() and os.access(path, os.R_OK) and any(path.iterdir()) and not (path / MARKER).exists():
        mistakes.append(f"MAILOUT_STATE={text}: this folder holds other things; give the state a folder of its own")
    return path


def read_state_only(environment: dict[str, str]) -> Settings:
    """For the commands that only need to know where the state is: down, status, logs."""
    mistakes: list[str] = []
    settings = Settings(state=state_folder(environment, mistakes))
    if mistakes:
        raise Mistakes(mistakes)
    return settings


def read(environment: dict[str, str]) -> Settings:
    """Reads everything; raises Mistakes with all of them."""
    mistakes: list[str] = []
    # An empty value means unset, as in compose files.
    given = {key: value for key, value in environment.items() if key.startswith("MAILOUT_") and value}
    settings = Settings(state=state_folder(environment, mistakes))

    def number(key: str, default: int, low: int, high: int) -> int:
        text = given.get(key)
        if text is None:
            return default
        if not re.fullmatch(r"[0-9]{1,9}", text) or not low <= int(text) <= high:
            mistakes.append(f"{key}={text}: must be a whole number from {low} to {high}")
            return default
        return int(text)

    def choice(key: str, default: str, allowed: tuple[str, ...]) -> str:
        text = given.get(key, default)
        if text not in allowed:
            mistakes.append(f"{key}={text}: must be one of {', '.join(allowed)}")
        return text

    def url(key: str, parse):
        if key not in given:
            return None
        try:
            return parse(given[key])
        except ValueError as problem:
            mistakes.append(f"{key}: {problem}")
            return None

    settings.copies = {name: number(key, 1, 1, 64) for name, key in COPIES.items()}
    settings.broker_nodes = number("MAILOUT_BROKER_NODES", 1, 1, 7)
    if settings.broker_nodes % 2 == 0:
        mistakes.append(f"MAILOUT_BROKER_NODES={settings.broker_nodes}: must be odd, so that one half outvotes the other")
    if "MAILOUT_BROKER_NODES" in given and "MAILOUT_AMQP_URL" in given:
        mistakes.append("MAILOUT_BROKER_NODES: is about private brokers, and MAILOUT_AMQP_URL names others")
    settings.fake_providers = number("MAILOUT_FAKE_PROVIDERS", 1, 1, 9)
    if "MAILOUT_FAKE_PROVIDERS" in given and "MAILOUT_PROVIDER_URL" in given:
        mistakes.append("MAILOUT_FAKE_PROVIDERS: is about fake send APIs, and MAILOUT_PROVIDER_URL names a real one")
    settings.port = number("MAILOUT_PORT", 8080, 0, 65535)
    if settings.port and settings.port + settings.copies["gateway"] - 1 > 65535:
        mistakes.append(f"MAILOUT_PORT={settings.port}: leaves no room for {settings.copies['gateway']} gateways")
    settings.host = given.get("MAILOUT_HOST", settings.host)
    try:
        ipaddress.IPv4Address(settings.host)
    except ValueError:
        mistakes.append(f"MAILOUT_HOST={settings.host}: must be an IPv4 address to listen on, as 127.0.0.1 or 0.0.0.0")
    settings.log_level = choice("MAILOUT_LOG_LEVEL", "info", LEVELS)
    settings.build = choice("MAILOUT_BUILD", "release", ("release", "debug"))
    settings.database = url("MAILOUT_DATABASE_URL", urls.database)
    settings.broker = url("MAILOUT_AMQP_URL", urls.broker)
    settings.provider_url = url("MAILOUT_PROVIDER_URL", urls.provider)
    settings.provider_token = given.get("MAILOUT_PROVIDER_TOKEN")
    if settings.provider_token is not None and not re.fullmatch(r"[\x21-\x7e]+", settings.provider_token):
        mistakes.append("MAILOUT_PROVIDER_TOKEN: must be printable ASCII without spaces")
    if "MAILOUT_PROVIDER_TOKEN" in given and "MAILOUT_PROVIDER_URL" not in given:
        mistakes.append("MAILOUT_PROVIDER_TOKEN: is given without MAILOUT_PROVIDER_URL")
    if "MAILOUT_PROVIDER_URL" in given and "MAILOUT_PROVIDER_TOKEN" not in given:
        mistakes.append("MAILOUT_PROVIDER_URL: is given without MAILOUT_PROVIDER_TOKEN")
    settings.admin_password = given.get("MAILOUT_ADMIN_PASSWORD")
    for key, value in given.items():
        if "\0" in value or "\n" in value:
            mistakes.append(f"{key}: holds a line break")
        elif key not in KNOWN and not key.startswith("MAILOUT_TEST_"):
            settings.extra[key] = value
            for near in [] if key in ALIKE else difflib.get_close_matches(key, KNOWN, n=1, cutoff=0.85):
                settings.warnings.append(f"{key} is no setting of the scripts; did you mean {near}?")
    if mistakes:
        raise Mistakes(mistakes)
    return settings
