"""Builds what is not built yet, or older than its sources."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

from stack.settings import ROOT
from stack.state import Failed

SOURCES = ("Package.swift", "Shared", "Services")


def newest_source() -> int:
    """Newest modification under the sources, in nanoseconds; folders count, so that a removed file is noticed."""
    newest = 0
    for source in SOURCES:
        for folder, _, files in os.walk(ROOT / source):
            newest = max(newest, os.stat(folder).st_mtime_ns, *(os.stat(Path(folder) / name).st_mtime_ns for name in files), 0)
        if (ROOT / source).is_file():
            newest = max(newest, os.stat(ROOT / source).st_mtime_ns)
    return newest


def build(configuration: str) -> None:
    """`swift build`, unless its last run was after the last change. SWIFT names another swift command."""
    stamp = ROOT / ".build" / configuration / ".mailout-built"
    newest = newest_source()
    if stamp.exists() and stamp.read_text() == str(newest):
        return
    print(f"building ({configuration}) …", file=sys.stderr, flush=True)
    swift = shlex.split(os.environ.get("SWIFT", "swift"))
    outcome = subprocess.run([*swift, "build", "-c", configuration], cwd=ROOT, stdout=sys.stderr, check=False)
    if outcome.returncode != 0:
        raise Failed("the build failed")
    stamp.write_text(str(newest))
