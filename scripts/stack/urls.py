"""Database, broker and provider URLs: read, checked, rewritten. Several hosts are allowed where the drivers allow them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote

_AUTHORITY = re.compile(r"^(?P<scheme>[a-z]+)://(?:(?P<userinfo>[^@/]*)@)?(?P<hosts>[^/?#]*)(?:/(?P<path>[^?#]*))?(?:\?(?P<query>[^#]*))?$")


@dataclass(frozen=True)
class ServerURL:
    """One URL with any number of hosts. `str()` never shows the password; `full()` does."""

    scheme: str
    user: str | None
    password: str | None
    hosts: tuple[tuple[str, int | None], ...]
    path: str
    query: str

    @staticmethod
    def parse(text: str, schemes: tuple[str, ...]) -> "ServerURL":
        """Raises ValueError with what is wrong; the message holds no secret."""
        match = _AUTHORITY.match(text.strip())
        if not match:
            raise ValueError(f"is not a URL like {schemes[0]}://user:password@host:port/name")
        if match["scheme"] not in schemes:
            raise ValueError(f"must begin with {' or '.join(s + '://' for s in schemes)}")
        user = password = None
        if match["userinfo"] is not None:
            user, colon, rest = match["userinfo"].partition(":")
            user, password = unquote(user), unquote(rest) if colon else None
        hosts = []
        for part in match["hosts"].split(","):
            hosts.append(_host(part))
        return ServerURL(match["scheme"], user, password, tuple(hosts), unquote(match["path"] or ""), match["query"] or "")

    def with_user(self, user: str, password: str) -> "ServerURL":
        return ServerURL(self.scheme, user, password, self.hosts, self.path, self.query)

    def full(self) -> str:
        return self._text(self.password)

    def __str__(self) -> str:
        return self._text("***" if self.password else None)

    def _text(self, password: str | None) -> str:
        login = ""
        if self.user is not None:
            secret = "" if password is None else ":" + (password if password == "***" else quote(password, safe=""))
            login = f"{quote(self.user, safe='')}{secret}@"
        hosts = ",".join(_bracketed(host) + (f":{port}" if port else "") for host, port in self.hosts)
        path = "/" + quote(self.path, safe="") if self.path else ""
        return f"{self.scheme}://{login}{hosts}{path}" + (f"?{self.query}" if self.query else "")

    def libpq_service(self) -> str:
        """The body of a libpq service file: keeps the password out of argv and understands every parameter."""
        values = dict(parse_qsl(self.query))
        values.setdefault("host", ",".join(host for host, _ in self.hosts))
        values.setdefault("port", ",".join(str(port or 5432) for _, port in self.hosts))
        values["dbname"] = self.path
        if self.user is not None:
            values["user"] = self.user
        if self.password is not None:
            values["password"] = self.password
        return "[mailout]\n" + "".join(f"{key}={value}\n" for key, value in values.items() if value)


def _host(text: str) -> tuple[str, int | None]:
    match = re.match(r"^(?:\[(?P<six>[0-9a-fA-F:.]+)\]|(?P<name>[A-Za-z0-9._%-]+))(?::(?P<port>[0-9]*))?$", text)
    if not match:
        raise ValueError("names no host" if not text else "has a malformed host or port")
    port = int(match["port"]) if match["port"] else None
    if port is not None and not 1 <= port <= 65535:
        raise ValueError(f"has port {port}, which is not between 1 and 65535")
    return match["six"] or unquote(match["name"]), port


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else quote(host, safe="")


def database(text: str) -> ServerURL:
    url = ServerURL.parse(text, ("postgres", "postgresql"))
    if not url.path or "/" in url.path:
        raise ValueError("must name one database after the host, as in postgres://…/mailout")
    return url


def broker(text: str) -> ServerURL:
    return ServerURL.parse(text, ("amqp", "amqps"))


def provider(text: str) -> str:
    """The base of the send API, without a trailing slash."""
    url = ServerURL.parse(text, ("http", "https"))
    if len(url.hosts) != 1:
        raise ValueError("must name exactly one host")
    if url.user is not None:
        raise ValueError("must not hold a user or password; the bearer goes into MAILOUT_PROVIDER_TOKEN")
    if url.query:
        raise ValueError("must have no query")
    if url.path.rstrip("/").endswith("/v1") or url.path.rstrip("/") == "v1":
        raise ValueError("must be the base without /v1: the sender adds /v1/send/…")
    return text.strip().rstrip("/")
