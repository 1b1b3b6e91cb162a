"""HTTP load by wrk: 32 keep-alive clients (or one) against the gateway, 64 against the fake API."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path

# Prints one JSON line after wrk's own report.
REPORT = """
function done(summary, latency, requests)
  local wrong = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format('{"per_second":%.1f,"p50_ms":%.3f,"p99_ms":%.3f,"requests":%d,"errors":%d}\\n',
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, summary.requests, wrong))
end
"""
READ = """
local ids = {%(ids)s}
function request() return wrk.format("GET", "/api/customers/" .. ids[math.random(#ids)]) end
"""
CREATE = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local number = %(first)d
function request()
  number = number + 1
  return wrk.format(nil, "/api/customers", nil, string.format(
    '{"phone":"7926%%07d","first_name":"Anna","last_name":"Adler","timezone":"Europe/Moscow","tags":["bench-created"]}', number))
end
"""
SEND = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local number = %(first)d
function request()
  number = number + 1
  return wrk.format(nil, "/v1/send/" .. number, nil, string.format('{"id":%%d,"phone":79160000000,"text":"Hello Anna, greetings from Mailout."}', number))
end
"""


def measure(address: str, script: str, token: str, clients: int, seconds: int) -> dict:
    """{per_second, p50_ms, p99_ms, requests, errors}; the token stands in a private file, not in argv."""
    with tempfile.TemporaryDirectory(prefix="mailout-bench-") as folder:
        file = Path(folder) / "load.lua"
        file.write_text(f'wrk.headers["Authorization"] = "Bearer {token}"\n' + script + REPORT)
        command = ["wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--timeout", "10s", "-s", str(file), address]
        outcome = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(outcome.stdout.strip().splitlines()[-1])


def read_customers(address: str, token: str, ids: list[int], clients: int = 32, seconds: int = 8) -> dict:
    return measure(address, READ % {"ids": ",".join(map(str, ids))}, token, clients, seconds)


def create_customers(address: str, token: str, first: int, clients: int = 32, seconds: int = 8) -> dict:
    return measure(address, CREATE % {"first": first}, token, clients, seconds)


def send_to_fake(address: str, token: str, first: int, seconds: int = 4) -> dict:
    return measure(address, SEND % {"first": first}, token, 64, seconds)
