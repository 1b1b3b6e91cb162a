"""What happens by itself: waited for until it is there, with a deadline, and never by sleeping a fixed time."""

from behave import given, then

from support.answer import differences
from support.listener import Listener


@given("I listen to the events {pattern:S}")
def listen(context, pattern):
    """From now on; the pattern is a routing key of mailout.events, with * and #."""
    context.talk.listeners.append(Listener(context.copy.amqp_url, pattern))


@then("within {seconds:d} seconds the event {event_type:S} tells")
def event(context, seconds, event_type):
    """Its data has at least these members."""
    context.event = context.talk.listeners[-1].wait(event_type, context.talk.json(context.text), seconds)


@then("within {seconds:d} seconds GET {path:Path} contains")
def eventually(context, seconds, path):
    """Asked again and again, until the body has at least this."""
    talk = context.talk
    expected = talk.json(context.text)

    def look() -> list[str]:
        answer = talk.send("GET", path)
        if answer.status_code != 200:
            return [talk.described()]
        found = differences(expected, talk.body, whole=False)
        return [*found, talk.described()] if found else []

    talk.wait(seconds, look)
