"""What schemathesis must be told: how to write bodies of types that it does not know, and what no client can send."""

import json

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def ndjson(context, value):
    return value if isinstance(value, bytes) else value.encode(errors="replace") if isinstance(value, str) else json.dumps(value).encode()


@schemathesis.hook
def filter_headers(context, headers):
    """Header fields are bytes, which Python's client takes as Latin-1; it fails on any other text before it sends it."""
    try:
        for value in (headers or {}).values():
            str(value).encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True
