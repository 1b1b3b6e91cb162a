"""What is sent: method, path, headers, and a body of any kind."""

from urllib.parse import urlencode

from behave import given, when


@given("the header {name:Word}: {value}")
def header(context, name, value):
    """Of the next request alone."""
    context.talk.headers[name] = context.talk.filled(value)


@given('"{text}" kept as {name:Word}')
def keep_text(context, text, name):
    context.talk.kept[name] = context.talk.filled(text)


@when("I {method:Method} {path:Path}")
def send(context, method, path):
    """The text below, if any, is a JSON body."""
    body = context.talk.filled(context.text) if context.text else None
    context.talk.send(method, path, body, "application/json" if body is not None else None)


@when("I {method:Method} {path:Path} as {media:Media}")
def send_as(context, method, path, media):
    context.talk.send(method, path, context.talk.filled(context.text), media)


@when("I {method:Method} {path:Path} with the form")
def send_form(context, method, path):
    """The table's rows are names and values."""
    fields = [tuple(context.table.headings), *(tuple(row.cells) for row in context.table)]
    body = urlencode([(name, context.talk.filled(value)) for name, value in fields])
    context.talk.send(method, path, body, "application/x-www-form-urlencoded")
