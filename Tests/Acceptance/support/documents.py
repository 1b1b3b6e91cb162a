"""What /openapi.json and /asyncapi.json are checked with."""

from __future__ import annotations

from jsonschema import Draft202012Validator

METHODS = ("get", "put", "post", "delete", "patch")


def operations(document: dict):
    """Every operation with its place, as `POST /api/customers`."""
    for path, entry in document["paths"].items():
        for method, operation in entry.items():
            if method in METHODS:
                yield f"{method.upper()} {path}", operation


def faults(value, schema: dict, document: dict) -> list[str]:
    """What is wrong with a value by a schema that refers to the document's components; formats are looked at too."""
    root = {"allOf": [schema], "components": document["components"]}
    checker = Draft202012Validator.FORMAT_CHECKER
    found = Draft202012Validator(root, format_checker=checker).iter_errors(value)
    return [f"/{'/'.join(map(str, fault.absolute_path))}: {fault.message}" for fault in found]


def examples(content: dict, document: dict) -> list:
    """The examples of a media type object, those among the components too."""
    found = [content["example"]] if "example" in content else []
    for named in content.get("examples", {}).values():
        if "$ref" in named:
            named = document["components"]["examples"][named["$ref"].rpartition("/")[2]]
        found.append(named["value"])
    return found


def contents(operation: dict):
    """Every body that an operation has: where, and its media type object."""
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"request {kind}", content
    for status, response in operation["responses"].items():
        for kind, content in response.get("content", {}).items():
            yield f"{status} {kind}", content
