"""What the contact interface needs to be there."""

from behave import given


@given("the sample contacts")
def samples(context):
    """As `make sample-contacts` loads them; in a copy that runs already they must be there."""
    if context.copy.state is not None and not hasattr(context.copy, "samples"):
        context.copy.stack("sample-contacts")
        context.copy.samples = True
