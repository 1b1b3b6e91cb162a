"""What schemathesis must be told: how to write bodies of types that it does not know, what no client can send, and what
the chains of its stateful phase say."""

import copy
import json
import random

import schemathesis

_dice = random.Random()

# Of places where hardly anybody lives: the features need the others.
ZONES = [f"Antarctica/{place}" for place in ("Casey", "Davis", "DumontDUrville", "Macquarie", "Palmer", "Rothera", "Syowa")]

# Members of bodies that nobody else may have, and one of their own.
OWN = {
    "name": lambda text: f"{text.lower()}{_word()}",
    "slug": lambda text: f"{text}-{_word()}",
    "client_id": lambda text: f"{text}-{_word()}",
    "username": lambda text: f"{text}-{_word()}",
    "customer_id": lambda text: f"{text}-{_word()}",
    "tag": lambda text: f"{text} {_word()}",
    "email": lambda text: f"{_word()}@example.com",
    "primary_email": lambda text: f"{_word()}@example.com",
    "phone": lambda text: f"79{_dice.randrange(10**9):09d}",
    "timezone": lambda text: _dice.choice(ZONES),
    "phone_code": lambda text: f"{_dice.randrange(100, 1000)}-{_dice.randrange(1000, 10000)}",
}
# Members that a link fills in from the answer before.
LINKED = {
    "createMessage": ("customer_id",),
    "createErasure": ("customer_id",),
    "replaceProvider": ("name",),
    "replaceContact": ("email",),
}
# Whether it is done at all depends on these, and at random it is not.
CONDITIONS = ("if-match", "if-none-match", "idempotency-key", "after", "sort")


@schemathesis.serializer("application/x-ndjson")
def ndjson(context, value):
    return value if isinstance(value, bytes) else value.encode(errors="replace") if isinstance(value, str) else json.dumps(value).encode()


@schemathesis.hook
def filter_headers(context, headers):
    """Header fields are bytes, which Python's client takes as Latin-1; it fails on any other text before it sends it."""
    try:
        for value in (headers or {}).values():
            str(value).encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


@schemathesis.hook
def before_call(context, case, kwargs):
    """A chain comes far only by what is really done: its bodies are the description's own examples with names of their
    own, besides what a link fills in, and it asks for no version. All else is the other phases' business."""
    if case.meta is None or case.meta.phase.name.value != "stateful" or not case.meta.generation.mode.is_positive:
        return
    for given in (case.headers, case.query):
        for name in [name for name in given or {} if name.lower() in CONDITIONS]:
            del given[name]
    definition = case.operation.definition.raw
    content = definition.get("requestBody", {}).get("content", {}).get(case.media_type, {})
    if not isinstance(example := content.get("example"), dict):
        return
    body = case.body if isinstance(case.body, dict) else {}
    filled = {name: body[name] for name in LINKED.get(definition["operationId"], ()) if name in body}
    case.body = _own(copy.deepcopy(example)) | filled


def _own(members: dict) -> dict:
    for name, value in members.items():
        if isinstance(value, dict):
            members[name] = _own(value)
        elif isinstance(value, str) and name in OWN and (name != "timezone" or len(members) == 1):
            members[name] = OWN[name](value)
    return members


def _word() -> str:
    return f"{_dice.randrange(16**8):08x}"
