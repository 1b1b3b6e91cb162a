"""What is expected of the answer."""

from behave import then

from support.answer import differences, member


@then("the status is {code:d}")
def status(context, code):
    assert context.talk.answer.status_code == code, f"expected {code}; {context.talk.described()}"


@then("the body is")
def body_is(context):
    """The same JSON in its meaning, no more and no less."""
    found = differences(context.talk.json(context.text), context.talk.body)
    assert not found, "\n".join([*found, context.talk.described()])


@then("the body contains")
def body_contains(context):
    """At least this JSON: objects may have further members, lists further elements."""
    found = differences(context.talk.json(context.text), context.talk.body, whole=False)
    assert not found, "\n".join([*found, context.talk.described()])


@then("the body is empty")
def body_is_empty(context):
    assert context.talk.answer.content == b"", context.talk.described()


@then('the body is the text "{text}"')
def body_is_text(context, text):
    assert context.talk.answer.text == context.talk.filled(text), context.talk.described()


@then('the body has the text "{text}"')
def body_has_text(context, text):
    assert context.talk.filled(text) in context.talk.answer.text, context.talk.described()


@then("{pointer:Path} is")
def member_is(context, pointer):
    """The member of the body that the JSON pointer names."""
    found = differences(context.talk.json(context.text), member(context.talk.body, pointer), pointer)
    assert not found, "\n".join([*found, context.talk.described()])


@then("{pointer:Path} has {count:d} elements")
def member_count(context, pointer, count):
    elements = member(context.talk.body, pointer)
    assert len(elements) == count, f"it has {len(elements)}; {context.talk.described()}"


@then("the fields at fault are {pointers}")
def fields(context, pointers):
    """Those of a problem's `errors`, all of them, in any order."""
    named = sorted(fault["pointer"] for fault in context.talk.body.get("errors", []))
    assert named == sorted(pointers.split()), context.talk.described()


@then("the header {name:Word} is {value}")
def header_is(context, name, value):
    actual, expected = context.talk.answer.headers.get(name), context.talk.filled(value)
    assert not differences(expected, actual), f"{name} is {actual!r}, not {expected!r}; {context.talk.described()}"


@then("there is no header {name:Word}")
def header_missing(context, name):
    assert name not in context.talk.answer.headers, context.talk.described()


@then("I keep {pointer:Path} as {name:Word}")
def keep_member(context, pointer, name):
    context.talk.kept[name] = str(member(context.talk.body, pointer))


@then("I keep the header {header:Word} as {name:Word}")
def keep_header(context, header, name):
    context.talk.kept[name] = context.talk.answer.headers[header]
