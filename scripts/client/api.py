"""A small client of Mailout's REST API for the scripts: one keep-alive connection, standard library only."""

from __future__ import annotations

import http.client
import json
import time
import urllib.parse


class Refused(Exception):
    """An answer that is not a success, or none."""


class Client:
    """`address` is http://host:port. Every call raises Refused with the problem's own words."""

    def __init__(self, address: str, timeout: float = 30):
        self.address, self.timeout = address, timeout
        self.token: str | None = None
        self.connection: http.client.HTTPConnection | None = None
        self.used = time.monotonic()

    def log_in(self, username: str, password: str) -> None:
        form = urllib.parse.urlencode({"username": username, "password": password}).encode()
        self.token = self.call("POST", "/auth/token", form, "application/x-www-form-urlencoded")["access_token"]

    def get(self, path: str) -> dict:
        return self.call("GET", path)

    def post(self, path: str, value) -> dict:
        return self.call("POST", path, json.dumps(value).encode(), "application/json")

    def upload(self, path: str, file: str, content_type: str, timeout: float = 3600) -> dict:
        """Streams a file; waits long for the answer, which comes when every line is in."""
        with open(file, "rb") as body:
            body.seek(0, 2)
            length = body.tell()
            body.seek(0)
            return self.call("POST", path, body, content_type, timeout, length)

    def text(self, path: str) -> str:
        """An answer that is no JSON document."""
        return self._exchange("GET", path).decode()

    def call(self, method: str, path: str, body=None, content_type: str | None = None, timeout: float | None = None, length: int | None = None):
        text = self._exchange(method, path, body, content_type, timeout, length)
        return json.loads(text) if text else {}

    def answer(self, method: str, path: str, value=None) -> tuple[int, dict]:
        """Status and body of an answer, whatever it is."""
        body = json.dumps(value).encode() if value is not None else None
        status, text = self._ask(method, path, body, "application/json" if body else None)
        return status, json.loads(text) if text else {}

    def _exchange(self, method: str, path: str, body=None, content_type: str | None = None, timeout: float | None = None, length: int | None = None) -> bytes:
        status, text = self._ask(method, path, body, content_type, timeout, length)
        if not 200 <= status < 300:
            raise Refused(f"{method} {path}: {status} {text.decode(errors='replace')[:500]}")
        return text

    def _ask(self, method: str, path: str, body=None, content_type: str | None = None, timeout: float | None = None, length: int | None = None) -> tuple[int, bytes]:
        headers = {"Accept": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if content_type:
            headers["Content-Type"] = content_type
        if length is not None:
            headers["Content-Length"] = str(length)
        # A server closes connections that rest; a POST on one just closed could not be repeated safely.
        if time.monotonic() - self.used > 10:
            self.close()
        try:
            if self.connection is None:
                host = self.address.removeprefix("http://")
                self.connection = http.client.HTTPConnection(host, timeout=self.timeout, blocksize=262144)
                self.connection.connect()
            self.connection.sock.settimeout(timeout or self.timeout)
            self.connection.request(method, path, body, headers)
            answer = self.connection.getresponse()
            text = answer.read()
            self.used = time.monotonic()
            if answer.will_close:
                self.close()
        except (OSError, http.client.HTTPException) as problem:
            self.close()
            raise Refused(f"{method} {path}: {problem or type(problem).__name__}") from problem
        return answer.status, text

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None
