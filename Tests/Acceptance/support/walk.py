"""One of everything that is told as an event, done over REST."""

from __future__ import annotations

import json
import random

import requests

from support.conversation import PATIENCE, Conversation


def walk(talk: Conversation) -> None:
    word = talk.filled("${new word}")
    fake, ask = talk.copy.fake_provider_url, talk.ask

    def until(method: str, path: str) -> None:
        """Done as soon as it may be: what it is about may still be on its way."""
        talk.wait(PATIENCE, lambda: [] if talk.send(method, path).status_code in (200, 204) else [talk.described()])

    # Customers, from here and there, and what they wish
    customer = ask("POST", "/api/customers", {"phone": talk.filled("${new phone}"), "tags": [word]})["id"]
    ask("PATCH", f"/api/customers/{customer}", {"first_name": "Anna"})
    lines = [f"{talk.filled('${new phone}')},{word}" for _ in range(30)]
    ask("POST", "/api/customers/import", "phone,tags\n" + "\n".join(lines) + "\n", "text/csv")
    contact = ask("POST", "/ctms", {"email": {"primary_email": f"{word}@example.com"}})["email"]["email_id"]
    for wish in (True, False):
        ask("PATCH", f"/ctms/{contact}", {"email": {"has_opted_out_of_email": wish}})

    # What they are told apart by
    code = f"{random.randrange(100, 1000)}-{random.randrange(1000, 10000)}"
    named = {"tags": ("tag", f"{word}-1", f"{word}-2"), "phone_codes": ("phone_code", code, f"{code}1"), "timezones": ("timezone", "Asia/Tokyo", "Asia/Seoul")}
    for path, (member, first, second) in named.items():
        made = ask("POST", f"/api/{path}", {member: first})["id"]
        ask("PUT", f"/api/{path}/{made}", {member: second}, status=(200, 409))
        ask("DELETE", f"/api/{path}/{made}")

    # A provider that comes back, and a message that waits for it
    token = talk.copy.secret("provider-token")
    provider = ask("POST", "/api/providers", {"name": word, "url": fake, "token": token, "enabled": False})["id"]
    ask("POST", f"/api/providers/{provider}/circuit", {"state": "open"})
    ask("PATCH", f"/api/providers/{provider}", {"enabled": True})
    message = ask("POST", "/api/messages", {"customer_id": customer, "text": "Hello {{first_name|you}}", "provider": word})["id"]
    ask("PUT", f"/api/messages/{message}", {"text": "Hello again {{first_name|you}}"})
    ask("POST", f"/api/providers/{provider}/circuit", {"state": "auto"})
    talk.wait(PATIENCE, lambda: [] if ask("GET", f"/api/messages/{message}")["status"] == "sent" else [talk.described()])
    ask("POST", "/api/receipts", {"receipts": [{"message_id": message}]})
    spare = ask("POST", "/api/providers", {"name": f"{word}-2", "url": fake, "token": token, "enabled": False})["id"]
    until("DELETE", f"/api/providers/{spare}")

    # Mailouts: one that runs to its end, slowly enough for how far it is to be told, and one that does not
    order = {"text": "Hello", "filter": {"tags": [word]}, "end_at": talk.filled("${in 1 hour}")}
    ask("POST", "/api/mailouts", order | {"rate_limit": 3})
    slow = ask("POST", "/api/mailouts", order | {"rate_limit": 1, "start_at": talk.filled("${in 10 minutes}")})["id"]
    ask("PATCH", f"/api/mailouts/{slow}", {"name": word})
    ask("POST", f"/api/mailouts/{slow}/start")
    until("POST", f"/api/mailouts/{slow}/pause")
    for what in ("resume", "cancel"):
        ask("POST", f"/api/mailouts/{slow}/{what}")
    never = ask("POST", "/api/mailouts", order | {"start_at": talk.filled("${in 10 minutes}")})["id"]
    ask("DELETE", f"/api/mailouts/{never}")

    # A lead and its buyer
    number = random.randrange(10**9, 10**15)
    stages = {"test": {"url": f"{fake}/buyers/{word}", "username": "mailout", "password": "not-a-real-one"}}
    breaker = {"min_calls": 1, "open_ms": 100}
    order = {"name": word, "routing": {"customer_ids": [number]}, "stages": stages, "breaker": breaker}
    buyer = ask("POST", "/api/buyers", order)["id"]
    ask("PATCH", f"/api/buyers/{buyer}", {"timeout_ms": 25000})
    behaviour = f"{fake}/fake/buyers/{word}"

    def lead(name: str) -> dict:
        mapping = {"email": {"customer_key": "Email_Titulaire", "customer_value": f"{name}@example.com"}}
        return {"lead_id": name, "customer_id": number, "customer_fields_mapping": mapping}

    # It fails, is given a rest, and comes back.
    requests.put(behaviour, json={"answer": "fail"}, timeout=PATIENCE).raise_for_status()
    ask("POST", "/send", lead(word), status=(502,))
    requests.put(behaviour, json={"answer": "ok"}, timeout=PATIENCE).raise_for_status()
    again = json.dumps(lead(f"{word}-2"))
    talk.wait(PATIENCE, lambda: [] if talk.send("POST", "/send", again, "application/json").status_code == 200 else [talk.described()])
    ask("DELETE", f"/api/buyers/{buyer}")

    # What administrators keep
    records = {
        "contact-groups": ({"name": f"group_{word}", "fields": [{"name": "colour", "type": "string"}]}, {"fields": [{"name": "colour", "type": "string"}, {"name": "size", "type": "string"}]}),
        "api-keys": ({"name": word, "scopes": ["stats:read"]}, {"name": f"{word}-2"}),
        "clients": ({"name": word, "scopes": ["stats:read"]}, {"name": f"{word}-2"}),
        "operators": ({"username": word, "role": "viewer", "password": "correct horse battery"}, {"disabled": True}),
        "applications": ({"slug": f"{word}-2", "name": word}, {"name": f"{word}-2"}),
    }  # fmt: skip
    for path, (order, changes) in records.items():
        made = ask("POST", f"/api/{path}", order)["id"]
        ask("PATCH", f"/api/{path}/{made}", changes)
        ask("DELETE", f"/api/{path}/{made}")

    # Who a customer is in an application
    ask("POST", "/api/applications", {"slug": word, "name": word})
    known = ask("POST", "/v1/customers/", {"domain": f"{word}.example"})["uuid"]
    ask("POST", "/v1/mappings/", {"customer": known, "app": word, "customer_app_id": word})

    ask("DELETE", f"/api/customers/{customer}")
    person = ask("POST", "/api/customers", {"phone": talk.filled("${new phone}")})["id"]
    erasure = ask("POST", "/api/erasures", {"customer_id": person})["id"]
    talk.wait(PATIENCE, lambda: [] if ask("GET", f"/api/erasures/{erasure}")["state"] == "complete" else [talk.described()])
