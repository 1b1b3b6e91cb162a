"""What passed over the queues, held against /asyncapi.json."""

import json
from collections import Counter

from behave import given, then, when

from support import documents
from support.visit import visit
from support.walk import walk

# Of one kind of message so many are looked at: the services send thousands of some.
SAMPLES = 200


def key(name: str) -> str:
    return name.replace(".", "_")


@given("everything that passes over the broker is looked at")
def tapped(context):
    context.copy.needs_stack()


@when("one of everything that is told as an event is done over REST")
def everything(context):
    walk(context.talk)


@when("everything else that REST offers is asked for")
def everything_else(context):
    context.before = len(context.tap.all())
    context.word = visit(context.talk)


@then("every event of the description has passed")
def every_event(context):
    """Waited for: services tell what they have committed a moment later."""
    wanted = {name for name, operation in context.asyncapi["operations"].items() if operation["action"] == "send"}

    def missing() -> list[str]:
        seen = {key(message.json["type"]) for message in context.tap.all() if message.exchange == "mailout.events"}
        return sorted(wanted - seen)

    context.talk.wait(300, missing)


@then("all that has passed fits its description, and a reply to every command and query is among it")
def all_fits(context):
    """Events; replies; and of the commands and queries those that were done: what is refused need not fit."""
    document, passed = context.asyncapi, context.tap.all()
    messages = document["components"]["messages"]
    requests = {}
    found: list[str] = []
    looked_at: Counter[str] = Counter()

    def hold(kind: str, value, name: str) -> None:
        looked_at[kind] += 1
        if looked_at[kind] <= SAMPLES:
            found.extend(f"{kind}: {fault} in {json.dumps(value)[:500]}" for fault in documents.faults(value, messages[name]["payload"], document))

    for message in passed:
        if message.exchange in ("mailout.commands", "mailout.queries") and message.correlation_id:
            requests[message.correlation_id] = message
        elif message.exchange == "mailout.events":
            hold(message.json["type"], message.json, key(message.json["type"]))
        elif message.exchange == "" and message.type == "reply.problem.v1":
            hold("problem", message.json, "problem")
        elif message.exchange == "" and message.type == "reply.ok.v1" and message.correlation_id in requests:
            request = requests[message.correlation_id].json
            name = key(request["type"])
            # The services' talk among themselves is not described.
            if name in messages:
                # What would come of a lead says itself what is wrong with it.
                reply = message.json
                if not (isinstance(reply, dict) and reply.get("outcome") in ("invalid", "refused")):
                    hold(request["type"], request, name)
                hold(f"the reply to {request['type']}", message.json, f"{name}_reply")
    assert not found, f"{len(found)} of {looked_at.total()} messages do not fit:\n" + "\n".join(found[:40])
    operations = {name for name, operation in document["operations"].items() if operation["action"] == "receive"}
    unseen = operations - {key(kind.removeprefix("the reply to ")) for kind in looked_at if kind.startswith("the reply to ")}
    assert not unseen, f"no reply has passed to {sorted(unseen)}"
    print(f"{looked_at.total()} messages of {len(looked_at)} kinds")
