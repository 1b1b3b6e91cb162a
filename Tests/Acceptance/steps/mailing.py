"""What each row of the mailing service's table needs to be there."""

import json
import random

from behave import given, then

from support.answer import differences

# What a row may have made of the time zone that it found; customers have others.
ZONES = ("Antarctica/Troll", "Antarctica/Vostok", "Antarctica/Mawson")


@given("things of its own: a customer, a mailout to come and a message that waits")
def things(context):
    """Kept are `customer`, `mailout`, `message`, `phone`, `tag`, `code`, the ids of the last two and of a time zone, and others
    that nobody has yet."""
    talk = context.talk
    kept = talk.kept
    kept["tag"], kept["other tag"] = f"a-{talk.filled('${new word}')}", f"b-{talk.filled('${new word}')}"
    kept["phone"], kept["other phone"] = talk.filled("${new phone}"), talk.filled("${new phone}")
    number = f"{random.randrange(100, 1000)}-{random.randrange(10**5)}"
    kept["code"], kept["other code"] = f"{number}1", f"{number}2"
    kept["start"], kept["end"] = talk.filled("${in 1 hour}"), talk.filled("${in 2 hours}")

    customer = make(talk, "customers", {"phone": kept["phone"], "timezone": "Europe/Moscow", "tags": [kept["tag"]]})
    kept["customer"], kept["tag_id"] = str(customer["id"]), str(customer["tag_ids"][0])
    kept["code_id"] = str(make(talk, "phone_codes", {"phone_code": kept["code"]})["id"])
    kept["zone_id"] = str(make(talk, "timezones", {"timezone": ZONES[0]})["id"])
    context.add_cleanup(lambda: forget_zones(context))
    order = {"text": "Later", "start_at": kept["start"], "end_at": kept["end"], "filter": {"tags": [kept["tag"]], "phone_codes": [kept["code"]]}}
    kept["mailout"] = str(make(talk, "mailouts", order)["id"])
    message = make(talk, "messages", {"customer_id": customer["id"], "text": "Wait", "provider": resting_provider(context)})
    kept["message"] = str(message["id"])
    path = f"/api/messages?customer_id={customer['id']}"
    talk.wait(300, lambda: [] if talk.send("GET", path).json()["items"] else ["the message is not listed yet"])


def make(talk, what: str, value: dict) -> dict:
    answer = talk.send("POST", f"/api/{what}", json.dumps(value), "application/json")
    assert answer.status_code == 201, talk.described()
    return answer.json()


def resting_provider(context) -> str:
    """One whose circuit an operator has opened: what is meant for it waits."""
    copy, talk = context.copy, context.talk
    if not hasattr(copy, "resting"):
        copy.needs_stack()
        name = talk.filled("${new word}")
        order = {"name": name, "url": copy.fake_provider_url, "token": copy.secret("provider-token"), "enabled": False}
        provider = talk.as_admin("POST", "/api/providers", order)["id"]
        talk.as_admin("POST", f"/api/providers/{provider}/circuit", {"state": "open"})
        talk.as_admin("PATCH", f"/api/providers/{provider}", {"enabled": True})
        copy.resting = name
    return copy.resting


def forget_zones(context) -> None:
    """So that the next row finds them as this one did."""
    talk = context.talk
    talk.log_in()
    for zone in ZONES:
        for found in talk.send("GET", f"/api/timezones?timezone={zone}").json()["items"]:
            assert talk.send("DELETE", f"/api/timezones/{found['id']}").status_code == 204, talk.described()


@then("the answer has")
def answer_has(context):
    """At least this JSON; lists have these elements and no more, in their order. Nothing at all where nothing is written."""
    talk = context.talk
    if not context.text.strip():
        assert talk.answer.content == b"", talk.described()
        return
    found = differences(talk.json(context.text), talk.body, whole=False, lists=True)
    assert not found, "\n".join([*found, talk.described()])


@given("these customers")
def customers(context):
    """The table's rows, each with the scenario's tag; `new` is a phone that begins so. Kept by their first names are their phones."""
    talk = context.talk
    talk.kept["tag"] = talk.filled("${new word}")
    for row in context.table:
        customer = {name: value for name, value in row.as_dict().items() if value}
        customer["phone"] = talk.kept[customer["first_name"]] = new_phone(customer["phone"])
        make(talk, "customers", customer | {"tags": [talk.kept["tag"]]})


def new_phone(beginning: str) -> str:
    """Digits of no customer yet, 11 in all."""
    return beginning + "".join(random.choices("0123456789", k=11 - len(beginning)))


@then("the customers found are {names}")
def found_are(context, names):
    """By their first names, in the order of the answer; or `nobody`."""
    assert context.talk.answer.status_code == 200, context.talk.described()
    found = [customer["first_name"] for customer in context.talk.body["items"]]
    assert found == ([] if names == "nobody" else names.split()), context.talk.described()
