"""Free ports: chosen once, remembered in ports.env, chosen anew only when somebody else has taken one."""

from __future__ import annotations

import random
import socket
from pathlib import Path

# Below the kernel's range for outgoing connections (32768 up), so that no client socket takes a server's port.
LOW, HIGH = 20000, 32000


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


class Ports:
    """`ours` says of a name whether our own process is running and so holds its port."""

    def __init__(self, file: Path, seed: str, ours=lambda name: False):
        self.file, self.ours = file, ours
        self.random = random.Random(seed)
        self.chosen: dict[str, int] = {}
        self.settled: set[str] = set()
        if file.exists():
            for line in file.read_text().splitlines():
                key, _, value = line.partition("=")
                if value.isdigit():
                    self.chosen[key] = int(value)

    def get(self, name: str, key: str | None = None, host: str = "127.0.0.1") -> int:
        """The port of process `name` (`key` where a process has several)."""
        key = (key or name).upper().replace("-", "_") + "_PORT"
        known = self.chosen.get(key)
        if known and (key in self.settled or self.ours(name) or is_free(known, host)):
            self.settled.add(key)
            return known
        taken = set(self.chosen.values())
        for _ in range(2000):
            port = self.random.randrange(LOW, HIGH)
            if port not in taken and is_free(port, host):
                self.chosen[key] = port
                self.settled.add(key)
                return port
        raise RuntimeError(f"no free port between {LOW} and {HIGH}")

    def save(self) -> None:
        self.file.write_text("".join(f"{key}={value}\n" for key, value in sorted(self.chosen.items())))
