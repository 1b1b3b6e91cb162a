"""What schemathesis must be told: how to write bodies of types that it does not know."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def ndjson(context, value):
    return value if isinstance(value, bytes) else value.encode(errors="replace") if isinstance(value, str) else json.dumps(value).encode()
