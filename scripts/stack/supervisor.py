"""supervisord: its configuration in the state folder, and the few calls made to it over its Unix socket."""

from __future__ import annotations

import http.client
import os
import resource
import signal
import socket
import subprocess
import time
import xmlrpc.client
from pathlib import Path

from stack.process import Process
from stack.state import Failed, State

PROGRAM = "/usr/bin/supervisord"
HERE = Path(__file__).resolve().parent
# What has not ended by then is killed; longer than a service may take by itself (MAILOUT_DRAIN_TIMEOUT, 300 s at most).
STOP_SECONDS = 330


def _hear_all_signals() -> None:
    """Who blocks signals, as threads of a test's process do, hands that on to all that it starts: epmd would not hear that it is to end."""
    signal.pthread_sigmask(signal.SIG_SETMASK, [])


class _Connection(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(120)
        self.sock.connect(self.host)


class _Transport(xmlrpc.client.Transport):
    def __init__(self, path: str):
        super().__init__()
        self.path = path

    def make_connection(self, host):
        return _Connection(self.path)


class Supervisor:
    def __init__(self, state: State):
        self.state = state
        self.socket = state.socket_folder() / "supervisor.sock" if state.run.exists() else None
        self.pid_file = state.run / "supervisord.pid"
        self.calls = xmlrpc.client.ServerProxy("http://supervisor", transport=_Transport(str(self.socket))).supervisor

    # What is running

    def is_running(self) -> bool:
        try:
            self.calls.getState()
            return True
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):
            return False

    def processes(self) -> dict[str, dict]:
        """By name: statename, pid (0 when it has none) and so on; empty when no supervisor runs."""
        try:
            return {info["name"]: info for info in self.calls.getAllProcessInfo()}
        except (OSError, http.client.HTTPException):
            return {}

    # Configuration

    def write(self, processes: list[Process]) -> None:
        _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        files = 65536 if most == resource.RLIM_INFINITY else min(most, 65536)
        log, run = self.state.log, self.state.run
        lines = [
            "; Written by scripts/stack at every start.",
            "[supervisord]",
            *(["user=root"] if os.geteuid() == 0 else []),
            f"logfile={log}/supervisord.log", "logfile_maxbytes=5MB", "logfile_backups=1", f"pidfile={self.pid_file}",
            f"childlogdir={log}", "directory=/", "umask=077", f"minfds={files}", "minprocs=200", "strip_ansi=false",
            "[unix_http_server]", f"file={self.socket}", "chmod=0700",
            "[rpcinterface:supervisor]", "supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface",
            "[eventlistener:wakeup]", f"command=/usr/bin/python3 -I {HERE}/wakeup.py",
            "events=PROCESS_STATE_RUNNING", "stderr_logfile=NONE", "autorestart=true", "startsecs=0", "priority=1",
        ]  # fmt: skip
        for process in processes:
            self.state.write(run / f"{process.name}.sh", process.script(self.state), 0o700)
            lines += [
                f"[program:{process.name}]", f"command=/bin/sh {run}/{process.name}.sh",
                f"priority={10 if process.server else 20}", f"autostart={'true' if process.server else 'false'}",
                "autorestart=true", "startsecs=0", "startretries=1000000",
                f"stopsignal={process.stop_signal}", f"stopwaitsecs={STOP_SECONDS}", "killasgroup=true",
                "redirect_stderr=true", f"stdout_logfile={log}/{process.name}.log", "stdout_logfile_maxbytes=20MB", "stdout_logfile_backups=2",
            ]  # fmt: skip
        self.state.write(run / "supervisord.conf", "\n".join(lines) + "\n")

    # Starting and stopping

    def start(self) -> None:
        """Detached from this terminal; starts the servers by itself."""
        self.end_orphans()
        environment = {key: os.environ[key] for key in ("PATH", "HOME", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR") if key in os.environ}
        environment |= {"LANG": "C.UTF-8", "MAILOUT_STATE": str(self.state.folder)}
        command = [PROGRAM, "-c", str(self.state.run / "supervisord.conf")]
        outcome = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, preexec_fn=_hear_all_signals
        )
        if outcome.returncode != 0:
            raise Failed(f"supervisord did not start: {outcome.stdout}{outcome.stderr}")
        self.wait(self.is_running, 60, "supervisord did not answer")

    def apply(self) -> None:
        """Takes in a changed list of processes without touching the others."""
        [[added, changed, removed]] = self.calls.reloadConfig()
        self.stop(removed + changed)
        for name in removed + changed:
            self.calls.removeProcessGroup(name)
        for name in changed + added:
            self.calls.addProcessGroup(name)

    def run(self, names: list[str]) -> None:
        for name in names:
            try:
                self.calls.startProcess(name, False)
            except xmlrpc.client.Fault as fault:
                if "ALREADY_STARTED" not in fault.faultString:
                    raise Failed(f"{name} did not start: {fault.faultString}") from fault

    def stop(self, names: list[str]) -> None:
        """All at once; returns when each is gone."""
        known = self.processes()
        names = [name for name in names if name in known]
        for name in names:
            try:
                self.calls.stopProcess(name, False)
            except xmlrpc.client.Fault as fault:
                if "NOT_RUNNING" not in fault.faultString:
                    raise
        self.wait(lambda: all(info["pid"] == 0 for name, info in self.processes().items() if name in names), STOP_SECONDS + 30, f"{', '.join(names)} did not stop")

    def shutdown(self) -> None:
        pid = self.pid()
        self.calls.shutdown()
        self.wait(lambda: pid is None or not os.path.exists(f"/proc/{pid}"), STOP_SECONDS + 60, "supervisord did not end")

    def pid(self) -> int | None:
        try:
            return int(self.pid_file.read_text())
        except (FileNotFoundError, ValueError):
            return None

    def orphans(self) -> dict[str, int]:
        """Name and pid of what a killed supervisord left running. Known by the state folder in its environment."""
        mark = f"MAILOUT_STATE={self.state.folder}".encode()
        found = {}
        for file in self.state.run.glob("*.pid"):
            try:
                pid = int(file.read_text())
                if mark in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                    found[file.stem] = pid
            except (OSError, ValueError):
                continue
        return found

    def end_orphans(self) -> None:
        """So that nothing runs twice."""
        left = self.orphans()
        for name, pid in left.items():
            os.kill(pid, signal.SIGINT if name == "postgres" else signal.SIGTERM)
        self.wait(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in left.values()), STOP_SECONDS + 30, f"{', '.join(left)} of an earlier run did not end")

    @staticmethod
    def wait(condition, seconds: float, complaint: str) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise Failed(f"{complaint} within {seconds:.0f} s")
            time.sleep(0.03)
