"""What people and services log in with: the token signing key, the admin, further operators."""

from __future__ import annotations

import getpass
import hashlib
import os
import re
import sys

from stack import database
from stack.settings import Settings
from stack.state import Failed, State
from stack.urls import ServerURL

ROLES = ("viewer", "operator", "admin")


def prepare(settings: Settings, state: State, admin: ServerURL) -> None:
    """The signing key and the admin, each made once."""
    keys = state.secrets / "token-keys.json"
    if not keys.exists():
        database.run_service(settings, "Customer", ["generate-token-key", str(keys)], {})
        if keys.exists():
            keys.chmod(0o600)
    password = admin_password(settings, state)
    # What was set last, so that an unchanged password costs no hashing at each start.
    done = state.secrets / "admin-done"
    mark = hashlib.scrypt(password.encode(), salt=admin.full().encode(), n=1024, r=8, p=1).hex() + "\n"
    if settings.database is None and done.exists() and done.read_text() == mark:
        return
    # A password a person chose replaces the old one; a generated one is only for a database without an admin.
    arguments = [] if settings.admin_password else ["--if-missing"]
    create(settings, state, admin, "admin", "admin", password, arguments)
    state.write(done, mark)


def admin_password(settings: Settings, state: State) -> str:
    return settings.admin_password or state.secret("admin-password")


def create(settings: Settings, state: State, admin: ServerURL, username: str, role: str, password: str, more: list[str]) -> None:
    environment = {
        "MAILOUT_DATABASE_URL": database.role_url(state, admin, "customer").full(),
        "MAILOUT_OPERATOR_PASSWORD": password,
    }
    database.run_service(settings, "Customer", ["create-operator", "--username", username, "--role", role, *more], environment)


def create_operator(settings: Settings, state: State, admin: ServerURL, username: str, role: str) -> None:
    """For `make create-operator`: the password by environment or prompt."""
    mistakes = []
    if not re.fullmatch(r"[^\s\x00-\x1f-][^\x00-\x1f]{0,199}", username):
        mistakes.append("USERNAME=… must be given (and not begin with a hyphen)")
    if role not in ROLES:
        mistakes.append(f"ROLE=… must be one of {', '.join(ROLES)}")
    if mistakes:
        raise Failed("\n".join(mistakes))
    password = os.environ.get("MAILOUT_OPERATOR_PASSWORD", "")
    if not password and sys.stdin.isatty():
        password = getpass.getpass(f"Password for {username}: ")
        if password != getpass.getpass("Once more: "):
            raise Failed("the two passwords differ")
    if not password:
        raise Failed("no password: set MAILOUT_OPERATOR_PASSWORD, or run this in a terminal to be asked")
    create(settings, state, admin, username, role, password, [])
