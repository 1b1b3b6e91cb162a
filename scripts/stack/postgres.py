"""The private PostgreSQL: made once in the state folder, listening on loopback, never run as root."""

from __future__ import annotations

import glob
import os
import pwd
import re
import subprocess
from pathlib import Path

from stack.process import Process
from stack.state import Failed, State, as_user
from stack.urls import ServerURL

USER, DATABASE = "postgres", "mailout"
CONFIGURATION = """\
# Written by scripts/stack at every start.
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{sockets}'
max_connections = 1200
shared_buffers = 256MB
wal_buffers = 16MB
# Page images after a checkpoint: lz4 costs a fifth of pglz, and a longer interval makes fewer of them.
wal_compression = lz4
checkpoint_timeout = 10min
min_wal_size = 512MB
max_wal_size = 4GB
checkpoint_completion_target = 0.9
# Solid state: an index page anywhere costs what the next one does. Every query is short: no workers.
random_page_cost = 1.1
max_parallel_workers_per_gather = 0
# Work tables fill and empty all the time: cleaned often, there is little to clean.
autovacuum_naptime = 20s
fsync = on
synchronous_commit = on
jit = off
log_line_prefix = '%m [%p] %u '
"""


def binaries(data: Path) -> Path:
    """Debian keeps every version beside the others: the data's own version, else the newest."""
    wanted = (data / "PG_VERSION").read_text().strip() if (data / "PG_VERSION").exists() else "*"
    found = glob.glob(f"/usr/lib/postgresql/{wanted}/bin/initdb")
    if not found:
        raise Failed(f"PostgreSQL {wanted if wanted != '*' else ''} is not installed: run scripts/install.sh")
    return Path(max(found, key=lambda path: [int(n) for n in re.findall(r"\d+", path)])).parent


def prepare(state: State, port: int) -> Process:
    """Makes the cluster when there is none, writes its settings, says how to run it."""
    home = state.server_folder("postgres", USER)
    data, sockets = home / "data", socket_folder(state, home)
    programs = binaries(data)
    if not (data / "PG_VERSION").exists():
        initialise(state, home, programs)
    configuration = data / "mailout.conf"
    if state.write(configuration, CONFIGURATION.format(port=port, sockets=sockets)):
        give(configuration)
    return Process(
        name="postgres",
        command=[*as_user(USER), str(programs / "postgres"), "-D", str(data)],
        ready={"kind": "postgres", "port": port, "program": str(programs / "pg_isready")},
        inputs=[configuration, programs / "postgres"],
        server=True,
        stop_signal="INT",  # fast shutdown: does not wait for clients to leave
    )


def initialise(state: State, home: Path, programs: Path) -> None:
    password = home / "password"
    state.write(password, state.secret("database-password") + "\n")
    give(password)
    fresh = home / "data.new"  # renamed at the end, so that a half-made cluster is never taken for one
    subprocess.run(["rm", "-rf", str(fresh)], check=True)
    command = [
        *as_user(USER), str(programs / "initdb"), "-D", str(fresh), "-U", USER, "-A", "scram-sha-256", f"--pwfile={password}",
        "-E", "UTF8", "--locale=C.UTF-8", "--lc-collate=C", "--no-instructions",
    ]  # fmt: skip
    outcome = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    password.unlink()
    if outcome.returncode != 0:
        raise Failed(f"initdb failed:\n{outcome.stdout}{outcome.stderr}")
    with open(fresh / "postgresql.conf", "a", encoding="utf-8") as file:
        file.write("\ninclude 'mailout.conf'\n")
    fresh.rename(home / "data")


def socket_folder(state: State, home: Path) -> Path:
    if len(str(home)) <= 70:
        return home
    folder = Path("/tmp") / f"mailout-postgres-{state.id}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.is_symlink():
        raise Failed(f"{folder} is a link; remove it")
    give(folder)
    return folder


def give(path: Path) -> None:
    """As root: to the user the server runs as."""
    if os.geteuid() == 0:
        account = pwd.getpwnam(USER)
        os.chown(path, account.pw_uid, account.pw_gid)


def url(state: State, port: int) -> ServerURL:
    """The superuser's URL of the database `mailout`."""
    return ServerURL("postgres", USER, state.secret("database-password"), (("127.0.0.1", port),), DATABASE, "")
