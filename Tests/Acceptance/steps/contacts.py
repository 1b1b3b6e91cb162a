"""What the contact interface needs to be there, and the contacts that it is known by."""

import json

from behave import given, then

from support.answer import differences
from support.copy import ROOT

SAMPLES = ROOT / "Tests" / "IntegrationTests" / "Contacts" / "Samples"


@given("the sample contacts")
def samples(context):
    """As `make sample-contacts` loads them; in a copy that runs already they must be there."""
    if context.copy.state is not None and not hasattr(context.copy, "samples"):
        context.copy.stack("sample-contacts")
        context.copy.samples = True


@then("the body, but for the groups of no standard, is the contact of Samples/{name:S}")
def golden(context, name):
    """In JSON's meaning, no more and no less; `make sample-contacts` defines two groups beside the fixed ones."""
    body = dict(context.talk.body)
    missing = [group for group in ("employee", "acoustic_sync") if body.pop(group, None) is None]
    found = differences(json.loads((SAMPLES / name).read_text()), body)
    assert not found and not missing, "\n".join([*found, *missing])
