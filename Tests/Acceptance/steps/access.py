"""Who speaks."""

import base64
from urllib.parse import urlencode

from behave import given, when


@given("no credential")
def without(context):
    context.talk.authorization = None


@given("I am logged in as the admin")
def admin(context):
    context.talk.log_in()


@given('the credential "{text}"')
def credential(context, text):
    context.talk.authorization = context.talk.filled(text)


@given("an API key with the scopes {scopes}")
def api_key(context, scopes):
    """`Authorization: Api-Key …`; made by the admin, with a name of its own."""
    talk = context.talk
    made = talk.as_admin("POST", "/api/api-keys", {"name": talk.filled("${new word}"), "scopes": scopes.split()})
    talk.kept["api key"], talk.kept["api key id"] = made["key"], str(made["id"])
    talk.authorization = f"Api-Key {made['key']}"


@given("an OAuth2 client with the scopes {scopes}")
def client(context, scopes):
    """Made by the admin; its id and secret are kept, and nothing is sent with them yet."""
    talk = context.talk
    made = talk.as_admin("POST", "/api/clients", {"name": talk.filled("${new word}"), "scopes": scopes.split()})
    talk.kept["client_id"], talk.kept["client_secret"] = made["client_id"], made["client_secret"]


@when("the client asks for a token")
def client_token(context):
    """Client credentials at /token, by HTTP Basic; what comes is the credential from now on."""
    talk = context.talk
    pair = f"{talk.kept['client_id']}:{talk.kept['client_secret']}".encode()
    talk.authorization = "Basic " + base64.b64encode(pair).decode()
    talk.send("POST", "/token", "grant_type=client_credentials", "application/x-www-form-urlencoded")
    assert talk.answer.status_code == 200, talk.described()
    talk.authorization = f"Bearer {talk.body['access_token']}"


@when('I log in as "{username}"')
def log_in(context, username):
    """With the admin's own password, which is this copy's secret."""
    form = urlencode({"username": username, "password": context.copy.admin_password})
    context.talk.send("POST", "/auth/token", form, "application/x-www-form-urlencoded")
