"""Is it ready? One question for each kind of process."""

from __future__ import annotations

import http.client
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from stack import database, urls
from stack.state import Failed

_DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def is_ready(check: dict, timeout: float = 10) -> bool:
    """`check` is a process's `ready`: {"kind": http|postgres|amqp|tcp, …}."""
    try:
        return _CHECKS[check["kind"]](check, timeout)
    except (OSError, http.client.HTTPException, urllib.error.URLError, subprocess.SubprocessError, Failed):
        return False


def all_ready(checks: list[dict]) -> list[bool]:
    if not checks:
        return []
    with ThreadPoolExecutor(max_workers=min(16, len(checks))) as pool:
        return list(pool.map(is_ready, checks))


def wait(checks: dict[str, dict], seconds: float) -> list[str]:
    """Until all are ready, in one look at the end; the names of those that are not after so many seconds."""
    deadline = time.monotonic() + seconds
    missing = checks
    while True:
        answers = all_ready(list(missing.values()))
        left = {name: check for (name, check), ready in zip(missing.items(), answers) if not ready}
        if not left and len(missing) == len(checks):
            return []
        if left and time.monotonic() > deadline:
            return list(left)
        if left:
            time.sleep(0.1)
        # One that was ready may have ended meanwhile.
        missing = left or checks


def _http(check: dict, timeout: float) -> bool:
    with _DIRECT.open(check["url"], timeout=timeout) as answer:
        return answer.status == 200


def _postgres(check: dict, timeout: float) -> bool:
    command = [check["program"], "-q", "-h", "127.0.0.1", "-p", str(check["port"]), "-t", str(int(timeout))]
    return subprocess.run(command, check=False, stdin=subprocess.DEVNULL).returncode == 0


def _database(check: dict, timeout: float) -> bool:
    url = urls.database(Path(check["file"]).read_text())
    return database.psql(url, "select 1;\n", timeout + 5).strip() == "1"


def _tcp(check: dict, timeout: float) -> bool:
    with socket.create_connection(("127.0.0.1", check["port"]), timeout=timeout):
        return True


def _amqp(check: dict, timeout: float) -> bool:
    """Any host that answers the protocol header with a method frame (connection.start)."""
    for host, port in check["hosts"]:
        try:
            connection = socket.create_connection((host, port), timeout=timeout)
            if check["tls"]:
                # Reachability only: the services verify certificates, this question sends nothing secret.
                context = ssl.create_default_context()
                context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
                connection = context.wrap_socket(connection, server_hostname=host)
            with connection:
                connection.sendall(b"AMQP\x00\x00\x09\x01")
                if connection.recv(1) == b"\x01":
                    return True
        except OSError:
            continue
    return False


_CHECKS = {"http": _http, "postgres": _postgres, "database": _database, "tcp": _tcp, "amqp": _amqp}
