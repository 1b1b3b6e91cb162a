"""Customers who log in themselves, and the mail that they get."""

import json
import re

from behave import given, then, when

DEFERRED = 'mailout_reset_mails_total{result="deferred"}'


@given("the mail server is away")
def away(context):
    assert context.copy.mail, "this needs a copy that the tests start themselves, whose mail comes here"
    context.deferred = context.copy.metric("customer", DEFERRED)
    context.copy.mail.stop()
    context.add_cleanup(lambda: back(context))
    context.mail_is_away = True


@when("the mail server is back")
def back(context):
    if context.mail_is_away:
        context.copy.mail.start()
    context.mail_is_away = False


@then("within {seconds:d} seconds {address:S} gets a mail with a token, kept as {name:Word}")
def mailed(context, seconds, address, name):
    """The token stands on a line of its own."""
    assert context.copy.mail, "this needs a copy that the tests start themselves, whose mail comes here"
    message = context.copy.mail.wait(context.talk.filled(address), seconds)
    text = message.get_content()
    found = re.search(r"^([A-Za-z0-9_-]{43})\r?$", text, re.MULTILINE)
    assert found, f"there is no token in {text!r}"
    context.talk.kept[name] = found[1]


@when("I log in {count:d} times as {email:S} with a wrong password")
def wrong(context, count, email):
    body = json.dumps({"email": context.talk.filled(email), "password": "not the password"})
    for _ in range(count):
        context.talk.send("POST", "/auth/login", body, "application/json")
        assert context.talk.answer.status_code == 401, context.talk.described()


@then("within {seconds:d} seconds the mail is put off")
def put_off(context, seconds):
    """Counted since the mail server went away."""

    def look() -> list[str]:
        now = context.copy.metric("customer", DEFERRED)
        return [] if now > context.deferred else [f"{DEFERRED} is {now}"]

    context.talk.wait(seconds, look)


@then("within {seconds:d} seconds GET {path:Path} has the status {code:d}")
def turns(context, seconds, path, code):
    """Asked again and again: what was taken from a credential is taken everywhere within some seconds."""
    talk = context.talk
    talk.wait(seconds, lambda: [] if talk.send("GET", path).status_code == code else [talk.described()])
