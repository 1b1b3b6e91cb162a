"""Lead fixtures, and how they are sent: to the running copy's /send, as a lead source does it."""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import sys
from pathlib import Path

from client.api import Client, Refused
from client.running import Copy
from stack.settings import Mistakes

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "leads"
# The buyer that is made where nobody takes the fixtures and the copy has a fake provider.
DEMO = "fixtures-demo"


def fixtures() -> list[str]:
    """The ids of all fixtures, in order."""
    return sorted(file.name.removesuffix(".json") for file in FOLDER.glob("*.json"))


def read(lead_id: str) -> dict:
    try:
        return json.loads((FOLDER / f"{lead_id}.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        raise Refused(f"there is no fixture {lead_id}; there are: {', '.join(fixtures())}") from None


def freshened(lead: dict, number: int) -> dict:
    """The lead of another person: an id, an e-mail address and a phone of its own, so that no buyer knows it yet."""
    lead["lead_id"] = f"{lead['lead_id']}-{number}"
    for name, field in lead["customer_fields_mapping"].items():
        if name == "email":
            field["customer_value"] = f"fixture-{number}@example.com"
        elif name == "phone_mobile":
            # 06 39 98: numbers that nobody has.
            field["customer_value"] = f"063998{number % 10_000:04d}"
    return lead


def connect(lead: dict) -> Client:
    """The running copy, or the one that MAILOUT_URL and MAILOUT_TOKEN (a bearer with leads:write) name."""
    url, token = os.environ.get("MAILOUT_URL"), os.environ.get("MAILOUT_TOKEN")
    if url:
        if not token:
            raise Refused("MAILOUT_URL needs MAILOUT_TOKEN beside it, a bearer with the scope leads:write")
        client = Client(url.rstrip("/"), timeout=60)
        client.token = token
        return client
    copy = Copy(dict(os.environ))
    client = copy.client()
    client.timeout = 60
    if copy.fake and client.answer("POST", "/ping", lead)[1].get("error") == "No buyer":
        add_demo_buyer(client, copy.fake, lead["customer_id"])
    return client


def add_demo_buyer(client: Client, fake: str, customer_id: int) -> None:
    """Somebody to send to, on a copy where nobody takes the fixtures."""
    address = {"url": f"{fake}/buyers/{DEMO}", "username": "mailout", "password": "any"}
    routing = {"customer_ids": [customer_id]}
    client.post("/api/buyers", {"name": DEMO, "stages": {"test": address}, "routing": routing, "mandatory_keys": ["Nom_Titulaire"]})
    print(f"Nobody takes these leads; made {DEMO}, which is the fake provider.", file=sys.stderr)


def send(client: Client, lead: dict) -> bool:
    """Sends one lead, prints the answer, tells whether the buyer took it."""
    status, answer = client.answer("POST", "/send", lead)
    print(f"{lead['lead_id']}: {status}")
    print(json.dumps(answer, indent=2, ensure_ascii=False))
    return 200 <= status < 300


def run(description: str, one: bool) -> None:
    """The command line of both scripts; ends with 1 where a lead was not taken."""
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `… | head` ends quietly
    parser = argparse.ArgumentParser(description=description)
    if one:
        parser.add_argument("fixtureLeadId", help="the name of a file in fixtures/leads, without .json")
    parser.add_argument("--fresh", action="store_true", help="with an id, e-mail and phone of its own, to be no duplicate")
    options = parser.parse_args()
    try:
        leads = [read(lead_id) for lead_id in ([options.fixtureLeadId] if one else fixtures())]
        if options.fresh:
            leads = [freshened(lead, random.randrange(10**9)) for lead in leads]
        client = connect(leads[0])
        taken = [send(client, lead) for lead in leads]
    except Mistakes as mistakes:
        print("\n".join(mistakes.lines), file=sys.stderr)
        sys.exit(2)
    except Refused as problem:
        print(f"leads: {problem}", file=sys.stderr)
        sys.exit(1)
    sys.exit(0 if all(taken) else 1)
