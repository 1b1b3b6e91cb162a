"""schemathesis: requests of every kind to every operation, right ones and wrong ones, each answer held against /openapi.json."""

import os
import subprocess
import sys
from pathlib import Path

from behave import then

from support.copy import ROOT

# The same cases each time, so that a change is judged and not the dice; SEED=… tries others.
SEED = "145549864562739688532043937234363242908"

HERE = Path(__file__).resolve().parents[1]


@then("schemathesis finds nothing in {seconds:d} seconds")
def schemathesis(context, seconds):
    """Every check in all phases, links between operations too. What it said is in .build/schemathesis.log.

    One worker: hypothesis keeps the sources of lambdas in a cache that two threads break (SystemError, "AST constructor
    recursion depth mismatch").
    """
    log = ROOT / ".build" / "schemathesis.log"
    command = [
        str(Path(sys.executable).parent / "schemathesis"), "--no-color", "--config-file", str(HERE / "schemathesis.toml"),
        "run", f"{context.copy.url}/openapi.json", "--header", f"Authorization: {context.talk.authorization}",
        "--max-time", str(seconds), "--max-examples", "20", "--workers", "1", "--seed", os.environ.get("SEED") or SEED, "--request-timeout", "20", "--continue-on-failure",
        "--warnings", "off",
    ]  # fmt: skip
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "support.schemathesis_hooks", "PYTHONPATH": str(HERE)}
    with open(log, "w") as output:
        done = subprocess.run(command, cwd=ROOT / ".build", env=environment, stdout=output, stderr=subprocess.STDOUT, timeout=seconds + 120, check=False)
    text = log.read_text()
    summary = text[text.rfind("=================================== SUMMARY") :]
    assert done.returncode == 0, f"{summary}\nall of it: {log}\n{text[:20000]}"
