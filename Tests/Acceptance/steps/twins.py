"""The same requests over REST and over the queues. What the gateway makes of one is seen as it passes over the broker."""

import json
import re
import secrets
import time

from behave import given, then, when

from support import documents
from support.broker import Broker
from support.conversation import PATIENCE

STATUSES = {"malformed": 400, "invalid": 422, "forbidden": 403, "not_found": 404, "conflict": 409, "stale": 412}
PROBLEM = "urn:mailout:problem:"
# When a person's data was exported, and that it was: another line of the audit log each time.
VOLATILE = {"exported_at", "audit"}


def key(name: str) -> str:
    return name.replace(".", "_")


@given("an integration {name:Word} that may do whatever is described")
def integration(context, name):
    context.copy.needs_stack()
    told = " ".join(operation.get("description", "") for operation in context.asyncapi["operations"].values())
    context.copy.stack("create-integration", NAME=name, SCOPES=" ".join(sorted(set(re.findall(r"Needs the scope ([a-z-]+:[a-z]+)\.", told)))))
    context.add_cleanup(lambda: context.copy.stack("remove-integration", NAME=name))
    context.broker = Broker(context.copy.broker_url(f"integration-{name}", context.copy.secret(f"integration-{name}")))
    context.add_cleanup(context.broker.close)


def traced(talk, method: str, path: str, body=None):
    """Sends a request that can be told among all that pass; gives its mark and the answer."""
    mark = secrets.token_hex(16)
    talk.headers["traceparent"] = f"00-{mark}-{secrets.token_hex(8)}-01"
    return mark, talk.send(method, path, body, "application/json" if body is not None else None)


def passed(context) -> dict:
    """By mark: the described command or query that the gateway sent."""
    found = {}
    for message in context.tap.all():
        if message.exchange in ("mailout.commands", "mailout.queries"):
            envelope = message.json
            mark = envelope.get("traceparent", "").split("-")
            if len(mark) == 4 and key(envelope["type"]) in context.asyncapi["operations"]:
                found[mark[1]] = envelope
    return found


def ask_as_program(context, envelope: dict):
    """The reply to the same data; `envelope` is what the gateway sent."""
    channel = context.asyncapi["channels"][key(envelope["type"])]
    exchange = channel["bindings"]["amqp"]["exchange"]["name"]
    more = {"idempotencykey": secrets.token_hex(8)} if exchange == "mailout.commands" else {}
    properties, reply, _ = context.broker.ask(exchange, channel["address"], envelope["type"], envelope["data"], **more)
    return properties.type, reply


@when("every route is asked over REST for what cannot be")
def wrong(context):
    """Ids that nothing has, a body of a field that there is not, a cursor that no page has given."""
    context.asked = {}
    for label, operation in documents.operations(context.openapi):
        method, _, path = label.partition(" ")
        path = path.replace("{email_id}", "00000000-0000-4000-8000-000000000000").replace("{email}", "nobody@nowhere.example")
        path = re.sub(r"\{(app|customer_app_id|lead_id)\}", "nothing-of-this-name", path).replace("{mode}", "send")
        path = re.sub(r"\{[a-z_]+\}", "999999999999", path)
        if method == "GET" and "{" not in label and any(each.get("$ref", "").endswith("/After") for each in operation.get("parameters", [])):
            path += "?after=none"
        mark, answer = traced(context.talk, method, path, '{"no_such_field": [1]}' if "requestBody" in operation else None)
        context.asked[mark] = label, answer


@then("a program that says the same over the queues is told the same, but for")
def same_problem(context):
    sent, found, twins = passed(context), [], set()
    for mark, (label, answer) in context.asked.items():
        if mark not in sent:
            continue
        envelope = sent[mark]
        twins.add(envelope["type"])
        kind, reply = ask_as_program(context, envelope)
        if kind == "reply.ok.v1":
            # What would come of a lead says itself what is wrong with it.
            if answer.status_code < 400 or reply.get("answer") == answer.json():
                continue
            found.append(f"{label}: {answer.status_code} {answer.text[:300]}, but {reply}")
        elif answer.headers["Content-Type"] == "application/problem+json" and answer.json().get("type", "").startswith(PROBLEM):
            document = answer.json()
            told = document["type"].removeprefix(PROBLEM), document["detail"], pointers(document)
            if told != (reply["code"], reply["detail"], pointers(reply)):
                found.append(f"{label}: {told}, but {reply}")
        elif answer.status_code not in (STATUSES[reply["code"]], 400 if reply["code"] == "invalid" else None):
            # Interfaces with errors of their own shape.
            found.append(f"{label}: {answer.status_code} {answer.text[:300]}, but {reply}")
    assert not found, "\n".join(found)
    excepted = {row["operation"] for row in context.table}
    described = {name for name, operation in context.asyncapi["operations"].items() if operation["action"] == "receive"}
    missing = described - {key(name) for name in twins | excepted}
    assert not missing, f"nothing was asked of {sorted(missing)}"
    print(f"{len(twins)} twins")


