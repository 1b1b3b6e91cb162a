"""The copy of Mailout that the features run against: started for them, or one that runs already."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import requests

from support.mailserver import MailServer

ROOT = Path(__file__).resolve().parents[3]
STACK = ROOT / "scripts" / "stack.sh"


@dataclass
class Copy:
    """Addresses and secrets of one copy; `state` is its folder where it was started here."""

    url: str
    admin_password: str
    amqp_url: str | None
    fake_provider_url: str | None
    state: Path | None = None
    # Where its mail comes, where it was started here.
    mail: MailServer | None = None

    @staticmethod
    def found_or_started() -> "Copy":
        given = os.environ.get("MAILOUT_ACCEPTANCE_URL")
        if not given:
            return Copy.started(Path(os.environ["ACCEPTANCE_STATE"]))
        password = os.environ.get("MAILOUT_ACCEPTANCE_PASSWORD")
        if not password:
            raise SystemExit("MAILOUT_ACCEPTANCE_URL needs MAILOUT_ACCEPTANCE_PASSWORD, the admin's, beside it")
        amqp, fake = os.environ.get("MAILOUT_ACCEPTANCE_AMQP_URL"), os.environ.get("MAILOUT_ACCEPTANCE_FAKE_PROVIDER_URL")
        return Copy(given.rstrip("/"), password, amqp, fake)

    @staticmethod
    def started(state: Path) -> "Copy":
        """Builds and starts everything; the build that the other tests use."""
        copy = Copy("", "", None, None, state, MailServer())
        copy.stack("up")
        values = {}
        for line in copy.stack("env").splitlines():
            name, _, value = line.removeprefix("export ").partition("=")
            values[name] = shlex.split(value)[0]
        copy.url, copy.admin_password = values["GATEWAY_URL"], values["ADMIN_PASSWORD"]
        copy.amqp_url, copy.fake_provider_url = values["MAILOUT_TEST_AMQP_URL"], values["FAKE_PROVIDER_URL"]
        return copy

    def needs_stack(self) -> None:
        """For what can only be done to a copy that was started here."""
        assert self.state is not None, "this needs a copy that the tests start themselves"

    def secret(self, name: str) -> str:
        return (self.state / "secrets" / name).read_text().strip()

    def metric(self, process: str, series: str) -> float:
        """What a process says of a series, with its labels, on its admin port; 0 where it says nothing."""
        key = f"{process.upper().replace('-', '_')}_ADMIN_PORT="
        ports = (self.state / "ports.env").read_text().splitlines()
        port = next(line.removeprefix(key) for line in ports if line.startswith(key))
        for line in requests.get(f"http://127.0.0.1:{port}/metrics", timeout=300).text.splitlines():
            if line.startswith(f"{series} "):
                return float(line.rpartition(" ")[2])
        return 0

    def broker_url(self, user: str, password: str) -> str:
        """The copy's broker for another user."""
        place = self.amqp_url.rpartition("@")[2]
        return f"amqp://{user}:{password}@{place}"

    def control(self, *arguments: str) -> str:
        """rabbitmqctl of this copy."""
        return subprocess.run([str(self.state / "run" / "rabbitmqctl"), *arguments], capture_output=True, text=True, check=True).stdout

    def stack(self, *arguments: str, **variables: str) -> str:
        """Runs scripts/stack.sh on the copy that was started here; returns what it printed."""
        environment = os.environ | {"MAILOUT_STATE": str(self.state), "MAILOUT_PORT": "0"} | variables
        if self.mail is not None:
            environment |= self.mail.settings()
        environment.setdefault("MAILOUT_BUILD", "debug")
        done = subprocess.run([str(STACK), *arguments], env=environment, stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"scripts/stack.sh {' '.join(arguments)} failed: {done.stdout}")
        return done.stdout

    def stop(self) -> None:
        """Removes what was started here; its logs stay in .build."""
        if self.state is None:
            return
        logs = ROOT / ".build" / f"{self.state.name.removesuffix('-state')}-logs"
        shutil.rmtree(logs, ignore_errors=True)
        shutil.copytree(self.state / "log", logs)
        self.stack("remove")
        if self.mail is not None:
            self.mail.stop()
