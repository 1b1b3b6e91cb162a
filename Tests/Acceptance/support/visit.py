"""The rest of what can be asked over REST, once each and with success: what is read, and what is no event of its own."""

from __future__ import annotations

import random

import pika

from support.conversation import PATIENCE, Conversation


def visit(talk: Conversation) -> str:
    """Gives the word that is in whatever was made."""
    word, ask = talk.filled("${new word}"), talk.ask
    _kept(talk, word)
    tag, customer = _customers(talk, word)
    _contacts(talk, word)
    _sending(talk, word, customer, tag)
    _leads(talk, word)
    _dead_letters(talk)
    for path in ("/api/stats", "/api/audit?operation=tag.create.v1", "/api/erasures"):
        ask("GET", path)
    # Profiles and mappings
    email = ask("POST", "/customers", {"email": f"{word}-3@example.com"})["email"]
    for method, body in (("GET", None), ("PUT", {"language": "de"}), ("DELETE", None)):
        ask(method, f"/customers/{email}", body)
    ask("GET", "/customers")
    ask("POST", "/api/applications", {"slug": word, "name": word})
    known = ask("POST", "/v1/customers/", {"domain": f"{word}.example"})["uuid"]
    ask("POST", "/v1/mappings/", {"customer": known, "app": word, "customer_app_id": word})
    ask("GET", f"/v1/mappings/?customer={known}")
    ask("GET", f"/v1/query/{word}/{word}/")
    return word


def _kept(talk: Conversation, word: str) -> None:
    """What is made, listed, read and made again in one way."""
    provider = {"name": word, "url": "https://send.example.com", "token": "t", "enabled": False}
    buyer = {"name": word, "stages": {"test": {"url": "https://buyer.example"}}, "authentication": None, "routing": {"form_ids": [random.randrange(10**9, 10**15)]}}
    code = f"{random.randrange(100, 1000)}-{random.randrange(1000, 10000)}"
    things = {
        "providers": (provider, provider), "buyers": (buyer, buyer), "tags": ({"tag": word}, None),
        "phone_codes": ({"phone_code": code}, None), "timezones": ({"timezone": "Atlantic/Azores"}, {"timezone": "Atlantic/Canary"}),
        "contact-groups": ({"name": f"{word}_g", "fields": [{"name": "colour", "type": "string"}]}, None),
        "api-keys": ({"name": word, "scopes": ["stats:read"]}, None), "clients": ({"name": word, "scopes": ["stats:read"]}, None),
        "operators": ({"username": word, "role": "viewer", "password": "correct horse battery"}, None),
        "applications": ({"slug": f"{word}-k", "name": word}, None),
    }  # fmt: skip
    for path, (order, again) in things.items():
        made = talk.ask("POST", f"/api/{path}", order)["id"]
        talk.ask("GET", f"/api/{path}?limit=10")
        talk.ask("GET", f"/api/{path}/{made}")
        if again:
            # A zone that somebody is in keeps its name.
            talk.ask("PUT", f"/api/{path}/{made}", again, status=(200, 409))
        if path == "clients":
            talk.ask("POST", f"/api/clients/{made}/secret")


def _customers(talk: Conversation, word: str) -> tuple[int, int]:
    order = {"phone": talk.filled("${new phone}"), "tags": [word]}
    customer = talk.ask("POST", "/api/customers", order)["id"]
    talk.ask("PUT", f"/api/customers/{customer}", order | {"first_name": "Anna"})
    talk.ask("POST", f"/api/customers/{customer}/tags", {"tag": f"{word} too"})
    tag, too = (talk.ask("GET", f"/api/tags?tag={name}")["items"][0]["id"] for name in (word, f"{word} too"))
    talk.ask("DELETE", f"/api/customers/{customer}/tags/{too}")
    talk.ask("POST", "/api/search", {"tag": word})
    for path in (f"?tag={word}", "/export?format=csv", f"/{customer}", f"/{customer}/timeline", f"/{customer}/personal-data"):
        talk.ask("GET", f"/api/customers{path}")
    return tag, customer