def pointers(problem: dict) -> list:
    """A list's filter is a query's parameters over REST."""
    return [(each["pointer"].removeprefix("/filter"), each["detail"]) for each in problem.get("errors", [])]


def is_command(context, kind: str) -> bool:
    """By the description: between the services most commands go the way of queries."""
    channel = context.asyncapi["channels"].get(key(kind))
    return channel is not None and channel["bindings"]["amqp"]["exchange"]["name"] == "mailout.commands"


@then("a program that orders the same in its turn gets as much, of {count:d} kinds of orders at least")
def same_orders(context, count):
    """What REST made has other names here; what it changed is changed again, unless that cannot be twice."""
    found, done, requests = [], set(), {}
    word, phones = context.talk.filled("${new word}"), {}
    for message in context.tap.all()[context.before :]:
        if message.exchange in ("mailout.commands", "mailout.queries") and is_command(context, message.json["type"]):
            requests[message.correlation_id] = message.json
        if message.type != "reply.ok.v1" or message.correlation_id not in requests:
            continue
        envelope, expected = requests.pop(message.correlation_id), message.json
        data = envelope["data"]
        if "id" not in data:
            text = json.dumps(data).replace(context.word, word)
            text = re.sub(r'(?<=")79\d{9}(?=")', lambda phone: phones.setdefault(phone[0], context.talk.filled("${new phone}")), text)
            data = json.loads(text)
        kind, reply = ask_as_program(context, envelope | {"data": data})
        if kind == "reply.ok.v1":
            done.add(envelope["type"])
            if members(reply) != members(expected):
                found.append(f"{envelope['type']}: {expected}, but {reply}"[:1500])
        elif reply["code"] not in ("not_found", "conflict"):
            found.append(f"{envelope['type']}: {data}: {reply}"[:1500])
    assert not found, "\n".join(found)
    assert len(done) >= count, f"only {sorted(done)}"


def members(value) -> set[str]:
    return set(value) if isinstance(value, dict) else set()


@then("a program that asks the same questions gets the same answers")
def same_answers(context):
    """Each question that was answered: asked anew over REST, over the queues, and over REST again; and once more where things
    went on in between."""
    left, twins = list(dict.fromkeys(context.talk.questions)), set()
    deadline = time.monotonic() + PATIENCE
    while left:
        asked = {path: traced(context.talk, "GET", path) for path in left}
        sent, found, left = passed(context), [], []
        for path, (mark, answer) in asked.items():
            # What is no JSON is put together by the gateway: an export's lines.
            if mark not in sent or "json" not in answer.headers["Content-Type"]:
                continue
            kind, reply = ask_as_program(context, sent[mark])
            twins.add(sent[mark]["type"])
            if is_same(path, answer, kind, reply):
                continue
            found.append(f"{path}: {answer.status_code} {answer.text[:700]}, but {str(reply)[:700]}")
            if told(answer) != told(context.talk.send("GET", path)):
                left.append(path)
        assert len(found) == len(left), "\n".join(found)
        assert not left or time.monotonic() < deadline, "\n".join(["never at rest:", *found])
    assert len(twins) >= 40, f"only {sorted(twins)}"
    print(f"{len(twins)} twins")


def is_same(path: str, answer, kind: str, reply) -> bool:
    if kind != "reply.ok.v1":
        # Gone since.
        return answer.status_code == STATUSES.get(reply["code"])
    # Elsewhere than at /api other programs' interfaces are spoken, in shapes of their own.
    return answer.status_code == 200 and (not path.startswith("/api/") or without(answer.json()) == without(reply))


def told(answer) -> tuple:
    return answer.status_code, without(answer.json())


def without(value):
    """What does not stay the same between two questions left out; of a cursor, which is opaque, whether there is one."""
    if not isinstance(value, dict):
        return value
    kept = {name: each for name, each in value.items() if name not in VOLATILE}
    return kept | ({"next": kept["next"] is not None} if "next" in kept else {})
