"""Buyers of leads behind the fake provider, and leads for them."""

import json
import random
import threading

import requests
from behave import given, then, when

from support.answer import differences


@given("a fake buyer for a customer of its own")
def buyer(context):
    """Its own for the scenario: a row that takes the leads of one customer, and a fake of the same name."""
    talk = context.talk
    talk.kept["customer"] = str(random.randrange(10**9, 10**15))
    talk.kept["fake"] = talk.filled("${new word}")
    url = f"{context.copy.fake_provider_url}/buyers/{talk.kept['fake']}"
    order = {
        "name": talk.kept["fake"], "routing": {"customer_ids": [int(talk.kept["customer"])]}, "timeout_ms": 3000,
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
    threading.Thread(target=lambda: requests.post(context.copy.url + "/send", json=body, headers=headers, timeout=60)).start()


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


def behave(context, behaviour):
    url = f"{context.copy.fake_provider_url}/fake/buyers/{context.talk.kept['fake']}"
    requests.put(url, json=behaviour, timeout=10).raise_for_status()


def lead(context, lead_id, email):
    return {
        "lead_id": context.talk.filled(lead_id), "customer_id": int(context.talk.kept["customer"]),
        "customer_fields_mapping": {"email": {"customer_key": "Email_Titulaire", "customer_value": email}},
    }
