"""HTTP by hand, for what no honest client sends."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit


def connect(url: str, timeout: float = 300) -> socket.socket:
    place = urlsplit(url)
    return socket.create_connection((place.hostname, place.port), timeout=timeout)


def send(connection: socket.socket, data: bytes) -> None:
    """As much as the server takes: it may answer and close before the end."""
    try:
        connection.sendall(data)
    except (BrokenPipeError, ConnectionResetError, TimeoutError):
        pass


def answer(connection: socket.socket) -> bytes:
    """All that comes until the server closes; empty for a connection that was only closed."""
    received = b""
    try:
        while chunk := connection.recv(65536):
            received += chunk
    except (ConnectionResetError, BrokenPipeError):
        pass
    except TimeoutError:
        raise AssertionError(f"neither an answer nor the end of the connection within {connection.gettimeout():.0f} s; came {received[:500]!r}") from None
    finally:
        connection.close()
    return received


def waits(connection: socket.socket) -> bool:
    """Whether it is open, and nothing has come."""
    timeout = connection.gettimeout()
    connection.setblocking(False)
    try:
        connection.recv(1, socket.MSG_PEEK)
        return False
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        connection.settimeout(timeout)


def exchange(url: str, data: bytes, timeout: float = 300) -> bytes:
    """One request that asks for the connection's end, or has it forced."""
    connection = connect(url, timeout)
    send(connection, data)
    return answer(connection)


def status(received: bytes) -> int | None:
    """The status of the first answer; None where the connection was closed without one."""
    return int(received.split(b" ", 2)[1]) if received.startswith(b"HTTP/1.1 ") else None
