"""The interface on queues, held against /asyncapi.json."""

import json
import re
import subprocess
import sys
import warnings

import pika
from behave import given, then, when

from support import documents
from support.answer import differences, member
from support.broker import Broker
from support.copy import ROOT

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of its own field names
    from asyncapi3 import AsyncAPI3

FIXTURES = ROOT / "Tests" / "ContractsTests" / "Fixtures"


def key(name: str) -> str:
    """A type as the document's names have it: without dots."""
    return name.replace(".", "_")


@then("it is valid AsyncAPI 3.0")
def valid(context):
    AsyncAPI3.model_validate(context.talk.body)


@then("every message of it has examples that fit")
def examples(context):
    """Those in the document, and the golden fixtures that the services' own tests hold."""
    document, found = context.talk.body, []
    messages = document["components"]["messages"]
    for name, message in messages.items():
        for example in message.get("examples", []):
            found += [f"{name}: {fault}" for fault in documents.faults(example["payload"], message["payload"], document)]
    for file in sorted((FIXTURES / "operations").glob("*.json")):
        name, golden = key(file.stem), json.loads(file.read_text())
        if name in messages:
            data = messages[name]["payload"]["allOf"][1]["properties"]["data"]
            found += [f"fixture {name}: {fault}" for fault in documents.faults(golden["request"], data, document)]
    for file in sorted((FIXTURES / "events").glob("*.json")):
        schema = messages[key(file.stem)]["payload"]
        found += [f"fixture {file.stem}: {fault}" for fault in documents.faults(json.loads(file.read_text()), schema, document)]
    assert not found, "\n".join(found)


@given("the description of the queues")
def description(context):
    context.asyncapi = context.talk.send("GET", "/asyncapi.json").json()


@given("an integration {name:Word} with the scopes {scopes}")
def integration(context, name, scopes):
    """Made by the documented command; speaks as itself from here on, and is removed at the end."""
    context.copy.needs_stack()
    context.copy.stack("create-integration", NAME=name, SCOPES=scopes)
    context.add_cleanup(lambda: context.copy.stack("remove-integration", NAME=name))
    speak_as(context, f"integration-{name}", context.copy.secret(f"integration-{name}"))


@given("the broker lets it publish anything")
def anything(context):
    """What a careless administrator might do."""
    context.copy.control("set_permissions", context.broker.user, "^$", ".*", ".*")
    context.copy.control("clear_topic_permissions", context.broker.user)


@given("the idempotency key {text}")
def idempotency_key(context, text):
    """Of the next command alone."""
    context.talk.command_key = context.talk.filled(text)


def speak_as(context, user: str, password: str) -> None:
    context.integration_url = context.copy.broker_url(user, password)
    context.broker = Broker(context.integration_url)
    context.add_cleanup(context.broker.close)


@when("I ask the services for {operation:S} with")
@when("I tell the services {operation:S} with")
def ask(context, operation):
    """As the integration. What is sent and what comes are held against the description."""
    document, data = context.asyncapi, context.talk.json(context.text)
    channel = document["channels"][key(operation)]
    exchange = channel["bindings"]["amqp"]["exchange"]["name"]
    more = {"idempotencykey": context.talk.command_key} if context.talk.command_key else {}
    context.talk.command_key = None
    properties, body, envelope = context.broker.ask(exchange, channel["address"], operation, data, **more)
    messages = document["components"]["messages"]
    context.reply, context.reply_properties = body, properties
    if properties.type == "reply.ok.v1":
        found = documents.faults(envelope, messages[key(operation)]["payload"], document)
        found += documents.faults(body, messages[f"{key(operation)}_reply"]["payload"], document)
    else:
        found = documents.faults(body, messages["problem"]["payload"], document)
    assert not found, "\n".join([*found, json.dumps(body)])


@when("I ask the services for {operation:S} of {service:Word} with")
def ask_plainly(context, operation, service):
    """One that is not described, since it is not for programs."""
    _, context.reply, _ = context.broker.ask("mailout.queries", f"{service}.{operation}", operation, context.talk.json(context.text))


@then("the reply is")
def reply_is(context):
    """At least this."""
    found = differences(context.talk.json(context.text), context.reply, whole=False)
    assert not found, "\n".join([*found, json.dumps(context.reply)])


