"""Runs of schemathesis over /openapi.json, and what their own reports tell of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from support.copy import ROOT

HERE = Path(__file__).resolve().parents[1]

# The same cases each time, so that a change is judged and not the dice; SEED=… tries others.
SEED = int(os.environ.get("SEED") or "145549864562739688532043937234363242908")

# Longer than any run takes: one that hangs is told of.
SECONDS = 3600


@dataclass
class Report:
    """What was asked, by phase and operation (`GET /api/customers`), and which links were followed."""

    complaints: list[str] = field(default_factory=list)
    # How each phase ended that was run: of several runs, how each did.
    phases: set[tuple[str, str]] = field(default_factory=set)
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    # By the names that schemathesis gives them: how often, and how often to a success.
    followed: Counter[str] = field(default_factory=Counter)
    arrived: Counter[str] = field(default_factory=Counter)

    def operations(self, phase: str) -> set[str]:
        return {operation for of, operation in self.asked if of == phase}

    def add(self, other: Report) -> None:
        self.complaints += other.complaints
        self.phases |= other.phases
        self.asked += other.asked
        self.followed += other.followed
        self.arrived += other.arrived


def run_all(url: str, authorization: str, jobs: dict[str, list[str]], seed: int = SEED, infers: bool = True) -> Report:
    """Runs that do not disturb one another, two at a time; each name goes with its own options.

    `infers`: whether links are followed too that are not written but guessed.
    """
    whole, config = Report(), HERE / "schemathesis.toml"
    if not infers:
        written = "[phases.stateful]\n"
        text = config.read_text()
        assert written in text
        config = ROOT / ".build" / "schemathesis-written.toml"
        config.write_text(text.replace(written, f"{written}inference.algorithms = []\n"))
    with ThreadPoolExecutor(2) as pool:
        for report in pool.map(lambda job: _run(url, authorization, config, *job, seed), jobs.items()):
            whole.add(report)
    return whole


def _run(url: str, authorization: str, config: Path, name: str, options: list[str], seed: int) -> Report:
    """What it says is in .build/schemathesis-<name>.log.

    One worker: hypothesis keeps the sources of lambdas in a cache that two threads break (SystemError, "AST constructor
    recursion depth mismatch").
    """
    log, events = (ROOT / ".build" / f"schemathesis-{name}.{ending}" for ending in ("log", "ndjson"))
    command = [
        str(Path(sys.executable).parent / "schemathesis"), "--no-color", "--config-file", str(config),
        "run", f"{url}/openapi.json", "--header", f"Authorization: {authorization}", "--workers", "1", "--seed", str(seed),
        "--request-timeout", "120", "--continue-on-failure", "--warnings", "off", "--report-ndjson-path", str(events), *options,
    ]  # fmt: skip
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "support.schemathesis_hooks", "PYTHONPATH": str(HERE)}
    with open(log, "w") as output:
        done = subprocess.run(command, cwd=ROOT / ".build", env=environment, stdout=output, stderr=subprocess.STDOUT, timeout=SECONDS, check=False)
    report = _read(events)
    if done.returncode != 0:
        text = log.read_text()
        report.complaints.append(f"{text[text.find('= FAILURES') :][:20000]}\nall of it: {log}")
    events.unlink()
    return report


def _read(events: Path) -> Report:
    report = Report()
    with open(events) as lines:
        for line in lines:
            ((event, content),) = json.loads(line).items()
            if event == "PhaseFinished" and content["phase"]["is_enabled"]:
                report.phases.add((content["phase"]["name"], content["status"]))
            elif event == "ScenarioFinished":
                _count(content["phase"], content["recorder"], report)
    return report


def _count(phase: str, recorder: dict, report: Report) -> None:
    answers = recorder.get("interactions", {})
    for id, case in recorder.get("cases", {}).items():
        status = answers.get(id, {}).get("response", {}).get("status_code")
        if status is None:
            continue
        # In the stateful phase a scenario goes over many operations; elsewhere it is one, asked by other methods too.
        label = f"{case['value']['method']} {case['value']['path']}" if phase == "stateful" else recorder["label"]
        report.asked[phase, label] += 1
        if case.get("is_transition_applied"):
            link = case["transition"]["id"]
            report.followed[link] += 1
            report.arrived[link] += status < 400
