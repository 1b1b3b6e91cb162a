"""What behave does round the features: a whole copy of Mailout to speak to, and a fresh conversation for each scenario."""

from support import words  # noqa: F401: the steps are made of them
from support.conversation import Conversation
from support.copy import Copy


def before_all(context):
    context.copy = Copy.found_or_started()


def before_scenario(context, scenario):
    context.talk = Conversation(context.copy)


def after_scenario(context, scenario):
    context.talk.close()


def after_all(context):
    # A copy that did not start has said why already.
    if hasattr(context, "copy"):
        context.copy.stop()