def _contacts(talk: Conversation, word: str) -> None:
    order = {"email": {"primary_email": f"{word}-2@example.com"}}
    contact = talk.ask("POST", "/ctms", order)["email"]["email_id"]
    talk.ask("PUT", f"/ctms/{contact}", {"email": order["email"] | {"email_id": contact}})
    for path in (f"/ctms?primary_email={word}-2@example.com", f"/ctms/{contact}", "/updates?start=2026-01-01T00:00:00Z", f"/identities?email_id={contact}", f"/identity/{contact}", f"/contact/email/{contact}"):
        talk.ask("GET", path)
    talk.ask("DELETE", f"/ctms/{word}-2@example.com")


def _sending(talk: Conversation, word: str, customer: int, tag: int) -> None:
    order = {"text": "Hello", "filter": {"tags": [word]}, "end_at": talk.filled("${in 1 hour}")}
    done = talk.ask("POST", "/api/mailouts", order)["id"]
    later = talk.ask("POST", "/api/mailouts", order | {"start_at": talk.filled("${in 10 minutes}")})
    place = f"/api/mailouts/{later['id']}"
    talk.ask("PUT", place, order | {"start_at": later["start_at"], "text": "Hello again"})
    talk.ask("POST", f"{place}/tags", {"tag": word}, status=(200, 201))
    talk.ask("DELETE", f"{place}/tags/{tag}")
    code = talk.ask("POST", "/api/phone_codes", {"phone_code": f"{random.randrange(100, 1000)}-{random.randrange(1000, 10000)}"})
    talk.ask("POST", f"{place}/phone_codes", {"phone_code": code["phone_code"]})
    talk.ask("DELETE", f"{place}/phone_codes/{code['id']}")
    talk.ask("POST", f"{place}/test", {"phone": talk.filled("${new phone}")})
    for path in ("/api/mailouts?status=scheduled", place, f"{place}/stats", f"{place}/audience", f"{place}/timeline"):
        talk.ask("GET", path)
    # A message that waits for its provider, and never comes there.
    provider = talk.ask("POST", "/api/providers", {"name": f"{word}-w", "url": "https://send.example.com", "token": "t"})["id"]
    talk.ask("POST", f"/api/providers/{provider}/circuit", {"state": "open"})

    def waits() -> list[str]:
        message = talk.ask("POST", "/api/messages", {"customer_id": customer, "text": "Hello", "provider": f"{word}-w"})["id"]
        for path in (f"?customer_id={customer}", "/stats", f"/{message}", f"/{message}/timeline"):
            talk.ask("GET", f"/api/messages{path}")
        talk.ask("DELETE", f"/api/messages/{message}", status=(200, 409))
        # As long as the scheduler has not heard of the circuit, one goes out at once, into the provider's queue.
        return [] if talk.answer.status_code == 200 else [talk.described()]

    talk.wait(PATIENCE, waits)
    talk.wait(PATIENCE, lambda: [] if talk.ask("GET", f"/api/mailouts/{done}")["status"] == "finished" else [talk.described()])
    talk.ask("POST", f"/api/mailouts/{done}/retry-failed", {})


def _leads(talk: Conversation, word: str) -> None:
    number = random.randrange(10**9, 10**15)
    stages = {"test": {"url": f"{talk.copy.fake_provider_url}/buyers/{word}", "username": "mailout", "password": "not-a-real-one"}}
    talk.ask("POST", "/api/buyers", {"name": f"{word}-l", "routing": {"customer_ids": [number]}, "stages": stages, "timeout_ms": 25000})
    mapping = {"email": {"customer_key": "Email_Titulaire", "customer_value": f"{word}@example.com"}}
    lead = {"lead_id": word, "customer_id": number, "customer_fields_mapping": mapping}
    for path in ("/ping", "/send"):
        talk.ask("POST", path, lead)
    talk.ask("GET", f"/status/{word}")


def _dead_letters(talk: Conversation) -> None:
    """Something that no service can read."""
    connection = pika.BlockingConnection(pika.URLParameters(talk.copy.amqp_url))
    connection.channel().basic_publish("", "stats.outcomes.v1", b"{}")
    connection.close()
    path = "/api/dead-letters?queue=stats.outcomes.v1"
    talk.wait(PATIENCE, lambda: [] if talk.ask("GET", path)["items"] else ["there is no dead letter"])
    letter = talk.ask("GET", path)["items"][0]["id"]
    talk.ask("GET", f"/api/dead-letters/{letter}")
    talk.ask("POST", f"/api/dead-letters/{letter}/replay")
    talk.ask("POST", "/api/dead-letters/replay", {"queue": "stats.outcomes.v1"})
