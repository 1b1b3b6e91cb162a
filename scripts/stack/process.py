"""One supervised process: what to run, with which environment, and how to see that it is ready."""

from __future__ import annotations

import hashlib
import os
import shlex
from dataclasses import dataclass, field
from pathlib import Path

from stack.state import State


@dataclass
class Process:
    name: str
    command: list[str]
    ready: dict
    environment: dict[str, str] = field(default_factory=dict)
    before: list[str] = field(default_factory=list)  # shell lines run before the command
    inputs: list[Path] = field(default_factory=list)  # files whose change asks for a restart
    server: bool = False  # started with the supervisor, before the services
    shown: bool = True  # has a line in `make status`
    stop_signal: str = "TERM"

    def script(self, state: State) -> str:
        """The run script: the process takes its place by exec, so that its pid is the process's own."""
        pid = shlex.quote(str(state.run / f"{self.name}.pid"))
        lines = [
            "#!/bin/sh",
            "# Written by scripts/stack. Holds secrets: for its owner's eyes alone.",
            "# A process that keeps dying is started twice a second, not without end.",
            f'[ -z "$(find {pid} -newermt "-1 second" 2>/dev/null)" ] || sleep 0.5',
            f"echo $$ >{pid}",
            *(f"export {key}={shlex.quote(value)}" for key, value in sorted(self.environment.items())),
            *self.before,
            "exec " + shlex.join(self.command),
        ]
        return "\n".join(lines) + "\n"

    def fingerprint(self, state: State) -> str:
        """Changes when the script, the binary or another input does."""
        digest = hashlib.sha256(self.script(state).encode())
        for path in self.inputs:
            try:
                facts = os.stat(path)
                digest.update(f"{path} {facts.st_mtime_ns} {facts.st_size}".encode())
            except FileNotFoundError:
                digest.update(f"{path} absent".encode())
        return digest.hexdigest()

    def record(self, state: State) -> dict:
        return {"name": self.name, "ready": self.ready, "shown": self.shown, "server": self.server, "fingerprint": self.fingerprint(state)}
