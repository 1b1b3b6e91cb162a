"""The descriptions of the interfaces, held against what they describe."""

import hashlib
import re

from behave import then
from openapi_spec_validator import OpenAPIV31SpecValidator

from support import documents
from support.copy import ROOT


@then("it is valid OpenAPI 3.1")
def valid(context):
    document = context.talk.body
    assert document["openapi"].startswith("3.1."), document["openapi"]
    found = [f"/{'/'.join(map(str, fault.absolute_path))}: {fault.message}" for fault in OpenAPIV31SpecValidator(document).iter_errors()]
    assert not found, "\n".join(found)


@then("every operation has an example of each JSON body, and each fits its schema")
def examples(context):
    document, found = context.talk.body, []
    for place, operation in documents.operations(document):
        for where, content in documents.contents(operation):
            needed = where.startswith("request") or (where[0] == "2" and where.endswith("json"))
            values = documents.examples(content, document)
            for value in values:
                found += [f"{place} {where}: {fault}" for fault in documents.faults(value, content["schema"], document)]
            if needed and not values:
                found.append(f"{place} {where}: has no example")
    assert not found, "\n".join(found)


@then("Swagger UI is the one that its README names")
def bundle(context):
    """The files as served, by the sums written down beside them."""
    readme = (ROOT / "Shared" / "CSwaggerUI" / "README.md").read_text()
    sums = dict(re.findall(r"`dist/([^`]+)` \| ([0-9a-f]{64})", readme))
    assert len(sums) == 2, sums
    for name, expected in sums.items():
        answer = context.talk.send("GET", f"/docs/{name}")
        assert hashlib.sha256(answer.content).hexdigest() == expected, f"{name} is another file"
