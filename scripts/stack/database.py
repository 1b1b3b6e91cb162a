"""Roles, schemas and migrations, in the private database or any other given by URL."""

from __future__ import annotations

import base64
import functools
import hashlib
import hmac
import os
import secrets
import subprocess
import tempfile

from stack.settings import Settings
from stack.state import Failed, State
from stack.urls import ServerURL

# service: (role, schema)
ROLES = {
    "customer": ("mailout_customer", "customer"),
    "mailout-scheduler": ("mailout_scheduler", "mailout"),
    "sender": ("mailout_sender", "sender"),
    "stats": ("mailout_stats", "stats"),
}
EXECUTABLES = {"customer": "Customer", "mailout-scheduler": "MailoutScheduler", "sender": "Sender", "stats": "Stats"}


def role_url(state: State, admin: ServerURL, service: str) -> ServerURL:
    """The service's own URL. Its password follows from the administrator's, so that every machine that knows that one agrees."""
    role, _ = ROLES[service]
    if admin.password is None:
        return admin.with_user(role, state.secret(f"database-{role}"))
    return admin.with_user(role, _derived(admin.password, f"{admin.user} {role}"))


@functools.cache
def _derived(password: str, salt: str) -> str:
    key = hashlib.scrypt(password.encode(), salt=salt.encode(), n=8192, r=8, p=1, dklen=24)
    return base64.b32encode(key).decode().rstrip("=").lower()


def psql(url: ServerURL, script: str, timeout: float = 120) -> str:
    """Runs a script from standard input. The password is in a file for this one call: never in argv."""
    with tempfile.NamedTemporaryFile("w", prefix="mailout-", suffix=".conf") as service:
        service.write(url.libpq_service())
        service.flush()
        environment = {
            "PATH": os.environ["PATH"], "PGSERVICEFILE": service.name, "PGSERVICE": "mailout",
            "PGCONNECT_TIMEOUT": "30", "PGOPTIONS": "-c client_min_messages=warning", "PGAPPNAME": "mailout-scripts",
        }  # fmt: skip
        command = ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-f", "-"]
        try:
            outcome = subprocess.run(command, input=script, env=environment, capture_output=True, text=True, timeout=timeout, check=False)
        except subprocess.TimeoutExpired:
            raise Failed(f"the database {url} did not answer within {timeout:.0f} s") from None
        except FileNotFoundError:
            raise Failed("psql is not installed: run scripts/install.sh") from None
    if outcome.returncode != 0:
        raise Failed(f"the database {url} refused: {outcome.stderr.strip()}")
    return outcome.stdout


def scram_verifier(password: str) -> str:
    """What PostgreSQL stores of a password. Sent instead of it, so that no server log can show it."""
    salt, iterations = secrets.token_bytes(16), 4096
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    parts = [base64.b64encode(value).decode() for value in (salt, stored, server)]
    return f"SCRAM-SHA-256${iterations}:{parts[0]}${parts[1]}:{parts[2]}"


def create_database(url: ServerURL) -> None:
    """The private server's database, when it is not there yet."""
    maintenance = ServerURL(url.scheme, url.user, url.password, url.hosts, "postgres", url.query)
    name = literal(url.path)
    psql(maintenance, f"select format('create database %I', {name}) where not exists (select from pg_database where datname = {name}) \\gexec\n")


def create_roles(state: State, admin: ServerURL) -> None:
    """Each service's role owns its schema and can do nothing else. Running it again changes nothing but the stored salt."""
    script = ["begin;", "select pg_advisory_xact_lock(hashtext('mailout roles'));", "revoke all on schema public from public;"]
    for service, (role, schema) in ROLES.items():
        verifier = literal(scram_verifier(role_url(state, admin, service).password or ""))
        script += [
            f"select 'create role {role} login' where not exists (select from pg_roles where rolname = '{role}') \\gexec",
            f"select format('alter role {role} login password %L', {verifier}) \\gexec",
            # Only a member may give a schema to a role; a superuser need not be one.
            f"select format('grant {role} to %I', current_user) where not pg_has_role(current_user, '{role}', 'member') \\gexec",
            f"create schema if not exists {schema} authorization {role};",
            f"select format('grant connect on database %I to {role}', current_database()) \\gexec",
            f"select format('alter role {role} in database %I set search_path = {schema}', current_database()) \\gexec",
        ]
    psql(admin, "\n".join([*script, "commit;"]) + "\n")


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def migrate(settings: Settings, state: State, admin: ServerURL) -> None:
    """Roles and schemas by the administrator, then every service's migrations by its own role."""
    create_roles(state, admin)
    for service, executable in EXECUTABLES.items():
        run_service(settings, executable, ["migrate"], {"MAILOUT_DATABASE_URL": role_url(state, admin, service).full()})


def run_service(settings: Settings, executable: str, arguments: list[str], environment: dict[str, str], capture: bool = False) -> str:
    """One of a service's commands, to its end; returns what it printed, where that is captured."""
    binary = settings.binaries / executable
    if not binary.exists():
        raise Failed(f"{binary} is not built: run make build-{settings.build}")
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "LANG", "LLVM_PROFILE_FILE") if key in os.environ}
    output = subprocess.PIPE if capture else None
    outcome = subprocess.run([str(binary), *arguments], env=kept | {"MAILOUT_LOG_LEVEL": "warning"} | environment, stdout=output, text=True, check=False)
    if outcome.returncode != 0:
        raise Failed(f"{executable} {arguments[0]} failed with exit code {outcome.returncode}")
    return outcome.stdout or ""
