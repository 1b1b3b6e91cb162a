"""The state folder: its layout, its secrets, its lock. Everything private is readable by its owner alone."""

from __future__ import annotations

import base64
import contextlib
import fcntl
import hashlib
import hmac
import json
import os
import pwd
import secrets
import shutil
import subprocess
import time
from pathlib import Path

from stack.settings import MARKER


class Failed(Exception):
    """Something could not be done; the text is for the person at the terminal."""


class State:
    """Layout: secrets/ run/ log/ postgres/ rabbitmq/ ports.env processes.json lock."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.secrets, self.run, self.log = folder / "secrets", folder / "run", folder / "log"
        self.id = hashlib.sha256(str(folder).encode()).hexdigest()[:12]

    def create(self) -> None:
        os.umask(0o077)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            # As root the servers run as users of their own, who must be able to pass through.
            self.folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
            (self.folder / MARKER).touch()
            for part in (self.secrets, self.run, self.log):
                part.mkdir(mode=0o700, exist_ok=True)
        except OSError as problem:
            raise Failed(f"cannot write the state folder {self.folder}: {problem.strerror}") from problem

    @contextlib.contextmanager
    def locked(self):
        """One command at a time changes a state folder; a second one waits."""
        with open(self.folder / "lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    # Files

    def write(self, path: Path, text: str, mode: int = 0o600) -> bool:
        """Replaces a file at once; says whether its content changed."""
        if path.exists() and path.read_text() == text:
            return False
        temporary = path.with_name(path.name + ".new")
        temporary.touch(mode=0o600)
        temporary.write_text(text)
        temporary.chmod(mode)
        temporary.rename(path)
        return True

    def read_json(self, name: str, default):
        try:
            return json.loads((self.folder / name).read_text())
        except (FileNotFoundError, ValueError):
            return default

    def write_json(self, name: str, value) -> None:
        self.write(self.folder / name, json.dumps(value, indent=1) + "\n")

    # Secrets

    def secret(self, name: str) -> str:
        """A password made once and kept."""
        path = self.secrets / name
        if not path.exists():
            self.write(path, secrets.token_urlsafe(24).replace("-", "x").replace("_", "y") + "\n")
        return path.read_text().strip()

    def provider_token(self) -> str:
        """The fake API's bearer: shaped like the real one, a signed JWT."""
        path = self.secrets / "provider-token"
        if not path.exists():
            def part(value: bytes) -> str:
                return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

            claims = {"exp": int(time.time()) + 10 * 365 * 86400, "iss": "fabrique", "name": "mailout"}
            head = part(b'{"alg":"HS256","typ":"JWT"}') + "." + part(json.dumps(claims).encode())
            signature = hmac.new(secrets.token_bytes(32), head.encode(), hashlib.sha256).digest()
            self.write(path, f"{head}.{part(signature)}\n")
        return path.read_text().strip()

    # Places other users must reach

    def socket_folder(self) -> Path:
        """Where Unix sockets go: their whole path is limited to 107 bytes."""
        if len(str(self.run)) <= 70:
            return self.run
        folder = Path("/tmp") / f"mailout-{os.geteuid()}-{self.id}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.is_symlink() or folder.stat().st_uid != os.geteuid():
            raise Failed(f"{folder} belongs to someone else")
        return folder

    def server_folder(self, name: str, user: str) -> Path:
        """A folder that `user` owns; beside the state when that user may not reach it (under /root, for example)."""
        link = self.folder / name
        if link.exists():
            return link.resolve()
        if os.geteuid() != 0:
            link.mkdir(mode=0o700)
            return link
        place = link
        if subprocess.run([*as_user(user), "test", "-x", str(self.folder)], check=False).returncode != 0:
            place = Path("/var/lib/mailout") / self.id / name
            place.parent.mkdir(parents=True, exist_ok=True)
            for folder in (place.parent, place.parent.parent):
                folder.chmod(0o711)
        place.mkdir(mode=0o700, exist_ok=True)
        account = pwd.getpwnam(user)
        os.chown(place, account.pw_uid, account.pw_gid)
        if place != link:
            link.symlink_to(place)
        return place

    def remove(self) -> None:
        outside = Path("/var/lib/mailout") / self.id
        sockets = Path("/tmp") / f"mailout-{os.geteuid()}-{self.id}"
        for folder in (outside, sockets, self.folder):
            if folder.exists() and (folder != self.folder or (folder / MARKER).exists()):
                shutil.rmtree(folder)


def as_user(user: str) -> list[str]:
    """A command prefix: as root, become `user` for good; otherwise stay who we are."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", f"--reuid={user}", f"--regid={user}", "--init-groups", "--inh-caps=-all"]
