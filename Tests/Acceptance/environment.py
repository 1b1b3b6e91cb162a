"""What behave does round the features: a whole copy of Mailout to speak to, and a fresh conversation for each scenario."""

from support import words  # noqa: F401: the steps are made of them
from support.conversation import Conversation
from support.copy import Copy
from support.tap import Tap


def before_all(context):
    context.copy = Copy.found_or_started()
    # Held against the description at the end (traffic.feature).
    context.tap = Tap(context.copy) if context.copy.state else None


def before_scenario(context, scenario):
    context.talk = Conversation(context.copy)


def after_scenario(context, scenario):
    context.talk.close()


def after_all(context):
    if getattr(context, "tap", None):
        context.tap.close()
    # A copy that did not start has said why already.
    if hasattr(context, "copy"):
        context.copy.stop()
