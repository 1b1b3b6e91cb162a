"""The links of /openapi.json: from what was made to what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass, field

from support import documents


@dataclass
class Group:
    """What can be reached from one operation that makes something."""

    operations: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)


def _links(document: dict):
    """Each as the operation it starts from, the one it leads to, and its name in schemathesis' reports."""
    labels = {operation["operationId"]: label for label, operation in documents.operations(document)}
    for label, operation in documents.operations(document):
        for status, response in operation["responses"].items():
            for name, link in response.get("links", {}).items():
                target = link["operationId"]
                yield operation["operationId"], target, f"{label} -> [{status}] {name} -> {labels[target]}"


def names(document: dict) -> set[str]:
    return {name for _, _, name in _links(document)}


def groups(document: dict) -> dict[str, Group]:
    """By operations that no link leads to."""
    all_links = list(_links(document))
    led_to = {target for _, target, _ in all_links}
    found = {}
    for root in sorted({source for source, _, _ in all_links} - led_to):
        group = Group({root})
        while more := [each for each in all_links if each[0] in group.operations and each[2] not in group.links]:
            group.operations |= {target for _, target, _ in more}
            group.links |= {name for _, _, name in more}
        found[root] = group
    return found


def missing(document: dict) -> list[str]:
    """Operations on one thing of a collection without a link from what adds to the collection, where that tells of an id."""
    linked = {(source, target) for source, target, _ in _links(document)}
    found = []
    for path, entry in document["paths"].items():
        made = entry.get("post", {})
        if "Location" not in made.get("responses", {}).get("201", {}).get("headers", {}):
            continue
        for other, operations in document["paths"].items():
            rest = other.removeprefix(f"{path}/")
            if other == rest or not (rest.startswith("{") and rest.endswith("}") and "/" not in rest):
                continue
            for method, operation in operations.items():
                if method in documents.METHODS and (made["operationId"], operation["operationId"]) not in linked:
                    found.append(f"{made['operationId']} -> {operation['operationId']}")
    return found
