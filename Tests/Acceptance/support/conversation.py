"""One scenario's talk with the gateway: its credential, the values it keeps, the last answer."""

from __future__ import annotations

import json
import random
import re
import time
from datetime import UTC, datetime, timedelta

import requests

from support.copy import Copy
from support.listener import Listener

# How often a condition is looked at while it is waited for.
PAUSE = 0.1
# Seconds, for what never comes; far beyond what a busy machine needs.
PATIENCE = 300


class Conversation:
    def __init__(self, copy: Copy):
        self.copy = copy
        self.session = requests.Session()
        self.session.trust_env = False
        self.authorization: str | None = None
        self.headers: dict[str, str] = {}
        self.kept: dict[str, str] = {}
        self.answer: requests.Response | None = None
        self.listeners: list[Listener] = []
        # What `ask` has read, in order.
        self.questions: list[str] = []
        # The idempotency key of the next command over the queues.
        self.command_key: str | None = None

    def close(self) -> None:
        self.session.close()
        for listener in self.listeners:
            listener.close()

    # What a text means

    def filled(self, text: str) -> str:
        """`${name}` is what was kept under the name, `${new phone}` a number of its own each time, `${in 60 seconds}` an instant."""
        return re.sub(r"\$\{([^}]+)\}", lambda match: self._value(match[1]), text)

    def _value(self, name: str) -> str:
        if name in self.kept:
            return self.kept[name]
        if name == "new phone":
            return f"79{random.randrange(10**9):09d}"
        if name == "new word":
            return f"word{random.randrange(10**12)}"
        if delay := re.fullmatch(r"in (-?[0-9]+) (second|minute|hour)s?", name):
            unit = {"second": 1, "minute": 60, "hour": 3600}[delay[2]]
            moment = datetime.now(UTC) + timedelta(seconds=int(delay[1]) * unit)
            return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        raise AssertionError(f"nothing was kept as {name}; known are: {', '.join(sorted(self.kept)) or 'none'}")

    def json(self, text: str):
        return json.loads(self.filled(text))

    # Requests

    def send(self, method: str, path: str, body=None, content_type: str | None = None, **more) -> requests.Response:
        """Sends one request; `more` goes to requests as it is. The headers given before go with it alone."""
        headers = {"Accept": "*/*"} | self.headers
        if content_type:
            headers["Content-Type"] = content_type
        if self.authorization and "Authorization" not in headers:
            headers["Authorization"] = self.authorization
        self.headers = {}
        data = body.encode() if isinstance(body, str) else body
        url = self.copy.url + self.filled(path)
        # No redirects: where one is the answer, it is what is looked at.
        options = {"timeout": PATIENCE, "allow_redirects": False} | more
        self.answer = self.session.request(method, url, data=data, headers=headers, **options)
        return self.answer

    def ask(self, method: str, path: str, body=None, content_type: str = "application/json", status: tuple[int, ...] = (200, 201, 202, 204)):
        """Sends a request that must be answered so; `body` is a text or a JSON value. Gives the answer's JSON, if it has one."""
        data = body if body is None or isinstance(body, str) else json.dumps(body)
        answer = self.send(method, path, data, content_type if data is not None else None)
        if method == "GET" and answer.status_code in (404, 503):
            # Statistics wait a second for what they have not heard of yet; on a busy machine it may take longer.
            self.wait(PATIENCE, lambda: [self.described()] if self.send(method, path).status_code in (404, 503) else [])
            answer = self.answer
        assert answer.status_code in status, self.described()
        if method == "GET":
            self.questions.append(path)
        return answer.json() if "json" in answer.headers.get("Content-Type", "") and answer.content else None

    def log_in(self) -> None:
        form = {"username": "admin", "password": self.copy.admin_password}
        answer = self.session.post(f"{self.copy.url}/auth/token", data=form, timeout=PATIENCE)
        assert answer.status_code == 200, f"no token: {answer.status_code} {answer.text}"
        self.authorization = f"Bearer {answer.json()['access_token']}"

    def as_admin(self, method: str, path: str, value) -> dict:
        """Something the admin does in between; the answer must be a success."""
        other = Conversation(self.copy)
        try:
            other.log_in()
            answer = other.send(method, path, json.dumps(value), "application/json")
            assert answer.status_code in (200, 201), f"{method} {path}: {answer.status_code} {answer.text}"
            return answer.json()
        finally:
            other.close()

    # Waiting

    def wait(self, seconds: float, condition) -> None:
        """Until `condition` gives an empty list of complaints; fails with the last ones."""
        deadline = time.monotonic() + seconds
        while complaints := condition():
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds} s:\n" + "\n".join(complaints))
            time.sleep(PAUSE)

    # What came

    @property
    def body(self):
        assert self.answer is not None, "nothing has been asked yet"
        try:
            return self.answer.json()
        except ValueError:
            raise AssertionError(f"the body is no JSON: {self.answer.text[:500]!r}") from None

    def described(self) -> str:
        assert self.answer is not None, "nothing has been asked yet"
        request = self.answer.request
        return f"{request.method} {request.path_url}: {self.answer.status_code} {self.answer.text[:2000]}"
