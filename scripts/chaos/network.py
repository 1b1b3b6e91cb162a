"""Packets dropped by the kernel, both ways, for the port of one proxy: nothing is closed, nothing answers."""

from __future__ import annotations

import subprocess

TABLE = "mailout_chaos"


def nft(script: str) -> bool:
    try:
        return subprocess.run(["nft", "-f", "-"], input=script, text=True, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def available() -> bool:
    """Whether this machine lets us; also forgets what an earlier run has left."""
    heal()
    return nft(f"add table inet {TABLE}\n") and heal()


def drop(port: int) -> bool:
    return nft(
        f"add table inet {TABLE}\n"
        f"add chain inet {TABLE} input {{ type filter hook input priority 0; }}\n"
        f"add rule inet {TABLE} input tcp dport {port} drop\nadd rule inet {TABLE} input tcp sport {port} drop\n"
    )


def heal() -> bool:
    return nft(f"delete table inet {TABLE}\n")
