#!/usr/bin/python3
"""Line coverage by module after `make coverage`: the tests' own counts and those of the processes they started."""

import json
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DEBUG = ROOT / ".build" / "debug"
SERVICES = ("Gateway", "Customer", "MailoutScheduler", "Sender", "Stats", "FakeProvider")


def tool(name: str) -> str:
    """From PATH, or beside the swift command, or where Swift's own images put it."""
    swift = shutil.which("swift")
    beside = Path(swift).resolve().parent / name if swift else None
    # The toolchain's own first: the format of the counts changes with the compiler.
    for candidate in (beside, Path("/opt/swift/usr/bin") / name, shutil.which(name)):
        if candidate and Path(candidate).exists():
            return str(candidate)
    sys.exit(f"coverage: {name} of the Swift toolchain is not in PATH")


def main() -> None:
    profiles = [str(path) for path in (*(DEBUG / "codecov").glob("*.profraw"), *(ROOT / "coverage").glob("*.profraw"))]
    if not profiles:
        sys.exit("coverage: no counts found; run make coverage")
    merged = ROOT / "coverage" / "merged.profdata"
    names = ROOT / "coverage" / "profiles"
    names.write_text("\n".join(profiles) + "\n")
    # A process killed by a test may leave half a file: the rest still counts.
    subprocess.run([tool("llvm-profdata"), "merge", "-sparse", "--failure-mode=all", f"--input-files={names}", "-o", str(merged)], check=True)
    objects = [str(path) for path in DEBUG.glob("*.xctest")] + [str(DEBUG / name) for name in SERVICES if (DEBUG / name).exists()]
    command = [tool("llvm-cov"), "export", "-summary-only", f"-instr-profile={merged}", objects[0], *(f"-object={path}" for path in objects[1:])]
    report = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)

    modules: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for file in report["data"][0]["files"]:
        path = os.path.relpath(file["filename"], ROOT).split(os.sep)
        if path[0] in ("Shared", "Services") and len(path) > 2:
            lines = file["summary"]["lines"]
            for name in ("/".join(path[:2]), "total"):
                modules[name][0] += lines["covered"]
                modules[name][1] += lines["count"]
    print(f"{'module':<28}{'lines':>8}{'covered':>9}{'share':>8}")
    for name in sorted(modules, key=lambda name: (name == "total", name)):
        covered, count = modules[name]
        print(f"{name:<28}{count:>8}{covered:>9}{covered / max(count, 1):>8.1%}")


if __name__ == "__main__":
    main()