@then("within {seconds:d} seconds the services answer {operation:S} of {data} with")
def eventually(context, seconds, operation, data):
    """Asked again and again, until the reply has at least this."""
    channel = context.asyncapi["channels"][key(operation)]
    exchange = channel["bindings"]["amqp"]["exchange"]["name"]
    expected = context.talk.json(context.text)

    def look() -> list[str]:
        _, body, _ = context.broker.ask(exchange, channel["address"], operation, context.talk.json(data))
        return differences(expected, body, whole=False)

    context.talk.wait(seconds, look)


@then("I keep {pointer:Path} of the reply as {name:Word}")
def keep(context, pointer, name):
    context.talk.kept[name] = str(member(context.reply, pointer))


@then("every event that came fits its description, {count:d} types at least")
def events(context, count):
    document, found = context.asyncapi, []
    seen = [event for listener in context.talk.listeners for event in listener.seen]
    for event in seen:
        schema = document["components"]["messages"][key(event["type"])]["payload"]
        found += [f"{event['type']}: {fault}" for fault in documents.faults(event, schema, document)]
    assert not found, "\n".join(found)
    types = {event["type"] for event in seen}
    assert len(types) >= count, f"only {sorted(types)}"


@when("I pretend to be {principal:S} with the scopes {scopes} and tell the services {operation:S} with")
def pretend(context, principal, scopes, operation):
    channel = context.asyncapi["channels"][key(operation)]
    exchange = channel["bindings"]["amqp"]["exchange"]["name"]
    data = context.talk.json(context.text)
    _, context.reply, _ = context.broker.ask(exchange, channel["address"], operation, data, principal=principal, scopes=scopes)


@then("the broker refuses {what}")
def broker_refuses(context, what):
    """Each of the things that an integration may not do closes its channel."""
    queue = f"integration.{context.broker.user.partition('-')[2]}.events"
    attempts = {
        "a queue of another name": lambda channel: channel.queue_declare("mine"),
        "a queue that is not bounded": lambda channel: channel.queue_declare(f"{queue}.more"),
        "a look into the work of others": lambda channel: channel.basic_get("stats.outcomes.v1"),
        "a message among the batches": lambda channel: channel.basic_publish("mailout.batches", "default", b"{}"),
        "a message straight into a queue": lambda channel: channel.basic_publish("", "stats.outcomes.v1", b"{}"),
        "an operation that its scopes do not have": lambda channel: channel.basic_publish("mailout.commands", "sender.provider.create.v1", b"{}"),
        "the news of what it may not read": lambda channel: channel.queue_bind(queue, "mailout.events", "provider.#"),
        "the news of everything": lambda channel: channel.queue_bind(queue, "mailout.events", "#"),
        "the name of somebody else": lambda channel: channel.basic_publish("mailout.commands", "customer.customer.create.v1", b"{}", pika.BasicProperties(user_id="gateway")),
    }  # fmt: skip
    connection = pika.BlockingConnection(pika.URLParameters(context.integration_url))
    try:
        channel = connection.channel()
        channel.confirm_delivery()
        try:
            attempts[what](channel)
        except pika.exceptions.ChannelClosedByBroker as refusal:
            assert refusal.reply_code in (403, 406), refusal
        else:
            raise AssertionError(f"it was let through: {what}")
    finally:
        connection.close()


@then("its queue is bounded to {megabytes:d} MB")
def bounded(context, megabytes):
    """By the operator policy, which no queue's own arguments overrule."""
    name = f"integration.{context.broker.user.partition('-')[2]}.events"
    queue = f'element(2, rabbit_amqqueue:lookup(rabbit_misc:r(<<"/">>, queue, <<"{name}">>)))'
    effective = context.copy.control("-q", "eval", f"rabbit_policy:effective_definition({queue}).")
    assert re.search(rf'<<"max-length-bytes">>\s*(?:,|=>)\s*{megabytes << 20}\b', effective), effective


@when("the program of the documentation orders a mailout to {tag}")
def program(context, tag):
    """docs/examples/mailout_over_queues.py, as it stands there."""
    file = ROOT / "docs" / "examples" / "mailout_over_queues.py"
    command = [sys.executable, str(file), context.integration_url, context.talk.filled(tag), "Hello {{first_name|friend}}!"]
    context.program = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
    assert context.program.returncode == 0, context.program.stdout + context.program.stderr


@then("it has printed")
def printed(context):
    for line in context.talk.filled(context.text).splitlines():
        assert re.search(line, context.program.stdout), f"no {line} in:\n{context.program.stdout}"
