"""Buyers of leads behind the fake provider, and leads for them."""

import json
import os
import random
import re
import shlex
import subprocess
import threading

import requests
from behave import given, then, when

from support.answer import differences
from support.copy import ROOT


@given("a fake buyer for a customer of its own")
def buyer(context):
    """Its own for the scenario: a row that takes the leads of one customer, and a fake of the same name. It has as long for a
    lead as a buyer may have, and is given no rest."""
    talk = context.talk
    talk.kept["customer"] = str(random.randrange(10**9, 10**15))
    talk.kept["fake"] = talk.filled("${new word}")
    url = f"{context.copy.fake_provider_url}/buyers/{talk.kept['fake']}"
    order = {
        "name": talk.kept["fake"], "routing": {"customer_ids": [int(talk.kept["customer"])]}, "timeout_ms": 25000,
        "breaker": {"min_calls": 1000, "slow_ms": 120000},
        "stages": {"test": {"url": url, "username": "mailout", "password": "not-a-real-one"}},
    }
    talk.kept["buyer"] = str(talk.as_admin("POST", "/api/buyers", order)["id"])


@given('the fake buyer answers "{answer}"')
def answers(context, answer):
    behave(context, {"answer": answer})


@given('the fake buyer wants the password "{password}"')
def password(context, password):
    behave(context, {"password": password})


@given("the buyer has the rules {rules}")
def rules(context, rules):
    context.talk.as_admin("PATCH", f"/api/buyers/{context.talk.kept['buyer']}", json.loads(rules))


@when('I send the lead "{lead_id}" of "{email}"')
def send(context, lead_id, email):
    context.talk.send("POST", "/send", json.dumps(lead(context, lead_id, email)), "application/json")


@when('I send the lead "{lead_id}" of "{email}" without waiting for the answer')
def send_aside(context, lead_id, email):
    talk = context.talk
    headers = {"Authorization": talk.authorization}
    body = lead(context, lead_id, email)
    threading.Thread(target=lambda: requests.post(context.copy.url + "/send", json=body, headers=headers, timeout=300)).start()


@then("within {seconds:d} seconds GET {path:Path} is answered {code:d} with")
def eventually(context, seconds, path, code):
    """Asked again and again, until the answer has the status and at least this."""
    talk = context.talk
    expected = talk.json(context.text)

    def look() -> list[str]:
        status = talk.send("GET", path).status_code
        found = differences(expected, talk.body, whole=False) + ([] if status == code else [f"status {status}"])
        return [*found, talk.described()] if found else []

    talk.wait(seconds, look)


@given("the fake buyer takes the leads of fixtures/leads")
def takes_fixtures(context):
    """In the place of every other buyer of theirs, until the scenario ends."""
    talk, buyer = context.talk, context.talk.kept["buyer"]
    customers = sorted({lead["customer_id"] for lead in fixtures().values()})
    for other in talk.as_admin("GET", "/api/buyers?limit=1000", None)["items"]:
        if other["enabled"] and str(other["id"]) != buyer:
            path = f"/api/buyers/{other['id']}"
            talk.as_admin("PATCH", path, {"enabled": False})
            context.add_cleanup(talk.as_admin, "PATCH", path, {"enabled": True})
    talk.as_admin("PATCH", f"/api/buyers/{buyer}", {"routing": {"customer_ids": customers}})
    context.add_cleanup(lambda: talk.as_admin("PATCH", f"/api/buyers/{buyer}", {"enabled": False}))


@when("I run {command}")
def run(context, command):
    """As a developer does, in the project's folder, for the copy that runs."""
    context.copy.needs_stack()
    environment = os.environ | {"MAILOUT_STATE": str(context.copy.state), "MAILOUT_PORT": "0"}
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    context.done = subprocess.run(shlex.split(command), cwd=ROOT, env=environment, timeout=600, check=False, **output)


@then("it has ended well")
def ended_well(context):
    assert context.done.returncode == 0, context.done.stdout


@then('it has ended with {code:d} and printed "{text}"')
def ended(context, code, text):
    assert context.done.returncode == code and text in context.done.stdout, f"{context.done.returncode}: {context.done.stdout}"


@then("it has sent {leads}, each answered {status:d}")
def sent(context, leads, status):
    """A line a lead, and what was answered below it."""
    printed = re.findall(r"^(form_\S+): ([0-9]+)$", context.done.stdout, re.MULTILINE)
    assert printed == [(lead_id, str(status)) for lead_id in named(leads)], context.done.stdout
    assert context.done.stdout.count('"customer_lead_id"') == len(printed), context.done.stdout


@then("the fake buyer has got {leads}")
def got(context, leads):
    """Each once, the last as the buyer's own words have it."""
    url = f"{context.copy.fake_provider_url}/fake/buyers/{context.talk.kept['fake']}"
    told = requests.get(url, timeout=300).json()
    ids = named(leads)
    assert told["taken"] == told["calls"] == len(ids), told
    wanted = {
        field["customer_key"].strip(): field["customer_value"]
        for field in fixtures()[ids[-1]]["customer_fields_mapping"].values()
        if field["customer_value"]
    }
    found = differences(wanted | {"ID_Traitement": ids[-1]}, json.loads(told["last"]), whole=False)
    assert not found, "\n".join(found)


def fixtures() -> dict[str, dict]:
    """By their ids, in order."""
    return {file.name.removesuffix(".json"): json.loads(file.read_text()) for file in sorted((ROOT / "fixtures" / "leads").glob("*.json"))}


def named(leads: str) -> list[str]:
    return list(fixtures()) if leads == "every fixture" else [leads]


def behave(context, behaviour):
    url = f"{context.copy.fake_provider_url}/fake/buyers/{context.talk.kept['fake']}"
    requests.put(url, json=behaviour, timeout=300).raise_for_status()


def lead(context, lead_id, email):
    return {
        "lead_id": context.talk.filled(lead_id), "customer_id": int(context.talk.kept["customer"]),
        "customer_fields_mapping": {"email": {"customer_key": "Email_Titulaire", "customer_value": email}},
    }
