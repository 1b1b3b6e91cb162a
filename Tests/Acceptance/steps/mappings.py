"""Applications that customers are mapped to."""

from behave import given


@given("an application of its own")
def application(context):
    talk = context.talk
    talk.kept["app"] = talk.filled("${new word}")
    talk.as_admin("POST", "/api/applications", {"slug": talk.kept["app"], "name": "Of a scenario"})
